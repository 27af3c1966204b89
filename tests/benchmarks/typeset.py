"""Typeset the same answers by real tools in every format, and compare what they earn.

    python tests/benchmarks/typeset.py [--formats tex,docx,odt,ipynb,html,rtf,latex.pdf,office.pdf,columns.pdf,chromium.pdf] [--verbose]

The answers are Markdown; pandoc, LaTeX, LibreOffice and Chromium make the others of them, as far as they are installed
(`columns.pdf` is LibreOffice's in two columns of another font). A row is
a criterion of one hand-in in one format: alike, with a person, or silently lower. Exit status 1 where a row is
silently lower or fewer than 95 % are alike.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections import Counter
from pathlib import Path
from typing import Final

from grader.marking.assembly import mark
from grader.readers.files import read_content
from grader.rubric.loading import read_rubric
from grader.rubric.questions import Rubric

FORMATS: Final = (
    *("tex", "docx", "odt", "ipynb", "html", "rtf"),
    *("latex.pdf", "office.pdf", "columns.pdf", "chromium.pdf"),
)
RUBRIC: Final = r"""
id: typeset
questions:
  - {id: 1a, criteria: [{id: weights, points: 1, number: {expected: 544}}]}
  - {id: 1b, criteria: [{id: size, points: 1, matrix: {expected: [24, 24], shape_only: true}}]}
  - {id: 2, criteria: [{id: loss, points: 1, formula: {expected: '-\sum_i y_i \log p_i', defines: [L]}}]}
  - {id: 3, criteria: [{id: matrix, points: 1, matrix: {expected: [[0.9, 0.1], [0.5, 0.5]], tolerance: 0.001}}]}
  - {id: 4, criteria: [{id: drop, points: 1, keywords: {any: [{all: ["random*", [unit, neuron]]}]}}]}
  - {id: 5, criteria: [{id: pick, points: 1, choice: {options: [sigmoid, tanh, relu], expected: tanh}}]}
  - {id: 6a, criteria: [{id: hinge, points: 1, formula: {expected: 'max(0, 1 - y*z)'}}]}
  - {id: 6b, criteria: [{id: binomial, points: 1, formula: {expected: '\binom{n}{k} p^k (1-p)^{n-k}'}}]}
  - {id: 7a, criteria: [{id: gauss, points: 1, formula: {expected: 'exp(x^2/2)'}}]}
  - {id: 7b, criteria: [{id: bayes, points: 1, formula: {expected: 'l*q/e', symbols: {l: ['P(B \mid A)'], q: ['P(A)'], e: ['P(B)']}}}]}
  - {id: 8a, criteria: [{id: clipped, points: 1, formula: {expected: 'max(0, x)'}}]}
  - {id: 8b, criteria: [{id: largest, points: 1, number: {expected: 3, near: ['\lambda_1']}}]}
  - {id: 9a, criteria: [{id: mean, points: 1, formula: {expected: '\frac{1}{2m} \sum_{i=1}^{m} (h_i - y_i)^2'}}]}
  - {id: 9b, criteria: [{id: loss_value, points: 1, number: {expected: 0.35, near: [loss]}}]}
"""
ANSWERS: Final = (
    "It has $31 \\cdot 17 + 17 = 544$ of them.",
    "The map is $24 \\times 24$.",
    "$L = -\\sum_i y_i \\log p_i$",
    "$$\\begin{pmatrix} 0.9 & 0.1 \\\\ 0.5 & 0.5 \\end{pmatrix}$$",
    "It *randomly* switches off units while training.",
    "**tanh**",
    "$\\max(0, 1 - y z)$",
    "$\\binom{n}{k} p^k (1-p)^{n-k}$",
    "$e^{x^2/2}$",
    "$P(A \\mid B) = \\frac{P(B \\mid A) P(A)}{P(B)}$",
    "$f(x) = \\begin{cases} x & x > 0 \\\\ 0 & \\text{otherwise} \\end{cases}$",
    "$\\lambda_1 = 3$ and $\\lambda_2 = -1$",
    "$J = \\frac{1}{2m} \\sum_{i=1}^{m} (h_i - y_i)^2$",
    "The learning rate of 0.1 was too high; with 0.01 the loss fell to 0.35, and it stayed there for all later epochs.",
)
NAMES: Final = ("1a", "1b", "2", "3", "4", "5", "6a", "6b", "7a", "7b", "8a", "8b", "9a", "9b")
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
    needed = {
        "latex.pdf": "pdflatex",
        "office.pdf": "soffice",
        "columns.pdf": "soffice",
        "chromium.pdf": "chromium",
    }
    if not shutil.which("pandoc") or not shutil.which(needed.get(made, "pandoc")):
        return None
    command = ["pandoc", "-s", "-f", "gfm+tex_math_dollars", str(given), "-o"]
    if made in {"office.pdf", "columns.pdf"}:
        word = given.with_suffix(".docx")
        subprocess.run([*command, str(word)], check=True)
        if made == "columns.pdf":
            word = _in_columns(word)
        folder = given.parent / "office"
        office = ["soffice", "--headless", "--convert-to", "pdf", "--outdir", str(folder), str(word)]
        subprocess.run(office, check=True, capture_output=True)
        return (folder / f"{word.stem}.pdf").rename(out)
    if made == "chromium.pdf":
        page = given.with_suffix(".html")
        subprocess.run([*command, str(page), "--mathml"], check=True, capture_output=True)
        browser = ["chromium", "--headless", "--no-sandbox", f"--print-to-pdf={out}", str(page)]
        subprocess.run(browser, check=True, capture_output=True)
        return out
    extra = {"latex.pdf": ["--pdf-engine", "pdflatex"], "html": ["--mathml"]}.get(made, [])
    subprocess.run([*command, str(out), *extra], check=True, capture_output=True)
    return out


def _in_columns(word: Path) -> Path:
    """Return a Word document set in two columns of another font."""
    out = word.with_name(f"{word.stem}-columns.docx")
    section = (
        '<w:sectPr><w:pgSz w:w="11906" w:h="16838"/><w:cols w:num="2" w:space="500"/></w:sectPr></w:body>'
    )
    with zipfile.ZipFile(word) as given, zipfile.ZipFile(out, "w") as made:
        for part in given.infolist():
            body = given.read(part)
            if part.filename == "word/document.xml":
                text = re.sub(r"<w:sectPr ?/>|<w:sectPr>.*?</w:sectPr>", "", body.decode(), flags=re.DOTALL)
                body = text.replace("</w:body>", section).encode()
            elif part.filename == "word/styles.xml":
                font = '<w:rFonts w:ascii="Liberation Serif" w:hAnsi="Liberation Serif"/>'
                body = re.sub(r"<w:rFonts [^>]*/>", font, body.decode()).encode()
            made.writestr(part, body)
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
                if made == "columns.pdf" and name == "table":
                    continue  # it is wider than a column, and LibreOffice cuts it off
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
