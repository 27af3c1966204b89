"""Read the arithmetic of `expr` into a tree: an own small grammar, close to how programmers write numbers.

    expression := choice ['for' names 'in' expression ['if' expression]]   (inside brackets only)
    choice     := either ['if' either 'else' choice]
    operators  := or < and < not < == != < <= > >= < + - < * / // % @ < unary sign < ** ^
    postfix    := name(arguments), value[index], value.name

The text is the rubric author's, yet nothing of it is ever run: the tree is walked by our own evaluation.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, TypeAlias

MAX_LENGTH: Final = 4_000  # characters of one expression
MAX_DEPTH: Final = 60  # of brackets, signs and operators inside each other
MAX_CLAUSES: Final = 3  # `for` behind one element
MAX_CHAIN: Final = 12  # calls, indices and properties in a row: `x.T[0].sum()` has four
MAX_DIGITS: Final = 60  # of one written number, and 300 as its exponent
MAX_EXPONENT: Final = 300


class SyntaxProblem(ValueError):  # noqa: N818 - it is a problem of a text, told on as a SpecError
    """Say what is wrong with an expression's form, and at which character."""


@dataclass(frozen=True)
class Literal:
    """A number, a quoted text, or True, False, None."""

    value: Fraction | str | bool | None


@dataclass(frozen=True)
class Name:
    """A value of the spec or a bound variable; dotted names are one name (`np.linalg.norm`)."""

    name: str


@dataclass(frozen=True)
class Items:
    """A list or tuple that is written out."""

    items: tuple[Node, ...]


@dataclass(frozen=True)
class Unary:
    """A sign or `not`."""

    operator: str
    operand: Node


