"""Mark a submission: every answer by every criterion."""

from __future__ import annotations

import hashlib
import re
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeVar

from grader import __version__
from grader.finding.reading import Reading
from grader.model.disclosure import publish
from grader.model.errors import named
from grader.model.outcome import Evidence, Outcome, PublicEvidence, Reason
from grader.model.outcomes import for_a_person
from grader.model.report import CriterionReport, PublicFinding, QuestionReport, Report
from grader.model.submission import answer_digest
from grader.model.totals import add_rows, with_questions, with_rows
from grader.rubric.implications import settled

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from grader.model.report import Override
    from grader.model.submission import Answer, Submission
    from grader.rubric.questions import Criterion, Question, Rubric

MAX_QUOTED: Final = 200  # characters of a student's text quoted as evidence

MAX_SHORT: Final = 160  # characters of an answer that can hardly be about anything but what is asked for
_IGNORANT: Final = re.compile(
    r"\b(?:no idea|no clue|not know|don['’]?t know|dunno|idk|keine ahnung|weiß (?:ich )?nicht|je ne sais pas|no s[eé])\b",
    re.IGNORECASE,
)
# What a short answer to one question alone hardly is: it may say it in words that nobody thought of.
_UNSAID: Final = frozenset({Reason.NOT_FOUND, Reason.OPPOSITE})
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


def mark(rubric: Rubric, submission: Submission, verdicts: Verdicts | None = None) -> tuple[Report, ...]:
    """Judge every answer by every criterion; return one report for each student who handed it in.

    Never fails on what a student wrote: a check that breaks is our fault, and the row goes to a person.
    """
    questions = []
    for question in rubric.questions:
        answer = submission.answer_to(question.id)
        try:
            questions.append(mark_question(rubric, question, answer, verdicts))
        except MemoryError:
            questions.append(
                give_up_question(rubric, question, answer, failed("needed more memory than there is"))
            )
    return for_each_student(assemble(rubric, submission, questions))


def failed(said: str, reason: Reason = Reason.FAULT) -> Outcome:
    """Return the outcome of an answer that could not be judged; a person must look, and the student loses nothing."""
    return for_a_person(reason, Evidence(fault=said))


def assemble(rubric: Rubric, submission: Submission, questions: Sequence[QuestionReport]) -> Report:
    """Return the report of a submission whose questions are marked, as its first student's."""
    return Report(
        assignment=rubric.id,
        title=rubric.title,
        student=submission.students[0],
        students=submission.students,
        source=submission.source,
        max_points=rubric.max_points,
        low=sum((question.low for question in questions), Fraction(0)),
        high=sum((question.high for question in questions), Fraction(0)),
        questions=tuple(questions),
        submitted=submission.submitted,
        notes=submission.notes,
        reveal=rubric.reveal,
        rubric_digest=rubric.digest,
        grader_version=__version__,
    )


def for_each_student(report: Report) -> tuple[Report, ...]:
    """Return the same report for every student who shares it."""
    return tuple(
        report if student == report.student else report.model_copy(update={"student": student})
        for student in report.students
    )


def mark_question(
    rubric: Rubric, question: Question, answer: Answer, verdicts: Verdicts | None = None
) -> QuestionReport:
    """Judge one answer by its question's criteria, in their order. MemoryError is the only exception."""
    try:
        return _marked_question(rubric, question, answer, verdicts)
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever breaks around a check must not cost the student
        return give_up_question(rubric, question, answer, failed(f"marking failed with {named(error)}"))


def _marked_question(
    rubric: Rubric, question: Question, answer: Answer, verdicts: Verdicts | None
) -> QuestionReport:
    whole = Reading.of(answer, rubric.language)
    restored = _restored(answer, rubric.language)
    empty = answer.blank and restored is None
    kept = None if verdicts is None or empty else verdicts.of(_digest(question, answer))
    earlier: dict[str, Fraction] = {}
    sound: set[str] = set()  # names of earlier results that earned something or are a known mistake
    outcomes: dict[str, Outcome] = {}
    readings: list[Reading] = []
    for criterion in question.criteria:
        # A question answered by a list alone has one part named after the question.
        reading = whole.under((*criterion.names, answer.question))
        outcome = _judge_once(criterion, reading, earlier, kept)
        if restored is not None and _may_earn_more(criterion, outcome):
            outcome = _with_handed_out(criterion, outcome, restored, earlier, kept)
        if outcome.reason is Reason.FOLLOW_THROUGH and _is_unfounded(criterion, sound):
            outcome = _unfounded(outcome)
        if outcome.reason in _UNSAID and _alone(criterion, question) and _is_short(reading):
            outcome = _unseen(reading)
        if outcome.value is not None:
            earlier.update(dict.fromkeys(criterion.names, outcome.value))
            sound.difference_update(criterion.names)
            if _is_sound(outcome):
                sound.update(criterion.names)
        outcomes[criterion.id] = outcome
        readings.append(reading)
    outcomes = settled_among(question, outcomes)
    rows = []
    doubts = tuple(_doubts(answer))
    for criterion, reading in zip(question.criteria, readings, strict=True):
        doubted = outcomes[criterion.id]
        for doubt, reason in doubts:
            doubted = _doubted(criterion, doubted, doubt, reason)
        rows.append(_row(rubric, question, criterion, doubted, reading))
    return _question_report(question, answer, rows)


