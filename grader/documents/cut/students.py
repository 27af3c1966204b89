"""Several students in one document: each with front matter of their own, or below a heading that is their name.

A text that plainly holds several is parted, so that each is marked by itself. Whatever else looks like several is refused,
since nobody's points may be another's.
"""

from __future__ import annotations

import itertools
import json
import re
from typing import TYPE_CHECKING, Final, NamedTuple

from grader.documents.cut.addresses import addresses_of
from grader.documents.cut.labels import read_label
from grader.documents.cut.lines import masked
from grader.documents.cut.titles import titles_of
from grader.model.errors import Problem, SubmissionError
from grader.model.identity import normal_id
from grader.notation.lazypatterns import deferred

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from grader.documents.cut.addresses import Addresses
    from grader.documents.cut.lines import Line
    from grader.documents.cut.titles import Titles
    from grader.model.submission import Outline

# Students that one document may hold; more are a class, whose hand-ins are files.
MAX_TOGETHER: Final = 200
# Headings of one document that are looked at.
MAX_HEADINGS: Final = 4_000

_FENCE: Final = deferred(r" {0,3}(`{3,}|~{3,})")
_HEADING: Final = deferred(r" {0,3}(#{1,6})[ \t]+(\S[^\n]{0,200})")
_UNDERLINE: Final = deferred(r" {0,3}={2,}[ \t]*")
_NAMING: Final = deferred(r"students?[ \t]*:")
# Lines of front matter; a list of a group's members has a line for each.
_MAX_FRONT: Final = 60
_CALLED: Final = deferred(
    r"(?:student|name|author|by|von|studierende[rn]?|elev|namn|étudiante?|nom|estudiante|nombre)[ \t]*[:：]\s*",
    re.IGNORECASE,
)
_NAME: Final = deferred(r"[^\W\d_][\w'’.-]{0,40}(?:[ ][^\W\d_][\w'’.-]{0,40}){0,4}")
_BESIDE: Final = deferred(
    r"[ \t]*[(,–—-]+[ \t]*(?P<id>[\w.@+-]*\d[\w.@+-]*|[\w.+-]+@[\w.-]+)[ \t]*\)?[ \t]*$"
)
_WORD: Final = deferred(r"[^\W\d_]+")
# No part of an address, a path or an id.
_LOWER: Final = deferred(r"(?<![\w@./\\-])[a-zß-öø-ÿ]+(?![\w@/\\-]|\.\w)")
# Words of headings that are no names, however they are written.
_NO_NAMES: Final = frozenset(
    [
        "answer",
        "answers",
        "attempt",
        "attempts",
        "appendix",
        "part",
        "parts",
        "draft",
        "final",
        "version",
        "versions",
        "section",
        "sections",
        "theory",
        "theoretical",
        "practical",
        "practice",
        "exercise",
        "exercises",
        "homework",
        "assignment",
        "assignments",
        "solution",
        "solutions",
        "introduction",
        "conclusion",
        "results",
        "result",
        "discussion",
        "report",
        "task",
        "tasks",
        "question",
        "questions",
        "problem",
        "problems",
        "experiment",
        "experiments",
        "summary",
        "first",
        "second",
        "third",
        "old",
        "new",
        "corrected",
        "correction",
        "revision",
        "study",
        "analysis",
        "model",
        "models",
        "network",
        "networks",
        "training",
        "data",
        "teil",
        "entwurf",
        "endfassung",
        "lösung",
        "lösungen",
        "antwort",
        "antworten",
        "theorie",
        "praxis",
        "einleitung",
        "svar",
        "del",
        "utkast",
        "lösningar",
        "respuestas",
        "parte",
        "réponses",
        "partie",
    ]
)


class Heading(NamedTuple):
    """A heading of a document: where it begins, how deep it is, what it says."""

    at: int
    depth: int
    text: str


class _Own(NamedTuple):
    """What stands below a heading that may be a student's name."""

    name: str
    begin: int
    end: int
    questions: frozenset[int]
    told: bool  # the heading says that it is a student: by a word or an id


def part_students(text: str, source: str, outline: Outline) -> list[str]:
    """Return the hand-ins of a text that holds several, each with front matter that names its students; else nothing.

    Raises SubmissionError where it may hold several and nobody can say what is whose.
    """
    fronts = _fronts(text)
    if len(fronts) > 1:
        before = [heading for heading in _headings(text) if heading.at < fronts[0]]
        if max(_questions(before, outline), default=-1) >= 0:
            raise _refusal(source, "front matter of several students, and answers before the first")
        edges = [*fronts, len(text)]
        parts = [text[begin:end] for begin, end in itertools.pairwise(edges)]
    else:
        owns = _owns(list(_headings(text)), len(text), source, outline, [text])
        parts = [f"---\nstudent: {json.dumps(own.name)}\n---\n\n{text[own.begin : own.end]}" for own in owns]
    if len(parts) > MAX_TOGETHER:
        raise _refusal(source, f"the answers of more than {MAX_TOGETHER} students")
    return parts


def refuse_several(lines: Sequence[Line], text: str, source: str, outline: Outline) -> None:
    """Raise SubmissionError for a document that may hold several students and cannot be parted."""
    if text and len(_fronts(text)) > 1:
        raise _refusal(source, "front matter of several students")
    headings = [
        Heading(number, line.depth, line.plain.strip())
        for number, line in enumerate(lines)
        if line.style == "heading"
    ]
    owns = _owns(headings, len(lines), source, outline, [line.plain for line in lines])
    if owns:
        raise _refusal(source, _named([own.name for own in owns]))


def _refusal(source: str, what: str) -> SubmissionError:
    rule = f"holds {what}; hand in a file for each student, or begin each with front matter that names them"
    return SubmissionError([Problem(source, 0, 0, rule)])


