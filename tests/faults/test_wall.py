"""Whatever goes wrong with one hand-in, at whatever step and in whichever process, costs only that one."""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path

import pytest

from grader.executors import filing, worker

HERE = Path(__file__).parent
RUBRIC = """
id: faulty
questions:
  - {id: q1, criteria: [{id: f1, points: 1, faulty: {}}]}
  - {id: q2, criteria: [{id: n2, part: n, points: 1, number: {expected: 3}}]}
"""
GOOD = "answers: {q1: yes, q2: {n: 3}}\n"
DEADLINE = "1.5"

# Every one is a mistake in the file, or is read as what it is; `says` is empty where it is read.
HOSTILE: dict[str, tuple[str, bytes, str]] = {
    "number of 5,000 digits in a notebook": (
        "h.ipynb",
        b'{"cells": [{"cell_type": "markdown", "source": "Q1. yes", "execution_count": 1%s}]}' % (b"0" * 5000),
        "",
    ),
    "number of 5,000 digits in JSON": ("h.json", b'{"answers": {"q1": {"n": 1%s}}}' % (b"0" * 5000), ""),
    "half a pair as a key": ("h.json", rb'{"answers": {"q1": {"n": {"\ud800": 1, "\udfff": {"\udc00": "x"}}}}}', ""),
    "half a pair as a key in YAML": ("h.yaml", rb'answers: {q1: {n: {"\ud800": 1}}}', "invalid Unicode character escape"),
    "half a pair as a name": ("h.json", rb'{"student": {"id": "h\ud800", "name": "\udfff"}, "answers": {}}', ""),
    "front matter without a blank": ("h.md", b"---\nstudent:ada\n---\nQ1. yes", ":2:1: the front matter must hold"),
    "front matter that is a text": ("h.md", b"---\n'\nstudent: a\n'\n---\nQ1. yes", ""),
    "a long text many times": (
        "h.yaml",
        b"answers:\n  q2: &a %s\n  q1: {n: [%s]}\n" % (b"x" * 1_000_000, b"*a, " * 50_000),
        "characters of text (aliases count",
    ),
    "many students": (
        "h.yaml",
        b"students: [%s]\nanswers: {q1: x}\n" % b",".join(b"z%d" % n for n in range(30_000)),
        ":1:11: names 30000 students; a group has at most 40",
    ),
    "a long id": ("h.yaml", b"student: %s\nanswers: {q1: x}\n" % (b"i" * 100_000), "at most 200 characters (got 100000)"),
    "an id of nothing": ("h.yaml", 'student: "\u200b\u2060 "\nanswers: {q1: x}\n'.encode(), "id must not be empty"),
    "many unknown keys": (
        "h.yaml",
        b"answers:\n%s" % b"".join(b"  x%d: 1\n" % n for n in range(20_000)),
        "unknown question 'x0'",
    ),
    "many notes": ("h.md", b"# Question 1\nyes\n" + b"Q99.\n" * 6_000, ""),
    "one question many times": ("h.md", b"Q1. yes\n" * 5_000, ""),
    "merge keys": ("h.yaml", b"answers:\n  <<: {q1: yes}\n", ":2:3: merge keys ('<<') are not allowed"),
    "UTF-16 with zeros in it": ("h.md", "Q1. \0yes".encode("utf-16"), "U+0000"),
    "a matrix of 100,000 cells": ("h.json", json.dumps({"answers": {"q1": {"n": [[1] * 1000] * 100}}}).encode(), ""),
    "quotes by the thousand": ("h.json", json.dumps({"answers": {"q1": "'\"&<" * 400_000}}).encode(), ""),
}  # fmt: skip


