"""Measure a rubric of statements on labelled answers: what it decides, wrong credits, silent zeros.

    python tests/benchmarks/statements.py CASES_DIR [--rubric rubrics/rq3_short.yaml] [--errors] [--criteria]

CASES_DIR holds `answers*.jsonl`: id, author, question, language, text and a label for every criterion.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from prose import kappa

from grader.finding.reading import Reading
from grader.marking import judge, settled_among
from grader.rubric.loading import load_rubric

HERE = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Row:
    """One answer on one criterion."""

    answer: str
    author: str
    criterion: str
    text: str
    outcome: object
    met: bool

    @property
    def ours(self):
        """Return what the machine says; as in calibration at least half of the credit is met."""
        return None if self.outcome.credit is None else 2 * self.outcome.credit >= 1


def rows_of(rubric, folder):
    """Judge every labelled answer as marking does."""
    questions = {question.id: question for question in rubric.questions}
    found = []
    for path in sorted(folder.glob("answers*.jsonl")):
        for case in map(json.loads, path.read_text(encoding="utf-8").splitlines()):
            question = questions[case["question"].lower()]
            reading, earlier, outcomes = Reading(case["text"], language=rubric.language), {}, {}
            for criterion in question.criteria:
                outcome = outcomes[criterion.id] = judge(criterion, reading, earlier)
                if outcome.value is not None:
                    earlier.update(dict.fromkeys(criterion.names, outcome.value))
            outcomes = settled_among(question, outcomes)
            found += [
                Row(case["id"], case["author"], name, case["text"], outcomes[name], label["met"])
                for name, label in case["labels"].items()
                if name in outcomes and not label["unsure"]
            ]
    return found


def line(name, rows):
    decided = [row for row in rows if row.ours is not None]
    table = [
        sum(row.ours is ours and row.met is met for row in decided)
        for ours in (True, False)
        for met in (True, False)
    ]
    print(
        f"{name:20} rows {len(rows):4} decided {len(decided) / len(rows):6.1%} wrong credits {table[1] / len(rows):5.1%} "
        f"silent zeros {table[2] / len(rows):5.1%} kappa {kappa(table):.3f}  {table}"
    )


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("cases", type=Path)
    parser.add_argument("--rubric", type=Path, default=HERE / "rubrics/rq3_short.yaml")
    parser.add_argument("--errors", action="store_true")
    parser.add_argument("--criteria", action="store_true")
    options = parser.parse_args()
    rows = rows_of(load_rubric(options.rubric), options.cases)
    line("all", rows)
    line("contradictions", [row for row in rows if "_x_" in row.criterion])
    line("earning", [row for row in rows if "_x_" not in row.criterion])
    by_criterion = defaultdict(list)
    for row in rows:
        by_criterion[row.criterion].append(row)
        if options.errors and row.ours is not None and row.ours is not row.met:
            what = "WRONG CREDIT" if row.ours else "SILENT ZERO"
            print(f"  {what} {row.answer} {row.criterion} {row.outcome.code}")
            print("     ", [(item.read[:200], item.expected[:100]) for item in row.outcome.evidence])
    if options.criteria:
        for name, found in by_criterion.items():
            line(f"  {name}", found)


if __name__ == "__main__":
    main()
