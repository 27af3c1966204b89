"""The operations on networks: what is asked of one is derived, with what mistakes would give."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from grader.derive.analysis import Analysis
from grader.derive.asking import read_questions
from grader.derive.graph import CONVENTION_FIELDS, read_network
from grader.derive.memory import Demand, memory_mistakes, read_demand
from grader.derive.result import Derived
from grader.derive.specification import Fields, SpecError, did_you_mean, plain_word, read_counts, spelled
from grader.derive.variations.finding import Finder
from grader.records import dataclass

if TYPE_CHECKING:
    from grader.derive.graph import Network

_ALIASES: Final = spelled(
    {
        "network": "net model",
        "input": "input_shape",
        "input_values": "x data values",
        "batch": "batch_size",
    }
)
_DEFAULTS: Final = {"macs": "macs", "flops": "flops", "rf": "rf", "receptive_field": "rf"}
_VALUE_HEADS: Final = ("value", "values", "forward", "gradient", "gradients", "loss")


def _opened(spec: Mapping[str, Any]) -> tuple[Fields, Fields]:
    """Return the fields of the question and those of the network, which may stand in `network`."""
    outer = Fields(spec, aliases=_ALIASES)
    for name in ("op", "name", "note", "mistakes"):
        outer.raw(name, None)
    if "network" not in outer:
        return outer, outer
    inner = outer.raw("network")
    if not isinstance(inner, Mapping):
        raise outer.error("network must be a mapping with 'input' and 'layers'", "network")
    fields = Fields(inner, outer.at("network"), aliases=_ALIASES)
    fields.raw("op", None)
    return outer, fields


def _read(spec: Mapping[str, Any]) -> tuple[Fields, Network]:
    outer, fields = _opened(spec)
    network = read_network(fields)
    for name in ("weights", "loss", "target", *CONVENTION_FIELDS):
        fields.raw(name, None)
    if fields is not outer:
        fields.raw("ask", None)
        fields.finish()
    return outer, network


def derive_network(spec: Mapping[str, Any]) -> Derived:
    """Derive what `ask` names from a network; without it what the operation is called, or the parameters.

    `input` is a shape without the batch axis and `layers` a list of layers; see `grader.derive.asking`
    for what may be asked, and `grader.derive.rules` for the conventions. `given: {conv2d_1: [24, 24, 8]}`
    computes what follows from shapes that some layers do not have. For a receptive field an `input` may be
    missing: one that is large enough for any network of this kind is taken.
    """
    default = _DEFAULTS.get(plain_word(spec["op"]), "params")
    if default == "rf" and not {"network", "input", "input_shape"} & spec.keys():
        sides = [100_000] if "1d" in str(spec.get("layers")).lower() else [100_000, 100_000]
        spec = {**spec, "input": [*sides, 1]}
    ask = spec.get("ask")
    head, _, rest = ("" if ask is None or isinstance(ask, list | tuple) else str(ask)).partition(".")
    if plain_word(head) == "memory":
        return derive_memory({**spec, "what": rest or spec.get("what", "params")})
    outer, network = _read(spec)
    if plain_word(head) in _VALUE_HEADS:
        from grader.derive.values.networkvalues import derive_values  # noqa: PLC0415 - only values need numpy

        return derive_values(outer, network, str(ask))
    questions, listed = read_questions(outer, default)
    fixed = _given(outer, network)
    outer.finish()
    analysis = Analysis(network, network.conventions.rules, fixed=fixed)
    values = tuple(question.answer(analysis) for question in questions)
    value = values if listed else values[0]
    return Derived(value, Finder(analysis).mistakes(questions, value, listed=listed))


def _given(fields: Fields, network: Network) -> dict[int, tuple[int, ...]]:
    """Read `given`: shapes that some layers are taken to have, to compute the rest from a student's own."""
    value = fields.raw("given", {})
    if not isinstance(value, Mapping):
        raise fields.error("given is a mapping of layers to their shapes", "given")
    names = {node.name: index for index, node in enumerate(network.nodes)}
    found = {}
    for name, shape in value.items():
        place = (*fields.at("given"), name)
        if name not in names:
            raise SpecError(f"given names {name!r}, which is no layer{did_you_mean(str(name), names)}", place)
        sizes = read_counts(shape, place, f"given {name}", low=1)
        found[names[name]] = network.conventions.channels_last(sizes)
    return found


def derive_memory(spec: Mapping[str, Any]) -> Derived:
    """Derive how much memory a network takes; see `grader.derive.memory` for `what`, `unit` and the rest."""
    outer, network = _read({key: value for key, value in spec.items() if key != "ask"})
    demand: Demand = read_demand(outer)
    outer.finish()
    analysis = Analysis(network, network.conventions.rules)
    return Derived(demand.value(analysis), memory_mistakes(demand, analysis))


@dataclass(frozen=True, slots=True)
class LayerRow:
    """One line of a table about a network."""

    name: str
    kind: str
    shape: tuple[int, ...]
    params: int
    macs: int
    receptive_field: str  # empty where the input has no positions


def describe(spec: Mapping[str, Any]) -> tuple[LayerRow, ...]:
    """Return every layer of a network with its figures, and a last row with the totals.

    Raises SpecError as `derive` does.
    """
    _, network = _read(spec)
    analysis = Analysis(network, network.conventions.rules)
    rows = []
    for index, node in enumerate(analysis.nodes):
        reach = analysis.reaches[index]
        seen = "" if reach is None else " x ".join(str(size) for size in dict.fromkeys(reach.sizes))
        shape = network.presented(analysis.outputs[index])
        rows.append(LayerRow(node.name, node.kind, shape, analysis.counts[index], analysis.macs[index], seen))
    last = rows[-1]
    total = LayerRow("total", "", last.shape, sum(analysis.counts), sum(analysis.macs), last.receptive_field)
    return (*rows, total)
