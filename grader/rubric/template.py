"""The assignment as it was handed out, which a rubric names as its `template`: whatever stands unchanged in it is no answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.documents import DOCUMENTS, read
from grader.documents.cut.answers import template_of
from grader.files.yamltree import read_own_bytes
from grader.model.errors import GraderError, RubricError

if TYPE_CHECKING:
    from pathlib import Path

# An assignment with pictures has a few megabytes.
MAX_BYTES = 20_000_000


def template_lines(path: Path) -> tuple[str, ...]:
    """Return the lines of a template as they are compared; raises ValueError where it cannot be read."""
    if path.suffix.lower() not in DOCUMENTS:
        msg = f"must be a document; known are {', '.join(DOCUMENTS)} (got {path.name!r})"
        raise ValueError(msg)
    try:
        return template_of(read(read_own_bytes(path, MAX_BYTES, RubricError), path.name))
    except GraderError as error:
        raise ValueError("; ".join(problem.message for problem in error.problems)) from error
