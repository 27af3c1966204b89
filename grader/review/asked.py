"""A request of somebody who may ask, and the addresses that lead on from it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from grader.records import dataclass
from grader.review.pages import FILTERS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from grader.review.security import Seat


@dataclass(frozen=True, slots=True)
class Asked:
    """A request of somebody who may ask: whose it is, and what it says."""

    session: Seat
    place: str  # the path and the query
    key: str
    query: Mapping[str, str]
    form: Mapping[str, str]

    @property
    def filter(self) -> dict[str, str]:
        """What of all answers is gone through."""
        return {name: self.query[name] for name in FILTERS if self.query.get(name)}

    def work_address(self) -> str:
        """Return where the answer stands that this is about."""
        return address(f"/work/{self.key}", self.filter)


def address(path: str, query: Mapping[str, object]) -> str:
    """Return a path with its query."""
    return f"{path}?{urlencode(query)}" if query else path


def own_path(text: str) -> str:
    """Return a path of this server that a form names, the first page for anything else."""
    own = text.startswith("/") and text[1:2] not in {"/", "\\"} and text.isascii() and text.isprintable()
    return text if own else "/"
