"""Take the markup away and keep every character where it was.

`mask` blanks Markdown, LaTeX and HTML marks with as many spaces, so that an offset into the masked
text is an offset into what the student wrote.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from grader.notation.lazypatterns import deferred
from grader.notation.vocabulary import GREEK

if TYPE_CHECKING:
    from collections.abc import Callable

BOLD: Final = "\x1e"
"""Stands where a line begins that is bold as a whole: a title."""
EMPHASIS: Final = "\x1f"
"""Stands for a mark of emphasis at the beginning of a line, which is no indentation."""
FORMULA: Final = "\x1d"
"""Stands where a line begins that is nothing but a formula."""

_ARROWS = frozenset(
    {
        "implies",
        "Rightarrow",
        "rightarrow",
        "to",
        "longrightarrow",
        "Longrightarrow",
        "mapsto",
        "leadsto",
        "iff",
    }
)
_GREEK = GREEK | {"varepsilon", "varphi"}
_HEADINGS = frozenset({"section", "subsection", "subsubsection", "paragraph", "chapter"})

# Every repetition is bounded or over one character class, so that each pass is linear.
_TAG = deferred(r"</?[A-Za-z][^<>\n]{0,200}>|<!--")
_ENTITY = deferred(r"&(?:#\d{1,6}|[A-Za-z]{2,8});")
_ENVIRONMENT = deferred(r"\\(?:begin|end)[ \t]{0,4}\{[A-Za-z*]{1,30}\}(?:\[[^\]\n]{0,60}\])?")
_COMMAND = deferred(r"\\([A-Za-z]+)\*?|\\(.)", re.DOTALL)
_URL = deferred(r"https?://[^\s)>\]]{1,500}")
_LINK = deferred(r"!?\[([^\[\]\n]{0,200})\]\([^()\n]{0,400}\)")
_STAR_BULLET = deferred(r"^([ \t>#]{0,60})\*(?=[ \t])", re.MULTILINE)
_STRUCK = deferred(r"~~(?=\S)[^\n~]{1,2000}~~")
_MAX_TITLE = 120  # characters of a line that is bold as a whole
_EMPHASIS = deferred(
    rf"^(?P<before>[ \t>#]{{0,60}}(?:\(?\d{{1,2}}[.)][ \t]{{1,8}})?)(?P<mark>\*\*\*?|__|[*_](?=[^ \t*_]))"
    rf"(?P<whole>(?:(?<=\*\*)|(?<=__))(?=[^*_\n]{{1,{_MAX_TITLE}}}(?:\*\*\*?|__)[ \t]{{0,8}}:?[ \t]{{0,8}}$))?",
    re.MULTILINE,
)
_FORMULA = deferred(
    r"^([ \t]{0,60})(?:\$\$?(?=[^$\n]{1,2000}\$\$?[ \t.,;]{0,8}$)|\\\[(?=[^\n]{1,2000}\\\][ \t]{0,8}$))",
    re.MULTILINE,
)
_RULER = deferred(r"^[ \t]*\|?[ \t]*:?-{2,}:?[ \t]*\|[-:| \t]*$", re.MULTILINE)  # under the head of a table
_MAX_CELLS = 30  # a line with more bars is no row of a table
_ROW = deferred(r"^[ \t]*\|?[^|\n]*\|[^\n]*$", re.MULTILINE)
# Rows side by side in one line, parted by bars or, where each begins with a name, by slashes.
_SIDE_BY_SIDE = deferred(r"^(?![ \t]*\|)[^|\n]*[^|\s][ \t]\|[ \t][^\n]*[ \t]\|[ \t][^\n]*$", re.MULTILINE)
_SLASHED = deferred(r"[ \t]/[ \t](?=[A-Za-z][\w-]{0,20}(?:[ \t][\w-]{1,20}){0,2}[ \t]{0,2}(?::|→|=>|->))")
_MARKS = str.maketrans(dict.fromkeys("*_`~^$|", " "))
_BRACES = str.maketrans({"{": " ", "}": " "})
_LINE_TAGS = ("<br", "<li", "<p", "</p", "<div", "</div", "<tr")


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])


def _tag(match: re.Match[str]) -> str:
    opens = match[0].lower()
    if opens.startswith("<li"):
        return "\n- ".ljust(len(opens))
    return ("\n" if opens.startswith(_LINE_TAGS) else "").ljust(len(opens))


def _entity(match: re.Match[str]) -> str:
    sign = {"&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&#39;": "'"}.get(match[0], "")
    return sign.ljust(len(match[0]))


def _command(match: re.Match[str]) -> str:
    name = match[1]
    size = len(match[0])
    if name is None:
        return ("\n" if match[2] == "\\" else f" {match[2]}" if match[2] in "%&#_$" else "").ljust(size)
    if name in _ARROWS:
        return " →".ljust(size) if size > 1 else "→"
    if name == "item":
        return "\n- ".ljust(size)
    if name in _HEADINGS:
        return "\n# ".ljust(size)
    if name in _GREEK:
        return f" {name}".ljust(size)
    return " " * size


# A factor alone, "2× slower"; what stands between two numbers is a product.
_FACTOR = deferred(r"\d[ ]?×(?![ ]?[\d(])|(?<![\d)])(?<![\d)][ ])×[ ]?(?=\d)")


def _emphasis(match: re.Match[str]) -> str:
    sign = BOLD if match["whole"] is not None else EMPHASIS
    return match["before"] + sign * len(match["mark"])


def _formula(match: re.Match[str]) -> str:
    return match[1] + FORMULA * (len(match[0]) - len(match[1]))


def _row(match: re.Match[str]) -> str:
    """Let the first cell of a table's row be the lead of the others."""
    row = match[0]
    if row.count("|") > _MAX_CELLS:
        return row
    begin = row.find("|") + 1 if row.lstrip().startswith("|") else 0
    first = row.find("|", begin)
    if first < 0 or not row[begin:first].strip():
        return row
    rest = row[first + 1 :].rstrip().rstrip("|").replace("|", ";")
    return row[:first] + ":" + rest.ljust(len(row) - first - 1)


