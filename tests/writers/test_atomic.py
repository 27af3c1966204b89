import pytest

from grader.writers.atomic import AtomicText, atomic_text, write_text


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
