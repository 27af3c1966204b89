"""Run every labelled question and every published network, and print what comes out wrong.

Usage: python tests/benchmarks/derive.py CASES_DIR   (holding ml_questions.jsonl and model_tables.csv)

A value is right within its row's tolerance; a named mistake must be found under its name with its value.
Mistakes the rows do not name are counted where any derived mistake has their value.
"""

from __future__ import annotations

import csv
import json
import sys
import time
from collections import Counter
from fractions import Fraction
from pathlib import Path

import yaml
from derive_models import long_models

from grader.derive import SpecError, derive

ROOT = Path(__file__).parent.parent


def close(got, expected, tolerance):
    if isinstance(expected, list):
        return (
            isinstance(got, tuple)
            and len(got) == len(expected)
            and all(close(a, b, tolerance) for a, b in zip(got, expected, strict=True))
        )
    if isinstance(got, tuple):
        return False
    if isinstance(expected, str):
        return str(got) == expected
    if isinstance(tolerance, dict):
        if "abs" in tolerance:
            return abs(float(got) - expected) <= tolerance["abs"]
        if "rel" in tolerance:
            return abs(float(got) - expected) <= tolerance["rel"] * abs(expected)
        if "decimals" in tolerance:
            return abs(float(got) - expected) <= 0.5000001 * 10 ** -tolerance["decimals"]
    return Fraction(got) == Fraction(str(expected)) or abs(float(got) - float(expected)) < 1e-9


def run_questions(path):
    count = Counter()
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        op = row["spec"].get("op")
        count["rows"] += 1
        try:
            derived = derive(row["spec"])
        except SpecError as error:
            count["wrong"] += 1
            print(f"ERROR  {row['id']} ({op}): {error} at {error.path}")
            continue
        if not close(derived.value, row["expected"], row["tolerance_hint"]):
            count["wrong"] += 1
            print(f"WRONG  {row['id']} ({op}): {derived.value}, expected {row['expected']}")
            continue
        count["right"] += 1
        for wrong in row["common_wrong"]:
            check_mistake(row, derived, wrong, count)
    print(dict(count))


def check_mistake(row, derived, wrong, count):
    tolerance = row["tolerance_hint"] if isinstance(row["tolerance_hint"], dict) else {"abs": 0.006}
    same = [each for each in derived.mistakes if close(each.value, wrong["answer"], tolerance)]
    if "name" in wrong:
        good = any(each.name == wrong["name"] for each in same)
        count["named right" if good else "named missing"] += 1
        if not good:
            by_name = {each.name: each.value for each in derived.mistakes}
            print(
                f"NAMED  {row['id']}: {wrong['name']} = {wrong['answer']}, got {by_name.get(wrong['name'])}"
            )
    else:
        count["unnamed found" if same else "unnamed not found"] += 1
        if not same:
            print(f"other  {row['id']}: {wrong['mistake']} = {wrong['answer']}")


def run_models(path):
    """Compare the networks written in tests/cases/networks.yaml with the published table."""
    specs = yaml.safe_load((ROOT / "cases/networks.yaml").read_text(encoding="utf-8"))
    specs += long_models()
    by_name = {name: entry for entry in specs for name in entry.get("table", [])}
    count = Counter()
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            entry = by_name.get(row["model"])
            if entry is None:
                count["not written as a spec"] += 1
                print(f"no spec  {row['model']}")
                continue
            count[check_model(row, entry)] += 1
    print(dict(count))


def check_model(row, entry):
    figures = {
        "trainable": "trainable_params",
        "total": "total_params",
        "macs": "macs",
        "rf": "receptive_field_derived",
    }
    asked = {"trainable": "trainable", "total": "params", "macs": "macs", "rf": "rf"}
    wrong = []
    for figure, column in figures.items():
        if not row[column] or (figure == "total" and row["implementation"] == "torchvision"):
            continue
        spec = entry.get("cost", entry["spec"]) if figure == "macs" else entry["spec"]
        got = derive({**spec, "ask": asked[figure]}, mistakes=False).value
        if got != int(row[column]):
            wrong.append(f"{figure} {got}, table {row[column]}")
    if wrong:
        print(f"MODEL  {row['model']}: {'; '.join(wrong)}")
    return "models wrong" if wrong else "models exact"


def main():
    folder = Path(sys.argv[1])
    start = time.perf_counter()
    run_questions(folder / "ml_questions.jsonl")
    run_models(folder / "model_tables.csv")
    print(f"{time.perf_counter() - start:.2f} s")


if __name__ == "__main__":
    main()
