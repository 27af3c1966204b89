"""Which code marks: the version, and a digest of the package's own files.

Results are reused only between equal codes; the number alone would not tell two checkouts apart.
"""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Final

from grader import __version__

# Libraries that read or decide; another version of one may come to another verdict.
DECIDING: Final = ("numpy", "python-flint", "pyyaml", "rapidfuzz", "snowballstemmer", "sympy")
_SUFFIXES: Final = frozenset({".py", ".txt", ".j2", ".css", ".js"})


@cache
def code_version() -> str:
    """Return `0.1.0+` and a digest of all that can change a verdict or a report: code, words, templates, libraries."""
    digest = sha256(repr([(name, version(name)) for name in DECIDING]).encode())
    package = Path(__file__).parent
    for path in sorted(package.rglob("*")):
        if path.suffix in _SUFFIXES and "assets" not in path.parts:
            digest.update(str(path.relative_to(package)).encode())
            digest.update(path.read_bytes())
    return f"{__version__}+{digest.hexdigest()[:12]}"
