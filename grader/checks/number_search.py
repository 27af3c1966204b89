"""Which number of an answer is the one that was asked for, and what it is worth.

A part the student named is meant as a whole; of prose the conclusion under the label counts, else what stands out.
What is denied, doubted, a bound, or offered beside another number is for a person.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from grader.checks.calculations import worked_out
from grader.checks.number_trial import DISTINCTIVE, LARGER, NumberTrial
from grader.checks.numberwords import doubted, quoting
from grader.finding.contest import alternatives
from grader.finding.formularemarks import BOUNDED
from grader.finding.scan import FoundNumber
from grader.finding.selection import (
    NumberCandidate,
    Rank,
    Selection,
    denied_numbers,
    is_stated,
    rank_numbers,
    select,
    strongest,
)
from grader.finding.surroundings import exclaimed, last_side, surroundings
from grader.finding.whole import Whole, read_whole
from grader.model.outcome import Evidence, Outcome, Reason
from grader.model.outcomes import for_a_person, not_found
from grader.notation.lazypatterns import deferred
from grader.notation.numbers.numerals import with_digits
from grader.prose.doubt import Stance

if TYPE_CHECKING:
    from grader.checks.numbercredit import Judgement

EXCLAIMED: Final = "The exclamation mark behind this number may be meant as a factorial."
TELLING_RESULT: Final = 100  # the same of what a calculation with two numbers or more gives
TELLING: Final = 1_000  # a value of this size inside a calculation is not there by chance
TWO_GIVEN: Final = "Two different numbers are given here, and one of them is right."
MAX_QUOTED: Final = 200  # characters of a student's text quoted as evidence

_WORDS: Final = deferred(r"(?<![\\A-Za-z])[A-Za-z]{2,}(?:\s|[.,:]|$)")  # of a sentence, not of a formula
_WORDLESS: Final = deferred(r"[\d=+*/^√∑∏∫πℯ∞⌊⌈]|\\[A-Za-z]")  # signs that a number is meant


class NumberSearch(NumberTrial):
    """One look at an answer for one number."""

    def outcome(self) -> Outcome:
        """Return what the number is worth; pure and total."""
        return self._check_part() if self.reading.explicit else self._check_prose()

    def _check_part(self) -> Outcome:
        """Judge a part the student named: all of it is meant as the answer."""
        text = self.reading.text
        whole = read_whole(text)
        if whole is not None:
            return self._check_whole(whole)
        inside = rank_numbers(self.reading, unit=self.key.unit, label_ends=(0,))
        best = strongest(inside)
        if best is not None and _WORDS.search(text):
            return self._conclude(Selection(True, (best,), tuple(inside)))
        if _WORDLESS.search(text) or with_digits(text) != text or not _WORDS.search(text):
            evidence = Evidence(
                read=text[:MAX_QUOTED], part=self.reading.part, decided="No single number could be read here."
            )
            return for_a_person(Reason.UNREADABLE, evidence, keyless=True)
        return not_found(Evidence(part=self.reading.part, decided="There is no number here."), keyless=True)

    def _check_whole(self, whole: Whole) -> Outcome:
        """Judge a part that is a number, or an equation whose last side is one."""
        text = self.reading.text
        start = len(text) - len(text.lstrip())
        number = FoundNumber(whole.reading, start, start + len(text.strip()))
        candidate = NumberCandidate(number, Rank.CONCLUDED)
        judgement = self.judge(candidate)
        doubt = ""
        if whole.bounded:
            doubt = BOUNDED
        elif self.reading.stance(number.start, number.end) is not Stance.STATED:
            doubt = "What is written beside this number denies it or leaves it in doubt." * judgement.right
        elif not judgement.right and self._is_exclaimed(last_side(text), number.end):
            doubt = EXCLAIMED
        elif not whole.agree and any(self.key.judge(each).right for each in whole.readings):
            doubt = "The sides of this equation do not agree, and one of them is right."
        elif whole.unsure and not judgement.right:
            doubt = "The base of a logarithm here is not given."
        else:
            doubt = self.limit(text, last_side(text), judgement)
        if doubt:
            judgement = doubted(judgement, doubt)
        elif not whole.finished:
            judgement = self.unfinished(judgement, default="accept")
        return self.told(judgement, (candidate,), valued=not doubt, vouched=candidate)

    def _check_prose(self) -> Outcome:
        outcome = self.in_prose()
        worded = self.reading.worded
        if outcome.reason is Reason.NOT_FOUND and not self.contradiction and worded is not self.reading:
            other = replace(self, reading=worded).in_prose()
            if other.credit != 0:
                return quoting(other, self.reading.text)
        return self.whole_prose(outcome)

    def in_prose(self) -> Outcome:
        """Judge what stands under the label, else what stands out."""
        selection = select(self.reading, near=self.near, others=self.others, unit=self.key.unit)
        if selection.conclusions:
            return self._conclude(selection)
        if selection.labelled and self.is_right_one(denied_numbers(self.reading)):
            return self.only_denied()
        return self._unlabelled()

    def _conclude(self, selection: Selection) -> Outcome:
        """Judge what stands under the label, unless something else there says otherwise."""
        main = selection.conclusions[-1]
        # Labels alone have picked it, unless only what is right makes it the answer.
        vouched = None if main.rank is Rank.OTHER else main
        if main.rank is Rank.UNEVALUATED:
            return self._unfinished(main, selection, self.judge(main), vouched)
        around = surroundings(self.reading, main.number)
        main = replace(main, number=replace(main.number, reading=around.reading))
        vouched = None if vouched is None else main
        judgement = self.judge(main)
        doubt = self.doubt(main, around, judgement)
        if not judgement.right and self._is_exclaimed(main.number.start, main.number.end):
            doubt = EXCLAIMED
        if doubt:
            return self.told(doubted(judgement, doubt), (main,), valued=False, vouched=vouched)
        if not around.finished:
            return self._unfinished(main, selection, judgement, vouched)
        if judgement.right:
            rivals = self.rivals(main, selection)
            if not rivals:
                return self.told(judgement, (main,), vouched=vouched)
        elif judgement.credit == 1:
            return self.told(judgement, (main,), vouched=vouched)
        else:
            rivals = self.right_elsewhere(main, selection)
            if main.rank is Rank.OTHER and not rivals:
                return self._mentioned()
            if (
                self.contradiction
                and judgement.reason is Reason.WRONG
                and not is_stated(self.reading.text, main)
            ):
                judgement = replace(judgement, reason=Reason.AMBIGUOUS, credit=None)
            if rivals and judgement.reason is Reason.NOT_PRECISE_ENOUGH:
                return self.told(self.judge(rivals[-1]), (rivals[-1], main))
            if not rivals or judgement.credit is None:
                return self.told(judgement, (main,), vouched=vouched)
        return self.told(doubted(judgement, TWO_GIVEN), (main, *rivals), valued=False, vouched=vouched)

    def _unfinished(
        self,
        main: NumberCandidate,
        selection: Selection,
        judgement: Judgement,
        vouched: NumberCandidate | None,
    ) -> Outcome:
        """Decide on a calculation without its result, unless the right value is given elsewhere."""
        decided = self.unfinished(judgement)
        rivals = self.right_elsewhere(main, selection) if decided.credit == 0 else []
        if rivals:
            return self.told(doubted(decided, TWO_GIVEN), (main, *rivals), valued=False, vouched=vouched)
        return self.told(decided, (main,), vouched=vouched)

    def _is_exclaimed(self, start: int, end: int) -> bool:
        """Whether a number is right that an exclamation mark makes a factorial of."""
        number = exclaimed(self.reading.text, start, end)
        return number is not None and self.key.judge(number).right

    def _unlabelled(self) -> Outcome:
        """Judge prose in which the label does not occur: only what stands out can be meant."""
        every = rank_numbers(self.reading, unit=self.key.unit)
        found = [each for each in every if each.rank > Rank.ASIDE]
        if len({each.value for each in found}) == 1:
            return self._conclude(Selection(False, (found[-1],), tuple(found)))
        unfinished = [
            each
            for each in every
            if each.rank is Rank.UNEVALUATED and self.key.judge(each.number.reading).right
        ]
        if unfinished and not found and self.is_distinctive:
            judgement = self.unfinished(self.judge(unfinished[-1]))
            return self.told(judgement, (unfinished[-1],))
        best = max((each.rank for each in found), default=Rank.RESULT)
        standing = [each for each in found if each.rank >= min(best, Rank.RESULT)]
        mistaken = [each for each in standing if self.judge(each).reason is Reason.MISTAKE]
        right = [each for each in standing if self.key.judge(each.number.reading).right]
        if not right and self.is_distinctive:
            right = [each for each in found if self.key.judge(each.number.reading).right]
        if right:
            return self._right_unlabelled(right[-1], mistaken, standing)
        results = [each for each in mistaken if each.rank >= Rank.RESULT and abs(each.value) >= DISTINCTIVE]
        if results:
            return self.told(self.judge(results[-1]), (results[-1],))
        return self._mentioned()

    def _right_unlabelled(
        self,
        right: NumberCandidate,
        mistaken: list[NumberCandidate],
        standing: list[NumberCandidate],
    ) -> Outcome:
        """Accept a distinctive result; leave to a person what could as well be something else."""
        rivals = [
            each for each in mistaken if each.rank >= right.rank and each.number.start > right.number.start
        ]
        around = surroundings(self.reading, right.number)
        right = replace(right, number=replace(right.number, reading=around.reading))
        judgement = self.key.judge(right.number.reading)
        doubt = self.doubt(right, around, judgement)
        if doubt or not judgement.right:
            return self.told(doubted(judgement, doubt or LARGER), (right,), valued=False)
        sure = self.is_distinctive and right.rank >= Rank.RESULT and around.finished
        others = [each for each in standing if not self.key.judge(each.number.reading).right]
        rivals += alternatives(self.reading.text, right, others)
        if not rivals and (sure or self.contradiction):
            return self.told(judgement, (right,))
        said = "This number could be meant, but nothing says what it is the value of."
        return self.told(doubted(judgement, said), (right, *rivals), valued=False)

    def _mentioned(self) -> Outcome:
        """Say that nothing was found; where the right value stands inside a calculation a person should see it."""
        expected = self.key.expected.value
        telling = abs(expected) >= TELLING and not self.contradiction
        numbers = self.reading.numbers
        for number in numbers if telling or abs(expected) >= TELLING_RESULT else ():
            value = None if self.contradiction else worked_out(self.reading, number.start)
            if value == expected:
                said = (
                    "The calculation that begins here gives this value, but its result is not written down."
                )
                doubt = doubted(self.key.judge(number.reading), said)
                return self.told(doubt, (NumberCandidate(number, Rank.ASIDE),), valued=False)
            if telling and number.role in {"operand", "size"} and number.reading.value == expected:
                doubt = doubted(
                    self.key.judge(number.reading), "This value is used here, but not given as the answer."
                )
                return self.told(doubt, (NumberCandidate(number, Rank.ASIDE),), valued=False)
        label = f" that is marked as {self.near[0]!r}" if self.near else ""
        evidence = Evidence(part=self.reading.part, decided=f"No number was found{label}.")
        return not_found(evidence, keyless=not numbers)
