"""What a page shows as an image, drawn for people: never read."""

from __future__ import annotations

import struct
import zlib
from dataclasses import field
from typing import TYPE_CHECKING, Any, Final

from grader.documents.document import Picture
from grader.documents.pdf.showing import set_upright
from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.documents.pdf.page import Area, PdfPage

# Pictures that are drawn for a file, and how large each may become, in pixels.
MAX_PICTURES: Final = 40
MAX_SIDE: Final = 500


@dataclass(slots=True)
class Pictures:
    """The pictures of an open file."""

    document: Any
    pages: Sequence[PdfPage]
    drawn: int = 0
    known: dict[int, Any] = field(default_factory=dict)

    def picture(self, number: int, area: Area) -> Picture:
        """Return a stretch of a page as a picture; without content where that would take too much."""
        import pypdfium2.raw as pdfium  # noqa: PLC0415 - loaded by whoever opened the file

        name = f"picture on page {number}"
        if self.drawn >= MAX_PICTURES or self.pages[number - 1].heavy:
            return Picture(name)
        self.drawn += 1
        page = self.pages[number - 1]
        handle = self.document[number - 1]
        if page.turn is not None:
            set_upright(pdfium, handle, page.turn)
        left, right = max(area.left, 0.0), min(area.right, page.width)
        bottom, top = max(area.bottom, 0.0), min(area.top, page.height)
        if right - left < 2 or top - bottom < 2:
            return Picture(name)
        scale = min(MAX_SIDE / max(right - left, top - bottom), 1.5)
        crop = (left, bottom, page.width - right, page.height - top)
        image = handle.render(scale=scale, crop=crop, rev_byteorder=True, may_draw_forms=False)
        return Picture(
            name,
            "image/png",
            png(bytes(image.buffer), image.width, image.height, image.stride, image.n_channels),
        )


def png(pixels: bytes, width: int, height: int, stride: int, channels: int) -> bytes:
    """Return rows of pixels (grey, RGB or RGB with a fourth part) as a PNG file."""
    step = channels
    rows = []
    for row in range(height):
        line = pixels[row * stride : row * stride + width * step]
        if step == 4:
            line = _three(line)
        rows.append(b"\0" + line)
    kind = 0 if channels == 1 else 2
    header = struct.pack(">IIBBBBB", width, height, 8, kind, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", header)
        + _chunk(b"IDAT", zlib.compress(b"".join(rows), 1))
        + _chunk(b"IEND", b"")
    )


def _three(line: bytes) -> bytes:
    out = bytearray(len(line) // 4 * 3)
    for part in range(3):
        out[part::3] = line[part::4]
    return bytes(out)


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
