"""Read a zip of one student's files: the documents in it, joined in the order of their names.

Nothing is unpacked to the disk. Paths that lead outside, links and zips inside are refused.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

from grader.documents import DOCUMENTS
from grader.documents.archive import Archive, is_link, open_archive
from grader.documents.document import Block, Document, Spot
from grader.model.errors import SubmissionError
from grader.notation.lazypatterns import deferred

if TYPE_CHECKING:
    from zipfile import ZipInfo

MAX_ENTRIES: Final = 2_000
MAX_DOCUMENTS: Final = 40

_PACKED: Final = frozenset({".zip", ".rar", ".7z", ".tar", ".gz", ".tgz", ".bz2", ".xz"})
# Read only where nothing else is there: beside a report they are the programs and data that it tells of.
_BESIDE: Final = frozenset({".py", ".r", ".csv", ".txt"})
# The same report in several formats: the one whose text is surest is read.
_SUREST: Final = (
    ".md",
    ".markdown",
    ".qmd",
    ".rmd",
    ".ipynb",
    ".tex",
    ".docx",
    ".odt",
    ".html",
    ".htm",
    ".rtf",
    ".pdf",
)
_DIGITS: Final = deferred(r"(\d{1,18})")


def read(raw: bytes, source: str) -> Document:
    """Return the documents of a `.zip` as one; raises SubmissionError."""
    archive = open_archive(raw, source)
    entries = _entries(archive)
    chosen = _chosen(entries)
    if not chosen:
        raise archive.refusal(
            f"holds no document that can be read; put one of {', '.join(DOCUMENTS)} into it"
        )
    if len(chosen) > MAX_DOCUMENTS:
        raise archive.refusal(
            f"holds more than {MAX_DOCUMENTS} documents (got {len(chosen)}); hand in fewer files"
        )
    left = sorted({info.filename for info in entries} - {info.filename for info in chosen})
    notes = (
        [f"Of the zip, {', '.join(left[:10])}{', ...' if len(left) > 10 else ''} was not read."]
        if left
        else []
    )
    blocks: list[Block] = []
    unread: list[tuple[Spot, str]] = []
    doubts: list[str] = []
    names = {PurePosixPath(info.filename).stem for info in chosen}
    for info in chosen:
        part = _document(archive, info)
        if len(chosen) > 1 and not any(block.kind == "heading" for block in part.blocks):
            blocks.append(Block("heading", PurePosixPath(info.filename).stem, Spot(), depth=1))
        blocks += (replace(block, spot=replace(block.spot, start=None, end=None)) for block in part.blocks)
        missing = [(spot, said) for spot, said in part.unread if not _names_one_of(said, names)]
        unread += missing
        notes += (f"{info.filename}: {note}" for note in part.notes if not _names_one_of(note, names))
        doubts += [part.doubt] if part.doubt else []
    return Document(tuple(blocks), "zip", notes=tuple(notes), doubt=" ".join(doubts), unread=tuple(unread))


def _entries(archive: Archive) -> list[ZipInfo]:
    """Return the files of a zip that belong to whoever made it; raises SubmissionError for a path that leads outside."""
    found = []
    for number, info in enumerate(archive.entries(), 1):
        name = info.filename.replace("\\", "/")
        parts = PurePosixPath(name).parts
        shown = info.filename[:100]
        if number > MAX_ENTRIES:
            raise archive.refusal(f"holds more than {MAX_ENTRIES:,} files, which no answer needs")
        if name.startswith("/") or ".." in parts or re.match(r"[A-Za-z]:", name):
            raise archive.refusal(f"holds a path that leads outside of it ({shown!r}); pack the files anew")
        if is_link(info):
            raise archive.refusal(
                f"holds a link ({shown!r}), which is not followed; put the file itself into it"
            )
        if info.is_dir() or any(part.startswith((".", "__MACOSX", "~$")) for part in parts):
            continue
        if PurePosixPath(name).suffix.lower() in _PACKED:
            raise archive.refusal(
                f"holds another archive ({shown!r}), which is not opened; put its files into one zip"
            )
        found.append(info)
    return found


def _chosen(entries: list[ZipInfo]) -> list[ZipInfo]:
    """Return the documents to read, in the order of their names."""
    by_stem: dict[str, ZipInfo] = {}
    readable = [info for info in entries if _suffix(info) in DOCUMENTS]
    reports = [info for info in readable if _suffix(info) not in _BESIDE and not _is_readme(info)]
    texts = [info for info in readable if _suffix(info) == ".txt" and not _is_readme(info)]
    readmes = [info for info in readable if _is_readme(info)]
    for info in reports or readmes or texts or readable:
        stem = info.filename.rpartition(".")[0]
        known = by_stem.get(stem)
        if known is None or _rank(info) < _rank(known):
            by_stem[stem] = info
    return sorted(by_stem.values(), key=lambda info: _natural(info.filename))


def _document(archive: Archive, info: ZipInfo) -> Document:
    from grader.documents import read as read_document  # noqa: PLC0415 - which looks this module up

    raw = archive.read_entry(info)
    try:
        return read_document(raw, f"{archive.source}/{info.filename}")
    except SubmissionError as error:
        raise SubmissionError(error.problems) from error


def _suffix(info: ZipInfo) -> str:
    return PurePosixPath(info.filename).suffix.lower()


def _rank(info: ZipInfo) -> int:
    suffix = _suffix(info)
    return _SUREST.index(suffix) if suffix in _SUREST else len(_SUREST)


def _is_readme(info: ZipInfo) -> bool:
    return PurePosixPath(info.filename).stem.lower() == "readme"


def _natural(name: str) -> list[tuple[int, int, str]]:
    """Return a key that sorts `q2` before `q10`."""
    return [
        (0, int(part), "") if part.isdecimal() else (1, 0, part)
        for part in _DIGITS.split(name.lower())
        if part
    ]


def _names_one_of(said: str, names: set[str]) -> bool:
    r"""Whether a remark says that a file is missing which stands in the zip, as what `\input` names often does."""
    named = re.match(r"\\[a-z]+\{([^{}]{1,200})\} names another file", said)
    return named is not None and PurePosixPath(named[1].strip()).stem in names
