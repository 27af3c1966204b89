"""Answer what a specification asks about a network: `params`, `params.0`, `shape.conv.2`, `macs`, ..."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING, Any, Final

from grader.derive.analysis import Analysis, is_windowed
from grader.derive.layers.table import layer_kind
from grader.derive.specification import SpecError, did_you_mean, plain_word, shown

if TYPE_CHECKING:
    from collections.abc import Callable
    from fractions import Fraction

    from grader.derive.layers.layer import Tensor
    from grader.derive.specification import Fields

MAX_ASKED: Final = 200

# What a question may ask for, and the other names for it.
HEADS: Final = {
    "params": "params",
    "parameters": "params",
    "total_params": "params",
    "total": "params",
    "trainable": "trainable",
    "trainable_params": "trainable",
    "non_trainable": "non_trainable",
    "non_trainable_params": "non_trainable",
    "nontrainable": "non_trainable",
    "weights": "weights",
    "biases": "biases",
    "layer_params": "layer_params",
    "params_per_layer": "layer_params",
    "layer_trainable": "layer_trainable",
    "layer_weights": "layer_weights",
    "layer_biases": "layer_biases",
    "shapes": "shapes",
    "output_shapes": "shapes",
    "shape": "shape",
    "out": "shape",
    "output_shape": "shape",
    "output": "shape",
    "macs": "macs",
    "mult_adds": "macs",
    "layer_macs": "layer_macs",
    "flops": "flops",
    "layer_flops": "layer_flops",
    "connections": "connections",
    "layer_connections": "layer_connections",
    "rf": "rf",
    "receptive_field": "rf",
    "rfs": "rfs",
    "receptive_fields": "rfs",
    "rf_area": "rf_area",
    "effective_stride": "jump",
    "jump": "jump",
    "jumps": "jumps",
    "effective_strides": "jumps",
    "size": "size",
    "neurons": "size",
    "units": "size",
    "activations": "activations",
    "layer_activations": "layer_activations",
    "layer_sizes": "layer_activations",
    "layers": "layers",
}

TOPICS: Final = {
    "params": "params",
    "trainable": "params",
    "non_trainable": "params",
    "weights": "params",
    "biases": "params",
    "layer_params": "params",
    "layer_trainable": "params",
    "layer_weights": "params",
    "layer_biases": "params",
    "shapes": "shape",
    "shape": "shape",
    "size": "shape",
    "activations": "shape",
    "layer_activations": "shape",
    "macs": "macs",
    "layer_macs": "macs",
    "flops": "macs",
    "layer_flops": "macs",
    "connections": "macs",
    "layer_connections": "macs",
    "rf": "rf",
    "rfs": "rf",
    "rf_area": "rf",
    "jump": "rf",
    "jumps": "rf",
    "layers": "",
}

_LIST_OF: Final = {
    "params": "layer_params",
    "trainable": "layer_trainable",
    "weights": "layer_weights",
    "biases": "layer_biases",
    "macs": "layer_macs",
    "flops": "layer_flops",
    "connections": "layer_connections",
    "shape": "shapes",
    "rf": "rfs",
    "jump": "jumps",
    "activations": "layer_activations",
    "size": "layer_activations",
}
_PARTS: Final = {"trainable", "non_trainable", "weights", "biases", "total"}


@dataclass(frozen=True, slots=True)
class DerivedQuestion:
    """One thing asked: a head and what stands behind its dots; the filters choose layers of a list."""

    head: str
    steps: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    skip: tuple[int, ...] = ()
    text: str = ""

    @property
    def topic(self) -> str:
        return TOPICS[self.head]

    def answer(self, analysis: Analysis, base: Analysis | None = None) -> Any:
        """Return the value; layers are chosen by what they have in `base` (default: the analysis itself)."""
        return _answer(self, analysis, base or analysis)


def read_questions(fields: Fields, default: str) -> tuple[tuple[DerivedQuestion, ...], bool]:
    """Return what is asked for, and whether it is a list of things."""
    value = fields.raw("ask", default)
    types = tuple(_type(name, fields) for name in fields.texts("types"))
    skip = fields.counts("skip", ())
    items = value if isinstance(value, list | tuple) else (value,)
    if not items or len(items) > MAX_ASKED:
        raise fields.error(f"ask must name between 1 and {MAX_ASKED} things", "ask")
    place = fields.at("ask")
    questions = tuple(
        read_question(item, (*place, index) if isinstance(value, list | tuple) else place, types, skip)
        for index, item in enumerate(items)
    )
    return questions, isinstance(value, list | tuple)


def _type(name: str, fields: Fields) -> str:
    try:
        return layer_kind(name)[0]
    except KeyError:
        raise fields.error(f"types names {shown(name)}, which is no layer", "types") from None


def read_question(
    value: Any, place: tuple[str | int, ...], types: tuple[str, ...] = (), skip: tuple[int, ...] = ()
) -> DerivedQuestion:
    """Read `params.0` into a head and steps."""
    text = str(value).strip()
    first, *steps = text.split(".")
    word = plain_word(first)
    if isinstance(value, dict | list | tuple) or word not in HEADS or len(text) > 200:
        raise SpecError(
            f"a network has nothing called {shown(text)} to ask for{did_you_mean(word, HEADS)}", place
        )
    return DerivedQuestion(HEADS[word], tuple(steps), types, skip, text)


def _rows(question: DerivedQuestion, base: Analysis, has: Callable[[int], object]) -> list[int]:
    """Return the layers of a list: those with something to count, or all of the types asked for."""
    found = [
        index
        for index, node in enumerate(base.nodes)
        if node.kind != "input" and (node.kind in question.types if question.types else has(index))
    ]
    return [index for position, index in enumerate(found) if position not in question.skip]


def _answer(question: DerivedQuestion, analysis: Analysis, base: Analysis) -> Any:
    if question.steps:
        return _inside(question, analysis, base)
    if question.head in _TOTALS:
        if question.types or question.skip:
            return sum(
                _answer(
                    DerivedQuestion(_LIST_OF[question.head], (), question.types, question.skip),
                    analysis,
                    base,
                )
            )
        return _TOTALS[question.head](analysis)
    return tuple(_ONE[question.head](analysis, index) for index in _chosen(question, base))


def _chosen(question: DerivedQuestion, base: Analysis) -> list[int]:
    has: Callable[[int], object]
    if question.head in {"shapes", "layer_activations"}:
        has = lambda _index: True  # noqa: E731 - one of three criteria side by side
    elif question.head in {"rfs", "jumps"}:
        has = lambda index: is_windowed(base, index)  # noqa: E731
    elif question.head in {"layer_macs", "layer_flops", "layer_connections"}:
        has = lambda index: base.connections[index]  # noqa: E731
    else:
        has = lambda index: base.tensors[index]  # noqa: E731
    return _rows(question, base, has)


def _inside(question: DerivedQuestion, analysis: Analysis, base: Analysis) -> Any:
    """Follow the dots: a part of the total, a layer by number or name, then a part or an axis of it."""
    head, (step, *rest) = question.head, question.steps
    if head == "params" and step in _PARTS:
        head = {"total": "params"}.get(step, step)
        return _answer(
            DerivedQuestion(head, tuple(rest), question.types, question.skip, question.text), analysis, base
        )
    if head not in _LIST_OF and head in _TOTALS:
        raise _lost(question, f"{head} has no parts")
    listing = _LIST_OF.get(head, head)
    index = _layer(question, listing, step, analysis, base)
    if index is None:  # an axis of the output shape
        return _axis(question, analysis, len(analysis.nodes) - 1, (step, *rest))
    if head in {"shape", "shapes"}:
        return _axis(question, analysis, index, tuple(rest))
    if rest and listing == "layer_params":
        if rest[0] not in _PARTS or rest[1:]:
            raise _lost(question, f"parameters have no {rest[0]!r}{did_you_mean(rest[0], _PARTS)}")
        return _count(analysis.tensors[index], rest[0])
    if rest:
        raise _lost(question, "too many dots")
    return _ONE[listing](analysis, index)


def _layer(
    question: DerivedQuestion, listing: str, step: str, analysis: Analysis, base: Analysis
) -> int | None:
    """Return the node that a step names; None for `out`, whose axes may follow."""
    if listing == "shapes" and (step in {"h", "w", "c", "height", "width", "channels"}):
        return None
    if listing == "shapes" and step == "out":
        return len(analysis.nodes) - 1
    chosen = _chosen(DerivedQuestion(listing, (), question.types, question.skip), base)
    if step.lstrip("-").isdigit() and len(step) < 7:
        number = int(step)
        if not -len(chosen) <= number < len(chosen):
            raise _lost(question, f"there are {len(chosen)} of them, numbered from 0")
        return chosen[number]
    if step in {"last", "first"}:
        return chosen[-1 if step == "last" else 0] if chosen else None
    names = {node.name: index for index, node in enumerate(analysis.nodes)}
    if step in names:
        return names[step]
    raise _lost(question, f"no layer is called {shown(step)}{did_you_mean(step, names)}")


def _axis(question: DerivedQuestion, analysis: Analysis, index: int, steps: tuple[str, ...]) -> Any:
    shape = analysis.network.presented(analysis.outputs[index])
    if not steps:
        return shape
    first = analysis.network.conventions.channels_first
    order = ("channels", "height", "width") if first else ("height", "width", "channels")
    names = {name: axis for axis, name in enumerate(order)} | {
        name[0]: axis for axis, name in enumerate(order)
    }
    axis = names.get(steps[0]) if len(shape) == 3 else None
    if axis is None and steps[0].lstrip("-").isdigit() and len(steps[0]) < 3:
        axis = int(steps[0])
    if axis is None or not -len(shape) <= axis < len(shape) or steps[1:]:
        raise _lost(question, f"the shape {list(shape)} has no axis {shown('.'.join(steps))}")
    return shape[axis]


def _lost(question: DerivedQuestion, why: str) -> SpecError:
    return SpecError(f"ask {question.text!r}: {why}", ("ask",))


def _count(tensors: tuple[Tensor, ...], part: str) -> int:
    wanted: Callable[[Tensor], bool] = {
        "total": lambda _: True,
        "trainable": lambda tensor: tensor.trainable,
        "non_trainable": lambda tensor: not tensor.trainable,
        "weights": lambda tensor: tensor.role not in {"bias", "moving"},
        "biases": lambda tensor: tensor.role == "bias",
    }[part]
    return sum(tensor.size for tensor in tensors if wanted(tensor))


def _total(part: str) -> Callable[[Analysis], int]:
    return lambda analysis: sum(_count(tensors, part) for tensors in analysis.tensors)


def _non_trainable(analysis: Analysis) -> int:
    return sum(analysis.counts) - _total("trainable")(analysis)


def _flops(analysis: Analysis, index: int) -> int:
    return analysis.macs[index] * analysis.network.conventions.flops_per_mac


def _square(values: tuple[Fraction | int, ...]) -> Any:
    return values[0] if len(set(values)) == 1 else values


def _rf(analysis: Analysis, index: int) -> Any:
    reach = analysis.reaches[index]
    if reach is None:
        node = analysis.nodes[index]
        raise SpecError(f"layer {node.name!r} has no receptive field: its input has no positions", ("ask",))
    return _square(reach.sizes)


def _jump(analysis: Analysis, index: int) -> Any:
    _rf(analysis, index)
    reach = analysis.reaches[index]
    return _square(reach.jumps) if reach else 1


def _area(analysis: Analysis) -> Any:
    size = _rf(analysis, len(analysis.nodes) - 1)
    return prod(size) if isinstance(size, tuple) else size * size


_TOTALS: Final[dict[str, Callable[[Analysis], Any]]] = {
    "params": lambda analysis: sum(analysis.counts),
    "trainable": _total("trainable"),
    "non_trainable": _non_trainable,
    "weights": _total("weights"),
    "biases": _total("biases"),
    "shape": lambda analysis: analysis.network.presented(analysis.outputs[-1]),
    "macs": lambda analysis: sum(analysis.macs),
    "flops": lambda analysis: sum(analysis.macs) * analysis.network.conventions.flops_per_mac,
    "connections": lambda analysis: sum(analysis.connections),
    "rf": lambda analysis: _rf(analysis, len(analysis.nodes) - 1),
    "rf_area": _area,
    "jump": lambda analysis: _jump(analysis, len(analysis.nodes) - 1),
    "size": lambda analysis: prod(analysis.outputs[-1]),
    "activations": lambda analysis: sum(
        prod(output)
        for node, output in zip(analysis.nodes, analysis.outputs, strict=True)
        if node.layer.stores and node.kind != "input"
    ),
    "layers": lambda analysis: sum(bool(tensors) for tensors in analysis.tensors),
}

_ONE: Final[dict[str, Callable[[Analysis, int], Any]]] = {
    "layer_params": lambda analysis, index: analysis.counts[index],
    "layer_trainable": lambda analysis, index: _count(analysis.tensors[index], "trainable"),
    "layer_weights": lambda analysis, index: _count(analysis.tensors[index], "weights"),
    "layer_biases": lambda analysis, index: _count(analysis.tensors[index], "biases"),
    "shapes": lambda analysis, index: analysis.network.presented(analysis.outputs[index]),
    "layer_macs": lambda analysis, index: analysis.macs[index],
    "layer_flops": _flops,
    "layer_connections": lambda analysis, index: analysis.connections[index],
    "rfs": _rf,
    "jumps": _jump,
    "layer_activations": lambda analysis, index: prod(analysis.outputs[index]),
}
