"""PDF to blocks, through pypdfium2: from where every glyph stands back to the text that was set."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from grader.documents.document import Block, Document, Spot
from grader.documents.pdf.extraction import PageReader
from grader.documents.pdf.furniture import without_contents, without_furniture
from grader.documents.pdf.hyphens import words_of
from grader.documents.pdf.page import PdfPage
from grader.documents.pdf.pageblocks import LARGER, Blocks
from grader.documents.pdf.pageimages import Pictures
from grader.documents.pdf.pagelines import PdfLine, lines_of
from grader.documents.pdf.painting import Painter
from grader.documents.pdf.pdffile import MAX_GLYPHS, MAX_PAGE_GLYPHS, MAX_PAINTINGS, opened, refused
from grader.documents.pdf.showing import open_page, with_forms

if TYPE_CHECKING:
    from collections.abc import Sequence

# Glyphs that say nothing make a page unreadable from this share of it.
UNSAID: Final = 0.15
# So many lines that stand beside others and were not understood put the order of their page in doubt.
MANY_BESIDE: Final = 6
# So many glyphs in another direction are more than a label.
MAX_TURNED: Final = 40


def read(raw: bytes, source: str) -> Document:
    """Return the blocks of a PDF in reading order.

    A page without text, or with type that says nothing, stands in `unread`, and so does every formula whose layout
    was not understood; text that cannot be seen is in `hidden` of the block beside it. `source` names the file in
    errors. Raises SubmissionError where it cannot be opened or is too large.
    """
    document = opened(raw, source)
    try:
        return _read(document, source)
    finally:
        document.close()


def _read(document: Any, source: str) -> Document:
    import pypdfium2.raw as pdfium  # noqa: PLC0415 - loaded by `opened` already

    with_forms(pdfium, document)
    pages, unread, scans = [], [], []
    glyphs = painted = 0
    for index in range(len(document)):
        page, count = _page(document, index, source, glyphs)
        glyphs += count[0]
        painted += count[1]
        if painted > MAX_PAINTINGS:
            raise refused(
                source,
                f"paints more than {MAX_PAINTINGS} things; print it to a new PDF or take out large plots",
            )
        pages.append(page)
    lines = []
    for before, page in zip([None, *pages], pages, strict=False):
        said = _unreadable(page)
        if said:
            unread.append((Spot(page=page.number), f"page {page.number} {said}"))
            page.boxes = []
        elif page.scanned and page.boxes:
            scans.append(page.number)
        lines.append(lines_of(page, before))
    body = _body(lines)
    lines = without_furniture(lines, [(page.width, page.height) for page in pages], body)
    lines = [without_contents(found) for found in lines]
    for page, found in zip(pages, lines, strict=True):
        _attach_hidden(page, found)
    flat = [line for found in lines for line in found]
    blocks = Blocks(
        body,
        _heading_sizes(flat, body),
        words_of([line.plain for line in flat]),
        Pictures(document, pages).picture,
    )
    blocks.add(flat, {page.number: page for page in pages})
    unread += [
        (Spot(page=page.number), f"page {page.number} has text that runs in another direction")
        for page in pages
        if len(page.turned) > MAX_TURNED
    ]
    doubt = ""
    torn = [page.number for page, found in zip(pages, lines, strict=True) if _is_torn(found)]
    if torn:
        doubt = f"Page {', '.join(map(str, torn))}: lines stand beside one another in a way that was not understood."
    if scans:
        doubt = f"Page {', '.join(map(str, scans))}: the text lies behind a scan and was read from it by a machine; it may be misread."
    whole = (*blocks.blocks, *_orphaned(pages, blocks.blocks))
    return Document(
        whole,
        "pdf",
        doubt=doubt,
        unread=tuple(sorted([*unread, *blocks.unread], key=lambda item: (item[0].page or 0, item[0].line))),
    )


def _page(document: Any, index: int, source: str, glyphs: int) -> tuple[PdfPage, tuple[int, int]]:
    import pypdfium2  # noqa: PLC0415 - loaded by `opened` already
    import pypdfium2.raw as pdfium  # noqa: PLC0415

    try:
        shown = open_page(pdfium, document, index)
    except pypdfium2.PdfiumError as error:
        raise refused(source, f"has a damaged page {index + 1}; export it again") from error
    handle, text = shown.handle, shown.text
    try:
        count = text.count_chars()
        if glyphs + count > MAX_GLYPHS or count > MAX_PAGE_GLYPHS:
            raise refused(
                source,
                f"has more than {MAX_PAGE_GLYPHS if count > MAX_PAGE_GLYPHS else MAX_GLYPHS} characters{' on a page' if count > MAX_PAGE_GLYPHS else ''}; hand in the answers alone",
            )
        width, height = handle.get_size()
        page = PdfPage(index + 1, width, height, turn=shown.turn)
        painter = Painter(pdfium, page)
        PageReader(pdfium, handle.raw, text.raw, page, painter).read()
        page.pictures += [area.as_picture() for area in shown.unread]
        return page, (count, painter.painted)
    finally:
        text.close()
        handle.close()


def _unreadable(page: PdfPage) -> str:
    """Return why a page was not read, "" where it was or is blank."""
    unsaid = sum(not box.text for box in page.boxes)
    if page.boxes and unsaid > UNSAID * len(page.boxes) and unsaid > 20:
        return "has type that does not say which letters it shows; export it from its source again, or hand in that"
    if not page.boxes and (page.pictures or page.drawings):
        return "is a picture without text, such as a scan or a photograph"
    return ""


def _is_torn(lines: Sequence[PdfLine]) -> bool:
    """Whether the order of a page's lines was not understood, so that any name may stand before another's answer."""
    return sum(line.beside for line in lines) >= MANY_BESIDE


def _body(pages: Sequence[Sequence[PdfLine]]) -> float:
    """Return the size of most of the text, in points."""
    counts: dict[float, int] = {}
    for line in (line for lines in pages for line in lines if line.picture is None):
        size = round(line.size * 2) / 2
        counts[size] = counts.get(size, 0) + len(line.plain)
    return max(counts, key=lambda size: (counts[size], size)) if counts else 10.0


def _heading_sizes(lines: Sequence[PdfLine], body: float) -> list[float]:
    return sorted({round(line.size * 2) / 2 for line in lines if line.size > LARGER * body}, reverse=True)


def _attach_hidden(page: PdfPage, lines: Sequence[PdfLine]) -> None:
    """Put text that cannot be seen to the line that it is nearest to."""
    for base, text in page.hidden:
        if lines:
            nearest = min(lines, key=lambda line: abs(line.base - base))
            nearest.hidden = (*nearest.hidden, text)


def _orphaned(pages: Sequence[PdfPage], blocks: Sequence[Block]) -> list[Block]:
    """Return blocks for what is hidden on pages that show nothing."""
    shown = {block.spot.page for block in blocks}
    return [
        Block("paragraph", "", Spot(page=page.number), hidden=tuple(text for _, text in page.hidden))
        for page in pages
        if page.hidden and page.number not in shown
    ]
