"""Floors under the figures, so that a rubric can be tested like a program."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from grader.calibration.marks import credit_of
from grader.files.validation import did_you_mean, shown
from grader.model.errors import Problem, UsageError
from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from grader.calibration.figures import CrossTable
    from grader.calibration.measuring import Calibration, CriterionCalibration

FIGURES: Final = ("precision", "recall", "f1", "kappa", "agreement", "decided", "examples")
_WHOLE: Final = ("all", "contradictions")


@dataclass(frozen=True, slots=True)
class Floor:
    """The least a figure may be: of every criterion, of one, of `all` or of the `contradictions` together."""

    where: str  # "" for every criterion
    figure: str
    least: float


@dataclass(frozen=True, slots=True)
class Shortfall:
    """A figure under its floor; `got` is None where it could not be told."""

    where: str
    figure: str
    least: float
    got: float | None
    marks: int

    def __str__(self) -> str:
        if self.got is None:
            return f"{self.where}: {self.figure} cannot be told, none of {self.marks} marks was decided"
        return f"{self.where}: {self.figure} {_under(self.got, self.least)} is under {self.least:g} ({self.marks} marks)"


def read_floors(texts: Iterable[str], criteria: Iterable[str]) -> tuple[Floor, ...]:
    """Read `kappa=0.8`, `q4_slow:recall=90%`, `all:kappa=0.85`; raises UsageError with every problem."""
    known = [*_WHOLE, *criteria]
    floors, problems = [], []
    for text in texts:
        name, _, value = text.partition("=")
        where, _, figure = name.strip().rpartition(":")
        where, figure = where.strip(), figure.strip().casefold()
        try:
            least = credit_of(value) if value.strip() else None
        except ValueError:
            least = None
        if figure not in FIGURES:
            said = f"unknown figure {shown(figure)}{did_you_mean(figure, FIGURES)}"
        elif where and where not in known:
            said = f"unknown criterion {shown(where)}{did_you_mean(where, known)}"
        elif least is None:
            said = f"must be a figure and a share from 0 to 1, such as kappa=0.8 (got {shown(text)})"
        else:
            floors.append(Floor(where, figure, float(least)))
            continue
        problems.append(Problem("--floor", 0, 0, said))
    if problems:
        raise UsageError(problems)
    return tuple(floors)


def shortfalls(calibration: Calibration, floors: Iterable[Floor], *, least: int) -> Iterator[Shortfall]:
    """Yield what falls under a floor; a criterion counts from `least` marks on.

    A figure that divides by nothing passes (nothing was claimed, so nothing was claimed wrongly),
    but where nothing at all was decided no figure can be vouched for. Without any marks `all` falls short too.
    """
    for floor in floors:
        for where, table, examples in _measured(calibration, floor.where):
            enough = table.marks >= least or floor.where == "all"
            if floor.figure == "examples":
                got = examples
            elif not enough:
                continue
            else:
                got = figure_of(table, floor.figure)
                if got is None and not table.decided:
                    yield Shortfall(where, floor.figure, floor.least, None, table.marks)
            if got is not None and got < floor.least:
                yield Shortfall(where, floor.figure, floor.least, got, table.marks)


def figure_of(table: CrossTable, figure: str) -> float | None:
    """Return a figure by its name."""
    value: float | None = getattr(table, "decided_share" if figure == "decided" else figure)
    return value


def _measured(calibration: Calibration, where: str) -> Iterator[tuple[str, CrossTable, float | None]]:
    """Yield name, table and share of right examples of everything a floor lies under."""
    if where in _WHOLE:
        summary = calibration.overall if where == "all" else calibration.contradictions
        members = [item for item in calibration.criteria if where == "all" or item.contradiction]
        yield where, summary.table, _examples(members)
        return
    for item in calibration.criteria:
        if where in {"", item.criterion.id}:
            yield item.criterion.id, item.summary.table, _examples([item])


def _examples(items: list[CriterionCalibration]) -> float | None:
    given = sum(item.examples for item in items)
    return 1 - sum(len(item.failed) for item in items) / given if given else None


def _under(got: float, least: float) -> str:
    """Write a figure with as many decimals as show that it is under the floor."""
    return next((text for text in (f"{got:.{n}f}" for n in range(2, 12)) if float(text) < least), repr(got))
