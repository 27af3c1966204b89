"""Fonts by their names, and what their glyphs say where the file does not: TeX's own encodings."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from grader.documents.pdf.page import Face
from grader.notation.lazypatterns import deferred

if TYPE_CHECKING:
    from collections.abc import Mapping

_SUBSET: Final = deferred(r"[A-Z]{6}\+")
_BOLD: Final = deferred(
    r"bold|black|heavy|demi\b|[-,]bd|medi$|^(?:cm|sf|ec|cmss|sfss)\w{0,2}b(?:x|f|m|sy)?\d", re.IGNORECASE
)
_CM_BOLD: Final = deferred(r"^(?:CM|SF)(?:SS)?(?:BX|B|BSY|MIB|DC)")
_ITALIC: Final = deferred(r"ital|obli|slant|^(?:CM|SF)(?:TI|SL|BXTI|SSI|MI)|kursiv", re.IGNORECASE)
_MONO: Final = deferred(
    r"mono|courier|consol|typewriter|^(?:CM|SF)(?:TT|ITT)|menlo|monaco|sourcecode|inconsolata|lucidacon|code(?:pro|new)|firacode",
    re.IGNORECASE,
)
_MATHS: Final = deferred(
    r"^(?:CM(?:MI|SY|EX|MIB|BSY)|MS[AB]M|EU[FSRX][MB]|RSFS|LMMath|MathJax_|KaTeX_|STIXGeneral|STIXSize|STIXVariants"
    r"|OpenSymbol|stmary|wasy|[rt]?[tp]x(?:mi|sy|ex|b?mia)|esint|bbm|dsrom|MnSymbol|fourier|MTMI|MTSY|MTEX)|math(?!ematica)",
    re.IGNORECASE,
)
_ENCODINGS: Final = (
    ("drawn", re.compile(r"^(?:LINEW?|LCIRCLEW?|LCIRC)\d", re.IGNORECASE)),
    ("ex", re.compile(r"^(?:CMEX|LMMathExtension|[tp]xex)", re.IGNORECASE)),
    ("sy", re.compile(r"^(?:CM(?:B)?SY|LMMathSymbols)", re.IGNORECASE)),
    ("mi", re.compile(r"^(?:CMMI|LMMathItalic)", re.IGNORECASE)),
    ("bb", re.compile(r"^(?:MSBM|bbm|dsrom|KaTeX_AMS|MathJax_AMS)", re.IGNORECASE)),
    ("cal", re.compile(r"^(?:(?:MathJax|KaTeX)_(?:Cal|Script)|RSFS|EUS[MB])", re.IGNORECASE)),
    ("t1", re.compile(r"^(?:SF[A-Z]{2,4}\d|EC[A-Z]{2}\d)")),
    ("ot1", re.compile(r"^CM[A-Z]{1,5}\d")),
)
_FAULT: Final = 0xBF  # `¿` is what LibreOffice shows for what it could not set in a formula
_FIXED_PITCH: Final = 1  # of a font's flags
_ITALIC_FLAG: Final = 1 << 6
_FORCE_BOLD: Final = 1 << 18


@lru_cache(maxsize=512)
def face_of(name: str, flags: int, weight: int) -> Face:
    """Return what a font's name tells; its flags and weight (400 normal) count where it has no name."""
    name = _SUBSET.sub("", name, count=1)
    encoding = next((code for code, pattern in _ENCODINGS if pattern.search(name)), "")
    if name:
        bold = bool(_BOLD.search(name) or _CM_BOLD.search(name) or flags & _FORCE_BOLD)
        italic = bool(_ITALIC.search(name))
        mono = bool(_MONO.search(name)) or (bool(flags & _FIXED_PITCH) and not encoding)
    else:
        bold = bool(flags & _FORCE_BOLD) or weight >= 700
        italic, mono = bool(flags & _ITALIC_FLAG), False
    maths = bool(_MATHS.search(name))
    return Face(name, bold, italic, mono and not maths, maths, encoding)


def _from(start: int, signs: str) -> dict[int, str]:
    """Return codes for a row of signs; a blank is a code without one."""
    return {code: sign for code, sign in enumerate(signs, start) if sign != " "}


