#!/usr/bin/env python3
"""Django's command line. `manage.py demo` has its own database, so it says so before the settings load."""

import os
import sys


def main() -> None:
    if sys.argv[1:2] == ["demo"]:
        os.environ["DEMO"] = "1"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pathway.settings")
    if sys.argv[1:2] == ["evaluate"]:
        # It asks no database: to load the web application first would take three times as long as one answer.
        from pathway.exchange.management.commands.evaluate import Command

        Command().run_from_argv(sys.argv)
        return
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
