"""Stops a PostgreSQL server in the middle of requests, as a crash does, and starts it again.

`.ci/postgres python -m tests.faults.postgres_stops`: on a server that nobody else uses.
"""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

import django


class Server:
    def __init__(self):
        self.data = os.environ["POSTGRES_DATA"]
        self.pg_ctl = f"{os.environ['POSTGRES_BIN']}/pg_ctl"
        self.port = urlsplit(os.environ["DATABASE_URL"]).port
        self.is_up = True

    def _run(self, *arguments: str) -> None:
        as_owner = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
        folder = Path(self.data).parent
        subprocess.run([*as_owner, self.pg_ctl, "--pgdata", self.data, *arguments], cwd=folder, check=True)

    def stop(self) -> None:
        if self.is_up:
            self._run("--mode", "immediate", "--silent", "stop")
            self.is_up = False

    def start(self) -> None:
        folder = Path(self.data).parent
        listens = f"-h 127.0.0.1 -p {self.port} -k {folder}"
        self._run("--log", str(folder / "log"), "--wait", "--silent", "start", "--options", listens)
        self.is_up = True


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pathway.settings")
    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.db import close_old_connections, connection
    from django.test import Client
    from django.test.utils import setup_test_environment

    from pathway.clinic.models import StepSave
    from pathway.plans import integrity
    from tests import make

    setup_test_environment()
    settings.ALLOWED_HOSTS = ["testserver"]
    call_command("migrate", verbosity=0)
    make.wording()
    visit = make.visit()
    person = Client(raise_request_exception=False)
    person.force_login(visit.started_by)
    server, statuses, stops = Server(), [], 0
    address = f"/visits/{visit.pk}/pain/"

    def send(method, *told):
        """What a web server does around each request, which the test client leaves out."""
        close_old_connections()
        try:
            return method(address, *told)
        finally:
            close_old_connections()

    def stops_after(statements: int):
        seen = 0

        def run(execute, sql, params, many, context):
            nonlocal seen
            seen += 1
            if seen == statements:
                server.stop()
            return execute(sql, params, many, context)

        return run

    for statements in (1, 9, 16):
        visit.refresh_from_db()
        typed = {"version": visit.version, "rev": "0", "pain_nrs": str(statements % 11)}
        with connection.execute_wrapper(stops_after(statements)):
            during = send(person.post, typed)
        after = send(person.get)
        for response in (during, after):
            statuses.append(response.status_code)
            assert response.status_code == 503, (statements, response.status_code)
            assert int(response.headers["Retry-After"]) > 0
        server.start()
        again = send(person.post, typed)  # the same form, without anything else being done
        # 409: the answer to the save was lost after it was kept.
        assert again.status_code in (302, 409), (statements, again.status_code)
        visit.refresh_from_db()
        assert visit.pain_nrs == statements % 11
        stops += 1
    assert StepSave.objects.filter(visit=visit).count() == stops
    assert list(integrity.faults()) == []
    print(json.dumps({"stops": stops, "statuses": sorted(set(statuses))}))


if __name__ == "__main__":
    main()
