"""Words directly before or behind a piece that make a bound of it: `at most`, `less than`, `höchstens`, `au moins`.

They are heard in every language with a file of function words, whatever an answer is written in.
"""

from __future__ import annotations

import re
from typing import Final

from grader.notation.lazypatterns import deferred

_COMPARED: Final = (
    r"(?:less|fewer|more|greater|larger|smaller|lower|higher|bigger|cheaper|slower|faster)\s+than"
    r"|(?:weniger|mehr|kleiner|größer|höher|niedriger|geringer)\s+als|(?:mindre|färre|fler|mer|större|högre|lägre)\s+än"
    r"|(?:moins|plus)\s+(?:de|que|petite?s?\s+que|grande?s?\s+que)|(?:inférieure?|supérieure?)s?\s+(?:à|a)"
    r"|(?:menos|más)\s+(?:de|que)|(?:menor|mayor)(?:es)?\s+(?:que|a)|(?:inferior|superior)(?:es)?\s+a"
)
_LIMITED: Final = (
    r"at\s+(?:the\s+)?(?:least|most|minimum|maximum)|up\s+to|exceed\w*|surpass\w*|bound(?:s|ed)?\s+(?:(?:above|below)\s+)?(?:of|by|is|are)"
    r"|höchstens|mindestens|wenigstens|bis\s+zu|(?:som\s+)?högst|minst|åtminstone|som\s+mest|upp\s+till"
    r"|au\s+(?:plus|moins|maximum|minimum)|jusqu['’][àa]|(?:como|a\s+lo)\s+(?:máximo|mínimo|mucho|sumo)|(?:al|por\s+lo)\s+menos|hasta"
)
WORDS: Final = rf"(?:{_COMPARED})(?:\s+or\s+equal\s+to)?|{_LIMITED}"
"""A pattern of the words that make a bound of any piece behind them; without flags and anchors."""

_BEFORE: Final = deferred(rf"\b(?:{WORDS})[\s$*_(`\\{{]*$", re.IGNORECASE)
_ANYWHERE: Final = deferred(rf"\b(?:{WORDS})", re.IGNORECASE)
_WITHIN: Final = 80  # characters before a piece; the longest of these words with marks behind them


def is_bound(text: str, start: int) -> bool:
    """Whether the words directly before a place make a bound of what stands there."""
    return _BEFORE.search(text[max(0, start - _WITHIN) : start]) is not None


def mentions_bound(text: str) -> bool:
    """Whether a text holds any of these words."""
    return _ANYWHERE.search(text) is not None
