from __future__ import annotations

import os
import signal

from grader.equivalence import Options, algebra, compare
from grader.notation.reading import read_formula


def verdict_of(expected, answer, **options):
    return compare(read_formula(expected).tree, read_formula(answer).tree, options=Options(**options))


def test_integrals_and_limits_go_to_the_computer_algebra_system():
    assert verdict_of("\\int_0^1 x^2 dx", "1/3").method == "computer algebra"
    assert verdict_of("\\int_0^1 x^2 dx", "1/2").equal == "undecided"
    assert verdict_of("\\int_0^1 x^2 dx", "1/3", symbolic=False).equal == "undecided"


def test_a_process_that_is_stuck_is_killed_at_its_deadline():
    assert verdict_of("\\int_0^1 x^2 dx", "1/3").equal == "equal"
    worker = algebra._workers[os.getpid()]
    worker.process.send_signal(signal.SIGSTOP)
    verdict = verdict_of("\\int_0^1 x^3 dx", "1/4", deadline=0.2)
    assert (verdict.equal, verdict.method) == ("undecided", "timed out")
    assert worker.process.poll() is not None
    assert verdict_of("\\int_0^1 x^3 dx", "1/4").equal == "equal"  # a new one is started
    algebra._stop()
