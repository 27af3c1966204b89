"""One comparison for every kind of formula."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

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
from grader.equivalence.pair import Pair
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
    names_in,
)

BRACKETS: Final = "Round and square brackets around a pair do not mean the same."
INTERVAL: Final = "The values agree, but in round brackets they may be meant as an interval."
CALLED: Final = 200  # steps that a comparison counts as by itself
Rule = Callable[[Pair], Verdict | None]
"""Says what it makes of a pair, None where that is not its business."""

_KINDS: Final = {
    "condition": "an equation or condition",
    "set": "a set",
    "interval": "a set of numbers",
    "matrix": "a matrix",
    "items": "a list of values",
    "scalar": "an expression",
    "quantity": "a value with a unit",
}
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
    pair = Pair(expected, answer, options)
    return compare_renamed(pair, _compare) if options.rename else _compare(pair)


def _compare(pair: Pair) -> Verdict:
    """Return what the first rule says that has something to say."""
    pair = pair.of(*same_numbering(*pair.trees))
    for rule in RULES_AS_WRITTEN:
        verdict = rule(pair)
        if verdict is not None:
            return verdict
    pair = _carried_out(pair)
    for rule in RULES:
        verdict = rule(pair)
        if verdict is not None:
            return verdict
    raise AssertionError(pair.kinds)  # each kind has its rule


def _carried_out(pair: Pair) -> Pair:
    """Return both formulas with derivatives carried out, matrices written out, and sets read as sets."""
    expected, answer = pair.trees
    if has_derivatives(expected) or has_derivatives(answer):
        dependence = dependence_in(pair.trees)
        expected, answer = (differentiated(tree, dependence) for tree in pair.trees)
    return pair.of(
        *(as_sets(written_out(with_conjugates(tree, pair.options))) for tree in (expected, answer))
    )


def _inner(pair: Pair) -> Callable[[Node, Node], Verdict]:
    """Return the comparison of parts of both formulas."""
    return lambda expected, answer: _compare(pair.of(expected, answer))


# rules about what is written ------------------------------------------------------------------


def _same_formula(pair: Pair) -> Verdict | None:
    return Verdict("equal", "proved", "same formula", SAME) if pair.expected == pair.answer else None


def _growth(pair: Pair) -> Verdict | None:
    asked = pair.options.growth or growth_argument(pair.expected) is not None
    return compare_growth(pair) if asked else None


# rules about sets, and about formulas of two kinds ----------------------------------------------


def _sets(pair: Pair) -> Verdict | None:
    if not ({"set", "interval"} >= set(pair.kinds) or _is_condition_and_set(pair)):
        return None
    expected, answer = pair.trees
    if isinstance(expected, Interval) and isinstance(answer, Interval):
        verdict = _compare_intervals(expected, answer, pair)
        if verdict is not None:
            return verdict
    pair = pair.of(*(EMPTY if tree == Constant("empty_set") else tree for tree in pair.trees))
    if pair.kinds == ("set", "set"):
        return compare_sets(_members(pair.expected), _members(pair.answer), _inner(pair))
    verdict = compare_real_sets(pair.expected, pair.answer, pair.options)
    if verdict is not None:
        return verdict
    parts = _union_parts(pair.expected), _union_parts(pair.answer)
    verdict = compare_sets(parts[0], parts[1], _inner(pair)) if len(parts[0]) + len(parts[1]) > 2 else None
    if verdict is not None and verdict.equal == "equal":
        return verdict
    return undecided("The machine could not decide whether these sets are equal.")


def _is_condition_and_set(pair: Pair) -> bool:
    """Whether one side is a condition on a number, the other the set of numbers that meet it."""
    condition = pair.expected if pair.kinds[0] == "condition" else pair.answer
    return set(pair.kinds) == {"condition", "interval"} and bool(names_in(condition))


def _members(tree: Node) -> tuple[Node, ...]:
    items = tree.items if isinstance(tree, Collection) else (tree,)
    return tuple(value for item in items for value in plus_minus(item))


def _union_parts(tree: Node) -> tuple[Node, ...]:
    if isinstance(tree, Apply) and tree.head == "union":
        return tuple(part for arg in tree.args for part in _union_parts(arg))
    return (tree,)


def _compare_intervals(expected: Interval, answer: Interval, pair: Pair) -> Verdict | None:
    """Compare two intervals end by end, where their ends hold symbols."""
    if not pair.names:
        return None
    ends = (
        (expected.includes_lower, answer.includes_lower),
        (expected.includes_upper, answer.includes_upper),
    )
    if any(mine != other for mine, other in ends):
        return Verdict(
            "different", "disproved", "ends", "One end of the interval is in one set, not in the other."
        )
    return compare_in_order((expected.lower, expected.upper), (answer.lower, answer.upper), _inner(pair))


def _two_kinds(pair: Pair) -> Verdict | None:
    kinds = pair.kinds
    if kinds[0] == kinds[1]:
        return None
    if set(kinds) == {"quantity", "scalar"}:
        return _quantities(pair)
    if set(kinds) == {"scalar", "set"} and any(
        len(_members(tree)) > 1 and kind == "set" and not isinstance(tree, Collection)
        for tree, kind in zip(pair.trees, kinds, strict=True)
    ):
        return compare_sets(_members(pair.expected), _members(pair.answer), _inner(pair))
    if {"scalar"} < set(kinds) <= {"scalar", "items", "matrix"}:
        inside = [tree.children[0] if kind in {"items", "matrix"} and len(tree.children) == 1 else tree
                  for tree, kind in zip(pair.trees, kinds, strict=True)]  # fmt: skip
        if inside != list(pair.trees):
            return _compare(pair.of(inside[0], inside[1]))
        number = pair.expected if kinds[0] == "scalar" else pair.answer
        if number.holds(Collection, Matrix):
            return undecided("The machine cannot carry out what is done to these lists.")
    reason = f"Your answer is {_KINDS[kinds[1]]}, expected was {_KINDS[kinds[0]]}."
    return Verdict("different", "disproved", "kind", reason)


# rules about formulas of one kind ---------------------------------------------------------------


def _conditions(pair: Pair) -> Verdict:
    expected, answer = pair.trees
    options = pair.options
    updated = compare_updates(expected, answer, _inner(pair))
    if updated is not None:
        return updated
    real = "complex" not in {options.default_domain, *options.domains.values()}
    differences = difference_of(expected, real=real), difference_of(answer, real=real)
    if differences[0] is not None and differences[1] is not None:
        verdict = compare_equations(pair.of(differences[0], differences[1]))
        if is_update(expected) != is_update(answer):
            return undecided("Only one of the equations gives a symbol a new value.")
        if verdict.equal != "undecided":
            return verdict
    if len(pair.names) <= 1:
        verdict_or_none = compare_real_sets(expected, answer, options)
        said = any(tree == FALSE for tree in pair.trees)  # that nothing meets the condition
        if verdict_or_none is not None and not (
            verdict_or_none.accepted and not said and _says_nothing(expected, options)
        ):
            return verdict_or_none
    elif all(map(_is_equation, pair.trees)):
        return verdict  # as equations they were compared
    return compare_conditions(pair, _inner(pair))


def _is_equation(tree: Node) -> bool:
    return isinstance(tree, Relation) and tree.operators == ("=",)


def _says_nothing(condition: Node, options: Options) -> bool:
    """Whether nothing satisfies a condition, or all that is declared: two such conditions do not say the same for that."""
    limited = any(options.domain(name) != "real" for name in names_in(condition))
    verdicts = [compare_real_sets(condition, other, options) for other in (EMPTY, REALS)[: 1 + limited]]
    return any(verdict is not None and verdict.accepted for verdict in verdicts)


def _items(pair: Pair) -> Verdict:
    expected, answer = pair.trees
    if isinstance(expected, Matrix) and isinstance(answer, Matrix) and expected.shape != answer.shape:
        return compare_matrices(expected, answer, _inner(pair))
    kinds = [tree.kind if isinstance(tree, Collection) else "" for tree in pair.trees]
    pairs = len(expected.children) == len(answer.children) == 2
    if pairs and set(kinds) == {"tuple", "list"}:
        return Verdict("different", "disproved", "brackets", BRACKETS)
    rows = [isinstance(tree, Matrix) and tree.shape[0] == 1 for tree in pair.trees]
    if rows[0] != rows[1]:
        return Verdict(
            "different", "disproved", "shape", "One is a matrix with one row, the other a list of values."
        )
    verdict = compare_in_order(items_of(expected) or (), items_of(answer) or (), _inner(pair))
    return (
        undecided(INTERVAL) if pairs and set(kinds) == {"listing", "tuple"} and verdict.accepted else verdict
    )


def _matrices(pair: Pair) -> Verdict:
    if not (isinstance(pair.expected, Matrix) and isinstance(pair.answer, Matrix)):
        return undecided("These matrices cannot be compared.")
    return compare_matrices(pair.expected, pair.answer, _inner(pair))


def _quantities(pair: Pair) -> Verdict:
    from grader.equivalence.kinds.unitvalues import compare_quantities  # noqa: PLC0415 - rare

    return compare_quantities(pair.expected, pair.answer, _inner(pair))


def _numbers(pair: Pair) -> Verdict:
    options = pair.options
    if options.rel is not None or options.abs is not None:
        return compare_near(pair)
    if options.up_to:
        return (compare_arrays_up_to if has_arrays(*pair.trees) else compare_up_to)(pair)
    return compare_formulas(pair)


def _for(kind: str, decide: Callable[[Pair], Verdict]) -> Rule:
    """Return the rule for formulas of one kind, with the doubts about a difference that may be one of writing."""

    def rule(pair: Pair) -> Verdict | None:
        if pair.kinds[0] != kind:
            return None
        verdict = decide(pair)
        # Without symbols it is only asked whether they are equal, many times over.
        return with_doubts(pair, verdict, decide) if pair.options.symbolic else verdict

    return rule


RULES_AS_WRITTEN: Final[tuple[Rule, ...]] = (_same_formula, _growth)
"""The rules in their order; these look at what is written, RULES at what it comes to."""

RULES: Final[tuple[Rule, ...]] = (
    _sets,
    _two_kinds,
    _for("scalar", _numbers),
    _for("condition", _conditions),
    _for("items", _items),
    _for("matrix", _matrices),
    _for("quantity", _quantities),
)
