r"""Inner products and norms of vectors as sums over their entries.

`w^T x`, `x^T w`, `\langle w, x\rangle` and `w \cdot x` are `sum_k w_k x_k`; `\|w\|^2` is `sum_k w_k^2`, and
`\|w\|_1` is `sum_k |w_k|`. A vector is what is declared so, or a small letter that is transposed, stands
between the bars of a norm or beside such a one in a product. Where matrices are left, nothing is changed.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from grader.equivalence.rewriting import map_children
from grader.notation.tree import Apply, Binder, Matrix, Node, Number, Symbol

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

COMPONENT: Final = "component"
"""The index of a sum over the entries of a vector, numbered: no single letter, so that it meets none."""
TWO: Final = Number(Fraction(2))
_OF_VECTORS: Final = frozenset({"transpose", "norm", "dot"})
_LEFT: Final = frozenset({"transpose", "inverse", "matmul", "det", "trace", "dot"})


def has_vectors(tree: Node) -> bool:
    """Whether a formula has a transpose, a norm or an inner product."""
    return any(isinstance(node, Apply) and node.head in _OF_VECTORS for node in tree.walk())


def with_components(
    expected: Node, answer: Node, declared: frozenset[str], scalars: frozenset[str]
) -> tuple[Node, Node]:
    """Return both formulas with sums for inner products and norms, or both as they are where matrices stay.

    `declared` are matrices and vectors, `scalars` the symbols with a domain of numbers.
    """
    names: dict[str, int] = {}
    for name, labels in _vectors((expected, answer), declared):
        if name not in scalars and names.setdefault(name, labels) != labels:
            return expected, answer  # `x` and `x_i` are both said to be vectors
    if not names:
        return expected, answer
    pair = _Components(names).written(expected), _Components(names).written(answer)
    if any(_has_matrices(tree, names) for tree in pair):
        return expected, answer
    return pair


def summed_products(tree: Node) -> frozenset[str]:
    """Return the names whose entries are multiplied in a sum over them: a and b of `sum_i a_i b_i`."""
    found: set[str] = set()
    for node in tree.walk():
        if not (isinstance(node, Binder) and node.head == "sum" and node.index is not None):
            continue
        factors = node.body.args if isinstance(node.body, Apply) and node.body.head == "mul" else ()
        names = [
            factor.args[0].name
            for factor in factors
            if isinstance(factor, Apply)
            and factor.head == "index"
            and factor.args[1:] == (node.index,)
            and isinstance(factor.args[0], Symbol)
        ]
        found.update(names if len(names) == 2 else ())
    return frozenset(found)


def _vectors(trees: Iterable[Node], declared: frozenset[str]) -> Iterator[tuple[str, int]]:
    """Yield the names of vectors, with the number of labels under which they are one; capitals are matrices."""
    for name in declared:
        if _is_small(name):
            yield name, 0
    for tree in trees:
        for node in tree.walk():
            for vector in _beside(node):
                yield from ((name, labels) for name, labels in _terms(vector) if _is_small(name))


def _beside(node: Node) -> Iterator[Node]:
    """Yield what must be a vector: under a transpose or bars, in an inner product, behind a transpose."""
    if not isinstance(node, Apply):
        return
    if node.head in {"transpose", "norm"}:
        yield node.args[0]
    elif node.head == "dot":
        yield from node.args
    elif node.head == "matmul":
        for before, behind in zip(node.args, node.args[1:], strict=False):
            if isinstance(before, Apply) and before.head == "transpose":
                yield behind


def _is_small(name: str) -> bool:
    return bool(name) and name[0].islower()


def _terms(node: Node, labels: int = 0) -> Iterator[tuple[str, int]]:
    """Yield the names that are added up in an expression, with their labels, without what scales them."""
    if isinstance(node, Symbol):
        yield node.name, labels
    elif isinstance(node, Apply) and node.head in {"add", "neg"}:
        for arg in node.args:
            yield from _terms(arg)
    elif isinstance(node, Apply) and node.head in {"div", "transpose"}:
        yield from _terms(node.args[0])
    elif isinstance(node, Apply) and node.head == "mul":
        factors = [arg for arg in node.args if not isinstance(arg, Number)]
        yield from _terms(factors[0]) if len(factors) == 1 else ()
    elif isinstance(node, Apply) and node.head == "index":
        yield from _terms(node.args[0], len(node.args) - 1)


def _has_matrices(tree: Node, names: Mapping[str, int]) -> bool:
    """Whether matrices, or vectors that are no entries, are left."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Matrix) or (isinstance(node, Apply) and node.head in _LEFT):
            return True
        if isinstance(node, Symbol) and names.get(node.name) == 0:
            return True
        if isinstance(node, Apply) and node.head == "index" and isinstance(node.args[0], Symbol):
            waiting.extend(node.args[1:])
        else:
            waiting.extend(node.children)
    return False


