r"""What stands around a number in a sentence: it is an answer only where it is all of its side.

The 2 of `√2`, `4n` or `O(2)` is no answer, nor is the 5 of `< 5`, `at least 5` or `5 ± 1`. Where the side
as a whole has a value (`\ln 2`, `\frac{8}{8+2}`) that value is meant.
"""

from __future__ import annotations

import re
from enum import Enum
from typing import TYPE_CHECKING, Final

from grader.finding.whole import agreeing, read_whole, reading_of
from grader.notation.lazypatterns import deferred
from grader.notation.numbers.exact import (
    MAX_FACTORIAL,
    NumberError,
    NumberReading,
    folded,
    read_number,
    unwrapped,
)
from grader.prose.bounds import WORDS as BOUNDING
from grader.records import dataclass

if TYPE_CHECKING:
    from grader.finding.reading import Reading
    from grader.finding.scan import Chain, FoundNumber

REACH: Final = 240  # characters to each side; a longer side of an equation is not judged


class Kind(Enum):
    """How a number stands."""

    PLAIN = "plain"  # by itself
    VALUE = "value"  # inside a side that has a value as a whole
    BOUND = "bound"  # as a limit, an end of a range, or with an uncertainty
    UNREAD = "unread"  # inside something that has no value, or could not be read


@dataclass(frozen=True, slots=True)
class Surroundings:
    """How a number stands, and the value that is meant."""

    kind: Kind
    reading: NumberReading
    finished: bool = True  # whether the value is written out, or has no other form
    unsure: bool = False  # whether a `log` may have another base


_FUNCTIONS: Final = "ln|log|lg|log2|log10|sqrt|exp|sin|cos|tan|tanh|sinh|cosh|sigmoid|relu|elu|floor|ceil|abs|erf|arcsin|arccos|arctan|pi"
_CALLED: Final = r"(?:max|min|sum|round|mean|softmax|prod|gcd|mod|det|tr|argmax|argmin|std|var|norm|[A-Za-z])"
# Where a stretch of mathematics ends: words, sentence marks, cells, rows, a bracket behind a blank.
_BREAK: Final = deferred(
    rf"(?<![\\A-Za-z])(?!(?:{_FUNCTIONS})(?![A-Za-z])|{_CALLED}\()(?:[^\W\d_]{{2,}}[\w'’-]*|[aI](?=\s+[^\W\d_]{{2}}))"
    r"|[.,;:?](?=\s|$|\")|\n|\\\\|\||(?<=[\w)}\]%])[ $]+(?=[(\[])|(?<=[)\]])[ ]+(?=[\w(\[])|[•#]|\\(?:item|begin|end)\b|\s[-–—]+(?=\s+(?:[^\W\d_]{2}|[aI]\s))"
    r"|(?<=[^\W\d_]{2})\s[-–—]\s",
)
_EQUAL: Final = (
    r"(?::=|==|[=≈≃≅→⇒]|=>|->|\\(?:approx|simeq|sim|to|implies|(?:[lL]ong)?[rR]ightarrow)(?![A-Za-z]))"
)
_UNEQUAL: Final = r"(?:<=|>=|!=|=/=|<>|=\\=|[<>≤≥≠≪≫±∓∝]|\+/-|\+-|\\(?:leq?|geq?|neq?|not|ll|gg|lt|gt|leqslant|geqslant|pm|mp|propto)(?![A-Za-z]))"
_RELATION: Final = deferred(rf"{_UNEQUAL}|{_EQUAL}")
_UNEQUALS: Final = deferred(_UNEQUAL)
_TURNED_BEFORE: Final = deferred(
    r"\b(?:half|twice|double|triple|thrice|(?:a\s+)?(?:third|quarter|tenth|fraction|percentage)|(?:square\s+|cube\s+)?root|logarithm|square|log"
    r"|times|plus|multiplied\s+by|divided\s+by|factorial)(?:\s+(?:of|the|as\s+much\s+as|as\s+many\s+as)){0,2}[\s$*_({\[]*$",
    re.IGNORECASE,
)
_TURNED_BEHIND: Final = deferred(
    r"[\s$*_)}\]]*(?:(?:minus|plus|times|divided|over|multiplied|squared|cubed|hundred|dozen|factorial|to\s+the\s+power|halves|thirds)\b"
    r"|%\s+of\b)",
    re.IGNORECASE,
)
_UNEQUAL_BEFORE: Final = deferred(rf"{_UNEQUAL}[\s$*_({{\[]*$")
_DECORATION: Final = r"(?:[\s$*_`~&\"'“”„€£({\[]|\\[,;:!> ]|\\q?quad(?![a-z])|\\displaystyle)*"
_BEFORE: Final = deferred(rf"(?:[-–—+•]\s)?{_DECORATION}[+-]?[ ]?")
_AFTER: Final = deferred(
    r"(?:[\s$*_`~&\"”’€£)}\]]|\\[,;:!> ]|\\q?quad(?![a-z]))*(?:!(?!=)(?=\W|$)|\.{1,3}$)?[\s$*_`)}\]]*"
)
_BOUND_BEFORE: Final = deferred(
    rf"(?:\b(?:{BOUNDING})|\b(?:other|different|better|worse)\s+than|\b(?:below|above|beneath|beyond|under|over|within|between)"
    r"|\b(?:minimum|maximum|min|max|minimally|maximally)\.?(?:\s+of)?|\bbounds?(?:\s+(?:of|by|is|are))?|\bunequal\s+to|\b(?:differ\w*|off)\s+from"
    r"|\bbetween\s+\S+(?:\s+\S+)?\s+and|\bsomewhere\s+(?:in|around|near)|\bnot\s+quite|\bnearly\s+but\s+not)"
    r"(?:\s+(?:about|around|roughly|approximately|the\s+value|a\s+total\s+of|or\s+equal\s+to))?[\s$*_~({\[:]*[-+]?$",
    re.IGNORECASE,
)
_BOUND_BEHIND: Final = deferred(
    r"[ \t$*_`)}\]]*(?:[^\W\d]{2,20}[ \t]+)?(?:(?:or|and)\s+(?:more|less|fewer|so|higher|lower|above|below|greater|larger|smaller|up|over|upwards)\b"
    r"|at\s+(?:the\s+)?(?:most|least|minimum|maximum)\b|(?:minimum|maximum|upwards)\b|±|\\pm|\+/-|\+(?=[\s.,;]|$))"
    r"|[\s$]*(?:to|through|until|till|up to|–|—|\.\.\.?|…)[\s$]*[-+]?\d",
    re.IGNORECASE,
)
_ORDINAL: Final = deferred(r"(?:st|nd|rd|th)\b")
_FINAL: Final = deferred(r"(?P<number>\d[\d.,' ]{0,30})!\s*")
_STRUCK: Final = deferred(r"~~[^~\n]{1,200}~~")
_NEGATIVE: Final = deferred(r"\b(?:minus|negative)[\s$*_({\[]*$", re.IGNORECASE)
_GLUED: Final = deferred(r"[A-Za-z)\]}_]\($|[A-Za-z]\{$|√[\s({]*$|\^[\s({]*$|_[\s({]*$")


