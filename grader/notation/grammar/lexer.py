"""Characters into tokens, for LaTeX and plain text alike.

Unicode is folded first; words in a font or an environment are read as TeX would.
"""

from __future__ import annotations

import re
from typing import Final

from grader.notation.grammar.folding import fold, is_doubled
from grader.notation.grammar.tokens import Token
from grader.notation.lazypatterns import deferred
from grader.notation.syntaxerrors import MAX_TOKENS, ReadingError
from grader.notation.vocabulary import (
    ALIASES,
    COMMANDS,
    FONTS,
    GREEK,
    IGNORED,
    KEYWORDS,
    TEXT_COMMANDS,
    WORD_CONSTANTS,
)

_NUMBER: Final = (
    r"(?P<number>(?:\d+(?:\{,\}\d+|(?:\\,|,\\!)\s?\d{3}(?!\d))*(?:\.(?!\.)\d*)?|\.\d+)(?:[eE][+-]?\d+)?)"
)
_TAIL: Final = (
    r"|(?P<command>\\(?:[A-Za-z]+\*?|[^A-Za-z]))"
    r"|(?P<operator>plus_minus|minus_plus|-/\+|<-(?=\s)|\*\*|<=>|<=|>=|=>|=<|->|:=|==|!=(?!=)|<>|\+/-|//|\.\.\.|\.\.|&&|''|[-+*/^_=<>!%'()\[\]{}|,;:&.~@?$#`])"
    r'|(?P<quoted>"[^"\\{}$]{1,200}")'
)
_PLAIN: Final = deferred(
    r"(?P<space>\s+)|" + _NUMBER + r"|(?P<word>(?!plus_minus|minus_plus)[A-Za-z]+\d*)" + _TAIL
)
_LATEX: Final = deferred(r"(?P<space>\s+)|" + _NUMBER + r"|(?P<word>[A-Za-z]+)" + _TAIL)

_SIGNS: Final = {
    "plus_minus": "±", "minus_plus": "∓", "-/+": "∓", "**": "^", "<=>": "iff", "+/-": "±", "&&": "and", "...": "dots", ".": ".",
    "<-": "relation", "=": "relation", "==": "relation", "!=": "relation", "<>": "relation", "<": "relation", ">": "relation",
    "<=": "relation", ">=": "relation", "=<": "relation", "->": "relation", ":=": "relation", "=>": "implies",
}  # fmt: skip
_RELATIONS: Final = {"<-": ":=", "==": "=", "<>": "!=", "=<": "<="}
_SPOKEN: Final = {"plus": "+", "minus": "-", "times": "*", "squared": "^2", "cubed": "^3"}
"""Operators in words, behind an operand."""
_THIN: Final = deferred(r"(?:\\,|,\\!)\s?")
_TAKES_ONE: Final = frozenset({"_", "^", "accent"})
_SPACES: Final = frozenset("\\" + sign for sign in ",;:! >/\n\t")
_ESCAPED: Final = {
    "\\{": ("\\{", "\\{"), "\\}": ("\\}", "\\}"), "\\|": ("‖", "‖"), "\\%": ("percent", "%"), "\\\\": ("newline", ""),
    "\\_": ("_", "_"), "\\&": ("and", "&"), "\\#": ("#", "#"),
}  # fmt: skip
_NAME: Final = deferred(r"[A-Za-z]+\*?")
_LOOKS_LATEX: Final = deferred(r"\\[A-Za-z,;!{(\[]|\$")
_CAPTURED: Final = deferred(r"\s*\{((?:[^{}\\]|\\[_ ,]){0,200})\}")
_ONE_LETTER: Final = deferred(r"\s*(?:\{\s*([A-Za-z])\s*\}|([A-Za-z]))")
_ENVIRONMENT: Final = deferred(r"\s*\{\s*([A-Za-z]+\*?)\s*\}(?:\s*\[[a-z]\])?")
_ARGUMENT: Final = deferred(
    r"\s*(?:\[[^\[\]]{0,40}\]\s*)?(?:\{[^{}]{0,80}\}|\s?-?[\d.]{1,6}(?:em|ex|pt|mu|cm|mm))"
)
_INDICATOR: Final = deferred(
    r"\s*(?:\{\s*[1I]\s*\}|1)(?=\s*(?:[_(\[]|\\\{|\\(?:left|bigl?|Bigl?|lbrace)(?![A-Za-z])))"
)
_BRACKET: Final = deferred(r"\s*(?:\\left\s*)?[(\[]")
_COLUMNS: Final = deferred(r"\s*\{[lcr|@\s{}]{0,40}?\}")
_WORDS: Final = deferred(r"[A-Za-z]+(?:[\s-]+[A-Za-z]+)*")
_OPERATOR_NAME: Final = deferred(r"[A-Za-z][A-Za-z0-9_ -]*")
_FORMATTED: Final = {
    "E": ("function", "expectation"),
    "P": ("function", "probability"),
    "R": ("constant", "reals"),
}
_GAPS: Final = frozenset({"quad", "qquad", "hspace", "hspace*", "enspace"})
_FACES: Final = frozenset({"mathbb", "mathbf", "mathbbm", "mathds", "boldsymbol", "bm", "mathbbold"})
"""Fonts in which a 1 is an indicator."""
_BOLD: Final = frozenset({"mathbf", "boldsymbol", "bm", "pmb", "vec", "overrightarrow"})
_BOLD_GROUP: Final = deferred(r"\s*(?:\{[^{}]{0,40}\}|\\[A-Za-z]+|[A-Za-z])")
_HEADS: Final = ("cdot", "times", "ln", "le", "ge", "pi", "qquad", "quad")  # of commands run into a letter
_SIZED: Final = (
    frozenset({"left", "bigl", "Bigl", "biggl", "Biggl"}),
    frozenset({"right", "bigr", "Bigr", "biggr", "Biggr"}),
)


