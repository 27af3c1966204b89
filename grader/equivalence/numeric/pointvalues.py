"""The value of a formula at a point, with a rigorous error bound."""

from __future__ import annotations

from fractions import Fraction
from functools import reduce
from typing import TYPE_CHECKING, Final
from zlib import crc32

from grader.equivalence.effort import effort
from grader.equivalence.normal.quotients import UndefinedError
from grader.equivalence.numeric import balls
from grader.equivalence.preparation.ranges import SIZE, conditions_of, set_of
from grader.notation.tree import Apply, Binder, Cases, Constant, Logic, Node, Number, Relation, Symbol

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from grader.equivalence.numeric.balls import Value

MAX_TERMS: Final = 200  # of one sum
MAX_STEPS: Final = 20_000  # nodes visited for one value, so that nested sums end
FIRST_MEMBER: Final = 10_000  # above every number that a sum between limits reaches
DIVERGENCES: Final = frozenset({"call:D", "call:KL", "call:DKL", "call:JS", "call:JSD"})
ENTROPIES: Final = frozenset({"call:H", "call:I"})
"""Functions that are known by these names and have no value at numbers."""
ZERO: Final = Fraction(0)
ONE: Final = Fraction(1)
_UNAPPLIED: Final = frozenset({"index", SIZE, "indicator"})
NODE_STEPS: Final = 5  # what a node counts as: exact or a ball, both take some microseconds


class NotEvaluableError(Exception):
    """The formula holds something that has no value at a point (a limit, an integral, ...)."""


def no_data(key: str) -> Fraction:
    """Refuse to give an item of data a value. Raises NotEvaluableError."""
    raise NotEvaluableError(key)


