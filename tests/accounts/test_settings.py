"""Settings are read once per process, so each case is a process of its own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SERVICE = {
    "DJANGO_ENV": "production",
    "SECRET_KEY": "k3y-" + "abcdefghij" * 6,
    "ALLOWED_HOSTS": "pathway.example.org",
    "DATABASE_URL": "sqlite:///:memory:",
}


def manage(*arguments, **environment):
    command = [sys.executable, "manage.py", *arguments]
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(command, cwd=ROOT, env={**kept, **environment}, capture_output=True, text=True, timeout=120)


def test_a_service_passes_the_deployment_checks():
    run = manage("check", "--deploy", "--fail-level", "WARNING", **SERVICE)
    assert (run.returncode, run.stderr) == (0, "")


@pytest.mark.parametrize("missing", ["SECRET_KEY", "ALLOWED_HOSTS", "DATABASE_URL"])
def test_a_service_does_not_start_without(missing):
    run = manage("check", **{name: value for name, value in SERVICE.items() if name != missing})
    assert run.returncode != 0
    assert missing in run.stderr


@pytest.mark.parametrize("unsafe", ["DEBUG", "DEMO"])
def test_a_service_does_not_start_with(unsafe):
    run = manage("check", **SERVICE, **{unsafe: "1"})
    assert run.returncode != 0
    assert "must be off" in run.stderr


def test_the_known_key_serves_this_computer_only():
    run = manage("check", ALLOWED_HOSTS="pathway.example.org")
    assert run.returncode != 0
    assert "DJANGO_ENV=production" in run.stderr


def test_static_files_get_names_that_change_with_their_content(tmp_path):
    run = manage("collectstatic", "--noinput", **SERVICE, STATIC_ROOT=str(tmp_path))
    assert run.returncode == 0, run.stderr
    assert (tmp_path / "staticfiles.json").exists()
