"""A formula of a model answer as a check: its sides, its symbols, and where they probably take their values."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from grader.drafting.checkdraft import CheckDraft
from grader.drafting.usualspellings import usual_spellings
from grader.equivalence.preparation.symbolshapes import Shapes, has_arrays
from grader.notation.formulareader import read_formula
from grader.notation.lazypatterns import deferred
from grader.notation.syntaxerrors import ReadingError
from grader.notation.tree import Apply, Binder, Symbol, names_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.notation.tree import Node

DOMAINS: Final = "domains guessed from the letters"
MOST_NAME: Final = 40  # characters of a left side that is a name
_NAME: Final = deferred(
    r"(?:\\(?:hat|bar|tilde|vec|mathbf|mathrm|boldsymbol|operatorname|text)[ ]?\{[^{}]{1,20}\}|\\?[A-Za-z]+'{0,2})"
    r"(?:[_^](?:\{[^{}=]{1,20}\}|\w|\*))*(?:\([^()=]{1,20}\))?"
)
_LABEL: Final = deferred(r"(?<![\\A-Za-z])([A-Za-z])_\{?(?:\\(?:text|mathrm)\{)?([A-Za-z]{2,12})\}?")
_CONSTANTS: Final = frozenset({"e", "pi", "i"})
_DOMAINS: Final = {
    **dict.fromkeys(
        ("sigma", "var", "variance", "std", "epsilon", "eps", "eta", "lr", "tau", "lambda", "temperature"),
        "positive",
    ),
    **dict.fromkeys(("N", "n", "m", "M", "K", "D", "d", "B"), "natural"),
}


def formula_draft(text: str, beside: str = "") -> CheckDraft | None:
    """Return the check for a formula, None where it has no symbols or cannot be read; `beside` is the text that it stands in."""
    sides = _sides(text)
    left = sides[0].strip() if len(sides) > 1 and _is_name(sides[0]) else ""
    own = sides[1:] if left else sides
    expected = next((side.strip() for side in own if _is_symbolic(side)), "")
    if not expected or (not left and len(sides) > 1):
        expected = text.strip() if len(sides) > 1 and not left and _is_symbolic(sides[0]) else expected
    if not expected:
        return None
    try:
        tree = read_formula(expected).tree
    except ReadingError:
        return None
    if isinstance(tree, Symbol):
        return None
    keys: dict[str, Any] = {"expected": expected}
    if left:
        keys["defines"] = [left]
    matrices = _arrays(tree)
    symbols = {**_symbols(tree, beside, skipped=matrices), **_labelled_names(expected)}
    where = _domains(tree)
    plain = keys
    keys = {**keys, **({"matrices": matrices} if matrices else {})}
    full = {**keys, **({"symbols": symbols} if symbols else {}), **({"where": where} if where else {})}
    others = tuple(
        each for each in ({**keys, "where": where} if where else None, keys, plain) if each is not None
    )
    remarks = (
        (f"{DOMAINS}: {', '.join(f'{name} {domain}' for name, domain in where.items())}",) if where else ()
    )
    return CheckDraft("formula", full, others, remarks=remarks)


def _is_name(text: str) -> bool:
    return len(text) <= MOST_NAME and _NAME.fullmatch(text.strip()) is not None


def _is_symbolic(text: str) -> bool:
    try:
        return bool(names_in(read_formula(text.strip()).tree) - _CONSTANTS)
    except ReadingError:
        return False


def _sides(text: str) -> list[str]:
    """Return the sides of a chain of equations; what stands in brackets or braces parts nothing."""
    sides, depth, start = [], 0, 0
    for place, sign in enumerate(text):
        depth += (sign in "({[") - (sign in ")}]")
        alone = (
            sign == "="
            and text[place - 1 : place] not in {":", "<", ">", "!", "="}
            and text[place + 1 : place + 2] != "="
        )
        if alone and depth == 0:
            sides.append(text[start:place])
            start = place + 1
    return [side.strip(" &\t") for side in (*sides, text[start:])]


def _bound_and_indices(tree: Node) -> frozenset[str]:
    """Return the names that are no quantities: what sums run over, and what stands in subscripts."""
    names: set[str] = set()
    for node in tree.walk():
        if isinstance(node, Binder) and node.index is not None:
            names.add(node.index.name)
        elif isinstance(node, Apply) and node.head == "index":
            names |= {name for inner in node.args[1:] for name in names_in(inner)}
    return frozenset(names)


def _quantities(tree: Node) -> Sequence[str]:
    skipped = _bound_and_indices(tree) | _CONSTANTS
    return [
        name for name in sorted(names_in(tree)) if name not in skipped and re.fullmatch(r"[A-Za-z_]+", name)
    ]


def _arrays(tree: Node) -> list[str]:
    """Return the letters that are matrices or vectors, since they are transposed, inverted or multiplied with some that are."""
    if not has_arrays(tree):
        return []
    return sorted({name.partition("[")[0] for name in Shapes((tree,), (), ()).arrays})


def _symbols(tree: Node, beside: str, *, skipped: Sequence[str]) -> dict[str, list[str]]:
    summed = any(
        isinstance(node, Binder) or (isinstance(node, Apply) and node.head == "sum") for node in tree.walk()
    )
    names = names_in(tree)
    spelled = {
        name: usual_spellings(name, names, beside, summed=summed)
        for name in _quantities(tree)
        if name not in skipped
    }
    return {name: others for name, others in spelled.items() if others}


def _labelled_names(text: str) -> dict[str, list[str]]:
    """Return names that a label alone tells apart, `C_in` and `C_out`, each with its other spelling."""
    found = {(name[1], name[2]) for name in _LABEL.finditer(text)}
    several = {base for base, _ in found if sum(base == other for other, _ in found) > 1}
    return {f"{base}_{label}": [f"{base}_{{{label}}}"] for base, label in sorted(found) if base in several}


def _domains(tree: Node) -> dict[str, str]:
    return {name: _DOMAINS[name] for name in _quantities(tree) if name in _DOMAINS}
