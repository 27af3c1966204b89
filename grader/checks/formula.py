"""The check `formula`: a formula in an answer is equal to the expected one, however it is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, Annotated, Final, Literal

from pydantic import Field, model_validator

from grader.checks.formula_doubts import (
    doubts_about_labels,
    doubts_about_matrices,
    doubts_about_readings,
    doubts_about_unknowns,
)
from grader.checks.formula_parts import (
    MAX_SHOWN,
    FormulaMistake,
    Judgement,
    as_contradiction,
    is_amount,
    is_prose,
    named_slip,
    read_part,
    rubric_tree,
    symbols_in,
    unreadable,
    unwrapped,
)
from grader.checks.formula_sense import (
    doubt_about,
    refuse_undefined,
    refuse_unknown_symbols,
    symbol_name,
)
from grader.checks.letters import OTHER_LETTERS, equal_but_for_letters
from grader.checks.sense import refuse_repeated
from grader.equivalence import Options, compare, open_readings
from grader.equivalence.effort import JUDGEMENT, limited
from grader.equivalence.quantities import UNIT
from grader.equivalence.scalars import TIMED_OUT
from grader.equivalence.values import reading_of_value
from grader.fields import Amount, AsTuple, Flag, Words
from grader.model import Evidence, Frozen, Outcome, Reason, Response
from grader.notation.conclusions import announced_conclusions, read_conclusion
from grader.notation.definitions import Candidate, Wanted, find_candidates
from grader.notation.errors import ReadingError
from grader.notation.names import Names
from grader.notation.printing import to_latex, to_text
from grader.notation.quantities import for_answers
from grader.notation.tree import Logic, Node, Quantity, Relation, Symbol

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from grader.notation.reading import Reading

MAX_JUDGED: Final = 24  # formulas of one answer that are compared
OTHER_CONCLUSION: Final = "A right formula stands in your answer, but this is what you conclude with."
TELLING: Final = 3  # different symbols that make a formula recognisable without its name

_RANK: Final = {"equal": 0, "mistake": 1, "different": 2, "undecided": 3}


@dataclass(frozen=True, slots=True)
class _Expected:
    """The rubric's formulas, read once."""

    names: Names
    wanted: Wanted
    right: tuple[Node, ...]
    wrong: tuple[tuple[FormulaMistake, tuple[Node, ...]], ...]


