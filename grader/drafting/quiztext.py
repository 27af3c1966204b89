"""The texts of quizzes: HTML as platforms write it to Markdown as rubrics have it, and points."""

from __future__ import annotations

import html as entities
from fractions import Fraction
from typing import Final

from grader.documents import read
from grader.documents.cut.lines import read_lines
from grader.model.errors import SubmissionError
from grader.notation.numbers.exact import NumberError, read_number

# Characters of one text of a quiz; a question with pictures in it may have megabytes.
MAX_TEXT: Final = 200_000


def plain_text(text: str, *, html: bool) -> str:
    """Return a text of a quiz without its markup; formulas stand between dollar signs."""
    text = text[:MAX_TEXT].strip()
    if not text:
        return ""
    if not html or "<" not in text:
        text = entities.unescape(text) if html else text
        return _with_dollars(text)
    try:
        lines = read_lines(read(f"<html><body>{text}</body></html>".encode(), "question.html"))
    except SubmissionError:
        return ""
    said = [
        f"{line.marker} {line.content}".strip() if line.kind == "item" else _solid(line.kind, line.content)
        for line in lines
    ]
    return _with_dollars("\n".join(each for each in said if each.strip()))


def _solid(kind: str, content: str) -> str:
    return f"```\n{content}\n```" if kind == "code" else content


def _with_dollars(text: str) -> str:
    for opening, closing, sign in (("\\(", "\\)", "$"), ("\\[", "\\]", "$$")):
        if opening in text and text.count(opening) == text.count(closing):
            text = text.replace(opening, sign).replace(closing, sign)
    return text


def points_said(text: str) -> Fraction | None:
    """Return points that a platform writes as a number with many decimals, `1.0000000`; None where it is none."""
    try:
        value = read_number(text.strip()).value if text.strip() else None
    except NumberError:
        return None
    return None if value is None or value <= 0 else Fraction(round(value * 100), 100)
