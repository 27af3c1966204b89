"""The formulas that stand in an answer's prose, each judged when it is asked for, and what was selected of them."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, Final

from grader.checks.abbreviations import Definitions, DisputedError
from grader.checks.formula_parts import Ruling
from grader.checks.letters import equal_but_for_letters
from grader.finding.definitions import Candidates, FormulaCandidate, find_candidates
from grader.finding.formularemarks import DOUBTED
from grader.model.outcome import Reason
from grader.notation.lazypatterns import deferred
from grader.notation.tree import names_in
from grader.prose.boundaries import begins
from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable

    from grader.checks.formula_key import FormulaKey
    from grader.finding.reading import Reading
    from grader.notation.tree import Node

MAX_JUDGED: Final = 40  # formulas of one answer that are compared
_EXAMPLE: Final = deferred(
    r"\b(?:for|with|if|when|example|e\.?g|then|so|hence|thus|case|here|gives?|get|obtain|z\. ?b|fur|für)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of the answer with what was judged there."""

    start: int
    end: int
    judgement: Ruling | None = None


@dataclass(frozen=True, slots=True)
class FormulaSelection:
    """What was found: one judged formula, or why a person must look (`reason`, `said`)."""

    places: tuple[Passage, ...] = ()
    reason: Reason | None = None  # None: the judgement decides
    said: str = ""

    @property
    def judgement(self) -> Ruling | None:
        return self.places[0].judgement if self.places and self.reason is None else None


NOTHING: Final = FormulaSelection(reason=Reason.NOT_FOUND)

Pair = tuple[FormulaCandidate, Ruling]


class FormulaCandidates:
    """The formulas of one answer."""

    def __init__(self, key: FormulaKey, reading: Reading, *, anywhere: bool = False) -> None:
        self.key = key
        self.reading, self.text = reading, reading.text
        self.anywhere = anywhere
        self._skipped = False  # whether some were not compared

    @cached_property
    def found(self) -> Candidates:
        """What stands in the answer, with what is said about it."""
        return self.reading.kept(find_candidates, self.key.names, self.key.wanted)

    @property
    def cut(self) -> bool:
        """Whether something was left out of the search."""
        return self._skipped or not self.found.complete

    @cached_property
    def stated(self) -> list[FormulaCandidate]:
        """What is not denied; what is doubted counts only where nothing is plainly stated behind it."""
        remarks = [(candidate, candidate.remark) for candidate in self.found.all]
        plain = max((c.found.start for c, remark in remarks if remark is None), default=-1)
        return [
            candidate
            for candidate, remark in remarks
            if remark is None
            or (remark.kind != "denied" and not (remark.said == DOUBTED and candidate.found.start < plain))
        ]

    @cached_property
    def definitions(self) -> Definitions:
        said = ((c.name, c.sides) for c in self.stated if c.role == "other" and c.name is not None)
        return Definitions.of(said, self.key.options)

    def judged(self, candidates: Iterable[FormulaCandidate]) -> list[Pair]:
        pairs = []
        readable = [candidate for candidate in candidates if candidate.sides]
        self._skipped = self._skipped or len(readable) > MAX_JUDGED
        for candidate in readable[:MAX_JUDGED]:
            judgement = self.key.judge_definition(candidate.parameters, candidate.sides, self.definitions)
            if judgement.kind != "equal" and candidate.alternatives:
                other = self.key.judge_sides(candidate.alternatives, self.definitions)
                judgement = other if other.kind == "equal" else judgement
            pairs.append((candidate, judgement))
        return pairs

    def is_apart(self, candidate: FormulaCandidate) -> bool:
        """Whether one formula can be neither right nor a known mistake, as written and with what the answer defines put in."""
        if len(candidate.sides) != 1 or candidate.parameters:
            return False
        trees = (*candidate.sides, *candidate.alternatives)
        try:
            return all(self.key.is_apart(form) for tree in trees for form in self.forms_of(tree))
        except DisputedError:
            return False

    def forms_of(self, tree: Node) -> tuple[Node, ...]:
        """Return a formula as written, and with what the answer defines put in where that is another. Raises DisputedError."""
        expanded = self.definitions.expand(tree, self.key.right)
        return (tree,) if expanded == tree else (tree, expanded)

    def judged_if_alike(self, candidate: FormulaCandidate) -> Ruling | None:
        """Judge a formula that was told apart where it is like the expected one, so that it tells; None where it is not."""
        forms = self.forms_of(candidate.sides[0])
        alike = any(self.resembles(form) or self.has_other_letters(form) for form in forms)
        return self.judged([candidate])[0][1] if alike else None

    def has_other_letters(self, tree: Node) -> bool:
        """Whether a formula is a right one but for its letters."""
        return any(equal_but_for_letters(right, tree, self.key.options) for right in self.key.right)

    def only_names(self, candidate: FormulaCandidate) -> bool:
        """Whether a new letter alone follows words, which names what they say and claims nothing: "the mean $m$"."""
        defined = {each.name for each in self.stated if each.role == "other"}
        return (
            candidate.led
            and bool(candidate.sides)
            and all(side not in defined and self.key.is_new_name(side) for side in candidate.sides)
        )

    def is_example(self, candidate: FormulaCandidate) -> bool:
        """Whether a number under the name is its value for something: the sentence says for what."""
        start, end = candidate.found.start, candidate.found.end
        first = begins(self.text, start - 160, start)
        return (
            _EXAMPLE.search(self.text, first, start) is not None
            or _EXAMPLE.match(self.text[end : end + 40].lstrip(" $),")) is not None
        )

    def is_result(self, candidate: FormulaCandidate) -> bool:
        """Whether, where no name is asked for, a formula's name is the one thing that all others lead to."""
        if self.key.wanted.trees:
            return False
        named = [c for c in self.stated if c.role == "other" and c.name is not None]
        used = {node for c in named for side in c.sides for node in side.walk()}
        results = {c.name for c in named if c.name not in used}
        return results == {candidate.name}

    def resembles(self, tree: Node) -> bool:
        """Whether most symbols of the expected formula occur in another."""
        wanted = names_in(self.key.right[0])
        return bool(wanted) and 3 * len(wanted & names_in(tree)) >= 2 * len(wanted)
