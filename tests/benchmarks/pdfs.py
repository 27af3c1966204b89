"""Set answers by real programs and read them back; time what is read.

    python tests/benchmarks/pdfs.py [FILE.pdf ...]

Without files it reads the fixtures, and sets the answers below by every program that is installed: pdfLaTeX and
LibreOffice through pandoc, Chromium with MathML. Each line says how much of the Markdown came back to the letter
(blanks, braces and styles apart), how many formulas were named as unread, and the seconds for ten pages.
"""

from __future__ import annotations

import difflib
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from grader.documents.pdf import read

FIXTURES = Path(__file__).parent.parent / "documents" / "fixtures" / "pdf"
ANSWERS = r"""
# Answers

## Question 1

The variance of the weights is $\sigma^2 = \frac{2}{n_{in}}$, and 20 000 steps were made; the first layer has
$28 \times 100 = 2800$ parameters, all of them together $903400$.

## Question 2

The normalised input, its scale and its shift are

$$\hat{x}^{(i)} = \frac{x^{(i)} - \mu_B}{\sqrt{\sigma_B^2 + \epsilon}}$$

$$z^{(i)} = \gamma \hat{x}^{(i)} + \beta$$

where $\mu_B = \frac{1}{m} \sum_{i=1}^{m} x^{(i)}$.

## Question 3

- one: $5^{3}$
- two: $\sqrt{2}$

$$\begin{bmatrix} 0 & 0 & 0 \\ 0.11 & 0 & -1 \\ 0 & 12 & 0.11 \end{bmatrix}$$
"""
PROGRAMS = {"pdflatex": "latex", "soffice": "office", "chromium": "browser"}


def plain(text: str) -> str:
    """Return Markdown without what may differ: blanks, braces, styles and marks of lists."""
    text = re.sub(r"^\s*(?:[-•–]|[a-z0-9]+[.)])\s", "", text, flags=re.MULTILINE)
    text = re.sub(r"\\[,;!]|[*`#$|]", "", text)
    return re.sub(r"[{}\s]", "", text)


def set_by(program: str, folder: Path) -> Path | None:
    """Return the answers as a PDF set by a program, None where it failed."""
    source, target = folder / "answers.md", folder / f"{program}.pdf"
    source.write_text(ANSWERS, encoding="utf-8")
    if program == "pdflatex":
        steps = [["pandoc", source, "-o", target]]
    elif program == "soffice":
        steps = [
            ["pandoc", source, "-o", folder / "soffice.docx"],
            ["soffice", "--headless", "--convert-to", "pdf", "--outdir", folder, folder / "soffice.docx"],
        ]
    else:
        page = folder / "answers.html"
        steps = [
            ["pandoc", source, "-s", "--mathml", "-o", page],
            [
                "chromium",
                "--headless",
                "--no-sandbox",
                "--no-pdf-header-footer",
                f"--print-to-pdf={target}",
                page,
            ],
        ]
    for step in steps:
        subprocess.run(list(map(str, step)), check=False, capture_output=True, timeout=120)
    return target if target.exists() else None


def measure(path: Path, wanted: str | None = None) -> None:
    raw = path.read_bytes()
    read(raw, path.name)
    start = time.process_time()
    document = read(raw, path.name)
    seconds = time.process_time() - start
    pages = max((block.spot.page or 1 for block in document.blocks), default=1)
    share = ""
    if wanted is not None:
        got = "\n".join(block.text for block in document.blocks)
        share = f"{difflib.SequenceMatcher(None, plain(wanted), plain(got), autojunk=False).ratio():7.2%}"
    print(
        f"{path.name:24} {pages:3} pages {share:8} {len(document.unread):3} unread {10 * seconds / pages:6.2f} s for ten"
    )


def main() -> None:
    if len(sys.argv) > 1:
        for name in sys.argv[1:]:
            measure(Path(name))
        return
    for path in sorted(FIXTURES.glob("*.pdf")):
        measure(path)
    with tempfile.TemporaryDirectory() as folder:
        for program in PROGRAMS:
            if shutil.which(program) and shutil.which("pandoc") and (path := set_by(program, Path(folder))):
                measure(path, ANSWERS)


if __name__ == "__main__":
    main()
