"""Read the layers of a network into a graph: blocks and repeats written out, branches resolved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from math import prod
from typing import TYPE_CHECKING, Any, ClassVar, Final

from grader.derive.entries import COMMON, WITHOUT_EFFECT, read_entry, read_kind, stacked
from grader.derive.layers.layer import Layer
from grader.derive.layers.table import BLOCKS, field_names, layer_class
from grader.derive.rules import CONVENTIONS, Conventions, Rules, read_conventions
from grader.derive.specification import (
    ACTIVATION_NAMES,
    MAX_DIMENSION,
    MAX_ELEMENTS,
    Fields,
    LayerProblem,
    SpecError,
    did_you_mean,
    read_array,
    read_counts,
    shape_of,
    shown,
    spelled,
)
from grader.records import dataclass

if TYPE_CHECKING:
    from grader.derive.specification import Nested, Path, Shape

# The deepest published networks have about a thousand layers.
MAX_LAYERS: Final = 3_000
MAX_NESTING: Final = 20  # blocks in blocks


@dataclass(frozen=True, slots=True)
class Input(Layer):
    """Where data enters."""

    kind: ClassVar[str] = "input"
    inputs: ClassVar[tuple[int, int]] = (0, 0)
    shape: Shape = ()

    def output(self, _shapes: tuple[Shape, ...], _rules: Rules) -> Shape:
        return self.shape


@dataclass(frozen=True, slots=True)
class NetworkNode:
    """A layer with its place in the network. `sources` are indices of earlier nodes."""

    name: str
    layer: Layer
    sources: tuple[int, ...]
    path: Path
    trainable: bool = True
    activation: str = "linear"
    weights: Any = None  # as written: nested lists, or a mapping of tensors
    bias: Any = None

    @property
    def kind(self) -> str:
        return self.layer.kind


@dataclass(frozen=True, slots=True)
class Network:
    """A graph in an order in which it can be computed; the last node is the output."""

    nodes: tuple[NetworkNode, ...]
    conventions: Conventions
    data: Nested | None = None  # values of the input, where they are given

    def label(self, node: NetworkNode, shapes: tuple[Shape, ...]) -> str:
        """Name a layer and what reaches it, as errors do."""
        reached = " and ".join(str(list(self.presented(shape))) for shape in shapes)
        return f"layer {node.name!r} ({node.kind}){' on ' + reached if shapes else ''}"

    def presented(self, shape: Shape) -> Shape:
        """Return a shape in the order of axes that the specification uses."""
        if self.conventions.channels_first and (len(shape) == 3 or (len(shape) == 2 and self.is_sequential)):
            return (shape[-1], *shape[:-1])
        return shape

    @property
    def is_sequential(self) -> bool:
        """Whether pairs of axes are a length and channels, which channels_first exchanges."""
        return any(node.kind in {"conv1d", "max_pool1d", "avg_pool1d"} for node in self.nodes)


def read_network(fields: Fields) -> Network:
    """Read `input`, `layers` and the conventions of a network.

    Raises SpecError, with the path into the specification, for whatever cannot be built.
    """
    conventions = read_conventions(fields)
    layers = fields.raw("layers")
    if not isinstance(layers, list | tuple) or not layers:
        raise fields.error("layers must be a list of layers, such as [{type: dense, units: 10}]", "layers")
    shape, data = _read_input(fields, layers)
    builder = _Builder(conventions)
    if conventions.channels_first and (len(shape) == 3 or (len(shape) == 2 and _has_1d(layers))):
        shape = (*shape[1:], shape[0])
    builder.add_input(shape, "input", fields.at("input"))
    builder.add_layers(layers, fields.at("layers"), 0)
    return Network(tuple(builder.nodes), conventions, data)


def _has_1d(layers: Any) -> bool:
    return any("1d" in str(item.get("type", "")).lower() for item in layers if isinstance(item, Mapping))


def _read_input(fields: Fields, layers: Any) -> tuple[Shape, Nested | None]:
    """Return the input's shape, and its values where the specification gives them."""
    data = None
    if "input_values" in fields:
        data = fields.array("input_values")
    value = fields.raw("input", None)
    if isinstance(value, list | tuple) and any(isinstance(item, list | tuple) for item in value):
        data, value = read_array(value, fields.at("input"), "input"), None
    if value is None and data is not None:
        found = shape_of(data)
        wants_image = isinstance(layers[0], Mapping) and "2d" in str(layers[0].get("type", "")).lower()
        return ((*found, 1) if len(found) == 2 and wants_image else found), data
    first = layers[0]
    if value is None and isinstance(first, Mapping) and isinstance(first.get("input_shape"), list | tuple):
        value = first["input_shape"]
    if value is None:
        if isinstance(first, Mapping) and str(first.get("type", "")) == "input":
            return (), data
        raise fields.error("'input' is missing: give the shape without the batch axis, such as [28, 28, 1]")
    if isinstance(value, str) and not value.strip().isdigit():
        raise fields.error(f"input must be a shape such as [28, 28, 1] (got {shown(value)})", "input")
    if isinstance(value, list | tuple) and any(
        str(item).strip().lower() in {"none", "null", "?"} for item in value
    ):
        raise fields.error(
            f"every axis of the input needs a size (got {shown(value)}); any number will do for an axis that"
            " the question leaves open",
            "input",
        )
    return read_counts(value, fields.at("input"), "input", low=1), data


