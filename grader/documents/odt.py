"""Read OpenDocument text (`.odt`), as LibreOffice and Google Docs write it; formulas are MathML objects."""

from __future__ import annotations

from dataclasses import field
from mimetypes import guess_type
from typing import TYPE_CHECKING, Final

from grader.documents.archive import Archive, open_archive
from grader.documents.blocks import BlockList, box_of
from grader.documents.document import Document, Picture, Spot
from grader.documents.mathml import mathml_to_latex
from grader.documents.odtstyles import ListMarker, OdtStyles, body_of
from grader.documents.pictures import MAX_PICTURE, shortened_name
from grader.documents.styledruns import PLAIN, Style, TextRun, inline_formula, marked_up
from grader.documents.xmltree import XmlError, child, parse_xml, text_of
from grader.model.errors import SubmissionError
from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from xml.etree.ElementTree import Element

    from grader.documents.document import BlockKind

_MAX_LEVELS: Final = 10
_MAX_ALL_PICTURES: Final = 12_000_000
_MAX_BLANKS: Final = 200
_CODE: Final = frozenset({"preformatted text", "source code", "code"})
_QUOTES: Final = frozenset({"quotations", "quote", "block text"})
_TITLES: Final = frozenset({"title", "subtitle"})
_UNSEEN: Final = frozenset(
    {
        "office:annotation",
        "text:tracked-changes",
        "office:forms",
        "text:table-of-content",
        "text:hidden-text",
        "text:sequence-decls",
    }
)


def read(raw: bytes, source: str) -> Document:
    """Return the blocks of an `.odt` file; raises SubmissionError."""
    archive = open_archive(raw, source)
    if b"encryption-data" in archive.read("META-INF/manifest.xml", 1_000_000):
        raise archive.refusal("is protected by a password; save it without one and hand that in")
    content = _part(archive, "content.xml")
    body = None if content is None else body_of(content)
    if content is None or body is None:
        raise archive.refusal("holds no OpenDocument text; save it as .odt, .docx or PDF and hand that in")
    styles = OdtStyles()
    known = _part(archive, "styles.xml")
    for part in (known, content):
        if part is not None:
            styles.add(part)
    reader = _Reader(archive, styles)
    reader.add_all(body)
    for note in reader.notes:
        reader.add_all(note)
    return reader.blocks.document("odt")


def _part(archive: Archive, name: str) -> Element | None:
    raw = archive.read(name)
    try:
        return parse_xml(raw) if raw else None
    except XmlError as error:
        raise archive.refusal(f"cannot be read: its part {name!r} {error}") from error


@dataclass(slots=True)
class _Open:
    """An open list: its style and how far its levels have been counted."""

    style: str
    markers: dict[int, ListMarker]
    counts: list[int]


