"""What stands in an answer and is not the student's: the question's own words, the template, the mark that asks for the answer.

Nothing is taken out on suspicion: the question's words by alignment with the rubric's text, from where it begins; a line
of the template once for each time it stands there.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from grader.documents.cut.titles import folded
from grader.notation.lazypatterns import deferred
from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from grader.documents.cut.lines import Line

GIVE: Final = "Give by name:"
"""What begins the line of a blank form that names the parts."""

# Words of a line that must be found in the question's text, one after the other, and how much of the line they are.
LEAST_WORDS: Final = 4
LEAST_SHARE: Final = 0.8
# Characters of the question's text that a copy of it may leave out at its beginning.
MOST_BEFORE: Final = 60
# Lines of a question that is set apart by `Q:`.
MOST_ASKED: Final = 12
# Lines of fewer words are the template's only beside others of it.
SHORT: Final = 3

_NAMES: Final = (
    r"(?:your|my|our|the|student'?s?|final|short)?[ \t]*(?:answers?|solutions?|responses?|reply|ans|a)|(?:dein|deine|ihre|meine|eure)?[ \t]*(?:antwort|lösung)"
    r"|(?:ditt|mitt|vårt)?[ \t]*svar|lösning|løsning|(?:tu|mi|su)?[ \t]*respuesta|(?:ta|votre|ma)?[ \t]*réponse|antwoord|risposta|resposta|jawaban|答案|答|回答|解答|ответ|odpowiedź"
)
_MARK: Final = deferred(
    rf"[\s>$]*(?:\\[A-Za-z]+\s?|\{{\s?(?:blue|red|green|orange|purple|gray)\s?\}}|[{{}}*_$>\s])*(?P<name>{_NAMES})[ \t*_]*(?:[:：]|\}}+\$?[ \t]*[:：])[ \t*_$}}]*",
    re.IGNORECASE,
)
_MARK_HEADING: Final = deferred(rf"[\s*_]*(?:{_NAMES})[\s*_.]*", re.IGNORECASE)
_PERSONAL: Final = deferred(
    r"\b(?:your|my|our|student|dein|deine|ihre|meine|eure|ditt|mitt|vårt|tu|mi|su|ta|votre|ma)\b",
    re.IGNORECASE,
)
ASKING: Final = deferred(r"\W*(?:Q|Question|Frage|Fråga|Spørsmål)\s*[:：]\W*", re.IGNORECASE)
"""What begins the question where a document sets questions and answers apart as `Q:` and `A:`."""
_QUESTION_MARK: Final = deferred(r"[?？]\W*$")
_WORD: Final = deferred(r"\w+")
_DIGITS: Final = deferred(r"\d+")


_APART: Final = deferred(
    r"\*\*|__|<(?:u|b|mark|strong)>|\\underline|\\textbf|==|←|<-|✓|✔|\[[ ]*[xX✓✔][ ]*\]|~~"
)
_OPTION: Final = deferred(
    r"[ \t>]*(?:\(?(?:[A-Za-z]|[ivx]{1,4}|\d{1,2})[.)]|[-*+•]|\[[ \t]?\])[ \t]*(?:\[[ \t]?\][ \t]*)?"
)
_BETWEEN: Final = deferred(
    r"[\s;,.]*(?:(?:or|and|oder|und)\b)?[\s;,.]*(?:\(?\w{1,4}[.)])?\s*(?:an?\s+|the\s+)?"
)
_OPENS: Final = deferred(
    r"[(:?\[]$|(?:^|[\s(])\(?\w{1,4}[.)]$|[.)]\s*(?:an?|the)$|\(\w{1,4}\)\s*(?:an?|the)?$"
)


# Marks of emphasis, which two numbers are not parted by.
_MARKS: Final = deferred(r"(?<![0-9])[*_`]+|[*_`]+(?![0-9])")
_TAGS: Final = deferred(r"</?(?:u|b|i|em|strong|mark)>")
_EMPHASIS: Final = deferred(
    r"\*\*([^*\n]+)\*\*|__([^_\n]+)__|<(?:u|b|strong|mark)>([^<\n]+)</(?:u|b|strong|mark)>"
)
_KEYBOARD: Final = str.maketrans(
    {"’": "'", "‘": "'", "“": '"', "”": '"', "„": '"', "–": "-", "—": "-", "‑": "-", "−": "-"}
)
# What parts a template's line from what is set apart in it.
_PICKED: Final = "\t"
# Emphasis of so much of a line is emphasis of the line.
WHOLE: Final = 0.7


@dataclass(frozen=True, slots=True)
class ForeignSpan:
    """A stretch of a line that belongs to an answer: from a column of its content, to its end."""

    line: int
    column: int = 0
    heading: bool = False  # the rest of a heading's line


def mark_end(line: Line, extra: Sequence[str]) -> tuple[int, bool] | None:
    """Return where on a line the mark ends that begins an answer, and whether it is a form's (`Your answer:`)."""
    if line.style == "solid":
        return None
    for name in extra:
        at = line.content.find(name)
        if 0 <= at <= len(line.content) - len(line.content.lstrip(" *_>#$\\")) + 4:
            return at + len(name), True
    if found := _MARK.match(line.content):
        end = found.end()
        if line.content.count("$", 0, end) % 2:  # of the answer's own formula
            end = line.content.rindex("$", 0, end)
        return end, _PERSONAL.search(found["name"]) is not None
    if line.style in {"heading", "styled"} and (found := _MARK_HEADING.fullmatch(line.plain)):
        return len(line.content), _PERSONAL.search(found[0]) is not None
    return None


