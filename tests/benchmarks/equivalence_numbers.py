"""Rows about tolerances, rounding, notation and numbers in prose."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from grader.checks.tolerance import Fit, Tolerance
from grader.equivalence import Options
from grader.equivalence.numeric.balls import real_part
from grader.equivalence.numeric.pointvalues import Evaluation
from grader.notation.formulareader import read_formula
from grader.notation.numbers.exact import NumberError, NumberReading, read_number


def options_of(row: dict, options: Options) -> Options:
    """Return the options for rows that compare values within a tolerance."""
    given = row["options"]
    rel = None if given.get("rtol") is None else Fraction(str(given["rtol"]))
    absolute = None if given.get("atol") is None else Fraction(str(given["atol"]))
    if given.get("mode") == "tolerance" and "precision" in given:
        absolute = Fraction(1, 2 * 10 ** given["precision"])
    form: list[str] = []
    if given.get("allow_fractions") is False:
        form.append("no_fraction")
    if given.get("must_be_reduced") or given.get("test") == "LowestTerms":
        form.append("lowest_terms")
    if given.get("notation") == ["scientific"]:
        form.append("scientific")
    return replace(options, rel=rel, abs=absolute, form=tuple(form))


def significant(text: str) -> tuple[int, int]:
    """Return the least and most significant digits a written number may have."""
    mantissa = text.lower().partition("e")[0].partition("*")[0].strip("+- ")
    digits = mantissa.replace(".", "").lstrip("0")
    if not digits:
        zeros = len(mantissa.partition(".")[2])
        return max(1, zeros), max(1, zeros)
    if "." in mantissa:
        return len(digits), len(digits)
    return len(digits.rstrip("0")), len(digits)


def number(text: str) -> NumberReading:
    try:
        return read_number(text)
    except NumberError:
        value = Evaluation({}, lambda _key: Fraction(0)).value(read_formula(text).tree)
        if not isinstance(value, Fraction):
            value = Fraction(str(real_part(value).str(30, radius=False)))
        return NumberReading(value, text, step=Fraction(0))


def significant_figures(row: dict) -> dict:
    digits, accuracy = row["options"]["sigfigs"], row["options"]["accuracy"]
    expected, answer = number(row["expected"]), number(row["answer"])
    least, most = significant(row["answer"])
    if accuracy == -1:
        if most < digits:
            return verdict(False, "too few digits")
        right = rounded(answer.value, digits) == rounded(expected.value, digits)
        return verdict(right, f"to {digits} digits")
    if not least <= digits <= most:
        return verdict(False, f"{least} to {most} digits are written, {digits} were asked for")
    if not accuracy:
        return verdict(True, "only the digits count")
    fit = Tolerance(digits=accuracy).fit(answer, expected)
    return verdict(fit is Fit.RIGHT, Tolerance(digits=accuracy).interval(answer, expected))


def rounded(value: Fraction, digits: int) -> Fraction:
    """Round half up to so many significant digits."""
    if not value:
        return value
    size, place = abs(value), Fraction(1)
    while size / place >= 10:
        place *= 10
    while size / place < 1:
        place /= 10
    step = place / 10 ** (digits - 1)
    whole = (size / step + Fraction(1, 2)) // 1
    return whole * step * (1 if value > 0 else -1)


def decimal_places(row: dict) -> dict:
    places = row["options"]["places"]
    try:
        expected, answer = number(row["expected"]), number(row["answer"])
    except Exception as error:  # noqa: BLE001 - a row that is no number at all
        return verdict(False, str(error))
    if answer.decimals != places:
        return verdict(False, f"{answer.decimals} decimals")
    return verdict(Tolerance(decimals=places).fit(answer, expected) is Fit.RIGHT, "decimals")


def decimal_places_entry(row: dict) -> dict:
    digits, strict = row["options"]["digits"], row["options"]["strict"]
    expected, answer = number(row["expected"]), number(row["answer"])
    if answer.decimals > digits or (strict and answer.decimals != digits):
        return verdict(False, f"{answer.decimals} decimals")
    return verdict(Tolerance(decimals=digits).fit(answer, expected) is Fit.RIGHT, "decimals")


def power_of_ten(row: dict) -> dict:
    """Whether the digits are right and the decimal point may not be: a slip that is named."""
    try:
        expected, answer = number(row["expected"]), number(row["answer"])
    except Exception as error:  # noqa: BLE001 - a row that is no number at all
        return verdict(False, str(error))
    places = row["options"]["places"]
    first, second = (mantissa(each.value, places) for each in (expected, answer))
    return verdict(first == second, "digits without the decimal point")


def mantissa(value: Fraction, digits: int) -> Fraction:
    """Return the value moved to 1..10, cut after so many digits."""
    size = abs(value)
    while size >= 10:
        size /= 10
    while 0 < size < 1:
        size *= 10
    return (size * 10 ** (digits - 1)) // 1


def cells(text: str) -> list[NumberReading]:
    return [number(cell.strip(" []")) for cell in text.split(",")]


def matrix(tolerance: str):
    def run(row: dict) -> dict:
        allowed = Tolerance(**{tolerance: row["options"]["digits"]})
        pairs = zip(cells(row["expected"]), cells(row["answer"]), strict=True)
        return verdict(all(allowed.fit(a, e) is Fit.RIGHT for e, a in pairs), tolerance)

    return run


def verdict(right: object, evidence: str) -> dict:
    equal = "equal" if right else "different"
    return {
        "verdict": equal,
        "certainty": "proved" if right else "disproved",
        "evidence": evidence,
        "seconds": 0.0,
    }


NUMBER_MODES = {
    "sigfigs": significant_figures,
    "decimal_places": decimal_places,
    "decimal_places_entry": decimal_places_entry,
    "decimal_places_wrong": power_of_ten,
    "matrix_dd": matrix("decimals"),
    "matrix_sf": matrix("digits"),
}
