"""One column of a table is filled, in the table's own way, and what stands there is said."""

from __future__ import annotations

from fractions import Fraction

import pytest

from grader.files.delimited import read_delimited
from grader.model.submission import Student
from grader.platforms.worksheets.classlist import recognise
from grader.platforms.worksheets.filling import GivenMark, fill

HEAD = "id,mark\n"


def filled(text: str, *marks: tuple[str, int | None], scale: Fraction = Fraction(1)):
    worksheet = recognise(read_delimited(text.encode()))
    return fill(
        worksheet,
        worksheet.columns[0],
        [GivenMark(Student(id=name), score) for name, score in marks],
        scale=scale,
    )


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("id,mark\na,\nb,\n", "id,mark\na,7.25\nb,\n"),
        ("id,mark\na,\nb,5.5\n", "id,mark\na,7.25\nb,5.5\n"),
        ('id,mark\na,\nb,"5,5"\n', 'id,mark\na,"7,25"\nb,"5,5"\n'),
        ("id;mark\na;\nb;\n", "id;mark\na;7,25\nb;\n"),
        ("id;mark\na;\nb;5.5\n", "id;mark\na;7.25\nb;5.5\n"),
        ("id\tmark\na\t\nb\t5,5\n", "id\tmark\na\t7,25\nb\t5,5\n"),
        ("id,mark,x\na\nb,,1", "id,mark,x\na,7.25\nb,,1"),
        ('id,mark\r\n"a"," "\r\n', 'id,mark\r\n"a","7.25"\r\n'),
    ],
)
def test_numbers_are_written_as_the_table_has_them(text, written) -> None:
    assert filled(text, ("a", 725)).data.decode() == written


def test_what_stood_there_is_said() -> None:
    found = filled(
        "id,mark\na,7\nb,7.00\nc,3\nd,Needs Grading\ne,4\nf,-\ng,x\nh,8\n",
        ("a", 725), ("b", 700), ("d", None), ("e", None), ("g", 100),
    )  # fmt: skip
    assert [(listed.key, old, new) for listed, old, new in found.replaced] == [
        ("a", "7", "7.25"),
        ("e", "4", "nothing"),
    ]
    assert [(listed.key, cell) for listed, cell in found.standing] == [("c", "3"), ("h", "8")]
    assert [listed.key for listed in found.missing] == ["f"]
    assert [listed.key for listed in found.blank] == ["d", "e"]
    assert found.data.decode() == "id,mark\na,7.25\nb,7\nc,3\nd,Needs Grading\ne,\nf,-\ng,1\nh,8\n"


def test_a_mark_is_scaled_exactly_and_rounded_once() -> None:
    found = filled("id,mark\na,\nb,\n", ("a", 333), ("b", 600), scale=Fraction(100, 6))
    assert found.data.decode() == "id,mark\na,55.5\nb,100\n"


def test_a_mark_below_nothing_is_a_number_still() -> None:
    assert filled("id,mark\na,\n", ("a", -50)).data.decode() == "id,mark\na,-0.5\n"
