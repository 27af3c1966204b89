"""Turn the text of a document and its cut into a Submission; every format of prose ends here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from grader.errors import Problem, SubmissionError
from grader.model import Answer, Place, Submission
from grader.readers.headings import Section, cut
from grader.readers.quotes import behind_quote

if TYPE_CHECKING:
    from grader.model import Outline
    from grader.readers.structured import Sender

# Lines that a note names.
NAMED: Final = 5


def read_document(
    text: str,
    path: str,
    outline: Outline,
    *,
    sender: Sender,
    begin: int = 0,
    end: int | None = None,
) -> Submission:
    """Cut `text[begin:end]` into answers whose offsets are those of the whole file; raises SubmissionError."""
    end = len(text) if end is None else end
    first_line = text.count("\n", 0, begin)
    sections, notes = cut(text[begin:end], outline)
    if not sections:
        if len(outline.questions) > 1:
            ids = ", ".join(question.id for question in outline.questions)
            rule = f"no question heading was found, such as '## Question 1' or 'Q1.'; the questions are {ids}"
            raise SubmissionError([Problem(path, first_line + 1, 0, rule)])
        sections = [Section(outline.questions[0].id, 0, end - begin, 1)]
    answers: dict[str, list[Answer]] = {}
    asked = {question.id: question.text for question in outline.questions}
    for section in sections:
        start = behind_quote(text, begin + section.start, begin + section.end, asked[section.question])
        line = first_line + section.line + text.count("\n", begin + section.start, start)
        column = start - text.rfind("\n", 0, start)
        answer = Answer(
            question=section.question,
            place=Place(line=line, column=column, offset=start),
            text=text[start : begin + section.end],
        )
        answers.setdefault(section.question, []).append(answer)
    notes += map(_repeated, (found for found in answers.values() if len(found) > 1))
    return Submission(
        source=path,
        students=sender.students,
        submitted=sender.submitted,
        assignment=outline.assignment,
        answers={question: _joined(found) for question, found in answers.items()},
        notes=tuple(notes),
    )


def _repeated(found: list[Answer]) -> str:
    lines = [str(answer.place.line) for answer in found[1:]]
    where = f"line {lines[0]}" if len(lines) == 1 else f"lines {', '.join(lines[:NAMED])}"
    more = f" and {len(lines) - NAMED:,} more" if len(lines) > NAMED else ""
    return f"Question {found[0].question} has more than one heading ({where}{more}); its texts were joined."


def _joined(found: list[Answer]) -> Answer:
    """Return one answer of the pieces that say something."""
    said = [answer for answer in found if answer.text.strip()]
    if len(said) < 2:
        return said[0] if said else found[-1]
    place = said[0].place.model_copy(update={"offset": None})  # no longer one stretch of the file
    text = "\n\n".join(answer.text for answer in said)
    return said[0].model_copy(update={"text": text, "place": place})
