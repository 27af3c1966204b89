"""What students may know of an assignment: its questions and the parts they give by name.

A `Form` holds nothing of the key, and nothing that depends on it: two rubrics that differ only in
what they expect, how they judge it and what they say about it have the same form, byte for byte. So
it takes from a rubric only what its author addresses to students (ids, titles and texts of questions,
names of parts, options of a choice) and the kind of value a part holds. What is left out although it
looks harmless, since it tells something: ids and titles of criteria, their number, points and order,
further spellings of options (the right one often has the most), and the order of options.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, Final

from pydantic import BeforeValidator, Field, field_validator, model_validator

from grader.checks.choice import MAX_OPTIONS
from grader.checks.contract import Kind
from grader.files.fields import AsTuple, Words
from grader.files.moments import Moment
from grader.files.validation import shown, validate
from grader.files.yamltree import load_yaml, read_own_file
from grader.model.errors import FormError
from grader.model.frozen import Frozen
from grader.model.submission import Outline, QuestionOutline
from grader.readers.structured import TEXT
from grader.rubric.loading import load_rubric

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from grader.files.yamltree import Loc, Tree
    from grader.rubric.questions import Criterion, Question, Rubric

# A form is a rubric without its key, and so never larger than one.
MAX_BYTES: Final = 4_000_000

_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,79}")


def _as_options(value: object) -> object:
    """Let a plain list of ids stand for options without a text."""
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return dict.fromkeys(value, "")
    return value


class FormPart(Frozen):
    """A value that is given by name. `options` and `items` belong to a choice.

    A choice without options is between true and false; one with `items` gives every item an option.
    """

    name: str
    kind: Kind
    options: Annotated[Mapping[str, str], BeforeValidator(_as_options)] = {}
    items: Annotated[tuple[str, ...], AsTuple] = ()

    @model_validator(mode="after")
    def _is_consistent(self) -> FormPart:
        if not self.name.strip() or self.name == TEXT:
            raise ValueError(f"name must be a name other than {TEXT!r} (got {self.name!r})")
        if self.kind != "choice" and (self.options or self.items):
            raise ValueError(f"only a choice has options and items, not a {self.kind}")
        for name, some in (("options", self.options), ("items", self.items)):
            if len(some) > MAX_OPTIONS:
                raise ValueError(f"{name} must be at most {MAX_OPTIONS} (got {len(some)})")
        if self.items and not self.options:
            raise ValueError("items need options to choose from")
        return self


class FormQuestion(Frozen):
    """A question as students know it."""

    id: str
    title: str = ""
    text: str = ""
    headings: Words = ()
    parts: Annotated[tuple[FormPart, ...], AsTuple] = ()

    @field_validator("parts")
    @classmethod
    def _differ(cls, parts: tuple[FormPart, ...]) -> tuple[FormPart, ...]:
        twice = _repeated(part.name for part in parts)
        if twice is not None:
            raise ValueError(f"parts must have different names; {twice!r} stands there twice")
        return parts


class Form(Frozen):
    """An assignment without its key."""

    assignment: str
    title: str = ""
    language: str = "en"
    due: Moment | None = None
    questions: Annotated[tuple[FormQuestion, ...], AsTuple, Field(min_length=1)]

    @field_validator("assignment")
    @classmethod
    def _is_id(cls, value: str) -> str:
        if not _ID.fullmatch(value):
            raise ValueError("must be letters, digits, '_', '-' or '.', at most 80 of them")
        return value

    @field_validator("questions")
    @classmethod
    def _differ(cls, questions: tuple[FormQuestion, ...]) -> tuple[FormQuestion, ...]:
        for question in questions:
            cls._is_id(question.id)
        twice = _repeated(question.id for question in questions)
        if twice is not None:
            raise ValueError(f"questions must have different ids; {twice!r} stands there twice")
        return questions

    @property
    def outline(self) -> Outline:
        """What readers need to know, as a rubric's outline but without the ids of criteria."""
        return Outline(
            assignment=self.assignment,
            questions=tuple(
                QuestionOutline(
                    id=question.id,
                    title=question.title,
                    headings=question.headings,
                    parts=tuple(part.name for part in question.parts),
                    text=question.text,
                )
                for question in self.questions
            ),
        )


def _repeated(names: Iterable[str]) -> str | None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            return name
        seen.add(name)
    return None


def form_of(rubric: Rubric) -> Form:
    """Return what students may know of a rubric; nothing in it depends on the key."""
    return Form(
        assignment=rubric.id,
        title=rubric.title,
        language=rubric.language,
        due=rubric.due,
        questions=tuple(map(_question, rubric.questions)),
    )


def _question(question: Question) -> FormQuestion:
    parts: dict[str, FormPart] = {}
    for criterion in question.criteria:
        # A criterion's own id names a part too, but no student knows it, and it may tell what is looked for.
        name = criterion.part
        if not name.strip() or name == TEXT:
            continue
        part = _part(criterion)
        if name not in parts or (parts[name].kind == "text" and part.kind != "text"):
            parts[name] = part
    return FormQuestion(
        id=question.id,
        title=question.title,
        text=question.text,
        headings=question.headings,
        parts=tuple(parts.values()),
    )


def _part(criterion: Criterion) -> FormPart:
    holding = criterion.check.holding
    return FormPart(name=criterion.part, kind=holding.kind, options=holding.options, items=holding.items)


def load_form(path: Path) -> Form:
    """Read and check a form file; raises FormError with every problem found."""
    return read_form(read_own_file(path, MAX_BYTES, FormError), str(path))


def read_form(text: str, path: str = "form") -> Form:
    """Check a form given as text; raises FormError with every problem found."""
    tree = load_yaml(text, path)
    if tree.problems:
        raise FormError(tree.problems)
    if not isinstance(tree.data, dict):
        raise FormError(
            [
                tree.problem(
                    (), f"must be a mapping with 'assignment' and 'questions' (got {shown(tree.data)})"
                )
            ]
        )
    if _looks_like_a_rubric(tree.data):
        raise FormError(
            [
                tree.problem(
                    (), "this is a rubric, which holds the key; its form is written by 'grader template'"
                )
            ]
        )
    form, problems = validate(Form, tree.data, tree, whose=lambda loc: _whose(tree, loc))
    if form is None:
        raise FormError(problems)
    return form


def _looks_like_a_rubric(data: dict[str, Any]) -> bool:
    questions = data.get("questions")
    return isinstance(questions, list) and any(
        isinstance(item, dict) and "criteria" in item for item in questions
    )


def _whose(tree: Tree, loc: Loc) -> str:
    """Name the question and part a place belongs to, as far as they have names."""
    node: Any = tree.data
    words: list[str] = []
    for group, word, name in (("questions", "question", "id"), ("parts", "part", "name")):
        step = loc[2 * len(words) : 2 * len(words) + 2]
        if len(step) < 2 or step[0] != group or not isinstance(step[1], int):
            break
        node = node[group][step[1]]
        called = node.get(name) if isinstance(node, dict) else None
        words.append(f"{word} {called!r}" if called else f"{word} number {step[1] + 1}")
    return f"{', '.join(words)}: " if words else ""


def form_from(*, form: Path | None, rubric: Path | None) -> Form:
    """Load a form, or derive it from a rubric; raises GraderError with every problem found."""
    if form is not None:
        return load_form(form)
    assert rubric is not None  # noqa: S101 - the caller asks for one of them
    return form_of(load_rubric(rubric))
