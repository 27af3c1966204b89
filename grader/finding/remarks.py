"""What the words around a formula or a matrix do to it: deny it, doubt it, or say when it holds.

`y = F is wrong`, `not F`, `It is not true that F`, `F, but that is false`, `F? No.` and struck-out
text deny F; `maybe F` doubts it; `F only if x > 0` limits it. What is denied is no answer; what is
doubted or limited is for a person.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from grader.notation.vocabulary import word_set
from grader.prose.boundaries import SENTENCE_END, begins
from grader.prose.vocabulary import FALSEHOODS, NEGATORS, NOT_DENYING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.finding.reading import Reading

BEFORE: Final = 240  # characters of a sentence looked at before a find, and behind it
AFTER: Final = 160
NEARBY: Final = 48  # characters before a find in which what stands directly before it begins

DENIED: Final = "The words around it deny this."
COMPARED: Final = "A sign beside it says that it is compared, not that it is equal."
LARGER: Final = "It is a part of something larger that could not be read as a whole."
DOUBTED: Final = "The words around it doubt this."
BESIDE: Final = "Another one is offered beside it."
LIMITED: Final = "It is said to hold only under a condition."


@dataclass(frozen=True, slots=True)
class Remark:
    """What is said about a find: `denied`, `doubted` or `limited`, with a sentence for people."""

    kind: str
    said: str


def _alternatives(words: Sequence[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=lambda word: (-len(word), word)))


_FALSE: Final = _alternatives(
    sorted(FALSEHOODS | {"nonsense", "inaccurate", "invalid", "falsch", "faux", "rubbish"})
)
_NOT: Final = rf"(?:{_alternatives(sorted(NEGATORS - {'none', 'nothing', 'nobody', 'lack', 'lacks', 'lacking'}))}|\w{{2,8}}n['’]t|nicht|kein\w{{0,2}})"
_TRUE: Final = (
    "true|right|correct|valid|so|it|the case|the answer|the formula|the solution|what|equal|ok|okay"
)
_FILLER: Final = r"(?:\s|[*_$(\[{\"'“”])*"

_CLAUSE_END: Final = re.compile(
    r"[,;:()\[\]\n]|\b(?:but|so|hence|thus|therefore|then|because|since|while|whereas|although|though|and|sondern|also)\b|[⇒→]|=>|--?>"
)
_CUE_BEFORE: Final = re.compile(
    rf"(?<!\w){_NOT}(?!\w)(?!\s+(?:{_alternatives(sorted(NOT_DENYING))})\b)"
    r"|\b(?:nobody|no one|no way|mistake to|wrong to)\b",
    re.IGNORECASE,
)
_LEFT_ASIDE: Final = re.compile(  # reaches to the next find only: "instead of A we use B"
    r"\b(?:instead of|rather than|other than|anything but|far from|unlike|except|statt|anstatt)\b[^\x00,;]{0,60}$",
    re.IGNORECASE,
)
_WHOLE_BEFORE: Final = re.compile(
    rf"\b(?:(?:{_FALSE}|mistake|error|{_NOT}\s+(?:\w+\s+)?(?:true|right|correct|the case|believe|think|say))\b[^.!?]{{0,12}}?\b(?:that|to)\b)"
    r"|\b(?:one|you|someone)\s+(?:would|might|could|may)\s+(?:think|believe|say|guess|expect|write)\b"
    r"|\b(?:people|students|some|many|most|others)\s+(?:would\s+|might\s+|may\s+|often\s+)?(?:think|believe|say|claim|write|guess)\b"
    r"|\bI\s+(?:doubt|deny)\b|\bI\s+(?:do\s+not|don['’]t)\s+(?:think|believe)\b|\bhardly\b",
    re.IGNORECASE,
)
_VERDICT_BEFORE: Final = re.compile(
    rf"\b(?:{_FALSE}|(?:not|isn['’]t)\s+(?:true|right|correct)|not|no)\b(?:\s+(?:answer|formula|solution|result|guess|is))?\s{{0,3}}[:=–—-]+{_FILLER}$",
    re.IGNORECASE,
)
_BESIDE: Final = r"[\s$`*_)\]}\"'”’.,;:–—-]*"
_IS: Final = r"(?:(?:is|are|was|were|be|been|would be|will be|must be|seems|looks|ist|wäre|est)\s+(?:\w+ly\s+|all\s+|just\s+|simply\s+|plain\s+|quite\s+){0,2})"
# What takes the whole find up again: "that matrix is wrong".
_SAID_OF: Final = (
    r"(?:(?:(?:that|this|the)\s+(?:last\s+|above\s+|whole\s+)?(?:above|formula|statement|equation|claim|answer|matrix|number|value|result|total|size|shape|one|line|expression)"
    r"|that|this|it|which|these)\b)"
)
_BEHIND: Final = re.compile(
    rf"{_BESIDE}(?:[-–—(,]\s?)?(?:{_IS})?(?:{_FALSE}|a\s+(?:\w+\s+)?(?:mistake|error|lie))\b"
    rf"|{_BESIDE}(?:\w+\s+){{0,6}}(?:wrongly|falsely|mistakenly|erroneously)\b"
    rf"|{_BESIDE}(?:(?:is|are|was|were|can|could|does|do|did|should|would|will|must)\s*(?:not\b|never\b|n['’]t\b)|cannot\b|(?:is|are|was|ca|could|does|do|did|should|would|wo|must)n['’]t\b|(?:is|are) (?:hardly|far from|anything but)\b|ist nicht\b|n['’]est pas\b)(?!\s+(?:only|just|merely|simply)\b)",
    re.IGNORECASE,
)
_TAKEN_BACK: Final = re.compile(
    rf"[^.!?\n]{{0,40}}?[,;–—(-]?\s*\b(?:but|however|which|though|although|and)?\s*{_SAID_OF}\s*"
    rf"(?:{_IS}(?:{_FALSE}|a\s+(?:mistake|error|lie)|{_NOT}\s+(?:\w+\s+)?(?:{_TRUE})\b)|['’]s\s+(?:{_FALSE}|not\s+(?:{_TRUE})\b)|(?:is|was)n['’]t(?:\s+(?:{_TRUE}))?\b|(?:does|did|do)\s*(?:not|n['’]t)\s+(?:hold|apply|work))",
    re.IGNORECASE,
)
_NEXT: Final = re.compile(
    rf"[\s$*_)\"'”]*(?:no\b(?!\s+(?:bias|padding|change))|nope\b|wrong\b|false\b|incorrect\b|not\s+(?:true|right|correct|really)\b|nein\b"
    rf"|(?:{_SAID_OF}\s*(?:{_IS}(?:{_FALSE}|a\s+(?:mistake|error|lie)|not\s+(?:\w+\s+)?(?:{_TRUE})\b)|['’]s\s+(?:{_FALSE}|not\s+(?:{_TRUE})\b)|isn['’]t\s+(?:{_TRUE})\b|(?:does|did)\s*(?:not|n['’]t)\s+(?:hold|apply|work))))",
    re.IGNORECASE,
)
_DOUBT: Final = re.compile(
    r"\b(?:maybe|perhaps|possibly|might be|could be|not (?:really )?(?:sure|certain)|unsure|no idea|(?:i|just a|my) guess|vielleicht|peut-[eê]tre|or something)\b",
    re.IGNORECASE,
)
_ASKED: Final = re.compile(r"[\s$`*_)]*\?")
_RELATION: Final = r"(?:[<>≤≥≠∈]|\\(?:le|ge|lt|gt|ne|leq|geq|neq|in)(?![a-z])|\b(?:small|large|big|tiny|huge|positive|negative|nonnegative|even|odd|zero|one|equal|most|least|almost|special|certain|some)\b)"
_RELATED: Final = re.compile(r"[<>≤≥≠∈]|\\(?:le|ge|lt|gt|ne|leq|geq|neq|in)(?![a-z])")
_OFFERED: Final = re.compile(
    r"[\s$`*_)]*,?\s*\b(?:or|alternatively|oder|ou)\b\s*(?:also\s+|even\s+|maybe\s+|rather\s+|just\s+)?[$(\\]?(?:\d|[A-Za-z](?![\w'’])|\\|\x00)"
    r"|[\s$`*_)]*,\s*\$?\\?(?![aI]\s)[A-Za-z](?![\w'’])\s*(?:[A-Za-z](?![\w'’])|[,;]|\.?\s*$)",
    re.IGNORECASE,
)
_CONDITION: Final = re.compile(
    rf"[\s$`*_)\]}}\"',;(-]*(?:\b(?:holds|valid|true|right|correct|but|and|is|applies|works)\b\s*){{0,3}}"
    rf"(?:\bonly\s+(?:if|when|for|in|approximately|where|at|true|valid|holds|applies)\b|\b(?:if|when|whenever|unless|except|provided|as long as|assuming|wenn|falls)\b[^.;,]{{0,40}}?{_RELATION}"
    rf"|\bfor\b[^.;,]{{0,16}}?\b(?:small|large|big|tiny|huge|special|certain|some)\b|\bfor\b[^.;,]{{0,30}}?\bonly\b|\bapproximately\b|\bsometimes\b|\bor not\b)",
    re.IGNORECASE,
)
_CONDITION_BEFORE: Final = re.compile(
    rf"(?:^|[,;]\s*)\s*(?:only\s+)?(?:if|when|unless|except|sometimes)\b[^.;:]{{0,60}}?{_RELATION}[^.;:]{{0,20}}$|\bonly (?:if|for|when|in)\b[^.;:]{{0,60}}$",
    re.IGNORECASE,
)
_COMPARED_BEFORE: Final = re.compile(
    r"(?:[≠≉≁≢<≤≥≪≫∉∝]|(?<![=-])>|!=|<>|/=|=/=|\\(?:ne|neq|not\s*=|lt|gt|le|ge|leq|geq|leqslant|geqslant|ll|gg|propto|notin)\s?)[\s$({]*$"
)
_COMPARED_BEHIND: Final = re.compile(
    r"[\s$)}]*(?:[≠≉≢<≤≥≪≫]|!=|>(?!\s*$)|\\(?:ne|neq|not\s*=|lt|gt|le|ge|leq|geq|ll|gg)(?![a-z]))\s*[\w\\$(+-]"
)
_JOINED_BEFORE: Final = re.compile(r"[\w)\]}$]\s*[*/^+±∓·×−-]\s*\$?$|(?<!\S)[±∓¬]\s*\$?$")
_JOINED_BEHIND: Final = re.compile(r"\$?(?:\^|\s?[*/+±×·−%]\s*[\w\\$(]|\s-\s?[\w\\$(]|ᵀ|['’](?!\w)|\.T\b)")
_OPERATIONS: Final = (
    "transposed?|inverse|negative|opposite|determinant|trace|square root|root|square|half|double|reciprocal|derivative|gradient|integral"
    "|logarithm|log|exponential|absolute value|complement"
)
_OPERATORS: Final = "det|inv|tr|rank|adj|exp|diag|transpose"
_WORDED_BEFORE: Final = re.compile(
    rf"\b(?:(?:{_OPERATIONS})\s+of(?:\s+the)?(?:\s+matrix)?|minus|twice|times|plus|divided by|multiplied by|reversed|flipped|rotated|mirrored|transposed|inverted|negated|(?<![\w\\])\\?(?:{_OPERATORS}))\s[\s$(]*$",
    re.IGNORECASE,
)
_WORDED_BEHIND: Final = re.compile(
    r"[\s$`*_)\]}]*(?:transposed|inverted|squared|cubed|negated|mod\b|flipped|rotated|mirrored|reversed|shifted|without\b|or (?:its|the)\b|times\b|divided by|multiplied by|plus\b|minus\b|to the power)",
    re.IGNORECASE,
)
_STRUCK: Final = re.compile(
    r"~~.{1,1000}?~~|<(?P<tag>s|del|strike)>.{0,1000}?</(?P=tag)>|\\(?:st|sout|cancel|xcancel|bcancel|hcancel)\s?\{[^{}]{0,400}\}",
    re.DOTALL,
)


# Words of which one must stand around a find before the patterns above are tried: most finds have none.
_DENYING: Final = (
    NEGATORS
    | FALSEHOODS
    | word_set(
        "t nonsense inaccurate invalid falsch faux rubbish nicht n pas mistake error lie nope one "
        "way instead rather other anything far unlike except statt anstatt think believe say claim "
        "guess write expect doubt deny nein kein keine keinen wrongly falsely mistakenly erroneously"
    )
)
_CHANGING: Final = word_set(
    "of minus twice times plus divided multiplied transposed inverted squared cubed negated mod "
    "flipped rotated mirrored reversed shifted without or power " + _OPERATORS.replace("|", " ")
)
_DOUBTING: Final = word_set(
    "maybe perhaps possibly might could not unsure idea guess vielleicht peut something"
)
_LIMITING: Final = word_set(
    "only if when whenever unless except provided long assuming wenn falls for approximately sometimes or"
)
_WORD: Final = re.compile(r"[^\W\d_]+")


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
    text = reading.text
    before, behind, following = _around(text, start, end, others)
    if any(first <= start < last for first, last in reading.kept(struck_out)):
        return Remark("denied", "It is struck out.")
    if _COMPARED_BEFORE.search(before[-NEARBY:]) or _COMPARED_BEHIND.match(behind):
        return Remark("denied", COMPARED)
    words = frozenset(_WORD.findall(f"{before} {behind} {following}".lower()))
    if not words.isdisjoint(_DENYING) and _denied(before, behind, following):
        return Remark("denied", DENIED)
    changed = not words.isdisjoint(_CHANGING) and (
        _WORDED_BEFORE.search(before[-NEARBY:]) or _WORDED_BEHIND.match(behind)
    )
    if changed:
        return Remark("doubted", LARGER)
    unworded = _unworded(text, end, before, behind)
    if unworded is not None:
        return unworded
    if not words.isdisjoint(_DOUBTING) and (_DOUBT.search(before) or _DOUBT.search(behind)):
        return Remark("doubted", DOUBTED)
    if not words.isdisjoint(_LIMITING) and (_CONDITION.match(behind) or _CONDITION_BEFORE.search(before)):
        return Remark("limited", LIMITED)
    return None


def _denied(before: str, behind: str, following: str) -> bool:
    return bool(
        _VERDICT_BEFORE.search(before[-NEARBY:])
        or _WHOLE_BEFORE.search(before)
        or _CUE_BEFORE.search(_last_clause(before))
        or _LEFT_ASIDE.search(before)
        or _BEHIND.match(behind)
        or _TAKEN_BACK.match(behind)
        or _NEXT.match(following)
    )


def _unworded(text: str, end: int, before: str, behind: str) -> Remark | None:
    """Return what signs alone say about a find: operators beside it, a question mark, another find in a list."""
    if _JOINED_BEFORE.search(before[-12:]) or _JOINED_BEHIND.match(behind):
        return Remark("doubted", LARGER)
    if _OFFERED.match(behind):
        return Remark("doubted", BESIDE)
    return Remark("doubted", DOUBTED) if _ASKED.match(text, end) else None


def _around(text: str, start: int, end: int, others: Sequence[tuple[int, int]]) -> tuple[str, str, str]:
    """Return the sentence before a find, behind it, and what follows that sentence."""
    first, last = max(0, start - BEFORE), min(len(text), end + AFTER)
    before, behind = _blanked(text, first, start, others), _blanked(text, end, last, others)
    before = before[begins(before, 0, len(before)) :]
    stop = SENTENCE_END.search(behind)
    if stop is None:
        return before, behind, ""
    return before, behind[: stop.start()], behind[stop.end() :]


def _last_clause(before: str) -> str:
    ends = [found.end() for found in _CLAUSE_END.finditer(before)]
    return before[ends[-1] :] if ends else before


def _blanked(text: str, first: int, last: int, others: Sequence[tuple[int, int]]) -> str:
    """Return a stretch with the finds in it made blank, but for a sign where one is a condition."""
    stretch = text[first:last]
    at = max(0, bisect_right(others, first, key=lambda span: span[0]) - 1)
    for start, end in others[at:]:
        if start >= last:
            break
        low, high = max(start, first) - first, min(end, last) - first
        if low < high:
            sign = "<" if _RELATED.search(stretch, low, high) else "\x00"
            stretch = stretch[:low] + sign + "\x00" * (high - low - 1) + stretch[high:]
    return stretch
