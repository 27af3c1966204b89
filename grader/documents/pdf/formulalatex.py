"""Boxes of a formula to LaTeX."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from grader.documents.pdf.symbols import FUNCTIONS, JOINS, alphabet, latex
from grader.notation.lazypatterns import deferred

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.documents.pdf.page import Box

# A gap of a quarter of the size parts words; thinner ones stand around signs.
WORD_GAP: Final = 0.2
_TALL: Final = 1.35  # sizes from which a bracket is written with \left or \right
_COMMAND_END: Final = deferred(r"\\[A-Za-z]+$")
_LONG_ARROW: Final = deferred(r"([=-]) ?\\[Rr]ightarrow ?")
_PRIMES: Final = frozenset({"'", "''", "'''"})
_ARGUMENTS: Final = {"argmax": r"\arg\max", "argmin": r"\arg\min"}


def formula_of(boxes: Sequence[Box]) -> str:
    """Return the boxes of one row as LaTeX without dollar signs."""
    parts: list[str] = []
    index = 0
    row = sorted(boxes, key=lambda box: box.left)
    while index < len(row):
        if chosen := _chosen(row, index):
            parts.append(chosen)
            index += 2
        elif len(words := _words(row, index)) and sum(map(len, words)) > 1:
            parts.append(_words_tex(words, row, index, parts))
            index += sum(map(len, words))
        else:
            _append(parts, row, index)
            index += 1
    return _tidied("".join(parts))


def _chosen(row: Sequence[Box], index: int) -> str:
    """Return a binomial coefficient set small: a bracket that carries one letter above another, and is closed."""
    box, after = row[index], row[index + 1] if index + 1 < len(row) else None
    if box.text != "(" or not (box.subs and box.sups) or after is None or after.text != ")":
        return ""
    return f"\\binom{{{formula_of(box.sups)}}}{{{formula_of(box.subs)}}}{_scripts(after)}"


def _append(parts: list[str], row: Sequence[Box], index: int) -> None:
    box = row[index]
    before = row[index - 1] if index else None
    text = box.tex or _sign(box)
    if before is not None and _parts_numbers(before, box):
        parts.append("\\," if box.start - before.end < 0.3 * box.size else " \\quad ")
    elif box.text in JOINS and not box.tex and box.text not in "/:^*":
        text = f" {text} "
    elif parts and _COMMAND_END.search(parts[-1]) and text[:1].isalpha():
        parts.append(" ")
    elif (
        before is not None
        and before.text in {",", ";"}
        and box.left - before.right > 0.12 * box.size
        and not (_digit(before, row, index) and _digit(box))
    ):
        parts.append(" ")
    elif before is not None and box.left - before.reach > 0.9 * box.size:
        parts.append(" \\quad ")
    parts.append(text + _scripts(box))


def _digit(box: Box, row: Sequence[Box] = (), index: int = 0) -> bool:
    """Whether a box is a digit; of a comma, whether one stands before it."""
    if box.text in {",", ";"} and index >= 2:
        return _digit(row[index - 2])
    return len(box.text) == 1 and box.text.isdigit() and not box.tex


def _parts_numbers(before: Box, box: Box) -> bool:
    """Whether two digits stand so far apart that they belong to groups of one number, or to two."""
    return (
        _digit(before)
        and _digit(box)
        and not before.sups
        and not before.subs
        and box.start - before.end > 0.1 * box.size
    )


def _word(row: Sequence[Box], index: int) -> Sequence[Box]:
    """Return the upright letters from an index on that stand together as a word, or the name of a function."""
    end = index
    if name := _slanted(row, index):
        return name
    while end < len(row) and _is_upright(row[end]):
        if end > index and row[end].left - row[end - 1].end > WORD_GAP * row[end].size:
            break
        end += 1
        if any(row[end - 1].scripts()):
            break
    return row[index:end]


def _slanted(row: Sequence[Box], index: int) -> Sequence[Box]:
    """Return the italic letters from an index on that are a function's name before its bracket: `max(`."""
    end = index
    while end < len(row) and row[end].face.italic and row[end].text.isalpha() and not row[end].tex:
        end += 1
        if any(row[end - 1].scripts()):
            break
    name = "".join(box.text for box in row[index:end])
    before = row[index - 1] if index else None
    joined = before is not None and before.text.isalpha() and before.face.italic
    opened = end < len(row) and row[end].text == "("
    return row[index:end] if len(name) > 2 and name in FUNCTIONS and opened and not joined else ()