@pytest.fixture
def faulty(classroom, monkeypatch):
    """Give a classroom in which reading, packing and rendering fail on demand."""
    monkeypatch.syspath_prepend(str(HERE))
    from grader.checks import CHECKS

    monkeypatch.setitem(CHECKS, "faulty", "faulty:Faulty")
    before = worker.read_content, worker.pack, filing.render
    importlib.import_module("faulty")
    classroom.rubric.write_text(RUBRIC, encoding="utf-8")
    yield classroom
    worker.read_content, worker.pack, filing.render = before
    sys.modules.pop("faulty", None)


def hand_in(classroom, *names: str) -> None:
    for name in names:
        (classroom.files / f"{name}.yaml").write_text(GOOD, encoding="utf-8")


@pytest.mark.parametrize("executor", ["serial", "forked", "processes"])
def test_whatever_is_raised_at_any_step_costs_that_hand_in_alone(faulty, executor) -> None:
    import faulty as faults

    kinds = ["ValueError", "RecursionError", "ValidationError", "Mute", "StopIteration"]
    kinds += ["MemoryError"] * (executor != "processes")  # there it ends a worker, as `eat` below does
    broken = [f"{where}-{kind}" for where in faults.WHERE for kind in kinds]
    hand_in(faulty, "a", "n", "z", *broken)
    result = faulty.grade("--executor", executor, code=1)
    for name in ("a", "n", "z"):
        assert faulty.score(name) == 2
    said = result.stderr.splitlines()
    for name in broken:
        lines = [line for line in said if line.startswith(f"{faulty.files / name}.yaml: ")]
        assert lines, name
        assert [line for line in lines if "not a mistake in the file" not in line] == []
        report = faulty.out / f"{name}.json"  # who could not be read stands there, with no zero
        assert not report.exists() or json.loads(report.read_text())["unreadable"]
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("kind", ["AttributeError", "KeyError", "UnicodeError", "AssertionError"])
@pytest.mark.parametrize("where", ["read", "pack", "render"])
def test_further_kinds(faulty, where, kind) -> None:
    hand_in(faulty, "a", f"{where}-{kind}")
    result = faulty.grade("--executor", "serial", code=1)
    assert faulty.score("a") == 2
    assert kind.replace("UnicodeError", "UnicodeEncodeError") in result.stderr


@pytest.mark.parametrize("executor", ["serial", "forked", "processes"])
def test_what_takes_for_ever_is_stopped_at_every_step(faulty, monkeypatch, executor) -> None:
    monkeypatch.setattr("grader.executors.serial.WRITING", 1.0)
    monkeypatch.setattr("grader.executors.forked.WRITING", 1.0)
    monkeypatch.setattr("grader.executors.pool.WRITING", 3.0)
    monkeypatch.setattr("grader.executors.pool.PATIENCE", 1)  # workers have not heard of the line above
    hand_in(faulty, "a", "read-spin", "pack-spin", "render-spin")
    result = faulty.grade("--executor", executor, "--jobs", "2", "--deadline", DEADLINE, code=1)
    assert faulty.score("a") == 2
    assert result.stderr.count("and was stopped; this is our limit, not a mistake in the file") == 3


@pytest.mark.parametrize("executor", ["forked", "processes"])
def test_what_ends_its_process_costs_that_hand_in_alone(faulty, executor) -> None:
    hand_in(faulty, "a", "read-exit", "render-exit", "render-eat")
    result = faulty.grade("--executor", executor, "--jobs", "2", code=1)
    assert faulty.score("a") == 2
    said = [line.removeprefix(f"{faulty.files}/") for line in result.stderr.splitlines()]
    assert sorted(line.partition(".yaml: ")[0] for line in said) == ["read-exit", "render-eat", "render-exit"]
    assert any("needed more than 1,000 MB of memory; this is our limit" in line for line in said)


