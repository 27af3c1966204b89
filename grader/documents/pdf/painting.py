"""The objects that a page is painted with, but for its glyphs: rules, grounds, drawings, pictures, forms."""

from __future__ import annotations

import ctypes
from dataclasses import field, replace
from typing import TYPE_CHECKING, Any, Final

from grader.documents.pdf.drawn import CORNERS, drawn_sign
from grader.documents.pdf.page import Area, PdfPage, Rule
from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Sequence

# A rule is thinner than this and a drawing's line or a ground thicker, in points.
MAX_RULE: Final = 2.5
# A colour so near to white cannot be read on paper: its darkest part, of 255.
WHITE: Final = 235
# A bullet that was drawn is so wide, in points.
DOT: Final = (2.0, 7.0)
# A stroke of more parts than this is drawn, not ruled.
MAX_SEGMENTS: Final = 80
# Images with more pixels are not unpacked.
MAX_PIXELS: Final = 12_000_000
# So much drawn makes a figure, whose words are labels.
DRAWN: Final = 10
MAX_CLIPS: Final = 8
# Lines and shapes of a page that are looked at; a plot of more is none of its text.
MAX_PATHS: Final = 6_000
# Forms in forms; deeper ones are taken for drawings.
MAX_DEPTH: Final = 6

_TEXT, _PATH, _IMAGE, _SHADING, _FORM = 1, 2, 3, 4, 5
_MOVE, _LINE = 2, 0  # kinds of a path's parts

Matrix = tuple[float, float, float, float, float, float]
IDENTITY: Final[Matrix] = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


@dataclass(slots=True)
class Painter:
    """The objects of one page while they are gone through, in the order in which they are painted.

    `raw` is pypdfium2's ctypes layer; what is found goes into `result`, text objects into `texts` by their address.
    """

    raw: Any
    result: PdfPage
    orders: dict[int, int] = field(default_factory=dict)  # of text objects
    texts: dict[int, tuple[Any, Matrix]] = field(default_factory=dict)
    labels: set[int] = field(default_factory=set)  # text objects that belong to figures
    grounds: list[tuple[Area, bool, bool]] = field(default_factory=list)  # dark, opaque
    painted: int = 0
    paths: int = 0

    def add(self, item: Any, matrix: Matrix, depth: int) -> None:
        self.painted += 1
        kind = self.raw.FPDFPageObj_GetType(item)
        if kind == _TEXT:
            self.orders[address_of(item)] = self.painted
            self.texts[address_of(item)] = item, matrix
        elif kind == _PATH:
            self.paths += 1
            if self.paths <= MAX_PATHS:
                self._add_path(item, matrix)
            else:
                self.result.heavy = True
        elif kind in {_IMAGE, _SHADING}:
            area = self.area(item, matrix)
            if kind == _IMAGE and area.width > 3 and area.height > 3:
                self.result.pictures.append(area)
                self._weigh(item)
                self.grounds.append((area, True, True))
        elif kind == _FORM:
            if depth >= MAX_DEPTH:
                self.result.drawings.append(self.area(item, matrix))
                return
            inner = product(self._matrix(item), matrix)
            page, texts = self.result, set(self.texts)
            before = len(page.drawings), len(page.rules), len(page.uprights)
            for index in range(self.raw.FPDFFormObj_CountObjects(item)):
                self.add(self.raw.FPDFFormObj_GetObject(item, index), inner, depth + 1)
            if sum(area.weight for area in page.drawings[before[0] :]) >= DRAWN:
                drawn: list[Area | Rule] = [
                    *page.drawings[before[0] :],
                    *page.rules[before[1] :],
                    *page.uprights[before[2] :],
                ]
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
            return IDENTITY
        return found.a, found.b, found.c, found.d, found.e, found.f

    def area(self, item: Any, matrix: Matrix) -> Area:
        sides = [ctypes.c_float() for _ in range(4)]
        self.raw.FPDFPageObj_GetBounds(item, *sides)
        left, bottom, right, top = (side.value for side in sides)
        return area_around([moved(x, y, matrix) for x in (left, right) for y in (bottom, top)], self.painted)

    def colour(self, item: Any, *, stroke: bool) -> tuple[int, int]:
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
        area = self.area(item, matrix)
        dark, opacity = self.colour(item, stroke=not mode.value)
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
        inner, x, y = product(self._matrix(item), matrix), ctypes.c_float(), ctypes.c_float()
        points = []
        for index in range(count):
            self.raw.FPDFPathSegment_GetPoint(self.raw.FPDFPath_GetPathSegment(item, index), x, y)
            points.append(moved(x.value, y.value, inner))
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
                points.append(moved(x.value, y.value, matrix))
            if points:
                frame = area_around(points, 0)
                left, right = max(area.left, frame.left), min(area.right, frame.right)
                bottom, top = max(area.bottom, frame.bottom), min(area.top, frame.top)
                if left < right and bottom < top:
                    area = replace(area, left=left, right=right, bottom=bottom, top=top)
        return area

    def _add_strokes(self, item: Any, matrix: Matrix, count: int) -> bool:
        """Add a path that consists of lying and upright lines as rules; return whether it does."""
        if count > MAX_SEGMENTS:
            return False
        inner, x, y = product(self._matrix(item), matrix), ctypes.c_float(), ctypes.c_float()
        rules: list[Area] = []
        start = last = (0.0, 0.0)
        for index in range(count):
            segment = self.raw.FPDFPath_GetPathSegment(item, index)
            kind = self.raw.FPDFPathSegment_GetType(segment)
            self.raw.FPDFPathSegment_GetPoint(segment, x, y)
            point = moved(x.value, y.value, inner)
            if kind == _MOVE:
                start = point
            elif kind == _LINE:
                rules.append(area_around([last, point], self.painted))
            else:
                return False
            last = point
            if self.raw.FPDFPathSegment_GetClose(segment):
                rules.append(area_around([last, start], self.painted))
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


def address_of(item: Any) -> int:
    return ctypes.addressof(item.contents) if item else 0


def moved(x: float, y: float, matrix: Matrix) -> tuple[float, float]:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def product(inner: Matrix, outer: Matrix) -> Matrix:
    a, b, c, d, e, f = inner
    x, y = moved(e, f, outer)
    p, q, r, s, _, _ = outer
    return a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, x, y


def area_around(points: list[tuple[float, float]], order: int) -> Area:
    across, up = [x for x, _ in points], [y for _, y in points]
    return Area(min(across), max(across), min(up), max(up), order)