def _side_by_side(match: re.Match[str]) -> str:
    """Put each of the rows of a line on a line of its own; bars inside brackets part nothing: `p(y | x)`."""
    row, depth, cells = match[0], 0, []
    for at, sign in enumerate(row):
        depth += (sign in "([{") - (sign in ")]}")
        if sign == "|" and depth <= 0 and row[at - 1] in " \t" and row[at + 1 : at + 2] in {" ", "\t"}:
            cells.append(at)
    if not 1 < len(cells) <= _MAX_CELLS:
        return row
    for at in cells:
        row = f"{row[:at]} \n{row[at + 2 :]}"
    return row


def _link(match: re.Match[str]) -> str:
    return f" {match[1]} ".ljust(len(match[0])) if match[0][0] == "[" else " " * len(match[0])


def mask(text: str) -> str:
    r"""Return text of the same length in which markup is blanked and the words stand where they stood.

    Greek letters keep their names (`\mu_B` reads as "mu B"), arrows become `→`, `\item` a dash,
    `\section` a number sign. The first cell of a table's row gets a colon behind it; BOLD, EMPHASIS and FORMULA
    stand where a line begins with such a mark. Linear in the length of the text.
    """
    steps: tuple[tuple[str, re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
        ("<", _TAG, _tag),
        ("&", _ENTITY, _entity),
        ("://", _URL, _blank),
        ("](", _LINK, _link),
        ("~~", _STRUCK, _blank),
    )
    for sign, pattern, replace in steps:
        if sign in text:
            text = pattern.sub(replace, text)
    if "|" in text and _RULER.search(text):
        text = _ROW.sub(_row, _RULER.sub(_blank, text))
    elif " | " in text:
        text = _SIDE_BY_SIDE.sub(_side_by_side, text)
    if " / " in text:
        text = _SLASHED.sub("  \n", text)
    if "$" in text or "\\[" in text:
        text = _FORMULA.sub(_formula, text)
    if "\\" in text:
        text = _COMMAND.sub(_command, _ENVIRONMENT.sub(_blank, text)).translate(_BRACES)
    if "×" in text:
        text = _FACTOR.sub(lambda match: match[0].replace("×", "x"), text)
    if "*" in text:
        text = _STAR_BULLET.sub(r"\1-", text)
    if "*" in text or "__" in text:
        text = _EMPHASIS.sub(_emphasis, text)
    return text.translate(_MARKS)
