"""A page's boxes to lines of Markdown in reading order."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING, Final

from grader.documents.pdf.baselines import rows_of
from grader.documents.pdf.columns import figures_of, gutter_of, regions_of
from grader.documents.pdf.page import LEAST_PICTURE, Area, body_size
from grader.documents.pdf.proserow import PdfPiece, markdown_of, pieces_of
from grader.documents.pdf.structures import composed
from grader.documents.pdf.stubs import stubs_of
from grader.documents.pdf.tablecells import Table
from grader.documents.pdf.tallbrackets import with_matrices
from grader.notation.lazypatterns import deferred
from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.documents.pdf.page import Box, PdfPage, Row, Rule
    from grader.documents.pdf.stubs import Stub

# The number of an item before a formula, where a program gives both one type.
_LABEL: Final = deferred(r"(?:\d{1,2}[.)]|[a-z]\))(?:[ ]+|$)")
_NUMBER: Final = deferred(r"\([A-Z]?[0-9]{1,3}(?:[.-][0-9]{1,3})?[a-z]?\)")
# An equation's number stands so far from it, in sizes.
NUMBER_GAP: Final = 1.2
# Lines beside one another share so much of the lower one's height.
BESIDE: Final = 0.2


@dataclass(slots=True, eq=False)
class PdfLine:
    """A line of text, or a picture, on a page."""

    page: int
    number: int  # on the page, from 1
    left: float
    right: float
    base: float
    bottom: float
    top: float
    size: float
    region: int = 0
    pieces: list[PdfPiece] = field(default_factory=list)
    row: Row | None = None
    picture: Area | None = None
    table: Table | None = None
    beside: bool = (
        False  # it stands beside another line that is not on its baseline, and the two were not understood
    )
    start: float = 0.0  # of the column that it stands in
    end: float = 0.0
    hidden: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        return markdown_of(self.pieces)

    @property
    def plain(self) -> str:
        """The line without its styles."""
        return "".join(
            (" " if piece.blank and index else "") + piece.text for index, piece in enumerate(self.pieces)
        )

    @property
    def unread(self) -> bool:
        return any(piece.style == "?" for piece in self.pieces)

    def is_all(self, style: str) -> bool:
        """Whether all words of the line have a style: "b", "i", "m"."""
        worded = [
            piece
            for piece in self.pieces
            if piece.style not in {"$", "?"} and any(map(str.isalnum, piece.text))
        ]
        return bool(worded) and all(style in piece.style for piece in worded)

    @property
    def is_formula(self) -> bool:
        """Whether the line is nothing but a formula and the punctuation behind it."""
        body = [piece for piece in self.pieces if piece.style in {"$", "?"}]
        rest = "".join(piece.text for piece in self.pieces if piece.style not in {"$", "?"})
        return bool(body) and not any(map(str.isalnum, rest)) and "•" not in rest


def lines_of(page: PdfPage, before: PdfPage | None) -> list[PdfLine]:
    """Return the lines and pictures of a page in reading order; columns may stand where they do on the page before."""
    figures, signs = figures_of(page)
    pictures = [] if page.scanned and page.boxes else [*page.pictures, *figures]
    boxes = [
        box
        for box in page.boxes
        if not any(area.covers(box.middle, (box.bottom + box.top) / 2) for area in figures)
    ]
    body = body_size(boxes)
    page.rules = rules = [
        rule for rule in page.rules if not any(area.covers(rule.x, rule.y) for area in figures)
    ]
    lines: list[PdfLine] = []
    used: set[int] = set()
    page.gutter = gutter_of(boxes, page.width, before.gutter if before else None)
    for number, region in enumerate(filter(None, regions_of(boxes, page.gutter))):
        left, right = min(box.left for box in region), max(box.right for box in region)
        lines += _Region(page, number, rules, signs, body, used, left, right).lines(region)
    page.rules = [rule for rule in rules if id(rule) not in used]
    _number_column(lines)
    return _with_pictures(lines, pictures, page)


@dataclass(slots=True)
class _Region:
    """A stretch of a page that is read by itself, such as a column of text."""

    page: PdfPage
    number: int
    rules: Sequence[Rule]
    signs: Sequence[Area]
    body: float
    used: set[int]  # the rules that are part of a formula
    left: float
    right: float

    def lines(self, boxes: Sequence[Box]) -> list[PdfLine]:
        """Return the lines of the boxes, tables with a stub among them as one line each."""
        rest = list(boxes)
        lines: list[PdfLine] = []
        for stub in stubs_of(boxes, self.rules):
            own = {id(box) for box in stub.boxes}
            top = max(box.top for box in stub.boxes)
            rest = [box for box in rest if id(box) not in own]
            lines += self._text([box for box in rest if (box.bottom + box.top) / 2 > top])
            lines.append(self._table(stub))
            rest = [box for box in rest if (box.bottom + box.top) / 2 <= top]
        return lines + self._text(rest)

    def _table(self, stub: Stub) -> PdfLine:
        """Return a table with a stub as one line."""
        rows: list[tuple[str, str]] = []
        pieces: list[PdfPiece] = []
        for row in stub.rows:
            name, beside = (self._text(cell) for cell in row)
            pieces += [piece for line in (*name, *beside) for piece in line.pieces]
            rows.append((_said(name), _said(beside)))
        boxes = stub.boxes
        bottom, top = min(box.bottom for box in boxes), max(box.top for box in boxes)
        line = self._line(stub.lefts[0], max(box.right for box in boxes), boxes[0].base, bottom, top)
        line.size, line.pieces = boxes[0].size, pieces
        line.table = Table(tuple(rows), 1, stub.lefts)
        return line

    def _line(self, left: float, right: float, base: float, bottom: float, top: float) -> PdfLine:
        line = PdfLine(self.page.number, 0, left, right, base, bottom, top, self.body, self.number)
        line.start, line.end = self.left, self.right
        return line

    def _text(self, boxes: Sequence[Box]) -> list[PdfLine]:
        if not boxes:
            return []
        left, right = min(box.left for box in boxes), max(box.right for box in boxes)
        low, high = min(box.bottom for box in boxes), max(box.top for box in boxes)
        near = [
            rule for rule in self.rules if left - 20 < rule.x < right + 20 and low - 20 < rule.y < high + 20
        ]
        built, unused = composed(boxes, near, self.body)
        self.used |= {id(rule) for rule in near} - {id(rule) for rule in unused}
        rows = rows_of(with_matrices(built, self.body), self.body)
        _mark_drawn(rows, self.signs)
        ends = _number_ends(rows)
        lines: list[PdfLine] = []
        for row in rows:
            row.boxes = _without_number(row, self.right, ends)
            pieces = pieces_of(row, _ruling(row, unused), spaced=self.page.spaced) if row.boxes else []
            if not pieces:
                continue
            pieces = _with_label_apart(pieces)
            if any(_is_bullet(dot, row) for dot in self.page.dots):
                pieces.insert(0, PdfPiece("•"))
            line = self._line(row.left, row.right, row.base, row.bottom, row.top)
            line.size, line.pieces, line.row = _size(row), pieces, row
            if lines and _stands_beside(lines[-1], line):
                lines[-1].beside = line.beside = True
            lines.append(line)
        return lines


def _stands_beside(above: PdfLine, line: PdfLine) -> bool:
    """Whether two lines overlap in height with a wide space between them, as a name and its cell in a table do."""
    overlap = min(above.top, line.top) - max(above.bottom, line.bottom)
    apart = max(above.left - line.right, line.left - above.right)
    lower = min(above.top - above.bottom, line.top - line.bottom)
    return overlap > BESIDE * lower and apart > NUMBER_GAP * line.size


def _said(lines: Sequence[PdfLine]) -> str:
    return " ".join(line.text for line in lines)


def _with_label_apart(pieces: list[PdfPiece]) -> list[PdfPiece]:
    """Return pieces with the number of an item apart from the formula that follows it: `3. - x` is no formula."""
    first = pieces[0]
    label = _LABEL.match(first.text) if first.style == "$" else None
    if label is None:
        return pieces
    formula = [first.text[label.end() :]]
    rest = pieces[1:]
    while rest and rest[0].style == "$":  # one formula, which the number's type had torn
        formula.append(rest.pop(0).text)
    said = " ".join(part for part in formula if part)
    return [PdfPiece(label[0].rstrip()), *([PdfPiece(said, "$")] if said else []), *rest]


def _size(row: Row) -> float:
    """Return the size of most of a row's type."""
    counts: dict[float, int] = {}
    prose = [box for box in row.boxes if not box.face.maths and not box.built and box.text.isalpha()]
    for box in prose if len(prose) > 3 else row.boxes:
        size = round(box.size, 1) if box.pivot is None else row.size
        counts[size] = counts.get(size, 0) + (1 if box.pivot is None else 0)
    return max(counts, key=lambda size: (counts[size], size))


