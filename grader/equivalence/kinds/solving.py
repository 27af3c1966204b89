"""The value that an equation gives for a symbol that stands in it once: undo step by step what is done to it.

Each step has exactly one real value to go back to: `2^x = 4` gives `x = log 4 / log 2`. What may
have several, such as an even power, ends the attempt.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Final

from grader.equivalence.normal.quotients import UndefinedError
from grader.equivalence.numeric.pointvalues import Evaluation, NotEvaluableError, no_data
from grader.notation.tree import Apply, Node, Number, Symbol, names_in

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_STEPS: Final = 40
ZERO: Final = Number(Fraction(0))


def isolated(tree: Node, name: str) -> Node | None:
    """Return the value of a symbol where an expression is zero, None where that takes more than going back."""
    value: Node = ZERO
    for _ in range(MAX_STEPS):
        if isinstance(tree, Symbol):
            return value if tree.name == name else None
        if not isinstance(tree, Apply):
            return None
        places = [place for place, arg in enumerate(tree.args) if name in names_in(arg)]
        rule = _BACK.get(tree.head)
        if len(places) != 1 or rule is None:
            return None
        found = rule(tree, places[0], value)
        if found is None:
            return None
        tree, value = found
    return None


def _sum(tree: Apply, place: int, value: Node) -> tuple[Node, Node] | None:
    others = (*tree.args[:place], *tree.args[place + 1 :])
    return tree.args[place], Apply("add", (value, *(Apply("neg", (other,)) for other in others)))


def _negative(tree: Apply, place: int, value: Node) -> tuple[Node, Node] | None:
    return tree.args[place], Apply("neg", (value,))


def _product(tree: Apply, place: int, value: Node) -> tuple[Node, Node] | None:
    others = (*tree.args[:place], *tree.args[place + 1 :])
    if any(_sign(other) in {0, None} for other in others):
        return None
    for other in others:
        value = Apply("div", (value, other))
    return tree.args[place], value


def _quotient(tree: Apply, place: int, value: Node) -> tuple[Node, Node] | None:
    if place == 1 or _sign(tree.args[1]) in {0, None}:
        return None
    return tree.args[0], Apply("mul", (value, tree.args[1]))


def _power(tree: Apply, place: int, value: Node) -> tuple[Node, Node] | None:
    base, exponent = tree.args
    if place == 1:  # a^u = c
        less_one = Apply("add", (base, Number(Fraction(-1))))
        if _sign(base) != 1 or _sign(less_one) in {0, None} or _sign(value) != 1:
            return None
        return exponent, Apply("div", (Apply("log", (value,)), Apply("log", (base,))))
    odd = isinstance(exponent, Number) and exponent.value.denominator == 1 and exponent.value % 2 == 1
    if not odd or not isinstance(exponent, Number) or exponent.value < 0 or _sign(value) is None:
        return None
    root = Apply("pow", (Apply("abs", (value,)), Number(1 / exponent.value)))
    return base, root if _sign(value) != -1 else Apply("neg", (root,))


def _exponential(tree: Apply, place: int, value: Node) -> tuple[Node, Node] | None:
    return (tree.args[place], Apply("log", (value,))) if _sign(value) == 1 else None


def _logarithm(tree: Apply, place: int, value: Node) -> tuple[Node, Node] | None:
    if len(tree.args) == 1:
        return tree.args[place], Apply("exp", (value,))
    base = tree.args[1]
    less_one = Apply("add", (base, Number(Fraction(-1))))
    if place or _sign(base) != 1 or _sign(less_one) in {0, None}:
        return None
    return tree.args[0], Apply("pow", (base, value))


def _root(tree: Apply, place: int, value: Node) -> tuple[Node, Node] | None:
    degree = tree.args[1] if len(tree.args) > 1 else Number(Fraction(2))
    if place or _sign(value) not in {0, 1} or not isinstance(degree, Number) or degree.value <= 0:
        return None
    return tree.args[0], Apply("pow", (value, degree))


def _sign(tree: Node) -> int | None:
    """Return the sign of a number, None where the tree is none or its sign is not plain."""
    if names_in(tree):
        return None
    try:
        value = Evaluation({}, no_data).value(tree)
    except (UndefinedError, NotEvaluableError):
        return None
    if isinstance(value, Fraction):
        return (value > 0) - (value < 0)
    if not value.imag.contains(0) or value.real.contains(0):
        return None
    return 1 if value.real > 0 else -1


_BACK: Final[dict[str, Callable[[Apply, int, Node], tuple[Node, Node] | None]]] = {
    "add": _sum,
    "neg": _negative,
    "mul": _product,
    "div": _quotient,
    "pow": _power,
    "exp": _exponential,
    "log": _logarithm,
    "root": _root,
}
