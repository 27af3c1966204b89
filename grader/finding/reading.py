"""What stands in one answer: read once, each thing found when somebody first asks for it, and kept with its place.

Marking makes one `Reading` of each answer and `validate` does; every check of the question gets it. What can be
found without a rubric's names is an attribute; what depends on them (labels, options, the formulas that define a
name) is kept under those names by `kept`. Offsets are into `text`. What finds a thing is loaded when a thing is first asked for.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Concatenate, Final, ParamSpec, TypeVar

from grader.model.submission import Place, is_blank
from grader.notation.lazypatterns import deferred
from grader.notation.numbers.exact import folded
from grader.prose.caution import Caution
from grader.prose.doubt import Stance
from grader.prose.hidden import seen
from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

    from grader.finding.formulas import FoundFormula
    from grader.finding.matrices import FoundMatrix
    from grader.finding.options import FoundOption, Spellings
    from grader.finding.regions import Label, LabelPlaces, Region
    from grader.finding.scan import FoundNumber
    from grader.finding.shapes import FoundShape
    from grader.model.submission import Answer
    from grader.prose.proseanswer import Prose

Found = TypeVar("Found")
Key = ParamSpec("Key")

START: Final = Place(line=1)


@dataclass(frozen=True, eq=False)
class Reading:
    """One answer, or one part of it, and what stands in it.

    `value` is the part's list or mapping, None for text; `parts` are the readings of an answer's parts by name.
    """

    text: str = ""  # the part's text, or the answer's prose; empty where the part is a list or mapping
    value: Any = None
    place: Place = START
    part: str = ""  # the part's name, "" for prose
    language: str = "en"  # the rubric's language
    parts: Mapping[str, Reading] = field(default_factory=dict)
    _kept: dict[Hashable, Any] = field(default_factory=dict, init=False, repr=False)

    @classmethod
    def of(cls, answer: Answer, language: str = "en") -> Reading:
        """Return the reading of an answer and of each of its parts."""
        parts = {
            name: cls(
                text=part.value if isinstance(part.value, str) else "",
                value=None if isinstance(part.value, str) else part.value,
                place=part.place,
                part=name,
                language=language,
            )
            for name, part in answer.parts.items()
        }
        return cls(answer.text, place=answer.place, language=language, parts=parts)

    def under(self, names: Sequence[str]) -> Reading:
        """Return the first part of these names that is filled in, the prose where none is."""
        if not self.parts:
            return self
        given = (self.parts[name] for name in names if name in self.parts)
        return next((part for part in given if not part.blank), self)

    @property
    def explicit(self) -> bool:
        """Whether the student named this part, so that all of it is meant as the answer."""
        return self.part != ""

    @property
    def blank(self) -> bool:
        """Whether nothing was written."""
        return is_blank(self.text if self.value is None else self.value)

    @property
    def alone(self) -> str | None:
        """Its text, or the only text of a list of one; None where it is another list or a mapping."""
        if self.value is None:
            return self.text
        items = self.value if isinstance(self.value, tuple) else ()
        return items[0] if len(items) == 1 and isinstance(items[0], str) else None

    @cached_property
    def digest(self) -> str:
        """A digest of all that an outcome can depend on in it."""
        said = repr((self.text, self.value, self.part, self.language))
        return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()

    def kept(
        self, find: Callable[Concatenate[Reading, Key], Found], *key: Key.args, **named: Key.kwargs
    ) -> Found:
        """Return what `find` finds in this reading for a key, found once."""
        place = (find, key, *named.items())
        if place not in self._kept:
            self._kept[place] = find(self, *key, **named)
        found: Found = self._kept[place]
        return found

    def with_text(self, text: str) -> Reading:
        """Return the reading of another text in this place, itself where it is the same."""
        return self if text == self.text and self.value is None else self.kept(_with_text, text)

    # what is seen of it ---------------------------------------------------------------------------

    @property
    def shown(self) -> Reading:
        """The reading of what is seen where the answer is shown, itself where that is all of it."""
        return self._seen[0] or self

    @property
    def hidden(self) -> tuple[str, ...]:
        """What stands in it and is seen by nobody."""
        return self._seen[1]

    @cached_property
    def revealed(self) -> Reading:
        """The reading of all of it, hidden words included."""
        return _as_seen(self, reveal=True)[0] or self

    @cached_property
    def _seen(self) -> tuple[Reading | None, tuple[str, ...]]:
        return _as_seen(self, reveal=False)

    @cached_property
    def folded(self) -> str:
        """The text with one spelling for each sign."""
        return folded(self.text)

    @property
    def worded(self) -> Reading:
        """The reading with numerals in digits: `twenty-five` as 25; itself where there are none."""
        return self.with_text(self._digits)

    @cached_property
    def _digits(self) -> str:
        from grader.notation.numbers.numerals import with_digits

        return with_digits(self.text)

    # prose ----------------------------------------------------------------------------------------

    @cached_property
    def prose(self) -> Prose:
        """Words, clauses, sentences and items, with what is denied, doubted and asked."""
        from grader.prose.proseanswer import read

        return read(self.text, self.language)

    @cached_property
    def signs(self) -> Caution:
        """Which words stand in it that make what is written less than a plain statement."""
        return Caution.of(self.text)

    @cached_property
    def own_prose(self) -> Prose:
        """The prose read in the language that it is written in, which may be another than the rubric's."""
        from grader.prose.lexicon import language_of
        from grader.prose.proseanswer import read

        parts = self.prose.forms
        written = language_of(parts, self.prose.language)
        return self.prose if written == self.prose.language else read(self.text, written)

    def stance(self, start: int, end: int) -> Stance:
        """Return how the writer stands to what is written from `start` to `end`."""
        if not self.signs.doubt:
            return Stance.STATED
        from grader.prose.stance import stance

        return stance(self.own_prose, start, end)

    def stance_among(self, finds: tuple[tuple[int, int], ...], start: int, end: int) -> Stance:
        """Return how the writer stands to one of some finds, each of them read as one word."""
        if not self.signs.doubt:
            return Stance.STATED
        spans = finds if (start, end) in finds else (*finds, (start, end))
        return self.kept(_around, spans).stance(start, end)

    def is_supposed(self, start: int, end: int, finds: tuple[tuple[int, int], ...] = ()) -> bool:
        """Whether it is only said what would be if what is written from `start` to `end` were so.

        Each of the finds is read as one word.
        """
        if not self.signs.supposition:
            return False
        from grader.prose.stance import words_between
        from grader.prose.suppositions import is_supposed

        spans = finds if not finds or (start, end) in finds else (*finds, (start, end))
        prose = (self.kept(_around, spans) if spans else self).own_prose
        span = words_between(prose, start, end)
        return span is not None and is_supposed(prose, *span)

    # finds ----------------------------------------------------------------------------------------

    @cached_property
    def numbers(self) -> tuple[FoundNumber, ...]:
        """The numbers in reading order, each with its role in a calculation."""
        from grader.finding.numbers import find_numbers

        return find_numbers(self.text)

    @cached_property
    def formulas(self) -> tuple[FoundFormula, ...]:
        """The formulas, marked or bare."""
        from grader.finding.formulas import find_formulas

        return find_formulas(self.text)

    @cached_property
    def spans(self) -> tuple[tuple[int, int], ...]:
        """Where the formulas stand, in order: the letters in them are no words."""
        return tuple((found.start, found.end) for found in self.formulas)

    @cached_property
    def amounts(self) -> tuple[FoundFormula, ...]:
        """The values with a unit that are part of no formula."""
        from grader.finding.amounts import find_amounts

        return tuple(find_amounts(self.text, self.formulas))

    @cached_property
    def matrices(self) -> tuple[FoundMatrix, ...]:
        """The matrices, and vectors in brackets."""
        from grader.finding.matrices import find_matrices

        return find_matrices(self.text)

    @cached_property
    def shapes(self) -> tuple[FoundShape, ...]:
        """The sizes: `3 x 3`, `(3, 3)`."""
        from grader.finding.shapes import find_shapes

        return find_shapes(self.text)

    @cached_property
    def conclusions(self) -> tuple[FoundFormula, ...]:
        """What is boxed or announced as the answer."""
        from grader.finding.conclusions import announced_conclusions

        return announced_conclusions(self.text, self.values)

    def values(self) -> list[FoundFormula]:
        """Return formulas, and numbers that stand in plain words, in order of their place."""
        from grader.finding.conclusions import stated_values

        return stated_values(self.text, self.formulas, self.numbers)

    def labels(self, near: tuple[str, ...], others: tuple[str, ...]) -> tuple[Label, ...]:
        """Return the labels of parts: own ones (`near`), and those of other parts, given or usual."""
        return self.kept(_labels, near, others)

    def regions(self, near: tuple[str, ...], others: tuple[str, ...]) -> tuple[Region, ...]:
        """Return the stretches that belong to a label, in reading order."""
        return self.kept(_regions, near, others)

    def options(self, spellings: Spellings) -> tuple[FoundOption, ...]:
        """Return the options of a choice that are named."""
        return self.kept(_options, spellings)


