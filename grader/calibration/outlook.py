"""What the second opinion would be worth on a file of marks: held out by author, before and with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from grader.calibration.figures import CrossTable, tabulate
from grader.calibration.opinion import FEWEST_AUTHORS, Opinion, case_of, is_enough, sureness
from grader.records import dataclass

if TYPE_CHECKING:
    from grader.calibration.measuring import Calibration
    from grader.calibration.opinion import Case

_EIGHTH: Final = 8  # of the zeros, the most doubtful, are what a spot check looks at


@dataclass(frozen=True)
class Outlook:
    """The figures of prose criteria without and with the opinion, of authors whose marks it had not seen."""

    authors: int
    floor: float
    needed: float  # how sure it must be to hold the floor, over 1 where it never is
    before: CrossTable
    after: CrossTable
    looked: int  # zeros a spot check would look at
    silent: int  # zeros that people found met
    found: int  # of these, how many the spot check would find


def outlook(calibration: Calibration, *, floor: float, language: str = "en") -> Outlook | None:
    """Return what the opinion is worth; None where people marked too few authors."""
    cases: list[Case] = []
    given: dict[Case, bool | None] = {}
    for item in calibration.criteria:
        if not item.criterion.check.finds_statements:
            continue
        for row in item.judged:
            author = row.mark.author or row.mark.answer
            case = case_of(item.criterion.id, author, row.mark.answer, row.outcome, met=row.person)
            given[case] = row.machine
            cases.append(case)
    if not is_enough(cases):
        return None
    held = Opinion(cases, (), language).held_out()
    needed = sureness(held, floor)
    said = [(given[item.case], item) for item in held]
    zeros = sorted((item for machine, item in said if machine is False), key=lambda item: -item.probability)
    looked = zeros[: (len(zeros) + _EIGHTH - 1) // _EIGHTH]
    return Outlook(
        authors=len({case.author for case in cases}),
        floor=floor,
        needed=needed,
        before=tabulate((machine, item.case.met) for machine, item in said),
        after=tabulate(
            (item.probability >= 0.5 if machine is None and item.sure >= needed else machine, item.case.met)
            for machine, item in said
        ),
        looked=len(looked),
        silent=sum(item.case.met for item in zeros),
        found=sum(item.case.met for item in looked),
    )


def sentences(told: Outlook | None) -> list[str]:
    """Say what an outlook says, a sentence a line."""
    if told is None:
        return [f"opinion: it takes marks of {FEWEST_AUTHORS} authors to learn from"]
    lines = [f"opinion, held out by author ({told.authors} authors, floor {told.floor:.0%}):"]
    for name, table in (("without it", told.before), ("with it", told.after)):
        kappa = "-" if table.kappa is None else f"{table.kappa:.3f}"
        share = 0.0 if table.decided_share is None else table.decided_share
        lines.append(
            f"  {name}: decided {share:.1%}, kappa {kappa}, silent zeros {table.person_only}, wrong given {table.machine_only}"
        )
    if told.needed > 1:
        lines.append("  it decides nothing: it never agrees with people often enough to hold the floor")
    lines.append(
        f"  spot check: {told.looked} of the zeros, the most doubtful, hold {told.found} of {told.silent} silent ones"
    )
    return lines
