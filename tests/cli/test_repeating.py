"""A command that is given once more is told from its note; whatever is not as it was leads to the whole run."""

from __future__ import annotations

import json
import os
import time

import pytest

from grader.cli import grade as command
from grader.cli import repeating
from grader.cli.repeating import Repetition
from grader.gradebook import Gradebook

LATER = 10_000_000_000  # ns: long after anything was written


@pytest.fixture
def runs(monkeypatch) -> list[int]:
    """Give a list with an item for each whole run."""
    made, whole = [], command._made

    def counted(*given):
        made.append(1)
        return whole(*given)

    monkeypatch.setattr(command, "_made", counted)
    return made


def past_files(classroom) -> list[object]:
    """Give a class list and a table of times beside a class of three; return the options that name them."""
    classroom.class_of(3)
    (classroom.folder / "class.csv").write_text("id,name\ns000,Ada\ns001,Ben\ns002,Cy\n")
    (classroom.folder / "times.csv").write_text("file,submitted\ns000.md,2026-01-01T10:00:00Z\n")
    return ["--roster", classroom.folder / "class.csv", "--times", classroom.folder / "times.csv"]


def rewrite(path, old: str, new: str) -> None:
    """Write over a file so that its size and the time it is dated to stay as they were."""
    seen, text = path.stat(), path.read_text()
    assert len(old) == len(new)
    assert old in text
    path.write_text(text.replace(old, new))
    os.utime(path, ns=(seen.st_atime_ns, seen.st_mtime_ns))


def hand_in_of(classroom, student: str):
    return next(classroom.files.glob(f"{student}.*"))


def decide(classroom) -> None:
    row = classroom.load().questions[0].criteria[0].id
    classroom.override("--student", "s000", "--criterion", row, "--credit", "0", "--why", "so")


def test_nothing_changed_is_nothing_done(classroom, runs) -> None:
    options = past_files(classroom)
    classroom.grade(*options)
    before = {path: path.stat() for path in classroom.out.rglob("*")}
    assert json.loads(classroom.grade(*options, "--json").stdout)["reused"] == 3
    assert classroom.grade(*options).exit_code == 0
    assert len(runs) == 1
    assert {path: path.stat() for path in classroom.out.rglob("*")} == before


def test_it_stands_in_the_gradebook_as_any_run_does(classroom, runs) -> None:
    classroom.class_of(3)
    classroom.grade()
    classroom.grade()
    assert len(runs) == 1
    with Gradebook(classroom.book, readonly=True) as book:
        first, second = book.rows(
            "SELECT kind, assignment, rubric, version, finished IS NULL, marked, reused FROM runs"
        )
        (seen,) = book.row("SELECT min(run) FROM standings")
    assert first == (*second[:5], 3, 0)
    assert second[4:] == (0, 0, 3)
    assert seen == 2


@pytest.mark.parametrize("options", [[], ["--json"], ["--quiet"], ["--fail-under", "90%"]])
@pytest.mark.parametrize("decided", [False, True])
def test_it_tells_what_the_whole_run_tells(classroom, runs, monkeypatch, options, decided) -> None:
    given = [*past_files(classroom), *options]
    (classroom.folder / "class.csv").write_text(
        "id,name\ns000,Ada\ns001,Ben\ns007,Bo\n"
    )  # a notice, and a problem
    classroom.hand_in("s003", "total 7850", "relu")
    classroom.grade(*given, code=None)
    if decided:
        decide(classroom)
        classroom.grade(*given, code=None)
    count = len(runs)
    short = classroom.grade(*given, code=None)
    assert len(runs) == count
    monkeypatch.setattr(Repetition, "outcome", lambda _self: None)
    whole = classroom.grade(*given, code=None)
    assert len(runs) == count + 1
    assert (short.exit_code, short.stdout, short.stderr) == (whole.exit_code, whole.stdout, whole.stderr)
    assert whole.exit_code == 1
    assert "--quiet" in options or "s007" in short.output