@dataclass(frozen=True)
class Binary:
    """Two operands of an arithmetic, comparing or logical operator."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True)
class Choice:
    """`yes if condition else no`."""

    condition: Node
    yes: Node
    no: Node


@dataclass(frozen=True)
class Call:
    """A function or a method of a value with its arguments; a keyword `**` spreads a mapping."""

    function: Node
    arguments: tuple[Node, ...]
    keywords: tuple[tuple[str, Node], ...]


@dataclass(frozen=True)
class Attribute:
    """A property or method of a value: `.T`, `.sum`."""

    owner: Node
    name: str


@dataclass(frozen=True)
class Span:
    """`start:stop:step` inside an index."""

    start: Node | None
    stop: Node | None
    step: Node | None


@dataclass(frozen=True)
class Index:
    """A part of a list, array or mapping."""

    owner: Node
    indices: tuple[Node, ...]


@dataclass(frozen=True)
class Clause:
    """`for names in source if condition`."""

    names: tuple[str, ...]
    source: Node
    condition: Node | None


@dataclass(frozen=True)
class Comprehension:
    """An element with its `for` clauses, the outer one first."""

    element: Node
    clauses: tuple[Clause, ...]


Node: TypeAlias = (
    Literal | Name | Items | Unary | Binary | Choice | Call | Attribute | Span | Index | Comprehension
)

_TOKEN = re.compile(
    r"[ \t\r\n]*(?:(?P<number>(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?)"
    r"|(?P<name>[^\W\d]\w*)"
    r"|(?P<text>'[^'\\]*'|\"[^\"\\]*\")"
    r"|(?P<sign>\*\*|//|==|!=|<=|>=|[-+*/%^@()\[\],:.<>=]))"
)
_RANK: Final = {
    "or": 1, "and": 2,
    "==": 4, "!=": 4, "<": 4, "<=": 4, ">": 4, ">=": 4, "in": 4,
    "+": 5, "-": 5, "*": 6, "/": 6, "//": 6, "%": 6, "@": 6, "**": 8,
}  # fmt: skip
_NOT_RANK: Final = 3
_SIGN_RANK: Final = 7
_WORDS: Final = {"True": True, "False": False, "None": None}
_RESERVED: Final = frozenset({"for", "in", "if", "else", "and", "or", "not", "lambda", "import"})

Token = tuple[str, str, int]


def _tokens(text: str) -> list[Token]:
    found, position, end = [], 0, len(text.rstrip())
    while position < end:
        match = _TOKEN.match(text, position)
        if not match or match.lastgroup is None:
            rest = text[position:].lstrip()
            raise SyntaxProblem(f"unexpected {rest[:1]!r} at character {end - len(rest.rstrip()) + 1}")
        kind = match.lastgroup
        value = match.group(kind)
        found.append((kind, "**" if value == "^" else value, match.start(kind)))
        position = match.end()
    found.append(("end", "", end))
    return found


class _Parser:
    def __init__(self, text: str) -> None:
        if len(text) > MAX_LENGTH:
            raise SyntaxProblem(
                f"an expression has at most {MAX_LENGTH} characters (this one has {len(text)})"
            )
        self.tokens = _tokens(text)
        self.at = 0
        self.depth = 0

    def peek(self) -> str:
        """Return the next sign or word; what is quoted is neither."""
        kind, value, _ = self.tokens[self.at]
        return value if kind in {"sign", "name"} else ""

    def take(self) -> Token:
        token = self.tokens[self.at]
        if token[0] != "end":
            self.at += 1
        return token

    def accept(self, value: str) -> bool:
        if self.peek() == value:
            self.at += 1
            return True
        return False

    def expect(self, value: str) -> None:
        if not self.accept(value):
            raise self.problem(f"{value!r} is missing")

    def problem(self, what: str) -> SyntaxProblem:
        kind, value, position = self.tokens[self.at]
        near = "at the end" if kind == "end" else f"at character {position + 1}, before {value[:20]!r}"
        return SyntaxProblem(f"{what} {near}")

    def choice(self) -> Node:
        yes = self.operators(1)
        if not self.accept("if"):
            return yes
        condition = self.operators(1)
        self.expect("else")
        self.deeper()
        no = self.choice()
        self.depth -= 1
        return Choice(condition, yes, no)

    def deeper(self) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise SyntaxProblem(f"brackets and signs are nested more than {MAX_DEPTH} deep")

    def operators(self, least: int) -> Node:
        self.deeper()
        left = self.prefix()
        while True:
            operator = self.peek()
            rank = _RANK.get(operator, 0)
            if rank < least or not rank:
                self.depth -= 1
                return left
            self.at += 1
            right = self.operators(_SIGN_RANK if operator == "**" else rank + 1)
            left = Binary(operator, left, right)

    def prefix(self) -> Node:
        operator = self.peek()
        if operator not in {"+", "-", "not"}:
            return self.postfix()
        self.at += 1
        return Unary(operator, self.operators(_NOT_RANK if operator == "not" else _SIGN_RANK))

    def postfix(self) -> Node:
        value = self.atom()
        for _ in range(MAX_CHAIN):
            if self.accept("("):
                value = self.call(value)
            elif self.accept("["):
                value = Index(value, self.indices())
            elif self.accept("."):
                kind, name, _ = self.take()
                if kind != "name":
                    raise self.problem("a name is missing after '.'")
                value = Name(f"{value.name}.{name}") if isinstance(value, Name) else Attribute(value, name)
            else:
                return value
        raise self.problem(f"more than {MAX_CHAIN} calls and indices in a row")

    def atom(self) -> Node:
        kind, value, _ = self.tokens[self.at]
        if kind == "number":
            self.at += 1
            return Literal(_number(value))
        if kind == "text":
            self.at += 1
            return Literal(value[1:-1])
        if kind == "name" and value not in _RESERVED:
            self.at += 1
            return Literal(_WORDS[value]) if value in _WORDS else Name(value)
        if self.accept("("):
            items, comma = self.items(")")
            return items[0] if len(items) == 1 and not comma else Items(items)
        if self.accept("["):
            items, _ = self.items("]")
            return items[0] if len(items) == 1 and isinstance(items[0], Comprehension) else Items(items)
        raise self.problem("a number or name is missing")

    def items(self, close: str) -> tuple[tuple[Node, ...], bool]:
        found: list[Node] = []
        comma = False
        while not self.accept(close):
            if found and not comma:
                raise self.problem(f"',' or {close!r} is missing")
            found.append(self.element())
            comma = self.accept(",")
        return tuple(found), comma

    def element(self) -> Node:
        value = self.choice()
        clauses: list[Clause] = []
        while self.accept("for"):
            names = [self.variable()]
            while self.accept(","):
                names.append(self.variable())
            self.expect("in")
            source = self.operators(1)
            clauses.append(Clause(tuple(names), source, self.operators(1) if self.accept("if") else None))
            if len(clauses) > MAX_CLAUSES:
                raise self.problem(f"more than {MAX_CLAUSES} 'for' in a row")
        return Comprehension(value, tuple(clauses)) if clauses else value

    def variable(self) -> str:
        kind, value, _ = self.tokens[self.at]
        if kind != "name" or value in _RESERVED:
            raise self.problem("the name of a variable is missing")
        self.at += 1
        return value

    def call(self, function: Node) -> Call:
        arguments: list[Node] = []
        keywords: list[tuple[str, Node]] = []
        comma = True
        while not self.accept(")"):
            if not comma:
                raise self.problem("',' or ')' is missing")
            if self.accept("**"):
                keywords.append(("**", self.choice()))
            elif self.tokens[self.at][0] == "name" and self.tokens[self.at + 1][:2] == ("sign", "="):
                name = self.take()[1]
                self.at += 1
                keywords.append((name, self.choice()))
            elif keywords:
                raise self.problem("a plain argument after a named one")
            else:
                arguments.append(self.element())
            comma = self.accept(",")
        return Call(function, tuple(arguments), tuple(keywords))

    def indices(self) -> tuple[Node, ...]:
        found = [self.index()]
        while self.accept(","):
            found.append(self.index())
        self.expect("]")
        return tuple(found)

    def index(self) -> Node:
        start = None if self.peek() == ":" else self.choice()
        if not self.accept(":"):
            return start if start is not None else Span(None, None, None)
        stop = None if self.peek() in {":", "]", ","} else self.choice()
        step = None
        if self.accept(":"):
            step = None if self.peek() in {"]", ","} else self.choice()
        return Span(start, stop, step)


def _number(text: str) -> Fraction:
    digits, _, exponent = text.lower().partition("e")
    if len(digits) > MAX_DIGITS or len(exponent) > 5 or abs(int(exponent or 0)) > MAX_EXPONENT:
        raise SyntaxProblem(f"the number {text[:20]}... is too long")
    return Fraction(text.rstrip(".") if not exponent else text)


def parse(text: str) -> Node:
    """Return the tree of an expression.

    >>> parse("2 * x")
    Binary(operator='*', left=Literal(value=Fraction(2, 1)), right=Name(name='x'))

    Raises SyntaxProblem, with the place, for any text that is not one expression.
    """
    parser = _Parser(text)
    found = parser.element() if text.strip() else None
    if found is None:
        raise SyntaxProblem("an expression is missing")
    if parser.peek() == ",":
        items = [found]
        while parser.accept(","):
            items.append(parser.element())
        found = Items(tuple(items))
    if parser.tokens[parser.at][0] != "end":
        raise parser.problem("an operator is missing")
    return found
