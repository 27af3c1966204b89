r"""What an answer concludes with: `\boxed{...}`, what is announced as the answer, else what stands last.

Several values side by side (`$1$ and $2$`, two boxes in one sentence) are one conclusion of
several parts. A number in plain words counts as well as a formula; words behind a value
(`125\text{ miles}`) are left out unless they are a unit of the field.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from grader.finding.formulas import MAX_TEXT, FoundFormula
from grader.notation.formulareader import FormulaReading, read_formula
from grader.notation.grammar.quantities import percent_behind, unit_behind, with_unit
from grader.notation.lazypatterns import deferred
from grader.notation.numbers.units import unit_named
from grader.notation.tree import Apply, Node, Quantity
from grader.prose.boundaries import SENTENCE_END

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from grader.finding.scan import FoundNumber
    from grader.notation.names import Names

MAX_BOXED: Final = 20  # boxes of one answer that are looked at
MAX_APART: Final = 40  # characters between two boxes of one conclusion
MAX_PARTS: Final = 20  # of one conclusion

_BOX: Final = deferred(r"\\(?:boxed|fbox)\s*\{")
_BRACES: Final = deferred(r"\\[{}]|[{}]")
_ANSWER: Final = deferred(
    r"\b(?:final answer|answer|solution|result|conclusion)s?\b[^.\n$]{0,40}?(?:\bis\b|\bare\b|:|=)",
    re.IGNORECASE,
)
_HENCE: Final = deferred(r"\b(?:therefore|thus|hence|consequently|finally)\b", re.IGNORECASE)
_JOINED: Final = deferred(
    r"(?:[\s,;$&{}]|\\[,;:! ()\[\]]|\\q?quad|\\(?:text|mbox)\s?\{\s*(?:(?:and|or)\s*)?\}|\band\b|\bor\b|\\\\)*"
)
_WORDS_BEHIND: Final = deferred(
    r"(?:\s|\\[,;: ])*\\(?:text(?:normal|rm|it|bf|sf|up)?|mbox|mathrm)\s?\{(?P<words>[^{}\\]{1,60})\}(?:\^\{?\d\}?)?$"
)


def find_conclusions(text: str, values_in: Callable[[], list[FoundFormula]]) -> tuple[FoundFormula, ...]:
    """Return the values an answer ends with, in order; more than one where they stand side by side."""
    return announced_conclusions(text, values_in) or _last_group(text[:MAX_TEXT], values_in())


def announced_conclusions(text: str, values_in: Callable[[], list[FoundFormula]]) -> tuple[FoundFormula, ...]:
    """Return what stands in the last boxes, else what is announced as the answer; nothing where neither is there.

    `values_in` returns the text's values; it is asked only where something is announced.
    """
    text = text[:MAX_TEXT]
    boxed = _last_boxes(text, tuple(_boxed(text)))
    if boxed:
        return boxed
    cue = _last_match(_ANSWER, text)
    hence = _last_match(_HENCE, text)
    if cue is None and hence is None:
        return ()
    values = values_in()
    if cue is not None:
        end = SENTENCE_END.search(text, cue.end())
        within = [v for v in values if cue.end() <= v.start and (end is None or v.start < end.start())]
        if within:
            return _last_group(text, within)
    first = min(match.end() for match in (cue, hence) if match is not None)
    return _last_group(text, [value for value in values if value.start >= first])


def read_conclusion(text: str, found: FoundFormula, names: Names) -> FormulaReading:
    r"""Read a value with the unit or the percent sign behind it, `$\boxed{4}$ MB`. Raises ReadingError."""
    reading = read_formula(found.text, names=names)
    sides = (reading.tree, *reading.alternatives)
    unit = percent_behind(text, found.end) or unit_behind(text, found.end)
    if not unit or any(_has_unit(node) for node in reading.tree.walk()):
        return reading
    first, *others = (with_unit(tree, unit) for tree in sides)
    return replace(reading, tree=first, alternatives=tuple(others))


def _has_unit(node: Node) -> bool:
    return isinstance(node, Quantity) or (isinstance(node, Apply) and node.head == "percent")


def _last_match(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    found = None
    for match in pattern.finditer(text):
        found = match
    return found


def stated_values(
    text: str, formulas: Sequence[FoundFormula], numbers: Sequence[FoundNumber]
) -> list[FoundFormula]:
    """Return formulas, and numbers that stand in plain words, in order of their place."""
    values = [value for formula in formulas if (value := _without_words(text, formula))]
    covered = [(value.start, value.end) for value in values]
    at = 0
    for number in numbers:
        while at < len(covered) and covered[at][1] <= number.start:
            at += 1
        inside = at < len(covered) and covered[at][0] < number.end
        if number.role in {"stated", "result"} and not inside and number.start < number.end:
            end = max(number.end, number.until)
            values.append(FoundFormula(text[number.start : end], number.start, end, "plain", display=False))
    return sorted(values, key=lambda value: value.start)


def _without_words(text: str, found: FoundFormula) -> FoundFormula | None:
    r"""Leave out the words behind a value, `\text{ miles}`, unless they are a unit of the field."""
    match = _WORDS_BEHIND.search(found.text, max(0, len(found.text) - 120))
    if match is None or unit_named(match["words"].strip()) or not match.start():
        return found
    end = found.start + match.start()
    return FoundFormula(
        text[found.start : end], found.start, end, found.syntax, found.display, found.continues
    )


def _last_group(text: str, values: Sequence[FoundFormula]) -> tuple[FoundFormula, ...]:
    """Return the last value with those before it that only commas and `and` part it from."""
    group = list(values[-1:])
    for value in reversed(values[:-1]):
        between = text[value.end : group[0].start]
        if len(group) >= MAX_PARTS or len(between) > MAX_APART or not _JOINED.fullmatch(between):
            break
        if value.continues or group[0].continues or not between.strip("$ "):
            break
        group.insert(0, value)
    return tuple(group)


def _last_boxes(text: str, boxes: Sequence[FoundFormula]) -> tuple[FoundFormula, ...]:
    """Return the last box, with those that stand shortly before it in the same sentence."""
    group = list(boxes[-1:])
    for box in reversed(boxes[:-1]):
        between = text[box.end + 1 : group[0].start]
        if len(between) > MAX_APART or SENTENCE_END.search(between):
            break
        group.insert(0, box)
    distinct = {"".join(box.text.split()): box for box in group}
    return tuple(distinct.values())


def _boxed(text: str) -> Iterator[FoundFormula]:
    """Yield what stands in boxes, outermost ones only, the last ones of a text."""
    at = 0
    found: list[FoundFormula] = []
    while True:
        opening = _BOX.search(text, at)
        if opening is None:
            break
        end = _closing(text, opening.end())
        if end is None:
            break
        start = opening.end()
        while start < end and text[start].isspace():
            start += 1
        stop = end
        while stop > start and text[stop - 1].isspace():
            stop -= 1
        box = FoundFormula(text[start:stop], start, stop, "latex", display=True)
        if start < stop:
            found.append(_without_words(text, box) or box)
        at = end + 1
    yield from found[-MAX_BOXED:]


def _closing(text: str, at: int) -> int | None:
    depth = 1
    for match in _BRACES.finditer(text, at):
        part = match.group()
        if part == "{":
            depth += 1
        elif part == "}":
            depth -= 1
            if not depth:
                return match.start()
    return None
