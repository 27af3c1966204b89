"""Where sentences end, for whoever looks at the words around a find: one definition.

A mark ends a sentence where a blank, a closing mark or the end of the text follows it, but behind an abbreviation; so do
a blank line and the beginning of an item of a list. The clauses of prose are cut by `grader.prose.segments`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from grader.notation.lazypatterns import deferred

if TYPE_CHECKING:
    import re

_ABBREVIATED: Final = r"(?<!\be\.g)(?<!\bi\.e)(?<!\bcf)(?<!\bca)(?<!\bapprox)(?<!\bresp)"
_MARK: Final = rf"{_ABBREVIATED}[.!?…](?=[\s)*_\"'”$]|$)"
_BLOCK: Final = r"\n[ \t]*\n|\n[ \t]*(?:[-*•+]|\d{1,2}[.)])[ \t]"

SENTENCE_END: Final = deferred(rf"{_MARK}|{_BLOCK}")
STATEMENT_END: Final = deferred(rf"{_MARK}|{_BLOCK}|;\s")
"""The same, or a semicolon: what parts one value from the next."""
LINE_END: Final = deferred(rf"{_MARK}|;\s|\n")
"""The same, or any new line: what parts one label from the next."""


def begins(text: str, start: int, end: int, boundary: re.Pattern[str] = SENTENCE_END) -> int:
    """Return where the sentence before a place begins, looking back no further than `start`."""
    return max((found.end() for found in boundary.finditer(text, max(0, start), end)), default=max(0, start))
