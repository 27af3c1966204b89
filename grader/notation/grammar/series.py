"""Sums that are written with dots: `x_1 + x_2 + ... + x_n` is the sum of x_j for j from 1 to n."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from grader.notation.grammar.parser import SUM
from grader.notation.syntaxerrors import ReadingError
from grader.notation.tree import Apply, Binder, Node, Number, Symbol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from fractions import Fraction

    from grader.notation.grammar.parser import Parser

_INDICES: Final = ("j", "i", "k", "l", "m", "t", "s")


def continued(p: Parser, terms: list[Node]) -> list[Node]:
    """Read the dots and the last term of a sum; the terms before them that belong to it become one with them."""
    dots = p.advance()
    p.advance()
    found = series_of(terms, p.expression(SUM))
    if found is None:
        raise ReadingError(f"the dots at {dots.start + 1} leave open what is meant: write a sum", dots.start)
    count, total = found
    return [*terms[: len(terms) - count], total]


def series_of(terms: Sequence[Node], last: Node) -> tuple[int, Binder] | None:
    """Return the sum that ends with dots and a last term, and how many terms before the dots belong to it.

    Two terms before the dots have to differ by 1 in a place where the last one has the end, or a single one begins
    with 1 or 0 there: nothing else is certain.
    """
    used = {node.name for term in (*terms, last) for node in term.walk() if isinstance(node, Symbol)}
    free = next((name for name in _INDICES if name not in used), None)
    if free is None:
        return None
    index = Symbol(free)
    count, found = 1, _Places(index).between(terms[-1], None, last)
    if len(terms) > 1:
        pair = _Places(index).between(terms[-2], terms[-1], last)
        count, found = (2, pair) if pair else (count, found)
    if found is None:
        return None
    while count < len(terms):
        before = _Places(index).between(terms[-count - 1], terms[-count], last)
        if before is None or before.body != found.body or before.upper != found.upper:
            break
        count, found = count + 1, before
    span = (terms[-count].span[0], last.span[1])
    return count, Binder("sum", found.body, index, Number(found.lower), found.upper, span=span)


class _Pattern:
    """What the terms have in common, and where their index begins and ends."""

    def __init__(self, body: Node, lower: Fraction, upper: Node) -> None:
        self.body, self.lower, self.upper = body, lower, upper


class _Places:
    """Finds the places in which consecutive terms differ."""

    def __init__(self, index: Symbol) -> None:
        self.index = index
        self.found: set[tuple[Fraction, Node]] = set()

    def between(self, first: Node, second: Node | None, last: Node) -> _Pattern | None:
        body = self._common(first, second or first, last, alone=second is None)
        if body is None or len(self.found) != 1:
            return None
        ((lower, upper),) = self.found
        if second is None and (lower not in {0, 1} or isinstance(upper, Number)):
            return None
        return _Pattern(body, lower, upper)

    def _common(self, first: Node, second: Node, last: Node, *, alone: bool) -> Node | None:
        if first == second == last:
            return last
        if isinstance(first, Number) and isinstance(second, Number):
            if second.value - first.value != (0 if alone else 1) or first.value.denominator != 1:
                return None
            self.found.add((first.value, last))
            return self.index
        if not (isinstance(first, Apply) and isinstance(second, Apply) and isinstance(last, Apply)):
            return None
        shapes = {(node.head, len(node.args)) for node in (first, second, last)}
        if len(shapes) != 1:
            return None
        places = zip(first.args, second.args, last.args, strict=True)
        parts = [self._common(one, two, end, alone=alone) for one, two, end in places]
        args = tuple(part for part in parts if part is not None)
        return Apply(last.head, args, span=last.span) if len(args) == len(parts) else None
