r"""Read Markdown and plain text into blocks, each the exact stretch of the file that it stands in.

What a page shows stays as it is written: emphasis, formulas, strikes, comments (`grader.prose.hidden` knows which of
it is seen). Pictures, the addresses of links and the tags that hold such are blanked, so that no file's name or
width is ever read as an answer, and every other character keeps its place.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import field, replace
from typing import TYPE_CHECKING, Final

from grader.documents.commonmark import STRETCH, markdown_parser
from grader.documents.document import Block, Document, Picture, Spot
from grader.documents.pictures import (
    blanked,
    image_stretches,
    markup_stretches,
    picture_named,
    url_stretches,
)
from grader.notation.lazypatterns import deferred
from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from markdown_it.token import Token

    from grader.documents.document import BlockKind

# Fences that nothing closes, each read again from where the next heading begins.
MAX_OPEN_FENCES: Final = 20

_BOX: Final = deferred(r"\[(?P<tick>[ xX✓✔☑]?)\][ \t]+|(?P<sign>[☐☑☒✓✔✅⬜])[ \t]*")
_TICKS: Final = frozenset("xX✓✔☑☒✅")
_HEADING_TAG: Final = deferred(r"<h(?P<depth>[1-6])\b[^<>]{0,300}>", re.IGNORECASE)
_HEADING_END: Final = deferred(r"</h[1-6][^<>]{0,99}>", re.IGNORECASE)
_STYLED_LINE: Final = deferred(
    r"[ \t]*(?:(?P<marks>\*{2,3}|_{2,3})[^*_\n]+(?P=marks)|<(?P<tag>b|u|strong|big|ins)>[^<>\n]*</(?P=tag)>)"
    r"[ \t]*[:.]?[ \t]*(?:<br ?/?>)?[ \t]*\\?[ \t]*",
    re.IGNORECASE,
)
_FENCE: Final = deferred(r" {0,3}(?P<marks>`{3,}|~{3,})(?P<info>[^`\n]*)$")
# A heading as it ends a fence that nothing closes; one number sign alone begins a comment of most languages.
_AFTER_FENCE: Final = deferred(
    r"#{2,6}[ \t]*[^\s#]|#[ \t]*(?:question|task|exercise|problem|part|aufgabe|uppgift)\b", re.IGNORECASE
)
_COMMENT: Final = deferred(r"\s*<!--(?P<said>.*)-->\s*", re.DOTALL)
_FRONT: Final = deferred(r"---[ \t]*\n(?P<yaml>.*?)(?:^|\n)(?:---|\.\.\.)[ \t]*(?:\n|$)", re.DOTALL)
_KEY: Final = deferred(r"[\w-]+[ \t]*:|- |#")
_MAX_FRONT: Final = 10_000
# A row of dashes right below a text makes it a heading, whether that was meant or not; longer ones are paragraphs.
_LONGEST_UNDERLINED: Final = 90

_PLAIN_KINDS: Final[Mapping[str, BlockKind]] = {
    "fence": "code",
    "code_block": "code",
    "math_block": "formula",
    "math_block_label": "formula",
    "math_block_eqno": "formula",
    "display": "formula",
    "hr": "rule",
    "front_matter": "front_matter",
}


def read(text: str, source: str = "", *, attachments: Mapping[str, Picture] | None = None) -> Document:
    """Return the blocks of a Markdown text with Unix line ends; total, whatever `source` it has.

    `attachments` are pictures that stand beside it (`attachment:NAME`).
    """
    page = _Page(text, attachments or {})
    del source
    lead = len(text) - len(text.lstrip())
    begin = text.count("\n", 0, lead) if text.strip() else 0
    page.front = begin if _is_front_matter(text[lead : lead + _MAX_FRONT]) else -1
    for _ in range(MAX_OPEN_FENCES):
        begin = page.add_from(begin)
        if begin < 0:
            break
    page.add_uncovered()
    blocks = tuple(sorted(page.blocks, key=lambda block: block.spot.start or 0))
    return Document(blocks, "markdown", notes=tuple(page.notes), text=blanked(text, page.stretches))


_Stretch = tuple[int, int, Picture | None]


@dataclass(slots=True)
class _Page:
    """One text while it is read."""

    text: str
    attachments: Mapping[str, Picture]
    blocks: list[Block] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    stretches: list[tuple[int, int]] = field(default_factory=list)  # to be blanked
    covered: list[tuple[int, int]] = field(
        default_factory=list
    )  # lines, the first and the one behind the last
    starts: list[int] = field(default_factory=list)  # of the lines
    front: int = -1  # the line at which front matter begins
    item: tuple[str, int] | None = None  # marker and depth of an item whose text comes next

    def __post_init__(self) -> None:
        self.starts = [0, *(match.end() for match in re.finditer("\n", self.text))]

    def add_from(self, begin: int) -> int:
        """Add the blocks from a line on; return the line where a fence that nothing closes must end, -1 for none."""
        offset = self.starts[begin]
        env: dict[str, object] = {}
        parser = markdown_parser(front_matter=begin == self.front)
        tokens = parser.parse(self.text[offset:], env)
        split = self._open_fence(tokens, begin)
        if split >= 0:
            self.notes.append(
                f"A fence of code above line {split + 1} is not closed; it was taken to end at the heading there."
            )
            env = {}
            tokens = parser.parse(self.text[offset : self.starts[split]], env)
        self._add_tokens(tokens, begin)
        references = env.get("references")
        for reference in references.values() if isinstance(references, dict) else ():
            first, last = (begin + line for line in reference["map"])
            self.covered.append((first, last))
            self.stretches.append((self._at(first), self._at(last)))
        return split

    def add_uncovered(self) -> None:
        """Add what the parser left out (nested too deeply, defined twice) as paragraphs: nothing goes unread."""
        line = 0
        for first, last in [*sorted(self.covered), (len(self.starts), len(self.starts))]:
            while line < first:
                if self._line(line).strip(" \t>"):
                    self._add("paragraph", line, line + 1)
                line += 1
            line = max(line, last)

    def _at(self, line: int) -> int:
        return self.starts[line] if line < len(self.starts) else len(self.text)

    def _line(self, number: int) -> str:
        return self.text[self._at(number) : self._at(number + 1)].rstrip("\n")

    def _spot(self, start: int, end: int) -> Spot:
        line = bisect_right(self.starts, start)
        return Spot(line, start - self.starts[line - 1] + 1, start, end)

    def _end(self, last: int) -> int:
        """Return where the text before a line ends."""
        end = self._at(last)
        while end and self.text[end - 1] == "\n":
            end -= 1
        return end

    def _open_fence(self, tokens: Sequence[Token], begin: int) -> int:
        """Return the line of the heading that ends a fence which nothing closes, -1 where all are closed."""
        for token in tokens:
            if token.type != "fence" or token.map is None or token.level:
                continue
            first, last = begin + token.map[0], begin + token.map[1]
            closing = self._line(last - 1).strip()
            closed = last - 1 > first and closing.startswith(token.markup) and not closing.strip(closing[:1])
            opened_again = (line for line in range(first + 1, last - 1) if self._opens(line, token.markup))
            inner = next(opened_again, last if not closed else -1)
            for line in range(first + 1, inner):
                if not self._line(line - 1).strip() and _AFTER_FENCE.match(self._line(line)):
                    return line
        return -1

    def _opens(self, line: int, markup: str) -> bool:
        fence = _FENCE.match(self._line(line))
        return fence is not None and fence["marks"] == markup and bool(fence["info"].strip())

    def _add_tokens(self, tokens: Sequence[Token], begin: int) -> None:
        quoted = lists = 0
        table_to = -1  # the line behind a table that was read as a whole
        for position, token in enumerate(tokens):
            first, last = (begin + line for line in token.map) if token.map else (0, 0)
            if token.type in {"blockquote_open", "blockquote_close"}:
                quoted += token.nesting
            elif token.type.endswith(("_list_open", "_list_close")):
                lists += token.nesting
                self.item = None
            elif token.type == "list_item_open":
                self.item = f"{token.info}{token.markup}", max(lists - 1, 0)
            elif token.type == "table_open":
                table_to = last
                self._add_table(tokens[position:], first, last)
            elif token.type == "inline" and first >= table_to:
                self._add_inline(token, tokens[position - 1], first, last, quoted=quoted > 0)
            elif token.type == "html_block":
                self._add_html(first, last)
            elif kind := _PLAIN_KINDS.get(token.type):
                language = token.info.split()[0] if kind == "code" and token.info.strip() else ""
                self._add(kind, first, last, language=language)

    def _add(self, kind: BlockKind, first: int, last: int, *, language: str = "") -> None:
        """Add whole lines of the file as one block."""
        start, end = self._at(first), max(self._end(last), self._at(first))
        self.covered.append((first, last))
        content = self.text[start:end]
        if kind == "code":
            content = _unfenced(content)
        self.blocks.append(
            Block(kind, "" if kind == "rule" else content, Spot(first + 1, 1, start, end), language=language)
        )

    def _blank(self, stretches: Iterator[tuple[int, int, Picture | None]]) -> tuple[Picture, ...]:
        """Blank stretches of the file; return the pictures among them."""
        pictures = []
        for start, end, picture in stretches:
            self.stretches.append((start, end))
            if picture is not None:
                pictures.append(picture)
        return tuple(pictures)

    def _shown(self, start: int, end: int, since: int) -> str:
        """Return a stretch of the file without what was blanked in it (since a count of blanked stretches)."""
        own = [(a - start, b - start) for a, b in self.stretches[since:]]
        return blanked(self.text[start:end], own) if own else self.text[start:end]

    def _add_table(self, tokens: Sequence[Token], first: int, last: int) -> None:
        start, end, since = self._at(first), self._end(last), len(self.stretches)
        self.covered.append((first, last))
        pictures = self._blank(image_stretches(self.text, start, end, self.attachments))
        rows: list[list[str]] = []
        for token in tokens:
            if token.type == "table_close":
                break
            if token.type == "tr_open":
                rows.append([])
            elif token.type == "inline" and rows:
                content = token.content
                inner = image_stretches(content, 0, len(content), self.attachments)
                rows[-1].append(blanked(content, [(a, b) for a, b, _ in inner]).strip())
        cells = tuple(map(tuple, rows))
        spot = Spot(first + 1, 1, start, end)
        self.blocks.append(
            Block("table", self._shown(start, end, since), spot, rows=cells, pictures=pictures)
        )

    def _add_html(self, first: int, last: int) -> None:
        """Add lines of HTML, parted at their headings."""
        start, end = self._at(first), max(self._end(last), self._at(first))
        self.covered.append((first, last))
        if comment := _COMMENT.fullmatch(self.text, start, end):
            spot = Spot(first + 1, 1, start, end)
            self.blocks.append(Block("comment", "", spot, hidden=(comment["said"].strip(),)))
            return
        at = start
        while at < end:
            heading = _HEADING_TAG.search(self.text, at, end)
            stop = heading.start() if heading else end
            self._add_stretch("paragraph", at, stop)
            if heading is None:
                break
            closing = _HEADING_END.search(self.text, heading.end(), end)
            at = closing.end() if closing else end
            inner = closing.start() if closing else end
            self._add_stretch("heading", heading.end(), inner, depth=int(heading["depth"]))

    def _add_stretch(self, kind: BlockKind, start: int, end: int, *, depth: int = 0) -> None:
        while start < end and self.text[start].isspace():
            start += 1
        while end > start and self.text[end - 1].isspace():
            end -= 1
        if start == end:
            return
        since = len(self.stretches)
        pictures = self._blank(markup_stretches(self.text, start, end, self.attachments))
        spot = self._spot(start, end)
        self.blocks.append(Block(kind, self._shown(start, end, since), spot, depth=depth, pictures=pictures))

    def _add_inline(self, token: Token, above: Token, first: int, last: int, *, quoted: bool) -> None:
        """Add a paragraph, a heading or the first paragraph of an item."""
        lines = self._content_lines(token.content, first)
        if above.type == "heading_open" and above.map:  # with the line that underlines it
            last = max(last, first + above.map[1] - above.map[0])
        self.covered.append((first, last))
        if not lines:
            return
        since = len(self.stretches)
        found = list(self._inline_stretches(token, lines))
        pictures = self._blank(iter(found))
        marker, depth, ticked = "", 0, None
        kind: BlockKind = "quote" if quoted else "paragraph"
        if above.type == "heading_open" and not _is_underlined_text(token, above):
            kind, depth = "heading", int(above.tag[1])
        elif self.item is not None:
            (marker, depth), kind = self.item, "item"
            if box := _BOX.match(token.content):
                ticked = (box["tick"] or box["sign"] or "") in _TICKS
                lines[0] = lines[0][0] + box.end(), lines[0][1] - box.end()
        self.item = None
        start, end = lines[0][0], sum(lines[-1])
        text = "\n".join(self._shown(at, at + length, since) for at, length in lines)
        styled = kind != "heading" and all(_STYLED_LINE.fullmatch(line) for line in text.split("\n"))
        if pictures and len(lines) > 1 and kind != "heading":
            self._add_pictured(Block(kind, "", Spot(), depth, marker, ticked), lines, found, since)
            return
        spot = Spot(first + 1, start - self._at(first) + 1, start, end)
        self.blocks.append(Block(kind, text, spot, depth, marker, ticked, styled=styled, pictures=pictures))

    def _add_pictured(
        self, first: Block, lines: list[tuple[int, int]], found: Sequence[_Stretch], since: int
    ) -> None:
        """Add each line as a block of its own, so that a picture stands on the line it stands on."""
        for number, (at, length) in enumerate(lines):
            pictures = tuple(
                picture for start, _, picture in found if picture is not None and at <= start <= at + length
            )
            block = (
                first if number == 0 else Block("quote" if first.kind == "quote" else "paragraph", "", Spot())
            )
            text, spot = self._shown(at, at + length, since), self._spot(at, at + length)
            self.blocks.append(replace(block, text=text, spot=spot, pictures=pictures))

    def _content_lines(self, content: str, first: int) -> list[tuple[int, int]]:
        """Return where each line of a block's content begins in the file, and its length."""
        found = []
        for number, line in enumerate(content.split("\n") if content else (), first):
            whole = self._line(number)
            at = len(whole) - len(line) if whole.endswith(line) else whole.find(line.strip())
            length = min(len(line), len(whole) - at) if at >= 0 else len(whole)
            found.append((self._at(number) + max(at, 0), length))
        return found

    def _inline_stretches(
        self, token: Token, lines: list[tuple[int, int]]
    ) -> Iterator[tuple[int, int, Picture | None]]:
        """Yield the pictures, tags and addresses of an inline content, as stretches of the file."""
        offsets, at = [], 0
        for _, length in lines:
            offsets.append(at)
            at += length + 1

        def place(position: int) -> int:
            number = bisect_right(offsets, position) - 1
            return lines[number][0] + position - offsets[number]

        for child in token.children or ():
            stretch = child.meta.get(STRETCH)
            if stretch is None:
                continue
            start, end = map(place, stretch[-2:])
            if child.type == "image":
                yield (
                    start,
                    end,
                    picture_named(child.content, str(child.attrs.get("src", "")), self.attachments),
                )
            elif child.type != "html_inline":
                yield start, end, None
                if len(stretch) > 2:
                    bracket = place(stretch[0])
                    yield bracket, bracket + 1, None
            else:
                yield from markup_stretches(self.text, start, end, self.attachments)
        for begin, length in lines:
            yield from url_stretches(self.text, begin, begin + length)


def _is_front_matter(text: str) -> bool:
    """Whether a text begins with keys between two rows of dashes, and not with words between two rules."""
    front = _FRONT.match(text)
    if front is None:
        return False
    lines = [line for line in front["yaml"].split("\n") if line.strip() and not line[0].isspace()]
    return bool(lines) and all(_KEY.match(line) for line in lines)


def _is_underlined_text(token: Token, above: Token) -> bool:
    """Whether a row of dashes made a heading of what is plainly a text."""
    return above.markup == "-" and ("\n" in token.content or len(token.content) > _LONGEST_UNDERLINED)


def _unfenced(content: str) -> str:
    """Return code without the lines that fence it."""
    lines = content.split("\n")
    mark = lines[0].strip()[:3]
    if mark not in {"```", "~~~"}:
        return content
    closed = len(lines) > 1 and lines[-1].strip().startswith(mark) and not lines[-1].strip().strip(mark[0])
    return "\n".join(lines[1 : -1 if closed else None])
