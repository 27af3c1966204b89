"""Values of formulas by mpmath, with nothing of the prover in it: what its verdicts are held against."""

from __future__ import annotations

import re
from fractions import Fraction

import mpmath as mp

from grader.notation.tree import Apply, Binder, Cases, Constant, Logic, Number, Relation, Symbol

DIGITS = 60
CLOSE = mp.mpf(10) ** -30
MOST = mp.mpf(10) ** 9000  # beyond, a value is left out: digits are lost in sums


class NoValueError(Exception):
    """No value here: a division by zero, a logarithm of zero, or a number that is not real."""


class TooLargeError(NoValueError):
    """A value that is there, but beyond what digits are kept for."""


def number(value: Fraction):
    return mp.mpf(value.numerator) / value.denominator


class Point:
    """Values of symbols and of data; `functions` gives unknown functions, by name and arguments."""

    def __init__(self, values, data, functions, *, real):
        self.values = dict(values)
        self.data = data
        self.functions = functions
        self.real = real

    def value(self, node):
        """Return the value. Raises NoValueError."""
        try:
            value = self._value(node)
        except (ZeroDivisionError, ValueError, OverflowError, TypeError) as error:
            raise NoValueError from error
        if mp.isnan(value):
            raise NoValueError
        if mp.isinf(value) or abs(value) > MOST:
            raise TooLargeError
        if self.real and abs(mp.im(value)) > CLOSE * (1 + abs(value)):
            raise NoValueError
        if self.real:
            return mp.re(value)
        # a part that only rounding made would choose a side of a branch cut
        small = CLOSE * abs(value)
        parts = [part if abs(part) >= small else mp.mpf(0) for part in (mp.re(value), mp.im(value))]
        return mp.mpc(*parts) if parts[1] else parts[0]

    def _value(self, node):
        if isinstance(node, Number):
            return number(node.value)
        if isinstance(node, Constant):
            return {"pi": mp.pi, "e": mp.e, "i": mp.mpc(0, 1)}[node.name] + 0
        if isinstance(node, Symbol):
            return self.values[node.name]
        if isinstance(node, Binder):
            return self.bound(node)
        if isinstance(node, Cases):
            for value, condition in node.branches:
                if condition is None or self.holds(condition):
                    return self.value(value)
            raise NoValueError
        assert isinstance(node, Apply)
        if node.head == "index":
            return self.data(self.key(node))
        if node.head == "derivative":
            return self.data(f"d{self.text(node.args[0])}/d{self.text(node.args[1])}")
        args = [self.value(arg) for arg in node.args]
        if node.head.startswith("call:"):
            return self.functions(node.head, args)
        return RULES[node.head](*args)

    def text(self, node):
        return self.key(node) if isinstance(node, Apply) else node.name

    def key(self, node):
        """Return how a point names a datum: `x_2`, `a_{1,j}`."""
        labels = ",".join(map(self.label, node.args[1:]))
        return f"{node.args[0].name}_{labels}"

    def label(self, node):
        if isinstance(node, Symbol) and node.name not in self.values:
            return node.name
        if isinstance(node, Apply) and node.head == "add" and self.label(node.args[0]).isalpha():
            step = node.args[1].value if isinstance(node.args[1], Number) else -node.args[1].args[0].value
            return f"{self.label(node.args[0])}{int(step):+d}"
        return str(int(mp.nint(mp.re(self.value(node)))))

    def bound(self, node):
        lower, upper = self.value(node.lower), self.value(node.upper)
        if mp.im(lower) or mp.im(upper) or lower != mp.floor(lower) or upper != mp.floor(upper):
            raise NoValueError
        if upper - lower > 60:
            raise NoValueError
        name, parts = node.index.name, []
        before = self.values.get(name)
        for step in range(int(lower), int(upper) + 1):
            self.values[name] = mp.mpf(step)
            if node.domain is None or self.holds(node.domain):
                parts.append(self.value(node.body))
        if before is None:
            self.values.pop(name, None)
        else:
            self.values[name] = before
        total = mp.mpf(0 if node.head == "sum" else 1)
        for part in parts:
            total = total + part if node.head == "sum" else total * part
        return total

    def holds(self, node):
        """Whether a condition is met. Raises NoValueError."""
        if isinstance(node, Constant):
            return node.name == "true"
        if isinstance(node, Symbol):
            return self.values[node.name]
        if isinstance(node, Logic):
            parts = [self.holds(arg) for arg in node.args]
            return CONNECTIVES[node.operator](parts)
        assert isinstance(node, Relation)
        sides = [self.value(side) for side in node.operands]
        return all(
            self._compares(operator, left, right)
            for operator, left, right in zip(node.operators, sides, sides[1:], strict=False)
        )

    @staticmethod
    def _compares(operator, left, right):
        gap = left - right
        near = abs(gap) <= CLOSE * (1 + abs(left))
        if operator in {"=", "!="}:
            return near == (operator == "=")
        if mp.im(gap):
            raise NoValueError
        sign = 0 if near else mp.sign(mp.re(gap))
        return {"<": sign < 0, "<=": sign <= 0, ">": sign > 0, ">=": sign >= 0}[operator]


