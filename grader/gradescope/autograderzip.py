"""Build what a teacher uploads: setup.sh, run_autograder, the rubric, and the grader itself."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import tempfile
from pathlib import Path, PurePosixPath
from typing import Final

from grader.files.provenance import place_of, signed_bytes
from grader.files.yamltree import load_yaml, read_own_bytes, read_own_file
from grader.gradescope.decided import FILE
from grader.gradescope.wheel import archive, make_wheel, pinned
from grader.isolation import child_command, child_environment
from grader.model.errors import Problem, UsageError
from grader.rubric.loading import MAX_BYTES, load_rubric

# What setup.sh looks for, newest first; the platform's own images may be older and then get one installed.
PYTHONS: Final = ("3.13", "3.12", "3.11")
LEAST: Final = 11  # of Python 3
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
CDPATH='' cd -- "$(dirname -- "$0")"
newest() {
    for version in @PYTHONS@; do
        if "python$version" -I -c 'import venv, ensurepip' 2> /dev/null; then
            echo "python$version"
            return
        fi
    done
}
python=$(newest)
if [ -z "$python" ]; then
    apt-get update
    # Every release of the system has another one.
    for version in @PYTHONS@; do
        if apt-get install -y "python$version" "python$version-venv"; then
            break
        fi
    done
    python=$(newest)
fi
if [ -z "$python" ]; then
    echo "setup.sh: there is no Python @PYTHONS@ here and none to install" >&2
    exit 1
fi
"$python" -I -m venv venv
venv/bin/python -I -m pip install --disable-pip-version-check @PIP@
venv/bin/python -I -m compileall -q venv/lib > /dev/null || true
venv/bin/python -I -m grader check -- @RUBRIC@
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
exec "$root/source/venv/bin/python" -I -m grader gradescope run --root "$root" --rubric "$root/source/"@RUBRIC@@DECISIONS@
"""


def build_files(
    rubric: Path, *, vendor: bool, python: str = PYTHONS[-1], decisions: bytes | None = None
) -> dict[str, bytes]:
    """Return every file of the autograder by its name. Raises GraderError for a rubric that is mistaken.

    With `vendor` the wheels come along, for this Python, and setting up needs no package index. With `decisions` what
    people decided comes along as well.
    """
    if re.fullmatch(r"3\.[1-9][0-9]", python) is None or int(python[2:]) < LEAST:
        rule = f"must be a Python from 3.{LEAST} on, such as {PYTHONS[-1]} (got {python!r})"
        raise UsageError([Problem("--python", 0, 0, rule)])
    _check_name(rubric, rubric.name)
    load_rubric(rubric)
    wheel, data = make_wheel()
    pip = f"--no-index --find-links wheels {_NEEDS}" if vendor else _NEEDS
    pythons = (python,) if vendor else PYTHONS
    names = {
        "@PYTHONS@": " ".join(pythons), "@PIP@": pip, "@RUBRIC@": shlex.quote(f"rubric/{rubric.name}"),
        "@FIRST@": _first_results(),
        "@DECISIONS@": "" if decisions is None else f' --decisions "$root/source/{FILE}"',
    }  # fmt: skip
    files = {
        "setup.sh": _filled(SETUP, names),
        "run_autograder": _filled(RUN, names),
        "requirements.txt": "\n".join([*pinned(), ""]).encode(),
        f"wheels/{wheel}": data,
        **_rubric_files(rubric),
    }
    if decisions is not None:
        files[FILE] = decisions
    if vendor:
        files |= _vendored(pinned(), python)
    return files


_NEEDS: Final = "--requirement requirements.txt wheels/grader-*.whl"


def build_zip(
    rubric: Path, *, vendor: bool, python: str = PYTHONS[-1], decisions: bytes | None = None
) -> bytes:
    """Return the zip to upload: its files lie at the top, as the platform wants them."""
    files = build_files(rubric, vendor=vendor, python=python, decisions=decisions)
    return signed_bytes(archive(files, executable=EXECUTABLE, comment=place_of("autograder")), "autograder")


def _filled(text: str, names: dict[str, str]) -> bytes:
    """Fill in a script in one go, so that nothing is looked for in what was filled in."""
    return re.sub("@[A-Z]+@", lambda found: names[found[0]], text).encode()


def _first_results() -> str:
    from grader.gradescope.containerrun import our_fault  # noqa: PLC0415 - as above
    from grader.gradescope.metadata import Metadata  # noqa: PLC0415 - the runner's part, needed only here

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
        _check_name(rubric, str(inside))
        files[f"rubric/{inside}"] = read_own_bytes(rubric.parent / inside, MAX_BYTES, UsageError)
    return files


def _check_name(rubric: Path, name: str) -> None:
    """Refuse a name that may not be the same after unpacking; raises UsageError."""
    odd = sorted({character for character in name if character == "\\" or not character.isprintable()})
    if odd:
        rule = f"the name {name!r} holds {', '.join(map(repr, odd))}, which may not outlast packing; rename the file"
        raise UsageError([Problem(repr(str(rubric))[1:-1], 0, 0, rule)])


def _vendored(requirements: list[str], python: str) -> dict[str, bytes]:
    """Download the wheels of everything that is needed; raises UsageError with what the installer says."""
    with tempfile.TemporaryDirectory() as folder:
        # Where nobody has put anything: neither for Python nor for pip lies there what has a name they look for.
        command = child_command(
            "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps", "--only-binary=:all:",
            "--implementation", "cp", "--python-version", python, "--dest", folder,
        )  # fmt: skip
        for platform in PLATFORMS:
            command += ["--platform", platform]
        done = subprocess.run(
            [*command, *requirements], cwd=folder, env=child_environment(), capture_output=True, text=True,
            check=False,
        )  # fmt: skip
        if done.returncode:
            last = next(
                (line for line in reversed(done.stderr.splitlines()) if line.startswith("ERROR")), done.stderr
            )
            rule = f"the wheels could not be fetched: {last.removeprefix('ERROR: ').strip()}"
            raise UsageError([Problem("--vendor", 0, 0, rule)])
        return {f"wheels/{path.name}": path.read_bytes() for path in sorted(Path(folder).iterdir())}
