"""Trees as text: plain notation that reads back to the same tree, and LaTeX to show people.

`to_text` writes what `read_formula` (with the same names) reads as the same tree. Names that would
be read otherwise stand in quotation marks. `to_latex` is in `latexprinter` and offered here too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from grader.notation.grammar.parser import ANY, POSTFIX, POWER, PRODUCT, RELATION, SUM, UNION
from grader.notation.grammar.scripts import index_parts
from grader.notation.lazypatterns import deferred
from grader.notation.numbers.literals import value_of
from grader.notation.printing.latexprinter import to_latex
from grader.notation.printing.quotednames import WORD, called, reads_as_itself
from grader.notation.syntaxerrors import MAX_DIGITS, ReadingError
from grader.notation.tree import (
    Apply,
    Binder,
    Cases,
    Collection,
    Constant,
    Interval,
    Logic,
    Matrix,
    Node,
    Number,
    Quantity,
    Relation,
    Symbol,
    fact,
)
from grader.notation.vocabulary import GREEK

if TYPE_CHECKING:
    from collections.abc import Callable
    from fractions import Fraction

ATOM: Final = 100
_NEGATIVE: Final = SUM + 1
_LITERAL: Final = deferred(r"\d+(?:\.\d+)?(?:[eE][+-]?\d{1,4})?")
_LOOSE: Final = {"and": 16, "or": 14, "xor": 14, "implies": 12, "iff": 10, "not": 18}
_CALLS: Final = {
    "log": "log", "max": "max", "min": "min", "abs": "abs", "norm": "norm", "floor": "floor", "ceil": "ceil",
    "transpose": "transpose", "inverse": "inverse", "trace": "trace", "variance": "Var",
    "expectation": "expectation", "probability": "probability", "big_o": "O", "little_o": "o", "big_theta": "Theta",
    "big_omega": "Omega", "derivative": "diff", "exp": "exp",
}  # fmt: skip
_SETS: Final = {"union": "union", "intersection": "intersect", "setminus": "setminus"}


def to_text(tree: Node) -> str:
    """Return a tree in plain notation."""
    return _write(tree)[0]


@fact
def printed(tree: Node) -> tuple[str, str]:
    """Return a tree in plain notation without quotation marks, and as LaTeX."""
    return to_text(tree).replace('"', ""), to_latex(tree)


def _write(node: Node) -> tuple[str, int]:
    """Return the text of a node and how tightly its outermost sign binds."""
    return _WRITERS[type(node)](node)


def _at(node: Node, power: int) -> str:
    """Return the text of a node where only things binding tighter than `power` need no parentheses."""
    text, own = _write(node)
    return text if own > power else f"({text})"


def _list(nodes: tuple[Node, ...]) -> str:
    return ", ".join(_at(node, ANY) for node in nodes)


def _number(node: Number) -> tuple[str, int]:
    if _LITERAL.fullmatch(node.text):
        try:
            if value_of(node.text, 0) == node.value:
                return node.text, ATOM
        except ReadingError:
            pass
    value = abs(node.value)
    text = _decimal(value) or str(value)
    if "/" in text:
        return (f"-{text}", _NEGATIVE) if node.value < 0 else (text, PRODUCT)
    return (f"-{text}", _NEGATIVE) if node.value < 0 else (text, ATOM)


def _decimal(value: Fraction) -> str:
    """Return a terminating decimal as digits, "" for any other number."""
    places = 0
    while value.denominator != 1 and places < MAX_DIGITS:
        if value.denominator % 2 and value.denominator % 5:
            return ""
        value *= 10
        places += 1
    digits = str(value.numerator).rjust(places + 1, "0")
    return f"{digits[:-places]}.{digits[-places:]}" if places else digits


def _symbol(node: Symbol) -> tuple[str, int]:
    name = node.name
    stem = name.rstrip("'")
    if reads_as_itself(stem):
        return name, ATOM
    return (f'"{name}"' if name.isprintable() and '"' not in name else f'"{name!a}"'), ATOM


def _constant(node: Constant) -> tuple[str, int]:
    return {"empty_set": "{}", "true": "true"}.get(node.name, node.name), ATOM


def _apply(node: Apply) -> tuple[str, int]:
    writer = _HEADS.get(node.head)
    if writer is not None:
        return writer(node.args)
    if node.head.startswith("call:"):
        return f"{called(node.head[5:])}({_arguments(node.args)})", ATOM
    return f"{_CALLS.get(node.head, node.head)}({_arguments(node.args)})", ATOM


def _arguments(args: tuple[Node, ...]) -> str:
    return ", ".join(
        _condition(arg) if isinstance(arg, Apply) and arg.head == "given" else _at(arg, ANY) for arg in args
    )


def _condition(node: Apply) -> str:
    return f"given({_list(node.args)})"


def _add(args: tuple[Node, ...]) -> tuple[str, int]:
    pieces = [_at(args[0], SUM)]
    for term in args[1:]:
        if isinstance(term, Apply) and term.head == "neg":
            pieces.append(f" - {_at(term.args[0], _NEGATIVE)}")
        else:
            pieces.append(f" + {_at(term, _NEGATIVE)}")
    return "".join(pieces), SUM


def _neg(args: tuple[Node, ...]) -> tuple[str, int]:
    return f"-{_at(args[0], _NEGATIVE)}", _NEGATIVE


def _joined(sign: str) -> Callable[[tuple[Node, ...]], tuple[str, int]]:
    def write(args: tuple[Node, ...]) -> tuple[str, int]:
        first = args[0]
        leading = isinstance(first, Apply) and first.head == "div" and sign == "*"
        head = _write(first)[0] if leading else _at(first, PRODUCT)
        return sign.join([head, *(_at(arg, PRODUCT) for arg in args[1:])]), PRODUCT

    return write


def _div(args: tuple[Node, ...]) -> tuple[str, int]:
    above, below = args
    leading = isinstance(above, Apply) and above.head in {"mul", "div"}
    return f"{_write(above)[0] if leading else _at(above, PRODUCT)}/{_at(below, PRODUCT)}", PRODUCT


def _pow(args: tuple[Node, ...]) -> tuple[str, int]:
    base, exponent = args
    simple = isinstance(exponent, Number) or (
        isinstance(exponent, Symbol | Constant) and _one_letter(exponent.name)
    )
    written = _at(exponent, POWER) if simple else f"({_write(exponent)[0]})"
    return f"{_at(base, POWER)}^{written}", POWER


def _one_letter(name: str) -> bool:
    return name in GREEK or (len(name) == 1 and name not in {"T", "e"})


def _root(args: tuple[Node, ...]) -> tuple[str, int]:
    inner, degree = args
    if isinstance(degree, Number) and degree.value == 2:
        return f"sqrt({_at(inner, ANY)})", ATOM
    return f"root({_list(args)})", ATOM


def _transpose(args: tuple[Node, ...]) -> tuple[str, int]:
    base = args[0]
    if isinstance(base, Symbol) and len(base.name) == 1:
        return f"{_symbol(base)[0]}^T", POWER
    return f"transpose({_at(base, ANY)})", ATOM


def _postfix(sign: str) -> Callable[[tuple[Node, ...]], tuple[str, int]]:
    def write(args: tuple[Node, ...]) -> tuple[str, int]:
        return f"{_at(args[0], POSTFIX)}{sign}", POSTFIX

    return write


def _index(args: tuple[Node, ...]) -> tuple[str, int]:
    base, *rest = args
    written = [_one_index(item) for item in rest]
    label = written[0].isalpha() and isinstance(base, Symbol) and (len(base.name) == 1 or base.name in GREEK)
    simple = len(written) == 1 and (len(written[0]) == 1 or (label and isinstance(rest[0], Symbol)))
    return f"{_at(base, POSTFIX)}_{written[0] if simple else '{' + ', '.join(written) + '}'}", ATOM


def _one_index(node: Node) -> str:
    if isinstance(node, Symbol):
        if node.name in {":", "+", "star"}:
            return "*" if node.name == "star" else node.name
        label = node.name.isalpha() and node.name.isascii() and index_parts(node.name, {}) == (node.name,)
        if label or (WORD.fullmatch(node.name) and not node.name.isalpha()):
            return node.name
        return _symbol(node)[0]
    if isinstance(node, Constant) and node.name != "infinity":
        return f"({_write(node)[0]})"
    return _at(node, ANY)


def _sign(sign: str) -> Callable[[tuple[Node, ...]], tuple[str, int]]:
    def write(args: tuple[Node, ...]) -> tuple[str, int]:
        if len(args) == 1:
            return f"{sign}{_at(args[0], _NEGATIVE)}", _NEGATIVE
        return f"{_at(args[0], SUM)} {sign} {_at(args[1], _NEGATIVE)}", SUM

    return write


def _set_operation(head: str) -> Callable[[tuple[Node, ...]], tuple[str, int]]:
    def write(args: tuple[Node, ...]) -> tuple[str, int]:
        parts = [_interval_text(arg) if isinstance(arg, Interval) else _at(arg, SUM - 1) for arg in args]
        return f" {_SETS[head]} ".join(parts), UNION

    return write


def _in(args: tuple[Node, ...]) -> tuple[str, int]:
    member, container = args
    inside = _interval_text(container) if isinstance(container, Interval) else _at(container, RELATION)
    return f"{_at(member, RELATION)} in {inside}", RELATION


def _given(args: tuple[Node, ...]) -> tuple[str, int]:
    return f"given({_list(args)})", ATOM


_HEADS: Final[dict[str, Callable[[tuple[Node, ...]], tuple[str, int]]]] = {
    "add": _add,
    "neg": _neg,
    "mul": _joined("*"),
    "matmul": _joined(" @ "),
    "div": _div,
    "pow": _pow,
    "root": _root,
    "transpose": _transpose,
    "index": _index,
    "percent": _postfix("%"),
    "factorial": _postfix("!"),
    "plusminus": _sign("+/-"),
    "minusplus": _sign("-/+"),
    "union": _set_operation("union"),
    "intersection": _set_operation("intersection"),
    "setminus": _set_operation("setminus"),
    "in": _in,
    "given": _given,
}


def _binder(node: Binder) -> tuple[str, int]:
    if node.head == "set":
        condition = _at(node.domain, ANY) if node.domain is not None else "true"
        return f"{{{_at(node.body, ANY)} | {condition}}}", ATOM
    index = "" if node.index is None else _symbol(node.index)[0]
    scripted = node.head in {"max", "min", "argmax", "argmin"} or (
        node.lower is None and node.upper is not None
    )
    if scripted and (index or node.domain is not None):
        spec = index
        if node.domain is not None:
            spec = _at(node.domain, ANY) if _holds_index(node) else f"{index} in {_at(node.domain, RELATION)}"
        elif node.lower is not None:
            spec = f"{index} = {_at(node.lower, RELATION)}"
        upper = f"^{{{_at(node.upper, ANY)}}}" if node.upper is not None else ""
        power = RELATION + 1 if node.head in {"argmax", "argmin"} else _NEGATIVE
        return f"{node.head}_{{{spec}}}{upper} {_at(node.body, PRODUCT)}", power
    word = {"integral": "integrate", "limit": "limit"}.get(node.head, node.head)
    parts = [_at(node.body, ANY)]
    if node.domain is not None:
        parts.append(_at(node.domain, ANY) if _holds_index(node) else f"{index} in {_container(node.domain)}")
    elif index:
        parts.append(index)
    parts.extend(_at(bound, ANY) for bound in (node.lower, node.upper) if bound is not None)
    return f"{word}({', '.join(parts)})", ATOM


def _holds_index(node: Binder) -> bool:
    """Say whether the domain is a whole condition rather than the set the index is in."""
    return node.index is None or isinstance(node.domain, Relation | Logic)


def _container(node: Node) -> str:
    return _interval_text(node) if isinstance(node, Interval) else _at(node, RELATION)


def _relation(node: Relation) -> tuple[str, int]:
    pieces = [_at(node.operands[0], RELATION)]
    for sign, operand in zip(node.operators, node.operands[1:], strict=True):
        pieces.append(f" {sign} {_at(operand, RELATION)}")
    return "".join(pieces), RELATION


def _cases(node: Cases) -> tuple[str, int]:
    branches = (
        f"({_at(value, ANY)}, {'true' if condition is None else _at(condition, ANY)})"
        for value, condition in node.branches
    )
    return f"piecewise({', '.join(branches)})", ATOM


def _matrix(node: Matrix) -> tuple[str, int]:
    return f"[{', '.join(f'[{_list(row)}]' for row in node.rows)}]", ATOM


def _collection(node: Collection) -> tuple[str, int]:
    items = _list(node.items)
    if node.kind == "set":
        return f"{{{items}}}", ATOM
    plain = (
        len(node.items) > 2
        or _holds_one_collection(node)
        or (len(node.items) == 2 and not any(map(_infinite, node.items)))
    )
    if node.kind == "listing":
        return items, 0
    if node.kind == "tuple":
        return (f"({items})" if plain else f"tuple({items})"), ATOM
    return (f"[{items}]" if plain or not node.items else f"list({items})"), ATOM


def _holds_one_collection(node: Collection) -> bool:
    return node.kind == "list" and len(node.items) == 1 and isinstance(node.items[0], Collection)


def _infinite(node: Node) -> bool:
    inner = node.args[0] if isinstance(node, Apply) and node.head == "neg" else node
    return isinstance(inner, Constant) and inner.name == "infinity"


def _interval_text(node: Interval) -> str:
    opening, closing = "[" if node.includes_lower else "(", "]" if node.includes_upper else ")"
    return f"{opening}{_at(node.lower, ANY)}, {_at(node.upper, ANY)}{closing}"


def _interval(node: Interval) -> tuple[str, int]:
    certain = node.includes_lower != node.includes_upper or _infinite(node.lower) or _infinite(node.upper)
    if certain:
        return _interval_text(node), ATOM
    word = "closedinterval" if node.includes_lower else "openinterval"
    return f"{word}({_list((node.lower, node.upper))})", ATOM


def _logic(node: Logic) -> tuple[str, int]:
    power = _LOOSE[node.operator]
    if node.operator == "not":
        return f"not {_at(node.args[0], power)}", power
    return f" {node.operator} ".join(_at(arg, power) for arg in node.args), power


def _quantity(node: Quantity) -> tuple[str, int]:
    return f'{_at(node.magnitude, PRODUCT)} "{node.unit}"', PRODUCT


_WRITERS: Final[dict[type[Node], Callable[..., tuple[str, int]]]] = {
    Number: _number,
    Symbol: _symbol,
    Constant: _constant,
    Apply: _apply,
    Binder: _binder,
    Relation: _relation,
    Cases: _cases,
    Matrix: _matrix,
    Collection: _collection,
    Interval: _interval,
    Logic: _logic,
    Quantity: _quantity,
}

__all__ = ["to_latex", "to_text"]
