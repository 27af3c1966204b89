"""`grader report`: a student's reports over all assignments, as pages that can be sent."""

from __future__ import annotations

import shutil

import pytest

from grader.cli.browser import _BROWSERS

FAKE = """#!/bin/sh
for word in "$@"; do case "$word" in --print-to-pdf=*) printf '%%PDF-1.4 Skia/PDF' > "${word#--print-to-pdf=}";; esac; done
exit CODE
"""


@pytest.fixture
def marked(classroom):
    classroom.hand_in("kim", "total 7840 and no more")
    classroom.hand_in("lou")
    classroom.grade()
    return classroom


@pytest.fixture
def term(marked):
    """Give a folder with the gradebooks of two assignments."""
    folder = marked.folder / "term"
    folder.mkdir()
    shutil.copy(marked.book, folder / "one.gradebook")
    second = marked.rubric.read_text(encoding="utf-8").replace("\nid: ", "\nid: second_", 1)
    second = second if second.startswith("id: second_") else second.replace("id: ", "id: second_", 1)
    marked.rubric.write_text(second, encoding="utf-8")
    marked.book.unlink()
    marked.grade()
    shutil.copy(marked.book, folder / "two.gradebook")
    return folder


def browser(tmp_path, monkeypatch, code: int = 0) -> None:
    found = tmp_path / "bin" / "chromium"
    found.parent.mkdir()
    found.write_text(FAKE.replace("CODE", str(code)))
    found.chmod(0o755)
    monkeypatch.setenv("PATH", f"{found.parent}:/usr/bin:/bin")


def test_everybody_s_page_stands_by_itself(marked) -> None:
    said = marked.grader("report", marked.book, "--out", marked.folder / "sent").stdout
    assert "2 reports are in" in said
    (folder,) = (marked.folder / "sent").iterdir()
    pages = sorted(path.name for path in folder.iterdir())
    assert pages == ["kim.html", "lou.html"]
    page = (folder / "kim.html").read_text(encoding="utf-8")
    assert "<style" in page
    assert 'href="' not in page.partition("<body")[0]


def test_one_student_over_all_assignments_of_a_folder(marked, term) -> None:
    out = marked.folder / "sent"
    marked.grader("report", term, "--students", "kim", "--out", out, "--format", "md,json")
    found = sorted(str(path.relative_to(out)) for path in out.rglob("*.*"))
    first, second = sorted({name.partition("/")[0] for name in found})
    assert found == [f"{first}/kim.json", f"{first}/kim.md", f"{second}/kim.json", f"{second}/kim.md"]
    only = marked.folder / "only"
    marked.grader("report", term, "--assignment", second, "--out", only)
    assert [path.name for path in only.iterdir()] == [second]


def test_decisions_are_in_it_without_a_run(marked) -> None:
    marked.override("--student", "kim", "--criterion", "q1_count", "--credit", "1/2", "--why", "Nearly.")
    marked.grader(
        "report", marked.book, "--students", "kim", "--out", marked.folder / "sent", "--format", "md"
    )
    (page,) = (marked.folder / "sent").rglob("kim.md")
    assert "Nearly" in page.read_text(encoding="utf-8")


def test_whoever_has_none_is_named(marked) -> None:
    said = marked.grader(
        "report", marked.book, "--students", "kim,nobody", "--out", marked.folder / "sent", code=1
    )
    assert "--students: 'nobody' has no report in any of the gradebooks" in said.stderr
    assert "1 report is in" in said.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--format", "htm"), "unknown format 'htm'; did you mean 'html'?"),
        (("--assignment", "none"), "no gradebook given holds it"),
    ],
)
def test_what_cannot_be_is_said_before_anything_is_written(marked, words, said) -> None:
    out = marked.folder / "sent"
    assert said in marked.grader("report", marked.book, "--out", out, *words, code=2).stderr
    assert not out.exists()


def test_a_folder_without_gradebooks(marked) -> None:
    empty = marked.folder / "empty"
    empty.mkdir()
    assert "holds no file that ends in .gradebook" in marked.grader("report", empty, code=2).stderr


def test_pages_are_printed_by_the_browser_that_is_there(marked, monkeypatch, tmp_path) -> None:
    browser(tmp_path, monkeypatch)
    out = marked.folder / "sent"
    marked.grader("report", marked.book, "--students", "kim", "--out", out, "--pdf")
    (printed,) = out.rglob("*.pdf")
    assert printed.read_bytes().startswith(b"%PDF")
    assert printed.stat().st_mode & 0o077 == 0
    printed.write_bytes(b"mine")
    said = marked.grader("report", marked.book, "--students", "kim", "--out", out, "--pdf", code=1)
    assert "is there already and is not what is written here" in said.stderr
    assert printed.read_bytes() == b"mine"


def test_a_browser_that_fails_is_named(marked, monkeypatch, tmp_path) -> None:
    browser(tmp_path, monkeypatch, code=3)
    said = marked.grader(
        "report", marked.book, "--students", "kim", "--out", marked.folder / "sent", "--pdf", code=1
    )
    assert "could not be printed: the browser" in said.stderr
    assert "ended with 3" in said.stderr


def test_without_a_browser_nothing_is_written(marked, monkeypatch, tmp_path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    out = marked.folder / "sent"
    assert (
        "needs Chromium, Chrome or Edge"
        in marked.grader("report", marked.book, "--out", out, "--pdf", code=2).stderr
    )
    assert not out.exists()


@pytest.mark.skipif(not any(map(shutil.which, _BROWSERS)), reason="no browser is installed")
def test_a_real_browser_prints_a_report_of_few_pages(marked) -> None:
    pdfium = pytest.importorskip("pypdfium2")
    marked.grader("report", marked.book, "--students", "kim", "--out", marked.folder / "sent", "--pdf")
    (printed,) = (marked.folder / "sent").rglob("*.pdf")
    assert 1 <= len(pdfium.PdfDocument(printed)) <= 3
