"""Draw the pictures of the README with headless Chromium: `python tests/benchmarks/pictures.py`.

Marks the sample class into a temporary folder and photographs one report. Needs `chromium` on the path.
"""

from __future__ import annotations

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


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        grade = Path(sys.executable).parent / "grade"
        source = next((ROOT / "submissions").glob(f"{STUDENT}.*"))
        command = [
            grade,
            source,
            "--rubric",
            ROOT / "rubrics/rq3.yaml",
            "--out",
            folder,
            "--format",
            "html",
            "--quiet",
        ]
        subprocess.run(command, check=True)
        page = next(path for path in Path(folder).glob("*.html") if path.stem != "overview")
        picture = ROOT / "tests/pictures/report.png"
        picture.parent.mkdir(exist_ok=True)
        subprocess.run(
            [
                "chromium",
                *FLAGS,
                f"--user-data-dir={folder}/profile",
                f"--window-size={SIZE}",
                f"--screenshot={picture}",
                page.as_uri(),
            ],
            check=True,
            capture_output=True,
        )
        print(f"{picture.relative_to(ROOT)}: {picture.stat().st_size} bytes")


if __name__ == "__main__":
    main()
