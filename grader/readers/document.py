"""Turn the text of a document and its cut into a Submission; every format of prose ends here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.errors import Problem, SubmissionError
from grader.model import Answer, Place, Submission
from grader.readers.headings import Section, cut
from grader.readers.quotes import behind_quote

if TYPE_CHECKING:
    from grader.model import Outline
    from grader.readers.structured import Sender


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
    answers: dict[str, Answer] = {}
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
        if section.question in answers:
            answer = _joined(answers[section.question], answer)
            notes.append(
                f"Question {section.question} has more than one heading (line {line}); its texts were joined."
            )
        answers[section.question] = answer
    return Submission(
        source=path,
        students=sender.students,
        submitted=sender.submitted,
        assignment=outline.assignment,
        answers=answers,
        notes=tuple(notes),
    )


def _joined(first: Answer, second: Answer) -> Answer:
    if not first.text.strip():
        return second
    if not second.text.strip():
        return first
    place = first.place.model_copy(update={"offset": None})  # no longer one stretch of the file
    return first.model_copy(update={"text": f"{first.text}\n\n{second.text}", "place": place})
