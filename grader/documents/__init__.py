"""Bytes of any format to blocks, one file a format, and the cut of blocks into answers.

A format is a function found by a file's suffix through DOCUMENTS: `read(text, source) -> Document`, or `read(raw,
source)` for formats that are no text (`BINARY`). It raises SubmissionError with what is wrong and the way out.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePath
from typing import TYPE_CHECKING

from grader.documents.formats import BINARY, DOCUMENTS
from grader.files.registry import resolve

if TYPE_CHECKING:
    from collections.abc import Mapping

    from grader.documents.document import Document

__all__ = ["BINARY", "DOCUMENTS", "read"]


def read(raw: bytes, source: str, *, converters: Mapping[str, str] | None = None) -> Document:
    """Return what stands in a file; `source` is its path. Raises SubmissionError.

    `converters` are commands of the teacher's by suffix, whose output is read as Markdown.
    """
    from grader.documents.signature import suffix_of  # noqa: PLC0415 - who only asks for the table needs none

    suffix = PurePath(source).suffix.lower()
    if converters and suffix in converters:
        from grader.documents.converting import converted  # noqa: PLC0415 - as above

        return _of_text(converted(raw, source, converters[suffix]), source, ".md")
    meant, note = suffix_of(raw, source)
    if meant in BINARY:
        document: Document = resolve(DOCUMENTS, meant)(raw, source)
    else:
        document = _of_text(raw, source, meant)
    return replace(document, notes=(note, *document.notes)) if note else document


def _of_text(raw: bytes, source: str, suffix: str) -> Document:
    from grader.documents.encoding import decode  # noqa: PLC0415 - as above

    if suffix == ".rtf":  # which says itself what its bytes mean
        document: Document = resolve(DOCUMENTS, suffix)(raw.decode("latin-1"), source)
        return document
    decoded = decode(raw, source)
    document = resolve(DOCUMENTS, suffix)(decoded.text, source)
    if not decoded.note:
        return document
    return replace(document, notes=(decoded.note, *document.notes), doubt=decoded.doubt or document.doubt)
