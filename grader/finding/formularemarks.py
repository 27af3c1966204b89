"""What stands around a formula or a matrix and is said of it: denied, doubted, limited, or made part of something else.

How the writer stands to it is told by the prose around it, in which every find is one word: `grader.prose.stance`.
Signs and operations beside it (`≠ F`, `F^2`, `the inverse of F`, struck-out text) are found here. What is denied
is no answer; what is doubted or limited is for a person.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING, Final

from grader.notation.lazypatterns import deferred
from grader.notation.vocabulary import word_set
from grader.prose.boundaries import SENTENCE_END, begins
from grader.prose.bounds import is_bound
from grader.prose.doubt import Stance
from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.finding.reading import Reading

NEARBY: Final = (
    48  # characters before and behind a find in which what stands directly beside it is looked for
)

DENIED: Final = "The words around it deny this."
COMPARED: Final = "A sign beside it says that it is compared, not that it is equal."
LARGER: Final = "It is a part of something larger that could not be read as a whole."
DOUBTED: Final = "The words around it doubt this."
BESIDE: Final = "Another one is offered beside it."
SUPPOSED: Final = "This is only supposed: the sentence says what would be."
BOUNDED: Final = "This is a bound, not a value."
LIMITED: Final = "It is said to hold only under a condition."


@dataclass(frozen=True, slots=True)
class Remark:
    """What is said about a find: `denied`, `doubted` or `limited`, with a sentence for people."""

    kind: str
    said: str


_OFFERED: Final = deferred(
    r"[\s$`*_)]*,?\s*\b(?:or|alternatively|oder|ou)\b\s*(?:also\s+|even\s+|maybe\s+|rather\s+|just\s+)?[$(\\]?(?:\d|[A-Za-z](?![\w'’])|\\|\x00)"
    r"|[\s$`*_)]*,\s*\$?\\?(?![aI]\s)[A-Za-z](?![\w'’])\s*(?:[A-Za-z](?![\w'’])|[,;]|\.?\s*$)",
    re.IGNORECASE,
)
_COMPARED_BEFORE: Final = deferred(
    r"(?:[≠≉≁≢<≤≥≪≫∉∝]|(?<![=-])>|!=|<>|/=|=/=|\\(?:ne|neq|not\s*=|lt|gt|le|ge|leq|geq|leqslant|geqslant|ll|gg|propto|notin)\s?)[\s$({]*$"
)
_COMPARED_BEHIND: Final = deferred(
    r"[\s$)}]*(?:[≠≉≢<≤≥≪≫]|!=|>(?!\s*$)|\\(?:ne|neq|not\s*=|lt|gt|le|ge|leq|geq|ll|gg)(?![a-z]))\s*[\w\\$(+-]"
)
_JOINED_BEFORE: Final = deferred(r"[\w)\]}$]\s*[*/^+±∓·×−-]\s*\$?$|(?<!\S)[±∓¬]\s*\$?$")
_JOINED_BEHIND: Final = deferred(
    r"\$?(?:\^|\s?[*/+±×·−%]\s*[\w\\$(]|\s-\s?(?![^\W\d_]{3,}\s)[\w\\$(]|ᵀ|['’](?!\w)|\.T\b)"
)
_OPERATIONS: Final = (
    "transposed?|inverse|negative|opposite|determinant|trace|square root|root|square|half|double|reciprocal|derivative|gradient|integral"
    "|logarithm|log|exponential|absolute value|complement"
)
_OPERATORS: Final = "det|inv|tr|rank|adj|exp|diag|transpose"
_WORDED_BEFORE: Final = deferred(
    rf"\b(?:(?:{_OPERATIONS})\s+of(?:\s+the)?(?:\s+matrix)?|minus|twice|times|plus|divided by|multiplied by|reversed|flipped|rotated|mirrored|transposed|inverted|negated|(?<![\w\\])\\?(?:{_OPERATORS}))\s[\s$(]*$",
    re.IGNORECASE,
)
_WORDED_BEHIND: Final = deferred(
    r"[\s$`*_)\]}]*(?:transposed|inverted|squared|cubed|negated|mod\b|flipped|rotated|mirrored|reversed|shifted|without\b|or (?:its|the)\b|times\b|divided by|multiplied by|plus\b|minus\b|to the power)",
    re.IGNORECASE,
)
_STRUCK: Final = deferred(
    r"~~.{1,1000}?~~|<(?P<tag>s|del|strike)>.{0,1000}?</(?P=tag)>|\\(?:st|sout|cancel|xcancel|bcancel|hcancel)\s?\{[^{}]{0,400}\}",
    re.DOTALL,
)


_CHANGING: Final = word_set(
    "of minus twice times plus divided multiplied transposed inverted squared cubed negated mod "
    "flipped rotated mirrored reversed shifted without or power " + _OPERATORS.replace("|", " ")
)
_SAID_OF: Final = {
    Stance.DOUBTED: Remark("doubted", DOUBTED),
    Stance.LIMITED: Remark("limited", LIMITED),
}
_WORD: Final = deferred(r"[^\W\d_]+")


def struck_out(reading: Reading) -> tuple[tuple[int, int], ...]:
    r"""Return the spans of a text that are struck out: `~~..~~`, `<s>..</s>`, `\sout{..}`."""
    text = reading.text
    if "~~" not in text and "<" not in text and "\\" not in text:
        return ()
    return tuple(found.span() for found in _STRUCK.finditer(text))


def remark_on(
    reading: Reading, start: int, end: int, others: Sequence[tuple[int, int]] = ()
) -> Remark | None:
    """Return what is said about the find at a place, None where it is simply stated.

    `others` are the spans of all finds, in order: their letters are no words.
    """
    if any(first <= start < last for first, last in reading.kept(struck_out)):
        return Remark("denied", "It is struck out.")
    before, behind = _beside(reading.text, start, end, others)
    if _COMPARED_BEFORE.search(before) or _COMPARED_BEHIND.match(behind):
        return Remark("denied", COMPARED)
    stance = reading.stance_among(tuple(others), start, end)
    if stance is Stance.DENIED:
        return Remark("denied", DENIED)
    return _changed(before, behind) or _SAID_OF.get(stance)


def unclaimed(reading: Reading, start: int, end: int) -> str:
    """Say why what stands at a place is no claim, though nothing denies or doubts it; "" where it may be one."""
    if is_bound(reading.text, start):
        return BOUNDED
    if reading.signs.supposition and reading.is_supposed(start, end, reading.spans or ((start, end),)):
        return SUPPOSED
    return ""


def _changed(before: str, behind: str) -> Remark | None:
    """Return what signs or words beside a find make of it: a part of something larger, or one of several."""
    words = frozenset(_WORD.findall(f"{before} {behind}".lower()))
    worded = not words.isdisjoint(_CHANGING) and (
        _WORDED_BEFORE.search(before) or _WORDED_BEHIND.match(behind)
    )
    if worded or _JOINED_BEFORE.search(before[-12:]) or _JOINED_BEHIND.match(behind):
        return Remark("doubted", LARGER)
    return Remark("doubted", BESIDE) if _OFFERED.match(behind) else None


def _beside(text: str, start: int, end: int, others: Sequence[tuple[int, int]]) -> tuple[str, str]:
    """Return what stands in its sentence directly before a find, and behind it."""
    before = _blanked(text, max(0, start - NEARBY), start, others)
    behind = _blanked(text, end, min(len(text), end + NEARBY), others)
    stop = SENTENCE_END.search(behind)
    return before[begins(before, 0, len(before)) :], behind if stop is None else behind[: stop.start()]


def _blanked(text: str, first: int, last: int, others: Sequence[tuple[int, int]]) -> str:
    """Return a stretch with the finds in it made blank."""
    stretch = text[first:last]
    at = max(0, bisect_right(others, first, key=lambda span: span[0]) - 1)
    for start, end in others[at:]:
        if start >= last:
            break
        low, high = max(start, first) - first, min(end, last) - first
        if low < high:
            stretch = stretch[:low] + "\x00" * (high - low) + stretch[high:]
    return stretch
