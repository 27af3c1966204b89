"""Lines of a paragraph to one text: what a hyphen at the end of a line means."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from grader.documents.pdf.proserow import PdfPiece, markdown_of
from grader.notation.lazypatterns import deferred

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

# Words that keep their hyphen although a line ends at it, where the file does not show the whole word.
_KEEPING: Final = frozenset(
    [
        "cross",
        "self",
        "non",
        "well",
        "zero",
        "one",
        "two",
        "three",
        "four",
        "first",
        "second",
        "third",
        "full",
        "low",
        "high",
        "long",
        "short",
        "max",
        "min",
        "mean",
        "k",
        "n",
        "semi",
        "multi",
        "fine",
    ]
)
_BROKEN: Final = deferred(r"(?P<first>[^\W\d_]+)-$")
_OPEN: Final = deferred(r"(?:[=+<>(-]|\\(?:times|cdot|leq|geq|approx|in|rightarrow|to))$")
_RELATION: Final = deferred(r"[=<>+]|\\(?:times|cdot|leq|geq|approx)(?![a-zA-Z])")
_NUMBER: Final = deferred(r"[0-9]+(?:[.,][0-9]+)*(?![0-9A-Za-z])")
_NEXT: Final = deferred(r"[^\W\d_]+")
_WORD: Final = deferred(r"[^\W\d_]+(?:-[^\W\d_]+)*")


def words_of(texts: Sequence[str]) -> dict[str, int]:
    """Return how often each word stands within the lines of a file."""
    counts: dict[str, int] = {}
    for text in texts:
        words = _WORD.findall(text.lower())
        for word in words[: -1 if text.endswith("-") else None]:
            counts[word] = counts.get(word, 0) + 1
    return counts


def joined(lines: Sequence[Sequence[PdfPiece]], breaks: Sequence[bool], words: Mapping[str, int]) -> str:
    """Return the lines of a paragraph as Markdown; `breaks` say after which of them a line really ends."""
    parts: list[str] = []
    row: list[PdfPiece] = []
    for index, pieces in enumerate(lines):
        if index and breaks[index - 1]:
            parts.append(markdown_of(row))
            row = []
        if row and pieces and (met := _one_formula(row[-1], pieces[0])) is not None:
            row[-1:] = met
            row += pieces[1:]
        elif row and pieces and row[-1].style == pieces[0].style and row[-1].style not in {"$", "?"}:
            last, first = row[-1], pieces[0]
            text, blank = _met(last.text, first.text, words)
            row[-1] = PdfPiece(
                text + (" " if blank else "") + first.text,
                last.style,
                last.blank,
                last.under and first.under,
                last.struck and first.struck,
            )
            row += pieces[1:]
        else:
            row += pieces
    parts.append(markdown_of(row))
    return "\n".join(parts)


def _one_formula(last: PdfPiece, first: PdfPiece) -> list[PdfPiece] | None:
    """Return the pieces of a formula that goes on in the next line; None where none does."""
    if last.style != "$":
        return None
    if first.style == "$" and (_OPEN.search(last.text) or _RELATION.match(first.text)):
        return [PdfPiece(f"{last.text} {first.text}", "$", last.blank)]
    number = _NUMBER.match(first.text) if first.style == "" and _OPEN.search(last.text) else None
    if number is None:
        return None
    rest = first.text[number.end() :]
    tail = [PdfPiece(rest.lstrip(), "", rest[:1].isspace())] if rest.strip() else []
    return [PdfPiece(f"{last.text} {number[0]}", "$", last.blank), *tail]


def _met(above: str, below: str, words: Mapping[str, int]) -> tuple[str, bool]:
    """Return what stands before a line's end when it meets the next line, and whether a blank comes between."""
    broken, following = _BROKEN.search(above), _NEXT.match(below)
    if above.endswith(("-", "–", "/")) and (broken is None or following is None):
        return above, not (above[-2:-1].isalnum() and below[:1].isalnum())
    if broken is None or following is None:
        return above, True
    first, rest = broken["first"].lower(), following[0].lower()
    whole, hyphened = words.get(first + rest, 0), words.get(f"{first}-{rest}", 0)
    if whole > hyphened or (whole == hyphened and following[0][0].islower() and first not in _KEEPING):
        return above[:-1], False
    return above, False
