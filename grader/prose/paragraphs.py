"""Cut a text into headings, list items and paragraphs, whatever marks they are written with."""

from __future__ import annotations

import re
from dataclasses import field
from typing import Final

from grader.notation.lazypatterns import deferred
from grader.prose.englishwords import ASKING, AUXILIARIES, NO, PREDICATES, VERBS, YES
from grader.prose.markup import BOLD, EMPHASIS, FORMULA
from grader.records import dataclass

# All repetitions are bounded, so that a line is read in time linear in its length.
_LINE = deferred(
    rf"(?P<indent>[ \t]{{0,60}})(?P<sign>[{BOLD}{EMPHASIS}{FORMULA}]{{0,3}})"
    r"(?P<quote>(?:>[ \t]{0,3}){0,5})(?P<hash>#{1,6}[ \t]{0,8})?"
    r"(?P<mark>(?:[-+•‣▪◦·–—][ \t]+|\(?(?:\d{1,2}|[a-hA-H]|i{1,3}|iv|v|vi)[.)](?:[ \t]+|(?=[A-Z])|$)|Q\d{1,2}[.:)][ \t]+)+)?"
    rf"(?P<inner>[{BOLD}{EMPHASIS}{FORMULA}]{{0,3}})"
)
_ORDINAL = deferred(r"\d{1,2}|[a-zA-Z]{1,3}")
_LEAD = deferred(
    r"[ \t]*(?:[(\w]|[-−]\d)[^.:;!?\n,]{0,40}?[ \t]*(?::(?=\s|$)|→|⇒|⟹|=>|->|[ \t](?:[-–—]|=(?=[ \t][A-Za-z]{3}))[ \t]"
    r"|\([^()\n]{1,300}\)[ \t]*[.,;]?[ \t]*$)"
)
# What begins a row in the middle of a line: "Training: slower; Inference: the same".
_INNER_ROW = deferred(
    r"(?:(?<=[.;])[ \t]+(?=[A-Z][\w-]{0,20}(?:[ \t][\w-]{1,20}){0,2}(?::[ \t]|[ \t]=[ \t][A-Za-z]{3}))"
    r"|(?<=[.;])(?<!\.[ge]\.)[ \t]+(?=[a-z][\w-]{0,20}(?:[ \t][\w-]{1,20})?:[ \t])"
    r"|(?<=;)[ \t]+(?=[A-Za-z][\w-]{0,20}(?:[ \t][\w-]{1,20}){0,2}[ \t][-–—][ \t]))"
)
# The same with question marks: "Training? Slower. Inference? The same."
_ASKED_ROW = deferred(r"(?:^|(?<=[.!;])[ \t]+)(?=(?P<name>[A-Z][\w-]{0,20}(?:[ \t][\w-]{1,20}){0,2})\?[ \t])")
_INNER_ITEM = deferred(
    r"(?<=[.,!?;)])[ \t]+(?=(?:\((?P<held>\d{1,2}|[a-h]|i{1,3}|iv|v|vi)\)[ \t]+\w"
    r"|\(?(?P<ordinal>\d{1,2}|[a-h])[.)][ \t]+[A-Z(\d]))"
)
_ROMAN: Final = ("i", "ii", "iii", "iv", "v", "vi")
_RULER = deferred(r"[ \t]*(?:-{3,}|={3,})[ \t]*")  # under a heading
_LONG_WORD = deferred(r"[^\W\d_]{4,}")
_VERDICT = deferred(rf"[ \t]*(?:{'|'.join(sorted(YES | NO))})\b[ \t]*(?:[,.!?;:–—-]|$)", re.IGNORECASE)
_HEADING_WORDS = 8  # a heading or a line that announces a list is no longer than this
_TITLE_WORDS = 4  # of a line that is no more than the title of what follows; over a list it may have two more
_TITLE_LENGTH = 48  # characters
_SHORT_LINE = 60  # characters; a line broken before this was ended by the writer, not by the margin
_ENDS = (".", "!", "?", ":", ";", "…")


@dataclass(slots=True)
class TextBlock:
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
    sign: str = ""  # BOLD, EMPHASIS or FORMULA where such a mark begins it
    row: bool = False  # begins a row of a list without marks
    title: bool = False  # is the title of what follows


def _lines(text: str) -> list[_Line]:
    lines: list[_Line] = []
    start = 0
    for raw in text.split("\n"):
        end = start + len(raw)
        if lines and lines[-1].text and _RULER.fullmatch(raw) and not lines[-1].marked:
            lines[-1].hashed = _is_short(lines[-1].text)
            lines.append(_line("", start))
        elif raw or not lines or lines[-1].text or lines[-1].marked:  # one blank line is as good as many
            lines += _rows(raw, start)
        start = end + 1
    _mark_rows(lines)
    _mark_titles(lines)
    return lines


