"""How a writer stands to a value, a formula or an option they name: stated, denied or left in doubt.

One mechanism for every check that finds a piece of an answer: what is said around it (`not`, `is wrong`,
`anything but`, `This is not true.`, a question, `maybe`) is part of the answer.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from grader.notation.vocabulary import word_set
from grader.prose.doubt import Stance
from grader.prose.negation import denies
from grader.prose.vocabulary import AUXILIARIES, COPULAS, FALSE_PREDICATES

if TYPE_CHECKING:
    from grader.prose.reading import Prose


_REACH: Final = 8  # words from a denial to the value it denies; farther away it denies something else
_BEHIND: Final = 8  # words from a value to the "is not" that denies it
_PREDICATES: Final = word_set(
    "is are was were equals gives giving give yields yielding makes has have get gets got resulting obtain"
)
_COMPLEMENTS: Final = word_set(
    "that think believe say agree claim mean true case correct right possible sure convinced see way"
)
# They say how much there is of a thing, not that a value is not the one: "without biases 902,700", "no padding".
_COUNTING: Final = word_set(
    "without no none nobody nothing nowhere lack lacks lacking unable inability incapable fail fails failed failing "
    "rarely seldom"
)
_NO_WAY: Final = frozenset({"way", "longer", "chance", "means", "near", "case"})
_WEAK: Final = frozenset({"may", "might", "could", "possibly", "probably", "potentially", "sometimes"})
_WEAK_WITHIN: Final = 6  # words
_BEFORE_CORRECTING: Final = word_set(
    "initially originally mistakenly wrongly erroneously accidentally previously"
)
_THOUGHT: Final = frozenset({"thought", "guessed", "assumed", "believed", "suspected"})
_REACHED: Final = word_set(
    "got had calculated computed wrote counted found obtained said took forgot answered"
)
_TURNS: Final = frozenset({"but", "however", "yet", "actually", "although", "though"})
_EXCLUDING: Final = {
    ("other", "than"), ("except", ""), ("except", "for"), ("apart", "from"), ("all", "but"), ("everything", "but"),
    ("anything", "but"), ("instead", "of"), ("rather", "than"),
}  # fmt: skip
_EXCLUDING_WITHIN: Final = 5  # words
_CONDITION: Final = 3  # words between "if not" and a value
_CONDITIONS: Final = frozenset({("if", "not"), ("or", "else"), ("if", "wrong")})
_TURNING_BACK: Final = word_set("wait oops ups scratch nope nah correction corrected edit erratum sorry")
_POOR: Final = frozenset(
    {"bad", "poor", "terrible", "horrible", "invalid", "unsuitable", "useless", "harmful"}
)


def stance(prose: Prose, start: int, end: int) -> Stance:
    """Return how the writer of a text stands to what is written from `start` to `end`.

    Sentences before and behind count where they take something back.
    """
    span = _words(prose, start, end)
    if span is None:
        return Stance.STATED
    first, last = span
    if _is_conditional(prose, first):
        return Stance.DOUBTED
    cues = {cue for word in {first, last} for cue in prose.cues[word] if _denies_it(prose, cue, first)}
    if len(cues) == 1 or (not cues and (_excluded(prose, first) or _given_up(prose, first))):
        return Stance.DENIED
    if cues or _is_doubted(prose, first, last):
        return Stance.DOUBTED
    return Stance.STATED


def _words(prose: Prose, start: int, end: int) -> tuple[int, int] | None:
    """Return the first and last word of a stretch of text; the word before it where it holds none."""
    starts, ends = prose.segments.starts, prose.segments.ends
    first, last = bisect_right(ends, start), bisect_left(starts, end) - 1
    if first <= last:
        return first, last
    return (last, last) if last >= 0 else None


def _is_conditional(prose: Prose, first: int) -> bool:
    """Whether the clause in front denies a condition: "if not, then 5"; or something else holds "otherwise"."""
    forms, sentences = prose.forms, prose.segments.sentences
    ahead = [
        forms[at] for at in range(max(0, first - _CONDITION), first) if sentences[at] == sentences[first]
    ]
    return any(pair in _CONDITIONS for pair in pairwise(ahead)) or "otherwise" in ahead


def _denies_it(prose: Prose, cue: int, first: int) -> bool:
    """Whether a denial that covers a word says that it is not this value."""
    forms = prose.forms
    if cue >= first:
        return True  # "5 is wrong"
    if ";" in prose.text[prose.segments.ends[cue] : prose.segments.starts[first]]:
        return False  # "it is false that it is 41; it is 42"
    form, ahead = forms[cue], forms[cue + 1 : first]
    if cue in prose.opening:
        return True
    if form in _COUNTING:
        return bool(ahead) and ahead[0] in _NO_WAY
    if form in FALSE_PREDICATES:
        return True
    if not denies(form):
        return not _PREDICATES & set(ahead)  # "instead of 5 the sum is 6"
    if ahead and ahead[0].endswith("ing"):
        return False  # "not counting biases"
    if _COMPLEMENTS & set(ahead[:4]):
        return True
    return len(ahead) <= _REACH and not _PREDICATES & set(ahead[1:])


def _excluded(prose: Prose, first: int) -> bool:
    """Whether the words shortly before say "other than" or the like."""
    forms, sentences = prose.forms, prose.segments.sentences
    for at in range(max(0, first - _EXCLUDING_WITHIN), first):
        if sentences[at] == sentences[first]:
            after = forms[at + 1]
            if (forms[at], after) in _EXCLUDING or (forms[at], "") in _EXCLUDING:
                return not _PREDICATES & set(forms[at:first])
    return False


def _given_up(prose: Prose, first: int) -> bool:
    """Whether a value is told as a thought that was given up: "at first I thought 5", "I thought it was 5, but"."""
    clauses, forms = prose.segments.clauses, prose.forms
    at, clause = first, clauses[first]
    while at > 0 and first - at < _REACH and clauses[at - 1] == clause:
        at -= 1
    said = forms[at:first]
    words = set(said)
    begun = "first" in words and ("at" in words or bool(_THOUGHT & words))
    if (begun or _BEFORE_CORRECTING & words) and (_THOUGHT | _REACHED) & words:
        return True
    if not _THOUGHT & words or "i" not in words:
        return False
    _, end = prose.sentence_range(prose.segments.sentences[first])
    return bool(_TURNS & set(forms[first + 1 : min(len(forms), end + 2)]))


def _is_doubted(prose: Prose, first: int, last: int) -> bool:
    segments, forms = prose.segments, prose.forms
    sentence, clause = segments.sentences[last], segments.clauses[last]
    if sentence in prose.questions or sentence in prose.strong_hedges:
        return True
    _, end = prose.sentence_range(sentence)
    follows = end < len(forms) and segments.blocks[end] == segments.blocks[last]
    if follows and (prose.opening.get(end) == "no" or not _TURNING_BACK.isdisjoint(forms[end : end + 2])):
        return True  # "903,400. No, 5." or "903,400. Wait, 5."
    for at in range(max(0, first - _WEAK_WITHIN), min(len(forms), last + 2)):
        if forms[at] in _WEAK and segments.clauses[at] in {clause, segments.clauses[first]}:
            return True
    for at in range(last + 1, min(end, last + 1 + _BEHIND)):
        if segments.clauses[at] != clause:
            break
        if forms[at] in _POOR and any(form in COPULAS for form in forms[last + 1 : at]):
            return True  # "5 is a bad choice"
        if _denies_subject(forms, segments.clauses, last, at):
            return True  # "5 cannot be right"
    return False


def _denies_subject(forms: list[str], clauses: list[int], last: int, at: int) -> bool:
    """Whether a denial behind a value is said of it: "5 cannot be", "5 is not it"; not "5, not 6"."""
    form = forms[at]
    if not denies(form):
        return False
    closes = at + 1 >= len(forms) or clauses[at + 1] != clauses[at]
    if form in _COUNTING:
        return form == "no" and closes
    if form in {"not", "never"} and not closes and (at == last + 1 or forms[at - 1] not in AUXILIARIES):
        return False
    behind = [] if closes else forms[at + 1 : at + 3]
    return not any(word[:1].isdecimal() for word in behind) and not (behind and behind[0].endswith("ing"))
