"""A page of a PDF as a picture for people, drawn by a process of its own that is bounded in time and memory.

Drawing is somebody else's code on somebody else's bytes: where it hangs, or takes the process with it, there is no
picture, and nothing else is lost.
"""

from __future__ import annotations

import subprocess
import sys
from contextlib import suppress
from typing import Final

from grader.documents.pdf.pageimages import png
from grader.documents.pdf.pdffile import opened
from grader.isolation import FOLDER, child_command, child_environment

SECONDS: Final = 20
MEMORY: Final = 1_500_000_000  # bytes of addresses
WIDTH: Final = 1100  # pixels
_TALLEST: Final = 3  # times as high as wide; what is longer is drawn smaller


def page_picture(raw: bytes, number: int) -> bytes:
    """Return a page of a PDF, from 1, as a PNG; b"" where it cannot be drawn."""
    try:
        done = subprocess.run(
            child_command("-m", "grader.documents.pdf.pagepicture", str(number)),
            input=raw, cwd=FOLDER, env=child_environment(), capture_output=True, timeout=SECONDS, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return b""
    return done.stdout if done.returncode == 0 else b""


def drawn(raw: bytes, number: int) -> bytes:
    """Draw a page of a PDF in this process. Raises SubmissionError, or IndexError for a page that is not there."""
    document = opened(raw, "")
    try:
        if not 0 < number <= len(document):
            raise IndexError(number)
        page = document[number - 1]
        width, height = page.get_size()
        scale = min(WIDTH / max(width, 1.0), _TALLEST * WIDTH / max(height, 1.0))
        image = page.render(scale=scale, rev_byteorder=True, may_draw_forms=False)
        return png(bytes(image.buffer), image.width, image.height, image.stride, image.n_channels)
    finally:
        document.close()


def _bounded() -> None:
    with suppress(ImportError):  # Windows bounds nothing but the time
        import resource  # noqa: PLC0415

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))


if __name__ == "__main__":
    _bounded()
    sys.stdout.buffer.write(drawn(sys.stdin.buffer.read(), int(sys.argv[1])))
