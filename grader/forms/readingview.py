"""How a whole hand-in is read: what was found for every question and part, and what was not.

This is what a student can know before handing in. It depends on the form alone, so it can say that
a number was read and as which one, and never whether that is the one that was asked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final, Literal

from grader.checks.choice import ChoiceCheck
from grader.checks.contract import Kind
from grader.checks.shapecredit import ShapeKey, shape_in
from grader.finding.matrices import MAX_CELLS
from grader.finding.reading import Reading
from grader.finding.selection import rank_numbers, strongest
from grader.finding.whole import read_whole
from grader.finding.wholeformulas import is_prose, unwrapped
from grader.forms import FormPart
from grader.forms.finds import (
    MAX_QUOTED,
    MAX_TEXT,
    Find,
    at,
    find_all,
    matrix_find,
    number_find,
    number_notes,
    other_readings,
    plain,
    said,
)
from grader.model.frozen import Frozen
from grader.notation.formulareader import read_formula
from grader.notation.numbers.cells import read_cell
from grader.notation.numbers.exact import NumberError, read_number
from grader.notation.printing.text import to_latex, to_text
from grader.notation.syntaxerrors import ReadingError
from grader.writers.answerparts import in_brackets

if TYPE_CHECKING:
    from grader.forms import Form, FormQuestion
    from grader.model.submission import Answer, Submission

State = Literal["read", "in_text", "missing", "unreadable"]

# A size that nobody writes: what a shape is compared with here decides nothing.
_NO_SIZE: Final = ShapeKey((0, 0))
_FOUND_AS: Final[Mapping[Kind, frozenset[str]]] = {
    "number": frozenset({"number", "calculation"}),
    "matrix": frozenset({"matrix"}),
    "size": frozenset({"size", "matrix"}),
    "formula": frozenset({"formula"}),
}


class PartReading(Frozen):
    """What came of one part. `in_text`: it was not given by name, and is looked for in the prose."""

    name: str
    kind: Kind
    state: State
    read: str = ""
    read_as: str = ""
    latex: str = ""
    notes: tuple[str, ...] = ()
    problem: str = ""
    line: int = 0
    column: int = 0
    finds: tuple[Find, ...] = ()  # of a part that holds prose


class QuestionReading(Frozen):
    """What came of one question."""

    id: str
    title: str
    missing: bool
    line: int = 0
    words: int = 0  # of its prose
    finds: tuple[Find, ...] = ()
    more: int = 0  # finds that are not told
    notes: tuple[str, ...] = ()
    parts: tuple[PartReading, ...] = ()


class HandInReading(Frozen):
    """What came of one file."""

    source: str
    assignment: str
    students: tuple[str, ...]
    notes: tuple[str, ...]
    questions: tuple[QuestionReading, ...]

    @property
    def missing(self) -> tuple[str, ...]:
        """What is blank: questions, and parts of others."""
        names = []
        for question in self.questions:
            absent = [part.name for part in question.parts if part.state == "missing"]
            names += [question.id] if question.missing else [f"{question.id} {name}" for name in absent]
        return tuple(names)

    @property
    def unreadable(self) -> tuple[str, ...]:
        """Where something could not be read."""
        names = []
        for question in self.questions:
            names += [
                f"{question.id} {part.name}".rstrip() for part in question.parts if part.state == "unreadable"
            ]
            names += [question.id] * any(find.problem for find in question.finds)
        return tuple(dict.fromkeys(names))


def read_handin(submission: Submission, form: Form) -> HandInReading:
    """Return how a hand-in is read; pure and total."""
    return HandInReading(
        source=submission.source,
        assignment=form.assignment,
        students=tuple(student.id for student in submission.students),
        notes=submission.notes,
        questions=tuple(
            _question(question, submission.answers.get(question.id)) for question in form.questions
        ),
    )


def _question(question: FormQuestion, answer: Answer | None) -> QuestionReading:
    found = _cut_notes(answer) if answer is not None else ()
    if answer is None or answer.blank:
        return QuestionReading(
            id=question.id,
            title=question.title,
            missing=not (answer is not None and answer.images),
            line=answer.place.line if answer is not None and answer.heading else 0,
            notes=found,
        )
    whole = Reading.of(answer)
    finds, more = find_all(whole)
    asked = question.parts
    if question.id in answer.parts and not asked:  # a list alone, which needs no name
        asked = (FormPart(name=question.id, kind="matrix"),)
    notes = (*found, *((_cut_note(answer.text),) if len(answer.text) > MAX_TEXT else ()))
    return QuestionReading(
        id=question.id,
        title=question.title,
        missing=False,
        line=answer.place.line,
        words=len(answer.text.split()),
        finds=finds,
        more=more,
        notes=notes,
        parts=tuple(_part(part, question.id, whole, finds) for part in asked),
    )


def _cut_notes(answer: Answer) -> tuple[str, ...]:
    """Return where an answer was found in a document, why there, and what is doubtful about that."""
    notes = [f"found at {answer.heading}"] if answer.heading else []
    notes += [f"not sure: {answer.cut}"] if answer.cut else []
    if answer.images:
        count = len(answer.images)
        notes.append(f"{count} {'picture' if count == 1 else 'pictures'}, which a person will look at")
    return tuple(notes)


def _cut_note(text: str) -> str:
    return f"only the first {MAX_TEXT} of {len(text)} characters are looked at"


def _part(part: FormPart, question: str, whole: Reading, finds: tuple[Find, ...]) -> PartReading:
    """Read the part as marking does: by its name, else the list that is the whole answer, else in the prose."""
    given = whole.under((part.name, question))
    if given is not whole:
        return _given(part, given)
    blank = PartReading(name=part.name, kind=part.kind, state="missing")
    if whole.blank:
        return blank
    if part.kind == "text":
        return blank.model_copy(update={"state": "in_text"})
    if part.kind == "choice":
        found = _choice(part, whole.with_text(whole.text[:MAX_TEXT]))
        return found.model_copy(update={"state": "in_text"}) if found.state == "read" else blank
    if any(find.kind in _FOUND_AS[part.kind] and not find.problem for find in finds):
        return blank.model_copy(update={"state": "in_text"})
    return blank


def _given(part: FormPart, given: Reading) -> PartReading:
    value, place = given.value, given.place
    if _too_many(given.text if value is None else value):
        return _unreadable(
            part,
            Reading(place=place),
            f"this holds more than {MAX_CELLS} values",
            line=place.line,
            column=place.column,
        )
    text = given.text if part.kind == "matrix" else given.alone
    cut = value is None and len(given.text) > MAX_TEXT
    if text is not None and not (value is not None and part.kind == "matrix"):
        given = given.with_text(text[:MAX_TEXT])
    reading = _READERS[part.kind](part, given)
    notes = (*reading.notes, _cut_note(text or "")) if cut else reading.notes
    line, column = (reading.line or place.line), (reading.column or place.column)
    return reading.model_copy(update={"notes": notes, "line": line, "column": column})


def _too_many(value: Any) -> bool:
    """Whether nested values are more than anybody writes out, counted no further than needed."""
    count, waiting = 0, [value]
    while waiting and count <= MAX_CELLS:
        each = waiting.pop()
        if not isinstance(each, str):
            waiting.extend(each.values() if isinstance(each, Mapping) else each)
        count += 1
    return count > MAX_CELLS


def _read(part: FormPart, **found: Any) -> PartReading:
    return PartReading(name=part.name, kind=part.kind, state="read", **found)


def _unreadable(part: FormPart, given: Reading, problem: str, **found: Any) -> PartReading:
    read = given.text or in_brackets(given.value or "")
    return PartReading(
        name=part.name, kind=part.kind, state="unreadable", read=read[:MAX_QUOTED], problem=problem, **found
    )


def _of_find(part: FormPart, find: Find, *notes: str) -> PartReading:
    return PartReading(
        name=part.name,
        kind=part.kind,
        state="unreadable" if find.problem else "read",
        read=find.read,
        read_as=find.read_as,
        latex=find.latex,
        notes=(*notes, *find.notes),
        problem=find.problem,
        line=find.line,
        column=find.column,
    )


def _number(part: FormPart, given: Reading) -> PartReading:
    text = given.text
    if given.value is not None:
        return _unreadable(part, given, "one number is asked for; this is a list or a mapping")
    whole = read_whole(text)
    if whole is not None and len(whole.readings) == 1:
        reading = whole.reading
        value = " ".join(filter(None, (plain(reading.value), reading.unit_name)))
        return _read(part, read=text.strip()[:MAX_QUOTED], read_as=value, notes=number_notes(reading))
    inside = rank_numbers(given, label_ends=(0,))
    best = strongest(inside)
    if best is not None:
        find = number_find(best.number, text, *at(text, best.number.start, given.place))
        others = {plain(each.value) for each in inside} - {plain(best.value)}
        note = f"beside {', '.join(sorted(others)[:4])}" if others else "taken from the text"
        return _of_find(part, find, note)
    if not any(char.isdecimal() for char in text):
        return _unreadable(part, given, "there is no number here")
    try:
        read_number(text)
    except NumberError as error:
        line, column = at(text, min(error.position, len(text)), given.place)
        problem = f"{error.message}, at character {error.position + 1}"
        return _unreadable(part, given, problem, line=line, column=column)
    return _unreadable(part, given, "this is no number as a whole")


def _matrix(part: FormPart, given: Reading) -> PartReading:
    place = given.place
    if isinstance(given.value, Mapping):
        return _unreadable(part, given, "a matrix is asked for; this is a mapping")
    if given.value is not None:
        value = given.value
        rows = value if all(isinstance(row, tuple) for row in value) else (value,)
        flat = all(isinstance(cell, str) for row in rows for cell in row)
        if not flat or not all(rows) or sum(map(len, rows)) > MAX_CELLS:
            return _unreadable(part, given, "this is not a list of rows of numbers")
        cells = tuple(tuple(map(read_cell, row)) for row in rows)
        read = in_brackets(value)
        return _of_find(part, matrix_find(cells, Fraction(1), read, place.line, place.column))
    found = given.matrices
    if not found:
        return _unreadable(part, given, "no matrix was found here")
    last = found[-1]
    read = given.text[last.start : last.end]
    find = matrix_find(last.rows, last.factor, read, *at(given.text, last.start, place))
    return _of_find(part, find, *([f"the last of {len(found)} that stand here"] if len(found) > 1 else []))


def _size(part: FormPart, given: Reading) -> PartReading:
    evidence = shape_in(given, _NO_SIZE).evidence[0]
    if not evidence.read_as:
        return _unreadable(part, given, _sentence(evidence.decided))
    read = evidence.read or given.text.strip()
    return _read(part, read=read[:MAX_QUOTED], read_as=evidence.read_as)


def _formula(part: FormPart, given: Reading) -> PartReading:
    text, place = given.text, given.place
    if given.value is not None:
        return _unreadable(part, given, "a formula is asked for; this is a list or a mapping")
    start, end = unwrapped(text)
    problem, where = "there is no formula in this text", start
    if not is_prose(text):
        try:
            reading = read_formula(text[start:end])
        except ReadingError as error:
            problem, where = said(error), start + min(error.position, end - start)
        else:
            return _read(
                part,
                read=text[start:end][:MAX_QUOTED],
                read_as=to_text(reading.tree)[: 2 * MAX_QUOTED],
                latex=to_latex(reading.tree),
                notes=(*reading.notes, *other_readings(reading.alternatives)),
            )
    finds = tuple(find for find in find_all(given)[0] if find.kind == "formula" and not find.problem)
    if finds:
        return _read(part, read=text.strip()[:MAX_QUOTED], read_as="a text with formulas", finds=finds)
    line, column = at(text, where, place)
    return _unreadable(part, given, problem, line=line, column=column)


def _choice(part: FormPart, given: Reading) -> PartReading:
    """Ask the check itself what it takes the answer for, with every option as right as the others."""
    options = {option: (text,) if text else () for option, text in part.options.items()}
    first = next(iter(options), "true")
    everything: Any = tuple(options) if options else "true"
    expected: Any = dict.fromkeys(part.items, first) if part.items else everything
    check = ChoiceCheck(expected=expected, options=options)
    outcome = check.check(given, {})
    picks = list(dict.fromkeys(item.read_as for item in outcome.evidence if item.read_as))
    if not picks:
        told = ", ".join(part.options) if part.options else "true, false"
        why = _sentence(outcome.evidence[0].decided)
        return _unreadable(part, given, f"{why}; the options are {told}")
    read = (given.text.strip() or in_brackets(given.value))[:MAX_QUOTED]
    if part.items:
        left = _without_an_option(part, options, given)
        found = _read(part, read=read, read_as=picks[0])
        return found.model_copy(update={"state": "missing", "problem": left}) if left else found
    notes = (f"{len(picks)} options are named",) if len(picks) > 1 else ()
    named = [f"{pick}: {part.options[pick]}" if part.options.get(pick) else pick for pick in picks]
    return _read(part, read=read, read_as=", ".join(named), notes=notes)


def _without_an_option(part: FormPart, options: Mapping[str, tuple[str, ...]], given: Reading) -> str:
    """Name the items that got no option."""
    first = next(iter(options))
    alone = ((item, ChoiceCheck(expected={item: first}, options=options)) for item in part.items)
    return ", ".join(item for item, check in alone if check.check(given, {}).credit is None)


def _text(part: FormPart, given: Reading) -> PartReading:
    text = given.text or in_brackets(given.value or "")
    finds, _ = find_all(given)
    count = len(text.split())
    words = f"{count} {'word' if count == 1 else 'words'}"
    return _read(part, read=text.strip()[:MAX_QUOTED], read_as=words, finds=finds)


def _sentence(text: str) -> str:
    """Return a sentence as a clause of another."""
    return f"{text[:1].lower()}{text[1:]}".rstrip(".")


_READERS: Final = {
    "number": _number,
    "matrix": _matrix,
    "size": _size,
    "formula": _formula,
    "choice": _choice,
    "text": _text,
}
