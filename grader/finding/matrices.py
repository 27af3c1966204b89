"""Find matrices in an answer: LaTeX, nested lists, numpy prints, tables, rows on lines."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction
from typing import Final, Literal

from grader.notation.lazypatterns import deferred
from grader.notation.numbers.cells import Cell, read_cell
from grader.notation.numbers.exact import NUMBER, NumberError, folded, read_match
from grader.records import dataclass

MAX_TEXT: Final = 50_000  # characters looked at; the longest real answers have some 5,000
MAX_MATRICES: Final = 64  # of each form found in one text
MAX_CELLS: Final = 4_096  # of one matrix: 64 x 64 is more than anybody writes out

Form = Literal["latex", "list", "table", "lines"]


@dataclass(frozen=True, slots=True)
class FoundMatrix:
    """Rows of cells and where they stood. Rows may differ in length: what was written is kept."""

    rows: tuple[tuple[Cell, ...], ...]
    start: int
    end: int
    form: Form
    factor: Fraction = Fraction(1)  # a number written in front: 1/9 [...]; not yet multiplied in

    @property
    def shape(self) -> tuple[int, int] | None:
        """Rows and columns; None where the rows differ in length."""
        widths = {len(row) for row in self.rows}
        return (len(self.rows), widths.pop()) if len(widths) == 1 else None


_ENVIRONMENT = deferred(
    r"\\begin\{((?:[bpvVB]|small|psmall|bsmall)?matrix\*?|array|tabular)\}(?:\[[^\]]{0,9}\])?(?:\{[^{}]{0,40}\})?"
)
_ROW_END = deferred(r"\\\\(?:\[[^\]]{0,9}\])?|\\cr(?![a-z])|\\tabularnewline")
_RULE = deferred(r"\\(?:hline|toprule|midrule|bottomrule)(?![a-z])")
_NESTED = deferred(r"[\[({]\s{0,20}[\[({](?=\s{0,20}[-+.0-9\\½])")
_INNER = deferred(r"\s{0,200}[,;]?\s{0,200}[\[({]([^\[\](){}]{1,4000})[\])}]")
_FLAT = deferred(r"[\[({](\s{0,20}[-+]?[.0-9\\½][^\[\](){}]{0,4000})[\])}]")
_TABLE_RULE = deferred(r"[\s|:+=-]+")
_LINE_NUMBERS = deferred(r"[\s>\[\](){}|,;⎡⎢⎣⎤⎥⎦]*[-+]?[.0-9][-+./0-9eE%\s,;\[\](){}|⎡⎢⎣⎤⎥⎦]*")
_BRACKETS = str.maketrans(dict.fromkeys("[](){}|⎡⎢⎣⎤⎥⎦>", " "))
_FACTOR = deferred(
    r"(?:^|[=$\s(])([^=$\s(]{1,40})\s{0,3}(?P<sign>\\cdot|\\times|[*·×])?\s{0,3}(?:\\left)?\s?$"
)


_DECIMAL_COMMAS = deferred(r"-?[0-9]+(?:,[0-9]+)?(?:\s+-?[0-9]+(?:,[0-9]+)?)+")


def _split_row(row: str) -> list[str]:
    """Cut a row of a list at its commas or semicolons, or where it has none at its spaces."""
    row = row.strip().strip(",;")
    if ";" in row:
        return row.split(";")
    if "," in row and not _DECIMAL_COMMAS.fullmatch(row):
        return row.split(",")
    return row.split()


def _latex(plain: str) -> list[FoundMatrix]:
    found: list[FoundMatrix] = []
    for begin in _ENVIRONMENT.finditer(plain):
        end = plain.find("\\end{" + begin[1], begin.end())
        if end < 0 or len(found) >= MAX_MATRICES:
            break
        body = _RULE.sub(" ", plain[begin.end() : end])
        rows = [row.split("&") for row in _ROW_END.split(body) if row.strip()]
        if rows and sum(map(len, rows)) <= MAX_CELLS:
            cells = tuple(tuple(read_cell(cell) for cell in row) for row in rows)
            close = plain.find("}", end) + 1
            found.append(FoundMatrix(cells, begin.start(), close or end, "latex"))
    return found


def _lists(plain: str) -> list[FoundMatrix]:
    found: list[FoundMatrix] = []
    position = 0
    while len(found) < MAX_MATRICES and (begin := _NESTED.search(plain, position)):
        inner = begin.end() - 1
        rows: list[list[str]] = []
        while (row := _INNER.match(plain, inner)) and len(rows) < MAX_CELLS:
            rows.append(_split_row(row[1]))
            inner = row.end()
        position = max(inner, begin.start() + 1)
        close = re.compile(r"[\s,]{0,20}[\])}]").match(plain, inner)
        cells = tuple(tuple(read_cell(cell) for cell in row) for row in rows)
        if (
            close
            and rows
            and all(cell.reading for row in cells for cell in row[:1])
            and sum(map(len, rows)) <= MAX_CELLS
        ):
            found.append(FoundMatrix(cells, begin.start(), close.end(), "list"))
    return found


def _flat_lists(plain: str, taken: list[FoundMatrix]) -> list[FoundMatrix]:
    """Find `[0 0 0; 1 0 1]` and plain vectors."""
    found: list[FoundMatrix] = []
    for begin in _FLAT.finditer(plain):
        if len(found) >= MAX_MATRICES:
            break
        if any(matrix.start <= begin.start() < matrix.end for matrix in taken):
            continue
        parts = begin[1].split(";") if ";" in begin[1] else begin[1].split("\n")
        rows = tuple(tuple(read_cell(cell) for cell in _split_row(part)) for part in parts if part.strip())
        cells = [cell for row in rows for cell in row]
        if 2 <= len(cells) <= MAX_CELLS and all(cell.reading for cell in cells):
            found.append(FoundMatrix(rows, begin.start(), begin.end(), "list"))
    return found


def _blocks(plain: str) -> list[FoundMatrix]:
    """Find Markdown tables, and lines that hold nothing but numbers."""
    found: list[FoundMatrix] = []
    rows: list[tuple[Cell, ...]] = []
    start = end = position = 0
    form: Form = "lines"
    for line in [*plain.split("\n"), ""]:
        own, cells = _line_cells(line)
        if cells and (not rows or own == form):
            start = start if rows else position
            rows.append(cells)
            form, end = own, position + len(line)
        elif not (rows and "|" in line and _TABLE_RULE.fullmatch(line)):
            if len(rows) >= 2 and len(found) < MAX_MATRICES:
                found.append(FoundMatrix(tuple(rows), start, end, form))
            rows = [cells] if cells else []
            start, end, form = position, position + len(line), own
        position += len(line) + 1
    return found


def _line_cells(line: str) -> tuple[Form, tuple[Cell, ...]]:
    if len(line) > 2_000:
        return "lines", ()
    if line.count("|") >= 2 or (line.count("|") == 1 and not line.strip().endswith("|")):
        texts = line.strip().strip("|").split("|")
        cells = tuple(read_cell(text) for text in texts)
        if len(cells) > 1 and all(cell.reading for cell in cells):
            return "table", cells
    if _LINE_NUMBERS.fullmatch(line):
        cells = tuple(read_cell(text) for text in _split_row(line.translate(_BRACKETS)))
        if len(cells) > 1 and all(cell.reading for cell in cells):
            return "lines", cells
    return "lines", ()


def _with_factor(plain: str, matrix: FoundMatrix) -> FoundMatrix:
    """Attach a number written in front of a matrix: `1/9 [[...]]`."""
    found = _FACTOR.search(plain[max(0, matrix.start - 60) : matrix.start])
    if not found or matrix.form in {"lines", "table"}:
        return matrix
    number = NUMBER.fullmatch(found[1].strip())
    if not number or (not found["sign"] and matrix.form == "list"):
        return matrix
    try:
        return replace(matrix, factor=read_match(number).value)
    except NumberError:
        return matrix


def find_matrices(text: str) -> tuple[FoundMatrix, ...]:
    """Return the matrices of a text in reading order; vectors in brackets are matrices of one row.

    At most MAX_MATRICES of each form are found, in the first MAX_TEXT characters.
    """
    plain = folded(text[:MAX_TEXT])
    if "\\]" in plain:
        plain = plain.replace("\\[", " [").replace("\\]", " ]")  # escaped, as pandoc writes them
    found = _latex(plain)
    found += [each for each in _lists(plain) if not _overlaps(each, found)]
    found += [each for each in _blocks(plain) if not _overlaps(each, found)]
    found += _flat_lists(plain, found)
    return tuple(sorted((_with_factor(plain, each) for each in found), key=lambda each: each.start))


def _overlaps(matrix: FoundMatrix, taken: list[FoundMatrix]) -> bool:
    return any(matrix.start < other.end and other.start < matrix.end for other in taken)
