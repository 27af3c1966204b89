"""A share of the credit as people and spreadsheets write it: `1/2`, `0.5`, `0,5`, `50 %`, `½`, and `02-Jan`.

A spreadsheet takes `1/2` for a day, in one country for the second of January, in another for the first of February.
A share is at most 1, so that day and month say which it was, whichever of them came first.
"""

from __future__ import annotations

import re
import unicodedata
from fractions import Fraction
from typing import Final

# How the names of the months begin: English, German, French, Spanish, Italian, Portuguese, Dutch, the Nordic
# languages, Polish.
_MONTHS: Final = tuple(
    tuple(names.split())
    for names in (
        "jan ene gen sty", "feb fév fev lut", "mar mär mrz mrt", "apr avr abr kwi", "may mai mag mei maj", "jun juin giu cze",
        "jul juil lug lip", "aug août aoû ago sie", "sep set wrz", "oct okt ott out paź", "nov lis", "dec dez déc dic des gru",
    )
)  # fmt: skip
_LONGEST: Final = 40  # characters; nobody writes a share longer
_NUMBER: Final = re.compile(r"[0-9]{1,9}(?:[.,][0-9]{0,12})?|[.,][0-9]{1,12}")
_WORD: Final = r"([^\W\d_]{3,10})\.?"
_DAY_AND_WORD: Final = re.compile(rf"([0-9]{{1,2}})[-./ ]{{1,2}}{_WORD}(?:[-./ ]{{1,2}}[0-9]{{2,4}})?")
_WORD_AND_DAY: Final = re.compile(rf"{_WORD}[-./ ]{{1,2}}([0-9]{{1,2}})(?:,? [0-9]{{4}})?")
_YEAR_LAST: Final = re.compile(
    r"([0-9]{1,2})([-./])([0-9]{1,2})\2(?:[0-9]{2}|[0-9]{4})(?: 0{1,2}:00(?::00)?)?"
)
_YEAR_FIRST: Final = re.compile(r"[0-9]{4}-([0-9]{2})-([0-9]{2})(?:[T ]00:00(?::00(?:\.0+)?)?)?")


def share_of(text: str) -> Fraction | None:
    """Return a share from 0 to 1; None for any other text.

    >>> share_of("0,5"), share_of("50 %"), share_of("01-Feb"), share_of("2")
    (Fraction(1, 2), Fraction(1, 2), Fraction(1, 2), None)
    """
    if len(text) > _LONGEST:
        return None
    plain = unicodedata.normalize("NFKC", text).replace("\N{FRACTION SLASH}", "/").strip().removeprefix("'")
    day = day_of(plain)
    if day is not None:
        return Fraction(min(day), max(day)) if min(day) else None
    scale = 1
    if plain.endswith("%"):
        plain, scale = plain[:-1].rstrip(), 100
    above, slash, below = (part.strip() for part in plain.partition("/"))
    if not _NUMBER.fullmatch(above) or (slash and not _NUMBER.fullmatch(below)):
        return None
    most = _amount(below) if slash else Fraction(1)
    share = _amount(above) / most / scale if most else Fraction(2)
    return share if share <= 1 else None


def day_of(text: str) -> tuple[int, int] | None:
    """Return day and month, in either order, of a text that a spreadsheet made of a fraction; None for any other."""
    folded = text.strip().casefold()
    for pattern, word, number in ((_DAY_AND_WORD, 2, 1), (_WORD_AND_DAY, 1, 2)):
        found = pattern.fullmatch(folded)
        if found is not None:
            month = _month(found[word])
            return (int(found[number]), month) if month else None
    found = _YEAR_LAST.fullmatch(folded)
    if found is not None:
        return int(found[1]), int(found[3])
    found = _YEAR_FIRST.fullmatch(folded)
    return (int(found[1]), int(found[2])) if found else None


def _month(word: str) -> int:
    return next((number for number, names in enumerate(_MONTHS, 1) if word.startswith(names)), 0)


def _amount(text: str) -> Fraction:
    return Fraction(f"0{text.replace(',', '.')}0" if "." in text or "," in text else text)
