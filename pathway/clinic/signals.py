"""What others may do when a patient's details are saved, in the same transaction."""

from django.dispatch import Signal

patient_saved = Signal()
"""With `patient`, `user` and `at`."""
