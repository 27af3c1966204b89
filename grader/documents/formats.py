"""Which formats are read, by a file's suffix, and which of them are no text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

DOCUMENTS: Final[Mapping[str, str]] = {
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
    ".docx": "grader.documents.docx:read",
    ".odt": "grader.documents.odt:read",
    ".rtf": "grader.documents.rtf:read",
    ".pdf": "grader.documents.pdf:read",
    ".zip": "grader.documents.bundle:read",
}
BINARY: Final = frozenset({".docx", ".odt", ".pdf", ".zip"})
