"""Numbers as students write them, read exactly: `903,400`, `9.034e5`, `0,11`, `1/9`, `11 %`.

Values are fractions; nothing passes through a float. Where a notation has two readings (`903.400`)
the usual one comes first and the others stand in `alternatives`.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from fractions import Fraction
from typing import Final

from grader.notation.lazypatterns import deferred
from grader.notation.numbers.numerals import NUMERAL_WORDS, numeral_at
from grader.notation.numbers.separators import readings_of_digits
from grader.notation.numbers.units import unit_named
from grader.records import dataclass

MAX_TEXT: Final = 1_000  # characters of one number with its unit and wrapping; more is not a number
MAX_DIGITS: Final = 200  # exact arithmetic on this many digits takes microseconds; no answer needs more
MAX_EXPONENT: Final = 400  # beyond every float a student can have printed
MAX_FACTORIAL: Final = 100  # larger factorials are no answers, so that "903400!" is an exclamation
MAX_WRAPPERS: Final = 4  # \boxed{\mathbf{\text{...}}}: deeper nesting is not taken off


class NumberError(ValueError):
    """Say why a text is not a number, and at which character."""

    def __init__(self, message: str, position: int) -> None:
        self.message = message
        self.position = position
        super().__init__(f"{message} (at {position})")


@dataclass(frozen=True, slots=True)
class NumberReading:
    """One number: its exact value and how precisely and in what form it was written."""

    value: Fraction
    text: str  # the characters it was read from, unit and sign included
    decimals: int = 0  # digits behind the decimal mark
    digits: int = 1  # significant digits, trailing zeros of an integer included
    step: Fraction = Fraction(0)  # one unit in the last place written; 0 for fractions, which are exact
    scaled: bool = False  # written with a power of ten or k, M, million: trailing digits were left out
    percent: bool = False
    approximate: bool = False  # "about", "~"
    malformed: bool = False  # digit groups that fit no convention, `1,802,00`
    unit: str = ""  # as written
    unit_name: str = ""  # the usual name, where it is a unit of the field
    note: str = ""  # what was assumed in reading it
    alternatives: tuple[NumberReading, ...] = ()

    @property
    def readings(self) -> tuple[NumberReading, ...]:
        """This reading, then the other ones."""
        return (self, *self.alternatives)

    @property
    def rounding(self) -> Fraction:
        """How coarse the number is meant: its last place, without the trailing zeros of "about 903,000"."""
        if not self.approximate or self.decimals or not self.value or not self.step:
            return self.step
        count, step = abs(self.value) / self.step, self.step
        while count % 10 == 0:
            count, step = count / 10, step * 10
        return step

    def negated(self) -> NumberReading:
        """Return the same number with the opposite sign."""
        others = tuple(other.negated() for other in self.alternatives)
        return replace(self, value=-self.value, alternatives=others)


_SPACES: Final = (
    "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
)
_INVISIBLE: Final = (
    "\u00ad\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"
)
# Arabic-Indic, Persian, Devanagari, Bengali and Thai digits, and the five alphabets of mathematical ones.
_OTHER_DIGITS: Final = (0x660, 0x6F0, 0x966, 0x9E6, 0xE50, *range(0x1D7CE, 0x1D800, 10))
_FOLDED: Final = (
    {ord(char): " " for char in _SPACES + _INVISIBLE}
    | {0xFF10 + digit: str(digit) for digit in range(10)}
    | {first + digit: str(digit) for first in _OTHER_DIGITS for digit in range(10)}
    | {0xFF21 + offset: chr(65 + offset) for offset in range(26)}
    | {0xFF41 + offset: chr(97 + offset) for offset in range(26)}
    | dict(
        zip(map(ord, "，．％＋－／（）＝＊［］−‒–‐‑﹣’‘ʼ⁄∕﹢٫٬"), ",.%+-/()=*[]------'''//+.,", strict=True)
    )
)


def folded(text: str) -> str:
    """Return the text with digits, signs and spaces in their ASCII forms, character for character."""
    return text if text.isascii() else text.translate(_FOLDED)


_SUPERSCRIPTS: Final = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")
_VULGAR: Final = {
    char: Fraction(unicodedata.normalize("NFKC", char).replace("⁄", "/")) for char in "½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅐⅛⅜⅝⅞⅑⅒"
}
_MULTIPLIERS: Final = dict.fromkeys(("k", "K", "thousand", "Tsd"), 10**3) | dict.fromkeys(
    ("M", "million", "mln", "mio", "Mio"), 10**6
)
_LARGE_MULTIPLIERS: Final = dict.fromkeys(("G", "B", "billion", "bn", "Mrd"), 10**9) | dict.fromkeys(
    ("T", "trillion"), 10**12
)
_MULTIPLIER: Final = _MULTIPLIERS | _LARGE_MULTIPLIERS
# Nothing that is optional follows a repetition in a way that it could be cut short, so that matching stays linear.
_GROUPED = r"[0-9]{1,3}(?:[ ~][0-9]{3}(?![0-9]))+(?:[.,][0-9]+)?"
_PLAIN = r"[0-9]+(?:(?:[.,'_]|\{[,.]\}(?:\\![ ]?)?|,?\\[,;:!][ ]?|\\[ ])[0-9]+)*"
_RECURRING_FORM = r"[0-9]{1,20}[.,][0-9]{0,20}(?:\\(?:overline|bar)\s?\{[0-9]{1,20}\}|\\dot\s?(?:[0-9]|\{[0-9]\})|\([0-9]{1,20}\)(?!\s?[0-9(*/^]))"
_SIMPLE = r"[0-9]{1,40}(?:\.[0-9]{1,40})?"
_POWER = (
    r"(?:\^|\*\*)[ ]?(?:\{[ ]?(?P<braced>[+-]?[0-9]+)[ ]?\}|\((?P<bracketed>[+-]?[0-9]+)\)|(?P<bare>[+-]?[0-9]+))"
    r"|(?P<raised>[⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+)"
)
_NUMBER = rf"""
(?: \\(?:[dtc]?frac|nicefrac|sfrac)\s?(?: \{{\s?(?P<over_sign>[+-]?)(?P<over>{_SIMPLE})\s?\}}\s?\{{\s?(?P<under>{_SIMPLE})\s?\}}
                     | (?P<over_digit>[0-9])\s?(?P<under_digit>[0-9]) )
  | (?P<whole>[0-9]{{1,9}})?[ ]?(?P<vulgar>[{"".join(_VULGAR)}])
  | (?P<left>{_SIMPLE})[ ]?/[ ]?(?P<right>{_SIMPLE})(?![0-9A-Za-z_/]|\.[0-9])
  | 10(?:{_POWER.replace("braced", "ten_braced").replace("bare", "ten_bare").replace("bracketed", "ten_bracketed").replace("raised", "ten_raised")})
  | (?P<recurring>{_RECURRING_FORM})
  | (?P<numeral>{_GROUPED}|{_PLAIN}|\.[0-9]+)
    (?: [eE](?P<exponent>[+-]?[0-9]+)(?![0-9A-Za-z_])
      | [ ]{{0,2}}(?:\\times|\\cdot|[xX×·*⋅∙])[ ]{{0,2}}10[ ]{{0,2}}(?:{_POWER}) )?
)
(?: (?P<multiplier>[kKMGTB](?![A-Za-z0-9_])|[ ]{{0,8}}(?:thousand|million|billion|trillion|mln|[mM]io|bn|Tsd|Mrd)\b
                  |[ ]{{1,8}}[kKM](?![ ]?[A-Za-z0-9_=*×^/+<>-])) )?
