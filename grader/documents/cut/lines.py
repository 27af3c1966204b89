"""The lines of a document as they may begin an answer: their words, their style, and where they stand."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

from grader.notation.lazypatterns import deferred

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.documents.document import Block, Document, Picture, Spot

# A line of a table of contents: leaders, then the page.
MOST_CONTENTS: Final = 300  # characters
_CONTENTS: Final = deferred(r"(?:\.[ \t]?){4,}[ \t]*\d{0,4}[ \t]*$|[^\d\s][^\n]*[ \t]{8,}\d{1,3}[ \t]*$")
_LEADERS: Final = ("..", ". .", "\t", " " * 8)
"""What stands in any such line."""
_LATEX_HEADING: Final = deferred(
    r"[ \t]*\\(?P<command>chapter|section|subsection|subsubsection|paragraph|question|exercise|problem)\*?"
    r"[ \t]*\{(?P<content>[^{}\n]*(?:\{[^{}\n]*\}[^{}\n]*)*)\}(?:[ \t]*\\label\{[^{}\n]*\})?(?P<rest>[^\n]*)"
)
_LATEX_DEPTH: Final = {"chapter": 1, "section": 1, "subsection": 2, "subsubsection": 3, "paragraph": 4}
_STYLED: Final = deferred(
    r"[ \t]*(?P<open>\*{1,3}|_{1,3}|<(?:b|u|strong|big|ins|em|i)>|\\(?:textbf|underline|emph|textit)\{)[ \t]*"
    r"(?P<content>[^*_<>{}\n]+?)[ \t]*(?P<close>\*{1,3}|_{1,3}|</(?:b|u|strong|big|ins|em|i)>|\})"
    r"[ \t]*[:.]?[ \t]*(?:<br ?/?>|\\\\|\\)?[ \t]*",
    re.IGNORECASE,
)
# Markup of a line, blanked so that its words keep their places.
_MARKUP: Final = deferred(
    r"</?[A-Za-z][^<>\n]{0,200}>|\*{1,3}|(?<![^\W_])_{1,3}|_{1,3}(?![^\W_])|`|~~"
    r"|\\(?:textbf|textit|emph|underline|text|texttt|textsc|bm|mathbf)[ \t]*\{|\\(?:noindent|large|Large|LARGE|huge|bfseries|centering)\b"
    r"|\\\\|\\(?=[.)(\[\]#*_-])|[{}]|[\u200b-\u200f\ufeff]"
)
_SIGNS: Final = deferred(r"[<*_`~\\{}\u200b-\u200f\ufeff]")
"""What any markup of a line begins with: most lines have none of it."""
# Depth of what is no heading: styled lines stand above items, and these above plain lines.
STYLED_DEPTH: Final = 7
PLAIN_DEPTH: Final = 8


class Line(NamedTuple):
    """A line of a document, or a block that has no lines of words (a table, code, a formula).

    `content` is what it says, `plain` the same with blanks for its markup, character by character. `style` is
    `heading`, `styled`, `item`, `plain`, or `solid` for what can begin nothing. `number` counts lines as the file does.
    """

    block: int
    content: str
    plain: str
    style: str
    depth: int
    spot: Spot
    number: int
    marker: str = ""
    ticked: bool | None = None
    start: int | None = None  # of the content in the document's text
    end: int | None = None
    first: bool = True  # of its block
    kind: str = "paragraph"
    pictures: tuple[Picture, ...] = ()

    @property
    def where(self) -> str:
        """Where a person finds it: `line 12`, `cell 3, line 1`, `page 2`."""
        spot = self.spot
        if spot.page is not None:
            return f"page {spot.page}, line {self.number}"
        return f"line {self.number}" if spot.cell is None else f"cell {spot.cell}, line {self.number}"

    @property
    def blank(self) -> bool:
        return not self.content.strip() and not self.pictures


def read_lines(document: Document) -> list[Line]:
    """Return the lines of a document in reading order, its front matter, rules and comments left out."""
    blocks = document.blocks
    said = [
        block
        for block in blocks
        if block.text.strip() and block.kind not in {"comment", "front_matter", "rule"}
    ]
    if not document.text and said and all(block.kind == "code" and not block.program for block in said):
        blocks = tuple(map(_as_text, blocks))  # a document that is set in typewriter letters throughout
    return [line for number, block in enumerate(blocks) for line in _lines_of(document, number, block)]


def _as_text(block: Block) -> Block:
    return replace(block, kind="paragraph") if block.kind == "code" else block


def masked(text: str) -> str:
    """Return a line of the same length with blanks for its markup."""
    return _MARKUP.sub(_blanks, text) if _SIGNS.search(text) else text


def _blanks(match: re.Match[str]) -> str:
    return " " * (match.end() - match.start())


def _lines_of(document: Document, number: int, block: Block) -> Iterator[Line]:
    if block.kind in {"front_matter", "comment", "rule"}:
        return
    spot = block.spot
    aligned = bool(document.text) and spot.start is not None and spot.end is not None
    if block.kind not in {"paragraph", "heading", "item", "quote"}:
        yield Line(
            number, block.text, "", "solid", PLAIN_DEPTH, spot, spot.line,
            start=spot.start if aligned else None, end=spot.end if aligned else None,
            kind=block.kind, pictures=block.pictures,
        )  # fmt: skip
        return
    at = spot.start
    contents = block.text.split("\n")
    raw = document.text[spot.start : spot.end].split("\n") if aligned else contents
    if len(raw) != len(contents):
        raw = contents = ["\n".join(raw)]
    for row, content in enumerate(contents):
        start = at + max(len(raw[row]) - len(content), 0) if aligned and at is not None else None
        end = at + len(raw[row]) if aligned and at is not None else None
        if at is not None:
            at += len(raw[row]) + 1
        pictures = block.pictures if row == len(contents) - 1 else ()
        if not pictures and _is_of_contents(content):
            continue
        style, depth, shown = _style(block, content)
        lead = content.find(shown) if shown != content else 0
        plain = " " * lead + masked(shown)
        yield Line(
            number, content, plain.ljust(len(content)), style, depth, spot, spot.line + row,
            block.marker if row == 0 else "", block.ticked if row == 0 else None, start, end,
            row == 0, block.kind, pictures,
        )  # fmt: skip


def _is_of_contents(content: str) -> bool:
    """Say whether a line is of a table of contents; a few plain looks tell nearly all that are none."""
    last = content.rstrip()[-1:]
    if not (last == "." or last.isdecimal()) or len(content) >= MOST_CONTENTS:
        return False
    if not any(leader in content for leader in _LEADERS):
        return False
    return _CONTENTS.search(content) is not None


def _style(block: Block, content: str) -> tuple[str, int, str]:
    """Return style and depth of a line, and the part of it that its style shows."""
    if block.kind == "heading":
        return "heading", block.depth, content
    if latex := _LATEX_HEADING.match(content):
        return "heading", _LATEX_DEPTH.get(latex["command"], 1), latex["content"]
    if block.styled or _STYLED.fullmatch(content):
        return "styled", STYLED_DEPTH, content
    if block.kind == "item":
        return "item", PLAIN_DEPTH + block.depth, content
    return "plain", PLAIN_DEPTH, content
