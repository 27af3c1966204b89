"""What the formula reader raises, and the limits that come before any work.

A student's text may be anything at all; whatever cannot be read becomes a `ReadingError`.
"""

from __future__ import annotations

from typing import Final

MAX_LENGTH: Final = 10_000
"""Characters: far above any real formula, low enough that every pass is a matter of milliseconds."""

MAX_TOKENS: Final = 4_000
"""Tokens: bounds the work of the parser."""

MAX_NESTING: Final = 100
"""Constructs open at once: with at most five Python frames each this stays below the recursion limit."""

MAX_TREE_DEPTH: Final = 100
"""Levels of the tree handed on: comparing and hashing nodes recurse, so `1/1/1/...` is bounded as well."""

MAX_DIGITS: Final = 1_000
"""Digits in one literal: exact arithmetic on more is a denial of service, not an answer."""

MAX_EXPONENT: Final = 1_000
"""The power of ten in `1e-3`: the exact value has as many digits."""

MAX_STEPS_PER_TOKEN: Final = 4
"""Operands read for each token, tries included: a text that needs more is ambiguous beyond use."""

SPARE_STEPS: Final = 500
"""Operands on top of that, so that short texts may be tried in several ways."""


class ReadingError(ValueError):
    """A text that is not a formula we can read.

    `position` is an offset into the text (from 0), `expected` says what would have been readable
    there ("" if nothing in particular). Messages count characters from 1, as people do.
    """

    def __init__(self, message: str, position: int = 0, expected: str = "") -> None:
        self.message = message
        self.position = position
        self.expected = expected
        super().__init__(message)

    def __reduce__(self) -> tuple[type[ReadingError], tuple[str, int, str]]:
        return type(self), (self.message, self.position, self.expected)
