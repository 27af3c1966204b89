"""Bayes' rule and naive Bayes.

`bayes` gives the posterior of the first hypothesis unless `of` names another (from 0). Several lists of
likelihoods are independent pieces of evidence. `naive_bayes` takes a table and a query, with `alpha` counted
to every value of a feature (Laplace smoothing; 0 unless given).
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

from grader.derive.data.datafields import DataFields, Slips, derived, label, operation, single
from grader.derive.data.splits import read_table
from grader.derive.exactscalars import Scalar, Vector, total

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from grader.derive.result import Derived

MAX_DRAWS: Final = 50
_BAYES: Final = {
    "prior": "priors", "likelihood": "likelihoods", "of": "hypothesis", "prevalence": "base_rate", "sensitivity": "tpr", "specificity": "tnr",
    "result": "", "bags": "urns", "drawn": "draws", "replacement": "with_replacement",
}  # fmt: skip


def joint(prior: Sequence[Scalar], likelihoods: Sequence[Sequence[Scalar]]) -> Vector:
    """Return prior times all likelihoods of every hypothesis."""
    found = list(prior)
    for likelihood in likelihoods:
        found = [a * b for a, b in zip(found, likelihood, strict=True)]
    return found


def posterior(prior: Sequence[Scalar], likelihoods: Sequence[Sequence[Scalar]]) -> Vector:
    """Return the joint probabilities divided by their sum. Raises ZeroDivisionError for impossible evidence."""
    found = joint(prior, likelihoods)
    evidence = total(found)
    return [value / evidence for value in found]


def draws(bag: Mapping[str, Scalar], drawn: Sequence[str], *, replacement: bool) -> Scalar:
    """Return the probability of drawing these kinds in this order from a bag of counts."""
    left, found = dict(bag), Fraction(1)
    for kind in drawn:
        there = total(left.values())
        if not there or left.get(kind, 0) <= 0:
            return Fraction(0)
        found = found * Fraction(left[kind]) / Fraction(there)
        if not replacement:
            left[kind] -= 1
    return found


def _bags(fields: DataFields, *, replacement: bool) -> Vector:
    bags = fields.raw("bags")
    drawn = fields.names("drawn")
    if not isinstance(bags, list) or not all(isinstance(bag, dict) for bag in bags) or len(drawn) > MAX_DRAWS:
        raise fields.fail(
            f"bags are mappings such as {{red: 2, white: 3}}, and at most {MAX_DRAWS} draws", "bags"
        )
    found = []
    for index, bag in enumerate(bags):
        counts = {label(kind): fields.scalar(count, "bags", index) for kind, count in bag.items()}
        if any(count < 0 for count in counts.values()):
            raise fields.fail("a bag holds no negative number", "bags", index)
        found.append(draws(counts, drawn, replacement=replacement))
    return found


def _evidence(fields: DataFields) -> tuple[Vector, list[Vector], list[Vector] | None]:
    """Return priors, likelihoods, and the likelihoods of draws made the other way."""
    if "prevalence" in fields or "sensitivity" in fields:
        rate = fields.number("prevalence" if "prevalence" in fields else "prior", low=0, high=1)
        hit, clear = fields.number("sensitivity", low=0, high=1), fields.number("specificity", low=0, high=1)
        positive = fields.choice("result", ("positive", "negative"), "positive") == "positive"
        return [rate, 1 - rate], [[hit, 1 - clear] if positive else [1 - hit, clear]], None
    if "bags" in fields:
        back = fields.flag("replacement", default=False)
        likelihood = _bags(fields, replacement=back)
        prior = (
            fields.probabilities("prior", size=len(likelihood))
            if "prior" in fields
            else _even(len(likelihood))
        )
        return prior, [likelihood], [_bags(fields, replacement=not back)]
    value = fields.raw("prior")
    prior = (
        fields.probabilities("prior") if isinstance(value, list | tuple) and len(value) > 1 else _two(fields)
    )
    rows = fields.rows("likelihood", columns=len(prior))
    for index, row in enumerate(rows):
        if any(not 0 <= p <= 1 for p in row):
            raise fields.fail("a likelihood lies between 0 and 1", "likelihood", index)
    return prior, rows, None


def _even(count: int) -> Vector:
    return [Fraction(1, count)] * count


def _two(fields: DataFields) -> Vector:
    p = fields.vector("prior", size=1)[0]
    if not 0 <= p <= 1:
        raise fields.fail("a prior lies between 0 and 1", "prior")
    return [p, 1 - p]


@operation(**_BAYES)
def bayes(fields: DataFields) -> Derived:
    """Derive a posterior; fields: prior, likelihood | prevalence, sensitivity, specificity, result | bags, drawn, replacement; of; ask."""
    prior, likelihoods, others = _evidence(fields)
    of = fields.whole("of", 0, high=len(prior) - 1)
    found = joint(prior, likelihoods)
    if not any(found):
        raise fields.fail("the evidence is impossible under every hypothesis", "likelihood")
    after = posterior(prior, likelihoods)
    values = {
        "posterior": after[of],
        "all": after,
        "joint": found[of],
        "evidence": total(found),
        "likelihood": likelihoods[0][of],
    }
    asks = fields.asked(values, "posterior")
    right = single([values[ask] for ask in asks])
    wrong: Slips = {}
    if asks == ("posterior",):
        if others:
            wrong["with_replacement"] = lambda: posterior(prior, others)[of]
        wrong |= {
            "bayes_likelihood": lambda: joint([Fraction(1)] * len(prior), likelihoods)[of],
            "bayes_joint": lambda: found[of],
            "bayes_no_prior": lambda: posterior(_even(len(prior)), likelihoods)[of],
            "bayes_evidence": lambda: total(found),
            "bayes_prior": lambda: prior[of],
        }
        if len(prior) == 2:
            wrong["complement"] = lambda: after[1 - of]
    elif asks == ("all",):
        wrong |= {
            "bayes_no_prior": lambda: posterior(_even(len(prior)), likelihoods),
            "bayes_joint": lambda: found,
        }
    return derived(right, wrong)


def _table_scores(fields: DataFields, alpha: Scalar) -> tuple[list[str], Vector, list[Vector]]:
    """Return the classes, their priors, and one list of likelihoods a feature of the query."""
    columns, rows = read_table(fields)
    target = str(fields.raw("target", columns[-1]))
    query = fields.raw("query")
    if not isinstance(query, dict) or target not in columns:
        raise fields.fail(
            "query is a mapping such as {outlook: sunny}, target a column of the table", "query"
        )
    aim = columns.index(target)
    classes = fields.names("classes", list(dict.fromkeys(label(row[aim]) for row in rows)))
    members = {name: [row for row in rows if label(row[aim]) == name] for name in classes}
    if any(not own for own in members.values()):
        raise fields.fail("every class needs at least one row", "classes")
    prior: Vector = [Fraction(len(members[name]), len(rows)) for name in classes]
    likelihoods: list[Vector] = []
    for feature, value in query.items():
        if str(feature) not in columns or str(feature) == target:
            raise fields.fail(f"the table has no feature {feature!r}", "query")
        where = columns.index(str(feature))
        kinds = len({label(row[where]) for row in rows})
        likelihoods.append(
            [
                (sum(label(row[where]) == label(value) for row in members[name]) + alpha)
                / (len(members[name]) + alpha * kinds)
                for name in classes
            ]
        )
    return classes, prior, likelihoods


@operation(
    data="table",
    target="class label",
    query="x instance",
    alpha="smoothing laplace",
    classes="",
    prior="priors",
    likelihood="likelihoods",
    of="",
)
def naive_bayes(fields: DataFields) -> Derived:
    """Derive naive Bayes; fields: data, target, query, alpha (0), classes | prior, likelihoods (a row a feature); ask posterior, scores."""
    alpha = fields.number("alpha", 0, low=0)
    if "data" in fields:
        classes, prior, likelihoods = _table_scores(fields, alpha)
    else:
        prior, likelihoods, _ = _evidence(fields)
        classes = fields.names("classes", [str(index) for index in range(len(prior))])
    asks = fields.asked(("posterior", "scores", "label", "evidence"), "posterior")
    of = (
        classes.index(label(fields.raw("of")))
        if "of" in fields and label(fields.raw("of")) in classes
        else None
    )

    def values(prior: Vector, likelihoods: list[Vector]) -> Any:
        found = joint(prior, likelihoods)
        parts: dict[str, Any] = {
            "scores": found,
            "posterior": [x / total(found) for x in found] if any(found) else found,
            "evidence": total(found),
        }
        parts["label"] = classes[max(range(len(found)), key=lambda index: found[index])]
        return single(
            [
                parts[ask][of] if of is not None and ask in {"scores", "posterior"} else parts[ask]
                for ask in asks
            ]
        )

    wrong: Slips = {
        "bayes_no_prior": lambda: values(_even(len(prior)), likelihoods),
        "bayes_one_feature": lambda: values(prior, likelihoods[:1]),
    }
    if "data" in fields:
        other = Fraction(0) if alpha else Fraction(1)
        wrong["smoothing_ignored" if alpha else "smoothing_added"] = lambda: values(
            prior, _table_scores(fields, other)[2]
        )
    if asks == ("posterior",):
        wrong["bayes_joint"] = lambda: (
            joint(prior, likelihoods) if of is None else joint(prior, likelihoods)[of]
        )
    return derived(values(prior, likelihoods), wrong)
