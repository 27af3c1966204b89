"""Take the markup away and keep every character where it was.

`mask` blanks Markdown, LaTeX and HTML marks with as many spaces, so that an offset into the masked
text is an offset into what the student wrote.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from grader.notation.vocabulary import GREEK

if TYPE_CHECKING:
    from collections.abc import Callable

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
_TAG = re.compile(r"</?[A-Za-z][^<>\n]{0,200}>|<!--")
_ENTITY = re.compile(r"&(?:#\d{1,6}|[A-Za-z]{2,8});")
_ENVIRONMENT = re.compile(r"\\(?:begin|end)[ \t]{0,4}\{[A-Za-z*]{1,30}\}(?:\[[^\]\n]{0,60}\])?")
_COMMAND = re.compile(r"\\([A-Za-z]+)\*?|\\(.)", re.DOTALL)
_URL = re.compile(r"https?://[^\s)>\]]{1,500}")
_LINK = re.compile(r"!?\[([^\[\]\n]{0,200})\]\([^()\n]{0,400}\)")
_STAR_BULLET = re.compile(r"^([ \t>#]{0,60})\*(?=[ \t])", re.MULTILINE)
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


def _link(match: re.Match[str]) -> str:
    return f" {match[1]} ".ljust(len(match[0])) if match[0][0] == "[" else " " * len(match[0])


def mask(text: str) -> str:
    r"""Return text of the same length in which markup is blanked and the words stand where they stood.

    Greek letters keep their names (`\mu_B` reads as "mu B"), arrows become `→`, `\item` a dash,
    `\section` a number sign. Linear in the length of the text.
    """
    steps: tuple[tuple[str, re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
        ("<", _TAG, _tag),
        ("&", _ENTITY, _entity),
        ("://", _URL, _blank),
        ("](", _LINK, _link),
    )
    for sign, pattern, replace in steps:
        if sign in text:
            text = pattern.sub(replace, text)
    if "\\" in text:
        text = _COMMAND.sub(_command, _ENVIRONMENT.sub(_blank, text)).translate(_BRACES)
    if "*" in text:
        text = _STAR_BULLET.sub(r"\1-", text)
    return text.translate(_MARKS)
