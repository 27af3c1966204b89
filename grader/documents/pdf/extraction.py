"""A page of a file as boxes, rules, drawings and pictures: the only place that asks pdfium what stands where."""

from __future__ import annotations

import ctypes
import math
from dataclasses import field, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from grader.documents.pdf.encodings import DELIMITERS, INTEGRALS, OPERATORS, face_of, said
from grader.documents.pdf.page import GROWN, Area, Box, Face, PdfPage
from grader.documents.pdf.painting import IDENTITY, WHITE, Painter, address_of
from grader.documents.pdf.symbols import is_maths_letter
from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Sequence

# Type smaller than this is not meant to be read.
MIN_SIZE: Final = 2.0
# A page's picture with text beneath it is a scan if it covers so much of the page.
SCAN: Final = 0.6

# Glyphs in another direction that may be an answer: fewer are a mark beside an axis.
LEAST_TURNED: Final = 3

_INVISIBLE: Final = frozenset({3, 7})  # render modes: neither filled nor stroked
_UNSAID: Final = "\ufffd"


@dataclass(slots=True)
class _Look:
    """How the glyphs of one text object look."""

    face: Face
    size: float
    order: int
    visible: bool
    white: bool
    upright: bool
    label: bool


@dataclass(slots=True)
class PageReader:
    """One page while it is taken apart; `raw` is pypdfium2's ctypes layer, `page` and `text` its handles."""

    raw: Any
    page: Any
    text: Any
    result: PdfPage
    painter: Painter
    looks: dict[int, _Look] = field(default_factory=dict)

    def read(self) -> PdfPage:
        """Return the page with everything that is on it."""
        count = self.raw.FPDFPage_CountObjects(self.page)
        objects = (self.raw.FPDFPage_GetObject(self.page, index) for index in range(count))
        for item in objects:
            self.painter.add(item, IDENTITY, 0)
        self.result.scanned = self._is_scanned()
        self._add_glyphs()
        self._lengthen_brackets()
        self._name_maths_faces()
        self.result.spaced = _is_spaced(self.result.boxes)
        return self.result

    def _is_scanned(self) -> bool:
        page = self.result.width * self.result.height
        return any(area.width * area.height > SCAN * page for area in self.result.pictures)

    def _look(self, index: int) -> _Look:
        item = self.raw.FPDFText_GetTextObject(self.text, index)
        address = address_of(item)
        if (look := self.looks.get(address)) is not None:
            return look
        flags, name = ctypes.c_int(), ctypes.create_string_buffer(128)
        length = self.raw.FPDFText_GetFontInfo(self.text, index, name, 128, flags)
        weight = self.raw.FPDFText_GetFontWeight(self.text, index)
        font = name.value.decode("utf-8", "replace") if length <= 128 else ""
        turn = self.raw.FS_MATRIX()
        self.raw.FPDFText_GetMatrix(self.text, index, turn)
        scale = math.hypot(turn.c, turn.d)
        dark, opacity = self.painter.colour(item, stroke=False) if item else (0, 255)
        mode = self.raw.FPDFTextObj_GetTextRenderMode(item) if item else 0
        look = self.looks[address] = _Look(
            face_of(font, flags.value & 0xFFFFFFFF, weight),
            self.raw.FPDFText_GetFontSize(self.text, index) * (scale or 1.0),
            self.painter.orders.get(address, 0),
            mode not in _INVISIBLE and opacity > 10,
            dark >= WHITE and mode in {0, 4},
            abs(turn.b) <= 0.1 * abs(turn.a) + 1e-6 and turn.a > 0 < turn.d,
            address in self.painter.labels,
        )
        return look

    def _add_glyphs(self) -> None:
        raw, text = self.raw, self.text
        blank, hidden, turned, high = False, _Hidden(self.result), _Turned(), 0
        before: Box | None = None
        ink, loose = [ctypes.c_double() for _ in range(4)], raw.FS_RECTF()
        x, y = ctypes.c_double(), ctypes.c_double()
        for index in range(raw.FPDFText_CountChars(text)):
            code = raw.FPDFText_GetUnicode(text, index)
            if raw.FPDFText_IsGenerated(text, index) == 1:
                continue
            if 0xD800 <= code < 0xDC00:
                high = code
                continue
            if 0xDC00 <= code < 0xE000 and high:
                code, high = 0x10000 + ((high - 0xD800) << 10) + code - 0xDC00, 0
            look = self._look(index)
            if look.label:
                continue
            sign = said(look.face, code, unmapped=raw.FPDFText_HasUnicodeMapError(text, index) == 1)
            if sign and not sign.strip():
                blank = True
                continue
            raw.FPDFText_GetCharOrigin(text, index, x, y)
            raw.FPDFText_GetCharBox(text, index, *ink)
            raw.FPDFText_GetLooseCharBox(text, index, loose)
            left, right, bottom, top = (side.value for side in ink)
            box = Box(
                left,
                right,
                bottom,
                top,
                y.value,
                look.size,
                sign,
                look.face,
                blank=blank,
                start=x.value,
                end=loose.right,
                order=look.order,
            )
            if box.text.isdigit():
                _lower_small(box)
            if not look.upright:
                turned.add(box)
            elif not self._is_seen(box, look):
                hidden.add(box)
                if before is not None and _runs_off(box, before, self.result.width):
                    before.text = ""  # what is cut off there was not read
            elif before is not None and _is_rest(box, before):
                before.text += sign  # the second letter of a ligature
                continue
            else:
                self._place(box)
                before = box
            blank = False
        hidden.close()
        self.result.turned = "".join(turned.signs)
        self.result.pictures += turned.areas()

    def _name_maths_faces(self) -> None:
        """Mark fonts as a formula's whose letters are often Unicode's maths alphabets, whatever they are called."""
        counts: dict[Face, list[int]] = {}
        for box in self.result.boxes:
            count = counts.setdefault(box.face, [0, 0])
            count[is_maths_letter(box.text)] += 1
        found = {
            face: replace(face, maths=True)
            for face, (other, letters) in counts.items()
            if letters * 8 > other
        }
        for box in self.result.boxes if found else ():
            box.face = found.get(box.face, box.face)

    def _lengthen_brackets(self) -> None:
        """Let brackets reach over their other pieces where the file says of these that they say nothing more."""
        silent = [
            self.painter.area(*found)
            for address, found in self.painter.texts.items()
            if address not in self.looks
        ]
        if not silent:
            return
        for box in self.result.boxes:
            if box.text not in DELIMITERS and box.text not in INTEGRALS and box.text != "√":
                continue
            pieces = [
                area
                for area in silent
                if abs(area.left - box.left) < 0.5 * box.size and area.width < box.size
            ]
            upwards = sorted(pieces, key=lambda area: area.bottom)
            for area in (*upwards, *reversed(upwards)):
                if area.bottom - 1 < box.top and box.bottom < area.top + 1:
                    box.bottom, box.top = min(box.bottom, area.bottom), max(box.top, area.top)
            if box.height > GROWN * box.size:
                box.pivot = (box.bottom + box.top) / 2

    def _place(self, box: Box) -> None:
        """Add a glyph; one that grows with its surroundings hangs on their axis, whatever its baseline is."""
        if (
            box.face.encoding == "ex"
            or box.text in OPERATORS
            or box.text in INTEGRALS
            or (box.text in DELIMITERS and box.height > GROWN * box.size)
        ):
            box.pivot = (box.bottom + box.top) / 2
        self.result.boxes.append(box)

    def _is_seen(self, box: Box, look: _Look) -> bool:
        page = self.result
        if self.result.scanned and not look.visible:
            return True  # what a machine read from the scan
        if not look.visible or box.size < MIN_SIZE:
            return False
        x, y = box.middle, (box.bottom + box.top) / 2
        if not (-1 <= x <= page.width + 1 and -1 <= y <= page.height + 1):
            return False
        under_ground = False
        dark = False
        for area, is_dark, opaque in self.painter.grounds:
            if area.covers(x, y):
                if area.order < box.order:
                    dark = is_dark
                elif opaque and not page.scanned:
                    under_ground = True
        return not under_ground and (not look.white or dark)