def _options(reading: Reading, spellings: Spellings) -> tuple[FoundOption, ...]:
    from grader.finding.options import find_options

    return find_options(reading.text, spellings)


_FIND: Final = "x"  # the letter of the word that stands for a find
_LONGEST: Final = 12  # letters of that word; blanks stand for the rest
_COMPARISON: Final = deferred(r"[<>≤≥≠∈]|\\(?:le|ge|lt|gt|ne|leq|geq|neq|in)(?![a-z])")


def _around(reading: Reading, finds: tuple[tuple[int, int], ...]) -> Reading:
    """Put a word in the place of every find, behind a sign where it compares: there it is a condition."""
    pieces, done = [], 0
    for start, end in sorted(finds):
        if end <= max(start, done):
            continue
        first = max(start, done)
        sign = "≤" if end - first > 1 and _COMPARISON.search(reading.text, first, end) else ""
        word = (sign + _FIND * (min(end - first, _LONGEST) - len(sign))).ljust(end - first)
        pieces += [reading.text[done:first], word]
        done = end
    return reading.with_text("".join((*pieces, reading.text[done:])))


def _with_text(reading: Reading, text: str) -> Reading:
    return replace(reading, text=text, value=None, parts={})


def _labels(reading: Reading, near: tuple[str, ...], others: tuple[str, ...]) -> tuple[Label, ...]:
    from grader.finding.regions import find_labels

    return find_labels(reading.kept(_label_places), near, others)


