r"""The text of a LaTeX document while it is read: the paragraph at hand, the style of its groups, and what is inside it."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import field, replace
from typing import TYPE_CHECKING, Any, Final, Self

from grader.documents.blocks import BlockList, box_of
from grader.documents.document import Picture, Spot
from grader.documents.latextokens import MAX_NESTED, LatexToken, TokenStream
from grader.documents.styledruns import PLAIN, Style, TextRun, marked_up, tidied
from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.documents.document import BlockKind
    from grader.documents.latexlists import ListLevel

# Footnotes in captions in tables in lists stay below ten.
MAX_DEPTH: Final = 60
# Pieces of expansion that a footnote or a cell counts as, which takes as long to begin.
CHARGE: Final = 20


@dataclass(slots=True)
class LatexText:
    """The text of a document while it is read. A footnote or a cell is read by a reader of its own."""

    stream: TokenStream
    starts: list[int]
    depth: int = 0  # readers inside each other
    blocks: BlockList = field(default_factory=BlockList)
    runs: list[TextRun] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)
    first: int | None = None  # where the paragraph at hand begins and ends
    last: int = 0
    style: Style = PLAIN
    styles: list[Style] = field(default_factory=list)  # of the open groups
    lists: list[ListLevel] = field(default_factory=list)
    quotes: int = 0
    item: tuple[str, int] | None = None  # marker and depth of the item at hand
    counts: list[int] = field(default_factory=lambda: [0] * 7)  # of sections
    theorems: dict[str, int] = field(default_factory=dict)
    numbered: bool = True
    notes: list[list[LatexToken]] = field(default_factory=list)
    ended: bool = False

    def spot(self, start: int, end: int) -> Spot:
        line = bisect_right(self.starts, start)
        return Spot(line, start - self.starts[line - 1] + 1, start, end)

    def take(self, token: LatexToken) -> None:
        """Read one token, and what belongs to it."""
        raise NotImplementedError

    def read_all(self) -> None:
        """Read to the end."""
        while not self.ended and (token := self.stream.next()) is not None:
            self.take(token)
        self.flush()

    def open_group(self, token: LatexToken) -> None:
        """Begin a group, whose style ends with it."""
        if len(self.styles) >= MAX_NESTED:
            raise self.stream.too_deep(token)
        self.styles.append(self.style)

    def write(self, text: str, token: LatexToken, style: Style | None = None) -> None:
        """Add text to the paragraph at hand."""
        self.runs.append(TextRun(text, self.style if style is None else style))
        self.touch(token)

    def touch(self, token: LatexToken) -> None:
        """Let the paragraph at hand reach over a token."""
        self.first = token.start if self.first is None else min(self.first, token.start)
        self.last = max(self.last, token.end)

    def flush(self) -> None:
        """End the paragraph at hand."""
        runs, self.runs = self.runs, []
        pictures, self.pictures = tuple(self.pictures), []
        first, self.first = self.first, None
        line = marked_up(runs)
        if first is not None:
            spot = self.spot(first, self.last)
            if self.item is not None:
                (marker, depth), self.item = self.item, None
                self.blocks.add_item(line, spot, depth=depth, marker=marker, pictures=pictures)
            else:
                kind: BlockKind = "quote" if self.quotes else "paragraph"
                self.blocks.add(kind, line, spot, ticked=box_of(line.text)[0], pictures=pictures)
        self.last = 0
        notes, self.notes = self.notes, []
        for note in notes:
            self.blocks.blocks += self.inner(note).blocks.blocks

    def inner(self, tokens: Sequence[LatexToken]) -> Self:
        """Read some tokens on their own."""
        reader = replace(
            self, depth=self.depth + 1, blocks=BlockList(), runs=[], pictures=[], first=None, last=0, style=PLAIN, styles=[],
            lists=[], quotes=0, item=None, notes=[],
        )  # fmt: skip
        if self.depth >= MAX_DEPTH:
            said = f"What is nested more than {MAX_DEPTH} deep was not read."
            self.blocks.unread.append((self.spot(tokens[0].start if tokens else 0, self.last), said))
            return reader
        outer, self.stream._back = self.stream._back, []  # noqa: SLF001 - its own reader
        lexer, self.stream._lexer = self.stream._lexer, iter(())  # noqa: SLF001 - as above
        self.stream.push(list(tokens))
        reader.read_all()
        self.stream._back, self.stream._lexer = outer, lexer  # noqa: SLF001 - as above
        self.blocks.unread += reader.blocks.unread
        return reader

    def line(self, tokens: Sequence[LatexToken]) -> tuple[str, BlockList]:
        """Return what some tokens show, on one line, and the blocks that they make."""
        if all(token.kind in {"text", "space"} for token in tokens):
            return tidied(with_signs("".join(token.text for token in tokens))), BlockList()
        self.stream.charge(CHARGE, tokens[0])
        blocks = self.inner(tokens).blocks
        return " ".join(block.text for block in blocks.blocks if block.text), blocks

    def begin_styled(self, change: str, value: object) -> None:
        """Read an argument in another style."""
        token = self.stream.skip_space()
        if token is None:
            return
        if token.kind != "open":
            self.stream.push([token])
            argument = self.stream.argument()
            self.stream.push(
                [
                    LatexToken("open", "{", token.start, token.start),
                    *argument,
                    LatexToken("close", "}", token.end, token.end),
                ]
            )
            token = self.stream.raw() or token
        self.open_group(token)
        self.style = self.style._replace(**change_of(change, value))

    def skip_arguments(self, count: int, *, hidden: bool = False) -> None:
        if count < 0:
            return
        self.stream.optional()
        for _ in range(count):
            token = self.stream.skip_space()
            if token is None:
                return
            if token.kind != "open":
                self.stream.push([token])
                break
            tokens = self.stream.group()
            if hidden:
                self.runs.append(TextRun("".join(each.text for each in tokens), Style(concealed=True)))
            self.stream.optional()


def change_of(name: str, value: object) -> dict[str, Any]:
    return {name: value}


def with_signs(text: str) -> str:
    """Return text with the dashes, quotes and blanks that it is shown with."""
    if "-" in text or "`" in text or "'" in text or "~" in text:
        text = (
            text.replace("---", "—")
            .replace("--", "–")
            .replace("``", "“")
            .replace("''", "”")
            .replace("~", " ")
        )
    return text
