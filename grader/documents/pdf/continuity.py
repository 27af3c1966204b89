"""How a line stands to the one above it: whether a paragraph or a formula goes on, and what a line is by itself."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Final

from grader.documents.pdf.formulalatex import formula_of
from grader.notation.lazypatterns import deferred

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.documents.pdf.pagelines import PdfLine

_CHAIN: Final = deferred(
    r"[=≈][0-9.,()+\-−·×*/ =≈%]{1,200}"
)  # a line of a calculation in type that prose has, too
_RELATION: Final = deferred(
    r"\s*(?:=|<|>|\\(?:leq|geq|approx|Rightarrow|implies|rightarrow|equiv|sim|propto)(?![a-zA-Z])|\+|-(?=\s))"
)
_OPEN_END: Final = deferred(r"(?:[=+<>-]|\\(?:times|cdot|leq|geq|approx))$")


def usual_leading(lines: Sequence[PdfLine]) -> float:
    """Return the usual distance of the lines of a paragraph, in sizes."""
    counts: dict[int, int] = {}
    for above, line in itertools.pairwise(lines):
        if (
            above.page == line.page
            and above.region == line.region
            and above.size == line.size
            and not line.picture
        ):
            drop = (above.base - line.base) / line.size
            if 0.9 < drop < 2.3 and len(line.plain) > 25 and len(above.plain) > 25:
                counts[round(drop * 20)] = counts.get(round(drop * 20), 0) + 1
    return max(counts, key=lambda drop: (counts[drop], -drop)) / 20 if counts else 1.25


def is_centred(line: PdfLine) -> bool:
    left, right = line.left - line.start, line.end - line.right
    return (
        left > 2 * line.size
        and right > 1.5 * line.size
        and abs(left - right) < 0.25 * (left + right) + line.size
    )


def is_display(line: PdfLine) -> bool:
    """Whether a line is a formula that stands by itself."""
    if line.is_formula:
        return True
    if line.left > line.start + 2 * line.size and _CHAIN.fullmatch(line.plain):
        return True
    words = sum(
        len(piece.text.split())
        for piece in line.pieces
        if piece.style not in {"$", "?"} and any(map(str.isalpha, piece.text))
    )
    formulas = [piece for piece in line.pieces if piece.style == "$"]
    return (
        bool(formulas)
        and words <= 2
        and "=" in formulas[0].text[:4]
        and line.pieces[0].style != "$"
        and line.left > line.start + 2 * line.size
    )


def display_formula(line: PdfLine) -> str:
    row = line.row
    if row is None:
        return ""
    boxes = list(row.boxes)
    while boxes and boxes[-1].text in {",", ".", ";"} and not any(boxes[-1].scripts()):
        boxes.pop()
    return formula_of(boxes)


def is_chained(above: PdfLine, line: PdfLine) -> bool:
    """Whether a formula goes on with the one above it, as in a row of equations."""
    return bool(_RELATION.match(display_formula(line))) or bool(_OPEN_END.search(display_formula(above)))


def is_broken(above: PdfLine, line: PdfLine) -> bool:
    """Whether a line ends although the next word would have fitted, or may: a new page begins with a capital."""
    if (above.page, above.region) != (line.page, line.region):
        return line.plain[:1].isupper()
    first = line.plain.split(" ")[0]
    width = (line.right - line.left) * (len(first) + 1) / max(len(line.plain), 1)
    return above.end - above.right > width + 0.8 * line.size


def runs_on(above: PdfLine, line: PdfLine) -> bool:
    """Whether a line is so full that the next one may be the same paragraph's."""
    first = line.plain.split(" ")[0]
    width = (line.right - line.left) * (len(first) + 1) / max(len(line.plain), 1)
    return above.end - above.right < width + 0.8 * line.size and line.left < line.start + 2.5 * line.size


def is_open(above: PdfLine, line: PdfLine) -> bool:
    """Whether a sentence goes on from one column or page to the next."""
    return above.plain.rstrip()[-1:] not in set(".:?!") or line.plain[:1].islower()


def code_of(lines: Sequence[PdfLine]) -> str:
    """Return lines of code with their indents and the blanks within."""
    widths = [
        box.end - box.start
        for line in lines
        if line.row
        for box in line.row.boxes
        if len(box.text) == 1 and box.end > box.start
    ]
    width = sorted(widths)[len(widths) // 2] if widths else 0.6 * lines[0].size
    left = min(line.row.boxes[0].start for line in lines if line.row)
    rows: list[str] = []
    above: PdfLine | None = None
    for line in lines:
        if above is not None and above.page == line.page and above.base - line.base > 2 * 1.25 * line.size:
            rows.append("")
        text = ""
        for box in line.row.boxes if line.row else ():
            column = round((box.start - left) / width)
            text += " " * min(column - len(text), 200) + (box.text or box.tex)
        rows.append(text)
        above = line
    return "\n".join(rows)
