r"""Closed formulas: what has a value of its own, without any letter: `\sqrt2`, `e^{-1}`, `\frac{8}{8+2} = 0.8`.

Values are exact fractions, or the middle of an enclosure so narrow that no tolerance of a rubric sees it.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from grader.equivalence.normal.quotients import UndefinedError
from grader.equivalence.numeric import balls
from grader.equivalence.numeric.pointvalues import CALLS, Evaluation, NotEvaluableError, no_data
from grader.notation.formulareader import read_formula
from grader.notation.lazypatterns import deferred
from grader.notation.piececache import recalled
from grader.notation.syntaxerrors import ReadingError
from grader.notation.tree import Apply, Binder, Constant, Node, Number, Quantity, Relation
from grader.records import dataclass

MAX_LENGTH: Final = 1_000  # characters; a longer calculation is an essay
CACHED: Final = 512  # a class writes the same calculations, and every criterion of a question asks
PRECISION: Final = 128  # bits; four times what the longest tolerance in use needs
MAX_PLAIN: Final = (
    10**6
)  # denominator of a plain fraction; one lies this near by chance once in a billion values
PLAIN_BITS: Final = 70  # that an enclosure and a plain fraction agree to where they are one number
MIN_BITS: Final = 80  # of an enclosure; a wider one (a difference of nearly equal numbers) has no value here
MAX_BITS: Final = 700  # of an exact value: some 200 digits, as many as a number may have

# A colon may be a ratio, a time or a list, and a bar over digits is no conjugate.
_UNCERTAIN: Final = deferred(r"\d\s*:\s*\d|overline|\\bar|\\dot|\.\.|\\dots|\\ldots|…")

BASELESS: Final = deferred(r"(?<![A-Za-z])log(?![_A-Za-z0-9])")


@dataclass(frozen=True, slots=True)
class Side:
    """One side of an equation, or a formula that stands alone."""

    start: int
    end: int
    value: Fraction | None  # None where letters or unknown functions stand in it
    exact: bool = True
    finished: bool = True  # a number, a power of whole numbers, or a value that no decimal gives
    base_unsure: bool = False  # `log` may mean another base than e
    unit: str = ""
    first: Fraction | None = None  # the number it begins with


@dataclass(frozen=True, slots=True)
class Closed:
    """The sides of a text in order, with the relations between them."""

    sides: tuple[Side, ...]
    relations: tuple[str, ...] = ()


@recalled(CACHED)
def read_closed(text: str) -> Closed | None:
    r"""Return the sides of a text that is a formula or a chain of them; None where it is none or cannot be read.

    >>> [(str(side.value), side.finished) for side in read_closed(r"P = \frac{8}{8+2} = 0.8").sides]
    [('None', False), ('4/5', False), ('4/5', True)]
    """
    if len(text) > MAX_LENGTH or _UNCERTAIN.search(text):
        return None
    try:
        tree = read_formula(text).tree
    except ReadingError:
        return None
    if isinstance(tree, Relation):
        return Closed(tuple(_side(operand, text) for operand in tree.operands), tree.operators)
    return Closed((_side(tree, text),))


def _side(tree: Node, text: str) -> Side:
    start, end = tree.span
    unit, inner = (tree.unit, tree.magnitude) if isinstance(tree, Quantity) else ("", tree)
    value = _value(inner)
    if value is None:
        return Side(start, end, None, finished=False)
    exact = isinstance(value, Fraction)
    return Side(
        start,
        end,
        value if isinstance(value, Fraction) else value[0],
        exact,
        not exact or _is_finished(inner),
        BASELESS.search(text, start, end) is not None,
        unit,
        _first(inner),
    )


def _value(tree: Node) -> Fraction | tuple[Fraction] | None:
    """Return a tree's exact value, the middle of its narrow enclosure in a tuple, or None."""
    if not all(map(_is_known, tree.walk())):
        return None
    library = balls.flint() if balls.is_loaded() or _is_transcendental(tree) else None
    before = library.ctx.prec if library else 0
    try:
        if library:
            library.ctx.prec = PRECISION
        value = Evaluation({}, no_data, real=True).value(tree)
        return _bounded(value) if isinstance(value, Fraction) else _middle(value)
    except (UndefinedError, NotEvaluableError, OverflowError, ZeroDivisionError, ValueError):
        return None
    finally:
        if library:
            library.ctx.prec = before


def _is_known(node: Node) -> bool:
    """Whether a node has a value: no function that nobody knows, no conjugate of digits, no imaginary unit."""
    if isinstance(node, Apply):
        if node.head.startswith("call:"):
            return (node.head[5:], len(node.args)) in CALLS
        return node.head not in {"index", "conjugate", "plusminus", "big_o"}
    return not (isinstance(node, Constant) and node.name == "i")


def _is_transcendental(tree: Node) -> bool:
    return any(
        isinstance(node, Constant)
        or (isinstance(node, Apply) and node.head not in {"add", "mul", "neg", "div"})
        for node in tree.walk()
    )


def _bounded(value: Fraction) -> Fraction | None:
    size = max(value.numerator.bit_length(), value.denominator.bit_length())
    return value if size <= MAX_BITS else None


def _middle(value: balls.Value) -> tuple[Fraction] | None:
    """Return the middle of a real enclosure in a tuple, None where it is wide or not real."""
    if not value.imag.contains(0) or not value.real.is_finite() or value.real.rel_accuracy_bits() < MIN_BITS:
        return None
    numerator, denominator = value.real.mid().fmpq().numer(), value.real.mid().fmpq().denom()
    middle = _bounded(Fraction(int(numerator), int(denominator)))
    return None if middle is None else (_simple(middle),)


def _simple(middle: Fraction) -> Fraction:
    r"""Return the plain fraction that an enclosure cannot be told from, else its middle: `\exp(2 \ln 2)` is 4."""
    plain = middle.limit_denominator(MAX_PLAIN)
    return plain if abs(plain - middle) * 2**PLAIN_BITS <= abs(middle) else middle


def _is_finished(tree: Node) -> bool:
    """Whether an exact value is written out, or as one function or fraction of numbers: no sum or product to be worked out."""
    return not any(
        isinstance(node, Binder)
        or (isinstance(node, Apply) and (node.head in {"add", "mul", "dot", "hadamard", "matmul", "norm"}))
        for node in tree.walk()
    )


def _first(tree: Node) -> Fraction | None:
    """Return the number a side begins with: `2700` of `2700 + 100`."""
    numbers = [node for node in tree.walk() if isinstance(node, Number) and node.span[1] > node.span[0]]
    found = min(numbers, key=lambda node: node.span[0], default=None)
    return None if found is None else found.value
