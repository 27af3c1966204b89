"""The candidates of a document: every line that may begin an answer, what it costs to believe it and what not to.

Costs are in one unit: a question that is found at all is worth FOUND of them. Nothing is decided here.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from grader.documents.cut.addresses import ROMAN, Address, addresses_of
from grader.documents.cut.foreign import ASKING
from grader.documents.cut.labels import HeadingLabel, read_label
from grader.documents.cut.titles import folded, titles_of
from grader.notation.lazypatterns import deferred
from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from grader.documents.cut.addresses import Addresses
    from grader.documents.cut.lines import Line
    from grader.documents.cut.titles import Titles
    from grader.model.submission import Outline

FOUND: Final = 4.0
# What numbers that count on from each other are cheaper by, where they span the whole document.
COUNTED: Final = 1.2
# Styled numbers without any sign are headings only where so many of them count.
LEAST_COUNTED: Final = 3
# A letter that is a capital: it counts options more often than parts.
CAPITAL: Final = 0.6
# Lines that are looked at; whoever writes more of them that look like headings hands in a log.
MAX_CANDIDATES: Final = 4_000
# Characters of a line that may be a heading; in a heading of the format, more.
MAX_HEADING: Final = 400

# What it costs to take a line for a heading, by what it says and how it is styled.
_TAKEN: Final[Mapping[str, Mapping[str, float]]] = {
    "word": {"heading": 0.0, "styled": 0.1, "plain": 0.4, "item": 0.6},
    "parts": {
        "heading": 0.1,
        "styled": 0.2,
        "plain": 0.6,
        "item": 0.7,
    },  # `1a`, `1.2`: a number with components
    "number": {"heading": 0.4, "styled": 0.6, "plain": 1.5, "item": 1.6},
    "part": {"heading": 0.3, "styled": 0.4, "plain": 1.2, "item": 1.4},
    "misspelt": {"heading": 0.6, "styled": 0.8, "plain": 1.2, "item": 1.6},
    "container": {"heading": 0.8, "styled": 1.2, "plain": 2.0, "item": 3.0},
    "title": {"heading": 0.2, "styled": 0.4, "plain": 1.0, "item": 1.2},
    "holds": {"heading": 0.9, "styled": 1.4},
    "nearly": {"heading": 0.9, "styled": 1.2},
    "text": {"heading": 0.9, "styled": 1.2, "plain": 1.2, "item": 1.2},
}
# What it costs to take it for no heading.
_IGNORED: Final[Mapping[str, Mapping[str, float]]] = {
    "word": {"heading": 5.0, "styled": 4.0, "plain": 2.0, "item": 1.5},
    "parts": {"heading": 3.0, "styled": 2.0, "plain": 0.3, "item": 0.3},
    "number": {"heading": 0.8, "styled": 0.1},
    "part": {"heading": 1.5, "styled": 1.0},
    "misspelt": {"heading": 1.0, "styled": 0.5},
    "title": {"heading": 2.0, "styled": 1.0, "plain": 0.2},
    "text": {"heading": 1.0, "styled": 0.6, "plain": 0.2, "item": 0.2},
}
_ENDING: Final = deferred(
    r"(?:\d{1,2}\.?[ \t]+|[A-Z]\.?[ \t]+)?(?:appendi\w*|anhang|anlage|bilaga|vedlegg|references?|bibliography|literatur\w*|sources|quellen|referenser"
    r"|referanser|table of contents|contents|inhaltsverzeichnis|acknowledge?ments?|annexe?|source code|code listing|listings?)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class CutCandidate:
    """A line that may begin an answer. `label` says which, or `question` where its words do."""

    line: int  # among the lines
    form: str
    style: tuple[str, str, int]  # style, what it is marked with, depth: what headings of one kind share
    depth: int
    taken: float
    ignored: float
    end: int  # where on the line the rest begins
    label: HeadingLabel | None = None
    question: int = -1
    ends: bool = False  # a heading of no question that ends the one before (an appendix)
    empty: bool = (
        False  # whether nothing can follow it: the next line is a heading of its kind, and it only asks
    )
    counts: bool = False  # whether others count on from it through most of the document
    aside: bool = False  # a heading of no question, whatever it says
    reason: str = ""

    def end_of(self, reading: int) -> int:
        """Return where the rest of the line begins behind a reading of the label."""
        return self.label.others[reading - 1].end if reading and self.label is not None else self.end


def find_candidates(lines: Sequence[Line], outline: Outline) -> tuple[list[CutCandidate], Addresses, Titles]:
    """Return every line that may be a heading, with the names of the outline's questions."""
    addresses, titles = addresses_of(outline), titles_of(outline)
    found: list[CutCandidate] = []
    for number, line in enumerate(lines):
        if line.style != "solid":
            found += _of_line(number, line, titles)
        if len(found) >= MAX_CANDIDATES:
            break
    return _weighed(_without_containers(found), lines, titles), addresses, titles


