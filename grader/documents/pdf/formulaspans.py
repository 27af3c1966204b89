"""Which boxes of a row of prose belong to formulas."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from grader.documents.pdf.symbols import FUNCTIONS, JOINS, MATHS_SIGNS, is_maths_letter
from grader.notation.lazypatterns import deferred
from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.documents.pdf.page import Box, Row

# Words stand so far apart at least, in sizes; letters of one closer, even when lines are stretched.
WORD_GAP: Final = 0.15
# What stands at the end of a formula without being part of it.
_TRAILING: Final = frozenset(",.;:!?")
_NEUTRAL: Final = frozenset("()[]{}|,.;:'!%/") | JOINS
_OPENING: Final = {"(": ")", "[": "]", "{": "}"}
_CLOSING: Final = frozenset(_OPENING.values())
ORDINAL: Final = deferred(r"(?:st|nd|rd|th|er|re|e|è?me|o|a|os|as)", re.IGNORECASE)
_NOTE: Final = deferred(r"[0-9]{1,2}|[*∗†‡§]+|\[[0-9]{1,3}\]")
_UNITS: Final = frozenset({"m", "cm", "mm", "km", "dm", "s", "ms", "kg", "px"})
_DOTS: Final = frozenset("…⋯")
_WEAK: Final = frozenset("/:-*")  # signs of prose as well


@dataclass(slots=True)
class Marks:
    """What is known of each box of a row before it is cut into pieces."""

    boxes: Sequence[Box]
    blanks: list[bool]
    words: list[int]  # how many letters the prose word has that a box belongs to; 0 where it is none
    names: list[str]  # that word
    core: list[bool]
    spaced: bool  # blanks are written as such, not only as gaps


def marks_of(row: Row, *, spaced: bool) -> Marks:
    boxes = row.boxes
    blanks = [
        index == 0 or _is_apart(boxes[index - 1], box, spaced=spaced) for index, box in enumerate(boxes)
    ]
    words, names = [0] * len(boxes), [""] * len(boxes)
    core = [_is_core(box) for box in boxes]
    index = 0
    while index < len(boxes):
        end = index
        while (
            end < len(boxes)
            and _is_letter(boxes[end])
            and not (core[end] and not boxes[end].hung)
            and (end == index or not blanks[end])
        ):
            end += 1
            if boxes[end - 1].hung:
                break
        if end > index:
            name = "".join(box.text for box in boxes[index:end])
            for place in range(index, end):
                words[place], names[place] = len(name), name
        index = max(end, index + 1)
    marks = Marks(boxes, blanks, words, names, core, spaced)
    for index, box in enumerate(boxes):
        if core[index] and box.hung and not _is_maths(box):
            core[index] = not _is_note(marks, index)
        elif core[index] and _is_greek_word(marks, index):
            core[index] = False
    return marks


def _is_apart(left: Box, right: Box, *, spaced: bool) -> bool:
    if right.blank:
        return True
    size = max(left.size, right.size)
    if left.text == "," and left.face.maths and right.text.isdigit():
        return _gap(left, right) > 0.25 * size  # a comma within a number that was set as a formula
    gap = WORD_GAP
    if spaced and (
        left.order == right.order
        or (left.face.italic and left.face is right.face and left.text.isalpha() and right.text.isalpha())
    ):
        gap = 0.5
    elif right.text in _TRAILING and left.built:
        gap = 0.35
    return _gap(left, right) > gap * size


def _gap(left: Box, right: Box) -> float:
    """Return how far the pen moved between two boxes beyond the width of the first."""
    size = max(left.size, right.size)
    reach = (
        max(_pen_end(part, size) for part in (left, *left.subs, *left.sups))
        if left.hung
        else _pen_end(left, size)
    )
    start = min(right.left, max(right.start, right.left - 0.4 * size)) if not right.built else right.left
    return start - reach


def _pen_end(box: Box, size: float) -> float:
    """Return where the pen stands behind a box; the ink may reach a little further."""
    return (
        box.right
        if box.built or not box.end
        else min(max(box.end, box.right - 0.15 * size), box.right + 0.4 * size)
    )


def _is_letter(box: Box) -> bool:
    return not box.tex and box.text.isalpha() and not is_maths_letter(box.text)


def _is_maths(box: Box) -> bool:
    return bool(box.tex) or box.face.maths or is_maths_letter(box.text) or box.text in MATHS_SIGNS


def _is_core(box: Box) -> bool:
    if box.hung or box.built:
        return True
    if box.face.maths:
        return box.text not in {"•", "◦", "∙", "▪", "*", "", "–"} and bool(box.text)
    return is_maths_letter(box.text) or (box.text in MATHS_SIGNS and not box.face.mono)


def _is_greek_word(marks: Marks, index: int) -> bool:
    """Whether a Greek letter is part of a word of prose."""
    return marks.words[index] > 1 and not marks.boxes[index].face.maths


def _is_note(marks: Marks, index: int) -> bool:
    """Whether what hangs on a box of prose is an ordinal's ending or the number of a footnote."""
    box = marks.boxes[index]
    if box.subs or box.under or box.over:
        return False
    above = "".join(part.text for part in box.sups)
    if box.text.isdigit() and ORDINAL.fullmatch(above) and not any(part.face.maths for part in box.sups):
        return True
    if not _NOTE.fullmatch(above):
        return False
    if marks.words[index] > 1:
        return marks.names[index] not in _UNITS
    return not (box.text.isalnum() or box.text in _CLOSING)


