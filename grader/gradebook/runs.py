"""Runs and reports: what was marked, under which rubric, and what stands for each student."""

from __future__ import annotations

import json
import zlib
from collections import Counter
from datetime import UTC, datetime
from fractions import Fraction
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from grader.gradebook.packing import OutcomeRow, PackedReport, unpack
from grader.gradebook.verdicts import KEEP
from grader.model.outcome import Reason
from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from grader.gradebook.store import Gradebook
    from grader.gradebook.verdicts import VerdictRow
    from grader.rubric.questions import Rubric


@dataclass(frozen=True, slots=True)
class Known:
    """A report the gradebook holds, as far as choosing and reusing it needs."""

    id: int
    source: str
    content: str  # digest of the file
    students: tuple[str, ...]
    submitted: str
    low: str
    high: str
    faults: tuple[tuple[str, str], ...] = ()  # criteria that failed by our fault, and what happened


@dataclass(frozen=True, slots=True)
class Deduction:
    """What a student loses for handing in late, and why; `due` is a due date of their own, "" without one.

    `spent` are days taken from a budget.
    """

    points: Fraction
    said: str = ""
    due: str = ""
    spent: int = 0

    def to_json(self) -> str:
        return json.dumps([str(self.points), self.said, self.due, *([self.spent] if self.spent else [])])

    @classmethod
    def from_json(cls, text: str | None) -> Deduction | None:
        """Return what `to_json` wrote, None where nothing is known."""
        if text is None:
            return None
        points, said, due, *spent = json.loads(text)
        return cls(Fraction(points), said, due, *spent)


@dataclass(frozen=True, slots=True)
class StudentStanding:
    """The report that stands for a student, and what is taken off it; None where that is not known."""

    student: str
    place: int
    report: int
    deduction: Deduction | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """What stood for a student before and after a run; `before` is None where nothing stood."""

    student: str
    before: int | None
    after: int
    deduction_before: Deduction | None
    deduction_after: Deduction | None


