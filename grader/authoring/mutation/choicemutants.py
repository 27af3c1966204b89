"""Choices put otherwise, and other choices."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from grader.authoring.mutation.mutants import Replacement

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MAX_OTHERS: Final = 6  # wrong options that are tried
_TRUTHS: Final = {True: ("true", "True", "yes"), False: ("false", "False", "no")}
_TRUE: Final = frozenset({"true", "yes", "right", "correct", "t", "y"})


def replacements(right: Sequence[Any], options: Mapping[str, str]) -> Iterator[Replacement]:
    """Yield what may stand for the right choice; `right` are the accepted ones, the expected one first."""
    expected = right[0]
    if isinstance(expected, Mapping):
        yield from _matchings(expected, options)
    elif isinstance(expected, tuple):
        yield from _several(expected, right, options)
    elif not options:
        yield from _truths(expected)
    else:
        for text in _forms(expected, options.get(expected, "")):
            yield Replacement("layout", damages=False, answer=text)
        for other in [option for option in options if option not in right][:MAX_OTHERS]:
            yield Replacement("another option", damages=True, answer=other)


def _forms(option: str, text: str) -> Iterator[str]:
    yield option
    yield f"({option})"
    yield f"**{option}**"
    yield f"{option}."
    yield f"Answer: {option}"
    yield option.upper()
    if text:
        yield text
        yield f"{option}: {text}"


def _truths(expected: str) -> Iterator[Replacement]:
    said = expected.casefold() in _TRUE
    yield from (Replacement("synonym", damages=False, answer=text) for text in _TRUTHS[said])
    yield from (Replacement("another option", damages=True, answer=text) for text in _TRUTHS[not said])


def _several(
    expected: tuple[str, ...], right: Sequence[Any], options: Mapping[str, str]
) -> Iterator[Replacement]:
    accepted = [set(each) for each in right]
    yield Replacement("order", damages=False, answer=expected[::-1])
    yield Replacement("layout", damages=False, answer=", ".join(expected))
    for option in expected if len(expected) > 1 else ():
        fewer = tuple(each for each in expected if each != option)
        if set(fewer) not in accepted:
            yield Replacement("option left out", damages=True, answer=fewer)
    for option in [each for each in options if each not in expected][:MAX_OTHERS]:
        if {*expected, option} not in accepted:
            yield Replacement("option too many", damages=True, answer=(*expected, option))


def _matchings(expected: Mapping[str, str], options: Mapping[str, str]) -> Iterator[Replacement]:
    items = list(expected.items())
    yield Replacement("order", damages=False, answer=dict(items[::-1]))
    yield Replacement(
        "layout", damages=False, answer="\n".join(f"{item}: {option}" for item, option in items)
    )
    for number, (item, option) in enumerate(items):
        other = next((each for each in options if each != option), None)
        if other is not None:
            changed = [*items[:number], (item, other), *items[number + 1 :]]
            yield Replacement("another option", damages=True, answer=dict(changed))
