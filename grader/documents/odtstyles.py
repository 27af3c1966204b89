"""What an OpenDocument text says beside its words: how styles look, and which markers its lists have."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING, Final, NamedTuple

from grader.documents.styledruns import TINY, Style
from grader.documents.wordstyles import counted
from grader.documents.xmltree import child
from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable
    from xml.etree.ElementTree import Element

_MAX_CHAIN: Final = 20
_COUNTS: Final = {
    "1": "decimal",
    "a": "lowerLetter",
    "A": "upperLetter",
    "i": "lowerRoman",
    "I": "upperRoman",
}


@dataclass(frozen=True, slots=True)
class OdtStyle:
    """One style: what it says itself and which one it is based on."""

    parent: str = ""
    shown: str = ""  # its name as people see it
    properties: dict[str, str] = field(default_factory=dict)
    list_style: str = ""
    outline: int = 0


class ListMarker(NamedTuple):
    """How a level of a list is marked; `style` is "" for a bullet and None for nothing."""

    style: str | None = ""
    before: str = ""
    after: str = ""
    start: int = 1
    levels: int = 1

    def shown(self, counts: list[int], depth: int, styles: dict[int, ListMarker]) -> str:
        """Return the marker of an item, given how far every level has been counted."""
        if self.style is None:
            return ""
        if not self.style:
            return "-"
        first = max(depth - self.levels + 1, 0)
        parts = [
            counted(counts[level], styles.get(level, self).style or "decimal")
            for level in range(first, depth + 1)
        ]
        return f"{self.before}{'.'.join(parts)}{self.after}".strip()


@dataclass(slots=True)
class OdtStyles:
    """The styles of a document, by name."""

    styles: dict[str, OdtStyle] = field(default_factory=dict)
    lists: dict[str, dict[int, ListMarker]] = field(default_factory=dict)

    def add(self, root: Element) -> None:
        """Take up the styles of a part."""
        for group in root:
            if group.tag in {"office:styles", "office:automatic-styles"}:
                self._add_group(group)

    def _add_group(self, group: Iterable[Element]) -> None:
        for item in group:
            name = item.get("style:name", "")
            if item.tag == "style:style":
                properties: dict[str, str] = {}
                for each in item:
                    if each.tag in {
                        "style:text-properties",
                        "style:paragraph-properties",
                        "style:table-cell-properties",
                    }:
                        prefix = "" if each.tag == "style:text-properties" else "ground "
                        properties |= {prefix + key: value for key, value in each.attrib.items()}
                level = item.get("style:default-outline-level", "")
                self.styles[name] = OdtStyle(
                    item.get("style:parent-style-name", ""),
                    item.get("style:display-name", name).replace("_20_", " ").lower(),
                    properties,
                    item.get("style:list-style-name", ""),
                    int(level) if level.isdecimal() and len(level) < 3 else 0,
                )
            elif item.tag == "text:list-style":
                self.lists[name] = dict(_level(each) for each in item)

    def property(self, name: str, key: str) -> str:
        """Return what a style or one that it is based on says of a property."""
        for _ in range(_MAX_CHAIN):
            style = self.styles.get(name)
            if style is None:
                return ""
            if key in style.properties:
                return style.properties[key]
            name = style.parent
        return ""

    def list_of(self, name: str) -> str:
        """Return the list that paragraphs of a style belong to."""
        for _ in range(_MAX_CHAIN):
            style = self.styles.get(name)
            if style is None or style.list_style:
                return "" if style is None else style.list_style
            name = style.parent
        return ""

    def is_named(self, name: str, wanted: frozenset[str]) -> bool:
        """Whether a style is, or is based on, one that people know by one of some names."""
        for _ in range(_MAX_CHAIN):
            style = self.styles.get(name)
            if name.replace("_20_", " ").lower() in wanted or (style is not None and style.shown in wanted):
                return True
            if style is None:
                return False
            name = style.parent
        return False

    def look(self, name: str, above: Style, *, shaded: bool = False) -> Style:
        """Return how text of a style looks, given how it looks around it."""
        weight = self.property(name, "fo:font-weight")
        under = self.property(name, "style:text-underline-style")
        through = self.property(name, "style:text-line-through-style") or self.property(
            name, "style:text-line-through-type"
        )
        position = self.property(name, "style:text-position").split()
        ground = self.property(name, "fo:background-color") or self.property(
            name, "ground fo:background-color"
        )
        white = self.property(name, "fo:color").lower() in {"#ffffff", "#fefefe"}
        on_white = not shaded and ground.lower() in {"", "transparent", "#ffffff"}
        hidden = (
            (white and on_white)
            or self.property(name, "text:display") == "none"
            or _is_tiny(self.property(name, "fo:font-size"))
        )
        return Style(
            bold=above.bold if not weight else weight not in {"normal", "400"},
            underlined=above.underlined if not under else under != "none",
            struck=above.struck if not through else through != "none",
            concealed=above.concealed or hidden,
            code=above.code or "courier" in self.property(name, "style:font-name").lower(),
            script=_script(position[0]) if position else above.script,
        )


def _script(position: str) -> int:
    if position in {"super", "sub"}:
        return 1 if position == "super" else -1
    number = position.rstrip("%").lstrip("-")
    return 0 if not number.strip("0.") else -1 if position.startswith("-") else 1


def _is_tiny(size: str) -> bool:
    number = size.removesuffix("pt")
    try:
        return size.endswith("pt") and len(number) < 10 and float(number) <= TINY
    except ValueError:
        return False


def _level(element: Element) -> tuple[int, ListMarker]:
    depth = _number(element.get("text:level", "1"), 1) - 1
    if element.tag != "text:list-level-style-number":
        return depth, ListMarker("")
    kind = element.get("style:num-format", "")
    return depth, ListMarker(
        _COUNTS.get(kind[:1]) if kind else None,
        element.get("style:num-prefix", ""),
        element.get("style:num-suffix", ""),
        _number(element.get("text:start-value", "1"), 1),
        _number(element.get("text:display-levels", "1"), 1),
    )


def _number(text: str, default: int) -> int:
    return int(text) if text.isdecimal() and len(text) < 6 else default


def body_of(root: Element) -> Element | None:
    """Return the text of a document's content, None where it is no text."""
    body = child(root, "office:body")
    return child(body, "office:text")
