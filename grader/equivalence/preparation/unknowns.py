"""What stays an unknown: derivatives of letters and covariances.

Each of them becomes a symbol of its own, the same for the same thing in both formulas, so that
only the algebra around them is compared. What carries the index of a sum becomes data: in
`sum_k dL/dz_k x_k` the derivatives are `d_k`. Nothing is assumed about how they depend on each other.
"""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING, Final

from grader.equivalence.preparation.indices import BOUND
from grader.equivalence.rewriting import map_children, order_of
from grader.notation.tree import Apply, Binder, Constant, Node, Number, Symbol, names_in
from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

PARTIAL: Final = "call:partial"
"""An unknown derivative: what is differentiated, then the variables, in order of their names."""
HEADS: Final = frozenset({"call:gradient", "call:Cov", PARTIAL})
_SYMMETRIC: Final = frozenset({"add", "mul", "call:Cov"})


@dataclass(slots=True)
class Unknowns:
    """The unknowns of a pair of formulas: which stand in the expected one, which in the answer."""

    names: dict[Node, str] = field(default_factory=dict)
    expected: set[Node] = field(default_factory=set)
    answer: set[Node] = field(default_factory=set)

    @property
    def only_expected(self) -> list[Node]:
        return [node for node in self.names if node in self.expected - self.answer]

    @property
    def only_answer(self) -> list[Node]:
        return [node for node in self.names if node in self.answer - self.expected]


def is_unknown(node: Node) -> bool:
    """Whether a node is something that is only ever compared as a whole."""
    return isinstance(node, Apply) and node.head in HEADS


def by_arguments(tree: Node) -> Node:
    r"""Return `\nabla_w L(w_t)` as `\nabla L(w_t)` throughout: the gradient by the only argument."""
    if not tree.holds("call:gradient"):
        return tree
    tree = map_children(tree, by_arguments)
    if not (isinstance(tree, Apply) and tree.head == "call:gradient" and len(tree.args) == 2):
        return tree
    function, variable = tree.args
    if not isinstance(function, Apply):
        return tree
    called = (function.head.startswith("call:") or function.head == "expectation") and len(function.args) == 1
    product = function.head == "mul" and len(function.args) == 2 and isinstance(function.args[0], Symbol)
    argument = function.args[-1] if called or product else None
    base = argument.args[0] if isinstance(argument, Apply) and argument.head == "index" else argument
    return Apply(tree.head, (function,), span=tree.span) if base == variable else tree


def has_unknowns(tree: Node) -> bool:
    return tree.holds(*HEADS)


def abstracted(expected: Node, answer: Node) -> tuple[Node, Node, Unknowns]:
    """Return both formulas with their unknowns as symbols or data."""
    known = Unknowns()
    first = _abstracted(expected, known, known.expected)
    second = _abstracted(answer, known, known.answer)
    return first, second, known


def _abstracted(tree: Node, known: Unknowns, seen: set[Node]) -> Node:
    if isinstance(tree, Symbol | Number | Constant):
        return tree
    if not is_unknown(tree):
        return map_children(tree, lambda child: _abstracted(child, known, seen))
    labels: list[Node] = []
    template = _template(_ordered(tree), labels, _bound_inside(tree))
    name = known.names.get(template)
    if name is None:
        name = _free_name(_text(template), known)
        known.names[template] = name
    seen.add(template)
    symbol = Symbol(name, span=tree.span)
    return Apply("index", (symbol, *labels), span=tree.span) if labels else symbol


def _free_name(text: str, known: Unknowns) -> str:
    taken = set(known.names.values())
    name, count = text, 2
    while name in taken:
        name, count = f"{text} ({count})", count + 1
    return name


def _bound_inside(tree: Node) -> frozenset[str]:
    return frozenset(
        node.index.name for node in tree.walk() if isinstance(node, Binder) and node.index is not None
    )


def _template(tree: Node, labels: list[Node], inner: frozenset[str]) -> Node:
    """Return an unknown with the indices that sums around it bind taken out, in order of appearance."""
    if isinstance(tree, Apply) and tree.head == "index":
        slots = [_slot(label, labels) if _is_bound(label, inner) else label for label in tree.args[1:]]
        return Apply("index", (_template(tree.args[0], labels, inner), *slots))
    if isinstance(tree, Symbol) and _is_bound(tree, inner):
        return _slot(tree, labels)
    return map_children(tree, lambda child: _template(child, labels, inner))


