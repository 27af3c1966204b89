"""From the index to what is shown: an answer, a line of the list, and how far the class is."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from grader.marking.assembly import overlaid
from grader.model.outcome import Reason
from grader.model.report import Override
from grader.model.submission import Student
from grader.review.chosentext import restored
from grader.review.work import Decided, ListedAnswer, OpenCriterion, Progress, Share, Work, Workload
from grader.writers.view import reason_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.gradebook.acts import StandingOverride
    from grader.model.report import CriterionReport, QuestionReport, Report
    from grader.review.desk import Desk
    from grader.review.index import AnswerRow, OpenAnswer, OpenAnswers
    from grader.review.notes import Notes

_OFFERED: Final = 5  # comments that were used before, by criterion
_MOST_PAGES: Final = 4  # of a PDF, shown beside an answer
_HESITATED: Final = 3  # sentences of why the machine did not decide
_DOUBTFUL: Final = frozenset({Reason.DOUBTFUL_CUT.value})
_PICTURED: Final = frozenset({Reason.PICTURE.value})


def work_of(desk: Desk, unit: OpenAnswer, holders: tuple[str, ...], place: int) -> Work:
    """Return an answer as it is shown."""
    question = question_of_unit(desk, unit)
    reports = {row.id: row for row in question.criteria}
    known = {row.criterion: row for row in unit.rows}
    shown = [reports[name] for name in known if name in reports]
    shown.sort(key=lambda row: not row.points)  # rows without points last
    rows = tuple(_open_criterion(desk, unit, known[row.id], row) for row in shown)
    names = {student.id: student.name for student in desk.report(unit).students} if unit.report else {}
    about = (unit.about, unit.question)
    reasons = {row.reason for row in shown}
    return Work(
        key=unit.key,
        question=question,
        rows=rows,
        students=tuple((student, names.get(student, "")) for student in unit.students),
        source=desk.report(unit).source,
        place=place,
        of=len(desk.order),
        doubtful=bool(reasons & _DOUBTFUL),
        pictured=bool(reasons & _PICTURED),
        pages=_pages(desk.report(unit), unit.place),
        flagged=desk.notes.flags.get(about, False),
        comments=tuple(desk.notes.comments.get(about, ())),
        holders=holders,
        offered=tuple(_offered(desk.index, unit)),
    )


def _pages(report: Report, place: int) -> tuple[int, ...]:
    """Return the pages from where an answer begins to where the next one does; none but for a PDF.

    Of an answer that was not found the first page is shown.
    """
    begins = [question.place.page if question.place is not None else None for question in report.questions]
    if not report.source.lower().endswith(".pdf"):
        return ()
    first = begins[place] or 1
    following = min(
        (page for page in begins[place + 1 :] if page is not None and page >= first), default=first
    )
    return tuple(range(first, min(following, first + _MOST_PAGES - 1) + 1))


def question_of_unit(desk: Desk, unit: OpenAnswer) -> QuestionReport:
    """Return the question of an answer with people's decisions; as a person chose its text, where one did."""
    report = desk.report(unit)
    decided = {
        row.criterion: _override(unit.about, row.criterion, standing)
        for row in unit.rows
        if (standing := desk.index.standing(unit, row)) is not None
    }
    chosen = desk.notes.chosen.get((unit.about, unit.question))
    if chosen is not None and chosen.data["chosen"]["report"] == unit.report:
        questions = list(report.questions)
        questions[unit.place] = restored(chosen.data["chosen"]["question"])
        report = report.model_copy(update={"questions": tuple(questions)})
    student = next((one for one in report.students if one.id == unit.about), Student(id=unit.about))
    return overlaid(report.model_copy(update={"student": student}), decided).questions[unit.place]


def proposals_of(desk: Desk, unit: OpenAnswer) -> dict[str, Fraction]:
    """Return the credits that are proposed for the rows of an answer, by criterion."""
    known = {row.criterion for row in unit.rows}
    rows = [row for row in question_of_unit(desk, unit).criteria if row.id in known]
    found = {row.id: desk.opinion.proposal(unit.about, row).credit for row in rows}
    return {name: credit for name, credit in found.items() if credit is not None}


