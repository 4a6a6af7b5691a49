"""How hard a text for patients is to read, as the age at which most people can, and the words to avoid in it.

Flesch and Kincaid's grade: 0.39 words a sentence + 11.8 syllables a word - 15.59; a grade is read five years older than
it counts. Syllables are counted as groups of vowels without silent endings. For English only.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import ceil

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pathway.wording.body import BULLETS, blocks

GOAL_AGE, STOP_AGE = 11, 14
AGE_OF_GRADE_NOUGHT = 5
FEWEST_WORDS = 10
"""Below this many, one long word decides the grade; such a text is shown with it and not stopped by it."""
HARD_SYLLABLES = 3
WORD = re.compile(r"[^\W\d_][^\W\d_’'-]*(?:[-’'][^\W\d_]+)*|\d+")
SENTENCE_END = re.compile(r"(?<=[.!?:;])\s+(?=[^\W\d_]|\d)")
SILENT = re.compile(r"(?:[^laeiouy]es|[^dt]ed|[^laeiouy]e)$")

AVOID = {
    "disease": gettext_lazy("Say “condition”, or what it is: thin bones."),
    "brittle": gettext_lazy("It frightens. Say “weaker bones”."),
    "fragile": gettext_lazy("It frightens. Say “weaker bones”."),
    "crumbling": gettext_lazy("It frightens, and people move less. Say “became flatter”."),
    "collapsed": gettext_lazy("It frightens. Say “became flatter”."),
    "prevent": gettext_lazy("It promises too much. Say “make it less likely”."),
    "prevents": gettext_lazy("It promises too much. Say “makes it less likely”."),
    "cure": gettext_lazy("It promises too much. Say what gets better."),
    "suffer": gettext_lazy("Say “have”."),
    "suffering": gettext_lazy("Say “have”."),
    "elderly": gettext_lazy("Say the age, or “older people”."),
    "compliance": gettext_lazy("It blames. Say “taking your medicine”."),
    "degenerative": gettext_lazy("Say “worn with age”, where it matters at all."),
    "vertebra": gettext_lazy("Say “bone in your back”."),
    "vertebral": gettext_lazy("Say “of your back”."),
    "vertebrae": gettext_lazy("Say “bones in your back”."),
    "analgesic": gettext_lazy("Say “pain medicine”."),
    "analgesia": gettext_lazy("Say “pain relief”."),
    "administer": gettext_lazy("Say “give”."),
    "contraindicated": gettext_lazy("Say “not for you if …”."),
    "osteoporotic": gettext_lazy("Say “because of thin bones”."),
    "renal": gettext_lazy("Say “kidney”."),
    "cardiac": gettext_lazy("Say “heart”."),
    "neurological": gettext_lazy("Say what it is: weakness, numbness."),
    "symptoms": gettext_lazy("Say which: pain, numbness."),
    "commence": gettext_lazy("Say “start”."),
    "prior": gettext_lazy("Say “before”."),
    "utilize": gettext_lazy("Say “use”."),
}


@dataclass(frozen=True)
class ReadSentence:
    """One sentence with the age at which it is read and its words of three syllables and more."""

    text: str
    words: int
    syllables: int
    hard: tuple[str, ...]

    @property
    def age(self) -> float:
        return _age(self.words, 1, self.syllables)


@dataclass(frozen=True)
class Reading:
    """A text for patients, sentence by sentence and whole."""

    sentences: tuple[ReadSentence, ...]
    avoid: tuple[tuple[str, str], ...]

    @property
    def words(self) -> int:
        return sum(sentence.words for sentence in self.sentences)

    @property
    def age(self) -> float:
        return _age(self.words, len(self.sentences), sum(sentence.syllables for sentence in self.sentences))

    @property
    def age_said(self) -> str:
        """Rounded up, so that an age above a limit is never said to be the limit."""
        return f"{ceil(self.age * 10) / 10:.1f}"

    @property
    def hard(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(word for sentence in self.sentences for word in sentence.hard))

    @property
    def is_stopped(self) -> bool:
        return self.words >= FEWEST_WORDS and self.age > STOP_AGE

    @property
    def misses_the_goal(self) -> bool:
        return self.words >= FEWEST_WORDS and self.age > GOAL_AGE


def read(body: str) -> Reading:
    """How a body reads, its bullets as sentences of their own."""
    sentences = tuple(_read(text) for text in _sentences(body) if WORD.search(text))
    said = [word.lower() for sentence in sentences for word in WORD.findall(sentence.text)]
    avoid = tuple((word, str(AVOID[word])) for word in dict.fromkeys(said) if word in AVOID)
    return Reading(sentences, avoid)


def faults(body: str) -> list[str]:
    """What keeps a text for patients from being used."""
    reading = read(body)
    if not reading.is_stopped:
        return []
    return [
        _("It reads as for age %(age)s; text for patients stops at %(stop)s. Hard words: %(hard)s.")
        % {"age": reading.age_said, "stop": STOP_AGE, "hard": ", ".join(reading.hard) or "–"}
    ]


def warnings(body: str) -> list[str]:
    """What an editor may want to put better, and may leave."""
    reading = read(body)
    found = []
    if reading.misses_the_goal and not reading.is_stopped:
        found.append(
            _("It reads as for age %(age)s; the goal is %(goal)s.") % {"age": reading.age_said, "goal": GOAL_AGE}
        )
    return found + [_("Avoid “%(word)s”. %(instead)s") % {"word": word, "instead": why} for word, why in reading.avoid]


def syllables(word: str) -> int:
    letters = re.sub(r"[^a-z]", "", word.lower())
    if len(letters) <= 3:
        return 1
    spoken = SILENT.sub(lambda match: match[0][0], letters)
    return max(1, len(re.findall(r"[aeiouy]+", spoken.removeprefix("y"))))


def _sentences(body: str) -> list[str]:
    lines = [line for block in blocks(body) for line in block.lines if block.kind == BULLETS or line]
    return [sentence for line in lines for sentence in SENTENCE_END.split(line)]


def _read(text: str) -> ReadSentence:
    words = WORD.findall(text)
    counts = [syllables(word) for word in words]
    hard = tuple(word for word, count in zip(words, counts, strict=True) if count >= HARD_SYLLABLES)
    return ReadSentence(text, len(words), sum(counts), hard)


def _age(words: int, sentences: int, syllables: int) -> float:
    if not words:
        return AGE_OF_GRADE_NOUGHT
    grade = 0.39 * words / sentences + 11.8 * syllables / words - 15.59
    return max(AGE_OF_GRADE_NOUGHT, grade + AGE_OF_GRADE_NOUGHT)
