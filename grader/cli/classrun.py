"""A run over a class from the command line: what was asked for, and what became of it."""

from __future__ import annotations

import os
from contextlib import ExitStack, suppress
from dataclasses import field, replace
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from grader.batch.classmarking import count_new, senders_of
from grader.batch.handedout import told, told_nothing
from grader.batch.preflight import Preflight, PreflightPaper, Whose, read_through, some, stated
from grader.batch.session import ClassRun
from grader.batch.standing import Timing
from grader.batch.taking import handins_of, handins_or_seen
from grader.batch.writing import ReportForm
from grader.cli.classnotices import times_of, told_of_run
from grader.cli.classoutcome import COUNTED, ClassOutcome
from grader.cli.classview import doubt_data, doubt_line
from grader.cli.outputs import refuse_folder_of, refuse_inputs
from grader.cli.problems import print_notices
from grader.cli.progress import ProgressBar
from grader.codeversion import code_version
from grader.executors import DEADLINE, EXECUTORS, Settings
from grader.files.registry import resolve
from grader.files.validation import did_you_mean
from grader.gradebook import Gradebook
from grader.model.disclosure import Reader
from grader.model.errors import Problem, UsageError
from grader.model.outcome import Reason
from grader.platforms.downloads.intake import take_in
from grader.platforms.downloads.request import Expected
from grader.readers.discovery import source_of
from grader.readers.opening import Found
from grader.records import dataclass
from grader.rubric.loading import imported_files, load_rubric
from grader.rubric.questions import AUTO
from grader.writers.rows import class_row

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from grader.cli.classrequest import ClassRequest
    from grader.cli.repeating import Repetition
    from grader.model.submission import Sender
    from grader.platforms.worksheets.roster import Roster
    from grader.readers.delivered import Delivered
    from grader.rubric.questions import Rubric

# So few files are marked before worker processes have started.
FEW: Final = 12
# Students shown on the terminal; the whole class stands in the tables.
SHOWN: Final = 60


@dataclass(slots=True)
class Looking:
    """The marking before the marking, by which `template: auto` finds what was handed out to a class."""

    book: Gradebook
    base: Gradebook | None
    executor: str
    watch: ProgressBar
    fresh: bool = False
    said: list[str] = field(default_factory=list)

    def settled(self, settings: Settings, look: Callable[[ClassRun], Rubric]) -> Rubric:
        """Return the rubric that takes out what was found; `said` is then what a teacher should know of it."""
        with make_executor(self.executor, settings) as executor:
            run = ClassRun(
                settings.rubric, settings.version, self.book, executor,
                kind="look", base=self.base, fresh=self.fresh, watch=self.watch,
            )  # fmt: skip
            rubric = look(run)
        self.said += told(run.survey, taken_out=True) or [told_nothing(run.survey)]
        return rubric


