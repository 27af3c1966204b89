"""The cells of a table for spreadsheets: words stay words, numbers are plain decimals.

Whoever opens a table may take commas, semicolons or tabs for what separates its cells. Quotes help only
where they begin a cell, and so not against another separator: a semicolon inside a text begins a cell
there, whatever stands around it.
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from typing import Final

from grader.notation.lazypatterns import deferred
from grader.writers.displaytext import one_line
from grader.writers.rounding import HUNDRED, decimal

# What makes a spreadsheet calculate, in its narrow and its wide form.
_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
# What is not seen, and some spreadsheets pass over.
_UNSEEN: Final = "\u200b\u2060\ufeff"
# A semicolon without a word behind it, where a spreadsheet that cuts there might calculate. A text on one line
# has no tabs, and no two blanks together.
_INNER_START: Final = deferred(r";(?! ?\w)(?!\Z)")
# A cell this long is a page; spreadsheets stop at 32,767.
MAX_CELL: Final = 2_000
# The ids, codes and words of a rubric come again with every student; they are not longer than this.
_LONGEST_KEPT: Final = 400


def plain_cell(text: str) -> str:
    """Return a text on one line that every spreadsheet takes for words, whichever separator it cuts at."""
    return _kept_cell(text) if len(text) <= _LONGEST_KEPT else _cell(text)


def _cell(text: str) -> str:
    dangerous = text.startswith(_FORMULA_STARTS) or text.strip().lstrip(_UNSEEN).lstrip().startswith(
        _FORMULA_STARTS
    )
    line = one_line(text, MAX_CELL)
    if ";" in line:
        line = _INNER_START.sub(";'", line)
    return f"'{line}" if dangerous else line


_kept_cell = lru_cache(maxsize=1024)(_cell)


@lru_cache(maxsize=1024)
def share(amount: str) -> str:
    """Write an exact fraction as a decimal: a spreadsheet takes `3/4` for a day in April."""
    return f"{float(Fraction(amount)):.6g}"


def percent(score: int | None, max_points: int) -> str:
    """Write a score's share of the points, to two decimals, half up; "" where there is none."""
    if score is None or max_points <= 0:
        return ""
    return decimal((2 * HUNDRED * HUNDRED * score + max_points) // (2 * max_points))
