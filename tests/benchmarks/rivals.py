"""Mark the same 50 notebooks with `grade`, otter-grader and nbgrader, and compare the times.

    python tests/benchmarks/rivals.py [--students 50] [--rivals VENV] [--cases ANSWERS.jsonl] [--seed S] [--jobs N]

VENV is an environment of its own (`python -m venv VENV && VENV/bin/pip install otter-grader nbgrader ipykernel`,
default /tmp/rivals); a rival that is not in it is left out with a line that says so.

What is compared: every notebook has six answers in Markdown cells, as `classroom.py` generates them, and for the two
rivals also a code cell for each of five values (parameters of the three layers and in all, output of the convolution),
since they run code and test variables. otter-grader marks without containers (its API `grade_submission` in one
process for all, which spares it 49 starts) with one test file a value; nbgrader marks by `nbgrader autograde` with one
test cell a value, its assignment generated beforehand and not timed. Neither can mark prose, formulas in Markdown or a
matrix in LaTeX: nbgrader puts such cells on a list for a person, otter-grader does not look at them. `grade` reads the
same files and marks every criterion of rq3, prose and formulas too, and writes every student's report in all formats.
Every tool runs once from cold, in its usual way: `grade` on its processes, the rivals one notebook after the other.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path

from classes_measure import Run, run_command, run_grade
from classroom import RUBRIC, Classroom, HandIn
from classroom_files import TITLES, markdown_cell, notebook

VALUES = {"lowest": "2800", "middle": "180200", "top": "720400", "total": "903400"}
MATRIX_TEST = (
    "def near(scale):\n"
    "    wanted = [[0, 0, 0], [scale, 0, scale], [0, scale, scale]]\n"
    "    return len(output) == 3 and all(\n"
    "        len(row) == 3 and all(abs(a - b) < 0.005 for a, b in zip(row, right)) for row, right in zip(output, wanted))\n"
    "assert near(1) or near(1 / 9)"
)
TESTS = {name: f"assert {name} == {value}" for name, value in VALUES.items()} | {"output": MATRIX_TEST}
OURS = ("q5_l1", "q5_l2", "q5_l3", "q5_total", "q6_output")  # the criteria that judge the same values
PROSE_POINTS = (6, 6, 8, 4)
INSTALL = "python -m venv {venv} && {venv}/bin/pip install otter-grader nbgrader ipykernel"

OTTER_ALL = """\
import json, sys
from pathlib import Path
from otter.api import grade_submission
passed = 0
for file in sorted(Path(sys.argv[1]).glob("*.ipynb")):
    results = grade_submission(str(file), sys.argv[2], quiet=True)
    passed += sum(result.score > 0 for result in results.results.values())
