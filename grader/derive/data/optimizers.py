"""Steps of gradient-based optimizers, from a given gradient or one written as an expression.

Momentum keeps v = momentum * v + lr * g and subtracts it (`velocity: lr_inside`); `lr_outside` is PyTorch's
v = momentum * v + g with p - lr * v, `ema` uses (1 - momentum) * g. Adam corrects its moments at step t
(state t counts the steps already done). eps stands outside the root.
Sources: Duchi et al. (2011), Kingma and Ba (2015), Loshchilov and Hutter (2019), Zeiler (2012).
"""

from __future__ import annotations

from dataclasses import field, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

from grader.derive.data.calculator import evaluate
from grader.derive.data.datafields import DataFields, Slips, derived, exact, operation, single
from grader.derive.data.exproperators import EvaluationProblem
from grader.derive.data.functions import FUNCTIONS
from grader.derive.data.syntax import SyntaxProblem, parse
from grader.derive.exactscalars import Scalar, Vector, magnitude, settled, sqrt
from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from grader.derive.result import Derived

MAX_STEPS: Final = 5_000  # each of them is run again for every mistake
MAX_PARAMETERS: Final = 200
ZERO: Final = Fraction(0)
KINDS: Final = ("sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adadelta", "adam", "adamw", "adamax")
_SYNONYMS: Final = {"gd": "sgd", "gradient_descent": "sgd", "sgd_momentum": "momentum", "nag": "nesterov"}
_ASKS: Final = (
    "params",
    "step",
    "grad",
    "m",
    "v",
    "G",
    "s",
    "m_hat",
    "v_hat",
    "t",
    "u",
    "delta",
    "effective_lr",
)
_STATE: Final = {
    "G": "G", "g": "G", "accumulator": "G", "cache": "G", "s": "s", "v": "v", "velocity": "v", "m": "m", "t": "t", "step": "t",
    "u": "u", "delta": "delta",
}  # fmt: skip
_DEFAULT_RATE: Final = {"adam": "1/1000", "adamw": "1/1000", "adamax": "2/1000"}


@dataclass(frozen=True)
class OptimizerSettings:
    """The constants of one rule, and the slips a mistake makes."""

    kind: str
    lr: Scalar
    momentum: Scalar = ZERO
    beta1: Scalar = Fraction(9, 10)
    beta2: Scalar = Fraction(999, 1000)
    rho: Scalar = Fraction(9, 10)
    eps: Scalar = ZERO
    weight_decay: Scalar = ZERO
    velocity: str = "lr_inside"
    slips: frozenset[str] = frozenset()


@dataclass
class Moment:
    """The parameters with all that an optimizer remembers about them; the last step for questions."""

    params: Vector
    kept: dict[str, Vector]
    t: int = 0
    last: dict[str, Vector] = field(default_factory=dict)


def _mix(weight: Scalar, old: Vector, new: Vector) -> Vector:
    return [weight * a + (1 - weight) * b for a, b in zip(old, new, strict=True)]


def _sgd(s: OptimizerSettings, _: Moment, g: Vector) -> Vector:
    return [-s.lr * x for x in g]


def _momentum(s: OptimizerSettings, at: Moment, g: Vector) -> Vector:
    old = at.kept["v"]
    if s.velocity == "ema":
        v = _mix(s.momentum, old, g)
    else:
        v = [
            s.momentum * a + (s.lr if s.velocity == "lr_inside" else 1) * x
            for a, x in zip(old, g, strict=True)
        ]
    at.kept["v"] = v
    rate = 1 if s.velocity == "lr_inside" else s.lr
    if s.kind == "nesterov" and "lookahead" not in s.slips:
        if s.velocity == "lr_inside":
            return [-(s.momentum * a + s.lr * x) for a, x in zip(v, g, strict=True)]
        return [-s.lr * (s.momentum * a + x) for a, x in zip(v, g, strict=True)]
    return [-rate * a for a in v]


def _adagrad(s: OptimizerSettings, at: Moment, g: Vector) -> Vector:
    old = at.kept["G"]
    at.kept["G"] = [a + x * x for a, x in zip(old, g, strict=True)]
    return _scaled(s, old if "old_accumulator" in s.slips else at.kept["G"], g)


def _rmsprop(s: OptimizerSettings, at: Moment, g: Vector) -> Vector:
    old = at.kept["s"]
    at.kept["s"] = _mix(s.rho, old, [x * x for x in g])
    return _scaled(s, old if "old_accumulator" in s.slips else at.kept["s"], g)


