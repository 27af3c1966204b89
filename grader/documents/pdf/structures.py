"""Accents, stacked brackets, fractions and roots, each put together to one box with its LaTeX."""

from __future__ import annotations

import unicodedata
from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING, Final

from grader.documents.pdf.baselines import rows_of
from grader.documents.pdf.encodings import DELIMITERS, INTEGRALS, OPERATORS
from grader.documents.pdf.formulalatex import formula_of
from grader.documents.pdf.page import AXIS, GROWN, Box

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.documents.pdf.page import Row, Rule

# A fraction bar is thinner than this, in sizes of what stands above it.
MAX_BAR: Final = 0.16
# How far numerator and denominator stand from the bar, and from its middle, in their sizes.
BAR_GAP: Final = 0.8
OFF_MIDDLE: Final = 0.4
# A bar reaches so far beyond what it parts.
BAR_OVERHANG: Final = 0.7

_GROWING: Final = DELIMITERS | OPERATORS | INTEGRALS | {"√"}
_ACCENTS: Final = {
    "ˆ": "hat", "^": "hat", "\u0302": "hat", "˜": "tilde", "~": "tilde", "\u0303": "tilde", "∼": "tilde", "¯": "bar",
    "\u0304": "bar", "\u0305": "bar", "‾": "bar", "˙": "dot", "\u0307": "dot", "¨": "ddot", "\u0308": "ddot", "⃗": "vec",
    "→": "vec", "ˇ": "check", "˘": "breve", "´": "acute", "`": "grave", "˚": "mathring", "_": "bar",
    "−": "bar", "-": "bar", "–": "bar", ".": "dot",
}  # fmt: skip
_MARKS: Final = {
    "hat": "\u0302", "tilde": "\u0303", "bar": "\u0304", "dot": "\u0307", "ddot": "\u0308", "check": "\u030c",
    "breve": "\u0306", "acute": "\u0301", "grave": "\u0300", "mathring": "\u030a",
}  # fmt: skip


def composed(boxes: Sequence[Box], rules: Sequence[Rule], body: float) -> tuple[list[Box], list[Rule]]:
    """Return boxes with accents, stacked brackets, fractions and roots put together, and the rules that are left."""
    pool = _accented(_stacked(list(boxes)))
    _level_brackets(pool, body)
    left: list[Rule] = []
    for rule in sorted(rules, key=lambda rule: rule.width):
        built = _root(rule, pool, body) or _fraction(rule, pool, rules, body) or _overline(rule, pool)
        if built is None:
            left.append(rule)
            continue
        box, used = built
        gone = {id(part) for part in used}
        pool = [part for part in pool if id(part) not in gone]
        pool.append(box)
    return pool, left


def _stacked(boxes: list[Box]) -> list[Box]:
    """Join the pieces of brackets, bars and roots that stand on one another."""
    kept = [
        box for box in boxes if box.text not in DELIMITERS and box.text not in INTEGRALS and box.text != "√"
    ]
    pieces = [box for box in boxes if box.text in DELIMITERS or box.text in INTEGRALS or box.text == "√"]
    pieces.sort(key=lambda box: (box.text, -box.top))
    columns: list[Box] = []
    open_columns: dict[str, list[Box]] = {}
    for box in pieces:
        for column in open_columns.get(box.text, ()):
            if (
                abs(column.left - box.left) < 0.35 * box.size
                and -0.35 * box.size < column.bottom - box.top < 0.12 * box.size
            ):
                if box.height < 0.12 * box.size and box.text != "√":
                    column.bottom = min(column.bottom, box.bottom)
                    break
                if column.pivot is None and box.pivot is None and not box.face.maths:
                    continue
                column.left, column.right = min(column.left, box.left), max(column.right, box.right)
                column.bottom = min(column.bottom, box.bottom)
                column.top = max(column.top, box.top)
                column.pivot = (column.bottom + column.top) / 2
                break
        else:
            columns.append(box)
            open_columns.setdefault(box.text, []).append(box)
    return kept + columns


