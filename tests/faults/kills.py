"""Kills processes that save, sign and publish, and looks at what they leave behind.

`python -m tests.faults.kills 100`, on the database of DATABASE_URL, which must be empty. Every other process is killed
at a statement of its own choosing (each statement of each job in turn), the others from outside at any moment.
What a process was told is done, it writes to a pipe; only that counts as acknowledged.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
from collections import Counter
from datetime import UTC, datetime
from itertools import cycle

import django

AT_ONCE = 2
STATEMENTS = (30, 90, 40)
"""About so many has each job, in the order of Jobs.all."""


def main(kills: int) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pathway.settings")
    django.setup()
    from django.core.management import call_command

    from tests import make

    call_command("migrate", verbosity=0)
    make.wording()
    clinician = make.clinician()
    patients = [make.patient(clinic=clinician.clinic) for _ in range(4)]
    jobs = Jobs(clinician, patients)
    chance = random.Random(4)
    killed_in, acknowledged = Counter(), []
    number = 0
    while killed_in.total() < kills:
        processes = [Process(jobs, seed=number + n, statement=_statement(number + n)) for n in range(AT_ONCE)]
        number += AT_ONCE
        for process in processes:
            process.wait_for_first_word()
        time.sleep(chance.uniform(0, 0.3))
        for process in processes:
            during, done = process.end()
            killed_in.update([during or "between"])
            acknowledged += done
        _nothing_half_done()
    _everything_is_there(acknowledged)
    told = {"kills": killed_in.total(), "during": dict(sorted(killed_in.items())), "acknowledged": len(acknowledged)}
    print(json.dumps(told))


def _statement(number: int) -> int | None:
    """At which statement of its second job a process kills itself; None for one that is killed from outside."""
    if number % 2:
        return None
    job, turn = number // 2 % len(STATEMENTS), number // 2 // len(STATEMENTS)
    return 1 + turn * 7 % STATEMENTS[job]


class Jobs:
    """What is done again and again. Each returns what must be found afterwards if it was told that it is done."""

    def __init__(self, clinician, patients):
        from pathway.plans import paper
        from pathway.wording import releasing
        from tests import make

        self.clinician, self.patients = clinician, patients
        self.editor, self.approver = (make.user(is_wording_editor=True) for _ in range(2))
        # The papers are of no matter here; everything else of a signature is as it is.
        paper.render_both = lambda record: {who: f"%PDF {record['plan']['id']}".encode() for who in paper.AUDIENCES}
        releasing._objections.clear()  # nor is how a release was tried before
        self.all = (self.save, self.sign, self.publish)

    def save(self, chance: random.Random) -> list:
        visit = self._visit(chance)
        said = {"pain_nrs": chance.randrange(11)}
        visit.save_step("pain", said, [], self.clinician, _now(), version=visit.version, rev=0)
        return ["save", str(visit.pk), visit.version]

    def sign(self, chance: random.Random) -> list:
        from pathway.plans.signing import ChangedError
        from tests.plans.signed import signed

        try:
            plan = signed(self._visit(chance), _now())
        except ChangedError:  # the other process published, or signed for the same patient
            return ["nothing"]
        return ["sign", str(plan.pk), plan.record_sha256]

    def publish(self, chance: random.Random) -> list:
        """A release of its own: a draft, a changed sentence, handed over by one person and approved by another."""
        from pathway.wording import releasing

        editor, at = {"by": self.editor, "at": _now()}, _now()
        draft = releasing.start_draft(releasing.effective(), **editor)
        sentence = chance.choice(draft.statements.filter(kind="action").order_by("pk"))
        heading = f"{sentence.heading[:40]} {chance.choice('abcdefgh')}"
        sentence.rewrite(**editor, reason="kill", seen_revision=sentence.revision, heading=heading)
        releasing.submit(draft, **editor, title="Kill", reason="kill", review_by=draft.review_by)
        releasing.approve(draft, by=self.approver, at=at)
        return ["publish", draft.pk, draft.number]

    def _visit(self, chance: random.Random):
        from tests import make

        of = make.fracture(patient=chance.choice(self.patients))
        return make.visit(of=of, by=self.clinician, **make.UNREMARKABLE, pain_nrs=6, bone_medicine="none")


def _now() -> datetime:
    return datetime.now(UTC)


class Process:
    """A fork that works until it is killed."""

    def __init__(self, jobs: Jobs, seed: int, statement: int | None):
        from django.db import connections

        connections.close_all()
        reads, writes = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            os.close(reads)
            try:
                _work(jobs, random.Random(seed), seed, statement, writes)
            finally:
                os._exit(1)
        os.close(writes)
        self._words, self._told, self._kills_itself = reads, b"", statement is not None

    def wait_for_first_word(self) -> None:
        self._told += os.read(self._words, 65536)

    def end(self) -> tuple[str, list]:
        """Kill it, or wait until it does so itself: what it was in the middle of, and all it was told is done."""
        if not self._kills_itself:
            os.kill(self.pid, signal.SIGKILL)
        _, status = os.waitpid(self.pid, 0)
        while more := os.read(self._words, 65536):
            self._told += more
        os.close(self._words)
        words = [json.loads(line) for line in self._told.splitlines()]
        if not os.WIFSIGNALED(status):
            raise AssertionError(f"A process failed instead of being killed: {words[-1:]}")
        during = words[-1][1] if words and words[-1][0] == "begins" else ""
        return during, [word for word in words if word[0] not in ("begins", "nothing")]


def _work(jobs: Jobs, chance: random.Random, seed: int, statement: int | None, writes: int) -> None:
    from django.db import connection

    def say(words: list) -> None:
        os.write(writes, json.dumps(words).encode() + b"\n")

    begun = counted = 0

    def die_in_time(execute, sql, params, many, context):
        nonlocal counted
        counted += begun > 1  # the first job is always done
        if counted == statement:
            os.kill(os.getpid(), signal.SIGKILL)
        return execute(sql, params, many, context)

    # Each job comes second in turn, so that each of its statements is killed once in a while.
    order = [jobs.all[(seed // 2 - 1 + n) % len(jobs.all)] for n in range(len(jobs.all))]
    with connection.execute_wrapper(die_in_time):
        for job in cycle(order):
            begun += 1
            say(["begins", job.__name__])
            try:
                done = job(chance)
            except Exception as error:
                say(["fails", job.__name__, repr(error)])
                raise
            say(done)


def _nothing_half_done() -> None:
    from django.db import connection

    from pathway.accounts.models import AuditEvent
    from pathway.clinic.models import StepSave, Visit
    from pathway.plans.models import Plan
    from pathway.wording.models import Release

    assert not Visit.objects.signed().filter(plan=None).exists(), "a visit is signed without its plan"
    assert not Plan.objects.filter(visit__signed_at=None).exists(), "a plan has a visit that is not signed"
    in_force = Release.objects.filter(is_effective=True)
    assert in_force.count() == 1, "no release is in force, or more than one"
    assert in_force.get().statements.count() == Release.objects.get(number=1).statements.count(), (
        "a release is not whole"
    )
    events = AuditEvent.objects
    approved = events.filter(object_type="release", reason="approved").count()
    assert approved == Release.objects.exclude(approver=None).count(), "a publication is not in the audit trail"
    assert events.filter(action="sign").count() == Plan.objects.count(), "a signature is not in the audit trail"
    assert events.filter(reason="step pain").count() == StepSave.objects.count(), "a save is not in the audit trail"
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            for pragma in ("quick_check", "foreign_key_check"):
                found = cursor.execute(f"PRAGMA {pragma}").fetchall()
                assert found in ([], [("ok",)]), found


def _everything_is_there(acknowledged: list) -> None:
    from pathway.clinic.models import StepSave
    from pathway.plans import integrity
    from pathway.plans.models import Plan
    from pathway.wording.models import Release

    find = {
        "save": lambda visit, version: StepSave.objects.filter(visit=visit, version=version),
        "sign": lambda plan, sha256: Plan.objects.filter(pk=plan, record_sha256=sha256),
        "publish": lambda pk, number: Release.objects.filter(pk=pk, number=number).exclude(approver=None),
    }
    for job, *what in acknowledged:
        assert find[job](*what).count() == 1, f"lost: {job} {what}"
    faults = list(integrity.faults())
    assert faults == [], faults


if __name__ == "__main__":
    main(int(sys.argv[1]))
