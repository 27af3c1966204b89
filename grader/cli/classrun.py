"""A run over a class from the command line: what was asked for, and what became of it."""

from __future__ import annotations

import os
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from grader.batch.handedout import told, told_nothing
from grader.batch.marking import count_new, senders_of
from grader.batch.session import ClassRun
from grader.batch.standing import Timing
from grader.batch.taking import handins_of
from grader.batch.writing import ReportForm
from grader.cli.outputs import refuse_folder_of, refuse_inputs
from grader.cli.progress import ProgressBar
from grader.codeversion import code_version
from grader.executors import DEADLINE, EXECUTORS, Settings
from grader.files.tables import resolve
from grader.files.validation import did_you_mean
from grader.gradebook import Gradebook
from grader.model.disclosure import Reader
from grader.model.errors import Problem, UsageError
from grader.model.identity import normal_id
from grader.model.outcome import Reason
from grader.platforms.worksheets.roster import read_roster
from grader.readers.folders import find_files, source_of, without_companions
from grader.readers.opening import Found
from grader.readers.ours import without_ours
from grader.readers.times import read_times
from grader.rubric.loading import imported_files, load_rubric
from grader.rubric.questions import AUTO

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime
    from fractions import Fraction
    from pathlib import Path

    from grader.gradebook.differences import Difference
    from grader.gradebook.overrides import Doubt
    from grader.platforms.worksheets.roster import Roster
    from grader.rubric.questions import Rubric
    from grader.writers.summary import Summary

# So few files are marked before worker processes have started.
FEW: Final = 12
# Students shown on the terminal; the whole class stands in the tables.
SHOWN: Final = 60
# Students or files named in a notice.
NAMED: Final = 20


