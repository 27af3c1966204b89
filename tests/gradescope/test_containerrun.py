"""One hand-in in the platform's tree: whatever it is, a valid file says whose fault was what."""

from __future__ import annotations

import json
import time

import pytest

from grader.executors.forked import Limits
from grader.gradescope import containerrun

# Stands for the fixture's right answers where no fixture is at hand.
GOOD = "the right answers"


def by_name(results: dict, part: str) -> dict:
    (found,) = [test for test in results["tests"] if part in test["name"]]
    return found


def test_a_right_answer_earns_all_that_is_decided(tree) -> None:
    tree.hand_in("answers.yaml")
    results = tree.run()
    assert tree.total(results) == 3.5
    assert [test.get("number") for test in results["tests"]] == ["1.1", "1.2", "2.1", None]
    assert "3.5 of 3.5 points are decided." in results["output"]
    assert results["tests"][-1]["visibility"] == "hidden"
    assert results["extra_data"]["finished"] is True
    assert results["execution_time"] >= 0


def test_a_mistake_is_named_and_a_false_claim_is_deducted(tree) -> None:
    tree.hand_in(
        "a.yaml",
        "answers:\n  q1: {total: 902700}\n  q2: Dropout makes training slow. It makes inference slow.\n",
    )
    results = tree.run()
    assert by_name(results, "total")["score"] == 1
    assert "Every filter has a bias." in by_name(results, "total")["output"]
    assert by_name(results, "x_slow")["score"] == -1
    assert by_name(results, "rate") == {
        "number": "1.2", "name": "Parameters: rate", "score": 0, "max_score": 0.5, "status": "failed",
        "output": "Nothing was handed in here.", "tags": ["number", "missing"],
    }  # fmt: skip
    assert tree.total(results) == 1


def test_a_question_does_not_fall_below_its_floor(tree) -> None:
    tree.hand_in("a.yaml", "answers: {q2: 'Dropout makes inference slow. Nothing else is affected by it.'}\n")
    results = tree.run()
    assert by_name(results, "not below 0")["score"] == 1
    assert tree.total(results) == 0


def test_what_awaits_a_person_has_no_score_and_no_zero(tree) -> None:
    tree.hand_in("a.yaml", "answers: {q2: slower}\n")
    results = tree.run()
    row = by_name(results, "Dropout: slow")
    assert row["name"].endswith("(awaits a person)")
    assert not {"score", "max_score", "status"} & row.keys()
    assert "Worth up to 1 point." in row["output"]
    assert "await a person" in results["output"]


def test_the_sum_of_thirds_is_the_rounded_sum(tree) -> None:
    thirds = "".join(
        f"      - {{id: c{n}, part: p{n}, points: 1, number: {{expected: 3, mistakes: [{{name: m, value: {n}5, credit: 1/3}}]}}}}\n"
        for n in range(1, 4)
    )
    tree.hand_in("a.yaml", "answers: {q1: {p1: 15, p2: 25, p3: 35}}\n")
    results = tree.run(f"id: small\nquestions:\n  - id: q1\n    criteria:\n{thirds}")
    assert tree.total(results) == 1
    assert [test["score"] for test in results["tests"][:3]] == [0.33, 0.34, 0.33]


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ({}, "No file was handed in."),
        ({"a.yaml": GOOD, "b.md": "# Question 1\n\n3"}, "2 files could be your answers: a.yaml, b.md."),
        ({"a.docx": b"PK\x03\x04"}, "a.docx: is no .docx file"),
        ({"a.yaml": "answers: [1, 2"}, "a.yaml:2:1: not valid YAML"),
        ({"a.yaml": ""}, "a.yaml: is empty"),
        ({"a.yaml": "answers: {q9: 3}"}, "unknown question 'q9'"),
        ({"a.md": b"\x00\x01"}, "is binary, not text"),
        ({"a.yaml": "a: &a [x, x]\nb: &b [*a, *a]\n" + "x" * 100}, "not valid YAML"),
    ],
)
def test_what_the_student_can_mend_is_said_with_the_way_out(tree, files, says) -> None:
    for name, content in files.items():
        tree.hand_in(name, tree.good if content is GOOD else content)
    results = tree.run()
    row, staff = results["tests"]
    assert staff["visibility"] == "hidden"  # which keeps the platform from showing a total
    assert says in row["output"]
    assert (row["score"], row["max_score"]) == (0, 0)
    assert str(tree.root) not in json.dumps(results)


def test_other_files_do_not_disturb(tree) -> None:
    tree.hand_in("deep/down/answers.yaml")
    tree.hand_in("photo.png", b"\x89PNG")
    tree.hand_in(".DS_Store", b"\x00")
    tree.hand_in("__MACOSX/a.yaml", b"\x00")
    assert tree.total(tree.run()) == 3.5