class FormulaCheck(Frozen):
    """Compare a formula in the answer with the expected one by what it means.

    Keys: `expected` (the formula, in LaTeX or plain text), `accept` (other right forms that are not
    equal to it), `defines` (names of its left side, which pick it out of an answer in prose),
    `symbols` (name: other spellings), `functions` (names of unknown functions), `matrices` (symbols
    whose products do not commute), `constants` (which of e, pi, i are constants), `where` (name:
    real, positive, nonnegative, negative, nonzero, integer, natural, count, probability, complex or index),
    `mistakes` (name, expected, credit, feedback), `anywhere` (look at formulas under other names
    too), `rename` (other names are as good) with `fixed`, `up_to` (factor, offset or affine),
    `require` and `forbid` (functions or symbols), `form` (lowest_terms, no_fraction, scientific, decimal or
    finite), `rel` and `abs` (how far values may be off), `growth` (class or simplest: only how fast it grows
    counts), `domain` (of symbols without one in `where`), `contradiction` (credit 1 means that one of the
    mistakes is stated; another wrong formula goes to a person). Beside the check, `hints: yes` tells
    students what differs (a sign, a factor, a root), without a value.

    >>> from grader.model import Place, Response
    >>> check = FormulaCheck(expected="2/N", defines=["sigma^2", "variance"], where={"N": "natural"})
    >>> check.check(Response(text="We use a variance of 2/N.", place=Place(line=1)), {}).code
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
    mistakes: Annotated[tuple[FormulaMistake, ...], AsTuple] = ()
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

    @model_validator(mode="after")
    def _is_consistent(self) -> FormulaCheck:
        read, options = self._read, self._options  # reading everything finds what cannot be read
        refuse_repeated((mistake.name for mistake in self.mistakes), "two mistakes are named {}")
        trees = (*read.right, *(tree for _, wrong in read.wrong for tree in wrong))
        known = [*self.symbols, *self.defines, *self.fixed, *self.functions, *self.matrices]
        refuse_unknown_symbols(self._domains, chain(known, *map(symbols_in, trees)))
        for key, tree in zip(("expected", *["accept"] * len(self.accept)), read.right, strict=True):
            refuse_undefined(key, tree, options.domains)
        for mistake, trees in read.wrong:
            if not 0 <= mistake.credit <= 1:
                raise ValueError(
                    f"mistake '{mistake.name}': credit must be between 0 and 1 (got {mistake.credit})"
                )
            for tree in trees:
                if any(compare(right, tree, options=options).certainty == "proved" for right in read.right):
                    raise ValueError(f"mistake '{mistake.name}' is equal to the expected formula")
        return self

    def doubts(self) -> tuple[str, ...]:
        """Return what its author may not have meant, sentence by sentence."""
        expected, matrices = self._read.right[0], frozenset(self.matrices)
        declared = frozenset((*self.symbols, *self.defines, *self.functions))
        return (
            *filter(None, (doubt_about("expected", expected, self._domains),)),
            *doubts_about_labels(expected),
            *doubts_about_unknowns(expected),
            *doubts_about_matrices(expected, matrices, self._domains),
            *doubts_about_readings(tuple(self._right_forms()), self._read.names, expected, declared),
        )

    @cached_property
    def _options(self) -> Options:
        return Options(
            domains=self._domains,
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
            matrices=frozenset(self.matrices),
            seed=self.expected,
        )

    @cached_property
    def _domains(self) -> dict[str, str]:
        """The domains by the names that formulas are read with: `eps` is the symbol epsilon, unless it is declared."""
        return {symbol_name(name, self._read.names): domain for name, domain in self.where.items()}

    @cached_property
    def _read(self) -> _Expected:
        declared: dict[str, tuple[str, ...]] = {name: tuple(others) for name, others in self.symbols.items()}
        names = self._declare(declared)
        wrong_forms = ((f"mistake '{each.name}'", form) for each in self.mistakes for form in each.expected)
        for key, text in (*self._right_forms(), *wrong_forms):
            for node in rubric_tree(key, text, names).walk():
                if isinstance(node, Symbol) and " " not in node.name:
                    declared.setdefault(node.name, ())
        names = self._declare(declared)
        try:
            wanted = Wanted.of(self.defines, names)
        except ReadingError as error:
            raise ValueError(f"defines: {error.message}") from error
        right = tuple(self._value(rubric_tree(key, text, names), wanted) for key, text in self._right_forms())
        wrong = tuple(
            (
                mistake,
                tuple(
                    self._value(rubric_tree(f"mistake '{mistake.name}'", t, names), wanted)
                    for t in mistake.expected
                ),
            )
            for mistake in self.mistakes
        )
        return _Expected(for_answers(names, right[0]), wanted, right, wrong)

    def _right_forms(self) -> Iterator[tuple[str, str]]:
        yield "expected", self.expected
        for text in self.accept:
            yield "accept", text

    @staticmethod
    def _value(tree: Node, wanted: Wanted) -> Node:
        """Let the rubric write the left side as well: `sigma^2 = 2/N` with `defines: sigma^2`."""
        if isinstance(tree, Relation) and tree.operators == ("=",) and wanted.matches(tree.operands[0]):
            return tree.operands[1]
        return tree

    def _declare(self, symbols: Mapping[str, tuple[str, ...]]) -> Names:
        try:
            return Names.declare(
                symbols, functions=self.functions, constants=self.constants, matrices=frozenset(self.matrices)
            )
        except ValueError as error:  # ReadingError is one
            raise ValueError(f"symbols: {error}") from error

    def check(self, response: Response, earlier: Mapping[str, Fraction]) -> Outcome:
        """Judge a response that is not blank."""
        del earlier
        with limited(JUDGEMENT):
            outcome = self._check(response)
        return as_contradiction(outcome) if self.contradiction else outcome

    def _check(self, response: Response) -> Outcome:
        if response.value is not None and not isinstance(response.value, str):
            decided = "A formula was expected here, not a list."
            return unreadable(Evidence(part=response.part, decided=decided))
        if response.explicit and not is_prose(response.text):
            outcome = self._check_whole(response)
            if outcome is not None:
                return outcome
        return self._check_prose(response)

    def _check_whole(self, response: Response) -> Outcome | None:
        """Read a part as one formula; None where it is a text with formulas in it."""
        text = response.text
        start, end = unwrapped(text)
        try:
            reading = read_part(text[start:end], self._read.names, self._read.right[0])
        except ReadingError as error:
            found = find_candidates(text, self._read.names, self._read.wanted)
            if any(candidate.sides for candidate in found):
                return None
            evidence = self._evidence(
                response, start, end, decided=f"This could not be read: {error.message}."
            )
            return unreadable(evidence)
        best = self._judge_readings(reading)
        return self._outcome(best, self._evidence(response, start, end, best))

    def _judge_readings(self, reading: Reading) -> Judgement:
        """Judge all that a text may mean, without the names of values where values are asked for."""
        trees = open_readings(reading)
        if not isinstance(self._read.right[0], Relation | Logic):
            trees = (*trees, *open_readings(reading_of_value(reading)))
        judgements = [self._judge(self._sides(tree)) for tree in dict.fromkeys(trees)]
        return min(judgements, key=lambda judgement: _RANK[judgement.kind])

    def _sides(self, tree: Node) -> tuple[Node, ...]:
        """Return what an explicit formula says: without its left side, unless an equation is expected."""
        if not isinstance(tree, Relation) or isinstance(self._read.right[0], Relation):
            return (tree,)
        wanted = self._read.wanted
        sides = tuple(side for side in tree.operands if not wanted.matches(side))
        if len(sides) < len(tree.operands) and sides:
            return sides
        return tree.operands[1:] if set(tree.operators) <= {"=", ":="} else (tree,)

    def _check_prose(self, response: Response) -> Outcome:
        read = self._read
        if not self.defines:
            return self._check_conclusion(response)
        found = find_candidates(response.text, read.names, read.wanted)
        defining = [candidate for candidate in found if candidate.role == "defines"]
        judged = list(self._judged(defining))
        if not judged:
            problem = next((c for c in defining if c.problem), None)
            if problem is None:
                return self._check_others(response, found)
            evidence = self._at(response, problem, decided=f"This could not be read: {problem.problem}.")
            return unreadable(evidence)
        alone = len(judged) == 1  # nothing was left for the key to pick
        general = [
            pair for pair in judged if symbols_in(pair[1].tree)
        ]  # not `2/100`, where `2/N` stands as well
        judged = general or judged
        decisive = [pair for pair in judged if pair[1].kind != "undecided"] or judged
        kinds = {(judgement.kind, judgement.mistake and judgement.mistake.name) for _, judgement in decisive}
        if len(kinds) > 1:
            all_read = tuple(self._at(response, candidate, judgement) for candidate, judgement in decisive)
            return Outcome(credit=None, reason=Reason.AMBIGUOUS, evidence=all_read)
        candidate, judgement = decisive[0]
        evidence = self._at(response, candidate, judgement)
        return self._outcome(judgement, evidence.published() if alone else evidence)

    def _check_conclusion(self, response: Response) -> Outcome:
        """Judge prose where no name picks the formula out: what it announces as its answer goes first."""
        others = self._check_others(
            response, find_candidates(response.text, self._read.names, self._read.wanted)
        )
        announced = announced_conclusions(response.text)
        if len(announced) != 1:
            return others
        (found,) = announced
        try:
            judgement = self._judge_readings(read_conclusion(response.text, found, self._read.names))
        except ReadingError:
            return others
        evidence = self._evidence(response, found.start, found.end, judgement)
        slip = judgement.verdict.method == UNIT and others.reason is Reason.NOT_FOUND
        if judgement.kind in {"equal", "mistake"} or slip:
            return self._outcome(judgement, evidence)
        numbers = not symbols_in(self._read.right[0]) and not symbols_in(judgement.tree)
        if others.credit and (numbers or self._resembles(judgement.tree)):
            told = evidence.model_copy(update={"decided": OTHER_CONCLUSION})
            return Outcome(credit=None, reason=Reason.AMBIGUOUS, evidence=(*others.evidence, told))
        return others

    def _check_others(self, response: Response, found: Iterable[Candidate]) -> Outcome:
        """Look at formulas that do not say what they define; only a right or known one counts."""
        found = tuple(found)
        nothing = not any(candidate.sides for candidate in found)
        others = list(self._judged([c for c in found if c.role != "defines"]))
        amounts = [pair for pair in others if is_amount(pair[1].tree)]
        if {pair[1].kind for pair in amounts} >= {"equal", "different"}:
            return self._unclear(response, amounts[0][0], "Several values stand in your answer.")
        judged = [pair for pair in others if pair[1].kind in {"equal", "mistake"}]
        judged.sort(key=lambda pair: _RANK[pair[1].kind])
        for candidate, judgement in judged:
            evidence = self._at(response, candidate, judgement)
            if candidate.role == "bare" or self.anywhere or len(symbols_in(judgement.tree)) >= TELLING:
                return self._outcome(judgement, evidence)
            return self._unclear(
                response, candidate, "This formula stands under another name than was asked for."
            )
        if len(amounts) == 1:
            return self._outcome(amounts[0][1], self._at(response, *amounts[0]))
        for candidate, judgement in others:
            if self._resembles(judgement.tree):
                if len(symbols_in(judgement.tree)) >= TELLING:
                    return self._outcome(judgement, self._at(response, candidate, judgement))
                return self._unclear(response, candidate, "It is not clear whether this formula is meant.")
            if any(equal_but_for_letters(right, judgement.tree, self._options) for right in self._read.right):
                return self._unclear(response, candidate, OTHER_LETTERS)
        unread = [c for c in found if c.problem and self._read.wanted.mentioned_in(c.found.text)]
        if unread:
            decided = f"This could not be read: {unread[0].problem}."
            evidence = self._at(response, unread[0], decided=decided)
            return unreadable(evidence, keyless=False)
        if response.explicit:
            decided = "No formula was found in this part."
            evidence = Evidence(read=response.text[:MAX_SHOWN], part=response.part, decided=decided)
            return unreadable(evidence, keyless=nothing)
        return Outcome(credit=Fraction(0), reason=Reason.NOT_FOUND, keyless=not found)

    def _unclear(self, response: Response, candidate: Candidate, decided: str) -> Outcome:
        evidence = self._at(response, candidate, decided=decided)
        return Outcome(credit=None, reason=Reason.AMBIGUOUS, evidence=(evidence,))

    def _resembles(self, tree: Node) -> bool:
        """Whether most symbols of the expected formula occur in another."""
        wanted = symbols_in(self._read.right[0])
        return bool(wanted) and 3 * len(wanted & symbols_in(tree)) >= 2 * len(wanted)

    def _judged(self, candidates: Iterable[Candidate]) -> Iterator[tuple[Candidate, Judgement]]:
        for count, candidate in enumerate(c for c in candidates if c.sides):
            if count >= MAX_JUDGED:
                return
            judgement = self._judge(candidate.sides)
            if judgement.kind != "equal" and candidate.alternatives:
                other = self._judge(candidate.alternatives)
                judgement = other if other.kind == "equal" else judgement
            yield candidate, judgement

    def _judge(self, sides: tuple[Node, ...]) -> Judgement:
        """Compare the sides of an equation; what is only a number counts where nothing else is there."""
        symbolic = [side for side in sides if any(isinstance(node, Symbol) for node in side.walk())]
        judgements = [self._judge_one(side) for side in dict.fromkeys(symbolic or sides)]
        decisive = [judgement for judgement in judgements if judgement.kind != "undecided"]
        return min(decisive or judgements, key=lambda judgement: _RANK[judgement.kind])

    def _judge_one(self, tree: Node) -> Judgement:
        verdicts = []
        for right in self._read.right:
            if self._read.names.quantity and isinstance(tree, Quantity) > isinstance(right, Quantity):
                continue  # a value without a unit among the right ones is for answers without one
            verdict = compare(right, tree, options=self._options)
            if verdict.accepted:
                return Judgement("equal", tree, verdict)
            verdicts.append(verdict)
        for mistake, wrong in self._read.wrong:
            for form in wrong:
                verdict = compare(form, tree, options=self._options)
                if verdict.accepted:
                    return Judgement("mistake", tree, verdicts[0], mistake)
        undecided = next((verdict for verdict in verdicts if verdict.equal == "undecided"), None)
        return Judgement("undecided" if undecided else "different", tree, undecided or verdicts[0])

    def _outcome(self, judgement: Judgement, evidence: Evidence) -> Outcome:
        if judgement.kind == "equal":
            evidence = evidence.published(read_as=evidence.read_as, latex=evidence.latex)
            return Outcome(credit=Fraction(1), reason=Reason.CORRECT, evidence=(evidence,))
        if judgement.kind == "undecided":
            late = judgement.verdict.method == TIMED_OUT
            reason = Reason.TIMED_OUT if late else Reason.UNDECIDED
            return Outcome(credit=None, reason=reason, evidence=(evidence,))
        if judgement.mistake is not None:
            mistake = judgement.mistake
            return Outcome(
                credit=mistake.credit,
                reason=Reason.MISTAKE,
                mistake=mistake.name,
                feedback=mistake.feedback,
                written=mistake.feedback,
                evidence=(evidence,),
            )
        if any(equal_but_for_letters(right, judgement.tree, self._options) for right in self._read.right):
            told = evidence.model_copy(update={"decided": OTHER_LETTERS})
            return Outcome(credit=None, reason=Reason.AMBIGUOUS, evidence=(told,))
        slip, hint = named_slip(self._read.right[0], judgement, self._options)
        return Outcome(
            credit=Fraction(0), reason=Reason.WRONG, feedback=slip, hint=hint, evidence=(evidence,)
        )

    def _at(
        self, response: Response, candidate: Candidate, judgement: Judgement | None = None, decided: str = ""
    ) -> Evidence:
        return self._evidence(response, candidate.found.start, candidate.found.end, judgement, decided)

    def _evidence(
        self, response: Response, start: int, end: int, judgement: Judgement | None = None, decided: str = ""
    ) -> Evidence:
        if judgement is not None and not decided:
            decided = " ".join((judgement.verdict.reason, *judgement.verdict.notes))
        return Evidence(
            read=response.text[start:end],
            part=response.part,
            start=start,
            end=end,
            read_as=to_text(judgement.tree).replace('"', "") if judgement else "",
            latex=to_latex(judgement.tree) if judgement else "",
            expected=self.expected,
            decided=decided,
        )