@dataclass(slots=True)
class _Reader:
    archive: Archive
    styles: OdtStyles
    blocks: BlockList = field(default_factory=BlockList)
    paragraph: int = 0
    pictures: list[Picture] = field(default_factory=list)
    boxes: list[Element] = field(default_factory=list)
    notes: list[Element] = field(default_factory=list)
    counted: dict[str, list[int]] = field(default_factory=dict)  # of lists that may go on
    picture_bytes: int = 0

    def add_all(
        self, parent: Iterable[Element], *, shaded: bool = False, marker: str = "", depth: int = 0
    ) -> None:
        """Add the blocks that stand in an element; `marker` is that of an item whose first paragraph is next."""
        for item in parent:
            if item.tag in {"text:p", "text:h"}:
                self.add_paragraph(item, shaded=shaded, marker=marker, depth=depth)
                marker = ""
            elif item.tag == "text:list":
                self.add_list(item, None, 0)
            elif item.tag == "table:table":
                self.add_table(item)
            elif item.tag == "draw:frame":
                self._frame(item)
                self._flush_pictures()
            elif item.tag not in _UNSEEN and item.tag.startswith(("text:", "table:", "office:", "draw:")):
                self.add_all(item, shaded=shaded)

    def _flush_pictures(self) -> None:
        pictures, self.pictures = tuple(self.pictures), []
        boxes, self.boxes = self.boxes, []
        self.blocks.add("paragraph", marked_up([]), Spot(self.paragraph + 1), pictures=pictures)
        for box in boxes:
            self.add_all(box)

    def add_paragraph(self, element: Element, *, shaded: bool, marker: str, depth: int) -> None:
        self.paragraph += 1
        spot = Spot(self.paragraph)
        name = element.get("text:style-name", "")
        style = self.styles.look(name, PLAIN, shaded=shaded)
        outer, self.pictures, self.boxes = (self.pictures, self.boxes), [], []
        runs = list(self.runs(element, style))
        pictures, boxes = tuple(self.pictures), self.boxes
        self.pictures, self.boxes = outer
        level = element.get("text:outline-level", "1")
        heading = 0
        if element.tag == "text:h":
            heading = min(max(int(level), 1), 6) if level.isdecimal() and len(level) < 3 else 1
        line = marked_up(runs, plain=bool(heading))
        if self.styles.is_named(name, _CODE):
            self.blocks.add_code("".join(run.text for run in runs if not run.style.concealed), spot)
        elif heading:
            self.blocks.add("heading", line, spot, depth=heading, marker=marker.strip("-"), pictures=pictures)
        elif marker:
            self.blocks.add_item(line, spot, depth=depth, marker=marker, pictures=pictures)
        else:
            kind: BlockKind = "quote" if self.styles.is_named(name, _QUOTES) else "paragraph"
            styled = line.styled or (bool(line.text) and self.styles.is_named(name, _TITLES))
            ticked = box_of(line.text)[0]
            self.blocks.add(kind, line._replace(styled=styled), spot, ticked=ticked, pictures=pictures)
        for box in boxes:
            self.add_all(box)

    def runs(self, element: Element, style: Style) -> Iterator[TextRun]:
        """Yield the runs inside an element."""
        if element.text:
            yield TextRun(element.text, style)
        for item in element:
            yield from self._piece(item, style)
            if item.tail:
                yield TextRun(item.tail, style)

    def _piece(self, item: Element, style: Style) -> Iterator[TextRun]:
        if item.tag == "text:span":
            yield from self.runs(item, self.styles.look(item.get("text:style-name", ""), style))
        elif item.tag == "text:s":
            count = item.get("text:c", "1")
            yield TextRun(
                " " * (min(int(count), _MAX_BLANKS) if count.isdecimal() and len(count) < 6 else 1), style
            )
        elif item.tag == "text:tab":
            yield TextRun(" ", style)
        elif item.tag == "text:line-break":
            yield TextRun("\n", style if style.code else PLAIN)
        elif item.tag == "text:note":
            body = child(item, "text:note-body")
            self.notes += [body] if body is not None else []
        elif item.tag == "text:hidden-text":
            yield TextRun(item.get("text:string-value", "") or text_of(item), style._replace(concealed=True))
        elif item.tag == "draw:frame":
            yield from self._frame(item)
        elif item.tag not in _UNSEEN:
            yield from self.runs(item, style)

    def _frame(self, frame: Element) -> list[TextRun]:
        """Read a formula, or take a picture or a text box."""
        name = frame.get("draw:name", "")
        for item in frame:
            if item.tag == "draw:object":
                latex = self._object(item)
                if latex:
                    return [inline_formula(latex)]
                if latex is None:
                    said = "An embedded object could not be read; a person must look at it."
                    self.blocks.unread.append((Spot(self.paragraph), said))
            elif item.tag == "draw:text-box":
                self.boxes.append(item)
                return []
            elif item.tag == "draw:image":
                self.pictures.append(self._picture(item.get("xlink:href", ""), name))
                return []
        self.pictures.append(Picture(shortened_name(name or "drawing")))
        return []

    def _object(self, item: Element) -> str | None:
        """Return the formula that an object is, None where it is something else."""
        inner: Element | None = next((each for each in item if each.tag == "math"), None)
        if inner is None:
            name = item.get("xlink:href", "").removeprefix("./").strip("/")
            try:
                inner = _part(self.archive, f"{name}/content.xml")
            except SubmissionError:
                return None
        return mathml_to_latex(inner) if inner is not None and inner.tag == "math" else None

    def _picture(self, target: str, name: str) -> Picture:
        shown, media = shortened_name(name or target.rpartition("/")[2]), guess_type(target)[0] or ""
        info = self.archive.zip.NameToInfo.get(target.removeprefix("./"))
        room = min(MAX_PICTURE, _MAX_ALL_PICTURES - self.picture_bytes)
        if info is None or info.file_size > room:
            return Picture(shown, media)
        try:
            content = self.archive.read_entry(info, room)
        except SubmissionError:  # the text can be read all the same
            return Picture(shown, media)
        self.picture_bytes += len(content)
        return Picture(shown, media, content)

    def add_list(self, element: Element, above: _Open | None, depth: int) -> None:
        """Add the items of a list, each with the marker that it is shown with."""
        style = element.get("text:style-name", "") or (above.style if above is not None else "")
        if not style:
            first = next((item for item in element.iter("text:p")), None)
            style = self.styles.list_of(first.get("text:style-name", "")) if first is not None else ""
        markers = self.styles.lists.get(style, {})
        same = above is not None and above.style == style
        goes_on = (
            element.get("text:continue-numbering") == "true" or element.get("text:continue-list") is not None
        )
        counts = above.counts if above is not None and same else self.counted.get(style) if goes_on else None
        counts = [0] * (_MAX_LEVELS + 1) if counts is None else counts
        level = min(depth, _MAX_LEVELS)
        if not (goes_on and not depth):
            counts[level] = markers.get(level, ListMarker()).start - 1
        self.counted[style] = counts
        opened = _Open(style, markers, counts)
        for item in element:
            if item.tag == "text:list-item":
                self._item(item, opened, level)
            elif item.tag == "text:list-header":
                self.add_all(item)

    def _item(self, item: Element, opened: _Open, depth: int) -> None:
        inner = [each for each in item if each.tag == "text:list"]
        said = [each for each in item if each.tag != "text:list"]
        marker = ""
        if said:  # an item that only holds a list has no marker of its own
            value = item.get("text:start-value", "")
            opened.counts[depth] = (
                int(value) if value.isdecimal() and len(value) < 6 else opened.counts[depth] + 1
            )
            marker = opened.markers.get(depth, ListMarker()).shown(opened.counts, depth, opened.markers)
        self.add_all(said, marker=marker, depth=depth)
        for each in inner:
            self.add_list(each, opened, depth + 1)

    def add_table(self, element: Element) -> None:
        """Add a table, or what stands in one that only lays out the page."""
        rows = list(_rows(element))
        cells = [[cell for cell in row if cell.tag == "table:table-cell"] for row in rows]
        every = [cell for row in cells for cell in row]
        if len(every) <= 1 or any(_holds_more(cell) for cell in every):
            for cell in every:
                self.add_all(cell, shaded=self._is_shaded(cell))
            return
        spot = Spot(self.paragraph + 1)
        outer, self.blocks = self.blocks, BlockList()
        texts: list[list[str]] = []
        for row in rows:
            texts.append([])
            for cell in row:
                before = len(self.blocks.blocks)
                if cell.tag == "table:table-cell":
                    self.add_all(cell, shaded=self._is_shaded(cell))
                texts[-1].append(" ".join(block.text for block in self.blocks.blocks[before:] if block.text))
        inner, self.blocks = self.blocks, outer
        self.blocks.add_table(texts, spot, inner)

    def _is_shaded(self, cell: Element) -> bool:
        ground = self.styles.property(cell.get("table:style-name", ""), "ground fo:background-color")
        return ground.lower() not in {"", "transparent", "#ffffff"}


def _holds_more(cell: Element) -> bool:
    """Whether a cell holds what a table's cell does not."""
    said = [item for item in cell if item.tag == "text:p" and len(text_of(item).strip()) > 1]
    deep = any(item.tag in {"table:table", "text:h", "text:list"} for item in cell)
    return deep or len(said) > 2 or (len(said) > 1 and any(len(text_of(item)) > 60 for item in said))


def _rows(table: Element) -> Iterator[Element]:
    for item in table:
        if item.tag == "table:table-row":
            yield item
        elif item.tag.startswith("table:table-"):
            yield from _rows(item)
