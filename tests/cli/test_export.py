"""`grader export`: what stands goes out, and what cannot is said."""

from __future__ import annotations

import pytest

LIST = "id;name;email;group;mark\r\nkim;Kim;kim@x.org;A;\r\nlou;Lou;lou@x.org;A;\r\nmax;Max;max@x.org;B;\r\n"


@pytest.fixture
def marked(classroom):
    classroom.hand_in("kim")
    classroom.hand_in("ben", "total 7840 and no more")
    classroom.grade("--executor", "serial", "--format", "csv")
    return classroom


def export(marked, *words, code=0):
    return marked.grader("export", *words, "--gradebook", marked.book, code=code)


def listed(marked, text: str = LIST):
    path = marked.folder / "class.csv"
    path.write_bytes(text.encode())
    return path


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ["canvs"],
            "KIND: must be one of canvas, blackboard, brightspace, gradescope, moodle, csv, xlsx, parquet (got 'canvs'); did you mean 'canvas'?",
        ),
        (["list"], "KIND: must be one of"),
        (["canvas"], "--table: say which table is to be filled, as you downloaded it from canvas"),
        (["xlsx", "--table", "LIST"], "--table: 'xlsx' fills no table"),
        (["csv", "--column", "x"], "--column: is about a --table"),
        (["csv", "--scale"], "--scale: is about a --table"),
        (["csv", "--groups"], "--groups: needs a --roster with a column 'group'"),
        (
            ["moodle", "--table", "LIST"],
            "is no table of moodle's to be filled; by its columns it is a class list",
        ),
        (
            ["csv", "--table", "LIST"],
            "no column is called 'small' or 'A small one'; say which one with --column: 'mark'",
        ),
        (["csv", "--table", "LIST", "--column", "mark", "--scale"], "there is nothing to scale to"),
        (["csv", "--assignment", "smal"], "holds no assignment 'smal'; did you mean 'small'?"),
        (["csv", "--roster", "no.csv"], "no.csv: cannot be read"),
    ],
)
def test_what_cannot_work_is_named_and_nothing_is_written(marked, words, said) -> None:
    path, out = listed(marked), marked.folder / "out"
    words = [str(path) if word == "LIST" else word for word in words]
    assert said in export(marked, *words, "--out", out, code=2).stderr
    assert not out.exists()


def test_the_table_itself_and_other_files_are_not_written_over(marked) -> None:
    path = listed(marked)
    words = ("csv", "--table", path, "--column", "mark")
    assert "this is where" in export(marked, *words, "--out", path, code=2).stderr
    out = marked.folder / "out.csv"
    out.write_text("mine")
    assert (
        "it is there already and is not what is written here"
        in export(marked, *words, "--out", out, code=2).stderr
    )
    assert out.read_text() == "mine"


def test_a_library_that_is_not_installed_is_named_with_its_extra(marked, monkeypatch) -> None:
    import sys

    for name in [
        name for name in sys.modules if name.startswith(("openpyxl", "grader.writers.gradetables.xlsx"))
    ]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    said = export(marked, "xlsx", "--out", marked.folder / "o.xlsx", code=2).stderr
    assert said == "export: 'xlsx' needs openpyxl: install grader with the extra 'xlsx'\n"


def test_a_group_s_mark_goes_to_those_who_handed_in_nothing_only_where_it_is_asked_for(marked) -> None:
    path, out = listed(marked), marked.folder / "out.csv"
    words = ("csv", "--table", path, "--column", "mark", "--out", out)
    assert (
        "2 handed in nothing and got no mark: lou (Lou), max (Max)" in export(marked, *words, code=1).stderr
    )
    assert out.read_bytes() == LIST.replace("A;\r\nlou", "A;6\r\nlou").encode()
    out.unlink()
    said = export(marked, *words, "--roster", path, "--groups", code=1).stderr
    assert "1 get the mark of their group: lou as kim" in said
    assert "student 'ben' has a mark and no row" in said
    assert out.read_bytes() == LIST.replace("A;", "A;6").encode()


def test_a_group_with_two_marks_gives_none_of_them_on(marked) -> None:
    path = listed(marked, LIST.replace("max;Max;max@x.org;B", "ben;Ben;;A"))
    words = ("--table", path, "--column", "mark", "--out", marked.folder / "out.csv")
    said = export(marked, "csv", *words, "--roster", path, "--groups", code=1).stderr
    assert (
        "--groups: group 'A': its members have different marks, so that nobody else gets one of them (lou (Lou))"
        in said
    )


def test_a_roster_tells_who_is_who(marked) -> None:
    path = listed(marked, "email,mark\nkim@x.org,\nBen.B@x.org,\n")
    roster = marked.folder / "roster.csv"
    roster.write_text("id,email\nkim,kim@x.org\nben,ben.b@x.org\n")
    words = ("csv", "--table", path, "--column", "mark", "--out", marked.folder / "out.csv")
    assert "student 'kim' has a mark and no row" in export(marked, *words, code=1).stderr
    (marked.folder / "out.csv").unlink()
    export(marked, *words, "--roster", roster)
    assert (marked.folder / "out.csv").read_text() == "email,mark\nkim@x.org,6\nBen.B@x.org,3\n"


def test_two_students_in_one_row_get_nothing(marked) -> None:
    path = listed(marked, "id,login,mark\nkim,ben,\n")
    words = ("--table", path, "--column", "mark", "--out", marked.folder / "out.csv")
    said = export(marked, "csv", *words, code=1).stderr
    assert "student 'ben' got no mark: 'ben' and 'kim' are both line 2 (kim)" in said
    assert (marked.folder / "out.csv").read_text() == "id,login,mark\nkim,ben,\n"


def test_marks_under_rubrics_of_different_points_are_not_mixed(marked) -> None:
    marked.change_rubric(("points: 3", "points: 4"))
    (marked.files / "ben.yaml").unlink()
    marked.grade("--executor", "serial", "--format", "csv")
    out = marked.folder / "out.csv"
    said = export(marked, "csv", "--out", out)
    assert said.stdout == f"1 student in {out}\n"
    assert "1 of earlier runs were not among the files of the last one and are left out: ben" in said.stderr


def test_who_is_known_by_a_name_alone_is_said(marked) -> None:
    path = listed(marked, "email,name,mark\nx@x.org,KIM,\ny@x.org,Ben,\n")
    said = export(marked, "csv", "--table", path, "--column", "mark", "--out", marked.folder / "out.csv")
    assert "2 are known by nothing but their name: ben as y@x.org (Ben), kim as x@x.org (KIM)" in said.stderr


def test_grade_takes_any_table_as_its_roster(marked) -> None:
    roster = marked.folder / "roster.csv"
    roster.write_text(
        'Student,ID,SIS Login ID,Section,A (1)\n    Points Possible,,,,5\n"K, Kim",1,kim,S,\n"Z, Zoe",2,zoe,S,\n'
    )
    said = marked.grade("--roster", roster, "--executor", "serial", "--format", "csv", code=1).stderr
    assert "1 of the roster's 2 students handed in nothing: 2 (Z, Zoe)" in said
    assert f"{roster}: student 'ben' is not in the roster" in said
