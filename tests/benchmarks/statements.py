"""Measure a rubric of statements on labelled answers: what it decides, wrong credits, silent zeros.

    python tests/benchmarks/statements.py CASES_DIR [--rubric rubrics/rq3_short.yaml] [--errors] [--criteria] [--learn 20]

--learn marks the answers of so many authors, ten draws of them, and lets the second opinion decide those rows of all other
authors of which it is the surest, until four of five are decided: what people would be spared, and what that would cost.

CASES_DIR holds `answers*.jsonl`: id, author, question, language, text and a label for every criterion.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from statistics import mean

from prose import kappa

from grader.calibration.opinion import Opinion, case_of, sureness
from grader.finding.reading import Reading
from grader.marking.judgement import judge
from grader.marking.questionmarking import settled_among
from grader.rubric.loading import load_rubric

DRAWS = 10
SHARE = 0.8  # of the rows, to be decided after learning
FLOOR = 0.75  # of the rows it decides, in which the opinion must agree with people on authors held out
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


def learned(rows, count):
    """Print what is decided, and how well, on authors held out after learning from some, by share and by floor."""
    authors = sorted({row.author for row in rows})
    by_share, by_floor = [], []
    for draw in range(DRAWS):
        known = set(random.Random(draw).sample(authors, count))  # noqa: S311 - a draw, no secret
        marked = [
            case_of(row.criterion, row.author, row.text, row.outcome, met=row.met)
            for row in rows
            if row.author in known
        ]
        held = [row for row in rows if row.author not in known]
        waiting = [row for row in held if row.ours is None]
        others = [case_of(row.criterion, row.author, row.text, row.outcome) for row in waiting]
        foretold = Opinion(marked, others).probabilities()
        pairs = [(row.ours, row.met) for row in held if row.ours is not None]
        ranked = sorted(zip(foretold, waiting, strict=True), key=lambda item: -abs(item[0] - 0.5))
        lacking = max(0, round(SHARE * len(held)) - len(pairs))
        by_share.append(told(pairs, ranked[:lacking], len(held)))
        least = sureness(Opinion(marked).held_out(), FLOOR)
        by_floor.append(
            told(pairs, [item for item in ranked if max(item[0], 1 - item[0]) >= least], len(held))
        )
    for name, found in ((f"until {SHARE:.0%} decided", by_share), (f"with a floor of {FLOOR:.0%}", by_floor)):
        print(f"after {count} authors, {name}: ", end="")
        print(
            f"decided {mean(share for share, _ in found):.1%}, kappa {mean(value for _, value in found):.3f} ",
            end="",
        )
        print(f"({min(value for _, value in found):.3f} to {max(value for _, value in found):.3f})")


def told(pairs, items, size):
    """Return the share decided and kappa once the opinion has decided some waiting rows."""
    together = pairs + [(chance >= 0.5, row.met) for chance, row in items]
    table = [sum(pair == (ours, met) for pair in together) for ours in (True, False) for met in (True, False)]
    return len(together) / size, kappa(table)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("cases", type=Path)
    parser.add_argument("--rubric", type=Path, default=HERE / "rubrics/rq3_short.yaml")
    parser.add_argument("--errors", action="store_true")
    parser.add_argument("--criteria", action="store_true")
    parser.add_argument("--learn", type=int, default=0)
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
    if options.learn:
        learned(rows, options.learn)


if __name__ == "__main__":
    main()
