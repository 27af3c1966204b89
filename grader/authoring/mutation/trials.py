"""Have variations and damages of a rubric's right answers judged, and count what it gets wrong.

What is tried depends on the rubric and the answer alone, so that two runs are alike. Only what is decided can be wrong: a
variation that goes to a person is counted by itself, and a damage that does is caught.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from enum import StrEnum
from fractions import Fraction
from random import Random
from typing import TYPE_CHECKING, Any, Final

from grader.authoring.mutation.specimens import MutantOutcome, Specimen, specimens
from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from grader.authoring.lintfindings import Inspection
    from grader.authoring.mutation.mutants import Mutant
    from grader.files.yamltree import Loc

MAX_TRIALS: Final = (
    8  # variations, and as many damages, of one answer: a rubric of fifty criteria stays within seconds
)


MAX_BESIDE: Final = 80  # characters shown on either side of a change


class TrialVerdict(StrEnum):
    """How a mutant came out."""

    RIGHT = "right"  # as it should
    WAITS = "waits"  # what is as good as right would go to a person
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Trial:
    """A mutant and what came of it."""

    loc: Loc  # of what was changed, in the rubric's tree
    whose: str
    mutant: Mutant
    result: MutantOutcome
    verdict: TrialVerdict

    @property
    def said(self) -> str:
        """Say what came of it, with the answer as it was changed."""
        done = "damaged" if self.mutant.damages else "varied"
        what = "still has full credit" if self.result.credit == 1 else f"loses its credit: {self.result.code}"
        return f"{self.whose}{done} ({self.mutant.operator}), it {what} (got {_excerpt(self.mutant)})"


@dataclass(frozen=True, slots=True)
class MutationScore:
    """What a rubric makes of the mutants of its right answers."""

    trials: tuple[Trial, ...]

    def count(self, verdict: TrialVerdict, *, damages: bool | None = None) -> int:
        """Count the trials with a verdict; of damages or variations alone where that is said."""
        return sum(each.verdict is verdict and damages in {None, each.mutant.damages} for each in self.trials)

    def share(self, *, damages: bool) -> Fraction:
        """Return the share of what is decided that is decided rightly, of damages or of variations; 1 where nothing is."""
        right, wrong = (
            self.count(verdict, damages=damages) for verdict in (TrialVerdict.RIGHT, TrialVerdict.WRONG)
        )
        return Fraction(right, right + wrong) if right + wrong else Fraction(1)

    @property
    def score(self) -> Fraction:
        """The lower one of the two shares: there are more variations, and most of them are easy."""
        return min(self.share(damages=True), self.share(damages=False))

    @property
    def wrong(self) -> Iterator[Trial]:
        """What the rubric gets wrong."""
        return (each for each in self.trials if each.verdict is TrialVerdict.WRONG)


def mutation_score(inspection: Inspection) -> MutationScore:
    """Try the mutants of all that a rubric calls right and that comes out so."""
    trials: list[Trial] = []
    for specimen in specimens(inspection):
        for damages in (False, True):
            mutants = (each for each in specimen.mutants() if each.damages is damages)
            for mutant in _picked(mutants, specimen):
                trials += _tried(specimen, mutant)
    return MutationScore(tuple(trials))


def _excerpt(mutant: Mutant) -> str:
    """Quote an answer, of a long one what stands around the change."""
    answer = mutant.answer
    if not isinstance(answer, str):
        return repr(answer)
    start, end = max(0, mutant.start - MAX_BESIDE), mutant.end + MAX_BESIDE
    shown = " ".join(answer[start:end].split())
    return repr(f"{'…' * (start > 0)}{shown}{'…' * (end < len(answer))}")


def _picked(mutants: Iterable[Mutant], specimen: Specimen) -> Sequence[Mutant]:
    """Return some of the mutants, of each operator alike, by the digest of the rubric and the answer."""
    by_operator: dict[str, list[Mutant]] = defaultdict(list)
    for mutant in {repr(each): each for each in mutants}.values():
        by_operator[mutant.operator].append(mutant)
    seed = hashlib.sha256(repr((specimen.digest, specimen.answer)).encode("utf-8", "surrogatepass")).digest()
    chance = Random(seed)  # noqa: S311 - to pick examples, and alike in every run
    for group in by_operator.values():
        chance.shuffle(group)
    return [mutant for group in by_operator.values() for mutant in group[:MAX_TRIALS]]


def _tried(specimen: Specimen, mutant: Mutant) -> Iterable[Trial]:
    """Yield what each criterion that the answer satisfied makes of a mutant; nothing where what is right still stands in it."""
    for whose, result in specimen.judge(mutant):
        verdict = _verdict(mutant, result)
        if verdict is not None:
            yield Trial(specimen.loc, whose, mutant, result, verdict)


def _verdict(mutant: Mutant, result: MutantOutcome) -> TrialVerdict | None:
    full = result.credit == 1
    if not mutant.damages:
        if full:
            return TrialVerdict.RIGHT
        return TrialVerdict.WAITS if result.credit is None else TrialVerdict.WRONG
    if not full:
        return TrialVerdict.RIGHT
    # What earns the points elsewhere in the answer is not what was damaged.
    if mutant.end and not _is_found_in(mutant, result):
        return None
    return TrialVerdict.WRONG


def _is_found_in(mutant: Mutant, result: MutantOutcome) -> bool:
    spans: Any = [(item.start, item.end) for item in result.evidence if item.start is not None and item.end]
    return not spans or any(start < mutant.end and mutant.start < end for start, end in spans)
