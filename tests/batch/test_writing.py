"""From the gradebook to files: what is there is left alone, what is not there is written."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from grader.writers.atomic import clear_unfinished


def written(classroom, *options) -> int:
    return json.loads(classroom.grade("--json", *options).stdout)["written"]


def test_a_report_that_is_gone_is_written_again(classroom) -> None:
    classroom.class_of(3)
    classroom.grade()
    before = classroom.everything()
    (classroom.out / "s001.html").unlink()
    assert written(classroom) == 1
    assert {name: value for name, value in classroom.everything().items() if "gradebook" not in name} == {
        name: value for name, value in before.items() if "gradebook" not in name
    }


@pytest.mark.parametrize("harm", ["longer", "same size", "shorter", "another file"])
def test_reports_that_somebody_changed_are_named_and_left_alone(classroom, harm) -> None:
    classroom.class_of(3)
    classroom.grade()
    changed = {}
    for page in (classroom.out / "s001.html", classroom.out / "s002.md"):
        text = page.read_text()
        texts = {"longer": text + "x", "same size": text.replace("S", "s", 1), "shorter": text[:-60]}
        page.write_text(texts.get(harm, "my own notes\n"))
        changed[page] = page.read_bytes()
    said = classroom.grade(code=2).stderr
    for page, content in changed.items():
        assert page.read_bytes() == content
        assert f"{page}: cannot be written: " in said
        page.unlink()
    assert written(classroom) == 2


@pytest.mark.parametrize("name", ["grades.csv", "criteria.csv", "overview.html"])
def test_tables_of_somebody_else_are_left_alone(classroom, name) -> None:
    classroom.class_of(3)
    classroom.out.mkdir()
    (classroom.out / name).write_text("id,final\ns001,9\n")
    assert f"{classroom.out / name}: cannot be written" in classroom.grade(code=2).stderr
    assert (classroom.out / name).read_text() == "id,final\ns001,9\n"
    assert [path.name for path in classroom.out.iterdir() if path.is_file()] == [name]


def test_other_formats_and_other_folders_are_written_from_what_is_known(classroom) -> None:
    classroom.class_of(3)
    assert written(classroom, "--format", "json") == 3
    assert written(classroom) == 3
    classroom.grade("--gradebook", classroom.book, out=classroom.folder / "elsewhere")
    assert {path.name for path in classroom.out.iterdir()} == {
        path.name for path in (classroom.folder / "elsewhere").iterdir()
    }


def test_a_damaged_note_of_what_was_written_is_only_a_note(classroom) -> None:
    import sqlite3

    classroom.class_of(3)
    classroom.grade()
    with sqlite3.connect(classroom.book) as connection:
        connection.execute("UPDATE views SET summary = x'00' WHERE student = 's001'")
        connection.execute("UPDATE views SET files = '{' WHERE student = 's002'")
    connection.close()
    assert written(classroom) == 2


def test_what_a_killed_process_left_is_cleared_and_what_a_living_one_writes_is_not(tmp_path) -> None:
    from grader.writers.atomic import AtomicText

    own = AtomicText(tmp_path / "report.md")
    name = Path(own._temporary).name
    dead = tmp_path / name.replace(f"-{os.getpid()}-", "-99999999-")
    dead.write_text("half")
    strange = tmp_path / ".notes.part"
    strange.write_text("not ours")
    clear_unfinished(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([name, ".notes.part"])
    own.discard()


def test_the_class_tables_list_what_this_run_was_given(classroom) -> None:
    classroom.class_of(3)
    classroom.grade()
    (classroom.files / "s001.yaml").unlink()
    classroom.grade()
    rows = (classroom.out / "grades.csv").read_text().splitlines()[1:]
    assert [row.split(",")[0] for row in rows] == ["s000", "s002"]
