"""A vertebral fracture, followed over time by visits. Which levels are broken is recorded at each visit."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual
from django.utils.translation import gettext_lazy as _

from .patients import Patient


class FractureQuerySet(models.QuerySet):
    def visible_to(self, user) -> FractureQuerySet:
        return self.filter(patient__in=Patient.objects.visible_to(user))


class Fracture(models.Model):
    """One fracture, or several vertebrae broken at the same time."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="fractures")
    label = models.CharField(
        max_length=80, help_text=_("How the clinic refers to it, such as: T12, fall in the garden")
    )
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    create_key = models.UUIDField(null=True, editable=False)
    """As that of a patient."""

    objects = FractureQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at",)
        constraints = [
            models.CheckConstraint(condition=LessThanOrEqual(Length("label"), 80), name="fracture_label_length"),
            models.CheckConstraint(condition=~models.Q(label=""), name="fracture_has_a_label"),
            models.UniqueConstraint(fields=("created_by", "create_key"), name="fracture_added_once"),
        ]

    def __str__(self) -> str:
        return f"Fracture {self.pk}"

    def open_visit(self):
        """The visit that is not signed yet, if there is one."""
        return self.visits.filter(signed_at=None, discarded_at=None).first()