Path(sys.argv[3]).write_text(json.dumps(passed))
"""
NBGRADER_COUNT = """\
import sqlite3, sys
rows = sqlite3.connect(sys.argv[1]).execute("select auto_score > 0, needs_manual_grade from grade").fetchall()
print(sum(bool(passed) for passed, _ in rows), sum(manual for _, manual in rows))
"""


def code_cell(source: str, name: str, **kind: object) -> dict[str, object]:
    """Return a code cell that nbgrader knows by this name."""
    known = {
        "grade_id": name,
        "schema_version": 3,
        "grade": False,
        "solution": False,
        "task": False,
        "locked": False,
    }
    return {
        "cell_type": "code",
        "id": name.replace("_", "-"),
        "metadata": {"nbgrader": known | kind},
        "execution_count": None,
        "outputs": [],
        "source": source,
    }


def written(made: HandIn) -> dict[str, str]:
    """Return the code a student writes for each value; what was left blank in prose is blank here too."""
    counts = made.counts if made.counts and made.answers["q5"] else (None,) * 4
    values = {name: repr(count) for name, count in zip(VALUES, counts, strict=True)}
    rows = made.matrix if made.answers["q6"] else None
    ninths = made.number % 2
    told = rows and [[f"{cell}/9" if cell and ninths else str(cell) for cell in row] for row in rows]
    values["output"] = "[" + ", ".join("[" + ", ".join(row) + "]" for row in told) + "]" if told else "[]"
    return values


def as_notebook(made: HandIn | None) -> str:
    """Return one hand-in as a notebook, or with nobody the teacher's notebook, which has the tests."""
    cells = [
        markdown_cell(f"---\nassignment: rq3\nstudents: [{made.students[0]}]\n---" if made else "# rq3", 0)
    ]
    code = (
        written(made)
        if made
        else dict(zip(TESTS, [*VALUES.values(), "[[0, 0, 0], [1, 0, 1], [0, 1, 1]]"], strict=True))
    )
    for place, title in enumerate(TITLES, 1):
        cells.append(markdown_cell(f"## Question {place}: {title}", len(cells)))
        answer = markdown_cell(made.answers[f"q{place}"] if made else "Write your answer here.", len(cells))
        if place <= len(PROSE_POINTS):
            answer["metadata"] = {"nbgrader": {
                "grade_id": f"q{place}", "schema_version": 3, "points": PROSE_POINTS[place - 1],
                "grade": True, "solution": True, "task": False, "locked": False,
            }}  # fmt: skip
        cells.append(answer)
        for name in [*VALUES] if place == 5 else ["output"] if place == 6 else []:
            solution = f"{name} = {code[name]}"
            if not made:
                solution = f"### BEGIN SOLUTION\n{solution}\n### END SOLUTION"
            test = "" if made else f"### BEGIN HIDDEN TESTS\n{TESTS[name]}\n### END HIDDEN TESTS"
            cells.append(code_cell(solution, name, solution=True))
            cells.append(code_cell(test, f"{name}_test", grade=True, locked=True, points=1))
    return notebook(cells)


def run_otter(venv: Path, folder: Path, files: Path) -> tuple[Run, str]:
    """Mark with otter-grader; return what it took and what came out."""
    tests = folder / "tests"
    tests.mkdir()
    for name, test in TESTS.items():
        body = "".join(f"    {line}\n" for line in test.split("\n"))
        source = f"from otter.test_files import test_case\nOK_FORMAT = False\nname = {name!r}\npoints = 1\n"
        (tests / f"{name}.py").write_text(f"{source}@test_case()\ndef test_{name}({name}):\n{body}")
    zipped = folder / "autograder.zip"
    command = [str(venv / "bin/otter"), "generate", "-t", str(tests), "-o", str(zipped), "--no-requirements"]
    finished(
        run_command([*command, "--no-environment", "--no-config"], folder, in_venv(venv)), "otter generate"
    )
    script, passed = folder / "mark.py", folder / "passed.json"
    script.write_text(OTTER_ALL)
    command = [str(venv / "bin/python"), str(script), str(files), str(zipped), str(passed)]
    run = finished(run_command(command, folder, in_venv(venv)), "otter-grader")
    return run, f"{json.loads(passed.read_text())} values right; prose not looked at"


def run_nbgrader(venv: Path, folder: Path, files: Path) -> tuple[Run, str]:
    """Mark with nbgrader; return what it took and what came out."""
    course = folder / "course"
    source = course / "source/rq3"
    source.mkdir(parents=True)
    (source / "rq3.ipynb").write_text(as_notebook(None), encoding="utf-8")
    (course / "nbgrader_config.py").write_text(
        f"c = get_config()\nc.CourseDirectory.root = {str(course)!r}\n"
    )
    for file in files.glob("*.ipynb"):
        place = course / "submitted" / file.stem / "rq3"
        place.mkdir(parents=True)
        (place / "rq3.ipynb").write_bytes(file.read_bytes())
    nbgrader = str(venv / "bin/nbgrader")
    finished(
        run_command([nbgrader, "generate_assignment", "rq3"], course, in_venv(venv)),
        "nbgrader generate_assignment",
    )
    run = finished(run_command([nbgrader, "autograde", "rq3"], course, in_venv(venv)), "nbgrader autograde")
    count = folder / "count.py"
    count.write_text(NBGRADER_COUNT)
    told = folder / "count.txt"
    shell = f"{sys.executable} {count} {course / 'gradebook.db'} > {told}"
    finished(run_command(["sh", "-c", shell], folder, in_venv(venv)), "the count of nbgrader's grades")
    passed, manual = told.read_text().split()
    return run, f"{passed} values right; {manual} prose cells left to a person"


