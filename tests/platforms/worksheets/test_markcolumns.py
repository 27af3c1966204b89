"""Tables are recognised by their columns; each platform's as it gives them, and whatever a teacher keeps."""

from __future__ import annotations

import sys
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.files.delimited import read_delimited
from grader.model.errors import UsageError
from grader.model.submission import Student
from grader.platforms.worksheets import WORKSHEETS
from grader.platforms.worksheets.filling import GivenMark, fill
from grader.platforms.worksheets.markcolumns import column_of, read_worksheet

sys.path.insert(0, str(Path(__file__).parent))
import invented
from invented import PUPILS


def read(tmp_path, raw: bytes | str):
    path = tmp_path / "table"
    path.write_bytes(raw if isinstance(raw, bytes) else raw.encode())
    return read_worksheet(path)


GIVEN = {
    "canvas": (invented.canvas(), "canvas"),
    "moodle": (invented.moodle(), "moodle"),
    "moodle, blind": (invented.moodle(blind=True), "moodle"),
    "moodle in German": (invented.moodle("de", decimal=","), "moodle"),
    "moodle in a language nobody knows": (invented.moodle("xx"), "moodle"),
    "gradescope's scores": (invented.gradescope(), "gradescope"),
    "gradescope's course": (invented.gradescope_course(), "gradescope"),
    "gradescope's roster": (invented.gradescope_roster(), "gradescope"),
    "blackboard": (invented.blackboard(), "blackboard"),
    "blackboard as CSV": (invented.blackboard(text=False), "blackboard"),
    "blackboard in a language nobody knows": (invented.blackboard(language="xx"), "blackboard"),
    "brightspace": (invented.brightspace(), "brightspace"),
    "a list": (invented.plain(), "list"),
}


@pytest.mark.parametrize("name", GIVEN)
def test_everybody_is_listed_once_by_all_that_names_them(name, tmp_path) -> None:
    raw, platform = GIVEN[name]
    worksheet = read(tmp_path, raw)
    assert worksheet.platform == platform
    assert len(worksheet.students) == len(PUPILS)
    for pupil, listed in zip(PUPILS, worksheet.students, strict=True):
        if "blind" in name:
            assert listed.ids == (f"Participant {70_000 + pupil.number}", str(70_000 + pupil.number))
            continue
        assert pupil.sid in listed.ids
        assert listed.name in {
            pupil.name,
            pupil.sortable,
            pupil.name.replace("\n", " "),
            pupil.name.replace("\t", " "),
        }
    assert ("not known" in worksheet.note) == ("nobody knows" in name)


def test_every_platform_is_among_them() -> None:
    assert {platform for _, platform in GIVEN.values()} == set(WORKSHEETS)


@pytest.mark.parametrize(
    ("head", "row"),
    [
        ("id,name", "007,Ann"),
        ("Student ID;Full Name;E-mail", "007;Ann;a@x.org"),
        ("First name,Last name,ID number,Email address,Course total (Real)", "Ann,A,007,a@x.org,5"),
        ("Vorname;Nachname;Matrikelnummer;E-Mail-Adresse", "Ann;A;007;a@x.org"),
        ("Nombre,Apellido(s),Número de ID,Dirección de correo", "Ann,A,007,a@x.org"),
        ("姓名,学号,邮箱", "Ann,007,a@x.org"),
        ("Course: ML 1\nTerm,Autumn\n\nSIS ID,Student Name,Section", "007,Ann,2"),
        ("assignment_name,github_username,roster_identifier", "hw1,ann,007"),
        ("id,name", '="007",Ann'),
    ],
)
def test_lists_of_many_kinds(head, row, tmp_path) -> None:
    (listed,) = read(tmp_path, f"{head}\n{row}\n").students
    assert "007" in listed.ids


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        ("Name,Mark\nAnn,5\n", "(got 'Name', 'Mark')"),
        ("", "(got an empty file)"),
        (b"PK\x03\x04rest", "is a workbook; save it as 'CSV UTF-8'"),
        ("id,name\n\xe9".encode("latin-1"), "is not UTF-8 text; save it as 'CSV UTF-8'"),
        ('id,name\n"a,b\n', "2: a cell that begins here with a quote is never closed"),
    ],
)
def test_what_is_no_table_of_a_class(raw, said, tmp_path) -> None:
    with pytest.raises(UsageError) as error:
        read(tmp_path, raw)
    assert said in str(error.value)


