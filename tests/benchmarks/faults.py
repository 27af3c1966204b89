"""Kill `grade` at random moments, run the same command again, and compare with an undisturbed run.

    python tests/benchmarks/faults.py [--kills 50] [--students 60] [--jobs N] [--cases ANSWERS.jsonl] [--seed S]

Every round marks the generated class of `classroom.py` by rubrics/rq3.yaml from cold, is killed with `kill -9` at a
moment drawn evenly from the length of an undisturbed run, and is run again: all report files and the gradebook's dump
must be the same bytes, and no process may be left behind. A round in five also loses two workers before that.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
sys.path.insert(0, str(ROOT / "tests/faults"))

from classroom import RUBRIC, write_class  # noqa: E402 - found beside this file
from killing import Running, files  # noqa: E402 - found in the folder named above


def dumped(book: Path) -> str:
    """Return what a gradebook holds."""
    words = [
        sys.executable,
        "-c",
        "from grader.cli.entry import grader; grader()",
        "gradebook",
        "dump",
        str(book),
    ]
    env = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path])}
    return subprocess.run(words, capture_output=True, text=True, check=True, env=env).stdout


def whole(words: list[object], out: Path) -> tuple[int, dict[str, bytes], str]:
    """Run to the end; return the exit code, the reports and the dump."""
    running = Running(*words)
    code, _, errors = running.finish()
    if code not in {0, 1}:
        sys.exit(f"grade ended with {code}: {errors[-2000:]}")
    return code, files(out), dumped(Path(f"{out}.gradebook"))


def disturbed(words: list[object], moment: float, *, workers: bool) -> str:
    """Run and kill; return what was wrong with that, "" for nothing."""
    running = Running(*words)
    end = running.started + moment
    if workers:
        for _ in range(2):
            time.sleep(moment / 3)
            for pid in running.workers()[:1]:
                os.kill(pid, signal.SIGKILL)
    time.sleep(max(0.0, end - time.monotonic()))
    running.kill()
    left = running.left()
    return f"processes left behind: {left}" if left else ""


def main() -> None:
    """Run the rounds and print what came of them."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--students", type=int, default=60)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--cases", type=Path)
    parser.add_argument("--seed", type=int, default=6)
    options = parser.parse_args()
    chance = random.Random(options.seed)  # noqa: S311 - repeatable, nothing secret
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_class(folder / "class", options.students, seed=options.seed, cases=options.cases)
        out = folder / "reports"
        words = [folder / "class", "--rubric", RUBRIC, "--out", out, "--jobs", options.jobs, "--quiet"]
        begin = time.monotonic()
        expected = whole(words, out)
        length = time.monotonic() - begin
        print(f"{options.students} students, undisturbed: {length:.1f} s, {len(expected[1])} files")
        bad = 0
        for number in range(options.kills):
            shutil.rmtree(out)
            Path(f"{out}.gradebook").unlink()
            moment = chance.uniform(0.02, 1) * length
            wrong = disturbed(words, moment, workers=number % 5 == 0)
            kept = len(files(out)) if out.exists() else 0
            if not wrong and whole(words, out) != expected:
                wrong = "not the same bytes"
            bad += bool(wrong)
            print(
                f"killed after {moment:5.2f} s with {kept:4} files written: {wrong or 'the same bytes'}",
                flush=True,
            )
    print(f"{options.kills - bad} of {options.kills} as undisturbed")
    sys.exit(bad > 0)


if __name__ == "__main__":
    main()
