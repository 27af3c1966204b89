"""One run over a class, from files to files, as every command that marks a class makes it."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import field
from typing import TYPE_CHECKING, Final, Protocol

from grader.batch.classmarking import ClassMarking, Marked, senders_of
from grader.batch.handedout import (
    COMPARED,
    NOTHING,
    ComparedPaper,
    Survey,
    compared_papers,
    known_papers,
    survey_of,
)
from grader.batch.standing import NO_TIMING, HandedIn, Timing
from grader.batch.taking import handins_or_seen
from grader.batch.writing import ClassWriting, ReportForm
from grader.executors import HandIn
from grader.gradebook.overrides import doubts_of, overrides_of
from grader.gradebook.runs import (
    Run,
    StudentStanding,
    content_of,
    criteria_of,
    handed_in,
    last_change,
    repeated,
    standings_of,
    unfinished_undo,
)
from grader.model.submission import NOBODY, Sender, Student
from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from grader.batch.classmarking import SeenHandIn, Unopened
    from grader.executors import Executor
    from grader.gradebook import Gradebook
    from grader.gradebook.differences import Difference
    from grader.gradebook.overrides import Doubt
    from grader.gradebook.runs import Known
    from grader.model.errors import Problem
    from grader.readers.delivered import Delivered
    from grader.readers.opening import Found
    from grader.rubric.questions import Rubric
    from grader.writers.summary import Summary


# Hand-ins that wait for their comparison, however large the class is.
MOST_PAPERS: Final = 10 * COMPARED


class Watch(Protocol):
    """Whoever shows how far a run has come."""

    def stage(self, name: str, total: int) -> None:
        """A stage begins: so many hand-ins or students."""
        ...

    def step(self, *, review: bool = False, failed: bool = False) -> None:
        """One of them is done."""
        ...


class NoWatch:
    """Nobody watches."""

    def stage(self, name: str, total: int) -> None: ...

    def step(self, *, review: bool = False, failed: bool = False) -> None: ...


@dataclass(slots=True)
class ClassRun:
    """One run. With `base`, nothing is kept: `book` is a gradebook in memory, `base` the real one or None."""

    rubric: Rubric
    version: str
    book: Gradebook
    executor: Executor
    kind: str = "grade"
    base: Gradebook | None = None
    fresh: bool = False
    timing: Timing = NO_TIMING
    seen: Mapping[str, str] = field(
        default_factory=dict
    )  # digests of files that are as they were, by absolute path
    watch: Watch = field(default_factory=NoWatch)
    problems: list[Problem] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    run: Run = field(init=False)
    handed_in: HandedIn = field(init=False)
    survey: Survey = field(init=False, default=NOTHING)
    _undoes: int | None = field(init=False, default=None)
    _papers: list[ComparedPaper] = field(init=False, default_factory=list)  # those that are compared
    _started: float = field(default_factory=time.monotonic)

    def __post_init__(self) -> None:
        if self.kind == "undo":  # before this run is the last
            stopped = unfinished_undo(self.book, self.rubric.id)
            self._undoes = last_change(self.book, self.rubric.id) if stopped is None else stopped
        self.run = Run(self.book, self.rubric, self.version, self.kind, fresh=self.fresh)
        self.handed_in = HandedIn(self.book, self.rubric, self.timing)

    def mark_files(
        self,
        files: list[Found | Delivered],
        senders: Mapping[str, Sender],
        converters: Mapping[str, str] | None = None,
    ) -> None:
        """Mark files; afterwards it is settled which report stands for each student."""
        self.watch.stage("marking", len(files))
        handins = handins_or_seen(files, senders, converters or {}, self.rubric.outline, self.seen)
        self._mark(ClassMarking(self.run, self.executor, self._find).of_handins(handins))

    def look_through(
        self,
        files: list[Found | Delivered],
        senders: Mapping[str, Sender],
        converters: Mapping[str, str] | None = None,
    ) -> Rubric:
        """Mark files to find what was handed out to the class; return the rubric that takes it out. Nothing stands by it."""
        self.watch.stage("looking for what was handed out", len(files))
        return self._look_through(
            handins_or_seen(files, senders, converters or {}, self.rubric.outline, self.seen)
        )

    def look_through_again(self, book: Gradebook) -> Rubric:
        """Do the same with every hand-in that a gradebook knows of the class."""
        return self._look_through(self._known_handins(book, "looking for what was handed out"))

    def _look_through(self, handins: Iterable[HandIn | Unopened | SeenHandIn]) -> Rubric:
        for marked in ClassMarking(self.run, self.executor, self._find).of_handins(handins):
            self._note_paper(marked)
            self.watch.step()
        self.survey = survey_of(self.book, self._papers)
        if not self.survey.compared:  # too few to tell: perhaps the class was here before
            book = self.base or self.book
            self.survey = survey_of(book, known_papers(book, self.rubric, self.version))
        self.finish()
        return self.rubric.with_handed_out(self.survey.handed_out)

    def mark_again(self, book: Gradebook) -> None:
        """Mark every hand-in that a gradebook knows of the class."""
        handins = self._known_handins(book, "marking")
        self._mark(ClassMarking(self.run, self.executor, self._find).of_handins(handins))

    def _known_handins(self, book: Gradebook, stage: str) -> Iterator[HandIn]:
        standing = list(handed_in(book, self.rubric.id))
        self.watch.stage(stage, len(standing))
        # Gradebooks of older versions did not keep who handed in; the sources say what they said then.
        senders = senders_of(
            {source for source, _, sender in standing if not sender}, repeated(book, self.rubric.id)
        )
        for source, content, kept in standing:
            sender = Sender.model_validate_json(kept) if kept else senders.get(source, NOBODY)
            yield HandIn(source, content_of(book, content), sender)

    def undo(self) -> int | None:
        """Take the last applied regrade back; returns how many students it concerned, None without one."""
        count = None if self._undoes is None else self.run.undo(self._undoes)
        self.handed_in.take_up()
        return count

    def write(self, form: ReportForm) -> Iterator[Summary]:
        """Write all reports; yield every student's summary in the order of the class."""
        self.watch.stage("writing" if form.formats else "adding up", self.handed_in.students())
        # A page on which people decide has settled them by then.
        if self.base is None and self.kind != "review":
            self.counts["alike"] = self._settle_alike()
        decided = overrides_of(self.base or self.book, self.rubric.id)
        writing = ClassWriting(self.run, self.executor, form, self.handed_in, decided)
        for summary in writing.students():
            self.watch.step(review=summary.awaiting > 0)
            yield summary
        self.counts["written"] += writing.written
        self.counts["unwritten"] += len(writing.problems)
        self.problems += writing.problems

    def _settle_alike(self) -> int:
        """Decide rows as people decided equal ones; return how many."""
        if self.book.row("SELECT 1 FROM overrides WHERE assignment = ? LIMIT 1", (self.rubric.id,)) is None:
            return 0
        from grader.gradebook.acts import settle_alike  # noqa: PLC0415 - few classes have decisions

        return settle_alike(self.book, self.rubric.id)

    def students(self) -> list[Student]:
        """Return everybody who stands after this run, in the order of the class."""
        return [
            Student(id=student, name=name, email=email)
            for standing in self.handed_in.chosen()
            for student, name, email in self.book.rows(
                "SELECT id, name, email FROM students WHERE report = ? AND id = ?",
                (standing.report, standing.student),
            )
        ]

    def differences(self, before: Gradebook) -> Iterator[Difference]:
        """Yield every student whose marks differ from those that stand in another gradebook."""
        from grader.gradebook.differences import difference  # noqa: PLC0415 - most runs tell of none

        stood = {item.student: item for item in standings_of(before, self.rubric.id)}
        decided = overrides_of(before, self.rubric.id)
        for standing in self.handed_in.chosen():
            student = standing.student
            found = difference(self.book, standing, before, stood.get(student), decided.get(student, {}))
            if found is not None:
                yield found

    def changes(self) -> Iterator[Difference]:
        """Yield every student whose marks this run has changed."""
        from grader.gradebook.differences import difference  # noqa: PLC0415 - as above

        decided = overrides_of(self.book, self.rubric.id)
        for change in self.run.changed():
            student = change.student
            new = StudentStanding(student, 0, change.after, change.deduction_after)
            old = (
                None
                if change.before is None
                else StudentStanding(student, 0, change.before, change.deduction_before)
            )
            found = difference(self.book, new, self.book, old, decided.get(student, {}))
            if found is not None:
                yield found

    def doubts(self) -> list[Doubt]:
        """Return the overrides whose answer or criterion is no longer what it was."""
        rules = {name: {"rule": str(rule["rule"])} for name, rule in criteria_of(self.rubric).items()}
        return list(doubts_of(self.base or self.book, self.rubric.id, rules, standing=self.book))

    def finish(self) -> None:
        """Note in the gradebook that the run came to its end."""
        self.run.finish(
            marked=self.counts["marked"],
            reused=self.counts["reused"],
            failed=self.counts["failed"],
            seconds=time.monotonic() - self._started,
        )

    def _note_paper(self, marked: Marked) -> None:
        """Note a hand-in for the comparison of the class, as far as it may be one of those that are compared."""
        known = marked.known
        if known is not None and not marked.unread:
            self._papers.append(ComparedPaper(known.content, known.source, known.id))
            if len(self._papers) > MOST_PAPERS:
                self._papers = compared_papers(self._papers)

    def _find(self, key: str) -> Known | None:
        known = self.run.find(key)
        if known is None and self.base is not None:
            known = self.run.borrow(self.base, key)
        return known

    def _mark(self, results: Iterable[Marked]) -> None:
        for marked in results:
            self.problems += marked.problems
            self.counts["failed" if marked.unread else "reused" if marked.reused else "marked"] += 1
            self.handed_in.add(marked)
            self._note_paper(marked)
            known = marked.known
            self.watch.step(review=known is not None and known.low != known.high, failed=marked.unread)
        self.problems += self.handed_in.choose()
        self.problems += self.handed_in.look_alikes()
        if not self.rubric.handed_out:  # else what is shared stands in no report of this run
            self.survey = survey_of(self.book, self._papers)
        with self.book.transaction():
            self.counts.update(self.run.stand(self.handed_in.chosen()))
            self.handed_in.keep()
