"""A page of a file as boxes, rules, drawings and pictures: the only place that asks pdfium what stands where."""

from __future__ import annotations

import ctypes
import math
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from grader.documents.pdf.drawn import CORNERS, drawn_sign
from grader.documents.pdf.encodings import DELIMITERS, INTEGRALS, OPERATORS, face_of, said
from grader.documents.pdf.page import GROWN, Area, Box, Face, Page, Rule
from grader.documents.pdf.symbols import is_maths_letter

if TYPE_CHECKING:
    from collections.abc import Sequence

# A rule is thinner than this and a drawing's line or a ground thicker, in points.
MAX_RULE: Final = 2.5
# Type smaller than this is not meant to be read.
MIN_SIZE: Final = 2.0
# A colour so near to white cannot be read on paper: its darkest part, of 255.
WHITE: Final = 235
# A bullet that was drawn is so wide, in points.
DOT: Final = (2.0, 7.0)
# A stroke of more parts than this is drawn, not ruled.
MAX_SEGMENTS: Final = 80
# A page's picture with text beneath it is a scan if it covers so much of the page.
SCAN: Final = 0.6
# Images with more pixels are not unpacked.
MAX_PIXELS: Final = 12_000_000
# So much drawn makes a figure, whose words are labels.
DRAWN: Final = 10
MAX_CLIPS: Final = 8
# Forms in forms; deeper ones are taken for drawings.
MAX_DEPTH: Final = 6

_TEXT, _PATH, _IMAGE, _SHADING, _FORM = 1, 2, 3, 4, 5
_INVISIBLE: Final = frozenset({3, 7})  # render modes: neither filled nor stroked
_UNSAID: Final = "\ufffd"

