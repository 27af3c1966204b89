"""The house: which floor each room stands on, what may be imported from where, how large things are."""

from __future__ import annotations

import ast
import inspect
import re
import subprocess
import sys
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pytest

import grader
from grader.checks import CHECKS
from grader.cli.entry import _SUMMARIES, COMMANDS
from grader.documents import DOCUMENTS
from grader.executors import EXECUTORS
from grader.files.registry import resolve
from grader.platforms.downloads import DOWNLOADS
from grader.platforms.worksheets import WORKSHEETS
from grader.readers import READERS
from grader.writers import WRITERS
from grader.writers.gradetables import GRADE_TABLES

PACKAGE = Path(grader.__file__).parent
ROOT = Path(__file__).parent.parent

# From the ground up; a module may import from its own room and from any floor below, never beside or above.
FLOORS: tuple[frozenset[str], ...] = (
    frozenset({"isolation", "records"}),
    frozenset({"model", "codeversion", "statistics"}),
    frozenset({"files"}),
    frozenset({"notation"}),
    frozenset({"equivalence", "prose", "derive"}),
    frozenset({"finding"}),
    frozenset({"documents"}),
    frozenset({"checks", "readers", "writers"}),
    frozenset({"rubric", "platforms"}),
    frozenset({"marking", "gradebook", "forms", "comparison"}),
    frozenset({"executors", "authoring", "drafting", "platforms", "similarity"}),
    frozenset({"batch", "calibration", "ci", "gradescope"}),
    frozenset({"review"}),
    frozenset({"cli"}),
)

MODULES = sorted(path for path in PACKAGE.rglob("*.py") if "assets" not in path.parts)


@dataclass
class Facts:
    """What the tests below ask of a module."""

    lines: int = 0
    # A module, and a name taken from it ("": none).
    imported: list[tuple[str, str]] = field(default_factory=list)
    classes: list[str] = field(default_factory=list)
    functions: dict[str, int] = field(default_factory=dict)  # the lines of each
    called: dict[str, int] = field(default_factory=dict)  # names that are called, and where
    named: set[str] = field(default_factory=set)


@cache
def facts_of(path: Path) -> Facts:
    """Read a module once for all; its tree is not kept, since so many trees would slow down the collector of garbage."""
    source = path.read_text(encoding="utf-8")
    tree = ast.parse(source)
    facts = Facts(lines=source.count("\n"))
    facts.classes = [node.name for node in tree.body if isinstance(node, ast.ClassDef)]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            facts.imported += [(alias.name, "") for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            facts.imported += [(node.module, alias.name) for alias in node.names]
        elif isinstance(node, ast.FunctionDef):
            facts.functions[node.name] = max(node.end_lineno - node.lineno, facts.functions.get(node.name, 0))
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            facts.called.setdefault(node.func.id, node.lineno)
        if isinstance(node, ast.Name | ast.Attribute):
            facts.named.add(node.id if isinstance(node, ast.Name) else node.attr)
    return facts


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
    for module, name in facts_of(path).imported:
        if module == "grader":
            rooms |= {name} - {"", "__version__"}
        elif module.startswith("grader."):
            rooms.add(module.split(".")[1])
    return rooms


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_point_down(path: Path) -> None:
    room = room_of(path)
    if room in {"__init__", "__main__"}:
        return
    for other in imported_rooms(path) - {room}:
        assert floor_of(other) < floor_of(room), f"{path}: {room} may not import {other}"


def test_the_page_about_the_house_shows_these_floors() -> None:
    page = (PACKAGE / "ARCHITECTURE.md").read_text(encoding="utf-8")
    listed = page.split("<!-- the floors -->")[1].split("<!-- until here -->")[0].strip().splitlines()
    rooms = [frozenset(line.split(". ", 1)[1].replace("`", "").split(", ")) for line in listed]
    assert tuple(rooms) == FLOORS


def test_no_modules_import_each_other_in_a_circle() -> None:
    """Imports for types alone count as well: what two modules need of each other belongs below both."""
    names = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
        for path in MODULES
    }
    graph = {name: imported_modules(path, names) - {name} for name, path in names.items()}
    while leaves := {name for name, others in graph.items() if not others & graph.keys()}:
        graph = {name: others for name, others in graph.items() if name not in leaves}
    assert not graph, sorted(graph)


def imported_modules(path: Path, names: dict[str, Path]) -> set[str]:
    inner = {(module, f"{module}.{name}") for module, name in facts_of(path).imported}
    return {name if name in names else module for module, name in inner} & names.keys()


def test_a_public_class_has_a_name_of_its_own() -> None:
    places: dict[str, list[str]] = {}
    for path in MODULES:
        for name in facts_of(path).classes:
            if not name.startswith("_"):
                places.setdefault(name, []).append(str(path.relative_to(PACKAGE)))
    assert not {name: where for name, where in places.items() if len(where) > 1}


