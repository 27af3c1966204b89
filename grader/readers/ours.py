"""Leave out what the grader wrote itself: a report is no hand-in, wherever it lies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from grader.files.provenance import Origin, origin_of_file
from grader.model.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from pathlib import Path

    from grader.readers.opening import Found

NO_HANDIN: Final = "was written by grader: it is a report, or goes with one, and is no hand-in"
_CHANGED: Final = (
    "was written by grader and changed since: it is a report, or goes with one, and is no hand-in"
)
# SQLite keeps these beside a gradebook while it is open, and after a process was killed.
_BESIDE: Final = ("-wal", "-shm", "-journal")


def without_ours(
    found: Iterable[Found | Problem], *, named: Collection[Path] = (), own: list[Path] | None = None
) -> Iterator[Found | Problem]:
    """Yield what is not ours; what is goes to `own`.

    One of ours that somebody changed is a Problem, and so is one that was `named` as a hand-in.
    """
    for item in found:
        origin = Origin.FOREIGN if isinstance(item, Problem) else origin_of_found(item.path)
        if origin is Origin.FOREIGN or isinstance(item, Problem):
            yield item
        elif origin is Origin.CHANGED or item.path in named:
            yield Problem(str(item.path), 0, 0, NO_HANDIN if origin is Origin.OURS else _CHANGED)
        elif own is not None:
            own.append(item.path)


def origin_of_found(file: Path) -> Origin:
    """Return where a file comes from that was found among hand-ins."""
    for ending in _BESIDE:
        if file.name.endswith(ending):
            return origin_of_file(file.with_name(file.name.removesuffix(ending)))
    return origin_of_file(file)