def test_a_pattern_says_which_file_counts(tree) -> None:
    tree.hand_in("notes.md", "# Question 1\n\nnothing")
    tree.hand_in("Answers.yaml")
    assert tree.total(tree.run(f"{tree.rubric}gradescope: {{file: 'answers.*'}}\n")) == 3.5


@pytest.mark.parametrize(
    "text",
    [
        "9" * 200_000,
        "9^9^9^9",
        "(" * 20_000,
        "\\frac{" * 5_000,
        "__import__('os').system('true')",
        "<script>alert(1)</script>\x1b[31m\u202e",
        "\ud83d".encode("utf-16", "surrogatepass").decode("utf-16", "replace"),
    ],
)
def test_hostile_answers_stay_answers(tree, text) -> None:
    tree.hand_in("a.json", json.dumps({"answers": {"q1": {"total": text}, "q2": text}}))
    results = tree.run()
    shown = (tree.root / "results/results.json").read_text()
    assert "\x1b" not in shown
    assert "\u202e" not in shown
    assert results["extra_data"]["finished"] is True
    assert tree.total(results) == 0
    assert len(shown) < 100_000


def test_an_answer_over_its_time_is_our_fault_and_costs_nothing(tree, monkeypatch) -> None:
    real = containerrun.Worker.mark_read

    def slow(self, submission, question):
        if question == "q1":
            time.sleep(60)
        return real(self, submission, question)

    monkeypatch.setattr(containerrun.Worker, "mark_read", slow)
    tree.hand_in("a.yaml")
    results = tree.run(limits=Limits(0.5, 30, 10**9))
    row = by_name(results, "total")
    assert row["name"].endswith("(not decided: our fault)")
    assert "score" not in row
    assert by_name(results, "Dropout: slow")["score"] == 1  # what comes after is marked
    assert "That is our fault, not yours." in results["output"]
    assert "took longer than 0.5 s" in results["tests"][-1]["output"]


@pytest.mark.parametrize("how", ["exit", "memory", "killed"])
def test_a_child_that_dies_costs_one_question(tree, monkeypatch, how) -> None:
    import os

    real = containerrun.Worker.mark_read

    def broken(self, submission, question):
        if question == "q2":
            if how == "memory":
                bytearray(8 * 10**9)
            os.kill(os.getpid(), 9) if how == "killed" else os._exit(3)
        return real(self, submission, question)

    monkeypatch.setattr(containerrun.Worker, "mark_read", broken)
    tree.hand_in("a.yaml")
    results = tree.run()
    assert by_name(results, "total")["score"] == 2
    assert by_name(results, "Dropout: slow")["name"].endswith("our fault)")
    assert tree.total(results) == 2.5


def test_the_whole_time_is_bounded(tree, monkeypatch) -> None:
    monkeypatch.setattr(containerrun.Worker, "mark_read", lambda *_: time.sleep(60))
    tree.hand_in("a.yaml")
    started = time.monotonic()
    results = tree.run(limits=Limits(0.6, 1.0, 10**9))
    assert time.monotonic() - started < 50
    assert all("score" not in test for test in results["tests"])
    assert results["score"] == 0
    assert results["tests"][-1]["visibility"] == "hidden"  # so that the platform shows no total


def test_a_broken_rubric_is_told_to_the_staff_alone(tree) -> None:
    tree.hand_in("a.yaml")
    results = tree.run("id: small\nquestionss: []\n")
    assert results["output"].startswith(
        "The grader failed before it could mark your answers. That is our fault"
    )
    (row,) = results["tests"]
    assert row["visibility"] == "hidden"
    assert "questionss" in row["output"]
    assert "questionss" not in results["output"]


def test_a_fault_of_ours_keeps_what_the_student_had(tree, monkeypatch) -> None:
    def fails(*_, **__):
        raise RuntimeError("a hole")

    monkeypatch.setattr(containerrun, "find_handin", fails)
    stored = {
        "score": None,
        "output": None,
        "tests": [{"name": "old", "score": "2.5", "max_score": 3.0, "output": None}],
    }
    earlier = {"submission_time": "2026-11-19T10:00:00+01:00", "score": "2.5", "results": stored}
    tree.metadata(previous_submissions=[earlier])
    results = tree.run()
    assert tree.total(results) == 2.5
    assert "our fault" in results["output"]
    assert "a hole" in results["tests"][-1]["output"]


