"""The check `statement`: does the prose say what one sentence says, or its opposite."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Final

from pydantic import PrivateAttr, ValidationError, model_validator

from grader.checks.contract import CheckModel
from grader.checks.keywords import KeywordsCheck
from grader.files.fields import Flag, Words
from grader.model.outcome import Outcome, Reason
from grader.model.outcomes import for_a_person
from grader.prose.statements.wording import MAX_WORDINGS, TooLittleError, wordings

if TYPE_CHECKING:
    from collections.abc import Iterable
    from fractions import Fraction

    from grader.finding.reading import Reading

_LONG_ENOUGH: Final = 8  # words; a shorter answer that lacks a topic may mean it all the same


class StatementCheck(CheckModel):
    """Look for what one sentence says, said in other words, denials included.

    A text stands for `text`, the sentence that a right answer makes. It is compiled into patterns of `keywords`, which
    `grader explain RUBRIC CRITERION` prints. Full credit needs all of it in one stretch; no credit the plain opposite, or
    an answer that does not speak of the topic; everything else goes to a person.
    `accepts` (further wordings) and `rejects` (wordings that do not count) are those of the criterion, and `subject` (what
    need not be said again) is the title of the question, unless they are given here. `contradiction` (finding it costs
    points) is set by itself for negative points.

    >>> from grader.finding.reading import Reading
    >>> check = StatementCheck.model_validate({"text": "Dropout does not slow down inference.", "subject": "Dropout"})
    >>> outcome = check.check(Reading("No, predictions are not slower with it."), {})
    >>> outcome.code, outcome.evidence[0].read
    ('correct', 'predictions are not slower')
    """

    text: str
    accepts: Words = ()
    rejects: Words = ()
    subject: str = ""
    contradiction: Flag = False
    finds_statements: ClassVar[bool] = True
    modest: ClassVar[bool] = True
    short_forms: ClassVar[tuple[str, ...]] = ("string",)

    _patterns: KeywordsCheck = PrivateAttr()
    _sets: Mapping[str, Any] = PrivateAttr(default_factory=dict)

    @classmethod
    def spelled_out(cls, params: Any) -> Any:
        """Return a sentence alone as the key it stands for."""
        return {"text": params} if isinstance(params, str) else params

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, data: Any) -> Any:
        return cls.spelled_out(data)

    @model_validator(mode="after")
    def _compile(self) -> StatementCheck:
        given = len(self.accepts) + len(self.rejects)
        if given > MAX_WORDINGS:
            raise ValueError(f"a statement has at most {MAX_WORDINGS} wordings (got {given})")
        try:
            made = wordings(self.text, self.accepts, self.rejects, subject=self.subject)
        except TooLittleError as error:
            raise ValueError(str(error)) from error
        data, self._sets = made.keywords(), made.sets
        if self.contradiction:
            data["contradiction"] = "true"
        try:
            self._patterns = KeywordsCheck.model_validate(data, context={"sets": self._sets})
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            raise ValueError(f"{self.text!r} cannot be looked for: {first['msg']}") from error
        return self

    @property
    def hunts(self) -> bool:
        """Whether it hunts a false claim."""
        return self.contradiction

    @property
    def branches(self) -> tuple[Any, ...]:
        """The patterns of which one must be found."""
        return self._patterns.branches

    def with_branches(self, numbers: Iterable[int]) -> KeywordsCheck:
        """Return its patterns with only some of the branches, counted from 0; raises ValueError where they could never match."""
        return self._patterns.with_branches(numbers)

    @property
    def wordings(self) -> tuple[str, ...]:
        """The sentence and the further ones that count."""
        return (self.text, *self.accepts)

    def reworded(self, *, accepts: Iterable[str] = (), rejects: Iterable[str] = ()) -> StatementCheck | None:
        """Return this check with further wordings; None where one of them cannot be looked for."""
        further = {"accepts": (*self.accepts, *accepts), "rejects": (*self.rejects, *rejects)}
        try:
            return type(self).model_validate(
                {**self.model_dump(), **further, "contradiction": str(self.contradiction).lower()}
            )
        except ValidationError:
            return None

    def knows(self, form: str) -> bool:
        """Say whether a folded word is one of those its patterns are made of."""
        return self._patterns.knows(form)

    def compiled(self, name: str) -> dict[str, Any]:
        """Return the patterns of `keywords` that it is made into, and the `sets` they name."""
        del name
        return {**self._patterns.compiled("keywords"), "sets": dict(self._sets)}

    def check(self, reading: Reading, earlier: Mapping[str, Fraction]) -> Outcome:
        """Judge a reading that is not blank."""
        outcome = self._patterns.check(reading, earlier)
        if outcome.reason is Reason.NOT_FOUND and len(reading.prose) < _LONG_ENOUGH:
            return for_a_person(Reason.TOO_SHORT, *outcome.evidence)
        return outcome
