r"""Derivatives carried out on the tree, so that they can be compared and evaluated.

What a letter depends on is not written. A letter differentiated by itself is an unknown: `dL/dw` is
neither 0 nor anything else, and `\frac{dL}{dw}` and `\frac{\partial L}{\partial w}` are the same one; so is
`\nabla_w L`. In a formula with the variable in it, the other letters are constants, as in
`d/dx (a x^2 + b)`, but for those that some derivative is taken of, and losses. Without the variable
in it, all letters may depend on it, but for LAMBDAS. The rules for what is written hold either way:
`d log(p)/dt` is `dp/dt / p`. The chain rule for letters, `dL/dw = dL/dy dy/dw`, is not assumed.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import islice
from typing import TYPE_CHECKING, Final

from grader.equivalence.effort import effort
from grader.equivalence.preparation.indices import patterns_of
from grader.equivalence.preparation.unknowns import PARTIAL
from grader.equivalence.rewriting import map_children, substitute
from grader.notation.tree import Apply, Binder, Cases, Node, Number, Symbol, names_in
from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

MAX_ORDER: Final = 6
MAX_SIZE: Final = 400  # nodes of a formula that is differentiated; each order multiplies them
LOSSES: Final = frozenset({"L", "J", "E", "loss", "Loss", "cost", "Cost"})
"""Letters that are functions of the parameters wherever they stand in a derivative."""
LAMBDAS: Final = frozenset({"lambda", "eta", "alpha", "epsilon"})
"""Letters of constants that a method is given, such as the learning rate."""
GRADIENT: Final = "call:gradient"
VARIABLE: Final = "variable "  # with a space: no student can write such a name

ZERO: Final = Number(Fraction(0))
ONE: Final = Number(Fraction(1))
TWO: Final = Number(Fraction(2))


class NotDifferentiableError(Exception):
    """No rule covers the formula."""


@dataclass(frozen=True, slots=True)
class Dependence:
    """Which letters depend on a variable: those named, or all but the constants."""

    functions: frozenset[str] = frozenset()
    calls: tuple[Apply, ...] = ()
    everything: bool = False

    def __contains__(self, name: str) -> bool:
        return name in self.functions or (self.everything and name not in LAMBDAS)


NOTHING: Final = Dependence()


def dependence_in(trees: Iterable[Node]) -> Dependence:
    """Return what is seen to be a function: what a derivative is taken of, and what is called."""
    functions = set(LOSSES)
    calls: dict[str, Apply] = {}
    for tree in trees:
        for node in tree.walk():
            if not isinstance(node, Apply):
                continue
            if node.head in {"derivative", GRADIENT}:
                functions.add(_base_name(node.args[0]))
            elif node.head.startswith("call:") and all(isinstance(arg, Symbol) for arg in node.args):
                calls.setdefault(node.head, node)
    return Dependence(frozenset(functions - {""}), tuple(calls.values()))


def _base_name(node: Node) -> str:
    if isinstance(node, Apply) and node.head == "index":
        return _base_name(node.args[0])
    return node.name if isinstance(node, Symbol) else ""


def has_derivatives(tree: Node) -> bool:
    return tree.holds("derivative", GRADIENT)


def differentiated(tree: Node, dependence: Dependence = NOTHING) -> Node:
    """Return the tree with every derivative carried out that a rule covers; the others are unknowns."""
    if not has_derivatives(tree):
        return tree
    tree = map_children(tree, lambda child: differentiated(child, dependence))
    if not isinstance(tree, Apply) or tree.head not in {"derivative", GRADIENT}:
        return tree
    if tree.head == GRADIENT and len(tree.args) == 1:
        return _of_only_argument(tree, dependence)
    if len(tree.args) < 2:
        return tree
    body, variable = tree.args[:2]
    if tree.head == GRADIENT:
        variable = _where_taken(body, variable)
    order = tree.args[2] if len(tree.args) > 2 else ONE
    if not isinstance(order, Number) or order.value.denominator != 1 or not 0 <= order.value <= MAX_ORDER:
        return tree
    try:
        for _ in range(int(order.value)):
            body = _once(body, variable, dependence)
    except NotDifferentiableError:
        return Apply(PARTIAL, (tree.args[0], *(variable,) * int(order.value)), span=tree.span)
    return body


def _of_only_argument(tree: Apply, dependence: Dependence) -> Node:
    r"""Read `\nabla J(\theta)` as the gradient in the only argument that there is."""
    body = tree.args[0]
    if isinstance(body, Apply) and body.head.startswith("call:") and len(body.args) == 1:
        return differentiated(Apply("derivative", (body, body.args[0])), dependence)
    return tree


def _where_taken(body: Node, variable: Node) -> Node:
    r"""Return `\theta_{t-1}` for the gradient `\nabla_\theta L(\theta_{t-1})`, which is taken there."""
    if not isinstance(variable, Symbol):
        return variable
    found = patterns_of(body).get(variable.name, set())
    if len(found) != 1 or () in found:
        return variable
    return Apply("index", (variable, *next(iter(found))))


def _once(body: Node, variable: Node, dependence: Dependence) -> Node:
    """Return the derivative in a variable, which may have an index. Raises NotDifferentiableError."""
    size = sum(1 for _ in islice(body.walk(), MAX_SIZE + 1))
    effort().spend(4 * size)
    if size > MAX_SIZE:
        raise NotDifferentiableError
    body = _as_call(body, variable, dependence)
    if isinstance(variable, Symbol):
        plain, name = body, variable.name
    else:
        plain, name = _with_plain_variable(body, variable), VARIABLE
    if name not in names_in(plain):
        dependence = Dependence(dependence.functions, everything=True)
    found = derivative(plain, name, dependence)
    return found if isinstance(variable, Symbol) else substitute(found, {VARIABLE: variable})


def _as_call(body: Node, variable: Node, dependence: Dependence) -> Node:
    """Read `df/dx` as the derivative of f(x) where f(x) is written somewhere."""
    if isinstance(body, Symbol):
        for call in dependence.calls:
            if call.head == "call:" + body.name and variable in call.args:
                return call
    return body


def _with_plain_variable(body: Node, variable: Node) -> Node:
    """Put a plain symbol for `w_j`. Raises NotDifferentiableError where `w` has other indices as well."""
    if body == variable:
        return Symbol(VARIABLE)
    changed = map_children(body, lambda child: _with_plain_variable(child, variable))
    if isinstance(changed, Apply) and changed.head == "index" and _base_name(changed) == _base_name(variable):
        raise NotDifferentiableError
    return changed


def derivative(tree: Node, name: str, dependence: Dependence = NOTHING) -> Node:
    """Return the derivative with respect to a symbol. Raises NotDifferentiableError."""
    if isinstance(tree, Symbol):
        if tree.name == name:
            return ONE
        return _unknown(tree, name) if tree.name in dependence else ZERO
    if isinstance(tree, Number):
        return ZERO
    if isinstance(tree, Apply) and tree.head == "index":
        depends = _base_name(tree) in dependence or name in names_in(tree)
        return _unknown(tree, name) if depends else ZERO
    if name not in names_in(tree) and not any(other in dependence for other in names_in(tree)):
        return ZERO
    if isinstance(tree, Cases):
        return Cases(tuple((derivative(value, name, dependence), test) for value, test in tree.branches))
    if isinstance(tree, Binder) and tree.head == "sum" and tree.index is not None:
        if name in {part for limit in (tree.lower, tree.upper) if limit for part in names_in(limit)}:
            raise NotDifferentiableError
        inner = derivative(tree.body, name, dependence)
        return Binder("sum", inner, tree.index, tree.lower, tree.upper, tree.domain)
    if not isinstance(tree, Apply):
        raise NotDifferentiableError
    if tree.head == PARTIAL:
        return Apply(PARTIAL, (*tree.args, Symbol(name)))
    if tree.head.startswith("call:"):
        return _of_unknown(tree, name, dependence)
    several = _SEVERAL.get(tree.head)
    if several is not None:
        return several(tree, name, dependence)
    outer = _OUTER.get(tree.head)
    if outer is None:
        raise NotDifferentiableError
    inside = tree.args[0]
    return Apply("mul", (outer(inside), derivative(inside, name, dependence)))


def _unknown(tree: Node, name: str) -> Node:
    return Apply(PARTIAL, (tree, Symbol(name)))


def _of_unknown(tree: Apply, name: str, dependence: Dependence) -> Node:
    """f(u)' = f'(u) u' for a function nobody knows."""
    terms: list[Node] = []
    for place, arg in enumerate(tree.args):
        inner = derivative(arg, name, dependence)
        if inner != ZERO:
            suffix = "'" if len(tree.args) == 1 else f"'{place}"
            terms.append(Apply("mul", (Apply(tree.head + suffix, tree.args), inner)))
    if tree.head.removeprefix("call:") in dependence.functions and name not in names_in(tree):
        raise NotDifferentiableError  # a loss of something else may depend on the variable in other ways
    return Apply("add", tuple(terms)) if terms else ZERO


