"""Remember what comparisons came to: a class writes the same formulas again and again.

Remembering must not show. Whatever is recalled is charged to the allowances around it as if it had
been worked out (`grader.equivalence.effort`), and it is recalled only where working it out would
have come to the same: where what it took fits into what is left.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeVar

from grader.equivalence.effort import ExhaustedError, around, limited
from grader.notation.tree import fact
from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from grader.equivalence.effort import Effort
    from grader.equivalence.verdict import Options
    from grader.notation.tree import Node

Value = TypeVar("Value")

# Some 2 kB each, and some 40 kB for the largest.
MAX_REMEMBERED: Final = 8_000
MAX_NODES: Final = 200  # of an answer: what is larger is nobody's formula, and does not come again


@dataclass(frozen=True, slots=True)
class _Known:
    value: Any
    steps: int
    requests: int
    exhausted: bool


_memory: dict[Hashable, _Known] = {}


def remembered(key: Hashable, steps: int, work: Callable[[], Value]) -> Value:
    """Return what `work` comes to within an allowance of so many steps. Raises ExhaustedError."""
    key, outer = (key, steps), around()
    known = _memory.get(key)
    if known is not None and _fits(known, outer):
        if outer is not None:
            outer.left -= known.steps
            outer.requests -= known.requests
        if known.exhausted:
            raise ExhaustedError
        value: Value = known.value
        return value
    with limited(steps) as effort:
        whole, requests = effort.left == steps, effort.requests
        try:
            found = work()
        except ExhaustedError:  # any other error depends on the surroundings, such as the stack's depth
            if whole and effort.requests >= 0:
                _keep(key, _Known(None, steps - effort.left, requests - effort.requests, exhausted=True))
            raise
        if whole and effort.requests >= 0:
            _keep(key, _Known(found, steps - effort.left, requests - effort.requests, exhausted=False))
    return found


@fact
def is_kept(answer: Node) -> bool:
    """Whether a formula is small enough to be remembered."""
    nodes = [answer]
    for node in nodes:  # grows as it is walked
        nodes.extend(node.children)
        if len(nodes) > MAX_NODES:
            return False
    return True


def comparison_key(what: str, expected: Node, answer: Node, options: Options) -> Hashable:
    """Return what a comparison depends on: both formulas and the options."""
    return what, expected, answer, options.chosen


def _fits(known: _Known, outer: Effort | None) -> bool:
    return outer is None or (outer.left >= known.steps and outer.requests >= known.requests)


def _keep(key: Hashable, known: _Known) -> None:
    if len(_memory) >= MAX_REMEMBERED:
        del _memory[next(iter(_memory))]  # the oldest
    _memory[key] = known
