"""What a rubric calls right: expected values, `accepts` and model answers, each with how its mutants are made and judged."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Protocol

from grader.authoring.examples import run_example
from grader.authoring.modelanswers import read_model
from grader.authoring.mutation.kinds import right_answers, text_replacements, whole_replacements
from grader.authoring.mutation.mutants import Mutant, placed
from grader.authoring.mutation.prosemutants import damages, swaps, variations
from grader.finding.reading import Reading
from grader.marking.judgement import judge
from grader.marking.questionmarking import mark_question
from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from fractions import Fraction

    from grader.authoring.lintfindings import Inspection, Whereabouts
    from grader.files.yamltree import Loc
    from grader.model.outcome import Evidence
    from grader.model.submission import Answer
    from grader.rubric.questions import Criterion, Question, Rubric

MARKS: Final = "$*`"  # around a value: dollars, bold, code


@dataclass(frozen=True, slots=True)
class MutantOutcome:
    """What a criterion says of an answer, as far as mutants need it."""

    credit: Fraction | None
    code: str
    evidence: tuple[Evidence, ...]


class Specimen(Protocol):
    """An answer that is right, which can be changed and judged again."""

    @property
    def loc(self) -> Loc:
        """Where it stands in the rubric's tree."""
        ...

    @property
    def answer(self) -> Any:
        """The answer as it stands."""
        ...

    @property
    def digest(self) -> str:
        """A digest of what it is judged by."""
        ...

    def mutants(self) -> Iterator[Mutant]:
        """Yield it with one change, the same ones each time."""
        ...

    def judge(self, mutant: Mutant) -> Iterator[tuple[str, MutantOutcome]]:
        """Yield whose points it had, and what becomes of them."""
        ...


def specimens(inspection: Inspection) -> Iterator[Specimen]:
    """Yield all that a rubric calls right and that comes out so."""
    language = inspection.rubric.language
    for where in inspection.criteria:
        yield from _expected(where, language)
        for number, example in enumerate(where.criterion.accepts):
            outcome = run_example(where.criterion, example, language)
            if outcome.credit == 1:
                loc = (*where.loc, "accepts", number)
                yield _OfOne(loc, where, example, language, outcome.evidence)
    for number, question in enumerate(inspection.rubric.questions):
        if isinstance(question.model, str | dict):
            loc = ("questions", number, "model")
            answer, problems = read_model(inspection.rubric, question, inspection.draft.tree, loc)
            if not problems and answer.text.strip():
                yield from _models(inspection.rubric, question, answer, loc)


def _expected(where: Whereabouts, language: str) -> Iterator[Specimen]:
    """Yield the expected value of a criterion as the answer to its part."""
    check = where.criterion.check
    if check.hunts:
        return
    for answer in right_answers(check):
        reading = _part(where.criterion, answer, language)
        if judge(where.criterion, reading, {}).credit == 1:
            yield _OfOne(where.check_loc, where, answer, language, (), part=True)
        return


def _part(criterion: Criterion, answer: Any, language: str) -> Reading:
    text = answer if isinstance(answer, str) else ""
    value = None if isinstance(answer, str) else answer
    return Reading(text, value=value, part=criterion.names[0], language=language)


@dataclass(frozen=True)
class _OfOne:
    """An answer to one criterion: an example, or with `part` a value."""

    loc: Loc
    where: Whereabouts
    answer: Any
    language: str
    evidence: tuple[Evidence, ...]
    part: bool = False

    @property
    def digest(self) -> str:
        return self.where.criterion.digest

    def mutants(self) -> Iterator[Mutant]:
        check = self.where.criterion.check
        if self.part or not isinstance(self.answer, str):
            for replacement in whole_replacements(check, self.answer):
                yield Mutant(replacement.operator, replacement.damages, replacement.answer)
        else:
            yield from _in_text(self.where.criterion, self.answer, self.evidence)

    def judge(self, mutant: Mutant) -> Iterator[tuple[str, MutantOutcome]]:
        criterion, answer = self.where.criterion, mutant.answer
        if self.part or not isinstance(self.answer, str):
            outcome = judge(criterion, _part(criterion, answer, self.language), {})
        else:
            outcome = run_example(criterion, answer, self.language)
        yield self.where.whose, MutantOutcome(outcome.credit, outcome.code, outcome.evidence)


