"""What a question asks of the network that it describes, and which of the network's figures a model answer gives."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from grader.derive import derive
from grader.derive.specification import SpecError
from grader.drafting.checkdraft import CheckDraft
from grader.drafting.networkcode import network_of_code
from grader.drafting.networkwords import input_of_words, network_of_words
from grader.finding.reading import Reading
from grader.notation.lazypatterns import deferred
from grader.notation.numbers.exact import NumberError, read_number
from grader.notation.vocabulary import ORDINALS
from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from grader.drafting.answerpieces import AnswerPiece

NAME: Final = "network"
"""What the network is called under a question's `data`."""

_ASKED: Final = {
    "params": deferred(r"\b(?:parameters?|weights|biases|parametern?|gewichte)\b", re.IGNORECASE),
    "macs": deferred(r"\bMACs?\b|multiply[ -](?:accumulates?|adds?)|\bmultiplications\b", re.IGNORECASE),
    "flops": deferred(r"\bFLOPs?\b|floating[ -]point operations", re.IGNORECASE),
    "receptive_field": deferred(r"receptive field", re.IGNORECASE),
    "memory": deferred(r"\bmemory\b", re.IGNORECASE),
    "shape": deferred(r"\b(?:size|shape|dimension\w*)\b", re.IGNORECASE),
}
_TOTAL: Final = deferred(r"\btotal\b|\bin all\b|\baltogether\b|\bwhole\b|\bsum\b", re.IGNORECASE)
_TOTAL_WORDS: Final = ("total", "in all", "altogether", "together", "sum")


@dataclass(frozen=True, slots=True)
class DescribedNetwork:
    """The network of a question as a specification, and what was assumed in reading it."""

    spec: dict[str, Any]
    assumed: tuple[str, ...]

    def value(self, ask: str) -> Any:
        """Return what is derived, None where it cannot be."""
        try:
            return derive({**self.spec, "ask": ask}, mistakes=False).value
        except SpecError:
            return None

    def per_layer(self, ask: str) -> list[Any]:
        """Return a figure of every layer."""
        count = len(self.spec["layers"])
        return [self.value(f"{ask}.{number}") for number in range(count)]


def described_network(text: str, code: Sequence[str]) -> DescribedNetwork | None:
    """Return the network that a question describes, in code or in words, None where there is none that can be derived."""
    for program in code:
        spec = network_of_code(program)
        if spec is None:
            continue
        assumed: tuple[str, ...] = ()
        if "input" not in spec:
            spec, assumed = _with_input(spec, text)
        network = DescribedNetwork(spec, assumed)
        if network.value("params") is not None:
            return network
    described = network_of_words(text)
    if described is not None:
        network = DescribedNetwork(described.spec, described.assumed)
        if network.value("params") is not None:
            return network
    return None


def _with_input(spec: dict[str, Any], text: str) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Give a program's network the input that the question names, else the one that its first layer takes."""
    size = input_of_words(text)
    first = spec["layers"][0]
    torch = spec.get("framework") == "torch"
    taken = first.get("in_channels") or first.get("in_features") or first.get("input_size")
    if size is not None and (len(size[0]) > 1 or first["type"] == "dense"):
        shape = size[0]
        if torch and len(shape) == 3 and shape[2] == taken and shape[0] != taken:
            shape = [shape[2], *shape[:2]]
        elif torch and len(shape) == 2 and isinstance(taken, int):
            shape = [taken, *shape]
        return {**spec, "input": shape}, ()
    if first["type"] == "dense" and isinstance(taken, int):
        return {**spec, "input": [taken]}, ()
    if first["type"] == "conv2d" and isinstance(taken, int):
        side = 224 if "size" not in text else 0
        if side:
            return {**spec, "input": [taken, side, side]}, (
                f"the input is {side} x {side}, since nothing is said of its size",
            )
    return spec, ()


def asked_figures(question: str) -> list[str]:
    """Return which figures of a network a question asks for."""
    return [ask for ask, words in _ASKED.items() if words.search(question)]


