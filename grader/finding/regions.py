"""Where in an answer a labelled part stands: from its label to the label of the next part.

A label heads a part where it opens a line, a bullet or a clause (`Lowest layer: ...`, `..., the
second 901 * 200`); where it is only mentioned ("takes its input from the first layer") it neither
opens a region nor closes one, unless nothing better is found.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from grader.notation.lazypatterns import deferred
from grader.notation.vocabulary import CARDINALS, ORDINALS
from grader.prose.boundaries import LINE_END, begins
from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Sequence

CACHED: Final = 256  # patterns of labels; a rubric has few
MAX_LABELS: Final = 400  # label words looked at in one text; beyond that it is a list of words

_SHORT: Final = ("1st", "2nd", "3rd", "4th", "5th", "6th", "7th", "8th", "9th", "10th")
TOTALS: Final = ("total", "totals", "sum", "in all", "altogether", "overall", "grand total")
_ADVERBS: Final = frozenset({"in all", "altogether"})  # conclude wherever they stand in a sentence
_PLACES: Final = (
    *("lowest", "bottom", "lower", "middle", "top", "topmost", "upper", "highest", "last", "final"),
    *("input layer", "output layer", "hidden layer", "next layer", "fully connected layer", "dense layer"),
)
# Words that may stand between the opening of a clause and its label.
_LEADS: Final = frozenset({
    "a", "an", "the", "for", "in", "of", "at", "on", "to", "as", "so", "and", "then", "thus",
    "therefore", "hence", "finally", "now", "next", "we", "our", "have", "get", "per", "with",
    "number", "num", "no", "n", "total", "params", "param", "parameters", "parameter", "weights",
    "result", "count", "layer", "conv", "convolutional", "is", "it", "this", "if",
})  # fmt: skip

_SCRIPT: Final = re.compile(r"_(\w+)$")  # of a label


def _numbered(index: int) -> str:
    number = f"(?:{index + 1}|{CARDINALS[index]})"
    return rf"{ORDINALS[index]}|{_SHORT[index]}|(?:layer|conv(?:olution\w*)?(?:2d)?)\.?(?:[ _-]layer)?[ _]?[#№]?[ _]?{number}(?![\d.,]*\d)"


def _word_pattern(label: str) -> str:
    """Return a pattern for one label as rubrics write it: words, a `*` for any ending, `first` also as `layer 1`."""
    folded = " ".join(label.lower().split())
    if folded in ORDINALS:
        return _numbered(ORDINALS.index(folded))
    words = [re.escape(word).replace(r"\*", r"\w{0,20}") for word in folded.split(" ")]
    # `w_1` is also written `w_{1}`
    return r"[\s_-]{1,3}".join(_SCRIPT.sub(r"_\{?\1\}?", word) for word in words)


@lru_cache(maxsize=CACHED)
def _pattern(labels: tuple[str, ...]) -> re.Pattern[str]:
    words = sorted(labels, key=lambda label: (-len(label), label))
    return re.compile(
        rf"(?<![^\W_])(?:{'|'.join(_word_pattern(word) for word in words)})(?![^\W_])", re.IGNORECASE
    )


_GENERIC: Final = deferred(
    rf"(?<![^\W_])(?:(?P<total>{'|'.join(_word_pattern(word) for word in TOTALS)})"
    rf"|{'|'.join(_numbered(index) for index in range(10))}|{'|'.join(_word_pattern(word) for word in _PLACES)})(?![^\W_])",
    re.IGNORECASE,
)
_OPENING: Final = deferred(
    r"[\n.;:,!?>#*|()\[\]•–—=→-]|\\item|\b(?:and|so|thus|then|therefore|hence|but|while)\b"
)
_CLOSING: Final = deferred(
    r"(?:\s+(?:conv\w*\.?|(?:layer|param|parameter|weight|map|feature|result|output|size|count|number)s?|of|the|in|for|cnn|network"
    r"|has|is|will|have|hidden|dense)){0,4}\s*(?::|=|→|->|\$\s*\\(?:long)?rightarrow|–|—|-\s|\*\*|\n|\|)",
    re.IGNORECASE,
)
_INDENT: Final = deferred(r"[ \t]*(?:>[ \t]*)*")


@dataclass(frozen=True, slots=True)
class Label:
    """One place where a label word stands."""

    start: int
    end: int
    own: bool
    heads: bool  # opens a line, bullet or clause
    total: bool  # one of the words for a total
    depth: int  # how far its line is indented


@dataclass(frozen=True, slots=True)
class Region:
    """A stretch of text that belongs to a label."""

    start: int
    label_end: int
    end: int
    depth: int


def _heads(text: str, start: int, end: int) -> bool:
    window = text[max(0, start - 60) : start]
    openings = list(_OPENING.finditer(window))
    lead = window[openings[-1].end() :] if openings else window if start <= 60 else "x x"
    words = lead.lower().split()
    if len(words) <= 6 and all(word.strip("*_$\"'") in _LEADS or not word.strip("*_$\"'") for word in words):
        return True
    return _CLOSING.match(text, end) is not None


def _depth(text: str, start: int) -> int:
    line = text.rfind("\n", 0, start) + 1
    indent = _INDENT.match(text, line)
    return (indent.end() if indent else line) - line


class LabelPlaces:
    """What is the same of a text's labels whichever of them are asked for: found once."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.usual = {found.span(): found["total"] is not None for found in _GENERIC.finditer(text)}
        """Where the usual words for parts stand, and whether each is one for a total."""
        self._named: dict[tuple[str, ...], frozenset[tuple[int, int]]] = {}
        self._heads: dict[tuple[int, int], bool] = {}

    def named(self, labels: tuple[str, ...]) -> frozenset[tuple[int, int]]:
        """Return where given labels stand."""
        if not labels:
            return frozenset()
        if labels not in self._named:
            found = _pattern(labels).finditer(self.text)
            self._named[labels] = frozenset([each.span() for each in found])
        return self._named[labels]

    def heads(self, start: int, end: int) -> bool:
        """Whether a label there heads a part, or concludes wherever it stands."""
        if (start, end) not in self._heads:
            adverb = self.text[start:end].lower() in _ADVERBS
            self._heads[start, end] = adverb or _heads(self.text, start, end)
        return self._heads[start, end]


