"""From the gradebook to files: each student's, then those of the class. What is already written is left alone."""

from __future__ import annotations

import json
import os
import zlib
from collections import deque
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import field, replace
from hashlib import sha256
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from grader.executors import WriteJob
from grader.executors.wall import Failure, unwritten
from grader.files.registry import resolve
from grader.gradebook.runs import body_of
from grader.model.disclosure import Reader
from grader.model.errors import Problem, UsageError, named
from grader.model.outcome import Reason
from grader.records import dataclass
from grader.writers import WRITERS
from grader.writers.atomic import refused, why_kept
from grader.writers.filenames import ReportNames
from grader.writers.folder import ClassFolder
from grader.writers.summary import from_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from grader.batch.standing import HandedIn
    from grader.executors import Executor
    from grader.gradebook.runs import Run, StudentStanding
    from grader.model.report import Override
    from grader.writers import Assets
    from grader.writers.summary import Summary

# Views noted in one transaction; one that was written and not noted is written again.
NOTED_TOGETHER: Final = 200
# Students whose summaries wait in memory at most.
AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True)
class ReportForm:
    """Where and in which formats reports are written."""

    out: Path
    formats: tuple[str, ...]
    assets: Assets = "shared"
    reader: Reader = Reader.STUDENT


@dataclass(slots=True)
class _View:
    """One student's files, to be written or already there."""

    student: str
    source: str
    stem: str
    key: str
    summary: str = ""  # as text; "" while it must be written


