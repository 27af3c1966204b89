"""Collect the mistakes about what is asked: their values, most likely first, none equal to the right one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from grader.derive.catalogue import mistake
from grader.derive.result import plain
from grader.derive.specification import SpecError
from grader.derive.variations.costing import COSTING, REACHING
from grader.derive.variations.counting import COUNTING
from grader.derive.variations.shaping import DENSE_SIZES, SHAPING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from grader.derive.analysis import Analysis
    from grader.derive.asking import DerivedQuestion
    from grader.derive.result import DerivedMistake
    from grader.derive.variations.variation import Variation

# Beyond this many layers nobody sums by hand, and every sum lacking one would be listed.
MAX_MISSING: Final = 16

_BY_TOPIC: Final[dict[str, tuple[Variation, ...]]] = {
    "params": (*COUNTING, *DENSE_SIZES),
    "shape": SHAPING,
    "macs": (*COSTING, *SHAPING),
    "rf": REACHING,
    "": (),
}


class Finder:
    """The other analyses of one network, each made once for all that is asked."""

    def __init__(self, analysis: Analysis) -> None:
        self.analysis = analysis
        self._made: dict[int, Analysis | None] = {}

    def mistakes(
        self, questions: Sequence[DerivedQuestion], value: Any, *, listed: bool
    ) -> tuple[DerivedMistake, ...]:
        """Return every mistake whose value differs from the right one."""
        right = plain(value)
        found: dict[str, DerivedMistake] = {}
        for name, answers in self._alternatives(questions):
            wrong = plain(answers if listed else answers[0])
            if wrong != right and name not in found:
                found[name] = mistake(name, wrong)
        if not listed:
            found.update((each.name, each) for each in self._missing(questions[0]))
        return tuple(found.values())

    def _alternatives(self, questions: Sequence[DerivedQuestion]) -> Iterator[tuple[str, tuple[Any, ...]]]:
        topics = dict.fromkeys(question.topic for question in questions)
        variations = {id(each): each for topic in topics for each in _BY_TOPIC[topic]}
        for variation in variations.values():
            other = self._remade(variation)
            if other is not None:
                answers = self._answers(questions, other, halved=variation.name == "flops_factor")
                if answers is not None:
                    yield variation.name, answers
        if {"params", "trainable"} >= {question.head for question in questions}:
            heads = {"params": "trainable", "trainable": "params"}
            swapped = [replace(question, head=heads[question.head]) for question in questions]
            answers = self._answers(swapped, self.analysis)
            if answers is not None:
                yield "trainable_vs_total", answers
        if all(question.head in {"shape", "shapes"} for question in questions):
            yield (
                "axes_swapped",
                tuple(
                    _exchanged(
                        question.answer(self.analysis), first=self.analysis.network.conventions.channels_first
                    )
                    for question in questions
                ),
            )

    def _remade(self, variation: Variation) -> Analysis | None:
        if id(variation) not in self._made:
            try:
                self._made[id(variation)] = variation.remake(self.analysis)
            except SpecError:  # under these rules the network cannot be built: nobody gets a value from it
                self._made[id(variation)] = None
        return self._made[id(variation)]

    def _answers(
        self, questions: Sequence[DerivedQuestion], other: Analysis, *, halved: bool = False
    ) -> tuple[Any, ...] | None:
        try:
            if halved and any("flops" in question.head for question in questions):
                return tuple(_half(question.answer(self.analysis)) for question in questions)
            return tuple(question.answer(other, self.analysis) for question in questions)
        except SpecError:
            return None

    def _missing(self, question: DerivedQuestion) -> Iterator[DerivedMistake]:
        """Yield the totals that lack one layer, where a total of few layers is asked for."""
        if question.head not in {"params", "trainable", "macs", "flops"} or question.steps:
            return
        total = question.answer(self.analysis)
        listing = replace(question, head="layer_" + question.head)
        values = listing.answer(self.analysis)
        nodes = [node for node, has in zip(self.analysis.nodes, self._counted(question), strict=True) if has]
        if not 2 <= len(values) <= MAX_MISSING or len(values) != len(nodes):
            return
        for node, value in zip(nodes, values, strict=True):
            if value:
                known = mistake("missing_layer", total - value)
                feedback = known.feedback.format(layer=f"the layer {node.name}")
                yield replace(known, name=f"missing_{node.name}", feedback=feedback)

    def _counted(self, question: DerivedQuestion) -> Sequence[Any]:
        return self.analysis.tensors if question.topic == "params" else self.analysis.connections


def _half(value: Any) -> Any:
    return tuple(_half(each) for each in value) if isinstance(value, tuple) else value // 2


def _exchanged(shape: Any, *, first: bool) -> Any:
    if shape and isinstance(shape, tuple) and isinstance(shape[0], tuple):
        return tuple(_exchanged(each, first=first) for each in shape)
    if not isinstance(shape, tuple) or len(shape) != 3:
        return shape
    return (shape[0], shape[2], shape[1]) if first else (shape[1], shape[0], shape[2])
