"""The check `keywords`: does the prose say this, or its opposite."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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
from grader.fields import Flag
from grader.model import Evidence, Outcome, Reason
from grader.outcomes import for_a_person, not_found, opposite, right, turned_round, wrong
from grader.prose.compiling import KEYS
from grader.prose.compiling import compiler as compiler_for
from grader.prose.guards import is_bag, is_copy
from grader.prose.judging import Findings, Judge
from grader.prose.nearness import Miss, nearest_miss
from grader.prose.patterns import phrases_of
from grader.prose.reading import MAX_TEXT
from grader.prose.spelling import stem

if TYPE_CHECKING:
    from fractions import Fraction

    from grader.finding.reading import Reading
    from grader.prose.judging import Finding
    from grader.prose.reading import Prose
    from grader.prose.search import Search

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
_FEW_WORDS: Final = 3  # words; so short an answer that lacks something may mean it
_DOUBTS: Final = {
    "hedged": Reason.HEDGED,
    "repaired": Reason.REPAIRED,
    "stuffed": Reason.STUFFED,
    "copied": Reason.COPIED,
    "undecided": Reason.UNDECIDED,
}
_NEAR: Final = "This passage comes near; whether it says what is asked for is for a person to judge."
_SHOWN: Final = 3  # passages quoted for one verdict


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
    prompt: str = ""
    model_answer: str = ""

    _sets: Mapping[str, Any] = PrivateAttr(default_factory=dict)
    _judges: dict[str, Judge] = PrivateAttr(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, data: Any) -> Any:
        return {"any": data} if isinstance(data, str | list | tuple) else data

    @field_validator("verdict", "negated", mode="before")
    @classmethod
    def _said(cls, value: Any) -> Any:
        return str(value).lower() if isinstance(value, bool) else value

    @model_validator(mode="after")
    def _compile(self, info: ValidationInfo) -> KeywordsCheck:
        context = info.context if isinstance(info.context, dict) else {}
        self._sets = context.get("sets") or {}
        self._judges["en"] = self._judge("en")
        return self

    @property
    def hunts(self) -> bool:
        """Whether it hunts a false claim."""
        return self.contradiction

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
        judge = self._judges["en"]
        names = [phrase for topic in judge.named for phrase in phrases_of(topic)]
        return tuple(
            f"nearly: {word.label!r} is part of {phrase.label}, a topic's own name: whoever names the topic goes to a person"
            for word in judge.nearly_words
            for phrase in names
            if any(
                part.text.startswith(word.text) if word.kind == "prefix" else part.root == word.root
                for part in phrase.words
            )
        )

    def knows(self, form: str) -> bool:
        """Say whether a folded word is one of those its patterns are made of."""
        judge = self._judges["en"]
        root = stem(form)
        return any(
            form.startswith(term.text) if term.kind == "prefix" else form == term.text or root == term.root
            for claim in (*judge.claims, *judge.against)
            for term in claim.terms()
        )

    def _judge(self, language: str) -> Judge:
        compiler = compiler_for(self._sets, language)
        names = {name: key for key in KEYS for name in (key, f"{key}_") if name in type(self).model_fields}
        data = {key: getattr(self, name) for name, key in names.items() if getattr(self, name) is not None}
        pattern = compiler.group(data, ())
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
            reading = reading.with_text(_joined(reading.value))
        if len(reading.text) > MAX_TEXT:
            return _review(Reason.UNDECIDED, "This answer is too long for the machine to read.", keyless=True)
        prose = reading.prose
        shown = _Quotes(prose, reading.part, exact=exact)
        early = self._unreadable(prose, shown)
        if early is not None:
            return early
        if prose.language not in self._judges:
            self._judges[prose.language] = self._judge(prose.language)
        judge = self._judges[prose.language]
        search = judge.look(prose)
        findings = judge.judge(search, strict=self.contradiction, prompt=self.prompt)
        if len(prose) <= _ONE_WORD and not (judge.wants_verdict and (findings.solid or findings.opposite)):
            return _review(Reason.TOO_SHORT, Reason.TOO_SHORT.sentence, shown.all())
        if self.contradiction:
            return self._accuse(findings, prose, shown)
        return self._credit(findings, judge, search, shown)

    def _unreadable(self, prose: Prose, shown: _Quotes) -> Outcome | None:
        if not len(prose):
            said = "There are no words here that the machine can read."
            return _review(Reason.UNDECIDED, said, keyless=True)
        if prose.foreign:
            said = Reason.OTHER_LANGUAGE.sentence
            return _review(Reason.OTHER_LANGUAGE, said, shown.all(), keyless=True)
        if self.model_answer and is_copy(prose, self.model_answer):
            return _review(Reason.COPIED, Reason.COPIED.sentence, shown.all())
        return None

    def _credit(self, findings: Findings, judge: Judge, search: Search, shown: _Quotes) -> Outcome:
        if findings.opposite and (findings.solid or findings.doubtful):
            seen = [*findings.solid[:1], *findings.opposite[:1]]
            return _review(Reason.CONTRADICTORY, Reason.CONTRADICTORY.sentence, *shown.findings(seen))
        if findings.solid:
            evidence = shown.findings(findings.solid, "This passage says it.", public=True)
            return right(*evidence)
        for why, reason in _DOUBTS.items():
            if findings.doubtful.get(why):
                return _review(
                    reason, reason.sentence, *shown.findings(findings.doubtful[why], reason.sentence)
                )
        if findings.opposite:
            evidence = shown.findings(findings.opposite, "This passage says the opposite.")
            return opposite(*evidence)
        return self._absent(judge, search, shown)

    def _absent(self, judge: Judge, search: Search, shown: _Quotes) -> Outcome:
        """Judge an answer in which no pattern was found."""
        if search.prose.partly_foreign or search.strange:
            return _review(Reason.OTHER_LANGUAGE, Reason.OTHER_LANGUAGE.sentence, shown.all())
        if len(search.prose) <= _FEW_WORDS:
            return _review(Reason.TOO_SHORT, Reason.TOO_SHORT.sentence, shown.all())
        if is_bag(search.prose):
            return _review(Reason.STUFFED, Reason.STUFFED.sentence, shown.all())
        if search.prose.ticked:
            return _review(Reason.UNDECIDED, "A sign may say here what no word says.", shown.all())
        near = judge.near(search)
        if near:
            return _review(Reason.UNDECIDED, Reason.UNDECIDED.sentence, *shown.findings(near, _NEAR))
        miss = shown.miss(nearest_miss(judge.claims, search), judge)
        return not_found(miss)

    def _accuse(self, findings: Findings, prose: Prose, shown: _Quotes) -> Outcome:
        if findings.solid and findings.opposite:
            seen = [*findings.solid[:1], *findings.opposite[:1]]
            return _review(Reason.CONTRADICTORY, Reason.CONTRADICTORY.sentence, *shown.findings(seen))
        if findings.solid:
            evidence = shown.findings(findings.solid, "This passage claims it.", public=True)
            return turned_round(wrong(*evidence))
        for why, reason in _DOUBTS.items():
            if findings.doubtful.get(why) and not (why == "undecided" and findings.opposite):
                return _review(
                    reason, reason.sentence, *shown.findings(findings.doubtful[why], reason.sentence)
                )
        if prose.partly_foreign:
            return _review(Reason.OTHER_LANGUAGE, Reason.OTHER_LANGUAGE.sentence, shown.all())
        return turned_round(not_found())


def _review(reason: Reason, decided: str, *evidence: Evidence, keyless: bool = False) -> Outcome:
    return for_a_person(reason, *(evidence or (Evidence(decided=decided),)), keyless=keyless)


def _joined(value: Any, depth: int = 0) -> str:
    """Return nested texts as lines, a mapping's names as their leads."""
    if isinstance(value, str):
        return value
    if depth > 20:
        return ""
    if hasattr(value, "items"):
        return "\n".join(f"{name}: {_joined(inner, depth + 1)}" for name, inner in value.items())
    return "\n".join(f"- {_joined(inner, depth + 1)}" for inner in value)


