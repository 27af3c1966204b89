"""A row of prose with formulas in it to Markdown: which boxes belong to a formula, and what the others say."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from grader.documents.pdf.formulalatex import formula_of
from grader.documents.pdf.formulaspans import ORDINAL, Marks, marks_of, spans_of
from grader.notation.lazypatterns import deferred
from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.documents.pdf.page import Box, Row, Rule

_NEVER_STRUCK: Final = frozenset("-−–=+÷_~")
_ESCAPED: Final = deferred(r"([*_`])")


@dataclass(frozen=True, slots=True)
class PdfPiece:
    """A stretch of a line in one style: "" plain, "b", "i", "bi", "m" (mono), "$" a formula, "?" an unread one."""

    text: str
    style: str = ""
    blank: bool = True  # before it
    under: bool = False
    struck: bool = False


_FUNCTIONS: Final = ("\\log", "\\ln", "\\exp", "\\sin", "\\cos", "\\max", "\\min", "\\tanh")


def pieces_of(row: Row, rules: Sequence[Rule], *, spaced: bool) -> list[PdfPiece]:
    """Return a row as pieces from left to right.

    `rules` are those that no fraction has used; `spaced` says that blanks are written as such, not only as gaps.
    """
    marks = marks_of(row, spaced=spaced)
    spans = spans_of(marks)
    under, struck = _ruled(row, rules)
    pieces: list[PdfPiece] = []
    index = 0
    while index < len(marks.boxes):
        end = spans.get(index)
        if end is not None:
            boxes = marks.boxes[index:end]
            bad = any(part.bad or not (part.text or part.tex) for box in boxes for part in box.parts())
            crossed = all(struck[index:end])
            partly = any(struck[index:end]) and not crossed
            style = "?" if bad or partly else "$"
            pieces.append(
                PdfPiece(formula_of(boxes), style, marks.blanks[index], all(under[index:end]), crossed)
            )
            index = end
            continue
        end = index + 1
        style = _style(marks.boxes[index])
        while (
            end < len(marks.boxes)
            and end not in spans
            and (_style(marks.boxes[end]) == style)
            and under[end] == under[index]
            and struck[end] == struck[index]
        ):
            end += 1
        pieces += _prose(marks, index, end, style, under=under[index], struck=struck[index])
        index = end
    return _with_functions(pieces)


def _with_functions(pieces: list[PdfPiece]) -> list[PdfPiece]:
    r"""Return pieces with a formula that begins with a function in the one before it: `y` and `\log p` are one product."""
    joined: list[PdfPiece] = []
    for piece in pieces:
        last = joined[-1] if joined else None
        if last is not None and last.style == piece.style == "$" and piece.text.startswith(_FUNCTIONS):
            joined[-1] = PdfPiece(f"{last.text} {piece.text}", "$", last.blank, last.under, last.struck)
        else:
            joined.append(piece)
    return joined


def _style(box: Box) -> str:
    face = box.face
    if not (box.text or box.tex):
        return "?"
    if face.mono:
        return "m"
    if face.maths:
        return ""
    return ("b" if face.bold else "") + ("i" if face.italic else "")


def _prose(marks: Marks, start: int, end: int, style: str, *, under: bool, struck: bool) -> list[PdfPiece]:
    text: list[str] = []
    pieces: list[PdfPiece] = []
    for index in range(start, end):
        box = marks.boxes[index]
        if index > start and marks.blanks[index]:
            text.append(" ")
        text.append(box.tex or box.text)
        if box.sups or box.subs or box.over or box.under:
            above = "".join(part.text for part in box.sups)
            if ORDINAL.fullmatch(above) and box.text.isdigit() and not box.subs:
                text.append(above)
                continue
            pieces.append(
                PdfPiece("".join(text), style, marks.blanks[start] if not pieces else False, under, struck)
            )
            text = []
            pieces.append(PdfPiece(f"^{{{formula_of(box.sups)}}}", "$", False, under, struck))
    if text:
        pieces.append(
            PdfPiece("".join(text), style, marks.blanks[start] if not pieces else False, under, struck)
        )
    return pieces


def _ruled(row: Row, rules: Sequence[Rule]) -> tuple[list[bool], list[bool]]:
    """Return which boxes are underlined, and which are struck out."""
    under, struck = [False] * len(row.boxes), [False] * len(row.boxes)
    for rule in rules:
        above = (row.base - rule.y) / row.size
        if not -0.45 < above < 0.3 or rule.height > 0.2 * row.size:
            continue
        covered = [box for box in row.boxes if rule.left - 1 <= box.middle <= rule.right + 1]
        if (
            not covered
            or abs(covered[0].left - rule.left) > 0.4 * row.size
            or abs(covered[-1].right - rule.right) > 0.4 * row.size
        ):
            continue
        for index, box in enumerate(row.boxes):
            if rule.left - 1 <= box.middle <= rule.right + 1:
                if above >= 0:
                    under[index] = True
                elif box.bottom < rule.y < box.top and not box.built and box.text not in _NEVER_STRUCK:
                    struck[index] = True
    return under, struck


def escaped(text: str) -> str:
    """Return text of a page so that Markdown shows it as it is."""
    return _ESCAPED.sub(r"\\\1", text) if text.count("*") > 1 or "`" in text else text


def markdown_of(pieces: Sequence[PdfPiece]) -> str:
    """Return pieces as Markdown."""
    parts: list[str] = []
    merged: list[PdfPiece] = []
    for piece in pieces:
        last = merged[-1] if merged else None
        if (
            last is not None
            and piece.style == last.style
            and piece.style not in {"$", "?"}
            and (piece.under, piece.struck) == (last.under, last.struck)
        ):
            merged[-1] = PdfPiece(
                last.text + (" " if piece.blank else "") + piece.text,
                last.style,
                last.blank,
                last.under,
                last.struck,
            )
        else:
            merged.append(piece)
    for index, piece in enumerate(merged):
        if index and piece.blank:
            parts.append(" ")
        parts.append(_marked(piece))
    return re.sub(r" {2,}", " ", "".join(parts)).strip()


def _marked(piece: PdfPiece) -> str:
    text = piece.text
    if piece.style == "?":
        return ""
    if piece.style == "$":
        text = f"${text}$"
    elif piece.style == "m":
        text = f"`{text}`" if "`" not in text else text
    elif any(sign.isalnum() for sign in text):
        mark = {"b": "**", "i": "*", "bi": "***"}.get(piece.style, "")
        body = text.rstrip(" ,.;:") if piece.style == "i" else text.rstrip()
        text = f"{mark}{escaped(body)}{mark}{text[len(body) :]}"
    if piece.under and any(sign.isalnum() for sign in text):
        text = f"<u>{text}</u>"
    return f"~~{text}~~" if piece.struck else text
