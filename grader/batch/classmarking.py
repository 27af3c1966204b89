"""From files to reports in the gradebook; what is already there is not marked again."""

from __future__ import annotations

import time
from collections import deque
from dataclasses import field
from hashlib import sha256
from itertools import chain, islice
from pathlib import PurePath
from typing import TYPE_CHECKING, Final

from grader.batch.unread import unread_report
from grader.executors import HandIn
from grader.gradebook.runs import report_key
from grader.model.errors import Problem
from grader.model.identity import normal_id
from grader.model.submission import NOBODY, Sender, Student
from grader.readers.files import named_by
from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Container, Iterable, Iterator

    from grader.executors import Executor, Result
    from grader.gradebook import Gradebook
    from grader.gradebook.packing import PackedReport
    from grader.gradebook.runs import Known, Run
    from grader.rubric.questions import Rubric

# What a killed run can lose: this many reports, or what was marked in this time.
KEPT_TOGETHER: Final = 64
KEPT_EVERY: Final = 0.5  # seconds
KEPT_BYTES: Final = 32_000_000  # of hand-ins, which wait in memory
# So many hand-ins are looked at before what is known among them is passed on, so that memory stays flat.
AT_ONCE: Final = 1_000
# What the keys of reports end with that only say that a file could not be read: it is tried again each time.
_UNREAD: Final = "-unread"


@dataclass(frozen=True, slots=True)
class Marked:
    """One hand-in after marking: its report in the gradebook, or what kept it from being read."""

    place: int  # in the order of the files
    source: str
    known: Known | None = None
    reused: bool = False
    problems: tuple[Problem, ...] = ()
    unread: bool = False  # whether its report only says that it could not be read
    sender: Sender = NOBODY

    @classmethod
    def as_known(cls, place: int, known: Known, sender: Sender, *, reused: bool = False) -> Marked:
        """Return a hand-in that has a report; what failed in it by our fault is said each time."""
        problems = [
            Problem(known.source, 0, 0, f"criterion {criterion!r} awaits review: {said}")
            for criterion, said in known.faults
        ]
        return cls(place, known.source, known, reused, tuple(problems), sender=sender)


@dataclass(frozen=True, slots=True)
class Unopened:
    """A file that was handed in and could not be opened, or not be taken apart, and why."""

    source: str
    problems: tuple[Problem, ...]
    sender: Sender = NOBODY


@dataclass(frozen=True, slots=True)
class SeenHandIn:
    """A file that a run before has read and that is as it was; it is read again only where it must be marked anew."""

    source: str
    content: str  # digest of what it holds
    sender: Sender
    read: Callable[[], Iterator[HandIn | Unopened]]


@dataclass(slots=True)
class _Waiting:
    """A hand-in whose result is not there yet."""

    place: int
    handin: HandIn
    content: str
    key: str


