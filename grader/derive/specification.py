"""Read a specification: plain mappings whose scalars are Python values or the text that stands in YAML.

Every field is read by the type it must have, strictly; whatever is wrong is a `SpecError` that says
where in the specification it stands. Sizes are bounded before anything is computed from them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from difflib import get_close_matches
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

Path = tuple[str | int, ...]
Shape = tuple[int, ...]
Exact = int | Fraction
Nested = Any  # Exact | tuple[Nested, ...]

# The widest layers and largest vocabularies in print are near a million; a billion is a slip of the pen.
MAX_DIMENSION: Final = 10_000_000
# Elements of one tensor or one layer's output: 1,000 times the largest published models.
MAX_ELEMENTS: Final = 10**15
MAX_NUMBERS: Final = 100_000  # numbers written out in one field
MAX_DEPTH: Final = 8  # of lists in lists: (batch, depth, height, width, channels) and some
MAX_DIGITS: Final = 400  # a double has 17 significant digits and an exponent of three
SHOWN: Final = 60  # characters of a value that a message repeats


def spelled(names: Mapping[str, str]) -> dict[str, str]:
    """Return every spelling with the name it stands for; each name has its other spellings behind it, with blanks."""
    return {word: name for name, others in names.items() for word in (name, *others.split())}


ACTIVATION_NAMES: Final = spelled(
    {
        **dict.fromkeys(("relu", "relu6", "elu", "selu", "gelu", "tanh", "softmax", "softplus", "sign"), ""),
        "leaky_relu": "leakyrelu",
        "silu": "swish",
        "sigmoid": "logistic",
        "log_softmax": "logsoftmax",
        "hard_sigmoid": "hardsigmoid",
        "hard_tanh": "hardtanh",
        "linear": "identity none",
        "step": "heaviside",
    }
)
"""Activation functions and what else they are called."""

_NUMBER: Final = re.compile(r"[+-]?(?:\d[\d_]*(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?")
_TRUE: Final = frozenset({"true", "yes", "on"})
_FALSE: Final = frozenset({"false", "no", "off"})
UNSET: Final = object()


class SpecError(ValueError):
    """A specification that cannot be computed; `path` leads to the field that is at fault."""

    def __init__(self, message: str, path: Path = ()) -> None:
        super().__init__(message)
        self.message = message
        self.path = tuple(path)

    def __reduce__(self) -> tuple[type[SpecError], tuple[str, Path]]:
        """Let the error cross a process boundary with its path."""
        return type(self), (self.message, self.path)


class LayerProblem(ValueError):  # noqa: N818 - told on as a SpecError, with the layer's name and place
    """A rule that the shape reaching a layer breaks; `field` is the one to change."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


