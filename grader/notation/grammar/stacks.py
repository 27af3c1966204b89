r"""What stands over or under a sign: `\underset{k}{\arg\max}` is `\arg\max_{k}`, `\overset{!}{=}` is `=`.

What is set under an operator is its index. What is set over a relation only says why it holds. All
other stacks mean what their author says they mean, and the grammar refuses them.
"""

from __future__ import annotations

from typing import Final

from grader.notation.grammar.tokens import Token

_STACKS: Final = frozenset({"stackrel", "underset"})
_OPERATORS: Final = frozenset(
    {"max", "min", "arg", "argmax", "argmin", "sum", "prod", "lim", "limit", "sup", "inf", "E", "expectation"}
)


def unstacked(tokens: list[Token]) -> list[Token]:
    """Return the tokens with indices behind their operators and without what is set over relations."""
    if not any(token.kind in _STACKS for token in tokens):
        return tokens
    made: list[Token] = []
    at = 0
    while at < len(tokens):
        token = tokens[at]
        parts = _parts(tokens, at) if token.kind in _STACKS else None
        if parts is None:
            made.append(token)
            at += 1
            continue
        note, carrier, end = parts
        if len(carrier) == 1 and carrier[0].kind in {"relation", "implies", "iff"}:
            made.extend(carrier)
        elif token.kind == "underset" and carrier and carrier[0].text in _OPERATORS:
            made.extend((*carrier, _sign("_", token), _sign("{", token), *note, _sign("}", token)))
        else:
            made.append(token)
            at += 1
            continue
        at = end
    return made


def _parts(tokens: list[Token], at: int) -> tuple[list[Token], list[Token], int] | None:
    """Return what is set over or under, what carries it, and where both end; None where a group is missing."""
    note = group_behind(tokens, at + 1)
    carrier = group_behind(tokens, note) if note else 0
    if not note or not carrier:
        return None
    return _inside(tokens, at + 1, note), _inside(tokens, note, carrier), carrier


def group_behind(tokens: list[Token], at: int) -> int:
    """Return where the group that begins at a token ends, its braces included; one sign is a group as well."""
    if tokens[at].kind != "{":
        return 0 if tokens[at].kind in {"end", "}", ")", "]"} else at + 1
    depth = 0
    for place in range(at, len(tokens)):
        depth += (tokens[place].kind == "{") - (tokens[place].kind == "}")
        if depth == 0:
            return place + 1
    return 0


def _inside(tokens: list[Token], start: int, end: int) -> list[Token]:
    return tokens[start + 1 : end - 1] if tokens[start].kind == "{" else tokens[start:end]


def _sign(kind: str, place: Token) -> Token:
    return Token(kind, kind, place.start, place.end, False, kind)
