r"""Which subscripts are indices of data and which are names, and how those of two formulas go together.

`W_Q`, `y_{true}`, `p_\theta` are names: capitals, Greek letters and labels of several letters. A small
letter of INDEX_LETTERS is an index where it is used as nothing else, and so is what a sum runs over.

- An index that both formulas use is the same one in both: `A_ij` is not `A_ji`.
- One that only the answer uses may stand for one that only the expected formula uses, the same
  throughout: `t_n - y_n` is `t_i - y_i`.
- One that only tells data apart may be left out: `g x_i + b` is `g x + b`.
- What is left is part of the name: `x_i`, `W_Q` and `h_{t-1}` become symbols of their own.
"""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from grader.equivalence.rewriting import map_children
from grader.notation.tree import Apply, Binder, Node, Number, Symbol, fact, names_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

BOUND: Final = "index "  # with a space: no student can write such a name
INDEX_LETTERS: Final = frozenset("ijklmnt")
"""Letters that number data, layers and steps in the field's books, where they are used as nothing else."""
SIZES: Final = frozenset("dDmMnNK")
"""Letters of sizes: whatever is below them says which size it is."""

Pattern = tuple[Node, ...]


def has_indices(tree: Node) -> bool:
    """Whether a formula has subscripts, sums or the like."""
    return tree.holds(Binder, "index")


def _is_indexed(node: Node) -> bool:
    return isinstance(node, Apply) and node.head == "index"


def align(expected: Node, answer: Node, *, declared: frozenset[str] = frozenset()) -> tuple[Node, Node]:
    """Return both formulas with the answer's free indices under the expected names, none dropped on one side.

    `declared` are further names that are indices.
    """
    if not (has_indices(expected) or has_indices(answer)):
        return expected, answer
    free = _free_of_both(expected, answer, declared)
    if any(free):
        answer = rename_indices(answer, _matched(expected, answer, free))
        free = _free_of_both(expected, answer, declared)
        expected, answer = _dropped(expected, answer, frozenset(free[0]) | frozenset(free[1]))
    return expected, answer


