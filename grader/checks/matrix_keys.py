"""What a matrix is compared with: expected rows, accepted factors, known mistakes, simple changes of a key."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, Any, Final

from pydantic import BeforeValidator, WithJsonSchema

from grader.checks.mistakes import Mistake
from grader.checks.tolerance import expected_number
from grader.files.fields import Amount
from grader.model.frozen import Frozen
from grader.notation.numbers.exact import NumberReading

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_SIDE: Final = 64  # of an expected matrix; larger ones are not written out by hand

Rows = tuple[tuple[NumberReading, ...], ...]


def _expected_rows(value: Any) -> Any:
    """Read a nested list of numbers; a flat list is one row; `3x3` and the like are left to the shape."""
    if isinstance(value, str):
        return (tuple(expected_number(side) for side in value.lower().replace("×", "x").split("x")),)
    if not isinstance(value, list | tuple) or not value:
        raise ValueError(_RULE)
    nested = [isinstance(row, list | tuple) for row in value]
    if any(nested) and not all(nested):
        raise ValueError(_RULE)
    rows = value if all(nested) else [value]
    read = tuple(tuple(expected_number(cell) for cell in row) for row in rows)
    if len({len(row) for row in read}) != 1 or not read[0] or max(len(read), len(read[0])) > MAX_SIDE:
        raise ValueError(f"{_RULE} with rows of one length, at most {MAX_SIDE} by {MAX_SIDE}")
    return read


_RULE: Final = "must be a nested list of numbers, [[0, 1], [1/9, 0]]"

ExpectedRows = Annotated[
    Any, BeforeValidator(_expected_rows), WithJsonSchema({"anyOf": [{"type": "array"}, {"type": "string"}]})
]


class Factor(Frozen):
    """An accepted common factor, with what to say where it was used."""

    factor: Amount
    feedback: str = ""
    credit: Amount = Fraction(1)


class MatrixMistake(Mistake[ExpectedRows]):
    """A known wrong matrix. Without a credit of its own, right cells count."""


def factors(value: Any) -> Any:
    items = value if isinstance(value, list | tuple) else [value]
    return tuple(item if isinstance(item, dict | Factor) else {"factor": item} for item in items)


Factors = Annotated[
    tuple[Factor, ...],
    BeforeValidator(factors, json_schema_input_type=Amount | Factor | list[Amount | Factor]),
]
"""Accepted common factors: numbers, or mappings with `factor`, `feedback` and `credit`."""


def whole(cell: NumberReading) -> bool:
    return cell.value.denominator == 1 and cell.value > 0


def values(rows: Rows) -> tuple[tuple[Fraction, ...], ...]:
    return tuple(tuple(cell.value for cell in row) for row in rows)


def times(reading: NumberReading, factor: Fraction) -> NumberReading:
    if factor == 1:
        return reading
    value = reading.value * factor
    step = Fraction(1) if value.denominator == 1 else Fraction(0)
    return replace(reading, value=value, step=step, alternatives=())


def transforms(key: Rows) -> Iterator[tuple[str, Rows]]:
    """Yield the changes of a matrix that students make without noticing."""
    mirrored = tuple(row[::-1] for row in key)
    turned = tuple(row[::-1] for row in key[::-1])
    across: Rows = tuple(zip(*key, strict=True))
    yield "with rows and columns exchanged", across
    yield "turned by 180 degrees", turned
    yield "mirrored left to right", mirrored
    yield "mirrored top to bottom", key[::-1]
    yield "turned by 90 degrees", tuple(zip(*key[::-1], strict=True))
    yield "turned by 270 degrees", tuple(zip(*key, strict=True))[::-1]
    yield "with the opposite sign", tuple(tuple(times(cell, Fraction(-1)) for cell in row) for row in key)