@dataclass(slots=True)
class Session:
    """One run of `grade`."""

    wanted: ClassRequest
    repetition: Repetition
    problems: list[Problem] = field(default_factory=list)
    outcome: ClassOutcome = field(default_factory=ClassOutcome)
    class_run: ClassRun | None = None
    preflight: Preflight = field(default_factory=Preflight)
    imported: tuple[Path, ...] = ()  # by the rubric

    def run(self) -> None:
        """Mark and write; raises GraderError before anything is marked, OSError where files cannot be written."""
        wanted = self.wanted
        self._refuse_outputs()
        self.imported = imported_files(wanted.rubric)
        self.repetition.begin((wanted.rubric, *self.imported, wanted.roster, wanted.times))
        if (
            may_be_many(wanted.submissions)
            and wanted.executor in {None, "processes"}
            and not self._is_known()
        ):
            from grader.executors.pool import warm_up

            warm_up()
        rubric = load_rubric(wanted.rubric)
        roster = self._roster(rubric)
        with ExitStack() as stack:
            self.preflight = Preflight(roster=roster, named=str(wanted.roster))
            handins, timing = self._take_in(rubric, roster, stack)
            senders = senders_of(
                {source_of(item.path) for item in handins if isinstance(item, Found)},
                roster.known if roster else (),
            )
            if wanted.preflight:
                self._read_through(handins, senders, rubric)
                return
            self.preflight.papers = stated(handins) or []
            if self.preflight.papers:
                self._compare(rubric)
            print_notices(self.outcome.notices)
            self.outcome.told = len(self.outcome.notices)
            trusted = self.repetition.trusted
            book, base = open_books(stack, wanted.store, dry_run=wanted.dry_run, trusted=trusted)
            settings = Settings(
                rubric=rubric,
                version=code_version(),
                store=None if wanted.fresh and wanted.dry_run else (base or book).path,
                store_readonly=wanted.dry_run,
                jobs=min(wanted.jobs or cores(), max(len(handins), 1)),
                deadline=wanted.deadline or DEADLINE,
                scheduler=wanted.scheduler,
            )
            name = wanted.executor or self._executor(base or book, handins, senders, settings)
            bar = stack.enter_context(ProgressBar(quiet=wanted.quiet))
            if rubric.template == AUTO:
                looking = Looking(book, base, name, bar, fresh=wanted.fresh)
                rubric = looking.settled(
                    settings, lambda run: run.look_through(handins, senders, wanted.converters)
                )
                self.outcome.notices += looking.said
                settings = replace(settings, rubric=rubric)
            self.class_run = ClassRun(
                rubric, settings.version, book, stack.enter_context(make_executor(name, settings)),
                base=base, fresh=wanted.fresh, timing=timing, watch=bar, seen=self.repetition.seen,
            )  # fmt: skip
            self._mark(handins, senders, base)
            self._end(book, settings.version)

    def _end(self, book: Gradebook, version: str) -> None:
        """Say what became of all, and note the run, so that it need not be made again, where the same would be told again."""
        run = self.class_run
        assert run is not None  # noqa: S101 - it has ended
        self.problems += run.problems
        self.outcome.assignment = run.rubric.id
        self.outcome.counts = {name: run.counts[name] for name in COUNTED}
        self.outcome.problems = [str(problem) for problem in self.problems]
        # A file that could not be read or written is tried again each time, and who is gone is told once.
        if not (run.counts["failed"] or run.counts["unwritten"] or run.run.gone):
            late = run.rubric.late
            scope = "" if late is not None and late.budget else run.rubric.id
            self.repetition.keep(book, run.run.id, self.outcome, version, scope=scope)

    def _mark(
        self, handins: list[Found | Delivered], senders: Mapping[str, Sender], base: Gradebook | None
    ) -> None:
        run = self.class_run
        assert run is not None  # noqa: S101 - set before
        run.mark_files(handins, senders, self.wanted.converters)
        self._write()
        if self.wanted.dry_run:
            self.outcome.changes = list(run.differences(base)) if base else []
        doubts = run.doubts()
        self.outcome.doubts = [doubt_data(doubt) for doubt in doubts]
        self.outcome.doubt_lines = [doubt_line(doubt) for doubt in doubts]
        self._compare_again(run)
        self.outcome.notices += told_of_run(run, senders)
        run.finish()

    def _take_in(
        self, rubric: Rubric, roster: Roster | None, stack: ExitStack
    ) -> tuple[list[Found | Delivered], Timing]:
        """Return all hand-ins, and when they came as far as that is known from beside them."""
        wanted = self.wanted
        expected = Expected(
            platform=wanted.platform,
            identity=wanted.identity,
            students=roster.students if roster else {},
            called=roster.called if roster else {},
            zone=rubric.due.tzinfo if rubric.due else None,
            teachers=(wanted.rubric, wanted.roster, wanted.times, *self.imported),
            converters=wanted.converters.keys(),
            companions=False,
        )
        intake = take_in(wanted.submissions, expected, stack)
        if intake.own:
            self.outcome.notices.append(_left_out(intake.own))
        self.preflight.nameless = intake.nameless
        self.outcome.notices += intake.notices
        self.problems += intake.problems
        if not wanted.dry_run and not wanted.preflight:
            refuse_folder_of([file.path for file in intake.files], wanted.out)
        times, notices = times_of(wanted.times, intake.handins)
        self.outcome.notices += notices
        return intake.handins, Timing({**intake.times, **times}, {}, roster.due_of if roster else None)

    def _roster(self, rubric: Rubric) -> Roster | None:
        if self.wanted.roster is None:
            return None
        from grader.platforms.worksheets.roster import read_roster

        return read_roster(self.wanted.roster, rubric.due)

    def _refuse_outputs(self) -> None:
        """Raise UsageError where something that is written would replace something that is read."""
        wanted = self.wanted
        if wanted.teacher is not None and wanted.teacher.absolute() == wanted.out.absolute():
            rule = f"must be another folder than that of the students' reports (got {wanted.teacher})"
            raise UsageError([Problem("--teacher", 0, 0, rule)])
        if not wanted.dry_run and not wanted.preflight:
            refuse_inputs(
                {"--out": wanted.out},
                [wanted.rubric, wanted.roster, wanted.times, *wanted.submissions],
            )

    def _is_known(self) -> bool:
        """Whether there may be nothing left to mark."""
        return self.wanted.store.exists() or self.wanted.preflight

    def _read_through(
        self, handins: list[Found | Delivered], senders: Mapping[str, Sender], rubric: Rubric
    ) -> None:
        """Read everything and mark nothing."""
        wanted = self.wanted
        read = handins_of(handins, senders, wanted.converters, rubric.outline)
        with ProgressBar(quiet=wanted.quiet) as bar:
            bar.stage("reading", len(handins))
            for found in read_through(read, rubric.outline, wanted.deadline or DEADLINE):
                paper, problems = (found, ()) if isinstance(found, PreflightPaper) else found
                self.preflight.papers.append(paper)
                self.preflight.unreadable += problems
                bar.step(failed=bool(problems), review=bool(paper.doubt))
        self._compare(rubric)
        self.problems += self.preflight.look_alikes()

    def _compare(self, rubric: Rubric) -> None:
        """Say who of the class handed in nothing or twice, and who handed in without being in it."""
        # What the first attempt leaves out is named where it is left out.
        attempts = "" if rubric.attempts == "first" and not self.wanted.preflight else rubric.attempts
        self.outcome.notices += self.preflight.notices(attempts)
        self.problems += self.preflight.problems()

    def _executor(
        self,
        book: Gradebook,
        files: list[Found | Delivered],
        senders: Mapping[str, Sender],
        settings: Settings,
    ) -> str:
        """Choose by what there is to do: hand-ins that are new, and all reports where there are none yet."""
        if self.wanted.fresh or not (self.wanted.out.exists() or self.wanted.dry_run):
            return executor_for(len(files))
        if self.wanted.converters:  # which would have to run twice
            return executor_for(len(files))
        handins = handins_or_seen(files, senders, {}, settings.rubric.outline, self.repetition.seen)
        return executor_for(count_new(book, handins, settings.rubric, settings.version, FEW + 1))

    def _write(self) -> None:
        wanted, run = self.wanted, self.class_run
        assert run is not None  # noqa: S101 - set before
        formats = () if wanted.dry_run else wanted.formats
        form = ReportForm(wanted.out, formats, "inline" if wanted.standalone else "shared")
        if wanted.teacher is not None and formats:
            for _ in run.write(replace(form, out=wanted.teacher, reader=Reader.TEACHER)):
                pass
        outcome = self.outcome
        for summary in run.write(form):
            outcome.students += 1
            outcome.awaiting += summary.awaiting
            outcome.doubtful += summary.has_reason(Reason.DOUBTFUL_CUT.value)
            outcome.unreadable += [summary.id] if summary.unreadable else []
            outcome.under += wanted.least is not None and summary.low < wanted.least * summary.max_points
            if len(outcome.shown) < SHOWN:
                outcome.shown.append(class_row(summary))

    def _compare_again(self, run: ClassRun) -> None:
        """Do the same once all is read, as far as more is known by then: a file may name others of a group."""
        before = set(self.preflight.handed)
        self.preflight.papers = [
            PreflightPaper(source, (Whose(student, name, email),))
            for source, student, name, email in run.handed_in.papers()
        ]
        if not before:
            self._compare(run.rubric)
            return
        more = sorted(self.preflight.handed.keys() - before)
        if more:
            self.outcome.notices.append(
                f"{len(more)} students are named by the files of others, as of one group: {some(more)}"
            )
            self.problems += [item for item in self.preflight.problems() if item not in self.problems]

    @property
    def counts(self) -> Counter[str]:
        """How many hand-ins were marked, reused and failed, and how many reports written."""
        assert self.class_run is not None  # noqa: S101 - asked after the run
        return self.class_run.counts

    def stopped(self) -> str:
        """Say what a run that was stopped has kept, and how to go on."""
        if self.wanted.dry_run or self.class_run is None:
            return "Stopped; nothing was written."
        done = self.counts["marked"] + self.counts["reused"]
        return f"Stopped. {done} marked hand-ins are kept in {self.wanted.store}; the same command goes on from there."


