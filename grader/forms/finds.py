"""How prose is read: every formula, matrix, size and number found in it, and as what.

Nothing is judged and nothing is looked for: the same finders read as in marking, without the names
and labels that a rubric adds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from grader.checks.matrix_keys import times
from grader.model.frozen import Frozen
from grader.notation.formulareader import read_formula
from grader.notation.numbers.exact import shown
from grader.notation.numbers.separators import COMMA_NOTE
from grader.notation.printing.text import to_latex, to_text
from grader.notation.syntaxerrors import ReadingError
from grader.notation.tree import Apply, Matrix, Relation, Symbol, names_in
from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from fractions import Fraction

    from grader.finding.formulas import FoundFormula
    from grader.finding.reading import Reading
    from grader.finding.scan import FoundNumber
    from grader.model.submission import Place
    from grader.notation.numbers.cells import Cell
    from grader.notation.numbers.exact import NumberReading
    from grader.notation.tree import Node

MAX_TEXT: Final = 50_000  # characters looked at, as in marking
MAX_FORMULAS: Final = 60  # of one text that are read; each takes milliseconds
MAX_FINDS: Final = 60  # of one text that are told; the rest is counted
MAX_QUOTED: Final = 200  # characters quoted of what was written
MAX_VALUE: Final = 120  # characters of a value
MAX_CELLS: Final = 400  # entries of a matrix that are told
LONGEST_NAME: Final = 3  # letters of a name in a formula that nobody marked; longer ones are words
MAX_NOTES: Final = 4  # doubts about one value

FindKind = Literal["number", "calculation", "matrix", "size", "formula"]


class Find(Frozen):
    """One thing that was found, and how it was read; `problem` says why it could not be."""

    kind: FindKind
    read: str  # as it was written
    read_as: str = ""
    latex: str = ""
    notes: tuple[str, ...] = ()  # what was assumed, and what else it may mean
    problem: str = ""
    line: int
    column: int = 0  # 0 where only the line of the text's beginning is known


@dataclass(frozen=True, slots=True)
class _Span:
    start: int
    end: int
    find: Find


def plain(value: Fraction) -> str:
    """Return a value in digits without separators, which has one reading only."""
    text = shown(value).replace(",", "")
    return text if len(text) <= MAX_VALUE else f"{text[:MAX_VALUE]}…"


def number_notes(reading: NumberReading) -> tuple[str, ...]:
    """Say what was assumed in reading a number, and what else it may mean."""
    # A comma before three digits parts thousands; that it could also be a decimal comma is no doubt worth a word.
    others = [plain(each.value) for each in reading.alternatives if each.note != COMMA_NOTE]
    notes = (
        [f"'{reading.text.strip()}' may be {' or '.join([plain(reading.value), *others])}"] if others else []
    )
    notes += [reading.note] if reading.note and not others else []
    notes += ["a percentage"] if reading.percent else []
    return (*notes, *(["meant as a rounded value"] if reading.approximate else ()))


def at(text: str, offset: int, place: Place) -> tuple[int, int]:
    """Return line and column of an offset into a text that stands at a place.

    Where the file holds the text in another form (a YAML block), only its beginning is known: column 0.
    """
    if place.offset is None:
        return place.line, 0
    lines = text.count("\n", 0, offset)
    column = offset - text.rfind("\n", 0, offset)
    return place.line + lines, column if lines else place.column + offset


def find_all(reading: Reading) -> tuple[tuple[Find, ...], int]:
    """Return what stands in a text in reading order, at most MAX_FINDS, and how many more there are."""
    reading = reading.with_text(reading.text[:MAX_TEXT])
    spans = list(_formulas(reading))
    spans += _outside(spans, _matrices(reading))
    spans += _outside(spans, _sizes(reading))
    spans += _outside(spans, _numbers(reading))
    spans.sort(key=lambda span: (span.start, span.end))
    return tuple(span.find for span in spans[:MAX_FINDS]), max(0, len(spans) - MAX_FINDS)


def _outside(taken: list[_Span], spans: Iterable[_Span]) -> list[_Span]:
    """Keep what does not stand inside of something that was read as a whole."""
    covered = bytearray(MAX_TEXT + 1)
    for span in taken:
        covered[span.start : span.end] = b"\x01" * (span.end - span.start)
    return [span for span in spans if not covered[span.start]]


def _formulas(answer: Reading) -> Iterator[_Span]:
    text, place = answer.text, answer.place
    for found in answer.formulas[:MAX_FORMULAS]:
        line, column = at(text, found.start, place)
        quoted = found.text[:MAX_QUOTED]
        try:
            reading = read_formula(found.text)
        except ReadingError as error:
            if _is_marked(text, found):
                problem = said(error)
                find = Find(kind="formula", read=quoted, problem=problem, line=line, column=column)
                yield _Span(found.start, found.end, find)
            continue
        tree = reading.tree
        named = isinstance(tree, Symbol | Matrix) or (isinstance(tree, Apply) and tree.head == "index")
        if named or not names_in(tree) or _is_emphasis(text, found, tree):
            continue  # a name that is mentioned; what is made of numbers is told as such
        find = Find(
            kind="formula",
            read=quoted,
            read_as=to_text(tree)[:MAX_QUOTED],
            latex=to_latex(tree),
            notes=(*reading.notes, *other_readings(reading.alternatives)),
            line=line,
            column=column,
        )
        yield _Span(found.start, found.end, find)


def other_readings(trees: Iterable[object]) -> tuple[str, ...]:
    """Say what else a formula may mean."""
    return tuple(f"may also mean {to_text(tree)[:MAX_QUOTED]}" for tree in list(trees)[:MAX_NOTES])  # type: ignore[arg-type]


def said(error: ReadingError) -> str:
    """Say what is wrong with a formula, where, and what was expected there."""
    words = error.message
    if f"at {error.position + 1}" not in words:
        words += f", at character {error.position + 1}"
    return words if not error.expected or error.expected in words else f"{words}; expected {error.expected}"


def _is_marked(text: str, found: FoundFormula) -> bool:
    """Whether the student marked this as a formula, so that it should be readable."""
    before = text[: found.start].rstrip(" \t\n")[-2:]
    return found.syntax == "latex" and (found.display or before.endswith(("$", "\\(", "\\[")))


def _is_emphasis(text: str, found: FoundFormula, tree: Node) -> bool:
    """Whether stars between words only look like products: `*softmax* turns`."""
    words = names_in(tree)
    return (
        not isinstance(tree, Relation)
        and not _is_marked(text, found)
        and all(len(word) > LONGEST_NAME and word.isalpha() for word in words)
    )


def _matrices(reading: Reading) -> Iterator[_Span]:
    text, place = reading.text, reading.place
    for found in reading.matrices:
        if len(found.rows) < 2 and found.form != "latex":
            continue  # a list of numbers, or a remark in brackets
        line, column = at(text, found.start, place)
        find = matrix_find(found.rows, found.factor, text[found.start : found.end], line, column)
        yield _Span(found.start, found.end, find)


def matrix_find(
    rows: tuple[tuple[Cell, ...], ...], factor: Fraction, read: str, line: int, column: int
) -> Find:
    """Tell how a matrix was read: its shape, its entries, and those that are no numbers."""
    if len({len(row) for row in rows}) > 1:
        problem = f"the rows have {', '.join(str(len(row)) for row in rows[:12])} entries; they must have equally many"
        return Find(kind="matrix", read=read[:MAX_QUOTED], problem=problem, line=line, column=column)
    notes: list[str] = [f"each entry times {plain(factor)}"] if factor != 1 else []
    wrong: list[str] = []
    entries: list[list[str]] = []
    for number, row in enumerate(rows[:MAX_CELLS], 1):
        entries.append([])
        for position, cell in enumerate(row[:MAX_CELLS], 1):
            if cell.reading is None:
                wrong.append(f"row {number}, column {position}: '{cell.text[:40]}' is no number")
                entries[-1].append("?")
                continue
            reading = times(cell.reading, factor)
            entries[-1].append(plain(reading.value))
            if cell.reading.alternatives and len(notes) < MAX_NOTES:
                notes += [
                    f"row {number}, column {position}: {note}" for note in number_notes(cell.reading)[:1]
                ]
    text = ", ".join(f"[{', '.join(row)}]" for row in entries)
    more = f"; and {len(wrong) - MAX_NOTES} more" if len(wrong) > MAX_NOTES else ""
    return Find(
        kind="matrix",
        read=read[:MAX_QUOTED],
        read_as=f"{len(rows)} x {len(rows[0])}, [{text}]"
        if len(text) < 20 * MAX_QUOTED
        else f"{len(rows)} x {len(rows[0])}",
        latex="" if wrong else _matrix_latex(entries),
        notes=tuple(notes),
        problem="; ".join(wrong[:MAX_NOTES]) + more,
        line=line,
        column=column,
    )


def _matrix_latex(entries: list[list[str]]) -> str:
    rows = r" \\ ".join(" & ".join(row) for row in entries)
    return rf"\begin{{bmatrix}} {rows} \end{{bmatrix}}"


def _sizes(reading: Reading) -> Iterator[_Span]:
    text, place = reading.text, reading.place
    for found in reading.shapes:
        if found.product:
            continue
        line, column = at(text, found.start, place)
        find = Find(
            kind="size",
            read=text[found.start : found.end],
            read_as=" x ".join(map(str, found.dimensions)),
            line=line,
            column=column,
        )
        yield _Span(found.start, found.end, find)


def _numbers(reading: Reading) -> Iterator[_Span]:
    text, place = reading.text, reading.place
    for found in reading.numbers:
        if found.role in {"operand", "size"}:
            continue  # told with the calculation or the size they stand in
        yield _Span(found.start, found.end, number_find(found, text, *at(text, found.start, place)))


def number_find(found: FoundNumber, text: str, line: int, column: int) -> Find:
    """Tell how a number was read, and which part it plays in a calculation."""
    read, reading = text[found.start : found.end][:MAX_QUOTED], found.reading
    if found.role == "unevaluated":
        note = "a calculation without its result"
        return Find(kind="calculation", read=read, read_as=read, notes=(note,), line=line, column=column)
    notes = number_notes(reading)
    chain = found.chain
    if found.role == "result" and chain is not None and chain.operands:
        notes = (f"the result of '{' '.join(text[chain.start : chain.end].split())[:MAX_QUOTED]}'", *notes)
    value = " ".join(filter(None, (plain(reading.value), reading.unit_name)))
    return Find(kind="number", read=read, read_as=value, notes=notes, line=line, column=column)