@dataclass(frozen=True, slots=True)
class ClassRequest:
    """The options of `grade`."""

    submissions: tuple[Path, ...]
    rubric: Path
    out: Path
    formats: tuple[str, ...]
    teacher: Path | None = None
    standalone: bool = False
    dry_run: bool = False
    fresh: bool = False
    gradebook: Path | None = None
    roster: Path | None = None
    times: Path | None = None
    least: Fraction | None = None
    jobs: int | None = None
    executor: str | None = None
    scheduler: str = ""
    converters: Mapping[str, str] = field(default_factory=dict)
    deadline: float | None = None
    as_json: bool = False
    quiet: bool = False

    @property
    def store(self) -> Path:
        """Where the gradebook is."""
        return self.gradebook or store_beside(self.out)


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
    problems: list[Problem] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    shown: list[Summary] = field(default_factory=list)
    students: int = 0
    awaiting: int = 0
    doubtful: int = 0  # students whose document may have been cut wrongly
    unreadable: list[str] = field(default_factory=list)  # whose files could not be read
    under: int = 0
    changes: list[Difference] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)
    class_run: ClassRun | None = None

    def run(self) -> None:
        """Mark and write; raises GraderError before anything is marked, OSError where files cannot be written."""
        wanted = self.wanted
        if wanted.teacher is not None and wanted.teacher.absolute() == wanted.out.absolute():
            rule = f"must be another folder than that of the students' reports (got {wanted.teacher})"
            raise UsageError([Problem("--teacher", 0, 0, rule)])
        teachers = [wanted.rubric, wanted.roster, wanted.times, *imported_files(wanted.rubric)]
        own: list[Path] = []
        given = without_companions(find_files(wanted.submissions, teachers=teachers))
        found = list(without_ours(given, named=wanted.submissions, own=own))
        if own:
            self.notices.append(_left_out(own))
        files = [item for item in found if isinstance(item, Found)]
        self.problems += [item for item in found if isinstance(item, Problem)]
        self._refuse_outputs(files)
        if len(files) > FEW and wanted.executor in {None, "processes"} and not wanted.store.exists():
            from grader.executors.pool import warm_up

            warm_up()
        rubric = load_rubric(wanted.rubric)
        roster = read_roster(wanted.roster, rubric.due) if wanted.roster else None
        senders = senders_of({source_of(file.path) for file in files}, roster.known if roster else ())
        timing = Timing(self._times(files), {}, roster.due_of if roster else None)
        with ExitStack() as stack:
            book, base = open_books(stack, wanted.store, dry_run=wanted.dry_run)
            settings = Settings(
                rubric=rubric,
                version=code_version(),
                store=None if wanted.fresh and wanted.dry_run else (base or book).path,
                store_readonly=wanted.dry_run,
                jobs=min(wanted.jobs or cores(), max(len(files), 1)),
                deadline=wanted.deadline or DEADLINE,
                scheduler=wanted.scheduler,
            )
            name = wanted.executor or self._executor(base or book, files, senders, settings)
            bar = stack.enter_context(ProgressBar(quiet=wanted.quiet))
            if rubric.template == AUTO:
                looking = Looking(book, base, name, bar, fresh=wanted.fresh)
                rubric = looking.settled(
                    settings, lambda run: run.look_through(files, senders, wanted.converters)
                )
                self.notices += looking.said
                settings = replace(settings, rubric=rubric)
            self.class_run = ClassRun(
                rubric, settings.version, book, stack.enter_context(make_executor(name, settings)),
                base=base, fresh=wanted.fresh, timing=timing, watch=bar,
            )  # fmt: skip
            self.class_run.mark_files(files, senders, wanted.converters)
            self._write()
            if wanted.dry_run:
                self.changes = list(self.class_run.differences(base)) if base else []
            self.doubts = self.class_run.doubts()
            if roster is not None:
                self._compare_with(roster)
            self._tell(senders)
            self.class_run.finish()
        self.problems += self.class_run.problems

    def _refuse_outputs(self, files: list[Found]) -> None:
        """Raise UsageError where something that is written would replace something that is read."""
        wanted = self.wanted
        if not wanted.dry_run:
            refuse_inputs(
                {"--out": wanted.out},
                [wanted.rubric, wanted.roster, wanted.times, *wanted.submissions],
            )
            refuse_folder_of([file.path for file in files], wanted.out)

    def _executor(
        self, book: Gradebook, files: list[Found], senders: Mapping[str, str], settings: Settings
    ) -> str:
        """Choose by what there is to do: hand-ins that are new, and all reports where there are none yet."""
        if self.wanted.fresh or not (self.wanted.out.exists() or self.wanted.dry_run):
            return executor_for(len(files))
        if self.wanted.converters:  # which would have to run twice
            return executor_for(len(files))
        handins = handins_of(files, senders, {}, settings.rubric.outline)
        return executor_for(count_new(book, handins, settings.rubric, settings.version, FEW + 1))

    def _write(self) -> None:
        wanted, run = self.wanted, self.class_run
        assert run is not None  # noqa: S101 - set before
        formats = () if wanted.dry_run else wanted.formats
        form = ReportForm(wanted.out, formats, "inline" if wanted.standalone else "shared")
        if wanted.teacher is not None and formats:
            for _ in run.write(replace(form, out=wanted.teacher, reader=Reader.TEACHER)):
                pass
        for summary in run.write(form):
            self.students += 1
            self.awaiting += summary.awaiting
            self.doubtful += summary.has_reason(Reason.DOUBTFUL_CUT.value)
            self.unreadable += [summary.id] if summary.unreadable else []
            self.under += wanted.least is not None and summary.low < wanted.least * summary.max_points
            if len(self.shown) < SHOWN:
                self.shown.append(summary)

    def _compare_with(self, roster: Roster) -> None:
        """Say who of the class handed in nothing, and who handed in without being in it."""
        run = self.class_run
        assert run is not None  # noqa: S101 - set before
        there = run.students()
        missing = roster.without(there)
        if missing:
            self.notices.append(
                f"{len(missing)} of the roster's {len(roster.listed)} students handed in nothing: "
                f"{_some([listed.said for listed in missing])}"
            )
        for student, why in roster.strangers(sorted(there, key=lambda student: student.id)):
            self.problems.append(Problem(str(self.wanted.roster), 0, 0, f"student {student.id!r} {why}"))

    def _times(self, files: list[Found]) -> Mapping[str, datetime]:
        """Return when each file came in, as far as the table says; it may name files by path or by name."""
        if self.wanted.times is None:
            return {}
        times = read_times(self.wanted.times)
        found: dict[str, datetime | None] = {}
        names: set[str] = set()
        for file in files:
            source = source_of(file.path)
            path, name = normal_id(source), normal_id(file.path.name)
            found[source] = times.get(path) or times.get(name)
            names |= {path, name}
        unused = times.keys() - names
        if unused:
            self.notices.append(
                f"{self.wanted.times}: {len(unused)} of {len(times)} rows name no file of this run: {_some(sorted(unused))}"
            )
        return {source: time for source, time in found.items() if time is not None}

    def _tell_unknown_times(self) -> None:
        """Say that a late rule could not be applied, which nobody would notice otherwise."""
        run = self.class_run
        assert run is not None  # noqa: S101 - set before
        unknown = run.handed_in.without_time() if run.rubric.late is not None else 0
        if unknown:
            self.notices.append(
                f"{unknown} hand-ins say nothing of when they came in and count as in time; --times takes a table"
            )

    def _tell_senders(self, senders: Mapping[str, str]) -> None:
        """Say that folders' names tell students apart, since the same names could also be attempts of one."""
        run = self.class_run
        assert run is not None  # noqa: S101 - set before
        named = sorted({standing.student for standing in run.handed_in.chosen()} & {*senders.values()})
        if named:
            self.notices.append(
                f"{len(named)} hand-ins name nobody and have names that other folders have too; each counts as a"
                f" student of its own: {_some(named)}"
            )

    def _tell_who_is_gone(self) -> None:
        """Say whose marks stand and who is in no table of this run, which nobody would notice otherwise."""
        run = self.class_run
        assert run is not None  # noqa: S101 - set before
        if run.run.gone:
            self.notices.append(told_gone(run.run.gone))

    def _tell(self, senders: Mapping[str, str]) -> None:
        """Say what nobody would notice otherwise."""
        run = self.class_run
        assert run is not None  # noqa: S101 - set before
        self._tell_unknown_times()
        self._tell_senders(senders)
        self._tell_who_is_gone()
        self._tell_hidden(run.rubric)
        self._tell_shared(run.rubric)

    def _tell_shared(self, rubric: Rubric) -> None:
        """Say what most hand-ins have word by word; under AUTO that was said before."""
        if rubric.template != AUTO and self.class_run is not None:
            self.notices += told(self.class_run.survey, taken_out=False)

    def _tell_hidden(self, rubric: Rubric) -> None:
        """Say which rows are kept back from the students' reports."""
        hidden = [item.id for _, item in rubric.criteria if rubric.visibility_of(item) != "visible"]
        if hidden:
            self.notices.append(
                f"students' reports leave out {len(hidden)} rows that the rubric does not make visible to "
                f"them, and do not count them: {_some(hidden)}"
            )

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


