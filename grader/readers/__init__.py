"""The readers of structured hand-ins, found by a file's suffix through READERS; documents are `grader.documents`'.

A reader is a function `read(text, path, outline) -> Submission` that raises SubmissionError with
every problem it found. It knows the questions' names and parts, and nothing of the key. Where a file
names nobody, its submission has no students: `grader.readers.files` knows what the file's name says,
and what any hand-in may hold (`grader.readers.handinlimits`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from grader.documents import DOCUMENTS

if TYPE_CHECKING:
    from collections.abc import Mapping

READERS: Final[Mapping[str, str]] = {
    ".yaml": "grader.readers.yamlfile:read",
    ".yml": "grader.readers.yamlfile:read",
    ".json": "grader.readers.jsonfile:read",
}
SUFFIXES: Final = (*READERS, *DOCUMENTS)
"""Of every file that can be handed in."""