def test_late_work_loses_points_in_a_row_of_its_own(tree) -> None:
    tree.hand_in("a.yaml")
    tree.metadata(created_at="2026-11-22T12:00:00+01:00")
    rule = "due: 2026-11-01T00:00:00Z\nlate: {per_day: 10%, cap: 50%}\n"
    results = tree.run(tree.rubric + rule)
    row = by_name(results, "late")
    assert row["score"] == -0.7  # two days begun, of 3.5 points, by the platform's due date
    assert "1 day 2 h after the due date" in row["output"]
    assert tree.total(results) == 2.8


def test_an_extension_of_one_member_is_one_of_the_group(tree) -> None:
    tree.hand_in("a.yaml")
    users = [
        {
            "id": 1,
            "email": "a@example.org",
            "name": "A",
            "assignment": {"due_date": "2026-11-21T10:00:00+01:00"},
        },
        {
            "id": 2,
            "email": "b@example.org",
            "name": "B",
            "assignment": {"due_date": "2026-11-29T10:00:00+01:00"},
        },
    ]
    tree.metadata(created_at="2026-11-22T12:00:00+01:00", users=users)
    results = tree.run(f"{tree.rubric}due: 2026-11-01T00:00:00Z\nlate: {{per_day: 10%}}\n")
    assert tree.total(results) == 3.5


def test_visibility_follows_the_rubric(tree) -> None:
    tree.hand_in("a.yaml")
    rubric = tree.rubric.replace("id: slow, points: 1,", "id: slow, points: 1, visibility: after_due_date,")
    results = tree.run(
        f"{rubric}gradescope: {{visibility: after_published, staff: stdout, leaderboard: true}}\n"
    )
    assert results["visibility"] == "after_published"
    assert by_name(results, "Dropout: slow")["visibility"] == "after_due_date"
    assert "points are decided" not in results["output"]  # a total would tell what is kept back
    assert all(test.get("visibility") != "hidden" for test in results["tests"])
    assert "leaderboard" not in results
    shown = tree.run(f"{tree.rubric}gradescope: {{leaderboard: true}}\n")
    assert shown["leaderboard"] == [{"name": "Points", "value": 3.5, "order": "desc"}]


def test_the_hundredth_attempt(tree) -> None:
    tree.hand_in("a.yaml")
    earlier = [
        {
            "submission_time": f"2026-10-{1 + n % 28:02}T{n % 24:02}:00:00+02:00",
            "score": "1.0",
            "results": None,
        }
        for n in range(99)
    ]
    tree.metadata(previous_submissions=earlier)
    results = tree.run()
    assert tree.total(results) == 3.5
    assert results["extra_data"]["attempt"] == 100


def test_what_stands_after_every_step_is_valid(tree, monkeypatch) -> None:
    seen = []
    real = containerrun.write_json

    def watched(path, data):
        real(path, data)
        seen.append(tree.results())

    monkeypatch.setattr(containerrun, "write_json", watched)
    monkeypatch.setattr("grader.gradescope.results.write_json", watched)
    tree.hand_in("a.yaml")
    tree.run()
    assert len(seen) == 5  # twice before anything is known, after each question, at the end
    assert [tree.total(results) for results in seen] == [0, 0, 2.5, 3.5, 3.5]
    assert "Not marked yet" in seen[2]["tests"][2]["output"]
    assert "If this stays, it is our fault" in seen[2]["output"]


@pytest.mark.parametrize(
    "text", ["", "nonsense", "[]", "null", "{}", '{"users": 3, "created_at": 5}', "[" * 100_000]
)
def test_metadata_that_cannot_be_read_fails_nobody(tree, text) -> None:
    tree.hand_in("a.yaml")
    tree.write_metadata(text)
    assert tree.total(tree.run()) == 3.5


def test_without_metadata(tree) -> None:
    tree.hand_in("a.yaml")
    (tree.root / "submission_metadata.json").unlink()
    assert tree.total(tree.run()) == 3.5


@pytest.mark.parametrize("how", ["link", "hard link", "folder", "pipe"])
def test_what_is_no_hand_in_is_named_and_not_read(tree, how) -> None:
    import os

    key = tree.root / "rubric.yaml"
    key.write_text(tree.rubric)
    path = tree.root / "submission/answers.yaml"
    if how == "link":
        path.symlink_to("../rubric.yaml")
    elif how == "hard link":
        path.hardlink_to(key)
    elif how == "folder":
        (tree.root / "submission/mine").symlink_to("..")
    else:
        os.mkfifo(path)
    results = tree.run()
    assert tree.total(results) == 0
    assert results["output"].startswith("Nothing can be read: ")
    said = json.dumps(results)
    assert "903400" not in said
    assert "no_bias" not in said
