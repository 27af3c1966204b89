"""Documents made to hurt: a named error, quickly, in little memory; nothing is written outside or fetched."""

from __future__ import annotations

import resource
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from grader.documents import read
from grader.model.errors import SubmissionError

if TYPE_CHECKING:
    from collections.abc import Sequence

sys.path.insert(0, str(Path(__file__).parent))
import pdffiles
from making import open_document, paragraph, word, zipped

SECONDS = 6.0  # of the processor: three times what is asked, as test machines are busy; `benchmarks/documents.py` measures
MEMORY = 300_000  # kilobytes more than before


def _encrypted() -> bytes:
    raw = bytearray(zipped({"a.md": "x" * 100}))
    raw[6] |= 1
    raw[raw.index(b"PK\x01\x02") + 8] |= 1
    return bytes(raw)


def _formula(depth: int) -> str:
    return "<m:f><m:num>" * depth + "<m:r><m:t>x</m:t></m:r>" + "</m:num></m:f>" * depth


ENTITIES = (
    '<!DOCTYPE w [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c SYSTEM "file:///etc/passwd">]>'
)
DOUBLING = "".join(
    rf"\newcommand{{\{chr(97 + step)}}}{{{(chr(92) + chr(98 + step)) * 10}}}" for step in range(20)
)

# name -> how it is made, and words that its error must have
REFUSED = {
    "bomb.docx": (lambda: zipped({"word/document.xml": b"<a>" + b" " * 60_000_000}), "unpacks to more than"),
    "bomb.zip": (lambda: zipped({"a.md": b" " * 60_000_000}), "unpacks to more than"),
    "million.docx": (lambda: word("<w:p/>" * 400_000), "more than 300,000 elements"),
    "million.odt": (lambda: open_document("<text:p/>" * 400_000), "more than 300,000 elements"),
    "deep.docx": (lambda: word("<w:tbl><w:tr><w:tc>" * 50_000), "nested more than 200 deep"),
    "formula.docx": (
        lambda: word(f"<w:p><m:oMath>{_formula(5_000)}</m:oMath></w:p>"),
        "nested more than 200",
    ),
    "entities.docx": (lambda: word(paragraph("&amp;c;"), before=ENTITIES), "declares entities"),
    "cut.docx": (lambda: word("<w:p/>" * 1_000)[:-100], "cut off or damaged"),
    "text.docx": (lambda: b"My answers", "is no .docx file, whatever its name says"),
    "locked.docx": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 4_000, "protected by a password"),
    "old.doc": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 4_000, "save it as PDF or .docx"),
    "mine.pages": (lambda: zipped({"Index/Document.iwa": "x"}), "export it from Pages"),
    "photo.png": (lambda: b"\x89PNG\r\n\x1a\n\x00\x00", "is a picture"),
    "photo.docx": (lambda: b"\xff\xd8\xff\xe0\x00\x10JFIF", "is a picture, whatever its name says"),
    "zeros.md": (lambda: b"\x00" * 1_000_000, "nothing but blanks or zero bytes"),
    "empty.odt": (lambda: b"", "is empty"),
    "locked.odt": (
        lambda: open_document("", **{"META-INF/manifest.xml": "<m><encryption-data/></m>"}),
        "protected by a password",
    ),
    "locked.zip": (_encrypted, "protected by a password"),
    "outside.zip": (lambda: zipped({"../../x.md": "hi"}), "leads outside"),
    "absolute.zip": (lambda: zipped({"/etc/x.md": "hi"}), "leads outside"),
    "drive.zip": (lambda: zipped({"C:\\x.md": "hi"}), "leads outside"),
    "link.zip": (lambda: zipped({"a.md": "/etc/passwd"}, link="a.md"), "holds a link"),
    "nested.zip": (lambda: zipped({"b.zip": zipped({"a.md": "x"})}), "holds another archive"),
    "list.zip": (lambda: zipped({f"{number}.md": "" for number in range(20_000)}), "lists its parts in"),
    "program.zip": (lambda: zipped({"a.exe": "MZ"}), "holds no document"),
    "recursive.tex": (lambda: rb"\newcommand{\a}{\a\a}\a", "expands to more than"),
    "circle.tex": (lambda: rb"\def\a{\b}\def\b{\a}\a", "expands to more than"),
    "doubling.tex": (lambda: DOUBLING.encode() + rb"\a", "expands to more than"),
    "growing.tex": (lambda: rb"\def\a#1{\a{#1#1}}\a{x}", "expands to more than"),
    "formula.tex": (lambda: rb"\newcommand{\vec}[1]{\vec{#1}} $\vec{x}$", "expands to more than"),
    "braces.tex": (lambda: b"{" * 500_000, "nested more than 200 deep"),
    "lists.tex": (lambda: rb"\begin{itemize}\item " * 50_000, "nested more than 200 deep"),
    "tables.tex": (lambda: rb"\begin{tabular}{c}" * 50_000, "nested more than 200 deep"),
    "notes.tex": (lambda: rb"\footnote{" * 50_000, "nested more than 200 deep"),
    "brackets.tex": (lambda: rb"\\[" * 200_000, "expands to more than"),
    "long.tex": (lambda: b"$x " * 300_000, "words and signs"),
    "deep.html": (lambda: b"<div>" * 100_000, "nested more than 200 deep"),
    "many.html": (lambda: b"<p>x" * 500_000, "tags, which no answer needs"),
    "reopened.html": (
        lambda: b"".join(b"<b id=%d>" % number for number in range(150)) + b"<p>x" * 30_000,
        "tags, which no answer needs",
    ),
    "attributes.html": (lambda: b"<p " + b"a=1 " * 1_000_000 + b">x", "attributes"),
    "deep.rtf": (lambda: b"{\\rtf1" + b"{" * 500_000, "nested more than 200 deep"),
    "many.rtf": (lambda: b"{\\rtf1 " + b"\\par x" * 500_000 + b"}", "which no answer needs"),
    "cut.rtf": (lambda: b"{\\rtf1 {hello", "is cut off"),
    "wide.csv": (lambda: b"a," * 500_000 + b"\n1", "columns"),
    "long.csv": (lambda: b"a,b\n" + b"1,2\n" * 500_000, "rows"),
}
# Read, and not refused: no limit is needed where the time grows with the size alone.
READ = {
    "formula.docx": lambda: word(f"<w:p><m:oMath>{_formula(80)}</m:oMath></w:p>"),
    "names.pdf": lambda: _printed((50, 120), 4, "{0}{1}", "x y z"),
    "apart.pdf": lambda: _printed((50, 120), 4, "{0}{1}", "x y z", lower=2),
    "grid.pdf": lambda: _printed(range(20, 590, 30), 4, "{0}{1}", "{1}{0}"),
    "limits.pdf": lambda: _printed(range(20, 590, 24), 12, "max", "i=1", lower=4, small=3),
    "brackets.html": lambda: b"<p>" + b"\\(" * 300_000,
    "entities.html": lambda: b"&lt;" * 500_000,
    "quotes.py": lambda: b"'''" * 200_000,
    "letters.rtf": lambda: b"{\\rtf1 " + b"\\'e4" * 100_000 + b"}",
}


