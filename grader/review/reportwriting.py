"""Write the reports of a class again, as `grade` writes them, with what people have decided since."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

from grader.batch.session import ClassRun
from grader.batch.standing import kept_timing
from grader.batch.writing import ReportForm
from grader.codeversion import code_version
from grader.executors import Settings
from grader.executors.serial import Serial
from grader.gradebook import Gradebook
from grader.writers import WRITERS

if TYPE_CHECKING:
    from pathlib import Path

    from grader.rubric.questions import Rubric


def write_again(gradebook: Path, rubric: Rubric, out: Path) -> int:
    """Write the reports that decisions have changed; return how many students' were written. Raises GraderError."""
    with ExitStack() as stack:
        book = stack.enter_context(Gradebook(gradebook, make=False))
        settings = Settings(rubric=rubric, version=code_version(), store=gradebook)
        executor = stack.enter_context(Serial(settings))
        run = ClassRun(
            rubric, settings.version, book, executor, kind="review", timing=kept_timing(book, rubric.id)
        )
        run.handed_in.take_up()
        for _ in run.write(ReportForm(out, tuple(WRITERS))):
            pass
        run.finish()
        return run.counts["written"]
