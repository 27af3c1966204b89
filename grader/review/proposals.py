"""What is proposed for a row before a person has decided it, and what of a rubric an answer gives reason to change."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from fractions import Fraction
from threading import Lock, Thread
from typing import TYPE_CHECKING, Final

from grader.calibration.decisions import open_rows
from grader.gradebook import Gradebook
from grader.model.errors import GraderError
from grader.model.outcome import Reason

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from grader.calibration.decisions import OpenRow
    from grader.model.report import CriterionReport

# How sure the second opinion has to be before it fills a row in; it is shown in any case.
_SURE: Final = 0.8
_HALF: Final = 0.5
# Decisions after which the second opinion learns again.
_ANEW: Final = 25
# Reasons for which a false claim is no more than possible.
_NOT_CLAIMED: Final = frozenset(
    {Reason.UNDECIDED, Reason.AMBIGUOUS, Reason.HEDGED, Reason.REPAIRED, Reason.TOO_SHORT}
)
KINDS: Final = ("accept", "reject", "mistake")


@dataclass(frozen=True, slots=True)
class Proposal:
    """A credit that is proposed, None where the ground is not enough for one, and the ground in words."""

    credit: Fraction | None
    ground: str


NO_PROPOSAL: Final = Proposal(None, "")


def leaning(row: CriterionReport) -> Proposal:
    """Return what the machine leans to by itself. Where it only could not tell, it leans to nothing."""
    code = row.reason.partition(":")[0]
    if row.points < 0:
        if code in {reason.value for reason in _NOT_CLAIMED}:
            return Proposal(Fraction(0), "the claim is not plainly made")
        return NO_PROPOSAL
    if code == Reason.REPAIRED.value:
        return Proposal(Fraction(1), "it is understood but for the spelling")
    return NO_PROPOSAL


@dataclass(slots=True)
class SecondOpinion:
    """What people's decisions so far say of the open rows. It learns in a thread with a connection of its own."""

    gradebook: Path
    assignment: str
    zeros: tuple[OpenRow, ...] = ()
    authors: int = 0
    _chances: Mapping[tuple[str, str], float] = field(default_factory=dict)
    _learned: int = -1
    _thread: Thread | None = None
    _lock: Lock = field(default_factory=Lock)

    def chance(self, student: str, criterion: str) -> float | None:
        """Return the probability that a person finds a row met, None where it is not known."""
        return self._chances.get((student, criterion))

    def proposal(self, student: str, row: CriterionReport) -> Proposal:
        """Return what is proposed for a row."""
        chance = self.chance(student, row.id)
        if chance is None:
            return leaning(row)
        ground = f"{chance:.0%} met, by decisions on {self.authors} students"
        sure = max(chance, 1 - chance) >= _SURE
        return Proposal(Fraction(chance >= _HALF) if sure else None, ground)

    def learn(self, decisions: int, *, wait: bool = False) -> None:
        """Learn from so many decisions, where enough of them are new; with `wait`, be done when this returns."""
        with self._lock:
            due = self._learned < 0 or decisions - self._learned >= _ANEW
            if due and (self._thread is None or not self._thread.is_alive()):
                self._learned = decisions
                self._thread = Thread(target=self._read, daemon=True)
                self._thread.start()
            thread = self._thread
        if wait and thread is not None:
            thread.join()

    def _read(self) -> None:
        try:
            with Gradebook(self.gradebook, readonly=True) as book:
                rows = open_rows(book, self.assignment)
        except GraderError:  # whoever decides is told by their own connection
            return
        self._chances = {
            (item.student, item.row.id): item.chance
            for item in (*rows.waiting, *rows.zeros)
            if item.chance is not None
        }
        self.zeros, self.authors = rows.zeros, rows.authors


def rubric_change(row: CriterionReport, kind: str, words: str) -> str:
    """Return the lines of YAML that a rubric would get for words of an answer; raises ValueError for another kind."""
    if kind not in KINDS:
        raise ValueError(f"must be one of {', '.join(KINDS)} (got {kind!r})")
    said = json.dumps(" ".join(words.split()), ensure_ascii=False)  # a string of JSON is one of YAML
    head = f"- id: {json.dumps(row.id, ensure_ascii=False)}\n"
    if kind == "mistake":
        return (
            f"{head}  {row.check}:\n    mistakes:\n"
            f'      - {{name: new_mistake, expected: {said}, credit: 0, feedback: ""}}\n'
        )
    return f"{head}  {'accepts' if kind == 'accept' else 'rejects'}:\n    - {said}\n"
