"""Render a report as a web page that trusts nothing in it.

Every text is escaped by the template, and `grader.writers.resources` closes the page against all
but its own style sheets and scripts. Pages without a formula carry no script at all.
"""

from __future__ import annotations

from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import jinja2
from markupsafe import Markup, escape

from grader.model.submission import SHOWN_MEDIA
from grader.notation.lazypatterns import deferred
from grader.records import dataclass
from grader.writers.answerparts import part_view
from grader.writers.displaytext import MAX_ANSWER, one_line, printable
from grader.writers.leadparagraph import gains, losses
from grader.writers.pageparts import (
    ICONS,
    answer,
    bar,
    entry,
    legend,
    marking,
    minus,
    opening,
    part,
    references,
    shown,
    written,
)
from grader.writers.resources import PICTURE, asset, page_resources
from grader.writers.rounding import decimal
from grader.writers.spans import Stretch, highlights, stretches
from grader.writers.templatecache import TemplateCache
from grader.writers.typesetting import Figure
from grader.writers.view import ReportSheet

if TYPE_CHECKING:
    from collections.abc import Iterable

    from grader.model.report import Report
    from grader.model.submission import Image
    from grader.writers import Assets
    from grader.writers.view import QuestionView

# The width of a bar in its own units; whole numbers keep the bytes the same everywhere.
_BAR: Final = 1000
_BASE64: Final = deferred(r"[A-Za-z0-9+/]+={0,2}")
_FORMULA: Final = deferred(r'<span class="tex[^>]*>([^<]*)<')


class QuestionParts(NamedTuple):
    """What a template shows of a question."""

    id: str
    title: str
    anchor: str
    score: str
    max_points: str
    entry: Markup
    blank: bool
    answer: Markup
    cut: bool  # whether the answer is longer than what is shown of it
    shown: str  # how many characters are
    length: str
    parts: tuple[tuple[str, Markup, Markup], ...]
    legend: Markup
    marking: Markup
    adjustment: str


@dataclass(frozen=True, slots=True)
class Page:
    """What the template needs beside the report's view."""

    questions: tuple[QuestionParts, ...]
    score: str
    together: str
    low: str
    high: str
    range: bool
    bar: Markup
    map: Markup
    opening: Markup
    icons: Markup = ICONS


def render_page(report: Report | ReportSheet, *, assets: Assets = "shared") -> str:
    """Return a report as the text of its HTML file."""
    view = (report if isinstance(report, ReportSheet) else ReportSheet(report)).view
    questions = tuple(
        question_parts(index, question) for index, question in enumerate(view.questions, start=1)
    )
    amounts = view.amounts
    lost, more = losses(view)
    page = Page(
        questions=questions,
        score=dashed(view.score),
        together=dashed(view.together),
        low=decimal(amounts.low),
        high=decimal(amounts.high),
        range=amounts.low != amounts.high,
        bar=bar(
            segments(amounts.low, amounts.high, amounts.max_points),
            f"{view.score} of {view.max_points} points",
        ),
        map=Markup("").join([question.entry for question in questions]),
        opening=opening(lost, more, gains(view), decided=not view.awaiting),
    )
    body = environment().get_template("report.html.j2").render(view=view, page=page)
    # Nothing a person wrote can look like this: there, the angle bracket is escaped. A page with the fonts inside
    # needs those of all its formulas, any other only knows whether it has one.
    formulas = [each[1] for each in islice(_FORMULA.finditer(body), None if assets == "inline" else 1)]
    return framed("report", f"{view.heading}: {view.name}", body, formulas or None, assets=assets)


def framed(name: str, title: str, body: str, formulas: Iterable[str] | None, *, assets: Assets) -> str:
    """Return a whole page around a body: `name` is that of its style sheet, `formulas` None without any."""
    # Every text of anybody's passes here, so no control character of theirs reaches the page.
    body, title = printable(body), printable(title)
    resources = page_resources(name, f"{title}\n{body}", formulas, assets=assets)
    # The body was escaped by its own template.
    return (
        environment()
        .get_template("frame.html.j2")
        .render(title=title, body=Markup(body), resources=resources)  # noqa: S704
    )


