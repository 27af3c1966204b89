"""Matrices and sizes written otherwise, and with a slip: a sign, a cell, two cells swapped, turned round."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from grader.authoring.mutation.mutants import Replacement

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from fractions import Fraction

    from grader.notation.numbers.exact import NumberReading

Texts = tuple[tuple[str, ...], ...]


def replacements(expected: Sequence[Sequence[NumberReading]]) -> Iterator[Replacement]:
    """Yield what may stand for a matrix that is right."""
    rows = tuple(tuple(cell.text for cell in row) for row in expected)
    yield from (Replacement("layout", damages=False, answer=answer) for answer in _layouts(rows))
    values = [[cell.value for cell in row] for row in expected]
    for operator, damaged in _slips(values):
        if not _is_multiple(damaged, values):
            yield Replacement(operator, damages=True, answer=_written(damaged))


def size_replacements(expected: Sequence[Sequence[NumberReading]]) -> Iterator[Replacement]:
    """Yield what may stand for a size that is right: a flat list of sides, or the size of a matrix."""
    flat = len(expected) == 1
    sides = [int(cell.value) for cell in expected[0]] if flat else [len(expected), len(expected[0])]
    words = [str(side) for side in sides]
    inner = ", ".join(words)
    crossed = (
        " x ".join(words),
        " \N{MULTIPLICATION SIGN} ".join(words),
        "$" + r" \times ".join(words) + "$",
    )
    for text in (*crossed, f"({inner})", f"[{inner}]"):
        yield Replacement("layout", damages=False, answer=text)
    for place in range(len(sides)):
        other = [side + (1 if number == place else 0) for number, side in enumerate(sides)]
        yield Replacement("digit", damages=True, answer=" x ".join(map(str, other)))
    yield Replacement("digit", damages=True, answer=" x ".join(str(side + 2) for side in sides))


def _layouts(rows: Texts) -> Iterator[Any]:
    yield rows
    listed = ", ".join(f"[{', '.join(row)}]" for row in rows)
    yield f"[{listed}]"
    yield f"np.array([{listed}])"
    inner = r" \\ ".join(" & ".join(row) for row in rows)
    yield from (f"$$\\begin{{{kind}}} {inner} \\end{{{kind}}}$$" for kind in ("bmatrix", "pmatrix"))
    if len(rows) > 1:
        yield "\n".join("  ".join(row) for row in rows)
        yield f"[{'; '.join(' '.join(row) for row in rows)}]"


def _slips(values: list[list[Fraction]]) -> Iterator[tuple[str, list[list[Fraction]]]]:
    places = [(row, column) for row, cells in enumerate(values) for column in range(len(cells))]
    telling = [place for place in places if values[place[0]][place[1]]]
    for row, column in dict.fromkeys((*telling[:1], *telling[-1:])):
        yield "sign", _with(values, row, column, -values[row][column])
    for row, column in dict.fromkeys((places[0], places[len(places) // 2], places[-1])):
        yield "cell", _with(values, row, column, values[row][column] + 1)
    first = values[0][0]
    other = next((place for place in places if values[place[0]][place[1]] != first), None)
    if other is not None:
        swapped = _with(values, 0, 0, values[other[0]][other[1]])
        yield "cells swapped", _with(swapped, *other, first)
    turned = [list(row) for row in zip(*values, strict=True)]
    if turned != values and len(values) > 1:
        yield "turned", turned
    if len(values) > 1:
        yield "row left out", values[:-1]


def _with(values: list[list[Fraction]], row: int, column: int, value: Fraction) -> list[list[Fraction]]:
    return [
        [value if (row, column) == (number, place) else cell for place, cell in enumerate(cells)]
        for number, cells in enumerate(values)
    ]


def _is_multiple(one: list[list[Fraction]], other: list[list[Fraction]]) -> bool:
    """Whether two matrices differ by a factor at most: a rubric may accept some."""
    if [len(row) for row in one] != [len(row) for row in other]:
        return False
    left, right = ([cell for row in each for cell in row] for each in (one, other))
    return all(
        a * d == b * c for a, b in zip(left, right, strict=True) for c, d in zip(left, right, strict=True)
    )


def _written(values: list[list[Fraction]]) -> Texts:
    return tuple(tuple(str(cell) for cell in row) for row in values)
