"""What an answer takes back: `... is wrong`, `It is a myth that ...`, `... This is not true.`, `Just kidding.` and so on.

A falsehood that is said of something is a denial of it (another cue over its words). Where it is
only plain that something is taken back, not how much, the sentences are in doubt and a person looks.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, Final

from grader.notation.vocabulary import word_set
from grader.prose.englishwords import (
    APPROVALS,
    AUXILIARIES,
    COPULAS,
    CORRECTIONS,
    FALSE_PREDICATES,
    NEGATORS,
    REFUTING_LEADS,
    REPORTERS,
    REPORTING_VERBS,
    RETRACTIONS,
    SUBORDINATORS,
    TRUTHS,
    VERBS,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from grader.prose.segments import Segments

_BETWEEN: Final = 4  # words between "is" and "wrong": "is of course completely wrong"
_NEGATED_WITHIN: Final = 3  # words between "not" and "true"
_REPORT: Final = 6  # words from "many" to "believe": "many people in this field believe"
_TINY: Final = 2  # words of a sentence that says nothing: "Really."
_FARTHEST: Final = 100  # words; a denial reaches no farther
_FILLING: Final = word_set(
    "a an the of course completely totally simply just plainly common plain quite clearly actually also very "
    "obviously definitely entirely absolutely rather so be been not n't really wholly be being popular widespread "
    "well-known known big huge perfectly"
)
# A subject of nothing but these words stands for what was said before.
_POINTING: Final = word_set(
    "this that it which they these those he she who but and of course actually however is was are the answer "
    "statement claim sentence above previous opinion idea view people others all though although yet simply "
    "latter everything i just said what mean meant turned turns out to "
    "matrix formula equation expression value result number total line size shape one last whole"
)
CONTRASTS: Final = word_set("opposite contrary reverse converse other others else alternative alternatives")
_ANOTHER: Final = frozenset({"another", "one", "second", "first", "next", "third", "typical", "frequent"})
_STATEMENT: Final = 4  # words of a statement before a colon; fewer are a name
_POSSIBLE: Final = frozenset({"can", "could", "may", "might"})  # "it may be wrong" does not say that it is
# What may stand behind a falsehood that closes what it says.
_CLOSING: Final = word_set(
    "and or here either anymore too now sadly unfortunately obviously at answer answers result statement number value "
    "choice option idea formula size claim one to though"
)
_SAYING: Final = word_set(
    "write say claim think assume believe state conclude call argue suppose suggest write answer"
)
_NOTHING: Final = frozenset({"0", "zero", "nothing", "0.0"})
_BY: Final = frozenset({"by", "about", "exactly", "precisely", "roughly", "only", "just", "for"})
_CHANGES: Final = (
    "slow",
    "speed",
    "accelerat",
    "increas",
    "decreas",
    "reduc",
    "chang",
    "grow",
    "drop",
    "shrink",
    "affect",
    "improv",
    "longer",
)
_ELLIPTICAL: Final = word_set(
    "actually no it this that they he she but in fact really well not never at all of course"
)
_NOT_AT_ALL: Final = word_set("not at all in the least really")
_SHORT_REPLY: Final = 6  # words of "it does not, of course"
_HOLDING: Final = frozenset({"believe", "agree", "think", "trust"})
_POLITE: Final = frozenset({"would", "might", "could", "may"})
_HOLDERS: Final = _POLITE | word_set(
    "people students researchers authors books sources of us them often still also who other my our fellow classmates "
    "friends colleagues"
)
_DOUBT_WORDS: Final = frozenset({"doubt", "doubts", "doubtful", "dubious", "questionable", "debatable"})
_SURE: Final = frozenset({"sure", "certain", "convinced"})
_CONVICTIONS: Final = _SURE | {"disagree"}
_CERTAIN: Final = frozenset({"no", "without", "beyond", "never", "not", "any"})
# An answer with none of them and no denial takes nothing back, or leaves nothing in doubt.
_REFUTING: Final = CONTRASTS | _NOTHING | FALSE_PREDICATES | TRUTHS | frozenset({"anything", "lie"})
_SAID_FALSE: Final = _REFUTING | {"not", "no"}
_DOUBTING: Final = (
    REFUTING_LEADS | RETRACTIONS.keys() | CORRECTIONS | _DOUBT_WORDS | _HOLDING | REPORTERS | _CONVICTIONS
)


def _falsehood(forms: list[str], first: int, i: int) -> bool:
    """Whether a word says "false": `wrong`, or `true` with a `not` shortly before it."""
    if forms[i] in FALSE_PREDICATES:
        return not _negated(forms, first, i)
    if forms[i] == "lie":
        return i > first and forms[i - 1] == "a" and not _negated(forms, first, i)
    return forms[i] in TRUTHS and _negated(forms, first, i)


def _negated(forms: list[str], first: int, i: int) -> bool:
    ahead = forms[max(first, i - _NEGATED_WITHIN) : i]
    return any(form in NEGATORS or form.endswith("n't") for form in ahead)


def _copula(forms: list[str], first: int, i: int) -> int:
    """Return the verb of "is of course wrong", -1 where the word is no predicate."""
    at = i - 1
    while at >= first and i - at <= _BETWEEN + 1:
        form = forms[at]
        if form in COPULAS or form.endswith(("n't", "'s", "'re")) or form == "cannot":
            while at > first and forms[at - 1] in COPULAS:
                at -= 1  # "would be", "cannot be"
            return -1 if at > first and forms[at - 1] in _POSSIBLE else at
        if form not in _FILLING and form not in NEGATORS:
            return -1
        at -= 1
    return -1


def refutations(words: Segments) -> Iterator[tuple[int, range]]:
    """Yield falsehoods with the words each denies; those before `that` are found as any denial."""
    forms, sentences = words.parts, words.sentences
    if words.said.isdisjoint(_REFUTING) and not _denies_something(words):
        return
    for i, form in enumerate(forms):
        opens = i == 0 or sentences[i] != sentences[i - 1]
        if not opens and form not in _SAID_FALSE:
            continue
        if form == "anything" and forms[i + 1 : i + 2] == ["but"]:
            yield i, range(i + 2, min(bisect_left(sentences, sentences[i] + 1), i + 2 + _FARTHEST))
        elif form == "not" and _alone(words, i):
            yield i, _before(words, i)  # "It slows inference. Not!"
        elif opens and _takes_back_report(words, i):
            yield i, _before(words, i)  # "Some say that it slows inference. It does not: ..."
        elif form in CONTRASTS and forms[i + 1 : i + 2] == ["of"] and sentences[i + 1] == sentences[i]:
            yield i, _contrasted(words, i + 2)
        if form in _NOTHING and _is_no_change(words, i):
            yield i, _clause_before(words, i)  # "inference slows by 0 %"
        if form == "no" and i in words.announced and (said := _answered_statement(words, i)):
            yield i, said
        if form not in FALSE_PREDICATES and form not in TRUTHS and form != "lie":
            continue
        first = bisect_left(sentences, sentences[i])
        end = bisect_left(sentences, sentences[i] + 1)
        if not _falsehood(forms, first, i):
            ahead = forms[max(first, i - _BETWEEN) : i]
            contrast = form in TRUTHS and bool(CONTRASTS & set(ahead)) and "of" not in ahead
            if contrast and _copula(forms, first, i) >= 0:
                yield i, _before(words, first)  # "the opposite is true"
            continue
        if form in FALSE_PREDICATES and (said := _named_false(words, first, i, end)):
            yield i, said
            continue
        copula = _copula(forms, first, i)
        follower = forms[i + 1] if i + 1 < end else ""
        if follower == "to" and i + 2 < end and forms[i + 2] in _SAYING:
            yield i, range(i + 3, min(end, i + 3 + _FARTHEST))
        elif copula < 0 or not (
            not follower or words.clauses[i + 1] != words.clauses[i] or follower in _CLOSING
        ):
            continue  # "that is not true of training"
        elif "that" not in forms[i + 1 : min(end, i + 4)]:
            yield i, _subject(words, first, copula)


def _named_false(words: Segments, first: int, i: int, end: int) -> range:
    """Return what a noun calls false: the rest of "another myth is ...", a statement before ": also a myth"."""
    forms = words.parts
    at = i
    while at > first and forms[at - 1] in _FILLING:
        at -= 1
    closes = i + 1 == end or words.clauses[i + 1] != words.clauses[i] or forms[i + 1] in _CLOSING
    if at in words.announced and at - first >= _STATEMENT and closes:
        return range(first, at)
    begins = i - first <= _BETWEEN and set(forms[first:i]) <= _FILLING | _ANOTHER
    if begins and i + 2 < end and forms[i + 1] == "is" and forms[i + 2] != "that" and i > first:
        return range(i + 2, min(end, i + 2 + _FARTHEST))
    return range(0)


def _answered_statement(words: Segments, i: int) -> range:
    """Return the statement before a colon that "no" answers: `"ReLU never dies": no, ...`."""
    first = bisect_left(words.sentences, words.sentences[i])
    said = words.parts[first:i]
    if not said or words.clauses[i - 1] == words.clauses[i]:
        return range(0)  # "yes or no"
    stated = len(said) > _TINY and any(form in VERBS or form in AUXILIARIES for form in said)
    return range(first, i) if stated and words.sentences[i] not in words.questions else range(0)


def _denies_something(words: Segments) -> bool:
    return any(form in NEGATORS or form.endswith("n't") for form in words.said)


def _contrasted(words: Segments, first: int) -> range:
    """Return what "the opposite of" is said of: the rest of the sentence, or the sentence before where it says "this"."""
    end = bisect_left(words.sentences, words.sentences[first - 1] + 1)
    rest = set(words.parts[first:end]) - AUXILIARIES - TRUTHS - {"holds", "applies", "happens"}
    if rest <= _POINTING | {"these", "what"}:
        return _before(words, bisect_left(words.sentences, words.sentences[first - 1]))
    return range(first, min(end, first + _FARTHEST))


def _subject(words: Segments, first: int, copula: int) -> range:
    """Return what "is wrong" is said of: the words before it, or what they point back to."""
    clause = copula
    while clause > first and words.clauses[clause - 1] == words.clauses[copula]:
        clause -= 1
    own = words.parts[clause:copula]
    if words.parts[copula] not in COPULAS and words.parts[copula].endswith(("'s", "'re")):
        own = [*own, words.parts[copula].partition("'")[0]]  # "that's wrong"
    if CONTRASTS & set(own):
        return range(0)
    if set(own) <= _POINTING:
        return range(first, clause) if clause > first else _before(words, first)
    if "that" in words.parts[first:copula] or own[:1] == ["as"]:  # "480 as the sum is wrong"
        return range(first, copula)  # "the claim that, in general, it slows is wrong"
    return range(clause, copula)


def _is_no_change(words: Segments, i: int) -> bool:
    """Whether "zero" says by how much something changes."""
    forms = words.parts
    ahead = [forms[at] for at in _clause_before(words, i)]
    return bool(ahead) and ahead[-1] in _BY and any(form.startswith(_CHANGES) for form in ahead)


def _clause_before(words: Segments, i: int) -> range:
    first = i
    while first > 0 and words.clauses[first - 1] == words.clauses[i] and i - first < _FARTHEST:
        first -= 1
    return range(first, i)


def _alone(words: Segments, i: int) -> bool:
    """Whether a word is a sentence, or one with an "or" before it."""
    sentences = words.sentences
    first = i - (i > 0 and words.parts[i - 1] == "or" and sentences[i - 1] == sentences[i])
    return (first == 0 or sentences[first - 1] != sentences[i]) and (
        i + 1 == len(sentences) or sentences[i + 1] != sentences[i]
    )


def _before(words: Segments, first: int) -> range:
    """Return the sentence before a place, tiny ones passed over."""
    end = first
    while end > 0:
        start = bisect_left(words.sentences, words.sentences[end - 1])
        if end - start > _TINY:
            return range(max(start, end - _FARTHEST), end)
        end = start
    return range(first)


def doubted(words: Segments) -> set[int]:
    """Return the sentences that are taken back or said by others, without a word that denies them."""
    forms, sentences = words.parts, words.sentences
    found: set[int] = set()
    if words.said.isdisjoint(_DOUBTING) and not words.joined and not _denies_something(words):
        return found
    for i, form in enumerate(forms):
        opens = i == 0 or sentences[i] != sentences[i - 1]
        if not opens and form not in _DOUBTING:
            continue
        if opens and _refuting_lead(words, i):
            found.add(sentences[i])
        if opens and _is_elliptical_denial(words, i):
            found.update(sentences[at] for at in _before(words, i))
        if form in RETRACTIONS and _is_retraction(forms, i):
            found.update(range(sentences[i] + 1))
        if form in CORRECTIONS and _corrects(words, i):
            first = bisect_left(sentences, sentences[i])
            # "Oops, ..." takes back what stands before it; in the middle of a sentence it takes back this one.
            taken = _before(words, first) if i - first < _BETWEEN else range(i, i + 1)
            found.update(sentences[at] for at in taken)
        if form in _DOUBT_WORDS and not _CERTAIN & set(forms[max(0, i - 2) : i]) and not _is_advice(forms, i):
            found.add(sentences[i])
        if form in _HOLDING and _is_disbelief(words, i):
            found.add(sentences[i])
        if form in REPORTERS and _reports(words, i):
            found.add(sentences[i])
        if form in _CONVICTIONS and _is_unconvinced(words, i):
            found.add(sentences[i])
    for form, places in words.joined.items():
        if words.lexicon.part(form) == "maybe":  # "peut-être"
            found.update(sentences[at] for at in places)
    return found


def _is_unconvinced(words: Segments, i: int) -> bool:
    """Whether a word says that the writer holds something else, or is "not entirely sure"."""
    ahead = words.parts[max(0, i - _NEGATED_WITHIN) : i]
    negated = any(form in NEGATORS or form.endswith("n't") for form in ahead)
    return negated == (words.parts[i] in _SURE)


def _is_advice(forms: list[str], i: int) -> bool:
    """Whether "when in doubt" stands before what to do then."""
    return i > 1 and forms[i - 1] == "in" and forms[i - 2] in {"when", "if"}


def _is_elliptical_denial(words: Segments, first: int) -> bool:
    """Whether a sentence is no more than "actually it does not", behind another that is no question, in one block."""
    end = bisect_left(words.sentences, words.sentences[first] + 1)
    forms = words.parts[first:end]
    if (
        first == 0
        or words.blocks[first - 1] != words.blocks[first]
        or words.sentences[first - 1] in words.questions
    ):
        return False
    said = set(forms)
    denied = bool(said & {"not", "never"}) or any(form.endswith("n't") for form in forms)
    return denied and bool(said & AUXILIARIES) and said <= _ELLIPTICAL | AUXILIARIES


def _takes_back_report(words: Segments, first: int) -> bool:
    """Whether "it does not" stands behind a sentence that reports what others hold."""
    before = _before(words, first)
    if not before or words.blocks[before[0]] != words.blocks[first]:
        return False
    reported = any(
        (words.parts[at] in REPORTERS and _reports(words, at)) or _is_reported(words.parts, at)
        for at in before
    )
    return reported and elliptical(words, first) == "no"


def elliptical(words: Segments, first: int, asked: Sequence[str] = ()) -> str:
    """Return whether a sentence begins with no more than "it does" or "it is not", "" where it says something itself.

    Behind a question whether something is all right, "it is perfectly fine" says no more either.
    """
    forms, clauses = words.parts, words.clauses
    end = first
    while end < len(forms) and clauses[end] == clauses[first] and end - first <= _SHORT_REPLY:
        end += 1
    if end < len(forms) and words.sentences[end] == words.sentences[first]:
        closed = end in words.announced or end in words.halts or forms[end] in SUBORDINATORS | {"as"}
        if clauses[end] == clauses[first] or not closed:
            return ""
    said = forms[first:end]
    denied = any(form in NEGATORS or form.endswith("n't") for form in said)
    if "not" in said and set(said) <= _NOT_AT_ALL:
        return "no"
    approvals = APPROVALS if not APPROVALS.isdisjoint(asked) else frozenset()
    rest = set(said) - _ELLIPTICAL - AUXILIARIES - _FILLING - approvals
    if rest or not set(said) & AUXILIARIES or not set(said) & _POINTING:
        return ""
    return "no" if denied else "yes"


def _is_reported(forms: Sequence[str], at: int) -> bool:
    """Whether "it is often said", "one reads that" report what others hold."""
    return (
        forms[at] in {"said", "claimed", "believed", "assumed", "heard", "hears", "reads"}
        and "that" in (forms[at + 1 : at + 2])
    )


def _is_disbelief(words: Segments, i: int) -> bool:
    """Whether a clause ends in "I don't believe it": the sentence is not the writer's opinion."""
    forms, clauses = words.parts, words.clauses
    ahead = forms[max(0, i - _NEGATED_WITHIN) : i]
    if "i" not in ahead or not any(form in NEGATORS or form.endswith("n't") for form in ahead):
        return False
    at = i + 1 + (i + 1 < len(forms) and forms[i + 1] in _POINTING)
    return at >= len(forms) or clauses[at] != clauses[i]


