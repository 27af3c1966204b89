"""From a tree to its exact normal form: a quotient of polynomials over atoms.

Two formulas whose normal forms are equal are equal wherever both are defined: that is a proof.
Different normal forms prove nothing, because some laws are not in here; points decide then.
"""

from __future__ import annotations

from fractions import Fraction
from math import factorial
from typing import TYPE_CHECKING, Final

from grader.equivalence.normal.circular import CIRCULAR
from grader.equivalence.normal.field import Field
from grader.equivalence.normal.laws import absolute, exp_of, log_of, power_of, rational_power
from grader.equivalence.normal.products import Letters, normal_words
from grader.equivalence.normal.quotients import Quotient, UndefinedError
from grader.equivalence.normal.ring import Atom, TooLargeError
from grader.equivalence.normal.signs import NONNEGATIVE_DOMAINS
from grader.equivalence.normal.sums import normal_binder
from grader.notation.tree import (
    Apply,
    Binder,
    Cases,
    Collection,
    Constant,
    Logic,
    Node,
    Number,
    Relation,
    Symbol,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from grader.equivalence.normal.ring import Coefficient
    from grader.equivalence.preparation.symbolshapes import Shapes

MAX_FACTORIAL: Final = 170  # beyond, a factorial stays an atom


class Normalizer(Field):
    """Turns trees into quotients; `domains` says what is known about each symbol."""

    def __init__(
        self, domains: Mapping[str, str], default: str = "real", shapes: Shapes | None = None
    ) -> None:
        super().__init__(domains, default)
        self.letters = Letters(shapes) if shapes else None
        self.real = default != "complex" and "complex" not in domains.values()

    def normal(self, node: Node) -> Quotient:
        """Return the normal form. Raises TooLargeError, UndefinedError."""
        if self.letters is not None:
            if self.letters.touch(node):
                return normal_words(self, node)
            if isinstance(node, Apply) and node.head == "transpose":
                return self.normal(node.args[0])  # of a number
            if isinstance(node, Apply) and node.head == "matmul":
                return _multiply(self, *node.args)  # of numbers
        if isinstance(node, Number):
            value = node.value
            return self.number(value.numerator if value.denominator == 1 else value)
        if isinstance(node, Symbol):
            return self.name(node.name)
        if isinstance(node, Constant):
            return self._constant(node.name)
        if isinstance(node, Apply):
            rule = RULES.get(node.head)
            if rule is not None:
                return rule(self, *node.args)
            return self.opaque(node.head, *(self.normal(arg) for arg in node.args))
        if isinstance(node, Binder):
            return self.normal_binder(node)
        if isinstance(node, Cases):
            return self._cases(node)
        return self._unknown(node)

    def _unknown(self, node: Node) -> Quotient:
        """Return a condition or list, which stands inside an unknown function only, by its parts."""
        if isinstance(node, Relation):
            return self.opaque(" ".join(node.operators), *map(self.normal, node.operands), real=False)
        if isinstance(node, Logic):
            return self.opaque(node.operator, *map(self.normal, node.args), real=False)
        if isinstance(node, Collection):
            return self.opaque(node.kind, *map(self.normal, node.items), real=False)
        raise TooLargeError

    def normal_binder(self, node: Binder) -> Quotient:
        return normal_binder(self, node)

    def name(self, name: str) -> Quotient:
        domain = self.domains.get(name, self.default)
        real, nonnegative = domain != "complex", domain in NONNEGATIVE_DOMAINS
        return self.symbol("symbol", name, real=real, nonnegative=nonnegative)

    def _constant(self, name: str) -> Quotient:
        if name == "e":
            return exp_of(self, self.number(1))
        if name == "i":
            self.real = False
            return self.single(self.i)
        if name in {"pi", "infinity"}:
            return self.symbol("constant", name, nonnegative=True)
        raise TooLargeError

    def pi(self) -> Quotient:
        return self.symbol("constant", "pi", nonnegative=True)

    def opaque(
        self, head: str, *args: Quotient, nonnegative: bool = False, real: bool | None = None
    ) -> Quotient:
        """Return an unknown function of known arguments as an atom."""
        known = self.find_opaque(head, *args)
        if known is not None:
            return known
        names = frozenset[str]().union(*map(self.quotient_names, args))
        if real is None:
            real = self.default != "complex" and all(self.is_real(arg.top) for arg in args)
        atom = Atom("function", _Call(head, args), real, nonnegative, names)
        return self.single(self.add_atom(atom))

    def find_opaque(self, head: str, *args: Quotient) -> Quotient | None:
        """Return the atom of an unknown function of known arguments, where there is one."""
        names = frozenset[str]().union(*map(self.quotient_names, args))
        for number, atom in enumerate(self.atoms):
            alike = atom.kind == "function" and atom.names == names
            if alike and atom.payload.matches(self, head, args):
                return self.single(number)
        return None

    def _cases(self, node: Cases) -> Quotient:
        """Return the branch that the assumed signs select."""
        for value, condition in node.branches:
            holds = True if condition is None else self.truth(condition)
            if holds is None:
                raise TooLargeError
            if holds:
                return self.normal(value)
        raise UndefinedError

    def truth(self, condition: Node) -> bool | None:
        """Whether a comparison holds where the signs are those assumed; None where that is not known."""
        if not isinstance(condition, Relation) or len(condition.operators) != 1:
            return None
        operator = condition.operators[0]
        difference = self.minus(self.normal(condition.operands[0]), self.normal(condition.operands[1]))
        if not difference.top:
            return operator in {"=", "<=", ">="}
        sign = self.sign(difference.top)
        for key, power in difference.bottom.items():
            sign *= self.sign(dict(key)) if power % 2 else 1
        if not sign or operator not in {"<", "<=", ">", ">=", "="}:
            return None
        if (sign > 0) == (operator in {">", ">="}) and operator in {">=", "<="}:
            return True
        if (sign > 0) == (operator == "<") and operator in {">", "<"}:
            return False
        if not self.is_strict(difference.top):  # it may be zero
            return None
        return operator in {">", "<"}


class _Call:
    """A function with its arguments, compared by value."""

    __slots__ = ("args", "head")

    def __init__(self, head: str, args: tuple[Quotient, ...]) -> None:
        self.head = head
        self.args = args

    def matches(self, field: Normalizer, head: str, args: tuple[Quotient, ...]) -> bool:
        if head != self.head or len(args) != len(self.args):
            return False
        return all(field.same(mine, other) for mine, other in zip(self.args, args, strict=True))


def _add(field: Normalizer, *args: Node) -> Quotient:
    total = field.number(0)
    for arg in args:
        total = field.plus(total, field.normal(arg))
    return total


def _multiply(field: Normalizer, *args: Node) -> Quotient:
    total = field.number(1)
    for arg in args:
        total = field.times(total, field.normal(arg))
    return total


def _negate(field: Normalizer, arg: Node) -> Quotient:
    return field.times(field.normal(arg), field.number(-1))


def _divide(field: Normalizer, top: Node, bottom: Node) -> Quotient:
    return field.times(field.normal(top), field.inverse(field.normal(bottom)))


def _power(field: Normalizer, base: Node, exponent: Node) -> Quotient:
    return power_of(field, field.normal(base), field.normal(exponent))


def _root(field: Normalizer, base: Node, degree: Node | None = None) -> Quotient:
    inside = field.normal(base)
    if degree is None:
        return rational_power(field, inside, Fraction(1, 2))
    return power_of(field, inside, field.inverse(field.normal(degree)))


def _log(field: Normalizer, arg: Node, base: Node | None = None) -> Quotient:
    value = log_of(field, field.normal(arg))
    if base is None:
        return value
    return field.times(value, field.inverse(log_of(field, field.normal(base))))


def _abs(field: Normalizer, arg: Node) -> Quotient:
    return absolute(field, field.normal(arg))


def _norm(field: Normalizer, arg: Node, degree: Node | None = None) -> Quotient:
    rest = () if degree is None else (field.normal(degree),)
    if rest and rest[0].constant == 2:
        rest = ()
    return field.opaque("norm", field.normal(arg), *rest, nonnegative=True)


def _maximum(field: Normalizer, *args: Node) -> Quotient:
    """max(a, b) = (a + b + |a - b|) / 2."""
    return _extreme(field, args, 1)


def _minimum(field: Normalizer, *args: Node) -> Quotient:
    return _extreme(field, args, -1)


def _extreme(field: Normalizer, args: tuple[Node, ...], sign: int) -> Quotient:
    best = field.normal(args[0])
    for arg in args[1:]:
        other = field.normal(arg)
        gap = field.times(absolute(field, field.minus(best, other)), field.number(sign))
        best = field.times(field.plus(field.plus(best, other), gap), field.number(Fraction(1, 2)))
    return best


def _relu(field: Normalizer, arg: Node) -> Quotient:
    inside = field.normal(arg)
    return field.times(field.plus(inside, absolute(field, inside)), field.number(Fraction(1, 2)))


def _sign(field: Normalizer, arg: Node) -> Quotient:
    inside = field.normal(arg)
    sign = field.sign(inside.top) if inside.top and not inside.bottom else 0
    return field.number(sign) if sign and field.is_strict(inside.top) else field.opaque("sign", inside)


def _percent(field: Normalizer, arg: Node) -> Quotient:
    return field.times(field.normal(arg), field.number(Fraction(1, 100)))


def _exp(field: Normalizer, arg: Node) -> Quotient:
    return exp_of(field, field.normal(arg))


def _sigmoid(field: Normalizer, arg: Node) -> Quotient:
    below = exp_of(field, field.times(field.normal(arg), field.number(-1)))
    return field.inverse(field.plus(field.number(1), below))


def _rounded(head: str) -> Callable[..., Quotient]:
    def rule(field: Normalizer, arg: Node) -> Quotient:
        """Take a whole constant out: floor(u + 3) = floor(u) + 3."""
        inside = field.normal(arg)
        value = inside.constant
        if value is not None:
            return field.number(value // 1 if head == "floor" else -(-value // 1))
        whole: Coefficient = 0 if inside.bottom else inside.top.get((), 0) // 1
        rest = field.plus(inside, field.number(-whole))
        if head == "ceil":  # ceil(u) = -floor(-u)
            flipped = field.times(rest, field.number(-1))
            return field.plus(field.times(_floor(field, flipped), field.number(-1)), field.number(whole))
        return field.plus(_floor(field, rest), field.number(whole))

    return rule


def _floor(field: Normalizer, inside: Quotient) -> Quotient:
    whole = 0 if inside.bottom else inside.top.get((), 0) // 1
    rest = field.plus(inside, field.number(-whole))
    return field.plus(field.opaque("floor", rest), field.number(whole))


def factorial_of(field: Normalizer, inside: Quotient) -> Quotient:
    """Return n!, as (n - k)! times the factors between where a smaller factorial is the atom."""
    value = inside.constant
    if value is not None:
        if not isinstance(value, int) or value < 0:
            raise UndefinedError
        if value > MAX_FACTORIAL:
            raise TooLargeError
        return field.number(factorial(value))
    shift = 0 if inside.bottom else inside.top.get((), 0)
    if not isinstance(shift, int) or abs(shift) > MAX_FACTORIAL // 10:
        return field.opaque("factorial", inside, nonnegative=True)
    base = field.plus(inside, field.number(-shift))
    result = field.opaque("factorial", base, nonnegative=True)
    for step in range(1, abs(shift) + 1):
        each = field.plus(base, field.number(step if shift > 0 else 1 - step))
        result = field.times(result, each if shift > 0 else field.inverse(each))
    return result


def _binomial(field: Normalizer, above: Node, below: Node) -> Quotient:
    top, part = field.normal(above), field.normal(below)
    rest = factorial_of(field, field.minus(top, part))
    return field.times(factorial_of(field, top), field.inverse(field.times(factorial_of(field, part), rest)))


def _expectation(field: Normalizer, body: Node, *law: Node) -> Quotient:
    """Take numbers out of an expectation, and part it over sums; a mean inside of one is a number too."""
    inside = field.normal(body)
    rest = [field.normal(part) for part in law]
    if inside.bottom:
        return field.opaque("expectation", inside, *rest)
    total = field.number(0)
    for monomial, coefficient in inside.top.items():
        outside = tuple(pair for pair in monomial if not law and _is_mean(field, pair[0]))
        drawn = tuple(pair for pair in monomial if pair not in outside)
        part = Quotient({outside: coefficient}, {})
        if drawn:
            part = field.times(part, field.opaque("expectation", Quotient({drawn: 1}, {}), *rest))
        total = field.plus(total, part)
    return total


def _is_mean(field: Normalizer, number: int) -> bool:
    """Whether an atom is an expectation over all that is drawn: under no law and no condition."""
    atom = field.atoms[number]
    if atom.kind != "function" or atom.payload.head != "expectation" or len(atom.payload.args) != 1:
        return False
    parts = (field.atoms[inner] for monomial in atom.payload.args[0].top for inner, _ in monomial)
    return not any(part.kind == "function" and part.payload.head == "given" for part in parts)


def _conjugate(field: Normalizer, arg: Node) -> Quotient:
    inside = field.normal(arg)
    real = field.is_real(inside.top) and all(field.is_real(dict(key)) for key in inside.bottom)
    return inside if real else field.opaque("conjugate", inside, real=False)


def _indicator(field: Normalizer, condition: Node) -> Quotient:
    """Return 1 or 0 where the assumed signs tell, else an unknown function of the condition."""
    holds = field.truth(condition)
    if holds is not None:
        return field.number(int(holds))
    return field.opaque("indicator", field.normal(condition), nonnegative=True, real=True)


def _index(field: Normalizer, base: Node, *labels: Node) -> Quotient:
    """An item of data takes its values where its name does."""
    name = base.name if isinstance(base, Symbol) else ""
    domain = field.domains.get(name, field.default)
    args = (field.normal(base), *(field.normal(label) for label in labels))
    return field.opaque("index", *args, nonnegative=domain in NONNEGATIVE_DOMAINS)


RULES: Final[dict[str, Callable[..., Quotient]]] = {
    "add": _add,
    "index": _index,
    "expectation": _expectation,
    "indicator": _indicator,
    "neg": _negate,
    "mul": _multiply,
    "hadamard": _multiply,
    "div": _divide,
    "pow": _power,
    "root": _root,
    "exp": _exp,
    "log": _log,
    "abs": _abs,
    "conjugate": _conjugate,
    "norm": _norm,
    "max": _maximum,
    "min": _minimum,
    "relu": _relu,
    "sign": _sign,
    "percent": _percent,
    "sigmoid": _sigmoid,
    "floor": _rounded("floor"),
    "ceil": _rounded("ceil"),
    "factorial": lambda field, arg: factorial_of(field, field.normal(arg)),
    "binomial": _binomial,
    **CIRCULAR,
}
