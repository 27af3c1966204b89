"""How much of a drafted rubric is right as it stands: `grader init` beside a rubric that a person wrote for the same questions.

A criterion of the reference with a number, a matrix, a size or a formula counts as right if the draft has one of that id and
check which gives every one of the reference's `accepts` full marks and none of its `rejects`. Run without arguments for the
assignments of the tests, or with pairs of a file of questions and a reference:

    python -m tests.benchmarks.drafting [--answers FILE] QUESTIONS REFERENCE
"""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from grader.authoring.examples import failed_examples, run_example
from grader.drafting.assignmentfiles import read_assignment, with_answers
from grader.drafting.criteriondrafts import question_draft
from grader.drafting.rubrictext import rubric_id, rubric_text
from grader.rubric.loading import load_rubric, read_rubric

ASSIGNMENTS = Path(__file__).parent.parent / "drafting" / "assignments"
CHECKS = frozenset({"number", "matrix", "formula"})
WANTED = 0.8  # of the numeric and formula criteria, right as they stand


@dataclass(frozen=True)
class Row:
    """One criterion of the reference, and what is wrong with the draft's; "" where nothing is."""

    criterion: str
    check: str
    wrong: str


def drafted(questions: Path, answers: Path | None = None) -> str:
    """Return the text of the rubric that is drafted from a file of questions."""
    assignment = read_assignment(questions)
    if answers is not None:
        assignment = with_answers(assignment, answers)
    drafts = [question_draft(question) for question in assignment.questions]
    return rubric_text(rubric_id(questions.stem), assignment.title, drafts, source=questions.name)


def compared(text: str, reference: Path) -> list[Row]:
    """Return a row for each criterion of the reference that has a value to find."""
    draft = read_rubric(text)
    failing = [str(failure) for failure in failed_examples(draft)]
    assert not failing, failing
    known = {criterion.id: criterion for _, criterion in draft.criteria}
    rows = []
    for _, wanted in load_rubric(reference).criteria:
        if wanted.check_name not in CHECKS or wanted.points <= 0:
            continue
        own = known.get(wanted.id)
        if own is None or own.check_name != wanted.check_name:
            rows.append(
                Row(
                    wanted.id,
                    wanted.check_name,
                    "no such criterion" if own is None else f"is {own.check_name}",
                )
            )
            continue
        missed = [
            example for example in wanted.accepts if run_example(own, example, draft.language).credit != 1
        ]
        taken = [
            example for example in wanted.rejects if run_example(own, example, draft.language).credit == 1
        ]
        told = [f"does not accept {each!r}" for each in missed] + [f"accepts {each!r}" for each in taken]
        rows.append(Row(wanted.id, wanted.check_name, "; ".join(told)))
    return rows


def pairs() -> list[tuple[Path, Path]]:
    """Return the assignments of the tests, each with its reference."""
    return [
        (path, path.with_name(f"{path.stem}.reference.yaml"))
        for path in sorted(ASSIGNMENTS.iterdir())
        if not path.name.endswith((".reference.yaml", ".answers.md"))
    ]


def main() -> int:
    """Print a line an assignment; exit with 1 where less than WANTED is right."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--answers", type=Path)
    given = parser.parse_args()
    chosen = list(zip(given.files[::2], given.files[1::2], strict=True)) or pairs()
    failed = False
    for questions, reference in chosen:
        begun = time.perf_counter()
        answers = given.answers or next(
            (path for path in [questions.with_name(f"{questions.stem}.answers.md")] if path.exists()), None
        )
        rows = compared(drafted(questions, answers), reference)
        right = sum(not row.wrong for row in rows)
        failed |= right < WANTED * len(rows)
        print(
            f"{questions.name}: {right} of {len(rows)} right as they stand ({right / len(rows):.0%}), {time.perf_counter() - begun:.1f} s"
        )
        for row in rows:
            if row.wrong:
                print(f"  {row.criterion} ({row.check}): {row.wrong[:300]}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
