"""A text that is one formula as a whole: an answer of one line, or a part of an answer."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from grader.finding.formularemarks import struck_out, unclaimed
from grader.finding.formulawords import FUNCTIONS, LETTERS, STOPWORDS
from grader.notation.claims import FormulaClaims
from grader.notation.formulareader import read_formula
from grader.notation.grammar.remarks import without_remarks
from grader.notation.grammar.statistics import with_statistics_named
from grader.notation.lazypatterns import deferred
from grader.notation.openreadings import read_tail
from grader.notation.syntaxerrors import ReadingError
from grader.prose.bounds import mentions_bound
from grader.prose.doubt import Stance
from grader.records import dataclass

if TYPE_CHECKING:
    from grader.finding.reading import Reading
    from grader.notation.formulareader import FormulaReading
    from grader.notation.names import Names
    from grader.notation.wantednames import WantedName
    from grader.prose.caution import Caution

MAX_HEARD: Final = 200  # characters of a part that are looked at for words
MAX_SOLE: Final = 400  # characters of an answer that is one formula
MAX_LETTERS: Final = 3  # side by side that may be a product: `wx`, `hnd`
MAX_ACRONYM: Final = 5  # letters of `TP`, `ReLU`, `RMSE`

_LEAD: Final = deferred(
    r"\s*(?:(?:so|thus|hence|therefore|then|finally|i think(?: that)?|i would say)\b[,:]?\s+)?(?:that['’]s|it['’]s"
    r"|(?:(?:the|my|our|your|final|correct|short|right|resulting)\s+){0,3}(?:it|this|that|answer|result|solution|formula|ans)\s*"
    r"(?:is(?:\s+(?:equal to|given by|just|simply))?|equals|has|=|:|would be|should be|must be|reads)(?![\w'’])|(?:antwort|lösung|réponse|respuesta)\s*:)\s*:?\s*",
    re.IGNORECASE,
)
_DEFINING: Final = deferred(r"(?:\\text\w*|\\mathrm|\\mbox)\s*\{\s*,?\s*(?:where|with|for|wobei|mit)\b")
_NOT_SOLE: Final = deferred(r"(?<!\\)\$|\b(?:where|with|given|wobei|mit|avec|où)\b|\?|[A-Za-z]['’][A-Za-z]")
_PLAIN_WORD: Final = deferred(r"(?<![\\A-Za-z])[A-Za-z]{2,}")
_CASE_WORDS: Final = frozenset({"else", "otherwise", "for", "bytes", "bits"})
_ELSE: Final = deferred(r"\s*,\s*(else|otherwise)\b")
_WORD: Final = deferred(r"(?<![\\\w])[A-Za-z]+(?!\w)")
_OF_FORMULAS: Final = frozenset({"and", "or", "if", "not", "in"})  # `x = 1 or x = -1` is no sentence
_NO_WORDS: Final = LETTERS | FUNCTIONS | _OF_FORMULAS | _CASE_WORDS
_OF_SENTENCES: Final = (STOPWORDS - _OF_FORMULAS) | {
    "mit", "wobei", "und", "ist", "avec", "où", "et", "con", "donde", "whereby", "isn", "aren", "doesn", "wrong", "false", "incorrect",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class WholeFormula:
    r"""What was read of a text that is one formula, where it stands, and what is said around it.

    `unclaimed` says why even a right formula is no claim here; `stance` is how the writer stands to it. Where letters
    of it are said to be something behind it, set as text (`\text{where } N = ...`), `defining` is true.
    """

    start: int
    end: int
    said: FormulaClaims
    unclaimed: str = ""
    stance: Stance = Stance.STATED
    defining: bool = False


@dataclass(frozen=True, slots=True)
class UnreadFormula:
    """A text that was given as a formula and cannot be read as one."""

    start: int
    end: int
    problem: str


def find_whole(
    reading: Reading, names: Names, wanted: WantedName, *, valued: bool
) -> tuple[WholeFormula, ...]:
    """Read an answer that is one formula, with at most "It is" or "Answer:" before it; nothing for any other text.

    What has words of the language in it is no formula, but for `where N = ...` set behind it as text; that comes first.
    """
    if not (reading.kept(_sole_place) or reading.kept(_defining_place) or reading.formulas):
        return ()
    signs, guarded = reading.kept(_guards)
    found = []
    for defining, read in ((True, _with_definitions), (False, _sole)):
        whole = read(reading, names, valued=valued)
        if whole is not None:
            start, end, formula = whole
            said = FormulaClaims.of(formula, wanted, valued=valued)
            doubt = unclaimed(reading, start, end) if guarded else ""
            stance = reading.stance_among((), start, end) if signs.doubt else Stance.STATED
            found.append(WholeFormula(start, end, said, doubt, stance, defining))
    return tuple(found)


def _guards(reading: Reading) -> tuple[Caution, bool]:
    """Return the signs of doubt in a text, and whether it may hold no claim though nothing denies or doubts it."""
    signs, text = reading.signs, reading.text
    return signs, signs.supposition or len(text) > MAX_SOLE or mentions_bound(text)


def find_part(
    reading: Reading, names: Names, wanted: WantedName, *, valued: bool, bare: bool
) -> WholeFormula | UnreadFormula | None:
    """Read a part of an answer as one formula; None where it is a text, or holds several formulas.

    `bare` leaves out what trails or leads it, where no list, set or condition is asked for.
    """
    text = reading.text
    if is_prose(text) or reading.kept(struck_out):
        return None
    start, end = unwrapped(text)
    if bare:
        trimmed = without_remarks(text[start:end])
        start, end = start + trimmed.start, start + trimmed.end
    if "$" in text[start:end].replace("\\$", ""):
        return None  # several formulas with words between them
    try:
        formula = _read(with_statistics_named(text[start:end], names), names, valued=valued)
    except ReadingError as error:
        return UnreadFormula(start, end, error.message)
    return WholeFormula(start, end, FormulaClaims.of(formula, wanted, valued=valued))


def _read(text: str, names: Names, *, valued: bool) -> FormulaReading:
    """Read a formula; of a value whose left side cannot be read, the right one. Raises ReadingError."""
    try:
        return read_formula(text, names=names)
    except ReadingError:
        tail = read_tail(text, names=names) if valued else None
        if tail is None:
            raise
        return tail


def _with_definitions(
    reading: Reading, names: Names, *, valued: bool
) -> tuple[int, int, FormulaReading] | None:
    """Read a formula behind which letters are defined in words set as text; None for any other text."""
    place = reading.kept(_defining_place)
    if place is None:
        return None
    start, end = place
    try:
        formula = _read(reading.text[start:end], names, valued=valued)
    except ReadingError:
        return None
    return (start, end, formula) if formula.conditions else None


def _defining_place(reading: Reading) -> tuple[int, int] | None:
    start, end = unwrapped(reading.text)
    defining = end - start <= MAX_SOLE and _DEFINING.search(reading.text, start, end)
    return (start, end) if defining else None


def _sole(reading: Reading, names: Names, *, valued: bool) -> tuple[int, int, FormulaReading] | None:
    """Read a text without a word of the language; None for any other text."""
    del valued  # what cannot be read wholly is no formula alone
    place = reading.kept(_sole_place)
    if place is None:
        return None
    start, end, words = place
    if any(_is_word(word, names) for word in words):
        return None
    try:
        body = with_statistics_named(_ELSE.sub(r" \1", reading.text[start:end]), names)
        return start, end, read_formula(body, names=names)
    except ReadingError:
        return None


def _sole_place(reading: Reading) -> tuple[int, int, frozenset[str]] | None:
    """Return where a formula may stand that is all of a text, and its runs of letters; None for any other text."""
    text = reading.text
    if len(text) > MAX_SOLE:
        return None
    lead = _LEAD.match(text)
    first, last = unwrapped(text[lead.end() :] if lead else text)
    first, last = (first + lead.end(), last + lead.end()) if lead else (first, last)
    trimmed = without_remarks(text[first:last])
    start, end = first + trimmed.start, first + trimmed.end
    if _NOT_SOLE.search(text, start, end):
        return None
    return start, end, frozenset(_PLAIN_WORD.findall(text[start:end]))


def _is_word(word: str, names: Names) -> bool:
    """Whether a run of letters is a word of the language rather than a name, an acronym or letters side by side."""
    lower = word.lower()
    if word in names.symbols or word in names.words or lower in _NO_WORDS:
        return False
    acronym = word.isupper() and len(word) <= MAX_ACRONYM
    return lower in STOPWORDS or not (acronym or len(word) <= MAX_LETTERS)


def is_prose(text: str) -> bool:
    """Whether a part is a sentence rather than one formula."""
    words = _WORD.findall(text[:MAX_HEARD])
    return any(len(word) > 1 and word.lower() in _OF_SENTENCES for word in words)


def unwrapped(text: str) -> tuple[int, int]:
    """Return where the formula of a part begins and ends, without dollars and blanks."""
    start, end = 0, len(text)
    while start < end and text[start] in " \t\r\n$`“„«":
        start += 1
    while end > start and text[end - 1] in " \t\r\n$`.”“»" and not text.endswith("\\right.", start, end):
        end -= 1
    if (
        text.startswith('"', start)
        and text.endswith('"', start + 1, end)
        and text.count('"', start, end) == 2
    ):
        start, end = start + 1, end - 1
    return start, end
