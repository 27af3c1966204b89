"""What a line calls itself: `Task 1a)`, `1.2`, `(b)`, `Part ii`, `Question 1 and 2`; words of many languages.

A label says an address as it is written, whether a word of the trade names it, and where on the line it ends.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from typing import Final, Literal, NamedTuple

from grader.notation.lazypatterns import deferred
from grader.notation.vocabulary import CARDINALS, ORDINALS
from grader.records import dataclass

# A label stands within the first characters of a line.
MAX_LABEL: Final = 60
# Addresses of one label (`Questions 1 to 4`); more are a list of numbers.
MAX_ADDRESSES: Final = 12

_QUESTION_WORDS: Final = (
    "question|questions|qn|quest|exercise|exercises|ex|problem|problems|prob|task|tasks|review question|inline question|q"
    "|frage|fragen|aufgabe|aufgaben|übung|pregunta|ejercicio|exercice|uppgift|uppgifter|fråga"
    "|oppgave|spørsmål|opgave|spørgsmål|vraag|domanda|esercizio|questão|exercício|tehtävä|kysymys|problème|problema|quesito"
    "|zadanie|pytanie|otázka|úloha|feladat|kérdés|soal|nomor|pertanyaan|вопрос|задача|задание|упражнение|问题|题目|第|題|问|习题|習題|任务|任務|练习|問題|문제|질문|問"
)
_ANSWER_WORDS: Final = "answers?|ans|solutions?|respuesta|réponse|svar|antwoord|antwort|lösung|risposta|resposta|jawaban|løsning|odpowiedź"
_PART_WORDS: Final = "part|parts|subpart|sub|subquestion|subtask|teil|teilaufgabe|teilfrage|del|deluppgift|deloppgave|delspørgsmål|parte|partie|item|point|step|deel|osa|letter|case|(?:sub)?section|abschnitt|小题|小題|部分"
_CONTAINERS: Final = (
    "assignment|assignments|homework|hw|lab|laboratory|project|sheet|worksheet|set|exam|midterm|quiz|inlämning|øving|hausaufgabe|blatt"
    "|übungsblatt|serie|tp|td|tarea|devoir|week|lecture"
)
_WORD: Final = deferred(
    rf"(?P<word>(?P<question>{_QUESTION_WORDS})|(?P<answer>{_ANSWER_WORDS})|(?P<part>{_PART_WORDS})|(?P<container>{_CONTAINERS}))"
    r"(?![^\W\d_])[ \t]*(?:(?:number|no|nr|num|№)\b\.?)?[ \t]*[.:#№_-]?[ \t]*#?(?=[(\[]?[\divxa-zA-Z])",
    re.IGNORECASE,
)
_ALONE: Final = deferred(rf"\W*(?:{_QUESTION_WORDS}|{_PART_WORDS})s?\W*", re.IGNORECASE)
_LEAD: Final = deferred(r"[ \t>#•·▪]*(?:[-–—*][ \t]+)?")
_ANSWER_TO: Final = deferred(
    r"(?:(?:my|our)[ \t]+)?(?:answers?|solutions?|response|reply|lösung|svar|løsning)[ \t]+(?:(?:to|for|of|zu|på|til|von)[ \t]+)?",
    re.IGNORECASE,
)
_ANY_WORD: Final = deferred(r"(?P<word>[^\W\d_]{4,14})[ \t]*[.:#-]?[ \t]*(?=\(?\d)")
_NUMBER: Final = deferred(r"(?P<open>[(\[])?[ \t]?(?P<number>\d{1,3})(?!\d|[.,]\d{3})")
_LETTER: Final = deferred(
    r"(?P<open>[(\[])?[ \t]?(?P<letter>[ivx]{1,5}|[IVX]{1,5}|[A-Za-zα-ε])(?![^\W_])(?P<prime>')?"
)
# What joins a component to the ones before it: nothing, a sign, or a bracket behind a blank.
_SUB_NUMBER: Final = deferred(r"(?:[.\-–_](?=\d)|[ \t]?\((?=\d{1,2}\)))(?P<number>\d{1,2})(?!\d)")
_SUB_LETTER: Final = deferred(
    r"(?:[.\-–_:,]?[ \t]{0,2}[(\[](?P<bracketed>[a-z]|[ivx]{1,5})(?:[)\]]|(?=[ \t]*(?:[-–,&+]|and\b|to\b|und\b|bis\b)[ \t]*[a-z]{1,4}[)\]]))"
    r"|[.\-–_]?(?P<close>[a-z]|[ivx]{2,5})(?![^\W_'’]|[ \t]*=)"
    r"|[.)\]:]?[ \t]{1,2}(?P<apart>[a-z]|[ivx]{1,5})(?=[).:\]](?:[ \t]|$))|[ \t]{1,2}(?P<last>[a-z]|[ivx]{1,5})(?=[ \t]*$))",
    re.IGNORECASE,
)
_NAMED_SUB: Final = deferred(
    rf"[ \t]*[).,;:\-–—]*[ \t]*(?:{_PART_WORDS}|{_QUESTION_WORDS})[ \t]*[.:]?[ \t]*[(\[]?(?P<sub>\d{{1,2}}|[ivx]{{1,5}}|[a-z])(?![^\W_])[)\]]?",
    re.IGNORECASE,
)
_AND: Final = deferred(
    r"(?P<blank>[ \t]*)(?P<sign>,|&|\+|and\b|und\b|og\b|och\b|et\b|y\b|to\b|bis\b|[-–](?=[ \t]*[\da-z]))[ \t]*(?=[(\[]?[\da-zA-Z])",
    re.IGNORECASE,
)
_RANGES: Final = frozenset({"-", "–", "to", "bis"})
_PLURAL: Final = deferred(r"(?:\w+s|fragen|aufgaben|übungen|uppgifter)\b", re.IGNORECASE)
_CLOSING: Final = deferred(r"[ \t]?[)\]]")
_BEHIND: Final = deferred(r"[ \t]*(?:$|[).:\]])")
_NUMERALS: Final = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x")
_POINTS: Final = r"[ \t]*[(\[][ \t]?\d{1,3}(?:[.,]\d{1,2})?[ \t]?(?:points?|pts?\.?|marks?|p|%|punkte?|poäng|poeng|puntos|pontos)[ \t]?[)\]]"
_CLOSERS: Final = deferred(
    rf"(?:{_POINTS})?[ \t]*(?:[.):\]、]+|[-–—](?=[ \t]|$)|小题|小題|大题|大題|部分|题|題|问|問|번)*",
    re.IGNORECASE,
)
_NUMBER_WORD: Final = deferred(rf"(?P<word>{'|'.join(CARDINALS)})\b", re.IGNORECASE)
_ORDINAL: Final = deferred(
    rf"(?:the[ \t]+)?(?:(?P<word>{'|'.join(ORDINALS)})|(?P<number>\d{{1,2}})(?:st|nd|rd|th|e|er|ère|ème|º|ª|\.))[ \t]+"
    rf"(?:{_QUESTION_WORDS}|{_PART_WORDS})(?![^\W\d_])",
    re.IGNORECASE,
)
# Full-width signs and digits, and the numerals of a Chinese heading, each as the one character that it stands for.
_FULL_WIDTH: Final = str.maketrans("（）［］．：，０１２３４５６７８９", "()[].:,0123456789")
_HAN: Final = deferred(
    r"(?:^|(?<=[第题題问問务務习習(\s]))(?P<digit>[一二三四五六七八九])(?=[题題问問小大部、.):\s]|$)"
)
_HAN_DIGITS: Final = "一二三四五六七八九"
_CONTAINER_NUMBER: Final = deferred(r"\d{1,3}[ \t]*[,;:.\-–—]*[ \t]*")
_SECTION_NUMBER: Final = deferred(r"\d{1,2}(?:\.\d{1,2}){0,3}[.):]?[ \t]+(?=[^\W\d_])")

Form = Literal["word", "number", "part", "container", "misspelt"]


@dataclass(frozen=True, slots=True)
class HeadingLabel:
    """What stands at the beginning of a line: one address or several, as they are written, in small letters.

    `others` are shorter or longer readings of the same signs, the likeliest first: `1-2` is a part of 1, a range, or 1
    alone; in `5: (C)` the letter may be the answer. Which one is meant only the rubric's questions can say.
    """

    addresses: tuple[tuple[str, ...], ...]
    form: Form  # `number`: without a word; `part`: only a letter or numeral, with `part` or alone
    end: int  # where the rest of the line begins
    set_off: bool  # whether punctuation or the end of the line parts it from what follows
    bare: bool = False  # a `part` without its word
    marked: bool = True  # whether a word or a sign makes it one, and not its place alone
    inner: bool = False  # whether its word is that of a part (`Teilaufgabe 2`)
    others: tuple[HeadingLabel, ...] = ()


class _Address(NamedTuple):
    """Components, where they end, and the same without its last one where that may be no part of it."""

    parts: tuple[str, ...]
    end: int
    shorter: _Address | None = None


@lru_cache(maxsize=4096)
def read_label(plain: str) -> HeadingLabel | None:
    """Return the label that a line without its markup begins with, None where it has none."""
    lead = _LEAD.match(plain).end()  # type: ignore[union-attr]  # it matches nothing as well
    head = _in_ascii(plain[lead : lead + MAX_LABEL])
    label = (
        _worded(head) or _ordinal(head) or _numbered(head) or _lettered(head) or _misspelt(head, plain[lead:])
    )
    return None if label is None else _moved(label, lead)


def is_question_word(text: str) -> bool:
    """Whether a text is nothing but a word that questions go by."""
    return _ALONE.fullmatch(text) is not None


def _in_ascii(head: str) -> str:
    if head.isascii():
        return head
    head = head.translate(_FULL_WIDTH)
    return _HAN.sub(lambda found: str(_HAN_DIGITS.index(found["digit"]) + 1), head)


def _moved(label: HeadingLabel, by: int) -> HeadingLabel:
    return replace(label, end=label.end + by, others=tuple(_moved(other, by) for other in label.others))


def _worded(head: str) -> HeadingLabel | None:
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
        form: Form = "container" if word["container"] else "part" if word["part"] else "word"
        if form == "part" and found.parts[0].isdecimal():
            form = "word"
        label = _read(head, found, form, word=word["word"])
        return None if label is None else replace(label, inner=bool(word["part"]) and form == "word")
    return None


def _ordinal(head: str) -> HeadingLabel | None:
    """Read `First question`, `2nd task`."""
    found = _ORDINAL.match(head)
    if found is None:
        return None
    number = int(found["number"]) if found["number"] else ORDINALS.index(found["word"].lower()) + 1
    address = _Address((str(number),), found.end())
    while sub := _component(head, address):
        address = sub
    return _closed(head, (address.parts,), "word", address.end, word=found[0])


def _contained(head: str, at: int) -> HeadingLabel | None:
    """Return the label behind `Assignment 2,`."""
    number = _CONTAINER_NUMBER.match(head, at)
    inner = _worded(head[number.end() :]) if number else None
    return None if inner is None or number is None else _moved(inner, number.end())


def _numbered(head: str) -> HeadingLabel | None:
    found = _address(head, 0) if _NUMBER.match(head) else None
    return None if found is None else _read(head, found, "number")


def _lettered(head: str) -> HeadingLabel | None:
    letter = _LETTER.match(head)
    found = _address(head, 0) if letter else None
    if letter is None or found is None:
        return None
    label = _read(head, found, "part")
    if (
        label is None
        or not label.set_off
        or (head[found.end : found.end + 1] == "-" and letter["open"] is None)
    ):
        return None
    if (
        label.addresses[0] in {("q",), ("a",)}
        and head[found.end : found.end + 1] == ":"
        and head[0].isupper()
    ):
        return None  # what is asked, and the answer
    if letter["letter"].isupper() and all(char in "IVX" for char in letter["letter"]):
        number = _closed(head, ((str(_roman(letter["letter"].lower())),),), "part", found.end)
        label = replace(label, others=(*label.others, *((number,) if number else ())))
    return replace(label, bare=True, others=tuple(replace(other, bare=True) for other in label.others))


def _misspelt(head: str, whole: str) -> HeadingLabel | None:
    """Read `Qestion 2`: a word that is nearly one of the trade's, and a number."""
    word = _ANY_WORD.match(head)
    if word is None or not _is_nearly(word["word"].lower()):
        return None
    found = _address(head, word.end())
    label = _closed(head, (found.parts,), "misspelt", found.end, word=word["word"]) if found else None
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


