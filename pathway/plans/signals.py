"""What others may do when a plan is signed, in its transaction: if they fail, nothing is signed.

A signal, because whoever follows up imports plans and not the other way round. It is sent with `send`, never
`send_robust`: a plan without its follow-up would be a patient that nobody calls.
"""

from django.dispatch import Signal

plan_signed = Signal()
"""With `plan`, its frozen `record`, `user` and `at`. Receivers lock their own rows before the audit trail is locked."""
