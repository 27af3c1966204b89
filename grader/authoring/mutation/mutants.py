"""One change of an answer: by which operator, whether it keeps the answer right, and where it is."""

from __future__ import annotations

from typing import Any

from grader.records import dataclass


@dataclass(frozen=True, slots=True)
class Replacement:
    """Something to stand where what is right stood."""

    operator: str
    damages: bool  # whether it is wrong; else it says the same
    answer: Any  # a text, or a list of rows of texts

    @property
    def text(self) -> str | None:
        """The answer as it may stand in prose; None for a list."""
        return self.answer if isinstance(self.answer, str) else None


@dataclass(frozen=True, slots=True)
class Mutant:
    """A whole answer with one change in it, from `start` to `end` of a text."""

    operator: str
    damages: bool
    answer: Any
    start: int = 0
    end: int = 0


def placed(text: str, start: int, end: int, replacement: Replacement) -> Mutant | None:
    """Put a replacement into a text; None where nothing changes or it is no text."""
    new = replacement.text
    if new is None or new == text[start:end]:
        return None
    changed = f"{text[:start]}{new}{text[end:]}"
    return Mutant(replacement.operator, replacement.damages, changed, start, start + len(new))
