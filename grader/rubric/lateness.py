"""Due dates, what handing in late costs, and which of several attempts counts.

Times are moments: ISO 8601 with an offset (`2026-11-20T23:59+01:00`), so that nobody's clock or
place decides about a deduction.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from fractions import Fraction
from typing import Annotated, Final, Literal, NamedTuple

from pydantic import Field, field_validator

from grader.files.fields import Amount
from grader.files.moments import Duration
from grader.model.frozen import Frozen

_DAY: Final = timedelta(days=1)

Attempts = Literal["first", "last", "best"]


class LateDeduction(NamedTuple):
    """Points taken off, why, and the days taken from a budget."""

    points: Fraction
    said: str
    spent: int


class LateRule(Frozen):
    """What handing in late costs: a share of the assignment's points for every day that has begun.

    `per_day` is that share, `cap` the most that is taken, `grace` how late still counts as in time.
    Days are counted from the due date, not from the end of the grace. `budget` are days that a student may be late
    for nothing, over all assignments of one gradebook whose rubrics have one.
    """

    per_day: Annotated[Amount, Field(description="A share of the points, such as 10%.")]
    cap: Annotated[Amount, Field(description="The most that is taken, such as 50%.")] = Fraction(1)
    grace: Annotated[Duration, Field(json_schema_extra={"default": "0 s"})] = timedelta(0)
    budget: Annotated[
        Duration, Field(description="Free days over a term.", json_schema_extra={"default": "0 s"})
    ] = timedelta(0)

    @field_validator("per_day", "cap")
    @classmethod
    def _is_a_share(cls, value: Fraction) -> Fraction:
        if not 0 <= value <= 1:
            raise ValueError(f"must be a share of the points between 0% and 100% (got {float(value):g})")
        return value

    @field_validator("budget")
    @classmethod
    def _is_whole_days(cls, value: timedelta) -> timedelta:
        if value % _DAY:
            raise ValueError(f"must be whole days, such as '3 days' (got {spoken(value)})")
        return value

    def days(self, due: datetime, submitted: datetime) -> int:
        """Return how many days late counts as, 0 within the grace."""
        late = submitted.replace(microsecond=0) - due.replace(microsecond=0)  # clocks show seconds
        return 0 if late <= self.grace or late <= timedelta(0) else -(-late // _DAY)

    def deduction(
        self, due: datetime, submitted: datetime, max_points: Fraction, *, spent: int | None = None
    ) -> LateDeduction:
        """Return what is taken off, one sentence on why, and the days taken from the budget; (0, "", 0) for in time.

        `spent` are the days of the budget that other assignments took; None: nobody knows, and none is free.
        """
        days = self.days(due, submitted)
        if not days:
            return LateDeduction(Fraction(0), "", 0)
        left = 0 if spent is None else max(self.budget // _DAY - spent, 0)
        free = min(days, left)
        share = min(self.per_day * (days - free), self.cap)
        capped = ", the most that is taken" if self.per_day * (days - free) > self.cap else ""
        begun = f"{_days(days)} begun"
        if self.budget and spent is None:
            begun += f" (what is left of the budget of {_days(self.budget // _DAY)} is not known here)"
        elif self.budget:
            begun += f", {free} of them from the budget of {_days(self.budget // _DAY)}, of which {left - free} are left"
        late = f"Handed in {spoken(submitted - due)} after the due date"
        if days == free:
            return LateDeduction(Fraction(0), f"{late}: {begun}; nothing is taken off.", free)
        said = f"{late}: {_percent(self.per_day)} a day, {begun}, {_percent(share)} of the points{capped}."
        return LateDeduction(share * max_points, said, free)


def spoken(time: timedelta) -> str:
    """Write a length of time in its two largest units: `1 day 3 h`, `12 min`."""
    left = max(int(time.total_seconds()), 0)
    words = []
    for name, size in (("day", 86400), ("h", 3600), ("min", 60), ("s", 1)):
        count, left = divmod(left, size)
        if count:
            words.append(f"{count} {'days' if name == 'day' and count > 1 else name}")
    return " ".join(words[:2]) or "0 s"


def _days(count: int) -> str:
    return f"{count} {'day' if count == 1 else 'days'}"


def _percent(share: Fraction) -> str:
    return f"{float(100 * share):.4g} %"