def open_books(
    stack: ExitStack, store: Path, *, dry_run: bool, trusted: bool = False
) -> tuple[Gradebook, Gradebook | None]:
    """Open the gradebook to write to and, for a dry run, the real one that is only read (None if there is none).

    Into one that is `trusted` nobody has written since a run of ours closed it.
    """
    if not dry_run:
        return stack.enter_context(Gradebook(store, trusted=trusted)), None
    base = stack.enter_context(Gradebook(store, readonly=True)) if store.exists() else None
    return stack.enter_context(Gradebook(None)), base


def executor_for(count: int) -> str:
    """Return the executor that is used for so many hand-ins where none is asked for."""
    if count > FEW:
        return "processes"
    return "forked" if hasattr(os, "fork") else "serial"


def make_executor(name: str, settings: Settings) -> Any:
    """Make an executor by its name; raises UsageError for one that is not known or not installed."""
    if name not in EXECUTORS:
        rule = f"unknown executor {name!r}{did_you_mean(name, EXECUTORS)}; known are {', '.join(EXECUTORS)}"
        raise UsageError([Problem("--executor", 0, 0, rule)])
    try:
        return resolve(EXECUTORS, name)(settings)
    except ModuleNotFoundError as error:
        rule = f"{name!r} needs {error.name}: install grader with the extra '{name}'"
        raise UsageError([Problem("--executor", 0, 0, rule)]) from error


def cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _left_out(files: list[Path]) -> str:
    folders = sorted({str(file.parent) for file in files})
    count = f"{len(files)} {'file' if len(files) == 1 else 'files'}"
    return f"{count} that grader wrote itself, in {some(folders)}, {'is' if len(files) == 1 else 'are'} no hand-in"


def may_be_many(submissions: Sequence[Path]) -> bool:
    """Whether these are surely more than a few, as far as one look tells."""
    count = len(submissions)
    for path in submissions[: FEW + 1]:
        if path.is_dir():
            with suppress(OSError), os.scandir(path) as entries:
                count += sum(1 for _ in islice(entries, FEW + 1))
    return count > FEW
