"""The units of the field: bits and bytes, FLOPs and MACs, seconds, pixels, counts of parameters.

Decimal and binary prefixes are kept apart: 1 MB is 10^6 bytes and 1 MiB is 2^20 (IEC 80000-13).
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Final

from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_UNIT_LENGTH: Final = 24  # the longest name below is shorter; longer words are not looked up


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit by its usual name; `scale` is how many of its dimension's base unit one of it is."""

    name: str
    dimension: str
    scale: Fraction = Fraction(1)

    @property
    def base(self) -> str:
        """The name of the base unit of its dimension."""
        amount, sign, _ = self.dimension.partition("/")
        return _BASES.get(amount, amount) + ("/s" if sign else "")


_BASES: Final = {"memory": "B", "time": "s", "flops": "FLOPs", "macs": "MACs", "pixels": "px"}
_DECIMAL: Final = {"k": 10**3, "M": 10**6, "G": 10**9, "T": 10**12, "P": 10**15}
_BINARY: Final = {"Ki": 2**10, "Mi": 2**20, "Gi": 2**30, "Ti": 2**40, "Pi": 2**50}
_PREFIX_WORDS: Final = {"kilo": "k", "mega": "M", "giga": "G", "tera": "T"}
_BINARY_WORDS: Final = {"kibi": "Ki", "mebi": "Mi", "gibi": "Gi", "tebi": "Ti"}


def _memory() -> dict[str, Unit]:
    table = {"B": Unit("B", "memory"), "bit": Unit("bit", "memory", Fraction(1, 8))}
    table |= {"bits": table["bit"], "byte": table["B"], "bytes": table["B"]}
    for prefix, factor in (_DECIMAL | _BINARY).items():
        table[f"{prefix}B"] = Unit(f"{prefix}B", "memory", Fraction(factor))
        for name in (f"{prefix}byte", f"{prefix}bytes", f"{prefix}Byte", f"{prefix}Bytes"):
            table[name] = table[f"{prefix}B"]
        for name in (f"{prefix}bit", f"{prefix}bits", f"{prefix}b"):
            table[name] = Unit(f"{prefix}bit", "memory", Fraction(factor, 8))
    table |= {"KB": table["kB"], "Kb": table["kbit"], "mb": table["MB"], "gb": table["GB"], "kb": table["kB"]}
    table |= {
        "kib": table["KiB"],
        "kiB": table["KiB"],
        "mib": table["MiB"],
        "gib": table["GiB"],
        "tib": table["TiB"],
    }
    for word, prefix in (_PREFIX_WORDS | _BINARY_WORDS).items():
        table |= {f"{word}byte": table[f"{prefix}B"], f"{word}bytes": table[f"{prefix}B"]}
        table |= {f"{word}bit": table[f"{prefix}bit"], f"{word}bits": table[f"{prefix}bit"]}
    return table


def _operations() -> dict[str, Unit]:
    table: dict[str, Unit] = {}
    for name, spellings in {
        "FLOPs": ("flop", "flops"),
        "MACs": ("mac", "macs", "madd", "madds", "mult-adds", "multiply-adds"),
    }.items():
        dimension = name.lower()
        for spelling in spellings:
            table[spelling] = Unit(name, dimension)
            for prefix, factor in _DECIMAL.items():
                table[f"{prefix.lower()}{spelling}"] = Unit(f"{prefix}{name}", dimension, Fraction(factor))
    return table


def _words() -> dict[str, Unit]:
    groups = {
        Unit("s", "time"): ("s", "sec", "secs", "second", "seconds"),
        Unit("ms", "time", Fraction(1, 10**3)): ("ms", "msec", "millisecond", "milliseconds"),
        Unit("us", "time", Fraction(1, 10**6)): ("us", "µs", "μs", "microsecond", "microseconds"),
        Unit("ns", "time", Fraction(1, 10**9)): ("ns", "nanosecond", "nanoseconds"),
        Unit("min", "time", Fraction(60)): ("min", "mins", "minute", "minutes"),
        Unit("h", "time", Fraction(3600)): ("h", "hr", "hrs", "hour", "hours"),
        Unit("px", "pixels"): ("px", "pixel", "pixels"),
        Unit("parameters", "parameters"): ("parameter", "parameters", "param", "params", "weight", "weights"),
        Unit("biases", "biases"): ("bias", "biases"),
        Unit("neurons", "neurons"): ("neuron", "neurons"),
        Unit("filters", "filters"): ("filter", "filters", "kernel", "kernels", "maps"),
        Unit("channels", "channels"): ("channel", "channels"),
        Unit("layers", "layers"): ("layer", "layers"),
    }
    return {spelling: unit for unit, spellings in groups.items() for spelling in spellings}


_EXACT: Final[Mapping[str, Unit]] = _memory()
_FOLDED: Final[Mapping[str, Unit]] = (
    {spelling.lower(): unit for spelling, unit in _EXACT.items() if len(spelling) > 4}
    | _operations()
    | _words()
)


def unit_named(text: str) -> Unit | None:
    """Return the unit that a spelling means, or None.

    The symbols of memory keep their case (`MB` is bytes, `Mb` is bits); words do not. A rate is
    written with a slash and a unit of time: `GB/s`.
    """
    if len(text) > MAX_UNIT_LENGTH:
        return None
    amount, sign, time = text.partition("/")
    if sign:
        return _rate(unit_named(amount), unit_named(time))
    return _EXACT.get(text) or _FOLDED.get(text.lower())


def _rate(amount: Unit | None, time: Unit | None) -> Unit | None:
    if amount is None or time is None or time.dimension != "time" or "/" in amount.name:
        return None
    return Unit(f"{amount.name}/{time.name}", f"{amount.dimension}/time", amount.scale / time.scale)
