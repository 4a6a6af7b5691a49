"""`manage.py replay_edition`: which visits another edition of the limits would advise differently."""

from collections import Counter

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from pathway.guideline.limits import EDITIONS
from pathway.releases.editions import NotALimitError, coming, in_words, moved, trial


class Command(BaseCommand):
    help = (
        "Replays another edition of the limits over every open visit and signed plan, and prints whose headline or "
        "status would change. Without options: the edition in the program that is not in force yet. Writes nothing."
    )

    def add_arguments(self, parser):
        parser.add_argument("--edition", type=int, help="the number of an edition in the program")
        parser.add_argument(
            "--set", action="append", default=[], metavar="LIMIT=VALUE",
            help="another value of a limit, such as kyphosis=12; may be given several times",
        )  # fmt: skip
        parser.add_argument("--quiet", action="store_true", help="print the counts only")

    def handle(self, *args, **options):
        at = self.edition(options)
        total = Counter()
        for found in moved(at):
            total["visits"] += 1
            if found is None:
                continue
            total["signed" if found.is_signed else "open"] += 1
            total["headline"] += found.headline is not None
            if not options["quiet"]:
                state = "signed" if found.is_signed else "open"
                said = "; ".join(in_words(change) for change in found.changes)
                self.stdout.write(f"Visit {found.visit.pk}, {found.visit.on}, {state}: {said}")
        self.stdout.write(
            f"{total['visits']} visits; {total['open']} open and {total['signed']} signed would be advised "
            f"differently, {total['headline']} of them under another headline. Nothing was changed."
        )

    def edition(self, options):
        changes = dict(pair.partition("=")[::2] for pair in options["set"])
        try:
            if changes:
                return trial(changes, timezone.localdate())
        except NotALimitError as error:
            raise CommandError(str(error)) from error
        if options["edition"] is None:
            found = coming(timezone.localdate())
        else:
            found = next((one for one in EDITIONS if one.edition == options["edition"]), None)
        if found is None:
            known = ", ".join(str(one.edition) for one in EDITIONS)
            raise CommandError(f"No such edition is coming. The program has {known}; or try a limit with --set.")
        return found
