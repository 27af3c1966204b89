"""Formulas of matrices: equal by their words, or told apart at small matrices."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from grader.equivalence.matrixvalues import compare_by_matrices
from grader.equivalence.normal import Normalizer
from grader.equivalence.preparation import prepare
from grader.equivalence.quotients import UndefinedError
from grader.equivalence.ring import TooLargeError
from grader.equivalence.scalars import compare_scalars, undecided
from grader.equivalence.verdict import Options, Verdict
from grader.equivalence.words import evident_matrices, in_order, matrix_names, with_products

if TYPE_CHECKING:
    from grader.notation.tree import Node

ORDER: Final = (
    "The formulas are equal if the order of their factors does not matter, as it does for matrices."
)


def compare_matrix_formulas(expected: Node, answer: Node, options: Options) -> Verdict:
    """Compare formulas with products that do not commute: by their words, then at 2 x 2 matrices."""
    expected, answer = with_products(expected), with_products(answer)
    prepared = prepare(expected, answer, declared=options.indices)
    pair = prepared.expected, prepared.answer
    domains = prepared.domains(options)
    declared = options.matrices | {name for name, base in prepared.made.items() if base in options.matrices}
    matrices = matrix_names(pair, declared, domains)
    field = Normalizer(domains, options.default_domain, matrices)
    try:
        if field.same(field.normal(pair[0]), field.normal(pair[1])):
            reason = "Your formula is equal to the expected one."
            return Verdict("equal", "proved", "normal form of matrix products", reason, notes=prepared.notes)
    except (TooLargeError, UndefinedError, TypeError):
        pass
    return compare_by_matrices(pair[0], pair[1], matrices, replace(options, domains=domains))


def compare_evident_matrices(expected: Node, answer: Node, options: Options) -> Verdict | None:
    """Compare formulas that look like ones of matrices, which nobody declared: None where they differ either way.

    Where they are equal only if their factors commute, a person decides.
    """
    matrices = evident_matrices(expected, answer) - frozenset(options.domains)
    if not matrices:
        return None
    first, second = (in_order(tree, matrices) for tree in (expected, answer))
    verdict = compare_matrix_formulas(first, second, replace(options, matrices=options.matrices | matrices))
    if verdict.equal == "equal" and verdict.certainty == "proved":
        return verdict
    if compare_scalars(expected, answer, options).equal == "equal":
        return undecided(ORDER)
    return None
