"""Conditions under which alone something is said to hold: `only if n > 30`, `for small x`, `unless n = 0`.

A condition counts where it limits a value: it says `only`, or compares something (`n > 30`, `large`, `even`).
`If we divide by n` is a step on the way, no limit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from grader.notation.lazypatterns import deferred
from grader.notation.vocabulary import word_set

if TYPE_CHECKING:
    from grader.prose.proseanswer import Prose

_BESIDE: Final = 4  # words between a value and the condition behind it: "holds but only"
_BEFORE: Final = 10  # words from a condition to the value behind it
_HELD: Final = 9  # words of a condition
_PASSED_OVER: Final = word_set(
    "holds hold valid true right correct but and is applies apply works work it this that"
)
_CONDITIONS: Final = word_set("if when whenever provided assuming long")
_EXCEPTIONS: Final = word_set("unless except sometimes approximately approx")
_AFTER_ONLY: Final = word_set("if when for in approximately where at true valid holds applies works")
_QUANTITIES: Final = word_set(
    "small large big tiny huge positive negative nonnegative even odd zero most least equal"
)
_FOR_SUCH: Final = word_set("small large big tiny huge special certain some even odd positive negative only")
_RELATION: Final = deferred(r"[<>≤≥≠∈]|\\(?:le|ge|lt|gt|ne|leq|geq|neq|in)(?![a-z])")
_NEGATED: Final = frozenset({"not", "n't"})


def is_limited(prose: Prose, first: int, last: int) -> bool:
    """Whether what the words from `first` to `last` say is said to hold under a condition alone."""
    begin, end = prose.sentence_range(prose.segments.sentences[first])
    return _limited_behind(prose, last + 1, end) or _limited_before(prose, begin, first)


def _limited_behind(prose: Prose, at: int, end: int) -> bool:
    parts = prose.segments.parts
    stop = min(end, at + _BESIDE)
    while at < stop and parts[at] in _PASSED_OVER and parts[at] not in _CONDITIONS:
        at += 1
    if at >= end:
        return False
    form, following = parts[at], parts[at + 1 : min(end, at + 2)]
    if form == "only":
        return bool(following) and following[0] in _AFTER_ONLY
    if form in _EXCEPTIONS:
        return True
    if form == "or":
        return following == ["not"]
    held = parts[at + 1 : min(end, at + _HELD)]
    if form == "for":
        return not _FOR_SUCH.isdisjoint(held[:4])
    if form == "as" and following == ["long"]:
        return True
    return form in _CONDITIONS and _compares(prose, at + 1, min(end, at + _HELD))


def _limited_before(prose: Prose, begin: int, first: int) -> bool:
    """Whether a clause that opens with a condition leads to a value: "if k < 0, then", "only for n = 1 we get"."""
    parts, clauses = prose.segments.parts, prose.segments.clauses
    for at in range(max(begin, first - _BEFORE), first):
        form = parts[at]
        if form == "only":
            lone = at == begin or parts[at - 1] not in _NEGATED
            if lone and at + 1 < first and parts[at + 1] in _AFTER_ONLY:
                return True
        if form == "special" and parts[at + 1] == "case":
            return True
        opens = at == begin or clauses[at] != clauses[at - 1] or parts[at - 1] == "only"
        if opens and form == "for" and not _FOR_SUCH.isdisjoint(parts[at + 1 : at + 4]):
            return True
        if opens and form in _CONDITIONS | {"unless", "sometimes"} and _compares(prose, at + 1, first):
            return True
    return False


def _compares(prose: Prose, first: int, end: int) -> bool:
    """Whether words say how large something is, or a sign of comparison stands among them."""
    if first >= end:
        return False
    segments = prose.segments
    if not _QUANTITIES.isdisjoint(segments.parts[first:end]):
        return True
    return _RELATION.search(prose.text, segments.starts[first - 1], segments.ends[end - 1]) is not None
