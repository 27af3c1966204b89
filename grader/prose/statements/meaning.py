"""What a sentence says: its terms, whether they are denied, and whether something ought to be, may be or is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from grader.notation.vocabulary import word_set
from grader.prose.englishwords import AUXILIARIES, FUNCTION_WORDS, NEGATORS
from grader.prose.patterns import is_not
from grader.prose.proseanswer import read
from grader.prose.statements.terms import THINGS, FieldTerm, terms
from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_SKIPPED: Final = (FUNCTION_WORDS | AUXILIARIES | NEGATORS) - word_set(
    "same only just between most more less both none each"
)
_LIGHT: Final = word_set(
    "use uses used using make makes made take takes took taken give gives gave given get gets got let lets put puts "
    "become becomes became come comes go goes going do does done have has having want wants thing things way ways "
    "kind sort case cases usually often typically generally normally really quite rather always simply already "
    "well good called known say says seem seems mean means example e.g i.e please both each most every whole "
    "value values class classes need needs needed again then now still try tries whenever"
)
"""Words that a right answer may do without."""
_OUGHT: Final = word_set("must should ought shall mustn't shouldn't needn't")
_OUGHT_TO: Final = word_set("have has had need needs")
_MAY: Final = word_set("may")
_BECAUSE: Final = word_set("because since as")


@dataclass(frozen=True)
class Idea:
    """One thing that must be said: a term, several that may be meant, or a word that is none."""

    name: str
    terms: tuple[FieldTerm, ...] = ()
    word: str = ""

    @property
    def sort(self) -> str:
        return self.terms[0].sort if self.terms else "word"

    @property
    def is_thing(self) -> bool:
        return self.sort in THINGS

    def is_verdict(self) -> bool:
        """Whether it says that something is all right, or that it is not."""
        return any("verdict" in term.kinds for term in self.terms)


@dataclass(frozen=True)
class Meaning:
    """What a sentence says."""

    text: str
    ideas: tuple[Idea, ...]
    denied: bool
    modal: str = ""  # "ought", "may" or ""
    mixed: bool = False  # says one thing and denies another


def meaning_of(text: str, language: str = "en") -> Meaning:
    """Return what a sentence says."""
    prose = read(text, language)
    forms = prose.forms
    parts = list(prose.segments.parts)
    ideas: dict[str, Idea] = {}
    denied: dict[int, bool] = {}  # by clause
    stretches = list(_ideas(forms, parts))
    # The "not" of "not used" is a word of what is said, and denies nothing beside it.
    within = {word for place, end, _ in stretches if end - place > 1 for word in range(place, end)}
    for place, end, idea in stretches:
        ideas.setdefault(idea.name, idea)
        clause = prose.segments.clauses[place]
        own = within | {*range(place, end)}
        denied[clause] = denied.get(clause, False) or sum(cue not in own for cue in prose.cues[place]) == 1
    mixed = len(set(denied.values())) > 1
    return Meaning(text, tuple(ideas.values()), any(denied.values()), _modal(parts), mixed=mixed)


def _ideas(forms: list[str], parts: list[str]) -> Iterator[tuple[int, int, Idea]]:
    """Yield the ideas with the first place of each and the first one behind it."""
    known, place = terms(), 0
    while place < len(forms):
        size, meant = known.at(forms, place)
        if size == 1 and (parts[place] in _LIGHT or (parts[place] in _SKIPPED and not _tells(meant))):
            size = 0
        if size:
            yield place, place + size, Idea(meant[0].name, meant)
        elif parts[place] not in _SKIPPED and parts[place] not in _LIGHT and not is_not(parts[place]):
            yield place, place + 1, Idea(forms[place], (), forms[place])
        place += size or 1


def _tells(meant: tuple[FieldTerm, ...]) -> bool:
    return any(term.sort not in THINGS for term in meant)


def _modal(parts: list[str]) -> str:
    """Return whether the sentence says what ought to be or what may be."""
    for place, part in enumerate(parts):
        if part in _OUGHT or (part in _OUGHT_TO and parts[place + 1 : place + 2] == ["to"]):
            return "ought"
        if part in _MAY:
            return "may"
    return ""


def named_alone(text: str) -> Mapping[str, FieldTerm]:
    """Return the one thing that a title names; nothing where it names several or none."""
    prose = read(text)
    found = {
        idea.name: idea.terms[0]
        for _, _, idea in _ideas(prose.forms, list(prose.segments.parts))
        if idea.is_thing
    }
    return found if len(found) == 1 else {}
