"""Cut an answer into stretches to show, so that each criterion's evidence stands out in it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from grader.writers.text import MAX_ANSWER, pieces, printable, unwrapped
from grader.writers.view import Mark

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from grader.writers.text import Piece
    from grader.writers.view import RowView

# Highlights beyond this many in one text would cover it all.
MAX_HIGHLIGHTS: Final = 300
# Where criteria share a stretch, the one a student should look at first gives it its look.
_URGENCY: Final = (Mark.LOST, Mark.REVIEW, Mark.PARTLY, Mark.EARNED, Mark.REMARK, Mark.CLEAR, Mark.BLANK)


@dataclass(frozen=True, slots=True)
class Stretch:
    """A piece of an answer: prose or one formula, with the criteria that read it."""

    text: str  # printable; without delimiters for a formula
    formula: bool = False
    display: bool = False
    mark: str = ""  # a Mark, "" where no criterion read it
    ending: tuple[int, ...] = ()  # numbers of the criteria whose evidence ends here


@dataclass(frozen=True, slots=True)
class Highlight:
    """Evidence of one criterion, as offsets into a text."""

    start: int
    end: int
    number: int
    mark: Mark


def highlights(rows: Iterable[RowView], part: str, length: int) -> list[Highlight]:
    """Collect what the rows read in the prose (`part` empty) or in one named part."""
    found = set()
    for row in rows:
        for evidence in row.evidence:
            if evidence.part != part or evidence.start is None or evidence.end is None:
                continue
            start, end = max(0, evidence.start), min(evidence.end, length, MAX_ANSWER)
            if start < end:
                found.add((start, end, row.number, row.look))
    return [Highlight(*item) for item in sorted(found)[:MAX_HIGHLIGHTS]]


def stretches(text: str, found: Sequence[Highlight]) -> list[Stretch]:
    """Cut a text where formulas and highlights begin and end; longer than MAX_ANSWER is cut off.

    A highlight that begins or ends inside a formula takes in the whole of it.
    """
    shown = unwrapped(text[:MAX_ANSWER])
    cut = list(pieces(shown))
    snapped = _snap(found, cut)
    edges = sorted({edge for item in snapped for edge in (item.start, item.end)})
    result: list[Stretch] = []
    next_edge = 0
    for piece in cut:
        start = piece.start
        while next_edge < len(edges) and edges[next_edge] < piece.end:
            if edges[next_edge] > start:
                result.append(_stretch(shown, piece, start, edges[next_edge], snapped))
                start = edges[next_edge]
            next_edge += 1
        result.append(_stretch(shown, piece, start, piece.end, snapped))
    return [_beside_displays(result, index) for index in range(len(result))]


def _beside_displays(items: Sequence[Stretch], index: int) -> Stretch:
    """Drop the line ends around a displayed formula, which already stands on lines of its own."""
    item, text = items[index], items[index].text
    if item.formula:
        return item
    if index and items[index - 1].display:
        text = text.lstrip("\n")
    if index + 1 < len(items) and items[index + 1].display:
        text = text.rstrip("\n")
    return item if text == item.text else replace(item, text=text)


def _snap(found: Sequence[Highlight], cut: Sequence[Piece]) -> list[Highlight]:
    inside: dict[int, Piece] = {}
    for piece in cut:
        if piece.formula:
            inside.update(dict.fromkeys(range(piece.start, piece.end), piece))
    snapped = []
    for item in found:
        first, last = inside.get(item.start), inside.get(item.end - 1)
        start = first.start if first else item.start
        end = last.end if last else item.end
        snapped.append(Highlight(start, end, item.number, item.mark))
    return snapped


def _stretch(text: str, piece: Piece, start: int, end: int, found: Sequence[Highlight]) -> Stretch:
    covering = [item for item in found if item.start <= start and end <= item.end]
    mark = min((item.mark for item in covering), key=_URGENCY.index, default=None)
    return Stretch(
        text=printable(piece.formula or text[start:end]),
        formula=bool(piece.formula),
        display=piece.display,
        mark=mark.value if mark else "",
        ending=tuple(sorted({item.number for item in covering if item.end == end})),
    )
