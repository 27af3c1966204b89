"""The report of a hand-in that could not be read: every row awaits a person, so that nobody is missing or has a zero."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.gradebook.packing import pack
from grader.marking.assembly import assemble
from grader.marking.questionmarking import give_up_question
from grader.model.outcome import Evidence, Outcome, PublicEvidence, Reason
from grader.model.submission import Student, Submission
from grader.readers.files import named_by

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.gradebook.packing import PackedReport
    from grader.model.errors import Problem
    from grader.model.submission import Sender
    from grader.rubric.questions import Rubric

_MAX_SAID = 500  # characters of what is wrong


def unread_report(rubric: Rubric, source: str, sender: Sender, problems: Sequence[Problem]) -> PackedReport:
    """Return the report of whoever handed in a file that could not be read; where nothing else does, its name says who."""
    said = "; ".join(problem.message for problem in problems)
    said = f"The file could not be read: {said if len(said) <= _MAX_SAID else said[: _MAX_SAID - 1] + '…'}."
    students = sender.students or (Student(id=named_by(source)),)
    submission = Submission(source=source, students=students, notes=(*sender.notes, said))
    told = PublicEvidence(decided=said)  # of the file, not of the key
    outcome = Outcome(
        credit=None, reason=Reason.UNREADABLE, keyless=True, evidence=(Evidence(decided=said, public=told),)
    )
    questions = [
        give_up_question(rubric, question, submission.answer_to(question.id), outcome)
        for question in rubric.questions
    ]
    report = assemble(rubric, submission, questions).model_copy(update={"unreadable": said})
    return pack(report)
