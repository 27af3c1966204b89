"""The job summary: a table of every hand-in in the Markdown that GitHub shows, formulas as formulas."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from grader.ci.findings import MAX_FACTS, Status
from grader.ci.log import percent
from grader.writers.displaytext import one_line, pieces
from grader.writers.markdown import escaped, formula

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.ci.findings import CiFinding, Outcomes, Paper
    from grader.writers.view import Fact

# GitHub refuses a step's whole summary when it is larger.
LARGEST: Final = 1 << 20
_CUT: Final = "\n**The summary is cut here: GitHub shows at most 1 MiB of one. The log of this step names every row.**\n"
_SIGNS: Final = {Status.FINE: "✓", Status.LOST: "✗", Status.AWAITS: "…", Status.OURS: "⚠"}
# Bars would end a cell; inside a formula these two commands mean the same.
_NORM: Final = re.compile(r"\\\|")
_NOT_PLAIN: Final = re.compile(r"[^\w ,=+/-]|_")


def render_summary(outcomes: Outcomes, room: int = LARGEST) -> str:
    """Return the summary in at most `room` bytes of UTF-8, cut behind a whole row; "" where nothing fits."""
    kept: list[str] = []
    left = room - len(_CUT.encode())
    for line in _lines(outcomes):
        size = len(line.encode("utf-8", "replace")) + 1
        if size > left:
            return "".join([*kept, _CUT]) if left >= 0 else ""
        kept.append(f"{line}\n")
        left -= size
    return "".join(kept)


def cell(text: str) -> str:
    """Return a text that Markdown shows as it stands in a cell of a table, formulas kept."""
    line = one_line(text)  # first, since a formula may end where a line does
    return escaped(
        "".join(_without_bars(line[piece.start : piece.end], piece.formula) for piece in pieces(line))
    )


def quoted(text: str) -> str:
    """Return a student's words as code in a cell of a table: every sign that could act is written by its number."""
    return f"<code>{_NOT_PLAIN.sub(lambda sign: f'&#{ord(sign[0])};', one_line(text))}</code>"


def _without_bars(text: str, is_formula: str) -> str:
    if not is_formula or "|" not in text or r"\begin{array}" in text:
        return text
    return _NORM.sub(r"\\Vert ", text).replace("|", r"\vert ")


def _lines(outcomes: Outcomes) -> Iterator[str]:
    yield f"## {cell(outcomes.title or 'Marking')}"
    if outcomes.problems:
        yield ""
        yield (
            "⚠ **The rubric cannot be used, so nothing was marked. This is not a mistake in what was handed in.** "
            "The log of this step lists every problem."
        )
    for paper in outcomes.papers:
        yield ""
        yield from _paper(paper, outcomes)
    if not outcomes.papers and not outcomes.problems:
        yield ""
        yield "No hand-in was found."
    yield ""


def _paper(paper: Paper, outcomes: Outcomes) -> Iterator[str]:
    view = paper.view
    if view is None:
        yield f"### {cell(paper.label)}"
        yield ""
        whose = "The grader failed, not you" if paper.ours else "This could not be read"
        yield f"⚠ **{whose}; nothing of it was marked.**"
        for problem in paper.problems:
            yield f"- {quoted(paper.source)}{f', line {problem.line}' if problem.line else ''}: {cell(problem.message)}"
        return
    yield f"### {', '.join(map(cell, (view.name, *view.others)))}: {view.score} of {view.max_points} points"
    yield ""
    if view.awaiting:
        count = f"{view.awaiting} {'row awaits' if view.awaiting == 1 else 'rows await'} a person"
        yield f"{count}; until then the score is a range."
        yield ""
    if outcomes.is_under(paper):
        yield f"✗ **The sure score is under {percent(outcomes)}.**"
        yield ""
    for note in view.notes:
        yield f"- {cell(note)}"
    if view.notes:
        yield ""
    yield from _table(paper)
    yield ""
    yield f"Read from {quoted(paper.source)}."


def _table(paper: Paper) -> Iterator[str]:
    yield "| Question | Criterion | Score | Status | What was found |"
    yield "|---|---|---:|---|---|"
    last = ""
    for finding in paper.findings:
        question = finding.question
        if question.id != last:
            last = question.id
            waits = f"{question.awaiting} open" if question.awaiting else ""
            yield (
                f"| **{cell(question.id)}** | **{cell(question.title)}** "
                f"| **{_together(f'{question.score} of {question.max_points}')}** | {waits} | |"
            )
        yield _row(finding)
        if question.adjustment and finding is _last_of(paper, question.id):
            yield f"| | A question does not fall below its floor | {question.adjustment} | | |"
    for adjustment in paper.adjustments:
        yield f"| | {cell(adjustment.told)} | {adjustment.amount} | | |"


def _last_of(paper: Paper, question: str) -> CiFinding:
    return next(finding for finding in reversed(paper.findings) if finding.question.id == question)


def _row(finding: CiFinding) -> str:
    words = f"{_SIGNS[finding.status]} {finding.words}"
    found = "<br>".join(_found(finding))
    return f"| | {cell(finding.row.title)} | {_together(finding.amount)} | {_together(words)} | {found} |"


def _together(words: str) -> str:
    """Return a few words that a narrow column does not break."""
    return words.replace(" ", "\u00a0")


def _found(finding: CiFinding) -> Iterator[str]:
    row = finding.row
    if row.feedback:
        yield cell(row.feedback)
    if row.sentence and (not row.feedback or finding.status is not Status.LOST):
        yield f"*{cell(row.sentence)}*"
    if finding.status is Status.OURS:
        return
    for fact in row.facts[:MAX_FACTS]:
        yield from _fact(fact, earned=finding.status is Status.FINE)
    left_out = row.left_out + len(row.facts[MAX_FACTS:])
    if left_out:
        yield f"and {left_out} more readings"


def _fact(fact: Fact, *, earned: bool) -> Iterator[str]:
    read = ", ".join(map(quoted, fact.reads))
    bars = "|" in formula(fact.latex) and r"\begin{array}" in fact.latex
    as_read = quoted(fact.latex) if bars else _cell_formula(fact.latex) if fact.latex else cell(fact.read_as)
    if read or as_read:
        yield f"Read {f'{read}, understood as {as_read}' if read and as_read else read or as_read}"
    if fact.decided and not earned:
        yield cell(fact.decided)
    if fact.expected:
        yield f"Expected: {cell(fact.expected)}"


def _cell_formula(latex: str) -> str:
    """Return a formula for a cell; one that is shown as code instead is quoted as such."""
    shown = formula(_without_bars(latex, latex))
    return shown if shown.startswith("$") and "|" not in shown else quoted(latex)
