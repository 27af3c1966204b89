"""What is found in folders, what is named, and what is followed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from grader.readers import discovery
from grader.readers.discovery import find_files
from grader.readers.opening import A_TEACHERS, LINK, Found


def make(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("x")


def found(folder: Path, *arguments: Path, **options) -> tuple[list[str], dict[str, str]]:
    """Return what is read and what is said, by paths below a folder."""
    items = list(find_files(arguments or [folder], **options))
    read = [str(item.path.relative_to(folder)) for item in items if isinstance(item, Found)]
    said = {
        str(Path(item.path).relative_to(folder)): item.message
        for item in items
        if not isinstance(item, Found)
    }
    return read, said


def test_what_is_no_file_is_named(tmp_path: Path) -> None:
    make(tmp_path, "a.md", "sub/b.md")
    (tmp_path / "link.md").symlink_to("a.md")
    (tmp_path / "lost.md").symlink_to("nowhere")
    (tmp_path / "folder").symlink_to("sub")
    (tmp_path / "empty.yaml").mkdir()
    os.mkfifo(tmp_path / "pipe.md")
    read, said = found(tmp_path)
    assert read == ["a.md", "sub/b.md"]
    assert said == {
        "link.md": LINK, "lost.md": LINK, "folder": LINK,
        "empty.yaml": "is an empty folder, not a file",
        "pipe.md": "is a pipe, not a file that can be handed in",
    }  # fmt: skip


def test_a_folder_that_is_a_link_is_the_operators(tmp_path: Path) -> None:
    make(tmp_path, "real/a.md")
    (tmp_path / "class").symlink_to("real")
    assert found(tmp_path, tmp_path / "class") == (["class/a.md"], {})
    assert found(tmp_path, tmp_path / "class", root=tmp_path) == ([], {"class": LINK})


def test_a_link_beside_other_arguments_comes_from_a_wildcard(tmp_path: Path) -> None:
    make(tmp_path, "key/a.md", "ada/a.md")
    (tmp_path / "ben").symlink_to("key")
    read, said = found(tmp_path, *sorted(path for path in tmp_path.iterdir() if path.name != "key"))
    assert (read, said) == (["ada/a.md"], {"ben": LINK})


@pytest.mark.parametrize("form", ["d/a.md", "d", "x/../d/a.md"])
def test_below_a_root_nobody_vouches_for_links(tmp_path: Path, monkeypatch, form: str) -> None:
    make(tmp_path, "key/a.md", "x/y.md")
    (tmp_path / "d").symlink_to("key")
    monkeypatch.chdir(tmp_path)
    (problem,) = find_files([Path(form)], root=tmp_path)
    assert LINK in problem.message


def test_one_file_by_two_ways_is_one(tmp_path: Path) -> None:
    make(tmp_path, "a.md", "sub/b.md")
    (tmp_path / "c.md").hardlink_to(tmp_path / "a.md")
    read, said = found(tmp_path, tmp_path, tmp_path / "sub", tmp_path / "sub/../a.md")
    assert sorted(read) == ["a.md", "c.md", "sub/b.md", "sub/../a.md"] or sorted(read) == [
        "a.md",
        "c.md",
        "sub/b.md",
    ]
    assert said == {}


def test_the_teachers_own_files_are_no_hand_ins(tmp_path: Path) -> None:
    make(tmp_path, "a.md", "rubric.yaml")
    (tmp_path / "b.yaml").hardlink_to(tmp_path / "rubric.yaml")
    assert found(tmp_path, teachers=[tmp_path / "rubric.yaml"]) == (["a.md"], {"b.yaml": A_TEACHERS})


def test_what_its_name_hides_is_named_where_it_may_be_all(tmp_path: Path) -> None:
    make(tmp_path, "README.md", "a.md", "ada/README.md", "ben/.answers.md", "eva/readme.txt", "eva/b.md")
    read, said = found(tmp_path)
    assert read == ["a.md", "ada/README.md", "eva/b.md"]  # a README is one where nothing else is
    assert set(said) == {"ben/.answers.md"}
    assert all("was passed over because of its name" in rule for rule in said.values())


def test_a_folder_that_cannot_be_opened_is_named(tmp_path: Path, monkeypatch) -> None:
    make(tmp_path, "a.md", "eve/b.md")
    real = os.scandir

    def scandir(path):
        if Path(path).name == "eve":
            raise PermissionError(13, "Permission denied", str(path))
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    assert found(tmp_path) == (["a.md"], {"eve": "cannot be read: Permission denied"})


def test_a_folder_without_end_is_named(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(discovery, "MAX_DEPTH", 3)
    make(tmp_path, "a.md", "1/2/3/4/5/b.md")
    assert found(tmp_path) == (["a.md"], {"1/2/3": "lies deeper than 3 folders"})
    assert found(tmp_path, tmp_path / "nowhere")[1] == {"nowhere": "there is no such file or folder"}