@dataclass(slots=True)
class _Components:
    """Writes inner products out; every sum has an index of its own."""

    names: Mapping[str, int]
    count: int = 0

    def written(self, tree: Node) -> Node:
        if isinstance(tree, Apply):
            found = self._product(tree) if tree.head in {"matmul", "mul", "dot"} else self._norm(tree)
            if found is not None:
                return found
        return map_children(tree, self.written)

    def _product(self, node: Apply) -> Node | None:
        """Write out the one inner product among factors."""
        vectors = [arg for arg in node.args if self._is_vector(_bare(arg))]
        if len(vectors) != 2:
            return None
        rows = [isinstance(arg, Apply) and arg.head == "transpose" for arg in vectors]
        if node.head == "matmul" and rows not in ([True, False], [False, False]):
            return None  # an outer product
        inner = self._sum(Apply("mul", (_bare(vectors[0]), _bare(vectors[1]))))
        others = tuple(self.written(arg) for arg in node.args if arg not in vectors)
        return Apply("mul", (*others, inner)) if others else inner

    def _norm(self, node: Apply) -> Node | None:
        if node.head == "pow" and node.args[1] == TWO and self._is_norm(node.args[0], TWO):
            return self._sum(Apply("pow", (node.args[0].children[0], TWO)))
        if self._is_norm(node, TWO):
            return Apply("root", (self._sum(Apply("pow", (node.args[0], TWO))), TWO))
        if self._is_norm(node, Number(Fraction(1))):
            return self._sum(Apply("abs", (node.args[0],)))
        return None

    def _is_norm(self, node: Node, degree: Number) -> bool:
        if not isinstance(node, Apply) or node.head != "norm" or not self._is_vector(node.args[0]):
            return False
        return (node.args[1] if len(node.args) > 1 else TWO) == degree

    def _is_vector(self, node: Node) -> bool:
        """Whether an expression is a vector made of vectors and numbers."""
        if isinstance(node, Symbol):
            return self.names.get(node.name) == 0
        if not isinstance(node, Apply):
            return False
        if node.head == "index":
            base = node.args[0]
            return isinstance(base, Symbol) and self.names.get(base.name) == len(node.args) - 1
        if node.head in {"add", "neg", "hadamard"}:
            return all(map(self._is_vector, node.args))
        if node.head == "div":
            return self._is_vector(node.args[0]) and not self._holds_vectors(node.args[1])
        if node.head == "mul":
            vectors = [arg for arg in node.args if self._holds_vectors(arg)]
            return len(vectors) == 1 and self._is_vector(vectors[0])
        return False

    def _holds_vectors(self, node: Node) -> bool:
        return any(map(self._is_vector, node.walk()))

    def _sum(self, body: Node) -> Node:
        self.count += 1
        index = Symbol(f"{COMPONENT}{self.count}")
        return Binder("sum", self._entry(body, index), index)

    def _entry(self, node: Node, index: Symbol) -> Node:
        """Return an expression with the entries of vectors in it."""
        if isinstance(node, Symbol):
            return Apply("index", (node, index)) if self._is_vector(node) else node
        if isinstance(node, Apply) and node.head == "index":
            return Apply("index", (*node.args, index)) if self._is_vector(node) else node
        return map_children(node, lambda child: self._entry(child, index))


def _bare(node: Node) -> Node:
    return node.args[0] if isinstance(node, Apply) and node.head == "transpose" else node
