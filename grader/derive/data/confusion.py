"""Classification metrics from counts, a confusion matrix, or lists of labels.

The positive class is 1 (or yes, true, positive) unless `positive` names it. A metric whose divisor is zero
is 0, as in scikit-learn. In a matrix the rows are the actual classes (`rows: predicted` turns it).
Sources: van Rijsbergen (1979) for F; Matthews (1975); Cohen (1960).
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

from grader.derive.data.datafields import DataFields, Slips, derived, label, operation, single
from grader.derive.exactscalars import Scalar, sqrt, total
from grader.derive.specification import SpecError, spelled
from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from grader.derive.result import Derived

MAX_CLASSES: Final = 50
_POSITIVE: Final = ("1", "yes", "true", "positive", "pos", "+", "spam", "+1", "p")
_FIELDS: Final = {
    "tp": "TP true_positives",
    "fp": "FP false_positives",
    "fn": "FN false_negatives",
    "tn": "TN true_negatives",
    "y_true": "actual targets truth",
    "y_pred": "predicted predictions",
    "matrix": "confusion_matrix",
    "rows": "",
    "labels": "classes",
    "positive": "positive_class pos_label",
    "average": "",
    "beta": "",
}


@dataclass(frozen=True)
class Counts:
    """Hold the four cells of a two-class table."""

    tp: Scalar
    fp: Scalar
    fn: Scalar
    tn: Scalar

    @property
    def n(self) -> Scalar:
        """The number of all cases."""
        return self.tp + self.fp + self.fn + self.tn

    def swapped(self) -> Counts:
        """Exchange what is predicted and what is actual: precision becomes recall."""
        return Counts(self.tp, self.fn, self.fp, self.tn)


def ratio(top: Scalar, bottom: Scalar) -> Scalar:
    """Return top / bottom, 0 where there is nothing to divide by."""
    return top / bottom if bottom else Fraction(0)


def precision(c: Counts) -> Scalar:
    """Return the share of the predicted positives that are positive."""
    return ratio(c.tp, c.tp + c.fp)


def recall(c: Counts) -> Scalar:
    """Return the share of the actual positives that were found."""
    return ratio(c.tp, c.tp + c.fn)


def accuracy(c: Counts) -> Scalar:
    """Return the share of right predictions."""
    return ratio(c.tp + c.tn, c.n)


def f_score(c: Counts, beta: Scalar = Fraction(1)) -> Scalar:
    """Return F_beta: recall counts beta times as much as precision; F1 is their harmonic mean."""
    square = beta * beta
    return ratio((1 + square) * c.tp, (1 + square) * c.tp + square * c.fn + c.fp)


def matthews(c: Counts) -> Scalar:
    """Return Matthews' correlation coefficient."""
    under = (c.tp + c.fp) * (c.tp + c.fn) * (c.tn + c.fp) * (c.tn + c.fn)
    return ratio(c.tp * c.tn - c.fp * c.fn, sqrt(under)) if under else Fraction(0)


def kappa(c: Counts) -> Scalar:
    """Return Cohen's agreement beyond chance."""
    chance = ratio((c.tp + c.fp) * (c.tp + c.fn) + (c.tn + c.fn) * (c.tn + c.fp), c.n * c.n)
    return ratio(accuracy(c) - chance, 1 - chance)


METRICS: Final[Mapping[str, Callable[[Counts], Scalar]]] = {
    "accuracy": accuracy,
    "error_rate": lambda c: 1 - accuracy(c),
    "precision": precision,
    "recall": recall,
    "specificity": lambda c: ratio(c.tn, c.tn + c.fp),
    "npv": lambda c: ratio(c.tn, c.tn + c.fn),
    "fpr": lambda c: ratio(c.fp, c.fp + c.tn),
    "fnr": lambda c: ratio(c.fn, c.fn + c.tp),
    "fdr": lambda c: ratio(c.fp, c.fp + c.tp),
    "f1": f_score,
    "jaccard": lambda c: ratio(c.tp, c.tp + c.fp + c.fn),
    "mcc": matthews,
    "kappa": kappa,
    "balanced_accuracy": lambda c: (recall(c) + METRICS["specificity"](c)) / 2,
    "informedness": lambda c: recall(c) + METRICS["specificity"](c) - 1,
    "g_mean": lambda c: sqrt(recall(c) * METRICS["specificity"](c)),
    "prevalence": lambda c: ratio(c.tp + c.fn, c.n),
    "tp": lambda c: c.tp,
    "fp": lambda c: c.fp,
    "fn": lambda c: c.fn,
    "tn": lambda c: c.tn,
    "total": lambda c: c.n,
    "correct": lambda c: c.tp + c.tn,
    "predicted_positive": lambda c: c.tp + c.fp,
    "actual_positive": lambda c: c.tp + c.fn,
}
ALIASES: Final = spelled(
    {
        "recall": "sensitivity tpr hit_rate",
        "specificity": "tnr selectivity",
        "precision": "ppv",
        "jaccard": "iou",
        "f1": "dice f1_score f_score",
        "error_rate": "error",
        "informedness": "youden",
        "fpr": "false_positive_rate",
        "fnr": "false_negative_rate",
        "total": "n",
    }
)
_AVERAGES: Final = ("macro", "micro", "weighted", "per_class")
_PREFIXES: Final = tuple(f"{average}_" for average in _AVERAGES)


