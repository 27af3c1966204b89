r"""What stands behind a formula and is none of it: conditions, remarks, numbers of equations, comments.

`x^2 + 1, x > 0` is the formula with a condition; `x^2 + 1 \quad (2)`, `x^2 + 1 (I think)` and
`x^2 + 1 % simplified` are the formula alone. Only what is wholly words is left out, and no words that
may change what is said ("or", "not", "times"): with these the text is refused or read as before.
"""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING, Final

from grader.notation.grammar.tokens import Token
from grader.notation.lazypatterns import deferred
from grader.notation.names import NO_NAMES
from grader.notation.numbers.units import unit_named
from grader.notation.vocabulary import PROSE, word_set
from grader.records import dataclass

if TYPE_CHECKING:
    import re

    from grader.notation.grammar.parser import DeclaredNames

_REMARKING: Final = PROSE | word_set(
    "by i we my our you it its they here there see as answer answers result final solution definition because since "
    "assuming using use used via rule rules hence so therefore thus think thought guess believe hope simplified "
    "simplify simplifies expanded expand factored rearranged rearrange substitute substituted chain product quotient "
    "approximately roughly about all any each every some constant constants real positive negative input inputs output "
    "outputs lecture slides book chapter section equation eq proof proven shown show shows done qed maybe probably "
    "sure recall note where when for if given assumed defined denotes denote called name named number numbers known "
    "follows following step line part above below written write in on at to a an let"
)
"""Words of remarks: one of them has to be there, so that `(batch size)` stays a factor."""
_CHANGING: Final = word_set(
    "or not no nor never wrong incorrect false instead except but unless times plus minus divided squared cubed over "
    "mod per half twice double triple sqrt root without alternatively otherwise else inverse transpose transposed "
    "reciprocal opposite negated and times multiplied added subtracted raised power then gives equals"
)
"""Words that may change what the formula before them says."""
_LEADS: Final = frozenset({"for", "where", "when", "with"})
_QUANTIFIERS: Final = frozenset({"all", "any", "every", "each", "some"})
_ORDERS: Final = frozenset({"<", ">", "<=", ">=", "!="})
_MEMBERS: Final = frozenset({"in", "notin", "ni", "subset", "subseteq"})
_JOINING: Final = frozenset(
    {
        "relation",
        "implies",
        "iff",
        "and",
        "or",
        "xor",
        "not",
        "if",
        "otherwise",
        "then",
        "in",
        "notin",
        ",",
        ";",
        "+",
        "-",
    }
    | {"*", "/", "^", "_", "±", "∓", "@", "odot", "given", "(", "[", "{", "\\{", "∪", "∩", "∖", "mod", "to"}
)
"""Signs that go on with a formula behind a gap."""
_OPENING: Final = frozenset({"(", "[", "{", "\\{", "begin", "⟨", "⌊", "⌈", "|(", "‖("})
_CLOSING: Final = frozenset({")", "]", "}", "\\}", "end_env", "⟩", "⌋", "⌉", "|)", "‖)"})
_NAMES: Final = frozenset({"word", "name", "upright"})
_WORDS: Final = frozenset({"word", "upright", "quoted", "if", "then", "in", "to"})
_SPOKEN: Final = frozenset({".", ",", "!", "?", ":", ";", "'", "-", "gap", "(", ")"})
_CLUES: Final = frozenset({"gap", ",", ";", "if", "upright"})
"""Only where one of these stands, or a bracket or the word `with`, may something stand behind the formula."""
_RUN: Final = 3
"""Letters of a word that may be a product: `ct`."""
_NUMBER_OF_EQUATION: Final = 6
"""Tokens of `(2.1a)`."""
_COMMENT: Final = deferred(r"(?:(?<=[^\\\s])|(?<=\s))(?:[%#]|//)(?=[ \t]+[A-Za-z])([^\n]*)")
_BARE_NUMBER: Final = deferred(r"[\s$\d.,]*")
_PLAIN_WORDS: Final = deferred(r"[ \tA-Za-z',.:;!?()-]*")
_QUOTES: Final = {'"': '"', "“": "”", "„": "“", "«": "»"}
_OPERATORS: Final = deferred(r"[-+*/^=(]")


@dataclass(slots=True)
class Parts:
    """The tokens of a formula, those of each condition behind it, and the words that were left out."""

    formula: list[Token]
    conditions: list[list[Token]] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


def without_comments(text: str, *, latex: bool) -> str:
    """Return a text of the same length, blank where it holds comments or quotation marks around the whole."""
    stripped = text.strip(" \t\r\n$")
    closing = _QUOTES.get(stripped[:1])
    if closing and len(stripped) > 2 and stripped[-1] == closing and _OPERATORS.search(stripped[1:-1]):
        inner = stripped[1:-1]
        if not any(mark in inner for mark in (stripped[0], closing)):
            text = text.replace(stripped, f" {inner} ", 1)
    if "%" not in text and "#" not in text and "//" not in text:
        return text
    return _COMMENT.sub(lambda match: _blank(match, text, latex=latex), text)


