"""Read an assignment from a file by its format: a document, the quiz of a platform, or an outline."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from grader.documents import read
from grader.documents.archive import open_archive
from grader.documents.encoding import decode
from grader.documents.xmltree import XmlError, local_name, parse_xml
from grader.drafting.canvasquiz import read_canvas
from grader.drafting.documentquestions import read_document
from grader.drafting.gradescopeoutline import outline_of_columns, outline_of_json
from grader.drafting.moodlequiz import read_moodle
from grader.model.errors import Problem, SubmissionError
from grader.model.submission import Outline, QuestionOutline
from grader.notation.lazypatterns import deferred
from grader.readers.files import read_content, read_raw

if TYPE_CHECKING:
    from grader.drafting.assignmentquestion import QuestionSheet
    from grader.model.submission import Answer

_MANIFEST: Final = "imsmanifest.xml"
# Quizzes in one zip; a bank of questions is several files.
MAX_QUIZZES: Final = 50
# The points of a command of the class `exam`, which readers of hand-ins need not know.
_EXAM_POINTS: Final = deferred(
    r"(?P<command>\\(?:question|titledquestion\{[^{}\n]{0,200}\}|part|subpart))\[[ ]?(?P<points>\d{1,3}(?:\.\d{1,2})?)[ ]?\]"
)


def read_assignment(path: Path) -> QuestionSheet:
    """Return the questions of a file; raises SubmissionError where it cannot be read, or holds no questions."""
    raw = read_raw(path)
    assignment = _of_content(raw, str(path))
    if not assignment.questions:
        raise _refusal(str(path), "holds no question; give a document with questions, a quiz, or an outline")
    return assignment


def _refusal(path: str, rule: str) -> SubmissionError:
    return SubmissionError([Problem(path, 0, 0, rule)])


def _of_content(raw: bytes, path: str) -> QuestionSheet:
    suffix = Path(path).suffix.lower()
    if suffix in {".xml", ".qti"} or (raw.lstrip()[:5] == b"<?xml" and suffix not in {".html", ".htm"}):
        return _of_xml(raw, path)
    if suffix in {".yaml", ".yml"}:
        raise _refusal(
            path,
            "is YAML, which is for rubrics and hand-ins; give the questions as a document, a quiz or an outline",
        )
    if suffix in {".zip", ".imscc"} and (quiz := _of_zip(raw, path)) is not None:
        return quiz
    if suffix == ".json":
        return _of_json(raw, path)
    if suffix == ".csv":
        columns = outline_of_columns(
            re.split(r"[,;\t]", decode(raw, path).text.split("\n", 1)[0].replace('"', ""))
        )
        if columns is not None:
            return columns
    if suffix == ".tex":
        text = decode(raw, path).text
        raw = _EXAM_POINTS.sub(lambda found: f"{found['command']} ({found['points']} points) ", text).encode()
    return read_document(read(raw, path))


def _of_xml(raw: bytes, path: str) -> QuestionSheet:
    try:
        root = parse_xml(raw)
    except XmlError as error:
        raise _refusal(path, str(error)) from error
    name = local_name(root)
    if name == "quiz":
        return read_moodle(root)
    if name == "questestinterop":
        return read_canvas(root)
    rule = f"is XML of a kind that is not read (got <{name}>): give a quiz in Moodle XML, or in QTI 1.2 as Canvas exports it"
    raise _refusal(path, rule)


def _of_zip(raw: bytes, path: str) -> QuestionSheet | None:
    """Return the quiz of a QTI package, None where a zip is none."""
    archive = open_archive(raw, path)
    names = [entry.filename for entry in archive.entries()]
    if not any(name.rpartition("/")[2] == _MANIFEST for name in names):
        return None
    quizzes = []
    for name in [name for name in names if name.lower().endswith((".xml", ".qti"))][:MAX_QUIZZES]:
        content = archive.read(name)
        if b"<questestinterop" in content:
            quizzes.append(_of_xml(content, f"{path}!{name}"))
    if not quizzes:
        raise _refusal(
            path, "is a package without a quiz in QTI 1.2; export it as QTI from Canvas's classic quizzes"
        )
    questions = [question for quiz in quizzes for question in quiz.questions]
    # Each quiz counts from 1.
    numbered = (
        [replace(question, id=f"q{number}") for number, question in enumerate(questions, 1)]
        if len(quizzes) > 1
        else questions
    )
    return replace(quizzes[0], questions=tuple(numbered))


def _of_json(raw: bytes, path: str) -> QuestionSheet:
    try:
        data = json.loads(decode(raw, path).text, parse_float=str, parse_int=str)
    except (json.JSONDecodeError, RecursionError) as error:
        raise _refusal(path, f"is no JSON: {error}") from error
    found = outline_of_json(data)
    if found is None:
        raise _refusal(
            path, "is JSON without an outline: a list of questions, each with its 'title' and 'points'"
        )
    return found


def with_answers(assignment: QuestionSheet, path: Path) -> QuestionSheet:
    """Return an assignment with the model answers of another file, cut as a hand-in is; raises SubmissionError."""
    outline = Outline(
        assignment=assignment.title,
        questions=tuple(
            QuestionOutline(id=question.id, title=question.title, text=question.text)
            for question in assignment.questions
        ),
    )
    submission = read_content(read_raw(path), str(path), outline)
    questions = tuple(
        replace(question, answer=_written(submission.answer_to(question.id)) or question.answer)
        for question in assignment.questions
    )
    missing = [question.id for question in questions if not question.answer.strip() and question.key is None]
    notes = (f"{path}: no model answer was found for {', '.join(missing)}",) if missing else ()
    return replace(assignment, questions=questions, notes=(*assignment.notes, *notes))


def _written(answer: Answer) -> str:
    """Return a model answer as text, its parts as labelled lines."""
    parts = [
        f"{name}: {part.value}"
        for name, part in answer.parts.items()
        if isinstance(part.value, str) and part.value.strip()
    ]
    return "\n".join((*([answer.text.strip()] if answer.text.strip() else []), *parts))
