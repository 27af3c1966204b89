r"""LaTeX as tokens, with the author's own commands expanded: nothing of it is run, and what it may grow to is bounded.

`\newcommand`, `\def` and their like are taken up where they stand and expanded where they are used, in text and in
formulas. A token of an expansion has the place of the command that it comes from. Comments are dropped.
"""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from grader.model.errors import Problem, SubmissionError
from grader.notation.lazypatterns import deferred
from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# Tokens that all expansions of a file may come to; long documents full of own commands have some ten thousand.
MAX_EXPANDED: Final = 200_000
# Characters of a file: a book of five hundred pages has one million.
MAX_SOURCE: Final = 2_000_000
MAX_ARGUMENT: Final = 100_000  # tokens between two braces
MAX_OPTIONAL: Final = 1_000  # tokens between two brackets
# Tokens of a file: a report of thirty pages has about 25,000.
MAX_TOKENS: Final = 150_000
# Braces and environments inside each other; nobody writes twenty.
MAX_NESTED: Final = 200

Kind = Literal[
    "word", "symbol", "open", "close", "math", "text", "space", "par", "amp", "hash", "code", "comment"
]


class LatexToken(NamedTuple):
    """A token; `start` and `end` are offsets in the file. Of code, `text` is the code, `language` its language."""

    kind: Kind
    text: str
    start: int
    end: int
    language: str = ""


@dataclass(frozen=True, slots=True)
class Macro:
    """A command of the author's: how many arguments it has, the first one's default, and what it stands for."""

    count: int
    default: tuple[LatexToken, ...] | None
    body: tuple[LatexToken, ...]


_CODE: Final = (
    "verbatim|Verbatim|BVerbatim|lstlisting|minted|alltt|pycode|pyverbatim|python|matlab|Highlighting"
)
_TOKEN: Final = deferred(
    rf"(?P<comment>%(?P<said>[^\n]*)(?:\n[ \t]*(?!\s))?)"
    rf"|(?P<code>\\begin[ ]?\{{(?P<environment>(?:{_CODE})\*?)\}})"
    r"|(?P<unread>\\begin[ ]?\{(?P<skipped>comment|filecontents\*?)\})"
    r"|(?P<verb>\\(?:verb|lstinline|mintinline)\*?(?![A-Za-z])(?:\[[^\]\n]*\])?(?:\{(?P<lang>[a-z0-9+]{1,20})\}(?=\S))?"
    r"(?:\{(?P<braced>[^{}\n]*)\}|(?P<mark>[^\sA-Za-z*{\[])(?P<inline>[^\n]*?)(?P=mark)))"
    r"|(?P<word>\\[A-Za-z@]+\*?)[ \t]*(?:\n(?![ \t]*\n))?[ \t]*"
    r"|(?P<symbol>\\[^A-Za-z@])"
    r"|(?P<par>\n[ \t]*\n\s*)"
    r"|(?P<space>[ \t\n]+)"
    r"|(?P<math>\$\$|\$)|(?P<open>\{)|(?P<close>\})|(?P<amp>&)|(?P<hash>\#\d)"
    r"|(?P<text>[^\\{}$%&#\n \t]{1,200}|\#)"
)
_LANGUAGE: Final = deferred(
    r"language\s*=\s*\{?([A-Za-z0-9+]{1,20})|^\s*(?:\[[^\]\n]*\])?\{([A-Za-z0-9+]{1,20})\}"
)
_OPTIONS: Final = deferred(r"[ \t]*(?:\[[^\]]{0,2000}\])?[ \t]*(?:\{[^{}\n]{0,200}\})?[ \t]*\n?")
_HIGHLIGHT: Final = deferred(r"\\[A-Z][A-Za-z]{2,20}Tok\{((?:[^{}\\]|\\.)*)\}")
_DEFINING: Final = frozenset(
    {r"\newcommand", r"\renewcommand", r"\providecommand", r"\DeclareRobustCommand", r"\NewDocumentCommand"}
)
_DEFS: Final = frozenset({r"\def", r"\gdef", r"\edef", r"\xdef"})
_OPERATORS: Final = frozenset({r"\DeclareMathOperator", r"\DeclareMathOperator*"})
_ENVIRONMENTS: Final = frozenset({r"\newenvironment", r"\renewenvironment"})


