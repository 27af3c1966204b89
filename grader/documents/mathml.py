"""Presentation MathML to LaTeX, as web pages and OpenDocument hold formulas.

What is shown is read. An annotation in LaTeX beside it, which nobody sees, stands in for it where that is laid out in a way
that is not understood, and only if it has the very same letters and digits.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Final

from grader.documents.mathsigns import (
    ACCENTS,
    FUNCTIONS,
    base,
    braced,
    delimited,
    delimited_matrix,
    matrix,
    said,
    sign,
    tightened,
)
from grader.documents.xmltree import local_name, text_of
from grader.notation.lazypatterns import deferred

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from xml.etree.ElementTree import Element

_UNSEEN: Final = frozenset(
    {"annotation", "annotation-xml", "mphantom", "maligngroup", "malignmark", "none", "mprescripts"}
)
_LATEX: Final = frozenset({"application/x-tex", "TeX", "LaTeX"})
_COMMAND: Final = deferred(r"\\[A-Za-z]+")
_OPENING: Final = {"(": ")", "[": "]", "{": "}", "|": "|", "‖": "‖", "⟨": "⟩", "⌊": "⌋", "⌈": "⌉"}
_LARGE: Final = frozenset(
    {r"\sum", r"\prod", r"\int", r"\lim", r"\max", r"\min", r"\sup", r"\inf", r"\bigcup", r"\bigcap"}
)


def mathml_to_latex(element: Element) -> str | None:
    """Return a `math` element as LaTeX, without dollar signs; None where its layout is not understood."""
    shown = "".join(each.text or "" for each in _shown(element))
    sources = [
        text_of(item).strip()
        for item in element.iter()
        if local_name(item) == "annotation" and item.get("encoding") in _LATEX
    ]
    if all(local_name(item) in _KNOWN for item in _shown(element)) and (shown.strip() or not any(sources)):
        return tightened(_row(element))
    for latex in sources:
        if shown.strip() and _signs(_COMMAND.sub("", latex)) == _signs(shown):
            return latex
    return None


def _shown(element: Element) -> Iterator[Element]:
    """Yield an element and all inside it that is shown."""
    yield element
    for item in _arguments(element):
        if local_name(item) not in _UNSEEN:
            yield from _shown(item)


def _signs(text: str) -> list[str]:
    return sorted(sign for sign in text if sign.isascii() and sign.isalnum())


def _read(element: Element) -> str:
    name = local_name(element)
    return "" if name in _UNSEEN else _READERS.get(name, _row)(element)


def _arguments(element: Element) -> list[Element]:
    return [item for item in element if isinstance(item.tag, str)]


def _row(element: Element) -> str:
    items = [item for item in _arguments(element) if local_name(item) not in _UNSEEN]
    if len(items) >= 3 and local_name(items[0]) == local_name(items[-1]) == "mo":
        begin, end = text_of(items[0]).strip(), text_of(items[-1]).strip()
        if begin in _OPENING and (end == _OPENING[begin] or not end):
            inner = "".join(map(_read, items[1:-1]))
            return delimited_matrix(begin, inner, end) or "".join(map(_read, items))
    if len(items) >= 2 and local_name(items[0]) == "mo" and text_of(items[0]).strip() == "{":
        whole = delimited_matrix("{", "".join(map(_read, items[1:])), "")
        if whole is not None:
            return whole
    return "".join(map(_read, items))


def _identifier(element: Element) -> str:
    text = text_of(element).strip()
    variant = element.get("mathvariant", "")
    if text in FUNCTIONS:
        return f"\\{text} "
    if len(text) > 1 and text.isalpha() and text.isascii():
        return f"\\mathrm{{{text}}}"
    command = {
        "bold": "mathbf", "bold-italic": "mathbf", "double-struck": "mathbb", "script": "mathcal", "fraktur": "mathfrak",
    }.get(variant)  # fmt: skip
    return f"\\{command}{{{sign(text).strip()}}}" if command else sign(text)


def _operator(element: Element) -> str:
    text = text_of(element).strip()
    if text in FUNCTIONS:
        return f"\\{text} "
    if len(text) > 1 and text.isalpha() and text.isascii():
        return f"\\operatorname{{{text}}} "
    return sign(text) if text != "*" else "*"


def _number(element: Element) -> str:
    return unicodedata.normalize("NFKC", text_of(element).strip())


def _text(element: Element) -> str:
    return said(" ".join(text_of(element).split()))


def _pair(element: Element) -> tuple[str, str]:
    parts = [*map(_read, _arguments(element)), "", ""]
    return parts[0], parts[1]


def _fraction(element: Element) -> str:
    above, below = _pair(element)
    if element.get("linethickness", "1").rstrip("pxtemcin ") in {"0", "0.0"}:
        return f"\\binom{braced(above)}{braced(below)}"
    return f"\\frac{braced(above)}{braced(below)}"


def _square_root(element: Element) -> str:
    return f"\\sqrt{braced(_row(element))}"


def _root(element: Element) -> str:
    inner, degree = _pair(element)
    return f"\\sqrt[{degree.strip()}]{braced(inner)}"


def _scripts(element: Element) -> str:
    parts = [*map(_read, _arguments(element)), "", "", ""]
    latex = base(parts[0])
    name = local_name(element)
    under = parts[1] if name in {"msub", "msubsup"} else ""
    over = parts[2] if name == "msubsup" else parts[1] if name == "msup" else ""
    latex += f"_{braced(under)}" if under.strip() else ""
    if over.strip() and set(over.strip()) <= {"'"}:
        return latex + over.strip()
    return latex + (f"^{braced(over)}" if over.strip() else "")


def _around(element: Element) -> str:
    """Read what stands above or below: limits, accents, braces."""
    items = _arguments(element)
    parts = [*map(_read, items), "", "", ""]
    name = local_name(element)
    inner = parts[0].strip()
    under = parts[1] if name in {"munder", "munderover"} else ""
    over = parts[2] if name == "munderover" else parts[1] if name == "mover" else ""
    if inner in _LARGE or inner.startswith((r"\operatorname", r"\underbrace", r"\overbrace")):
        return inner + (f"_{braced(under)}" if under else "") + (f"^{braced(over)}" if over else "") + " "
    mark = text_of(items[1]).strip() if len(items) > 1 else ""
    if name in {"mover", "munder"} and mark in ACCENTS:
        command = ACCENTS[mark]
        if name == "munder":
            command = "underbrace" if command == "underbrace" else "underline"
        return f"\\{command}{braced(inner)}"
    if inner.startswith(r"\mathrm{"):  # argmax
        inner = inner.replace(r"\mathrm", r"\operatorname")
        return inner + (f"_{braced(under)}" if under else "") + (f"^{braced(over)}" if over else "") + " "
    latex = f"\\underset{braced(under)}{braced(inner)}" if under else inner
    return f"\\overset{braced(over)}{braced(latex)}" if over else latex


def _table(element: Element) -> str:
    rows = [row for row in _arguments(element) if local_name(row) in {"mtr", "mlabeledtr"}]
    return matrix([[_row(cell) for cell in _arguments(row) if local_name(cell) == "mtd"] for row in rows])


def _fenced(element: Element) -> str:
    begin, end = element.get("open", "("), element.get("close", ")")
    separators = "".join(element.get("separators", ",").split()) or ""
    parts = [_read(item).strip() for item in _arguments(element)]
    if len(parts) == 1:
        return delimited_matrix(begin, parts[0], end) or delimited(begin, parts[0], end)
    between = separators[:1]
    return delimited(begin, f"{sign(between)} ".join(parts), end)


def _enclosed(element: Element) -> str:
    notation = element.get("notation", "longdiv")
    inner = braced(_row(element))
    if "strike" in notation:
        return f"\\cancel{inner}"
    if "radical" in notation:
        return f"\\sqrt{inner}"
    return f"\\boxed{inner}" if "box" in notation or "circle" in notation else _row(element)


def _space(element: Element) -> str:
    return r" \\ " if element.get("linebreak") == "newline" else " "


def _semantics(element: Element) -> str:
    return "".join(_read(item) for item in _arguments(element)[:1])


_READERS: Final[Mapping[str, Callable[[Element], str]]] = {
    "mi": _identifier, "mo": _operator, "mn": _number, "mtext": _text, "ms": _text, "mfrac": _fraction, "msqrt": _square_root,
    "mroot": _root, "msup": _scripts, "msub": _scripts, "msubsup": _scripts, "mover": _around, "munder": _around,
    "munderover": _around, "mtable": _table, "mfenced": _fenced, "menclose": _enclosed, "mspace": _space,
    "semantics": _semantics,
}  # fmt: skip
# Those that set what is inside them in a row, and those that others read.
_KNOWN: Final = frozenset(
    {*_READERS, "math", "mrow", "mstyle", "mpadded", "merror", "mtr", "mlabeledtr", "mtd"}
)
