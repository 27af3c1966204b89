"""On which line of the file something was written that a check has read.

A document's answer is a stretch of the file, so its lines are counted. In YAML, JSON and notebooks texts
are quoted, folded or escaped: there the words are looked for from where the answer begins, and where they
are not found the answer's first line stands for all of it.
"""

from __future__ import annotations

import json
from pathlib import PurePath
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.model.report import CriterionReport, QuestionReport
    from grader.model.submission import Answer, Place

# So many characters of a line find it; fewer than three stand everywhere.
_LONGEST: Final = 400
_SHORTEST: Final = 3


class SourceLines:
    """The lines of one file that was handed in."""

    def __init__(self, text: str, source: str) -> None:
        self._text = text
        # The places in a notebook are those in its joined cells, which stand in no file.
        self._joined = PurePath(source).suffix.lower() == ".ipynb"
        self._lines = text.count("\n") + 1

    def of_row(self, row: CriterionReport, question: QuestionReport, answer: Answer | None) -> int:
        """Return the line on which stands what decided a row, else the line of the answer; 1 without one."""
        seen = next((item for item in row.evidence if item.start is not None), None)
        name = seen.part if seen is not None else next((item.part for item in row.evidence), row.id)
        part = answer.parts.get(name) if answer is not None else None
        if part is not None and isinstance(part.value, str):
            return self.of_text(part.place, part.value, seen.start if seen else None)
        if part is not None:
            return self.of_text(part.place, "", None)
        place = answer.place if answer is not None else question.place
        if place is None:
            return 1
        return self.of_text(place, question.text, seen.start if seen is not None and not seen.part else None)

    def of_text(self, place: Place, text: str, start: int | None) -> int:
        """Return the line of the character at `start` of a text that begins at a place."""
        first = len(text) - len(text.lstrip()) if text.strip() else 0
        at = start if start is not None and 0 <= start < len(text) else first
        exact = place.offset is not None and not self._joined
        if exact and place.offset is not None and self._text.startswith(text, place.offset):
            return self._text.count("\n", 0, place.offset + at) + 1
        begin = self._found(text.strip(), 0, 0) if self._joined else self._start_of(place.line)
        found = next(
            (found for needle in _needles(text, at) if (found := self._found(needle, begin, -1)) >= 0), -1
        )
        if found >= 0:
            return self._text.count("\n", 0, found) + 1
        return 1 if self._joined else min(max(place.line, 1), self._lines)

    def _start_of(self, line: int) -> int:
        begin = 0
        for _ in range(line - 1):
            begin = self._text.find("\n", begin) + 1
            if not begin:
                return len(self._text)
        return begin

    def _found(self, words: str, begin: int, otherwise: int) -> int:
        """Return where the first line of some words stands, as it is or escaped as in JSON."""
        words = words.partition("\n")[0][:_LONGEST]
        if len(words) < _SHORTEST:
            return otherwise
        forms = (words, json.dumps(words, ensure_ascii=False)[1:-1], json.dumps(words)[1:-1])
        places = [found for form in dict.fromkeys(forms) if (found := self._text.find(form, begin)) >= 0]
        return min(places, default=otherwise)


def _needles(text: str, at: int) -> Iterator[str]:
    """Yield what to look for: the whole line, what follows in it, and its next words."""
    begin = text.rfind("\n", 0, at) + 1
    end = text.find("\n", at)
    end = len(text) if end < 0 else end
    yield text[begin : min(end, begin + _LONGEST)].strip() if at - begin < _LONGEST else ""
    yield text[at : min(end, at + 40)].strip()
    yield text[at : min(end, at + 12)].strip()
