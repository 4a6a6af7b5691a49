"""Lists the signed plans that used a rule, a text, an edition or an answer."""

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from pathway.accounts import audit
from pathway.plans import recall


class Command(BaseCommand):
    help = "List the signed plans that used a rule, a text of the wording, an edition of the limits, or an answer."

    def add_arguments(self, parser) -> None:
        asked = parser.add_mutually_exclusive_group(required=True)
        asked.add_argument("--rule", help="a criterion or an action; deformity.kyphosis=met for one state only")
        asked.add_argument("--wording", help="a sentence, such as action:refer.augmentation:clinician@3")
        asked.add_argument("--edition", help="the edition of the rules and limits, such as 1")
        asked.add_argument("--answer", nargs=3, metavar=("FACT", "LOW", "HIGH"), help="kyphosis_degrees 10 20")

    def handle(self, *args, rule, wording, edition, answer, **options) -> None:
        try:
            asked, words = self._question(rule, wording, edition, answer)
        except recall.NotAskedError as error:
            raise CommandError(str(error)) from None
        audit.record(audit.Action.EXPORT, actor=None, at=timezone.now(), about=("recall", ""), reason=words[:200])
        count = 0
        for count, match in enumerate(recall.matches(asked), 1):  # noqa: B007 - the count is printed after the loop
            plan = match.plan
            self.stdout.write(f"{plan.number}  {plan.signed_at:%Y-%m-%d}  {plan.pk}  {match.found}")
        self.stdout.write(f"{count} signed plans match {words}.")

    def _question(self, rule, wording, edition, answer) -> tuple[recall.Question, str]:
        if answer is not None:
            return recall.answer(*answer), "answer " + " ".join(answer)
        given = {"rule": rule, "wording": wording, "edition": edition}
        kind, text = next((kind, text) for kind, text in given.items() if text is not None)
        return getattr(recall, kind)(text), f"{kind} {text}"
