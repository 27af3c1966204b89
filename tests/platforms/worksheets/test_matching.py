"""Who of a gradebook is who of a table."""

from __future__ import annotations

import pytest

from grader.model.submission import Student
from grader.platforms.worksheets.contract import Listed
from grader.platforms.worksheets.matching import Register, folded_name

ROWS = (
    Listed(1, 2, ("0041", "ada7"), "Lindqvist, Ada", "Ada7@x.org"),
    Listed(2, 3, ("0042", "bo"), "Bo Berg", "bo@x.org"),
    Listed(3, 4, ("41", "cem"), "李 明", "cem@x.org"),
    Listed(4, 5, ("dora", "DUP"), "Same Name", ""),
    Listed(5, 6, ("emil", "dup"), "Same Name", "emil@x.org"),
    Listed(6, 7, ("frida@x.org",), "Frida", ""),
)


def line_of(*words: str, also: tuple[Listed, ...] = ()) -> int | str:
    match = Register(ROWS).find(Student(**dict(zip(("id", "name", "email"), words, strict=False))), *also)
    return match.listed.line if match.listed else match.why


@pytest.mark.parametrize(
    ("student", "line"),
    [
        (("0041",), 2),
        (("41",), 4),  # a zero at the beginning counts
        (("ada7", "Somebody Else"), 2),
        (("ADA7",), 2),  # no other id is so but for its case
        (("ada7@X.ORG",), 2),
        (("x1", "", "BO@x.org"), 3),
        (("x1", "Ada Lindqvist"), 2),
        (("x1", "  ada   LINDQVIST "), 2),
        (("李 明",), 4),  # nothing but a name was given
        (("dup",), 6),
        (("DUP",), 5),
        (("frida", "", "frida@x.org"), 7),
        (("emil", "Same Name"), 6),
    ],
)
def test_by_id_by_address_by_the_whole_name(student, line) -> None:
    assert line_of(*student) == line


@pytest.mark.parametrize(
    "student", [("0043",), ("x1", "Ada Lindqvis"), ("x1", "Adá Lindqvist"), ("x1", "Ada"), ("041",), ("7",), ("x1", "", "bo@x.com")]
)  # fmt: skip
def test_nobody_is_guessed_at(student) -> None:
    assert line_of(*student) == ""


@pytest.mark.parametrize(
    ("student", "why"),
    [
        (("x1", "Same Name"), "the name 'same name' stands in line 5 and line 6"),
        (("Dup",), "the id 'Dup' stands in line 5 and line 6"),
        (("0041", "Bo Berg"), "the id '0041' is that of line 2 (0041 (Lindqvist, Ada)), and the name 'bo berg' that of line 3 (0042 (Bo Berg))"),
        (("0041", "", "cem@x.org"), "the id '0041' is that of line 2 (0041 (Lindqvist, Ada)), and the e-mail address 'cem@x.org' that of line 4 (41 (李 明))"),
    ],
)  # fmt: skip
def test_what_contradicts_itself_is_nobody(student, why) -> None:
    assert line_of(*student) == why


def test_a_list_that_knows_more_of_a_student() -> None:
    known = Listed(9, 9, ("handle",), "", "bo@x.org")
    assert line_of("handle", also=(known,)) == 3
    assert "that of line 3" in line_of("0041", also=(known,))


def test_doubles_are_named() -> None:
    rows = (*ROWS, Listed(7, 8, ("0041",), "Other"), Listed(8, 9, ("g",), "", "BO@x.org"))
    found = {(kind, key): [row.line for row in lines] for kind, key, lines in Register(rows).doubles()}
    assert found == {("id", "0041"): [2, 8], ("e-mail address", "bo@x.org"): [3, 9]}


@pytest.mark.parametrize(
    ("one", "other"),
    [("Lindqvist, Ada", "ada lindqvist"), ("Ｌi, Wei", "Wei Li"), ("da Silva, José", "José da Silva"), ("Ünal  Şahin", "ünal\u00a0şahin")],
)  # fmt: skip
def test_spellings_of_a_name(one, other) -> None:
    assert folded_name(one) == folded_name(other)


def test_a_class_of_namesakes_is_looked_through_once() -> None:
    rows = [Listed(number, number, (f"s{number}",), "Same Name", "all@x.org") for number in range(20_000)]
    register = Register(rows)
    assert register.find(Student(id="s19999", name="Same Name")).listed is rows[-1]
