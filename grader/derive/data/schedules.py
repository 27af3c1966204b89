"""Learning-rate schedules and exponential moving averages.

Epochs and steps count from 0. A warmup rises linearly to `lr` and then holds it or follows `after`.
`ema` keeps v = beta * v + (1 - beta) * x from 0 and asks for the last v and the same divided by 1 - beta^t.
Sources: Loshchilov and Hutter (2017) for cosine; Vaswani et al. (2017) for noam.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

from grader.derive.data.datafields import DataFields, Slips, derived, operation, single
from grader.derive.exactscalars import Scalar, Vector, is_sorted, power, settled, sqrt

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from grader.derive.result import Derived

MAX_EPOCH: Final = 10_000_000
_FIELDS: Final = {
    "kind": "schedule", "lr": "initial base_lr lr0 learning_rate initial_lr max max_lr", "epochs": "epoch at t steps iterations",
    "step": "step_size drop_every", "gamma": "factor drop decay_rate", "milestones": "", "min": "eta_min min_lr end final",
    "T": "T_max total total_steps", "decay": "k rate", "power": "degree", "decay_steps": "", "staircase": "",
    "warmup": "warmup_steps", "after": "", "start": "start_lr", "d_model": "", "boundaries": "", "values": "",
}  # fmt: skip
_SYNONYMS: Final = {
    "step_decay": "step", "steplr": "step", "exponential_decay": "exponential", "cosine_annealing": "cosine", "exp": "exponential",
    "linear_decay": "linear", "poly": "polynomial", "time": "inverse_time", "1/t": "inverse_time", "inverse": "inverse_time",
    "time_based": "inverse_time", "multi_step": "multistep", "linear_warmup": "warmup", "transformer": "noam",
    "inv_sqrt": "inverse_sqrt",
}  # fmt: skip


def _multiple(fields: DataFields, lr: Scalar, gamma: Scalar, exponent: Scalar) -> Scalar:
    with fields.refusing(OverflowError, "the rate grows beyond all bounds", "gamma"):
        return lr * (
            gamma ** int(exponent)
            if exponent == int(exponent) and exponent <= 64
            else power(float(gamma), exponent)
        )


def _step(fields: DataFields, lr: Scalar, t: Scalar) -> Scalar:
    return _multiple(
        fields, lr, fields.number("gamma", "1/10", low=0), Fraction(t // fields.whole("step", low=1))
    )


def _multistep(fields: DataFields, lr: Scalar, t: Scalar) -> Scalar:
    passed = sum(t >= limit for limit in fields.vector("milestones"))
    return _multiple(fields, lr, fields.number("gamma", "1/10", low=0), Fraction(passed))


def _exponential(fields: DataFields, lr: Scalar, t: Scalar) -> Scalar:
    if "decay" in fields and "gamma" not in fields:  # lr * exp(-k t)
        return lr * math.exp(-float(fields.number("decay", low=0) * t))
    exponent = t / fields.number("decay_steps", 1, above=0)
    if fields.flag("staircase", default=False):
        exponent = Fraction(math.floor(exponent))
    return _multiple(fields, lr, fields.number("gamma", low=0), exponent)


def _ends(fields: DataFields, t: Scalar) -> tuple[Scalar, Scalar]:
    """Return the last rate and how far the schedule has come, 0 to 1."""
    return fields.number("min", 0, low=0), min(Fraction(1), Fraction(t) / fields.number("T", above=0))


def _cosine(fields: DataFields, lr: Scalar, t: Scalar) -> Scalar:
    low, done = _ends(fields, t)
    exact_cosines: dict[Fraction, Scalar] = {
        Fraction(0): 1,
        Fraction(1, 3): Fraction(1, 2),
        Fraction(1, 2): Fraction(0),
        Fraction(2, 3): -Fraction(1, 2),
        Fraction(1): Fraction(-1),
    }
    bend: Scalar = exact_cosines.get(Fraction(done), math.cos(math.pi * done))
    return low + (lr - low) * (1 + bend) / 2


def _linear(fields: DataFields, lr: Scalar, t: Scalar) -> Scalar:
    low, done = _ends(fields, t)
    return lr + (low - lr) * done


def _polynomial(fields: DataFields, lr: Scalar, t: Scalar) -> Scalar:
    low, done = _ends(fields, t)
    return low + (lr - low) * power(1 - done, fields.number("power", 1, above=0))


def _inverse_time(fields: DataFields, lr: Scalar, t: Scalar) -> Scalar:
    passed = t / fields.number("decay_steps", 1, above=0)
    if fields.flag("staircase", default=False):
        passed = Fraction(math.floor(passed))
    named = "gamma" if "gamma" in fields and "decay" not in fields else "decay"  # "decay_rate" means either
    return lr / power(1 + fields.number(named, 1, low=0) * passed, fields.number("power", 1, above=0))


def _inverse_sqrt(_: DataFields, lr: Scalar, t: Scalar) -> Scalar:
    return lr / sqrt(max(t, Fraction(1)))


def _noam(fields: DataFields, lr: Scalar, t: Scalar) -> Scalar:
    warmup = fields.number("warmup", 4000, above=0)
    at = max(t, Fraction(1))
    return (
        lr / sqrt(fields.number("d_model", above=0)) * min(1 / sqrt(at), at / power(warmup, Fraction(3, 2)))
    )


def _warmup(fields: DataFields, lr: Scalar, t: Scalar) -> Scalar:
    over = fields.number("warmup", above=0)
    if t < over:
        start = fields.number("start", 0, low=0)
        return start + (lr - start) * t / over
    after = fields.choice(
        "after", ("constant", *(kind for kind in _KINDS if kind not in {"warmup", "noam"})), "constant"
    )
    if after == "constant":
        return lr
    if "T" in fields and fields.number("T") <= over:
        raise fields.fail("T counts the warmup as well and must be longer", "T")
    # T counts all steps
    shifted = fields.replaced(T=fields.number("T") - over) if "T" in fields else fields
    return _KINDS[after](shifted, lr, t - over)


def _constant(_: DataFields, lr: Scalar, __: Scalar) -> Scalar:
    return lr


def _piecewise(fields: DataFields, _: Scalar, t: Scalar) -> Scalar:
    limits = fields.vector("boundaries")
    rates = fields.vector("values", size=len(limits) + 1)
    if not is_sorted(limits):
        raise fields.fail("boundaries rise", "boundaries")
    return rates[sum(t > limit for limit in limits)]


def _restarts(fields: DataFields, lr: Scalar, t: Scalar) -> Scalar:
    return _cosine(fields, lr, t % fields.number("T", above=0))


_KINDS: Final[Mapping[str, Callable[[DataFields, Scalar, Scalar], Scalar]]] = {
    "constant": _constant, "step": _step, "multistep": _multistep, "exponential": _exponential, "cosine": _cosine,
    "cosine_restarts": _restarts, "linear": _linear, "polynomial": _polynomial, "inverse_time": _inverse_time,
    "inverse_sqrt": _inverse_sqrt, "warmup": _warmup, "noam": _noam, "piecewise": _piecewise,
}  # fmt: skip


@operation(**_FIELDS)
def schedule(fields: DataFields) -> Derived:
    """Derive learning rates; fields: kind, lr, epochs (from 0), and those of the kind."""
    kind = fields.choice("kind", {**{kind: kind for kind in _KINDS}, **_SYNONYMS})
    lr = fields.number("lr", 1) if kind in {"noam", "piecewise"} else fields.number("lr", low=0)
    epochs = fields.vector("epochs")
    for index, t in enumerate(epochs):
        if not 0 <= t <= MAX_EPOCH:
            raise fields.fail(f"an epoch lies between 0 and {MAX_EPOCH}", "epochs", index)

    def values(rate: Callable[[DataFields, Scalar, Scalar], Scalar], shift: int = 0) -> Any:
        return single([rate(fields, lr, t + shift) for t in epochs])

    right = values(_KINDS[kind])
    wrong: Slips = {}
    if kind in {"cosine", "polynomial"}:
        wrong["linear_schedule"] = lambda: values(_linear)
    if kind == "cosine":
        wrong["cosine_no_half"] = lambda: values(lambda f, r, t: _cosine(f, r, t) * 2)
    if kind in {"cosine", "linear", "polynomial"} and fields.number("min", 0):
        bare = fields.replaced(min=None)
        wrong["schedule_no_min"] = lambda: single([_KINDS[kind](bare, lr, t) for t in epochs])
    if kind == "step":
        wrong["step_not_floored"] = lambda: values(lambda f, r, t: _multiple(
            f, r, f.number("gamma", "1/10"), t / f.whole("step", low=1)))  # fmt: skip
        wrong["decay_every_epoch"] = lambda: values(
            lambda f, r, t: _multiple(f, r, f.number("gamma", "1/10"), t)
        )
    if kind in {"step", "exponential", "inverse_time", "multistep"}:
        wrong["decay_once"] = lambda: values(
            lambda f, r, t: _KINDS[kind](f, r, t) if t == 0 else r * f.number("gamma")
        )
    if kind in {"warmup", "noam"}:
        wrong["no_warmup"] = lambda: values(_constant)
    wrong["epoch_off_by_one"] = lambda: values(_KINDS[kind], 1)
    wrong["schedule_ignored"] = lambda: values(_constant)
    return derived(right, wrong)


_EMA_ASKS: Final = ("v", "corrected", "series", "corrected_series", "window")


def averages(values: Vector, beta: Scalar, start: Scalar) -> Vector:
    """Return the exponential moving average after every value."""
    found: Vector = []
    v = start
    for value in values:
        v = settled([beta * v + (1 - beta) * value])[0]
        found.append(v)
    return found


@operation(beta="decay momentum", values="x series data", start="v0 initial", correct="bias_correction")
def ema(fields: DataFields) -> Derived:
    """Derive a moving average; fields: beta, values, start (0); ask v, corrected, series, corrected_series, window."""
    beta = fields.number("beta", low=0, high=1)
    values: Vector = (
        fields.vector("values") if "values" in fields or fields.ask != "window" else [Fraction(0)]
    )
    start = fields.number("start", 0)
    default: tuple[str, ...] = ("v", "corrected")
    if "correct" in fields:
        default = ("corrected",) if fields.flag("correct", default=True) else ("v",)
    asks = fields.asked(_EMA_ASKS, default)
    if beta == 1:
        raise fields.fail("beta is below 1", "beta")

    def asked(ask: str, divide: Callable[[int], Scalar], beta: Scalar = beta) -> list[Scalar]:
        series = averages(values, beta, start)
        corrected = [v / divide(index + 1) for index, v in enumerate(series)]
        window: list[Scalar] = [1 / (1 - beta)]
        return {"v": series[-1:], "corrected": corrected[-1:], "series": series, "window": window}.get(
            ask, corrected
        )

    def result(divide: Callable[[int], Scalar], beta: Scalar = beta) -> Any:
        return single([x for ask in asks for x in asked(ask, divide, beta)])

    def correct(t: int) -> Scalar:
        return 1 - (beta**t if t <= 64 else float(beta) ** t)

    wrong: Slips = {
        "ema_no_correction": lambda: result(lambda _: Fraction(1)),
        "ema_1_minus_beta": lambda: result(lambda _: 1 - beta),
        "ema_weights_swapped": lambda: result(lambda t: 1 - (1 - beta) ** t, 1 - beta),
    }
    return derived(result(correct), wrong)
