"""Hold a verdict against mpmath: a proof at random points, a disproof at the point that it gives."""

from __future__ import annotations

import importlib.util
import sys
from fractions import Fraction
from pathlib import Path
from random import Random

import mpmath as mp

HERE = Path(__file__).parent


def sibling(name):
    """Load a module beside this one; the tests are no package."""
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, HERE / f"{name}.py")
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
    return sys.modules[name]


pointwise, formula_pairs = sibling("pointwise"), sibling("formula_pairs")

POINTS = 50


def random_number(random, domain):
    """Return an exact number of a domain; a complex one is a pair."""
    if domain in {"natural", "count"}:
        return Fraction(random.randint(0 if domain == "count" else 1, 6))
    if domain == "integer":
        return Fraction(random.randint(-5, 5))
    below = random.randint(2, 7)
    if domain == "probability":
        return Fraction(random.randint(1, below - 1), below)
    value = Fraction(random.randint(0 if domain == "nonnegative" else 1, 30), below)
    if domain == "negative" or (domain in {"real", "nonzero", "complex"} and random.random() < 0.5):
        value = -value
    return Fraction(0) if domain in {"real", "complex"} and random.random() < 0.1 else value


def value_in(random, domain):
    real = pointwise.number(random_number(random, domain))
    if domain != "complex":
        return real
    return mp.mpc(real, pointwise.number(random_number(random, "complex")))


def random_point(random, domains, *, real):
    """Return a point: numbers for the symbols, for data and derivatives, and unknown functions."""
    names = {
        name: value_in(random, domains.get(name, "real")) for name in (*formula_pairs.NAMES, "w", "L", "M")
    }
    names["n"] = mp.mpf(random.randint(1, 5))
    known = {}

    def datum(key):
        if key not in known:
            known[key] = value_in(random, domains.get(key.partition("_")[0], "real"))
        return known[key]

    weights = [random.uniform(0.3, 2) for _ in range(4)]

    def function(head, args):
        del head
        inner = sum(weight * arg for weight, arg in zip(weights, args, strict=False))
        return mp.cos(inner) + weights[3] * inner

    return pointwise.Point(names, datum, function, real=real)


def values_at(point, pair):
    found = []
    for tree in pair:
        try:
            found.append(point.value(tree))
        except pointwise.TooLargeError:
            found.append(mp.inf)
        except pointwise.NoValueError:
            found.append(None)
    return found


def contradiction(pair, verdict, domains, seed):
    """Return what speaks against a verdict, "" where nothing does."""
    with mp.workdps(pointwise.DIGITS):
        if verdict.certainty == "proved" and verdict.equal == "equal":
            return _against_proof(pair, domains, seed)
        if verdict.certainty == "disproved" and verdict.method == "point":
            return _against_disproof(pair, verdict, domains, seed)
    return ""


def _against_proof(pair, domains, seed):
    random = Random(f"proof {seed}")  # noqa: S311 - a seed, not a secret
    real = "complex" not in domains.values()
    for _ in range(POINTS):
        point = random_point(random, domains, real=real)
        left, right = values_at(point, pair)
        if None in (left, right) or mp.inf in (left, right):
            continue
        if not pointwise.close(left, right):
            return f"proved, but {mp.nstr(left, 12)} and {mp.nstr(right, 12)} at {_shown(point)}"
    return ""


def _shown(point):
    return {name: mp.nstr(value, 8) for name, value in point.values.items()}


def _against_disproof(pair, verdict, domains, seed):
    """Evaluate both formulas at the point of a verdict; unknown functions are tried at random points."""
    if any(getattr(node, "head", "").startswith("call:") for tree in pair for node in tree.walk()):
        return "" if _differs_somewhere(pair, domains, seed) else "disproved, but nowhere different"
    given = {
        name.replace("{", "").replace("}", ""): pointwise.coordinate(text) for name, text in verdict.point
    }
    missing = []

    def datum(key):
        if key not in given:
            missing.append(key)
        return given.get(key, mp.mpf(1))

    for real in (True, False):
        point = pointwise.Point(dict(given), datum, None, real=real)
        missing.clear()
        try:
            left, right = values_at(point, pair)
        except KeyError as error:
            return f"disproved at a point without {error}"
        if missing:  # a point shows six data; with more the rest is not told
            return "" if _differs_somewhere(pair, domains, seed) else "disproved, but nowhere different"
        if mp.inf in (left, right):
            return ""
        if left is not None and right is not None:
            gap = abs(left - right)
            differ = gap > mp.mpf(10) ** -45 * (abs(left) + abs(right))
            return "" if differ else f"disproved at {verdict.point}, but both are {mp.nstr(left, 12)}"
    return f"disproved at {verdict.point}, where a formula has no value"


def _differs_somewhere(pair, domains, seed):
    random = Random(f"somewhere {seed}")  # noqa: S311 - a seed, not a secret
    real = "complex" not in domains.values()
    seen = False
    for _ in range(4 * POINTS):
        left, right = values_at(random_point(random, domains, real=real and random.random() < 0.7), pair)
        if None in (left, right) or mp.inf in (left, right):
            continue
        seen = True
        if not pointwise.close(left, right):
            return True
    return not seen
