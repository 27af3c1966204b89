"""Time each format by page, and compare the blocks of one answer typeset by real tools (pandoc, LibreOffice) in every format.

    python tests/benchmarks/documents.py [PAGES ...]

Prints milliseconds of CPU a page of reading and cutting documents of so many pages (1, 10 and 50) in each format, how many
of the largest one's headings, items, cells and formulas came back as in Markdown, and for every hostile document of the
tests the seconds until it is named. What is to be read is read twice and the second time counts: imports are no part of it.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from grader.documents import read
from grader.model.errors import SubmissionError
from grader.model.submission import Outline, QuestionOutline
from grader.readers.files import read_content

PAGE = r"""
## Question {n}

The weights **must** differ: $\hat{{x}} = \frac{{x - \mu}}{{\sqrt{{\sigma^2 + \epsilon}}}}$ with $\alpha_i \le {n}$.

1. first, $x^2$
2. second
    a) inner

- [x] yes
- [ ] no

| set | value |
|---|---|
| MONK-1 | 0.{n} |

$$\begin{{bmatrix}} 1 & 2 \\ 3 & {n} \end{{bmatrix}} = \sum_{{i=1}}^n a_i$$

A paragraph of some length, as answers have it, that says why the loss falls while the accuracy does not. It goes on for a
while, because a page holds about three hundred words and this one stands for the rest of them, said in other words again.
"""
SIZES = (1, 10, 50)
PANDOC = ("tex", "html", "docx", "odt", "rtf")
OFFICE = ("odt", "rtf", "pdf")  # what LibreOffice makes of pandoc's docx
RUNS = 3  # of which the fastest counts


def main() -> None:
    sizes = tuple(map(int, sys.argv[1:])) or SIZES
    times: dict[str, list[float]] = {}
    alike: dict[str, float] = {}
    for pages in sizes:
        with tempfile.TemporaryDirectory() as folder:
            made = _made(Path(folder), pages)
            wanted = _facts(made["md"].read_bytes(), "a.md")
            for label, path in made.items():
                times.setdefault(label, []).append(_milliseconds(path, pages))
                found = _facts(path.read_bytes(), path.name)
                alike[label] = sum(fact in found for fact in wanted) / len(wanted)
    columns = "".join(f"{f'{pages} pages':>11}" for pages in sizes)
    print(f"{'ms a page':24}{columns}{'alike':>9}")
    for label, found in times.items():
        print(f"{label:24}{''.join(f'{each:11.2f}' for each in found)}{alike[label]:9.1%}")
    _hostile()


def _made(folder: Path, pages: int) -> dict[str, Path]:
    """Return the same answers in every format that can be made here, by what made them."""
    cells = [PAGE.format(n=number) for number in range(1, pages + 1)]
    given, notebook = folder / "a.md", folder / "a.ipynb"
    given.write_text("".join(cells), encoding="utf-8")
    told = [{"cell_type": "markdown", "source": cell} for cell in cells]
    notebook.write_text(json.dumps({"cells": told, "nbformat": 4}), encoding="utf-8")
    made = {"md": given, "ipynb": notebook}
    if not shutil.which("pandoc"):
        return made
    for name in PANDOC:
        out = given.with_suffix(f".{name}")
        more = ["--mathml"] if name == "html" else []
        subprocess.run(["pandoc", "--quiet", "-s", given, "-o", out, *more], check=True)
        made[f"{name} by pandoc"] = out
    if shutil.which("soffice"):
        for name in OFFICE:
            convert = ["soffice", "--headless", "--convert-to", name, "--outdir", folder / "office"]
            subprocess.run([*convert, given.with_suffix(".docx")], check=True, capture_output=True)
            made[f"{name} by LibreOffice"] = folder / "office" / f"a.{name}"
    return made


def _milliseconds(path: Path, pages: int) -> float:
    """Return the CPU that one page takes to be read and cut into answers."""
    outline = Outline(
        assignment="a", questions=tuple(QuestionOutline(id=f"q{number}") for number in range(1, pages + 1))
    )
    raw = path.read_bytes()
    read_content(raw, path.name, outline)  # imports
    found = []
    for _ in range(RUNS):
        started = time.process_time()
        read_content(raw, path.name, outline)
        found.append(time.process_time() - started)
    return min(found) * 1_000 / pages


def _facts(raw: bytes, name: str) -> list[str]:
    """Return what stands in a document: headings, items with their markers, cells, formulas without braces and blanks."""
    facts: list[str] = []
    for block in read(raw, name).blocks:
        if block.kind in {"heading", "item"}:
            facts.append(f"{block.kind} {_plain(block.text)} {block.ticked}")
        facts += (f"cell {_plain(cell)}" for row in block.rows for cell in row)
        facts += (f"formula {_plain(each)}" for each in re.findall(r"\${1,2}([^$]+)\${1,2}", block.text))
    return facts


def _plain(text: str) -> str:
    text = re.sub(r"\\left|\\right|^#+ ", "", text.replace("≤", r"\le"))
    text = re.sub(r"^(?:[-*]|\w+[.)]|\(\w+\)) |^\[.\] ", "", text)
    return re.sub(r"[{}\s*$]", "", text)


def _hostile() -> None:
    sys.path.insert(0, str(Path(__file__).parent.parent / "documents"))
    from test_hostile import REFUSED

    print(f"\n{'hostile':24}{'seconds':>9}")
    for name, (make, _) in REFUSED.items():
        raw = make()
        started = time.process_time()
        try:
            read(raw, name)
            said = "READ"
        except SubmissionError as error:
            said = str(error.problems[0].message)[:60]
        print(f"{name:24}{time.process_time() - started:9.2f}  {said}")


if __name__ == "__main__":
    main()
