"""How hand-ins are read, as one page that needs nothing beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from grader.forms.telling import find_sentence, sentence, summary
from grader.writers.displaytext import MAX_FORMULA, one_line
from grader.writers.webpage import environment, framed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from grader.forms import Form
    from grader.forms.finds import Find
    from grader.forms.readingview import HandInReading, PartReading
    from grader.model.errors import Problem

_TONES = {"read": "earned", "in_text": "remark", "missing": "blank", "unreadable": "lost"}
_WORDS = {"read": "read", "in_text": "in the text", "missing": "missing", "unreadable": "cannot be read"}


def render_readings(form: Form, readings: Sequence[HandInReading], problems: Sequence[Problem]) -> str:
    """Return the page's text; `problems` are of the files that could not be read at all."""
    handins = [_handin(reading) for reading in readings]
    heading = form.title or form.assignment
    body = (
        environment()
        .get_template("reading.html.j2")
        .render(heading=heading, handins=handins, problems=[one_line(str(each)) for each in problems])
    )
    formulas = sorted({latex for reading in readings for latex in _formulas(reading)})
    return framed("reading", f"{heading}: how it is read", body, formulas or None, assets="inline")


def _formulas(reading: HandInReading) -> Iterator[str]:
    for question in reading.questions:
        yield from filter(None, map(_latex, question.finds))
        for part in question.parts:
            yield from filter(None, (_latex(part), *map(_latex, part.finds)))


def _latex(item: PartReading | Find) -> str:
    return item.latex if len(item.latex) <= MAX_FORMULA else ""


def _handin(reading: HandInReading) -> dict[str, Any]:
    return {
        "source": one_line(reading.source),
        "students": [one_line(student, 80) for student in reading.students],
        "notes": [one_line(note) for note in reading.notes],
        "summary": summary(reading),
        "complete": not reading.missing and not reading.unreadable,
        "questions": [
            {
                "id": question.id,
                "title": one_line(question.title),
                "missing": question.missing,
                "words": question.words,
                "line": question.line,
                "more": question.more,
                "notes": [one_line(note) for note in question.notes],
                "parts": [_part(part) for part in question.parts],
                "finds": [_find(find) for find in question.finds],
            }
            for question in reading.questions
        ],
    }


def _part(part: PartReading) -> dict[str, Any]:
    return {
        "name": one_line(part.name, 80),
        "tone": _TONES[part.state],
        "word": _WORDS[part.state],
        "sentence": sentence(part),
        "latex": _latex(part),
        "notes": [one_line(note) for note in part.notes],
        "finds": [_find(find) for find in part.finds],
    }


def _find(find: Find) -> dict[str, Any]:
    return {
        "place": f"line {find.line}" if find.column else "",
        "tone": "lost" if find.problem else "",
        "sentence": find_sentence(find),
        "latex": _latex(find),
        "notes": [one_line(note) for note in find.notes if " may " in note],
    }
