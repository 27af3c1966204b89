"""Typeset an answer: its Markdown as elements of a page, and between them what a reader sees, each with its place.

Whatever format was handed in, an answer's text is Markdown with formulas. Nothing of it becomes an element but what
is written here: of its HTML a few tags without attributes, no link and no address. What is not understood stands
there as it was written, so nothing of an answer is left out. Prose without any markup needs no parser.
"""

from __future__ import annotations

import re
from dataclasses import field
from typing import TYPE_CHECKING, Final

from grader.notation.lazypatterns import deferred
from grader.records import dataclass
from grader.writers.displaytext import pieces
from grader.writers.inline import Inline, Leaf, broken

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markdown_it.token import Token

    from grader.writers.inline import Run

# Rows of numbers, whose columns stay below each other.
_ROW: Final = r"[\d \t.,;:+\-−()\[\]/%]+"
_FIGURES: Final = deferred(rf"{_ROW}(?:\n{_ROW})+")
# Anything that Markdown could mean something by, in prose: formulas stand apart. A word with underlines inside is a name.
# Most prose has none of the signs, and telling so takes a tenth of the time.
_MARKS: Final = deferred(r"[*`<|\\~&_]")
_SIGNED: Final = deferred(r"[*`<|\\]|~~|&[#A-Za-z]|(?<![^\W_])_|_(?![^\W_])")
# ... and where a line begins.
_BEGUN: Final = deferred(
    r"^[ \t]*(?:[-+#>☐☑☒✓✔✅⬜]|=+[ \t]*$|\d{1,9}[.)](?:[ \t]|$))"
    rf"|^{_ROW}\n{_ROW}$",
    re.MULTILINE,
)
# What is told from what stands below it by how far it is indented: items of lists, rows of numbers.
_ALIKE: Final = deferred(rf"[-+*][ \t]|\d{{1,9}}[.)][ \t]|{_ROW}\n")
_PARAGRAPH: Final = deferred(r"\n[ \t]*\n\s*")
# The same signs as `grader.documents.markdown` reads as boxes.
_BOX: Final = deferred(r"\[(?P<tick>[ xX✓✔☑]?)\][ \t]+|(?P<sign>[☐☑☒✓✔✅⬜])[ \t]*")
_TICKS: Final = frozenset("xX✓✔☑☒✅")
# A row of dashes right below a text makes it a heading; longer ones are paragraphs above a rule.
_LONGEST_UNDERLINED: Final = 90
_ELEMENTS: Final = {
    "bullet_list": "ul", "blockquote": "blockquote", "thead": "thead", "tbody": "tbody", "tr": "tr",
}  # fmt: skip
# Before these, and not between the rows of a table or the items of a list, there is room for a picture.
_ROOM: Final = frozenset({
    "paragraph_open", "heading_open", "bullet_list_open", "ordered_list_open", "blockquote_open", "table_open",
    "fence", "hr", "display", "math_block", "math_block_label",
})  # fmt: skip
_ALIGNED: Final = {"text-align:right": ' class="r"', "text-align:center": ' class="c"'}
_DISPLAYED: Final = deferred(
    r"\s*(?:\\\[(?P<bracket>.*)\\\]|\$\$(?P<dollar>.*)\$\$)(?P<rest>[ .,;]*)\s*", re.DOTALL
)
# The signs of lists, quotes and tables; a line of them alone says nothing.
_SIGNS: Final = " \t>-*+0123456789.)|:=#`~"
_BREAKS: Final = frozenset({"<br>\n", "\n"})
_LANGUAGE: Final = deferred(r"\{?[\w.+#-]{0,30}\}?")
_CELL: Final = deferred(r"(?<!\\)\|")


@dataclass(frozen=True, slots=True)
class Figure:
    """A picture as an element of ours, and where in the text it stands."""

    at: int
    element: str


