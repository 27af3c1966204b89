"""The command: exit codes, what is printed and what is written, on hand-ins of every kind."""

from __future__ import annotations

import base64
import hashlib
import json

import pytest

from grader.ci import buildmarking
from grader.executors.worker import Worker

EVERYTHING = (
    *("--summary", "s.md", "--junit", "j.xml", "--codequality", "q.json", "--classroom", "c.json"),
    *("--annotations", "github"),
)


@pytest.mark.parametrize(
    ("kind", "arguments", "code"),
    [
        ("good", [], 0),
        ("wrong", [], 0),
        ("blank", [], 0),
        ("open", [], 0),
        ("hostile", [], 0),
        ("good", ["--fail-under", "100%"], 0),
        ("wrong", ["--fail-under", "50%"], 3),
        ("wrong", ["--fail-under", "25%"], 0),
        ("open", ["--fail-under", "75%"], 0),
        ("open", ["--fail-under", "100%"], 3),  # the sure score counts
        ("open", ["--strict"], 3),
        ("good", ["--strict"], 0),
        ("good", ["--fail-under", "a lot"], 2),
    ],
)
def test_exit_codes_are_those_of_grade(build, kind, arguments, code) -> None:
    assert build.ci(build.hand_in(kind), *arguments).exit_code == code


def test_what_cannot_be_read_is_named_and_the_others_are_marked(build) -> None:
    good, broken = build.hand_in("good", "good.md"), build.hand_in(b"\x00\x01", "broken.md")
    result = build.ci(broken, good, "missing.md", *EVERYTHING)
    assert result.exit_code == 1
    assert "broken.md:1: is binary" in result.stderr
    assert "missing.md: there is no such file" in result.stderr
    assert "good.md: good: 4 of 4 points" in result.stdout
    assert build.read("s.md").count("This could not be read") == 2


def test_a_broken_rubric_stops_everything_and_is_nobodys_zero(build) -> None:
    build.rubric("id: small\nquestions: 7\n")
    result = build.ci(build.hand_in("good"), *EVERYTHING)
    assert result.exit_code == 2
    assert "rubric.yaml:2" in result.stderr
    assert "not a mistake in what was handed in" in build.read("s.md")
    assert '<error message="' in build.read("j.xml")
    assert build.json("c.json")["status"] == "error"
    assert "::error file=rubric.yaml,line=2," in result.stdout


@pytest.mark.parametrize("where", ["mark_read", "read"])
def test_a_crash_of_ours_is_an_error_and_no_lost_point(build, monkeypatch, where) -> None:
    def broken(*_):
        raise RuntimeError("a bug ::error::]]>")

    monkeypatch.setattr(Worker, where, broken)
    result = build.ci(build.hand_in("good"), "--fail-under", "0", *EVERYTHING)
    assert result.exit_code == 1
    assert "<failure" not in build.read("j.xml")
    assert "<error" in build.read("j.xml")
    classroom = build.json("c.json")
    assert classroom["status"] == "error"
    assert all(test["status"] == "error" or "floor" in test["name"] for test in classroom["tests"])
    assert any(
        words in build.read("s.md") for words in ("⚠\u00a0our\u00a0fault", "The grader failed, not you")
    )
    assert "::warning" not in result.stdout
    assert "::error file=answer.md" in result.stdout


def test_a_check_that_breaks_costs_its_own_row_only(build, monkeypatch) -> None:
    from grader.checks.number import NumberCheck

    monkeypatch.setattr(NumberCheck, "check", lambda *_: 1 / 0)
    result = build.ci(build.hand_in("good"), *EVERYTHING)
    assert result.exit_code == 1
    assert "criterion 'total' awaits review" in result.stderr
    assert build.read("j.xml").count("<error") == 1
    assert [test["status"] for test in build.json("c.json")["tests"]].count("error") == 1
    assert "⚠\u00a0our\u00a0fault" in build.read("s.md")


def test_the_parent_survives_anything(build, monkeypatch) -> None:
    monkeypatch.setattr(buildmarking, "_mark", lambda *_: [].pop())
    result = build.ci(build.hand_in("good"), build.hand_in("wrong", "b.md"))
    assert result.exit_code == 1
    assert result.stderr.count("this is our fault, not a mistake in the file") == 2


def test_without_forks_the_same_is_found(build, monkeypatch) -> None:
    name = build.hand_in("wrong")
    forked = build.ci(name, "--json").stdout
    monkeypatch.delattr("os.fork")
    assert build.ci(name, "--json").stdout == forked


