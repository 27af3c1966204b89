"""Known mistakes, the same in every check: what the wrong answer is, its name, what it is worth, what to say about it."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, Final, Generic, TypeVar

from pydantic import AfterValidator, AliasChoices, ConfigDict, Field, field_validator
from pydantic.json_schema import SkipJsonSchema

from grader.checks.sense import refuse_repeated
from grader.files.fields import Amount
from grader.model.frozen import Frozen

Value = TypeVar("Value")

# `expected` in every check; `value` where it is a number or a matrix and `choice` where it is an option are as good.
SPELLINGS: Final = ("expected", "value", "choice")


def _with_spellings(schema: dict[str, Any]) -> None:
    """Let an editor take each spelling, and ask for one of them."""
    properties = schema["properties"]
    for spelling in SPELLINGS[1:]:
        properties[spelling] = properties[SPELLINGS[0]]
    schema["required"] = [name for name in schema.get("required", ()) if name != SPELLINGS[0]]
    schema["oneOf"] = [{"required": [spelling]} for spelling in SPELLINGS]


class Mistake(Frozen, Generic[Value]):
    """A known wrong answer; without a credit of its own it earns what else is right in it."""

    model_config = ConfigDict(json_schema_extra=_with_spellings)

    expected: Value = Field(validation_alias=AliasChoices(*SPELLINGS))
    name: str = ""
    credit: Amount | None = None
    feedback: str = ""
    derived: SkipJsonSchema[bool] = False  # written by derivation, and not by the rubric's author

    @field_validator("credit")
    @classmethod
    def _is_a_share(cls, value: Fraction | None) -> Fraction | None:
        if value is not None and not 0 <= value <= 1:
            raise ValueError(f"credit must be between 0 and 1 (got {float(value):g})")
        return value

    @property
    def share(self) -> Fraction:
        """Its credit, 0 without one."""
        return self.credit or Fraction(0)


def _differing(mistakes: tuple[Mistake[Any], ...]) -> tuple[Mistake[Any], ...]:
    refuse_repeated(
        (mistake.name for mistake in mistakes),
        "mistakes must have different names; two mistakes are named {}",
    )
    return mistakes


DIFFERING: Final = AfterValidator(_differing)
"""No two mistakes of one check have the same name."""