def shown(value: Any) -> str:
    """Return a value as a message repeats it, cut to a readable length."""
    text = repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= SHOWN else text[: SHOWN - 3] + "..."


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return `; did you mean 'x'?` for the nearest known name, else a list of what there is."""
    names = sorted(set(known))
    near = get_close_matches(name[:SHOWN], names, n=1, cutoff=0.6)
    if near:
        return f"; did you mean {near[0]!r}?"
    return f"; known here: {', '.join(names)}" if names else ""


def read_number(value: Any, path: Path, what: str) -> Exact:
    """Return a number as it is written, exactly: `0.1` is one tenth, `1/9` a ninth, `5%` a twentieth."""
    number = _number(value)
    if number is None:
        raise SpecError(f"{what} must be a number such as 3, 0.5 or 1/9 (got {shown(value)})", path)
    return number.numerator if number.denominator == 1 else number


def _number(value: Any) -> Fraction | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int | Fraction):
        return Fraction(value)
    if isinstance(value, float):
        return Fraction(repr(value)) if value - value == 0 else None  # neither infinite nor undefined
    if not isinstance(value, str) or len(value) > MAX_DIGITS:
        return None
    text = value.strip()
    scale = 1
    if text.endswith("%"):
        text, scale = text[:-1].rstrip(), 100
    above, slash, below = (part.strip() for part in text.partition("/"))
    if not _NUMBER.fullmatch(above) or (slash and not _NUMBER.fullmatch(below)):
        return None
    divisor = Fraction(below) if slash else Fraction(1)
    return Fraction(above) / divisor / scale if divisor else None


def read_count(value: Any, path: Path, what: str, *, low: int = 0, high: int = MAX_DIMENSION) -> int:
    """Return a whole number between two bounds, which are part of the rule the message states."""
    number = _number(value)
    if number is None or number.denominator != 1:
        raise SpecError(f"{what} must be a whole number (got {shown(value)})", path)
    if not low <= number <= high:
        bound = f"at least {low:,}" if number < low else f"at most {high:,}"
        raise SpecError(f"{what} must be {bound} (got {shown(value)})", path)
    return int(number)


def read_counts(value: Any, path: Path, what: str, *, low: int = 0, high: int = MAX_DIMENSION) -> Shape:
    """Return a list of whole numbers; a number alone is a list of one."""
    if not isinstance(value, list | tuple):
        return (read_count(value, path, what, low=low, high=high),)
    if len(value) > MAX_NUMBERS:
        raise SpecError(f"{what} has more than {MAX_NUMBERS:,} numbers", path)
    return tuple(
        read_count(item, (*path, index), f"{what}[{index}]", low=low, high=high)
        for index, item in enumerate(value)
    )


def read_array(value: Any, path: Path, what: str, *, limit: int = MAX_NUMBERS) -> Nested:
    """Return nested tuples of exact numbers; lists on one level have one length."""
    budget = [limit]
    array = _array(value, path, what, budget, 0)
    shape_of(array, path, what)
    return array


def _array(value: Any, path: Path, what: str, budget: list[int], depth: int) -> Nested:
    if not isinstance(value, list | tuple):
        budget[0] -= 1
        if budget[0] < 0:
            raise SpecError(f"{what} holds more numbers than are computed with", path)
        return read_number(value, path, what)
    if depth >= MAX_DEPTH:
        raise SpecError(f"{what} nests lists deeper than {MAX_DEPTH} levels", path)
    if not value:
        raise SpecError(f"{what} holds an empty list", path)
    return tuple(_array(item, (*path, index), what, budget, depth + 1) for index, item in enumerate(value))


def shape_of(array: Nested, path: Path = (), what: str = "the array") -> Shape:
    """Return the shape of nested tuples, () for a number; rows of different length are an error."""
    if not isinstance(array, tuple):
        return ()
    shapes = [shape_of(item, (*path, index), what) for index, item in enumerate(array)]
    for index, shape in enumerate(shapes):
        if shape != shapes[0]:
            raise SpecError(
                f"{what}: row {index} has shape {shape}, the first has {shapes[0]}", (*path, index)
            )
    return (len(array), *shapes[0])


def read_flag(value: Any, path: Path, what: str) -> bool:
    """Return true or false."""
    if isinstance(value, bool):
        return value
    word = str(value).strip().lower()
    if word not in _TRUE | _FALSE:
        raise SpecError(f"{what} must be true or false (got {shown(value)})", path)
    return word in _TRUE


def plain_word(value: Any) -> str:
    """Return a word as options are compared: lower case, `_` for blanks and hyphens."""
    return str(value).strip().lower().replace("-", "_").replace(" ", "_")


def read_choice(value: Any, path: Path, what: str, options: Mapping[str, str] | Iterable[str]) -> str:
    """Return one of the options; a mapping also gives other names for them."""
    names = options if isinstance(options, Mapping) else {option: option for option in options}
    word = plain_word(value)
    if isinstance(value, list | dict | tuple) or word not in names:
        raise SpecError(f"{what} cannot be {shown(value)}{did_you_mean(word, names)}", path)
    return names[word]


class Fields:
    """The fields of one mapping: read each by name, then `finish` refuses what nobody read.

    `aliases` maps other spellings to the name a reader asks for. `whose` begins every message.
    """

    missing: str = "{!r} is missing"
    twice: str = "{!r} and {!r} mean the same; give one of them"

    def __init__(
        self,
        mapping: Mapping[str, Any],
        path: Path = (),
        *,
        whose: str = "",
        aliases: Mapping[str, str] | None = None,
    ) -> None:
        self.path = path
        self.whose = f"{whose}: " if whose else ""
        self._values: dict[str, tuple[str, Any]] = {}
        self._known: set[str] = set()
        for key, value in mapping.items():
            name = (aliases or {}).get(str(key), str(key))
            if name in self._values:
                raise self.error(self.twice.format(self._values[name][0], str(key)), str(key))
            self._values[name] = (str(key), value)

    def __contains__(self, name: str) -> bool:
        self._known.add(name)
        return name in self._values and self._values[name][1] is not None

    def at(self, name: str) -> Path:
        """Return the path of a field, by the key its author wrote."""
        return (*self.path, self._values[name][0]) if name in self._values else self.path

    def error(self, message: str, name: str = "") -> SpecError:
        """Return the error to raise about a field, or about the mapping as a whole."""
        place = (*self.path, name) if name and name not in self._values else self.at(name)
        return SpecError(self.whose + message, place)

    def raw(self, name: str, default: Any = UNSET) -> Any:
        """Return a field as it stands; without a default it must be there."""
        if name in self:
            return self._values[name][1]
        if default is UNSET:
            raise SpecError(self.whose + self.missing.format(name), self.path)
        return default

    def count(self, name: str, default: int | None = None, *, low: int = 0, high: int = MAX_DIMENSION) -> int:
        """Return a whole number between two bounds."""
        if name not in self and default is not None:
            return default
        return read_count(self.raw(name), self.at(name), self.whose + name, low=low, high=high)

    def counts(self, name: str, default: Shape | None = None, *, low: int = 0) -> Shape:
        """Return a list of whole numbers; a number alone is a list of one."""
        if name not in self and default is not None:
            return default
        return read_counts(self.raw(name), self.at(name), self.whose + name, low=low)

    def sizes(self, name: str, axes: int, default: Shape | None = None, *, low: int = 1) -> Shape:
        """Return one number an axis: `3` is (3, 3) on two axes, `[3, 5]` stays."""
        found = self.counts(name, default, low=low)
        if len(found) == 1:
            return found * axes
        if len(found) != axes:
            raise self.error(f"{name} must be one number or {axes} (got {len(found)})", name)
        return found

    def exact(self, name: str, default: Exact | None = None) -> Exact:
        """Return an exact number."""
        if name not in self and default is not None:
            return default
        return read_number(self.raw(name), self.at(name), self.whose + name)

    def array(self, name: str) -> Nested:
        """Return nested tuples of exact numbers."""
        return read_array(self.raw(name), self.at(name), self.whose + name)

    def flag(self, name: str, *, default: bool) -> bool:
        """Return true or false."""
        return read_flag(self.raw(name), self.at(name), self.whose + name) if name in self else default

    def choice(
        self, name: str, options: Mapping[str, str] | Iterable[str], default: str | None = None
    ) -> str:
        """Return one of the options; case, blanks and hyphens are free."""
        if name not in self and default is not None:
            return default
        return read_choice(self.raw(name), self.at(name), self.whose + name, options)

    def text(self, name: str, default: str | None = None) -> str:
        """Return a text."""
        value = self.raw(name, UNSET if default is None else default)
        if isinstance(value, list | tuple | Mapping):
            raise self.error(f"{name} must be a text (got {shown(value)})", name)
        return str(value)

    def texts(self, name: str, default: tuple[str, ...] = ()) -> tuple[str, ...]:
        """Return a list of texts; a text alone is a list of one."""
        value = self.raw(name, default)
        items = value if isinstance(value, list | tuple) else (value,)
        if any(isinstance(item, list | tuple | Mapping) for item in items):
            raise self.error(f"{name} must be a text or a list of texts (got {shown(value)})", name)
        return tuple(str(item) for item in items)

    def finish(self) -> None:
        """Refuse fields that nothing has asked for."""
        for name, (key, _) in self._values.items():
            if name not in self._known:
                raise self.error(f"unknown field {key!r}{did_you_mean(key, self._known)}", name)
