"""A matrix as it was written, and what is said of one that was judged."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from grader.checks.matrix_keys import (
    MAX_SIDE,
    MatrixMistake,
)
from grader.finding.statements import (
    MatrixStatement,
    find_matrix_statements,
)
from grader.model.outcome import Evidence, Outcome, Reason
from grader.model.outcomes import for_a_person, mistaken
from grader.notation.numbers.cells import Cell, read_cell
from grader.notation.numbers.exact import shown

if TYPE_CHECKING:
    from fractions import Fraction

    from grader.finding.reading import Reading

MAX_NAMED: Final = 4  # wrong cells named in a sentence; the rest is counted
MAX_READ: Final = 4_000  # characters of the place that is quoted as read
MAX_QUOTED: Final = 200  # characters of a student's text quoted as evidence
_LATEX_ROW_END: Final = r" \\ "

Written = tuple[tuple[Cell, ...], ...]


def rows_of(value: Any) -> Written | None:
    """Read nested lists of texts; a flat list is one row."""
    if not isinstance(value, tuple) or not value:
        return None
    rows = value if all(isinstance(row, tuple) for row in value) else (value,)
    if sum(len(row) for row in rows) > MAX_SIDE**2 or not all(rows):
        return None
    if not all(isinstance(cell, str) for row in rows for cell in row):
        return None
    return tuple(tuple(read_cell(cell) for cell in row) for row in rows)


def in_brackets(rows: Written) -> str:
    """Return rows as nested lists."""
    text = ", ".join(f"[{', '.join(cell.text for cell in row)}]" for row in rows)
    return f"[{text}]"[:MAX_QUOTED]


def as_latex(rows: Written) -> str:
    """Return rows as LaTeX; "" where a cell is no number."""
    if any(cell.reading is None for row in rows for cell in row):
        return ""
    lines = (" & ".join(shown(cell.reading.value) for cell in row if cell.reading) for row in rows)
    return rf"\begin{{bmatrix}} {_LATEX_ROW_END.join(lines)} \end{{bmatrix}}"


def is_only_one(reading: Reading) -> bool:
    """Whether one matrix or vector stands in a text, whatever the key's shape."""
    return sum(1 for _ in find_matrix_statements(reading, vectors=True)) == 1


def quoted(found: MatrixStatement, reading: Reading, *, only: bool = False) -> Evidence:
    """Quote a matrix; where it is the only one, the key had no part in picking it."""
    evidence = Evidence(
        read=reading.text[found.start : found.end][:MAX_READ],
        part=reading.part,
        start=found.start,
        end=found.end,
        read_as=in_brackets(found.rows),
        latex=as_latex(found.rows),
    )
    return evidence.published(read_as=evidence.read_as, latex=evidence.latex) if only else evidence


def unclear(found: MatrixStatement, reading: Reading, said: str) -> Outcome:
    """Leave a matrix to a person, with the reason."""
    evidence = quoted(found, reading).model_copy(update={"decided": said})
    return for_a_person(Reason.AMBIGUOUS, evidence)


def places_of(wrong: tuple[tuple[int, int], ...], rows: Written) -> str:
    """Name the first cells that are not right."""
    named = [
        f"row {row + 1}, column {column + 1} ({rows[row][column].text or 'empty'})"
        for row, column in wrong[:MAX_NAMED]
    ]
    more = f" and {len(wrong) - MAX_NAMED} more" if len(wrong) > MAX_NAMED else ""
    return f"not right: {'; '.join(named)}{more}"


def decided(
    evidence: Evidence,
    credit: Fraction | None,
    reason: Reason,
    said: str,
    *,
    feedback: str = "",
    written: str = "",
    hint: str = "",
) -> Outcome:
    """Return an outcome with one sentence on what decided."""
    return Outcome(
        credit=credit,
        reason=reason,
        feedback=feedback,
        written=written,
        hint=hint,
        evidence=(evidence.model_copy(update={"decided": said}),),
    )


def as_mistaken(evidence: Evidence, named: list[MatrixMistake], share: Fraction, said: str) -> Outcome:
    given = [mistake.credit for mistake in named if mistake.credit is not None]
    told = evidence.model_copy(update={"decided": said})
    return mistaken(named, max(given) if given else share, told, hinted=True)


def unreadable(reading: Reading, said: str, *, keyless: bool = True) -> Outcome:
    """Leave to a person what could not be read as a matrix."""
    evidence = Evidence(read=reading.text[:MAX_QUOTED], part=reading.part, decided=said)
    return for_a_person(Reason.UNREADABLE, evidence, keyless=keyless)
