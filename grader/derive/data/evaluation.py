"""Walk the tree of an `expr` with exact numbers, lists and arrays; every size is bounded first."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

from grader.derive.data.arrays import Array, array_of
from grader.derive.data.operators import EvaluationProblem, number_of, operate, plain, whole
from grader.derive.data.syntax import (
    Attribute,
    Binary,
    Call,
    Choice,
    Clause,
    Comprehension,
    Index,
    Items,
    Literal,
    Name,
    Node,
    Span,
    Unary,
    parse,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

MAX_STEPS: Final = 100_000  # nodes visited and cells computed in one evaluation
_MODULES: Final = ("np.linalg.", "numpy.linalg.", "np.", "numpy.", "math.", "statistics.")


@dataclass
class Scope:
    """What names stand for: values, functions, and how much work is left."""

    values: dict[str, Any]
    functions: Mapping[str, Callable[..., Any]]
    steps: int = MAX_STEPS
    bound: dict[str, Any] = field(default_factory=dict)

    def spend(self, work: int = 1) -> None:
        """Count work before it is done."""
        self.steps -= work
        if self.steps < 0:
            raise EvaluationProblem(f"the expression takes more than {MAX_STEPS} steps")


def evaluate_text(text: str, values: Mapping[str, Any], functions: Mapping[str, Callable[..., Any]]) -> Any:
    """Return the value of an expression: a number, a truth value, a text, or nested lists of them.

    Raises SyntaxProblem for its form, EvaluationProblem for its value.
    """
    tree = parse(text)
    scope = Scope(dict(values), functions)
    try:
        return plain(_evaluate(tree, scope))
    except EvaluationProblem:
        raise
    except ZeroDivisionError as problem:
        raise EvaluationProblem("a division by zero") from problem
    except OverflowError as problem:
        raise EvaluationProblem("a value is too large") from problem
    except (ValueError, IndexError, KeyError) as problem:
        raise EvaluationProblem(str(problem)) from problem
    except (TypeError, AttributeError) as problem:  # a list where a number is needed, and the like
        raise EvaluationProblem(f"the kinds of values do not fit together ({problem})") from problem


def _evaluate(node: Node, scope: Scope) -> Any:
    scope.spend()
    match node:
        case Literal(value=value):
            return value
        case Name(name=name):
            return _named(name, scope)
        case Items(items=items):
            return [item for part in items for item in _element(part, scope)]
        case Binary():
            return _binary(node, scope)
        case Unary(operator=sign, operand=operand):
            return _unary(sign, _evaluate(operand, scope))
        case Choice(condition=condition, yes=yes, no=no):
            return _evaluate(yes if _truth(_evaluate(condition, scope)) else no, scope)
        case Call():
            return _call(node, scope)
        case Attribute(owner=owner, name=name):
            return _property(_evaluate(owner, scope), name)
        case Index(owner=owner, indices=indices):
            return _part(_evaluate(owner, scope), [_evaluate_index(index, scope) for index in indices])
        case Comprehension():
            return list(_element(node, scope))
        case Span():
            raise EvaluationProblem("':' stands outside of an index")


def _element(node: Node, scope: Scope) -> list[Any]:
    """Return one value, or the values of `x for x in ...`."""
    if not isinstance(node, Comprehension):
        return [_evaluate(node, scope)]
    outer = dict(scope.bound)
    found: list[Any] = []
    _collect(node.element, node.clauses, scope, found)
    scope.bound = outer
    return found


def _collect(element: Node, clauses: tuple[Clause, ...], scope: Scope, found: list[Any]) -> None:
    if not clauses:
        found.append(_evaluate(element, scope))
        return
    clause, *rest = clauses
    source = _evaluate(clause.source, scope)
    items = plain(source) if isinstance(source, Array) else source
    if not isinstance(items, list | dict):
        raise EvaluationProblem(f"'for' needs a list, not {items!r}")
    for item in items:
        scope.spend()
        if len(clause.names) == 1:
            scope.bound[clause.names[0]] = _count(item)
        else:
            if not isinstance(item, list | tuple) or len(item) != len(clause.names):
                raise EvaluationProblem(f"{item!r} has no {len(clause.names)} parts")
            scope.bound.update(zip(clause.names, item, strict=True))
        if clause.condition is None or _truth(_evaluate(clause.condition, scope)):
            _collect(element, tuple(rest), scope, found)


def _count(item: Any) -> Any:
    return Fraction(item) if type(item) is int else item


def _named(name: str, scope: Scope) -> Any:
    if name in scope.bound:
        return scope.bound[name]
    if name in scope.values:
        return scope.values[name]
    short = shortened(name)
    if short in scope.functions:
        return scope.functions[short]
    if short in CONSTANTS:
        return CONSTANTS[short]
    first, _, rest = name.rpartition(".")
    if first:
        return _property(_named(first, scope), rest)
    known = ", ".join(sorted({*scope.values, *scope.bound})[:20])
    raise EvaluationProblem(f"{name!r} has no value" + (f"; known are {known}" if known else ""))


CONSTANTS: Final = {"pi": 3.141592653589793, "e": 2.718281828459045, "inf": float("inf")}


def shortened(name: str) -> str:
    """Return a function's name without the module it is usually called from."""
    for module in _MODULES:
        if name.startswith(module):
            return name.removeprefix(module)
    return name