def test_json_is_the_public_reports_and_nothing_else(build) -> None:
    build.on_github()
    result = build.ci(build.hand_in("hostile"), build.hand_in("good", "b.md"), "--json")
    reports = json.loads(result.stdout)
    assert [report["source"] for report in reports] == ["answer.md", "b.md"]
    assert "##[error]" in reports[0]["questions"][0]["answer"]["text"]
    assert "::warning file=answer.md" in result.stderr


def test_on_github_everything_goes_where_github_looks(build) -> None:
    build.on_github()
    (build.folder / "step_summary").write_text("before\n", encoding="utf-8")
    (build.folder / "output").write_text("other=1\n", encoding="utf-8")
    build.ci(build.hand_in("wrong"), "--classroom", "c.json")
    assert build.read("step_summary").startswith("before\n## Two questions\n")
    other, result = build.read("output").splitlines()
    assert other == "other=1"
    assert json.loads(base64.b64decode(result.removeprefix("result="))) == build.json("c.json")


def test_a_summary_of_ones_own_is_replaced_and_github_s_stays_as_it_was(build) -> None:
    build.on_github()
    for _ in range(2):
        build.ci(build.hand_in("good"), "--summary", "s.md")
    assert build.read("s.md").count("## Two questions") == 1
    assert not (build.folder / "step_summary").exists()


def test_a_file_that_cannot_be_written_is_named_and_the_others_are_there(build) -> None:
    result = build.ci(build.hand_in("good"), "--junit", "answer.md/j.xml", "--classroom", "c.json")
    assert result.exit_code == 2
    assert "answer.md/j.xml: cannot be written" in result.stderr
    assert build.json("c.json")["status"] == "pass"


@pytest.mark.parametrize("kind", ["wrong", "open", "hostile"])
def test_the_same_hand_in_gives_the_same_bytes(build, kind) -> None:
    found = set()
    for _ in range(2):
        result = build.ci(build.hand_in(kind), *EVERYTHING)
        texts = [result.output, *(build.read(name) for name in ("s.md", "j.xml", "q.json", "c.json"))]
        found.add(hashlib.sha256("\0".join(texts).encode()).hexdigest())
    assert len(found) == 1


def test_being_late_costs_what_the_rubric_says(build) -> None:
    late = "due: 2025-05-01T00:00:00Z\nlate: {per_day: 25%}\n"
    build.rubric(build.read("rubric.yaml").replace("questions:", f"{late}questions:", 1))
    text = "---\nstudent: s\nsubmitted: 2025-05-01T10:00:00Z\n---\n# Q1\n903400\n\n# Q2\nAt inference it has no effect.\n\n$x^2+y^2$\n"
    result = build.ci(build.hand_in(text), "--fail-under", "80%", *EVERYTHING)
    assert result.exit_code == 3
    assert "3 of 4 points" in result.stdout
    assert sum(test["score"] for test in build.json("c.json")["tests"]) == 3
    assert "::error file=answer.md,line=1,title=s%3A not enough points::3 of 4 points" in result.stdout


def test_a_folder_and_a_group(build) -> None:
    (build.folder / "in").mkdir()
    build.hand_in("---\nstudents: [ada, bob]\n---\n# Q1\n903400\n\n# Q2\nNo.\n", "in/one.md")
    build.hand_in("wrong", "in/two.md")
    result = build.ci("in", *EVERYTHING)
    assert "in/one.md: ada, bob: 2 to 3 of 4 points" in result.stdout
    assert "in/two.md: two: 1 of 4 points" in result.stdout
    assert build.json("c.json")["max_score"] == 8


def test_a_large_answer_and_many_criteria(build) -> None:
    criteria = "".join(
        f"      - {{id: c{n}, points: 0.33, keywords: {{any: [nothing{n}]}}, feedback: 'It | says $x_{n}$'}}\n"
        for n in range(200)
    )
    build.rubric(f"id: many\nquestions:\n  - id: q1\n    criteria:\n{criteria}")
    result = build.ci(build.hand_in("# Q1\n" + "All of this is prose. " * 50_000), *EVERYTHING)
    assert result.exit_code in {0, 1}, result.output
    assert len(build.json("c.json")["tests"]) == 200
    assert len(base64.b64encode(build.read("c.json").encode())) < 128 * 1024
    assert build.read("s.md").count("\n| | ") == 200
