"""Products that do not commute: sums of words of vectors and matrices, with numbers taken out.

A transpose reverses a word, `A^-1 A` leaves the identity, and what begins with a row and ends with a
column is a number: `w^T x` is `x^T w`, and `x^T A y` is `y^T A^T x`. `|w|^2` is `w^T w`, a trace is
the same for every rotation of its word.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Final

from grader.equivalence.normal.laws import rational_power
from grader.equivalence.normal.ring import Atom, TooLargeError
from grader.equivalence.preparation.symbolshapes import FROBENIUS, IDENTITY, Shape
from grader.notation.tree import Apply, Binder, Matrix, Node, Number, Symbol

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.equivalence.normal.field import Field as Normalizer
    from grader.equivalence.normal.quotients import Quotient
    from grader.equivalence.preparation.symbolshapes import Shapes

MAX_WORDS: Final = 60  # of one formula, multiplied out
MAX_POWER: Final = 3  # of a matrix that is written out
_SCALARS_OF_ARRAYS: Final = frozenset({"norm", "trace", "dot"})
_TRANSPOSED: Final = {"column": "row", "row": "column"}

Letter = tuple[int, bool]  # an atom's id and whether it is transposed
Word = tuple[Letter, ...]
Words = list[tuple["Quotient", Word]]


class Letters:
    """What is known of the letters of one comparison."""

    def __init__(self, shapes: Shapes) -> None:
        self.shapes = shapes
        self.shape: dict[int, Shape] = {}
        self.inverses: dict[int, Word] = {}  # the word that a letter is the inverse of
        self.symmetric: set[int] = set()
        self.identities: set[int] = set()

    def touch(self, node: Node) -> bool:
        """Whether a part is an array or a number made of arrays by products."""
        if self.shapes.of(node) != "scalar":
            return True
        if not isinstance(node, Apply) or node.head == "index":
            return False
        made = node.head in _SCALARS_OF_ARRAYS or node.head in {"mul", "matmul", "transpose", "inverse"}
        return made and any(self.shapes.of(arg) != "scalar" for arg in node.args[:40])

    def of(self, letter: Letter) -> Shape:
        shape = self.shape.get(letter[0], "unknown")
        return _TRANSPOSED.get(shape, shape) if letter[1] else shape  # type: ignore[return-value]


def normal_words(field: Normalizer, node: Node) -> Quotient:
    """Return a formula of arrays as a sum of words with numbers as factors."""
    return _total(field, _expand(field, node))


def _total(field: Normalizer, words: Words) -> Quotient:
    total = field.number(0)
    for scalar, word in words:
        part, rest = _without_forms(field, _reduced(field, word))
        part = field.times(scalar, part)
        if rest:
            part = field.times(part, field.single(_atom(field, "word", rest)))
        total = field.plus(total, part)
    return total


def _atom(field: Normalizer, kind: str, word: Word, *, nonnegative: bool = False) -> int:
    names = frozenset[str]().union(*(field.atoms[number].names for number, _ in word))
    real = kind != "word" and field.real
    return field.atom(Atom(kind, word, real=real, nonnegative=nonnegative and real, names=names))


def _expand(field: Normalizer, node: Node) -> Words:
    letters = field.letters
    assert letters is not None  # noqa: S101 - only called where there are arrays
    if letters.shapes.of(node) == "scalar" and not (isinstance(node, Apply) and letters.touch(node)):
        return [(field.normal(node), ())]
    if isinstance(node, Symbol):
        return [(field.number(1), (_symbol(field, node),))]
    if isinstance(node, Binder):
        return [(field.normal_binder(node), ())]  # nothing is multiplied with it: see _factor
    if not isinstance(node, Apply):
        raise TooLargeError
    rule = _RULES.get(node.head)
    words = rule(field, node) if rule is not None else None
    if words is not None:
        return words
    if letters.shapes.of(node) == "scalar":
        args = (field.normal(arg) for arg in node.args)
        return [(field.opaque(node.head, *args, nonnegative=node.head == "norm", real=field.real), ())]
    return [(field.number(1), (_opaque(field, node),))]


def _multiply(field: Normalizer, node: Apply) -> Words:
    shapes = field.letters.shapes if field.letters else None
    many = sum(shapes is not None and shapes.of(arg) != "scalar" for arg in node.args) > 1
    words: Words = [(field.number(1), ())]
    for arg in node.args:
        words = _product(field, words, _factor(field, arg) if many else _expand(field, arg))
    return words


def _factor(field: Normalizer, node: Node) -> Words:
    """Return a factor; a sum over an index is one letter, as its terms must keep their place."""
    if isinstance(node, Binder) and field.letters is not None and field.letters.shapes.of(node) != "scalar":
        quotient = field.opaque("sum of arrays", field.normal_binder(node), real=False)
        return [(field.number(1), (_named(field, quotient, field.letters.shapes.of(node)),))]
    return _expand(field, node)


def _product(field: Normalizer, left: Words, right: Words) -> Words:
    if len(left) * len(right) > MAX_WORDS:
        raise TooLargeError
    return [(field.times(a, b), (*first, *second)) for a, first in left for b, second in right]


def _add(field: Normalizer, node: Apply) -> Words:
    return [word for arg in node.args for word in _expand(field, arg)]


def _negate(field: Normalizer, node: Apply) -> Words:
    return _scaled(field, _expand(field, node.args[0]), field.number(-1))


def _scaled(field: Normalizer, words: Words, factor: Quotient) -> Words:
    return [(field.times(scalar, factor), word) for scalar, word in words]


def _divide(field: Normalizer, node: Apply) -> Words | None:
    if field.letters is None or field.letters.shapes.of(node.args[1]) != "scalar":
        return None
    return _scaled(field, _expand(field, node.args[0]), field.inverse(field.normal(node.args[1])))


def _transpose(field: Normalizer, node: Apply) -> Words:
    if isinstance(node.args[0], Binder):
        raise TooLargeError
    return [(scalar, _turned(field, word)) for scalar, word in _expand(field, node.args[0])]


def _turned(field: Normalizer, word: Word) -> Word:
    """Return the transposed word."""
    symmetric = field.letters.symmetric if field.letters else frozenset()
    return tuple((number, not flag and number not in symmetric) for number, flag in reversed(word))


def _power(field: Normalizer, node: Apply) -> Words | None:
    base, exponent = node.args
    if field.letters is None or field.letters.shapes.of(base) != "matrix":
        return None
    value = _whole(exponent)
    if value == -1:
        return _inverse(field, Apply("inverse", (base,)))
    if value is None or not 1 <= value <= MAX_POWER:
        return None
    return _multiply(field, Apply("matmul", (base,) * value))


def _whole(node: Node) -> int | None:
    sign = 1
    if isinstance(node, Apply) and node.head == "neg":
        sign, node = -1, node.args[0]
    if isinstance(node, Number) and node.value.denominator == 1:
        return sign * int(node.value)
    return None


def _inverse(field: Normalizer, node: Apply) -> Words:
    """Return the inverse: of a product of different matrices that of each, in reverse order.

    A product that holds a matrix twice, such as `X^T X`, is kept: X need not be square.
    """
    words = _expand(field, node.args[0])
    if len(words) == 1:
        scalar, word = words[0]
        word = _reduced(field, word)
        different = len({number for number, _ in word}) == len(word)
        if word and different:
            inverted = tuple(letter for each in reversed(word) for letter in _inverted(field, each))
            return [(field.inverse(scalar), inverted)]
        if word:
            quotient = field.opaque("inverse", field.single(_atom(field, "word", word)), real=False)
            letter = _named(field, quotient, "matrix")
            _note_inverse(field, letter[0], word)
            return [(field.inverse(scalar), (letter,))]
    whole = _total(field, words)
    letter = _named(field, field.opaque("inverse", whole, real=False), "matrix")
    turned = _total(field, [(scalar, _turned(field, word)) for scalar, word in words])
    if field.letters is not None and field.same(whole, turned):
        field.letters.symmetric.add(letter[0])
    return [(field.number(1), (letter,))]


def _note_inverse(field: Normalizer, number: int, word: Word) -> None:
    if field.letters is not None:
        field.letters.inverses[number] = word
        if _reduced(field, _turned(field, word)) == word:
            field.letters.symmetric.add(number)


def _inverted(field: Normalizer, letter: Letter) -> Word:
    """Return the inverse of one letter as a word."""
    number, flag = letter
    letters = field.letters
    if letters is not None and number in letters.identities:
        return (letter,)
    known = letters.inverses.get(number) if letters is not None else None
    if known is not None:
        return _turned(field, known) if flag else known
    quotient = field.opaque("inverse", field.single(number), real=False)
    inverse = _named(field, quotient, "matrix")[0]
    if letters is not None:
        letters.inverses[inverse] = ((number, False),)
    return ((inverse, flag),)


def _reduced(field: Normalizer, word: Word) -> Word:
    """Return the word without a letter beside its inverse, and without identities beside other letters."""
    letters = field.letters
    if letters is None:
        return word
    made: list[Letter] = []
    identity: Letter | None = None
    for letter in word:
        if letter[0] in letters.identities:
            identity = letter
            continue
        made.append(letter)
        cancelled = _cancelled(field, made)
        while cancelled:
            identity = identity or (_identity(field), False)
            cancelled = _cancelled(field, made)
    return tuple(made) if made or identity is None else (identity,)


def _cancelled(field: Normalizer, made: list[Letter]) -> bool:
    """Take an inverse and the word it is the inverse of off the end; whether there was one."""
    letters = field.letters
    if letters is None or not letters.inverses:
        return False
    for size in range(1, len(made)):
        tail = tuple(made[-size:])
        first = made[-size - 1]
        if first[0] in letters.inverses and _inside(field, first) == tail:
            del made[-size - 1 :]
            return True
        if made[-1][0] in letters.inverses and _inside(field, made[-1]) == tuple(made[-size - 1 : -1]):
            del made[-size - 1 :]
            return True
    return False


def _inside(field: Normalizer, letter: Letter) -> Word:
    """Return the word whose inverse a letter is."""
    word = field.letters.inverses[letter[0]] if field.letters else ()
    return _turned(field, word) if letter[1] else word


def _identity(field: Normalizer) -> int:
    return _symbol(field, Symbol(IDENTITY))[0]


def _without_forms(field: Normalizer, word: Word) -> tuple[Quotient, Word]:
    """Return the numbers in a word - a row, matrices, a column - and the letters that are left."""
    total = field.number(1)
    rest = list(word)
    at = 0
    while field.letters is not None and at < len(rest):
        if field.letters.of(rest[at]) == "row":
            end = at + 1
            while end < len(rest) and field.letters.of(rest[end]) == "matrix":
                end += 1
            if end < len(rest) and field.letters.of(rest[end]) == "column":
                total = field.times(total, _form(field, tuple(rest[at : end + 1])))
                del rest[at : end + 1]
                at = 0
                continue
        at += 1
    if field.letters is not None and [field.letters.of(letter) for letter in rest] == ["column", "column"]:
        first, second = rest  # two columns can only be an inner product
        return field.times(total, _form(field, (*_turned(field, (first,)), second))), ()
    return total, tuple(rest)


def _form(field: Normalizer, word: Word) -> Quotient:
    """Return the number that a word is, the same for the transposed word."""
    word = min(word, _turned(field, word))
    square = len(word) == 2 and word[0][0] == word[1][0]
    return field.single(_atom(field, "form", word, nonnegative=square))


def _trace(field: Normalizer, node: Apply) -> Words:
    total = field.number(0)
    for scalar, word in _expand(field, node.args[0]):
        total = field.plus(total, field.times(scalar, _trace_of(field, _reduced(field, word))))
    return [(total, ())]


def _trace_of(field: Normalizer, word: Word) -> Quotient:
    """Return the trace of one word, the same for all its rotations and their transposes."""
    rotations = [(*word[at:], *word[:at]) for at in range(len(word))] or [word]
    for rotation in rotations:
        part, rest = _without_forms(field, rotation)
        if not rest and word:
            return part  # tr(x y^T) = y^T x
    least = min(min(rotation, _turned(field, rotation)) for rotation in map(tuple, rotations))
    return field.single(_atom(field, "trace", least))


def _dot(field: Normalizer, node: Apply) -> Words | None:
    shapes = [field.letters.shapes.of(arg) if field.letters else "scalar" for arg in node.args]
    if len(node.args) != 2 or not {"column", "row"} >= set(shapes):
        return None
    row, column = node.args
    row = row if shapes[0] == "row" else Apply("transpose", (row,))
    column = column if shapes[1] == "column" else Apply("transpose", (column,))
    return _multiply(field, Apply("matmul", (row, column)))


def _norm(field: Normalizer, node: Apply) -> Words | None:
    """Return the length of a vector as the root of its product with itself; Frobenius' norm by a trace."""
    inside = node.args[0]
    shape = field.letters.shapes.of(inside) if field.letters else "scalar"
    kind = node.args[1] if len(node.args) == 2 else None
    frobenius = isinstance(kind, Symbol) and kind.name in FROBENIUS
    if shape == "matrix" and frobenius:
        square = _trace(field, Apply("trace", (Apply("matmul", (Apply("transpose", (inside,)), inside)),)))
    elif shape in {"column", "row"} and (kind is None or frobenius or _whole(kind) == 2):
        turned = Apply("transpose", (inside,))
        pair = (turned, inside) if shape == "column" else (inside, turned)
        square = _multiply(field, Apply("matmul", pair))
    else:
        return None
    return [(rational_power(field, _total(field, square), Fraction(1, 2)), ())]