def _address(head: str, at: int) -> _Address | None:
    """Return the components that begin at a place, and where they end."""
    first = _first_component(head, at)
    if first is None:
        return None
    found = first
    while len(found.parts) < 4 and (sub := _component(head, found)):
        found = sub
    return found


def _first_component(head: str, at: int) -> _Address | None:
    number = _NUMBER.match(head, at)
    if number is not None:
        end = number.end()
        if number["open"]:
            closing = _CLOSING.match(head, end)
            if closing is None and not _SUB_LETTER.match(head, end):
                return None
            end = closing.end() if closing else end
        return _Address((str(int(number["number"])),), end)
    if at and (word := _NUMBER_WORD.match(head, at)):  # behind a word of the trade
        return _Address((str(CARDINALS.index(word["word"].lower()) + 1),), word.end())
    letter = _LETTER.match(head, at)
    if letter is None or letter["prime"]:
        return None
    end = letter.end()
    if letter["open"]:
        closing = _CLOSING.match(head, end)
        if closing is None:
            return None
        end = closing.end()
    return _Address((letter["letter"].lower(),), end)


def _component(head: str, before: _Address) -> _Address | None:
    """Return an address with one component more, where one follows."""
    parts, at = before.parts, before.end
    if sub := _SUB_NUMBER.match(head, at):
        part = str(int(sub["number"]))
        unsure = sub[0][0] in "-–"
    elif (sub := _SUB_LETTER.match(head, at)) or (sub := _NAMED_SUB.match(head, at)):
        part = next(said for said in sub.groups() if said)
        part = str(int(part)) if part.isdecimal() else part.lower()
        glued = sub[0][:1].isalnum() or sub[0][:1] in "([" or (sub[0][:1] in "._-–" and len(sub[0]) == 2)
        unsure = not glued and not head[sub.end() :].strip(" \t.):]")
        if not parts[-1].isdecimal() and not part.isdecimal() and not glued and not _is_roman(part):
            return None  # `(b) C.`
    else:
        return None
    end = sub.end()
    if "(" in sub[0] and head[end : end + 1] == ")":
        end += 1
    return _Address((*parts, part), end, before if unsure else before.shorter)


