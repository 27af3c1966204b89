"""Which of the sizes in an answer may be the one that was asked for: not a filter's, not denied, under its label."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from typing import TYPE_CHECKING, Final

from grader.finding.contest import is_listed
from grader.finding.matrices import MAX_MATRICES, MAX_TEXT
from grader.finding.shapes import MAX_SHAPES
from grader.finding.surroundings import is_bounded, is_turned
from grader.notation.lazypatterns import deferred
from grader.prose.doubt import Stance

if TYPE_CHECKING:
    from grader.finding.reading import Reading
    from grader.finding.shapes import FoundShape

NEARBY: Final = 60  # characters around a shape that say what it is the size of

# A size of one of these is not that of the result.
_OTHER_THING: Final = deferred(
    r"[\s$)*_-]*(?:conv\w*\s+|input\s+|rgb\s+|colou?r\s+|grey\s+|gray\s+|sliding\s+)*"
    r"(?:filters?|kernels?|images?|inputs?|windows?|patch\w*|masks?|convolution\w*|pixels?|receptive|neighbou?rhood)\b",
    re.IGNORECASE,
)
_OTHER_BEFORE: Final = deferred(
    r"\b(?:filter|kernel|image|input|window|patch|mask|stride|padding)s?(?:\s+(?:size|sizes|shape|dimensions?))?(?:\s+(?:is|are|of|was|has|being))*"
    r"(?:\s+(?:size|dimensions?|shape))?[\s$:=(*_]*$"
    r"|\bpool(?:ing)?\s+(?:with|of|over|using)(?:\s+(?:an?|the|windows?|size|of))*[\s$:=(*_]*$",
    re.IGNORECASE,
)

# The label of a row of aligned formulas, up to the size: `\text{stride} = S_H \times S_W = `.
_ROW_LABEL: Final = deferred(r"\\(?:text|mathrm|textbf)\s?\{(?P<label>[^{}\n]{2,90})\}(?:(?!\\\\)[^\n])*$")
_OTHER_LABEL: Final = deferred(
    r"filter|kernel|image|input|window|patch|mask|stride|padding|original", re.IGNORECASE
)


def wholly_searched(reading: Reading) -> bool:
    """Whether a text is no longer, and holds no more matrices and sizes, than are looked at."""
    forms = Counter(matrix.form for matrix in reading.matrices)
    few = max(forms.values(), default=0) < MAX_MATRICES and len(reading.shapes) < MAX_SHAPES
    return few and len(reading.text) <= MAX_TEXT


def lone_shapes(reading: Reading) -> list[FoundShape]:
    """Return the sizes that are no product and no cells of a matrix."""
    matrices = [(matrix.start, matrix.end) for matrix in reading.matrices if len(matrix.rows) > 1]
    return [
        shape
        for shape in reading.shapes
        if not shape.product and not any(start <= shape.start < end for start, end in matrices)
    ]


def stance_to(reading: Reading, shape: FoundShape) -> Stance:
    """Return how the writer stands to a size; one that is a limit is left in doubt."""
    found = reading.stance(shape.start, shape.end)
    beside = (reading, shape.start, shape.end)
    if found is Stance.STATED and (is_bounded(*beside) or is_turned(*beside)):
        return Stance.DOUBTED
    return found


def is_beside(text: str, one: FoundShape, other: FoundShape) -> bool:
    """Whether two sizes stand in one list: `14x14, 7x7`, `14x14 or 7x7`."""
    if one.start > other.start:
        one, other = other, one
    return is_listed(text, one.end, other.start)


def is_of_another(text: str, shape: FoundShape, near: tuple[str, ...]) -> bool:
    """Whether what stands around a size says that it is another thing's; the words of `near` say that it is not."""
    before = text[max(0, shape.start - NEARBY) : shape.start]
    row = _ROW_LABEL.search(text[max(0, shape.start - 4 * NEARBY) : shape.start])
    if row is not None:
        labelled = row["label"]
        if _names_near(labelled, near):
            return False
        return bool(near) or _OTHER_LABEL.search(labelled) is not None
    behind = _OTHER_THING.match(text, shape.end, shape.end + NEARBY)
    found = behind or _OTHER_BEFORE.search(before)
    return found is not None and not _names_near(found[0], near)


def _names_near(words: str, near: tuple[str, ...]) -> bool:
    folded = words.casefold()
    return any(re.search(rf"\b{re.escape(label.casefold().rstrip('*'))}", folded) for label in near)


def under_labels(
    reading: Reading, shapes: list[FoundShape], near: tuple[str, ...], others: tuple[str, ...]
) -> list[FoundShape]:
    """Keep the first shape behind each label; without labels all that are left."""
    regions = reading.regions(near, others) if near else ()
    starts = [label.start for label in reading.labels(near, others) if label.own] if regions else []
    found: dict[int, FoundShape] = {}
    for region in regions:
        inside = [shape for shape in shapes if region.start <= shape.start < region.end]
        for shape in inside:
            named = bisect_right(starts, shape.start)  # the label it stands behind
            found.setdefault(named, shape)
    return [found[named] for named in sorted(found)] or shapes
