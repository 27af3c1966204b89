"""How a hand-in is read, told in lines: for a terminal, a pipe and a page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from grader.records import dataclass
from grader.writers.displaytext import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.forms.finds import Find
    from grader.forms.readingview import HandInReading, PartReading, QuestionReading

MAX_LINE: Final = 160  # characters of a value or of what was written
_NAMES: Final = 16  # characters of a part's name that stay in their column

Tone = Literal["plain", "soft", "good", "doubt", "bad", "head"]


@dataclass(frozen=True, slots=True)
class ToldLine:
    """One line: a label in the left column, and what is said; `tone` is how it looks."""

    label: str
    text: str
    tone: Tone = "plain"
    indent: int = 4


def told(reading: HandInReading) -> Iterator[ToldLine]:
    """Yield the lines of a hand-in."""
    who = ", ".join(one_line(student, 60) for student in reading.students[:12])
    yield ToldLine(one_line(reading.source), f"{reading.assignment}, handed in by {who}", "head", 0)
    for note in reading.notes:
        yield ToldLine("note", one_line(note), "doubt", 2)
    for question in reading.questions:
        yield ToldLine("", "", indent=0)
        yield ToldLine(one_line(question.id, 80), one_line(question.title), "head", 0)
        yield from _question(question)
    yield ToldLine("", "", indent=0)
    yield ToldLine("", summary(reading), "bad" if reading.missing or reading.unreadable else "good", 0)


def summary(reading: HandInReading) -> str:
    """Say in one line whether all was read, and what was not."""
    said = []
    for names, word in ((reading.missing, "missing"), (reading.unreadable, "cannot be read")):
        if names:
            more = f" and {len(names) - 12} more" if len(names) > 12 else ""
            said.append(f"{len(names)} {word}: {', '.join(one_line(name, 60) for name in names[:12])}{more}")
    return "; ".join(said) or "Everything was read."


def _question(question: QuestionReading) -> Iterator[ToldLine]:
    if question.missing:
        yield ToldLine("missing", "nothing was written here", "bad")
        return
    for part in question.parts:
        label = one_line(part.name, 40)
        yield ToldLine(label, sentence(part), _tone(part))
        yield from (ToldLine("", one_line(note), "doubt") for note in part.notes)
        yield from (_find(find, 6) for find in part.finds)
    if question.words:
        count = f"{question.words} {'word' if question.words == 1 else 'words'}"
        yield ToldLine("text", f"{count}, from line {question.line}")
    yield from (ToldLine("", one_line(note), "doubt") for note in question.notes)
    for find in question.finds:
        yield _find(find, 4)
        yield from (ToldLine("", f"  {one_line(note)}", "doubt") for note in find.notes if " may " in note)
    if question.more:
        yield ToldLine("", f"and {question.more} more", "soft")


def sentence(part: PartReading) -> str:
    """Say what came of a part."""
    if part.state == "missing" and part.read_as:
        return f"{_read_as(part.kind, part.read, part.read_as)}, missing: {one_line(part.problem)}"
    if part.state == "missing":
        return f"missing: a {part.kind} is asked for" if part.kind != "text" else "missing"
    if part.state == "in_text":
        return "not given by name; it is looked for in the text"
    if part.state == "unreadable":
        return f"cannot be read ({_place(part.line, part.column)}): {one_line(part.problem)}"
    if part.kind == "text":
        return part.read_as
    return _read_as(part.kind, part.read, part.read_as)


def _read_as(kind: str, read: str, read_as: str) -> str:
    value, written = one_line(read_as, MAX_LINE), one_line(read, MAX_LINE)
    same = written == value or (kind == "matrix" and value.endswith(f", {written}"))
    return f"{value} ({kind})" if same else f"{value} ({kind}, read from '{written}')"


def find_sentence(find: Find) -> str:
    """Say how a find was read."""
    if find.problem:
        return f"cannot be read: '{one_line(find.read, MAX_LINE)}': {one_line(find.problem)}"
    notes = [one_line(note) for note in find.notes if " may " not in note]
    text = _read_as(find.kind, find.read, find.read_as)
    return f"{text[:-1]}; {'; '.join(notes)})" if notes else text


def _find(find: Find, indent: int) -> ToldLine:
    # Of a text that stands in the file in another form, all finds have its own line; the text says that.
    place = f"{_place(find.line, find.column)}  " if find.column else ""
    return ToldLine("", f"{place}{find_sentence(find)}", "bad" if find.problem else "soft", indent)


def _place(line: int, column: int) -> str:
    return f"line {line}:{column}" if column else f"line {line}"


def _tone(part: PartReading) -> Tone:
    if part.state in {"missing", "unreadable"}:
        return "bad"
    return "soft" if part.state == "in_text" else "plain"


def laid_out(lines: list[ToldLine]) -> Iterator[tuple[str, str, Tone]]:
    """Yield each line as its left column, its text and its tone, the columns aligned."""
    inner = [line for line in lines if line.indent]
    column = min(max((len(line.label) for line in inner), default=0), _NAMES)
    for line in lines:
        if not line.indent:
            yield line.label, f"{'  ' if line.label and line.text else ''}{line.text}", line.tone
            continue
        gap = " " * line.indent
        yield f"{gap}{line.label:{column}}", f"  {line.text}", line.tone
