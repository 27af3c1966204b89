"""Formulas written otherwise, and with a slip: a sign, a term, a number, a root, two names swapped."""

from __future__ import annotations

from fractions import Fraction
from itertools import islice, pairwise
from typing import TYPE_CHECKING, Final

from grader.authoring.mutation.mutants import Replacement
from grader.equivalence import compare
from grader.equivalence.rewriting import substitute, with_values
from grader.notation.printing.latexprinter import to_latex
from grader.notation.printing.text import to_text
from grader.notation.tree import Apply, Node, Number, Relation, Symbol

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.checks.formula_key import FormulaKey

MAX_SLIPS: Final = 12  # of one formula
_ONE: Final = Number(Fraction(1))
_HALF: Final = Apply("div", (_ONE, Number(Fraction(2))))


def replacements(written: str, key: FormulaKey) -> Iterator[Replacement]:
    """Yield what may stand for a formula that is right, in LaTeX where it stood in LaTeX, with the left side that it had."""
    tree = key.right[0]
    left = "" if isinstance(tree, Relation) else _left(written)
    latex = "\\" in written or "{" in written
    write = to_latex if latex else _plain
    seen = {written}
    for operator, other in _same(tree):
        for text in (f"{left}{write(other)}", *(() if left or latex else (f"${to_latex(other)}$",))):
            if text not in seen:
                seen.add(text)
                yield Replacement(operator, damages=False, answer=text)
    for operator, other in islice(_wrong(tree, key), MAX_SLIPS):
        yield Replacement(operator, damages=True, answer=f"{left}{write(other)}")


def _left(written: str) -> str:
    """Return the left side that a formula stands under, with its sign; "" where it has none."""
    depth = 0
    for place, char in enumerate(written):
        depth += (char in "{([") - (char in "})]")
        if char == "=" and not depth:
            return f"{written[: place + 1]} "
    return ""


def _plain(tree: Node) -> str:
    """Write a formula as people do, without the quotes that keep a name from being read as another one."""
    return to_text(tree).replace('"', "")


def _same(tree: Node) -> Iterator[tuple[str, Node]]:
    """Yield the formula in other words."""
    yield "notation", tree
    for node in dict.fromkeys(tree.walk()):
        if not isinstance(node, Apply):
            continue
        if node.head in {"add", "mul"}:
            yield "order", with_values(tree, {node: Apply(node.head, node.args[::-1])})
        elif node.head == "root" and node.args[1] == Number(Fraction(2)):
            yield "notation", with_values(tree, {node: Apply("pow", (node.args[0], _HALF))})
        elif node.head == "div" and node.args[0] != _ONE:
            yield (
                "notation",
                with_values(tree, {node: Apply("mul", (Apply("div", (_ONE, node.args[1])), node.args[0]))}),
            )


def _wrong(tree: Node, key: FormulaKey) -> Iterator[tuple[str, Node]]:
    """Yield the formula with one slip, where that is shown to be another one than all that are right."""
    for operator, other in dict.fromkeys(_slips(tree)):
        if other != tree and all(
            compare(right, other, options=key.options).equal == "different" for right in key.right
        ):
            yield operator, other


def _slips(tree: Node) -> Iterator[tuple[str, Node]]:
    for node in dict.fromkeys(tree.walk()):
        for operator, other in _slipped(node):
            yield operator, with_values(tree, {node: other})
    names = sorted({node.name for node in tree.walk() if isinstance(node, Symbol)})
    for one, two in pairwise(names):
        yield "names swapped", substitute(tree, {one: Symbol(two), two: Symbol(one)})


def _slipped(node: Node) -> Iterator[tuple[str, Node]]:
    if isinstance(node, Number):
        yield "number", node.changed(value=node.value + 1, text="")
    if not isinstance(node, Apply):
        return
    first, *rest = node.args or (node,)
    if node.head in {"add", "mul"} and rest:
        last = rest[-1]
        if node.head == "add":
            yield "sign", Apply("add", (*node.args[:-1], _negated(last)))
        kept = node.args[:-1]
        yield "term left out", kept[0] if len(kept) == 1 else Apply(node.head, kept)
    elif node.head == "div":
        yield "turned", Apply("div", (node.args[1], first))
    elif node.head in {"root", "log", "exp"}:
        yield "term left out", first
    elif node.head == "pow":
        yield "term left out", first
    elif node.head == "neg":
        yield "sign", first


def _negated(node: Node) -> Node:
    return node.args[0] if isinstance(node, Apply) and node.head == "neg" else Apply("neg", (node,))
