"""Measure start-up and the sample class: `python tests/benchmarks/startup.py`.

Prints the median of several runs beside what is asked for: `grade --help` 0.15 s, one structured
submission without formulas 0.4 s, the sample class 3 s.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
RUNS = 7
NUMBERS_ONLY = """\
id: small
questions:
  - id: q1
    criteria:
      - {id: total, points: 2, number: {expected: 903400}}
      - {id: pick, points: 1, choice: {options: [a, b], expected: a}}
"""
ANSWER = "students: [{id: s1}]\nanswers: {q1: {total: '903,400', pick: a}}\n"


def median_seconds(arguments: list[str], runs: int = RUNS) -> float:
    """Run the command several times; return the median of the wall-clock times."""
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    command = [str(Path(sys.executable).parent / "grade"), *arguments]
    times = []
    for _ in range(runs + 1):
        started = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True, env=environment, cwd=ROOT)
        times.append(time.perf_counter() - started)
    return statistics.median(times[1:])  # the first run may still compile


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        rubric, answer = Path(folder, "small.yaml"), Path(folder, "s1.yaml")
        rubric.write_text(NUMBERS_ONLY)
        answer.write_text(ANSWER)
        out = str(Path(folder, "reports"))
        rows = [
            ("python -c pass, for comparison", None, [sys.executable, "-c", "pass"]),
            ("grade --help", 0.15, ["--help"]),
            ("one structured submission, json", 0.4, [str(answer), "--rubric", str(rubric), "--out", out, "--format", "json"]),
            ("one structured submission, all formats", 0.4, [str(answer), "--rubric", str(rubric), "--out", out]),
            ("the sample class, all formats", 3.0, ["submissions", "--rubric", "rubrics/rq3.yaml", "--out", out]),
        ]  # fmt: skip
        print(f"{'':42}{'median':>8}  asked for")
        for name, asked, arguments in rows:
            if asked is None:
                started = time.perf_counter()
                subprocess.run(arguments, check=True)
                print(f"{name:42}{time.perf_counter() - started:7.3f}s")
            else:
                print(f"{name:42}{median_seconds(arguments):7.3f}s  {asked} s")


if __name__ == "__main__":
    main()