def _lexed(text: str) -> Iterator[LatexToken]:
    at = 0
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:  # a backslash at the very end
            return
        # The outermost group that matched is the last to be closed.
        kind, start, at = found.lastgroup or "", at, found.end()
        plain = _PLAIN.get(kind)
        if plain is not None:
            yield LatexToken(plain, found[0], start, at)
        elif kind == "word":
            yield LatexToken("word", found["word"], start, at)
        elif kind == "comment":
            yield LatexToken("comment", found["said"].strip(), start, at)
        elif kind == "verb":
            yield LatexToken("code", found["braced"] or found["inline"] or "", start, at, language="inline")
        else:
            name = found["environment"] or found["skipped"]
            close = text.find(f"\\end{{{name}}}", at)
            stop = len(text) if close < 0 else close
            if kind == "code":
                yield _code(text[at:stop], name, start, stop)
            else:
                yield LatexToken("comment", text[at:stop].strip(), start, stop)
            at = stop if close < 0 else stop + len(name) + 6


_PLAIN: Final[dict[str, Kind]] = {
    "symbol": "symbol", "par": "par", "space": "space", "math": "math", "open": "open", "close": "close", "amp": "amp",
    "hash": "hash", "text": "text",
}  # fmt: skip


def _code(body: str, environment: str, start: int, end: int) -> LatexToken:
    options = _OPTIONS.match(body)
    head = options[0] if options is not None else ""
    if environment.rstrip("*") in {"verbatim", "alltt"}:
        head = ""
    if environment == "Highlighting":  # of pandoc: each word of the code in a command of its own
        body = (
            _HIGHLIGHT.sub(r"\1", body)
            .replace(r"\{", "{")
            .replace(r"\}", "}")
            .replace(r"\textbackslash{}", "\\")
        )
    language = _LANGUAGE.search(head)
    named = (language[1] or language[2] or "").lower() if language is not None else ""
    return LatexToken("code", body[len(head) :].strip("\n"), start, end, language=named or "text")


