"""Formulas with something said of their letters behind them: `... where N = ...`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from grader.checks.abbreviations import Definitions
from grader.checks.formula_parts import Ruling, is_name
from grader.equivalence import compare
from grader.equivalence.rewriting import with_values
from grader.notation.tree import Relation

if TYPE_CHECKING:
    from grader.checks.formula_key import FormulaKey
    from grader.notation.claims import FormulaClaims

TIED: Final = "It is right where what stands behind it holds."


def judge_with_conditions(key: FormulaKey, said: FormulaClaims) -> Ruling:
    """Judge a formula with what stands behind it: `where N = ...` defines a letter, or ties two of the formula's own."""
    equations = [
        each.operands
        for each in said.reading.conditions
        if isinstance(each, Relation) and each.operators == ("=",)
    ]
    definitions = Definitions.of(((left, (right,)) for left, right in equations), key.options)
    judgement = key.judge_claims(said, definitions)
    if judgement.kind != "different" or not equations:
        return judgement
    values = {left: right for left, right in equations if is_name(left)}
    tied = any(
        compare(with_values(right, values), with_values(judgement.tree, values), options=key.options).accepted
        for right in key.right
    )
    return key.disputed(judgement.tree, TIED) if tied else judgement
