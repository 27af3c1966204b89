"""The parts of a report's page that come by the hundred: stretches of an answer, rows, their facts.

They are put together here and not by the template because most of the time a page takes would go
there. Every text of a report passes `escape` or `_words`; what else stands in them is our own
words and numbers.
"""

from __future__ import annotations

from functools import lru_cache
from html import escape
from typing import TYPE_CHECKING, Final

from markupsafe import Markup

from grader.writers.displaytext import MAX_FORMULA, MAX_SNIPPET, one_line, pieces, printable
from grader.writers.view import CriterionMark

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from grader.writers.answerparts import PartView
    from grader.writers.leadparagraph import Loss, WaitingGain
    from grader.writers.spans import Stretch
    from grader.writers.view import Fact, RowView

# Titles and feedback are the same for a whole class.
_REMEMBERED: Final = 2048
# The longest feedback that is shown; it may be a short paragraph.
_PARAGRAPH: Final = 5 * MAX_SNIPPET
_TICK: Final = '<path d="M1.5 6.5 4.7 9.7 10.5 2.6"/>'
_RING: Final = '<circle cx="6" cy="6" r="4.2"/>'
_DRAWINGS: Final = {
    CriterionMark.EARNED: _TICK,
    CriterionMark.CLEAR: _TICK,
    CriterionMark.PARTLY: f'{_RING}<path d="M6 1.8a4.2 4.2 0 0 1 0 8.4z" fill="currentColor"/>',
    CriterionMark.LOST: '<path d="M2.2 2.2l7.6 7.6M9.8 2.2 2.2 9.8"/>',
    CriterionMark.REVIEW: '<path d="M1.6 6h.1M6 6h.1M10.4 6h.1"/>',
    CriterionMark.BLANK: _RING,
    CriterionMark.REMARK: _RING,
    "person": '<circle cx="6" cy="3.6" r="2.4"/><path d="M1.6 11.2a4.4 4.4 0 0 1 8.8 0"/>',
}
_BOXES: Final = {
    "tick": '<span class="box on" role="img" aria-label="ticked"></span>',
    "box": '<span class="box" role="img" aria-label="not ticked"></span>',
}
_WRAPPERS: Final = {"code": "<code>{}</code>", "tag": '<span class="tag">{}</span>'}
# Drawn once a page and used by name.
ICONS: Final = Markup(  # noqa: S704 - our own drawings
    '<svg class="hidden" aria-hidden="true">{}</svg>\n'.format(
        "".join(
            f'<symbol id="i-{name}" viewBox="0 0 12 12">{drawing}</symbol>'
            for name, drawing in _DRAWINGS.items()
        )
    )
)


def answer(stretches: Iterable[str | Stretch], anchor: str, marks: Mapping[int, str]) -> Markup:
    """Return an answer with what was read marked in it; `marks` gives the look of each row.

    What is no stretch are tags of `grader.writers.typesetting`.
    """
    return Markup(  # noqa: S704 - escaped below
        "".join(item if isinstance(item, str) else _stretch(item, anchor, marks) for item in stretches)
    )


def part(view: PartView, anchor: str, marks: Mapping[int, str]) -> Markup:
    """Return a named part of an answer as it is laid out."""
    if view.kind == "text":
        return Markup('<div class="words">{}</div>').format(answer(view.stretches, anchor, marks))
    if view.kind == "matrix":
        lines = "".join(
            f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in line)}</tr>" for line in view.lines
        )
        table = f'<div class="scroll"><table class="matrix"><tbody>{lines}</tbody></table></div>'
        return Markup(table)  # noqa: S704 - escaped above
    if view.kind == "mapping":
        members = "".join(
            f"<div><dt>{escape(name)}</dt><dd>{part(member, anchor, marks)}</dd></div>"
            for name, member in view.members
        )
        return Markup(f"<dl>{members}</dl>")  # noqa: S704 - escaped above
    return Markup("<code>{}</code>").format(view.text)


def references(numbers: Iterable[int], anchor: str, marks: Mapping[int, str]) -> Markup:
    """Return links to the rows that read something."""
    return Markup("".join([_reference(number, anchor, marks[number]) for number in numbers]))  # noqa: S704 - numbers and marks


