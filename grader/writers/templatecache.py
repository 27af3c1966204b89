"""Templates as they were compiled before, beside Python's own compiled files: compiling them takes longer than filling one in."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from importlib.util import cache_from_source
from pathlib import Path
from typing import TYPE_CHECKING, Final

import jinja2

if TYPE_CHECKING:
    from jinja2.bccache import Bucket

_ENDING: Final = ".template"


class TemplateCache(jinja2.BytecodeCache):
    """Compiled templates in a folder. A bucket tells by its source's digest whether it is still that template.

    What cannot be read or kept is compiled each time.
    """

    def __init__(self) -> None:
        self.folder = Path(cache_from_source(__file__)).parent
        self.engine = _engine()

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill a bucket with what is kept of its template."""
        try:
            with self._path(bucket).open("rb") as file:
                bucket.load_bytecode(file)
        except Exception:  # noqa: BLE001 - not there, or damaged in whatever way
            bucket.reset()

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled, whole or not at all."""
        if sys.dont_write_bytecode:
            return
        path = self._path(bucket)
        beside = path.with_name(f"{path.name}.{os.getpid()}")
        with suppress(OSError):
            beside.write_bytes(bucket.bytecode_to_string())
            beside.replace(path)

    def _path(self, bucket: Bucket) -> Path:
        return self.folder / f"{bucket.key}-{self.engine}{_ENDING}"


def _engine() -> str:
    """Return what tells one engine from another, since what one has compiled another may not run."""
    seen = Path(str(jinja2.__file__)).with_name("compiler.py").stat()
    return f"{sys.implementation.cache_tag}-{seen.st_size:x}-{seen.st_mtime_ns:x}"
