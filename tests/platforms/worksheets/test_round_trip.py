"""An invented class goes out into the table of each platform, and every mark that is read back agrees.

The tables are in the documented shapes (the platform's module says by what source). Of a filled table nothing but the
cells of marks may differ, byte for byte.
"""

from __future__ import annotations

import csv
import io
import json
import sys
from fractions import Fraction
from pathlib import Path

import pytest

from grader.files.delimited import cell_spans, read_delimited

sys.path.insert(0, str(Path(__file__).parent))
import invented
from invented import GROUP, LATE, NOTHING, OPEN, PUPILS

RIGHT, HALF, WRONG = "total 7850 with the biases", "total 7850 of them all", "total 7840 and no more"
DUE = "2026-11-20T23:59+01:00"


@pytest.fixture(scope="module")
def marked(tmp_path_factory, make_classroom):
    """Mark the class: right, half and wrong, a group of three, late ones, open rows, decisions, three without hand-in."""
    room = make_classroom(tmp_path_factory.mktemp("class"))
    room.change_rubric(("id: small", f"id: small\ndue: {DUE}\nlate: {{per_day: 12.5%, cap: 50%}}"))
    for pupil in PUPILS:
        if pupil.number in (*NOTHING, *GROUP[1:]):
            continue
        members = [PUPILS[number] for number in GROUP] if pupil.number == GROUP[0] else [pupil]
        students = ", ".join(
            f"{{id: {json.dumps(each.sid)}, name: {json.dumps(each.name)}}}" for each in members
        )
        room.hand_in(
            f"h{pupil.number:02}",
            (RIGHT, HALF, WRONG)[pupil.number % 3],
            "no option" if pupil.number in OPEN else ("relu", "tanh")[pupil.number % 2],
            students=students,
            when="2026-11-22T12:00+01:00" if pupil.number in LATE else "2026-11-20T12:00+01:00",
        )
    room.grade("--executor", "serial", "--format", "csv")
    room.override(
        "--student", PUPILS[8].sid, "--criterion", "q1_count", "--credit", "1/3", "--why", "Nearly."
    )
    room.grade("--executor", "serial", "--format", "csv")
    return room


@pytest.fixture(scope="module")
def expected(marked) -> dict[int, Fraction | None]:
    """The marks as the class's own table has them, by pupil; None where rows are open or nothing came."""
    rows = csv.DictReader(io.StringIO((marked.out / "grades.csv").read_text(encoding="utf-8")))
    by_id = {row["id"]: Fraction(row["score"]) if row["score"] else None for row in rows}
    return {pupil.number: by_id.get(pupil.sid) for pupil in PUPILS}


def export(marked, kind, *options, code=0):
    return marked.grader("export", kind, "--gradebook", marked.book, *options, code=code)


TABLES = {
    "canvas": ("canvas", invented.canvas(points="6"), ("--column", "8803"), 8),
    "canvas by its title": ("canvas", invented.canvas(points="6.00"), (), 8),
    "canvas with decimal commas": (
        "canvas",
        invented.canvas(points="6,00", decimal=",", delimiter=";"),
        (),
        8,
    ),
    "moodle": ("moodle", invented.moodle(), (), 5),
    "moodle in German": ("moodle", invented.moodle("de", decimal=","), (), 5),
    "moodle in a language nobody knows": ("moodle", invented.moodle("xx", decimal=","), (), 5),
    "gradescope": ("gradescope", invented.gradescope(), (), 5),
    "gradescope's course": ("gradescope", invented.gradescope_course(), (), 5),
    "blackboard": ("blackboard", invented.blackboard(), (), 7),
    "blackboard as CSV": ("blackboard", invented.blackboard(text=False), ("--column", "4412"), 7),
    "blackboard in a language nobody knows": ("blackboard", invented.blackboard(language="xx"), (), 7),
    "brightspace": ("brightspace", invented.brightspace(), (), 5),
    "a list of a teacher's": ("csv", invented.plain(), ("--column", "Note"), 4),
}


@pytest.mark.parametrize("name", TABLES)
def test_every_mark_is_read_back_and_nothing_else_has_changed(name, marked, expected, tmp_path) -> None:
    kind, raw, options, place = TABLES[name]
    teachers, out = tmp_path / "table", tmp_path / "filled"
    teachers.write_bytes(raw)
    export(marked, kind, "--table", teachers, "--out", out, "--open", "blank", *options, code=None)
    filled = out.read_bytes()
    codec = "utf-16" if raw.startswith(b"\xff\xfe") else "utf-8"
    old, new = rows_of(raw.decode(codec)), rows_of(filled.decode(codec))
    changed = {
        (row, column)
        for row, cells in enumerate(new)
        for column, cell in enumerate(cells)
        if cell != old[row][column]
    }
    assert {column for _, column in changed} == {place}
    first = (
        len(new) - len(PUPILS) - sum("_previewuser" in cell or cell == "Student, Test" for cell in new[-1])
    )
    for pupil in PUPILS:
        mark = expected[pupil.number]
        cell = new[first + pupil.number][place]
        if mark is None and (pupil.number in NOTHING or old[first + pupil.number][place] == "Needs Grading"):
            assert cell == old[first + pupil.number][place]
        else:
            assert (Fraction(cell.replace(",", ".")) if cell else None) == mark, pupil
    assert without(filled, place) == without(raw, place)


def without(raw: bytes, place: int) -> tuple[bytes, list[str]]:
    """Return all bytes of a table but for the cells of one column: the mark at its beginning, raw cells, line ends."""
    table = read_delimited(raw)
    pieces, done = [], 0
    for record in table.records:
        cells = [table.text[start:end] for start, end in cell_spans(table.text, record, table.delimiter, 99)]
        cells[place : place + 1] = [""]
        pieces += [table.text[done : record.start], table.delimiter.join(cells)]
        done = record.end
    return table.mark, [*pieces, table.text[done:]]