@dataclass(slots=True)
class _Builder:
    conventions: Conventions
    nodes: list[NetworkNode] = field(default_factory=list)
    shapes: list[Shape] = field(default_factory=list)
    names: dict[str, int] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)
    numbers: dict[str, int] = field(default_factory=dict)
    last: int = -1
    repeating: int = 0
    steps: int = 0  # layers and blocks entered, so that empty repeats end too

    def add_input(self, shape: Shape, name: str, path: Path) -> None:
        self._append(NetworkNode(name, Input(shape), (), path), shape)
        self.names[name] = self.last

    def add_layers(self, layers: Any, path: Path, depth: int) -> None:
        if not isinstance(layers, list | tuple):
            raise SpecError(f"layers must be a list (got {shown(layers)})", path)
        if depth > MAX_NESTING:
            raise SpecError(f"blocks nest deeper than {MAX_NESTING} levels", path)
        for index, item in enumerate(layers):
            self._add_item(item, (*path, index), depth)

    def _add_item(self, item: Any, path: Path, depth: int) -> None:
        """Add a layer or block, written as a mapping, `conv2d: {...}` or a bare name."""
        entry, path = read_entry(item, path)
        kind, implied = read_kind(entry, path)
        entry = stacked(kind, entry)
        repeat = Fields(entry, path).count("repeat", 1, low=1) if "repeat" in entry else 1
        if repeat > 1:
            self.repeating += 1
        for _ in range(repeat):
            self.steps += 1
            if self.steps > MAX_LAYERS or len(self.nodes) > MAX_LAYERS:
                raise SpecError(f"the network has more than {MAX_LAYERS:,} layers", path)
            if kind in BLOCKS:
                self._add_block(kind, entry, path, depth)
            else:
                self._add_layer(kind, {**implied, **entry}, path)
        if repeat > 1:
            self.repeating -= 1

    def _add_block(self, kind: str, entry: Mapping[str, Any], path: Path, depth: int) -> None:
        whose = f"{kind} block"
        if kind == "input":
            fields = Fields(entry, path, whose="input")
            name = fields.text("name", "input")
            shape = fields.counts("shape", low=1)
            fields.raw("type")
            fields.finish()
            shape = self.conventions.channels_last(shape)
            if len(self.nodes) == 1 and not self.nodes[0].layer.output((), self.conventions.rules):
                self.nodes.clear()
                self.shapes.clear()
            self.add_input(shape, self._named(name, path), path)
            return
        fields = Fields(entry, path, whose=whose)
        fields.raw("type", "")
        fields.raw("repeat", 1)
        start = self._sources(fields, path)[0]
        self.last = start
        if kind == "block":
            self.add_layers(fields.raw("layers"), fields.at("layers"), depth + 1)
        elif kind == "residual":
            self.add_layers(fields.raw("layers"), fields.at("layers"), depth + 1)
            main, self.last = self.last, start
            self.add_layers(fields.raw("shortcut", []), fields.at("shortcut"), depth + 1)
            self._merge("add", (main, self.last), path)
        else:
            self._add_branches(fields, start, depth)
        name = fields.text("name", "")
        if name:
            self.names[self._named(name, path)] = self.last
            self.names[name] = self.last
        if "activation" in fields:
            self._add_layer("activation", {"activation": fields.raw("activation")}, path)
        fields.finish()

    def _add_branches(self, fields: Fields, start: int, depth: int) -> None:
        branches = fields.raw("branches")
        if not isinstance(branches, list | tuple) or not branches:
            raise fields.error("branches must be a list of lists of layers", "branches")
        ends = []
        for index, branch in enumerate(branches):
            self.last = start
            self.add_layers(branch, (*fields.at("branches"), index), depth + 1)
            ends.append(self.last)
        merges = spelled({"concat": "concatenate", "add": "sum", "multiply": ""})
        self._merge(fields.choice("merge", merges, "concat"), tuple(ends), fields.path)

    def _merge(self, kind: str, ends: tuple[int, ...], path: Path) -> None:
        self._connect(NetworkNode(self._numbered(kind), layer_class(kind)(), ends, path))

    def _add_layer(self, kind: str, entry: Mapping[str, Any], path: Path) -> None:
        fields = Fields(entry, path, aliases=field_names(kind))
        sources = self._sources(fields, path)
        given = fields.text("name", "")
        name = self._named(given, path) if given else self._numbered(kind)
        reached = tuple(self.shapes[index] for index in sources)
        probe = Network((), self.conventions)
        shown_shapes = " and ".join(str(list(probe.presented(shape))) for shape in reached)
        fields.whose = f"layer {name!r} ({kind}) on {shown_shapes}: "
        bias = fields.raw("bias", None)
        values = fields.raw("bias_values", None)
        if isinstance(bias, list | tuple) or (bias is not None and "weights" in fields and _is_number(bias)):
            values = bias
            fields = _without_bias(entry, fields, kind)
        layer = layer_class(kind).read(fields, self.conventions)
        own = kind in {"activation", "transformer_encoder", "transformer_decoder"}
        node = NetworkNode(
            name,
            layer,
            sources,
            path,
            fields.flag("trainable", default=True),
            "linear" if own else fields.choice("activation", ACTIVATION_NAMES, "linear"),
            fields.raw("weights", None),
            values,
        )
        expects = fields.count("expects", 0)
        if expects and reached[0][-1:] != (expects,):
            raise fields.error(
                f"{expects} features are expected, but {reached[0][-1]} reach the layer", "expects"
            )
        for name_ in (*COMMON, *WITHOUT_EFFECT):
            fields.raw(name_, None)
        fields.finish()
        self._connect(node)
        if given:
            self.names[given] = self.last
        self.names[name] = self.last

    def _sources(self, fields: Fields, path: Path) -> tuple[int, ...]:
        """Resolve `from`: a name or a list of names; without it the layer before."""
        if "from" not in fields:
            return (self.last,)
        found = []
        for name in fields.texts("from"):
            if name not in self.names:
                raise SpecError(
                    f"'from' names {name!r}, but no layer before this one has that name"
                    f"{did_you_mean(name, self.names)}",
                    fields.at("from"),
                )
            found.append(self.names[name])
        if not found:
            raise SpecError("'from' names no layer", path)
        return tuple(found)

    def _connect(self, node: NetworkNode) -> None:
        reached = tuple(self.shapes[index] for index in node.sources)
        label = Network((), self.conventions).label(node, reached)
        least, most = node.layer.inputs
        if not least <= len(reached) <= most:
            wanted = (
                str(least)
                if least == most
                else f"at least {least}"
                if len(reached) < least
                else f"at most {most}"
            )
            raise SpecError(f"{label}: it takes {wanted} inputs, not {len(reached)}; see 'from'", node.path)
        try:
            shape = node.layer.output(reached, self.conventions.rules)
        except LayerProblem as problem:
            raise SpecError(
                f"{label}: {problem}", (*node.path, problem.field) if problem.field else node.path
            ) from problem
        if any(size > MAX_DIMENSION * 100 for size in shape) or prod(shape) > MAX_ELEMENTS:
            raise SpecError(
                f"{label}: its output {list(shape)} is larger than anything computed here", node.path
            )
        self._append(node, shape)

    def _append(self, node: NetworkNode, shape: Shape) -> None:
        self.nodes.append(node)
        self.shapes.append(shape)
        self.last = len(self.nodes) - 1

    def _numbered(self, kind: str) -> str:
        while True:
            self.numbers[kind] = self.numbers.get(kind, 0) + 1
            name = f"{kind}_{self.numbers[kind]}"
            if name not in self.taken:
                self.taken.add(name)
                return name

    def _named(self, name: str, path: Path) -> str:
        """Return a name nobody has; in a repeat the second `conv` is `conv_2`."""
        if name not in self.taken and (name != "input" or not self.nodes):
            self.taken.add(name)
            return name
        if not self.repeating:
            raise SpecError(f"two layers are called {name!r}", (*path, "name"))
        return self._numbered(name)


def _is_number(value: Any) -> bool:
    return not isinstance(value, bool) and str(value).strip().lower() not in {"true", "false", "yes", "no"}


def _without_bias(entry: Mapping[str, Any], fields: Fields, kind: str) -> Fields:
    rest = {key: value for key, value in entry.items() if field_names(kind).get(key, key) != "bias"}
    found = Fields(rest, fields.path, aliases=field_names(kind))
    found.whose = fields.whose
    return found


CONVENTION_FIELDS: Final = (*CONVENTIONS, "conventions")
