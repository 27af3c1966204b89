"""Circular and hyperbolic functions in the normal form: by powers of e; their inverses are unknown odd functions."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Final

from grader.equivalence.normal.laws import exp_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.equivalence.normal.field import Field as Normalizer
    from grader.equivalence.normal.quotients import Quotient
    from grader.notation.tree import Node


def _circular(field: Normalizer, arg: Node) -> tuple[Quotient, Quotient]:
    """Return cos and sin of an argument through e^(i u)."""
    i = field.single(field.i)
    turn = field.times(field.normal(arg), i)
    forward, backward = exp_of(field, turn), exp_of(field, field.times(turn, field.number(-1)))
    half = field.number(Fraction(1, 2))
    cosine = field.times(field.plus(forward, backward), half)
    sine = field.times(field.times(field.minus(forward, backward), half), field.inverse(i))
    return cosine, sine


def _hyperbolic(field: Normalizer, arg: Node) -> tuple[Quotient, Quotient]:
    """Return cosh and sinh."""
    inside = field.normal(arg)
    forward, backward = exp_of(field, inside), exp_of(field, field.times(inside, field.number(-1)))
    half = field.number(Fraction(1, 2))
    return field.times(field.plus(forward, backward), half), field.times(field.minus(forward, backward), half)


def _ratio(pair: Callable[..., tuple[Quotient, Quotient]], name: str) -> Callable[..., Quotient]:
    def rule(field: Normalizer, arg: Node) -> Quotient:
        cosine, sine = pair(field, arg)
        if name == "cos":
            return cosine
        if name == "sin":
            return sine
        if name == "tan":
            return field.times(sine, field.inverse(cosine))
        if name == "cot":
            return field.times(cosine, field.inverse(sine))
        return field.inverse(cosine if name == "sec" else sine)

    return rule


def _plain_inverse(head: str) -> Callable[..., Quotient]:
    def rule(field: Normalizer, arg: Node) -> Quotient:
        """Use that the function is odd."""
        inside = field.normal(arg)
        if not inside.top:
            return inside
        content, _, _ = field.primitive(inside.top)
        if content > 0:
            return field.opaque(head, inside)
        return field.times(field.opaque(head, field.times(inside, field.number(-1))), field.number(-1))

    return rule


CIRCULAR: Final[dict[str, Callable[..., Quotient]]] = {
    **{name: _ratio(_circular, name) for name in ("sin", "cos", "tan", "cot", "sec", "csc")},
    **{name + "h": _ratio(_hyperbolic, name) for name in ("sin", "cos", "tan", "cot", "sec", "csc")},
    **{name: _plain_inverse(name) for name in ("arcsin", "arctan", "arsinh", "artanh")},
}