def rows_of(text: str) -> list[list[str]]:
    text = text.removeprefix("\ufeff")
    delimiter = max(",;\t", key=text.partition("\n")[0].count)
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))


def test_the_class_has_something_of_everything(expected) -> None:
    assert len(set(expected.values())) >= 6
    assert [number for number, mark in expected.items() if mark is None] == sorted((*NOTHING, *OPEN))
    assert expected[8] == Fraction("3.67")  # decided by a person
    assert expected[GROUP[0]] == expected[GROUP[1]] == expected[GROUP[2]]
    assert expected[LATE[0]] == Fraction("3.5")  # 5, and two days late


def test_who_is_not_in_the_table_is_named_and_the_exit_code_says_so(marked, tmp_path) -> None:
    teachers = tmp_path / "table"
    text = invented.canvas().decode("utf-8-sig")
    kept = "".join(line for line in text.splitlines(keepends=True) if PUPILS[6].sid not in line)
    teachers.write_text(kept, encoding="utf-8")
    said = export(marked, "canvas", "--table", teachers, "--out", tmp_path / "out", "--open", "low", code=1)
    assert f"{teachers}: student '{PUPILS[6].sid}' has a mark and no row" in said.stderr
    assert "3 handed in nothing and got no mark: 900007" in said.stderr
    assert said.stdout == f"26 marks are in 'A small one (8803)' of {tmp_path / 'out'}\n"


def test_open_rows_stop_it_unless_somebody_says_how(marked, tmp_path) -> None:
    teachers, out = tmp_path / "table", tmp_path / "out"
    teachers.write_bytes(invented.canvas())
    said = export(marked, "canvas", "--table", teachers, "--out", out, code=2).stderr
    assert f"--open: 2 students have rows that await a person ({PUPILS[9].sid}, {PUPILS[20].sid})" in said
    assert not out.exists()
    export(marked, "canvas", "--table", teachers, "--out", out, "--open", "low")
    rows = rows_of(out.read_text(encoding="utf-8-sig"))
    assert [row[8] for row in rows if row[3] in {"user09", "user20"}] == ["3", "0"]


def test_points_that_differ_stop_it_unless_it_is_to_scale(marked, expected, tmp_path) -> None:
    teachers, out = tmp_path / "table", tmp_path / "out"
    teachers.write_bytes(invented.canvas(points="100"))
    options = ("--table", teachers, "--out", out, "--open", "blank")
    said = export(marked, "canvas", *options, code=2).stderr
    assert "out of 100 points and the rubric out of 6; --scale takes every mark times 100/6" in said
    export(marked, "canvas", *options, "--scale")
    rows = {row[3]: row for row in rows_of(out.read_text(encoding="utf-8-sig"))}
    assert expected[8] == Fraction("3.67")
    assert rows["user08"][8] == "61.17"


def test_what_the_platform_says_of_a_cell_stays(marked, tmp_path) -> None:
    teachers, out = tmp_path / "table", tmp_path / "out"
    teachers.write_bytes(invented.canvas(points="10").replace(b"10.00", b"6.00"))
    said = export(
        marked, "canvas", "--table", teachers, "--out", out, "--open", "low", "--column", "8801", code=1
    )
    rows = {row[3]: row for row in rows_of(out.read_text(encoding="utf-8-sig"))}
    assert rows["user02"][6] == "EX"
    assert "is excused and got no mark" in said.stderr
    assert rows["user07"][6] == "7.25"
    assert "900007 (Petrov" not in said.stderr
    assert "has '7.25' there and no mark here; it was left as it is" in said.stderr
    assert "had another mark there: 900000 (Lindqvist, Ada) 7.25 -> 6" in said.stderr


@pytest.mark.parametrize("kind", ["csv", "xlsx", "parquet"])
def test_tables_of_ours(kind, marked, expected, tmp_path) -> None:
    roster, out, again = tmp_path / "roster.csv", tmp_path / f"out.{kind}", tmp_path / f"again.{kind}"
    roster.write_bytes(invented.plain())
    for path in (out, again, out):
        export(marked, kind, "--out", path, "--open", "blank", "--roster", roster)
    assert out.read_bytes() == again.read_bytes()
    rows = {row["id"]: row for row in table_of(kind, out)}
    assert set(rows) == {pupil.sid for pupil in PUPILS}
    for pupil in PUPILS:
        row, mark = rows[pupil.sid], expected[pupil.number]
        status = "not handed in" if pupil.number in NOTHING else "open" if pupil.number in OPEN else "graded"
        assert row["status"] == status
        assert (Fraction(str(row["score"])) if row["score"] not in {None, ""} else None) == mark
        assert row["group"] == "07"
        if kind != "csv" and pupil.number not in NOTHING:
            assert row["name"] == pupil.name
    if kind == "csv":
        for text in out.read_text(encoding="utf-8").splitlines():
            assert not text.split(",")[1].startswith(("=", "+", "-", "@"))


def table_of(kind: str, path: Path) -> list[dict]:
    if kind == "csv":
        return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))
    if kind == "parquet":
        import pyarrow.parquet

        return pyarrow.parquet.read_table(path).to_pylist()
    import openpyxl

    (head, *rows) = openpyxl.load_workbook(path).active.iter_rows()
    assert all(cell.data_type in {"s", "n"} for row in rows for cell in row)  # none is a formula
    return [
        dict(zip([cell.value for cell in head], [cell.value for cell in row], strict=True)) for row in rows
    ]
