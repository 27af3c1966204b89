"""`grader init`: a first rubric from questions and model answers."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from grader.cli.problems import print_notices, print_problems

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.drafting.criteriondrafts import QuestionDraft

_A_FILE: Final = click.Path(path_type=Path)


@click.command()
@click.argument("questions", type=_A_FILE)
@click.option("--answers", type=_A_FILE, help="The model answers, where they stand in another file.")
@click.option(
    "--out", type=_A_FILE, default=Path("rubric.yaml"), show_default=True, help="Where the rubric is written."
)
@click.option("--id", "name", help="The rubric's id; without it, the name of the file.")
def init(questions: Path, answers: Path | None, out: Path, name: str | None) -> None:
    """Write a first rubric from QUESTIONS: a document, a Moodle or Canvas quiz, or a Gradescope outline.

    Numbers, sizes, matrices, formulas, choices and networks become checks, prose one criterion a sentence. What was guessed
    is marked TO CHECK in the file and listed here. A file that is there is not replaced.

    Exit codes: 0 done; 2 a file cannot be read, holds no questions, or is in the way: nothing was written.
    """
    from grader.cli.outputs import refuse_inputs
    from grader.drafting.assignmentfiles import read_assignment, with_answers
    from grader.drafting.criteriondrafts import question_draft
    from grader.drafting.rubrictext import rubric_id, rubric_text
    from grader.model.errors import GraderError
    from grader.rubric.loading import read_rubric

    try:
        refuse_inputs({"--out": out}, [questions, answers])
        assignment = read_assignment(questions)
        if answers is not None:
            assignment = with_answers(assignment, answers)
        drafts = [question_draft(question) for question in assignment.questions]
        text = rubric_text(rubric_id(name or questions.stem), assignment.title, drafts, source=questions.name)
        rubric = read_rubric(text, str(out), folder=out.parent)
        _write(out, text)
    except GraderError as error:
        print_problems(error.problems)
        sys.exit(2)
    print_notices(assignment.notes)
    doubts = _doubts(drafts)
    print_notices(f"to check: {', '.join(places)}: {doubt}" for doubt, places in doubts.items())
    criteria = sum(len(draft.criteria) for draft in drafts)
    click.echo(
        f"wrote {out}: {len(drafts)} question{'s' * (len(drafts) != 1)}, {criteria} criteri{'a' if criteria != 1 else 'on'}, "
        f"{float(rubric.max_points):g} points; {sum(map(len, doubts.values()))} to check"
    )


def _doubts(drafts: Sequence[QuestionDraft]) -> dict[str, list[str]]:
    """Return everything that the author is to look at, and at which questions and criteria."""
    listed: dict[str, list[str]] = {}
    for draft in drafts:
        for doubt in (*draft.doubts, *(f"left out: {said}" for said in draft.left_out)):
            listed.setdefault(doubt, []).append(draft.question.id)
        for criterion in draft.criteria:
            for doubt in criterion.doubts:
                listed.setdefault(doubt, []).append(criterion.id)
    return listed


def _write(path: Path, text: str) -> None:
    from grader.model.errors import Problem, UsageError
    from grader.writers.atomic import public_mode, refused, why_kept, write_text

    try:
        why = why_kept(path, kind="rubric", data=text.encode())
        if why:
            raise refused(path, why)
        write_text(path, text, mode=public_mode())
    except OSError as error:
        raise UsageError([Problem(str(path), 0, 0, f"cannot be written: {error.strerror}")]) from error
