"""Attack `grade`, `grader ci` and `grader check` with hostile files, one row a kind, and say what did not hold.

    python tests/benchmarks/attacks.py [--only WORD]

Every row starts from a class of ordinary hand-ins with full marks and adds something. A class *survives* where all
ordinary reports have their points, what was added is named on the error stream with exit code 1 (or is read as what
it is), without a traceback, in under 30 s, 1.5 GB and 20 MB of reports.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SECONDS: Final = 30.0  # of the processor, by a command and all it started: what else runs does not count
CHECKED: Final = 20.0  # the same for `grader check`
PATIENCE: Final = 300.0  # seconds until a command counts as hanging
MEMORY: Final = 1_500_000_000
REPORTS: Final = 20_000_000
# The command as it is installed, whatever the current folder holds.
GRADE: Final = str(Path(sys.executable).with_name("grade"))
GRADER: Final = str(Path(sys.executable).with_name("grader"))
SECRETS: Final = ("640128", "640,128", "SLIP", "8191", "131071", "fuchsia", "4357")

RUBRIC: Final = """\
id: week7
questions:
  - id: q1
    title: Everything at once
    criteria:
      - {id: n, part: weights, points: 2, number: {expected: 640128, near: [weights], mistakes: [{name: SLIP, value: 640000, credit: 1/2}]}}
      - {id: k, points: 1, keywords: {any: [{all: ["overfit*", "fuchsia"], within: clause}]}}
      - {id: f, part: f, points: 2, formula: {expected: 8191*x + 131071*w, defines: [y]}}
      - {id: g, part: g, points: 1, formula: {expected: 2^13 - 1}}
      - {id: m, part: m, points: 2, matrix: {expected: [[4357, 2], [3, 4]]}}
      - {id: c, part: c, points: 1, choice: {options: {a: adam, b: momentum, c: plain descent}, expected: b}}
"""
RIGHT: Final = {
    "text": "It will overfit fuchsia.",
    "weights": "640,128",
    "f": "131071 w + 8191 x",
    "g": "8191",
    "m": [[4357, 2], [3, 4]],
    "c": "b",
}


@dataclass(slots=True)
class Ran:
    """What a command did."""

    code: int
    out: str
    err: str
    seconds: float
    memory: int


@dataclass(slots=True)
class Scene:
    """A folder with `key/week7.yaml`, a class in `class`, and what went wrong in it so far."""

    folder: Path
    students: int = 15
    wrong: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        (self.folder / "key").mkdir(parents=True)
        (self.folder / "class").mkdir()
        self.rubric.write_text(RUBRIC, encoding="utf8")
        for number in range(1, self.students + 1):
            answers = {"q1": RIGHT | {"f": f"131071 w + 8191 x + {number} - {number}"}}
            self.put(f"n{number:02}.json", json.dumps({"student": f"n{number:02}", "answers": answers}))

    @property
    def rubric(self) -> Path:
        return self.folder / "key/week7.yaml"

    @property
    def handins(self) -> Path:
        return self.folder / "class"

    def put(self, name: str, content: str | bytes) -> Path:
        file = self.handins / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode("utf8", "surrogatepass") if isinstance(content, str) else content)
        return file

    def run(self, *words: object, at: Path | None = None) -> Ran:
        started = time.monotonic()
        with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
            process = subprocess.Popen(
                [str(word) for word in words],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                cwd=at or self.folder,
            )
            timer = threading.Timer(PATIENCE, process.kill)
            timer.start()
            _, status, usage = os.wait4(process.pid, 0)
            timer.cancel()
            process.returncode = os.waitstatus_to_exitcode(status)
            out.seek(0)
            err.seek(0)
            ran = Ran(
                process.returncode,
                out.read(),
                err.read(),
                usage.ru_utime + usage.ru_stime,
                usage.ru_maxrss * 1024,
            )
        waited = time.monotonic() - started
        self.expect("Traceback" not in ran.err + ran.out, f"a traceback: {ran.err[-300:]}")
        self.expect(ran.seconds < SECONDS, f"took {ran.seconds:.0f} s of the processor")
        self.expect(waited < PATIENCE, f"still running after {waited:.0f} s")
        self.expect(ran.memory < MEMORY, f"took {ran.memory // 1_000_000} MB")
        return ran

    def expect(self, holds: bool, otherwise: str) -> None:  # noqa: FBT001 - what holds is the whole sentence
        if not holds:
            self.wrong.append(otherwise)

    def survives(self, *, named: str = "", read_as_it_is: bool = False) -> Ran:
        """Mark the class; expect the ordinary hand-ins' points, and the file `named` on the error stream."""
        out = self.folder / "out"
        ran = self.run(
            GRADE, self.handins, "--rubric", self.rubric, "--out", out, "--format", "json,html,csv"
        )
        for number in range(1, self.students + 1):
            report = out / f"n{number:02}.json"
            score = json.loads(report.read_text("utf8"))["score"] if report.exists() else "no report"
            self.expect(str(score) in {"9", "9.0"}, f"n{number:02} has {score}")
        size = sum(
            file.stat().st_size for file in out.rglob("*") if file.is_file() and file.parent.name != "assets"
        )
        self.expect(size < REPORTS, f"{size // 1_000_000} MB of reports")
        self.expect(
            "our limit" not in ran.err and "our fault" not in ran.err, f"called our fault: {ran.err[-200:]}"
        )
        if named and not (read_as_it_is and ran.code == 0):
            self.expect(
                named in ran.err and ran.code == 1,
                f"{named} is not named (exit {ran.code}): {ran.err[-200:]}",
            )
        return ran


