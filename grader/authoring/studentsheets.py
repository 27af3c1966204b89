"""What each student gets of a rubric with parameters, and the key of the class.

A sheet is the blank hand-in with the student's own values in its texts and the student's id in front, so that whatever
file it comes back in is marked by what was drawn for it.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from grader.authoring.examples import failed_examples
from grader.forms import form_of
from grader.forms.blanks import markdown_blank
from grader.model.errors import Problem, RubricError
from grader.rubric.variants import Variants

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.rubric.questions import Rubric

# Variants that `check` makes: enough to meet every value of a parameter, few enough to wait for.
TRIED: Final = 40
TOLD: Final = 3  # variants with problems; of more, the rest look alike
KEY_HEADER: Final = ("student", "question", "parameters", "criterion", "expected")
_STUDENTS: Final = re.compile(r"^students:[^\n]*$", re.MULTILINE)


def student_sheet(rubric: Rubric, student: str) -> str:
    """Return the sheet of a student, whose rubric this is; raises FormError where a question cannot be told."""
    said = f"students: [{json.dumps(student, ensure_ascii=False)}]"
    return _STUDENTS.sub(lambda _: said, markdown_blank(form_of(rubric)), count=1)


def key_rows(variants: Variants, student: str) -> Iterator[tuple[str, ...]]:
    """Yield a row of the key for every criterion: what was drawn, and what is expected."""
    drawn: dict[str, list[str]] = {}
    for question, name, value in variants.drawn(student):
        drawn.setdefault(question, []).append(f"{name}={value}")
    for owner, criterion in variants.of(student).criteria:
        expected = next((value for name, value in criterion.check.expectations() if not name), "")
        yield student, owner.id, " ".join(drawn.get(owner.id, ())), criterion.id, _written(expected)


def _written(expected: Any) -> str:
    if isinstance(expected, list | tuple):
        return f"[{', '.join(map(_written, expected))}]"
    return str(getattr(expected, "text", expected))


def broken_variants(rubric: Rubric) -> Iterator[Problem]:
    """Yield what is wrong with the first few variants that cannot be made, or whose examples come out otherwise."""
    variants = Variants(rubric)
    seen: set[object] = set()
    broken = 0
    for number in range(TRIED if variants.several else 0):
        drawn = variants.drawn(f"variant-{number}")
        if drawn in seen:
            continue
        seen.add(drawn)
        values = ", ".join(f"{name} = {value}" for _, name, value in drawn)
        found = list(_problems(variants, f"variant-{number}", f"with {values}"))
        yield from found
        broken += bool(found)
        if broken == TOLD:
            return


def _problems(variants: Variants, student: str, said: str) -> Iterator[Problem]:
    try:
        made = variants.of(student)
    except RubricError as error:
        yield from (replace(each, message=f"{said}: {each.message}") for each in error.problems)
        return
    for example in failed_examples(made):
        yield Problem(variants.rubric.source[1], 0, 0, f"{said}: {example.said}")
