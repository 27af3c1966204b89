"""Fill in what a rubric leaves to derivation: expected values and the values that mistakes give.

A question's `data:` describes a network or data once; a check's `derive: NAME` with `ask:` takes its
expected value from there, and `mistakes: auto` the values of common mistakes.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

from grader.derive import derive
from grader.derive.following import rest_of_network
from grader.derive.specification import SpecError
from grader.files.validation import did_you_mean, shown
from grader.notation.numbers.exact import NumberError, NumberReading, read_number
from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.derive.result import Derived

# The keys of a check that are about derivation and do not reach the check itself.
KEYS: Final = ("derive", "ask", "mistake_credit")
AUTO: Final = "auto"


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a derivation: at `path` inside the data named `data`, or at a key of the check."""

    message: str
    key: str = ""  # of the check
    data: str = ""  # the name under `data:`
    path: tuple[str | int, ...] = ()


def _has_auto(mistakes: Any) -> bool:
    return isinstance(mistakes, list) and AUTO in mistakes


def filled_in(params: Mapping[str, Any], data: Mapping[str, Any]) -> tuple[dict[str, Any], list[Fault]]:
    """Return a check's keys with everything derived put in as values, and what is wrong with it."""
    rest = {key: value for key, value in params.items() if key not in KEYS}
    name = params.get("derive")
    if not isinstance(name, str):
        return rest, [
            Fault(
                "derive must name one of the question's data",
                key="derive" if "derive" in params else "mistakes",
            )
        ]
    spec = data.get(name)
    if not isinstance(spec, Mapping):
        hint = did_you_mean(name, data) if data else "; the question has no 'data:'"
        return rest, [Fault(f"derive names {name!r}, which is no data of this question{hint}", key="derive")]
    try:
        derived = derive({**spec, **({"ask": params["ask"]} if "ask" in params else {})})
    except SpecError as error:
        if error.path[:1] == ("ask",) and "ask" in params:
            return rest, [Fault(error.message, key="ask")]
        return rest, [Fault(error.message, data=name, path=tuple(error.path))]
    faults = list(_disagreements(rest, derived))
    if isinstance(rest.get("follows"), Mapping):
        try:
            rest["rest"] = rest_of_network(spec, params.get("ask"), rest.pop("follows"))
        except SpecError as error:
            faults.append(Fault(error.message, key="follows"))
    rest["expected"] = derived.value  # a literal is only a check on it, and may be rounded
    rest["mistakes"] = _mistakes(rest.get("mistakes"), derived, params.get("mistake_credit"))
    if not rest["mistakes"]:
        del rest["mistakes"]
    return rest, faults


def _disagreements(params: Mapping[str, Any], derived: Derived) -> Iterator[Fault]:
    """A literal expectation must be the derived one, as exactly as it is written."""
    if "expected" in params and not _agree(params["expected"], derived.value):
        literal, value = shown(params["expected"]), written(derived.value)
        yield Fault(
            f"expected is {literal}, but what is derived is {value}; correct one of them", key="expected"
        )


def _agree(literal: Any, value: Any) -> bool:
    if isinstance(value, list | tuple):
        same_length = isinstance(literal, list | tuple) and len(literal) == len(value)
        return same_length and all(map(_agree, literal, value))
    if isinstance(literal, list | tuple):
        return False
    try:
        reading = read_number(str(literal))
    except NumberError:
        return str(literal) == str(value)
    return abs(reading.value - Fraction(value)) <= _half_a_step(reading)


def _half_a_step(reading: NumberReading) -> Fraction:
    return reading.step / 2


def _mistakes(own: Any, derived: Derived, credit: Any) -> list[Any]:
    """Put the rubric's own mistakes first; `auto` adds what the derivation knows, own names outrank it."""
    if own is None:
        return []
    listed = [] if own == AUTO else [item for item in own if item != AUTO] if isinstance(own, list) else [own]
    if own != AUTO and not _has_auto(own) and not any(isinstance(item, str) for item in listed):
        return listed
    by_name = {mistake.name: mistake for mistake in derived.mistakes}
    named = [item for item in listed if isinstance(item, str)]
    taken = {item.get("name") for item in listed if isinstance(item, Mapping)}
    wanted = list(by_name) if own == AUTO or _has_auto(own) else named
    found = [
        {
            "name": name,
            "value": by_name[name].value,
            "feedback": by_name[name].feedback,
            "credit": by_name[name].credit if credit is None else credit,
            "derived": True,
        }
        for name in wanted
        if name in by_name and name not in taken
    ]
    unknown = [name for name in named if name not in by_name]
    return [*(item for item in listed if isinstance(item, Mapping)), *found, *unknown]


def written(value: Any) -> Any:
    """Write a derived value for a message as a rubric would: exact numbers as text, nested lists of them."""
    if isinstance(value, list | tuple):
        return [written(item) for item in value]
    if isinstance(value, float):
        return str(Fraction(value).limit_denominator(10**12)) if value == int(value) else repr(value)
    return str(value)


def derive_case(case: Mapping[str, Any]) -> dict[str, Any]:
    """Derive one case of the bulk command: `{spec}` to `{value, mistakes: [{name, value}], error}`."""
    spec = case.get("spec")
    if not isinstance(spec, Mapping):
        return {"value": None, "mistakes": [], "error": "'spec' is missing or no mapping"}
    try:
        derived = derive(spec)
    except SpecError as error:
        place = ".".join(map(str, error.path))
        return {"value": None, "mistakes": [], "error": f"{place}: {error}" if place else str(error)}
    mistakes = [{"name": mistake.name, "value": as_json(mistake.value)} for mistake in derived.mistakes]
    return {"value": as_json(derived.value), "mistakes": mistakes, "error": None}


def as_json(value: Any) -> Any:
    """Return a derived value as JSON: whole numbers stay whole, other fractions become the nearest float."""
    if isinstance(value, list | tuple):
        return [as_json(item) for item in value]
    if isinstance(value, Fraction):
        return value.numerator if value.denominator == 1 else float(value)
    return value
