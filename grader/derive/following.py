"""Compute what follows from a student's own earlier numbers: a written calculation, or the rest of a network.

A wrong size after one layer makes every later shape and count wrong; those that follow correctly
from it are found by deriving the network again with that size given.
"""

from __future__ import annotations

import ast
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from grader.derive import derive
from grader.derive.data.calculator import Scope, evaluate
from grader.derive.data.exproperators import EvaluationProblem
from grader.derive.data.syntax import SyntaxProblem, parse
from grader.derive.specification import MAX_DIMENSION, SpecError
from grader.files.registry import resolve
from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping

    from grader.derive.data.syntax import Formula


KEPT: Final = 100  # calculations that are parsed once: a rubric has few
_FUNCTIONS: Final = {"expr": "grader.derive.data.functions:FUNCTIONS"}  # loaded when a calculation calls one


def names_in(calculation: str) -> tuple[str, ...]:
    """Return the names that a calculation computes with, in order, each once; functions that it calls are none.

    >>> names_in("max(low, high) + 2 * low")
    ('low', 'high')

    Raises SpecError, with the place, for what is no calculation.
    """
    try:
        formula = parse(calculation, frozenset())
    except SyntaxProblem as problem:
        raise SpecError(str(problem)) from problem
    scope = Scope(formula, {}, {})
    called = {id(node.func) for node in ast.walk(formula.tree) if isinstance(node, ast.Call)}
    found: list[tuple[int, str]] = []
    waiting: list[ast.AST] = [formula.tree]
    while waiting:
        node = waiting.pop()
        name = scope.name_of(node) if isinstance(node, ast.expr) else None
        if name is None:
            waiting.extend(ast.iter_child_nodes(node))
        elif id(node) not in called:
            found.append((getattr(node, "col_offset", 0), name))
    return tuple(dict.fromkeys(name for _, name in sorted(found)))


def calculated(calculation: str, earlier: Mapping[str, Fraction]) -> Fraction | None:
    """Return the value of a calculation with a student's earlier numbers; None where one is missing or it has none.

    >>> calculated("lowest + 2 * top", {"lowest": Fraction(1, 2), "top": Fraction(3)})
    Fraction(13, 2)
    """
    formula, calls = _parsed(calculation)
    functions = resolve(_FUNCTIONS, "expr") if calls else {}
    try:
        found = evaluate(formula, earlier, functions)
        return None if isinstance(found, bool) else Fraction(found)
    except (
        EvaluationProblem,
        TypeError,
        ValueError,
        OverflowError,
    ):  # among them lists, and what is infinite
        return None


@lru_cache(maxsize=KEPT)
def _parsed(calculation: str) -> tuple[Formula, bool]:
    """Return the tree of a calculation, and whether it calls a function."""
    formula = parse(calculation, frozenset())
    return formula, any(isinstance(node, ast.Call) for node in ast.walk(formula.tree))


@dataclass(frozen=True, slots=True)
class RestOfNetwork:
    """What comes after a layer; `part` names the earlier answer that holds the layer's side length."""

    part: str
    layer: str
    spec: Mapping[str, Any]  # with its `ask`
    shape: tuple[int | None, ...]  # of the layer's output; None where the student's side goes

    def value(self, side: Fraction) -> Fraction | None:
        """Return what is asked for if the layer's output had this side; None where that cannot be."""
        if side.denominator != 1 or not 0 < side <= MAX_DIMENSION:
            return None
        shape = [int(side) if size is None else size for size in self.shape]
        try:
            found = derive({**self.spec, "given": {self.layer: shape}}, mistakes=False).value
        except SpecError:
            return None
        return Fraction(found) if isinstance(found, int | Fraction) else None


def rest_of_network(spec: Mapping[str, Any], ask: Any, follows: Mapping[str, Any]) -> RestOfNetwork:
    """Prepare `follows: {part: , layer: }`; raises SpecError with a message for the rubric's author."""
    if set(follows) != {"part", "layer"}:
        raise SpecError(
            f"follows is a calculation, or a mapping with 'part' and 'layer' (got {sorted(follows)})"
        )
    if spec.get("op") != "network":
        raise SpecError("only a network can be recomputed from one of its layers")
    layer = str(follows["layer"])
    shape = derive({**spec, "ask": f"shape.{layer}"}, mistakes=False).value
    first = spec.get("data_format") == "channels_first"
    sides = shape[1:] if first else shape[:-1]
    if not sides or len(set(sides)) != 1:
        raise SpecError(f"the output of layer {layer!r}, {list(shape)}, has no one side length")
    own = (shape[0], *[None] * len(sides)) if first else (*[None] * len(sides), shape[-1])
    asked = {**spec, "ask": ask} if ask is not None else spec
    return RestOfNetwork(str(follows["part"]), layer, asked, own)
