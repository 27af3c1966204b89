"""Keep a decision about an answer, for all that it settles, or say whose decision is in the way."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from grader.gradebook.acts import Act, Laid
from grader.review.work import ALL, NONE, PROPOSED, Kept

if TYPE_CHECKING:
    from collections.abc import Mapping

    from grader.gradebook.acts import StandingOverride
    from grader.review.desk import Desk
    from grader.review.index import AnswerRow, OpenAnswer, OpenAnswers

Said = dict[str, Fraction | None]


def credits_of(
    unit: OpenAnswer,
    said: Mapping[str, Fraction | None] | str,
    proposals: Mapping[str, Fraction],
    index: OpenAnswers,
) -> Said:
    """Return the credit by criterion that an answer is given; raises ValueError for one that is no share.

    `all`, `none` and `proposed` are about the rows that are still open.
    """
    if isinstance(said, str):
        waiting = [row for row in unit.rows if index.is_open(unit, row)]
        if said == ALL:
            return {row.criterion: Fraction(row.points >= 0) for row in waiting}
        if said == NONE:
            return {row.criterion: Fraction(0) for row in waiting}
        if said == PROPOSED:
            return {row.criterion: proposals[row.criterion] for row in waiting if row.criterion in proposals}
        raise ValueError(f"no such decision: {said!r}")
    for criterion, credit in said.items():
        if credit is not None and not 0 <= credit <= 1:
            raise ValueError(f"{criterion}: credit must be from 0 to 1 (got {credit})")
    return dict(said)


def conflicts_of(
    index: OpenAnswers, unit: OpenAnswer, said: Said, who: str, seen: Mapping[str, int]
) -> tuple[str, ...]:
    """Return a sentence for each row that somebody else has decided otherwise since it was shown."""
    found = []
    for criterion, credit in said.items():
        row = index.row(unit, criterion)
        standing = index.overrides.get((unit.about, row.criterion))
        if standing is None or standing.number <= seen.get(criterion, 0) or standing.who == who:
            continue
        if standing.credit != credit:
            given = (
                "taken the decision back"
                if standing.credit is None
                else f"decided {_said(standing.credit, row)}"
            )
            found.append(f"{criterion}: {standing.who} has {given} meanwhile")
    return tuple(found)


def keep_decision(desk: Desk, unit: OpenAnswer, said: Said, *, who: str, why: Mapping[str, str]) -> Kept:
    """Keep what is said of an answer for it and for all equal ones that nobody has decided by themselves.

    The desk is brought up to date. Call it inside a transaction in which that was refreshed.
    """
    index, groups = desk.index, desk.groups
    laid: list[Laid] = []
    for criterion, credit in said.items():
        row = index.row(unit, criterion)
        own = index.standing(unit, row)
        if own is not None and own.credit == credit and own.why == why.get(criterion, ""):
            continue
        if own is None and credit is None:
            continue  # there is nothing to take back
        key = groups.key_of(unit, row)
        for member, other in groups.members(unit, row):
            if member is not unit and not _follows(index, member, other, own):
                continue
            for student in member.students:
                # The member's own key, so that what arrives later and equals it is settled as well.
                alike = other.key if key else ""
                laid.append(Laid(student, criterion, credit, other.ground, why.get(criterion, ""), alike))
    if not laid:
        return Kept(left=_left(index, unit))
    act = Act(
        "decide", who, unit.about, unit.question, data={name: _text(credit) for name, credit in said.items()}
    )
    number, rows = desk.lay(act, laid)
    return Kept(number, rows, left=_left(index, unit))


def _follows(index: OpenAnswers, member: OpenAnswer, row: AnswerRow, own: StandingOverride | None) -> bool:
    """Whether an equal answer is settled as well: it waits, or it was settled together with this one."""
    standing = index.standing(member, row)
    if standing is None:
        return row.awaits
    return own is not None and own.act is not None and standing.act == own.act


def _left(index: OpenAnswers, unit: OpenAnswer) -> tuple[str, ...]:
    return tuple(row.criterion for row in unit.rows if index.is_open(unit, row))


def _said(credit: Fraction, row: AnswerRow) -> str:
    """Return a credit as the page words it."""
    if row.points < 0:
        words = {Fraction(1): "that the claim is made", Fraction(0): "that the claim is not made"}
    else:
        words = {Fraction(1): "that it is met", Fraction(0): "that it is not met"}
    return words.get(credit, f"{credit} of the points")


def _text(credit: Fraction | None) -> str | None:
    return None if credit is None else str(credit)
