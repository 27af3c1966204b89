"""Read a file of marks that people gave: one row an answer and a criterion.

The file comes from spreadsheets and other people. Nothing in it is executed or opened but the texts
that its column `file` names, and every problem is named at its line.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Final

from grader.files.delimited import DelimitedError, read_delimited
from grader.files.shares import share_of
from grader.files.validation import did_you_mean, nearest, shown
from grader.files.yamltree import read_own_bytes
from grader.model.errors import GraderError, Problem
from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from grader.files.delimited import Record
    from grader.rubric.questions import Rubric

COLUMNS: Final = ("answer", "file", "criterion", "mark", "author", "question")

# 3,000 answers of 2 kB, each repeated in the rows of eight criteria, are 50 MB.
MAX_BYTES: Final = 200_000_000
# No written answer is longer; what is comes from a file that was pasted into a cell.
MAX_ANSWER: Final = 2_000_000  # characters
# Someone mends a hundred lines and runs it again; nobody reads a million.
MAX_PROBLEMS: Final = 100

_MET: Final = frozenset({"1", "yes", "y", "true", "met"})
_NOT_MET: Final = frozenset({"0", "no", "n", "false", "not met", "unmet"})
_UNSURE: Final = frozenset({"", "?", "unsure"})


class MarksError(GraderError):
    """The file of marks cannot be used; nothing has been measured."""


@dataclass(frozen=True, slots=True)
class PersonsMark:
    """What a person gave one answer on one criterion."""

    line: int  # where the row begins in the file, from 1
    answer: str
    criterion: str
    credit: Fraction | None  # 0..1, None where the person was unsure
    author: str = ""


def read_marks(path: Path, rubric: Rubric | None) -> tuple[PersonsMark, ...]:
    """Read every row; raises MarksError with every problem found.

    Without a rubric (it may be broken) the names of criteria and questions are not looked up.
    """
    reader = _Reader(path, rubric)
    marks = tuple(reader.marks())
    if not marks and not reader.problems:
        reader.say(0, "holds no marks")
    if reader.problems:
        raise MarksError(reader.problems)
    return marks


def credit_of(text: str) -> Fraction | None:
    """Return the credit a mark stands for, None for unsure; raises ValueError."""
    word = " ".join(text.replace("_", " ").casefold().split()) if len(text) < 40 else text
    if word in _UNSURE:
        return None
    if word in _MET or word in _NOT_MET:
        return Fraction(word in _MET)
    share = share_of(word)
    if share is not None:
        return share
    msg = f"mark must be 1, 0, yes, no, met, not met, unsure or a share of the credit up to 1 (got {shown(text)})"
    raise ValueError(msg)


class _Reader:
    """One pass over the file, collecting problems instead of stopping at the first."""

    def __init__(self, path: Path, rubric: Rubric | None) -> None:
        self.path = path
        self.problems: list[Problem] = []
        self.left_out = 0
        self.texts: dict[str, str] = {}  # one copy of each answer, however many rows repeat it
        self.files: dict[str, str | None] = {}
        self.known = rubric is not None
        self.questions = (
            {question.id.casefold(): question.id for question in rubric.questions} if rubric else {}
        )
        self.home = (
            {criterion.id: question.id for question in rubric.questions for criterion in question.criteria}
            if rubric
            else {}
        )

    def say(self, line: int, message: str) -> None:
        if len(self.problems) < MAX_PROBLEMS:
            self.problems.append(Problem(str(self.path), line, 0, message))
        elif len(self.problems) == MAX_PROBLEMS:
            self.problems.append(Problem(str(self.path), line, 0, "there are more problems from here on"))

    def marks(self) -> Iterator[PersonsMark]:
        header: list[str] | None = None
        for record in self._records():
            if header is None:
                header = self._header(record.line, record.cells)
                if not header:
                    return
            elif not record.is_blank:
                mark = self._mark(record.line, header, record.cells)
                if mark is not None:
                    yield mark

    def _records(self) -> tuple[Record, ...]:
        try:
            raw = read_own_bytes(self.path, MAX_BYTES, GraderError)
            return read_delimited(raw, longest=MAX_ANSWER + 1, strict=True).records
        except GraderError as error:
            for problem in error.problems:
                self.say(0, problem.message)
        except DelimitedError as error:
            self.say(error.line, error.rule)
        return ()

    def _header(self, line: int, cells: Sequence[str]) -> list[str]:
        """Return the names of the columns; empty where a needed one is missing."""
        names = [cell.strip().casefold() for cell in cells]
        before = len(self.problems)
        for name in COLUMNS:
            if names.count(name) > 1:
                self.say(line, f"column {name!r} is there {names.count(name)} times")
        lacking = [name for name in ("criterion", "mark") if name not in names]
        if "answer" not in names and "file" not in names:
            lacking.insert(0, "answer")
        for name in lacking:
            like = next((other for other in names if other not in COLUMNS and nearest(other, [name])), None)
            hint = f"; did you mean {name!r} by {shown(like)}?" if like else ""
            or_file = " (or 'file')" if name == "answer" else ""
            self.say(line, f"column {name!r}{or_file} is missing{hint}")
        return names if len(self.problems) == before else []

    def _mark(self, line: int, header: Sequence[str], cells: Sequence[str]) -> PersonsMark | None:
        before = len(self.problems)
        if len(cells) != len(header):
            advice = "; put a text with the separator in it in quotes" if len(cells) > len(header) else ""
            self.say(line, f"has {len(cells)} fields where the header has {len(header)}{advice}")
            return None
        row = dict(zip(header, cells, strict=True))
        answer = self._answer(line, row)
        criterion = row["criterion"].strip()
        self._check_names(line, criterion, row.get("question", "").strip())
        credit = None
        try:
            credit = credit_of(row["mark"])
        except ValueError as error:
            self.say(line, str(error))
        if len(self.problems) > before or answer is None:
            return None
        return PersonsMark(line, answer, criterion, credit, row.get("author", "").strip())

    def _answer(self, line: int, row: Mapping[str, str]) -> str | None:
        text, name = row.get("answer", ""), row.get("file", "").strip()
        if name and text.strip():
            self.say(line, "has both an answer and a file; which one is meant?")
        elif name:
            return self._file(line, name)
        elif "answer" not in row:
            self.say(line, "names no file")
        elif len(text) > MAX_ANSWER:
            self.say(line, f"answer is longer than {MAX_ANSWER} characters (got {len(text)})")
        return self.texts.setdefault(text, text)

    def _file(self, line: int, name: str) -> str | None:
        """Return a text beside the file of marks; only ordinary files are opened, so that nothing can block."""
        if name not in self.files:
            self.files[name] = None
            try:
                path = self.path.parent / name
                if not path.is_file():
                    self.say(line, f"file {shown(name)} is not there (looked in {self.path.parent})")
                elif path.stat().st_size > MAX_ANSWER:
                    self.say(line, f"file {shown(name)} is larger than {MAX_ANSWER} bytes")
                else:
                    self.files[name] = path.read_bytes().decode("utf-8-sig")
            except UnicodeDecodeError:
                self.say(line, f"file {shown(name)} is not UTF-8 text")
            except (OSError, ValueError) as error:  # a NUL in the name, no right to read it
                self.say(
                    line, f"file {shown(name)} cannot be read: {getattr(error, 'strerror', None) or error}"
                )
        elif self.files[name] is None:
            self.say(line, f"file {shown(name)} cannot be used, as said above")
        return self.files[name]

    def _check_names(self, line: int, criterion: str, question: str) -> None:
        if not criterion:
            self.say(line, "names no criterion")
            return
        if not self.known:
            return
        if criterion not in self.home:
            self.say(line, f"unknown criterion {shown(criterion)}{did_you_mean(criterion, self.home)}")
        elif question and question.casefold() not in self.questions:
            self.say(
                line, f"unknown question {shown(question)}{did_you_mean(question, self.questions.values())}"
            )
        elif question and self.questions[question.casefold()] != self.home[criterion]:
            self.say(
                line, f"criterion {criterion!r} belongs to {self.home[criterion]!r} (got {shown(question)})"
            )
