r"""What trails or leads a formula and is no part of it: `(1)`, `\tag{2}`, `\text{(answer)}`, `, x > 0`, `% so far`.

Words that deny or doubt what they stand behind are never left out: what they say counts.
"""

from __future__ import annotations

import re
from typing import Final

from grader.notation.lazypatterns import deferred
from grader.notation.numbers.units import unit_named
from grader.notation.piececache import recalled
from grader.records import dataclass

MAX_REMARKS: Final = 8  # behind one formula
MAX_TAIL: Final = 200  # characters of one remark
MAX_REMEMBERED: Final = 4_000

_SPACE: Final = r"(?:[\s&~]|\\[,;:! ])"
_SET: Final = (
    r"(?:\\mathbb|\\mathbf|\\Bbb)\s?\{?\s?[A-Z]\s?\}?(?:\^\{?[\w+*]{1,3}\}?|_\{?[\w+*>0]{1,4}\}?){0,2}"
    r"|[ℝℕℤℂℚ][\^_]?[\w⁺+]{0,2}|\b(?:R|N|Z)\b"
)
_LETTER: Final = r"\\?[A-Za-z]{1,8}(?:_\{?\w{1,6}\}?)?"
_LETTERS: Final = rf"(?:{_LETTER}(?:\s?,\s?{_LETTER}){{0,3}})"
_BOUND: Final = r"(?:[<>≤≥≠]=?|!=|\\(?:lt|gt|le|ge|leq|geq|leqslant|geqslant|ne|neq)(?![a-z]))"
_CONDITION: Final = (
    rf"(?:(?:\\forall|∀|for\s+all|for\s+every|for\s+any){_SPACE}*)?"
    rf"(?:{_LETTERS}{_SPACE}*(?:(?:\\in(?![a-z])|∈|\bin\b){_SPACE}*(?:{_SET})|{_BOUND}{_SPACE}*-?(?:\d[\d.]*|\\infty|∞))"
    rf"|-?\d[\d.]*{_SPACE}*{_BOUND}{_SPACE}*{_LETTERS}(?:{_SPACE}*{_BOUND}{_SPACE}*\d[\d.]*)?)"
)
_TAGGED: Final = deferred(r"\\(?:tag|label|eqref|ref)\*?\s?\{[^{}]{0,80}\}\s*$")
_NUMBERED: Final = deferred(
    r"\(\s?(?:\*{1,3}|\\ast|\\star|\d{1,3}(?:\.\d{1,2})?[a-z]?|[ivx]{1,4}|[a-z])\s?\)\s*$"
)
_CONDITIONED: Final = deferred(rf"(?:(?P<bracket>\()\s?{_CONDITION}\s?\)|(?<![\w\\]){_CONDITION})\s*$")
_QED: Final = deferred(r"(?:\\(?:blacksquare|square|Box|qed|checkmark)(?![a-z])|[■□∎✓✔])\s*$")
_WHERE: Final = deferred(
    r"\\(?:text|mbox|textrm)\s?\{\s?,?\s?(?:where|with|for|here|and)\b(?P<words>[^=]{1,160})$"
    r"|(?<=[\s,;])for\s+(?:all|any|every|each)\b(?P<more>[^=<>]{1,60})$"
)
_TEXT: Final = deferred(
    rf"\\(?:text(?:normal|rm|it|bf|sf|up)?|mbox|mathrm)\s?\{{(?P<words>[^{{}}\\$]{{1,{MAX_TAIL}}})\}}(?:{_SPACE}\\?[A-Za-z])?\s*$"
)
_BRACKETED: Final = deferred(rf"(?<=\s)\((?P<words>[A-Za-z][A-Za-z ,'’.-]{{1,{MAX_TAIL}}})\)\s*$")
_COMMENT: Final = deferred(rf"(?<!\\)%(?P<words>[^\n%$]{{1,{MAX_TAIL}}})$")
_JOINING: Final = deferred(r"\\(?:text|mbox|textrm)\s?\{\s?(?:for|where|with|and)?\s?\}$")
_LEADING: Final = deferred(
    r"\s*(?:\\(?:Rightarrow|Longrightarrow|implies|therefore|Leftrightarrow|iff)(?![a-z])|[⇒⟹∴⇔→]|=>|->|=(?![=>]))\s*"
)
_BLANKS: Final = (
    "\\quad",
    "\\qquad",
    "\\hfill",
    "\\,",
    "\\;",
    "\\:",
    "\\!",
    "\\ ",
    "&",
    "~",
    " ",
    "\t",
    "\r",
    "\n",
)
_LONGEST_FIRST: Final = sorted(_BLANKS, key=len, reverse=True)
_WIDE: Final = deferred(r"quad|hfill|&|\\[;:]|\s\s")
_DENYING: Final = deferred(
    r"\b(?:wrong|false|incorrect|untrue|not|no|never|nor|isn['’]?t|mistake\w*|invalid|maybe|perhaps|guess|unsure|or|only|if|unless|otherwise|except|approx\w*)\b",
    re.IGNORECASE,
)
_ALONE: Final = frozenset(
    [
        "answer",
        "ans",
        "solution",
        "result",
        "qed",
        "simplified",
        "final",
        "done",
        "given",
        "definition",
        "proof",
        "hence",
        "thus",
        "checked",
        "assumption",
    ]
)