def table(actual: Sequence[str], predicted: Sequence[str], classes: Sequence[str]) -> list[list[Scalar]]:
    """Return the confusion matrix: one row an actual class, one column a predicted one."""
    place = {name: index for index, name in enumerate(classes)}
    cells: list[list[Scalar]] = [[Fraction(0)] * len(classes) for _ in classes]
    for truth, guess in zip(actual, predicted, strict=True):
        cells[place[truth]][place[guess]] += 1
    return cells


def confusion_counts(actual: Sequence[Any], predicted: Sequence[Any], positive: Any) -> dict[str, Scalar]:
    """Return tp, fp, fn and tn of two lists of labels."""
    pairs = [(truth == positive, guess == positive) for truth, guess in zip(actual, predicted, strict=True)]
    cells = {"tp": (True, True), "fp": (False, True), "fn": (True, False), "tn": (False, False)}
    return {name: Fraction(pairs.count(cell)) for name, cell in cells.items()}


def one_against_rest(cells: Sequence[Sequence[Scalar]], index: int) -> Counts:
    """Return the counts of one class of a confusion matrix, all others being negative."""
    hit = cells[index][index]
    missed = total(cells[index]) - hit
    wrong = total(row[index] for row in cells) - hit
    return Counts(hit, wrong, missed, total(total(row) for row in cells) - hit - missed - wrong)


@dataclass(frozen=True)
class _Data:
    """What a spec describes: a matrix, its classes, and the positive one where there are two."""

    cells: list[list[Scalar]]
    classes: list[str]
    positive: int | None

    def counts(self) -> Counts | None:
        return None if self.positive is None else one_against_rest(self.cells, self.positive)


def _read(fields: DataFields) -> _Data:
    if "tp" in fields or "fp" in fields:
        c = Counts(*(fields.number(name, 0, low=0) for name in ("tp", "fp", "fn", "tn")))
        if not c.n:
            raise fields.fail("the counts are all zero", "tp")
        return _Data([[c.tn, c.fp], [c.fn, c.tp]], ["0", "1"], 1)
    if "matrix" in fields:
        cells = fields.matrix("matrix")
        if len(cells) != len(cells[0]) or not 2 <= len(cells) <= MAX_CLASSES:
            raise fields.fail(f"a confusion matrix is square, 2 to {MAX_CLASSES} classes", "matrix")
        if any(cell < 0 for row in cells for cell in row):
            raise fields.fail("a confusion matrix holds counts, none is negative", "matrix")
        if fields.choice("rows", ("actual", "predicted"), "actual") == "predicted":
            cells = [list(column) for column in zip(*cells, strict=True)]
        classes = fields.names("labels", [str(index) for index in range(len(cells))])
    else:
        actual, predicted = fields.names("y_true"), fields.names("y_pred")
        if len(actual) != len(predicted):
            raise fields.fail(f"{len(predicted)} predictions for {len(actual)} cases", "y_pred")
        found = sorted({*actual, *predicted}, key=lambda name: (len(name), name))
        classes = fields.names("labels", found)
        if set(found) - set(classes) or len(classes) > MAX_CLASSES:
            raise fields.fail(f"labels must name every class: {', '.join(found[:MAX_CLASSES])}", "labels")
        cells = table(actual, predicted, classes)
    if len(set(classes)) != len(cells):
        raise fields.fail(f"{len(cells)} different labels are needed", "labels")
    return _Data(cells, classes, _positive(fields, classes))


def _positive(fields: DataFields, classes: list[str]) -> int | None:
    if "positive" in fields:
        name = label(fields.raw("positive"))
        if name not in classes:
            raise fields.fail(f"{name!r} is none of the classes {', '.join(classes)}", "positive")
        return classes.index(name)
    if len(classes) > 2:
        return None
    for index, name in enumerate(classes):
        if name.lower() in _POSITIVE:
            return index
    if len(classes) == 1 and classes[0] in {"0", "no", "false", "negative"}:
        return None
    raise fields.fail(f"say which class is positive: {' or '.join(classes)}", "positive")


def _metric(name: str, beta: Scalar) -> Callable[[Counts], Scalar]:
    return (lambda c: f_score(c, beta)) if name == "fbeta" else METRICS[ALIASES.get(name, name)]


def _options() -> list[str]:
    names = [*METRICS, *ALIASES, "fbeta"]
    return [*names, *(f"{average}_{name}" for average in _AVERAGES for name in names), "matrix"]


def _averaged(data: _Data, metric: Callable[[Counts], Scalar], average: str) -> Any:
    each = [one_against_rest(data.cells, index) for index in range(len(data.classes))]
    values = [metric(c) for c in each]
    if average == "per_class":
        return values
    if average == "macro":
        return total(values) / len(values)
    if average == "weighted":
        weights = [c.tp + c.fn for c in each]
        return ratio(total(w * v for w, v in zip(weights, values, strict=True)), total(weights))
    return metric(Counts(*(total(getattr(c, cell) for c in each) for cell in ("tp", "fp", "fn", "tn"))))


