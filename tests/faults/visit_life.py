"""The life of a visit as rules that Hypothesis plays in any order, beside a model of what must then be there."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import timedelta
from hashlib import sha256
from uuid import uuid4

from django.db import IntegrityError, OperationalError, connection, transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from pathway.accounts import audit
from pathway.accounts.models import AuditEvent
from pathway.clinic import drafts
from pathway.clinic.models import StepSave, Visit
from pathway.clinic.models.visits import StaleError
from pathway.clinic.steps import STEP_BY_SLUG
from pathway.plans import integrity, signing
from pathway.plans.drafts import fingerprint, undecided
from pathway.plans.models import Plan, Replacement
from pathway.wording import releasing
from tests import make
from tests.plans.signed import NOW

PAIN = STEP_BY_SLUG["pain"]
SCORES = st.integers(0, 10)
MOST_RELEASES = 1
"""Each publication copies every sentence."""


class VisitLife(RuleBasedStateMachine):
    """One fracture, one clinician, papers that cost nothing. Everything is taken back when a life ends."""

    def __init__(self):
        super().__init__()
        self.life = transaction.atomic()
        self.life.__enter__()
        self.fracture = make.fracture()
        self.clinician = make.clinician(clinic=self.fracture.patient.clinic)
        self.editor, self.approver = (make.user(is_wording_editor=True) for _ in range(2))
        self.at = NOW
        self.open: Visit | None = None
        self.signed: dict = {}  # visit -> (plan, hash of everything in it)
        self.saves = self.releases = self.addenda = 0
        self.seen = ""
        self.supersedes = None

    def teardown(self):
        transaction.set_rollback(True)
        self.life.__exit__(None, None, None)

    def now(self):
        self.at += timedelta(minutes=1)
        return self.at

    def fresh(self) -> Visit:
        return Visit.objects.get(pk=self.open.pk)

    # ------------------------------------------------------------------------------------------------------ the rules
    @precondition(lambda self: self.open is None)
    @rule()
    def create(self):
        visit = make.visit(of=self.fracture, by=self.clinician, **make.UNREMARKABLE, pain_nrs=6, bone_medicine="none")
        visit.note(audit.Action.CREATE, self.clinician, self.now())
        self.open, self.seen, self.supersedes = visit, "", None

    @precondition(lambda self: self.open is not None)
    @rule()
    def create_a_second_one(self):
        refused(IntegrityError, lambda: Visit.objects.create(fracture=self.fracture, on=make.TODAY))

    @precondition(lambda self: self.open is not None)
    @rule(score=SCORES)
    def type_a_draft(self, score):
        visit = self.fresh()
        kept = visit.drafts.filter(step="pain").first()
        self._draft(visit, score, kept.rev if kept else 0)

    def _draft(self, visit, score, rev):
        typed = {"pain_nrs": [str(score)]}
        return drafts.keep(visit, PAIN, typed, self.clinician, self.now(), version=visit.version, rev=rev)

    @precondition(lambda self: self.open is not None)
    @rule(score=SCORES)
    def save(self, score):
        self._save(score, self.fresh().version)

    def _save(self, score, version):
        said = {"pain_nrs": score}
        self.fresh().save_step("pain", said, [], self.clinician, self.now(), version=version, rev=99)
        self.saves += 1
        assert self.fresh().pain_nrs == score

    @precondition(lambda self: self.open is not None)
    @rule(score=SCORES)
    def save_from_an_old_page(self, score):
        before = self.fresh()
        self._save(score, before.version)
        refused(StaleError, lambda: self._save((score + 1) % 11, before.version))
        assert self.fresh().pain_nrs == score

    @precondition(lambda self: self.open is not None)
    @rule()
    def decide(self):
        for result in undecided(self.fresh()):
            signing.decide(self.fresh(), result.name, "follow", self.clinician, self.now())

    @precondition(lambda self: self.open is not None)
    @rule()
    def review(self):
        self.seen = fingerprint(self.fresh())

    @precondition(lambda self: self.open is not None)
    @rule()
    def sign(self):
        visit = self.fresh()
        changed = bool(self.seen) and self.seen != fingerprint(visit)
        waiting = bool(undecided(visit))
        try:
            self._took(signing.sign(visit, self.clinician, self.now(), seen=self.seen))
        except signing.ChangedError:
            assert changed
        except signing.UndecidedError:
            assert waiting
        else:
            assert not changed
            assert not waiting

    def _took(self, plan: Plan):
        if self.supersedes is not None:
            assert plan.supersedes_id == self.supersedes
        self.signed[self.open.pk] = (plan.pk, everything_in(plan.pk))
        self.open, self.seen = None, ""

    @precondition(lambda self: self.signed)
    @rule()
    def sign_again(self):
        for visit, (plan, _) in self.signed.items():
            again = signing.sign(Visit.objects.get(pk=visit), self.clinician, self.now(), key=uuid4())
            assert again.pk == plan

    @precondition(lambda self: self.signed)
    @rule(score=SCORES)
    def change_what_is_signed(self, score):
        visit = Visit.objects.get(pk=list(self.signed)[-1])
        said = {"pain_nrs": score}
        refused(
            StaleError,
            lambda: visit.save_step("pain", said, [], self.clinician, self.now(), version=visit.version, rev=99),
        )
        refused(StaleError, lambda: self._draft(visit, score, 99))
        refused(StaleError, lambda: signing.decide(visit, "pain.acetaminophen", "follow", self.clinician, self.now()))
        refused(StaleError, lambda: visit.discard(self.clinician, self.now()))
        refused(IntegrityError, lambda: Plan.objects.filter(visit=visit).update(number="P-999999"))
        refused(IntegrityError, lambda: Plan.objects.filter(visit=visit).delete())

    @precondition(lambda self: self.signed and self.open is not None and self.supersedes is None)
    @rule()
    def supersede(self):
        plan = Plan.objects.get(pk=list(self.signed.values())[-1][0])
        if Plan.objects.filter(supersedes=plan).exists():
            return
        signing.replace(plan, self.fresh(), self.clinician, self.now(), "A later finding.")
        self.supersedes = plan.pk
        assert Replacement.objects.filter(visit=self.open).count() == 1

    @precondition(lambda self: self.signed)
    @rule()
    def add_an_addendum_twice(self):
        plan, key = Plan.objects.get(pk=list(self.signed.values())[-1][0]), uuid4()
        for _ in range(2):
            signing.add_addendum(plan, self.clinician, self.now(), "Seen again.", key=key)
        self.addenda += 1

    @precondition(lambda self: self.open is not None)
    @rule()
    def discard(self):
        self.fresh().discard(self.clinician, self.now())
        self.open, self.seen, self.supersedes = None, "", None

    @precondition(lambda self: self.releases < MOST_RELEASES)
    @rule(word=st.sampled_from(("calmly", "promptly", "gently")))
    def publish(self, word):
        self.releases += 1
        editor = {"by": self.editor, "at": self.now()}
        draft = releasing.start_draft(releasing.effective(), **editor)
        sentence = draft.statements.get(kind="action", key="pain.acetaminophen", audience="clinician")
        sentence.rewrite(
            **editor, reason="x", seen_revision=sentence.revision, heading=f"{sentence.heading[:40]} {word}"
        )
        releasing.submit(draft, **editor, title="x", reason="x", review_by=draft.review_by)
        releasing.approve(draft, by=self.approver, at=self.now())

    @precondition(lambda self: self.open is not None)
    @rule(statement=st.integers(1, 60), what=st.sampled_from(("save", "sign", "discard", "draft")))
    def crash(self, statement, what):
        """The database goes away at one of the statements: it is all there, or nothing of it."""
        before, visit, known = self._state(), self.fresh(), dict(self.__dict__, signed=dict(self.signed))
        do = {
            "save": lambda: self._save(3, visit.version),
            "sign": lambda: self._took(signing.sign(visit, self.clinician, self.now())),
            "discard": self.discard,
            "draft": lambda: self._draft(visit, 4, 99),
        }[what]
        try:
            with gone_at(statement), transaction.atomic():
                do()
        except OperationalError:
            self.__dict__.update(known)
            assert self._state() == before
        except (signing.UndecidedError, signing.ChangedError):
            assert what == "sign"

    def _state(self):
        visit = self.fresh()
        return (visit.version, visit.pain_nrs, visit.signed_at, visit.discarded_at, Plan.objects.count(),
                AuditEvent.objects.count(), visit.drafts.count(), StepSave.objects.count())  # fmt: skip

    # ---------------------------------------------------------------------------------------------- what always holds
    @invariant()
    def signed_plans_never_change(self):
        for plan, then in self.signed.values():
            assert everything_in(plan) == then

    @invariant()
    def a_visit_has_one_plan_and_only_once_it_is_signed(self):
        assert set(Plan.objects.values_list("visit", "pk")) == {(v, plan) for v, (plan, _) in self.signed.items()}
        assert set(Visit.objects.signed().values_list("pk", flat=True)) == set(self.signed)

    @invariant()
    def the_trail_tells_of_each_change_and_every_chain_holds(self):
        told = AuditEvent.objects.filter
        assert told(action="sign").count() == len(self.signed)
        assert told(reason="step pain").count() == self.saves == StepSave.objects.count()
        assert told(reason="addendum").count() == self.addenda
        assert list(integrity.faults()) == []


def everything_in(plan) -> str:
    """A hash of every column of a plan's row."""
    row = Plan.objects.filter(pk=plan).values_list().get()
    return sha256(repr([bytes(part) if isinstance(part, memoryview) else part for part in row]).encode()).hexdigest()


def refused(error: type[Exception], do) -> None:
    try:
        with transaction.atomic():
            do()
    except error:
        return
    raise AssertionError(f"{error.__name__} was expected")


@contextmanager
def gone_at(statement: int):
    seen = 0

    def run(execute, sql, params, many, context):
        nonlocal seen
        seen += 1
        if seen >= statement and "SAVEPOINT" not in sql:
            raise OperationalError("gone")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(run):
        yield
