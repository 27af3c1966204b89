"""Conditions in several variables, and statements of logic."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Final

from grader.equivalence.kinds.equations import compare_equations
from grader.equivalence.kinds.members import compare_sets
from grader.equivalence.kinds.scalars import undecided
from grader.equivalence.normal.normalizer import Normalizer
from grader.equivalence.normal.quotients import UndefinedError
from grader.equivalence.normal.ring import TooLargeError
from grader.equivalence.numeric.points import points
from grader.equivalence.numeric.pointvalues import Evaluation, NotEvaluableError, connected, no_data
from grader.equivalence.pair import Pair
from grader.equivalence.texts import at_point, point_text
from grader.equivalence.verdict import Options, Verdict
from grader.notation.tree import Apply, Constant, Logic, Node, Relation, Symbol, names_in

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_LETTERS: Final = 10  # of a statement: 1024 rows of its truth table

_FLIPPED: Final = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
_NEGATED: Final = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "=": "!=", "!=": "="}
SAME: Final = "Your condition is equivalent to the expected one."


def compare_conditions(pair: Pair, compare: Callable[[Node, Node], Verdict]) -> Verdict:
    """Compare conditions: relation by relation, by truth table, or at points."""
    options, (expected, answer) = pair.options, map(_simple, pair.trees)
    if expected == answer:
        return Verdict("equal", "proved", "same condition", SAME)
    table = _by_table(expected, answer)
    if table is not None:
        return table
    if isinstance(expected, Relation) and isinstance(answer, Relation):
        verdict = _compare_relations(expected, answer, options)
        if verdict is not None:
            return verdict
    elif isinstance(expected, Logic) and isinstance(answer, Logic) and _alike(expected, answer):
        matched = compare_sets(expected.args, answer.args, compare)
        if matched.equal == "equal":
            return matched
    return _by_points(expected, answer, options)


def _alike(expected: Logic, answer: Logic) -> bool:
    return expected.operator == answer.operator and expected.operator in {"and", "or"}


def _simple(tree: Node, *, negated: bool = False) -> Node:
    """Return a condition without chains, `not` and implications where that is plain."""
    if isinstance(tree, Logic):
        if tree.operator == "not":
            return _simple(tree.args[0], negated=not negated)
        if tree.operator in {"and", "or"}:
            operator = tree.operator if not negated else {"and": "or", "or": "and"}[tree.operator]
            parts: list[Node] = []
            for arg in tree.args:
                part = _simple(arg, negated=negated)
                parts.extend(part.args if isinstance(part, Logic) and part.operator == operator else (part,))
            return Logic(operator, tuple(dict.fromkeys(parts)))
        return Logic("not", (tree,)) if negated else tree
    if isinstance(tree, Relation):
        if len(tree.operators) > 1:
            links = [
                Relation((o,), pair)
                for o, pair in zip(
                    tree.operators, zip(tree.operands, tree.operands[1:], strict=False), strict=False
                )
            ]
            return _simple(Logic("and", tuple(links)), negated=negated)
        if negated and tree.operators[0] in _NEGATED:
            return Relation((_NEGATED[tree.operators[0]],), tree.operands)
    return Logic("not", (tree,)) if negated else tree


def _compare_relations(expected: Relation, answer: Relation, options: Options) -> Verdict | None:
    kinds = expected.operators[0], answer.operators[0]
    gaps = _gap(expected), _gap(answer)
    pair = Pair(*gaps, options)
    if kinds[0] in {"=", "!="} or kinds[1] in {"=", "!="}:
        if kinds[0] != kinds[1]:
            return None
        if kinds[0] == "=":
            return compare_equations(pair)
        return _other_way(compare_equations(pair.under(equations="solutions")))
    if kinds[0] not in _FLIPPED or kinds[1] not in _FLIPPED:
        return None
    field = Normalizer(options.domains, options.default_domain)
    try:
        forms = [field.normal(gap) for gap in gaps]
        ratio = field.times(forms[0], field.inverse(forms[1]))
    except (TooLargeError, UndefinedError):
        return None
    sign = field.sign(ratio.top) if not ratio.bottom else 0
    if not sign or (field.quotient_names(ratio) and ratio.constant is None):
        return None
    wanted = kinds[1] if sign > 0 else _FLIPPED[kinds[1]]
    if kinds[0] == wanted:
        return Verdict("equal", "proved", "inequality up to a positive factor", SAME)
    if kinds[0][0] == wanted[0]:
        reason = "The borders differ: one of the conditions includes equality, the other does not."
        return Verdict("different", "disproved", "strictness", reason)
    return Verdict("different", "disproved", "direction", "The direction of the inequality is the other way.")


def _other_way(zeros: Verdict) -> Verdict | None:
    """Return what a verdict about two equations says of their denials."""
    if zeros.accepted:
        return Verdict("equal", zeros.certainty, zeros.method, SAME)
    if zeros.values is None or not zeros.point:
        return None
    texts = zeros.values[1], zeros.values[0]  # where one equation holds and the other does not
    return _apart(zeros.method, zeros.point, texts)


def _apart(method: str, point: tuple[tuple[str, str], ...], texts: tuple[str, str]) -> Verdict:
    reason = f"{at_point(point)} your condition is {texts[1]}, the expected one {texts[0]}."
    return Verdict("different", "disproved", method, reason, point, texts)


def _gap(relation: Relation) -> Node:
    return Apply("add", (relation.operands[0], Apply("neg", (relation.operands[1],))))


def _by_table(expected: Node, answer: Node) -> Verdict | None:
    """Compare two statements about letters by their truth table."""
    letters = sorted(names_in(expected) | names_in(answer))
    if not letters or len(letters) > MAX_LETTERS or None in (_plain(expected), _plain(answer)):
        return None
    for values in product((True, False), repeat=len(letters)):
        row = dict(zip(letters, values, strict=True))
        states = _truth(expected, row), _truth(answer, row)
        if states[0] != states[1]:
            point = tuple((name, "true" if value else "false") for name, value in row.items())
            texts = str(states[0]).lower(), str(states[1]).lower()
            reason = f"{at_point(point)} your statement is {texts[1]}, the expected one {texts[0]}."
            return Verdict("different", "disproved", "truth table", reason, point, texts)
    return Verdict("equal", "proved", "truth table", "Your statement is equivalent to the expected one.")


def _plain(tree: Node) -> bool | None:
    """Return True where a tree is made of letters and connectives only."""
    for node in tree.walk():
        if not isinstance(node, Logic | Symbol) and not (
            isinstance(node, Constant) and node.name in {"true", "false"}
        ):
            return None
    return True


def _truth(tree: Node, row: dict[str, bool]) -> bool:
    if isinstance(tree, Logic):
        return connected(tree.operator, [_truth(arg, row) for arg in tree.args])
    return row[tree.name] if isinstance(tree, Symbol) else tree == Constant("true")


def _by_points(expected: Node, answer: Node, options: Options) -> Verdict:
    names = sorted(names_in(expected) | names_in(answer))
    for point in points(names, {name: options.domain(name) for name in names}, options.seed):
        try:
            states = [Evaluation(point, no_data).truth(tree) for tree in (expected, answer)]
        except (UndefinedError, NotEvaluableError):
            continue
        if states[0] != states[1]:
            return _apart("point", point_text(point), (str(states[0]).lower(), str(states[1]).lower()))
    return undecided("The machine could not decide whether the conditions are equivalent.")
