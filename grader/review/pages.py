"""The pages of the review: each a pure function from what the board says to HTML.

Every text of a student or a rubric passes the escaping of the report pages; the whole page passes `printable`, so that
no character of theirs acts on it.
"""

from __future__ import annotations

import json
from dataclasses import field
from fractions import Fraction
from functools import cache, partial
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

import jinja2
from markupsafe import Markup

from grader.model.report import QuestionReport, Report
from grader.model.submission import Student
from grader.records import dataclass
from grader.review.index import EXCERPT
from grader.review.pagefiles import address_of, template
from grader.review.posted import digest_of
from grader.review.rowsheet import amount, row_sheet
from grader.writers.displaytext import printable
from grader.writers.pageparts import ICONS, bar, facts, marking
from grader.writers.timewords import moment
from grader.writers.view import ReportSheet
from grader.writers.webpage import environment as report_environment
from grader.writers.webpage import question_parts

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from grader.model.report import CriterionReport
    from grader.review.rubricchanges import Proposed
    from grader.review.security import Notice, Seat
    from grader.review.work import Agreement, ListedAnswer, OpenCriterion, Progress, Share, Work, Zero
    from grader.writers.view import QuestionView, RowView

LISTED: Final = 100  # answers on a page of the list
MERGEABLE: Final = 60  # answers that are offered for a merge
MAX_DOCUMENT: Final = 300_000  # characters of a hand-in that are shown to choose from
_MAX_LINES: Final = 20_000  # of these
_ICON: Final = '<svg class="icon" aria-hidden="true"><use href="#i-{}"/></svg>'
_HTMX: Final = json.dumps(
    {
        "allowEval": False,
        "allowScriptTags": False,
        "includeIndicatorStyles": False,
        "selfRequestsOnly": True,
        "historyCacheSize": 0,
        "defaultSettleDelay": 0,  # a key that follows at once is meant for the page that is there
        "refreshOnHistoryMiss": True,
        "timeout": 60_000,
        "responseHandling": [{"code": "204", "swap": False}, {"code": "...", "swap": True}],
    }
)
FILTERS: Final = ("question", "mine", "flagged")
_UNFILTERED: Final = dict.fromkeys(FILTERS, "")
_NOBODY: Final = Student(id="nobody")

HELP: Final = (
    (("1–9", "b d e …"), "the row with this key: met, not met, open"),
    (("⏎",), "keep what is set, and go to the next open answer"),
    (("a",), "all of it is met, and no false claim is made"),
    (("o",), "none of it is met"),
    (("p",), "each row as proposed; a row without a proposal stays open"),
    (("j", "k"), "next and previous row"),
    (("n",), "next open answer that nobody else has open"),
    ((".", ","), "next and previous answer, open or not"),
    (("[", "]"), "previous and next question"),
    (("u",), "undo your last decision, whole groups too"),
    (("w",), "say why, for the student"),
    (("t",), "choose the text of the answer, or type a picture"),
    (("s", "m"), "split the answer off its group; look at the group and merge"),
    (("f",), "flag the answer"),
    (("c",), "comment for a colleague"),
    (("q",), "all answers"),
    (("?",), "this page"),
    (("esc",), "leave a field, or go back"),
)


@dataclass(frozen=True, slots=True)
class Visit:
    """Who looks at a page, and what is said on it."""

    heading: str = ""
    session: Seat | None = None
    said: Notice | None = None
    filter: Mapping[str, str] = field(default_factory=dict)
    leaves: bool = False  # whether there is a login to go back to
    place: str = "/"  # the address of this page


@dataclass(frozen=True, slots=True)
class Shared:
    """Who does what: whose work a question is, and among whom the students are shared out."""

    tasks: Mapping[str, str]
    among: Sequence[str]


