"""A model answer cut into the pieces that are worth points: by the points that stand in it, or by its labelled lines."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from grader.drafting.pointmarks import point_marks
from grader.notation.lazypatterns import deferred
from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Sequence
    from fractions import Fraction

    from grader.drafting.pointmarks import PointMark

# Pieces of one answer; a list of more is a text.
MAX_PIECES: Final = 30
_EDGES: Final = " \t\r\n,;:-–—*_•"
_LABELLED: Final = deferred(
    r"[ \t>]*(?:[-*+•][ \t]+|\d{1,2}[.)][ \t]+)?(?:\*\*)?(?P<label>[A-Za-z][^\n:=|$]{0,40}?)(?:\*\*)?[ \t]*:(?:\*\*)?[ \t]+(?P<value>\S[^\n]*)"
)
_TITLE: Final = deferred(
    r"(?:formulas?|why|because|for example|e\.g|i\.e|note|remark|hint|where|and|but|then|so)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class AnswerPiece:
    """A piece of a model answer: its text, what it is called, and its points where it has its own.

    `shared` says that the text is that of a later piece: `a (1), b (1): why`.
    """

    text: str
    name: str = ""
    points: Fraction | None = None
    shared: bool = False

    @property
    def label(self) -> str:
        """Its name in words."""
        return " ".join(re.split(r"[_\W]+", self.name)).strip()


def pieces_of(answer: str, question: str) -> tuple[AnswerPiece, ...]:
    """Return the pieces of a model answer to a question of this id; the whole of it where nothing parts it."""
    marks = point_marks(answer)[:MAX_PIECES]
    if marks:
        return _by_points(answer, marks, question)
    labelled = _by_label(answer)
    return labelled or (AnswerPiece(answer.strip()),)


def _by_points(answer: str, marks: Sequence[PointMark], question: str) -> tuple[AnswerPiece, ...]:
    ahead = sum(_leads(answer, mark) for mark in marks) * 2 >= len(marks)
    texts = []
    for at, mark in enumerate(marks):
        if ahead:
            end = marks[at + 1].start if at + 1 < len(marks) else len(answer)
            texts.append(answer[mark.end : end])
        else:
            texts.append(answer[marks[at - 1].end if at else 0 : mark.start])
    pieces = []
    for at, mark in enumerate(marks):
        own = _trimmed(texts[at])
        following = next((said for text in texts[at:] if len(said := _trimmed(text)) > 1), "")
        shared = ahead and len(own) < 2
        pieces.append(
            AnswerPiece(following if shared else own, _own_name(mark.name, question), mark.points, shared)
        )
    return tuple(pieces)


def _leads(answer: str, mark: PointMark) -> bool:
    """Whether points stand before what they are given for: behind a name, or where a line or item begins."""
    before = answer[: mark.start].rpartition("\n")[2]
    return bool(mark.name) or not before.strip(_EDGES + "0123456789.()")


def _own_name(name: str, question: str) -> str:
    """Return a name without the question's id in front of it."""
    start = re.match(rf"{re.escape(question)}[_.-]+", name, re.IGNORECASE)
    return name[start.end() :] if start else name


def _trimmed(text: str) -> str:
    return re.sub(r"^(?:Formulas?|Also|And|and)\b[:,]?[ ]", "", text.strip(_EDGES)).strip(_EDGES)


def _by_label(answer: str) -> tuple[AnswerPiece, ...]:
    """Return the lines `Size: 3 x 3` of an answer whose lines are all like this; none where some are not."""
    lines = [line for line in answer.split("\n") if line.strip()]
    found = [_LABELLED.fullmatch(line) for line in lines]
    known = [each for each in found if each is not None and not _TITLE.match(each["label"])]
    if len(known) < 2 or len(known) < len(lines) or len(known) > MAX_PIECES:
        return ()
    return tuple(AnswerPiece(each["value"].strip(), each["label"].strip(" *_")) for each in known)
