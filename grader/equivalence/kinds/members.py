"""Sets, tuples, lists, vectors and matrices: compared member by member."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from grader.equivalence.verdict import Certainty, Verdict
from grader.notation.tree import BOTH_SIGNS, Apply, Collection, Matrix, Node, has_both_signs

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

MAX_MEMBERS: Final = 60  # of a set: its members are matched in pairs

EQUAL: Final = "Your answer is equal to the expected one."
ORDER: Final[dict[Certainty, int]] = {"proved": 0, "probable": 1, "none": 2, "disproved": 3}


def items_of(tree: Node) -> tuple[Node, ...] | None:
    """Return the members of a tuple, list or vector, None where the tree is something else."""
    if isinstance(tree, Collection) and tree.kind != "set":
        return tree.items
    if isinstance(tree, Matrix) and 1 in tree.shape:
        return tree.children
    return None


def combined(verdicts: Sequence[Verdict], method: str) -> Verdict:
    """Return the verdict for all members in order: the worst one decides."""
    if not verdicts:
        return Verdict("equal", "proved", method, EQUAL)
    worst = max(verdicts, key=lambda verdict: ORDER[verdict.certainty])
    if worst.equal == "equal":
        notes = tuple(dict.fromkeys(note for verdict in verdicts for note in verdict.notes))
        reason = worst.reason if worst.certainty == "probable" else EQUAL
        return Verdict("equal", worst.certainty, method, reason, notes=notes)
    position = list(verdicts).index(worst) + 1
    reason = worst.reason if len(verdicts) == 1 else f"Item {position}: {worst.reason}"
    return Verdict(worst.equal, worst.certainty, method, reason, worst.point, worst.values, worst.notes)


def compare_in_order(
    expected: Sequence[Node], answer: Sequence[Node], compare: Callable[[Node, Node], Verdict]
) -> Verdict:
    """Compare members in order."""
    if len(expected) != len(answer):
        reason = f"Your answer has {len(answer)} items, expected were {len(expected)}."
        return Verdict("different", "disproved", "length", reason)
    return combined(_until_disproved(expected, answer, compare), "items in order")


def _until_disproved(
    expected: Sequence[Node], answer: Sequence[Node], compare: Callable[[Node, Node], Verdict]
) -> list[Verdict]:
    """Return the verdicts on pairs up to the first that is disproved, which decides about all of them."""
    verdicts: list[Verdict] = []
    for pair in zip(expected, answer, strict=True):
        verdicts.append(compare(*pair))
        if verdicts[-1].certainty == "disproved":
            break
    return verdicts


def compare_matrices(expected: Matrix, answer: Matrix, compare: Callable[[Node, Node], Verdict]) -> Verdict:
    """Compare shapes, then entries."""
    if expected.shape != answer.shape:
        shapes = " x ".join(map(str, answer.shape)), " x ".join(map(str, expected.shape))
        reason = f"Your matrix is {shapes[0]}, expected was {shapes[1]}."
        return Verdict("different", "disproved", "shape", reason)
    verdicts = _until_disproved(expected.children, answer.children, compare)
    verdict = combined(verdicts, "matrix entries")
    if verdict.equal == "equal":
        return verdict
    worst = max(range(len(verdicts)), key=lambda place: ORDER[verdicts[place].certainty])
    row, column = divmod(worst, expected.shape[1])
    reason = f"Row {row + 1}, column {column + 1}: {verdicts[worst].reason}"
    return Verdict(verdict.equal, verdict.certainty, verdict.method, reason, verdict.point, verdict.values)


def compare_sets(
    expected: Sequence[Node], answer: Sequence[Node], compare: Callable[[Node, Node], Verdict]
) -> Verdict:
    """Compare sets: every member of one must be equal to a member of the other."""
    if len(expected) > MAX_MEMBERS or len(answer) > MAX_MEMBERS:
        return Verdict("undecided", "none", "none", "These sets have too many members to be compared.")
    if bool(expected) != bool(answer):
        return Verdict("different", "disproved", "members", "One of the sets is empty, the other is not.")
    known: dict[tuple[int, int], Verdict] = {}
    columns: list[Verdict] = []
    for place, member in enumerate(answer):
        pairs = [(row, place) for row in _likely_first(expected, place, member)]
        columns.append(_best(pairs, expected, answer, compare, known))
        if columns[-1].equal == "different":
            reason = f"Member {place + 1} of your set does not belong there."
            return Verdict("different", "disproved", "members", reason)
    met = {row for (row, _), verdict in known.items() if verdict.certainty == "proved"}
    rows: list[Verdict] = []
    for row in sorted({*range(len(expected))} - met):
        pairs = [(row, place) for place in range(len(answer))]
        rows.append(_best(pairs, expected, answer, compare, known))
        if rows[-1].equal == "different":
            return Verdict("different", "disproved", "members", "A member is missing in your set.")
    return combined([*rows, *columns], "members in pairs")


def _likely_first(expected: Sequence[Node], place: int, member: Node) -> list[int]:
    """Return the places of the expected members: those that are written alike first, then the one in the same place."""
    return sorted(range(len(expected)), key=lambda row: (expected[row] != member, row != place))


def _best(
    pairs: Sequence[tuple[int, int]],
    expected: Sequence[Node],
    answer: Sequence[Node],
    compare: Callable[[Node, Node], Verdict],
    known: dict[tuple[int, int], Verdict],
) -> Verdict:
    """Return the best verdict on some pairs of members, none compared twice or after one that is proved equal."""
    for pair in pairs:
        if pair not in known:
            known[pair] = compare(expected[pair[0]], answer[pair[1]])
        if known[pair].certainty == "proved":
            return known[pair]
    return min((known[pair] for pair in pairs), key=lambda verdict: ORDER[verdict.certainty])


def plus_minus(tree: Node) -> tuple[Node, ...]:
    """Return both values of an expression with `+-` and `-+`, signs linked; the tree alone where there is none."""
    if not has_both_signs(tree):
        return (tree,)
    from grader.equivalence.rewriting import map_children  # noqa: PLC0415 - rare

    def chosen(node: Node, sign: int) -> Node:
        changed = map_children(node, lambda child: chosen(child, sign))
        if not isinstance(changed, Apply) or changed.head not in BOTH_SIGNS:
            return changed
        upper = (sign > 0) == (changed.head == "plusminus")
        last = changed.args[-1] if upper else Apply("neg", (changed.args[-1],))
        return last if len(changed.args) == 1 else Apply("add", (changed.args[0], last))

    return chosen(tree, 1), chosen(tree, -1)
