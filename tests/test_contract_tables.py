"""Readers, document formats, writers, tables of a class, executors, layers and operations: each is documented and has
a case, each is one file and one table line. One of each kind is made here and driven through the commands with nothing
else changed.
"""

from __future__ import annotations

import io
import json
import re
import sys
import zipfile
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import pytest
import yaml
from click.testing import CliRunner

from grader.cli.entry import grade, grader
from grader.derive import OPERATIONS, derive
from grader.derive.layers.layer import Layer, Tensor
from grader.derive.layers.table import LAYERS
from grader.derive.result import Derived
from grader.documents import DOCUMENTS, read
from grader.documents.document import Block, Document, Spot
from grader.documents.signature import STRUCTURED
from grader.executors import EXECUTORS
from grader.executors.serial import Serial
from grader.model.submission import Answer, Place, Submission
from grader.platforms.worksheets import WORKSHEETS
from grader.platforms.worksheets.contract import Listed, MarkColumn, Worksheet
from grader.readers import READERS
from grader.writers import WRITERS, Writer
from grader.writers.gradetables import GRADE_TABLES

sys.path.insert(0, str(Path(__file__).parent / "documents"))
from making import open_document, paragraph, word
from pdffiles import page
from pdffiles import words as text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from click.testing import Result

    from grader.derive.rules import Conventions, Rules
    from grader.derive.specification import Fields, Shape
    from grader.files.delimited import Delimited
    from grader.writers.gradetables import GradeRow
    from grader.writers.summary import Summary
    from grader.writers.view import ReportSheet

ROOT = Path(__file__).parent.parent
RUBRICS = (ROOT / "rubrics/README.md").read_text(encoding="utf-8")
HANDED_IN = (ROOT / "submissions/README.md").read_text(encoding="utf-8")
USE = (ROOT / "README.md").read_text(encoding="utf-8")
DERIVING = RUBRICS.split("## Deriving expected values")[1].split("\n## ")[0]
LAYER_CASES = yaml.safe_load((ROOT / "tests/cases/layers.yaml").read_text(encoding="utf-8"))
OPERATION_CASES = yaml.safe_load((ROOT / "tests/cases/operations.yaml").read_text(encoding="utf-8"))
RUBRIC = """
id: r
questions:
  - id: q5
    title: Zebra crossing
    criteria:
      - {id: total, points: 2, number: {expected: 4242}}
"""


def words(text: str) -> set[str]:
    """Return the names that stand in backticks."""
    return set(re.findall(r"[\w.]+", " ".join(re.findall(r"`[^`\n]*`", text))))


