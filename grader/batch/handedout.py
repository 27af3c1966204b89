"""What most of a class hand in word by word: told of, and under `template: auto` taken out before marking.

The answers are taken from the reports of the class, which the gradebook keeps, so that no hand-in is read once more for
it and nothing of a hostile one is read here.
"""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING, Final, NamedTuple

from grader.documents.formats import DOCUMENTS
from grader.gradebook.alike import report_data
from grader.gradebook.runs import body_of
from grader.model.submission import HandedOut
from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from grader.documents.cut.shared import SharedText
    from grader.gradebook import Gradebook
    from grader.rubric.questions import Rubric

# Hand-ins that are compared; of a larger class the first by the digests of what they hold, which nobody chooses.
COMPARED: Final = 60
# Share of the hand-ins that all have a line only where it was handed out.
SURE: Final = 0.9
# Lines that are told of, and characters of each.
LINES_TOLD: Final = 3
MAX_TOLD: Final = 70


class ComparedPaper(NamedTuple):
    """One document that was handed in, and its report in a gradebook."""

    content: str  # its digest
    source: str
    report: int


@dataclass(frozen=True, slots=True)
class Survey:
    """What a class shares, by question, and how many hand-ins were compared for it."""

    compared: int
    shared: Mapping[str, Sequence[SharedText]]

    @property
    def handed_out(self) -> Mapping[str, tuple[HandedOut, ...]]:
        """The lines to take out, by question."""
        found = {
            question: tuple(
                HandedOut(line=text.key, sure=text.holders >= SURE * self.compared)
                for text in texts
                if text.handed_out
            )
            for question, texts in self.shared.items()
        }
        return {question: keys for question, keys in found.items() if keys}


NOTHING: Final = Survey(0, {})


def compared_papers(papers: Iterable[ComparedPaper]) -> list[ComparedPaper]:
    """Return the hand-ins to compare: documents alone, and so many that time is bounded."""
    documents = {paper for paper in papers if PurePath(paper.source).suffix.lower() in DOCUMENTS}
    return sorted(documents)[:COMPARED]


def survey_of(book: Gradebook, papers: Iterable[ComparedPaper]) -> Survey:
    """Return what most of some hand-ins share; nothing of a class that is too small to tell."""
    chosen = compared_papers(papers)
    if not chosen:
        return NOTHING
    # Few classes hand in documents, and it loads what reads them.
    from grader.documents.cut.shared import LEAST_HANDINS, Said, shared_texts  # noqa: PLC0415

    if len(chosen) < LEAST_HANDINS:
        return NOTHING
    said: dict[str, list[Said]] = {}
    for paper in chosen:
        for question in report_data(body_of(book, paper.report, trusted=True))["questions"]:
            said.setdefault(question["id"], []).append(Said(question["text"], bool(question["images"])))
    shared = {question: shared_texts(answers) for question, answers in said.items()}
    return Survey(len(chosen), {question: texts for question, texts in shared.items() if texts})


def known_papers(book: Gradebook, rubric: Rubric, version: str) -> list[ComparedPaper]:
    """Return the hand-ins of a class that a gradebook has a report of under the very same rubric and grader."""
    rows = book.rows(
        "SELECT content, source, max(id) FROM reports WHERE assignment = ? AND rubric = ? AND version = ?"
        " AND key NOT LIKE '%-unread' GROUP BY source",
        (rubric.id, rubric.digest, version),
    )
    return [ComparedPaper(*row) for row in rows]


def told(survey: Survey, *, taken_out: bool) -> list[str]:
    """Say what most hand-ins share, and what was done about it; nothing where they share nothing."""
    handed = [(name, text) for name, texts in survey.shared.items() for text in texts if text.handed_out]
    others = [(name, text) for name, texts in survey.shared.items() for text in texts if not text.handed_out]
    of = f"of {survey.compared} hand-ins compared"
    said = []
    if handed and taken_out:
        said.append(
            f"most {of} have the same words where others answer; taken out (template: auto): {_some(handed)}"
        )
    elif handed:
        said.append(
            f"most {of} have the same words where others answer, and these counted as theirs: {_some(handed)};"
            " if it was handed out, name it in the rubric (template: FILE), or let 'template: auto' take it out"
        )
    if others:
        said.append(
            f"most {of} answer in the same words, which counted: {_some(others)}; where it was handed out, name it"
            " in the rubric (template: FILE)"
        )
    return said


def told_nothing(survey: Survey) -> str:
    """Say that `template: auto` took nothing out, and why."""
    if survey.compared:
        return f"most of {survey.compared} hand-ins compared share nothing, so that 'template: auto' took nothing out"
    return "too few documents were handed in to tell what was handed out, so that 'template: auto' took nothing out"


def _some(found: Sequence[tuple[str, SharedText]]) -> str:
    shown = [f"{name}, {text.holders} times: '{_short(text.line)}'" for name, text in found[:LINES_TOLD]]
    more = len(found) - LINES_TOLD
    return "; ".join(shown) + (f"; and {more} more lines" if more > 0 else "")


def _short(line: str) -> str:
    return line if len(line) <= MAX_TOLD else f"{line[: MAX_TOLD - 1]}…"
