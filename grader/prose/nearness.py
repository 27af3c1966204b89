"""What comes near a criterion's patterns without matching them: a miss that a person should see, or quote for one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from grader.prose.groups import Group
from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from grader.prose.hits import Hit
    from grader.prose.patterns import Pattern
    from grader.prose.search import Search

_CLAIMS_SEARCHED: Final = 64  # alternatives tried for the nearest miss
_HITS_SEARCHED: Final = 2_000  # of one part; an answer has far fewer
_ENOUGH_PARTS: Final = 3  # a pattern of fewer says too little once a part is taken away
_WIDER: Final = {"clause": "sentence", "sentence": "item"}
_FARTHER: Final = 6  # words by which a loosened pattern may be longer


@dataclass(frozen=True)
class Miss:
    """The alternative that came nearest, and what it lacked."""

    claim: Pattern
    first: int
    last: int
    found: tuple[str, ...]
    lacking: tuple[str, ...]


def loosened(claim: Pattern) -> Iterator[Group]:
    """Yield the pattern with one of its conditions relaxed; a hit of these nearly says it.

    The stretch is one size wider, the words may stand farther apart, what must not stand beside them
    does, or one of three or more parts is missing. Topics and denials are never relaxed: a claim
    about something else, or of the opposite, is not near.
    """
    if not isinstance(claim, Group) or len(claim.parts) < 2:
        return
    near = None if claim.near is None else 2 * claim.near + _FARTHER
    if claim.within in _WIDER:
        yield claim.changed(within=_WIDER[claim.within], near=near)
    elif near is not None:
        yield claim.changed(near=near)
    if claim.lacking:
        yield claim.changed(lacking=())
    if len(claim.parts) >= _ENOUGH_PARTS and not claim.order:
        for i in range(len(claim.every)):
            yield claim.changed(every=claim.every[:i] + claim.every[i + 1 :])
        if claim.some:
            yield claim.changed(some=())


def topicless(claim: Pattern) -> Iterator[tuple[Group, Group]]:
    """Yield a pattern that is bound to a topic, and the same without the bond."""
    if isinstance(claim, Group) and (claim.about or claim.unless):
        yield claim, claim.changed(about=(), unless=())


def nearest_miss(claims: Sequence[Pattern], search: Search) -> Miss | None:
    """Return the alternative of which most was found in one place."""
    best: tuple[float, Group, dict[int, Hit]] | None = None
    for claim in claims[:_CLAIMS_SEARCHED]:
        least = best[0] if best else 0.0
        if not isinstance(claim, Group) or _share(_possible(claim, search), claim) <= least:
            continue
        hits = _most(claim, search)
        if _share(len(hits), claim) > least:
            best = (_share(len(hits), claim), claim, hits)
    return _missed(best[1], best[2]) if best else None


def _share(found: int, claim: Group) -> float:
    """Return which share of a claim so many of its parts are; one that lacks none of them lacks a condition."""
    return found / max(len(claim.parts), found + 1)


def _possible(claim: Group, search: Search) -> int:
    """Return how many parts of a claim an answer may hold by the words it has."""
    shown = search.shown
    possible = 0
    for part in claim.parts or claim.some:
        for need in part.needs:
            if not need & shown:
                break
        else:
            possible += 1
    return possible


def _most(claim: Group, search: Search) -> dict[int, Hit]:
    """Return what was found of a claim in the unit that holds most of its parts, by their numbers."""
    unit = search.prose.unit(claim.within)
    found: dict[int, dict[int, Hit]] = {}
    for number, part in enumerate(claim.parts or claim.some):
        for hit in search.find(part)[:_HITS_SEARCHED]:
            found.setdefault(unit[hit.first], {}).setdefault(number, hit)
    if not found:
        return {}
    return found[max(sorted(found), key=lambda number: len(found[number]))]


def _missed(claim: Group, hits: dict[int, Hit]) -> Miss:
    parts = claim.parts or claim.some
    lacking = [part.label for number, part in enumerate(parts) if number not in hits] if claim.parts else []
    return Miss(
        claim,
        min(hit.first for hit in hits.values()),
        max(hit.last for hit in hits.values()),
        tuple(parts[number].label for number in sorted(hits)),
        tuple(lacking or [_condition(claim)]),
    )


def _condition(claim: Group) -> str:
    if claim.negated == "true":
        return "a denial"
    if claim.about:
        return "about " + " | ".join(pattern.label for pattern in claim.about)
    if claim.item is not None:
        return f"in sub-answer {claim.item}"
    if claim.unless:
        return "not about " + " | ".join(pattern.label for pattern in claim.unless)
    return "said plainly, in one place"
