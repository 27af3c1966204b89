"""What nobody would notice of a run over a class if it were not said."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from grader.batch.handedout import told
from grader.batch.preflight import some
from grader.model.identity import normal_id
from grader.readers.delivered import Delivered
from grader.readers.discovery import source_of
from grader.rubric.questions import AUTO

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from grader.batch.session import ClassRun
    from grader.model.submission import Sender
    from grader.readers.opening import Found
    from grader.rubric.questions import Rubric


def times_of(
    path: Path | None, handins: Sequence[Found | Delivered]
) -> tuple[Mapping[str, datetime], list[str]]:
    """Return when each hand-in came in, as far as a table says, and what it says of none.

    It may name them by path, or by a name that only files of one name have.
    """
    if path is None:
        return {}, []
    from grader.readers.arrivals import read_times

    times = read_times(path)
    shared = Counter(name for item in handins if isinstance(item, Delivered) for name in {*item.names})
    found: dict[str, datetime] = {}
    known: set[str] = set()
    for item in handins:
        source = item.source if isinstance(item, Delivered) else source_of(item.path)
        names = (
            [item.path.name]
            if not isinstance(item, Delivered)
            else [name for name in item.names if shared[name] == 1]
        )
        ways = [normal_id(source), *map(normal_id, names)]
        known.update(ways)
        moment = next((times[way] for way in ways if way in times), None)
        if moment is not None:
            found[source] = moment
    unused = sorted(times.keys() - known)
    if not unused:
        return found, []
    return found, [f"{path}: {len(unused)} of {len(times)} rows name no file of this run: {some(unused)}"]


def told_of_run(run: ClassRun, senders: Mapping[str, Sender]) -> Iterator[str]:
    """Yield what a teacher should know of a run that has marked everything."""
    yield from _told_unknown_times(run)
    yield from _told_senders(run, senders)
    if run.run.gone:
        yield told_gone(run.run.gone)
    yield from _told_hidden(run.rubric)
    if run.rubric.template != AUTO:  # under which it was said before
        yield from told(run.survey, taken_out=False)


def _told_unknown_times(run: ClassRun) -> Iterator[str]:
    """Say that a late rule could not be applied."""
    unknown = run.handed_in.without_time() if run.rubric.late is not None else 0
    if unknown:
        yield f"{unknown} hand-ins say nothing of when they came in and count as in time; --times takes a table"


def _told_senders(run: ClassRun, senders: Mapping[str, Sender]) -> Iterator[str]:
    """Say that folders' names tell students apart, since the same names could also be attempts of one."""
    told_apart = {student.id for sender in senders.values() for student in sender.students}
    named = sorted({standing.student for standing in run.handed_in.chosen()} & told_apart)
    if named:
        yield (
            f"{len(named)} hand-ins name nobody and have names that other folders have too; each counts as a"
            f" student of its own: {some(named)}"
        )


def _told_hidden(rubric: Rubric) -> Iterator[str]:
    """Say which rows are kept back from the students' reports."""
    hidden = [item.id for _, item in rubric.criteria if rubric.visibility_of(item) != "visible"]
    if hidden:
        yield (
            f"students' reports leave out {len(hidden)} rows that the rubric does not make visible to "
            f"them, and do not count them: {some(hidden)}"
        )


def told_gone(students: Sequence[str]) -> str:
    """Say who stands and is not among the hand-ins of the last run."""
    count = f"{len(students)} {'student' if len(students) == 1 else 'students'}"
    return (
        f"{count} of earlier runs {'is' if len(students) == 1 else 'are'} not among the files of the last one, and so "
        f"in no table, nor in a regrade, until graded again: {some(list(students))}"
    )