def _is_bullet(dot: Area, row: Row) -> bool:
    """Whether a small drawn shape stands before a row as the mark of an item does."""
    y = (dot.bottom + dot.top) / 2
    return 0 < row.left - dot.right < 2.5 * row.size and -0.05 * row.size < y - row.base < 0.75 * row.size


def _ruling(row: Row, rules: Sequence[Rule]) -> list[Rule]:
    return [
        rule
        for rule in rules
        if abs(rule.y - row.base) < row.size and rule.left < row.right and row.left < rule.right
    ]


def _mark_drawn(rows: Sequence[Row], signs: Sequence[Area]) -> None:
    """Mark boxes beside a sign that was drawn, or is in no font, as not understood."""
    spots = [(area.left, area.right, area.bottom, area.top) for area in signs]
    spots += [
        (box.left, box.right, box.bottom, box.top)
        for row in rows
        for box in row.boxes
        if not (box.text or box.tex)
    ]
    for left, right, bottom, top in spots:
        for row in rows:
            if not row.bottom < (bottom + top) / 2 < row.top:
                continue
            for box in row.boxes:
                if left - 0.6 * row.size < box.reach and box.left < right + 0.6 * row.size:
                    box.bad = True


def _chunk(row: Row) -> list[Box]:
    """Return the boxes behind the last wide gap of a row."""
    start = len(row.boxes) - 1
    while (
        start > 0
        and row.boxes[start].left - row.boxes[start - 1].reach < 0.6 * row.size
        and row.boxes[start].text != "("
    ):
        start -= 1
    return row.boxes[start:]


