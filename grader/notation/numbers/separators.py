"""Digits with separators between them: `903,400`, `1.234`, `9,03,400`, each way to understand them."""

from __future__ import annotations

from typing import Final

from grader.notation.lazypatterns import deferred

COMMA_NOTE: Final = "read with a decimal comma"
_SEPARATOR: Final = deferred(r"\{[,.]\}(?:\\! ?)?|,?\\[,;:!] ?|\\ |[.,'_ ~]")


def _groups_fit(groups: list[str], *, indian: bool = False) -> bool:
    """Whether digit groups follow a convention: 903,400 or (Indian) 9,03,400."""
    first, middle, last = groups[0], groups[1:-1], groups[-1]
    widths = {2} if indian else {3}
    return 1 <= len(first) <= max(widths) and len(last) == 3 and {len(group) for group in middle} <= widths


Numeral = tuple[str, str, str, bool]  # digits before and behind the decimal mark, note, malformed


def readings_of_digits(text: str, *, powered: bool = False) -> list[Numeral]:
    """List the ways to understand digits with separators, the usual one first; before a power of ten that is a decimal."""
    groups = _SEPARATOR.split(text)
    marks = [
        "," if "," in mark and "\\" not in mark else "." if "." in mark else " "
        for mark in _SEPARATOR.findall(text)
    ]
    if not marks:
        return [(text, "", "", False)]
    joined = "".join(groups)
    if set(marks) <= {" "}:
        fits = _groups_fit(groups) or "_" in text
        return [(joined, "", "" if fits else "the digit groups fit no convention", not fits)]
    if len(marks) == 1:
        pair = _readings_of_pair(groups[0], groups[1], marks[0])
        if powered:
            pair = [each for each in pair if each[1]] + [
                each for each in pair if not each[1] and marks[0] == ","
            ]
        return pair
    if len(set(marks)) == 1:
        if _groups_fit(groups):
            return [(joined, "", "", False)]
        if marks[0] == "," and _groups_fit(groups, indian=True):
            return [(joined, "", "digits grouped the Indian way", False)]
        return [(joined, "", "the digit groups fit no convention", True)]
    fits = marks[-1] != " " and marks[-1] not in marks[:-1] and _groups_fit(groups[:-1])
    return [
        ("".join(groups[:-1]), groups[-1], "" if fits else "the digit groups fit no convention", not fits)
    ]


def _readings_of_pair(before: str, behind: str, mark: str) -> list[Numeral]:
    decimal = (before, behind, COMMA_NOTE if mark == "," else "", False)
    if len(behind) != 3 or not 1 <= len(before) <= 3 or before.startswith("0"):
        return [decimal]
    if mark == ",":
        return [(before + behind, "", "", False), decimal]
    return [decimal, (before + behind, "", "read with a point between thousands", False)]
