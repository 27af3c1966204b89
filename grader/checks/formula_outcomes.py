"""What the check `formula` says of the places that it judged, as outcomes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from grader.checks.formula_parts import MAX_SHOWN, Ruling, named_slip
from grader.checks.formula_selection import FormulaSelection, Passage
from grader.checks.letters import OTHER_LETTERS, equal_but_for_letters
from grader.equivalence.kinds.scalars import TIMED_OUT
from grader.model.outcome import Evidence, Outcome, Reason
from grader.model.outcomes import for_a_person, mistaken, not_found, right, wrong
from grader.notation.printing.text import printed
from grader.records import dataclass

if TYPE_CHECKING:
    from grader.checks.formula_key import FormulaKey
    from grader.checks.formula_search import FormulaSearch
    from grader.finding.reading import Reading

MAX_PLACES: Final = 12  # formulas quoted where several stand


@dataclass(frozen=True, slots=True)
class FormulaOutcomes:
    """Outcomes by one key."""

    key: FormulaKey
    expected: str  # as the rubric writes it

    def judged(self, reading: Reading, place: Passage, *, search: FormulaSearch | None = None) -> Outcome:
        """Judge what stands at a place; where it stands alone, the key had no part in picking it."""
        judgement = place.judgement
        if judgement is None or judgement.kind == "disputed":
            said = judgement.said if judgement else ""
            return self.selected(reading, FormulaSelection((place,), Reason.AMBIGUOUS, said))
        evidence = self.evidence(reading, place.start, place.end, judgement)
        if judgement.kind == "equal":
            return right(evidence.published(read_as=evidence.read_as, latex=evidence.latex))
        alone = search is not None and len(search.found.all) == 1
        return self._unequal(judgement, evidence.published() if alone else evidence)

    def selected(
        self, reading: Reading, selection: FormulaSelection, *, search: FormulaSearch | None = None
    ) -> Outcome:
        """Say what was selected, as an outcome."""
        if selection.reason is None:
            return self.judged(reading, selection.places[0], search=search)
        if selection.reason is Reason.NOT_FOUND:
            keyless = search is not None and not search.found.all
            if not reading.explicit:
                return not_found(keyless=keyless)
            decided = "No formula was found in this part."
            evidence = Evidence(read=reading.text[:MAX_SHOWN], part=reading.part, decided=decided)
            return for_a_person(Reason.UNREADABLE, evidence, keyless=keyless)
        evidences = tuple(
            self.evidence(reading, place.start, place.end, place.judgement, selection.said)
            for place in selection.places[:MAX_PLACES]
        )
        if not evidences:
            evidences = (Evidence(part=reading.part, decided=selection.said),)
        return for_a_person(selection.reason, *evidences)

    def _unequal(self, judgement: Ruling, evidence: Evidence) -> Outcome:
        if judgement.kind == "undecided":
            late = judgement.verdict.method == TIMED_OUT
            reason = Reason.TIMED_OUT if late else Reason.UNDECIDED
            return for_a_person(reason, evidence)
        if judgement.mistake is not None:
            return mistaken((judgement.mistake,), judgement.mistake.share, evidence)
        key = self.key
        if any(equal_but_for_letters(right, judgement.tree, key.options) for right in key.right):
            told = evidence.model_copy(update={"decided": OTHER_LETTERS})
            return for_a_person(Reason.AMBIGUOUS, told)
        slip, hint = named_slip(key.right[0], judgement, key.options)
        return wrong(evidence, feedback=slip, hint=hint)

    def evidence(
        self, reading: Reading, start: int, end: int, judgement: Ruling | None = None, decided: str = ""
    ) -> Evidence:
        """Quote a place, with what was read there and what decided."""
        if judgement is not None and not decided:
            decided = " ".join((judgement.verdict.reason, *judgement.verdict.notes))
        read_as, latex = printed(judgement.tree) if judgement else ("", "")
        return Evidence(
            read=reading.text[start:end],
            part=reading.part,
            start=start,
            end=end,
            read_as=read_as,
            latex=latex,
            expected=self.expected,
            decided=decided,
        )