def _is_bound(label: Node, inner: frozenset[str]) -> bool:
    return any(name.startswith(BOUND) and name not in inner for name in names_in(label))


def _slot(label: Node, labels: list[Node]) -> Symbol:
    labels.append(label)
    return Symbol(f"slot {len(labels)}")


def _ordered(tree: Node) -> Node:
    """Return the terms and factors inside in one order."""
    tree = map_children(tree, _ordered)
    if isinstance(tree, Apply) and tree.head in _SYMMETRIC:
        return Apply(tree.head, tuple(sorted(tree.args, key=order_of)), span=tree.span)
    if isinstance(tree, Apply) and tree.head == PARTIAL:
        return Apply(PARTIAL, (tree.args[0], *sorted(tree.args[1:], key=order_of)), span=tree.span)
    return tree


def _text(node: Node) -> str:
    """Return how a point shows an unknown: `dL/dw`."""
    if isinstance(node, Symbol):
        return "*" if node.name.startswith("slot ") else node.name.removeprefix(BOUND)
    if isinstance(node, Number):
        return str(node.value)
    if isinstance(node, Constant):
        return node.name
    if isinstance(node, Apply):
        inner = [_text(arg) for arg in node.args]
        if node.head == PARTIAL:
            below = "".join(f"d{variable}" for variable in inner[1:])
            order = f"^{len(inner) - 1}" if len(inner) > 2 else ""
            return f"d{order}{inner[0]}/{below}"
        if node.head == "index":
            return f"{inner[0]}_{','.join(inner[1:])}"
        if node.head == "given":
            return f"{inner[0]}|{inner[1]}"
        head = node.head.rpartition(" ")[2].removeprefix("call:").replace("probability", "P")
        return f"{head}({', '.join(inner)})"
    if isinstance(node, Binder):
        index = node.index.name.replace(BOUND, "i") if node.index else ""
        return f"{node.head}_{index} {_text(node.body)}"
    return f"({', '.join(map(_text, node.children))})"


# what is told apart


def are_told_apart(known: Unknowns) -> bool:
    """Whether formulas with these unknowns differ where their algebra does.

    Where an unknown stands in one formula only, it may still be what the other formula says in
    other words. Derivatives that the answer lacks are not.
    """
    lacking, extra = known.only_expected, known.only_answer
    if not extra:
        return all(_is_plain(node) for node in lacking)
    if len(lacking) != len(extra):
        return False
    if all(_is_plain(node) and isinstance(node, Apply) for node in (*lacking, *extra)):
        return True
    return all(any(_are_confused(one, other) for other in extra) for one in lacking)


def _is_plain(node: Node) -> bool:
    """Whether an unknown is a derivative of a letter."""
    if isinstance(node, Apply) and node.head == PARTIAL:
        body = node.args[0]
        return isinstance(body, Symbol) or (isinstance(body, Apply) and body.head == "index")
    return False


def _are_confused(one: Node, other: Node) -> bool:
    if isinstance(one, Apply) and isinstance(other, Apply) and one.head == other.head:
        return one != other and _leaves(one) == _leaves(other)
    return False


def _leaves(node: Node) -> list[str]:
    return sorted(order_of(part) for part in node.walk() if not part.children)


def telescoped(nodes: Sequence[Node]) -> frozenset[tuple[str, str]]:
    """Return the derivatives that the chain rule makes of a product of derivatives of letters."""
    steps = set(_steps(nodes))
    changed = True
    while changed:
        changed = False
        for first in tuple(steps):
            for second in tuple(steps):
                if first[1] == second[0] and first in steps and second in steps and first != second:
                    steps -= {first, second}
                    steps.add((first[0], second[1]))
                    changed = True
    return frozenset(steps)


def _steps(nodes: Sequence[Node]) -> Iterator[tuple[str, str]]:
    for node in nodes:
        if isinstance(node, Apply) and node.head == PARTIAL and len(node.args) == 2:
            yield _text(node.args[0]), _text(node.args[1])
