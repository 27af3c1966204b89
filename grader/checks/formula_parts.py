"""What stands around the comparison of formulas: what a part holds, the rubric's own formulas, contradictions."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from grader.checks.mistakes import Mistake
from grader.equivalence import near_miss, without_values
from grader.equivalence.kinds.unitvalues import UNIT
from grader.equivalence.rewriting import names_in
from grader.equivalence.values import read_tail
from grader.files.fields import Words
from grader.finding.formulawords import FUNCTIONS, LETTERS, STOPWORDS
from grader.notation.formulareader import FormulaReading, read_formula
from grader.notation.grammar.remarks import without_remarks
from grader.notation.grammar.statistics import with_statistics_named
from grader.notation.lazypatterns import deferred
from grader.notation.syntaxerrors import ReadingError
from grader.notation.tree import Apply, Cases, Collection, Logic, Node, Number, Quantity, Relation, Symbol

if TYPE_CHECKING:
    from collections.abc import Iterable

    from grader.equivalence import Options, Verdict
    from grader.notation.names import Names

MAX_SHOWN: Final = 200  # characters of a part without a formula that are quoted

MAX_SOLE: Final = 400  # characters of an answer that is one formula
MAX_LETTERS: Final = 3  # side by side that may be a product: `wx`, `hnd`
MAX_ACRONYM: Final = 5  # letters of `TP`, `ReLU`, `RMSE`

_LEAD: Final = deferred(
    r"\s*(?:(?:so|thus|hence|therefore|then|finally|i think(?: that)?|i would say)\b[,:]?\s+)?(?:that['’]s|it['’]s"
    r"|(?:(?:the|my|our|your|final|correct|short|right|resulting)\s+){0,3}(?:it|this|that|answer|result|solution|formula|ans)\s*"
    r"(?:is(?:\s+(?:equal to|given by|just|simply))?|equals|has|=|:|would be|should be|must be|reads)(?![\w'’])|(?:antwort|lösung|réponse|respuesta)\s*:)\s*:?\s*",
    re.IGNORECASE,
)
_NESTED: Final = deferred(r"(?<![\\\w])([A-Za-z])\(([A-Za-z])\([A-Za-z](?:_\w)?\)\)")
_NAMING: Final = frozenset(
    [
        "index",
        "derivative",
        "expectation",
        "variance",
        "probability",
        "given",
        "norm",
        "softmax",
        "sigmoid",
        "relu",
        "big_o",
        "transpose",
    ]
)
_NOT_SOLE: Final = deferred(r"(?<!\\)\$|\b(?:where|with|given|wobei|mit|avec|où)\b|\?|[A-Za-z]['’][A-Za-z]")
_PLAIN_WORD: Final = deferred(r"(?<![\\A-Za-z])[A-Za-z]{2,}")
_CASE_WORDS: Final = frozenset({"else", "otherwise", "for", "bytes", "bits"})
_ELSE: Final = deferred(r"\s*,\s*(else|otherwise)\b")
_WORD: Final = deferred(r"(?<![\\\w])[A-Za-z]+(?!\w)")
_OF_FORMULAS: Final = frozenset({"and", "or", "if", "not", "in"})  # `x = 1 or x = -1` is no sentence
_OF_SENTENCES: Final = (STOPWORDS - _OF_FORMULAS) | {
    "mit", "wobei", "und", "ist", "avec", "où", "et", "con", "donde", "whereby", "isn", "aren", "doesn", "wrong", "false", "incorrect",
}  # fmt: skip


class FormulaMistake(Mistake[Words]):
    """A wrong formula that is known, in one form or several."""


@dataclass(frozen=True, slots=True)
class Ruling:
    """What came of comparing one formula of the answer."""

    kind: Literal["equal", "mistake", "different", "undecided", "disputed"]
    tree: Node
    verdict: Verdict
    mistake: FormulaMistake | None = None
    said: str = ""  # why it is disputed


def is_prose(text: str) -> bool:
    """Whether a part is a sentence rather than one formula."""
    words = _WORD.findall(text[:MAX_SHOWN])
    return any(len(word) > 1 and word.lower() in _OF_SENTENCES for word in words)


def unwrapped(text: str) -> tuple[int, int]:
    """Return where the formula of a part begins and ends, without dollars and blanks."""
    start, end = 0, len(text)
    while start < end and text[start] in " \t\r\n$`“„«":
        start += 1
    while end > start and text[end - 1] in " \t\r\n$`.”“»" and not text.endswith("\\right.", start, end):
        end -= 1
    if (
        text.startswith('"', start)
        and text.endswith('"', start + 1, end)
        and text.count('"', start, end) == 2
    ):
        start, end = start + 1, end - 1
    return start, end


def read_part(text: str, names: Names, expected: Node) -> FormulaReading:
    """Read a part; of a value whose left side cannot be read, the right one. Raises ReadingError."""
    try:
        return read_formula(text, names=names)
    except ReadingError:
        tail = None if isinstance(expected, Relation | Logic) else read_tail(text, names=names)
        if tail is None:
            raise
        return tail


def sole_formula(text: str, names: Names) -> tuple[int, int, FormulaReading] | None:
    """Read an answer that is one formula, with at most "It is" or "Answer:" before it; None for any other text.

    Returns where the formula stands and its reading; what has words of the language in it is no formula.
    """
    if len(text) > MAX_SOLE:
        return None
    lead = _LEAD.match(text)
    first, last = unwrapped(text[lead.end() :] if lead else text)
    first, last = (first + lead.end(), last + lead.end()) if lead else (first, last)
    trimmed = without_remarks(text[first:last])
    start, end = first + trimmed.start, first + trimmed.end
    if _NOT_SOLE.search(text, start, end) or any(
        _is_word(word, names) for word in _PLAIN_WORD.findall(text[start:end])
    ):
        return None
    try:
        body = with_statistics_named(_ELSE.sub(r" \1", text[start:end]), names)
        reading = read_formula(body, names=names)
    except ReadingError:
        return None
    return start, end, reading


def _is_word(word: str, names: Names) -> bool:
    """Whether a run of letters is a word of the language rather than a name, an acronym or letters side by side."""
    lower = word.lower()
    if (
        word in names.symbols
        or word in names.words
        or lower in LETTERS | FUNCTIONS | _OF_FORMULAS | _CASE_WORDS
    ):
        return False
    acronym = word.isupper() and len(word) <= MAX_ACRONYM
    return lower in STOPWORDS or not (acronym or len(word) <= MAX_LETTERS)


def is_several(tree: Node) -> bool:
    """Whether a tree is equations in a row rather than one."""
    return isinstance(tree, Collection | Logic) and any(isinstance(item, Relation) for item in tree.children)


def is_name(tree: Node) -> bool:
    """Whether a left side names what the right one is: a letter, with an index or a power, or a function."""
    if isinstance(tree, Apply) and tree.head == "pow":
        return isinstance(tree.args[0], Symbol) and isinstance(tree.args[1], Number)
    if isinstance(tree, Collection) and tree.items:
        return all(map(is_name, tree.items))
    named = isinstance(tree, Apply) and (tree.head in _NAMING or tree.head.startswith("call:"))
    return isinstance(tree, Symbol) or named


def is_partial(tree: Cases) -> bool:
    """Whether a formula is given for one case only: `x if x > 0`."""
    return len(tree.branches) == 1 and tree.branches[0][1] is not None


def without_example(tree: Node) -> Node:
    """Return the value of `0.03 for N = 100`, any other tree as it is."""
    if not (isinstance(tree, Cases) and is_partial(tree)) or names_in(tree.branches[0][0]):
        return tree
    value, test = tree.branches[0]
    given = isinstance(test, Relation) and test.operators == ("=",) and isinstance(test.operands[0], Symbol)
    return value if given else tree


def left_side(text: str, tree: Node) -> str:
    """Return the left side of a rubric's formula where it names what the right one is: `f(x)`, `P(A|B)`; else ""."""
    if not isinstance(tree, Relation) or len(tree.operands) != 2 or not set(tree.operators) <= {"=", ":="}:
        return ""
    left, right = tree.operands
    again = tree.operators == ("=",) and left in set(right.walk())
    written = text[left.span[0] : left.span[1]]
    return written if (is_name(left) or _is_called(left, written)) and not again else ""


