"""How a writer stands to a value, a formula or an option they name: stated, denied or left in doubt.

One mechanism for every check that finds a piece of an answer: what is said around it (`not`, `is wrong`,
`anything but`, `This is not true.`, a question, `maybe`) is part of the answer.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from grader.notation.vocabulary import word_set
from grader.prose.conditions import is_limited
from grader.prose.doubt import Stance
from grader.prose.englishwords import AUXILIARIES, COPULAS, FALSE_PREDICATES, TRUTHS
from grader.prose.negation import denies

if TYPE_CHECKING:
    from grader.prose.proseanswer import Prose


_REACH: Final = 8  # words from a denial to the value it denies; farther away it denies something else
_BEHIND: Final = 8  # words from a value to the "is not" that denies it
_PREDICATES: Final = word_set(
    "is are was were equals gives giving give yields yielding makes has have get gets got resulting obtain"
)
# After "instead of 43" these come to what holds: "one takes 42".
_CONTRASTING: Final = frozenset({"but", "without"})  # "not 43 but 42", Swedish "inte 43 utan 42"
_TURNING: Final = _PREDICATES | word_set(
    "use uses take takes choose chose prefer need needs write apply try want compute computed calculated found obtained"
)
_COMPLEMENTS: Final = word_set(
    "that think believe say agree claim mean true case correct right possible sure convinced see way"
)
# They say how much there is of a thing, not that a value is not the one: "without biases 902,700", "no padding".
_COUNTING: Final = word_set(
    "without no none nobody nothing nowhere lack lacks lacking unable inability incapable fail fails failed failing "
    "rarely seldom"
)
_NO_WAY: Final = frozenset({"way", "longer", "chance", "means", "near", "case", "reason", "evidence"})
_WEAK: Final = frozenset({"may", "might", "could", "possibly", "probably", "potentially", "sometimes"})
_WEAK_WITHIN: Final = 6  # words
_BEFORE_CORRECTING: Final = word_set(
    "initially originally mistakenly wrongly erroneously accidentally previously"
)
_THOUGHT: Final = frozenset({"thought", "guessed", "assumed", "believed", "suspected"})
_FIRST: Final = frozenset({"first", "initial", "earlier", "previous"})
_ATTEMPTS: Final = frozenset({"guess", "attempt", "try", "idea", "thought"})
_REACHED: Final = word_set(
    "got had calculated computed wrote counted found obtained said took forgot answered"
)
_TURNS: Final = frozenset({"but", "however", "yet", "actually", "although", "though"})
_EXCLUDING: Final = {
    ("other", "than"), ("except", ""), ("except", "for"), ("apart", "from"), ("all", "but"), ("everything", "but"),
    ("anything", "but"), ("instead", "of"), ("rather", "than"), ("opposite", "of"), ("contrary", "of"), ("reverse", "of"),
    ("unlike", ""), ("rules", "out"), ("rule", "out"), ("ruled", "out"), ("confuse", ""), ("confused", ""),
}  # fmt: skip
_SETTING_APART: Final = {("other", "than"), ("anything", "but"), ("nothing", "but")}
_EXCLUDING_WITHIN: Final = 5  # words
_EASY: Final = word_set("hard difficult surprising surprisingly strange complicated")
_REASONS: Final = word_set("since because as if when while although though like")
_GROUNDS: Final = word_set("because since although though while whereas so hence therefore thus otherwise")
_AVOIDING: Final = word_set(
    "avoid avoids avoiding avoided exclude excludes excluded reject rejects rejected discard discarded dismiss dismissed"
)
_AVOIDED_WITHIN: Final = 2  # words; "avoid a division by zero: 5" avoids something else
_HOLDS: Final = word_set("holds hold applies apply works work is was")
_SAYING: Final = word_set(
    "say says said think thinks believe believes claim claims write writes answer answers call"
)
# What may stand between the name of a mistake and the value that it is: "the wrong answer here would be 5".
_NAMING: Final = word_set(
    "answer answers result value formula matrix number option choice solution guess idea is was would be to write use say take "
    "give choose answer here the a an in this case of that calling saying writing using"
)
_SUPPOSED: Final = frozenset({"was", "were", "is", "be", "would"})
_SUPPOSING: Final = frozenset({"if", "suppose", "supposing", "pretend"})
_SUPPOSED_WITHIN: Final = 4  # words from "if" to a value: "if it were 5"
_CONDITION: Final = 3  # words between "if not" and a value
_CONDITIONS: Final = frozenset({("if", "not"), ("or", "else"), ("if", "wrong")})
_TURNING_BACK: Final = word_set("wait oops ups scratch nope nah correction corrected edit erratum sorry")
_FAILING: Final = word_set("fails fail failed contradicts contradict ruled excluded out too")
_IN_ERROR: Final = word_set("wrongly falsely mistakenly erroneously incorrectly")
_POOR: Final = frozenset(
    {"bad", "poor", "terrible", "horrible", "invalid", "unsuitable", "useless", "harmful"}
)


def stance(prose: Prose, start: int, end: int) -> Stance:
    """Return how the writer of a text stands to what is written from `start` to `end`.

    Sentences before and behind count where they take something back.
    """
    span = words_between(prose, start, end)
    if span is None:
        return Stance.STATED
    first, last = span
    if _is_conditional(prose, first):
        return Stance.DOUBTED
    if _is_only(prose, first):
        return Stance.STATED
    over = {cue for word in {first, last} for cue in prose.cues[word] if not first <= cue <= last}
    cues = {cue for cue in over if _denies_it(prose, cue, first)}
    if len(cues) == 1 or (
        not cues and any(says(prose, first) for says in (_excluded, _given_up, _is_called_false))
    ):
        return Stance.DENIED
    if not cues and _is_refuted_behind(prose, last):
        return Stance.DENIED
    if cues or _is_doubted(prose, first, last):
        return Stance.DOUBTED
    return Stance.LIMITED if is_limited(prose, first, last) else Stance.STATED


def words_between(prose: Prose, start: int, end: int) -> tuple[int, int] | None:
    """Return the first and last word of a stretch of text; the word before it where it holds none."""
    starts, ends = prose.segments.starts, prose.segments.ends
    first, last = bisect_right(ends, start), bisect_left(starts, end) - 1
    if first <= last:
        return first, last
    return (last, last) if last >= 0 else None


def _is_conditional(prose: Prose, first: int) -> bool:
    """Whether the clause in front denies a condition: "if not, then 5"; or something else holds "otherwise"."""
    forms, sentences = prose.segments.parts, prose.segments.sentences
    ahead = [
        forms[at] for at in range(max(0, first - _CONDITION), first) if sentences[at] == sentences[first]
    ]
    if any(pair in _CONDITIONS for pair in pairwise(ahead)) or "otherwise" in ahead:
        return True
    supposing = forms[max(0, first - _SUPPOSED_WITHIN) : max(0, first - 1)]
    return bool(ahead) and ahead[-1] in _SUPPOSED and not _SUPPOSING.isdisjoint(supposing)


def _denies_it(prose: Prose, cue: int, first: int) -> bool:
    """Whether a denial that covers a word says that it is not this value."""
    forms = prose.segments.parts
    if cue >= first:
        return _denies_back(prose, cue, first)
    if ";" in prose.text[prose.segments.ends[cue] : prose.segments.starts[first]]:
        return False  # "it is false that it is 41; it is 42"
    form, ahead = forms[cue], forms[cue + 1 : first]
    if cue in prose.opening:
        return True
    if form in _COUNTING and not (form == "no" and ahead and ahead[0] in AUXILIARIES):  # Spanish "no es"
        nobody = form == "nobody" or (form == "no" and ahead[:1] == ["one"])
        return bool(ahead) and (ahead[0] in _NO_WAY or (nobody and not _SAYING.isdisjoint(ahead)))
    if form in FALSE_PREDICATES:
        return True
    if not denies(form):
        return not _TURNING & set(ahead)  # "instead of 5 the sum is 6"
    if ahead and (ahead[0].endswith("ing") or ahead[0] in _EASY):
        return False  # "not counting biases", "not hard to see"
    if _is_reason(prose, cue, first):
        return False
    if _COMPLEMENTS & set(ahead[:4]):
        return True
    return len(ahead) <= _REACH and not (_PREDICATES | _CONTRASTING) & set(ahead[1:])


def _denies_back(prose: Prose, cue: int, first: int) -> bool:
    """Whether a denial behind a value is said of it: "5 is wrong"; not "5, das ist nicht schwer"."""
    segments, forms = prose.segments, prose.segments.parts
    if not denies(forms[cue]) or cue in prose.opening:
        return True
    behind = forms[cue + 1 : cue + 3]
    if forms[cue] == "without" or (behind and behind[0] in _EASY):
        return False
    if "," not in prose.text[segments.ends[first] : segments.starts[cue]]:
        return True
    closes = not behind or segments.clauses[cue + 1] != segments.clauses[cue]
    return closes or not (TRUTHS | FALSE_PREDICATES).isdisjoint(behind)


def _is_reason(prose: Prose, cue: int, first: int) -> bool:
    """Whether a denial stands in a clause of its own before a value: "since it is not zero, 5"."""
    segments = prose.segments
    if "," not in prose.text[segments.ends[cue] : segments.starts[first]]:
        return False
    begin, _ = prose.sentence_range(segments.sentences[cue])
    opener = next((form for form in reversed(segments.parts[begin:cue]) if form in _REASONS), "")
    return bool(opener)


def _is_called_false(prose: Prose, first: int) -> bool:
    """Whether a value is named as a mistake: "the wrong answer would be 5", "a common mistake is to write 5"."""
    forms = prose.segments.parts
    begin, _ = prose.sentence_range(prose.segments.sentences[first])
    at = first - 1
    while at >= begin and forms[at] in _NAMING:
        at -= 1
    false = at >= begin and first - at > 1 and forms[at] in FALSE_PREDICATES
    return false and not any(denies(form) for form in forms[max(begin, at - 2) : at])


def _is_refuted_behind(prose: Prose, last: int) -> bool:
    """Whether a verdict stands behind a value, parted from it by a sign: "5 -- not true at all"."""
    segments, forms = prose.segments, prose.segments.parts
    if last + 1 >= len(forms) or segments.sentences[last + 1] != segments.sentences[last]:
        return False
    if not prose.text[segments.ends[last] : segments.starts[last + 1]].strip(" \n\t$*_`)\"'"):
        return False
    if denies(forms[last + 1]):
        return last + 2 < len(forms) and forms[last + 2] in TRUTHS
    return forms[last + 1] in FALSE_PREDICATES or forms[last + 1] in {"nope", "nah"}


def _is_only(prose: Prose, first: int) -> bool:
    """Whether all but a value is denied: "it cannot be anything other than 5", "nothing but 5"."""
    forms = prose.segments.parts
    if first < 2 or (forms[first - 2], forms[first - 1]) not in _SETTING_APART:
        return False
    ahead = forms[max(0, first - 2 - _EXCLUDING_WITHIN) : first - 2]
    return forms[first - 2] == "nothing" or any(denies(form) for form in ahead)


def _excluded(prose: Prose, first: int) -> bool:
    """Whether the words shortly before say "other than" or the like."""
    forms, sentences = prose.segments.parts, prose.segments.sentences
    if not _AVOIDING.isdisjoint(forms[max(0, first - _AVOIDED_WITHIN) : first]):
        return True
    for at in range(max(0, first - _EXCLUDING_WITHIN), first):
        if sentences[at] == sentences[first]:
            after = forms[at + 1]
            if (forms[at], after) in _EXCLUDING or (forms[at], "") in _EXCLUDING:
                return not _TURNING & set(forms[at:first])
    return False


def _given_up(prose: Prose, first: int) -> bool:
    """Whether a value is told as a thought that was given up: "at first I thought 5", "I thought it was 5, but"."""
    clauses, forms = prose.segments.clauses, prose.segments.parts
    at, clause = first, clauses[first]
    while at > 0 and first - at < _REACH and clauses[at - 1] == clause:
        at -= 1
    said = forms[at:first]
    words = set(said)
    if not _FIRST.isdisjoint(said[-3:]) and not _ATTEMPTS.isdisjoint(said[-2:]):
        return True  # "my first guess 5"
    if said[-3:] == ["used", "to", "be"]:
        return True
    begun = "first" in words and ("at" in words or bool(_THOUGHT & words))
    if (begun or _BEFORE_CORRECTING & words) and (_THOUGHT | _REACHED) & words:
        return True
    if not _THOUGHT & words or "i" not in words:
        return False
    _, end = prose.sentence_range(prose.segments.sentences[first])
    return bool(_TURNS & set(forms[first + 1 : min(len(forms), end + 2)]))


def _is_doubted(prose: Prose, first: int, last: int) -> bool:
    segments, forms = prose.segments, prose.segments.parts
    sentence, clause = segments.sentences[last], segments.clauses[last]
    if sentence in prose.questions or sentence in prose.strong_hedges:
        return True
    _, end = prose.sentence_range(sentence)
    if sentence not in segments.questions and _is_asked(prose, last, end):
        return True
    follows = end < len(forms) and segments.blocks[end] == segments.blocks[last]
    if follows and (prose.opening.get(end) == "no" or not _TURNING_BACK.isdisjoint(forms[end : end + 2])):
        return True  # "903,400. No, 5." or "903,400. Wait, 5."
    for at in range(max(0, first - _WEAK_WITHIN), min(len(forms), last + 2)):
        if forms[at] in _WEAK and segments.clauses[at] in {clause, segments.clauses[first]}:
            return True
    for at in range(last + 1, min(end, last + 1 + _BEHIND)):
        if segments.clauses[at] != clause or forms[at] in _GROUNDS:
            break
        if forms[at] in _IN_ERROR:
            return True  # "5 is what many wrongly believe"
        if forms[at] in _POOR and any(form in COPULAS for form in forms[last + 1 : at]):
            return True  # "5 is a bad choice"
        if forms[at] in _FAILING and (
            at == last + 1 or forms[at - 1] in COPULAS or forms[at - 1].endswith("ly")
        ):
            return True  # "5 fails", "5 is ruled out", "5 is too simple"
        if prose.language == "es" and forms[at] == "no" and at == last + 1:
            return True  # Spanish denies a verb so: "5 no funciona"
        if _denies_subject(forms, segments.clauses, last, at):
            return True  # "5 cannot be right"
    return False


def _is_asked(prose: Prose, last: int, end: int) -> bool:
    """Whether a question mark stands behind a value before the next sentence, though nothing else asks: "42?"."""
    starts, ends = prose.segments.starts, prose.segments.ends
    behind = starts[end] if end < len(starts) else len(prose.text)
    return "?" in prose.text[ends[last] : behind]


def _denies_subject(forms: list[str], clauses: list[int], last: int, at: int) -> bool:
    """Whether a denial behind a value is said of it: "5 cannot be", "5 is not it"; not "5, not 6"."""
    form = forms[at]
    if not denies(form):
        return False
    closes = at + 1 >= len(forms) or clauses[at + 1] != clauses[at]
    if form in _COUNTING:
        return form == "no" and closes
    if form == "never" and not closes and forms[at + 1] in _HOLDS:
        return True
    if form in {"not", "never"} and not closes and (at == last + 1 or forms[at - 1] not in AUXILIARIES):
        return False
    behind = [] if closes else forms[at + 1 : at + 3]
    return not any(word[:1].isdecimal() for word in behind) and not (behind and behind[0].endswith("ing"))
