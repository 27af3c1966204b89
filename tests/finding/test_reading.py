"""One reading of an answer: each thing is found once, with its place, and kept under what it depends on."""

from __future__ import annotations

from importlib import import_module

import pytest

from grader.finding.options import Spellings
from grader.finding.reading import Reading
from grader.finding.selection import rank_numbers
from grader.model.submission import Answer, Part, Place
from grader.prose.doubt import Stance

TEXT = "The total is 2800 MB, i.e. $n = 3 x 3$. Not 41. Final answer: [[1, 2], [3, 4]] or twenty-five."
HERE = Place(line=1)


def test_everything_has_its_place() -> None:
    reading = Reading(TEXT)
    for found in (*reading.formulas, *reading.amounts, *reading.conclusions):
        assert TEXT[found.start : found.end] == found.text
    assert [TEXT[each.start : each.end] for each in reading.matrices] == ["[[1, 2], [3, 4]]"]
    assert [TEXT[each.start : each.end] for each in reading.shapes] == ["3 x 3"]
    assert "2800" in [TEXT[each.start : each.end] for each in reading.numbers]
    assert reading.prose.quote(0, 1) == "The total"


def test_each_thing_is_found_once(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[str] = []
    for place, name in (
        ("finding.numbers", "find_numbers"),
        ("finding.formulas", "find_formulas"),
        ("finding.matrices", "find_matrices"),
        ("finding.shapes", "find_shapes"),
        ("finding.regions", "find_labels"),
        ("prose.proseanswer", "read"),
    ):
        module = import_module(f"grader.{place}")
        work = getattr(module, name)
        monkeypatch.setattr(
            module, name, lambda *given, name=name, work=work: (calls.append(name), work(*given))[1]
        )
    reading = Reading(TEXT)
    for _ in range(3):
        _ = (
            reading.numbers,
            reading.formulas,
            reading.matrices,
            reading.shapes,
            reading.prose,
            reading.amounts,
        )
        rank_numbers(reading, unit="MB")
        reading.regions(("total",), ())
    assert sorted(calls) == sorted(set(calls))


def test_what_depends_on_names_is_kept_under_them() -> None:
    reading = Reading(TEXT)
    assert reading.labels(("total",), ()) is reading.labels(("total",), ())
    assert reading.labels(("total",), ()) != reading.labels(("answer",), ())
    letters, words = Spellings.of({"a": (), "b": ()}), Spellings.of({})
    assert Reading("b").options(letters)[0].option == "b"
    assert not Reading("b").options(words)


def test_a_part_comes_before_the_prose_unless_it_is_blank() -> None:
    parts = {
        "size": Part(value=("3", "3"), place=HERE),
        "total": Part(value=" ", place=HERE),
        "one": Part(value=("7",), place=HERE),
    }
    reading = Reading.of(Answer(question="q", place=HERE, text="prose", parts=parts), "de")
    assert reading.under(("size",)).value == ("3", "3")
    assert reading.under(("total", "q")) is reading
    assert (reading.under(("one",)).alone, reading.under(("size",)).alone, reading.alone) == (
        "7",
        None,
        "prose",
    )
    assert {part.language for part in reading.parts.values()} == {"de"}
    assert [reading.explicit, reading.under(("size",)).explicit] == [False, True]


def test_what_nobody_sees_does_not_count() -> None:
    reading = Reading("It is 4. <!-- 5 -->")
    assert [each.reading.value for each in reading.shown.numbers] == [4]
    assert reading.hidden == (" 5 ",)
    assert [each.reading.value for each in reading.revealed.numbers] == [4, 5]
    assert Reading("It is 4.").shown is not None
    plain = Reading("It is 4.")
    assert plain.shown is plain
    assert Reading(value=("<!-- 5 -->",)).shown.blank


def test_numerals_have_a_reading_of_their_own() -> None:
    reading = Reading("It has twenty-five layers.")
    assert [each.reading.value for each in reading.worded.numbers] == [25]
    assert reading.worded is reading.worded
    plain = Reading("It has 25 layers.")
    assert plain.worded is plain


def test_the_stance_of_a_writer() -> None:
    reading = Reading("Not 41. Maybe 42. It is 43.")
    stances = [reading.stance(at, at + 2) for at in (4, 14, 24)]
    assert stances == [Stance.DENIED, Stance.DOUBTED, Stance.STATED]