class _Quotes:
    """Evidence in the student's own characters."""

    def __init__(self, prose: Prose, part: str, *, exact: bool) -> None:
        self.prose = prose
        self.part = part
        self.exact = exact  # whether offsets point into the text that was handed in

    def _quote(
        self, first: int, last: int, *, decided: str, read_as: str = "", expected: str = ""
    ) -> Evidence:
        segments = self.prose.segments
        start, end = (segments.starts[first], segments.ends[last]) if self.exact else (None, None)
        return Evidence(
            read=self.prose.quote(first, last),
            part=self.part,
            start=start,
            end=end,
            read_as=read_as,
            expected=expected,
            decided=decided,
        )

    def all(self) -> Evidence:
        return self._quote(0, len(self.prose) - 1, decided="The whole answer was looked at.")

    def findings(self, found: list[Finding], decided: str = "", *, public: bool = False) -> list[Evidence]:
        """Quote findings, the first few; `public` lets students see which passages they are."""
        evidence: list[Evidence] = []
        for finding in sorted(found, key=lambda item: (item.hit.edits, item.hit.first, item.hit.last)):
            first, last = min([finding.hit.first, *finding.cues]), max([finding.hit.last, *finding.cues])
            last = min(last, len(self.prose) - 1)
            notes = [
                f"'{self.prose.forms[cue]}' denies" for cue in sorted(finding.cues) if cue < len(self.prose)
            ]
            notes += [
                f"'{self.prose.forms[word]}' read as '{term}'" for word, term, _ in finding.hit.repaired
            ]
            quote = self._quote(
                first, last, read_as="; ".join(notes), expected=finding.claim.label, decided=decided
            )
            if all(
                known.start != quote.start or known.end != quote.end or known.read != quote.read
                for known in evidence
            ):
                evidence.append(quote.published(decided=decided) if public else quote)
            if len(evidence) == _SHOWN:
                break
        return evidence

    def miss(self, miss: Miss | None, judge: Judge) -> Evidence:
        if miss is None:
            return Evidence(
                part=self.part,
                expected=" | ".join(claim.label for claim in judge.claims[:_SHOWN]),
                decided="Nothing in the answer speaks of this.",
            )
        return self._quote(
            miss.first,
            miss.last,
            expected=f"found {', '.join(miss.found)}; lacking {', '.join(miss.lacking)} (of {miss.claim.label})",
            decided="This passage comes nearest, but it does not say what is asked for.",
        )