def looks_latex(text: str) -> bool:
    """Say whether a text uses LaTeX commands or dollar signs."""
    return _LOOKS_LATEX.search(text) is not None


class Lexer:
    """One pass over one text."""

    def __init__(self, text: str, *, latex: bool) -> None:
        folded = fold(text)
        self.text = folded.text
        self.offsets = folded.offsets
        self.latex = latex
        self.pattern = _LATEX if latex else _PLAIN
        self.doubled = latex and is_doubled(self.text)
        self.tokens: list[Token] = []
        self.spaced = False
        self.bold = 0  # up to where the text is bold
        self.sides: list[int] = []  # where the tokens of the open `\left` stand

    def run(self) -> list[Token]:
        """Return the tokens with an `end` token behind them."""
        self._scan(0, len(self.text))
        end = self._offset(len(self.text))
        self.tokens.append(Token("end", "", end, end, self.spaced, "end"))
        return [token for token in self.tokens if token.kind] if self.latex else self.tokens

    def _offset(self, at: int) -> int:
        return at if self.offsets is None else self.offsets[at]

    def _end_offset(self, at: int) -> int:
        """Return the offset behind the character before `at`."""
        return at if self.offsets is None else self.offsets[at - 1] + 1

    def _emit(self, kind: str, text: str, start: int, end: int, key: str | None = None) -> None:
        if len(self.tokens) >= MAX_TOKENS:
            raise ReadingError(f"more than {MAX_TOKENS} symbols", self._offset(start))
        token = Token(
            kind, text, self._offset(start), self._end_offset(end), self.spaced, kind if key is None else key
        )
        token.bold = start < self.bold
        self.tokens.append(token)
        self.spaced = False

    def _scan(self, at: int, end: int) -> None:
        text = self.text
        while at < end:
            match = self.pattern.match(text, at, end)
            if match is None:
                if text[at] == "\\" and at == end - 1:  # of a blank that was set with one
                    return
                raise ReadingError(
                    f"the character `{text[at]}` at {self._offset(at) + 1} cannot be read", self._offset(at)
                )
            group = match.lastgroup
            after = match.end()
            if group == "space":
                self.spaced = True
            elif group == "number":
                digits = _THIN.sub(r"\\,", match.group())
                self._emit("number", digits, at, after, digits)
            elif group == "word":
                after = self._word(match.group(), at)
            elif group == "operator":
                self._operator(match.group(), at, after)
            elif group == "command":
                after = self._command(match.group(), at, after)
            else:
                name = match.group()[1:-1].strip()
                if not name:
                    raise ReadingError(f"an empty name at {self._offset(at) + 1}", self._offset(at))
                self._emit("quoted", name, at, after, name)
            at = after

    def _word(self, word: str, at: int) -> int:
        if (
            len(word) > 1
            and self.latex
            and self.tokens
            and self.tokens[-1].kind in _TAKES_ONE
            and not _is_label(word)
        ):
            word = word[0]  # TeX: `x_ij` is x with index i, times j
        elif (
            len(word) == 2
            and not self.latex
            and self.tokens
            and self.tokens[-1].kind == "_"
            and self.text.startswith("_", at + 2)
        ):
            word = word[0]  # an index has no index: `k_hk_w` is k_h k_w
        kind = "word"
        if word in _SPOKEN and not self.latex and self.tokens and self.tokens[-1].kind not in _TAKES_ONE:
            sign = _SPOKEN[word]
            self._operator(sign[0], at, at + len(word))
            if sign[1:]:
                self._emit("number", sign[1:], at, at + len(word))
            return at + len(word)
        if word in KEYWORDS:
            kind = KEYWORDS[word]
            if kind == "unknown":
                kind = "word"
        elif word in WORD_CONSTANTS:
            self._emit("constant", WORD_CONSTANTS[word], at, at + len(word), word)
            return at + len(word)
        self._emit(kind, word, at, at + len(word), ALIASES.get(word, word))
        return at + len(word)

    def _operator(self, sign: str, at: int, after: int) -> None:
        if sign in {"$", "`"} or (self.latex and sign == "~"):
            self.spaced = True
            return
        if self.latex and sign == "&&":
            self._operator("&", at, after - 1)
            self._operator("&", at + 1, after)
            return
        if sign == "''":
            self._emit("'", "'", at, at + 1)
            self._emit("'", "'", at + 1, after)
            return
        kind = "cell" if self.latex and sign == "&" else _SIGNS.get(sign, sign)
        text = _RELATIONS.get(sign, sign)
        self._emit(kind, text, at, after, text if kind == "relation" else kind)

    def _command(self, command: str, at: int, after: int) -> int:
        if command == "\\ " and not self.latex:  # R \ {0}
            self._emit("∖", "\\", at, after)
            return after
        if command in _SPACES or command in {"\\(", "\\)", "\\[", "\\]", "\\$"}:
            self.spaced = True
            return after
        if self.doubled and command == "\\\\":
            return self._second(at, after)
        if command in _ESCAPED:
            kind, text = _ESCAPED[command]
            self._emit(kind, text, at, after)
            return after
        name = command[1:]
        if name in TEXT_COMMANDS:
            return self._captured(name, at, after)
        if name in {"begin", "end"}:
            return self._environment(name, at, after)
        if name in FONTS:
            return self._font(name, at, after)
        if name in IGNORED:
            return self._ignored(name, at, after)
        if name not in COMMANDS:
            known = name.rstrip("*")
            if known in COMMANDS:
                name = known
            elif _is_word_with_tail(name):
                name, after = _word_head(name, at)
                if name in FONTS:
                    return self._font(name, at, after)
            else:
                raise ReadingError(
                    f"the command `\\{name}` at {self._offset(at) + 1} is not one we know", self._offset(at)
                )
        kind, text = COMMANDS[name]
        if kind == "unknown":
            raise ReadingError(
                f"the command `\\{name}` at {self._offset(at) + 1} cannot be read", self._offset(at)
            )
        key = {
            "name": text,
            "word": text,
            "relation": text,
            "accent": "accent:" + text,
            "function": name,
        }.get(kind, kind)
        self._emit(kind, text, at, after, key)
        return after

    def _second(self, at: int, after: int) -> int:
        r"""Read `\\frac` as `\frac`, and four backslashes as a new row: a text out of a program's string."""
        if self.text.startswith("\\\\", after):
            self._emit("newline", "", at, after + 2)
            return after + 2
        name = _NAME.match(self.text, after)
        end = name.end() if name else min(after + 1, len(self.text))
        sign = self.text[after:end]
        return self._command("\\" + sign, at, end) if sign else after

    def _ignored(self, name: str, at: int, after: int) -> int:
        """Step over a command and the group behind it, neither of which says anything."""
        argument = _ARGUMENT.match(self.text, after)
        after = argument.end() if argument else after
        if name in _GAPS:
            self._emit("gap", "", at, after)
        self.spaced = True
        return after

    def _font(self, name: str, at: int, after: int) -> int:
        """Handle a command that only changes the looks; double-struck E, P, R and 1 mean something."""
        if name in _BOLD:
            group = _BOLD_GROUP.match(self.text, after)
            self.bold = max(self.bold, group.end() if group else after)
        indicator = _INDICATOR.match(self.text, after) if name in _FACES else None
        if indicator is not None and (name == "mathbb" or "I" not in indicator.group()):
            self._emit("function", "indicator", at, indicator.end(), "indicator")
            return indicator.end()
        if name in {"mathbb", "mathcal", "mathscr"}:
            letter = _ONE_LETTER.match(self.text, after)
            if letter is not None:
                found = letter.group(1) or letter.group(2)
                if name == "mathbb" and found == "V" and _BRACKET.match(self.text, letter.end()):
                    self._emit("word", "Var", at, letter.end(), "Var")
                elif name == "mathbb" and found in _FORMATTED:
                    self._emit(*_FORMATTED[found], at, letter.end(), found)
                else:
                    self._emit("word", found, at, letter.end(), found)
                return letter.end()
        opening, closing = _SIZED
        if name in opening or name in closing:
            return self._delimiter(name in opening, after)
        if name in _GAPS:
            self._emit("gap", "", at, after)
        if name in {"quad", "qquad", "null", "enspace"}:
            self.spaced = True
        return after

    def _delimiter(self, opening: bool, after: int) -> int:  # noqa: FBT001 - called with a comparison
        r"""Handle what `\left` or `\right` stands before: bars get their side, a dot is nothing."""
        text = self.text
        while after < len(text) and text[after] == " ":
            after += 1
        begin = self.sides.pop() if self.sides and not opening else -1
        if opening:
            self.sides.append(len(self.tokens))
        for bar, kind in (("\\|", "‖"), ("|", "|"), ("\\vert", "|"), ("\\Vert", "‖")):
            if text.startswith(bar, after):
                self._emit(kind + ("(" if opening else ")"), bar, after, after + len(bar))
                return after + len(bar)
        if text.startswith(".", after):
            if not opening and begin >= 0 and self.tokens[begin].kind == "nothing(":
                self.tokens[begin].kind = ""  # `\left. ... \right.` only sets a height
            else:
                self._emit("nothing(" if opening else "nothing", ".", after, after + 1)
            return after + 1
        if text.startswith(("{", "}"), after) and not text.startswith("{}", after):
            self._emit("\\" + text[after], text[after], after, after + 1)
            return after + 1
        return after

    def _environment(self, name: str, at: int, after: int) -> int:
        match = _ENVIRONMENT.match(self.text, after)
        if match is None:
            raise ReadingError(f"`\\{name}` at {self._offset(at) + 1} names no environment", self._offset(at))
        environment = match.group(1).rstrip("*")
        after = match.end()
        if name == "begin" and environment in {"array", "tabular"}:
            columns = _COLUMNS.match(self.text, after)
            after = columns.end() if columns else after
        self._emit(name if name == "begin" else "end_env", environment, at, after)
        return after

    def _captured(self, name: str, at: int, after: int) -> int:
        r"""Read `\text{...}`, `\mathrm{...}` and the like: a name, or words between formulas."""
        match = _CAPTURED.match(self.text, after)
        if match is None:
            return after  # `\mathrm{\sigma}`: the braces group
        content = match.group(1).replace("\\,", "").replace("\\", "").strip()
        words = content.split()
        if not words:
            self.spaced = True
        elif _WORDS.fullmatch(content) and not any(word in KEYWORDS for word in words):
            text = " ".join(words)
            if text == "E" and self.text[match.end() :].lstrip()[:1].isupper():  # `\mathrm{E}X`
                self._emit("function", "expectation", at, match.end(), "E")
                return match.end()
            self._emit("upright", text, at, match.end(), ALIASES.get(text, text))
        elif (name.startswith("operatorname") and _OPERATOR_NAME.fullmatch(content)) or re.fullmatch(
            r"[A-Za-z]+(?:_[A-Za-z]+)*\d*", content
        ):
            word = "".join(words)
            self._emit(
                KEYWORDS.get(word, "upright") if name == "text" else "upright", word, at, match.end(), word
            )
        else:
            pattern, self.pattern = self.pattern, _PLAIN
            latex, self.latex = self.latex, False
            self.spaced = True
            self._scan(match.start(1), match.end(1))
            self.pattern, self.latex, self.spaced = pattern, latex, True
        return match.end()


def _is_label(word: str) -> bool:
    """Say whether an unbraced script of several letters is meant as one word."""
    return len(word) > 2 and any(letter in "aeiou" for letter in word)


def _is_word_with_tail(name: str) -> bool:
    return name.startswith(_HEADS)


def _word_head(name: str, at: int) -> tuple[str, int]:
    r"""Split `\cdotx`, which TeX refuses and people write."""
    head = next(head for head in _HEADS if name.startswith(head))
    return head, at + 1 + len(head)


def tokenise(text: str, *, latex: bool) -> list[Token]:
    """Return the tokens of a text, an `end` token last. Raises ReadingError."""
    return Lexer(text, latex=latex).run()


__all__ = ["GREEK", "Lexer", "is_doubled", "looks_latex", "tokenise"]
