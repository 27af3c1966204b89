"""Read the front matter of a document: who handed in, where it says so; a student's own front matter is left alone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from grader.files.validation import nearest, shown
from grader.files.yamltree import load_yaml
from grader.model.errors import Problem, SubmissionError
from grader.model.submission import NOBODY
from grader.readers.structured import read_sender

if TYPE_CHECKING:
    from grader.documents.document import Document
    from grader.model.submission import Outline, Sender

_KEY: Final = re.compile(r"^(\w+)[ \t]*:", re.MULTILINE)
_NAMING: Final = ("student", "students")
_KEYS: Final = (*_NAMING, "assignment", "submitted")
_OPENED: Final = re.compile(r"\s*?---[ \t]*\n[ \t]*students?[ \t]*:")
_MAX_FRONT: Final = 10_000


def read_front_matter(document: Document, text: str, path: str, outline: Outline) -> tuple[Sender, str]:
    """Return who handed in, and what a person should know; raises SubmissionError where students are named wrongly.

    Only front matter that names students is the grader's form: in any other, `assignment: 3` is what a student or a
    program wrote for itself.
    """
    first = document.blocks[0] if document.blocks else None
    if first is None or first.kind != "front_matter":
        if _OPENED.match(text[:_MAX_FRONT]):
            cut = f" within {_MAX_FRONT:,} characters" if len(text) > _MAX_FRONT else ""
            rule = f"the front matter is not closed by a line of '---'{cut}"
            raise SubmissionError([Problem(path, 1, 1, rule)])
        return NOBODY, ""
    content = first.text.strip().removeprefix("---").removesuffix("---").removesuffix("...")
    names = set(_KEY.findall(content))
    meant = {name for name in names if nearest(name, _KEYS) is not None}
    if not meant:
        return NOBODY, ""
    # Keep the file's line numbers: what stands before the front matter becomes blank lines.
    blank = "\n" * (first.spot.line - 1)
    tree = load_yaml(blank + content, path, merge=False)
    ours = any(nearest(name, _NAMING) is not None for name in meant)
    if not ours:
        return _without_students(tree.data if not tree.problems else None, outline)
    if tree.problems:
        raise SubmissionError(tree.problems)
    if not isinstance(tree.data, dict):
        raise SubmissionError([_no_mapping(content, blank, path, tree.data)])
    known = {key: value for key, value in tree.data.items() if key in meant}
    sender, problems = read_sender(known, tree, outline)
    if problems:
        raise SubmissionError(problems)
    return sender, ""


def _without_students(data: object, outline: Outline) -> tuple[Sender, str]:
    """Say where front matter that names nobody names another assignment."""
    named = data.get("assignment") if isinstance(data, dict) else None
    if isinstance(named, str) and named and named != outline.assignment:
        said = f"The document's own front matter says 'assignment: {named}'; it was marked as {outline.assignment!r}."
        return NOBODY, said
    return NOBODY, ""


def _no_mapping(front: str, blank: str, path: str, data: object) -> Problem:
    """Say what is wrong with front matter that gives no value to any key."""
    key = _KEY.search(front)
    line = blank.count("\n") + front.count("\n", 0, key.start() if key else 0) + 1
    rule = f"the front matter must hold lines such as 'student: ada' (got {shown(data)})"
    if key and front[key.end() : key.end() + 1].strip():
        rule += "; put a blank behind the colon"
    return Problem(path, line, 1, rule)
