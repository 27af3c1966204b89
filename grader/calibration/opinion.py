"""A second opinion on what waits and on zeros: the probability that a person finds a statement met, learned from people's own marks.

A logistic regression in its kernel form (Zhu and Hastie, Kernel logistic regression, 2005), fitted by Newton's
method: deterministic, and small enough to be fitted again for every author who is held out. It orders and proposes;
it gives no credit of its own.
"""

from __future__ import annotations

from itertools import pairwise
from math import comb, log
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from grader.model.outcome import Reason
from grader.prose.englishwords import CONNECTIVES
from grader.prose.proseanswer import MAX_TEXT, read
from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

FEWEST_AUTHORS: Final = 10  # marked by people; of fewer nothing can be held out
MAX_ROWS: Final = 800  # that are learned from: fitting takes their number to the third power
_FOLDS: Final = 20  # authors are held out one by one up to this many, beyond in so many parts
_PENALTY: Final = 0.5  # on the weights, beside the likelihood of single marks
_SHARED: Final = 0.5  # weight of what is alike in rows of different criteria: why they wait
_STEPS: Final = 8  # of Newton's method, which settles in six to eight
_RISK: Final = 0.1  # that rows it is as sure of agree less often than the floor
_EVEN: Final = 0.5


@dataclass(frozen=True)
class Case:
    """A row as a model sees it: one answer on one criterion, and what the machine said of it."""

    criterion: str
    author: str
    text: str
    reason: str
    waits: bool
    near: tuple[str, ...] = ()  # the patterns that came near, and what was read there
    quotes: tuple[str, ...] = ()
    met: bool = False  # by a person; means nothing where it is asked for


@dataclass(frozen=True)
class Foreseen:
    """A case and the probability that a person finds it met, learned from other authors only."""

    case: Case
    probability: float

    @property
    def sure(self) -> float:
        return max(self.probability, 1 - self.probability)

    @property
    def agrees(self) -> bool:
        return (self.probability >= _EVEN) == self.case.met


class Opinion:
    """What people's marks say of other answers."""

    def __init__(self, marked: Sequence[Case], others: Sequence[Case] = (), language: str = "en") -> None:
        """Compare `marked` with each other and with `others`, whose marks nobody knows. Needs numpy."""
        self.marked = _chosen(marked)
        self.others = tuple(others)
        self._met = np.array([float(case.met) for case in self.marked])
        self._kernel, self._blocks = _alike(self.marked, self.others, language)

    def probabilities(self) -> list[float]:
        """Return for each of the others the probability that a person finds it met."""
        if not self.marked:
            return [_EVEN] * len(self.others)
        weights, offset = _fitted(self._kernel, self._met)
        by_reason: dict[str, float] = {}
        for case, weight in zip(self.marked, weights, strict=True):
            by_reason[case.reason] = by_reason.get(case.reason, 0.0) + _SHARED * float(weight)
        values = np.array([offset + by_reason.get(case.reason, 0.0) for case in self.others])
        for asked, seen, alike in self._blocks:
            values[asked] += alike @ weights[seen]
        return _chances(values)

    def held_out(self) -> list[Foreseen]:
        """Return each marked case with its probability by a model that has seen no mark of its author."""
        authors = sorted({case.author for case in self.marked})
        part = {author: i % min(len(authors), _FOLDS) for i, author in enumerate(authors)}
        found: list[Foreseen] = []
        for fold in sorted(set(part.values())):
            held = [i for i, case in enumerate(self.marked) if part[case.author] == fold]
            seen = [i for i, case in enumerate(self.marked) if part[case.author] != fold]
            told = self._foretold(seen, held)
            found += [Foreseen(self.marked[i], chance) for i, chance in zip(held, told, strict=True)]
        return found

    def _foretold(self, seen: list[int], asked: list[int]) -> list[float]:
        if not seen:
            return [_EVEN] * len(asked)
        weights, offset = _fitted(self._kernel[np.ix_(seen, seen)], self._met[seen])
        return _chances(self._kernel[np.ix_(asked, seen)] @ weights + offset)


def _chances(values: Any) -> list[float]:
    return [float(chance) for chance in 1 / (1 + np.exp(-np.clip(values, -30, 30)))]


def _fitted(kernel: Any, wanted: Any) -> tuple[Any, float]:
    """Return the weights of the rows and the offset, by Newton's method."""
    size = len(wanted)
    weights, offset = np.zeros(size), log((wanted.sum() + 1) / (size - wanted.sum() + 1))
    if wanted.min() == wanted.max():
        return weights, offset  # only one kind of mark: the share of it, with one of each kind added
    for _ in range(_STEPS):
        values = np.clip(kernel @ weights + offset, -30, 30)
        chances = 1 / (1 + np.exp(-values))
        spread = np.maximum(chances * (1 - chances), 1e-6)
        system = np.ones((size + 1, size + 1))
        system[:size, :size] = kernel + _PENALTY * np.diag(1 / spread)
        system[size, size] = 0
        solved = np.linalg.solve(system, np.append(values + (wanted - chances) / spread, 0))
        weights, offset = solved[:size], float(solved[size])
    return weights, offset


