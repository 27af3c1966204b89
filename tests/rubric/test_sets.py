"""Sets that grow without end when they are written out are named at their line, in no time."""

from __future__ import annotations

import pytest

from grader.model.errors import RubricError
from grader.rubric.loading import load_rubric, read_rubric
from grader.rubric.sets import MAX_NESTED, MAX_WORDS

RUBRIC = """\
id: r
{head}
questions:
- id: q1
  criteria:
  - {{id: c, points: 1, keywords: {{any: [{{set: s0}}, other]}}}}
"""


def problems(head: str) -> list[str]:
    try:
        read_rubric(RUBRIC.format(head=head), "r.yaml")
    except RubricError as error:
        return [str(problem) for problem in error.problems]
    return []


def grown(times: int, deep: int) -> str:
    members = ", ".join("{{set: s{0}}}" for _ in range(times))
    lines = [f"  s{number}: [{members.format(number + 1)}]" for number in range(deep)]
    return "\n".join(["sets:", *lines, f"  s{deep}: [word]"])


@pytest.mark.parametrize(("times", "deep"), [(2, 15), (2, 25), (3, 25), (9, 25), (200, 3)])
def test_sets_that_grow_are_named_at_their_line(times, deep) -> None:
    said = problems(grown(times, deep))
    assert said
    assert all(": set 's" in line and f"at most {MAX_WORDS:,} are allowed" in line for line in said)
    assert all(line.startswith("r.yaml:") and line.split(":")[1] != "1" for line in said)


def test_sets_may_name_each_other_within_reason() -> None:
    assert problems(grown(2, 8)) == []
    assert problems(grown(1, MAX_NESTED - 1)) == []
    assert "sets in sets" in problems(grown(1, 2_000))[0]


def test_a_pattern_that_names_large_sets_again_and_again_is_named() -> None:
    head = grown(2, 14)
    text = RUBRIC.format(head=head).replace("{set: s0}, other", ", ".join(["{all: [{set: s0}, x]}"] * 3))
    with pytest.raises(RubricError, match=r"criterion 'c': keywords has 49,1\d\d words once its sets"):
        read_rubric(text)


def test_sets_that_contain_themselves_are_named() -> None:
    assert "contains itself" in problems("sets: {s0: [{set: s1}], s1: [{set: s0}]}")[0]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("/dev/zero", "no ordinary file"),
        (".", "directory"),
        ("missing.yaml", "No such file"),
        ("pipe", "no ordinary"),
    ],
)
def test_only_ordinary_files_are_imported(tmp_path, name, said) -> None:
    import os

    os.mkfifo(tmp_path / "pipe")
    path = tmp_path / "r.yaml"
    path.write_text(RUBRIC.format(head=f"import: {name}\nsets: {{s0: [word]}}"))
    with pytest.raises(RubricError, match=rf"r\.yaml:2:9: cannot import .*{said}"):
        load_rubric(path)


def test_imported_sets_are_named_in_their_own_file(tmp_path) -> None:
    (tmp_path / "sets.yaml").write_text("a: [b]\ns0: word\n")
    path = tmp_path / "r.yaml"
    path.write_text(RUBRIC.format(head="import: sets.yaml"))
    with pytest.raises(RubricError, match=r"sets\.yaml:2:5: set 's0' must be a list"):
        load_rubric(path)
