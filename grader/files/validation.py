"""Turn what pydantic says about a file's data into problems at their lines, in our own words."""

from __future__ import annotations

import typing
from typing import TYPE_CHECKING, Any, Final, TypeVar

from pydantic import BaseModel, ValidationError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from grader.files.yamltree import Loc, Tree
    from grader.model.errors import Problem

Model = TypeVar("Model", bound=BaseModel)

# What a message shows of a value: enough to recognise it.
SHOWN: Final = 60

_WORDING: Final = {
    "string_type": "must be a text",
    "tuple_type": "must be a list",
    "list_type": "must be a list",
    "dict_type": "must be a mapping of names to values",
    "mapping_type": "must be a mapping of names to values",
    "model_type": "must be a mapping of names to values",
    "model_attributes_type": "must be a mapping of names to values",
    "none_required": "must be empty",
}


def validate(
    model: type[Model],
    data: Any,
    tree: Tree,
    *,
    loc: Loc = (),
    whose: Callable[[Loc], str] = lambda _loc: "",
    context: Mapping[str, Any] | None = None,
) -> tuple[Model | None, list[Problem]]:
    """Make `model` from `data`, which stands at `loc` in `tree`; return it or all its problems."""
    try:
        return model.model_validate(data, context=context), []
    except ValidationError as error:
        return None, list(_explained(error, model, data, tree, loc, whose))


def _explained(
    error: ValidationError,
    model: type[BaseModel],
    data: Any,
    tree: Tree,
    loc: Loc,
    whose: Callable[[Loc], str],
) -> Iterator[Problem]:
    items = error.errors(include_url=False)
    misspelt = {
        (where[:-1], nearest(str(where[-1]), _names_at(model, where[:-1])))
        for where in (item["loc"] for item in items if item["type"] == "extra_forbidden")
    }
    seen: set[Loc] = set()
    for item in items:
        where = _inside(item["loc"], data)
        if where in seen:  # a union reports once per branch; the first says enough
            continue
        seen.add(where)
        place = (*loc, *where)
        if item["type"] == "extra_forbidden":
            name = str(item["loc"][-1])
            hint = did_you_mean(name, _names_at(model, where[:-1]))
            if " " in name and item["input"] is None:
                hint = "; inside { } put a text with a comma in quotes"
            message = f"unknown key {name!r}{hint}"
            yield tree.problem(place, whose(place) + message, key=True)
        elif item["type"] == "missing":
            if (where[:-1], where[-1]) not in misspelt:  # the misspelt key says it already
                yield tree.problem(place[:-1], f"{whose(place)}{item['loc'][-1]!r} is missing")
        else:
            field = f"{where[-1]} " if where and isinstance(where[-1], str) else ""
            rule = _rule(item)
            subject = "" if field and rule.startswith(field) else field
            yield tree.problem(place, f"{whose(place)}{subject}{rule}{_got(item)}")


def _inside(loc: tuple[int | str, ...], data: Any) -> Loc:
    """Drop the steps that pydantic adds (union branches, validators): keep those that are in the data."""
    kept: list[str | int] = []
    for number, step in enumerate(loc):
        if isinstance(data, dict) and isinstance(step, str) and step in data:
            data = data[step]
        elif isinstance(data, list | tuple) and isinstance(step, int) and step < len(data):
            data = data[step]
        elif number + 1 < len(loc) or not isinstance(data, dict):
            continue
        kept.append(step)
    return tuple(kept)


def _rule(item: Any) -> str:
    if item["type"] in {"value_error", "assertion_error"}:
        return str(item.get("ctx", {}).get("error") or item["msg"])
    if item["type"] in {"literal_error", "enum"}:
        return f"must be one of {item['ctx']['expected']}"
    if item["type"] == "too_short":
        return "must not be empty"
    known = _WORDING.get(item["type"])
    message = str(item["msg"])
    return known or f"is not valid: {message[:1].lower()}{message[1:]}"


def _got(item: Any) -> str:
    value = item["input"]
    if isinstance(value, BaseModel) or (item["type"] == "value_error" and isinstance(value, dict)):
        return ""  # the whole criterion says nothing; the rule names what matters
    return f" (got {shown(value)})"


def shown(value: object) -> str:
    """Quote a value for a message, cut to SHOWN characters."""
    text = "nothing" if value is None else repr(value)
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 3]}..."


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name that `name` is most likely a slip for, whatever its case."""
    names = sorted(known)
    from difflib import get_close_matches  # noqa: PLC0415 - only for a message

    near = get_close_matches(name.lower(), [other.lower() for other in names], n=1, cutoff=0.6)
    return next((other for other in names if near and other.lower() == near[0]), None)


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return `; did you mean 'x'?` for the nearest known name, else the list of those there are."""
    names = sorted(known)
    near = nearest(name, names)
    if near is not None:
        return f"; did you mean {near!r}?"
    return f"; known here: {', '.join(names)}" if names else ""


def _names_at(model: type[BaseModel], loc: Loc) -> list[str]:
    for step in loc:
        if isinstance(step, int):
            continue
        field = model.model_fields.get(step)
        inner = _model_in(field.annotation) if field is not None else None
        if inner is None:
            return []
        model = inner
    return [field.alias or name for name, field in model.model_fields.items()]


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for part in typing.get_args(annotation):
        found = _model_in(part)
        if found is not None:
            return found
    return None
