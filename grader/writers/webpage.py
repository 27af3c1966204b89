"""Write `<stem>.html`: a report as one page that needs nothing else and trusts nothing in it.

Every text is escaped by the template. The page's content security policy names its own style and
scripts by hash and allows nothing else: no network, no image, no frame, no other script, so that
even a hole in the escaping could not run anything. Pages without a formula carry no script at all.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

import jinja2
from markupsafe import Markup

from grader.writers import katex
from grader.writers.answers import PartView, part_view
from grader.writers.atomic import write_text
from grader.writers.rounding import decimal
from grader.writers.spans import Stretch, highlights, stretches
from grader.writers.text import MAX_ANSWER, MAX_FORMULA, MAX_SNIPPET, one_line, pieces, printable
from grader.writers.view import view_report

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from grader.model import Report
    from grader.writers.view import QuestionView, ReportView

# The width of a bar in its own units; whole numbers keep the bytes the same everywhere.
_BAR: Final = 1000


@dataclass(frozen=True, slots=True)
class Page:
    """What the template needs beside the report's view."""

    questions: tuple[dict[str, Any], ...]
    score: str
    low: str
    high: str
    range: bool
    segments: tuple[tuple[str, int, int], ...]
    policy: str
    styles: tuple[Markup, ...]
    scripts: tuple[Markup, ...]
    longest: int = MAX_FORMULA


class PageWriter:
    """Write one self-contained HTML file a report."""

    def __init__(self, out: Path) -> None:
        self._out = out

    def add(self, report: Report, stem: str) -> None:
        write_text(self._out / f"{stem}.html", render_page(report))

    def close(self) -> Sequence[Path]:
        return ()

    def discard(self) -> None:
        """Leave the files as they are: each was written whole."""


def render_page(report: Report) -> str:
    """Return a report as the text of its HTML file."""
    view = view_report(report)
    questions = tuple(_question(index, question) for index, question in enumerate(view.questions, start=1))
    formulas = sorted({*_formulas(view, questions)})
    styles = [own_style("report.css")]
    scripts: list[str] = []
    if formulas:
        styles.append(katex.stylesheet(katex.needed_fonts(formulas)))
        scripts += [katex.script(), asset("formulas.js").replace("LIMIT", str(MAX_FORMULA))]
    amounts = view.amounts
    page = Page(
        questions=questions,
        score=dashed(view.score),
        low=decimal(amounts.low),
        high=decimal(amounts.high),
        range=amounts.low != amounts.high,
        segments=segments(amounts.low, amounts.high, amounts.max_points),
        policy=policy(styles, scripts),
        # Our own files, which hold no text of a report.
        styles=tuple(Markup(style) for style in styles),  # noqa: S704
        scripts=tuple(Markup(script) for script in scripts),  # noqa: S704
    )
    return environment().get_template("report.html.j2").render(view=view, page=page)


def policy(styles: Sequence[str], scripts: Sequence[str]) -> str:
    """Return the content security policy of a page that holds exactly these styles and scripts."""
    rules = ["default-src 'none'", f"style-src {' '.join(map(katex.integrity, styles))}"]
    if scripts:
        rules += [f"script-src {' '.join(map(katex.integrity, scripts))}", "font-src data:"]
    return "; ".join((*rules, "base-uri 'none'", "form-action 'none'"))


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
def own_style(name: str) -> str:
    """Return the style all our pages share, and a page's own after it."""
    return f"{asset('base.css')}{asset(name)}"


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
        finalize=_finalize,
    )
    result.filters.update(pieces=_pieces, line=one_line, shown=_shown, minus=_minus, dashed=dashed)
    return result


@cache
def asset(name: str) -> str:
    """Return one of the files the pages are made of."""
    return (files("grader.writers") / "templates" / name).read_text(encoding="utf-8")


def _finalize(value: Any) -> Any:
    # Every text on the page passes here, so no control character of anybody's reaches it.
    return value if isinstance(value, Markup) or not isinstance(value, str) else printable(value)


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
    return (piece.text for piece in _pieces(text) if piece.formula)


def _pieces(text: str) -> list[Stretch]:
    shown = _shown(text)
    return [
        Stretch(piece.formula or shown[piece.start : piece.end], formula=bool(piece.formula))
        for piece in pieces(shown)
    ]


def _shown(text: str) -> str:
    long = 5 * MAX_SNIPPET  # feedback may be a short paragraph
    return printable(text if len(text) <= long else f"{text[:long]}…")


def _minus(amount: str) -> str:
    return amount.replace("-", "−")
