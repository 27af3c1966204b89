"""What a number is worth by itself: right, a known mistake, following from earlier ones, or wrong.

Match order: the expected value, other accepted values, known mistakes, what follows from the student's own earlier
numbers. A reading rounded so far that it fits both the expected value and a mistake is not decided.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from functools import cached_property
from typing import Annotated, Final

from pydantic import BeforeValidator, model_validator

from grader.checks.mistakes import Mistake
from grader.checks.tolerance import ExpectedNumber, Fit, Tolerance, rounds_to, shows
from grader.files.fields import Amount
from grader.model.frozen import Frozen
from grader.model.outcome import Reason
from grader.model.outcomes import UNNAMED, feedback_on
from grader.notation.numbers.exact import NumberReading, shown
from grader.notation.numbers.units import unit_named
from grader.records import dataclass

CAUSE_DIGITS: Final = 3  # no cause is asserted for a number with fewer digits: too many things give it


class NumberMistake(Mistake[ExpectedNumber]):
    """A known wrong number."""


class NamedValue(Frozen):
    """Another value that is accepted, with what it is worth and what to say about it."""

    value: ExpectedNumber
    name: str = ""
    credit: Amount = Fraction(1)
    feedback: str = ""

    @model_validator(mode="after")
    def _credit_is_a_share(self) -> NamedValue:
        if not 0 <= self.credit <= 1:
            raise ValueError("credit must be between 0 and 1")
        return self


def _accepted(value: object) -> object:
    items = value if isinstance(value, list | tuple) else [value]
    return tuple(item if isinstance(item, dict) else {"value": item} for item in items)


Accepted = Annotated[
    tuple[NamedValue, ...],
    BeforeValidator(
        _accepted,
        json_schema_input_type=ExpectedNumber | NamedValue | list[ExpectedNumber | NamedValue],
    ),
]
"""Other accepted values: numbers, or mappings with `value`, `credit` (default 1) and `feedback`."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What one number is worth, and why."""

    reason: Reason
    credit: Fraction | None
    reading: NumberReading  # the reading that was taken, in the unit asked for
    mistake: str = ""
    feedback: str = ""
    decided: str = ""
    written: str = ""  # the feedback as far as the rubric's author wrote it
    hint: str = ""  # the feedback without a value of the key
    keyless: bool = False  # whether the key had no part in it

    @property
    def right(self) -> bool:
        return self.reason is Reason.CORRECT or (self.credit == 1 and self.reason is Reason.PARTLY)


