r"""Find the formulas in an answer's prose, however they are set apart from the words.

Found are `$..$`, `$$..$$`, `\\(..\\)`, `\\[..\\]`, the display environments (row by row), fenced and
inline code, and bare phrases such as `z = gamma * xhat + beta` in the middle of a sentence. Time is
linear in the text: every search for a closing mark is made once.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final

from grader.finding.phrases import bare_formulas
from grader.notation.grammar.lexer import is_doubled
from grader.notation.lazypatterns import deferred
from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_TEXT: Final = 200_000  # characters looked at; the longest real answers have some 5,000
SHORT: Final = 300  # characters of an answer in which every run of symbols may be the formula
MAX_FORMULA: Final = 4_000  # characters of one formula, the limit of the reader as well
MAX_FORMULAS: Final = 1_000  # found in one text

_ENVIRONMENTS: Final = (
    "align|aligned|equation|split|gather|gathered|multline|eqnarray|displaymath|math|flalign|alignat"
)
_OPENING: Final = deferred(
    r"```|~~~|(?<!\\)\$\$|(?<!\\)\$|(?<!\\)\\\[|(?<!\\)\\\(|`|\\begin\{(?:" + _ENVIRONMENTS + r")\*?\}"
)
_ENVIRONMENT: Final = deferred(r"\s*\\begin\{(?P<name>(?:" + _ENVIRONMENTS + r")\*?)\}(?:\{\d*\})?")
_CLOSING: Final = {"$$": "$$", "$": "$", "\\[": "\\]", "\\(": "\\)", "`": "`", "```": "```", "~~~": "~~~"}
_DISPLAY: Final = frozenset({"$$", "\\["})
_LATEX_FENCES: Final = frozenset({"math", "latex", "tex", "katex"})
_CONNECTING: Final = deferred(
    r"\\(?:text|textrm|mbox)\s?\{[\s,;]*(?:with|where|and|mit|wobei|und|avec|où|et|con|donde|so|then|thus|hence|because|since|let)[\s,:]*\}"
)
_ROW_PARTS: Final = deferred(
    rf"{_CONNECTING.pattern}|"
    r"\\begin\{[^{}]{1,40}\}|\\end\{[^{}]{1,40}\}|\\\\(?:\[[^\]\n]{0,20}\])?|\\q?quad|\\[{}]|[{}()\[\]]|,|;|="
)
_NOISE: Final = deferred(
    r"\\(?:label|tag|ref|eqref)\*?\{[^{}]{0,80}\}|\\(?:nonumber|notag|displaystyle|hfill)(?![A-Za-z])"
)
_EDGES: Final = " \t\r\n&,;.:"


@dataclass(frozen=True, slots=True)
class FoundFormula:
    """One formula and where it stands: `text` is the source from `start` to `end`.

    `continues` marks a row such as `&= 2/N` that goes on where the row before ended.
    """

    text: str
    start: int
    end: int
    syntax: str  # latex, plain
    display: bool
    continues: bool = False


def find_formulas(text: str) -> tuple[FoundFormula, ...]:
    """Return the formulas of a text in order of their place."""
    text = text[:MAX_TEXT]
    found: list[FoundFormula] = []
    rest = 0
    for start, end, inner_start, inner_end, opening in _marked(text):
        if rest < start:
            found.extend(islice(_bare(text, rest, start), MAX_FORMULAS))
        rest = end
        if inner_start == inner_end:
            continue
        found.extend(islice(_inside(text, inner_start, inner_end, opening), MAX_FORMULAS))
        if len(found) >= MAX_FORMULAS:
            return tuple(found[:MAX_FORMULAS])
    found.extend(islice(_bare(text, rest, len(text)), MAX_FORMULAS))
    return tuple(found[:MAX_FORMULAS])


def _marked(text: str) -> Iterator[tuple[int, int, int, int, str]]:
    """Yield start, end, start and end of the inside, and opening mark of every marked formula."""
    closers: dict[str, int] = {}
    at = 0
    while True:
        match = _OPENING.search(text, at)
        if match is None:
            return
        opening = match.group()
        closing = _CLOSING.get(opening) or "\\end" + opening[len("\\begin") :]
        end = closers.get(closing, -2)
        if end != -1 and end < match.end():
            end = closers[closing] = _find_closing(text, closing, match.end())
        if (
            end == -1
            or (end - match.end() > MAX_FORMULA and opening not in {"```", "~~~"})
            or _broken(text, match.end(), end, opening)
        ):
            at = match.end()
            continue
        yield match.start(), end + len(closing), match.end(), end, opening
        at = end + len(closing)


def _find_closing(text: str, closing: str, at: int) -> int:
    while True:
        end = text.find(closing, at)
        if end <= 0 or closing not in {"$", "$$"} or text[end - 1] != "\\":
            return end
        at = end + 1


def _broken(text: str, start: int, end: int, opening: str) -> bool:
    """Whether an inline mark is a lone dollar or backtick: a blank line or nothing stands between."""
    if opening not in {"$", "`", "\\("}:
        return False
    return not text[start:end].strip() or "\n\n" in text[start:end]


def _inside(text: str, start: int, end: int, opening: str) -> Iterator[FoundFormula]:
    if opening in {"```", "~~~"}:
        yield from _fenced(text, start, end)
    elif opening == "`":
        yield from _trimmed(text, start, end, "latex" if "\\" in text[start:end] else "plain", display=False)
    else:
        display = opening in _DISPLAY or opening.startswith("\\begin")
        start, end = _inside_environment(text, start, end)
        rows = ((start, end),) if is_doubled(text[start:end]) else _rows(text, start, end)
        for first, last in rows:
            yield from _trimmed(text, first, last, "latex", display=display)


def _inside_environment(text: str, start: int, end: int) -> tuple[int, int]:
    r"""Return the inside of `\begin{aligned} .. \end{aligned}` where that is all a display holds."""
    opening = _ENVIRONMENT.match(text, start, end)
    if opening is None:
        return start, end
    closing = "\\end{" + opening["name"] + "}"
    last = text.rfind(closing, opening.end(), end)
    if last == -1 or text[last + len(closing) : end].strip(_EDGES):
        return start, end
    return opening.end(), last


def _fenced(text: str, start: int, end: int) -> Iterator[FoundFormula]:
    """Yield the rows of a math fence, or the lines of a code fence."""
    line_end = text.find("\n", start, end)
    if line_end == -1:
        line_end = start
    language = text[start:line_end].strip().lower()
    if language in _LATEX_FENCES:
        for first, last in _rows(text, line_end, end):
            yield from _trimmed(text, first, last, "latex", display=True)
        return
    at = line_end
    for line in text[line_end:end].splitlines(keepends=True):
        comment = line.find("#")
        stop = at + (comment if comment >= 0 else len(line))
        syntax = "latex" if "\\" in line else "plain"
        yield from _trimmed(text, at, min(stop, at + MAX_FORMULA), syntax, display=True)
        at += len(line)


def _trimmed(text: str, start: int, end: int, syntax: str, *, display: bool) -> Iterator[FoundFormula]:
    """Yield the stretch without its edges, where something is left of it."""
    noise = _NOISE.search(text, start, end)
    while noise is not None:  # a label stands at one end of its row
        if not text[start : noise.start()].strip(_EDGES):
            start = noise.end()
        else:
            end = noise.start()
        noise = _NOISE.search(text, start, end)
    while start < end and text[start] in _EDGES:
        start += 1
    while end > start and text[end - 1] in _EDGES and not text.endswith("\\,", start, end):
        end -= 1
    if start < end:
        body = text[start:end]
        yield FoundFormula(body, start, end, syntax, display, continues=body.startswith("="))


def _rows(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    r"""Cut at `\\` and `\quad`, and at commas between equations, outside of all brackets."""
    depth = 0
    first = start
    comma: int | None = None
    equations = 0
    for match in _ROW_PARTS.finditer(text, start, end):
        part = match.group()
        if part[0] in "{([" or part.startswith("\\begin") or part == "\\{":
            depth += 1
        elif part[0] in "})]" or part.startswith("\\end") or part == "\\}":
            depth = max(0, depth - 1)
        elif depth:
            continue
        elif part == "=":
            if comma is not None and equations:
                yield first, comma
                first, comma, equations = comma + 1, None, 0
            equations += 1
        elif part in {",", ";"}:
            comma = match.start()
        elif part.startswith("\\\\") or part.endswith("quad") or _CONNECTING.fullmatch(part):
            yield first, match.start()
            first, comma, equations = match.end(), None, 0
    yield first, end


def _bare(text: str, start: int, end: int) -> Iterator[FoundFormula]:
    for first, last in bare_formulas(text, start, end, short=len(text) <= SHORT):
        body = text[first:last]
        syntax = "latex" if "\\" in body else "plain"
        yield FoundFormula(body, first, last, syntax, display=False, continues=body.startswith("="))
