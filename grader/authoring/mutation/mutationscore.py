"""A rubric's mutation score, as findings at their lines, as one sentence and as data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from grader.authoring.lintfindings import Lint, Severity
from grader.authoring.mutation.trials import MutationScore, TrialVerdict, mutation_score
from grader.records import dataclass

if TYPE_CHECKING:
    from grader.authoring.lintfindings import Inspection


@dataclass(frozen=True, slots=True)
class MutationReport:
    """What a rubric makes of the mutants of its right answers."""

    score: MutationScore
    findings: tuple[Lint, ...]

    @property
    def summary(self) -> str:
        """The score in one sentence."""
        caught, kept = self._of(damages=True), self._of(damages=False)
        waits = self.score.count(TrialVerdict.WAITS)
        waiting = f"; {waits} more variation{'s go' if waits != 1 else ' goes'} to a person" if waits else ""
        return (
            f"mutation score {float(self.score.score):.1%}: {caught[0]} of {caught[1]} damages are caught, "
            f"{kept[0]} of {kept[1]} variations stay right{waiting}"
        )

    @property
    def data(self) -> dict[str, Any]:
        """The score for scripts."""
        operators: dict[str, dict[str, int]] = {}
        for trial in self.score.trials:
            row = operators.setdefault(trial.mutant.operator, dict.fromkeys(TrialVerdict, 0))
            row[trial.verdict] += 1
        shares = {
            name: {"right": right, "decided": decided}
            for name, (right, decided) in (
                ("damages", self._of(damages=True)),
                ("variations", self._of(damages=False)),
            )
        }
        waits = self.score.count(TrialVerdict.WAITS)
        return {"score": float(self.score.score), **shares, "waiting": waits, "operators": operators}

    def _of(self, *, damages: bool) -> tuple[int, int]:
        right = self.score.count(TrialVerdict.RIGHT, damages=damages)
        return right, right + self.score.count(TrialVerdict.WRONG, damages=damages)


def mutation_report(inspection: Inspection) -> MutationReport:
    """Try the mutants of a rubric's right answers and report what it gets wrong, in the order of the file."""
    score = mutation_score(inspection)
    found = [inspection.found(each.loc, each.said, "mutation", Severity.WARNING) for each in score.wrong]
    return MutationReport(score, tuple(sorted(found, key=lambda each: each.problem)))
