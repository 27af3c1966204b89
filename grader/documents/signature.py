"""What a file is by its first bytes, whatever its name says, and what to do about one that cannot be read."""

from __future__ import annotations

from pathlib import PurePath
from typing import Final

from grader.documents.formats import BINARY, DOCUMENTS
from grader.model.errors import Problem, SubmissionError

_PICTURE: Final = (
    "is a picture, which no machine reads; hand in text, or put the picture into a document with the answers"
)
_SAVE_AS: Final = "open it and save it as PDF or .docx"
_OTHERS: Final = {
    ".doc": f"is an old Word document, which is not read; {_SAVE_AS}",
    ".pages": "is a Pages document, which is not read; export it from Pages as PDF or Word",
    ".wps": f"is a document of Works, which is not read; {_SAVE_AS}",
    ".ppt": "holds slides, which are not read; export them as PDF", ".pptx": "holds slides, which are not read; export them as PDF",
    ".key": "holds slides, which are not read; export them as PDF", ".odp": "holds slides, which are not read; export them as PDF",
    ".xls": "is a spreadsheet, which is not read; export it as CSV or PDF",
    ".xlsx": "is a spreadsheet, which is not read; export it as CSV or PDF",
    ".ods": "is a spreadsheet, which is not read; export it as CSV or PDF",
    ".numbers": "is a spreadsheet, which is not read; export it as CSV or PDF",
    ".gdoc": "is only a link to a document of Google's; download the document itself as PDF or .docx",
    ".url": "is only a link; hand in what it points to", ".webloc": "is only a link; hand in what it points to",
    ".lnk": "is only a link; hand in what it points to",
    ".rar": "is packed in a way that is not read; hand in the document itself, or a .zip",
    ".7z": "is packed in a way that is not read; hand in the document itself, or a .zip",
    ".tar": "is packed in a way that is not read; hand in the document itself, or a .zip",
    ".gz": "is packed in a way that is not read; hand in the document itself, or a .zip",
    ".djvu": "is a scan, which is not read; hand in a PDF with text",
    ".epub": "is a book, which is not read; hand in PDF or .docx",
}  # fmt: skip
_MEDIA: Final = frozenset(
    [
        ".png",
        ".jpg",
        ".jpeg",
        ".gif",
        ".bmp",
        ".tif",
        ".tiff",
        ".webp",
        ".heic",
        ".heif",
        ".svg",
        ".psd",
        ".ai",
        ".eps",
        ".mp4",
        ".mov",
        ".avi",
        ".mkv",
        ".mp3",
        ".m4a",
        ".wav",
    ]
)
_PICTURE_BYTES: Final = (b"\x89PNG\r\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a", b"BM", b"II*\x00", b"MM\x00*")
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
CONVERTED: Final = b"<!-- grader: converted to Markdown"
"""How the output of a teacher's converter begins, which is kept under the name of the file it was made of."""
_ZIP: Final = (b"PK\x03\x04", b"PK\x05\x06")
_BESIDE: Final = frozenset({".py", ".r", ".csv"})
_NAMES: Final = {
    ".pdf": "a PDF",
    ".docx": "a Word document",
    ".odt": "an OpenDocument text",
    ".rtf": "RTF",
    ".html": "HTML",
}


STRUCTURED: Final = (".yaml", ".yml", ".json")  # read elsewhere


def suffix_of(raw: bytes, source: str) -> tuple[str, str]:
    """Return the suffix whose format a file has, and a note where its name says another; raises SubmissionError."""
    suffix = PurePath(source).suffix.lower()
    if not raw.strip(b"\x00 \t\r\n"):
        raise _refusal(
            source, "is empty" if not raw else "holds nothing but blanks or zero bytes; hand it in again"
        )
    actual = _actual(raw)
    if (actual == "picture" and suffix not in DOCUMENTS) or suffix in _MEDIA:
        raise _refusal(source, _PICTURE)
    if actual == "picture":
        raise _refusal(source, f"is a picture, whatever its name says; {_PICTURE.partition('; ')[2]}")
    if actual == "ole":
        if suffix == ".docx":
            rule = "is protected by a password, or an old Word document under a new name; save it without a password as .docx"
            raise _refusal(source, rule)
        raise _refusal(source, _OTHERS.get(suffix, _OTHERS[".doc"]))
    if actual == ".md":  # what a command of the teacher's has made of it
        return actual, ""
    if actual in _NAMES and suffix not in (actual, ".zip"):
        return (
            actual,
            f"The file is named {PurePath(source).name[:100]} and is {_NAMES[actual]}; it was read as that.",
        )
    if suffix in _OTHERS:
        raise _refusal(source, _OTHERS[suffix])
    if suffix not in DOCUMENTS:
        known = ", ".join((*STRUCTURED, *DOCUMENTS))
        raise _refusal(source, f"no reader for {PurePath(source).suffix!r} files; known are {known}")
    if suffix in BINARY and actual != suffix:
        raise _refusal(
            source, f"is no {suffix} file, whatever its name says, or is damaged; {_SAVE_AS} once more"
        )
    return suffix, ""


def _actual(raw: bytes) -> str:
    """Return what the bytes show a file to be: a suffix, `picture`, `ole`, or "" where they show nothing."""
    head = raw[:1024].lstrip()
    if raw.startswith(CONVERTED):
        return ".md"
    if raw[:4] in _ZIP:
        start = raw[:4_096]
        packed_type = start[26:60].find(b"mimetype") >= 0 and b"content.xml" in raw[-200_000:]
        if b"mimetypeapplication/vnd.oasis.opendocument.text" in start or packed_type:
            return ".odt"
        return ".docx" if b"word/document.xml" in start or b"word/document.xml" in raw[-200_000:] else ".zip"
    if b"%PDF-" in raw[:1024]:
        return ".pdf"
    if head.startswith(b"{\\rtf"):
        return ".rtf"
    if raw.startswith(_OLE):
        return "ole"
    if raw.startswith(_PICTURE_BYTES) or raw[4:12] in {b"ftypheic", b"ftypmif1"} or raw[8:12] == b"WEBP":
        return "picture" if b"\x00" in raw[:512] else ""
    return ".html" if head[:300].lower().startswith((b"<!doctype html", b"<html")) else ""


def is_beside(source: str) -> bool:
    """Whether a file of this name is likely to go with a document and to be none: a picture, a program, data."""
    suffix = PurePath(source).suffix.lower()
    return suffix in _BESIDE or (suffix not in DOCUMENTS and suffix not in _OTHERS)


def _refusal(source: str, rule: str) -> SubmissionError:
    return SubmissionError([Problem(source, 0, 0, rule)])
