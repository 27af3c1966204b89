"""The file formats and heading styles in which the students of `classroom.py` hand in."""

from __future__ import annotations

import json
import re
from random import Random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from classroom import HandIn

SUFFIXES = {".yaml": 30, ".md": 36, ".ipynb": 16, ".json": 9, ".tex": 9}
TITLES = (
    "Weights and biases",
    "Activation functions",
    "Batch normalization",
    "Dropout",
    "Parameters",
    "Convolution",
)
# How questions are headed, by share; the last one only where no line of an answer begins like it.
_HEADINGS = {
    "## Question {n}": 30,
    "## {n} Question {n}": 8,
    "## Question {n}: {t}": 12,
    "**Question {n}**": 12,
    "# {n} {t}": 8,
    "## {t}": 6,
    "### Exercise {n}": 6,
    "Q{n}.": 8,
    "Question {n}\n----------": 4,
    "{n})": 6,
}
_NUMBERED_LINE = re.compile(r"^[ \t]*[([]?\d+[.)\]]", re.MULTILINE)


def render(made: HandIn) -> str:
    """Return the text of a hand-in's file; its own random numbers, so that the answers do not depend on the format."""
    random = Random(f"file {made.number} {made.students[0]}")  # noqa: S311 - wording, no secrets
    write = {".yaml": _yaml, ".json": _json, ".md": _markdown, ".tex": _latex, ".ipynb": _notebook}[
        made.suffix
    ]
    return write(random, made)


def _yaml(random, made):
    lines = ["assignment: rq3"] if random.random() < 0.8 else []
    lines.append(f"students: [{', '.join(made.students)}]")
    lines.append("answers:")
    for question, answer in made.answers.items():
        if answer or random.random() < 0.5:  # a blank is left out or left empty
            lines.append(f"  {question}:{_yaml_value(answer)}")
    return "\n".join(lines) + "\n"


def _yaml_value(answer):
    if isinstance(answer, dict):
        return "".join(
            f"\n    {name}: {json.dumps(value, ensure_ascii=False) if name != 'output' else _flow(value)}"
            for name, value in answer.items()
        )
    if not answer:
        return ' ""'
    if "\n" in answer and not answer.startswith((" ", "\t", "\n")):
        return " |\n" + "\n".join(f"    {line}".rstrip() for line in answer.split("\n"))
    return " " + json.dumps(answer, ensure_ascii=False)


def _flow(rows):
    return "[" + ", ".join("[" + ", ".join(row) + "]" for row in rows) + "]"


def _json(random, made):
    answers = {question: answer for question, answer in made.answers.items() if answer}
    students = [{"id": student} for student in made.students]
    return json.dumps(
        {"assignment": "rq3", "students": students, "answers": answers}, ensure_ascii=False, indent=2
    )


def _front(made):
    return f"---\nassignment: rq3\nstudents: [{', '.join(made.students)}]\n---\n\n"


def _heading(random, made):
    style = random.choices(list(_HEADINGS), list(_HEADINGS.values()))[0]
    plain = style in {"{n})", "Q{n}.", "# {n} {t}", "## {t}"}
    if plain and any(_NUMBERED_LINE.search(text) or "\n#" in text for text in made.answers.values()):
        return "## Question {n}"
    return style


def _sections(random, made):
    """Yield each answer with its heading as Markdown; blanks keep their heading half of the time."""
    style = _heading(random, made)
    for place, answer in enumerate(made.answers.values(), 1):
        if answer or random.random() < 0.5:
            yield style.format(n=place, t=TITLES[place - 1]), answer


def _markdown(random, made):
    # A file without students belongs to the student it is named after.
    alone = len(made.students) == 1 and random.random() < 0.5
    title = random.choice(("# Review questions 3\n\n", "Review Questions 3\n\n", ""))
    body = "\n\n".join(f"{heading}\n\n{answer}".strip() for heading, answer in _sections(random, made))
    return ("" if alone else _front(made)) + title + body + "\n"


def _latex(random, made):
    style = random.choice(
        (r"\section*{Question %d}", r"\section*{Question %d}", r"\subsection*{Exercise %d}")
    )
    body = "\n\n".join(
        f"{style % place}\n{_as_latex(answer)}"
        for place, answer in enumerate(made.answers.values(), 1)
        if answer
    )
    head = "\\documentclass{article}\n\\usepackage{amsmath}\n\\title{Review questions 3}\n"
    return f"{head}\\begin{{document}}\n\\maketitle\n\n{body}\n\\end{{document}}\n"


def _as_latex(text):
    text = re.sub(r"\*\*(.+?)\*\*", r"\\textbf{\1}", text)
    text = re.sub(r"\$\$(.+?)\$\$", r"\\[\1\\]", text, flags=re.DOTALL)
    text = re.sub(r"(?:^\|.*\n?)+", _tabular, text, flags=re.MULTILINE)
    text = re.sub(r"```(?:\w*)\n(.*?)```", r"\\begin{verbatim}\n\1\\end{verbatim}", text, flags=re.DOTALL)
    return re.sub(
        r"(?:^[-*] .*\n?)+",
        lambda found: "\\begin{itemize}\n" + re.sub(r"^[-*] ", r"\\item ", found[0], flags=re.MULTILINE).rstrip() + "\n\\end{itemize}\n",
        text,
        flags=re.MULTILINE,
    )  # fmt: skip


def _tabular(found):
    rows = [
        line.strip().strip("|")
        for line in found[0].strip().split("\n")
        if not re.fullmatch(r"[|\s:-]+", line)
    ]
    width = rows[0].count("|") + 1 if rows else 1
    body = " \\\\\n".join(row.replace("|", "&").strip() for row in rows)
    return f"\\begin{{tabular}}{{{'l' * width}}}\n{body} \\\\\n\\end{{tabular}}\n"


def markdown_cell(text: str, number: int) -> dict[str, object]:
    """Return a Markdown cell of notebook format 4.5."""
    return {
        "cell_type": "markdown",
        "id": f"m{number}",
        "metadata": {},
        "source": text.splitlines(keepends=True),
    }


def notebook(cells: list[dict[str, object]]) -> str:
    """Return the text of a notebook of these cells."""
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    metadata = {"kernelspec": kernel, "language_info": {"name": "python"}}
    return json.dumps({"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}, indent=1)


def _notebook(random, made):
    cells = [markdown_cell(_front(made), 0)]
    apart = random.random() < 0.4  # heading and answer in cells of their own
    for heading, answer in _sections(random, made):
        texts = [heading, answer] if apart else [f"{heading}\n\n{answer}"]
        cells += [
            markdown_cell(text.strip(), len(cells) + place)
            for place, text in enumerate(texts)
            if text.strip()
        ]
    return notebook(cells)
