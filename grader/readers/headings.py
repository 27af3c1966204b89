r"""Cut a document into answers at its question headings, however they are written.

Three kinds of heading are told apart by how sure they are: a named one (`## 5 Question 5`, `Q5.`,
`\section*{Question 5}`, `**Dropout**` where that is the question's title), a styled number
(`## 5.`), and a bare number at the start of a line (`5)`). The surest kind that is there decides;
bare numbers must rise, since lists inside answers are numbered too.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from grader.model import Outline

# A heading longer than this is a paragraph.
MAX_HEADING: Final = 300
# What stands before the first heading is names and a title; more than this is an answer nobody will read.
PREAMBLE_WORDS: Final = 40
# Lines that are named one by one.
NAMED: Final = 5

_WORDS: Final = (
    "questions?|q|qn|quest|exercises?|ex|problems?|prob|tasks?|answers?|ans|assignment|review question|"
    "fragen?|aufgaben?|übung|pregunta|ejercicio|respuesta|exercice|réponse|uppgift|fråga|svar|vraag|opgave|"
    "domanda|esercizio|questão|exercício|soal|nomor|pertanyaan|jawaban|问题|题目|第|題"
)
_ROMAN: Final = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6, "vii": 7, "viii": 8, "ix": 9, "x": 10}
_NAMED: Final = re.compile(
    rf"(?:\d{{1,3}}(?:\.\d{{1,3}})*[.):]?[ \t]+)?(?:{_WORDS})[ \t]*[.#:№-]?[ \t]*"
    r"(?P<number>\d{1,3}|[ivx]{1,4}(?![a-z]))(?P<sub>[a-z](?![a-z])|\.\d{1,2})?[ \t]*题?(?P<rest>.*)",
    re.IGNORECASE | re.DOTALL,
)
_NUMBERED: Final = re.compile(r"\(?(?P<number>\d{1,3})(?:[.):\]]+|(?=[ \t])|$)(?P<rest>.*)", re.DOTALL)
_BARE: Final = re.compile(
    r"(?:\((?P<round>\d{1,3})\)|(?P<number>\d{1,3})[.):])(?=[ \t]|$)[ \t]*(?P<rest>.*)", re.DOTALL
)
_ATX: Final = re.compile(r" {0,3}(?P<marks>#{1,6})(?:[ \t]+(?P<content>.*?)(?:[ \t]+#+)?)?[ \t]*$")
_LATEX: Final = re.compile(
    r"[ \t]*\\(?P<command>chapter|section|subsection|subsubsection|paragraph|question|exercise|problem)\*?"
    r"[ \t]*\{(?P<content>[^{}]*(?:\{[^{}]*\}[^{}]*)*)\}(?P<rest>.*)$"
)
_BOLD: Final = re.compile(r" {0,3}(?P<marks>\*{1,3}|_{1,3})(?P<content>[^*_ ][^*_]*)(?P=marks)(?P<rest>.*)$")
_HTML: Final = re.compile(
    r"[ \t]*<h(?P<depth>[1-6])(?:[ \t][^<>]*)?>(?P<content>[^<>]*)</h[1-6]>(?P<rest>.*)$", re.IGNORECASE
)
_UNDERLINE: Final = re.compile(r" {0,3}(?:=+|-{3,})[ \t]*$")
_FENCE: Final = re.compile(r" {0,3}(`{3,}|~{3,})")
_LATEX_DEPTH: Final = {"chapter": 0, "section": 1, "subsection": 2, "subsubsection": 3, "paragraph": 4}


class Section(NamedTuple):
    """A stretch of the document that answers one question: offsets [start, end), line from 1."""

    question: str
    start: int
    end: int
    line: int


@dataclass(frozen=True, slots=True)
class _Heading:
    """A line that may begin an answer."""

    start: int  # of the line
    body: int  # where the answer begins
    line: int
    question: str | None  # None: it names a question that the rubric does not have
    sureness: int  # 3 named, 2 styled number, 1 bare number
    depth: int  # of its style: fewer is higher
    number: int
    rest: str  # what the heading says besides the number


class _Names:
    """How the outline's questions may be called."""

    def __init__(self, outline: Outline) -> None:
        self.by_number: dict[int, str] = {}
        for position, question in enumerate(outline.questions, 1):
            digits = re.findall(r"\d+", question.id)
            self.by_number.setdefault(int(digits[-1]) if digits else position, question.id)
        self.by_title: dict[str, str] = {}
        self.titles: set[tuple[str, str]] = set()  # with their questions: two may have the same
        for question in outline.questions:
            for title in (question.id, question.title, *question.headings):
                if title.strip():
                    self.by_title.setdefault(_plain(title), question.id)
                    self.titles.add((_plain(title), question.id))

    def is_title(self, text: str, question: str) -> bool:
        """Whether a text says nothing but what a question is called."""
        return (_plain(text), question) in self.titles

    def titled(self, content: str) -> str | None:
        """Find the one question whose title the heading is, or holds as whole words."""
        plain = _plain(content)
        if plain in self.by_title:
            return self.by_title[plain]
        held = {question for title, question in self.by_title.items() if f" {title} " in f" {plain} "}
        return held.pop() if len(held) == 1 else None


