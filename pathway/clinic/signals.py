"""What others may do when a patient's details are saved, in the same transaction."""

from django.dispatch import Signal

patient_saved = Signal()
"""With `patient`, `user` and `at`; and `before`, the patient as recorded until now, or None for one who is added."""
