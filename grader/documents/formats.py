"""Which formats are read, by a file's suffix, and which of them are no text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

TEXTS: Final[Mapping[str, str]] = {
    ".md": "grader.documents.plain:read_markdown",
    ".markdown": "grader.documents.plain:read_markdown",
    ".txt": "grader.documents.plain:read_markdown",
    ".rmd": "grader.documents.plain:read_markdown",
    ".qmd": "grader.documents.plain:read_markdown",
    ".py": "grader.documents.plain:read_program",
    ".r": "grader.documents.plain:read_program",
    ".ipynb": "grader.documents.notebook:read",
    ".tex": "grader.documents.latex:read",
    ".html": "grader.documents.html:read",
    ".htm": "grader.documents.html:read",
    ".csv": "grader.documents.sheet:read",
    ".rtf": "grader.documents.rtf:read",
}
BYTES: Final[Mapping[str, str]] = {
    ".docx": "grader.documents.docx:read",
    ".odt": "grader.documents.odt:read",
    ".pdf": "grader.documents.pdf:read",
    ".zip": "grader.documents.bundle:read",
}
DOCUMENTS: Final[Mapping[str, str]] = {**TEXTS, **BYTES}
BINARY: Final = frozenset(BYTES)
