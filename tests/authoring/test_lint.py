"""What a rubric cannot mean is an error at its line, what it may mean a warning; a blank answer earns nothing."""

from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.cli.entry import grader
from grader.marking.assembly import mark
from grader.model.errors import RubricError
from grader.model.submission import Answer, Part, Place, Student, Submission
from grader.rubric.loading import read_rubric


def rubric(criterion: str, question: str = "", head: str = "") -> str:
    return f"id: t\n{head}questions:\n- id: q1\n{question}  criteria:\n  - {{id: n, {criterion}}}\n"


ERRORS = {
    "minimum above the points": ("points: 1, number: {expected: 1}", "  minimum: 100\n", "4:12.*minimum must be 0 or less"),
    "minimum above nothing": ("points: 1, number: {expected: 1}", "  minimum: 0.01\n", "minimum must be 0 or less"),
    "endless points": ("points: 1e400, number: {expected: 1}", "", "5:21.*between 1e-300 and 1e300"),
    "too many points": ("points: 1e7, number: {expected: 1}", "", "between -1,000,000 and 1,000,000"),
    "no points": ("points: nan, number: {expected: 1}", "", "must be a number"),
    "points for a false claim": ("points: 1, number: {expected: 1, contradiction: true}", "", "points for a false claim"),
    "an option twice": ("points: 1, choice: {options: [a, a], expected: a}", "", "options has 'a' twice"),
    "a text twice": ("points: 1, choice: {options: {a: x y, b: X  Y}, expected: a}", "", "are both written"),
    "no option": ("points: 1, choice: {options: [a, b], expected: []}", "", "at least one option"),
    "a generous mistake": ("points: 1, choice: {options: [a, b], expected: a, mistakes: [{name: m, choice: b, credit: 2}]}", "", "between 0 and 1"),
    "a generous matrix": ("points: 1, matrix: {expected: [[1]], mistakes: [{name: m, value: [[2]], credit: 5}]}", "", "between 0 and 1"),
    "a generous factor": ("points: 1, matrix: {expected: [[1]], scale: [{factor: 2, credit: 3}]}", "", "between 0 and 1"),
    "mistakes of one name": ("points: 1, number: {expected: 1, mistakes: [{name: m, value: 2}, {name: m, value: 3}]}", "", "two mistakes are named 'm'"),
    "a domain of nothing": ("points: 1, formula: {expected: x + 1, where: {zzz: positive}}", "", "no formula here has a symbol 'zzz'"),
    "a division by zero": ("points: 1, formula: {expected: 0/0}", "", "divides by zero"),
    "a hidden one": ("points: 1, formula: {expected: x/(y - y)}", "", "divides by zero"),
    "the same twice": ("points: 1, keywords: {all: [same, same]}", "", "asked for twice"),
    "a tolerance for all": ("points: 1, number: {expected: 5, tolerance: 100000 %}", "", "takes 0 for right"),
    "an endless tolerance": ("points: 1, number: {expected: 5, tolerance: 1e9999}", "", "between 1e-300 and 1e300"),
    "a huge tolerance": ("points: 1, number: {expected: 5, tolerance: 1e100}", "", "nearly every number"),
    "no digits": ("points: 1, number: {expected: 5.5, min_digits: -5}", "", "min_digits must be between"),
    "half right": ("points: 1, number: {expected: 5, accept: {value: 5, credit: 1/2}}", "", "has the expected value"),
}  # fmt: skip


@pytest.mark.parametrize("name", ERRORS)
def test_what_cannot_be_meant_is_an_error_at_its_line(name) -> None:
    criterion, question, said = ERRORS[name]
    with pytest.raises(RubricError, match=said) as caught:
        read_rubric(rubric(criterion, question), "r.yaml")
    assert all(problem.line > 3 for problem in caught.value.problems)


