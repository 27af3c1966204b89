"""Sums and products over an index, with a length that may stay a symbol.

A sum is linear: what does not depend on its index is taken out, and each remaining term becomes
an atom of its own. So `sum((x_i - m)^2)` and `sum(x_i^2) - 2 m sum(x_i) + n m^2` have one form.
A product of positive factors is `e` to the sum of their logarithms. A set or a condition is part
of the atom: sums over another one are other atoms.
"""

from __future__ import annotations

from fractions import Fraction
from math import comb
from typing import TYPE_CHECKING, Final

from grader.equivalence.normal.laws import exp_of, log_of
from grader.equivalence.normal.quotients import Quotient
from grader.equivalence.normal.ring import ONE, TooLargeError
from grader.equivalence.preparation.indices import BOUND
from grader.equivalence.preparation.prepared import is_ranged
from grader.equivalence.preparation.ranges import SIZE
from grader.equivalence.rewriting import substitute
from grader.notation.tree import Apply, Binder, Constant, Logic, Number, Relation
from grader.records import dataclass

if TYPE_CHECKING:
    from grader.equivalence.normal.field import Field as Normalizer
    from grader.equivalence.normal.ring import Coefficient, Monomial

_INFINITY: Final = Constant("infinity")
MAX_FAULHABER: Final = 12  # sum of k^p in closed form up to this p
MAX_WRITTEN_OUT: Final = 24  # a sum with a number for its length is written out up to here


@dataclass(frozen=True, slots=True)
class _Range:
    """What an index runs over: how many values, and what tells this range from others."""

    index: str
    length: Quotient
    key: tuple[Quotient, ...]
    kind: str = ""  # "" from 1 to `length`, else by set or condition


def normal_binder(field: Normalizer, node: Binder) -> Quotient:
    """Return the normal form of a sum, a product or another binder."""
    if node.head not in {"sum", "prod"} or node.index is None:
        return _opaque(field, node)
    body = node.body
    if node.domain is not None:
        over = _set_or_condition(field, node, node.index.name)
    elif node.lower is None or node.upper is None:
        return _opaque(field, node)
    else:
        lower, upper = field.normal(node.lower), field.normal(node.upper)
        endless = node.upper == _INFINITY  # as long from wherever it starts
        length = upper if endless else field.plus(field.minus(upper, lower), field.number(1))
        count = length.constant
        if isinstance(count, int) and count <= MAX_WRITTEN_OUT:
            return _written_out(field, node, lower, max(count, 0))
        if lower.constant != 1:
            shift = Apply("add", (node.index, Apply("add", (node.lower, Number(Fraction(-1))))))
            body = substitute(body, {node.index.name: shift})
        over = _Range(node.index.name, length, (length,))
    inner = field.normal(body)
    return _sum(field, inner, over) if node.head == "sum" else _product(field, inner, over)


def _set_or_condition(field: Normalizer, node: Binder, index: str) -> _Range:
    """Return the range of an index in a set, or of one between limits under a condition."""
    parts: list[Quotient] = []
    kind = ""
    if is_ranged(node):
        if node.lower is None or node.upper is None:
            raise TooLargeError
        parts += [field.normal(node.lower), field.normal(node.upper)]
    for condition in node.domain.args if isinstance(node.domain, Logic) else (node.domain,):
        if isinstance(condition, Apply) and condition.head == "in":
            condition = condition.args[1]  # noqa: PLW2901 - `i in S` and `S` are the same here
        if isinstance(condition, Relation) and len(condition.operators) == 1:
            left, right = map(field.normal, condition.operands)
            kind += f" {condition.operators[0]}"
            parts.append(_signless(field, field.minus(left, right), condition.operators[0]))
        elif condition is None or isinstance(condition, Relation | Logic):
            raise TooLargeError
        else:
            kind += " in"
            parts.append(field.normal(condition))
    if kind == " in":
        length = field.opaque(SIZE, *parts, nonnegative=True)
    else:
        length = field.opaque("count" + kind, *parts, nonnegative=True)
    return _Range(index, length, tuple(parts), kind)


def _signless(field: Normalizer, gap: Quotient, operator: str) -> Quotient:
    """Return the difference of two sides, which has no sign where they are only equal or not."""
    if operator not in {"=", "!="} or not gap.top:
        return gap
    return gap if field.primitive(gap.top)[0] > 0 else field.times(gap, field.number(-1))


