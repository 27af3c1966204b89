"""Build what a teacher uploads: setup.sh, run_autograder, the rubric, and the grader itself."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path, PurePosixPath
from typing import Final

from grader.errors import Problem, UsageError
from grader.gradescope.wheel import archive, make_wheel, pinned
from grader.provenance import place_of, signed_bytes
from grader.rubric import MAX_BYTES, load_rubric
from grader.yamltree import load_yaml, read_own_bytes, read_own_file

# What setup.sh looks for, newest first; the platform's own images may be older and then get one installed.
PYTHONS: Final = ("3.13", "3.12", "3.11")
# Wheels for the platform's containers, whatever machine the zip is built on.
PLATFORMS: Final = (
    "manylinux_2_28_x86_64",
    "manylinux_2_27_x86_64",
    "manylinux_2_17_x86_64",
    "manylinux2014_x86_64",
)
EXECUTABLE: Final = frozenset({"setup.sh", "run_autograder"})

SETUP: Final = """\
#!/usr/bin/env bash
# Run once when the image is built: a Python that is new enough, and the grader beside it.
set -euo pipefail
cd "$(dirname "$0")"
newest() {
    for version in @PYTHONS@; do
        if command -v "python$version" > /dev/null && "python$version" -c 'import venv, ensurepip' 2> /dev/null; then
            echo "python$version"
            return
        fi
    done
}
python=$(newest)
if [ -z "$python" ]; then
    apt-get update
    apt-get install -y @APT@
    python=$(newest)
fi
"$python" -m venv venv
venv/bin/python -m pip install --disable-pip-version-check @PIP@
venv/bin/python -m compileall -q venv/lib > /dev/null || true
venv/bin/grader check rubric/@RUBRIC@
"""

RUN: Final = """\
#!/usr/bin/env bash
# Run for every hand-in. The first results are written before Python starts, so that some always stand there.
root="${AUTOGRADER_ROOT:-/autograder}"
mkdir -p "$root/results"
cat > "$root/results/results.json" << 'END'
@FIRST@
END
export OPENBLAS_NUM_THREADS=1
exec "$root/source/venv/bin/grader" gradescope run --root "$root" --rubric "$root/source/rubric/@RUBRIC@"
"""


def build_files(rubric: Path, *, vendor: bool, python: str = PYTHONS[-1]) -> dict[str, bytes]:
    """Return every file of the autograder by its name. Raises GraderError for a rubric that is mistaken.

    With `vendor` the wheels come along, for this Python, and setting up needs no package index.
    """
    load_rubric(rubric)
    wheel, data = make_wheel()
    pip = f"--no-index --find-links wheels {_NEEDS}" if vendor else _NEEDS
    pythons = (python,) if vendor else PYTHONS
    names = {
        "@PYTHONS@": " ".join(pythons), "@APT@": f"python{pythons[-1]} python{pythons[-1]}-venv",
        "@PIP@": pip, "@RUBRIC@": rubric.name,
    }  # fmt: skip
    files = {
        "setup.sh": _filled(SETUP, names),
        "run_autograder": _filled(RUN, {"@FIRST@": _first_results(), "@RUBRIC@": rubric.name}),
        "requirements.txt": "\n".join([*pinned(), ""]).encode(),
        f"wheels/{wheel}": data,
        **_rubric_files(rubric),
    }
    if vendor:
        files |= _vendored(pinned(), python)
    return files


_NEEDS: Final = "--requirement requirements.txt wheels/grader-*.whl"


def build_zip(rubric: Path, *, vendor: bool, python: str = PYTHONS[-1]) -> bytes:
    """Return the zip to upload: its files lie at the top, as the platform wants them."""
    files = build_files(rubric, vendor=vendor, python=python)
    return signed_bytes(archive(files, executable=EXECUTABLE, comment=place_of("autograder")), "autograder")


def _filled(text: str, names: dict[str, str]) -> bytes:
    for name, value in names.items():
        text = text.replace(name, value)
    return text.encode()


def _first_results() -> str:
    from grader.gradescope.metadata import Metadata  # noqa: PLC0415 - the runner's part, needed only here
    from grader.gradescope.running import our_fault  # noqa: PLC0415 - as above

    return json.dumps(our_fault("run_autograder did not get as far as starting the grader", Metadata()))


def _rubric_files(rubric: Path) -> dict[str, bytes]:
    """Return the rubric and the files it imports, with the folders between them."""
    text = read_own_file(rubric, MAX_BYTES, UsageError)
    data = load_yaml(text, str(rubric)).data
    imports = data.get("import") or [] if isinstance(data, dict) else []
    files = {f"rubric/{rubric.name}": text.encode()}
    for name in [imports] if isinstance(imports, str) else imports:
        inside = PurePosixPath(str(name))
        if inside.is_absolute() or ".." in inside.parts:
            rule = (
                f"imports {str(name)!r} from outside its folder; for the zip, put that file beside the rubric"
            )
            raise UsageError([Problem(str(rubric), 0, 0, rule)])
        files[f"rubric/{inside}"] = read_own_bytes(rubric.parent / inside, MAX_BYTES, UsageError)
    return files


def _vendored(requirements: list[str], python: str) -> dict[str, bytes]:
    """Download the wheels of everything that is needed; raises UsageError with what the installer says."""
    with tempfile.TemporaryDirectory() as folder:
        command = [
            sys.executable,
            "-m",
            "pip",
            "download",
            "--quiet",
            "--disable-pip-version-check",
            "--no-deps",
        ]
        command += [
            "--only-binary=:all:",
            "--implementation",
            "cp",
            "--python-version",
            python,
            "--dest",
            folder,
        ]
        for platform in PLATFORMS:
            command += ["--platform", platform]
        done = subprocess.run([*command, *requirements], capture_output=True, text=True, check=False)
        if done.returncode:
            last = next(
                (line for line in reversed(done.stderr.splitlines()) if line.startswith("ERROR")), done.stderr
            )
            rule = f"the wheels could not be fetched: {last.removeprefix('ERROR: ').strip()}"
            raise UsageError([Problem("--vendor", 0, 0, rule)])
        return {f"wheels/{path.name}": path.read_bytes() for path in sorted(Path(folder).iterdir())}