def is_mark(text: str) -> bool:
    """Whether a text is nothing but a mark of answers: `Your answer`, `Svar`."""
    return _MARK_HEADING.fullmatch(text) is not None


def without_question(spans: Iterable[ForeignSpan], lines: Sequence[Line], asked: str) -> list[ForeignSpan]:
    """Return the spans behind the question's own words, which are taken out as far as they stand there in their order."""
    wanted = folded(asked).split()
    kept: list[ForeignSpan] = []
    at = 0
    short: list[ForeignSpan] = []  # lines that would be too little alone to be the question's
    spans = list(spans)
    for span in spans[_asked_until(spans, lines) :]:
        line = lines[span.line]
        if line.content.lstrip("> *_").startswith(GIVE):
            continue
        if kept or line.style == "solid" or not wanted:
            if not kept and line.blank:
                continue
            kept.append(span)
            continue
        if ASKING.fullmatch(line.plain[span.column :]):
            continue
        words = folded(line.plain[span.column :]).split()
        if words and words == wanted[at : at + len(words)]:
            at += len(words)
            short = [] if at >= LEAST_WORDS or at == len(wanted) else [*short, span]
            continue
        end, following = _aligned(line.plain[span.column :], wanted, at)
        if end == 0:
            kept += [*short, span]
            continue
        at, short = following, []
        rest = line.plain[span.column + end :]
        if rest.strip(" .:;,?!*_)\"'”"):
            kept.append(replace(span, column=span.column + end))
    return kept or short


def _asked_until(spans: Sequence[ForeignSpan], lines: Sequence[Line]) -> int:
    """Return how many spans are a question that is set apart by `Q:`, up to its question mark; 0 where none is."""
    first = next((number for number, span in enumerate(spans) if not lines[span.line].blank), len(spans))
    if first == len(spans) or not ASKING.match(lines[spans[first].line].plain[spans[first].column :]):
        return 0
    for number in range(first, min(first + MOST_ASKED, len(spans))):
        if is_question(lines[spans[number].line].content):
            return number + 1
    return 0


def without_options(spans: Sequence[ForeignSpan], lines: Sequence[Line], asked: str) -> list[ForeignSpan]:
    """Return the spans without a list that repeats all the options of a question and sets none of them apart."""
    found: list[ForeignSpan] = []
    run: list[ForeignSpan] = []
    for span in [*spans, None]:
        line = lines[span.line] if span is not None else None
        if line is not None and line.blank and run and span is not None:
            run.append(span)
            continue
        option = _option(line, asked) if line is not None and span is not None and not span.column else ""
        if option and span is not None:
            run.append(span)
            continue
        said = [each for each in run if not lines[each.line].blank]
        if not (len(said) > 1 and _are_all([_option(lines[each.line], asked) for each in said], asked)):
            found += run
        run = []
        if span is not None:
            found.append(span)
    return found


def _option(line: Line, asked: str) -> str:
    """Return what a line of a list says, where it is a piece of the question's text and nothing sets it apart; else ""."""
    if line.ticked or line.style in {"solid", "heading", "styled"} or _APART.search(line.content):
        return ""
    marked = _OPTION.match(line.content)
    if marked is None and line.kind != "item":
        return ""
    said = line.content[marked.end() if marked else 0 :].strip(" .;,*_")
    return said if said and said.casefold() in asked.casefold() else ""


def _are_all(options: Sequence[str], asked: str) -> bool:
    """Whether options are all that a text lists, one behind the other with nothing but signs and labels between them."""
    folded_text = asked.casefold()
    places = []
    for option in dict.fromkeys(option.casefold() for option in options):
        at = re.compile(rf"(?<![\w.,]){re.escape(option)}(?![\w]|[.,]\d)").search(folded_text)
        if at is None:
            return False
        places.append(at.span())
    places.sort()
    between = [folded_text[first[1] : second[0]] for first, second in pairwise(places)]
    before, behind = folded_text[: places[0][0]].rstrip(), folded_text[places[-1][1] :].strip()
    return (
        all(_BETWEEN.fullmatch(gap) for gap in between)
        and (not before or _OPENS.search(before) is not None)
        and (not behind or behind[0] in ").?]")
    )


