"""Running headers, footers and page numbers: what stands on pages without being part of the text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from grader.notation.lazypatterns import deferred

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.documents.pdf.pagelines import PdfLine

# They stand within this part of a page's height from its edge, the number of a page alone a little nearer.
MARGIN: Final = 0.11
NUMBER_MARGIN: Final = 0.2
# The same line stands on so many of the pages.
SHARE: Final = 0.5

_LEADER: Final = deferred(r"(?:\.[ ]?){5,}[ ]?[0-9]{1,3}$")
_ENTRY: Final = deferred(r"[^\W\d_][^\n]*[ ][0-9]{1,3}$")
_NUMBER: Final = deferred(
    r"(?:page|seite|sida|side|página|pagina|s\.|p\.)?[ ]?[-–—|(]?[ ]?(?P<number>[0-9]{1,4})(?:[ ]?(?:/|of|von|av|de|sur)[ ]?(?P<count>[0-9]{1,4}))?[ ]?[-–—|)]?",
    re.IGNORECASE,
)


def without_furniture(
    pages: Sequence[list[PdfLine]], sizes: Sequence[tuple[float, float]], body: float
) -> list[list[PdfLine]]:
    """Return the lines of each page without what only belongs to the paper; `sizes` are widths and heights of pages."""
    heights = [height for _, height in sizes]
    numbers = _page_numbers(pages, sizes)
    counts: dict[tuple[str, bool, int], set[int]] = {}
    edges = [
        [(line, *_key(line, height, index, len(pages))) for line in _edge(lines, height)]
        for index, (lines, height) in enumerate(zip(pages, heights, strict=True))
    ]
    for index, found in enumerate(edges):
        for _, keys, top, at in found:
            for key in keys:
                for near in (at - 1, at, at + 1):
                    counts.setdefault((key, top, near), set()).add(index)
    kept = []
    for index, lines in enumerate(pages):
        gone = {id(line) for line in numbers[index]}
        for line, keys, top, at in edges[index]:
            shared = max(len(counts[key, top, at]) for key in keys)
            if len(pages) > 1 and not top and line.plain.endswith(f" {index + 1}/{len(pages)}"):
                gone.add(id(line))
            if shared >= 2 and shared >= SHARE * len(pages) and not _is_heading(line, body, shared):
                gone.add(id(line))
        kept.append([line for line in lines if id(line) not in gone])
    return kept


def without_contents(lines: list[PdfLine]) -> list[PdfLine]:
    """Return the lines of a page without its table of contents: rows of dots up to the number of a page."""
    places = [index for index, line in enumerate(lines) if _LEADER.search(line.plain)]
    if len(places) < 3:
        return lines
    first, last = places[0], places[-1]
    while (
        first > 0
        and _ENTRY.search(lines[first - 1].plain)
        and _ends_alike(lines[first - 1], lines[places[0]])
    ):
        first -= 1
    while (
        last + 1 < len(lines)
        and _ENTRY.search(lines[last + 1].plain)
        and _ends_alike(lines[last + 1], lines[places[0]])
    ):
        last += 1
    gone = {index for index in range(first, last + 1) if index in places or _ENTRY.search(lines[index].plain)}
    return [line for index, line in enumerate(lines) if index not in gone]


def _is_alone(line: PdfLine, lines: Sequence[PdfLine], width: float) -> bool:
    """Whether a line stands in the middle of its page, well below all the others."""
    above = min((other.bottom for other in lines if other is not line), default=line.top)
    return abs((line.left + line.right) / 2 - width / 2) < 0.03 * width and above - line.top > 2 * line.size


def _ends_alike(line: PdfLine, other: PdfLine) -> bool:
    return abs(line.right - other.right) < 2


def _is_heading(line: PdfLine, body: float, shared: int) -> bool:
    """Whether a line looks like a heading, which then is one unless it stands on many pages as it is."""
    return (line.size > 1.08 * body or line.is_all("b")) and shared < 3


def _edge(lines: Sequence[PdfLine], height: float) -> list[PdfLine]:
    """Return the lines near the upper and the lower edge of a page."""
    return [
        line
        for line in lines
        if line.picture is None and (line.base > (1 - MARGIN) * height or line.top < MARGIN * height)
    ]


def _key(line: PdfLine, height: float, index: int, count: int) -> tuple[set[str], bool, int]:
    """Return a line as it may be on the other pages, whether it is above, and about where."""
    plain = re.sub(r"\s+", " ", line.plain.strip())
    shown = {str(index + 1): "#", f"{index + 1}/{count}": "#"}
    words = [shown.get(word, word) for word in plain.split(" ")]
    top = line.base > height / 2
    return {plain, " ".join(words)}, top, round((height - line.base if top else line.base) / 5)


def _page_numbers(
    pages: Sequence[list[PdfLine]], sizes: Sequence[tuple[float, float]]
) -> list[list[PdfLine]]:
    """Return the lines of each page that are its number; of a single page only what says so or is 1."""
    found: list[list[tuple[PdfLine, int]]] = []
    for lines, (width, height) in zip(pages, sizes, strict=True):
        texts = [line for line in lines if line.picture is None]
        ends = [
            line
            for line in texts[:2] + texts[-2:]
            if line.base > (1 - MARGIN) * height
            or line.base
            < (NUMBER_MARGIN if len(pages) > 1 or _is_alone(line, lines, width) else MARGIN) * height
        ]
        row = []
        for line in dict.fromkeys(ends):
            match = _NUMBER.fullmatch(line.plain.strip())
            if match:
                row.append((line, int(match["number"])))
        found.append(row)
    offsets: dict[int, int] = {}
    for index, row in enumerate(found):
        for _, number in row:
            offsets[number - index] = offsets.get(number - index, 0) + 1
    if not offsets:
        return [[] for _ in pages]
    best = max(offsets, key=lambda offset: (offsets[offset], offset == 1))
    if (
        offsets[best] < 2
        and not (len(pages) == 1 and best == 1)
        and not (best == 1 and offsets[best] == len([row for row in found if row]))
    ):
        return [[] for _ in pages]
    return [[line for line, number in row if number - index == best] for index, row in enumerate(found)]
