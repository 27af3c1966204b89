import os
import stat

import pytest

from grader.files.provenance import signed
from grader.writers.atomic import AtomicText, atomic_text, write_bytes, write_text


def test_the_text_is_written_whole_with_plain_line_ends(tmp_path):
    path = write_text(tmp_path / "new" / "a.txt", "one\ntwo ✓\n")
    assert path.read_bytes() == "one\ntwo ✓\n".encode()
    assert [item.name for item in path.parent.iterdir()] == ["a.txt"]


def test_an_error_leaves_what_was_there_and_nothing_else(tmp_path):
    path = write_text(tmp_path / "a.txt", "old")

    def fail():
        with atomic_text(path) as file:
            file.write("new")
            raise RuntimeError("half way")

    with pytest.raises(RuntimeError, match="half way"):
        fail()
    assert path.read_text() == "old"
    assert [item.name for item in tmp_path.iterdir()] == ["a.txt"]


def test_a_text_that_cannot_be_encoded_leaves_nothing_behind(tmp_path):
    with pytest.raises(UnicodeEncodeError):
        write_text(tmp_path / "a.txt", "\ud800")
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_cannot_be_renamed_leaves_nothing_behind(tmp_path):
    (tmp_path / "a.txt").mkdir()
    target = AtomicText(tmp_path / "a.txt")
    with pytest.raises(OSError, match=r"a\.txt"):
        target.commit()
    assert [item.name for item in tmp_path.iterdir()] == ["a.txt"]


def test_discarding_twice_is_allowed(tmp_path):
    target = AtomicText(tmp_path / "a.txt")
    target.discard()
    target.discard()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "old", ["", "notes", signed("a report", "junit", "xml"), signed("one", "report", "md") + "and mine"]
)
def test_what_is_not_ours_is_left_alone(tmp_path, old):
    path = tmp_path / "a.md"
    path.write_text(old)
    with pytest.raises(FileExistsError, match="choose another name"):
        write_text(path, signed("two", "report", "md"))
    assert path.read_text() == old
    assert [item.name for item in tmp_path.iterdir()] == ["a.md"]


def test_what_is_ours_is_replaced_and_what_is_the_same_is_no_loss(tmp_path):
    path = tmp_path / "a.md"
    for text in ("one", "two"):
        write_text(path, signed(text, "report", "md"))
        assert path.read_text().startswith(text)
    write_bytes(tmp_path / "b", b"the same")
    write_bytes(tmp_path / "b", b"the same")


def test_nothing_is_written_through_a_link(tmp_path):
    ours = signed("one", "report", "md")
    write_text(tmp_path / "a.md", ours)
    (tmp_path / "link.md").symlink_to(tmp_path / "a.md")
    (tmp_path / "nowhere.md").symlink_to(tmp_path / "missing")
    for name in ("link.md", "nowhere.md"):
        with pytest.raises(FileExistsError, match="link"):
            write_text(tmp_path / name, signed("two", "report", "md"))
    assert (tmp_path / "a.md").read_text() == ours
    assert not (tmp_path / "missing").exists()


def test_new_files_and_folders_are_their_owners_whatever_the_umask(tmp_path):
    before = os.umask(0)
    try:
        path = write_text(tmp_path / "x" / "y" / "a.md", "one")
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert (
        stat.S_IMODE(path.parent.stat().st_mode) == stat.S_IMODE(path.parent.parent.stat().st_mode) == 0o700
    )


def test_the_rights_that_somebody_gave_a_file_stay(tmp_path):
    path = write_text(tmp_path / "a.md", signed("one", "report", "md"))
    path.chmod(0o640)
    write_text(path, signed("two", "report", "md"))
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
