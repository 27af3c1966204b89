"""Exact arithmetic on numbers that are written out: `(3 * 3 * 3 + 1) * 100`.

An own evaluator with + - * / // ^ and parentheses on fractions; // rounds down, as sizes do. Sizes are bounded before anything is
computed, so that `9^9^9^9` is refused at once.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Final

from grader.notation.lazypatterns import deferred

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MAX_BITS: Final = 4_096  # numerator or denominator of any intermediate value
MAX_POWER: Final = 64  # exponents in counts and sizes are small
MAX_TOKENS: Final = 2_000  # a longer sum was not written by hand

_PRECEDENCE: Final = {"+": 1, "-": 1, "*": 2, "/": 2, "//": 2, "neg": 3, "^": 4}
_TOKEN = deferred(r"\s*(?:([0-9]{1,40}(?:\.[0-9]{1,40})?)|(\*\*|//|[-+*/^()]))")

Token = Fraction | str


class ExpressionError(ValueError):
    """Say why an expression has no value: its form, its size, or a division by zero."""


def evaluate(tokens: Iterable[Token]) -> Fraction:
    """Return the exact value of numbers, operators `+ - * / // ^` and parentheses in reading order.

    Raises ExpressionError where the form is wrong or a value would grow beyond MAX_BITS.
    """
    values: list[Fraction] = []
    operators: list[str] = []
    operand_next = True
    for count, item in enumerate(tokens):
        if count >= MAX_TOKENS:
            raise ExpressionError(f"more than {MAX_TOKENS} numbers and signs")
        if isinstance(item, Fraction):
            if not operand_next:
                raise ExpressionError("two numbers without a sign between them")
            values.append(item)
            operand_next = False
        elif item == ")":
            if operand_next:
                raise ExpressionError("a parenthesis closes too early")
            _close(values, operators)
        elif operand_next:
            operand_next = _open(item, operators)
        elif item == "(":
            raise ExpressionError("no sign in front of a parenthesis")
        else:
            while operators and operators[-1] != "(" and _binds(operators[-1], item):
                _apply(operators.pop(), values)
            operators.append(item)
            operand_next = True
    if operand_next:
        raise ExpressionError("a number is missing at the end")
    while operators:
        if operators[-1] == "(":
            raise ExpressionError("a parenthesis is not closed")
        _apply(operators.pop(), values)
    return values[0]


def _binds(waiting: str, coming: str) -> bool:
    """Whether the waiting operator is applied before the coming one."""
    left, right = _PRECEDENCE[waiting], _PRECEDENCE[coming]
    return left > right or (left == right and coming != "^")


def _open(item: str, operators: list[str]) -> bool:
    if item == "(":
        operators.append(item)
    elif item == "-":
        operators.append("neg")
    elif item != "+":
        raise ExpressionError(f"a number is missing in front of {item!r}")
    return True


def _close(values: list[Fraction], operators: list[str]) -> None:
    while operators and operators[-1] != "(":
        _apply(operators.pop(), values)
    if not operators:
        raise ExpressionError("a parenthesis was never opened")
    operators.pop()


def _apply(operator: str, values: list[Fraction]) -> None:
    right = values.pop()
    if operator == "neg":
        values.append(-right)
        return
    left = values.pop()
    match operator:
        case "+":
            value = left + right
        case "-":
            value = left - right
        case "*":
            value = left * right
        case "/" | "//":
            if not right:
                raise ExpressionError("division by zero")
            value = left / right if operator == "/" else Fraction(left // right)
        case _:
            value = _power(left, right)
    if max(value.numerator.bit_length(), value.denominator.bit_length()) > MAX_BITS:
        raise ExpressionError("the value is too large")
    values.append(value)


def _power(left: Fraction, right: Fraction) -> Fraction:
    if right.denominator != 1 or abs(right) > MAX_POWER:
        raise ExpressionError(f"the exponent must be a whole number up to {MAX_POWER}")
    if not left and right < 0:
        raise ExpressionError("division by zero")
    bits = max(left.numerator.bit_length(), left.denominator.bit_length())
    if bits * abs(right) > MAX_BITS:
        raise ExpressionError("the value is too large")
    return left ** int(right)


def evaluate_expression(expression: str) -> Fraction:
    """Return the exact value of a calculation with numbers.

    >>> evaluate_expression("3 * (1 + 1/2)")
    Fraction(9, 2)

    Raises ExpressionError.
    """
    return evaluate(_tokens(expression))


def _tokens(text: str) -> Iterator[Token]:
    position, text = 0, text.rstrip()
    while position < len(text):
        found = _TOKEN.match(text, position)
        if not found:
            raise ExpressionError(f"unexpected {text[position:].strip()[:1]!r}")
        number, sign = found.groups()
        yield Fraction(number) if number else sign.replace("**", "^")
        position = found.end()
