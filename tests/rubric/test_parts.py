"""Parts of questions in a rubric are questions of their own."""

from __future__ import annotations

import pytest

from grader.model.errors import RubricError
from grader.rubric.loading import load_rubric, read_rubric

PARTS = """\
id: r
questions:
  - id: 1
    title: Tables
    hints: yes
    parts:
      - {id: a, criteria: [{id: x, points: 1, number: {expected: 3}}]}
      - id: b
        parts:
          - {id: i, criteria: [{id: y, points: 1, number: {expected: 4}}]}
          - {id: ii, criteria: [{id: z, points: 1, number: {expected: 5}}]}
  - {id: 2, criteria: [{id: w, points: 1, number: {expected: 6}}]}
"""


def test_parts_have_the_ids_that_documents_write() -> None:
    rubric = read_rubric(PARTS)
    assert [question.id for question in rubric.questions] == ["1a", "1b.i", "1b.ii", "2"]
    assert [question.hints for question in rubric.questions] == [True, True, True, None]


def test_what_is_wrong_with_a_part_is_named_at_its_place() -> None:
    with pytest.raises(RubricError, match=r"rubric:11:\d+: question '1b.ii', criterion 'z': .*'nmber'"):
        read_rubric(
            PARTS.replace("{expected: 5}", "{expected: 5}").replace(
                "id: z, points: 1, number", "id: z, points: 1, nmber"
            )
        )


def test_ids_that_no_document_could_tell_apart_are_refused() -> None:
    with pytest.raises(RubricError, match="'1a' and 'q1a' are the same in a document"):
        read_rubric(PARTS.replace("- {id: 2,", "- {id: q1a,"))


def test_a_template_is_read_beside_the_rubric(tmp_path) -> None:
    (tmp_path / "asked.md").write_text("# Task 1\n\nHow many of the 926 rows are left?\n", encoding="utf-8")
    (tmp_path / "r.yaml").write_text(f"template: asked.md\n{PARTS}", encoding="utf-8")
    rubric = load_rubric(tmp_path / "r.yaml")
    assert "how many of the 926 rows are left?" in rubric.outline.template
    (tmp_path / "r.yaml").write_text(f"template: gone.md\n{PARTS}", encoding="utf-8")
    with pytest.raises(RubricError, match=r"r.yaml:1:\d+: template cannot be read"):
        load_rubric(tmp_path / "r.yaml")
