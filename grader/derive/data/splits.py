"""What a decision tree gains by a split: from a table, or from the class counts of the children.

Default: the gain (parent's impurity less the weighted impurity of the children), criterion entropy in bits.
`conditional: true` gives the weighted impurity itself, `ratio: true` Quinlan's gain ratio (1986).
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

from grader.derive.data.datafields import DataFields, Slips, derived, exact, label, operation, single
from grader.derive.data.information import (
    entropy,
    gini,
    log_bases,
    misclassification,
    read_base,
    shares,
    tally,
)
from grader.derive.exactscalars import Scalar, total
from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from grader.derive.data.information import Base
    from grader.derive.result import Derived

MAX_CELLS: Final = 20_000
_FIELDS: Final = {
    "data": "table",
    "target": "class label",
    "attributes": "attribute features feature",
    "threshold": "",
    "children": "",
    "parent": "",
    "criterion": "impurity",
    "conditional": "",
    "ratio": "gain_ratio",
    "base": "log_base",
}
_ASKS: Final = ("gain", "conditional", "ratio", "parent", "split_info")
_CRITERIA: Final = ("entropy", "gini", "error", "information_gain", "misclassification")

Groups = list[list[Scalar]]  # the class counts of every child


@dataclass(frozen=True)
class Measure:
    """An impurity with its base."""

    criterion: str
    base: Base

    def of(self, counts: Sequence[Scalar]) -> Scalar:
        """Return the impurity of class counts; 0 for none."""
        if not any(counts):
            return Fraction(0)
        p = shares(counts)
        if self.criterion == "gini":
            return gini(p)
        return (
            misclassification(p)
            if self.criterion in {"error", "misclassification"}
            else entropy(p, self.base)
        )


def parent_of(groups: Groups) -> list[Scalar]:
    """Return the class counts of all children together."""
    return [total(column) for column in zip(*groups, strict=True)]


def conditional(groups: Groups, measure: Measure) -> Scalar:
    """Return the impurity of the children, weighted by their sizes."""
    sizes = [total(group) for group in groups]
    whole = total(sizes)
    return total(size / whole * measure.of(group) for size, group in zip(sizes, groups, strict=True))


def split_values(groups: Groups, measure: Measure, ask: str) -> Scalar:
    """Return what a question asks of a split. Raises ZeroDivisionError for a ratio of a split into one."""
    before, after = measure.of(parent_of(groups)), conditional(groups, measure)
    info = entropy(shares([total(group) for group in groups]), measure.base)
    match ask:
        case "gain":
            return before - after
        case "conditional":
            return after
        case "parent":
            return before
        case "split_info":
            return info
        case _:
            return (before - after) / info


def read_table(fields: DataFields) -> tuple[list[str], list[list[Any]]]:
    data = fields.raw("data")
    if isinstance(data, dict) and "rows" in data:
        unknown = sorted(set(map(str, data)) - {"columns", "rows"})
        if unknown or "columns" not in data:
            raise fields.fail(
                f"a table has columns and rows{f', not {unknown[0]!r}' if unknown else ''}", "data"
            )
        columns, rows = data["columns"], data["rows"]
    elif isinstance(data, list) and data and all(isinstance(row, dict) for row in data):
        columns = list(data[0])
        if any(list(row) != columns and set(row) != set(columns) for row in data):
            raise fields.fail("every row must have the same columns", "data")
        rows = [[row[column] for column in columns] for row in data]
    else:
        raise fields.fail("data is {columns: [...], rows: [[...], ...]} or a list of mappings", "data")
    if not isinstance(columns, list) or not isinstance(rows, list) or not rows or not columns:
        raise fields.fail("columns and rows are lists, and there is at least one of each", "data")
    for index, row in enumerate(rows):
        if not isinstance(row, list) or len(row) != len(columns):
            raise fields.fail(f"row {index} does not have {len(columns)} cells", "data", index)
    if len(rows) * len(columns) > MAX_CELLS:
        raise fields.fail(f"a table has at most {MAX_CELLS} cells", "data")
    return [str(column) for column in columns], rows


def _groups(
    fields: DataFields, columns: list[str], rows: list[list[Any]], attribute: str, target: str
) -> Groups:
    where, aim = columns.index(attribute), columns.index(target)
    classes = list(dict.fromkeys(label(row[aim]) for row in rows))
    limit = fields.number("threshold") if "threshold" in fields else None
    parted: dict[str, list[str]] = {}
    for index, row in enumerate(rows):
        key = label(row[where])
        if limit is not None:
            value = exact(row[where])
            if value is None:
                raise fields.fail(f"row {index} has no number in {attribute}", "threshold")
            key = "low" if value <= limit else "high"
        parted.setdefault(key, []).append(label(row[aim]))
    return [[tally(found).get(name, Fraction(0)) for name in classes] for found in parted.values()]


def _splits(fields: DataFields) -> list[Groups]:
    if "children" in fields:
        groups = fields.matrix("children")
        if any(count < 0 for group in groups for count in group) or not any(map(any, groups)):
            raise fields.fail("class counts are not negative and not all zero", "children")
        if "parent" in fields and fields.vector("parent", size=len(groups[0])) != parent_of(groups):
            raise fields.fail("the children's counts do not add up to the parent's", "parent")
        return [groups]
    columns, rows = read_table(fields)
    target = str(fields.raw("target", columns[-1]))
    attributes = fields.names("attributes", [name for name in columns if name != target])
    for name in (target, *attributes):
        if name not in columns:
            raise fields.fail(
                f"the table has no column {name!r}; it has {', '.join(columns)}",
                "target" if name == target else "attributes",
            )
    return [_groups(fields, columns, rows, name, target) for name in attributes]


@operation(**_FIELDS)
def split_gain(fields: DataFields) -> Derived:
    """Derive the gain of splits; fields: data, target, attributes, threshold | children; criterion, conditional, ratio, base."""
    criterion = fields.choice("criterion", _CRITERIA, "gini" if fields.op == "gini_gain" else "entropy")
    measure = Measure(
        "entropy" if criterion == "information_gain" else criterion, read_base(fields, Fraction(2))
    )
    default = (
        "conditional"
        if fields.flag("conditional", default=False)
        else "ratio"
        if fields.flag("ratio", default=False)
        else "gain"
    )
    asks, splits = fields.asked(_ASKS, default), _splits(fields)

    def values(function: Callable[[Groups, str], Any]) -> Any:
        return single([function(groups, ask) for groups in splits for ask in asks])

    with fields.refusing(ZeroDivisionError, "a split into one group has no gain ratio", "ratio"):
        value = values(lambda groups, ask: split_values(groups, measure, ask))
    return derived(value, _mistakes(measure, asks, values))


def _mistakes(measure: Measure, asks: tuple[str, ...], values: Callable[..., Any]) -> Slips:
    other = Measure("gini" if measure.criterion == "entropy" else "entropy", measure.base)

    def unweighted(groups: Groups) -> Scalar:
        return total(measure.of(group) for group in groups) / len(groups)

    name = "gini_for_entropy" if measure.criterion == "entropy" else "entropy_for_gini"
    found: Slips = {name: lambda: values(lambda groups, ask: split_values(groups, other, ask))}
    if measure.criterion == "entropy" and asks != ("ratio",):
        found |= log_bases(
            measure.base,
            lambda base: values(lambda groups, ask: split_values(groups, Measure("entropy", base), ask)),
        )
    if asks == ("gain",):
        found |= {
            "gain_is_entropy": lambda: values(lambda groups, _: conditional(groups, measure)),
            "unweighted_children": lambda: values(
                lambda groups, _: measure.of(parent_of(groups)) - unweighted(groups)
            ),
            "children_summed": lambda: values(
                lambda groups, _: measure.of(parent_of(groups)) - total(map(measure.of, groups))
            ),
        }
    elif asks == ("conditional",):
        found |= {
            "gain_for_conditional": lambda: values(lambda groups, _: split_values(groups, measure, "gain")),
            "unweighted_children": lambda: values(lambda groups, _: unweighted(groups)),
        }
    elif asks == ("ratio",):
        found["gain_for_ratio"] = lambda: values(lambda groups, _: split_values(groups, measure, "gain"))
    return found
