"""Hold the prover against mpmath: python tests/benchmarks/soundness.py --count 200000 [--seed 1]

Compares random pairs of formulas. Every proof is confirmed at 50 random exact points of the declared
domains, and every disproof at its own point, by an evaluator that shares nothing with the prover.
Prints how the verdicts are spread, and each contradiction; exits with 1 where there is one.
"""

from __future__ import annotations

import argparse
import importlib.util
import sys
import time
from collections import Counter
from pathlib import Path
from random import Random

from grader.equivalence import Options
from grader.equivalence.comparing import compare_once
from grader.notation.printing.text import to_text

REPORTED = 10_000  # pairs after which a line is printed
SOUNDNESS = Path(__file__).parents[1] / "equivalence" / "soundness.py"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    spec = importlib.util.spec_from_file_location("soundness", SOUNDNESS)
    harness = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(harness)
    verdicts: Counter[str] = Counter()
    wrong = 0
    started = time.perf_counter()
    for count in range(chosen.count):
        if count and not count % REPORTED:
            print(f"{count} pairs, {wrong} contradicted", flush=True)
        seed = f"{chosen.seed}:{count}"
        maker = harness.formula_pairs.Maker(Random(seed))  # noqa: S311 - a seed, not a secret
        pair = maker.pair()
        verdict = compare_once(*pair, options=Options(domains=maker.domains, symbolic=False))
        verdicts[f"{verdict.equal} {verdict.certainty}"] += 1
        found = harness.contradiction(pair, verdict, maker.domains, seed)
        if found:
            wrong += 1
            print(
                f"{seed}: {to_text(pair[0])}  |  {to_text(pair[1])}  {maker.domains}\n    {verdict.method}: {found}"
            )
    print(
        f"{chosen.count} pairs in {time.perf_counter() - started:.0f} s: {dict(verdicts)}, {wrong} contradicted"
    )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