def _value(data: _Data, ask: str, beta: Scalar, average: str | None) -> Any:
    if ask == "matrix":
        return data.cells
    for prefix in _AVERAGES:
        if ask.startswith(f"{prefix}_"):
            return _averaged(data, _metric(ask.removeprefix(f"{prefix}_"), beta), prefix)
    counts = data.counts()
    name = ALIASES.get(ask, ask)
    if name in {"accuracy", "error_rate", "total", "correct"} and counts is None:
        right = total(data.cells[index][index] for index in range(len(data.cells)))
        return accuracy_like(name, right, total(total(row) for row in data.cells))
    if average or counts is None:
        return _averaged(data, _metric(ask, beta), average or "macro")
    return _metric(ask, beta)(counts)


def accuracy_like(name: str, right: Scalar, n: Scalar) -> Scalar:
    """Return what only needs the number of right predictions."""
    return {"accuracy": ratio(right, n), "error_rate": 1 - ratio(right, n), "total": n}.get(name, right)


@operation(**_FIELDS)
def confusion(fields: DataFields) -> Derived:
    """Derive classification metrics; fields: tp fp fn tn | y_true y_pred | matrix, and ask."""
    data = _read(fields)
    asks = fields.asked(_options(), "accuracy")
    beta = fields.number("beta", 1, above=0)
    average = fields.choice("average", _AVERAGES) if "average" in fields else None

    _check_needed(fields, data, asks, beta)

    def values(of: _Data = data, average: str | None = average) -> Any:
        return single([_value(of, ask, beta, average) for ask in asks])

    return derived(values(), _mistakes(data, asks, values, average, beta))


def _check_needed(fields: DataFields, data: _Data, asks: tuple[str, ...], beta: Scalar) -> None:
    """Refuse a metric that depends on a count that was not given."""
    counts = data.counts()
    if "y_true" in fields or "matrix" in fields or counts is None:
        return
    for name in ("tp", "fp", "fn", "tn"):
        if name in fields:
            continue
        for ask in asks:
            if ask != "matrix" and not ask.startswith(_PREFIXES):
                metric = _metric(ask, beta)
                if metric(counts) != metric(replace(counts, **{name: getattr(counts, name) + 1})):
                    raise SpecError(f"{ask} needs the count {name!r}", fields.path)


def _mistakes(
    data: _Data, asks: tuple[str, ...], values: Callable[..., Any], average: str | None, beta: Scalar
) -> Slips:
    flipped = _Data([list(column) for column in zip(*data.cells, strict=True)], data.classes, data.positive)
    found: Slips = {"pr_swapped": lambda: values(flipped)}
    counts = data.counts()
    if counts is None or average or any(ask.startswith(_PREFIXES) for ask in asks):
        return found | _other_average(data, asks, average, beta)
    names = [ALIASES.get(ask, ask) for ask in asks]
    if "f1" in names:
        arithmetic = {"f1": (precision(counts) + recall(counts)) / 2}
        found["f1_arithmetic"] = lambda: single(
            [arithmetic.get(n, _value(data, n, beta, None)) for n in names]
        )
    if len(data.classes) == 2 and data.positive is not None:
        turned = _Data(data.cells, data.classes, 1 - data.positive)
        found["other_class_positive"] = lambda: values(turned)
    if len(names) == 1:
        found |= _other_metrics(names[0], counts)
    return found


def _other_average(data: _Data, asks: tuple[str, ...], average: str | None, beta: Scalar) -> Slips:
    """Return macro for micro and the converse, where one averaged metric is asked for."""
    written = next((prefix for prefix in _PREFIXES if asks[0].startswith(prefix)), "")
    kind, name = written.rstrip("_") or average or "macro", asks[0].removeprefix(written)
    if len(asks) > 1 or name == "matrix" or kind == "per_class":
        return {}
    other = "micro" if kind == "macro" else "macro"
    return {"other_average": lambda: _averaged(data, _metric(name, beta), other)}


def _other_metrics(name: str, c: Counts) -> Slips:
    """Return what comes out when one metric is taken for another."""
    found: Slips = {}
    if name == "jaccard":
        found |= {
            "dice_for_jaccard": lambda: f_score(c),
            "iou_sum": lambda: ratio(c.tp, 2 * c.tp + c.fp + c.fn),
        }
    if name == "f1":
        found["jaccard_for_dice"] = lambda: METRICS["jaccard"](c)
    if name in {"accuracy", "recall", "f1", "specificity"}:
        found["precision_for_metric"] = lambda: precision(c)
    if name in {"accuracy", "precision", "f1", "specificity"}:
        found["recall_for_metric"] = lambda: recall(c)
    if name not in {"accuracy", "total", "correct", "tp", "fp", "fn", "tn"}:
        found["accuracy_for_metric"] = lambda: accuracy(c)
    if name in METRICS and name not in {"tp", "fp", "fn", "tn", "total", "correct"}:
        found["complement"] = lambda: 1 - METRICS[name](c)
    return found
