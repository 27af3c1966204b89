"""Comparing two formulas whose value is a number: same tree, normal form, points, regions."""

from __future__ import annotations

from contextlib import suppress
from itertools import product
from typing import TYPE_CHECKING, Final, NamedTuple

from grader.equivalence.effort import REGIONS, ExhaustedError, effort, limited
from grader.equivalence.normal.quotients import UndefinedError
from grader.equivalence.normal.ring import TooLargeError
from grader.equivalence.numeric.sampling import DIGITS, ENOUGH, Sample, Sampler
from grader.equivalence.preparation.domains import evident_domains, has_i, positive_by_name
from grader.equivalence.preparation.prepared import same_data
from grader.equivalence.texts import at_point, data_text, pair_text, point_text
from grader.equivalence.verdict import Verdict
from grader.notation.tree import Apply, Cases, Constant, Node, Number, fact

if TYPE_CHECKING:
    from collections.abc import Mapping
    from fractions import Fraction

    from grader.equivalence.normal.ring import Key
    from grader.equivalence.numeric.balls import Value
    from grader.equivalence.pair import Pair
    from grader.equivalence.preparation.prepared import Prepared

MAX_DEPTH: Final = 150  # the recursion of the prover goes four calls deep for one level
MAX_NODES: Final = 4000
MAX_REGIONS: Final = 4  # quantities whose sign is split: at most 3^4 regions
FEW: Final = 4  # agreeing points of the field, before those of the declared domains decide
DOMAIN_CHECKS: Final = 8  # readable points at which the domains of definition are compared
PARTIAL: Final = frozenset({"div", "log", "root", "pow", "inverse", "tan", "cot", "sec", "csc"})

INFINITE: Final = Constant("infinity")
TIMED_OUT: Final = "timed out"  # the method of a verdict that time or work ran out for
TOO_LONG: Final = "Comparing these formulas took too long."
SAME: Final = "Your formula is the same as the expected one."
PROVED: Final = "Your formula is equal to the expected one."
POSITIVE_NAMES: Final = "Your formula is equal to the expected one: a deviation is positive."
OTHER_SIGN: Final = "Your value is infinite with the other sign."
NO_VALUE: Final = "Your answer has no value: it divides by zero or the like."
_MISSING: Final = "your formula has no value, the expected one has."
WITHOUT_BARS: Final = "The formulas agree where both have a value, but the expected one has absolute values, so that it has one elsewhere."
TOO_LARGE: Final = "Your formula is too large to be compared by the machine."


def too_large(*trees: Node) -> bool:
    """Whether a tree is beyond the limits of the prover."""
    return any(map(_too_large, trees))


@fact
def _too_large(tree: Node) -> bool:
    count = depth = 0
    level = [tree]
    while level:
        count += len(level)
        depth += 1
        if count > MAX_NODES or depth > MAX_DEPTH:
            return True
        level = [child for node in level for child in node.children]
    return False


def undecided(reason: str, *notes: str) -> Verdict:
    return Verdict("undecided", "none", "none", reason, notes=notes)


def compare_scalars(pair: Pair) -> Verdict:
    """Compare two formulas that stand for numbers."""
    expected, answer = pair.trees
    if expected == answer:
        return Verdict("equal", "proved", "same formula", SAME)
    infinite = [infinite_sign(tree) for tree in (expected, answer)]
    if 0 not in infinite:
        if infinite[0] == infinite[1]:
            return Verdict("equal", "proved", "infinity", SAME)
        return Verdict("different", "disproved", "infinity", OTHER_SIGN)
    if infinite[0] != infinite[1] and not _has_infinity(answer if infinite[0] else expected):
        reason = (
            "Your value is infinite, the expected one is not."
            if infinite[1]
            else "The expected value is infinite."
        )
        return Verdict("different", "disproved", "infinity", reason)
    verdict = _compare_finite(pair)
    if pair.options.up_to in {"offset", "affine"}:
        return verdict  # antiderivatives: `ln u` and `ln|u|` have one derivative where both have a value
    missing = verdict.equal == "equal" and any(note.endswith(_MISSING) for note in verdict.notes)
    if missing and _has_absolute(expected) and not _has_absolute(answer):
        return undecided(WITHOUT_BARS, *verdict.notes)
    return verdict


def _has_absolute(tree: Node) -> bool:
    return tree.holds("abs")