def _level_brackets(boxes: Sequence[Box], body: float) -> None:
    """Give brackets that were set in larger type, to be as high as what they enclose, the size of the type beside them."""
    plain = sorted(
        (box for box in boxes if box.pivot is None and box.text not in _GROWING), key=lambda box: box.left
    )
    lefts = [box.left for box in plain]
    for box in boxes:
        if box.text not in _GROWING:
            continue
        near = plain[bisect_left(lefts, box.left - 25) : bisect_right(lefts, box.right + 25)]
        sizes = [
            other.size for other in near if box.bottom - 2 < (other.bottom + other.top) / 2 < box.top + 2
        ]
        if sizes and box.size > 0.9 * body:
            sizes.append(body)
        if (
            sizes
            and box.size > 1.05 * max(sizes)
            and (box.pivot is not None or box.height > GROWN * max(sizes))
        ):
            box.size = max(sizes)
            box.pivot = (box.bottom + box.top) / 2


def _accented(boxes: list[Box]) -> list[Box]:
    """Put accents over the letters that they stand above."""
    letters = sorted((box for box in boxes if box.text and box.text.isalpha()), key=lambda box: box.middle)
    middles = [box.middle for box in letters]
    gone: set[int] = set()
    for accent in boxes:
        name = _ACCENTS.get(accent.text)
        if name is None or id(accent) in gone:
            continue
        # over a letter with its script an accent stands further right
        reach = 0.75 * accent.size
        best: Box | None = None
        for box in letters[
            bisect_left(middles, accent.middle - reach) : bisect_right(
                middles, accent.middle + 0.4 * accent.size
            )
        ]:
            if (
                accent is box
                or accent.bottom < box.bottom + 0.55 * box.height
                or accent.bottom > box.top + 0.4 * box.size
            ):
                continue
            if accent.text in "−-–._→~^∼" and (
                accent.bottom < box.top - 0.05 * box.size or accent.bottom > box.top + 0.25 * box.size
            ):
                continue
            if accent.middle > box.right + 0.1 * box.size and not _has_script(box, accent, boxes):
                continue
            if accent.text in "−-–._→" and not (
                box.left - 0.2 * box.size < accent.left and accent.right < box.right + 0.25 * box.size
            ):
                continue
            if not 0.65 < accent.size / box.size < 1.3:
                continue
            if best is None or abs(accent.middle - box.middle) < abs(accent.middle - best.middle):
                best = box
        if best is not None:
            gone.add(id(accent))
            _accent(best, accent, name)
    return [box for box in boxes if id(box) not in gone]


def _has_script(box: Box, accent: Box, boxes: Sequence[Box]) -> bool:
    """Whether small type stands below an accent, right behind a letter."""
    return any(
        part.size < 0.85 * box.size
        and abs(part.left - box.right) < 0.3 * box.size
        and box.bottom < part.bottom < accent.bottom
        for part in boxes
    )


def _accent(box: Box, accent: Box, name: str) -> None:
    box.top = max(box.top, accent.top)
    box.blank = box.blank or (accent.blank and accent.order <= box.order)
    mark = _MARKS.get(name)
    if not box.face.maths and not accent.face.maths and not box.tex and mark and box.text.isascii():
        whole = unicodedata.normalize("NFC", {"ı": "i", "ȷ": "j"}.get(box.text, box.text) + mark)
        if len(whole) == 1 and name not in {"hat", "bar", "tilde", "dot"}:
            box.text = whole
            return
    inner = box.tex or formula_of([box])
    box.tex = f"\\{name}{{{inner}}}"


def _overlaps(rule: Rule, box: Box, slack: float) -> bool:
    return rule.left - slack <= box.middle <= rule.right + slack


def _single(boxes: list[Box], body: float, *, near: float, above: bool) -> Row | None:
    """Return the row of boxes that is nearest to a height."""
    rows = [row for row in rows_of(boxes, body) if row.boxes]
    if not rows:
        return None
    return min(rows, key=lambda row: row.bottom - near if above else near - row.top)