def listed(index: OpenAnswers, notes: Notes, unit: OpenAnswer) -> ListedAnswer:
    """Return an answer as a line of the list."""
    waiting = [row for row in unit.rows if index.is_open(unit, row)]
    return ListedAnswer(
        key=unit.key,
        question=unit.question,
        open_rows=len(waiting),
        decided_rows=len(unit.rows) - len(waiting),
        points=sum((abs(row.points) for row in waiting), Fraction(0)),
        excerpt=unit.excerpt,
        students=len(unit.students),
        flagged=notes.flags.get((unit.about, unit.question), False),
        tasked=notes.tasked(unit.about, unit.question),
    )


def progress_of(assignment: str, index: OpenAnswers, notes: Notes) -> Progress:
    """Return how far the class is. The time left is the open answers at the present pace of all together."""
    answers: Counter[str] = Counter()
    done: Counter[str] = Counter()
    tasked: Counter[str] = Counter()
    rows = decided = 0
    for unit in index.units.values():
        waiting = [row for row in unit.rows if row.awaits]
        if not waiting:
            continue
        answers[unit.question] += 1
        left = sum(index.is_open(unit, row) for row in waiting)
        done[unit.question] += not left
        tasked[notes.tasked(unit.about, unit.question)] += bool(left)
        rows += len(waiting)
        decided += len(waiting) - left
    pace = notes.pace()

    def share(name: str, finished: int, total: int) -> Share:
        return Share(name, finished, total, None if pace is None else pace * (total - finished))

    return Progress(
        assignment=assignment,
        title=index.title,
        answers=share("answers", done.total(), answers.total()),
        rows=Share("rows", decided, rows),
        questions=tuple(share(name, done[name], answers[name]) for name in index.questions if answers[name]),
        people=tuple(_workloads(notes, tasked)),
    )


def _workloads(notes: Notes, tasked: Counter[str]) -> Iterator[Workload]:
    """Yield everybody who decided something or has something to decide, who decided most first."""
    for name in dict.fromkeys([*(who for who, _ in notes.decisions.most_common()), *sorted(tasked)]):
        if not name or not (notes.decisions[name] or tasked[name]):
            continue
        pace = notes.pace(name) or notes.pace()
        seconds = None if pace is None or not tasked[name] else pace * tasked[name]
        yield Workload(name, notes.decisions[name], tasked[name], seconds)


def _open_criterion(desk: Desk, unit: OpenAnswer, row: AnswerRow, report: CriterionReport) -> OpenCriterion:
    standing = desk.index.standing(unit, row)
    reason = reason_of(report.reason)
    said = dict.fromkeys(item.decided or item.fault for item in report.evidence)
    said.pop("", None)
    sentence = reason.sentence.replace("; a person will look at it", "") if reason is not None else ""
    wants = dict.fromkeys(item.expected for item in report.evidence if item.expected)
    proposal = desk.opinion.proposal(unit.about, report)
    return OpenCriterion(
        report=report,
        hesitates=" ".join(list(said)[:_HESITATED]) or sentence,
        wants="; ".join(list(wants)[:_HESITATED]),
        proposal=proposal.credit,
        ground=proposal.ground,
        alike=len(desk.groups.members(unit, row)) - 1,
        variants=desk.groups.variants(unit, row),
        split=desk.groups.is_split(unit, row),
        decided=None if standing is None else _decided(standing),
        seen=desk.index.last(unit, row),
    )


def _decided(standing: StandingOverride) -> Decided:
    credit = standing.credit or Fraction(0)
    return Decided(standing.number, credit, standing.who, standing.when, standing.why)


def _override(student: str, criterion: str, standing: StandingOverride) -> Override:
    return Override(
        student=student,
        criterion=criterion,
        credit=standing.credit,
        who=standing.who,
        when=standing.when,
        why=standing.why,
    )


def _offered(index: OpenAnswers, unit: OpenAnswer) -> Iterator[tuple[str, str]]:
    """Yield comments that were used before for the rows of an answer, the most frequent first."""
    for row in unit.rows:
        for why, _ in index.said.get(row.criterion, Counter()).most_common(_OFFERED):
            yield row.criterion, why
