"""The options that an answer picks: which are named, how the writer stands to each, and pairs of a matching."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from grader.finding.options import MAX_LENGTH, FoundOption, Spellings, folded
from grader.notation.lazypatterns import deferred
from grader.prose.doubt import Stance

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from grader.finding.reading import Reading

_PAIR: Final = deferred(
    r"^[ \t]*(?:[-*+] |\d+[.)] )?[ \t]*(.{1,80}?)[ \t]*(?::|=>|->|→|\\to|\\rightarrow|=|–|—)[ \t]*(.+)$",
    re.MULTILINE,
)


_WEAKENED: Final = deferred(
    r"\b(?:partly|partially|half|mostly|somewhat|lying\s+if\s+\w+\s+(?:say|said|wrote))[\s*_`\"'(]*$",
    re.IGNORECASE,
)


class Pick(NamedTuple):
    """An option that was named, and where."""

    option: str
    start: int
    end: int
    stance: Stance = Stance.STATED


def find_picks(reading: Reading, spellings: Spellings) -> list[Pick]:
    """Return the options that an answer names, in order; none where a list holds something else."""
    if reading.value is not None and not isinstance(reading.value, str):
        words = [str(item) for item in _leaves(reading.value)]
        known = [spellings.ids.get(folded(word)) for word in words]
        return [Pick(option, 0, 0) for option in known if option] if all(known) else []
    found = reading.options(spellings)
    # A bracket behind a letter is no end of a clause: "c) is not right".
    plain = reading.kept(_without_brackets, found)
    return [
        Pick(each.option, each.start, each.end, Stance.STATED if each.listed else _stance(plain, each))
        for each in found
    ]


def find_pairs(reading: Reading, spellings: Spellings) -> dict[str, str]:
    """Read `item: option` pairs from a mapping or from lines of prose; names folded."""
    if isinstance(reading.value, Mapping):
        pairs: Iterable[tuple[str, str]] = [(str(key), str(value)) for key, value in reading.value.items()]
    else:
        pairs = [(found[1], found[2]) for found in _PAIR.finditer(reading.text[:MAX_LENGTH])]
    read = {}
    for item, said in pairs:
        if not said.strip():
            continue
        picks = find_picks(reading.with_text(said), spellings)
        options = {pick.option for pick in picks}
        if len(options) == 1 and all(pick.stance is Stance.STATED for pick in picks):
            read[folded(item)] = options.pop()
        else:
            read[folded(item)] = ""  # said, but not as one option
    return read


def _stance(reading: Reading, found: FoundOption) -> Stance:
    stance = reading.stance(found.word_start, found.word_end)
    weak = _WEAKENED.search(reading.text[max(0, found.word_start - 40) : found.word_start])
    return Stance.DOUBTED if weak and stance is Stance.STATED else stance


def _without_brackets(reading: Reading, found: tuple[FoundOption, ...]) -> Reading:
    """Return the reading of the same text without the brackets that close behind options."""
    text = reading.text
    for each in found:
        if text[each.word_end : each.word_end + 1] == ")":
            text = f"{text[: each.word_end]} {text[each.word_end + 1 :]}"
    return reading.with_text(text)


def without_contrasts(picks: list[Pick]) -> list[Pick]:
    """Return the picks without options that are only named to be set apart: `c, not a`, `c; a would be wrong`."""
    stated = {pick.option for pick in picks if pick.stance is Stance.STATED}
    denied = {pick.option for pick in picks if pick.stance is Stance.DENIED}
    if not stated or stated & denied:
        return picks
    return [pick for pick in picks if pick.stance is not Stance.DENIED]


def _leaves(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    else:
        for item in value.values() if isinstance(value, Mapping) else value:
            yield from _leaves(item)
