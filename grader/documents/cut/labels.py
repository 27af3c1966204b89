"""What a line calls itself: `Task 1a)`, `1.2`, `(b)`, `Part ii`, `Question 1 and 2`; words of many languages.

A label says an address as it is written, whether a word of the trade names it, and where on the line it ends.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

# A label stands within the first characters of a line.
MAX_LABEL: Final = 60
# Addresses of one label (`Questions 1 to 4`); more are a list of numbers.
MAX_ADDRESSES: Final = 12

_QUESTION_WORDS: Final = (
    "question|questions|qn|quest|exercise|exercises|ex|problem|problems|prob|task|tasks|review question|inline question|subquestion|subtask|q"
    "|frage|fragen|aufgabe|aufgaben|teilaufgabe|übung|pregunta|ejercicio|exercice|uppgift|deluppgift|fråga"
    "|oppgave|deloppgave|spørsmål|opgave|spørgsmål|vraag|domanda|esercizio|questão|exercício|tehtävä|kysymys"
    "|zadanie|pytanie|otázka|úloha|feladat|kérdés|soal|nomor|pertanyaan|вопрос|задача|задание|упражнение|问题|题目|第|題|问|问题|習題|习题|問題|문제|질문|問"
)
_ANSWER_WORDS: Final = "answers?|ans|solutions?|respuesta|réponse|svar|antwoord|antwort|lösung|risposta|resposta|jawaban|løsning|odpowiedź"
_PART_WORDS: Final = "part|parts|subpart|sub|teil|del|parte|partie|item|point|step|deel|osa|letter|case|(?:sub)?section|abschnitt"
_CONTAINERS: Final = (
    "assignment|assignments|homework|hw|lab|laboratory|project|sheet|worksheet|set|exam|midterm|quiz|inlämning|øving|hausaufgabe|blatt"
    "|übungsblatt|serie|tp|td|tarea|devoir|week|lecture"
)
_WORD: Final = re.compile(
    rf"(?P<word>(?P<question>{_QUESTION_WORDS})|(?P<answer>{_ANSWER_WORDS})|(?P<part>{_PART_WORDS})|(?P<container>{_CONTAINERS}))"
    r"(?![^\W\d_])[ \t]*(?:(?:number|no|nr|num|№)\b\.?)?[ \t]*[.:#№_-]?[ \t]*#?(?=[(\[]?[\divxa-zA-Z])",
    re.IGNORECASE,
)
_LEAD: Final = re.compile(r"[ \t>#•·▪]*(?:[-–—*][ \t]+)?")
_ANSWER_TO: Final = re.compile(
    r"(?:(?:my|our)[ \t]+)?(?:answers?|solutions?|response|reply|lösung|svar|løsning)[ \t]+(?:(?:to|for|of|zu|på|til|von)[ \t]+)?",
    re.IGNORECASE,
)
_ANY_WORD: Final = re.compile(r"(?P<word>[^\W\d_]{4,14})[ \t]*[.:#-]?[ \t]*(?=\(?\d)")
_NUMBER: Final = re.compile(r"(?P<open>[(\[])?[ \t]?(?P<number>\d{1,3})(?!\d|[.,]\d{3})")
_LETTER: Final = re.compile(
    r"(?P<open>[(\[])?[ \t]?(?P<letter>[ivx]{1,5}|[IVX]{1,5}|[A-Za-zα-ε])(?![^\W_])(?P<prime>')?"
)
# What joins a component to the ones before it: nothing, a sign, or a bracket behind a blank.
_SUB_NUMBER: Final = re.compile(r"(?:[.\-–_](?=\d)|[ \t]?\((?=\d{1,2}\)))(?P<number>\d{1,2})(?!\d)")
_SUB_LETTER: Final = re.compile(
    r"(?:[.\-–_:,]?[ \t]{0,2}[(\[](?P<bracketed>[a-z]|[ivx]{1,5})[)\]]"
    r"|[.\-–_]?(?P<close>[a-z]|[ivx]{2,5})(?![^\W_'’]|[ \t]*=)"
    r"|[.)\]:]?[ \t]{1,2}(?P<apart>[a-z]|[ivx]{1,5})(?=[).:\]](?:[ \t]|$))|[ \t]{1,2}(?P<last>[a-z]|[ivx]{1,5})(?=[ \t]*$))",
    re.IGNORECASE,
)
_NAMED_SUB: Final = re.compile(
    rf"[ \t]*[).,;:\-–—]*[ \t]*(?:{_PART_WORDS}|{_QUESTION_WORDS})[ \t]*[.:]?[ \t]*[(\[]?(?P<sub>\d{{1,2}}|[ivx]{{1,5}}|[a-z])(?![^\W_])[)\]]?",
    re.IGNORECASE,
)
_AND: Final = re.compile(
    r"[ \t]*(?P<sign>,|&|\+|and\b|und\b|og\b|och\b|et\b|y\b|to\b|bis\b|[-–](?=[ \t]*\d))[ \t]*(?=[(\[]?[\da-zA-Z])",
    re.IGNORECASE,
)
_CLOSERS: Final = re.compile(r"[ \t]*(?:[.):\]：）、]+|[-–—](?=[ \t]|$)|题|題|問|번)*")
_CONTAINER_NUMBER: Final = re.compile(r"\d{1,3}[ \t]*[,;:.\-–—]*[ \t]*")
_SECTION_NUMBER: Final = re.compile(r"\d{1,2}(?:\.\d{1,2}){0,3}[.):]?[ \t]+(?=[^\W\d_])")

Form = Literal["word", "number", "part", "container", "misspelt"]


@dataclass(frozen=True, slots=True)
class Label:
    """What stands at the beginning of a line: one address or several, as they are written, in small letters."""

    addresses: tuple[tuple[str, ...], ...]
    form: Form  # `number`: without a word; `part`: only a letter or numeral, with `part` or alone
    end: int  # where the rest of the line begins
    set_off: bool  # whether punctuation or the end of the line parts it from what follows
    bare: bool = False  # a `part` without its word
    marked: bool = True  # whether a word or a sign makes it one, and not its place alone


@lru_cache(maxsize=4096)
def read_label(plain: str) -> Label | None:
    """Return the label that a line without its markup begins with, None where it has none."""
    lead = _LEAD.match(plain).end()  # type: ignore[union-attr]  # it matches nothing as well
    head = plain[lead : lead + MAX_LABEL]
    label = _worded(head) or _numbered(head) or _lettered(head) or _misspelt(head, plain[lead:])
    if label is None:
        return None
    return Label(label.addresses, label.form, lead + label.end, label.set_off, label.bare, label.marked)


def _worded(head: str) -> Label | None:
    """Read `Task 1a`, `1.1 Task 1a`, `Assignment 2, Question 3`."""
    numbered = _SECTION_NUMBER.match(head)
    starts = [0, numbered.end()] if numbered else [0]
    if preface := _ANSWER_TO.match(head):
        starts.append(preface.end())
    for start in reversed(starts):
        word = _WORD.match(head, start)
        if word is None:
            continue
        if word["container"] and (inner := _contained(head, word.end())):
            return inner
        found = _address(head, word.end())
        if found is None or (word["answer"] and ":" in word[0]):
            continue
        address, end = found
        form: Form = "container" if word["container"] else "part" if word["part"] else "word"
        if form == "part" and address[0].isdecimal():
            form = "word"
        addresses, end = _more(head, address, end)
        return _closed(head, addresses, form, end, word=word["word"])
    return None


def _contained(head: str, at: int) -> Label | None:
    """Return the label behind `Assignment 2,`."""
    number = _CONTAINER_NUMBER.match(head, at)
    inner = _worded(head[number.end() :]) if number else None
    if inner is None or number is None:
        return None
    return Label(inner.addresses, inner.form, number.end() + inner.end, inner.set_off, marked=inner.marked)


def _numbered(head: str) -> Label | None:
    number = _NUMBER.match(head)
    if number is None:
        return None
    found = _address(head, 0)
    if found is None:
        return None
    address, end = found
    addresses, end = _more(head, address, end) if len(address) > 1 else ((address,), end)
    return _closed(head, addresses, "number", end)


def _lettered(head: str) -> Label | None:
    letter = _LETTER.match(head)
    if letter is None:
        return None
    found = _address(head, 0)
    if found is None:
        return None
    address, end = found
    label = _closed(head, (address,), "part", end)
    if label is None or not label.set_off or (head[end : end + 1] == "-" and letter["open"] is None):
        return None
    return Label(label.addresses, "part", label.end, set_off=True, bare=True, marked=label.marked)


def _misspelt(head: str, whole: str) -> Label | None:
    """Read `Qestion 2`: a word that is nearly one of the trade's, and a number."""
    word = _ANY_WORD.match(head)
    if word is None or not _is_nearly(word["word"].lower()):
        return None
    found = _address(head, word.end())
    label = _closed(head, (found[0],), "misspelt", found[1], word=word["word"]) if found else None
    return label if label and (label.set_off or not whole[label.end :].strip()) else None


