from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from grader.checks.formula import FormulaCheck
from grader.finding.reading import Reading
from grader.model.outcome import Reason

HE = FormulaCheck(
    expected="2/N",
    defines=["\\sigma^2", "variance"],
    symbols={"N": ["n", "fan_in"]},
    where={"N": "natural"},
    mistakes=[{"name": "xavier", "expected": "1/N", "credit": "1/2", "feedback": "That is another one."}],
)
NORMALISE = FormulaCheck(
    expected="(x - mu)/sqrt(var + eps)",
    defines=["\\hat{x}", "x_hat"],
    symbols={"mu": ["\\mu_B", "mean"], "var": ["\\sigma_B^2", "sigma^2", "variance"], "eps": ["\\epsilon"]},
    where={"var": "positive", "eps": "positive"},
)


def outcome(check, text, part=""):
    return check.check(Reading(text=text, part=part), {})


def message(**keys):
    with pytest.raises(ValidationError) as caught:
        FormulaCheck(**keys)
    return caught.value.errors()[0]["msg"]


def test_the_evidence_says_what_was_read_where_and_what_decided():
    text = "So we use $\\sigma^2 = \\frac{2}{n}$ here."
    (evidence,) = outcome(HE, text).evidence
    assert text[evidence.start : evidence.end] == evidence.read == "\\sigma^2 = \\frac{2}{n}"
    assert evidence.read_as == "2/N"
    assert evidence.latex
    assert evidence.expected == "2/N"
    assert evidence.decided


def test_a_wrong_formula_is_shown_the_point_and_the_slip():
    result = outcome(NORMALISE, "x_hat = (x - mean)/(variance + eps)")
    assert (result.credit, result.reason) == (0, Reason.WRONG)
    assert result.feedback == "A root is missing."
    assert "your formula gives" in result.evidence[0].decided


def test_a_mistake_brings_its_credit_and_feedback():
    result = outcome(HE, "variance 1/N")
    assert (result.credit, result.code, result.feedback) == (
        Fraction(1, 2),
        "mistake:xavier",
        "That is another one.",
    )


def test_offsets_of_a_part_count_in_the_part():
    result = outcome(HE, " $ 2/N $ ", part="v")
    (evidence,) = result.evidence
    assert (evidence.read, evidence.part) == ("2/N", "v")
    assert " $ 2/N $ "[evidence.start : evidence.end] == "2/N"


def test_an_author_is_told_what_cannot_be_read_and_where():
    told = message(expected="2/(N", defines=["v"])
    assert "expected: this is not a formula that can be read" in told
    assert "at character" in told
    assert "mistake 'm'" in message(expected="2/N", mistakes=[{"name": "m", "expected": "2/)"}])


def test_an_author_is_told_what_contradicts():
    assert "is equal to the expected formula" in message(
        expected="2/N", mistakes=[{"name": "same", "expected": "4/(2N)"}]
    )
    assert "two mistakes are named" in message(
        expected="2/N", mistakes=[{"name": "a", "expected": "1/N"}, {"name": "a", "expected": "3/N"}]
    )
    assert "credit must be between 0 and 1" in message(
        expected="2/N", mistakes=[{"name": "a", "expected": "1/N", "credit": "2"}]
    )
    assert "must be one of real" in message(expected="2/N", where={"N": "naturals"})


def test_the_left_side_may_stand_in_the_rubric():
    check = FormulaCheck(expected="sigma^2 = 2/N", defines=["sigma^2"])
    assert outcome(check, "sigma^2 = 2/N").code == "correct"


def test_an_equation_may_be_what_is_asked_for():
    check = FormulaCheck(expected="2x + 4y = 3")
    assert outcome(check, "y = 3/4 - x/2", part="line").code == "correct"
    assert outcome(check, "y = 3/4 + x/2", part="line").code == "wrong"


def test_names_may_differ_where_the_rubric_says_so():
    check = FormulaCheck(expected="w*x + b", rename="yes")
    assert outcome(check, "a*u + c", part="p").code == "correct"


