"""Lines to blocks: headings, paragraphs, items, code, tables, formulas and pictures."""

from __future__ import annotations

import itertools
from dataclasses import field
from typing import TYPE_CHECKING, Final

from grader.documents.document import Block, Picture, Spot
from grader.documents.pdf.continuity import (
    code_of,
    display_formula,
    is_broken,
    is_centred,
    is_chained,
    is_display,
    is_open,
    runs_on,
    usual_leading,
)
from grader.documents.pdf.hyphens import joined
from grader.documents.pdf.proserow import PdfPiece
from grader.documents.pdf.tables import table_at
from grader.notation.lazypatterns import deferred
from grader.records import dataclass

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Mapping, Sequence

    from grader.documents.document import BlockKind
    from grader.documents.pdf.page import Area, PdfPage
    from grader.documents.pdf.pagelines import PdfLine
    from grader.documents.pdf.tablecells import Table

# Type so much larger than the text's is a heading's.
LARGER: Final = 1.12
# Headings are shorter than this, in characters.
MAX_HEADING: Final = 160
# Lines of one paragraph stand closer than this, in their usual distance, and in sizes between their inks.
MAX_LEADING: Final = 1.3
MAX_GAP: Final = 0.62
INDENT: Final = 0.8
# Lines that may be a table's first, where a longer stretch than this proves to be none.
MAX_TRIES: Final = 5
LOOKED: Final = 12
# Columns of a table that goes on on the next page begin where they did, in points.
MAX_SHIFT: Final = 2.0

_BULLET: Final = deferred(r"(?P<marker>[•◦▪▫∙·‣○●■□►❖➢✓➤⁃]|[–\-∗*](?=\s))\s*(?=\S)")
_NUMBERED: Final = deferred(r"(?P<marker>\(?(?:[0-9]{1,2}|[a-z]|[ivx]{1,4}|[A-H])[.)])\s+(?=\S)")
_BOX: Final = deferred(r"(?:(?P<sign>[☐☑☒⊠✓✔⬜])|\[(?P<tick>[ xX✓]?)\])\s*")


