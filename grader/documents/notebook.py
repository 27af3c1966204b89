"""Read a Jupyter notebook: its Markdown cells are text, what its code printed is an output, its pictures are pictures.

The cells are joined into one text, so that an answer that goes on behind a cell of code stays one. Code is kept as a
block of its own (`Block.program`): it is no answer unless the rubric says so.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from grader.documents.document import Block, Document, Picture, Spot
from grader.documents.macros import Macros, defines_macros
from grader.documents.markdown import read as read_markdown
from grader.documents.pictures import decoded_picture, shortened_name
from grader.files.yamltree import writable
from grader.model.errors import Problem, SubmissionError
from grader.notation.lazypatterns import deferred

if TYPE_CHECKING:
    from collections.abc import Iterator

# Characters of what one cell printed; a training run prints megabytes, and nobody reads them.
MAX_OUTPUT: Final = 20_000
_COLOURS: Final = deferred(r"\x1b\[[0-9;]{0,20}[A-Za-z]")
_BETWEEN: Final = "\n\n"


def read(text: str, source: str = "") -> Document:
    """Return the blocks of an `.ipynb` file of format 3 or 4; raises SubmissionError where it is none."""
    try:
        # Numbers stay text: none is needed, and Python refuses to make one of more than 4,300 digits.
        notebook = json.loads(text, parse_int=str, parse_float=str, parse_constant=str)
    except json.JSONDecodeError as error:
        raise SubmissionError(
            [Problem(source, error.lineno, error.colno, f"not a notebook: {error.msg}")]
        ) from error
    except RecursionError as error:
        raise SubmissionError([Problem(source, 0, 0, "not a notebook: nested too deeply")]) from error
    blocks: list[Block] = []
    pieces: list[str] = []
    notes: list[str] = []
    at = 0
    macros = Macros()
    for number, cell in enumerate(_cells(notebook), 1):
        for part in _parts(cell, macros):
            blocks += (_moved(block, at, number) for block in part.blocks)
            notes += (f"Cell {number}: {note}" for note in part.notes)
            pieces.append(part.text)
            at += len(part.text) + len(_BETWEEN)
    if not any(block.text.strip() or block.pictures for block in blocks):
        raise SubmissionError([Problem(source, 0, 0, "is a notebook without any text")])
    return Document(tuple(blocks), "notebook", notes=tuple(notes), text=_BETWEEN.join(pieces))


def _cells(notebook: Any) -> Iterator[dict[str, Any]]:
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    if cells is None and isinstance(notebook, dict):  # format 3 keeps its cells on worksheets
        sheets = notebook.get("worksheets")
        first = sheets[0] if isinstance(sheets, list) and sheets else {}
        cells = first.get("cells") if isinstance(first, dict) else None
    yield from (cell for cell in cells if isinstance(cell, dict)) if isinstance(cells, list) else ()


def _parts(cell: dict[str, Any], macros: Macros) -> Iterator[Document]:
    """Yield what a cell holds: its source, then what its code put out, each with the text that its blocks stand in."""
    source = _joined(cell.get("source", cell.get("input", "")))
    if cell.get("cell_type") != "code":
        if cell.get("cell_type") == "heading":  # of format 3
            level = str(cell.get("level", 1))
            source = f"{'#' * (int(level) if level in set('123456') else 1)} {source}"
        if macros.known or defines_macros(source):
            source = macros.written_out(source)
        yield read_markdown(source, attachments=_attachments(cell.get("attachments")))
        return
    comment = _comment(source)
    if comment:
        yield read_markdown(comment)
    elif source.strip():
        yield _whole("code", source, language="python")
    outputs = cell.get("outputs")
    for output in outputs if isinstance(outputs, list) else ():
        if isinstance(output, dict) and output.get("output_type") != "error":
            yield from _output(output)


def _comment(source: str) -> str:
    """Return the prose that is kept in a cell of code as comments alone, "" where there is code."""
    lines = [line.strip() for line in source.split("\n") if line.strip()]
    if not lines or not all(line.startswith("#") for line in lines):
        return ""
    return "\n".join(line.lstrip("#").lstrip() for line in lines)


def _output(output: dict[str, Any]) -> Iterator[Document]:
    data = output.get("data", output)
    data = data if isinstance(data, dict) else {}
    pictures = tuple(_pictures(data, "output"))
    markdown = _joined(data.get("text/markdown", data.get("text/latex", "")))
    if markdown.strip():
        yield read_markdown(markdown[:MAX_OUTPUT])
    said = _COLOURS.sub("", _joined(output.get("text", "" if markdown else data.get("text/plain", ""))))
    if pictures and re.fullmatch(r"\s*<[^<>]{0,300}>\s*", said):  # `<Figure size 640x480 with 1 Axes>`
        said = ""
    if said.strip() or pictures:
        yield _whole("output", said[:MAX_OUTPUT], pictures=pictures)


def _whole(kind: Any, text: str, *, language: str = "", pictures: tuple[Picture, ...] = ()) -> Document:
    """Return one block of code or output, fenced in the text as it is shown."""
    text = writable(text)
    opening = f"```{language}\n"
    spot = Spot(1, 1, 0, len(opening) + len(text) + 4)
    block = Block(kind, text, spot, language=language, pictures=pictures, program=kind == "code")
    return Document((block,), "notebook", text=f"{opening}{text}\n```")


def _moved(block: Block, by: int, cell: int) -> Block:
    spot = block.spot
    start, end = (spot.start or 0) + by, (spot.end or 0) + by
    return replace(block, spot=replace(spot, start=start, end=end, cell=cell))


def _attachments(found: Any) -> dict[str, Picture]:
    if not isinstance(found, dict):
        return {}
    named = {
        str(name): next(_pictures(data, str(name)), None)
        for name, data in found.items()
        if isinstance(data, dict)
    }
    return {name: picture for name, picture in named.items() if picture is not None}


def _pictures(data: dict[str, Any], name: str) -> Iterator[Picture]:
    for media, content in data.items():
        if media.startswith("image/"):
            said = _joined(content)
            held = said.encode("utf-8", "replace") if media == "image/svg+xml" else decoded_picture(said)
            yield Picture(shortened_name(name), media, held)
            return


def _joined(source: Any) -> str:
    said = "".join(map(str, source)) if isinstance(source, list) else str(source)
    return writable(said.replace("\r\n", "\n").replace("\r", "\n"))
