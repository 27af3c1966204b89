"""Write the autograder as a folder with a Dockerfile, beside a list of what was written into it."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from grader.files.provenance import Origin, origin_of, signed
from grader.gradescope.autograderzip import EXECUTABLE
from grader.model.errors import Problem, UsageError
from grader.writers.atomic import CHANGED, NOT_OURS, refused, why_kept, write_bytes

if TYPE_CHECKING:
    from pathlib import Path

DOCKERFILE: Final = """\
FROM gradescope/autograder-base:ubuntu-22.04
COPY . /autograder/source/
RUN bash /autograder/source/setup.sh \\
    && cp /autograder/source/run_autograder /autograder/run_autograder \\
    && chmod +x /autograder/run_autograder
"""

# The list of the files, each with its digest: copies of the rubric can carry no signature.
LISTING: Final = "written.json"


def write_container(folder: Path, files: dict[str, bytes]) -> None:
    """Write the files of an autograder and its Dockerfile into a folder.

    Raises UsageError, before anything is written, with every file that is there and not ours, or was changed.
    """
    files = files | {"Dockerfile": DOCKERFILE.encode()}
    digests = {name: sha256(data).hexdigest() for name, data in files.items()}
    listed = json.dumps({"files": digests}, indent=1, sort_keys=True)
    listing = signed(listed, "container", "json").encode()
    known = _listed(folder / LISTING)
    problems = []
    for name, data in {**files, LISTING: listing}.items():
        path = folder / name
        why = (
            why_kept(path, kind="container", data=data)
            if name == LISTING
            else _why_kept(path, data, known.get(name))
        )
        if why:
            problems.append(Problem(str(path), 0, 0, f"cannot be written: {refused(path, why).strerror}"))
    if problems:
        raise UsageError(problems)
    for name, data in files.items():
        write_bytes(folder / name, data, known=lambda _: "", mode=0o700 if name in EXECUTABLE else 0o600)
    write_bytes(folder / LISTING, listing)


def _why_kept(path: Path, data: bytes, digest: str | None) -> str:
    def known(there: bytes) -> str:
        if digest is None:
            return NOT_OURS
        return "" if sha256(there).hexdigest() == digest else CHANGED

    return why_kept(path, known=known, data=data)


def _listed(path: Path) -> dict[str, str]:
    """Return the digests of what was written before, by name; none where the list is not ours."""
    try:
        data = path.read_bytes()
    except OSError:
        return {}
    if origin_of(data, "container") is not Origin.OURS:
        return {}
    found: dict[str, Any] = json.loads(data)["files"]
    return {name: str(digest) for name, digest in found.items()}
