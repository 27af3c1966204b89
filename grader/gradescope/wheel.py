"""Make a wheel of the package as it is installed here, so that the autograder runs exactly this code."""

from __future__ import annotations

import base64
import hashlib
import io
import zipfile
from importlib.metadata import PackageNotFoundError, distribution, requires, version
from pathlib import Path
from typing import TYPE_CHECKING, Final

from packaging.requirements import Requirement

from grader import __version__
from grader.model.errors import Problem, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

# The same bytes for the same files: archives carry this time.
EPOCH: Final = (2020, 1, 1, 0, 0, 0)
_NAME: Final = "grader"
_SKIPPED: Final = frozenset({"__pycache__"})


def make_wheel() -> tuple[str, bytes]:
    """Return the wheel's file name and its bytes."""
    package = Path(__file__).parent.parent
    info = f"{_NAME}-{__version__}.dist-info"
    files = {
        f"{_NAME}/{path.relative_to(package).as_posix()}": path.read_bytes()
        for path in sorted(package.rglob("*"))
        if path.is_file() and not _SKIPPED & set(path.parts)
    }
    files[f"{info}/METADATA"] = _metadata().encode()
    files[f"{info}/WHEEL"] = (
        b"Wheel-Version: 1.0\nGenerator: grader\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    )
    entries = "\n".join(f"{name} = grader.cli.launch:{name}" for name in ("grade", "grader"))
    files[f"{info}/entry_points.txt"] = f"[console_scripts]\n{entries}\n".encode()
    record = f"{info}/RECORD"
    lines = [f"{name},sha256={_hash(data)},{len(data)}" for name, data in files.items()]
    files[record] = "\n".join([*lines, f"{record},,", ""]).encode()
    return f"{_NAME}-{__version__}-py3-none-any.whl", archive(files)


def archive(
    files: dict[str, bytes], *, executable: frozenset[str] = frozenset(), comment: bytes = b""
) -> bytes:
    """Return a zip of these files: the same bytes for the same files."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = (0o755 if name in executable else 0o644) << 16
            target.writestr(entry, data)
        target.comment = comment
    return buffer.getvalue()


def pinned() -> list[str]:
    """Return everything the grader needs to run, with the versions that are installed here."""
    try:
        waiting = list(_needs(_NAME))
    except PackageNotFoundError as error:
        rule = "grader is not installed here, only lying about: install it first, so that its needs are known"
        raise UsageError([Problem("gradescope build", 0, 0, rule)]) from error
    found: dict[str, str] = {}
    while waiting:
        name = waiting.pop()
        if name not in found:
            found[name] = version(name)
            waiting += _needs(name)
    return [f"{name}=={number}" for name, number in sorted(found.items())]


def _needs(name: str) -> Iterator[str]:
    for text in requires(name) or ():
        need = Requirement(text)
        if need.marker is None or need.marker.evaluate({"extra": ""}):
            yield need.name.lower().replace("_", "-")


def _metadata() -> str:
    """Return the installed metadata without what only developers need."""
    try:
        source = distribution(_NAME)
    except PackageNotFoundError:
        return f"Metadata-Version: 2.1\nName: {_NAME}\nVersion: {__version__}\n"
    needs = [f"Requires-Dist: {text}" for text in source.requires or () if "extra ==" not in text]
    python = source.metadata["Requires-Python"]
    return "\n".join(
        [
            "Metadata-Version: 2.1",
            f"Name: {_NAME}",
            f"Version: {__version__}",
            f"Requires-Python: {python}",
            *needs,
            "",
        ]
    )


def _hash(data: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
