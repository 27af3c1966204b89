"""The questions of a Canvas quiz as it is exported: QTI 1.2, one XML file a quiz, in a zip or alone.

Kinds: numerical_question, multiple_choice_question, true_false_question, multiple_answers_question, matching_question,
short_answer_question, fill_in_multiple_blanks_question, essay_question (the general feedback is the model answer), and
text_only_question, which asks nothing.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from grader.documents.xmltree import child, local_name, text_of
from grader.drafting.assignmentquestion import AssignmentQuestion, QuestionSheet, QuizKey, QuizOption
from grader.drafting.quiztext import plain_text, points_said

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

_NOTHING_ASKED: Final = frozenset({"text_only_question"})


def read_canvas(root: Element) -> QuestionSheet:
    """Return the questions of a quiz; `root` is its `<questestinterop>`."""
    assessment = next(_named(root, "assessment"), None)
    title = "" if assessment is None else assessment.get("title", "")
    questions: list[AssignmentQuestion] = []
    for item in _named(root, "item"):
        fields = _fields(item)
        if fields.get("question_type", "") not in _NOTHING_ASKED:
            questions += _questions(item, fields, f"q{len(questions) + 1}")
    return QuestionSheet(tuple(questions), title=title)


def _named(element: Element, name: str) -> Iterator[Element]:
    """Yield the elements below one that have a name, whatever vocabulary it is from."""
    return (each for each in element.iter() if local_name(each) == name)


def _fields(item: Element) -> dict[str, str]:
    fields = {}
    for entry in _named(item, "qtimetadatafield"):
        label = next((text_of(each).strip() for each in _named(entry, "fieldlabel")), "")
        fields[label] = next((text_of(each).strip() for each in _named(entry, "fieldentry")), "")
    return fields


def _questions(item: Element, fields: dict[str, str], name: str) -> Iterator[AssignmentQuestion]:
    title = item.get("title", "")
    title = "" if re.fullmatch(r"(?:Question|Fråga|Frage)?\s*\d*", title) else title
    presentation = next(_named(item, "presentation"), None)
    text = _material(presentation) if presentation is not None else ""
    kind = fields.get("question_type", "").removesuffix("_question")
    points = points_said(fields.get("points_possible", ""))
    feedback = _feedback(item)
    groups = [] if presentation is None else [_group(group) for group in _named(presentation, "response_lid")]
    right = list(_right(item))
    if kind in {"fill_in_multiple_blanks", "multiple_dropdowns"} and len(groups) > 1:
        share = (
            points / len(groups)
            if points is not None and (points / len(groups) * 100).denominator == 1
            else None
        )
        for number, (group, label, options) in enumerate(groups, 1):
            known = [options.get(value, value) for respondent, value in right if respondent == group]
            yield AssignmentQuestion(
                f"{name}.{number}",
                f"{title} {label}".strip(),
                text,
                "",
                share,
                key=QuizKey("short", tuple(known)),
            )
        return
    key = _key(item, kind, groups, right)
    doubts = (
        ()
        if kind in _KINDS
        else (f"{name}: a question of the kind {kind or 'unknown'!r} is read by its text alone",)
    )
    yield AssignmentQuestion(
        name, title, text, feedback if key is None else "", points, key=key, doubts=doubts
    )


_KINDS: Final = frozenset(
    (
        "numerical",
        "multiple_choice",
        "true_false",
        "multiple_answers",
        "matching",
        "short_answer",
        "essay",
        "fill_in_multiple_blanks",
    )
)


def _material(element: Element) -> str:
    """Return what an element shows before its options."""
    for each in element:
        if local_name(each) == "material":
            return _mattext(each)
        if local_name(each) == "flow":
            return _material(each)
    return ""


def _mattext(material: Element | None) -> str:
    found = next((each for each in _named(material, "mattext")), None) if material is not None else None
    if found is None:
        return ""
    return plain_text(text_of(found), html=found.get("texttype", "text/html") != "text/plain")


def _feedback(item: Element) -> str:
    return next(
        (_mattext(each) for each in _named(item, "itemfeedback") if each.get("ident", "") == "general_fb"), ""
    )


def _group(element: Element) -> tuple[str, str, dict[str, str]]:
    """Return what a group of options is called by the machine, what it shows, and its options."""
    options = {label.get("ident", ""): _mattext(label) for label in _named(element, "response_label")}
    return element.get("ident", ""), _mattext(child(element, "material")), options


def _right(item: Element) -> Iterator[tuple[str, str]]:
    """Yield what is right: the group and the value of every condition that gives points and is not denied."""
    for condition in _named(item, "respcondition"):
        if not any(_gives_points(each) for each in _named(condition, "setvar")):
            continue
        for clause in _named(condition, "conditionvar"):
            denied = {id(each) for negation in _named(clause, "not") for each in negation.iter()}
            for each in _named(clause, "varequal"):
                if id(each) not in denied:
                    yield each.get("respident", ""), text_of(each).strip()


def _gives_points(element: Element) -> bool:
    points = points_said(text_of(element))
    return points is not None and points > 0


def _key(
    item: Element, kind: str, groups: list[tuple[str, str, dict[str, str]]], right: list[tuple[str, str]]
) -> QuizKey | None:
    values = tuple(dict.fromkeys(value for _, value in right))
    options = groups[0][2] if groups else {}
    if kind == "numerical":
        return _numerical(item, values)
    if kind == "true_false":
        said = [options.get(value, value).strip().lower() for value in values]
        return QuizKey("truth", truth="true" in said) if said else None
    if kind in {"multiple_choice", "multiple_answers"}:
        return QuizKey(
            "choice", options=tuple(QuizOption(text, name in values) for name, text in options.items())
        )
    if kind == "matching":
        chosen = dict(right)
        return QuizKey(
            "matching",
            pairs=tuple((label, known.get(chosen.get(name, ""), "")) for name, label, known in groups),
        )
    if kind in {"short_answer", "fill_in_multiple_blanks"}:
        return QuizKey("short", values)
    return None


def _numerical(item: Element, values: tuple[str, ...]) -> QuizKey:
    """Return the value and, where bounds stand beside it, half of what lies between them; of bounds alone their middle."""
    bounds = []
    for name in ("vargte", "varlte", "vargt", "varlt"):
        bounds += [text_of(each).strip() for each in _named(item, name)]
    numbers = [value for each in bounds[:2] if (value := _decimal(each)) is not None]
    if len(numbers) < 2:
        return QuizKey("number", values)
    low, high = min(numbers), max(numbers)
    half = f"{(high - low) / 2:.10f}".rstrip("0").rstrip(".")
    middle = f"{(high + low) / 2:.10f}".rstrip("0").rstrip(".")
    return QuizKey("number", values or (middle,), tolerance="" if half in {"0", ""} else half)


def _decimal(text: str) -> float | None:
    return float(text) if re.fullmatch(r"[-+]?\d{1,30}(?:\.\d{1,30})?(?:[eE][-+]?\d{1,2})?", text) else None
