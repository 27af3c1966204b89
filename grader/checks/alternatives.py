"""Options that an answer lists: which of them are picked by a tick, by emphasis or by being the only ones that are listed.

Whoever copies all the options and picks none has not answered; whoever ticks one has not named the others. What is not
picked is blanked, so that places stay, and the check judges what is left.
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from grader.model.outcome import Outcome, Reason
from grader.notation.lazypatterns import deferred
from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from grader.finding.reading import Reading

# A list longer than this is no list of options.
MOST_OPTIONS: Final = 40
# An answer longer than this is an essay.
MAX_LENGTH: Final = 20_000

_ENTRY: Final = deferred(
    r"^[ \t>]*(?P<open>\*\*|__|<u>|<b>)?(?:(?P<bullet>[-*+•])(?=[ \t])|(?P<label>\(?(?:\d{1,2}|[A-Za-z]|[ivx]{1,4})\\?[.)]))?[ \t]*"
    r"(?P<box>\[[ \txX✓✔]?\]|\([ xX]\)|[☐☑☒✓✔✅⬜])?[ \t]*(?P<content>[^\n]*?)[ \t]*$",
    re.MULTILINE,
)
_TICKED: Final = deferred(r"[xX✓✔☑☒✅]")
_EMPHASIS: Final = deferred(
    r"(?:\*\*|__|\*\*\*|==|<(?:u|b|strong|mark)>|\$?\\(?:underline|textbf|boxed|mathbf|bm)\{).+",
    re.IGNORECASE,
)
_APART: Final = deferred(r"</?[A-Za-z]{1,6}>|\\(?:underline|textbf|boxed|mathbf|bm)\{|[*_{}]|==")
_POINTED: Final = deferred(r"(?:<-+|<=+|←|⟵|✓|✔|☑|✅)[ \t]*(?:\w+[ \t]*){0,3}[.!]?$")
_VALUE: Final = deferred(
    r"[*_$\\{}()\s]*\d(?:[\d.,\s*_$\\{}()%x×^+-]|\\times|\\cdot|\\,|by\b)*[ \t]*[A-Za-zµ%°]{0,6}[*_$.\s]*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Entry:
    """A line of a list: where it and what it says stand, its label, its box, and whether it is set apart."""

    start: int
    end: int
    label: str
    label_start: int
    content_start: int
    content: str
    box: bool | None
    emphasised: bool

    @property
    def said(self) -> str:
        """What it says, without what sets it apart."""
        return _APART.sub("", _POINTED.sub("", self.content))

    @property
    def label_span(self) -> tuple[int, int]:
        """Where the letters or digits of the label stand."""
        return self.label_start, self.label_start + len(self.label.strip("().\\ "))

    @property
    def family(self) -> str:
        return "box" if self.box is not None else "label" if self.label else "bullet"


def judge_alternatives(
    reading: Reading,
    judge: Callable[[Reading], Outcome],
    named: Callable[[str], str | None] | None = None,
    listed: Callable[[str], bool] | None = None,
) -> Outcome | None:
    """Return what a check says of the options that are picked in a list, None where no list of options is.

    `named` is the option that a text is, for checks that know their options; `listed` tells whether a text is
    nothing but options. Without them only values (numbers, sizes) and boxes make a list one of options.
    """
    text = reading.text
    if reading.value is not None or len(text) > MAX_LENGTH or "\n" not in text.strip():
        return None
    if listed is not None and (first := _leading(text, listed)):
        return judge(reading.with_text(first))
    for entries in _runs(text):
        if named is not None and _are_picked(entries, named):
            labels = [entry.label_span for entry in entries]
            return judge(reading.with_text(_only(text, labels)))
        ticked = [entry for entry in entries if entry.box]
        boxed = any(entry.box is not None for entry in entries)
        if not boxed and not _are_options(entries, named):
            continue
        apart = [entry for entry in entries if entry.emphasised]
        picked = ticked or ([] if boxed or len(apart) == len(entries) else apart)
        if picked:
            return _of_picked(reading, picked, judge, sure=boxed or named is not None)
        if not boxed and named is None:
            continue  # values one below the other may be the student's own
        rest = _blanked(text, [(entry.start, entry.end) for entry in entries])
        if not re.search(r"\w", rest):
            return Outcome(credit=Fraction(0), reason=Reason.MISSING, keyless=True)
        return judge(reading.with_text(rest))
    return None


def _leading(text: str, listed: Callable[[str], bool]) -> str:
    """Return the first paragraph of an answer where it is nothing but options and remarks follow it, "" elsewhere."""
    lead = len(text) - len(text.lstrip())
    end = text.find("\n\n", lead)
    first = text[:end] if end >= 0 else ""
    return first if first.strip() and "\n" not in first.strip() and listed(first) else ""


def _of_picked(
    reading: Reading, picked: Sequence[_Entry], judge: Callable[[Reading], Outcome], *, sure: bool
) -> Outcome | None:
    kept = [(entry.content_start, entry.content_start + len(entry.content)) for entry in picked]
    alone = judge(reading.with_text(_only(reading.text, kept)))
    if alone.credit is None and picked[0].label:  # the label may be what the options are called by
        labels = [entry.label_span for entry in picked]
        by_label = judge(reading.with_text(_only(reading.text, labels)))
        alone = by_label if by_label.credit is not None else alone
    if sure or alone.credit == 1:
        return alone
    return None  # set apart for another reason, perhaps


def _are_options(entries: Sequence[_Entry], named: Callable[[str], str | None] | None) -> bool:
    if named is None:
        return all(_VALUE.fullmatch(entry.content) for entry in entries)
    found = [named(entry.said) for entry in entries]
    if all(found):
        return len(set(found)) > 1
    labels = [named(entry.label.strip("().\\ ")) for entry in entries]
    return all(labels) and len(set(labels)) > 1 and any(entry.emphasised for entry in entries)


def _are_picked(entries: Sequence[_Entry], named: Callable[[str], str | None]) -> bool:
    """Whether a list repeats only the options that are picked: its labels are theirs and do not simply count."""
    labels = [entry.label.strip("().\\ ") for entry in entries]
    if not all(label and named(label) for label in labels) or len(set(labels)) < len(labels):
        return False
    counting = [label for label in labels if label.isdecimal()]
    if len(counting) < len(labels):
        return False
    numbers = list(map(int, counting))
    return numbers == sorted(numbers) and numbers != list(range(1, len(numbers) + 1))


def _runs(text: str) -> Iterator[list[_Entry]]:
    """Yield the lists of a text: entries of one family with nothing but empty lines between them."""
    run: list[_Entry] = []
    boxes = "( )" in text  # then `(x)` is one that is ticked, and no label
    for match in _ENTRY.finditer(text):
        if not match[0].strip():
            continue
        entry = _entry(match, boxes=boxes)
        if entry is not None and run and entry.family != run[-1].family:
            yield from _whole(run)
            run = []
        if entry is None:
            yield from _whole(run)
            run = []
        else:
            run.append(entry)
    yield from _whole(run)


def _whole(run: list[_Entry]) -> Iterator[list[_Entry]]:
    if 1 < len(run) <= MOST_OPTIONS:
        yield run


def _entry(match: re.Match[str], *, boxes: bool) -> _Entry | None:
    content = match["content"]
    if boxes and content.strip() and (match["label"] or "").lower() == "(x)":
        return _Entry(
            match.start(), match.end(), "", match.start(), match.start("content"), content, True, False
        )
    if not (match["bullet"] or match["label"] or match["box"]) or not content.strip():
        return None
    box = None if match["box"] is None else _TICKED.search(match["box"]) is not None
    emphasised = bool(match["open"] or _EMPHASIS.match(content) or _POINTED.search(content))
    label = match["label"] or ""
    label_start = match.start("label") + (len(label) - len(label.lstrip("("))) if label else match.start()
    return _Entry(
        match.start(), match.end(), label, label_start, match.start("content"), content, box, emphasised
    )


def _only(text: str, kept: Sequence[tuple[int, int]]) -> str:
    """Return a text of the same length in which only some stretches are left."""
    pieces, at = [], 0
    for start, end in kept:
        pieces += [re.sub(r"[^\n]", " ", text[at:start]), text[start:end]]
        at = end
    return "".join([*pieces, re.sub(r"[^\n]", " ", text[at:])])


def _blanked(text: str, stretches: Sequence[tuple[int, int]]) -> str:
    pieces, at = [], 0
    for start, end in stretches:
        pieces += [text[at:start], re.sub(r"[^\n]", " ", text[start:end])]
        at = end
    return "".join([*pieces, text[at:]])