(?: (?P<permille>[ ]{{0,8}}(?:‰|\\permil(?![a-z])))|(?P<percent>[ ]{{0,8}}\\?%|[ ](?:percent|per[ ]?cent|pct)\b) )?
"""
NUMBER: Final = deferred(_NUMBER, re.VERBOSE)
"""Matches one unsigned number in folded text; `read_match` says what it means."""

_RECURRING = deferred(
    r"(?P<before>[0-9]{1,20})[.,](?P<fixed>[0-9]{0,20})(?:\\(?:overline|bar)\s?\{(?P<over>[0-9]{1,20})\}|\\dot\s?\{?(?P<dot>[0-9])\}?|\((?P<round>[0-9]{1,20})\))"
)
_APPROXIMATELY = deferred(
    r"(?:~|≈|∼|\\approx|\\sim(?:eq)?|approx(?:\.|imately)?|about|around|roughly|circa|ca\.?|nearly|almost)(?![a-z])\s*",
    re.IGNORECASE,
)
# A content is found once, ahead, and then taken whole: there are many ways to part it, and all end at the same place.
_WRAPPER = deferred(
    r"\\(?:math(?:bf|rm|it|sf|tt)|text(?:bf|it|rm|tt)?|boxed|fbox|bm|boldsymbol|underline|mbox|emph)\s?\{"
    r"(?=((?:[^{}]{1,80}|\{[^{}]{0,40}\}){0,6}))\1\}"
)
_DECORATION = deferred(
    r"\$|\\[()\[\]]|\*\*(?![0-9({]|-[0-9])|(?<![0-9)}])\*\*|__|`|\\(?:left|right|displaystyle)(?![a-zA-Z])"
)
_UNIT = deferred(r"[ \t]{0,8}(?:\\[,;: ]|~)?[ \t]?([A-Za-zµμ][A-Za-zµμ-]*)(?:[ -]([A-Za-z][A-Za-z-]*))?")


def _blank(match: re.Match[str]) -> str:
    """Replace a wrapper by spaces, its content staying at its place."""
    if not match.re.groups:
        return " " * len(match[0])
    before = match.start(1) - match.start()
    return " " * before + match[1] + " " * (match.end() - match.end(1))


def unwrapped(text: str) -> str:
    """Blank out bold, boxes, math delimiters and the like, every other character keeping its place."""
    text = _DECORATION.sub(_blank, text)
    for _ in range(MAX_WRAPPERS):
        text, count = _WRAPPER.subn(_blank, text)
        if not count:
            break
    return text


def _exponent(text: str) -> int:
    digits = text.translate(_SUPERSCRIPTS)
    if len(digits) > 6 or abs(int(digits)) > MAX_EXPONENT:
        raise NumberError(f"the exponent is beyond {MAX_EXPONENT}", 0)
    return int(digits)


def _fraction(over: str, under: str) -> Fraction:
    below = Fraction(under)
    if not below:
        raise NumberError("the denominator is zero", 0)
    return Fraction(over) / below


def _exact_form(found: re.Match[str]) -> Fraction | None:
    """Return the value of a fraction or a power of ten, None where digits were written out."""
    for over, under in (("over", "under"), ("over_digit", "under_digit"), ("left", "right")):
        if found[over] is not None:
            value = _fraction(found[over], found[under])
            return -value if found["over_sign"] == "-" else value
    if found["vulgar"]:
        return int(found["whole"] or 0) + _VULGAR[found["vulgar"]]
    if found["recurring"]:
        return _recurring(found["recurring"])
    power = found["ten_braced"] or found["ten_bracketed"] or found["ten_bare"] or found["ten_raised"]
    return Fraction(10) ** _exponent(power) if power else None


def _recurring(text: str) -> Fraction:
    r"""Return the value of `0.1\overline{6}`, `0.(3)`."""
    parts = _RECURRING.fullmatch(text)
    if parts is None:
        raise NumberError("expected a recurring decimal", 0)
    period = parts["over"] or parts["dot"] or parts["round"]
    fixed = parts["fixed"]
    nines = (10 ** len(period) - 1) * 10 ** len(fixed)
    return int(parts["before"]) + Fraction(int(fixed or 0), 10 ** len(fixed)) + Fraction(int(period), nines)


def read_match(found: re.Match[str]) -> NumberReading:
    """Return what a match of NUMBER means. NumberError: too many digits, too large an exponent, zero below."""
    percent = found["percent"] is not None
    multiplier = (found["multiplier"] or "").strip()
    scale = Fraction(_MULTIPLIER.get(multiplier, 1), 100 if percent else 1000 if found["permille"] else 1)
    if found["numeral"] is None:
        value = _exact_form(found)
        if value is None:
            raise NumberError("expected a number", found.start())
        return NumberReading(value * scale, found[0], percent=percent, digits=len(str(value.numerator)))
    numeral = found["numeral"]
    if len(numeral) > MAX_DIGITS:
        raise NumberError(f"the number has more than {MAX_DIGITS} digits", found.start())
    if numeral.isdecimal() and found.end() == found.end("numeral"):  # most numbers by far
        return NumberReading(Fraction(int(numeral)), numeral, 0, len(numeral.lstrip("0")) or 1, Fraction(1))
    power = found["exponent"] or found["braced"] or found["bracketed"] or found["bare"] or found["raised"]
    if power:
        scale *= Fraction(10) ** _exponent(power)
    readings = []
    for before, behind, note, malformed in readings_of_digits(numeral, powered=bool(power)):
        digits, step = before + behind, scale / 10 ** len(behind)
        readings.append(
            NumberReading(
                value=int(digits) * step,
                text=found[0],
                decimals=len(behind),
                digits=len(digits.lstrip("0")) or max(1, len(behind)),
                step=step,
                scaled=bool(power or multiplier),
                percent=percent,
                malformed=malformed,
                note=note,
            )
        )
    return readings[0] if len(readings) == 1 else replace(readings[0], alternatives=tuple(readings[1:]))


def unit_after(text: str, position: int) -> tuple[str, str, int]:
    """Return the unit written at a position: its characters, its usual name, and where it ends."""
    found = _UNIT.match(text, position)
    if not found:
        return "", "", position
    first, second = found[1], found[2]
    unit = unit_named(first)
    if unit:
        return first, unit.name, found.end(1)
    unit = unit_named(second) if second and len(first) <= 16 else None
    if unit and unit.dimension not in {"memory", "time"}:  # "feature maps"; but no "a b" is a bit
        return f"{first} {second}", unit.name, found.end(2)
    return "", "", position


def read_number(text: str) -> NumberReading:
    """Read a text that is one number, perhaps with a unit, a sign, a percent sign or LaTeX around it.

    Raises NumberError, with the position, for anything else.
    """
    if len(text) > MAX_TEXT:
        raise NumberError(f"a number has at most {MAX_TEXT} characters, this text has {len(text)}", 0)
    plain = unwrapped(folded(text))
    start = len(plain) - len(plain.lstrip(" \t\n="))
    about = _APPROXIMATELY.match(plain, start)
    start = about.end() if about else start
    sign = _SIGN.match(plain, start)
    start = sign.end() if sign else start
    reading, end = _read_unsigned(plain, start)
    if _ORDINAL.match(plain, end):
        raise NumberError("a number that only says which one is meant is no value", end)
    unit, name, unit_end = unit_after(plain, end)
    if not _counts_something(plain[unit_end:]) or (plain[end : end + 1] == "!" and _has_factorial(reading)):
        raise NumberError(f"expected the end of the number, got {plain[unit_end:].strip()[:20]!r}", unit_end)
    if sign and sign[0][0] in "-mMnN":
        reading = reading.negated()
    others = tuple(
        replace(other, text=text.strip(), approximate=bool(about), unit=unit, unit_name=name)
        for other in reading.alternatives
    )
    return replace(
        reading, text=text.strip(), approximate=bool(about), unit=unit, unit_name=name, alternatives=others
    )


_MIXED = deferred(r"([0-9]{1,9}) ?(?=\\[dt]?frac|(?<= )[0-9]{1,4} ?/ ?[0-9])")
_SIGN = deferred(r"(?:[+-]|(?:minus|negative|plus)\b)\s*", re.IGNORECASE)
# What may follow a number without changing it: a noun or two that say what is counted, and the end of the sentence.
_REST = deferred(
    r"[\s.;!?]*(?:(?<=[\s(])\(?(?:[A-Za-z][A-Za-z'-]{2,30}|of|in|on|a|an|the|V|W|kg|g|cm|mm|km|Hz|kHz|MHz|GHz|dB|px|eV)\)?[\s.;!?)]+){0,8}"
)
_ORDINAL = deferred(r"(?:st|nd|rd|th)\b")
_NOUN = deferred(r"[A-Za-z]+")
_CHANGING: Final = NUMERAL_WORDS | {
    *(
        "squared",
        "cubed",
        "factorial",
        "times",
        "plus",
        "minus",
        "over",
        "power",
        "root",
        "more",
        "less",
        "fewer",
        "greater",
    ),
    *(
        "higher",
        "lower",
        "above",
        "below",
        "most",
        "least",
        "maximum",
        "minimum",
        "max",
        "min",
        "not",
        "wrong",
        "false",
    ),
    *(
        "incorrect",
        "never",
        "maybe",
        "perhaps",
        "possibly",
        "per",
        "each",
        "and",
        "between",
        "with",
        "without",
        "upto",
    ),
}


def _has_factorial(reading: NumberReading) -> bool:
    """Whether an exclamation mark behind a number may well be meant as its factorial."""
    return reading.value == 0 or (reading.value.denominator == 1 and 3 <= reading.value <= MAX_FACTORIAL)


def _counts_something(rest: str) -> bool:
    """Whether what stands behind a number only says what it counts."""
    if not rest.strip(" .,;!\n\t"):
        return True
    if not _REST.fullmatch(rest + " "):
        return False
    return not any(word[0].lower() in _CHANGING for word in _NOUN.finditer(rest))


def _read_unsigned(plain: str, start: int) -> tuple[NumberReading, int]:
    mixed = _MIXED.match(plain, start)
    found = NUMBER.match(plain, mixed.end() if mixed else start)
    if mixed and found and found["numeral"] is None:
        reading = read_match(found)
        if reading.value < 1:  # 1 1/2; never 1 3/2
            return replace(reading, value=reading.value + int(mixed[1])), found.end()
        raise NumberError("expected a proper fraction behind the whole number", found.start())
    if found:
        return read_match(found), found.end() + (plain[found.end() : found.end() + 1] == ".")
    end, value = numeral_at(plain, start)
    if value is not None:
        whole = value.denominator == 1
        return NumberReading(value, plain[start:end], 0, len(str(value.numerator)), Fraction(int(whole))), end
    raise NumberError("expected a number", start)


MAX_SHOWN_DECIMALS: Final = 12  # longer decimals are shown as fractions


def shown(value: Fraction) -> str:
    """Return a value for people: `903,400`, `0.11`, `1/9`."""
    if value.denominator == 1:
        return f"{value.numerator:,}" if abs(value.numerator) >= 10_000 else str(value.numerator)
    places, scaled = 0, value
    while places < MAX_SHOWN_DECIMALS and scaled.denominator != 1:
        places, scaled = places + 1, scaled * 10
    if scaled.denominator != 1:
        return f"{value.numerator}/{value.denominator}"
    digits = str(abs(scaled.numerator)).rjust(places + 1, "0")
    return f"{'-' if value < 0 else ''}{int(digits[:-places]):,}.{digits[-places:]}"