def notebook(cell: str) -> str:
    return '{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [' + cell + "]}"


def broken_files(scene: Scene) -> None:
    digits = "1" + "0" * 6000
    cell = '{"cell_type": "markdown", "metadata": {"width": DIGITS}, "source": "# Question 1"}'
    scene.put("wide.ipynb", notebook(cell.replace("DIGITS", digits)))
    scene.put("glued.md", "---\nname:Zoe\nstudent:zoe\n---\n# Question 1\nweights: 640128\n")
    scene.put(
        "half.json", '{"student": "half", "answers": {"q1": {"weights": ["\\udfff", {"\\udc00": "1"}]}}}'
    )
    scene.put("merge.yaml", "student: merge\nanswers:\n  <<: {q1: {weights: 640128}}\n")
    scene.put("deep.json", "[" * 200_000)
    scene.put("u32.md", "# Question 1\nweights = 640128\n".encode("utf-32-be"))
    scene.put("nul.md", "# Question 1\nwei\0ghts = 640128\n".encode("utf-16"))
    ran = scene.survives()
    for name in ("glued.md", "merge.yaml", "deep.json"):
        scene.expect(name in ran.err, f"{name} is not named")


def many_aliases(scene: Scene) -> None:
    lines = "".join("    - *long\n" for _ in range(60_000))
    scene.put("z.yaml", 'student: z\nanswers:\n  q1:\n    - &long "' + "y " * 250_000 + '"\n' + lines)
    scene.survives(named="z.yaml")


def many_students(scene: Scene) -> None:
    names = ", ".join(f"m{number}" for number in range(2_500))
    scene.put("z.json", json.dumps({"students": names.split(", "), "answers": {"q1": RIGHT}}))
    scene.survives(named="z.json")


def many_notes(scene: Scene) -> None:
    scene.put("z.md", "# Question 1\nweights: 640128\n" + "# Question 77\nx\n" * 60_000)
    scene.survives(named="z.md", read_as_it_is=True)


