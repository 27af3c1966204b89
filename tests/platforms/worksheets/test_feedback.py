"""Reports in a zip, under the names by which a platform gives each to its student."""

from __future__ import annotations

import sys
import zipfile
from pathlib import Path

import pytest

from grader.platforms.worksheets.feedback import canvas_name, moodle_name

sys.path.insert(0, str(Path(__file__).parent))
import invented


@pytest.mark.parametrize(
    ("source", "name"),
    [
        (
            "down/Ada Berg_701_assignsubmission_file_/a.md",
            "Ada Berg_701_assignsubmission_file_/feedback.html",
        ),
        (
            "down/Ada Berg_701_assignsubmission_file/in/a.md",
            "Ada Berg_701_assignsubmission_file/feedback.html",
        ),
        (
            "李 明_701_assignsubmission_onlinetext/onlinetext.html",
            "李 明_701_assignsubmission_onlinetext/feedback.html",
        ),
        (
            "Ada Berg_701_assignsubmission_file_my_answers.md",
            "Ada Berg_701_assignsubmission_file_feedback.html",
        ),
        (
            "Participant_701_assignsubmission_file_/a.md",
            "Participant_701_assignsubmission_file_/feedback.html",
        ),
        ("files/ada.md", ""),
        ("Ada_701/a.md", ""),
    ],
)
def test_names_for_moodle(source, name) -> None:
    assert moodle_name(source) == name


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("down/bergada_90_123_my answers.md", "bergada_90_123_my answers.md.html"),
        ("bergada_LATE_90_123_a.md", "bergada_LATE_90_123_a.md.html"),
        ("bergada_90_123_a_b.html", "bergada_90_123_a_b.html"),
        ("bergada_90_text.html", ""),  # nothing was attached that a comment could go to
        ("ada.md", ""),
    ],
)
def test_names_for_canvas(source, name) -> None:
    assert canvas_name(source) == name


def hand_in(classroom, name: str, student: str) -> None:
    path = classroom.files / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"students: [{student}]\nanswers: {{q1: total 7850 with the biases, q2: relu}}\n")


def test_everybody_s_report_is_there_once_and_who_has_none_is_named(classroom) -> None:
    hand_in(classroom, "Ada_70000_assignsubmission_file_/a.yaml", f"'{invented.PUPILS[0].sid}'")
    hand_in(
        classroom,
        "Bo_70001_assignsubmission_file_/a.yaml",
        f"'{invented.PUPILS[1].sid}', '{invented.PUPILS[2].sid}'",
    )
    hand_in(classroom, "loose.yaml", f"'{invented.PUPILS[3].sid}'")
    classroom.grade("--executor", "serial", "--format", "csv", "--platform", "files")
    table, out = classroom.folder / "worksheet.csv", classroom.folder / "out.csv"
    table.write_bytes(invented.moodle())
    zips = [classroom.folder / "one.zip", classroom.folder / "two.zip"]
    for path in zips:
        options = ("--gradebook", classroom.book, "--table", table, "--out", out, "--feedback", path)
        said = classroom.grader("export", "moodle", *options, code=1)
    assert zips[0].read_bytes() == zips[1].read_bytes()
    assert f"2 reports are in {zips[1]}" in said.stdout
    assert (
        "student '004102' shares 'Bo_70001_assignsubmission_file_/feedback.html' with '004101'" in said.stderr
    )
    assert "loose.yaml: student '004103': this is no name of moodle's download" in said.stderr
    with zipfile.ZipFile(zips[0]) as archive:
        assert archive.namelist() == [
            "Ada_70000_assignsubmission_file_/feedback.html", "Bo_70001_assignsubmission_file_/feedback.html",
        ]  # fmt: skip
        page = archive.read(archive.namelist()[0]).decode()
    assert "004100" in page
    assert "<style" in page  # it needs nothing beside it


def test_platforms_that_take_none(classroom) -> None:
    said = classroom.grader(
        "export", "blackboard", "--out", "o", "--table", "t", "--feedback", "f.zip", code=2
    ).stderr
    assert "--feedback: blackboard takes no reports as a zip that is known here; canvas and moodle do" in said
