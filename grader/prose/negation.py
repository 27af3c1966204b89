"""What is denied, doubted or asked: cues and how far each reaches.

A cue covers the words after it up to the end of its clause. A word under one cue is denied, under
two it may mean anything, and a person should look.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from grader.notation.vocabulary import word_set
from grader.prose.englishwords import (
    AFTER_NO,
    AMOUNTS,
    APPROVALS,
    CONDITIONS,
    FALSEHOODS,
    NEGATORS,
    NO,
    NOT_DENYING,
    PREVENTERS,
    ROUGHLY,
    STRONG_HEDGES,
    TRUTHS,
    WEAK_HEDGES,
    YES,
)
from grader.prose.refutation import refutations

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Set as AbstractSet

    from grader.prose.segments import Segments

_PAIRS: Final = {
    ("far", "from"), ("instead", "of"), ("rather", "than"), ("anything", "but"), ("not", "the"), ("no", "longer"),
}  # fmt: skip
_REACH: Final = {"without": 6, "instead": 8, "rather": 8}  # words; their object is short
_AMOUNT_WITHIN: Final = 3  # words from "maybe" to the amount it is said of: "maybe by a factor of two"
_FROM_WITHIN: Final = 7  # words between "prevents" and its "from"
_THAT_WITHIN: Final = 3  # words between "false", "not true", "not the case" and their "that"
_TAKEN_BACK_WITHIN: Final = 6  # words of a clause that only takes back the one before it
_WORDS_TAKING_BACK: Final = "but it this that which they however is are was does do of course actually simply that's it's totally also then again well clearly obviously completely"
_TAKING_BACK: Final = frozenset(_WORDS_TAKING_BACK.split())
_APPROVED: Final = APPROVALS | {"really", "a"}  # "Not really.", "Not a good idea."
_BARE: Final = frozenset({"yes", "no", "yeah", "nope", "yep"})  # they need no comma behind them
_LONGEST_APPROVAL: Final = 9  # words
_POINTING: Final = frozenset({"it", "this", "that"})
_APPROVING: Final = _POINTING | word_set(
    "i think believe would say guess is isn't not no never be been a an really very definitely at all quite perfectly "
    "idea generally usually"
)
_SHORT_VERDICT: Final = 5  # words of a clause that says nothing but "not a good idea"
_TROUBLES: Final = frozenset(
    ["problem", "problems", "harm", "trouble", "issue", "issues", "difficulty", "difficulties"]
)
_HARMLESS_NO: Final = frozenset({"doubt", "matter", "less", "better", "worse"})


def denies(form: str) -> bool:
    """Say whether a folded word denies what follows it."""
    return form in NEGATORS or form.endswith("n't")


def verdicts(forms: list[str], starts: Iterable[int], clauses: list[int]) -> dict[int, str]:
    """Return the words that answer yes or no at the start of a sentence or item."""
    found: dict[int, str] = {}
    size = len(forms)
    for i in starts:
        form = forms[i]
        following = "" if i + 1 >= size else forms[i + 1]
        alone = i + 1 >= size or clauses[i + 1] != clauses[i]
        if form == "of" and following == "course":
            said = _of_course(forms, clauses, i)
        elif form == "not" and not alone:
            at_all = forms[i + 1 : i + 3] == ["at", "all"] and (i + 3 >= size or clauses[i + 3] != clauses[i])
            approved = following in _APPROVED and _is_short(clauses, i)
            said = "no" if following == "really" or at_all or approved else ""
        elif form in {"definitely", "absolutely"} and following == "not":
            said = "no"
        elif form in YES and following in {"not", "no"} and form not in _BARE:
            said = "no"
        elif form in YES:
            said = "yes" if alone or form in _BARE else ""
        else:
            said = "no" if form in NO and (alone or (form in _BARE and following in AFTER_NO)) else ""
        if said:
            found[i] = said
    return found


def approvals(forms: list[str], starts: Iterable[int], clauses: list[int]) -> dict[int, str]:
    """Return the words that open an answer with no more than "I think that is not ok", and whether it is a yes or a no."""
    found: dict[int, str] = {}
    for i in starts:
        end = i + 1
        while end < len(forms) and clauses[end] == clauses[i] and end - i <= _LONGEST_APPROVAL:
            end += 1
        said = forms[i:end]
        if (
            end - i <= _LONGEST_APPROVAL
            and said[-1] in APPROVALS | {"idea"}
            and not _POINTING.isdisjoint(said)
            and set(said) <= _APPROVING | APPROVALS
        ):
            found[i] = "no" if any(map(denies, said)) else "yes"
    return found


def _of_course(forms: list[str], clauses: list[int], i: int) -> str:
    """Return what "of course" says where it stands for an answer: alone, or with "not" behind it."""
    behind = i + 2
    if behind < len(forms) and forms[behind] == "not":
        return "no"
    if behind >= len(forms) or (clauses[behind] != clauses[i] and forms[behind] not in CONDITIONS):
        return "yes"
    return ""


def _is_short(clauses: list[int], i: int) -> bool:
    return clauses[min(i + _SHORT_VERDICT, len(clauses) - 1)] != clauses[i] or i + _SHORT_VERDICT >= len(
        clauses
    )


def deny(words: Segments, opening: dict[int, str]) -> tuple[list[tuple[int, ...]], set[int], set[int]]:
    """Return for every word the cues that cover it, the sentences that another refutes, and all that tell of something false.

    `opening` holds the leading verdicts: the "No" in "No, it is slower" denies the question, not
    the sentence.
    """
    forms, sentences = words.parts, words.sentences
    size = len(forms)
    cover: list[tuple[int, ...]] = [()] * size
    denying = {form for form in words.said if denies(form) or form in _TRIGGERS}
    for members in _clauses_with(denying, words):
        for at, i in enumerate(members):
            if forms[i] not in denying:
                continue
            if i in opening and forms[i] != "not":  # "Not recommended." answers, and denies as well
                continue
            reach = _reach(words, members, at)
            if reach < 0:
                continue
            if reach == _WHOLE_SENTENCE:
                covered = [
                    j for j in range(i + 1, min(i + 1 + _FARTHEST, size)) if sentences[j] == sentences[i]
                ]
            else:
                covered = members[at + 1 : at + 1 + min(reach, _FARTHEST)]
                if words.lexicon.backwards and reach >= len(members):
                    covered = [*members[max(0, at - _FARTHEST) : at], *covered]
            for j in covered:
                if len(cover[j]) < _MANY:
                    cover[j] = (*cover[j], i)
    _take_back(words, cover, opening)
    refuted: set[int] = set()
    contested: set[int] = set()
    for cue, denied in refutations(words):
        contested.update(sentences[j] for j in (cue, *denied))
        refuted.update(sentences[j] for j in denied if sentences[j] != sentences[cue])
        for j in denied:
            if len(cover[j]) < _MANY and cue not in cover[j]:
                cover[j] = (*cover[j], cue)
    return [_effective(cues, forms) for cues in cover] if any(cover) else cover, refuted, contested


def _clauses_with(some: AbstractSet[str], words: Segments) -> Iterable[list[int]]:
    """Return the words of each clause that holds some of these forms."""
    if not some:
        return ()
    clauses = words.clauses
    found: dict[int, list[int]] = {clauses[i]: [] for i, form in enumerate(words.parts) if form in some}
    for i, clause in enumerate(clauses):
        if clause in found:
            found[clause].append(i)
    return found.values()


def _take_back(words: Segments, cover: list[tuple[int, ...]], opening: dict[int, str]) -> None:
    """Let "..., but it is not" deny the clause before it."""
    forms, clauses, sentences = words.parts, words.clauses, words.sentences
    if words.said.isdisjoint(_TAKING) and not any(map(denies, words.said)):
        return
    for i, form in enumerate(forms):
        last = i + 1 == len(forms) or sentences[i + 1] != sentences[i]
        if not last or not (_is_not(form) or form in FALSEHOODS or _says_not_true(forms, i)):
            continue
        first = i
        while first and clauses[first - 1] == clauses[i] and i - first < _TAKEN_BACK_WITHIN:
            first -= 1
        before = first - 1
        if (
            before < 0
            or before in opening
            or sentences[before] != sentences[i]
            or not set(forms[first : i - _says_not_true(forms, i)]) <= _TAKING_BACK
        ):
            continue
        while before >= 0 and clauses[before] == clauses[first - 1]:
            cover[before] = (*cover[before], i)
            before -= 1


def _is_not(form: str) -> bool:
    """Whether a denial leaves out what it denies: "no", "it does not", where "it does nothing" says something itself."""
    return form in {"no", "not", "never"} or form.endswith("n't")


def _says_not_true(forms: list[str], i: int) -> bool:
    """Whether a word ends "not true", which takes back what it stands behind: "it slows inference (not true)"."""
    return forms[i] in TRUTHS and i > 0 and denies(forms[i - 1])


_WHOLE_SENTENCE: Final = 1 << 30
_FARTHEST: Final = 100  # words; a denial reaches no farther, and "not not not ..." stays linear
_MANY: Final = 4  # denials over one word that are kept: more than two mean the same, nothing certain
_TRIGGERS: Final = frozenset({"far", "instead", "rather", "anything", "from"}) | FALSEHOODS
_TAKING: Final = FALSEHOODS | TRUTHS


def _effective(cues: tuple[int, ...], forms: list[str]) -> tuple[int, ...]:
    """Count the denials of "neither ... nor" and "not ... nor" once."""
    if len(cues) < 2:
        return cues
    return tuple(cue for cue in cues if forms[cue] not in {"neither", "nor"}) or cues[-1:]


def _reach(words: Segments, members: list[int], at: int) -> int:
    """Return how many words of its clause a cue covers, -1 if the word is none."""
    forms = words.parts
    i = members[at]
    form = forms[i]
    following = [
        forms[j]
        for j in range(i + 1, min(i + 2 + _THAT_WITHIN, len(forms)))
        if words.sentences[j] == words.sentences[i]
    ]
    after = forms[members[at + 1]] if at + 1 < len(members) else ""
    if (form, after) in _PAIRS and form in {"far", "instead", "rather", "anything"}:
        return _REACH.get(form, len(members))
    if form in FALSEHOODS:
        return _WHOLE_SENTENCE if "that" in following[:_THAT_WITHIN] else -1
    if form == "from" and any(forms[j] in PREVENTERS for j in members[max(0, at - _FROM_WITHIN) : at]):
        return len(members)
    if not denies(form):
        return -1
    third = forms[members[at + 2]] if at + 2 < len(members) else ""
    if after in NOT_DENYING and after != "necessarily" and third != "as":
        return -1
    if form == "no" and (after in _HARMLESS_NO or (after == "more" and third == "than")):
        return -1
    if form == "no" and after in _TROUBLES:
        return 1  # "no problem to learn this" says that it is learned
    if forms[max(0, i - 2) : i] == ["whether", "or"]:
        return -1
    if "that" in following and (
        set(following) & {"true", "case", "correct", "right", "think", "believe", "say"}
    ):
        return _WHOLE_SENTENCE
    return _REACH.get(form, len(members))


def hedges(words: Segments) -> tuple[set[int], set[int]]:
    """Return the sentences with strong and with weak signs of doubt."""
    forms, sentences = words.parts, words.sentences
    strong: set[int] = set()
    weak: set[int] = set()
    if words.said.isdisjoint(_HEDGES):
        return strong, weak
    for i, form in enumerate(forms):
        if form in _HEDGES:
            for phrase, is_strong in _HEDGES[form]:
                if tuple(forms[i : i + len(phrase)]) == phrase:
                    sure = not is_strong or (form in ROUGHLY and _is_amount(forms, i))
                    (weak if sure else strong).add(sentences[i])
    return strong, weak


def _is_amount(forms: list[str], i: int) -> bool:
    """Whether an amount comes next to what is more: "longer, maybe twice" doubts how much, not that."""
    return (
        i > 0
        and forms[i - 1].endswith("er")
        and any(form in AMOUNTS for form in forms[i + 1 : i + 1 + _AMOUNT_WITHIN])
    )


_HEDGES: Final[dict[str, list[tuple[tuple[str, ...], bool]]]] = {}  # by first word, whether a strong one
for _phrase in (*STRONG_HEDGES, *WEAK_HEDGES):
    _HEDGES.setdefault(_phrase[0], []).append((_phrase, _phrase in STRONG_HEDGES))
