from __future__ import annotations

import pytest

from grader.notation.formulareader import read_formula
from grader.notation.grammar.quantities import for_answers, unit_behind
from grader.notation.names import Names
from grader.notation.printing.text import to_text

PLAIN = Names.declare({"n": ()})
ASKED = for_answers(PLAIN, read_formula("4 n bytes").tree)


@pytest.mark.parametrize(
    ("text", "shown", "names"),
    [
        ("4 n bytes", '(4*n) "bytes"', PLAIN),
        ("4 n B", "4*n*B", PLAIN),
        ("4 n B", '(4*n) "B"', ASKED),
        ("4 n [MiB]", '(4*n) "MiB"', ASKED),
        ("4 n in MiB", '(4*n) "MiB"', ASKED),
        ("900 GB/s", '900 "GB/s"', PLAIN),
        ("n / s", "n/s", PLAIN),
        ("30 µs", '30 "us"', ASKED),
        ("5 ms", '5 "ms"', PLAIN),
        ("5 ms", "5*m*s", Names.declare({"m": (), "s": ()})),
        ("50 percent", "50%", PLAIN),
        ("50 percent", "50*percent", Names.declare({"percent": ()})),
        ("max(n, 3) kB", 'max(n, 3) "kB"', PLAIN),
        ("n + layers", "n + layers", PLAIN),
    ],
)
def test_units_and_what_only_looks_like_one(text, shown, names):
    assert to_text(read_formula(text, names=names).tree) == shown


@pytest.mark.parametrize(
    ("text", "unit"),
    [(" bytes", "bytes"), ("$ (in MiB)", "MiB"), (" GB per second", "GB/second"), (" bytes per weight", "bytes"),
     (" of bytes", ""), (" bytesize", ""), ("", "")],
)  # fmt: skip
def test_units_behind_a_formula(text, unit):
    assert unit_behind(text, 0) == unit