def _scaled(s: OptimizerSettings, squares: Vector, g: Vector) -> Vector:
    if "no_root" in s.slips:
        return [-s.lr * x / (a + s.eps) for a, x in zip(squares, g, strict=True)]
    return [-s.lr * x / (sqrt(a) + s.eps) if x else ZERO for a, x in zip(squares, g, strict=True)]


def _adadelta(s: OptimizerSettings, at: Moment, g: Vector) -> Vector:
    at.kept["s"] = _mix(s.rho, at.kept["s"], [x * x for x in g])
    steps = [
        -sqrt(d + s.eps) / sqrt(a + s.eps) * x if x else ZERO
        for a, d, x in zip(at.kept["s"], at.kept["delta"], g, strict=True)
    ]
    at.kept["delta"] = _mix(s.rho, at.kept["delta"], [x * x for x in steps])
    return [s.lr * x for x in steps]


def _left(beta: Scalar, t: int) -> Scalar:
    """Return 1 - beta^t, exactly for the few first steps."""
    return 1 - (beta**t if t <= 32 else float(beta) ** t)


def _adam(s: OptimizerSettings, at: Moment, g: Vector) -> Vector:
    at.kept["m"] = _mix(s.beta1, at.kept["m"], g)
    at.kept["v"] = _mix(s.beta2, at.kept["v"], [x * x for x in g])
    first, second = _left(s.beta1, at.t), _left(s.beta2, at.t)
    if "no_correction" in s.slips:
        first = second = Fraction(1)
    elif "one_minus_beta" in s.slips:
        first, second = 1 - s.beta1, 1 - s.beta2
    m_hat: Vector = [x / first for x in at.kept["m"]]
    v_hat: Vector = [x / second for x in at.kept["v"]]
    at.last.update(m_hat=m_hat, v_hat=v_hat)
    found = _scaled(s, v_hat, m_hat)
    if s.kind == "adamw":
        found = [a - s.lr * s.weight_decay * p for a, p in zip(found, at.params, strict=True)]
    return found


def _adamax(s: OptimizerSettings, at: Moment, g: Vector) -> Vector:
    at.kept["m"] = _mix(s.beta1, at.kept["m"], g)
    at.kept["u"] = [max(s.beta2 * a, magnitude(x)) for a, x in zip(at.kept["u"], g, strict=True)]
    first = Fraction(1) if "no_correction" in s.slips else _left(s.beta1, at.t)
    at.last["m_hat"] = [x / first for x in at.kept["m"]]
    return [
        -s.lr * x / (u + s.eps) if x else ZERO for x, u in zip(at.last["m_hat"], at.kept["u"], strict=True)
    ]


# kind: the rule, what it remembers
_RULES: Final[Mapping[str, tuple[Callable[[OptimizerSettings, Moment, Vector], Vector], tuple[str, ...]]]] = {
    "sgd": (_sgd, ()),
    "momentum": (_momentum, ("v",)),
    "nesterov": (_momentum, ("v",)),
    "adagrad": (_adagrad, ("G",)),
    "rmsprop": (_rmsprop, ("s",)),
    "adadelta": (_adadelta, ("s", "delta")),
    "adam": (_adam, ("m", "v")),
    "adamw": (_adam, ("m", "v")),
    "adamax": (_adamax, ("m", "u")),
}


def run(
    settings: OptimizerSettings, start: Moment, gradient: Callable[[Vector, int], Vector], steps: int
) -> Moment:
    """Return the state after some steps; the gradient is a function of the parameters and the step's number."""
    at = Moment(list(start.params), {name: list(values) for name, values in start.kept.items()}, start.t)
    rule = _RULES[settings.kind][0]
    for number in range(steps):
        at.t += 1
        where = at.params
        if settings.kind == "nesterov" and settings.slips == {"lookahead"}:
            rate = 1 if settings.velocity == "lr_inside" else settings.lr
            where = [p - rate * settings.momentum * v for p, v in zip(where, at.kept["v"], strict=True)]
        g = gradient(where, number)
        if settings.weight_decay and settings.kind != "adamw":
            g = [x + settings.weight_decay * p for x, p in zip(g, at.params, strict=True)]
        change = rule(settings, at, g)
        if "ascent" in settings.slips:
            change = [-x for x in change]
        at.last.update(step=change, grad=g)
        at.params = settled([p + x for p, x in zip(at.params, change, strict=True)])
        at.kept = {name: settled(values) for name, values in at.kept.items()}
    return at