@dataclass(slots=True)
class Blocks:
    """The blocks of a file while its lines are gone through, and what of it was not read."""

    body: float
    sizes: Sequence[float]  # of headings, the largest first
    words: Mapping[str, int]  # of the file, for what a hyphen at the end of a line means
    pictured: Callable[[int, Area], Picture]
    blocks: list[Block] = field(default_factory=list)
    unread: list[tuple[Spot, str]] = field(default_factory=list)
    lines: list[PdfLine] = field(default_factory=list)  # of the paragraph that is being gathered
    kind: str = ""  # of it
    markers: list[float] = field(default_factory=list)  # where the marks of the lists stand that are open
    marker: str = ""
    ticked: bool | None = None
    depth: int = 0
    leading: float = 1.2
    table: tuple[int, Table] | None = None  # the last one, and the page that it ended on

    def add(self, lines: Sequence[PdfLine], pages: Mapping[int, PdfPage]) -> None:
        """Add all lines of the file in reading order."""
        self.leading = usual_leading(lines)
        at = barren = 0  # no table begins before the second
        tries = 0
        while at < len(lines):
            line = lines[at]
            table = line.table
            if (
                table is None
                and at >= barren
                and not line.picture
                and self._kind(line) not in {"heading", "code"}
            ):
                table, looked = table_at(lines, at, pages[line.page])
                tries = tries + 1 if table is None and looked > LOOKED else 0
                if tries == MAX_TRIES:
                    barren, tries = at + looked, 0
            if line.picture is not None:
                self._add_picture(line)
                at += 1
            elif table is not None:
                self._add_table(table, lines[at : at + table.count])
                at += table.count
            else:
                self._take(line)
                at += 1
        self.flush()

    def _add_table(self, table: Table, lines: Sequence[PdfLine]) -> None:
        self.flush()
        spot, hidden, last = _spot(lines[0]), lines[0].hidden, self.table
        if last is not None and self.blocks[-1].kind == "table" and _goes_on(last, table, lines[0].page):
            table = last[1].joined(table)
            above = self.blocks.pop()
            spot, hidden = above.spot, (*above.hidden, *hidden)
        pictures = self._name_unread(lines)
        self.blocks.append(
            Block("table", table.text, spot, rows=table.rows, hidden=hidden, pictures=pictures)
        )
        self.table = lines[-1].page, table

    def _add_picture(self, line: PdfLine) -> None:
        self.flush()
        assert line.picture is not None  # noqa: S101 - the caller has looked
        picture = self.pictured(line.page, line.picture)
        self.blocks.append(Block("paragraph", "", _spot(line), pictures=(picture,), hidden=line.hidden))

    def _kind(self, line: PdfLine) -> str:
        """Return what a line is by itself."""
        if line.is_all("m") and len(line.plain) > 1 and not any(piece.style == "$" for piece in line.pieces):
            return "code"
        if line.size > LARGER * self.body and not line.is_formula and len(line.plain) < MAX_HEADING:
            return "heading"
        if is_display(line) and (line.is_formula or not _marked(line)):
            return "formula"
        return "paragraph"

    def _take(self, line: PdfLine) -> None:
        kind = self._kind(line)
        above = self.lines[-1] if self.lines else None
        if (
            kind == "formula"
            and above is not None
            and self.kind in {"paragraph", "item"}
            and runs_on(above, line)
        ):
            kind = "paragraph"
        marked = _marked(line) if kind == "paragraph" else None
        if marked is not None and above is not None and self._is_wrapped(above, line, marked):
            marked = None
        if above is not None and marked is None and self._goes_on(kind, above, line):
            self.lines.append(line)
            return
        self.flush()
        self.kind, self.lines = kind, [line]
        self.marker, self.ticked, self.depth = "", None, 0
        if marked is not None:
            self._begin_item(line, marked)
        elif kind == "heading" or (self.markers and line.left < self.markers[0] - self.body):
            self.markers = []

    def _is_wrapped(self, above: PdfLine, line: PdfLine, marked: re.Match[str]) -> bool:
        """Whether a line only begins like an item because a sentence happens to break there."""
        if (
            marked["marker"][-1] not in ".)"
            or self.kind not in {"paragraph", "item"}
            or not runs_on(above, line)
        ):
            return False
        if (above.page, above.region) != (
            line.page,
            line.region,
        ) or above.base - line.base > MAX_LEADING * self.leading * line.size:
            return False
        return self.marker != _before(marked["marker"]) and abs(line.left - above.left) < 2 * line.size

    def _begin_item(self, line: PdfLine, marked: re.Match[str]) -> None:
        self.kind, self.marker = "item", marked["marker"]
        while self.markers and line.left < self.markers[-1] - 0.6 * line.size:
            self.markers.pop()
        if not self.markers or line.left > self.markers[-1] + 0.8 * line.size:
            self.markers.append(line.left)
        self.depth = len(self.markers) - 1

    def _goes_on(self, kind: str, above: PdfLine, line: PdfLine) -> bool:
        """Whether a line belongs to the block that is being gathered."""
        if kind != self.kind and not (kind == "paragraph" and self.kind == "item"):
            return False
        moved = (above.page, above.region) != (line.page, line.region)
        if abs(above.size - line.size) > 0.1 * self.body and not (
            kind == "paragraph"
            and abs(above.size - line.size) < 0.3 * self.body
            and not moved
            and runs_on(above, line)
        ):
            return False
        within = above.is_all("b") == line.is_all("b") or (runs_on(above, line) and _is_within(above, line))
        if kind == "paragraph" and not within:
            return False
        if moved:
            return (kind == "paragraph" and runs_on(above, line) and is_open(above, line)) or kind == "code"
        drop, gap = above.base - line.base, above.bottom - line.top
        if kind == "formula":
            return drop > 0 and gap < 2.2 * line.size and is_chained(above, line)
        if kind == "heading":
            return 0 < drop < 1.6 * line.size and above.is_all("b") == line.is_all("b")
        if kind == "code":
            return 0 < drop < 3 * line.size
        if drop <= 0 or (drop > MAX_LEADING * self.leading * line.size and gap > MAX_GAP * line.size):
            return False
        if self.kind == "item":
            first = self.lines[0]
            hangs = line.left > first.left + 0.4 * line.size
            if first.row is not None and first.row.boxes[0].text != self.marker[:1]:  # its mark is drawn
                hangs = line.left > first.left - 0.4 * line.size
            return hangs or runs_on(above, line)
        indented = line.left > above.left + INDENT * line.size and line.left > line.start + INDENT * line.size
        return not indented or (is_centred(above) and is_centred(line))

    def flush(self) -> None:
        """Close the block that is being gathered."""
        lines, kind, self.lines = self.lines, self.kind, []
        if not lines:
            return
        hidden = tuple(text for line in lines for text in line.hidden)
        pictures = self._name_unread(lines)
        spot = _spot(lines[0])
        if kind == "code":
            self.blocks.append(Block("code", code_of(lines), spot, hidden=hidden))
        elif kind == "formula":
            self._add_formula(lines, spot, hidden, pictures)
        else:
            self._add_text(lines, kind, spot, hidden, pictures)

    def _add_formula(
        self, lines: Sequence[PdfLine], spot: Spot, hidden: tuple[str, ...], pictures: tuple[Picture, ...]
    ) -> None:
        parts = [display_formula(line) for line in lines if not line.unread]
        if len(parts) > 1:
            body = " \\\\ ".join(parts)
            text = f"$$\\begin{{aligned}} {body} \\end{{aligned}}$$"
        else:
            text = f"$${parts[0]}$$" if parts else ""
        self.blocks.append(
            Block("formula" if parts else "paragraph", text, spot, hidden=hidden, pictures=pictures)
        )

    def _add_text(
        self,
        lines: Sequence[PdfLine],
        kind: str,
        spot: Spot,
        hidden: tuple[str, ...],
        pictures: tuple[Picture, ...],
    ) -> None:
        pieces = [line.pieces for line in lines]
        if kind == "item":
            pieces[0] = _without_marker(pieces[0], self.marker)
        bold = all(line.is_all("b") for line in lines)
        under = all(
            piece.under for line in lines for piece in line.pieces if any(map(str.isalnum, piece.text))
        )
        depth = self.depth
        if kind == "heading":
            size = min(self.sizes, key=lambda size: abs(size - lines[0].size), default=lines[0].size)
            depth = min(self.sizes.index(size) + 1, 6) if size in self.sizes else 1
            pieces = [[_unstyled(piece) for piece in row] for row in pieces]
        breaks = (
            [is_broken(above, line) for above, line in itertools.pairwise(lines)]
            if kind != "heading"
            else [False] * (len(lines) - 1)
        )
        text = joined(pieces, breaks, self.words)
        ticked = None
        if kind in {"item", "paragraph"} and (box := _BOX.match(text)):
            ticked = (box["tick"] or box["sign"] or "") in set("xX✓✔☑☒⊠")
            text, kind = text[box.end() :], "item"
        elif self.marker == "□":
            ticked = False
        if not text and not pictures:
            return
        block_kind: BlockKind = "heading" if kind == "heading" else "item" if kind == "item" else "paragraph"
        styled = block_kind != "heading" and (
            bold or under or any(line.size > LARGER * self.body for line in lines)
        )
        self.blocks.append(
            Block(
                block_kind,
                text,
                spot,
                depth,
                self.marker,
                ticked,
                styled=styled,
                hidden=hidden,
                pictures=pictures,
            )
        )

    def _name_unread(self, lines: Sequence[PdfLine]) -> tuple[Picture, ...]:
        """Name the lines with formulas that were not understood; return these as pictures."""
        pictures = []
        for line in lines:
            where = f"page {line.page}, line {line.number}"
            if line.beside and not line.unread:
                self.unread.append((_spot(line), f"what {where} stands beside was not understood"))
            if line.unread:
                self.unread.append((_spot(line), f"the layout of a formula on {where} was not understood"))
                pictures.append(Picture(name=f"formula on {where}"))
        return tuple(pictures)


