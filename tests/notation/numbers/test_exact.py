from __future__ import annotations

import subprocess
import sys
import time
from contextlib import suppress
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.notation.numbers.arithmetic import ExpressionError, evaluate_expression
from grader.notation.numbers.exact import MAX_TEXT, NUMBER, NumberError, read_number, shown, unwrapped
from grader.notation.numbers.units import unit_named

THOUSANDS = [
    *(
        "903400",
        "903,400",
        "903 400",
        "903{,}400",
        r"903\,400",
        "903'400",
        "903_400",
        "903’400",
        "903\u202f400",
    ),
    *(
        "9.034e5",
        "9.034E+5",
        r"9.034 \cdot 10^5",
        r"$9.034 \times 10^{5}$",
        "9.034 x 10^5",
        "9.034×10⁵",
        "9.034*10**5",
    ),
    *(
        "903.4k",
        "903.4 K",
        "0.9034M",
        "0.9034 million",
        "**903,400**",
        r"\mathbf{903{,}400}",
        r"\boxed{903400}",
        "+903400",
    ),
    *("903400.", "903,400 parameters", "９０３４００", "9,03,400", "903~400"),
]


@pytest.mark.parametrize("text", THOUSANDS)
def test_every_way_to_write_a_count(text: str) -> None:
    assert read_number(text).value == 903_400


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1/9", Fraction(1, 9)),
        (r"\frac{1}{9}", Fraction(1, 9)),
        (r"-\frac19", Fraction(-1, 9)),
        ("1 1/2", Fraction(3, 2)),
        (r"1\frac{1}{2}", Fraction(3, 2)),
        ("½", Fraction(1, 2)),
        ("2⅓", Fraction(7, 3)),
        ("0,11", Fraction(11, 100)),
        (".5", Fraction(1, 2)),
        ("11 %", Fraction(11, 100)),
        (r"11\%", Fraction(11, 100)),
        ("25 percent", Fraction(1, 4)),
        ("−3", Fraction(-3)),
        ("- 3", Fraction(-3)),
        ("1e-3", Fraction(1, 1000)),
        ("10^{-3}", Fraction(1, 1000)),
        ("1.234,56", Fraction(123_456, 100)),
        ("1,234.56", Fraction(123_456, 100)),
        ("twelve", Fraction(12)),
    ],
)
def test_fractions_decimals_and_words(text: str, value: Fraction) -> None:
    assert read_number(text).value == value


def test_an_ambiguous_point_has_both_readings() -> None:
    readings = [reading.value for reading in read_number("903.400").readings]
    assert readings == [Fraction(9034, 10), Fraction(903_400)]
    assert read_number("903.40").alternatives == ()
    assert read_number("0.903").alternatives == ()


def test_precision_is_kept_as_written() -> None:
    assert (read_number("0.110").decimals, read_number("0.110").digits) == (3, 3)
    assert read_number("9.034e5").step == 100
    assert read_number("903k").step == 1000
    assert read_number("11 %").step == Fraction(1, 100)
    assert read_number("1/9").step == 0
    assert read_number("about 903,000").rounding == 1000
    assert read_number("903,000").rounding == 1


def test_broken_groups_are_marked() -> None:
    reading = read_number("1,802,00")
    assert reading.malformed
    assert reading.value == 180_200


def test_units_are_kept() -> None:
    assert (read_number("12.6 MiB").unit_name, read_number("12.6 MB").unit_name) == ("MiB", "MB")
    assert read_number("3 GFLOPS").unit_name == "GFLOPs"
    mib, mb = unit_named("MiB"), unit_named("MB")
    assert mib is not None
    assert mb is not None
    assert (mib.scale, mb.scale) == (2**20, 10**6)
    assert unit_named("Mb") != mb
    assert unit_named("x" * 10_000) is None


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("", 0),
        ("abc", 0),
        ("3 x 4", 1),
        ("12 ; 13", 2),
        ("1/0", 0),
        ("9e99999", 0),
        ("2800 = 28*100", 4),
        ("x = 3", 0),
    ],
)
def test_what_is_no_number_says_where(text: str, position: int) -> None:
    with pytest.raises(NumberError) as caught:
        read_number(text)
    assert caught.value.position == position


def test_a_megabyte_of_digits_is_refused_at_once() -> None:
    before = time.process_time()
    with pytest.raises(NumberError, match=str(MAX_TEXT)):
        read_number("1" * 1_000_000)
    assert time.process_time() - before < 2


@pytest.mark.parametrize(
    "text", ["1," * 20_000, "1 111 " * 8_000, "1/" * 20_000, r"\frac{1}{" * 5_000, "1e" * 20_000]
)
def test_matching_is_linear(text: str) -> None:
    before = time.process_time()
    assert sum(1 for _ in NUMBER.finditer(text)) > 0
    assert time.process_time() - before < 5


@given(st.text(max_size=60))
def test_any_text_is_a_number_or_a_number_error(text: str) -> None:
    try:
        reading = read_number(text)
    except NumberError:
        return
    assert reading.value.denominator > 0


@given(st.text(alphabet="0123456789.,'_{}\\ %eEkM/-+~^½*$x", max_size=30))
def test_texts_that_look_like_numbers(text: str) -> None:
    with suppress(NumberError):
        assert read_number(text).digits >= 1


@given(st.fractions(), st.sampled_from(["", "$", "**"]))
def test_a_shown_value_reads_back(value: Fraction, around: str) -> None:
    text = shown(value)
    if len(text) < 30:
        assert read_number(f"{around}{text}{around}").value == value


@given(st.text(max_size=80))
def test_unwrapping_moves_nothing(text: str) -> None:
    assert len(unwrapped(text)) == len(text)


def test_calculations_are_exact_and_bounded() -> None:
    assert evaluate_expression("1/3 + 2 * (3 - 2) / 3") == 1
    assert evaluate_expression("-2^2 + 2**3") == 4
    assert evaluate_expression("2^-1") == Fraction(1, 2)
    for text in (
        "9^9^9^9",
        "2^65",
        "1/0",
        "1/(2-2)",
        "(1",
        "1)",
        "1 2",
        "",
        "+",
        "a",
        "1 ! 2",
        "0^-1",
        "(" * 3_000 + "1",
    ):
        with pytest.raises(ExpressionError):
            evaluate_expression(text)


def test_reading_numbers_needs_no_libraries() -> None:
    code = (
        "import sys, grader.finding.numbers, grader.finding.matrices;"
        "print(sorted({'numpy', 'sympy', 'pydantic'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
