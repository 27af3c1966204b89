"""Propose wordings for a statement: what marked answers say where the machine left them to a person, or erred.

A wording is a clause or a sentence of one answer. It is proposed only if, added to the rubric, it decides its own row as the
person did and no marked row otherwise than its person; how many rows of other authors it decides is said with it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from grader.finding.reading import Reading
from grader.model.outcome import Reason
from grader.prose.statements.meaning import meaning_of
from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from grader.calibration.measuring import CriterionCalibration, Judged
    from grader.checks.contract import Check

MOST_ROWS: Final = (
    40  # of one criterion from which wordings are taken; each wording is tried on all marked rows
)
_TRIED: Final = 4  # stretches of one answer, those that are most like what counts
_SUPPOSING: Final = frozenset({"if", "unless", "even", "suppose", "would"})
"""Words that a stretch which only supposes something begins with."""
_IN_COMMON: Final = 2  # ideas that a wording shares with one that counts; it is about the same
_ALIKE: Final = 0.3  # of the ideas of both together
_FEWEST_WORDS: Final = 3  # of a stretch; fewer say nothing
_MOST_WORDS: Final = 25  # more say several things at once


@dataclass(frozen=True, slots=True)
class WordingProposal:
    """A wording that may be worth a place in a rubric; for a person to judge."""

    key: str  # where it belongs: `accepts` or `rejects`
    text: str
    line: int  # where the answer stands in the file of marks
    others: int  # rows of other authors that it decides as their persons did


def propose_wordings(item: CriterionCalibration) -> tuple[WordingProposal, ...]:
    """Return wordings that decide rows rightly and none wrongly, those that decide the most first."""
    check, rows = item.criterion.check, item.judged
    if not check.wordings:
        return ()
    trial = _Trial(check, rows, item.language)
    found: dict[str, WordingProposal] = {}
    missed = [row for row in rows if row.person and row.machine is not True and _speaks(row)]
    for row in missed[:MOST_ROWS]:
        best = max(trial.accepted(row), key=lambda part: (part.others, -len(part.text)), default=None)
        if best is not None:
            found.setdefault(best.text, best)
    for row in [row for row in rows if row.machine and not row.person][:MOST_ROWS]:
        for part in trial.rejected(row):
            found.setdefault(part.text, part)
    return tuple(sorted(found.values(), key=lambda part: (-part.others, part.line)))


def _speaks(row: Judged) -> bool:
    return row.machine is False or row.outcome.reason is Reason.UNDECIDED


class _Trial:
    """All marked rows of a criterion, on which a wording is tried."""

    def __init__(self, check: Check, rows: Sequence[Judged], language: str) -> None:
        self.check = check
        self.rows = rows
        self.known = [meaning_of(text, language) for text in check.wordings[:MOST_ROWS]]
        self.language = language
        self.readings = {row.mark.answer: Reading(row.mark.answer, language=language) for row in rows}

    def accepted(self, row: Judged) -> Iterator[WordingProposal]:
        """Yield the stretches of a met answer that would credit it, and no answer that is not met."""
        for text in self._stretches(row):
            others = self._gained(self.check.reworded(accepts=[text]), row)
            if others is not None:
                yield WordingProposal("accepts", text, row.mark.line, others)

    def rejected(self, row: Judged) -> Iterator[WordingProposal]:
        """Yield the first stretch of an answer credited wrongly that, not counting, would take its credit and no other."""
        for text in self._stretches(row):
            check = self.check.reworded(rejects=[text])
            if check is None or self._credits(check, row):
                continue
            met = [other for other in self.rows if other.person and other.machine]
            if all(self._credits(check, other) for other in met):
                yield WordingProposal("rejects", text, row.mark.line, 0)
                return

    def _gained(self, check: Check | None, own: Judged) -> int | None:
        """Return how many rows of others it credits rightly; None where it credits one wrongly, or not its own."""
        if check is None or not self._credits(check, own):
            return None
        others = 0
        for row in self.rows:
            if row is own or row.machine is True:
                continue
            if self._credits(check, row):
                if not row.person:
                    return None
                others += not own.mark.author or row.mark.author != own.mark.author
        return others

    def _credits(self, check: Check, row: Judged) -> bool:
        credit = check.check(self.readings[row.mark.answer], {}).credit
        return credit is not None and 2 * credit >= 1

    def _likeness(self, text: str) -> float:
        """Return the share of ideas that a text has in common with the wording it is most like; 0 where it is like none."""
        meaning = meaning_of(text, self.language)
        ideas = {idea.name for idea in meaning.ideas}
        best = 0.0
        for other in self.known:
            known = {idea.name for idea in other.ideas}
            if len(ideas & known) >= _IN_COMMON and other.denied == meaning.denied:
                best = max(best, len(ideas & known) / len(ideas | known))
        return best

    def _stretches(self, row: Judged) -> Iterable[str]:
        """Return the clauses and sentences of an answer that are most like what counts, the best first."""
        prose = self.readings[row.mark.answer].prose
        stretches: dict[str, float] = {}
        for units in (prose.segments.clauses, prose.segments.sentences):
            places: dict[int, list[int]] = {}
            for place, unit in enumerate(units):
                places.setdefault(unit, []).append(place)
            for words in places.values():
                supposes = not _SUPPOSING.isdisjoint(prose.segments.parts[place] for place in words[:2])
                if _FEWEST_WORDS <= len(words) <= _MOST_WORDS and not supposes:
                    text = " ".join(prose.quote(words[0], words[-1]).split())
                    if any(self.check.knows(prose.forms[place]) for place in words):
                        stretches.setdefault(text, self._likeness(text))
        stretches = {text: alike for text, alike in stretches.items() if alike >= _ALIKE}
        return sorted(stretches, key=lambda text: -stretches[text])[:_TRIED]
