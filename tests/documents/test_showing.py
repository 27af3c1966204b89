"""PDF pages as their readers see them: turned pages upright, fields as text, what is laid over a page as a picture."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from grader.documents.pdf import read

_spec = importlib.util.spec_from_file_location("pdffiles", Path(__file__).parent / "pdffiles.py")
files = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(files)

HEAD = (
    (60, 560, 16, "Question 1"),
    (60, 440, 16, "Question 2"),
    (60, 410, 11, "Momentum smooths the steps."),
)
ANSWER = (60, 530, 11, "The kernel has 2304 weights and a bias.")
BEFORE = {0: b"", 90: b"0 1 -1 0 600 0 cm", 180: b"-1 0 0 -1 600 800 cm", 270: b"0 -1 1 0 0 600 cm"}
FIELD = b"/Type/Annot/Rect[60 520 360 545]/F 4/DA(/F 11 Tf 0 g)"


def page(content: bytes, *, turn: int = 0, laid: bytes = b"", shown: bytes = b"") -> bytes:
    """Return one page turned by so many degrees, with something laid over it and how that is drawn."""
    form = (
        b"/AcroForm<</Fields[6 0 R]/DA(/F 11 Tf 0 g)/DR<</Font<</F 5 0 R>>>>>>" if b"/Widget" in laid else b""
    )
    font = b"/Resources<</Font<</F 5 0 R>>>>"
    return files.pdf(
        b"<</Type/Catalog/Pages 2 0 R%s>>" % form,
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Rotate %d/Contents 4 0 R%s%s>>"
        % (turn, font, b"/Annots[6 0 R]" if laid else b""),
        files.stream(content),
        files.FONT,
        b"<<%s%s>>" % (FIELD, laid),
        files.stream(shown, b"/Type/XObject/Subtype/Form/BBox[0 0 300 25]" + font),
    )


def texts(raw: bytes) -> list[str]:
    return [block.text for block in read(raw, "a.pdf").blocks]


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
@pytest.mark.parametrize("inside", [0, 90, 180, 270])
def test_turned_pages_are_read_upright(turn, inside):
    content = files.words(HEAD[0], ANSWER, *HEAD[1:])
    document = read(page(b"q %s %s Q" % (BEFORE[inside], content), turn=turn), "a.pdf")
    assert [block.text for block in document.blocks] == [HEAD[0][3], ANSWER[3], HEAD[1][3], HEAD[2][3]]
    assert [block.kind for block in document.blocks] == ["heading", "paragraph"] * 2
    assert not document.unread


def test_a_picture_on_a_turned_page_is_drawn_upright():
    content = files.words(*HEAD) + b" q 100 0 0 50 60 480 cm /P Do Q"
    objects = files.pdf(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Rotate 90/Contents 4 0 R/Resources<</Font<</F 5 0 R>>/XObject<</P 6 0 R>>>>>>",
        files.stream(b"q %s %s Q" % (BEFORE[90], content)),
        files.FONT,
        files.picture(40, 20),
    )
    (picture,) = (each for block in read(objects, "a.pdf").blocks for each in block.pictures)
    width, height = (int.from_bytes(picture.content[at : at + 4], "big") for at in (16, 20))
    assert abs(width / height - 2) < 0.1


@pytest.mark.parametrize(
    ("laid", "shown"),
    [
        (b"/Subtype/Widget/FT/Tx/T(a)/V(2304 weights)", b""),
        (
            b"/Subtype/Widget/FT/Tx/T(a)/V(2304 weights)/AP<</N 7 0 R>>",
            files.words((2, 8, 11, "2304 weights")),
        ),
        (b"/Subtype/Widget/FT/Ch/Ff 131072/T(a)/Opt[(2304 weights)(9)]/V(2304 weights)", b""),
        (b"/Subtype/FreeText/Contents(2304 weights)/AP<</N 7 0 R>>", files.words((2, 8, 11, "2304 weights"))),
    ],
    ids=["field", "field that is drawn", "list", "note that is drawn"],
)
def test_what_was_typed_over_a_page_is_text_at_its_place(laid, shown):
    raw = page(files.words(*HEAD), laid=laid, shown=shown)
    assert texts(raw) == ["Question 1", "2304 weights", "Question 2", "Momentum smooths the steps."]


@pytest.mark.parametrize(
    "laid",
    [
        b"/Subtype/FreeText/Contents(2304 weights)",
        b"/Subtype/Ink/InkList[[60 520 200 545]]",
        b"/Subtype/Stamp",
        b"/Subtype/Text/Contents(2304 weights)",
        b"/Subtype/Circle",
        b"/Subtype/Widget/FT/Btn/T(a)/V/Yes/AS/Yes/AP<</N<</Yes 7 0 R/Off 7 0 R>>>>",
    ],
    ids=["note that is not drawn", "pen", "stamp", "note", "ring", "ticked box"],
)
def test_what_is_laid_over_a_page_and_no_text_is_a_picture_at_its_place(laid):
    blocks = read(page(files.words(*HEAD), laid=laid), "a.pdf").blocks
    assert [len(block.pictures) for block in blocks] == [0, 1, 0, 0]
    assert not any("2304" in block.text for block in blocks)


@pytest.mark.parametrize(
    "laid",
    [
        b"/Subtype/Link",
        b"/Subtype/Widget/FT/Tx/T(a)",
        b"/Subtype/Widget/FT/Btn/T(a)/V/Off/AS/Off/AP<</N<</Yes 7 0 R/Off 7 0 R>>>>",
    ],
    ids=["link", "empty field", "box that is not ticked"],
)
def test_what_says_nothing_is_nothing(laid):
    blocks = read(page(files.words(*HEAD), laid=laid), "a.pdf").blocks
    assert [block.text for block in blocks] == ["Question 1", "Question 2", "Momentum smooths the steps."]
    assert not any(block.pictures for block in blocks)


def test_a_hidden_field_says_nothing():
    raw = page(files.words(*HEAD), laid=b"/Subtype/Widget/FT/Tx/T(a)/V(2304 weights)").replace(
        b"/F 4/", b"/F 2/"
    )
    assert texts(raw) == ["Question 1", "Question 2", "Momentum smooths the steps."]


def test_words_that_run_upwards_beside_others_are_a_picture():
    content = files.words(*HEAD) + b" BT /F 11 Tf 0 1 -1 0 80 470 Tm (2304 weights) Tj ET"
    blocks = read(page(content), "a.pdf").blocks
    assert [len(block.pictures) for block in blocks] == [0, 1, 0, 0]
