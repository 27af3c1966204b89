"""What a command writes is none of what it reads, and no two of its outputs are one file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

_WAY_OUT: Final = "name another file"


def refuse_inputs(outputs: Mapping[str, Path | None], inputs: Iterable[Path | None]) -> None:
    """Raise UsageError for every output, by its option, that is one of the inputs or another output.

    Links are followed and files compared by what they are, since one file may have several names.
    """
    from grader.model.errors import Problem, UsageError

    taken = {same: f"{path}, which this command reads," for path in inputs if path for same in _names(path)}
    problems = []
    for option, path in outputs.items():
        if path is None:
            continue
        there = next((taken[same] for same in _names(path) if same in taken), None)
        if there is not None:
            rule = f"this is where {there} stands (got {path}); {_WAY_OUT}"
            problems.append(Problem(option, 0, 0, rule))
        for same in _names(path):
            taken.setdefault(same, f"what {option} writes,")
    if problems:
        raise UsageError(problems)


def refuse_folder_of(files: Iterable[Path], out: Path) -> None:
    """Raise UsageError where some of the hand-ins lie directly in the folder that reports go to."""
    from grader.model.errors import Problem, UsageError

    place = _identity(out)
    if place is None:
        return
    known: dict[Path, bool] = {}
    for file in files:
        folder = file.parent
        if folder not in known:
            known[folder] = _identity(folder) == place
        if known[folder]:
            rule = (
                f"this is the folder that the hand-in {str(file)!r} lies in (got {out}); name another for the "
                "reports, such as 'reports'"
            )
            raise UsageError([Problem("--out", 0, 0, rule)])


def _names(path: Path) -> tuple[object, ...]:
    """Return what a path stands for: the file by its number, where there is one, and its place."""
    identity = _identity(path)
    place = path.parent.resolve() / path.name if path.name else path.resolve()
    return (place,) if identity is None else (identity, place)


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        seen = path.stat()
    except (OSError, ValueError):
        return None
    return (seen.st_dev, seen.st_ino)
