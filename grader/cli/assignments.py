"""Which assignment of a gradebook a command is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from grader.gradebook import Gradebook


def assignment_of(book: Gradebook, name: str | None) -> str:
    """Return the assignment that is meant, the only one where none is named; raises UsageError."""
    from grader.files.validation import did_you_mean
    from grader.model.errors import Problem, UsageError

    known = [row[0] for row in book.rows("SELECT DISTINCT assignment FROM standings ORDER BY assignment")]
    if name is None and len(known) == 1:
        return str(known[0])
    if name is None or name not in known:
        if not known:
            rule = "the gradebook holds no marked assignment yet"
        elif name is None:
            rule = f"say which one: the gradebook holds {', '.join(known)}"
        else:
            rule = f"the gradebook holds no assignment {name!r}{did_you_mean(name, known)}"
        raise UsageError([Problem("--assignment", 0, 0, rule)])
    return name
