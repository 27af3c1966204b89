"""Make text from a file somebody handed in fit to be shown, and find the formulas in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from grader.notation.lazypatterns import deferred

if TYPE_CHECKING:
    from collections.abc import Iterator

# What is shown of one answer. Nobody reads further on a page, and a browser must lay it all out.
MAX_ANSWER: Final = 20_000
# What is shown of one reading or sentence in a row.
MAX_SNIPPET: Final = 400
# The longest formula that is rendered; longer ones are shown as they were written.
MAX_FORMULA: Final = 2_000

# C0 controls but tab and newline become their visible pictures; C1 controls, the controls that
# reorder text across their surroundings, and lone surrogates (not encodable) become U+FFFD.
_VISIBLE: Final[dict[int, str]] = (
    {code: chr(0x2400 + code) for code in range(0x20) if chr(code) not in "\t\n"}
    | {0x7F: "\u2421"}
    | dict.fromkeys(range(0x80, 0xA0), "\ufffd")
    | dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A), *range(0xD800, 0xE000)), "\ufffd")
)
# The same but for C0 controls, which JSON escapes by itself; with what some readers take for an end of line.
_ACTING: Final = deferred("[\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]")
_SURROGATE: Final = deferred("[\ud800-\udfff]")
# The dollar, bracket and parenthesis forms of LaTeX. Bodies are bounded, so a stray opener costs
# at most MAX_FORMULA steps; a blank line ends a paragraph and so cannot stand inside a formula.
_OPENER: Final = deferred(r"\\\\|\\\$|\$\$?|\\\[|\\\(")
_CLOSERS: Final = {"$$": "$$", "$": "$", "\\[": "\\]", "\\(": "\\)"}
_BLANK_LINE: Final = deferred(r"\n[ \t\r]*\n")
_WORD: Final = deferred(r"[A-Za-z]{4,}")


class Piece(NamedTuple):
    """A stretch of a text: prose, or one formula with its delimiters; offsets into the text."""

    start: int
    end: int
    formula: str = ""  # the LaTeX between the delimiters; "" for prose
    display: bool = False


def printable(text: str) -> str:
    """Replace every character that acts instead of being seen by one that is seen."""
    # Nearly every text has none, and telling so is many times as fast as replacing nothing.
    seen = text.replace("\n", "")
    if seen.isprintable() or ("\t" in seen and seen.replace("\t", "").isprintable()):
        return text
    return text.replace("\r\n", "\n").translate(_VISIBLE)


def encodable(text: str) -> str:
    """Replace lone surrogates, which no encoding of a file can hold."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return _SURROGATE.sub("\ufffd", text)
    return text


def json_escaped(text: str) -> str:
    """Return JSON with the same meaning in which no character acts on a terminal or reorders what stands around it."""
    if text.isascii() or text.replace("\n", "").isprintable():
        return text
    return _ACTING.sub(lambda found: f"\\u{ord(found[0]):04x}", encodable(text))


def one_line(text: str, limit: int = MAX_SNIPPET) -> str:
    """Return a printable text on one line, cut at `limit` characters with an ellipsis."""
    if len(text) <= limit and "  " not in text and text.isprintable() and text.strip() == text:
        return text  # as nearly all are
    line = " ".join(text[: 2 * limit + 2].split())
    if len(line) > limit or len(text) > 2 * limit + 2:
        line = f"{line[:limit].rstrip()}…"
    return line if line.isprintable() else printable(line)


def pieces(text: str) -> Iterator[Piece]:
    r"""Cut a text into prose and formulas, in order and without gaps.

    Only what is delimited in the usual ways is a formula: `$x$`, `$$x$$`, `\(x\)`, `\[x\]`.
    Amounts of money and unbalanced delimiters stay prose. Linear in the length of the text.
    """
    if "$" not in text and "\\" not in text:  # as most
        if text:
            yield Piece(0, len(text))
        return
    done = position = 0
    while opener := _OPENER.search(text, position):
        position = opener.end()
        closer = _CLOSERS.get(opener.group())
        if closer is None:
            continue
        end = text.find(closer, position, position + MAX_FORMULA + len(closer))
        if end < 0 or not is_formula(text[position:end], money=closer == "$"):
            continue
        if closer == "$" and text[end + 1 : end + 2].isdigit():
            continue  # "$5 and $10"
        if done < opener.start():
            yield Piece(done, opener.start())
        formula, position = text[position:end].strip(), end + len(closer)
        yield Piece(opener.start(), position, formula, display=closer in {"$$", "\\]"})
        done = position
    if done < len(text):
        yield Piece(done, len(text))


def is_formula(body: str, *, money: bool) -> bool:
    """Whether what stands between two delimiters is a formula; `money` where they may mean amounts."""
    if not body.strip() or _BLANK_LINE.search(body) or (len(body) - len(body.rstrip("\\"))) % 2:
        return False
    if not money or any(sign in body for sign in "\\^_="):
        return True
    # "US$ are spent, and A$ are kept" opens and closes, but what stands between is prose.
    return len(_WORD.findall(body)) < 2 and "\n" not in body
