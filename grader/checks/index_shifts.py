r"""Equations whose indices are shifted: `\theta_t = \theta_{t-1} - \eta g_{t-1}` for `\theta_{t+1} = \theta_t - \eta g_t`.

So are the arguments of functions: `f(t) = t^2` is `f(x) = x^2`.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Final

from grader.equivalence.rewriting import map_children, substitute
from grader.notation.tree import Apply, Node, Number, Symbol

if TYPE_CHECKING:
    from collections.abc import Sequence


_FUNCTIONS: Final = frozenset({"sigmoid", "relu", "softmax"})


def shifted(right: Node, lefts: Sequence[Node], left: Node) -> Node | None:
    """Return the right side with its indices moved as the answer's left side has them; None where they are not."""
    for wanted in lefts:
        moves = _moves(wanted, left)
        if moves:
            return _folded(substitute(right, moves))
    return None


def _moves(wanted: Node, left: Node) -> dict[str, Node]:
    """Return what each index of a wanted left side is in another one of the same name; empty where they are alike."""
    moves: dict[str, Node] = {}
    waiting = [(wanted, left)]
    arguments: set[tuple[Node, Node]] = set()
    while waiting:
        one, other = waiting.pop()
        if one == other:
            continue
        if isinstance(one, Symbol) and isinstance(other, Symbol) and (one, other) in arguments:
            if moves.setdefault(one.name, other) != other:
                return {}
            continue
        if type(one) is not type(other) or len(one.children) != len(other.children) or not one.children:
            return {}
        if (
            isinstance(one, Apply)
            and one.head == "index"
            and isinstance(other, Apply)
            and other.head == "index"
        ):
            waiting.append((one.args[0], other.args[0]))
            for index, given in zip(one.args[1:], other.args[1:], strict=True):
                here, there = _linear(index), _linear(given)
                if index == given:
                    continue
                if (
                    here is None
                    or there is None
                    or moves.get(here[0]) not in {None, _sum(there[0], there[1] - here[1])}
                ):
                    return {}
                moves[here[0]] = _sum(there[0], there[1] - here[1])
        else:
            if (
                isinstance(one, Apply)
                and isinstance(other, Apply)
                and one.head == other.head
                and (one.head in _FUNCTIONS or one.head.startswith("call:"))
            ):
                arguments.update(zip(one.args, other.args, strict=True))
            waiting.extend(zip(one.children, other.children, strict=True))
    return moves


def _folded(node: Node) -> Node:
    """Return a tree with the sums in its indices written out: `x_{t+1-1}` as `x_t`."""
    if isinstance(node, Apply) and node.head == "index":
        given = [(index, _linear(index)) for index in node.args[1:]]
        indices = tuple(index if linear is None else _sum(*linear) for index, linear in given)
        return Apply("index", (_folded(node.args[0]), *indices), span=node.span)
    return map_children(node, _folded)


def _linear(index: Node) -> tuple[str, Fraction] | None:
    """Return name and offset of `t`, `t+1` or `t-1`."""
    if isinstance(index, Symbol):
        return index.name, Fraction(0)
    if not (isinstance(index, Apply) and index.head == "add" and len(index.args) == 2):
        return None
    inner, offset = index.args
    name = _linear(inner)
    sign = 1
    if isinstance(offset, Apply) and offset.head == "neg":
        sign, offset = -1, offset.args[0]
    if name is not None and isinstance(offset, Number):
        return name[0], name[1] + sign * offset.value
    return None


def _sum(name: str, offset: Fraction) -> Node:
    if not offset:
        return Symbol(name)
    number: Node = Number(abs(offset))
    return Apply("add", (Symbol(name), number if offset > 0 else Apply("neg", (number,))))
