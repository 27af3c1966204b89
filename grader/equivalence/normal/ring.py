"""Exact sparse polynomials over opaque atoms, with the laws that certain atoms obey.

A polynomial maps monomials to rational coefficients. A monomial is a product of atoms to rational
exponents, negative ones included. An atom stands for anything the polynomial arithmetic cannot
look into: a symbol, `e^m`, `log a`, a root, a sum over an index, an unknown function. Some atoms
reduce when their exponents add up (`i^2 = -1`, `sqrt(2)^2 = 2`, `|x|^2 = x^2`).
"""

from __future__ import annotations

from fractions import Fraction
from math import gcd, lcm
from typing import Any, Final

from grader.equivalence.effort import effort
from grader.records import dataclass

Coefficient = int | Fraction
Exponent = int | Fraction
Monomial = tuple[tuple[int, Exponent], ...]
Poly = dict[Monomial, Coefficient]
Key = tuple[tuple[Monomial, Coefficient], ...]

MAX_TERMS: Final = 400  # a student's formula has tens of terms; beyond this, points decide faster
MAX_BITS: Final = 8192  # of one coefficient
MAX_WORK: Final = 30_000  # steps of one proof, a product of two terms each: about 40 ms

ONE: Final[Monomial] = ()


class TooLargeError(Exception):
    """The exact form would grow beyond the limits; other methods must decide."""


@dataclass(frozen=True, slots=True)
class Atom:
    """One generator: `kind` and `payload` say what it is.

    kinds: symbol, constant (pi, infinity), i, prime (its root), exp (payload: the monomial m of
    e^m), log, root (payload: the polynomial under it), abs (payload: the id of the atom inside),
    sum, and function (payload: head and arguments). abs of a polynomial has its key as payload.
    """

    kind: str
    payload: Any  # by kind, see above
    real: bool = True
    nonnegative: bool = False
    names: frozenset[str] = frozenset()


