"""The house: which floor each room stands on, what may be imported from where, how large things are."""

from __future__ import annotations

import ast
import inspect
import subprocess
import sys
from pathlib import Path

import pytest

import grader
from grader.checks import CHECKS
from grader.cli.entry import _SUMMARIES, COMMANDS
from grader.executors import EXECUTORS
from grader.documents import DOCUMENTS
from grader.readers import READERS
from grader.tables import resolve
from grader.writers import WRITERS

PACKAGE = Path(grader.__file__).parent
ROOT = Path(__file__).parent.parent

# From the ground up; a module may import from its own room and from any floor below, never beside or above.
FLOORS: tuple[frozenset[str], ...] = (
    frozenset({"isolation"}),
    frozenset({"errors", "tables", "identity", "provenance"}),
    frozenset({"model", "fields", "codeversion"}),
    frozenset({"yamltree"}),
    frozenset({"lateness", "validation", "rubricdigest", "totals"}),
    frozenset({"rubricsets", "rubricparts"}),
    frozenset({"release", "disclosure"}),
    frozenset({"notation"}),
    frozenset({"equivalence", "prose", "derive"}),
    frozenset({"documents"}),
    frozenset({"checks", "readers", "writers", "derivation"}),
    frozenset({"rubrictemplate"}),
    frozenset({"rubric"}),
    frozenset({"marking", "gradebook", "forms", "comparison"}),
    frozenset({"executors", "examples", "schemas", "rubricdoubts"}),
    frozenset({"batch", "calibration", "ci", "gradescope"}),
    frozenset({"cli", "review"}),
)

MODULES = sorted(path for path in PACKAGE.rglob("*.py") if "assets" not in path.parts)


def room_of(path: Path) -> str:
    parts = path.relative_to(PACKAGE).parts
    return parts[0].removesuffix(".py")


def floor_of(room: str) -> int:
    for number, rooms in enumerate(FLOORS):
        if room in rooms:
            return number
    raise AssertionError(f"room {room!r} stands on no floor: add it to FLOORS")


def imported_rooms(path: Path) -> set[str]:
    rooms = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("grader."):
            rooms.add(node.module.split(".")[1])
        elif isinstance(node, ast.ImportFrom) and node.module == "grader":
            rooms.update(alias.name for alias in node.names if alias.name != "__version__")
        elif isinstance(node, ast.Import):
            rooms.update(alias.name.split(".")[1] for alias in node.names if alias.name.startswith("grader."))
    return rooms


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_point_down(path: Path) -> None:
    room = room_of(path)
    if room in {"__init__", "__main__"}:
        return
    for other in imported_rooms(path) - {room}:
        assert floor_of(other) < floor_of(room), f"{path}: {room} may not import {other}"


def test_only_equivalence_knows_the_algebra_system() -> None:
    for path in MODULES:
        roots = set()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                roots.update(alias.name.split(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                roots.add(node.module.split(".")[0])
        if room_of(path) != "equivalence":
            assert not roots & {"sympy", "flint"}, path


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_files_and_functions_stay_small(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert source.count("\n") <= 500, "look for the room that is missing"
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef):
            assert node.end_lineno - node.lineno < 60, f"{node.name} is too long"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_nothing_evaluates_text(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id not in {"eval", "exec", "compile", "sympify", "parse_expr", "__import__"}, (
                node.lineno
            )


@pytest.mark.parametrize(
    ("table", "name"),
    [(table, name) for table in (CHECKS, READERS, DOCUMENTS, WRITERS, EXECUTORS, COMMANDS) for name in table],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_every_door_opens(table: dict[str, str], name: str) -> None:
    assert callable(resolve(table, name))


@pytest.mark.parametrize("name", CHECKS)
def test_every_check_is_documented_and_has_cases(name: str) -> None:
    assert inspect.getdoc(resolve(CHECKS, name))
    assert f"## The check `{name}`" in (ROOT / "rubrics/README.md").read_text(encoding="utf-8")
    assert (ROOT / f"tests/cases/{name}.yaml").exists()


def test_every_command_has_its_line_of_help() -> None:
    assert set(COMMANDS) == set(_SUMMARIES)


def test_starting_the_command_line_loads_nothing_heavy() -> None:
    code = "import sys, grader.cli.entry; print(' '.join(sorted(m for m in sys.modules if '.' not in m)))"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    assert not {"sympy", "numpy", "flint", "pydantic", "rich", "jinja2", "yaml"} & set(loaded)


def test_a_rubric_without_formulas_loads_no_algebra() -> None:
    code = (
        "import sys; from grader.rubric import make_check; from grader.model import Place, Response\n"
        "check = make_check('number', {'expected': '3'})\n"
        "check.check(Response(text='3', place=Place(line=1)), {})\n"
        "print(' '.join(sorted(m for m in sys.modules if '.' not in m)))"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    assert not {"sympy", "numpy", "flint", "rich"} & set(loaded)