@dataclass(slots=True)
class ClassWriting:
    """Writes the reports that stand after a run."""

    run: Run
    executor: Executor
    form: ReportForm
    handed_in: HandedIn
    overrides: Mapping[str, Mapping[str, Override]]
    written: int = 0
    problems: list[Problem] = field(default_factory=list)
    _folder: str = field(init=False)
    _names: ReportNames = field(default_factory=ReportNames)
    _queue: deque[_View] = field(default_factory=deque)
    _notes: list[tuple[Any, ...]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._folder = str(self.form.out.absolute())

    def students(self) -> Iterator[Summary]:
        """Write every student's files and yield their summaries in the order of the class; then the class's files."""
        with self._class_folder() as folder:
            rest = self.handed_in.chosen()
            while some := list(islice(rest, AT_ONCE)):
                jobs = list(self._open_jobs(some))
                self._refuse_to_replace(jobs)
                for written in self.executor.write(jobs):
                    yield from self._settled(folder)
                    view = self._queue.popleft()
                    self.problems += written.problems
                    if not written.problems:
                        self.written += 1
                        self._note(view, dict(written.files), written.summary)
                    view.summary = written.summary
                    yield from self._taken(folder, view)
                yield from self._settled(folder)
            self._keep_notes()

    def _open_jobs(self, standings: list[StudentStanding]) -> Iterator[WriteJob]:
        """Queue students, and yield the jobs of those whose files are not there yet."""
        book = self.run.book
        for standing in standings:
            job = self._job(standing)
            key = self._key(standing, job)
            known = book.row(
                "SELECT key, files, summary FROM views WHERE folder = ? AND student = ?",
                (self._folder, standing.student),
            )
            summary = self._summary_if_there(*known[1:]) if known is not None and known[0] == key else ""
            self._queue.append(_View(standing.student, job.source, job.stem, key, summary))
            if not summary:
                body_of(book, standing.report)  # raises for a damaged one
                yield job if known is None else replace(job, noted=_noted(known[1]))

    def _refuse_to_replace(self, jobs: Iterable[WriteJob]) -> None:
        """Raise UsageError with every file that a report would replace and must not, before any is written."""
        endings = [ending for name in self.form.formats for ending in resolve(WRITERS, name).endings]
        problems = []
        for job in jobs:
            for path in (job.out / f"{job.stem}.{ending}" for ending in endings):
                why = why_kept(path, kind="report", noted=job.noted.get(path.name))
                if why:
                    said = f"cannot be written: {refused(path, why).strerror}"
                    problems.append(Problem(str(path), 0, 0, said))
        if problems:
            raise UsageError(problems)

    def _class_folder(self) -> AbstractContextManager[ClassFolder | None]:
        form = self.form
        return ClassFolder(form.out, form.formats, assets=form.assets) if form.formats else nullcontext()

    def _job(self, standing: StudentStanding) -> WriteJob:
        attempt, number, count = self.handed_in.of_student(standing)
        late = self.handed_in.deduction(standing.student, attempt.submitted)
        # What a budget pays for takes nothing off, and is told all the same.
        told = (late.said,) if late.said and not late.points else ()
        return WriteJob(
            body=body_of(self.run.book, standing.report, trusted=True),
            student=standing.student,
            source=attempt.source,
            stem=self._names.stem(standing.student, attempt.source),
            out=self.form.out,
            formats=self.form.formats,
            overrides=self.overrides.get(standing.student, {}),
            deduction=(late.points, late.said),
            submitted=attempt.submitted,
            notes=(*self.handed_in.note(number, count), *told),
            assets=self.form.assets,
            reader=self.form.reader,
        )

    def _key(self, standing: StudentStanding, job: WriteJob) -> str:
        """Return a digest of all that a student's files are made from."""
        digest = sha256(job.body)
        overrides = sorted((name, item.model_dump_json()) for name, item in job.overrides.items())
        rest = (
            standing.student,
            job.stem,
            job.formats,
            job.assets,
            job.reader.value,
            job.deduction,
            job.submitted,
            job.notes,
            overrides,
        )
        digest.update(repr((self.run.version, rest)).encode("utf-8", "surrogatepass"))
        return digest.hexdigest()

    def _summary_if_there(self, files: str, summary: bytes) -> str:
        """Return a student's summary if their files are those that were written: nobody has edited or replaced one."""
        with suppress(OSError, ValueError, zlib.error):  # a file is gone, or the note itself is damaged
            for name, known in json.loads(files).items():
                found = os.stat(f"{self.form.out}/{name}")  # noqa: PTH116 - thousands of them
                if [found.st_size, found.st_mtime_ns] != known:
                    return ""
            return zlib.decompress(summary).decode("utf-8", "surrogatepass")
        return ""

    def _settled(self, folder: ClassFolder | None) -> Iterator[Summary]:
        while self._queue and self._queue[0].summary:
            yield from self._taken(folder, self._queue.popleft())

    def _taken(self, folder: ClassFolder | None, view: _View) -> Iterator[Summary]:
        """Take a student into the files of the class; one who cannot be taken must not stop the others."""
        if not view.summary:
            return
        try:
            summary = from_text(view.summary)
            if folder is not None:
                folder.add(summary, view.stem)
        except OSError:
            raise
        except Exception as error:  # noqa: BLE001 - this is the wall
            failure = Failure(Reason.FAULT, f"the grader failed with {named(error)}")
            self.problems.append(unwritten(view.source, view.student, failure))
            return
        yield summary

    def _note(self, view: _View, files: Mapping[str, tuple[int, int]], summary: str) -> None:
        packed = zlib.compress(summary.encode("utf-8", "surrogatepass"), 1)  # for its checksum as well
        self._notes.append((self._folder, view.student, view.key, json.dumps(files), packed))
        if len(self._notes) >= NOTED_TOGETHER:
            self._keep_notes()

    def _keep_notes(self) -> None:
        notes, self._notes = self._notes, []
        with self.run.book.transaction() as connection:
            connection.executemany("INSERT OR REPLACE INTO views VALUES (?, ?, ?, ?, ?)", notes)


def _noted(files: str) -> dict[str, tuple[int, int]]:
    """Return the sizes and times of a student's files as they were written; none from a damaged note."""
    try:
        return {name: (int(size), int(time)) for name, (size, time) in json.loads(files).items()}
    except (ValueError, TypeError, AttributeError):
        return {}
