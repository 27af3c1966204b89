"""The grammar as a whole: what begins an operand, and how a text of several formulas is read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from grader.notation.grammar import brackets, commands, derivatives, naming
from grader.notation.grammar.calls import call
from grader.notation.grammar.operators import OPERATORS
from grader.notation.grammar.parser import ANY, CONDITION, NOT, SUM, UNARY, GrammarRules, Parser
from grader.notation.grammar.postfixes import SCRIPTS
from grader.notation.syntaxerrors import ReadingError
from grader.notation.tree import Apply, Cases, Collection, Logic, Node, Number, Relation, Symbol

if TYPE_CHECKING:
    from collections.abc import Callable

_TIGHT_BEFORE: Final = frozenset(
    {
        "*",
        "/",
        "//",
        "@",
        "odot",
        "otimes",
        "oplus",
        "mod",
        "^",
        "function",
        "word",
        "upright",
        "name",
        "number",
        ")",
        "}",
        "]",
    }
)
"""Tokens after which a sign belongs to the next factor only: `2*-3`, `e^-x`, `sin -x`."""

_GIVEN: Final = frozenset({"|", "given"})


def sign(p: Parser) -> Node:
    """Read `-a`, `+a`, `±a`: of the whole product at the start of a term, else of one factor."""
    tight = p.at > 0 and p.tokens[p.at - 1].kind in _TIGHT_BEFORE
    token = p.advance()
    if p.token.kind == ")" and p.at > 1 and p.tokens[p.at - 2].key in _GIVEN:
        return Symbol(token.kind, span=(token.start, token.end))  # the outcome of a test: `P(D | +)`
    inner = p.expression(UNARY if tight else SUM)
    if token.kind == "+":
        return inner
    head = {"-": "neg", "±": "plusminus", "∓": "minusplus"}[token.kind]
    return Apply(head, (inner,), span=p.span_from(token.start))


def negation(p: Parser) -> Node:
    r"""Read `not a`, `~a`, `\neg a`."""
    token = p.advance()
    inner = p.expression(NOT)
    return Logic("not", (inner,), span=p.span_from(token.start))


def tilde(p: Parser) -> Node:
    """Read `~A`, not A; no other relation begins an operand."""
    if p.token.text != "~":
        raise p.unexpected("a number, a name or `(`")
    return negation(p)


def conditional(p: Parser) -> Node:
    """Read `if x > 0 then x else 0`."""
    token = p.advance()
    if token.text in {"if", "where"} and p.token.kind == "(":
        node = p.attempt(_called_conditional)
        if node is not None:
            return node
    condition = p.expression(CONDITION)
    if p.token.kind not in {"then", ",", ":"}:
        raise p.unexpected("`then`")
    p.advance()
    value = p.expression(CONDITION)
    branches: list[tuple[Node, Node | None]] = [(value, condition)]
    while p.token.kind in {",", ";"}:
        p.advance()
    if p.token.kind == "otherwise":
        p.advance()
        p.take(":")
        other = p.expression(ANY)
        branches.extend(other.branches if isinstance(other, Cases) else [(other, None)])
    return Cases(tuple(branches), span=p.span_from(token.start))


def _called_conditional(p: Parser) -> Node:
    """Read `where(x > 0, x, 0)`, as spreadsheets and numpy have it."""
    args = brackets.bracketed(p)
    if len(args) != 3:
        raise p.unexpected("three arguments")
    return Cases(((args[1], args[0]), (args[2], None)), span=p.span_from(args[0].span[0]))


def worded(word: str) -> Callable[[Parser], Node]:
    """Return the rule for a word between operands that is also a function: `mod(a, b)`."""

    def rule(p: Parser) -> Node:
        if p.token.text != word or p.peek().kind != "(":
            raise p.unexpected("a number, a name or `(`")
        token = p.advance()
        return call(p, word, token)

    return rule


def ellipsis_refused(p: Parser) -> Node:
    """Refuse dots: what they stand for is not written."""
    raise ReadingError(
        f"the dots at {p.token.start + 1} leave open what is meant: write a sum", p.token.start
    )


def boxed(p: Parser) -> Node:
    r"""Read `\boxed{...}`: what stands in the box, all of it."""
    p.advance()
    opener = p.token
    if not p.take("{"):
        return p.operand()
    kept = p.bars, p.parted
    p.bars, p.parted = 0, False
    items = [p.expression(ANY)]
    while p.take(",") or p.take(";"):
        items.append(p.expression(ANY))
    p.close(opener, "}")
    p.bars, p.parted = kept
    return _together(p, items)


OPERANDS: Final[dict[str, Callable[[Parser], Node]]] = {
    "number": naming.number,
    "word": naming.with_declared(naming.word),
    "upright": naming.with_declared(naming.word),
    "quoted": naming.with_declared(naming.quoted),
    "name": naming.with_declared(naming.named),
    "accent": naming.with_declared(naming.accent),
    "function": naming.with_declared(naming.function),
    "constant": naming.with_declared(naming.constant),
    "(": brackets.parenthesis,
    "[": brackets.square,
    "{": naming.with_declared(brackets.brace),
    "\\{": brackets.set_brace,
    "|": brackets.bar,
    "‖": brackets.norm_bar,
    "|(": brackets.sided_bar,
    "‖(": brackets.sided_bar,
    "⌊": brackets.between("⌋", "floor"),
    "⌈": brackets.between("⌉", "ceil"),
    "⟨": brackets.angle,
    "-": sign,
    "+": sign,
    "±": sign,
    "∓": sign,
    "mod": worded("mod"),
    "∪": worded("union"),
    "not": negation,
    "~": negation,
    "relation": tilde,
    "if": conditional,
    "partial": naming.with_declared(derivatives.partial),
    "nabla": naming.with_declared(derivatives.gradient),
    "boxed": boxed,
    "dots": ellipsis_refused,
    **commands.RULES,
    "frac": naming.with_declared(commands.fraction),
}

RULES: Final = GrammarRules(OPERANDS, OPERATORS | SCRIPTS)


def read_all(p: Parser) -> Node:
    """Read the whole text: one formula, or several parted by commas, semicolons or lines."""
    items: list[Node] = []
    while True:
        items.append(p.expression(ANY))
        if p.token.kind not in {",", ";"}:
            break
        while p.token.kind in {",", ";"}:
            p.advance()
        if p.token.kind in {"if", "otherwise"}:
            items[-1] = _finished_branch(p, items[-1])
            while p.token.kind in {",", ";"}:
                p.advance()
        elif p.token.kind == "and":
            p.advance()
        if p.token.kind == "end":
            break
    if p.token.kind != "end":
        raise _left_over(p)
    return _together(p, items)


def _finished_branch(p: Parser, value: Node) -> Node:
    """Read on behind `x, if x > 0`."""
    rule = RULES.operators[p.token.kind][1]
    return rule(p, value)


def _left_over(p: Parser) -> ReadingError:
    """Return the error for a token that nothing can be done with."""
    token = p.token
    if token.kind in {")", "]", "\\}", "}", "⌋", "⌉", "|)", "‖)", "⟩"}:
        opening = {
            ")": "(",
            "]": "[",
            "\\}": "{",
            "}": "{",
            "⌋": "⌊",
            "⌉": "⌈",
            "|)": "|",
            "‖)": "||",
            "⟩": "⟨",
        }
        begin = opening[token.kind]
        return ReadingError(
            f"the {p.shown()} at {token.start + 1} closes no `{begin}`", token.start, f"`{begin}`"
        )
    return p.unexpected("an operator")


def _together(p: Parser, items: list[Node]) -> Node:
    """Return several formulas as one thing: branches are cases, `6 and 8` is a list."""
    if len(items) == 1:
        only = items[0]
        listed = (
            isinstance(only, Logic)
            and only.operator == "and"
            and any(isinstance(arg, Number) for arg in only.args)
        )
        return (
            Collection("listing", only.args, span=only.span) if isinstance(only, Logic) and listed else only
        )
    first = items[0]
    if isinstance(first, Relation) and isinstance(
        first.operands[-1], Cases
    ):  # f(x) = x if x > 0, 0 otherwise
        cases = _together(p, [first.operands[-1], *items[1:]])
        if isinstance(cases, Cases):
            return Relation(first.operators, (*first.operands[:-1], cases), span=p.span_from(first.span[0]))
    if all(isinstance(item, Cases) for item in items):
        branches = tuple(branch for item in items if isinstance(item, Cases) for branch in item.branches)
        return Cases(branches, span=p.span_from(items[0].span[0]))
    if isinstance(items[-1], Logic) and items[-1].operator == "and":
        items = [*items[:-1], *items[-1].args]
    return Collection("listing", tuple(items), span=p.span_from(items[0].span[0]))
