"""The network that a question describes in words, as the data of a rubric: `a 5x5 convolution with 32 filters, stride 2`.

Layers are read in the order in which they are named, each with the numbers that stand beside it; what several layers share
(`three convolutional layers with 3x3 kernels`) is given to each. What is not said is left to the usual defaults, and said to be.
"""

from __future__ import annotations

import re
from dataclasses import field
from itertools import pairwise
from typing import Any, Final

from grader.notation.lazypatterns import deferred
from grader.notation.vocabulary import CARDINALS
from grader.records import dataclass

# Characters of a question that are looked at, and layers of one description.
MAX_TEXT: Final = 5_000
MAX_LAYERS: Final = 60

_N: Final = rf"(?:\d{{1,3}}(?:,\d{{3}})+|\d{{1,7}}|{'|'.join(CARDINALS[:12])})"
_X: Final = r"[ \t]?(?:x|×|\*|\\times|by)[ \t]?"
_SIZE: Final = rf"\d{{1,5}}(?:{_X}\d{{1,5}}){{1,2}}"
_IMAGE: Final = r"(?:images?|inputs?|pictures?|photos?|tensors?|feature maps?|signals?)"
_INPUT: Final = deferred(
    rf"(?P<before>\b(?:images?|inputs?|pictures?|photos?|tensors?)\b[^.;\d]{{0,40}}?(?P<size>[(\[]?{_SIZE}|[(\[]\d{{1,5}}(?:,[ ]?\d{{1,5}}){{0,2}}[)\]]))"
    rf"|(?P<size2>{_SIZE})[ -]{{0,2}}(?:pixels?[ ]|px[ ])?(?:RGB|gr[ae]y-?[ ]?scale|colou?r|MNIST|binary|input)?[ ]?{_IMAGE}\b"
    rf"|\b(?P<vector>{_N})[ -](?:dimensional |input )?(?:inputs?|features|dimensional (?:inputs?|vectors?)|input (?:features|units|neurons|nodes))\b",
    re.IGNORECASE,
)
_RGB: Final = deferred(r"\bRGB\b|\bcolou?r\b|\b(?:three|3)[ -](?:colou?r[ ])?channels?\b", re.IGNORECASE)
_GREY: Final = deferred(
    r"gr[ae]y-?[ ]?scale|\bMNIST\b|black[ -]and[ -]white|\b(?:one|single|1)[ -]channel", re.IGNORECASE
)
_CHANNELS: Final = deferred(rf"\b(?P<count>{_N})[ -](?:input[ ])?channels?\b", re.IGNORECASE)
_LAYER: Final = deferred(
    r"(?P<global>global[ -](?:average|max)[ -]?pool\w*)"
    r"|(?P<max>max(?:imum)?[ -]?pool\w*)|(?P<avg>(?:average|mean|avg)[ -]?pool\w*)|(?P<pool>\bpooling\b)"
    r"|(?P<transpose>transposed?[ -]conv\w*)|(?P<depthwise>depthwise[ -](?:separable[ -])?conv\w*)"
    r"|(?P<conv>\bconv(?:olution(?:al|s)?|\.|2d|s)?\b(?:[ ](?:layers?|filters?(?=[ ,.;])))?)"
    r"|(?P<flatten>\bflatten\w*)|(?P<dropout>\bdropout\b)|(?P<norm>batch[ -]?norm\w*)"
    r"|(?P<lstm>\bLSTMs?\b)|(?P<gru>\bGRUs?\b)|(?P<rnn>\b(?:simple |vanilla )?RNNs?\b)|(?P<embedding>\bembedding\b)"
    r"|(?P<dense>\b(?:fully[ -]connected|dense|linear)\b(?:[ ]layers?)?|\b(?:hidden|output)[ ]layers?"
    r"|(?<!with )(?<!of )(?<!has )\b\d{1,5}[ ](?:outputs?\b(?![ ](?:channels?|units?|neurons?))|output[ ](?:units|neurons|nodes|classes)\b))",
    re.IGNORECASE,
)
_KINDS: Final = {
    "max": "max_pool2d", "avg": "avg_pool2d", "pool": "max_pool2d", "transpose": "conv2d_transpose", "conv": "conv2d",
    "depthwise": "depthwise_conv2d", "flatten": "flatten", "dropout": "dropout", "norm": "batch_norm", "lstm": "lstm",
    "gru": "gru", "rnn": "simple_rnn", "embedding": "embedding", "dense": "dense", "global": "global_avg_pool2d",
}  # fmt: skip
_WINDOWED: Final = frozenset({"conv2d", "max_pool2d", "avg_pool2d", "conv2d_transpose", "depthwise_conv2d"})
_UNITED: Final = frozenset({"dense", "lstm", "gru", "simple_rnn"})
_FILTERS: Final = deferred(
    rf"(?P<list>\b{_N}(?:,[ ]?{_N})*(?:,?[ ](?:and|und)[ ]{_N})?)[ ](?:\d{{1,2}}{_X}\d{{1,2}}[ ])?(?:output[ ]|learned[ ])?(?:filters?|feature[ ]maps?|kernels?|output[ ]channels?|channels?|maps)\b",
    re.IGNORECASE,
)
_KERNEL: Final = deferred(
    rf"(?P<square>\b\d{{1,2}}{_X}\d{{1,2}})(?!{_X}?\d)|\b(?:kernel|filter|window|pool)[ -](?:size|width)(?:[ ](?:of|=))?[ ]?(?P<side>\d{{1,2}})\b"
)
_STRIDE: Final = deferred(
    rf"\bstrides?(?:[ ](?:of|=|is))?[ =]{{0,2}}(?P<after>{_N})\b|\b(?P<before>{_N})-stride", re.IGNORECASE
)
_PADDING: Final = deferred(
    r"(?P<same>[\"'`]?\bsame[\"'`]?[ -]?(?:zero[ -]?)?padding|padding[ ]?(?:=|is|of|mode)?[ ]?[\"'`]?same\b|zero[ -]padding[ ]to[ ]keep)"
    r"|(?P<none>\b(?:no|without|without any)[ ](?:zero[ -]?)?padding|[\"'`]?\bvalid[\"'`]?[ ]?padding|padding[ ]?(?:=|is)?[ ]?[\"'`]?valid\b|\bunpadded)"
    r"|(?:zero[ -]?)?padding(?:[ ](?:of|=|is))?[ =]{0,2}(?P<count>\d{1,2})\b|\bpad(?:ded)?[ ](?:by|with)[ ](?P<by>\d{1,2})\b",
    re.IGNORECASE,
)
_UNITS: Final = deferred(
    rf"(?P<list>\b{_N}(?:,[ ]?{_N})*(?:,?[ ](?:and|und)[ ]{_N})?)[ -](?:hidden[ ]|output[ ])?(?:units?|neurons?|nodes?|outputs?|classes|dimensional)\b"
    rf"|\b(?:size|width|dimension)[ ](?P<size>{_N})\b",
    re.IGNORECASE,
)
_NO_BIAS: Final = deferred(r"\b(?:no|without(?:[ ]any)?|ignor\w+|omit\w*)[ ](?:the[ ])?bias", re.IGNORECASE)
_COUNT_BEFORE: Final = deferred(rf"\b(?P<count>{_N})[ ](?:\w+[ ]){{0,2}}$", re.IGNORECASE)
# Where what is said of one layer ends and the next one's begins: commas part attributes of one layer as well.
_JOINT: Final = deferred(
    r"[.;]|,?[ ](?:then|followed by|and then|and finally|finally|next)\b|→|->|\n|,[ ]and[ ](?=an?[ ])|,[ ](?=an?[ ]|\d+x\d+[ ](?:max|avg|average)|(?:two|three|four)[ ])|[ ]and[ ](?=an?[ ]|\d{1,5}[ ]output)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class NetworkInWords:
    """A specification, and what was assumed in reading it."""

    spec: dict[str, Any]
    assumed: tuple[str, ...]


@dataclass(slots=True)
class _Named:
    kind: str
    start: int
    end: int
    fields: dict[str, Any] = field(default_factory=dict)
    count: int = 1


def network_of_words(text: str) -> NetworkInWords | None:
    """Return the network that a question describes, None where no layer or no input is named."""
    plain = _unmarked(text[:MAX_TEXT])
    assumed: list[str] = []
    size = input_of_words(plain)
    rest = plain if size is None else f"{plain[: size[1]]}{' ' * (size[2] - size[1])}{plain[size[2] :]}"
    layers = _layers(rest, assumed)
    if size is None or not layers or not any(layer["type"] in _WINDOWED | _UNITED for layer in layers):
        return None
    windowed = layers[0]["type"] in _WINDOWED
    shape = [*size[0], 1] if windowed and len(size[0]) == 2 else size[0]
    if windowed and len(size[0]) == 2:
        assumed.append("the input has one channel, since nothing is said of its channels")
    return NetworkInWords({"op": "network", "input": shape, "layers": layers}, tuple(dict.fromkeys(assumed)))


def input_of_words(text: str) -> tuple[list[int], int, int] | None:
    """Return the shape of the input that a question names (height, width, channels) and where it stands."""
    found = _INPUT.search(text)
    if found is None:
        return None
    group = "size" if found["size"] else "size2" if found["size2"] else "vector"
    sides = [_number(side) for side in re.findall(_N, found[group])]
    if group != "vector" and len(sides) == 2:
        near = text[max(0, found.start() - 60) : found.end() + 60]
        channels = 3 if _RGB.search(near) else 1 if _GREY.search(near) else 0
        if not channels and (said := _CHANNELS.search(near)) is not None:
            channels = _number(said["count"])
        sides += [channels] if channels else []
    return sides, found.start(group), found.end(group)


def _unmarked(text: str) -> str:
    """Return a text of words without the signs of formulas and emphasis."""
    text = text.replace("\\times", "x").replace("×", "x")
    return re.sub(r"[ \t]+", " ", re.sub(r"[$*`]|\\[,;: ]|(?<=\w)-(?=\w)", _blank, text))


def _blank(found: re.Match[str]) -> str:
    return "-" if found[0] == "-" else " " if found[0] != "$" else ""


def _layers(text: str, assumed: list[str]) -> list[dict[str, Any]]:
    named = _named(text)
    bias = _NO_BIAS.search(text) is None
    layers: list[dict[str, Any]] = []
    for each in named:
        layers += _written_out(each, assumed)
    if len(layers) > MAX_LAYERS:
        return []
    layers = _flattened(layers, assumed)
    for layer in layers:
        if not bias and layer["type"] in _WINDOWED | _UNITED and "pool" not in layer["type"]:
            layer["bias"] = False
    return layers


def _flattened(layers: list[dict[str, Any]], assumed: list[str]) -> list[dict[str, Any]]:
    """Put a layer that flattens before a dense one that maps of features reach, as everybody means it who names none."""
    written: list[dict[str, Any]] = []
    maps = False
    for layer in layers:
        if layer["type"] == "dense" and maps:
            written.append({"type": "flatten"})
            assumed.append("the maps are flattened before the fully connected layer")
        written.append(layer)
        maps = (maps or layer["type"] in _WINDOWED) and layer["type"] not in {
            "dense",
            "flatten",
            "global_avg_pool2d",
        }
    return written


def _named(text: str) -> list[_Named]:
    """Return the layers in their order, each with the fields that stand in its stretch of the text."""
    found = [
        _Named(_KINDS[each.lastgroup or "conv"], each.start(), each.end()) for each in _LAYER.finditer(text)
    ]
    found = [each for at, each in enumerate(found) if at == 0 or not _is_same(text, found[at - 1], each)]
    bounds = [
        0,
        *(_bound(text, left, right) for left, right in pairwise(found)),
        len(text),
    ]
    for at, each in enumerate(found):
        stretch = text[bounds[at] : bounds[at + 1]]
        if at == 0:  # what stands sentences before the first layer is of something else
            stretch = (
                re.split(r"(?<=[.?!])\s+(?=[A-Z])(?=[^.?!]*$)", text[: each.start])[-1]
                + text[each.start : bounds[1]]
            )
        before = _COUNT_BEFORE.search(text[bounds[at] : each.start])
        if before is not None and re.fullmatch(
            r"[a-z -]*(?:layers|convolutions|filters)", text[each.start : each.end], re.IGNORECASE
        ):
            each.count = min(_number(before["count"]), MAX_LAYERS)
        _read_fields(each, stretch)
    return [each for each in found if each.fields or each.kind not in _WINDOWED | _UNITED]


def _is_same(text: str, before: _Named, after: _Named) -> bool:
    """Whether a word of a layer only goes on about the one before: `the convolution ... of this convolutional layer`."""
    between = text[before.end : after.start]
    return (
        before.kind == after.kind
        and re.search(r"\b(?:this|that|the|each|every|these|its)\b[\w ]{0,20}$", between) is not None
    )


def _bound(text: str, left: _Named, right: _Named) -> int:
    """Return where the stretch of one layer ends and that of the next begins."""
    # Not up to where the next one begins: what stands there tells whether a comma parts them.
    joints = [joint for joint in _JOINT.finditer(text, left.end, right.end) if joint.end() <= right.start]
    return joints[-1].end() if joints else left.end


def _read_fields(layer: _Named, stretch: str) -> None:
    if layer.kind in _WINDOWED:
        kernel = _KERNEL.search(stretch)
        if kernel is not None:
            sides = [int(side) for side in re.findall(r"\d+", kernel[0])]
            layer.fields["kernel"] = sides[0] if len(set(sides)) == 1 else sides
        if "pool" not in layer.kind and (filters := _FILTERS.search(stretch)) is not None:
            layer.fields["filters"] = [
                _number(each) for each in re.findall(_N, filters["list"], re.IGNORECASE)
            ]
        if stride := _STRIDE.search(stretch):
            layer.fields["stride"] = _number(stride["after"] or stride["before"])
        if padding := _PADDING.search(stretch):
            count = padding["count"] or padding["by"]
            layer.fields["padding"] = int(count) if count else "same" if padding["same"] else "valid"
    elif layer.kind in _UNITED and (units := _UNITS.search(stretch)) is not None:
        layer.fields["units"] = [
            _number(each) for each in re.findall(_N, units["list"] or units["size"], re.IGNORECASE)
        ]


def _written_out(layer: _Named, assumed: list[str]) -> list[dict[str, Any]]:
    """Return a description of one or several layers layer by layer."""
    many = next((key for key in ("filters", "units") if isinstance(layer.fields.get(key), list)), "")
    sizes = layer.fields.get(many, [None]) if many else [None]
    if len(sizes) == 1:
        sizes = sizes * layer.count
    if layer.kind in {"conv2d", "conv2d_transpose"} and sizes == [None]:
        assumed.append("the convolution has one filter, since nothing is said of their number")
        sizes, many = [1], "filters"
    written = []
    for size in sizes[:MAX_LAYERS]:
        fields = {key: value for key, value in layer.fields.items() if key != many}
        written.append({"type": layer.kind, **({many: size} if many else {}), **fields})
    if layer.kind in _WINDOWED and "padding" not in layer.fields and "pool" not in layer.kind:
        assumed.append("no padding, since nothing is said of it")
    return written


def _number(text: str) -> int:
    plain = text.replace(",", "").strip().lower()
    return int(plain) if plain.isdecimal() else CARDINALS.index(plain) + 1
