import subprocess
import sys

import pytest

from grader.model.submission import Student
from grader.writers import WRITERS
from grader.writers.folder import ReportFolder, open_writer


def test_every_format_is_written(everything, hostile, tmp_path):
    with ReportFolder(tmp_path) as folder:
        stems = [folder.add(everything), folder.add(hostile)]
    assert [path.name for path in folder.class_files] == ["overview.html", "grades.csv", "criteria.csv"]
    expected = {f"{stem}.{ending}" for stem in stems for ending in ("json", "md", "html")} | {"assets"}
    assert {path.name for path in tmp_path.iterdir()} == expected | {path.name for path in folder.class_files}


def test_an_error_leaves_nothing_half_written(everything, tmp_path):
    def fail():
        with ReportFolder(tmp_path) as folder:
            folder.add(everything)
            raise RuntimeError("half way")

    with pytest.raises(RuntimeError, match="half way"):
        fail()
    assert {path.name for path in tmp_path.iterdir()} == {"s1.json", "s1.md", "s1.html", "assets"}


def test_two_runs_give_the_same_bytes(everything, hostile, tmp_path):
    for name in ("a", "b"):
        with ReportFolder(tmp_path / name) as folder:
            folder.add(everything)
            folder.add(hostile)
    files = sorted(path.relative_to(tmp_path / "a") for path in (tmp_path / "a").rglob("*.*"))
    assert [(tmp_path / "a" / name).read_bytes() for name in files] == [
        (tmp_path / "b" / name).read_bytes() for name in files
    ]


def test_a_group_gets_a_report_each(make, tmp_path):
    group = (Student(id="s1"), Student(id="S1"))
    with ReportFolder(tmp_path, ["json"]) as folder:
        stems = [folder.add(make["everything"](student=student, students=group)) for student in group]
    assert len({stem.lower() for stem in stems}) == 2


@pytest.mark.parametrize("name", WRITERS)
def test_every_format_has_a_docstring_and_closes_empty(name, tmp_path):
    writer = open_writer(name, tmp_path)
    assert type(writer).__doc__
    writer.close()


def test_the_table_costs_nothing_to_import():
    code = "import sys, grader.writers; print(sorted({'jinja2', 'pydantic', 'rich', 'csv', 'numpy'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert done.stdout.strip() == "[]"
