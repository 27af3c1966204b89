r"""The matrices that an answer states: every literal with all that is written around it, evaluated exactly.

`-[[1, 2]]`, `\frac{1}{\sqrt2}\begin{bmatrix}..`, `[[1, 3], [2, 4]].T` and `A = 2M + N` are each one
statement. Its value is that of its last side, and only where all sides that can be computed agree.
What holds something that cannot be computed has no value, and says why.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from grader.finding.matrices import MAX_TEXT
from grader.notation.formulareader import read_formula
from grader.notation.lazypatterns import deferred
from grader.notation.names import Names
from grader.notation.numbers.cells import Cell, read_cell
from grader.notation.numbers.exact import folded
from grader.notation.numbers.matrixvalues import NoValueError, Rows, agree, evaluate
from grader.notation.syntaxerrors import ReadingError
from grader.notation.tree import Node, Relation, Symbol
from grader.prose.boundaries import LINE_END, begins
from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from grader.finding.matrices import FoundMatrix
    from grader.finding.reading import Reading

MAX_AROUND: Final = 300  # characters looked at on either side of a literal
MAX_LISTED: Final = 4_000  # characters of a part that is rows of cells and nothing else
MAX_TOGETHER: Final = 12  # literals of one statement
COMPARED: Final = "It is compared with the matrix, not said to be equal to it."
UNREAD: Final = "What stands around this matrix could not be computed"
DISAGREE: Final = "The sides of this equation do not agree with each other."

_TOKEN: Final = deferred(
    r"(?P<space>[\s&~]|\\[,;:! ])"
    r"|(?P<arrow>[-=]{1,3}>|[→⇒↦])"
    r"|(?P<attribute>\.['’]|\.T(?!\w)|\.(?:transpose|inverse|inv)\(\))"
    r"|(?P<number>\d+(?:[.,]\d+)?)"
    r"|(?P<sign>:=|[-+*/^_=·×⋅∙@'’′ᵀ⁻⁰¹²³!≠<>≤≥≈∘⊙⊗±])"
    r"|(?P<bracket>[()\[\]{}|])"
    r"|(?P<command>\\[A-Za-z]+)"
    r"|(?P<word>[A-Za-z]\w*(?:\.[A-Za-z]\w*)*)"
    r"|(?P<stop>(?s:.))"
)
_STOPPING: Final = frozenset({
    r"\text", r"\textbf", r"\textit", r"\mbox", r"\quad", r"\qquad", r"\begin", r"\end", r"\item", r"\to", r"\rightarrow",
    r"\Rightarrow", r"\longrightarrow", r"\Longrightarrow", r"\implies", r"\mapsto", r"\therefore", r"\boxed", r"\hspace",
    r"\tag", r"\label",
})  # fmt: skip
_MADE_BY: Final = deferred(
    r"\b(?:np|numpy|jnp|torch|tf|sp|sympy)?\.?(?:array|asarray|matrix|mat|Matrix|tensor|constant)\s?\("
)
_CALLS: Final = deferred(r"\b(?:np|numpy|jnp|torch|tf|scipy)\.(?:linalg\.)?(?=(?:inv|det|transpose)\b)")
_OPTIONS: Final = deferred(r",\s{0,3}dtype\s{0,3}=\s{0,3}[\w.]{1,30}")
_KNOWN_CALLS: Final = frozenset(
    {"inv", "det", "transpose", "array", "matrix", "Matrix", "tensor", "tr", "trace"}
)
_POSTFIX: Final = deferred(r"(?<=[\w)\]])\s?(?:\.['’]|\.transpose\(\)|['’′](?!\w))")
_INVERTED: Final = deferred(r"\.inv(?:erse)?\(\)")
_RELATIONS: Final = "=≈"
_COMPARISONS: Final = "≠<>≤≥!"
_DETERMINANT: Final = deferred(r"\\begin\{[vV]matrix")
_SAME: Final = frozenset({"=", ":=", "~"})


@dataclass(frozen=True, slots=True)
class MatrixStatement:
    """One stretch of text about matrices: the value it states, or the problem that leaves it without one."""

    start: int
    end: int
    literals: tuple[FoundMatrix, ...]
    rows: Rows = ()
    problem: str = ""

    @property
    def shape(self) -> tuple[int, int] | None:
        """Rows and columns; None where the rows differ in length or there is no value."""
        widths = {len(row) for row in self.rows}
        return (len(self.rows), widths.pop()) if len(widths) == 1 else None


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Literals that stand in one expression, and where it begins and ends."""

    start: int
    end: int
    literals: tuple[FoundMatrix, ...]


