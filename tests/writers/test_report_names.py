import re
from pathlib import PurePosixPath, PureWindowsPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.writers.filenames import MAX_STEM, ReportNames, safe_stem

ANY_TEXT = st.text(st.characters(), max_size=200)


@pytest.mark.parametrize("name", ["s1", "Student_7", "a.b-c", "2021-11-27"])
def test_a_safe_id_is_its_own_stem(name):
    assert safe_stem(name) == name


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd",
        "/etc/passwd",
        "..",
        "",
        ".",
        "C:\\x",
        "a\x00b",
        "con",
        "COM1.x",
        "é",
        "a/b",
        "grades",
        ".hidden",
    ],
)
def test_a_dangerous_id_gets_a_digest(name):
    assert re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*-[0-9a-f]{8}", safe_stem(name))


@given(ANY_TEXT)
def test_any_id_gives_one_plain_path_segment(name):
    stem = safe_stem(name)
    assert re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9._-]*", stem)
    assert len(stem) <= MAX_STEM + len("student--") + 8
    assert PurePosixPath(stem).name == stem == PureWindowsPath(stem).name
    assert stem.partition(".")[0].lower() not in {"con", "nul", "aux", "prn", "com1", "lpt1"}


@given(
    st.lists(st.one_of(ANY_TEXT, st.sampled_from(["a", "A", "a/", "a:", "grades"])), unique=True, max_size=30)
)
def test_no_two_students_share_a_file_on_any_system(ids):
    names = ReportNames()
    stems = [names.stem(student) for student in ids]
    assert len({stem.lower() for stem in stems}) == len(ids)
    assert stems == [names.stem(student) for student in ids]


def test_a_second_report_of_one_student_does_not_replace_the_first():
    names = ReportNames()
    first, second = names.stem("s1", "a.yaml"), names.stem("s1", "b.yaml")
    assert first == "s1"
    assert re.fullmatch(r"s1-[0-9a-f]{8}", second)
    third = names.stem("s1", "c.yaml")
    assert len({first, second, third}) == 3
