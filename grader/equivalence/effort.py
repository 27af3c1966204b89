"""How much work a comparison may take: counted in steps, so that it is the same on every machine.

A step is about a microsecond. Whoever starts something opens an allowance with `limited`; what
runs inside draws on it and on all the allowances around it. So a check that makes a hundred
comparisons, each of them within its own limit, ends as well.
"""

from __future__ import annotations

from contextvars import ContextVar
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from contextvars import Token

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


class limited:  # noqa: N801 - used like a function, `with limited(...)`; a generator takes three times as long
    """Open an allowance, no larger than what is left of the one around it."""

    __slots__ = ("_inner", "_outer", "_start", "_token")
    _token: Token[Effort | None]

    def __init__(self, steps: int) -> None:
        self._outer = outer = _current.get()
        self._start = steps if outer is None else max(0, min(steps, outer.left))
        self._inner = Effort(self._start) if outer is None else Effort(self._start, outer.requests)

    def __enter__(self) -> Effort:
        self._token = _current.set(self._inner)
        return self._inner

    def __exit__(self, *_: object) -> None:
        _current.reset(self._token)
        if self._outer is not None:
            self._outer.left -= self._start - self._inner.left
            self._outer.requests = self._inner.requests
