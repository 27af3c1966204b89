"""What people do on the page where they decide: append-only, and each decision taken back as a whole.

An act of kind `decide` comes with overrides, one for each row that it settles. To undo it lays down what counted
before, for every row whose latest override is still that act's: what somebody has decided since is left alone.
"""

from __future__ import annotations

import json
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

from grader.gradebook.alike import alike_key, kept_report, open_rows_of
from grader.gradebook.runs import now
from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from grader.gradebook.store import Gradebook

_LATEST: Final = "(SELECT max(id) FROM overrides WHERE assignment = ? GROUP BY student, criterion)"


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that somebody did; `data` is what its kind needs."""

    kind: str
    who: str
    student: str = ""
    question: str = ""
    criterion: str = ""
    data: Any = None
    number: int = 0
    when: str = ""


@dataclass(frozen=True, slots=True)
class Laid:
    """A decision about one row of one student; `alike` settles later ones with the same key, "" this one alone.

    `ground` are the digests of the criterion and of the answer: what the decision stands on.
    """

    student: str
    criterion: str
    credit: Fraction | None
    ground: tuple[str, str]
    why: str = ""
    alike: str = ""


@dataclass(frozen=True, slots=True)
class StandingOverride:
    """The override that counts of a row."""

    number: int
    credit: Fraction | None  # None: taken back
    who: str
    when: str
    why: str
    act: int | None
    alike: str


def keep_act(book: Gradebook, assignment: str, act: Act) -> int:
    """Keep one act; return its number."""
    with book.transaction() as connection:
        cursor = connection.execute(
            'INSERT INTO acts (assignment, kind, student, question, criterion, data, who, "when")'
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                assignment, act.kind, act.student, act.question, act.criterion,
                json.dumps(act.data, ensure_ascii=True), act.who, act.when or now(),
            ),
        )  # fmt: skip
        return int(cursor.lastrowid or 0)


def acts_of(book: Gradebook, assignment: str, kinds: Iterable[str], after: int = 0) -> Iterator[Act]:
    """Yield the acts of some kinds, oldest first."""
    names = tuple(kinds)
    marks = ", ".join("?" * len(names))
    rows = book.rows(
        'SELECT kind, who, student, question, criterion, data, id, "when" FROM acts'  # noqa: S608 - question marks
        f" WHERE assignment = ? AND kind IN ({marks}) AND id > ? ORDER BY id",
        (assignment, *names, after),
    )
    return (
        Act(kind, who, student, question, criterion, json.loads(data), number, when)
        for kind, who, student, question, criterion, data, number, when in rows
    )


def standing_overrides(book: Gradebook, assignment: str) -> dict[tuple[str, str], StandingOverride]:
    """Return the latest override of every row that has one, by student and criterion, those taken back as well."""
    return _overrides(book, f"id IN {_LATEST}", assignment)


def overrides_with(book: Gradebook, act: int) -> dict[tuple[str, str], StandingOverride]:
    """Return the overrides that an act came with, by student and criterion."""
    return _overrides(book, "act = ?", act)


def _overrides(book: Gradebook, which: str, value: str | int) -> dict[tuple[str, str], StandingOverride]:
    rows = book.rows(
        'SELECT student, criterion, id, credit, who, "when", why, act, alike FROM overrides'  # noqa: S608 - literals
        f" WHERE {which} ORDER BY id",
        (value,),
    )
    return {
        (student, criterion): StandingOverride(number, _fraction(credit), *rest)
        for student, criterion, number, credit, *rest in rows
    }


def lay_down(
    book: Gradebook,
    assignment: str,
    act: Act,
    rows: Iterable[Laid],
) -> tuple[int, int]:
    """Keep an act with its overrides; return its number and how many overrides there are."""
    with book.transaction() as connection:
        when = act.when or now()
        number = keep_act(book, assignment, act)
        laid = [
            (
                assignment, row.student, row.criterion, None if row.credit is None else str(row.credit), act.who, when,
                row.why, *row.ground, number, row.alike,
            )
            for row in rows
        ]  # fmt: skip
        connection.executemany(
            'INSERT INTO overrides (assignment, student, criterion, credit, who, "when", why, rule, answer, act, alike)'
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            laid,
        )
    return number, len(laid)


@dataclass(frozen=True, slots=True)
class Undone:
    """What was taken back, by the act of which number, in how many rows, and how many have been decided since."""

    act: Act
    number: int
    rows: int
    since: int


def undo_last(book: Gradebook, assignment: str, who: str) -> Undone | None:
    """Take somebody's last decision back; None where there is none that was not taken back."""
    with book.transaction() as connection:
        row = book.row(
            "SELECT id FROM acts WHERE assignment = ? AND kind = 'decide' AND who = ? AND id NOT IN"
            " (SELECT CAST(data AS INTEGER) FROM acts WHERE assignment = ? AND kind = 'undo') ORDER BY id DESC LIMIT 1",
            (assignment, who, assignment),
        )
        if row is None:
            return None
        number = row[0]
        act = next(each for each in acts_of(book, assignment, ("decide",), number - 1))
        undo = keep_act(book, assignment, Act("undo", who, act.student, act.question, act.criterion, number))
        mine = list(
            book.rows("SELECT id, student, criterion FROM overrides WHERE act = ? ORDER BY id", (number,))
        )
        given_back = 0
        for override, _, _ in mine:
            given_back += connection.execute(
                # What counted before, or a credit of NULL where nothing did; only where nobody has decided since.
                'INSERT INTO overrides (assignment, student, criterion, credit, who, "when", why, rule, answer, act, alike)'
                " SELECT now.assignment, now.student, now.criterion, before.credit, coalesce(before.who, now.who), ?,"
                " coalesce(before.why, ''), now.rule, now.answer, ?, coalesce(before.alike, '')"
                " FROM overrides AS now LEFT JOIN overrides AS before ON before.id = (SELECT max(id) FROM overrides"
                "  WHERE assignment = now.assignment AND student = now.student AND criterion = now.criterion AND id < now.id)"
                " WHERE now.id = ? AND NOT EXISTS (SELECT 1 FROM overrides AS later WHERE later.assignment = now.assignment"
                "  AND later.student = now.student AND later.criterion = now.criterion AND later.id > now.id)",
                (now(), undo, override),
            ).rowcount
        return Undone(act, undo, given_back, len(mine) - given_back)


