"""Dataclasses that are made quickly: `dataclass` from here is that of `dataclasses`, for type checkers and in what it does.

Until Python 3.13 `dataclasses` compiles a text for each of six methods of each class, which was a quarter of the time
in which a command starts. Here five of them are functions that are made for a class without compiling anything, and
`__init__` is compiled when the first object is made: half of the classes that a command loads make none.
"""

from __future__ import annotations

import dataclasses
from dataclasses import MISSING, FrozenInstanceError
from operator import attrgetter
from reprlib import recursive_repr
from types import MemberDescriptorType
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable
    from dataclasses import Field
    from dataclasses import dataclass as dataclass  # noqa: PLC0414 - for those who import it from here

_NOT_GIVEN: Final = object()  # for an argument whose default is made anew each time


def _dataclass(
    made: type | None = None, /, *, frozen: bool = False, slots: bool = False, eq: bool = True
) -> Any:
    """Make a class a dataclass. Order, keyword-only fields and init-only ones are offered by `dataclasses` alone."""
    if made is None:
        return lambda cls: _dataclass(cls, frozen=frozen, slots=slots, eq=eq)
    if any(
        dataclasses.is_dataclass(base) for base in made.__mro__[1:]
    ):  # what may derive from what is settled there
        return dataclasses.dataclass(frozen=frozen, slots=slots, eq=eq)(made)
    if made.__doc__ is None:
        made.__doc__ = made.__name__  # else `dataclasses` would work out a signature to have something to say
    cls: type = dataclasses.dataclass(init=False, repr=False, eq=False, slots=slots)(made)
    said: Any = getattr(cls, "__dataclass_params__")  # noqa: B009 - stubs do not know it
    said.init, said.repr, said.eq, said.frozen = True, True, eq, frozen
    fields = dataclasses.fields(cls)
    if any(field.kw_only for field in fields):
        raise TypeError(f"{cls.__qualname__}: a class with keyword-only fields needs `dataclasses`")
    methods: dict[str, Any] = {
        "__init__": _first_init(cls, fields, frozen=frozen, slots=slots),
        "__repr__": _repr(fields),
    }
    if eq:
        parts = _parts([field.name for field in fields if field.compare])
        methods["__eq__"] = _eq(parts)
        if vars(cls).get("__hash__") is None:
            methods["__hash__"] = _hash(parts) if frozen else None
    if frozen:
        methods |= _refusals(cls, frozenset(field.name for field in fields))
        if slots:
            methods |= _states([field.name for field in fields])
    for name, method in methods.items():
        if name not in vars(cls):
            if method is not None:
                method.__name__, method.__qualname__ = name, f"{cls.__qualname__}.{name}"
            setattr(cls, name, method)
    return cls


if not TYPE_CHECKING:
    dataclass = _dataclass


def _first_init(
    cls: Any, fields: tuple[Field[Any], ...], *, frozen: bool, slots: bool
) -> Callable[..., None]:
    """Return an `__init__` that makes way for the compiled one when it is called first."""

    def first(self: Any, *args: Any, **named: Any) -> None:
        cls.__init__ = _init(cls, fields, frozen=frozen, slots=slots)
        cls.__init__(self, *args, **named)

    return first


def _init(cls: type, fields: tuple[Field[Any], ...], *, frozen: bool, slots: bool) -> Callable[..., None]:
    """Compile the `__init__` of a class."""
    known: dict[str, Any] = {"not__given": _NOT_GIVEN}
    asked = ["self"]
    lines: list[str] = []
    for field in fields:
        name = value = field.name
        made_anew = field.default_factory is not MISSING
        if made_anew:
            known[f"make__{name}"] = field.default_factory
            value = f"make__{name}()"
            if field.init:
                value += f" if {name} is not__given else {name}"
        elif field.default is not MISSING:
            known[f"default__{name}"] = field.default
            value = name if field.init else f"default__{name}"
        if field.init:
            default = "not__given" if made_anew else f"default__{name}"
            asked.append(f"{name}={default}" if default in known else name)
        if field.init or made_anew or (slots and field.default is not MISSING):
            lines.append(_assignment(cls, name, value, known, frozen=frozen))
    if hasattr(cls, "__post_init__"):
        lines.append("self.__post_init__()")
    body = "\n  ".join(lines) or "pass"
    text = f"def make({', '.join(known)}):\n def __init__({', '.join(asked)}):\n  {body}\n return __init__"
    space: dict[str, Any] = {}
    exec(text, space)  # noqa: S102 - it is made of the names of fields alone
    init = space["make"](**known)
    init.__qualname__ = f"{cls.__qualname__}.__init__"
    return init  # type: ignore[no-any-return]


def _assignment(cls: type, name: str, value: str, known: dict[str, Any], *, frozen: bool) -> str:
    """Return the line that sets a field; that of a frozen class goes round its refusal to be changed."""
    if not frozen:
        return f"self.{name} = {value}"
    slot = getattr(cls, name, None)
    if isinstance(slot, MemberDescriptorType):
        known[f"set__{name}"] = slot.__set__
        return f"set__{name}(self, {value})"
    known["set__any"] = object.__setattr__
    return f"set__any(self, {name!r}, {value})"


def _parts(names: list[str]) -> Callable[[Any], tuple[Any, ...]]:
    """Return what gives the values of these fields."""
    if len(names) > 1:
        return attrgetter(*names)
    if not names:
        return lambda _: ()
    part = attrgetter(*names)
    return lambda item: (part(item),)


def _repr(fields: tuple[Field[Any], ...]) -> Callable[[Any], str]:
    names = [field.name for field in fields if field.repr]

    @recursive_repr()
    def shown(self: Any) -> str:
        values = ", ".join(f"{name}={getattr(self, name)!r}" for name in names)
        return f"{type(self).__qualname__}({values})"

    return shown


def _eq(parts: Callable[[Any], tuple[Any, ...]]) -> Callable[[Any, object], bool]:
    def equal(self: Any, other: object) -> bool:
        return parts(self) == parts(other) if other.__class__ is self.__class__ else NotImplemented

    return equal


def _hash(parts: Callable[[Any], tuple[Any, ...]]) -> Callable[[Any], int]:
    return lambda self: hash(parts(self))


def _refusals(cls: Any, names: frozenset[str]) -> dict[str, Callable[..., None]]:
    """Return the methods by which a frozen class refuses to be changed."""

    def refuse_setting(self: Any, name: str, value: object) -> None:
        if type(self) is cls or name in names:
            raise FrozenInstanceError(f"cannot assign to field {name!r}")
        super(cls, self).__setattr__(name, value)

    def refuse_deleting(self: Any, name: str) -> None:
        if type(self) is cls or name in names:
            raise FrozenInstanceError(f"cannot delete field {name!r}")
        super(cls, self).__delattr__(name)

    return {"__setattr__": refuse_setting, "__delattr__": refuse_deleting}


def _states(names: list[str]) -> dict[str, Callable[..., Any]]:
    """Return the methods by which objects of a frozen class with slots are copied and sent to other processes."""

    def state(self: Any) -> list[Any]:
        return [getattr(self, name) for name in names]

    def set_state(self: Any, state: list[Any]) -> None:
        for name, value in zip(names, state, strict=True):
            object.__setattr__(self, name, value)

    return {"__getstate__": state, "__setstate__": set_state}