def _asked(at: Moment, ask: str) -> Vector:
    if ask == "params":
        return at.params
    if ask == "t":
        return [Fraction(at.t)]
    if ask in at.last:
        return at.last[ask]
    for other in (ask, "s", "G", "v") if ask in {"v", "s", "G"} else (ask,):
        if other in at.kept:
            return at.kept[other]
    raise KeyError(ask)


def _gradient(fields: DataFields, size: int, steps: int) -> Callable[[Vector, int], Vector]:
    if "grads" in fields:
        rows = (
            fields.matrix("grads", columns=size)
            if fields.is_matrix("grads")
            else [[x] for x in fields.vector("grads")]
        )
        if len(rows) != steps or len(rows[0]) != size:
            raise fields.fail(f"{steps} gradients with {size} numbers each are needed", "grads")
        return lambda _, number: rows[number]
    value = fields.raw("grad")
    items = value if isinstance(value, list | tuple) else [value]
    if all(exact(item) is not None for item in items):
        numbers = fields.vector("grad", size=size)
        return lambda _params, _number: numbers
    names = fields.names("names", ["x"] if size == 1 else [f"w{index}" for index in range(size)])
    if len(names) != size or len(items) != size:
        raise fields.fail(f"{size} expressions and {size} names are needed", "grad")

    def computed(params: Vector, _: int) -> Vector:
        values = dict(zip(names, params, strict=True))
        try:
            found = [exact(evaluate(parse(str(item)), values, FUNCTIONS)) for item in items]
        except (SyntaxProblem, EvaluationProblem) as problem:
            raise fields.fail(str(problem), "grad") from problem
        if any(number is None for number in found):
            raise fields.fail("the gradient is not a number", "grad")
        return [number for number in found if number is not None]

    return computed


def _state(fields: DataFields, kind: str, size: int) -> tuple[dict[str, Vector], int]:
    kept: dict[str, Vector] = {name: [ZERO] * size for name in _RULES[kind][1]}
    t = 0
    state = fields.raw("state", {})
    if not isinstance(state, dict):
        raise fields.fail("state is a mapping such as {v: [0.1]}", "state")
    for key, value in state.items():
        name = _STATE.get(str(key), _STATE.get(str(key).lower(), ""))
        inner = DataFields({str(key): value}, {str(key): ""}, fields.at("state"))
        if name == "t":
            t = inner.whole(str(key))
            continue
        if name not in kept and name in {"v", "s", "G"}:  # the same thing under another letter
            name = next((other for other in ("v", "s", "G") if other in kept), name)
        if name not in kept:
            raise fields.fail(f"{kind} remembers {', '.join((*kept, 't'))}, not {key!r}", "state")
        kept[name] = inner.vector(str(key), size=size)
        squares = {"G", "s", "u", "delta"} | ({"v"} if "m" in kept else set())
        if name in squares and min(kept[name]) < 0:
            raise inner.fail(f"{key} averages squares, which are not negative", str(key))
    return kept, t


def _settings(fields: DataFields) -> OptimizerSettings:
    kinds = (*KINDS, *_SYNONYMS)
    kind = fields.op if fields.op in kinds and "kind" not in fields else fields.choice("kind", kinds, "sgd")
    kind = _SYNONYMS.get(kind, kind)
    if kind == "sgd" and "momentum" in fields and fields.number("momentum"):
        kind = "nesterov" if fields.flag("nesterov", default=False) else "momentum"
    small = Fraction(1, 10**6) if kind == "adadelta" else Fraction(1, 10**8)
    heavy = kind in {"momentum", "nesterov"}
    rolling, still = ("rho", "9/10") if heavy else ("momentum", "0")  # momentum is also written beta
    rate = "1" if kind == "adadelta" else _DEFAULT_RATE.get(kind, "1/100")
    return OptimizerSettings(
        kind,
        fields.number("lr", rate, low=0),
        momentum=fields.number("momentum" if "momentum" in fields else rolling, still, low=0, high=1),
        beta1=fields.number("beta1", "9/10", low=0, high=1),
        beta2=fields.number("beta2", "999/1000", low=0, high=1),
        rho=fields.number("rho", "95/100" if kind == "adadelta" else "9/10", low=0, high=1),
        eps=fields.number("eps", small, low=0),
        weight_decay=fields.number("weight_decay", "1/100" if kind == "adamw" else 0, low=0),
        velocity=fields.choice("velocity", ("lr_inside", "lr_outside", "ema"), "lr_inside"),
        slips=frozenset({"lookahead"}) if kind == "nesterov" and isinstance(fields.raw("grad", None), str | list)
        and not _is_numbers(fields.raw("grad")) else frozenset(),
    )  # fmt: skip


