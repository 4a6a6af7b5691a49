"""Any order of what people do to a visit, with crashes and publications in between, keeps every promise.

A few lives here; `make faults` plays many more. The seeded faults show that the machine would notice.
"""

import os

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from pathway.clinic.models import Visit
from pathway.plans import paper, signing
from pathway.wording import releasing
from tests import make
from tests.faults.visit_life import VisitLife

LIVES = int(os.environ.get("LIVES", "4"))
PLAYED = settings(
    max_examples=LIVES,
    stateful_step_count=20,
    phases=[Phase.generate],  # what fails is printed as it was played; making it smaller takes minutes
    deadline=None,
    derandomize="LIVES" not in os.environ,
    suppress_health_check=list(HealthCheck),
    database=None,
)


@pytest.fixture(autouse=True)
def wording_and_papers(db, monkeypatch):
    make.wording()
    monkeypatch.setattr(releasing, "_objections", [])  # how a release is tried before is not of this
    monkeypatch.setattr(paper, "render_both", lambda record: {who: f"%PDF {who}".encode() for who in paper.AUDIENCES})


def test_every_order_keeps_what_was_signed():
    run_state_machine_as_test(VisitLife, settings=PLAYED)


def _no_version_check(monkeypatch):
    monkeypatch.setattr(Visit, "was_changed", lambda *args, **kwargs: False)


def _no_trace_of_a_save(monkeypatch):
    note = Visit.note
    monkeypatch.setattr(
        Visit, "note", lambda self, *args, reason="": reason.startswith("step") or note(self, *args, reason=reason)
    )


def _no_look_at_what_was_reviewed(monkeypatch):
    sign = signing.sign
    monkeypatch.setattr(signing, "sign", lambda *args, seen="", **kwargs: sign(*args, **kwargs))


def _played(*steps) -> None:
    life = VisitLife()
    try:
        for step, told in steps:
            getattr(life, step)(**told)
            life.signed_plans_never_change()
            life.a_visit_has_one_plan_and_only_once_it_is_signed()
            life.the_trail_tells_of_each_change_and_every_chain_holds()
    finally:
        life.teardown()


SIGNED = [("create", {}), ("decide", {}), ("review", {}), ("save", {"score": 9}), ("decide", {}), ("sign", {})]
SAVED = [("create", {}), ("save_from_an_old_page", {"score": 3})]


@pytest.mark.parametrize(
    ("fault", "steps"),
    [(_no_version_check, SAVED), (_no_trace_of_a_save, SAVED), (_no_look_at_what_was_reviewed, SIGNED)],
)
def test_a_fault_put_in_on_purpose_is_noticed(fault, steps, monkeypatch):
    _played(*steps)
    fault(monkeypatch)
    with pytest.raises(AssertionError):
        _played(*steps)
