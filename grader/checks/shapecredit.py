"""Judge a shape: written as `3 x 3`, listed as `[3, 3]`, or that of the matrix that is given."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from grader.finding.selection import rank_numbers, strongest
from grader.finding.sizechoice import is_beside, is_of_another, lone_shapes, stance_to, under_labels
from grader.model.outcome import Evidence, Outcome, Reason
from grader.model.outcomes import for_a_person, not_found, right
from grader.notation.numbers.exact import NumberError, read_number
from grader.prose.doubt import Stance
from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.finding.reading import Reading
    from grader.finding.shapes import FoundShape


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


def shape_in(reading: Reading, key: ShapeKey) -> Outcome:
    """Judge the shape that a reading states."""
    alone = reading.alone
    if alone is None:
        return _of_list(reading, key)
    reading = reading.with_text(alone)
    text, shapes = reading.text, reading.kept(lone_shapes)
    stances = {shape.start: stance_to(reading, shape) for shape in shapes}
    named = [shape for shape in shapes if stances[shape.start] is not Stance.DENIED]
    if reading.explicit:
        candidates = named
    else:
        meant = [shape for shape in named if not is_of_another(text, shape, tuple(key.near))]
        candidates = under_labels(reading, meant, key.near, key.others)
    if not candidates:
        if any(key.fits(shape.dimensions) for shape in shapes if shape not in named):
            return _doubted(shapes[-1:], reading, "This size is named, but it is denied.")
        return _of_matrix(reading, key) or _of_one_side(reading, key)
    last = candidates[-1]
    right = key.fits(last.dimensions)
    others = [shape for shape in named if any(is_beside(text, shape, each) for each in candidates)]
    rivals = [shape for shape in [*candidates[:-1], *others] if key.fits(shape.dimensions) != right]
    denied = any(shape.dimensions == last.dimensions for shape in shapes if shape not in named)
    if right and (denied or stances[last.start] is not Stance.STATED):
        return _doubted([last], reading, "What is written around this size denies it or leaves it in doubt.")
    if rivals:
        said = "Two different sizes are given here, and one of them is right."
        pieces = [_evidence(shape, reading, said) for shape in (last, *rivals[:1])]
        evidence = (pieces[0].published(read_as=pieces[0].read_as), *pieces[1:])
        return for_a_person(Reason.AMBIGUOUS, *evidence)
    picked = _evidence(last, reading, "")  # by its labels
    return _judge(last.dimensions, picked.published(read_as=picked.read_as), key)


def _doubted(shapes: Sequence[FoundShape], reading: Reading, said: str) -> Outcome:
    evidence = tuple(_evidence(shape, reading, said) for shape in shapes)
    return for_a_person(Reason.AMBIGUOUS, *evidence)


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


def _evidence(shape: FoundShape, reading: Reading, said: str) -> Evidence:
    return Evidence(
        read=reading.text[shape.start : shape.end],
        part=reading.part,
        start=shape.start,
        end=shape.end,
        read_as=" x ".join(str(side) for side in shape.dimensions),
        decided=said,
    )


def _of_list(reading: Reading, key: ShapeKey) -> Outcome:
    """Judge `[3, 3]`, or the shape of a matrix given as nested lists."""
    value: Any = reading.value
    if isinstance(value, tuple) and value and all(isinstance(row, tuple) for row in value):
        widths = {len(row) for row in value}
        if len(widths) == 1:
            evidence = Evidence(part=reading.part, read=f"a matrix of {len(value)} rows").published()
            return _judge((len(value), widths.pop()), evidence, key)
    elif isinstance(value, tuple) and all(isinstance(side, str) for side in value):
        sides = [_whole(side) for side in value]
        evidence = Evidence(part=reading.part, read=f"[{', '.join(value)}]"[:200]).published()
        known = [side for side in sides if side is not None]
        if known and len(known) == len(sides):
            return _judge(known, evidence, key)
    evidence = Evidence(part=reading.part, decided="This could not be read as a size such as [3, 3].")
    return for_a_person(Reason.UNREADABLE, evidence, keyless=True)


def _whole(text: str) -> int | None:
    try:
        value = read_number(text).value
    except NumberError:
        return None
    return int(value) if value.denominator == 1 and 0 < value < 10**9 else None


def _of_matrix(reading: Reading, key: ShapeKey) -> Outcome | None:
    """Judge the shape of the last matrix that is given."""
    found = [
        matrix
        for matrix in reading.matrices
        if matrix.shape and (len(matrix.rows) > 1 or matrix.form == "latex")
    ]
    fitting = [matrix for matrix in found if matrix.shape and key.fits(matrix.shape)]
    if not found:
        return None
    chosen = (fitting or found)[-1]
    evidence = Evidence(
        read=reading.text[chosen.start : chosen.end], part=reading.part, start=chosen.start, end=chosen.end
    )
    return _judge(chosen.shape or (), evidence, key)


def _of_one_side(reading: Reading, key: ShapeKey) -> Outcome:
    """Judge one number where a square is asked for: enough only where the rubric says so."""
    best = strongest(rank_numbers(reading, label_ends=(0,) if reading.explicit else ()))
    if best is None or not key.square or best.value != key.sides[0]:
        said = (
            "No size such as 3 x 3 was found here."
            if best is None
            else "No size with its sides was found here."
        )
        return not_found(Evidence(part=reading.part, decided=said))
    said = (
        "One side is given."
        if key.one_side
        else "One number is given where a size with all its sides is asked for."
    )
    evidence = Evidence(
        read=reading.text[best.number.start : best.number.end],
        part=reading.part,
        start=best.number.start,
        end=best.number.end,
        decided=said,
    )
    return right(evidence) if key.one_side else for_a_person(Reason.AMBIGUOUS, evidence)
