"""Values of a rubric as a student would hand them in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from grader.notation.numbers.exact import NumberReading

if TYPE_CHECKING:
    from collections.abc import Iterator


def as_answers(value: Any, kind: str) -> Iterator[Any]:
    """Yield the answers that a value of a check stands for: a text, or a list of texts or rows.

    `kind` is what the check's part holds: several texts are one choice, and else forms of one thing.
    """
    if isinstance(value, NumberReading):
        yield value.text
    elif isinstance(value, tuple) and value and isinstance(value[0], tuple):
        yield tuple(
            tuple(cell.text if isinstance(cell, NumberReading) else str(cell) for cell in row)
            for row in value
        )
    elif isinstance(value, tuple) and all(isinstance(item, str) for item in value):
        yield from (value,) if kind == "choice" and len(value) > 1 else value
    elif isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield dict(value)


def shown_value(answer: Any) -> str:
    """Return an answer on one line of a message."""
    if isinstance(answer, tuple):
        return (
            "["
            + ", ".join("[" + ", ".join(row) + "]" if isinstance(row, tuple) else row for row in answer)
            + "]"
        )
    return str(answer)


def value_of(value: Any) -> Any:
    """Return what two values of a check have in common that are the same, however they are written."""
    if isinstance(value, NumberReading):
        return value.value
    return tuple(map(value_of, value)) if isinstance(value, tuple) else str(value)