def _printed(
    columns: Sequence[int], step: int, name: str, beside: str, *, lower: int = 0, small: int = 0
) -> bytes:
    """Return a PDF page of rows of short words in columns, those beside the first one (or below each) a little lower."""
    items: list[tuple[int, int, int, str]] = []
    for number, height in enumerate(range(780, 20, -step)):
        said = chr(97 + number // 26 % 26), chr(97 + number % 26)
        for place, left in enumerate(columns):
            if small:
                items += [(left, height, 6, name), (left, height - lower, small, beside)]
            else:
                text = (beside if place else name).format(*said)
                items.append((left, height - (lower if place else 0), 3, text))
    return pdffiles.page(pdffiles.words(*items))


def _read_within_limits(name: str, raw: bytes) -> str:
    """Return what became of a document; fails where reading it took too much time or memory."""
    highest = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.process_time()
    try:
        said = f"read {len(read(raw, name).blocks)}"
    except SubmissionError as error:
        said = str(error)
    assert time.process_time() - started < SECONDS
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - highest < MEMORY
    return said


@pytest.mark.parametrize("name", REFUSED)
def test_hostile_documents_are_named_quickly(name: str) -> None:
    make, words = REFUSED[name]
    said = _read_within_limits(name, make())
    assert said.startswith(name)
    assert words in said


@pytest.mark.parametrize("name", READ)
def test_large_documents_are_read_quickly(name: str) -> None:
    assert _read_within_limits(name, READ[name]()).startswith("read")


def test_nothing_is_written_beside_a_zip(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    document = read(zipped({"q2.md": "two", "q10.md": "ten", "code/x.py": "y = 1"}), "ada.zip")
    assert [block.text for block in document.blocks] == ["q2", "two", "q10", "ten"]
    assert document.notes == ("Of the zip, code/x.py was not read.",)
    assert list(tmp_path.iterdir()) == []
