"""Patients of a clinic, with two identifiers."""

from __future__ import annotations

import uuid
from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual
from django.utils.translation import gettext_lazy as _

from pathway.clinic.text import LONGEST_FOLDED, fold

NHS_NUMBER = "gb.nhs"
OTHER_SCHEME = "other"
EARLIEST_BIRTH = date(1900, 1, 1)


def birthdays_had(born: date, on: date) -> int:
    """Age in whole years on a day. A person born on 29 February has a birthday on 1 March in other years."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


class PatientQuerySet(models.QuerySet):
    def visible_to(self, user) -> PatientQuerySet:
        """The patients of the clinician's own clinic; nobody else's exist for them."""
        if not user.is_clinician or user.clinic_id is None:
            return self.none()
        return self.filter(clinic_id=user.clinic_id)

    def named(self, family_name: str, date_of_birth: date) -> PatientQuerySet:
        """Patients born that day whose folded family name begins with the given one."""
        start = fold(family_name)
        # A range uses the index on both databases; LIKE does not on SQLite.
        end = start + "\U0010ffff"
        return self.filter(date_of_birth=date_of_birth, folded_family__gte=start, folded_family__lt=end)

    def identified_by(self, identifier: str) -> PatientQuerySet:
        """Patients with this national or hospital number, however it is spaced."""
        folded = fold(identifier)
        return self.filter(Q(folded_national_id=folded) | Q(folded_hospital_number=folded)) if folded else self.none()


def _at_most(column: str, longest: int) -> models.CheckConstraint:
    # SQLite does not enforce max_length.
    return models.CheckConstraint(condition=LessThanOrEqual(Length(column), longest), name=f"patient_{column}_length")


class Patient(models.Model):
    """A person cared for by a clinic. Sex is for clinical use; blank is not known."""

    NATIONAL_ID_SCHEMES = ((NHS_NUMBER, _("NHS number")), (OTHER_SCHEME, _("National number")))
    SEXES = (("female", _("Female")), ("male", _("Male")))

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    clinic = models.ForeignKey("accounts.Clinic", on_delete=models.PROTECT, related_name="patients")
    family_name = models.CharField(_("family name"), max_length=80)
    given_name = models.CharField(_("given name"), max_length=80)
    title = models.CharField(_("title"), max_length=20, blank=True, default="")
    preferred_name = models.CharField(_("preferred name"), max_length=80, blank=True, default="")
    date_of_birth = models.DateField(_("date of birth"))
    sex = models.CharField(_("sex for clinical use"), max_length=6, blank=True, default="", choices=SEXES)
    national_id = models.CharField(_("national number"), max_length=20, blank=True, default="")
    national_id_scheme = models.CharField(max_length=10, blank=True, default="", choices=NATIONAL_ID_SCHEMES)
    hospital_number = models.CharField(_("hospital number"), max_length=20, blank=True, default="")
    deceased_on = models.DateField(_("date of death"), null=True, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    create_key = models.UUIDField(null=True, editable=False)
    """Of the form that added the patient: sent again by the same person, it adds nobody."""

    folded_family = models.CharField(max_length=LONGEST_FOLDED, editable=False)
    folded_given = models.CharField(max_length=LONGEST_FOLDED, editable=False)
    folded_national_id = models.CharField(max_length=20, blank=True, default="", editable=False)
    folded_hospital_number = models.CharField(max_length=20, blank=True, default="", editable=False)

    objects = PatientQuerySet.as_manager()

    class Meta:
        ordering = ("folded_family", "folded_given", "date_of_birth")
        indexes = [
            models.Index(fields=("clinic", "date_of_birth", "folded_family"), name="patient_born_named"),
            models.Index(fields=("clinic", "folded_family", "folded_given"), name="patient_named"),
            # Without the clinic: SQLite looks at each side of an "or" by itself.
            models.Index(fields=("folded_national_id",), name="patient_national_id"),
            models.Index(fields=("folded_hospital_number",), name="patient_hospital_number"),
        ]
        constraints = [
            *(
                _at_most(column, longest)
                for column, longest in (
                    ("family_name", 80),
                    ("given_name", 80),
                    ("title", 20),
                    ("preferred_name", 80),
                    ("national_id", 20),
                    ("hospital_number", 20),
                )
            ),
            models.CheckConstraint(condition=~Q(family_name="") & ~Q(given_name=""), name="patient_has_names"),
            models.CheckConstraint(condition=Q(sex__in=("", "female", "male")), name="patient_sex_accepted"),
            models.CheckConstraint(
                condition=Q(date_of_birth__gte=EARLIEST_BIRTH), name="patient_date_of_birth_accepted"
            ),
            models.CheckConstraint(
                condition=Q(deceased_on__isnull=True) | Q(deceased_on__gte=F("date_of_birth")),
                name="patient_died_after_birth",
            ),
            models.CheckConstraint(condition=~Q(national_id="", hospital_number=""), name="patient_has_an_identifier"),
            models.CheckConstraint(
                condition=Q(national_id="", national_id_scheme="")
                | (~Q(national_id="") & Q(national_id_scheme__in=(NHS_NUMBER, OTHER_SCHEME))),
                name="patient_national_id_has_scheme",
            ),
            models.UniqueConstraint(
                fields=("clinic", "national_id_scheme", "folded_national_id"),
                condition=~Q(folded_national_id=""),
                name="patient_national_id_once",
            ),
            models.UniqueConstraint(
                fields=("clinic", "folded_hospital_number"),
                condition=~Q(folded_hospital_number=""),
                name="patient_hospital_number_once",
            ),
            models.UniqueConstraint(fields=("created_by", "create_key"), name="patient_added_once"),
        ]

    def __str__(self) -> str:
        return f"Patient {self.pk}"

    def save(self, *args, **kwargs) -> None:
        self.fold()
        super().save(*args, **kwargs)

    def fold(self) -> None:
        """The columns that are searched, from those that are shown. `save` does it; bulk writes have to."""
        self.folded_family = fold(self.family_name)
        self.folded_given = fold(self.given_name)
        self.folded_national_id = fold(self.national_id)
        self.folded_hospital_number = fold(self.hospital_number)

    def age_on(self, on: date) -> int:
        """Birthdays had on a day."""
        return birthdays_had(self.date_of_birth, on)

    @property
    def is_deceased(self) -> bool:
        return self.deceased_on is not None

    @property
    def age_at_death(self) -> int | None:
        return None if self.deceased_on is None else self.age_on(self.deceased_on)

    @property
    def name(self) -> str:
        """FAMILY NAME, Given (Title), as banners and papers print it."""
        name = f"{self.family_name.upper()}, {self.given_name}"
        return f"{name} ({self.title})" if self.title else name

    @property
    def national_id_shown(self) -> str:
        """An NHS number in groups of 3, 3 and 4; any other number as it was typed."""
        number = self.national_id
        return f"{number[:3]} {number[3:6]} {number[6:]}" if self.national_id_scheme == NHS_NUMBER else number

    @property
    def identifiers(self) -> list[tuple[str, str]]:
        """Label and number of each identifier that the patient has, the hospital's own first."""
        numbers = [
            (str(_("Hospital number")), self.hospital_number),
            (self.get_national_id_scheme_display(), self.national_id_shown),
        ]
        return [(label, number) for label, number in numbers if number]
