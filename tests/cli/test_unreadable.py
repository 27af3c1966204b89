"""What cannot be opened is named, and the rest of the class is marked."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


@pytest.fixture
def locked(monkeypatch):
    """Let the system refuse what has 'locked' in its name, as it does to everybody but root."""
    opened, scanned = os.open, os.scandir

    def refuse(path) -> None:
        if "locked" in str(path):
            raise PermissionError(13, "Permission denied", str(path))

    def open_file(path, *given, **options):
        refuse(path)
        return opened(path, *given, **options)

    def scandir(path):
        refuse(path)
        return scanned(path)

    monkeypatch.setattr(os, "open", open_file)
    monkeypatch.setattr(os, "scandir", scandir)


def test_unreadable_folders_and_files_are_named(classroom, locked) -> None:
    classroom.class_of(2)
    (classroom.files / "locked").mkdir()
    (classroom.files / "locked.yaml").write_text("answers: {q1: x}")
    result = classroom.grade(code=1)
    assert result.stderr.splitlines() == [
        f"{classroom.files / 'locked'}: cannot be read: Permission denied",
        f"{classroom.files / 'locked.yaml'}: cannot be read: Permission denied",
    ]
    assert classroom.score("s000") == 6


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may read everything")
def test_an_unreadable_argument_is_named_as_any_other(classroom) -> None:
    good, bad = classroom.hand_in("good"), classroom.hand_in("bad")
    bad.chmod(0)
    result = classroom.grader("ci", good, bad, "--rubric", classroom.rubric, code=1)
    assert f"{bad}: cannot be read: Permission denied" in result.stderr


def test_a_pipe_among_the_arguments_does_not_hang(classroom) -> None:
    good, pipe = classroom.hand_in("good"), classroom.folder / "pipe.md"
    os.mkfifo(pipe)
    for command in ("ci", "validate"):
        result = classroom.grader(command, pipe, good, "--rubric", classroom.rubric, code=None)
        assert f"{pipe.name}: is a pipe, not a file that can be handed in" in result.stderr
    assert Path(pipe).exists()


def test_too_few_processes_are_one_sentence(classroom, monkeypatch) -> None:
    def refuse() -> int:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(os, "fork", refuse)
    classroom.class_of(2)
    result = classroom.grade("--executor", "forked", code=2)
    assert result.stderr == (
        "grader: no further process could be started (Resource temporarily unavailable); what was marked is kept."
        " Raise the limits (ulimit -u, ulimit -n), or use --executor serial\n"
    )
