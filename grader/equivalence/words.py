"""Products that do not commute: sums of words of matrices, with scalars taken out.

`softmax((Q K^T) / sqrt(d)) V` and `softmax(1/sqrt(d) Q K^T) V` have one form, `Q^T K` and `K^T Q`
do not; a transpose reverses a word.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from grader.equivalence.rewriting import names_in
from grader.equivalence.ring import Atom, TooLargeError
from grader.notation.tree import Apply, Node, Number, Symbol

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from grader.equivalence.normal import Normalizer
    from grader.equivalence.quotients import Quotient

MAX_WORDS: Final = 60  # of one formula, multiplied out
MATRIX_HEADS: Final = frozenset({"matmul", "transpose", "inverse"})
SCALAR_VALUED: Final = frozenset({"norm", "det", "trace", "dot"})
_GREEK: Final = frozenset(
    "alpha beta gamma delta epsilon eps zeta eta theta iota kappa lambda mu nu xi rho sigma tau phi chi psi omega".split()  # noqa: SIM905 - a list of words
)

Letter = tuple[int, bool]  # an atom's id and whether it is transposed
Words = list[tuple["Quotient", tuple[Letter, ...]]]


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
                for arg in node.args:
                    name = _base_name(arg)
                    likely = node.head != "matmul" or (name not in _GREEK and not _is_index_like(name))
                    if name and likely and name not in scalars:
                        found.add(name)
    return frozenset(found)


def _base_name(node: Node) -> str:
    if isinstance(node, Symbol):
        return node.name
    if isinstance(node, Apply) and node.head == "index":
        return _base_name(node.args[0])
    return ""


def _is_index_like(name: str) -> bool:
    return name in {"i", "j", "k", "n", "m"}


def normal_words(field: Normalizer, node: Node) -> Quotient:
    """Return a matrix formula as a sum of word atoms with scalar factors."""
    total = field.number(0)
    for scalar, letters in _expand(field, node):
        part = scalar
        if letters:
            names = frozenset().union(*(field.atoms[number].names for number, _ in letters))
            part = field.times(part, field.single(field.atom(Atom("word", letters, real=False, names=names))))
        total = field.plus(total, part)
    return total


def _expand(field: Normalizer, node: Node) -> Words:
    if isinstance(node, Symbol) and node.name in field.matrices:
        return [(field.number(1), (_letter(field, node),))]
    if not isinstance(node, Apply) or not is_matrix_valued(field, node):
        return [(field.normal(node), ())]
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
    return [(field.number(1), (_letter(field, node),))]


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
