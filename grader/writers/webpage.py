"""Render a report as a web page that trusts nothing in it.

Every text is escaped by the template, and `grader.writers.resources` closes the page against all
but its own style sheets and scripts. Pages without a formula carry no script at all.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, Final

import jinja2
from markupsafe import Markup, escape

from grader.writers.answers import PartView, part_view
from grader.writers.resources import asset, page_resources
from grader.writers.rounding import decimal
from grader.writers.spans import Stretch, highlights, stretches
from grader.writers.text import MAX_ANSWER, MAX_FORMULA, MAX_SNIPPET, one_line, pieces, printable
from grader.writers.view import Mark, Sheet

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from grader.model import Report
    from grader.writers import Assets
    from grader.writers.view import QuestionView, ReportView

# The width of a bar in its own units; whole numbers keep the bytes the same everywhere.
_BAR: Final = 1000
# Titles and feedback are the same for a whole class.
_REMEMBERED: Final = 2048


@dataclass(frozen=True, slots=True)
class Page:
    """What the template needs beside the report's view."""

    questions: tuple[dict[str, Any], ...]
    score: str
    low: str
    high: str
    range: bool
    segments: tuple[tuple[str, int, int], ...]
    marks: tuple[Mark, ...] = tuple(Mark)
    longest: int = MAX_FORMULA


def render_page(report: Report | Sheet, *, assets: Assets = "shared") -> str:
    """Return a report as the text of its HTML file."""
    view = (report if isinstance(report, Sheet) else Sheet(report)).view
    questions = tuple(_question(index, question) for index, question in enumerate(view.questions, start=1))
    amounts = view.amounts
    page = Page(
        questions=questions,
        score=dashed(view.score),
        low=decimal(amounts.low),
        high=decimal(amounts.high),
        range=amounts.low != amounts.high,
        segments=segments(amounts.low, amounts.high, amounts.max_points),
    )
    body = environment().get_template("report.html.j2").render(view=view, page=page)
    formulas = None
    if 'class="tex' in body:
        # Which formulas there are matters only where each page brings its own fonts.
        formulas = sorted({*_formulas(view, questions)}) if assets == "inline" else ()
    return framed("report", f"{view.heading}: {view.name}", body, formulas, assets=assets)


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
    return " to ".join(map(_minus, score.split(" to "))) if "-" in score else score.replace(" to ", "–")


@cache
def environment() -> jinja2.Environment:
    """Return the template engine: everything escaped, an unknown name an error."""
    result = jinja2.Environment(
        loader=jinja2.FunctionLoader(asset),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    result.filters.update(written=_written, line=one_line, shown=_shown, minus=_minus)
    return result


def _question(index: int, question: QuestionView) -> dict[str, Any]:
    text = question.text if question.text.strip() else ""
    data: dict[str, Any] = {field.name: getattr(question, field.name) for field in fields(question)}
    data |= {
        "anchor": f"q{index}",
        "score": dashed(question.score),
        "label": f"{question.score} of {question.max_points} points",
        "segments": segments(question.amounts.low, question.amounts.high, question.amounts.max_points),
        "marks": {row.number: row.look.value for row in question.rows},
        "stretches": stretches(text, highlights(question.rows, "", len(text))),
        "cut": len(text) > MAX_ANSWER,
        "shown": f"{MAX_ANSWER:,}",
        "length": f"{len(text):,}",
        "parts": [_part(str(name), value, question) for name, value in question.parts.items()],
    }
    return data


def _part(name: str, value: Any, question: QuestionView) -> tuple[str, PartView, tuple[int, ...]]:
    view = part_view(value, lambda text: highlights(question.rows, name, len(text)))
    shown = {number for stretch in view.stretches for number in stretch.ending}
    readers = {row.number for row in question.rows for item in row.evidence if item.part == name}
    return one_line(name), view, tuple(sorted(readers - shown))


def _formulas(view: ReportView, questions: Sequence[dict[str, Any]]) -> Iterator[str]:
    yield from _written_formulas(view.heading)
    for question in questions:
        yield from _written_formulas(question["title"])
        stretched: list[Stretch] = [*question["stretches"]]
        for _, part, _ in question["parts"]:
            stretched += part.all_stretches()
        yield from (stretch.text for stretch in stretched if stretch.formula)
        for row in question["rows"]:
            yield from _written_formulas(row.title)
            yield from _written_formulas(row.feedback)
            for fact in row.facts:
                if 0 < len(fact.latex) <= MAX_FORMULA:
                    yield fact.latex
                yield from _written_formulas(fact.decided)
                yield from _written_formulas(fact.expected)


def _written_formulas(text: str) -> Iterator[str]:
    return (piece.formula for piece in pieces(_shown(text)) if piece.formula)


def _written(text: str, style: str = "") -> Markup:
    """Escape a text, its formulas set apart for the renderer."""
    return _written_text(_shown(text), style)


@lru_cache(maxsize=_REMEMBERED)
def _written_text(text: str, style: str) -> Markup:
    look = f"tex {style}" if style else "tex"
    return Markup("").join(
        Markup('<span class="{}">{}</span>').format(look, piece.formula)
        if piece.formula
        else escape(text[piece.start : piece.end])
        for piece in pieces(text)
    )


def _shown(text: str) -> str:
    long = 5 * MAX_SNIPPET  # feedback may be a short paragraph
    return printable(text if len(text) <= long else f"{text[:long]}…")


def _minus(amount: str) -> str:
    return amount.replace("-", "−")
