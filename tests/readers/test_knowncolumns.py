"""CSV tables as people keep them."""

from __future__ import annotations

import pytest

from grader.model.errors import UsageError
from grader.readers.knowncolumns import read_table


def rows(tmp_path, text, *, needed=("id",)) -> list[tuple[int, dict[str, str]]]:
    path = tmp_path / "t.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return list(read_table(path, ("id", "name", "extra"), needed))


@pytest.mark.parametrize(
    "text",
    [
        "id,name\na,Ann\n",
        "\ufeffID ; Name\r\n a ; Ann \r\n",
        "name,id\nAnn,a\n\n,\n",
        "id,name\ra,Ann\r",
        'id,name\n"a","Ann"',
        "id\tname\na\tAnn\n",
        "sep=;\nid;name\na;Ann\n",
        "id,name\na,Ann\n".encode("utf-16"),
        b"\xfe\xff" + "id;name\r\na;Ann\r\n".encode("utf-16-be"),
        "id\tname\na\tAnn\n".encode("utf-16-le"),
    ],
)
def test_the_same_table_in_many_spellings(tmp_path, text) -> None:
    assert [row for _, row in rows(tmp_path, text)] == [{"id": "a", "name": "Ann", "extra": ""}]


def test_rows_may_be_short_and_keep_their_lines(tmp_path) -> None:
    found = rows(tmp_path, 'id,name,extra\na\n\nb,"B,\nB"\nc,C,\n')
    assert [(line, row["id"], row["name"]) for line, row in found] == [
        (2, "a", ""),
        (4, "b", "B,\nB"),
        (6, "c", "C"),
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("id,nmae\n", ":1: unknown column 'nmae'; did you mean 'name'?; known are id, name, extra"),
        ("name\nAnn\n", ":1: the column 'id' is missing"),
        ("", ":1: the column 'id' is missing"),
        ("id,name,id\n", ":1: the column 'id' is there twice"),
        ("id,name\na,Ann, a lady\n", ":2: the row has 3 cells and the table 2 columns"),
        (b"id\n\xe9t\xe9\n", ": is not UTF-8 text; save it as 'CSV UTF-8'"),
        ("id\n" + "a" * 200_000, ":2: a cell is longer than 131,072 characters (got 200,000)"),
    ],
)
def test_what_is_wrong_is_named(tmp_path, text, message) -> None:
    with pytest.raises(UsageError) as error:
        rows(tmp_path, text)
    assert message in str(error.value)


def test_a_table_that_is_not_there(tmp_path) -> None:
    with pytest.raises(UsageError, match="cannot be read: No such file"):
        list(read_table(tmp_path / "no.csv", ("id",), ("id",)))
