"""What a form says of an answer, and which stretch of a document it chooses."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from fractions import Fraction
from html import unescape

import pytest

from grader.review.board import Board
from grader.review.pages import _numbered
from grader.review.posted import UnclearFormError, digest_of, read_decision, span_of
from grader.review.work import Decided

HALF = Fraction(1, 2)


@pytest.fixture(scope="module")
def work(graded, tmp_path_factory):
    """Give an answer with four open rows."""
    book = tmp_path_factory.mktemp("posted") / "reports.gradebook"
    shutil.copy(graded / "reports.gradebook", book)
    board = Board(book, "small")
    key = next(item.key for item in board.listed("q1") if item.open_rows == 4)
    yield board.work(key, "ada")
    board.close()


def form(*rows: tuple[str, str], **more: str) -> dict[str, str]:
    said = dict(more)
    for number, (name, credit) in enumerate(rows, start=1):
        said |= {f"row.{number}": name, f"credit.{number}": credit, f"seen.{number}": "0"}
    return said


def test_a_row_says_met_not_met_a_share_or_nothing(work) -> None:
    said = form(
        ("q1_count", "1"), ("q1_bias", "other"), ("q1_false", "0"), ("q1_note", ""), **{"share.2": "50 %"}
    )
    found = read_decision(said, work)
    assert found.said == {"q1_count": 1, "q1_bias": HALF, "q1_false": 0}
    assert found.chosen["q1_bias"] == "1/2"


def test_rows_are_known_by_their_names_and_not_by_their_places(work) -> None:
    found = read_decision(form(("q1_note", "1"), ("q9_else", "1"), ("q1_count", "0")), work)
    assert found.said == {"q1_note": 1, "q1_count": 0}


def test_a_decided_row_of_which_nothing_is_sent_stays_decided(work) -> None:
    decided = Decided(7, HALF, "ben", "2026-01-01T00:00:00+00:00", "")
    rows = tuple(replace(row, decided=decided, seen=7) for row in work.rows)
    shown = replace(work, rows=rows)
    assert read_decision({"row.1": "q1_count", "seen.1": "7"}, shown).said == {}
    assert read_decision(form(("q1_count", "")), shown).said == {"q1_count": None}


def test_all_says_nothing_of_single_rows_and_keeps_the_reasons(work) -> None:
    found = read_decision(form(("q1_count", "0"), **{"said": "all", "why.1": " as you say "}), work)
    assert (found.said, found.why) == ("all", {"q1_count": "as you say"})


@pytest.mark.parametrize("share", ["2", "-1", "x", "1/0", "0.5.5"])
def test_a_share_is_one(work, share) -> None:
    with pytest.raises(UnclearFormError, match=re.escape(repr(share))):
        read_decision(form(("q1_count", "other"), **{"share.1": share}), work)


def test_no_other_decision_is_made_up(work) -> None:
    with pytest.raises(UnclearFormError):
        read_decision(form(said="everything"), work)


TEXT = "first\nsecond line\r\n\nlast"


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ({"start": "6", "end": "12"}, "second"),
        ({"from": "1", "to": "2"}, "first\nsecond line\r"),
        ({"from": "2", "to": "99"}, "second line\r\n\nlast"),
        ({"start": "", "end": "", "from": "4", "to": "4"}, "last"),
    ],
)
def test_a_stretch_is_chosen_by_characters_or_lines(said, found) -> None:
    start, end = span_of({"digest": digest_of(TEXT), **said}, TEXT)
    assert TEXT[start:end] == found


@pytest.mark.parametrize(
    "said",
    [{}, {"start": "3", "end": "3"}, {"start": "5", "end": "2"}, {"start": "0", "end": "999"}, {"from": "3", "to": "3"},
 {"start": "x", "end": "y"}, {"from": "9" * 30, "to": "9" * 30}],
    ids=str,
)  # fmt: skip
def test_what_chooses_nothing_is_said(said) -> None:
    with pytest.raises(UnclearFormError, match="Nothing was chosen"):
        span_of({"digest": digest_of(TEXT), **said}, TEXT)


def test_a_hand_in_that_has_changed_meanwhile_is_chosen_from_again(work) -> None:
    with pytest.raises(UnclearFormError, match="has changed"):
        span_of({"digest": digest_of(TEXT), "start": "0", "end": "5"}, TEXT + "!")


@pytest.mark.parametrize(
    "text",
    ["", "a", "a\n", "a\r\nb\rc\n\nd", "\u202ex\u2069\x00\x1b[31m\x85", "\ud800 <b>&amp;</b>", "🙂 x\n" * 3],
)
def test_a_document_is_shown_with_as_many_characters_as_it_has(text) -> None:
    shown = unescape(re.sub("<[^>]*>", "", _numbered(text, 0, 2)))
    assert len(shown) == len(text)
    assert [at for at, letter in enumerate(shown) if letter == "\n"] == [
        at for at, letter in enumerate(text) if letter == "\n"
    ]
