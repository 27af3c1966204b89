"""The check `formula`: a formula in an answer is equal to the expected one, however it is written."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from pydantic import Field, model_validator

from grader.checks.contract import CheckModel, Holding
from grader.checks.formula_conditions import judge_with_conditions
from grader.checks.formula_doubts import doubts_about
from grader.checks.formula_key import FormulaKey
from grader.checks.formula_outcomes import FormulaOutcomes
from grader.checks.formula_parts import (
    FormulaMistake,
    functions_among,
    is_several,
    left_side,
    rubric_tree,
)
from grader.checks.formula_search import FormulaSearch
from grader.checks.formula_selection import Passage
from grader.checks.formula_sense import (
    declared_names,
    matrix_names,
    named_value,
    refuse_undefined,
    refuse_unknown_symbols,
    symbol_name,
)
from grader.checks.leaks import stated
from grader.checks.mistakes import DIFFERING
from grader.equivalence import Options, compare
from grader.equivalence.closed import BASELESS
from grader.equivalence.effort import JUDGEMENT, limited
from grader.files.fields import Amount, AsTuple, Flag, Words
from grader.finding.definitions import find_candidates
from grader.finding.wholeformulas import UnreadFormula, find_part
from grader.model.outcome import Evidence, Outcome, Reason
from grader.model.outcomes import for_a_person, turned_round
from grader.notation.grammar.quantities import for_answers
from grader.notation.openreadings import unordered
from grader.notation.syntaxerrors import ReadingError
from grader.notation.tree import Collection, Interval, Logic, Relation, Symbol, names_in
from grader.notation.wantednames import WantedName

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from fractions import Fraction

    from grader.finding.reading import Reading
    from grader.notation.names import Names


class FormulaCheck(CheckModel):
    """Compare a formula in the answer with the expected one by what it means.

    Keys: `expected` (the formula, in LaTeX or plain text), `accept` (other right forms that are not equal to it),
    `defines` (names of its left side, which pick it out of an answer in prose), `symbols` (name: other spellings),
    `functions` (names of unknown functions), `matrices` (symbols whose products do not commute), `constants` (which
    of e, pi, i are constants), `where` (name: real, positive, nonnegative, negative, nonzero, integer, natural,
    count, probability, complex or index), `mistakes` (name, expected, credit, feedback), `anywhere` (look at
    formulas under other names too), `rename` (other names are as good) with `fixed`, `up_to` (factor, offset or
    affine), `require` and `forbid` (functions or symbols), `form` (lowest_terms, no_fraction, scientific, decimal
    or finite), `rel` and `abs` (how far values may be off), `growth` (class or simplest: only how fast it grows
    counts), `domain` (of symbols without one in `where`), `contradiction` (credit 1 means that one of the mistakes
    is stated; another wrong formula goes to a person). Beside the check, `hints: yes` tells students what differs
    (a sign, a factor, a root), without a value.

    >>> from grader.finding.reading import Reading
    >>> check = FormulaCheck(expected="2/N", defines=["sigma^2", "variance"], where={"N": "natural"})
    >>> check.check(Reading("We use a variance of 2/N."), {}).code
    'correct'
    """

    expected: str
    accept: Words = ()
    defines: Words = ()
    symbols: Mapping[str, Words] = Field(default_factory=dict)
    functions: Words = ()
    matrices: Words = ()
    constants: Words = ("e", "pi")
    where: Mapping[str, str] = Field(default_factory=dict)
    mistakes: Annotated[tuple[FormulaMistake, ...], AsTuple, DIFFERING] = ()
    anywhere: Flag = False
    rename: Flag = False
    fixed: Words = ()
    up_to: Literal["", "factor", "offset", "affine"] = ""
    require: Words = ()
    forbid: Words = ()
    form: Words = ()
    rel: Amount | None = None
    abs: Amount | None = None
    growth: Literal["", "class", "simplest"] = ""
    domain: str = "real"
    contradiction: Flag = False
    seeks_one: ClassVar[bool] = True

    @model_validator(mode="after")
    def _is_consistent(self) -> FormulaCheck:
        read, options = self._read, self._read.options  # reading everything finds what cannot be read
        trees = (*read.right, *(tree for _, wrong in read.wrong for tree in wrong))
        known = [*self.symbols, *self.defines, *self.fixed, *self.functions, *self.matrices]
        refuse_unknown_symbols(options.domains, chain(known, *map(names_in, trees)))
        # Behind the forms that are written stand the orders that a listing leaves open.
        for (key, _), tree in zip(self._right_forms(), read.right, strict=False):
            refuse_undefined(key, tree, options.domains)
        for mistake, trees in read.wrong:
            for tree in trees:
                if any(compare(right, tree, options=options).certainty == "proved" for right in read.right):
                    raise ValueError(f"mistake '{mistake.name}' is equal to the expected formula")
        return self

    @property
    def holding(self) -> Holding:
        """A formula."""
        return Holding("formula")

    def expectations(self) -> tuple[tuple[str, Any], ...]:
        """Return all that answers are compared with, as it was read."""
        return (("", self._read),)

    def leaks(self, public: Reading) -> Iterator[tuple[str, bool]]:
        """Yield the formulas of a text that are right."""
        return stated(public, (self.expected, *self.accept))

    def doubts(self) -> tuple[str, ...]:
        """Return what its author may not have meant, sentence by sentence."""
        declared = frozenset((*self.symbols, *self.defines, *self.functions))
        return doubts_about(self._read, tuple(self._right_forms()), declared, matrix_names(self.matrices))

    def _options(self, names: Names) -> Options:
        """Return how formulas are compared; domains are by the names that formulas are read with: `eps` is epsilon."""
        return Options(
            domains={symbol_name(name, names): domain for name, domain in self.where.items()},
            default_domain=self.domain,
            form=self.form,
            rel=self.rel,
            abs=self.abs,
            growth=self.growth,
            rename=self.rename,
            fixed=frozenset(self.fixed),
            up_to=self.up_to,
            require=self.require,
            forbid=self.forbid,
            matrices=matrix_names(self.matrices),
            seed=self.expected,
        )

    @cached_property
    def _read(self) -> FormulaKey:
        declared = {name: tuple(others) for name, others in self.symbols.items()}
        names = self._declared(declared)
        wrong_forms = ((f"mistake '{each.name}'", form) for each in self.mistakes for form in each.expected)
        trees = [rubric_tree(key, text, names) for key, text in (*self._right_forms(), *wrong_forms)]
        called = functions_among(trees, (self.expected, *self.accept))
        functions = [name for name in called if name not in self.symbols]
        for node in chain.from_iterable(tree.walk() for tree in trees):
            if isinstance(node, Symbol) and " " not in node.name and node.name not in functions:
                declared.setdefault(node.name, ())
        names = self._declared(declared, functions)
        trees = [rubric_tree(key, text, names) for key, text in self._right_forms()]
        lefts = [left_side(text, tree) for (_, text), tree in zip(self._right_forms(), trees, strict=True)]
        try:
            given = WantedName.of(self.defines, names)
            wanted = WantedName.of((*self.defines, *filter(None, lefts)), names)
        except ReadingError as error:
            raise ValueError(f"defines: {error.message}") from error
        right = tuple(named_value(tree, wanted) for tree in trees)
        right += unordered(right)
        wrong = tuple(
            (
                mistake,
                tuple(
                    named_value(rubric_tree(f"mistake '{mistake.name}'", t, names), wanted)
                    for t in mistake.expected
                ),
            )
            for mistake in self.mistakes
        )
        equations = tuple(
            tree
            for tree, left in zip(trees, lefts, strict=True)
            if left and not given.matches(tree.children[0])
        )
        names = for_answers(names, right[0])
        baseless = any(BASELESS.search(text) for _, text in self._right_forms())
        return FormulaKey(names, wanted, right, wrong, self._options(names), baseless, equations)

    def _right_forms(self) -> Iterator[tuple[str, str]]:
        yield "expected", self.expected
        for text in self.accept:
            yield "accept", text

    def _declared(self, symbols: Mapping[str, tuple[str, ...]], functions: Sequence[str] = ()) -> Names:
        return declared_names(symbols, (*self.functions, *functions), self.constants, self.matrices)

    @cached_property
    def _outcomes(self) -> FormulaOutcomes:
        return FormulaOutcomes(self._read, self.expected)

    def check(self, reading: Reading, earlier: Mapping[str, Fraction]) -> Outcome:
        """Judge a reading that is not blank."""
        del earlier
        with limited(JUDGEMENT):
            outcome = self._check(reading)
        return turned_round(outcome, known_only=True) if self.contradiction else outcome

    def _check(self, reading: Reading) -> Outcome:
        if reading.value is not None and not isinstance(reading.value, str):
            decided = "A formula was expected here, not a list."
            return for_a_person(Reason.UNREADABLE, Evidence(part=reading.part, decided=decided), keyless=True)
        outcome = self._check_part(reading) if reading.part else None
        if outcome is not None:
            return outcome
        search = FormulaSearch(self._read, reading, anywhere=self.anywhere)
        return self._outcomes.selected(reading, search.selection(), search=search)

    def _check_part(self, reading: Reading) -> Outcome | None:
        """Judge a part that is one formula; None where it is a text with formulas in it."""
        key = self._read
        bare = not isinstance(key.right[0], Relation | Logic | Collection | Interval)
        part = find_part(reading, key.names, key.wanted, valued=key.valued, bare=bare)
        if part is None:
            return None
        if isinstance(part, UnreadFormula):
            found = reading.kept(find_candidates, key.names, key.wanted)
            if any(candidate.sides for candidate in found.all):
                return None
            decided = f"This could not be read: {part.problem}."
            evidence = self._outcomes.evidence(reading, part.start, part.end, decided=decided)
            return for_a_person(Reason.UNREADABLE, evidence, keyless=True)
        if is_several(part.said.tree) and not isinstance(key.right[0], Collection | Logic):
            return None  # `z = w x + b, y = f(z)`: equations that use each other
        judgement = judge_with_conditions(key, part.said)
        return self._outcomes.judged(reading, Passage(part.start, part.end, judgement))