def test_points_and_numbers_of_columns(tmp_path) -> None:
    def columns(raw: bytes):
        return [
            (column.title, column.id, column.points, column.closed) for column in read(tmp_path, raw).columns
        ]

    assert columns(invented.canvas(points="6,50", decimal=",", delimiter=";")) == [
        ("Essay, part 1", "8801", 10, ""), ("Small ones", "8802", Fraction(13, 2), ""), ("A small one", "8803", Fraction(13, 2), ""),
    ]  # fmt: skip
    assert columns(invented.blackboard()) == [
        ("Essay, part 1", "4411", 100, ""), ("A small one", "4412", 6, ""), ("Quiz", "4413", 5, "shows no points but percentage"),
        ("Total", "4410", 106, ""),
    ]  # fmt: skip
    assert columns(invented.brightspace()) == [("A small one", "", 6, ""), ("Essay", "", 20, "")]
    assert columns(invented.gradescope_course()) == [("A small one", "", 6, ""), ("Lab", "", 4, "")]
    assert columns(invented.moodle("de", decimal=",")) == [("Bewertung", "", 6, "")]


@pytest.mark.parametrize(
    ("wanted", "names", "said"),
    [
        (None, ["rq3"], "no column is called 'rq3'; say which one with --column: 'Same (5)', 'same (6)'"),
        ("smal ones", [], "no column is called 'smal ones'; did you mean 'Small ones (8802)'?"),
        ("8804", [], "no column is called '8804'"),
        ("same", [], "2 columns are called 'same'; give --column the number in brackets or the whole heading"),
        ("7", [], "the column 'Shut (7)' says '(schreibgeschützt)' where its points stand and takes no marks"),
    ],
)  # fmt: skip
def test_the_column_must_be_known(wanted, names, said, tmp_path) -> None:
    text = invented.canvas().decode("utf-8-sig").replace("Notes,", "Notes,Same (5),same (6),Shut (7),")
    text = text.replace("Possible,,,,,,", "Possible,,,,,,1,1,(schreibgeschützt),")
    worksheet = read(tmp_path, text)
    with pytest.raises(UsageError) as error:
        column_of(worksheet, tmp_path / "table", wanted, names)
    assert said in str(error.value)
    assert column_of(worksheet, tmp_path / "table", "6", names).heading == "same (6)"
    assert column_of(worksheet, tmp_path / "table", None, ["x", "small ONES"]).id == "8802"


def test_moodle_says_which_grades_cannot_be_changed(tmp_path) -> None:
    text = invented.moodle("de").decode("utf-8-sig").replace(",Ja,", ",Nein,", 1)
    assert [listed.line for listed in read(tmp_path, text).students if listed.closed] == [2]


def test_gradescope_s_staff_are_no_students(tmp_path) -> None:
    assert "t@example.org" not in {
        listed.email for listed in read(tmp_path, invented.gradescope_roster()).students
    }


def test_what_a_teacher_keeps_is_no_worksheet_of_moodle_s(tmp_path) -> None:
    for text in (
        "id,name,mark,points,due\ns01,Ann,,10,\ns02,Ben,3,10,\n",
        "id,name,score,low,high,max_points,percent\ns01,Ann,3,3,3,6,50\ns02,Ben,6,6,6,6,100\n",
    ):
        assert read(tmp_path, text).platform == "list"


CELL = st.sampled_from(
    ["", "Student", "ID", "Section", "id", "email", "Participant 1", "Participant 2", "10", "10,00", "-", "Yes", "a@x.org", "#",
     "OrgDefinedId", "Username", "X Points Grade", "SID", "Email", "Role", "Total Score", "A (1)", "A [Total Pts: 5 Score] |12", "EX",
     "    Points Possible", "A - Max Points", "A", "é李", '="007"', "LastName", "FirstName"]
)  # fmt: skip


@given(st.lists(st.lists(CELL, min_size=1, max_size=8), max_size=6), st.sampled_from([",", ";", "\t"]))
def test_any_table_is_recognised_or_is_none_and_only_its_column_is_filled(
    tmp_path_factory, rows, delimiter
) -> None:
    text = "\r\n".join(delimiter.join(f'"{cell}"' if "," in cell else cell for cell in row) for row in rows)
    path = tmp_path_factory.mktemp("any") / "table"
    path.write_text(text, encoding="utf-8", newline="")
    try:
        worksheet = read_worksheet(path)
    except UsageError:
        return
    for column in worksheet.columns:
        marks = [GivenMark(Student(id=listed.key), 150) for listed in worksheet.students if listed.key]
        filled = fill(worksheet, column, marks)
        again = read_delimited(filled.data, delimiters=worksheet.table.delimiter).records
        for before, after in zip(worksheet.table.records, again, strict=True):
            changed = {
                place
                for place, cell in enumerate(after.cells)
                if cell != (before.cells[place] if place < len(before.cells) else "")
            }
            assert changed <= {column.place}
        told = len(filled.doubtful) + len(filled.strangers) + len(filled.kept) + filled.written
        assert told >= len(marks) > 0 or not marks
