"""What stands around the comparison of formulas: what a part holds, the rubric's own formulas, contradictions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from grader.checks.mistakes import Mistake
from grader.equivalence import near_miss, without_values
from grader.equivalence.kinds.unitvalues import UNIT
from grader.files.fields import Words
from grader.notation.formulareader import read_formula
from grader.notation.lazypatterns import deferred
from grader.notation.syntaxerrors import ReadingError
from grader.notation.tree import (
    Apply,
    Cases,
    Collection,
    Logic,
    Node,
    Number,
    Quantity,
    Relation,
    Symbol,
    names_in,
)
from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable

    from grader.equivalence import Options, Verdict
    from grader.notation.names import Names

MAX_SHOWN: Final = 200  # characters of a part without a formula that are quoted


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
