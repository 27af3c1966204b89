"""Which of the numbers in an answer is the one that was asked for.

In the region of its label the conclusion is taken: a number in bold or announced as total, sum or
answer before the last result of a calculation, that before a number that is merely mentioned.
"""

from __future__ import annotations

import re
from enum import IntEnum
from typing import TYPE_CHECKING, Final

from grader.finding.regions import TOTALS, Region
from grader.notation.lazypatterns import deferred
from grader.notation.numbers.units import unit_named
from grader.prose.boundaries import STATEMENT_END, begins
from grader.prose.doubt import Stance
from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Sequence
    from fractions import Fraction

    from grader.finding.reading import Reading
    from grader.finding.scan import Chain, FoundNumber

WINDOW: Final = 60  # characters before a number in which its announcement is looked for

STRUCK: Final = 200  # characters that are struck out at once


class Rank(IntEnum):
    """How strongly a number stands as a conclusion."""

    UNEVALUATED = 0  # a calculation without its result
    OTHER = 1  # counts something else: filters, layers, weights per filter
    ASIDE = 2  # has a unit where none is asked for
    MENTIONED = 3
    GIVEN = 4  # directly behind the label, or with the unit asked for
    RESULT = 5  # closes a calculation
    CONCLUDED = 6  # announced as the total or the answer, or in bold
    CONCLUDED_RESULT = 7


@dataclass(frozen=True, slots=True)
class NumberCandidate:
    """A number that may be the answer."""

    number: FoundNumber
    rank: Rank
    direct: bool = False  # behind the label, with nothing but signs and small words between

    @property
    def value(self) -> Fraction:
        return self.number.reading.value


_ANNOUNCED: Final = deferred(
    rf"\b(?:{'|'.join(TOTALS)}|together(?! with\b|\s{{0,3}}:)|combined|answer|result is|final(?:ly)?|conclusion)\b",
    re.IGNORECASE,
)
_CONFIRMED: Final = deferred(r"[^.;\n\d]{0,25}\b(?:in total|altogether|in all|overall)\b", re.IGNORECASE)
_EMPHASIS: Final = deferred(
    r"(?:(?<!\*)\*\*|__|\\boxed\s?\{|\\(?:math|text)bf\s?\{|<b>|<strong>)[\s$({\[]*[-+]?\s?$"
)
_EXCLUDED: Final = deferred(
    r"\b(?:ignor\w+|without|not (?:counting|including|considering)|exclud\w+|neglect\w+|leaving out|omit\w*|disregard\w*)\b",
    re.IGNORECASE,
)
_CONCLUDES: Final = deferred(
    r"(?:\b(?:gives?|giving|yields?|makes?|making|i\.?\s?e\.?|that is|that's|amounts? to|results? in|resulting in|comes? to|adds? up to"
    r"|sums? up to)|⇒|→|=>)\s*(?:us\b|about|around|approximately)?[\s,:$*]*$",
    re.IGNORECASE,
)
_STATED: Final = deferred(
    r"(?:\b(?:is|are|was|be|of|equals?|to|have|has|gives?|get|obtain|count)|[:=≈→|])\s*"
    r"(?:about|around|approximately|roughly|only|just|exactly|~)?[\s*$({\[]*[-+]?$",
    re.IGNORECASE,
)
_PER: Final = deferred(
    r"\s*(?:[A-Za-z]+\s+){0,2}?(?:per|for\s+(?:each|every|one)|each|in\s+each)\b", re.IGNORECASE
)
_SHARE: Final = deferred(r"\s+(?:out\s+)?of\s+(?:the\s+|all\s+)?\d")  # "17 of 20" counts things
_CLAUSE: Final = deferred(r"[.;\n]|,(?!\d)")
_DIRECT: Final = deferred(
    r"(?:[\s:=>*_$~|(→–—-]|\\(?:long)?rightarrow|\b(?:is|are|was|has|have|of|at|to be|equals?|about|approximately|roughly|exactly|only|just|around|now|then|therefore|thus|so|hence"
    r"|here|also|layer|params?|parameters)\b)*"
)
_INNER: Final = frozenset({"operand", "size"})  # roles of what can be no answer
_PHYSICAL: Final = frozenset({"memory", "time", "flops", "macs", "pixels"})
_STRUCTURAL: Final = frozenset({"filters", "channels", "layers", "biases"})


