"""PDF: what real programs set is read back to the letter, what is hidden or not understood is named, limits hold."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from grader.documents.pdf import read
from grader.model.errors import SubmissionError

FIXTURES = Path(__file__).parent / "fixtures" / "pdf"
EXPECTED = yaml.safe_load((FIXTURES / "expected.yaml").read_text(encoding="utf-8"))

_spec = importlib.util.spec_from_file_location("pdffiles", Path(__file__).parent / "pdffiles.py")
files = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(files)


@pytest.mark.parametrize("name", EXPECTED)
def test_what_programs_set_is_read_back(name):
    document = read((FIXTURES / name).read_bytes(), name)
    found = []
    for block, row in zip(document.blocks, EXPECTED[name], strict=True):
        own = {"kind": block.kind, "page": block.spot.page, "text": block.text}
        if "depth" in row:
            own["depth"] = block.depth
        if "marker" in row:
            own["marker"] = block.marker
        found.append(own)
    assert found == EXPECTED[name]
    assert not document.unread
    assert not document.doubt


def blocks(*lines, more=b""):
    return read(files.page(files.words(*lines) + b" " + more), "a.pdf").blocks


def test_a_table_has_its_cells():
    table = next(
        block for block in read((FIXTURES / "office.pdf").read_bytes(), "a").blocks if block.kind == "table"
    )
    assert table.rows == (("layer", "weights"), ("conv1", "2800"), ("conv2", "180200"), ("conv3", "720400"))


ROWS = ((0, "first"), (26, "it is a long"), (40, "sentence in two lines"), (66, "third"), (92, "fourth"))


def stub_at(places):
    """Return the rows of a table of which one cell has two lines, its names at heights."""
    names = [(50, 700 - place, 12, name) for place, name in zip(places, "ABCD", strict=True)]
    return blocks(*names, *((180, 700 - place, 12, text) for place, text in ROWS))


@pytest.mark.parametrize(
    "places", [(0, 26, 66, 92), (0, 33, 66, 92)], ids=["beside the first line", "beside the middle"]
)
def test_names_stand_beside_a_cell_of_two_lines_in_one_way(places):
    (table,) = stub_at(places)
    assert table.rows == (
        ("A", "first"),
        ("B", "it is a long sentence in two lines"),
        ("C", "third"),
        ("D", "fourth"),
    )


def test_a_line_above_rows_is_no_row():
    first, second = blocks(
        (50, 720, 12, "Task 7:"),
        *((50, 700 - place, 12, name) for place, name in zip((0, 26, 66, 92), "ABCD", strict=True)),
        *((180, 700 - place, 12, text) for place, text in ROWS),
    )
    assert (first.text, len(second.rows)) == ("Task 7:", 4)


def test_lines_beside_one_another_that_make_no_table_are_named():
    document = read(
        files.page(files.words((50, 700, 12, "4b"), (250, 694, 12, "the variance falls"))), "a.pdf"
    )
    assert [said for _, said in document.unread] == [
        "what page 1, line 1 stands beside was not understood",
        "what page 1, line 2 stands beside was not understood",
    ]


def test_a_page_whose_order_is_not_understood_is_doubtful():
    rows = [(50, 700 - 40 * row, 12, f"{row}b") for row in range(3)]
    rows += [(250, 694 - 40 * row, 12, f"the variance falls {'and falls ' * row}") for row in range(3)]
    rows += [(480, 691 - 40 * row, 12, "or so") for row in range(3)]
    assert "was not understood" in read(files.page(files.words(*rows)), "a.pdf").doubt


def test_what_runs_off_the_page_is_named_as_unread():
    document = read(files.page(files.words((540, 700, 12, "It has 31 times seventeen"))), "a.pdf")
    assert document.unread


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        ([(50, 700, 12, "It is 5"), (79, 705, 7, "3"), (96, 700, 12, "steps")], "It is $5^{3}$ steps"),
        ([(50, 700, 12, "the 4"), (79, 705, 7, "th"), (92, 700, 12, "layer")], "the 4th layer"),
        ([(50, 700, 12, "as said"), (90, 705, 7, "1"), (98, 700, 12, "before")], "as said$^{1}$ before"),
        ([(50, 700, 12, "sum: 20 000 and 0,641")], "sum: 20 000 and 0,641"),
        ([(50, 700, 12, "over- and underfitting")], "over- and underfitting"),
    ],
)
def test_numbers_and_scripts_are_neither_torn_nor_glued(lines, text):
    assert [block.text for block in blocks(*lines)] == [text]


@pytest.mark.parametrize(
    "line",
    [
        b"1 1 1 rg BT /F 12 Tf 50 650 Td (secret 42) Tj ET",
        b"BT 3 Tr /F 12 Tf 50 650 Td (secret 42) Tj ET",
        b"BT /F 1 Tf 50 650 Td (secret 42) Tj ET",
        b"BT /F 12 Tf 50 -60 Td (secret 42) Tj ET",
        b"BT /F 12 Tf 50 650 Td (secret 42) Tj ET 1 1 1 rg 40 640 200 30 re f",
    ],
    ids=["white", "invisible", "tiny", "off the page", "covered"],
)
def test_text_that_cannot_be_seen_is_hidden(line):
    found = blocks((50, 700, 12, "An answer of one line"), more=line)
    assert [block.text for block in found] == ["An answer of one line"]
    assert [text.replace(" ", "") for block in found for text in block.hidden] == ["secret42"]


def test_white_text_on_a_dark_ground_is_read():
    dark = b"0 0 0 rg 40 640 300 30 re f 1 1 1 rg BT /F 12 Tf 50 650 Td (shown 42) Tj ET"
    found = blocks((50, 700, 12, "An answer of one line"), more=dark)
    assert "shown 42" in " ".join(block.text for block in found)
    assert not any(block.hidden for block in found)


IMAGE = b"/XObject<</I 6 0 R>>"


def test_a_page_without_text_is_a_picture():
    raw = files.page(b"q 580 0 0 780 10 10 cm /I Do Q", files.picture(60, 80), resources=IMAGE)
    document = read(raw, "a.pdf")
    assert [block.text for block in document.blocks] == [""]
    assert document.blocks[0].pictures[0].content.startswith(b"\x89PNG")
    assert [spot.page for spot, _ in document.unread] == [1]
    assert "without text" in document.unread[0][1]


def test_a_scan_with_text_behind_it_is_doubtful():
    text = b" BT 3 Tr /F 12 Tf 50 650 Td (Dropout slows training) Tj ET"
    raw = files.page(b"q 580 0 0 780 10 10 cm /I Do Q" + text, files.picture(60, 80), resources=IMAGE)
    document = read(raw, "a.pdf")
    assert [block.text for block in document.blocks] == ["Dropout slows training"]
    assert "scan" in document.doubt
    assert not document.unread


def test_a_blank_page_is_nothing():
    document = read(files.page(b"q Q"), "a.pdf")
    assert (document.blocks, document.unread) == ((), ())


def test_a_picture_in_the_text_stands_where_it_is():
    raw = files.page(
        files.words((50, 700, 12, "Above the picture"))
        + b" q 80 0 0 60 50 600 cm /I Do Q "
        + files.words((50, 560, 12, "Below it")),
        files.picture(8, 6),
        resources=IMAGE,
    )
    found = read(raw, "a.pdf").blocks
    assert [(block.text, len(block.pictures)) for block in found] == [
        ("Above the picture", 0),
        ("", 1),
        ("Below it", 0),
    ]


def test_a_fraction_that_overlaps_another_line_is_not_guessed():
    raw = files.page(
        files.words(
            (100, 700, 12, "y ="),
            (126, 707, 12, "a + b"),
            (127, 703, 7, "7"),
            (131, 699, 7, "9"),
            (134, 692, 12, "c"),
        )
        + b" 124 702 40 0.5 re f"
    )
    document = read(raw, "a.pdf")
    said = " ".join(block.text for block in document.blocks)
    assert document.unread or r"\frac" not in said


def test_what_is_on_every_page_and_its_number_are_dropped():
    pages = [
        files.words(
            (50, 780, 9, "Course 7, hand-in 3"),
            (50, 700, 12, f"Answer {letter} is here"),
            (290, 30, 10, str(number)),
        )
        for number, letter in enumerate("ABC", 1)
    ]
    kids = b" ".join(b"%d 0 R" % (4 + 2 * index) for index in range(3))
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[%s]/Count 3>>" % kids, files.FONT]
    for index, content in enumerate(pages):
        objects += [
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents %d 0 R/Resources<</Font<</F 3 0 R>>>>>>"
            % (5 + 2 * index),
            files.stream(content),
        ]
    found = read(files.pdf(*objects), "a.pdf").blocks
    assert [block.text for block in found] == ["Answer A is here", "Answer B is here", "Answer C is here"]
    assert [block.spot.page for block in found] == [1, 2, 3]


FORM = b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X %d 0 R>>>>"
PAINTED = b"/XObject<</X 6 0 R>>"


REFUSED = {
    "nothing": (lambda: b"", "begin as a PDF"),
    "markdown": (lambda: b"# Markdown", "begin as a PDF"),
    "a header": (lambda: b"%PDF-1.7\n", "damaged"),
    "cut off": (lambda: files.page(b"BT ET")[:300], "damaged"),
    "encrypted": (
        lambda: files.page(
            b"BT ET", trailer=b"/Encrypt<</Filter/Standard/V 1/R 2/O<00>/U<00>/P -4>>/ID[<00><00>]"
        ),
        "password",
    ),
    "objects": (lambda: b"%PDF-1.4\n" + b"1 0 obj<<>>endobj\n" * 200_000, "objects"),
    "size": (lambda: b"%PDF-1.4\n" + b" " * 60_000_001, "MB"),
    "drawing": (lambda: files.page(files.stream(b"0 0 m 1 1 l S\n" * 3_000_000)), "unpacks"),
    "packed twice": (lambda: files.page(files.stream(b" " * 45_000_000, packed=2)), "unpacks"),
    "packed thrice": (lambda: files.page(files.stream(b" ", packed=3)), "several times"),
    "no image": (
        lambda: files.page(files.stream(b" " * 41_000_000, b"/Subtype/Image/Width 1/Height 1")),
        "unpacks",
    ),
    "text": (
        lambda: files.page(b"BT /F 9 Tf " + b"(aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa) Tj " * 20_000 + b"ET"),
        "characters",
    ),
    "states": (lambda: files.page(b"q " * 100_000), "saves its state"),
    "forms": (
        lambda: files.page(
            b"/X Do",
            *(files.stream(b"/X Do " * 2, FORM % number) for number in range(7, 40)),
            resources=PAINTED,
        ),
        "forms",
    ),
    "a form in itself": (
        lambda: files.page(b"/X Do", files.stream(b"/X Do " * 9, FORM % 6), resources=PAINTED),
        "forms",
    ),
    "pages": (
        lambda: files.pdf(
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Kids[%s]/Count 500>>" % (b"3 0 R " * 500),
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>",
        ),
        "pages",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_read_says_what_to_do(name):
    make, said = REFUSED[name]
    raw = make()
    with pytest.raises(SubmissionError) as raised:
        read(raw, "who.pdf")
    assert said in str(raised.value)
    assert str(raised.value).startswith("who.pdf: the PDF ")
    assert ";" in str(raised.value)


def test_every_prefix_of_a_file_is_read_or_refused():
    raw = (FIXTURES / "browser.pdf").read_bytes()
    for end in range(0, len(raw), 1499):
        try:
            read(raw[:end], "a.pdf")
        except SubmissionError:
            continue


def test_the_library_is_loaded_when_a_pdf_is_read():
    code = "import sys, grader.documents.pdf; print('pypdfium2' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