def _blank(match: re.Match[str], text: str, *, latex: bool) -> str:
    """Return blanks for a comment, and what was matched where it is none: `5 % of x`, `n % k`."""
    comment, before = match[1], text[text.rfind("\n", 0, match.start()) + 1 : match.start()]
    sign = match[0][0]
    words = comment.split()
    certain = len(words) > 1 or len(words[0]) > 2
    if sign == "%" and _BARE_NUMBER.fullmatch(before):
        certain = False
    elif sign == "%" and not latex:
        certain = len(words) > 1 and _is_spoken(words)
    elif sign == "/":
        certain = len(words) > 1 and _is_spoken(words)
    if (
        not certain
        or not _PLAIN_WORDS.fullmatch(comment)
        or _CHANGING & {word.lower().strip(",.") for word in words}
    ):
        return match[0]
    return " " * len(match[0])


def _is_spoken(words: list[str]) -> bool:
    return any(word.lower().strip(",.:;!?()") in _REMARKING for word in words)


def parted(tokens: list[Token], names: DeclaredNames) -> Parts:
    """Return the formula of a text and what stands behind it. The last token is the end."""
    last = tokens[-2] if len(tokens) > 1 else tokens[-1]
    if last.kind != ")" and not any(token.kind in _CLUES or token.text == "with" for token in tokens):
        return Parts(tokens)
    segments = _segments(tokens[:-1])
    found: list[tuple[str, list[Token]]] = []  # what each segment from the end is
    while len(segments) > 1:
        sign, segment = segments[-1]
        sort, content = _sort_of(sign, segment, names)
        if not sort or (
            sort == "condition" and sign.kind in {",", ";"} and not _concerns(content, segments[:-1])
        ):
            break
        found.append((sort, content))
        segments.pop()
    formula = _joined(segments)
    if any(sort == "condition" for sort, _ in found) and not _may_have_conditions(formula):
        return Parts([token for token in tokens if token.kind != "gap"])
    parts = Parts(formula)
    for sort, content in reversed(found):
        _add(parts, sort, content)
    _strip_end(parts, names)
    if not parts.formula:
        return Parts([token for token in tokens if token.kind != "gap"])
    parts.formula = [*parts.formula, tokens[-1]]
    return parts


def _add(parts: Parts, sort: str, content: list[Token]) -> None:
    if sort == "condition":
        parts.conditions.append(content)
    elif content:
        parts.remarks.append(" ".join(token.text for token in content if token.kind != "gap"))


def _concerns(condition: list[Token], segments: list[tuple[Token, list[Token]]]) -> bool:
    """Say whether a condition behind a comma is on a symbol of the formula: `x = 1, y > 2` are two answers."""
    names = {token.key for token in condition if token.kind in _NAMES}
    written = (token.key for _, segment in segments for token in segment if token.kind in _NAMES)
    return any(key in names or (len(key) <= _RUN and not names.isdisjoint(key)) for key in written)


def _segments(tokens: list[Token]) -> list[tuple[Token, list[Token]]]:
    """Cut at the gaps, commas and leading words outside of brackets; each piece comes with what parts it."""
    segments: list[tuple[Token, list[Token]]] = [(Token("", "", 0, 0, False, ""), [])]
    depth = 0
    for at, token in enumerate(tokens):
        kind = token.kind
        depth += (kind in _OPENING) - (kind in _CLOSING)
        if depth > 0 or kind in _OPENING or kind in _CLOSING:
            if kind != "gap":
                segments[-1][1].append(token)
        elif kind in {"gap", ",", ";"}:
            segments.append((token, []))
        elif _leads(tokens, at) and segments[-1][1]:
            segments.append((Token("lead", "", token.start, token.start, False, ""), [token]))
        else:
            segments[-1][1].append(token)
    return segments


def _leads(tokens: list[Token], at: int) -> bool:
    """Say whether a word begins a clause about the formula before it: `for x > 0`, `where s = 2`."""
    token = tokens[at]
    return (
        token.text in _LEADS
        and token.kind in _WORDS
        and (at + 1 < len(tokens) and tokens[at + 1].kind != "(")
    )


def _sort_of(sign: Token, segment: list[Token], names: DeclaredNames) -> tuple[str, list[Token]]:
    """Return what a segment is - a number, remark or condition, or "" - and its tokens."""
    if not segment:
        return "remark", []
    if sign.kind == "gap" and _is_equation_number(segment):
        return "number", []
    led = segment[0].text in _LEADS and segment[0].kind in _WORDS
    content = segment[1:] if led else segment
    while content and led and content[0].text in _QUANTIFIERS:
        content = content[1:]
    content = _unwrapped(content)
    relations = _relations(content)
    if relations and (led or relations & (_ORDERS | _MEMBERS)):
        return ("", segment) if _has(content, {"if", "otherwise", "then"}) else ("condition", content)
    if relations:
        return "", segment
    if _is_spoken_part(segment, NO_NAMES if led else names, sure=led or sign.kind == "gap"):
        return "remark", segment
    return "", segment


