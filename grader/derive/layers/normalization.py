"""Normalization, dropout and activations: the shape stays."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any, ClassVar

from grader.derive.exactscalars import exactly
from grader.derive.layers.layer import Layer, Tensor, each_tensor, option, without_role
from grader.derive.specification import ACTIVATION_NAMES, LayerProblem
from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from grader.derive.layers.layer import Miscount
    from grader.derive.rules import Conventions, Rules
    from grader.derive.specification import Exact, Fields, Shape
    from grader.derive.values.exactarrays import Array
    from grader.derive.values.layerstep import LayerStep


def _affine(name: str) -> Callable[[Any, Fields, Any], bool]:
    return lambda _, fields, __: fields.flag(name, default=fields.flag("affine", default=True))


def _rate(_cls: Any, fields: Fields, _conventions: Any) -> Exact:
    rate = fields.exact("rate", 0)
    if not 0 <= rate < 1:
        raise fields.error(f"rate must be from 0 up to 1 (got {rate})", "rate")
    return rate


@dataclass(frozen=True, slots=True)
class BatchNorm(Layer):
    """Gain and shift for every channel, and two moving statistics that are not trained."""

    kind: ClassVar[str] = "batch_norm"
    miscounts: ClassVar[Mapping[str, Miscount]] = {
        "bn_2": without_role("moving"),
        "bn_all_trainable": each_tensor(lambda _, tensor: tensor._replace(trainable=True)),
        "bn_per_pixel": lambda _, reached: [
            each.times(prod(reached.inputs[0][:-1])) for each in reached.tensors
        ],
    }
    ignores: ClassVar[tuple[str, ...]] = ("momentum",)
    scale: bool = option(True, read=_affine("scale"))
    center: bool = option(True, read=_affine("center"))
    statistics: bool = True
    epsilon: Exact = 0
    training: bool = False  # normalise by the batch's own statistics, or by the moving ones

    def tensors(self, shapes: tuple[Shape, ...]) -> tuple[Tensor, ...]:
        channels = shapes[0][-1:]
        moving = (Tensor("moving", channels, 2, trainable=False),) if self.statistics else ()
        gain = (Tensor("gain", channels, part="batch"),) if self.scale else ()
        shift = (Tensor("shift", channels, part="batch"),) if self.center else ()
        return (*gain, *shift, *moving)

    def values(self, step: LayerStep) -> Array:
        shape = step.array.shape[-1:]
        mean, variance = step.weights.shaped("mean", shape), step.weights.shaped("variance", shape)
        scaled = step.mapped(exactly, step.array - mean) / step.mapped(step.root, variance + self.epsilon)
        found: Array = step.weights.shaped("gamma", shape, 1) * scaled + step.weights.shaped("beta", shape, 0)
        return found


@dataclass(frozen=True, slots=True)
class LayerNorm(Layer):
    """Gain and shift for every feature of the last axis, or of the last axes given by `shape`."""

    kind: ClassVar[str] = "layer_norm"
    scale: bool = option(True, read=_affine("scale"))
    center: bool = option(
        True,
        read=lambda cls, fields, _: fields.flag(
            "center", default=fields.flag("bias", default=_affine("center")(cls, fields, _))
        ),
    )
    shape: Shape = option((), low=1)
    epsilon: Exact = 0

    def output(self, shapes: tuple[Shape, ...], _rules: Rules) -> Shape:
        if self.shape and shapes[0][-len(self.shape) :] != self.shape:
            raise LayerProblem(f"shape {list(self.shape)} does not fit the end of the input", "shape")
        return shapes[0]

    def tensors(self, shapes: tuple[Shape, ...]) -> tuple[Tensor, ...]:
        axes = self.shape or shapes[0][-1:]
        gain = (Tensor("gain", axes, part="layer"),) if self.scale else ()
        shift = (Tensor("shift", axes, part="layer"),) if self.center else ()
        return (*gain, *shift)

    def values(self, step: LayerStep) -> Array:
        array = step.mapped(exactly, step.array)
        shape = array.shape[-1:]
        if len(self.shape) > 1:
            raise step.weights.error("values are computed for normalization over the last axis only")
        centred = array - array.sum(axis=-1, keepdims=True) / shape[0] if self.center else array
        variance = (centred * centred).sum(axis=-1, keepdims=True) / shape[0]
        spread = step.mapped(step.root, variance + self.epsilon)
        if not spread.all():
            raise step.weights.error("all features are equal and epsilon is 0: the values are not defined")
        gain, shift = step.weights.shaped("gamma", shape, 1), step.weights.shaped("beta", shape, 0)
        found: Array = gain * (centred / spread) + shift
        return found


@dataclass(frozen=True, slots=True)
class RmsNorm(LayerNorm):
    """Gain only."""

    kind: ClassVar[str] = "rms_norm"

    @classmethod
    def read(cls, fields: Fields, _conventions: Conventions) -> RmsNorm:
        return cls(scale=True, center=False, epsilon=fields.exact("epsilon", 0))


@dataclass(frozen=True, slots=True)
class GroupNorm(Layer):
    """Gain and shift for every channel; statistics over groups of channels."""

    kind: ClassVar[str] = "group_norm"
    groups: int = option(32, low=1)

    def output(self, shapes: tuple[Shape, ...], _rules: Rules) -> Shape:
        if not shapes[0] or shapes[0][-1] % self.groups:
            raise LayerProblem(f"groups {self.groups} must divide the channels of the input", "groups")
        return shapes[0]

    def tensors(self, shapes: tuple[Shape, ...]) -> tuple[Tensor, ...]:
        channels = shapes[0][-1:]
        return (Tensor("gain", channels, part="group"), Tensor("shift", channels, part="group"))


@dataclass(frozen=True, slots=True)
class Dropout(Layer):
    """Drops values while training; has no parameters and does nothing when predicting."""

    kind: ClassVar[str] = "dropout"
    stores: ClassVar[bool] = False
    rate: Exact = option(0, read=_rate)

    def values(self, step: LayerStep) -> Array:
        return step.array

    def gradients(self, _step: LayerStep, upstream: Array) -> Mapping[str, Array]:
        return {"input": upstream}


@dataclass(frozen=True, slots=True)
class Activation(Layer):
    """An elementwise function, or softmax over the last axis."""

    kind: ClassVar[str] = "activation"
    stores: ClassVar[bool] = False
    function: str = option("linear", read=lambda _, fields, __: fields.choice("function", ACTIVATION_NAMES))
    alpha: Exact = 0  # the slope of a leaky ReLU or the scale of an ELU, 0 for the usual one

    def values(self, step: LayerStep) -> Array:
        return step.activate(step.array, "linear" if step.twisted("no_relu") else self.function, self.alpha)

    def gradients(self, step: LayerStep, upstream: Array) -> Mapping[str, Array]:
        if step.twisted("relu_grad_ignored"):
            return {"input": upstream}
        try:
            return {
                "input": step.derivative(step.array, self.values(step), upstream, self.function, self.alpha)
            }
        except KeyError:
            return {}


@dataclass(frozen=True, slots=True)
class Prelu(Layer):
    """A leaky ReLU whose slope is learned: one for all (PyTorch), or one a channel."""

    kind: ClassVar[str] = "prelu"
    slopes: int = option(1, name="num_parameters", low=1)

    def tensors(self, _shapes: tuple[Shape, ...]) -> tuple[Tensor, ...]:
        return (Tensor("gain", (self.slopes,), part="slope"),)