@dataclass(slots=True)
class _Hidden:
    """Text that cannot be seen, gathered line by line."""

    page: PdfPage
    signs: list[str] = field(default_factory=list)
    base: float = 0.0

    def add(self, box: Box) -> None:
        if self.signs and abs(box.base - self.base) > 0.5 * max(box.size, 1):
            self.close()
        self.base = box.base
        self.signs.append((" " if box.blank and self.signs else "") + (box.text or _UNSAID))

    def close(self) -> None:
        if self.signs:
            self.page.hidden.append((self.base, "".join(self.signs)))
            self.signs = []


@dataclass(slots=True)
class _Turned:
    """Text that runs in another direction than the page's, each stretch of it a picture to whoever reads along lines."""

    signs: list[str] = field(default_factory=list)
    stretches: list[list[Box]] = field(default_factory=list)

    def add(self, box: Box) -> None:
        self.signs.append(box.text or _UNSAID)
        last = self.stretches[-1][-1] if self.stretches else None
        near = 3 * max(box.size, 1)
        if last is not None and abs(last.left - box.left) < near and abs(last.base - box.base) < near:
            self.stretches[-1].append(box)
        else:
            self.stretches.append([box])

    def areas(self) -> list[Area]:
        """Return where the stretches are that say more than a sign or two."""
        return [
            Area(
                min(box.left for box in stretch),
                max(box.right for box in stretch),
                min(box.bottom for box in stretch),
                max(box.top for box in stretch),
            ).as_picture()
            for stretch in self.stretches
            if len(stretch) >= LEAST_TURNED
        ]


def _runs_off(box: Box, before: Box, width: float) -> bool:
    """Whether a line of text goes on beyond the edge of the page, as wide tables do."""
    return (
        box.middle > width
        and before.right > width - 4 * before.size
        and box.left - before.right < before.size
        and abs(box.base - before.base) < before.size
    )


def _is_spaced(boxes: Sequence[Box]) -> bool:
    """Whether the words of a page are parted by blanks, not by gaps alone; letters of formulas say nothing about it."""
    blanks = gaps = 0
    for before, box in pairwise(boxes):
        if (
            before.base == box.base
            and before.text.isalnum()
            and box.text.isalnum()
            and not (before.face.italic or before.face.maths or box.face.italic or box.face.maths)
            and 0.18 * box.size < box.start - before.end + (0.25 * box.size if box.blank else 0) < box.size
        ):
            blanks += box.blank
            gaps += not box.blank
    return blanks > 2 * gaps


def _is_rest(box: Box, before: Box) -> bool:
    """Whether a glyph is the next letter of the one before it: one shape that the file maps to several."""
    return (
        box.order == before.order
        and box.left == before.left
        and box.right == before.right
        and box.base == before.base
        and len(before.text) < 4
        and box.text.isalpha()
    )


def _lower_small(box: Box) -> None:
    """Give digits that are small and raised, or lowered, by their own shape the size and baseline of a script."""
    if box.height < 0.52 * box.size and (
        box.bottom > box.base + 0.2 * box.size or box.bottom < box.base - 0.08 * box.size
    ):
        box.base, box.size = box.bottom, 0.62 * box.size
