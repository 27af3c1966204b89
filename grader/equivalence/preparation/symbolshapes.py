"""Which symbols stand for vectors and matrices, and the shape of every part of a formula.

Letters say by how they are used what they are: what is transposed, inverted, or stands in a norm or
inner product is an array, and so is what is multiplied with one or added to one. Of these, capitals
are matrices and other letters columns. Nothing that has a domain of numbers is an array.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from grader.notation.grammar.applications import letter_of
from grader.notation.tree import Apply, Binder, Cases, Matrix, Node, Symbol
from grader.notation.vocabulary import GREEK

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Shape = Literal["scalar", "column", "row", "matrix", "unknown"]

ARRAY_HEADS: Final = frozenset({"matmul", "transpose", "inverse", "dot", "norm", "trace"})
"""Where one of these stands, a formula may be one of vectors and matrices."""
IDENTITY: Final = "I"
FROBENIUS: Final = frozenset({"F", "Frobenius", "fro"})
"""Indices of a norm of matrices that is the root of the sum of the squares."""
MAX_ROUNDS: Final = 4  # in which what is known of one letter tells something of the next
_FACTORS, _TERMS, _REST = range(3)
"""What is told of a letter: first by what it is multiplied with, then by what it is added to, then what is open."""
_PRODUCTS: Final = frozenset({"mul", "matmul"})
_SCALAR_VALUED: Final = frozenset(
    {"norm", "det", "trace", "dot", "expectation", "probability", "variance", "indicator"}
)
_ELEMENTWISE: Final = frozenset(
    {
        "neg",
        "exp",
        "log",
        "sigmoid",
        "relu",
        "softmax",
        "tanh",
        "sin",
        "cos",
        "root",
        "sign",
        "percent",
        "round",
    }
)
_NUMBERS: Final = frozenset(
    {
        "i",
        "j",
        "k",
        "n",
        "m",
        "alpha",
        "gamma",
        "epsilon",
        "eta",
        "lambda",
        "rho",
        "tau",
        "kappa",
        "sigma",
        "pi",
    }
)
"""Letters that count, or weigh what they stand before: a rate, a penalty, a width."""
_GREEK_CAPITALS: Final = frozenset(
    {"Gamma", "Delta", "Theta", "Lambda", "Xi", "Pi", "Sigma", "Phi", "Psi", "Omega"}
)
_FLIPPED: Final[Mapping[Shape, Shape]] = {"column": "row", "row": "column"}
_CHAIN: Final[Mapping[tuple[Shape, Shape], Shape]] = {
    ("matrix", "matrix"): "matrix",
    ("matrix", "column"): "column",
    ("row", "matrix"): "row",
    ("row", "column"): "scalar",
    ("column", "row"): "matrix",
}


def has_arrays(*trees: Node) -> bool:
    """Whether a formula holds products, transposes, inverses or norms of vectors and matrices."""
    return any(tree.holds(*ARRAY_HEADS) for tree in trees)


def is_array_operation(node: Node) -> bool:
    """Whether a node is a product, transpose, inverse, norm or trace of arrays."""
    return isinstance(node, Apply) and node.head in ARRAY_HEADS


def stem_of(name: str) -> str:
    """Return a name without accents and labels: `W` of `W_1`."""
    return letter_of(name.rstrip("'")).partition("_")[0]


def is_capital(name: str) -> bool:
    """Whether a name is written as matrices are."""
    letter = stem_of(name)
    return letter in _GREEK_CAPITALS or (len(letter) == 1 and letter.isupper())


def key_of(node: Node) -> str:
    """Return what a symbol is known by: `x`, `x[1]` for all `x_i`, `f[()]` for all `f(x)`; "" for anything else."""
    if isinstance(node, Symbol):
        return node.name
    if isinstance(node, Apply) and node.head.startswith("call:") and node.head[5:] not in _ELEMENTWISE:
        return f"{node.head[5:]}[()]"
    if isinstance(node, Apply) and node.head == "index" and isinstance(node.args[0], Symbol):
        return f"{node.args[0].name}[{len(node.args) - 1}]"
    return ""


def _is_mean(key: str) -> bool:
    """Whether a letter is m with a label: a mean of a class where one is taken from another beside a matrix."""
    name = key.partition("[")[0]
    return (stem_of(name) == "m" and name + "[1]" == key) or name.startswith("m_")


def base_of(node: Node) -> Node:
    """Return the base of a power, and anything else as it is."""
    return node.args[0] if isinstance(node, Apply) and node.head == "pow" else node


class Shapes:
    """The arrays of some formulas; `of` tells the shape of any of their parts."""

    def __init__(self, trees: Iterable[Node], declared: Iterable[str], scalars: Iterable[str]) -> None:
        self.arrays: dict[str, Shape] = {}
        self.identity = False  # whether I is the identity: nobody inverts it or declares it
        self._stage = _FACTORS
        self._scalars = frozenset(scalars)
        declared = frozenset(declared)
        nodes = [node for tree in trees for node in tree.walk()][::-1]  # parts before what holds them
        written = frozenset(key_of(node) for node in nodes)
        for name in sorted(declared):  # `w_i` is a component where w stands without an index as well
            for key in {name} & written or {f"{name}[1]"} & written:
                self.arrays[key] = _by_letter(name)
        for node in nodes:
            self._evident(node)
        for self._stage in (_FACTORS, _TERMS, _REST):
            self._spread(nodes)
        own = {
            node.args[0]
            for node in nodes
            if isinstance(node, Apply) and node.head in {"transpose", "inverse"}
        }
        named = {*declared, *self._scalars}
        self.identity = IDENTITY in written and IDENTITY not in named and Symbol(IDENTITY) not in own
        if self.identity and any(shape == "matrix" for shape in self.arrays.values()):
            self.arrays[IDENTITY] = "matrix"

    def _spread(self, nodes: list[Node]) -> None:
        """Let what is known of one letter tell of the letters beside it, until nothing new is told."""
        for _ in range(MAX_ROUNDS):
            known = len(self.arrays)
            for node in nodes:
                if isinstance(node, Apply):
                    self._beside(node)
            if len(self.arrays) == known:
                return

    def as_matrices(self) -> Shapes:
        """Return the same letters, all of them as matrices."""
        other = Shapes((), (), ())
        other.arrays = dict.fromkeys(self.arrays, "matrix")
        return other

    def __bool__(self) -> bool:
        return bool(self.arrays)

    # what a formula says about its letters

    def _evident(self, node: Node) -> None:
        if not isinstance(node, Apply):
            return
        if node.head in {"transpose", "norm"}:
            self._mark(node.args[0])
        elif node.head == "dot":
            for arg in node.args:
                self._mark(arg)
        elif node.head in {"inverse", "trace", "det"}:
            self._mark(node.args[0], "matrix")
        elif node.head == "matmul":
            self._mark(node)

    def _mark(self, node: Node, shape: Shape | None = None) -> None:
        """Note that an expression is an array, and with it the terms and factors that must be arrays then."""
        key = key_of(node)
        if key:
            name = key.partition("[")[0]
            if name not in self._scalars:
                self.arrays.setdefault(key, shape or _by_letter(name))
        elif isinstance(node, Apply) and node.head in {"add", "neg", "hadamard"}:
            for arg in node.args:
                self._mark(arg, shape)
        elif isinstance(node, Apply) and node.head == "div":
            self._mark(node.args[0], shape)
        elif isinstance(node, Apply) and node.head in _PRODUCTS:
            for arg in map(base_of, node.args):
                if is_capital(key_of(arg).partition("[")[0]):
                    self._mark(arg)

    def _beside(self, node: Apply) -> None:
        """Note what a known array says of the letters it is multiplied with or added to."""
        if node.head in _PRODUCTS:
            self._in_product(node.args)
        elif node.head in {"add", "hadamard"} and self._stage != _FACTORS:
            shapes = {self.of(arg) for arg in node.args} - {"scalar", "unknown"}
            if len(shapes) == 1:
                (shape,) = shapes
                for arg in node.args:
                    self._like(arg, shape)

    def _like(self, node: Node, shape: Shape) -> None:
        """Note that a letter has the shape of what it is added to, where it is written so."""
        if isinstance(node, Apply) and node.head == "neg":
            node = node.args[0]
        key = key_of(node)
        if self._is_open(key) and _by_letter(key.partition("[")[0]) == shape:
            self.arrays[key] = shape

    def _in_product(self, factors: tuple[Node, ...]) -> None:
        """Note what the arrays of a product say of its other letters, the last letter first."""
        shapes = [self.of(factor) for factor in factors]
        if all(shape == "scalar" for shape in shapes):
            return
        for place in range(len(factors) - 1, -1, -1):
            base = base_of(factors[place])
            key = key_of(base)
            if not key and self._is_open_sum(base):
                self._mark(base)
                shapes[place] = self.of(factors[place])
            if not self._is_open(key):
                continue
            if is_capital(key.partition("[")[0]):
                self.arrays[key] = "matrix"
            elif base is factors[place]:
                shape = _shape_between(shapes[:place], shapes[place + 1 :])
                if shape == "column" or (shape == "unknown" and self._stage == _REST):
                    self.arrays[key] = shape
            shapes[place] = self.of(factors[place])

    def _is_open_sum(self, node: Node) -> bool:
        """Whether a bracket holds nothing but letters that may be vectors: `(m_1 - m_2)` beside a matrix, not `(1 - p)`."""
        if not isinstance(node, Apply) or node.head != "add":
            return False
        terms = [
            term.args[0] if isinstance(term, Apply) and term.head == "neg" else term for term in node.args
        ]
        keys = [key_of(term) for term in terms]
        if terms != list(node.args) and all(_is_mean(key) for key in keys):
            return True
        return all(self._is_open(key) and not is_capital(key.partition("[")[0]) for key in keys)

    def _is_open(self, key: str) -> bool:
        """Whether a letter may be an array and is not known to be one."""
        name = key.partition("[")[0]
        letter = stem_of(name)
        if not key or key in self.arrays or name in self._scalars or letter in _NUMBERS:
            return False
        return len(letter) == 1 or letter in GREEK

    # what follows for all else

    def of(self, node: Node) -> Shape:
        """Return the shape of a part."""
        key = key_of(node)
        if key:
            return self._of_symbol(node, key)
        if isinstance(node, Apply):
            return self._of_application(node)
        if isinstance(node, Binder):
            return self.of(node.body) if node.head in {"sum", "integral"} else "scalar"
        if isinstance(node, Matrix):
            return "matrix"
        if isinstance(node, Cases):
            return self.of(node.branches[0][0])
        return "scalar"

    def _of_symbol(self, node: Node, key: str) -> Shape:
        shape = self.arrays.get(key)
        if shape is not None or isinstance(node, Symbol):
            return shape or "scalar"
        if key.endswith("[()]"):
            return "scalar" if all(self.of(arg) == "scalar" for arg in node.children) else "unknown"
        whole = self.arrays.get(key.partition("[")[0])
        return "unknown" if whole == "matrix" and key.endswith("[1]") else "scalar"

    def _of_application(self, node: Apply) -> Shape:
        head = node.head.removeprefix("call:")
        if head in _SCALAR_VALUED:
            return "scalar"
        shapes = [self.of(arg) for arg in node.args]
        if all(shape == "scalar" for shape in shapes):
            return "scalar"
        if head in _PRODUCTS:
            return chained(shapes)
        if head in {"add", "hadamard"}:
            found = set(shapes) - {"scalar"}
            return found.pop() if len(found) == 1 else "unknown"
        if head in _ELEMENTWISE or head == "inverse" or (head == "div" and shapes[1] == "scalar"):
            return shapes[0]
        if head == "transpose":
            return _FLIPPED.get(shapes[0], shapes[0])
        if head == "pow":
            return "matrix" if shapes[0] == "matrix" and shapes[1] == "scalar" else "unknown"
        if head == "abs":
            return "scalar" if shapes[0] == "matrix" else shapes[0]
        return "unknown"


def _shape_between(before: list[Shape], after: list[Shape]) -> Shape:
    """Return the shape of a letter between others: what a product of arrays needs at its ends is a column."""
    first, last = chained(before), chained(after)
    if first in {"matrix", "row"} and all(shape == "scalar" for shape in after):
        return "column"
    if last == "row" and all(shape == "scalar" for shape in before):
        return "column"
    return "unknown" if first == "scalar" and last in {"matrix", "column"} else "scalar"


def chained(shapes: Iterable[Shape]) -> Shape:
    """Return the shape of a product; two columns alone can only be an inner product."""
    found = [shape for shape in shapes if shape != "scalar"]
    if found == ["column", "column"]:
        return "scalar"
    whole: Shape = "scalar"
    for shape in found:
        whole = shape if whole == "scalar" else _CHAIN.get((whole, shape), "unknown")
        if whole == "unknown":
            return whole
    return whole


def _by_letter(name: str) -> Shape:
    return "matrix" if is_capital(name) else "column"
