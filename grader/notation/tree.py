"""The expression tree: what a formula says, whatever notation it was written in.

LaTeX, plain text and Maxima-style input all become these nodes. Nodes compare by meaning: the
span (where in the text a node stood) takes no part in equality or hashing. Nothing is computed
here and nothing here imports a computer algebra system.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from grader.notation.node import NOWHERE, Apply, Node, Span, fact, signs_of

if TYPE_CHECKING:
    from fractions import Fraction

__all__ = [
    "BOTH_SIGNS", "NOWHERE", "Apply", "Binder", "Cases", "Collection", "Constant", "Interval", "Logic", "Matrix", "Node",
    "Number", "Quantity", "Relation", "Span", "Symbol", "fact", "has_both_signs", "is_set", "kind_of", "names_in", "signs_of", "without_indices",
]  # fmt: skip


class Number(Node):
    """A literal: its exact value and the characters it was written with (`0.50` is not `0.5`)."""

    __slots__ = ("text", "value")
    PARTS: ClassVar = ("value", "text")

    def __init__(self, value: Fraction, text: str = "", *, span: Span = NOWHERE) -> None:
        self.span = span
        self._facts = self._hash = None
        self.children = ()
        self.kinds = self.SIGN
        self.value: Final = value
        self.text: Final = text

    @property
    def parts(self) -> tuple[object, ...]:
        """Its value: `0.50` is equal to `0.5`."""
        return (self.value,)

    def __eq__(self, other: object) -> bool:
        return self.value == other.value if isinstance(other, Number) else NotImplemented

    __hash__ = Node.__hash__


class Symbol(Node):
    """A name, already resolved to the rubric's spelling where one was declared."""

    __slots__ = ("name",)
    PARTS: ClassVar = ("name",)

    def __init__(self, name: str, *, span: Span = NOWHERE) -> None:
        self.span = span
        self._facts = self._hash = None
        self.children = ()
        self.kinds = self.SIGN
        self.name: Final = name

    def __hash__(self) -> int:
        return hash(self.name)

    def __eq__(self, other: object) -> bool:
        return self.name == other.name if isinstance(other, Symbol) else NotImplemented


class Constant(Node):
    """One of CONSTANTS."""

    __slots__ = ("name",)
    PARTS: ClassVar = ("name",)

    def __init__(self, name: str, *, span: Span = NOWHERE) -> None:
        super().__init__(span=span)
        self.name: Final = name


class Binder(Node):
    """A sum, product or the like over an index: `head` is sum, prod, integral, limit, max, min, argmax, argmin, set.

    `lower` and `upper` are None where they were not written; `domain` is the set in `x in A`,
    or another condition on the index as it stands (`i != j`). The head `set` is `{body | domain}`.
    """

    __slots__ = ("body", "domain", "head", "index", "lower", "upper")
    PARTS: ClassVar = ("head", "body", "index", "lower", "upper", "domain")

    def __init__(
        self,
        head: str,
        body: Node,
        index: Symbol | None,
        lower: Node | None = None,
        upper: Node | None = None,
        domain: Node | None = None,
        *,
        span: Span = NOWHERE,
    ) -> None:
        self.head: Final = head
        self.body: Final = body
        self.index: Final = index
        self.lower: Final = lower
        self.upper: Final = upper
        self.domain: Final = domain
        parts = (body, index, lower, upper, domain)
        super().__init__(tuple(part for part in parts if part is not None), span=span)


class Relation(Node):
    """`a = b <= c`: operands and the operators between them.

    Operators: = != < <= > >= ~ (approximately) := (defines) -> (tends or maps to)
    propto (proportional to).
    """

    __slots__ = ("operands", "operators")
    PARTS: ClassVar = ("operators", "operands")

    def __init__(
        self, operators: tuple[str, ...], operands: tuple[Node, ...], *, span: Span = NOWHERE
    ) -> None:
        self.operators: Final = operators
        self.operands: Final = operands
        super().__init__(operands, span=span)


class Cases(Node):
    """Values with their conditions, tried in order; a condition of None is `otherwise`."""

    __slots__ = ("branches",)
    PARTS: ClassVar = ("branches",)

    def __init__(self, branches: tuple[tuple[Node, Node | None], ...], *, span: Span = NOWHERE) -> None:
        self.branches: Final = branches
        super().__init__(tuple(part for branch in branches for part in branch if part is not None), span=span)


class Matrix(Node):
    """Rows of equal length, at least one by one; a column vector is n x 1."""

    __slots__ = ("rows",)
    PARTS: ClassVar = ("rows",)

    def __init__(self, rows: tuple[tuple[Node, ...], ...], *, span: Span = NOWHERE) -> None:
        self.rows: Final = rows
        super().__init__(tuple(cell for row in rows for cell in row), span=span)

    @property
    def shape(self) -> tuple[int, int]:
        return len(self.rows), len(self.rows[0])


class Collection(Node):
    """`kind` is set, tuple, list, or listing for what stands side by side without brackets."""

    __slots__ = ("items", "kind")
    PARTS: ClassVar = ("kind", "items")

    def __init__(self, kind: str, items: tuple[Node, ...], *, span: Span = NOWHERE) -> None:
        self.kind: Final = kind
        self.items: Final = items
        super().__init__(items, span=span)


class Interval(Node):
    """From `lower` to `upper`, each end included or not."""

    __slots__ = ("includes_lower", "includes_upper", "lower", "upper")
    PARTS: ClassVar = ("lower", "upper", "includes_lower", "includes_upper")

    def __init__(
        self,
        lower: Node,
        upper: Node,
        includes_lower: bool,  # noqa: FBT001 - as the others, a part
        includes_upper: bool,  # noqa: FBT001
        *,
        span: Span = NOWHERE,
    ) -> None:
        self.lower: Final = lower
        self.upper: Final = upper
        self.includes_lower: Final = includes_lower
        self.includes_upper: Final = includes_upper
        super().__init__((lower, upper), span=span)


class Logic(Node):
    """`operator` is and, or, not, implies, iff, xor."""

    __slots__ = ("args", "operator")
    PARTS: ClassVar = ("operator", "args")

    def __init__(self, operator: str, args: tuple[Node, ...], *, span: Span = NOWHERE) -> None:
        self.operator: Final = operator
        self.args: Final = args
        super().__init__(args, span=span)


class Quantity(Node):
    """A magnitude with its unit, the unit as written (`MiB`, `kB`, `FLOPs`)."""

    __slots__ = ("magnitude", "unit")
    PARTS: ClassVar = ("magnitude", "unit")

    def __init__(self, magnitude: Node, unit: str, *, span: Span = NOWHERE) -> None:
        self.magnitude: Final = magnitude
        self.unit: Final = unit
        super().__init__((magnitude,), span=span)


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
