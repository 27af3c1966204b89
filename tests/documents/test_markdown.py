"""Markdown becomes blocks, each the exact stretch of the file that it stands in."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.documents.document import Document
from grader.documents.markdown import read


def kinds(text: str) -> list[tuple[str, str]]:
    return [(block.kind, block.text) for block in read(text).blocks]


def test_every_kind_of_block() -> None:
    text = "---\ntitle: x\n---\n# A #\n\ntext\n\n> said\n\n1. one\n   - [x] two\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```py\nx\n```\n\n***\n\n$$\ny\n$$\n\n<!-- no -->\n"
    assert [block.kind for block in read(text).blocks] == [
        "front_matter", "heading", "paragraph", "quote", "item", "item", "table", "code", "rule", "formula", "comment",
    ]  # fmt: skip
    item, inner = [block for block in read(text).blocks if block.kind == "item"]
    assert (item.marker, item.depth, item.ticked) == ("1.", 0, None)
    assert (inner.marker, inner.depth, inner.ticked, inner.text) == ("-", 1, True, "two")
    assert next(block.rows for block in read(text).blocks if block.rows) == (("a", "b"), ("1", "2"))


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("![12](scan_3.png)", ""),
        ("see ![a](b1.png) and 4", "see              and 4"),
        ('<img src="a5.png" width="7"/> 8', "8"),
        ("[a](http://b/9)", "a"),
        ("https://a.b/10 is it", "is it"),
        ("| ![1](2.png) | 3 |\n|---|---|", "|             | 3 |\n|---|---|"),
        ("$[a](b)$ and `![c](d)`", "$[a](b)$ and `![c](d)`"),
    ],
)
def test_nothing_is_left_of_pictures_and_addresses(text: str, left: str) -> None:
    document = read(text)
    assert document.text.strip() == left
    assert len(document.text) == len(text)


def test_pictures_are_named_and_those_inside_the_text_are_kept() -> None:
    (block,) = read("![ a  plot](data:image/png;base64,aGk=)").blocks
    assert [(picture.name, picture.media, picture.content) for picture in block.pictures] == [
        ("a plot", "image/png", b"hi")
    ]


def test_a_picture_stands_on_its_own_line() -> None:
    first, second = read("a) ![](b.png)\nb) four").blocks
    assert (len(first.pictures), len(second.pictures)) == (1, 0)


def test_what_is_meant_as_a_heading_is_one() -> None:
    assert kinds("##Question 1\nfour")[0] == ("heading", "Question 1")
    assert kinds("#include <a>\n#!/bin/sh") != []
    assert kinds('<h2 id="3">Question 1</h2>\n<p>four</p>')[0] == ("heading", "Question 1")
    assert kinds(f"{'a long text ' * 9}\n---\nmore")[0][0] == "paragraph"


def test_a_fence_that_is_not_closed_ends_at_the_next_heading() -> None:
    document = read("## Question 1\n\n```python\nx\n\n## Question 2\n\nfour\n")
    assert [block.text for block in document.blocks] == ["Question 1", "x", "Question 2", "four"]
    assert "not closed" in document.notes[0]
    again = read("```python\nx\n\n## Question 2\n\nfour\n\n```python\ny\n```\n")
    assert "Question 2" in [block.text for block in again.blocks]
    assert not read("```python\nx\n\n# a comment\n").notes


def test_code_on_one_line_opens_no_fence() -> None:
    assert [kind for kind, _ in kinds("```gain = 111```\n\n## Question 2\n")] == ["paragraph", "heading"]


@pytest.mark.parametrize("formula", ["$a*b*c$", r"\(a*b*c\)", "$`a*b*c`$", "$$\na\n- b\n+ c\n$$", "\\begin{align}\na\n- b\n\\end{align}", "\\[\na\n= 1\n\\]"])  # fmt: skip
def test_formulas_stay_as_they_are(formula: str) -> None:
    (block,) = read(formula).blocks
    assert block.text == formula


@given(st.text(alphabet="#*_-`~$|[](){}<>!\\ \n\t1.a:=xX/&", max_size=120))
def test_every_block_is_a_stretch_of_the_file(text: str) -> None:
    document = read(text)
    assert len(document.text) == len(text)
    for block in document.blocks:
        assert 0 <= (block.spot.start or 0) <= (block.spot.end or 0) <= len(text)


@given(st.text(alphabet="#*-`$|[]<>! \n1.a", max_size=100))
def test_every_word_stands_in_some_block(text: str) -> None:
    document: Document = read(text)
    covered = [False] * (len(text) + 1)
    for block in document.blocks:
        for place in range(text.rfind("\n", 0, block.spot.start or 0) + 1, block.spot.end or 0):
            covered[place] = True
    missed = [char for place, char in enumerate(document.text) if char.isalnum() and not covered[place]]
    assert not missed


@pytest.mark.parametrize("text", ["[" * 20_000, "![" * 10_000, "> " * 9_000, r"\(" * 9_000, "<!--" * 9_000, "* a\n" * 5_000, "$$ a\n" * 3_000], ids=lambda text: text[:5])  # fmt: skip
def test_reading_has_bounds(text: str) -> None:
    started = time.process_time()
    read(text)
    assert time.process_time() - started < 30