def _label_places(reading: Reading) -> LabelPlaces:
    from grader.finding.regions import LabelPlaces

    return LabelPlaces(reading.text)


def _regions(reading: Reading, near: tuple[str, ...], others: tuple[str, ...]) -> tuple[Region, ...]:
    from grader.finding.regions import find_regions

    return find_regions(reading.text, reading.labels(near, others))


def _as_seen(reading: Reading, *, reveal: bool) -> tuple[Reading | None, tuple[str, ...]]:
    """Return a reading as it is seen where it is shown, None where that is all of it, and its hidden stretches.

    A reading that keeps itself would hold all that was found in it until the garbage collector comes.
    """
    hidden: list[str] = []
    text = _seen_value(reading.text, hidden, reveal=reveal)
    value = _seen_value(reading.value, hidden, reveal=reveal)
    if text == reading.text and value == reading.value:
        return None, tuple(hidden)
    return replace(reading, text=text, value=value, parts={}), tuple(hidden)


def _seen_value(value: Any, hidden: list[str], *, reveal: bool) -> Any:
    """Return what is seen of a text or of all texts in a value, and note what is not."""
    if isinstance(value, str):
        found = seen(value, reveal=reveal)
        hidden.extend(found.hidden)
        return found.text
    if isinstance(value, tuple):
        return tuple(_seen_value(inner, hidden, reveal=reveal) for inner in value)
    if isinstance(value, Mapping):
        return {name: _seen_value(inner, hidden, reveal=reveal) for name, inner in value.items()}
    return value
