from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.writers.rounding import decimal, exact_text, hundredths, number, round_report

POINTS = st.sampled_from(
    [Fraction(1), Fraction(2), Fraction(1, 2), Fraction(1, 3), Fraction(-1, 2), Fraction(0), Fraction(5, 7)]
)
CREDITS = st.one_of(st.none(), st.fractions(0, 1, max_denominator=9))
QUESTIONS = st.lists(st.lists(st.tuples(POINTS, CREDITS), max_size=6), max_size=5)


def build(make, plan, *, floor=True):
    questions = [
        make["question"](
            f"q{index}",
            [
                make["row"](f"r{place}", points=points, credit=credit)
                for place, (points, credit) in enumerate(rows)
            ],
            floor=floor,
        )
        for index, rows in enumerate(plan)
    ]
    return make["report"](questions)


@pytest.mark.parametrize(
    ("amount", "rounded"),
    [("1/3", 33), ("2/3", 67), ("1/200", 1), ("-1/200", 0), ("-1/3", -33), ("5/2", 250), ("0", 0)],
)
def test_half_is_rounded_up(amount, rounded):
    assert hundredths(Fraction(amount)) == rounded


@pytest.mark.parametrize(
    ("amount", "text"), [(250, "2.5"), (33, "0.33"), (-50, "-0.5"), (0, "0"), (1000, "10"), (1005, "10.05")]
)
def test_decimals_are_short(amount, text):
    assert decimal(amount) == text
    assert number(amount) == float(text)


def test_points_that_two_decimals_cannot_hold_stay_fractions():
    assert [exact_text(Fraction(text)) for text in ("1/3", "1/4", "-1/2")] == ["1/3", "0.25", "-0.5"]


def test_thirds_add_up(make):
    rounded = round_report(build(make, [[(Fraction(1), Fraction(1, 3))] * 3]))
    assert rounded.questions[0].rows == (33, 34, 33)
    assert rounded.score == 100


@pytest.mark.parametrize("floor", [True, False])
def test_totals_are_the_sums_of_the_rows_shown(make, floor):
    @settings(max_examples=50)
    @given(QUESTIONS)
    def check(plan):
        report = build(make, plan, floor=floor)
        rounded = round_report(report)
        assert rounded.low == sum(question.low for question in rounded.questions)
        assert rounded.high == sum(question.high for question in rounded.questions)
        for question, exact in zip(rounded.questions, report.questions, strict=True):
            for row, exact_row in zip(question.rows, exact.criteria, strict=True):
                assert (row is None) == (exact_row.credit is None)
                assert row is None or abs(Fraction(row, 100) - exact_row.score) <= Fraction(1, 100)
            if None not in question.rows:
                assert question.low == question.high == sum(question.rows) + question.floor_adjustment
        if report.awaiting == 0:
            assert abs(Fraction(rounded.low, 100) - report.low) <= Fraction(1, 200)

    check()


def test_a_range_holds_the_open_row_and_stops_at_the_floor(make):
    open_row = build(make, [[(Fraction(1), Fraction(1)), (Fraction(2), None)]])
    assert (round_report(open_row).low, round_report(open_row).high, round_report(open_row).score) == (
        100,
        300,
        None,
    )
    floored = build(make, [[(Fraction(1), Fraction(0)), (Fraction(-2), None)]])
    assert (round_report(floored).low, round_report(floored).high) == (0, 0)


@pytest.mark.parametrize("share", [Fraction(-1, 10), Fraction(-1), Fraction(0), Fraction(1, 7)])
def test_questions_and_adjustments_add_up_to_the_total(make, share):
    @settings(max_examples=50)
    @given(QUESTIONS)
    def check(plan):
        plain = build(make, plan)
        low, high = max(plain.low, Fraction(0)), plain.high
        late = [
            make["late"](share * low / 2, share * high / 2),
            make["late"](share * low / 3, share * high / 3),
        ]
        report = make["report"](plain.questions, adjustments=late)
        rounded = round_report(report)
        for end in ("low", "high"):
            parts = [*rounded.questions, *rounded.adjustments]
            assert getattr(rounded, end) == sum(getattr(part, end) for part in parts)
            if share:
                assert abs(Fraction(getattr(rounded, end), 100) - getattr(report, end)) <= Fraction(1, 100)
        if share == 0:
            assert {(part.low, part.high) for part in rounded.adjustments} == {(0, 0)}
        assert rounded.low <= rounded.high

    check()
