"""Read a Jupyter notebook: Markdown cells as they are, code cells as code, outputs left out."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from grader.errors import Problem, SubmissionError
from grader.readers.document import read_document
from grader.readers.markdown import read_front_matter
from grader.yamltree import writable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.model import Outline, Submission


def read(text: str, path: str, outline: Outline) -> Submission:
    """Read an `.ipynb` file of format 3 or 4; places are those in the joined cells; raises SubmissionError."""
    try:
        # Numbers stay text: none is needed, and Python refuses to make one of more than 4,300 digits.
        notebook = json.loads(text, parse_int=str, parse_float=str, parse_constant=str)
    except json.JSONDecodeError as error:
        raise SubmissionError(
            [Problem(path, error.lineno, error.colno, f"not a notebook: {error.msg}")]
        ) from error
    except RecursionError as error:
        raise SubmissionError([Problem(path, 0, 0, "not a notebook: nested too deeply")]) from error
    joined = writable("\n\n".join(_sources(notebook)))
    if not joined.strip():
        raise SubmissionError([Problem(path, 0, 0, "is a notebook without any text")])
    sender, begin = read_front_matter(joined, path, outline)
    return read_document(joined, path, outline, sender=sender, begin=begin)


def _sources(notebook: Any) -> Iterator[str]:
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    if cells is None and isinstance(notebook, dict):  # format 3 keeps its cells on worksheets
        sheets = notebook.get("worksheets")
        first = sheets[0] if isinstance(sheets, list) and sheets else {}
        cells = first.get("cells") if isinstance(first, dict) else None
    for cell in cells if isinstance(cells, list) else []:
        if not isinstance(cell, dict):
            continue
        source = cell.get("source", cell.get("input", ""))
        source = "".join(map(str, source)) if isinstance(source, list) else str(source)
        if cell.get("cell_type") == "code":
            comments = [line for line in source.split("\n") if line.strip()]
            if comments and all(line.lstrip().startswith("#") for line in comments):
                yield "\n".join(
                    line.lstrip().lstrip("#").lstrip() for line in comments
                )  # prose kept in a code cell
            elif source.strip():
                yield f"```python\n{source}\n```"
        else:
            yield source