class Run:
    """One run over a class under one rubric and one version of the grader."""

    def __init__(
        self, book: Gradebook, rubric: Rubric, version: str, kind: str, *, fresh: bool = False
    ) -> None:
        self.book, self.rubric, self.version, self.kind, self.fresh = book, rubric, version, kind, fresh
        self.gone: tuple[str, ...] = ()  # who stood before and handed in nothing this time
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

    def key(self, source: str, content: str, sender: str = "") -> str:
        """Return the key of a report: equal keys, equal bytes."""
        return report_key(source, content, self.rubric, self.version, sender)

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
        return self._known("key", key)

    def add(
        self, made: Sequence[tuple[str, str, bytes, PackedReport]], verdicts: Iterable[VerdictRow] = ()
    ) -> list[Known]:
        """Keep reports in one transaction, each with its key, its content's digest and the content itself.

        `verdicts` are those that came with them.
        """
        known = []
        with self.book.transaction() as connection:
            connection.executemany(KEEP, verdicts)
            for key, content, raw, report in made:
                found = self._known("id", self._add(key, content, raw, report))
                assert found is not None  # noqa: S101 - its number came from there
                known.append(found)
        return known

    def _add(self, key: str, content: str, raw: bytes, report: PackedReport) -> int:
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
            (number,) = connection.execute("SELECT id FROM reports WHERE key = ?", (key,)).fetchone()
            if not self.fresh:
                return int(number)
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
            ((number, *row) for row in report.outcomes),
        )
        return int(number)

    def stand(self, standings: Iterable[StudentStanding]) -> Counter[str]:
        """Make these reports the standing ones and note what they were before.

        Returns how many students are new, changed and unchanged.
        """
        counts: Counter[str] = Counter(new=0, changed=0, unchanged=0)
        with self.book.transaction() as connection:
            for standing in standings:
                row = connection.execute(
                    "SELECT report, deduction FROM standings WHERE assignment = ? AND student = ?",
                    (self.rubric.id, standing.student),
                ).fetchone()
                before, old = (None, None) if row is None else row
                new = None if standing.deduction is None else standing.deduction.to_json()
                if before != standing.report or old != new:
                    connection.execute(
                        "INSERT INTO changes VALUES (?, ?, ?, ?, ?, ?)",
                        (self.id, standing.student, before, standing.report, old, new),
                    )
                counts[
                    "new" if before is None else "changed" if before != standing.report else "unchanged"
                ] += 1
                connection.execute(
                    "INSERT OR REPLACE INTO standings VALUES (?, ?, ?, ?, ?, 1, ?)",
                    (self.rubric.id, standing.student, standing.place, standing.report, self.id, new),
                )
            if self.kind == "grade":
                self._note_who_is_gone()
        return counts

    def _note_who_is_gone(self) -> None:
        """Note which students of earlier runs were not among the files of this one."""
        others = "assignment = ? AND run <> ? AND present"
        rows = self.book.rows(
            f"SELECT student FROM standings WHERE {others} ORDER BY place, student",  # noqa: S608 - a literal
            (self.rubric.id, self.id),
        )
        self.gone = tuple(student for (student,) in rows)
        self.book.connection.execute(
            f"UPDATE standings SET present = 0 WHERE {others}",  # noqa: S608 - as above
            (self.rubric.id, self.id),
        )

    def changed(self) -> Iterator[Change]:
        """Yield whose standing this run changed."""
        rows = self.book.rows(
            "SELECT student, before, after, deduction_before, deduction_after FROM changes"
            " WHERE run = ? ORDER BY student",
            (self.id,),
        )
        return (Change(*row[:3], *map(Deduction.from_json, row[3:])) for row in rows)

    def undo(self, other: int) -> int:
        """Give back to every student what stood before another run, where nothing has changed it since.

        Returns how many students it concerned; students who were new in that run keep their reports.
        """
        rows = list(
            self.book.rows(
                "SELECT changes.student, changes.before, changes.after, coalesce(handins.place, standings.place),"
                " deduction_before, deduction_after FROM changes JOIN standings"
                " ON standings.student = changes.student AND standings.report = changes.after"
                " AND standings.deduction IS changes.deduction_after"
                " JOIN reports ON reports.id = changes.before"
                " LEFT JOIN handins ON handins.assignment = standings.assignment"
                " AND handins.student = changes.student AND handins.source = reports.source"
                " WHERE changes.run = ? AND standings.assignment = ?",
                (other, self.rubric.id),
            )
        )
        with self.book.transaction() as connection:
            connection.execute("UPDATE runs SET undoes = ? WHERE id = ?", (other, self.id))
            for student, before, after, place, old, new in rows:
                connection.execute(
                    "INSERT INTO changes VALUES (?, ?, ?, ?, ?, ?)",
                    (self.id, student, after, before, new, old),
                )
                connection.execute(
                    "UPDATE standings SET report = ?, place = ?, run = ?, deduction = ?"
                    " WHERE assignment = ? AND student = ?",
                    (before, place, self.id, old, self.rubric.id, student),
                )
                self._give_back_due(student, Deduction.from_json(old))
        return len(rows)

    def _give_back_due(self, student: str, deduction: Deduction | None) -> None:
        if deduction is None:
            return
        connection, key = self.book.connection, (self.rubric.id, student)
        connection.execute("DELETE FROM due WHERE assignment = ? AND student = ?", key)
        if deduction.due:
            connection.execute("INSERT INTO due VALUES (?, ?, ?)", (*key, deduction.due))

    def finish(self, *, marked: int, reused: int, failed: int, seconds: float) -> None:
        """Note that the run came to its end, and with what."""
        with self.book.transaction() as connection:
            connection.execute(
                "UPDATE runs SET finished = ?, marked = ?, reused = ?, failed = ?, seconds = ? WHERE id = ?",
                (now(), marked, reused, failed, seconds, self.id),
            )

    def _known(self, column: str, value: str | int) -> Known | None:
        row = self.book.row(
            "SELECT id, source, content, submitted, low, high,"  # noqa: S608 - two literals
            " (SELECT json_group_array(id) FROM (SELECT id FROM students WHERE report = reports.id ORDER BY place)),"
            " EXISTS (SELECT 1 FROM outcomes WHERE report = reports.id AND reason = ?)"
            f" FROM reports WHERE {column} = ?",
            (Reason.FAULT.value, value),
        )
        if row is None:
            return None
        report, *rest, students, failed = row
        source, content, submitted, low, high = rest
        faults = tuple(self._faults(report)) if failed else ()
        return Known(report, source, content, tuple(json.loads(students)), submitted, low, high, faults)

    def _faults(self, report: int) -> Iterator[tuple[str, str]]:
        """Yield what failed by our fault; the words are in the report's body, which few reports need opened."""
        for question in unpack(body_of(self.book, report)).questions:
            for row in question.criteria:
                if row.reason == Reason.FAULT.value:
                    yield row.id, row.evidence[0].fault if row.evidence else ""


def report_key(source: str, content: str, rubric: Rubric, version: str, sender: str = "") -> str:
    """Return the key of the report of a hand-in, by the digest of its content."""
    said = f"{source}\n{content}\n{rubric.digest}\n{version}" + (f"\n{sender}" if sender else "")
    return sha256(said.encode("utf-8", "surrogatepass")).hexdigest()


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


