"""Read Markdown and plain text: optional front matter names the students, headings part the answers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from grader.errors import Problem, SubmissionError
from grader.readers.document import read_document
from grader.readers.structured import read_students, student_from
from grader.yamltree import load_yaml

if TYPE_CHECKING:
    from grader.model import Outline, Student, Submission

_FRONT = re.compile(r"\s*?---[ \t]*\n(?P<yaml>.*?)(?:^|\n)(?:---|\.\.\.)[ \t]*(?:\n|$)", re.DOTALL)
_MAX_FRONT = 10_000


def read(text: str, path: str, outline: Outline) -> Submission:
    """Read a Markdown or text file; raises SubmissionError."""
    students, begin = read_front_matter(text, path, outline)
    return read_document(text, path, outline, students=students, begin=begin)


def read_front_matter(text: str, path: str, outline: Outline) -> tuple[tuple[Student, ...], int]:
    """Return the students named between two `---` lines at the top, and where the document begins."""
    front = _FRONT.match(text[:_MAX_FRONT])
    if front is None or ":" not in front["yaml"]:
        return (student_from(path),), 0
    # keep the file's line numbers: everything before the front matter becomes blank lines
    blank = "\n" * text.count("\n", 0, front.start("yaml"))
    tree = load_yaml(blank + front["yaml"], path)
    if tree.problems:
        raise SubmissionError(tree.problems)
    if not isinstance(tree.data, dict):
        raise SubmissionError(
            [Problem(path, 1, 1, "the front matter must be a mapping such as 'students: [...]'")]
        )
    known = {key: value for key, value in tree.data.items() if key in {"student", "students", "assignment"}}
    students, problems = read_students(known, tree, outline)
    if problems:
        raise SubmissionError(problems)
    return students, front.end()