def settle_alike(book: Gradebook, assignment: str) -> int:
    """Decide rows that arrived since as people decided equal ones; return how many.

    A row is settled by the latest decision under its key, if that was not taken back. One that a person has decided
    or taken back by itself is left alone.
    """
    decided = {
        key: (_fraction(credit), why, who)
        for key, credit, why, who in book.rows(
            "SELECT alike, credit, why, who FROM overrides WHERE id IN (SELECT max(id) FROM overrides"
            " WHERE assignment = ? AND alike <> '' GROUP BY alike)"
            " AND id IN (SELECT max(id) FROM overrides GROUP BY assignment, student, criterion) AND credit IS NOT NULL",
            (assignment,),
        )
    }
    if not decided:
        return 0
    found: dict[str, list[Laid]] = {}
    known = standing_overrides(book, assignment)
    for student, row, key, ground in _waiting(book, assignment):
        if (student, row) not in known and key in decided:
            credit, why, who = decided[key]
            found.setdefault(who, []).append(Laid(student, row, credit, ground, why, key))
    with book.transaction():
        return sum(lay_down(book, assignment, Act("arrived", who), rows)[1] for who, rows in found.items())


def _waiting(book: Gradebook, assignment: str) -> Iterator[tuple[str, str, str, tuple[str, str]]]:
    """Yield every row that awaits a person: student, criterion, key, and the digests of criterion and answer."""
    reports = list(
        book.rows(
            "SELECT report, group_concat(student, char(10)) FROM standings WHERE assignment = ? AND present AND EXISTS"
            " (SELECT 1 FROM outcomes WHERE outcomes.report = standings.report AND credit IS NULL) GROUP BY report",
            (assignment,),
        )
    )
    rules: dict[str, Mapping[str, str]] = {}
    for number, students in reports:
        report, known = kept_report(book, number, rules)
        answers = dict(book.rows("SELECT criterion, answer FROM outcomes WHERE report = ?", (number,)))
        for question, row in open_rows_of(report):
            rule = known.get(row["id"], "")
            key = alike_key(question, row, rule)
            for student in students.split("\n"):
                yield student, row["id"], key, (rule, answers.get(row["id"], ""))


def _fraction(text: str | None) -> Fraction | None:
    return None if text is None else Fraction(text)