def _announced(text: str, number: FoundNumber, floor: int) -> bool:
    first = begins(text, max(floor, number.start - WINDOW), number.start, STATEMENT_END)
    return bool(_ANNOUNCED.search(text, first, number.start) or _CONFIRMED.match(text, number.until))


def is_excluded(text: str, number: FoundNumber) -> bool:
    """Whether the clause around a number says that something was left out of it."""
    before = _CLAUSE.split(text[max(0, number.start - WINDOW) : number.start])[-1]
    behind = _CLAUSE.split(text[number.until : number.until + WINDOW], maxsplit=1)[0]
    return bool(_EXCLUDED.search(before) or _EXCLUDED.search(behind))


def _is_denied(reading: Reading, number: FoundNumber) -> bool:
    """Whether a number is struck out, or said not to be the one."""
    line = reading.text[max(0, number.start - STRUCK) : number.start]
    struck = "~~" in line and line.rpartition("\n")[2].count("~~") % 2 == 1
    return struck or reading.stance(number.start, number.end) is Stance.DENIED


def denied_numbers(reading: Reading) -> tuple[FoundNumber, ...]:
    """Return the numbers of a text that are said not to be the one."""
    return reading.kept(_denied)


def _denied(reading: Reading) -> tuple[FoundNumber, ...]:
    return tuple(
        number
        for number in reading.numbers
        if number.role not in {"operand", "size", "unevaluated"} and reading.kept(_is_denied, number)
    )


def _is_direct(text: str, number: FoundNumber, label_ends: Sequence[int]) -> bool:
    return any(
        end <= number.start <= end + WINDOW and _DIRECT.fullmatch(text, end, number.start) is not None
        for end in label_ends
    )


def _rank(reading: Reading, number: FoundNumber, *, floor: int, direct: bool, unit: str) -> Rank | None:
    """Return how strongly a number stands, None where it cannot be the answer."""
    text = reading.text
    before = text[max(0, number.start - WINDOW) : number.start]
    if reading.kept(_is_denied, number):
        return None  # "not 902,700", and what is struck out
    if number.role == "unevaluated":
        return Rank.UNEVALUATED
    found, asked = unit_named(number.reading.unit_name), unit_named(unit)
    if found and asked and found.dimension != asked.dimension:
        return None
    same = found is not None and asked is not None
    if _SHARE.match(text, number.end):
        return Rank.OTHER
    said = (
        direct and not unit
    )  # the value of the label, whatever its unit: "the average is 17.5 ms per image"
    if (found and not same and found.dimension in _STRUCTURAL) or (_PER.match(text, number.end) and not said):
        return Rank.OTHER
    if found and not same and found.dimension in _PHYSICAL and not said:
        return Rank.ASIDE
    concluded = _EMPHASIS.search(before) is not None or _announced(text, number, floor)
    if number.role == "result":
        rank = Rank.CONCLUDED_RESULT if concluded else Rank.RESULT
    elif concluded:
        rank = Rank.CONCLUDED
    elif _CONCLUDES.search(before):
        rank = Rank.RESULT
    else:
        rank = Rank.GIVEN if same or direct else Rank.MENTIONED
    return Rank.MENTIONED if rank > Rank.MENTIONED and is_excluded(text, number) else rank


def rank_numbers(
    reading: Reading, *, unit: str = "", region: Region | None = None, label_ends: Sequence[int] = ()
) -> list[NumberCandidate]:
    """List the numbers of a text, or of one region of it, that may be an answer, in reading order."""
    return list(reading.kept(_ranked, unit, region, tuple(label_ends)))


