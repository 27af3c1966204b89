"""A question of an assignment as it was found: what it asks, the model answer, and what a quiz itself says is right."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from grader.records import dataclass

if TYPE_CHECKING:
    from fractions import Fraction


@dataclass(frozen=True, slots=True)
class QuizOption:
    """An option of a question of a quiz, and whether it is right."""

    text: str
    right: bool


@dataclass(frozen=True, slots=True)
class QuizKey:
    """What a quiz says is right: `values` for numbers and short texts, `options` of a choice, `pairs` of a matching.

    `tolerance` is how far a number may be off. `truth` is the answer to a question of true or false.
    """

    kind: Literal["number", "choice", "truth", "matching", "short"]
    values: tuple[str, ...] = ()
    tolerance: str = ""
    options: tuple[QuizOption, ...] = ()
    pairs: tuple[tuple[str, str], ...] = ()
    truth: bool = False


@dataclass(frozen=True, slots=True)
class AssignmentQuestion:
    """One question with its model answer; `points` is None where nothing is said of them, `doubts` are for its author."""

    id: str
    title: str = ""
    text: str = ""
    answer: str = ""
    points: Fraction | None = None
    code: tuple[str, ...] = ()  # programs that stand in the question
    key: QuizKey | None = None
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class QuestionSheet:
    """All questions of a file, its title, and what was not understood."""

    questions: tuple[AssignmentQuestion, ...]
    title: str = ""
    notes: tuple[str, ...] = ()
