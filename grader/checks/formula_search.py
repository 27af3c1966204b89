"""Which formula of an answer's prose is the one that was asked for, and what it is worth.

Looked at are, in this order: an answer that is one formula and nothing else, what defines the name
that is asked for, what is announced as the answer, what stands without a name. What is denied is left
out; what is doubted, limited to a condition, offered beside another one, or cut off goes to a person.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from grader.checks.formula_conditions import judge_with_conditions
from grader.checks.formula_key import OTHER_NAME, RANK, UNSOLVED
from grader.checks.formula_parts import is_amount
from grader.checks.formula_selection import (
    MAX_JUDGED,
    NOTHING,
    FormulaCandidates,
    FormulaSelection,
    Pair,
    Passage,
)
from grader.checks.letters import OTHER_LETTERS
from grader.equivalence.kinds.unitvalues import UNIT
from grader.finding.conclusions import read_conclusion
from grader.finding.formularemarks import DENIED, DOUBTED, remark_on, unclaimed
from grader.finding.wholeformulas import MAX_SOLE, find_whole
from grader.model.outcome import Reason
from grader.notation.claims import FormulaClaims
from grader.notation.lazypatterns import deferred
from grader.notation.syntaxerrors import ReadingError
from grader.notation.tree import names_in
from grader.prose.doubt import Stance

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.checks.formula_parts import Ruling
    from grader.finding.definitions import FormulaCandidate
    from grader.finding.wholeformulas import WholeFormula


TELLING: Final = 3  # different symbols that make a formula recognisable without its name
OTHER_CONCLUSION: Final = "A right formula stands in your answer, but this is what you conclude with."
CUT: Final = "There is more in this answer than is searched for a formula; a person will look."

_LISTED: Final = deferred(
    r"(?:and\b|or\b|alternatively\b|maybe\b|perhaps\b|possibly\b|rather\b|resp\b|oder\b|ou\b|[,;/|&$.`*\s(]|\\\\|\\q?quad|\\[,;: ])*",
    re.IGNORECASE,
)
_WORD: Final = deferred(r"[^\W\d_]+")
_OFFERED: Final = deferred(r"\b(?:or|alternatively|maybe|perhaps|possibly|oder|ou)\b", re.IGNORECASE)


class FormulaSearch(FormulaCandidates):
    """One look at an answer's prose."""

    def selection(self) -> FormulaSelection:
        """Return the formula that counts."""
        sole = self._sole()
        if sole is not None and len(self.text) <= MAX_SOLE:
            return sole  # there is nothing else
        selection = sole or (self._defined() if self.key.wanted.trees else self._concluded())
        if self.cut and selection.reason in {None, Reason.NOT_FOUND}:
            return FormulaSelection(selection.places, Reason.AMBIGUOUS, CUT)
        if selection.reason is Reason.NOT_FOUND:
            return self._denied() or selection
        return selection

    # what counts --------------------------------------------------------------------------

    def _taken(self, pair: Pair) -> FormulaSelection:
        """Take a formula, unless what stands around it leaves it in doubt."""
        candidate, judgement = pair
        place = Passage(candidate.found.start, candidate.found.end, judgement)
        doubt = candidate.remark.said if candidate.remark is not None else ""
        if not doubt and judgement.kind == "equal":
            doubt = unclaimed(self.reading, place.start, place.end)
        return FormulaSelection((place,), Reason.AMBIGUOUS, doubt) if doubt else FormulaSelection((place,))

    def _unclear(
        self, candidate: FormulaCandidate, said: str, reason: Reason = Reason.AMBIGUOUS
    ) -> FormulaSelection:
        return FormulaSelection((Passage(candidate.found.start, candidate.found.end),), reason, said)

    def _sole(self) -> FormulaSelection | None:
        """Take an answer that is one formula and nothing else."""
        key = self.key
        for whole in find_whole(self.reading, key.names, key.wanted, valued=key.valued):
            if not key.takes(whole.said.claims[0]):
                continue
            judgement = (
                judge_with_conditions(key, whole.said) if whole.defining else key.judge_claims(whole.said)
            )
            if not whole.defining or judgement.kind in {"equal", "disputed"}:
                return self._settled(whole, judgement)
        return None

    def _settled(self, whole: WholeFormula, judgement: Ruling) -> FormulaSelection:
        """Take the one formula of an answer, unless it is disputed, denied or doubted."""
        doubt = judgement.said if judgement.kind == "disputed" else ""
        if judgement.kind == "equal":
            doubt = whole.unclaimed
        if not doubt and whole.stance is not Stance.STATED:
            doubt = DOUBTED
        place = Passage(whole.start, whole.end, judgement)
        return FormulaSelection((place,), Reason.AMBIGUOUS, doubt) if doubt else FormulaSelection((place,))

    def _defined(self) -> FormulaSelection:
        """Take what defines the name that is asked for."""
        defining = [c for c in self.stated if c.role == "defines" and not self.only_names(c)]
        judged = self.judged(defining)
        unread = next((c for c in defining if c.problem), None)
        if not judged or (unread and self.key.wanted.mentioned_in(unread.found.text.partition("=")[0])):
            if unread is None:
                return self._others()
            return self._unclear(unread, f"This could not be read: {unread.problem}.", Reason.UNREADABLE)
        general = [pair for pair in judged if names_in(pair[1].tree)] if self.key.symbols else judged
        examples = [pair for pair in judged if pair not in general]
        if general and not all(self.is_example(candidate) for candidate, _ in examples):
            return self._several(judged)
        judged = general or judged
        best = self.key.agreed([judgement for _, judgement in judged])
        if best.kind == "disputed":
            return self._several(judged)
        pairs = [pair for pair in judged if pair[1] is best]
        plain = [pair for pair in judged if pair[1].kind == best.kind and pair[0].remark is None]
        return self._taken((plain or pairs)[0])

    def _several(self, judged: Sequence[Pair]) -> FormulaSelection:
        places = tuple(Passage(c.found.start, c.found.end, judgement) for c, judgement in judged)
        disputed = next((judgement.said for _, judgement in judged if judgement.said), "")
        return FormulaSelection(places, Reason.AMBIGUOUS, disputed if len(judged) == 1 else "")

    def _concluded(self) -> FormulaSelection:
        """Take, where no name is asked for, what is announced as the answer; else what stands there."""
        others = self._others()
        announced = self.reading.conclusions
        if len(announced) != 1:
            return others
        (found,) = announced
        remark = self.reading.kept(remark_on, found.start, found.end, self.reading.spans)
        if remark is not None and remark.kind == "denied":
            return others
        try:
            reading = read_conclusion(self.text, found, self.key.names)
            said = FormulaClaims.of(reading, self.key.wanted, valued=self.key.valued)
        except ReadingError:
            return others
        judgement = self.key.judge_claims(said, self.definitions)
        place = Passage(found.start, found.end, judgement)
        slip = judgement.verdict.method == UNIT and others.reason is Reason.NOT_FOUND
        if judgement.kind in {"equal", "mistake"} or slip:
            return FormulaSelection(
                (place,), None if remark is None else Reason.AMBIGUOUS, remark.said if remark else ""
            )
        if judgement.kind == "disputed":
            return FormulaSelection((place,), Reason.AMBIGUOUS, judgement.said)
        numbers = not self.key.symbols and not names_in(judgement.tree)
        right = others.judgement is not None and others.judgement.kind in {"equal", "mistake"}
        if right and (numbers or self.resembles(judgement.tree)):
            return FormulaSelection((*others.places, place), Reason.AMBIGUOUS, OTHER_CONCLUSION)
        return others

    def _others(self) -> FormulaSelection:
        """Look at formulas that do not say what they define; only a right or known one counts."""
        candidates = [c for c in self.stated if c.role != "defines" and c.sides]
        few = len(candidates) <= MAX_JUDGED
        near = [c for c in candidates if not (few and self.is_apart(c))]
        others = self.judged(near)
        amounts = [pair for pair in others if is_amount(pair[1].tree)]
        if {pair[1].kind for pair in amounts} >= {"equal", "different"}:
            return self._unclear(amounts[0][0], "Several values stand in your answer.")
        known = [pair for pair in others if pair[1].kind in {"equal", "mistake"}]
        known.sort(key=lambda pair: RANK[pair[1].kind])
        if known:
            return self._known(known[0], self.judged(candidates))
        if len(amounts) == 1:
            return self._taken(amounts[0])
        rulings = {id(candidate): ruling for candidate, ruling in others}
        for candidate in candidates[:MAX_JUDGED]:
            ruling = rulings.get(id(candidate)) or self.judged_if_alike(candidate)
            if ruling is None:
                continue
            if self.resembles(ruling.tree):
                if ruling.kind == "disputed":
                    return self._several([(candidate, ruling)])
                if len(names_in(ruling.tree)) >= TELLING:
                    return self._taken((candidate, ruling))
                return self._unclear(candidate, "It is not clear whether this formula is meant.")
            if self.has_other_letters(ruling.tree):
                return self._unclear(candidate, OTHER_LETTERS)
        unread = [c for c in self.stated if c.problem and self._may_be_meant(c.found.text)]
        if unread:
            return self._unclear(
                unread[0], f"This could not be read: {unread[0].problem}.", Reason.UNREADABLE
            )
        return NOTHING

    def _may_be_meant(self, text: str) -> bool:
        """Whether what could not be read names what is asked for, or has letters of the expected formula."""
        if self.key.wanted.mentioned_in(text):
            return True
        telling = {self.key.names.words[word] for word in _WORD.findall(text) if word in self.key.names.words}
        return len(telling & self.key.symbols) >= TELLING

    def _known(self, chosen: Pair, others: Sequence[Pair]) -> FormulaSelection:
        """Take a right or known formula, unless another one is offered beside it or it has another name."""
        rivals = [pair for pair in others if self._is_rival(pair, chosen)]
        if rivals:
            return self._several(sorted((chosen, *rivals), key=lambda pair: pair[0].found.start))
        candidate, judgement = chosen
        if candidate.role == "other" and candidate.name and self.key.is_unsolved(candidate.name):
            return self._unclear(candidate, UNSOLVED)
        telling = len(names_in(judgement.tree)) >= TELLING
        if candidate.role == "bare" or self.anywhere or telling or self.is_result(candidate):
            return self._taken(chosen)
        return self._unclear(candidate, OTHER_NAME)

    def _is_rival(self, pair: Pair, chosen: Pair) -> bool:
        """Whether a formula that is not equal is given for the same thing: by its name, or beside it."""
        candidate, judgement = pair
        if pair == chosen or judgement.kind == chosen[1].kind:
            return False
        if self.key.agreed([chosen[1], judgement]).kind != "disputed":
            return False
        if candidate.role == "other" and chosen[0].role == "other":
            return candidate.name == chosen[0].name
        first, last = sorted((candidate.found, chosen[0].found), key=lambda found: found.start)
        between = self.text[first.end : last.start]
        if _LISTED.fullmatch(between) or (_OFFERED.search(between) and len(between) <= 40):
            return candidate.role == "bare" or last.start == candidate.found.start
        bare = candidate.role == chosen[0].role == "bare"
        return bare and self.resembles(judgement.tree) and names_in(judgement.tree) <= self.key.symbols

    def _denied(self) -> FormulaSelection | None:
        """Send a right formula that is denied to a person, where nothing else is said."""
        denied = self.judged(
            [c for c in self.found.all if c.remark is not None and c.remark.kind == "denied"]
        )
        for candidate, judgement in denied:
            if judgement.kind == "equal":
                return self._unclear(candidate, candidate.remark.said if candidate.remark else DENIED)
        return None
