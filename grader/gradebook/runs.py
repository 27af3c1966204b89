"""Runs and reports: what was marked, under which rubric, and what stands for each student."""

from __future__ import annotations

import json
import zlib
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from grader.gradebook.packing import OutcomeRow, PackedReport

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from grader.gradebook.store import Gradebook
    from grader.rubric import Rubric


@dataclass(frozen=True, slots=True)
class Known:
    """A report the gradebook holds, as far as choosing and reusing it needs."""

    id: int
    source: str
    students: tuple[str, ...]
    submitted: str
    low: str


@dataclass(frozen=True, slots=True)
class Standing:
    """The report that stands for a student."""

    student: str
    place: int
    report: int


class Run:
    """One run over a class under one rubric and one version of the grader."""

    def __init__(
        self, book: Gradebook, rubric: Rubric, version: str, kind: str, *, fresh: bool = False
    ) -> None:
        self.book, self.rubric, self.version, self.fresh = book, rubric, version, fresh
        with book.transaction() as connection:
            # Other versions' verdicts would never be asked for again.
            connection.execute("DELETE FROM verdicts WHERE version <> ? OR ?", (version, fresh))
            connection.execute(
                "INSERT OR IGNORE INTO rubrics VALUES (?, ?, ?)",
                (rubric.digest, rubric.id, json.dumps(criteria_of(rubric))),
            )
            cursor = connection.execute(
                "INSERT INTO runs (kind, assignment, rubric, version, started) VALUES (?, ?, ?, ?, ?)",
                (kind, rubric.id, rubric.digest, version, now()),
            )
            self.id = cursor.lastrowid or 0

    def key(self, source: str, content: str) -> str:
        """Return the key of a report: equal keys, equal bytes."""
        return sha256(
            f"{source}\n{content}\n{self.rubric.digest}\n{self.version}".encode("utf-8", "surrogatepass")
        ).hexdigest()

    def borrow(self, other: Gradebook, key: str) -> Known | None:
        """Take a report over from another gradebook, None where that has none under this key either."""
        row = other.row(
            "SELECT id, source, submitted, low, high, body, seconds, content FROM reports WHERE key = ?",
            (key,),
        )
        if row is None:
            return None
        number, source, submitted, low, high, body, seconds, content = row
        students = other.rows(
            "SELECT id, name, email FROM students WHERE report = ? ORDER BY place", (number,)
        )
        outcomes = other.rows(
            "SELECT criterion, credit, reason, answer FROM outcomes WHERE report = ?", (number,)
        )
        packed = PackedReport(
            source, tuple(students), submitted, low, high, tuple(OutcomeRow(*each) for each in outcomes), body, seconds
        )  # fmt: skip
        return self.add([(key, content, b"", packed)])[0]

    def find(self, key: str) -> Known | None:
        """Return the report that was already made under a key."""
        row = self.book.row("SELECT id, source, submitted, low FROM reports WHERE key = ?", (key,))
        return None if row is None else Known(row[0], row[1], self._students(row[0]), row[2], row[3])

    def add(self, made: Sequence[tuple[str, str, bytes, PackedReport]]) -> list[Known]:
        """Keep reports in one transaction, each with its key, its content's digest and the content itself."""
        known = []
        with self.book.transaction():
            for key, content, raw, report in made:
                known.append(self._add(key, content, raw, report))
        return known

    def _add(self, key: str, content: str, raw: bytes, report: PackedReport) -> Known:
        connection = self.book.connection
        connection.execute("INSERT OR IGNORE INTO contents VALUES (?, ?)", (content, zlib.compress(raw, 1)))
        cursor = connection.execute(
            "INSERT OR IGNORE INTO reports (key, assignment, source, content, rubric, version, run, submitted,"
            " low, high, body, seconds) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                key, self.rubric.id, report.source, content, self.rubric.digest, self.version, self.id,
                report.submitted, report.low, report.high, report.body, report.seconds,
            ),
        )  # fmt: skip
        number = cursor.lastrowid or 0
        if not cursor.rowcount:  # marked anew on purpose, or another run on the same gradebook was quicker
            found = self.find(key)
            assert found is not None  # noqa: S101 - the key is what kept it from being added
            if not self.fresh:
                return found
            number = found.id
            connection.execute(
                "UPDATE reports SET run = ?, submitted = ?, low = ?, high = ?, body = ?, seconds = ? WHERE id = ?",
                (self.id, report.submitted, report.low, report.high, report.body, report.seconds, number),
            )
            for table in ("students", "outcomes"):
                connection.execute(f"DELETE FROM {table} WHERE report = ?", (number,))  # noqa: S608 - two literals
        connection.executemany(
            "INSERT INTO students VALUES (?, ?, ?, ?, ?)",
            ((number, place, *student) for place, student in enumerate(report.students)),
        )
        connection.executemany(
            "INSERT INTO outcomes VALUES (?, ?, ?, ?, ?)",
            ((number, row.criterion, row.credit, row.reason, row.answer) for row in report.outcomes),
        )
        ids = tuple(student for student, _, _ in report.students)
        return Known(number, report.source, ids, report.submitted, report.low)

    def stand(self, standings: Iterable[Standing]) -> Counter[str]:
        """Make these reports the standing ones and note what they were before.

        Returns how many students are new, changed and unchanged.
        """
        counts: Counter[str] = Counter(new=0, changed=0, unchanged=0)
        with self.book.transaction() as connection:
            for standing in standings:
                row = connection.execute(
                    "SELECT report FROM standings WHERE assignment = ? AND student = ?",
                    (self.rubric.id, standing.student),
                ).fetchone()
                before = None if row is None else row[0]
                if before != standing.report:
                    connection.execute(
                        "INSERT INTO changes VALUES (?, ?, ?, ?)",
                        (self.id, standing.student, before, standing.report),
                    )
                counts[
                    "new" if before is None else "changed" if before != standing.report else "unchanged"
                ] += 1
                connection.execute(
                    "INSERT OR REPLACE INTO standings VALUES (?, ?, ?, ?, ?)",
                    (self.rubric.id, standing.student, standing.place, standing.report, self.id),
                )
        return counts

    def changed(self) -> Iterator[tuple[str, int | None, int]]:
        """Yield whose standing this run changed: the student, the report before (None: there was none) and after."""
        rows = self.book.rows(
            "SELECT student, before, after FROM changes WHERE run = ? ORDER BY student", (self.id,)
        )
        return ((student, before, after) for student, before, after in rows)

    def undo(self, other: int) -> int:
        """Give back to every student what stood before another run, where nothing has changed it since.

        Returns how many students it concerned; students who were new in that run keep their reports.
        """
        rows = list(
            self.book.rows(
                "SELECT changes.student, changes.before, changes.after FROM changes JOIN standings"
                " ON standings.student = changes.student AND standings.report = changes.after"
                " WHERE changes.run = ? AND standings.assignment = ? AND changes.before IS NOT NULL",
                (other, self.rubric.id),
            )
        )
        with self.book.transaction() as connection:
            for student, before, after in rows:
                connection.execute(
                    "INSERT INTO changes VALUES (?, ?, ?, ?)", (self.id, student, after, before)
                )
                connection.execute(
                    "UPDATE standings SET report = ?, run = ? WHERE assignment = ? AND student = ?",
                    (before, self.id, self.rubric.id, student),
                )
        return len(rows)

    def known(self, report: int) -> Known:
        """Return a report by its number."""
        row = self.book.row("SELECT id, source, submitted, low FROM reports WHERE id = ?", (report,))
        if row is None:
            raise KeyError(report)
        return Known(row[0], row[1], self._students(row[0]), row[2], row[3])

    def finish(self, *, marked: int, reused: int, failed: int, seconds: float) -> None:
        """Note that the run came to its end, and with what."""
        with self.book.transaction() as connection:
            connection.execute(
                "UPDATE runs SET finished = ?, marked = ?, reused = ?, failed = ?, seconds = ? WHERE id = ?",
                (now(), marked, reused, failed, seconds, self.id),
            )

    def _students(self, report: int) -> tuple[str, ...]:
        rows = self.book.rows("SELECT id FROM students WHERE report = ? ORDER BY place", (report,))
        return tuple(row[0] for row in rows)


