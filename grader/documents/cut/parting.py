"""Lines that hold several answers, parted: the rows of a table of answers, and `(i) .. (ii) ..` on one line.

A table is one of answers where a column names questions of the outline and its head says so, or the names are more than
bare numbers: a table of results whose rows are counted stays what it is.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

from grader.documents.cut.addresses import addresses_of
from grader.documents.cut.candidates import predecessors
from grader.documents.cut.foreign import is_mark
from grader.documents.cut.labels import is_question_word, read_label
from grader.documents.cut.lines import PLAIN_DEPTH, Line, masked
from grader.documents.cut.titles import titles_of
from grader.notation.lazypatterns import deferred
from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from grader.documents.cut.addresses import Addresses
    from grader.documents.cut.titles import Titles
    from grader.documents.document import Block, Document
    from grader.model.submission import Outline

# Cells of a table of answers; larger ones are data.
MAX_CELLS: Final = 1_000
# Share of a table's rows below its head that must name a question.
LEAST_NAMED: Final = 0.6
# Rows below a head that names questions itself.
MOST_BELOW: Final = 3
_ABOUT: Final = deferred(
    r"\W*(?:no|nr|num(?:ber|mer|éro)?|id|item|points?|punkte|marks?|score|max|title|text|topic|title)?\W*",
    re.IGNORECASE,
)
_INLINE: Final = deferred(
    r"(?<![^\s;,.:)。；])(?:(?:\((?P<bracketed>\d{1,2}|[a-z]|[ivx]{1,5})\)|(?P<closed>\d{1,2}|[a-z]|[ivx]{1,5})[.)]"
    r"|(?:Q|Question|Task|Problem|Exercise|Aufgabe|Frage|Uppgift)[ \t]?(?P<worded>\d{1,2})[.:)])(?=\s)"
    r"|(?:第[ ]?(?P<counted>\d{1,2})[ ]?[题題问問]|(?:问题|題目|题目)[ ]?(?P<named>\d{1,2}))[：:])"
)
_FIRST: Final = frozenset({"1", "a", "i"})


class _Named(NamedTuple):
    """The questions that a cell names, and whether by more than a bare number."""

    questions: tuple[int, ...]
    plainly: bool


def part_lines(document: Document, lines: Sequence[Line], outline: Outline) -> list[Line]:
    """Return the lines with each row of a table of answers, and each label within a line, on lines of their own."""
    parting = _Parting(addresses_of(outline), titles_of(outline))
    parted: list[Line] = []
    for line in lines:
        if line.kind == "table":
            parted += parting.of_table(line, document.blocks[line.block]) or [line]
        elif line.style in {"plain", "item"}:
            parted += parting.of_text(line)
        else:
            parted.append(line)
    return parted


@dataclass(frozen=True, slots=True)
class _Parting:
    addresses: Addresses
    titles: Titles

    def of_table(self, line: Line, block: Block) -> list[Line]:
        """Return the rows of a table of answers as headings and what stands below them; nothing for other tables."""
        rows = block.rows
        if len(rows) < 2 or sum(map(len, rows)) > MAX_CELLS:
            return []
        names = [[self._named(cell) for cell in row[:2]] for row in rows]
        for column in (0, 1):
            if self._is_of_names(names, rows, column):
                return list(self._rows(line, block, names, column))
        across = [self._named(cell) for cell in rows[0]]
        count = sum(name is not None and name.plainly for name in across)
        if count >= 2 and len(rows) <= 1 + MOST_BELOW:
            return list(self._columns(line, block, across))
        return []

    def _named(self, cell: str) -> _Named | None:
        plain = masked(cell).strip()
        label = read_label(plain) if plain else None
        if label is not None and (label.set_off or label.form == "word"):
            worded = label.form in {"word", "misspelt"}
            for each in (label, *label.others):
                targets = [self.addresses.resolve(address, (), worded=worded) for address in each.addresses]
                if all(target.kind == "question" for target in targets):
                    plainly = worded or len(each.addresses[0]) > 1
                    return _Named(tuple(target.question for target in targets), plainly)
        known = self.titles.exact(plain) or self.titles.asked(plain)
        return None if known is None else _Named((known.question,), known.how == "text")

    def _is_of_names(
        self, names: Sequence[Sequence[_Named | None]], rows: Sequence[Sequence[str]], column: int
    ) -> bool:
        said = [row[column] for row in names if len(row) > column]
        known = [name for name in said if name is not None]
        head = rows[0][column] if len(rows[0]) > column else ""
        told = any(is_mark(cell) for cell in rows[0]) or is_question_word(masked(head).strip())
        distinct = {question for name in known for question in name.questions}
        body = len(rows) - (said[0] is None) if said else 0
        return (
            len(distinct) >= (1 if told else 2)
            and len(known) >= LEAST_NAMED * max(body, 1)
            and len(max(rows, key=len)) > column + 1
            and (told or sum(name.plainly for name in known) >= 2)
        )

    def _rows(
        self, line: Line, block: Block, names: Sequence[Sequence[_Named | None]], column: int
    ) -> Iterator[Line]:
        head = block.rows[0] if names[0][column : column + 1] in ([None], []) else ()
        shown = _answer_columns(head, max(map(len, block.rows)), column)
        for number, row in enumerate(block.rows):
            if head and number == 0:
                continue
            if names[number][column : column + 1] not in ([None], []):
                yield _heading(line, row[column], first=number == 0)
            said = [row[place] for place in shown if place < len(row)]
            yield from _cells(line, block, said)

    def _columns(self, line: Line, block: Block, across: Sequence[_Named | None]) -> Iterator[Line]:
        for place, name in enumerate(across):
            if name is not None:
                yield _heading(line, block.rows[0][place], first=False)
                yield from _cells(line, block, [row[place] for row in block.rows[1:] if place < len(row)])

    def of_text(self, line: Line) -> list[Line]:
        """Return a line in pieces, one for each label that counts on from the one at its beginning."""
        if not any(sign in line.plain for sign in ".):："):
            return [line]
        places = self._places(line)
        if not places:
            return [line]
        edges = [0, *places, len(line.content)]
        pieces = []
        for number, (begin, end) in enumerate(pairwise(edges)):
            piece = line._replace(
                content=line.content[begin:end],
                plain=line.plain[begin:end],
                start=None if line.start is None else line.start + begin,
                end=None if line.start is None else line.start + end,
                pictures=line.pictures if end == len(line.content) else (),
            )
            pieces.append(
                piece
                if number == 0
                else piece._replace(style="plain", depth=PLAIN_DEPTH, marker="", ticked=None, first=False)
            )
        return pieces

    def _places(self, line: Line) -> list[int]:
        """Return where in a line further labels begin."""
        marked = f"{line.marker} " if any(char.isalnum() for char in line.marker) else ""
        label = read_label(f"{marked}{line.plain}")
        if label is None or not (label.set_off or label.form == "word") or len(label.addresses) > 1:
            return []
        begin = max(label.end - len(marked), 0)
        places: list[int] = []
        last, shape = label.addresses[0][-1], ""
        for found in _INLINE.finditer(line.plain, max(begin - 1, 0)):
            part = next(said for said in found.groups() if said)
            opens = not places and label.form == "word" and part in _FIRST and last != part
            follows = (last,) in predecessors((part,))
            if not (follows or opens) or shape not in {"", found.lastgroup} or found.start() < begin - 1:
                continue
            if opens and found.start() > begin + 2:
                continue  # a list that begins later is one of the answer's own
            if part not in self.addresses.ends:
                continue
            places.append(found.start())
            last, shape = part, found.lastgroup or ""
        return places


def _answer_columns(head: Sequence[str], width: int, column: int) -> list[int]:
    """Return the columns of a table that hold answers."""
    others = [place for place in range(width) if place != column]
    answers = [place for place in others if place < len(head) and is_mark(head[place])]
    if answers:
        return answers
    said = [
        place
        for place in others
        if not (place < len(head) and head[place].strip() and _is_about(masked(head[place]).strip()))
    ]
    return said or others


def _is_about(head: str) -> bool:
    return is_question_word(head) or _ABOUT.fullmatch(head) is not None


def _heading(line: Line, cell: str, *, first: bool) -> Line:
    return line._replace(
        content=cell,
        plain=masked(cell),
        style="heading",
        depth=PLAIN_DEPTH,
        start=None,
        end=None,
        kind="paragraph",
        pictures=(),
        first=first,
    )


def _cells(line: Line, block: Block, said: Sequence[str]) -> Iterator[Line]:
    """Yield the cells of an answer as lines that begin nothing; a picture may stand in any that is empty."""
    blank = not any(cell.strip() for cell in said)
    for cell in said if not blank else [""]:
        yield line._replace(
            content=cell,
            plain="",
            style="solid",
            start=None,
            end=None,
            kind="paragraph",
            pictures=block.pictures if blank else (),
            first=False,
        )