class Evaluation:
    """Evaluates trees at one point; `point` maps names to exact values."""

    def __init__(
        self, point: Mapping[str, Value], data: Callable[[str], Fraction], *, real: bool = False
    ) -> None:
        self.point = dict(point)
        self.data = data
        self.real = real  # whether a value on the way that is not real makes the whole undefined
        self.steps = 0
        self.members: dict[Fraction, str] = {}  # of sets, by the numbers that stand for them
        self.effort = effort()

    def value(self, node: Node) -> Value:
        """Return the value. Raises UndefinedError, NotEvaluableError."""
        self.steps += 1
        if self.steps > MAX_STEPS:
            raise NotEvaluableError
        self.effort.spend(NODE_STEPS)
        if isinstance(node, Apply):
            return self._apply(node)
        if isinstance(node, Number):
            return node.value
        if isinstance(node, Symbol):
            if node.name not in self.point:
                raise NotEvaluableError
            return self.point[node.name]
        if isinstance(node, Constant):
            return constant(node.name)
        if isinstance(node, Binder):
            return self._binder(node)
        if isinstance(node, Cases):
            return self._cases(node)
        raise NotEvaluableError

    def _apply(self, node: Apply) -> Value:
        head = node.head
        if head in _UNAPPLIED:
            return self._unapplied(node)
        return self.applied(head, [self.value(arg) for arg in node.args])

    def _unapplied(self, node: Apply) -> Value:
        """Return the value of what is no function of the values of its arguments."""
        if node.head == "index":
            return self._datum(node)
        if node.head == SIZE:
            return self.data(f"|{self._set_key(node.args[0])}|")
        return self._indicator(node.args[0])

    def _indicator(self, condition: Node) -> Value:
        """Return 1 or 0 for an order; points say nothing of an equation, which they hardly ever meet."""
        if not isinstance(condition, Relation) or condition.operators != (">",):
            raise NotEvaluableError
        return Fraction(1 if self.truth(condition) else 0)

    def applied(self, head: str, args: list[Value]) -> Value:
        """Return the value of a function at known arguments."""
        function = FUNCTIONS.get(head)
        if function is None:
            if head.startswith("call:"):
                return call(head[5:], args)
            raise NotEvaluableError
        try:
            value = function(*args)
        except (OverflowError, ZeroDivisionError) as error:
            raise UndefinedError from error
        except TypeError as error:  # a wrong number of arguments
            raise NotEvaluableError from error
        if self.real and type(value) is not Fraction and not value.imag.contains(0):
            raise UndefinedError
        return value

    def _datum(self, node: Apply) -> Value:
        """Return the value of `x_3`: any number, the same wherever it stands."""
        base = node.args[0]
        if not isinstance(base, Symbol):
            raise NotEvaluableError
        return self.data(f"{base.name}[{','.join(map(self._label, node.args[1:]))}]")

    def _label(self, node: Node) -> str:
        """Return the value of a subscript, or the letter it is where it has none."""
        if isinstance(node, Symbol) and node.name not in self.point:
            return node.name
        value = self.value(node)
        if not isinstance(value, Fraction):
            raise NotEvaluableError
        return self.members.get(value) or str(value)

    def _binder(self, node: Binder) -> Value:
        if node.head not in {"sum", "prod", "max", "min"} or node.index is None:
            raise NotEvaluableError
        name = node.index.name
        before = self.point.get(name)
        parts: list[Value] = []
        conditions = [each for each in conditions_of(node.domain) if isinstance(each, Relation | Logic)]
        for value in self._range(node):
            self.effort.spend(2 * NODE_STEPS)
            self.point[name] = value
            if all(map(self.truth, conditions)):
                parts.append(self.value(node.body))
        if before is None:
            self.point.pop(name, None)
        else:
            self.point[name] = before
        return _combined(node.head, parts)

    def _range(self, node: Binder) -> list[Fraction]:
        """Return the values of an index: those between limits, or the members of a set nobody knows."""
        over = set_of(node)
        if over is not None:
            return self._members(over)
        if node.lower is None or node.upper is None:
            raise NotEvaluableError
        lower, upper = self.value(node.lower), self.value(node.upper)
        if not (isinstance(lower, Fraction) and isinstance(upper, Fraction)):
            raise NotEvaluableError
        count = upper - lower + 1
        if count.denominator != 1 or count > MAX_TERMS:
            raise NotEvaluableError
        return [lower + step for step in range(int(count))]

    def _members(self, over: Node) -> list[Fraction]:
        """Return the members of an unknown set: numbers that stand nowhere else, so that data there are its own."""
        key = self._set_key(over)
        start = Fraction(FIRST_MEMBER + crc32(key.encode()) % FIRST_MEMBER)
        members = [start + step for step in range(int(self.data(f"|{key}|")))]
        self.members.update({value: f"{key}:{place}" for place, value in enumerate(members, 1)})
        return members

    def _set_key(self, over: Node) -> str:
        """Return a set's name: that of a symbol, or of a function of indices such as `N(i)`."""
        if isinstance(over, Symbol):
            return over.name
        if isinstance(over, Apply) and (over.head.startswith("call:") or over.head == "index"):
            return f"{over.head.removeprefix('call:')}({','.join(map(self._label, over.args))})"
        raise NotEvaluableError

    def _cases(self, node: Cases) -> Value:
        for value, condition in node.branches:
            if condition is None or self.truth(condition):
                return self.value(value)
        raise UndefinedError

    def truth(self, node: Node) -> bool:
        """Whether a condition holds at the point; UndefinedError where balls do not say."""
        if isinstance(node, Logic):
            return self._logic(node)
        if isinstance(node, Constant) and node.name in {"true", "false"}:
            return node.name == "true"
        if not isinstance(node, Relation):
            raise NotEvaluableError
        values = [self.value(operand) for operand in node.operands]
        pairs = zip(node.operators, values, values[1:], strict=False)
        return all(_compare(operator, left, right) for operator, left, right in pairs)

    def _logic(self, node: Logic) -> bool:
        if node.operator == "and":
            return all(self.truth(arg) for arg in node.args)
        if node.operator == "or":
            return any(self.truth(arg) for arg in node.args)
        if node.operator == "not":
            return not self.truth(node.args[0])
        return connected(node.operator, [self.truth(arg) for arg in node.args])


