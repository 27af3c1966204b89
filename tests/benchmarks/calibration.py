"""Run `grader calibrate` on a file of labelled answers.

    python tests/benchmarks/calibration.py ANSWERS.jsonl [--rubric rubrics/rq3.yaml] [--marks OUT.csv]
        [--authors a,b | --authors=-a,b] [options of grader calibrate ...]

A line of ANSWERS is {id, author, question, text, labels: {criterion: {met, unsure}}}. Labels of criteria that the
rubric does not have are counted and left out. --marks keeps the file of marks; --authors keeps only these authors,
or all but these, so that a rubric can be measured on authors it was not written with.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
import tempfile
import time
from pathlib import Path

from grader.cli.calibrate import calibrate
from grader.rubric.loading import load_rubric

HERE = Path(__file__).resolve().parents[2]


def write_marks(answers, out, criteria, authors=""):
    """Write the labels of a file of JSON lines as marks; return how many have no criterion here."""
    chosen = set(authors.lstrip("-").split(",")) if authors else set()
    unknown = 0
    with out.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["answer", "criterion", "mark", "author", "question"])
        for line in answers.read_text(encoding="utf-8").splitlines():
            case = json.loads(line)
            if chosen and (case["author"] in chosen) == authors.startswith("-"):
                continue
            for name, label in case["labels"].items():
                if name not in criteria:
                    unknown += 1
                    continue
                mark = "unsure" if label["unsure"] else "met" if label["met"] else "not met"
                rows.writerow([case["text"], name, mark, case["author"], case["question"]])
    return unknown


def main():
    parser = argparse.ArgumentParser(epilog="Further options go to grader calibrate.")
    parser.add_argument("answers", type=Path)
    parser.add_argument("--rubric", type=Path, default=HERE / "rubrics/rq3.yaml")
    parser.add_argument("--marks", type=Path)
    parser.add_argument("--authors", default="")
    options, further = parser.parse_known_args()
    rubric = load_rubric(options.rubric)
    criteria = {item.id for question in rubric.questions for item in question.criteria}
    with tempfile.TemporaryDirectory() as folder:
        marks = options.marks or Path(folder, "marks.csv")
        unknown = write_marks(options.answers, marks, criteria, options.authors)
        if unknown:
            print(f"{unknown} labels are of criteria that {options.rubric} does not have")
        begin = time.perf_counter()
        try:
            calibrate.main([str(options.rubric), str(marks), *further], standalone_mode=False)
        finally:
            print(f"{time.perf_counter() - begin:.1f} s", file=sys.stderr)


if __name__ == "__main__":
    main()
