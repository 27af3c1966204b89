"""Read a JSON hand-in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.files.yamltree import load_json
from grader.readers.structured import read_tree

if TYPE_CHECKING:
    from grader.model.submission import Outline, Submission


def read(text: str, path: str, outline: Outline) -> Submission:
    """Read `students`, `assignment` and `answers`; raises SubmissionError."""
    return read_tree(load_json(text, path), outline)
