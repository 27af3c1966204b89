r"""What hangs on an operand: indices, powers, transposes, primes, factorials, percent signs.

Conventions: `x_i` and `x^{(i)}` are the same indexed symbol, and so is `x^{[l]}`; indices above come
before those below, as `x^{(i)}_j` is `x_{ij}`. `W^T` and `W^\top` are transposes. `e^x` is exp(x). `x_hat` is `\hat{x}`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeGuard

from grader.notation.grammar.applications import ACCENT_WORDS, called
from grader.notation.grammar.matrixlike import is_matrix
from grader.notation.grammar.parser import ANY, Parser
from grader.notation.grammar.powers import power_of, read_exponent
from grader.notation.grammar.tokens import Token
from grader.notation.syntaxerrors import ReadingError
from grader.notation.tree import Apply, Constant, Matrix, Node, Number, Symbol
from grader.notation.vocabulary import ALIASES, GREEK, KEYWORDS, KNOWN_WORDS, LABELS

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping


_WORDLIKE: Final = frozenset({"word", "upright", "quoted", "name"}) | frozenset(KEYWORDS.values())
_LABELLING: Final = _WORDLIKE | {"function", "constant"}
_CERTAIN_INDICES: Final = frozenset("ijlmtbrsL")
"""`x^{(i)}` is an index for certain; `x^{(n)}` might be a power written oddly."""
_RUN: Final = 3
"""Letters of an exponent such as `Txy` that may be a transpose before two factors."""
_PLAIN_INDICES: Final = frozenset("ijlt")
_RUNNING: Final = frozenset("abcijklmnpqrstuvxyz")
"""Letters of indices that stand side by side: `A_{ij}`, `p_{xy}`; `d_{ff}` and `W_{xh}` have one label."""
_BEGINNING: Final = frozenset({"word", "name", "number", "(", "[", "{"})
"""What begins an operand: then the sign before it is a plus."""
_STATES: Final = frozenset({"new", "old", "next", "prev", "previous", "current", "true", "pred"})
"""Words above a letter that say which one it is: `w^{\\text{new}}`."""


def subscript(p: Parser, left: Node) -> Node:
    """Read `_...` behind an operand."""
    bracketed = p.tokens[p.at - 1].kind in {")", "]"}
    p.advance()
    braced = p.token.kind == "{"
    if bracketed and p.token.kind == "+" and p.peek().kind not in _BEGINNING:
        p.advance()
        return Apply("relu", (left,), span=p.span_from(left.span[0]))  # `[1 - m]_+`
    node = attach(p, left, indices(p), merge=not (braced or p.latex))
    return called(p, node)


def indices(p: Parser) -> tuple[Node, ...]:
    """Read what stands behind `_`: one sign, a word, or a group of indices."""
    token = p.token
    if token.kind == "{" or (token.kind == "(" and not p.latex):
        opener = p.advance()
        parted, p.parted = p.parted, False
        bound, p.bound = p.bound, p.bound.union(p.names.constants)  # an index i is no imaginary unit
        found = index_list(p)
        p.close(opener, "}" if opener.kind == "{" else ")")
        p.parted, p.bound = parted, bound
        return found
    if token.kind == "-":
        p.advance()
        return tuple(Apply("neg", (node,), span=(token.start, node.span[1])) for node in _one_index(p))
    return _one_index(p)


def index_list(p: Parser) -> tuple[Node, ...]:
    """Read indices parted by commas: letters, numbers, labels, small expressions."""
    found: list[Node] = []
    while True:
        after = p.peek().kind
        if p.token.kind in _LABELLING and after in {"}", ",", ")"}:
            found.extend(_one_index(p))
        elif p.token.kind in {":", "*", "+", "-"} and after in {"}", ",", ")"}:
            token = p.advance()
            found.append(Symbol({"*": "star"}.get(token.text, token.text), span=(token.start, token.end)))
        else:
            begin = p.at
            node = p.expression(ANY)
            written = any(token.kind == "*" for token in p.tokens[begin : p.at])
            if not written and _is_run_of_symbols(node):
                found.extend(node.args)
            else:
                found.append(node)
        if not (p.take(",") or p.take(";")):
            return tuple(found)


def _is_run_of_symbols(node: Node) -> TypeGuard[Apply]:
    return (
        isinstance(node, Apply) and node.head == "mul" and all(isinstance(part, Symbol) for part in node.args)
    )


def _one_index(p: Parser) -> tuple[Node, ...]:
    """Read a single sign as an index: a number, a letter, or a label such as `max`."""
    token = p.token
    span = (token.start, token.end)
    if token.kind in _WORDLIKE or (token.kind in {"function", "constant"} and token.text.isalpha()):
        p.advance()
        word = token.text
        if token.kind == "function":
            word = token.key
        if token.kind == "constant":
            return (
                (Constant("infinity", span=span),)
                if token.text == "infinity"
                else (Symbol(token.key, span=span),)
            )
        return tuple(
            Symbol(name, span=span)
            for name in index_parts(
                word, p.names.words, whole=token.kind in {"upright", "quoted"}, bound=p.bound
            )
        )
    if token.kind in {"*", "+"}:
        p.advance()
        return (Symbol("star" if token.kind == "*" else "+", span=span),)
    return (p.operand(),)


def index_parts(
    word: str, declared: Mapping[str, str], *, whole: bool = False, bound: Collection[str] = ()
) -> tuple[str, ...]:
    """Return the indices a word stands for: `ij` is two, `max`, `ff` and `xh` are one label; `bound` are indices of sums."""
    key = ALIASES.get(word, word)
    if len(word) == 1:
        return (declared.get(key, key),)
    if key in declared:
        return (declared[key],)
    if whole or key in GREEK or word in KNOWN_WORDS or not word.isalpha() or word in ACCENT_WORDS:
        return (key,)
    running = all(letter in _RUNNING for letter in word) or any(letter in bound for letter in word)
    two = len(word) == 2 and word not in LABELS and not word.isupper() and running
    if two or (len(word) == 3 and all(letter in "ijklmn" for letter in word)):
        return tuple(declared.get(letter, letter) for letter in word)
    return (word,)


def attach(p: Parser, base: Node, found: tuple[Node, ...], *, merge: bool = False) -> Node:
    r"""Return a base with its indices; `x_hat` and `batch_size` are names of their own, and `\pi_k` is no constant."""
    span = p.span_from(base.span[0])
    if isinstance(base, Constant) and base.name in {"pi", "e", "i"}:
        base = Symbol(base.name, span=base.span)
    if isinstance(base, Number):
        raise ReadingError(
            f"a number cannot have an index, as at {span[0] + 1}", span[0], "a name before `_`"
        )
    first = found[0]
    if len(found) == 1 and isinstance(first, Symbol):
        if first.name in ACCENT_WORDS:
            return accented(base, first.name, span)
        if merge and isinstance(base, Symbol) and _is_word(base.name) and _is_word(first.name):
            return Symbol(f"{base.name}_{first.name}", span=span)
    if isinstance(base, Apply):
        if base.head == "index":
            return Apply("index", (*base.args, *found), span=span)
        if base.head == "pow":  # `x^2_i`
            return Apply("pow", (attach(p, base.args[0], found), base.args[1]), span=span)
    return Apply("index", (base, *found), span=span)


def _is_word(name: str) -> bool:
    return len(name) > 1 and name.replace("_", "").isalnum() and name[0].isalpha() and name not in GREEK


def accented(base: Node, accent: str, span: tuple[int, int]) -> Node:
    """Return a symbol under an accent; on an indexed symbol the accent goes to the letter."""
    if isinstance(base, Symbol | Constant):
        return Symbol(f"{base.name}_{accent}", span=span)
    if isinstance(base, Apply) and base.head == "index":
        return Apply("index", (accented(base.args[0], accent, span), *base.args[1:]), span=span)
    if accent == "bar":
        return Apply("conjugate", (base,), span=span)
    raise ReadingError(
        f"`\\{accent}` at {span[0] + 1} stands over something that is not a name", span[0], "a name"
    )


def raised(p: Parser, left: Node) -> Node:
    """Read `^...`: a power, an index in parentheses, a transpose, a star."""
    group = p.tokens[p.at - 1].kind in {")", "]"}
    p.advance()
    special = _special(p, left, group=group)
    if special is not None:
        return called(p, special)
    named = isinstance(left, Symbol | Apply)
    exponent = read_exponent(p, single=named and _is_single(p))
    if p.token.kind == "_" and named:
        p.advance()
        left = attach(p, left, indices(p))
    if isinstance(left, Symbol) and _is_policy(exponent) and p.token.kind == "(" and not p.token.spaced:
        return called(p, attach(p, left, (exponent,)))
    return power_of(p, left, exponent)


def _is_single(p: Parser) -> bool:
    """Say whether the exponent is one sign: before an index of the base, `x^2_i`, and in TeX before parentheses."""
    token, after = p.token, p.peek()
    letter = token.kind == "name" or (token.kind == "word" and len(token.text) == 1)
    if p.latex and letter and after.kind == "(":
        return True
    sign = token.kind == "number" or (letter and token.key not in p.names.constants)
    return sign and after.kind == "_" and not after.spaced


def _is_policy(node: Node) -> bool:
    r"""Say whether a superscript is a policy: `\pi`, `\pi^*`, `\pi_\theta`."""
    if isinstance(node, Apply) and node.head == "index":
        node = node.args[0]
    return isinstance(node, Symbol | Constant) and node.name in {"pi", "pi_star", "pi'"}


def _special(p: Parser, left: Node, *, group: bool) -> Node | None:
    """Read an exponent that is no power, if it is one of those."""
    braced = p.token.kind == "{"
    ahead = 1 if braced else 0
    token = p.peek(ahead)
    alone = not braced or p.peek(2).kind == "}"
    if braced and token.kind == "-" and p.peek(2).kind == "top" and p.peek(3).kind == "}":  # A^{-\top}
        _skip(p, braced, 2)
        span = p.span_from(left.span[0])
        return Apply("transpose", (Apply("inverse", (left,), span=span),), span=span)
    policy = isinstance(left, Constant) and left.name == "pi"
    if (
        alone
        and token.kind == "*"
        and (isinstance(left, Symbol | Apply) or policy)
        and _ends(p, ahead, braced=braced)
    ):
        _skip(p, braced, 1)
        return accented(left, "star", p.span_from(left.span[0]))
    if alone and token.kind in {"-", "+"} and isinstance(left, Symbol) and _ends(p, ahead, braced=braced):
        _skip(p, braced, 1)
        return attach(p, left, (Symbol(token.kind, span=(token.start, token.end)),))
    if alone and token.kind == "upright" and token.text in _STATES and isinstance(left, Symbol):
        _skip(p, braced, 1)
        return attach(p, left, (Symbol(token.text, span=(token.start, token.end)),))
    if alone and token.kind in {"top", "'"}:
        _skip(p, braced, 1)
        return (transposed if token.kind == "top" else primed)(p, left)
    if isinstance(left, Number | Constant):
        return None
    if not braced and token.kind == "word" and _is_transpose_run(p, token):
        p.replace(cut_word(token, 1))
        token = p.token
    if alone and token.text == "T" and token.kind in {"word", "upright"} and token.key not in p.names.words:
        greek = (
            isinstance(left, Symbol)
            and left.name in GREEK
            and left.name[0].islower()
            and left.name != "theta"
        )
        note = "`^T` may be a transpose or a power"
        if not (greek or group) or p.choose("transpose", "transpose", ("power",), note) == "transpose":
            _skip(p, braced, 1)
            return transposed(p, left)
        return None
    if token.kind in {"(", "["} and not group:
        return _upper_index(p, left, token, braced=braced)
    return None


def _is_transpose_run(p: Parser, token: Token) -> bool:
    """Say whether an exponent is a T with the next factors behind it: `w^Tx` in plain text, not `a^Total`."""
    text, words = token.text, p.names.words
    if text[0] != "T" or len(text) < 2 or "T" in words or text in words or text in KNOWN_WORDS:
        return False
    return len(text) <= _RUN or not text[1:].islower()


def cut_word(token: Token, at: int) -> list[Token]:
    """Return a word cut into two tokens."""
    middle = token.start + at
    head, tail = token.text[:at], token.text[at:]
    return [
        Token("word", head, token.start, middle, token.spaced, ALIASES.get(head, head)),
        Token("word", tail, middle, token.end, False, ALIASES.get(tail, tail)),
    ]


def _skip(p: Parser, braced: bool, count: int) -> None:  # noqa: FBT001 - private, called with a name
    for _ in range(count + 2 * braced):
        p.advance()


def _ends(p: Parser, ahead: int, *, braced: bool) -> bool:
    """Say whether the script ends with this sign: braced, or with no operand directly behind it."""
    after = p.peek(ahead + 1)
    if p.peek(ahead).kind in {"+", "-"} and not braced:
        return after.kind in _BEHIND_A_SCRIPT
    begins = after.kind in {"word", "number", "name", "upright"} and not after.spaced
    return braced or p.latex or not begins


_BEHIND_A_SCRIPT: Final = frozenset({")", "]", "}", "\\}", "end", ",", ";", "relation", "|", "given"})


def _upper_index(p: Parser, left: Node, opener: Token, *, braced: bool) -> Node | None:
    """Read `^{(i)}`, `^{[l]}`, `^{(t-1)}` as an index where it looks like one."""
    if not (isinstance(left, Symbol) or (isinstance(left, Apply) and left.head in {"index", "hadamard"})):
        return None
    first = p.peek(2 if braced else 1)
    closer = ")" if opener.kind == "(" else "]"
    start = 1 if braced else 0
    length = next((size for size in (1, 3) if p.peek(start + 1 + size).kind == closer), 0)
    if not length or (braced and p.peek(start + 2 + length).kind != "}"):
        return None
    letter = first.text if first.kind in {"word", "upright"} else ""
    if first.kind == "number" and length == 1:
        certain = braced
    elif letter and (length == 1 or p.peek(start + 2).kind in {"+", "-"}):
        certain = opener.kind == "[" or letter in (_CERTAIN_INDICES if braced else _PLAIN_INDICES)
    else:
        return None
    if letter in p.names.constants and letter not in p.bound:
        return None
    if not certain:
        if not braced:
            return None
        note = f"a superscript in parentheses, as at {opener.start + 1}, is read as an index"
        if p.choose("superscript", "index", ("power",), note) == "power":
            return None
    if braced:
        p.advance()
    p.advance()
    found = index_list(p)
    p.close(opener, closer)
    if braced:
        p.take("}")
    below: tuple[Node, ...] = ()
    if p.token.kind == "_":
        p.advance()
        below = indices(p)
    return attach_above(p, left, found, below)


def attach_above(p: Parser, base: Node, above: tuple[Node, ...], below: tuple[Node, ...] = ()) -> Node:
    """Return a base with indices above, which come first, and below."""
    if isinstance(base, Apply) and base.head == "index":
        span = p.span_from(base.span[0])
        return Apply("index", (base.args[0], *above, *base.args[1:], *below), span=span)
    return attach(p, base, (*above, *below))


def transposed(p: Parser, left: Node) -> Node:
    """Return the transpose; a product under it is one of matrices."""
    if isinstance(left, Apply) and left.head == "mul":
        left = Apply("matmul", left.args, span=left.span)
    return Apply("transpose", (left,), span=p.span_from(left.span[0]))


def primed(p: Parser, left: Node) -> Node:
    """Return a primed name, or a transposed matrix."""
    span = p.span_from(left.span[0])
    if isinstance(left, Symbol) and left.name in p.names.matrices:
        return transposed(p, left)
    if isinstance(left, Symbol) or (isinstance(left, Constant) and left.name == "pi"):
        return Symbol(left.name + "'", span=span)
    if isinstance(left, Apply) and left.head == "index" and isinstance(left.args[0], Symbol):
        return Apply(
            "index", (Symbol(left.args[0].name + "'", span=left.args[0].span), *left.args[1:]), span=span
        )
    if isinstance(left, Matrix) or is_matrix(p, left):
        return transposed(p, left)
    raise ReadingError(
        f"the prime at {span[1]} stands behind something that is not a name", span[1] - 1, "a name"
    )
