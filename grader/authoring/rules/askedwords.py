"""What a question says of itself earns nothing, and gives nothing of the key away; nor does its feedback."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.authoring.lintfindings import Lint, Severity
from grader.finding.reading import Reading
from grader.forms.giveaways import leaks
from grader.marking.judgement import judge

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.authoring.lintfindings import Inspection, Whereabouts
    from grader.files.yamltree import Loc


def questions_earn_nothing(inspection: Inspection) -> Iterator[Lint]:
    """Yield every criterion that finds in the question's own words what it looks for."""
    for where in inspection.criteria:
        if not where.criterion.check.finds_statements:
            continue
        for key, words in (("text", where.question.text), ("title", where.question.title)):
            if (
                words.strip()
                and judge(where.criterion, Reading(words, language=inspection.rubric.language), {}).credit
                == 1
            ):
                message = f"{where.whose}the question's own {key} matches: whoever copies it is given what this looks for"
                yield inspection.found(where.check_loc, message, "matches-question")
                break


def public_words_hold_no_key(inspection: Inspection) -> Iterator[Lint]:
    """Yield every title, text, heading or name of a part that holds what is expected, where that can hardly be chance."""
    for leak in leaks(inspection.rubric, inspection.draft.tree, inspection.source):
        if leak.sure:
            yield Lint(leak.problem, Severity.WARNING, "key-in-question")


def feedback_holds_no_key(inspection: Inspection) -> Iterator[Lint]:
    """Yield the feedback that tells what is expected while the rubric keeps the key."""
    if inspection.rubric.reveal:
        return
    for where in inspection.criteria:
        for loc, words in _feedback(where):
            # All of it is said to whoever reads it: as a part, so that an option it names is one it tells.
            reading = Reading(words, part="feedback")
            for spelling, sure in where.criterion.check.leaks(reading):
                if sure:
                    message = f"{where.whose}the feedback holds {spelling!r}, which is expected, and 'reveal' keeps the key"
                    yield inspection.found(loc, message, "key-in-feedback")
                    break


def _feedback(where: Whereabouts) -> Iterator[tuple[Loc, str]]:
    if where.criterion.points > 0 and where.criterion.feedback:
        yield (*where.loc, "feedback"), where.criterion.feedback
    for number, mistake in enumerate(where.criterion.check.known_mistakes):
        if mistake.feedback and not mistake.derived:
            yield (*where.check_loc, "mistakes", number, "feedback"), mistake.feedback
