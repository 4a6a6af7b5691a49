"""Text that people type: what is accepted in a name or an identifier, and how it is compared.

Names in any script are accepted. Control characters, characters that change the direction of text and characters
that cannot be seen are refused, because they make one patient look like another on screen and on paper.
"""

from __future__ import annotations

import unicodedata
from itertools import pairwise

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

LONGEST_WORD = 60
LONGEST_FOLDED = 160
_JOINERS = "\u200c\u200d"
_FIRST_JOINED_SCRIPT = "\u0600"  # Arabic; joiners shape letters in it and in the Indic scripts after it, in Latin never
_LETTERS_WITHOUT_MARKS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "æ": "ae", "œ": "oe", "þ": "th", "ı": "i", "ħ": "h"}
)


def clean_text(text: str, label: str, longest: int) -> str:
    """One line of text in NFC without outer or double spaces. Raises ValidationError with a sentence."""
    if len(text) > longest:
        raise ValidationError(
            _("%(label)s: enter at most %(longest)d characters."), params={"label": label, "longest": longest}
        )
    if any(_is_unseen(character, before) for before, character in pairwise(" " + text)):
        raise ValidationError(
            _("%(label)s: remove the invisible or control characters; type it again rather than pasting it."),
            params={"label": label},
        )
    text = unicodedata.normalize("NFC", " ".join(text.split()))
    if text and not any(character.isalnum() for character in text):
        raise ValidationError(_("%(label)s: enter at least one letter or digit."), params={"label": label})
    if any(len(word) > LONGEST_WORD for word in text.split()):
        raise ValidationError(
            _("%(label)s: enter words of at most %(longest)d characters."),
            params={"label": label, "longest": LONGEST_WORD},
        )
    return text


def clean_words(text: str, label: str, longest: int) -> str:
    """Free text of several lines, such as a reason; the lines are kept. Raises ValidationError with a sentence."""
    if len(text) > longest:
        raise ValidationError(
            _("%(label)s: enter at most %(longest)d characters."), params={"label": label, "longest": longest}
        )
    lines = [clean_text(line, label, longest) for line in text.replace("\r\n", "\n").split("\n")]
    return "\n".join(lines).strip()


def fold(text: str) -> str:
    """The text as it is searched and compared: no case, accents, spaces or punctuation. é, É and e + U+0301 agree.

    At most LONGEST_FOLDED characters: a few single characters unfold into many.
    """
    folded = unicodedata.normalize("NFKD", text.casefold()).translate(_LETTERS_WITHOUT_MARKS)
    return "".join(character for character in folded if character.isalnum())[:LONGEST_FOLDED]


def _is_unseen(character: str, before: str) -> bool:
    if character in _JOINERS:
        return before < _FIRST_JOINED_SCRIPT
    # Cc control, Cf format (zero width, bidi), Cs surrogate, Co private use, Cn not assigned, Zl and Zp line breaks.
    return unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
