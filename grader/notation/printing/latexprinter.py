"""Trees as LaTeX to show people how they were read.

Only commands written here come out: names are escaped, so that nothing a student wrote is a command.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from grader.notation.grammar.parser import ANY, POSTFIX, POWER, PRODUCT, RELATION, SUM, UNION
from grader.notation.lazypatterns import deferred
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
)
from grader.notation.vocabulary import GREEK

if TYPE_CHECKING:
    from collections.abc import Callable

_ATOM: Final = 100
_NEGATIVE: Final = SUM + 1
_ESCAPES: Final = {
    "\\": r"\backslash ", "{": r"\{", "}": r"\}", "$": r"\$", "%": r"\%", "&": r"\&", "#": r"\#", "_": r"\_",
    "^": r"\wedge ", "~": r"\sim ", "<": r"\lt ", ">": r"\gt ", '"': "''", " ": r"\ ",
}  # fmt: skip
_LATIN_CAPITALS: Final = {
    "Alpha": "A", "Beta": "B", "Epsilon": "E", "Zeta": "Z", "Eta": "H", "Iota": "I", "Kappa": "K", "Mu": "M",
    "Nu": "N", "Omicron": "O", "omicron": "o", "Rho": "P", "Tau": "T", "Chi": "X",
}  # fmt: skip
_ACCENTED: Final = deferred(r"(.+)_(hat|bar|tilde|dot|ddot|check|breve|star)")
_DIGITS: Final = deferred(r"([A-Za-z])(\d+)")
_OPERATORS: Final = {
    "sin", "cos", "tan", "cot", "sec", "csc", "sinh", "cosh", "tanh", "coth", "arcsin", "arccos", "arctan",
    "max", "min", "gcd", "det", "exp",
}  # fmt: skip
_WORDS: Final = {
    "variance": "Var", "trace": "tr", "sign": "sgn", "probability": "P", "big_o": "O", "little_o": "o",
    "re": "Re", "im": "Im", "relu": "ReLU",
}  # fmt: skip
_RELATIONS: Final = {
    "=": "=", "!=": r"\ne", "<": "<", "<=": r"\le", ">": ">", ">=": r"\ge", "~": r"\approx", ":=": ":=", "->": r"\to",
    "propto": r"\propto",
}  # fmt: skip
_SETS: Final = {"union": r"\cup", "intersection": r"\cap", "setminus": r"\setminus"}
_LOGIC: Final = {"and": (r"\land", 16), "or": (r"\lor", 14), "xor": (r"\oplus", 14), "implies": (r"\implies", 12),
                 "iff": (r"\iff", 10)}  # fmt: skip
_BIG: Final = {"sum": r"\sum", "prod": r"\prod", "integral": r"\int", "limit": r"\lim", "max": r"\max",
               "min": r"\min", "argmax": r"\operatorname*{arg\,max}", "argmin": r"\operatorname*{arg\,min}"}  # fmt: skip
_CONSTANTS: Final = {
    "pi": r"\pi", "e": r"\mathrm{e}", "i": r"\mathrm{i}", "infinity": r"\infty", "undefined": r"\text{undefined}",
    "true": r"\text{true}", "false": r"\text{false}", "empty_set": r"\varnothing", "reals": r"\mathbb{R}",
}  # fmt: skip
_SHOWN_DIGITS: Final = 60
"""Longer literals are shown shortened: a page is no place for a thousand digits."""


def to_latex(tree: Node) -> str:
    """Return a tree as LaTeX for display, without dollar signs."""
    return _set(tree)[0]


def name_latex(name: str) -> str:
    """Return a name as LaTeX: Greek letters as such, words upright, everything escaped."""
    stem = name.rstrip("'")
    primes = "'" * (len(name) - len(stem))
    accented = _ACCENTED.fullmatch(stem)
    if accented is not None:
        inner, accent = accented.groups()
        if accent == "star":
            return f"{name_latex(inner)}^{{*}}{primes}"
        return f"\\{accent}{{{name_latex(inner)}}}{primes}"
    if stem in GREEK:
        return (_LATIN_CAPITALS.get(stem) or "\\" + stem) + primes
    if len(stem) == 1 and stem.isalpha():
        return stem + primes
    digits = _DIGITS.fullmatch(stem)
    if digits is not None:
        return f"\\mathrm{{{digits.group(1)}{digits.group(2)}}}{primes}"
    return f"\\mathrm{{{''.join(_ESCAPES.get(char, char) for char in stem if char.isprintable())}}}{primes}"


def _set(node: Node) -> tuple[str, int]:
    return _SETTERS[type(node)](node)


def _at(node: Node, power: int) -> str:
    text, own = _set(node)
    return text if own > power else rf"\left({text}\right)"


def _list(nodes: tuple[Node, ...]) -> str:
    return ", ".join(_at(node, ANY) for node in nodes)


def _number(node: Number) -> tuple[str, int]:
    text = node.text
    if not re.fullmatch(r"\d+(?:\.\d+)?(?:[eE][+-]?\d{1,4})?", text):
        value = node.value
        if value.denominator != 1:
            sign = "-" if value < 0 else ""
            return (
                rf"{sign}\frac{{{abs(value.numerator)}}}{{{value.denominator}}}",
                PRODUCT if not sign else _NEGATIVE,
            )
        text = str(value.numerator)
    mantissa, _, exponent = text.lower().partition("e")
    if len(mantissa) > _SHOWN_DIGITS:
        mantissa = mantissa[:_SHOWN_DIGITS] + r"\ldots "
    if exponent:
        return rf"{mantissa} \cdot 10^{{{int(exponent)}}}", PRODUCT
    return mantissa, _NEGATIVE if mantissa.startswith("-") else _ATOM


def _symbol(node: Symbol) -> tuple[str, int]:
    return name_latex(node.name), _ATOM


def _constant(node: Constant) -> tuple[str, int]:
    return _CONSTANTS.get(node.name) or name_latex(node.name), _ATOM


def _apply(node: Apply) -> tuple[str, int]:
    setter = _HEADS.get(node.head)
    if setter is not None:
        return setter(node.args)
    if node.head.startswith("call:"):
        word = name_latex(node.head[5:])
    elif node.head in _OPERATORS:
        word = "\\" + node.head
    else:
        word = rf"\operatorname{{{_WORDS.get(node.head) or _word_of(node.head)}}}"
    return rf"{word}\left({_list(node.args)}\right)", POSTFIX + 1


def _word_of(head: str) -> str:
    return "".join(char for char in head if char.isalnum())


def _add(args: tuple[Node, ...]) -> tuple[str, int]:
    pieces = [_at(args[0], SUM)]
    for term in args[1:]:
        if isinstance(term, Apply) and term.head == "neg":
            pieces.append(f" - {_at(term.args[0], _NEGATIVE)}")
        else:
            pieces.append(f" + {_at(term, _NEGATIVE)}")
    return "".join(pieces), SUM


def _mul(args: tuple[Node, ...]) -> tuple[str, int]:
    parts = [
        _at(arg, PRODUCT - 1 if at == 0 and _is_fraction(arg) else PRODUCT) for at, arg in enumerate(args)
    ]
    return r" \cdot ".join(parts), PRODUCT


def _is_fraction(node: Node) -> bool:
    return isinstance(node, Apply) and node.head == "div"


def _matmul(args: tuple[Node, ...]) -> tuple[str, int]:
    return r" \, ".join(_at(arg, PRODUCT) for arg in args), PRODUCT


def _joined(sign: str) -> Callable[[tuple[Node, ...]], tuple[str, int]]:
    def write(args: tuple[Node, ...]) -> tuple[str, int]:
        return f" {sign} ".join(_at(arg, PRODUCT) for arg in args), PRODUCT

    return write


def _div(args: tuple[Node, ...]) -> tuple[str, int]:
    return rf"\frac{{{_set(args[0])[0]}}}{{{_set(args[1])[0]}}}", PRODUCT + 1


def _pow(args: tuple[Node, ...]) -> tuple[str, int]:
    return f"{{{_at(args[0], POWER + 1)}}}^{{{_set(args[1])[0]}}}", POWER


def _root(args: tuple[Node, ...]) -> tuple[str, int]:
    inner, degree = args
    if isinstance(degree, Number) and degree.value == 2:
        return rf"\sqrt{{{_set(inner)[0]}}}", _ATOM
    return rf"\sqrt[{{{_set(degree)[0]}}}]{{{_set(inner)[0]}}}", _ATOM


def _log(args: tuple[Node, ...]) -> tuple[str, int]:
    if len(args) == 2:
        return rf"\log_{{{_set(args[1])[0]}}}\left({_set(args[0])[0]}\right)", POSTFIX + 1
    return rf"\ln\left({_set(args[0])[0]}\right)", POSTFIX + 1


def _exp(args: tuple[Node, ...]) -> tuple[str, int]:
    return rf"\mathrm{{e}}^{{{_set(args[0])[0]}}}", POWER


def _index(args: tuple[Node, ...]) -> tuple[str, int]:
    base, *rest = args
    return f"{{{_at(base, POSTFIX)}}}_{{{', '.join(_set(item)[0] for item in rest)}}}", _ATOM


def _around(opening: str, closing: str) -> Callable[[tuple[Node, ...]], tuple[str, int]]:
    def write(args: tuple[Node, ...]) -> tuple[str, int]:
        return rf"\left{opening} {_set(args[0])[0]} \right{closing}", _ATOM

    return write


def _norm(args: tuple[Node, ...]) -> tuple[str, int]:
    below = f"_{{{_set(args[1])[0]}}}" if len(args) == 2 else ""
    return rf"\left\lVert {_set(args[0])[0]} \right\rVert{below}", _ATOM


def _raised(exponent: str) -> Callable[[tuple[Node, ...]], tuple[str, int]]:
    def write(args: tuple[Node, ...]) -> tuple[str, int]:
        return f"{{{_at(args[0], POWER + 1)}}}^{{{exponent}}}", POWER

    return write


def _postfix(sign: str) -> Callable[[tuple[Node, ...]], tuple[str, int]]:
    def write(args: tuple[Node, ...]) -> tuple[str, int]:
        return f"{_at(args[0], POSTFIX)}{sign}", POSTFIX

    return write


def _sign(sign: str) -> Callable[[tuple[Node, ...]], tuple[str, int]]:
    def write(args: tuple[Node, ...]) -> tuple[str, int]:
        if len(args) == 1:
            return f"{sign} {_at(args[0], _NEGATIVE)}", _NEGATIVE
        return f"{_at(args[0], SUM)} {sign} {_at(args[1], _NEGATIVE)}", SUM

    return write


def _derivative(args: tuple[Node, ...]) -> tuple[str, int]:
    order = f"^{{{_set(args[2])[0]}}}" if len(args) == 3 else ""
    body, variable = _at(args[0], PRODUCT), _set(args[1])[0]
    return rf"\frac{{\partial{order}}}{{\partial {variable}{order}}} {body}", PRODUCT


def _mean(args: tuple[Node, ...]) -> tuple[str, int]:
    below = f"_{{{_list(args[1:])}}}" if len(args) > 1 else ""
    return rf"\mathbb{{E}}{below}\left[{_set(args[0])[0]}\right]", POSTFIX + 1


def _given(args: tuple[Node, ...]) -> tuple[str, int]:
    return rf"{_at(args[0], ANY)} \mid {_at(args[1], ANY)}", ANY + 1


def _set_operation(sign: str) -> Callable[[tuple[Node, ...]], tuple[str, int]]:
    def write(args: tuple[Node, ...]) -> tuple[str, int]:
        return f" {sign} ".join(_at(arg, UNION) for arg in args), UNION

    return write


def _in(args: tuple[Node, ...]) -> tuple[str, int]:
    return rf"{_at(args[0], RELATION)} \in {_at(args[1], RELATION)}", RELATION


_HEADS: Final[dict[str, Callable[[tuple[Node, ...]], tuple[str, int]]]] = {
    "add": _add,
    "neg": lambda args: (f"-{_at(args[0], _NEGATIVE)}", _NEGATIVE),
    "mul": _mul,
    "matmul": _matmul,
    "hadamard": _joined(r"\odot"),
    "mod": _joined(r"\bmod"),
    "div": _div,
    "pow": _pow,
    "root": _root,
    "log": _log,
    "exp": _exp,
    "index": _index,
    "abs": _around("|", "|"),
    "floor": _around(r"\lfloor", r"\rfloor"),
    "ceil": _around(r"\lceil", r"\rceil"),
    "norm": _norm,
    "binomial": lambda args: (rf"\binom{{{_set(args[0])[0]}}}{{{_set(args[1])[0]}}}", _ATOM),
    "transpose": _raised(r"\top"),
    "inverse": _raised("-1"),
    "conjugate": lambda args: (rf"\overline{{{_set(args[0])[0]}}}", _ATOM),
    "percent": _postfix(r"\,\%"),
    "factorial": _postfix("!"),
    "plusminus": _sign(r"\pm"),
    "minusplus": _sign(r"\mp"),
    "derivative": _derivative,
    "expectation": _mean,
    "given": _given,
    "dot": lambda args: (rf"\left\langle {_list(args)} \right\rangle", _ATOM),
    "sigmoid": lambda args: (rf"\sigma\left({_list(args)}\right)", POSTFIX + 1),
    "big_theta": lambda args: (rf"\Theta\left({_list(args)}\right)", POSTFIX + 1),
    "big_omega": lambda args: (rf"\Omega\left({_list(args)}\right)", POSTFIX + 1),
    "union": _set_operation(_SETS["union"]),
    "intersection": _set_operation(_SETS["intersection"]),
    "setminus": _set_operation(_SETS["setminus"]),
    "in": _in,
}


def _binder(node: Binder) -> tuple[str, int]:
    index = "" if node.index is None else name_latex(node.index.name)
    if node.head == "set":
        condition = "" if node.domain is None else rf" \mid {_set(node.domain)[0]}"
        return rf"\left\{{ {_set(node.body)[0]}{condition} \right\}}", _ATOM
    if node.head == "integral":
        lower = f"_{{{_set(node.lower)[0]}}}" if node.lower is not None else ""
        upper = f"^{{{_set(node.upper)[0]}}}" if node.upper is not None else ""
        return rf"\int{lower}{upper} {_at(node.body, SUM)} \, \mathrm{{d}}{index}", SUM + 1
    spec = index
    if node.domain is not None:
        whole = node.index is None or isinstance(node.domain, Relation)
        spec = _set(node.domain)[0] if whole else rf"{index} \in {_set(node.domain)[0]}"
    elif node.lower is not None:
        spec = index + (r" \to " if node.head == "limit" else " = ") + _set(node.lower)[0]
    below = f"_{{{spec}}}" if spec else ""
    upper = f"^{{{_set(node.upper)[0]}}}" if node.upper is not None else ""
    return f"{_BIG[node.head]}{below}{upper} {_at(node.body, _NEGATIVE)}", SUM + 1


def _relation(node: Relation) -> tuple[str, int]:
    pieces = [_at(node.operands[0], RELATION)]
    for sign, operand in zip(node.operators, node.operands[1:], strict=True):
        pieces.append(f" {_RELATIONS[sign]} {_at(operand, RELATION)}")
    return "".join(pieces), RELATION


def _cases(node: Cases) -> tuple[str, int]:
    rows = (
        _set(value)[0] + " & " + (r"\text{otherwise}" if condition is None else _set(condition)[0])
        for value, condition in node.branches
    )
    lines = r" \\ ".join(rows)
    return rf"\begin{{cases}} {lines} \end{{cases}}", _ATOM


def _matrix(node: Matrix) -> tuple[str, int]:
    rows = r" \\ ".join(" & ".join(_set(cell)[0] for cell in row) for row in node.rows)
    return rf"\begin{{bmatrix}} {rows} \end{{bmatrix}}", _ATOM


def _collection(node: Collection) -> tuple[str, int]:
    opening, closing = {"set": (r"\{", r"\}"), "tuple": ("(", ")")}.get(node.kind, ("[", "]"))
    return rf"\left{opening} {_list(node.items)} \right{closing}", _ATOM


def _interval(node: Interval) -> tuple[str, int]:
    opening, closing = "[" if node.includes_lower else "(", "]" if node.includes_upper else ")"
    return rf"\left{opening} {_list((node.lower, node.upper))} \right{closing}", _ATOM


def _logic(node: Logic) -> tuple[str, int]:
    if node.operator == "not":
        return rf"\lnot {_at(node.args[0], 18)}", 18
    sign, power = _LOGIC[node.operator]
    return f" {sign} ".join(_at(arg, power) for arg in node.args), power


def _quantity(node: Quantity) -> tuple[str, int]:
    return rf"{_at(node.magnitude, PRODUCT)}\,{name_latex(node.unit)}", PRODUCT


_SETTERS: Final[dict[type[Node], Callable[..., tuple[str, int]]]] = {
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