def _line(raw: str, start: int, found: re.Match[str] | None = None) -> _Line:
    """Return a line as it stands; `found` are its marks where they are known."""
    end = start + len(raw)
    found = None if not raw or raw.isspace() else found or _LINE.match(raw)
    if found is None:
        return _Line(start, start, end, 0, "", hashed=False, marked=False, quoted=False, ordinal="")
    mark = found["mark"] or ""
    ordinal = _ORDINAL.search(mark) if mark else None
    return _Line(
        start,
        start + found.end(),
        end,
        len(found["indent"].expandtabs(4)),
        raw[found.end() :].strip(),
        hashed=bool(found["hash"]),
        marked=bool(mark.strip()),
        quoted=bool(found["quote"]),
        ordinal=ordinal[0].lower() if ordinal else "",
        sign=(found["sign"] or found["inner"])[:1],
    )


def _rows(raw: str, start: int) -> list[_Line]:
    """Return the line in pieces where rows or numbered items stand side by side in it."""
    first = _LINE.match(raw)
    cuts = []
    if (":" in raw or ";" in raw or "= " in raw) and _LEAD.match(raw):
        cuts = [found.end() for found in _INNER_ROW.finditer(raw)]
    if "?" in raw:
        cuts += [row.end() for row in _ASKED_ROW.finditer(raw) if row.end() and _names(row["name"])]
    ordinal = _ORDINAL.search(first["mark"]) if first and first["mark"] else None
    if ordinal:
        wanted = _next(ordinal[0])
        for found in _INNER_ITEM.finditer(raw):
            if (found["held"] or found["ordinal"]) == wanted:
                cuts.append(found.end())
                wanted = _next(wanted)
    if not cuts:
        return [_line(raw, start, first)]
    cuts = sorted(set(cuts))
    return [_line(raw[i:j], start + i) for i, j in zip([0, *cuts], [*cuts, len(raw)], strict=True)]


def _next(ordinal: str) -> str:
    if ordinal in _ROMAN:
        return _ROMAN[(_ROMAN.index(ordinal) + 1) % len(_ROMAN)]
    return str(int(ordinal) + 1) if ordinal.isdecimal() else chr(ord(ordinal[-1]) + 1)


def _mark_titles(lines: list[_Line]) -> None:
    """Find the lines that are no more than the title of the lines, or of the list, below them."""
    written = [i for i, line in enumerate(lines) if line.text]
    leads: set[int] = set()  # how far titles over a list are indented
    for at, i in enumerate(written):
        line = lines[i]
        below = lines[written[at + 1]] if at + 1 < len(written) else None
        if line.sign == BOLD:
            line.title = _is_short(line.text) and not _VERDICT.match(line.text)
        elif line.hashed and line.marked:
            line.title = _is_short(line.text) and not _VERDICT.match(line.text)
        elif below is None or line.sign == FORMULA or line.hashed or line.quoted or line.row:
            continue
        elif line.marked:
            line.title = not below.marked and written[at + 1] > i + 1 and _may_be_title(line.text, 0)
        else:
            before = lines[i - 1] if i else None
            begins = (
                before is None
                or not before.text
                or before.text.endswith(_ENDS)
                or (len(before.text) < _SHORT_LINE and line.text[:1].isupper())
            )
            gap = written[at + 1] > i + 1
            deeper = below.indent > line.indent
            begins = begins or (deeper and before is not None and before.indent > line.indent)
            # "training / - slower / inference / - the same": one more of the titles over lists
            begins = begins or (
                before is not None and before.marked and below.marked and line.indent in leads
                and (len(before.text) < _SHORT_LINE or line.text[:1].isupper())
            )  # fmt: skip
            begins = begins or (line.text.endswith("?") and line.text[:1].isupper())
            led = below.marked or below.sign == FORMULA or deeper
            follows = gap or line.text.endswith("?") or (below.text[:1].isupper() and " " in below.text)
            plain = follows and not _may_be_title(below.text, 0)
            line.title = begins and _may_be_title(line.text, 2 * led) and (led or plain)
            if line.text.endswith(":") and (below.marked or not gap):
                line.title = False  # it announces what follows without being its title
            if line.title and below.marked:
                leads.add(line.indent)


def _is_led(text: str) -> bool:
    """Whether a line begins with a name and a colon, dash, arrow or question mark."""
    if "?" in text and (row := _ASKED_ROW.match(text)) is not None and _names(row["name"]):
        return True
    return _LEAD.match(text) is not None


def _names(text: str) -> bool:
    """Whether the words of a question only name something."""
    words = text.casefold().split()
    return not any(
        word in AUXILIARIES or word in VERBS or word in YES or word in NO or word in ASKING for word in words
    )