@dataclass(frozen=True)  # without slots, so that what follows from the numbers is found once
class Key:
    """What an answer is compared with."""

    expected: NumberReading
    tolerance: Tolerance
    accept: tuple[NamedValue, ...] = ()
    mistakes: tuple[NumberMistake, ...] = ()
    unit: str = ""
    percent: str = "either"
    min_digits: int = 2
    integer: bool = False

    @cached_property
    def _targets(self) -> tuple[NamedValue, ...]:
        """What counts, the expected value first."""
        return (NamedValue(value=self.expected), *self.accept)

    def judge(
        self, reading: NumberReading, follows: Fraction | None = None, follow_credit: Fraction = Fraction(1)
    ) -> Judgement:
        """Judge one number; `follows` is what the student's own earlier numbers lead to."""
        refused = self._refused(reading)
        if refused:
            return refused
        readings = self._readings(reading)
        coarse: NumberReading | None = None
        for target in self._targets:
            for each in readings:
                fit = self.tolerance.fit(each, target.value, min_digits=self.min_digits)
                if fit is Fit.RIGHT and not self._rivals(each, target.value):
                    return self._right(each, target, readings)
                if fit is not Fit.OFF and (fit is Fit.COARSE or rounds_to(target.value.value, each)):
                    coarse = coarse or each
        tried = [(each, shows(each)) for each in readings]
        matched = [
            (mistake, each)
            for mistake in self.mistakes
            for each, is_shown in tried
            if is_shown(mistake.expected.value)
        ]
        if coarse:
            said = (
                "It is rounded so far that it cannot be told from a known mistake."
                if matched
                else "It is rounded too far to tell."
            )
            return Judgement(Reason.NOT_PRECISE_ENOUGH, None, coarse, decided=said)
        slip = self._mistaken(matched) if matched else self._slip(reading)
        if follows is not None and follows != self.expected.value:
            for each in readings:
                if self.tolerance.fit(each, _exact(follows), min_digits=self.min_digits) is Fit.RIGHT:
                    return _followed(each, follow_credit, slip)
        if slip:
            return slip
        taken = (
            next((each for each in readings if each.value.denominator == 1), readings[0])
            if self.integer
            else readings[0]
        )
        said = f"{shown(taken.value)} is not the value asked for."
        if self.integer and taken.value.denominator != 1:
            said = f"{shown(taken.value)} is no whole number, but one is asked for."
        return Judgement(Reason.WRONG, Fraction(0), taken, decided=said)

    def _readings(self, reading: NumberReading) -> list[NumberReading]:
        """List the readings in the unit asked for, and as per cent where the key is one."""
        asked, found = unit_named(self.unit), unit_named(reading.unit_name)
        factor = found.scale / asked.scale if asked and found else Fraction(1)
        hundredth = not reading.percent and (
            self.percent == "percent" or (self.percent == "either" and self.expected.percent)
        )
        readings = []
        for each in reading.readings:
            own = replace(each, value=each.value * factor, step=each.step * factor) if factor != 1 else each
            if self.percent != "percent" or reading.percent:
                readings.append(own)
            if hundredth:
                readings.append(
                    replace(own, value=own.value / 100, step=own.step / 100, note="read as per cent")
                )
        return readings

    def _refused(self, reading: NumberReading) -> Judgement | None:
        asked, found = unit_named(self.unit), unit_named(reading.unit_name)
        if asked and found and asked.dimension != found.dimension:
            said = f"This is in {found.name}, but {asked.name} are asked for."
            return Judgement(Reason.WRONG, Fraction(0), reading, feedback=said, decided=said, keyless=True)
        if reading.percent and self.percent == "fraction":
            said = "A plain number is asked for, not one in per cent."
            return Judgement(Reason.WRONG, Fraction(0), reading, feedback=said, decided=said, keyless=True)
        return None

    def _rivals(self, reading: NumberReading, target: NumberReading) -> bool:
        """Whether a reading that is near enough, but not equal, fits a known mistake as it is written."""
        return reading.value != target.value and any(
            mistake.expected.value != target.value and rounds_to(mistake.expected.value, reading)
            for mistake in self.mistakes
        )

    def _right(self, reading: NumberReading, target: NamedValue, readings: list[NumberReading]) -> Judgement:
        if reading.malformed:
            said = f"The digit groups fit no convention; without them it is {shown(reading.value)}."
            return Judgement(Reason.AMBIGUOUS, None, reading, decided=said)
        said = f"{shown(reading.value)} is right."
        if reading is not readings[0]:
            said = (
                f"{shown(reading.value)} is right ({reading.note or 'another reading of what is written'})."
            )
        reason = Reason.CORRECT if target.credit == 1 else Reason.PARTLY
        return Judgement(
            reason,
            target.credit,
            reading,
            target.name if reason is Reason.MISTAKE else "",
            target.feedback,
            said,
            written=target.feedback,
        )

    def _mistaken(self, matched: list[tuple[NumberMistake, NumberReading]]) -> Judgement:
        """Name every mistake that gives this number; assert none where the number is too short for it."""
        first, reading = matched[0]
        credit = max(mistake.share for mistake, _ in matched)
        if max(reading.digits, reading.decimals) < CAUSE_DIGITS:
            reason = Reason.PARTLY if credit else Reason.WRONG
            return Judgement(
                reason, credit, reading, decided=f"{shown(reading.value)} is not the value asked for."
            )
        feedback = feedback_on([mistake for mistake, _ in matched])
        names = ", ".join(
            dict.fromkeys(mistake.name.replace("_", " ") for mistake, _ in matched if mistake.name)
        )
        said = f"{shown(reading.value)} is what a known mistake gives{f' ({names})' if names else ''}."
        return Judgement(
            Reason.MISTAKE,
            credit,
            reading,
            first.name or UNNAMED,
            feedback,
            said,
            written=feedback_on([mistake for mistake, _ in matched if not mistake.derived]),
            hint=feedback,
        )

    def _slip(self, reading: NumberReading) -> Judgement | None:
        """Recognise the right number with the wrong prefix: MiB for MB."""
        asked, found = unit_named(self.unit), unit_named(reading.unit_name)
        if not asked or not found or asked.scale == found.scale or found.dimension != asked.dimension:
            return None
        if self.tolerance.fit(reading, self.expected, min_digits=self.min_digits) is not Fit.RIGHT:
            return None
        said = f"The number is right for {asked.name}, but you wrote {found.name}."
        hint = "The number is right, but in another unit."
        return Judgement(Reason.MISTAKE, Fraction(0), reading, "unit", said, said, hint=hint)


def _exact(value: Fraction) -> NumberReading:
    return NumberReading(value, shown(value), step=Fraction(int(value.denominator == 1)))


def _followed(reading: NumberReading, credit: Fraction, slip: Judgement | None) -> Judgement:
    """Take what is better for the student, the credit for following or that of the mistake."""
    if slip and slip.credit is not None and slip.credit >= credit:
        return slip
    said = f"{shown(reading.value)} follows from your earlier results."
    feedback, written, hint = (slip.feedback, slip.written, slip.hint) if slip else ("", "", "")
    follow = Reason.FOLLOW_THROUGH
    return Judgement(follow, credit, reading, feedback=feedback, decided=said, written=written, hint=hint)
