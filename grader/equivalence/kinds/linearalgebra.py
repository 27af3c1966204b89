"""Formulas of vectors and matrices: equal by their words or components, or told apart at small matrices."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from grader.equivalence.kinds.scalars import compare_scalars, undecided
from grader.equivalence.normal.normalizer import Normalizer
from grader.equivalence.normal.quotients import UndefinedError
from grader.equivalence.normal.ring import TooLargeError
from grader.equivalence.numeric.arrayvalues import compare_by_matrices
from grader.equivalence.numeric.worlds import compare_in_worlds, may_be_told_apart
from grader.equivalence.pair import Pair
from grader.equivalence.preparation.chances import (
    canonical,
    has_chances,
    has_sums_of_chances,
    may_be_independent,
    with_kronecker,
    with_one_letter,
)
from grader.equivalence.preparation.probabilities import expanded, has_conditions
from grader.equivalence.preparation.symbolshapes import (
    IDENTITY,
    Shapes,
    base_of,
    has_arrays,
    is_array_operation,
    is_capital,
    key_of,
)
from grader.equivalence.preparation.vectorcomponents import WholeError, has_components, in_components
from grader.equivalence.rewriting import map_children
from grader.equivalence.verdict import Options, Verdict
from grader.notation.tree import Apply, Binder, Node, Number, Symbol, fact

ORDER: Final = (
    "The formulas are equal if the order of their factors does not matter, as it does for matrices."
)
PROVED: Final = "Your formula is equal to the expected one."
IDENTITY_DECLARED: Final = (
    "The formulas are equal if I is the identity; it is declared as a matrix like any other."
)
NOT_DECIDED: Final = "The machine could not decide whether these formulas are equal."


def compare_formulas(pair: Pair) -> Verdict:
    """Compare formulas of numbers, and of vectors and matrices where their notation says so.

    Probabilities, expectations and indicators are unknown functions; agreement at points proves nothing
    of them.
    """
    expected, answer = with_kronecker(*with_one_letter(*pair.trees))
    chances = has_chances(expected, answer)
    if chances:
        expected, answer = canonical(expected), canonical(answer)
    pair = pair.of(expected, answer)
    verdict = _compare(pair)
    if verdict.equal != "equal" and (chances or has_conditions(expected, answer)):
        by_laws = _by_laws(pair)
        if by_laws is not None:
            return by_laws
    if verdict.certainty == "probable" and chances:
        verdict = undecided(NOT_DECIDED, *verdict.notes)
    drawn = has_sums_of_chances(expected, answer)
    if verdict.certainty == "disproved" and (drawn or may_be_independent(expected, answer)):
        verdict = undecided(NOT_DECIDED, *verdict.notes)  # it was by functions that need not be probabilities
    if verdict.equal == "undecided" and (drawn or may_be_told_apart(expected, answer)):
        return compare_in_worlds(pair) or verdict
    return verdict


def _by_laws(pair: Pair) -> Verdict | None:
    """Return that formulas are equal by what holds for all probabilities and expectations, else None."""
    laws = expanded(*pair.trees)
    if laws == pair.trees:
        return None
    verdict = _compare(pair.of(*laws))
    return verdict if verdict.certainty == "proved" else None


def _compare(pair: Pair) -> Verdict:
    expected, answer = pair.trees
    if has_arrays(expected, answer) or pair.options.matrices:
        numbers = _lengths_as_numbers(expected, answer)
        return _compare_arrays(pair) if numbers is None else compare_scalars(pair.of(*numbers))
    inverted = _inverted_capitals(expected) | _inverted_capitals(answer)
    if inverted and inverted - _divisors(expected) - _divisors(answer):
        return _compare_in_order(pair)
    return compare_scalars(pair)


def _lengths_as_numbers(expected: Node, answer: Node) -> tuple[Node, Node] | None:
    """Return both formulas with `||x||` as |x| where nothing but the bars in one of them tells of vectors."""
    arrays = [node for tree in (expected, answer) for node in tree.walk() if is_array_operation(node)]
    bars = all(
        isinstance(node, Apply) and node.head == "norm" and isinstance(node.args[0], Symbol)
        for node in arrays
    )
    if (
        not bars
        or any(len(node.children) > 1 for node in arrays)
        or has_arrays(expected) == has_arrays(answer)
    ):
        return None
    if expected.holds(Binder) or answer.holds(Binder):
        return None
    return _with_values(expected), _with_values(answer)


def _with_values(tree: Node) -> Node:
    tree = map_children(tree, _with_values)
    return Apply("abs", tree.args) if isinstance(tree, Apply) and tree.head == "norm" else tree


def _compare_arrays(pair: Pair) -> Verdict:
    expected, answer = pair.trees
    shapes = Shapes(pair.trees, pair.options.matrices, pair.options.domains)
    if not shapes:
        return compare_scalars(pair)
    if expected.holds("abs") or answer.holds("abs"):
        expected, answer = _with_determinants(expected, shapes), _with_determinants(answer, shapes)
        pair = pair.of(expected, answer)
    if has_components(pair.trees, shapes):
        verdict = _compare_components(pair, shapes)
        if verdict is not None:
            return verdict
    return _compare_words(pair)


def _with_determinants(tree: Node, shapes: Shapes) -> Node:
    """Return a formula with the bars around a matrix read as its determinant."""
    tree = map_children(tree, lambda child: _with_determinants(child, shapes))
    matrix = isinstance(tree, Apply) and tree.head == "abs" and shapes.of(tree.args[0]) == "matrix"
    return Apply("det", tree.children) if matrix else tree


def _compare_components(pair: Pair, shapes: Shapes) -> Verdict | None:
    """Compare as formulas of numbers, with sums for products; None where that decides nothing."""
    expected, answer = pair.trees
    try:
        components = in_components(expected, answer, shapes), in_components(answer, expected, shapes)
    except WholeError:
        return None
    verdict = compare_scalars(pair.of(*components))
    plain = all("[" not in key and shape == "column" for key, shape in shapes.arrays.items())
    if verdict.equal == "equal" and verdict.certainty != "proved" and not plain:
        return None
    return verdict if verdict.equal == "equal" or plain else None


def _compare_words(pair: Pair) -> Verdict:
    """Compare by the words of both formulas, then at small vectors and matrices."""
    prepared, options = pair.prepared, pair.options
    trees = prepared.expected, prepared.answer
    labelled = {name for name, base in prepared.made.items() if base in options.matrices}
    options = replace(options, domains=pair.domains, matrices=options.matrices | labelled)
    shapes = Shapes(trees, options.matrices, options.domains)
    if _same_words(*trees, shapes, options):
        return Verdict("equal", "proved", "normal form of matrix products", PROVED, notes=prepared.notes)
    verdict = compare_by_matrices(*trees, shapes, options)
    if verdict.equal == "undecided" and {key.partition("[")[0] for key in shapes.arrays} <= options.matrices:
        verdict = compare_by_matrices(
            *trees, shapes.as_matrices(), options
        )  # whoever declares them may mean matrices
        verdict = verdict if verdict.equal == "different" else undecided(NOT_DECIDED)
    if verdict.equal == "different" and IDENTITY in options.matrices:
        plain = replace(options, matrices=options.matrices - {IDENTITY})
        if _compare_words(Pair(pair.expected, pair.answer, plain)).equal == "equal":
            verdict = undecided(IDENTITY_DECLARED)
    return replace(verdict, notes=(*prepared.notes, *verdict.notes))


def _same_words(expected: Node, answer: Node, shapes: Shapes, options: Options) -> bool:
    field = Normalizer(options.domains, options.default_domain, shapes)
    try:
        return field.same(field.normal(expected), field.normal(answer))
    except (TooLargeError, UndefinedError, TypeError):
        return False


def _compare_in_order(pair: Pair) -> Verdict:
    """Compare formulas whose capitals may be matrices, as one of them is inverted: the order counts or may count."""
    verdict = compare_scalars(pair)
    if verdict.equal != "equal":
        return verdict
    expected, answer = pair.trees
    names = {
        key_of(factor).partition("[")[0]
        for tree in (expected, answer)
        for factor in _letters_of_products(tree)
    }
    shapes = Shapes(pair.trees, frozenset(filter(is_capital, names)), pair.options.domains)
    if expected == answer or _same_words(expected, answer, shapes, pair.options):
        return verdict
    return undecided(ORDER, *verdict.notes)


def _letters_of_products(tree: Node) -> list[Node]:
    """Return the factors of products of several letters, powers as their bases."""
    found: list[Node] = []
    for node in tree.walk():
        if isinstance(node, Apply) and node.head == "mul":
            letters = [base_of(arg) for arg in node.args]
            letters = [letter for letter in letters if key_of(letter)]
            if len(letters) > 1:
                found += letters
    return found


@fact
def _inverted_capitals(tree: Node) -> frozenset[str]:
    """Return the capitals with a negative power that stand in a product with other letters."""
    found: set[str] = set()
    for node in tree.walk() if tree.holds("pow") else ():
        if not isinstance(node, Apply) or node.head != "mul":
            continue
        if sum(bool(key_of(base_of(arg))) for arg in node.args) < 2:
            continue
        for arg in node.args:
            key = key_of(base_of(arg))
            if isinstance(arg, Apply) and arg.head == "pow" and key and _is_negative(arg.args[1]):
                name = key.partition("[")[0]
                found.update({name} if is_capital(name) else ())
    return frozenset(found)


def _is_negative(exponent: Node) -> bool:
    if isinstance(exponent, Apply) and exponent.head == "div":
        exponent = exponent.args[0]
    negative = isinstance(exponent, Apply) and exponent.head == "neg"
    return negative or (isinstance(exponent, Number) and exponent.value < 0)


@fact
def _divisors(tree: Node) -> frozenset[str]:
    """Return the names that something is divided by: those are numbers."""
    found: set[str] = set()
    for node in tree.walk():
        if isinstance(node, Apply) and node.head == "div":
            found |= {key_of(part).partition("[")[0] for part in node.args[1].walk() if key_of(part)}
    return frozenset(found)
