"""Compute the tree of an `expr` with exact numbers, lists and arrays; every size is bounded first."""

from __future__ import annotations

import ast
import math
from dataclasses import field
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

from grader.derive.data.arrays import Array, array_of
from grader.derive.data.exproperators import EvaluationProblem, number_of, operate, plain, whole
from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from grader.derive.data.syntax import Formula

MAX_STEPS: Final = 100_000  # nodes visited and cells computed in one evaluation
_MODULES: Final = ("np.linalg.", "numpy.linalg.", "np.", "numpy.", "math.", "statistics.")
_SIGNS: Final[dict[type[ast.AST], str]] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.FloorDiv: "//", ast.Mod: "%", ast.Pow: "**",
    ast.MatMult: "@", ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=",
    ast.In: "in", ast.UAdd: "+", ast.USub: "-", ast.Not: "not",
}  # fmt: skip
_HEAVY: Final = frozenset({"dot", "matmul", "inner", "outer", "det", "inv", "solve", "cov", "corrcoef"})
METHODS: Final = frozenset(
    {*("sum", "mean", "std", "var", "max", "min", "prod", "dot", "argmax", "argmin", "round", "reshape")}
    | {*("transpose", "flatten", "tolist", "cumsum", "count", "index", "trace")}
)


@dataclass
class Scope:
    """What names stand for: values, functions, and how much work is left."""

    formula: Formula
    values: Mapping[str, Any]
    functions: Mapping[str, Callable[..., Any]]
    steps: int = MAX_STEPS
    bound: dict[str, Any] = field(default_factory=dict)

    def spend(self, work: int = 1) -> None:
        """Count work before it is done."""
        self.steps -= work
        if self.steps < 0:
            raise EvaluationProblem(f"the expression takes more than {MAX_STEPS} steps")

    def name_of(self, node: ast.expr) -> str | None:
        """Return a name or names with dots between them (`np.linalg.norm`); None for anything else."""
        if isinstance(node, ast.Name):
            return self.formula.names.get(node.id)
        if isinstance(node, ast.Attribute):
            owner = self.name_of(node.value)
            return None if owner is None else f"{owner}.{self.formula.names[node.attr]}"
        return None


def evaluate(formula: Formula, values: Mapping[str, Any], functions: Mapping[str, Callable[..., Any]]) -> Any:
    """Return the value of an expression: a number, a truth value, a text, or nested lists of them.

    Raises EvaluationProblem where it has none.
    """
    try:
        return plain(_value(formula.tree, Scope(formula, values, functions)))
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


def _value(node: ast.expr, scope: Scope) -> Any:
    scope.spend()
    if isinstance(node, ast.Name) and node.id in scope.formula.constants:
        return scope.formula.constants[node.id]
    name = scope.name_of(node)
    if name is not None:
        return _named(name, scope)
    compute = _NODES.get(type(node))
    if compute is None:
        raise EvaluationProblem(f"{type(node).__name__.lower()!r} is no arithmetic")
    return compute(node, scope)


def _items(node: ast.List | ast.Tuple, scope: Scope) -> list[Any]:
    return [value for item in node.elts for value in _element(item, scope)]


def _logical(node: ast.BoolOp, scope: Scope) -> Any:
    value = _value(node.values[0], scope)
    for part in node.values[1:]:
        scope.spend()
        if _truth(value) == isinstance(node.op, ast.And):
            value = _value(part, scope)
    return value


def _compared(node: ast.Compare, scope: Scope) -> Any:
    value = _value(node.left, scope)
    for sign, part in zip(node.ops, node.comparators, strict=True):
        value = _operated(sign, value, part, scope)
    return value


def _binary(node: ast.BinOp, scope: Scope) -> Any:
    spine: list[ast.BinOp] = []  # a long sum leans to the left: it is walked, not descended into
    left: ast.expr = node
    while isinstance(left, ast.BinOp):
        spine.append(left)
        left = left.left
    value = _value(left, scope)
    for part in reversed(spine):
        value = _operated(part.op, value, part.right, scope)
    return value


def _operated(operator: ast.operator | ast.cmpop, value: Any, node: ast.expr, scope: Scope) -> Any:
    scope.spend()
    right, sign = _value(node, scope), _SIGNS.get(type(operator), "")
    if sign == "in":
        return value in plain(right)
    scope.spend(_size(value) * _size(right) if sign == "@" else _size(value) + _size(right))
    return operate(sign, value, right)


def _element(node: ast.expr, scope: Scope) -> list[Any]:
    """Return one value, or the values of `x for x in ...`."""
    if not isinstance(node, ast.ListComp | ast.GeneratorExp):
        return [_value(node, scope)]
    outer = dict(scope.bound)
    found: list[Any] = []
    _collect(node.elt, node.generators, scope, found)
    scope.bound = outer
    return found


