"""The questions of a Moodle quiz as it is exported in Moodle XML.

Kinds: numerical, calculated (as its text says it), multichoice, truefalse, matching, shortanswer, essay (its information for
graders is the model answer), cloze (`{1:NUMERICAL:=0.5:0.01}`), description and category (which ask nothing).
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from grader.documents.xmltree import child, text_of
from grader.drafting.assignmentquestion import AssignmentQuestion, QuestionSheet, QuizKey, QuizOption
from grader.drafting.pointmarks import without_points
from grader.drafting.quiztext import plain_text, points_said
from grader.notation.lazypatterns import deferred

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

_NOTHING_ASKED: Final = frozenset({"category", "description"})
_CLOZE: Final = deferred(
    r"\{(?P<points>\d{0,3}):(?P<kind>NUMERICAL|NM|MULTICHOICE\w*|MC\w*|SHORTANSWER\w*|SA\w*|MW\w*)(?::(?P<body>(?:[^{}\\]|\\.){1,2000}))\}"
)


def read_moodle(root: Element) -> QuestionSheet:
    """Return the questions of a quiz; `root` is its `<quiz>`."""
    questions: list[AssignmentQuestion] = []
    notes: list[str] = []
    for element in root.iter("question"):
        kind = element.get("type", "")
        if kind in _NOTHING_ASKED:
            continue
        questions += _questions(element, kind, len(questions) + 1)
    if root.find("question[@type='calculated']") is not None:
        notes.append("calculated questions have a value for each student: their formula is left to you")
    return QuestionSheet(tuple(questions), title=_category(root), notes=tuple(notes))


def _category(root: Element) -> str:
    text = (
        text_of(found) if (found := root.find("question[@type='category']/category/text")) is not None else ""
    )
    return text.rpartition("/")[2].strip() if text.strip() else ""


def _questions(element: Element, kind: str, number: int) -> Iterator[AssignmentQuestion]:
    name = f"q{number}"
    title, text = _said(element, "name"), _said(element, "questiontext")
    points = points_said(text_of(grade) if (grade := child(element, "defaultgrade")) is not None else "")
    title = without_points(title)
    if kind == "cloze":
        yield from _cloze(name, title, text)
        return
    feedback = _said(element, "graderinfo") or _said(element, "generalfeedback")
    key = _key(element, kind)
    doubts = (
        ()
        if kind in _KINDS or kind == "essay"
        else (f"{name}: a question of the kind {kind!r} is read by its text alone",)
    )
    yield AssignmentQuestion(
        name, title, text, feedback if key is None else "", points, key=key, doubts=doubts
    )


def _said(element: Element, tag: str) -> str:
    """Return the text of a child, from HTML where it is that."""
    found = child(element, tag)
    inner = child(found, "text")
    if found is None or inner is None:
        return ""
    return plain_text(text_of(inner), html=found.get("format", "html") in {"html", "moodle_auto_format"})


def _key(element: Element, kind: str) -> QuizKey | None:
    read = _KINDS.get(kind)
    return read(element) if read is not None else None


def _answers(element: Element) -> list[tuple[str, Fraction, Element]]:
    found = []
    for answer in element.findall("answer"):
        said = text_of(inner) if (inner := child(answer, "text")) is not None else ""
        try:
            fraction = Fraction(answer.get("fraction", "0").strip() or "0")
        except (ValueError, ZeroDivisionError):
            fraction = Fraction(0)
        html = answer.get("format", "") in {"html", "moodle_auto_format"} or "<" in said
        found.append((plain_text(said, html=html), fraction, answer))
    return found


def _numerical(element: Element) -> QuizKey:
    right = [
        (said, answer) for said, fraction, answer in _answers(element) if fraction == 100 and said != "*"
    ]
    tolerance = text_of(found) if right and (found := child(right[0][1], "tolerance")) is not None else ""
    return QuizKey("number", tuple(said for said, _ in right), tolerance=tolerance.strip())


def _multichoice(element: Element) -> QuizKey:
    return QuizKey(
        "choice", options=tuple(QuizOption(said, fraction > 0) for said, fraction, _ in _answers(element))
    )


def _truefalse(element: Element) -> QuizKey | None:
    right = next((said for said, fraction, _ in _answers(element) if fraction == 100), None)
    return None if right is None else QuizKey("truth", truth=right.strip().lower() == "true")


def _shortanswer(element: Element) -> QuizKey:
    return QuizKey(
        "short",
        tuple(said for said, fraction, _ in _answers(element) if fraction == 100 and said.strip("* ")),
    )


def _matching(element: Element) -> QuizKey:
    pairs = []
    for pair in element.findall("subquestion"):
        item = text_of(inner) if (inner := child(pair, "text")) is not None else ""
        answer = text_of(inner) if (inner := child(child(pair, "answer"), "text")) is not None else ""
        if item.strip():
            pairs.append((plain_text(item, html=True), plain_text(answer, html=True)))
    return QuizKey("matching", pairs=tuple(pairs))


_KINDS: Final = {
    "numerical": _numerical, "multichoice": _multichoice, "truefalse": _truefalse, "shortanswer": _shortanswer, "matching": _matching,
}  # fmt: skip


def _cloze(name: str, title: str, text: str) -> Iterator[AssignmentQuestion]:
    """Yield a question for each gap of a text with gaps."""
    gaps = list(_CLOZE.finditer(text))
    shown = _CLOZE.sub("____", text)
    for number, gap in enumerate(gaps, 1):
        own = f"{name}.{number}" if len(gaps) > 1 else name
        options = [option for option in re.split(r"(?<!\\)~", gap["body"]) if option]
        right = [
            re.sub(r"^(?:=|%100%)|#.*$", "", each) for each in options if each.startswith(("=", "%100%"))
        ]
        points = Fraction(gap["points"]) if gap["points"] else Fraction(1)
        key = QuizKey("short", tuple(right))
        if gap["kind"].startswith(("N", "NUMERICAL")):
            value, _, tolerance = (right or [""])[0].partition(":")
            key = QuizKey("number", (value,) if value else (), tolerance=tolerance)
        elif gap["kind"].startswith("M"):
            said = [re.sub(r"^(?:=|%-?\d+%)|#.*$", "", each) for each in options]
            key = QuizKey("choice", options=tuple(QuizOption(each, each in right) for each in said))
        yield AssignmentQuestion(own, title, shown, "", points, key=key)
