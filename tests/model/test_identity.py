"""Ids have one form, whoever wrote them, and those that look alike are told."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.model.identity import alike, normal_id
from grader.model.report import Override
from grader.model.submission import Student


@pytest.mark.parametrize(
    ("written", "one_form"),
    [
        ("ann ", "ann"),
        ("\tann  lee\n", "ann lee"),
        ("a\u200bn\u2060n\ufeff", "ann"),
        ("\u202eann\u202c", "ann"),
        ("ann\u00a0lee", "ann lee"),
        ("Ａｎｎ１", "Ann1"),
        ("Zoe\u0308", "Zoë"),
        ("a\ufe0fb\u034fc", "abc"),
        ("\u3164\u2800", ""),
        ("\x1b[2Jann", "[2Jann"),
        ("محمد\u200cعلی", "محمدعلی"),
        ("王\u3000小明", "王 小明"),
        ("Иван Петров", "Иван Петров"),
        ("007", "007"),
        ("ADA", "ADA"),
    ],
)
def test_one_form(written: str, one_form: str) -> None:
    assert normal_id(written) == one_form
    assert Student(id=written).id == one_form
    decided = Override(student=written, criterion="c", credit=None, who="w", when="", why="")
    assert decided.student == one_form


@settings(deadline=None)
@given(st.text(max_size=30))
def test_the_one_form_is_its_own_and_can_be_written(text: str) -> None:
    once = normal_id(text)
    assert normal_id(once) == once
    once.encode()


@pytest.mark.parametrize(
    ("one", "other"),
    [("ada", "Ada"), ("аda", "ada"), ("s10", "s1O"), ("AI7", "Al7"), ("Straße", "STRASSE"), ("ο1", "o1")],
)
def test_look_alikes(one: str, other: str) -> None:
    assert list(alike([one, "bob", other])) == [(one, other)]


def test_other_names_are_not_alike() -> None:
    names = [
        "Иван",
        "Ивана",
        "ivan",
        "李明",
        "李朋",
        "josé",
        "jose",
        "10",
        "100",
        "01",
        "Ολγα",
        "ada l",
        "adal",
    ]
    assert list(alike(names)) == []
