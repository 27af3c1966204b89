"""Answer what a specification asks about a network: `params`, `params.0`, `shape.conv.2`, `macs`, ..."""

from __future__ import annotations

from dataclasses import replace
from math import prod
from typing import TYPE_CHECKING, Any, Final

from grader.derive.analysis import Analysis, is_windowed
from grader.derive.layers.table import layer_kind
from grader.derive.specification import SpecError, did_you_mean, plain_word, shown
from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable
    from fractions import Fraction

    from grader.derive.layers.layer import Tensor
    from grader.derive.specification import Fields

MAX_ASKED: Final = 200

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
        return QUANTITIES[self.head].topic

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
    if isinstance(value, dict | list | tuple) or word not in _HEADS or len(text) > 200:
        raise SpecError(
            f"a network has nothing called {shown(text)} to ask for{did_you_mean(word, _HEADS)}", place
        )
    return DerivedQuestion(_HEADS[word], tuple(steps), types, skip, text)


def _chosen(question: DerivedQuestion, base: Analysis) -> list[int]:
    """Return the layers of a list: those with something to count, or all of the types asked for."""
    has = QUANTITIES[question.head].has
    found = [
        index
        for index, node in enumerate(base.nodes)
        if node.kind != "input" and (node.kind in question.types if question.types else has(base, index))
    ]
    return [index for position, index in enumerate(found) if position not in question.skip]


def _answer(question: DerivedQuestion, analysis: Analysis, base: Analysis) -> Any:
    if question.steps:
        return _inside(question, analysis, base)
    asked = QUANTITIES[question.head]
    if asked.each is not None:
        return tuple(asked.each(analysis, index) for index in _chosen(question, base))
    if not question.types and not question.skip:
        return asked.total(analysis)
    if asked.listing in {"", "shapes"}:
        raise _lost(question, f"{question.head} is no sum over layers that 'types' or 'skip' could choose")
    return sum(_answer(replace(question, head=asked.listing), analysis, base))


def _inside(question: DerivedQuestion, analysis: Analysis, base: Analysis) -> Any:
    """Follow the dots: a part of the total, a layer by number or name, then a part or an axis of it."""
    head, (step, *rest) = question.head, question.steps
    if head == "params" and step in _PARTS:
        head = {"total": "params"}.get(step, step)
        return _answer(replace(question, head=head, steps=tuple(rest)), analysis, base)
    listing = head if QUANTITIES[head].each is not None else QUANTITIES[head].listing
    if not listing:
        raise _lost(question, f"{head} has no parts")
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
    each = QUANTITIES[listing].each
    return each(analysis, index) if each is not None else None


def _layer(
    question: DerivedQuestion, listing: str, step: str, analysis: Analysis, base: Analysis
) -> int | None:
    """Return the node that a step names; None for `out`, whose axes may follow."""
    if listing == "shapes" and (step in {"h", "w", "c", "height", "width", "channels"}):
        return None
    if listing == "shapes" and step == "out":
        return len(analysis.nodes) - 1
    chosen = _chosen(replace(question, head=listing), base)
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


def _part(part: str) -> Callable[[Analysis, int], int]:
    return lambda analysis, index: _count(analysis.tensors[index], part)


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


def _activations(analysis: Analysis) -> int:
    return sum(
        prod(output)
        for node, output in zip(analysis.nodes, analysis.outputs, strict=True)
        if node.layer.stores and node.kind != "input"
    )


def _last(each: Callable[[Analysis, int], Any]) -> Callable[[Analysis], Any]:
    return lambda analysis: each(analysis, len(analysis.nodes) - 1)


def _shape(analysis: Analysis, index: int) -> Any:
    return analysis.network.presented(analysis.outputs[index])


def _has_tensors(analysis: Analysis, index: int) -> object:
    return analysis.tensors[index]


def _has_connections(analysis: Analysis, index: int) -> object:
    return analysis.connections[index]


def _has_output(_analysis: Analysis, _index: int) -> object:
    return True


@dataclass(frozen=True, slots=True)
class AskedQuantity:
    """What may be asked for: of the network as a whole, with the quantity of its layers, or of `each` that `has` it."""

    topic: str  # whose mistakes are known
    names: str = ""  # what else it is called
    total: Callable[[Analysis], Any] = lambda _: None
    listing: str = ""
    each: Callable[[Analysis, int], Any] | None = None
    has: Callable[[Analysis, int], object] = _has_tensors


QUANTITIES: Final = {
    "params": AskedQuantity(
        "params", "parameters total_params total", lambda analysis: sum(analysis.counts), "layer_params"
    ),
    "trainable": AskedQuantity("params", "trainable_params", _total("trainable"), "layer_trainable"),
    "non_trainable": AskedQuantity(
        "params",
        "non_trainable_params nontrainable",
        lambda analysis: sum(analysis.counts) - _total("trainable")(analysis),
    ),
    "weights": AskedQuantity("params", "", _total("weights"), "layer_weights"),
    "biases": AskedQuantity("params", "", _total("biases"), "layer_biases"),
    "shape": AskedQuantity("shape", "out output output_shape", _last(_shape), "shapes"),
    "size": AskedQuantity(
        "shape", "neurons units", lambda analysis: prod(analysis.outputs[-1]), "layer_activations"
    ),
    "activations": AskedQuantity("shape", "", _activations, "layer_activations"),
    "macs": AskedQuantity("macs", "mult_adds", lambda analysis: sum(analysis.macs), "layer_macs"),
    "flops": AskedQuantity(
        "macs",
        "",
        lambda analysis: sum(analysis.macs) * analysis.network.conventions.flops_per_mac,
        "layer_flops",
    ),
    "connections": AskedQuantity("macs", "", lambda analysis: sum(analysis.connections), "layer_connections"),
    "rf": AskedQuantity("rf", "receptive_field", _last(_rf), "rfs"),
    "rf_area": AskedQuantity("rf", "", _area),
    "jump": AskedQuantity("rf", "effective_stride", _last(_jump), "jumps"),
    "layers": AskedQuantity("", "", lambda analysis: sum(bool(tensors) for tensors in analysis.tensors)),
    "layer_params": AskedQuantity(
        "params", "params_per_layer", each=lambda analysis, index: analysis.counts[index]
    ),
    "layer_trainable": AskedQuantity("params", each=_part("trainable")),
    "layer_weights": AskedQuantity("params", each=_part("weights")),
    "layer_biases": AskedQuantity("params", each=_part("biases")),
    "shapes": AskedQuantity("shape", "output_shapes", each=_shape, has=_has_output),
    "layer_activations": AskedQuantity(
        "shape",
        "layer_sizes",
        each=lambda analysis, index: prod(analysis.outputs[index]),
        has=_has_output,
    ),
    "layer_macs": AskedQuantity(
        "macs", each=lambda analysis, index: analysis.macs[index], has=_has_connections
    ),
    "layer_flops": AskedQuantity("macs", each=_flops, has=_has_connections),
    "layer_connections": AskedQuantity("macs", each=_has_connections, has=_has_connections),
    "rfs": AskedQuantity("rf", "receptive_fields", each=_rf, has=is_windowed),
    "jumps": AskedQuantity("rf", "effective_strides", each=_jump, has=is_windowed),
}
_HEADS: Final = {name: head for head, asked in QUANTITIES.items() for name in (head, *asked.names.split())}