@dataclass(frozen=True)
class _Model:
    """A question's model answer; `criterion` is the one whose passage is damaged, None where all of it is varied."""

    loc: Loc
    rubric: Rubric
    question: Question
    whole: Answer
    earned: Mapping[str, tuple[Evidence, ...]]  # by criterion with full credit, where it was found
    criterion: Criterion | None = None

    @property
    def answer(self) -> str:
        return self.whole.text

    @property
    def digest(self) -> str:
        return f"{self.rubric.digest} {self.criterion.id if self.criterion else ''}"

    def mutants(self) -> Iterator[Mutant]:
        if self.criterion is None:
            spans = [span for found in self.earned.values() for span in _spans(found)]
            yield from variations(self.answer, sorted(set(spans)))
            return
        for mutant in _in_text(self.criterion, self.answer, self.earned[self.criterion.id]):
            if mutant.damages:
                yield mutant

    def judge(self, mutant: Mutant) -> Iterator[tuple[str, MutantOutcome]]:
        changed = self.whole.model_copy(update={"text": mutant.answer})
        report = mark_question(self.rubric, self.question, changed)
        for row in report.criteria:
            asked = row.id in self.earned if self.criterion is None else row.id == self.criterion.id
            if asked:
                whose = f"question {self.question.id!r}, criterion {row.id!r}: the model answer: "
                yield whose, MutantOutcome(row.credit, row.reason, row.evidence)


def _models(rubric: Rubric, question: Question, answer: Answer, loc: Loc) -> Iterator[Specimen]:
    criteria = tuple(each for each in question.criteria if each.check is not None)
    question = question.model_copy(update={"criteria": criteria})
    rows = mark_question(rubric, question, answer).criteria
    # A contradiction that was not found is not looked for in what is changed: it would have to be made.
    earned = {row.id: row.evidence for row in rows if row.credit == 1 and row.points >= 0}
    yield _Model(loc, rubric, question, answer, earned)
    for criterion in criteria:
        if _spans(earned.get(criterion.id, ())):
            yield _Model(loc, rubric, question, answer, earned, criterion)


def _in_text(criterion: Criterion, text: str, evidence: Sequence[Evidence]) -> Iterator[Mutant]:
    check, spans = criterion.check, _spans(evidence)
    if check.finds_statements:
        yield from variations(text, spans)
        yield from damages(text, spans, check.knows)
        yield from swaps(text, check.mistakable())
        return
    if check.hunts:  # what stands there is wrong, and has as many forms as there are mistakes
        return
    for start, end in spans[:1]:
        written, kind = text[start:end], check.holding.kind
        # An option by its letter is an answer by itself, and nothing to stand in a sentence.
        if kind == "choice" and written != text.strip(f"{MARKS}. "):
            return
        first, last = (start, end) if kind == "formula" else _with_dollars(text, start, end)
        for replacement in text_replacements(check, written):
            if text[:first].endswith("*") and "*" in str(replacement.text):
                continue  # what is bold already
            mutant = placed(text, first, last, replacement)
            if mutant is not None:
                yield mutant


def _with_dollars(text: str, start: int, end: int) -> tuple[int, int]:
    """Return where a passage begins and ends with the dollars around it: what replaces it may be no mathematics."""
    while start and end < len(text) and text[start - 1] == text[end] == "$":
        start, end = start - 1, end + 1
    return start, end


def _spans(evidence: Sequence[Evidence]) -> list[tuple[int, int]]:
    """Return where in the prose the evidence stands."""
    return [
        (item.start, item.end) for item in evidence if item.start is not None and item.end and not item.part
    ]