def links(scene: Scene) -> None:
    secret = scene.folder / "elsewhere.md"
    secret.write_text("# Question 1\nTOP-SECRET weights = 640128\n", encoding="utf8")
    (scene.handins / "out.md").symlink_to(secret)
    (scene.handins / "key.yaml").symlink_to(scene.rubric)
    (scene.handins / "n03-copy.md").symlink_to(scene.handins / "n03.json")
    os.link(scene.rubric, scene.handins / "hard.yaml")
    os.mkfifo(scene.handins / "pipe.md")
    (scene.handins / "zero.md").symlink_to("/dev/zero")
    ran = scene.survives()
    for name in ("out.md", "key.yaml", "n03-copy.md", "hard.yaml", "pipe.md", "zero.md"):
        scene.expect(name in ran.err, f"{name} is not named")
    everything = "".join(file.read_text("utf8") for file in (scene.folder / "out").rglob("*.json"))
    scene.expect("TOP-SECRET" not in everything, "what a link leads to was read")


def link_in_a_build(scene: Scene) -> None:
    work = scene.folder / "checkout"
    work.mkdir()
    (work / "answers.yaml").symlink_to("../key/week7.yaml")
    ran = scene.run(GRADER, "ci", "answers.yaml", "--rubric", scene.rubric, "--summary", "s.md", at=work)
    shown = ran.out + ran.err + "".join(file.read_text("utf8") for file in work.glob("*.md"))
    scene.expect(ran.code != 0, "a link to the key was marked")
    scene.expect(not any(secret in shown for secret in SECRETS), "the key is shown")


DECOYS: Final = (
    "grader",
    "threading",
    "json",
    "random",
    "sqlite3",
    "sympy",
    "pydantic",
    "yaml",
    "re",
    "logging",
    "flint",
    "pebble",
    "sitecustomize",
)


def code(scene: Scene) -> None:
    marker = scene.folder / "CODE_WAS_RUN"
    for name in DECOYS:
        scene.put(f"{name}.py", f"open({str(marker)!r}, 'a').write({name!r})\n")
        scene.put(f"{name}/__init__.py", f"open({str(marker)!r}, 'a').write({name!r})\n")
    tower = {"student": "eve", "answers": {"q1": {"f": "10^(10^10)"}}}
    scene.put("eve.json", json.dumps(tower))
    for words in (
        [GRADE, ".", "--rubric", scene.rubric, "--out", scene.folder / "out"],
        [GRADE, ".", "--rubric", scene.rubric, "--out", scene.folder / "out2", "--executor", "serial"],
        [GRADER, "ci", "eve.json", "--rubric", scene.rubric],
        [sys.executable, "-P", "-m", "grader", "check", scene.rubric],
    ):
        scene.run(*words, at=scene.handins)
    scene.expect(not marker.exists(), f"run as code: {marker.read_text() if marker.exists() else ''}")


def leaks(scene: Scene) -> None:
    wrong = [
        {"text": "no idea", "weights": "641", "f": "x + w", "g": "5", "m": [[1, 2], [3, 5]], "c": "a"},
        {"text": "colours", "weights": "8*8", "f": "0", "g": "2^13", "m": [[0, 0], [0, 0]], "c": "not a"},
        {"text": "", "weights": "-1", "f": "sqrt(-x)", "g": "-8190", "m": [[3, 1], [4, 2]], "c": "c"},
    ]
    for number, parts in enumerate(wrong):
        file = scene.put(f"w{number}.json", json.dumps({"student": f"w{number}", "answers": {"q1": parts}}))
        ran = scene.run(
            GRADER,
            "ci",
            file,
            "--rubric",
            scene.rubric,
            "--summary",
            scene.folder / f"s{number}.md",
            "--junit",
            scene.folder / f"j{number}.xml",
        )
        shown = (
            ran.out + ran.err + "".join(file.read_text("utf8") for file in scene.folder.glob("[sj][0-9].*"))
        )
        scene.expect(not any(secret in shown for secret in SECRETS), f"w{number}: the key is shown by ci")
    scene.survives()
    for file in (scene.folder / "out").glob("w[0-9].*"):
        text = file.read_text("utf8")
        scene.expect(not any(secret in text for secret in SECRETS), f"{file.name}: the key is shown")


