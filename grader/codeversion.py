"""Which code marks: the version, and a digest of the package's own files.

Results are reused only between equal codes; the number alone would not tell two checkouts apart.
"""

from __future__ import annotations

import os
import sys
import time
from contextlib import suppress
from functools import cache
from hashlib import sha256
from importlib.util import cache_from_source
from pathlib import Path
from typing import Final

from grader import __version__

# Libraries that read or decide; another version of one may come to another verdict.
DECIDING: Final = ("numpy", "python-flint", "pyyaml", "rapidfuzz", "snowballstemmer", "sympy")
_SUFFIXES: Final = frozenset({".py", ".txt", ".j2", ".css", ".js"})
# Folders of the package without code of ours: what browsers load, and what Python keeps.
_PASSED_OVER: Final = frozenset({"assets", "__pycache__"})
# File systems note times as coarsely as this (FAT: even seconds); of two changes so close together the second may not show.
GRANULARITY: Final = 2_000_000_000  # ns
_INSTALLED: Final = (".dist-info", ".egg-info", ".egg-link")


@cache
def code_version() -> str:
    """Return `0.1.0+` and a digest of all that can change a verdict or a report: code, words, templates, libraries.

    It is kept beside Python's own compiled files, under the stamp of the files that it was read from.
    """
    kept = Path(cache_from_source(__file__)).with_suffix(".version")
    at = time.time_ns()
    stamp, newest = code_stamp()
    with suppress(OSError, ValueError):
        known, _, found = kept.read_text(encoding="ascii").partition(" ")
        if known == stamp and newest < at - GRANULARITY:
            return found
    found = read_version()
    if newest < at - GRANULARITY and not sys.dont_write_bytecode:
        with suppress(OSError):  # where it cannot be kept, it is read each time
            _keep(kept, f"{stamp} {found}")
    return found


def read_version() -> str:
    """Return the same, and read all of it."""
    digest = sha256(repr([(name, version(name)) for name in DECIDING]).encode())
    package = Path(__file__).parent
    for path in sorted(package.rglob("*")):
        if path.suffix in _SUFFIXES and "assets" not in path.parts:
            digest.update(str(path.relative_to(package)).encode())
            digest.update(path.read_bytes())
    return f"{__version__}+{digest.hexdigest()[:12]}"


def _keep(path: Path, text: str) -> None:
    """Write a short text whole or not at all."""
    beside = path.with_name(f"{path.name}.{os.getpid()}")
    beside.write_text(text, encoding="ascii")
    beside.replace(path)


def version(name: str) -> str:
    """Return the version of an installed library."""
    from importlib.metadata import version as installed  # noqa: PLC0415 - it loads what reads mail

    return installed(name)


def code_stamp() -> tuple[str, int]:
    """Return what can be told of the same without reading it: a digest of sizes, times and numbers, and the newest time (ns).

    Equal stamps, equal versions: a file that is written over has another time of change, a library that is installed anew
    another folder. That holds unless something changed in the very moment that a stamp was taken, which its newest time tells.
    """
    seen: list[tuple[object, ...]] = [(__version__, sys.version, sys.flags.optimize)]
    newest = 0
    folders = [str(Path(__file__).parent)]
    while folders:
        with os.scandir(folders.pop()) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    folders += [] if entry.name in _PASSED_OVER else [entry.path]
                elif os.path.splitext(entry.name)[1] in _SUFFIXES:  # noqa: PTH122 - hundreds of them
                    found = entry.stat()
                    seen.append((entry.path, *_stamp(found)))
                    newest = max(newest, found.st_mtime_ns, found.st_ctime_ns)
    for folder in sys.path:
        seen += [(folder,), *_installed(folder)]
    return sha256(repr(sorted(seen, key=repr)).encode("utf-8", "surrogateescape")).hexdigest(), newest


def _installed(folder: str) -> list[tuple[object, ...]]:
    """Return the libraries of a folder that Python looks into, as far as their names and folders tell them."""
    try:
        with os.scandir(folder or os.curdir) as entries:
            return [
                (entry.name, *_stamp(entry.stat())) for entry in entries if entry.name.endswith(_INSTALLED)
            ]
    except OSError:  # it is not there, or an archive
        return []


def _stamp(found: os.stat_result) -> tuple[int, ...]:
    return found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino
