"""The files that students get: the form, and blank hand-ins in YAML and Markdown.

A blank hand-in is read as blank throughout: what it quotes and explains is no answer. Nothing here
writes a digit of its own, so that whatever number stands in these files came from the form.
"""

from __future__ import annotations

import re
import textwrap
from typing import TYPE_CHECKING, Any, Final

import yaml

from grader.documents.cut.addresses import shown_address
from grader.documents.cut.answers import cut_text
from grader.documents.cut.foreign import GIVE
from grader.model.errors import FormError, GraderError, Problem
from grader.readers.files import read_content
from grader.writers.displaytext import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.checks.contract import Kind
    from grader.forms import Form, FormPart, FormQuestion
    from grader.model.submission import Submission

WIDTH: Final = 100  # characters of a line where lines may be broken

_WORDS: Final[dict[Kind, str]] = {
    "number": "a number",
    "matrix": "a matrix: its rows in brackets, as in [[a, b], [c, d]]",
    "size": "a size: its sides with x between them",
    "formula": "a formula",
    "text": "a text",
}
_SHORT: Final[dict[Kind, str]] = {**_WORDS, "matrix": "a matrix", "size": "a size"}
# A line of a paragraph that begins like this may be broken there: it cannot be taken for a list or a heading.
_HARMLESS: Final = re.compile(r"(?![Qq])[A-Za-z(\[$\"'][^\n]*")


def form_text(form: Form) -> str:
    """Return a form as the YAML file to publish."""
    head = _comment(f"The form of {form.assignment}: what students may know of it, and nothing of the key.")
    head += _comment("How a hand-in is read, before it is sent: grader validate HAND-IN --form form.yaml")
    data: dict[str, Any] = {"assignment": form.assignment}
    data |= {"title": form.title} if form.title else {}
    data["language"] = form.language
    data |= {"due": form.due.isoformat()} if form.due else {}
    data["questions"] = [_question_data(question) for question in form.questions]
    return head + _dumped(data)


def _question_data(question: FormQuestion) -> dict[str, Any]:
    data: dict[str, Any] = {"id": question.id}
    data |= {"title": question.title} if question.title else {}
    data |= {"text": question.text} if question.text else {}
    data |= {"headings": list(question.headings)} if question.headings else {}
    parts = []
    for part in question.parts:
        item: dict[str, Any] = {"name": part.name, "kind": part.kind}
        if part.options:
            item["options"] = dict(part.options) if any(part.options.values()) else list(part.options)
        if part.items:
            item["items"] = list(part.items)
        parts.append(item)
    return data | ({"parts": parts} if parts else {})


class _Dumper(yaml.SafeDumper):
    """Write texts of several lines as blocks, and no list as an alias of another."""

    def ignore_aliases(self, data: Any) -> bool:
        del data
        return True


