"""What the constants, operations and functions of the expression tree are called."""

from __future__ import annotations

from typing import Final

CONSTANTS: Final = frozenset({"pi", "e", "i", "infinity", "undefined", "true", "false", "empty_set", "reals"})

HEADS: Final = {
    "add": "a + b + ...",
    "neg": "-a",
    "mul": "a b ... (commuting product)",
    "matmul": "A B ... (order matters: at least one factor is known to be a matrix or vector)",
    "hadamard": "a elementwise times b",
    "div": "a / b",
    "pow": "a ^ b",
    "root": "root(a, n): the n-th root, sqrt is n = 2",
    "exp": "e^a",
    "log": "log(a) in the natural base, log(a, b) in base b",
    "index": "x_i, x^{(i)}, W_ij: the base, then its indices",
    "percent": "a %",
    "factorial": "a !",
    "binomial": "a choose b",
    "abs": "|a|",
    "norm": "||a|| (2-norm), norm(a, p)",
    "floor": "floor(a)",
    "ceil": "ceil(a)",
    "round": "round(a)",
    "sign": "sgn(a)",
    "max": "max(a, ...)",
    "min": "min(a, ...)",
    "mod": "a mod b",
    "gcd": "gcd(a, ...)",
    "lcm": "lcm(a, ...)",
    "plusminus": "a +- b; one argument for +-a",
    "minusplus": "a -+ b, with the sign opposite to plusminus; one argument for -+a",
    "transpose": "a^T",
    "inverse": "A^{-1} of a matrix",
    "det": "det(A)",
    "trace": "tr(A)",
    "dot": "a . b of two vectors",
    "expectation": "E[a]",
    "variance": "Var[a]",
    "probability": "P(a)",
    "indicator": "1 where the condition a holds, else 0",
    "given": "a | b inside P(...) or a function: a under the condition b",
    "derivative": "d a / d b, derivative(a, b, order)",
    "re": "Re(a)",
    "im": "Im(a)",
    "conjugate": "conjugate of a",
    "sigmoid": "logistic function",
    "relu": "max(0, a)",
    "softmax": "softmax(a)",
    "union": "A u B",
    "intersection": "A n B",
    "setminus": "A \\ B",
    "in": "a in A",
    "big_o": "O(a)",
    "big_theta": "Theta(a)",
    "big_omega": "Omega(a)",
    "little_o": "o(a)",
} | {
    name: f"{name}(a)"
    for stem in ("sin", "cos", "tan", "cot", "sec", "csc")
    for name in (stem, stem + "h", "arc" + stem, "ar" + stem + "h")
}
