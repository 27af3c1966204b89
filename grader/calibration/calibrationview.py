"""Show a calibration in the terminal, plain where the output is not one."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from rich.padding import Padding
from rich.text import Text

from grader.calibration.gains import gains
from grader.calibration.wordings import propose_wordings
from grader.writers.displaytext import one_line, printable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from rich.console import Console

    from grader.calibration.branches import Contribution
    from grader.calibration.measuring import Calibration, CriterionCalibration, CriterionSummary, Judged
    from grader.model.outcome import Evidence

_SHOWN: Final = 3  # answers shown of one kind and criterion where it is not looked at in depth
_QUOTE: Final = 160  # characters quoted of an answer
_PATTERN: Final = 200  # characters of a pattern
_GOOD: Final = 0.8  # of kappa, for the colour only
_FAIR: Final = 0.6
_LEGEND: Final = (
    "met: by the people, with at least half of the credit. precision, recall, F1 and kappa are of decided marks. "
    "The interval is a Bayesian bootstrap over authors (answers where none is given), with a prior of one answer. "
    "Where the people gave one kind of mark only, kappa is 0 or cannot be told (-)."
)
# Columns by their heading; the later in _DROPPED, the longer one stays on a narrow terminal.
_COLUMNS: Final[dict[str, Callable[[CriterionSummary], str]]] = {
    "marks": lambda item: str(item.table.marks),
    "met": lambda item: str(item.table.met),
    "decided": lambda item: _percent(item.table.decided_share),
    "false+": lambda item: str(item.table.machine_only or "-"),
    "false-": lambda item: str(item.table.person_only or "-"),
    "precision": lambda item: _two(item.table.precision),
    "recall": lambda item: _two(item.table.recall),
    "F1": lambda item: _two(item.table.f1),
    "kappa": lambda item: _two(item.table.kappa),
    "95 % of kappa": lambda item: _interval(item.interval),
}
_DROPPED: Final = ("F1", "met", "false+", "false-", "95 % of kappa", "recall", "precision", "decided")


def print_calibration(console: Console, calibration: Calibration, *, in_depth: bool) -> None:
    """Print the table of all criteria and what is worth a look; one criterion in depth where there is only one."""
    for line, indent in _page(calibration, console.width if console.is_terminal else None, in_depth=in_depth):
        if console.is_terminal and indent:
            console.print(Padding(line, (0, 0, 0, indent)), highlight=False)
        else:
            line.pad_left(indent)
            # A pipe gets every line whole, whatever the width somebody's shell claims.
            console.print(line, highlight=False, soft_wrap=not console.is_terminal)


def _page(calibration: Calibration, width: int | None, *, in_depth: bool) -> Iterator[tuple[Text, int]]:
    measured = [item for item in calibration.criteria if item.judged]
    yield Text(_opening(calibration)), 0
    yield Text(""), 0
    if measured:
        yield from _table(calibration, measured, width, in_depth=in_depth)
    for item in calibration.criteria:
        yield from _details(item, in_depth=in_depth)
    for rows in calibration.disputed:
        lines = ", ".join(str(row.mark.line) for row in rows)
        yield Text(f"{rows[0].mark.criterion}: people marked one answer in two ways (lines {lines})"), 0
    bare = [item.criterion.id for item in calibration.criteria if not item.judged]
    if bare:
        yield Text(f"no marks: {', '.join(bare)}"), 0
    if measured:
        if bare or calibration.disputed:
            yield Text(""), 0
        yield Text(_LEGEND, style="dim"), 0


def _opening(calibration: Calibration) -> str:
    rows = [row for item in calibration.criteria for row in item.judged]
    answers = len({row.mark.answer for row in rows})
    authors = len({row.mark.author for row in rows} - {""})
    left_out = sum(item.left_out for item in calibration.criteria)
    by = f" of {_many(authors, 'author')}" if authors else ""
    rest = f"; {left_out} unsure or empty ones left out" if left_out else ""
    return f"{calibration.rubric}: {_many(len(rows), 'mark')} on {_many(answers, 'answer')}{by}{rest}"


def _table(
    calibration: Calibration, measured: Sequence[CriterionCalibration], width: int | None, *, in_depth: bool
) -> Iterator[tuple[Text, int]]:
    sums = [] if in_depth else [calibration.earning, calibration.contradictions, calibration.overall]
    summaries = [*(item.summary for item in measured), *(item for item in sums if item.table.marks)]
    columns = list(_COLUMNS)
    cells = [[item.name, *(write(item) for write in _COLUMNS.values())] for item in summaries]
    rows = [["criterion", *columns], *cells]
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    kept = list(range(len(widths)))
    for name in _DROPPED:
        if width is not None and sum(widths[i] + 2 for i in kept) - 2 > width:
            kept.remove(columns.index(name) + 1)
    for number, row in enumerate(rows):
        if sums and number == len(measured) + 1:
            yield Text(""), 0
        padded = [row[i].ljust(widths[i]) if i == 0 else row[i].rjust(widths[i]) for i in kept]
        style = "bold" if not number else _colour(summaries[number - 1])
        yield Text("  ".join(padded).rstrip(), style=style), 0
    yield Text(""), 0


def _details(item: CriterionCalibration, *, in_depth: bool) -> Iterator[tuple[Text, int]]:
    """Yield what is worth a look at one criterion, under its name; nothing where all is well."""
    lines = [
        *_verdicts(item, "false_positive", "found, but a person did not", in_depth=in_depth),
        *_verdicts(item, "false_negative", "missed, but a person found it", in_depth=in_depth),
        *(_verdicts(item, "undecided", "left to a person", in_depth=True) if in_depth else _waiting(item)),
        *_net(item),
        *(_patterns(item) if in_depth else _odd_patterns(item)),
        *_proposals(item, in_depth=in_depth),
        *_wordings(item),
        *_gains(item),
        *((Text(f"example: {printable(said.partition(': ')[2])}", style="red"), 2) for said in item.failed),
    ]
    if in_depth and item.examples:
        lines.append(
            (
                Text(
                    f"{item.examples - len(item.failed)} of {item.examples} examples come out as they should"
                ),
                2,
            )
        )
    gap = item.credit_gap
    if gap and any(
        row.credit.denominator > 1 or (row.outcome.credit or 0) not in {0, 1} for row in item.judged
    ):
        lines.append((Text(f"the credit differs by {float(gap):.2f} in the mean"), 2))
    if lines:
        yield Text(f"{item.criterion.id}  {one_line(item.criterion.title, 80)}".rstrip(), style="bold"), 0
        yield from lines
        yield Text(""), 0


def _verdicts(
    item: CriterionCalibration, verdict: str, said: str, *, in_depth: bool
) -> Iterator[tuple[Text, int]]:
    rows = item.of(verdict)
    if not rows:
        return
    why = ""
    if verdict == "undecided":
        reasons = Counter(row.outcome.code for row in rows)
        why = ": " + ", ".join(f"{count} {code}" for code, count in sorted(reasons.items()))
    yield Text(f"{said} ({len(rows)}{why})", style="magenta" if verdict == "undecided" else "red"), 2
    for row in rows if in_depth else rows[:_SHOWN]:
        yield Text(f"{_whose(row)}{_spans(row, in_depth=in_depth)}"), 4
    if not in_depth and len(rows) > _SHOWN:
        yield Text(f"and {len(rows) - _SHOWN} more: --criterion {item.criterion.id}"), 4


def _waiting(item: CriterionCalibration) -> Iterator[tuple[Text, int]]:
    """Yield the rows that wait and were met: the wordings the patterns lack."""
    rows = item.waiting_met
    if rows:
        yield Text(f"left to a person, who found it ({len(rows)})", style="magenta"), 2
        for row in rows[:_SHOWN]:
            yield Text(f"{_whose(row)}{_spans(row, in_depth=False)}"), 4
        if len(rows) > _SHOWN:
            yield Text(f"and {len(rows) - _SHOWN} more: --criterion {item.criterion.id}"), 4


def _net(item: CriterionCalibration) -> Iterator[tuple[Text, int]]:
    if item.idle_net:
        said = f"{item.idle_net} answers came near and hardly one was met: narrow `nearly`, or set it to []"
        yield Text(said, style="yellow"), 2


def _whose(row: Judged) -> str:
    author = f" ({one_line(row.mark.author, 30)})" if row.mark.author else ""
    share = "" if row.credit.denominator == 1 else f", marked {row.credit}"
    fired = f", pattern {' and '.join(map(str, row.fired))}" if row.fired else ""
    return f"line {row.mark.line}{author}{share}, {row.outcome.code}{fired}: "


def _spans(row: Judged, *, in_depth: bool) -> str:
    evidence = row.outcome.evidence if in_depth else row.outcome.evidence[:1]
    if any(part.read for part in evidence):
        return "; ".join(filter(None, map(_span, evidence)))
    return f"nothing was found in “{one_line(row.mark.answer, _QUOTE)}”"


def _span(part: Evidence) -> str:
    quote = f"“{one_line(part.read, _QUOTE)}”" if part.read else ""
    notes = ", ".join(one_line(text, _PATTERN) for text in (part.read_as, part.expected) if text)
    return f"{quote} [{notes}]" if quote and notes else quote or notes


def _odd_patterns(item: CriterionCalibration) -> Iterator[tuple[Text, int]]:
    """Yield the patterns that bring more wrong finds than right ones."""
    for part in item.contributions:
        if part.lost_wrong > part.lost_right:
            said = f"pattern {part.number} brings {_finds(part.lost_right, part.lost_wrong)} that nothing else does: "
            yield Text(said + one_line(part.pattern, _PATTERN), style="yellow"), 2


def _patterns(item: CriterionCalibration) -> Iterator[tuple[Text, int]]:
    if not item.contributions:
        return
    yield Text("patterns: what each finds alone; what only it finds; kappa without it"), 2
    for part in item.contributions:
        yield Text(f"{part.number:>2}  {one_line(part.pattern, _PATTERN)}"), 4
        yield Text(_contribution(part, item), style=_worth(part)), 8


def _contribution(part: Contribution, item: CriterionCalibration) -> str:
    if not part.alone_right and not part.alone_wrong and not part.lost_right and not part.lost_wrong:
        return "never finds anything here"
    only = _finds(part.lost_right, part.lost_wrong) if part.lost_right or part.lost_wrong else "nothing"
    without = f"{_two(item.summary.table.kappa)} becomes {_two(part.without.kappa)}"
    return f"alone {_finds(part.alone_right, part.alone_wrong)}; only it {only}; kappa {without}"


def _worth(part: Contribution) -> str:
    if part.lost_wrong > part.lost_right:
        return "red"
    return "green" if part.lost_right else "dim"


def _finds(right: int, wrong: int) -> str:
    return f"{right} right, {wrong} wrong"


def _proposals(item: CriterionCalibration, *, in_depth: bool) -> Iterator[tuple[Text, int]]:
    if not item.proposals:
        return
    yield (
        Text(
            "proposed words (often in missed or waiting answers, rarely where it is not met; yours to judge)",
            style="cyan",
        ),
        2,
    )
    for part in item.proposals:
        where = f" (lines {', '.join(map(str, part.lines))})" if in_depth else ""
        yield Text(f"“{one_line(part.words, 60)}” in {part.missed} missed, {part.others} others{where}"), 4


def _wordings(item: CriterionCalibration) -> Iterator[tuple[Text, int]]:
    """Yield what a statement can learn from marked answers, ready to be copied into the rubric."""
    found = propose_wordings(item)
    if found:
        said = "wordings that decide marked rows rightly and none wrongly (yours to judge, and to shorten)"
        yield Text(said, style="cyan"), 2
    for part in found:
        others = f", {_many(part.others, 'row')} of others" if part.others else ""
        yield Text(f"{part.key}: “{one_line(part.text, _QUOTE)}” (line {part.line}{others})"), 4


def _gains(item: CriterionCalibration) -> Iterator[tuple[Text, int]]:
    """Yield what each proposed edit is worth, the best first."""
    worth = sorted(
        gains(item, item.language), key=lambda part: (part.wrong + part.lost - part.right, part.edit)
    )
    if worth:
        yield Text("edits, on authors they were not proposed from", style="cyan"), 2
    for part in worth:
        counts = (
            (f"{part.right:+d} credited rightly", part.right),
            (f"{part.wrong:+d} wrongly", part.wrong),
            (f"{part.looks} fewer looks", part.looks),
            (f"{part.lost} lost unseen", part.lost),
        )
        told = ", ".join(said for said, count in counts if count)
        yield Text(f"{one_line(part.edit, 60)}: {told or 'nothing'}"), 4


def _colour(summary: CriterionSummary) -> str:
    value = summary.table.kappa
    if value is None:
        return ""
    return "green" if value >= _GOOD else "yellow" if value >= _FAIR else "red"


def _many(count: int, thing: str) -> str:
    return f"{count} {thing}{'' if count == 1 else 's'}"


def _two(value: float | None) -> str:
    return "-" if value is None else f"{_short_of_one(value):.2f}"


def _percent(value: float | None) -> str:
    return "-" if value is None else f"{_short_of_one(value):.0%}"


def _short_of_one(value: float) -> float:
    """Keep what is not all from being rounded up to all."""
    return value if value >= 1 else min(value, 0.99)


def _interval(ends: tuple[float, float] | None) -> str:
    return "-" if ends is None else f"{_two(ends[0])} to {_two(ends[1])}"
