"""Products of vectors as sums over their components: `w^T x` is `sum_i w_i x_i`, `|w|_1` is `sum_i |w_i|`.

Sums of components stand in one formula, vectors in the other: both become sums. The limits are those
of a sum that runs over a component of the same vector.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Final

from grader.equivalence.preparation.symbolshapes import FROBENIUS, chained, is_capital, key_of
from grader.equivalence.rewriting import map_children
from grader.notation.tree import Apply, Binder, Node, Number, Symbol, fact

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from grader.equivalence.preparation.symbolshapes import Shape, Shapes

COMPONENT: Final = "component "  # with a space: no student can write such a name
_PASSING: Final = frozenset(
    {"add", "neg", "hadamard", "abs", "exp", "log", "sigmoid", "relu", "tanh", "percent"}
)
"""What is done to an array component by component."""

Limits = tuple[Node | None, Node | None]


class WholeError(Exception):
    """A part has no components that could be written out."""


def has_components(trees: tuple[Node, ...], shapes: Shapes) -> bool:
    """Whether a vector of one of the formulas stands with a bound index somewhere in them."""
    whole = {name for name, shape in shapes.arrays.items() if "[" not in name and shape != "unknown"}
    bare = {node.name for tree in trees for node in _unindexed(tree) if node.name in whole}
    return any(name in bare for tree in trees for name, _, _ in _bound_components(tree))


def standing_whole(expected: Node, answer: Node) -> frozenset[str]:
    """Return the letters that stand in a norm or beside each other, and in the other formula's sums by components."""
    for tree, other in ((expected, answer), (answer, expected)):
        indexed = {node.args[0] for node in tree.walk() if isinstance(node, Apply) and node.head == "index"}
        parts = {name for name, _, _ in _bound_components(other)}
        whole = frozenset(
            node.name for node in _unindexed(tree) if node.name in parts and node not in indexed
        )
        normed = any(isinstance(node, Apply) and node.head == "norm" for node in tree.walk())
        if len(whole) > 1 - normed:
            return whole
    return frozenset()


