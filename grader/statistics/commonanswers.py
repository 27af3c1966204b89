"""Wrong answers that many gave, and signs that the key itself may be wrong."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING, Final

from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.statistics.items import Discrimination

# A group of wrong answers as large as this, and larger than the right one, is more than chance in a class.
LEAST_ALIKE: Final = 5
# The correlation below which a criterion rewards those who know less; 0 within its error is nothing to warn of.
_ERRORS: Final = 2.0  # standard errors
# Groups that are kept of one criterion, and students named in each.
MAX_WRONG: Final = 200
MAX_NAMED: Final = 12


@dataclass(slots=True)
class WrongAnswer:
    """One wrong answer and who gave it; `mistake` is the name the rubric has for it, "" for none."""

    meaning: str  # as it was read, so that equal answers are one
    mistake: str
    example: str  # as the first of them wrote it
    count: int = 0
    students: list[tuple[str, str]] = field(default_factory=list)  # stem of the page, name


@dataclass(slots=True)
class GivenAnswers:
    """What was answered to one criterion: how many are right, and which wrong answers there are."""

    right: int = 0
    wrong: dict[tuple[str, str], WrongAnswer] = field(default_factory=dict)  # by mistake or meaning
    others: int = 0  # wrong ones beyond MAX_WRONG different

    def add_wrong(self, meaning: str, mistake: str, example: str, student: tuple[str, str]) -> None:
        """Count a wrong answer; those of one known mistake are one group, whatever they look like."""
        key = (mistake, "") if mistake else ("", meaning)
        answer = self.wrong.get(key)
        if answer is None:
            if len(self.wrong) >= MAX_WRONG:
                self.others += 1
                return
            answer = self.wrong[key] = WrongAnswer(meaning, mistake, example)
        answer.count += 1
        if len(answer.students) < MAX_NAMED:
            answer.students.append(student)

    def common(self) -> list[WrongAnswer]:
        """Return the wrong answers that several gave, the most frequent first."""
        several = [answer for answer in self.wrong.values() if answer.count > 1]
        return sorted(several, key=lambda answer: (-answer.count, answer.mistake, answer.meaning))


def warnings_of(given: GivenAnswers, discrimination: Discrimination | None) -> Iterator[str]:
    """Yield why a criterion's key looks wrong; nothing where too few students tell.

    A negative correlation counts where it is more than two standard errors, about 1 / sqrt(n), below 0.
    """
    if discrimination is not None and discrimination.value < -_ERRORS / discrimination.students**0.5:
        yield (
            f"Those who earn it have fewer points elsewhere (correlation {discrimination.value:.2f}, "
            f"{discrimination.students} students): is its key right?"
        )
    for answer in given.common():
        if answer.count >= LEAST_ALIKE and answer.count > given.right and not answer.mistake:
            yield (
                f"{answer.count} students gave the same answer, which is marked wrong, and {given.right} are right: "
                "is its key right?"
            )
