"""The check `number`: one number, given as a part or found in prose."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from pydantic import InstanceOf, model_validator
from pydantic.json_schema import SkipJsonSchema

from grader.checks.alternatives import judge_alternatives
from grader.checks.contract import CheckModel, Holding
from grader.checks.labelled import cell_alone
from grader.checks.leaks import spelled
from grader.checks.mistakes import DIFFERING
from grader.checks.number_search import NumberSearch
from grader.checks.numbercredit import Accepted, Key, NumberMistake
from grader.checks.numberwords import (
    cut_off,
)
from grader.checks.sense import refuse_wide_tolerance
from grader.checks.tolerance import MAX_PLACES, AnyTolerance, ExpectedNumber, Tolerance
from grader.derive.following import RestOfNetwork, calculated, names_in
from grader.derive.specification import SpecError
from grader.files.fields import Amount, AsTuple, Count, Flag, Words
from grader.finding.numbers import MAX_TEXT
from grader.model.outcome import Evidence, Outcome, Reason
from grader.model.outcomes import for_a_person, turned_round

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.finding.reading import Reading

Earlier = Mapping[str, Fraction]


class NumberCheck(CheckModel):
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
    `mistakes`      known wrong values, each `{name: , expected: , credit: 0, feedback: }`
    `follows`       how the number follows from earlier parts, `lowest + middle + top`, `(size - 3) // 2 + 1`, `max(a, b)`; `follow_credit` (default 1)
    `row`, `column` labels of the cell of a table that holds it; without `column`, the row's only number
    `unevaluated`   a calculation without its result: `review`, `accept` or `refuse`; by default a part that
                    is nothing else is accepted, and one in prose is reviewed
    `contradiction` credit 1 means that a wrong number is stated, 0 that none is

    Beside the check, `hints: yes` tells students which derived mistake was recognised, and a wrong unit.

    >>> from grader.finding.reading import Reading
    >>> from grader.rubric.loading import make_check
    >>> check = make_check("number", {"expected": "903,400", "near": "total"})
    >>> check.check(Reading("28 * 100 = 2800; the total is 903.400"), {}).reason.value
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
    mistakes: Annotated[tuple[NumberMistake, ...], AsTuple, DIFFERING] = ()
    follows: str = ""
    follow_credit: Amount = Fraction(1)
    rest: SkipJsonSchema[InstanceOf[RestOfNetwork] | None] = (
        None  # written by derivation for `follows: {part, layer}`
    )
    row: Words = ()
    column: Words = ()
    unevaluated: Literal["review", "accept", "refuse"] | None = None
    contradiction: Flag = False
    seeks_one: ClassVar[bool] = True

    @model_validator(mode="after")
    def _consistent(self) -> NumberCheck:
        try:
            _ = self.follows_names
        except SpecError as error:
            raise ValueError(f"follows must be a calculation with names of earlier parts: {error}") from None
        if not 0 <= self.follow_credit <= 1:
            raise ValueError("follow_credit must be between 0 and 1")
        if self.integer and self.expected.value.denominator != 1:
            raise ValueError(
                f"expected must be a whole number where 'integer' is true, not {self.expected.text}"
            )
        radius = self.tolerance.radius(self.expected)
        refuse_wide_tolerance(radius, [self.expected.value])
        if not 1 <= self.min_digits <= MAX_PLACES:
            raise ValueError(f"min_digits must be between 1 and {MAX_PLACES} (got {self.min_digits})")
        for other in self.accept:
            if other.value.value == self.expected.value and other.credit != 1:
                raise ValueError(
                    f"accept has the expected value, {other.value.text}, for a credit of {other.credit}"
                )
        right = {self.expected.value, *(other.value.value for other in self.accept)}
        for mistake in self.mistakes:
            if mistake.expected.value in right:
                raise ValueError(
                    f"mistake {mistake.name!r} has a value that is right, {mistake.expected.text}"
                )
        return self

    def doubts(self) -> tuple[str, ...]:
        """Return what its author may not have meant, sentence by sentence."""
        radius, size = self.tolerance.radius(self.expected), abs(self.expected.value)
        if not size or radius is None or radius < size:
            return ()
        return (f"tolerance: within {float(radius):g} of {self.expected.text}, 0 is right as well",)

    @property
    def holding(self) -> Holding:
        """A number."""
        return Holding("number")

    def expectations(self) -> tuple[tuple[str, Any], ...]:
        """Return the expected value and what mistakes give."""
        right = (self.expected, *(other.value for other in self.accept))
        wrong = ((mistake.name, mistake.expected) for mistake in self.mistakes)
        return (*(("", value) for value in right), *wrong)

    def leaks(self, public: Reading) -> Iterator[tuple[str, bool]]:
        """Yield the numbers of a text that are right."""
        for value in (self.expected, *(other.value for other in self.accept)):
            yield from spelled(public, value)

    @cached_property
    def follows_names(self) -> tuple[str, ...]:
        """The earlier parts that `follows` names."""
        if self.rest is not None:
            return (self.rest.part,)
        return names_in(self.follows) if self.follows else ()

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

    def check(self, reading: Reading, earlier: Earlier) -> Outcome:
        """Judge a part or an answer's prose; pure and total."""
        text = reading.alone
        if text is None:
            evidence = Evidence(
                part=reading.part, decided="One number is asked for; this is a list or a mapping."
            )
            return for_a_person(Reason.UNREADABLE, evidence, keyless=True)
        whole = len(text) <= MAX_TEXT
        reading = reading.with_text(text[:MAX_TEXT])
        outcome = None
        if not reading.explicit:
            reading = (
                reading.with_text(cell_alone(reading.text, self.row, self.column)) if self.row else reading
            )
            outcome = judge_alternatives(reading, lambda each: self._found_in(each, earlier))
        outcome = outcome or self._found_in(reading, earlier)
        if not whole and outcome.credit != 1:
            return cut_off(reading.part)
        return turned_round(outcome) if self.contradiction else outcome

    def _found_in(self, reading: Reading, earlier: Earlier) -> Outcome:
        return NumberSearch(
            self._key,
            reading,
            near=self.near,
            others=self.others,
            contradiction=self.contradiction,
            unevaluated=self.unevaluated,
            follows=self._followed(earlier),
            follow_credit=self.follow_credit,
            earlier=frozenset(earlier.values()),
        ).outcome()

    def _followed(self, earlier: Earlier) -> Fraction | None:
        """Return what the student's own earlier numbers lead to, None where one was not found."""
        if self.rest is not None:
            found: Fraction | None = (
                self.rest.value(earlier[self.rest.part]) if self.rest.part in earlier else None
            )
            return found
        return calculated(self.follows, earlier) if self.follows else None
