"""Limits of sums, integrals and words like `max`: small runs of type above and below them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from grader.documents.pdf.encodings import INTEGRALS, OPERATORS
from grader.documents.pdf.page import SMALLER

if TYPE_CHECKING:
    from collections.abc import Iterable

    from grader.documents.pdf.page import Box, Row

LIMIT_GAP: Final = 0.65  # between an operator and its limit, in sizes of the operator's row
# Words below which limits stand.
LIMIT_WORDS: Final = frozenset(
    {"max", "min", "lim", "sup", "inf", "argmax", "argmin", "limsup", "liminf", "arg max", "arg min"}
)


def with_limits(runs: list[Row]) -> list[Row]:
    """Hang small runs on the operators that they stand above or below."""
    operators: list[tuple[Box, float, float, float, Row]] = []
    for run in runs:
        for box in run.boxes:
            if box.text in OPERATORS or box.text in INTEGRALS:
                operators += [(box, box.left, box.right, run.size, run)]
        for word in _words(run):
            if "".join(box.text for box in word) in LIMIT_WORDS:
                operators += [(word[-1], word[0].left, word[-1].right, run.size, run)]
    if not operators:
        return runs
    hung: set[int] = set()
    spans = sorted(
        ((run.left, run.right, run.bottom, run.top, run) for run in runs), key=lambda span: span[0]
    )
    for operator, left, right, size, home in operators:
        middle, wide = (left + right) / 2, (right - left) / 2
        low, high = operator.bottom - size, operator.top + size
        for start, end, bottom, top, run in spans:
            if start > right:
                break
            if top < low or bottom > high:
                continue
            if run is home or run.size > SMALLER * size or id(run) in hung:
                continue
            centred = abs((start + end) / 2 - middle) < 0.35 * size or start < left < right < end
            if not centred or wide <= 0:
                continue
            if -0.15 * size <= operator.bottom - run.top <= LIMIT_GAP * size:
                if _is_raised(run, runs):
                    continue
                operator.under += run.boxes
            elif -0.15 * size <= run.bottom - operator.top <= LIMIT_GAP * size:
                operator.over += run.boxes
            else:
                continue
            hung.add(id(run))
    for operator, *_ in operators:
        operator.under.sort(key=lambda box: box.left)
        operator.over.sort(key=lambda box: box.left)
    return [run for run in runs if id(run) not in hung]


def _words(run: Row) -> list[list[Box]]:
    """Return the upright words of a run."""
    words: list[list[Box]] = []
    for box in run.boxes:
        if not (box.text.isalpha() and box.text.isascii()) or box.built:
            words.append([])
        elif words and words[-1] and box.left - words[-1][-1].right < 0.25 * box.size:
            words[-1].append(box)
        else:
            words.append([box])
    return [word for word in words if word]


def _is_raised(run: Row, runs: Iterable[Row]) -> bool:
    """Whether a small run begins right behind a letter that it is raised from: an exponent of the line below."""
    return any(
        -0.05 * box.size <= run.left - box.right < 0.2 * box.size
        and run.size < SMALLER * box.size
        and 0.3 * box.size < run.base - box.base < 0.6 * box.size
        and box.pivot is None
        and box.text.isalnum()
        for other in runs
        if other is not run
        for box in other.boxes
    )