@dataclass(slots=True)
class TokenStream:
    """The tokens of a file, expanded as they are asked for."""

    text: str
    source: str
    macros: dict[str, Macro] = field(default_factory=dict)
    environments: dict[str, tuple[Macro, tuple[LatexToken, ...]]] = field(default_factory=dict)
    theorems: dict[str, str] = field(
        default_factory=dict
    )  # environments that are shown with a name and a number
    comments: list[LatexToken] = field(default_factory=list)
    expanded: int = 0
    lexed: int = 0
    at: int = 0  # where the token ends that was given last
    _back: list[LatexToken] = field(default_factory=list)
    _lexer: Iterator[LatexToken] | None = None

    def __post_init__(self) -> None:
        if len(self.text) > MAX_SOURCE:
            rule = f"has more than {MAX_SOURCE:,} characters (got {len(self.text):,}), which no answer needs"
            raise SubmissionError([Problem(self.source, 0, 0, rule)])
        self._lexer = _lexed(self.text)

    def raw(self) -> LatexToken | None:
        """Return the next token as it stands, without comments, None at the end."""
        while True:
            if self._back:
                token: LatexToken | None = self._back.pop()
            else:
                token = next(self._lexer or iter(()), None)
                self.lexed += 1
                if self.lexed > MAX_TOKENS and token is not None:
                    raise self.refusal(
                        token, f"has more than {MAX_TOKENS:,} words and signs, which no answer needs"
                    )
            if token is None or token.kind != "comment":
                self.at = self.at if token is None else token.end
                return token
            self.comments.append(token)

    def push(self, tokens: Sequence[LatexToken]) -> None:
        """Put tokens back, to be given again."""
        self._back.extend(reversed(tokens))

    def next(self) -> LatexToken | None:
        """Return the next token after expansion, None at the end; raises SubmissionError where that has no end."""
        while (token := self.raw()) is not None:
            if token.kind != "word":
                return token
            name = token.text
            if self._define(name):
                continue
            macro = self.macros.get(name) or self.macros.get(name.rstrip("*"))
            if macro is None:
                return token
            self._expand(token, macro)
        return None

    def _expand(self, call: LatexToken, macro: Macro) -> None:
        arguments = self._arguments(macro)
        end = call.end
        out: list[LatexToken] = []
        for token in macro.body:
            if token.kind == "hash":
                number = int(token.text[1]) - 1
                out += arguments[number] if number < len(arguments) else ()
            else:
                out.append(token._replace(start=call.start, end=end))
            if len(out) + self.expanded > MAX_EXPANDED:
                raise self._endless(call)
        self.expanded += len(out) + 1
        if self.expanded > MAX_EXPANDED:
            raise self._endless(call)
        self.push(out)

    def charge(self, pieces: int, token: LatexToken) -> None:
        """Count work towards what expansions may come to; raises SubmissionError where that is too much."""
        self.expanded += pieces
        if self.expanded > MAX_EXPANDED:
            raise self._endless(token)

    def refusal(self, token: LatexToken, rule: str) -> SubmissionError:
        """Return the error that the file is not read, and why."""
        return SubmissionError([Problem(self.source, self.text.count("\n", 0, token.start) + 1, 0, rule)])

    def too_deep(self, token: LatexToken) -> SubmissionError:
        """Return the error that the file is nested without end."""
        return self.refusal(token, f"is nested more than {MAX_NESTED} deep, which no answer needs")

    def _endless(self, call: LatexToken) -> SubmissionError:
        rule = f"the command {call.text[:40]} expands to more than {MAX_EXPANDED:,} pieces, or without end"
        return self.refusal(call, rule)

    def _arguments(self, macro: Macro) -> list[Sequence[LatexToken]]:
        found: list[Sequence[LatexToken]] = []
        if macro.default is not None and macro.count:
            optional = self.optional()
            found.append(macro.default if optional is None else optional)
        while len(found) < macro.count:
            found.append(self.argument())
        return found

    def skip_space(self) -> LatexToken | None:
        """Return the next token as it stands that is no blank."""
        while (token := self.raw()) is not None and token.kind in {"space", "par"}:
            pass
        return token

    def argument(self) -> list[LatexToken]:
        """Return the next argument as it stands: what is between braces, or one token."""
        token = self.skip_space()
        if token is None:
            return []
        if token.kind == "text" and len(token.text) > 1:
            self.push([token._replace(text=token.text[1:], start=token.start + 1)])
            return [token._replace(text=token.text[0], end=token.start + 1)]
        if token.kind == "close":
            self.push([token])
            return []
        return self.group() if token.kind == "open" else [token]

    def group(self) -> list[LatexToken]:
        """Return what stands up to the brace that closes, which is dropped."""
        found: list[LatexToken] = []
        depth = 0
        while (token := self.raw()) is not None and len(found) < MAX_ARGUMENT:
            if token.kind == "open":
                depth += 1
                if depth > MAX_NESTED:
                    raise self.too_deep(token)
            elif token.kind == "close":
                if not depth:
                    break
                depth -= 1
            found.append(token)
        return found

    def optional(self) -> list[LatexToken] | None:
        """Return an argument between brackets, None where none follows."""
        token = self.skip_space()
        if token is None or token.kind != "text" or not token.text.startswith("["):
            if token is not None:
                self.push([token])
            return None
        self.push([token._replace(text=token.text[1:], start=token.start + 1)] if token.text[1:] else [])
        found: list[LatexToken] = []
        depth = 0
        while (token := self.raw()) is not None and len(found) < MAX_OPTIONAL:
            depth += {"open": 1, "close": -1}.get(token.kind, 0)
            if token.kind == "text" and not depth and "]" in token.text:
                before, _, after = token.text.partition("]")
                middle = token.start + len(before)
                found += [token._replace(text=before, end=middle)] if before else []
                self.push([token._replace(text=after, start=middle + 1)] if after else [])
                return found
            found.append(token)
            if depth < 0 or token.kind == "par":
                break
        else:
            found += [token] if token is not None else []
        # Nothing closes it: it is text.
        self.push(found)
        self.expanded += len(found)
        if self.expanded > MAX_EXPANDED:
            raise self._endless(found[0])
        self.push([LatexToken("text", "[", found[0].start, found[0].start)] if found else [])
        return None

    def name_argument(self) -> str:
        """Return an argument as the characters that it consists of."""
        return "".join(token.text for token in self.argument()).strip()

    def _define(self, name: str) -> bool:
        """Take up a definition; whether it was one."""
        bare = name.rstrip("*")
        if bare in _DEFINING:
            self._define_command(document=bare == r"\NewDocumentCommand")
        elif name in _OPERATORS:
            command = self.name_argument()
            star = LatexToken("word", r"\operatorname", 0, 0)
            self.macros[command] = Macro(0, None, (star, *_braced(self.argument())))
        elif name in _DEFS:
            self._define_plain()
        elif name == r"\let":
            self._define_alias()
        elif bare in _ENVIRONMENTS:
            environment = self.name_argument()
            count = self._count()
            default = self.optional()
            begin = Macro(count, None if default is None else tuple(default), tuple(self.argument()))
            self.environments[environment] = begin, tuple(self.argument())
        elif bare == r"\newtheorem":
            environment = self.name_argument()
            self.optional()
            self.theorems[environment] = self.name_argument()
            self.optional()
        else:
            return False
        return True

    def _count(self) -> int:
        said = "".join(token.text for token in self.optional() or ())
        return min(int(said), 9) if said.strip().isdecimal() and len(said) < 4 else 0

    def _define_command(self, *, document: bool) -> None:
        command = self.name_argument()
        if document:
            kinds = self.name_argument()
            self.macros[command] = Macro(kinds.count("m"), None, tuple(self.argument()))
            return
        count = self._count()
        default = self.optional() if count else None
        self.macros[command] = Macro(
            count, None if default is None else tuple(default), tuple(self.argument())
        )

    def _define_plain(self) -> None:
        r"""Take up a `\def`; one whose arguments end at signs of their own is left as it is, and shown as text."""
        name = self.skip_space()
        count, plain = 0, True
        while (token := self.raw()) is not None and token.kind != "open":
            if token.kind == "hash":
                count = max(count, int(token.text[1]))
            elif token.kind != "space":
                plain = False
        body = tuple(self.group()) if token is not None else ()
        if name is not None and plain:
            self.macros[name.text] = Macro(count, None, body)

    def _define_alias(self) -> None:
        name, other = self.skip_space(), self.skip_space()
        if other is not None and other.kind == "text" and other.text == "=":
            other = self.skip_space()
        if name is not None and other is not None:
            known = self.macros.get(other.text)
            if known is not None:
                self.macros[name.text] = known
            elif other.text != name.text:
                self.macros[name.text] = Macro(0, None, (other,))

    def begin_own(self, name: str, call: LatexToken) -> bool:
        """Expand the beginning of an environment of the author's; whether it is one."""
        known = self.environments.get(name)
        if known is not None:
            self._expand(call, known[0])
        return known is not None

    def end_own(self, name: str, call: LatexToken) -> bool:
        """Expand the end of an environment of the author's; whether it is one."""
        known = self.environments.get(name)
        if known is not None:
            self._expand(call, Macro(0, None, known[1]))
        return known is not None


def _braced(tokens: Sequence[LatexToken]) -> list[LatexToken]:
    return [LatexToken("open", "{", 0, 0), *tokens, LatexToken("close", "}", 0, 0)]