def _sum(tree: Apply, name: str, dependence: Dependence) -> Node:
    return Apply(tree.head, tuple(derivative(arg, name, dependence) for arg in tree.args))


def _product(tree: Apply, name: str, dependence: Dependence) -> Node:
    terms: list[Node] = []
    for place, arg in enumerate(tree.args):
        inner = derivative(arg, name, dependence)
        if inner != ZERO:
            terms.append(Apply("mul", (*tree.args[:place], inner, *tree.args[place + 1 :])))
    return Apply("add", tuple(terms)) if terms else ZERO


def _quotient(tree: Apply, name: str, dependence: Dependence) -> Node:
    top, bottom = tree.args
    below = derivative(bottom, name, dependence)
    if below == ZERO:
        return Apply("div", (derivative(top, name, dependence), bottom))
    above = _minus(_times(derivative(top, name, dependence), bottom), _times(top, below))
    return Apply("div", (above, Apply("pow", (bottom, TWO))))


def _power(tree: Apply, name: str, dependence: Dependence) -> Node:
    base, exponent = tree.args
    inner = derivative(exponent, name, dependence)
    if inner == ZERO:
        lower = Apply("pow", (base, _minus(exponent, ONE)))
        return Apply("mul", (exponent, lower, derivative(base, name, dependence)))
    return Apply("mul", (tree, derivative(Apply("mul", (exponent, Apply("log", (base,)))), name, dependence)))


def _root(tree: Apply, name: str, dependence: Dependence) -> Node:
    degree = tree.args[1] if len(tree.args) > 1 else TWO
    return _power(Apply("pow", (tree.args[0], Apply("div", (ONE, degree)))), name, dependence)


def _log(tree: Apply, name: str, dependence: Dependence) -> Node:
    if len(tree.args) == 1:
        return Apply("div", (derivative(tree.args[0], name, dependence), tree.args[0]))
    natural = Apply("div", (Apply("log", (tree.args[0],)), Apply("log", (tree.args[1],))))
    return _quotient(natural, name, dependence)


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


_SEVERAL: Final[dict[str, Callable[[Apply, str, Dependence], Node]]] = {
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
