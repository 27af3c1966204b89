"""The exact points at which formulas are compared: readable ones first, then seeded ones.

The same symbols, domains and seed give the same points, whatever the machine.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Final
from zlib import crc32

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from grader.equivalence.numeric.balls import Value

READABLE: Final = 10  # points made of small numbers, before the seeded ones
MAX_POINTS: Final = 72  # tried in all; twelve good ones are enough

WHOLE: Final = frozenset({"integer", "natural", "count"})
_R: Final = tuple(map(Fraction, ("1", "2", "1/2", "0", "3", "-1", "-2", "3/2", "5", "-1/2")))
_POOLS: Final[Mapping[str, Sequence[Fraction]]] = {
    "real": _R,
    "complex": _R,
    "nonzero": tuple(value for value in _R if value),
    "positive": tuple(map(Fraction, ("1", "2", "1/2", "3", "4", "1/4", "3/2", "5", "9", "1/3"))),
    "nonnegative": tuple(map(Fraction, ("1", "2", "1/2", "0", "3", "4", "1/4", "3/2", "5", "9"))),
    "negative": tuple(map(Fraction, ("-1", "-2", "-1/2", "-3", "-4", "-1/4", "-3/2", "-5"))),
    "integer": tuple(map(Fraction, (1, 2, 0, 3, -1, 4, -2, 5, 7, -3))),
    "natural": tuple(map(Fraction, (2, 3, 1, 4, 5, 7, 6, 8, 10, 9))),
    "index": _R,
    "count": tuple(map(Fraction, (2, 3, 1, 4, 5, 0, 7, 6, 8, 10))),
    "probability": tuple(map(Fraction, ("1/2", "1/4", "3/4", "1/10", "2/3", "9/10", "1/5", "1/3"))),
}
_SPREADS: Final = (3, 10, 1, 40, 4, 1000)


def points(names: Sequence[str], domains: Mapping[str, str], seed: str) -> Iterator[dict[str, Fraction]]:
    """Yield points: each symbol with a value of its domain."""
    if not names:
        yield {}
        return
    for step in range(READABLE):
        yield {
            name: _POOLS[domains[name]][(step + place * (1 + step // 4)) % len(_POOLS[domains[name]])]
            for place, name in enumerate(names)
        }
    for step in range(MAX_POINTS - READABLE):
        yield {
            name: seeded(f"{seed}:{step}:{place}", domains[name], step) for place, name in enumerate(names)
        }


def _noise(text: str) -> int:
    """Return 32 well-mixed bits; a checksum alone would tie the signs of neighbouring symbols."""
    bits = crc32(text.encode())
    for multiplier, shift in ((2654435761, 15), (2246822519, 13), (3266489917, 16)):
        bits = bits * multiplier & 0xFFFFFFFF
        bits ^= bits >> shift
    return bits


def is_value(domain: str, value: Value) -> bool:
    """Whether a number is a value of a domain; False where a ball does not say."""
    if isinstance(value, Fraction):
        real, whole = value, value.denominator == 1
    elif domain == "complex" or value.imag.contains(0):
        real, whole = value.real, False
    else:
        return False
    if domain in WHOLE:
        least = {"natural": 1, "count": 0}.get(domain)
        return whole and (least is None or real >= least)
    if domain == "probability":
        return bool(0 < real < 1)
    if domain == "nonzero":
        return bool(real < 0 or real > 0)
    signs = {"positive": real > 0, "nonnegative": real >= 0, "negative": real < 0}
    return bool(signs.get(domain, True))


def readable(domain: str, position: int) -> Fraction:
    """Return one of a domain's small values."""
    return _POOLS[domain][position % len(_POOLS[domain])]


def seeded(text: str, domain: str, step: int) -> Fraction:
    """Return a value of a domain that is determined by a text."""
    noise = _noise(text)
    spread = _SPREADS[step % len(_SPREADS)]
    if domain == "natural":
        return Fraction(1 + noise % (6 if spread < 20 else 14))
    if domain == "count":
        return Fraction(noise % (7 if spread < 20 else 15))
    if domain == "integer":
        return Fraction(noise % (2 * spread + 1) - spread)
    below = noise % 7 + 2
    if domain == "probability":
        return Fraction(1 + (noise >> 8) % (below - 1), below) if below > 2 else Fraction(1, 2)
    above = (noise >> 8) % (spread * below) + 1
    value = Fraction(above, below)
    if domain in {"real", "complex", "nonzero"} and noise >> 30 & 1:
        return -value
    return -value if domain == "negative" else value
