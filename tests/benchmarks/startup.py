"""Measure start-up and the sample class: `python tests/benchmarks/startup.py`.

Prints medians of several runs, CPU of all processes and wall, beside what is asked for of the CPU. Every run but those that
are named otherwise marks into a folder of its own, so that nothing is known from the run before.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
RUNS = 5
NUMBERS_ONLY = """\
id: small
questions:
  - id: q1
    criteria:
      - {id: total, points: 2, number: {expected: 903400}}
      - {id: pick, points: 1, choice: {options: [a, b], expected: a}}
"""
ANSWER = "students: [{id: s1}]\nanswers: {q1: {total: '903,400', pick: a}}\n"


def medians(arguments: list[str], folder: Path, *, known: bool = False) -> tuple[float, float]:
    """Run the command several times; return the medians of CPU and wall in seconds.

    Reports go into a folder of each run's own, or, where the class is to be `known`, always into the same one.
    """
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    command = [str(Path(sys.executable).parent / "grade"), *arguments]
    runs = []
    for number in range(RUNS + 1):
        out = [] if "--help" in arguments else ["--out", str(folder / f"reports{0 if known else number}")]
        before, started = _cpu(), time.perf_counter()
        subprocess.run([*command, *out], check=True, capture_output=True, env=environment, cwd=ROOT)
        runs.append((_cpu() - before, time.perf_counter() - started))
    cpu, wall = zip(*runs[1:], strict=True)  # the first run may still compile, and makes what is known
    return statistics.median(cpu), statistics.median(wall)


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "small.yaml").write_text(NUMBERS_ONLY)
        (folder / "s1.yaml").write_text(ANSWER)
        one = [str(folder / "s1.yaml"), "--rubric", str(folder / "small.yaml")]
        sample = ["submissions", "--rubric", "rubrics/rq3.yaml"]
        rows = [
            ("grade --help", 0.11, ["--help"], False),
            ("one structured submission, json", 0.28, [*one, "--format", "json"], False),
            ("one structured submission, all formats", 0.3, one, False),
            ("the sample class, all formats", 3.0, sample, False),
            ("the sample class, nothing changed", 0.25, sample, True),
        ]
        print(f"{'':42}{'CPU':>8}{'wall':>8}  asked for")
        for what, asked, arguments, known in rows:
            cpu, wall = medians(arguments, folder / what.replace(" ", "-"), known=known)
            print(f"{what:42}{cpu:7.3f}s{wall:7.3f}s  {asked} s")


if __name__ == "__main__":
    main()