def open_books(stack: ExitStack, store: Path, *, dry_run: bool) -> tuple[Gradebook, Gradebook | None]:
    """Open the gradebook to write to and, for a dry run, the real one that is only read (None if there is none)."""
    if not dry_run:
        return stack.enter_context(Gradebook(store)), None
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


def store_beside(out: Path) -> Path:
    """Return the gradebook that belongs to a folder of reports: beside it, so that these can be thrown away."""
    named = out if out.name not in {"", ".."} else out.resolve()
    return named.with_name(f"{named.name}.gradebook")


def cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def told_gone(students: Sequence[str]) -> str:
    """Say who stands and is not among the hand-ins of the last run."""
    count = f"{len(students)} {'student' if len(students) == 1 else 'students'}"
    return (
        f"{count} of earlier runs {'is' if len(students) == 1 else 'are'} not among the files of the last one, and so "
        f"in no table, nor in a regrade, until graded again: {_some(list(students))}"
    )


def _left_out(files: list[Path]) -> str:
    folders = sorted({str(file.parent) for file in files})
    count = f"{len(files)} {'file' if len(files) == 1 else 'files'}"
    return f"{count} that grader wrote itself, in {_some(folders)}, {'is' if len(files) == 1 else 'are'} no hand-in"


def _some(names: list[str]) -> str:
    return ", ".join(names[:NAMED]) + (", ..." if len(names) > NAMED else "")
