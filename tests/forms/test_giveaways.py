"""A rubric whose public words give its own values away is told so, at the line."""

from __future__ import annotations

import pytest

from grader.files.yamltree import load_yaml
from grader.forms.giveaways import leaks
from grader.rubric.loading import read_rubric

RUBRIC = """\
id: r
title: TITLE
questions:
  - id: q1
    title: Counting
    text: >-
      How many weights
      are there? TEXT
    criteria:
      - {id: n, part: PART, points: 1, number: {expected: 903400}}
      - {id: s, points: 1, number: {expected: 3}}
      - {id: m, points: 1, matrix: {expected: [[1, 2], [3, 4]]}}
      - {id: z, points: 1, matrix: {expected: [5, 6], shape_only: true}}
      - {id: f, points: 1, formula: {expected: sqrt(2/N)}}
      - {id: c, part: SECOND, points: 1, choice: {options: [relu, tanh], expected: tanh}}
"""


def found(**words):
    text = RUBRIC
    for name in ("TITLE", "TEXT", "PART", "SECOND"):
        text = text.replace(
            name, words.get(name.lower(), {"TITLE": "T", "TEXT": "", "PART": "total", "SECOND": "pick"}[name])
        )
    tree = load_yaml(text, "r.yaml")
    return [(leak.sure, str(leak.problem)) for leak in leaks(read_rubric(text, "r.yaml"), tree, text)]


def test_ordinary_words_give_nothing_away() -> None:
    assert found(text="Use 4 x 4 kernels, ReLU or tanh, and 10 % dropout.") == []


@pytest.mark.parametrize(
    ("where", "said", "spelling", "line"),
    [
        ("text", "There are 903,400 of them.", "903,400", "8:28"),
        ("text", "Show that it is 9.034e5.", "9.034e5", "8:34"),
        ("title", "About 903400", "903400", "2:14"),
        ("part", "n903400", "903400", "10:24"),
        ("text", "Is it [[1, 2], [3, 4]]?", "[[1, 2], [3, 4]]", "8:24"),
        ("text", r"Why $s = \\sqrt{\\frac{2}{N}}$?".replace("\\\\", "\\"), r"s = \sqrt{\frac{2}{N}}", "8:23"),
        ("second", "use_tanh", "tanh", "15:27"),
    ],
)
def test_a_value_in_public_words_is_found_at_its_line(where, said, spelling, line) -> None:
    (problem,) = [problem for sure, problem in found(**{where: said}) if sure]
    assert problem.startswith(f"r.yaml:{line}: ")
    assert f"holds {spelling!r}" in problem


@pytest.mark.parametrize("said", ["Take 3 of them.", "The image is 5 x 6.", "Explain tanh."])
def test_what_may_be_chance_is_a_warning(said) -> None:
    ((sure, problem),) = found(text=said)
    assert not sure
    assert problem.endswith("make sure that it does not give the answer away")
