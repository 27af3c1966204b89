"""One look at an answer for one number: what a candidate is worth, what speaks against it, and how that is said."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from grader.checks.numbercredit import Judgement, Key
from grader.checks.numberwords import doubted, read_as, remark_on_result
from grader.finding.contest import (
    alternatives,
    counts_another,
    denied_elsewhere,
    is_superseded,
    passed_over,
    restatements,
)
from grader.finding.formularemarks import SUPPOSED
from grader.finding.scan import FoundNumber
from grader.finding.selection import NumberCandidate, Rank, Selection, denied_numbers, rank_numbers
from grader.finding.surroundings import Kind, Surroundings, chain_agrees, is_ordinal, surroundings
from grader.finding.whole import Whole, read_whole
from grader.model.outcome import Evidence, Outcome, Reason
from grader.model.outcomes import for_a_person
from grader.notation.lazypatterns import deferred
from grader.notation.numbers.exact import shown
from grader.prose.doubt import Stance
from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.finding.reading import Reading

DISTINCTIVE: Final = 100  # smaller whole numbers occur by chance: they are not looked for without a label

ORDINAL: Final = "This number only says which one is meant."
ANOTHER: Final = "This number counts something else, and another one what is asked for."
LARGER: Final = "This number stands inside something larger that could not be read as a whole."
SIZE: Final = "This may be a size, of which the value is one side."
CONDITIONAL: Final = "What stands behind this number limits it to a condition."
MAX_BESIDE: Final = 8  # values said beside the main one; among more of them a small one is right by chance
MAX_ALONE: Final = 200  # characters of an answer that may be one calculation

_SQUARE: Final = deferred(r"(?:^|[=≈])[\s$(]*(\d+)\s?(?:[x×]|\\times)\s?\1(?!\d)")
_IN_BRACKETS: Final = r"\(\s*(?:but\s+)?(?:only\s+)?(?:if|unless|provided|falls|wenn|sofern)\b"
_CONDITIONAL: Final = deferred(rf"[\s$*_]*{_IN_BRACKETS}[^()]*\)", re.IGNORECASE)
_LIMITED: Final = deferred(rf"{_IN_BRACKETS}|\b(?:unless|provided|only\s+(?:if|when|for))\b", re.IGNORECASE)
_ONE_PIECE: Final = deferred(r"\d+:\d+|[A-Za-z]{2,}\([\d.,+*/() -]+\)[\d.,+*/() -]*")
"""An answer that is a ratio or a function of numbers and nothing else: no number is taken out of its inside."""


def _whole_of(reading: Reading) -> Whole | None:
    return read_whole(reading.text)


@dataclass(frozen=True)
class NumberTrial:
    """What a number that was picked is worth beside all else that stands in the answer."""

    key: Key
    reading: Reading
    near: tuple[str, ...]
    others: tuple[str, ...]
    contradiction: bool
    # What is done with a calculation without its result; None where the rubric says nothing.
    unevaluated: str | None
    follows: Fraction | None  # what the student's own earlier numbers lead to
    follow_credit: Fraction
    earlier: frozenset[Fraction]  # the values of the student's earlier numbers

    def judge(self, candidate: NumberCandidate) -> Judgement:
        """Return what a candidate is worth by itself."""
        return self.key.judge(candidate.number.reading, self.follows, self.follow_credit)

    def doubt(self, main: NumberCandidate, around: Surroundings, judgement: Judgement) -> str:
        """Say why the main number may not be what is claimed, "" where it plainly is."""
        number = main.number
        if around.kind is Kind.BOUND:
            return "This is a bound or a range, not a value."
        if around.kind is Kind.UNREAD:
            return LARGER
        if around.unsure and not judgement.right:
            return "The base of a logarithm here is not given."
        if not judgement.right and judgement.credit != 1:
            return ""
        if number.chain is not None and not chain_agrees(self.reading, number.chain):
            return "The sides of this equation do not agree."
        if self.reading.stance(number.start, number.end) is not Stance.STATED:
            return "What is written around this number denies it or leaves it in doubt."
        if self.reading.is_supposed(number.start, number.end):
            return SUPPOSED
        if _CONDITIONAL.match(self.reading.text, max(number.end, number.until)):
            return CONDITIONAL
        if is_ordinal(self.reading.text, number.end):
            return ORDINAL
        if counts_another(self.reading.text, number.start, number.end, self.near):
            return ANOTHER
        if denied_elsewhere(self.reading, main):
            return "This value is given here and denied elsewhere."
        return ""

    def rivals(self, main: NumberCandidate, selection: Selection) -> list[NumberCandidate]:
        """List the wrong numbers that are given as well as the right one."""
        others = [each for each in selection.inside if each.number.start != main.number.start]
        found = [
            each
            for each in selection.conclusions[:-1]
            if each.rank >= main.rank
            and each.value not in self.earlier
            and not is_superseded(self.reading.text, each, main)
        ]
        found += alternatives(self.reading.text, main, others)
        found += restatements(self.reading.text, main, others, self.earlier)
        unique = {each.number.start: each for each in found}
        return [each for each in unique.values() if not self.judge(each).right]

    def right_elsewhere(self, main: NumberCandidate, selection: Selection) -> list[NumberCandidate]:
        """List other numbers that are right: in the same region, or, if they are distinctive, anywhere as a result.

        One that is said less strongly than the main one counts where it is said of the same thing.
        """
        found = [each for each in selection.inside if each.rank >= min(main.rank, Rank.RESULT)]
        if self.is_distinctive and self.near:
            found += [
                each for each in rank_numbers(self.reading, unit=self.key.unit) if each.rank > Rank.ASIDE
            ]
        unique = {each.number.start: each for each in found if each.number.start != main.number.start}
        return [
            each for each in unique.values() if self.key.judge(each.number.reading).right
        ] or self._right_passed_over(main, selection)

    def _right_passed_over(self, main: NumberCandidate, selection: Selection) -> list[NumberCandidate]:
        """List what is right and was passed over; nothing of a text in which some number or other is right by chance."""
        found = [] if self.contradiction else passed_over(self.reading, main, selection.inside, self.key.unit)
        if not self.is_distinctive and len({each.value for each in found}) > MAX_BESIDE:
            return []
        return [each for each in found if self._is_right_value(each)]

    def _is_right_value(self, candidate: NumberCandidate) -> bool:
        """Whether a number is right with all that belongs to it, and is no bound."""
        around = surroundings(self.reading, candidate.number)
        return around.kind is not Kind.BOUND and self.key.judge(around.reading).right

    @property
    def is_distinctive(self) -> bool:
        """Whether the expected value does not stand in a text by chance."""
        return abs(self.key.expected.value) >= DISTINCTIVE or self.key.expected.digits >= 3

    def is_right_one(self, numbers: Sequence[FoundNumber]) -> bool:
        return any(self.key.judge(number.reading).right for number in numbers)

    def only_denied(self) -> Outcome:
        """Leave to a person a right value that is only named to be denied."""
        number = next(each for each in denied_numbers(self.reading) if self.is_right_one((each,)))
        judgement = doubted(
            self.key.judge(number.reading), "This value is named, but it is denied or given up."
        )
        return self.told(judgement, (NumberCandidate(number, Rank.ASIDE),), valued=False)

    def unfinished(self, judgement: Judgement, *, default: str = "review") -> Judgement:
        """Decide on a calculation whose result was not written down."""
        said = f"This is a calculation without its result, which is {shown(judgement.reading.value)}."
        how = self.unevaluated or default
        if how == "refuse":
            public = "This is a calculation without its result."
            return Judgement(
                Reason.WRONG, Fraction(0), judgement.reading, "", said, decided=said, written=public
            )
        if how == "accept" or not judgement.right:
            return replace(judgement, decided=said)
        return replace(judgement, reason=Reason.UNDECIDED, credit=None, mistake="", feedback="", decided=said)

    def limit(self, text: str, start: int, judgement: Judgement) -> str:
        """Say what limits a part that is a number as a whole: a condition, or that it is a size; "" without one."""
        if judgement.right:
            return CONDITIONAL if _LIMITED.search(text) else ""
        return SIZE if self._is_side_of_size(text[start:]) else ""

    def _is_side_of_size(self, side: str) -> bool:
        """Whether the right value stands as both sides of a square: `14 x 14`, `14×14×64` where 14 is asked for."""
        found = _SQUARE.search(side)
        if found is None:
            return False
        reading = read_whole(found[1])
        return reading is not None and self.key.judge(reading.reading).right

    def whole_prose(self, outcome: Outcome) -> Outcome:
        """Leave to a person an answer that is one right calculation, of which only a piece was looked at."""
        text = self.reading.text
        if outcome.credit != 0 or self.contradiction or len(text) > MAX_ALONE:
            return outcome
        whole = self.reading.kept(_whole_of)
        if whole is None and _ONE_PIECE.fullmatch(text.strip(" .$")):
            return for_a_person(
                Reason.UNREADABLE, Evidence(read=text, part=self.reading.part, decided=LARGER)
            )
        if whole is None or not self.key.judge(whole.reading).right:
            return outcome
        start = len(text) - len(text.lstrip())
        candidate = NumberCandidate(
            FoundNumber(whole.reading, start, start + len(text.strip())), Rank.UNEVALUATED
        )
        return self.told(self.unfinished(self.judge(candidate)), (candidate,), valued=False)

    def told(
        self,
        judgement: Judgement,
        candidates: tuple[NumberCandidate, ...],
        *,
        valued: bool = True,
        vouched: NumberCandidate | None = None,
    ) -> Outcome:
        """Return the outcome; `vouched` is the candidate that was picked without the key."""
        pieces = [
            Evidence(
                read=self.reading.text[each.number.start : each.number.end],
                part=self.reading.part,
                start=each.number.start,
                end=each.number.end,
                read_as=read_as(
                    each if index else replace(each, number=replace(each.number, reading=judgement.reading))
                ),
                expected=self.key.tolerance.interval(each.number.reading, self.key.expected)
                + (f" {self.key.unit}" if self.key.unit else ""),
                decided=f"{judgement.decided} {remark_on_result(self.reading, judgement.decided, each)}".strip()
                if not index
                else "This is given as well.",
            )
            for index, each in enumerate(candidates)
        ]
        evidence = tuple(
            piece.published(read_as=read_as(each), decided=remark_on_result(self.reading, "", each))
            if each is vouched
            else piece
            for piece, each in zip(pieces, candidates, strict=True)
        )
        return Outcome(
            credit=judgement.credit,
            reason=judgement.reason,
            mistake=judgement.mistake,
            feedback=judgement.feedback,
            written=judgement.written,
            hint=judgement.hint,
            keyless=judgement.keyless,
            evidence=evidence,
            value=judgement.reading.value if valued else None,
        )
