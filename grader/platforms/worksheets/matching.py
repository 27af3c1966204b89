"""Who of a gradebook is who of a table: by id, by address, by the name as a whole. No name is ever guessed at.

Whatever names a student must name one row, and nothing of it another: where an id belongs to one row and the name or
the address to another, nobody is taken, and both are named.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from grader.model.identity import normal_id

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from grader.model.submission import Student
    from grader.platforms.worksheets.contract import Listed

_ID, _EMAIL, BY_NAME = "id", "e-mail address", "name"
_ORDER: Final = (_ID, _EMAIL, BY_NAME)


class Match(NamedTuple):
    """The row that a student is and by what, or why there is none; all empty where nothing of theirs is known."""

    listed: Listed | None = None
    why: str = ""
    by: str = ""


def folded_name(name: str) -> str:
    """Return a name so that spellings of it compare: `Lindqvist, Ada` is `ada lindqvist`; letters stay what they are."""
    last, comma, first = name.partition(",")
    turned = f"{first} {last}" if comma and "," not in first else name
    return normal_id(turned).casefold()


class Register:
    """The students of a table, by all that names them."""

    def __init__(self, students: Iterable[Listed]) -> None:
        self.students = tuple(students)
        self._by: dict[str, dict[str, list[Listed]]] = {kind: {} for kind in _ORDER}
        for listed in self.students:
            for kind, key in _keys_of(listed):
                rows = self._by[kind].setdefault(key, [])
                if not rows or rows[-1] is not listed:
                    rows.append(listed)

    def doubles(self) -> Iterator[tuple[str, str, tuple[Listed, ...]]]:
        """Yield the ids and addresses that several rows have, as what they are, what they say, and the rows."""
        for kind in (_ID, _EMAIL):
            for key, rows in self._by[kind].items():
                if len(rows) > 1 and not key.startswith("\n"):
                    yield kind, key, tuple(rows)

    def find(self, student: Student, *also: Listed) -> Match:
        """Return the row that a student is. `also` are rows of other tables that are the same student."""
        found = [
            (kind, key, rows)
            for kind, key in _keys_of_student(student, also)
            if (rows := self._rows(kind, key))
        ]
        if not found:
            return Match()
        kind, key, rows = min(found, key=lambda item: (_ORDER.index(item[0]), len(item[2])))
        if len(rows) > 1:
            lines = " and ".join(f"line {row.line}" for row in rows)
            return Match(None, f"the {kind} {key!r} stands in {lines}")
        for other_kind, other_key, others in found:
            if rows[0] not in others:
                return Match(
                    None,
                    f"the {kind} {key!r} is that of line {rows[0].line} ({rows[0].said}), and the {other_kind} "
                    f"{other_key!r} that of line {others[0].line} ({others[0].said})",
                )
        return Match(rows[0], by=kind)

    def _rows(self, kind: str, key: str) -> list[Listed]:
        """Return the rows that a key names; an id in other letters, small or large, names a row where no other is it."""
        rows = self._by[kind].get(key, [])
        return rows or (self._by[kind].get(_loose(key), []) if kind == _ID else [])


def _loose(key: str) -> str:
    return f"\n{key.casefold()}"  # no id has a line end in it


def _keys_of(listed: Listed) -> Iterator[tuple[str, str]]:
    for text in listed.ids:
        yield _ID, text
        yield _ID, _loose(text)
        if "@" in text:
            yield _EMAIL, text.casefold()
    if listed.email:
        yield _EMAIL, normal_id(listed.email).casefold()
    if listed.name:
        yield BY_NAME, folded_name(listed.name)


def _keys_of_student(student: Student, also: Iterable[Listed]) -> Iterator[tuple[str, str]]:
    """Yield what names a student; an id may be an address or a name as well, as where a hand-in gave nothing else."""
    texts = [student.id, *(text for listed in also for text in listed.ids)]
    emails = [student.email, *(listed.email for listed in also)]
    names = [student.name, *(listed.name for listed in also)]
    for text in filter(None, texts):
        yield _ID, text
        if "@" in text:
            yield _EMAIL, text.casefold()
    for email in filter(None, emails):
        yield _EMAIL, normal_id(email).casefold()
    for name in filter(None, names if any(names) else [student.id]):
        yield BY_NAME, folded_name(name)
