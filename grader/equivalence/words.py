"""Products that do not commute: sums of words of matrices, with scalars taken out.

`softmax((Q K^T) / sqrt(d)) V` and `softmax(1/sqrt(d) Q K^T) V` have one form, `Q^T K` and `K^T Q`
do not; a transpose reverses a word.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Final

from grader.equivalence.rewriting import map_children, names_in
from grader.equivalence.ring import Atom, TooLargeError
from grader.notation.tree import Apply, Node, Number, Symbol

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from grader.equivalence.normal import Normalizer
    from grader.equivalence.quotients import Quotient

MAX_WORDS: Final = 60  # of one formula, multiplied out
MATRIX_HEADS: Final = frozenset({"matmul", "transpose", "inverse"})
SCALAR_VALUED: Final = frozenset({"norm", "det", "trace", "dot"})
_GREEK: Final = frozenset(
    "alpha beta gamma delta epsilon eps zeta eta theta iota kappa lambda mu nu xi rho sigma tau phi chi psi omega".split()  # noqa: SIM905 - a list of words
)

TWO: Final = Number(Fraction(2))
Letter = tuple[int, bool]  # an atom's id and whether it is transposed
Words = list[tuple["Quotient", tuple[Letter, ...]]]


def evident_matrices(*trees: Node) -> frozenset[str]:
    """Return capitals that look like matrices: factors beside one to a power below one, as in `A B^{-1}`."""
    found: set[str] = set()
    for tree in trees:
        for node in tree.walk():
            if isinstance(node, Apply) and node.head == "mul":
                names = [_capital(factor) for factor in node.args]
                if any(map(_is_inverted, node.args)) and len([name for name in names if name]) > 1:
                    found.update(filter(None, names))
    return frozenset(found)


def _capital(factor: Node) -> str:
    """Return the name of a factor that is a capital letter, to whatever power."""
    base = factor.args[0] if isinstance(factor, Apply) and factor.head in {"pow", "index"} else factor
    if isinstance(base, Apply) and base.head == "index":
        if any(isinstance(label, Symbol) and len(label.name) > 1 for label in base.args[1:]):
            return ""  # `N_{total}` counts something
        base = base.args[0]
    plain = isinstance(base, Symbol) and len(base.name.partition("_")[0]) == 1 and base.name[0].isupper()
    return base.name if plain and isinstance(base, Symbol) else ""


def _is_inverted(factor: Node) -> bool:
    if not (isinstance(factor, Apply) and factor.head == "pow" and _capital(factor)):
        return False
    exponent = factor.args[1]
    return isinstance(exponent, Apply) and exponent.head == "neg"


def in_order(tree: Node, matrices: frozenset[str]) -> Node:
    """Return a tree with the products of some matrices as such, whose order matters."""
    tree = map_children(tree, lambda child: in_order(child, matrices))
    if isinstance(tree, Apply) and tree.head == "mul" and matrices & names_in(tree):
        return Apply("matmul", tree.args, span=tree.span)
    return tree


def has_matrices(*trees: Node) -> bool:
    """Whether a formula holds products, transposes or inverses of matrices."""
    return any(
        isinstance(node, Apply) and node.head in MATRIX_HEADS for tree in trees for node in tree.walk()
    )


def matrix_names(
    trees: Iterable[Node], declared: Iterable[str], scalars: Mapping[str, str]
) -> frozenset[str]:
    """Return the symbols that stand for matrices or vectors.

    These are the declared ones, what is transposed or inverted, and the factors of a matrix
    product, but for Greek letters and symbols with a domain of numbers.
    """
    found = set(declared)
    for tree in trees:
        for node in tree.walk():
            if isinstance(node, Apply) and node.head in MATRIX_HEADS | {"det", "trace"}:
                for name in (each for arg in node.args for each in _base_names(arg)):
                    likely = node.head != "matmul" or (name not in _GREEK and not _is_index_like(name))
                    if likely and name not in scalars:
                        found.add(name)
    return frozenset(found)


def _base_names(node: Node) -> Iterator[str]:
    """Yield the names of what is added up or multiplied in a matrix."""
    if isinstance(node, Symbol):
        yield node.name
    elif isinstance(node, Apply) and node.head in {"index", "div"}:
        yield from _base_names(node.args[0])
    elif isinstance(node, Apply) and node.head in {"add", "neg", "mul"}:
        for arg in node.args:
            yield from _base_names(arg)


def with_products(tree: Node) -> Node:
    """Return `u^T u` for the squared norm of a vector: of small letters, and of what ends with one, as `X w`."""
    tree = map_children(tree, with_products)
    if isinstance(tree, Apply) and tree.head == "pow" and tree.args[1] == TWO:
        norm = tree.args[0]
        if isinstance(norm, Apply) and norm.head == "norm" and norm.args[1:] in {(), (TWO,)}:
            inside = norm.args[0]
            if _ends_small(inside):
                return Apply("matmul", (Apply("transpose", (inside,)), inside), span=tree.span)
    return tree


def _ends_small(node: Node) -> bool:
    if isinstance(node, Symbol):
        return node.name[:1].islower()
    if isinstance(node, Apply) and node.head in {"add", "neg"}:
        return all(map(_ends_small, node.args))
    if isinstance(node, Apply) and node.head in {"mul", "matmul"}:
        return _ends_small(node.args[-1])
    return isinstance(node, Apply) and node.head in {"index", "div"} and _ends_small(node.args[0])


def _is_index_like(name: str) -> bool:
    return name in {"i", "j", "k", "n", "m"}


def normal_words(field: Normalizer, node: Node) -> Quotient:
    """Return a matrix formula as a sum of word atoms with scalar factors."""
    total = field.number(0)
    for scalar, written in _expand(field, node):
        part = scalar
        if written:
            letters = _in_one_order(field, written)
            names = frozenset().union(*(field.atoms[number].names for number, _ in letters))
            part = field.times(part, field.single(field.atom(Atom("word", letters, real=False, names=names))))
        total = field.plus(total, part)
    return total


def _in_one_order(field: Normalizer, letters: tuple[Letter, ...]) -> tuple[Letter, ...]:
    """Return a word or its transpose, the same for both where it is a number: `x^T A y` is `y^T A^T x`."""
    (first, row), (last, column) = letters[0], letters[-1]
    if not row or column or not (_is_vector(field, first) and _is_vector(field, last)):
        return letters
    return min(letters, _transposed(letters))


def _is_vector(field: Normalizer, number: int) -> bool:
    """Whether a letter of a word is small: a column."""
    atom = field.atoms[number]
    return atom.kind == "matrix" and atom.payload[:1].islower()


def _expand(field: Normalizer, node: Node) -> Words:
    if isinstance(node, Symbol) and node.name in field.matrices:
        return [(field.number(1), (_letter(field, node),))]
    if not is_matrix_valued(field, node):
        return [(field.normal(node), ())]
    if not isinstance(node, Apply):
        raise TooLargeError  # a sum over matrices, or cases
    if node.head in {"matmul", "mul"}:
        words: Words = [(field.number(1), ())]
        for arg in node.args:
            words = _product(field, words, _expand(field, arg))
        return words
    if node.head == "add":
        return [word for arg in node.args for word in _expand(field, arg)]
    if node.head == "neg":
        return [
            (field.times(scalar, field.number(-1)), letters)
            for scalar, letters in _expand(field, node.args[0])
        ]
    if node.head == "div" and not is_matrix_valued(field, node.args[1]):
        below = field.inverse(field.normal(node.args[1]))
        return [(field.times(scalar, below), letters) for scalar, letters in _expand(field, node.args[0])]
    if node.head == "transpose":
        return [(scalar, _transposed(letters)) for scalar, letters in _expand(field, node.args[0])]
    if node.head == "pow" and isinstance(node.args[1], Number) and node.args[1].value in {1, 2, 3}:
        return _expand(field, Apply("matmul", (node.args[0],) * int(node.args[1].value)))
    minus_one = Apply("neg", (Number(Fraction(1)),))
    if node.head == "inverse" or (node.head == "pow" and node.args[1] in {minus_one, Number(Fraction(-1))}):
        return _inverted(field, node.args[0])
    return [(field.number(1), (_letter(field, node),))]


def _inverted(field: Normalizer, node: Node) -> Words:
    """Return the inverse: of a product, that of its factors in the other order."""
    if isinstance(node, Apply) and node.head in {"matmul", "mul"}:
        factors = tuple(
            Apply("inverse", (arg,)) for arg in reversed(node.args) if is_matrix_valued(field, arg)
        )
        below = Apply("mul", tuple(arg for arg in node.args if not is_matrix_valued(field, arg)))
        words = _expand(field, Apply("matmul", factors)) if len(factors) > 1 else _expand(field, factors[0])
        scale = field.inverse(field.normal(below)) if below.args else field.number(1)
        return [(field.times(scalar, scale), letters) for scalar, letters in words]
    if isinstance(node, Apply) and node.head == "transpose":
        return [(scalar, _transposed(letters)) for scalar, letters in _inverted(field, node.args[0])]
    return [(field.number(1), (_letter(field, Apply("inverse", (node,))),))]


def _product(field: Normalizer, left: Words, right: Words) -> Words:
    if len(left) * len(right) > MAX_WORDS:
        raise TooLargeError
    return [(field.times(a, b), (*first, *second)) for a, first in left for b, second in right]


def _transposed(letters: tuple[Letter, ...]) -> tuple[Letter, ...]:
    return tuple((number, not flag) for number, flag in reversed(letters))


def _letter(field: Normalizer, node: Node) -> Letter:
    """Return the atom of a matrix symbol, or of a function of matrices."""
    if isinstance(node, Symbol):
        quotient = field.symbol("matrix", node.name, real=False)
    else:
        assert isinstance(node, Apply)  # noqa: S101 - only symbols and functions are matrices
        quotient = field.opaque(node.head, *(normal_words(field, arg) for arg in node.args), real=False)
    term = quotient.term
    if term is None:
        raise TooLargeError
    return term[0][0][0], False


def is_matrix_valued(field: Normalizer, node: Node) -> bool:
    """Whether a node is a matrix: it holds a matrix that no norm, trace or the like turns into a number."""
    waiting = [node]
    while waiting:
        part = waiting.pop()
        if isinstance(part, Symbol) and part.name in field.matrices:
            return True
        if not (isinstance(part, Apply) and part.head in SCALAR_VALUED) and field.matrices & names_in(part):
            waiting.extend(part.children)
    return False
