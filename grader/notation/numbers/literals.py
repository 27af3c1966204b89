"""Number literals inside formulas: digits, decimal points and commas, groups of thousands.

`903,400` may be a large number, a decimal one or a list of two. Each text has one ordinary reading;
the others are offered as choices, so that both can be compared.
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from grader.notation.grammar.tokens import Token
from grader.notation.lazypatterns import deferred
from grader.notation.syntaxerrors import MAX_DIGITS, MAX_EXPONENT, ReadingError

if TYPE_CHECKING:
    from collections.abc import Callable

    Choose = Callable[[str, str, tuple[str, ...], str], str]
    """(what is to be chosen, the ordinary reading, the others, a note) -> the reading to use."""

_OPENING: Final = frozenset({"(", "[", "\\{", "⟨"})
_CLOSING: Final = frozenset({")", "]", "\\}", "⟩"})
_EXPONENT: Final = deferred(r"[eE]")
_PARTED: Final = deferred(r"[{\\]")


def value_of(text: str, position: int) -> Fraction:
    """Return the exact value of a literal such as `0.50`, `1e-3`, `.5`. Raises ReadingError."""
    if len(text) > MAX_DIGITS:
        raise ReadingError(f"a number of more than {MAX_DIGITS} digits at {position + 1}", position)
    if text.isdigit():
        return Fraction(int(text))
    parts = _EXPONENT.split(text, maxsplit=1)
    whole, _, fraction = parts[0].partition(".")
    power = -len(fraction)
    if len(parts) == 2:
        if len(parts[1]) > 6 or abs(int(parts[1])) > MAX_EXPONENT:
            raise ReadingError(
                f"the exponent of `{text[:20]}` at {position + 1} is beyond {MAX_EXPONENT}", position
            )
        power += int(parts[1])
    digits = int(whole + fraction)
    return Fraction(digits * 10**power) if power >= 0 else Fraction(digits, 10**-power)


def read_literals(tokens: list[Token], *, latex: bool, choose: Choose) -> list[Token]:
    """Return the tokens with every number joined and valued."""
    for token in tokens:
        if token.kind == "number":
            break
    else:
        return tokens
    levels = _levels(tokens, latex=latex)
    result: list[Token] = []
    at = 0
    while at < len(tokens):
        token = tokens[at]
        if token.kind != "number":
            result.append(token)
            at += 1
            continue
        at = _joined(tokens, at, levels[at], choose, result)
    return result


def with_decimal_commas(tokens: list[Token], *, latex: bool) -> list[Token] | None:
    """Return the tokens with `(x - 0,5)` as `(x - 0.5)`; None where no comma in brackets may be a decimal one."""
    if not any(token.kind == "," for token in tokens):
        return None
    levels = _levels(tokens, latex=latex)
    result: list[Token] = []
    at = 0
    while at < len(tokens):
        token = tokens[at]
        if levels[at] == "items" and _is_decimal(tokens, at):
            tail = tokens[at + 2]
            digits = f"{token.text}.{tail.text}"
            result.append(Token("number", digits, token.start, tail.end, token.spaced, digits))
            at += 3
        else:
            result.append(token)
            at += 1
    return result if len(result) < len(tokens) else None


def _is_decimal(tokens: list[Token], at: int) -> bool:
    """Whether digits, comma and digits stand here without blanks, and no third part behind them."""
    if tokens[at].kind != "number" or not tokens[at].text.isdigit() or tokens[at + 1].kind != ",":
        return False
    comma, tail = tokens[at + 1], tokens[at + 2]
    if comma.spaced or not _follows(tail, comma) or not tail.text.isdigit():
        return False
    before = at > 1 and tokens[at - 1].kind == "," and not tokens[at].spaced
    behind = tokens[at + 3].kind == "," and _follows(tokens[at + 4], tokens[at + 3])
    return not (before or behind)


def _levels(tokens: list[Token], *, latex: bool) -> list[str]:
    """Return for every token what a comma means around it: "free" text, "items", or "rows" of a `[ ]`."""
    levels = ["free"] * len(tokens)
    stack: list[tuple[str, list[int]]] = []
    semicolons: set[int] = set()
    owner = [-1] * len(tokens)
    for at, token in enumerate(tokens):
        kind = token.kind
        script = at > 0 and tokens[at - 1].kind in {"_", "^"}
        if kind in _OPENING or (kind == "{" and (script or not latex)):
            stack.append((kind, [at]))
        elif kind == "{":
            stack.append(("group", [stack[-1][1][0] if stack else -1]))
        elif (kind in _CLOSING or kind == "}") and stack:
            stack.pop()
        elif kind == ";" and stack and stack[-1][0] != "[":  # `[1,5; 2,5]` has two rows
            semicolons.add(stack[-1][1][0])
        owner[at] = stack[-1][1][0] if stack else -1
    for at, opener in enumerate(owner):
        if opener >= 0 and opener not in semicolons:
            levels[at] = "rows" if tokens[opener].kind == "[" else "items"
    return levels


def _joined(tokens: list[Token], at: int, level: str, choose: Choose, result: list[Token]) -> int:
    """Append the literal that begins at `at`, joined with what belongs to it; return where it ends."""
    token = tokens[at]
    groups = [token.text]
    end = at + 1
    if "{,}" in token.text or "\\," in token.text:
        groups = token.text.replace("\\,", "{,}").split("{,}")
        thin = "\\," in token.text
        _comma(token, groups, choose, thin=thin, listed=False)
        result.append(token)
        return end
    if level == "free" and _digits(token.text):
        while tokens[end].kind == "," and not tokens[end].spaced and _follows(tokens[end + 1], tokens[end]):
            groups.append(tokens[end + 1].text)
            end += 2
            if not _digits(groups[-1]):
                break
        if len(groups) > 1:
            joined = Token(
                "number", ",".join(groups), token.start, tokens[end - 1].end, token.spaced, token.key
            )
            if _comma(joined, groups, choose, thin=False, listed=True):
                result.append(joined)
            else:
                result.extend(tokens[at:end])
            return end
    end = _spaced_groups(tokens, at, level)
    if end > at + 1:
        digits = "".join(part.text for part in tokens[at:end])
        end, digits = _decimal_tail(tokens, end, digits, level)
        result.append(_number(token, digits, tokens[end - 1].end))
        return end
    end = _dotted_groups(tokens, at)
    digits = "".join(part.text for part in tokens[at:end]).replace(".", "")
    grouped = _groups_thousands(token.text.split("."))
    tail = _decimal_tail(tokens, end, digits, level) if grouped else (end, digits)
    if tail[0] > at + 1:
        end, digits = tail
        result.append(_number(token, digits, tokens[end - 1].end))
        return end
    _alone(tokens, at, choose)
    result.append(token)
    return at + 1


def _decimal_tail(tokens: list[Token], end: int, digits: str, level: str) -> tuple[int, str]:
    """Return digits grouped in threes with the decimal comma behind them, as in `1.234,56` and `12 345,6`."""
    comma = tokens[end]
    if level != "free" or comma.kind != "," or comma.spaced or not digits.isdigit():
        return end, digits
    tail = tokens[end + 1]
    if not _follows(tail, comma) or not tail.text.isdigit() or tokens[end + 2].kind == ",":
        return end, digits
    return end + 2, f"{digits}.{tail.text}"


def _alone(tokens: list[Token], at: int, choose: Choose) -> None:
    """Value a literal that stands by itself; `903.400` as the whole text may mean thousands."""
    token = tokens[at]
    token.value = value_of(token.text, token.start)
    whole, point, fraction = token.text.partition(".")
    if point and len(fraction) == 3 and _groups_thousands([whole, fraction]) and len(tokens) <= 3:
        note = f"`{token.text}` may mean {whole}{fraction} or {whole} point {fraction}"
        if choose("point", "decimal", ("thousands",), note) == "thousands":
            token.text = token.key = whole + fraction
            token.value = value_of(token.text, token.start)


def _number(first: Token, digits: str, end: int) -> Token:
    return Token("number", digits, first.start, end, first.spaced, digits, value_of(digits, first.start))


def _follows(token: Token, before: Token) -> bool:
    plain = token.kind == "number" and token.text[0].isdigit() and not _PARTED.search(token.text)
    return plain and token.start == before.end


def _digits(text: str) -> bool:
    return text.isdigit()


def _groups_thousands(groups: list[str]) -> bool:
    """Say whether digits are grouped as thousands are: 1 to 3, then threes."""
    first, *rest = groups
    whole = [rest[-1].partition(".")[0]] if rest else []
    threes = all(len(group) == 3 and group.isdigit() for group in rest[:-1] + whole)
    return first.isdigit() and len(first) <= 3 and first[0] != "0" and threes


def _comma(token: Token, groups: list[str], choose: Choose, *, thin: bool, listed: bool) -> bool:
    """Value digits joined by commas; return False where they are a list."""
    shown = ",".join(groups)
    thousands = _groups_thousands(groups)
    if thin:
        options: tuple[str, ...] = ("thousands",)
    elif thousands:
        options = ("thousands", "decimal") if len(groups) == 2 and "." not in groups[1] else ("thousands",)
    elif len(groups) == 2 and "." not in groups[1]:
        options = ("decimal", "list") if listed and groups[0] != "0" else ("decimal",)
    elif listed:
        return False
    else:
        raise ReadingError(
            f"`{shown[:40]}` at {token.start + 1} is neither decimal nor grouped in threes", token.start
        )
    chosen = options[0]
    if len(options) > 1:
        chosen = choose("comma", options[0], options[1:], f"`{shown}` may be read as {' or '.join(options)}")
    if chosen not in options:
        chosen = options[0]
    if chosen == "list":
        return False
    token.text = token.key = ("" if chosen == "thousands" else ".").join(groups)
    token.value = value_of(token.text, token.start)
    return True


def _spaced_groups(tokens: list[Token], at: int, level: str) -> int:
    """Return where `903 400` ends; outside square brackets only, where blanks part the entries."""
    end = at + 1
    first = tokens[at].text
    if level == "rows" or len(first) > 3 or not first.isdigit() or first[0] == "0":
        return end
    while (
        tokens[end].kind == "number"
        and tokens[end].spaced
        and re.fullmatch(r"\d{3}(\.\d+)?", tokens[end].text)
    ):
        end += 1
        if not tokens[end - 1].text.isdigit():
            break
    return end


def _dotted_groups(tokens: list[Token], at: int) -> int:
    """Return where `1.234.567` ends."""
    end = at + 1
    whole, point, fraction = tokens[at].text.partition(".")
    if not (point and _groups_thousands([whole, fraction])):
        return end
    while (
        tokens[end].kind == "number" and not tokens[end].spaced and re.fullmatch(r"\.\d{3}", tokens[end].text)
    ):
        end += 1
    return end