# The extension font: delimiters in growing sizes and in pieces, large operators, wide accents, roots.
_EX: Final = {
    **_from(0x00, "()[]⌊⌋⌈⌉{}⟨⟩|‖/\\()()[]⌊⌋⌈⌉{}⟨⟩/\\()[]⌊⌋⌈⌉{}⟨⟩/\\/\\()[][][]{}{}{}{|()()⟨⟩⊔⊔∮∮⊙⊙⊕⊕⊗⊗"),
    **_from(0x50, "∑∏∫⋃⋂⊎⋀⋁∑∏∫⋃⋂⊎⋀⋁∐∐ˆˆˆ˜˜˜[]⌊⌋⌈⌉{}√√√√√√√‖↑↓⏞⏞⏟⏟⇑⇓"),
}
_SY: Final = {
    **_from(0x00, "−·×∗÷⋄±∓⊕⊖⊗⊘⊙◯∘•≍≡⊆⊇≤≥⪯⪰∼≈⊂⊃≪≫≺≻←→↑↓↔↗↘≃⇐⇒⇑⇓⇔↖↙∝′∞∈∋△▽ ↦∀∃¬∅ℜℑ⊤⊥ℵ"),
    **_from(0x41, "ABCDEFGHIJKLMNOPQRSTUVWXYZ∪∩⊎∧∨⊢⊣⌊⌋⌈⌉{}⟨⟩|‖↕⇕\\≀√∐∇∫⊔⊓⊑⊒§†‡¶♣♢♡♠"),
}
_GREEK: Final = "ΓΔΘΛΞΠΣΥΦΨΩ"
_MI: Final = {
    **_from(0x00, _GREEK + "αβγδϵζηθικλμνξπρστυϕχψωεϑϖϱςφ"),
    **_from(0x3A, ".,</>⋆∂"),
    **_from(0x5B, "♭♮♯⌣⌢ℓ"),
    **_from(0x7B, "ıȷ℘⃗"),
}
_OT1: Final = {
    **_from(0x00, _GREEK),
    **dict(enumerate(("ff", "fi", "fl", "ffi", "ffl"), 0x0B)),
    **_from(0x10, "ıȷ`´ˇ˘¯˚¸ßæœøÆŒØ"),
    **_from(0x5B, "[“]ˆ˙‘"),
    **_from(0x7B, "–—˝˜¨"),
}
_T1: Final = {
    **_from(0x00, "`´ˆ˜¨˝˚ˇ˘¯˙¸˛‚‹›“”„«»–—"),
    **dict(enumerate(("ı", "ȷ", "ff", "fi", "fl", "ffi", "ffl"), 0x19)),
}
_TABLES: Final[Mapping[str, Mapping[int, str]]] = {"ex": _EX, "sy": _SY, "mi": _MI, "ot1": _OT1, "t1": _T1}

# Adobe's private codes for the pieces of brackets that no single glyph is large enough for.
_PIECES: Final = {
    **_from(0xF8E6, "|"),
    **_from(0xF8EB, "((([[[{{{{"),
    **_from(0xF8F5, "∫)))]]]}}}"),
    **_from(0x239B, "((()))[[[]]]{{{{}}}∫"),
    0x2320: "∫", 0x2321: "∫", 0x23B7: "√", 0x23D0: "|",
}  # fmt: skip
_LIGATURES: Final = {
    0xFB00: "ff",
    0xFB01: "fi",
    0xFB02: "fl",
    0xFB03: "ffi",
    0xFB04: "ffl",
    0xFB05: "st",
    0xFB06: "st",
}
_SAME: Final = {
    0x02: "-",  # what pdfium makes of a hyphen at the end of a line
    0xAD: "-", 0x2010: "-", 0x2011: "-", 0xFFFE: "-", 0xA0: " ", 0x2215: "/", 0x2217: "∗", 0x2219: "·", 0xB5: "μ",
    0x2126: "Ω", 0x2206: "Δ", 0x03D5: "ϕ", 0x2016: "‖", 0x2225: "‖", 0x2223: "|", 0x2758: "|", 0xFF0D: "-",
    0x2329: "⟨", 0x232A: "⟩", 0x27E8: "⟨", 0x27E9: "⟩", 0x3008: "⟨", 0x3009: "⟩",
}  # fmt: skip

# Pieces and sizes of these grow with what they enclose.
DELIMITERS: Final = frozenset("()[]{}⌊⌋⌈⌉⟨⟩|‖")
OPERATORS: Final = frozenset("∑∏∐⋃⋂⨁⨂⨀⋀⋁⊎⊔")
INTEGRALS: Final = frozenset("∫∬∭∮")


def said(face: Face, code: int, *, unmapped: bool) -> str:
    """Return what a glyph says, "" where nothing tells.

    `code` is its Unicode, or its code in the font where the file maps it to none (`unmapped`).
    """
    if face.encoding == "drawn":
        return ""
    if face.encoding == "ex" and code < 0x80:
        return _EX.get(code, "")
    if code == _FAULT and face.maths:
        return ""
    if unmapped:
        table = _TABLES.get(face.encoding)
        if table is None:
            return ""
        return table.get(
            code, chr(code) if face.encoding in {"mi", "ot1", "t1"} and 0x20 < code < 0x7F else ""
        )
    sign = _PIECES.get(code) or _LIGATURES.get(code) or _SAME.get(code)
    if sign is not None:
        return sign
    if code < 0x20 or 0xE000 <= code < 0xF900 or code in {0xFFFD, 0xFFFF} or code >= 0xF0000:
        return ""
    return chr(code)