def _compare_finite(pair: Pair) -> Verdict:
    prepared, options, known = pair.prepared, pair.options, pair.assumed
    evident = evident_domains(prepared.expected, prepared.answer, pair.domains, options.default_domain)
    field = pair.sampler(evident)
    # Counted from 0 or from 1, data are the same data; only the normal form knows that.
    glance = field.glance() if same_data(prepared) else None
    if glance is not None and glance.differ is not None and glance.values is not None:
        return _disproved(glance, glance.differ, glance.values, prepared)
    proof = _proof(pair, known, {})
    if proof.equal:
        notes = (*prepared.notes, *_domain_notes(pair))
        return Verdict("equal", "proved", "normal form", PROVED, notes=notes)
    sample = _sampled(pair, field)
    if sample.differ is not None and sample.values is not None:
        named = positive_by_name(prepared.expected, prepared.answer, known)
        if named is not known and options.default_domain == "real" and _proof(pair, named, {}).equal:
            return Verdict("equal", "proved", "normal form", POSITIVE_NAMES, notes=prepared.notes)
        return _disproved(sample, sample.differ, sample.values, prepared)
    if proof.nowhere_defined and sample.only_expected is not None:
        return Verdict("different", "disproved", "no value", NO_VALUE, notes=prepared.notes)
    if proof.open and _proved_by_regions(pair, proof.open) and _cases_agree(sample):
        notes = (*prepared.notes, *_notes_of(sample))
        return Verdict("equal", "proved", "normal form in every region of signs", PROVED, notes=notes)
    verdict = _by_sample(sample, prepared)
    if verdict.equal == "undecided" and options.symbolic and not sample.hopeless and effort().request():
        return _by_algebra(pair) or verdict
    return verdict


def _sampled(pair: Pair, evident: Sampler) -> Sample:
    """Compare at points; where formulas differ, the point is one that the field's names allow, if there is any."""
    domains, default = pair.domains, pair.options.default_domain
    if evident.domains == {name: domains.get(name, default) for name in evident.names}:
        return evident.run()
    shown = evident.run(enough=FEW)
    if shown.differ is not None:
        return shown
    sample = pair.sampler().run()
    if sample.differ is not None:
        shown = evident.run()
    return sample if shown.differ is None else shown


def infinite_sign(tree: Node) -> int:
    """Return 1 or -1 for an infinity with that sign, 0 for anything else."""
    if tree == INFINITE:
        return 1
    if isinstance(tree, Apply) and tree.head in {"neg", "add"} and len(tree.args) == 1:
        return -infinite_sign(tree.args[0]) if tree.head == "neg" else infinite_sign(tree.args[0])
    return 0


def _has_infinity(tree: Node) -> bool:
    return tree.holds(Constant) and any(node == INFINITE for node in tree.walk())


class _Proof(NamedTuple):
    """What the normal forms say; `open` are the polynomials whose signs would help."""

    equal: bool
    open: tuple[Key, ...] = ()
    nowhere_defined: bool = False  # the answer, whatever the values of its symbols


def _proof(pair: Pair, domains: Mapping[str, str], signs: dict[Key, int]) -> _Proof:
    """Compare the normal forms of a pair."""
    prepared, field = pair.prepared, pair.normalizer(domains)
    field.signs = signs
    field.real = field.real and not _has_i(prepared)
    equal = False
    # TypeError: a function with a wrong number of arguments
    with suppress(TooLargeError, UndefinedError, RecursionError, OverflowError, TypeError):
        expected = field.normal(prepared.expected)
        try:
            answer = field.normal(prepared.answer)
        except UndefinedError:
            return _Proof(equal=False, nowhere_defined=True)
        equal = field.same(expected, answer)
    return _Proof(equal, tuple(field.unresolved))


def _has_i(prepared: Prepared) -> bool:
    return has_i(prepared.expected) or has_i(prepared.answer)


def _proved_by_regions(pair: Pair, unresolved: tuple[Key, ...]) -> bool:
    """Whether the formulas agree wherever the signs of the open quantities are fixed.

    Atoms are numbered in order of appearance, so that a key found in one run means the same in the
    next only while the trees are walked alike; a key that appears later ends the attempt.
    """
    prepared, known = pair.prepared, pair.assumed
    if not _signs_matter(prepared) or _has_sign(prepared) or len(unresolved) > MAX_REGIONS:
        return False
    with suppress(ExhaustedError), limited(REGIONS):
        for signs in product((1, -1), repeat=len(unresolved)):
            if not _proof(pair, known, dict(zip(unresolved, signs, strict=True))).equal:
                return False
        return bool(unresolved)
    return False


