"""What a YAML scalar means, by the type of the field it stands in.

The YAML reader hands every scalar on as the characters in the file. The annotated types here turn
them into values, so that `no` is a word in a text field and false in a flag, `2.10` keeps its zero
as an id and is a number as a tolerance, and `1e-3` is a number wherever one is asked for.
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Annotated, Any, Final

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

_NUMBER = re.compile(r"[+-]?(\d[\d_]*(\.\d*)?|\.\d+)([eE][+-]?\d{1,4})?")
# Longer ones were not typed by anybody, and beyond these sizes there is no float to show.
MAX_LENGTH: Final = 400
SMALLEST: Final = Fraction(1, 10**300)
LARGEST: Final = Fraction(10**300)
_WORDS_FOR_TRUE = frozenset({"true", "yes", "on"})
_WORDS_FOR_FALSE = frozenset({"false", "no", "off"})


def _amount(value: object) -> object:
    if isinstance(value, int) and not isinstance(value, bool):
        return Fraction(value)
    if isinstance(value, Fraction):
        return value
    if isinstance(value, str) and len(value) <= MAX_LENGTH:
        text = value.strip()
        scale = 1
        if text.endswith("%"):
            text, scale = text[:-1].rstrip(), 100
        numerator, slash, denominator = text.partition("/")
        if _NUMBER.fullmatch(numerator.strip()) and (not slash or _NUMBER.fullmatch(denominator.strip())):
            below = Fraction(denominator.strip()) if slash else Fraction(1)
            if below:
                amount = Fraction(numerator.strip()) / below / scale
                if amount and not SMALLEST <= abs(amount) <= LARGEST:
                    raise ValueError("must be between 1e-300 and 1e300 in size, or 0")
                return amount
    msg = "must be a number such as 3, 0.5, 1/3, 1e-3 or 5%"
    raise ValueError(msg)


def _count(value: object) -> object:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and re.fullmatch(r"[+-]?\d{1,18}", value.strip()):
        return int(value)
    msg = "must be a whole number"
    raise ValueError(msg)


def _flag(value: object) -> object:
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        word = value.strip().lower()
        if word in _WORDS_FOR_TRUE:
            return True
        if word in _WORDS_FOR_FALSE:
            return False
    msg = "must be true or false"
    raise ValueError(msg)


def _words(value: object) -> object:
    if isinstance(value, str):
        return (value,)
    if isinstance(value, list | tuple) and all(isinstance(item, str) for item in value):
        return tuple(value)
    msg = "must be a text or a list of texts"
    raise ValueError(msg)


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


Amount = Annotated[
    Fraction,
    BeforeValidator(_amount),
    PlainSerializer(str, when_used="json"),
    WithJsonSchema({"anyOf": [{"type": "number"}, {"type": "string"}]}),
]
"""An exact number: `3`, `0.5`, `1/3`, `1e-3`, `5%`."""

Count = Annotated[int, BeforeValidator(_count), WithJsonSchema({"type": "integer"})]
"""A whole number."""

Flag = Annotated[bool, BeforeValidator(_flag), WithJsonSchema({"type": "boolean"})]
"""true/false, yes/no or on/off."""

Words = Annotated[
    tuple[str, ...],
    BeforeValidator(_words),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}),
]
"""One text or a list of texts."""

AsTuple = BeforeValidator(_frozen)
"""Let a YAML list into a tuple field: `Annotated[tuple[X, ...], AsTuple]`."""