def _is_called(left: Node, written: str) -> bool:
    r"""Whether a left side is an indexed letter with another in parentheses: `\alpha_{t+1}(j)`."""
    if not (isinstance(left, Apply) and left.head == "mul" and len(left.args) == 2):
        return False
    named = isinstance(left.args[0], Apply) and left.args[0].head == "index"
    return named and isinstance(left.args[1], Symbol) and written.rstrip("$ ").endswith(")")


def functions_among(trees: Iterable[Node], texts: Iterable[str] = ()) -> tuple[str, ...]:
    """Return the letters that are functions in a rubric's formulas, and so in every answer: `D(p, q) = sum p(x) log p(x)`.

    A letter that is a term or a factor as well is none: `h(d + h) + h` is a product. No product is written like `D(G(z))`.
    """
    called: dict[str, None] = {}
    others: set[str] = set()
    waiting = list(trees)
    while waiting:
        node = waiting.pop()
        head = node.head if isinstance(node, Apply) else ""
        if head.startswith("call:"):
            called[head.removeprefix("call:")] = None
        naming = head.startswith("call:") or head in {"given", "divergence"}
        for child in node.children:
            if not isinstance(child, Symbol):
                waiting.append(child)
            elif not naming:
                others.add(child.name)
    nested = [letter for text in texts for match in _NESTED.finditer(text) for letter in match.groups()]
    plain = [name for name in called if name not in others and name.isidentifier()]
    return tuple(dict.fromkeys((*plain, *nested)))


def is_amount(tree: Node) -> bool:
    """Whether a formula is a number with a unit."""
    return isinstance(tree, Quantity) and not names_in(tree)


def named_slip(right: Node, judgement: Ruling, options: Options) -> tuple[str, str]:
    """Return the slip that explains a wrong formula, and the same without a value of the key; empty without one."""
    if judgement.verdict.method == UNIT:
        return judgement.verdict.reason, "The unit is not right."
    slip = near_miss(right, judgement.tree, options=options) or ""
    return slip, without_values(slip)


def rubric_tree(key: str, text: str, names: Names) -> Node:
    """Read one of the rubric's own formulas; the message is for its author."""
    try:
        return read_formula(text, names=names).tree
    except ReadingError as error:
        place = f" (at character {error.position + 1} of '{text}')"
        raise ValueError(f"{key}: this is not a formula that can be read: {error.message}{place}") from error
