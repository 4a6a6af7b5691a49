"""The seven safety properties of the specification (section 6), each a function with its words.

A property is a list of claims about all patients. A claim says of a condition either that no patient meets it, or that
some patient does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

import z3

from pathway.guideline.actions import Status
from pathway.guideline.evaluate import ActionRules, Rulebook
from pathway.guideline.facts import FACTS
from pathway.guideline.proof import tables
from pathway.guideline.proof.patients import Patient, any_patient
from pathway.guideline.proof.translate import YES, Translator, Truth, Verdicts, some, verdicts_on
from pathway.guideline.truth import Never, Rule

WITHHELD = (Status.BLOCKED, Status.CHECK_FIRST)


class Claims(StrEnum):
    NO_PATIENT = "no patient"
    SOME_PATIENT = "some patient"
    # Not part of the property: whether it needs this exception is reported beside it.
    EXCEPTED = "excepted by the specification"
    ALSO_EXCEPTED = "excepted by the proof only"


@dataclass(frozen=True, eq=False)
class Claim:
    """`condition` is met by no patient, or by some. With `dropped`, it is about two patients: one who has that answer
    and the same one without it."""

    says: Claims
    words: str
    condition: z3.BoolRef
    dropped: str = ""


class Pathway:
    """The rules of an edition, asked about any patient."""

    def __init__(self, rules: Rulebook):
        self.rules = rules
        self.patient: Patient = any_patient()
        self.verdicts: Verdicts = verdicts_on(self.patient, rules)
        self.without = lru_cache(maxsize=None)(self._without)

    def _without(self, fact: str) -> Verdicts:
        """What the rules say of the same patient with one answer not known."""
        return verdicts_on(self.patient.without(fact), self.rules)

    def ask(self, rule: Rule) -> Truth:
        return Translator(self.patient, self.verdicts).ask(rule)

    def answered(self, fact: str, value: str) -> z3.BoolRef:
        return z3.And(self.patient.known[fact], self.patient.choices[fact][value])


Property = Callable[[Pathway], Iterator[Claim]]


def exactly_one_headline(pathway: Pathway) -> Iterator[Claim]:
    """Exactly one headline, always.

    Proven: one headline holds for every patient and no two, each where section 6 says and in its order; under
    `medical_management` no alarm is met, the scope is met, the essentials are recorded, and augmentation is either
    undetermined or not indicated before the decision day.
    """
    verdicts = pathway.verdicts
    one = z3.PbEq([(is_it, 1) for is_it in verdicts.headline.values()], 1)
    yield Claim(Claims.NO_PATIENT, "a plan without a headline, or with two", z3.Not(one))
    none_before = YES
    for name, holds in _headlines_of_section_6(verdicts).items():
        expected = z3.And(none_before, holds)
        yield Claim(
            Claims.NO_PATIENT,
            f"headline {name} where section 6 gives another, or another where it gives {name}",
            verdicts.headline.get(name, z3.BoolVal(False)) != expected,
        )
        none_before = z3.And(none_before, z3.Not(holds))
    yield Claim(
        Claims.NO_PATIENT,
        "headline medical_management although an alarm is met, the scope or an essential is open, or augmentation is"
        " indicated",
        z3.And(verdicts.headline["medical_management"], z3.Not(_nothing_but_medical_management(verdicts))),
    )


def _headlines_of_section_6(verdicts: Verdicts) -> dict[str, z3.BoolRef]:
    met, status = verdicts.criteria, verdicts.statuses["refer.augmentation"]
    conditions = (
        met["emergency"].yes,
        met["infection_suspected"].yes,
        met["malignancy_suspected"].yes,
        met["surgical_instability"].yes,
        met["in_scope"].no,
        z3.Or(z3.Not(met["essentials_recorded"].yes), met["in_scope"].unknown),
        status[Status.RECOMMENDED],
        z3.Or(status[Status.CHECK_FIRST], status[Status.BLOCKED]),
        z3.And(met["decision_day_reached"].yes, status[Status.NOT_INDICATED]),
        YES,
    )
    return dict(zip(tables.HEADLINE_ORDER, conditions, strict=True))


def _nothing_but_medical_management(verdicts: Verdicts) -> z3.BoolRef:
    met, status = verdicts.criteria, verdicts.statuses["refer.augmentation"]
    alarms = ("emergency", "infection_suspected", "malignancy_suspected", "surgical_instability")
    return z3.And(
        met["in_scope"].yes,
        met["essentials_recorded"].yes,
        *(z3.Not(met[name].yes) for name in alarms),
        z3.Or(
            status[Status.UNDETERMINED],
            z3.And(status[Status.NOT_INDICATED], z3.Not(met["decision_day_reached"].yes)),
        ),
    )


def emergency_comes_first(pathway: Pathway) -> Iterator[Claim]:
    """`emergency` met implies headline 1, whatever else is recorded.

    Proven: also for each of the three answers that make an emergency.
    """
    another = z3.Not(pathway.verdicts.headline["emergency_spine"])
    yield Claim(
        Claims.NO_PATIENT,
        "the criterion emergency met, with another headline",
        z3.And(pathway.verdicts.criteria["emergency"].yes, another),
    )
    for fact in ("neurological_deficit", "cauda_equina_symptoms", "cord_signs"):
        yield Claim(
            Claims.NO_PATIENT, f"{fact} yes, with another headline", z3.And(pathway.answered(fact, "yes"), another)
        )


def not_known_never_reassures(pathway: Pathway) -> Iterator[Claim]:
    """Changing an answer from no (or normal) to not known never moves the headline from one of 1-6 to one of 7-10, nor
    from `augmentation_checks` to `augmentation_review`, and never turns a `blocked` or `check_first` into
    `recommended`.

    Proven: more than that. For every fact and any value of it, no action gets `recommended` and no headline
    `augmentation_review` by forgetting it. No headline leaves 1-6 by forgetting any value but one that is itself a
    flag of headlines 2-4; those are listed, each with a patient who shows that it cannot be covered.
    """
    alarming = tables.alarming(pathway.rules.at)
    before = pathway.verdicts
    for fact in FACTS:
        known, after = pathway.patient.known[fact], pathway.without(fact)
        # A solver that is told what two copies share need not find it out; only what differs is asked.
        turned = [
            z3.And(some(old[status] for status in WITHHELD), new[Status.RECOMMENDED])
            for name, old in before.statuses.items()
            if not _same(old, new := after.statuses[name])
        ]
        yield Claim(
            Claims.NO_PATIENT,
            f"an action blocked or check_first that is recommended once {fact} is not known",
            z3.And(known, some(turned)),
            fact,
        )
        yield Claim(
            Claims.NO_PATIENT,
            f"headline augmentation_checks that becomes augmentation_review once {fact} is not known",
            z3.And(known, before.headline["augmentation_checks"], after.headline["augmentation_review"]),
            fact,
        )
        calmer = z3.And(
            known,
            before.headline_among(*tables.HEADLINES_1_TO_6),
            after.headline_among(*tables.HEADLINES_7_TO_10),
        )
        normal = z3.Not(pathway.ask(alarming[fact]).yes) if fact in alarming else YES
        which = "normal" if fact in alarming else "recorded"
        yield Claim(
            Claims.NO_PATIENT,
            f"{fact} {which}, under a headline of 1-6 that becomes one of 7-10 once it is not known",
            z3.And(calmer, normal),
            fact,
        )
        if fact in alarming:
            yield Claim(
                Claims.SOME_PATIENT,
                f"{fact} alarming, so that it cannot be covered as well",
                z3.And(calmer, z3.Not(normal)),
                fact,
            )


def _same(one: dict[Status, z3.BoolRef], other: dict[Status, z3.BoolRef]) -> bool:
    return all(one[status].eq(other[status]) for status in Status)


def no_recommendation_past_a_stop(pathway: Pathway) -> Iterator[Claim]:
    """No action is `recommended` while one of its stops is yes or unknown.

    Proven: of the stops in the rules, and of those in section 5, which are stated a second time for it; and of every
    check that is no or not known.
    """
    statuses, at = pathway.verdicts.statuses, pathway.rules.at
    for name, action in pathway.rules.actions.items():
        recommended = statuses[name][Status.RECOMMENDED]
        for stop in (*action.stops, *tables.stops(at).get(name, ())):
            words = f"{name} recommended while its stop is yes or not known: {stop.text}"
            yield Claim(Claims.NO_PATIENT, words, z3.And(recommended, z3.Not(pathway.ask(stop).no)))
        for check in (*action.checks, *tables.checks(at).get(name, ())):
            words = f"{name} recommended while its check is no or not known: {check.text}"
            yield Claim(Claims.NO_PATIENT, words, z3.And(recommended, z3.Not(pathway.ask(check).yes)))


def never_augmentation_and_surgery(pathway: Pathway) -> Iterator[Claim]:
    """`refer.augmentation` and `refer.surgery` are never both `recommended`.

    Proven: as it is worded.
    """
    statuses = pathway.verdicts.statuses
    both = [statuses[name][Status.RECOMMENDED] for name in ("refer.augmentation", "refer.surgery")]
    yield Claim(Claims.NO_PATIENT, "refer.augmentation and refer.surgery both recommended", z3.And(*both))


def knowing_more_never_undecides(pathway: Pathway) -> Iterator[Claim]:
    """Recording one more fact never changes a decided criterion back to unknown, except a fact that withdraws a
    measurement: `spine_t_includes_fracture`, `kyphosis_method`, `scoliosis_preexisting`.

    Proven: with two more exceptions, because as it stands it is not true of the rules of sections 3 and 4. A value
    that completes a rise which reaches its limit: a rise without both values was left out, as a no (D3). The onset,
    where the day of the imaging stood in for it (D1). In both an assumption gives way to news. Of the three facts
    that may withdraw a measurement only those listed do.
    """
    known, with_it = pathway.patient.known, pathway.verdicts.criteria
    rises = tables.reached_rises(pathway.rules.at)
    for fact in FACTS:
        without_it = pathway.without(fact).criteria
        reopened = z3.And(
            known[fact],
            some(
                z3.And(without_it[name].known, truth.unknown)
                for name, truth in with_it.items()
                if not (truth.yes.eq(without_it[name].yes) and truth.no.eq(without_it[name].no))
            ),
        )
        words = f"a decided criterion that is unknown again once {fact} is recorded"
        if fact in tables.WITHDRAWING:
            yield Claim(Claims.EXCEPTED, words, reopened, fact)
        elif fact in rises:
            news = some(pathway.ask(rise).yes for rise in rises[fact])
            yield Claim(Claims.NO_PATIENT, f"{words}, without a rise that it completes", _but(reopened, news), fact)
            yield Claim(Claims.ALSO_EXCEPTED, f"{words} and completes a rise", z3.And(reopened, news), fact)
        elif fact == "onset_on":
            stood_in = known["identified_on"]
            yield Claim(Claims.NO_PATIENT, f"{words}, without imaging", _but(reopened, stood_in), fact)
            yield Claim(Claims.ALSO_EXCEPTED, f"{words} in place of the imaging", z3.And(reopened, stood_in), fact)
        else:
            yield Claim(Claims.NO_PATIENT, words, reopened, fact)


def _but(condition: z3.BoolRef, excepted: z3.BoolRef) -> z3.BoolRef:
    return z3.And(condition, z3.Not(excepted))


def everything_is_reachable(pathway: Pathway) -> Iterator[Claim]:
    """Every headline and every notice is reachable, and of every action every status that its own rule does not
    exclude.

    Proven: with a patient for each, who can be evaluated again; and that no patient has a status which the action's
    own rule excludes: without stops none is `blocked`, without stops and checks none is `check_first`, with a check
    that only a specialist settles none is `recommended`.
    """
    verdicts = pathway.verdicts
    for name, is_it in verdicts.headline.items():
        yield Claim(Claims.SOME_PATIENT, f"headline {name}", is_it)
    for name, truth in verdicts.notices.items():
        yield Claim(Claims.SOME_PATIENT, f"notice {name}", truth.yes)
    for name, action in pathway.rules.actions.items():
        excluded = _excluded(action)
        for status, is_it in verdicts.statuses[name].items():
            says = Claims.NO_PATIENT if status in excluded else Claims.SOME_PATIENT
            yield Claim(says, f"{name} {status}", is_it)


def _excluded(action: ActionRules) -> set[Status]:
    """The statuses that an action cannot have: blocked without stops, check_first without stops and checks, and
    recommended with a check that no answer settles."""
    excluded = set()
    if not action.stops:
        excluded.add(Status.BLOCKED)
    if not action.stops and not action.checks:
        excluded.add(Status.CHECK_FIRST)
    if any(isinstance(check, Never) for check in action.checks):
        excluded.add(Status.RECOMMENDED)
    return excluded


PROPERTIES: tuple[Property, ...] = (
    exactly_one_headline,
    emergency_comes_first,
    not_known_never_reassures,
    no_recommendation_past_a_stop,
    never_augmentation_and_surgery,
    knowing_more_never_undecides,
    everything_is_reachable,
)
