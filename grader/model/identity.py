"""What a student's id is, whoever wrote it: one form for hand-ins, rosters, times, queues and overrides.

Two texts that nobody can tell apart must not be two students, and two students whose ids merely look
alike must not pass for one: the first are made equal here, the second are named by whoever compares.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, Final

from pydantic import AfterValidator

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# Characters of no width beside those of Unicode's category Cf: joiners, fillers, variation selectors.
_UNSEEN: Final = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0000-\U000e0fff]"
)
# An id is asked for several times on its way; longer ones than this are none.
_LONGEST_KEPT: Final = 200  # characters
# Words of a name; its rotations are compared.
MAX_WORDS: Final = 12
_BLANKS: Final = re.compile(r"[\s\u2800]+")
# Letters that are drawn alike (Unicode's table of confusables, UTS 39, as far as alphabets of names go),
# and the digits that pass for letters in most typefaces.
_ALIKE: Final = str.maketrans(
    "АВЕЅІЈКМНОРСТХУԀԌаеѕіјорсухһԁԛԝӏѵΑΒΕΖΗΙΚΜΝΟΡΤΥΧαινορυϲϳՕՏօսոհցзⅼⅰⅽⅾⅿ01I|",
    "ABESIJKMHOPCTXYDGaesijopcyxhdqwlvABEZHIKMNOPTYXaivopucjOSounhg3licdmOlll",
)


def normal_id(text: str) -> str:
    r"""Return an id in its one form; "" for a text in which nothing can be seen.

    Compatibility forms are folded (Unicode NFKC), characters of no width and those that steer the
    direction of text are left out, blanks around it go and those inside become one. Case stays.

    >>> normal_id(" Ada  Ｌovelace\u200b ")
    'Ada Lovelace'
    """
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    return _folded(text) if len(text) <= _LONGEST_KEPT else _folded.__wrapped__(text)


@lru_cache(maxsize=1024)
def _folded(text: str) -> str:
    folded = _UNSEEN.sub("", unicodedata.normalize("NFKC", text))
    seen = "".join(
        " " if character.isspace() else character
        for character in folded
        if character.isspace() or unicodedata.category(character) not in {"Cc", "Cf", "Cs"}
    )
    return _BLANKS.sub(" ", unicodedata.normalize("NFC", seen)).strip()


StudentId = Annotated[str, AfterValidator(normal_id)]
"""A field that holds a student's id in its one form."""


def name_words(name: str) -> tuple[str, ...]:
    """Return the words of a name as they are compared: small letters, without punctuation; accents stay.

    >>> name_words("O'Brien, Ada")
    ('obrien', 'ada')
    """
    words = (
        "".join(sign for sign in word if sign.isalnum() or unicodedata.category(sign)[0] == "M")
        for word in normal_id(name).casefold().split()[:MAX_WORDS]
    )
    return tuple(word for word in words if word)


def run_together(words: tuple[str, ...]) -> frozenset[str]:
    """Return what a name may look like in one word, from any of its words round to it, as platforms name files.

    >>> sorted(run_together(("ada", "lovelace")))
    ['adalovelace', 'lovelaceada']
    """
    return frozenset("".join((*words[at:], *words[:at])) for at in range(len(words)))


def is_same_name(one: str, other: str) -> bool:
    """Whether two whole names are the same but for the order of their words, or run together."""
    words, others = name_words(one), name_words(other)
    if len(words) > 1 and len(others) > 1:
        return sorted(words) == sorted(others)
    return bool(run_together(words) & run_together(others))


def looks(student: str) -> tuple[str, str]:
    """Return what ids have in common that differ in case alone, and what those have that are drawn alike."""
    return student.casefold(), student.translate(_ALIKE).casefold()


def alike(students: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield the pairs of ids that differ in case alone or are drawn alike; each with the first of its kind."""
    seen: dict[tuple[int, str], str] = {}
    for student in students:
        firsts = [seen.setdefault(key, student) for key in enumerate(looks(student))]
        first = next((other for other in firsts if other != student), None)
        if first is not None:
            yield first, student
