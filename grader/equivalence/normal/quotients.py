"""Quotients of polynomials: the exact normal form in which two formulas are compared.

Denominators are kept as products of primitive polynomials, so that sums of fractions need no
greatest common divisor. Two quotients are equal exactly when the numerator of their difference
is the zero polynomial; nothing has to be in lowest terms for that.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Final

from grader.equivalence.normal.ring import (
    ONE,
    Atom,
    Coefficient,
    Key,
    Poly,
    Ring,
    TooLargeError,
    key_of,
    plain,
)
from grader.records import dataclass

if TYPE_CHECKING:
    from grader.equivalence.normal.ring import Monomial

MAX_FACTORS: Final = 40  # different denominators in one formula
MAX_STEPS: Final = 60  # of one polynomial division


class UndefinedError(Exception):
    """The formula divides by zero or the like wherever it is evaluated."""


@dataclass(slots=True, eq=False)
class Quotient:
    """A polynomial over a product of powers of primitive polynomials."""

    top: Poly
    bottom: dict[Key, int]

    @property
    def constant(self) -> Coefficient | None:
        """The value, where this is a rational number."""
        if self.bottom:
            return None
        if not self.top:
            return 0
        return self.top.get(ONE) if len(self.top) == 1 else None

    @property
    def term(self) -> tuple[Monomial, Coefficient] | None:
        """The single term, where there is nothing else."""
        if self.bottom or len(self.top) != 1:
            return None
        return next(iter(self.top.items()))


class Quotients(Ring):
    """Arithmetic of quotients.

    `signs` holds what is assumed about the signs of polynomials in one region; `unresolved` the
    polynomials whose sign was asked for and not known.
    """

    def __init__(self) -> None:
        super().__init__()
        self.signs: dict[Key, int] = {}
        self.unresolved: dict[Key, None] = {}
        self.real = False  # whether all that is rooted or logged must be real, hence not negative

    def known_sign(self, poly: Poly) -> int:
        """Return the sign of a polynomial where more is known about its atoms, else 0."""
        del poly
        return 0

    def sign(self, poly: Poly) -> int:
        """Return 1 or -1 where the sign of a polynomial is known, else 0 and remember the question."""
        if self.is_nonnegative(poly):
            return 1
        content, shared, rest = self.primitive(poly)
        sign = 1 if content > 0 else -1
        for number, power in shared:
            sign *= self._sign_of_atom(number, power)
        if rest == {ONE: 1} or not sign:
            return sign
        return sign * self._known(rest)

    def _sign_of_atom(self, number: int, power: Coefficient) -> int:
        if self.is_nonnegative_power(number, power):
            return 1
        return self._known({((number, 1),): 1}) if power % 2 == 1 else 0

    def _known(self, poly: Poly) -> int:
        if self.is_nonnegative(poly):
            return 1
        key = key_of(poly)
        if key in self.signs:
            return self.signs[key]
        sign = self.known_sign(poly)
        if not sign:
            self.unresolved[key] = None
        return sign

    def signed(self, poly: Poly) -> tuple[int, Poly]:
        """Return a sign and a polynomial, known to be non-negative where its sign is known at all."""
        if self.is_nonnegative(poly):
            return 1, poly
        sign = self.signs.get(key_of(poly)) or self.known_sign(poly)
        return (-1, self.scale(poly, -1)) if sign < 0 else (1, poly)

    def is_positive(self, poly: Poly) -> bool:
        """Whether a polynomial is known not to be negative, by its terms or its known sign."""
        if self.is_nonnegative(poly):
            return True
        return self.signs.get(key_of(poly)) == 1 or self._sign_is_known(poly)

    def _sign_is_known(self, poly: Poly) -> bool:
        flipped = self.scale(poly, -1)
        return (
            self.known_sign(poly) > 0 or self.known_sign(flipped) < 0 or self.signs.get(key_of(flipped)) == -1
        )

    def number(self, value: Coefficient) -> Quotient:
        return Quotient({ONE: value} if value else {}, {})

    def single(self, number: int, power: Coefficient = 1) -> Quotient:
        """Return one atom to a power."""
        return Quotient(self.reduce(((number, power),), 1), {})

    def symbol(self, kind: str, payload: object, *, real: bool = True, nonnegative: bool = False) -> Quotient:
        names = frozenset((payload,)) if isinstance(payload, str) else frozenset()
        return self.single(self.atom(Atom(kind, payload, real, nonnegative, names)))

    def plus(self, left: Quotient, right: Quotient) -> Quotient:
        """Return the sum over the least common denominator."""
        if left.bottom == right.bottom:
            return self.tidy(self.add(left.top, right.top), left.bottom)
        bottom = dict(left.bottom)
        for key, power in right.bottom.items():
            bottom[key] = max(power, bottom.get(key, 0))
        total = self.add(self._over(left, bottom), self._over(right, bottom))
        return self.tidy(total, bottom)

    def _over(self, quotient: Quotient, bottom: dict[Key, int]) -> Poly:
        top = quotient.top
        for key, power in bottom.items():
            missing = power - quotient.bottom.get(key, 0)
            if missing:
                top = self.multiply(top, self.power(dict(key), missing))
        return top

    def minus(self, left: Quotient, right: Quotient) -> Quotient:
        return self.plus(left, self.times(right, self.number(-1)))

    def times(self, left: Quotient, right: Quotient) -> Quotient:
        """Return the product; equal factors above and below cancel."""
        if not left.bottom and not right.bottom:
            return Quotient(self.multiply(left.top, right.top), {})
        bottom = dict(left.bottom)
        for key, power in right.bottom.items():
            bottom[key] = bottom.get(key, 0) + power
        if len(bottom) > MAX_FACTORS:
            raise TooLargeError
        return self.tidy(self.multiply(left.top, right.top), bottom)

    def tidy(self, top: Poly, bottom: dict[Key, int]) -> Quotient:
        """Cancel a denominator that divides the numerator exactly."""
        if not top:
            return Quotient({}, {})
        if len(top) == 1:
            return Quotient(top, bottom)
        for key in tuple(bottom):
            divisor = dict(key)
            while bottom.get(key, 0) > 0:
                result = self.divide(top, divisor)
                if result is None:
                    break
                top = result
                bottom = {**bottom, key: bottom[key] - 1}
                if not bottom[key]:
                    del bottom[key]
        return Quotient(top, bottom)

    def divide(self, top: Poly, divisor: Poly) -> Poly | None:
        """Return the exact quotient of two polynomials, None where there is a remainder."""
        if any(n in self._reducing for poly in (top, divisor) for m in poly for n, _ in m):
            return None
        content, shared, rest = self.primitive(top)
        quotient: Poly = {}
        for _ in range(len(top) + MAX_STEPS):
            if not rest:
                return self.multiply(quotient, {shared: content})
            self.charge(len(rest))
            part = self.divide_lead(rest, divisor)
            if part is None:
                return None
            rest = self.add(rest, self.scale(self.multiply(part, divisor), -1))
            quotient = self.add(quotient, part)
        return None

    def divide_lead(self, top: Poly, divisor: Poly) -> Poly | None:
        """Return the quotient of the leading terms, None where it is not a polynomial."""
        first, lead = max(top, key=self.grade), max(divisor, key=self.grade)
        inverse = tuple((number, -power) for number, power in lead)
        monomial, _reducible = self._merge(first, inverse)
        if any(power < 0 for _, power in monomial):
            return None
        return {monomial: plain(Fraction(top[first]) / divisor[lead])}

    @staticmethod
    def grade(monomial: Monomial) -> tuple[Coefficient, Monomial]:
        return sum(power for _, power in monomial), monomial

    def inverse(self, quotient: Quotient) -> Quotient:
        """Return one over it."""
        if not quotient.top:
            raise UndefinedError
        content, shared, rest = self.primitive(quotient.top)
        top: Poly = {tuple((n, -p) for n, p in shared): Fraction(1) / content}
        for key, power in quotient.bottom.items():
            top = self.multiply(top, self.power(dict(key), power))
        if rest == {ONE: 1}:
            return Quotient(self.scale(top, 1), {})
        if len(rest) == 1:  # what is left are atoms with laws: roots, i, primes, abs
            return self._inverse_term(top, next(iter(rest.items())))
        return self.tidy(self.scale(top, 1), {key_of(rest): 1})

    def _inverse_term(self, top: Poly, term: tuple[Monomial, Coefficient]) -> Quotient:
        monomial, coefficient = term
        result = Quotient(self.scale(top, Fraction(1) / coefficient), {})
        for number, power in monomial:
            atom = self.atoms[number]
            if atom.kind == "root":  # 1/A^f = A^(1-f) / A
                whole = -(-power // 1)
                result = self.times(
                    result, self.single(number, whole - power) if whole - power else self.number(1)
                )
                result = self.times(result, self.inverse_power(Quotient(dict(atom.payload), {}), int(whole)))
            else:
                result = self.times(result, self.single(number, -power))
        return result

    def inverse_power(self, quotient: Quotient, exponent: int) -> Quotient:
        """Return one over a positive integer power, the factor kept unexpanded."""
        below = self.inverse(quotient)
        bottom = {key: power * exponent for key, power in below.bottom.items()}
        return Quotient(self.power(below.top, exponent), bottom)

    def integer_power(self, quotient: Quotient, exponent: int) -> Quotient:
        """Return an integer power; a power too large to expand becomes an atom."""
        if exponent < 0:
            return self.inverse_power(self.integer_power(quotient, 1), -exponent)
        top = quotient.top
        if len(top) > 1 and len(top) ** min(exponent, 9) > 5_000 and exponent > 8:
            return self._unexpanded(quotient, exponent)
        bottom = {key: power * exponent for key, power in quotient.bottom.items() if exponent}
        if not top and exponent:
            return Quotient(top, bottom)  # 0, however large the exponent
        try:
            return Quotient(self.power(top, exponent), bottom)
        except TooLargeError:
            if len(top) == 1:
                raise
            return self._unexpanded(quotient, exponent)

    def _unexpanded(self, quotient: Quotient, exponent: int) -> Quotient:
        content, shared, rest = self.primitive(quotient.top)
        outside = self.power({shared: content}, exponent)
        atom = self.atom(
            Atom("root", key_of(rest), self.is_real(rest), self.is_nonnegative(rest), self.names(rest))
        )
        bottom = {key: power * exponent for key, power in quotient.bottom.items()}
        return Quotient(self.multiply(outside, {((atom, exponent),): 1}), bottom)

    def proportional(self, left: Poly, right: Poly) -> bool:
        """Whether two polynomials differ by a factor without symbols only (it may hold i or roots)."""
        groups = self._by_names(left), self._by_names(right)
        if groups[0].keys() != groups[1].keys():
            return False
        first = min(groups[0])
        return self.multiply(left, groups[1][first]) == self.multiply(right, groups[0][first])

    def _by_names(self, poly: Poly) -> dict[Monomial, Poly]:
        """Return for each product of symbols its coefficient, a polynomial in constants."""
        groups: dict[Monomial, Poly] = {}
        for monomial, coefficient in poly.items():
            named = tuple(pair for pair in monomial if self.atoms[pair[0]].names)
            rest = tuple(pair for pair in monomial if not self.atoms[pair[0]].names)
            groups.setdefault(named, {})[rest] = coefficient
        return groups

    def same(self, left: Quotient, right: Quotient) -> bool:
        """Whether two quotients are equal by arithmetic alone."""
        if left.top == right.top and left.bottom == right.bottom:
            return True
        return not self.minus(left, right).top

    def quotient_names(self, quotient: Quotient) -> frozenset[str]:
        """Return the symbols a quotient depends on."""
        found = self.names(quotient.top)
        for key in quotient.bottom:
            found |= self.names(dict(key))
        return found
