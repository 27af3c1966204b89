"""Judge a shape: written as `3 x 3`, listed as `[3, 3]`, or that of the matrix that is given."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

from grader.checks.contest import is_listed
from grader.checks.regions import find_labels, find_regions
from grader.checks.selection import rank_numbers, strongest
from grader.checks.surroundings import is_bounded
from grader.model import Evidence, Outcome, Reason, Response
from grader.notation.finding_matrices import FoundShape, find_matrices, find_shapes
from grader.notation.numbers import NumberError, read_number
from grader.prose.stance import Stance, stance

if TYPE_CHECKING:
    from collections.abc import Sequence

NEARBY: Final = 60  # characters around a shape that say what it is the size of

# A size of one of these is not that of the result.
_OTHER_THING: Final = re.compile(
    r"[\s$)*_-]*(?:conv\w*\s+|input\s+|rgb\s+|colou?r\s+|grey\s+|gray\s+|sliding\s+)*"
    r"(?:filters?|kernels?|images?|inputs?|windows?|patch\w*|masks?|convolution\w*|pixels?|receptive|neighbou?rhood)\b",
    re.IGNORECASE,
)
_OTHER_BEFORE: Final = re.compile(
    r"\b(?:filter|kernel|image|input|window|patch|mask|stride|padding)s?(?:\s+(?:size|sizes|shape|dimensions?))?(?:\s+(?:is|are|of|was|has|being))*"
    r"(?:\s+(?:size|dimensions?|shape))?[\s$:=(*_]*$"
    r"|\bpool(?:ing)?\s+(?:with|of|over|using)(?:\s+(?:an?|the|windows?|size|of))*[\s$:=(*_]*$",
    re.IGNORECASE,
)

# Markup around a side, and the columns of aligned formulas.
_MARKUP: Final = re.compile(
    r"\\(?:bm|mathbf|boldsymbol|textbf|textit|underline|boxed|mathrm|text)\s?\{(?=[\\\s(]{0,3}(?:\d|\\(?:bm|mathbf|boldsymbol|textbf|underline|boxed)))"
    r"|(?<=[\d)\s}])\}|&"
)
# The label of a row of aligned formulas, up to the size: `\text{stride} = S_H \times S_W = `.
_ROW_LABEL: Final = re.compile(r"\\(?:text|mathrm|textbf)\s?\{(?P<label>[^{}\n]{2,90})\}(?:(?!\\\\)[^\n])*$")
_OTHER_LABEL: Final = re.compile(
    r"filter|kernel|image|input|window|patch|mask|stride|padding|original", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class ShapeKey:
    """The expected shape and where to look for it."""

    sides: tuple[int, ...]
    near: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    any_order: bool = False
    one_side: bool = False  # one number is enough for a square

    def fits(self, sides: Sequence[int]) -> bool:
        """Whether these sides are the expected ones; sides of 1 at the ends (one channel, one image) do not count."""
        wanted, given = _without_ones(self.sides), _without_ones(sides)
        return sorted(wanted) == sorted(given) if self.any_order else wanted == given

    @property
    def square(self) -> bool:
        return len(set(self.sides)) == 1


def _without_ones(sides: Sequence[int]) -> tuple[int, ...]:
    kept = list(sides)
    while len(kept) > 2 and kept[-1] == 1:
        kept.pop()
    while len(kept) > 2 and kept[0] == 1:
        kept.pop(0)
    return tuple(kept)


def shape_in(response: Response, key: ShapeKey) -> Outcome:
    """Judge the shape that a response states."""
    value = response.value
    if isinstance(value, tuple) and len(value) == 1 and isinstance(value[0], str):
        response = response.model_copy(update={"text": value[0], "value": None})
    if response.value is not None:
        return _of_list(response, key)
    text = _without_markup(response.text)
    matrices = [(matrix.start, matrix.end) for matrix in find_matrices(text) if len(matrix.rows) > 1]
    shapes = [
        shape
        for shape in find_shapes(text)
        if not shape.product and not any(start <= shape.start < end for start, end in matrices)
    ]
    stances = {shape.start: _stance(shape, response) for shape in shapes}
    named = [shape for shape in shapes if stances[shape.start] is not Stance.DENIED]
    if response.explicit:
        candidates = named
    else:
        meant = [shape for shape in named if not _other_thing(text, shape, key)]
        candidates = _under_label(text, meant, key)
    if not candidates:
        if any(key.fits(shape.dimensions) for shape in shapes if shape not in named):
            return _doubted(shapes[-1:], response, "This size is named, but it is denied.")
        return _of_matrix(response, key) or _of_one_side(response, key)
    last = candidates[-1]
    right = key.fits(last.dimensions)
    others = [shape for shape in named if any(_beside(text, shape, each) for each in candidates)]
    rivals = [shape for shape in [*candidates[:-1], *others] if key.fits(shape.dimensions) != right]
    denied = any(shape.dimensions == last.dimensions for shape in shapes if shape not in named)
    if right and (denied or stances[last.start] is Stance.DOUBTED):
        return _doubted([last], response, "What is written around this size denies it or leaves it in doubt.")
    if rivals:
        said = "Two different sizes are given here, and one of them is right."
        pieces = [_evidence(shape, response, said) for shape in (last, *rivals[:1])]
        evidence = (pieces[0].published(read_as=pieces[0].read_as), *pieces[1:])
        return Outcome(credit=None, reason=Reason.AMBIGUOUS, evidence=evidence)
    picked = _evidence(last, response, "")  # by its labels
    return _judge(last.dimensions, picked.published(read_as=picked.read_as), key)


def _stance(shape: FoundShape, response: Response) -> Stance:
    found = stance(response.text, shape.start, shape.end, language=response.language)
    if found is Stance.STATED and is_bounded(response.text, shape.start, shape.end):
        return Stance.DOUBTED
    return found


def _beside(text: str, one: FoundShape, other: FoundShape) -> bool:
    """Whether two sizes stand in one list: `14x14, 7x7`, `14x14 or 7x7`."""
    if one.start > other.start:
        one, other = other, one
    return is_listed(text, one.end, other.start)


def _doubted(shapes: Sequence[FoundShape], response: Response, said: str) -> Outcome:
    evidence = tuple(_evidence(shape, response, said) for shape in shapes)
    return Outcome(credit=None, reason=Reason.AMBIGUOUS, evidence=evidence)


def _without_markup(text: str) -> str:
    """Return a text of the same length without what only sets a size apart or in columns."""
    return _MARKUP.sub(lambda match: " " * len(match[0]), text) if "\\" in text or "&" in text else text


def _other_thing(text: str, shape: FoundShape, key: ShapeKey) -> bool:
    """Whether what stands around a size says that it is another thing's; the words of `near` say that it is not."""
    before = text[max(0, shape.start - NEARBY) : shape.start]
    row = _ROW_LABEL.search(text[max(0, shape.start - 4 * NEARBY) : shape.start])
    if row is not None:
        labelled = row["label"]
        if _names_near(labelled, key):
            return False
        return bool(key.near) or _OTHER_LABEL.search(labelled) is not None
    behind = _OTHER_THING.match(text, shape.end, shape.end + NEARBY)
    found = behind or _OTHER_BEFORE.search(before)
    return found is not None and not _names_near(found[0], key)