def _aligned(plain: str, wanted: Sequence[str], at: int) -> tuple[int, int]:
    """Return how many characters of a line are the question's words from a place on, and the place behind them; (0, at) for none."""
    found = list(_WORD.finditer(plain))
    opening = [folded(match[0]) for match in found[:3]]
    opening = opening[1:] if opening and opening[0] in {"q", "question"} else opening[:2]
    if not opening or _begin(opening, wanted, at) < 0:
        return 0, at  # nearly every line of an answer
    words = [(match.end(), folded(match[0])) for match in found]
    skipped = 1 if words and words[0][1] in {"q", "question"} else 0
    said = [word for _, word in words[skipped:]]
    if not said:
        return 0, at
    begin = _begin(said, wanted, at)
    if begin < 0:
        return 0, at
    matched, position, last = 0, begin, 0
    for number, word in enumerate(said):
        near = wanted[position : position + 4]
        if word in near:
            position += near.index(word) + 1
            matched += 1
            last = number + 1
        elif number + 1 - matched > 2 + (number + 1) * (1 - LEAST_SHARE):
            break
    whole = last == len(said) or len(said) - last <= 1
    enough = matched >= LEAST_SHARE * last and (matched >= LEAST_WORDS or (whole and position == len(wanted)))
    if not enough or (not whole and position < len(wanted) - 2 and matched < 2 * LEAST_WORDS):
        return 0, at
    if any(_DIGITS.fullmatch(word) and word not in wanted for word in said[:last]):
        return 0, at  # a number of the student's own
    end = words[skipped + last - 1][0]
    while end < len(plain) and plain[end] in "?.:!)]*_\"'” ":
        end += 1
    return end, position


def _begin(said: Sequence[str], wanted: Sequence[str], at: int) -> int:
    """Return where in the question's words a line begins: at the place it has come to, or a little behind."""
    length = 0
    for position in range(at, len(wanted)):
        if position == at or length <= MOST_BEFORE:
            if said[:2] == list(wanted[position : position + 2]):
                return position
        else:
            break
        length += len(wanted[position]) + 1
    return -1


def is_question(text: str) -> bool:
    """Whether a text asks."""
    return _QUESTION_MARK.search(text.strip(' *_"”')) is not None


class Template:
    """The lines of the assignment as it was handed out, each as often as it stands there."""

    def __init__(self, keys: Iterable[str]) -> None:
        self._times: Counter[str] = Counter()
        self._picked: set[str] = set()
        for key in filter(None, keys):
            self._times[key.partition(_PICKED)[0]] += 1
            self._picked.add(key)

    def of(self, lines: Sequence[Line]) -> frozenset[int]:
        """Return the lines of a document that stand unchanged in the template; short ones only beside others.

        Emphasis that only the template has is none that a student took away; what only the document sets apart is picked.
        """
        if not self._times:
            return frozenset()
        left = Counter(self._times)
        found: set[int] = set()
        chosen: set[int] = set()
        short: list[int] = []
        for number, line in enumerate(lines):
            key = template_key(line)
            words, _, picked = key.partition(_PICKED)
            if not words or not left[words]:
                continue
            if line.ticked or (picked and key not in self._picked):
                chosen.add(number)
                continue
            left[words] -= 1
            (short.append if len(words.split()) < SHORT else found.add)(number)
        for number in short:
            beside = {number - 1, number + 1}
            if beside & found or beside & chosen or lines[number].style == "heading":
                found.add(number)
        return frozenset(found)


def template_key(line: Line) -> str:
    """Return a line as it is compared with a template's: its words and signs, without case, blanks or emphasis.

    Behind them stands what is set apart in it, unless that is all of a line that is no item of a list.
    """
    said = _plain_signs(line.content)
    words = " ".join(
        _MARKS.sub("", _TAGS.sub("", said)).replace(">", " ").replace("#", " ").casefold().split()
    )
    apart = ["".join(found) for found in _EMPHASIS.findall(said)]
    whole = sum(map(len, apart)) > WHOLE * len(said) and line.kind != "item"
    return words if whole or not apart else _PICKED.join([words, *apart])


def _plain_signs(text: str) -> str:
    """Return text with the quotes, dashes and dots of a keyboard: programs put in others."""
    return unicodedata.normalize("NFKC", text).translate(_KEYBOARD)
