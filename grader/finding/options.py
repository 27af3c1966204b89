"""Which options of a choice an answer names: as a list of nothing else, by a text of theirs, or by a marked letter."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from grader.notation.lazypatterns import deferred
from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

# Beyond this a choice is not an answer but an essay; what is stated up to here decides.
MAX_LENGTH: Final = 20_000
SHORT: Final = 2  # characters of an option that stands in many words: it counts where it is marked as one

TRUE: Final = (
    "true",
    "yes",
    "t",
    "y",
    "correct",
    "right",
    "wahr",
    "ja",
    "vrai",
    "oui",
    "verdadero",
    "sí",
    "si",
)
FALSE: Final = ("false", "no", "f", "n", "incorrect", "wrong", "falsch", "nein", "faux", "non", "falso")
_ANYWHERE: Final = ("true", "false", "correct", "incorrect", "wahr", "falsch")
_DECORATION: Final = " \t\r\n.,;:!?*_`'\"()[]{}"
# "true positives", "the correct label": a word that qualifies a noun is no verdict.
_QUALIFYING: Final = deferred(
    r"[ \t]+(?!(?:or|and|if|because|since|as|but|is|was|when|in|for|of|too|then|at|only|unless|so|here|not|answer|statement|wrong|right"
    r"|true|false|wahr|falsch|oder|weil|denn)\b)[a-z]",
    re.IGNORECASE,
)
# "The opposite is true": the verdict on another statement.
_OPPOSITE: Final = deferred(
    r"\b(?:opposite|contrary|reverse|converse|inverse|gegenteil)\s+(?:of\s+\w+\s+)?(?:is|are|was|holds|would be|ist)\s+(?:\w+\s+)?$",
    re.IGNORECASE,
)
_ITEM: Final = deferred(r"[^,;/&\n]+?(?=\s*(?:,|;|/|&|\n|\band\b|\bund\b|$))")
_JOINED: Final = deferred(r"^\s*(?:and|und)\b")


@dataclass(frozen=True, slots=True)
class FoundOption:
    """An option that is named, where, and where its own word or letter stands in that."""

    option: str
    start: int
    end: int
    word_start: int
    word_end: int
    listed: bool = False  # as an item of a text that holds nothing else


@dataclass(frozen=True, eq=False)
class Spellings:
    """How the options of one choice are written, and the pattern that finds them in prose."""

    ids: Mapping[str, str]  # every way to write an option, folded, to its id
    pattern: re.Pattern[str]

    @classmethod
    def of(cls, options: Mapping[str, Sequence[str]]) -> Spellings:
        """Return the spellings of options, or of true and false where there are none."""
        if not options:
            ids = {word: truth for words, truth in ((TRUE, "true"), (FALSE, "false")) for word in words}
            # yes and no are verdicts at the start only: "there is no doubt" is not a no
            words = "|".join(map(re.escape, sorted((*TRUE, *FALSE), key=len, reverse=True)))
            start = rf"\A\W*(?P<head>{words})\b(?!\s+(?:idea|clue|doubt))"
            return cls(ids, re.compile(rf"{start}|\b(?P<word>{'|'.join(_ANYWHERE)})\b", re.IGNORECASE))
        ids = {folded(text): option for option, texts in options.items() for text in (option, *texts)}
        return cls(ids, re.compile(_by_text_or_mark(ids), re.IGNORECASE | re.MULTILINE))


def _by_text_or_mark(ids: Mapping[str, str]) -> str:
    """Return a pattern for an option by a text of its own, or by an id that is marked as one."""
    texts = [text for text in ids if len(text) > SHORT]
    marks = [re.escape(text) for text in ids if len(text) <= SHORT]
    parts = [rf"\b{re.escape(text)}\b" for text in sorted(texts, key=len, reverse=True)]
    if marks:
        short = "|".join(sorted(marks, key=len, reverse=True))
        parts.append(rf"(?:^|(?<=\n))[ \t(\[*]*(?P<head>{short})(?=[)\].:*]|[ \t]*$)")
        parts.append(rf"\((?P<round>{short})\)")
        parts.append(rf"\b(?:answer|option|choice|antwort)s?(?:[ \t]+is|:)?[ \t]+[(*]*(?P<named>{short})\b")
    return "|".join(parts)


def folded(text: str) -> str:
    """Return a text as options and items are compared: without case and without what decorates it."""
    return " ".join(text.casefold().strip(_DECORATION).split())


def truth_of(word: str) -> str | None:
    """Return `true` or `false` for a word that says so, None for any other."""
    said = folded(word)
    return "true" if said in TRUE else "false" if said in FALSE else None


def find_options(text: str, spellings: Spellings) -> tuple[FoundOption, ...]:
    """Return the options that a text names, in reading order."""
    text = text[:MAX_LENGTH]
    return tuple(_listed(text, spellings) or _in_prose(text, spellings))


def _listed(text: str, spellings: Spellings) -> list[FoundOption]:
    """Read a text that holds nothing but options: `b`, `a, c`, `a and c`."""
    found = []
    for item in _ITEM.finditer(text):
        word = folded(_JOINED.sub("", item[0]))
        if not word:
            continue
        denied = item[0].lstrip(" \t([").startswith("!")  # `!b` is not b
        option = None if denied else spellings.ids.get(word)
        if option is None:
            return []
        found.append(FoundOption(option, *item.span(), *item.span(), listed=True))
    return found


def _in_prose(text: str, spellings: Spellings) -> Iterator[FoundOption]:
    for found in spellings.pattern.finditer(text):
        if found.lastgroup == "word" and (
            _QUALIFYING.match(text, found.end())
            or _OPPOSITE.search(text[max(0, found.start() - 40) : found.start()])
        ):
            continue
        word = next((group for group in found.groups() if group), found[0])
        option = spellings.ids.get(folded(word))
        if option is None:  # a pattern that ignores case takes a Turkish ı for an I; folding does not
            continue
        own = found.span(found.lastgroup) if found.lastgroup else found.span()
        yield FoundOption(option, *found.span(), *own)
