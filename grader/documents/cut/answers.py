"""The Submission that a document is: each section's text without what is not the student's, with its place and its doubts."""

from __future__ import annotations

import base64
import re
from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from grader.documents.cut.foreign import (
    ASKING,
    ForeignSpan,
    Template,
    is_question,
    mark_end,
    template_key,
    without_options,
    without_question,
)
from grader.documents.cut.lines import read_lines
from grader.documents.cut.parting import part_lines
from grader.documents.cut.sections import cut_lines
from grader.documents.cut.shared import find_handed_out
from grader.documents.markdown import read as read_markdown
from grader.documents.pictures import blanked
from grader.model.submission import SHOWN_MEDIA, Answer, HandedOut, Image, Place, Submission
from grader.notation.lazypatterns import deferred
from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from grader.documents.cut.lines import Line
    from grader.documents.cut.sections import Cut, Section
    from grader.documents.document import Document, Picture, Spot
    from grader.model.submission import Outline, QuestionOutline

# Pictures of one answer that are shown; more are named.
MAX_PICTURES: Final = 8
# Bytes of an answer's pictures that a report keeps.
MAX_SHOWN: Final = 400_000
# Characters that a note tells of what was taken out.
MAX_TOLD: Final = 120
_BETWEEN: Final = "\n\n"  # pieces of an answer that stood in several places
_PARTED: Final = deferred(r"(=[ \t]*-?\d{1,3})(\$?), (\d{3})(?![\d.,]|[ \t]*[,;])")
_NO_HEADING: Final = (
    "No heading of any question was found in this document, so what answers which is not known."
)


def read_answers(document: Document, lines: Sequence[Line], path: str, outline: Outline) -> Submission:
    """Return a document's answers to the questions of an outline; students and time are left to the caller.

    `lines` are those that `read_lines` gives.
    """
    lines = part_lines(document, lines, outline)
    cut = cut_lines(lines, outline)
    page = _Page(document, lines, cut, outline, Template(outline.template).of(lines))
    answers = page.answers()
    notes = [*document.notes, *cut.notes, *_taken_out(answers)]
    return Submission(
        source=path,
        students=(),
        assignment=outline.assignment,
        answers=answers,
        notes=tuple(dict.fromkeys(notes)),
        doubt=document.doubt,
    )


def _taken_out(answers: Mapping[str, Answer]) -> Iterator[str]:
    """Say which answers were marked without lines that the class was handed."""
    for name, answer in answers.items():
        if answer.handed_out:
            said = " ".join(each.line for each in answer.handed_out)
            said = said if len(said) <= MAX_TOLD else f"{said[: MAX_TOLD - 1]}…"
            yield f"In {name}, what most of the class hand in word by word was not counted: {said}"


def cut_text(text: str, outline: Outline) -> tuple[list[str], bool]:
    """Return the questions whose headings stand in a Markdown text, in their order, and whether that is doubtful."""
    document = read_markdown(text)
    cut = cut_lines(part_lines(document, read_lines(document), outline), outline)
    named = [outline.questions[position].id for section in cut.sections for position in section.questions]
    return named, bool(cut.doubts or cut.notes)


@dataclass(frozen=True, slots=True)
class _Piece:
    """A stretch of an answer: its text, where it begins, and what stands in it as a picture."""

    text: str
    place: Place
    pictures: tuple[tuple[int, Picture], ...]  # each with where in the text it stands
    doubt: str = ""
    handed_out: tuple[HandedOut, ...] = ()  # lines that were taken out


