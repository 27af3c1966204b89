"""Values and points as a student reads them."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

from grader.equivalence.numeric.balls import Value, ball

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_DIGITS: Final = 12  # of a value shown exactly
MAX_DATA: Final = 6  # indexed values shown with a point
MAX_DENOMINATOR: Final = 12  # of a value shown as a fraction
NEGLIGIBLE: Final = 1e-9  # a real part below this is not shown beside an imaginary one


def exact_text(value: Fraction) -> str:
    """Return a point's coordinate: `2`, `1/2`."""
    return str(value)


def value_text(value: Value, digits: int = 4) -> str:
    """Return a value: exactly where that is short, else to some significant digits."""
    if isinstance(value, Fraction):
        text = _short(value)
        if text is not None:
            return text
        value = ball(value)
    real, imaginary = value.real, value.imag
    if imaginary.contains(0):
        return _digits(real, digits)
    if real.contains(0) and not _large(real):
        return f"{_digits(imaginary, digits)} i"
    sign, size = ("-", -imaginary) if imaginary < 0 else ("+", imaginary)
    return f"{_digits(real, digits)} {sign} {_digits(size, digits)} i"


def _large(value: Any) -> bool:
    return float(abs(value).abs_upper()) > NEGLIGIBLE


def _short(value: Fraction) -> str | None:
    if value.denominator == 1:
        text = str(value.numerator) if abs(value.numerator).bit_length() < 44 else ""
        return text if text and len(text) <= MAX_DIGITS else None
    scaled, places = value, 0
    while scaled.denominator != 1 and places < 6:
        scaled, places = scaled * 10, places + 1
    if scaled.denominator == 1 and abs(scaled) < 10**9:
        digits = f"{abs(scaled.numerator):0{places + 1}d}"
        return f"{'-' if value < 0 else ''}{digits[:-places]}.{digits[-places:]}"
    if abs(value.numerator) < 1000 and value.denominator <= MAX_DENOMINATOR:
        return f"{value.numerator}/{value.denominator}"
    return None


def _digits(value: Any, digits: int) -> str:
    number = float(value.mid())
    if number in {float("inf"), float("-inf")}:
        return str(value.str(digits, radius=False))
    text = f"{number:.{digits}g}"
    return "0" if text == "-0" else text


def pair_text(expected: Value, answer: Value) -> tuple[str, str]:
    """Return both values with as many digits as it takes to see that they differ."""
    for digits in (4, 6, 9, 12, 16):
        texts = value_text(expected, digits), value_text(answer, digits)
        if texts[0] != texts[1]:
            return texts
    return texts


def point_text(
    point: Mapping[str, Fraction], imaginary: Mapping[str, Fraction] | None = None
) -> tuple[tuple[str, str], ...]:
    """Return the coordinates of a point, with the imaginary parts of complex ones."""
    parts = imaginary or {}
    return tuple((name, _complex_text(value, parts.get(name, Fraction(0)))) for name, value in point.items())


def _complex_text(real: Fraction, imaginary: Fraction) -> str:
    if not imaginary:
        return exact_text(real)
    size = "" if abs(imaginary) == 1 else f"{exact_text(abs(imaginary))} "
    if not real:
        return f"{'-' if imaginary < 0 else ''}{size}i"
    return f"{exact_text(real)} {'-' if imaginary < 0 else '+'} {size}i"


def data_text(data: Mapping[str, Fraction]) -> tuple[tuple[str, str], ...]:
    """Return the values of indexed data: `x_1 = 2`."""
    shown: list[tuple[str, str]] = []
    for key, value in sorted(data.items()):
        name, _, labels = key.rstrip("]").partition("[")
        label = labels.replace("free ", "i")
        shown.append((f"{name}_{label}" if len(label) == 1 else f"{name}_{{{label}}}", str(value)))
    return tuple(shown[:MAX_DATA])


def at_point(point: tuple[tuple[str, str], ...]) -> str:
    """Return `At x = 1/2 and y = 2`, or nothing where there is no symbol."""
    shown = [f"{name} = {value}" for name, value in point]
    if not shown:
        return ""
    if len(shown) == 1:
        return f"At {shown[0]}"
    return f"At {', '.join(shown[:-1])} and {shown[-1]}"