def _is_numbers(value: Any) -> bool:
    return all(exact(item) is not None for item in (value if isinstance(value, list | tuple) else [value]))


_FIELDS: Final = {
    "kind": "optimizer method", "params": "param w weights theta x0", "grad": "gradient g", "grads": "gradients", "lr": "learning_rate alpha eta",
    "momentum": "gamma mu", "nesterov": "", "beta1": "beta_1", "beta2": "beta_2", "rho": "beta decay_rate decay", "eps": "epsilon",
    "weight_decay": "", "velocity": "", "state": "", "steps": "", "names": "", "t": "",
}  # fmt: skip


@operation(**_FIELDS)
def optimizer(fields: DataFields) -> Derived:
    """Derive steps of an optimizer; fields: kind, params, grad | grads, lr, constants, state, steps (1), ask (params)."""
    settings = _settings(fields)
    params = fields.vector("params")
    if len(params) > MAX_PARAMETERS:
        raise fields.fail(f"at most {MAX_PARAMETERS} parameters", "params")
    many = len(fields.raw("grads")) if isinstance(fields.raw("grads", None), list | tuple) else 1
    steps = fields.whole("steps", many, low=1, high=MAX_STEPS // len(params))
    gradient = _gradient(fields, len(params), steps)
    kept, t = _state(fields, settings.kind, len(params))
    start = Moment(params, kept, fields.whole("t", 1, low=1) - 1 if "t" in fields else t)
    asks = [{"g": "G"}.get(ask, ask) for ask in fields.asked([name.lower() for name in _ASKS], "params")]

    def values(changed: OptimizerSettings = settings, start: Moment = start) -> Any:
        at = run(changed, start, gradient, steps)
        return single([x for ask in asks for x in _asked(at, ask)])

    with (
        fields.refusing(KeyError, f"{settings.kind} has no {{}} to ask for", "kind"),
        fields.refusing(ZeroDivisionError, "eps is 0 and so is what the gradient is divided by", "eps"),
        fields.refusing(
            OverflowError, "the steps grow beyond all bounds: the learning rate is too large", "lr"
        ),
    ):
        right = values()
    return derived(right, _mistakes(settings, start, values))


def _mistakes(s: OptimizerSettings, start: Moment, values: Callable[..., Any]) -> Slips:
    def slip(name: str, **changes: Any) -> Callable[[], Any]:
        return lambda: values(replace(s, slips=s.slips | {name}, **changes))

    fresh = Moment(start.params, {name: [ZERO] * len(old) for name, old in start.kept.items()}, start.t)
    found: Slips = {"gd_ascent": slip("ascent"), "lr_missing": slip("", lr=Fraction(1))}
    if s.kind in {"momentum", "nesterov"}:
        found |= {
            "no_momentum": lambda: values(replace(s, momentum=ZERO)),
            "velocity_forgotten": lambda: values(s, fresh),
            "momentum_convention": lambda: values(
                replace(s, velocity="ema" if s.velocity != "ema" else "lr_inside")
            ),
        }
    if s.kind == "nesterov":
        found["nesterov_as_momentum"] = lambda: values(replace(s, kind="momentum"))
    if s.kind in {"adagrad", "rmsprop"}:
        found |= {"old_accumulator": slip("old_accumulator"), "no_root": slip("no_root")}
    if s.kind in {"adam", "adamw", "adamax"}:
        found |= {
            "adam_no_correction": slip("no_correction"),
            "ema_1_minus_beta": slip("one_minus_beta"),
            "no_root": slip("no_root"),
            "betas_swapped": lambda: values(replace(s, beta1=s.beta2, beta2=s.beta1)),
        }
    if s.weight_decay:
        found["decay_forgotten"] = lambda: values(replace(s, weight_decay=ZERO))
        if s.kind == "adamw":
            found["decay_coupled"] = lambda: values(replace(s, kind="adam"))
    return found
