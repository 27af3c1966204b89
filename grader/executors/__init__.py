"""The executors: who does the marking and the writing. One file each, found through EXECUTORS.

An executor is made with its Settings and used in a `with` block. `mark` yields one Result for every
hand-in and `write` one Written for every job, both in the order given, whatever happens to the
processes that do the work. All executors give the same bytes.
"""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING, Final, Literal, Protocol, Self

from grader.model.disclosure import Reader
from grader.model.submission import NOBODY
from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from fractions import Fraction
    from pathlib import Path
    from types import TracebackType

    from grader.gradebook.packing import PackedReport
    from grader.gradebook.verdicts import VerdictRow
    from grader.model.errors import Problem
    from grader.model.report import Override
    from grader.model.submission import Sender
    from grader.rubric.questions import Rubric

EXECUTORS: Final[Mapping[str, str]] = {
    "serial": "grader.executors.serial:Serial",
    "forked": "grader.executors.forked:Forked",
    "processes": "grader.executors.processes:Processes",
    "dask": "grader.executors.dask:Dask",
}

# What an answer may take of one worker. The slowest honest answer measured takes 2 s.
DEADLINE: Final = 10.0  # seconds of work
MEMORY: Final = 1_000_000_000  # bytes of address space
# What one student's files may take; the largest measured take 0.4 s.
WRITING: Final = 10.0  # seconds of work


@dataclass(frozen=True, slots=True)
class Settings:
    """What every executor needs to know."""

    rubric: Rubric
    version: str  # of the code, as the gradebook knows it
    store: Path | None = (
        None  # the gradebook whose verdicts are shared; without, new ones come with the results
    )
    store_readonly: bool = False  # verdicts are not kept
    jobs: int = 1
    deadline: float = DEADLINE  # seconds of work for one answer
    memory: int = MEMORY  # bytes of address space for one worker
    scheduler: str = ""  # the address of a dask scheduler


@dataclass(frozen=True, slots=True)
class HandIn:
    """One hand-in as it was found: where, and what stood in it."""

    source: str
    raw: bytes
    sender: Sender = NOBODY  # who handed it in, where that is known from elsewhere than the file and its name
    # what is known of its answers, for whoever has no gradebook at hand
    verdicts: tuple[VerdictRow, ...] = ()


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one hand-in: a report for all its students, or the problems that kept it from being read.

    `verdicts` are new ones that whoever marked could not keep.
    """

    source: str
    report: PackedReport | None = None
    problems: tuple[Problem, ...] = ()
    verdicts: tuple[VerdictRow, ...] = ()


@dataclass(frozen=True, slots=True)
class WriteJob:
    """One student's files: the report's body, and what is laid over it."""

    body: bytes
    student: str
    source: str  # of the hand-in
    stem: str
    out: Path
    formats: tuple[str, ...]
    overrides: Mapping[str, Override]
    deduction: tuple[Fraction, str]  # points for being late, and why; 0 for in time
    submitted: str = ""  # where it is known from elsewhere than the file
    notes: tuple[str, ...] = ()
    assets: Literal["shared", "inline"] = "shared"  # whether pages carry their styles and scripts themselves
    reader: Reader = Reader.STUDENT
    # sizes and times of files written before
    noted: Mapping[str, tuple[int, int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Written:
    """What one job wrote: by the files' names their sizes and times (ns), and the student's summary as text.

    `problems` say which files could not be written; without a summary ("") there is none to tell of.
    """

    student: str
    files: Mapping[str, tuple[int, int]]
    summary: str
    problems: tuple[Problem, ...] = ()


class Executor(Protocol):
    """Marks and writes; see the module's docstring."""

    def mark(self, handins: Iterable[HandIn]) -> Iterator[Result]: ...

    def write(self, jobs: Iterable[WriteJob]) -> Iterator[Written]: ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...
