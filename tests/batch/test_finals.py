"""The marks that are given out are those of the reports, to the hundredth, and few reports are opened for them."""

from __future__ import annotations

import csv
import io

import pytest

from grader.batch.finals import Finals
from grader.gradebook import Gradebook
from grader.writers.rounding import decimal

RUBRICS = {
    "whole": (),
    "thirds": (
        ("points: 2", "points: 0.35"),
        ("points: 1,", "points: 0.01,"),
        ("near: [total]", "near: [total], mistakes: [{name: m, value: 7840, credit: 1/3, feedback: So.}]"),
    ),
    "late": (("id: small", "id: small\ndue: 2026-11-20T00:00Z\nlate: {per_day: 7%, cap: 40%}"),),
    "a claim that costs": (("points: 1,", "points: -1.25,"),),
}


def table_of(classroom) -> dict[str, tuple[str, str]]:
    rows = csv.DictReader(io.StringIO((classroom.out / "grades.csv").read_text(encoding="utf-8")))
    return {row["id"]: (row["low"], row["high"]) for row in rows}


def finals_of(classroom) -> dict[str, tuple[str, str]]:
    with Gradebook(classroom.book, readonly=True) as book:
        return {
            final.student.id: (decimal(final.low), decimal(final.high)) for final in Finals(book, "small")
        }


@pytest.mark.parametrize("name", RUBRICS)
def test_they_are_those_of_the_reports(name, classroom) -> None:
    classroom.change_rubric(*RUBRICS[name])
    texts = (
        "total 7850 with the biases",
        "total 7840 and no more",
        "total 7850 of them all",
        "the biases alone",
    )
    for number in range(16):
        when = f"2026-11-{18 + number % 6}T12:00Z"
        classroom.hand_in(
            f"s{number:02}", texts[number % 4], ("relu", "tanh", "no option", "")[number // 4], when=when
        )
    classroom.hand_in("group", texts[0], "no option", students="ann, ben", when="2026-11-22T12:00Z")
    classroom.grade("--executor", "serial", "--format", "csv")
    assert finals_of(classroom) == table_of(classroom)
    for student, credit in (("s01", "1/3"), ("ann", "1/7"), ("s09", "1")):
        classroom.override("--student", student, "--criterion", "q2_pick", "--credit", credit, "--why", "x")
    decided = finals_of(classroom)
    classroom.grade("--executor", "serial", "--format", "csv")
    assert finals_of(classroom) == table_of(classroom) == decided


def test_of_a_large_class_few_reports_are_opened(classroom, monkeypatch) -> None:
    import grader.batch.finals as module

    for number in range(12):
        classroom.hand_in(f"s{number:02}", q2="relu" if number % 2 else "no option")
    classroom.grade("--executor", "serial", "--format", "csv")
    classroom.override("--student", "s03", "--criterion", "q2_pick", "--credit", "1/2", "--why", "x")
    opened = []
    unpack = module.unpack
    monkeypatch.setattr(module, "unpack", lambda body: opened.append(1) or unpack(body))
    assert len(finals_of(classroom)) == 12
    assert len(opened) == 2  # the first of the rubric, for its points, and the one that a person decided


def test_a_class_twice_as_large_asks_the_gradebook_as_often(classroom) -> None:
    def asked() -> int:
        statements = []
        with Gradebook(classroom.book, readonly=True) as book:
            book.connection.set_trace_callback(statements.append)
            assert list(Finals(book, "small"))
        return len(statements)

    for number in range(6):
        classroom.hand_in(f"s{number:02}")
    classroom.grade("--executor", "serial", "--format", "csv")
    few = asked()
    for number in range(6, 12):
        classroom.hand_in(f"s{number:02}")
    classroom.grade("--executor", "serial", "--format", "csv")
    assert asked() == few
