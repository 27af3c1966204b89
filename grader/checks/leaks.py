"""How a text that students see spells what a check expects, and whether that can hardly be chance."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from grader.notation.lazypatterns import deferred

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from fractions import Fraction

    from grader.finding.reading import Reading
    from grader.notation.numbers.exact import NumberReading
    from grader.notation.tree import Node

# Fewer significant digits stand in a text by chance.
TELLING_DIGITS: Final = 3
# A formula of fewer signs and names does as well.
TELLING_NODES: Final = 3
TELLING_CELLS: Final = 3  # and so do two numbers side by side

_DIGITS: Final = deferred(r"[0-9]+(?:[,_' ][0-9]{3})*(?:\.[0-9]+)?")


def spelled(public: Reading, expected: NumberReading) -> Iterator[tuple[str, bool]]:
    """Yield the numbers of a text that have a value."""
    if not any(map(str.isdigit, public.text)) and not public.numbers:
        return
    value = expected.value
    sure = expected.digits >= TELLING_DIGITS or value.denominator > 1
    spellings = [
        public.text[number.start : number.end]
        for number in public.numbers
        if any(reading.value == value for reading in number.reading.readings)
    ]
    if value.denominator == 1:  # `part_903400` is a name, and its digits are found by no reader
        spellings += [
            each[0] for each in _DIGITS.finditer(public.text) if re.sub(r"\D", "", each[0]) == str(abs(value))
        ]
    yield from ((spelling, sure) for spelling in dict.fromkeys(spellings))


def written_out(
    public: Reading, wanted: Sequence[Sequence[Fraction]], factors: Iterable[Fraction]
) -> Iterator[tuple[str, bool]]:
    """Yield the matrices of a text that have these cells, times one of the factors."""
    if not public.matrices:  # of most texts: every title is held against every criterion
        return
    keys = [[[cell * factor for cell in row] for row in wanted] for factor in factors]
    for found in public.matrices:
        cells = [[cell.reading.value if cell.reading else None for cell in row] for row in found.rows]
        if cells in keys:
            yield public.text[found.start : found.end], sum(map(len, wanted)) >= TELLING_CELLS


def sized(public: Reading, sides: tuple[int, ...]) -> Iterator[tuple[str, bool]]:
    """Yield the sizes of a text that have these sides; 3 x 3 stands in many questions that it does not answer."""
    return ((public.text[each.start : each.end], False) for each in public.shapes if each.dimensions == sides)


def stated(public: Reading, expected: Iterable[str]) -> Iterator[tuple[str, bool]]:
    """Yield the formulas of a text that are, or have a side that is, one of those expected."""
    if not public.formulas:
        return
    from grader.notation.tree import Number, Symbol  # noqa: PLC0415 - only formulas need their grammar

    wanted = {tree for each in expected for tree in _trees(each)}
    wanted = {tree for tree in wanted if not isinstance(tree, Symbol | Number)}
    for found in public.formulas if wanted else ():
        for tree in wanted.intersection(_trees(found.text)):
            yield found.text, sum(1 for _ in tree.walk()) >= TELLING_NODES


def _trees(text: str) -> Iterator[Node]:
    """Yield what a formula may say, and the sides of an equation."""
    from grader.notation.formulareader import read_formula  # noqa: PLC0415
    from grader.notation.syntaxerrors import ReadingError  # noqa: PLC0415
    from grader.notation.tree import Relation  # noqa: PLC0415

    try:
        reading = read_formula(text)
    except ReadingError:
        return
    for tree in (reading.tree, *reading.alternatives):
        yield tree
        if isinstance(tree, Relation):
            yield from tree.operands


def named(public: Reading, options: Mapping[str, Sequence[str]], right: frozenset[str]) -> Iterator[str]:
    """Yield a right option where a text names it and none of the wrong ones."""
    text, found = public.text, {}
    for option, texts in options.items():
        for spelling in (option, *texts):
            # In a name, `_` and `-` part words; an option of one letter is part of many words.
            match = re.search(rf"(?<![^\W_]){re.escape(spelling)}(?![^\W_])", text, re.IGNORECASE)
            if match and (len(spelling) > 1 or match[0] == text):
                found[option] = match[0]
    if found and found.keys() <= right:
        yield from found.values()