def _written_out(field: Normalizer, node: Binder, lower: Quotient, count: int) -> Quotient:
    first = lower.constant
    if not isinstance(first, int) or node.index is None:
        raise TooLargeError
    total = field.number(0 if node.head == "sum" else 1)
    for step in range(count):
        value = Number(Fraction(first + step))
        part = field.normal(substitute(node.body, {node.index.name: value}))
        total = field.plus(total, part) if node.head == "sum" else field.times(total, part)
    return total


def _split(field: Normalizer, monomial: Monomial, index: str) -> tuple[Monomial, Monomial]:
    inside = tuple(pair for pair in monomial if index in field.atoms[pair[0]].names)
    return inside, tuple(pair for pair in monomial if pair not in inside)


def _sum(field: Normalizer, inner: Quotient, over: _Range) -> Quotient:
    """Return the sum of a quotient over a range."""
    fixed = {k: p for k, p in inner.bottom.items() if over.index not in field.names(dict(k))}
    varying = {k: p for k, p in inner.bottom.items() if k not in fixed}
    total = field.number(0)
    for monomial, coefficient in inner.top.items():
        inside, outside = _split(field, monomial, over.index)
        part = _sum_term(field, Quotient({inside: 1}, varying), over)
        total = field.plus(total, field.times(part, Quotient({outside: coefficient}, {})))
    return field.times(total, Quotient({ONE: 1}, fixed))


def _sum_term(field: Normalizer, body: Quotient, over: _Range) -> Quotient:
    term = body.term
    if term is not None:
        monomial, _ = term
        if not monomial:
            return over.length
        power = _power_of_index(field, monomial, over.index)
        if power is not None and not over.kind:
            return _faulhaber(field, over.length, power)
    known = field.is_nonnegative(body.top) and not body.bottom
    return field.opaque("sum" + over.kind, *over.key, body, nonnegative=known)


def _power_of_index(field: Normalizer, monomial: Monomial, index: str) -> int | None:
    if len(monomial) != 1:
        return None
    number, power = monomial[0]
    atom = field.atoms[number]
    if (
        atom.kind == "symbol"
        and atom.payload == index
        and isinstance(power, int)
        and 0 < power <= MAX_FAULHABER
    ):
        return power
    return None


def _faulhaber(field: Normalizer, length: Quotient, power: int) -> Quotient:
    """Return 1^p + ... + n^p as a polynomial in n (with Bernoulli's numbers, B1 = +1/2)."""
    total = field.number(0)
    for j in range(power + 1):
        weight = comb(power + 1, j) * _bernoulli(j) / (power + 1)
        if weight:
            part = field.integer_power(length, power + 1 - j)
            total = field.plus(total, field.times(part, field.number(_whole(weight))))
    return total


def _bernoulli(order: int) -> Fraction:
    row = [Fraction(0)] * (order + 1)
    for m in range(order + 1):
        row[m] = Fraction(1, m + 1)
        for j in range(m, 0, -1):
            row[j - 1] = j * (row[j - 1] - row[j])
    return row[0]


def _whole(value: Fraction) -> Coefficient:
    return value.numerator if value.denominator == 1 else value


def _product(field: Normalizer, inner: Quotient, over: _Range) -> Quotient:
    """Return the product of a quotient over a range."""
    positive = field.is_nonnegative(inner.top) and all(field.is_nonnegative(dict(k)) for k in inner.bottom)
    if positive:
        return exp_of(field, _sum(field, log_of(field, inner), over))
    if over.index not in field.quotient_names(inner):
        return exp_of(field, field.times(over.length, log_of(field, inner)))
    return field.opaque("prod" + over.kind, *over.key, inner)


def _opaque(field: Normalizer, node: Binder) -> Quotient:
    """Return an integral, a limit or the like as an unknown function of its parts."""
    parts = [field.normal(node.body)]
    head = node.head
    for part in (node.lower, node.upper, node.domain):
        head += "," if part is None else ",+"
        if part is not None:
            parts.append(field.normal(part))
    if node.index is not None and not node.index.name.startswith(BOUND):
        parts.append(field.normal(node.index))
    return field.opaque(head, *parts)
