"""What a part of an answer holds: one formula, or a sentence with formulas in it."""

from __future__ import annotations

import re
from typing import Final

from grader.notation.phrases import STOPWORDS
from grader.notation.tree import Node, Symbol

MAX_SHOWN: Final = 200  # characters of a part without a formula that are quoted

_WORD: Final = re.compile(r"(?<![\\\w])[A-Za-z]+(?!\w)")
_OF_FORMULAS: Final = frozenset({"and", "or", "if", "not", "in"})  # `x = 1 or x = -1` is no sentence


def symbols_in(tree: Node) -> frozenset[str]:
    """Return the names of a formula's symbols."""
    return frozenset(node.name for node in tree.walk() if isinstance(node, Symbol))


def is_prose(text: str) -> bool:
    """Whether a part is a sentence rather than one formula."""
    words = _WORD.findall(text[:MAX_SHOWN])
    return any(len(word) > 1 and word.lower() in STOPWORDS - _OF_FORMULAS for word in words)


def unwrapped(text: str) -> tuple[int, int]:
    """Return where the formula of a part begins and ends, without dollars and blanks."""
    start, end = 0, len(text)
    while start < end and text[start] in " \t\r\n$`":
        start += 1
    while end > start and text[end - 1] in " \t\r\n$`.":
        end -= 1
    return start, end