def _relations(tokens: list[Token]) -> set[str]:
    """Return the signs of the relations outside of brackets."""
    found: set[str] = set()
    depth = 0
    for token in tokens:
        depth += (token.kind in _OPENING) - (token.kind in _CLOSING)
        if depth == 0 and token.kind == "relation":
            found.add(token.text)
        elif depth == 0 and token.kind in _MEMBERS:
            found.add(token.kind)
    return found


def _has(tokens: list[Token], kinds: set[str]) -> bool:
    depth = 0
    for token in tokens:
        depth += (token.kind in _OPENING) - (token.kind in _CLOSING)
        if depth == 0 and token.kind in kinds:
            return True
    return False


def _unwrapped(tokens: list[Token]) -> list[Token]:
    """Return what stands in the brackets around the whole of some tokens."""
    if len(tokens) < 3 or tokens[0].kind != "(" or tokens[-1].kind != ")":
        return tokens
    depth = 0
    for at, token in enumerate(tokens):
        depth += (token.kind in _OPENING) - (token.kind in _CLOSING)
        if depth == 0 and at < len(tokens) - 1:
            return tokens
    inner = tokens[1:-1]
    return inner if _relations(inner) & (_ORDERS | _MEMBERS) else tokens


def _may_have_conditions(formula: list[Token]) -> bool:
    """Say whether what stands before conditions is a formula: no condition itself, and no branch of several."""
    return (
        bool(formula)
        and not _has(formula, {"if", "otherwise"})
        and not _relations(formula) & (_ORDERS | _MEMBERS)
    )


def _is_equation_number(tokens: list[Token]) -> bool:
    """Say whether tokens are the number of an equation: `(2)`, `(2.1a)`, `(*)`."""
    if not 3 <= len(tokens) <= _NUMBER_OF_EQUATION or tokens[0].kind != "(" or tokens[-1].kind != ")":
        return False
    inner = tokens[1:-1]
    starred = all(token.kind == "*" for token in inner)
    return starred or (
        inner[0].kind == "number" and all(token.kind in {"number", "word", ".", "-"} for token in inner)
    )


def _is_spoken_part(tokens: list[Token], names: DeclaredNames, *, sure: bool) -> bool:
    """Say whether tokens are words of a remark; `sure` where their place says that they are no factor."""
    words: list[str] = []
    declared = False
    for token in tokens:
        if token.kind in _WORDS:
            words += token.text.lower().split()
            declared = declared or token.text in names.words
        elif token.kind not in _SPOKEN:
            return False
    long = [word for word in words if len(word) > 1]
    if not long or _CHANGING & set(words) or (declared and not PROSE & set(words)):
        return False
    upright = all(token.kind != "word" or token.text.lower() in _REMARKING for token in tokens)
    if sure and upright and not (len(words) == 1 and unit_named(words[0])):
        return True
    return any(word in _REMARKING for word in long) or "i" in words


def _joined(segments: list[tuple[Token, list[Token]]]) -> list[Token]:
    """Return the segments as one formula; equations that only a gap parts are a list."""
    made: list[Token] = []
    for sign, segment in segments:
        if sign.kind in {",", ";"}:
            made.append(sign)
        elif sign.kind == "gap" and made and segment:
            border = {made[-1].kind, segment[0].kind} & _JOINING
            if not border and _relations(made) and _relations(segment):
                made.append(Token(",", ",", sign.start, sign.end, True, ","))
        made.extend(segment)
    return made


def _strip_end(parts: Parts, names: DeclaredNames) -> None:
    """Take remarks and conditions in brackets, and remarks set as text, off the end of the formula."""
    while len(parts.formula) > 1:
        tokens = parts.formula
        last = tokens[-1]
        start = (
            len(tokens) - 1 if last.kind in {"upright", "quoted"} and " " in last.text else _opening(tokens)
        )
        if start < 1 or tokens[start - 1].kind in _JOINING:
            return
        tail = tokens[start:]
        inner = _unwrapped(tail)
        if inner is not tail and tokens[start].spaced and tokens[start - 1].kind in {"number", ")", "]", "}"}:
            if not _may_have_conditions(tokens[:start]):
                return
            parts.conditions.insert(0, inner)
        elif (tokens[start].spaced or last.kind != ")") and _is_spoken_part(tail, names, sure=False):
            _add(parts, "remark", tail)
        else:
            return
        parts.formula = tokens[:start]


def _opening(tokens: list[Token]) -> int:
    """Return where the parenthesis that ends the tokens begins, -1 where none does."""
    if tokens[-1].kind != ")":
        return -1
    depth = 0
    for at in range(len(tokens) - 1, -1, -1):
        depth += (tokens[at].kind == ")") - (tokens[at].kind == "(")
        if depth == 0:
            return at
    return -1