def _of_line(number: int, line: Line, titles: Titles) -> Iterator[CutCandidate]:
    shown = line.plain.strip()
    if not shown and not line.marker.strip("-*+•"):
        return
    if line.style == "heading" and _ENDING.match(shown) and titles.exact(shown) is None:
        yield CutCandidate(
            number,
            "word",
            _style(line, ""),
            line.depth,
            0.0,
            3.0,
            len(line.plain),
            ends=True,
            reason="ends the answers",
        )
        return
    if len(shown) > MAX_HEADING and line.style != "heading":
        shown = shown[:MAX_HEADING]
    label = None if ASKING.match(shown) else _label(line)
    if label is not None:
        form = _form(label)
        # A title beside a bare number says which question it is, if it is another.
        rest = line.plain[label.end :].strip()
        known = titles.exact(rest) if form in {"number", "part"} and rest else None
        if known is None or line.style not in {"heading", "styled"}:
            yield _labelled(number, line, label, form)
            return
        yield _known(number, line, known.question, "title", len(line.plain), rest)
        return
    known = titles.exact(shown) or (titles.asked(_unmarked(shown)) if line.first else None)
    if known is None and line.style in {"heading", "styled"}:
        known = titles.held(shown)
    if known is not None and (line.style in _TAKEN[_title_form(known.how)]):
        yield _known(number, line, known.question, _title_form(known.how), len(line.plain), shown)
    elif line.style == "heading":
        yield CutCandidate(
            number,
            "aside",
            _style(line, ""),
            line.depth,
            0.0,
            0.0,
            len(line.plain),
            aside=True,
            reason="a heading of its own",
        )


_MARKUP_END: Final = deferred(r"\*\*|__|</(?:b|strong|u|em|i)>|\}", re.IGNORECASE)


def _unmarked(shown: str) -> str:
    return ASKING.sub("", shown, count=1) if ASKING.match(shown) else shown


def _title_form(how: str) -> str:
    return "title" if how in {"heading", "title"} else how


def _label(line: Line) -> HeadingLabel | None:
    """Return the label of a line, an item's marker being part of it."""
    counted = _counts(line.marker)
    lead = len(line.plain) - len(line.plain.lstrip())
    both = read_label(f"{line.marker} {line.plain[lead:]}") if counted else None
    if both is not None and len(both.addresses[0]) > 1:
        end = both.end - len(line.marker) - 1 + lead
        if end > lead and not all(part.isdecimal() for part in both.addresses[0]):  # `1. a) ...`
            return replace(both, end=end, others=())
    own = read_label(line.plain)
    if counted and own is not None and own.form == "number":
        own = None  # the answer begins with a number
    if (
        own is not None
        and _takes(line, own)
        and (own.form != "part" or not own.bare or line.style != "item" or not counted)
    ):
        return own
    if not counted:
        return None
    marked = read_label(f"{line.marker} ")
    return HeadingLabel(marked.addresses, marked.form, 0, set_off=True, bare=marked.bare) if marked else None


