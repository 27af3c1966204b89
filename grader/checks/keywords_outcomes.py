"""What the check `keywords` says of its findings: credit, doubt, or a false claim that was found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from grader.checks.keywords_quotes import review
from grader.model.outcome import Outcome, Reason
from grader.model.outcomes import not_found, opposite, right, turned_round, wrong
from grader.prose.guards import is_bag, is_copy
from grader.prose.nearness import nearest_miss
from grader.prose.undercutting import is_qualified

if TYPE_CHECKING:
    from grader.checks.keywords_quotes import Quotes
    from grader.prose.judging import Findings, Judge
    from grader.prose.proseanswer import Prose
    from grader.prose.search import Search

_FEW_WORDS: Final = 3  # words; so short an answer that lacks something may mean it
_DOUBTS: Final = {
    "hedged": Reason.HEDGED,
    "repaired": Reason.REPAIRED,
    "stuffed": Reason.STUFFED,
    "copied": Reason.COPIED,
    "undecided": Reason.UNDECIDED,
}
_NEAR: Final = "This passage comes near; whether it says what is asked for is for a person to judge."


def unreadable(prose: Prose, quotes: Quotes, model_answer: str) -> Outcome | None:
    """Leave to a person what the machine cannot read, is in another language, or is copied; None where it can be judged."""
    if not len(prose):
        said = "There are no words here that the machine can read."
        return review(Reason.UNDECIDED, said, keyless=True)
    if prose.foreign:
        said = Reason.OTHER_LANGUAGE.sentence
        return review(Reason.OTHER_LANGUAGE, said, quotes.all(), keyless=True)
    if model_answer and is_copy(prose, model_answer):
        return review(Reason.COPIED, Reason.COPIED.sentence, quotes.all())
    return None


def credited(findings: Findings, judge: Judge, search: Search, quotes: Quotes) -> Outcome:
    """Return what a claim that is looked for is worth by its findings."""
    if findings.opposite and (findings.solid or findings.doubtful):
        seen = [*findings.solid[:1], *findings.opposite[:1]]
        return review(Reason.CONTRADICTORY, Reason.CONTRADICTORY.sentence, *quotes.findings(seen))
    if findings.solid:
        evidence = quotes.findings(findings.solid, "This passage says it.", public=True)
        return right(*evidence)
    for why, reason in _DOUBTS.items():
        if findings.doubtful.get(why):
            return review(reason, reason.sentence, *quotes.findings(findings.doubtful[why], reason.sentence))
    if findings.opposite:
        evidence = quotes.findings(findings.opposite, "This passage says the opposite.")
        if all(is_qualified(search.prose, finding.hit) for finding in findings.opposite):
            return review(Reason.UNDECIDED, Reason.UNDECIDED.sentence, *evidence)
        return opposite(*evidence)
    return _absent(judge, search, quotes)


def _absent(judge: Judge, search: Search, quotes: Quotes) -> Outcome:
    """Judge an answer in which no pattern was found."""
    if search.prose.partly_foreign or search.strange:
        return review(Reason.OTHER_LANGUAGE, Reason.OTHER_LANGUAGE.sentence, quotes.all())
    if len(search.prose) <= _FEW_WORDS:
        return review(Reason.TOO_SHORT, Reason.TOO_SHORT.sentence, quotes.all())
    if is_bag(search.prose):
        return review(Reason.STUFFED, Reason.STUFFED.sentence, quotes.all())
    if search.prose.ticked:
        return review(Reason.UNDECIDED, "A sign may say here what no word says.", quotes.all())
    if search.figurative:
        return review(
            Reason.UNDECIDED, "This may be said here by a comparison with something else.", quotes.all()
        )
    if search.prose.corrected and any(search.find(topic) for topic in search.topics):
        return review(Reason.UNDECIDED, "What was taken back here may have been this.", quotes.all())
    near = judge.near(search)
    if near:
        return review(Reason.UNDECIDED, Reason.UNDECIDED.sentence, *quotes.findings(near, _NEAR))
    miss = quotes.miss(nearest_miss(judge.claims, search), judge)
    return not_found(miss)


def accused(findings: Findings, prose: Prose, quotes: Quotes) -> Outcome:
    """Return whether a false claim that is hunted was found."""
    if findings.solid and findings.opposite:
        seen = [*findings.solid[:1], *findings.opposite[:1]]
        return review(Reason.CONTRADICTORY, Reason.CONTRADICTORY.sentence, *quotes.findings(seen))
    if findings.solid:
        evidence = quotes.findings(findings.solid, "This passage claims it.", public=True)
        return turned_round(wrong(*evidence))
    for why, reason in _DOUBTS.items():
        if findings.doubtful.get(why) and not (why == "undecided" and findings.opposite):
            return review(reason, reason.sentence, *quotes.findings(findings.doubtful[why], reason.sentence))
    if prose.partly_foreign:
        return review(Reason.OTHER_LANGUAGE, Reason.OTHER_LANGUAGE.sentence, quotes.all())
    return turned_round(not_found())