class Ring:
    """The atoms of one comparison and the arithmetic of polynomials in them."""

    def __init__(self) -> None:
        self.atoms: list[Atom] = []
        self.work = 0
        self.effort = effort()
        self._ids: dict[object, int] = {}
        self._reducing: set[int] = set()
        self.i = self.atom(Atom("i", None, real=False))

    def atom(self, atom: Atom) -> int:
        """Return the id of an atom, adding it where it is new."""
        key = (atom.kind, atom.payload)
        found = self._ids.get(key)
        if found is None:
            found = self._ids[key] = self.add_atom(atom)
        return found

    def add_atom(self, atom: Atom) -> int:
        """Add an atom whose payload is not hashable or was already looked for."""
        self.atoms.append(atom)
        number = len(self.atoms) - 1
        if atom.kind in {"i", "prime", "root", "abs"} or self._is_unity(atom):
            self._reducing.add(number)
        return number

    def _is_unity(self, atom: Atom) -> bool:
        """Whether the atom is e^(i pi), whose powers are roots of unity."""
        if atom.kind != "exp" or not isinstance(atom.payload, tuple) or len(atom.payload) != 2:
            return False
        (first, one), (second, other) = atom.payload
        kinds = {self.atoms[first].kind, self.atoms[second].payload}
        return one == other == 1 and kinds == {"i", "pi"}

    def names(self, poly: Poly) -> frozenset[str]:
        """Return the symbols a polynomial depends on, however deep they stand."""
        found: set[str] = set()
        for monomial in poly:
            for number, _ in monomial:
                found |= self.atoms[number].names
        return frozenset(found)

    # arithmetic

    def charge(self, steps: int) -> None:
        """Count work done. Raises TooLargeError where points decide faster, ExhaustedError where nothing may."""
        self.work += steps
        if self.work > MAX_WORK:
            raise TooLargeError
        self.effort.spend(steps)

    def add(self, left: Poly, right: Poly) -> Poly:
        """Return the sum."""
        if len(left) < len(right):
            left, right = right, left
        self.charge(len(right) + (len(left) >> 4))
        total = dict(left)
        for monomial, coefficient in right.items():
            value = total.get(monomial, 0) + coefficient
            if value:
                total[monomial] = plain(value)
            else:
                total.pop(monomial, None)
        return self._bounded(total)

    def scale(self, poly: Poly, factor: Coefficient) -> Poly:
        """Return the polynomial times a rational number."""
        if not factor:
            return {}
        return {monomial: plain(coefficient * factor) for monomial, coefficient in poly.items()}

    def multiply(self, left: Poly, right: Poly) -> Poly:
        """Return the product, reduced."""
        self.charge(len(left) * len(right) + 1)
        total: Poly = {}
        reduced: list[Poly] = []
        for first, a in left.items():
            for second, b in right.items():
                monomial, reducible = self._merge(first, second)
                if reducible:
                    reduced.append(self.reduce(monomial, plain(a * b)))
                    continue
                value = total.get(monomial, 0) + a * b
                if value:
                    total[monomial] = plain(value)
                else:
                    total.pop(monomial, None)
        for poly in reduced:
            total = self.add(total, poly)
        return self._bounded(total)

    def power(self, poly: Poly, exponent: int) -> Poly:
        """Return a non-negative integer power."""
        if len(poly) == 1:
            ((monomial, coefficient),) = poly.items()
            check_power(coefficient, exponent)
            scaled = tuple((number, plain(power * exponent)) for number, power in monomial)
            return self.reduce(scaled if exponent else ONE, plain(coefficient**exponent))
        if exponent > MAX_TERMS:
            raise TooLargeError
        result: Poly = {ONE: 1}
        square = poly
        while exponent:
            if exponent & 1:
                result = self.multiply(result, square)
            exponent >>= 1
            if exponent:
                square = self.multiply(square, square)
        return result

    def _merge(self, first: Monomial, second: Monomial) -> tuple[Monomial, bool]:
        if not first or not second:
            return first or second, False
        powers = dict(first)
        reducible = False
        for number, power in second:
            if number in powers:
                total = powers[number] + power
                reducible = reducible or number in self._reducing
                if total:
                    powers[number] = plain(total)
                else:
                    del powers[number]
            else:
                powers[number] = power
        return tuple(sorted(powers.items())), reducible

    def reduce(self, monomial: Monomial, coefficient: Coefficient) -> Poly:
        """Return a coefficient times a monomial with the laws of its atoms applied."""
        kept: list[tuple[int, Exponent]] = []
        factors: list[Poly] = []
        for number, power in monomial:
            if number in self._reducing:
                left, factor = self._reduce_atom(number, power)
                if left:
                    kept.append((number, left))
                factors.append(factor)
            elif power:
                kept.append((number, power))
        result: Poly = {tuple(kept): coefficient} if coefficient else {}
        for factor in factors:
            if factor != {ONE: 1}:
                result = self.multiply(result, factor)
        return result

    def _reduce_atom(self, number: int, power: Exponent) -> tuple[Exponent, Poly]:
        """Split an atom's power into what stays and a polynomial factor."""
        atom = self.atoms[number]
        if atom.kind == "i":
            turns = int(power) % 4
            return turns % 2, {ONE: -1 if turns >= 2 else 1}
        if atom.kind == "exp":  # e^(i pi c) has period 2 in c
            turn = Fraction(power) % 2
            sign = -1 if turn >= 1 else 1
            turn %= 1
            if turn == Fraction(1, 2):
                return 0, {((self.i, 1),): sign}
            return plain(turn), {ONE: sign}
        if atom.kind == "abs":
            return self._reduce_absolute(atom, power)
        whole = power // 1
        if not whole:
            return power, {ONE: 1}
        if atom.kind == "prime":
            check_power(atom.payload, abs(whole))
            return plain(power - whole), {ONE: plain(Fraction(atom.payload) ** int(whole))}
        try:
            return plain(power - whole), self.power(dict(atom.payload), int(whole))
        except TooLargeError:
            return power, {ONE: 1}

    def _reduce_absolute(self, atom: Atom, power: Exponent) -> tuple[Exponent, Poly]:
        """Replace even powers of |a| by those of a."""
        rest = Fraction(power) % 2
        even = Fraction(power) - rest
        if isinstance(atom.payload, int):
            return plain(rest), {((atom.payload, plain(even)),): 1} if even else {ONE: 1}
        if even <= 0:
            return power, {ONE: 1}
        return plain(rest), self.power(dict(atom.payload), int(even))

    def _bounded(self, poly: Poly) -> Poly:
        if len(poly) > MAX_TERMS:
            raise TooLargeError
        return poly

    # facts

    def is_nonnegative(self, poly: Poly) -> bool:
        """Whether every term is known to be zero or positive."""
        return all(c > 0 and self.is_nonnegative_monomial(m) for m, c in poly.items())

    def is_nonnegative_monomial(self, monomial: Monomial) -> bool:
        """Whether every factor is known to be zero or positive."""
        return all(self.is_nonnegative_power(number, power) for number, power in monomial)

    def is_nonnegative_power(self, number: int, power: Exponent) -> bool:
        """Whether an atom's power is known to be zero or positive."""
        atom = self.atoms[number]
        return atom.nonnegative or (atom.real and power % 2 == 0)

    def is_real(self, poly: Poly) -> bool:
        """Whether every atom is known to be real (roots of unknown signs are not)."""
        return all(
            self.atoms[number].nonnegative or (self.atoms[number].real and power % 1 == 0)
            for monomial in poly
            for number, power in monomial
        )

    def primitive(self, poly: Poly) -> tuple[Coefficient, Monomial, Poly]:
        """Split into rational content, monomial content and the rest with coprime integer coefficients."""
        self.charge(3 * len(poly))
        numerator, denominator = 0, 1
        for coefficient in poly.values():
            numerator = gcd(numerator, coefficient.numerator)
            denominator = lcm(denominator, coefficient.denominator)
        content: Coefficient = plain(Fraction(numerator, denominator))
        if poly[max(poly)] < 0:
            content = -content
        shared = self._shared(poly)
        if shared:
            inverse = tuple((number, -power) for number, power in shared)
            poly = {self._merge(monomial, inverse)[0]: c for monomial, c in poly.items()}
        if content != 1:
            poly = {monomial: plain(Fraction(c) / content) for monomial, c in poly.items()}
            if poly[max(poly)] < 0:  # the greatest term may change with the monomial content
                return -content, shared, self.scale(poly, -1)
        elif poly[max(poly)] < 0:
            return -content, shared, self.scale(poly, -1)
        return content, shared, poly

    def _shared(self, poly: Poly) -> Monomial:
        monomials = iter(poly)
        least = {n: p for n, p in next(monomials) if n not in self._reducing}
        seen = set(least)
        rows = [dict(monomial) for monomial in monomials]
        for row in rows:
            seen.update(n for n in row if n not in self._reducing)
        for number in seen:
            least[number] = min([least.get(number, 0), *(row.get(number, 0) for row in rows)])
        return tuple(sorted((number, power) for number, power in least.items() if power))


def plain(value: Coefficient) -> Coefficient:
    """Return a whole fraction as an int, which is five times faster from there on."""
    return value.numerator if value.denominator == 1 else value


def check_power(base: Coefficient, exponent: Exponent) -> None:
    """Raise TooLargeError before a power with too many digits is computed."""
    bits = max(abs(base.numerator).bit_length(), base.denominator.bit_length())
    if bits > 1 and bits * (abs(exponent.numerator) // exponent.denominator) > MAX_BITS:
        raise TooLargeError


def key_of(poly: Poly) -> Key:
    """Return a polynomial as something hashable."""
    return tuple(sorted(poly.items()))
