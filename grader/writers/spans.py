"""Cut what is shown of an answer into stretches, so that each criterion's evidence stands out in it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

from grader.writers.displaytext import MAX_ANSWER
from grader.writers.inline import Leaf
from grader.writers.typesetting import typeset
from grader.writers.view import CriterionMark

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from grader.writers.inline import Run
    from grader.writers.typesetting import Figure
    from grader.writers.view import RowView

# Highlights beyond this many in one text would cover it all.
MAX_HIGHLIGHTS: Final = 300
# Where criteria share a stretch, the one a student should look at first gives it its look.
_URGENCY: Final = {
    mark: place
    for place, mark in enumerate(
        (
            CriterionMark.LOST,
            CriterionMark.REVIEW,
            CriterionMark.PARTLY,
            CriterionMark.EARNED,
            CriterionMark.REMARK,
            CriterionMark.CLEAR,
            CriterionMark.BLANK,
        )
    )
}
_CUT: Final = frozenset({"", "code"})  # kinds of leaves that can be cut


class Stretch(NamedTuple):
    """A leaf or a piece of one, with the criteria that read it."""

    text: str
    kind: str = ""  # a Leaf's
    mark: str = ""  # a Mark, "" where no criterion read it
    ending: tuple[int, ...] = ()  # numbers of the criteria whose evidence ends here


class Highlight(NamedTuple):
    """Evidence of one criterion, as offsets into a text."""

    start: int
    end: int
    number: int
    mark: CriterionMark


def highlights(rows: Iterable[RowView], part: str, text: str) -> list[Highlight]:
    """Collect what the rows read in the prose (`part` empty) or in one named part.

    What one criterion read in stretches that touch or overlap is one highlight.
    """
    found = set()
    length = min(len(text), MAX_ANSWER)
    for row in rows:
        for evidence in row.evidence:
            if evidence.part != part or evidence.start is None or evidence.end is None:
                continue
            start, end = max(0, evidence.start), min(evidence.end, length)
            if start < end:
                found.add((row.number, start, end, row.look))
    joined: list[Highlight] = []
    for number, start, end, look in sorted(found):
        last = joined[-1] if joined and joined[-1].number == number else None
        if last is not None and (start <= last.end or not text[last.end : start].strip()):
            joined[-1] = Highlight(last.start, max(last.end, end), number, look)
        else:
            joined.append(Highlight(start, end, number, look))
    return sorted(joined)[:MAX_HIGHLIGHTS]


def stretches(
    text: str, found: Sequence[Highlight], figures: Sequence[Figure] = (), *, indent: int = 0
) -> list[str | Stretch]:
    """Return a text as elements and the stretches between them; longer than MAX_ANSWER is cut off.

    A highlight that begins or ends inside a formula takes in the whole of it. `indent` is as for `typeset`.
    """
    runs = typeset(text[:MAX_ANSWER], figures, indent=indent)
    if not found:
        return [Stretch(run.text, run.kind) if isinstance(run, Leaf) else run for run in runs]
    touched = _touched(runs, found)
    result: list[str | Stretch] = []
    for number, run in enumerate(runs):
        if not isinstance(run, Leaf):
            result.append(run)
        elif number in touched:
            result += _cut(run, touched[number])
        else:
            result.append(Stretch(run.text, run.kind))
    return result


_Touch = tuple[int, int, Highlight, bool]
"""Where a highlight begins and ends in a leaf, and whether it ends for good there."""


def _touched(runs: Sequence[Run], found: Iterable[Highlight]) -> dict[int, list[_Touch]]:
    """Return by leaf, as its place among the runs, how highlights touch it."""
    leaves = [
        (number, run) for number, run in enumerate(runs) if isinstance(run, Leaf) and run.end > run.start
    ]
    starts, ends = [leaf.start for _, leaf in leaves], [leaf.end for _, leaf in leaves]
    touched: dict[int, list[_Touch]] = defaultdict(list)
    for item in found:
        first, last = bisect_right(ends, item.start), bisect_left(starts, item.end)
        inside = [
            (number, leaf)
            for number, leaf in leaves[first:last]
            if leaf.text.strip() or leaf.kind  # blanks alone are not marked
        ]
        for place, (number, leaf) in enumerate(inside):
            start, end = max(item.start, leaf.start), min(item.end, leaf.end)
            if leaf.kind not in _CUT or len(leaf.text) != leaf.end - leaf.start:
                start, end = leaf.start, leaf.end
            touched[number].append((start, end, item, place == len(inside) - 1))
    return touched


def _cut(leaf: Leaf, touches: Sequence[_Touch]) -> Iterator[Stretch]:
    edges = {leaf.start, leaf.end}
    for touch in touches:
        edges.update(touch[:2])
    for start, end in pairwise(sorted(edges)):
        marks: set[CriterionMark] = set()
        ending: set[int] = set()
        for first, last, item, ends in touches:
            if first <= start and end <= last:
                marks.add(item.mark)
                if ends and last == end:
                    ending.add(item.number)
        whole = start == leaf.start and end == leaf.end
        yield Stretch(
            leaf.text if whole else leaf.text[start - leaf.start : end - leaf.start],
            leaf.kind,
            min(marks, key=_URGENCY.__getitem__).value if marks else "",
            tuple(sorted(ending)),
        )
