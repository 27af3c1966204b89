"""What all models share: strict, frozen and closed, and numbers that are never rounded on the way."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, Any, Final, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, PlainSerializer, WithJsonSchema

if TYPE_CHECKING:
    from collections.abc import Mapping

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

    @classmethod
    def of_valid(cls, values: dict[str, Any]) -> Self:
        """Make a model of the values of all its fields, in their order, which have been validated before."""
        made = cls.__new__(cls)
        object.__setattr__(made, "__dict__", values)
        object.__setattr__(made, "__pydantic_fields_set__", set(values))
        object.__setattr__(made, "__pydantic_extra__", None)
        object.__setattr__(made, "__pydantic_private__", None)
        return made

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """Return the same model with other values for some fields; they are not validated.

        As pydantic's own, in a third of the time: every row that is shown is such a copy.
        """
        if deep or self.__pydantic_private__ is not None:
            return super().model_copy(update=update, deep=deep)
        return self.of_valid({**self.__dict__, **(update or {})})
