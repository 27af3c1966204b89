"""What stands between operands: sums, products, powers, relations, sets and logic."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeGuard

from grader.notation.grammar.matrixlike import is_bold_vector, is_matrix
from grader.notation.grammar.parser import (
    AND,
    CHOICE,
    CONDITION,
    GIVEN,
    IFF,
    IMPLIES,
    INTERSECTION,
    JUXTAPOSITION,
    NOT,
    OR,
    POWER,
    PRODUCT,
    RELATION,
    SUM,
    UNION,
    Parser,
)
from grader.notation.grammar.series import continued
from grader.notation.syntaxerrors import ReadingError
from grader.notation.tree import (
    Apply,
    Cases,
    Collection,
    Interval,
    Logic,
    Node,
    Number,
    Relation,
    Symbol,
)

if TYPE_CHECKING:
    from collections.abc import Callable


def add(p: Parser, left: Node) -> Node:
    """Read `a + b - c ...` as one sum."""
    start = left.span[0]
    terms = [left]
    while True:
        kind = p.token.kind
        if kind == "+":
            p.advance()
            if p.token.kind == "dots" and p.peek().kind == "+":
                terms = continued(p, terms)
            else:
                terms.append(p.expression(SUM))
        elif kind == "-":
            sign = p.advance()
            term = p.expression(SUM)
            terms.append(Apply("neg", (term,), span=(sign.start, term.span[1])))
        elif kind in {"±", "∓"}:
            p.advance()
            so_far = _sum_of(terms, p.span_from(start))
            right = p.expression(SUM)
            terms = [
                Apply("plusminus" if kind == "±" else "minusplus", (so_far, right), span=p.span_from(start))
            ]
        else:
            break
        if p.at == p.stop:
            break
    return _sum_of(terms, p.span_from(start))


def _sum_of(terms: list[Node], span: tuple[int, int]) -> Node:
    return terms[0] if len(terms) == 1 else Apply("add", tuple(map(_without_braces, terms)), span=span)


def multiply(p: Parser, left: Node) -> Node:
    """Read a product: `*`, `/`, elementwise and matrix products, mod, or nothing between the factors."""
    start = left.span[0]
    factors = [left]
    of_matrices = False
    while p.at != p.stop:
        kind = p.token.kind
        if kind in {"*", "@"}:
            of_matrices = of_matrices or kind == "@"
            sign = p.advance()
            right = p.expression(PRODUCT)
            if sign.text == "cdot" and is_bold_vector(p, factors[-1]) and is_bold_vector(p, right):
                factors[-1] = Apply("dot", (factors[-1], right), span=p.span_from(factors[-1].span[0]))
            else:
                factors.append(right)
        elif kind in {"/", "//"}:
            _divide(p, factors, start)
            if kind == "//":  # of programs
                factors = [Apply("floor", (factors[0],), span=factors[0].span)]
        elif kind in _PRODUCT_HEADS:
            p.advance()
            so_far = product_of(p, factors, start)
            right = p.expression(PRODUCT)
            factors = [Apply(_PRODUCT_HEADS[kind], (so_far, right), span=p.span_from(start))]
        elif p.starts_operand():
            if not _mixed_number(p, factors):
                _refuse_two_numbers(p)
                factors.append(_mixed(p, factors))
        else:
            break
    node = product_of(p, factors, start)
    if of_matrices and isinstance(node, Apply) and node.head == "mul":
        return Apply("matmul", node.args, span=node.span)
    return node


def juxtapose(p: Parser, left: Node) -> Node:
    """Read factors without a sign between them; with `implicit_first` they bind before `*` and `/`."""
    if not p.names.implicit_first:
        return multiply(p, left)
    factors = [left]
    while p.at != p.stop and p.starts_operand():
        _refuse_two_numbers(p)
        factors.append(_mixed(p, factors))
    return product_of(p, factors, left.span[0])


_PRODUCT_HEADS: Final = {"odot": "hadamard", "otimes": "hadamard", "oplus": "call:oplus", "mod": "mod"}


def _divide(p: Parser, factors: list[Node], start: int) -> None:
    """Divide what stands before by the next factor; `1/2x` is noted as ambiguous."""
    p.advance()
    before = product_of(p, factors, start)
    below = p.token
    right = p.expression(PRODUCT)
    if not p.names.implicit_first and p.starts_operand() and not p.token.spaced and p.at != p.stop:
        simple = isinstance(right, Number | Symbol | Apply) and p.tokens[p.at - 1].kind != ")"
        if simple and below.kind != "frac":
            note = f"`/` at {below.start} divides by the next factor only; it may have been meant to divide by the product"
            if p.choose("slash", "factor", ("product",), note) == "product":
                below_factors = [right]
                while p.starts_operand() and not p.token.spaced and p.at != p.stop:
                    below_factors.append(p.expression(PRODUCT))
                right = product_of(p, below_factors, right.span[0])
    factors[:] = [Apply("div", (before, right), span=p.span_from(start))]


def _mixed_number(p: Parser, factors: list[Node]) -> bool:
    """Read `2 1/2` as two and a half."""
    whole = factors[-1]
    above, below = p.token, p.peek(2)
    if not (isinstance(whole, Number) and above.kind == "number" and p.tokens[p.at - 1].kind == "number"):
        return False
    if p.peek().kind != "/" or below.kind != "number" or above.value is None or below.value is None:
        return False
    if not (whole.value.denominator == 1 and 0 < above.value < below.value and above.text.isdigit()):
        return False
    p.choices.note("a whole number before a fraction is read as a mixed number")
    for _ in range(3):
        p.advance()
    span = (above.start, below.end)
    parts = Number(above.value, text=above.text), Number(below.value, text=below.text)
    part = Apply("div", parts, span=span)
    factors[-1] = Apply("add", (whole, part), span=(whole.span[0], below.end))
    return True


def _refuse_two_numbers(p: Parser) -> None:
    if p.token.kind == "number" and p.tokens[p.at - 1].kind == "number":
        raise p.unexpected("an operator between two numbers")


def _mixed(p: Parser, factors: list[Node]) -> Node:
    r"""Read the next factor of a product without a sign; `1\frac{1}{2}` is one and a half."""
    whole = factors[-1]
    fraction = p.token.kind == "frac" and len(factors) == 1 and p.tokens[p.at - 1].kind == "number"
    right = p.expression(p.juxtaposition)
    if isinstance(right, Logic):
        place = right.span[0]
        raise ReadingError(f"the condition at {place + 1} stands as the factor of a product", place, "`*`")
    if fraction and isinstance(right, Apply) and right.head == "div" and isinstance(whole, Number):
        above, below = right.args
        if isinstance(above, Number) and isinstance(below, Number) and 0 < above.value < below.value:
            note = "a whole number before a fraction is read as a mixed number"
            if p.choose("mixed", "sum", ("product",), note) == "sum":
                factors.pop()
                return Apply("add", (whole, right), span=(whole.span[0], right.span[1]))
    return right


def product_of(p: Parser, factors: list[Node], start: int) -> Node:
    """Return the product; of matrices where one factor is known to be one."""
    if len(factors) == 1:
        return factors[0]
    factors = [_without_braces(factor) for factor in factors]
    head = "matmul" if any(is_matrix(p, factor) for factor in factors) else "mul"
    return Apply(head, tuple(factors), span=p.span_from(start))


def _without_braces(node: Node) -> Node:
    """Return the factor `{x + 1}` as what it groups."""
    grouped = isinstance(node, Collection) and node.kind == "set" and len(node.items) == 1
    return node.items[0] if isinstance(node, Collection) and grouped else node


def relate(p: Parser, left: Node) -> Node:
    """Read a chain of relations as one."""
    start = left.span[0]
    operators: list[str] = []
    operands = [left]
    while p.token.kind == "relation" and p.at != p.stop:
        operators.append(p.advance().text)
        operands.append(p.expression(RELATION))
    return Relation(tuple(operators), tuple(operands), span=p.span_from(start))


def member(p: Parser, left: Node) -> Node:
    """Read `a in A`, `a notin A`, `A subset B`."""
    kind = p.advance().kind
    right = p.expression(RELATION)
    span = p.span_from(left.span[0])
    if kind in {"subset", "subseteq"}:
        return Apply("call:" + kind, (left, right), span=span)
    inside = Apply("in", (right, left) if kind == "ni" else (left, as_set(right)), span=span)
    return Logic("not", (inside,), span=span) if kind == "notin" else inside


def as_set(node: Node) -> Node:
    """Return a pair in brackets as the interval it is where a set is wanted."""
    if isinstance(node, Collection) and len(node.items) == 2 and node.kind in {"tuple", "list"}:
        closed = node.kind == "list"
        return Interval(node.items[0], node.items[1], closed, closed, span=node.span)
    return node


def set_operation(head: str, power: int) -> Callable[[Parser, Node], Node]:
    """Return the rule for a union, intersection or difference; chains are one node, except differences."""

    def rule(p: Parser, left: Node) -> Node:
        kind = p.token.kind
        operands = [as_set(left)]
        while p.token.kind == kind and p.at != p.stop:
            p.advance()
            operands.append(as_set(p.expression(power)))
            if head == "setminus":
                break
        return Apply(head, tuple(operands), span=p.span_from(left.span[0]))

    return rule


def logic(operator: str, power: int) -> Callable[[Parser, Node], Node]:
    """Return the rule for a connective; `and` and `or` chains are one node, `implies` groups to the right."""

    def rule(p: Parser, left: Node) -> Node:
        kind = p.token.kind
        arrow = p.token.text == "=>"
        args = [left]
        while p.token.kind == kind and p.at != p.stop:
            p.advance()
            args.append(p.expression(power - 1 if operator == "implies" else power))
            if operator not in {"and", "or", "xor"}:
                break
        if arrow and not isinstance(left, Relation | Logic) and any(map(_is_literal, args)):
            p.choices.note("`=>` before or behind a number is read as `>=`")
            return Relation((">=",), tuple(args), span=p.span_from(left.span[0]))
        return Logic(operator, tuple(args), span=p.span_from(left.span[0]))

    return rule


def _is_literal(node: Node) -> bool:
    inner = node.args[0] if isinstance(node, Apply) and node.head == "neg" else node
    return isinstance(inner, Number)


def modulo(p: Parser, left: Node) -> Node:
    r"""Read `a \pmod{n}` and `a = b (mod n)`."""
    p.advance()
    n = p.operand()
    return Apply("mod", (left, n), span=p.span_from(left.span[0]))


def choose_from(p: Parser, left: Node) -> Node:
    r"""Read `{n \choose k}` and `{a \over b}`."""
    head = "binomial" if p.advance().kind == "choose" else "div"
    right = p.expression(CHOICE)
    return Apply(head, (left, right), span=p.span_from(left.span[0]))


def condition(p: Parser, left: Node) -> Node:
    """Read `x if x > 0 else 0`, and one branch `x if x > 0` of a list of them."""
    p.advance()
    test = p.expression(CONDITION)
    value = left.operands[-1] if _defines(left) else left
    branches: list[tuple[Node, Node | None]] = [(value, test)]
    if p.token.kind == "otherwise" and p.at != p.stop:
        p.advance()
        other = p.expression(CONDITION - 1)
        if isinstance(other, Cases):
            branches.extend(other.branches)
        else:
            branches.append((other, None))
    cases = Cases(tuple(branches), span=p.span_from(value.span[0]))
    if not _defines(left):
        return cases
    return Relation(left.operators, (*left.operands[:-1], cases), span=p.span_from(left.span[0]))


def _defines(node: Node) -> TypeGuard[Relation]:
    """Say whether `f(x) = x if ...` gives cases a name: the condition belongs to what stands right of `=`."""
    return isinstance(node, Relation) and node.operators[-1] in {"=", ":="}


def otherwise(p: Parser, left: Node) -> Node:
    """Read `0 otherwise`."""
    p.advance()
    return Cases(((left, None),), span=p.span_from(left.span[0]))


def given(p: Parser, left: Node) -> Node:
    """Read `A | B` inside P(...) or a set; in plain text elsewhere it is `or`."""
    sign = p.advance()
    if sign.kind == "|" and not p.latex and p.inside not in _CONDITIONAL:
        right = p.expression(OR)
        return Logic("or", (left, right), span=p.span_from(left.span[0]))
    right = p.expression(GIVEN)
    if p.inside == "call" and p.token.kind == ",":  # p(y | x, w)
        conditions = [right]
        while p.take(","):
            conditions.append(p.expression(GIVEN))
        right = Collection("list", tuple(conditions), span=p.span_from(right.span[0]))
    return Apply("given", (left, right), span=p.span_from(left.span[0]))


_CONDITIONAL: Final = frozenset({"call", "{", "\\{", "⟨"})


OPERATORS: Final[dict[str, tuple[int, Callable[[Parser, Node], Node]]]] = {
    "+": (SUM, add),
    "-": (SUM, add),
    "±": (SUM, add),
    "∓": (SUM, add),
    "*": (PRODUCT, multiply),
    "/": (PRODUCT, multiply),
    "//": (PRODUCT, multiply),
    "juxtaposed": (JUXTAPOSITION, juxtapose),
    "@": (PRODUCT, multiply),
    "odot": (PRODUCT, multiply),
    "otimes": (PRODUCT, multiply),
    "oplus": (PRODUCT, multiply),
    "mod": (PRODUCT, multiply),
    "pmod": (RELATION - 1, modulo),
    "relation": (RELATION, relate),
    "in": (RELATION, member),
    "notin": (RELATION, member),
    "ni": (RELATION, member),
    "subset": (RELATION, member),
    "subseteq": (RELATION, member),
    "∪": (UNION, set_operation("union", UNION)),
    "∖": (UNION, set_operation("setminus", UNION)),
    "∩": (INTERSECTION, set_operation("intersection", INTERSECTION)),
    "and": (AND, logic("and", AND)),
    "&": (AND, logic("and", AND)),
    "or": (OR, logic("or", OR)),
    "xor": (OR, logic("xor", OR)),
    "implies": (IMPLIES, logic("implies", IMPLIES)),
    "iff": (IFF, logic("iff", IFF)),
    "choose": (CHOICE, choose_from),
    "over": (CHOICE, choose_from),
    "if": (CONDITION, condition),
    "otherwise": (CONDITION, otherwise),
    "given": (GIVEN, given),
    "|": (GIVEN, given),
}
"""Token kind -> how tightly it binds, and the rule that reads on from the operand before it."""

__all__ = ["NOT", "OPERATORS", "POWER", "add", "as_set", "multiply", "product_of"]
