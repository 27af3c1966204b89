"""Time each format, and compare the blocks of one answer typeset by real tools (pandoc, LibreOffice) in every format.

    python tests/benchmarks/documents.py [PAGES]

Prints seconds of reading a document of so many pages (10) in each format, how many blocks and formulas came back as in
Markdown, and for every hostile document of the tests the seconds until it is named.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from grader.documents import read
from grader.model.errors import SubmissionError

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
FORMATS = ("tex", "html", "docx", "odt", "rtf")


def main() -> None:
    pages = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    text = "".join(PAGE.format(n=number) for number in range(1, pages + 1))
    wanted = _facts(text.encode(), "a.md")
    print(f"{'format':24}{'seconds':>9}{'alike':>8}  of {len(wanted)} headings, items, cells and formulas")
    with tempfile.TemporaryDirectory() as folder:
        given = Path(folder, "a.md")
        given.write_text(text, encoding="utf-8")
        _show("md", given, wanted)
        if shutil.which("pandoc"):
            for name in FORMATS:
                made = given.with_suffix(f".{name}")
                subprocess.run(
                    ["pandoc", "-s", given, "-o", made, *(["--mathml"] if name == "html" else [])], check=True
                )
                _show(f"{name} by pandoc", made, wanted)
        if shutil.which("soffice") and given.with_suffix(".docx").exists():
            for name in ("odt", "rtf"):
                out = Path(folder, "office")
                command = [
                    "soffice",
                    "--headless",
                    "--convert-to",
                    name,
                    "--outdir",
                    out,
                    given.with_suffix(".docx"),
                ]
                subprocess.run(command, check=True, capture_output=True)
                _show(f"{name} by LibreOffice", out / f"a.{name}", wanted)
    _hostile()


def _show(label: str, path: Path, wanted: list[str]) -> None:
    raw = path.read_bytes()
    read(raw, path.name)  # imports
    started = time.process_time()
    read(raw, path.name)
    seconds = time.process_time() - started
    found = _facts(raw, path.name)
    alike = sum(fact in found for fact in wanted)
    print(f"{label:24}{seconds:9.3f}{alike / len(wanted):8.1%}")


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