def _names_near(words: str, key: ShapeKey) -> bool:
    folded = words.casefold()
    return any(re.search(rf"\b{re.escape(label.casefold().rstrip('*'))}", folded) for label in key.near)


def _under_label(text: str, shapes: list[FoundShape], key: ShapeKey) -> list[FoundShape]:
    """Keep the first shape behind each label; without labels all that are left."""
    regions = find_regions(text, key.near, key.others) if key.near else ()
    starts = (
        [label.start for label in find_labels(text, key.near, key.others) if label.own] if regions else []
    )
    found: dict[int, FoundShape] = {}
    for region in regions:
        inside = [shape for shape in shapes if region.start <= shape.start < region.end]
        for shape in inside:
            named = bisect_right(starts, shape.start)  # the label it stands behind
            found.setdefault(named, shape)
    return [found[named] for named in sorted(found)] or shapes


def _judge(sides: Sequence[int], evidence: Evidence, key: ShapeKey) -> Outcome:
    read_as = " x ".join(str(side) for side in sides)
    right = key.fits(sides)
    swapped = not right and sorted(sides) == sorted(key.sides)
    said = f"{read_as} is right." if right else f"{read_as} is not the size asked for."
    feedback = "The sides are right, but not in this order." if swapped else ""
    decided, expected = f"{said} {feedback}".rstrip(), " x ".join(map(str, key.sides))
    updated = evidence.model_copy(update={"read_as": read_as, "decided": decided, "expected": expected})
    reason = Reason.CORRECT if right else Reason.MISTAKE if swapped else Reason.WRONG
    return Outcome(
        credit=Fraction(int(right)),
        reason=reason,
        mistake="axes_swapped" if swapped else "",
        feedback=feedback,
        hint=feedback,
        evidence=(updated,),
    )


