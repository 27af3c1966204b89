"""Read the fields of a data operation and put its result together.

`DataFields` knows the fields an operation has with their other names, and says which value is wrong, where
and why. `derived` keeps only those alternatives that give something else than the right value.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from contextlib import contextmanager
from copy import copy
from fractions import Fraction
from functools import wraps
from typing import TYPE_CHECKING, Any, Final

from grader.derive.catalogue import mistake
from grader.derive.exactscalars import Matrix, Scalar, Vector, same, total
from grader.derive.result import Derived
from grader.derive.specification import (
    MAX_DEPTH,
    UNSET,
    Fields,
    SpecError,
    did_you_mean,
    plain_word,
    read_number,
    spelled,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from grader.derive.specification import Path

MAX_NUMBERS: Final = 20_000  # of one field; a question's data set is far smaller
MAX_ASKS: Final = 50  # quantities of one question
MAX_SIZE: Final = 10**100  # of a number or its denominator: squares of it are still doubles
SUM_SLACK: Final = Fraction(15, 1000)  # probabilities written with two decimals may sum to 0.99

Slips = dict[str, "Callable[[], Any]"]  # the name of each mistake with what computes its value
_SHARED: Final = frozenset({"op", "ask", "name", "note", "mistakes", "expected"})


class DataFields(Fields):
    """The fields of one operation on data: exact numbers, lists and rows; unknown fields are refused at once.

    `known` maps a field to its other names, separated by spaces.
    """

    twice = "{1!r} and {0!r} are one field: give one"

    def __init__(self, spec: Mapping[str, Any], known: Mapping[str, str], path: Path = ()) -> None:
        names = spelled(known)
        own = {key: value for key, value in spec.items() if key in names or key not in _SHARED}
        for key in own:
            if key not in names:
                near = did_you_mean(str(key), names)
                raise SpecError(f"{spec.get('op', 'this')} has no field {key!r}{near}", (*path, key))
        super().__init__(own, path, aliases=names)
        self.op = plain_word(spec.get("op", "this"))
        self.missing = f"{self.op} needs the field {{!r}}"
        self.ask = spec.get("ask")

    def replaced(self, **values: Any) -> DataFields:
        """Return the same fields with other values; None takes one out."""
        found = copy(self)
        changed = {name: (self._written(name), value) for name, value in values.items()}
        found._values = self._values | changed  # noqa: SLF001 - a copy of itself
        return found

    def _written(self, field: str) -> str:
        return self._values[field][0] if field in self._values else field

    def at(self, field: str) -> Path:
        """Return the path of a field as its author wrote it."""
        return (*self.path, self._written(field))

    def fail(self, message: str, field: str, *inside: int) -> SpecError:
        """Return the error to raise for a field or a place inside it."""
        return SpecError(message, (*self.at(field), *inside))

    @contextmanager
    def refusing(self, problems: type[Exception], message: str, field: str) -> Iterator[None]:
        """Tell problems of a computation as the fault of a field; `{}` in the message stands for them."""
        try:
            yield
        except problems as problem:
            raise self.fail(message.format(problem), field) from problem

    def number(
        self, field: str, default: Any = UNSET, *, low: Any = None, high: Any = None, above: Any = None
    ) -> Scalar:
        """Return a number: `low` and `high` are allowed, `above` is not."""
        if field not in self and default is not UNSET:
            return default if isinstance(default, float) else Fraction(default)
        return self._bounded(self.scalar(self.raw(field), field), field, low=low, high=high, above=above)

    def _bounded(self, value: Scalar, field: str, *, low: Any, high: Any, above: Any) -> Scalar:
        name = self._written(field)
        if low is not None and value < low:
            raise self.fail(f"{name} must be at least {low} (got {shown(value)})", field)
        if high is not None and value > high:
            raise self.fail(f"{name} must be at most {high} (got {shown(value)})", field)
        if above is not None and value <= above:
            raise self.fail(f"{name} must be above {above} (got {shown(value)})", field)
        return value

    def whole(self, field: str, default: int | None = None, *, low: int = 0, high: int = 1_000_000) -> int:
        """Return a whole number between two bounds."""
        if field not in self and default is not None:
            return default
        value = self.number(field, low=low, high=high)
        if value != int(value):
            raise self.fail(f"{self._written(field)} must be a whole number (got {shown(value)})", field)
        return int(value)

    def vector(self, field: str, default: Any = UNSET, *, size: int | None = None) -> Vector:
        """Return a list of numbers; one number is a list of one."""
        value = self.raw(field, default)
        items = value if isinstance(value, list | tuple) else [value]
        if not items or len(items) > MAX_NUMBERS:
            raise self.fail(f"{field} has between 1 and {MAX_NUMBERS} numbers (got {len(items)})", field)
        if size is not None and len(items) != size:
            raise self.fail(f"{field} must have {size} numbers (got {len(items)})", field)
        return [self.scalar(item, field, index) for index, item in enumerate(items)]

    def matrix(self, field: str, default: Any = UNSET, *, columns: int | None = None) -> Matrix:
        """Return rows of numbers of one length."""
        value = self.raw(field, default)
        if (
            not isinstance(value, list | tuple)
            or not value
            or not all(isinstance(row, list | tuple) for row in value)
        ):
            raise self.fail(f"{field} must be a list of rows, [[1, 2], [3, 4]]", field)
        width = len(value[0]) if columns is None else columns
        for index, row in enumerate(value):
            if len(row) != width or not row:
                raise self.fail(
                    f"row {index} of {field} has {len(row)} numbers, not {width or 1}", field, index
                )
        if len(value) * width > MAX_NUMBERS:
            raise self.fail(f"{field} has more than {MAX_NUMBERS} numbers", field)
        return [[self.scalar(cell, field, i, j) for j, cell in enumerate(row)] for i, row in enumerate(value)]

    def is_matrix(self, field: str) -> bool:
        """Whether a field holds rows."""
        value = self.raw(field, None)
        return isinstance(value, list | tuple) and bool(value) and isinstance(value[0], list | tuple)

    def rows(self, field: str, *, column: bool = False, columns: int | None = None) -> Matrix:
        """Return rows of numbers; a list alone is one row, or with `column` one number a row."""
        if self.is_matrix(field):
            return self.matrix(field, columns=columns)
        return [[value] for value in self.vector(field)] if column else [self.vector(field, size=columns)]

    def probabilities(self, field: str, *, size: int | None = None) -> Vector:
        """Return a distribution: nothing negative, the sum 1 up to how probabilities are rounded."""
        found = self.vector(field, size=size)
        for index, value in enumerate(found):
            if value < 0 or value > 1:
                raise self.fail(f"{shown(value)} is no probability", field, index)
        if not 1 - SUM_SLACK <= total(found) <= 1 + SUM_SLACK:
            raise self.fail(f"the probabilities of {field} sum to {shown(total(found))}, not to 1", field)
        return found

    def names(self, field: str, default: Any = UNSET) -> list[str]:
        """Return a list of words; one word is a list of one."""
        value = self.raw(field, default)
        items = value if isinstance(value, list | tuple) else [value]
        if not 1 <= len(items) <= MAX_NUMBERS:
            raise self.fail(f"{field} has between 1 and {MAX_NUMBERS} entries (got {len(items)})", field)
        return [label(item) for item in items]

    def asked(self, options: Iterable[str], default: str | Sequence[str]) -> tuple[str, ...]:
        """Return what the question asks for, each one of the options."""
        listed = tuple(options)
        value = self.ask if self.ask is not None else default
        items = value if isinstance(value, list | tuple) else [value]
        found = []
        for item in items:
            word = plain_word(item)
            if word not in listed:
                near = did_you_mean(word, listed)
                raise SpecError(
                    f"{self.op} has nothing called {item!r} to ask for{near}", (*self.path, "ask")
                )
            found.append(word)
        if not 1 <= len(found) <= MAX_ASKS:
            raise SpecError(
                f"ask for between 1 and {MAX_ASKS} things (got {len(found)})", (*self.path, "ask")
            )
        return tuple(found)

    def scalar(self, value: Any, field: str, *inside: int) -> Scalar:
        """Return a number exactly as it is written: 0.1 is one tenth, `1/3` a third."""
        found = Fraction(read_number(value, (*self.at(field), *inside), field))
        if max(abs(found.numerator), found.denominator) > MAX_SIZE:
            raise self.fail(f"{field} is too large or too small to compute with", field, *inside)
        return found


def exact(value: Any) -> Scalar | None:
    """Return a number exactly as it was written, a computed one as it is, None for anything else."""
    if isinstance(value, float):
        return value if value - value == 0 else None
    try:
        return Fraction(read_number(value, (), ""))
    except SpecError:
        return None


def label(value: Any) -> str:
    """Return a class or category as text: 1, 1.0 and "1" are one label, true is "true"."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def shown(value: Scalar) -> str:
    """Return a number as messages show it."""
    if isinstance(value, Fraction) and value.denominator == 1:
        return str(value.numerator)
    return f"{float(value):.6g}"