def _is_roman(part: str) -> bool:
    return all(char in "ivx" for char in part)


def _roman(numeral: str) -> int:
    """Return the number of a numeral of `i`, `v` and `x`."""
    values = [{"i": 1, "v": 5, "x": 10}[char] for char in numeral]
    return sum(-value if value < max(values[place:]) else value for place, value in enumerate(values))


def _read(head: str, found: _Address, form: Form, *, word: str = "") -> HeadingLabel | None:
    """Return the label of an address, with its other readings."""
    several = form != "number" or len(found.parts) > 1
    readings = [_more(head, found.parts, found.end, word=word)] if several else []
    readings.append(((found.parts,), found.end))
    shorter = found.shorter
    while shorter is not None:
        readings += [_more(head, shorter.parts, shorter.end, word=word), ((shorter.parts,), shorter.end)]
        shorter = shorter.shorter
    labels = [_closed(head, addresses, form, end, word=word) for addresses, end in dict.fromkeys(readings)]
    known = [label for label in labels if label is not None]
    return replace(known[0], others=tuple(known[1:])) if known else None


def _more(
    head: str, address: tuple[str, ...], end: int, *, word: str
) -> tuple[tuple[tuple[str, ...], ...], int]:
    """Read the further addresses of `1 and 2`, `1a, b`, `1-3`."""
    found = [address]
    while len(found) < MAX_ADDRESSES and (sign := _AND.match(head, end)):
        following = _address(head, sign.end())
        if following is None or not _may_follow(found[-1], following.parts, head, following.end):
            break
        last, given = found[-1], following.parts
        given = (
            (*last[: len(last) - len(given)], *given)
            if not given[0].isdecimal() or sign["sign"] in "-–"
            else given
        )
        if sign["sign"].lower() in _RANGES:
            dashed = sign["sign"] in "-–"
            if (dashed and sign["blank"] and not _PLURAL.match(word)) or len(given) != len(last):
                break  # `Q2 - 24`
            if given[:-1] != last[:-1] or (dashed and not _ends(head, following.end)):
                break
            found += _between(last, given)
        found.append(given)
        end = following.end
    return tuple(found[:MAX_ADDRESSES]), end


