"""Read a YAML hand-in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.readers.structured import read_tree
from grader.yamltree import load_yaml

if TYPE_CHECKING:
    from grader.model import Outline, Submission


def read(text: str, path: str, outline: Outline) -> Submission:
    """Read `students`, `assignment` and `answers`; raises SubmissionError."""
    return read_tree(load_yaml(text, path, merge=False), outline)