def run_ours(folder: Path, files: Path, jobs: int) -> tuple[Run, str]:
    """Mark with `grade`; return what it took and what came out."""
    out = folder / "reports"
    arguments = [str(files), "--rubric", str(RUBRIC), "--out", str(out), "--quiet"]
    run = finished(run_grade([*arguments, *(["--jobs", str(jobs)] if jobs else [])]), "grade")
    rows = [
        row
        for file in sorted(out.rglob("*.json"))
        for question in json.loads(file.read_text(encoding="utf-8")).get("questions", [])
        for row in question["criteria"]
    ]
    # A total that follows from wrong layers is worth its points, but it is not the right value.
    passed = sum(row["id"] in OURS and row["reason"] == "correct" for row in rows)
    open_rows = sum(row["credit"] is None for row in rows)
    return run, f"{passed} values right; {len(rows)} rows judged, {open_rows} of them left to a person"


def in_venv(venv: Path) -> dict[str, str]:
    """Return the variables under which a rival finds its own programs and kernel."""
    return {
        "PATH": f"{venv / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "VIRTUAL_ENV": str(venv),
        "PYTHONPATH": "",
    }


def finished(run: Run, what: str) -> Run:
    """Return a run that went well; stop with its last words if it did not."""
    if run.code:
        sys.exit(f"{what} ended with {run.code}: {run.errors[-3000:]}")
    return run


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--students", type=int, default=50)
    parser.add_argument("--rivals", type=Path, default=Path("/tmp/rivals"))  # noqa: S108 - named in the docstring
    parser.add_argument("--cases", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="rivals-") as name:
        folder = Path(name)
        files = folder / "notebooks"
        files.mkdir()
        classroom = Classroom(options.seed, options.cases)
        for number in range(options.students):
            made = classroom.hand_in(number, most=1, suffix=".ipynb", own_values=True)
            (files / f"{made.students[0]}.ipynb").write_text(as_notebook(made), encoding="utf-8")
        print(f"{options.students} notebooks, {5 * options.students} values in them")
        print(f"{'':14}{'wall':>10}{'CPU':>10}{'a notebook':>13}{'largest':>10}   what came out")
        ours, outcome = run_ours(folder, files, options.jobs)
        show("grade", ours, outcome, options.students)
        for rival, program, mark in (
            ("otter-grader", "otter", run_otter),
            ("nbgrader", "nbgrader", run_nbgrader),
        ):
            if not (options.rivals / "bin" / program).exists():
                print(f"{rival:14} is not installed: {INSTALL.format(venv=options.rivals)}")
                continue
            run, outcome = mark(options.rivals, folder, files)
            show(rival, run, outcome, options.students)
            print(
                f"{'':14} takes {run.wall / ours.wall:.1f} times our wall time, {run.cpu / ours.cpu:.1f} times our CPU"
            )


def show(name: str, run: Run, outcome: str, students: int) -> None:
    """Print a row of the table."""
    each = f"{run.wall / students:.2f} s"
    print(
        f"{name:14}{run.wall:>8.1f} s{run.cpu:>8.1f} s{each:>13}{run.largest:>7.0f} MB   {outcome}",
        flush=True,
    )


if __name__ == "__main__":
    main()