def test_one_format_that_fails_does_not_cost_the_others(classroom, monkeypatch) -> None:
    from grader.writers.markdown import MarkdownWriter

    def fails(*_, **__):
        raise ValueError("no words")

    monkeypatch.setattr(MarkdownWriter, "render", staticmethod(fails))
    classroom.class_of(2)
    result = classroom.grade("--executor", "serial", code=1)
    assert (
        result.stderr.count("could not be written: as md, the grader failed with ValueError: no words") == 2
    )
    assert (classroom.out / "s000.html").exists()
    assert "s001," in (classroom.out / "grades.csv").read_text()
    monkeypatch.undo()
    assert json.loads(classroom.grade("--json").stdout)["written"] == 2  # the next run makes up for it


def test_a_folder_under_a_reports_name_is_named_before_any_report_is_written(classroom) -> None:
    classroom.class_of(2)
    (classroom.out / "s000.json").mkdir(parents=True)
    (classroom.out / "s000.json/x").write_text("")
    result = classroom.grade(code=2)
    assert "s000.json: cannot be written: it is a folder" in result.stderr
    assert not (classroom.out / "s001.html").exists()


@pytest.mark.parametrize("kind", HOSTILE)
def test_the_class_survives_a_hostile_file(classroom, kind) -> None:
    name, content, says = HOSTILE[kind]
    (classroom.files / name).write_bytes(content)
    result = survives(classroom, "serial", code=1 if says else 0)
    assert says in result.stderr
    assert len(result.stderr) < 20_000


@pytest.mark.parametrize("executor", ["forked", "processes"])
def test_the_class_survives_all_hostile_files_at_once(classroom, executor) -> None:
    for number, (name, content, _) in enumerate(HOSTILE.values()):
        (classroom.files / f"h{number}{Path(name).suffix}").write_bytes(content)
    result = survives(classroom, executor, code=1)
    assert [kind for kind, (_, _, says) in HOSTILE.items() if says not in result.stderr] == []
    assert len(result.stderr) < 40_000


def survives(classroom, executor: str, *, code: int):
    classroom.hand_in("a")
    classroom.hand_in("z")
    classroom.change_rubric(("near: [total]}", "near: [total]}, part: n"))
    result = classroom.grade("--executor", executor, "--jobs", "1", code=code)
    assert classroom.score("a") == classroom.score("z") == 6
    assert "our fault" not in result.stderr
    assert "our limit" not in result.stderr
    assert max(path.stat().st_size for path in classroom.out.glob("*.*")) < 2_000_000
    return result


@pytest.mark.parametrize("kind", HOSTILE)
def test_every_other_command_survives_them_too(classroom, kind) -> None:
    name, content, says = HOSTILE[kind]
    good = classroom.hand_in("a")
    path = classroom.files / name
    path.write_bytes(content)
    for command in ("ci", "validate"):
        result = classroom.grader(command, path, good, "--rubric", classroom.rubric, "--json", code=None)
        assert result.exception is None or isinstance(result.exception, SystemExit)
        assert says in result.stderr
        assert [item["source"][-6:] for item in json.loads(result.stdout)][-1] == "a.yaml"
        assert "our fault" not in result.stderr


def test_a_group_of_the_largest_size_writes_a_bounded_amount(classroom) -> None:
    students = ", ".join(f"z{number}" for number in range(40))
    text = "'\"&<" * 200_000
    path = classroom.files / "h.json"
    path.write_text(json.dumps({"students": students.split(", "), "answers": {"q1": text, "q2": "relu"}}))
    classroom.grade()
    sizes = [item.stat().st_size for item in classroom.out.glob("z*")]
    assert len(sizes) == 40 * 3
    assert sum(sizes) <= 12_000_000
    assert "its texts are shortened" in classroom.report("z7")["notes"][0]


def test_the_pool_does_not_hold_many_large_hand_ins_at_once() -> None:
    from grader.executors import HandIn
    from grader.executors.processes import TOGETHER_BYTES, chunks

    large = [HandIn(str(number), bytes(TOGETHER_BYTES)) for number in range(5)]
    assert [len(chunk) for chunk in chunks(large)] == [1] * 5
