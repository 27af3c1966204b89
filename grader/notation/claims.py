"""What a formula says of the names that are asked for: which of its sides they are, and what the others say.

A text is read here once, with all that it may mean and all that is asked of its left sides afterwards.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, Literal

from grader.notation.formulareader import MAX_REMEMBERED, FormulaReading, read_formula
from grader.notation.grammar.quantities import with_unit
from grader.notation.grammar.remarks import without_remarks
from grader.notation.grammar.statistics import with_statistics_named
from grader.notation.openreadings import open_readings, reading_of_value
from grader.notation.piececache import recalled
from grader.notation.tree import Apply, Binder, Node, Quantity, Relation, Symbol
from grader.notation.wantednames import parameters_of
from grader.records import dataclass

if TYPE_CHECKING:
    from grader.notation.names import Names
    from grader.notation.wantednames import WantedName

_EQUALS: Final = frozenset({"=", ":=", "~"})

Role = Literal["defines", "bare", "other"]


@dataclass(frozen=True, slots=True)
class Claim:
    """One tree that a text may mean, and what it has to do with the wanted names.

    Of an equation, `named` are the places of the sides that are a wanted name, `parameters` what stands in brackets on
    its left side (`f(z)`); `like` says that it is about another thing of the same kind (`P(B|A)` where `P(A|B)` is
    wanted), `inside` that its left side is made of a wanted name (`m^2`, `-m`).
    """

    tree: Node
    named: tuple[int, ...] = ()
    parameters: tuple[str, ...] = ()
    like: bool = False
    inside: bool = False

    @classmethod
    def of(cls, tree: Node, wanted: WantedName) -> Claim:
        """Tell what a tree has to do with the wanted names."""
        if not isinstance(tree, Relation):
            return cls(tree)
        left = tree.operands[0]
        named = tuple(place for place, side in enumerate(tree.operands) if wanted.matches(side))
        like = not named and wanted.has_kind_of(left)
        inside = 0 not in named and wanted.is_within(left)
        return cls(tree, named, parameters_of(left), like, inside)


@dataclass(frozen=True, slots=True)
class FormulaClaims:
    """A formula as it was read, and what it may claim: `claims` begins with what was read first."""

    reading: FormulaReading
    claims: tuple[Claim, ...]

    @classmethod
    def of(cls, reading: FormulaReading, wanted: WantedName, *, valued: bool) -> FormulaClaims:
        """Tell all that a reading may mean; without the names of values where values are asked for (`valued`)."""
        trees = open_readings(reading)
        if valued and not isinstance(reading.tree, Relation):
            trees = (*trees, *open_readings(reading_of_value(reading)))
        return cls(reading, tuple(Claim.of(tree, wanted) for tree in dict.fromkeys(trees)))

    @property
    def tree(self) -> Node:
        """The tree that was read first."""
        return self.reading.tree


@dataclass(frozen=True, slots=True)
class FormulaStatement:
    """What a formula in prose says by itself.

    `values` are the trees that stand for the value, `others` those of other readings, `sides` all sides; `name` is
    the other left side for the role `other`. A `mention` is a name, or a function of names, alone: `x`, `f(x)`.
    """

    role: Role
    values: tuple[Node, ...]
    others: tuple[Node, ...]
    name: Node | None
    sides: tuple[Node, ...]
    parameters: tuple[str, ...]
    mention: bool


def read_without_remarks(text: str, names: Names) -> FormulaReading:
    """Read a formula in prose, without what trails or leads it. Raises ReadingError."""
    trimmed = without_remarks(text)
    body = text[trimmed.start : trimmed.end].lstrip("= &")
    return read_formula(with_statistics_named(body, names), names=names)


@recalled(MAX_REMEMBERED)
def read_statement(text: str, names: Names, wanted: WantedName, *, unit: str = "") -> FormulaStatement:
    """Read a formula in prose, with the unit behind it, and tell its sides apart. Raises ReadingError."""
    reading = read_without_remarks(text, names)
    if unit and not reading.tree.holds(Quantity):
        trees = [with_unit(tree, unit) for tree in (reading.tree, *reading.alternatives)]
        reading = replace(reading, tree=trees[0], alternatives=tuple(trees[1:]))
    tree = reading.tree
    readings = (*reading.alternatives, *_loose_sums(tree))
    others = tuple(side for other in readings for side in _values(other, wanted, reading.text)[1])
    role, values, name = _values(tree, wanted, reading.text)
    sides = tree.operands if isinstance(tree, Relation) and _is_equation(tree) else (tree,)
    parameters = parameters_of(tree.operands[0]) if isinstance(tree, Relation) else ()
    return FormulaStatement(role, values, others, name, sides, parameters, _is_mention(tree))


def _is_mention(tree: Node) -> bool:
    called = isinstance(tree, Apply) and tree.head.startswith("call:")
    return isinstance(tree, Symbol) or (called and all(isinstance(arg, Symbol) for arg in tree.children))


def _is_equation(tree: Node) -> bool:
    return isinstance(tree, Relation) and all(operator in _EQUALS for operator in tree.operators)


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