def _restored(answer: Answer, language: str) -> Reading | None:
    """Return the reading of an answer with what was taken out and may be the student's own, None where nothing was."""
    lines = [each.line for each in answer.handed_out if not each.sure]
    if not lines:
        return None
    text = "\n".join([*lines, "", answer.text])
    return Reading.of(answer.model_copy(update={"text": text}), language)


def _may_earn_more(criterion: Criterion, outcome: Outcome) -> bool:
    return criterion.points > 0 and outcome.credit is not None and outcome.credit < 1


def _with_handed_out(
    criterion: Criterion,
    outcome: Outcome,
    restored: Reading,
    earlier: Mapping[str, Fraction],
    kept: KeptOutcomes | None,
) -> Outcome:
    """Leave to a person what earns more with the words that were taken out: they may be the student's after all."""
    reading = restored.under(criterion.names)
    credit = _judge_once(criterion, reading, earlier, kept).credit
    if outcome.credit is None or (credit is not None and credit <= outcome.credit):
        return outcome
    said = "Most of the class have these words here, so that they were taken for handed out; as an answer they might count."
    read = reading.text.strip()[:MAX_QUOTED]
    return for_a_person(Reason.DOUBTFUL_CUT, Evidence(read=read, part=reading.part, decided=said))


def settled_among(question: Question, outcomes: dict[str, Outcome]) -> dict[str, Outcome]:
    """Return the outcomes of a question, those changed that others imply or exclude."""
    implies = {criterion.id: criterion.implies for criterion in question.criteria if criterion.implies}
    excludes = {criterion.id: criterion.excludes for criterion in question.criteria if criterion.excludes}
    return settled(outcomes, implies=implies, excludes=excludes) if implies or excludes else outcomes


def _is_sound(outcome: Outcome) -> bool:
    """Whether later results may follow from this one: it earned something or is a known mistake.

    How near it is to what is right must not count: a student could find the key by trying.
    """
    return bool(outcome.credit) or outcome.reason is Reason.MISTAKE


def _is_unfounded(criterion: Criterion, sound: Collection[str]) -> bool:
    """Whether more than half of the earlier results that a criterion follows from may be made up."""
    names = criterion.check.follows_names
    return 2 * sum(name in sound for name in names) < len(names)


def _unfounded(outcome: Outcome) -> Outcome:
    """Leave to a person what follows from results that are mostly wrong: made-up numbers add up as well."""
    said = "This follows from earlier results, but most of these are not right; a person will see whether they are meant."
    evidence = tuple(each.model_copy(update={"decided": said}) for each in outcome.evidence)
    return outcome.model_copy(
        update={"credit": None, "reason": Reason.UNDECIDED, "feedback": "", "evidence": evidence}
    )


def _alone(criterion: Criterion, question: Question) -> bool:
    """Whether a criterion is the only one of its question that looks for a formula, number or matrix."""
    sought = [each for each in question.criteria if each.check.seeks_one]
    return sought == [criterion]


def _is_short(reading: Reading) -> bool:
    """Whether an answer is so short that it is hardly about anything else than what is asked for."""
    known = reading.value is None and len(reading.text) <= MAX_SHORT
    return known and _IGNORANT.search(reading.text) is None


def _unseen(reading: Reading) -> Outcome:
    """Leave a short answer to a person in which what is asked for was not found: it may be there in words."""
    said = "What is asked for was not found in this short answer; it may be there in other words."
    evidence = Evidence(read=reading.text, part=reading.part, end=len(reading.text), decided=said)
    return for_a_person(Reason.UNREADABLE, evidence)


def _doubts(answer: Answer) -> Iterator[tuple[str, Reason]]:
    """Yield why an answer may not be what was handed in, or not all of it, each with the reason it gives a row."""
    if answer.doubt:
        yield answer.doubt, Reason.UNREADABLE
    if answer.cut:
        yield answer.cut, Reason.DOUBTFUL_CUT
    if answer.images:
        names = ", ".join(image.name for image in answer.images if image.name)
        many = f"{len(answer.images)} pictures stand" if len(answer.images) > 1 else "A picture stands"
        yield f"{many} in this answer{f' ({names})' if names else ''}.", Reason.PICTURE