def _free_of_both(
    expected: Node, answer: Node, declared: frozenset[str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the free indices of either formula; what is a value in one of them is an index in none."""
    uses = [_uses(tree) for tree in (expected, answer)]
    values = uses[0][1] | uses[1][1]
    first, second = (
        tuple(
            name
            for name in inside
            if name not in values and (name in INDEX_LETTERS or name in declared) and name not in bound
        )
        for inside, _, bound in uses
    )
    return first, second


def free_indices(tree: Node) -> tuple[str, ...]:
    """Return the symbols that are used as indices only and that no sum runs over, in order of appearance."""
    return _free_of_both(tree, tree, frozenset())[0]


def free_letters(tree: Node) -> tuple[str, ...]:
    """Return all single small letters that are used as indices only, whether they number data or not."""
    inside, outside, bound = _uses(tree)
    return tuple(name for name in inside if len(name) == 1 and name.islower() and name not in outside | bound)


@fact
def _uses(tree: Node) -> tuple[tuple[str, ...], frozenset[str], frozenset[str]]:
    """Return the names that stand in subscripts, those that stand elsewhere, and those that are bound."""
    inside: dict[str, None] = {}
    outside: set[str] = set()
    bound: set[str] = set()
    waiting = [(tree, False)]
    while waiting:
        node, within = waiting.pop()
        if isinstance(node, Symbol):
            if within:
                inside[node.name] = None
            else:
                outside.add(node.name)
        elif isinstance(node, Apply) and node.head == "index":
            waiting.extend((arg, True) for arg in reversed(node.args[1:]))
            waiting.append((node.args[0], within))
        elif isinstance(node, Binder):
            if node.index is not None:
                bound.add(node.index.name)
            waiting.extend((part, within) for part in (node.upper, node.lower) if part is not None)
            if node.domain is not None:
                waiting.append((node.domain, True))
            waiting.append((node.body, within))
        else:
            waiting.extend((child, within) for child in reversed(node.children))
    return tuple(inside), frozenset(outside - bound), frozenset(bound)


def rename_indices(tree: Node, names: Mapping[str, str]) -> Node:
    """Return a tree with other names for symbols; binders keep theirs, which take no part."""
    if not names:
        return tree
    if isinstance(tree, Symbol):
        return tree.changed(name=names.get(tree.name, tree.name))
    return map_children(tree, lambda child: rename_indices(child, names))


def _matched(expected: Node, answer: Node, free: tuple[tuple[str, ...], tuple[str, ...]]) -> dict[str, str]:
    """Return for each index that only the answer has the one of the expected formula that it stands for."""
    wanted = [name for name in free[0] if name not in free[1]]
    found = [name for name in free[1] if name not in free[0]]
    if not wanted or not found:
        return {}
    return pairs_by_use(expected, answer, wanted, found)


def pairs_by_use(expected: Node, answer: Node, wanted: list[str], found: list[str]) -> dict[str, str]:
    """Pair names that stand in the same places on the same bases; what is left, in order of appearance."""
    places = [
        {name: _places(tree, name) for name in names} for tree, names in ((expected, wanted), (answer, found))
    ]
    pairs: dict[str, str] = {}
    for name in found:
        same = next((other for other in wanted if places[0][other] == places[1][name]), None)
        if same is not None:
            pairs[name] = same
            wanted = [other for other in wanted if other != same]
    rest = [name for name in found if name not in pairs]
    return pairs | dict(zip(rest, wanted, strict=False))


def _places(tree: Node, name: str) -> Counter[tuple[str, int]]:
    """Count where an index stands: on which base, at which place of its list."""
    found: Counter[tuple[str, int]] = Counter()
    for node in tree.walk():
        if isinstance(node, Apply) and node.head == "index":
            for place, arg in enumerate(node.args[1:]):
                if name in names_in(arg):
                    found[_base_text(node.args[0]), place] += 1
    return found


def bases_with(tree: Node, name: str) -> frozenset[str]:
    """Return what carries an index somewhere."""
    return frozenset(base for base, _ in _places(tree, name))


def _base_text(node: Node) -> str:
    if isinstance(node, Symbol):
        return node.name
    return node.head if isinstance(node, Apply) else type(node).__name__


@fact
def patterns_of(tree: Node) -> dict[str, set[Pattern]]:
    """Return for each name all the index lists it has in the tree; () where it stands without."""
    found: dict[str, set[Pattern]] = {}
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Apply) and node.head == "index" and isinstance(node.args[0], Symbol):
            found.setdefault(node.args[0].name, set()).add(node.args[1:])
            waiting.extend(node.args[1:])
        elif isinstance(node, Symbol):
            found.setdefault(node.name, set()).add(())
        else:
            waiting.extend(node.children)
    return found


def _dropped(expected: Node, answer: Node, free: frozenset[str]) -> tuple[Node, Node]:
    """Leave out free indices that a name carries in one formula and not in the other; in the answer `d_k` is another size than `d`."""
    numbering = lambda label: isinstance(label, Symbol) and label.name in free  # noqa: E731 - a test of one line
    return without_labels(expected, answer, numbering, kept=SIZES, alone=True)


def without_labels(
    expected: Node,
    answer: Node,
    may_go: Callable[[Node], bool],
    *,
    kept: frozenset[str] = frozenset(),
    alone: bool = False,
) -> tuple[Node, Node]:
    """Leave out labels that a name carries always and alone in one formula, and never in the other.

    The names in `kept` keep theirs in the second formula; with `alone` no other label may be left.
    """
    patterns = patterns_of(expected), patterns_of(answer)
    changes: tuple[dict[str, Pattern], dict[str, Pattern]] = ({}, {})
    for name in patterns[0].keys() & patterns[1].keys():
        mine, other = patterns[0][name], patterns[1][name]
        if mine == other or len(mine) != 1 or len(other) != 1:
            continue
        first, second = next(iter(mine)), next(iter(other))
        longer = 0 if len(first) > len(second) else 1
        long, short = (first, second) if longer == 0 else (second, first)
        if (longer == 1 and name in kept) or (alone and short):
            continue
        if _is_shortened(long, short, may_go):
            changes[longer][name] = short
    return _with_patterns(expected, changes[0]), _with_patterns(answer, changes[1])


def _is_shortened(long: Pattern, short: Pattern, may_go: Callable[[Node], bool]) -> bool:
    """Whether an index list is another one without labels that may go."""
    rest = list(short)
    for label in long:
        if rest and label == rest[0]:
            rest.pop(0)
        elif not may_go(label):
            return False
    return not rest and len(long) > len(short)


def _with_patterns(tree: Node, patterns: Mapping[str, Pattern]) -> Node:
    if not patterns or not tree.holds("index"):
        return tree
    if isinstance(tree, Apply) and tree.head == "index" and isinstance(tree.args[0], Symbol):
        kept = patterns.get(tree.args[0].name)
        if kept is not None:
            return Apply("index", (tree.args[0], *kept), span=tree.span) if kept else tree.args[0]
    return map_children(tree, lambda child: _with_patterns(child, patterns))


def shifts(expected: Node, answer: Node, *, declared: frozenset[str] = frozenset()) -> Iterator[Node]:
    """Yield the answer with a free index counted one higher or lower throughout.

    An equation holds for every index: `v_{t+1} = b v_t` says the same as `v_t = b v_{t-1}`.
    """
    free = _free_of_both(expected, answer, declared)
    for name in free[1]:
        if name in free[0] and _has_steps(answer, name):
            for step in (1, -1):
                yield _shifted(answer, name, step)


def _has_steps(tree: Node, name: str) -> bool:
    """Whether an index stands with a number added somewhere: `t-1`."""
    return any(
        isinstance(label, Apply) and name in names_in(label)
        for node in tree.walk()
        if isinstance(node, Apply) and node.head == "index"
        for label in node.args[1:]
    )


def _shifted(tree: Node, name: str, step: int) -> Node:
    if isinstance(tree, Symbol) and tree.name == name:
        return Apply("add", (tree, Number(Fraction(step))))
    shifted = map_children(tree, lambda child: _shifted(child, name, step))
    if isinstance(shifted, Apply) and shifted.head == "index":
        return Apply("index", (shifted.args[0], *(_plain(label) for label in shifted.args[1:])))
    return shifted


def _plain(label: Node) -> Node:
    """Return `t` for `(t - 1) + 1`."""
    text = _sum_text((label,), frozenset())
    return Symbol(text) if text is not None and text.isalpha() else label


# names of their own


def named(expected: Node, answer: Node) -> tuple[Node, Node, dict[str, str]]:
    """Return both formulas with labelled names as symbols, and the name that each of these was made of.

    What carries the index of a sum stays data, and so does `x_1` beside it and `x_n` where n is a number.
    """
    trees = expected, answer
    values: frozenset[str] = frozenset()
    data: set[str] = set()
    for tree in trees:
        _, outside, bound = _uses(tree)
        values |= outside | bound | _in_conditions(tree)
        data |= set(_data_of(tree, bound))
    made: dict[str, str] = {}
    first, second = (_named(tree, values, frozenset(data), made) for tree in trees)
    return first, second, made


@fact
def _in_conditions(tree: Node) -> frozenset[str]:
    """Return the names in conditions on an index: these need a value."""
    found: frozenset[str] = frozenset()
    for node in tree.walk() if tree.holds(Binder) else ():
        if (
            isinstance(node, Binder)
            and node.domain is not None
            and not isinstance(node.domain, Apply | Symbol)
        ):
            found |= names_in(node.domain)
    return found


def _data_of(tree: Node, bound: frozenset[str]) -> Iterator[str]:
    for node in tree.walk() if tree.holds("index") else ():
        base = node.args[0] if isinstance(node, Apply) and node.head == "index" else None
        if isinstance(base, Symbol) and any(bound & names_in(arg) for arg in node.children[1:]):
            yield base.name


def _named(tree: Node, values: frozenset[str], data: frozenset[str], made: dict[str, str]) -> Node:
    if not tree.holds("index"):
        return tree
    tree = map_children(tree, lambda child: _named(child, values, data, made))
    if not isinstance(tree, Apply) or tree.head != "index":
        return tree
    base, labels = tree.args[0], tree.args[1:]
    name = base.name if isinstance(base, Symbol) else ""
    texts = [_label_text(label, values, numbers=name not in data) for label in labels]
    if None in texts:
        return tree
    text = f"_{texts[0]}" if len(texts) == 1 else f"_{{{','.join(str(text) for text in texts)}}}"
    if name:
        made[name + text] = name
        return Symbol(name + text, span=tree.span)
    if isinstance(base, Apply) and base.head.startswith("call:"):
        return Apply(base.head + text, base.args, span=tree.span)
    return tree


def _label_text(label: Node, values: frozenset[str], *, numbers: bool) -> str | None:
    """Return a label that is part of a name: a letter, a number, `t-1`; None where it has a value."""
    if isinstance(label, Number):
        return str(label.value) if numbers else None
    if isinstance(label, Symbol):
        return None if label.name in values else label.name
    if isinstance(label, Apply) and label.head == "neg":
        inner = _label_text(label.args[0], values, numbers=True)
        return None if inner is None else f"-{inner}"
    if isinstance(label, Apply) and label.head == "add":
        return _sum_text(label.args, values)
    return None


def _sum_text(terms: Iterable[Node], values: frozenset[str]) -> str | None:
    """Return `t-1` for the sum of one letter and whole numbers, in whatever order."""
    letter, total = "", 0
    waiting = list(terms)
    while waiting:
        term = waiting.pop()
        if isinstance(term, Apply) and term.head == "add":
            waiting.extend(term.args)
            continue
        sign, inner = (-1, term.args[0]) if isinstance(term, Apply) and term.head == "neg" else (1, term)
        if isinstance(inner, Number) and inner.value.denominator == 1:
            total += sign * int(inner.value)
        elif isinstance(inner, Symbol) and sign > 0 and not letter and inner.name not in values:
            letter = inner.name
        else:
            return None
    if not letter:
        return None
    return f"{letter}{total:+d}" if total else letter
