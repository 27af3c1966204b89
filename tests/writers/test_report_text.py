import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.writers.displaytext import MAX_FORMULA, one_line, pieces, printable


def formulas(text):
    return [(piece.formula, piece.display) for piece in pieces(text) if piece.formula]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a $x$ b", [("x", False)]),
        ("$$ x^2 $$", [("x^2", True)]),
        (r"\[ x \] and \(y\)", [("x", True), ("y", False)]),
        ("$ x $ spaced", [("x", False)]),
        ("it costs $5 now and $10 later", []),
        (r"\$5 and $x$", [("x", False)]),
        ("lone $ sign", []),
        ("$a\n\nb$", []),
        (r"$a\$ b", []),
        (r"row \\[2pt] end", []),
        ("$" + "x" * (MAX_FORMULA + 1) + "$", []),
    ],
)
def test_formulas_are_what_is_delimited(text, found):
    assert formulas(text) == found


@given(st.text(alphabet="$\\()[]ab \n5="))
def test_pieces_cover_the_text_in_order(text):
    cut = list(pieces(text))
    assert "".join(text[piece.start : piece.end] for piece in cut) == text
    assert all(piece.start < piece.end for piece in cut)


@pytest.mark.parametrize("unit", ["$", "\\[", "\\(", "$x ", "$$ \n", "\\\\"])
def test_hostile_delimiters_cost_linear_time(unit):
    begun = time.process_time()
    list(pieces(unit * (200_000 // len(unit))))
    assert time.process_time() - begun < 30


def test_what_acts_becomes_visible():
    assert printable("a\x00b\x1b[31m\u202ec\ud800\x85\r\nd\te") == "a␀b␛[31m\ufffdc\ufffd\ufffd\nd\te"


def test_right_to_left_letters_and_joiners_stay():
    assert printable("مرحبا \u200f \u200d") == "مرحبا \u200f \u200d"


def test_one_line_is_cut():
    assert one_line(" a\n\n b\t c ") == "a b c"
    assert one_line("x" * 1_000_000, 10) == "x" * 10 + "…"
