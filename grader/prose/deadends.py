"""Patterns that can never match: what they look for is also what they rule out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.prose.groups import Group
from grader.prose.patterns import Phrase, Term

if TYPE_CHECKING:
    from collections.abc import Iterable

    from grader.prose.patterns import Pattern


def dead_end(pattern: Pattern) -> str:
    """Say why a pattern can never match, "" where it may."""
    if not isinstance(pattern, Group):
        return ""
    if pattern.item is not None and pattern.of is not None and pattern.item > pattern.of:
        return f"there is no sub-answer {pattern.item} of {pattern.of}"
    wanted = (*pattern.every, *pattern.order, *((Group(some=pattern.some),) if pattern.some else ()))
    # What is found of several parts is longer than any of them, and lies inside none.
    ruled_out = (("none", pattern.lacking), ("except", pattern.outside if len(wanted) == 1 else ()))
    for part in wanted:
        for key, others in ruled_out:
            for other in others:
                if _covers(other, part):
                    return f"{key} rules out {other.label}, without which {part.label} is never found"
    for topic in pattern.unless:
        if pattern.about and all(_covers(topic, about) for about in pattern.about):
            return f"what is about {pattern.about[0].label} is never found unless about {topic.label}"
    inner = [dead_end(part) for part in (*pattern.every, *pattern.order)]
    some = [dead_end(part) for part in pattern.some]
    return next(filter(None, inner), "") or (some[0] if some and all(some) else "")


def _covers(other: Pattern, part: Pattern) -> bool:
    """Whether one pattern is found wherever another one is."""
    if isinstance(part, Group) and part.some and not (part.every or part.order):
        return all(_covers(other, each) for each in part.some)
    if isinstance(part, Group):
        return any(_covers(other, each) for each in (*part.every, *part.order))
    if isinstance(other, Group):
        plain = other.some and not (other.every or other.order or other.lacking or other.outside)
        bare = not (other.unless or other.about or other.item or other.negated or other.near is not None)
        return bool(plain and bare) and any(_covers(each, part) for each in other.some)
    if isinstance(other, Term):
        words = part.words if isinstance(part, Phrase) else (part,) if isinstance(part, Term) else ()
        return any(_is_found_with(other, word) for word in words)
    if isinstance(other, Phrase) and isinstance(part, Phrase):
        return _is_inside(other.words, part.words)
    return False


def _is_found_with(other: Term, word: Term) -> bool:
    if other.kind == "prefix":
        return word.kind in {"prefix", "stem", "exact"} and word.text.startswith(other.text)
    if other.kind == "stem":
        return word.kind in {"stem", "exact"} and word.root == other.root
    return word.kind == other.kind and word.text == other.text


def _is_inside(short: tuple[Term, ...], long: tuple[Term, ...]) -> bool:
    starts: Iterable[int] = range(len(long) - len(short) + 1)
    return any(all(map(_is_found_with, short, long[start : start + len(short)])) for start in starts)