def network_draft(
    network: DescribedNetwork, drafted: CheckDraft, question: str, piece: AnswerPiece
) -> CheckDraft:
    """Return a check derived from the network where its value is one of the network's figures, else what was drafted.

    Where the question asks for a figure that the network has otherwise, its author has to say which is right.
    """
    label = piece.label
    asked = asked_figures(f"{question} {label}")
    if drafted.name == "number":
        value = _number(drafted.keys["expected"])
        asks = [ask for ask, figure in _figures(network, asked) if figure == value]
        if value is not None and asks:
            ask = _likeliest(asks, label)
            keys = {"derive": NAME, "ask": ask, "expected": drafted.keys["expected"], "mistakes": "auto"}
            near = _near(network, ask)
            others = ({**keys, "near": near},) if near else ()
            return CheckDraft("number", keys, others, drafted.doubts, (*drafted.remarks, *network.assumed))
        total = next((str(network.value(ask)) for ask in asked if isinstance(network.value(ask), int)), "")
        if any(_number(each.reading.text) == _number(total) for each in Reading(piece.text).numbers if total):
            # The whole network's figure stands there as well, and is what was asked for.
            drafted = CheckDraft(
                "number", {"expected": total}, doubts=drafted.doubts, remarks=drafted.remarks
            )
            return network_draft(network, drafted, question, piece)
        told = [f"{ask} {network.value(ask)}" for ask in asked if isinstance(network.value(ask), int)]
        if told:
            doubt = f"the network as it was read has {', '.join(told)}, the model answer says {drafted.keys['expected']}: see which is right"
            return CheckDraft(
                drafted.name, drafted.keys, drafted.others, (*drafted.doubts, doubt), drafted.remarks
            )
    elif drafted.keys.get("shape_only") and "shape" in asked:
        return _size_draft(network, drafted)
    return drafted


def _size_draft(network: DescribedNetwork, drafted: CheckDraft) -> CheckDraft:
    sides = tuple(int(side) for side in drafted.keys["expected"])
    shapes = [
        ("shape", network.value("shape")),
        *((f"shape.{at}", shape) for at, shape in enumerate(network.per_layer("shape"))),
    ]
    same = [ask for ask, shape in shapes if shape == sides]
    if same:
        keys = {"derive": NAME, "ask": same[0], **drafted.keys, "mistakes": "auto"}
        plain = {key: value for key, value in keys.items() if key != "mistakes"}
        return CheckDraft(
            "matrix", keys, (plain, *drafted.others), drafted.doubts, (*drafted.remarks, *network.assumed)
        )
    if any(isinstance(shape, tuple) and sides in {shape[:-1], shape[1:]} for _, shape in shapes):
        return drafted
    doubt = f"the network as it was read gives {' x '.join(map(str, shapes[0][1] or ()))}: see which is right"
    return CheckDraft(drafted.name, drafted.keys, drafted.others, (*drafted.doubts, doubt), drafted.remarks)


def unanswered_draft(network: DescribedNetwork, question: str) -> CheckDraft | None:
    """Return a check for what a question without a model answer asks of its network, None where that is not plain."""
    asked = [ask for ask in asked_figures(question) if ask != "memory"]
    if len(asked) != 1 or network.value(asked[0]) is None:
        return None
    ask = asked[0]
    doubts = (f"there is no model answer: {ask} was derived from what the question says of the network",)
    keys: dict[str, Any] = {"derive": NAME, "ask": ask}
    if ask == "shape":
        return CheckDraft("matrix", {**keys, "shape_only": True}, doubts=doubts, remarks=network.assumed)
    return CheckDraft("number", {**keys, "mistakes": "auto"}, (keys,), doubts, network.assumed)


def _figures(network: DescribedNetwork, asked: Sequence[str]) -> Iterator[tuple[str, Any]]:
    for ask in asked:
        value = network.value(ask)
        if isinstance(value, int):
            yield ask, value
        elif isinstance(value, tuple):
            yield from ((f"{ask}.{place}", side) for place, side in enumerate(value) if ask != "shape")
        if ask != "shape":
            yield from (
                (f"{ask}.{number}", figure)
                for number, figure in enumerate(network.per_layer(ask))
                if isinstance(figure, int)
            )


def _likeliest(asks: Sequence[str], label: str) -> str:
    """Return which of the figures with one value is meant: the total where it is called so, else a layer's own."""
    layers = [ask for ask in asks if "." in ask]
    if layers and label and not _TOTAL.search(label):
        return layers[0]
    return asks[0]


def _near(network: DescribedNetwork, ask: str) -> list[str]:
    """Return the words by which a figure is found in prose."""
    name, _, number = ask.partition(".")
    if not number:
        return list(_TOTAL_WORDS) if name in {"params", "macs", "flops"} else []
    weighted = [at for at, count in enumerate(network.per_layer("params")) if count]
    if int(number) not in weighted:
        return []
    place = weighted.index(int(number))
    words = [ORDINALS[place]] if place < len(ORDINALS) else []
    if place == 0:
        words += ["lowest", "bottom"]
    elif place == len(weighted) - 1:
        words += ["top", "last"]
    elif len(weighted) == 3:
        words += ["middle"]
    return words


def _number(text: str) -> Any:
    try:
        value = read_number(text).value
    except NumberError:
        return None
    return value.numerator if value.denominator == 1 else value
