"""From the gradebook to files: what is there is left alone, what is not there is written."""

from __future__ import annotations

import json
import os

import pytest

from grader.writers.atomic import clear_unfinished


def written(classroom, *options) -> int:
    return json.loads(classroom.grade("--json", *options).stdout)["written"]


@pytest.mark.parametrize("harm", ["removed", "longer", "same size"])
def test_a_report_that_somebody_touched_is_written_again(classroom, harm) -> None:
    classroom.class_of(3)
    classroom.grade()
    before = classroom.everything()
    page = classroom.out / "s001.html"
    text = page.read_text()
    if harm == "removed":
        page.unlink()
    else:
        page.write_text(text + "x" if harm == "longer" else text.replace("S", "s", 1))
    assert written(classroom) == 1
    assert {name: value for name, value in classroom.everything().items() if "gradebook" not in name} == {
        name: value for name, value in before.items() if "gradebook" not in name
    }


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
    name = own._temporary.name
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
