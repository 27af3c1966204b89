"""Cut a text into headings, list items and paragraphs, whatever marks they are written with."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from grader.prose.vocabulary import NO, YES

# All repetitions are bounded, so that a line is read in time linear in its length.
_LINE = re.compile(
    r"(?P<indent>[ \t]{0,60})(?P<quote>(?:>[ \t]{0,3}){0,5})(?P<hash>#{1,6}[ \t]{0,8})?"
    r"(?P<mark>(?:[-+•‣▪◦·–—][ \t]+|\(?(?:\d{1,2}|[a-hA-H]|i{1,3}|iv|v|vi)[.)](?:[ \t]+|(?=[A-Z])|$)|Q\d{1,2}[.:)][ \t]+)+)?"
)
_ORDINAL = re.compile(r"\d{1,2}|[a-zA-Z]{1,3}")
_LEAD = re.compile(
    r"[ \t]*[(\w][^.:;!?\n,]{0,40}?[ \t]*(?::(?=\s|$)|→|⇒|⟹|=>|->|[ \t](?:[-–—]|=(?=[ \t][A-Za-z]{3}))[ \t])"
)
_VERDICT = re.compile(rf"[ \t]*(?:{'|'.join(sorted(YES | NO))})\b[ \t]*(?:[,.!?;:–—-]|$)", re.IGNORECASE)
_HEADING_WORDS = 8  # a heading or a line that announces a list is no longer than this
_SHORT_LINE = 60  # characters; a line broken before this was ended by the writer, not by the margin
_ENDS = (".", "!", "?", ":", ";", "…")


@dataclass(slots=True)
class Block:
    """A heading, list item or paragraph: character ranges of its lines without their marks."""

    kind: str  # "heading", "item" or "paragraph"
    indent: int
    ordinal: str = ""  # "2" in "2. No"
    parent: int = -1  # the item or announcing line it stands under
    heading: int = -1  # the last heading before it
    paragraph: int = 0  # counts stretches between blank lines
    quoted: bool = False
    spans: list[tuple[int, int]] = field(default_factory=list)
    breaks: set[int] = field(default_factory=set)  # starts of lines before which a sentence ends


@dataclass(slots=True)
class _Line:
    start: int
    body: int
    end: int
    indent: int
    text: str
    hashed: bool
    marked: bool
    quoted: bool
    ordinal: str
    row: bool = False  # begins a row of a list without marks


def _lines(text: str) -> list[_Line]:
    lines: list[_Line] = []
    start = 0
    for raw in text.split("\n"):
        end = start + len(raw)
        if not raw and lines and not lines[-1].text and not lines[-1].marked:
            start = end + 1  # one blank line is as good as many
            continue
        found = None if not raw or raw.isspace() else _LINE.match(raw)
        if found is None:
            lines.append(
                _Line(start, start, end, 0, "", hashed=False, marked=False, quoted=False, ordinal="")
            )
        else:
            mark = found["mark"] or ""
            ordinal = _ORDINAL.search(mark)
            lines.append(
                _Line(
                    start,
                    start + found.end(),
                    end,
                    len(found["indent"].expandtabs(4)),
                    raw[found.end() :].strip(),
                    hashed=bool(found["hash"]),
                    marked=bool(mark.strip()),
                    quoted=bool(found["quote"]),
                    ordinal=ordinal[0].lower() if ordinal else "",
                )
            )
        start = end + 1
    _mark_rows(lines)
    return lines


def _mark_rows(lines: list[_Line]) -> None:
    """Let every line of a stretch be a row of its own where most begin with a name and a colon or dash."""
    stretch: list[_Line] = []
    for line in [*lines, None]:
        if line is not None and line.text:
            stretch.append(line)
            continue
        plain = [row for row in stretch if not row.marked]
        named = sum(_LEAD.match(row.text) is not None for row in plain)
        if named > 1 and 2 * named >= len(plain):
            for row in plain:
                row.row = row.text[:1].isupper() or _LEAD.match(row.text) is not None
        stretch = []


def _is_heading(line: _Line) -> bool:
    words = line.text.count(" ") + 1
    return line.hashed and not line.marked and words <= _HEADING_WORDS and not _VERDICT.match(line.text)


def _continues(line: _Line, before: _Line) -> bool:
    """Whether an unmarked line goes on with the line before it."""
    if line.row or _VERDICT.match(line.text):
        return False
    ended = before.text.endswith(_ENDS) or len(before.text) < _SHORT_LINE
    return not (ended and _LEAD.match(line.text))


def cut(text: str) -> list[Block]:
    """Return the blocks of a masked text in order; every line with words belongs to exactly one.

    A notebook cell in which every line begins with `#` is read as plain text, and a text in which
    every line begins with `>` is not a quotation. Linear in the length of the text.
    """
    lines = _lines(text)
    written = [line for line in lines if line.text or line.marked]
    cutter = _BlockCutter(
        text,
        comments=len(written) > 1 and all(line.hashed for line in written),
        all_quoted=all(line.quoted for line in written),
    )
    for line in lines:
        cutter.take(line)
    return cutter.blocks


class _BlockCutter:
    """Takes lines in order and puts each into the block it goes on with, or into a new one."""

    def __init__(self, text: str, *, comments: bool, all_quoted: bool) -> None:
        self.text = text
        self.comments = comments
        self.all_quoted = all_quoted
        self.blocks: list[Block] = []
        self.stack: list[int] = []  # open items, outermost first
        self.heading = -1
        self.paragraph = 0
        self.previous: _Line | None = None

    def take(self, line: _Line) -> None:
        if not line.text and not line.marked:
            self.paragraph += self.previous is not None
            self.previous = None
            return
        plain = not line.marked and (self.comments or not line.hashed)
        if self.previous is not None and plain and _continues(line, self.previous):
            self._continue(line, self.previous)
        else:
            self._begin(line)

    def _continue(self, line: _Line, previous: _Line) -> None:
        self.blocks[-1].spans.append((line.body, line.end))
        short = len(previous.text) < _SHORT_LINE and line.text[:1].isupper()
        if short or previous.text.endswith(_ENDS):
            self.blocks[-1].breaks.add(line.body)
        self.previous = line

    def _begin(self, line: _Line) -> None:
        blocks, stack = self.blocks, self.stack
        while (
            stack
            and blocks[stack[-1]].indent >= line.indent
            and not _announces(blocks, stack[-1], line, self.text)
        ):
            stack.pop()
        heads = not self.comments and _is_heading(line)
        kind = "heading" if heads else "item" if line.marked else "paragraph"
        if heads or (kind == "paragraph" and line.indent == 0 and self.previous is None):
            stack.clear()
        parent = stack[-1] if stack else -1
        quoted = line.quoted and not self.all_quoted
        block = Block(kind, line.indent, line.ordinal, parent, self.heading, self.paragraph, quoted)
        block.spans.append((line.body, line.end))
        blocks.append(block)
        if heads:
            self.heading = len(blocks) - 1
        else:
            stack.append(len(blocks) - 1)
        self.previous = None if heads else line


def _announces(blocks: list[Block], index: int, line: _Line, text: str) -> bool:
    """Whether an open block ends in a colon and so leads the lines below it, though not indented."""
    block = blocks[index]
    start, end = block.spans[-1]
    if not text[start:end].rstrip().endswith(":") or line.hashed:
        return False
    if block.kind == "item":
        return not line.marked
    return line.marked or end - block.spans[0][0] <= _SHORT_LINE