def _reference(number: int, anchor: str, mark: str) -> str:
    return f'<a class="ref {mark}" href="#{anchor}-{number}" aria-label="criterion {number}">{number}</a>'


def legend(rows: Iterable[RowView], anchor: str) -> Markup:
    """Return what each highlight of an answer belongs to."""
    return Markup(  # noqa: S704 - escaped below
        "".join(
            f"<li>{_reference(row.number, anchor, row.look.value)}{_words(row.title)}</li>\n" for row in rows
        )
    )


def bar(segments: Iterable[tuple[str, int, int]], label: str) -> Markup:
    """Return a bar of a thousand units: what is earned, then what is open."""
    parts = "".join(
        f'<rect class="f-{kind}" x="{start}" width="{width}" height="10"/>'
        for kind, start, width in segments
        if width
    )
    head = f'<svg class="bar" viewBox="0 0 1000 10" preserveAspectRatio="none" role="img" aria-label="{escape(label)}">'
    return Markup(f'{head}\n<rect class="f-empty" width="1000" height="10"/>{parts}</svg>')  # noqa: S704 - numbers and our words


def entry(anchor: str, name: str, told: str, drawn: Markup) -> Markup:
    """Return a question's entry in the map of a page."""
    names = f"<span><bdi>{escape(name)}</bdi></span>"
    line = f'<span class="name num">{names}<span class="soft">{escape(told)}</span></span>'
    return Markup(f'<a href="#{anchor}">{line}{drawn}</a>\n')  # noqa: S704 - escaped above


def opening(lost: Sequence[Loss], more: int, right: Sequence[WaitingGain], *, decided: bool) -> Markup:
    """Return what cost points and what to do, then what was right; `decided` where nothing awaits a person."""
    lines = ['<h2>What cost points, and what to do</h2>\n<ol class="losses">\n' if lost else ""]
    if not lost and right and decided:
        lines.append("<h2>Nothing cost points</h2>\n")
    for loss in lost:
        row = f"-{loss.number}" if loss.number else ""
        named = f'<span class="id"><bdi>{escape(one_line(loss.question))}</bdi></span> {_words(loss.title)}'
        words = f'<p dir="auto">{_words(loss.words)}</p>' if loss.words else ""
        lines.append(
            f'<li class="{loss.mark}"><a href="#q{loss.place}{row}">{named}</a> '
            f'<b class="num">{minus(loss.amount)}</b>{words}</li>\n'
        )
    lines.append("</ol>\n" if lost else "")
    lines.append(f'<p class="soft small">and {more} more, at their questions</p>\n' if more else "")
    lines.append('<h2>What was right</h2>\n<ul class="gains">\n' if right else "")
    for gain in right:
        names = ", ".join(
            f'<a href="#q{place}"><bdi>{escape(one_line(name))}</bdi></a>' for name, place in gain.questions
        )
        titles = "; ".join(map(_words, gain.titles))
        lines.append(f"<li>{names}: {titles}</li>\n" if titles else f"<li>all of {names}</li>\n")
    lines.append("</ul>\n" if right else "")
    return Markup("".join(lines))  # noqa: S704 - escaped above


def marking(rows: Iterable[RowView], anchor: str) -> Markup:
    """Return the rows of a question as the items of a list."""
    return Markup(  # noqa: S704 - escaped below
        "".join(
            [
                _row(row, anchor) if row.evidence or row.decision else _wordless_row(row, anchor)
                for row in rows
            ]
        )
    )


def facts(row: RowView) -> Markup:
    """Return what was read for a row, how it was understood and what it was compared with."""
    return Markup("".join(_facts(row)))  # noqa: S704 - escaped below


def written(text: str, style: str = "") -> Markup:
    """Escape a text, its formulas set apart for the renderer."""
    return Markup(_words(text, style))  # noqa: S704 - escaped below


def _words(text: str, style: str = "") -> str:
    return _written(text if len(text) <= _PARAGRAPH else shown(text), style)


def shown(text: str) -> str:
    """Return a printable text, cut where a paragraph is longer than anybody reads."""
    return printable(text if len(text) <= _PARAGRAPH else f"{text[:_PARAGRAPH]}…")


def minus(amount: str) -> str:
    """Write a negative amount with a minus."""
    return amount.replace("-", "−")


