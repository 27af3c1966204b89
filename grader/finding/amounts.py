"""Values with a unit that stand in a sentence without any sign of arithmetic: `it takes 4 n bytes`.

Counts (`3 layers`) are left out: every second sentence has one.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final

from grader.finding.formulas import FoundFormula
from grader.notation.grammar.quantities import unit_behind
from grader.notation.lazypatterns import deferred
from grader.notation.numbers.units import unit_named

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MAX_AMOUNTS: Final = 40  # of one answer
MAX_TEXT: Final = 50_000  # characters looked at; the longest real answers have some 5,000
MAX_NUMBERS: Final = 1_000  # looked at; longer answers are dumps
MAX_LETTERS: Final = 4  # between a number and its unit: `4 n m bytes`
DIMENSIONS: Final = frozenset({"memory", "time", "flops", "macs"})

_NUMBER: Final = deferred(
    r"(?<![\w.,^_\\/*+-])\d{1,40}(?:[.,]\d{1,40}){0,12}(?:[eE][+-]?\d{1,4})?(?: ?(?:thousand|million|billion|trillion)\b)?"
)
_LETTER: Final = deferred(r"[ *·]?[A-Za-z]\b(?![.(/])")


def find_amounts(text: str, others: Sequence[FoundFormula]) -> Iterator[FoundFormula]:
    """Yield the values with a unit that are part of no other formula, unit included."""
    count = 0
    for match in islice(_NUMBER.finditer(text, 0, MAX_TEXT), MAX_NUMBERS):
        start = match.start()
        end = _end_of_amount(text, match.end())
        if not end or any(other.start < end and start < other.end for other in others):
            continue
        yield FoundFormula(text[start:end], start, end, "plain", display=False)
        count += 1
        if count == MAX_AMOUNTS:
            return


def _end_of_amount(text: str, at: int) -> int:
    """Return where the unit behind a number and at most so many letters ends; 0 where there is none."""
    end = 0
    for _ in range(MAX_LETTERS + 1):
        unit = unit_behind(text, at)
        known = unit_named(unit) if unit else None
        if known is not None and known.dimension.partition("/")[0] in DIMENSIONS:
            end = _end_of_unit(text, at, unit) or end
        letter = _LETTER.match(text, at)
        if letter is None:
            break
        at = letter.end()
    return end


def _end_of_unit(text: str, at: int, unit: str) -> int:
    """Return where a unit ends that stands here with nothing but blanks before it."""
    parts = unit.split("/")
    if not text[at : at + len(unit) + 4].lstrip(" ").startswith(parts[0]):
        return 0
    for part in parts:
        at = text.index(part, at) + len(part)
    return at
