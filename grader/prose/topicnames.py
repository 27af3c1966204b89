"""The names of topics as a person writes them: the plain words and phrases that their patterns look for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.prose.groups import Group
from grader.prose.patterns import Phrase, Term

if TYPE_CHECKING:
    from grader.prose.patterns import Pattern


def names_of(topic: Pattern) -> tuple[str, ...]:
    """Return the names of a topic; words that are cut off, such as `sigmoid*`, stand for themselves."""
    if isinstance(topic, Term):
        return (topic.text,) if topic.kind in {"stem", "prefix", "exact"} else ()
    if isinstance(topic, Phrase):
        return (" ".join(word.text for word in topic.words),)
    if isinstance(topic, Group) and not (topic.every or topic.order):
        return tuple(name for part in topic.some for name in names_of(part))
    return ()


def kinds_of(topic: Pattern) -> tuple[tuple[str, ...], ...]:
    """Return the names of each topic in a list of topics: a set of sets holds several."""
    if isinstance(topic, Group) and topic.some and all(isinstance(part, Group) for part in topic.some):
        return tuple(names for part in topic.some for names in kinds_of(part))
    return (names_of(topic),)
