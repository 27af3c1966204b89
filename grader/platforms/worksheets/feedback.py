"""What feedback files must be called for a platform to give each to its student: as what it gave out was called.

Moodle (`mod/assign/feedback/file/importziplib.php`): the folder `<name>_<number>_assignsubmission_file`, with or without
an underscore at its end, or that as the beginning of the file's name. Canvas (`infer_comment_context_from_filename`): the
numbers of user and attachment between underscores; what stands behind them is free.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_MOODLE: Final = re.compile(r"([^_/]*_[0-9]+_assignsubmission_[a-z]+)(_?)([^/]*)")
# Several files of one participant, as a download's are put together.
_MOODLE_SEVERAL: Final = re.compile(r"([^/]*_[0-9]+)\.zip")
_CANVAS: Final = re.compile(r"[^_/]*(?:_LATE)?(?:_anon)?_[0-9]+_[0-9]+_[^/]*")
_CANVAS_SEVERAL: Final = re.compile(r"([^/]*_[0-9]+_[0-9]+)\.zip")


def moodle_name(source: str) -> str:
    """Return the name of a student's feedback by what a hand-in was called in Moodle's download, "" where that is not known."""
    for part in source.split("/"):
        found = _MOODLE.fullmatch(part)
        if found is not None:
            folder = not found[3]
            return f"{part}/feedback.html" if folder else f"{found[1]}_feedback.html"
    several = _MOODLE_SEVERAL.fullmatch(source.rpartition("/")[2])
    return f"{several[1]}_assignsubmission_file/feedback.html" if several is not None else ""


def canvas_name(source: str) -> str:
    """Return the same for Canvas's download."""
    part = source.rpartition("/")[2]
    several = _CANVAS_SEVERAL.fullmatch(part)
    if several is not None:
        return f"{several[1]}_feedback.html"
    if not _CANVAS.fullmatch(part):
        return ""
    return part if part.endswith(".html") else f"{part}.html"


FEEDBACK_NAMES: Final[Mapping[str, Callable[[str], str]]] = {"canvas": canvas_name, "moodle": moodle_name}
