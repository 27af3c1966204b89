"""The peers that our verdicts are measured against; both are optional."""

from __future__ import annotations

import signal
import time

LIMIT = 5  # seconds a pair


def installed_peers() -> dict:
    """Return the peers that are installed, by name."""
    found = {}
    try:
        found["Math-Verify"] = math_verify()
    except ImportError:
        print("Math-Verify is not installed")
    try:
        found["SymPy simplify(a-b)"] = sympy_simplify()
    except ImportError:
        print("SymPy is not installed")
    return found


def limited(function):
    def run(row: dict) -> tuple[bool | None, float]:
        start = time.perf_counter()
        signal.signal(signal.SIGALRM, expire)
        signal.alarm(LIMIT)
        try:
            found = function(row)
        except Exception:  # noqa: BLE001 - whatever a peer raises means that it has no verdict
            found = None
        finally:
            signal.alarm(0)
        return found, time.perf_counter() - start

    return run


def expire(number, frame) -> None:
    raise TimeoutError


def math_verify():
    from math_verify import parse, verify

    def run(row: dict) -> bool:
        texts = [
            row["options"].get("latex_expected") or row["expected"],
            row["options"].get("latex_answer") or row["answer"],
        ]
        gold, answer = (parse(text if "$" in text else f"${text}$", parsing_timeout=None) for text in texts)
        return bool(verify(gold, answer, timeout_seconds=None))

    return limited(run)


def sympy_simplify():
    from sympy import simplify
    from sympy.parsing.sympy_parser import (
        convert_xor,
        implicit_multiplication_application,
        parse_expr,
        standard_transformations,
    )

    rules = (*standard_transformations, convert_xor, implicit_multiplication_application)

    def run(row: dict) -> bool:
        expected, answer = (
            parse_expr(text, transformations=rules) for text in (row["expected"], row["answer"])
        )
        return bool(simplify(expected - answer) == 0)

    return limited(run)
