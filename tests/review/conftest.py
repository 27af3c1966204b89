"""A class of which something of every kind awaits a person, and the server that shows it."""

from __future__ import annotations

import base64
import os
import re
import shutil
import signal
import struct
import subprocess
import sys
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

RUBRIC = """
id: small
title: A class to decide
questions:
  - id: q1
    title: Counting parameters
    criteria:
      - {id: q1_count, title: The total, points: 2, number: {expected: 7850, near: [total]}}
      - {id: q1_bias, title: The biases are counted, points: 1, keywords: {any: [[bias*]]}}
      - {id: q1_false, title: Says that biases are free, points: -1, keywords: {any: [{all: [[bias*], [free]]}]}}
      - {id: q1_note, title: Says why, points: 0, keywords: {any: [[because]]}}
  - id: q2
    title: Normalising
    criteria:
      - id: q2_norm
        title: The normalised value
        points: 2
        formula: {expected: (x - m) / s, symbols: {x: [x_i], m: [mu], s: [sigma]}}
      - {id: q2_zero, title: The mean is zero, points: 1, keywords: {any: [[zero]]}}
"""
HOSTILE = r"""
<script>document.title='owned'</script><img src=x onerror="document.title='owned'"><b>bold</b>
<svg onload="alert(1)"><math><mtext><a href="javascript:alert(1)">x</a></mtext></math></svg>
[a](javascript:alert(1)) ![b](http://127.0.0.1:9/x.png) <iframe src="http://127.0.0.1:9/"></iframe>
$\href{javascript:alert(1)}{x} \htmlData{a=b}{y} \def\a{\a\a}\a \includegraphics{http://127.0.0.1:9/y.png}$
<div><table><tr><td></b></textarea></pre></script>--><!-- }}{{ 7*7 }} {% raw %}
right to left: RLOevilPDF LRIxPDI and &lt;b&gt; ' " `
"""


def dot() -> bytes:
    """Make a picture of one grey pixel."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 60, 30, 8, 0, 0, 0, 0)
    lines = b"".join(b"\0" + b"\x90" * 60 for _ in range(30))
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(lines))
        + chunk(b"IEND", b"")
    )


def hand_in(folder: Path) -> None:
    """Write what the class handed in."""
    said = "The total is 7850 or 7840, I am not sure which. The biases count."
    for name in ("ada", "ben", "cem", "dan"):
        (folder / f"{name}.md").write_text(
            f"## 1\n\n{said}\n\n## 2\n\n$\\frac{{x - \\mu}}{{\\sigma}}$, so the mean is zero.\n"
        )
    (folder / "eve.md").write_text(
        "## 1\n\nIn total 7840 or maybe 7850. Perhaps the bias is free, because it adds nothing.\n\n## 2\n\n"
        "$\\frac{x_i - \\mu}{\\sigma}$; the mean is zero\n"
    )
    # Nothing of it awaits a person: what is missing is a zero of prose.
    for name, words in {"ida": "The total is 7850.", "jon": "In total 7850 parameters."}.items():
        text = f"## 1\n\n{words}\n\n## 2\n\n$(x - \\mu) / \\sigma$; the mean is zero\n"
        (folder / f"{name}.md").write_text(text)
    picture = base64.b64encode(dot()).decode()
    (folder / "fay.md").write_text(
        f"## 1\n\nThe total is 7850 with the biases.\n\n## 2\n\n![](data:image/png;base64,{picture})\n"
    )
    (folder / "gil.md").write_text(
        "The total is 7850 with all biases counted. \N{SLIGHTLY SMILING FACE}\n\nThen $\\frac{x - \\mu}{\\sigma}$ and the mean is zero.\n"
    )
    hostile = (
        HOSTILE.replace("RLO", "\u202e")
        .replace("PDF", "\u202c")
        .replace("LRI", "\u2066")
        .replace("PDI", "\u2069")
    )
    (folder / "hal.md").write_text(
        f"## 1\n\nThe total is 7850 or 7840.\n{hostile}\n\n## 2\n\n{hostile}\n{'x' * 1_000_000}\n"
    )


class Served:
    """The page of a class, served by a process of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.book = folder / "reports.gradebook"
        self.process: subprocess.Popen[str] | None = None
        self.start()

    def start(self, *options: str) -> None:
        """Start the server and wait until it has printed its address."""
        command = [
            str(Path(sys.executable).parent / "grader"), "review", str(self.book), "--rubric",
            str(self.folder / "rubric.yaml"), "--who", "ada", "--no-browser", *options,
        ]  # fmt: skip
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=self.folder
        )
        said = []
        for line in self.process.stdout:
            said.append(line)
            found = re.match(r"Open (\S+)", line)
            if found:
                self.address = found[1]
                self.origin = self.address.partition("/enter")[0]
                return
        self.process.communicate()
        raise AssertionError("".join(said))

    def kill(self, how: int = signal.SIGKILL) -> None:
        """End the server at once."""
        os.kill(self.process.pid, how)
        self.process.wait()
        self.process.stdout.close()

    def decided(self) -> dict[tuple[str, str], str | None]:
        """Return the credits that people gave, as the gradebook has them."""
        from grader.gradebook import Gradebook

        with Gradebook(self.book, readonly=True) as book:
            rows = list(book.rows("SELECT student, criterion, credit FROM overrides ORDER BY id"))
        return {(student, criterion): credit for student, criterion, credit in rows}


@pytest.fixture(scope="session")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Mark the class once."""
    from click.testing import CliRunner

    from grader.cli.entry import grade

    folder = tmp_path_factory.mktemp("review")
    (folder / "files").mkdir()
    (folder / "rubric.yaml").write_text(RUBRIC, encoding="utf-8")
    hand_in(folder / "files")
    command = [folder / "files", "--rubric", folder / "rubric.yaml", "--out", folder / "reports", "--quiet"]
    assert CliRunner().invoke(grade, [*map(str, command), "--executor", "serial"]).exit_code == 0
    return folder


@pytest.fixture
def served(graded: Path, tmp_path: Path) -> Iterator[Served]:
    """Serve a copy of the class."""
    folder = tmp_path / "class"
    shutil.copytree(graded, folder)
    page = Served(folder)
    yield page
    if page.process.poll() is None:
        page.kill(signal.SIGTERM)
