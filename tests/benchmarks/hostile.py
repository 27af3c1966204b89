"""Time answers meant to break the formula reader, the prover and the check: python tests/benchmarks/hostile.py

Prints the slowest steps in seconds of CPU time of this process (the process of the computer algebra
system has a deadline of its own), how much the peak of memory grew, and exits with 1 where a step
took longer than `--limit` or raised anything but the documented error.
"""

from __future__ import annotations

import argparse
import resource
import signal
import sys
import time
from pathlib import Path

import yaml

from grader.checks.formula import FormulaCheck
from grader.checks.number import NumberCheck
from grader.equivalence import compare, near_miss
from grader.finding.conclusions import find_conclusions
from grader.finding.formulas import find_formulas
from grader.finding.reading import Reading
from grader.notation.formulareader import read_formula
from grader.notation.syntaxerrors import ReadingError

STOPPED = 3.0  # seconds after which a step is given up, where Python can
ROWS = Path(__file__).parents[1] / "equivalence" / "hostile.yaml"
NORMALISE = FormulaCheck(
    expected="(x - mu)/sqrt(var + eps)",
    defines=["\\hat{x}", "x_hat"],
    symbols={"mu": ["\\mu"], "var": ["sigma^2"], "eps": []},
    mistakes=[{"name": "no_root", "expected": "(x - mu)/(var + eps)"}],
)
MEMORY = FormulaCheck(expected="4 n / 2^20 MiB", defines=["memory"])
COUNT = NumberCheck(expected="903400", near=["total"])


def text_of(row: dict) -> str:
    if "distinct" not in row:
        return "".join(piece * count for piece, count in row["pieces"])
    form, count, *given = row["distinct"]
    between, before, after = (*given, *("+", "", "")[len(given) :])
    return before + between.join(form.replace("{n}", str(n)) for n in range(1, count + 1)) + after


def steps(text: str):
    """Yield the name of each thing that is done with a text, and how to do it."""
    right = NORMALISE._read.right[0]
    yield "read", lambda: read_formula(text, names=NORMALISE._read.names)
    try:
        tree = read_formula(text, names=NORMALISE._read.names).tree
    except ReadingError:
        tree = None
    if tree is not None:
        yield "compare", lambda: compare(right, tree)
        yield "as expected", lambda: compare(tree, right)
        yield "compare with itself plus 1", lambda: compare(tree, plus_one(text))
        yield "near miss", lambda: near_miss(right, tree)
        yield "near miss of it", lambda: near_miss(tree, right)
    yield "find", lambda: find_formulas(text)
    yield "conclusions", lambda: find_conclusions(text, Reading(text).values)
    for name, answer, part in (("part", text, "p"), ("prose", text, ""), ("named", f"x_hat = {text}", ""),
                               ("in dollars", f"$\\hat{{x}} = {text}$", "")):  # fmt: skip
        yield (
            f"check {name}",
            lambda answer=answer, part=part: NORMALISE.check(Reading(text=answer, part=part), {}),
        )
    yield "check quantity", lambda: MEMORY.check(Reading(text=text, part="p"), {})
    yield (
        "check quantity in prose",
        lambda: MEMORY.check(Reading(text=f"memory = {text} MB"), {}),
    )
    yield "number part", lambda: COUNT.check(Reading(text=text, part="p"), {})
    yield "number prose", lambda: COUNT.check(Reading(text=text), {})


def plus_one(text: str):
    try:
        return read_formula(f"({text})+1", names=NORMALISE._read.names).tree
    except ReadingError:
        return read_formula("x+1").tree


def stop(*_: object) -> None:
    raise TimeoutError("stopped")


def timed(action) -> tuple[float, str]:
    signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, STOPPED)
    start, problem = time.process_time(), ""
    try:
        action()
    except ReadingError:
        pass
    except Exception as error:  # noqa: BLE001 - this is what is looked for
        problem = f"{type(error).__name__}: {error}"[:100]
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    return time.process_time() - start, problem


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--limit", type=float, default=0.1, help="seconds of CPU time for one step")
    parser.add_argument("--worst", type=int, default=15, help="how many steps are printed")
    parser.add_argument("--only", default="", help="only rows whose name contains this")
    parser.add_argument("--verbose", action="store_true", help="print each name as it begins")
    chosen = parser.parse_args()
    rows = yaml.safe_load(ROWS.read_text(encoding="utf-8"))
    for _ in steps("x + sin(x) + |x|"):
        pass
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    found = []
    for row in rows:
        if chosen.only in row["name"]:
            if chosen.verbose:
                print(row["name"], flush=True)
            for step, action in steps(text_of(row)):
                found.append((*timed(action), row["name"], step))
    found.sort(key=lambda item: (bool(item[1]), item[0]), reverse=True)
    for seconds, problem, name, step in found[: chosen.worst]:
        print(f"{seconds:8.3f} s  {name}: {step} {problem}")
    over = [item for item in found if item[0] > chosen.limit or item[1]]
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    print(
        f"{len(rows)} answers, {len(found)} steps, {len(over)} over {chosen.limit} s or raising; memory grew by {grown:.0f} MB"
    )
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
