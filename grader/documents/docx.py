"""Read Word's `.docx` (ECMA-376): paragraphs as they are shown, with their numbers, tables, equations and pictures.

Tracked insertions count as if they were accepted; deletions, comments, headers, footers and tables of contents are
left out.
"""

from __future__ import annotations

import re
from dataclasses import field
from mimetypes import guess_type
from posixpath import normpath
from typing import TYPE_CHECKING, Final

from grader.documents.archive import Archive, open_archive
from grader.documents.blocks import BlockList, box_of
from grader.documents.document import Document, Picture, Spot
from grader.documents.omml import omml_to_latex
from grader.documents.styledruns import FORMULA, PLAIN, Style, TextRun, inline_formula, marked_up
from grader.documents.wordstyles import (
    Look,
    Numbering,
    WordStyle,
    heading_depth,
    is_shaded,
    look_of,
    numbering_of,
    read_numbering,
    read_styles,
)
from grader.documents.xmltree import XmlError, child, descend, parse_xml, text_of
from grader.model.errors import SubmissionError
from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from xml.etree.ElementTree import Element

    from grader.documents.document import BlockKind

# Pictures are shown to a person; larger ones are looked at in the file itself.
MAX_PICTURE: Final = 3_000_000
_MAX_ALL_PICTURES: Final = 12_000_000
_CODE_STYLES: Final = frozenset(
    {"source code", "html preformatted", "code", "verbatim", "plain text", "macro"}
)
_QUOTE_STYLES: Final = frozenset({"quote", "intense quote", "block text"})
_CONTAINERS: Final = frozenset(
    {
        "w:ins",
        "w:moveTo",
        "w:hyperlink",
        "w:smartTag",
        "w:customXml",
        "w:sdt",
        "w:sdtContent",
        "w:fldSimple",
        "w:dir",
        "w:bdo",
    }
)
# Wingdings and Symbol keep their signs where Unicode has none; those that answers are ticked with.
_SYMBOLS: Final = {"F0FE": "☒", "F0FD": "☒", "F052": "☑", "F054": "☒", "F0A8": "☐", "F06F": "☐", "F0FC": "✓", "F0FB": "✗", "F0E0": "→"}  # fmt: skip


def read(raw: bytes, source: str) -> Document:
    """Return the blocks of a `.docx` file; raises SubmissionError."""
    archive = open_archive(raw, source)
    main = _main_part(archive)
    if main is None:
        raise archive.refusal("holds no Word document; save it in Word as .docx, or as PDF, and hand that in")
    body = child(main[1], "w:body")
    if body is None:
        raise archive.refusal("holds no text where a Word document has it; save it again as .docx")
    reader = _Reader(archive, main[0])
    reader.add_all(body)
    reader.add_notes()
    return reader.blocks.document("docx")


def _main_part(archive: Archive) -> tuple[str, Element] | None:
    """Return the part that holds the text, and its name."""
    name = "word/document.xml"
    root = _part(archive, "_rels/.rels")
    for relation in root if root is not None else ():
        if relation.get("Type", "").endswith("/officeDocument"):
            name = relation.get("Target", name).lstrip("/")
    part = _part(archive, name)
    return None if part is None or part.tag != "w:document" else (name, part)


def _part(archive: Archive, name: str) -> Element | None:
    raw = archive.read(name)
    if not raw:
        return None
    try:
        return parse_xml(raw)
    except XmlError as error:
        raise archive.refusal(f"cannot be read: its part {name!r} {error}") from error