def _may_be_title(text: str, more: int) -> bool:
    """Whether a line has few words, no verb and no end of a sentence."""
    if text.endswith("?") and not _names(text[:-1]):
        return False
    words = text.casefold().rstrip(" :?").split()
    return (
        0 < len(words) <= _TITLE_WORDS + more
        and len(text) <= _TITLE_LENGTH
        and not text.endswith((".", "!", ";", ",", "…"))
        and not any(sign in text for sign in ",;=→⇒")
        and (text[0].isupper() or len(words) == 1)
        and words[-1] not in PREDICATES
        and not any(word in VERBS or word in AUXILIARIES for word in words[1:])
        and not _VERDICT.match(text)
    )


def _is_short(text: str) -> bool:
    return text.count(" ") < _HEADING_WORDS


def _mark_rows(lines: list[_Line]) -> None:
    """Let every line of a stretch be a row of its own where most begin with a name and a colon or dash."""
    stretch: list[_Line] = []
    for line in [*lines, None]:
        if line is not None and line.text:
            stretch.append(line)
            continue
        plain = [row for row in stretch if not row.marked]
        named = sum(_is_led(row.text) for row in plain)
        if named > 1 and 2 * named >= len(plain):
            for row in plain:
                row.row = row.text[:1].isupper() or _is_led(row.text)
        stretch = []


def _is_heading(line: _Line) -> bool:
    if line.title:
        return not line.marked
    return line.hashed and not line.marked and _is_short(line.text) and not _VERDICT.match(line.text)


def _is_formula(line: _Line) -> bool:
    return line.sign == FORMULA or ("=" in line.text and not _LONG_WORD.search(line.text))


def _continues(line: _Line, before: _Line) -> bool:
    """Whether an unmarked line goes on with the line before it."""
    if line.row or line.title or _VERDICT.match(line.text):
        return False
    ended = before.text.endswith(_ENDS) or len(before.text) < _SHORT_LINE
    return not (ended and _is_led(line.text))


def cut(text: str) -> list[TextBlock]:
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
        self.blocks: list[TextBlock] = []
        self.stack: list[int] = []  # open items, outermost first
        self.leading: set[int] = set()  # blocks that end in a colon
        self.titles: set[int] = set()  # items that are no more than a title
        self.plain: set[int] = set()  # headings that only their place shows
        self.heading = -1
        self.listed = -2  # the plain title in force once a list has begun under it
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
        block = self.blocks[-1]
        block.spans.append((line.body, line.end))
        short = len(previous.text) < _SHORT_LINE and line.text[:1].isupper()
        if short or previous.text.endswith(_ENDS):
            block.breaks.add(line.body)
        if not _is_formula(line):
            self._lead(line)
        self.previous = line

    def _lead(self, line: _Line) -> None:
        """Note whether a block's last line ends in a colon; a formula behind it changes nothing."""
        (self.leading.add if line.text.endswith(":") else self.leading.discard)(len(self.blocks) - 1)

    def _begin(self, line: _Line) -> None:
        blocks, stack = self.blocks, self.stack
        heads = not self.comments and _is_heading(line)
        kind = "heading" if heads else "item" if line.marked else "paragraph"
        apart = kind == "paragraph" and line.indent == 0 and self.previous is None
        titled = stack[:1] if apart and stack and stack[0] in self.titles else []
        while (
            stack
            and blocks[stack[-1]].indent >= line.indent
            and not (stack[-1] in self.leading and _announces(blocks[stack[-1]], line))
        ):
            stack.pop()
        if heads or apart:
            stack[:] = titled
        if apart and self.heading == self.listed:
            self.heading = -1  # what stands behind the list is no longer under its title
        parent = stack[-1] if stack else -1
        quoted = line.quoted and not self.all_quoted
        block = TextBlock(kind, line.indent, line.ordinal, parent, self.heading, self.paragraph, quoted)
        block.spans.append((line.body, line.end))
        blocks.append(block)
        self._lead(line)
        if heads:
            self.heading = len(blocks) - 1
        elif not titled:
            stack.append(len(blocks) - 1)
        if line.title:
            (self.titles if line.marked else self.plain).add(len(blocks) - 1)
            if line.sign == BOLD:
                self.plain.discard(len(blocks) - 1)
        if kind == "item" and self.heading in self.plain:
            self.listed = self.heading
        self.previous = None if heads or (line.hashed and line.title) else line


def _announces(block: TextBlock, line: _Line) -> bool:
    """Whether an open block that ends in a colon leads the line below it, though that is not indented."""
    if line.hashed:
        return False
    if block.kind == "item":
        return not line.marked
    if not line.marked and line.text.endswith(":"):
        return False  # the next lead of the same kind
    return line.marked or block.spans[-1][1] - block.spans[0][0] <= _SHORT_LINE
