r"""What trails or leads a formula and is no part of it: `(1)`, `\tag{2}`, `\text{(answer)}`, `, x > 0`, `% so far`.

Words that deny or doubt what they stand behind are never left out: what they say counts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from grader.notation.units import unit_named

MAX_REMARKS: Final = 8  # behind one formula
MAX_TAIL: Final = 200  # characters of one remark

_SPACE: Final = r"(?:[\s&~]|\\[,;:! ])"
_GAP: Final = (
    rf"(?:\\q?quad|\\hfill|\\hspace\{{[^{{}}]{{0,20}}\}}|&|\s{{2,}}|\\[,;:])(?:{_SPACE}|&|\\q?quad)*"
)
_SET: Final = r"(?:\\mathbb|\\mathbf|\\Bbb)\s?\{?\s?[A-Z]\s?\}?(?:\^\{?[\w+*]{1,3}\}?|_\{?[\w+*>0]{1,4}\}?){0,2}|[ℝℕℤℂℚ][\^_]?[\w⁺+]{0,2}|\b(?:R|N|Z)\b"
_LETTERS: Final = (
    r"(?:\\?[A-Za-z]{1,8}(?:_\{?\w{1,6}\}?)?(?:\s?,\s?\\?[A-Za-z]{1,8}(?:_\{?\w{1,6}\}?)?){0,3})"
)
_BOUND: Final = r"(?:[<>≤≥≠]=?|!=|\\(?:lt|gt|le|ge|leq|geq|leqslant|geqslant|ne|neq)(?![a-z]))"
_CONDITION: Final = (
    rf"(?:(?:\\forall|∀|for\s+all|for\s+every|for\s+any){_SPACE}*)?"
    rf"(?:{_LETTERS}{_SPACE}*(?:(?:\\in(?![a-z])|∈|\bin\b){_SPACE}*(?:{_SET})|{_BOUND}{_SPACE}*-?(?:\d[\d.]*|\\infty|∞))"
    rf"|-?\d[\d.]*{_SPACE}*{_BOUND}{_SPACE}*{_LETTERS}(?:{_SPACE}*{_BOUND}{_SPACE}*\d[\d.]*)?)"
)
_TAGGED: Final = re.compile(r"\\(?:tag|label|eqref|ref)\*?\s?\{[^{}]{0,80}\}\s*$")
_NUMBERED: Final = re.compile(
    rf"{_GAP}\(\s*(?:\*{{1,3}}|\\ast|\\star|\d{{1,3}}(?:\.\d{{1,2}})?[a-z]?|[ivx]{{1,4}}|[a-z])\s*\)\s*$"
)
_CONDITIONED: Final = re.compile(
    rf"(?:[,;]|{_GAP}|\\text\s?\{{\s*(?:for|where|with|and)?\s*\}}){_SPACE}*(?:\\q?quad|{_SPACE})*(?:\(\s*{_CONDITION}\s*\)|{_CONDITION})\s*$"
    rf"|\s*\(\s*{_CONDITION}\s*\)\s*$"
)
_QED: Final = re.compile(
    r"(?:\s|\\q?quad)*(?:\\(?:blacksquare|square|Box|qed|checkmark)(?![a-z])|[■□∎✓✔])\s*$"
)
_WHERE: Final = re.compile(
    r"(?:[\s,;&]|\\q?quad)*\\(?:text|mbox|textrm)\s?\{\s*,?\s*(?:where|with|for|here|and)\b(?P<words>[^=]{1,160})$"
    r"|[\s,;]+\bfor\s+(?:all|any|every|each)\b(?P<more>[^=<>]{1,60})$"
)
_TEXT: Final = re.compile(
    rf"(?P<gap>{_GAP})?{_SPACE}*\\(?:text(?:normal|rm|it|bf|sf|up)?|mbox|mathrm|textrm)\s?\{{(?P<words>[^{{}}\\$]{{1,{MAX_TAIL}}})\}}"
    rf"(?:{_SPACE}*\\?[A-Za-z])?\s*$"
)
_BRACKETED: Final = re.compile(rf"\s\((?P<words>[A-Za-z][A-Za-z ,'’.-]{{1,{MAX_TAIL}}})\)\s*$")
_COMMENT: Final = re.compile(rf"(?<!\\)%(?P<words>[^\n%$]{{1,{MAX_TAIL}}})$")
_LEADING: Final = re.compile(
    r"\s*(?:\\(?:Rightarrow|Longrightarrow|implies|therefore|Leftrightarrow|iff)(?![a-z])|[⇒⟹∴⇔→]|=>|->|=(?![=>]))\s*"
)
_DENYING: Final = re.compile(
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
        while end > start and (
            text[end - 1] in " \t\r\n&,;" and not text.endswith(("\\,", "\\;"), start, end)
        ):
            end -= 1
    return Trimmed(start, end, condition)


def _remark(text: str, low: int) -> tuple[int, bool] | None:
    """Return where the last remark of a text begins, and whether it is a condition."""
    for pattern in (_TAGGED, _NUMBERED, _QED):
        found = pattern.search(text, low)
        if found:
            return found.start(), False
    found = _CONDITIONED.search(text, low)
    if found and _balanced(text[: found.start()]):
        return found.start(), True
    for pattern in (_TEXT, _BRACKETED, _COMMENT):
        found = pattern.search(text, low)
        apart = pattern is _COMMENT or (pattern is _TEXT and bool(found and found["gap"]))
        if found and _is_remark(found["words"], bracketed=pattern is _BRACKETED, apart=apart):
            return found.start(), False
    found = _WHERE.search(text, low)
    if found and not _DENYING.search(found["words"] or found["more"]):
        return found.start(), False
    return None


def _is_remark(words: str, *, bracketed: bool, apart: bool) -> bool:
    """Whether words say nothing that counts: no denial, no doubt, no unit, no name."""
    bare = words.strip(" ().,:;!")
    if _DENYING.search(words) or unit_named(bare) is not None:
        return False
    parts = bare.split()
    several = len(parts) > 1 and any(len(part) > 1 for part in parts)
    return several or apart or bare.lower() in _ALONE or (not bracketed and words.strip().startswith("("))


def _balanced(text: str) -> bool:
    """Whether the brackets of what is left are closed: a comma inside of one parts nothing."""
    return all(text.count(one) == text.count(other) for one, other in ("()", "{}", "[]"))
