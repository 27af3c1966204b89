"""The stretches of a document that answer its questions, why they were cut there, and what is doubtful about it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import field, replace
from typing import TYPE_CHECKING, Final

from grader.documents.cut.addresses import components
from grader.documents.cut.assignment import assign
from grader.documents.cut.candidates import find_candidates
from grader.documents.cut.labels import read_label
from grader.notation.lazypatterns import deferred
from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from grader.documents.cut.addresses import Address, Addresses
    from grader.documents.cut.assignment import Event
    from grader.documents.cut.candidates import CutCandidate
    from grader.documents.cut.lines import Line
    from grader.documents.cut.titles import Titles
    from grader.model.submission import Outline

# Words without a question that may be somebody's answer; names, a title and a date have fewer.
LEFT_OVER: Final = 12
# What stands before the first heading is names and a title; more than this is told.
PREAMBLE_WORDS: Final = 40


# The number of a part within a text, such as a cell of a table that was not read as one.
_NAMED: Final = deferred(r"(?<![\w.(\[])\d{1,2}\.?[a-h](?![\w.])")


@dataclass(frozen=True, slots=True)
class Section:
    """Lines that answer one question or several: those behind `heading`, up to `last`, and the rest of the heading's own."""

    questions: tuple[int, ...]
    heading: int  # the line; -1 where the whole document is the answer
    rest: int  # where on it the heading ends
    last: int  # the line behind the last
    reason: str
    inside: bool = False  # a part of a question that was begun before
    weak: bool = False  # whether its heading is a mere number or letter


