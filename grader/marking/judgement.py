"""Judge one answer by one criterion, or recall how an equal one was judged."""

from __future__ import annotations

import hashlib
from fractions import Fraction
from typing import TYPE_CHECKING, Final, Protocol, TypeVar

from grader.model.errors import named
from grader.model.outcome import Evidence, Outcome, PublicEvidence, Reason
from grader.model.outcomes import for_a_person

if TYPE_CHECKING:
    from collections.abc import Mapping

    from grader.finding.reading import Reading
    from grader.rubric.questions import Criterion

MAX_QUOTED: Final = 200  # characters of a student's text quoted as evidence
# These may come out otherwise on another day, so that they are not kept for others.
_PASSING: Final = frozenset({Reason.TIMED_OUT, Reason.FAULT})
# What one row keeps of what was read: pages show eight pieces of evidence, 400 characters of each.
MAX_EVIDENCE: Final = 200
MAX_SAID: Final = 4_000  # characters of one text
# A number that later rows follow from; Python writes none of more than 4,300 digits.
MAX_BITS: Final = 12_000

Shown = TypeVar("Shown", bound=PublicEvidence)


class KeptOutcomes(Protocol):
    """Outcomes of one answer by key, so that equal answers are judged once."""

    def recall(self, key: str) -> Outcome | None:
        """Return the outcome kept under a key."""
        ...

    def keep(self, key: str, outcome: Outcome) -> None:
        """Keep an outcome for whoever asks next."""
        ...


class Verdicts(Protocol):
    """A store of outcomes by answer."""

    def of(self, answer: str) -> KeptOutcomes:
        """Return what is kept of an answer to a question, by a digest of both."""
        ...


def failed(said: str, reason: Reason = Reason.FAULT) -> Outcome:
    """Return the outcome of an answer that could not be judged; a person must look, and the student loses nothing."""
    return for_a_person(reason, Evidence(fault=said))


def judge_once(
    criterion: Criterion, reading: Reading, earlier: Mapping[str, Fraction], kept: KeptOutcomes | None
) -> Outcome:
    """Judge a reading, or recall how an equal one was judged."""
    if kept is None or reading.blank:
        return judge(criterion, reading, earlier)
    key = verdict_key(criterion, reading, earlier)
    known = kept.recall(key)
    if known is not None:
        return known
    outcome = judge(criterion, reading, earlier)
    if outcome.reason not in _PASSING:
        kept.keep(key, outcome)
    return outcome


def judged_digest(question: str, answer: str, taken_out: str = "") -> str:
    """Return a digest of all that outcomes of one answer share: the question's id, the digest of what was answered.

    `taken_out` is what was taken out of the answer and may be the student's own.
    """
    said = f"{question}\n{answer}\n{taken_out}"
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def verdict_key(criterion: Criterion, reading: Reading, earlier: Mapping[str, Fraction]) -> str:
    """Return digests of all that an outcome depends on, but for the grader's own code.

    Only a check that can follow from earlier numbers is given them.
    """
    key = f"{criterion.digest}-{reading.digest[:32]}"
    if earlier and criterion.check.follows_names:
        said = repr([(name, str(value)) for name, value in sorted(earlier.items())])
        key += f"-{hashlib.sha256(said.encode('utf-8', 'surrogatepass')).hexdigest()[:32]}"
    return key


def judge(criterion: Criterion, reading: Reading, earlier: Mapping[str, Fraction]) -> Outcome:
    """Return what the criterion's check says of what is seen of a reading; hidden words count for nobody.

    Blank answers and broken checks never reach the marks as wrong. Where hidden words might earn
    more, or nothing is seen at all, a person must look. MemoryError is the only exception.
    """
    if reading.blank:
        return Outcome(credit=Fraction(0), reason=Reason.MISSING, keyless=True)
    shown = reading.shown
    if shown is not reading and shown.blank:
        return _concealed(reading, "Everything here is hidden or struck out.")
    outcome = _checked(criterion, shown, earlier)
    if outcome.credit is not None and outcome.credit < 1 and reading.hidden:
        credit = _checked(criterion, reading.revealed, earlier).credit
        if credit is None or credit > outcome.credit:
            return _concealed(reading, "This is hidden where the answer is shown, and it might count.")
    return outcome


def _concealed(reading: Reading, said: str) -> Outcome:
    read = (reading.hidden[0] if reading.hidden else reading.text).strip()[:MAX_QUOTED]
    return for_a_person(Reason.AMBIGUOUS, Evidence(read=read, part=reading.part, decided=said))


def _checked(criterion: Criterion, reading: Reading, earlier: Mapping[str, Fraction]) -> Outcome:
    """Return what the check says; one that breaks is our fault, and a person looks."""
    try:
        outcome = criterion.check.check(reading, earlier)
    except (
        MemoryError
    ):  # of this process, perhaps filled by earlier answers: whoever runs it tries a fresh one
        raise
    except Exception as error:  # noqa: BLE001 - whatever breaks in a check must not cost the student
        evidence = Evidence(
            read=reading.text[:MAX_QUOTED], part=reading.part, fault=f"check failed with {named(error)}"
        )
        return for_a_person(Reason.FAULT, evidence)
    return _bounded(outcome)


def _bounded(outcome: Outcome) -> Outcome:
    """Return an outcome that can be kept: no evidence, feedback or number without end."""
    update: dict[str, object] = {}
    if len(outcome.evidence) > MAX_EVIDENCE or any(map(_is_long, outcome.evidence)):
        update["evidence"] = tuple(map(_cut, outcome.evidence[:MAX_EVIDENCE]))
    if len(outcome.feedback) > MAX_SAID:
        update["feedback"] = f"{outcome.feedback[: MAX_SAID - 1]}…"
    value = outcome.value
    if value is not None and max(abs(value.numerator), value.denominator).bit_length() > MAX_BITS:
        update["value"] = None
    return outcome.model_copy(update=update) if update else outcome


def _texts(item: PublicEvidence) -> tuple[str, ...]:
    return ("read", "read_as", "decided", *(("expected", "fault") if isinstance(item, Evidence) else ()))


def _is_long(item: PublicEvidence) -> bool:
    size = max(len(item.latex), len(item.read), len(item.read_as), len(item.decided))
    if isinstance(item, Evidence):
        size = max(size, len(item.expected), len(item.fault))
        if item.public is not None and _is_long(item.public):
            return True
    return size > MAX_SAID


def _cut(item: Shown) -> Shown:
    long = {name: text for name in _texts(item) if len(text := getattr(item, name)) > MAX_SAID}
    update: dict[str, object] = {name: f"{text[: MAX_SAID - 1]}…" for name, text in long.items()}
    if isinstance(item, Evidence) and item.public is not None:
        update["public"] = _cut(item.public)
    if len(item.latex) > MAX_SAID:
        update["latex"] = ""  # half a formula is none
    return item.model_copy(update=update) if update else item
