r"""Probabilities, expectations and indicators in one form each, so that they can be compared as unknown functions.

`P(A, B)` is `P(B \cap A)`, `E_{q(z|x)}` is `E_{z \sim q(z|x)}`, the variable that is drawn has no name of
its own, and `1[y \ne k]` is `1 - 1[k = y]`.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from grader.equivalence.rewriting import map_children, substitute
from grader.notation.printing.text import to_text
from grader.notation.tree import Apply, Binder, Collection, Logic, Node, Number, Relation, Symbol

_DELTA: Final = Symbol("delta")
HEADS: Final = frozenset({"probability", "expectation", "variance", "indicator"})
_MEASURES: Final = frozenset({"call:p", "call:q", "call:P", "call:Pr"})
"""Letters of probabilities where a sum runs over what they hold."""
DRAWN: Final = "drawn "  # with a space: no student can write such a name
_ONE: Final = Number(Fraction(1))
_JOINT: Final = frozenset({"intersection"})


def has_chances(*trees: Node) -> bool:
    """Whether a formula holds probabilities, expectations or indicators."""
    return any(tree.holds(*HEADS) for tree in trees)


def with_kronecker(expected: Node, answer: Node) -> tuple[Node, Node]:
    r"""Return both formulas with `\delta_{ij}` as `1[i = j]` where only the other one holds indicators."""
    holds = [tree.holds("indicator") for tree in (expected, answer)]
    if holds[0] == holds[1]:
        return expected, answer
    return _without_deltas(expected), _without_deltas(answer)


def _without_deltas(tree: Node) -> Node:
    tree = map_children(tree, _without_deltas)
    if not isinstance(tree, Apply) or tree.head != "index" or len(tree.args) != 3 or tree.args[0] != _DELTA:
        return tree
    return Apply("indicator", (Relation(("=",), tree.args[1:]),))


def with_one_letter(expected: Node, answer: Node) -> tuple[Node, Node]:
    """Return both formulas with `p(A | B)` as `P(A | B)` where the other writes a capital and this one does not."""
    found = [_letters(tree) for tree in (expected, answer)]
    if found == [{"P"}, {"p"}]:
        return expected, _with_capital(answer)
    return (_with_capital(expected), answer) if found == [{"p"}, {"P"}] else (expected, answer)


def _letters(tree: Node) -> set[str]:
    return {letter for letter, head in (("P", "probability"), ("p", "call:p")) if tree.holds(head)}


def _with_capital(tree: Node) -> Node:
    tree = map_children(tree, _with_capital)
    events = (
        isinstance(tree, Apply)
        and tree.head == "call:p"
        and all(part.name[:1].isupper() for part in tree.walk() if isinstance(part, Symbol))
    )
    return tree.changed(head="probability") if isinstance(tree, Apply) and events else tree


def canonical(tree: Node) -> Node:
    """Return a formula with its probabilities, expectations and indicators in one form."""
    tree = map_children(tree, canonical)
    if not isinstance(tree, Apply):
        return tree
    if tree.head == "probability":
        return tree.changed(args=(_event(tree.args),))
    if tree.head == "expectation":
        return _expectation(tree)
    return _indicator(tree.args[0]) if tree.head == "indicator" else tree


def _event(args: tuple[Node, ...]) -> Node:
    """Return what a probability is of: one event, or several in the order of their text."""
    if len(args) == 1 and isinstance(args[0], Apply) and args[0].head == "given":
        left, right = args[0].args
        return Apply("given", (_event((left,)), _event((right,))))
    if args and isinstance(args[-1], Apply) and args[-1].head == "given":  # P(A, B | C)
        left, right = args[-1].args
        return Apply("given", (_event((*args[:-1], left)), _event((right,))))
    parts = [part for arg in args for part in _joint(arg)]
    parts = sorted(dict.fromkeys(map(_complement, parts)), key=to_text)
    return parts[0] if len(parts) == 1 else Collection("tuple", tuple(parts))


def _joint(node: Node) -> tuple[Node, ...]:
    """Return the events of which all happen."""
    if isinstance(node, Collection) and node.kind != "set":
        return tuple(part for item in node.items for part in _joint(item))
    if isinstance(node, Apply) and node.head in _JOINT:
        return tuple(part for arg in node.args for part in _joint(arg))
    if isinstance(node, Logic) and node.operator == "and":
        return tuple(part for arg in node.args for part in _joint(arg))
    return (node,)


def _complement(node: Node) -> Node:
    r"""Return `A^c` as `\neg A`."""
    if isinstance(node, Apply) and node.head == "pow" and isinstance(node.args[0], Symbol):
        raised = node.args[1]
        if isinstance(raised, Symbol) and raised.name in {"c", "C"} and node.args[0].name[:1].isupper():
            return Logic("not", (node.args[0],))
    return node


def _expectation(node: Apply) -> Node:
    """Return an expectation whose variable, where it is named, has a name that tells only how deep it stands."""
    body, *rest = node.args
    if len(rest) > 1 and all(map(_is_variable, rest)):
        return node.changed(args=(body, *sorted(rest, key=to_text)))
    if len(rest) != 1:
        return node
    drawn = _drawn(rest[0])
    if drawn is None:
        return node
    variable, law = drawn
    depth = sum(isinstance(part, Apply) and part.head == "expectation" for part in body.walk())
    name = Symbol(f"{DRAWN}{depth}")
    values: dict[str, Node] = {variable.name: name}
    return Apply("expectation", (substitute(body, values), name, substitute(law, values)))


def _is_variable(node: Node) -> bool:
    return isinstance(node, Symbol) or (isinstance(node, Apply) and node.head == "index")


def _drawn(node: Node) -> tuple[Symbol, Node] | None:
    """Return the variable an expectation is over and its law: of `x ~ p`, of `q(z | x)`."""
    if isinstance(node, Relation) and node.operators == ("~",) and isinstance(node.operands[0], Symbol):
        variable, law = node.operands[0], node.operands[1]
        return variable, _law(law, variable)
    called = node.args[0] if isinstance(node, Apply) and node.head == "index" else node
    if isinstance(called, Apply) and called.head.startswith("call:") and len(called.args) == 1:
        inside = called.args[0]
        variable_node = inside.args[0] if isinstance(inside, Apply) and inside.head == "given" else inside
        if isinstance(variable_node, Symbol):
            return variable_node, _law(node, variable_node)
    return None


def _law(node: Node, variable: Symbol) -> Node:
    """Return a law without its own variable: `p` of `p(x)`."""
    if isinstance(node, Apply) and node.head == "index":
        return node.changed(args=(_law(node.args[0], variable), *node.args[1:]))
    if isinstance(node, Apply) and node.head.startswith("call:") and node.args == (variable,):
        return Symbol(node.head[5:])
    if isinstance(node, Apply) and node.head == "mul" and len(node.args) == 2 and node.args[1] == variable:
        return node.args[0]  # a declared p is read as a factor
    return node


def _indicator(condition: Node) -> Node:
    """Return an indicator by those of `a = b` and `a - b > 0`."""
    if isinstance(condition, Logic) and condition.operator == "not":
        return _opposite(_indicator(condition.args[0]))
    if isinstance(condition, Logic) and condition.operator == "and":
        return Apply("mul", tuple(map(_indicator, condition.args)))
    if not isinstance(condition, Relation):
        return Apply("indicator", (condition,))
    pairs = zip(condition.operators, condition.operands, condition.operands[1:], strict=False)
    parts = tuple(_indicator_of(*pair) for pair in pairs)
    return parts[0] if len(parts) == 1 else Apply("mul", parts)


def _indicator_of(operator: str, left: Node, right: Node) -> Node:
    if operator in {"=", "!="}:
        first, second = sorted((left, right), key=to_text)
        same = Apply("indicator", (Relation(("=",), (first, second)),))
        return same if operator == "=" else _opposite(same)
    if operator in {"<", ">="}:
        left, right = right, left
    if operator not in {"<", ">", "<=", ">="}:
        return Apply("indicator", (Relation((operator,), (left, right)),))
    difference = Apply("add", (left, Apply("neg", (right,))))
    above = Apply("indicator", (Relation((">",), (difference, Number(Fraction(0)))),))
    return above if operator in {"<", ">"} else _opposite(above)


def _opposite(node: Node) -> Node:
    return Apply("add", (_ONE, Apply("neg", (node,))))


def is_drawn(body: Node, index: Symbol) -> bool:
    """Whether a sum runs over the values of a variable: its index is an argument of a probability, and numbers no data."""
    nodes = [node for node in body.walk() if isinstance(node, Apply) and index in node.children]
    numbering = any(node.head == "index" and index in node.args[1:] for node in nodes)
    return not numbering and any(
        node.head in {"given", "probability"} or node.head in _MEASURES for node in nodes
    )


def has_sums_of_chances(*trees: Node) -> bool:
    """Whether a sum runs over all values of a variable: then `sum_z p(z)` may be 1."""
    return any(
        isinstance(node, Binder)
        and node.head == "sum"
        and node.index is not None
        and is_drawn(node.body, node.index)
        for tree in trees
        if tree.holds(Binder)
        for node in tree.walk()
    )


def may_be_independent(expected: Node, answer: Node) -> bool:
    """Whether one formula has a product of probabilities, and the other that of several events at once."""
    if not any(tree.holds("probability", *_MEASURES) for tree in (expected, answer)):
        return False
    joint = [any(map(_joins, tree.walk())) for tree in (expected, answer)]
    products = [any(map(_multiplies, tree.walk())) for tree in (expected, answer)]
    return joint[0] != joint[1] and products[joint[0]]


def _joins(node: Node) -> bool:
    return len(_events(node)[0]) > 1


def _multiplies(node: Node) -> bool:
    """Whether a product has several probabilities under the same condition."""
    if not isinstance(node, Apply) or node.head != "mul":
        return False
    conditions = [condition for events, condition in map(_events, node.args) if events]
    return len(set(conditions)) < len(conditions)


def _events(node: Node) -> tuple[tuple[Node, ...], str]:
    """Return the events of a probability and its condition; no events where it is none."""
    if not isinstance(node, Apply) or node.head not in _MEASURES | {"probability"}:
        return (), ""
    last = node.args[-1]
    given = isinstance(last, Apply) and last.head == "given"
    first, condition = last.children if given else (last, None)
    events = (*node.args[:-1], *(first.items if isinstance(first, Collection) else (first,)))
    return events, to_text(condition) if condition is not None else ""


def only_told_apart(body: Node, index: Symbol) -> bool:
    """Whether an index only tells values of unknown functions and data apart: then it may run over anything."""
    waiting = [body]
    while waiting:
        node = waiting.pop()
        if node == index:
            return False
        if isinstance(node, Apply) and (
            node.head in {"index", "probability"} or node.head.startswith("call:")
        ):
            continue
        waiting.extend(node.children)
    return True