def _plain(text: str) -> str:
    """Fold case, punctuation and British spelling, for comparing titles."""
    return re.sub(r"iz(?=e|ing|ation)", "is", " ".join(re.findall(r"\w+", text.casefold())))


def cut(text: str, outline: Outline) -> tuple[list[Section], list[str]]:
    """Return the sections in reading order, and notes on what was doubtful or belongs to no question."""
    names = _Names(outline)
    found = list(_headings(text, names))
    chosen = _chosen(found)
    notes = _doubts(chosen, found)
    if chosen and len(text[: chosen[0].start].split()) > PREAMBLE_WORDS:
        notes.append("There is a long text before the first question heading; it was not marked.")
    sections: list[Section] = []
    strange: list[_Heading] = []
    for position, heading in enumerate(chosen):
        end = chosen[position + 1].start if position + 1 < len(chosen) else len(text)
        if heading.question is None:
            strange.append(heading)
            continue
        start, stop = _trimmed(text, heading.body, end)
        rest = "" if names.is_title(heading.rest, heading.question) else heading.rest
        if start == stop and rest.strip():  # the answer stands in the heading itself
            stop = heading.body
            start = text.rfind(rest, heading.start, stop)
            start, stop = _trimmed(text, start, stop)
        line = heading.line + text.count("\n", heading.start, start)
        sections.append(Section(heading.question, start, stop, line))
    return sections, [*notes, *_strange(strange)]


def _strange(headings: list[_Heading]) -> Iterator[str]:
    for heading in headings[:NAMED]:
        yield f"Line {heading.line} names question {heading.number}, which this assignment does not have."
    more = len(headings) - NAMED
    if more > 0:
        yield f"{more:,} more lines name questions that this assignment does not have."


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Yield offset and text of every line outside code fences."""
    offset, fence = 0, ""
    for line in text.split("\n"):
        mark = _FENCE.match(line)
        if fence:
            if mark and mark[1].startswith(fence):
                fence = ""
        elif mark:
            fence = mark[1]
        else:
            yield offset, line
        offset += len(line) + 1


def _headings(text: str, names: _Names) -> Iterator[_Heading]:
    number = 0
    counted = 0
    for offset, line in _lines(text):
        if not line.strip() or len(line) > MAX_HEADING * 40:
            continue
        heading = _styled(text, offset, line, names) or _unstyled(offset, line, names)
        if heading is not None:
            number += text.count("\n", counted, offset)
            counted = offset
            yield _Heading(offset, heading[0], number + 1, *heading[1:])


_Parts = tuple[int, str | None, int, int, int, str]  # body, question, sureness, depth, number, rest


def _styled(text: str, offset: int, line: str, names: _Names) -> _Parts | None:
    r"""Read a line that is marked as a heading: #, \section, bold, or underlined."""
    end = offset + len(line) + 1
    after = text[end : end + 80].split("\n", 1)[0]
    if atx := _ATX.match(line):
        return _named(atx["content"] or "", min(end, len(text)), len(atx["marks"]), names, styled=True)
    if latex := _LATEX.match(line):
        depth = _LATEX_DEPTH.get(latex["command"], 1)
        return _named(latex["content"], offset + latex.start("rest"), depth, names, styled=True)
    if html := _HTML.match(line):
        return _named(html["content"], offset + html.start("rest"), int(html["depth"]), names, styled=True)
    if bold := _BOLD.match(line):
        body = offset + bold.start("rest")
        return _named(bold["content"], body, 7, names, styled=not bold["rest"].strip(" :."))
    if _UNDERLINE.match(after) and len(line) <= MAX_HEADING:
        return _named(line.strip(), min(end + len(after) + 1, len(text)), 2, names, styled=True)
    return None


