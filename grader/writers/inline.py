"""Typeset what stands inside a paragraph: words, emphasis, formulas and code, each with its place in the text."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from grader.notation.lazypatterns import deferred
from grader.writers.displaytext import is_formula, pieces

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from markdown_it.token import Token

    from grader.writers.displaytext import Piece

# What may be markup inside a paragraph, formulas apart; a word with underlines inside is a name.
_MARKUP: Final = deferred(r"[*`<\\$]|~~|&[#A-Za-z]|(?<![^\W_])_|_(?![^\W_])")
# A line at least this long was wrapped by an editor where the next begins with a word.
_WRAPPED: Final = 50
_TAG: Final = deferred(r"<(?P<close>/?)(?P<name>[A-Za-z]{1,10})[ \t]*/?>")
_TAGS: Final = {
    "b": "strong", "strong": "strong", "i": "em", "em": "em", "u": "u", "ins": "u", "s": "s", "del": "s",
    "strike": "s", "sub": "sub", "sup": "sup", "code": "code", "kbd": "code", "tt": "code",
}  # fmt: skip
# Tags that change nothing that a reader of the answer would miss.
_UNSHOWN: Final = frozenset({"p", "div", "span", "center"})
_EMPHASIS: Final = frozenset({"em", "strong", "s"})


class Leaf(NamedTuple):
    """What a reader sees of a stretch of the text.

    `kind` is "" for words, which can be cut where the text is as long as the stretch; "formula", "display", "code";
    "tag" for what is markup of no effect here; "tick" and "box" for boxes with and without a tick.
    """

    start: int
    end: int
    text: str  # of a formula without its delimiters
    kind: str = ""


Run: TypeAlias = str | Leaf
"""Tags of elements, which are ours, or a leaf."""


def broken(text: str, at: int) -> str:
    """Return what a line end inside a paragraph becomes: a blank where an editor wrapped the line."""
    after = text[at + 1 : at + 41].lstrip(" \t>")[:1]
    long = at >= _WRAPPED and text.rfind("\n", at - _WRAPPED, at) < 0
    return "\n" if long and (after.isalpha() or after in set("(\"'")) else "<br>\n"


class Inline:
    """The content of one paragraph, heading or cell, read from its tokens."""

    def __init__(self, text: str, content: str, places: Sequence[tuple[int, int]]) -> None:
        """`places` says where stretches of the content begin, in the content and in the text, in order."""
        self._text = text
        self._content = content
        self._places = places
        self._at = 0  # in the content: what stands before is done
        self._skipped = 0
        self._open: list[str] = []

    def place(self, position: int) -> int:
        """Return where a character of the content stands in the text."""
        if len(self._places) == 1:
            return self._places[0][1] + position
        begin, start = self._places[bisect_right(self._places, (position, len(self._text))) - 1]
        return start + position - begin

    def skip(self, until: int) -> None:
        """Take the first characters of the content for shown."""
        self._skipped = until

    def runs(self) -> Iterator[Run]:
        """Yield elements and leaves; every element is closed."""
        cut = list(pieces(self._content))
        if not any(
            not piece.formula and _MARKUP.search(self._content, piece.start, piece.end) for piece in cut
        ):
            yield from self._plain(cut)
            return
        from grader.documents.commonmark import page_parser  # noqa: PLC0415 - prose needs none

        tokens: list[Token] = []
        parser = page_parser()
        parser.inline.parse(self._content, parser, {}, tokens)
        yield from self._marked(tokens)

    def _plain(self, cut: Iterable[Piece]) -> Iterator[Run]:
        """Yield words and formulas of a content without any markup."""
        content = self._content
        for piece in cut:
            if piece.formula:
                kind = "display" if piece.display else "formula"
                yield self._leaf(piece.start, piece.end, piece.formula, kind)
                continue
            at = max(piece.start, self._skipped)
            while at < piece.end:
                stop = content.find("\n", at, piece.end)
                end = stop if stop >= 0 else piece.end
                if at < end:
                    yield self._leaf(at, end, content[at:end])
                if stop < 0:
                    break
                yield broken(self._text, self.place(stop))
                at = stop + 1
                while at < piece.end and content[at] in " \t":
                    at += 1

    def _marked(self, tokens: Iterable[Token]) -> Iterator[Run]:
        for token in tokens:
            kind = token.type
            if kind == "text":
                yield from self._words(token.content)
            elif kind == "softbreak":
                yield self._line_end()
            elif kind == "hardbreak":
                self._line_end()
                yield "<br>\n"
            elif token.nesting and (name := token.tag) in _EMPHASIS:
                self._pass(token.markup)
                yield from self._begin(name) if token.nesting > 0 else self._close(name)
            elif kind == "text_special":
                start = self._pass(token.markup)
                yield self._leaf(start, self._at, token.content, "special")
            elif kind == "code_inline":
                yield self._code(token)
            elif kind.startswith("math_inline"):
                yield self._formula(token)
            else:  # a tag, or what a later parser knows
                yield from self._tag(token.content)
        while self._open:
            yield f"</{self._open.pop()}>"

    def _pass(self, written: str) -> int:
        """Go behind the next occurrence of what is written; return where it begins."""
        start = (
            self._at if self._content.startswith(written, self._at) else self._content.find(written, self._at)
        )
        start = start if start >= 0 else self._at
        self._at = min(start + len(written), len(self._content))
        return start

    def _leaf(self, start: int, end: int, text: str, kind: str = "") -> Leaf:
        if end <= start:
            return Leaf(self.place(start), self.place(start), text, kind)
        return Leaf(self.place(start), self.place(end - 1) + 1, text, kind)

    def _words(self, words: str) -> Iterator[Run]:
        start = self._pass(words)
        if start < self._skipped:
            words, start = words[self._skipped - start :], min(self._skipped, self._at)
        if words:
            yield self._leaf(start, self._at, words)

    def _line_end(self) -> str:
        return broken(self._text, self.place(self._pass("\n")))

    def _begin(self, name: str) -> Iterator[str]:
        self._open.append(name)
        yield f"<{name}>"

    def _close(self, name: str) -> Iterator[str]:
        """Close an element, and what was begun inside of it and never closed."""
        while name in self._open:
            last = self._open.pop()
            yield f"</{last}>"
            if last == name:
                break

    def _code(self, token: Token) -> Leaf:
        start = self._pass(token.markup)
        length = len(token.content)
        # A blank beside each fence is no part of the code.
        pad = 0 if self._content.startswith(token.markup, self._at + length) else 1
        begin = self._at + pad
        self._at = min(begin + length + pad + len(token.markup), len(self._content))
        if self._content[begin : begin + length] == token.content and length:
            return Leaf(self.place(begin), self.place(begin) + length, token.content, "code")
        return self._leaf(start, self._at, token.content, "code")

    def _formula(self, token: Token) -> Leaf:
        bracketed = self._content.startswith(("\\(", "\\["), self._at)
        delimiter = "\\(" if bracketed else token.markup or "$"
        start = self._pass(delimiter)
        self._pass(token.content)
        self._at = min(self._at + len(delimiter), len(self._content))
        body, single = token.content, delimiter == "$"
        if not is_formula(body, money=single) or (
            single and self._content[self._at : self._at + 1].isdigit()
        ):
            return self._leaf(start, self._at, self._content[start : self._at])
        display = delimiter == "$$" or self._content.startswith("\\[", start)
        return self._leaf(start, self._at, body.strip(), "display" if display else "formula")

    def _tag(self, written: str) -> Iterator[Run]:
        """Yield what a tag means, where it is one without attributes; any other stands there as it was written."""
        start = self._pass(written)
        tag = _TAG.fullmatch(written)
        name = tag["name"].lower() if tag else ""
        if name == "br":
            yield "<br>\n"
        elif tag and name in _TAGS and not tag["close"]:
            yield from self._begin(_TAGS[name])
        elif tag and name in _TAGS and _TAGS[name] in self._open:
            yield from self._close(_TAGS[name])
        elif name not in _UNSHOWN:
            yield self._leaf(start, self._at, written, "tag")
