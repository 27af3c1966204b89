"""Whoever hands in what cannot be read is in every table, with all rows for a person."""

from __future__ import annotations

import csv
import json
import sys


def test_an_unreadable_student_is_neither_absent_nor_zero(classroom) -> None:
    classroom.class_of(1)
    (classroom.files / "ben.docx").write_bytes(b"not a Word document")
    (classroom.files / "cleo.yaml").write_text("answers: [")
    result = classroom.grade("--json", code=1)
    assert json.loads(result.stdout)["unreadable"] == ["ben", "cleo"]
    with (classroom.out / "grades.csv").open() as file:
        rows = {row["id"]: row for row in csv.DictReader(file)}
    assert rows.keys() == {"s000", "ben", "cleo"}
    for name in ("ben", "cleo"):
        assert rows[name]["score"] == ""
        assert rows[name]["low"] == "0"
        assert rows[name]["high"] == rows[name]["max_points"]
        assert rows[name]["unreadable"].startswith("The file could not be read: ")
    assert rows["s000"]["unreadable"] == ""
    report = json.loads((classroom.out / "ben.json").read_text())
    assert {row["reason"] for question in report["questions"] for row in question["criteria"]} == {
        "unreadable"
    }
    assert "unreadable" in classroom.grade(code=1).stdout


def test_a_file_that_can_be_read_counts_before_one_that_cannot(classroom) -> None:
    classroom.class_of(1)
    (classroom.files / "s000.docx").write_bytes(b"not a Word document")
    classroom.grade(code=1)
    assert classroom.score("s000") == 6


def test_a_mended_file_is_no_longer_unreadable(classroom) -> None:
    classroom.class_of(1)
    broken = classroom.files / "s000.yaml"
    good = broken.read_text()
    broken.write_text("answers: [")
    classroom.grade(code=1)
    broken.write_text(good)
    classroom.grade(code=0)
    assert classroom.score("s000") == 6


def test_a_converter_reads_what_we_do_not(classroom) -> None:
    classroom.class_of(1)
    command = classroom.folder / "convert.py"
    command.write_text("import sys; open(sys.argv[2], 'w').write('## Question 1\\n\\nhello\\n')")
    (classroom.files / "ben.scan").write_bytes(b"\x00scan")
    result = classroom.grade("--convert", f".scan={sys.executable} {command} {{input}} {{output}}", code=None)
    assert "ben.scan" not in result.stderr