def find_matrix_statements(reading: Reading, *, vectors: bool) -> tuple[MatrixStatement, ...]:
    """Return what a text states about matrices, in reading order; brackets of one row count with `vectors`."""
    return reading.kept(_statements, vectors=vectors)


def _statements(reading: Reading, *, vectors: bool) -> tuple[MatrixStatement, ...]:
    literals = [m for m in reading.matrices if len(m.rows) > 1 or m.form == "latex" or vectors]
    if not literals:
        return ()
    plain = reading.folded[:MAX_TEXT]
    marked = [(found.start, found.end) for found in reading.formulas if found.syntax == "latex"]
    return tuple(_statement(plain, stretch) for stretch in _stretches(plain, literals, marked))


_LISTED: Final = deferred(
    r"(?:and\b|or\b|alternatively\b|[,;/|&$.\s]|\\\\|\\q?quad|maybe\b|perhaps\b|possibly\b|\d[.)])*",
    re.IGNORECASE,
)
_OFFERED: Final = deferred(r"\b(?:or|alternatively|maybe|perhaps|possibly|otherwise)\b", re.IGNORECASE)
_LEAD_WORDS: Final = 3  # words before a matrix that name what it is


def is_alternative(text: str, one: MatrixStatement, last: MatrixStatement, *, explicit: bool) -> bool:
    """Whether a matrix is offered beside the last one, not on the way to it.

    Alternatives are listed, joined by "or", named by the same words, or given in one part.
    """
    if one is last or one.end > last.start:
        return False
    between = text[one.end : last.start]
    if explicit and not re.search(r"[A-Za-z]{3}|[=→⇒]|->", between):
        return True
    if _LISTED.fullmatch(between) or _OFFERED.search(between):
        return True
    leads = [_lead(text, each.start) for each in (one, last)]
    return leads[0] == leads[1] and bool(leads[0])


def _lead(text: str, start: int) -> tuple[str, ...]:
    sentence = text[begins(text, start - 80, start, LINE_END) : start]
    return tuple(re.findall(r"[^\W\d_]+", sentence.lower())[-_LEAD_WORDS:])


def read_listed(text: str) -> MatrixStatement | None:
    r"""Read a text that is nothing but rows of cells: `-2, -14, -7`, a column of lines, `1&2\\3&4`, `⟨1, 2⟩`."""
    plain = folded(text[:MAX_LISTED])
    bare = plain.replace("\\langle", " ").replace("\\rangle", " ").strip(" \t\r\n$⟨⟩<>〈〉.")
    rows = [_listed_cells(row) for row in re.split(r"\\\\|;|\n", bare) if row.strip(" \t,")]
    cells = [cell for row in rows for cell in row]
    if len(cells) < 2 or len({len(row) for row in rows}) != 1 or not all(map(_is_plain, cells)):
        return None
    return MatrixStatement(0, len(text), (), tuple(rows))


def _is_plain(cell: Cell) -> bool:
    """Whether a cell is a number and no amount of something: `-7k` may be a component along k."""
    return cell.reading is not None and not any(char.isalpha() for char in cell.text)


def _listed_cells(row: str) -> tuple[Cell, ...]:
    """Return the entries of a row: parted by `&`, else by commas, else by blanks."""
    row = row.strip().strip(",")
    parts = row.split("&") if "&" in row else row.split(",") if "," in row else row.split()
    return tuple(read_cell(part) for part in parts)