def queue_page(
    visit: Visit, progress: Progress, listed: Sequence[ListedAnswer], shared: Shared, *, page: int
) -> str:
    """Return the first page: how far the class is, and the answers, a hundred at a time."""
    pages = max(1, -(-len(listed) // LISTED))
    at = min(max(page, 1), pages)
    return _page(
        "queue", visit, here="queue", progress=progress, tasks=_Everybodys(shared.tasks), among=shared.among, left=left, briefly=_briefly_left, total=len(listed),
        listed=listed[(at - 1) * LISTED : at * LISTED], at=at, pages=pages, drawn=_drawn, tick=Markup(_ICON.format("earned")),  # noqa: S704
    )  # fmt: skip


def work_page(visit: Visit, work: Work) -> str:
    """Return the page of one answer."""
    view = question_view(_in_key_order(work))
    views = {row.id: row for row in view.rows}
    rows = [
        row_sheet(number, row, views[row.report.id], work, visit.said)
        for number, row in enumerate(work.rows, start=1)
    ]
    rest = view.rows[len(work.rows) :]
    return _page(
        "work", visit, here="work", work=work, shown=question_parts(1, view), rows=rows, rest=marking(rest, "q1"),
        rest_count=len(rest), person=Markup(_ICON.format("person")), latest=latest(work.rows), meanwhile="",  # noqa: S704
    )  # fmt: skip


def presence_part(work: Work, meanwhile: str) -> str:
    """Return who else has an answer open, and whether somebody has decided it meanwhile."""
    return printable(environment().get_template("presence.html.j2").render(work=work, meanwhile=meanwhile))


def group_page(
    visit: Visit,
    work: Work,
    row: OpenCriterion,
    members: Sequence[ListedAnswer],
    others: Sequence[ListedAnswer],
) -> str:
    """Return the page of a group: what one decision settles, and what may join it."""
    address = _address(f"/work/{work.key}", **visit.filter)
    action = _address(f"/work/{work.key}/group", **visit.filter)
    return _page(
        "group", visit, here="group", key=work.key, title=row.report.title or row.report.id, criterion=row.report.id,
        members=members, others=others[:MERGEABLE], more=max(0, len(others) - MERGEABLE), back=address, action=action,
    )  # fmt: skip


def text_page(visit: Visit, work: Work, document: str | None, trouble: str) -> str:
    """Return the page on which the text of an answer is chosen, or a picture is typed."""
    view = question_parts(1, question_view(work.question))
    begin = document.find(work.question.text) if document and work.question.text.strip() else -1
    span = (begin, begin + len(work.question.text)) if begin >= 0 else (0, 0)
    lines = (document or "").split("\n")
    return _page(
        "text", visit, here="text", work=work, shown=view, typing=work.pictured or bool(work.question.images),
        document=None if document is None else _numbered(document[:MAX_DOCUMENT], *span),
        digest=digest_of(document or ""), cut=len(document or "") > MAX_DOCUMENT, lines=lines, trouble=trouble,
        first=(document or "").count("\n", 0, span[0]) + 1, last=(document or "").count("\n", 0, span[1]) + 1,
        back=_address(f"/work/{work.key}", **visit.filter),
    )  # fmt: skip


def zeros_page(visit: Visit, zeros: Sequence[Zero], agreement: Sequence[Agreement]) -> str:
    """Return the page of spot checks."""
    shown_zeros = [
        {
            "key": zero.key, "row": zero.row, "excerpt": zero.excerpt, "chance": zero.chance,
            "points": amount(zero.row.points), "facts": facts(_row_view(zero.row)),
        }
        for zero in zeros
    ]  # fmt: skip
    return _page("zeros", visit, here="zeros", zeros=shown_zeros, agreement=agreement, interval=_interval)


def proposals_page(visit: Visit, proposed: Proposed, back: str) -> str:
    """Return the page of what the rubric is to learn."""
    return _page("proposals", visit, here="proposals", proposed=proposed, back=back)


def help_page(visit: Visit) -> str:
    """Return the reference of keys."""
    return _page("help", visit, here="help", table=HELP)


def login_page(visit: Visit, who: str = "", wrong: str = "") -> str:
    """Return the page that asks who comes, and for the password."""
    return _page("login", visit, here="login", who=who, wrong=wrong)


def message_page(visit: Visit, title: str, lines: Iterable[str] = ()) -> str:
    """Return a page that says one thing."""
    return _page("message", visit, here="message", title=title, lines=tuple(lines))


def question_view(question: QuestionReport) -> QuestionView:
    """Return a question as those who know the key see it."""
    report = Report(
        assignment="", title="", student=_NOBODY, students=(_NOBODY,), source="", max_points=question.max_points,
        low=question.low, high=question.high, questions=(question,), reveal=True,
    )  # fmt: skip
    return ReportSheet(report).view.questions[0]


def latest(rows: Iterable[OpenCriterion]) -> int:
    """Return the number of the last decision about any of the rows."""
    return max((row.seen for row in rows), default=0)


def left(seconds: float | None) -> str:
    """Say how much time is left at the present pace, with a comma before it."""
    if seconds is None:
        return ""
    minutes = round(seconds / 60)
    if minutes < 1:
        return ", less than a minute left" if seconds > 0 else ""
    if minutes < 90:
        return f", about {minutes} min left"
    return f", about {round(minutes / 60)} h left"


def _briefly_left(seconds: float | None) -> str:
    minutes = round((seconds or 0) / 60)
    return "" if minutes < 1 else f", {minutes} min" if minutes < 90 else f", {round(minutes / 60)} h"


@cache
def environment() -> jinja2.Environment:
    """Return the template engine: everything escaped, an unknown name an error."""
    reports = report_environment()
    result = reports.overlay(
        loader=jinja2.FunctionLoader(template), auto_reload=False, keep_trailing_newline=False
    )
    # An overlay shares these with what it lies over, which is to know nothing of this page.
    result.filters = {**reports.filters, "when": moment, "begun": _begun}
    result.globals = {
        **reports.globals,
        "file": address_of,
        "icons": ICONS,
        "htmx": _HTMX,
        "address": _address,
    }
    return result


class _Everybodys(dict[str, str]):
    """Whose work a question is; "" for what nobody has taken."""

    def __missing__(self, key: str) -> str:
        return ""


def _page(name: str, visit: Visit, **values: Any) -> str:
    page = environment().get_template(f"{name}.html.j2")
    return printable(
        page.render(
            heading=visit.heading, session=visit.session, said=visit.said, filter={**_UNFILTERED, **visit.filter}, leaves=visit.leaves,
            place=visit.place,
            secret=partial(_secret, visit.session), **values,
        )
    )  # fmt: skip


def _begun(text: str, limit: int = EXCERPT) -> str:
    """Show that an excerpt ends before the text does."""
    return f"{text}…" if len(text) >= limit else text


def _secret(session: Seat | None) -> Markup:
    """Return the field by which a form proves that it stood on a page of this session."""
    token = session.form_token if session is not None else ""
    return Markup('<input type="hidden" name="form_token" value="{}">').format(token)


def _address(path: str, **query: Any) -> str:
    said = {name: value for name, value in query.items() if value not in {"", None}}
    return f"{path}?{urlencode(said)}" if said else path


def _in_key_order(work: Work) -> QuestionReport:
    """Return the question with the open rows first, so that a highlight bears the number of its row's key."""
    order = {row.report.id: number for number, row in enumerate(work.rows)}
    opened = {row.report.id: row.report for row in work.rows}
    rows = [opened.get(row.id, row) for row in work.question.criteria]
    missing = [row.report for row in work.rows if row.report.id not in {there.id for there in rows}]
    ordered = sorted([*rows, *missing], key=lambda row: order.get(row.id, len(order)))
    return work.question.model_copy(update={"criteria": tuple(ordered)})


def _row_view(row: CriterionReport) -> RowView:
    question = QuestionReport(
        id="", title="", max_points=row.points, low=Fraction(0), high=row.points, criteria=(row,)
    )
    return question_view(question).rows[0]


def _numbered(text: str, start: int, end: int) -> Markup:
    """Return a document in numbered lines with the present answer marked, as many characters as it has."""
    same = text.replace("\r\n", " \n")
    opens, closes = Markup('<mark class="review">'), Markup("</mark>")
    made, at = [], 0
    for line in same.split("\n", _MAX_LINES):
        low, high = max(start, at), min(end, at + len(line))
        seen = printable(line)
        if low < high:
            parts = (seen[: low - at], opens, seen[low - at : high - at], closes, seen[high - at :])
            inner = Markup("").join(parts)
        else:
            inner = Markup("{}").format(seen)
        at += len(line) + 1
        # A line's end stands inside it, where it makes no line of its own.
        made.append(Markup('<span class="l">{}{}</span>').format(inner, "\n" if at <= len(same) else ""))
    return Markup("").join(made)


def _drawn(share: Share, label: str) -> Markup:
    width = 1000 * share.done // share.total if share.total else 0
    return bar((("earned", 0, width),), f"{share.done} of {share.total} of {label} decided")


def _interval(item: Agreement) -> Markup:
    low, high = int(item.low * 1000), int(item.high * 1000)
    at = 1000 * item.k // item.n if item.n else 0
    segments = (("review", low, max(high - low, 6)), ("earned", max(at - 4, 0), 8))
    return bar(segments, f"between {low / 10:.0f} and {high / 10:.0f} percent")
