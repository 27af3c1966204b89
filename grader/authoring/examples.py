"""Run the examples that a rubric gives for its own criteria, and say why one comes out otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal, Protocol

from grader.files.validation import shown
from grader.finding.reading import Reading
from grader.marking.judgement import judge
from grader.readers.structured import frozen
from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from grader.files.yamltree import Loc
    from grader.model.outcome import Evidence, Outcome
    from grader.rubric.questions import Criterion, Rubric

# Of one example: what is told fits into two lines of a terminal.
MAX_TOLD: Final = 2
MAX_FOUND: Final = 6
_QUOTED: Final = 60  # characters


class ExampleOutcome(Protocol):
    """Anything that was found in a text, with where it stands."""

    @property
    def start(self) -> int: ...

    @property
    def end(self) -> int: ...


@dataclass(frozen=True, slots=True)
class FailedExample:
    """An example that does not come out as its rubric says: where it stands, what came out, and why."""

    loc: Loc  # in the rubric's tree
    said: str
    why: str  # what was read and where, and what it was compared with
    undecided: bool = False  # it would go to a person by a check that leaves much to people

    def __str__(self) -> str:
        return f"{self.said}: {self.why}" if self.why else self.said


def failed_examples(rubric: Rubric) -> Iterator[FailedExample]:
    """Yield every `accepts` without full credit and every `rejects` that earns some.

    For a contradiction `accepts` are answers that make the false claim. An example that would go to
    a person is neither accepted nor rejected.
    """
    for place, question in enumerate(rubric.questions):
        for row, criterion in enumerate(question.criteria):
            if criterion.check is None:  # of a draft: it was refused, and this has been said
                continue
            whose = f"question {question.id!r}, criterion {criterion.id!r}"
            loc = ("questions", place, "criteria", row)
            yield from _failed(criterion, "accepts", whose, loc, rubric.language)
            yield from _failed(criterion, "rejects", whose, loc, rubric.language)


def run_example(criterion: Criterion, example: Any, language: str) -> Outcome:
    """Judge one example: a text is prose, a list or mapping is given as the criterion's part."""
    return judge(criterion, _reading(criterion, example, language), {})


def _failed(
    criterion: Criterion, kind: Literal["accepts", "rejects"], whose: str, loc: Loc, language: str
) -> Iterator[FailedExample]:
    for number, example in enumerate(getattr(criterion, kind), 1):
        reading = _reading(criterion, example, language)
        outcome = judge(criterion, reading, {})
        undecided = outcome.credit is None and criterion.check.modest
        if not undecided and (outcome.credit == 1 if kind == "accepts" else not outcome.credit):
            continue
        verb = "accepted" if kind == "accepts" else "rejected"
        credit = "for review" if outcome.credit is None else f"credit {outcome.credit}"
        said = (
            f"{whose}: {kind} number {number} is not {verb}: {credit}, {outcome.code} (got {shown(example)})"
        )
        yield FailedExample((*loc, kind, number - 1), said, _why(criterion, reading, outcome), undecided)


def _reading(criterion: Criterion, example: Any, language: str) -> Reading:
    if isinstance(example, str):
        return Reading(example, language=language)
    return Reading(value=frozen(example), part=criterion.names[0], language=language)


def _why(criterion: Criterion, reading: Reading, outcome: Outcome) -> str:
    """Say what was read, where, and which condition it met or missed."""
    told = [
        said for item in outcome.evidence[:MAX_TOLD] if (said := _evidence(item, outcome.reason.sentence))
    ]
    if not any(item.read for item in outcome.evidence):
        told.append(_found(criterion.check_name, reading))
    return "; ".join(filter(None, told))


def _evidence(item: Evidence, otherwise: str) -> str:
    decided = (item.decided or otherwise).rstrip(".")
    if not item.read:
        return f"{decided}{_sought(item.expected)}"
    where = f" at character {item.start + 1}" if item.start is not None else ""
    understood = f" as {_cut(item.read_as)}" if item.read_as not in {"", item.read} else ""
    return f"read {_cut(item.read)!r}{where}{understood}: {decided}{_sought(item.expected)}"


def _sought(expected: str) -> str:
    if not expected:
        return ""
    # What `keywords` looks for says itself what was found of it and what is lacking.
    return f" [{expected}]" if expected.startswith("found ") else f" [looked for: {expected}]"


def _found(check: str, reading: Reading) -> str:
    """Name what stands in an example of the kind that a check looks for."""
    text = reading.text
    kinds: dict[str, Sequence[ExampleOutcome]] = {}
    if check == "number":
        kinds = {"number": reading.numbers}
    elif check == "formula":
        kinds = {"formula": reading.formulas}
    elif check == "matrix":
        kinds = {"matrix": reading.matrices, "size": reading.shapes}
    if not text or not kinds:
        return ""
    places = [
        f"{kind} {_cut(text[item.start : item.end])!r} at character {item.start + 1}"
        for kind, items in kinds.items()
        for item in items[:MAX_FOUND]
    ]
    return f"read: {', '.join(places)}" if places else f"no {' and no '.join(kinds)} is read in it"


def _cut(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _QUOTED else f"{line[: _QUOTED - 1]}…"
