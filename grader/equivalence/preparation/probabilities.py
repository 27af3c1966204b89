"""Probabilities and expectations: what holds for all of them, so that the rest is algebra.

`P(A|B)` is `P(A, B) / P(B)`, which is Bayes' rule; `P(not A)` is `1 - P(A)`; `Var[X]` is
`E[X^2] - E[X]^2`; expectations are linear, and an expectation inside another is a constant.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from grader.equivalence.rewriting import map_children, order_of
from grader.notation.tree import Apply, Collection, Logic, Node, Number

JOINT: Final = "joint "  # with a space: no student can write such a name
LETTERS: Final = frozenset({"p", "q", "P", "Q", "Pr", "pi"})
"""Names of distributions, with an index or without."""
MAX_FACTORS: Final = 6  # of a product in an expectation that is multiplied out

ONE: Final = Number(Fraction(1))
TWO: Final = Number(Fraction(2))


def expanded(expected: Node, answer: Node) -> tuple[Node, Node]:
    """Return both formulas with conditional probabilities and expectations taken apart."""
    heads = {_conditional(node) for tree in (expected, answer) for node in tree.walk()} - {""}
    return _expanded(expected, frozenset(heads)), _expanded(answer, frozenset(heads))


def _conditional(node: Node) -> str:
    """Return the head of a distribution that stands under a condition somewhere."""
    if isinstance(node, Apply) and node.args and _is_given(node.args[0]) and is_distribution(node.head):
        return node.head
    return ""


def is_distribution(head: str) -> bool:
    r"""Whether a function is a probability or a density: `P(A)`, `p_\theta(x)`."""
    if head == "probability":
        return True
    return head.startswith("call:") and head.removeprefix("call:").partition("_")[0] in LETTERS


def _is_given(node: Node) -> bool:
    return isinstance(node, Apply) and node.head == "given"


def _expanded(tree: Node, heads: frozenset[str]) -> Node:
    tree = map_children(tree, lambda child: _expanded(child, heads))
    if not isinstance(tree, Apply):
        return tree
    if tree.head in heads or tree.head == "probability":
        return _of_events(tree)
    if tree.head == "variance" and len(tree.args) == 1:
        square = Apply("pow", (tree.args[0], TWO))
        mean = _expectation(tree.args[0], ())
        return Apply("add", (_expectation(square, ()), Apply("neg", (Apply("pow", (mean, TWO)),))))
    if tree.head == "expectation":
        return _expectation(tree.args[0], tree.args[1:])
    return tree


def _of_events(tree: Apply) -> Node:
    """Return a probability as one of joint events, over that of the condition."""
    first, rest = tree.args[0], tree.args[1:]
    if not _is_given(first):
        return _joint(tree.head, _events(tree.args))
    assert isinstance(first, Apply)  # noqa: S101 - `given` is one
    below = _events((first.args[1], *rest))
    return Apply("div", (_joint(tree.head, (*_events(first.args[:1]), *below)), _joint(tree.head, below)))


def _events(args: tuple[Node, ...]) -> tuple[Node, ...]:
    found: list[Node] = []
    for arg in args:
        if isinstance(arg, Collection) and arg.kind != "set":
            found.extend(_events(arg.items))
        elif isinstance(arg, Logic) and arg.operator == "and":
            found.extend(_events(arg.args))
        elif isinstance(arg, Apply) and arg.head == "intersection":
            found.extend(_events(arg.args))
        else:
            found.append(arg)
    return tuple(found)


def _joint(head: str, events: tuple[Node, ...]) -> Node:
    """Return P(A, B), where an event that is denied is what the others have without it."""
    if not events:
        return ONE
    for place, event in enumerate(events):
        if isinstance(event, Logic) and event.operator == "not":
            others = (*events[:place], *events[place + 1 :])
            whole = _joint(head, others)
            part = _joint(head, (*others, event.args[0]))
            return Apply("add", (whole, Apply("neg", (part,))))
    return Apply(JOINT + head, tuple(sorted(events, key=order_of)))


def _expectation(body: Node, under: tuple[Node, ...]) -> Node:
    """Return an expectation, its constants taken out and its sums taken apart."""
    if isinstance(body, Number) or _is_constant(body):
        return body
    if isinstance(body, Apply):
        if body.head in {"add", "neg"}:
            return Apply(body.head, tuple(_expectation(arg, under) for arg in body.args))
        if body.head == "div" and _is_constant(body.args[1]):
            return Apply("div", (_expectation(body.args[0], under), body.args[1]))
        if body.head == "pow" and body.args[1] == TWO and _is_sum(body.args[0]):
            return _expectation(Apply("mul", (body.args[0], body.args[0])), under)
        if body.head == "mul" and len(body.args) <= MAX_FACTORS:
            return _of_product(body, under)
    return Apply("expectation", (body, *under))


def _is_sum(node: Node) -> bool:
    return isinstance(node, Apply) and node.head == "add"


def _is_constant(node: Node) -> bool:
    """Whether a factor is a number or itself an expectation, to whatever power."""
    if isinstance(node, Number):
        return True
    if isinstance(node, Apply) and node.head in {"pow", "neg", "mul", "div", "add"}:
        return all(map(_is_constant, node.args))
    return isinstance(node, Apply) and node.head == "expectation"


def _of_product(body: Apply, under: tuple[Node, ...]) -> Node:
    for place, arg in enumerate(body.args):
        if isinstance(arg, Apply) and arg.head in {"add", "neg"} and not _is_constant(arg):
            rest = (*body.args[:place], *body.args[place + 1 :])
            parts = tuple(_expectation(Apply("mul", (part, *rest)), under) for part in arg.args)
            return Apply(arg.head, parts)
    outside = tuple(arg for arg in body.args if _is_constant(arg))
    inside = tuple(arg for arg in body.args if not _is_constant(arg))
    if len(inside) == 2 and inside[0] == inside[1]:
        inner: Node = Apply("pow", (inside[0], TWO))
    else:
        inner = inside[0] if len(inside) == 1 else Apply("mul", inside)
    if not outside:
        return Apply("expectation", (inner, *under))
    return Apply("mul", (*outside, _expectation(inner, under)))


def has_conditions(*trees: Node) -> bool:
    """Whether a distribution stands under a condition: `p(x | z)`."""
    return any(_conditional(node) for tree in trees if tree.holds("given") for node in tree.walk())
