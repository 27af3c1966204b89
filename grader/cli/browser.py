"""Print pages to PDF by a browser that is installed: Chromium or one of its kin, without a window and without a network."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Final

from grader.model.errors import Problem, UsageError
from grader.writers.atomic import write_bytes

_BROWSERS: Final = (
    "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge", "msedge",
    "brave-browser",
)  # fmt: skip
_MADE: Final = b"Skia/PDF"  # as these browsers sign what they print
# The longest reports take two seconds; a browser that starts for the first time takes some more.
_SECONDS: Final = 120


def find_browser() -> str:
    """Return the path of a browser; raises UsageError where none is installed."""
    for name in _BROWSERS:
        found = shutil.which(name)
        if found and Path(found).is_absolute():  # never one that lies in the current folder
            return found
    rule = "needs Chromium, Chrome or Edge on the PATH, and none is there; install one, or print the pages yourself"
    raise UsageError([Problem("--pdf", 0, 0, rule)])


def print_pdf(browser: str, page: Path, out: Path) -> str:
    """Print a page into a PDF that only its owner reads; return what went wrong, "" where it is there."""
    if out.exists() and _MADE not in out.read_bytes():
        return f"{out} is there already and is not what is written here"
    with tempfile.TemporaryDirectory() as own:
        made = Path(own) / "page.pdf"
        command = [
            browser, "--headless", "--disable-gpu", "--no-first-run", "--no-pdf-header-footer", f"--user-data-dir={own}",
            "--host-resolver-rules=MAP * ~NOTFOUND", "--disable-extensions", f"--print-to-pdf={made}",
        ]  # fmt: skip
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            command.append("--no-sandbox")  # it does not start for the superuser otherwise
        try:
            done = subprocess.run(
                [*command, page.absolute().as_uri()],
                cwd=own,
                capture_output=True,
                timeout=_SECONDS,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            return f"the browser {browser} failed ({type(error).__name__})"
        if done.returncode or not made.is_file():
            return f"the browser {browser} ended with {done.returncode} and wrote no PDF"
        write_bytes(out, made.read_bytes(), known=lambda found: "" if _MADE in found else "is another's")
    return ""
