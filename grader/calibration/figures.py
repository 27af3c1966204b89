"""Agreement of two judges on yes or no: precision, recall, F1 and Cohen's kappa with an interval.

Sources: J. Cohen, A coefficient of agreement for nominal scales, 1960; D. Rubin, The Bayesian
bootstrap, 1981; W. Perks, Some observations on inverse probability, 1947 (the prior).
"""

from __future__ import annotations

import hashlib
import random
from collections import Counter
from typing import TYPE_CHECKING, Final

from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable

Cells = tuple[int, int, int, int]  # both say yes, only the machine, only the person, neither

DRAWS: Final = 1000  # of the bootstrap: the ends of a 95 % interval settle to about 0.01
_TAIL: Final = 0.025
_PRIOR: Final = 0.25  # of an answer in each cell, one in all: few answers that all agree prove little


@dataclass(frozen=True, slots=True)
class CrossTable:
    """How often a machine and a person said yes and no. A figure is None where it would divide by nothing."""

    both: int = 0
    machine_only: int = 0  # false positives
    person_only: int = 0  # false negatives
    neither: int = 0
    undecided_met: int = 0  # left to a person by the machine
    undecided_not: int = 0

    @property
    def decided(self) -> int:
        return self.both + self.machine_only + self.person_only + self.neither

    @property
    def marks(self) -> int:
        return self.decided + self.undecided_met + self.undecided_not

    @property
    def met(self) -> int:
        """How often the person said yes."""
        return self.both + self.person_only + self.undecided_met

    @property
    def decided_share(self) -> float | None:
        return _share(self.decided, self.marks)

    @property
    def precision(self) -> float | None:
        return _share(self.both, self.both + self.machine_only)

    @property
    def recall(self) -> float | None:
        return _share(self.both, self.both + self.person_only)

    @property
    def f1(self) -> float | None:
        return _share(2 * self.both, 2 * self.both + self.machine_only + self.person_only)

    @property
    def agreement(self) -> float | None:
        return _share(self.both + self.neither, self.decided)

    @property
    def kappa(self) -> float | None:
        return kappa(self.both, self.machine_only, self.person_only, self.neither)


def tabulate(pairs: Iterable[tuple[bool | None, bool]]) -> CrossTable:
    """Count pairs of what the machine said (None: undecided) and what the person said."""
    counts = Counter(pairs)
    return CrossTable(
        both=counts[True, True],
        machine_only=counts[True, False],
        person_only=counts[False, True],
        neither=counts[False, False],
        undecided_met=counts[None, True],
        undecided_not=counts[None, False],
    )


def kappa(both: float, machine_only: float, person_only: float, neither: float) -> float | None:
    """Return Cohen's kappa of a table; None where nothing was said, or both said the same one thing throughout."""
    total = both + machine_only + person_only + neither
    machine, person = both + machine_only, both + person_only
    chance = machine * person + (total - machine) * (total - person)  # times total squared
    if not total or chance == total * total:
        return None
    return (total * (both + neither) - chance) / (total * total - chance)


def kappa_interval(clusters: Iterable[Cells]) -> tuple[float, float] | None:
    """Return a 95 % interval of kappa by a Bayesian bootstrap over clusters; None where there is no kappa.

    A cluster holds what belongs together: the marks of one author, or of one answer. Every draw weighs
    each cluster by an exponential variate and adds the prior. The seed is made from the clusters, whose
    order does not matter. The interval always holds kappa itself.
    """
    counted = sorted((cells, times) for cells, times in Counter(clusters).items() if any(cells))
    total = [sum(cells[i] * times for cells, times in counted) for i in range(4)]
    centre = kappa(*total)
    if centre is None:
        return None
    seed = hashlib.sha256(repr(counted).encode()).digest()
    variate = random.Random(seed).gammavariate  # noqa: S311 - resampling, no secrets
    draws = []
    for _ in range(DRAWS):
        table = [variate(_PRIOR, 1.0) for _ in range(4)]
        for cells, times in counted:
            weight = variate(times, 1.0)
            for i, count in enumerate(cells):
                table[i] += weight * count
        drawn = kappa(*table)
        draws.append(centre if drawn is None else drawn)
    draws.sort()
    cut = int(DRAWS * _TAIL)
    return min(draws[cut], centre), max(draws[-cut - 1], centre)


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
