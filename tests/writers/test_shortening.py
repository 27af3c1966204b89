"""A report that would be too large is shortened; its marks stay."""

from __future__ import annotations

import json
import zlib

import pytest

from grader.gradebook import packing
from grader.gradebook.packing import pack, unpack
from grader.writers.shortening import LENGTHS, SHORTENED, shortened


@pytest.mark.parametrize("length", LENGTHS)
def test_no_text_is_longer_and_every_mark_stays(hostile, length: int) -> None:
    found = shortened(hostile, length)
    assert found.notes[0] == SHORTENED
    for question, whole in zip(found.questions, hostile.questions, strict=True):
        assert len(question.text) <= length
        assert [(row.id, row.score, row.reason) for row in question.criteria] == [
            (row.id, row.score, row.reason) for row in whole.criteria
        ]
        for row in question.criteria:
            assert all(len(item.read) <= length and len(item.decided) <= length for item in row.evidence)
    assert shortened(found, length).notes == found.notes


def test_what_is_kept_is_bounded(everything, monkeypatch) -> None:
    question = everything.questions[0].model_copy(update={"text": "word " * 40_000})
    large = everything.model_copy(update={"questions": (question, *everything.questions[1:])})
    monkeypatch.setattr(packing, "MAX_BODY", 60_000)
    body = pack(large).body
    assert len(zlib.decompress(body)) <= 60_000
    assert unpack(body).notes == (SHORTENED,)
    monkeypatch.setattr(packing, "MAX_BODY", 100)
    with pytest.raises(ValueError, match="100 are the most"):
        pack(large)


def test_a_written_file_is_bounded(classroom, monkeypatch) -> None:
    monkeypatch.setattr("grader.executors.filing.MAX_FILE", 30_000)
    classroom.hand_in("a", "'\"&<" * 20_000)
    classroom.grade("--executor", "serial")
    assert max(path.stat().st_size for path in classroom.out.glob("a.*")) <= 30_000
    assert classroom.report("a")["notes"] == [SHORTENED]
    monkeypatch.setattr("grader.executors.filing.MAX_FILE", 100)
    result = classroom.grade("--executor", "serial", "--fresh", out=classroom.folder / "x", code=1)
    assert "could not be written: as json, the grader failed with" in result.stderr
    assert json.loads(classroom.grade("--json", code=None).stdout)["students"] == 1
