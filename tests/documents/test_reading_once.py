"""No hand-in is parsed twice, whatever its format: each page, part, cell and line is read once."""

from __future__ import annotations

import json
import sys
from collections import Counter
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from grader.model.submission import Outline, QuestionOutline
from grader.readers.files import read_content

sys.path.insert(0, str(Path(__file__).parent))
from making import open_document, paragraph, word
from pdffiles import FONT, pdf, stream, words

if TYPE_CHECKING:
    from collections.abc import Callable

OUTLINE = Outline(assignment="a", questions=(QuestionOutline(id="q1"), QuestionOutline(id="q2")))
SAID = ("Question 1", "It is 12.", "Question 2", "It is slow.")
PAGES = 3


def pages() -> bytes:
    """Return a PDF of some pages with a line on each."""
    kids = b" ".join(b"%d 0 R" % (4 + 2 * number) for number in range(PAGES))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[%s]/Count %d>>" % (kids, PAGES),
        FONT,
    ]
    for number in range(PAGES):
        box = b"/Parent 2 0 R/MediaBox[0 0 600 800]/Resources<</Font<</F 3 0 R>>>>"
        objects.append(b"<</Type/Page%s/Contents %d 0 R>>" % (box, 5 + 2 * number))
        objects.append(stream(words((50, 700, 12, f"Question {number + 1}"), (50, 680, 12, "It is 12."))))
    return pdf(*objects)


def notebook() -> bytes:
    cells = [
        {"cell_type": "markdown", "source": f"## {head}\n\n{said}"}
        for head, said in zip(SAID[::2], SAID[1::2], strict=True)
    ]
    return json.dumps({"cells": cells, "nbformat": 4}).encode()


def office() -> bytes:
    return open_document("".join(f"<text:p>{said}</text:p>" for said in SAID))


# What parses a hand-in of each format, by the module in which its name is looked up, and how often it may.
HANDINS: dict[str, tuple[Callable[[], bytes], dict[str, int]]] = {
    "a.md": (lambda: "\n\n".join(SAID).encode(), {"grader.documents.markdown:_Page": 1}),
    "a.tex": (lambda: "\n\n".join(SAID).encode(), {"grader.documents.latex:TokenStream": 1}),
    "a.ipynb": (notebook, {"json:loads": 1, "grader.documents.markdown:_Page": 2}),
    "a.docx": (
        lambda: word("".join(map(paragraph, SAID))),
        {"grader.documents.docx:open_archive": 1, "grader.documents.docx:_main_part": 1},
    ),
    "a.odt": (office, {"grader.documents.odt:open_archive": 1}),
    "a.pdf": (
        pages,
        {
            "grader.documents.pdf:opened": 1,
            "grader.documents.pdf:open_page": PAGES,
            "grader.documents.pdf:lines_of": PAGES,
        },
    ),
}
CUT = "grader.documents.cut.sections:assign"
LINES = "grader.documents.cut.lines:_lines_of"


@pytest.mark.parametrize("name", HANDINS)
def test_a_handin_is_parsed_once(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    make, expected = HANDINS[name]
    raw = make()
    calls: Counter[str] = Counter()
    blocks: list[int] = []

    def count(place: str) -> None:
        module, _, attribute = place.partition(":")
        work = getattr(import_module(module), attribute)

        def counted(*given: Any, **named: Any) -> Any:
            calls[place] += 1
            if place == LINES:
                blocks.append(given[1])
            return work(*given, **named)

        monkeypatch.setattr(f"{module}.{attribute}", counted)

    for place in (*expected, CUT, LINES):
        count(place)
    submission = read_content(raw, name, OUTLINE)
    assert "12" in submission.answers["q1"].text
    assert {place: calls[place] for place in expected} == expected
    assert calls[CUT] == 1
    assert blocks
    assert len(blocks) == len(set(blocks)), "a block was parted into lines more than once"


def test_a_part_of_a_word_file_is_parsed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    parsed: list[bytes] = []
    for module in ("docx", "odt"):
        place = import_module(f"grader.documents.{module}")
        work = place.parse_xml
        monkeypatch.setattr(place, "parse_xml", lambda raw, work=work: (parsed.append(raw), work(raw))[1])
    read_content(HANDINS["a.docx"][0](), "a.docx", OUTLINE)
    read_content(HANDINS["a.odt"][0](), "a.odt", OUTLINE)
    assert parsed
    assert len(parsed) == len(set(parsed))
