"""Parse XML that somebody handed in: no entity is declared, nothing is fetched, size and depth have limits.

Names come with the short prefixes of their vocabulary (`w:p`, `text:h`), whatever a file calls them.
"""

from __future__ import annotations

from typing import Final
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

# A document of 100 pages has about 60,000 elements; each takes some hundred bytes in memory.
MAX_ELEMENTS: Final = 300_000
# Tables in tables and fractions in fractions stay below 100; what reads a tree calls itself at every level.
MAX_DEPTH: Final = 200

_PREFIXES: Final = {
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main": "w",
    "http://purl.oclc.org/ooxml/wordprocessingml/main": "w",
    "http://schemas.openxmlformats.org/officeDocument/2006/math": "m",
    "http://purl.oclc.org/ooxml/officeDocument/math": "m",
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships": "r",
    "http://purl.oclc.org/ooxml/officeDocument/relationships": "r",
    "http://schemas.openxmlformats.org/package/2006/relationships": "rel",
    "http://schemas.openxmlformats.org/drawingml/2006/main": "a",
    "http://purl.oclc.org/ooxml/drawingml/main": "a",
    "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing": "wp",
    "http://purl.oclc.org/ooxml/drawingml/wordprocessingDrawing": "wp",
    "http://schemas.openxmlformats.org/markup-compatibility/2006": "mc",
    "http://schemas.microsoft.com/office/word/2010/wordml": "w14",
    "urn:schemas-microsoft-com:vml": "v",
    "urn:oasis:names:tc:opendocument:xmlns:office:1.0": "office",
    "urn:oasis:names:tc:opendocument:xmlns:text:1.0": "text",
    "urn:oasis:names:tc:opendocument:xmlns:table:1.0": "table",
    "urn:oasis:names:tc:opendocument:xmlns:drawing:1.0": "draw",
    "urn:oasis:names:tc:opendocument:xmlns:style:1.0": "style",
    "urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0": "fo",
    "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0": "manifest",
    "http://www.w3.org/1999/xlink": "xlink",
    "http://www.w3.org/1998/Math/MathML": "",
    "http://www.w3.org/XML/1998/namespace": "xml",
}


class XmlError(ValueError):
    """The XML is broken, or breaks a limit; the message says which, without a place."""


class _Target:
    """Build a tree from a parser's calls and stop it at the limits."""

    def __init__(self) -> None:
        self.builder = TreeBuilder()
        self.names: dict[str, str] = {}
        self.count = self.depth = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self.count += 1
        self.depth += 1
        if self.count > MAX_ELEMENTS:
            raise XmlError(f"holds more than {MAX_ELEMENTS:,} elements")
        if self.depth > MAX_DEPTH:
            raise XmlError(f"is nested more than {MAX_DEPTH} deep")
        self.builder.start(self.name(tag), {self.name(key): value for key, value in attributes.items()})

    def end(self, tag: str) -> None:
        self.depth -= 1
        self.builder.end(self.name(tag))

    def name(self, full: str) -> str:
        known = self.names.get(full)
        if known is None:
            space, _, local = full.rpartition(" ")
            prefix = _PREFIXES.get(space, "?") if space else ""
            known = self.names[full] = f"{prefix}:{local}" if prefix else local
        return known


def _refuse_entity(*_: object) -> int:
    raise XmlError("declares entities, which no text processor writes")


def parse_xml(raw: bytes) -> Element:
    """Return the root of an XML document; raises XmlError."""
    target = _Target()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = target.start
    parser.EndElementHandler = target.end
    parser.CharacterDataHandler = target.builder.data
    parser.EntityDeclHandler = _refuse_entity
    parser.ExternalEntityRefHandler = _refuse_entity
    try:
        parser.Parse(raw, True)
    except expat.ExpatError as error:
        raise XmlError(f"is no XML (line {error.lineno}: {expat.ErrorString(error.code)})") from error
    root: Element = target.builder.close()
    return root


def local_name(element: Element) -> str:
    """Return an element's name without the prefix of its vocabulary."""
    return element.tag.rpartition(":")[2]


def text_of(element: Element) -> str:
    """Return all text inside an element."""
    return "".join(element.itertext())


def child(element: Element | None, tag: str) -> Element | None:
    """Return the first child of a name, None where there is none."""
    return None if element is None else next((item for item in element if item.tag == tag), None)


def descend(element: Element | None, *path: str) -> Element | None:
    """Return what stands at the end of a path of first children, None where a step is missing."""
    for step in path:
        element = child(element, step)
    return element