def _unindexed(tree: Node) -> Iterator[Symbol]:
    """Yield the symbols that stand without an index."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Symbol):
            yield node
        elif isinstance(node, Apply) and node.head == "index":
            waiting.extend(node.args[1:])
        else:
            waiting.extend(node.children)


@fact
def _bound_components(tree: Node) -> tuple[tuple[str, int, Limits], ...]:
    """Return the name of every `x_i` whose index runs, the place of the index, and the limits it runs in."""
    found: list[tuple[str, int, Limits]] = []
    for binder in tree.walk() if tree.holds(Binder) else ():
        if (
            not isinstance(binder, Binder)
            or binder.index is None
            or binder.head not in {"sum", "prod", "max", "min"}
        ):
            continue
        for node in binder.body.walk():
            if isinstance(node, Apply) and node.head == "index" and isinstance(node.args[0], Symbol):
                for place, label in enumerate(node.args[1:]):
                    if label == binder.index:
                        found.append((node.args[0].name, place, (binder.lower, binder.upper)))
    return tuple(found)


def in_components(tree: Node, other: Node, shapes: Shapes) -> Node:
    """Return a formula of numbers, its products of vectors as sums. Raises WholeError."""
    limits: dict[tuple[str, int], Limits] = {}
    if any(
        isinstance(node, Binder) and node.domain is not None for each in (tree, other) for node in each.walk()
    ):
        raise WholeError  # a sum over a set is no sum over all components
    for each in (tree, other):
        for name, place, pair in _bound_components(each):
            if pair != (None, None):
                limits.setdefault((name, place), pair)
    return _Writer(shapes, limits).scalar(tree)


class _Writer:
    def __init__(self, shapes: Shapes, limits: Mapping[tuple[str, int], Limits]) -> None:
        self.shapes = shapes
        self.limits = limits
        self.count = 0

    def scalar(self, node: Node) -> Node:
        """Return a number without arrays in it."""
        if self.shapes.of(node) != "scalar":
            raise WholeError
        if not isinstance(node, Apply) or all(self.shapes.of(arg) == "scalar" for arg in node.args):
            if isinstance(node, Apply) and node.head == "matmul":
                node = Apply("mul", node.args)
            if isinstance(node, Apply) and node.head == "transpose":
                return self.scalar(node.args[0])
            return node if isinstance(node, Symbol) or key_of(node) else map_children(node, self.scalar)
        if node.head == "index":
            return node  # a component already
        if node.head in {"mul", "matmul"}:
            return self._product(node.args)
        if node.head == "dot" and len(node.args) == 2:
            return self._inner(*node.args)
        if node.head == "norm":
            return self._norm(node)
        raise WholeError

    def _product(self, factors: tuple[Node, ...]) -> Node:
        numbers = [self.scalar(factor) for factor in factors if self.shapes.of(factor) == "scalar"]
        arrays = [factor for factor in factors if self.shapes.of(factor) != "scalar"]
        while arrays:
            size = next(
                (
                    size
                    for size in range(2, len(arrays) + 1)
                    if chained([self.shapes.of(each) for each in arrays[:size]]) == "scalar"
                ),
                0,
            )
            if not size:
                raise WholeError
            rest = arrays[1] if size == 2 else Apply("matmul", tuple(arrays[1:size]))
            numbers.append(self._inner(arrays[0], rest))
            del arrays[:size]
        return numbers[0] if len(numbers) == 1 else Apply("mul", tuple(numbers))

    def _inner(self, left: Node, right: Node) -> Node:
        return self._sum(
            left, lambda index: Apply("mul", (self.component(left, index), self.component(right, index)))
        )

    def _norm(self, node: Apply) -> Node:
        inside = node.args[0]
        kind = node.args[1] if len(node.args) == 2 else None
        frobenius = isinstance(kind, Symbol) and kind.name in FROBENIUS
        two = Number(Fraction(2))
        if self.shapes.of(inside) not in {"column", "row"}:
            raise WholeError
        if isinstance(kind, Number) and kind.value == 1:
            return self._sum(inside, lambda index: Apply("abs", (self.component(inside, index),)))
        if kind is not None and not frobenius and kind != two:
            raise WholeError
        square = self._sum(inside, lambda index: Apply("pow", (self.component(inside, index), two)))
        return Apply("root", (square, two))

    def _sum(self, over: Node, body: Callable[[Symbol], Node]) -> Node:
        index = Symbol(f"{COMPONENT}{self.count}")
        self.count += 1
        lower, upper = self._limits_of(over)
        return Binder("sum", body(index), index, lower=lower, upper=upper)

    def _limits_of(self, node: Node) -> Limits:
        """Return the limits that a component of one of the vectors runs in elsewhere."""
        for part in node.walk():
            if isinstance(part, Symbol) and (part.name, 0) in self.limits:
                pair = self.limits[part.name, 0]
                if not _is_whole(*pair):
                    raise WholeError
                return pair
        return None, None

    def component(self, node: Node, index: Symbol) -> Node:
        """Return one component of a vector."""
        shape = self.shapes.of(node)
        if shape == "scalar":
            return self.scalar(node)
        if shape not in {"column", "row"}:
            raise WholeError
        if isinstance(node, Symbol):
            return Apply("index", (node, index))
        if not isinstance(node, Apply):
            raise WholeError
        if node.head == "index":
            return node.changed(args=(*node.args, index))
        if node.head == "transpose":
            return self.component(node.args[0], index)
        if node.head in _PASSING:
            return node.changed(args=tuple(self._same(arg, index, shape) for arg in node.args))
        if node.head == "div":
            return node.changed(args=(self.component(node.args[0], index), self.scalar(node.args[1])))
        if node.head in {"mul", "matmul"}:
            return self._of_product(node.args, index)
        raise WholeError

    def _same(self, node: Node, index: Symbol, shape: Shape) -> Node:
        """Return the component of a term, which must have the shape of the whole."""
        if self.shapes.of(node) != shape:
            raise WholeError
        return self.component(node, index)

    def _of_product(self, factors: tuple[Node, ...], index: Symbol) -> Node:
        """Return the component of a number times a vector, or of a matrix times a vector."""
        arrays = [factor for factor in factors if self.shapes.of(factor) != "scalar"]
        numbers = [self.scalar(factor) for factor in factors if self.shapes.of(factor) == "scalar"]
        if len(arrays) == 1:
            return Apply("mul", (*numbers, self.component(arrays[0], index)))
        if len(arrays) == 2 and isinstance(arrays[0], Symbol) and is_capital(arrays[0].name):
            matrix, vector = arrays
            product = self._sum(
                vector,
                lambda inner: Apply(
                    "mul", (Apply("index", (matrix, index, inner)), self.component(vector, inner))
                ),
            )
            return Apply("mul", (*numbers, product))
        raise WholeError


def _is_whole(lower: Node | None, upper: Node | None) -> bool:
    """Whether limits are those of all components: 1 to n, or 0 to n - 1."""
    if lower is None and upper is None:
        return True
    if isinstance(upper, Apply) and upper.head == "add":
        last = Apply("neg", (Number(Fraction(1)),))
        return lower == Number(Fraction(0)) and key_of(upper.args[0]) != "" and upper.args[1:] == (last,)
    return bool(upper is not None and key_of(upper)) and lower in {None, Number(Fraction(1))}


def dotted(tree: Node, other: Node) -> Node:
    """Return a formula with `w x` as an inner product where the other one sums `w_i x_i` over i."""
    indexed = {node.args[0] for node in tree.walk() if isinstance(node, Apply) and node.head == "index"}
    for binder in other.walk():
        if not isinstance(binder, Binder) or binder.head != "sum" or binder.index is None:
            continue
        if binder.domain is not None or not _is_whole(binder.lower, binder.upper):
            continue
        pair = _pair_of_components(binder)
        if pair and not any(Symbol(name) in indexed or is_capital(name) for name in pair):
            tree = _with_dot(tree, frozenset(pair))
    return tree


def _pair_of_components(binder: Binder) -> tuple[str, ...]:
    """Return the two names of a sum of `u_i v_i`, nothing where it is another sum."""
    body = binder.body
    if not isinstance(body, Apply) or body.head != "mul" or len(body.args) != 2:
        return ()
    names: list[str] = []
    for part in body.args:
        if not isinstance(part, Apply) or part.head != "index" or part.args[1:] != (binder.index,):
            return ()
        if not isinstance(part.args[0], Symbol):
            return ()
        names.append(part.args[0].name)
    return tuple(names) if names[0] != names[1] else ()


def _with_dot(tree: Node, names: frozenset[str]) -> Node:
    tree = map_children(tree, lambda child: _with_dot(child, names))
    if not isinstance(tree, Apply) or tree.head != "mul":
        return tree
    places = [place for place, arg in enumerate(tree.args) if isinstance(arg, Symbol) and arg.name in names]
    if len(places) != 2 or {key_of(tree.args[place]) for place in places} != names:
        return tree
    first, second = places
    product = Apply("dot", (tree.args[first], tree.args[second]))
    rest = tuple(arg for place, arg in enumerate(tree.args) if place not in places)
    return Apply("mul", (*rest, product)) if rest else product
