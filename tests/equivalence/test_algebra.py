from __future__ import annotations

import io
import os
import pickle
import signal
import struct
from types import SimpleNamespace

from grader.equivalence import Options, compare
from grader.equivalence.algebra import algebraprocess as algebra
from grader.equivalence.algebra import process as algebra_process
from grader.notation.formulareader import read_formula


def tree(text):
    return read_formula(text).tree


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
    assert verdict_of("\\int_0^1 x^3 dx", "1/4", deadline=20.0).equal == "equal"  # a new one is started
    algebra._stop()


def test_the_child_answers_what_is_asked_until_its_input_ends(monkeypatch):
    requests = [
        (tree("\\int_0^1 x^2 dx"), tree("1/3"), {}, "real"),
        (tree("\\sum_{k=1}^n k"), tree("n(n+1)/2"), {"n": "natural"}, "real"),
        (tree("\\prod_{k=1}^3 k"), tree("6"), {}, "real"),
        (tree("\\lim_{x \\to 0} \\frac{\\sin x}{x}"), tree("1"), {}, "real"),
        (tree("\\int x dx"), tree("x^2/2"), {}, "real"),
        (tree("f(x) + x_1"), tree("x_1 + f(x)"), {}, "complex"),
        (tree("\\sigma(x)"), tree("1/(1+e^{-x})"), {}, "real"),
        (tree("x^{900}"), tree("x^{900}"), {}, "real"),  # too large a power is not handed over
        (tree("\\sum x_i"), tree("1"), {}, "real"),  # nor is a sum without an index
        (tree("\\sum_i x_i"), tree("1"), {}, "real"),  # or without limits
        (tree("(1, 2)"), tree("3"), {}, "real"),
        (tree("\\emptyset + 1"), tree("1"), {}, "real"),
        (tree("\\det(A)"), tree("1"), {}, "real"),
        (tree("x"), tree("y"), {}, "real"),
    ]
    written = io.BytesIO()
    for request in requests:
        data = pickle.dumps(request)
        written.write(struct.pack(">I", len(data)) + data)
    written.seek(0)
    answers = io.BytesIO()
    monkeypatch.setattr(algebra_process.sys, "stdin", SimpleNamespace(buffer=written))
    monkeypatch.setattr(algebra_process.sys, "stdout", SimpleNamespace(buffer=answers))
    monkeypatch.setattr(algebra_process, "limited", lambda: None)
    algebra_process.main()
    said = answers.getvalue().decode().split()
    assert said[0] == "ready"
    assert said[1:8] == ["equal"] * 7
    assert said[8:] == ["unknown"] * 7


def test_a_child_that_cannot_be_talked_to_decides_nothing(monkeypatch):
    pair = tree("\\int_0^1 x^2 dx"), tree("1/3")
    large = tree("+".join("x" * 400))
    assert algebra.equal_by_algebra(large, large, {}, "real", 1.0) == "unknown"
    assert algebra.equal_by_algebra(*pair, {}, "real", 5.0) == "equal"
    worker = algebra._workers[os.getpid()]
    worker.process.stdin.close()
    monkeypatch.setattr(worker.process, "stdin", None)
    assert algebra.equal_by_algebra(*pair, {}, "real", 5.0) == "unknown"
    assert os.getpid() not in algebra._workers  # a broken one is stopped
    assert algebra.equal_by_algebra(*pair, {}, "real", 5.0) == "equal"
    worker = algebra._workers[os.getpid()]
    worker.process.kill()
    worker.process.wait()
    assert algebra.equal_by_algebra(*pair, {}, "real", 5.0) in {"unknown", "timed out"}
    monkeypatch.setattr(algebra, "START_SECONDS", 0.0)
    assert algebra.equal_by_algebra(*pair, {}, "real", 5.0) == "unknown"  # it was not ready in time
    algebra._stop()
