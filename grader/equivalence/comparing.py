"""One comparison for every kind of formula."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from grader.equivalence.effort import COMPARISON, ExhaustedError, effort, limited
from grader.equivalence.forms import wrong_form
from grader.equivalence.kinds.equations import compare_equations, difference_of
from grader.equivalence.kinds.growth import compare_growth, growth_argument
from grader.equivalence.kinds.linearalgebra import compare_formulas
from grader.equivalence.kinds.members import (
    compare_in_order,
    compare_matrices,
    compare_sets,
    items_of,
    plus_minus,
)
from grader.equivalence.kinds.realsets import REALS, as_sets, compare_real_sets
from grader.equivalence.kinds.scalars import SAME, TIMED_OUT, TOO_LARGE, TOO_LONG, too_large, undecided
from grader.equivalence.kinds.truths import compare_conditions
from grader.equivalence.kinds.updates import compare_updates, is_update
from grader.equivalence.leniency.doubts import with_doubts
from grader.equivalence.leniency.renaming import compare_renamed
from grader.equivalence.leniency.upto import compare_arrays_up_to, compare_up_to
from grader.equivalence.numeric.near import compare_near
from grader.equivalence.preparation.calculus import dependence_in, differentiated, has_derivatives
from grader.equivalence.preparation.domains import with_conjugates
from grader.equivalence.preparation.matrixentries import written_out
from grader.equivalence.preparation.numbered import same_numbering
from grader.equivalence.preparation.symbolshapes import has_arrays
from grader.equivalence.preparation.unknowns import by_arguments
from grader.equivalence.usage import missing_or_forbidden
from grader.equivalence.verdict import DEFAULT, Options, Verdict
from grader.equivalence.verdictcache import comparison_key, is_kept, remembered
from grader.notation.tree import (
    Apply,
    Collection,
    Constant,
    Interval,
    Matrix,
    Node,
    Relation,
    kind_of,
    names_in,
)

if TYPE_CHECKING:
    from collections.abc import Callable

BRACKETS: Final = "Round and square brackets around a pair do not mean the same."
INTERVAL: Final = "The values agree, but in round brackets they may be meant as an interval."
CALLED: Final = 200  # steps that a comparison counts as by itself
EMPTY: Final = Collection("set", ())
FALSE: Final = Constant("false")


def compare(expected: Node, answer: Node, *, options: Options = DEFAULT) -> Verdict:
    """Say whether an answer is equal to the expected formula, with what decided it.

    Never raises: what is too large or cannot be decided is `undecided`. What was compared before is
    remembered.
    """
    return _decided(expected, answer, options, keep=True)


def compare_once(expected: Node, answer: Node, *, options: Options = DEFAULT) -> Verdict:
    """Do the same for formulas that are not likely to come again."""
    return _decided(expected, answer, options, keep=False)


def _decided(expected: Node, answer: Node, options: Options, *, keep: bool) -> Verdict:
    broken = missing_or_forbidden(answer, options) or wrong_form(answer, options.form)
    if broken:  # by how it is written, which is not remembered
        large = too_large(expected, answer)
        return undecided(TOO_LARGE) if large else Verdict("different", "disproved", "required parts", broken)
    try:
        if keep and is_kept(answer):
            key = comparison_key("compare", expected, answer, options)
            return remembered(key, COMPARISON, lambda: _spend_and_compare(expected, answer, options))
        with limited(COMPARISON):
            return _spend_and_compare(expected, answer, options)
    except (RecursionError, OverflowError, MemoryError):
        return undecided(TOO_LARGE)
    except ExhaustedError:
        return Verdict("undecided", "none", TIMED_OUT, TOO_LONG)


def _spend_and_compare(expected: Node, answer: Node, options: Options) -> Verdict:
    if too_large(expected, answer):
        return undecided(TOO_LARGE)
    effort().spend(CALLED)
    expected, answer = by_arguments(expected), by_arguments(answer)
    if options.rename:
        return compare_renamed(expected, answer, options, _compare)
    return _compare(expected, answer, options)


def _compare(expected: Node, answer: Node, options: Options) -> Verdict:
    expected, answer = same_numbering(expected, answer)
    if expected == answer:
        return Verdict("equal", "proved", "same formula", SAME)
    if options.growth or growth_argument(expected) is not None:
        return compare_growth(expected, answer, options)
    if has_derivatives(expected) or has_derivatives(answer):
        dependence = dependence_in((expected, answer))
        expected, answer = (differentiated(tree, dependence) for tree in (expected, answer))
    expected, answer = (as_sets(written_out(with_conjugates(tree, options))) for tree in (expected, answer))
    kinds = kind_of(expected), kind_of(answer)
    if {"set", "interval"} >= set(kinds) or _condition_and_set(expected, answer, kinds):
        return _compare_sets(expected, answer, options)
    if kinds[0] != kinds[1]:
        return _other_kind(expected, answer, kinds, options)
    verdict = _RULES[kinds[0]](expected, answer, options)
    if not options.symbolic:
        return verdict  # only whether they are equal is asked, many times over
    return with_doubts(expected, answer, options, verdict, _RULES[kinds[0]])


def _other_kind(expected: Node, answer: Node, kinds: tuple[str, str], options: Options) -> Verdict:
    if set(kinds) == {"quantity", "scalar"}:
        return _compare_quantities(expected, answer, options)
    if set(kinds) == {"scalar", "set"} and any(
        len(_members(tree)) > 1 and kind_of(tree) == "set" and not isinstance(tree, Collection)
        for tree in (expected, answer)
    ):
        return compare_sets(_members(expected), _members(answer), _inner(options))
    if {"scalar"} < set(kinds) <= {"scalar", "items", "matrix"}:
        inside = [tree.children[0] if kind in {"items", "matrix"} and len(tree.children) == 1 else tree
                  for tree, kind in zip((expected, answer), kinds, strict=True)]  # fmt: skip
        if inside != [expected, answer]:
            return _compare(inside[0], inside[1], options)
        number = expected if kinds[0] == "scalar" else answer
        if number.holds(Collection, Matrix):
            return undecided("The machine cannot carry out what is done to these lists.")
    names = {
        "condition": "an equation or condition",
        "set": "a set",
        "interval": "a set of numbers",
        "matrix": "a matrix",
        "items": "a list of values",
        "scalar": "an expression",
        "quantity": "a value with a unit",
    }
    reason = f"Your answer is {names[kinds[1]]}, expected was {names[kinds[0]]}."
    return Verdict("different", "disproved", "kind", reason)


def _condition_and_set(expected: Node, answer: Node, kinds: tuple[str, str]) -> bool:
    """Whether one side is a condition on a number, the other the set of numbers that meet it."""
    condition = expected if kinds[0] == "condition" else answer
    return set(kinds) == {"condition", "interval"} and bool(names_in(condition))


def _inner(options: Options) -> Callable[[Node, Node], Verdict]:
    return lambda expected, answer: _compare(expected, answer, options)


def _members(tree: Node) -> tuple[Node, ...]:
    items = tree.items if isinstance(tree, Collection) else (tree,)
    return tuple(value for item in items for value in plus_minus(item))


def _compare_sets(expected: Node, answer: Node, options: Options) -> Verdict:
    if isinstance(expected, Interval) and isinstance(answer, Interval):
        verdict = _compare_intervals(expected, answer, options)
        if verdict is not None:
            return verdict
    expected, answer = (EMPTY if tree == Constant("empty_set") else tree for tree in (expected, answer))
    if kind_of(expected) == kind_of(answer) == "set":
        return compare_sets(_members(expected), _members(answer), _inner(options))
    verdict = compare_real_sets(expected, answer, options)
    if verdict is not None:
        return verdict
    parts = _union_parts(expected), _union_parts(answer)
    verdict = compare_sets(parts[0], parts[1], _inner(options)) if len(parts[0]) + len(parts[1]) > 2 else None
    if verdict is not None and verdict.equal == "equal":
        return verdict
    return undecided("The machine could not decide whether these sets are equal.")


def _union_parts(tree: Node) -> tuple[Node, ...]:
    if isinstance(tree, Apply) and tree.head == "union":
        return tuple(part for arg in tree.args for part in _union_parts(arg))
    return (tree,)


def _compare_intervals(expected: Interval, answer: Interval, options: Options) -> Verdict | None:
    """Compare two intervals end by end, where their ends hold symbols."""
    if not (names_in(expected) or names_in(answer)):
        return None
    ends = (
        (expected.includes_lower, answer.includes_lower),
        (expected.includes_upper, answer.includes_upper),
    )
    if any(mine != other for mine, other in ends):
        return Verdict(
            "different", "disproved", "ends", "One end of the interval is in one set, not in the other."
        )
    return compare_in_order((expected.lower, expected.upper), (answer.lower, answer.upper), _inner(options))


def _compare_conditions(expected: Node, answer: Node, options: Options) -> Verdict:
    updated = compare_updates(expected, answer, _inner(options))
    if updated is not None:
        return updated
    real = "complex" not in {options.default_domain, *options.domains.values()}
    differences = difference_of(expected, real=real), difference_of(answer, real=real)
    if differences[0] is not None and differences[1] is not None:
        verdict = compare_equations(differences[0], differences[1], options)
        if is_update(expected) != is_update(answer):
            return undecided("Only one of the equations gives a symbol a new value.")
        if verdict.equal != "undecided":
            return verdict
    if len(names_in(expected) | names_in(answer)) <= 1:
        verdict_or_none = compare_real_sets(expected, answer, options)
        said = any(tree == FALSE for tree in (expected, answer))  # that nothing meets the condition
        if verdict_or_none is not None and not (
            verdict_or_none.accepted and not said and _says_nothing(expected, options)
        ):
            return verdict_or_none
    elif all(map(_is_equation, (expected, answer))):
        return verdict  # as equations they were compared
    return compare_conditions(expected, answer, options, _compare)


def _is_equation(tree: Node) -> bool:
    return isinstance(tree, Relation) and tree.operators == ("=",)


def _says_nothing(condition: Node, options: Options) -> bool:
    """Whether nothing satisfies a condition, or all that is declared: two such conditions do not say the same for that."""
    limited = any(options.domain(name) != "real" for name in names_in(condition))
    verdicts = [compare_real_sets(condition, other, options) for other in (EMPTY, REALS)[: 1 + limited]]
    return any(verdict is not None and verdict.accepted for verdict in verdicts)


def _compare_items(expected: Node, answer: Node, options: Options) -> Verdict:
    if isinstance(expected, Matrix) and isinstance(answer, Matrix) and expected.shape != answer.shape:
        return compare_matrices(expected, answer, _inner(options))
    kinds = [tree.kind if isinstance(tree, Collection) else "" for tree in (expected, answer)]
    pairs = len(expected.children) == len(answer.children) == 2
    if pairs and set(kinds) == {"tuple", "list"}:
        return Verdict("different", "disproved", "brackets", BRACKETS)
    rows = [isinstance(tree, Matrix) and tree.shape[0] == 1 for tree in (expected, answer)]
    if rows[0] != rows[1]:
        return Verdict(
            "different", "disproved", "shape", "One is a matrix with one row, the other a list of values."
        )
    verdict = compare_in_order(items_of(expected) or (), items_of(answer) or (), _inner(options))
    return (
        undecided(INTERVAL) if pairs and set(kinds) == {"listing", "tuple"} and verdict.accepted else verdict
    )


def _compare_matrices(expected: Node, answer: Node, options: Options) -> Verdict:
    if not (isinstance(expected, Matrix) and isinstance(answer, Matrix)):
        return undecided("These matrices cannot be compared.")
    return compare_matrices(expected, answer, _inner(options))


def _compare_quantities(expected: Node, answer: Node, options: Options) -> Verdict:
    from grader.equivalence.kinds.unitvalues import compare_quantities  # noqa: PLC0415 - rare

    return compare_quantities(expected, answer, _inner(options))


def _compare_numbers(expected: Node, answer: Node, options: Options) -> Verdict:
    if options.rel is not None or options.abs is not None:
        return compare_near(expected, answer, options)
    if options.up_to:
        arrays = has_arrays(expected, answer)
        return (compare_arrays_up_to if arrays else compare_up_to)(expected, answer, options)
    return compare_formulas(expected, answer, options)


_RULES: Final[dict[str, Callable[[Node, Node, Options], Verdict]]] = {
    "condition": _compare_conditions,
    "set": _compare_sets,
    "interval": _compare_sets,
    "matrix": _compare_matrices,
    "items": _compare_items,
    "quantity": _compare_quantities,
    "scalar": _compare_numbers,
}