def now() -> str:
    """Return the time as the gradebook writes it."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def criteria_of(rubric: Rubric) -> dict[str, dict[str, Any]]:
    """Return what differences are told by: each criterion's question, points and rule."""
    return {
        criterion.id: {
            "question": question.id,
            "title": criterion.title,
            "points": str(criterion.points),
            "rule": criterion.digest,
        }
        for question, criterion in rubric.criteria
    }


def body_of(book: Gradebook, report: int) -> bytes:
    """Return a report as it was packed."""
    row = book.row("SELECT body FROM reports WHERE id = ?", (report,))
    if row is None:
        raise KeyError(report)
    body: bytes = row[0]
    return body


def standings_of(book: Gradebook, assignment: str) -> Iterator[Standing]:
    """Yield what stands for each student, in the order of the class."""
    rows = book.rows(
        "SELECT student, place, report FROM standings WHERE assignment = ? ORDER BY place, student",
        (assignment,),
    )
    return (Standing(*row) for row in rows)


def last_change(book: Gradebook, assignment: str) -> int | None:
    """Return the last run that changed what stood for somebody, and that is no undoing itself; None without one."""
    row = book.row(
        "SELECT max(runs.id) FROM runs JOIN changes ON changes.run = runs.id"
        " WHERE runs.assignment = ? AND runs.kind <> 'undo' AND changes.before IS NOT NULL"
        " AND changes.after = (SELECT report FROM standings"
        "  WHERE standings.assignment = runs.assignment AND standings.student = changes.student)",
        (assignment,),
    )
    return None if row is None else row[0]


def handed_in(book: Gradebook, assignment: str) -> Iterator[tuple[str, str]]:
    """Yield source and content of every hand-in that stands for somebody, in the order of the class."""
    rows = book.rows(
        "SELECT source, content, min(standings.place) AS place FROM standings"
        " JOIN reports ON reports.id = standings.report WHERE standings.assignment = ?"
        " GROUP BY source, content ORDER BY place, source",
        (assignment,),
    )
    return ((source, content) for source, content, _ in rows)


def content_of(book: Gradebook, content: str) -> bytes:
    """Return a hand-in as it was handed in, by its digest."""
    row = book.row("SELECT raw FROM contents WHERE digest = ?", (content,))
    if row is None:
        raise KeyError(content)
    return zlib.decompress(row[0])


def rules_of(book: Gradebook, digest: str) -> Mapping[str, Mapping[str, Any]]:
    """Return the criteria of a rubric the gradebook has seen, by id; empty for one it has not."""
    row = book.row("SELECT criteria FROM rubrics WHERE digest = ?", (digest,))
    found: dict[str, dict[str, Any]] = json.loads(row[0]) if row else {}
    return found
