"""The child process of `algebra`: builds SymPy objects from trees and simplifies their difference.

It is started by `algebra` and by nothing else. What it reads comes from its parent only, and what it
answers is one word, so that no pickle ever comes back from it.
"""

from __future__ import annotations

import os
import pickle
import struct
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from grader.notation.printing.text import to_text
from grader.notation.tree import Apply, Binder, Constant, Node, Number, Symbol

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

MEMORY: Final = 1_500_000_000  # bytes of address space: SymPy alone takes some 300 MB
CPU_SECONDS: Final = 600  # for the whole life of the process
MAX_POWER: Final = 200  # of an exponent that is a number

_ASSUMPTIONS: Final[Mapping[str, dict[str, bool]]] = {
    "real": {"real": True},
    "nonzero": {"real": True, "nonzero": True},
    "positive": {"positive": True},
    "probability": {"positive": True},
    "nonnegative": {"nonnegative": True},
    "negative": {"negative": True},
    "integer": {"integer": True},
    "natural": {"integer": True, "positive": True},
    "count": {"integer": True, "nonnegative": True},
    "complex": {},
    "index": {"real": True},
}


class UnsupportedError(Exception):
    """The formula holds something that is not handed to SymPy."""


class Builder:
    """Builds SymPy expressions; every symbol carries the assumptions of its domain."""

    def __init__(self, domains: Mapping[str, str], default: str) -> None:
        import sympy  # noqa: PLC0415 - only this process ever loads it

        self.sympy: Any = sympy
        self.domains = domains
        self.default = default

    def build(self, node: Node) -> Any:
        """Return the SymPy expression of a tree. Raises UnsupportedError."""
        sympy = self.sympy
        if isinstance(node, Number):
            return sympy.Rational(node.value.numerator, node.value.denominator)
        if isinstance(node, Symbol):
            return sympy.Symbol(node.name, **_ASSUMPTIONS[self.domains.get(node.name, self.default)])
        if isinstance(node, Constant):
            return self._constant(node.name)
        if isinstance(node, Binder):
            return self._binder(node)
        if isinstance(node, Apply):
            return self._apply(node)
        raise UnsupportedError

    def _constant(self, name: str) -> Any:
        known = {"pi": self.sympy.pi, "e": self.sympy.E, "i": self.sympy.I, "infinity": self.sympy.oo}
        if name not in known:
            raise UnsupportedError
        return known[name]

    def _binder(self, node: Binder) -> Any:
        if node.index is None:
            raise UnsupportedError
        body, index = self.build(node.body), self.build(node.index)
        if node.head == "limit":
            target = next(
                part for part in (node.upper, node.lower, node.domain, node.index) if part is not None
            )
            return self.sympy.limit(body, index, self.build(target))
        if node.lower is None or node.upper is None:
            if node.head == "integral":
                return self.sympy.integrate(body, index)
            raise UnsupportedError
        limits = (index, self.build(node.lower), self.build(node.upper))
        if node.head == "sum":
            return self.sympy.Sum(body, limits).doit()
        if node.head == "prod":
            return self.sympy.Product(body, limits).doit()
        if node.head == "integral":
            return self.sympy.integrate(body, limits)
        raise UnsupportedError

    def _apply(self, node: Apply) -> Any:
        if node.head == "index":
            return self.sympy.Symbol(to_text(node), real=self.default != "complex")
        args = [self.build(arg) for arg in node.args]
        if node.head == "pow" and args[1].is_number and abs(args[1]) > MAX_POWER:
            raise UnsupportedError
        if node.head.startswith("call:"):
            return self.sympy.Function(node.head[5:])(*args)
        rule = rules(self.sympy).get(node.head)
        if rule is None:
            raise UnsupportedError
        return rule(*args)


def rules(sympy: Any) -> dict[str, Callable[..., Any]]:
    """Return how each operation is built."""
    same = ("sin", "cos", "tan", "cot", "sec", "csc", "sinh", "cosh", "tanh", "coth", "sech", "csch")
    table: dict[str, Callable[..., Any]] = {name: getattr(sympy, name) for name in same}
    table |= {"arc" + name: getattr(sympy, "a" + name) for name in same[:6]}
    table |= {"ar" + name: getattr(sympy, "a" + name) for name in same[6:]}
    return table | {
        "add": sympy.Add,
        "mul": sympy.Mul,
        "neg": lambda a: -a,
        "div": lambda a, b: a / b,
        "pow": sympy.Pow,
        "root": lambda a, n=2: sympy.root(a, n),
        "exp": sympy.exp,
        "log": lambda a, b=sympy.E: sympy.log(a) / sympy.log(b),
        "percent": lambda a: a / 100,
        "abs": sympy.Abs,
        "floor": sympy.floor,
        "ceil": sympy.ceiling,
        "sign": sympy.sign,
        "max": sympy.Max,
        "min": sympy.Min,
        "relu": lambda a: sympy.Max(0, a),
        "sigmoid": lambda a: 1 / (1 + sympy.exp(-a)),
        "factorial": sympy.factorial,
        "binomial": sympy.binomial,
        "derivative": lambda a, b, n=1: sympy.diff(a, b, n),
        "re": sympy.re,
        "im": sympy.im,
        "conjugate": sympy.conjugate,
    }


def answer_to(expected: Node, answer: Node, domains: Mapping[str, str], default: str) -> str:
    """Return `equal` where the difference simplifies to zero, else `unknown`."""
    try:
        builder = Builder(domains, default)
        difference = builder.build(expected) - builder.build(answer)
        return "equal" if builder.sympy.simplify(difference) == 0 else "unknown"
    except Exception:  # noqa: BLE001 - whatever SymPy stumbles over means that it has no answer
        return "unknown"


def limited() -> None:
    """Limit the memory and the time of this process, where the system can."""
    with suppress(ImportError, ValueError, OSError):
        import resource  # noqa: PLC0415 - not on every system

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))


def main() -> None:
    """Answer requests until the parent closes its end."""
    limited()
    os.environ["SYMPY_GROUND_TYPES"] = "python"
    Builder({}, "real")
    reply(b"ready")
    while True:
        head = sys.stdin.buffer.read(4)
        if len(head) < 4:
            return
        (length,) = struct.unpack(">I", head)
        request = pickle.loads(sys.stdin.buffer.read(length))  # noqa: S301 - written by our own parent
        reply(answer_to(*request).encode())


def reply(word: bytes) -> None:
    """Write one line to the parent."""
    sys.stdout.buffer.write(word + b"\n")
    sys.stdout.buffer.flush()
