"""Small PDFs written by hand, for what no typesetting program makes."""

from __future__ import annotations

import zlib

FONT = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"


def stream(content: bytes, head: bytes = b"", *, packed: int = 1) -> bytes:
    """Return a stream object, packed as often as is said."""
    for _ in range(packed):
        content = zlib.compress(content)
    filters = b"[" + b"/FlateDecode" * packed + b"]"
    return b"<<%s/Length %d/Filter %s>>stream\n%s\nendstream" % (head, len(content), filters, content)


def pdf(*objects: bytes, trailer: bytes = b"") -> bytes:
    """Return a file of objects, the first of which is its catalogue."""
    out, places = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(places) + 1, table)
    end = b"trailer<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF" % (len(places) + 1, trailer, len(out))
    return out + head + end


def page(content: bytes, *more: bytes, resources: bytes = b"", trailer: bytes = b"") -> bytes:
    """Return a file of one page; `F` is its font, objects from the sixth on are `more`."""
    return pdf(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>%s>>>>"
        % resources,
        content if content.startswith(b"<<") else stream(content),
        FONT,
        *more,
        trailer=trailer,
    )


def words(*lines: tuple[int, int, int, str]) -> bytes:
    """Return the painting of words, each at a place in a size: x, y, size, text."""
    return b" ".join(
        b"BT /F %d Tf %d %d Td (%s) Tj ET" % (size, x, y, text.encode("latin-1"))
        for x, y, size, text in lines
    )


def picture(width: int, height: int) -> bytes:
    """Return an image object of grey pixels."""
    head = b"/Type/XObject/Subtype/Image/Width %d/Height %d/BitsPerComponent 8/ColorSpace/DeviceGray" % (
        width,
        height,
    )
    return stream(b"\x80" * (width * height), head)
