r"""The commands that an author of Markdown defines for formulas (`\newcommand`, `\def`, `\DeclareMathOperator`), written out.

As MathJax has it, a definition holds from where it stands to the end of the document, the cells of a notebook included.
Nothing is evaluated: bodies are put in as text, so many times and so deep at most; what is beyond that stays as it is.
"""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING, Final

from grader.notation.lazypatterns import deferred
from grader.records import dataclass

if TYPE_CHECKING:
    import re
    from collections.abc import Sequence

# Commands of one document, the characters of a body, and how often and how deep they are put in.
MAX_MACROS: Final = 200
MAX_BODY: Final = 500
MAX_EXPANSIONS: Final = 2_000
MAX_DEEP: Final = 12
# Characters by which a text may grow.
MAX_GROWTH: Final = 200_000

_DEFINES: Final = deferred(
    r"\\(?:(?:re|provide)?newcommand|providecommand|def|DeclareMathOperator)(?![A-Za-z])"
)
_COMMAND: Final = deferred(
    r"\\(?P<how>(?:re|provide)?newcommand|providecommand|def|DeclareMathOperator)\*?\s{0,9}"
    r"(?:\{\s{0,9}\\(?P<braced>[A-Za-z]{1,40})\s{0,9}\}|\\(?P<bare>[A-Za-z]{1,40}))\s{0,9}"
    r"(?:\[(?P<count>[1-9])\]\s{0,9}(?:\[(?P<default>[^\[\]\n]{0,200})\]\s{0,9})?|(?P<hashes>(?:#[1-9]){0,9}))(?=\{)"
)
_USE: Final = deferred(r"\\(?P<name>[A-Za-z]{1,40})")
_ARGUMENT: Final = deferred(r"\s{0,9}(?P<token>\\[A-Za-z]{1,40}|\\.|[^\s{}\\])")
_OPTIONAL: Final = deferred(r"\s{0,9}\[([^\[\]\n]{0,200})\]")
_BEFORE_GROUP: Final = deferred(r"\s{0,9}(?=\{)")
_BRACE: Final = deferred(r"\\.|[{}]")
_PLACE: Final = deferred(r"#(?P<number>[1-9])")
_EMPTY_FORMULA: Final = deferred(r"\$\$[ \t\n]{0,200}\$\$|\\\[\s{0,200}\\\]|(?<![\\$])\$[ \t]{0,200}\$(?!\$)")


def defines_macros(text: str) -> bool:
    """Whether a text may define commands."""
    return "\\" in text and _DEFINES.search(text) is not None


@dataclass(frozen=True, slots=True)
class _Macro:
    count: int
    default: str | None
    body: str


@dataclass(slots=True)
class Macros:
    """The commands that were defined so far."""

    known: dict[str, _Macro] = field(default_factory=dict)
    left: int = MAX_EXPANSIONS
    growth: int = MAX_GROWTH

    def written_out(self, text: str) -> str:
        """Return a text without its definitions and with their commands written out, on the same lines."""
        pieces: list[str] = []
        at = 0
        while (found := _COMMAND.search(text, at)) is not None:
            pieces.append(self._expanded(text[at : found.start()]))
            at = self._define(found, text)
            pieces.append("\n" * text.count("\n", found.start(), at))
        pieces.append(self._expanded(text[at:]))
        whole = "".join(pieces)
        return _EMPTY_FORMULA.sub(lambda empty: "\n" * empty[0].count("\n"), whole) if at else whole

    def _define(self, found: re.Match[str], text: str) -> int:
        """Take up a definition; return where it ends."""
        end = _group_end(text, found.end())
        if end < 0 or end - found.end() > MAX_BODY or len(self.known) >= MAX_MACROS:
            return found.end()
        body = " ".join(text[found.end() + 1 : end - 1].split())
        if found["how"] == "DeclareMathOperator":
            body = f"\\operatorname{{{body}}}"
        count = int(found["count"]) if found["count"] else len(found["hashes"] or "") // 2
        self.known[found["braced"] or found["bare"]] = _Macro(count, found["default"], body)
        return end

    def _expanded(self, text: str) -> str:
        for _ in range(MAX_DEEP):
            if not self.known or "\\" not in text:
                return text
            changed = self._once(text)
            if changed == text:
                return text
            text = changed
        return text

    def _once(self, text: str) -> str:
        pieces: list[str] = []
        at = 0
        for use in _USE.finditer(text):
            macro = self.known.get(use["name"])
            if macro is None or use.start() < at or not self.left:
                continue
            end, arguments = _arguments(text, use.end(), macro)
            if arguments is None:
                continue
            body = _filled(macro.body, arguments)
            if macro.body[-1:].isalpha() and text[end : end + 1].isalpha():
                body += " "
            if len(body) > self.growth:
                self.left = 0
                continue
            self.left -= 1
            self.growth -= len(body)
            pieces += [text[at : use.start()], body, "\n" * text.count("\n", use.end(), end)]
            at = end
        return "".join([*pieces, text[at:]])


def _filled(body: str, arguments: Sequence[str]) -> str:
    """Return a body with arguments in their places."""
    pieces = _PLACE.split(body)  # the numbers stand at the odd places
    for at in range(1, len(pieces), 2):
        number = int(pieces[at])
        pieces[at] = arguments[number - 1] if number <= len(arguments) else ""
    return "".join(pieces)


def _arguments(text: str, at: int, macro: _Macro) -> tuple[int, list[str] | None]:
    """Return where the arguments of a command end, and what they are; None where they are not all there."""
    given: list[str] = []
    if macro.default is not None:
        optional = _OPTIONAL.match(text, at)
        given.append(optional[1] if optional else macro.default)
        at = optional.end() if optional else at
    while len(given) < macro.count:
        brace = _BEFORE_GROUP.match(text, at)
        if brace is not None:
            end = _group_end(text, brace.end())
            if end < 0:
                return at, None
            given.append(text[brace.end() + 1 : end - 1].replace("\n", " "))
            at = end
        elif token := _ARGUMENT.match(text, at):
            given.append(token["token"])
            at = token.end()
        else:
            return at, None
    return at, given


def _group_end(text: str, start: int) -> int:
    """Return where a group in braces ends that begins here, -1 where it does not within reach."""
    depth = 0
    for brace in _BRACE.finditer(text, start, start + 4 * MAX_BODY):
        depth += {"{": 1, "}": -1}.get(brace[0], 0)
        if depth == 0 and brace[0] == "}":
            return brace.end()
    return -1
