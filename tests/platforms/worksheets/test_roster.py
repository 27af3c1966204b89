"""The class list and the table of times."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from grader.model.errors import UsageError
from grader.model.submission import Student
from grader.platforms.worksheets.roster import read_roster
from grader.readers.arrivals import read_times

DUE = datetime(2026, 11, 20, 12, tzinfo=UTC)


def write(tmp_path, *lines):
    path = tmp_path / "class.csv"
    path.write_text("\n".join(lines) + "\n")
    return path


def test_due_dates_of_their_own(tmp_path) -> None:
    path = write(
        tmp_path,
        "id,name,section,due,extra",
        "a,Ann,1,,",
        "b,Ben,1,,1 day 12 h",
        "c,Cem,2,2026-12-01T00:00+01:00,",
    )
    roster = read_roster(path, DUE)
    assert [(listed.key, listed.name) for listed in roster.listed] == [
        ("a", "Ann"),
        ("b", "Ben"),
        ("c", "Cem"),
    ]
    assert roster.due_of(Student(id="a")) is None
    assert {name: roster.due_of(Student(id=name)) for name in "bc"} == {
        "b": DUE + timedelta(hours=36),
        "c": datetime(2026, 11, 30, 23, tzinfo=UTC),
    }


def test_every_problem_is_listed_at_its_line(tmp_path) -> None:
    rows = [
        ",,1 h",
        "a,,",
        "a,,",
        "b,2026-12-01,",
        "c,,soon",
        "d,2026-12-01T00:00Z,1 h",
        "e,,999999 d 999999 d 999999 d",
    ]
    path = write(tmp_path, "id,due,extra", *rows)
    with pytest.raises(UsageError) as error:
        read_roster(path, DUE)
    moment = "a time with its offset, such as '2026-11-20T23:59+01:00' or '...T22:59Z'"
    assert str(error.value).replace(str(path), "").splitlines() == [
        ":2: a row without an id",
        ":4: student 'a' is listed twice",
        f":5: student 'b': due must be {moment} (got '2026-12-01')",
        ":6: student 'c': extra must be a length of time such as '15 min', '2 h' or '1 day 12 h' (got 'soon')",
        ":7: student 'd': give either 'due' or 'extra'",
        ":8: student 'e': extra reaches beyond the year 9999 (got '999999 d 999999 d 999999 d')",
    ]


def test_extra_time_needs_a_due_date(tmp_path) -> None:
    with pytest.raises(UsageError, match="'extra' needs a 'due' time in the rubric"):
        read_roster(write(tmp_path, "id,extra", "a,1 h"), None)


def test_times(tmp_path) -> None:
    path = write(
        tmp_path,
        "file,submitted",
        "a.md,2026-11-20T12:00Z",
        "x/b.md,2026-11-20T13:00+01:00",
        "a.md,2026-11-20T12:00Z",
    )
    assert read_times(path) == {"a.md": DUE, "x/b.md": DUE}


def test_wrong_times(tmp_path) -> None:
    path = write(
        tmp_path, "file,submitted", "a.md,2026-11-20T12:00Z", "a.md,2026-11-20T13:00Z", "b.md", "c.md,today"
    )
    with pytest.raises(UsageError) as error:
        read_times(path)
    lines = str(error.value).splitlines()
    assert [line.removeprefix(f"{path}:")[:24] for line in lines] == [
        "3: a.md is listed twice,",
        "4: b.md: submitted must ",
        "5: c.md: submitted must ",
    ]


def test_an_extension_is_found_by_whatever_names_the_student(tmp_path) -> None:
    path = write(
        tmp_path,
        "Student,ID,SIS Login ID,Section,extra,A (1)",
        "    Points Possible,,,,,5",
        '"Berg, Ann",1,ann,S,2 h,',
        '"Same, Name",2,ben,S,3 h,',
        '"Same, Name",3,cem,S,,',
    )
    roster = read_roster(path, DUE)
    for student in (Student(id="1"), Student(id="ANN"), Student(id="x", name="Ann Berg")):
        assert roster.due_of(student) == DUE + timedelta(hours=2)
    assert roster.due_of(Student(id="x", name="Name Same")) is None
    assert [
        student.id for student, _ in roster.strangers([Student(id="x", name="Name Same"), Student(id="ben")])
    ] == ["x"]


def test_a_column_that_is_nearly_called_so_costs_nobody_an_extension(tmp_path) -> None:
    with pytest.raises(UsageError, match="1: unknown column 'exta'; did you mean 'extra'"):
        read_roster(write(tmp_path, "id,exta", "a,1 h"), DUE)
    assert read_roster(write(tmp_path, "id,remarks,city", "a,x,y"), DUE).listed[0].key == "a"


def test_ids_and_addresses_that_two_rows_have(tmp_path) -> None:
    path = write(tmp_path, "id,login,email", "1,a,a@x.org", "2,b,A@x.org", "3,a,c@x.org")
    with pytest.raises(UsageError) as error:
        read_roster(path, DUE)
    assert str(error.value).replace(str(path), "").splitlines() == [
        ":3: has the e-mail address 'a@x.org', as line 2 has",
        ":4: has the id 'a', as line 2 has",
    ]