@lru_cache(maxsize=512)
def _is_nearly(word: str) -> bool:
    from rapidfuzz.distance import DamerauLevenshtein  # noqa: PLC0415 - most words of most lines are no question's

    known = (
        "question",
        "exercise",
        "problem",
        "task",
        "aufgabe",
        "frage",
        "uppgift",
        "oppgave",
        "assignment",
    )
    return any(
        abs(len(word) - len(name)) <= 2
        and word != name
        and DamerauLevenshtein.distance(word, name, score_cutoff=2) <= (1 if len(name) < 7 else 2)
        for name in known
    )


def _address(head: str, at: int) -> tuple[tuple[str, ...], int] | None:
    """Return the components that begin at a place, and where they end."""
    parts: list[str] = []
    number = _NUMBER.match(head, at)
    if number is not None:
        parts.append(str(int(number["number"])))
        at = number.end()
        if number["open"]:
            closing = re.compile(r"[ \t]?[)\]]").match(head, at)
            if closing is None and not _SUB_LETTER.match(head, at):
                return None
            at = closing.end() if closing else at
    else:
        letter = _LETTER.match(head, at)
        if letter is None or letter["prime"]:
            return None
        at = letter.end()
        if letter["open"]:
            closing = re.compile(r"[ \t]?[)\]]").match(head, at)
            if closing is None:
                return None
            at = closing.end()
        parts.append(letter["letter"].lower())
    while len(parts) < 4:
        if sub := _SUB_NUMBER.match(head, at):
            parts.append(str(int(sub["number"])))
        elif (sub := _SUB_LETTER.match(head, at)) or (sub := _NAMED_SUB.match(head, at)):
            named = sub.groupdict()
            part = (
                named.get("bracketed")
                or named.get("close")
                or named.get("apart")
                or named.get("last")
                or named.get("sub")
                or ""
            )
            parts.append(str(int(part)) if part.isdecimal() else part.lower())
        else:
            break
        at = sub.end()
        if "(" in sub[0] and head[at : at + 1] == ")":
            at += 1
    return tuple(parts), at


