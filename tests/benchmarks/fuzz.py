"""Read and compare mutated formulas: python tests/benchmarks/fuzz.py --count 100000 [--seed 1]

Every text must end in a reading or the documented error, and every reading in a verdict, within
`--limit` seconds of CPU time. Prints how many were read, what came of them, and the slowest; exits
with 1 where something else was raised or took longer.
"""

from __future__ import annotations

import argparse
import importlib.util
import random
import signal
import sys
import time
from collections import Counter
from pathlib import Path

from grader.equivalence import Options, compare, near_miss
from grader.notation.formulareader import SYNTAXES, read_formula
from grader.notation.names import NO_NAMES
from grader.notation.printing.text import to_latex, to_text
from grader.notation.syntaxerrors import ReadingError

MUTATIONS = Path(__file__).parents[1] / "notation" / "test_reading_totality.py"
EXPECTED = ("(x - mu)/sqrt(var + eps)", "x^2 + 2x + 1 = 0", "[[1, 2], [3, 4]]", "{1, 2}", "(0, 1]", "x > 0")
STOPPED = 5.0  # seconds after which a text is given up
EXACT = Options(symbolic=False)  # the computer algebra system has a process and a deadline of its own


def mutations():
    """Return the test module that mutates formulas, so that a find there is one here."""
    spec = importlib.util.spec_from_file_location("mutations", MUTATIONS)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def stop(*_: object) -> None:
    raise TimeoutError("stopped")


def judge(text: str, names, syntax: str, expected, *, slips: bool) -> str:
    try:
        reading = read_formula(text, names=names, syntax=syntax)
    except ReadingError:
        return "unreadable"
    to_text(reading.tree), to_latex(reading.tree)
    verdict = compare(expected, reading.tree, options=EXACT)
    compare(reading.tree, expected, options=EXACT)
    if slips:
        near_miss(expected, reading.tree, options=EXACT)
    return verdict.equal if verdict.method != "timed out" else "timed out"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--limit", type=float, default=0.5)
    chosen = parser.parse_args()
    module, source = mutations(), random.Random(chosen.seed)  # noqa: S311 - repeatable, nothing secret
    expected = [read_formula(text).tree for text in EXPECTED]
    signal.signal(signal.SIGVTALRM, stop)
    counts: Counter[str] = Counter()
    slow: list[tuple[float, str]] = []
    failures = 0
    for run in range(chosen.count):
        text = module._mutated(source)
        names = module.DECLARED if run % 3 else NO_NAMES
        start = time.process_time()
        signal.setitimer(signal.ITIMER_VIRTUAL, STOPPED)
        try:
            counts[
                judge(text, names, SYNTAXES[run % 5], expected[run % len(expected)], slips=not run % 10)
            ] += 1
        except Exception as error:  # noqa: BLE001 - this is what is looked for
            failures += 1
            print(f"{type(error).__name__}: {error}: {text!r}")
        finally:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        slow.append((time.process_time() - start, text))
        if len(slow) > 1_000:
            slow = sorted(slow, reverse=True)[:5]
    slow = sorted(slow, reverse=True)[:5]
    print(f"{chosen.count} texts, {failures} failures; {dict(counts)}")
    for seconds, text in slow:
        print(f"{seconds:8.3f} s  {text[:100]!r}")
    return 1 if failures or slow[0][0] > chosen.limit else 0


if __name__ == "__main__":
    sys.exit(main())