def _is_neutral(marks: Marks, index: int) -> bool:
    box = marks.boxes[index]
    if box.face.mono:
        return False
    if marks.words[index]:
        if marks.names[index] in FUNCTIONS:
            return not box.face.italic or len(marks.names[index]) > 2
        if box.face.italic and marks.words[index] <= 3 and marks.spaced and not box.blank:
            return True
        single = marks.words[index] == 1
        beside = not marks.blanks[index] or (index + 1 < len(marks.boxes) and not marks.blanks[index + 1])
        return single and (box.face.italic or beside)
    if box.text in _DOTS:  # between two signs, or commas: `x + ... + y`
        around = marks.boxes[max(index - 1, 0) : index + 2]
        return len(around) == 3 and all(other.text in JOINS or other.text == "," for other in around[::2])
    return box.text.isdigit() or box.text in _NEUTRAL


def _joins(marks: Marks, left: int, right: int) -> bool:
    """Whether two boxes next to one another belong together, although perhaps a blank stands between them."""
    if not marks.blanks[right]:
        return True
    for index in (left, right):
        text = marks.boxes[index].text
        if text in JOINS - _WEAK:
            return True
        if (
            text in {"-", "*"}
            and marks.blanks[index]
            and index + 1 < len(marks.boxes)
            and marks.blanks[index + 1]
        ):
            return True
    gap = _gap(marks.boxes[left], marks.boxes[right])
    if not marks.boxes[right].blank and gap < (0.6 if marks.spaced else 0.0) * marks.boxes[right].size:
        return True
    if (
        marks.boxes[left].text.isdigit()
        and marks.boxes[right].text.isdigit()
        and not marks.boxes[right].blank
    ):
        return gap < 0.25 * marks.boxes[right].size
    grown = any(marks.boxes[index].built or marks.boxes[index].pivot is not None for index in (left, right))
    inside = (marks.core[left] or marks.boxes[left].text in _CLOSING) and (
        marks.core[right] or marks.boxes[right].text in _OPENING
    )
    if grown and inside and not marks.boxes[right].blank and gap < 0.5 * marks.boxes[right].size:
        return True
    if marks.names[left] in FUNCTIONS or (marks.names[right] in FUNCTIONS and marks.core[left]):
        return True
    if marks.boxes[right].text in _OPENING and _ends_function(marks, left):
        return gap < 0.5 * marks.boxes[right].size
    return bool(
        marks.boxes[left].face.maths
        and marks.boxes[right].face.maths
        and marks.core[left]
        and marks.core[right]
        and _near(marks, left, right)
    )


def _ends_function(marks: Marks, index: int) -> bool:
    """Whether the letters up to one are a function's name, in the type of a formula as well."""
    name = ""
    while index >= 0 and len(name) < 8 and marks.boxes[index].text.isalpha():
        name = marks.boxes[index].text + name
        if marks.blanks[index]:
            break
        index -= 1
    return name in FUNCTIONS


