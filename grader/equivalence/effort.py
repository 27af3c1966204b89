"""How much work a comparison may take: counted in steps, so that it is the same on every machine.

A step is about a microsecond. Whoever starts something opens an allowance with `limited`; what
runs inside draws on it and on all the allowances around it. So a check that makes a hundred
comparisons, each of them within its own limit, ends as well.
"""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

COMPARISON: Final = 40_000  # of one comparison; an ordinary one takes some hundreds
SLIPS: Final = 30_000  # of the search for a named slip
JUDGEMENT: Final = 55_000  # of all comparisons for one answer
REGIONS: Final = 20_000  # of a proof by cases of signs
REQUESTS: Final = 2  # to the computer algebra system in one allowance: each may take its whole deadline


class ExhaustedError(Exception):
    """The allowance is used up; the comparison is undecided."""


class Effort:
    """What is left of an allowance."""

    __slots__ = ("left", "requests")

    def __init__(self, left: int, requests: int = REQUESTS) -> None:
        self.left = left
        self.requests = requests

    def spend(self, steps: int) -> None:
        """Take so many steps. Raises ExhaustedError where they are no longer there."""
        self.left -= steps
        if self.left < 0:
            raise ExhaustedError

    def request(self) -> bool:
        """Whether the computer algebra system may be asked once more."""
        self.requests -= 1
        return self.requests >= 0


_current: ContextVar[Effort | None] = ContextVar("effort", default=None)


def effort() -> Effort:
    """Return the allowance that holds here; outside of all, one for a single comparison."""
    return _current.get() or Effort(COMPARISON)


def around() -> Effort | None:
    """Return the allowance that holds here, None outside of all."""
    return _current.get()


@contextmanager
def limited(steps: int) -> Iterator[Effort]:
    """Open an allowance, no larger than what is left of the one around it."""
    outer = _current.get()
    start = steps if outer is None else max(0, min(steps, outer.left))
    inner = Effort(start) if outer is None else Effort(start, outer.requests)
    token = _current.set(inner)
    try:
        yield inner
    finally:
        _current.reset(token)
        if outer is not None:
            outer.left -= start - inner.left
            outer.requests = inner.requests
