"""A teacher's own table of a class, as a platform gave it: who is in it, and filled with marks.

In comes a table as it was downloaded, recognised by its columns through WORKSHEETS, in this order: the first function
`recognise(table) -> Worksheet | None` that knows it has it. Out go its students (`grader.platforms.worksheets.roster`)
or the same bytes with marks in one column (`grader.platforms.worksheets.filling`). Who of a gradebook is who of a table
is settled in one place, `grader.platforms.worksheets.matching`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

WORKSHEETS: Final[Mapping[str, str]] = {
    "canvas": "grader.platforms.worksheets.canvas:recognise",
    "blackboard": "grader.platforms.worksheets.blackboard:recognise",
    "brightspace": "grader.platforms.worksheets.brightspace:recognise",
    "gradescope": "grader.platforms.worksheets.gradescope:recognise",
    "moodle": "grader.platforms.worksheets.moodle:recognise",
    "list": "grader.platforms.worksheets.classlist:recognise",
}
"""By platform; a list is whatever names its students by columns that are known, and so the last."""
