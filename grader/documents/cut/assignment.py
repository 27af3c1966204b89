"""The best assignment of all candidates of a document to the questions of a rubric, taken as a whole.

Dynamic programming along the document: a state is what was found so far, the last question and how its kind of heading
looks; each candidate is either taken or passed over, at named costs. Only the WIDTH cheapest states are kept, so that
it stays linear. Two ways to one state that cost nearly the same are rivals: where the cut runs otherwise, it is doubtful.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final, NamedTuple

from grader.documents.cut.addresses import ROMAN, Address, Target
from grader.documents.cut.candidates import FOUND

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from grader.documents.cut.addresses import Addresses
    from grader.documents.cut.candidates import CutCandidate

# States that are kept after each candidate: of each number of questions found, and of all.
WIDTH: Final = 6
MOST_STATES: Final = 60
# Two assignments whose costs differ by less than this are as good as each other.
MARGIN: Final = 0.5
# A question found again: plainly named, or by a mere number.
AGAIN: Final = 1.0
AGAIN_WEAKLY: Final = 2.5
# A question that stands before one that was found earlier, and one that skips others.
BACK: Final = 0.2
BACK_WEAKLY: Final = 1.5
SKIP: Final = 0.1
SKIP_WEAKLY: Final = 0.4
MOST_SKIPPED: Final = 3
# A number that does not count on from the one before, and one that does and is passed over.
GAP: Final = 0.3
PASSED: Final = 0.8
# A number below which nothing can stand, since the next one follows at once.
EMPTY: Final = 1.0
# A heading of a question that the rubric does not have.
UNKNOWN: Final = 0.1
# A heading that looks otherwise than the ones of its kind; a mere number among real headings.
OTHER_STYLE: Final = 0.4
MIXED: Final = 3.2
# A number that only says what is above the questions.
ABOVE_WEAKLY: Final = 0.5
# A number that counts parts by other signs, where it is a question's as well.
OTHERWISE: Final = 0.6
# Rivals kept for one way.
MOST_RIVALS: Final = 8

_WEAK_FORMS: Final = frozenset({"number", "part", "misspelt"})
_WEAK_STYLES: Final = frozenset({"plain", "item"})


class Event(NamedTuple):
    """A candidate that was taken: for questions, for what stands above them, or for none of the rubric's."""

    candidate: int
    kind: str  # question, inside, parent, foreign, ends, aside
    questions: tuple[int, ...] = ()
    address: Address = ()
    reading: int = 0  # which reading of the label was taken


class _Way(NamedTuple):
    """The events of a way through the document, the last first."""

    event: Event
    before: _Way | None


_Readings = list[tuple[int, list[Target]]]
_Styles = tuple[tuple[int, tuple[str, str, int], bool], ...]


class _State(NamedTuple):
    found: int = 0  # a bit for each question
    filled: int = 0  # those of them below whose heading something can stand
    last: int = -1
    near: Address = ()
    styles: _Styles = ()  # by length of the address; whether it is weak
    cost: float = 0.0  # this and what follows say how it was come to
    way: _Way | None = None
    rivals: tuple[tuple[float, _Way | None], ...] = ()  # what they cost more, and their way


class Assignment(NamedTuple):
    """The events in reading order, and those of the ways that are nearly as good."""

    events: tuple[Event, ...]
    rivals: tuple[tuple[Event, ...], ...]


def assign(candidates: Sequence[CutCandidate], addresses: Addresses) -> Assignment:
    """Return the cheapest assignment and its rivals; linear in the number of candidates."""
    states = [_State()]
    for number, candidate in enumerate(candidates):
        merged: dict[tuple[object, ...], _State] = {}
        readings: dict[Address, _Readings] = {}  # by what stands near
        for state in states:
            if state.near not in readings:
                readings[state.near] = _readings(state.near, candidate, addresses)
            for following in _steps(state, number, candidate, readings[state.near]):
                key = following[:5]  # all but how it was come to
                other = merged.get(key)
                merged[key] = _better(following, other) if other else following
        states = _kept(merged.values())
    best = states[0]
    rivals = [way for more, way in best.rivals if more < MARGIN]
    rivals += [state.way for state in states[1:] if state.cost - best.cost < MARGIN]
    return Assignment(_events(best.way), tuple(map(_events, rivals[:MOST_RIVALS])))


