"""What each hand-in of a class answered, read from the reports of a gradebook: texts, and values that are wrong."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

from grader.gradebook.alike import report_data
from grader.gradebook.overrides import overrides_of
from grader.gradebook.runs import body_of, standings_of
from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from grader.gradebook import Gradebook
    from grader.model.report import Override

MAX_TEXT: Final = 60_000  # characters of an answer that are compared; what is longer is no answer any more
_OF_VALUES: Final = frozenset({"number", "matrix", "formula", "choice", "regex"})
# Reasons that say that something was read and is wrong; of the others nothing was read, or nobody has decided.
_ARE_WRONG: Final = frozenset({"wrong", "partly", "mistake", "opposite", "claimed"})
_MAX_MEANING: Final = 2_000  # characters


@dataclass(frozen=True, slots=True)
class WrongValue:
    """A wrong value of one answer: what it comes to, and what was written."""

    question: str
    criterion: str
    title: str
    meaning: str  # the name of the mistake, or the value as it was read: equal for equal answers
    read: str

    @property
    def key(self) -> tuple[str, str]:
        """What the same wrong answers have in common."""
        return self.criterion, self.meaning


@dataclass(frozen=True, slots=True)
class AnswerSheet:
    """What one hand-in answered; those who handed in together have one."""

    students: tuple[tuple[str, str], ...]  # id and name
    source: str
    texts: Mapping[str, str]  # by question
    wrong: tuple[WrongValue, ...]

    @property
    def ids(self) -> frozenset[str]:
        """The ids of those who handed it in."""
        return frozenset(name for name, _ in self.students)


@dataclass(frozen=True, slots=True)
class ClassSheets:
    """The answers of a class, in its order, and what the questions are called."""

    title: str
    titles: Mapping[str, str]  # by question, in the order of the rubric
    sheets: tuple[AnswerSheet, ...]
    shortened: int = 0  # answers that are longer than MAX_TEXT


def read_sheets(book: Gradebook, assignment: str) -> ClassSheets:
    """Return what stands of the class of an assignment; decisions of people are laid over the reports."""
    decided = overrides_of(book, assignment)
    members: dict[int, list[str]] = {}
    for standing in standings_of(book, assignment):
        members.setdefault(standing.report, []).append(standing.student)
    title, titles = assignment, dict[str, str]()
    sheets, shortened = [], 0
    for number, students in members.items():
        report = report_data(body_of(book, number))
        title = report["title"] or title
        texts = {}
        for question in report["questions"]:
            titles.setdefault(question["id"], question["title"])
            text = _text(question)
            shortened += len(text) > MAX_TEXT
            texts[question["id"]] = text[:MAX_TEXT]
        own: dict[str, Override] = {}
        for student in reversed(students):
            own |= decided.get(student, {})
        names = {item["id"]: item["name"] for item in report["students"]}
        partners = dict.fromkeys((*students, *names))  # some of a group may not be in the class
        people = tuple((student, names.get(student, "")) for student in partners)
        sheets.append(AnswerSheet(people, report["source"], texts, tuple(_wrong(report, own))))
    return ClassSheets(title, titles, tuple(sheets), shortened)


def _text(question: Mapping[str, Any]) -> str:
    """Return the text of an answer with the texts of its parts, in the order of their names."""
    parts = (question["parts"][name] for name in sorted(question["parts"]))
    return "\n".join([question["text"], *(part for part in parts if isinstance(part, str))])


def _wrong(report: Mapping[str, Any], own: Mapping[str, Override]) -> Iterator[WrongValue]:
    for question in report["questions"]:
        for row in question["criteria"]:
            name, _, mistake = row["reason"].partition(":")
            if row["check"] not in _OF_VALUES or name not in _ARE_WRONG or _is_right(row, own):
                continue
            found = [item for item in row["evidence"] if item["read"] or item["read_as"]]
            if not found:
                continue
            read = "; ".join(item["read"] or item["read_as"] for item in found)
            value = "; ".join(item["read_as"] or " ".join(item["read"].split()) for item in found)
            meaning = f"mistake {mistake}" if mistake else value[:_MAX_MEANING]
            yield WrongValue(question["id"], row["id"], row["title"], meaning, read[:_MAX_MEANING])


def _is_right(row: Mapping[str, Any], own: Mapping[str, Override]) -> bool:
    """Whether a row has full credit, or none that is decided; a person's decision counts instead of the machine's."""
    credit = row["credit"]
    if row["id"] in own and own[row["id"]].credit is not None:
        credit = own[row["id"]].credit
    if credit is None:
        return True
    return Fraction(credit) >= 1 if Fraction(row["points"]) >= 0 else Fraction(credit) == 0
