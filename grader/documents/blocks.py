"""The blocks of a document while they are collected, for formats that hold paragraphs and no Markdown."""

from __future__ import annotations

from dataclasses import field, replace
from typing import TYPE_CHECKING, Final

from grader.documents.document import Block, Document, Picture, Spot
from grader.documents.styledruns import RunLine, table_text
from grader.notation.lazypatterns import deferred
from grader.records import dataclass

if TYPE_CHECKING:
    import re
    from collections.abc import Sequence

    from grader.documents.document import BlockKind

_BOX: Final = deferred(r"(?:\[(?P<tick>[ xX✓✔☑]?)\][ \t]+|(?P<sign>[☐☑☒⊠✓✔✅⬜])[ \t]*)")
# TeX as it is typed into text boxes; 4,000 characters are more than any formula.
_BRACKETED: Final = deferred(
    r"\\\((?P<inline>(?:[^$\\]|\\[^()\[\]$]){1,4000})\\\)|\\\[(?P<display>(?:[^$\\]|\\[^()\[\]$]){1,4000})\\\]"
)
_DISPLAY: Final = deferred(r"\$\$[^$]+\$\$")
_BULLET: Final = deferred(r"[•◦▪‣●○·][ \t]+")
_TICKS: Final = frozenset("xX✓✔☑☒⊠✅")


def box_of(text: str) -> tuple[bool | None, str]:
    """Return whether the box before a text is ticked, None without one, and the text behind it."""
    box = _BOX.match(text)
    if box is None:
        return None, text
    return (box["tick"] or box["sign"] or "") in _TICKS, text[box.end() :]


def _in_dollars(found: re.Match[str]) -> str:
    inline = found["inline"]
    return f"$${found['display'].strip()}$$" if inline is None else f"${inline.strip()}$"


@dataclass(slots=True)
class BlockList:
    """Blocks in reading order, and what was not read."""

    blocks: list[Block] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    unread: list[tuple[Spot, str]] = field(default_factory=list)
    doubt: str = ""

    def add(
        self,
        kind: BlockKind,
        line: RunLine,
        spot: Spot,
        *,
        depth: int = 0,
        marker: str = "",
        ticked: bool | None = None,
        pictures: tuple[Picture, ...] = (),
    ) -> None:
        """Add a block of text; one that holds nothing is left out."""
        if line.text or line.hidden or pictures or kind == "rule" or marker.strip("-*+•"):
            text = _BRACKETED.sub(_in_dollars, line.text) if "\\" in line.text else line.text
            if kind == "paragraph" and _DISPLAY.fullmatch(text):
                kind = "formula"
            elif kind == "paragraph" and (bullet := _BULLET.match(text)):  # typed, and not made by a list
                kind, marker = "item", "-"
                ticked, text = box_of(text[bullet.end() :])
            self.blocks.append(
                Block(
                    kind, text, spot, depth=depth, marker=marker, ticked=ticked, styled=line.styled,
                    hidden=line.hidden, pictures=pictures,
                )
            )  # fmt: skip

    def add_item(
        self, line: RunLine, spot: Spot, *, depth: int, marker: str, pictures: tuple[Picture, ...] = ()
    ) -> None:
        """Add an item of a list, its box apart from what it says."""
        ticked, text = box_of(line.text)
        line = line._replace(text=text)
        self.add("item", line, spot, depth=depth, marker=marker, ticked=ticked, pictures=pictures)

    def add_code(self, code: str, spot: Spot, *, language: str = "") -> None:
        """Add a line or more of code; paragraphs of code that follow each other are one block."""
        last = self.blocks[-1] if self.blocks else None
        if last is not None and last.kind == "code" and last.language == language and not last.program:
            spot = last.spot if spot.end is None else replace(last.spot, end=spot.end)
            self.blocks[-1] = replace(last, text=f"{last.text}\n{code}", spot=spot)
        elif code.strip():
            self.blocks.append(Block("code", code, spot, language=language))

    def add_table(self, rows: Sequence[Sequence[str]], spot: Spot, inner: BlockList | None = None) -> None:
        """Add a table from the texts of its cells; `inner` are the blocks that its cells held."""
        cells = tuple(tuple(" ".join(cell.replace("$$", "$").split()) for cell in row) for row in rows if row)
        held = inner.blocks if inner is not None else []
        hidden = tuple(each for block in held for each in block.hidden)
        pictures = tuple(each for block in held for each in block.pictures)
        if inner is not None:
            self.unread += inner.unread
        if any(cell for row in cells for cell in row) or hidden or pictures:
            self.blocks.append(
                Block("table", table_text(cells), spot, rows=cells, hidden=hidden, pictures=pictures)
            )

    def document(self, name: str) -> Document:
        """Return the blocks as a document of a format."""
        return Document(
            tuple(self.blocks), name, notes=tuple(self.notes), doubt=self.doubt, unread=tuple(self.unread)
        )
