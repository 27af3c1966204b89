"""Step over the question where a document quotes it: what was asked is no answer.

The blank form that `grader template` writes quotes every question below its heading. Were the
quote marked, its numbers and claims would be taken for the student's.
"""

from __future__ import annotations

import re
from typing import Final

GIVE: Final = "Give by name:"
"""What begins the line of a quote that names the parts."""

_QUOTED: Final = re.compile(r"[ \t]{0,3}>(?P<said>[^\n]*)(?:\n|$)")


def behind_quote(text: str, start: int, end: int, asked: str) -> int:
    """Return where an answer begins behind a quote of what was asked, `start` where it quotes nothing.

    Only the question itself, word for word, and the line that names its parts are stepped over: what
    a student writes into the quote or quotes from elsewhere stays.
    """
    wanted = asked.split()
    at, said = start, 0
    while said < len(wanted):
        line = _QUOTED.match(text, at, end)
        words = line["said"].split() if line else []
        if line is None or words != wanted[said : said + len(words)]:
            return start
        at, said = line.end(), said + len(words)
    behind = at
    while line := _QUOTED.match(text, at, end):
        at = line.end()
        if line["said"].strip().startswith(GIVE):
            behind = at
            break
        if line["said"].strip():
            break
    while behind < end and behind > start and text[behind].isspace():
        behind += 1
    return behind
