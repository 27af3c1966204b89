"""What the keys of a check of formulas cannot mean, told to its author before anything is marked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from grader.equivalence.numeric.pointvalues import NotEvaluableError
from grader.equivalence.numeric.sampling import Sampler
from grader.equivalence.preparation.prepared import prepare
from grader.equivalence.verdict import Options
from grader.files.validation import did_you_mean
from grader.notation.formulareader import read_formula
from grader.notation.names import Names
from grader.notation.syntaxerrors import ReadingError
from grader.notation.tree import Apply, Logic, Number, Relation, Symbol

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from grader.notation.tree import Node
    from grader.notation.wantednames import WantedName

# Exact at every point, so that a value that is missing is missed by no rounding.
_RATIONAL: Final = frozenset({"add", "neg", "mul", "div"})
_TRIED: Final = 24  # points at which a formula is looked for a value


def symbol_name(name: str, names: Names) -> str:
    """Return the name that a formula's symbol has which is written like this, of `p_k` the letter; the same where it is no symbol."""
    try:
        tree = read_formula(name, names=names).tree
    except ReadingError:
        return name
    if isinstance(tree, Apply) and tree.head == "index" and name not in names.symbols:
        tree = tree.args[0]
    return tree.name if isinstance(tree, Symbol) else name


def refuse_unknown_symbols(where: Iterable[str], known: Iterable[str]) -> None:
    """Raise ValueError for a domain of a symbol that no formula has."""
    names = set(known)
    for name in where:
        if name not in names:
            raise ValueError(f"where: no formula here has a symbol {name!r}{did_you_mean(name, names)}")


def refuse_undefined(key: str, tree: Node, domains: Mapping[str, str]) -> None:
    """Raise ValueError for a fraction that divides by zero wherever it is looked at, such as 0/0 or 1/(x - x)."""
    exact = all(isinstance(node, Number | Symbol) or _is_rational(node) for node in tree.walk())
    if exact and not _has_value(Sampler(tree, tree, domains, "real", key), tree):
        raise ValueError(f"{key}: this formula divides by zero, whatever the values of its symbols")


def doubt_about(key: str, tree: Node, domains: Mapping[str, str]) -> str:
    """Say that no real value of a formula was found anywhere, which its author may not have meant; "" where one was."""
    if isinstance(tree, Relation | Logic):
        return ""
    prepared = prepare(tree, tree)
    known = prepared.domains(Options(domains=domains))
    sampler = Sampler(prepared.expected, prepared.answer, known, "real", key)
    if _has_value(sampler, prepared.expected):
        return ""
    return f"{key}: no real value of this formula was found at any of {_TRIED} points of its symbols' domains"


def _is_rational(node: Node) -> bool:
    return isinstance(node, Apply) and node.head in _RATIONAL


def _has_value(sampler: Sampler, tree: Node) -> bool:
    """Whether a formula has a value somewhere, or cannot be evaluated at points at all."""
    for step, point in zip(range(_TRIED), sampler.points(), strict=False):
        try:
            if sampler.value(tree, point, step) is not None:
                return True
        except NotEvaluableError:
            return True
    return False


def named_value(tree: Node, wanted: WantedName) -> Node:
    """Let the rubric write the left side as well: `sigma^2 = 2/N` is what defines `sigma^2`."""
    if isinstance(tree, Relation) and set(tree.operators) <= {"=", ":="} and len(tree.operands) == 2:
        return tree.operands[1] if wanted.matches(tree.operands[0]) else tree
    return tree


def matrix_names(declared: Sequence[str]) -> frozenset[str]:
    """Return the declared matrices; of `W_hh` and `W_{xh}` the letter too, as a label is no part of a name."""
    return frozenset((*declared, *(name.partition("_")[0] for name in declared)))


def declared_names(
    symbols: Mapping[str, tuple[str, ...]],
    functions: Sequence[str],
    constants: Sequence[str],
    matrices: Sequence[str],
) -> Names:
    """Declare a rubric's names; raises ValueError with what is wrong in them."""
    try:
        return Names.declare(
            symbols, functions=functions, constants=constants, matrices=matrix_names(matrices)
        )
    except ValueError as error:  # ReadingError is one
        raise ValueError(f"symbols: {error}") from error
