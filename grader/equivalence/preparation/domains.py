"""What a formula and the field say about symbols: where `sqrt(x)` is real, x is not negative."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from grader.equivalence.rewriting import map_children
from grader.notation.tree import Apply, Cases, Constant, Node, Number, Symbol, fact, names_in

if TYPE_CHECKING:
    from collections.abc import Mapping

    from grader.equivalence.verdict import Options

EVIDENT: Final = {
    **dict.fromkeys(("TP", "FP", "TN", "FN", "n", "N", "m", "M", "K", "B"), "natural"),
    **dict.fromkeys(("p", "q"), "probability"),
    **dict.fromkeys(("sigma", "var", "std", "epsilon", "eps", "eta", "lambda", "alpha"), "positive"),
}
"""What names stand for in the field. Points are taken there first; nothing is proved with it."""
POSITIVE: Final = frozenset({"sigma", "std", "var", "epsilon", "eps"})
"""What is positive by its definition, so that no rubric says it: `sqrt(sigma^2)` is sigma."""
_ROOTED: Final = {"root": "nonnegative", "log": "positive", "pow": "nonnegative"}


def assumed_domains(
    expected: Node, answer: Node, domains: Mapping[str, str], default: str
) -> Mapping[str, str]:
    """Return the domains with symbols known to be positive because both formulas must be real.

    Only for real formulas: where `i` occurs or a domain is complex, nothing is assumed.
    """
    if default == "complex" or "complex" in domains.values():
        return domains
    trees = (expected, answer)
    if any(map(has_i, trees)):
        return domains
    known = dict(domains)
    for tree in trees:
        for name, domain in _demands(tree):
            if known.get(name, "real") in {"real", "nonzero"}:
                known[name] = domain
    return known


@fact
def has_i(tree: Node) -> bool:
    """Whether the imaginary unit stands in a formula."""
    return tree.holds(Constant) and any(
        isinstance(node, Constant) and node.name == "i" for node in tree.walk()
    )


def evident_domains(
    expected: Node, answer: Node, domains: Mapping[str, str], default: str
) -> Mapping[str, str]:
    """Return the domains with those that names and formulas of the field make evident.

    `log(p)` beside `log(1 - p)` is of a probability. A point where formulas differ is shown there, if
    there is one: nobody learns from a probability of 2.
    """
    if default != "real":
        return domains
    found: dict[str, str] = {}
    complements = _complements(expected) | _complements(answer)
    for name in names_in(expected) | names_in(answer):
        if name not in domains:
            base = name.partition("_")[0]
            domain = "probability" if name in complements else EVIDENT.get(base)
            if domain:
                found[name] = domain
    return {**domains, **found} if found else domains


def positive_by_name(expected: Node, answer: Node, domains: Mapping[str, str]) -> Mapping[str, str]:
    """Return the domains with deviations, variances and small constants positive where nothing else is declared."""
    found = {
        name: "positive"
        for name in names_in(expected) | names_in(answer)
        if name.partition("_")[0] in POSITIVE and domains.get(name, "real") == "real"
    }
    return {**domains, **found} if found else domains


@fact
def _complements(tree: Node) -> frozenset[str]:
    """Return the symbols p of which both the logarithm and that of 1 - p are taken."""
    if not tree.holds("log"):
        return frozenset()
    found: set[str] = set()
    logged = [node.args[0] for node in tree.walk() if isinstance(node, Apply) and node.head == "log"]
    names = {_carrier(arg) for arg in logged} - {""}
    for arg in logged:
        if isinstance(arg, Apply) and arg.head == "add" and len(arg.args) == 2:
            one, minus = arg.args
            inner = minus.args[0] if isinstance(minus, Apply) and minus.head == "neg" else minus
            if isinstance(one, Number) and one.value == 1 and inner is not minus and _carrier(inner) in names:
                found.add(_carrier(inner))
    return frozenset(found)


def _carrier(node: Node) -> str:
    """Return the name of a symbol, or of data."""
    if isinstance(node, Apply) and node.head == "index":
        return _carrier(node.args[0])
    return node.name if isinstance(node, Symbol) else ""


def with_conjugates(tree: Node, options: Options) -> Node:
    r"""Read `\bar z` and `z^*` as the conjugate of a complex number; a real one under a bar is a name, as of a mean."""
    if "complex" not in {options.default_domain, *options.domains.values()}:
        return tree
    if isinstance(tree, Symbol) and tree.name not in options.domains:
        base, _, accent = tree.name.rpartition("_")
        if accent in {"bar", "star"} and base and options.domain(base) == "complex":
            return Apply("conjugate", (Symbol(base, span=tree.span),), span=tree.span)
        return tree
    return map_children(tree, lambda child: with_conjugates(child, options))


@fact
def _demands(tree: Node) -> tuple[tuple[str, str], ...]:
    """Return which domains the roots, powers and logarithms of a real formula ask of its symbols."""
    found: list[tuple[str, str]] = []
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Cases):
            continue  # a branch that is not taken demands nothing
        if isinstance(node, Apply):
            domain = _ROOTED.get(node.head)
            if domain and _is_real_only(node):
                name = _rooted_name(node.args[0])
                if name:
                    found.append((name, domain))
        waiting.extend(node.children)
    return tuple(found)


def _is_real_only(node: Apply) -> bool:
    """Whether the node is real only where its argument is not negative."""
    if node.head == "log":
        return True
    if node.head == "root":
        return len(node.args) == 1 or isinstance(node.args[1], Number)
    exponent = _fraction(node.args[1])
    return exponent is not None


def _fraction(node: Node) -> tuple[int, int] | None:
    """Return an exponent that is plainly a fraction, such as 1/2 or 0.5."""
    if isinstance(node, Number) and node.value.denominator != 1:
        return node.value.numerator, node.value.denominator
    if isinstance(node, Apply) and node.head == "neg":
        return _fraction(node.args[0])
    if isinstance(node, Apply) and node.head == "div":
        top, bottom = node.args
        if isinstance(top, Number) and isinstance(bottom, Number) and bottom.value:
            value = top.value / bottom.value
            return None if value.denominator == 1 else (value.numerator, value.denominator)
    return None


def _rooted_name(node: Node) -> str | None:
    """Return the symbol whose sign is that of the node."""
    if isinstance(node, Symbol):
        return node.name
    if isinstance(node, Apply):
        if node.head == "index" and isinstance(node.args[0], Symbol):
            return None
        if node.head in {"mul", "div"}:
            parts = [part for part in node.args if not (isinstance(part, Number) and part.value > 0)]
            return _rooted_name(parts[0]) if len(parts) == 1 else None
    return None
