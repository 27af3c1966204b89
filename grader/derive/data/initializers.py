"""Variance, standard deviation and limits of initial weights, and sizes of a training run.

He (ReLU): 2 / fan_in; Glorot (tanh, logistic, softmax): 2 / (fan_in + fan_out); LeCun (SELU): 1 / fan_in.
A uniform distribution of variance v has the limit sqrt(3 v). For a convolution, give `kernel` and channels.
Sources: LeCun et al. (1998), Glorot and Bengio (2010), He et al. (2015).
"""

from __future__ import annotations

import math
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from grader.derive.data.datafields import DataFields, Slips, derived, operation, single
from grader.derive.exactscalars import Scalar, sqrt
from grader.derive.specification import spelled

if TYPE_CHECKING:
    from grader.derive.result import Derived

KINDS: Final = spelled(
    {
        "he": "kaiming he_normal he_uniform kaiming_normal kaiming_uniform",
        "glorot": "xavier glorot_normal glorot_uniform xavier_normal xavier_uniform",
        "lecun": "lecun_normal lecun_uniform",
    }
)
_ASKS: Final = ("variance", "std", "limit", "interval")


def spread(kind: str, fan_in: Scalar, fan_out: Scalar | None) -> Scalar:
    """Return the variance of initial weights. Raises ValueError where Glorot misses fan_out."""
    if kind == "glorot":
        if fan_out is None:
            raise ValueError("glorot needs fan_out as well")
        return Fraction(2) / (fan_in + fan_out)
    return Fraction(2 if kind == "he" else 1) / fan_in


@operation(
    kind="scheme initializer init method",
    fan_in="n_in inputs in_channels n",
    fan_out="n_out outputs out_channels units",
    kernel="kernel_size",
    mode="",
    distribution="",
)
def init_variance(fields: DataFields) -> Derived:
    """Derive initial weights' spread; fields: kind (he), fan_in, fan_out, kernel, mode, distribution; ask variance, std, limit, interval."""
    kind = fields.choice("kind", KINDS, "he")
    written = str(fields.raw("kind", ""))
    uniform = (
        fields.choice("distribution", ("normal", "uniform"), "uniform" if "uniform" in written else "normal")
        == "uniform"
    )
    window = math.prod(int(side) for side in _kernel(fields))
    fan_in = fields.number("fan_in", above=0) * window if "fan_in" in fields or kind != "he" else None
    fan_out = fields.number("fan_out", above=0) * window if "fan_out" in fields else None
    if fields.choice("mode", ("fan_in", "fan_out"), "fan_in") == "fan_out":
        fan_in, fan_out = fan_out, fan_in
    if fan_in is None:
        raise fields.fail(f"{fields.op} needs the field {fields.raw('mode', 'fan_in')!r}", "fan_in")
    asks = fields.asked(_ASKS, "limit" if uniform else "variance")
    start: Scalar = fan_in

    def values(kind: str = kind, into: Scalar = start, out: Scalar | None = fan_out) -> Any:
        v = spread(kind, into, out)
        parts: dict[str, Any] = {
            "variance": v,
            "std": sqrt(v),
            "limit": sqrt(3 * v),
            "interval": [-sqrt(3 * v), sqrt(3 * v)],
        }
        return single([parts[ask] for ask in asks])

    with fields.refusing(ValueError, "{}", "fan_out"):
        right = values()
    wrong: Slips = {
        f"{kind}_vs_{other}": partial(values, other) for other in ("he", "glorot", "lecun") if other != kind
    }
    wrong["fan_swapped"] = lambda: None if fan_out is None else values(kind, fan_out, start)
    if window > 1:
        wrong["fan_without_kernel"] = lambda: values(
            kind, start / window, None if fan_out is None else fan_out / window
        )
    if asks == ("variance",):
        wrong["std_for_var"] = lambda: sqrt(spread(kind, start, fan_out))
    elif asks == ("std",):
        wrong["var_for_std"] = lambda: spread(kind, start, fan_out)
    elif asks == ("limit",):
        wrong["std_for_limit"] = lambda: sqrt(spread(kind, start, fan_out))
    return derived(right, wrong)


def _kernel(fields: DataFields) -> list[Scalar]:
    found = fields.vector("kernel", [1])
    for side in found:
        if side != int(side) or not 1 <= side <= 1000:
            raise fields.fail("a kernel's sides are whole numbers from 1 to 1000", "kernel")
    return found * 2 if len(found) == 1 and found[0] > 1 else found


@operation(examples="n samples dataset_size", batch_size="batch", epochs="", drop_last="")
def batches(fields: DataFields) -> Derived:
    """Derive the number of updates of a training run; fields: examples, batch_size, epochs (1), drop_last (false); ask steps, per_epoch, last."""
    examples = fields.whole("examples", low=1, high=10**12)
    size = fields.whole("batch_size", low=1, high=10**12)
    epochs, drop = fields.whole("epochs", 1, low=1), fields.flag("drop_last", default=False)

    def parts(*, drop: bool = drop) -> dict[str, int]:
        each = examples // size if drop else -(-examples // size)
        return {"per_epoch": each, "steps": each * epochs, "last": (0 if drop else examples % size) or size}

    asks = fields.asked(("steps", "per_epoch", "last"), "steps")
    wrong: Slips = {
        "last_batch_dropped" if not drop else "last_batch_kept": lambda: single(
            [parts(drop=not drop)[ask] for ask in asks]
        ),
        "one_epoch": lambda: parts()["per_epoch"] if asks == ("steps",) else None,
        "epochs_only": lambda: epochs if asks == ("steps",) else None,
    }
    return derived(single([parts()[ask] for ask in asks]), wrong)
