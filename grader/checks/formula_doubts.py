"""What in a rubric's formula a teacher may not have meant: labels, unknowns, spellings and matrices, as they are read."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from grader.checks.formula_sense import doubt_about
from grader.equivalence import compare
from grader.equivalence.preparation.calculus import dependence_in, differentiated
from grader.equivalence.preparation.chances import HEADS
from grader.equivalence.preparation.indices import free_indices, patterns_of
from grader.equivalence.preparation.prepared import prepare
from grader.equivalence.preparation.symbolshapes import Shapes, has_arrays
from grader.equivalence.signlaws import rewritten_by_signs
from grader.notation.formulareader import read_formula
from grader.notation.printing.text import to_text
from grader.notation.tree import Apply, Binder, Node, Number, Symbol, names_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from grader.checks.formula_key import FormulaKey
    from grader.equivalence import Options
    from grader.notation.names import Names

MAX_NAMED: Final = 6  # labels or unknowns in one sentence
_OPAQUE: Final = {"integral": "an integral", "limit": "a limit"}


def doubts_about_labels(tree: Node) -> Iterator[str]:
    """Say which undeclared labels alone tell names apart: `n_in` and `n_out`, `y_true` and `y_pred`."""
    indices = frozenset(free_indices(tree)) | _bound(tree)
    for name, patterns in sorted(patterns_of(tree).items()):
        labels = sorted(
            {
                label.name
                for pattern in patterns
                for label in pattern
                if isinstance(label, Symbol) and label.name not in indices
            }
        )
        if len(labels) > 1:
            shown = _listed([f"{name}_{label}" for label in labels])
            yield (
                f"expected: only labels tell {shown} apart, and none is declared; write each under `symbols` "
                "with the spellings that students use"
            )


def doubts_about_unknowns(tree: Node) -> Iterator[str]:
    """Say which parts are only ever compared as a whole."""
    tree = differentiated(tree, dependence_in((tree,)))
    known = prepare(tree, tree).known
    names = list(known.names.values()) if known is not None else []
    names += [to_text(node) for node in tree.walk() if isinstance(node, Apply) and node.head in HEADS]
    names += [_OPAQUE[node.head] for node in tree.walk() if isinstance(node, Binder) and node.head in _OPAQUE]
    if names:
        yield (
            f"expected: {_listed(names)} {'stays' if len(names) == 1 else 'stay'} unknown: only the algebra around "
            "it is compared; what it is equal to, as by the chain rule, goes to a person unless `accept` has it"
        )


def doubts_about_matrices(tree: Node, declared: frozenset[str], domains: Mapping[str, str]) -> Iterator[str]:
    """Say which symbols stand beside a transpose or an inverse and are not declared as matrices."""
    if not has_arrays(tree):
        return
    arrays = Shapes((tree,), declared, domains).arrays
    missing = sorted({key.partition("[")[0] for key in arrays} - declared)
    if missing:
        yield (
            f"expected: {_listed(missing)} {'is' if len(missing) == 1 else 'are'} read as matrices or vectors; "
            "name them under `matrices`, so that the order of factors counts in every answer"
        )


def doubts_about_signs(tree: Node, options: Options) -> Iterator[str]:
    """Say which symbols without a domain decide whether a usual way to write the formula is equal to it."""
    free = sorted(names_in(tree) - options.domains.keys())
    positive = replace(options, domains={**options.domains, **dict.fromkeys(free, "positive")})
    said: set[str] = set()
    for other, within in rewritten_by_signs(tree):
        names = [name for name in free if name in names_in(within)]
        if not names or said.issuperset(names):
            continue
        if (
            compare(tree, other, options=positive).accepted
            and not compare(tree, other, options=options).accepted
        ):
            said.update(names)
            yield (
                f"expected: {_listed(names)} {'has' if len(names) == 1 else 'have'} no domain: {to_text(other)} is equal "
                "only where nothing is negative; declare it under `where`, or what is written so is not taken for right"
            )


def doubts_about_readings(
    texts: Sequence[tuple[str, str]], names: Names, expected: Node, declared: frozenset[str]
) -> Iterator[str]:
    """Say how a formula of the rubric was read where it may mean something else, or has letters of its own."""
    wanted = names_in(expected) | declared
    for key, text in texts:
        reading = read_formula(text, names=names)
        if reading.alternatives and reading.notes and not _only_numbers(reading.tree):
            yield f"{key}: '{text}' is read as {to_text(reading.tree)}: {reading.notes[0]}"
        own = sorted(names_in(reading.tree) - wanted)
        if key == "accept" and own:
            shown = _listed(own)
            yield f"accept: '{text}' is read as {to_text(reading.tree)}, with {shown}, which the expected formula has not"


def _only_numbers(tree: Node) -> bool:
    return isinstance(tree, Number)


def _bound(tree: Node) -> frozenset[str]:
    return frozenset(
        node.index.name for node in tree.walk() if isinstance(node, Binder) and node.index is not None
    )


def _listed(names: Sequence[str]) -> str:
    shown = list(dict.fromkeys(names))[:MAX_NAMED]
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"


def doubts_about(
    key: FormulaKey, forms: Sequence[tuple[str, str]], declared: frozenset[str], matrices: frozenset[str]
) -> tuple[str, ...]:
    """Return what the author of a rubric's formulas may not have meant; `forms` are the right ones as they are written."""
    expected, domains = key.right[0], key.options.domains
    return (
        *filter(None, (doubt_about("expected", expected, domains),)),
        *doubts_about_labels(expected),
        *doubts_about_signs(expected, key.options),
        *doubts_about_unknowns(expected),
        *doubts_about_matrices(expected, matrices, domains),
        *doubts_about_readings(tuple(forms), key.names, expected, declared),
    )