def cells(scene: Scene) -> None:
    for number, name in enumerate(("z;=1+1", "z\t@SUM(1)", 'z";"-2+3', "=1", "\u200b=1", "a\r=1", "\uff1d1")):
        scene.put(
            f"z{number}.json",
            json.dumps({"student": {"id": f"z{number}", "name": name}, "answers": {"q1": RIGHT}}),
        )
    scene.survives()
    for file in (scene.folder / "out").glob("*.csv"):
        for separator in ",;\t":
            with file.open(encoding="utf-8-sig", newline="") as lines:
                for row in csv.reader(lines, delimiter=separator):
                    bad = [cell for cell in row if cell[:1] in {"=", "+", "@"}]
                    scene.expect(not bad, f"{file.name} by {separator!r}: {bad[:1]}")


def look_alikes(scene: Scene) -> None:
    for number, name in enumerate(("noor", "noor ", "no\u200bor")):
        scene.put(f"id{number}.json", json.dumps({"student": name, "answers": {"q1": RIGHT}}))
    scene.survives()
    table = (scene.folder / "out/grades.csv").read_text("utf-8-sig")
    rows = list(csv.reader(table.splitlines()))[1:]
    alike = [row[0] for row in rows if row[0].replace("\u200b", "").strip() == "noor"]
    scene.expect(len(alike) == 1, f"students that look alike: {alike}")


def _contents(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir() if file.is_file()}


def outputs_over_inputs(scene: Scene) -> None:
    before = _contents(scene.handins)
    ran = scene.run(GRADE, scene.handins, "--rubric", scene.rubric, "--out", scene.handins)
    scene.expect(ran.code == 2, f"exit {ran.code}")
    scene.expect(before == _contents(scene.handins), "inputs changed")
    for words in (
        ["ci", scene.handins / "n01.json", "--rubric", scene.rubric, "--junit", scene.rubric],
        ["ci", scene.handins / "n01.json", "--rubric", scene.rubric, "--summary", scene.handins / "n02.json"],
        ["gradescope", "build", "--rubric", scene.rubric, "--out", scene.rubric],
    ):
        key = scene.rubric.read_bytes()
        ran = scene.run(GRADER, *words)
        scene.expect(scene.rubric.read_bytes() == key, f"{words[0]} wrote over the rubric")
        scene.expect(before == _contents(scene.handins), "inputs changed")
        scene.expect(ran.code == 2, f"{words[0]}: exit {ran.code}")


def twice_in_place(scene: Scene) -> None:
    words = [GRADE, ".", "--rubric", scene.rubric]
    first, second = (scene.run(*words, at=scene.handins) for _ in range(2))
    scene.expect(
        (first.code, second.code) == (0, 0), f"exits {first.code}, {second.code}: {second.err[-200:]}"
    )
    table = [[line for line in ran.out.splitlines() if "n0" in line] for ran in (first, second)]
    scene.expect(table[0] == table[1], "another table the second time")


def rubrics(scene: Scene) -> None:
    sets = "".join(
        f"  s{n}: [{{set: s{n + 1}}}, {{all: [{{set: s{n + 1}}}, {{set: s{n + 1}}}]}}]\n" for n in range(24)
    )
    head = "id: t\nquestions:\n  - id: q1\n    criteria: [{id: n, points: 1, number: {expected: 1}}]\n"
    bad = {
        "minimum": head.replace("criteria", "minimum: 7\n    criteria"),
        "points": head.replace("points: 1", "points: 1e400"),
        "zero": f"import: /dev/zero\n{head}",
        "options": head.replace("number: {expected: 1}", "choice: {options: [a, a], expected: a}"),
        "slips": head.replace(
            "expected: 1", "expected: 1, mistakes: [{name: s, value: 2}, {name: s, value: 3}]"
        ),
        "where": head.replace("number: {expected: 1}", "formula: {expected: x, where: {zeta: positive}}"),
        "sets": f"id: t\nsets:\n{sets}  s24: [a]\n{head.removeprefix('id: t' + chr(10))}".replace(
            "number: {expected: 1}", "keywords: {any: [{set: s0}]}"
        ),
    }
    for name, text in bad.items():
        file = scene.folder / f"{name}.yaml"
        file.write_text(text, encoding="utf8")
        ran = scene.run(GRADER, "check", file)
        if name != "sets":  # its end is what counts
            scene.expect(ran.code == 2 and f"{name}.yaml:" in ran.err + ran.out, f"{name}: exit {ran.code}")
        scene.expect(ran.seconds < CHECKED, f"{name}: {ran.seconds:.0f} s")


