"""What is remembered from one answer to the next: pieces that a whole class writes again.

What stands in one answer is kept by its `Reading` and goes with it. Formulas, calculations and names come again
in the next answer, so these alone outlive it: so many of each, short ones only, and only what depends on nothing
but the arguments. What comparisons came to is remembered by `grader.equivalence.verdictcache`, outcomes by the gradebook.
"""

from __future__ import annotations

from functools import lru_cache, wraps
from typing import TYPE_CHECKING, Concatenate, Final, ParamSpec, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_KEPT: Final = 300  # characters of a text; longer ones do not come again

Rest = ParamSpec("Rest")
Value = TypeVar("Value")


def recalled(
    most: int,
) -> Callable[[Callable[Concatenate[str, Rest], Value]], Callable[Concatenate[str, Rest], Value]]:
    """Remember what a function makes of a short text and of what else it is told, at most so many of them."""

    def remember(work: Callable[Concatenate[str, Rest], Value]) -> Callable[Concatenate[str, Rest], Value]:
        known: Callable[..., Value] = lru_cache(most)(work)

        @wraps(work)
        def recall(text: str, /, *rest: Rest.args, **named: Rest.kwargs) -> Value:
            return (known if len(text) <= MAX_KEPT else work)(text, *rest, **named)

        return recall

    return remember
