"""One open row as the page shows it: its key, what may be chosen, and what is set at first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from grader.records import dataclass
from grader.review.posted import OTHER
from grader.writers.displaytext import one_line
from grader.writers.pageparts import facts, minus
from grader.writers.rounding import exact_text
from grader.writers.timewords import moment

if TYPE_CHECKING:
    from collections.abc import Mapping
    from fractions import Fraction

    from markupsafe import Markup

    from grader.review.security import Notice
    from grader.review.work import OpenCriterion, Work
    from grader.writers.view import Fact, RowView

# The keys of the rows in their order; letters that do something else on the page are left out.
ROW_KEYS: Final = "123456789bdeghilrvxyz"
_LOOKS: Final = "; a person will look at it"  # the one who reads it here does
_BRIEF: Final = 60  # characters of what is wanted that are shown at once, where it is long
_SHARES: Final = (("1/4", "¼"), ("1/2", "½"), ("3/4", "¾"))

Choice = tuple[str, str, str, str]
"""A credit as the form says it, its label, its look, and its words where the label alone does not tell."""


@dataclass(frozen=True, slots=True)
class RowSheet:
    """What the template shows of one row."""

    number: int
    key: str  # "" where there are more rows than keys
    id: str
    seen: int
    title: str
    points: str
    worth: float
    wants: str
    wants_briefly: str  # "" where all of it is short
    hesitates: str
    facts: Markup
    choices: tuple[Choice, ...]
    chosen: str
    share: str
    proposed: str
    ground: str
    alike: int
    variants: tuple[str, ...]
    split: bool
    decided: bool | object
    told: str
    written: str
    offered: tuple[str, ...]
    quoted: str


def row_sheet(number: int, row: OpenCriterion, view: RowView, work: Work, said: Notice | None) -> RowSheet:
    """Prepare a row; what was set and not kept, as in a conflict, is set again."""
    name, report = row.report.id, row.report
    kept = row.decided.credit if row.decided is not None else row.proposal
    chosen, share = _set(kept, report.points)
    written = ""
    if said is not None and said.key == work.key and name in said.chosen:
        again = said.chosen[name]
        known = {choice[0] for choice in _choices(report.points)}
        chosen, share = (again, "") if again in known or not again else (OTHER, again)
        written = said.written.get(name, "")
    return RowSheet(
        number=number,
        key=ROW_KEYS[number - 1] if number <= len(ROW_KEYS) else "",
        id=name,
        seen=row.seen,
        title=report.title or name,
        points=amount(report.points),
        worth=float(report.points),
        wants=row.wants,
        wants_briefly=_briefly(row.wants),
        hesitates=row.hesitates.replace(_LOOKS, ""),
        facts=facts(_untold(row, view)),
        choices=_choices(report.points),
        chosen=chosen,
        share=share if share != OTHER else "",
        proposed="" if row.proposal is None else credit_words(row.proposal, report.points),
        ground=row.ground,
        alike=row.alike,
        variants=row.variants[:4],
        split=row.split,
        decided=row.decided or False,
        told=_told(row),
        written=written,
        offered=tuple(dict.fromkeys(words for criterion, words in work.offered if criterion == name))[:6],
        quoted=_quoted(view),
    )


def amount(points: Fraction) -> str:
    """Write what a row is worth."""
    return f"{minus(exact_text(points))} {'point' if abs(points) == 1 else 'points'}"


def credit_words(credit: Fraction, points: Fraction) -> str:
    """Say a credit in words: a contradiction is claimed or not, anything else met or not."""
    words = {0: "does not claim it", 1: "claims it"} if points < 0 else {0: "not met", 1: "met"}
    whole = int(credit) if credit.denominator == 1 else -1
    return words.get(whole, f"{credit} of it")


def key_words(points: Fraction, choice: str) -> str:
    """Say what is set in a form, "" for what is open."""
    return next((label for value, label, *_ in _choices(points) if value == choice), choice)


def _untold(row: OpenCriterion, view: RowView) -> RowView:
    """Return a row without what stands above its facts already: why the machine hesitated, and what is wanted."""
    told: dict[Fact, tuple[str, ...]] = {}
    for fact in view.facts:
        ground = fact._replace(
            reads=(),
            placed=False,
            decided="" if fact.decided in row.hesitates else fact.decided,
            expected="" if fact.expected in row.wants else fact.expected,
        )
        told[ground] = (*told.get(ground, ()), *fact.reads)
    return view._replace(facts=tuple(ground._replace(reads=reads) for ground, reads in told.items()))


def _briefly(text: str) -> str:
    return f"{text[:_BRIEF].rsplit(' ', 1)[0]} …" if len(text) > 2 * _BRIEF else ""


def _choices(points: Fraction) -> tuple[Choice, ...]:
    if points < 0:
        return (("0", "Does not", "earned", "does not claim it"), ("1", "Claims it", "lost", ""))
    part: tuple[Choice, ...] = tuple(
        (value, label, "part", f"{value} of it") for value, label in _SHARES if points
    )
    return (("0", "Not met", "lost", ""), *part, ("1", "Met", "earned", ""))


def _set(credit: Fraction | None, points: Fraction) -> tuple[str, str]:
    """Return the choice that says a credit, and what stands in the field for another share."""
    if credit is None:
        return "", ""
    known: Mapping[str, str] = {value: value for value, *_ in _choices(points)}
    text = str(credit)
    return (text, "") if text in known else (OTHER, text)


def _told(row: OpenCriterion) -> str:
    if row.decided is None:
        return ""
    when = moment(row.decided.when)
    said = credit_words(row.decided.credit, row.report.points)
    return f"{one_line(row.decided.who)}{f', {when}' if when else ''}: {said}"


def _quoted(view: RowView) -> str:
    reads = [read for fact in view.facts for read in fact.reads]
    return one_line(reads[0]) if reads else ""
