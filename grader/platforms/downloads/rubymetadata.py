"""Read Gradescope's `submission_metadata.yml`: who handed in each submission, and when.

Its keys are symbols of Ruby (`:submitters:`), and most of it are the results of autograders, of any size. So it is gone
through line by line, and only what is asked for of each submission is read as YAML, without any tag.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from grader.files.yamltree import load_yaml
from grader.model.errors import Problem, SubmissionError
from grader.model.identity import normal_id
from grader.model.submission import Student
from grader.platforms.downloads.times import read_time
from grader.readers.handinlimits import too_long, too_many

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

# A class of 300 with the output of its autograder has some megabytes.
MAX_METADATA: Final = 40_000_000  # bytes
MAX_SUBMISSIONS: Final = 20_000
# Of what is asked for of one submission: 40 members, and a history of some hundred attempts.
MAX_LINES: Final = 2_000

_TOP: Final = re.compile(r"""(?P<quote>['"]?)(?P<name>[\w.@ -]{1,200})(?P=quote):[ \t]*""")
_KEY: Final = re.compile(r"""(?P<indent>[ \t]*)['"]?:?(?P<name>\w{1,100})['"]?:(?:[ \t][^\n]*)?""")
_EARLIER: Final = re.compile(r"""[ \t]*(?:-[ \t]+)?['"]?:?created_at['"]?:[ \t]+(?P<time>[^\n]{1,100})""")
_WANTED: Final = frozenset({"submitters", "created_at", "history"})
# How much deeper a key of an entry of the history stands than `:history:` itself.
_DEEPER: Final = 4


class Handed(NamedTuple):
    """What the metadata say of one submission; `others` are when its students handed in besides."""

    students: tuple[Student, ...] = ()
    submitted: datetime | None = None
    others: tuple[datetime, ...] = ()
    wrong: str = ""


def read_metadata(raw: bytes, source: str) -> dict[str, Handed]:
    """Return what is said of each submission, by its name; raises SubmissionError."""
    if len(raw) > MAX_METADATA:
        rule = f"is larger than {MAX_METADATA:,} bytes (got {len(raw):,}), which no class needs"
        raise SubmissionError([Problem(source, 0, 0, rule)])
    found: dict[str, Handed] = {}
    for name, sections in _submissions(raw.decode("utf-8", "replace").removeprefix("\ufeff")):
        found[name] = _handed(sections, source)
        if len(found) > MAX_SUBMISSIONS:
            raise SubmissionError(
                [Problem(source, 0, 0, f"tells of more than {MAX_SUBMISSIONS:,} submissions")]
            )
    if not found:
        raise SubmissionError([Problem(source, 0, 0, "names no submission; download the export again")])
    return found


def _submissions(text: str) -> Iterator[tuple[str, Mapping[str, list[str]]]]:
    """Yield each submission's name and the lines of what is wanted of it, by key."""
    name, depth, section = "", -1, ""
    sections: dict[str, list[str]] = {}
    for line in text.splitlines():
        indent = len(line) - len(line.lstrip())
        if indent == 0:
            top = _TOP.fullmatch(line)
            if top:
                if name:
                    yield name, sections
                name, depth, section, sections = top["name"], -1, "", {}
            continue
        depth = indent if depth < 0 else depth
        key = _KEY.fullmatch(line) if indent == depth else None
        if key:
            section = key["name"]
            if section in _WANTED:
                sections[section] = [line]
        elif section in sections and (section != "history" or _is_earlier(line, indent - depth)):
            sections[section] += [line] * (len(sections[section]) < MAX_LINES)
    if name:
        yield name, sections


def _is_earlier(line: str, deeper: int) -> bool:
    """Whether a line says when an entry of the history came in, and not something inside its results."""
    return deeper <= _DEEPER and "created_at" in line


def _handed(sections: Mapping[str, list[str]], source: str) -> Handed:
    others = [
        found["time"] for line in sections.get("history", ())[1:] if (found := _EARLIER.fullmatch(line))
    ]
    times = tuple(time for said in others if (time := read_time(said.strip("'\" "))))
    lines = [*sections.get("created_at", ()), *sections.get("submitters", ())]
    tree = load_yaml("\n".join(lines), source, merge=False)
    if tree.problems or not isinstance(tree.data, dict):
        return Handed(others=times, wrong="says in a way that cannot be read who handed it in")
    submitted = tree.data.get(":created_at") or tree.data.get("created_at")
    moment = read_time(submitted) if isinstance(submitted, str) else None
    listed = tree.data.get(":submitters") or tree.data.get("submitters")
    members = listed if isinstance(listed, list) else []
    students = tuple(_students(members))
    rule = too_many(len(members)) or next((rule for student in students if (rule := too_long(student))), "")
    if not students or rule:
        return Handed((), moment, times, rule or "names nobody who handed it in")
    return Handed(students, moment, times)


def _students(members: Sequence[Any]) -> Iterator[Student]:
    """Yield whom the submitters are: by the number that the course gives them, else by their address or name."""
    seen = set()
    for member in members:
        said = {
            key.removeprefix(":"): " ".join(value.split())
            for key, value in (member.items() if isinstance(member, dict) else ())
            if isinstance(value, str)
        }
        name, email = said.get("name", ""), said.get("email", "")
        known = normal_id(said.get("sid", "") or email or name)
        if known and known not in seen:
            seen.add(known)
            yield Student(id=known, name=name, email=email)
