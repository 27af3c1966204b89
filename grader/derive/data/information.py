"""Entropy, divergences and impurities of distributions.

`base` is 2 (bits) unless given: a number, e, or one of bits, nats, bans. 0 log 0 is 0.
Sources: Shannon (1948); Kullback and Leibler (1951); Breiman et al. (1984) for Gini.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

from grader.derive.data.datafields import DataFields, Slips, derived, operation, single
from grader.derive.exactscalars import Scalar, Vector, exponential, logarithm, magnitude, power, total

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from grader.derive.result import Derived

Base = Scalar | None  # None is e
_BASES: Final[Mapping[str, Base]] = {
    "e": None, "nat": None, "nats": None, "ln": None, "natural": None,
    "bit": Fraction(2), "bits": Fraction(2), "shannon": Fraction(2),
    "ban": Fraction(10), "bans": Fraction(10), "dit": Fraction(10),
}  # fmt: skip
_DISTRIBUTION: Final = {
    "p": "probabilities probs distribution",
    "counts": "",
    "values": "labels samples",
    "base": "log_base",
}


def read_base(fields: DataFields, default: Base) -> Base:
    """Return the base of the logarithm: a number above 0 other than 1, or its name."""
    if "base" not in fields:
        return default
    value = fields.raw("base")
    if isinstance(value, str) and value.strip().lower() in _BASES:
        return _BASES[value.strip().lower()]
    found = fields.number("base", above=0)
    if found == 1:
        raise fields.fail("a logarithm has no base 1", "base")
    return None if magnitude(found - math.e) < 1e-3 else found


def log_bases(base: Base, value: Callable[[Base], Any]) -> Slips:
    """Return the same value with the logarithm a student may have taken instead."""
    return {"log_base": lambda: value(None if base == 2 else Fraction(2))}


def entropy(p: Sequence[Scalar], base: Base = Fraction(2)) -> Scalar:
    """Return - sum p log p."""
    return -total(value * logarithm(value, base) for value in p if value > 0) + Fraction(0)


def cross_entropy(p: Sequence[Scalar], q: Sequence[Scalar], base: Base = Fraction(2)) -> Scalar:
    """Return - sum p log q. Raises ValueError where q is 0 and p is not."""
    return -total(a * logarithm(b, base) for a, b in zip(p, q, strict=True) if a > 0) + Fraction(0)


def divergence(p: Sequence[Scalar], q: Sequence[Scalar], base: Base = Fraction(2)) -> Scalar:
    """Return the Kullback-Leibler divergence sum p log(p / q). Raises ValueError where it is infinite."""
    return total(
        a * logarithm(a / b, base) if b > 0 else _infinite() for a, b in zip(p, q, strict=True) if a > 0
    )


def _infinite() -> Scalar:
    raise ValueError("the divergence is infinite")


def gini(p: Sequence[Scalar]) -> Scalar:
    """Return 1 - sum p^2."""
    return 1 - total(value * value for value in p)


def misclassification(p: Sequence[Scalar]) -> Scalar:
    """Return 1 - max p."""
    return 1 - max(p)


def shares(counts: Sequence[Scalar]) -> Vector:
    """Return counts divided by their sum. Raises ZeroDivisionError for none."""
    whole = total(counts)
    return [count / whole for count in counts]


def tally(labels: Sequence[str]) -> dict[str, Scalar]:
    """Return how often each label occurs, in order of first appearance."""
    found: dict[str, Scalar] = {}
    for name in labels:
        found[name] = found.get(name, Fraction(0)) + 1
    return found


def _distribution(fields: DataFields) -> Vector:
    """Return p as given, or from counts or from a list of labels."""
    if "p" in fields:
        if "counts" in fields or "values" in fields:
            raise fields.fail("give p or counts, not both", "p")
        value = fields.raw("p")
        if not isinstance(value, list | tuple):  # a coin: p and 1 - p
            p = fields.number("p", low=0, high=1)
            return [p, 1 - p]
        return fields.probabilities("p")
    if "counts" in fields:
        counts = fields.vector("counts")
        if min(counts) < 0 or not any(counts):
            raise fields.fail("counts are not negative and not all zero", "counts")
        return shares(counts)
    return shares(list(tally(fields.names("values")).values()))


@operation(**_DISTRIBUTION)
def derive_entropy(fields: DataFields) -> Derived:
    """Derive the entropy of a distribution; fields: p | counts | values, base; ask entropy, perplexity, gini, error."""
    base, p = read_base(fields, Fraction(2)), _distribution(fields)
    found: dict[str, Callable[[Base], Scalar]] = {
        "entropy": lambda b: entropy(p, b),
        "perplexity": lambda b: power(b, entropy(p, b)) if b else exponential(entropy(p, None)),
        "gini": lambda _: gini(p),
        "error": lambda _: misclassification(p),
        "max_entropy": lambda b: logarithm(Fraction(len(p)), b),
    }
    asks = fields.asked(found, "gini" if fields.op == "gini" else "entropy")
    value = single([found[ask](base) for ask in asks])
    wrong = log_bases(base, lambda other: single([found[ask](other) for ask in asks]))
    if asks == ("entropy",):
        wrong |= {
            "gini_for_entropy": lambda: gini(p),
            "entropy_no_weights": lambda: -total(logarithm(x, base) for x in p if x > 0),
            "entropy_sign": lambda: -value,
            "misclassification_for_impurity": lambda: misclassification(p),
        }
    elif asks == ("gini",):
        wrong |= {
            "entropy_for_gini": lambda: entropy(p),
            "gini_sum_squares": lambda: 1 - gini(p),
            "misclassification_for_impurity": lambda: misclassification(p),
        }
    return derived(value, wrong)


@operation(p="P", q="Q", base="log_base")
def derive_divergence(fields: DataFields) -> Derived:
    """Derive KL(p || q); fields: p, q, base; ask kl, reverse, cross_entropy, entropy, js."""
    base = read_base(fields, Fraction(2))
    p = fields.probabilities("p")
    q = fields.probabilities("q", size=len(p))
    middle = [(a + b) / 2 for a, b in zip(p, q, strict=True)]
    found: dict[str, Callable[[Base], Scalar]] = {
        "kl": lambda base: divergence(p, q, base),
        "reverse": lambda base: divergence(q, p, base),
        "cross_entropy": lambda base: cross_entropy(p, q, base),
        "entropy": lambda base: entropy(p, base),
        "js": lambda base: (divergence(p, middle, base) + divergence(q, middle, base)) / 2,
    }
    asks = fields.asked(found, "js" if fields.op.startswith("js") else "kl")
    with fields.refusing(ValueError, "{}: a probability of q is 0 where that of p is not", "q"):
        value = single([found[ask](base) for ask in asks])
    wrong = log_bases(base, lambda other: single([found[ask](other) for ask in asks]))
    if asks == ("kl",):
        wrong |= {
            "kl_direction": lambda: divergence(q, p, base),
            "cross_entropy_for_kl": lambda: cross_entropy(p, q, base),
            "entropy_sign": lambda: -value,
        }
    if asks == ("cross_entropy",):
        wrong |= {
            "kl_direction": lambda: cross_entropy(q, p, base),
            "kl_for_cross_entropy": lambda: divergence(p, q, base),
        }
    return derived(value, wrong)


@operation(p="probability probabilities", base="log_base")
def derive_information(fields: DataFields) -> Derived:
    """Derive the self-information -log p of each probability; fields: p, base."""
    base, p = read_base(fields, Fraction(2)), fields.vector("p")
    for index, value in enumerate(p):
        if not 0 < value <= 1:
            raise fields.fail("a probability above 0, at most 1, is needed", "p", index)

    def values(base: Base) -> Any:
        return single([-logarithm(value, base) + Fraction(0) for value in p])

    return derived(values(base), log_bases(base, values))


@operation(joint="p table counts", base="log_base")
def derive_joint(fields: DataFields) -> Derived:
    """Derive entropies of a joint distribution (rows x, columns y); fields: joint, base; ask mutual_information, ..."""
    base, cells = read_base(fields, Fraction(2)), fields.matrix("joint")
    whole = total(cell for row in cells for cell in row)
    if any(cell < 0 for row in cells for cell in row) or not whole:
        raise fields.fail("a joint distribution is not negative and not all zero", "joint")
    both = [cell / whole for row in cells for cell in row]
    x = [total(row) / whole for row in cells]
    y = [total(column) / whole for column in zip(*cells, strict=True)]
    found: dict[str, Callable[[Base], Scalar]] = {
        "mutual_information": lambda b: entropy(x, b) + entropy(y, b) - entropy(both, b),
        "joint_entropy": lambda b: entropy(both, b),
        "entropy_x": lambda b: entropy(x, b),
        "entropy_y": lambda b: entropy(y, b),
        "y_given_x": lambda b: entropy(both, b) - entropy(x, b),
        "x_given_y": lambda b: entropy(both, b) - entropy(y, b),
    }
    asks = fields.asked(found, "mutual_information")
    wrong = log_bases(base, lambda other: single([found[ask](other) for ask in asks]))
    if len(asks) == 1 and asks[0].endswith(("given_x", "given_y")):
        turned = "x_given_y" if asks[0] == "y_given_x" else "y_given_x"
        wrong["conditional_direction"] = lambda: found[turned](base)
    return derived(single([found[ask](base) for ask in asks]), wrong)
