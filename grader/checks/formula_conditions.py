"""Formulas with something said of their letters behind them: `... where N = ...`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from grader.checks.abbreviations import Definitions
from grader.checks.formula_parts import MAX_SOLE, Ruling, is_name, read_part, unwrapped
from grader.equivalence import compare
from grader.equivalence.rewriting import with_values
from grader.notation.lazypatterns import deferred
from grader.notation.syntaxerrors import ReadingError
from grader.notation.tree import Relation

if TYPE_CHECKING:
    from grader.checks.formula_key import FormulaKey
    from grader.notation.formulareader import FormulaReading

TIED: Final = "It is right where what stands behind it holds."
_DEFINING: Final = deferred(r"(?:\\text\w*|\\mathrm|\\mbox)\s*\{\s*,?\s*(?:where|with|for|wobei|mit)\b")


def judge_with_conditions(key: FormulaKey, reading: FormulaReading) -> Ruling:
    """Judge a formula with what stands behind it: `where N = ...` defines a letter, or ties two of the formula's own."""
    said = [
        each.operands
        for each in reading.conditions
        if isinstance(each, Relation) and each.operators == ("=",)
    ]
    judgement = key.judge_reading(
        reading, Definitions.of(((left, (right,)) for left, right in said), key.options)
    )
    if judgement.kind != "different" or not said:
        return judgement
    values = {left: right for left, right in said if is_name(left)}
    tied = any(
        compare(with_values(right, values), with_values(judgement.tree, values), options=key.options).accepted
        for right in key.right
    )
    return key.disputed(judgement.tree, TIED) if tied else judgement


def judge_defined_behind(text: str, key: FormulaKey) -> tuple[int, int, Ruling] | None:
    """Judge a text that is one formula with `where N = ...` set behind it as text; None for all else, and what is wrong so."""
    start, end = unwrapped(text)
    if end - start > MAX_SOLE or not _DEFINING.search(text, start, end):
        return None
    try:
        formula = read_part(text[start:end], key.names, key.right[0])
    except ReadingError:
        return None
    if not formula.conditions or not key.takes(formula.tree):
        return None
    best = judge_with_conditions(key, formula)
    return (start, end, best) if best.kind in {"equal", "disputed"} else None
