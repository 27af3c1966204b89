"""Entries of matrices: what was written, and its number where it is one."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Final

from grader.notation.numbers.arithmetic import ExpressionError, evaluate_expression
from grader.notation.numbers.exact import NumberError, NumberReading, folded, read_number, unwrapped
from grader.notation.piececache import recalled
from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Sequence

KEPT: Final = 1_000  # entries that are remembered: most matrices hold the same few numbers
MAX_CELL: Final = 120  # characters of one cell


@dataclass(frozen=True, slots=True)
class Cell:
    """One entry: its characters, and its number where it is one."""

    text: str
    reading: NumberReading | None


@recalled(KEPT)
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
        value = evaluate_expression(unwrapped(folded(written)))
    except ExpressionError:
        return Cell(written, None)
    return Cell(written, NumberReading(value, written, digits=len(str(value.numerator))))


def with_decimal_commas(rows: Sequence[Sequence[Cell]]) -> tuple[Cell, ...]:
    """Return whole numbers taken in pairs as one number each, as in `(0,25; 0,5)` and `(0,25, 0,5)`; none where they are none."""
    texts = [cell.text for row in rows for cell in row]
    paired = len(texts) % 2 == 0 and (len(rows) == 1 or all(len(row) == 2 for row in rows))
    pairs = list(zip(texts[::2], texts[1::2], strict=True)) if paired else []
    if not all(whole.lstrip("+-").isdecimal() and decimals.isdecimal() for whole, decimals in pairs):
        return ()
    return tuple(read_cell(f"{whole},{decimals}") for whole, decimals in pairs)
