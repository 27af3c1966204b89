"""What a formula is compared with, and the comparison of all that an answer says it is equal to.

`y = A = B` says A and B. Sides that agree are one formula; a side that only names it, or its value
for some numbers, is no other one. Sides that do not agree are for a person, whichever is right.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Final

from grader.checks.abbreviations import NO_DEFINITIONS, Definitions, DisputedError
from grader.checks.formula_parts import (
    FormulaMistake,
    Judgement,
    is_name,
    is_partial,
    symbols_in,
    without_example,
)
from grader.checks.index_shifts import shifted
from grader.checks.letters import abbreviates, equal_but_for_letters, with_parameters
from grader.equivalence import Options, Verdict, compare, open_readings
from grader.equivalence.conventions import (
    agree_as_weights,
    in_elements,
    leaves_open,
    with_binomials,
    without_bases,
)
from grader.equivalence.values import reading_of_value
from grader.finding.definitions import parameters_of, without_indices
from grader.finding.remarks import BESIDE, LIMITED
from grader.notation.tree import (
    Apply,
    Binder,
    Cases,
    Collection,
    Logic,
    Node,
    Number,
    Quantity,
    Relation,
    Symbol,
)
from grader.notation.vocabulary import GREEK

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from grader.finding.definitions import Wanted
    from grader.notation.names import Names
    from grader.notation.reading import FormulaReading

SAYING: Final = frozenset({"=", ":=", "~"})  # operators that say what something is
MAX_SIDES: Final = 12  # of one equation that are compared with each other
DISAGREE: Final = "The sides of this equation are not equal to each other."
OTHER_NAME: Final = "This formula stands under another name than was asked for."
UNSOLVED: Final = "This equation is not solved for what was asked for."
SHIFTED: Final = "It is the same with its indices shifted."
INDICES: Final = "It is the same but for its indices; a person will see whether they are meant so."
OTHER_NUMBER: Final = "A number stands at its end that does not follow from it."
ARRAYS: Final = "Written for whole arrays, your formula is equal to the expected one."
OPEN_FUNCTION: Final = "The expected formula names a function that your formula writes out."
UNKNOWN_WORD: Final = "A word stands in this formula that the expected one does not have."
MIN_WORD: Final = 4  # letters; shorter names are labels and abbreviations
AGAIN: Final = "What is asked for stands in its own formula."
UNDEFINED: Final = "Letters that nothing defines may stand for whole terms of the expected formula."
OTHER_BASE: Final = "Your formula is equal to the expected one but for the base of its logarithms."
WEIGHTS: Final = "The formulas are equal where the weights sum to 1."
NEARLY: Final = Options(rel=Fraction(1, 50))  # a value is rounded as it is written

RANK: Final = {"equal": 0, "mistake": 1, "different": 2, "undecided": 3, "disputed": 4}

_NAMING: Final = frozenset(
    {"derivative", "expectation", "variance", "probability", "given", "softmax", "sigmoid", "relu", "norm"}
)
_STEPS: Final = frozenset({"derivative"})
_STEPPING: Final = frozenset({"integral", "limit", "argmax", "argmin"})


@dataclass(frozen=True)  # without slots, so that what follows from the formulas is found once
class FormulaKey:
    """The rubric's formulas, read once, with how they are compared."""

    names: Names
    wanted: Wanted
    right: tuple[Node, ...]
    wrong: tuple[tuple[FormulaMistake, tuple[Node, ...]], ...]
    options: Options
    baseless: bool = False  # whether the rubric writes a logarithm without its base
    equations: tuple[Node, ...] = ()  # the right forms with their left sides, where the rubric writes them

    @cached_property
    def symbols(self) -> frozenset[str]:
        """The names of the symbols in the right forms."""
        return frozenset(name for tree in self.right for name in symbols_in(tree))

    @cached_property
    def heads(self) -> frozenset[str]:
        """The operations and functions in the right forms."""
        return frozenset(
            node.head for tree in self.right for node in tree.walk() if isinstance(node, Apply | Binder)
        )

    def judge(self, tree: Node, definitions: Definitions = NO_DEFINITIONS) -> Judgement:
        """Compare one formula, as written and with what the answer defines put in."""
        plain = self._judge_as_written(tree)
        if plain.kind == "equal" or not definitions:
            return plain
        try:
            expanded = definitions.expand(tree, self.right)
        except DisputedError as error:
            return Judgement("disputed", tree, plain.verdict, said=str(error))
        if expanded == tree:
            return plain
        other = self._judge_as_written(expanded, conventions=False)
        # Where both are wrong, the formula as written tells more: it may be right but for its letters.
        return plain if plain.kind == other.kind == "different" else other

    def _judge_as_written(self, tree: Node, *, conventions: bool = True) -> Judgement:
        verdicts: list[Verdict] = []
        for right in self.right:
            if self.names.quantity and isinstance(tree, Quantity) > isinstance(right, Quantity):
                continue  # a value without a unit among the right ones is for answers without one
            verdict = compare(right, tree, options=self.options)
            if verdict.accepted and self._says_again(right, tree):
                return self._disputed(tree, AGAIN)
            if verdict.accepted:
                return Judgement("equal", tree, verdict)
            verdicts.append(verdict)
        for mistake, wrong in self.wrong:
            for form in wrong:
                if compare(form, tree, options=self.options).accepted:
                    return Judgement("mistake", tree, verdicts[0], mistake)
        arrays = self._by_arrays(tree) if conventions else None
        if arrays is not None:
            return arrays
        undecided = next((verdict for verdict in verdicts if verdict.equal == "undecided"), None)
        if undecided is None:
            found = self._by_convention(tree) if conventions else None
            return found or Judgement("different", tree, verdicts[0])
        return Judgement("undecided", tree, undecided)

    def _says_again(self, right: Node, tree: Node) -> bool:
        """Whether a formula holds what it should be of, which is true of anything: `P(A|B) P(B) / P(B)`."""
        return self.wanted.is_inside(tree) and not self.wanted.is_inside(right)

    def _by_arrays(self, tree: Node) -> Judgement | None:
        """Judge what is written for whole arrays by its elements; None where it is not."""
        verdicts: list[Verdict] = []
        for right in self.right:
            written = in_elements(right, tree)
            if written is not None:
                verdicts.append(compare(right, written, options=self.options))
                if verdicts[-1].accepted:
                    return Judgement("equal", tree, Verdict("equal", "proved", "arrays", ARRAYS))
        if not verdicts:
            return None
        return Judgement("different" if verdicts[0].equal == "different" else "undecided", tree, verdicts[0])

    def _by_convention(self, tree: Node) -> Judgement | None:
        """Judge what differs as written, and may be meant by a convention; None where it may not."""
        for right in self.right:
            said = self._doubt(right, tree)
            if said:
                return Judgement("undecided", tree, Verdict("undecided", "none", "convention", said))
        return None

    def _doubt(self, right: Node, tree: Node) -> str:
        """Say which convention would make a formula that differs right, "" where none would."""
        if leaves_open(right, tree):
            return OPEN_FUNCTION
        if abbreviates(tree, right, self.symbols) and not equal_but_for_letters(right, tree, self.options):
            return UNDEFINED
        if any(map(self._is_word, symbols_in(tree) - self.symbols)):
            return UNKNOWN_WORD
        chosen = with_binomials(tree)
        if chosen != tree and compare(right, chosen, options=self.options).accepted:
            return OPEN_FUNCTION
        natural = without_bases(tree) if self.baseless else tree
        if natural != tree and compare(right, natural, options=self.options).accepted:
            return OTHER_BASE
        return WEIGHTS if agree_as_weights(right, tree, self.options) else ""

    def _is_word(self, name: str) -> bool:
        """Whether a letter of a formula is a word that nobody declared, and so perhaps none of it: `1, 3 (both)`."""
        word = name.isalpha() and name.isascii() and name.islower() and len(name) >= MIN_WORD
        return word and name not in GREEK and name not in self.names.words

    def _offers(self, side: Node) -> bool:
        """Whether a right formula is one of several that are listed where one is asked for."""
        if isinstance(side, Apply) and side.head == "in":
            side = side.args[-1]
        listed = isinstance(side, Collection | Logic) and not isinstance(self.right[0], Collection | Logic)
        if not listed or len(side.children) > MAX_SIDES:
            return False
        items = [item.children[-1] if isinstance(item, Relation) else item for item in side.children]
        return len(items) > 1 and any(self._judge_as_written(item).kind == "equal" for item in items)

    def judge_definition(
        self, left: Node | None, sides: Sequence[Node], definitions: Definitions = NO_DEFINITIONS
    ) -> Judgement:
        """Compare what `f(z)` is said to be, where z is as good as any other letter."""
        judgement = self.judge_sides(sides, definitions)
        if judgement.kind in {"different", "undecided"}:
            renamed = with_parameters(tuple(sides), left, self.wanted.lefts, self.symbols)
            if renamed:
                other = self.judge_sides(renamed[0], definitions)
                return other if renamed[1] or other.kind in {"equal", "mistake"} else judgement
        return judgement

    def judge_sides(self, sides: Sequence[Node], definitions: Definitions = NO_DEFINITIONS) -> Judgement:
        """Compare the sides of an equation: they must agree with each other to be one formula."""
        unique = tuple(dict.fromkeys(map(without_example, sides)))
        partial = next((side for side in unique if isinstance(side, Cases) and is_partial(side)), None)
        if partial is not None and not any(isinstance(right, Cases) for right in self.right):
            return self._disputed(partial, LIMITED)
        if any(map(self._offers, unique)):
            return self._disputed(unique[-1], BESIDE)
        symbolic = [side for side in unique if symbols_in(side)]
        told = symbolic if symbolic and self.symbols else list(unique)
        if len(told) > MAX_SIDES:
            return self._disputed(told[-1], f"More than {MAX_SIDES} sides stand in this equation.")
        judged = [self.judge(side, definitions) for side in told]
        if len(judged) > 1:
            judged = [
                j for j in judged if j.kind in {"equal", "mistake"} or not self._names(j.tree)
            ] or judged
        best = self.agreed(judged)
        numbers = [side for side in unique if side not in told]
        if best.kind == "equal" and numbers and not self._follow(best.tree, numbers, definitions):
            return self._disputed(best.tree, OTHER_NUMBER)
        return best

    def takes(self, tree: Node) -> bool:
        """Whether a whole text can be the answer: one formula, under the name that is asked for or without one."""
        if isinstance(tree, Relation):
            saying = set(tree.operators) <= SAYING
            named = not self.wanted.trees or any(map(self.wanted.matches, tree.operands))
            return isinstance(self.right[0], Relation) or (saying and named)
        several = isinstance(tree, Collection | Logic)
        return type(tree) is type(self.right[0]) if several else not isinstance(tree, Symbol | Number)

    def sides_of(self, tree: Node) -> tuple[Node, ...]:
        """Return what an explicit formula says: without its left side, unless an equation is expected."""
        if not isinstance(tree, Relation) or isinstance(self.right[0], Relation):
            return (tree,)
        if not set(tree.operators) <= SAYING:
            return (tree,)  # `y < F` says nothing of what y is
        sides = tuple(side for side in tree.operands if not self.wanted.matches(side))
        return sides if len(sides) < len(tree.operands) and sides else tree.operands[1:]

    def judge_reading(self, reading: FormulaReading, definitions: Definitions = NO_DEFINITIONS) -> Judgement:
        """Judge all that a text may mean, without the names of values where values are asked for."""
        trees = open_readings(reading)
        if not isinstance(self.right[0], Relation | Logic) and not isinstance(reading.tree, Relation):
            trees = (*trees, *open_readings(reading_of_value(reading)))
        if isinstance(reading.tree, Relation):
            judgement = self._judge_equation(reading.tree)
            if judgement is not None:
                return judgement
        judgements = [
            self.judge_definition(_left_of(tree), self.sides_of(tree), definitions)
            for tree in dict.fromkeys(trees)
        ]
        return min(judgements, key=lambda judgement: RANK[judgement.kind])

    def _judge_equation(self, equation: Relation) -> Judgement | None:
        """Judge an equation that is not simply a name and its formula; None where it is."""
        left = equation.operands[0]
        matched = any(map(self.wanted.matches, equation.operands))
        if self.wanted.is_like(equation):
            return self._disputed(equation, OTHER_NAME)
        if not matched and len(equation.operands) == 2 and self.equations:
            verdicts = [compare(right, equation, options=self.options) for right in self.equations]
            best = next((verdict for verdict in verdicts if verdict.accepted), verdicts[0])
            if best.accepted or (best.equal == "undecided" and not is_name(left)):
                return Judgement("equal" if best.accepted else "undecided", equation, best)
        if matched and len(equation.operands) == 2 and self.wanted.matches(left):
            return self._judge_indexed(equation)
        if matched or isinstance(self.right[0], Relation) or not set(equation.operators) <= SAYING:
            return None
        if self.wanted.is_inside(left):
            return self._disputed(equation, UNSOLVED)
        if is_name(left) or not symbols_in(left):
            return None
        whole = self.judge_sides(equation.operands)
        return self._disputed(equation, UNSOLVED) if whole.kind == "different" else whole

    def _judge_indexed(self, equation: Relation) -> Judgement | None:
        """Judge a formula whose name has other indices than the rubric writes; None where it has the same or none."""
        left, tree = equation.operands
        if left in self.wanted.lefts or left in self.wanted.trees or parameters_of(left):
            return None
        moved = [shifted(right, self.wanted.lefts, left) for right in self.right]
        if any(right is not None and compare(right, tree, options=self.options).accepted for right in moved):
            return Judgement("equal", tree, Verdict("equal", "proved", "shifted indices", SHIFTED))
        judgement = self.judge(tree)
        bare = without_indices(tree)
        if judgement.kind == "different" and any(
            compare(without_indices(right), bare, options=self.options).accepted for right in self.right
        ):
            return self._disputed(tree, INDICES)
        return judgement

    def agreed(self, judged: list[Judgement]) -> Judgement:
        """Return what several formulas for one thing come to: `disputed` where they do not agree."""
        best = min(judged, key=lambda judgement: RANK[judgement.kind])
        if len({(each.kind, each.mistake and each.mistake.name) for each in judged}) == 1:
            return best
        if best.kind == "equal":
            others = [each for each in judged if each.kind != "equal"]
            if all(self._is_step(best.tree, each.tree) for each in others):
                return best
        disputed = next((each for each in judged if each.kind == "disputed"), None)
        return disputed or self._disputed(best.tree, DISAGREE)

    def _disputed(self, tree: Node, said: str) -> Judgement:
        return Judgement("disputed", tree, Verdict("undecided", "none", "sides", said), said=said)

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
            return not symbols_in(tree) & self.symbols  # `IG`, a name of several letters
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
        return _unified(right, tree, {}, self._stands_for, whole=True)

    def _stands_for(self, part: Node) -> bool:
        """Whether something may be abbreviated by a letter: it is a term, of other letters than the formula's."""
        return (
            not isinstance(part, Symbol | Number)
            and bool(symbols_in(part))
            and not symbols_in(part) & self.symbols
        )

    def _follow(self, right: Node, numbers: list[Node], definitions: Definitions) -> bool:
        """Whether numbers behind a formula are its value: numbers put in for its letters, then the result."""
        first = definitions.with_numbers(right)
        if symbols_in(first):
            if not _unified(right, numbers[0], {}, lambda part: not symbols_in(part), whole=True):
                return False
            first, numbers = numbers[0], numbers[1:]
        return all(compare(first, number, options=NEARLY).accepted for number in numbers)


def _unified(
    pattern: Node, tree: Node, bound: dict[Node, Node], stands_for: Callable[[Node], bool], *, whole: bool
) -> bool:
    """Whether a tree is a pattern with terms put in for its letters, the same ones everywhere."""
    if pattern == tree:
        return True
    kept = dict(bound)
    if (
        type(pattern) is type(tree)
        and getattr(pattern, "head", "") == getattr(tree, "head", "")
        and pattern.children
        and len(pattern.children) == len(tree.children)
        and all(
            _unified(one, other, bound, stands_for, whole=False)
            for one, other in zip(pattern.children, tree.children, strict=True)
        )
    ):
        return True
    bound.clear()
    bound.update(kept)
    if whole or not symbols_in(pattern) or not stands_for(tree):
        return False
    return bound.setdefault(pattern, tree) == tree


def _left_of(tree: Node) -> Node | None:
    return tree.operands[0] if isinstance(tree, Relation) else None