def _ranked(
    reading: Reading, unit: str, region: Region | None, label_ends: tuple[int, ...]
) -> tuple[NumberCandidate, ...]:
    candidates = []
    floor = region.start if region else 0
    for number in reading.numbers:
        if region and (number.start < region.start or number.end > region.end):
            continue
        if number.role in _INNER:
            continue
        direct = _is_direct(reading.text, number, label_ends)
        rank = _rank(reading, number, floor=floor, direct=direct, unit=unit)
        if rank is not None:
            candidates.append(NumberCandidate(number, rank, direct))
            if rank > Rank.OTHER:
                floor = number.until
    return tuple(candidates)


def is_stated(text: str, candidate: NumberCandidate) -> bool:
    """Whether a number is said to be the value of something: `= 12`, `is 12`, `: 12`, or the result of a calculation."""
    number = candidate.number
    return (
        number.role == "result"
        or _STATED.search(text[max(0, number.start - WINDOW) : number.start]) is not None
    )


def strongest(candidates: list[NumberCandidate]) -> NumberCandidate | None:
    """Return the last of the strongest candidates, of two results the one directly behind the label."""
    return max(
        candidates,
        key=lambda each: (each.rank, each.direct and each.rank is Rank.RESULT, each.number.start),
        default=None,
    )


def is_total(near: tuple[str, ...]) -> bool:
    """Whether a label asks for a total."""
    return any(label.lower() in TOTALS for label in near)


def grand_totals(reading: Reading) -> tuple[Chain, ...]:
    """Return the sums whose terms are results that were reached before: `2800 + 180200 + 720400 = ...`."""
    if not any(number.chain is not None and number.chain.additive for number in reading.numbers):
        return ()
    reached: set[Fraction] = set()
    sums = []
    for number in reading.numbers:
        chain = number.chain
        if number.role != "result" or chain is None:
            if number.role == "stated":
                reached.update(each.value for each in number.reading.readings)
            continue
        if (
            chain.additive
            and sum(value in reached for value in chain.operands) >= 2
            and chain.end == number.end
        ):
            sums.append(chain)
        else:
            reached.update(each.value for each in number.reading.readings)
    return tuple(sums)


@dataclass(frozen=True, slots=True)
class Selection:
    """What stands under a label: one conclusion for every region that has one, outermost regions only."""

    labelled: bool  # whether the label occurs at all
    conclusions: tuple[NumberCandidate, ...] = ()
    inside: tuple[NumberCandidate, ...] = ()  # all candidates of those regions


def select(reading: Reading, *, near: tuple[str, ...], others: tuple[str, ...], unit: str) -> Selection:
    """Return the conclusions under a label; without labels those of the whole text."""
    if not near:
        inside = rank_numbers(reading, unit=unit)
        best = strongest(inside)
        return Selection(labelled=True, conclusions=(best,) if best else (), inside=tuple(inside))
    sums = reading.kept(grand_totals)
    total = is_total(near)
    spans = {(chain.start, chain.end) for chain in sums}
    found: list[tuple[int, NumberCandidate, list[NumberCandidate]]] = []
    regions = reading.regions(near, others)
    ends = tuple(label.end for label in reading.labels(near, others) if label.own)
    for region in regions:
        inside = rank_numbers(reading, unit=unit, region=region, label_ends=ends)
        if not total:
            inside = [each for each in inside if not _closes(each, spans)]
        best = strongest(inside)
        if best:
            found.append((region.depth, best, inside))
    if not found and total and sums:
        inside = [each for each in rank_numbers(reading, unit=unit) if _closes(each, spans)]
        found = [(0, each, [each]) for each in inside[-1:]]
    if any(best.rank >= Rank.GIVEN for _, best, _ in found):
        found = [each for each in found if each[1].rank >= Rank.GIVEN]
    if total and found:
        outermost = min(depth for depth, _, _ in found)
        found = [each for each in found if each[0] == outermost]
    return Selection(
        labelled=bool(regions) or bool(found),
        conclusions=tuple(best for _, best, _ in found),
        inside=tuple(each for _, _, inside in found for each in inside),
    )


def _closes(candidate: NumberCandidate, spans: set[tuple[int, int]]) -> bool:
    chain = candidate.number.chain
    return chain is not None and (chain.start, chain.end) in spans
