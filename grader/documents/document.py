"""What every format becomes: a document, a row of blocks with a kind, their text and their place.

A block's text is Markdown whatever the format was: formulas are LaTeX between `$`, emphasis and strikes are as in
Markdown, hard breaks are line ends. It holds nothing that a reader of the page does not see: no comment, no hidden
text, no markup of pictures, no address of a link. What was there and is left out stands beside it.
"""

from __future__ import annotations

from typing import Literal

from grader.records import dataclass

BlockKind = Literal[
    "heading",
    "paragraph",
    "item",
    "table",
    "code",
    "output",
    "formula",
    "quote",
    "rule",
    "comment",
    "front_matter",
]


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a block begins and, in formats that are text, which stretch of the file it is."""

    line: int = 1  # from 1, in the file; in a notebook in the cell, in PDF on the page, in Word the paragraph's number
    column: int = 1  # from 1
    start: int | None = None  # characters from the start of the file's text; None where that is not text
    end: int | None = None
    page: int | None = None  # from 1
    cell: int | None = None  # of a notebook, from 1


@dataclass(frozen=True, slots=True)
class Picture:
    """An image that stands in a document; its name and size are for people, never for marking."""

    name: str = ""  # the file's name or alternative text, shortened
    media: str = ""  # its media type, `image/png`; "" where it is not known
    content: bytes | None = None  # where the document holds it and it is not too large


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of a document of one kind.

    `depth` is 1 to 6 of a heading, and from 0 of an item, by how far it is nested. `marker` is what stands before an
    item as it is shown (`-`, `3.`, `a)`, `(iii)`), or before a heading where the format numbers it (`2.1`). `ticked` is
    None where an item has no box. `rows` are the cells of a table, its text the table as Markdown. `styled` says that
    the whole block is bold, underlined or larger than its neighbours, as headings are that are not marked as such.
    `hidden` are stretches that do not count (struck out, white, tiny, comments), `pictures` what stands in it as an image.
    `program` tells a notebook's cell of code from code that was written into a text.
    """

    kind: BlockKind
    text: str
    spot: Spot
    depth: int = 0
    marker: str = ""
    ticked: bool | None = None
    rows: tuple[tuple[str, ...], ...] = ()
    styled: bool = False
    language: str = ""  # of code
    hidden: tuple[str, ...] = ()
    pictures: tuple[Picture, ...] = ()
    program: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    """A file that was read: its blocks in reading order, what a person should know, and why it may be misread.

    `doubt` is a sentence for a person where the whole file may have been misread (an unsure encoding); `unread` names
    what was not read at all (a page without text, a formula whose layout was not understood), with its spot.
    `text` is the file's text where the blocks are stretches of it (`Spot.start` and `end`): of the same length, pictures
    and the addresses of links blanked. An answer is then a stretch of it, to the letter; "" where blocks are decoded.
    """

    blocks: tuple[Block, ...]
    format: str  # "markdown", "pdf", ...
    notes: tuple[str, ...] = ()
    doubt: str = ""
    unread: tuple[tuple[Spot, str], ...] = ()
    text: str = ""
