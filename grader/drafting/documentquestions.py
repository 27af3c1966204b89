"""The questions of a document and the model answers that stand beside them, found without a rubric.

Where questions begin is told by the plainest kind of heading that the document has: `Question 1`, then numbered headings,
numbered items, headings without numbers. An answer begins at `Answer:`, `Solution:` and their like, or where a heading names
its question a second time (`Solution to question 1`). Of several languages as the cut of hand-ins is.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import field
from typing import TYPE_CHECKING, Final

from grader.documents.cut.labels import HeadingLabel, read_label
from grader.documents.cut.lines import read_lines
from grader.drafting.assignmentquestion import QuestionSheet
from grader.drafting.questionparts import QuestionBody, questions_of
from grader.notation.lazypatterns import deferred
from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from grader.documents.cut.lines import Line
    from grader.documents.document import Document

# An assignment has some dozens of questions; a log has more lines that look like them.
MAX_QUESTIONS: Final = 200
# Words of a plain line that is a heading and not a sentence.
MOST_TITLE_WORDS: Final = 9

_ANSWER_WORD: Final = deferred(
    r"\W*(?:(?:model|sample|our|my)[ \t]+)?(?:answers?|solutions?|lösung(?:en)?|antwort|svar|lösning|réponse|respuesta)\b",
    re.IGNORECASE,
)
_ITEM_NUMBER: Final = deferred(r"\(?(?P<number>\d{1,3})[.)]?")
_NO_QUESTION: Final = deferred(
    r"\W*(?:introduction|background|instructions?|submission|overview|references?|bibliography|contents|appendi\w+|hand[- ]?in|grading|rules|hinweise|abgabe"
    r"|einleitung|inledning|inlämning)\b",
    re.IGNORECASE,
)

Address = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Start:
    """A line that begins a question or, `answers`, the answer to one: its address and where on the line the rest begins."""

    line: int
    address: Address
    end: int
    answers: bool


@dataclass(slots=True)
class _Found:
    """The lines of one question while they are collected."""

    address: Address
    body: QuestionBody
    depth: int
    order: int = 0
    children: list[Address] = field(default_factory=list)


def read_document(document: Document) -> QuestionSheet:
    """Return the questions of a document with what answers them there."""
    lines = [line for line in read_lines(document) if not line.blank]
    starts = _starts(lines)
    title = _title(lines, starts)
    notes: tuple[str, ...] = ()
    if not starts:
        notes = ("no heading of a question was found: all of the document is taken for one question",)
        starts = [_Start(-1, ("1",), 0, answers=False)]
    found = _collected(lines, starts)
    stems = {address: entry for address, entry in found.items() if entry.children}
    questions = []
    for address, entry in found.items():
        stem = next(
            (stems[address[:size]] for size in range(len(address) - 1, 0, -1) if address[:size] in stems),
            None,
        )
        if entry.children and not entry.body.answers:
            continue
        questions += questions_of(entry.body, stem=stem.body if stem else None)
    return QuestionSheet(tuple(questions), title=title, notes=notes)


def _title(lines: Sequence[Line], starts: Sequence[_Start]) -> str:
    first = starts[0].line if starts else 1
    heading = next((line for line in lines[: max(first, 1)] if line.style == "heading"), None)
    return "" if heading is None or first == 0 else " ".join(heading.plain.split())


def _collected(lines: Sequence[Line], starts: Sequence[_Start]) -> dict[Address, _Found]:
    """Give each question its lines: those from where it begins to the next one, or to a heading that is none."""
    found: dict[Address, _Found] = {}
    by_line = {start.line: start for start in starts}
    current: _Found | None = None
    if -1 in by_line:
        current = found[("1",)] = _Found(("1",), QuestionBody(("1",)), 9)
    styles = {lines[start.line].style for start in starts if start.line >= 0}
    for number, line in enumerate(lines):
        start = by_line.get(number)
        if start is not None:
            known = found.get(start.address)
            current = known or _Found(start.address, QuestionBody(start.address), line.depth)
            found[start.address] = current
            for size in range(1, len(start.address)):
                if start.address[:size] in found:
                    found[start.address[:size]].children.append(start.address)
            current.body.begin(
                line, start.end, answers=start.answers or (known is not None and bool(known.body.lines))
            )
        elif current is not None and _ends(line, current, styles):
            current = None
        elif current is not None:
            current.body.add(line)
    return found


def _ends(line: Line, current: _Found, styles: set[str]) -> bool:
    """Whether a heading ends the question before it although it begins none."""
    if line.style != "heading" or QuestionBody.is_answer_mark(line):
        return False
    return line.depth <= current.depth or styles <= {"item", "plain"}


# where questions begin ------------------------------------------------------------------------------


def _starts(lines: Sequence[Line]) -> list[_Start]:
    """Return where questions begin, by the plainest kind of heading that is there."""
    kinds: tuple[tuple[Callable[[int, Line], _Start | None], int], ...] = (
        (_worded, 1),
        (_numbered_heading, 2),
        (_numbered_item, 1),
        (_numbered_line, 2),
    )
    for kind, least in kinds:
        starts = [start for number, line in enumerate(lines) if (start := kind(number, line)) is not None]
        counted = _counting(starts) if kind is not _worded else starts
        if len({start.address for start in counted if not start.answers}) >= least:
            return counted[:MAX_QUESTIONS]
    return _titled(lines)[:MAX_QUESTIONS]


def _counting(starts: Sequence[_Start]) -> list[_Start]:
    """Return the starts whose numbers count on from 1; what else has a number lists something."""
    kept: list[_Start] = []
    last = 0
    for start in starts:
        number = int(start.address[0])
        if len(start.address) > 1 and number in {last, last + 1}:
            kept.append(start)
            last = number
        elif number == last + 1 or (number <= last and start.answers):
            kept.append(start)
            last = max(last, number)
    return kept


def _worded(number: int, line: Line) -> _Start | None:
    label = read_label(line.plain)
    if label is None or label.form not in {"word", "misspelt"} or label.inner or line.style == "solid":
        return None
    if not (line.style in {"heading", "styled"} or (label.set_off and line.first) or label.set_off):
        return None
    return _start(number, line, label)


def _start(number: int, line: Line, label: HeadingLabel) -> _Start:
    return _Start(number, label.addresses[0], label.end, _ANSWER_WORD.match(line.plain) is not None)


def _numbered_heading(number: int, line: Line) -> _Start | None:
    if line.style not in {"heading", "styled"}:
        return None
    label = read_label(line.plain)
    if line.marker and (marker := _ITEM_NUMBER.fullmatch(line.marker.strip())) and line.style == "heading":
        return _Start(number, (marker["number"],), 0, answers=False)
    return _start(number, line, label) if label is not None and label.form == "number" else None


def _numbered_item(number: int, line: Line) -> _Start | None:
    marker = _ITEM_NUMBER.fullmatch(line.marker.strip()) if line.kind == "item" and line.first else None
    if marker is None or line.depth > _TOP_ITEM:
        return None
    return _Start(number, (marker["number"],), 0, answers=False)


_TOP_ITEM: Final = 8  # the depth of an item that is not nested, `lines.PLAIN_DEPTH`


def _numbered_line(number: int, line: Line) -> _Start | None:
    label = read_label(line.plain) if line.style == "plain" else None
    if label is None or label.form != "number" or not label.marked or len(label.addresses[0]) > 1:
        return None
    return _start(number, line, label)


def _titled(lines: Sequence[Line]) -> list[_Start]:
    """Return the headings without numbers that most headings are like."""
    headings = [
        (number, line)
        for number, line in enumerate(lines)
        if (
            line.style == "heading"
            or (line.style == "styled" and len(line.plain.split()) <= MOST_TITLE_WORDS)
        )
        and not QuestionBody.is_answer_mark(line)
        and _NO_QUESTION.match(line.plain) is None
    ]
    counts = Counter(line.depth for _, line in headings)
    depth = next((depth for depth in sorted(counts) if counts[depth] > 1), None)
    if depth is None and len(counts) > 1:
        depth = sorted(counts)[1]  # under the title of the document
    return [
        _Start(number, (str(count),), 0, answers=False)
        for count, (number, _) in enumerate([each for each in headings if each[1].depth == depth], 1)
    ]