@dataclass(slots=True)
class Cut:
    """A cut document. `doubts` are sentences by question, `headings` the lines that are headings of any kind."""

    sections: list[Section]
    titles: Titles
    doubts: dict[int, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    headings: frozenset[int] = frozenset()
    found: bool = True  # whether any heading was


def cut_lines(lines: Sequence[Line], outline: Outline) -> Cut:
    """Return the sections of a document's lines in reading order, with what is doubtful."""
    candidates, addresses, titles = find_candidates(lines, outline)
    best = assign(candidates, addresses)
    sections, loose = _sections(best.events, candidates, lines)
    cut = Cut(sections, titles, headings=frozenset(candidates[event.candidate].line for event in best.events))
    if not sections:
        cut.found = False
        return cut
    _doubt_rivals(cut, best.rivals, candidates, lines)
    _doubt_repeated(cut, lines)
    _doubt_missing(cut, outline, _passed_over(best.events, candidates, addresses, lines), loose, lines)
    _note_strange(cut, best.events, candidates, lines)
    return cut


@dataclass(slots=True)
class _Loose:
    """Lines that belong to no question."""

    before: list[int] = field(default_factory=list)  # the first heading
    between: list[int] = field(
        default_factory=list
    )  # below what stands above questions, or below unknown ones
    behind: dict[int, list[int]] = field(
        default_factory=lambda: defaultdict(list)
    )  # below a heading that ended a question


def _sections(
    events: Sequence[Event], candidates: Sequence[CutCandidate], lines: Sequence[Line]
) -> tuple[list[Section], _Loose]:
    sections: list[Section] = []
    loose = _Loose()
    begin = candidates[events[0].candidate].line if events else len(lines)
    loose.before += range(begin)
    open_section: tuple[Event, CutCandidate] | None = None
    depth, ended = 0, -1  # of the open question's heading; the question that a heading of no question ended
    for position, event in enumerate(events):
        candidate = candidates[event.candidate]
        stop = candidates[events[position + 1].candidate].line if position + 1 < len(events) else len(lines)
        body = range(candidate.line + 1, stop)
        if event.kind == "question" or (event.kind == "inside" and open_section is None):
            open_section, depth, ended = (event, candidate), candidate.depth, -1
            sections.append(
                Section(
                    event.questions,
                    candidate.line,
                    candidate.end_of(event.reading),
                    stop,
                    candidate.reason,
                    event.kind == "inside",
                    candidate.form in {"number", "part"},
                )
            )
        elif event.kind == "inside" and open_section is not None:
            if open_section[0].questions == event.questions:
                _extend(sections, stop)
            else:
                open_section = event, candidate
                sections.append(
                    Section(
                        event.questions,
                        candidate.line,
                        candidate.end_of(event.reading),
                        stop,
                        candidate.reason,
                        True,
                    )
                )
        elif event.kind == "aside":
            if open_section is not None and (candidate.depth > depth or not _says(sections[-1], lines)):
                _extend(sections, stop)
                continue
            if (open_section is not None and candidate.depth == depth) or depth > 6:
                ended = open_section[0].questions[-1] if open_section else ended
            open_section = None
            (loose.behind[ended] if ended >= 0 else loose.between).extend((candidate.line, *body))
        else:
            open_section = None
            ended = -1
            if event.kind != "ends":
                loose.between += body
    return sections, loose


def _extend(sections: list[Section], stop: int) -> None:
    last = sections[-1]
    sections[-1] = replace(last, last=stop)


def _says(section: Section, lines: Sequence[Line]) -> bool:
    """Whether anything stands in a section below its heading."""
    return any(not lines[number].blank for number in range(section.heading + 1, section.last))


def _words(numbers: Iterable[int], lines: Sequence[Line]) -> int:
    return sum(len(lines[number].content.split()) for number in numbers if lines[number].kind != "code")


def _stretches(sections: Iterable[Section]) -> dict[int, list[tuple[int, int]]]:
    found: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for section in sections:
        for question in section.questions:
            found[question].append((section.heading, section.last))
    return found


def _doubt_rivals(
    cut: Cut, rivals: Sequence[tuple[Event, ...]], candidates: Sequence[CutCandidate], lines: Sequence[Line]
) -> None:
    """Doubt the questions whose answers another assignment, nearly as good, would find elsewhere."""
    own = _stretches(cut.sections)
    for events in rivals:
        others = _stretches(_sections(events, candidates, lines)[0])
        for question in {*own, *others}:
            if own.get(question) != others.get(question):
                where = own.get(question) or others[question]
                line = lines[max(where[0][0], 0)].where
                cut.doubts.setdefault(
                    question,
                    f"The answer may begin elsewhere than at {line}: another cut is nearly as good.",
                )


def _doubt_repeated(cut: Cut, lines: Sequence[Line]) -> None:
    """Doubt the questions that have more than one heading, each with something below it."""
    headings: dict[int, list[str]] = defaultdict(list)
    for section in cut.sections:
        if len(section.questions) > 1:
            for question in section.questions:
                cut.doubts.setdefault(
                    question,
                    f"The heading at {lines[section.heading].where} stands for several questions.",
                )
        if section.inside or not (
            _says(section, lines) or lines[section.heading].plain[section.rest :].strip()
        ):
            continue
        for question in section.questions:
            headings[question].append(lines[section.heading].where)
    for question, numbers in headings.items():
        if len(numbers) > 1:
            where = ", ".join(map(str, numbers[:5]))
            cut.doubts.setdefault(
                question, f"The question has several headings ({where}); their texts were joined."
            )


def _passed_over(
    events: Sequence[Event], candidates: Sequence[CutCandidate], addresses: Addresses, lines: Sequence[Line]
) -> Mapping[int, int]:
    """Return the questions that a line names which was taken for no heading, each with that candidate."""
    taken = {event.candidate: event for event in events}
    found: dict[int, int] = {}
    near: tuple[str, ...] = ()
    for number, candidate in enumerate(candidates):
        if number in taken:
            near = taken[number].address or near
        elif candidate.label is not None:
            for address in (
                each for label in (candidate.label, *candidate.label.others) for each in label.addresses
            ):
                target = addresses.resolve(address, near, worded=candidate.label.form == "word")
                if target.kind == "question":
                    found.setdefault(target.question, candidate.line)
        elif candidate.question >= 0:
            found.setdefault(candidate.question, candidate.line)
    heads = {candidates[event.candidate].line: candidates[event.candidate].end for event in events}
    for number, line in enumerate(lines):
        if line.style == "solid":
            continue
        for address in _mentioned(line, heads.get(number, 0)):
            target = addresses.resolve(address, (), worded=True)
            if target.kind == "question":
                found.setdefault(target.question, number)
    return found


def _mentioned(line: Line, begin: int) -> Iterator[Address]:
    """Yield what a line names behind its heading: the number it begins with, and `2b` wherever it stands."""
    if not begin and line.plain[:4].strip()[:1].isdigit():
        label = read_label(line.plain)
        if label is not None and not (label.set_off and label.marked):
            yield label.addresses[0]
    for named in _NAMED.finditer(line.plain, begin):
        yield components(named[0])


def _doubt_missing(
    cut: Cut, outline: Outline, passed_over: Mapping[int, int], loose: _Loose, lines: Sequence[Line]
) -> None:
    """Doubt the questions without a heading while text is left that may be their answer."""
    found = {question for section in cut.sections for question in section.questions}
    missing = [position for position in range(len(outline.questions)) if position not in found]
    spare = (
        _words(loose.before, lines)
        + _words(loose.between, lines)
        + sum(_words(behind, lines) for behind in loose.behind.values())
    )
    pictured = any(lines[number].pictures for number in (*loose.before, *loose.between))
    again = _stands_again(cut, lines)
    for position in missing:
        if position in passed_over:
            line = lines[passed_over[position]].where
            cut.doubts.setdefault(position, f"No heading of this question was found; {line} may be one.")
        elif again:
            cut.doubts.setdefault(
                position,
                f"No heading of this question was found, and that of another stands again at {again}.",
            )
        elif spare >= LEFT_OVER or pictured:
            cut.doubts.setdefault(
                position,
                "No heading of this question was found, and there is text that belongs to no question.",
            )
    for question, behind in loose.behind.items():
        if _words(behind[1:], lines) >= 3 or any(lines[number].pictures for number in behind):
            line = lines[behind[0]].where
            cut.doubts.setdefault(question, f"The answer was taken to end at the heading at {line}.")
    if _words(loose.before, lines) > PREAMBLE_WORDS:
        cut.notes.append("There is a long text before the first question heading; it was not marked.")


def _stands_again(cut: Cut, lines: Sequence[Line]) -> str:
    """Return where the heading of a question stands that was found before, "" where none does."""
    seen: set[int] = set()
    for section in cut.sections:
        if section.weak and not section.inside and seen & set(section.questions):
            return lines[section.heading].where
        seen.update(section.questions)
    return ""


def _note_strange(
    cut: Cut, events: Sequence[Event], candidates: Sequence[CutCandidate], lines: Sequence[Line]
) -> None:
    strange = [event for event in events if event.kind == "foreign"]
    if strange:
        named = ", ".join(
            f"{'.'.join(event.address)} at {lines[candidates[event.candidate].line].where}"
            for event in strange[:5]
        )
        more = f" and {len(strange) - 5:,} more" if len(strange) > 5 else ""
        cut.notes.append(f"Questions that this assignment does not have were left out: {named}{more}.")
