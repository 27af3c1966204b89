"""Typeset the same answers by real tools in every format, and compare what they earn.

    python tests/benchmarks/typeset.py [--formats tex,docx,odt,ipynb,html,rtf,latex.pdf,office.pdf] [--verbose]

The answers are Markdown; pandoc, LaTeX and LibreOffice make the others of them, as far as they are installed. A row is
a criterion of one hand-in in one format: alike, with a person, or silently lower. Exit status 1 where a row is
silently lower or fewer than 95 % are alike.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Final

from grader.marking import mark
from grader.readers.files import read_content
from grader.rubric.loading import read_rubric
from grader.rubric.questions import Rubric

FORMATS: Final = ("tex", "docx", "odt", "ipynb", "html", "rtf", "latex.pdf", "office.pdf")
RUBRIC: Final = r"""
id: typeset
questions:
  - {id: 1a, criteria: [{id: weights, points: 1, number: {expected: 544}}]}
  - {id: 1b, criteria: [{id: size, points: 1, matrix: {expected: [24, 24], shape_only: true}}]}
  - {id: 2, criteria: [{id: loss, points: 1, formula: {expected: '-\sum_i y_i \log p_i', defines: [L]}}]}
  - {id: 3, criteria: [{id: matrix, points: 1, matrix: {expected: [[0.9, 0.1], [0.5, 0.5]], tolerance: 0.001}}]}
  - {id: 4, criteria: [{id: drop, points: 1, keywords: {any: [{all: ["random*", [unit, neuron]]}]}}]}
  - {id: 5, criteria: [{id: pick, points: 1, choice: {options: [sigmoid, tanh, relu], expected: tanh}}]}
"""
ANSWERS: Final = (
    "It has $31 \\cdot 17 + 17 = 544$ of them.",
    "The map is $24 \\times 24$.",
    "$L = -\\sum_i y_i \\log p_i$",
    "$$\\begin{pmatrix} 0.9 & 0.1 \\\\ 0.5 & 0.5 \\end{pmatrix}$$",
    "It *randomly* switches off units while training.",
    "**tanh**",
)
NAMES: Final = ("1a", "1b", "2", "3", "4", "5")
LAYOUTS: Final = {
    "headings": "## Question {}",
    "bold": "**Question {}**",
    "titled": "## {}) Short answer",
    "plain": "Task {}:",
}


def hand_ins() -> dict[str, str]:
    """Return the answers in each layout, by its name."""
    texts = {
        name: "\n\n".join(
            f"{form.format(label)}\n\n{answer}" for label, answer in zip(NAMES, ANSWERS, strict=True)
        )
        for name, form in LAYOUTS.items()
    }
    rows = "\n".join(
        f"| {label} | {answer.replace('$$', '$')} |" for label, answer in zip(NAMES, ANSWERS, strict=True)
    )
    return texts | {"table": f"| question | answer |\n|---|---|\n{rows}"}


def earned(path: Path, rubric: Rubric) -> dict[str, object]:
    """Return the credit of each criterion of a hand-in."""
    (report,) = mark(rubric, read_content(path.read_bytes(), path.name, rubric.outline))
    return {row.id: row.credit for question in report.questions for row in question.criteria}


def typeset(given: Path, made: str) -> Path | None:
    """Return a Markdown file in another format, None where nothing installed makes that."""
    out = given.with_suffix(f".{made}")
    needed = {"latex.pdf": "pdflatex", "office.pdf": "soffice"}.get(made, "pandoc")
    if not shutil.which("pandoc") or not shutil.which(needed):
        return None
    command = ["pandoc", "-s", "-f", "gfm+tex_math_dollars", str(given), "-o", str(out)]
    if made == "office.pdf":
        word = given.with_suffix(".docx")
        subprocess.run([*command[:-1], str(word)], check=True)
        folder = given.parent / "office"
        office = ["soffice", "--headless", "--convert-to", "pdf", "--outdir", str(folder), str(word)]
        subprocess.run(office, check=True, capture_output=True)
        return (folder / f"{given.stem}.pdf").rename(out)
    extra = {"latex.pdf": ["--pdf-engine", "pdflatex"], "html": ["--mathml"]}.get(made, [])
    subprocess.run([*command, *extra], check=True, capture_output=True)
    return out


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--formats", default=",".join(FORMATS))
    parser.add_argument("--verbose", action="store_true")
    options = parser.parse_args()
    rubric = read_rubric(RUBRIC)
    total: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        for made in options.formats.split(","):
            counts: Counter[str] = Counter()
            for name, text in hand_ins().items():
                given = Path(folder, f"{name}.md")
                given.write_text(text, encoding="utf-8")
                path = typeset(given, made)
                if path is None:
                    continue
                before, after = earned(given, rubric), earned(path, rubric)
                for row, credit in before.items():
                    got = after[row]
                    said = "alike" if got == credit else "person" if got is None else "silent"
                    counts[said] += 1
                    if options.verbose and said != "alike":
                        print(f"  {name}.{made} {row}: {credit}, then {got}")
            rows = max(sum(counts.values()), 1)
            print(
                f"{made:12}{sum(counts.values()):5}  "
                + "  ".join(f"{k} {v / rows:.1%}" for k, v in counts.items())
            )
            total += counts
    return int(total["silent"] > 0 or total["alike"] < 0.95 * sum(total.values()))


if __name__ == "__main__":
    sys.exit(main())