def _plain(reading: Reading) -> str:
    return unwrapped(folded(_STRUCK.sub(lambda match: " " * len(match[0]), reading.text)))


def surroundings(reading: Reading, number: FoundNumber) -> Surroundings:
    """Return how one number of a text stands."""
    return reading.kept(_surroundings, number)


def _surroundings(answer: Reading, number: FoundNumber) -> Surroundings:
    plain = answer.kept(_plain)
    begin, stop = max(0, number.start - REACH), max(number.end, number.until)
    if number.reading.unit[1:2] == " ":
        stop = number.end  # the unit of "4n parameters" is no n
    before, behind = plain[begin : number.start], plain[stop : stop + REACH]
    reading = number.reading
    if is_bounded(answer, number.start, stop):
        return Surroundings(Kind.BOUND, reading)
    if is_turned(answer, number.start, stop):
        return Surroundings(Kind.UNREAD, reading)
    if _NEGATIVE.search(before):
        return Surroundings(Kind.PLAIN, reading.negated())
    first = max((found.end() for found in _BREAK.finditer(plain, begin, number.start)), default=begin)
    breaking = _BREAK.search(plain, stop, stop + REACH)
    left, right = plain[first : number.start], plain[stop : breaking.start() if breaking else stop + REACH]
    relations = list(_RELATION.finditer(left))
    own_left = left[relations[-1].end() :] if relations else left
    following = _RELATION.search(right)
    own_right = right[: following.start()] if following else right
    compared = following is not None and re.match(r"[\s$]*[-+]?\d", right[following.end() :]) is not None
    said = bool(relations) or first > begin or begin > 0  # something before it says that it is the value
    if (relations and _UNEQUALS.match(relations[-1][0])) or (
        following and _UNEQUALS.match(following[0]) and not (compared and said)
    ):
        return Surroundings(Kind.BOUND, reading)
    if _stands_alone(plain, number, own_left, own_right, behind, named=bool(relations)):
        return Surroundings(Kind.PLAIN, reading)
    return _of_side(answer, number, len(own_left), stop + len(own_right))


