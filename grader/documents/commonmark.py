r"""The Markdown parser: CommonMark with tables, strikes, footnotes, front matter and formulas, told where pictures and links stand.

`markdown-it-py` gives blocks their lines and nothing inside them a place; four of its rules are wrapped so that
what they read keeps its stretch of the text. Formulas are `$..$`, `$$..$$`, `\(..\)`, `\[..\]`, ``$`..`$`` and environments.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Final

from markdown_it import MarkdownIt
from markdown_it.rules_inline import autolink, html_inline, image, link
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.front_matter import front_matter_plugin

from grader.notation.lazypatterns import deferred

if TYPE_CHECKING:
    from collections.abc import Callable

    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_core import StateCore
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

STRETCH: Final = "stretch"
"""Where in an inline token's content a picture, an HTML tag or the address of a link stands: a key of `Token.meta`.

Of a link, its bracket comes before: where it opens, where the address begins, where that ends.
"""

# A list of numbers whose brackets are escaped, as pandoc does, is no formula.
_LISTED: Final = deferred(r"[\d\s.,;/+\-]*[,;][\d\s.,;/+\-]*")
_CLOSING: Final = {"$$": "$$", "\\(": "\\)", "\\[": "\\]"}
# A heading without its blank; one number sign ends a paragraph only before a number or a word that a question goes by.
_UNSPACED: Final = deferred(r"(?P<marks>#{1,6})(?=[^\s#!])(?P<content>[^\n]*)")
_ENDS_PARAGRAPH: Final = deferred(
    r"##|#(?:\d{1,2}[a-z]?[.):]?[ \t]*$|(?:question|task|exercise|problem|part|aufgabe|uppgift|q)[ \t]*\d)",
    re.IGNORECASE | re.MULTILINE,
)
# What ends and begins a factor, beside letters and digits.
_CLOSED: Final = ")]}"
_OPEN: Final = "([{"
_DISPLAY: Final = deferred(r"\$\$|\\\[|\\begin\{(?P<name>[A-Za-z]{1,20}\*?)\}")


@cache
def markdown_parser(*, front_matter: bool = False) -> MarkdownIt:
    """Return the parser, with or without front matter; each is made once.

    Lines that are indented are text and no code: students indent what belongs to a list, and mean it to be read.
    """
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"]).disable("code")
    parser.use(footnote_plugin)
    if front_matter:
        parser.use(front_matter_plugin)
    parser.use(dollarmath_plugin, allow_space=True, double_inline=True)
    parser.inline.ruler.before("escape", "brackets", _formula_in_brackets)
    parser.block.ruler.before(
        "fence", "display", _display, {"alt": ["paragraph", "reference", "blockquote", "list"]}
    )
    parser.block.ruler.after("heading", "unspaced", _unspaced, {"alt": ["paragraph", "reference"]})
    for name, rule in (("image", image), ("autolink", autolink), ("html_inline", html_inline)):
        parser.inline.ruler.at(name, _placed(rule))
    parser.inline.ruler.at("link", _placed_link)
    parser.core.ruler.at("inline", _marked_inline)
    return parser


@cache
def page_parser() -> MarkdownIt:
    """Return the parser of a text that is shown: of HTML single tags alone, no link, no picture, nothing that vanishes.

    It leaves the content of paragraphs for `inline.parse`, which most of them do not need. What this parser leaves out stands in the text as it is written. Its tokens of text are never joined, so that
    each is a stretch of the text.
    """
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    parser.disable(["code", "html_block", "reference", "link", "image", "autolink"])
    parser.core.ruler.disable(["inline", "text_join"])
    parser.use(dollarmath_plugin, allow_space=True, double_inline=True)
    parser.inline.ruler.before("escape", "brackets", _formula_in_brackets)
    parser.inline.ruler.before("emphasis", "times", _times)
    parser.block.ruler.before(
        "fence", "display", _display, {"alt": ["paragraph", "reference", "blockquote", "list"]}
    )
    return parser


def _marked_inline(state: StateCore) -> None:
    """Parse what stands inside paragraphs only where a bracket may begin a picture, link, tag or note: no other part is asked for."""
    for token in state.tokens:
        if token.type == "inline":
            token.children = token.children or []
            if "[" in token.content or "<" in token.content:
                state.md.inline.parse(token.content, state.md, state.env, token.children)


def _placed(rule: Callable[[StateInline, bool], bool]) -> Callable[[StateInline, bool], bool]:
    def placed(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - the parser calls it so
        start = state.pos
        read = rule(state, silent)
        if read and not silent:
            _place(state.tokens[-1], start, state.pos)
        return read

    return placed


def _placed_link(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - the parser calls it so
    start = state.pos
    if state.src[start : start + 1] != "[":
        return False
    label = state.md.helpers.parseLinkLabel(state, start, True)
    read = link(state, silent)
    if read and not silent:
        _place(state.tokens[-1], start, label, state.pos)
    return read


def _formula_in_brackets(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - the parser calls it so
    r"""Read `\(..\)` or `\[..\]` inside a paragraph."""
    closing = _CLOSING.get(state.src[state.pos : state.pos + 2]) if state.src[state.pos] == "\\" else None
    end = state.src.find(closing, state.pos + 2, state.posMax) if closing else -1
    if end < 0 or _LISTED.fullmatch(state.src, state.pos + 2, end):
        return False
    if not silent:
        token = state.push("math_inline", "math", 0)
        token.content = state.src[state.pos + 2 : end]
    state.pos = end + 2
    return True


def _times(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - the parser calls it so
    """Read the stars of a calculation, `(3*3+1)*100`, which begin and end no emphasis."""
    source, end = state.src, state.pos
    while source[end : end + 1] == "*":
        end += 1
    before, after = source[max(state.pos - 1, 0) : state.pos], source[end : end + 1]
    if end == state.pos or not (before.isalnum() or before in _CLOSED) or not before:
        return False
    if not after or not (after.isalnum() or after in _OPEN):
        return False
    if not silent:
        state.pending += source[state.pos : end]
    state.pos = end
    return True


def _display(state: StateBlock, first: int, last: int, silent: bool) -> bool:  # noqa: FBT001 - the parser calls it so
    r"""Read lines that begin with `\[` or `\begin{..}` and go on, without an empty line, to where that is closed."""
    start = state.bMarks[first] + state.tShift[first]
    opening = _DISPLAY.match(state.src, start)
    if opening is None:
        return False
    closing = f"\\end{{{opening['name']}}}" if opening["name"] else _CLOSING[opening[0]]
    paragraph_end = state.src.find("\n\n", start)
    end = state.src.find(closing, opening.end(), paragraph_end if paragraph_end >= 0 else len(state.src))
    if end < 0 or (closing == "\\]" and _LISTED.fullmatch(state.src, opening.end(), end)):
        return False
    stop = first + state.src.count("\n", start, end) + 1
    line_end = state.eMarks[stop - 1] if stop <= last else -1
    if line_end < 0 or state.src[end + len(closing) : line_end].strip(" .,;"):
        return False  # the paragraph goes on behind it
    if not silent:
        token = state.push("display", "math", 0)
        token.content, token.map, token.block = state.src[start:line_end], [first, stop], True
        state.line = stop
    return True


def _unspaced(state: StateBlock, first: int, last: int, silent: bool) -> bool:  # noqa: FBT001 - the parser calls it so
    """Read `##Question 1` as the heading that it is meant to be."""
    del last
    start = state.bMarks[first] + state.tShift[first]
    heading = _UNSPACED.match(state.src, start, state.eMarks[first])
    if heading is None or (silent and not _ENDS_PARAGRAPH.match(state.src, start, state.eMarks[first])):
        return False
    if not silent:
        depth = len(heading["marks"])
        token = state.push("heading_open", f"h{depth}", 1)
        token.markup, token.map = heading["marks"], [first, first + 1]
        token = state.push("inline", "", 0)
        token.content, token.map, token.children = heading["content"].rstrip("# \t"), [first, first + 1], []
        state.push("heading_close", f"h{depth}", -1)
        state.line = first + 1
    return True


def _place(token: Token, *at: int) -> None:
    token.meta = {**token.meta, STRETCH: at}
