"""What `grade` is asked for: its options, as they were given."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING

from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping
    from fractions import Fraction
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class ClassRequest:
    """The options of `grade`."""

    submissions: tuple[Path, ...]
    rubric: Path
    out: Path
    formats: tuple[str, ...]
    teacher: Path | None = None
    standalone: bool = False
    dry_run: bool = False
    fresh: bool = False
    gradebook: Path | None = None
    roster: Path | None = None
    times: Path | None = None
    platform: str | None = None
    identity: str | None = None
    preflight: bool = False
    least: Fraction | None = None
    jobs: int | None = None
    executor: str | None = None
    scheduler: str = ""
    converters: Mapping[str, str] = field(default_factory=dict)
    deadline: float | None = None
    as_json: bool = False
    quiet: bool = False

    @property
    def store(self) -> Path:
        """Where the gradebook is."""
        return self.gradebook or store_beside(self.out)


def store_beside(out: Path) -> Path:
    """Return the gradebook that belongs to a folder of reports: beside it, so that these can be thrown away."""
    named = out if out.name not in {"", ".."} else out.resolve()
    return named.with_name(f"{named.name}.gradebook")
