"""Write `<stem>.md`: a report to read in any Markdown viewer, formulas kept as `$...$`.

What a person wrote is escaped so that it stays words: no HTML, link, image, heading, list or table
of theirs comes alive, in viewers that know formulas and in those that do not.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from grader.files.provenance import signed
from grader.notation.lazypatterns import deferred
from grader.writers import Writer
from grader.writers.answerparts import in_brackets
from grader.writers.displaytext import MAX_ANSWER, MAX_FORMULA, MAX_SNIPPET, one_line, pieces, printable
from grader.writers.leadparagraph import gains, losses
from grader.writers.view import CriterionMark, ReportSheet

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator

    from grader.model.report import Report
    from grader.writers import Assets
    from grader.writers.view import Fact, QuestionView, ReportView, RowView

# Titles and feedback are the same for a whole class; every text is at most one snippet long.
_REMEMBERED: Final = 4096

_SIGNS: Final = {
    CriterionMark.EARNED: "✓",
    CriterionMark.PARTLY: "◐",
    CriterionMark.LOST: "✗",
    CriterionMark.BLANK: "○",
    CriterionMark.REVIEW: "…",
    CriterionMark.CLEAR: "✓",
    CriterionMark.REMARK: "·",
}
# What has a meaning anywhere in a line. The colon and the at sign make bare addresses into links.
_SPECIAL: Final = deferred(r"[\\`*_\[\]<>|~$&@^{}]|:(?=/)|(?<=[wW])\.|!(?=\[)")
# What has a meaning where a line begins: headings, lists, rules, quotes, underlines of headings.
_LINE_START: Final = deferred(r"[#+=:-]")
_NUMBERED: Final = deferred(r"(\d{1,9})([.)])")
# Commands that some renderers let link, load, style or define something.
_ACTS: Final = deferred(
    r"\\(?:href|url|html\w*|includegraphics|require|unicode|style|class|cssId|[gxe]?def|let|(?:re)?newcommand|input)"
    r"(?![A-Za-z])"
    # Renderers that know no formulas take these for emphasis.
    r"|(?<![\w}\])|])_[^\s_][^_]{0,200}_(?!\w)"
)
# A formula may hold bare bars; in a table they would end the cell.
_BAR: Final = deferred(r"(?<!\\)\|")
_ESCAPED_BAR: Final = r"\\|"
_TICKS: Final = deferred(r"`+")
# A quoted formula must not turn into something else where a viewer does not know formulas.
_FORMULA_TRAPS: Final = (
    ("<", r"\lt "),
    (">", r"\gt "),
    ("](", "] ("),
    ("][", "] ["),
    ("]:", "] :"),
    ("://", ": / /"),
    ("www.", "www ."),
    ("@", " @ "),
)


class MarkdownWriter(Writer):
    """Write one Markdown file a report."""

    endings = ("md",)

    @staticmethod
    def render(sheet: ReportSheet, stem: str, *, assets: Assets) -> Iterator[tuple[str, str]]:
        del assets  # a viewer of Markdown brings its own
        yield f"{stem}.md", signed(render_markdown(sheet), "report", "md")


def render_markdown(report: Report | ReportSheet) -> str:
    """Return a report as the text of its Markdown file."""
    view = (report if isinstance(report, ReportSheet) else ReportSheet(report)).view
    lines = [*_head(view), *_opening(view)]
    for question in view.questions:
        lines += ["", *_question(question)]
    lines += ["", "---", "", _foot(view)]
    return "\n".join(lines) + "\n"


def escaped(text: str) -> str:
    """Return a text on one line that Markdown shows as it stands, formulas kept."""
    return _escaped_line(text if len(text) <= MAX_SNIPPET else one_line(text))


@lru_cache(maxsize=_REMEMBERED)
def _escaped_line(text: str) -> str:
    return _marked_up(one_line(text))


def formula(latex: str) -> str:
    """Return LaTeX between dollars, harmless also where dollars mean nothing."""
    line = " ".join(printable(latex).split())
    if not line or "`" in line or "$" in line or len(line) > MAX_FORMULA or _ACTS.search(line):
        return code(line)
    for trap, harmless in _FORMULA_TRAPS:
        line = line.replace(trap, harmless)
    return f"${line}$"


def code(text: str) -> str:
    """Return a text as a code span whose fence is longer than any run of ticks inside."""
    line = one_line(text)
    if not line:
        return ""
    if "`" not in line:
        return f"`{line}`"
    fence = "`" * (1 + max((len(run) for run in _TICKS.findall(line)), default=0))
    pad = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{fence}{pad}{line}{pad}{fence}"


def _head(view: ReportView) -> Iterator[str]:
    yield f"# {escaped(view.heading)}: {escaped(view.name)}"
    if view.others:
        yield ""
        yield f"Handed in together with {', '.join(map(escaped, view.others))}."
    yield ""
    yield f"**{view.score} of {view.max_points} points**"
    if view.awaiting:
        yield ""
        yield f"{_awaiting(view.awaiting)}; until then the score is a range."
    if view.submitted:
        yield ""
        yield f"Handed in {escaped(view.submitted)}."
    for note in view.notes:
        yield ""
        yield f"> Note: {escaped(note)}"
    yield ""
    yield "| Question | Score | Of | |"
    yield "|---|---:|---:|---|"
    for question in view.questions:
        waiting = _awaiting(question.awaiting) if question.awaiting else ""
        yield f"| {_BAR.sub(_ESCAPED_BAR, _heading(question))} | {question.score} | {question.max_points} | {waiting} |"
    for adjustment in view.adjustments:
        yield f"| {_BAR.sub(_ESCAPED_BAR, escaped(adjustment.told))} | {adjustment.amount} | | |"
    yield f"| **Total** | **{view.score}** | **{view.max_points}** | |"


def _opening(view: ReportView) -> Iterator[str]:
    """Yield what cost points and what to do, then what was right."""
    lost, more = losses(view)
    if lost:
        yield from ("", "## What cost points, and what to do", "")
    elif not view.awaiting and view.questions:
        yield from ("", "## Nothing cost points")
    for loss in lost:
        words = f": {escaped(loss.words)}" if loss.words else ""
        yield f"- {escaped(loss.question)}, **{escaped(loss.title)}** ({loss.amount}){words}"
    if more:
        yield f"- and {more} more, at their questions"
    right = gains(view)
    if right:
        yield from ("", "## What was right", "")
    for gain in right:
        names = ", ".join(escaped(name) for name, _ in gain.questions)
        titles = "; ".join(map(escaped, gain.titles))
        yield f"- {names}: {titles}" if titles else f"- all of {names}"


def _question(question: QuestionView) -> Iterator[str]:
    yield f"## {_heading(question)} ({question.score} of {question.max_points})"
    yield ""
    yield "### Your answer"
    yield ""
    yield from _answer(question)
    yield ""
    yield "### How it was marked"
    for row in question.rows:
        yield ""
        yield from _row(row) if row.evidence or row.decision else _wordless_row(row)
    if question.adjustment and not question.awaiting:
        yield ""
        yield f"- **A question does not fall below its floor**: {question.adjustment}"


def _heading(question: QuestionView) -> str:
    return ": ".join(escaped(words) for words in (question.id, question.title) if words)


def _answer(question: QuestionView) -> Iterator[str]:
    if question.blank:
        yield "*Nothing was handed in for this question.*"
        return
    if question.text.strip():
        for line in _marked_up(printable(question.text[:MAX_ANSWER]).strip("\n")).split("\n"):
            yield f"> {line}".rstrip()
        if len(question.text) > MAX_ANSWER:
            yield ""
            yield f"*The first {MAX_ANSWER:,} of {len(question.text):,} characters are shown.*"
    for name, value in question.parts.items():
        yield ""
        yield f"- {escaped(str(name))}: {code(in_brackets(value))}"


def _row(row: RowView) -> tuple[str, ...]:
    lines = [f"- {_SIGNS[row.mark]} **{escaped(row.title)}**: {_amount(row)}"]
    if row.decision:
        why = f": {escaped(row.decision.why)}" if row.decision.why else ""
        lines.append(f"  - *{escaped(row.decision.told)}*{why}")
    if row.feedback:
        lines.append(f"  - {escaped(row.feedback)}")
    for fact in row.facts:
        lines += _fact(fact)
    if row.left_out:
        lines.append(f"  - and {row.left_out} more readings")
    if row.sentence:
        lines.append(f"  - *{escaped(row.sentence)}*")
    return tuple(lines)


# Of what stands in no answer there are few rows, and every student has some of them.
_wordless_row = lru_cache(maxsize=_REMEMBERED)(_row)


def _amount(row: RowView) -> str:
    if row.mark in {CriterionMark.CLEAR, CriterionMark.REMARK}:
        return row.word
    if row.mark is CriterionMark.REVIEW:
        return f"{row.word} ({row.points} open)"
    return (
        f"{row.score} ({row.word})"
        if row.points.startswith("-")
        else f"{row.score} of {row.points} ({row.word})"
    )


def _fact(fact: Fact) -> Iterator[str]:
    read = ", ".join(map(code, fact.reads))
    as_read = formula(fact.latex) if fact.latex else escaped(fact.read_as)
    if read or as_read:
        yield f"  - Read: {f'{read}, understood as {as_read}' if read and as_read else read or as_read}"
    if fact.decided:
        yield f"  - Why: {escaped(fact.decided)}"
    if fact.expected:
        yield f"  - Expected: {escaped(fact.expected)}"


def _marked_up(text: str) -> str:
    """Escape printable text, line by line, with its formulas kept; one line stays one line."""
    words = "".join(
        formula(piece.formula) if piece.formula else _SPECIAL.sub(_backslashed, text[piece.start : piece.end])
        for piece in pieces(text)
    )
    return "\n".join(map(_plain_line, words.split("\n")))


def _backslashed(sign: re.Match[str]) -> str:
    return f"\\{sign[0]}"


def _plain_line(line: str) -> str:
    bare = line.strip()
    indent = "\u00a0" * min(len(line) - len(line.lstrip()), 8) if bare else ""
    if indent:
        return indent + bare
    if number := _NUMBERED.match(bare):
        return f"{number[1]}\\{bare[number.end(1) :]}"
    return f"\\{bare}" if _LINE_START.match(bare) else bare


def _awaiting(count: int) -> str:
    return f"{count} {'criterion awaits' if count == 1 else 'criteria await'} review"


def _foot(view: ReportView) -> str:
    words = [f"Read from {code(view.source)}"]
    if view.digest:
        words.append(f"rubric {code(view.digest)}")
    if view.version:
        words.append(f"grader {escaped(view.version)}")
    return f"{', '.join(words)}."
