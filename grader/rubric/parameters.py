"""The parameters of a question: what each may be, which go together, and what is drawn for a student.

A draw depends on the rubric's id and seed, the student's id and the parameters alone, so that it is the same on every
machine and in every run; no order of students, time or earlier draw changes it.
"""

from __future__ import annotations

import hashlib
import re
from decimal import Decimal, InvalidOperation
from itertools import islice, product
from typing import TYPE_CHECKING, Any, Final

from grader.files.validation import shown
from grader.notation.numbers.exact import NumberError, read_number
from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

WHERE: Final = "where"
"""The key beside the parameters under which conditions stand."""

# Values of one parameter, and parameters of a question: more are a slip of the pen.
MAX_CHOICES: Final = 1_000
MAX_PARAMETERS: Final = 20
# Draws that are tried until one meets the conditions; then all combinations are gone through, in order, up to a limit.
MAX_TRIES: Final = 500
MAX_COMBINATIONS: Final = 20_000

MAX_COMMAND: Final = 40  # characters of a command of TeX
_IN_BRACES: Final = re.compile(r"\{(?P<name>[A-Za-z][A-Za-z0-9_]*)\}")
_COMMAND: Final = re.compile(r"\\[A-Za-z]+\Z")
_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,39}")


class ParameterError(ValueError):
    """Parameters that cannot be drawn; `key` leads to the one at fault."""

    def __init__(self, message: str, key: str = "") -> None:
        super().__init__(message)
        self.message, self.key = message, key


@dataclass(frozen=True, slots=True)
class Parameters:
    """The values that each parameter may have, as they are written, and the conditions on them."""

    choices: Mapping[str, tuple[str, ...]]
    where: tuple[str, ...] = ()

    def drawn(self, key: str) -> dict[str, str]:
        """Return the values for a key, such as a student's; raises ParameterError where none meet the conditions."""
        for count in range(MAX_TRIES):
            values = {
                name: choices[_number(f"{key}\n{name}\n{count}") % len(choices)]
                for name, choices in self.choices.items()
            }
            if self._holds(values):
                return values
        fitting = list(islice(self.combinations(), MAX_COMBINATIONS))
        if not fitting:
            raise ParameterError(f"no values meet {' and '.join(map(repr, self.where))}", WHERE)
        return fitting[_number(key) % len(fitting)]

    def combinations(self) -> Iterator[dict[str, str]]:
        """Yield the values that meet the conditions, in the order in which they are written, up to a limit."""
        for combination in islice(product(*self.choices.values()), MAX_COMBINATIONS):
            values = dict(zip(self.choices, combination, strict=True))
            if self._holds(values):
                yield values

    def _holds(self, values: Mapping[str, str]) -> bool:
        return all(_is_true(condition, values) for condition in self.where)


def read_parameters(data: Any) -> Parameters:
    """Read `parameters:` of a question; raises ParameterError."""
    if not isinstance(data, dict):
        raise ParameterError(f"parameters must be a mapping of names to their values (got {shown(data)})")
    choices = {name: _choices(name, said) for name, said in data.items() if name != WHERE}
    if not choices or len(choices) > MAX_PARAMETERS:
        raise ParameterError(f"parameters must be 1 to {MAX_PARAMETERS} (got {len(choices)})")
    said = data.get(WHERE)
    where = said if isinstance(said, list) else [] if said is None else [said]
    if not all(isinstance(condition, str) for condition in where):
        raise ParameterError(f"where must be a condition or a list of them (got {shown(said)})", WHERE)
    parameters = Parameters(choices, tuple(where))
    parameters.drawn("")  # a condition that cannot be computed is told at once
    return parameters


