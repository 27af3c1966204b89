import re
from textwrap import dedent, indent

import pytest
from click.testing import CliRunner

from grader.authoring.examples import failed_examples
from grader.cli.check import check
from grader.rubric.loading import read_rubric

INFERENCE = "keywords: {all: [[inference, test time], slow*], negated: true, within: clause}"
TOTAL = "number: {expected: 903400, near: [total]}"


def failed(check, kind, example):
    criterion = f"- {{id: c, points: 1, {check}, {kind}: [{example}]}}"
    text = f"id: r\nquestions:\n  - id: q\n    criteria:\n{indent(criterion, '      ')}\n"
    return list(failed_examples(read_rubric(text)))


@pytest.mark.parametrize(
    ("check", "example", "said", "why"),
    [
        (INFERENCE, "inference is as quick", "credit 0, not_found", "read 'inference' at character 1: .* lacking slow"),
        (INFERENCE, "dropout slows inference a lot", "credit 0, opposite", "read 'slows inference' at character 9: .*says the opposite"),
        (INFERENCE, "it does not matter at all here", "credit 0, not_found", "Nothing in the answer speaks of this .looked for: denied: "),
        (TOTAL, "the total is 903401", "credit 0, wrong", "read '903401' at character 14 as 903,401: .*looked for: 903,400"),
        (TOTAL, "first 2800 then 180200", "not_found", "marked as 'total'; read: number '2800' at character 7, number '180200' at character 17"),
        (TOTAL, "nothing", "not_found", "no number is read in it"),
        ("formula: {expected: (x - mu)/s}", "'$(x + mu)/s$'", "wrong", r"read '\(x \+ mu\)/s' at character 2: At .* your formula gives .*looked for: \(x - mu\)/s"),
        ("formula: {expected: (x - mu)/s}", "nothing", "not_found", "no formula is read in it"),
        ("matrix: {expected: [[1, 0], [0, 1]]}", "'[[1, 0], [0, 2]]'", "partly", "row 2, column 2"),
        ("matrix: {expected: [[1, 0], [0, 1]]}", "[[1, 0], [0, 2], [0, 0]]", "wrong", "3 x 2; its size is not right"),
        ("choice: {options: {a: cat, b: dog}, expected: a}", "dog it is", "wrong", "read 'dog' at character 1 as b: .*looked for: a"),
        ("regex: {expected: 'ab+c'}", "abd", "wrong", r"read 'abd': .*looked for: ab\+c"),
    ],
)  # fmt: skip
def test_an_example_that_is_not_accepted_says_what_was_read_and_where(check, example, said, why):
    (example,) = failed(check, "accepts", example)
    assert said in example.said
    assert re.search(why, example.why), example.why


def test_an_example_that_is_not_rejected_says_what_earned():
    (example,) = failed(TOTAL, "rejects", "total 903400")
    assert "rejects number 1 is not rejected: credit 1, correct" in str(example)
    assert "read '903400' at character 7" in str(example)


def test_an_example_that_comes_out_as_it_should_is_not_told():
    assert failed(TOTAL, "accepts", "total 903400") == []
    assert failed(TOTAL, "rejects", "total 903401") == []


def test_a_failing_example_is_told_at_its_line(tmp_path):
    path = tmp_path / "r.yaml"
    path.write_text(
        dedent(
            """\
            id: r
            questions:
              - id: "1"
                parts:
                  - id: a
                    criteria:
                      - id: c
                        points: 1
                        number: {expected: 3}
                        accepts:
                          - "3"
                          - "4"
            """
        )
    )
    run = CliRunner().invoke(check, [str(path)])
    assert run.exit_code == 2
    first, second = run.stderr.splitlines()
    assert first.startswith(
        f"{path}:12:18: error: question '1a', criterion 'c': accepts number 2 is not accepted"
    )
    assert second == "    read '4' at character 1: 4 is not the value asked for [looked for: 3]"
    assert "1 of 2 examples come out as they should" in run.stdout
