"""One formula of an answer against those of the rubric: equal, a known mistake, different, or undecided."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Final

from grader.checks.abbreviations import NO_DEFINITIONS, Definitions, DisputedError
from grader.checks.formula_parts import FormulaMistake, Ruling
from grader.checks.letters import abbreviates, equal_but_for_letters
from grader.equivalence import Options, Verdict, compare
from grader.equivalence.apart import Telling, are_apart, has_its_own, telling_names
from grader.equivalence.leniency.conventions import (
    agree_as_weights,
    in_elements,
    leaves_open,
    with_binomials,
    with_narrow_products,
    without_bases,
)
from grader.notation.tree import Apply, Binder, Node, Quantity, names_in, without_indices
from grader.notation.vocabulary import GREEK
from grader.records import dataclass

if TYPE_CHECKING:
    from grader.notation.names import Names
    from grader.notation.wantednames import WantedName

SAYING: Final = frozenset({"=", ":=", "~"})  # operators that say what something is
ARRAYS: Final = "Written for whole arrays, your formula is equal to the expected one."
OPEN_FUNCTION: Final = "The expected formula names a function that your formula writes out."
UNKNOWN_WORD: Final = "A word stands in this formula that the expected one does not have."
MIN_WORD: Final = 4  # letters; shorter names are labels and abbreviations
AGAIN: Final = "What is asked for stands in its own formula."
UNDEFINED: Final = "Letters that nothing defines may stand for whole terms of the expected formula."
SCOPE: Final = "It is right where the product ends before the factors without its index."
OTHER_BASE: Final = "Your formula is equal to the expected one but for the base of its logarithms."
WEIGHTS: Final = "The formulas are equal where the weights sum to 1."


@dataclass(frozen=True)  # without slots, so that what follows from the formulas is found once
class FormulaComparison:
    """The rubric's formulas, read once, against one formula of an answer."""

    names: Names
    wanted: WantedName
    right: tuple[Node, ...]
    wrong: tuple[tuple[FormulaMistake, tuple[Node, ...]], ...]
    options: Options
    baseless: bool = False  # whether the rubric writes a logarithm without its base
    equations: tuple[Node, ...] = ()  # the right forms with their left sides, where the rubric writes them

    @cached_property
    def symbols(self) -> frozenset[str]:
        """The names of the symbols in the right forms."""
        return frozenset(name for tree in self.right for name in names_in(tree))

    @cached_property
    def heads(self) -> frozenset[str]:
        """The operations and functions in the right forms."""
        return frozenset(
            node.head for tree in self.right for node in tree.walk() if isinstance(node, Apply | Binder)
        )

    @cached_property
    def _mistakes(self) -> tuple[tuple[FormulaMistake, tuple[tuple[Node, Telling], ...]], ...]:
        """The known mistakes, each form with the symbols without which nothing is equal to it."""
        return tuple(
            (mistake, tuple((form, telling_names(form, self.options)) for form in wrong))
            for mistake, wrong in self.wrong
        )

    @cached_property
    def _outside(self) -> tuple[Telling, ...]:
        """Of each right form the symbols without which nothing is equal to it, in whatever limits or elements."""
        told = (telling_names(right, self.options).outside for right in self.right)
        return tuple(Telling(names, names) for names in told)

    @cached_property
    def _names_of_all(self) -> frozenset[str] | None:
        """The symbols of the right forms and the known mistakes; None where a form may be equal to what has others."""
        forms = (*self.right, *(form for _, wrong in self.wrong for form in wrong))
        if not all(telling_names(form, self.options).names for form in forms):
            return None
        return frozenset().union(*map(names_in, forms))

    def is_apart(self, tree: Node) -> bool:
        """Whether a formula can be neither right nor a known mistake.

        It lacks a symbol that each of them depends on, or depends on one that none of them has.
        """
        tellings = (*self._outside, *(telling for _, wrong in self._mistakes for _, telling in wrong))
        if all(are_apart(tree, telling) for telling in tellings):
            return True
        known = self._names_of_all
        return known is not None and has_its_own(tree, known, self.options)

    def _is_another(self, tree: Node, form: Node, telling: Telling) -> bool:
        """Whether a formula cannot be equal to a known form, by the symbols of both."""
        if are_apart(tree, telling):
            return True
        return bool(telling.names) and has_its_own(tree, names_in(form), self.options)

    @property
    def saying(self) -> frozenset[str]:
        """The operators that say what something is: `∝` too where a factor does not matter."""
        return SAYING | {"propto"} if self.options.up_to in {"factor", "affine"} else SAYING

    def is_unsolved(self, left: Node) -> bool:
        """Whether a left side holds what is asked for, or is a root of it: `2 s^2` and `s` for `s^2`."""
        return self.wanted.is_inside(left) or self.is_root(left)

    def is_root(self, left: Node) -> bool:
        """Whether a left side is a root of what is asked for: `s` for `s^2`."""
        return any(
            isinstance(tree, Apply) and tree.head == "pow" and tree.args[0] == left
            for tree in self.wanted.trees
        )

    def judge(self, tree: Node, definitions: Definitions = NO_DEFINITIONS) -> Ruling:
        """Compare one formula, as written and with what the answer defines put in."""
        plain = self.judge_as_written(tree)
        if plain.kind == "equal" or not definitions:
            return plain
        try:
            expanded = definitions.expand(tree, self.right)
        except DisputedError as error:
            return Ruling("disputed", tree, plain.verdict, said=str(error))
        if expanded == tree:
            return plain
        other = self.judge_as_written(expanded, conventions=False)
        # Where both are wrong, the formula as written tells more: it may be right but for its letters.
        return plain if plain.kind == other.kind == "different" else other

    def judge_as_written(self, tree: Node, *, conventions: bool = True) -> Ruling:
        """Compare one formula as it stands, with what is meant by a convention."""
        verdicts: list[Verdict] = []
        for right in self.right:
            if self.names.quantity and isinstance(tree, Quantity) > isinstance(right, Quantity):
                continue  # a value without a unit among the right ones is for answers without one
            verdict = compare(right, tree, options=self.options)
            if verdict.accepted:
                again = self._says_again(right, tree)
                return Ruling("disputed" if again else "equal", tree, verdict, said=AGAIN if again else "")
            verdicts.append(verdict)
        for mistake, wrong in self._mistakes:
            for form, telling in wrong:
                if (
                    not self._is_another(tree, form, telling)
                    and compare(form, tree, options=self.options).accepted
                ):
                    return Ruling("mistake", tree, verdicts[0], mistake)
        arrays = self._by_arrays(tree) if conventions else None
        if arrays is not None:
            return arrays
        undecided = next((verdict for verdict in verdicts if verdict.equal == "undecided"), None)
        if undecided is None:
            found = self._by_convention(tree) if conventions else None
            return found or Ruling("different", tree, verdicts[0])
        return Ruling("undecided", tree, undecided)

    def _says_again(self, right: Node, tree: Node) -> bool:
        """Whether a formula holds what it should be of, which is true of anything: `P(A|B) P(B) / P(B)`."""
        wanted = self.wanted
        holds = any(without_indices(node) in wanted.trees for node in tree.walk())
        return holds and wanted.is_inside(tree) and not wanted.is_inside(right)

    def _by_arrays(self, tree: Node) -> Ruling | None:
        """Judge what is written for whole arrays by its elements; None where it is not."""
        verdicts: list[Verdict] = []
        for right in self.right:
            written = in_elements(right, tree)
            if written is not None:
                verdicts.append(compare(right, written, options=self.options))
                if verdicts[-1].accepted:
                    return Ruling("equal", tree, Verdict("equal", "proved", "arrays", ARRAYS))
        if not verdicts:
            return None
        return Ruling("different" if verdicts[0].equal == "different" else "undecided", tree, verdicts[0])

    def _by_convention(self, tree: Node) -> Ruling | None:
        """Judge what differs as written, and may be meant by a convention; None where it may not."""
        for right in self.right:
            said = self._doubt(right, tree)
            if said:
                return Ruling("undecided", tree, Verdict("undecided", "none", "convention", said))
        return None

    def _doubt(self, right: Node, tree: Node) -> str:
        """Say which convention would make a formula that differs right, "" where none would."""
        if leaves_open(right, tree):
            return OPEN_FUNCTION
        if abbreviates(tree, right, self.symbols) and not equal_but_for_letters(right, tree, self.options):
            return UNDEFINED
        if any(map(self._is_word, names_in(tree) - self.symbols)):
            return UNKNOWN_WORD
        chosen = with_binomials(tree)
        if chosen != tree and compare(right, chosen, options=self.options).accepted:
            return OPEN_FUNCTION
        narrow = with_narrow_products(tree)
        if narrow != tree and compare(right, narrow, options=self.options).accepted:
            return SCOPE
        natural = without_bases(tree) if self.baseless else tree
        if natural != tree and compare(right, natural, options=self.options).accepted:
            return OTHER_BASE
        return WEIGHTS if agree_as_weights(right, tree, self.options) else ""

    def _is_word(self, name: str) -> bool:
        """Whether a letter of a formula is a word that nobody declared, and so perhaps none of it: `1, 3 (both)`."""
        word = name.isalpha() and name.isascii() and name.islower() and len(name) >= MIN_WORD
        return word and name not in GREEK and name not in self.names.words
