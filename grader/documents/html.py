r"""Read HTML as learning platforms' text boxes and word processors give it; nothing is fetched, run or looked up.

What a browser would not show does not count. Formulas are MathML, which is read as it is shown, or TeX between `\(..\)`,
`\[..\]` or `$`; the sources that scripts would make formulas of (`<script type="math/tex">`) are what a browser shows.
"""

from __future__ import annotations

import re
from dataclasses import field
from typing import TYPE_CHECKING, Final

from grader.documents.blocks import BlockList, box_of
from grader.documents.document import Block, Document, Picture, Spot
from grader.documents.htmlstyles import style_of
from grader.documents.mathml import mathml_to_latex
from grader.documents.pictures import picture_named
from grader.documents.styledruns import PLAIN, Style, TextRun, inline_formula, marked_up
from grader.documents.wordstyles import counted
from grader.documents.xmltree import XmlError, parse_xml
from grader.model.errors import Problem, SubmissionError
from grader.notation.lazypatterns import deferred
from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selectolax.lexbor import LexborNode

    from grader.documents.document import BlockKind

# Elements of a page: a long answer with tables has a few thousand.
MAX_TAGS: Final = 50_000
# Each attribute takes memory; pictures inside the page have few equal signs, however large they are.
MAX_EQUAL_SIGNS: Final = 500_000
# The parser needs time that grows with the square of the depth; an editor's own boxes are 20 deep at most.
MAX_DEPTH: Final = 200
# What is not closed is opened again in every paragraph: so many elements may come of that.
MAX_REOPENED: Final = 500_000

_TAG: Final = deferred(r"<(?P<end>/?)(?P<name>[A-Za-z][A-Za-z0-9:-]{0,30})")
_VOID: Final = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"]
)
_CLOSED_BY_OTHERS: Final = frozenset(
    ["p", "li", "td", "tr", "th", "dt", "dd", "option", "tbody", "thead", "tfoot", "html", "body", "head"]
)
_FORMATTING: Final = frozenset(
    ["a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"]
)
_SKIPPED: Final = frozenset(
    ["head", "style", "template", "noscript", "title", "meta", "link", "base", "object", "iframe"]
)
_BLOCKS: Final = frozenset(
    [
        "address",
        "article",
        "aside",
        "body",
        "center",
        "dd",
        "details",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "header",
        "html",
        "legend",
        "main",
        "nav",
        "ol",
        "p",
        "section",
        "summary",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
        "blockquote",
        "pre",
        "hr",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "li",
        "caption",
    ]
)
_PICTURES: Final = frozenset(["img", "svg", "canvas", "video", "embed"])
_MARKERS: Final = {
    "1": "decimal",
    "a": "lowerLetter",
    "A": "upperLetter",
    "i": "lowerRoman",
    "I": "upperRoman",
}
_PREFIX: Final = deferred(r"(</?)[a-z]{1,8}:(?=[a-z])")  # of the vocabulary, as in `m:mfrac`
_TEX: Final = deferred(r"\s*math/tex(?P<display>;\s*mode=display)?\s*")
_BLANKS: Final = deferred(r"[ \t\n\r\f]+")


def read(text: str, source: str = "") -> Document:
    """Return the blocks of an HTML page or of a piece of one; raises SubmissionError."""
    from selectolax.lexbor import LexborHTMLParser  # noqa: PLC0415 - only HTML needs it

    _refuse_bombs(text, source)
    root = LexborHTMLParser(text).root
    page = _Page(source)
    if root is not None:
        page.walk(root, PLAIN)
    page.flush()
    return page.blocks.document("html")


def _refuse_bombs(text: str, source: str) -> None:
    """Raise SubmissionError for a page whose tree would not be bounded by what is written."""
    if text.count("=") > MAX_EQUAL_SIGNS:
        rule = f"has more than {MAX_EQUAL_SIGNS:,} attributes, which no answer needs"
        raise SubmissionError([Problem(source, 0, 0, rule)])
    depth = formatting = most = 0
    for count, tag in enumerate(_TAG.finditer(text), 1):
        name = tag["name"].lower()
        step = -1 if tag["end"] else 1
        if name in _FORMATTING:
            formatting = max(formatting + step, 0)
            most = max(most, formatting)
        if name not in _VOID and name not in _CLOSED_BY_OTHERS:
            depth = max(depth + step, 0)
        if depth > MAX_DEPTH or count > MAX_TAGS or (most + 1) * count > MAX_REOPENED:
            line = text.count("\n", 0, tag.start()) + 1
            rule = f"is nested more than {MAX_DEPTH} deep, or has more than {MAX_TAGS:,} tags, which no answer needs"
            raise SubmissionError([Problem(source, line, 0, rule)])


