"""What a Word document says beside its text: how styles look, and how paragraphs are numbered as they are shown."""

from __future__ import annotations

import re
from dataclasses import field
from typing import TYPE_CHECKING, Final, NamedTuple

from grader.documents.styledruns import TINY
from grader.documents.xmltree import child, descend
from grader.notation.lazypatterns import deferred
from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from xml.etree.ElementTree import Element

# A style is based on another, and that on another; a circle of them must end.
_MAX_CHAIN: Final = 20
_LEVELS: Final = 9
_OFF: Final = frozenset({"0", "false", "off", "none"})
_HEADING: Final = deferred(r"(?:heading|überschrift|rubrik|titre|título|titolo|kop)\s*([1-9])", re.IGNORECASE)
_LARGEST_ROMAN: Final = 4_999


class Look(NamedTuple):
    """What run properties say; None where they leave it to the style below."""

    bold: bool | None = None
    underlined: bool | None = None
    struck: bool | None = None
    vanished: bool | None = None
    colour: str | None = None
    size: float | None = None  # points
    script: int | None = None
    shaded: bool | None = None
    code: bool | None = None

    def over(self, below: Look) -> Look:
        """Return what results where these properties stand over others."""
        return self._replace(
            **{name: theirs for name, theirs in below._asdict().items() if getattr(self, name) is None}
        )

    @property
    def concealed(self) -> bool:
        """Whether nobody sees text that looks like this on white paper."""
        white = (self.colour or "").upper() in {"FFFFFF", "FEFEFE", "WHITE"} and not self.shaded
        return bool(self.vanished) or white or (self.size is not None and self.size <= TINY)


def look_of(properties: Element | None) -> Look:
    """Read a `w:rPr`."""
    if properties is None:
        return Look()
    found: dict[str, Element] = {item.tag: item for item in properties}
    strikes = [_toggle(found.get(name)) for name in ("w:strike", "w:dstrike")]
    script = found.get("w:vertAlign")
    size, colour = found.get("w:sz"), found.get("w:color")
    font = found.get("w:rFonts")
    return Look(
        bold=_toggle(found.get("w:b")),
        underlined=_toggle(found.get("w:u")),
        struck=None if strikes == [None, None] else any(strikes),
        vanished=_toggle(found.get("w:vanish")),
        colour=None if colour is None else colour.get("w:val"),
        size=None if size is None else _number(size.get("w:val"), 22) / 2,
        script=None
        if script is None
        else {"superscript": 1, "subscript": -1}.get(script.get("w:val", ""), 0),
        shaded=True if is_shaded(found.get("w:shd")) or "w:highlight" in found else None,
        code=True if font is not None and _is_typewriter(font.get("w:ascii", "")) else None,
    )


def is_shaded(shade: Element | None) -> bool:
    """Whether a `w:shd` gives a ground that is not white."""
    fill = "" if shade is None else shade.get("w:fill", "").upper()
    return fill not in {"", "AUTO", "FFFFFF"}


def _is_typewriter(font: str) -> bool:
    return font.lower().startswith(
        ("courier", "consolas", "menlo", "monaco", "lucida console", "source code")
    )


def _toggle(element: Element | None) -> bool | None:
    return None if element is None else element.get("w:val", "1").lower() not in _OFF


def _number(text: str | None, default: int) -> int:
    try:
        return int(float(text)) if text is not None and len(text) < 10 else default
    except ValueError:
        return default


@dataclass(frozen=True, slots=True)
class WordStyle:
    """One style with all that it is based on."""

    name: str = ""
    look: Look = field(default_factory=Look)
    heading: int = 0  # 1 to 6, 0 for ordinary text
    numbering: tuple[str, int] = ("", 0)  # its list and level


def read_styles(root: Element | None) -> Mapping[str, WordStyle]:
    """Return the styles of a `w:styles` by their ids."""
    elements = (
        {item.get("w:styleId", ""): item for item in root if item.tag == "w:style"}
        if root is not None
        else {}
    )
    return {name: _style(elements, name) for name in elements}


def _style(elements: Mapping[str, Element], name: str) -> WordStyle:
    chain: list[Element] = []
    at: Element | None = elements.get(name)
    while at is not None and len(chain) < _MAX_CHAIN:
        chain.append(at)
        below = child(at, "w:basedOn")
        at = None if below is None else elements.get(below.get("w:val", ""))
    look = Look()
    heading, numbering = 0, ("", 0)
    for number, element in enumerate(chain):
        look = look.over(look_of(child(element, "w:rPr")))
        heading = heading or _heading(element)
        own = numbering_of(child(element, "w:pPr"))
        numbering = numbering if numbering[0] else own
        if number == 0 and not heading and _value(element, "w:name").lower() == "title":
            break
    return WordStyle(_value(chain[0], "w:name").lower() if chain else "", look, heading, numbering)


def _heading(style: Element) -> int:
    named = _HEADING.fullmatch(_value(style, "w:name").strip())
    return min(int(named[1]), 6) if named is not None else heading_depth(child(style, "w:pPr"))