Matrix = tuple[float, float, float, float, float, float]
_IDENTITY: Final[Matrix] = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


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
    result: Page
    orders: dict[int, int] = field(default_factory=dict)  # of text objects, by address
    grounds: list[tuple[Area, bool, bool]] = field(default_factory=list)  # dark, opaque
    texts: dict[int, tuple[Any, Matrix]] = field(default_factory=dict)
    labels: set[int] = field(default_factory=set)  # text objects that belong to figures
    looks: dict[int, _Look] = field(default_factory=dict)
    painted: int = 0

    def read(self) -> Page:
        """Return the page with everything that is on it."""
        count = self.raw.FPDFPage_CountObjects(self.page)
        objects = (self.raw.FPDFPage_GetObject(self.page, index) for index in range(count))
        for item in objects:
            self._add_object(item, _IDENTITY, 0)
        self.result.scanned = self._is_scanned()
        self._add_glyphs()
        self._lengthen_brackets()
        self._name_maths_faces()
        boxes = self.result.boxes
        self.result.spaced = 12 * sum(box.blank for box in boxes) > len(boxes)
        return self.result

    def _add_object(self, item: Any, matrix: Matrix, depth: int) -> None:
        self.painted += 1
        kind = self.raw.FPDFPageObj_GetType(item)
        if kind == _TEXT:
            self.orders[_address(item)] = self.painted
            self.texts[_address(item)] = item, matrix
        elif kind == _PATH:
            self._add_path(item, matrix)
        elif kind in {_IMAGE, _SHADING}:
            area = self._area(item, matrix)
            if kind == _IMAGE and area.width > 3 and area.height > 3:
                self.result.pictures.append(area)
                self._weigh(item)
                self.grounds.append((area, True, True))
        elif kind == _FORM:
            if depth >= MAX_DEPTH:
                self.result.drawings.append(self._area(item, matrix))
                return
            inner = _product(self._matrix(item), matrix)
            page, texts = self.result, set(self.texts)
            before = len(page.drawings), len(page.rules), len(page.uprights)
            for index in range(self.raw.FPDFFormObj_CountObjects(item)):
                self._add_object(self.raw.FPDFFormObj_GetObject(item, index), inner, depth + 1)
            if sum(area.weight for area in page.drawings[before[0] :]) >= DRAWN:
                drawn = (*page.drawings[before[0] :], *page.rules[before[1] :], *page.uprights[before[2] :])
                self._add_figure(drawn, self.texts.keys() - texts)

    def _weigh(self, item: Any) -> None:
        across, up = ctypes.c_uint(), ctypes.c_uint()
        known = self.raw.FPDFImageObj_GetImagePixelSize(item, across, up)
        if not known or across.value * up.value > MAX_PIXELS:
            self.result.heavy = True

    def _add_figure(self, drawn: Sequence[Area | Rule], texts: set[int]) -> None:
        """Add a form that is mostly drawn as one drawing, with the words in it, unless it is the whole page."""
        page = self.result
        left, right = (
            max(min(part.left for part in drawn), 0.0),
            min(max(part.right for part in drawn), page.width),
        )
        bottom, top = (
            max(min(part.bottom for part in drawn), 0.0),
            min(max(part.top for part in drawn), page.height),
        )
        if (right - left) * (top - bottom) < 0.8 * page.width * page.height:
            page.drawings.append(Area(left, right, bottom, top, self.painted, DRAWN))
            self.labels |= texts

    def _matrix(self, item: Any) -> Matrix:
        found = self.raw.FS_MATRIX()
        if not self.raw.FPDFPageObj_GetMatrix(item, found):
            return _IDENTITY
        return found.a, found.b, found.c, found.d, found.e, found.f

    def _area(self, item: Any, matrix: Matrix) -> Area:
        sides = [ctypes.c_float() for _ in range(4)]
        self.raw.FPDFPageObj_GetBounds(item, *sides)
        left, bottom, right, top = (side.value for side in sides)
        return _area([_moved(x, y, matrix) for x in (left, right) for y in (bottom, top)], self.painted)

    def _colour(self, item: Any, *, stroke: bool) -> tuple[int, int]:
        """Return the darkest part of an object's colour and its opacity, 0 to 255."""
        parts = [ctypes.c_uint() for _ in range(4)]
        ask = self.raw.FPDFPageObj_GetStrokeColor if stroke else self.raw.FPDFPageObj_GetFillColor
        if not ask(item, *parts):
            return 0, 255
        return min(part.value for part in parts[:3]), parts[3].value

    def _add_path(self, item: Any, matrix: Matrix) -> None:
        mode, stroked = ctypes.c_int(), ctypes.c_int()
        self.raw.FPDFPath_GetDrawMode(item, mode, stroked)
        if not (mode.value or stroked.value):
            return
        area = self._area(item, matrix)
        dark, opacity = self._colour(item, stroke=not mode.value)
        if opacity < 10:
            return
        lines = self.raw.FPDFPath_CountSegments(item)
        if mode.value and min(area.width, area.height) <= MAX_RULE:
            if dark < WHITE:
                self._add_rule(area)
            return
        if mode.value and dark < WHITE and self._add_sign(item, matrix, area, lines):
            return
        if (
            lines <= 60
            and DOT[0] < area.width < DOT[1]
            and abs(area.width - area.height) < 0.25 * area.width
            and dark < WHITE
        ):
            self.result.dots.append(area)
            return
        if mode.value and lines <= 20:
            see_through = opacity < 250 or bool(self.raw.FPDFPageObj_HasTransparency(item))
            self.grounds.append((area, dark < WHITE, not see_through))
        if dark >= WHITE and not stroked.value:
            return
        if stroked.value and not mode.value and self._add_strokes(item, matrix, lines):
            return
        if lines > 20:
            area = replace(self._clipped(item, matrix, area), weight=DRAWN)
        self.result.drawings.append(area)

    def _add_sign(self, item: Any, matrix: Matrix, area: Area, count: int) -> bool:
        """Add an outline as the bracket or root that it is; return whether it is one."""
        if not CORNERS[0] <= count <= CORNERS[1] or area.height < 5:
            return False
        shown = self._clipped(item, matrix, area)
        if shown.height > 200 or (shown.width > 14 and shown.width < 0.5 * shown.height):
            return False
        inner, x, y = _product(self._matrix(item), matrix), ctypes.c_float(), ctypes.c_float()
        points = []
        for index in range(count):
            self.raw.FPDFPathSegment_GetPoint(self.raw.FPDFPath_GetPathSegment(item, index), x, y)
            points.append(_moved(x.value, y.value, inner))
        found = drawn_sign(points, shown)
        if found is None:
            return False
        self.result.boxes.append(found[0])
        if found[1] is not None:
            self.result.rules.append(found[1])
        return True

    def _clipped(self, item: Any, matrix: Matrix, area: Area) -> Area:
        """Return what of a drawing is shown: a curve may leave the frame that it is cut off at."""
        clip = self.raw.FPDFPageObj_GetClipPath(item)
        x, y = ctypes.c_float(), ctypes.c_float()
        for index in range(min(self.raw.FPDFClipPath_CountPaths(clip) if clip else 0, MAX_CLIPS)):
            points = []
            for part in range(min(self.raw.FPDFClipPath_CountPathSegments(clip, index), MAX_SEGMENTS)):
                self.raw.FPDFPathSegment_GetPoint(
                    self.raw.FPDFClipPath_GetPathSegment(clip, index, part), x, y
                )
                points.append(_moved(x.value, y.value, matrix))
            if points:
                frame = _area(points, 0)
                left, right = max(area.left, frame.left), min(area.right, frame.right)
                bottom, top = max(area.bottom, frame.bottom), min(area.top, frame.top)
                if left < right and bottom < top:
                    area = replace(area, left=left, right=right, bottom=bottom, top=top)
        return area

    def _add_strokes(self, item: Any, matrix: Matrix, count: int) -> bool:
        """Add a path that consists of lying and upright lines as rules; return whether it does."""
        if count > MAX_SEGMENTS:
            return False
        inner, x, y = _product(self._matrix(item), matrix), ctypes.c_float(), ctypes.c_float()
        rules: list[Area] = []
        start = last = (0.0, 0.0)
        for index in range(count):
            segment = self.raw.FPDFPath_GetPathSegment(item, index)
            kind = self.raw.FPDFPathSegment_GetType(segment)
            self.raw.FPDFPathSegment_GetPoint(segment, x, y)
            point = _moved(x.value, y.value, inner)
            if kind == 2:  # a move
                start = point
            elif kind == 0:  # a line
                rules.append(_area([last, point], self.painted))
            else:
                return False
            last = point
            if self.raw.FPDFPathSegment_GetClose(segment):
                rules.append(_area([last, start], self.painted))
                last = start
        if any(min(rule.width, rule.height) > MAX_RULE / 2 for rule in rules):
            return False
        for rule in rules:
            self._add_rule(rule)
        return True

    def _add_rule(self, area: Area) -> None:
        rule = Rule(area.left, area.right, area.bottom, area.top, area.order)
        if rule.width >= rule.height and rule.width > 1:
            self.result.rules.append(rule)
        elif rule.height > 3:
            self.result.uprights.append(rule)

    def _is_scanned(self) -> bool:
        page = self.result.width * self.result.height
        return any(area.width * area.height > SCAN * page for area in self.result.pictures)

    def _look(self, index: int) -> _Look:
        item = self.raw.FPDFText_GetTextObject(self.text, index)
        address = _address(item)
        if (look := self.looks.get(address)) is not None:
            return look
        flags, name = ctypes.c_int(), ctypes.create_string_buffer(128)
        length = self.raw.FPDFText_GetFontInfo(self.text, index, name, 128, flags)
        weight = self.raw.FPDFText_GetFontWeight(self.text, index)
        font = name.value.decode("utf-8", "replace") if length <= 128 else ""
        turn = self.raw.FS_MATRIX()
        self.raw.FPDFText_GetMatrix(self.text, index, turn)
        scale = math.hypot(turn.c, turn.d)
        dark, opacity = self._colour(item, stroke=False) if item else (0, 255)
        mode = self.raw.FPDFTextObj_GetTextRenderMode(item) if item else 0
        look = self.looks[address] = _Look(
            face_of(font, flags.value & 0xFFFFFFFF, weight),
            self.raw.FPDFText_GetFontSize(self.text, index) * (scale or 1.0),
            self.orders.get(address, 0),
            mode not in _INVISIBLE and opacity > 10,
            dark >= WHITE and mode in {0, 4},
            abs(turn.b) <= 0.1 * abs(turn.a) + 1e-6 and turn.a > 0 < turn.d,
            address in self.labels,
        )
        return look

    def _add_glyphs(self) -> None:
        raw, text = self.raw, self.text
        blank, hidden, turned, high = False, _Hidden(self.result), [], 0
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
                turned.append(sign or _UNSAID)
            elif not self._is_seen(box, look):
                hidden.add(box)
            elif before is not None and _is_rest(box, before):
                before.text += sign  # the second letter of a ligature
                continue
            else:
                self._place(box)
                before = box
            blank = False
        hidden.close()
        self.result.turned = "".join(turned)

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
        silent = [self._area(*found) for address, found in self.texts.items() if address not in self.looks]
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
        for area, is_dark, opaque in self.grounds:
            if area.covers(x, y):
                if area.order < box.order:
                    dark = is_dark
                elif opaque and not page.scanned:
                    under_ground = True
        return not under_ground and (not look.white or dark)


@dataclass(slots=True)
class _Hidden:
    """Text that cannot be seen, gathered line by line."""

    page: Page
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


def _address(item: Any) -> int:
    return ctypes.cast(item, ctypes.c_void_p).value or 0


def _moved(x: float, y: float, matrix: Matrix) -> tuple[float, float]:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def _product(inner: Matrix, outer: Matrix) -> Matrix:
    a, b, c, d, e, f = inner
    x, y = _moved(e, f, outer)
    p, q, r, s, _, _ = outer
    return a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, x, y


def _area(points: list[tuple[float, float]], order: int) -> Area:
    across, up = [x for x, _ in points], [y for _, y in points]
    return Area(min(across), max(across), min(up), max(up), order)
