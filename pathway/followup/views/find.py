"""Find, authorize and note for the audit trail in one move: what belongs to another clinic does not exist."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from pathway.accounts.access import seen
from pathway.followup.models import Task


def task(request: HttpRequest, pk: UUID) -> Task:
    tasks = Task.objects.visible_to(request.user).select_related("patient", "fracture", "owner", "closed_by")
    task = get_object_or_404(tasks, pk=pk)
    seen(request, "task", pk, task.patient_id)
    return task
