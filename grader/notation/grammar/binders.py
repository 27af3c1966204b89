r"""Sums, products, integrals, limits and extrema over an index, in every way they are written.

`\sum_{i=1}^m x_i`, `sum(x_i, i, 1, m)`, `Sum(x_i, (i, 1, m))`, `\lim_{x \to 0} f`, `\max_{x \in A} f`.
The body is the product that follows: `\sum_i x_i + 1` adds one to the sum; only argmax and argmin
take the whole sum that follows, since nothing can be added to where an extremum lies.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Final

from grader.notation.grammar.applications import holds_list
from grader.notation.grammar.brackets import CLOSERS, bracketed
from grader.notation.grammar.parser import GIVEN, RELATION, SUM, Parser
from grader.notation.grammar.powers import read_exponent
from grader.notation.grammar.scripts import indices
from grader.notation.grammar.specifications import Specification, from_arguments, index_of
from grader.notation.syntaxerrors import ReadingError
from grader.notation.tree import Apply, Binder, Collection, Logic, Node, Number, Relation, Symbol

if TYPE_CHECKING:
    from grader.notation.grammar.tokens import Token
    from grader.notation.tree import Span

MAX_DIGITS: Final = 9  # of one value of an index
BINDERS: Final = frozenset({"sum", "prod", "integral", "limit", "max", "min", "argmax", "argmin"})


def binder(p: Parser, head: str, word: Token) -> Node:
    """Read a binder from behind its word."""
    bound = set(p.bound)
    below: list[Node] | None = None
    upper: Node | None = None
    while p.token.kind in {"_", "^"}:
        if p.advance().kind == "_":
            below = [indices(p)[0]] if head == "integral" else _specification(p)
        else:
            upper = read_exponent(p)
    if below is None and upper is None and p.token.kind in CLOSERS and _is_call(p, head, word):
        kind = p.token.kind
        _bind_listed(p)
        args = bracketed(p)
        p.bound = bound
        if len(args) > 1 or kind == "(":
            return from_arguments(head, args, word, p.span_from(word.start))
        return Binder(head, args[0], None, span=p.span_from(word.start))
    if upper is not None and below is None:
        raise ReadingError(
            f"`{word.text}` at {word.start + 1} has an upper bound and no index", word.start, "`_`"
        )
    if head == "integral":
        node = _integral(p, below[0] if below else None, upper, word)
    else:
        body = p.expression(RELATION if head in {"argmax", "argmin"} else SUM)
        node = _bound(head, body, below or [], upper, word, p.span_from(word.start))
    p.bound = bound
    return node


def _is_call(p: Parser, head: str, word: Token) -> bool:
    r"""Say whether the brackets behind hold all arguments: `sum(x)^2` does, `\sum (x_i - \mu)^2` does not."""
    if word.kind == "word":
        return not p.token.spaced or holds_list(p, p.at + 1)
    return head != "integral" and holds_list(p, p.at + 1)


def _bind_listed(p: Parser) -> None:
    """Note the indices named in an argument list before its first argument is read: `sum(i, i, 1, n)`."""
    depth = 0
    first = True
    for at in range(p.at, len(p.tokens) - 1):
        kind = p.tokens[at].kind
        if kind in CLOSERS:
            depth += 1
        elif kind in CLOSERS.values():
            depth -= 1
            if depth == 0:
                return
        elif kind == "," and depth == 1:
            after = p.tokens[at + 1]
            nested = after.kind in {"(", "["}
            if nested:
                after = p.tokens[at + 2]
            if after.kind == "word" and len(after.text) == 1 and (nested or first):
                p.bound.add(after.text)
            first = False


def _specification(p: Parser) -> list[Node]:
    r"""Read what stands below: `i=1`, `i`, `i \in S`, `i, j`, `1 \le i \le n`, `x \to 0`."""
    if p.token.kind == "substack":
        return [_stacked(p)]
    if p.token.kind != "{" and not (p.token.kind == "(" and not p.latex):
        if p.token.kind == "word":
            p.bound.add(p.token.text)
        return [p.operand()]
    opener = p.advance()
    items: list[Node] = []
    while True:
        for ahead in range(3):
            if p.peek(ahead).kind in {"}", ")", ",", "in"}:
                break
            if p.peek(ahead).kind == "word":
                p.bound.add(p.peek(ahead).text)
        items.append(_specified(p))
        if p.token.kind not in {",", ";", "newline"}:
            break
        p.advance()
    p.close(opener, "}" if opener.kind == "{" else ")")
    return items


def _specified(p: Parser) -> Node:
    r"""Read one item below a sum; behind a colon or a bar stands a condition: `i: y_i = 1`."""
    if p.token.kind == "substack":
        return _stacked(p)
    node = p.expression(GIVEN)
    if p.token.kind not in _SUCH_THAT:
        return node
    p.advance()
    index = node.args[0] if isinstance(node, Apply) and node.head == "in" else node
    if not isinstance(index, Symbol):
        raise p.unexpected("`}`")
    conditions = [p.expression(GIVEN)]
    while p.token.kind == "," and p.peek().kind != "}":
        p.advance()
        conditions.append(p.expression(GIVEN))
    parts = (node, *conditions) if node is not index else tuple(conditions)
    condition = parts[0] if len(parts) == 1 else Logic("and", parts)
    return Apply("given", (index, condition), span=p.span_from(node.span[0]))


_SUCH_THAT: Final = frozenset({":", "given", "|"})


def _stacked(p: Parser) -> Node:
    r"""Read `\substack{j=1\\j\ne i}`: what stands in its lines holds together."""
    start = p.advance().start
    items = _specification(p)
    return items[0] if len(items) == 1 else Collection("stack", tuple(items), span=p.span_from(start))


def _bound(head: str, body: Node, below: list[Node], upper: Node | None, word: Token, span: Span) -> Node:
    """Return the body bound by its indices, the first one outermost."""
    node = body
    lower: Node | None = None
    for index, low, high, domain in reversed(_merged(below, word)):
        lower = low if low is not None or domain is not None else lower  # `i,j=1`: both begin at 1
        node = Binder(head, node, index, lower=lower, upper=high or upper, domain=domain, span=span)
    if not below:
        node = Binder(head, body, None, upper=upper, span=span)
    return node


def _merged(below: list[Node], word: Token) -> list[Specification]:
    """Return index, bounds and domain of each index; a second condition on the same one is joined to it."""
    found: list[Specification] = []
    for spec in _unstacked(below):
        index, low, high, domain = index_of(spec, word, tuple(each[0] for each in found))
        place = next((at for at, each in enumerate(found) if index is not None and each[0] == index), None)
        if place is None:
            found.append((index, low, high, domain))
            continue
        _, lower, upper, before = found[place]
        if lower is not None and low is not None and lower != low:
            said = f"the index of `{word.text}` at {word.start + 1} begins twice"
            raise ReadingError(said, word.start, "such as `i=1`")
        found[place] = index, lower or low, upper or high, _joined(index, before, domain)
    return found


def _unstacked(below: list[Node]) -> list[Node]:
    items: list[Node] = []
    for spec in below:
        items.extend(spec.items if isinstance(spec, Collection) and spec.kind == "stack" else (spec,))
    return _with_members(items)


def _with_members(items: list[Node]) -> list[Node]:
    """Return `i = 1, 3, 5` as `i in {1, 3, 5}`; an index is whole, so that `1,2` is no decimal number here."""
    found: list[Node] = []
    members: list[Node] = []
    for item in items:
        begins = (
            isinstance(item, Relation) and item.operators == ("=",) and isinstance(item.operands[0], Symbol)
        )
        values = _listed_numbers(item.children[-1] if begins else item)
        if begins:
            members = values
            found.append(item)
        elif members and values:
            members = [*members, *values]
        else:
            members = []
            found.append(item)
        if len(members) > 1:
            index = found[-1].children[0]
            found[-1] = Apply("in", (index, Collection("set", tuple(members))), span=found[-1].span)
    return found


def _listed_numbers(node: Node) -> list[Node]:
    """Return the whole numbers that stand side by side; none where it is something else."""
    if not isinstance(node, Number):
        return []
    if "," not in node.text:
        return [node]
    parts = node.text.split(",")
    whole = all(part.strip().isdecimal() and len(part) <= MAX_DIGITS for part in parts)
    return [Number(Fraction(int(part)), text=part.strip(), span=node.span) for part in parts] if whole else []


def _joined(index: Symbol | None, first: Node | None, second: Node | None) -> Node | None:
    if first is None or second is None or index is None:
        return first or second
    parts = [
        part if isinstance(part, Relation | Logic) else Apply("in", (index, part)) for part in (first, second)
    ]
    return Logic("and", tuple(parts))


def _integral(p: Parser, lower: Node | None, upper: Node | None, word: Token) -> Node:
    """Read an integrand up to its `dx`."""
    stop = _end_of_integrand(p)
    if stop < 0:
        raise ReadingError(f"the integral at {word.start + 1} has no `dx`", word.start, "`dx`")
    outer, p.stop = p.stop, stop
    p.bound.add(p.tokens[stop].text[1:] or p.tokens[stop + 1].text)
    body = p.expression(RELATION)
    if p.at != stop:
        raise p.unexpected("`dx`")
    p.stop = outer
    sign = p.advance()
    variable = p.operand() if len(sign.text) == 1 else Symbol(sign.text[1:], span=(sign.start + 1, sign.end))
    if not isinstance(variable, Symbol):
        raise ReadingError(f"the integral at {word.start + 1} is over no variable", word.start, "`dx`")
    return Binder("integral", body, variable, lower=lower, upper=upper, span=p.span_from(word.start))


def _end_of_integrand(p: Parser) -> int:
    """Return the token at which `dx` stands, inner integrals having their own; -1 if there is none."""
    depth = 0
    inner = 0
    for at in range(p.at, len(p.tokens) - 1):
        token = p.tokens[at]
        if token.kind in CLOSERS:
            depth += 1
        elif token.kind in CLOSERS.values():
            depth -= 1
            if depth < 0:
                break
        elif depth == 0 and token.kind == "function" and token.text == "integral":
            inner += 1
        elif depth == 0 and token.kind in {"word", "upright"} and _is_differential(token, p.tokens[at + 1]):
            if inner == 0:
                return at if at > p.at else -1
            inner -= 1
    return -1


def _is_differential(token: Token, after: Token) -> bool:
    if token.text == "d":
        return after.kind in {"word", "name", "upright", "accent"}
    return token.text[0] == "d" and len(token.text) == 2 and after.kind not in {"(", "^", "_"}