def _collect(element: ast.expr, clauses: list[ast.comprehension], scope: Scope, found: list[Any]) -> None:
    if not clauses:
        found.append(_value(element, scope))
        return
    clause, *rest = clauses
    source = _value(clause.iter, scope)
    items = plain(source) if isinstance(source, Array) else source
    if not isinstance(items, list | dict):
        raise EvaluationProblem(f"'for' needs a list, not {items!r}")
    several = isinstance(clause.target, ast.Tuple)
    targets = clause.target.elts if isinstance(clause.target, ast.Tuple) else [clause.target]
    names = [scope.name_of(target) or "." for target in targets]
    if any("." in name for name in names):
        raise EvaluationProblem("the name of a variable is missing behind 'for'")
    for item in items:
        scope.spend()
        if several and (not isinstance(item, list | tuple) or len(item) != len(names)):
            raise EvaluationProblem(f"{item!r} has no {len(names)} parts")
        scope.bound.update(zip(names, item if several else [_count(item)], strict=True))
        if all(_truth(_value(condition, scope)) for condition in clause.ifs):
            _collect(element, rest, scope, found)


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


def _size(value: Any) -> int:
    """Return how many cells a value has, which is the work of going through it once."""
    if isinstance(value, Array):
        return len(value.cells) + 1
    return sum(map(_size, value)) + 1 if isinstance(value, list) else 1


def _truth(value: Any) -> bool:
    if isinstance(value, Array | dict):
        raise EvaluationProblem("an array is neither true nor false")
    return bool(value)


def _signed(node: ast.UnaryOp, scope: Scope) -> Any:
    value, sign = _value(node.operand, scope), _SIGNS[type(node.op)]
    if sign == "not":
        return not _truth(value)
    if isinstance(value, Array):
        return value.apply(lambda cell: -cell) if sign == "-" else value
    return -number_of(value) if sign == "-" else number_of(value)


def _chosen(node: ast.IfExp, scope: Scope) -> Any:
    return _value(node.body if _truth(_value(node.test, scope)) else node.orelse, scope)


def _called(node: ast.Call, scope: Scope) -> Any:
    arguments = [_value(part, scope) for part in node.args]
    keywords: dict[str, Any] = {}
    for keyword in node.keywords:
        value = _value(keyword.value, scope)
        if keyword.arg is not None:
            keywords[scope.formula.names[keyword.arg]] = value
        elif isinstance(value, dict):
            keywords.update(value)
        else:
            raise EvaluationProblem("'**' needs named values")
    function = _function(node.func, scope)
    sizes = [_size(value) for value in (*arguments, *keywords.values())]
    heavy = shortened(scope.name_of(node.func) or "") in _HEAVY
    scope.spend(math.prod(sizes) * sizes[0] if heavy and sizes else sum(sizes))
    try:
        found = function(*arguments, **keywords)
    except RecursionError as problem:
        raise EvaluationProblem("a list is nested too deep") from problem
    scope.spend(_size(found))
    return found


def _function(node: ast.expr, scope: Scope) -> Callable[..., Any]:
    name = scope.name_of(node)
    if name is not None:
        short = shortened(name)
        owner, _, method = name.rpartition(".")
        if short in scope.functions and name not in scope.values:
            return scope.functions[short]
        if owner and owner.split(".")[0] in {*scope.values, *scope.bound}:
            return _method(_named(owner, scope), method, scope)
        raise EvaluationProblem(f"there is no function {name!r}{_near(short, scope)}")
    if isinstance(node, ast.Attribute):
        return _method(_value(node.value, scope), scope.formula.names[node.attr], scope)
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


def _attribute(node: ast.Attribute, scope: Scope) -> Any:
    return _property(_value(node.value, scope), scope.formula.names[node.attr])


def _property(owner: Any, name: str) -> Any:
    if name == "T" and isinstance(owner, Array):
        return owner.transposed()
    if name == "shape" and isinstance(owner, Array):
        return [Fraction(size) for size in owner.shape]
    if name == "size" and isinstance(owner, Array):
        return Fraction(len(owner.cells))
    raise EvaluationProblem(f"a value has no property {name!r}")


def _index(node: ast.expr, scope: Scope) -> Any:
    if isinstance(node, ast.Slice):
        ends = (node.lower, node.upper, node.step)
        return slice(*(None if end is None else whole(_value(end, scope)) for end in ends))
    value = _value(node, scope)
    return value if isinstance(value, str) else whole(value)


def _indexed(node: ast.Subscript, scope: Scope) -> Any:
    indices = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    return _part(_value(node.value, scope), [_index(each, scope) for each in indices])


def _part(owner: Any, indices: list[Any]) -> Any:
    if isinstance(owner, Array):
        return owner[tuple(indices)]
    if len(indices) == 1 and isinstance(owner, dict | list | range):
        if isinstance(owner, dict) and indices[0] not in owner:
            raise EvaluationProblem(f"there is no {indices[0]!r} among {', '.join(map(str, owner))}")
        return _count(owner[indices[0]])
    raise EvaluationProblem("an index stands behind a value that has no parts")


_NODES: Final[dict[type[ast.expr], Callable[..., Any]]] = {
    ast.List: _items,
    ast.Tuple: _items,
    ast.ListComp: _element,
    ast.GeneratorExp: _element,
    ast.BinOp: _binary,
    ast.BoolOp: _logical,
    ast.Compare: _compared,
    ast.UnaryOp: _signed,
    ast.IfExp: _chosen,
    ast.Call: _called,
    ast.Attribute: _attribute,
    ast.Subscript: _indexed,
}
"""The kinds of nodes that are arithmetic, and what computes each."""