def _named(names: Sequence[str]) -> str:
    return f"the answers of several students ({', '.join(names[:5])}{', ...' if len(names) > 5 else ''})"


def _fronts(text: str) -> list[int]:
    """Return where blocks of front matter begin that name students."""
    if text.count("\n---") + text.startswith("---") < 3:
        return []
    found, opened, naming, number = [], -1, False, 0
    for begin, line, _, fenced in _lines(text):
        said = line.strip()
        if fenced:
            opened = -1
        elif said in {"---", "..."} and opened >= 0 and naming:
            found.append(opened)
            opened = -1
        elif said == "---":
            opened, naming, number = begin, False, 0
        elif opened >= 0:
            number += 1
            naming = naming or _NAMING.match(line) is not None
            if number > _MAX_FRONT or (number == 1 and not said):
                opened = -1
    return found


def _lines(text: str) -> Iterator[tuple[int, str, bool, bool]]:
    """Yield the lines of a Markdown text: where each begins, whether it opens or closes code, whether code goes on behind."""
    at, fence = 0, ""
    for line in text.splitlines(keepends=True):
        mark = _FENCE.match(line)
        marks = mark is not None and (not fence or mark[1].startswith(fence))
        if mark and marks:
            fence = "" if fence else mark[1][:3]
        yield at, line, marks, bool(fence)
        at += len(line)


def _headings(text: str) -> Iterator[Heading]:
    """Yield the headings of a Markdown text, those in code left out."""
    before = (0, "")
    for count, (at, line, marks, fenced) in enumerate(_lines(text)):
        if not marks and not fenced:
            if found := _HEADING.match(line):
                yield Heading(at, len(found[1]), masked(found[2]).strip(" \t\r#"))
            elif before[1].strip() and _UNDERLINE.fullmatch(line.rstrip("\r\n")):
                yield Heading(before[0], 1, masked(before[1]).strip())
        before = (at, line[:200] if not fenced else "")
        if count > 100 * MAX_HEADINGS:
            return


def _owns(
    headings: Sequence[Heading], end: int, source: str, outline: Outline, texts: Sequence[str]
) -> list[_Own]:
    """Return what stands below headings that are names, where each holds all questions.

    `texts` are the document's words. Raises SubmissionError where only some headings do, or where they may be topics.
    """
    headings = headings[:MAX_HEADINGS]
    names = {number: said for number, heading in enumerate(headings) if (said := _name(heading.text))[0]}
    if len(names) < 2:
        return []
    questions = _questions(headings, outline)
    named = {number: name for number, name in names.items() if questions[number] < 0}
    for depth in sorted({headings[number].depth for number in named}):
        owns = []
        open_at: int | None = None
        inside: set[int] = set()
        for number, heading in enumerate([*headings, Heading(end, 0, "")]):
            if heading.depth <= depth:
                if open_at is not None and inside:
                    begin = headings[open_at].at
                    name, told = named[open_at]
                    owns.append(_Own(name, begin, heading.at, frozenset(inside), told))
                open_at = number if number in named and heading.depth == depth else None
                inside = set()
            elif questions[number] >= 0:
                inside.add(questions[number])
        if len(owns) > 1 and frozenset.intersection(*(own.questions for own in owns)):
            return _plain(owns, source, outline, texts)
    return []


def _plain(owns: list[_Own], source: str, outline: Outline, texts: Sequence[str]) -> list[_Own]:
    """Return what surely is several students'; raises SubmissionError for what only may be."""
    names = [own.name for own in owns]
    whole = all(len(own.questions) == len(outline.questions) for own in owns)
    guessed = [own.name for own in owns if not own.told]
    words = _common_words(texts, outline) if guessed else set()
    topics = sum(any(word.casefold() in words for word in name.split()) for name in guessed)
    if whole and len(set(names)) == len(names) and 2 * topics < max(len(guessed), 1):
        return owns
    raise _refusal(source, f"what may be {_named(names)}")


def _common_words(texts: Sequence[str], outline: Outline) -> set[str]:
    """Return the words that a document has without a capital, and all of the assignment: names are not among them."""
    asked = [
        said for question in outline.questions for said in (question.title, question.text, *question.headings)
    ]
    found = {word for text in texts for word in _LOWER.findall(text)}
    return found | {word.casefold() for said in asked for word in _WORD.findall(said)}


def _questions(headings: Sequence[Heading], outline: Outline) -> list[int]:
    """Return the question that each heading names, -1 for none."""
    addresses, titles = addresses_of(outline), titles_of(outline)
    return [_question(heading, addresses, titles) for heading in headings]


def _question(heading: Heading, addresses: Addresses, titles: Titles) -> int:
    label = read_label(heading.text)
    if label is not None:
        for address in label.addresses:
            target = addresses.resolve(address, (), worded=label.form == "word")
            if target.kind in {"question", "inside"}:
                return target.question
    known = titles.exact(heading.text)
    return -1 if known is None else known.question


def _name(text: str) -> tuple[str, bool]:
    """Return the student that a heading names, "" where it is no name, and whether it says that it is one."""
    called = _CALLED.match(text)
    said = text[called.end() :].strip() if called else text
    beside = _BESIDE.search(said)
    shown = said[: beside.start()].strip(" ,") if beside else said
    if not (called or _is_name(shown)):
        return "", False
    return normal_id(beside["id"] if beside else shown), bool(called or beside)


def _is_name(text: str) -> bool:
    words = text.split()
    return (
        _NAME.fullmatch(text) is not None
        and words[0][0].isupper()
        and words[-1][0].isupper()
        and not any(word.strip(".,").casefold() in _NO_NAMES for word in words)
    )