def test_accepted_forms_need_not_be_equal():
    check = FormulaCheck(
        expected="1/m * sum((x_i - mu)^2, i, 1, m)", accept=["1/(m-1) * sum((x_i - mu)^2, i, 1, m)"]
    )
    assert outcome(check, "\\frac{1}{m-1}\\sum_{i=1}^m (x_i-\\mu)^2", part="p").code == "correct"


def test_a_formula_in_each_kind_of_markup_is_found():
    for text in (
        "$$\\sigma^2 = \\frac{2}{N}$$",
        "\\[\\sigma^2 = 2/N\\]",
        "\\(\\sigma^2 = 2/N\\)",
        "\\begin{align} \\mu &= 0 \\\\ \\sigma^2 &= \\frac{2}{N} \\end{align}",
        "```math\n\\sigma^2 = \\frac{2}{N}\n```",
        "```python\nvariance = 2 / fan_in  # He\n```",
        "the rule `variance = 2/n`",
        "mu = 0, sigma^2 = 2/N.",
        "| variance | 2/N |",
        "- **variance**: 2/N",
    ):
        assert outcome(HE, text).code == "correct", text


PIECES = st.sampled_from(
    [
        "$",
        "$$",
        "\\sigma^2",
        "=",
        "2/N",
        "x_hat",
        "(",
        ")",
        "\\frac{",
        "}",
        "variance",
        " ",
        "\n",
        "`",
        "```",
        "\\[",
        "^",
        "_",
        "9^9^9",
        "of",
    ]
)


@settings(max_examples=150, deadline=None)
@given(
    st.one_of(st.text(max_size=120), st.lists(PIECES, max_size=25).map("".join)),
    st.sampled_from(["", "part"]),
)
def test_any_text_gives_an_outcome_and_the_same_one_twice(text, part):
    first = outcome(NORMALISE, text, part)
    assert first == outcome(NORMALISE, text, part)
    for evidence in first.evidence:
        if evidence.start is not None:
            assert text[evidence.start : evidence.end] == evidence.read


def test_a_comparison_that_takes_too_long_goes_to_a_person_as_such():
    check = FormulaCheck(expected="(x - mu)/sqrt(var + eps)")
    nested = "\\sum_{i=1}^{n} " * 30 + "x_i"
    result = outcome(check, nested, part="p")
    assert (result.credit, result.reason) == (None, Reason.TIMED_OUT)
    assert result.evidence[0].decided


def test_a_probable_verdict_says_at_how_many_points():
    result = outcome(FormulaCheck(expected="1"), "|x^2-4|/(|x-2| |x+2|)", part="p")
    assert (result.credit, result.reason) == (1, Reason.CORRECT)
    assert "agrees with the expected one at 12 exact points" in result.evidence[0].decided
    numbers = outcome(FormulaCheck(expected="2 arcsin(1)"), "pi", part="p")
    assert "computed to 480 digits" in numbers.evidence[0].decided


def test_what_is_announced_as_the_answer_goes_first():
    check = FormulaCheck(expected="a/(b + c)")
    assert (
        outcome(check, "By the rule $b + c = d$. The answer is \\boxed{\\frac{a}{c + b}}.").code == "correct"
    )
    wavering = outcome(check, "First $a/(b+c)$, but then we get \\boxed{\\frac{a}{b - c}}.")
    assert (wavering.credit, wavering.reason) == (None, Reason.AMBIGUOUS)
    other = outcome(check, "For the first part $a/(b+c)$. For the second the answer is $z = 4$.")
    assert other.code == "correct"


def test_values_may_carry_their_names():
    roots = FormulaCheck(expected="{2, -2}")
    for text in ("x = 2 or x = -2", "x = -2, 2", "\\{2, -2\\}", "x_1 = 2, x_2 = -2"):
        assert outcome(roots, text, part="roots").code == "correct", text
    assert outcome(roots, "x = 2", part="roots").credit == 0
    assert outcome(FormulaCheck(expected="(3, 2)"), "(p, q) = (3, 2)", part="p").code == "correct"