def typeset(text: str, figures: Sequence[Figure] = (), *, indent: int = 0) -> list[Run]:
    """Return a text as the elements and leaves of a page, with `figures` in their places.

    `indent` are the blanks that stood before its first line, which tell whether the next lines are below it. Every stretch that says something is in a leaf, in the order of the text. Linear in the length of the text.
    """
    cut = list(pieces(text))
    if figures or any(not piece.formula and _is_marked_up(text, piece.start, piece.end) for piece in cut):
        page = _Page(text, sorted(figures, key=lambda figure: figure.at), indent if _ALIKE.match(text) else 0)
        return _closed_up(page.runs())
    runs: list[Run] = ["<p>"]
    for piece in cut:
        if piece.formula:
            runs.append(
                Leaf(piece.start, piece.end, piece.formula, "display" if piece.display else "formula")
            )
            continue
        at = piece.start
        for gap in _PARAGRAPH.finditer(text, piece.start, piece.end):
            runs += _lines(text, at, gap.start())
            runs.append("</p>\n<p>")
            at = gap.end()
        runs += _lines(text, at, piece.end)
    return _closed_up([*runs, "</p>\n"])


def _is_marked_up(text: str, start: int, end: int) -> bool:
    sign = _MARKS.search(text, start, end)
    if sign is not None and _SIGNED.search(text, sign.start(), end):
        return True
    return _BEGUN.search(text, start, end) is not None


def _lines(text: str, start: int, end: int) -> Iterator[Run]:
    """Yield the lines of a stretch, those joined that an editor wrapped."""
    while start < end:
        stop = text.find("\n", start, end)
        if stop < 0:
            yield Leaf(start, end, text[start:end])
            return
        if stop > start:
            yield Leaf(start, stop, text[start:stop])
        yield broken(text, stop)
        start = stop + 1


def _closed_up(runs: list[Run]) -> list[Run]:
    """Leave out the breaks beside a displayed formula or the end of a paragraph, which end a line anyway."""
    kept: list[Run] = []
    for number, run in enumerate(runs):
        if isinstance(run, str) and run in _BREAKS:
            before, after = kept[-1] if kept else "", runs[number + 1] if number + 1 < len(runs) else ""
            if _ends_line(before) or _ends_line(after):
                continue
        kept.append(run)
    return kept


def _ends_line(run: Run) -> bool:
    return run.kind == "display" if isinstance(run, Leaf) else run.startswith(("<p>", "</p>", "</li>"))


