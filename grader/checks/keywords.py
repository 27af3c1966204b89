"""The check `keywords`: does the prose say this, or its opposite."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Final

from pydantic import (
    BeforeValidator,
    ConfigDict,
    Field,
    PrivateAttr,
    ValidationError,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
    model_validator,
)
from pydantic_core import InitErrorDetails

from grader.checks.contract import CheckModel
from grader.checks.keywords_outcomes import accused, credited, unreadable
from grader.checks.keywords_quotes import Quotes, joined, review
from grader.files.fields import Flag
from grader.model.outcome import Outcome, Reason
from grader.prose.compiling import KEYS
from grader.prose.compiling import compiler as compiler_for
from grader.prose.deadends import dead_end
from grader.prose.groups import Group
from grader.prose.judging import Judge
from grader.prose.patterns import phrases_of
from grader.prose.proseanswer import MAX_TEXT
from grader.prose.spelling import stem
from grader.prose.topicnames import kinds_of, names_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from fractions import Fraction

    from grader.finding.reading import Reading

_PATTERN_SCHEMA: Final = {
    "anyOf": [
        {"type": "string", "description": "a word, `word*`, or a phrase"},
        {"type": "object", "description": f"a mapping with some of {', '.join(KEYS)}"},
    ]
}
_LIST_SCHEMA: Final = {"anyOf": [{"type": "array", "items": _PATTERN_SCHEMA}, *_PATTERN_SCHEMA["anyOf"]]}
Patterns = Annotated[Any, WithJsonSchema(_LIST_SCHEMA)]
Word = Annotated[str | None, BeforeValidator(lambda value: None if value is None else str(value))]

_ONE_WORD: Final = 1  # words; "Yes" alone answers one question, and unless a criterion asks for no more, which one is for a person to say


class KeywordsCheck(CheckModel):
    """Look for what the prose says, denials included.

    A text or a list stands for `any`. Keys of a pattern, which may be nested:
    `any`, `all`, `none`, `seq` (in this order), `near` (words between), `within` (clause, sentence,
    item, answer), `set` (a named synonym set), `negated` (true, false, either), `unless` and `about`
    (topics), `except` (not inside one of these), `verdict` (yes or no at the start), `item` and `of`
    (the n-th sub-answer of so many).
    Keys of the check: `topics` (what an answer may be speaking of; a clause belongs to the last one
    named), `general` (topics that include the others: naming one does not end what was spoken of), `asks` (what each sub-question is about, in order), `against` (says the opposite), `nearly`
    (earns nothing, but a person looks), `contradiction` (finding it costs points), `prompt` and
    `model_answer` (texts that are no answer when copied).

    >>> from grader.finding.reading import Reading
    >>> check = KeywordsCheck.model_validate({"all": ["inference", "slow*"], "negated": "true"})
    >>> outcome = check.check(Reading("It doesn't slow down inference."), {})
    >>> outcome.code, outcome.evidence[0].read
    ('correct', "doesn't slow down inference")
    """

    model_config = ConfigDict(populate_by_name=False)

    any_: Patterns = Field(default=None, alias="any")
    all_: Patterns = Field(default=None, alias="all")
    none_: Patterns = Field(default=None, alias="none")
    seq: Patterns = None
    except_: Patterns = Field(default=None, alias="except")
    unless: Patterns = None
    about: Patterns = None
    set_: Word = Field(default=None, alias="set")
    verdict: Word = None
    near: Word = None
    within: Word = None
    negated: Word = None
    item: Word = None
    of: Word = None
    topics: Patterns = None
    general: Patterns = None
    asks: Patterns = None
    against: Patterns = None
    nearly: Patterns = None
    contradiction: Flag = False
    finds_statements: ClassVar[bool] = True
    short_forms: ClassVar[tuple[str, ...]] = ("string", "array")
    prompt: str = ""
    model_answer: str = ""

    _sets: Mapping[str, Any] = PrivateAttr(default_factory=dict)

    @classmethod
    def spelled_out(cls, params: Any) -> Any:
        """Return a text or a list as the `any` it stands for."""
        return {"any": params} if isinstance(params, str | list | tuple) else params

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, data: Any) -> Any:
        return cls.spelled_out(data)

    @field_validator("verdict", "negated", mode="before")
    @classmethod
    def _said(cls, value: Any) -> Any:
        return str(value).lower() if isinstance(value, bool) else value

    @model_validator(mode="after")
    def _compile(self, info: ValidationInfo) -> KeywordsCheck:
        context = info.context if isinstance(info.context, dict) else {}
        self._sets = context.get("sets") or {}
        self.judges["en"] = self._judge("en")
        return self

    @cached_property
    def judges(self) -> dict[str, Judge]:
        """Its patterns by language, those of other languages once an answer in one was read."""
        return {}  # a private attribute of pydantic is looked up in a detour, for every criterion of every answer

    @property
    def branches(self) -> tuple[Any, ...]:
        """The alternatives of `any` as they stand in the rubric."""
        if self.any_ is None:
            return ()
        return tuple(self.any_) if isinstance(self.any_, list | tuple) else (self.any_,)

    def with_branches(self, numbers: Iterable[int]) -> KeywordsCheck:
        """Return this check with only some of its branches, counted from 0; raises ValueError where it could never match."""
        data = {field.alias or name: getattr(self, name) for name, field in type(self).model_fields.items()}
        data["any"] = [self.branches[number] for number in numbers]
        return type(self).model_validate(data, context={"sets": self._sets})

    def doubts(self) -> tuple[str, ...]:
        """Return what its author may not have meant, sentence by sentence."""
        return (*self._dead_ends(), *self._wide_words())

    def _dead_ends(self) -> Iterator[str]:
        """Yield which patterns can never match."""
        whole = compiler_for(self._sets).group(self._pattern, ())
        dead = [dead_end(branch) for branch in whole.some] if isinstance(whole, Group) else []
        yield from (f"any.{number}: can never match: {why}" for number, why in enumerate(dead) if why)
        why = dead_end(whole) if whole is not None else ""
        if why and not (dead and all(dead)):
            yield f"{next(iter(sorted(self._pattern.keys() - {'any'})), 'any')}: can never match: {why}"

    def _wide_words(self) -> Iterator[str]:
        """Yield the words of `nearly` that everybody writes who names the topic."""
        judge = self.judges["en"]
        names = [phrase for topic in judge.named for phrase in phrases_of(topic)]
        yield from (
            f"nearly: {word.label!r} is part of {phrase.label}, a topic's own name: whoever names the topic goes to a person"
            for word in judge.nearly_words
            for phrase in names
            if any(
                part.text.startswith(word.text) if word.kind == "prefix" else part.root == word.root
                for part in phrase.words
            )
        )

    def mistakable(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the names of the topics that its claims must be about, and a name of each other topic."""
        judge = self.judges["en"]
        own = [name for topic in judge.named for name in names_of(topic)]
        topics = [names for topic in judge.topics for names in kinds_of(topic)]
        return tuple(own), tuple(names[0] for names in topics if names and not set(names) & set(own))

    def knows(self, form: str) -> bool:
        """Say whether a folded word is one of those its patterns are made of."""
        judge = self.judges["en"]
        root = stem(form)
        return any(
            form.startswith(term.text) if term.kind == "prefix" else form == term.text or root == term.root
            for claim in (*judge.claims, *judge.against)
            for term in claim.terms()
        )

    @property
    def _pattern(self) -> dict[str, Any]:
        """The keys that make one pattern, as they stand in the rubric."""
        names = {name: key for key in KEYS for name in (key, f"{key}_") if name in type(self).model_fields}
        return {key: getattr(self, name) for name, key in names.items() if getattr(self, name) is not None}

    def _judge(self, language: str) -> Judge:
        compiler = compiler_for(self._sets, language)
        pattern = compiler.group(self._pattern, ())
        against = compiler.patterns(self.against, ("against",)) if self.against else self.against
        topics = compiler.topics(self.topics, ("topics",)) if self.topics is not None else ()
        general = compiler.patterns(self.general, ("general",)) if self.general is not None else ()
        asks = compiler.patterns(self.asks, ("asks",)) if self.asks is not None else ()
        nearly = compiler.patterns(self.nearly, ("nearly",)) if self.nearly else self.nearly
        if compiler.problems or pattern is None:
            raise ValidationError.from_exception_data(
                type(self).__name__,
                [
                    # The input is left out: each message quotes the value it complains about.
                    InitErrorDetails(
                        type="value_error", loc=place, input={}, ctx={"error": ValueError(message)}
                    )
                    for place, message in compiler.problems
                ],
            )
        return Judge(pattern, against=against, topics=topics, asks=asks, nearly=nearly, general=general)

    def check(self, reading: Reading, earlier: Mapping[str, Fraction]) -> Outcome:
        """Judge a reading that is not blank."""
        del earlier  # prose does not follow from numbers
        exact = reading.value is None
        if not exact:
            reading = reading.with_text(joined(reading.value))
        if len(reading.text) > MAX_TEXT:
            return review(Reason.UNDECIDED, "This answer is too long for the machine to read.", keyless=True)
        prose = reading.prose
        quotes = Quotes(prose, reading.part, exact=exact)
        early = unreadable(prose, quotes, self.model_answer)
        if early is not None:
            return early
        judges = self.judges
        judge = judges.get(prose.language)
        if judge is None:
            judge = judges[prose.language] = self._judge(prose.language)
        search = judge.look(prose)
        findings = judge.judge(search, strict=self.contradiction, prompt=self.prompt)
        if len(prose) <= _ONE_WORD and not (judge.wants_verdict and (findings.solid or findings.opposite)):
            return review(Reason.TOO_SHORT, Reason.TOO_SHORT.sentence, quotes.all())
        if self.contradiction:
            return accused(findings, prose, quotes)
        return credited(findings, judge, search, quotes)