def body_of(book: Gradebook, report: int, *, trusted: bool = False) -> bytes:
    """Return a report as it was packed; one that is only compared may be `trusted`."""
    row = book.row("SELECT body FROM reports WHERE id = ?", (report,))
    if row is None:
        raise KeyError(report)
    body: bytes = row[0]
    if not trusted:
        with book.guarded():
            zlib.decompress(body)  # whoever gets it may trust it: zlib carries a checksum
    return body


def standings_of(book: Gradebook, assignment: str) -> Iterator[StudentStanding]:
    """Yield what stands for each student of the last run over the class, in its order."""
    rows = book.rows(
        "SELECT student, place, report, deduction FROM standings WHERE assignment = ? AND present"
        " ORDER BY place, student",
        (assignment,),
    )
    return (
        StudentStanding(student, place, report, Deduction.from_json(taken))
        for student, place, report, taken in rows
    )


def spent_elsewhere(book: Gradebook, assignment: str) -> dict[str, int]:
    """Return the late days that students took from a budget in the other assignments."""
    found: dict[str, int] = {}
    rows = book.rows(
        "SELECT student, deduction FROM standings WHERE assignment != ? AND deduction IS NOT NULL",
        (assignment,),
    )
    for student, kept in rows:
        taken = Deduction.from_json(kept)
        if taken is not None and taken.spent:
            found[student] = found.get(student, 0) + taken.spent
    return found


def gone_of(book: Gradebook, assignment: str) -> tuple[str, ...]:
    """Return who stands and was not among the files of the last run over the class."""
    rows = book.rows(
        "SELECT student FROM standings WHERE assignment = ? AND NOT present ORDER BY place, student",
        (assignment,),
    )
    return tuple(student for (student,) in rows)


def last_change(book: Gradebook, assignment: str) -> int | None:
    """Return the last applied regrade that stands for somebody and was not taken back; None without one."""
    row = book.row(
        "SELECT max(runs.id) FROM runs JOIN changes ON changes.run = runs.id"
        " WHERE runs.assignment = ? AND runs.kind = 'regrade' AND changes.before IS NOT NULL"
        " AND NOT EXISTS (SELECT 1 FROM runs AS later WHERE later.undoes = runs.id)"
        " AND changes.after = (SELECT report FROM standings"
        "  WHERE standings.assignment = runs.assignment AND standings.student = changes.student)",
        (assignment,),
    )
    return None if row is None else row[0]


def unfinished_undo(book: Gradebook, assignment: str) -> int | None:
    """Return the run that the last run undid and was stopped before all reports were written; None if it was not."""
    row = book.row(
        "SELECT kind, finished, undoes FROM runs WHERE assignment = ? ORDER BY id DESC LIMIT 1", (assignment,)
    )
    return row[2] if row is not None and row[0] == "undo" and row[1] is None else None


def handed_in(book: Gradebook, assignment: str) -> Iterator[tuple[str, str, str]]:
    """Yield source, content and sender (`Sender.key`) of every hand-in of the class as it was last graded, in the order of the files."""
    rows = book.rows(
        "SELECT source, content, min(handins.place) AS first, max(sender) FROM handins"
        " JOIN standings USING (assignment, student) WHERE assignment = ? AND present"
        " GROUP BY source, content ORDER BY first, source",
        (assignment,),
    )
    return ((source, content, sender) for source, content, _, sender in rows)


def repeated(book: Gradebook, assignment: str) -> frozenset[str]:
    """Return the students who handed in more than one file."""
    rows = book.rows(
        "SELECT student FROM handins WHERE assignment = ? GROUP BY student HAVING count(DISTINCT source) > 1",
        (assignment,),
    )
    return frozenset(student for (student,) in rows)


def content_of(book: Gradebook, content: str) -> bytes:
    """Return a hand-in as it was handed in, by its digest."""
    row = book.row("SELECT raw FROM contents WHERE digest = ?", (content,))
    if row is None:
        raise KeyError(content)
    with book.guarded():
        return zlib.decompress(row[0])


def rules_of(book: Gradebook, digest: str) -> Mapping[str, Mapping[str, Any]]:
    """Return the criteria of a rubric the gradebook has seen, by id; empty for one it has not."""
    row = book.row("SELECT criteria FROM rubrics WHERE digest = ?", (digest,))
    found: dict[str, dict[str, Any]] = json.loads(row[0]) if row else {}
    return found
