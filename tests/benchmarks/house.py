"""Measure the house: lines by room, how long functions and files are, and how modules import each other.

    python tests/benchmarks/house.py [--chain] [--rooms]

Imports for types alone count. The longest chain is the most modules of which each imports the next, fan-out the modules
of ours that one imports. --chain prints the longest one, and the edges that most of the longest chains take.
"""

from __future__ import annotations

import argparse
import ast
from collections import Counter
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Final

PACKAGE: Final = Path(__file__).resolve().parents[2] / "grader"


def modules() -> dict[str, Path]:
    """Return the modules of the package by their names."""
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        name = ".".join(("grader", *path.relative_to(PACKAGE).with_suffix("").parts))
        found[name.removesuffix(".__init__")] = path
    return found


def imports(path: Path, known: dict[str, Path]) -> set[str]:
    """Return the modules of the package that one imports, anywhere in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            inner = (f"{node.module}.{alias.name}" for alias in node.names)
            found.update(name if name in known else node.module for name in inner)
    return found & known.keys()


def percentile(values: list[int], share: float) -> int:
    """Return the value that a share of all do not exceed."""
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def cyclic(graph: dict[str, set[str]]) -> set[str]:
    """Return the modules that stand in a circle, or lead into one."""
    left = {name: set(others) for name, others in graph.items()}
    while leaves := {name for name, others in left.items() if not others & left.keys()}:
        left = {name: others for name, others in left.items() if name not in leaves}
    return set(left)


def longest_chain(graph: dict[str, set[str]]) -> list[str]:
    """Return the longest chain of imports of a graph without circles."""

    @cache
    def below(name: str) -> tuple[str, ...]:
        return (name, *max((below(other) for other in sorted(graph[name])), key=len, default=()))

    return list(max((below(name) for name in sorted(graph)), key=len))


def weakest_edges(graph: dict[str, set[str]], shown: int) -> list[tuple[int, str, str]]:
    """Return the imports without which the longest chain would be shortest, with what would be left of it."""
    chain = longest_chain(graph)
    found = []
    for one, other in pairwise(chain):
        without = {**graph, one: graph[one] - {other}}
        found.append((len(longest_chain(without)), one, other))
    return sorted(found)[:shown]


def functions(path: Path) -> list[int]:
    """Return how many lines the functions of a file have."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [
        (node.end_lineno or node.lineno) - node.lineno + 1
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--chain", action="store_true")
    parser.add_argument("--rooms", action="store_true")
    options = parser.parse_args()
    known = modules()
    graph = {name: imports(path, known) - {name} for name, path in known.items()}
    lines = {name: path.read_text(encoding="utf-8").count("\n") for name, path in known.items()}
    lengths = [length for path in known.values() for length in functions(path)]
    circles = cyclic(graph)
    if options.rooms:
        rooms: Counter[str] = Counter()
        files: Counter[str] = Counter()
        for name, count in lines.items():
            room = name.split(".")[1] if "." in name else "grader"
            rooms[room] += count
            files[room] += 1
        for room, count in rooms.most_common():
            print(f"{room:16} {files[room]:4} files {count:7,} lines")
    print(f"{len(known)} files, {sum(lines.values()):,} lines")
    print(
        f"functions: p50 {percentile(lengths, 0.5)}, p95 {percentile(lengths, 0.95)}, longest {max(lengths)}"
    )
    print(
        f"files: p50 {percentile([*lines.values()], 0.5)}, p95 {percentile([*lines.values()], 0.95)}, "
        f"longest {max(lines.values())}"
    )
    out = [len(others) for others in graph.values()]
    print(f"fan-out: p50 {percentile(out, 0.5)}, p95 {percentile(out, 0.95)}, most {max(out)}")
    if circles:
        print("circles:", ", ".join(sorted(circles)))
        return
    chain = longest_chain(graph)
    print(f"longest chain: {len(chain)}, circles: 0")
    if options.chain:
        print("  " + "\n  ".join(chain))
        for left, one, other in weakest_edges(graph, 8):
            print(f"{left} without {one} -> {other}")
        widest = sorted(graph, key=lambda name: -len(graph[name]))[:12]
        print("widest:", ", ".join(f"{name} {len(graph[name])}" for name in widest))


if __name__ == "__main__":
    main()
