"""Find where a rubric's own public words give away what it expects.

A form never takes anything from the key, but an author may have written the answer into a title, a
question's text or the name of a part. What can hardly be chance is told apart from what may be: the
size 3 x 3 stands in many questions that are not answered by it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from grader.notation.errors import ReadingError
from grader.notation.finding import find_numbers
from grader.notation.finding_matrices import find_matrices, find_shapes
from grader.notation.formulas import find_formulas
from grader.notation.reading import read_formula
from grader.notation.tree import Node, Number, Relation, Symbol

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from fractions import Fraction

    from grader.errors import Problem
    from grader.rubric import Criterion, Question, Rubric
    from grader.yamltree import Loc, Tree

# Fewer significant digits stand in a text by chance.
TELLING_DIGITS: Final = 3
# A formula of fewer signs and names does as well.
TELLING_NODES: Final = 3

_DIGITS: Final = re.compile(r"[0-9]+(?:[,_' ][0-9]{3})*(?:\.[0-9]+)?")


@dataclass(frozen=True, slots=True)
class Leak:
    """One place that tells an expected value; `sure` where that can hardly be chance."""

    problem: Problem
    sure: bool


@dataclass(frozen=True, slots=True)
class _Public:
    """A text that students see: where it stands in the rubric, and what it is called."""

    text: str
    loc: Loc
    called: str
    question: int | None = None
    criterion: int | None = None  # of a part's name


def leaks(rubric: Rubric, tree: Tree, source: str) -> tuple[Leak, ...]:
    """Return every place of the rubric that students see and that holds an expected value.

    `tree` and `source` are the rubric's file as it was read, for the lines.
    """
    found: dict[Problem, Leak] = {}
    for public in _public(rubric):
        for number, question in enumerate(rubric.questions):
            own = public.question in {number, None}
            for criterion in question.criteria:
                for spelling, sure in _spelled(public, criterion):
                    if not sure and not own:
                        continue
                    whose = f"question {question.id!r}, criterion {criterion.id!r}"
                    message = f"{public.called} holds {spelling!r}, which {whose} expects"
                    if not sure:
                        message += "; make sure that it does not give the answer away"
                    problem = _placed(tree, source, public, spelling, message)
                    known = found.get(problem)
                    found[problem] = Leak(problem, sure or (known is not None and known.sure))
    return tuple(found[problem] for problem in sorted(found))


def _public(rubric: Rubric) -> Iterator[_Public]:
    yield _Public(rubric.title, ("title",), "the title")
    for number, question in enumerate(rubric.questions):
        loc = ("questions", number)
        whose = f"question {question.id!r}"
        yield _Public(question.title, (*loc, "title"), f"{whose}: its title", number)
        yield _Public(question.text, (*loc, "text"), f"{whose}: its text", number)
        for place, heading in enumerate(question.headings):
            yield _Public(heading, (*loc, "headings", place), f"{whose}: a heading", number)
        yield from _names(question, number)


def _names(question: Question, number: int) -> Iterator[_Public]:
    for row, criterion in enumerate(question.criteria):
        loc = ("questions", number, "criteria", row, "part")
        called = f"question {question.id!r}: the name of the part {criterion.part!r}"
        yield _Public(criterion.part, loc, called, number, row)


def _placed(tree: Tree, source: str, public: _Public, spelling: str, message: str) -> Problem:
    """Say it at the line of the spelling itself, where that stands in the file as it was read."""
    problem = tree.problem(public.loc, message)
    lines = source.splitlines(keepends=True)
    start = sum(map(len, lines[: problem.line - 1])) + problem.column - 1
    at = source.find(spelling, start, start + 2 * len(public.text) + 400)
    if at < 0:
        return problem
    line = source.count("\n", 0, at) + 1
    return type(problem)(problem.path, line, at - source.rfind("\n", 0, at), message)


def _spelled(public: _Public, criterion: Criterion) -> Iterator[tuple[str, bool]]:
    """Yield how a text spells what a criterion expects, and whether that can hardly be chance."""
    text, check = public.text, criterion.check
    if not text.strip():
        return
    if criterion.check_name == "number":
        for value in (check.expected, *(other.value for other in check.accept)):
            yield from _number(text, value.value, value.digits)
    elif criterion.check_name == "matrix":
        yield from _size(text, check) if check.shape_only else _matrix(text, check)
    elif criterion.check_name == "formula":
        yield from _formula(text, (check.expected, *check.accept))
    elif criterion.check_name == "choice":
        yield from ((spelling, public.criterion is not None) for spelling in _options(text, check))


def _number(text: str, value: Fraction, digits: int) -> Iterator[tuple[str, bool]]:
    sure = digits >= TELLING_DIGITS or value.denominator > 1
    spellings = [
        text[number.start : number.end]
        for number in find_numbers(text)
        if any(reading.value == value for reading in number.reading.readings)
    ]
    if value.denominator == 1:  # `part_903400` is a name, and its digits are found by no reader
        spellings += [
            each[0] for each in _DIGITS.finditer(text) if re.sub(r"\D", "", each[0]) == str(abs(value))
        ]
    yield from ((spelling, sure) for spelling in dict.fromkeys(spellings))


def _matrix(text: str, check: Any) -> Iterator[tuple[str, bool]]:
    wanted = [[cell.value for cell in row] for row in check.expected]
    for found in find_matrices(text):
        cells = [[cell.reading.value if cell.reading else None for cell in row] for row in found.rows]
        if any(cells == [[cell * factor.factor for cell in row] for row in wanted] for factor in check.scale):
            yield text[found.start : found.end], sum(map(len, wanted)) > 2


def _size(text: str, check: Any) -> Iterator[tuple[str, bool]]:
    rows = check.expected
    sides = tuple(int(cell.value) for cell in rows[0]) if len(rows) == 1 else (len(rows), len(rows[0]))
    yield from (
        (text[each.start : each.end], False) for each in find_shapes(text) if each.dimensions == sides
    )


def _formula(text: str, expected: Iterable[str]) -> Iterator[tuple[str, bool]]:
    wanted = {tree for each in expected for tree in _trees(each)}
    wanted = {tree for tree in wanted if not isinstance(tree, Symbol | Number)}
    for found in find_formulas(text) if wanted else ():
        for tree in wanted.intersection(_trees(found.text)):
            yield found.text, sum(1 for _ in tree.walk()) >= TELLING_NODES


def _trees(text: str) -> Iterator[Node]:
    """Yield what a formula may say, and the sides of an equation."""
    try:
        reading = read_formula(text)
    except ReadingError:
        return
    for tree in (reading.tree, *reading.alternatives):
        yield tree
        if isinstance(tree, Relation):
            yield from tree.operands


def _options(text: str, check: Any) -> Iterator[str]:
    """Yield a right option where a text names it and none of the wrong ones."""
    right = {check.expected} if isinstance(check.expected, str) else {*_values(check.expected)}
    named = {}
    for option, texts in check.options.items():
        for spelling in (option, *texts):
            # In a name, `_` and `-` part words; an option of one letter is part of many words.
            found = re.search(rf"(?<![^\W_]){re.escape(spelling)}(?![^\W_])", text, re.IGNORECASE)
            if found and (len(spelling) > 1 or found[0] == text):
                named[option] = found[0]
    if named and named.keys() <= right:
        yield from named.values()


def _values(expected: Any) -> Iterable[str]:
    values: Iterable[str] = expected.values() if hasattr(expected, "values") else expected
    return values