def _doubted(criterion: Criterion, outcome: Outcome, doubt: str, reason: Reason) -> Outcome:
    """Give a person what would be lost by an answer that may not be what was handed in, or not all of it."""
    earned = outcome.credit is not None and outcome.credit >= 1 and criterion.points > 0
    if outcome.credit is None or earned or not criterion.points:
        return outcome
    said = tuple(item.model_copy(update={"decided": ""}) for item in outcome.evidence)
    told = PublicEvidence(decided=doubt)  # of the file, not of the key
    return for_a_person(reason, *said, Evidence(decided=doubt, public=told))


def give_up_question(rubric: Rubric, question: Question, answer: Answer, outcome: Outcome) -> QuestionReport:
    """Report one outcome, such as `timed_out`, for every criterion of a question that could not be judged."""
    nothing = Reading(place=answer.place)
    rows = [_row(rubric, question, criterion, outcome, nothing) for criterion in question.criteria]
    return _question_report(question, answer, rows)


def _question_report(question: Question, answer: Answer, rows: list[CriterionReport]) -> QuestionReport:
    low, high, adjustment = add_rows(rows, question.minimum)
    return QuestionReport(
        id=question.id,
        title=question.title,
        max_points=question.max_points,
        low=low,
        high=high,
        minimum=question.minimum,
        floor_adjustment=adjustment,
        criteria=tuple(rows),
        text=answer.text,
        parts=_values(answer),
        place=answer.place,
        images=answer.images,
        variant=question.drawn,
    )


def _values(answer: Answer) -> dict[str, Any]:
    return {name: part.value for name, part in answer.parts.items()}


def overlaid(report: Report, overrides: Mapping[str, Override]) -> Report:
    """Lay a person's decisions, by criterion id, over one student's report."""
    if not overrides:
        return report
    questions = []
    for question in report.questions:
        rows = [overridden(row, overrides.get(row.id)) for row in question.criteria]
        questions.append(with_rows(question, rows))
    return with_questions(report, questions)


def overridden(row: CriterionReport, override: Override | None) -> CriterionReport:
    """Lay a person's decision over one row; None and one that was taken back leave it as it is."""
    if override is None or override.credit is None:
        return row
    said = {"reason": Reason.OVERRIDDEN.value, "feedback": override.why}
    public = row.public or PublicFinding(reason=Reason.OVERRIDDEN.value)
    return row.model_copy(
        update={
            **said,
            "credit": override.credit,
            "score": override.credit * row.points,
            "override": override,
            "public": public.model_copy(update=said),
        }
    )


def _judge_once(
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


def _digest(question: Question, answer: Answer) -> str:
    taken_out = "\n".join(each.line for each in answer.handed_out if not each.sure)
    return digest_of_answer(question.id, answer_digest(answer.text, _values(answer)), taken_out)


def digest_of_answer(question: str, answer: str, taken_out: str = "") -> str:
    """Return a digest of all that outcomes of one answer share: the question's id, the digest of what was answered.

    `taken_out` is what was taken out of the answer and may be the student's own.
    """
    said = f"{question}\n{answer}\n{taken_out}"
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def verdict_key(criterion: Criterion, reading: Reading, earlier: Mapping[str, Fraction]) -> str:
    """Return a digest of all that an outcome depends on, but for the grader's own code.

    Only a check that can follow from earlier numbers is given them.
    """
    said = f"{criterion.digest} {reading.digest}"
    if earlier and criterion.check.follows_names:
        said += repr([(name, str(value)) for name, value in sorted(earlier.items())])
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:32]


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


def _row(
    rubric: Rubric, question: Question, criterion: Criterion, outcome: Outcome, reading: Reading
) -> CriterionReport:
    credit, feedback = outcome.credit, _feedback(criterion, outcome)
    public = publish(
        outcome,
        reading,
        feedback=feedback,
        hints=rubric.gives_hints(question, criterion),
        states=criterion.check.finds_statements,
    )
    return CriterionReport(
        id=criterion.id,
        title=criterion.title,
        check=criterion.check_name,
        points=criterion.points,
        credit=credit,
        score=None if credit is None else credit * criterion.points,
        reason=outcome.code,
        feedback=outcome.feedback or feedback,
        evidence=outcome.evidence,
        public=public,
        hidden=rubric.visibility_of(criterion) != "visible",
    )


def _feedback(criterion: Criterion, outcome: Outcome) -> str:
    """Return the criterion's words for the student where something was lost.

    While a person must still look, they would prejudge; only the check may speak.
    """
    if outcome.credit is None:
        return ""
    claimed = (
        outcome.credit > 0 if criterion.points < 0 or outcome.reason is Reason.CLAIMED else outcome.credit < 1
    )
    lost = claimed and outcome.reason is not Reason.NOT_CLAIMED
    return criterion.feedback if lost else ""
