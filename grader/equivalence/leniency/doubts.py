"""When formulas that differ as written may still be meant alike: then a person decides.

Names and sets are part of a formula. But a label that is left out, an index that is another letter
beside one that stayed, a set that one side did not write, a derivative in other words: with these
put right the formulas are equal, and the machine cannot know whether they are meant so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from grader.equivalence.kinds.scalars import undecided
from grader.equivalence.preparation.indices import (
    INDEX_LETTERS,
    bases_with,
    free_letters,
    has_indices,
    pairs_by_use,
    rename_indices,
    without_labels,
)
from grader.equivalence.preparation.ranges import RUNNING
from grader.equivalence.preparation.unknowns import are_told_apart, has_unknowns, telescoped
from grader.equivalence.preparation.vectorcomponents import dotted, standing_whole
from grader.equivalence.rewriting import map_children
from grader.notation.tree import Apply, Binder, Logic, Node, Relation, Symbol, names_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from grader.equivalence.pair import Pair
    from grader.equivalence.verdict import Verdict

LABEL: Final = "The formulas are equal if a label is left out; a person will see whether that is meant."
LETTERS: Final = (
    "The formulas are equal with other letters for the indices; a person will see whether that is meant."
)
SET: Final = "The formulas are equal if a sum runs over the set of the other one, which is not written."
SCOPE: Final = "The formulas are equal if a sum runs over the terms behind it as well, which have its index."
INNER: Final = "The formulas are equal if a product of letters is an inner product of vectors."
WHOLE: Final = "Letters stand as wholes in one formula, by their components in the other; a person will see whether they agree."
UNKNOWN: Final = "The formulas hold different unknowns, and nothing says how these depend on each other."
CHAIN: Final = "The formulas are equal by the chain rule, if their letters depend on each other that way."


def with_doubts(pair: Pair, verdict: Verdict, compare: Callable[[Pair], Verdict]) -> Verdict:
    """Return the verdict, or an undecided one where a difference may be one of writing."""
    if verdict.equal != "different":
        return verdict
    expected, answer = pair.trees
    if has_unknowns(expected) or has_unknowns(answer):
        doubt = _about_unknowns(pair)
        if doubt:
            return undecided(doubt)
    if has_indices(expected) or has_indices(answer):
        longer = with_longer_sums(answer)
        if longer != answer and compare(pair.of(expected, longer)).equal == "equal":
            return undecided(SCOPE)
        for first, second, reason in _put_right(expected, answer):
            if compare(pair.of(first, second)).equal == "equal":
                return undecided(reason)
        whole = standing_whole(expected, answer) if verdict.point else ()
        if any(name in whole and not value.startswith("[") for name, value in verdict.point):
            return undecided(WHOLE)  # they were taken for numbers
    return verdict


def with_longer_sums(tree: Node) -> Node:
    """Return a formula in which each sum holds the terms behind it that have its index: `sum_i a_i + b_i`."""
    if not tree.holds(Binder):
        return tree
    tree = map_children(tree, with_longer_sums)
    if not isinstance(tree, Apply) or tree.head != "add":
        return tree
    for place, term in enumerate(tree.args):
        binder, around = _running(term)
        behind = tree.args[place + 1 :]
        if binder is None or binder.index is None or not behind:
            continue
        if all(binder.index.name in names_in(other) for other in behind):
            longer = around(binder.changed(body=Apply("add", (binder.body, *behind))))
            return Apply("add", (*tree.args[:place], longer)) if place else longer
    return tree


def _running(term: Node) -> tuple[Binder | None, Callable[[Node], Node]]:
    """Return the sum that a term ends with, and what puts another one in its place."""
    if isinstance(term, Binder):
        return (term if term.head == "sum" else None), lambda node: node
    if isinstance(term, Apply) and term.head in {"neg", "mul"}:
        inner, around = _running(term.args[-1])
        return inner, lambda node: term.changed(args=(*term.args[:-1], around(node)))
    return None, lambda node: node


def _about_unknowns(pair: Pair) -> str:
    known = pair.prepared.known
    if known is None or not (known.only_expected or known.only_answer):
        return ""
    if not are_told_apart(known):
        return UNKNOWN
    chains = telescoped(known.only_expected), telescoped(known.only_answer)
    return CHAIN if chains[0] and chains[0] == chains[1] else ""


def _put_right(expected: Node, answer: Node) -> Iterator[tuple[Node, Node, str]]:
    first, second = without_labels(expected, answer, lambda label: isinstance(label, Symbol))
    if (first, second) != (expected, answer):
        yield first, second, LABEL
    letters = free_letters(expected), free_letters(answer)
    if set(letters[0]) != set(letters[1]) and len(letters[0]) == len(letters[1]):
        pairs = pairs_by_use(expected, answer, list(letters[0]), list(letters[1]))
        if len(set(pairs.values())) == len(letters[1]) and _may_be_indices(expected, answer, pairs):
            yield expected, rename_indices(answer, pairs), LETTERS
    first, second = dotted(expected, answer), dotted(answer, expected)
    if first != expected:
        yield first, answer, INNER
    if second != answer:
        yield expected, second, INNER
    for place, tree in enumerate((expected, answer)):
        changed = _with_set_of((expected, answer)[1 - place], tree)
        if changed is not None:
            yield (changed, answer, SET) if place == 0 else (expected, changed, SET)


def _may_be_indices(expected: Node, answer: Node, pairs: Mapping[str, str]) -> bool:
    """Whether letters number data: by their name, or as they stand on several names, as in `y_c log p_c`."""
    return all(
        found == wanted
        or {found, wanted} <= INDEX_LETTERS
        or min(len(bases_with(expected, wanted)), len(bases_with(answer, found))) > 1
        for found, wanted in pairs.items()
    )


def _with_set_of(other: Node, tree: Node) -> Node | None:
    """Return a tree with the only set that the other one's sums run over, where its own say nothing."""
    sets = {node.domain for node in other.walk() if isinstance(node, Binder) and node.head in RUNNING}
    sums = [node for node in tree.walk() if isinstance(node, Binder) and node.head in RUNNING]
    (domain,) = sets if len(sets) == 1 else (None,)
    if domain is None or isinstance(domain, Relation | Logic) or len(sums) != 1:
        return None
    if (sums[0].domain, sums[0].lower, sums[0].upper) != (None, None, None):
        return None
    return _with_domain(tree, sums[0], domain)


def _with_domain(tree: Node, binder: Binder, domain: Node) -> Node:
    if tree == binder:
        return binder.changed(domain=domain)
    return map_children(tree, lambda child: _with_domain(child, binder, domain))
