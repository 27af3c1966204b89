"""Propose words for a criterion from the answers it missed: frequent there, rare where it is not met."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import pairwise
from math import log, sqrt
from typing import TYPE_CHECKING, Final

from grader.prose.englishwords import CONNECTIVES, DETERMINERS, NEGATORS
from grader.prose.proseanswer import MAX_TEXT, read
from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from grader.prose.proseanswer import Prose

SHOWN: Final = 8  # proposals for one criterion; a person reads each
FEWEST: Final = 2  # missed answers that must share a word; one writer's word is no synonym yet
_SURE: Final = 1.64  # standard errors between the log-odds: one-sided 95 %
_LONGEST: Final = 24  # letters

_EMPTY: Final = CONNECTIVES | NEGATORS  # a missing denial is for the key `negated`, no synonym

Words = tuple[str, ...]  # one or two stems


@dataclass(frozen=True, slots=True)
class Proposal:
    """A word or a phrase of two that may be worth a pattern; for a person to judge."""

    words: str  # in the form most often written
    missed: int  # missed answers (or their authors) that hold it
    others: int  # answers (or authors) that do not meet the criterion and hold it
    lines: tuple[int, ...] = ()  # where the missed answers stand in the file of marks


def propose(
    missed: Sequence[tuple[int, str, str]],
    others: Sequence[tuple[str, str]],
    knows: Callable[[str], bool],
    *,
    language: str = "en",
) -> tuple[Proposal, ...]:
    """Return words of `missed` (line, author, text), best first, that are rare in `others` (author, text).

    Ranked by the log-odds of holding the word divided by its standard error, half an answer added to
    every count (Monroe, Colaresi and Quinn, Fightin' words, 2008). `knows` says which words the
    patterns hold already; what a missed answer says of the matter stands in sentences with one of these,
    if it has any. Where an author is given, an author counts once.
    """
    if len(missed) < FEWEST:
        return ()
    forms: dict[Words, Counter[str]] = defaultdict(Counter)
    lines: dict[Words, set[int]] = defaultdict(set)
    ours: dict[Words, set[str]] = defaultdict(set)
    for line, author, text in missed:
        for words, form in _words(read(text[:MAX_TEXT], language), knows):
            forms[words][form] += 1
            lines[words].add(line)
            ours[words].add(author or text)
    theirs: dict[Words, set[str]] = defaultdict(set)
    for author, text in others:
        for words, _ in _words(read(text[:MAX_TEXT], language)):
            if words in ours:
                theirs[words].add(author or text)
    here = len({author or text for _, author, text in missed})
    there = len({author or text for author, text in others})
    ranked = []
    for words, authors in ours.items():
        sure = _distance(len(authors), here, len(theirs[words]), there)
        if len(authors) >= FEWEST and sure >= _SURE and not _known(words, forms[words], knows):
            ranked.append((-sure, len(words), words))
    chosen: list[Words] = []
    for _, _, words in sorted(ranked):
        if not any(
            set(words) & set(other) for other in chosen
        ):  # "duplicate units" says no more than "duplicate"
            chosen.append(words)
    return tuple(
        Proposal(_usual(forms[words]), len(ours[words]), len(theirs[words]), tuple(sorted(lines[words])))
        for words in chosen[:SHOWN]
    )


def holds(text: str, words: str, language: str = "en") -> bool:
    """Say whether a text holds proposed words, next to each other and not denied."""
    prose, wanted = read(text[:MAX_TEXT], language), read(words, language).stems
    size = len(wanted)
    return any(
        prose.stems[i : i + size] == wanted and not any(prose.cues[i : i + size])
        for i in range(len(prose) - size + 1)
    )


def _words(prose: Prose, near: Callable[[str], bool] | None = None) -> Iterable[tuple[Words, str]]:
    """Yield the words that carry meaning and the pairs of neighbours, by stem and as written.

    With `near`, only from sentences that hold a word of which it is true, if there are any.
    """
    forms, stems, sentences = prose.forms, prose.stems, prose.segments.sentences
    told = {form: near is not None and _speaks(form) and near(form) for form in dict.fromkeys(forms)}
    spoken = {sentence for form, sentence in zip(forms, sentences, strict=True) if told[form]}
    chosen = spoken or set(sentences)
    for form, root, sentence in zip(forms, stems, sentences, strict=True):
        if _speaks(form) and sentence in chosen:
            yield (root,), form
    for left, right in pairwise(range(len(forms))):
        pair = forms[left], forms[right]
        if sentences[left] not in chosen:
            continue
        if sentences[left] == sentences[right] and any(map(_speaks, pair)) and not _loose(pair):
            yield (stems[left], stems[right]), " ".join(pair)


def _speaks(form: str) -> bool:
    return form.isalpha() and 2 < len(form) <= _LONGEST and form not in _EMPTY


def _loose(pair: tuple[str, str]) -> bool:
    """Whether a pair is a word with an article or a conjunction, which says no more than the word."""
    return any(not form.isalpha() or form in DETERMINERS or form in {"and", "or", "of"} for form in pair)


def _known(words: Words, forms: Counter[str], knows: Callable[[str], bool]) -> bool:
    """Whether the patterns hold all of its words that carry meaning."""
    written = _usual(forms).split()
    return all(knows(form) for form in written if _speaks(form) or len(words) == 1)


def _usual(forms: Counter[str]) -> str:
    return min(forms, key=lambda form: (-forms[form], form))


def _distance(ours: int, of_ours: int, theirs: int, of_theirs: int) -> float:
    cells = (ours, of_ours - ours, theirs, of_theirs - theirs)
    a, b, c, d = (count + 0.5 for count in cells)
    return (log(a / b) - log(c / d)) / sqrt(1 / a + 1 / b + 1 / c + 1 / d)
