"""What all models share: strict, frozen and closed, and numbers that are never rounded on the way."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from typing import Annotated, Final

from pydantic import BaseModel, BeforeValidator, ConfigDict, PlainSerializer, WithJsonSchema

# The amounts of one rubric are few, and every report of a class has them again.
_fraction: Final = lru_cache(maxsize=1024)(Fraction)


def _as_fraction(value: object) -> object:
    if type(value) is Fraction:  # nearly always, and every amount of every row comes here
        return value
    if isinstance(value, str | int) and not isinstance(value, bool):
        try:
            return _fraction(value)
        except (ValueError, ZeroDivisionError):
            return value
    return value


Exact = Annotated[
    Fraction,
    BeforeValidator(_as_fraction),
    PlainSerializer(str, when_used="json"),
    WithJsonSchema({"type": "string", "pattern": r"^-?\d+(/\d+)?$"}),
]
"""A rational number that is never rounded on the way; `"3/4"` in JSON."""


class Frozen(BaseModel):
    """The manners all models share."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, arbitrary_types_allowed=True)
