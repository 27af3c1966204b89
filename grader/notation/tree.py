"""The expression tree: what a formula says, whatever notation it was written in.

LaTeX, plain text and Maxima-style input all become these nodes. Nodes compare by meaning: the
span (where in the text a node stood) takes no part in equality or hashing. Nothing is computed
here and nothing here imports a computer algebra system.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import wraps
from typing import TYPE_CHECKING, Any, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from fractions import Fraction

Value = TypeVar("Value")

Span = tuple[int, int]
"""Offsets [start, end) in the text that was read."""

NOWHERE: Final[Span] = (0, 0)


class _Facts(dict[object, Any]):
    """What was found about a tree; where a tree is packed for another process, it goes without."""

    def __reduce__(self) -> tuple[type[None], tuple[()]]:
        return type(None), ()


@dataclass(frozen=True, slots=True)
class Node:
    """Anything in the tree; `span` says where it was written."""

    span: Span = field(default=NOWHERE, compare=False, kw_only=True)
    _kinds: frozenset[type[Node] | str] | None = field(default=None, init=False, compare=False, repr=False)
    _facts: _Facts | None = field(default=None, init=False, compare=False, repr=False)

    @property
    def kinds(self) -> frozenset[type[Node] | str]:
        """The classes of this node and all below it, and the heads of the applications among them.

        Found once: most rules of the prover first ask whether there is anything for them in a formula.
        """
        if self._kinds is None:
            found: set[type[Node] | str] = set()
            waiting: list[Node] = [self]
            while waiting:
                node = waiting.pop()
                known = node._kinds  # noqa: SLF001 - a node like this one
                if known is not None:
                    found |= known
                    continue
                found.add(type(node))
                if isinstance(node, Apply):
                    found.add(node.head)
                waiting.extend(node.children)
            object.__setattr__(self, "_kinds", frozenset(found))
        return self._kinds or frozenset()

    def holds(self, *kinds: type[Node] | str) -> bool:
        """Whether a node of one of these classes, or an application of one of these heads, is in this tree."""
        return not self.kinds.isdisjoint(kinds)

    @property
    def children(self) -> tuple[Node, ...]:
        return ()

    def walk(self) -> Iterator[Node]:
        """Yield this node and all below it, outermost first, without recursion."""
        waiting: list[Node] = [self]
        while waiting:
            node = waiting.pop()
            yield node
            children = node.children
            if children:
                waiting.extend(children[::-1])


def fact(find: Callable[[Node], Value]) -> Callable[[Node], Value]:
    """Keep on a tree what a function of nothing else finds in it: trees do not change.

    What is found must not be changed either, and finding it must not spend an allowance.
    """

    @wraps(find)
    def recalled(tree: Node) -> Value:
        facts = tree._facts  # noqa: SLF001 - the place for it
        if facts is None:
            facts = _Facts()
            object.__setattr__(tree, "_facts", facts)
        elif find in facts:
            known: Value = facts[find]
            return known
        found = facts[find] = find(tree)
        return found

    return recalled


@dataclass(frozen=True, slots=True)
class Number(Node):
    """A literal: its exact value and the characters it was written with (`0.50` is not `0.5`)."""

    value: Fraction
    text: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Symbol(Node):
    """A name, already resolved to the rubric's spelling where one was declared."""

    name: str


@dataclass(frozen=True, slots=True)
class Constant(Node):
    """One of CONSTANTS."""

    name: str


CONSTANTS: Final = frozenset({"pi", "e", "i", "infinity", "undefined", "true", "false", "empty_set", "reals"})


@dataclass(frozen=True, slots=True)
class Apply(Node):
    """An operation or function on its arguments, in the order they are written.

    `head` is a key of HEADS, or `call:NAME` for a function nobody declared.
    """

    head: str
    args: tuple[Node, ...]

    @property
    def children(self) -> tuple[Node, ...]:
        return self.args


HEADS: Final = {
    "add": "a + b + ...",
    "neg": "-a",
    "mul": "a b ... (commuting product)",
    "matmul": "A B ... (order matters: at least one factor is known to be a matrix or vector)",
    "hadamard": "a elementwise times b",
    "div": "a / b",
    "pow": "a ^ b",
    "root": "root(a, n): the n-th root, sqrt is n = 2",
    "exp": "e^a",
    "log": "log(a) in the natural base, log(a, b) in base b",
    "index": "x_i, x^{(i)}, W_ij: the base, then its indices",
    "percent": "a %",
    "factorial": "a !",
    "binomial": "a choose b",
    "abs": "|a|",
    "norm": "||a|| (2-norm), norm(a, p)",
    "floor": "floor(a)",
    "ceil": "ceil(a)",
    "round": "round(a)",
    "sign": "sgn(a)",
    "max": "max(a, ...)",
    "min": "min(a, ...)",
    "mod": "a mod b",
    "gcd": "gcd(a, ...)",
    "lcm": "lcm(a, ...)",
    "plusminus": "a +- b; one argument for +-a",
    "minusplus": "a -+ b, with the sign opposite to plusminus; one argument for -+a",
    "transpose": "a^T",
    "inverse": "A^{-1} of a matrix",
    "det": "det(A)",
    "trace": "tr(A)",
    "dot": "a . b of two vectors",
    "expectation": "E[a]",
    "variance": "Var[a]",
    "probability": "P(a)",
    "indicator": "1 where the condition a holds, else 0",
    "given": "a | b inside P(...) or a function: a under the condition b",
    "derivative": "d a / d b, derivative(a, b, order)",
    "re": "Re(a)",
    "im": "Im(a)",
    "conjugate": "conjugate of a",
    "sigmoid": "logistic function",
    "relu": "max(0, a)",
    "softmax": "softmax(a)",
    "union": "A u B",
    "intersection": "A n B",
    "setminus": "A \\ B",
    "in": "a in A",
    "big_o": "O(a)",
    "big_theta": "Theta(a)",
    "big_omega": "Omega(a)",
    "little_o": "o(a)",
} | {
    name: f"{name}(a)"
    for stem in ("sin", "cos", "tan", "cot", "sec", "csc")
    for name in (stem, stem + "h", "arc" + stem, "ar" + stem + "h")
}