def _may_follow(last: tuple[str, ...], given: tuple[str, ...], head: str, end: int) -> bool:
    """Whether an address is one more of a list: of the same kind, and with nothing but punctuation or a word behind it."""
    same_kind = given[0].isdecimal() == last[0].isdecimal() or len(given) < len(last)
    return (same_kind and given > last[: len(given)]) or (
        same_kind and len(given) < len(last) and not given[0].isdecimal() and _ends(head, end)
    )


def _ends(head: str, end: int) -> bool:
    return _BEHIND.match(head, end) is not None


def _between(first: tuple[str, ...], last: tuple[str, ...]) -> list[tuple[str, ...]]:
    """Return the addresses between two of the same parent."""
    low, high = first[-1], last[-1]
    if low.isdecimal() and high.isdecimal():
        return [
            (*first[:-1], str(number))
            for number in range(int(low) + 1, min(int(high), int(low) + MAX_ADDRESSES))
        ]
    if _is_roman(low) and _is_roman(high):
        return [(*first[:-1], numeral) for numeral in _NUMERALS[_roman(low) : _roman(high) - 1]]
    if len(low) == len(high) == 1:
        return [(*first[:-1], chr(code)) for code in range(ord(low) + 1, ord(high))]
    return []


def _closed(
    head: str, addresses: tuple[tuple[str, ...], ...], form: Form, end: int, *, word: str = ""
) -> HeadingLabel | None:
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
    return HeadingLabel(addresses, form, stop, set_off, marked=bool(marks) or bracketed or bool(word))
