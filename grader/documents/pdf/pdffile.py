"""A PDF's bytes to an open file, or why it is not opened; all limits are checked before pdfium sees it."""

from __future__ import annotations

import re
import zlib
from dataclasses import field
from typing import TYPE_CHECKING, Any, Final

from grader.model.errors import Problem, SubmissionError
from grader.notation.lazypatterns import deferred
from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# Larger files are pictures of pages for the most part; pdfium keeps all of it in memory.
MAX_BYTES: Final = 60_000_000
MAX_PAGES: Final = 150
MAX_OBJECTS: Final = 150_000
# What is to be painted, unpacked: a page of prose is 50 kB, of dense plots a few MB.
MAX_PAINTED: Final = 40_000_000
# One stream packs others at most this often.
MAX_FILTERS: Final = 2
MAX_GLYPHS: Final = 200_000
MAX_PAGE_GLYPHS: Final = 30_000
MAX_PAINTINGS: Final = 400_000
# Forms painted by forms, all told, and how deep.
MAX_REPEATED: Final = 20_000
MAX_NESTED: Final = 20
# States that are saved and not restored.
MAX_SAVED: Final = 2_000
# A dictionary that names others is shorter, in bytes; longer ones are tables.
MAX_DICTIONARY: Final = 50_000

_PASSWORD: Final = 4
_STREAM: Final = deferred(rb"stream\r?\n")
_FILTERS: Final = deferred(
    rb"/(?:FlateDecode|Fl|LZWDecode|LZW|RunLengthDecode|RL|ASCII85Decode|A85|ASCIIHexDecode|AHx)\b"
)
_NUMBER: Final = deferred(rb"([0-9]{1,10})[ \t\r\n]+[0-9]{1,5}[ \t\r\n]+obj")
_REFERENCE: Final = deferred(rb"([0-9]{1,10})[ \t\r\n]+[0-9]{1,5}[ \t\r\n]+R\b")
_CONTENTS: Final = deferred(
    rb"/Contents[ \t\r\n]*(\[[^\]]{0,20000}\]|[0-9]{1,10}[ \t\r\n]+[0-9]{1,5}[ \t\r\n]+R\b)"
)
_STRING: Final = deferred(rb"\([^()]*\)|<[0-9A-Fa-f \t\r\n]+>")
_SAVING: Final = deferred(rb"\bq\b")
_RESTORING: Final = deferred(rb"\bQ\b")
_PAINTING: Final = deferred(rb"\bDo\b")
_OBJECT: Final = deferred(rb"(?:^|[\r\n\s])([0-9]{1,10})[ \t\r\n]+[0-9]{1,5}[ \t\r\n]+obj\b")


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
    """Refuse a file that unpacks to more than can be read, or paints more than it holds."""
    survey = _Survey(source)
    streams = list(_streams(raw))
    survey.note_objects(_without_streams(raw, streams))
    images = []
    for head, begin, end in streams:
        number = _NUMBER.search(head)
        if number is not None:
            survey.links.setdefault(number[1], []).extend(_REFERENCE.findall(head))
        if b"/Image" in head and b"/Width" in head and b"/Height" in head and b"/Form" not in head:
            images.append((number[1] if number else b"", head, begin, end))
        else:
            survey.measure(number[1] if number else b"", head, raw[begin:end])
    painted = survey.painted()
    for name, head, begin, end in images:
        if name in painted:  # a page's content that only says it is an image
            survey.measure(name, head, raw[begin:end])
    if survey.repeated() > MAX_REPEATED:
        raise refused(source, "paints forms within forms too often; print it to a new PDF")