# Files that stand in several rooms and mean the same in each.
SHARED_NAMES = {
    "contract": "what a table asks of its entries",
    **dict.fromkeys(("blackboard", "brightspace", "canvas", "gradescope", "moodle"), "the platform"),
    **dict.fromkeys(("jsonfile", "markdown"), "the format, read and written"),
    **dict.fromkeys(("report", "template", "variants"), "the thing, and the command that shows it"),
}


def test_a_file_has_a_name_of_its_own() -> None:
    places: dict[str, list[str]] = {}
    for path in MODULES:
        if path.stem not in SHARED_NAMES and path.stem != "__init__":
            places.setdefault(path.stem, []).append(str(path.relative_to(PACKAGE)))
    assert not {name: where for name, where in places.items() if len(where) > 1}


def test_only_equivalence_knows_the_algebra_system() -> None:
    for path in MODULES:
        roots = {module.split(".")[0] for module, _ in facts_of(path).imported}
        if room_of(path) != "equivalence":
            assert not roots & {"sympy", "flint"}, path


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_files_and_functions_stay_small(path: Path) -> None:
    facts = facts_of(path)
    assert facts.lines <= 500, "look for the room that is missing"
    for name, lines in facts.functions.items():
        assert lines < 60, f"{name} is too long"


def test_every_file_of_checks_picks_or_compares_or_says() -> None:
    """A check that grows past this is several: pick, compare and say have files of their own."""
    for path in (PACKAGE / "checks").glob("*.py"):
        assert path.read_text(encoding="utf-8").count("\n") <= 250, path


# What stands in an answer is kept by its `Reading` and goes with it; these alone remember anything from one answer to
# the next, and each says by what.
REMEMBERED = {
    "notation/piececache.py": "pieces that a class writes again: the policy",
    "notation/names.py": "by the names that a rubric declares",
    "equivalence/apart.py": "by a formula's tree: what its value changes with",
    "finding/regions.py": "by a rubric's labels",
    "prose/lexicon/__init__.py": "by language",
    "prose/doubt.py": "one list of words",
    "prose/guards.py": "by the rubric's own texts",
    "prose/needs.py": "by words",
    "prose/spelling.py": "by words",
    "prose/statements/terms.py": "the terms of the field",
    "prose/misspellings.py": "by words",
}


def test_no_answer_is_remembered_by_its_text() -> None:
    found = set()
    for room in (
        "notation",
        "equivalence",
        "prose",
        "finding",
        "checks",
        "forms",
        "calibration",
        "marking",
    ):
        paths = (PACKAGE / room).rglob("*.py") if (PACKAGE / room).is_dir() else [PACKAGE / room]
        for path in paths:
            if facts_of(path).named & {"lru_cache", "cache"}:
                found.add(str(path.relative_to(PACKAGE)))
    assert found == set(REMEMBERED), "keep it on the Reading, or say by what it is remembered"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_nothing_evaluates_text(path: Path) -> None:
    evaluating = {"eval", "exec", "compile", "sympify", "parse_expr", "__import__"}
    if room_of(path) == "records":  # it compiles what the names of a class's fields make
        evaluating.remove("exec")
    assert not {name: line for name, line in facts_of(path).called.items() if name in evaluating}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_dataclasses_are_made_quickly(path: Path) -> None:
    """Those of the standard library cost eight times as much at every start."""
    others = {
        PACKAGE / "records.py",
        PACKAGE / "model" / "errors.py",
    }  # the latter are sorted as they are compared
    assert path in others or ("dataclasses", "dataclass") not in facts_of(path).imported


@pytest.mark.parametrize(
    ("table", "name"),
    [
        (table, name)
        for table in (
            CHECKS,
            READERS,
            DOCUMENTS,
            WRITERS,
            EXECUTORS,
            DOWNLOADS,
            COMMANDS,
            WORKSHEETS,
            GRADE_TABLES,
        )
        for name in table
    ],
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
        "import sys; from grader.rubric.loading import make_check; from grader.finding.reading import Reading\n"
        "check = make_check('number', {'expected': '3'})\n"
        "check.check(Reading('3'), {})\n"
        "print(' '.join(sorted(m for m in sys.modules if '.' not in m)))"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    assert not {"sympy", "numpy", "flint", "rich"} & set(loaded)


def test_a_formula_goes_from_judging_to_its_outcome_in_few_stays() -> None:
    """What is asked of an answer is asked once: no room is come back to for what it could have told before."""
    trip = ROOT / "tests/benchmarks/trip.py"
    told = subprocess.run([sys.executable, trip], capture_output=True, text=True, check=True).stdout
    stays, returns = map(int, re.findall(r"correct: (\d+) stays in \d+ rooms, (\d+) returns", told)[0])
    assert stays <= 20, told
    assert returns <= 8, told
