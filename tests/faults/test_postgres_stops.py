"""A PostgreSQL server that crashes in the middle of a request: 503, and the same form is saved once it is back."""

import json
import subprocess
import sys

from tests import scratch


def test_a_crash_of_the_server_is_503_and_the_service_recovers_by_itself():
    where = scratch.environment("")
    del where["DATABASE_URL"]  # a server of its own, which nobody else uses
    command = [".ci/postgres", sys.executable, "-m", "tests.faults.postgres_stops"]
    run = subprocess.run(command, cwd=scratch.ROOT, env=where, capture_output=True, text=True, timeout=300)
    assert run.returncode == 0, run.stdout + run.stderr
    assert json.loads(run.stdout.splitlines()[-1]) == {"stops": 3, "statuses": [503]}
