"""`grader review`: what is asked for before anything is served."""

from __future__ import annotations

import subprocess
import sys

import pytest

EVERYWHERE = "0.0.0.0"  # noqa: S104 - what is refused


@pytest.fixture
def marked(classroom):
    classroom.hand_in("ada", "total 7850 or 7840, with the biases")
    classroom.grade("--executor", "serial")
    return classroom


def refused(classroom, *options) -> str:
    return classroom.grader("review", classroom.book, "--no-browser", *options, code=2).output


def test_others_need_a_password(marked) -> None:
    said = refused(marked, "--host", EVERYWHERE)
    assert "others reach 0.0.0.0, so it needs --password-file FILE" in said


@pytest.mark.parametrize("text", ["", "short\n", "\nthe second line\n"])
def test_a_password_has_a_length(marked, text) -> None:
    path = marked.folder / "password"
    path.write_text(text, encoding="utf-8")
    assert "must have at least 8 characters" in refused(marked, "--host", EVERYWHERE, "--password-file", path)


def test_the_rubric_is_that_of_the_assignment(marked) -> None:
    marked.change_rubric(("id: small", "id: another"))
    said = refused(marked, "--rubric", marked.rubric)
    assert "is the rubric of 'another'; the gradebook's reports are of 'small'" in said


def test_a_gradebook_is_there(classroom) -> None:
    assert "there is no such gradebook" in refused(classroom)


def test_the_assignment_is_one_of_the_gradebook(marked) -> None:
    assert "holds no assignment 'smal'; did you mean 'small'?" in refused(marked, "--assignment", "smal")


def test_a_port_that_is_taken_is_named(marked) -> None:
    from grader.review.server import open_socket

    with open_socket("127.0.0.1", None) as taken:
        taken.listen()
        port = taken.getsockname()[1]
        assert f"127.0.0.1:{port} cannot be served" in refused(marked, "--port", port)


def test_without_the_extra_the_way_out_is_said(marked, monkeypatch) -> None:
    for name in [name for name in sys.modules if name.startswith("grader.review")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "starlette", None)
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    said = refused(marked)
    assert "which is not installed: install grader with the extra 'review'" in said


def test_help_loads_nothing_of_the_server() -> None:
    code = (
        "import sys\nfrom click.testing import CliRunner\nfrom grader.cli.entry import grader\n"
        "for words in (['--help'], ['review', '--help']):\n"
        "    assert CliRunner().invoke(grader, words).exit_code == 0\n"
        "print(*sorted({name.split('.')[0] for name in sys.modules}))"
    )
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert not {"starlette", "uvicorn", "jinja2", "anyio", "pydantic"} & set(loaded.split())
