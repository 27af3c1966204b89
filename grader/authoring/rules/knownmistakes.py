"""Every mistake that a rubric names is recognised, gets its own credit and earns nothing elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from grader.authoring.givenvalues import as_answers, shown_value, value_of
from grader.authoring.lintfindings import Severity
from grader.finding.reading import Reading
from grader.marking.judgement import judge
from grader.model.outcome import Reason

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.authoring.lintfindings import Inspection, Lint, Whereabouts
    from grader.checks.mistakes import Mistake
    from grader.model.outcome import Outcome
    from grader.rubric.questions import Criterion


def mistakes_get_their_credit(inspection: Inspection) -> Iterator[Lint]:
    """Yield every named mistake that comes out as something else when it is handed in."""
    for where in inspection.criteria:
        if where.criterion.check.hunts:
            continue
        seen: dict[Any, str] = {}
        for number, mistake in enumerate(where.criterion.check.known_mistakes):
            twin = seen.setdefault(value_of(mistake.expected), mistake.name)
            if mistake.derived:  # derivation names only what it has told apart
                continue
            said = _twin(mistake, twin) or _handed_in(where, mistake, inspection.rubric.language)
            if said is not None:
                rule, message, severity = said
                loc = (*where.check_loc, "mistakes", number)
                yield inspection.found(
                    loc, f"{where.whose}mistake {mistake.name!r} {message}", rule, severity
                )


Said = tuple[str, str, Severity]
"""A rule, what it says of a mistake, and how grave that is."""


def _twin(mistake: Mistake[Any], twin: str) -> Said | None:
    if twin == mistake.name:
        return None
    return (
        "mistake-twice",
        f"has the value of mistake {twin!r}, which is recognised instead",
        Severity.WARNING,
    )


def _handed_in(where: Whereabouts, mistake: Mistake[Any], language: str) -> Said | None:
    """Hand a mistake in, in each of its forms, and say what is amiss with what comes out."""
    kind = where.criterion.check.holding.kind
    for answer in as_answers(mistake.expected, kind):
        outcome = judge(where.criterion, _part(where.criterion, answer, language), {})
        said = _amiss(mistake, outcome, short=kind == "number")
        elsewhere = "" if said else _earning(where, answer, language)
        if elsewhere:
            said = "mistake-earns", f"earns the points of {elsewhere!r}", Severity.WARNING
        if said is not None:
            rule, message, severity = said
            return rule, f"({shown_value(answer)}) {message}", severity
    return None


def _amiss(mistake: Mistake[Any], outcome: Outcome, *, short: bool) -> Said | None:
    """Say by which rule a mistake comes out otherwise than it should; None where it does not.

    Of a `short` answer, such as 3, no cause is asserted: it has the credit of its mistake and no more.
    """
    if outcome.credit == 1 and mistake.credit != 1:
        return "mistake-right", "is right by this check, and is never told", Severity.WARNING
    if outcome.reason is Reason.NOT_PRECISE_ENOUGH:
        return "mistake-right", "cannot be told from the right value as it is rounded", Severity.WARNING
    # A choice or a matrix that shares something with what is right earns that.
    named = outcome.reason in {Reason.MISTAKE, Reason.PARTLY} or (short and outcome.reason is Reason.WRONG)
    if not named:
        return "mistake-unseen", f"is not recognised: {outcome.code}", Severity.WARNING
    name = outcome.code.partition(":")[2]
    if mistake.name and name and name != mistake.name:
        return "mistake-twice", f"is taken for mistake {name!r}", Severity.WARNING
    if mistake.credit is not None and outcome.credit != mistake.credit:
        got = "none" if outcome.credit is None else str(outcome.credit)
        return "mistake-credit", f"gets the credit {got}, not its own {mistake.credit}", Severity.WARNING
    return None


def _earning(where: Whereabouts, answer: Any, language: str) -> str:
    """Return the criterion of the same question that gives points for a mistake of this one, "" where none does."""
    own = where.criterion
    for other in where.question.criteria:
        if (
            other is own
            or other.check is None
            or other.points <= 0
            or other.check.holding.kind != own.check.holding.kind
        ):
            continue
        # What has a part or labels of its own is not found in what stands for this one.
        apart = not set(own.names) & set(other.names) and (
            (own.part and other.part) or own.check.label_words or other.check.label_words
        )
        if not apart and judge(other, _part(other, answer, language), {}).credit:
            return other.id
    return ""


def _part(criterion: Criterion, answer: Any, language: str) -> Reading:
    text = answer if isinstance(answer, str) else ""
    value = None if isinstance(answer, str) else answer
    return Reading(text, value=value, part=criterion.names[0], language=language)
