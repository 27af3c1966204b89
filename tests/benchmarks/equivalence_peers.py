"""The peers that our verdicts are measured against; both are optional."""

from __future__ import annotations

import signal
import time

from grader.notation.formulareader import read_formula
from grader.notation.names import Names
from grader.notation.printing.text import to_latex

LIMIT = 5  # seconds a pair


class ExpiredError(BaseException):
    """The limit is reached; no peer's own `except Exception` may swallow this."""


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
        except (Exception, ExpiredError):  # noqa: BLE001 - whatever a peer raises means that it has no verdict
            found = None
        finally:
            signal.alarm(0)
        return found, time.perf_counter() - start

    return run


def expire(number, frame) -> None:
    raise ExpiredError


def math_verify():
    from math_verify import parse, verify

    def run(row: dict) -> bool:
        gold, answer = (
            parse(text if "$" in text else f"${text}$", parsing_timeout=None)
            for text in (as_latex(row, "expected"), as_latex(row, "answer"))
        )
        return bool(verify(gold, answer, timeout_seconds=None))

    return limited(run)


def as_latex(row: dict, side: str) -> str:
    """Return a side as LaTeX, as Math-Verify reads it best: given, or printed from what we read."""
    given = row["options"].get(f"latex_{side}")
    if given or (row["syntax"] == "latex" and side == "answer"):
        return given or row[side]
    try:
        return to_latex(
            read_formula(row[side], names=Names.declare({}, constants=("e", "E", "pi", "i", "I"))).tree
        )
    except ValueError:
        return row[side]


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