def _binary(node: Binary, scope: Scope) -> Any:
    spine: list[Binary] = []  # a long sum leans to the left: it is walked, not descended into
    left: Node = node
    while isinstance(left, Binary):
        spine.append(left)
        left = left.left
    value = _evaluate(left, scope)
    for part in reversed(spine):
        scope.spend()
        if part.operator in {"and", "or"}:
            if _truth(value) == (part.operator == "and"):
                value = _evaluate(part.right, scope)
        elif part.operator == "in":
            value = value in plain(_evaluate(part.right, scope))
        else:
            right = _evaluate(part.right, scope)
            scope.spend(_size(value) * _size(right) if part.operator == "@" else _size(value) + _size(right))
            value = operate(part.operator, value, right)
    return value


def _size(value: Any) -> int:
    """Return how many cells a value has, which is the work of going through it once."""
    if isinstance(value, Array):
        return len(value.cells) + 1
    return sum(map(_size, value)) + 1 if isinstance(value, list) else 1


def _truth(value: Any) -> bool:
    if isinstance(value, Array | dict):
        raise EvaluationProblem("an array is neither true nor false")
    return bool(value)


def _unary(sign: str, value: Any) -> Any:
    if sign == "not":
        return not _truth(value)
    if isinstance(value, Array):
        return value.apply(lambda cell: -cell) if sign == "-" else value
    return -number_of(value) if sign == "-" else number_of(value)


_HEAVY: Final = frozenset({"dot", "matmul", "inner", "outer", "det", "inv", "solve", "cov", "corrcoef"})


def _call(node: Call, scope: Scope) -> Any:
    arguments = [_evaluate(part, scope) for part in node.arguments]
    keywords: dict[str, Any] = {}
    for name, part in node.keywords:
        value = _evaluate(part, scope)
        if name == "**":
            if not isinstance(value, dict):
                raise EvaluationProblem("'**' needs named values")
            keywords.update(value)
        else:
            keywords[name] = value
    function = _function(node.function, scope)
    sizes = [_size(value) for value in (*arguments, *keywords.values())]
    name = shortened(node.function.name) if isinstance(node.function, Name) else ""
    scope.spend(math.prod(sizes) * sizes[0] if name in _HEAVY and sizes else sum(sizes))
    try:
        found = function(*arguments, **keywords)
    except RecursionError as problem:
        raise EvaluationProblem("a list is nested too deep") from problem
    scope.spend(_size(found))
    return found


def _function(node: Node, scope: Scope) -> Callable[..., Any]:
    if isinstance(node, Name):
        short = shortened(node.name)
        owner, _, method = node.name.rpartition(".")
        if short in scope.functions and node.name not in scope.values:
            return scope.functions[short]
        if owner and owner.split(".")[0] in {*scope.values, *scope.bound}:
            return _method(_named(owner, scope), method, scope)
        raise EvaluationProblem(f"there is no function {node.name!r}{_near(short, scope)}")
    if isinstance(node, Attribute):
        return _method(_evaluate(node.owner, scope), node.name, scope)
    raise EvaluationProblem("only a function can be called")


def _near(name: str, scope: Scope) -> str:
    from difflib import get_close_matches  # noqa: PLC0415 - only for a message

    close = get_close_matches(name, scope.functions, 1)
    return f"; did you mean {close[0]!r}?" if close else ""


def _method(owner: Any, name: str, scope: Scope) -> Callable[..., Any]:
    """Return `owner.name(...)` as the function of that name with the owner as first argument."""
    if name in {"items", "values", "keys"} and isinstance(owner, dict):
        return lambda: [list(pair) if isinstance(pair, tuple) else pair for pair in getattr(owner, name)()]
    if name not in METHODS:
        raise EvaluationProblem(f"a value has no method {name!r}")
    if name == "tolist":
        return lambda: plain(owner)
    function = scope.functions[name]
    given = array_of(owner) if name not in {"count", "index"} else owner
    return lambda *arguments, **keywords: function(given, *arguments, **keywords)


METHODS: Final = frozenset(
    {
        "sum",
        "mean",
        "std",
        "var",
        "max",
        "min",
        "prod",
        "dot",
        "argmax",
        "argmin",
        "round",
        "reshape",
        "transpose",
    }
    | {"flatten", "tolist", "cumsum", "count", "index", "trace"}
)


def _property(owner: Any, name: str) -> Any:
    if name == "T" and isinstance(owner, Array):
        return owner.transposed()
    if name == "shape" and isinstance(owner, Array):
        return [Fraction(size) for size in owner.shape]
    if name == "size" and isinstance(owner, Array):
        return Fraction(len(owner.cells))
    raise EvaluationProblem(f"a value has no property {name!r}")


def _evaluate_index(node: Node, scope: Scope) -> Any:
    if isinstance(node, Span):
        ends = (node.start, node.stop, node.step)
        return slice(*(None if end is None else whole(_evaluate(end, scope)) for end in ends))
    value = _evaluate(node, scope)
    return value if isinstance(value, str) else whole(value)


def _part(owner: Any, indices: list[Any]) -> Any:
    if isinstance(owner, Array):
        return owner[tuple(indices)]
    if len(indices) == 1 and isinstance(owner, dict | list | range):
        if isinstance(owner, dict) and indices[0] not in owner:
            raise EvaluationProblem(f"there is no {indices[0]!r} among {', '.join(map(str, owner))}")
        return _count(owner[indices[0]])
    raise EvaluationProblem("an index stands behind a value that has no parts")