CONNECTIVES = {
    "and": all,
    "or": any,
    "not": lambda parts: not parts[0],
    "xor": lambda parts: parts.count(True) in {1, 3, 5},
    "iff": lambda parts: parts[0] == parts[1],
    "implies": lambda parts: parts[1] if parts[0] else True,
}


def total(*args):
    return mp.fsum(args)


def product(*args):
    result = mp.mpf(1)
    for arg in args:
        result *= arg
    return result


def power(base, exponent):
    if base == 0:
        if mp.im(exponent) or mp.re(exponent) < 0:
            raise NoValueError
        return mp.mpf(1 if exponent == 0 else 0)
    if abs(exponent) > 10**6:
        raise TooLargeError
    return mp.power(base, exponent)


def logarithm(value, base=None):
    if value == 0 or base in {0, 1}:
        raise NoValueError
    return mp.log(value) if base is None else mp.log(value) / mp.log(base)


def real(function):
    def rule(*args):
        if any(abs(mp.im(arg)) > CLOSE for arg in args):
            raise NoValueError
        return function(*(mp.re(arg) for arg in args))

    return rule


def exact_floor(value):
    nearest = mp.nint(value)
    if abs(value - nearest) < CLOSE * (1 + abs(value)):
        return nearest
    return mp.floor(value)


def factorial(value):
    if mp.im(value) or (value < 0 and value == mp.floor(value)) or abs(value) > 100:
        raise NoValueError
    return mp.gamma(value + 1)


RULES = {
    "add": total,
    "neg": lambda value: -value,
    "mul": product,
    "hadamard": product,
    "div": lambda a, b: a / b if b != 0 else mp.mpf("nan"),
    "pow": power,
    "root": lambda base, degree=2: power(base, mp.mpf(1) / degree),
    "exp": lambda value: mp.exp(value) if mp.re(value) < 20_000 else mp.inf,
    "log": logarithm,
    "percent": lambda value: value / 100,
    "abs": abs,
    "norm": abs,
    "sign": real(mp.sign),
    "floor": real(exact_floor),
    "ceil": real(lambda value: -exact_floor(-value)),
    "max": real(max),
    "min": real(min),
    "relu": real(lambda value: max(value, mp.mpf(0))),
    "sigmoid": lambda value: 1 / (1 + mp.exp(-value)) if abs(value) < 800 else mp.mpf("nan"),
    "factorial": factorial,
    "binomial": lambda n, k: factorial(n) / (factorial(k) * factorial(n - k)),
    "re": mp.re,
    "im": mp.im,
    "conjugate": mp.conj,
    **{name: getattr(mp, name) for name in ("sin", "cos", "sinh", "cosh", "tanh")},
    "tan": lambda value: mp.sin(value) / mp.cos(value),
    "arctan": mp.atan,
}


def close(left, right):
    return abs(left - right) <= CLOSE * (1 + abs(left) + abs(right))


_COMPLEX = re.compile(r"^(?:(?P<real>-?[\d/]+)(?: (?P<sign>[+-]) |$))?(?:(?P<size>-?[\d/]*) ?i)?$")


def coordinate(text):
    """Return the number that a verdict's point gives for a symbol: `1/2`, `-2 + 1/2 i`."""
    match = _COMPLEX.match(text)
    assert match is not None, text
    real_part = number(Fraction(match["real"])) if match["real"] else mp.mpf(0)
    if not text.endswith("i"):
        return real_part
    size = match["size"]
    imaginary = number(Fraction({"": "1", "-": "-1"}.get(size, size)))
    return mp.mpc(real_part, -imaginary if match["sign"] == "-" else imaginary)
