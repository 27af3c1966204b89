"""Nothing is read but ordinary files that were handed in."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from grader.model.errors import SubmissionError
from grader.readers import opening
from grader.readers.opening import Found, identities, read_bytes


def said(found: Found) -> str:
    with pytest.raises(SubmissionError) as caught:
        read_bytes(found, "f")
    (problem,) = caught.value.problems
    return problem.message


def test_an_ordinary_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "a/b").mkdir(parents=True)
    (tmp_path / "a/b/f.md").write_bytes(b"x" * 3_000_000)
    for own in range(1, 4):
        assert len(read_bytes(Found(tmp_path / "a/b/f.md", own), "f")) == 3_000_000


def test_links_are_not_followed_where_they_were_found(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real/f.md").write_text("x")
    (tmp_path / "folder").symlink_to("real")
    (tmp_path / "f.md").symlink_to("real/f.md")
    assert said(Found(tmp_path / "f.md")) == opening.LINK
    assert "stands below 'folder', which is a link" in said(Found(tmp_path / "folder/f.md", 2))
    assert read_bytes(Found(tmp_path / "folder/f.md", 1), "f") == b"x"  # the folder is the operator's


@pytest.mark.parametrize("kind", ["pipe", "socket", "folder", "device", "nothing"])
def test_what_is_no_file_is_named_at_once(tmp_path: Path, monkeypatch, kind: str) -> None:
    path = tmp_path / "f.md"
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "socket":
        monkeypatch.chdir(tmp_path)  # the name of a socket is short
        server = socket.socket(socket.AF_UNIX)
        server.bind("f.md")
        server.close()
    elif kind == "folder":
        path.mkdir()
    elif kind == "device":
        path = Path("/dev/zero")
    words = "there is no such file" if kind == "nothing" else f"is a {kind}, not a file that can be handed in"
    assert said(Found(path)).startswith(words)


def test_what_a_name_becomes_after_a_look_is_not_read(tmp_path: Path, monkeypatch) -> None:
    """Between the look and the opening, a pipe and a link take the file's place."""
    path, secret = tmp_path / "f.md", tmp_path / "secret"
    secret.write_text("secret")
    real = os.lstat

    for put in (lambda: path.symlink_to(secret), lambda: os.mkfifo(path)):

        def lstat(name, *, dir_fd=None, put=put):
            seen = real(name, dir_fd=dir_fd)
            path.unlink()
            put()
            return seen

        path.unlink(missing_ok=True)
        path.write_text("x")
        monkeypatch.setattr(os, "lstat", lstat)
        words = said(Found(path))
        monkeypatch.setattr(os, "lstat", real)
        assert words in {opening.LINK, "is a pipe, not a file that can be handed in"}


def test_a_teachers_file_is_none_by_any_name(tmp_path: Path) -> None:
    (tmp_path / "key.yaml").write_text("id: x")
    (tmp_path / "f.yaml").hardlink_to(tmp_path / "key.yaml")
    teachers = identities([tmp_path / "key.yaml", None, tmp_path / "nowhere"])
    assert said(Found(tmp_path / "f.yaml", 1, teachers)) == opening.A_TEACHERS


def test_size_and_time_are_limited(tmp_path: Path, monkeypatch) -> None:
    path = tmp_path / "f.md"
    path.write_bytes(b"x" * 101)
    monkeypatch.setattr(opening, "MAX_BYTES", 100)
    assert said(Found(path)) == "is larger than 100 bytes (got 101)"
    real = os.fstat
    monkeypatch.setattr(os, "fstat", lambda handle: os.stat_result((*real(handle)[:6], 0, *real(handle)[7:])))
    assert said(Found(path)) == "is larger than 100 bytes"  # one that says nothing of its size
    monkeypatch.setattr(opening, "MAX_BYTES", 1000)
    monkeypatch.setattr(opening, "SECONDS", -1.0)
    assert said(Found(path)) == "could not be read within -1 s"


@pytest.mark.parametrize(
    "error", [PermissionError(13, "Permission denied"), OSError(5, "Input/output error")]
)
def test_what_the_system_refuses_is_told_in_its_words(tmp_path: Path, monkeypatch, error: OSError) -> None:
    (tmp_path / "f.md").write_text("x")

    def refuse(*_, **__):
        raise error

    monkeypatch.setattr(os, "open", refuse)
    assert said(Found(tmp_path / "f.md")) == f"cannot be read: {error.strerror}"


def test_where_folders_cannot_be_opened_one_by_one_the_same_holds(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(opening, "_IN_FOLDERS", False)
    (tmp_path / "f.md").write_text("x")
    (tmp_path / "link.md").symlink_to("f.md")
    os.mkfifo(tmp_path / "pipe.md")
    assert read_bytes(Found(tmp_path / "f.md", 2), "f") == b"x"
    assert said(Found(tmp_path / "link.md")) == opening.LINK
    assert said(Found(tmp_path / "pipe.md")).startswith("is a pipe")