@dataclass(slots=True)
class _List:
    """An open list."""

    style: str  # as `counted` knows it; "" for bullets
    count: int = 0


@dataclass(slots=True)
class _Page:
    source: str
    blocks: BlockList = field(default_factory=BlockList)
    runs: list[TextRun] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)
    lists: list[_List] = field(default_factory=list)
    heading: int = 0
    quotes: int = 0
    item: tuple[str, int] | None = None
    ticked: bool | None = None
    number: int = 0  # of the block

    def walk(self, node: LexborNode, style: Style) -> None:
        """Take what a node shows."""
        tag = node.tag
        if tag == "-text":
            if style.code and "\n" in (node.text(deep=False) or ""):
                self.runs.append(TextRun(node.text(deep=False), style))
            else:
                self.runs.append(TextRun(_BLANKS.sub(" ", node.text(deep=False) or ""), style))
            return
        if tag == "-comment":
            said = (node.comment_content or "").strip()
            if said:
                self.flush()
                self.blocks.blocks.append(Block("comment", "", self._spot(), hidden=(said,)))
            return
        if tag is None or tag in _SKIPPED:
            return
        if tag in _BLOCKS:
            self._block(node, tag, style_of(node, style))
        else:
            self._inline(node, tag, style)

    def flush(self) -> None:
        """End the paragraph at hand."""
        runs, self.runs = self.runs, []
        pictures, self.pictures = tuple(self.pictures), []
        line = marked_up(runs, plain=bool(self.heading))
        if not (line.text or line.hidden or pictures):
            return
        ticked, text = box_of(line.text)
        ticked, self.ticked = (self.ticked if self.ticked is not None else ticked), None
        spot = self._spot()
        if self.heading:
            self.blocks.add("heading", line, spot, depth=self.heading, pictures=pictures)
        elif self.item is not None:
            (marker, depth), self.item = self.item, None
            shown = line._replace(text=text)
            self.blocks.add("item", shown, spot, depth=depth, marker=marker, ticked=ticked, pictures=pictures)
        else:
            kind: BlockKind = "quote" if self.quotes else "paragraph"
            self.blocks.add(kind, line, spot, ticked=ticked, pictures=pictures)

    def _spot(self) -> Spot:
        self.number += 1
        return Spot(self.number)

    def _children(self, node: LexborNode, style: Style) -> None:
        for inner in node.iter(include_text=True):
            self.walk(inner, style)

    def _block(self, node: LexborNode, tag: str, style: Style) -> None:
        self.flush()
        if tag in {"h1", "h2", "h3", "h4", "h5", "h6"}:
            outer, self.heading = self.heading, int(tag[1])
            self._children(node, style)
            self.flush()
            self.heading = outer
        elif tag in {"ul", "ol"}:
            self._list(node, tag, style)
        elif tag == "li":
            self._item(node, style)
        elif tag == "table":
            self._table(node, style)
        elif tag == "pre" and not style.concealed:
            code = node.text(deep=True) or ""
            self.blocks.add_code(code.strip("\n"), self._spot(), language=_language(node))
        elif tag == "hr":
            self.blocks.add("rule", marked_up([]), self._spot())
        elif tag == "blockquote":
            self.quotes += 1
            self._children(node, style)
            self.flush()
            self.quotes -= 1
        else:
            self._children(node, style)
            self.flush()

    def _list(self, node: LexborNode, tag: str, style: Style) -> None:
        attributes = node.attributes
        start = attributes.get("start") or "1"
        kind = "" if tag == "ul" else _MARKERS.get(attributes.get("type") or "1", "decimal")
        css = (attributes.get("style") or "").replace("-", "").lower()
        for name in ("loweralpha", "upperalpha", "lowerroman", "upperroman"):
            if tag == "ol" and f"liststyletype:{name}" in css.replace(" ", ""):
                kind = name.replace("alpha", "Letter").replace("roman", "Roman")
        first = int(start) if start.lstrip("-").isdecimal() and len(start) < 6 else 1
        self.lists.append(_List(kind, first - 1))
        self._children(node, style)
        self.flush()
        self.lists.pop()
        self.item = None

    def _item(self, node: LexborNode, style: Style) -> None:
        level = self.lists[-1] if self.lists else _List("")
        value = node.attributes.get("value") or ""
        level.count = int(value) if value.isdecimal() and len(value) < 6 else level.count + 1
        marker = f"{counted(level.count, level.style)}." if level.style else "-"
        self.item = marker, max(len(self.lists) - 1, 0)
        self._children(node, style)
        self.flush()
        self.item = None

    def _inline(self, node: LexborNode, tag: str, style: Style) -> None:
        if tag == "br":
            self.runs.append(TextRun("\n"))
        elif tag in _PICTURES:
            shown = not style_of(node, style).concealed
            attributes = node.attributes
            if shown:
                self.pictures.append(picture_named(attributes.get("alt") or "", attributes.get("src") or tag))
        elif tag == "math" or tag.endswith(":math"):
            self._formula(node, style)
        elif tag == "script":
            found = _TEX.fullmatch(node.attributes.get("type") or "")
            latex = (node.text(deep=True) or "").strip()
            if found is not None and latex:
                formula = inline_formula(latex)
                self.runs.append(formula._replace(text=f"${formula.text}$") if found["display"] else formula)
        elif tag == "input":
            self._input(node)
        elif tag == "option":
            if "selected" in node.attributes:
                self._children(node, style)
        elif node.attributes.get("aria-hidden") == "true" and _twin(node):
            return  # the same formula once more, built from letters in boxes
        elif (node.attributes.get("class") or "").startswith(("MathJax", "mjx-")) and tag != "mjx-container":
            return  # as above; its source stands beside it
        else:
            self._children(node, style_of(node, style))

    def _formula(self, node: LexborNode, style: Style) -> None:
        markup = _PREFIX.sub(r"\1", (node.html or "").replace("&nbsp;", "\u00a0"))
        try:
            latex = mathml_to_latex(parse_xml(markup.encode()))
        except XmlError:
            latex = None
        if latex is None:
            self.blocks.unread.append((Spot(self.number + 1), "A formula could not be read."))
            self.pictures.append(Picture("formula"))
            return
        display = node.attributes.get("display") == "block"
        run = inline_formula(latex)
        text = f"\n${run.text}$\n" if display and run.text else run.text
        self.runs.append(TextRun(text, run.style._replace(concealed=style.concealed, struck=style.struck)))

    def _input(self, node: LexborNode) -> None:
        kind = (node.attributes.get("type") or "text").lower()
        if kind in {"checkbox", "radio"}:
            ticked = "checked" in node.attributes
            if not any(run.text.strip() for run in self.runs):
                self.ticked = ticked
            self.runs.append(TextRun("☑ " if ticked else "☐ "))

    def _table(self, node: LexborNode, style: Style) -> None:
        rows = [row for row in node.css("tr") if _own_table(row, node)]
        cells = [[cell for cell in row.iter() if cell.tag in {"td", "th"}] for row in rows]
        every = [cell for row in cells for cell in row]
        if len(every) <= 1 or any(
            cell.css_first("table, h1, h2, h3, h4, ul, ol, pre") is not None for cell in every
        ):
            self._children(node, style)
            self.flush()
            return
        outer, self.blocks = self.blocks, BlockList()
        caption = node.css_first("caption")
        if caption is not None:
            self._children(caption, style)
            self.flush()
            outer.blocks += self.blocks.blocks
            self.blocks.blocks = []
        texts: list[list[str]] = []
        for row in cells:
            texts.append([])
            for cell in row:
                before = len(self.blocks.blocks)
                self._children(cell, style_of(cell, style_of(row[0].parent or cell, style)))
                self.flush()
                texts[-1].append(" ".join(block.text for block in self.blocks.blocks[before:] if block.text))
        inner, self.blocks = self.blocks, outer
        self.blocks.add_table(texts, self._spot(), inner)


def _own_table(row: LexborNode, table: LexborNode) -> bool:
    """Whether a row belongs to a table and not to one inside it."""
    above = row.parent
    while above is not None and above.tag != "table":
        above = above.parent
    return above is not None and above.mem_id == table.mem_id


def _twin(node: LexborNode) -> bool:
    """Whether the element before shows the same as MathML, as KaTeX and MathJax leave it for those who cannot see."""
    parent = node.parent
    return parent is not None and any(
        each.css_first("math") is not None or each.tag == "math" for each in _siblings(parent)
    )


def _siblings(parent: LexborNode) -> Iterator[LexborNode]:
    yield from parent.iter()


def _language(node: LexborNode) -> str:
    code = node.css_first("code")
    classes = f"{node.attributes.get('class') or ''} {(code.attributes.get('class') or '') if code is not None else ''}"
    found = re.search(r"(?:language|lang|sourceCode)[- ]([a-z0-9+]{1,20})", classes)
    return found[1] if found is not None else ""