def _stretches(
    plain: str, literals: Sequence[FoundMatrix], marked: Sequence[tuple[int, int]]
) -> list[_Stretch]:
    found: list[_Stretch] = []
    floor = 0
    for index, literal in enumerate(literals):
        ceiling = literals[index + 1].start if index + 1 < len(literals) else len(plain)
        if literal.form in {"lines", "table"}:
            found.append(_Stretch(literal.start, literal.end, (literal,)))
            floor = literal.end
            continue
        in_math = any(start <= literal.start and literal.end <= end for start, end in marked)
        start = _reach_left(plain, max(floor, literal.start - MAX_AROUND), literal.start, in_math=in_math)
        end = _reach_right(plain, literal.end, min(ceiling, literal.end + MAX_AROUND), in_math=in_math)
        before = found[-1] if found else None
        joined = before and before.end >= start and len(before.literals) < MAX_TOGETHER
        if before and joined and before.literals[-1].form not in {"lines", "table"}:
            found[-1] = _Stretch(before.start, end, (*before.literals, literal))
        else:
            found.append(_Stretch(max(start, before.end if before else 0), end, (literal,)))
        floor = literal.end
    return [_balanced(plain, stretch) for stretch in found]


def _reach_left(plain: str, floor: int, start: int, *, in_math: bool) -> int:
    """Return where the expression that ends at a literal begins."""
    tokens = list(_TOKEN.finditer(plain, floor, start))
    at = start
    for place in range(len(tokens) - 1, -1, -1):
        token = tokens[place]
        behind = plain[token.end() : start].strip()
        if token.lastgroup == "space":
            if "\n" in token[0] and not in_math:
                break
            continue
        if not _belongs(token, plain, in_math=in_math):
            break
        if not in_math and _is_of_sentence(token, plain, behind, plain[floor : token.start()]):
            break
        at = token.start()
    return _without_bullet(plain, at)


def _is_of_sentence(token: re.Match[str], plain: str, behind: str, lead: str) -> bool:
    """Whether a word or number before a literal in plain text is one of the sentence: `Figure 2 [[..]]`."""
    loose = plain[token.end()].isspace()
    if token.lastgroup == "word":
        factor = len(token[0]) == 1 and not loose  # `A[[1, 2], [3, 4]]`
        return not _is_operator(behind[:1]) and not factor and (loose or not behind.startswith("("))
    lead = lead.rstrip()
    return (
        token.lastgroup == "number"
        and not behind
        and loose
        and (lead[-1:].isalnum() or lead[-1:] in {".", ":", "#"})
    )


def _without_bullet(plain: str, at: int) -> int:
    """Return the place behind a dash that only begins a line: `- [[1, 2], [3, 4]]`."""
    line = plain.rfind("\n", 0, at) + 1
    bullet = re.match(r"\s*[-*+]\s+(?!\d)", plain[line : line + 20])
    if bullet and at == line + len(bullet[0].rstrip()) - 1:
        return line + bullet.end()
    return at


def _reach_right(plain: str, end: int, ceiling: int, *, in_math: bool) -> int:
    """Return where the expression that begins with a literal ends."""
    options = _OPTIONS.match(plain, end)
    at = options.end() if options else end
    for token in _TOKEN.finditer(plain, at, ceiling):
        if token.lastgroup == "space":
            if "\n" in token[0] and not in_math:
                break
            continue
        if not _belongs(token, plain, in_math=in_math):
            break
        before = plain[end : token.start()].rstrip()
        loose = token.start() > end and not _is_operator(before[-1:])
        last = len(token[0]) == 1 and not plain[token.end() :].strip(" .$\n")  # `[[1, 2], [3, 4]] B`
        if token.lastgroup in {"word", "number"} and not in_math and loose and not last:
            break
        at = token.end()
    return at


def _is_operator(sign: str) -> bool:
    return bool(sign) and sign in "-+*/^=·×⋅∙@≠<>≤≥≈!:_"


def _belongs(token: re.Match[str], plain: str, *, in_math: bool) -> bool:
    if token.lastgroup in {"stop", "arrow"}:
        return False
    if token.lastgroup == "command":
        return token[0] not in _STOPPING
    if token.lastgroup == "word":
        name = token[0]
        called = plain.startswith("(", token.end())
        return (
            len(name) == 1
            or called
            or (in_math and len(name) <= 3)
            or name.rpartition(".")[2] in _KNOWN_CALLS
        )
    return True


