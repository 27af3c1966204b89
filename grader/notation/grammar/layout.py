"""What is settled between characters and grammar: layout left out, signs with two meanings told apart.

`|` opens, closes or says `given`; `%` is percent or modulo; `~` is `not` or `about`; `||` parts the
arguments of a divergence; a letter U between brackets is a union; in `3x3x100` the x is a times sign.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from grader.notation.grammar.stacks import unstacked
from grader.notation.grammar.tokens import Token
from grader.notation.vocabulary import CASES, MATRICES

if TYPE_CHECKING:
    from collections.abc import Callable

_ENVIRONMENTS: Final = MATRICES | CASES


def prepared(tokens: list[Token]) -> list[Token]:
    """Return the tokens without what is only layout, and with `|` and `%` told apart."""
    tokens = unstacked(_without_double_braces(tokens))
    tokens = _with_plain_primes(_without_leading_relation(_with_arguments(tokens)))
    kept: list[Token] = []
    inside: list[str] = []
    aligned = any(token.kind == "&" and tokens[at + 1].kind == "relation" for at, token in enumerate(tokens))
    for at, token in enumerate(tokens):
        kind = token.kind
        if kind in {"begin", "end_env"} and token.text not in _ENVIRONMENTS:
            continue
        if kind == "begin":
            inside.append(token.text)
        elif kind == "end_env" and inside:
            inside.pop()
        elif kind in {"cell", "newline"} and not inside:
            if kind == "newline" and kept and _starts_line(tokens, at):
                token.kind = ";"
                kept.append(token)
            elif kind == "cell" and kept and _parts_columns(tokens, at):
                token.kind = token.key = "gap"
                kept.append(token)
            continue
        elif kind == "%":
            token.kind = _percent_or_mod(tokens, at)
        elif kind == "&" and aligned:
            if kept and _parts_columns(tokens, at):
                token.kind = token.key = "gap"
                kept.append(token)
            continue
        elif kind == "~" and kept and (kept[-1].kind in _ENDS_OPERAND or kept[-2:][0].kind == "_"):
            token.kind = token.key = "relation"
        elif kind == "word" and token.text in {"U", "u"} and kept and _joins_sets(kept[-1], tokens, at + 1):
            token.kind = "∪"
        elif kind == ":" and _is_ratio(tokens, at):
            token.kind = token.key = "/"
        kept.append(token)
    while len(kept) > 1 and kept[-2].kind in _TRAILING_SIGNS:
        del kept[-2]
    _pair_bars(kept)
    return _with_divergences(kept)


_TRAILING_SIGNS: Final = frozenset({".", ",", ";", "gap", "∖"})
"""Punctuation behind a formula; a backslash at the end is a blank that was set with one."""


def _parts_columns(tokens: list[Token], at: int) -> bool:
    """Say whether a `&` outside of a matrix parts columns; before or behind a relation it only aligns."""
    return tokens[at + 1].kind not in {"relation", "cell", "end"} and tokens[at - 1].kind != "relation"


def _without_double_braces(tokens: list[Token]) -> list[Token]:
    r"""Leave out braces directly inside of braces: `x^{{2}}`, `w^{\mathsf{T}}`."""
    opened: list[int] = []
    closed_at: dict[int, int] = {}
    gone: set[int] = set()
    for at, token in enumerate(tokens):
        if token.kind == "{":
            opened.append(at)
        elif token.kind == "}" and opened:
            begin = opened.pop()
            closed_at[begin] = at
            if closed_at.get(begin + 1) == at - 1:
                gone.update((begin + 1, at - 1))
    return [token for at, token in enumerate(tokens) if at not in gone] if gone else tokens


def _with_arguments(tokens: list[Token]) -> list[Token]:
    r"""Write `f: x \mapsto x^2` as `f(x) := x^2`."""
    if (
        len(tokens) < 6
        or [token.kind for token in tokens[1:4:2]] != [":", "relation"]
        or tokens[3].text != "->"
    ):
        return tokens
    name, colon, argument, arrow = tokens[:4]
    if not {name.kind, argument.kind} <= {"word", "name", "upright"}:
        return tokens
    opening = Token("(", "(", colon.start, colon.end, False, "(")
    closing = Token(")", ")", arrow.start, arrow.start, False, ")")
    defines = Token("relation", ":=", arrow.start, arrow.end, True, ":=")
    return [name, opening, argument, closing, defines, *tokens[4:]]


_ENDS_OPERAND: Final = frozenset(
    {
        "percent",
        "!",
        "'",
        "top",
        "word",
        "upright",
        "quoted",
        "name",
        "number",
        "constant",
        ")",
        "]",
        "}",
        "\\}",
        "|",
    }
)


def _joins_sets(before: Token, tokens: list[Token], at: int) -> bool:
    """Say whether the letter U stands for a union: between brackets, the second of which holds a list."""
    if before.kind not in {")", "]", "}", "\\}"} or tokens[at].kind not in {"(", "[", "{", "\\{"}:
        return False
    depth = 0
    for token in tokens[at : at + 60]:
        if token.kind in {"(", "[", "{", "\\{"}:
            depth += 1
        elif token.kind in {")", "]", "}", "\\}"}:
            depth -= 1
            if depth == 0:
                return False
        elif token.kind == ",":
            return True
    return False


_NO_RATIO: Final = frozenset({"{", "\\{", "[", "if", "otherwise"})
"""Where one of these stands, a colon may part a condition, the bounds of a slice or a branch."""


def _is_ratio(tokens: list[Token], at: int) -> bool:
    """Say whether a colon divides: between two numbers or two letters, in `3:4`, not in a label such as `k: 3`."""
    if not 0 < at < len(tokens) - 2:
        return False
    before, after = tokens[at - 1], tokens[at + 1]
    alike = before.kind == after.kind and (
        before.kind == "number" or (before.kind == "word" and len(before.text) == len(after.text) == 1)
    )
    if not alike or tokens[at].spaced != after.spaced:
        return False
    return not any(token.kind in _NO_RATIO or token.text == "->" for token in tokens)


def _without_leading_relation(tokens: list[Token]) -> list[Token]:
    """Leave out the sign of `= 42`, `≈ 3.14`, `~3.14` and `⇒ 42`: it relates the answer to the question."""
    first = tokens[0]
    if first.kind in {"implies", "iff"} and len(tokens) > 2:
        return tokens[1:]
    about = first.kind == "~" and tokens[1].kind == "number"
    if about or (first.kind == "relation" and first.text in {"=", "~", ":="}):
        return tokens[1:]
    return tokens


def _with_plain_primes(tokens: list[Token]) -> list[Token]:
    r"""Write `f^\prime` and `f^{\prime\prime}` as `f'` and `f''`."""
    if not any(token.text == "prime" for token in tokens):
        return tokens
    made: list[Token] = []
    at = 0
    while at < len(tokens):
        after = at + 1
        braced = tokens[at].kind == "^" and tokens[after].kind == "{"
        after += braced
        begin = after
        while tokens[at].kind == "^" and tokens[after].kind == "'":
            after += 1
        if after > begin and (not braced or tokens[after].kind == "}"):
            made.extend(tokens[begin:after])
            at = after + braced
        else:
            made.append(tokens[at])
            at += 1
    return made


def _starts_line(tokens: list[Token], at: int) -> bool:
    """Say whether a new formula begins behind a line break, not the next link of a chain."""
    for token in tokens[at + 1 :]:
        if token.kind != "cell":
            return token.kind not in {
                "relation",
                "+",
                "-",
                "*",
                "/",
                "end",
                "end_env",
                "newline",
                "implies",
                "iff",
                ")",
            }
    return False


def _percent_or_mod(tokens: list[Token], at: int) -> str:
    before, after = tokens[at - 1] if at else tokens[-1], tokens[at + 1]
    operand = after.kind in {"number", "word", "(", "name"}
    if not operand or (before.kind == "number" and not tokens[at].spaced and after.spaced):
        return "percent"
    return "mod"


def with_times(tokens: list[Token], note: Callable[[str], None]) -> list[Token]:
    """Read the letter x as a times sign in `3x3x100` and `3 x 3` if it stands nowhere else."""
    made: list[Token] = []
    found = False
    for at, token in enumerate(tokens):
        is_x = (
            token.kind == "word"
            and token.text[0] == "x"
            and (len(token.text) == 1 or token.text[1:].isdigit())
        )
        if not is_x:
            if token.kind == "word" and "x" in token.text and not found:
                return tokens
            made.append(token)
            continue
        bare = len(token.text) == 1
        if at == 0 or tokens[at - 1].key[-1:] not in _DIGITS or (bare and tokens[at + 1].kind != "number"):
            return tokens
        if bare != token.spaced and tokens[at - 1].kind == "number":
            return tokens
        found = True
        made.append(Token("*", "x", token.start, token.start + 1, token.spaced, "*"))
        if not bare:
            digits = token.text[1:]
            made.append(Token("number", digits, token.start + 1, token.end, False, digits))
    if not found:
        return tokens
    note("the letter x between numbers is read as a times sign")
    return made


_DIGITS: Final = frozenset("0123456789")


def _with_divergences(tokens: list[Token]) -> list[Token]:
    """Make the only `||` directly inside some brackets, as in `KL(p || q)`, a separator."""
    if not any(token.kind in {"|", "‖"} for token in tokens):
        return tokens
    levels: list[list[int]] = [[]]
    gone: set[int] = set()
    for at, token in enumerate(tokens):
        kind = token.kind
        if kind in {"(", "[", "{", "\\{"}:
            levels.append([])
        elif kind in {")", "]", "}", "\\}", "end"}:
            _part_at(tokens, levels.pop(), gone)
            levels = levels or [[]]
        elif kind in {"|", "‖"}:
            levels[-1].append(at)
    return [token for at, token in enumerate(tokens) if at not in gone]


def _part_at(tokens: list[Token], bars: list[int], gone: set[int]) -> None:
    """Make the bars of one bracket a separator where they are a single `||` between two operands."""
    double = len(bars) == 2 and bars[1] == bars[0] + 1 and not tokens[bars[1]].spaced
    single = len(bars) == 1 and tokens[bars[0]].kind == "‖"
    if not (double and tokens[bars[0]].kind == tokens[bars[1]].kind == "|") and not single:
        return
    at = bars[0]
    if at == 0 or tokens[at - 1].kind not in _ENDS_OPERAND or tokens[bars[-1] + 1].kind in {")", "end"}:
        return
    tokens[at].kind = tokens[at].key = "divides"
    gone.update(bars[1:])


def _pair_bars(tokens: list[Token]) -> None:
    """Mark every `|` that has a partner further on in the same brackets."""
    stack: list[int] = [0]
    for token in reversed(tokens):
        kind = token.kind
        if kind in {")", "]", "}", "\\}", "end_env"}:
            stack.append(0)
        elif kind in {"(", "[", "{", "\\{", "begin"}:
            if len(stack) > 1:
                stack.pop()
        elif kind == "|":
            token.key = "|2" if stack[-1] % 2 else "|"
            stack[-1] += 1
