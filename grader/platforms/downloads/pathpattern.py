"""Whose a file is by one regular expression of the teacher's, matched on its path inside a download.

The syntax is RE2's, as in the check `regex`: no lookaround and no references back, so that the time is linear in the path.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from grader.model.errors import Problem, UsageError
from grader.model.submission import Student
from grader.platforms.downloads.contract import Delivery, Filed, Listing, by_label

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MAX_PATTERN: Final = 2_000  # characters
MAX_PROGRAM: Final = 8 << 20  # bytes that the engine may take for it
GROUPS: Final = ("student", "name", "attempt")
_OPTION: Final = "--identity"


class Expression:
    """The teacher's expression; raises UsageError for one that cannot be used."""

    def __init__(self, pattern: str) -> None:
        import re2  # noqa: PLC0415 - the engine is loaded only where it is asked for

        if len(pattern) > MAX_PATTERN:
            raise _refused(f"has at most {MAX_PATTERN:,} characters (got {len(pattern):,})")
        options = re2.Options()
        options.max_mem = MAX_PROGRAM
        options.log_errors = False
        try:
            self.program: Any = re2.compile(pattern, options)
        except re2.error as error:
            reason = error.args[0].decode() if error.args and isinstance(error.args[0], bytes) else str(error)
            raise _refused(f"{pattern!r} is no expression that can be used: {reason}") from None
        groups = self.program.groupindex
        if "student" not in groups:
            raise _refused(f"{pattern!r} must have a group (?P<student>...), which is the student's id")
        unknown = [name for name in groups if name not in GROUPS]
        if unknown:
            raise _refused(f"the group {unknown[0]!r} is not known; known are {', '.join(GROUPS)}")
        self.groups = groups

    def deliveries(self, listing: Listing) -> Iterable[Delivery | Problem]:
        """Yield the files of every student and attempt as one hand-in, and every file that does not fit."""
        others: list[Problem] = []
        yield from by_label(self._labelled(listing, others))
        yield from others

    def _labelled(self, listing: Listing, others: list[Problem]) -> Iterator[tuple[Delivery, Filed]]:
        for entry in listing.entries:
            path = f"{listing.inside}{entry.path}"
            found = self.program.search(path)
            said = (
                {name: (found.group(at) or "").strip() for name, at in self.groups.items()} if found else {}
            )
            student = Student(id=said.get("student", ""), name=said.get("name", ""))
            if not student.id:
                others.append(
                    listing.problem(entry.path, f"does not fit {_OPTION}, so that nobody knows whose it is")
                )
                continue
            attempt = said.get("attempt", "")
            label = f"{student.id}, attempt {attempt}" if attempt else student.id
            own = path[found.end(self.groups["student"]) :].strip("/_- .") or entry.name
            yield Delivery(label, (student,)), Filed(entry, own if "." in own else entry.name)


def _refused(rule: str) -> UsageError:
    return UsageError([Problem(_OPTION, 0, 0, rule)])
