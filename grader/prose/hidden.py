r"""What of a text is seen where it is shown: comments, invisible elements and struck-out words do not count.

Markdown, HTML and LaTeX have many ways to write what no reader sees (`<!-- -->`, `style="opacity:0"`,
`[//]: # (...)`, `\phantom{}`, `% ...`). Every check gets the text as it is seen; hidden words are blanked
with as many spaces, so that places stay. Characters without width are taken out of words and entities are
written out, the characters saved standing as spaces behind the word. Code is shown as it is written.
"""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING, Final, NamedTuple

from grader.notation.lazypatterns import deferred

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_ATTRIBUTES: Final = 1_000  # characters of one tag
MAX_STRUCK: Final = 2_000  # characters between two ~~
MAX_DEPTH: Final = 40  # elements or braces inside each other that are followed to their end

_WIDTHLESS: Final = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\u3164\ufeff\uffa0"
    "\U000e0000-\U000e007f"
)
_MAY_HIDE: Final = deferred(
    rf"<[A-Za-z!]|~~|&[#A-Za-z]|^[ \t]*%|\]:|\]\(|\\(?:[hv]?phantom|color|textcolor|iffalse|if0|begin\s?\{{comment\}}|sout\b|st\b|xout"
    rf"|invisible|transparent|opacity|htmlStyle|style|scalebox|fontsize)|[{_WIDTHLESS}]",
    re.MULTILINE,
)
_TAGS: Final = (
    "a|abbr|article|aside|b|big|blockquote|body|button|caption|center|cite|code|dd|del|details|dfn|div|dl|dt|em|figure"
    "|figcaption|font|footer|form|h[1-6]|head|header|hr|html|i|iframe|img|input|ins|kbd|label|li|link|main|mark|meta|nav|noscript|ol"
    "|option|p|pre|q|s|samp|script|section|select|small|span|strike|strong|style|sub|summary|sup|svg|table|tbody|td|template"
    "|textarea|tfoot|th|thead|title|tr|tt|u|ul|var|video|object"
)
_OPENING: Final = deferred(
    r"(?P<fence>^[ ]{0,3}(?:`{3,}|~{3,})[^\n]*$)"
    r"|(?P<code>`[^`\n]+`)"
    r"|(?P<comment><!--)"
    rf"|(?P<tag><(?P<name>{_TAGS})\b(?P<attributes>[^<>]{{0,{MAX_ATTRIBUTES}}})>)"
    rf"|(?P<struck>~~(?=\S)[^\n]{{1,{MAX_STRUCK}}}?~~)"
    r"|(?P<definition>^[ ]{0,3}\[(?!\^)[^\]\n]{1,99}\]:[ \t]*\S+[ \t]*(?:\"[^\"\n]*\"|'[^'\n]*'|\([^()\n]*\))?[ \t]*$)"
    r"|(?P<line>^[ \t]*%[^\n]*)"
    r"|(?P<target>(?<=\])\([^()\s]*[/#.][^()\s]*(?:[ \t]+\"[^\"\n]*\")?\))"
    r"|(?P<block>\\iffalse(?![A-Za-z])|\\if0(?![0-9])|\\begin\s?\{comment\})"
    r"|(?P<white>\\(?:color|textcolor)\s?(?:\[[a-zA-Z]{1,6}\]\s?)?\{\s?(?P<colour>[^{}]{1,40})\})"
    r"|(?P<unseen>\\(?:[hv]?phantom|invisible)\s?(?=\{)|\\(?:transparent|opacity|scalebox)\s?\{0*\.?0*\}\s?(?=\{)"
    r"|\\fontsize\s?\{0[a-z]{0,2}\}|\\(?:htmlStyle|style)\s?\{(?P<style>[^{}]{1,99})\}\s?(?=\{))"
    r"|(?P<crossed>\\(?:sout|st|xout)\s?(?=\{))",
    re.MULTILINE | re.IGNORECASE,
)
_UNSEEN_STYLE: Final = deferred(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|opacity\s*:\s*\.?0(?:\.0*)?(?![.\d%]*[1-9])|font-size\s*:\s*0(?![.\d]*[1-9])"
    r"|(?:^|[^-])color\s*:\s*(?:white|transparent|#f{3,8}\b|rgba?\(\s*255\s*,\s*255\s*,\s*255|rgba\([^)]*,\s*0?\.?0+\s*\))"
    r"|(?:left|top|right|text-indent|margin-left)\s*:\s*-\d{3,}|(?:max-)?(?:height|width)\s*:\s*0(?![.\d]*[1-9])"
    r"|clip\s*:\s*rect\(\s*0|transform\s*:\s*scale\(\s*0\s*[,)]|(?<!-)color=.?(?:white|#f{3,6}\b|transparent)|size=.?0(?!\d)",
    re.IGNORECASE,
)
_UNSEEN_ATTRIBUTE: Final = deferred(r"(?:^|\s)hidden(?:\s|=|$)|type\s*=\s*.?hidden", re.IGNORECASE)
_SAYING: Final = deferred(
    r"\b(?:alt|title|data-[\w-]+|aria-[a-z]+|value|placeholder|content)\s*=", re.IGNORECASE
)
_UNSEEN_TAGS: Final = frozenset({"script", "style", "template", "head", "title", "noscript", "meta", "link"})
_CROSSED_TAGS: Final = frozenset({"s", "del", "strike"})
_VOID: Final = frozenset({"img", "input", "hr", "meta", "link", "br"})
_WHITE: Final = deferred(
    r"\s*(?:white|transparent|#?f{3}|#?f{6}|255\s*,\s*255\s*,\s*255|1\s*,\s*1\s*,\s*1)\s*", re.IGNORECASE
)
_LATEX_COMMENT: Final = deferred(r"(?<![\\\d \t])[ \t]*(?<!\\)%[^\n]*|(?<=[^\d\s\\])[ \t]+%[^\n]*")
_LATEX_DOCUMENT: Final = deferred(r"\\(?:documentclass|begin\s?\{|section|item)\b")
_ENTITY: Final = deferred(r"&(?:#\d{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")
_WITHOUT_WIDTH: Final = deferred(f"[{_WIDTHLESS}]")
_CONTENT: Final = deferred(r"\w")