def _reset(boxes: Sequence[Box]) -> None:
    """Take scripts off boxes that were looked at on trial."""
    for box in boxes:
        box.subs, box.sups, box.under, box.over = [], [], [], []
        box.bad = box.bad and box.built


def _side(rule: Rule, pool: Sequence[Box], body: float, *, above: bool) -> Row | None:
    """Return the row that stands right above or below a rule, within its ends; None where none does."""
    tolerance = 1.0
    chosen: list[Box] = []
    outside: list[Box] = []
    for box in pool:
        off = box.bottom - rule.y if above else rule.y - box.top
        if not -tolerance <= off <= 4.5 * box.size:
            continue
        if _overlaps(rule, box, 0.05 * box.size):
            chosen.append(box)
        elif rule.left - box.size <= box.right and box.left <= rule.right + box.size:
            outside.append(box)
    chosen = _near(_whole(chosen, outside, above=above), rule.y, above=above)
    if not chosen:
        return None
    row = _single(chosen, body, near=rule.y, above=above)
    if row is None:
        return None
    gap = row.bottom - rule.y if above else rule.y - row.top
    cut = any(
        abs(box.base - row.base) < 0.1 * row.size
        and box.size > 0.8 * row.size
        and (0 <= row.left - box.right < 0.14 * row.size or 0 <= box.left - row.right < 0.14 * row.size)
        for box in outside
    )
    spilt = row.left < rule.left - 0.3 * row.size or row.right > rule.right + 0.3 * row.size
    if gap > BAR_GAP * row.size or cut or spilt or abs(row.middle - rule.x) > OFF_MIDDLE * row.size:
        _reset(chosen)
        return None
    mine = {id(part) for box in row.boxes for part in box.parts()}
    _reset([box for box in chosen if id(box) not in mine])
    return row


def _whole(boxes: list[Box], outside: Sequence[Box], *, above: bool) -> list[Box]:
    """Return boxes without those of lines that go on beyond the ends of the rule, but for the nearest line."""
    if not boxes or not outside:
        return boxes
    nearest = min(boxes, key=lambda box: box.bottom if above else -box.top)
    kept = []
    levels: dict[int, list[Box]] = {}
    for box in boxes:
        levels.setdefault(round(box.base), []).append(box)
    for level in levels.values():
        base, size = level[0].base, max(box.size for box in level)
        left, right = min(box.left for box in level), max(box.right for box in level)
        goes_on = any(
            abs(box.base - base) < 0.1 * size
            and (0 <= left - box.right < 0.45 * size or 0 <= box.left - right < 0.45 * size)
            for box in outside
        )
        if not goes_on or abs(base - nearest.base) < 1:
            kept += level
    return kept


def _near(boxes: list[Box], y: float, *, above: bool) -> list[Box]:
    """Return the boxes that follow one another from a height upwards or downwards without a wide gap."""
    boxes.sort(key=lambda box: box.bottom if above else -box.top)
    taken: list[Box] = []
    edge = y
    for box in boxes:
        off = box.bottom - edge if above else edge - box.top
        if off > BAR_GAP * box.size:
            break
        taken.append(box)
        edge = max(edge, box.top) if above else min(edge, box.bottom)
    return taken


def _fraction(
    rule: Rule, pool: Sequence[Box], rules: Sequence[Rule], body: float
) -> tuple[Box, list[Box]] | None:
    above = _side(rule, pool, body, above=True)
    if above is None:
        return None
    below = _side(rule, pool, body, above=False)
    if below is None or not _is_bar(rule, above, below, rules):
        _reset([part for row in (above, below) if row for box in row.boxes for part in list(box.parts())])
        return None
    used = [part for row in (above, below) for box in row.boxes for part in box.parts()]
    size = max(above.size, below.size)
    beside = [
        box
        for box in pool
        if abs(box.axis - rule.y) < 0.13 * box.size
        and -0.3 * box.size < _gap(rule, box) < 1.2 * box.size
        and box.size >= size * 0.97
    ]
    size = max([size, *(box.size for box in beside)])
    tex = f"\\frac{{{formula_of(above.boxes)}}}{{{formula_of(below.boxes)}}}"
    bad = above.bad or below.bad or any(part.bad for part in used)
    blank = any(box.blank for row in (above, below) for box in row.boxes[:1])
    order = min(box.order for box in used)
    box = Box(
        rule.left, rule.right, below.bottom, above.top, rule.y - AXIS * size, size, tex=tex, pivot=rule.y, end=rule.right, blank=blank, order=order, bad=bad
    )  # fmt: skip
    return box, used