def _is_number(boxes: Sequence[Box]) -> bool:
    return bool(_NUMBER.fullmatch("".join(box.text for box in boxes))) and not any(
        any(box.scripts()) for box in boxes
    )


def _number_ends(rows: Sequence[Row]) -> list[float]:
    """Return where numbers of equations end that stand well apart from these."""
    ends = []
    for row in rows:
        chunk = _chunk(row)
        before = row.boxes[-len(chunk) - 1] if len(chunk) < len(row.boxes) else None
        if _is_number(chunk) and (before is None or chunk[0].left - before.reach > NUMBER_GAP * row.size):
            ends.append(chunk[-1].right)
    return ends


def _without_number(row: Row, end: float, ends: Sequence[float]) -> list[Box]:
    """Return the boxes of a row without an equation's number at the edge of the column."""
    chunk = _chunk(row)
    if not _is_number(chunk) or chunk[-1].right < end - 1.5 * row.size:
        return row.boxes
    rest = row.boxes[: -len(chunk)]
    if not rest:
        return [] if row.left > end - 6 * row.size and row.left > 0.5 * end else row.boxes
    gap = chunk[0].left - max(box.reach for box in rest)
    known = sum(abs(chunk[-1].right - other) < 1.0 for other in ends)
    if gap > NUMBER_GAP * row.size or known > 1:
        return rest if any(box.face.maths or box.built or any(box.scripts()) for box in rest) else row.boxes
    return row.boxes


def _number_column(lines: Sequence[PdfLine]) -> None:
    for number, line in enumerate(lines, 1):
        line.number = number


def _with_pictures(lines: list[PdfLine], pictures: Sequence[Area], page: PdfPage) -> list[PdfLine]:
    """Return lines with the pictures at their heights."""
    result = list(lines)
    for area in sorted(pictures, key=lambda area: -area.top):
        if area.width < LEAST_PICTURE or area.height < LEAST_PICTURE:
            continue
        place = next(
            (
                index
                for index, line in enumerate(result)
                if line.picture is None
                and line.base < area.top - 0.5 * line.size
                and line.left < area.right
                and area.left < line.end
            ),
            len(result),
        )
        before = result[place - 1].number if place else 0
        region = result[place - 1].region if place else 0
        result.insert(
            place,
            PdfLine(
                page.number,
                before + 1,
                area.left,
                area.right,
                area.bottom,
                area.bottom,
                area.top,
                10.0,
                region,
                picture=area,
            ),
        )
    return result
