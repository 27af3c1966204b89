"""Dump what marking makes of whole classes, and compare two dumps row by row.

    python tests/benchmarks/outcomes.py dump OUT.jsonl [--rubric RUBRIC] [--files FOLDER] [--students 2000] [--seed 1]
        [--cases ANSWERS.jsonl]
    python tests/benchmarks/outcomes.py compare BEFORE.jsonl AFTER.jsonl [--shown 20]

dump: without --students the files of a folder (the sample class in `submissions/`), with it a class as `classroom.py`
makes it, marked in this process with one store of verdicts, as `grade` does. A line a row: whose, which criterion, all
of the outcome. The last line tells the CPU that reading and marking took; hand-ins are made before that is measured.
compare: ends with 1 where a row differs, and prints which fields do.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from classes_measure import ROOT
from classroom import RUBRIC, write_class

from grader.marking.assembly import mark
from grader.readers.discovery import find_files
from grader.readers.files import read_file
from grader.rubric.loading import load_rubric

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.model.outcome import Outcome
    from grader.model.report import CriterionReport
    from grader.model.submission import Submission
    from grader.rubric.questions import Rubric

KEY: Final = ("source", "question", "criterion")
FIELDS: Final = ("points", "credit", "score", "reason", "feedback", "evidence", "public", "hidden")


class Kept:
    """Verdicts of one class, in memory: equal answers are judged once."""

    def __init__(self) -> None:
        self.known: dict[str, Outcome] = {}

    def of(self, answer: str) -> Kept:  # noqa: ARG002 - the keys tell the answer as well
        return self

    def recall(self, key: str) -> Outcome | None:
        return self.known.get(key)

    def keep(self, key: str, outcome: Outcome) -> None:
        self.known[key] = outcome


def submissions(folder: Path, rubric: Rubric) -> Iterator[Submission]:
    """Read the hand-ins of a folder in the order of their names."""
    for file in sorted(find_files([folder]), key=lambda found: str(found.path)):
        yield read_file(file, rubric.outline)


def row(source: str, question: str, item: CriterionReport) -> dict[str, Any]:
    """Return one row of a dump."""
    said = item.model_dump(mode="json", include={"id", *FIELDS})
    return {"source": source, "question": question, "criterion": said.pop("id"), **said}


def dump(folder: Path, rubric_file: Path, out: Path) -> float:
    """Mark a folder and write its rows; return the seconds of CPU that reading and marking took."""
    rubric, kept = load_rubric(rubric_file), Kept()
    rows: list[dict[str, Any]] = []
    begin = time.process_time()
    for submission in submissions(folder, rubric):
        report = mark(rubric, submission, kept)[0]
        name = Path(submission.source).name
        rows += [row(name, each.id, item) for each in report.questions for item in each.criteria]
    seconds = time.process_time() - begin
    with out.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(each, ensure_ascii=False) + "\n" for each in rows)
        file.write(json.dumps({"cpu": round(seconds, 2), "rows": len(rows)}) + "\n")
    return seconds


def load(path: Path) -> tuple[dict[tuple[str, ...], dict[str, Any]], dict[str, Any]]:
    """Return the rows of a dump by whose and which they are, and what its last line tells."""
    *lines, last = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    return {tuple(line[name] for name in KEY): line for line in lines}, last


def differences(before: Path, after: Path, shown: int) -> int:
    """Print the rows that differ; return how many."""
    (old, old_told), (new, new_told) = load(before), load(after)
    count = 0
    for key in sorted({*old, *new}):
        one, other = old.get(key, {}), new.get(key, {})
        fields = [name for name in FIELDS if one.get(name) != other.get(name)]
        count += bool(fields)
        if fields and count <= shown:
            print(" ".join(key))
            for name in fields:
                print(f"  {name}: {json.dumps(one.get(name), ensure_ascii=False)[:600]}")
                print(f"  {' ' * len(name)}> {json.dumps(other.get(name), ensure_ascii=False)[:600]}")
    print(f"{len(old)} and {len(new)} rows, {count} differ; CPU {old_told['cpu']} s and {new_told['cpu']} s")
    return count


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    dumping = commands.add_parser("dump")
    dumping.add_argument("out", type=Path)
    dumping.add_argument("--rubric", type=Path, default=RUBRIC)
    dumping.add_argument("--files", type=Path, default=ROOT / "submissions")
    dumping.add_argument("--students", type=int)
    dumping.add_argument("--seed", type=int, default=1)
    dumping.add_argument("--cases", type=Path)
    comparing = commands.add_parser("compare")
    comparing.add_argument("before", type=Path)
    comparing.add_argument("after", type=Path)
    comparing.add_argument("--shown", type=int, default=20)
    options = parser.parse_args()
    if options.command == "compare":
        sys.exit(int(differences(options.before, options.after, options.shown) > 0))
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.files
        if options.students:
            folder = Path(temporary) / "class"
            write_class(folder, options.students, seed=options.seed, cases=options.cases)
        seconds = dump(folder, options.rubric, options.out)
    print(f"{options.out}: {seconds:.2f} s of CPU")


if __name__ == "__main__":
    main()