def _kept(states: Iterable[_State]) -> list[_State]:
    """Return the cheapest states, some of each number of questions found: whoever waits for later headings is dear at first."""
    kept: list[_State] = []
    counts: Counter[int] = Counter()
    for state in sorted(states, key=lambda state: state.cost):
        count = state.found.bit_count()
        if counts[count] < WIDTH:
            counts[count] += 1
            kept.append(state)
        if len(kept) == MOST_STATES:
            break
    return kept


def _events(way: _Way | None) -> tuple[Event, ...]:
    found = []
    while way is not None:
        found.append(way.event)
        way = way.before
    return tuple(reversed(found))


def _better(one: _State, other: _State) -> _State:
    """Return the cheaper of two ways to one state; the other is its rival where it costs little more."""
    if other.cost <= one.cost:
        one, other = other, one
    more = other.cost - one.cost
    if more >= MARGIN:
        return one
    rivals = [*one.rivals, (more, other.way), *((more + extra, way) for extra, way in other.rivals)]
    return one._replace(rivals=tuple(sorted(rivals, key=lambda rival: rival[0])[:MOST_RIVALS]))


def _steps(state: _State, number: int, candidate: CutCandidate, readings: _Readings) -> Iterator[_State]:
    """Yield what a state becomes behind a candidate."""
    if candidate.aside or candidate.ends:
        event = Event(number, "ends" if candidate.ends else "aside")
        yield _behind(state, event)
        return
    if candidate.form == "text" and state.found >> candidate.question & 1:
        yield state  # what is asked, below the heading of its question
        return
    passed = PASSED if _goes_on(state, candidate, readings[0][1][0].address) else 0.0
    found, filled, last, near, styles, cost, way, rivals = state
    yield _State(found, filled, last, near, styles, cost + max(candidate.ignored, passed), way, rivals)
    for reading, targets in readings:
        for following in _taken(state, number, candidate, targets, max(reading, 0)):
            yield following._replace(cost=following.cost + OTHERWISE) if reading < 0 else following


def _taken(
    state: _State, number: int, candidate: CutCandidate, targets: list[Target], reading: int
) -> Iterator[_State]:
    """Yield what a state becomes behind a heading with what one reading of it means."""
    first = targets[0]
    weak = candidate.form in _WEAK_FORMS and candidate.style[0] in _WEAK_STYLES
    if first.kind == "inside" and not state.found >> first.question & 1:
        first = Target("question", first.question, first.address)
        targets = [first]
    if first.kind == "question":
        known = [target for target in targets if target.kind == "question"]
        yield _found(state, number, candidate, known, weak=weak, reading=reading)
    elif first.kind == "inside":
        cost = state.cost + (
            candidate.taken + 1.0 if state.last != first.question else min(candidate.taken, 0.3)
        )
        event = Event(number, "inside", (first.question,), first.address, reading)
        yield _behind(state, event, cost, near=first.address, last=first.question)
    elif first.kind == "parent":
        cost = state.cost + candidate.taken + ABOVE_WEAKLY * weak
        event = Event(number, "parent", (), first.address, reading)
        yield _behind(state, event, cost, near=first.address)
    elif _may_be_foreign(state, candidate, first.address, weak=weak):
        event = Event(number, "foreign", (), first.address, reading)
        cost = state.cost + (0.0 if weak else min(candidate.taken, UNKNOWN))
        yield _behind(
            state, event, cost, near=first.address, styles=_styled(state, first.address, candidate, weak)
        )


def _styled(state: _State, address: Address, candidate: CutCandidate, weak: bool) -> _Styles:  # noqa: FBT001
    """Return the styles of a state with that of a heading of no question, where none of its length was seen."""
    if any(length == len(address) for length, _, _ in state.styles):
        return state.styles
    return tuple(sorted((*state.styles, (len(address), candidate.style, weak))))


def _behind(
    state: _State,
    event: Event,
    cost: float | None = None,
    *,
    near: Address | None = None,
    last: int | None = None,
    styles: _Styles | None = None,
) -> _State:
    """Return a state, and its rivals with it, behind one more event that finds no question."""
    return _State(
        state.found,
        state.filled,
        state.last if last is None else last,
        state.near if near is None else near,
        state.styles if styles is None else styles,
        state.cost if cost is None else cost,
        _Way(event, state.way),
        _rivals_behind(state, event),
    )


def _rivals_behind(state: _State, event: Event) -> tuple[tuple[float, _Way | None], ...]:
    return tuple([(more, _Way(event, way)) for more, way in state.rivals]) if state.rivals else ()