@dataclass(slots=True)
class ClassMarking:
    """Marks hand-ins in order. `find` may know reports from elsewhere than the run's own gradebook."""

    run: Run
    executor: Executor
    find: Callable[[str], Known | None]
    _queue: deque[Marked | _Waiting] = field(default_factory=deque)
    _made: list[tuple[_Waiting, Result, PackedReport]] = field(default_factory=list)
    _last_kept: float = field(default_factory=time.monotonic)
    _seen: int = 0
    _weight: int = 0  # bytes of the hand-ins in `_made`

    def of_handins(self, handins: Iterable[HandIn | Unopened | SeenHandIn]) -> Iterator[Marked]:
        """Yield what becomes of each hand-in, in order; every report is in the gradebook before it is yielded."""
        rest = iter(handins)
        seen = -1
        while seen < self._seen:
            seen = self._seen
            yield from self._of_some(islice(rest, AT_ONCE))

    def _of_some(self, handins: Iterable[HandIn | Unopened | SeenHandIn]) -> Iterator[Marked]:
        for result in self.executor.mark(self._unknown(handins)):
            yield from self._settled()
            waiting = self._queue.popleft()
            assert isinstance(waiting, _Waiting)  # noqa: S101 - what is settled stood before it
            self._made.append(
                (waiting, result, result.report or self._unread(waiting.handin, result.problems))
            )
            self._weight += len(waiting.handin.raw)
            if (
                len(self._made) >= KEPT_TOGETHER
                or self._weight > KEPT_BYTES
                or time.monotonic() - self._last_kept > KEPT_EVERY
            ):
                yield from self._keep()
        yield from self._settled()
        yield from self._keep()

    def _unknown(self, handins: Iterable[HandIn | Unopened | SeenHandIn]) -> Iterator[HandIn]:
        """Queue every hand-in, and yield those that must be marked."""
        for handin in handins:
            if isinstance(handin, SeenHandIn):
                yield from self._unknown_of_seen(handin)
                continue
            place, self._seen = self._seen, self._seen + 1
            if isinstance(handin, Unopened):
                self._queue.append(self._kept_unopened(place, handin))
                continue
            content = sha256(handin.raw).hexdigest()
            key = self.run.key(handin.source, content, handin.sender.key)
            known = None if self.run.fresh else self.find(key)
            if known is not None:
                self._queue.append(Marked.as_known(place, known, handin.sender, reused=True))
            else:
                self._queue.append(_Waiting(place, handin, content, key))
                yield handin

    def _unknown_of_seen(self, handin: SeenHandIn) -> Iterator[HandIn]:
        """Queue a file of which a report is known without reading it; read it where there is none."""
        known = None
        if not self.run.fresh:
            known = self.find(self.run.key(handin.source, handin.content, handin.sender.key))
        if known is None:
            yield from self._unknown(handin.read())
            return
        self._queue.append(Marked.as_known(self._seen, known, handin.sender, reused=True))
        self._seen += 1

    def _settled(self) -> Iterator[Marked]:
        """Yield what stands first in the queue and needs no marking."""
        if self._queue and isinstance(self._queue[0], Marked):
            yield from self._keep()
        while self._queue and isinstance(self._queue[0], Marked):
            first = self._queue.popleft()
            assert isinstance(first, Marked)  # noqa: S101 - looked at above
            yield first

    def _keep(self) -> Iterator[Marked]:
        """Write the finished reports into the gradebook, then yield them."""
        made, self._made, self._weight = self._made, [], 0
        unread = {waiting.place: result.problems for waiting, result, _ in made if result.report is None}
        self._last_kept = time.monotonic()
        if not made:
            return
        kept = self.run.add(
            [
                (
                    f"{waiting.key}{_UNREAD if waiting.place in unread else ''}",
                    waiting.content,
                    waiting.handin.raw,
                    report,
                )
                for waiting, _, report in made
            ],
            chain.from_iterable(result.verdicts for _, result, _ in made),
        )
        for (waiting, _, _), known in zip(made, kept, strict=True):
            if waiting.place in unread:
                yield Marked(
                    waiting.place, known.source, known,
                    problems=unread[waiting.place], unread=True, sender=waiting.handin.sender,
                )  # fmt: skip
            else:
                yield Marked.as_known(waiting.place, known, waiting.handin.sender)

    def _unread(self, handin: HandIn | Unopened, problems: tuple[Problem, ...]) -> PackedReport:
        return unread_report(self.run.rubric, handin.source, handin.sender, problems)

    def _kept_unopened(self, place: int, file: Unopened) -> Marked:
        """Keep the report of a file of which nothing could be taken."""
        content = sha256(b"").hexdigest()
        key = f"{self.run.key(file.source, content, file.sender.key)}{_UNREAD}"
        (known,) = self.run.add([(key, content, b"", self._unread(file, file.problems))])
        return Marked(place, file.source, known, problems=file.problems, unread=True, sender=file.sender)


def count_new(
    book: Gradebook,
    handins: Iterable[HandIn | Unopened | SeenHandIn],
    rubric: Rubric,
    version: str,
    enough: int,
) -> int:
    """Return how many hand-ins a gradebook has no report for; it stops looking at `enough`."""
    count = 0
    for item in handins:
        if not isinstance(item, Unopened):
            content = sha256(item.raw).hexdigest() if isinstance(item, HandIn) else item.content
            key = report_key(item.source, content, rubric, version, item.sender.key)
            count += book.row("SELECT 1 FROM reports WHERE key = ?", (key,)) is None
            if count >= enough:
                break
    return count


def senders_of(sources: Collection[str], known: Container[str] = ()) -> dict[str, Sender]:
    """Return, by source, the students whose files have one name and stand in different folders.

    Their folders tell them apart, as in what learning platforms give out (`ada/answers.md`,
    `ben/answers.md`). A name that is `known` as a student's id is that student's wherever it stands.
    """
    alike: dict[str, list[str]] = {}
    for source in sources:
        alike.setdefault(named_by(source), []).append(source)
    senders = {}
    for name, same in alike.items():
        if len(same) < 2 or name in known or len({PurePath(source).parent for source in same}) < 2:
            continue
        shared = _shared_parts([PurePath(source).parent.parts for source in same])
        for source in same:
            parts = PurePath(source).with_suffix("").parts
            own = normal_id(PurePath(*parts[shared:]).as_posix())
            senders[source] = Sender(students=(Student(id=own),))
    return senders


def _shared_parts(folders: list[tuple[str, ...]]) -> int:
    """Return how many components at their beginning all folders have in common."""
    same = [len(set(level)) == 1 for level in zip(*folders, strict=False)]
    return same.index(False) if False in same else len(same)
