"""The values of a model answer as checks: matrices, sizes, formulas and numbers, the one that was asked for first."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from grader.drafting.checkdraft import CheckDraft
from grader.drafting.formuladrafts import formula_draft
from grader.finding.reading import Reading
from grader.notation.lazypatterns import deferred

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from fractions import Fraction

    from grader.finding.formulas import FoundFormula
    from grader.finding.scan import FoundNumber

# Words beside a value up to which a text is that value, and not prose in which one stands.
MOST_BESIDE_FORMULA: Final = 14
MOST_BESIDE_NUMBER: Final = 6

LARGEST_DENOMINATOR: Final = 10**6  # of an exact value that people would write
BEHIND_BOX: Final = 20  # characters from `\\boxed` to its number
_ANNOUNCED: Final = deferred(
    r"(?P<words>\b(?:together|in total|total(?:[ ]of)?|in all|altogether|rounded(?:[ ](?:up|down|off))?(?:[ ]to)?|so|thus|therefore|hence|finally|i\.e\.|that is|answer(?:[ ]is)?|which is)"
    r"\b[:,]?|[→⇒]|≈|\\Rightarrow)[ ]?(?:it[ ]is|is|are|we[ ](?:get|need|have)|that[ ]is|to)?[ :$~*]*$",
    re.IGNORECASE,
)
_ASKS_NUMBER: Final = deferred(
    r"\bhow (?:many|much|large|big|often|long|far|high|likely)\b|\bnumber of\b|\b(?:comput|calculat|determin|evaluat)\w*|\bwhat (?:is|are|was|would be) (?:the |its )?(?!meant|a\b)"
    r"|\bgive the (?:value|number)|\bwie (?:viele?|gro|hoch)|\bberechne|\bhur (?:många|stor)|\bberäkna|\bfind the\b",
    re.IGNORECASE,
)
_ASKS_SIZE: Final = deferred(
    r"\b(?:size|shape|dimension\w*|resolution|storlek|größe)\b|height and width|width and height",
    re.IGNORECASE,
)
_ASKS_FORMULA: Final = deferred(
    r"\b(?:formulas?|formulae|equations?|expressions?|derivatives?|gradients?|differentiate|derive|updates?(?:[ ]rules?)?|leite|in terms of|closed form|partial|integral"
    r"|formeln?|ableitung|uttryck|as a function of|simplify|write down|loss function)\b",
    re.IGNORECASE,
)
_ASKS_SEVERAL: Final = deferred(
    r"\b(?:formulas|formulae|equations|expressions|derivatives|gradients|update rules|formeln)\b",
    re.IGNORECASE,
)
_ASKS_WHY: Final = deferred(
    r"\b(?:why|explain|justify|motivate|reason|argue|discuss|describe|differences?|compare|advantages?|disadvantages?|what does|meaning|warum|begründe|erkläre|varför|förklara|motivera)\b",
    re.IGNORECASE,
)
_WORD: Final = deferred(r"(?<![\\\w])[^\W\d_]{2,}")
_EMPHASISED: Final = deferred(r"\*\*[^*\n]+\*\*|\\boxed\b")


def asks_number(question: str) -> bool:
    """Whether a question asks for a number."""
    return _ASKS_NUMBER.search(question) is not None


def asks_why(question: str) -> bool:
    """Whether a question asks for words."""
    return _ASKS_WHY.search(question) is not None


def value_drafts(text: str, question: str) -> list[CheckDraft]:
    """Return the checks for the values of a text, the one that was asked for first; none where it is prose."""
    reading = Reading(text)
    drafts = list(_matrices(reading, question))
    drafts = drafts or list(_formulas(reading, question))
    drafts += [] if drafts and not _ASKS_SIZE.search(question) else list(_sizes(reading, question))
    return drafts or list(_numbers(reading, question))


def _beside(text: str, spans: Sequence[tuple[int, int]]) -> int:
    """Return how many words stand beside some finds of a text."""
    return sum(not any(start <= word.start() < end for start, end in spans) for word in _WORD.finditer(text))


def _matrices(reading: Reading, question: str) -> Iterator[CheckDraft]:
    tables = [
        found
        for found in reading.matrices
        if found.shape is not None and min(found.shape) > 0 and max(found.shape) > 1
    ]
    sized = {(shape.start, shape.end) for shape in reading.shapes}
    tables = [
        found
        for found in tables
        if not (
            min(found.shape or (0,)) == 1
            and _overlap(found.start, found.end, sized)
            and _ASKS_SIZE.search(question)
        )
    ]
    if not tables:
        return
    last = tables[-1]
    if any(cell.reading is None for row in last.rows for cell in row):
        return
    rows: list[Any] = [[_cell(cell.text, last.factor) for cell in row] for row in last.rows]
    expected = rows[0] if len(rows) == 1 else rows
    doubts = (
        () if len(tables) == 1 else (f"the model answer has {len(tables)} matrices; the last one is taken",)
    )
    if (
        len(rows) == 1
        and not asks_number(question)
        and _beside(reading.text, [(last.start, last.end)]) > MOST_BESIDE_FORMULA
    ):
        return
    yield CheckDraft("matrix", {"expected": expected}, doubts=doubts)


def _cell(text: str, factor: Fraction) -> str:
    """Return a cell as it is written, with the factor in front of the matrix multiplied in."""
    if factor == 1:
        return text
    from grader.notation.numbers.cells import read_cell  # noqa: PLC0415 - few matrices have a factor

    reading = read_cell(text).reading
    return text if reading is None else str(reading.value * factor)


def _overlap(start: int, end: int, spans: set[tuple[int, int]]) -> bool:
    return any(first < end and start < last for first, last in spans)


def _sizes(reading: Reading, question: str) -> Iterator[CheckDraft]:
    shapes = reading.shapes
    asked = _ASKS_SIZE.search(question) is not None
    if not shapes or not (
        asked or _beside(reading.text, [(each.start, each.end) for each in shapes]) <= MOST_BESIDE_NUMBER
    ):
        return
    found = next((each for each in reversed(shapes) if not each.product), None)
    if found is None:
        return
    doubts = (
        ()
        if len({each.dimensions for each in shapes}) == 1
        else ("the model answer names several sizes; the last one is taken",)
    )
    keys = {"expected": list(found.dimensions), "shape_only": True}
    yield CheckDraft("matrix", keys, ({**keys, "near": ["output", "size", "result"]},), doubts=doubts)


def _formulas(reading: Reading, question: str) -> Iterator[CheckDraft]:
    found = [
        (each, draft)
        for each in reading.formulas
        if (draft := formula_draft(each.text, reading.text)) is not None and _has_operation(each)
    ]
    asked = _ASKS_FORMULA.search(question) is not None or any(each.display for each, _ in found)
    beside = _beside(reading.text, [(each.start, each.end) for each in reading.formulas])
    if not found or not (asked or beside <= MOST_BESIDE_FORMULA):
        return
    named = {each.keys.get("defines", ("",))[0] for _, each in found}
    if len(named) == len(found) > 1 and (
        _ASKS_SEVERAL.search(question) or not _ASKS_FORMULA.search(question)
    ):
        yield from (draft for _, draft in found)
        return
    stated = {conclusion.text for conclusion in reading.conclusions}
    chosen = (
        next((draft for each, draft in found if each.text in stated), None)
        or _asked_for(found, question)
        or found[-1][1]
    )
    doubts = (
        ()
        if len(found) == 1
        else (f"the model answer has {len(found)} formulas; this one is taken for the answer",)
    )
    yield CheckDraft(chosen.name, chosen.keys, chosen.others, (*chosen.doubts, *doubts), chosen.remarks)


def _asked_for(found: Sequence[tuple[FoundFormula, CheckDraft]], question: str) -> CheckDraft | None:
    """Return the last formula for a name that the question names as well."""
    squeezed = re.sub(r"[\s$]", "", question)
    named = [
        draft
        for _, draft in found
        if (left := draft.keys.get("defines", ("",))[0])
        and re.sub(r"[\s$]", "", left) in squeezed
        and len(left) > 1
    ]
    return named[-1] if named else None


def _has_operation(found: FoundFormula) -> bool:
    return (
        re.search(
            r"[=+*/^<>]|\s[-−]\s|\\(?:leftarrow|gets)|\\frac|\\sum|\\sqrt|\\log|\\exp|\\cdot|(?<=\w)-|-(?=\w)|\w\s?\(|\d[a-z]",
            found.text,
        )
        is not None
    )


def _numbers(reading: Reading, question: str) -> Iterator[CheckDraft]:
    numbers = [each for each in reading.numbers if each.role not in {"operand", "size"}]
    chosen = _result(numbers, reading)
    if chosen is None:
        return
    first = reading.text.split("\n")[0]
    telling = (
        chosen.role in {"result", "unevaluated"}
        or _beside(re.split(r"[;(]|\.\s", first)[0], ()) <= MOST_BESIDE_NUMBER
    )
    if not (asks_number(question) or telling) or (asks_why(question) and not telling):
        return
    if (
        not asks_number(question)
        and chosen.role == "stated"
        and len({each.reading.value for each in numbers}) > 1
        and numbers[0] is not chosen
    ):
        return  # `between -1 and 1`
    keys, doubts = _number_keys(chosen, numbers)
    if any(
        each.reading.value != chosen.reading.value
        for each in numbers
        if each.role != "unevaluated" and (each.chain is None or each.chain != chosen.chain)
    ) and not _is_set_apart(chosen, reading):
        doubts = (
            *doubts,
            f"the model answer has several numbers; {chosen.reading.text} is taken for the answer",
        )
    announced = _ANNOUNCED.search(reading.text[: chosen.start])
    words = announced["words"].strip(" :,").lower() if announced else ""
    yield CheckDraft(
        "number",
        keys,
        ({**keys, "near": [words]},) if words.isascii() and words[:1].isalpha() else (),
        doubts,
    )


def _result(numbers: Sequence[FoundNumber], reading: Reading) -> FoundNumber | None:
    if not numbers:
        return None
    set_apart = [each for each in numbers if _is_set_apart(each, reading)]
    results = [each for each in numbers if each.role == "result"]
    announced = [
        each
        for each in numbers
        if results and each.start > results[-1].start and _ANNOUNCED.search(reading.text[: each.start])
    ]
    opening = [numbers[0]] if not reading.text[: numbers[0].start].strip("$* \t=≈~") else []
    return next(iter((*set_apart[-1:], *announced[-1:], *results[-1:], *opening, *numbers[-1:])), None)


def _is_set_apart(number: FoundNumber, reading: Reading) -> bool:
    return any(
        mark.start() <= number.start < mark.end() + BEHIND_BOX for mark in _EMPHASISED.finditer(reading.text)
    )


def _number_keys(
    number: FoundNumber, numbers: Sequence[FoundNumber]
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Return the expected value, exact where a calculation beside it says so, and what is doubtful in it."""
    reading, chain = number.reading, number.chain
    if chain is not None and chain.agrees:
        sides = [each.reading.value for each in numbers if each.chain == chain and not each.reading.step]
        exact = chain.left if chain.left is not None else next(iter(sides), None)
        if exact is not None and exact != reading.value and exact.denominator < LARGEST_DENOMINATOR:
            return {"expected": str(exact)}, ()
    text = reading.text.strip(" $*")
    if reading.value < 0 and not text.startswith(("-", "−", "minus")):
        text = f"-{text}"
    return {"expected": text}, ()