def _named(content: str, body: int, depth: int, names: _Names, *, styled: bool) -> _Parts | None:
    content = re.sub(r"[*_`]|\\(?:textbf|emph|textit|underline)\b|[{}]", "", content).strip()
    if len(content) > MAX_HEADING:
        return None
    if named := _NAMED.fullmatch(content):
        number = _value(named["number"])
        return body, names.by_number.get(number), 3, depth, number, named["rest"].strip(" .:：)–—-")
    titled = names.titled(content)
    numbered = _NUMBERED.fullmatch(content)
    if titled is not None and (numbered is None or names.by_number.get(int(numbered["number"])) == titled):
        return body, titled, 3, depth, 0, ""
    if numbered and styled and int(numbered["number"]) in names.by_number:
        number = int(numbered["number"])
        return body, names.by_number[number], 2, depth, number, numbered["rest"].strip(" .:)")
    return None


def _unstyled(offset: int, line: str, names: _Names) -> _Parts | None:
    """Read a plain line that begins with a question's name or a bare number."""
    stripped = line.lstrip(" \t>")
    indent = len(line) - len(stripped)
    if indent > 3:
        return None
    head = stripped[:MAX_HEADING]
    named = _NAMED.fullmatch(head)
    if named and (_sets_off(head, named) or not named["rest"].strip()):
        number = _value(named["number"])
        rest = named["rest"].lstrip(" .:：)–—-]*")
        body = offset + indent + len(head) - len(rest)
        return body, names.by_number.get(number), 3, 8, number, ""
    bare = _BARE.fullmatch(head)
    if bare:
        number = int(bare["round"] or bare["number"])
        if number in names.by_number:
            return offset + indent + bare.start("rest"), names.by_number[number], 1, 9, number, ""
    return None


def _sets_off(head: str, named: re.Match[str]) -> bool:
    """Whether punctuation parts the name from what follows, so that it is no ordinary sentence."""
    return named["rest"].lstrip(" ")[:1] in {".", ":", ")", "]", "：", "-", "–", "—"} or bool(
        re.match(r"Q\d", head)
    )


def _value(number: str) -> int:
    return int(number) if number.isdecimal() else _ROMAN.get(number.lower(), 0)


def _chosen(found: list[_Heading]) -> list[_Heading]:
    """Keep the headings of the surest kind; others may only fill in questions that it leaves out."""
    named = [heading for heading in found if heading.sureness == 3]
    if named:
        covered = {heading.question for heading in named}
        depths = {heading.depth for heading in named}
        more = [
            item
            for item in found
            if item.sureness == 2 and item.depth in depths and item.question not in covered
        ]
        return sorted([*named, *more], key=lambda heading: heading.start)
    styled = [heading for heading in found if heading.sureness == 2]
    if styled:
        top = min(heading.depth for heading in styled)
        return _rising([heading for heading in styled if heading.depth == top])
    return _rising([heading for heading in found if heading.sureness == 1])


def _rising(headings: list[_Heading]) -> list[_Heading]:
    """Return the longest run of rising numbers; of equal numbers the last before the next is meant.

    Patience sorting, so that a thousand numbered lines cost no more than n log n.
    """
    tops: list[int] = []
    at: list[int] = []
    before: list[int] = []
    for position, heading in enumerate(headings):
        pile = bisect_left(tops, heading.number)
        before.append(at[pile - 1] if pile else -1)
        tops[pile : pile + 1] = [heading.number]
        at[pile : pile + 1] = [position]
    run: list[_Heading] = []
    position = at[-1] if at else -1
    while position >= 0:
        run.append(headings[position])
        position = before[position]
    if run:  # the first number has nothing before it that could repeat it: its first line is meant
        run[-1] = next(heading for heading in headings if heading.number == run[-1].number)
    return run[::-1]


def _doubts(chosen: list[_Heading], found: Iterable[_Heading]) -> list[str]:
    """Say where bare or styled numbers repeat, since then the cut is a guess."""
    if not chosen or any(heading.sureness == 3 for heading in chosen):
        return []
    kind = chosen[0].sureness, chosen[0].depth
    times = Counter(heading.number for heading in found if (heading.sureness, heading.depth) == kind)
    used = {heading.number for heading in chosen}
    again = sorted(number for number, count in times.items() if count > 1 and number in used)
    if not again:
        return []
    numbers = ", ".join(map(str, again))
    return [f"The number {numbers} begins several lines; where the answers were parted is a guess."]