def single(values: Sequence[Any]) -> Any:
    """Return the only one of several results without its list."""
    return values[0] if len(values) == 1 else list(values)


def equal(left: Any, right: Any) -> bool:
    """Whether two results are one: same nesting, same numbers up to rounding."""
    if isinstance(left, list | tuple) and isinstance(right, list | tuple):
        return len(left) == len(right) and all(equal(a, b) for a, b in zip(left, right, strict=True))
    if isinstance(left, Fraction | float | int) and isinstance(right, Fraction | float | int):
        return same(left, right)
    return bool(left == right)


def _finite(value: Any) -> bool:
    if isinstance(value, list | tuple):
        return all(_finite(item) for item in value)
    return not isinstance(value, float) or math.isfinite(value)


def derived(value: Any, slips: Slips | None = None) -> Derived:
    """Return the value with the mistakes that give another one.

    A mistake that has no value for these data (a division by zero, say) is left out.
    """
    if not _finite(value):
        raise SpecError("the value grows beyond all bounds or is not defined")
    found = []
    for name, compute in (slips or {}).items():
        try:
            wrong = compute()
        except (ArithmeticError, ValueError, SpecError):
            continue
        if wrong is not None and _finite(wrong) and not equal(wrong, value):
            found.append(mistake(name, wrong))
    return Derived(value, tuple(found))


def _listed(value: Any, depth: int = 0) -> Any:
    """Return plain dicts and lists, whatever mappings and sequences a rubric's reader made."""
    if depth > MAX_DEPTH:
        raise SpecError(f"a specification is nested at most {MAX_DEPTH} deep")
    if isinstance(value, Mapping):
        return {key: _listed(item, depth + 1) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_listed(item, depth + 1) for item in value]
    return value


def operation(
    **known: str,
) -> Callable[[Callable[[DataFields], Derived]], Callable[[Mapping[str, Any]], Derived]]:
    """Make an operation of a function of checked fields: each field with its other names, separated by spaces.

    What arithmetic cannot do (too large, divided by zero) is an error about the specification.
    """

    def decorate(function: Callable[[DataFields], Derived]) -> Callable[[Mapping[str, Any]], Derived]:
        @wraps(function)
        def derive(spec: Mapping[str, Any]) -> Derived:
            try:
                return function(DataFields(_listed(spec), known))
            except ZeroDivisionError as problem:
                raise SpecError(f"{spec.get('op', 'this')} divides by zero for these numbers") from problem
            except OverflowError as problem:
                raise SpecError(f"{spec.get('op', 'this')}: a value is too large to compute") from problem

        return derive

    return decorate