def _is_within(above: PdfLine, line: PdfLine) -> bool:
    """Whether a line that is bold as a whole, or follows one, is in the midst of a sentence: no heading."""
    return above.is_all("b") or "b" in above.pieces[-1].style or line.plain[:1].islower()


def _goes_on(last: tuple[int, Table], table: Table, page: int) -> bool:
    """Whether a table goes on with the one before it, which ended on the page before."""
    ended, above = last
    return (
        page == ended + 1
        and len(above.lefts) == len(table.lefts)
        and all(abs(a - b) < MAX_SHIFT for a, b in zip(above.lefts, table.lefts, strict=True))
    )


def _spot(line: PdfLine) -> Spot:
    return Spot(line=line.number, page=line.page)


def _marked(line: PdfLine) -> re.Match[str] | None:
    plain = line.plain
    return _BULLET.match(plain) or _NUMBERED.match(plain)


def _before(marker: str) -> str:
    """Return the mark of the item before one: `a)` for `b)`."""
    name = marker.strip("().")
    if name.isdigit():
        return marker.replace(name, str(int(name) - 1))
    return marker.replace(name, chr(ord(name) - 1)) if len(name) == 1 else marker


def _without_marker(pieces: Sequence[PdfPiece], marker: str) -> list[PdfPiece]:
    """Return pieces without the mark of an item at their beginning."""
    left = len(marker)
    kept: list[PdfPiece] = []
    for piece in pieces:
        if left > 0:
            body = piece.text.lstrip()
            cut = min(left, len(body))
            left -= cut
            body = body[cut:].lstrip()
            if body:
                kept.append(PdfPiece(body, piece.style, True, piece.under, piece.struck))
            continue
        kept.append(piece)
    return kept


def _unstyled(piece: PdfPiece) -> PdfPiece:
    style = piece.style if piece.style in {"$", "?", "m"} else piece.style.replace("b", "").replace("i", "")
    return PdfPiece(piece.text, style, piece.blank, False, piece.struck)
