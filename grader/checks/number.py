"""The check `number`: one number, given as a part or found in prose."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import cached_property
from typing import Annotated, Final, Literal

from pydantic import InstanceOf, model_validator
from pydantic.json_schema import SkipJsonSchema

from grader.checks.alternatives import judge_alternatives
from grader.checks.contest import alternatives, denied_elsewhere, is_superseded, restatements
from grader.checks.judging import Accepted, Judgement, Key, NamedValue
from grader.checks.selection import (
    Candidate,
    Rank,
    Selection,
    denied_numbers,
    is_stated,
    rank_numbers,
    select,
    strongest,
)
from grader.checks.sense import refuse_repeated, refuse_wide_tolerance
from grader.checks.surroundings import Kind, Surroundings, chain_agrees, surroundings
from grader.checks.tolerance import MAX_PLACES, AnyTolerance, ExpectedNumber, Tolerance
from grader.checks.verdicts import (
    as_contradiction,
    cut_off,
    doubted,
    not_found,
    quoting,
    read_as,
    remark_on_result,
)
from grader.checks.whole import Whole, read_whole
from grader.derive.following import RestOfNetwork
from grader.fields import Amount, AsTuple, Count, Flag, Words
from grader.model import Evidence, Frozen, Outcome, Reason, Response
from grader.notation.arithmetic import ExpressionError, evaluate_expression, names_in
from grader.notation.finding import MAX_TEXT, find_numbers
from grader.notation.finding_scan import FoundNumber
from grader.notation.numbers import shown
from grader.notation.numerals import with_digits
from grader.prose.stance import Stance, stance

DISTINCTIVE: Final = 100  # smaller whole numbers occur by chance: they are not looked for without a label
TELLING: Final = 1_000  # a value of this size inside a calculation is not there by chance
MAX_QUOTED: Final = 200  # characters of a student's text quoted as evidence

_WORDS: Final = re.compile(r"(?<![\\A-Za-z])[A-Za-z]{2,}(?:\s|[.,:]|$)")  # of a sentence, not of a formula
_WORDLESS: Final = re.compile(r"[\d=+*/^√∑∏∫πℯ∞⌊⌈]|\\[A-Za-z]")  # signs that a number is meant

_LARGER: Final = "This number stands inside something larger that could not be read as a whole."

Earlier = Mapping[str, Fraction]


class NumberCheck(Frozen):
    """Judge one number.

    `expected`      the right value, exact: `903,400`, `1/9`, `0.11`, `11 %`
    `tolerance`     `exact` (the default for whole numbers), a number (how far off), a percentage, or one of
                    `{abs: }`, `{rel: }`, `{decimals: }`, `{digits: }`; by default a decimal is right as it is written,
                    if the expected value rounds to it and it shows `min_digits` (default 2) significant digits
    `near`          words by which the number is found in prose; `others`: words that head other parts
    `unit`          the unit asked for (`MB`, `parameters`): others are converted, or are not this number
    `percent`       `either` (the default), `fraction` (11 % is refused) or `percent` (a bare 11 means 11 %)
    `integer`       whether a whole number is asked for
    `accept`        other right values, `2` or `{value: 2, credit: 1/2, feedback: ...}`
    `mistakes`      known wrong values, each `{name: , value: , credit: 0, feedback: }`
    `follows`       how the number follows from earlier parts, `lowest + middle + top`, `(size - 3) // 2 + 1`; `follow_credit` (default 1)
    `unevaluated`   a calculation without its result: `review` (the default), `accept` or `refuse`
    `contradiction` credit 1 means that a wrong number is stated, 0 that none is

    Beside the check, `hints: yes` tells students which derived mistake was recognised, and a wrong unit.

    >>> from grader.rubric import make_check
    >>> check = make_check("number", {"expected": "903,400", "near": "total"})
    >>> check.check(Response(text="28 * 100 = 2800; the total is 903.400", place={"line": 1}), {}).reason.value
    'correct'
    """

    expected: ExpectedNumber
    tolerance: AnyTolerance = Tolerance()
    min_digits: Count = 2
    near: Words = ()
    others: Words = ()
    unit: str = ""
    percent: Literal["either", "fraction", "percent"] = "either"
    integer: Flag = False
    accept: Accepted = ()
    mistakes: Annotated[tuple[NamedValue, ...], AsTuple] = ()
    follows: str = ""
    follow_credit: Amount = Fraction(1)
    rest: SkipJsonSchema[InstanceOf[RestOfNetwork] | None] = (
        None  # written by derivation for `follows: {part, layer}`
    )
    unevaluated: Literal["review", "accept", "refuse"] = "review"
    contradiction: Flag = False

    @model_validator(mode="after")
    def _consistent(self) -> NumberCheck:
        try:
            names_in(self.follows)
        except ExpressionError as error:
            raise ValueError(f"follows must be a calculation with names of earlier parts: {error}") from None
        if not 0 <= self.follow_credit <= 1:
            raise ValueError("follow_credit must be between 0 and 1")
        if self.integer and self.expected.value.denominator != 1:
            raise ValueError(
                f"expected must be a whole number where 'integer' is true, not {self.expected.text}"
            )
        radius = self.tolerance.radius(self.expected)
        refuse_wide_tolerance(radius, [self.expected.value])
        refuse_repeated((mistake.name for mistake in self.mistakes), "two mistakes are named {}")
        if not 1 <= self.min_digits <= MAX_PLACES:
            raise ValueError(f"min_digits must be between 1 and {MAX_PLACES} (got {self.min_digits})")
        for other in self.accept:
            if other.value.value == self.expected.value and other.credit != 1:
                raise ValueError(
                    f"accept has the expected value, {other.value.text}, for a credit of {other.credit}"
                )
        right = {self.expected.value, *(other.value.value for other in self.accept)}
        for mistake in self.mistakes:
            if mistake.value.value in right:
                raise ValueError(f"mistake {mistake.name!r} has a value that is right, {mistake.value.text}")
        return self

    def doubts(self) -> tuple[str, ...]:
        """Return what its author may not have meant, sentence by sentence."""
        radius, size = self.tolerance.radius(self.expected), abs(self.expected.value)
        if not size or radius is None or radius < size:
            return ()
        return (f"tolerance: within {float(radius):g} of {self.expected.text}, 0 is right as well",)

    @property
    def follows_names(self) -> tuple[str, ...]:
        """The earlier parts that `follows` names."""
        return (self.rest.part,) if self.rest is not None else names_in(self.follows)

    @cached_property
    def _key(self) -> Key:
        return Key(
            expected=self.expected,
            tolerance=self.tolerance,
            accept=self.accept,
            mistakes=self.mistakes,
            unit=self.unit,
            percent=self.percent,
            min_digits=self.min_digits,
            integer=self.integer,
        )

    def check(self, response: Response, earlier: Earlier) -> Outcome:
        """Judge a part or an answer's prose; pure and total."""
        text = response.text
        if response.value is not None:
            if not (
                isinstance(response.value, tuple)
                and len(response.value) == 1
                and isinstance(response.value[0], str)
            ):
                evidence = Evidence(
                    part=response.part, decided="One number is asked for; this is a list or a mapping."
                )
                return Outcome(credit=None, reason=Reason.UNREADABLE, keyless=True, evidence=(evidence,))
            text = response.value[0]
        text, whole = text[:MAX_TEXT], len(text) <= MAX_TEXT
        if response.explicit:
            outcome = self._check_part(text, response, earlier)
        else:
            picked = judge_alternatives(response, lambda each: self._check_prose(each.text, each, earlier))
            outcome = picked or self._check_prose(text, response, earlier)
        if not whole and outcome.credit != 1:
            return cut_off(response)
        return as_contradiction(outcome) if self.contradiction else outcome

    def _judge(self, candidate: Candidate, earlier: Earlier) -> Judgement:
        follows = self._followed(earlier)
        return self._key.judge(candidate.number.reading, follows, self.follow_credit)

    def _followed(self, earlier: Earlier) -> Fraction | None:
        """Return what the student's own earlier numbers lead to, None where one was not found."""
        if self.rest is not None:
            found: Fraction | None = (
                self.rest.value(earlier[self.rest.part]) if self.rest.part in earlier else None
            )
            return found
        if not self.follows:
            return None
        try:
            return evaluate_expression(self.follows, earlier)
        except ExpressionError:
            return None

    def _check_part(self, text: str, response: Response, earlier: Earlier) -> Outcome:
        """Judge a part the student named: all of it is meant as the answer."""
        whole = read_whole(text)
        if whole is not None:
            return self._check_whole(text, whole, response, earlier)
        inside = rank_numbers(text, unit=self.unit, label_ends=(0,))
        best = strongest(inside)
        if best is not None and _WORDS.search(text):
            return self._conclude(text, response, earlier, Selection(True, (best,), tuple(inside)))
        if _WORDLESS.search(text) or with_digits(text) != text or not _WORDS.search(text):
            evidence = Evidence(
                read=text[:MAX_QUOTED], part=response.part, decided="No single number could be read here."
            )
            return Outcome(credit=None, reason=Reason.UNREADABLE, keyless=True, evidence=(evidence,))
        return not_found(response, "There is no number here.", keyless=True)

    def _check_whole(self, text: str, whole: Whole, response: Response, earlier: Earlier) -> Outcome:
        """Judge a part that is a number, or an equation whose last side is one."""
        start = len(text) - len(text.lstrip())
        number = FoundNumber(whole.reading, start, start + len(text.strip()))
        candidate = Candidate(number, Rank.CONCLUDED)
        judgement = self._judge(candidate, earlier)
        doubt = ""
        if whole.bounded:
            doubt = "This is a bound, not a value."
        elif stance(text, number.start, number.end, language=response.language) is not Stance.STATED:
            doubt = "What is written beside this number denies it or leaves it in doubt." * judgement.right
        elif not whole.agree and any(self._key.judge(each).right for each in whole.readings):
            doubt = "The sides of this equation do not agree, and one of them is right."
        elif whole.unsure and not judgement.right:
            doubt = "The base of a logarithm here is not given."
        if doubt:
            judgement = doubted(judgement, doubt)
        elif not whole.finished:
            judgement = self._unfinished(judgement)
        return self._outcome(judgement, (candidate,), response, text, valued=not doubt, vouched=candidate)

    def _check_prose(self, text: str, response: Response, earlier: Earlier) -> Outcome:
        outcome = self._in_prose(text, response, earlier)
        if outcome.reason is not Reason.NOT_FOUND or self.contradiction:
            return outcome
        worded = with_digits(text)
        if worded != text:
            other = self._in_prose(worded, response, earlier)
            if other.credit != 0:
                return quoting(other, text)
        return outcome

    def _in_prose(self, text: str, response: Response, earlier: Earlier) -> Outcome:
        selection = select(text, near=self.near, others=self.others, unit=self.unit)
        if selection.conclusions:
            return self._conclude(text, response, earlier, selection)
        if selection.labelled and self._is_right_one(denied_numbers(text)):
            return self._only_denied(text, response)
        return self._unlabelled(text, response, earlier)

    def _is_right_one(self, numbers: Sequence[FoundNumber]) -> bool:
        return any(self._key.judge(number.reading).right for number in numbers)

    def _only_denied(self, text: str, response: Response) -> Outcome:
        """Leave to a person a right value that is only named to be denied."""
        number = next(each for each in denied_numbers(text) if self._is_right_one((each,)))
        judgement = doubted(
            self._key.judge(number.reading), "This value is named, but it is denied or given up."
        )
        return self._outcome(judgement, (Candidate(number, Rank.ASIDE),), response, text, valued=False)

    def _conclude(self, text: str, response: Response, earlier: Earlier, selection: Selection) -> Outcome:
        """Judge what stands under the label, unless something else there says otherwise."""
        main = selection.conclusions[-1]
        # Labels alone have picked it, unless only what is right makes it the answer.
        vouched = None if main.rank is Rank.OTHER else main
        if main.rank is Rank.UNEVALUATED:
            judgement = self._unfinished(self._judge(main, earlier))
            return self._outcome(judgement, (main,), response, text, vouched=vouched)
        around = surroundings(text, main.number)
        main = replace(main, number=replace(main.number, reading=around.reading))
        vouched = None if vouched is None else main
        judgement = self._judge(main, earlier)
        doubt = self._doubt(text, main, around, judgement, response.language)
        if doubt:
            return self._outcome(
                doubted(judgement, doubt), (main,), response, text, valued=False, vouched=vouched
            )
        if not around.finished:
            return self._outcome(self._unfinished(judgement), (main,), response, text, vouched=vouched)
        if judgement.right:
            rivals = self._rivals(text, main, selection, earlier)
            if not rivals:
                return self._outcome(judgement, (main,), response, text, vouched=vouched)
        elif judgement.credit == 1:
            return self._outcome(judgement, (main,), response, text, vouched=vouched)
        else:
            rivals = self._right_elsewhere(text, main, selection)
            if main.rank is Rank.OTHER and not rivals:
                return self._mentioned(text, response)
            if self.contradiction and judgement.reason is Reason.WRONG and not is_stated(text, main):
                judgement = replace(judgement, reason=Reason.AMBIGUOUS, credit=None)
            if rivals and judgement.reason is Reason.NOT_PRECISE_ENOUGH:
                return self._outcome(self._judge(rivals[-1], earlier), (rivals[-1], main), response, text)
            if not rivals or judgement.credit is None:
                return self._outcome(judgement, (main,), response, text, vouched=vouched)
        said = "Two different numbers are given here, and one of them is right."
        return self._outcome(
            doubted(judgement, said), (main, *rivals), response, text, valued=False, vouched=vouched
        )

    def _doubt(
        self, text: str, main: Candidate, around: Surroundings, judgement: Judgement, language: str
    ) -> str:
        """Say why the main number may not be what is claimed, "" where it plainly is."""
        number = main.number
        if around.kind is Kind.BOUND:
            return "This is a bound or a range, not a value."
        if around.kind is Kind.UNREAD:
            return _LARGER
        if around.unsure and not judgement.right:
            return "The base of a logarithm here is not given."
        if not judgement.right and judgement.credit != 1:
            return ""
        if number.chain is not None and not chain_agrees(text, number.chain):
            return "The sides of this equation do not agree."
        if stance(text, number.start, number.end, language=language) is not Stance.STATED:
            return "What is written around this number denies it or leaves it in doubt."
        if denied_elsewhere(text, main):
            return "This value is given here and denied elsewhere."
        return ""

    def _rivals(self, text: str, main: Candidate, selection: Selection, earlier: Earlier) -> list[Candidate]:
        """List the wrong numbers that are given as well as the right one."""
        others = [each for each in selection.inside if each.number.start != main.number.start]
        found = [
            each
            for each in selection.conclusions[:-1]
            if each.rank >= main.rank
            and each.value not in earlier.values()
            and not is_superseded(text, each, main)
        ]
        found += alternatives(text, main, others)
        found += restatements(text, main, others, frozenset(earlier.values()))
        unique = {each.number.start: each for each in found}
        return [each for each in unique.values() if not self._judge(each, earlier).right]

    def _right_elsewhere(self, text: str, main: Candidate, selection: Selection) -> list[Candidate]:
        """List other numbers that are right: in the same region, or, if they are distinctive, anywhere as a result."""
        found = [each for each in selection.inside if each.rank >= min(main.rank, Rank.RESULT)]
        if self._distinctive and self.near:
            found += [each for each in rank_numbers(text, unit=self.unit) if each.rank > Rank.ASIDE]
        unique = {each.number.start: each for each in found if each.number.start != main.number.start}
        return [each for each in unique.values() if self._key.judge(each.number.reading).right]

    @property
    def _distinctive(self) -> bool:
        return abs(self.expected.value) >= DISTINCTIVE or self.expected.digits >= 3

    def _unlabelled(self, text: str, response: Response, earlier: Earlier) -> Outcome:
        """Judge prose in which the label does not occur: only what stands out can be meant."""
        every = rank_numbers(text, unit=self.unit)
        found = [each for each in every if each.rank > Rank.ASIDE]
        if len({each.value for each in found}) == 1:
            return self._conclude(text, response, earlier, Selection(False, (found[-1],), tuple(found)))
        unfinished = [
            each
            for each in every
            if each.rank is Rank.UNEVALUATED and self._key.judge(each.number.reading).right
        ]
        if unfinished and not found and self._distinctive:
            judgement = self._unfinished(self._judge(unfinished[-1], earlier))
            return self._outcome(judgement, (unfinished[-1],), response, text)
        best = max((each.rank for each in found), default=Rank.RESULT)
        standing = [each for each in found if each.rank >= min(best, Rank.RESULT)]
        mistaken = [each for each in standing if self._judge(each, earlier).reason is Reason.MISTAKE]
        right = [each for each in standing if self._key.judge(each.number.reading).right]
        if not right and self._distinctive:
            right = [each for each in found if self._key.judge(each.number.reading).right]
        if right:
            return self._right_unlabelled(text, response, right[-1], mistaken, standing)
        results = [each for each in mistaken if each.rank >= Rank.RESULT and abs(each.value) >= DISTINCTIVE]
        if results:
            return self._outcome(self._judge(results[-1], earlier), (results[-1],), response, text)
        return self._mentioned(text, response)

    def _right_unlabelled(
        self,
        text: str,
        response: Response,
        right: Candidate,
        mistaken: list[Candidate],
        standing: list[Candidate],
    ) -> Outcome:
        """Accept a distinctive result; leave to a person what could as well be something else."""
        rivals = [
            each for each in mistaken if each.rank >= right.rank and each.number.start > right.number.start
        ]
        around = surroundings(text, right.number)
        right = replace(right, number=replace(right.number, reading=around.reading))
        judgement = self._key.judge(right.number.reading)
        doubt = self._doubt(text, right, around, judgement, response.language)
        if doubt or not judgement.right:
            return self._outcome(doubted(judgement, doubt or _LARGER), (right,), response, text, valued=False)
        sure = self._distinctive and right.rank >= Rank.RESULT and around.finished
        others = [each for each in standing if not self._key.judge(each.number.reading).right]
        rivals += alternatives(text, right, others)
        if not rivals and (sure or self.contradiction):
            return self._outcome(judgement, (right,), response, text)
        said = "This number could be meant, but nothing says what it is the value of."
        return self._outcome(doubted(judgement, said), (right, *rivals), response, text, valued=False)

    def _mentioned(self, text: str, response: Response) -> Outcome:
        """Say that nothing was found; where the right value stands inside a calculation a person should see it."""
        telling = abs(self.expected.value) >= TELLING and not self.contradiction
        numbers = tuple(find_numbers(text))
        for number in numbers if telling else ():
            if number.role in {"operand", "size"} and number.reading.value == self.expected.value:
                doubt = doubted(
                    self._key.judge(number.reading), "This value is used here, but not given as the answer."
                )
                return self._outcome(doubt, (Candidate(number, Rank.ASIDE),), response, text, valued=False)
        label = f" that is marked as {self.near[0]!r}" if self.near else ""
        return not_found(response, f"No number was found{label}.", keyless=not numbers)

    def _unfinished(self, judgement: Judgement) -> Judgement:
        """Decide on a calculation whose result was not written down."""
        said = f"This is a calculation without its result, which is {shown(judgement.reading.value)}."
        if self.unevaluated == "refuse":
            public = "This is a calculation without its result."
            return Judgement(
                Reason.WRONG, Fraction(0), judgement.reading, "", said, decided=said, written=public
            )
        if self.unevaluated == "accept" or not judgement.right:
            return replace(judgement, decided=said)
        return replace(judgement, reason=Reason.UNDECIDED, credit=None, mistake="", feedback="", decided=said)

    def _outcome(
        self,
        judgement: Judgement,
        candidates: tuple[Candidate, ...],
        response: Response,
        text: str,
        *,
        valued: bool = True,
        vouched: Candidate | None = None,
    ) -> Outcome:
        """Return the outcome; `vouched` is the candidate that was picked without the key."""
        pieces = [
            Evidence(
                read=text[each.number.start : each.number.end],
                part=response.part,
                start=each.number.start,
                end=each.number.end,
                read_as=read_as(
                    each if index else replace(each, number=replace(each.number, reading=judgement.reading))
                ),
                expected=self.tolerance.interval(each.number.reading, self.expected)
                + (f" {self.unit}" if self.unit else ""),
                decided=f"{judgement.decided} {remark_on_result(text, judgement.decided, each)}".strip()
                if not index
                else "This is given as well.",
            )
            for index, each in enumerate(candidates)
        ]
        evidence = tuple(
            piece.published(read_as=read_as(each), decided=remark_on_result(text, "", each))
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
