"""Judge every marked answer and set what the machine said beside what the person said."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Final

from grader.authoring.examples import failed_examples
from grader.calibration.branches import Ablation, Contribution, machine_says
from grader.calibration.figures import Cells, CrossTable, kappa_interval, tabulate
from grader.calibration.synonyms import Proposal, propose
from grader.finding.reading import Reading
from grader.marking.judgement import judge
from grader.marking.questionmarking import settled_among
from grader.model.outcome import Reason
from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from grader.calibration.branches import Variant
    from grader.calibration.marks import PersonsMark
    from grader.model.outcome import Outcome
    from grader.rubric.questions import Criterion, Question, Rubric

IDLE: Final = 5  # near misses to one that was met, from which a net costs more looks than it saves points
_CELL: Final = {(True, True): 0, (True, False): 1, (False, True): 2, (False, False): 3}


@dataclass(frozen=True, slots=True)
class Judged:
    """One marked answer: the person's mark and the machine's outcome."""

    mark: PersonsMark
    credit: Fraction  # the person's
    outcome: Outcome
    fired: tuple[int, ...] = ()  # the branches, from 1, that find it alone

    @property
    def person(self) -> bool:
        """Whether the person's credit counts as met: at least half of it, as for the machine."""
        return 2 * self.credit >= 1

    @property
    def machine(self) -> bool | None:
        return machine_says(self.outcome)

    @property
    def verdict(self) -> str:
        """What came of it: `right`, `false_positive`, `false_negative` or `undecided`."""
        if self.machine is None:
            return "undecided"
        if self.machine is self.person:
            return "right"
        return "false_positive" if self.machine else "false_negative"


@dataclass(frozen=True)
class CriterionSummary:
    """The figures of one criterion, or of several together."""

    name: str
    table: CrossTable
    interval: tuple[float, float] | None  # of kappa, 95 %


@dataclass(frozen=True)
class CriterionCalibration:
    """One criterion against the marks."""

    criterion: Criterion
    question: str
    summary: CriterionSummary
    judged: tuple[Judged, ...]
    left_out: int  # marks that are unsure or empty
    contributions: tuple[Contribution, ...]
    proposals: tuple[Proposal, ...]
    examples: int
    failed: tuple[str, ...]  # a sentence for every example that does not come out as it should
    language: str = "en"

    @property
    def contradiction(self) -> bool:
        return self.criterion.points < 0

    @property
    def credit_gap(self) -> Fraction | None:
        """The mean difference between the machine's credit and the person's; None where nothing was decided."""
        gaps = [abs(row.outcome.credit - row.credit) for row in self.judged if row.outcome.credit is not None]
        return sum(gaps, Fraction(0)) / len(gaps) if gaps else None

    @property
    def waiting_met(self) -> tuple[Judged, ...]:
        """The rows left to a person who found the statement met: what a better wording would decide."""
        return tuple(row for row in self.of("undecided") if row.person)

    @property
    def idle_net(self) -> int:
        """How many rows were left to people as near misses, where hardly one of them was met; 0 where some were."""
        near = [row for row in self.of("undecided") if row.outcome.reason is Reason.UNDECIDED]
        met = sum(row.person for row in near)
        return len(near) if len(near) >= IDLE and IDLE * met <= len(near) else 0

    def of(self, verdict: str) -> tuple[Judged, ...]:
        """Return the rows of one verdict, in the order of the file."""
        return tuple(row for row in self.judged if row.verdict == verdict)


@dataclass(frozen=True)
class Calibration:
    """A rubric against a file of marks."""

    rubric: str
    digest: str
    criteria: tuple[CriterionCalibration, ...]

    @cached_property
    def overall(self) -> CriterionSummary:
        return _together("all", self.criteria)

    @cached_property
    def earning(self) -> CriterionSummary:
        return _together("earning points", [item for item in self.criteria if not item.contradiction])

    @cached_property
    def contradictions(self) -> CriterionSummary:
        return _together("contradictions", [item for item in self.criteria if item.contradiction])

    @cached_property
    def disputed(self) -> tuple[tuple[Judged, ...], ...]:
        """Marks that people gave differently to one answer on one criterion: no rubric can agree with all."""
        by_text: dict[tuple[str, str], list[Judged]] = defaultdict(list)
        for item in self.criteria:
            for row in item.judged:
                by_text[row.mark.criterion, row.mark.answer].append(row)
        return tuple(tuple(rows) for rows in by_text.values() if len({row.person for row in rows}) > 1)


def calibrate(rubric: Rubric, marks: Sequence[PersonsMark], *, only: str = "") -> Calibration:
    """Judge every marked answer; `only` names the one criterion to look at."""
    runs = {
        criterion.id: _Run(rubric, question, criterion)
        for question in rubric.questions
        for criterion in question.criteria
    }
    by_answer: dict[str, list[PersonsMark]] = defaultdict(list)
    for mark in marks:
        if mark.criterion in runs and only in {"", mark.criterion}:
            by_answer[mark.answer].append(mark)
    for answer, rows in by_answer.items():
        reading = Reading(answer, language=rubric.language)
        decided = _decided(
            rubric, runs, reading, {mark.criterion for mark in rows if mark.credit is not None}
        )
        for mark in rows:
            runs[mark.criterion].judge(mark, reading, decided.get(mark.criterion))
    chosen = (run for name, run in runs.items() if only in {"", name})
    return Calibration(rubric.id, rubric.digest, tuple(run.finished() for run in chosen))