@dataclass(slots=True)
class _Reader:
    archive: Archive
    main: str
    blocks: BlockList = field(default_factory=BlockList)
    styles: Mapping[str, WordStyle] = field(default_factory=dict)
    numbering: Numbering = field(default_factory=Numbering)
    targets: dict[str, str] = field(default_factory=dict)  # of relations
    paragraph: int = 0
    instruction: list[bool] = field(default_factory=list)  # open fields; whether their instruction is over
    pictures: list[Picture] = field(default_factory=list)  # of the paragraph at hand
    boxes: list[Element] = field(default_factory=list)  # text boxes that stand in it
    notes: list[str] = field(default_factory=list)  # footnotes that the text points to
    picture_bytes: int = 0

    def __post_init__(self) -> None:
        folder, _, name = self.main.rpartition("/")
        root = _part(self.archive, f"{folder}/_rels/{name}.rels".lstrip("/"))
        for item in root if root is not None else ():
            if item.get("TargetMode") != "External":
                target = item.get("Target", "")
                whole = target.lstrip("/") if target.startswith("/") else f"{folder}/{target}"
                self.targets[item.get("Id", "")] = normpath(whole)
        self.styles = read_styles(_part(self.archive, f"{folder}/styles.xml".lstrip("/")))
        self.numbering = read_numbering(_part(self.archive, f"{folder}/numbering.xml".lstrip("/")))

    def add_all(self, parent: Iterable[Element], *, shaded: bool = False) -> None:
        """Add the blocks that stand in an element."""
        for item in parent:
            if item.tag == "w:p":
                self.add_paragraph(item, shaded=shaded)
            elif item.tag == "w:tbl":
                self.add_table(item)
            elif item.tag in _CONTAINERS:
                self.add_all(item, shaded=shaded)
            elif item.tag == "mc:AlternateContent":
                self.add_all(_alternative(item), shaded=shaded)

    def add_paragraph(self, element: Element, *, shaded: bool = False) -> None:
        self.paragraph += 1
        spot = Spot(self.paragraph)
        properties = child(element, "w:pPr")
        style = self.styles.get(_style_name(properties), WordStyle())
        if style.name.startswith(("toc ", "table of figures")):
            return
        shaded = shaded or is_shaded(child(properties, "w:shd"))
        below = style.look.over(Look(shaded=True if shaded else None))
        self.pictures, self.boxes, outer = [], [], (self.pictures, self.boxes)
        runs = list(self.runs(element, below))
        pictures, boxes = tuple(self.pictures), self.boxes
        self.pictures, self.boxes = outer
        if style.name in _CODE_STYLES:
            self.blocks.add_code("".join(run.text for run in runs if not run.style.concealed), spot)
        else:
            self._add_text(runs, style, properties, spot, pictures)
        for box in boxes:
            self.add_all(box)

    def _add_text(
        self,
        runs: list[TextRun],
        style: WordStyle,
        properties: Element | None,
        spot: Spot,
        pictures: tuple[Picture, ...],
    ) -> None:
        said = [run for run in runs if run.text.strip()]
        name, depth = numbering_of(properties)
        if not name:
            name, depth = style.numbering
        # An empty paragraph of a list is shown with its number all the same.
        marker = self.numbering.marker(name, depth) if name not in {"", "0"} else ""
        heading = style.heading or heading_depth(properties)
        line = marked_up(runs, plain=bool(heading))
        if heading and line.text:
            self.blocks.add("heading", line, spot, depth=heading, marker=marker.strip("-"), pictures=pictures)
        elif marker:
            self.blocks.add_item(line, spot, depth=depth, marker=marker, pictures=pictures)
        elif len(said) == 1 and said[0].style == FORMULA:
            self.blocks.add(
                "formula", line._replace(text=f"${said[0].text.strip()}$"), spot, pictures=pictures
            )
        else:
            kind: BlockKind = "quote" if style.name in _QUOTE_STYLES else "paragraph"
            large = style.name in {"title", "subtitle"} and bool(line.text)
            ticked, _ = box_of(line.text)
            self.blocks.add(
                kind, line._replace(styled=line.styled or large), spot, ticked=ticked, pictures=pictures
            )

    def runs(self, parent: Iterable[Element], below: Look) -> Iterator[TextRun]:
        """Yield the runs of a paragraph."""
        for item in parent:
            if item.tag == "w:r":
                yield from self._run(item, below)
            elif item.tag == "m:oMath":
                yield inline_formula(omml_to_latex(item))
            elif item.tag == "m:oMathPara":
                formulas = [omml_to_latex(inner) for inner in item if inner.tag == "m:oMath"]
                yield from (TextRun("\n") for _ in formulas[:1])
                yield inline_formula(r" \\ ".join(filter(None, formulas)))
            elif item.tag in _CONTAINERS:
                yield from self.runs(item, below)
            elif item.tag == "mc:AlternateContent":
                yield from self.runs(_alternative(item), below)
            elif item.tag == "w:del":
                gone = "".join(text_of(each) for each in item.iter("w:delText"))
                yield TextRun(gone, Style(concealed=True))

    def _run(self, element: Element, below: Look) -> Iterator[TextRun]:
        properties = child(element, "w:rPr")
        name = descend(properties, "w:rStyle")
        character = self.styles.get(name.get("w:val", ""), WordStyle()) if name is not None else WordStyle()
        look = look_of(properties).over(character.look).over(below)
        style = Style(
            bold=bool(look.bold),
            underlined=bool(look.underlined),
            struck=bool(look.struck),
            concealed=look.concealed,
            code=bool(look.code) or character.name in {"verbatim char", "html code"},
            script=look.script or 0,
        )
        for item in element:
            yield from self._piece(item, style, below)

    def _piece(self, item: Element, style: Style, below: Look) -> Iterator[TextRun]:
        """Yield what one element inside a run shows."""
        if item.tag == "w:fldChar":
            self._field(item.get("w:fldCharType", ""))
        elif self.instruction and not self.instruction[-1]:
            return
        elif item.tag == "w:t":
            yield TextRun(text_of(item), style)
        elif item.tag in {"w:tab", "w:ptab"}:
            yield TextRun(" ", style)
        elif item.tag in {"w:br", "w:cr"}:
            yield TextRun("\n", PLAIN)
        elif item.tag == "w:noBreakHyphen":
            yield TextRun("-", style)
        elif item.tag == "w:sym":
            code = item.get("w:char", "").upper()
            yield TextRun(_SYMBOLS.get(code, "\ufffd" if code.startswith("F0") else _character(code)), style)
        elif item.tag in {"w:footnoteReference", "w:endnoteReference"}:
            self.notes.append(f"{item.tag[2:-9]}s {item.get('w:id', '')}")
        elif item.tag in {"w:drawing", "w:pict", "w:object"}:
            self._drawing(item)
        elif item.tag == "mc:AlternateContent":
            for inner in _alternative(item):
                yield from self._piece(inner, style, below)

    def _field(self, kind: str) -> None:
        if kind == "begin":
            self.instruction.append(False)
        elif kind == "separate" and self.instruction:
            self.instruction[-1] = True
        elif kind == "end" and self.instruction:
            self.instruction.pop()

    def _drawing(self, element: Element) -> None:
        """Take a picture, or the text boxes of a drawing."""
        boxes = list(element.iter("w:txbxContent"))
        self.boxes += boxes
        named = next((item for item in element.iter("wp:docPr")), None)
        name = "" if named is None else named.get("descr", "") or named.get("name", "")
        links = [item.get("r:embed", "") for item in element.iter("a:blip")]
        links += [item.get("r:id", "") for item in element.iter("v:imagedata")]
        self.pictures += [self._picture(self.targets.get(link, ""), name) for link in links]
        if not links and not boxes:
            self.pictures.append(Picture(shortened(name or "drawing")))
        if element.tag == "w:object":
            said = "An object of another program (such as an old equation) is shown as a picture and was not read."
            self.blocks.unread.append((Spot(self.paragraph), said))

    def _picture(self, target: str, name: str) -> Picture:
        shown = shortened(name or target.rpartition("/")[2])
        info = self.archive.zip.NameToInfo.get(target)
        room = min(MAX_PICTURE, _MAX_ALL_PICTURES - self.picture_bytes)
        media = guess_type(target)[0] or ""
        if info is None or info.file_size > room:
            return Picture(shown, media)
        try:
            content = self.archive.read_entry(info, room)
        except SubmissionError:  # it is a picture that cannot be shown; the text can be read all the same
            return Picture(shown, media)
        self.picture_bytes += len(content)
        return Picture(shown, media, content)

    def add_table(self, element: Element) -> None:
        """Add a table, or what stands in one that only lays out the page."""
        rows = [row for row in _below(element, "w:tr") if child(descend(row, "w:trPr"), "w:del") is None]
        cells = [list(_below(row, "w:tc")) for row in rows]
        if lays_out(cells):
            for cell in (cell for row in cells for cell in row):
                self.add_all(cell, shaded=is_shaded(descend(cell, "w:tcPr", "w:shd")))
            return
        spot = Spot(self.paragraph + 1)
        outer, self.blocks = self.blocks, BlockList()
        texts: list[tuple[str, ...]] = []
        for row in cells:
            texts.append(())
            for cell in row:
                before = len(self.blocks.blocks)
                self.add_all(cell, shaded=is_shaded(descend(cell, "w:tcPr", "w:shd")))
                said = [block.text for block in self.blocks.blocks[before:] if block.text]
                span = descend(cell, "w:tcPr", "w:gridSpan")
                width = span.get("w:val", "1") if span is not None else "1"
                texts[-1] += (" ".join(said), *[""] * (min(int(width), 20) - 1 if width.isdecimal() else 0))
        inner, self.blocks = self.blocks, outer
        self.blocks.add_table(texts, spot, inner)

    def add_notes(self) -> None:
        """Add the footnotes and endnotes that the text points to, behind it."""
        for kind in ("footnotes", "endnotes"):
            wanted = [note.partition(" ")[2] for note in self.notes if note.startswith(kind)]
            root = _part(self.archive, f"{self.main.rpartition('/')[0]}/{kind}.xml") if wanted else None
            for note in root if root is not None else ():
                if note.get("w:id") in wanted:
                    self.add_all(note)