def is_bounded(reading: Reading, start: int, end: int) -> bool:
    """Whether words or a sign beside a piece make it a limit or one end of a range: `at least`, `≠`, `±`, `or more`."""
    plain = reading.kept(_plain)
    before = plain[max(0, start - REACH) : start]
    if _BOUND_BEFORE.search(before) or _BOUND_BEHIND.match(plain, end):
        return True
    return _UNEQUAL_BEFORE.search(before) is not None


def is_turned(reading: Reading, start: int, end: int) -> bool:
    """Whether words beside a piece make something else of it: `half of`, `squared`."""
    plain = reading.kept(_plain)
    before = plain[max(0, start - REACH) : start]
    return _TURNED_BEFORE.search(before) is not None or _TURNED_BEHIND.match(plain, end) is not None


def chain_agrees(reading: Reading, chain: Chain) -> bool:
    """Whether no side of a calculation that was wholly read differs from the next one."""
    if chain.agrees and chain.computes is not False:
        return True
    plain = reading.kept(_plain)
    begin = max(0, chain.start - REACH)
    first = max((found.end() for found in _BREAK.finditer(plain, begin, chain.start)), default=begin)
    breaking = _BREAK.search(plain, chain.end, chain.end + REACH)
    stretch = reading.folded[first : breaking.start() if breaking else chain.end + REACH].strip(" $.,;:\n")
    from grader.equivalence.closed import read_closed  # noqa: PLC0415 - most numbers stand alone

    closed = read_closed(stretch)
    if closed is not None:
        valued = {
            at: reading_of(stretch, side) for at, side in enumerate(closed.sides) if side.value is not None
        }
        return agreeing(closed, valued)
    left = plain[first : chain.start]
    relations = list(_RELATION.finditer(left))
    own = left[relations[-1].end() :] if relations else left
    return (
        not _BEFORE.fullmatch(own)
        or _GLUED.search(plain[max(0, chain.start - 8) : chain.start]) is not None
        or chain.agrees
    )


def _stands_alone(
    plain: str, number: FoundNumber, left: str, right: str, behind: str, *, named: bool
) -> bool:
    if not _BEFORE.fullmatch(left) or (named and re.match(r"[\s$]*[-+]\s", left)):
        return False
    if _GLUED.search(plain[max(0, number.start - 8) : number.start]):
        return False
    if (
        behind.startswith("!")
        and number.reading.value.denominator == 1
        and 3 <= number.reading.value <= MAX_FACTORIAL
    ):
        return False
    return _AFTER.fullmatch(right) is not None


def _of_side(reading: Reading, number: FoundNumber, left: int, stop: int) -> Surroundings:
    """Return the value of the side a number stands in, where it has one as a whole."""
    side = reading.folded[number.start - left : stop].strip(" \t\n.,;:")
    whole = read_whole(_balanced(side))
    if whole is None or len(whole.readings) != 1 or whole.bounded:
        return Surroundings(Kind.UNREAD, number.reading)
    return Surroundings(Kind.VALUE, whole.reading, whole.finished, whole.unsure)


def _balanced(side: str) -> str:
    """Return a side without the brackets and dollar signs of the sentence around it."""
    side = side.strip("$ *`\"'")
    for opening, closing in ("()", "[]"):
        if side.count(opening) < side.count(closing) and side.endswith(closing):
            side = side[:-1]
        if side.count(opening) > side.count(closing) and side.startswith(opening):
            side = side[1:]
    return side.strip("$ ")


def is_ordinal(text: str, end: int) -> bool:
    """Whether a number only says which one is meant: `12th layer`."""
    return _ORDINAL.match(text, end) is not None


def last_side(text: str) -> int:
    """Return where the last side of an equation begins, 0 where there is none."""
    begin = text.rfind("=") + 1
    return begin + len(text[begin:]) - len(text[begin:].lstrip(" \t$")) if begin else 0


def exclaimed(text: str, start: int, end: int) -> NumberReading | None:
    """Return the number before an exclamation mark that ends a sentence with more in it: `It is 5!`, `total = 5!`.

    Alone, `5!` is a factorial.
    """
    if not text[:start].strip(" \t$*_(") and not text[end:].strip(" \t$*_)!."):
        return None
    found = _FINAL.match(text, start)
    if found is None or (text[found.end() :][:1].islower() or text[found.end() :][:1].isdigit()):
        return None
    try:
        return read_number(found["number"].strip())
    except NumberError:
        return None
