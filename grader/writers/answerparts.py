"""Lay out the named parts of an answer: a text, a matrix, a mapping, or anything else on one line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from grader.records import dataclass
from grader.writers.displaytext import one_line
from grader.writers.spans import Stretch, stretches

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from grader.writers.spans import Highlight

# Larger matrices and mappings are shown on one shortened line.
MAX_CELLS: Final = 900
MAX_MEMBERS: Final = 60
MAX_DEPTH: Final = 4
_CELL: Final = 40


@dataclass(frozen=True, slots=True)
class PartView:
    """One value as it is laid out; `kind` is text, matrix, mapping or line."""

    kind: str
    text: str = ""
    stretches: tuple[str | Stretch, ...] = ()  # and the elements around them
    lines: tuple[tuple[str, ...], ...] = ()
    members: tuple[tuple[str, PartView], ...] = ()

    def all_stretches(self) -> Iterator[Stretch]:
        yield from (item for item in self.stretches if isinstance(item, Stretch))
        for _, member in self.members:
            yield from member.all_stretches()


def part_view(value: Any, found: Callable[[str], Sequence[Highlight]], depth: int = 0) -> PartView:
    """Choose how to show a part; `found` gives the highlights of the part's own text."""
    if isinstance(value, str):
        return PartView("text", stretches=tuple(stretches(value, found(value) if depth == 0 else ())))
    if isinstance(value, Mapping) and len(value) <= MAX_MEMBERS and depth < MAX_DEPTH:
        members = tuple(
            (one_line(str(key)), part_view(item, found, depth + 1)) for key, item in value.items()
        )
        return PartView("mapping", members=members)
    lines = _matrix(value)
    return PartView("matrix", lines=lines) if lines else PartView("line", text=one_line(in_brackets(value)))


def in_brackets(value: Any) -> str:
    """Write a nested value on one line: `[[1, 0], [0, 1]]`."""
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{key}: {in_brackets(item)}' for key, item in value.items())}}}"
    if isinstance(value, tuple | list):
        return f"[{', '.join(map(in_brackets, value))}]"
    return str(value)


def _matrix(value: Any) -> tuple[tuple[str, ...], ...]:
    if not isinstance(value, tuple | list) or not value:
        return ()
    rows = [row for row in value if isinstance(row, tuple | list) and row]
    if len(rows) != len(value) or sum(map(len, rows)) > MAX_CELLS:
        return ()
    if any(isinstance(cell, tuple | list | Mapping) for row in rows for cell in row):
        return ()
    return tuple(tuple(one_line(str(cell), _CELL) for cell in row) for row in rows)
