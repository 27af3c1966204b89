"""Tables between commas, semicolons and tabs: read as `csv` reads them, filled so that nothing else changes."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.files.delimited import DelimitedError, cell_spans, read_delimited

CODECS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32")
CELLS = st.text(st.sampled_from('ab ",;\t\n\r=é李'), max_size=6)
TABLES = st.lists(st.lists(CELLS, min_size=2, max_size=4), min_size=1, max_size=6)


def written(rows, delimiter, end) -> str:
    """Write a table with quotes where they are needed: `csv` writes none around a line end other than its own."""
    return "".join(
        delimiter.join(
            '"' + cell.replace('"', '""') + '"' if set(cell) & set('",;\t\r\n ') else cell for cell in row
        )
        + end
        for row in rows
    )


@given(TABLES, st.sampled_from(",;\t"), st.sampled_from(["\n", "\r\n", "\r"]))
def test_any_table_is_read_as_it_was_written(rows, delimiter, end) -> None:
    head = ["one", "two"]
    table = read_delimited(written([head, *rows], delimiter, end).encode(), delimiters=delimiter)
    assert [list(record.cells) for record in table.records] == [head, *rows]
    assert list(csv.reader(io.StringIO(table.text, newline=""), delimiter=delimiter)) == [head, *rows]
    assert table.filled({}) == table.text.encode()
    for record in table.records:
        spans = cell_spans(table.text, record, delimiter, 99)
        assert (
            delimiter.join(table.text[start:end] for start, end in spans)
            == table.text[record.start : record.end]
        )
        assert len(spans) == len(record.cells)


@given(TABLES, st.sampled_from(",;\t"), CELLS, st.integers(0, 5), st.integers(0, 5))
def test_a_filled_cell_is_read_again_and_nothing_else_changes(rows, delimiter, text, record, column) -> None:
    record %= len(rows)
    table = read_delimited(written(rows, delimiter, "\r\n").encode(), delimiters=delimiter)
    again = read_delimited(table.filled({(record, column): text}), delimiters=delimiter)
    expected = [list(row) for row in rows]
    expected[record] += [""] * (column + 1 - len(expected[record]))
    expected[record][column] = text
    assert [list(row.cells) for row in again.records] == expected


@pytest.mark.parametrize("codec", CODECS)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_encoding_mark_and_line_ends_stay(codec, end) -> None:
    raw = end.join(['"Name";Mark', '"Ö, ""x"""; 7 ', "李明;", ""]).encode(codec)
    table = read_delimited(raw)
    assert table.delimiter == ";"
    assert table.filled({}) == raw
    filled = table.filled({(2, 1): "7,5"}).decode(codec)
    assert filled == raw.decode(codec).replace("李明;", "李明;7,5")


def test_a_cell_keeps_its_quotes_and_gets_them_where_it_needs_some() -> None:
    table = read_delimited(b'a,b,c\n"1",2,3\n4\n')
    assert table.filled({(1, 0): "9", (1, 1): "7,5", (2, 2): "8"}) == b'a,b,c\n"9","7,5",3\n4,,8\n'


@pytest.mark.parametrize(
    ("raw", "delimiter"),
    [
        ("Quiz 1, part 2\tA, b, c\tx\n1\t2\t3\n", "\t"),
        ('"a, b, c";d\n1;2\n', ";"),
        ("id;due, of their own, in full, with offset\na;b\nc;d\n", ";"),
        ("id\na\nb\n", ","),
        ("id;mark\n1;7,5\n2;8,5\n", ";"),
        ("Course: ML 1\n\nid,name\na,b\nc,d\n", ","),
        ("id;name\n1;Berg, Bo\n2;Dal, Cem\n", ";"),
        ("sep=\t\na,b\tc\n", "\t"),
        ('"sep=;"\na;b\n', ";"),
    ],
)
def test_what_separates_the_cells(raw, delimiter) -> None:
    assert read_delimited(raw.encode()).delimiter == delimiter


def test_the_line_that_names_the_separator_is_no_row() -> None:
    table = read_delimited(b"sep=;\r\na;b\r\n1;2\r\n")
    assert [(record.line, record.cells) for record in table.records] == [(2, ("a", "b")), (3, ("1", "2"))]
    assert table.filled({(1, 1): "x"}) == b"sep=;\r\na;b\r\n1;x\r\n"


@pytest.mark.parametrize(
    ("raw", "line", "rule"),
    [
        (b'a,b\n1,"2\n3,4\n', 2, "a cell that begins here with a quote is never closed"),
        (b"a,b\n1," + b"x" * 200_000, 2, "a cell is longer than 131,072 characters (got 200,000)"),
        (b"a\n\xe9\n", 2, "is not UTF-8 text"),
        (b"\xff\xfea\x00\x00\xd8\n\x00", 0, "is not the utf-16-le text that it begins as"),
    ],
)
def test_what_is_no_table_is_named(raw, line, rule) -> None:
    with pytest.raises(DelimitedError, match=rule.replace("(", r"\(").replace(")", r"\)")) as error:
        read_delimited(raw)
    assert error.value.line == line


def test_words_behind_a_closing_quote_belong_to_the_cell_unless_it_is_strict() -> None:
    raw = b'"Bo" Lee\tx\n'
    assert read_delimited(raw).records[0].cells == ("Bo Lee", "x")
    with pytest.raises(DelimitedError, match="must be written twice"):
        read_delimited(raw, strict=True)


def test_a_table_of_a_million_quotes_is_read_in_one_pass() -> None:
    assert len(read_delimited(b'"' * 1_000_000, longest=10**6).records) == 1


def test_a_row_in_which_every_other_cell_is_quoted_is_read_in_one_pass() -> None:
    (record,) = read_delimited(b'"a",b,' * 200_000 + b"c").records
    assert len(record.cells) == 400_001