def heading_depth(properties: Element | None) -> int:
    """Return the depth of the heading that paragraph properties make of a paragraph, 0 for none."""
    level = child(properties, "w:outlineLvl")
    depth = _number(level.get("w:val"), _LEVELS) + 1 if level is not None else 0
    return min(depth, 6) if 0 < depth <= _LEVELS else 0


def _value(element: Element | None, *path: str) -> str:
    at = descend(element, *path)
    return "" if at is None else at.get("w:val", "")


def numbering_of(properties: Element | None) -> tuple[str, int]:
    """Return the list and level that paragraph properties name, "" for none; "0" takes a style's list away."""
    found = child(properties, "w:numPr")
    return _value(found, "w:numId"), min(max(_number(_value(found, "w:ilvl") or "0", 0), 0), _LEVELS - 1)


class _Level(NamedTuple):
    format: str = "decimal"
    text: str = "%1."
    start: int = 1


@dataclass(slots=True)
class Numbering:
    """The lists of a document, and how far each has been counted."""

    levels: Mapping[str, Mapping[int, _Level]] = field(default_factory=dict)  # by list
    shared: Mapping[str, str] = field(default_factory=dict)  # which lists count together
    restarts: Mapping[str, Mapping[int, int]] = field(default_factory=dict)  # levels that a list begins anew
    counts: dict[str, list[int | None]] = field(default_factory=dict)
    begun: set[str] = field(default_factory=set)

    def marker(self, name: str, depth: int) -> str:
        """Count a paragraph and return the marker that it is shown with, "" where none is shown."""
        levels = self.levels.get(name)
        if levels is None:
            return "-"
        counts = self.counts.setdefault(self.shared.get(name, name), [None] * _LEVELS)
        if name not in self.begun:
            self.begun.add(name)
            for level, start in self.restarts.get(name, {}).items():
                counts[level] = start - 1
        for level in range(depth):  # a deeper level that comes first counts its parents as begun
            if counts[level] is None:
                counts[level] = levels.get(level, _Level()).start
        own = counts[depth]
        counts[depth] = levels.get(depth, _Level()).start if own is None else own + 1
        counts[depth + 1 :] = [None] * (_LEVELS - depth - 1)
        level_here = levels.get(depth, _Level())
        if level_here.format == "bullet":
            return "-"
        if level_here.format == "none":
            return ""

        def shown(match: re.Match[str]) -> str:
            level = int(match[1]) - 1
            return counted(counts[level] or 0, levels.get(level, _Level()).format) if level < _LEVELS else ""

        return re.sub(r"%([1-9])", shown, level_here.text)[:40].strip()


def read_numbering(root: Element | None) -> Numbering:
    """Return the lists of a `w:numbering`."""
    if root is None:
        return Numbering()
    abstract = {item.get("w:abstractNumId", ""): item for item in root if item.tag == "w:abstractNum"}
    levels: dict[str, dict[int, _Level]] = {}
    shared: dict[str, str] = {}
    restarts: dict[str, dict[int, int]] = {}
    for item in root:
        if item.tag != "w:num":
            continue
        name, kind = item.get("w:numId", ""), _value(item, "w:abstractNumId")
        shared[name] = kind
        levels[name] = _levels(abstract.get(kind, ()))
        for change in item:
            if change.tag == "w:lvlOverride":
                depth = min(max(_number(change.get("w:ilvl"), 0), 0), _LEVELS - 1)
                levels[name] |= _levels(change)
                start = _value(change, "w:startOverride")
                if start:
                    restarts.setdefault(name, {})[depth] = _number(start, 1)
    return Numbering(levels, shared, restarts)


def _levels(parent: Iterable[Element]) -> dict[int, _Level]:
    return {
        min(max(_number(item.get("w:ilvl"), 0), 0), _LEVELS - 1): _Level(
            _value(item, "w:numFmt") or "decimal",
            _value(item, "w:lvlText"),
            _number(_value(item, "w:start") or "1", 1),
        )
        for item in parent
        if item.tag == "w:lvl"
    }


def counted(number: int, style: str) -> str:
    """Return a number of a list as it is shown: `lowerLetter`, `upperRoman`, `decimal`, ..."""
    if style in {"lowerLetter", "upperLetter"} and 0 < number <= 26 * 26:
        letter = chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)
        return letter.upper() if style == "upperLetter" else letter
    if style in {"lowerRoman", "upperRoman"} and 0 < number <= _LARGEST_ROMAN:
        return roman(number).upper() if style == "upperRoman" else roman(number)
    return f"{number:02d}" if style == "decimalZero" else str(number)


_NUMERALS: Final = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"),
    (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip


def roman(number: int) -> str:
    """Return a number from 1 on in small Roman numerals."""
    out = []
    for value, numeral in _NUMERALS:
        count, number = divmod(number, value)
        out.append(numeral * count)
    return "".join(out)