@dataclass(frozen=True, slots=True)
class _Page:
    document: Document
    lines: Sequence[Line]
    cut: Cut
    outline: Outline
    template: frozenset[int]

    def answers(self) -> Mapping[str, Answer]:
        """Return the answers by question; a question without any section has one only where it is doubtful."""
        questions = self.outline.questions
        pieces: dict[int, list[_Piece]] = defaultdict(list)
        if not self.cut.found and len(questions) == 1:
            pieces[0].append(self._whole(questions[0]))
        for section in self.cut.sections:
            for position in section.questions:
                pieces[position].append(self._piece(section, position))
        answers = {}
        for position, question in enumerate(questions):
            doubt = self.cut.doubts.get(position, "")
            if not self.cut.found and len(questions) > 1:
                doubt = _NO_HEADING
            if pieces[position] or doubt:
                answers[question.id] = self._joined(position, pieces[position], doubt)
        return answers

    def _heading(self, section: Section) -> str:
        return f"{self.lines[section.heading].where}: {section.reason}"

    def _joined(self, position: int, pieces: Sequence[_Piece], doubt: str) -> Answer:
        question = self.outline.questions[position]
        said = [piece for piece in pieces if piece.text.strip()] or list(pieces[:1])
        place = said[0].place if said else Place(line=1)
        if len(said) > 1:
            place = place.model_copy(update={"offset": None})  # no longer one stretch of the file
        pictures = list(_pictures(pieces, said))
        unread = self._unread(question)
        headings = [self._heading(section) for section in self.cut.sections if position in section.questions]
        return Answer(
            question=question.id,
            place=place,
            text=_closed_up(_BETWEEN.join(piece.text for piece in said)),
            doubt=unread,
            heading="; ".join(headings),
            cut=doubt or next((piece.doubt for piece in pieces if piece.doubt), ""),
            images=tuple(_images(pictures)),
            handed_out=tuple(line for piece in pieces for line in piece.handed_out),
        )

    def _unread(self, question: QuestionOutline) -> str:
        """Say what stands among a question's lines and was not read, "" where all was."""
        position = self.outline.questions.index(question)
        for spot, said in self.document.unread:
            above = [
                section for section in self.cut.sections if _before(self.lines[section.heading].spot, spot)
            ]
            # rows of one table have one place: it may be any of theirs
            block = self.lines[above[-1].heading].block if above else None
            if any(
                position in section.questions and self.lines[section.heading].block == block
                for section in above
            ):
                return said
        return ""

    def _whole(self, question: QuestionOutline) -> _Piece:
        spans, handed_out = self._own(range(len(self.lines)), question)
        piece = self._composed(without_question(spans, self.lines, question.text), -1)
        return replace(piece, handed_out=handed_out)

    def _own(
        self, numbers: range, question: QuestionOutline
    ) -> tuple[list[ForeignSpan], tuple[HandedOut, ...]]:
        """Return the lines that may be the student's answer to a question, and those of them that the class was handed."""
        counted = [number for number in numbers if self._counts(number)]
        taken = find_handed_out(self.lines, counted, question.handed_out) if question.handed_out else {}
        return [ForeignSpan(number) for number in counted if number not in taken], tuple(taken.values())

    def _counts(self, number: int) -> bool:
        """Whether a line may be the student's answer: no program, unless these are read, and nothing of the template."""
        line = self.lines[number]
        program = self.document.blocks[line.block].program
        return number not in self.template and (not program or self.outline.code)

    def _piece(self, section: Section, position: int) -> _Piece:
        question = self.outline.questions[position]
        body, handed_out = self._own(range(section.heading + 1, section.last), question)
        spans = body
        if self._keeps_rest(section, position, body):
            spans = [ForeignSpan(section.heading, section.rest, heading=True), *body]
        spans, doubt = self._behind_mark(spans)
        spans = without_question(spans, self.lines, question.text)
        spans, more = self._behind_mark(spans)
        doubt = doubt or more
        spans = without_options(spans, self.lines, question.text) if question.text else spans
        return replace(self._composed(spans, section.heading, doubt=doubt), handed_out=handed_out)

    def _keeps_rest(self, section: Section, position: int, body: Sequence[ForeignSpan]) -> bool:
        """Whether what follows a label on its line is an answer: in a heading only where nothing stands below any."""
        heading = self.lines[section.heading]
        rest = heading.plain[section.rest :].strip()
        if not rest.strip(" .:;-–—*_)"):
            return bool(heading.pictures)
        if self.cut.titles.is_title(rest, position) or is_question(rest):
            return False
        if heading.style not in {"heading", "styled"}:
            return section.heading not in self.template
        if self._say(body) or self.cut.titles.is_text(rest, position):
            return False
        return not any(self._is_titled(other) for other in self.cut.sections)

    def _is_titled(self, section: Section) -> bool:
        """Whether a heading says something beside its label and has an answer below: then headings hold titles here."""
        heading = self.lines[section.heading]
        body = [
            ForeignSpan(number) for number in range(section.heading + 1, section.last) if self._counts(number)
        ]
        return (
            heading.style in {"heading", "styled"}
            and bool(heading.plain[section.rest :].strip(" .:;-–—*_)"))
            and self._say(body)
        )

    def _say(self, spans: Sequence[ForeignSpan]) -> bool:
        """Whether anything is said or shown in spans, marks of answers apart."""
        for span in spans:
            line = self.lines[span.line]
            if line.blank:
                continue
            mark = mark_end(line, self.outline.answer_marks)
            if mark is None or line.content[mark[0] :].strip() or line.pictures:
                return True
        return False

    def _behind_mark(self, spans: list[ForeignSpan]) -> tuple[list[ForeignSpan], str]:
        """Return the spans behind the mark that begins the answer, and what is doubtful about that."""
        for number, span in enumerate(spans):
            mark = mark_end(self.lines[span.line], self.outline.answer_marks)
            if mark is None or mark[0] < span.column:
                continue
            before = spans[:number]
            behind = [ForeignSpan(span.line, mark[0], heading=True), *spans[number + 1 :]]
            if not self._say(before):
                return behind, ""
            asks = self._ask(before)
            if not (mark[1] or asks):
                return spans, ""  # a word of the student's own, behind what led to it
            if self._say(behind) or asks:
                return behind, ""
            where = self.lines[span.line].where
            return (
                behind,
                f"Nothing stands behind the mark of the answer at {where}, and there is text before it.",
            )
        return spans, ""

    def _ask(self, spans: Sequence[ForeignSpan]) -> bool:
        """Whether spans only ask: they end with a question, or with a list of options below one."""
        lines = [self.lines[span.line] for span in spans if not self.lines[span.line].blank]
        if lines and ASKING.match(lines[0].content):
            return True
        while lines and lines[-1].kind == "item" and not lines[-1].ticked:
            lines.pop()
        return not lines or is_question(lines[-1].content)

    def _composed(self, spans: Sequence[ForeignSpan], heading: int, *, doubt: str = "") -> _Piece:
        """Return the text of spans: in a text file the very stretch of it, what lies between and does not count blanked."""
        kept = [span for span in spans if not self.lines[span.line].blank or self.lines[span.line].pictures]
        kept = [
            span
            for span in kept
            if self.lines[span.line].content[span.column :].strip() or self.lines[span.line].pictures
        ]
        written = any(self.lines[span.line].kind != "output" for span in kept)
        shown = {  # what a program draws is an answer only where nothing is written
            span.line
            for span in kept
            if self.lines[span.line].pictures and not (written and self.lines[span.line].kind == "output")
        }
        if not kept:
            at = self.lines[max(heading, 0)] if self.lines else None
            return _Piece("", Place(line=at.number if at else 1), (), doubt)
        first = self.lines[kept[0].line]
        if first.start is None or any(self.lines[span.line].start is None for span in kept):
            text, ends = self._rendered(kept)
            pictures = self._pictured(shown, ends)
            return _Piece(text, _place(first, kept[0].column), pictures, doubt)
        text = self.document.text
        start = self._start(kept[0], heading)
        end = max(self.lines[span.line].end or 0 for span in kept)
        inside = {span.line for span in kept}
        dropped = [
            (line.start or 0, line.end or 0)
            for number, line in enumerate(self.lines[kept[0].line : kept[-1].line + 1], kept[0].line)
            if number not in inside
        ]
        dropped += [
            ((self.lines[span.line].start or 0), (self.lines[span.line].start or 0) + span.column)
            for span in kept[1:]
            if span.column
        ]
        inner = [(max(a - start, 0), b - start) for a, b in dropped if b > start]
        ends = {line: (self.lines[line].end or 0) - start for line in shown}
        if first.spot.cell is None:
            stretch = blanked(text[start:end], inner)
        else:  # cells are no stretch of the file, so that nothing has to keep its place
            ends = {line: len(_without(text[start : start + at], inner)) for line, at in ends.items()}
            stretch = _without(text[start:end], inner)
        lead = len(stretch) - len(stretch.lstrip())
        place = _place(first, kept[0].column, offset=start + lead, text=text)
        pictures = self._pictured(shown, {line: at - lead for line, at in ends.items()})
        return _Piece(stretch.strip(), place, pictures, doubt)

    def _pictured(self, shown: Iterable[int], ends: Mapping[int, int]) -> tuple[tuple[int, Picture], ...]:
        """Return the pictures of lines in their order, each with where its line ends in the answer."""
        return tuple(
            (max(ends.get(line, 0), 0), picture)
            for line in sorted(shown)
            for picture in self.lines[line].pictures
        )

    def _start(self, span: ForeignSpan, heading: int) -> int:
        """Return where in the file a span begins; a line's marker belongs to it, a heading before it does not."""
        line = self.lines[span.line]
        start = line.start or 0
        if span.heading or span.column:
            return start + _begin(line, span.column)
        above = self.lines[heading].end or 0 if heading >= 0 else 0
        return max(self.document.text.rfind("\n", 0, start) + 1, min(above, start))

    def _rendered(self, spans: Sequence[ForeignSpan]) -> tuple[str, Mapping[int, int]]:
        """Return the Markdown of spans of a document that is no text, and where in it each line ends."""
        pieces: list[str] = []
        ends: dict[int, int] = {}
        length = 0
        before: Line | None = None
        for span in spans:
            line = self.lines[span.line]
            said = line.content[_begin(line, span.column) if span.column else 0 :]
            if line.kind == "item" and line.first and not span.heading and not span.column:
                box = "" if line.ticked is None else "[x] " if line.ticked else "[ ] "
                said = f"{'  ' * (line.depth - 8)}{line.marker or '-'} {box}{said}"
            elif line.kind in {"code", "output"}:
                said = f"```\n{said}\n```"
            hidden = self.document.blocks[line.block].hidden if line.first else ()
            said += "".join(f" <!-- {stretch.replace('--', '- -')} -->" for stretch in hidden)
            if before is not None:
                close = before.block == line.block or (before.kind == line.kind == "item")
                pieces.append("\n" if close else "\n\n")
                length += len(pieces[-1])
            pieces.append(said)
            length += len(said)
            ends[span.line] = length
            before = line
        text = "".join(pieces)
        lead = len(text) - len(text.lstrip())
        return text.strip(), {line: end - lead for line, end in ends.items()}


