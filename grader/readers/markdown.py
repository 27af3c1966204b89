"""Read Markdown and plain text: optional front matter names the students, headings part the answers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from grader.errors import Problem, SubmissionError
from grader.readers.document import read_document
from grader.readers.structured import Sender, read_sender
from grader.validation import nearest, shown
from grader.yamltree import load_yaml

if TYPE_CHECKING:
    from grader.model import Outline, Submission

_FRONT = re.compile(r"\s*?---[ \t]*\n(?P<yaml>.*?)(?:^|\n)(?:---|\.\.\.)[ \t]*(?:\n|$)", re.DOTALL)
_OPENED = re.compile(r"\s*?---[ \t]*\n[ \t]*(?:students?|assignment|submitted)[ \t]*:")
_KEY = re.compile(r"^(\w+)[ \t]*:", re.MULTILINE)
_KEYS = ("student", "students", "assignment", "submitted")
_MAX_FRONT = 10_000


def read(text: str, path: str, outline: Outline) -> Submission:
    """Read a Markdown or text file; raises SubmissionError."""
    sender, begin = read_front_matter(text, path, outline)
    return read_document(text, path, outline, sender=sender, begin=begin)


def read_front_matter(text: str, path: str, outline: Outline) -> tuple[Sender, int]:
    """Return the students named between two `---` lines at the top, and where the document begins.

    A rule of dashes above ordinary text is no front matter: that must name students, an assignment or a time.
    """
    front = _FRONT.match(text[:_MAX_FRONT])
    if front is None:
        if _OPENED.match(text[:_MAX_FRONT]):
            cut = f" within {_MAX_FRONT:,} characters" if len(text) > _MAX_FRONT else ""
            rule = f"the front matter is not closed by a line of '---'{cut}"
            raise SubmissionError([Problem(path, 1, 1, rule)])
        return Sender(), 0
    names = set(_KEY.findall(front["yaml"]))
    meant = {name for name in names if nearest(name, _KEYS) is not None}
    if not meant:
        return Sender(), 0
    # keep the file's line numbers: everything before the front matter becomes blank lines
    blank = "\n" * text.count("\n", 0, front.start("yaml"))
    tree = load_yaml(blank + front["yaml"], path, merge=False)
    if tree.problems:
        raise SubmissionError(tree.problems)
    if not isinstance(tree.data, dict):
        raise SubmissionError([_no_mapping(front["yaml"], blank, path, tree.data)])
    known = {key: value for key, value in tree.data.items() if key in meant}
    sender, problems = read_sender(known, tree, outline)
    if problems:
        raise SubmissionError(problems)
    return sender, front.end()


def _no_mapping(front: str, blank: str, path: str, data: object) -> Problem:
    """Say what is wrong with front matter that gives no value to any key."""
    key = _KEY.search(front)
    line = blank.count("\n") + front.count("\n", 0, key.start() if key else 0) + 1
    rule = f"the front matter must hold lines such as 'student: ada' (got {shown(data)})"
    if key and front[key.end() : key.end() + 1].strip():
        rule += "; put a blank behind the colon"
    return Problem(path, line, 1, rule)