def _decided(rubric: Rubric, runs: dict[str, _Run], reading: Reading, marked: set[str]) -> dict[str, Outcome]:
    """Return the outcomes of marked criteria as marking gives them: one may settle or guard another of its question."""
    found: dict[str, Outcome] = {}
    for question in rubric.questions:
        criteria = [criterion.id for criterion in question.criteria]
        if marked.isdisjoint(criteria):
            continue
        related = any(criterion.implies or criterion.excludes for criterion in question.criteria)
        looked_at = criteria if related else [name for name in criteria if name in marked]
        found |= settled_among(question, {name: runs[name].outcome(reading) for name in looked_at})
    return found


class _Run:
    """The measurement of one criterion while it lasts."""

    def __init__(self, rubric: Rubric, question: Question, criterion: Criterion) -> None:
        self.rubric, self.question, self.criterion = rubric, question, criterion
        self.ablation = Ablation(criterion)
        self.outcomes: dict[str, Outcome] = {}
        self.variants: dict[str, list[Variant]] = {}
        self.judged: list[Judged] = []
        self.left_out = 0

    def outcome(self, reading: Reading) -> Outcome:
        """Return what this criterion by itself finds in an answer."""
        if reading.text not in self.outcomes:
            self.outcomes[reading.text] = judge(self.criterion, reading, self._earlier(reading))
        return self.outcomes[reading.text]

    def judge(self, mark: PersonsMark, reading: Reading, decided: Outcome | None) -> None:
        """Note a mark beside the outcome that marking gives; an unsure mark is left out."""
        if mark.credit is None or decided is None:
            self.left_out += 1
            return
        if mark.answer not in self.variants:
            self.variants[mark.answer] = self.ablation.variants(reading, self.outcome(reading))
        variants = self.variants[mark.answer]
        fired = tuple(number for number, (alone, _) in enumerate(variants, 1) if alone)
        self.judged.append(Judged(mark, mark.credit, decided, fired))

    def _earlier(self, reading: Reading) -> dict[str, Fraction]:
        """Return what the criteria before this one read in the answer, where this one follows from them."""
        earlier: dict[str, Fraction] = {}
        if self.criterion.check.follows_names:
            for criterion in self.question.criteria:
                if criterion.id == self.criterion.id:
                    break
                outcome = judge(criterion, reading, earlier)
                if outcome.value is not None:
                    earlier.update(dict.fromkeys(criterion.names, outcome.value))
        return earlier

    def finished(self) -> CriterionCalibration:
        criterion = self.criterion
        judged = tuple(sorted(self.judged, key=lambda row: row.mark.line))
        alone = self.question.model_copy(update={"criteria": (criterion,)})
        return CriterionCalibration(
            criterion=criterion,
            question=self.question.id,
            summary=_summary(criterion.id, judged),
            judged=judged,
            left_out=self.left_out,
            contributions=self.ablation.contributions(
                [(row.machine, row.person, self.variants[row.mark.answer]) for row in judged]
            ),
            proposals=self._proposals(judged),
            examples=len(criterion.accepts) + len(criterion.rejects),
            failed=tuple(map(str, failed_examples(self.rubric.model_copy(update={"questions": (alone,)})))),
            language=self.rubric.language,
        )

    def _proposals(self, judged: Sequence[Judged]) -> tuple[Proposal, ...]:
        if not self.criterion.check.finds_statements:
            return ()
        missed = [
            (row.mark.line, row.mark.author, row.mark.answer)
            for row in judged
            if row.person and (row.machine is False or row.outcome.reason is Reason.UNDECIDED)
        ]
        others = [(row.mark.author, row.mark.answer) for row in judged if not row.person]
        return propose(missed, others, self.criterion.check.knows, language=self.rubric.language)


def _together(name: str, items: Iterable[CriterionCalibration]) -> CriterionSummary:
    return _summary(name, [row for item in items for row in item.judged])


def _summary(name: str, judged: Sequence[Judged]) -> CriterionSummary:
    """Count; the marks of one author are one cluster, without an author those of one answer."""
    clusters: dict[str, list[int]] = {}
    for row in judged:
        if row.machine is not None:
            cluster = clusters.setdefault(row.mark.author or f"\0{row.mark.answer}", [0, 0, 0, 0])
            cluster[_CELL[row.machine, row.person]] += 1
    cells: list[Cells] = [(a, b, c, d) for a, b, c, d in clusters.values()]
    return CriterionSummary(
        name, tabulate((row.machine, row.person) for row in judged), kappa_interval(cells)
    )