def _has_sign(prepared: Prepared) -> bool:
    """Whether a sign is taken, which is 0 on the border of two regions."""
    return prepared.expected.holds("sign") or prepared.answer.holds("sign")


def _signs_matter(prepared: Prepared) -> bool:
    trees = prepared.expected, prepared.answer
    return any(tree.holds(Cases, "abs", "max", "min", "relu", "sign", "root", "pow") for tree in trees)


def _cases_agree(sample: Sample) -> bool:
    """Whether the borders between regions were visited without a difference."""
    return sample.agreed >= ENOUGH


def _disproved(
    sample: Sample, where: Mapping[str, Fraction], pair: tuple[Value, Value], prepared: Prepared
) -> Verdict:
    point = (*point_text(where, sample.imaginary), *data_text(sample.data))
    values = pair_text(*pair)
    place = at_point(point)
    subject = "your formula gives" if place else "Your formula gives"
    reason = f"{place} {subject} {values[1]}, the expected one {values[0]}.".strip()
    return Verdict("different", "disproved", "point", reason, point, values, prepared.notes)


def _by_sample(sample: Sample, prepared: Prepared) -> Verdict:
    notes = (*prepared.notes, *_notes_of(sample))
    if not sample.evaluable:
        return undecided("The machine cannot evaluate this formula.", *notes)
    if sample.agreed >= ENOUGH and sample.only_constants:
        reason = f"Your value agrees with the expected one, both computed to {DIGITS} digits."
        return Verdict("equal", "probable", f"{DIGITS} digits", reason, notes=notes)
    if sample.agreed >= ENOUGH:
        reason = f"Your formula agrees with the expected one at {sample.agreed} exact points."
        return Verdict("equal", "probable", f"{sample.agreed} points", reason, notes=notes)
    if not sample.agreed:
        return undecided("No point was found where both formulas have a value.", *notes)
    return undecided(f"The formulas agree, but only at {sample.agreed} points that could be found.", *notes)


def _by_algebra(pair: Pair) -> Verdict | None:
    """Ask the computer algebra system about what nothing else decides."""
    from grader.equivalence.algebra.algebraprocess import equal_by_algebra  # noqa: PLC0415 - starts a process on use

    prepared, options = pair.prepared, pair.options
    reply = equal_by_algebra(
        prepared.expected, prepared.answer, pair.domains, options.default_domain, options.deadline
    )
    if reply == "equal":
        return Verdict("equal", "proved", "computer algebra", PROVED, notes=prepared.notes)
    if reply == "timed out":
        return Verdict("undecided", "none", TIMED_OUT, TOO_LONG)
    return None


def _notes_of(sample: Sample) -> tuple[str, ...]:
    """Say where exactly one of the formulas is defined."""
    notes: list[str] = []
    if sample.only_expected is not None:
        notes.append(_at(sample.only_expected, _MISSING))
    if sample.only_answer is not None:
        notes.append(_at(sample.only_answer, "the expected formula has no value, yours has."))
    return tuple(notes)


def _at(point: Mapping[str, Fraction], sentence: str) -> str:
    where = at_point(point_text(point))
    return f"{where} {sentence}" if where else sentence[0].upper() + sentence[1:]


@fact
def _partial_nodes(tree: Node) -> frozenset[Node]:
    """Return what can make a formula undefined: divisors, and what stands under logs and roots."""
    return frozenset(
        node.args[-1] if node.head == "div" else node
        for node in tree.walk()
        if isinstance(node, Apply) and node.head in PARTIAL and not _whole_power(node)
    )


def _whole_power(node: Apply) -> bool:
    exponent = node.args[-1]
    return (
        node.head == "pow"
        and isinstance(exponent, Number)
        and exponent.value >= 0
        and exponent.value.denominator == 1
    )


def _domain_notes(pair: Pair) -> tuple[str, ...]:
    """Say where only one of two equal formulas is defined (`x^2/x` and `x` at 0)."""
    if _partial_nodes(pair.prepared.expected) == _partial_nodes(pair.prepared.answer):
        return ()
    return _notes_of(pair.sampler().definedness(DOMAIN_CHECKS))
