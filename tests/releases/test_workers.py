"""Replays left to workers: real processes of `manage.py db_worker`, on both engines."""

from tests import scratch

START = """
from django.utils import timezone
from pathway.releases import tasks
from tests import make
make.wording()
make.visit(**make.UNREMARKABLE, pain_nrs=6, bone_medicine="none", kyphosis_degrees=13, kyphosis_method="local")
draft = make.draft(key="pain.acetaminophen", heading="Another")
replay = tasks.start(draft, by=draft.author, at=timezone.now())
trial = tasks.start_trial("kyphosis", "12", by=draft.author, at=timezone.now())
print(replay.is_finished, replay.parts_done, trial.is_finished, trial.parts_done)
"""
LOOK = """
from pathway.releases.models import Replay, Trial
from pathway.releases.replay import counts
replay, trial = Replay.objects.get(), Trial.objects.get()
print(replay.is_finished, replay.failed, replay.parts_done, replay.done, counts(replay)["open"], replay.cases > 100)
print(trial.is_finished, trial.failed, trial.parts_done, trial.done, trial.open, trial.changes.count() > 0)
"""


def test_replays_wait_for_a_worker_which_does_them(tmp_path, django_db_blocker, monkeypatch):
    monkeypatch.setenv("TASK_WORKERS", "1")
    with django_db_blocker.unblock(), scratch.database(tmp_path) as address:
        assert scratch.manage(address, "migrate", "--verbosity", "0").returncode == 0
        assert scratch.python(address, START).splitlines()[-1] == "False 0 False 0"
        worker = scratch.manage(address, "db_worker", "--batch", "--no-startup-delay")
        assert worker.returncode == 0, worker.stderr
        assert scratch.python(address, LOOK).splitlines() == ["True False 2 1 1 True", "True False 1 1 1 True"]
