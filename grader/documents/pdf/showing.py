"""Pages as their readers see them: the fields of forms filled in, and turned so that most of the text is upright."""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from grader.documents.pdf.page import Area, Turn

if TYPE_CHECKING:
    from collections.abc import Iterator

# Glyphs that are asked which way they run; a page has thousands.
SAMPLED: Final = 200
# Notes, fields and strokes laid over a page; more than this is a drawing.
MAX_ANNOTATIONS: Final = 2_000

_UNSEEN: Final = 2 | 32  # flags: hidden, not on a screen


class ShownPage(NamedTuple):
    """An open page with its text, which the caller closes; `turn` is how its text was turned, `unread` what is laid over it and is no text."""

    handle: Any
    text: Any
    turn: Turn | None
    unread: tuple[Area, ...]


def with_forms(pdfium: Any, document: Any) -> None:
    """Let the fields of a document have their values drawn, where it has any."""
    if pdfium.FPDF_GetFormType(document.raw) != pdfium.FORMTYPE_NONE:
        document.init_forms()


def open_page(pdfium: Any, document: Any, index: int) -> ShownPage:
    """Open a page with its fields as text and its text upright; raises PdfiumError for a damaged one."""
    handle = document[index]
    unread: tuple[Area, ...] = ()
    if pdfium.FPDFPage_GetAnnotCount(handle.raw) > 0:
        found = list(_annotations(pdfium, document, handle))
        unread = tuple(area for area, _ in found if area is not None)
        if any(drawn for _, drawn in found):
            pdfium.FPDFPage_Flatten(handle.raw, pdfium.FLAT_NORMALDISPLAY)
            handle.close()
            handle = document[index]
    text = handle.get_textpage()
    degrees = _turn_of(pdfium, text)
    if not degrees and not handle.get_rotation():
        return ShownPage(handle, text, None, unread)
    text.close()
    turn = Turn(degrees, *handle.get_cropbox()) if degrees else None
    handle.set_rotation(0)
    if turn is not None:
        unread = tuple(map(turn.of, unread))
        set_upright(pdfium, handle, turn)
    return ShownPage(handle, handle.get_textpage(), turn, unread)


def set_upright(pdfium: Any, handle: Any, turn: Turn) -> None:
    """Turn all that stands on an open page back."""
    for index in range(pdfium.FPDFPage_CountObjects(handle.raw)):
        item = pdfium.FPDFPage_GetObject(handle.raw, index)
        pdfium.FPDFPageObj_Transform(item, *turn.matrix)
        pdfium.FPDFPageObj_TransformClipPath(item, *turn.matrix)
    width, height = turn.size
    handle.set_mediabox(0, 0, width, height)
    handle.set_cropbox(0, 0, width, height)


def _turn_of(pdfium: Any, text: Any) -> int:
    """Return by how many degrees most glyphs of a page are turned, against the clock; 0 where most are not."""
    count = text.count_chars()
    turn, turns = pdfium.FS_MATRIX(), Counter[int]()
    for index in range(0, count, max(count // SAMPLED, 1)):
        generated = pdfium.FPDFText_IsGenerated(text.raw, index) == 1
        if not generated and pdfium.FPDFText_GetMatrix(text.raw, index, turn):
            turns[round(math.degrees(math.atan2(turn.b, turn.a)) / 90) % 4 * 90] += 1
    most = max(turns, key=lambda each: (turns[each], -each), default=0)
    return most if 2 * turns[most] > turns.total() else 0


def _annotations(pdfium: Any, document: Any, handle: Any) -> Iterator[tuple[Area | None, bool]]:
    """Yield for what is laid over a page where it is no text, and whether it becomes part of the page; take the rest off."""
    form = document.formenv.raw if document.formenv is not None else None
    count = min(pdfium.FPDFPage_GetAnnotCount(handle.raw), MAX_ANNOTATIONS)
    for index in reversed(range(count)):
        annotation = pdfium.FPDFPage_GetAnnot(handle.raw, index)
        if not annotation:
            continue
        try:
            drawn, read = _is_drawn(pdfium, annotation, form)
            area = None if read else _area(pdfium, annotation)
        finally:
            pdfium.FPDFPage_CloseAnnot(annotation)
        if not drawn:
            pdfium.FPDFPage_RemoveAnnot(handle.raw, index)
        yield area, drawn


def _is_drawn(pdfium: Any, annotation: Any, form: Any) -> tuple[bool, bool]:
    """Return whether something laid over a page can be drawn into it as text, and whether nothing of it is then missing."""
    subtype = pdfium.FPDFAnnot_GetSubtype(annotation)
    if pdfium.FPDFAnnot_GetFlags(annotation) & _UNSEEN or subtype in {
        pdfium.FPDF_ANNOT_LINK,
        pdfium.FPDF_ANNOT_POPUP,
    }:
        return False, True
    if subtype == pdfium.FPDF_ANNOT_FREETEXT:
        drawn = bool(pdfium.FPDFAnnot_HasKey(annotation, b"AP"))
        return drawn, drawn
    if subtype != pdfium.FPDF_ANNOT_WIDGET:
        return False, False  # strokes of a pen, stamps, notes, what was marked or struck out
    kind = pdfium.FPDFAnnot_GetFormFieldType(form, annotation) if form else pdfium.FPDF_FORMFIELD_UNKNOWN
    if kind in {pdfium.FPDF_FORMFIELD_TEXTFIELD, pdfium.FPDF_FORMFIELD_COMBOBOX}:
        return True, True
    if kind in {pdfium.FPDF_FORMFIELD_CHECKBOX, pdfium.FPDF_FORMFIELD_RADIOBUTTON}:
        return False, not pdfium.FPDFAnnot_IsChecked(form, annotation)
    return False, kind in {pdfium.FPDF_FORMFIELD_PUSHBUTTON, pdfium.FPDF_FORMFIELD_SIGNATURE}


def _area(pdfium: Any, annotation: Any) -> Area | None:
    area = pdfium.FS_RECTF()
    if not pdfium.FPDFAnnot_GetRect(annotation, area):
        return None
    sides = (min(area.left, area.right), max(area.left, area.right))
    return Area(*sides, min(area.bottom, area.top), max(area.bottom, area.top))