@dataclass(slots=True)
class _Page:
    """One text while it is typeset."""

    text: str
    figures: list[Figure]
    indent: int
    out: list[Run] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)  # of the lines
    shown: int = 0  # lines before this one are in a leaf
    items: list[int] = field(default_factory=list)  # where the open items of lists end, as lines
    cell: int = 0  # where in the text the next cell of a table is looked for

    def runs(self) -> list[Run]:
        from grader.documents.commonmark import page_parser  # noqa: PLC0415 - prose needs none

        # Of the same length: the parser takes carriage returns out.
        self.text = self.text.replace("\r", " ").replace("\x00", "\ufffd")
        self.starts = [0, *(match.end() for match in re.finditer("\n", self.text)), len(self.text) + 1]
        tokens = page_parser().parse(_dedented(self.text, self.indent))
        until = -1  # the token that ends a table that is shown as it was written
        for position, token in enumerate(tokens):
            if position <= until:
                continue
            if token.type in _ROOM and token.map:
                self._place_figures(self.starts[token.map[0]])
            if token.type == "table_open" and (end := self._uneven(tokens, position)):
                until = end
                self._add_lines(*(token.map or (0, 0)))
            else:
                self._add(tokens, position)
        self._show_skipped(len(self.starts) - 1)
        self._place_figures(None)
        return self.out

    def _add(self, tokens: Sequence[Token], position: int) -> None:
        token = tokens[position]
        name, _, side = token.type.rpartition("_")
        if element := _ELEMENTS.get(name):
            if name == "tr" and token.map:
                self.cell = self.starts[token.map[0]]
            self.out.append(f"<{element}>" if side == "open" else f"</{element}>\n")
        elif token.type == "inline":
            self._add_inline(tokens, position)
        elif name in {"paragraph", "heading"}:
            self._add_paragraph(tokens, position)
        elif name == "ordered_list":
            start = int(token.attrs.get("start", 1)) if side == "open" else 1
            self.out.append(
                "</ol>\n" if side == "close" else f'<ol start="{start}">' if start != 1 else "<ol>"
            )
        elif name == "list_item":
            self._add_item(tokens, position)
        elif name == "table":
            self._show_skipped(token.map[0] if token.map else self.shown)
            self.shown = token.map[1] if token.map else self.shown
            self.out.append('<div class="scroll"><table>' if side == "open" else "</table></div>\n")
        elif name in {"th", "td"}:
            look = _ALIGNED.get(str(token.attrs.get("style", "")), "")
            self.out.append(f"<{name}{look}>" if side == "open" else f"</{name}>")
        elif token.map:
            self._add_block(token, *token.map)

    def _place_figures(self, before: int | None) -> None:
        """Put the pictures that stand before an offset here, all that are left without one."""
        while self.figures and (before is None or self.figures[0].at < before):
            self.out.append(self.figures.pop(0).element)

    def _show_skipped(self, line: int) -> None:
        """Show what the parser left out before a line (nested too deeply) as it was written."""
        for number in range(self.shown, line):
            if self._line(number).strip(_SIGNS):
                self.out += [
                    "<p>",
                    Leaf(self.starts[number], self._end(number + 1), self._line(number)),
                    "</p>\n",
                ]
        self.shown = max(self.shown, line)

    def _line(self, number: int) -> str:
        return self.text[self.starts[number] : self.starts[number + 1] - 1]

    def _end(self, line: int) -> int:
        """Return where the text before a line ends."""
        return max(self.starts[line] - 1, 0)

    def _add_item(self, tokens: Sequence[Token], position: int) -> None:
        token = tokens[position]
        if token.nesting < 0:
            self._place_figures(self.starts[self.items.pop()])
            self.out.append("</li>\n")
            return
        self.items.append(token.map[1] if token.map else 0)
        boxed = position + 2 < len(tokens) and _BOX.match(tokens[position + 2].content)
        self.out.append('<li class="boxed">' if boxed else "<li>")

    def _add_paragraph(self, tokens: Sequence[Token], position: int) -> None:
        token = tokens[position]
        if token.hidden:  # of a tight list
            if token.nesting < 0 and tokens[position + 1].type != "list_item_close":
                self.out.append("\n")
            return
        level = int(token.tag[1]) if token.tag[:1] == "h" else 0
        if level and _is_underlined_text(tokens[position + token.nesting], token):
            level = 0
        tag = f"h{min(level + 3, 6)}" if level else "p"
        self.out.append(f"<{tag}>" if token.nesting > 0 else f"</{tag}>\n")

    def _add_inline(self, tokens: Sequence[Token], position: int) -> None:
        token, above = tokens[position], tokens[position - 1]
        if above.type in {"th_open", "td_open"}:
            self._add_cell(token)
            return
        first, last = above.map or token.map or (self.shown, self.shown)
        self._show_skipped(first)
        self.shown = max(self.shown, last)
        places = list(self._places(token.content, first))
        if above.type == "paragraph_open" and "\n" in token.content and _FIGURES.fullmatch(token.content):
            self._add_figures(token.content, places)
            return
        inline = Inline(self.text, token.content, places)
        if (
            position > 1
            and tokens[position - 2].type == "list_item_open"
            and (box := _BOX.match(token.content))
        ):
            ticked = (box["tick"] or box["sign"] or "") in _TICKS
            start, end = inline.place(0), inline.place(box.end() - 1) + 1
            self.out.append(Leaf(start, end, "", "tick" if ticked else "box"))
            inline.skip(box.end())
        self.out += inline.runs()

    def _places(self, content: str, first: int) -> Iterator[tuple[int, int]]:
        """Yield where each line of a block's content begins, in the content and in the text."""
        at = 0
        for number, line in enumerate(content.split("\n"), first):
            whole = self._line(min(number, len(self.starts) - 2))
            # The parser takes indents away, and turns half a tab into blanks.
            found = len(whole) - len(line) if whole.endswith(line) else whole.find(line)
            if found < 0:
                found = max(whole.find(line.strip()) - (len(line) - len(line.lstrip())), 0)
            yield at, self.starts[min(number, len(self.starts) - 2)] + found
            at += len(line) + 1

    def _add_figures(self, content: str, places: Sequence[tuple[int, int]]) -> None:
        """Add rows of numbers as they stand below each other."""
        self.out.append('<span class="figures">')
        for line, (_, start) in zip(content.split("\n"), places, strict=True):
            head = self.text.rfind("\n", 0, start) + 1
            # With the blanks that indent it, as far as the first line of the text has lost none of them.
            begin = head + max(len(self.text[head:start].rstrip(" ")), self.indent if head else 0)
            begin = min(begin, start)
            self.out += [Leaf(begin, start + len(line), self.text[begin:start] + line), "\n"]
        self.out[-1] = "</span>"

    def _uneven(self, tokens: Sequence[Token], position: int) -> int:
        """Return where a table ends of which a row has more cells than the first: these would not be shown; else 0."""
        first, last = tokens[position].map or (0, 0)
        counts = [
            len(_CELL.findall(self._line(number).strip(" \t>").strip("|"))) for number in range(first, last)
        ]
        if max(counts[1:], default=0) <= counts[0]:
            return 0
        return next(number for number in range(position, len(tokens)) if tokens[number].type == "table_close")

    def _add_cell(self, token: Token) -> None:
        content = token.content
        written = content.replace("|", "\\|") if "|" in content else content
        found = self.text.find(written, self.cell)
        start = found if found >= 0 else self.cell
        places = [(0, start)]
        for number, match in enumerate(re.finditer(r"\|", content) if written != content else (), 1):
            places.append((match.start(), start + match.start() + number))
        self.cell = start + len(written)
        self.out += Inline(self.text, content, places).runs()

    def _add_lines(self, first: int, last: int) -> None:
        """Add lines as they were written."""
        self._show_skipped(first)
        self.shown = max(self.shown, last)
        self.out.append("<pre>")
        for number in range(first, last):
            self.out += [Leaf(self.starts[number], self._end(number + 1), self._line(number)), "\n"]
        self.out[-1] = "</pre>\n"

    def _add_block(self, token: Token, first: int, last: int) -> None:
        """Add a block that holds no other: code, a displayed formula, a rule."""
        self._show_skipped(first)
        self.shown = max(self.shown, last)
        if token.type == "hr":
            self.out.append("<hr>\n")
        elif token.type == "fence":
            self._add_code(token, first)
        else:
            shown = _DISPLAYED.fullmatch(token.content)
            formula = (shown["bracket"] or shown["dollar"] or "") if shown else token.content
            start = self.starts[first]
            self.out += ["<p>", Leaf(start, self._end(last), formula.strip(), "display"), "</p>\n"]

    def _add_code(self, token: Token, first: int) -> None:
        opening = self._line(first)
        if not _LANGUAGE.fullmatch(token.info.strip()):
            self.out += ["<p>", Leaf(self.starts[first], self._end(first + 1), opening), "</p>\n"]
        if not token.content:
            return
        self.out.append("<pre><code>")
        content = token.content.removesuffix("\n")
        for line, (_, start) in zip(content.split("\n"), self._places(content, first + 1), strict=True):
            self.out += [Leaf(start, start + len(line), line), "\n"]
        self.out[-1] = "</code></pre>\n"


def _dedented(text: str, indent: int) -> str:
    """Return a text whose further lines begin where the first does."""
    return re.sub(rf"\n[ ]{{1,{indent}}}", "\n", text) if indent > 0 else text


def _is_underlined_text(inline: Token, heading: Token) -> bool:
    return heading.markup in {"-", "="} and (
        "\n" in inline.content or len(inline.content) > _LONGEST_UNDERLINED
    )
