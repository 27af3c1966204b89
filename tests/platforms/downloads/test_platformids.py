"""Whom of the class list a platform means: by the id, the address or the whole name, and never by a guess."""

from __future__ import annotations

import pytest

from grader.model.submission import Student
from grader.platforms.downloads.platformids import ClassList, renamed

CLASS = {
    "al": "Ada Lovelace",
    "bo@x.org": "Bo Ek",
    "an": "Anna Lee",
    "j1": "Jo Li",
    "j2": "Li Jo",
    "zö": "Zoë Öst",
    "q": "",
}


@pytest.mark.parametrize(
    ("students", "matched"),
    [
        ([Student(id="17", name="Ada Lovelace")], {"17": "al"}),
        ([Student(id="17", name="LOVELACE, Ada")], {"17": "al"}),
        ([Student(id="17", name="lovelaceada")], {"17": "al"}),
        ([Student(id="17", name="öst zoë")], {"17": "zö"}),
        ([Student(id="17", name="Somebody", email="BO@x.org")], {"17": "bo@x.org"}),
        ([Student(id="al", name="Somebody Else")], {}),  # called by the id already
        ([Student(id="17", name="Ann Alee")], {}),  # the same letters
        ([Student(id="17", name="annalee")], {"17": "an"}),
        ([Student(id="17", name="Jo Li")], {}),  # two could be meant
        ([Student(id="17", name="Ada Lovelac")], {}),  # it merely looks alike
        ([Student(id="17", name="Zoe Ost")], {}),
        ([Student(id="17", name="Ada Lovelace"), Student(id="18", name="Ada Lovelace")], {}),
        ([Student(id="al"), Student(id="18", name="Ada Lovelace")], {}),
        ([Student(id="17", name="Ada Lovelace"), Student(id="17", name="Ada Lovelace")], {"17": "al"}),
        ([Student(id="17", name="")], {}),
        ([Student(id="17", name="...")], {}),
    ],
)
def test_a_student_is_found_or_left(students, matched) -> None:
    assert ClassList(CLASS, {}).matches(students) == matched


def test_who_is_found_keeps_the_address() -> None:
    student = renamed(Student(id="17", name="lovelaceada", email="a@x.org"), {"17": "al"}, CLASS)
    assert student == Student(id="al", name="Ada Lovelace", email="a@x.org")