def _more(head: str, address: tuple[str, ...], end: int) -> tuple[tuple[tuple[str, ...], ...], int]:
    """Read the further addresses of `1 and 2`, `1a, b`, `1-3`."""
    found = [address]
    while len(found) < MAX_ADDRESSES and (sign := _AND.match(head, end)):
        following = _address(head, sign.end())
        if following is None or not _may_follow(found[-1], following[0], head, following[1]):
            break
        last, (given, end) = found[-1], following
        given = (*last[: len(last) - len(given)], *given) if not given[0].isdecimal() else given
        if sign["sign"] in {"-", "–"} or sign["sign"].lower() in {"to", "bis"}:
            found += _between(last, given)
        found.append(given)
    return tuple(found[:MAX_ADDRESSES]), end


def _may_follow(last: tuple[str, ...], given: tuple[str, ...], head: str, end: int) -> bool:
    """Whether an address is one more of a list: of the same kind, and with nothing but punctuation or a word behind it."""
    same_kind = given[0].isdecimal() == last[0].isdecimal() or len(given) < len(last)
    return (same_kind and given > last[: len(given)]) or (
        same_kind and len(given) < len(last) and not given[0].isdecimal() and _ends(head, end)
    )


def _ends(head: str, end: int) -> bool:
    return re.compile(r"[ \t]*(?:$|[).:\]])").match(head, end) is not None


def _between(first: tuple[str, ...], last: tuple[str, ...]) -> list[tuple[str, ...]]:
    """Return the addresses between two of the same parent."""
    if len(first) != len(last) or first[:-1] != last[:-1]:
        return []
    low, high = first[-1], last[-1]
    if low.isdecimal() and high.isdecimal():
        return [
            (*first[:-1], str(number))
            for number in range(int(low) + 1, min(int(high), int(low) + MAX_ADDRESSES))
        ]
    if len(low) == len(high) == 1:
        return [(*first[:-1], chr(code)) for code in range(ord(low) + 1, ord(high))]
    return []


def _closed(
    head: str, addresses: tuple[tuple[str, ...], ...], form: Form, end: int, *, word: str = ""
) -> Label | None:
    closing = _CLOSERS.match(head, end)
    stop = closing.end() if closing else end
    rest = head[stop:]
    marks = head[end:stop].strip()
    bracketed = head[end - 1 : end] in {")", "]"}
    next_to = head[end : end + 1]
    if rest and rest[0].isdecimal() and marks.endswith("."):
        return None  # `3.14159`
    if next_to and not next_to.isspace() and not marks and not bracketed:
        return None  # `2D`, `1x`, `3rd`, `5%`
    set_off = bool(marks) or bracketed or not rest.strip() or word == "Q"
    return Label(addresses, form, stop, set_off, marked=bool(marks) or bracketed or bool(word))