def _gap(rule: Rule, box: Box) -> float:
    return max(rule.left - box.right, box.left - rule.right)


def _is_bar(rule: Rule, above: Row, below: Row, rules: Sequence[Rule]) -> bool:
    """Whether a rule between two rows parts a fraction rather than the rows of a table or a line and the next."""
    size = max(above.size, below.size)
    wide = max(above.right - above.left, below.right - below.left)
    if rule.height > MAX_BAR * size or rule.width > wide + 2 * BAR_OVERHANG * size:
        return False
    for row in (above, below):
        gaps = [
            right.left - max(left.reach, left.end)
            for left, right in zip(row.boxes, row.boxes[1:], strict=False)
        ]
        if any(gap > 0.9 * row.size for gap in gaps):
            return False
    touching = [
        other for other in rules
        if other is not rule and abs(other.y - rule.y) < 0.5 and -1 < max(other.left - rule.right, rule.left - other.right) < 1
    ]  # fmt: skip
    return not touching


def _root(rule: Rule, pool: Sequence[Box], body: float) -> tuple[Box, list[Box]] | None:
    sign = next(
        (
            box for box in pool
            if box.text == "√" and not box.tex and abs(box.right - rule.left) < 0.3 * box.size and abs(box.top - rule.y) < 0.3 * box.size
        ),
        None,
    )  # fmt: skip
    if sign is None:
        return None
    inside = [
        box for box in pool
        if box is not sign and _overlaps(rule, box, 0.0) and box.top < rule.y + 1 and box.top > sign.bottom
        and box.bottom > sign.bottom - 0.8 * box.size
    ]  # fmt: skip
    if not inside:
        return None
    rows = rows_of(inside, body)
    index = [
        box for box in pool
        if box.size < 0.8 * sign.size and sign.left - 0.5 * box.size < box.middle < sign.middle and (sign.bottom + sign.top) / 2 < box.bottom < sign.top
    ]  # fmt: skip
    degree = f"[{formula_of(index)}]" if index and all(box.text.isalnum() for box in index) else ""
    used = [sign, *inside, *(index if degree else ())]
    size = max(row.size for row in rows)
    tex = f"\\sqrt{degree}{{{formula_of(rows[0].boxes)}}}"
    bad = len(rows) > 1 or any(part.bad for part in used)
    base = rows[0].base
    box = Box(
        sign.left, rule.right, min(sign.bottom, rows[0].bottom), rule.top, base, size, tex=tex, end=rule.right, blank=sign.blank, order=sign.order, bad=bad
    )  # fmt: skip
    return box, used


def _overline(rule: Rule, pool: Sequence[Box]) -> tuple[Box, list[Box]] | None:
    """Return one or a few letters of a formula with a bar above."""
    inside = [
        box for box in pool
        if _overlaps(rule, box, 0.0) and -0.5 < rule.y - box.top < 0.35 * box.size and box.face.maths
    ]  # fmt: skip
    if not inside or rule.width > 3 * inside[0].size:
        return None
    left, right = min(box.left for box in inside), max(box.right for box in inside)
    size = inside[0].size
    if rule.width > right - left + 0.7 * size or abs(rule.left - left) > 0.35 * size:
        return None
    first = min(inside, key=lambda box: box.left)
    name = "bar" if len(inside) == 1 else "overline"
    tex = f"\\{name}{{{formula_of(sorted(inside, key=lambda box: box.left))}}}"
    box = Box(
        left, right, min(box.bottom for box in inside), rule.top, first.base, size, tex=tex, end=max(box.end for box in inside), blank=first.blank,
        order=first.order, bad=any(box.bad for box in inside),
    )  # fmt: skip
    return box, inside
