"""Derive the value of a written expression with named values: everything that has no operation of its own.

`alternatives` names further expressions, with their own feedback in the rubric, as what a mistake would give.
Logarithms, spreads and the like in the expression are also taken the other usual way.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from grader.derive.data.calculator import evaluate
from grader.derive.data.datafields import DataFields, Slips, derived, equal, exact, operation
from grader.derive.data.exproperators import EvaluationProblem
from grader.derive.data.functions import FUNCTIONS, VARIANTS
from grader.derive.data.syntax import SyntaxProblem, parse
from grader.derive.result import Derived, DerivedMistake
from grader.derive.specification import SpecError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


MAX_VALUES: Final = 200
MAX_DEPTH: Final = 4


def _value(fields: DataFields, value: Any, place: tuple[Any, ...], depth: int = 0) -> Any:
    """Return a value of the spec: numbers exactly, nested lists of them, texts as they are."""
    if isinstance(value, list | tuple):
        if depth >= MAX_DEPTH:
            raise SpecError(f"lists are nested more than {MAX_DEPTH} deep", place)
        return [_value(fields, item, (*place, index), depth + 1) for index, item in enumerate(value)]
    found = exact(value)
    if found is not None:
        return fields.scalar(value, "values")
    if isinstance(value, str | bool):
        return value
    raise SpecError(f"a value is a number, a text or lists of them (got {str(value)[:60]!r})", place)


def _is_value(found: Any) -> bool:
    if isinstance(found, list):
        return all(map(_is_value, found))
    return not (isinstance(found, dict) or callable(found) or found is None)


def _evaluated(
    text: Any, values: Mapping[str, Any], functions: Mapping[str, Any], place: tuple[Any, ...]
) -> Any:
    try:
        found = evaluate(parse(str(text)), values, functions)
    except (SyntaxProblem, EvaluationProblem) as problem:
        raise SpecError(f"{str(text)[:60]!r}: {problem}", place) from problem
    if not _is_value(found):
        raise SpecError(f"{str(text)[:60]!r} is no number and no list of numbers", place)
    return found


@operation(expr="expression formula", values="variables data", alternatives="wrong")
def expression(fields: DataFields) -> Derived:
    """Derive an expression's value; fields: expr, values (a mapping), alternatives (mistake -> expression)."""
    given, others = fields.raw("values", {}), fields.raw("alternatives", {})
    for field, mapping in (("values", given), ("alternatives", others)):
        if not isinstance(mapping, dict) or len(mapping) > MAX_VALUES:
            raise fields.fail(f"{field} is a mapping of at most {MAX_VALUES} names", field)
    values = {str(name): _value(fields, value, (*fields.at("values"), name)) for name, value in given.items()}
    text = fields.raw("expr")
    right = _evaluated(text, values, FUNCTIONS, fields.at("expr"))

    def variant(*names: str) -> Callable[[], Any]:
        def first() -> Any:
            for name in names:
                with suppress(SpecError):
                    wrong = _evaluated(text, values, {**FUNCTIONS, **VARIANTS[name]}, ())
                    if not equal(wrong, right):
                        return wrong
            return None

        return first

    used = [name for name, functions in VARIANTS.items() if any(word in str(text) for word in functions)]
    logs = [name for name in used if name.startswith("log_base")]  # either base may have been taken
    slips: Slips = {"log_base": variant(*logs)} if logs else {}
    found = derived(right, slips | {name: variant(name) for name in used if name not in logs})
    own = tuple(
        DerivedMistake(str(name), _evaluated(other, values, FUNCTIONS, (*fields.at("alternatives"), name)))
        for name, other in others.items()
    )
    plain = derived(right).value
    kept = tuple(DerivedMistake(m.name, derived(m.value).value) for m in own)
    return Derived(plain, (*(m for m in kept if m.value != plain), *found.mistakes))
