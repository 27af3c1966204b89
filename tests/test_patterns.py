"""No regular expression is possessive or atomic: Python before 3.11.5 misreads these and finds other numbers.

Looked at is every pattern that is compiled while the package is imported, every one that is written
inside a function, and every other text that looks like a part of one.
"""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
import warnings
from pathlib import Path

import pytest

import grader
from grader.finding.scan import _HEADING, _REFERENCE
from grader.notation.numbers.exact import _UNIT, _WRAPPER, NUMBER, unwrapped

PACKAGE = Path(grader.__file__).parent
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if "assets" not in path.parts)

# Imports everything while whatever is given to the compiler is written down, if a module of ours gave it.
RECORD = """
import importlib, json, pkgutil, sys
import re._compiler as compiler
seen, given = [], compiler.compile

def compile(pattern, flags=0):
    frame = sys._getframe(1)
    while frame.f_globals.get("__name__", "").partition(".")[0] == "re":
        frame = frame.f_back
    name = frame.f_globals.get("__name__", "")
    if name.partition(".")[0] == "grader" and isinstance(pattern, str):
        seen.append((name, pattern, int(flags)))
    return given(pattern, flags)

compiler.compile = compile
import grader, grader.notation.lazypatterns as patterns
import re

def defer(pattern, flags=0):
    re.compile(pattern, flags)  # what is compiled later is one as well
    if isinstance(pattern, str):
        seen.append((sys._getframe(1).f_globals["__name__"], pattern, int(flags)))
    return deferred(pattern, flags)

deferred, patterns.deferred = patterns.deferred, defer
for module in pkgutil.walk_packages(grader.__path__, "grader."):
    if not module.name.endswith("__main__"):
        importlib.import_module(module.name)
json.dump(seen, sys.stdout)
"""


MISREAD = re.compile(r"[+*?}]\+|\(\?>")  # how every possessive repetition ends, and every atomic group begins


def is_safe(pattern: str, flags: int = 0) -> bool:
    """Whether a pattern has no possessive repetition and no atomic group; a text that is no pattern is safe."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            tree = re._parser.parse(pattern, flags)
        except re.error:
            return True
    return not ({"POSSESSIVE_REPEAT", "ATOMIC_GROUP"} & set(operations(tree)))


def operations(tree) -> list[str]:
    """Return the names of all operations in a parsed pattern."""
    if isinstance(tree, re._parser.SubPattern):
        return [name for item in tree.data for name in operations(item)]
    if isinstance(tree, tuple | list):
        return [name for item in tree for name in operations(item)]
    return [str(tree)] if isinstance(tree, re._constants._NamedIntConstant) else []


@pytest.mark.parametrize(
    "pattern",
    ["a++", "(?:ab)*+", "x?+", "x{2,3}+", "(?>a|b)", "(?:(?=a++)b|c)", "(?i:(?P<n>a(?>b)))", "(a)(?(1)b++)"],
)
def test_what_is_misread_is_seen(pattern) -> None:
    assert not is_safe(pattern)


def test_no_compiled_pattern_is_possessive_or_atomic() -> None:
    done = subprocess.run([sys.executable, "-c", RECORD], capture_output=True, text=True, check=True)
    found = json.loads(done.stdout)
    assert len(found) > 400  # all are seen, not a few
    assert [(name, pattern) for name, pattern, flags in found if not is_safe(pattern, flags)] == []


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_no_text_in_the_code_is_a_possessive_or_atomic_pattern(path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.JoinedStr):
            text = "".join(str(part.value) if isinstance(part, ast.Constant) else "1" for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            text = node.value
        else:
            continue
        if MISREAD.search(text) and (
            "\\" in text or "(?" in text or "[" in text
        ):  # else it is no such pattern
            assert is_safe(text), f"{path}:{node.lineno}"
            assert is_safe(text, re.VERBOSE), f"{path}:{node.lineno}"


# What patterns find, where giving back a part of what was matched would find something else.
FOUND = [
    (NUMBER, "1.5.25", "1.5.25"), (NUMBER, "1234 567", "1234"), (NUMBER, "123 4567", "123"),
    (NUMBER, "1 234 567,89", "1 234 567,89"), (NUMBER, "12e34abc", "12"), (NUMBER, "12e3456", "12e3456"),
    (NUMBER, "10^{12", "10"), (NUMBER, "10^123", "10^123"), (NUMBER, "3/45a", "3"), (NUMBER, "3/4.5a", "3"),
    (NUMBER, "3/45", "3/45"), (NUMBER, "1234567890½", "1234567890"), (NUMBER, "12 ½", "12 ½"),
    (NUMBER, "2\\times 10^{-34}", "2\\times 10^{-34}"), (NUMBER, "\\frac{12}{34}", "\\frac{12}{34}"),
    (NUMBER, "3/" + "4" * 50, "3"), (NUMBER, "1{,}000{,}", "1{,}000"),
    (_REFERENCE, "3.14 * 2", None), (_REFERENCE, "3.14", "3.14"), (_REFERENCE, "3.1415", None),
    (_REFERENCE, "12345", None), (_REFERENCE, "3.14,5", None), (_REFERENCE, "3.14.", "3.14"),
    (_HEADING, "1.2.3. Title", "1.2.3."), (_HEADING, "1.2.3 Title", "1.2.3"), (_HEADING, "1.2.3", None),
    (_HEADING, "1.2345 Title", None), (_UNIT, " µm-x y", " µm-x y"), (_UNIT, "a-", "a-"),
    (_WRAPPER, "\\boxed{12{3}4}", "\\boxed{12{3}4}"), (_WRAPPER, "\\boxed{12{3", None),
    (_WRAPPER, "\\boxed{" + "a" * 480 + "}", "\\boxed{" + "a" * 480 + "}"),
    (_WRAPPER, "\\boxed{" + "a" * 481 + "}", None), (_WRAPPER, "\\boxed{{" + "a" * 41 + "}}", None),
]  # fmt: skip


@pytest.mark.parametrize(("pattern", "text", "expected"), FOUND)
def test_no_part_of_a_match_is_given_back(pattern, text, expected) -> None:
    match = pattern.match(text)
    assert (match and match[0]) == expected


@pytest.mark.parametrize("piece", ["\\boxed{", "\\boxed{a", "\\boxed{{", "\\text{{a}", "\\bm {a{b}"])
def test_wrappers_that_never_close_cost_little(piece) -> None:
    """There are 10^11 ways to part one of these contents; each is tried but once."""
    text = piece + "a" * 475
    assert unwrapped(text * 100) == text * 100
