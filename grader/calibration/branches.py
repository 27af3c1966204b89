"""What each branch of a criterion's patterns contributes, found by judging with and without it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from grader.calibration.figures import CrossTable, tabulate
from grader.marking.judgement import judge
from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable

    from grader.finding.reading import Reading
    from grader.model.outcome import Outcome
    from grader.rubric.questions import Criterion

# What a branch says alone, and what the criterion says without it.
Variant = tuple[bool | None, bool | None]


@dataclass(frozen=True, slots=True)
class Contribution:
    """One branch of `any`. Rights are finds where a person agrees, wrongs where not."""

    number: int  # from 1
    pattern: str  # as it stands in the rubric
    alone_right: int  # found by this branch alone
    alone_wrong: int
    lost_right: int  # what only this branch brings: gone without it
    lost_wrong: int
    without: CrossTable  # all marks, judged without it


class Ablation:
    """Judges one criterion's answers again with each branch alone and with each left out."""

    def __init__(self, criterion: Criterion) -> None:
        self.patterns = criterion.check.branches
        everything = range(len(self.patterns))
        self.alone = [_restricted(criterion, [number]) for number in everything]
        self.without = [
            _restricted(criterion, [other for other in everything if other != number])
            for number in everything
        ]

    def variants(self, reading: Reading, outcome: Outcome) -> list[Variant]:
        """Return for each branch what it says alone, and what the criterion says without it."""
        said = machine_says(outcome)
        if said is False:  # no branch found anything; fewer find no more
            return [(False, False)] * len(self.patterns)
        alone = [_says(criterion, reading) for criterion in self.alone]
        if said is None or True not in alone:
            return [
                (finds, _says(without, reading)) for finds, without in zip(alone, self.without, strict=True)
            ]
        # What stands without contradiction stands while one branch that finds it is left.
        only = alone.index(True) if alone.count(True) == 1 else None
        return [
            (finds, _says(self.without[number], reading) if number == only else True)
            for number, finds in enumerate(alone)
        ]

    def contributions(
        self, rows: Iterable[tuple[bool | None, bool, list[Variant]]]
    ) -> tuple[Contribution, ...]:
        """Sum up rows of (what the machine said, what the person said, the variants)."""
        rows = list(rows)
        found = []
        for index, pattern in enumerate(self.patterns):
            marks = [(said, person, *variants[index]) for said, person, variants in rows]
            found.append(
                Contribution(
                    number=index + 1,
                    pattern=as_written(pattern),
                    alone_right=sum(alone is True and person for _, person, alone, _ in marks),
                    alone_wrong=sum(alone is True and not person for _, person, alone, _ in marks),
                    lost_right=sum(
                        said is True and person and rest is not True for said, person, _, rest in marks
                    ),
                    lost_wrong=sum(
                        said is True and not person and rest is not True for said, person, _, rest in marks
                    ),
                    without=tabulate((rest, person) for _, person, _, rest in marks),
                )
            )
        return tuple(found)


def machine_says(outcome: Outcome) -> bool | None:
    """Return whether an outcome counts as met: at least half of the credit; None where a person must look."""
    return None if outcome.credit is None else 2 * outcome.credit >= 1


def as_written(pattern: Any) -> str:
    """Write a pattern as it could stand in a rubric, on one line."""
    if isinstance(pattern, Mapping):
        return "{" + ", ".join(f"{key}: {as_written(value)}" for key, value in pattern.items()) + "}"
    if isinstance(pattern, list | tuple):
        return "[" + ", ".join(map(as_written, pattern)) + "]"
    text = str(pattern)
    plain = text.replace(" ", "").replace("*", "").replace("-", "")
    return text if plain.isalnum() and text[0].isalnum() else json.dumps(text, ensure_ascii=False)


def _restricted(criterion: Criterion, numbers: list[int]) -> Criterion | None:
    """Return the criterion with some of its branches; None where that could never match."""
    try:
        return criterion.model_copy(update={"check": criterion.check.with_branches(numbers)})
    except ValueError:
        return None


def _says(criterion: Criterion | None, reading: Reading) -> bool | None:
    return False if criterion is None else machine_says(judge(criterion, reading, {}))