class Seen(NamedTuple):
    """A text as it is seen, of the length it has, and the hidden stretches of it."""

    text: str
    hidden: tuple[str, ...] = ()


def seen(text: str, *, reveal: bool = False) -> Seen:
    r"""Return what is seen of a text where it is shown, and what is hidden in it; struck-out words are neither.

    `reveal` leaves the hidden words in, so that a check can be asked whether they matter. Linear in the
    length of the text but for elements inside each other, which are followed MAX_DEPTH deep.

    >>> seen("It is 4. <!-- 5 -->")
    Seen(text='It is 4.           ', hidden=(' 5 ',))
    """
    if not _MAY_HIDE.search(text) and not ("%" in text and _LATEX_DOCUMENT.search(text)):
        return Seen(text)
    pieces: list[str] = []
    hidden: list[str] = []
    at = 0
    for start, end, content in _unseen(text):
        if start < at:
            continue
        pieces.append(text[at:start])
        if content is not None and _CONTENT.search(content):
            hidden.append(content)
        pieces.append(text[start:end] if reveal and content is not None else _blank(text[start:end]))
        at = end
    shown = "".join([*pieces, text[at:]])
    return Seen(_written_out(shown), tuple(hidden))


def _blank(text: str) -> str:
    return "".join(char if char == "\n" else " " for char in text)


def _unseen(text: str) -> Iterator[tuple[int, int, str | None]]:
    """Yield the stretches that are not seen in reading order, each with what it hides; None where it is struck out."""
    stretches: list[tuple[int, int, str | None]] = []
    if _LATEX_DOCUMENT.search(text):
        stretches = [(*match.span(), match[0].strip().lstrip("%")) for match in _LATEX_COMMENT.finditer(text)]
    at = 0
    while True:
        match = _OPENING.search(text, at)
        if match is None:
            break
        start, end, content = _stretch(text, match)
        if end < 0:
            at = match.end()
            continue
        stretches.append((start, end, content))
        at = max(end, match.end())
    yield from sorted(stretches, key=lambda stretch: stretch[:2])


_SEEN: Final = (-1, -1, None)