@lru_cache(maxsize=_REMEMBERED)
def _written(text: str, style: str) -> str:
    text = printable(text)
    return "".join(
        [
            _formula(piece.formula, style) if piece.formula else escape(text[piece.start : piece.end])
            for piece in pieces(text)
        ]
    )


def _formula(latex: str, style: str = "") -> str:
    return f'<span class="tex{" " if style else ""}{style}">{escape(latex)}</span>'


def _stretch(item: Stretch, anchor: str, marks: Mapping[int, str]) -> str:
    links = "".join([_reference(number, anchor, marks[number]) for number in item.ending])
    if not item.kind:
        text = escape(item.text, quote=False)
    elif item.kind == "display":
        look = f" read {item.mark}" if item.mark else ""
        refs = f'<span class="refs">{links}</span>' if links else ""
        return f'<span class="block{look}">{_formula(item.text, "display")}{refs}</span>'
    elif item.kind == "formula":
        text = _formula(item.text)
    elif item.kind in _BOXES:
        text = _BOXES[item.kind]
    elif item.kind in _WRAPPERS:
        text = _WRAPPERS[item.kind].format(escape(item.text, quote=False))
    else:
        text = escape(item.text, quote=False)
    return f'<mark class="{item.mark}">{text}</mark>{links}' if item.mark else f"{text}{links}"


def _row(row: RowView, anchor: str) -> str:
    number, mark = row.number, row.mark.value
    lines = [
        f'<li class="{mark}" id="{anchor}-{number}">\n<span class="dot num" aria-hidden="true">{number}</span>\n',
        f'<div class="line"><strong>{_words(row.title)}</strong> <span class="amount num">{_amount(row)}</span></div>\n',
        f'<p class="state">{_icon(mark)}{escape(row.word)}</p>\n',
    ]
    if row.decision:
        told = f'<span class="by">{_icon("person")}<bdi>{escape(one_line(row.decision.told))}</bdi></span>'
        lines.append(f'<p class="decision" dir="auto">{told}{_words(row.decision.why)}</p>\n')
    if row.feedback:
        lines.append(f'<p class="feedback" dir="auto">{_words(row.feedback)}</p>\n')
    if row.sentence:
        lines.append(f'<p class="why">{escape(row.sentence)}</p>\n')
    return "".join([*lines, *_facts(row), "</li>\n"])


# Of what stands in no answer there are few rows, and every student has some of them.
_wordless_row = lru_cache(maxsize=_REMEMBERED)(_row)


def _facts(row: RowView) -> Iterator[str]:
    for fact in row.facts:
        if _is_seen(row, fact):
            continue
        yield f'<dl class="facts">{"".join(_fact(fact))}</dl>\n'
    if row.left_out:
        yield f'<p class="why">and {row.left_out} more readings</p>\n'


def _is_seen(row: RowView, fact: Fact) -> bool:
    """Whether the highlight in the answer and the look of the row tell all that there is to tell."""
    earned = row.mark is CriterionMark.EARNED and row.decision is None
    return earned and fact.placed and not (fact.latex or fact.read_as or fact.expected)


def _icon(name: str) -> str:
    return f'<svg aria-hidden="true"><use href="#i-{name}"/></svg>'


def _amount(row: RowView) -> str:
    if row.mark in {CriterionMark.REMARK, CriterionMark.CLEAR}:
        return '<span class="hidden">0 points</span>'
    if row.mark is CriterionMark.REVIEW:
        return f"{minus(row.points)} open"
    score = f"<b>{minus(row.score)}</b>"
    return score if row.points.startswith("-") else f"{score} of {row.points}"


def _fact(fact: Fact) -> Iterator[str]:
    if fact.reads:
        yield _line("Read", " ".join(f"<code>{escape(one_line(read))}</code>" for read in fact.reads))
    if fact.latex:
        long = len(fact.latex) > MAX_FORMULA
        understood = f"<code>{escape(one_line(fact.latex))}</code>" if long else _formula(fact.latex, "large")
        yield _line("Understood as", understood)
    elif fact.read_as:
        yield _line("Understood as", escape(one_line(fact.read_as)))
    if fact.decided:
        yield _line("Why", _words(fact.decided))
    if fact.expected:
        yield _line("Expected", _words(fact.expected, "large"))


def _line(name: str, value: str) -> str:
    return f"<div><dt>{name}</dt><dd>{value}</dd></div>"
