r"""Which formulas of an answer define a wanted name, and what they say it is.

`\\sigma^2 = \\frac{2}{N}`, `2/N = sigma^2` and `the variance should be 2/N` all define the
variance. Indices on the left side do not matter: `z^{(i)} = ...` defines z.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal

from grader.finding.formulas import MAX_FORMULAS, MAX_TEXT, FoundFormula
from grader.notation.formulareader import MAX_REMEMBERED, read_formula
from grader.notation.grammar.quantities import unit_behind, with_unit
from grader.notation.grammar.remarks import without_remarks
from grader.notation.grammar.statistics import with_statistics_named
from grader.notation.lazypatterns import deferred
from grader.notation.piececache import recalled
from grader.notation.syntaxerrors import ReadingError
from grader.notation.tree import Apply, Binder, Node, Quantity, Relation, Symbol, fact

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.finding.reading import Reading
    from grader.notation.formulareader import FormulaReading
    from grader.notation.names import Names

_FUNCTIONS: Final = frozenset({"sigmoid", "softmax", "relu", "tanh", "max", "min", "abs"})
MAX_LEAD: Final = 90  # characters before a formula that may say what it is
MAX_CANDIDATES: Final = 200  # formulas of one answer that are read; those that mention a wanted name go first
LONGEST_FILLER: Final = 16  # characters of the longest word among them, "approximately", and a line's end

Role = Literal["defines", "bare", "other"]

_EQUALS: Final = frozenset({"=", ":=", "~"})
_JOINED: Final = deferred(
    r"(?:[\s$`*,/(]|\\q?quad|\\[,;: ()\[\]]|\b(?:and/or|or|else|alternatively|otherwise|maybe|perhaps|possibly|rather|also|oder|ou|even)\b)*"
)
_BLANK: Final = deferred(r"[\s{}$]+")
_FILLER: Final = deferred(
    r"(?:[\s:=$`(*_~≈,|\\-]|\b(?:of|is|are|be|being|as|by|to|the|a|an|equals?|equal|should|must|given|defined|set|about|"
    r"approximately|exactly|with|value|has|have|formula|weights?|becomes?|namely|where|we|use|using|which|then|"
    r"calculated|computed|following|shall|will|taken|chosen))$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class FormulaCandidate:
    """A formula that may be the wanted one.

    `sides` are the trees that stand for the value, in the order written; empty with `problem`
    set where the formula could not be read. `name` is the other left side for the role `other`, `left`
    the left side where the formula is an equation. `led` says that only the words before it name what it
    defines: `the variance is 2/N`.
    """

    found: FoundFormula
    role: Role
    sides: tuple[Node, ...] = ()
    alternatives: tuple[Node, ...] = ()
    problem: str = ""
    name: Node | None = None
    left: Node | None = None
    led: bool = False


@dataclass(frozen=True, slots=True)
class Candidates:
    """The formulas of a text, and whether they are all of them or the search was cut off."""

    all: tuple[FormulaCandidate, ...]
    complete: bool


def parameters_of(left: Node | None) -> tuple[str, ...]:
    """Return what stands in brackets on the left side of `f(z) = ...`: letters that any others could stand for."""
    if not isinstance(left, Apply) or not (left.head.startswith("call:") or left.head in _FUNCTIONS):
        return ()
    names = tuple(arg.name for arg in left.args if isinstance(arg, Symbol) and "_" not in arg.name)
    return names if len(set(names)) == len(left.args) else ()


@dataclass(frozen=True, slots=True)
class WantedName:
    """The names a formula may define: their spellings and how these are read."""

    spellings: tuple[str, ...]
    trees: frozenset[Node]  # without their indices
    lefts: tuple[Node, ...] = ()  # with them

    @classmethod
    def of(cls, spellings: Sequence[str], names: Names) -> WantedName:
        """Read every spelling. Raises ReadingError."""
        lefts = tuple(read_formula(text, names=names).tree for text in spellings)
        heads = [left.head for left in lefts if isinstance(left, Apply) and left.head.startswith("call:")]
        written = (*spellings, *(head.removeprefix("call:") for head in heads))
        return cls(tuple(dict.fromkeys(map(_folded, written))), frozenset(map(without_indices, lefts)), lefts)

    def matches(self, tree: Node, text: str = "") -> bool:
        """Whether a left side is one of the names, with an index or an argument or without."""
        if without_indices(tree) in self.trees:
            return True
        if _is_at_a_value(tree) and not any(map(_is_at_a_value, self.lefts)):
            return False  # `f(2)` where `f(x)` is wanted
        if isinstance(tree, Apply) and tree.head.startswith("call:"):
            return tree.head.removeprefix("call:").casefold() in self.spellings
        parameters = len(parameters_of(tree))
        if isinstance(tree, Apply) and parameters:  # `sigmoid(z)` where `sigmoid(x)` is wanted
            alike = (left for left in self.lefts if isinstance(left, Apply) and left.head == tree.head)
            if any(len(parameters_of(left)) == parameters for left in alike):
                return True
        written = _folded(text[tree.span[0] : tree.span[1]])
        word = _SET_AS_WORD.sub("", written)
        if len(word) > 2 and word.isalpha() and word in self.spellings:
            return True  # in another case, or without a command of its own: `precision =` for `Precision`
        called = any(written.startswith(spelling + "(") for spelling in self.spellings if spelling)
        return called and written.endswith(")") and "(" not in written[written.index("(") + 1 :]

    def is_inside(self, left: Node) -> bool:
        """Whether a left side is something made of a wanted name, and not that name: `m^2`, `-m`."""
        return not self.matches(left) and any(without_indices(node) in self.trees for node in left.walk())

    def is_like(self, equation: Relation) -> bool:
        """Whether an equation is about another thing of the same kind: `P(B|A)` where `P(A|B)` is wanted."""
        left = equation.operands[0]
        if any(self.matches(side) for side in equation.operands) or not isinstance(left, Apply):
            return False
        return any(isinstance(tree, Apply) and tree.head == left.head for tree in self.trees)

    def named_before(self, answer: Reading, start: int) -> bool:
        """Whether the words before a place end with one of the names (`variance of 2/N`)."""
        ends = tuple(filter(None, self.spellings))
        before = answer.kept(_lead, start)
        if not any(spelling in before for spelling in ends):
            return False
        return any(
            folded.endswith(ends) and any(_ends_with(lead, spelling) for spelling in ends)
            for lead, folded in answer.kept(leads, start)
        )

    def is_name(self, text: str, names: Names) -> bool:
        """Whether the left side of what could not be read is one of the names."""
        try:
            return self.matches(read_formula(text.strip(), names=names).tree, text.strip())
        except ReadingError:
            return False

    def mentioned_in(self, text: str) -> bool:
        """Whether a name stands in a text that could not be read."""
        folded = _folded(text)
        return any(spelling in folded for spelling in self.spellings if spelling)


@dataclass(frozen=True, slots=True)
class _Said:
    """What a formula says by itself: see `Candidate`."""

    role: Role
    values: tuple[Node, ...]
    others: tuple[Node, ...]
    name: Node | None


def _is_at_a_value(left: Node) -> bool:
    """Whether a left side is a function of numbers alone: `f(2)`."""
    called = isinstance(left, Apply) and left.head.startswith("call:") and bool(left.args)
    return called and not left.holds(Symbol)


_SET_AS_WORD: Final = re.compile(
    r"\\(?:text(?:rm|it|bf)?|math(?:rm|it|bf)|operatorname)"
)  # braces are folded away


def _folded(text: str) -> str:
    return _BLANK.sub("", text).casefold()


def _lead(answer: Reading, start: int) -> str:
    return _folded(answer.text[max(0, start - MAX_LEAD) : start])


def leads(answer: Reading, start: int) -> tuple[tuple[str, str], ...]:
    """Return the words before a formula, with ever more fillers left out at their end, as written and folded."""
    lead = answer.text[max(0, start - MAX_LEAD) : start]
    found = []
    for _ in range(MAX_LEAD):
        found.append((lead, _folded(lead)))
        match = _FILLER.search(lead, max(0, len(lead) - LONGEST_FILLER))
        if match is None or match.start() == match.end():
            break
        lead = lead[: match.start()]
    return tuple(found)


def _ends_with(lead: str, spelling: str) -> bool:
    tail = _folded(lead[-3 * len(spelling) - 8 :])
    if not tail.endswith(spelling):
        return False
    if not spelling[0].isalnum():
        return True
    words = lead.rstrip()
    boundary = len(words) - len(spelling) - 1
    return boundary < 0 or not words[boundary].isalnum() or " " in words[-len(spelling) - 1 :]


@fact
def without_indices(tree: Node) -> Node:
    r"""Return the tree without the indices on its symbols: `\sigma_B^2` as `\sigma^2`."""
    if isinstance(tree, Apply):
        if tree.head == "index":
            return without_indices(tree.args[0])
        return Apply(tree.head, tuple(without_indices(arg) for arg in tree.args))
    if isinstance(tree, Symbol):
        return Symbol(tree.name.replace("_", ""))  # x_hat and xhat
    return tree


def find_candidates(answer: Reading, names: Names, wanted: WantedName) -> Candidates:
    """Return the formulas of a text with what they have to do with the wanted names."""
    formulas = list(answer.formulas)
    complete = len(answer.text) <= MAX_TEXT and len(formulas) < MAX_FORMULAS
    if len(formulas) > MAX_CANDIDATES:
        complete = False
        naming = [found for found in formulas if wanted.mentioned_in(found.text.partition("=")[0])]
        kept = {found.start for found in (naming + formulas)[:MAX_CANDIDATES]}
        formulas = [found for found in formulas if found.start in kept]
    if names.quantity:
        formulas = sorted((*formulas, *answer.amounts), key=lambda found: found.start)
    candidates: list[FormulaCandidate] = []
    for found in formulas:
        before = candidates[-1] if candidates else None
        candidate = _candidate(answer, found, names, wanted, before)
        if candidate is not None:
            candidates.append(candidate)
    return Candidates(tuple(candidates), complete)


def _candidate(
    answer: Reading, found: FoundFormula, names: Names, wanted: WantedName, before: FormulaCandidate | None
) -> FormulaCandidate | None:
    trimmed = without_remarks(found.text)
    body = with_statistics_named(found.text[trimmed.start : trimmed.end].lstrip("= &"), names)
    text, led = answer.text, wanted.named_before(answer, found.start)
    goes_on = found.continues and before is not None
    try:
        reading, said = _read(body, names, wanted)
    except ReadingError as error:
        name = found.text.partition("=")[0]
        defining = led or wanted.mentioned_in(name) or wanted.is_name(name, names)
        role: Role = "defines" if defining or (goes_on and before and before.role == "defines") else "bare"
        return FormulaCandidate(found, role, problem=error.message)
    unit = unit_behind(text, found.end) if names.quantity else ""
    if unit and not any(isinstance(node, Quantity) for node in reading.tree.walk()):
        trees = [with_unit(tree, unit) for tree in (reading.tree, *reading.alternatives)]
        reading = replace(reading, tree=trees[0], alternatives=tuple(trees[1:]))
        said = _said(reading, wanted)
    if goes_on and before is not None:
        return FormulaCandidate(found, before.role, _sides(reading.tree), name=before.name)
    if said.role == "bare" and _is_mention(reading.tree) and not led:
        return None
    role = "defines" if led else said.role
    if role == "bare" and before is not None and before.role != "bare":
        joined = _JOINED.fullmatch(text, before.found.end, found.start)
        if joined:
            return FormulaCandidate(
                found, before.role, said.values, said.others, name=before.name
            )  # `y = A or B`
    left = reading.tree.operands[0] if isinstance(reading.tree, Relation) else None
    led = role != said.role
    return FormulaCandidate(found, role, said.values, said.others, name=said.name, left=left, led=led)


def _is_mention(tree: Node) -> bool:
    """Whether a name, or a function of names, is only mentioned: `x`, `f(x)`."""
    called = isinstance(tree, Apply) and tree.head.startswith("call:")
    return isinstance(tree, Symbol) or (called and all(isinstance(arg, Symbol) for arg in tree.children))


@recalled(MAX_REMEMBERED)
def _read(body: str, names: Names, wanted: WantedName) -> tuple[FormulaReading, _Said]:
    """Read a formula and tell its sides apart. Raises ReadingError."""
    reading = read_formula(body, names=names)
    return reading, _said(reading, wanted)


def _sides(tree: Node) -> tuple[Node, ...]:
    return tree.operands if _is_equation(tree) and isinstance(tree, Relation) else (tree,)


def _is_equation(tree: Node) -> bool:
    return isinstance(tree, Relation) and all(operator in _EQUALS for operator in tree.operators)


def _said(reading: FormulaReading, wanted: WantedName) -> _Said:
    readings = (*reading.alternatives, *_loose_sums(reading.tree))
    others = tuple(side for other in readings for side in _values(other, wanted, reading.text)[1])
    role, values, name = _values(reading.tree, wanted, reading.text)
    return _Said(role, values, others, name)


def _loose_sums(tree: Node) -> tuple[Node, ...]:
    """Read `sum (x_i - m)^2` as the sum of squares as well: nobody means the square of that sum."""
    if not tree.holds(Binder) or not any(
        isinstance(node, Binder) and node.index is None for node in tree.walk()
    ):
        return ()
    changed = _squares_inside(tree)
    return () if changed == tree else (changed,)


def _squares_inside(tree: Node) -> Node:
    if isinstance(tree, Relation):
        return Relation(tree.operators, tuple(map(_squares_inside, tree.operands)), span=tree.span)
    if not isinstance(tree, Apply):
        return tree
    args = tuple(map(_squares_inside, tree.args))
    base = args[0]
    if tree.head == "pow" and isinstance(base, Binder) and base.head == "sum" and base.index is None:
        return Binder("sum", Apply("pow", (base.body, args[1])), None, base.lower, base.upper)
    return Apply(tree.head, args, span=tree.span)


def _values(tree: Node, wanted: WantedName, text: str) -> tuple[Role, tuple[Node, ...], Node | None]:
    """Return what a formula is, the sides that stand for the value, and another name on its left."""
    if not isinstance(tree, Relation) or not _is_equation(tree):
        return "bare", (tree,), None
    named = [position for position, side in enumerate(tree.operands) if wanted.matches(side, text)]
    if named:
        return "defines", tuple(side for place, side in enumerate(tree.operands) if place not in named), None
    return "other", tree.operands[1:], tree.operands[0]
