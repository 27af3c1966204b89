"""A PDF's bytes to an open file, or why it is not opened; all limits are checked before pdfium sees it."""

from __future__ import annotations

import re
import zlib
from typing import TYPE_CHECKING, Any, Final

from grader.errors import Problem, SubmissionError

if TYPE_CHECKING:
    from collections.abc import Iterator

# Larger files are pictures of pages for the most part; pdfium keeps all of it in memory.
MAX_BYTES: Final = 60_000_000
MAX_PAGES: Final = 150
MAX_OBJECTS: Final = 150_000
# What is to be painted, unpacked: a page of prose is 50 kB, of dense plots a few MB.
MAX_PAINTED: Final = 40_000_000
# One stream packs others at most this often.
MAX_FILTERS: Final = 2
MAX_GLYPHS: Final = 400_000
MAX_PAINTINGS: Final = 100_000
# Forms painted by forms, all told.
MAX_REPEATED: Final = 20_000

_PASSWORD: Final = 4
_STREAM: Final = re.compile(rb"stream\r?\n")
_FILTERS: Final = re.compile(
    rb"/(?:FlateDecode|Fl|LZWDecode|LZW|RunLengthDecode|RL|ASCII85Decode|A85|ASCIIHexDecode|AHx)\b"
)
_UNPACKED: Final = re.compile(rb"/(?:LZWDecode|LZW|RunLengthDecode|RL)\b")
_OBJECT: Final = re.compile(rb"(?:^|[\r\n\s])([0-9]{1,10})[ \t\r\n]+[0-9]{1,5}[ \t\r\n]+obj\b")


def opened(raw: bytes, source: str) -> Any:
    """Return an open `pypdfium2.PdfDocument`; the caller closes it.

    Raises SubmissionError, which names what is wrong with the file and what its author can do.
    """
    _check_bytes(raw, source)
    import pypdfium2  # noqa: PLC0415 - the one file that needs it, when a PDF is read

    try:
        document = pypdfium2.PdfDocument(raw)
    except pypdfium2.PdfiumError as error:
        if b"/Encrypt" in raw or getattr(error, "err_code", 0) == _PASSWORD or "assword" in str(error):
            raise refused(source, "is protected by a password; save it without one") from None
        raise refused(source, "is damaged or cut off, so that it cannot be opened; export it again") from None
    count = len(document)
    if count == 0 or count > MAX_PAGES:
        document.close()
        said = "has no page" if count == 0 else f"has {count} pages, more than {MAX_PAGES}"
        raise refused(source, f"{said}; hand in the answers alone")
    return document


def refused(source: str, said: str) -> SubmissionError:
    """Return the error for a file that is not read."""
    return SubmissionError([Problem(source, 0, 0, f"the PDF {said}")])


def _check_bytes(raw: bytes, source: str) -> None:
    if b"%PDF-" not in raw[:1024]:
        raise refused(
            source, "is none: it does not begin as a PDF does; export it again, or rename it to what it is"
        )
    if len(raw) > MAX_BYTES:
        raise refused(
            source,
            f"has {len(raw) // 1_000_000} MB, more than {MAX_BYTES // 1_000_000}; make its pictures smaller",
        )
    if raw.count(b" obj") > MAX_OBJECTS or raw.count(b"endobj") > MAX_OBJECTS:
        raise refused(source, f"has more than {MAX_OBJECTS} objects; print it to a new PDF")
    _check_streams(raw, source)


def _check_streams(raw: bytes, source: str) -> None:
    """Refuse a file that unpacks to more than can be read."""
    total = 0
    calls: dict[bytes, tuple[int, list[bytes]]] = {}
    for head, body in _streams(raw):
        if b"/Image" in head and b"/Subtype" in head and b"/Form" not in head:
            continue
        filters = _FILTERS.findall(head)
        if len(filters) > MAX_FILTERS:
            raise refused(source, "packs a stream several times over; print it to a new PDF")
        room = MAX_PAINTED - total
        content = b""
        if any(name in {b"/FlateDecode", b"/Fl"} for name in filters):
            content = _inflated(body, room)
            for _ in range(filters.count(b"/FlateDecode") - 1):
                content = _inflated(content, room)
            total += len(content)
        else:
            total += len(body) * (64 if _UNPACKED.search(head) else 1)
            content = body
        if total > MAX_PAINTED:
            raise refused(
                source,
                f"unpacks to more than {MAX_PAINTED // 1_000_000} MB of drawing; print it to a new PDF or take out large plots",
            )
        _note_calls(head, content, calls)
        if b"/ObjStm" in head and content.count(b"<<") > MAX_OBJECTS:
            raise refused(source, f"has more than {MAX_OBJECTS} objects; print it to a new PDF")
    if _repeated(calls) > MAX_REPEATED:
        raise refused(source, "paints forms within forms too often; print it to a new PDF")


def _streams(raw: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield the head and the body of every stream."""
    at = 0
    while (match := _STREAM.search(raw, at)) is not None:
        if raw[max(match.start() - 3, 0) : match.start()] == b"end":
            at = match.end()
            continue
        end = raw.find(b"endstream", match.end())
        end = len(raw) if end < 0 else end
        begin = max(raw.rfind(b" obj", max(at - 4, match.start() - 20_000), match.start()) - 24, 0)
        yield raw[begin : match.start()], raw[match.end() : end]
        at = end


def _inflated(body: bytes, room: int) -> bytes:
    """Return what a packed stream unpacks to, one byte more than there is room for at most."""
    machine = zlib.decompressobj()
    try:
        return machine.decompress(body, max(room, 0) + 1)
    except zlib.error:
        return b""


def _note_calls(head: bytes, content: bytes, calls: dict[bytes, tuple[int, list[bytes]]]) -> None:
    """Note how often a form paints others, and which it may."""
    if b"/Form" not in head:
        return
    number = re.search(rb"([0-9]{1,10})[ \t\r\n]+[0-9]{1,5}[ \t\r\n]+obj", head)
    if number is None:
        return
    others = re.findall(rb"([0-9]{1,10})[ \t\r\n]+[0-9]{1,5}[ \t\r\n]+R\b", head)
    calls[number[1]] = len(re.findall(rb"\bDo\b", content)), others


def _repeated(calls: dict[bytes, tuple[int, list[bytes]]]) -> int:
    """Return how many forms the most expensive one paints at most, all told."""
    costs: dict[bytes, int] = {}

    def cost(name: bytes, depth: int) -> int:
        if name in costs or name not in calls:
            return costs.get(name, 0)
        count, others = calls[name]
        costs[name] = 0  # a form cannot paint itself
        inner = max((cost(other, depth + 1) for other in others), default=0) if depth < 40 else 0
        costs[name] = min(count * (1 + inner), MAX_REPEATED * 10)
        return costs[name]

    return max((cost(name, 0) for name in calls), default=0)
