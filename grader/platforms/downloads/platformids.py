"""Whom of the class list a platform means, which has ids of its own: by the id, the address, or the whole name.

Never by a name that merely looks alike, nor where two could be meant.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.model.identity import name_words, run_together
from grader.model.submission import Student

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class ClassList:
    """The students of a class list by what platforms may call them."""

    def __init__(self, students: Mapping[str, str], called: Mapping[str, str]) -> None:
        """Make it of names by id, and of the ids by whatever else only they are called by."""
        self.students, self._called = students, called
        self._by_words: dict[tuple[str, ...], set[str]] = {}
        self._by_run: dict[str, set[str]] = {}
        self._by_fold: dict[str, set[str]] = {}
        for known, name in students.items():
            words = name_words(name)
            self._by_words.setdefault(tuple(sorted(words)), set()).add(known)
            self._by_fold.setdefault(known.casefold(), set()).add(known)
            for run in run_together(words):
                self._by_run.setdefault(run, set()).add(known)

    def matches(self, students: Iterable[Student]) -> dict[str, str]:
        """Return the ids of the class list by those of a platform, for all who are not called by theirs already."""
        found: dict[str, str] = {}
        meant: dict[str, set[str]] = {}
        for student in students:
            known = student.id if student.id in self.students else self._called.get(student.id, "")
            known = known or self._one(student)
            if known:
                found[student.id] = known
                meant.setdefault(known, set()).add(student.id)
        # Two whom the platform tells apart are not one.
        return {own: known for own, known in found.items() if own != known and len(meant[known]) == 1}

    def _one(self, student: Student) -> str:
        """Return the only one whom a student can be, "" for nobody or several."""
        if "@" in student.email and (known := self._by_fold.get(student.email.casefold())):
            return _only(known)
        if student.email in self._called:
            return self._called[student.email]
        words = name_words(student.name)
        if len(words) > 1:
            return _only(self._by_words.get(tuple(sorted(words)), set()))
        return _only(self._by_run.get(words[0], set())) if words else ""


def renamed(student: Student, matched: Mapping[str, str], students: Mapping[str, str]) -> Student:
    """Return a student under the id and the name of the class list, where they were found there."""
    known = matched.get(student.id)
    if known is None:
        return student
    return Student(id=known, name=students[known] or student.name, email=student.email)


def _only(known: set[str]) -> str:
    return next(iter(known)) if len(known) == 1 else ""