def _evidence(shape: FoundShape, response: Response, said: str) -> Evidence:
    return Evidence(
        read=response.text[shape.start : shape.end],
        part=response.part,
        start=shape.start,
        end=shape.end,
        read_as=" x ".join(str(side) for side in shape.dimensions),
        decided=said,
    )


def _of_list(response: Response, key: ShapeKey) -> Outcome:
    """Judge `[3, 3]`, or the shape of a matrix given as nested lists."""
    value: Any = response.value
    if isinstance(value, tuple) and value and all(isinstance(row, tuple) for row in value):
        widths = {len(row) for row in value}
        if len(widths) == 1:
            evidence = Evidence(part=response.part, read=f"a matrix of {len(value)} rows").published()
            return _judge((len(value), widths.pop()), evidence, key)
    elif isinstance(value, tuple) and all(isinstance(side, str) for side in value):
        sides = [_whole(side) for side in value]
        evidence = Evidence(part=response.part, read=f"[{', '.join(value)}]"[:200]).published()
        known = [side for side in sides if side is not None]
        if known and len(known) == len(sides):
            return _judge(known, evidence, key)
    evidence = Evidence(part=response.part, decided="This could not be read as a size such as [3, 3].")
    return Outcome(credit=None, reason=Reason.UNREADABLE, keyless=True, evidence=(evidence,))


def _whole(text: str) -> int | None:
    try:
        value = read_number(text).value
    except NumberError:
        return None
    return int(value) if value.denominator == 1 and 0 < value < 10**9 else None


def _of_matrix(response: Response, key: ShapeKey) -> Outcome | None:
    """Judge the shape of the last matrix that is given."""
    found = [
        matrix
        for matrix in find_matrices(response.text)
        if matrix.shape and (len(matrix.rows) > 1 or matrix.form == "latex")
    ]
    fitting = [matrix for matrix in found if matrix.shape and key.fits(matrix.shape)]
    if not found:
        return None
    chosen = (fitting or found)[-1]
    evidence = Evidence(
        read=response.text[chosen.start : chosen.end], part=response.part, start=chosen.start, end=chosen.end
    )
    return _judge(chosen.shape or (), evidence, key)


def _of_one_side(response: Response, key: ShapeKey) -> Outcome:
    """Judge one number where a square is asked for: enough only where the rubric says so."""
    best = strongest(rank_numbers(response.text, label_ends=(0,) if response.explicit else ()))
    if best is None or not key.square or best.value != key.sides[0]:
        said = (
            "No size such as 3 x 3 was found here."
            if best is None
            else "No size with its sides was found here."
        )
        return Outcome(
            credit=Fraction(0),
            reason=Reason.NOT_FOUND,
            evidence=(Evidence(part=response.part, decided=said),),
        )
    said = (
        "One side is given."
        if key.one_side
        else "One number is given where a size with all its sides is asked for."
    )
    evidence = Evidence(
        read=response.text[best.number.start : best.number.end],
        part=response.part,
        start=best.number.start,
        end=best.number.end,
        decided=said,
    )
    credit, reason = (Fraction(1), Reason.CORRECT) if key.one_side else (None, Reason.AMBIGUOUS)
    return Outcome(credit=credit, reason=reason, evidence=(evidence,))
