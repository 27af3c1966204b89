"""What stands on a page: boxes of glyphs, rules, shapes and pictures, in points with the origin below left."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING, Final, NamedTuple

from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# TeX and OpenType put the axis, on which fraction bars and minus signs lie, a quarter of the size above the baseline.
AXIS: Final = 0.25
# Sides of a picture, in points; what is smaller is an ornament.
LEAST_PICTURE: Final = 12
# Type is a script's, or a limit's, at most at so much of the size beside it.
SMALLER: Final = 0.9
# So many of a page's glyphs that are not bold tell the size of its text.
PLAIN: Final = 0.2
# A bracket so high, in its size, was chosen or put together to be as high as what it encloses.
GROWN: Final = 1.17


@dataclass(frozen=True, slots=True)
class Face:
    """A font as far as it says something about the text set in it."""

    name: str = ""
    bold: bool = False
    italic: bool = False
    mono: bool = False
    maths: bool = False  # used in formulas alone
    encoding: str = ""  # of TeX's fonts: "ex", "sy", "mi", "ot1", "t1", "bb"


@dataclass(slots=True, eq=False)
class Box:
    """A glyph, or what was put together from several: where its ink is, its baseline, and what it says.

    `tex` is its LaTeX where it was put together, `text` what a glyph says ("" where nothing tells). `subs` and `sups`
    are boxes set lower and higher, `under` and `over` those below and above an operator.
    """

    left: float
    right: float
    bottom: float
    top: float
    base: float
    size: float
    text: str = ""
    face: Face = field(default_factory=Face)
    tex: str = ""
    blank: bool = False  # a blank stands before it
    start: float = 0.0  # where the pen stands before it
    end: float = 0.0  # and behind it
    order: int = 0  # when it was painted
    bad: bool = False  # its layout was not understood
    pivot: float | None = None  # the height that lies on the axis of its row, where the baseline is none
    subs: list[Box] = field(default_factory=list)
    sups: list[Box] = field(default_factory=list)
    under: list[Box] = field(default_factory=list)
    over: list[Box] = field(default_factory=list)

    @property
    def middle(self) -> float:
        return (self.left + self.right) / 2

    @property
    def axis(self) -> float:
        return self.base + AXIS * self.size if self.pivot is None else self.pivot

    @property
    def reach(self) -> float:
        """Where the box and its scripts end."""
        if self.subs or self.sups or self.under or self.over:
            return max([part.right for part in self.parts()])
        return self.right

    @property
    def height(self) -> float:
        return self.top - self.bottom

    @property
    def hung(self) -> bool:
        """Whether scripts or limits hang on it."""
        return bool(self.subs or self.sups or self.under or self.over)

    @property
    def built(self) -> bool:
        return bool(self.tex)

    def scripts(self) -> Iterable[Box]:
        return (*self.subs, *self.sups, *self.under, *self.over)

    def parts(self) -> Iterable[Box]:
        """Yield the box and all that hangs on it."""
        yield self
        for part in self.scripts():
            yield from part.parts()


@dataclass(slots=True, eq=False)
class Row:
    """Boxes on one baseline from left to right, with their scripts."""

    boxes: list[Box]
    base: float
    size: float
    bad: bool = False

    @property
    def left(self) -> float:
        return self.boxes[0].left

    @property
    def right(self) -> float:
        return max([box.reach for box in self.boxes])

    @property
    def middle(self) -> float:
        return (self.left + self.right) / 2

    @property
    def bottom(self) -> float:
        return min(
            [min([part.bottom for part in box.parts()]) if box.hung else box.bottom for box in self.boxes]
        )

    @property
    def top(self) -> float:
        return max([max([part.top for part in box.parts()]) if box.hung else box.top for box in self.boxes])


@dataclass(frozen=True, slots=True)
class _Rectangle:
    """A rectangle of a page; `order` is when it was painted."""

    left: float
    right: float
    bottom: float
    top: float
    order: int = 0

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.top - self.bottom


@dataclass(frozen=True, slots=True)
class Rule(_Rectangle):
    """A thin line, lying or upright."""

    @property
    def y(self) -> float:
        return (self.bottom + self.top) / 2

    @property
    def x(self) -> float:
        return (self.left + self.right) / 2


@dataclass(frozen=True, slots=True)
class Area(_Rectangle):
    """A rectangle that a picture, a drawing or a ground covers; `weight` grows with how much is drawn in it."""

    weight: int = 1

    def as_picture(self) -> Area:
        """Return the area as large as the least picture that is no ornament."""
        wider = max(LEAST_PICTURE - self.width, 0) / 2
        higher = max(LEAST_PICTURE - self.height, 0) / 2
        return Area(self.left - wider, self.right + wider, self.bottom - higher, self.top + higher)

    def covers(self, x: float, y: float) -> bool:
        return self.left <= x <= self.right and self.bottom <= y <= self.top


class Turn(NamedTuple):
    """How the text of a page is turned: by degrees against the clock, in the box that the page shows."""

    degrees: int  # 90, 180 or 270
    left: float
    bottom: float
    right: float
    top: float

    @property
    def matrix(self) -> tuple[float, float, float, float, float, float]:
        """What turns the page back, as PDF writes it."""
        return {
            90: (0.0, -1.0, 1.0, 0.0, -self.bottom, self.right),
            180: (-1.0, 0.0, 0.0, -1.0, self.right, self.top),
            270: (0.0, 1.0, -1.0, 0.0, self.top, -self.left),
        }[self.degrees]

    @property
    def size(self) -> tuple[float, float]:
        """Width and height of the page when it is upright."""
        width, height = self.right - self.left, self.top - self.bottom
        return (width, height) if self.degrees == 180 else (height, width)

    def of(self, area: Area) -> Area:
        """Return where a rectangle of the turned page is when it is upright."""
        a, b, c, d, e, f = self.matrix
        corners = [(x, y) for x in (area.left, area.right) for y in (area.bottom, area.top)]
        xs, ys = [a * x + c * y + e for x, y in corners], [b * x + d * y + f for x, y in corners]
        return Area(min(xs), max(xs), min(ys), max(ys))


@dataclass(slots=True)
class PdfPage:
    """All that stands on one page."""

    number: int  # from 1
    width: float
    height: float
    boxes: list[Box] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)  # lying
    uprights: list[Rule] = field(default_factory=list)
    drawings: list[Area] = field(default_factory=list)
    dots: list[Area] = field(default_factory=list)  # small filled shapes, as programs draw for bullets
    pictures: list[Area] = field(default_factory=list)
    hidden: list[tuple[float, str]] = field(default_factory=list)  # height on the page, text
    scanned: bool = False  # a picture of a page with a layer of text that a machine read from it
    turn: Turn | None = None  # how all of it was turned before it was set upright
    turned: str = ""  # text that runs in another direction than the page's
    heavy: bool = False  # an image on it has too many pixels to be drawn
    spaced: bool = False  # blanks are written as such, not only as gaps
    gutter: float | None = None  # the middle of the space between two columns


def body_size(boxes: Sequence[Box]) -> float:
    """Return the size that most glyphs have, in points; 10 where there are none. Bold ones, as headings are, say little."""
    plain = [box for box in boxes if not box.face.bold]
    counts: dict[float, int] = {}
    for box in plain if len(plain) > PLAIN * len(boxes) else boxes:
        size = round(box.size * 2) / 2
        counts[size] = counts.get(size, 0) + 1
    return max(counts, key=lambda size: (counts[size], size)) if counts else 10.0
