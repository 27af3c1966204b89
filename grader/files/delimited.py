"""Read and fill a table of cells between commas, semicolons or tabs, as spreadsheets and platforms write them.

The only reader of such tables in the house: for class lists, queues, marks of people, hand-ins in a sheet and the
teacher's own tables of a platform. What is not filled stays as it is, byte for byte: the mark at its beginning, the
encoding, what separates cells, quotes and line ends.
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import islice
from typing import TYPE_CHECKING, Final, NamedTuple

from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

# What `csv` takes as the longest cell as well; a page of text has some thousands.
MAX_CELL: Final = 131_072  # characters
DELIMITERS: Final = ",;\t"
_SAMPLE: Final = 20  # records by which the delimiter is found

_MARKS: Final = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
# A cell: in quotes and what stands behind them, or without any at its beginning.
_CELLS: Final = {
    mark: re.compile(f'(?:("([^"]*(?:""[^"]*)*)")|(?!"))([^{mark}\r\n]*)') for mark in (*DELIMITERS, "|")
}
_LINE_END: Final = re.compile(r"\r\n|\r|\n")
# The first line by which a spreadsheet is told what separates the cells.
_SEPARATOR_LINE: Final = re.compile(r'"?sep=([,;\t|])"?(?:\r\n|\r|\n)', re.IGNORECASE)
# How files of Excel begin, old ones and new ones.
_WORKBOOKS: Final = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
_INNER_QUOTE: Final = "a quote inside a cell must be written twice, and the cell stand in quotes"
_NOT_UTF8: Final = "is not UTF-8 text; save it as 'CSV UTF-8'"


class DelimitedError(ValueError):
    """No table can be read; `line` is where, 0 for the whole, and the text says what is wrong."""

    def __init__(self, line: int, rule: str) -> None:
        super().__init__(rule)
        self.line, self.rule = line, rule


class Record(NamedTuple):
    """A row: where it begins and ends in the text, the line it begins on, and what its cells say."""

    line: int  # from 1
    start: int
    end: int  # before the line end
    cells: tuple[str, ...]

    @property
    def is_blank(self) -> bool:
        return not any(map(str.strip, self.cells))


@dataclass(frozen=True, slots=True)
class Delimited:
    """A table as it was read."""

    text: str
    encoding: str
    mark: bytes
    delimiter: str
    records: tuple[Record, ...]

    def filled(self, changes: Mapping[tuple[int, int], str]) -> bytes:
        """Return the table with other texts in some cells, by the numbers of record and column from 0.

        A cell keeps its quotes, and gets some where it needs them; a row that is too short gets the cells it lacks.
        """
        by_record: dict[int, dict[int, str]] = {}
        for (number, column), text in changes.items():
            by_record.setdefault(number, {})[column] = text
        pieces: list[str] = []
        done = 0
        for number in sorted(by_record):
            record = self.records[number]
            pieces += (self.text[done : record.start], self._filled(record, by_record[number]))
            done = record.end
        pieces.append(self.text[done:])
        return self.mark + "".join(pieces).encode(self.encoding)

    def _filled(self, record: Record, texts: Mapping[int, str]) -> str:
        spans = cell_spans(self.text, record, self.delimiter, max(texts) + 1)
        lacking = max(texts) + 1 - len(spans)
        pieces: list[str] = []
        done = record.start
        for column, (start, end) in enumerate(spans):
            if column in texts:
                quoted = self.text.startswith('"', start)
                pieces += (self.text[done:start], self._written(texts[column], quoted=quoted))
                done = end
        pieces.append(self.text[done : record.end])
        for column in range(len(spans), len(spans) + lacking):
            pieces += (self.delimiter, self._written(texts.get(column, ""), quoted=False))
        return "".join(pieces)

    def _written(self, text: str, *, quoted: bool) -> str:
        if quoted or text != text.strip() or any(mark in text for mark in (self.delimiter, '"', "\r", "\n")):
            return '"' + text.replace('"', '""') + '"'
        return text


def read_delimited(
    raw: bytes, *, delimiters: str = DELIMITERS, longest: int = MAX_CELL, strict: bool = False
) -> Delimited:
    """Read a table from bytes; raises DelimitedError.

    UTF-8, or with a byte order mark or where its zero bytes show it UTF-16 and UTF-32. Where it is `strict`, what
    stands behind a closing quote is an error; else it belongs to the cell.
    """
    if raw.startswith(_WORKBOOKS):
        raise DelimitedError(0, "is a workbook; save it as 'CSV UTF-8'")
    mark, encoding = _encoding(raw)
    try:
        text = raw[len(mark) :].decode(encoding)
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1 if encoding == "utf-8" else 0
        rule = _NOT_UTF8 if encoding == "utf-8" else f"is not the {encoding} text that it begins as"
        raise DelimitedError(line, rule) from error
    delimiter, records = read_records(text, delimiters=delimiters, longest=longest, strict=strict)
    return Delimited(text, encoding, mark, delimiter, records)


def read_records(
    text: str,
    *,
    delimiters: str = DELIMITERS,
    longest: int = MAX_CELL,
    strict: bool = False,
    most: int | None = None,
) -> tuple[str, tuple[Record, ...]]:
    """Return what separates the cells of a text, and its rows, the first `most` of them, blank ones as well; raises DelimitedError."""
    told = _SEPARATOR_LINE.match(text)
    start, line = (told.end(), 2) if told else (0, 1)
    delimiter = told[1] if told else _delimiter(text, delimiters)
    records = _records(text, start, line, delimiter, longest, strict=strict)
    return delimiter, tuple(islice(records, most))


def cell_spans(text: str, record: Record, delimiter: str, most: int) -> list[tuple[int, int]]:
    """Return where the first cells of a record, at most so many, begin and end in the text, quotes and all."""
    spans: list[tuple[int, int]] = []
    start = record.start
    quotes = '"' in text[start : record.end]
    pattern = _CELLS[delimiter]
    while len(spans) < most:
        if quotes:
            found = pattern.match(text, start, record.end)
            end = record.end if found is None else found.end(3)
        else:
            end = text.find(delimiter, start, record.end)
            end = record.end if end < 0 else end
        spans.append((start, end))
        if end >= record.end:
            break
        start = end + 1
    return spans


def _encoding(raw: bytes) -> tuple[bytes, str]:
    """Return the mark at the beginning and the codec."""
    for mark, codec in _MARKS:
        if raw.startswith(mark):
            return mark, codec
    head = raw[:400]
    if len(head) >= 4 and b"\x00" in head:  # a header has letters of ASCII
        for codec, place in (("utf-16-le", 1), ("utf-16-be", 0)):
            if head[place::2].count(0) > len(head) // 4 > 4 * head[1 - place :: 2].count(0):
                return b"", codec
    return b"", "utf-8"


def _delimiter(text: str, delimiters: str) -> str:
    """Return what separates the cells: what gives the most rows of one width, the headings among them, and then columns."""

    def fit(delimiter: str) -> tuple[int, bool, int]:
        widths = _widths(text, delimiter)
        counts = Counter(width for width in widths if width > 1)
        return max(
            ((count, width == widths[0], width) for width, count in counts.items()), default=(0, False, 1)
        )

    return max(delimiters, key=fit)  # the first of equals


def _widths(text: str, delimiter: str) -> Sequence[int]:
    widths: list[int] = []
    try:
        for record in _records(text, 0, 1, delimiter, len(text)):
            if not record.is_blank:
                widths.append(len(record.cells))
            if len(widths) == _SAMPLE:
                break
    except DelimitedError:  # the same for every delimiter, or this is none
        pass
    return widths


def _records(
    text: str, start: int, line: int, delimiter: str, longest: int, *, strict: bool = False
) -> Iterator[Record]:
    """Yield the rows of a text from a place on."""
    while start < len(text):
        newline = _LINE_END.search(text, start)
        end = newline.start() if newline else len(text)
        inner = 0
        if '"' not in text[start:end]:
            cells = text[start:end].split(delimiter)
        else:
            cells, end = _quoted(text, start, delimiter, line, strict=strict)
            newline = _LINE_END.match(text, end)
            inner = len(_LINE_END.findall(text, start, end))
        long = max(map(len, cells))
        if long > longest:
            rule = (
                f"a cell is longer than {longest:,} characters (got {long:,}), or its quote is never closed"
            )
            raise DelimitedError(line, rule)
        yield Record(line, start, end, tuple(cells))
        line += 1 + inner
        start = newline.end() if newline else len(text)


def _quoted(text: str, start: int, delimiter: str, line: int, *, strict: bool) -> tuple[list[str], int]:
    """Return the cells of a row that has quotes in it, and where it ends; a quote counts where it begins a cell."""
    cells: list[str] = []
    match, next_quoted = _CELLS[delimiter].match, f'{delimiter}"'
    stop = -1  # the next line end
    while True:
        if text.startswith('"', start):
            found = match(text, start)
            if found is None:
                raise DelimitedError(line, "a cell that begins here with a quote is never closed")
            if strict and found[3]:
                raise DelimitedError(line, _INNER_QUOTE)
            cells.append(found[2].replace('""', '"') + found[3])
            start = found.end()
        else:  # all cells up to the next one in quotes at once
            if start > stop:
                newline = _LINE_END.search(text, start)
                stop = newline.start() if newline else len(text)
            end = text.find(next_quoted, start, stop)
            end = stop if end < 0 else end
            cells += text[start:end].split(delimiter)
            start = end
        if not text.startswith(delimiter, start):
            return cells, start
        start += 1