def _alike(
    marked: Sequence[Case], others: Sequence[Case], language: str
) -> tuple[Any, list[tuple[Any, Any, Any]]]:
    """Return how alike rows are: in their words within a criterion, in why they wait between any two.

    The first is of shape (marked, marked). The others, of which there may be ten times as many, are compared with what is
    marked of their criterion alone: places of others, places of marked rows, and a block of the words they share.
    """
    cases = (*marked, *others)
    reasons = np.array([case.reason for case in marked])
    alike = _SHARED * (reasons[:, None] == reasons[None, :])
    blocks = []
    names = np.array([case.criterion for case in cases])
    texts = {text for case in cases for text in (case.text, *case.quotes)}
    # An answer stands in the rows of many criteria.
    words = {text: words_of(text, language) for text in texts}
    for name in sorted({case.criterion for case in marked}):
        here = np.flatnonzero(names == name)
        rows = _vectors([cases[int(i)] for i in here], words)
        seen = int((here < len(marked)).sum())
        within = 1 + rows @ rows[:seen].T
        alike[np.ix_(here[:seen], here[:seen])] += within[:seen]
        blocks.append((here[seen:] - len(marked), here[:seen], within[seen:]))
    return alike, blocks


def _vectors(cases: Sequence[Case], words_in: Mapping[str, frozenset[str]]) -> Any:
    """Return a row of length 1 for each case: its words, and those read near the patterns, the rare ones longer."""
    told = [_told(case, words_in) for case in cases]
    authors: dict[str, set[str]] = {}
    for case, words in zip(cases, told, strict=True):
        for word in words:
            authors.setdefault(word, set()).add(case.author)
    size = len({case.author for case in cases})
    shared = {word: i for i, word in enumerate(sorted(w for w, found in authors.items() if len(found) > 1))}
    rows = np.zeros((len(cases), max(1, len(shared))))
    for i, words in enumerate(told):
        for word in words & shared.keys():
            rows[i, shared[word]] = log((size + 1) / (len(authors[word]) + 0.5))
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return rows / np.where(lengths > 0, lengths, 1)


def _told(case: Case, words_in: Mapping[str, frozenset[str]]) -> frozenset[str]:
    near = {f"near {label}" for label in case.near}
    quoted = {f"there {word}" for quote in case.quotes for word in words_in[quote]}
    return words_in[case.text] | near | quoted


def words_of(text: str, language: str) -> frozenset[str]:
    """Return the stems of a text that carry meaning, marked where they are denied, and pairs of neighbours."""
    prose = read(text[:MAX_TEXT], language)
    told = [i for i, form in enumerate(prose.forms) if form not in CONNECTIVES]
    found = {("no " if prose.cues[i] else "") + prose.stems[i] for i in told}
    sentences = prose.segments.sentences
    found |= {f"{prose.stems[i]} {prose.stems[j]}" for i, j in pairwise(told) if sentences[i] == sentences[j]}
    return frozenset(found)


def case_of(criterion: str, author: str, text: str, judged: Any, *, met: bool = False) -> Case:
    """Return the case of an outcome or of a report's row: both have a credit, a reason and evidence."""
    return Case(
        criterion,
        author,
        text,
        str(judged.reason),
        judged.credit is None,
        tuple(part.expected for part in judged.evidence if part.expected),
        tuple(part.read for part in judged.evidence if part.read),
        met,
    )


def is_enough(cases: Iterable[Case]) -> bool:
    """Say whether people have marked enough authors to learn from."""
    return len({case.author for case in cases}) >= FEWEST_AUTHORS


def sureness(foreseen: Iterable[Foreseen], floor: float) -> float:
    """Return how sure it must be of a waiting row to agree with people in at least `floor` of such rows.

    The held-out rows that are as sure must leave less than one chance in ten that it agrees less often
    (a uniform prior). 2 where it never does.
    """
    rows = sorted(
        ((row.sure, row.agrees) for row in foreseen if row.case.waits),
        reverse=True,
    )
    best, right = 2.0, 0
    for count, (sure, agrees) in enumerate(rows, 1):
        right += agrees
        last = count == len(rows) or rows[count][0] < sure
        if last and _chance_under(floor, right, count - right) <= _RISK:
            best = sure
    return best


def _chance_under(floor: float, right: int, wrong: int) -> float:
    """Return the chance that a share is under the floor after so many hits and misses: the Beta distribution's."""
    size = right + wrong + 1
    return sum(comb(size, j) * floor**j * (1 - floor) ** (size - j) for j in range(right + 1, size + 1))


def _chosen(cases: Sequence[Case]) -> tuple[Case, ...]:
    """Return what is learned from: what waited first, credited rows last, as many as may be; marks choose nothing."""

    def rank(case: Case) -> tuple[bool, bool, str, str, str]:
        return not case.waits, case.reason == Reason.CORRECT, case.author, case.criterion, case.text

    return tuple(sorted(cases, key=rank))[:MAX_ROWS]