def segments(low: int, high: int, max_points: int) -> tuple[tuple[str, int, int], ...]:
    """Lay out a bar: what is earned, then what is open, as (kind, start, width) of 1000."""
    if max_points <= 0:
        return ()
    earned = min(max(low, 0), max_points) * _BAR // max_points
    open_until = min(max(high, 0), max_points) * _BAR // max_points
    return (("earned", 0, earned), ("review", earned, open_until - earned))


def dashed(score: str) -> str:
    """Write a range with a dash and a negative amount with a minus: `3–4.5`, `−1`."""
    return " to ".join(map(minus, score.split(" to "))) if "-" in score else score.replace(" to ", "–")


@cache
def environment() -> jinja2.Environment:
    """Return the template engine: everything escaped, an unknown name an error."""
    result = jinja2.Environment(
        loader=jinja2.FunctionLoader(asset),
        bytecode_cache=TemplateCache(),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    result.filters.update(written=written, line=one_line, shown=shown, minus=minus, dashed=dashed)
    return result


def question_parts(index: int, question: QuestionView) -> QuestionParts:
    """Return what a template shows of a question: its answer with what was read marked in it, parts, rows."""
    text = question.text if question.text.strip() else ""
    anchor = f"q{index}"
    marks = {row.number: row.look.value for row in question.rows}
    placed = [_figure(image, len(text)) for image in question.images]
    found = highlights(question.rows, "", text)
    shown_text = stretches(text, found, placed, indent=question.indent) if text or placed else []
    parts = [_part(str(name), value, question, anchor, marks) for name, value in question.parts.items()]
    numbers = _ending(shown_text) | {number for *_, told in parts for number in told}
    amounts = question.amounts
    drawn = bar(
        segments(amounts.low, amounts.high, amounts.max_points),
        f"{question.score} of {question.max_points} points",
    )
    return QuestionParts(
        id=question.id,
        title=question.title,
        anchor=anchor,
        score=dashed(question.score),
        max_points=question.max_points,
        entry=entry(anchor, question.id, f"{dashed(question.score)} of {question.max_points}", drawn),
        blank=question.blank,
        answer=answer(shown_text, anchor, marks),
        cut=len(text) > MAX_ANSWER,
        shown=f"{MAX_ANSWER:,}",
        length=f"{len(text):,}",
        parts=tuple([part[:3] for part in parts]),
        legend=legend((row for row in question.rows if row.number in numbers), anchor),
        marking=marking(question.rows, anchor),
        adjustment="" if question.awaiting else question.adjustment,
    )


def _ending(shown_text: Iterable[str | Stretch]) -> set[int]:
    """Return the numbers of the rows whose evidence is marked."""
    return {number for item in shown_text if isinstance(item, Stretch) for number in item.ending}


def _figure(image: Image, length: int) -> Figure:
    """Return a picture as an element in its place; one that the report does not hold is named."""
    name = escape(one_line(image.name) or "a picture")
    # Kinds and content are checked where the picture is taken in; base64 holds no sign that could end the attribute.
    drawn = image.media in SHOWN_MEDIA and _BASE64.fullmatch(image.content) is not None
    if drawn:
        kind = image.media.removeprefix("image/")
        drawing = f'{PICTURE}{kind};base64,{image.content}" alt="">'
        element = f"<figure>{drawing}<figcaption>{name}</figcaption></figure>\n"
    else:
        element = f'<figure class="absent"><figcaption>{name} <span class="soft">(a picture that stands in the file and not here)</span></figcaption></figure>\n'
    return Figure(length if image.at is None else image.at, element)


def _part(
    name: str, value: Any, question: QuestionView, anchor: str, marks: dict[int, str]
) -> tuple[str, Markup, Markup, set[int]]:
    view = part_view(value, lambda text: highlights(question.rows, name, text))
    told = {number for stretch in view.all_stretches() for number in stretch.ending}
    readers = {row.number for row in question.rows if any(item.part == name for item in row.evidence)}
    links = references(sorted(readers - told), anchor, marks)
    return one_line(name), links, part(view, anchor, marks), told | readers
