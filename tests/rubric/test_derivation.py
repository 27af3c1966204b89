"""A rubric may leave expected values and mistakes to derivation; a literal beside it must agree."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.checks.tolerance import reading_of
from grader.cli.entry import grader
from grader.derive.result import plain
from grader.finding.reading import Reading
from grader.marking.judgement import judge
from grader.model.errors import RubricError
from grader.notation.numbers.exact import read_number
from grader.rubric.derivation import written
from grader.rubric.loading import read_rubric

RUBRIC = """\
id: r
questions:
  - id: q1
    data:
      coin: {op: entropy, p: [1/2, 1/4, 1/4]}
      scores: {op: softmax, logits: [1, 2, 3]}
    criteria:
      - {id: h, part: h, points: 1, number: {derive: coin, mistakes: auto}}
      - {id: s, points: 1, matrix: {derive: scores, mistakes: auto}}
"""


def criterion(text: str, name: str):
    return next(item for item in read_rubric(text).questions[0].criteria if item.id == name)


def outcome(text: str, name: str, answer: str):
    return judge(criterion(text, name), Reading(text=answer, part=name), {})


def test_the_expected_value_is_derived() -> None:
    assert outcome(RUBRIC, "h", "1.5").code == "correct"
    assert outcome(RUBRIC, "h", "1.2").credit == 0
    assert outcome(RUBRIC, "s", "[0.09, 0.24, 0.67]").code == "correct"
    assert criterion(RUBRIC, "h").derived == "coin: value"


def test_mistakes_are_derived_and_named() -> None:
    found = outcome(RUBRIC, "h", "1.0397")
    assert found.code.startswith("mistake:")
    assert found.feedback


def test_own_mistakes_outrank_derived_ones() -> None:
    derived = outcome(RUBRIC, "h", "1.0397").code.removeprefix("mistake:")
    own = f"[auto, {{name: {derived}, value: 1.0397, feedback: Ours., credit: 1/2}}]"
    found = outcome(
        RUBRIC.replace(
            "number: {derive: coin, mistakes: auto}", f"number: {{derive: coin, mistakes: {own}}}"
        ),
        "h",
        "1.0397",
    )
    assert (found.feedback, float(found.credit)) == ("Ours.", 0.5)


@pytest.mark.parametrize("literal", ["1.5", "3/2", "2"])  # as exactly as it is written: 1.5 rounds to 2
def test_a_literal_beside_it_must_agree(literal: str) -> None:
    text = RUBRIC.replace("derive: coin,", f"derive: coin, expected: {literal},")
    assert outcome(text, "h", "1.50").code == "correct"


def test_a_literal_that_disagrees_is_refused_with_both_values() -> None:
    said = r"r\.yaml:8:70: question 'q1', criterion 'h': expected is '1\.4', but what is derived is 3/2"
    with pytest.raises(RubricError, match=said):
        read_rubric(RUBRIC.replace("derive: coin,", "derive: coin, expected: 1.4,"), "r.yaml")


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("derive: coin", "derive: coins", "r.yaml:8:54: question 'q1', criterion 'h': derive names 'coins', which is no data of this question; did you mean 'coin'?"),
        ("derive: coin", "derive: coin, ask: heat", "r.yaml:8:65: question 'q1', criterion 'h': entropy has nothing called 'heat' to ask for"),
        ("op: entropy", "op: entropie", "r.yaml:5:18: question 'q1': unknown op 'entropie'; did you mean 'entropy'?"),
        ("1/4, 1/4]", "1/4, x]", "r.yaml:5:41: question 'q1': "),
    ],
)  # fmt: skip
def test_what_cannot_be_derived_is_named_at_its_place(old: str, new: str, expected: str) -> None:
    with pytest.raises(RubricError) as caught:
        read_rubric(RUBRIC.replace(old, new, 1), "r.yaml")
    assert [str(problem)[: len(expected)] for problem in caught.value.problems] == [expected]


def test_cases_in_bulk(tmp_path: Path) -> None:
    cases = tmp_path / "cases.jsonl"
    specs = [
        {"op": "entropy", "p": [0.5, 0.5]},
        {"op": "conv2d", "input": [[1, 2], [3, 4]], "kernel": [[1]]},
        {"op": "x"},
    ]
    cases.write_text("".join(json.dumps({"spec": spec}) + "\n" for spec in specs) + "{}\n")
    result = CliRunner().invoke(grader, ["derive", "--cases", str(cases)])
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    assert result.exit_code == 0
    assert [row["value"] for row in rows] == [1, [[1, 2], [3, 4]], None, None]
    assert "unknown op 'x'" in rows[2]["error"]
    assert "'spec' is missing" in rows[3]["error"]


def test_a_rubric_is_shown_as_a_table(tmp_path: Path) -> None:
    path = tmp_path / "r.yaml"
    path.write_text(RUBRIC)
    result = CliRunner().invoke(grader, ["derive", str(path)])
    assert result.exit_code == 0
    assert "coin: value" in result.stdout
    assert "3/2" in result.stdout


CHAIN = """\
id: r
questions:
  - id: q1
    data:
      cnn:
        op: network
        input: [28, 28, 1]
        layers:
          - {type: conv2d, name: conv, filters: 4, kernel: 5}
          - {type: max_pool2d, name: pool, kernel: 2}
          - {type: flatten, name: flat}
          - {type: dense, name: out, units: 10}
    criteria:
      - {id: size, part: size, points: 1, number: {derive: cnn, ask: shape.conv.0}}
      - {id: params, part: params, points: 1, number: {derive: cnn, ask: params.out, follows: {part: size, layer: conv}}}
"""


def test_the_rest_of_a_network_is_recomputed_from_the_students_own_size() -> None:
    check = criterion(CHAIN, "params")
    assert judge(check, Reading(text="5770", part="params"), {}).code == "correct"
    own = 28 // 2 * (28 // 2) * 4 * 10 + 10  # with a size of 28 after the convolution
    answer = Reading(text=str(own), part="params")
    assert judge(check, answer, {"size": Fraction(28)}).code == "follow_through"
    assert judge(check, answer, {"size": Fraction(24)}).credit == 0
    assert judge(check, answer, {}).credit == 0
    assert judge(check, answer, {"size": Fraction(10**9)}).credit == 0


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("layer: conv}", "layer: cnov}", "did you mean 'conv'?"),
        ("layer: conv}", "layer: flat}", "has no one side length"),
        (
            "part: size, layer: conv}",
            "part: sise, layer: conv}",
            "follows names 'sise', which is no earlier part; did you mean 'size'?",
        ),
        (
            "part: size, layer: conv}",
            "part: size}",
            "follows is a calculation, or a mapping with 'part' and 'layer'",
        ),
    ],
)
def test_what_cannot_follow_is_refused(old: str, new: str, expected: str) -> None:
    with pytest.raises(RubricError) as caught:
        read_rubric(CHAIN.replace(old, new), "r.yaml")
    assert expected in str(caught.value)
    assert str(caught.value).startswith("r.yaml:15:")


@settings(max_examples=300, deadline=None, derandomize=True)
@given(
    st.one_of(
        st.integers(-(10**9), 10**9),
        st.fractions(max_denominator=999),
        st.floats(allow_nan=False, allow_infinity=False, min_value=-1e15, max_value=1e15),
    )
)
def test_a_derived_value_is_as_precise_as_one_that_is_written(value: Fraction | float) -> None:
    assert reading_of(value) == read_number(written(plain(value)))