def _counts(marker: str) -> bool:
    return any(char.isalnum() for char in marker)


def _takes(line: Line, label: HeadingLabel) -> bool:
    """Whether a label can be one where it stands: in a line of text it must be set off."""
    if line.style == "heading" or (
        _wrapped(line, label) and label.form != "part" and line.plain[label.end :].strip()
    ):
        return True
    if label.form == "number" and len(label.addresses[0]) > 1 and not label.set_off:
        return line.plain[label.end - 1 : label.end].isspace()  # `1a 120 x 7`, where others look like it
    if not label.marked:  # a number alone is an answer, unless it counts on
        return (line.style == "styled" and label.set_off) or (
            label.form == "number" and line.style == "plain" and not line.plain[label.end :].strip()
        )
    return label.set_off or (line.style == "styled" and label.form == "word") or _wrapped(line, label)


def _wrapped(line: Line, label: HeadingLabel) -> bool:
    """Whether the markup of a label ends right behind it: `**Question 1** No`."""
    end = len(line.plain[: label.end].rstrip())
    return _MARKUP_END.match(line.content, end) is not None


def _form(label: HeadingLabel) -> str:
    if label.form == "number" and any(len(address) > 1 for address in label.addresses):
        return "parts"
    return label.form


def _style(line: Line, mark: str) -> tuple[str, str, int]:
    return line.style, mark, line.depth


def _mark(line: Line, label: HeadingLabel) -> str:
    """Return what parts the label from what follows: `)`, `.`, `(`."""
    if _counts(line.marker) and label.end == 0:
        return "".join(re.findall(r"[^\w\s]", line.marker))
    text = f"{line.marker} {line.plain}" if _counts(line.marker) else line.plain
    return "".join(
        re.findall(r"[^\w\s]", text.strip()[: label.end - (len(line.plain) - len(line.plain.lstrip())) or 4])
    )[:3]


def _labelled(number: int, line: Line, label: HeadingLabel, form: str) -> CutCandidate:
    taken, ignored = _TAKEN[form][line.style], _IGNORED.get(form, {}).get(line.style, 0.0)
    if form == "word" and not label.set_off and line.style in {"heading", "styled"}:
        ignored /= 2
    said = line.plain[: label.end].strip() or line.marker
    if _wrapped(line, label) and line.plain[label.end :].strip():
        label = replace(label, marked=True, set_off=True)
    if form == "part" and any(char.isupper() for char in said):
        taken += CAPITAL
    return CutCandidate(
        number, form, _style(line, _mark(line, label)), line.depth, taken, ignored, label.end, label,
        reason=f"{_SAID[form]} ({said})",
    )  # fmt: skip


def _known(number: int, line: Line, question: int, form: str, end: int, said: str) -> CutCandidate:
    taken, ignored = _TAKEN[form].get(line.style, 1.5), _IGNORED.get(form, {}).get(line.style, 0.0)
    return CutCandidate(
        number, form, _style(line, ""), line.depth, taken, ignored, end, None, question,
        reason=f"{_SAID[form]} ({folded(said)[:60]})",
    )  # fmt: skip


_SAID: Final = {
    "word": "names its question",
    "parts": "bears its number",
    "number": "bears its number",
    "part": "bears its letter",
    "misspelt": "nearly names its question",
    "container": "bears its number",
    "title": "is its title",
    "holds": "holds its title",
    "nearly": "is nearly its title",
    "text": "repeats what is asked",
}


def _without_containers(found: list[CutCandidate]) -> list[CutCandidate]:
    """Leave out `Assignment 3` where it is a title: unless several of them count, or nothing else does."""
    named = {item.label.addresses for item in found if item.form == "container" and item.label}
    others = any(item.form in {"word", "parts", "title"} and not item.ends for item in found)
    if len(named) > 1 or not others:
        return found
    return [item for item in found if item.form != "container"]


