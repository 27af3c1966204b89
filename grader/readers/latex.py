r"""Read a LaTeX document: its body is cut at `\section` and the other headings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.readers.document import read_document
from grader.readers.structured import Sender

if TYPE_CHECKING:
    from grader.model import Outline, Submission

_BEGIN, _END = "\\begin{document}", "\\end{document}"


def read(text: str, path: str, outline: Outline) -> Submission:
    """Read a `.tex` file, whole documents and mere bodies alike; raises SubmissionError."""
    begin = text.find(_BEGIN)
    begin = begin + len(_BEGIN) if begin >= 0 else 0
    end = text.find(_END, begin)
    return read_document(text, path, outline, sender=Sender(), begin=begin, end=end if end >= 0 else None)