def connected(operator: str, parts: Sequence[bool]) -> bool:
    """Return what a connective makes of its parts; `xor` of several holds where an odd number of them do."""
    if operator == "and":
        return all(parts)
    if operator == "or":
        return any(parts)
    if operator == "not":
        return not parts[0]
    if operator == "xor":
        return sum(parts) % 2 == 1
    if operator == "iff":
        return sum(not part for part in parts) % 2 == 0
    *before, last = parts  # a implies (b implies c)
    return last or not all(before)


def _combined(head: str, parts: list[Value]) -> Value:
    if head in {"max", "min"}:
        if not parts:
            raise UndefinedError
        return balls.maximum(*parts) if head == "max" else balls.minimum(*parts)
    return _sum(*parts) if head == "sum" else _product(*parts)


def _compare(operator: str, left: Value, right: Value) -> bool:
    gap = balls.add(left, balls.negate(right))
    try:
        sign = balls.sign(gap)
    except UndefinedError:
        if operator in {"=", "!="} and not balls.ball(gap).contains(0):
            return operator == "!="
        raise
    table = {"<": sign < 0, "<=": sign <= 0, ">": sign > 0, ">=": sign >= 0, "=": not sign, "!=": bool(sign)}
    if operator not in table:
        raise NotEvaluableError
    return bool(table[operator])


def constant(name: str) -> Value:
    """Return pi, e or i."""
    if name == "pi":
        return balls.flint().acb.pi()
    if name == "e":
        return balls.flint().acb(1).exp()
    if name == "i":
        return balls.flint().acb(0, 1)
    raise NotEvaluableError


def call(name: str, args: list[Value]) -> Value:
    """Return the value of a named function; one that nobody knows is some smooth function.

    Any function may stand for an unknown one when two formulas are to be told apart: formulas that
    differ for it are not equal in general.
    """
    if "call:" + name in ENTROPIES or ("call:" + name in DIVERGENCES and len(args) > 1):
        raise NotEvaluableError  # it may be written out as a sum or an expectation
    known = CALLS.get((name, len(args)))
    if known is not None:
        try:
            return known(*args)
        except (OverflowError, ZeroDivisionError) as error:
            raise UndefinedError from error
    seed = crc32(name.encode())
    total: Value = Fraction(seed % 97, 31)
    for position, arg in enumerate(args):
        weight = Fraction(seed % (89 + position) + 7, 53 + position)
        total = balls.add(total, balls.multiply(weight, arg))
    wave = balls.method("sin")(total)
    return balls.add(wave, balls.multiply(Fraction(len(args) + 1, 7), total))


def _sum(*args: Value) -> Value:
    return reduce(balls.add, args) if args else ZERO


def _product(*args: Value) -> Value:
    return reduce(balls.multiply, args) if args else ONE


def _root(base: Value, degree: Value = Fraction(2)) -> Value:
    return balls.power(base, balls.divide(ONE, degree))


def _norm(value: Value, degree: Value = Fraction(2)) -> Value:
    """Return the norm of a number; a vector of length one is a vector as well."""
    del degree
    return balls.absolute(value)


def _modulo(left: Value, right: Value) -> Value:
    return balls.add(left, balls.negate(balls.multiply(right, balls.floor(balls.divide(left, right)))))


def _binomial(above: Value, below: Value) -> Value:
    rest = balls.factorial(balls.add(above, balls.negate(below)))
    return balls.divide(balls.factorial(above), balls.multiply(balls.factorial(below), rest))


def _sigmoid(value: Value) -> Value:
    return balls.divide(Fraction(1), balls.add(Fraction(1), balls.exponential(balls.negate(value))))