def _streams(raw: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Yield the head of every stream, and where it begins and ends."""
    at = 0
    while (match := _STREAM.search(raw, at)) is not None:
        if raw[max(match.start() - 3, 0) : match.start()] == b"end":
            at = match.end()
            continue
        end = raw.find(b"endstream", match.end())
        end = len(raw) if end < 0 else end
        begin = max(raw.rfind(b" obj", max(at - 4, match.start() - 20_000, 0), match.start()) - 24, 0)
        yield raw[begin : match.start()], match.end(), end
        at = end


def _without_streams(raw: bytes, streams: Sequence[tuple[bytes, int, int]]) -> bytes:
    parts, at = [], 0
    for _, begin, end in streams:
        parts.append(raw[at:begin])
        at = end
    return b"".join((*parts, raw[at:]))


@dataclass(slots=True)
class _Survey:
    """What a file would unpack to and paint, from its bytes alone."""

    source: str
    unpacked: int = 0
    written: int = 0  # bytes of strings that are shown
    links: dict[bytes, list[bytes]] = field(default_factory=dict)  # the objects that an object names
    calls: dict[bytes, int] = field(default_factory=dict)  # how often a form or page paints others
    contents: list[bytes] = field(default_factory=list)

    def note_objects(self, text: bytes) -> None:
        """Note what objects without a stream name."""
        self.contents += _CONTENTS.findall(text)
        places = [(match.start(), match[1]) for match in _OBJECT.finditer(text)]
        for (begin, name), (end, _) in zip(places, [*places[1:], (len(text), b"")], strict=False):
            if end - begin < MAX_DICTIONARY:
                self.links.setdefault(name, []).extend(_REFERENCE.findall(text[begin + len(name) + 6 : end]))

    def measure(self, name: bytes, head: bytes, body: bytes) -> None:
        """Add what a stream unpacks to; raise SubmissionError where that is too much."""
        content = self._unpacked(head, body)
        if self.unpacked > MAX_PAINTED:
            said = f"unpacks to more than {MAX_PAINTED // 1_000_000} MB of drawing"
            raise refused(self.source, f"{said}; print it to a new PDF or take out large plots")
        if b"/ObjStm" in head:
            if content.count(b"<<") > MAX_OBJECTS:
                raise refused(self.source, f"has more than {MAX_OBJECTS} objects; print it to a new PDF")
            self._note_packed(head, content)
            return
        if b"Tj" in content or b"TJ" in content:
            strings = _STRING.findall(content)
            self.written += sum(len(string) // (2 if string[:1] == b"<" else 1) for string in strings)
            if self.written > 2 * MAX_GLYPHS:
                raise refused(
                    self.source, f"has more than {MAX_GLYPHS} characters; hand in the answers alone"
                )
        if (
            content.count(b"q") > MAX_SAVED
            and len(_SAVING.findall(content)) > len(_RESTORING.findall(content)) + MAX_SAVED
        ):
            raise refused(self.source, "is damaged: it saves its state over and over; print it to a new PDF")
        if count := len(_PAINTING.findall(content)):
            self.calls[name] = count

    def _unpacked(self, head: bytes, body: bytes) -> bytes:
        filters = _FILTERS.findall(head)
        if len(filters) > MAX_FILTERS:
            raise refused(self.source, "packs a stream several times over; print it to a new PDF")
        room = MAX_PAINTED - self.unpacked
        content, packed = body, 0
        for name in filters:
            if name in {b"/FlateDecode", b"/Fl"}:
                content = _inflated(content, room)
            elif name in {b"/LZWDecode", b"/LZW", b"/RunLengthDecode", b"/RL"}:
                packed += len(body) * 64
        self.unpacked += len(content) + packed
        return content

    def _note_packed(self, head: bytes, content: bytes) -> None:
        """Note what the objects of a stream of objects name."""
        first = re.search(rb"/First[ \t\r\n]+([0-9]{1,9})", head)
        if first is None:
            return
        begin = int(first[1])
        numbers = content[:begin].split()
        places = [
            (int(at), name) for name, at in zip(numbers[::2], numbers[1::2], strict=False) if at.isdigit()
        ]
        self.contents += _CONTENTS.findall(content)
        for (at, name), (end, _) in zip(places, [*places[1:], (len(content), b"")], strict=False):
            self.links.setdefault(name, []).extend(
                _REFERENCE.findall(content[begin + at : begin + end][:MAX_DICTIONARY])
            )

    def painted(self) -> set[bytes]:
        """Return the objects that are, or may be, the content of a page."""
        found = {name for entry in self.contents for name in _REFERENCE.findall(entry)}
        return found | {other for name in list(found) for other in self.links.get(name, ())}

    def repeated(self) -> int:
        """Return how often forms are painted at most, by the one that paints the most, all told."""
        costs: dict[bytes, int] = {}
        open_ones: set[bytes] = set()

        def cost(name: bytes) -> int:
            if name in costs:
                return costs[name]
            if name in open_ones or len(open_ones) > MAX_NESTED:
                return MAX_REPEATED + 1  # a form that paints itself
            open_ones.add(name)
            others = self._reachable(name)
            inner = max((cost(other) for other in others), default=0)
            open_ones.discard(name)
            costs[name] = min(self.calls[name] * (1 + inner), MAX_REPEATED + 1)
            return costs[name]

        return max((cost(name) for name in self.calls), default=0)

    def _reachable(self, name: bytes) -> list[bytes]:
        """Return the forms that a form can paint: those that it names, directly or through its resources."""
        found: list[bytes] = []
        seen = {name}
        level = [other for other in self.links.get(name, ()) if self._is_resource(other)]
        for _ in range(3):
            following: list[bytes] = []
            for other in level:
                if other in self.calls:
                    found.append(other)
                elif other not in seen:
                    seen.add(other)
                    following += self.links.get(other, ())
            level = following[:MAX_OBJECTS]
        return found

    def _is_resource(self, name: bytes) -> bool:
        return name in self.calls or name in self.links


def _inflated(body: bytes, room: int) -> bytes:
    """Return what a packed stream unpacks to, one byte more than there is room for at most."""
    machine = zlib.decompressobj()
    try:
        return machine.decompress(body, max(room, 0) + 1)
    except zlib.error:
        return b""
