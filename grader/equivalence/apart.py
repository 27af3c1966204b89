"""Formulas that cannot be equal, told without a comparison: one depends on a symbol that the other does not have.

A formula is compared with every known mistake, and nearly all of these comparisons only find that it is another
formula. Where both are made of numbers, symbols and plain functions, and one changes with a symbol, a formula
without that symbol is not equal to it, whatever conventions it is read by: these rename indices and add labels to
names, but never take a name away.
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple
from zlib import crc32

from grader.equivalence.effort import COMPARISON, Effort, ExhaustedError
from grader.equivalence.normal.quotients import UndefinedError
from grader.equivalence.numeric.pointvalues import Evaluation, NotEvaluableError
from grader.equivalence.numeric.sampling import state_of, value_names
from grader.equivalence.preparation.prepared import limits_of
from grader.notation.tree import Apply, Binder, Constant, Node, Number, Symbol, fact, names_in, signs_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from grader.equivalence.numeric.balls import Value
    from grader.equivalence.verdict import Options

_PLAIN: Final = signs_of(
    Number, Symbol, Constant, Apply, Binder, "add", "neg", "mul", "div", "pow", "root", "exp", "log", "index", "sigmoid",
    "sin", "cos", "tan", "sinh", "cosh", "tanh",
)  # fmt: skip
_CONSTANTS: Final = frozenset({"pi", "e"})
_WHOLE: Final = frozenset({"integer", "natural", "count"})


class Telling(NamedTuple):
    """The symbols that the value of a formula depends on, and those of them that stand in no limit of a sum."""

    names: frozenset[str] = frozenset()
    outside: frozenset[str] = frozenset()


MAX_TRIED: Final = 3
"""Symbols of a formula's own that are tried: hardly any formula does not change with the first."""

MAX_REMEMBERED: Final = 2_000
"""Formulas of a class that are known to change with a symbol."""

NOTHING: Final = Telling()


def telling_names(tree: Node, options: Options) -> Telling:
    """Return the symbols that a plain formula changes with, as one point of their domains shows."""
    lenient = options.growth or options.rename or options.up_to or options.matrices
    if lenient or options.rel is not None or options.abs is not None:
        return NOTHING
    if not _is_plain(tree) or not _has_limits(tree):
        return NOTHING
    limits = _named_limits(tree)
    domains = _domains(tree, limits, options)
    value = _value(tree, domains, "")
    if value is None:
        return NOTHING
    found = set()
    for name in {*value_names(tree), *_data(tree)}:
        other = _value(tree, domains, name)
        if other is not None and state_of(value, other) == "differ":
            found.add(name)
    return Telling(frozenset(found), frozenset(found) - limits)


def are_apart(tree: Node, telling: Telling) -> bool:
    """Whether a formula cannot be equal to one that depends on these symbols: it has no name like one of them.

    Limits that it does not write are taken from the other formula, with the symbols in them.
    """
    if not telling.names or not _is_plain(tree):
        return False
    wanted = telling.names if _has_limits(tree) else telling.outside
    names = names_in(tree)
    return not all(name in names or any(_alike(name, other) for other in names) for name in wanted)


def has_its_own(tree: Node, known: frozenset[str], options: Options) -> bool:
    """Whether a formula changes with a symbol that is like none of the known names, and in no limit of a sum.

    It is equal to no formula that is made of these names and has a value.
    """
    if not _is_plain(tree) or not _has_limits(tree):
        return False
    limits = _named_limits(tree)
    own = [
        name
        for name in value_names(tree)
        if name not in known and name not in limits and not any(_alike(name, other) for other in known)
    ]
    if not own:
        return False
    domains = tuple(_domains(tree, limits, options).items())
    return any(_changes_with(tree, name, domains) for name in own[:MAX_TRIED])


@lru_cache(maxsize=MAX_REMEMBERED)
def _changes_with(tree: Node, name: str, domains: tuple[tuple[str, str], ...]) -> bool:
    """Whether one point of the symbols' domains shows that a formula changes with one of them."""
    value, other = (_value(tree, dict(domains), changed) for changed in ("", name))
    return value is not None and other is not None and state_of(value, other) == "differ"


def _named_limits(tree: Node) -> frozenset[str]:
    """Return the names in the limits of sums."""
    return frozenset().union(
        *(names_in(part) for pair in limits_of(tree) for part in pair if part is not None)
    )


def _domains(tree: Node, limits: frozenset[str], options: Options) -> dict[str, str]:
    """Return where the symbols take their values; what limits a sum is a whole number."""
    return {name: "natural" if name in limits else options.domain(name) for name in names_in(tree)}


def _alike(name: str, other: str) -> bool:
    """Whether one name may be the other with a label, or with another spelling of it: `x_B` and `x`, `x_1` and `x1`."""
    if name.replace("_", "") == other.replace("_", ""):
        return True
    short, long = sorted((name, other), key=len)
    return long.startswith(short) and not long[len(short)].isalpha()


@fact
def _is_plain(tree: Node) -> bool:
    """Whether a formula is made of numbers, symbols and plain functions, its sums over no set."""
    if tree.kinds & ~_PLAIN:
        return False
    if not tree.holds(Binder, Constant):
        return True
    for node in tree.walk():
        if isinstance(node, Constant) and node.name not in _CONSTANTS:
            return False
        if isinstance(node, Binder) and (node.head not in {"sum", "prod"} or node.domain is not None):
            return False
    return True


@fact
def _has_limits(tree: Node) -> bool:
    """Whether all sums have an index and limits that are written."""
    nodes = tree.walk() if tree.holds(Binder) else ()
    return not any(
        isinstance(node, Binder) and None in {node.index, node.lower, node.upper} for node in nodes
    )


def _data(tree: Node) -> frozenset[str]:
    """Return the names that carry an index."""
    nodes = tree.walk() if tree.holds("index") else ()
    bases = (node.args[0] for node in nodes if isinstance(node, Apply) and node.head == "index")
    return frozenset(base.name for base in bases if isinstance(base, Symbol))


def _value(tree: Node, domains: Mapping[str, str], changed: str) -> Value | None:
    """Return the value at the point where each symbol has a number of its own, one symbol another one; None without a value."""
    point: dict[str, Value] = {
        name: _number(name, domains.get(name, "real"), other=name == changed) for name in value_names(tree)
    }

    def datum(key: str) -> Fraction:
        base = key.partition("[")[0]
        return _number(key, domains.get(base, "real"), other=base == changed)

    evaluation = Evaluation(point, datum, real=True)
    evaluation.effort = Effort(COMPARISON)  # it is found once, and no answer pays for it
    try:
        return evaluation.value(tree)
    except (UndefinedError, NotEvaluableError, ExhaustedError, RecursionError):
        return None


def _number(key: str, domain: str, *, other: bool) -> Fraction:
    """Return a number that is in the domain whatever else may be assumed of it: between 0 and 1, or a small whole one."""
    noise = crc32(key.encode())
    if domain in _WHOLE:
        return Fraction(2 + noise % 3 + 3 * other)
    value = Fraction(1 + noise % 47 + 49 * other, 101)
    return -value if domain == "negative" else value