def _weighed(found: list[CutCandidate], lines: Sequence[Line], titles: Titles) -> list[CutCandidate]:
    """Return the candidates with what their neighbours say of them: numbers that count through a document are its questions."""
    chains = _chains(found)
    alike = Counter((item.form, item.style) for item in found if item.form == "parts" and _is_unsure(item))
    alike.update(  # a number alone in bold among other labels in bold
        (form, item.style)
        for item in found
        if item.style[0] == "styled" and item.label
        for form in ("number", "parts")
    )
    weighed = []
    for position, candidate in enumerate(found):
        following = found[position + 1] if position + 1 < len(found) else None
        rest = lines[candidate.line].plain[candidate.end :].strip()
        empty = (
            (not rest or rest.endswith("?") or titles.asks(rest))
            and following is not None
            and following.style == candidate.style
            and all(lines[number].blank for number in range(candidate.line + 1, following.line))
        )
        taken, ignored, (members, share) = candidate.taken, candidate.ignored, chains.get(position, (1, 0.0))
        if candidate.form in {"number", "part"} and candidate.style[0] != "heading":
            taken -= COUNTED * share if members > 1 else 0.0
            ignored += COUNTED / 2 * share if members >= LEAST_COUNTED else 0.0
        least = LEAST_COUNTED - (candidate.form == "parts")
        if _is_unsure(candidate) and max(members, alike[candidate.form, candidate.style]) < least:
            continue
        weighed.append(
            replace(candidate, taken=taken, ignored=ignored, empty=empty, counts=members > 1 and share >= 0.5)
        )
    return weighed


def _is_unsure(candidate: CutCandidate) -> bool:
    """Whether nothing but its place makes a line of text a heading: the number alone, or `1a` before the answer."""
    label = candidate.label
    if label is None or candidate.style[0] == "heading":
        return False
    if candidate.form == "parts":  # `3.14` is an answer
        digits = all(part.isdecimal() for part in label.addresses[0])
        return not label.set_off or (digits and not label.marked)
    return candidate.form in {"number", "part"} and not label.marked


def _chains(found: Sequence[CutCandidate]) -> dict[int, tuple[int, float]]:
    """Return for each candidate that counts on from others how many they are, and the share of the document they span."""
    last: dict[tuple[object, ...], int] = {}
    before: dict[int, int] = {}  # the one that each counts on from
    for position, candidate in enumerate(found):
        if candidate.label is None or len(candidate.label.addresses) != 1:
            continue
        address = candidate.label.addresses[0]
        counted = [
            last[candidate.style, each] for each in predecessors(address) if (candidate.style, each) in last
        ]
        if counted:
            before[position] = max(counted)
        last[candidate.style, address] = position
    chains: dict[int, tuple[int, float]] = {}
    whole = max(found[-1].line - found[0].line, 1) if found else 1
    behind = set(before.values())
    for end in (position for position in before if position not in behind):
        members = [end]
        while members[-1] in before:
            members.append(before[members[-1]])
        share = (found[end].line - found[members[-1]].line) / whole
        for member in members:
            known = chains.get(member, (0, 0.0))
            chains[member] = max(known, (len(members), share))
    return chains


def predecessors(address: Address) -> list[Address]:
    """Return the addresses that count up to another one: of `v` both `u` and `iv`, of the first none."""
    last = address[-1]
    if last.isdecimal():
        return [(*address[:-1], str(int(last) - 1))] if int(last) > 1 else []
    before = [
        numeral for numeral, number in ROMAN.items() if last in ROMAN and int(number) == int(ROMAN[last]) - 1
    ]
    before += [chr(ord(last) - 1)] if len(last) == 1 and last > "a" else []
    return [(*address[:-1], each) for each in before]
