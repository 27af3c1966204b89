"""The irreducible factors of a polynomial: equations with the same ones hold in the same places."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from grader.equivalence.numeric import balls

if TYPE_CHECKING:
    from grader.equivalence.normal.normalizer import Normalizer
    from grader.equivalence.normal.ring import Poly

MAX_ATOMS: Final = 8  # of a polynomial that is factored; a student's equation has some four symbols
MAX_TERMS: Final = 60
MAX_DEGREE: Final = 16

Factors = dict[frozenset[tuple[tuple[int, ...], Any]], int]


def factors_of(field: Normalizer, poly: Poly, atoms: tuple[int, ...]) -> Factors | None:
    """Return the factors that are not numbers, with their multiplicities; None beyond the limits.

    `atoms` puts the atoms of several polynomials in one order.
    """
    if not poly or len(poly) > MAX_TERMS or len(atoms) > MAX_ATOMS:
        return None
    library = balls.flint()
    terms: dict[tuple[int, ...], Any] = {}
    for monomial, coefficient in poly.items():
        powers = dict(monomial)
        if any(not isinstance(power, int) or power < 0 for power in powers.values()):
            return None
        if sum(powers.values()) > MAX_DEGREE:
            return None
        place = tuple(int(powers.get(atom, 0)) for atom in atoms)
        terms[place] = library.fmpq(coefficient.numerator, coefficient.denominator)
    field.charge(20 * len(poly) * (1 + len(atoms)))
    context = library.fmpq_mpoly_ctx.get([f"x{place}" for place in range(max(1, len(atoms)))], "lex")
    found: Factors = {}
    for factor, power in context.from_dict(terms or {(0,): 0}).factor()[1]:
        leading = factor.leading_coefficient()
        entries = frozenset((place, value / leading) for place, value in factor.to_dict().items())
        found[entries] = found.get(entries, 0) + int(power)
    return found


def atoms_of(*polys: Poly) -> tuple[int, ...]:
    """Return the atoms of several polynomials in one order."""
    return tuple(sorted({number for poly in polys for monomial in poly for number, _ in monomial}))
