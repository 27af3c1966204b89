"""Runs of styled text, as text processors and web pages have them, to the Markdown that a block holds."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Final, NamedTuple

from grader.notation.lazypatterns import deferred

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# Below this nobody reads a letter on a page or screen.
TINY: Final = 4.0  # points

_RAISED: Final = str.maketrans("0123456789+-−=()nix", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿⁱˣ")
_LOWERED: Final = str.maketrans("0123456789+-−=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎")
_HAS_RAISED: Final = frozenset("0123456789+-−=()nix")
_HAS_LOWERED: Final = frozenset("0123456789+-−=()")
_ORDINALS: Final = frozenset({"st", "nd", "rd", "th", "er", "ère", "e", "o", "a"})
_SPACES: Final = deferred(r"[ \t\xa0]+")
_AROUND_LINES: Final = deferred(r" ?\n ?")


class Style(NamedTuple):
    """How a run looks. `script` is 1 where it is raised, -1 where it is lowered."""

    bold: bool = False
    underlined: bool = False
    struck: bool = False
    concealed: bool = False
    code: bool = False
    script: int = 0
    formula: bool = False


PLAIN: Final = Style()
FORMULA: Final = Style(formula=True)


class TextRun(NamedTuple):
    """A stretch of text that looks the same throughout."""

    text: str
    style: Style = PLAIN


class RunLine(NamedTuple):
    """The Markdown of some runs, what of them does not count, and whether they stand out as a whole."""

    text: str
    hidden: tuple[str, ...] = ()
    styled: bool = False


def inline_formula(latex: str) -> TextRun:
    """Return a run that is a formula."""
    return TextRun(f"${latex}$" if latex.strip() else "", FORMULA)


def marked_up(runs: Iterable[TextRun], *, plain: bool = False) -> RunLine:
    """Return runs as Markdown; `plain` leaves out bold and underlines, as in a heading.

    Struck text stays, between `~~`; what nobody sees is left out, and both stand in `hidden`. Italics say nothing
    that counts and are left out: they stand around single letters of formulas.
    """
    merged = [
        TextRun("".join(run.text for run in same), style)
        for style, same in groupby((run for run in runs if run.text), key=lambda run: run.style)
    ]
    hidden = [
        run.text.strip() for run in merged if (run.style.concealed or run.style.struck) and run.text.strip()
    ]
    shown = [run for run in merged if not run.style.concealed]
    said = [run.style for run in shown if run.text.strip()]
    styled = bool(said) and (all(style.bold for style in said) or all(style.underlined for style in said))
    pieces = [_piece(shown, number, plain=plain) for number in range(len(shown))]
    return RunLine(tidied("".join(pieces)), tuple(hidden), styled)


def tidied(text: str) -> str:
    """Return a text with single blanks, none of them around line ends."""
    return _AROUND_LINES.sub("\n", _SPACES.sub(" ", text)).strip()


def _piece(runs: Sequence[TextRun], number: int, *, plain: bool) -> str:
    text, style = runs[number]
    inner = text.strip()
    if not inner:
        return text
    begin, end = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
    before = runs[number - 1].text[-1:] if number and not begin else ""
    after = runs[number + 1].text[:1] if number + 1 < len(runs) and not end else ""
    if style.script:
        inner = _script(inner, style.script, before, after)
    elif style.code:
        inner = f"`{inner}`" if "`" not in inner else inner
    if not plain and not style.formula and "\n" not in inner:
        # Inside a word or number, marks would tear it apart and say nothing.
        torn = bool(style.script) or before.isalnum() or after.isalnum()
        if style.underlined and not torn:
            inner = f"<u>{inner}</u>"
        if style.bold and not torn:
            inner = f"**{inner}**"
    if style.struck:
        inner = "\n".join(f"~~{line.strip()}~~" if line.strip() else line for line in inner.split("\n"))
    return f"{begin}{inner}{end}"


def _script(text: str, script: int, before: str, after: str) -> str:
    if script > 0:
        if before.isdigit() and text.lower() in _ORDINALS:
            return text
        return text.translate(_RAISED) if set(text) <= _HAS_RAISED else f"^{_grouped(text, after)}"
    return text.translate(_LOWERED) if set(text) <= _HAS_LOWERED else f"_{_grouped(text, after)}"


def _grouped(text: str, after: str) -> str:
    return text if len(text) == 1 and not after.isalnum() else "{" + text + "}"


def table_text(rows: Sequence[Sequence[str]]) -> str:
    """Return rows of cells as a Markdown table whose first row is its head."""
    width = max(map(len, rows), default=0)
    lines = ["| " + " | ".join([*map(_cell, row), *[""] * (width - len(row))]) + " |" for row in rows]
    return "\n".join([*lines[:1], "|" + "---|" * width, *lines[1:]]) if width else ""


_FORMULA_OR_BAR: Final = deferred(r"\$\$[^$]*\$\$|\$[^$]*\$|\|")


def _cell(text: str) -> str:
    """Return a cell on one line; a bar inside it would end it."""
    line = " ".join(text.replace("$$", "$").split())
    return (
        _FORMULA_OR_BAR.sub(
            lambda found: r"\|" if found[0] == "|" else found[0].replace("|", r"\vert "), line
        )
        if "|" in line
        else line
    )
