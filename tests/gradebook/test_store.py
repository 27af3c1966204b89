"""A gradebook that cannot be used is named and left as it is; one that can loses nothing."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from grader.gradebook import Gradebook
from grader.gradebook.databaseschema import APPLICATION, MIGRATIONS, VERSION
from grader.model.errors import GradebookError


@contextmanager
def file_system(folder, size: str):
    """Mount a small file system of its own, or skip where that is not allowed."""
    folder.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder],
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode:
        pytest.skip(f"no file system can be mounted here: {made.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", folder], check=True)


def statements(path, *lines: str) -> None:
    connection = sqlite3.connect(path)
    with connection:
        for line in lines:
            connection.execute(line)
    connection.close()


def harm(book, how: str) -> str:
    """Damage a gradebook; return what is said about it."""
    raw = bytearray(book.read_bytes())
    if how == "empty":
        book.write_bytes(b"")
        return "is an empty file, not a gradebook; remove it to begin a new one"
    if how == "bytes of any kind":
        book.write_bytes(bytes(range(1, 256)) * 20)
        return "is not a gradebook, or its beginning is damaged; nothing was changed. Move it away"
    if how == "truncated":
        book.write_bytes(raw[: len(raw) // 2])
        return "is damaged"
    if how == "a page of zeros":
        page = int.from_bytes(raw[16:18], "big")
        raw[2 * page : 3 * page] = bytes(page)
        book.write_bytes(raw)
        return "is damaged"
    if how == "another program's":
        book.unlink()
        statements(book, "CREATE TABLE songs (name)")
        return "is an SQLite file of another program; name another file with --gradebook"
    statements(book, f"PRAGMA user_version = {VERSION + 1}")
    return f"was written by a newer grader (version {VERSION + 1} of its tables, this one knows {VERSION})"


HARMS = ("empty", "bytes of any kind", "truncated", "a page of zeros", "another program's", "newer")


@pytest.mark.parametrize("how", HARMS)
def test_a_gradebook_that_cannot_be_used_is_named_and_not_touched(classroom, how) -> None:
    classroom.class_of(3)
    classroom.grade()
    message = harm(classroom.book, how)
    before = classroom.everything()
    for result in (
        classroom.grade(code=2),
        classroom.grade("--dry-run", code=2),
        classroom.regrade("--apply", code=2),
        classroom.grader("gradebook", "dump", classroom.book, code=2),
        classroom.override(
            "--student", "s001", "--criterion", "q1_bias", "--credit", "1", "--why", "x", code=2
        ),
    ):
        assert result.stderr.startswith(f"{classroom.book}: {message}")
        assert result.stderr.count("\n") == 1
        assert result.stdout == ""
    after = classroom.everything()
    assert {name: after[name] for name in before} == before
    assert {name.rpartition("-")[2] for name in after.keys() - before.keys()} <= {
        "wal",
        "shm",
    }  # of SQLite, empty


def test_flipped_bytes_never_go_unnoticed_into_a_traceback(classroom) -> None:
    """Wherever a byte is flipped: a clear error, or a run that comes to its end."""
    classroom.class_of(6)
    classroom.grade("--executor", "serial")
    whole = classroom.book.read_bytes()
    reports = {path.name: path.read_bytes() for path in classroom.out.iterdir() if path.is_file()}
    chance, refused = random.Random(8), 0  # noqa: S311 - repeatable, nothing secret
    for _ in range(25):
        raw = bytearray(whole)
        raw[chance.randrange(100, len(raw))] ^= 0xFF
        classroom.book.write_bytes(raw)
        result = classroom.grade("--executor", "serial", code=None)
        assert result.exit_code in {0, 2}, result.exception
        assert isinstance(result.exception, SystemExit | None), result.exception
        if result.exit_code == 2:
            refused += 1
            assert str(classroom.book) in result.stderr
        for name, content in reports.items():
            if name.startswith("s"):
                assert (classroom.out / name).read_bytes() == content
    assert refused


def test_a_damaged_report_is_named_and_no_row_is_lost(classroom) -> None:
    classroom.class_of(3)
    classroom.grade()
    statements(classroom.book, "UPDATE reports SET body = x'00' WHERE id = 2")
    result = classroom.grade(code=2)
    assert "is damaged (Error -5 while decompressing data" in result.stderr
    connection = sqlite3.connect(classroom.book)
    assert connection.execute("SELECT count(*) FROM reports").fetchone() == (3,)
    connection.close()
    classroom.grade("--fresh")  # the way out for whoever has no backup
    classroom.grade()


def test_a_damaged_verdict_is_judged_anew(classroom) -> None:
    classroom.class_of(1)
    classroom.grade()
    statements(classroom.book, "UPDATE verdicts SET outcome = x'00'")
    classroom.hand_in("s001", "total 7850 with the biases", "relu")
    classroom.grade()
    assert classroom.score("s001") == 6


@pytest.mark.parametrize("version", range(1, VERSION))
def test_an_older_gradebook_is_brought_up_to_date_with_all_its_rows(classroom, version) -> None:
    classroom.class_of(2)
    classroom.grade()
    old = classroom.folder / "old.gradebook"
    connection = sqlite3.connect(old)
    for script in MIGRATIONS[:version]:
        connection.executescript(script)
    connection.executescript(f"PRAGMA application_id = {APPLICATION}; PRAGMA user_version = {version}")
    connection.execute("ATTACH ? AS new", (str(classroom.book),))
    tables = [
        name for (name,) in connection.execute("SELECT name FROM main.sqlite_master WHERE type = 'table'")
    ]
    for table in tables:
        columns = ", ".join(f'"{row[1]}"' for row in connection.execute(f"PRAGMA main.table_info({table})"))
        connection.execute(f"INSERT INTO main.{table} ({columns}) SELECT {columns} FROM new.{table}")  # noqa: S608 - our own names
    connection.commit()
    connection.close()
    said = classroom.grader("gradebook", "dump", old, code=2).stderr
    assert f"is of an older version ({version}, this is {VERSION})" in said
    expected = classroom.dumped()
    with Gradebook(old):
        pass
    assert classroom.dumped(old) == expected  # hand-ins as well
    assert (
        "2 of 2 hand-ins were known"
        in classroom.grade("--gradebook", old, out=classroom.folder / "other").stdout
    )


def test_a_gradebook_is_made_whole_or_not_at_all(tmp_path, monkeypatch) -> None:
    def no_room(*_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    path = tmp_path / "deep" / "x.gradebook"
    with monkeypatch.context() as patch:
        patch.setattr("grader.gradebook.store.migrate", no_room)
        with pytest.raises(GradebookError, match="cannot be written: database or disk is full"):
            Gradebook(path)
    assert list(path.parent.iterdir()) == []
    Gradebook(path).close()
    assert [file.name for file in path.parent.iterdir()] == ["x.gradebook"]


def test_without_links_a_gradebook_is_renamed_into_its_place(tmp_path, monkeypatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    Gradebook(tmp_path / "x.gradebook").close()
    assert [file.name for file in tmp_path.iterdir()] == ["x.gradebook"]


def test_looking_leaves_nothing_beside_it(classroom) -> None:
    classroom.class_of(2)
    classroom.grade()
    before = classroom.everything()
    for words in (["gradebook", "show"], ["gradebook", "dump"]):
        classroom.grader(*words, classroom.book)
    classroom.grade("--dry-run")
    assert classroom.everything() == before


def test_another_process_never_takes_the_log_from_under_two_connections_of_one(tmp_path) -> None:
    path = tmp_path / "book"
    look = "import sqlite3, sys; book = sqlite3.connect(sys.argv[1]); print(*book.execute('SELECT * FROM said')); book.close()"

    def seen() -> str:
        command = [sys.executable, "-c", look, str(path)]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    with Gradebook(path) as book:
        book.connection.execute("CREATE TABLE said (number)")
        with Gradebook(path, readonly=True):
            pass
        for number in range(3):
            book.connection.execute("INSERT INTO said VALUES (?)", (number,))
            assert f"({number},)" in seen()


def test_a_transaction_is_all_or_nothing_also_inside_another(tmp_path) -> None:
    insert = "INSERT INTO rubrics VALUES (?, 'a', '{}')"
    with Gradebook(tmp_path / "x.gradebook") as book:

        def fail() -> None:
            with book.transaction() as connection:
                connection.execute(insert, ("outer",))
                with book.transaction():
                    connection.execute(insert, ("inner",))
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            fail()
        assert book.row("SELECT count(*) FROM rubrics") == (0,)
        with book.transaction() as connection:
            connection.execute(insert, ("outer",))
        assert book.row("SELECT count(*) FROM rubrics") == (1,)


def test_a_lock_that_stays_is_named(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("grader.gradebook.store.PATIENCE", 0.05)
    with Gradebook(tmp_path / "x.gradebook") as first, Gradebook(tmp_path / "x.gradebook") as second:  # noqa: SIM117
        with first.transaction(), pytest.raises(GradebookError, match="another process has kept it locked"):
            with second.transaction():
                pass


def test_a_folder_is_no_gradebook(classroom) -> None:
    classroom.class_of(1)
    said = classroom.grade("--gradebook", classroom.files, code=2).stderr
    assert said == f"{classroom.files}: cannot be opened or written: Is a directory\n"


def test_a_pipe_is_no_gradebook_and_is_not_waited_for(classroom) -> None:
    classroom.class_of(1)
    pipe = classroom.folder / "pipe.gradebook"
    os.mkfifo(pipe)
    said = classroom.grade("--gradebook", pipe, code=2).stderr
    assert said == f"{pipe}: is no ordinary file; name another one with --gradebook\n"


def test_a_read_only_place(classroom) -> None:
    classroom.class_of(2)
    classroom.grade()
    with file_system(classroom.folder / "medium", "2m") as medium:
        book = medium / "x.gradebook"
        shutil.copy(classroom.book, book)
        subprocess.run(["mount", "-o", "remount,ro", medium], check=True)
        assert classroom.dumped(book) == classroom.dumped()
        assert "Nobody's marks change" in classroom.grade("--gradebook", book, "--dry-run").stdout
        assert f"{book}: cannot be written" in classroom.grade("--gradebook", book, code=2).stderr
        said = classroom.grade("--gradebook", classroom.book, out=medium / "reports", code=2).stderr
        assert said == f"{medium / 'reports'}: cannot be written: Read-only file system\n"
        said = classroom.grade(out=medium / "reports", code=2).stderr
        assert said == f"{medium / 'reports.gradebook'}: cannot be opened or written: Read-only file system\n"


@pytest.mark.parametrize("executor", ["serial", "processes"])
def test_a_full_disk_is_named_and_the_run_goes_on_after_space_is_made(classroom, executor) -> None:
    classroom.class_of(24)
    classroom.grade()
    with file_system(classroom.folder / "disk", "400k") as disk:
        ballast = disk / "ballast"
        for room in (0, 60_000, 130_000, 200_000):
            ballast.write_bytes(bytes(max(0, 395_000 - room)))
            result = classroom.grade("--executor", executor, "--jobs", "1", out=disk / "reports", code=2)
            assert "cannot be" in result.stderr, result.stderr
            assert result.stderr.count("\n") == 1
            for path in (disk / "reports").rglob("*"):
                if path.is_file():
                    assert (
                        path.read_bytes() == (classroom.out / path.relative_to(disk / "reports")).read_bytes()
                    )
        ballast.unlink()
        subprocess.run(["mount", "-o", "remount,size=20m", disk], check=True)
        classroom.grade("--executor", executor, "--jobs", "1", out=disk / "reports")
        assert {
            str(path.relative_to(disk / "reports")): path.read_bytes()
            for path in (disk / "reports").rglob("*")
            if path.is_file()
        } == {
            str(path.relative_to(classroom.out)): path.read_bytes()
            for path in classroom.out.rglob("*")
            if path.is_file()
        }
        assert classroom.dumped(disk / "reports.gradebook") == classroom.dumped()


@pytest.fixture
def unwritable(classroom) -> Iterator[Any]:
    """Give a graded class whose gradebook and folder nobody may write to; root looks on as somebody else."""
    classroom.class_of(3)
    classroom.grade()
    folder = Path(tempfile.mkdtemp(prefix="unwritable-"))
    for name in ("reports.gradebook", "rubric.yaml"):
        shutil.copyfile(classroom.folder / name, folder / name)
    shutil.copytree(classroom.files, folder / "files")
    classroom.book, classroom.rubric, classroom.files = (
        folder / "reports.gradebook",
        folder / "rubric.yaml",
        folder / "files",
    )
    classroom.out = folder / "reports"
    yield classroom
    folder.chmod(0o700)
    shutil.rmtree(folder)


@contextmanager
def only_looking(folder: Path) -> Iterator[None]:
    for path in folder.iterdir():
        path.chmod(0o555 if path.is_dir() else 0o444)
    folder.chmod(0o555)
    is_root = os.geteuid() == 0
    if is_root:
        os.seteuid(65534)
    try:
        yield
    finally:
        if is_root:
            os.seteuid(0)


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="rights are others on this system")
@pytest.mark.parametrize("log", ["none", "empty", "full"])
def test_a_gradebook_is_shown_where_nothing_may_be_written(unwritable, log) -> None:
    book = unwritable.book
    if log == "full":  # as a run leaves it that is under way, or was killed
        writer = sqlite3.connect(book, isolation_level=None)
        writer.execute("PRAGMA journal_mode = WAL")
        writer.execute("PRAGMA wal_autocheckpoint = 0")
        writer.execute("UPDATE standings SET student = 'zoe' WHERE student = 's001'")
        for name in ("", "-wal"):
            shutil.copyfile(f"{book}{name}", f"{book}.copy{name}")
        writer.close()
        for name in ("", "-wal"):
            Path(f"{book}.copy{name}").replace(f"{book}{name}")
    elif log == "empty":
        Path(f"{book}-wal").touch()
    with only_looking(book.parent):
        shown = unwritable.grader("gradebook", "show", book).stdout
        dumped = unwritable.dumped()
        tried = unwritable.grade("--dry-run", "--executor", "serial").stdout
    assert "3 students stand" in shown
    assert ("zoe" in dumped) == (log == "full")
    assert "3 students are marked by small; nothing was written" in tried
    assert {path.name for path in book.parent.iterdir()} <= {
        "reports.gradebook", "reports.gradebook-wal", "rubric.yaml", "files",
    }  # fmt: skip