def lays_out(cells: list[list[Element]]) -> bool:
    """Whether a table only lays out a page: one cell, or cells with headings, lists or several paragraphs of text."""
    every = [cell for row in cells for cell in row]
    if len(every) <= 1:
        return True
    for cell in every:
        said = [item for item in cell if item.tag == "w:p" and len(text_of(item).strip()) > 1]
        if any(item.tag == "w:tbl" for item in cell) or len(said) > 2:
            return True
        if len(said) > 1 and any(len(text_of(item)) > 60 for item in said):
            return True
    return False


def _below(parent: Element, tag: str) -> Iterator[Element]:
    """Yield rows or cells, also those inside content controls."""
    for item in parent:
        if item.tag == tag:
            yield item
        elif item.tag in _CONTAINERS:
            yield from _below(item, tag)


def _alternative(element: Element) -> Iterable[Element]:
    """Return what the first alternative holds; the others show the same to older programs."""
    return next(iter(element), ())


def _style_name(properties: Element | None) -> str:
    style = child(properties, "w:pStyle")
    return "" if style is None else style.get("w:val", "")


def _character(code: str) -> str:
    return chr(int(code, 16)) if re.fullmatch(r"[0-9A-F]{2,5}", code) and not code.startswith("D") else ""


def shortened(name: str) -> str:
    """Return a picture's name as it is told to people."""
    name = " ".join(name.split())
    return name if len(name) <= 80 else f"{name[:79]}…"
