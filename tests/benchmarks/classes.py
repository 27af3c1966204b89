"""Measure whole classes through the real `grade` command.

    python tests/benchmarks/classes.py [RUBRIC] [--parts cold,again,reading,profile,tenfold] [--students 1000] [--huge]
        [--cases ANSWERS.jsonl] [--format html,md,json,csv] [--jobs N] [--seed S]

cold: the class for the first time. again: the same once more as it is, and with ten changed files. tenfold: a class ten times as
large. reading: only finding, reading and validating the same files, in this process, and how many times that marking
takes. profile: `grade` with the serial executor on 100 students in this process, by room of the package, by check and
by function. --huge: 100,000 structured hand-ins in one run (data and table only), memory of the main process at every
tenth of the time. The classes are those of `classroom.py`, in a temporary folder; CPU and memory count all processes.
What is asked holds for 1,000 students on 2 cores; other numbers of students are measured against the same share of it.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

from classes_measure import ROOT, Run, by_check, by_room, profiled, run_grade, top_functions
from classroom import RUBRIC, Classroom, write_class
from classroom_files import render

PARTS = ("cold", "again", "reading", "profile", "tenfold")
COLD_SECONDS, TENFOLD_TIMES, LARGEST_MB = 20.0, 9.0, 250.0
SAME_CPU, AGAIN_CPU = 0.3, 1.0  # seconds, of all processes
CHANGED = 10
PROFILED = 100
HUGE = 100_000


class Bench:
    """One go: the options, the folder, and the class that is marked."""

    def __init__(self, options: argparse.Namespace, folder: Path) -> None:
        self.options, self.folder = options, folder
        self.cold: Run | None = None

    def row(self, what: str, asked: str, measured: str, *, held: bool | None = None) -> None:
        """Print a row of the table as soon as it is known."""
        sign = "" if held is None else "yes" if held else "NO"
        print(f"{what:46}{asked:>18}{measured:>42}  {sign}", flush=True)

    def grade(self, files: Path, out: str, *, formats: str = "") -> Run:
        """Mark a folder; stop if the command itself failed."""
        formats = formats or self.options.format
        arguments = [
            str(files),
            "--rubric",
            str(self.options.rubric),
            "--out",
            str(self.folder / out),
            "--quiet",
        ]
        arguments += ["--format", formats]
        arguments += ["--jobs", str(self.options.jobs)] if self.options.jobs else []
        run = run_grade(arguments)
        if run.code not in {0, 1}:
            sys.exit(f"grade ended with {run.code}: {run.errors[-2000:]}")
        if run.errors:
            print(
                f"  {len(run.errors.splitlines())} lines on stderr, the first: {run.errors.splitlines()[0][:150]}"
            )
        return run

    def make(self, name: str, students: int, *, structured: bool = False) -> Path:
        """Generate a class."""
        begin = time.perf_counter()
        folder = self.folder / name
        write_class(folder, students, seed=self.options.seed, cases=self.options.cases, structured=structured)
        print(f"  {students:,} students generated in {time.perf_counter() - begin:.1f} s")
        return folder

    def measure_cold(self) -> None:
        students = self.options.students
        self.grade(ROOT / "submissions/julia-brandt.md", "warm")  # the first run may still compile
        self.cold = run = self.grade(self.files, "reports")
        asked = COLD_SECONDS * students / 1000
        self.row(f"{students:,} students from cold", f"<= {asked:g} s", told(run), held=run.wall <= asked)
        self.row(
            "  a student", "", f"{1000 * run.wall / students:.1f} ms, CPU {1000 * run.cpu / students:.1f} ms"
        )

    def measure_again(self) -> None:
        run = self.grade(self.files, "reports")
        self.row("again, nothing changed", f"<= {SAME_CPU:g} s CPU", told(run), held=run.cpu <= SAME_CPU)
        step = max(1, 9 * self.options.students // (10 * CHANGED))  # groups make fewer files than students
        other = Classroom(self.options.seed + 1, self.options.cases)
        kept = Classroom(self.options.seed, self.options.cases)
        for number in range(0, step * CHANGED, step):
            before = kept.hand_in(number)
            for file in self.files.rglob(f"{before.students[0]}{before.suffix}"):
                after = other.hand_in(number, suffix=before.suffix)
                after.students = before.students
                file.write_text(render(after), encoding="utf-8")
        run = self.grade(self.files, "reports")
        asked = f"<= {AGAIN_CPU:g} s CPU"
        self.row(f"again, with {CHANGED} changed files", asked, told(run), held=run.cpu <= AGAIN_CPU)

    def measure_reading(self) -> None:
        from grader.readers.discovery import find_files
        from grader.readers.files import read_file
        from grader.rubric.loading import load_rubric

        begin = time.process_time()
        outline = load_rubric(self.options.rubric).outline
        loaded = time.process_time()
        students = sum(len(read_file(file, outline).students) for file in find_files([self.files]))
        seconds = time.process_time() - loaded
        self.row("reading the rubric", "", f"{loaded - begin:.2f} s CPU")
        self.row("only reading and validating, a student", "", f"{1000 * seconds / students:.2f} ms CPU")
        if self.cold:
            self.row("  marking a class from cold costs", "", f"{self.cold.cpu / seconds:.0f} times that")

    def measure_tenfold(self) -> None:
        if self.cold is None:
            sys.exit("tenfold is measured against cold: --parts cold,tenfold")
        students = 10 * self.options.students
        run = self.grade(self.make("ten", students), "reports-ten")
        times = run.wall / self.cold.wall
        self.row(
            f"{students:,} students",
            f"<= {TENFOLD_TIMES:g} times",
            f"{times:.1f} times",
            held=times <= TENFOLD_TIMES,
        )
        self.row("", f"< {LARGEST_MB:g} MB", told(run), held=run.largest < LARGEST_MB)

    def measure_huge(self) -> None:
        run = self.grade(
            self.make("huge", self.options.huge, structured=True), "reports-huge", formats="json,csv"
        )
        self.row(f"{self.options.huge:,} structured in one run", "completes", told(run), held=run.code == 0)
        tenths = [run.main[round(step * (len(run.main) - 1) / 10)] for step in range(1, 11)]
        print(
            "  main process, MB at every tenth of the time: "
            + " ".join(f"{memory:.0f}" for _, memory in tenths)
        )
        middle, last = tenths[4][1], tenths[-1][1]
        self.row(
            "  growth over the second half", "flat", f"{last - middle:+.0f} MB", held=last < 1.1 * middle + 10
        )

    def measure_profile(self) -> None:
        from grader.cli.grade import grade

        folder = self.make("profiled", PROFILED)
        arguments = [
            str(folder),
            "--rubric",
            str(self.options.rubric),
            "--out",
            str(self.folder / "reports-profiled"),
        ]
        arguments += ["--quiet", "--format", self.options.format]
        if any(parameter.name == "executor" for parameter in grade.params):
            arguments += ["--executor", "serial"]

        def work() -> None:
            try:
                grade.main(arguments, standalone_mode=False)
            except SystemExit as end:
                if end.code not in {0, 1}:
                    raise

        seconds, stats = profiled(work)
        print(f"\nWhere the time goes: {PROFILED} students, serial, {seconds:.1f} s under the profiler")
        print("\nby room, libraries counted to the room that calls them")
        for name, spent in by_room(stats).items():
            if spent >= 0.002 * seconds:
                print(f"  {name:16}{spent:8.2f} s {spent / seconds:6.1%}")
        print("\nby check, with all that it calls")
        for name, spent in by_check(stats).items():
            print(f"  {name:16}{spent:8.2f} s {spent / seconds:6.1%}")
        print("\nby function, own time")
        for own, calls, place in top_functions(stats, 20):
            print(f"  {own:7.2f} s {calls:>10,} calls  {place}")

    def run(self) -> None:
        """Measure the parts that were asked for, in this order."""
        print(f"{os.cpu_count()} cores; formats {self.options.format}")
        print(f"{'':46}{'asked':>18}{'measured':>42}  held")
        if set(self.options.parts) & {"cold", "again", "reading", "tenfold"}:
            self.files = self.make("class", self.options.students)
        for part in PARTS:
            if part in self.options.parts:
                getattr(self, f"measure_{part}")()
        if self.options.huge:
            self.measure_huge()


def told(run: Run) -> str:
    """Say what a run took."""
    return f"{run.wall:.1f} s, CPU {run.cpu:.1f} s, largest {run.largest:.0f} MB"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("rubric", type=Path, nargs="?", default=RUBRIC)
    parser.add_argument(
        "--parts", default=",".join(PARTS), help="which parts, by commas; '' for --huge alone"
    )
    parser.add_argument("--students", type=int, default=1000)
    parser.add_argument("--huge", type=int, nargs="?", const=HUGE, default=0, metavar="STUDENTS")
    parser.add_argument("--cases", type=Path)
    parser.add_argument("--format", default="html,md,json,csv")
    parser.add_argument("--jobs", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    options.parts = [part for part in options.parts.split(",") if part]
    unknown = set(options.parts) - set(PARTS)
    if unknown:
        parser.error(f"unknown parts {sorted(unknown)}; there are {', '.join(PARTS)}")
    with tempfile.TemporaryDirectory(prefix="classes-") as folder:
        Bench(options, Path(folder)).run()


if __name__ == "__main__":
    main()