CHANGES = {
    "a hand-in of equal size and time": lambda room: rewrite(hand_in_of(room, "s000"), "78", "79"),
    "a hand-in more": lambda room: room.hand_in("s009"),
    "a hand-in less": lambda room: hand_in_of(room, "s002").unlink(),
    "a hand-in of another name": lambda room: hand_in_of(room, "s002").rename(room.files / "s008.md"),
    "rights of a hand-in": lambda room: hand_in_of(room, "s002").chmod(0o400),
    "a report is gone": lambda room: (room.out / "s000.html").unlink(),
    "a report of equal size and time": lambda room: rewrite(room.out / "s000.html", "s000", "s001"),
    "a table is gone": lambda room: (room.out / "grades.csv").unlink(),
    "the page of the class is gone": lambda room: (room.out / "overview.html").unlink(),
    "the reports are gone": lambda room: room.out.rename(room.folder / "old"),
    "a file more among the reports": lambda room: (room.out / "mine.txt").write_text("mine"),
    "the rubric": lambda room: room.change_rubric(("expected: 7850", "expected: 7840")),
    "the rubric, by a remark alone": lambda room: room.rubric.write_text(f"{room.rubric.read_text()}# so\n"),
    "the class list": lambda room: rewrite(room.folder / "class.csv", "Ada", "Ida"),
    "the times": lambda room: rewrite(room.folder / "times.csv", "10:00", "11:00"),
    "a decision": decide,
    "the gradebook is gone": lambda room: room.book.unlink(),
    "a regrade": lambda room: room.regrade("--apply"),
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_whatever_has_changed_leads_to_the_whole_run(classroom, runs, change) -> None:
    options = past_files(classroom)
    classroom.grade(*options)
    classroom.grade(*options)
    assert len(runs) == 1
    CHANGES[change](classroom)
    classroom.grade(*options, code=None)
    assert len(runs) == 2


def test_what_a_rubric_imports_counts(classroom, runs) -> None:
    sets = classroom.folder / "words.yaml"
    sets.write_text("colours: [red, blue]\n")
    classroom.rubric.write_text(f"import: {sets.name}\n{classroom.rubric.read_text()}")
    classroom.class_of(1)
    classroom.grade()
    classroom.grade()
    assert len(runs) == 1
    rewrite(sets, "blue", "grey")
    classroom.grade()
    assert len(runs) == 2


@pytest.mark.parametrize(
    "options",
    [
        ["--teacher", "TEACHER"], ["--standalone"], ["--format", "json"], ["--format", "md,json,csv,html"], ["--fail-under", "0%"],
        ["--deadline", "9"], ["--executor", "serial"], ["--platform", "files"], ["--dry-run"], ["--fresh"],
    ],
)  # fmt: skip
def test_another_way_to_ask_is_another_run(classroom, runs, options) -> None:
    classroom.class_of(2)
    classroom.grade()
    classroom.grade(*[classroom.folder / "teacher" if word == "TEACHER" else word for word in options])
    assert len(runs) == 2


def test_reports_for_teachers_are_looked_at_as_well(classroom, runs) -> None:
    classroom.class_of(2)
    teacher = classroom.folder / "teacher"
    classroom.grade("--teacher", teacher)
    classroom.grade("--teacher", teacher)
    assert len(runs) == 1
    (teacher / "s000.html").unlink()
    classroom.grade("--teacher", teacher)
    assert len(runs) == 2
    assert (teacher / "s000.html").exists()


@pytest.mark.parametrize(
    "where",
    [
        "grader.gradebook.runs.Run.finish",
        "grader.batch.session.ClassRun.write",
        "grader.gradebook.runs.Run.stand",
    ],
)
def test_after_a_run_that_was_stopped_comes_a_whole_one(classroom, runs, monkeypatch, where) -> None:
    classroom.class_of(2)
    classroom.grade()
    classroom.hand_in("s009")

    def stop(*_given, **_named):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(where, stop)
        classroom.grade(code=130)
    hand_in_of(classroom, "s009").unlink()  # as if nothing had been
    classroom.grade()
    assert len(runs) == 3


def test_another_code_is_another_run(classroom, runs, monkeypatch) -> None:
    classroom.class_of(1)
    classroom.grade()
    monkeypatch.setattr(repeating, "code_stamp", lambda: ("another", 0))
    classroom.grade()
    assert len(runs) == 1  # the files look otherwise, and hold the same
    monkeypatch.setattr(repeating, "code_stamp", lambda: ("yet another", 0))
    monkeypatch.setattr(repeating, "code_version", lambda: "another")
    classroom.grade()
    assert len(runs) == 2


def test_code_that_changed_just_before_it_was_noted_is_read(classroom, runs, monkeypatch) -> None:
    classroom.class_of(1)
    monkeypatch.setattr(repeating, "code_stamp", lambda: ("the same", time.time_ns()))
    classroom.grade()
    monkeypatch.setattr(repeating, "code_version", lambda: "another")
    classroom.grade()
    assert len(runs) == 2


def test_a_file_that_was_only_touched_is_the_same(classroom, runs) -> None:
    classroom.class_of(2)
    classroom.grade()
    hand_in_of(classroom, "s000").touch()
    classroom.grade()
    assert len(runs) == 1


def test_times_that_are_too_fresh_are_not_trusted(classroom, runs, monkeypatch) -> None:
    """Of two changes in one moment, the second may leave size, times and number as they were."""
    classroom.class_of(2)
    moment = time.time_ns()
    monkeypatch.setattr("grader.files.stamps._stamp", _of_one_moment(moment))
    monkeypatch.setattr(Repetition, "_are_ours", lambda *_given: True)
    classroom.grade()
    classroom.grade()
    assert len(runs) == 1
    rewrite(hand_in_of(classroom, "s000"), "78", "79")
    classroom.grade()
    assert len(runs) == 2


def test_reports_of_fresh_times_are_not_trusted_either(classroom, runs, monkeypatch) -> None:
    classroom.class_of(2)
    classroom.grade()
    real = (classroom.out / "s000.html").stat()
    monkeypatch.setattr("grader.files.stamps._stamp", _of_one_moment(real.st_mtime_ns))
    monkeypatch.setattr(Repetition, "_are_ours", lambda *_given: True)
    (classroom.out / "mine.txt").write_text("abc")
    classroom.grade()
    classroom.grade()
    assert len(runs) == 2
    (classroom.out / "mine.txt").write_text("abd")
    classroom.grade()
    assert len(runs) == 3


def _of_one_moment(moment: int):
    def stamp(seen: os.stat_result):
        return (
            repeating.Stamp(seen.st_mode, seen.st_size, moment, moment, seen.st_ino)
            if seen.st_nlink == 1
            else repeating.Stamp(seen.st_mode)
        )

    return stamp


def test_settled_files_are_not_read_again(classroom, runs, monkeypatch) -> None:
    classroom.class_of(3)
    classroom.grade()
    clock, read = time.time_ns, []
    monkeypatch.setattr(repeating.time, "time_ns", lambda: clock() + LATER)
    classroom.grade()
    digest = repeating.digest_of_file
    monkeypatch.setattr(repeating, "digest_of_file", lambda path: read.append(str(path)) or digest(path))
    monkeypatch.setattr(repeating.time, "time_ns", lambda: clock() + 2 * LATER)
    classroom.grade()
    assert len(runs) == 1
    assert read == [str(classroom.rubric)]


def test_a_clock_that_was_set_back_is_not_trusted(classroom, runs, monkeypatch) -> None:
    classroom.class_of(1)
    clock = time.time_ns
    classroom.grade()
    monkeypatch.setattr(repeating.time, "time_ns", lambda: clock() - LATER)
    classroom.grade()
    assert len(runs) == 2


def test_a_hand_in_that_changes_during_the_run_is_looked_at_again(classroom, runs, monkeypatch) -> None:
    from grader.gradebook.runs import Run

    classroom.class_of(2)
    finish = Run.finish

    def changing(run, **named):
        rewrite(hand_in_of(classroom, "s000"), "78", "79")
        finish(run, **named)

    with monkeypatch.context() as patch:
        patch.setattr(Run, "finish", changing)
        classroom.grade()
    classroom.grade()
    assert len(runs) == 2


def test_what_could_not_be_read_is_tried_again(classroom, runs) -> None:
    classroom.class_of(1)
    (classroom.files / "bad.pdf").write_bytes(b"%PDF")
    classroom.grade(code=1)
    classroom.grade(code=1)
    assert len(runs) == 2


def test_who_is_gone_is_told_once(classroom, runs) -> None:
    classroom.class_of(2)
    classroom.grade()
    hand_in_of(classroom, "s001").unlink()
    assert "s001" in classroom.grade().stderr
    assert "s001" not in classroom.grade().stderr
    assert "s001" not in classroom.grade().stderr
    assert len(runs) == 3


def test_a_converter_of_the_teachers_runs_each_time(classroom, runs) -> None:
    classroom.class_of(1)
    for _ in range(2):
        classroom.grade("--convert", ".txt=cat {input}")
    assert len(runs) == 2


def test_reports_among_the_hand_ins_are_told_as_ever(classroom, runs) -> None:
    classroom.class_of(2)
    said = [classroom.grade(out=classroom.files / "reports").stderr for _ in range(3)]
    assert said[0] == ""
    assert "that grader wrote itself" in said[1]
    assert said[2] == said[1]
    assert len(runs) == 3  # tables are written over each time, here among what is read


def test_two_assignments_of_one_gradebook_do_not_hinder_each_other(classroom, runs) -> None:
    classroom.class_of(1)
    classroom.grade()
    other = classroom.folder / "other.yaml"
    other.write_text(classroom.rubric.read_text().replace("id: small", "id: other", 1))
    for _ in range(2):
        classroom.grade("--rubric", other, "--gradebook", classroom.book, out=classroom.folder / "else")
        classroom.grade()
    assert len(runs) == 2


def test_a_damaged_note_is_none(classroom, runs) -> None:
    import sqlite3
    from contextlib import closing

    classroom.class_of(1)
    classroom.grade()
    dated = classroom.book.stat().st_mtime_ns
    with closing(sqlite3.connect(classroom.book)) as connection:
        connection.execute("UPDATE repeats SET data = x'00'")
        connection.commit()
    os.utime(classroom.book, ns=(dated, dated))
    classroom.grade()
    assert len(runs) == 2


def test_whoever_else_writes_to_the_gradebook_ends_its_notes(classroom, runs) -> None:
    import sqlite3
    from contextlib import closing

    classroom.class_of(1)
    classroom.grade()
    with closing(sqlite3.connect(classroom.book)) as connection:
        connection.execute("UPDATE reports SET seconds = 0")
        connection.commit()
    classroom.grade()
    assert len(runs) == 2


@pytest.mark.parametrize("command", [["stats"], ["gradebook", "dump"], ["gradebook", "show"], ["export"]])
def test_whoever_only_reads_the_gradebook_does_not(classroom, runs, command) -> None:
    classroom.class_of(1)
    classroom.grade()
    classroom.grader(command[0], *command[1:], classroom.book, code=None)
    classroom.grade()
    assert len(runs) == 1