def _begin(line: Line, column: int) -> int:
    """Return where an answer begins behind a column of its line: behind blanks, and behind markup that ends there."""
    before = line.content[:column].rstrip()
    if before.endswith("**") and before.count("**") % 2:
        column = len(before) - 2
    said = line.content[column:]
    markup = len(said) - len(line.plain[column:].lstrip())
    if line.content.count("**", 0, column) % 2 == 0 and "**" in said[:markup]:
        markup = len(said) - len(said.lstrip())  # the answer itself begins in bold
    return column + markup


def _closed_up(text: str) -> str:
    """Return a text of the same length in which the result of an equation is one number: `= 0, 641`, as formulas are set."""
    return _PARTED.sub(lambda match: f"{match[1]},{match[3]}{match[2]} ", text) if ", " in text else text


def _without(text: str, stretches: Sequence[tuple[int, int]]) -> str:
    """Return a text without some stretches, and without the empty lines that these leave."""
    pieces, at = [], 0
    for start, end in sorted(stretches):
        pieces.append(text[at:start])
        at = max(at, end)
    return re.sub(r"\n{3,}", "\n\n", "".join([*pieces, text[at:]]))


def _place(line: Line, column: int, *, offset: int | None = None, text: str = "") -> Place:
    """Return the place of a line's column, or of an offset into the document's text."""
    spot = line.spot
    if offset is None:
        return Place(line=line.number, column=spot.column + column, page=spot.page, cell=spot.cell)
    if spot.cell is not None:  # the line in its cell
        number = line.number + text.count("\n", line.start or 0, max(offset, line.start or 0))
        return Place(line=number, column=1, offset=offset, cell=spot.cell)
    return Place(
        line=text.count("\n", 0, offset) + 1, column=offset - text.rfind("\n", 0, offset), offset=offset
    )


def _pictures(pieces: Sequence[_Piece], said: Sequence[_Piece]) -> Iterator[tuple[int, Picture]]:
    """Yield the pictures of an answer, each with where it stands in the text that the said pieces make."""
    at, shown = 0, {id(piece) for piece in said}
    for piece in pieces:
        yield from ((at + place, picture) for place, picture in piece.pictures)
        if id(piece) in shown:
            at += len(piece.text) + len(_BETWEEN)


def _images(pictures: Sequence[tuple[int, Picture]]) -> Iterator[Image]:
    """Yield pictures as they are kept: their content as far as there is room for it."""
    room = MAX_SHOWN
    for at, picture in pictures[:MAX_PICTURES]:
        content = picture.content or b""
        kept = content if len(content) <= room and picture.media in SHOWN_MEDIA else b""
        room -= len(kept)
        yield Image(name=picture.name, media=picture.media, content=base64.b64encode(kept).decode(), at=at)


def _before(one: Spot, other: Spot) -> bool:
    return (one.page or 0, one.cell or 0, one.line) <= (other.page or 0, other.cell or 0, other.line)


def template_of(document: Document) -> tuple[str, ...]:
    """Return the lines of a template as an outline holds them."""
    return tuple(template_key(line) for line in read_lines(document))