def _choices(name: str, said: Any) -> tuple[str, ...]:
    if not _NAME.fullmatch(name):
        raise ParameterError(f"the name of a parameter is letters, digits and '_' (got {name!r})", name)
    if isinstance(said, dict) and set(said) == {"one of"} and isinstance(said["one of"], list):
        values = said["one of"]
        if not values or not all(isinstance(value, str) for value in values):
            raise ParameterError(f"one of must list at least one text or number (got {shown(values)})", name)
    elif isinstance(said, dict) and {"from", "to"} <= set(said) <= {"from", "to", "step"}:
        values = _range(name, said)
    else:
        rule = f"{name} must be {{one of: [...]}} or {{from: ..., to: ..., step: ...}} (got {shown(said)})"
        raise ParameterError(rule, name)
    if len(values) > MAX_CHOICES:
        raise ParameterError(f"{name} has more than {MAX_CHOICES} values", name)
    return tuple(dict.fromkeys(values))


def _range(name: str, said: Mapping[str, Any]) -> list[str]:
    try:
        low, high, step = (Decimal(str(said.get(key, "1"))) for key in ("from", "to", "step"))
    except InvalidOperation:
        low = high = step = Decimal("NaN")
    if not (low.is_finite() and high.is_finite() and step.is_finite()) or step <= 0 or high < low:
        rule = f"{name} must go from a number up to another by a positive step (got {shown(dict(said))})"
        raise ParameterError(rule, name)
    count = int((high - low) / step) + 1
    if count > MAX_CHOICES:
        raise ParameterError(f"{name} has more than {MAX_CHOICES} values", name)
    return [f"{low + number * step:f}" for number in range(count)]


def _is_true(condition: str, values: Mapping[str, str]) -> bool:
    from grader.derive.data.calculator import evaluate  # noqa: PLC0415 - few rubrics have parameters
    from grader.derive.data.exproperators import EvaluationProblem  # noqa: PLC0415
    from grader.derive.data.functions import FUNCTIONS  # noqa: PLC0415
    from grader.derive.data.syntax import SyntaxProblem, parse  # noqa: PLC0415

    try:
        found = evaluate(parse(condition), {name: _exact(value) for name, value in values.items()}, FUNCTIONS)
    except (SyntaxProblem, EvaluationProblem) as problem:
        raise ParameterError(f"where {condition!r} cannot be computed: {problem}", WHERE) from problem
    if not isinstance(found, bool):
        raise ParameterError(f"where {condition!r} must be true or false (got {shown(str(found))})", WHERE)
    return found


def _exact(value: str) -> Any:
    try:
        number = read_number(value).value
    except NumberError:
        return value
    return number.numerator if number.denominator == 1 else number


def _number(key: str) -> int:
    return int.from_bytes(hashlib.sha256(key.encode("utf-8", "surrogatepass")).digest()[:8])


def substituted(node: Any, values: Mapping[str, str]) -> Any:
    r"""Return data with `{name}` in its texts replaced by the values of parameters; other braces stay.

    Where TeX needs the braces, as in `\frac{n}{2}` and `x^{n}`, they stay around the value.
    """
    if isinstance(node, str):
        return _IN_BRACES.sub(lambda found: _put_in(found, values), node) if "{" in node else node
    if isinstance(node, list):
        return [substituted(item, values) for item in node]
    if isinstance(node, dict):
        return {key: substituted(item, values) for key, item in node.items()}
    return node


def _put_in(found: re.Match[str], values: Mapping[str, str]) -> str:
    value = values.get(found["name"])
    if value is None:
        return found[0]
    before = found.string[: found.start()]
    tex = "\\" in before and (before.endswith("}") or _COMMAND.search(before[-MAX_COMMAND:]) is not None)
    return f"{{{value}}}" if tex or before.endswith(("^", "_")) else value


def draw_key(rubric: str, seed: str, student: str) -> str:
    """Return what a draw depends on, beside the parameters themselves."""
    return f"{rubric}\n{seed}\n{student}"


def with_values(question: Mapping[str, Any], key: str) -> dict[str, Any]:
    """Return a question as data with what is drawn for a key put in; its id and its parameters stay."""
    values = read_parameters(question["parameters"]).drawn(key)
    kept = {"id", "parameters"}
    put_in = {name: item if name in kept else substituted(item, values) for name, item in question.items()}
    return put_in | {"drawn": " ".join(f"{name}={value}" for name, value in values.items())}