def _sinc(value: Value) -> Value:
    return Fraction(1) if value == 0 else balls.divide(balls.method("sin")(value), value)


def _gcd(*args: Value) -> Value:
    from math import gcd  # noqa: PLC0415 - rare

    if not all(isinstance(arg, Fraction) and arg.denominator == 1 for arg in args):
        raise UndefinedError
    return Fraction(gcd(*(int(arg) for arg in args)))


def _lcm(*args: Value) -> Value:
    from math import lcm  # noqa: PLC0415 - rare

    if not all(isinstance(arg, Fraction) and arg.denominator == 1 for arg in args):
        raise UndefinedError
    return Fraction(lcm(*(int(arg) for arg in args)))


def _arctan2(first: Value, second: Value) -> Value:
    library = balls.flint()
    return library.acb(library.arb.atan2(balls.real_part(first), balls.real_part(second)))


def _argument(value: Value) -> Value:
    return balls.flint().acb(balls.ball(value).arg())


def _softplus(value: Value) -> Value:
    return balls.logarithm(balls.add(Fraction(1), balls.exponential(value)))


_inverse = {name: balls.odd_method("a" + name) for name in ("sin", "tan", "sinh", "tanh")} | {
    name: balls.method("a" + name) for name in ("cos", "cosh")
}
_RECIPROCALS: Final = {"cot": "tan", "sec": "cos", "csc": "sin"}

FUNCTIONS: Final[dict[str, Callable[..., Value]]] = {
    "add": _sum,
    "mul": _product,
    "hadamard": _product,
    "dot": _product,
    "matmul": _product,
    "neg": balls.negate,
    "div": balls.divide,
    "pow": balls.power,
    "root": _root,
    "exp": balls.exponential,
    "log": balls.logarithm,
    "percent": lambda value: balls.divide(value, Fraction(100)),
    "factorial": balls.factorial,
    "binomial": _binomial,
    "abs": balls.absolute,
    "norm": _norm,
    "floor": balls.floor,
    "ceil": balls.ceiling,
    "round": balls.nearest,
    "sign": balls.sign,
    "max": balls.maximum,
    "min": balls.minimum,
    "mod": _modulo,
    "gcd": _gcd,
    "lcm": _lcm,
    "re": lambda value: balls.flint().acb(balls.ball(value).real),
    "im": lambda value: balls.flint().acb(balls.ball(value).imag),
    "conjugate": lambda value: balls.ball(value).conjugate(),
    "sigmoid": _sigmoid,
    "relu": lambda value: balls.maximum(Fraction(0), value),
    **{name: balls.odd_method(name) for name in ("sin", "tan", "sinh", "tanh")},
    **{name: balls.method(name) for name in ("cos", "cosh", "cot", "sec", "csc", "coth", "sech", "csch")},
    **{"arc" + name: _inverse[name] for name in ("sin", "cos", "tan")},
    **{"ar" + name: _inverse[name] for name in ("sinh", "cosh", "tanh")},
    **{"arc" + name: balls.at_inverse(_inverse[base]) for name, base in _RECIPROCALS.items()},
    **{"ar" + name + "h": balls.at_inverse(_inverse[base + "h"]) for name, base in _RECIPROCALS.items()},
}

CALLS: Final[dict[tuple[str, int], Callable[..., Value]]] = {
    ("zeta", 1): balls.method("zeta"),
    ("gamma", 1): balls.method("gamma"),
    ("Gamma", 1): balls.method("gamma"),
    ("erf", 1): balls.method("erf"),
    ("erfc", 1): balls.method("erfc"),
    ("digamma", 1): balls.method("digamma"),
    ("sinc", 1): _sinc,
    ("atan2", 2): _arctan2,
    ("arctan2", 2): _arctan2,
    ("arg", 1): _argument,
    ("softplus", 1): _softplus,
}