@pytest.mark.parametrize(
    ("criterion", "said"),
    [
        ("points: 1, formula: {expected: sqrt(-1 - x^2)}", "r.yaml:5:44: warning: question 'q1', criterion 'n': expected: no real value"),
        ("points: 1, number: {expected: 5, tolerance: 6}", "0 is right as well"),
        ("points: 1, choice: {options: [a], expected: a}", "there is only one"),
        ("points: 1, choice: {options: [a, b], expected: a, mistakes: [{name: m, choice: a}]}", "5:74: warning: question 'q1', criterion 'n': mistake 'm' (a) is right by this check"),
        ("points: 1, keywords: {any: [slow], about: [exponential linear], nearly: [exponential]}", 'part of "exponential linear"'),
        ("points: 0, number: {expected: 5}", "no criterion has points to earn"),
    ],
)  # fmt: skip
def test_what_may_be_meant_is_a_warning(tmp_path, monkeypatch, criterion, said) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "r.yaml").write_text(rubric(criterion))
    result = CliRunner().invoke(grader, ["check", "r.yaml"])
    assert result.exit_code == 0
    assert "warning: " in result.stderr
    assert said in result.stderr


def test_a_domain_is_that_of_the_symbol_however_it_is_spelt() -> None:
    """`eps` is read as epsilon, so that its domain must be epsilon's."""
    checks = [
        read_rubric(rubric(f"points: 1, formula: {{expected: sqrt({name}^2), where: {{{name}: positive}}}}"))
        .questions[0].criteria[0].check for name in ("eps", "epsilon")
    ]  # fmt: skip
    assert [check._read.options.domains for check in checks] == [{"epsilon": "positive"}] * 2


NUMBERS = st.integers(-50, 50).map(str)
CREDITS = st.sampled_from(["0", "1/2", "1"])


def numbers() -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {"expected": NUMBERS},
        optional={
            "tolerance": st.sampled_from(["exact", "1", "50%", {"digits": "2"}]),
            "near": st.just(["total"]),
            "percent": st.sampled_from(["either", "percent"]),
            "unevaluated": st.sampled_from(["accept", "refuse"]),
            "accept": st.lists(st.fixed_dictionaries({"value": NUMBERS, "credit": CREDITS}), max_size=2),
            "contradiction": st.just("true"),
        },
    )


CHECKS = st.one_of(
    numbers().map(lambda keys: {"number": keys}),
    st.fixed_dictionaries(
        {"expected": st.lists(st.lists(NUMBERS, min_size=2, max_size=2), min_size=1, max_size=2)},
        optional={"size": CREDITS, "by_cell": st.sampled_from(["true", "false"])},
    ).map(lambda keys: {"matrix": keys}),
    st.fixed_dictionaries(
        {"options": st.just(["a", "b", "c"]), "expected": st.sampled_from(["a", ["a", "b"], []])},
        optional={"partial": st.sampled_from(["true", "false"])},
    ).map(lambda keys: {"choice": keys}),
    st.sampled_from([
        {"keywords": {"any": ["word", "some phrase"]}}, {"keywords": {"all": ["a word"], "none": ["other"]}},
        {"keywords": {"any": ["word"], "contradiction": "true"}}, {"keywords": {"verdict": "no"}},
    ]),
)  # fmt: skip
CRITERIA = st.lists(
    st.tuples(st.sampled_from(["-2", "-1/2", "0", "1", "2.5"]), CHECKS).map(
        lambda pair: {"points": pair[0], **pair[1]}
    ),
    min_size=1,
    max_size=4,
)
MINIMUMS = st.sampled_from([None, "null", "0", "-1", "-1/2", "1/2", "7"])
BLANKS = st.sampled_from(["", " ", "\n\t \n"])


@settings(max_examples=300, deadline=None)
@given(CRITERIA, MINIMUMS, BLANKS)
def test_a_blank_answer_earns_nothing_by_any_rubric_that_is_accepted(criteria, minimum, blank) -> None:
    rows = [{"id": f"c{number}", **row} for number, row in enumerate(criteria)]
    question = {"id": "q1", "criteria": rows} | ({} if minimum is None else {"minimum": minimum})
    try:
        made = read_rubric(json.dumps({"id": "t", "questions": [question]}).replace('"null"', "null"))
    except RubricError:
        return
    place = Place(line=1)
    parts = {"c0": Part(value=blank, place=place), "c1": Part(value=(blank, (blank,)), place=place)}
    answer = Answer(question="q1", place=place, text=blank, parts=parts)
    for answers in ({}, {"q1": answer}):
        submission = Submission(source="s", students=(Student(id="s"),), answers=answers)
        (report,) = mark(made, submission)
        assert report.low == report.high == 0