def _balanced(plain: str, stretch: _Stretch) -> _Stretch:
    """Leave out brackets that close or open outside of the stretch: those of the sentence."""
    spans = [(literal.start, literal.end) for literal in stretch.literals]
    opened: list[int] = []
    start, end = stretch.start, stretch.end
    at = start
    while at < end:
        inside = next((close for open_, close in spans if open_ <= at < close), 0)
        if inside:
            at = inside
            continue
        if plain[at] in "([{":
            opened.append(at)
        elif plain[at] in ")]}":
            if opened:
                opened.pop()
            elif at >= spans[-1][1]:
                end = at
            elif at < spans[0][0]:
                start = at + 1
        at += 1
    for place in opened:
        if place < spans[0][0]:
            start = max(start, place + 1)
        else:
            end = min(end, place)
    return _Stretch(start, max(end, spans[-1][1]), stretch.literals)


def _statement(plain: str, stretch: _Stretch) -> MatrixStatement:
    values: dict[str, Rows] = {}
    pieces: list[str] = []
    at = stretch.start
    for index, literal in enumerate(stretch.literals):
        name = f"qz{chr(ord('a') + index)}qz"
        values[name] = literal.rows
        turned = _DETERMINANT.match(plain, literal.start) is not None
        pieces += [plain[at : literal.start], f" det({name}) " if turned else f" {name} "]
        at = literal.end
    pieces.append(plain[at : stretch.end])
    written = "".join(pieces).strip(" \t\r\n$&,;:.")
    start, end, literals = stretch.start, stretch.end, stretch.literals
    while start < literals[0].start and plain[start] in " \t\r\n$&,;:.":
        start += 1
    while end > literals[-1].end and plain[end - 1] in " \t\r\n$&,;:.":
        end -= 1
    try:
        rows = _value(_cleaned(written), values)
    except (NoValueError, ReadingError) as error:
        return MatrixStatement(start, end, literals, problem=str(error) or f"{UNREAD}.")
    return MatrixStatement(start, end, literals, rows)


def _cleaned(written: str) -> str:
    """Return the text without the calls that only make a matrix, with the operations in their usual spelling."""
    text = _OPTIONS.sub("", _CALLS.sub("", _MADE_BY.sub("(", written)))
    if text.startswith("**") and text.endswith("**"):
        text = text.strip("*")  # set in bold
    text = _INVERTED.sub("^{-1}", _POSTFIX.sub("^T", text)).strip()
    if text[:1] and text[0] in _COMPARISONS:
        raise NoValueError(COMPARED)
    return text.lstrip(_RELATIONS + ": ").rstrip(_RELATIONS + ": ")


def _value(text: str, values: dict[str, Rows]) -> Rows:
    """Return what an expression over named literals is equal to. Raises NoValueError, ReadingError."""
    if text in values:
        return values[text]
    names = Names.declare(dict.fromkeys(values, ()), matrices=frozenset(values))
    tree = read_formula(text, names=names).tree
    elementwise = "*" in text or "\\ast" in text or "⊗" in text or "\\otimes" in text

    def holds(node: Node) -> bool:
        return any(isinstance(part, Symbol) and part.name in values for part in node.walk())

    sides = tree.operands if isinstance(tree, Relation) else (tree,)
    if isinstance(tree, Relation) and not set(tree.operators) <= _SAME:
        raise NoValueError(COMPARED)
    return _common(
        [side for side in sides if holds(side)], lambda side: evaluate(side, values, elementwise=elementwise)
    )


def _common(sides: list[Node], value: Callable[[Node], Rows]) -> Rows:
    """Return the value of the last side, with which every other side that has a value must agree."""
    if not sides:
        raise NoValueError(f"{UNREAD}.")
    last = value(sides[-1])
    for side in sides[:-1]:
        try:
            other = value(side)
        except NoValueError:
            continue  # a calculation with names, or a convolution
        if not agree(other, last):
            raise NoValueError(DISAGREE)
    return last
