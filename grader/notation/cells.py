"""Entries of matrices: what was written, and its number where it is one."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from grader.notation.arithmetic import ExpressionError, evaluate_expression
from grader.notation.numbers import NumberError, NumberReading, folded, read_number, unwrapped

MAX_CELL: Final = 120  # characters of one cell


@dataclass(frozen=True, slots=True)
class Cell:
    """One entry: its characters, and its number where it is one."""

    text: str
    reading: NumberReading | None


def read_cell(text: str) -> Cell:
    """Read one entry: a number, or a calculation with plain numbers."""
    written = text.strip()
    if len(written) > MAX_CELL or not written:
        return Cell(written[:MAX_CELL], None)
    if written.isascii() and written.isdecimal() and len(written) < 10:  # most cells by far
        return Cell(written, NumberReading(Fraction(int(written)), written, 0, len(written), Fraction(1)))
    try:
        return Cell(written, read_number(written))
    except NumberError:
        pass
    try:
        value = evaluate_expression(unwrapped(folded(written)), {})
    except ExpressionError:
        return Cell(written, None)
    return Cell(written, NumberReading(value, written, digits=len(str(value.numerator))))
