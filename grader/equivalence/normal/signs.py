"""What is known of the signs of polynomials: from the domains of their symbols, and from their shape."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from grader.equivalence.normal.quotients import Quotient, Quotients
from grader.equivalence.normal.ring import ONE, key_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from grader.equivalence.normal.ring import Atom, Poly

NONNEGATIVE_DOMAINS: Final = frozenset({"positive", "nonnegative", "natural", "probability", "count"})
NEVER_ZERO: Final = frozenset({"positive", "negative", "nonzero", "natural", "probability"})


class Signs(Quotients):
    """Quotients over symbols with domains; `default` is the domain of all others."""

    def __init__(self, domains: Mapping[str, str], default: str) -> None:
        super().__init__()
        self.domains = domains
        self.default = default

    def known_sign(self, poly: Poly) -> int:
        """Return the sign of a polynomial that its shape or the domains tell, else 0."""
        if len(poly) != 2 or poly.get(ONE) != -1:
            return 0
        ((monomial, coefficient),) = (term for term in poly.items() if term[0] != ONE)
        if coefficient != 1 or len(monomial) != 1:
            return 0
        ((number, power),) = monomial
        atom = self.atoms[number]
        if atom.kind == "symbol" and power > 0 and self.domains.get(atom.payload) == "probability":
            return -1  # p < 1
        if atom.kind == "exp" and atom.real and isinstance(atom.payload, tuple):
            sign = self.sign({atom.payload: 1})  # e^u - 1 has the sign of u
            return sign if power > 0 else -sign
        return 0

    def is_strict(self, poly: Poly) -> bool:
        """Whether a polynomial of known sign is known not to be zero, or a region leaves its zeros out."""
        for each in (poly, self.scale(poly, -1)):
            if key_of(each) in self.signs or self.known_sign(each):
                return True
            if self.is_nonnegative(each):
                return any(all(map(self.never_zero, dict(monomial))) for monomial in each)
        _, shared, rest = self.primitive(poly)
        return all(self.never_zero(number) for number, _ in shared) and (
            rest == {ONE: 1} or key_of(rest) in self.signs or key_of(self.scale(rest, -1)) in self.signs
        )

    def never_zero(self, number: int) -> bool:
        """Whether an atom is not zero wherever it has a value."""
        atom = self.atoms[number]
        if atom.kind == "symbol":
            return self.domains.get(atom.payload, self.default) in NEVER_ZERO
        if atom.kind == "exp":
            return not self._is_power_of_zero(atom)
        one: Poly = {((number, 1),): 1}
        return atom.kind in {"prime", "constant"} or key_of(one) in self.signs

    def _is_power_of_zero(self, atom: Atom) -> bool:
        """Whether e to a power stands for a power, as a^b does, whose base may be zero."""
        payload = atom.payload
        polys = (
            (payload.top, *map(dict, payload.bottom)) if isinstance(payload, Quotient) else ({payload: 1},)
        )
        logs = {number for poly in polys for monomial in poly for number, _ in monomial}
        bases = [self.atoms[number].payload for number in logs if self.atoms[number].kind == "log"]
        return any(isinstance(base, Quotient) and not self.is_strict(base.top) for base in bases)