def find_labels(places: LabelPlaces, near: tuple[str, ...], others: tuple[str, ...]) -> tuple[Label, ...]:
    """Return the labels in a text: own ones (`near`), and those of other parts, given or usual."""
    text, usual = places.text, places.usual
    own, given = places.named(near), places.named(others)
    labels: list[Label] = []
    for start, end in sorted({*own, *given, *usual})[:MAX_LABELS]:
        is_own = (start, end) in own
        if not is_own and any(left < end and start < right for left, right in own):
            continue  # `layer 1` inside the own label `conv layer 1`
        heads = places.heads(start, end)
        labels.append(Label(start, end, is_own, heads, usual.get((start, end), False), _depth(text, start)))
    return tuple(labels)


def find_regions(text: str, labels: Sequence[Label]) -> tuple[Region, ...]:
    """Return the regions of the own ones among labels in reading order.

    Where the label heads a part anywhere, mere mentions are left out. A subtotal inside a part
    (deeper indented, or first thing in it) does not end the part.
    """
    heading = any(label.own and label.heads for label in labels)
    own_total = any(label.own and label.total for label in labels)
    regions: list[Region] = []
    for index, label in enumerate(labels):
        if not label.own or (heading and not label.heads):
            continue
        if regions and label.start < regions[-1].end:
            if not (label.heads and _opens_anew(text, regions[-1], label)):
                continue  # named again inside its own region
            regions[-1] = replace(regions[-1], end=label.start)
        end = len(text)
        for later in labels[index + 1 :]:
            if later.own or not later.heads:
                continue
            if (
                later.total
                and not own_total
                and (later.depth > label.depth or not _has_digit(text, label.end, later.start))
            ):
                continue
            end = later.start
            if later.total and not own_total:
                end = max(label.end, _sentence_start(text, label.end, later.start))
            break
        regions.append(Region(label.start, label.end, end, label.depth))
    return tuple(regions)


def _opens_anew(text: str, region: Region, label: Label) -> bool:
    """Whether a label that comes again opens a region of its own: a later line's total, or a line further out."""
    if "\n" not in text[region.start : label.start]:
        return False
    return label.total or label.depth < region.depth


def _sentence_start(text: str, floor: int, position: int) -> int:
    """Return where the sentence of "That is 903,400 in all" begins, the position itself where none does before it."""
    first = max(floor, position - 200)
    begun = begins(text, first, position, LINE_END)
    return begun if begun > first else position


def _has_digit(text: str, start: int, end: int) -> bool:
    return any("0" <= char <= "9" for char in text[start:end])
