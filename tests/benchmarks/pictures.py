"""Draw the pictures of the README with headless Chromium: `python tests/benchmarks/pictures.py`.

Marks the sample class into a temporary folder, photographs one report, and the page of `grader review` over it. Needs
`chromium` on the path, and playwright (the extra `test`).
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--virtual-time-budget=4000",
]
STUDENT = "ada-lindqvist"
SIZE = "1000,1180"


PICTURES = ROOT / "tests/pictures"
RUBRIC = ROOT / "rubrics/rq3.yaml"
BIN = Path(sys.executable).parent
# What is photographed of the page of decisions, each at its size.
SHOTS = {"queue.png": ("/", 700), "answer.png": ("/next?question=q4", 860)}
WIDTH = 1120


def main() -> None:
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        draw_report(Path(folder))
        draw_review(Path(folder))
    for picture in sorted(PICTURES.glob("*.png")):
        print(f"{picture.relative_to(ROOT)}: {picture.stat().st_size} bytes")


def grade(source: Path, out: Path, *options: str) -> None:
    command = [BIN / "grade", source, "--rubric", RUBRIC, "--out", out, "--quiet", *options]
    subprocess.run(command, check=True)


def draw_report(folder: Path) -> None:
    grade(next((ROOT / "submissions").glob(f"{STUDENT}.*")), folder / "one", "--format", "html")
    page = next(path for path in (folder / "one").glob("*.html") if path.stem != "overview")
    command = [
        "chromium", *FLAGS, f"--user-data-dir={folder}/profile", f"--window-size={SIZE}",
        f"--screenshot={PICTURES / 'report.png'}", page.as_uri(),
    ]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True)


def draw_review(folder: Path) -> None:
    from playwright.sync_api import sync_playwright

    grade(ROOT / "submissions", folder / "reports")
    command = [
        BIN / "grader", "review", folder / "reports.gradebook", "--rubric", RUBRIC, "--who", "ada", "--no-browser",
    ]  # fmt: skip
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        address = next(line.split()[1] for line in server.stdout if line.startswith("Open "))
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=shutil.which("chromium"), args=["--no-sandbox"]
            )
            page = browser.new_page(viewport={"width": WIDTH, "height": 700})
            page.goto(address)
            home = address.partition("/enter")[0]
            for _ in range(8):  # so that something is decided already
                page.goto(f"{home}/next")
                page.keyboard.press("a")
                page.wait_for_selector(".said.done")
            for name, (path, height) in SHOTS.items():
                page.set_viewport_size({"width": WIDTH, "height": height})
                page.goto(home + path)
                page.screenshot(path=PICTURES / name)
            browser.close()
    finally:
        server.terminate()
        server.wait()


if __name__ == "__main__":
    main()
