"""What YAML and JSON hand-ins share: their form, and how it becomes a Submission."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import islice
from typing import TYPE_CHECKING, Annotated, Any, Final

from pydantic import BeforeValidator

from grader.files.fields import AsTuple
from grader.files.moments import Moment
from grader.files.validation import did_you_mean, shown, validate
from grader.model.errors import Problem, SubmissionError
from grader.model.frozen import Frozen
from grader.model.submission import NOBODY, Answer, Part, Place, Sender, Student, Submission
from grader.readers.handinlimits import MAX_PROBLEMS, too_long, too_many

if TYPE_CHECKING:
    from grader.files.yamltree import Loc, Tree
    from grader.model.submission import Outline, QuestionOutline

TEXT: Final = "text"  # the part that holds the prose of an answer that has parts as well


def _one_student(value: object) -> object:
    """Let a plain id stand for a student."""
    if not isinstance(value, Mapping | str):
        msg = "must be an id or a mapping with an 'id'; several students stand in a list 'students'"
        raise ValueError(msg)  # noqa: TRY004 - pydantic turns a ValueError into a problem at its place
    return {"id": value} if isinstance(value, str) else value


def _a_list(value: object) -> object:
    return [value] if isinstance(value, Mapping | str) else value


_OneStudent = Annotated[Student, BeforeValidator(_one_student)]


class _Head(Frozen):
    """Everything in a hand-in; the answers are checked apart."""

    student: _OneStudent | None = None
    students: Annotated[tuple[_OneStudent, ...], AsTuple, BeforeValidator(_a_list)] = ()
    assignment: str = ""
    submitted: Moment | None = None
    answers: Any = None


def read_sender(data: Mapping[str, Any], tree: Tree, outline: Outline) -> tuple[Sender, list[Problem]]:
    """Check who handed in and for which assignment."""
    named = data.get("students")
    if isinstance(named, list) and (rule := too_many(len(named))):
        return NOBODY, [tree.problem(("students",), rule)]
    head, problems = validate(_Head, _without_nulls(data), tree)
    if head is None:
        return NOBODY, problems
    if head.assignment and head.assignment != outline.assignment:
        rule = f"this is for assignment {head.assignment!r}; the rubric is for {outline.assignment!r}"
        problems.append(tree.problem(("assignment",), rule))
    if head.student is not None and head.students:
        problems.append(tree.problem(("student",), "give either 'student' or 'students'", key=True))
    students = head.students or ((head.student,) if head.student else ())
    known: set[str] = set()
    for number, student in enumerate(students):
        loc = ("students", number) if head.students else ("student",)
        rule = "" if student.id else "a student's id must not be empty"
        if student.id in known:
            rule = f"student {student.id!r} is named twice"
        known.add(student.id)
        if rule := rule or too_long(student):
            problems.append(tree.problem(loc, rule))
    moment = head.submitted.isoformat() if head.submitted else ""
    return Sender(students=students, submitted=moment), problems


def _without_nulls(data: Any) -> Any:
    """Leave out what was left empty (`email:`), so that it takes its default."""
    if isinstance(data, Mapping):
        return {key: _without_nulls(value) for key, value in data.items() if value is not None}
    if isinstance(data, list):
        return [_without_nulls(item) for item in data]
    return data


def read_tree(tree: Tree, outline: Outline) -> Submission:
    """Make a Submission from a whole YAML or JSON document; raises SubmissionError with all problems."""
    if tree.problems:
        raise SubmissionError(tree.problems)
    if not isinstance(tree.data, dict):
        rule = f"must be a mapping with 'students' and 'answers' (got {shown(tree.data)})"
        raise SubmissionError([tree.problem((), rule)])
    sender, problems = read_sender({**tree.data, "answers": None}, tree, outline)
    answers = tree.data.get("answers")
    read: dict[str, Answer] = {}
    if not isinstance(answers, dict):
        rule = f"answers must be a mapping of questions to answers (got {shown(answers)})"
        if "answers" not in tree.data:
            rule = "'answers' is missing"
        if not any("did you mean 'answers'" in problem.message for problem in problems):
            problems.append(tree.problem(("answers",), rule))
    else:
        for key, value in answers.items():
            if len(problems) > MAX_PROBLEMS:
                break
            question = _question(key, outline)
            if question is None:
                hint = did_you_mean(key, [item.id for item in outline.questions])
                problems.append(tree.problem(("answers", key), f"unknown question {key!r}{hint}", key=True))
            elif question.id in read:
                problems.append(
                    tree.problem(("answers", key), f"question {question.id!r} is answered twice", key=True)
                )
            else:
                read[question.id], more = read_answer(question, value, ("answers", key), tree)
                problems += more
    if problems:
        raise SubmissionError(problems)
    return Submission(
        source=tree.path,
        students=sender.students,
        submitted=sender.submitted,
        assignment=outline.assignment,
        answers=read,
    )


def _question(key: str, outline: Outline) -> QuestionOutline | None:
    """Find a question by its id, whatever its case, or by its bare number (`3` for `q3`)."""
    for question in outline.questions:
        if question.id.lower() == key.strip().lower():
            return question
    if key.strip().isdecimal():
        same = [item for item in outline.questions if re.sub(r"\D", "", item.id) == key.strip()]
        return same[0] if len(same) == 1 else None
    return None


def read_answer(question: QuestionOutline, value: Any, loc: Loc, tree: Tree) -> tuple[Answer, list[Problem]]:
    """Return the answer that a text, a list or a mapping of parts is, with what is wrong with it."""
    place = _place(tree, loc)
    if value is None or isinstance(value, str):
        return Answer(question=question.id, place=place, text=value or ""), []
    if isinstance(value, list):
        whole = Part(value=frozen(value), place=place)
        return Answer(question=question.id, place=place, parts={question.id: whole}), []
    names = {part.lower(): part for part in (TEXT, *question.parts)}
    given = {names.get(key.lower(), key): (key, part) for key, part in value.items() if part is not None}
    problems = [
        tree.problem(
            (*loc, key), f"question {question.id!r} has no part {key!r}{did_you_mean(key, names)}", key=True
        )
        for key in islice((key for key in value if key.lower() not in names), MAX_PROBLEMS + 1)
    ]
    key, text = given.pop(TEXT, (TEXT, ""))
    if not isinstance(text, str):
        problems.append(tree.problem((*loc, key), f"text must be a text (got {shown(text)})"))
        text = ""
    where = _place(tree, (*loc, key)) if text else place
    parts = {
        name: Part(value=frozen(part), place=_place(tree, (*loc, key))) for name, (key, part) in given.items()
    }
    return Answer(question=question.id, place=where, text=text, parts=parts), problems


def _place(tree: Tree, loc: Loc) -> Place:
    mark = tree.mark(loc)
    return Place(line=mark.line, column=mark.column, offset=mark.offset)


def frozen(value: Any) -> Any:
    """Make nested lists tuples, so that nothing can change what was handed in; null is an empty text."""
    if isinstance(value, list):
        return tuple(frozen(item) for item in value)
    if isinstance(value, dict):
        return {key: frozen(item) for key, item in value.items()}
    return "" if value is None else value