def _refuting_lead(words: Segments, i: int) -> bool:
    """Whether a sentence opens with `Wrong:`; with a comma behind it, it answers a question."""
    lead = i + 1 if words.parts[i] in REFUTING_LEADS else 0
    if words.parts[i] == "not" and i + 1 < len(words.parts) and words.parts[i + 1] in TRUTHS:
        lead = i + 2
    return lead in words.announced and lead < len(words.parts) and bool(lead)


def _is_retraction(forms: list[str], i: int) -> bool:
    ahead = set(forms[max(0, i - 3) : i])
    return any(needed <= ahead or not needed for needed in RETRACTIONS[forms[i]]) and not ahead & {
        "not",
        "no",
    }


def corrects(words: Segments) -> bool:
    """Whether the writer takes something back that they have just said."""
    return not words.said.isdisjoint(CORRECTIONS) and any(
        form in CORRECTIONS and _corrects(words, i) for i, form in enumerate(words.parts)
    )


def _corrects(words: Segments, i: int) -> bool:
    """Whether a word corrects what was just said: "no wait", "sorry, no", "oops", "sorry, that was", "Correction: ..."."""
    forms, near = words.parts, words.parts[max(0, i - 1) : i + 3]
    if forms[i] in {"oops", "correction"}:
        return (
            i in words.announced or i + 1 in words.announced or words.clauses[i - 1 : i] != [words.clauses[i]]
        )
    return "no" in near or (
        forms[i] in {"sorry", "wait"} and forms[i + 1 : i + 2] in (["that"], ["i"], ["it"])
    )


def _reports(words: Segments, i: int) -> bool:
    """Whether "some people", "one would" and the like come to a verb of believing: what follows is theirs."""
    for at in range(i + 1, min(i + 1 + _REPORT, len(words.parts))):
        if words.clauses[at] != words.clauses[i]:
            return False
        if words.parts[at] in REPORTING_VERBS:
            between = set(words.parts[i + 1 : at])
            if words.parts[i] in {"one", "you"}:
                return bool(between & _POLITE)
            return between <= _HOLDERS
    return False
