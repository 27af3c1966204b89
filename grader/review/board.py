"""All that the pages ask and say, as one object over one gradebook."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from functools import update_wrapper
from itertools import chain
from threading import Lock
from typing import TYPE_CHECKING, Concatenate, Final, ParamSpec, TypeVar

from grader.documents.pdf.pagepicture import page_picture
from grader.gradebook.acts import Act, Laid, keep_act, overrides_with, undo_last
from grader.gradebook.runs import content_of
from grader.model.errors import Problem, UsageError
from grader.review.chosentext import judged_anew, kept, text_of
from grader.review.deciding import conflicts_of, credits_of, keep_decision
from grader.review.desk import Desk
from grader.review.notes import Presence
from grader.review.reportwriting import write_again
from grader.review.rubricchanges import RubricChange, change_of, changes_of, proposed
from grader.review.spotchecks import agreement_of
from grader.review.work import PROPOSED, Kept, Zero
from grader.review.workview import listed, progress_of, proposals_of, question_of_unit, work_of
from grader.rubric.loading import load_rubric
from grader.rubric.variants import Variants

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from grader.review.index import OpenAnswer
    from grader.review.rubricchanges import Proposed
    from grader.review.work import Agreement, ListedAnswer, Progress, Work
    from grader.rubric.questions import Rubric

_NOTHING: Final = Fraction(0)
_P = ParamSpec("_P")
_R = TypeVar("_R")


def _in_turn(method: Callable[Concatenate[Board, _P], _R]) -> Callable[Concatenate[Board, _P], _R]:
    """Run a method in the board's own thread, one after the other, on what the gradebook holds by then."""

    def asked(board: Board, /, *args: _P.args, **kwargs: _P.kwargs) -> _R:
        def run() -> _R:
            board.desk.refresh()
            return method(board, *args, **kwargs)

        return board.thread.submit(run).result()

    return update_wrapper(asked, method)


