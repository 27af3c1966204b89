"""`grader compare`: a reading, a verdict and its reason, for two formulas or in bulk."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner

from grader.cli.entry import grader


def run(*arguments: str):
    return CliRunner().invoke(grader, ["compare", *arguments])


def test_it_shows_both_readings_and_the_verdict() -> None:
    result = run("(x - mu)/s", r"\frac{x-\mu_B}{s}", "--symbol", r"mu=\mu_B")
    assert result.exit_code == 0
    assert "(x - mu)/s" in result.stdout
    assert "equal (proved)" in result.stdout


def test_a_difference_is_shown_at_a_point_and_named() -> None:
    result = run("x + 1", "-x - 1")
    assert result.exit_code == 1
    assert "different (disproved)" in result.stdout
    assert "At x = " in result.stdout
    assert "-1" in result.stdout


def test_domains_decide() -> None:
    assert run("sqrt(x^2)", "x", "--where", "x=positive").exit_code == 0
    assert run("sqrt(x^2)", "x").exit_code == 1


def test_what_cannot_be_read_says_where() -> None:
    result = run("x", "(x")
    assert result.exit_code == 1
    assert "The answer cannot be read" in result.stdout


def test_cases_in_bulk_keep_their_order(tmp_path: Path) -> None:
    cases, out = tmp_path / "cases.jsonl", tmp_path / "out.jsonl"
    rows = [
        {"expected": "2*x", "answer": "x+x", "syntax": "ascii"},
        {
            "expected": "2/N",
            "answer": r"\frac{1}{N}",
            "syntax": "latex",
            "options": {"where": {"N": "natural"}},
        },
        {"expected": "x", "answer": "(", "options": {}},
        {"expected": "x", "answer": "x", "options": {"wher": {}}},
        {"expected": "x"},
        {"expected": "x", "answer": "x", "syntax": "word"},
    ]
    cases.write_text("".join(json.dumps(row) + "\n" for row in rows))
    assert run("--cases", str(cases), "--out", str(out)).exit_code == 0
    verdicts = [json.loads(line) for line in out.read_text().splitlines()]
    assert [row["verdict"] for row in verdicts] == ["equal", "different", *["unreadable"] * 4]
    assert "did you mean 'where'" in verdicts[3]["evidence"]
    assert all(row["seconds"] >= 0 for row in verdicts)


def test_lines_that_are_no_cases_are_named(tmp_path: Path) -> None:
    cases = tmp_path / "cases.jsonl"
    cases.write_text('[]\n{"expected": "x", "answer": "x"}\n{\n')
    result = run("--cases", str(cases))
    assert result.exit_code == 1
    assert [json.loads(line).get("verdict") for line in result.stdout.splitlines()] == [None, "equal", None]
    assert f"{cases}:1: not a JSON object" in result.stderr