@dataclass(frozen=True, slots=True)
class Trimmed:
    """A formula without what leads and trails it; `condition` tells whether one was left out."""

    start: int
    end: int
    condition: bool = False


@recalled(MAX_REMEMBERED)
def without_remarks(text: str) -> Trimmed:
    """Return where the formula of a text stands without equation numbers, remarks and conditions around it."""
    start, end, condition = 0, len(text.rstrip()), False
    lead = _LEADING.match(text)
    if lead and lead.end() < end:
        start = lead.end()
    for _ in range(MAX_REMARKS):
        found = _remark(text[:end], max(start, end - MAX_TAIL - 60))
        if found is None or not text[start : found[0]].strip(" \t\r\n&,;\\$"):
            break
        end, limits = found
        condition = condition or limits
        end = _end_of_formula(text, start, end)
    return Trimmed(start, end, condition)


def _remark(text: str, low: int) -> tuple[int, bool] | None:
    """Return where the last remark of a text begins, and whether it is a condition."""
    for pattern in (_TAGGED, _QED):
        found = pattern.search(text, low)
        if found:
            return found.start(), False
    found = _NUMBERED.search(text, low)
    if found and _WIDE.search(_gap(text, found.start())):
        return found.start(), False
    condition = _condition(text, low)
    if condition is not None:
        return condition, True
    for pattern in (_TEXT, _BRACKETED, _COMMENT):
        found = pattern.search(text, low)
        apart = bool(found) and (pattern is _COMMENT or (pattern is _TEXT and _is_apart(text, found)))
        if found and _is_remark(found["words"], bracketed=pattern is _BRACKETED, apart=apart):
            return found.start(), False
    found = _WHERE.search(text, low)
    if found and not _DENYING.search(found["words"] or found["more"]):
        return found.start(), False
    return None


def _end_of_formula(text: str, start: int, end: int) -> int:
    """Return the place behind a formula, without the commas and blanks that part it from a remark."""
    while end > start:
        gap = len(_gap(text[start:end], end - start))
        if gap:
            end -= gap
        elif text[end - 1] in ",;":
            end -= 1
        else:
            break
    return end


def _gap(text: str, end: int) -> str:
    """Return the blanks and marks of columns that stand before a place."""
    start = end
    while start > 0 and text.endswith(_BLANKS, max(0, start - 6), start):
        start -= next(len(blank) for blank in _LONGEST_FIRST if text.endswith(blank, 0, start))
    return text[start:end]


def _is_apart(text: str, found: re.Match[str] | None) -> bool:
    return found is not None and _WIDE.search(_gap(text, found.start())) is not None


def _condition(text: str, low: int) -> int | None:
    """Return where a condition at the end of a text begins: behind a comma, a wide gap, or in brackets."""
    found = _CONDITIONED.search(text, low)
    while found is not None:
        start = found.start()
        gap = _gap(text, start)
        before = text[: start - len(gap)]
        joining = _JOINING.search(before, max(0, len(before) - 20))
        parted = before.endswith((",", ";")) or _WIDE.search(gap) or joining or (gap and found["bracket"])
        if parted and _is_balanced(before):
            return joining.start() if joining else start
        found = _CONDITIONED.search(text, start + 1)
    return None


def _is_remark(words: str, *, bracketed: bool, apart: bool) -> bool:
    """Whether words say nothing that counts: no denial, no doubt, no unit, no name."""
    bare = words.strip(" ().,:;!")
    if _DENYING.search(words) or unit_named(bare) is not None:
        return False
    parts = bare.split()
    several = len(parts) > 1 and any(len(part) > 1 for part in parts)
    return several or apart or bare.lower() in _ALONE or (not bracketed and words.strip().startswith("("))


def _is_balanced(text: str) -> bool:
    """Whether the brackets of what is left are closed: a comma inside of one parts nothing."""
    return all(text.count(one) == text.count(other) for one, other in ("()", "{}", "[]"))