class Board:
    """The work of one assignment. Every method may be called from any thread; each decision is one transaction.

    Raises GraderError for what the gradebook refuses, KeyError for a work, row or question that is not there.
    """

    def __init__(
        self, gradebook: Path, assignment: str, *, rubric: Path | None = None, out: Path | None = None
    ) -> None:
        """Open a gradebook; `rubric` is the file to judge anew by, `out` the folder that reports are written to."""
        self.gradebook, self.assignment, self.out, self.path = gradebook, assignment, out, rubric
        self.rubric: Rubric | None = None if rubric is None else _rubric_of(rubric, assignment)
        self.presence = Presence()
        self._drawing = Lock()
        self.thread = ThreadPoolExecutor(1, thread_name_prefix="board")
        self.desk = self.thread.submit(Desk, gradebook, assignment).result()

    def close(self) -> None:
        """Close the gradebook; what was decided is kept."""
        self.thread.submit(self.desk.book.close).result()
        self.thread.shutdown()

    # what there is to do

    @_in_turn
    def progress(self) -> Progress:
        """Return how far the class is."""
        return progress_of(self.assignment, self.desk.index, self.desk.notes)

    @_in_turn
    def listed(self, question: str = "", who: str = "", *, flagged: bool = False) -> Sequence[ListedAnswer]:
        """Return the answers with rows for a person, in order; with `who`, those that are this person's work."""
        return [
            listed(self.desk.index, self.desk.notes, unit)
            for unit in map(self.desk.index.units.__getitem__, self.desk.order)
            if self.desk.is_wanted(unit, question, who, flagged=flagged)
        ]

    @_in_turn
    def work(self, key: str, who: str) -> Work:
        """Return an answer as it is shown; `who` has it open from now on."""
        unit = self.desk.unit(key)
        self.presence.open(key, who)
        self.desk.opinion.learn(self.desk.notes.decisions.total())
        return work_of(self.desk, unit, self.presence.holders(key, who), self.desk.places.get(key, -1) + 1)

    @_in_turn
    def next_key(self, who: str, after: str = "", question: str = "", *, flagged: bool = False) -> str | None:
        """Return the next answer in which something is open, from the beginning again after the last.

        One that somebody else has open comes only where there is no other.
        """
        start = self.desk.places.get(after, -1) + 1
        order, index = self.desk.order, self.desk.index
        held = None
        for unit in map(index.units.__getitem__, chain(order[start:], order[:start])):
            if (
                unit.key != after
                and any(index.is_open(unit, row) for row in unit.rows)
                and self.desk.is_wanted(unit, question, who, flagged=flagged)
            ):
                if not self.presence.holders(unit.key, who):
                    return unit.key
                held = held or unit.key
        return held

    @_in_turn
    def neighbour(self, key: str, step: int) -> str | None:
        """Return the answer before or after one, open or not; None beyond the ends."""
        place = self.desk.places.get(key, -1) + step
        return self.desk.order[place] if 0 <= place < len(self.desk.order) else None

    # decisions

    @_in_turn
    def decide(
        self,
        key: str,
        said: Mapping[str, Fraction | None] | str,
        *,
        who: str,
        seen: Mapping[str, int],
        why: Mapping[str, str] | None = None,
    ) -> Kept:
        """Keep a decision: a credit by criterion (None takes one back), or `all`, `none`, `proposed`.

        Raises ValueError for a credit that is no share.
        """
        with self.desk.book.transaction():
            self.desk.refresh()
            unit = self.desk.unit(key)
            proposals = proposals_of(self.desk, unit) if said == PROPOSED else {}
            wanted = credits_of(unit, said, proposals, self.desk.index)
            conflicts = conflicts_of(self.desk.index, unit, wanted, who, seen)
            if conflicts:
                return Kept(conflicts=conflicts)
            return keep_decision(self.desk, unit, wanted, who=who, why=why or {})

    @_in_turn
    def undo(self, who: str) -> str:
        """Take this person's last decision back, with all that it settled; return what it was, "" without one."""
        undone = undo_last(self.desk.book, self.assignment, who)
        if undone is None:
            return ""
        self.desk.index.lay(overrides_with(self.desk.book, undone.number))
        self.desk.take_notes()
        rest = f"; {undone.since} that were decided again since stay" if undone.since else ""
        return f"{undone.act.question}: {undone.rows} {'row' if undone.rows == 1 else 'rows'} as before{rest}"

    # groups

    @_in_turn
    def group(self, key: str, criterion: str) -> Sequence[ListedAnswer]:
        """Return the answers that one decision settles."""
        unit = self.desk.unit(key)
        row = self.desk.index.row(unit, criterion)
        return [
            listed(self.desk.index, self.desk.notes, member)
            for member, _ in self.desk.groups.members(unit, row)
        ]

    @_in_turn
    def others(self, key: str, criterion: str) -> Sequence[ListedAnswer]:
        """Return the answers with the same row that are not in its group, the most similar in order first."""
        unit = self.desk.unit(key)
        grouped = {
            member.key for member, _ in self.desk.groups.members(unit, self.desk.index.row(unit, criterion))
        }
        place = self.desk.places.get(key, 0)
        units = [
            other
            for other in map(self.desk.index.units.__getitem__, self.desk.order)
            if other.question == unit.question
            and other.key not in grouped
            and any(row.criterion == criterion for row in other.rows)
        ]
        units.sort(key=lambda other: abs(self.desk.places[other.key] - place))
        return [listed(self.desk.index, self.desk.notes, other) for other in units]

    @_in_turn
    def split(self, key: str, criterion: str, who: str) -> None:
        """Take an answer out of its group: it is decided by itself, or again together where it was split."""
        unit = self.desk.unit(key)
        row = self.desk.index.row(unit, criterion)
        kind = "join" if self.desk.groups.is_split(unit, row) else "split"
        self._regroup(Act(kind, who, unit.about, unit.question, criterion))

    @_in_turn
    def merge(self, key: str, criterion: str, other: str, who: str) -> None:
        """Make the group of one answer part of another's: from now on one decision settles both."""
        unit, into = self.desk.unit(key), self.desk.unit(other)
        keys = {
            "key": self.desk.index.row(unit, criterion).key,
            "into": self.desk.index.row(into, criterion).key,
        }
        for each in (unit, into):
            if self.desk.groups.is_split(each, self.desk.index.row(each, criterion)):
                self._regroup(Act("join", who, each.about, each.question, criterion))
        self._regroup(Act("merge", who, unit.about, unit.question, criterion, keys))

    def _regroup(self, act: Act) -> None:
        keep_act(self.desk.book, self.assignment, act)
        self.desk.groups.take([act])

    # words between people, and who does what

    @_in_turn
    def flag(self, key: str, who: str, *, on: bool) -> None:
        """Flag an answer for a colleague or take the flag away."""
        self._note("flag", self.desk.unit(key), who, on)

    @_in_turn
    def comment(self, key: str, who: str, words: str) -> None:
        """Leave words for a colleague about an answer; students never see them."""
        self._note("comment", self.desk.unit(key), who, words)

    @_in_turn
    def task(self, question: str, to: str, *, by: str) -> None:
        """Make a question somebody's work, "" everybody's. Raises KeyError."""
        if question not in self.desk.index.questions:
            raise KeyError(question)
        keep_act(self.desk.book, self.assignment, Act("task", by, question=question, data=to))
        self.desk.take_notes()

    @_in_turn
    def share_out(self, people: Sequence[str], *, by: str) -> None:
        """Share the students out among people, evenly and at random but for good; among nobody, all see all."""
        keep_act(self.desk.book, self.assignment, Act("share", by, data=list(dict.fromkeys(people))))
        self.desk.take_notes()

    @_in_turn
    def shared(self) -> tuple[str, ...]:
        """Return the people among whom the students are shared out."""
        return self.desk.notes.shared

    @_in_turn
    def tasks(self) -> Mapping[str, str]:
        """Return whose work each question is that is somebody's."""
        return {question: who for question, who in self.desk.notes.tasks.items() if who}

    def _note(self, kind: str, unit: OpenAnswer, who: str, data: object) -> None:
        keep_act(self.desk.book, self.assignment, Act(kind, who, unit.about, unit.question, data=data))
        self.desk.take_notes()

    # the document, and an answer that is settled by a person

    @_in_turn
    def document(self, key: str) -> str:
        """Return a whole hand-in as text, from which an answer is chosen; "" where it cannot be read."""
        return self._document(self.desk.unit(key))

    def page_picture(self, key: str, number: int) -> bytes:
        """Return a page of a PDF that was handed in as a PNG; b"" where there is none, or it cannot be drawn."""
        raw, source = self._handed_in_by(key)
        if not source.lower().endswith(".pdf"):
            return b""
        with self._drawing:  # one at a time, and no decision waits for it
            return page_picture(raw, number)

    @_in_turn
    def _handed_in_by(self, key: str) -> tuple[bytes, str]:
        return self._handed_in(self.desk.unit(key))

    def _handed_in(self, unit: OpenAnswer) -> tuple[bytes, str]:
        row = self.desk.book.row("SELECT content, source FROM reports WHERE id = ?", (unit.report,))
        return (b"", "") if row is None else (content_of(self.desk.book, row[0]), row[1])

    def _document(self, unit: OpenAnswer) -> str:
        return text_of(*self._handed_in(unit))

    @_in_turn
    def settle(self, key: str, start: int, end: int, who: str) -> Kept:
        """Judge a stretch of `document` as the answer; what is decided so is kept. Raises UsageError without a rubric."""
        unit = self.desk.unit(key)
        text = self._document(unit)
        if not 0 <= start < end <= len(text):
            raise UsageError([Problem(unit.key, 0, 0, f"no such stretch of the document: {start} to {end}")])
        return self._judged(unit, text[start:end], who, f"Judged on the text that {who} chose.")

    @_in_turn
    def type_out(self, key: str, text: str, who: str) -> Kept:
        """Judge what a person reads in a picture as the answer. Raises UsageError without a rubric."""
        return self._judged(self.desk.unit(key), text, who, f"Judged on what {who} read in the picture.")

    def _judged(self, unit: OpenAnswer, text: str, who: str, why: str) -> Kept:
        if self.rubric is None:
            raise UsageError(
                [Problem("--rubric", 0, 0, "is needed to judge an answer anew; start review with it")]
            )
        question = judged_anew(Variants(self.rubric).of(unit.students[0]), unit.question, text)
        earned = {row.id: row.credit for row in question.criteria}
        rows = [row for row in unit.rows if self.desk.index.is_open(unit, row)]
        laid = [
            Laid(student, row.criterion, earned[row.criterion], row.ground, why)
            for row in rows
            if earned.get(row.criterion) is not None
            for student in unit.students
        ]
        chosen = {"report": unit.report, "question": kept(question)}
        act = Act("decide", who, unit.about, unit.question, data={"why": why, "chosen": chosen})
        number, count = self.desk.lay(act, laid)
        left = tuple(row.criterion for row in rows if self.desk.index.is_open(unit, row))
        return Kept(number, count, left=left)

    # decided rows, looked through

    def zeros(self, most: int = 50) -> Sequence[Zero]:
        """Return rows of prose to which the machine gave nothing, the most doubtful first."""
        self.desk.opinion.learn(self.desk.notes.decisions.total(), wait=True)
        return self._zeros(most)

    @_in_turn
    def _zeros(self, most: int) -> Sequence[Zero]:
        found = []
        for item in self.desk.opinion.zeros:
            if (item.student, item.row.id) in self.desk.index.overrides:
                continue
            key = self.desk.look_at(item.student, item.row.id)
            if key is None:
                continue
            found.append(Zero(key, item.row, " ".join(item.text.split())[:240], item.chance))
            if len(found) >= most:
                break
        return found

    @_in_turn
    def check_zero(self, key: str, criterion: str, who: str, *, agrees: bool) -> Kept:
        """Keep that a person agrees with a zero; one who does not decides the row on the answer's page."""
        if not agrees:
            return Kept(left=(criterion,))
        unit = self.desk.unit(key)
        row = self.desk.index.row(unit, criterion)
        laid = [Laid(student, criterion, _NOTHING, row.ground, "Looked at.") for student in unit.students]
        act = Act("decide", who, unit.about, unit.question, data={criterion: "0"})
        return Kept(*self.desk.lay(act, laid))

    @_in_turn
    def agreement(self) -> Sequence[Agreement]:
        """Return by criterion how often people agreed with what the machine had decided."""
        return agreement_of(self.desk.book, self.assignment)

    # back to the rubric, and out

    @_in_turn
    def propose(self, key: str, criterion: str, kind: str, words: str, who: str) -> str:
        """Keep what a rubric is to learn from words of an answer; return its lines. Raises ValueError, KeyError."""
        unit = self.desk.unit(key)
        question = question_of_unit(self.desk, unit)
        row = next((row for row in question.criteria if row.id == criterion), None)
        if row is None:
            raise KeyError(criterion)
        change = change_of(criterion, row.check, kind, words)
        data = [change.kind, change.words, change.check]
        act = Act("propose", who, unit.about, unit.question, criterion, data)
        return RubricChange(keep_act(self.desk.book, self.assignment, act), who, change).lines

    @_in_turn
    def withdraw(self, number: int, who: str) -> None:
        """Take a change back that was proposed for the rubric."""
        keep_act(self.desk.book, self.assignment, Act("withdraw", who, data=number))

    @_in_turn
    def proposed(self) -> Proposed:
        """Return the changes that were proposed, written as a rubric beside the one that review was started with."""
        return proposed(changes_of(self.desk.book, self.assignment), self.path, self.gradebook)

    def write(self) -> int:
        """Write the reports again that decisions have changed; return how many. Raises GraderError."""
        if self.rubric is None or self.out is None:
            said = "reports are written with the rubric; start review with --rubric, or run 'grade' again"
            raise UsageError([Problem("--rubric", 0, 0, said)])
        return write_again(self.gradebook, self.rubric, self.out)


def _rubric_of(path: Path, assignment: str) -> Rubric:
    rubric = load_rubric(path)
    if rubric.id != assignment:
        rule = f"is the rubric of {rubric.id!r}; the gradebook's reports are of {assignment!r}"
        raise UsageError([Problem(str(path), 0, 0, rule)])
    return rubric