# Stands in for every tool a script fetches with or builds: it makes what it is asked to make, and does nothing.
TOOL: Final = """\
#!/bin/sh
case " $* " in *" venv "*) for last; do :; done
  mkdir -p "$last/bin"; for name in python python3 pip grader; do cp "$0" "$last/bin/$name"; done;;
esac
"""


def scripts(scene: Scene) -> None:
    tools = scene.folder / "tools"
    tools.mkdir()
    versions = [f"python3.{minor}" for minor in range(11, 16)]
    for name in ("python", "python3", "pip", "apt-get", "grader", *versions):
        (tools / name).write_text(TOOL, encoding="utf8")
        (tools / name).chmod(0o755)
    for name in ("a b.yaml", "$(touch RAN).yaml", "a;touch RAN;.yaml", "`touch RAN`.yaml", "'.yaml"):
        rubric = scene.folder / "key" / name
        shutil.copy(scene.rubric, rubric)
        bundle, unpacked = scene.folder / "z.zip", scene.folder / "z"
        ran = scene.run(GRADER, "gradescope", "build", "--rubric", rubric, "--out", bundle)
        if ran.code != 2:
            shutil.unpack_archive(bundle, unpacked)
            stand_ins = {"PATH": f"{tools}:/usr/bin:/bin"}
            command = ["bash", str(unpacked / "setup.sh")]
            subprocess.run(command, capture_output=True, check=False, timeout=60, env=stand_ins)
            scene.expect(not list(scene.folder.rglob("RAN")), f"{name}: was run")
            bundle.unlink()
            shutil.rmtree(unpacked)


def operations(scene: Scene) -> None:
    scene.survives()
    words = f"{GRADE} class --rubric key/week7.yaml --out out"
    full = scene.run("bash", "-c", f"{words} > /dev/full")
    scene.expect(full.code != 0, f"/dev/full: {full.code}")
    scene.run("bash", "-c", f"{words} | head -1")
    for file in (scene.folder / "out", scene.folder / "out.gradebook"):
        scene.expect(file.stat().st_mode & 0o077 == 0, f"{file.name} is readable by others")


KINDS: Final[dict[str, Callable[[Scene], Any]]] = {
    "files that broke readers": broken_files,
    "a text behind 60,000 aliases": many_aliases,
    "2,500 students in one file": many_students,
    "60,000 unknown headings": many_notes,
    "links, pipes and devices": links,
    "a link to the key in a build": link_in_a_build,
    "modules beside the hand-ins": code,
    "the key in what students see": leaks,
    "cells that become formulas": cells,
    "ids that look alike": look_alikes,
    "outputs over inputs": outputs_over_inputs,
    "twice in the same folder": twice_in_place,
    "rubrics with holes": rubrics,
    "names in scripts": scripts,
    "full disks, closed pipes, permissions": operations,
}


def played(only: str) -> Iterator[tuple[str, int, list[str]]]:
    for name, attack in KINDS.items():
        if only not in name:
            continue
        for students in (4, 15):  # forked children, and processes
            with tempfile.TemporaryDirectory() as folder:
                scene = Scene(Path(folder) / "scene", students)
                attack(scene)
                yield name, students, scene.wrong


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", default="", help="a part of a row's name")
    options = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_AS, (4_000_000_000, 4_000_000_000))
    failed = 0
    for name, students, wrong in played(options.only):
        print(
            f"{'held' if not wrong else 'FAILED':7} {students:3} {name}",
            *wrong[:6],
            sep="\n          " if wrong else "",
            flush=True,
        )
        failed += bool(wrong)
    print(f"attacks: {failed} rows failed")
    sys.exit(failed > 0)


if __name__ == "__main__":
    main()
