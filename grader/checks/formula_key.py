"""What a formula is compared with, and the comparison of all that an answer says it is equal to.

`y = A = B` says A and B. Sides that agree are one formula; a side that only names it, or its value
for some numbers, is no other one. Sides that do not agree are for a person, whichever is right.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Final

from grader.checks.abbreviations import NO_DEFINITIONS, Definitions
from grader.checks.formula_comparison import FormulaComparison
from grader.checks.formula_parts import (
    Ruling,
    is_name,
    is_partial,
    without_example,
)
from grader.checks.formula_pattern import is_pattern_of
from grader.checks.index_shifts import shifted
from grader.checks.letters import with_parameters
from grader.equivalence import Options, Verdict, compare
from grader.finding.formularemarks import BESIDE, LIMITED
from grader.notation.tree import (
    Apply,
    Binder,
    Cases,
    Collection,
    Logic,
    Node,
    Number,
    Relation,
    Symbol,
    names_in,
    without_indices,
)
from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.notation.claims import Claim, FormulaClaims

MAX_SIDES: Final = 12  # of one equation that are compared with each other
DISAGREE: Final = "The sides of this equation are not equal to each other."
OTHER_NAME: Final = "This formula stands under another name than was asked for."
UNSOLVED: Final = "This equation is not solved for what was asked for."
SHIFTED: Final = "It is the same with its indices shifted."
INDICES: Final = "It is the same but for its indices; a person will see whether they are meant so."
OTHER_NUMBER: Final = "A number stands at its end that does not follow from it."
NEARLY: Final = Options(rel=Fraction(1, 50))  # a value is rounded as it is written

RANK: Final = {"equal": 0, "mistake": 1, "different": 2, "undecided": 3, "disputed": 4}
"""Of several formulas for one thing: where they differ, the worst tells."""
READ_AS: Final = {"equal": 0, "mistake": 1, "undecided": 2, "disputed": 3, "different": 4}
"""Of several readings of one formula: it is wrong only where it is in all of them."""

_NAMING: Final = frozenset(
    {"derivative", "expectation", "variance", "probability", "given", "softmax", "sigmoid", "relu", "norm"}
)
_STEPS: Final = frozenset({"derivative"})
_STEPPING: Final = frozenset({"integral", "limit", "argmax", "argmin"})


@dataclass(frozen=True)  # without slots, so that what follows from the formulas is found once
class FormulaKey(FormulaComparison):
    """The rubric's formulas against all that an answer says its formula is equal to."""

    def _offers(self, side: Node) -> bool:
        """Whether a right formula is one of several that are listed where one is asked for."""
        if isinstance(side, Apply) and side.head == "in":
            side = side.args[-1]
        listed = isinstance(side, Collection | Logic) and not isinstance(self.right[0], Collection | Logic)
        if not listed or len(side.children) > MAX_SIDES:
            return False
        items = [item.children[-1] if isinstance(item, Relation) else item for item in side.children]
        return len(items) > 1 and any(self.judge_as_written(item).kind == "equal" for item in items)

    @property
    def valued(self) -> bool:
        """Whether a value is asked for rather than an equation or a condition."""
        return not isinstance(self.right[0], Relation | Logic)

    def judge_definition(
        self, parameters: tuple[str, ...], sides: Sequence[Node], definitions: Definitions = NO_DEFINITIONS
    ) -> Ruling:
        """Compare what `f(z)` is said to be, where z is as good as any other letter."""
        judgement = self.judge_sides(sides, definitions)
        if parameters and judgement.kind in {"different", "undecided"}:
            renamed = with_parameters(tuple(sides), parameters, self.wanted.lefts, self.symbols)
            if renamed:
                other = self.judge_sides(renamed[0], definitions)
                return other if renamed[1] or other.kind in {"equal", "mistake"} else judgement
        return judgement

    def judge_sides(self, sides: Sequence[Node], definitions: Definitions = NO_DEFINITIONS) -> Ruling:
        """Compare the sides of an equation: they must agree with each other to be one formula."""
        unique = tuple(dict.fromkeys(map(without_example, sides)))
        partial = next((side for side in unique if isinstance(side, Cases) and is_partial(side)), None)
        if partial is not None and not any(isinstance(right, Cases) for right in self.right):
            return self.disputed(partial, LIMITED)
        if any(map(self._offers, unique)):
            return self.disputed(unique[-1], BESIDE)
        symbolic = [side for side in unique if names_in(side)]
        told = symbolic if symbolic and self.symbols else list(unique)
        if len(told) > MAX_SIDES:
            return self.disputed(told[-1], f"More than {MAX_SIDES} sides stand in this equation.")
        judged = [self.judge(side, definitions) for side in told]
        if len(judged) > 1:
            judged = [
                j for j in judged if j.kind in {"equal", "mistake"} or not self._names(j.tree)
            ] or judged
        best = self.agreed(judged)
        numbers = [side for side in unique if side not in told]
        if best.kind == "equal" and numbers and not self._follow(best.tree, numbers, definitions):
            return self.disputed(best.tree, OTHER_NUMBER)
        return best

    def takes(self, claim: Claim) -> bool:
        """Whether a whole text can be the answer: one formula, under the name that is asked for or without one."""
        tree = claim.tree
        if isinstance(tree, Relation):
            saying = set(tree.operators) <= self.saying
            named = not self.wanted.trees or bool(claim.named)
            return isinstance(self.right[0], Relation) or (saying and named)
        several = isinstance(tree, Collection | Logic)
        return type(tree) is type(self.right[0]) if several else not isinstance(tree, Symbol | Number)

    def sides_of(self, claim: Claim) -> tuple[Node, ...]:
        """Return what an explicit formula says: without its left side, unless an equation is expected."""
        tree = claim.tree
        if not isinstance(tree, Relation) or isinstance(self.right[0], Relation):
            return (tree,)
        if not set(tree.operators) <= self.saying:
            return (tree,)  # `y < F` says nothing of what y is
        sides = tuple(side for place, side in enumerate(tree.operands) if place not in claim.named)
        return sides if claim.named and sides else tree.operands[1:]

    def judge_claims(self, said: FormulaClaims, definitions: Definitions = NO_DEFINITIONS) -> Ruling:
        """Judge all that a text may mean; it is wrong only where it is so in all of that."""
        judgement = self._judge_equation(said.claims[0])
        if judgement is not None:
            return judgement
        judgements = [
            self.judge_definition(claim.parameters, self.sides_of(claim), definitions)
            for claim in said.claims
        ]
        return min(judgements, key=lambda judgement: READ_AS[judgement.kind])

    def _judge_equation(self, claim: Claim) -> Ruling | None:
        """Judge an equation that is not simply a name and its formula; None where it is, and for all else."""
        equation = claim.tree
        if not isinstance(equation, Relation):
            return None
        left = equation.operands[0]
        if claim.like:
            return self.disputed(equation, OTHER_NAME)
        if not claim.named and len(equation.operands) == 2 and self.equations:
            verdicts = [compare(right, equation, options=self.options) for right in self.equations]
            best = next((verdict for verdict in verdicts if verdict.accepted), verdicts[0])
            if best.accepted or (best.equal == "undecided" and not is_name(left)):
                return Ruling("equal" if best.accepted else "undecided", equation, best)
        if len(equation.operands) == 2 and 0 in claim.named:
            return self._judge_indexed(equation, claim)
        if claim.named or isinstance(self.right[0], Relation) or not set(equation.operators) <= self.saying:
            return None
        if claim.inside or self.is_root(left):
            return self.disputed(equation, UNSOLVED)
        if is_name(left) or not names_in(left):
            return None
        whole = self.judge_sides(equation.operands)
        return self.disputed(equation, UNSOLVED) if whole.kind == "different" else whole

    def _judge_indexed(self, equation: Relation, claim: Claim) -> Ruling | None:
        """Judge a formula whose name has other indices than the rubric writes; None where it has the same or none."""
        left, tree = equation.operands
        if left in self.wanted.lefts or left in self.wanted.trees or claim.parameters:
            return None
        moved = [shifted(right, self.wanted.lefts, left) for right in self.right]
        if any(right is not None and compare(right, tree, options=self.options).accepted for right in moved):
            return Ruling("equal", tree, Verdict("equal", "proved", "shifted indices", SHIFTED))
        judgement = self.judge(tree)
        bare = without_indices(tree)
        if judgement.kind == "different" and any(
            compare(without_indices(right), bare, options=self.options).accepted for right in self.right
        ):
            return self.disputed(tree, INDICES)
        return judgement

    def agreed(self, judged: list[Ruling]) -> Ruling:
        """Return what several formulas for one thing come to: `disputed` where they do not agree."""
        best = min(judged, key=lambda judgement: RANK[judgement.kind])
        if len({(each.kind, each.mistake and each.mistake.name) for each in judged}) == 1:
            return best
        if best.kind == "equal":
            others = [each for each in judged if each.kind != "equal"]
            if all(self._is_step(best.tree, each.tree) for each in others):
                return best
        disputed = next((each for each in judged if each.kind == "disputed"), None)
        return disputed or self.disputed(best.tree, DISAGREE)

    def disputed(self, tree: Node, said: str) -> Ruling:
        return Ruling("disputed", tree, Verdict("undecided", "none", "sides", said), said=said)

    def is_new_name(self, tree: Node) -> bool:
        """Whether a formula is a letter, or a function, that the expected one does not have: `m`, `f(x)`."""
        while isinstance(tree, Apply) and tree.head == "index":
            tree = tree.args[0]
        if isinstance(tree, Symbol):
            return tree.name not in self.symbols
        several = (
            isinstance(tree, Apply)
            and tree.head == "mul"
            and all(isinstance(arg, Symbol) for arg in tree.args)
        )
        if several:
            return not names_in(tree) & self.symbols  # `IG`, a name of several letters
        return isinstance(tree, Apply) and tree.head.startswith("call:") and tree.head not in self.heads

    def _names(self, tree: Node) -> bool:
        """Whether a side only names the formula: a letter, or a function, that the expected one does not have."""
        operation = isinstance(tree, Apply) and tree.head in _NAMING and tree.head not in self.heads
        return operation or self.is_new_name(tree)

    def _is_step(self, right: Node, tree: Node) -> bool:
        """Whether a side that cannot be compared leads to the right one: a derivative, or letters for whole terms."""
        heads = {node.head for node in tree.walk() if isinstance(node, Apply | Binder)}
        if heads & (_STEPS | _STEPPING) - self.heads:
            return True
        return is_pattern_of(right, tree, {}, self._stands_for, whole=True)

    def _stands_for(self, part: Node) -> bool:
        """Whether something may be abbreviated by a letter: it is a term, of other letters than the formula's."""
        return (
            not isinstance(part, Symbol | Number)
            and bool(names_in(part))
            and not names_in(part) & self.symbols
        )

    def _follow(self, right: Node, numbers: list[Node], definitions: Definitions) -> bool:
        """Whether numbers behind a formula are its value: numbers put in for its letters, then the result."""
        first = definitions.with_numbers(right)
        if names_in(first):
            if not is_pattern_of(right, numbers[0], {}, lambda part: not names_in(part), whole=True):
                return False
            first, numbers = numbers[0], numbers[1:]
        return all(compare(first, number, options=NEARLY).accepted for number in numbers)