def _stretch(text: str, match: re.Match[str]) -> tuple[int, int, str | None]:
    """Return the hidden stretch that an opening begins; _SEEN where nothing is hidden, code skipped."""
    start, end = match.span()
    if match["fence"]:
        closing = text.find("\n" + match["fence"].strip()[:3], end)
        return (end, end, None) if closing < 0 else (closing + 4, closing + 4, None)
    if match["code"]:
        return _SEEN
    if match["comment"]:
        stop = text.find("-->", end)
        stop = len(text) if stop < 0 else stop
        return start, min(len(text), stop + 3), text[end:stop]
    if match["tag"]:
        return _element(text, match)
    if match["struck"]:
        return start, end, None
    if match["block"]:
        closing = text.find("\\end{comment}" if "comment" in match[0] else "\\fi", end)
        stop = len(text) if closing < 0 else closing
        return start, stop, text[end:stop]
    if match["white"]:
        return _coloured(text, match)
    return _command(text, match) if match["unseen"] or match["crossed"] else (start, end, match[0])


def _command(text: str, match: re.Match[str]) -> tuple[int, int, str | None]:
    """Return what a LaTeX command hides or strikes out."""
    if match["style"] and not _UNSEEN_STYLE.search(match["style"]):
        return _SEEN
    stop = _group_end(text, match.end())
    return match.start(), stop, None if match["crossed"] else text[match.end() : stop]


def _element(text: str, match: re.Match[str]) -> tuple[int, int, str | None]:
    name, attributes = match["name"].lower(), match["attributes"]
    unseen = name in _UNSEEN_TAGS or _UNSEEN_ATTRIBUTE.search(attributes) or _UNSEEN_STYLE.search(attributes)
    if not unseen and name not in _CROSSED_TAGS:
        said = attributes if _SAYING.search(attributes) else None
        return (*match.span(), said) if "=" in attributes else _SEEN
    stop = match.end() if name in _VOID or attributes.endswith("/") else _element_end(text, name, match.end())
    return match.start(), stop, match[0] + text[match.end() : stop] if unseen else None


def _element_end(text: str, name: str, at: int) -> int:
    """Return where an element ends; the end of the text where nothing closes it."""
    depth = 1
    for tag in re.compile(rf"<(/?){name}\b[^<>]{{0,{MAX_ATTRIBUTES}}}>", re.IGNORECASE).finditer(text, at):
        depth += -1 if tag[1] else 1
        if not depth or depth > MAX_DEPTH:
            return tag.end()
    return len(text)


def _coloured(text: str, match: re.Match[str]) -> tuple[int, int, str | None]:
    r"""Return what `\color{white}` hides: the group behind it, else the rest of the group it stands in."""
    if not _WHITE.fullmatch(match["colour"]):
        return _SEEN
    end = match.end()
    behind = re.compile(r"\s*\{").match(text, end)
    stop = _group_end(text, behind.end() - 1) if behind else _rest_of_group(text, end)
    return match.start(), stop, text[end:stop]


def _group_end(text: str, at: int) -> int:
    """Return where the group in braces that opens at a place ends."""
    return _rest_of_group(text, at + 1) + 1 if text[at : at + 1] == "{" else at


def _rest_of_group(text: str, at: int) -> int:
    """Return where the braces or dollar signs around a place close, at most at the end of its paragraph."""
    depth = 0
    for match in re.compile(r"\\.|[{}$]|\n[ \t]*\n", re.DOTALL).finditer(text, at):
        if match[0] == "{":
            depth += 1
        elif match[0] == "}":
            depth -= 1
        if depth < 0 or match[0] == "$" or match[0][0] == "\n":
            return match.start()
    return len(text)


def _written_out(text: str) -> str:
    """Return a text with its entities as signs and no character without width, of the same length."""
    if not _ENTITY.search(text) and not _WITHOUT_WIDTH.search(text):
        return text
    return "".join(map(_word_written_out, re.split(r"(\s+)", text)))


def _word_written_out(word: str) -> str:
    plain = _WITHOUT_WIDTH.sub("", _ENTITY.sub(lambda match: unescape(match[0]), word))
    return plain.ljust(len(word)) if len(plain) <= len(word) else word