def _hadamard(field: Normalizer, node: Apply) -> Words | None:
    """Return an elementwise product as a letter, the same for both orders of its factors."""
    if len(node.args) != 2 or field.letters is None:
        return None
    first, second = (field.normal(arg) for arg in node.args)
    known = field.find_opaque("hadamard", second, first)
    number = known if known is not None else field.opaque("hadamard", first, second, real=False)
    return [(field.number(1), (_named(field, number, field.letters.shapes.of(node)),))]


def _symbol(field: Normalizer, node: Symbol) -> Letter:
    quotient = field.symbol("matrix", node.name, real=False)
    letter = _named(field, quotient, field.letters.shapes.of(node) if field.letters else "unknown")
    known = field.letters is not None and (
        field.letters.shapes.identity or IDENTITY not in field.letters.shapes.arrays
    )
    if node.name == IDENTITY and known and field.letters is not None:
        field.letters.identities.add(letter[0])
        field.letters.shape[letter[0]] = "matrix"
        field.letters.symmetric.add(letter[0])
    return letter


def _opaque(field: Normalizer, node: Apply) -> Letter:
    """Return a function of arrays, or one of several arrays of a name, as a letter."""
    if any(isinstance(arg, Matrix) for arg in node.args):
        raise TooLargeError
    quotient = field.opaque(node.head, *(field.normal(arg) for arg in node.args), real=False)
    return _named(field, quotient, field.letters.shapes.of(node) if field.letters else "unknown")


def _named(field: Normalizer, quotient: Quotient, shape: Shape) -> Letter:
    term = quotient.term
    if term is None:
        raise TooLargeError
    number = term[0][0][0]
    if field.letters is not None:
        field.letters.shape[number] = shape
    return number, False


_RULES: Final[dict[str, Callable[[Normalizer, Apply], Words | None]]] = {
    "matmul": _multiply,
    "mul": _multiply,
    "add": _add,
    "neg": _negate,
    "div": _divide,
    "transpose": _transpose,
    "inverse": _inverse,
    "pow": _power,
    "trace": _trace,
    "dot": _dot,
    "norm": _norm,
    "hadamard": _hadamard,
}
