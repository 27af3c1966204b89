"""What most hand-ins of a class say word by word in one answer, and whether it was handed out to them.

Nothing but the class tells text that was handed out from a right answer that many write alike. A line is taken for
handed out where it is a sentence of some length, stands at the edge of what each student says, and most of those who
have it say something else beside it. Numbers, formulas, tables and short sentences never are: many find the same ones.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import field
from typing import TYPE_CHECKING, Final, NamedTuple

from grader.model.submission import HandedOut
from grader.notation.lazypatterns import deferred
from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from grader.documents.cut.lines import Line

# Of fewer hand-ins, two that say the same would be a class.
LEAST_HANDINS: Final = 5
# Words of a sentence that is worth telling of: fewer are stock phrases.
LEAST_TOLD: Final = 5
# Words of a sentence that is taken out: `No, dropout is off at inference.` is what many answer.
LEAST_WORDS: Final = 8
# Characters of a line that a longer sentence was wrapped into.
WRAPPED: Final = 40
# Share of those who have a line that say something beside it, and of these that have it before or behind all of that.
LEAST_BESIDE: Final = 0.5
LEAST_AT_EDGE: Final = 0.9
# Lines of one answer that are compared; more are a log.
MAX_LINES: Final = 400

_MARKER: Final = deferred(r"[\s>#]*(?:(?:[-*+•]|\(?\w{1,3}[.)])\s+)?(?:\[ ?\]\s+)?")
_NO_WORDS: Final = deferred(r"\$[^$]*\$|`[^`]*`|\\[A-Za-z]+")
_WORD: Final = deferred(r"[^\W\d_]{2,}")
_ENDS: Final = (".", "!", "?", ":", ";", "。", "！", "？")
_FENCES: Final = ("```", "~~~", "$$")


class SharedText(NamedTuple):
    """A line that more than half of the hand-ins have in their answer to one question."""

    line: str  # as one of them has it
    key: str  # as lines are compared
    holders: int  # hand-ins that have it
    words: int  # of its sentence
    handed_out: bool


class Said(NamedTuple):
    """What one hand-in answers to a question, and whether a picture stands there."""

    text: str
    pictured: bool = False


@dataclass(slots=True)
class _Row:
    """One line of an answer; `words` are those of its sentence, 0 where it is no prose."""

    shown: str
    key: str
    words: int
    joins: bool  # whether it goes on with the sentence of the line before


@dataclass(slots=True)
class _Holding:
    """What is known of those who have a line."""

    shown: str = ""
    holders: int = 0
    words: list[int] = field(default_factory=list)
    beside: int = 0
    between: int = 0  # of those who say something of their own: those who have it in the midst of that


def line_key(content: str) -> str:
    """Return a line as it is compared: its words and signs, without case, blanks or what marks it as an item."""
    marker = _MARKER.match(content)
    return " ".join(content[marker.end() if marker else 0 :].casefold().split())


def shared_texts(answers: Sequence[Said]) -> list[SharedText]:
    """Return the lines of sentences that more than half of the answers to one question share, in their order.

    The answers are those of all hand-ins, blank ones included; linear in what they say.
    """
    if len(answers) < LEAST_HANDINS:
        return []
    rows = [list(_rows(answer.text)) for answer in answers]
    counts = Counter(key for each in rows for key in {row.key for row in each})
    common = {key for key, count in counts.items() if 2 * count > len(answers)}
    if not common:
        return []
    for each in rows:
        _join_sentences(each, common)
    held = _held(rows, answers, common)
    return [
        SharedText(holding.shown, key, holding.holders, words, _is_handed_out(holding, words))
        for key, holding in held.items()
        if (words := _usual(holding.words)) >= LEAST_TOLD
    ]


def find_handed_out(
    lines: Sequence[Line], numbers: Sequence[int], handed_out: Sequence[HandedOut]
) -> dict[int, HandedOut]:
    """Return which of some lines of a document say what was handed out; a ticked or solid one never does."""
    sure = {known.line: known.sure for known in handed_out}
    found = {}
    for number in numbers:
        line = lines[number]
        key = line_key(line.content)
        if key in sure and line.style != "solid" and not line.ticked:
            found[number] = HandedOut(line=line.content.strip(), sure=sure[key])
    return found


def _rows(text: str) -> Iterator[_Row]:
    """Yield the lines of an answer that say something, the first of them."""
    inside, joins = "", False
    for line in text.split("\n")[:MAX_LINES]:
        shown = line.strip()
        fence = next((fence for fence in _FENCES if shown.startswith(fence)), "")
        if fence and (not inside or fence == inside):
            inside = "" if inside or (fence == "$$" and shown.count("$$") > 1) else fence
        key = line_key(shown)
        if not key:
            joins = False
            continue
        solid = bool(inside or fence) or shown.startswith("|")
        marker = _MARKER.match(shown)
        words = 0 if solid else len(_WORD.findall(_NO_WORDS.sub(" ", shown)))
        yield _Row(shown, key, words, joins and not solid and not (marker and marker.end()))
        joins = not solid and len(shown) >= WRAPPED and not shown.endswith(_ENDS)


def _join_sentences(rows: Sequence[_Row], common: set[str]) -> None:
    """Give every line of a common sentence that was wrapped the words of all of it."""
    sentence: list[_Row] = []
    for row in [*rows, None]:
        if row is not None and row.joins and sentence and row.key in common and row.words:
            sentence.append(row)
            continue
        words = sum(each.words for each in sentence)
        for each in sentence:
            each.words = words
        sentence = [row] if row is not None and row.key in common and row.words else []


def _held(rows: Sequence[Sequence[_Row]], answers: Sequence[Said], common: set[str]) -> dict[str, _Holding]:
    """Return what is known of the holders of every common line."""
    held: dict[str, _Holding] = defaultdict(_Holding)
    for each in rows:
        first = {row.key: row for row in reversed(each) if row.key in common}
        for key, row in reversed(first.items()):
            holding = held[key]
            holding.shown = holding.shown or row.shown
            holding.holders += 1
            holding.words.append(row.words)
    long = {key for key, holding in held.items() if _usual(holding.words) >= LEAST_WORDS}
    for each, answer in zip(rows, answers, strict=True):
        own = [place for place, row in enumerate(each) if row.key not in common]
        beside = answer.pictured or any(row.key not in long for row in each)
        seen: set[str] = set()
        for place, row in enumerate(each):
            if row.key in common and row.key not in seen:
                seen.add(row.key)
                held[row.key].beside += beside
                held[row.key].between += bool(own) and own[0] < place < own[-1]
    return held


def _usual(words: Sequence[int]) -> int:
    """Return the middle one of some numbers, the lower of two."""
    return sorted(words)[(len(words) - 1) // 2] if words else 0


def _is_handed_out(holding: _Holding, words: int) -> bool:
    return (
        words >= LEAST_WORDS
        and holding.beside >= LEAST_BESIDE * holding.holders
        and holding.between <= (1 - LEAST_AT_EDGE) * holding.beside
    )