def _near(marks: Marks, left: int, right: int) -> bool:
    a, b = marks.boxes[left], marks.boxes[right]
    return a.text not in _TRAILING and b.left - a.reach < 0.45 * max(a.size, b.size)


def spans_of(marks: Marks) -> dict[int, int]:
    """Return where formulas begin and end."""
    spans: list[list[int]] = []
    count = len(marks.boxes)
    index = 0
    while index < count:
        if not marks.core[index]:
            index += 1
            continue
        start, end = index, index + 1
        floor = spans[-1][1] if spans else 0
        while start > floor and _takes(marks, start - 1, start, start - 1):
            start -= 1
        while end < count and _takes(marks, end - 1, end, end):
            end += 1
        start, end = _balanced(marks, start, end, floor)
        if spans and (start < spans[-1][1] or (start == spans[-1][1] and _joins(marks, start - 1, start))):
            spans[-1][1] = max(end, spans[-1][1])
        else:
            spans.append([start, end])
        index = max(end, index + 1)
    return {
        start: end
        for start, end in (_trimmed(marks, *span) for span in spans)
        if _is_formula(marks, start, end)
    }


def _takes(marks: Marks, left: int, right: int, new: int) -> bool:
    """Whether a formula that reaches to one of two boxes takes in the other (`new`)."""
    if marks.core[new] or _is_neutral(marks, new):
        return _joins(marks, left, right)
    # a word that carries a script, or that something hangs on without a blank
    box = marks.boxes[left]
    if not marks.blanks[right] and marks.words[left] > 1 and marks.names[left] == marks.names[right]:
        return True  # the rest of a word
    if new != left or marks.blanks[right] or not marks.words[left] or box.face.mono:
        return False
    return marks.boxes[right].text == "(" or (bool(marks.words[right]) and marks.boxes[right].hung)


def _balanced(marks: Marks, start: int, end: int, floor: int) -> tuple[int, int]:
    """Widen a formula to the other half of its brackets where only formula stands between."""
    depth = _depth(marks, start, end)
    reach = end
    while depth > 0 and reach < min(len(marks.boxes), end + 60):
        if not (marks.core[reach] or _is_neutral(marks, reach)):
            break
        text = marks.boxes[reach].text
        depth += (text in _OPENING) - (text in _CLOSING)
        reach += 1
    if depth == 0:
        end = reach
    back = start
    depth = -_depth(marks, start, end)
    while depth > 0 and back > floor:
        back -= 1
        if not (marks.core[back] or _is_neutral(marks, back)):
            break
        text = marks.boxes[back].text
        depth += (text in _CLOSING) - (text in _OPENING)
    if depth == 0:
        start = back
    return start, end


def _depth(marks: Marks, start: int, end: int) -> int:
    return sum(
        (box.text in _OPENING and not box.tex) - (box.text in _CLOSING and not box.tex)
        for box in marks.boxes[start:end]
    )


def _trimmed(marks: Marks, start: int, end: int) -> tuple[int, int]:
    """Take off punctuation at the ends, and single brackets whose other half is prose."""
    boxes = marks.boxes
    changed = True
    while changed and end > start:
        changed = False
        last, first = boxes[end - 1], boxes[start]
        depth = _depth(marks, start, end)
        if (last.text in _TRAILING and not last.hung) or (
            last.text in _CLOSING and depth < 0 and not last.hung
        ):
            end, changed = end - 1, True
        elif (
            first.text in _TRAILING
            or (first.text in _OPENING and depth > 0)
            or (first.text in _CLOSING and not first.hung and not first.built)
        ):
            start, changed = start + 1, True
        elif last.text in _OPENING and not last.built:
            end, changed = end - 1, True
    return start, end


def _is_formula(marks: Marks, start: int, end: int) -> bool:
    """Whether a stretch says more than a lone sign between words."""
    boxes = marks.boxes[start:end]
    if not boxes:
        return False
    return len(boxes) > 1 or boxes[0].built or boxes[0].hung or boxes[0].text.isalnum()
