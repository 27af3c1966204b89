"""What is proposed for a row before a person has decided it."""

from __future__ import annotations

from dataclasses import field
from fractions import Fraction
from threading import Lock, Thread
from typing import TYPE_CHECKING, Final

from grader.calibration.decisions import open_rows
from grader.gradebook import Gradebook
from grader.model.errors import GraderError
from grader.model.outcome import Reason
from grader.records import dataclass
from grader.review.index import hash_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from grader.calibration.decisions import OpenRow
    from grader.model.report import CriterionReport

# How sure the second opinion has to be before it fills a row in; it is shown in any case.
_SURE: Final = 0.8
_HALF: Final = 0.5
# The second opinion learns again after so many decisions more, and so large a part of those it knew: it costs seconds.
_ANEW: Final = 12
_MORE: Final = 0.25
# Zeros that are kept for spot checks; nobody looks through more.
_KEPT: Final = 500
# Reasons for which a false claim is no more than possible.
_NOT_CLAIMED: Final = frozenset(
    {Reason.UNDECIDED, Reason.AMBIGUOUS, Reason.HEDGED, Reason.REPAIRED, Reason.TOO_SHORT}
)


@dataclass(frozen=True, slots=True)
class RowProposal:
    """A credit that is proposed, None where the ground is not enough for one, and the ground in words."""

    credit: Fraction | None
    ground: str


NOTHING_PROPOSED: Final = RowProposal(None, "")


def leaning(row: CriterionReport) -> RowProposal:
    """Return what the machine leans to by itself. Where it only could not tell, it leans to nothing."""
    code = row.reason.partition(":")[0]
    if row.points < 0:
        if code in {reason.value for reason in _NOT_CLAIMED}:
            return RowProposal(Fraction(0), "the claim is not plainly made")
        return NOTHING_PROPOSED
    if code == Reason.REPAIRED.value:
        return RowProposal(Fraction(1), "it is understood but for the spelling")
    return NOTHING_PROPOSED


@dataclass(slots=True)
class SecondOpinion:
    """What people's decisions so far say of the open rows. It learns in a thread with a connection of its own."""

    gradebook: Path
    assignment: str
    zeros: tuple[OpenRow, ...] = ()
    authors: int = 0
    _chances: Mapping[tuple[str, str], float] = field(default_factory=dict)
    _learned: int = 0
    _thread: Thread | None = None
    _lock: Lock = field(default_factory=Lock)

    def chance(self, student: str, criterion: str) -> float | None:
        """Return the probability that a person finds a row met, None where it is not known."""
        return self._chances.get((student, criterion))

    def proposal(self, student: str, row: CriterionReport) -> RowProposal:
        """Return what is proposed for a row."""
        chance = self.chance(student, row.id)
        if chance is None:
            return leaning(row)
        ground = f"{chance:.0%} met, by decisions on {self.authors} students"
        sure = max(chance, 1 - chance) >= _SURE
        return RowProposal(Fraction(chance >= _HALF) if sure else None, ground)

    def learn(self, decisions: int, *, wait: bool = False) -> None:
        """Learn from so many decisions, where enough of them are new; with `wait`, be done when this returns."""
        with self._lock:
            due = decisions - self._learned >= max(_ANEW, _MORE * self._learned)
            first = wait and self._thread is None
            if (due or first) and (self._thread is None or not self._thread.is_alive()):
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
        zeros = tuple(
            item for item in rows.zeros if item.text.strip()
        )  # of a blank one there is nothing to see
        if rows.opinion is None:  # in no order that the class has
            zeros = tuple(sorted(zeros, key=lambda item: hash_of(f"{item.row.id}\n{item.student}")))
        self.zeros, self.authors = zeros[:_KEPT], rows.authors
