"""Which formula of an answer's prose is the one that was asked for, and what it is worth.

Looked at are, in this order: an answer that is one formula and nothing else, what defines the name
that is asked for, what is announced as the answer, what stands without a name. What is denied is left
out; what is doubted, limited to a condition, offered beside another one, or cut off goes to a person.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

from grader.checks.abbreviations import Definitions
from grader.checks.claims import BOUNDED, SUPPOSED, is_bound, is_supposed
from grader.checks.formula_key import OTHER_NAME, RANK, UNSOLVED, FormulaKey
from grader.checks.formula_parts import Judgement, is_amount, sole_formula, symbols_in
from grader.checks.letters import OTHER_LETTERS, equal_but_for_letters
from grader.equivalence.quantities import UNIT
from grader.finding.conclusions import read_conclusion
from grader.finding.definitions import Candidate, find_candidates
from grader.finding.remarks import DENIED, remark_on
from grader.model import Reason
from grader.notation.errors import ReadingError
from grader.prose.boundaries import begins

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from grader.finding.reading import Reading
    from grader.finding.remarks import Remark
    from grader.notation.tree import Node

MAX_JUDGED: Final = 40  # formulas of one answer that are compared
TELLING: Final = 3  # different symbols that make a formula recognisable without its name
OTHER_CONCLUSION: Final = "A right formula stands in your answer, but this is what you conclude with."
CUT: Final = "There is more in this answer than is searched for a formula; a person will look."

_LISTED: Final = re.compile(
    r"(?:and\b|or\b|alternatively\b|maybe\b|perhaps\b|possibly\b|rather\b|resp\b|oder\b|ou\b|[,;/|&$.`*\s(]|\\\\|\\q?quad|\\[,;: ])*",
    re.IGNORECASE,
)
_OFFERED: Final = re.compile(r"\b(?:or|alternatively|maybe|perhaps|possibly|oder|ou)\b", re.IGNORECASE)
_EXAMPLE: Final = re.compile(
    r"\b(?:for|with|if|when|example|e\.?g|then|so|hence|thus|case|here|gives?|get|obtain|z\. ?b|fur|für)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Place:
    """A stretch of the answer with what was judged there."""

    start: int
    end: int
    judgement: Judgement | None = None


@dataclass(frozen=True, slots=True)
class Selection:
    """What was found: one judged formula, or why a person must look (`reason`, `said`)."""

    places: tuple[Place, ...] = ()
    reason: Reason | None = None  # None: the judgement decides
    said: str = ""

    @property
    def judgement(self) -> Judgement | None:
        return self.places[0].judgement if self.places and self.reason is None else None


NOTHING: Final = Selection(reason=Reason.NOT_FOUND)

_Pair = tuple[Candidate, Judgement]


class Search:
    """One look at an answer's prose."""

    def __init__(self, key: FormulaKey, reading: Reading, *, anywhere: bool = False) -> None:
        self.key = key
        self.reading, self.text = reading, reading.text
        self.anywhere = anywhere
        self.found = reading.kept(find_candidates, key.names, key.wanted)
        self.cut = not self.found.complete  # whether something was left out of the search
        self.spans = [(each.found.start, each.found.end) for each in self.found.all]
        self.remarks: dict[int, Remark | None] = {}

    def selection(self) -> Selection:
        """Return the formula that counts."""
        selection = self._sole() or (self._defined() if self.key.wanted.trees else self._concluded())
        if self.cut and selection.reason in {None, Reason.NOT_FOUND}:
            return Selection(selection.places, Reason.AMBIGUOUS, CUT)
        if selection.reason is Reason.NOT_FOUND:
            return self._denied() or selection
        return selection

    # what is there ------------------------------------------------------------------------

    def remark(self, candidate: Candidate) -> Remark | None:
        start = candidate.found.start
        if start not in self.remarks:
            self.remarks[start] = remark_on(self.reading, start, candidate.found.end, self.spans)
        return self.remarks[start]

    def _is_denied(self, candidate: Candidate) -> bool:
        remark = self.remark(candidate)
        return remark is not None and remark.kind == "denied"

    @cached_property
    def stated(self) -> list[Candidate]:
        return [candidate for candidate in self.found.all if not self._is_denied(candidate)]

    @cached_property
    def definitions(self) -> Definitions:
        said = ((c.name, c.sides) for c in self.stated if c.role == "other" and c.name is not None)
        return Definitions.of(said, self.key.options)

    def judged(self, candidates: Iterable[Candidate]) -> list[_Pair]:
        pairs = []
        readable = [candidate for candidate in candidates if candidate.sides]
        self.cut = self.cut or len(readable) > MAX_JUDGED
        for candidate in readable[:MAX_JUDGED]:
            judgement = self.key.judge_definition(candidate.left, candidate.sides, self.definitions)
            if judgement.kind != "equal" and candidate.alternatives:
                other = self.key.judge_sides(candidate.alternatives, self.definitions)
                judgement = other if other.kind == "equal" else judgement
            pairs.append((candidate, judgement))
        return pairs

    # what counts --------------------------------------------------------------------------

    def _taken(self, pair: _Pair) -> Selection:
        """Take a formula, unless what stands around it leaves it in doubt."""
        candidate, judgement = pair
        place = Place(candidate.found.start, candidate.found.end, judgement)
        remark = self.remark(candidate)
        doubt = remark.said if remark is not None else self._doubt(place)
        return Selection((place,), Reason.AMBIGUOUS, doubt) if doubt else Selection((place,))

    def _doubt(self, place: Place) -> str:
        """Say that what stands around a right formula makes it no claim, "" where it does not."""
        if place.judgement is None or place.judgement.kind != "equal":
            return ""
        if is_bound(self.text, place.start):
            return BOUNDED
        return SUPPOSED if is_supposed(self.text, place.start, place.end) else ""

    def _unclear(self, candidate: Candidate, said: str, reason: Reason = Reason.AMBIGUOUS) -> Selection:
        return Selection((Place(candidate.found.start, candidate.found.end),), reason, said)

    def _sole(self) -> Selection | None:
        """Take an answer that is one formula and nothing else."""
        sole = sole_formula(self.text, self.key.names)
        if sole is None:
            return None
        start, end, reading = sole
        if not self.key.takes(reading.tree):
            return None
        judgement = self.key.judge_reading(reading)
        place = Place(start, end, judgement)
        doubt = judgement.said if judgement.kind == "disputed" else self._doubt(place)
        return Selection((place,), Reason.AMBIGUOUS, doubt) if doubt else Selection((place,))

    def _defined(self) -> Selection:
        """Take what defines the name that is asked for."""
        defining = [c for c in self.stated if c.role == "defines" and not self._only_names(c)]
        judged = self.judged(defining)
        unread = next((c for c in defining if c.problem), None)
        if not judged or (unread and self.key.wanted.mentioned_in(unread.found.text.partition("=")[0])):
            if unread is None:
                return self._others()
            return self._unclear(unread, f"This could not be read: {unread.problem}.", Reason.UNREADABLE)
        general = [pair for pair in judged if symbols_in(pair[1].tree)] if self.key.symbols else judged
        examples = [pair for pair in judged if pair not in general]
        if general and not all(self._is_example(candidate) for candidate, _ in examples):
            return self._several(judged)
        judged = general or judged
        best = self.key.agreed([judgement for _, judgement in judged])
        if best.kind == "disputed":
            return self._several(judged)
        pairs = [pair for pair in judged if pair[1] is best]
        plain = [pair for pair in judged if pair[1].kind == best.kind and self.remark(pair[0]) is None]
        return self._taken((plain or pairs)[0])

    def _only_names(self, candidate: Candidate) -> bool:
        """Whether a new letter alone follows words, which names what they say and claims nothing: "the mean $m$"."""
        defined = {each.name for each in self.stated if each.role == "other"}
        return (
            candidate.led
            and bool(candidate.sides)
            and all(side not in defined and self.key.is_new_name(side) for side in candidate.sides)
        )

    def _several(self, judged: Sequence[_Pair]) -> Selection:
        places = tuple(Place(c.found.start, c.found.end, judgement) for c, judgement in judged)
        disputed = next((judgement.said for _, judgement in judged if judgement.said), "")
        return Selection(places, Reason.AMBIGUOUS, disputed if len(judged) == 1 else "")

    def _is_example(self, candidate: Candidate) -> bool:
        """Whether a number under the name is its value for something: the sentence says for what."""
        start, end = candidate.found.start, candidate.found.end
        first = begins(self.text, start - 160, start)
        return (
            _EXAMPLE.search(self.text, first, start) is not None
            or _EXAMPLE.match(self.text[end : end + 40].lstrip(" $),")) is not None
        )

    def _concluded(self) -> Selection:
        """Take, where no name is asked for, what is announced as the answer; else what stands there."""
        others = self._others()
        announced = self.reading.conclusions
        if len(announced) != 1:
            return others
        (found,) = announced
        remark = remark_on(self.reading, found.start, found.end, self.spans)
        if remark is not None and remark.kind == "denied":
            return others
        try:
            reading = read_conclusion(self.text, found, self.key.names)
        except ReadingError:
            return others
        judgement = self.key.judge_reading(reading, self.definitions)
        place = Place(found.start, found.end, judgement)
        slip = judgement.verdict.method == UNIT and others.reason is Reason.NOT_FOUND
        if judgement.kind in {"equal", "mistake"} or slip:
            return Selection(
                (place,), None if remark is None else Reason.AMBIGUOUS, remark.said if remark else ""
            )
        if judgement.kind == "disputed":
            return Selection((place,), Reason.AMBIGUOUS, judgement.said)
        numbers = not self.key.symbols and not symbols_in(judgement.tree)
        right = others.judgement is not None and others.judgement.kind in {"equal", "mistake"}
        if right and (numbers or self._resembles(judgement.tree)):
            return Selection((*others.places, place), Reason.AMBIGUOUS, OTHER_CONCLUSION)
        return others

    def _others(self) -> Selection:
        """Look at formulas that do not say what they define; only a right or known one counts."""
        others = self.judged([c for c in self.stated if c.role != "defines"])
        amounts = [pair for pair in others if is_amount(pair[1].tree)]
        if {pair[1].kind for pair in amounts} >= {"equal", "different"}:
            return self._unclear(amounts[0][0], "Several values stand in your answer.")
        known = [pair for pair in others if pair[1].kind in {"equal", "mistake"}]
        known.sort(key=lambda pair: RANK[pair[1].kind])
        if known:
            return self._known(known[0], others)
        if len(amounts) == 1:
            return self._taken(amounts[0])
        for candidate, judgement in others:
            if self._resembles(judgement.tree):
                if judgement.kind == "disputed":
                    return self._several([(candidate, judgement)])
                if len(symbols_in(judgement.tree)) >= TELLING:
                    return self._taken((candidate, judgement))
                return self._unclear(candidate, "It is not clear whether this formula is meant.")
            if any(
                equal_but_for_letters(right, judgement.tree, self.key.options) for right in self.key.right
            ):
                return self._unclear(candidate, OTHER_LETTERS)
        unread = [c for c in self.stated if c.problem and self.key.wanted.mentioned_in(c.found.text)]
        if unread:
            return self._unclear(
                unread[0], f"This could not be read: {unread[0].problem}.", Reason.UNREADABLE
            )
        return NOTHING

    def _known(self, chosen: _Pair, others: Sequence[_Pair]) -> Selection:
        """Take a right or known formula, unless another one is offered beside it or it has another name."""
        rivals = [pair for pair in others if self._is_rival(pair, chosen)]
        if rivals:
            return self._several(sorted((chosen, *rivals), key=lambda pair: pair[0].found.start))
        candidate, judgement = chosen
        if candidate.role == "other" and candidate.name and self.key.wanted.is_inside(candidate.name):
            return self._unclear(candidate, UNSOLVED)
        telling = len(symbols_in(judgement.tree)) >= TELLING
        if candidate.role == "bare" or self.anywhere or telling or self._is_result(candidate):
            return self._taken(chosen)
        return self._unclear(candidate, OTHER_NAME)

    def _is_rival(self, pair: _Pair, chosen: _Pair) -> bool:
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
        return bare and self._resembles(judgement.tree) and symbols_in(judgement.tree) <= self.key.symbols

    def _is_result(self, candidate: Candidate) -> bool:
        """Whether, where no name is asked for, a formula's name is the one thing that all others lead to."""
        if self.key.wanted.trees:
            return False
        named = [c for c in self.stated if c.role == "other" and c.name is not None]
        used = {node for c in named for side in c.sides for node in side.walk()}
        results = {c.name for c in named if c.name not in used}
        return results == {candidate.name}

    def _denied(self) -> Selection | None:
        """Send a right formula that is denied to a person, where nothing else is said."""
        denied = self.judged([c for c in self.found.all if self._is_denied(c)])
        for candidate, judgement in denied:
            if judgement.kind == "equal":
                remark = self.remark(candidate)
                return self._unclear(candidate, remark.said if remark else DENIED)
        return None

    def _resembles(self, tree: Node) -> bool:
        """Whether most symbols of the expected formula occur in another."""
        wanted = symbols_in(self.key.right[0])
        return bool(wanted) and 3 * len(wanted & symbols_in(tree)) >= 2 * len(wanted)
