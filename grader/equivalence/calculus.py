"""Derivatives carried out on the tree, so that they can be compared and evaluated."""

from __future__ import annotations

from fractions import Fraction
from itertools import islice
from typing import TYPE_CHECKING, Final

from grader.equivalence.effort import effort
from grader.equivalence.rewriting import map_children, names_in, substitute
from grader.notation.tree import Apply, Binder, Cases, Node, Number, Symbol

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_ORDER: Final = 6
MAX_SIZE: Final = 400  # nodes of a formula that is differentiated; each order multiplies them

ZERO: Final = Number(Fraction(0))
ONE: Final = Number(Fraction(1))
TWO: Final = Number(Fraction(2))


class NotDifferentiableError(Exception):
    """No rule covers the formula."""


def differentiated(tree: Node) -> Node:
    """Return the tree with every derivative carried out that a rule covers."""
    if not any(isinstance(node, Apply) and node.head == "derivative" for node in tree.walk()):
        return tree
    tree = map_children(tree, differentiated)
    if not isinstance(tree, Apply) or tree.head != "derivative" or len(tree.args) < 2:
        return tree
    body, variable = tree.args[:2]
    order = tree.args[2] if len(tree.args) > 2 else ONE
    if not isinstance(variable, Symbol) or not isinstance(order, Number) or order.value.denominator != 1:
        return tree
    if not 0 <= order.value <= MAX_ORDER:
        return tree
    allowance = effort()
    try:
        for _ in range(int(order.value)):
            size = sum(1 for _ in islice(body.walk(), MAX_SIZE + 1))
            allowance.spend(4 * size)
            if size > MAX_SIZE:
                return tree
            body = derivative(body, variable.name)
    except NotDifferentiableError:
        return tree
    return body


def derivative(tree: Node, name: str) -> Node:
    """Return the derivative with respect to a symbol. Raises NotDifferentiableError."""
    if isinstance(tree, Symbol):
        return ONE if tree.name == name else ZERO
    if name not in names_in(tree):
        return ZERO
    if isinstance(tree, Cases):
        return Cases(tuple((derivative(value, name), test) for value, test in tree.branches))
    if isinstance(tree, Binder) and tree.head == "sum" and tree.index is not None:
        if name in {part for limit in (tree.lower, tree.upper) if limit for part in names_in(limit)}:
            raise NotDifferentiableError
        return Binder("sum", derivative(tree.body, name), tree.index, tree.lower, tree.upper)
    if not isinstance(tree, Apply):
        raise NotDifferentiableError
    if tree.head.startswith("call:"):
        return _of_unknown(tree, name)
    if tree.head == "derivative":
        return Apply("derivative", (*tree.args, Symbol(name)))
    several = _SEVERAL.get(tree.head)
    if several is not None:
        return several(tree, name)
    outer = _OUTER.get(tree.head)
    if outer is None:
        raise NotDifferentiableError
    inside = tree.args[0]
    return Apply("mul", (outer(inside), derivative(inside, name)))


def _of_unknown(tree: Apply, name: str) -> Node:
    """f(u)' = f'(u) u' for a function nobody knows."""
    terms: list[Node] = []
    for place, arg in enumerate(tree.args):
        if name in names_in(arg):
            suffix = "'" if len(tree.args) == 1 else f"'{place}"
            terms.append(Apply("mul", (Apply(tree.head + suffix, tree.args), derivative(arg, name))))
    return Apply("add", tuple(terms))


def _sum(tree: Apply, name: str) -> Node:
    return Apply(tree.head, tuple(derivative(arg, name) for arg in tree.args))


def _product(tree: Apply, name: str) -> Node:
    terms = [
        Apply("mul", (*tree.args[:place], derivative(arg, name), *tree.args[place + 1 :]))
        for place, arg in enumerate(tree.args)
        if name in names_in(arg)
    ]
    return Apply("add", tuple(terms))


def _quotient(tree: Apply, name: str) -> Node:
    top, bottom = tree.args
    above = _minus(_times(derivative(top, name), bottom), _times(top, derivative(bottom, name)))
    return Apply("div", (above, Apply("pow", (bottom, TWO))))


def _power(tree: Apply, name: str) -> Node:
    base, exponent = tree.args
    if name not in names_in(exponent):
        lower = Apply("pow", (base, _minus(exponent, ONE)))
        return Apply("mul", (exponent, lower, derivative(base, name)))
    inner = Apply("mul", (exponent, Apply("log", (base,))))
    return Apply("mul", (tree, derivative(inner, name)))


def _root(tree: Apply, name: str) -> Node:
    degree = tree.args[1] if len(tree.args) > 1 else TWO
    return _power(Apply("pow", (tree.args[0], Apply("div", (ONE, degree)))), name)


def _log(tree: Apply, name: str) -> Node:
    if len(tree.args) == 1:
        return Apply("div", (derivative(tree.args[0], name), tree.args[0]))
    natural = Apply("div", (Apply("log", (tree.args[0],)), Apply("log", (tree.args[1],))))
    return _quotient(natural, name)


def _times(*factors: Node) -> Node:
    return Apply("mul", factors)


def _minus(left: Node, right: Node) -> Node:
    return Apply("add", (left, Apply("neg", (right,))))


def _square(tree: Node) -> Node:
    return Apply("pow", (tree, TWO))


def _at(pattern: Node) -> Callable[[Node], Node]:
    """Return the outer derivative as a function of what stands inside."""
    return lambda inside: substitute(pattern, {"u": inside})


_U: Final = Symbol("u")


def _f(head: str) -> Node:
    return Apply(head, (_U,))


def _one_over(tree: Node) -> Node:
    return Apply("div", (ONE, tree))


_SEVERAL: Final[dict[str, Callable[[Apply, str], Node]]] = {
    "add": _sum,
    "neg": _sum,
    "mul": _product,
    "div": _quotient,
    "pow": _power,
    "root": _root,
    "log": _log,
    "percent": _sum,
}
_OUTER: Final[dict[str, Callable[[Node], Node]]] = {
    "exp": _at(_f("exp")),
    "sin": _at(_f("cos")),
    "cos": _at(Apply("neg", (_f("sin"),))),
    "tan": _at(Apply("add", (ONE, _square(_f("tan"))))),
    "sinh": _at(_f("cosh")),
    "cosh": _at(_f("sinh")),
    "tanh": _at(_minus(ONE, _square(_f("tanh")))),
    "sigmoid": _at(_times(_f("sigmoid"), _minus(ONE, _f("sigmoid")))),
    "arctan": _at(_one_over(Apply("add", (ONE, _square(_U))))),
    "arcsin": _at(_one_over(Apply("root", (_minus(ONE, _square(_U)), TWO)))),
    "arccos": _at(Apply("neg", (_one_over(Apply("root", (_minus(ONE, _square(_U)), TWO))),))),
    "abs": _at(_f("sign")),
}
