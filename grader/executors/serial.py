"""Mark one file after the other in this process."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.errors import SubmissionError
from grader.executors import Result
from grader.marking import mark
from grader.readers.files import read_file

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from grader.rubric import Rubric


def run(rubric: Rubric, files: Iterable[Path]) -> Iterator[Result]:
    """Yield one result a file, in order; a file that cannot be read does not stop the others."""
    outline = rubric.outline
    for file in files:
        try:
            submission = read_file(file, outline)
        except SubmissionError as error:
            yield Result(str(file), problems=error.problems)
        else:
            yield Result(str(file), reports=mark(rubric, submission))