def _block(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    # Other ends of lines, and what cannot be seen, survive only as escapes inside quotes.
    unseen = not text.replace("\n", "").isprintable()
    style = '"' if unseen else "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _block)


def _dumped(data: Any, *, width: float = WIDTH) -> str:
    return yaml.dump(data, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=width)


def _key(name: str) -> str:
    """Write a name as the key of a mapping, in quotes where YAML needs them."""
    # A list of one, on one line whatever stands in it, without its brackets.
    style = None if name.isprintable() else '"'
    listed = yaml.dump(
        [name],
        Dumper=yaml.SafeDumper,
        default_flow_style=True,
        default_style=style,
        allow_unicode=True,
        width=float("inf"),
    )
    return listed.strip()[1:-1]


def yaml_blank(form: Form) -> str:
    """Return the blank YAML hand-in."""
    return "".join(_yaml_lines(form))


def _yaml_lines(form: Form) -> Iterator[str]:
    yield _comment(form.title or form.assignment)
    if form.due:
        yield _comment(f"Due {form.due.isoformat(sep=' ')}")
    yield _comment(
        "Write your answers behind the colons, and texts below their '|', further in than the line above."
    )
    yield _comment("What stands behind a '#' is not read. Formulas go between dollar signs.")
    yield f"assignment: {_key(form.assignment)}\n"
    yield "students:  # your id, or those of a group as in [one-id, other-id]; left empty, the file's name is your id\n"
    yield "answers:\n"
    for question in form.questions:
        yield "\n"
        yield _comment(": ".join(filter(None, (question.id, question.title))), indent=2)
        yield _comment(question.text, indent=2)
        if not question.parts:
            yield f"  {_key(question.id)}: |\n\n"
            continue
        yield f"  {_key(question.id)}:\n    text: |\n\n"
        for part in question.parts:
            yield from _yaml_part(part)


def _yaml_part(part: FormPart) -> Iterator[str]:
    told = _told(part)
    lines = _comment(told, indent=6)
    if lines.count("\n") == 1 and len(part.name) + len(told) < WIDTH:
        yield f"    {_key(part.name)}:  # {lines.strip()[2:]}\n"
    else:
        yield f"    {_key(part.name)}:\n{lines}"
    for item in part.items:
        yield f"      {_key(item)}:\n"


def _told(part: FormPart) -> str:
    """Say what a part holds."""
    if part.kind != "choice":
        return _WORDS[part.kind]
    if not part.options:
        return "true or false"
    options = ", ".join(f"{option} ({text})" if text else option for option, text in part.options.items())
    return f"for each, of: {options}" if part.items else f"of: {options}"


def _comment(text: str, *, indent: int = 0) -> str:
    """Write a text as comment lines. Whatever ends a line for YAML ends one here."""
    mark = " " * indent + "# "
    lines = [line for each in text.splitlines() for line in _wrapped(printable(each), WIDTH - len(mark))]
    return "".join(f"{mark}{line}".rstrip() + "\n" for line in lines)


def _wrapped(line: str, width: int) -> list[str]:
    return textwrap.wrap(line, width, break_long_words=False, break_on_hyphens=False) or [""]


def markdown_blank(form: Form) -> str:
    """Return the blank Markdown hand-in; raises FormError where a question cannot be told by its heading."""
    problems = []
    questions = []
    for number, question in enumerate(form.questions, 1):
        heading = next((each for each in _headings(question, number) if _names(each, question, form)), None)
        if heading is None:
            rule = f"question {question.id!r} cannot be told from the others by a heading; give it a title"
            problems.append(Problem("--markdown", 0, 0, rule))
            continue
        # A question whose own words look like a heading of another one is not quoted.
        quoted = f"{heading}\n\n{_quote(question)}"
        questions.append(quoted if _names(quoted, question, form) else f"{heading}\n")
    if problems:
        raise FormError(problems)
    title = f"# {_line(form.title or form.assignment)}\n\n"
    if cut_text(title, form.outline)[0]:  # "Assignment 3" would be taken for the third question
        title = ""
    text = f"{_front_matter(form)}\n{title}" + "\n".join(questions)
    _check_blank(text, form)
    return text


def _front_matter(form: Form) -> str:
    due = _comment(f"Due {form.due.isoformat(sep=' ')}") if form.due else ""
    students = "students:  # your id, or [one-id, other-id]; left empty, the file's name is your id"
    return f"---\n{due}assignment: {_key(form.assignment)}\n{students}\n---\n"


def _headings(question: FormQuestion, number: int) -> Iterator[str]:
    """Yield headings a question may go by, the most telling first."""
    digits = re.findall(r"[0-9]+", question.id)
    named = f"Question {shown_address(question.id) or (digits[-1] if digits else number)}"
    title = _line(question.title)
    if title:
        yield f"## {named}: {title}"
    yield f"## {named}"
    if title:
        yield f"## {title}"
    yield f"## {question.id}"


def _names(text: str, question: FormQuestion, form: Form) -> bool:
    """Whether a stretch of Markdown is cut into this one question, with nothing doubtful."""
    questions, doubtful = cut_text(text, form.outline)
    return questions == [question.id] and not doubtful


def _quote(question: FormQuestion) -> str:
    lines = [line for each in question.text.splitlines() for line in _broken(each)]
    if question.parts:
        parts = ", ".join(f"{part.name} ({_short(part)})" for part in question.parts)
        lines += ([""] if lines else []) + [f"{GIVE} {_line(parts)}"]
    return "".join(f"> {printable(line)}".rstrip() + "\n" for line in lines) + ("\n" if lines else "")


def _broken(line: str) -> list[str]:
    """Break a long line where no piece of it can be taken for something else than text."""
    lines = _wrapped(line, WIDTH)
    return lines if all(map(_HARMLESS.fullmatch, lines)) else [line]


def _short(part: FormPart) -> str:
    if part.kind != "choice":
        return _SHORT[part.kind]
    told = _told(part)
    return f"{', '.join(part.items)}: {told}" if part.items else told


def _line(text: str) -> str:
    return printable(" ".join(text.split()))


def _check_blank(text: str, form: Form) -> None:
    """Read the blank form as `grade` would: it has every question once, and no answer."""
    try:
        submission: Submission = read_content(text.encode(), "blank.md", form.outline)
    except GraderError as error:
        raise FormError(
            [Problem("--markdown", 0, 0, problem.message) for problem in error.problems]
        ) from error
    filled = [name for name, answer in submission.answers.items() if not answer.blank]
    if submission.notes or filled or len(submission.answers) < len(form.questions):
        names = ", ".join(filled or [question.id for question in form.questions])
        rule = f"the texts of {names} would be taken for headings or answers; reword them"
        raise FormError([Problem("--markdown", 0, 0, rule)])
