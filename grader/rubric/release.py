"""What a platform shows to students, and how often they may hand in; keys of a rubric."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import field_validator

from grader.files.fields import Count, Flag
from grader.files.moments import Duration
from grader.model.frozen import Frozen

if TYPE_CHECKING:
    from datetime import timedelta

Visibility = Literal["visible", "hidden", "after_due_date", "after_published"]
"""When students see a row; Gradescope's own words."""


class AttemptLimit(Frozen):
    """How many hand-ins are marked: `limit` in all, or in every `per`."""

    limit: Count
    per: Duration | None = None

    @field_validator("limit")
    @classmethod
    def _at_least_one(cls, value: int) -> int:
        if value < 1:
            raise ValueError(f"must be at least 1 (got {value})")
        return value

    @field_validator("per")
    @classmethod
    def _some_time(cls, value: timedelta | None) -> timedelta | None:
        if value is not None and not value:
            raise ValueError("must be longer than no time at all")
        return value


class GradescopeRule(Frozen):
    """The key `gradescope` of a rubric.

    `visibility` is that of all rows that have none of their own. Gradescope hides the total as soon as
    one row is hidden, so `total` says whether it is told in words above the rows. `staff` says where
    details for the staff go: into a hidden row, or into the output that only they see. `file` is a
    pattern for the file that counts where several are handed in.
    """

    visibility: Visibility = "visible"
    total: Flag = True
    staff: Literal["test", "stdout"] = "test"
    file: str = ""
    attempts: AttemptLimit | None = None
    leaderboard: Flag = False