@dataclass(frozen=True, slots=True)
class Binder(Node):
    """A sum, product or the like over an index: `head` is sum, prod, integral, limit, max, min, argmax, argmin, set.

    `lower` and `upper` are None where they were not written; `domain` is the set in `x in A`,
    or another condition on the index as it stands (`i != j`). The head `set` is `{body | domain}`.
    """

    head: str
    body: Node
    index: Symbol | None
    lower: Node | None = None
    upper: Node | None = None
    domain: Node | None = None

    @property
    def children(self) -> tuple[Node, ...]:
        parts = (self.body, self.index, self.lower, self.upper, self.domain)
        return tuple(part for part in parts if part is not None)


@dataclass(frozen=True, slots=True)
class Relation(Node):
    """`a = b <= c`: operands and the operators between them.

    Operators: = != < <= > >= ~ (approximately) := (defines) -> (tends or maps to)
    propto (proportional to).
    """

    operators: tuple[str, ...]
    operands: tuple[Node, ...]

    @property
    def children(self) -> tuple[Node, ...]:
        return self.operands


@dataclass(frozen=True, slots=True)
class Cases(Node):
    """Values with their conditions, tried in order; a condition of None is `otherwise`."""

    branches: tuple[tuple[Node, Node | None], ...]

    @property
    def children(self) -> tuple[Node, ...]:
        return tuple(part for branch in self.branches for part in branch if part is not None)


@dataclass(frozen=True, slots=True)
class Matrix(Node):
    """Rows of equal length, at least one by one; a column vector is n x 1."""

    rows: tuple[tuple[Node, ...], ...]

    @property
    def shape(self) -> tuple[int, int]:
        return len(self.rows), len(self.rows[0])

    @property
    def children(self) -> tuple[Node, ...]:
        return tuple(cell for row in self.rows for cell in row)


@dataclass(frozen=True, slots=True)
class Collection(Node):
    """`kind` is set, tuple, list, or listing for what stands side by side without brackets."""

    kind: str
    items: tuple[Node, ...]

    @property
    def children(self) -> tuple[Node, ...]:
        return self.items


@dataclass(frozen=True, slots=True)
class Interval(Node):
    """From `lower` to `upper`, each end included or not."""

    lower: Node
    upper: Node
    includes_lower: bool
    includes_upper: bool

    @property
    def children(self) -> tuple[Node, ...]:
        return (self.lower, self.upper)


@dataclass(frozen=True, slots=True)
class Logic(Node):
    """`operator` is and, or, not, implies, iff, xor."""

    operator: str
    args: tuple[Node, ...]

    @property
    def children(self) -> tuple[Node, ...]:
        return self.args


@dataclass(frozen=True, slots=True)
class Quantity(Node):
    """A magnitude with its unit, the unit as written (`MiB`, `kB`, `FLOPs`)."""

    magnitude: Node
    unit: str

    @property
    def children(self) -> tuple[Node, ...]:
        return (self.magnitude,)


@fact
def names_in(node: Node) -> frozenset[str]:
    """Return the names of all symbols in a tree."""
    found: set[str] = set()
    waiting = [node]
    while waiting:  # `walk` takes twice as long, and this is asked of every formula
        part = waiting.pop()
        if isinstance(part, Symbol):
            found.add(part.name)
        else:
            waiting += part.children
    return frozenset(found)


@fact
def without_indices(tree: Node) -> Node:
    r"""Return the tree without the indices on its symbols: `\sigma_B^2` as `\sigma^2`."""
    if isinstance(tree, Apply):
        if tree.head == "index":
            return without_indices(tree.args[0])
        return Apply(tree.head, tuple(without_indices(arg) for arg in tree.args))
    if isinstance(tree, Symbol):
        return Symbol(tree.name.replace("_", ""))  # x_hat and xhat
    return tree


BOTH_SIGNS: Final = frozenset({"plusminus", "minusplus"})
_TRUTHS: Final = frozenset({"true", "false"})


def kind_of(tree: Node) -> str:
    """Return what sort of thing a formula is."""
    if isinstance(tree, Relation | Logic) or (isinstance(tree, Constant) and tree.name in _TRUTHS):
        return "condition"
    if isinstance(tree, Apply) and tree.head == "in":
        return "condition"
    if isinstance(tree, Collection) and tree.kind == "set":
        return "set"
    if isinstance(tree, Interval) or is_set(tree):
        return "interval"
    if isinstance(tree, Matrix):
        return "items" if 1 in tree.shape and tree.shape != (1, 1) else "matrix"
    if isinstance(tree, Collection):
        return "items"
    if isinstance(tree, Quantity):
        return "quantity"
    if has_both_signs(tree):
        return "set"
    return "scalar"


def is_set(tree: Node) -> bool:
    """Whether a tree is written as a set: an interval, a union, the reals."""
    if isinstance(tree, Interval):
        return True
    if isinstance(tree, Constant):
        return tree.name in {"reals", "empty_set"}
    return isinstance(tree, Apply) and tree.head in {"union", "intersection", "setminus"}


def has_both_signs(tree: Node) -> bool:
    """Whether a plus-minus or minus-plus sign stands in an expression."""
    return tree.holds(*BOTH_SIGNS)
