"""The rubric of one student where questions have parameters: the same file with what was drawn for them put in."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from grader.rubric.loading import read_rubric

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from grader.rubric.questions import Rubric

# Variants that are kept: a class of thousands has some thousand at most.
MAX_KEPT: Final = 2_000


class Variants:
    """The variants of a rubric, each made once; without parameters there is one, the rubric itself."""

    def __init__(self, rubric: Rubric) -> None:
        self.rubric = rubric
        self._made: dict[tuple[tuple[str, str, str], ...], Rubric] = {}

    @property
    def several(self) -> bool:
        """Whether students have different questions."""
        return any(question.parameters for question in self.rubric.questions)

    def drawn(self, student: str) -> tuple[tuple[str, str, str], ...]:
        """Return what is drawn for a student: question, parameter, value."""
        return tuple(self._drawn(student))

    def _drawn(self, student: str) -> Iterator[tuple[str, str, str]]:
        for question in self.rubric.questions:
            if question.parameters:
                from grader.rubric.parameters import draw_key, read_parameters  # noqa: PLC0415 - few rubrics have some

                key = draw_key(self.rubric.id, self.rubric.seed, student)
                values = read_parameters(dict(question.parameters)).drawn(key)
                yield from ((question.id, name, value) for name, value in values.items())

    def of(self, student: str) -> Rubric:
        """Return a student's rubric. Raises RubricError where it cannot be made of what was drawn."""
        if not self.several:
            return self.rubric
        drawn = self.drawn(student)
        known = self._made.get(drawn)
        if known is None:
            text, path, folder = self.rubric.source
            made = read_rubric(
                text, path, folder=Path(folder) if folder else None, student=student, seed=self.rubric.seed
            )
            # What the class shares, and by which it is kept, is that of the rubric.
            kept = {"digest": self.rubric.digest, "handed_out": self.rubric.handed_out}
            known = made.model_copy(update=kept)
            if len(self._made) < MAX_KEPT:
                self._made[drawn] = known
        return known

    def differ(self, students: Sequence[str]) -> bool:
        """Whether some students of a group have other questions than the first."""
        return self.several and len({self.drawn(student) for student in students}) > 1
