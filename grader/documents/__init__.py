"""Bytes of any format to blocks, one file a format found by its suffix through FORMATS, and the cut of blocks into answers.

A format's `read(text, source)` returns a Document and raises SubmissionError where the file is none of its kind; those
of BINARY are given the file's bytes, the others its text. Each imports its library itself, so that only what is read costs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

FORMATS: Final[Mapping[str, str]] = {
    ".md": "grader.documents.markdown:read",
    ".markdown": "grader.documents.markdown:read",
    ".txt": "grader.documents.markdown:read",
    ".ipynb": "grader.documents.notebook:read",
    ".tex": "grader.documents.latex:read",
    ".html": "grader.documents.html:read",
    ".htm": "grader.documents.html:read",
    ".docx": "grader.documents.docx:read",
    ".odt": "grader.documents.odt:read",
    ".rtf": "grader.documents.rtf:read",
}
BINARY: Final[frozenset[str]] = frozenset({".docx", ".odt"})
