"""Read Markdown and what is written like it, and programs, whose comments are text and whose code is code."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from grader.documents.document import Block, Spot
from grader.documents.macros import Macros, defines_macros
from grader.documents.markdown import read as read_text
from grader.notation.lazypatterns import deferred

if TYPE_CHECKING:
    import re

    from grader.documents.document import Document

# A line that belongs to no reader: who runs the file, how it is encoded, where a cell begins.
_DIRECTIVE: Final = deferred(
    r"#!|#\s*-\*-|#\s*(?:type|noqa|pylint|fmt|ruff|coding)\b\s*[:=]|#\s*%%|#\s*In\s?\[[ \d]*\]"
)
_COMMENT: Final = deferred(r"[ \t]*#+'?[ \t]?(?P<said>.*)")
_QUOTES: Final = deferred(r"[ \t]*[rRbBuUfF]{0,2}(?P<quotes>\"{3}|'{3})")


def read_markdown(text: str, source: str = "") -> Document:
    """Return the blocks of Markdown, R Markdown, Quarto or plain text."""
    del source  # any text is Markdown
    macros = defines_macros(text)
    document = read_text(Macros().written_out(text) if macros else text)
    if macros:  # what is written out is no stretch of the file
        document = replace(document, text="")
    blocks = tuple(
        replace(block, program=True)
        if block.kind == "code" and block.language.startswith("{")  # a cell that is run
        else block
        for block in document.blocks
    )
    return replace(document, blocks=blocks)


def read_program(text: str, source: str = "") -> Document:
    """Return the blocks of a program in Python or R: comments and strings that stand alone are text."""
    del source  # any text is a program
    lines = text.split("\n")
    said = [""] * len(lines)
    code: list[tuple[int, int]] = []  # lines, from the first to before the last
    number = 0
    while number < len(lines):
        line = lines[number]
        if _DIRECTIVE.match(line.lstrip()):
            number += 1
            continue
        if comment := _COMMENT.fullmatch(line):
            said[number] = comment["said"]
            number += 1
        elif opening := _QUOTES.match(line):
            number = _take_string(lines, said, number, opening)
        elif line.strip():
            code = (
                [*code[:-1], (code[-1][0], number + 1)]
                if code and _goes_on(lines, code[-1][1], number)
                else [*code, (number, number + 1)]
            )
            number += 1
        else:
            number += 1
    document = read_text("\n".join(said))
    language = "python"
    blocks = [
        Block("code", "\n".join(lines[first:last]), Spot(first + 1), language=language, program=True)
        for first, last in code
    ]
    # What a line of dashes would underline is no heading in a comment, and an indented one no code.
    every = sorted([*document.blocks, *blocks], key=lambda block: block.spot.line)
    return replace(document, blocks=tuple(every), format="program")


def _goes_on(lines: list[str], last: int, number: int) -> bool:
    return all(not line.strip() for line in lines[last:number])


def _take_string(lines: list[str], said: list[str], number: int, opening: re.Match[str]) -> int:
    """Take a string that stands alone for text; return the line behind it."""
    quotes = opening["quotes"]
    rest = lines[number][opening.end() :]
    while True:
        before, closing, _ = rest.partition(quotes)
        said[number] = before if number else before.strip()
        number += 1
        if closing or number >= len(lines):
            return number
        rest = lines[number]