def run(*args: object) -> Result:
    program, *rest = map(str, args)
    return CliRunner().invoke({"grade": grade, "grader": grader}[program], rest, catch_exceptions=False)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "rubric.yaml").write_text(RUBRIC, encoding="utf-8")
    (tmp_path / "files").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def own(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Add a line to a table for something that is made in this file."""
    import importlib

    monkeypatch.setattr(
        "grader.files.registry.import_module",
        lambda name: sys.modules[__name__] if name == __name__ else importlib.import_module(name),
    )

    def add(table: Mapping[str, str], name: str, made: str) -> None:
        monkeypatch.setitem(table, name, f"{__name__}:{made}")  # type: ignore[arg-type]

    return add


# files that are handed in --------------------------------------------------------------------

ANSWERS: dict[str, Any] = {"assignment": "r", "answers": {"q5": "The total is 4242."}}
HTML = "<html><body><h2>Question 5</h2><p>The total is 4242.</p></body></html>"
MARKDOWN = "## Question 5\n\nThe total is 4242.\n"
CELL = {"cell_type": "markdown", "metadata": {}, "source": MARKDOWN}


def bundle() -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("answers.md", MARKDOWN)
    return held.getvalue()


FILES: dict[str, str | bytes] = {
    ".yaml": yaml.safe_dump(ANSWERS),
    ".yml": yaml.safe_dump(ANSWERS),
    ".json": json.dumps(ANSWERS),
    ".md": MARKDOWN,
    ".markdown": MARKDOWN,
    ".txt": "Question 5\n\nThe total is 4242.\n",
    ".rmd": MARKDOWN,
    ".qmd": MARKDOWN,
    ".py": "# Question 5\n# The total is 4242.\n",
    ".r": "# Question 5\n# The total is 4242.\n",
    ".ipynb": json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [CELL]}),
    ".tex": "\\section*{Question 5}\nThe total is 4242.\n",
    ".html": HTML,
    ".htm": HTML,
    ".csv": "student id,Question 5\nann,The total is 4242.\n",
    ".docx": word(paragraph("Question 5", '<w:pStyle w:val="Heading1"/>') + paragraph("The total is 4242.")),
    ".odt": open_document("<text:h>Question 5</text:h><text:p>The total is 4242.</text:p>"),
    ".rtf": r"{\rtf1\ansi Question 5\par The total is 4242.\par}",
    ".pdf": page(text((72, 720, 16, "Question 5"), (72, 690, 10, "The total is 4242."))),
    ".zip": bundle(),
}


def hand_in(folder: Path, suffix: str, raw: str | bytes) -> Path:
    path = folder / f"files/ann{suffix}"
    path.write_bytes(raw if isinstance(raw, bytes) else raw.encode())
    return path


def earns_everywhere(folder: Path, path: Path) -> None:
    """Mark a hand-in through every command that reads one."""
    done = run("grade", "files", "--rubric", "rubric.yaml", "--format", "json", "--executor", "serial")
    assert done.exit_code == 0, done.output
    (report,) = (folder / "reports").glob("ann*.json")
    assert json.loads(report.read_text(encoding="utf-8"))["score"] == 2
    done = run("grader", "ci", path, "--rubric", "rubric.yaml", "--json")
    assert done.exit_code == 0, done.output
    assert run("grader", "template", "rubric.yaml", "--out", "form", "--anyway").exit_code == 0
    (form,) = (folder / "form").glob("form*.yaml")
    done = run("grader", "validate", path, "--form", form)
    assert done.exit_code == 0, done.output


def test_what_is_said_to_be_known_is_what_is_read() -> None:
    assert set(STRUCTURED) == set(READERS)


@pytest.mark.parametrize("suffix", [*READERS, *DOCUMENTS])
def test_every_file_is_documented_and_read_by_every_command(suffix: str, folder: Path) -> None:
    assert suffix in words(HANDED_IN), f"`{suffix}` has no place in submissions/README.md"
    assert suffix in FILES, "a format needs a hand-in here that earns all"
    earns_everywhere(folder, hand_in(folder, suffix, FILES[suffix]))


def read_reversed(text: str, path: str, outline: object) -> Submission:
    del outline
    answer = Answer(question="q5", place=Place(line=1), text=text[::-1])
    return Submission(assignment="r", source=path, students=(), answers={"q5": answer})


def read_shouted(text: str, source: str) -> Document:
    del source
    blocks = (Block("heading", "Question 5", Spot(1), depth=2), Block("paragraph", text.lower(), Spot(1)))
    return Document(blocks, "shouted")


def test_a_new_reader(folder: Path, own: Any) -> None:
    own(READERS, ".rev", "read_reversed")
    earns_everywhere(folder, hand_in(folder, ".rev", "4242"[::-1]))


def test_a_new_document_format(folder: Path, own: Any) -> None:
    own(DOCUMENTS, ".shout", "read_shouted")
    earns_everywhere(folder, hand_in(folder, ".shout", "THE TOTAL IS 4242."))
    assert read(b"A", "a.shout").blocks


# what is written -----------------------------------------------------------------------------


class LineWriter(Writer):
    """One line a student, and one a class."""

    endings = ("line",)

    def __init__(self, out: Path, *, assets: Any = "shared") -> None:
        del assets
        self.path, self.count = out / "class.line", 0

    @staticmethod
    def render(sheet: ReportSheet, stem: str, *, assets: Any) -> Iterable[tuple[str, str]]:
        del assets
        yield f"{stem}.line", f"{sheet.view.score}\n"

    def add(self, summary: Summary, stem: str) -> None:
        del summary, stem
        self.count += 1

    def close(self) -> Sequence[Path]:
        self.path.write_text(f"{self.count}\n", encoding="utf-8")
        return (self.path,)


def written(folder: Path, name: str, out: str) -> dict[str, bytes]:
    hand_in(folder, ".json", FILES[".json"])
    done = run(
        "grade", "files", "--rubric", "rubric.yaml", "--out", out, "--format", name, "--executor", "serial"
    )
    assert done.exit_code == 0, done.output
    return {path.name: path.read_bytes() for path in (folder / out).iterdir() if path.is_file()}


@pytest.mark.parametrize("name", WRITERS)
def test_every_writer_is_documented_and_gives_the_same_bytes(name: str, folder: Path) -> None:
    assert name in words(USE), f"`{name}` has no place in README.md"
    assert (once := written(folder, name, "one"))
    assert once == written(folder, name, "two")


def test_a_new_writer(folder: Path, own: Any) -> None:
    own(WRITERS, "line", "LineWriter")
    files = written(folder, "line", "one")
    assert any(file.endswith(".line") and file.startswith("ann") for file in files), files
    assert files["class.line"] == b"1\n"


# tables of a class ----------------------------------------------------------------------------


@pytest.mark.parametrize("name", [*WORKSHEETS, *GRADE_TABLES])
def test_every_table_of_a_class_is_documented(name: str) -> None:
    out = USE.split("## Grades out")[1].split("\n## ")[0]
    assert name in (words(out) if name != "list" else out), f"`{name}` has no place in README.md"


def recognise_pairs(table: Delimited) -> Worksheet | None:
    """Know a table of a name and a mark, without any headings."""
    if not table.records or len(table.records[0].cells) != 2 or table.records[0].cells[0] != "pairs":
        return None
    students = [
        Listed(number, record.line, (record.cells[0],))
        for number, record in enumerate(table.records)
        if number
    ]
    return Worksheet("pairs", table, tuple(students), (MarkColumn(1, "marks", "marks"),), settled=True)


def test_a_new_platform_s_table(folder: Path, own: Any) -> None:
    own(WORKSHEETS, "pairs", "recognise_pairs")
    hand_in(folder, ".json", FILES[".json"])
    (folder / "pairs.txt").write_text("pairs;\nann;\nbob;\n", encoding="utf-8")
    done = run("grade", "files", "--rubric", "rubric.yaml", "--roster", "pairs.txt", "--executor", "serial")
    assert "1 of the roster's 2 students handed in nothing: bob" in done.stderr
    done = run("grader", "export", "pairs", "--table", "pairs.txt", "--out", "filled.txt")
    assert done.exit_code == 0, done.output
    assert (folder / "filled.txt").read_text(encoding="utf-8") == "pairs;\nann;2\nbob;\n"


def write_lines(rows: Iterable[GradeRow], path: Path) -> None:
    path.write_text("".join(f"{row.id} {row.score}\n" for row in rows), encoding="utf-8")


def test_a_new_table_of_marks(folder: Path, own: Any) -> None:
    own(GRADE_TABLES, "lines", "write_lines")
    hand_in(folder, ".json", FILES[".json"])
    run("grade", "files", "--rubric", "rubric.yaml", "--executor", "serial")
    done = run("grader", "export", "lines", "--out", "marks.txt")
    assert done.exit_code == 0, done.output
    assert (folder / "marks.txt").read_text(encoding="utf-8") == "ann 200\n"


# who marks -----------------------------------------------------------------------------------


class Own(Serial):
    """An executor of our own."""


@pytest.mark.parametrize("name", EXECUTORS)
def test_every_executor_is_documented(name: str) -> None:
    assert name in words(USE), f"`{name}` has no place in README.md"


def test_a_new_executor(folder: Path, own: Any) -> None:
    own(EXECUTORS, "mine", "Own")
    hand_in(folder, ".json", FILES[".json"])
    done = run("grade", "files", "--rubric", "rubric.yaml", "--executor", "mine", "--format", "json")
    assert done.exit_code == 0, done.output
    assert list((folder / "reports").glob("ann*.json"))


# what is derived -----------------------------------------------------------------------------


def value(raw: Any) -> Any:
    """Return a figure of a case: fractions and whole numbers exactly, words as they are."""
    if isinstance(raw, list):
        return tuple(map(value, raw))
    try:
        return Fraction(str(raw))
    except ValueError:
        return raw


def same(one: Any, other: Any) -> bool:
    if isinstance(other, tuple):
        return len(one) == len(other) and all(map(same, one, other))
    return one == (pytest.approx(float(other)) if isinstance(one, float) else other)


@pytest.mark.parametrize("name", LAYERS)
def test_every_layer_is_documented_and_has_a_case(name: str) -> None:
    assert name in words(DERIVING), f"`{name}` has no place in rubrics/README.md"
    assert any(row["layer"] == name for row in LAYER_CASES), f"`{name}` has no row in tests/cases/layers.yaml"


@pytest.mark.parametrize("row", LAYER_CASES, ids=lambda row: row["layer"])
def test_layer(row: dict[str, Any]) -> None:
    layers = row.get("layers") or [{"type": row["layer"], **row.get("fields", {})}]
    spec = {"op": "network", "input": row["input"], "layers": layers}
    assert derive({**spec, "ask": "params"}).value == row["params"]
    assert derive({**spec, "ask": "shape"}).value == tuple(row["shape"])


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_operation_is_documented_and_has_a_case(name: str) -> None:
    assert name in words(DERIVING), f"`{name}` has no place in rubrics/README.md"
    cases = {OPERATIONS[row["op"]] for row in OPERATION_CASES}
    assert OPERATIONS[name] in cases, f"`{name}` has no row in tests/cases/operations.yaml"


@pytest.mark.parametrize("row", OPERATION_CASES, ids=lambda row: row["op"])
def test_operation(row: dict[str, Any]) -> None:
    found = derive({"op": row["op"], **row["spec"]}).value
    assert same(found, value(row["value"])), found


@dataclass(frozen=True, slots=True)
class Doubled(Layer):
    """Twice as many features, by two weights a feature."""

    kind: ClassVar[str] = "doubled"

    @classmethod
    def read(cls, fields: Fields, conventions: Conventions) -> Doubled:
        del fields, conventions
        return cls()

    def output(self, shapes: tuple[Shape, ...], rules: Rules) -> Shape:
        del rules
        return (*shapes[0][:-1], 2 * shapes[0][-1])

    def tensors(self, shapes: tuple[Shape, ...]) -> tuple[Tensor, ...]:
        return (Tensor("kernel", (2, shapes[0][-1])),)


def doubling(spec: Mapping[str, Any]) -> Derived:
    return Derived(2 * Fraction(str(spec["of"])))


def deriving(folder: Path, data: dict[str, Any], *, right: str, wrong: str) -> None:
    """Take a rubric that derives its value through every command that reads one."""
    check = {
        "id": "c",
        "points": 2,
        "number": {"derive": "d", "mistakes": "auto"},
        "accepts": [right],
        "rejects": [wrong],
    }
    question = {"id": "q5", "title": "Zebra crossing", "data": {"d": data}, "criteria": [check]}
    (folder / "rubric.yaml").write_text(
        yaml.safe_dump({"id": "r", "questions": [question]}), encoding="utf-8"
    )
    for command in (("check", "rubric.yaml"), ("derive", "rubric.yaml")):
        done = run("grader", *command)
        assert done.exit_code == 0, done.output
    (folder / "files/ann.json").write_text(
        json.dumps({**ANSWERS, "answers": {"q5": right}}), encoding="utf-8"
    )
    done = run("grade", "files", "--rubric", "rubric.yaml", "--executor", "serial", "--format", "json")
    assert done.exit_code == 0, done.output
    assert json.loads((folder / "reports/ann.json").read_text(encoding="utf-8"))["score"] == 2


def test_a_new_layer(folder: Path, own: Any) -> None:
    own(LAYERS, "doubled", "Doubled")
    data = {
        "op": "network",
        "input": [4],
        "layers": [{"type": "doubled"}, {"type": "dense", "units": 1}],
        "ask": "params",
    }
    deriving(folder, data, right="It has 17 parameters.", wrong="It has 18 parameters.")


def test_a_new_operation(folder: Path, own: Any) -> None:
    own(OPERATIONS, "doubling", "doubling")
    deriving(folder, {"op": "doubling", "of": 21}, right="42", wrong="21")
