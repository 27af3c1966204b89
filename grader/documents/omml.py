"""Equations of Word (Office Math Markup, ECMA-376 part 1, section 22.1) to LaTeX."""

from __future__ import annotations

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
from grader.documents.xmltree import child, text_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from xml.etree.ElementTree import Element

_OFF: Final = frozenset({"0", "false", "off"})
_NO_TEXT: Final = frozenset(
    {"m:ctrlPr", "m:rPr", "w:rPr", "w:del", "w:moveFrom", "w:bookmarkStart", "w:bookmarkEnd", "w:proofErr"}
)


def omml_to_latex(element: Element) -> str:
    """Return an `m:oMath` as LaTeX, without dollar signs."""
    return tightened(_all(element))


def _all(element: Element | None) -> str:
    if element is None:
        return ""
    return "".join(_READERS.get(item.tag, _other)(item) for item in element)


def _other(element: Element) -> str:
    """Read what only holds other things: arguments, boxes, insertions. Properties hold no text."""
    if element.tag.endswith("Pr") or element.tag in _NO_TEXT:
        return ""
    return _all(element)


def _part(element: Element, name: str) -> str:
    return _all(child(element, f"m:{name}"))


def _property(element: Element, *path: str, default: str = "") -> str:
    """Return the value of a property; "" and no value at all differ from the property not being there."""
    at: Element | None = element
    for name in path:
        at = child(at, f"m:{name}")
    return default if at is None else at.get("m:val", "")


def _run(element: Element) -> str:
    properties = child(element, "m:rPr")
    text = "".join(text_of(item) for item in element if item.tag in {"m:t", "w:t"})
    vanish = child(child(element, "w:rPr"), "w:vanish")
    if vanish is not None and vanish.get("w:val", "1") not in _OFF:
        return ""
    if child(properties, "m:nor") is not None:
        return text if text.strip().isdigit() else said(text)
    style = "" if properties is None else _property(properties, "sty", default="i")
    script = "" if properties is None else _property(properties, "scr")
    latex = sign(text, bold=style in {"b", "bi"}, words=style in {"p", "b"})
    if script in {"double-struck", "script", "fraktur"} and text.strip().isalpha():
        command = {"double-struck": "mathbb", "script": "mathcal", "fraktur": "mathfrak"}[script]
        return f"\\{command}{{{text.strip()}}}"
    return latex


def _fraction(element: Element) -> str:
    kind = _property(element, "fPr", "type")
    above, below = _part(element, "num"), _part(element, "den")
    if kind == "noBar":
        return f"\\binom{braced(above)}{braced(below)}"
    if kind == "lin":
        return f"{base(above)}/{base(below)}"
    return f"\\frac{braced(above)}{braced(below)}"


def _root(element: Element) -> str:
    degree = _part(element, "deg").strip()
    return f"\\sqrt{f'[{degree}]' if degree else ''}{braced(_part(element, 'e'))}"


def _scripts(element: Element) -> str:
    under, over = _part(element, "sub").strip(), _part(element, "sup").strip()
    latex = base(_part(element, "e"))
    latex += f"_{braced(under)}" if under else ""
    if over and set(over) <= {"'"}:
        return latex + over
    return latex + (f"^{braced(over)}" if over else "")


def _scripts_before(element: Element) -> str:
    return f"{{}}_{braced(_part(element, 'sub'))}^{braced(_part(element, 'sup'))}{base(_part(element, 'e'))}"


def _large_operator(element: Element) -> str:
    operator = sign(_property(element, "naryPr", "chr", default="∫")).strip()
    under, over = _part(element, "sub").strip(), _part(element, "sup").strip()
    limits = (f"_{braced(under)}" if under else "") + (f"^{braced(over)}" if over else "")
    return f"{operator}{limits} {_part(element, 'e')}"


def _delimiters(element: Element) -> str:
    begin = _property(element, "dPr", "begChr", default="(")
    end = _property(element, "dPr", "endChr", default=")")
    between = sign(_property(element, "dPr", "sepChr", default="|"))
    parts = [_all(item).strip() for item in element if item.tag == "m:e"]
    if len(parts) == 1:
        whole = delimited_matrix(begin, parts[0], end)
        if whole is not None:
            return whole
        if parts[0].startswith(r"\binom") and (begin, end) == ("(", ")"):
            return parts[0]
    return delimited(begin, f" {between} ".join(parts), end)


def _matrix(element: Element) -> str:
    return matrix([[_all(cell) for cell in row if cell.tag == "m:e"] for row in element if row.tag == "m:mr"])


def _equations(element: Element) -> str:
    return matrix([[_all(row)] for row in element if row.tag == "m:e"])


def _function(element: Element) -> str:
    name = _part(element, "fName").strip()
    bare = name.removeprefix(r"\mathrm{").removesuffix("}")
    if not name.startswith("\\") and bare.isalpha() and len(bare) > 1:
        name = f"\\{bare}" if bare in FUNCTIONS else f"\\operatorname{{{bare}}}"
    return f"{name} {_part(element, 'e')}"


def _accent(element: Element) -> str:
    mark = _property(element, "accPr", "chr", default="\u0302")
    inner = _part(element, "e")
    return (
        f"\\{ACCENTS[mark]}{braced(inner)}"
        if mark in ACCENTS
        else f"\\overset{braced(sign(mark))}{braced(inner)}"
    )


def _bar(element: Element) -> str:
    below = _property(element, "barPr", "pos", default="bot") == "bot"
    return f"\\{'underline' if below else 'overline'}{braced(_part(element, 'e'))}"


def _group(element: Element) -> str:
    mark = _property(element, "groupChrPr", "chr", default="⏟")
    command = ACCENTS.get(mark, "underbrace")
    if command == "vec":
        command = "overrightarrow"
    return f"\\{command}{braced(_part(element, 'e'))}"


def _limit(element: Element) -> str:
    inner, limit = _part(element, "e").strip(), braced(_part(element, "lim"))
    above = element.tag == "m:limUpp"
    mark = "".join(text_of(item).strip() for item in element if item.tag == "m:lim")
    if above and mark in ACCENTS:  # as LibreOffice writes them
        return f"\\{ACCENTS[mark]}{braced(inner)}"
    if inner.startswith("\\") and inner[1:].isalpha():
        return f"{inner}{'^' if above else '_'}{limit} "
    bare = inner.removeprefix(r"\mathrm{").removesuffix("}")
    if bare.isalpha() and len(bare) > 1:  # argmax, softmax
        return f"\\operatorname{{{bare}}}{'^' if above else '_'}{limit} "
    if inner.startswith((r"\underbrace", r"\overbrace")):
        return f"{inner}{'^' if above else '_'}{limit}"
    return f"\\{'overset' if above else 'underset'}{limit}{braced(inner)}"


def _phantom(element: Element) -> str:
    hidden = _property(element, "phantPr", "show", default="1") in _OFF
    return "" if hidden else _part(element, "e")


_READERS: Final[Mapping[str, Callable[[Element], str]]] = {
    "m:r": _run, "m:f": _fraction, "m:rad": _root, "m:sSup": _scripts, "m:sSub": _scripts, "m:sSubSup": _scripts,
    "m:sPre": _scripts_before, "m:nary": _large_operator, "m:d": _delimiters, "m:m": _matrix, "m:eqArr": _equations,
    "m:func": _function, "m:acc": _accent, "m:bar": _bar, "m:groupChr": _group, "m:limLow": _limit, "m:limUpp": _limit,
    "m:phant": _phantom,
}  # fmt: skip
