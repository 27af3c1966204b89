"""Name report files after students, whatever their ids hold."""

from __future__ import annotations

import hashlib
from typing import Final

from grader.notation.lazypatterns import deferred

# Room for a suffix and an ending within the 255 bytes most file systems give a name.
MAX_STEM: Final = 80
_DIGEST_LENGTH: Final = 8
_UNSAFE: Final = deferred(r"[^A-Za-z0-9._-]+")
# Names Windows keeps for devices, with or without an ending.
_RESERVED: Final = frozenset(
    {"con", "prn", "aux", "nul", "conin$", "conout$"}
    | {f"{device}{digit}" for device in ("com", "lpt") for digit in range(10)}
)
# The class's own files stand in the same folder.
_TAKEN: Final = frozenset({"grades", "criteria", "overview", "index"})


class ReportNames:
    """Give each student's report a file stem: safe on every system and never shared.

    A stem is the id where the id is safe as it stands, else its safe characters with a short
    digest of the id. Names that differ only by case count as equal, and so does a second report
    for the same id from another source: the later one gets the digest of its id and source.
    The same reports in the same order get the same names.
    """

    def __init__(self) -> None:
        self._owners: dict[str, tuple[str, str]] = {}

    def stem(self, student_id: str, source: str = "") -> str:
        """Return the stem for one report; asking again for the same one gives the same answer."""
        owner = (student_id, source)
        stem = safe_stem(student_id)
        for candidate in (stem, _suffixed(stem, student_id), _suffixed(stem, f"{student_id}\n{source}")):
            if self._owners.setdefault(candidate.lower(), owner) == owner:
                return candidate
        count = 2
        while self._owners.setdefault(f"{candidate}-{count}".lower(), owner) != owner:
            count += 1
        return f"{candidate}-{count}"


def safe_stem(student_id: str) -> str:
    """Return a file stem that says which student it is and can do no harm as a path."""
    cleaned = _UNSAFE.sub("-", student_id[: 4 * MAX_STEM]).strip(".-")[:MAX_STEM].rstrip(".-")
    first = cleaned.partition(".")[0].lower()
    if cleaned == student_id and cleaned and first not in _RESERVED and cleaned.lower() not in _TAKEN:
        return cleaned
    if first in _RESERVED:
        cleaned = f"student-{cleaned}"
    return _suffixed(cleaned or "student", student_id)


def _suffixed(stem: str, unique: str) -> str:
    digest = hashlib.sha256(unique.encode("utf-8", "surrogatepass")).hexdigest()
    return f"{stem}-{digest[:_DIGEST_LENGTH]}"