def _words(row: Sequence[Box], index: int) -> list[Sequence[Box]]:
    """Return the words from an index on that only blanks part; a function is a word by itself."""
    words: list[Sequence[Box]] = []
    while word := _word(row, index):
        name = "".join(box.text for box in word)
        if name in FUNCTIONS or name in _ARGUMENTS:
            return words or [word]
        if words and (any(words[-1][-1].scripts()) or word[0].left - words[-1][-1].end > 1.5 * word[0].size):
            break
        words.append(word)
        index += len(word)
    return words


def _is_upright(box: Box) -> bool:
    face = box.face
    text = box.text
    return (
        not box.tex
        and text.isalpha()
        and not face.italic
        and face.encoding != "mi"
        and all(ord(sign) < 0x370 for sign in text)
        and face.encoding not in {"bb", "cal", "sy", "ex"}
        and "italic" not in face.name.lower()
        and not face.name.endswith(("_Math", "_AMS"))
    )


def _words_tex(words: Sequence[Sequence[Box]], row: Sequence[Box], index: int, parts: Sequence[str]) -> str:
    names = ["".join(box.text for box in word) for word in words]
    scripts = _scripts(words[-1][-1])
    first = words[0][0]
    apart = (
        bool(index)
        and first.left - row[index - 1].reach > WORD_GAP * first.size
        and row[index - 1].text not in JOINS
    )
    after = row[index + sum(map(len, words))] if index + sum(map(len, words)) < len(row) else None
    if len(names) == 1 and (names[0] in FUNCTIONS or names[0] in _ARGUMENTS):
        name = _ARGUMENTS.get(names[0], f"\\{names[0]}")
        lead = " " if parts and _COMMAND_END.search(parts[-1]) else ""
        return f"{lead}{name}{scripts} "
    if len(names) == 1 and len(words[0]) > 1 and after is not None and after.text == "(" and not apart:
        return f"\\operatorname{{{names[0]}}}{scripts}"
    lead = " " if apart else ""
    trail = (
        " "
        if after is not None
        and not scripts
        and after.left - words[-1][-1].end > WORD_GAP * first.size
        and after.text not in JOINS
        else ""
    )
    return f"\\text{{{lead}{' '.join(names)}{trail}}}{scripts}"


def _sign(box: Box) -> str:
    text = box.text
    face = box.face
    if not text:
        return "?"
    if len(text) > 1:
        return text if text.isalnum() else "".join(map(latex, text))
    plain, command = alphabet(text)
    if not command and plain.isalpha() and plain.isascii():
        if face.encoding == "bb":
            command = "mathbb"
        elif face.encoding == "cal" or (face.encoding == "sy" and plain.isupper()):
            command = "mathcal"
        elif face.bold and not _is_prose(face.name):
            command = "mathbf"
    if command:
        inner = latex(plain)
        return f"\\boldsymbol{{{inner}}}" if inner.startswith("\\") else f"\\{command}{{{inner}}}"
    if box.pivot is not None and box.height > _TALL * box.size and plain in "()[]{}|‖":
        return latex(plain)
    return latex(plain)


def _is_prose(name: str) -> bool:
    return name.startswith(("Arial", "Helvetica", "Calibri"))


def _scripts(box: Box) -> str:
    tex = ""
    if below := [*box.under, *box.subs]:
        tex += f"_{{{formula_of(below)}}}"
    if above := [*box.over, *box.sups]:
        inner = formula_of(above)
        tex += inner if inner in _PRIMES else f"^{{{inner}}}"
    return tex


def _tidied(tex: str) -> str:
    tex = re.sub(r" {2,}", " ", tex).strip()
    for dots, command in (
        (r"\cdot \cdot \cdot", r"\cdots"),
        (r"\cdot\cdot\cdot", r"\cdots"),
        ("...", r"\ldots "),
    ):
        tex = tex.replace(dots, command)
    tex = _LONG_ARROW.sub(lambda match: "\\implies " if match[1] == "=" else "\\longrightarrow ", tex)
    # a sign at the very beginning belongs to what follows
    return re.sub(r"^- ", "-", tex)