def _readings(near: Address, candidate: CutCandidate, addresses: Addresses) -> _Readings:
    """Return what a candidate may mean behind an address: of the readings of its label those that name questions, else the first.

    -1 is no reading of the label but a number that counts the parts of the question at hand.
    """
    label = candidate.label
    if candidate.aside or candidate.ends:
        return []
    if label is None:
        return [(0, [Target("question", candidate.question, addresses.of[candidate.question])])]
    worded = label.form in {"word", "misspelt", "container"}
    found: list[tuple[int, list[Target]]] = []
    for number, each in enumerate((label, *label.others)):
        targets = [addresses.resolve(address, near, worded=worded) for address in each.addresses]
        found.append((number, targets))
        if number == 0 and label.inner and worded:  # `Part 2` may stand below another heading
            below = [addresses.resolve(address, near, worded=False) for address in each.addresses]
            if below != targets:
                found.append((number, below))
    named = [each for each in found if all(target.kind in {"question", "parent"} for target in each[1])]
    readings = (named[:2] if label.inner else named[:1]) or found[:1]
    if (not worded or label.inner) and len(label.addresses) == 1:
        counted = addresses.counted(label.addresses[0], near)
        asked = readings[0][1][0].kind == "question"
        if (
            counted is not None
            and [counted] != readings[0][1]
            and not (asked and candidate.style[0] == "heading")
        ):
            readings.append((-1 if asked else 0, [counted]))
    return readings


def _found(
    state: _State,
    number: int,
    candidate: CutCandidate,
    targets: Sequence[Target],
    *,
    weak: bool,
    reading: int,
) -> _State:
    """Return the state behind a heading of one question or several."""
    cost = state.cost + candidate.taken
    found, filled = state.found, state.filled
    for target in targets:
        bit = 1 << target.question
        if not found & bit:
            cost += -FOUND
        elif filled & bit:
            cost += AGAIN_WEAKLY if weak or candidate.form in _WEAK_FORMS else AGAIN
        found |= bit
        filled |= 0 if candidate.empty else bit
    cost += EMPTY if candidate.empty and weak else 0.0
    first, last = targets[0], targets[-1]
    if first.question < state.last:
        cost += BACK_WEAKLY if weak else BACK
    elif first.question > state.last + 1:
        cost += (SKIP_WEAKLY if weak else SKIP) * min(first.question - state.last - 1, MOST_SKIPPED)
    if weak and state.near and not _follows(state.near, first.address):
        cost += GAP
    length = len(last.address)
    known = next((each for each in state.styles if each[0] == length), None)
    if known is not None:
        _, style, weakly = known
        if weakly != weak and style[0] != "heading" and _follows(state.near, first.address):
            cost += OTHER_STYLE  # `1. a)`, then `b)`
        elif weakly != weak:
            cost += MIXED
        elif style != candidate.style:
            cost += OTHER_STYLE
    own = (length, candidate.style, weak)
    seen = state.styles
    if own != known:
        seen = tuple(sorted((*(each for each in seen if each[0] != length), own)))
    event = Event(number, "question", tuple(target.question for target in targets), last.address, reading)
    way, rivals = _Way(event, state.way), _rivals_behind(state, event)
    return _State(found, filled, last.question, last.address, seen, cost, way, rivals)


def _goes_on(state: _State, candidate: CutCandidate, address: Address) -> bool:
    """Whether a label looks like the one before and counts on from it."""
    return _follows(state.near, address) and any(style == candidate.style for _, style, _ in state.styles)


def _may_be_foreign(state: _State, candidate: CutCandidate, address: Address, *, weak: bool) -> bool:
    """Whether a heading that names no question of the rubric's ends the one before: mere numbers go on counting."""
    if candidate.form in {"word", "parts"} and not weak and candidate.style[0] in {"heading", "styled"}:
        return True
    if candidate.form == "word":
        return True
    if candidate.form == "part" and not state.near:
        return False  # a letter alone, before any question
    if candidate.style[0] == "heading":
        depths = [style[2] for _, style, _ in state.styles if style[0] == "heading"]
        return not depths or candidate.depth <= max(depths)
    return _goes_on(state, candidate, address) or (not state.near and candidate.counts)


def _follows(near: Address, address: Address) -> bool:
    """Whether one address is the next after another of its kind."""
    if not near or len(near) != len(address) or near[:-1] != address[:-1]:
        return False
    low, high = near[-1], address[-1]
    if low.isdecimal() and high.isdecimal():
        return int(high) == int(low) + 1
    if low in ROMAN and high in ROMAN and int(ROMAN[high]) == int(ROMAN[low]) + 1:
        return True
    return len(low) == len(high) == 1 and ord(high) == ord(low) + 1
