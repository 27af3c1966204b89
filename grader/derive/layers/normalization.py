"""Normalization, dropout and activations: the shape stays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from grader.derive.layers.layer import Layer, LayerProblem, Tensor
from grader.derive.specification import ACTIVATION_NAMES

if TYPE_CHECKING:
    from grader.derive.rules import Conventions, Rules
    from grader.derive.specification import Exact, Fields, Shape


@dataclass(frozen=True, slots=True)
class BatchNorm(Layer):
    """Gain and shift for every channel, and two moving statistics that are not trained."""

    kind: ClassVar[str] = "batch_norm"
    scale: bool = True
    center: bool = True
    statistics: bool = True
    epsilon: Exact = 0
    training: bool = False  # normalise by the batch's own statistics, or by the moving ones

    @classmethod
    def read(cls, fields: Fields, _conventions: Conventions) -> BatchNorm:
        affine = fields.flag("affine", default=True)
        fields.raw("momentum", 0)
        return cls(
            fields.flag("scale", default=affine),
            fields.flag("center", default=affine),
            fields.flag("statistics", default=True),
            fields.number("epsilon", 0),
            fields.flag("training", default=False),
        )

    def tensors(self, shapes: tuple[Shape, ...]) -> tuple[Tensor, ...]:
        channels = shapes[0][-1:]
        moving = (Tensor("moving", channels, 2, trainable=False),) if self.statistics else ()
        gain = (Tensor("gain", channels, part="batch"),) if self.scale else ()
        shift = (Tensor("shift", channels, part="batch"),) if self.center else ()
        return (*gain, *shift, *moving)


@dataclass(frozen=True, slots=True)
class LayerNorm(Layer):
    """Gain and shift for every feature of the last axis, or of the last axes given by `shape`."""

    kind: ClassVar[str] = "layer_norm"
    scale: bool = True
    center: bool = True
    shape: Shape = ()
    epsilon: Exact = 0

    @classmethod
    def read(cls, fields: Fields, _conventions: Conventions) -> LayerNorm:
        affine = fields.flag("affine", default=True)
        bias = fields.flag("bias", default=affine)
        return cls(
            fields.flag("scale", default=affine),
            fields.flag("center", default=bias),
            fields.counts("shape", (), low=1),
            fields.number("epsilon", 0),
        )

    def output(self, shapes: tuple[Shape, ...], _rules: Rules) -> Shape:
        if self.shape and shapes[0][-len(self.shape) :] != self.shape:
            raise LayerProblem(f"shape {list(self.shape)} does not fit the end of the input", "shape")
        return shapes[0]

    def tensors(self, shapes: tuple[Shape, ...]) -> tuple[Tensor, ...]:
        axes = self.shape or shapes[0][-1:]
        gain = (Tensor("gain", axes, part="layer"),) if self.scale else ()
        shift = (Tensor("shift", axes, part="layer"),) if self.center else ()
        return (*gain, *shift)


@dataclass(frozen=True, slots=True)
class RmsNorm(LayerNorm):
    """Gain only."""

    kind: ClassVar[str] = "rms_norm"

    @classmethod
    def read(cls, fields: Fields, _conventions: Conventions) -> RmsNorm:
        return cls(scale=True, center=False, epsilon=fields.number("epsilon", 0))


@dataclass(frozen=True, slots=True)
class GroupNorm(Layer):
    """Gain and shift for every channel; statistics over groups of channels."""

    kind: ClassVar[str] = "group_norm"
    groups: int

    @classmethod
    def read(cls, fields: Fields, _conventions: Conventions) -> GroupNorm:
        return cls(fields.count("groups", 32, low=1))

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

    @classmethod
    def read(cls, fields: Fields, _conventions: Conventions) -> Dropout:
        rate = fields.number("rate", 0)
        if not 0 <= rate < 1:
            raise fields.error(f"rate must be from 0 up to 1 (got {rate})", "rate")
        return cls()


@dataclass(frozen=True, slots=True)
class Activation(Layer):
    """An elementwise function, or softmax over the last axis."""

    kind: ClassVar[str] = "activation"
    stores: ClassVar[bool] = False
    function: str = "linear"
    alpha: Exact = 0  # the slope of a leaky ReLU or the scale of an ELU, 0 for the usual one

    @classmethod
    def read(cls, fields: Fields, _conventions: Conventions) -> Activation:
        return cls(fields.choice("function", ACTIVATION_NAMES), fields.number("alpha", 0))


@dataclass(frozen=True, slots=True)
class Prelu(Layer):
    """A leaky ReLU whose slope is learned: one for all (PyTorch), or one a channel."""

    kind: ClassVar[str] = "prelu"
    slopes: int = 1

    @classmethod
    def read(cls, fields: Fields, _conventions: Conventions) -> Prelu:
        return cls(fields.count("num_parameters", 1, low=1))

    def tensors(self, _shapes: tuple[Shape, ...]) -> tuple[Tensor, ...]:
        return (Tensor("gain", (self.slopes,), part="slope"),)
