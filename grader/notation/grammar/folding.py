r"""Unicode mathematics written out in LaTeX commands, with every position kept.

`σ²` becomes `\sigma^{2}`, `x̂` becomes `\hat{x}`, full-width and mathematical letters become plain ones.
"""

from __future__ import annotations

import unicodedata
from typing import Final

from grader.notation.lazypatterns import deferred
from grader.notation.syntaxerrors import ReadingError
from grader.notation.vocabulary import COMMANDS, FONTS, TEXT_COMMANDS

_SUPERSCRIPTS: Final = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ⁿⁱᵀᵗᵏᵐʲᵃᵇˣ", "0123456789+-()niTtkmjabx", strict=True))
_SUBSCRIPTS: Final = dict(
    zip("₀₁₂₃₄₅₆₇₈₉₊₋₍₎ᵢⱼₖₙₘₜₓₐₑₒₚₛₗᵣᵤᵥ", "0123456789+-()ijknmtxaeopslruv", strict=True)
)
_ACCENTS: Final = {
    "\u0302": "hat", "\u0304": "bar", "\u0305": "bar", "\u0303": "tilde", "\u0307": "dot", "\u0308": "ddot",
    "\u20d7": "vec", "\u20d1": "vec",
}  # fmt: skip
_DROPPED: Final = frozenset(
    "\u200b\u200c\u200d\u2060\ufeff\u200e\u200f\u2061\u2062\u2063\u2064\u00ad\ufe0e\ufe0f"
)
_GREEK: Final = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "ζ": "zeta", "η": "eta", "θ": "theta",
    "ι": "iota", "κ": "kappa", "λ": "lambda", "μ": "mu", "ν": "nu", "ξ": "xi", "ο": "omicron", "π": "pi", "ρ": "rho",
    "σ": "sigma", "ς": "sigma", "τ": "tau", "υ": "upsilon", "φ": "phi", "χ": "chi", "ψ": "psi", "ω": "omega",
    "ϵ": "epsilon", "ϕ": "phi", "ϑ": "theta", "ϱ": "rho", "ϖ": "pi", "ϰ": "kappa", "µ": "mu",
    "Α": "Alpha", "Β": "Beta", "Γ": "Gamma", "Δ": "Delta", "Ε": "Epsilon", "Ζ": "Zeta", "Η": "Eta", "Θ": "Theta",
    "Ι": "Iota", "Κ": "Kappa", "Λ": "Lambda", "Μ": "Mu", "Ν": "Nu", "Ξ": "Xi", "Ο": "Omicron", "Π": "Pi", "Ρ": "Rho",
    "Σ": "Sigma", "Τ": "Tau", "Υ": "Upsilon", "Φ": "Phi", "Χ": "Chi", "Ψ": "Psi", "Ω": "Omega", "∆": "Delta",
    "ϴ": "Theta",
}  # fmt: skip
_COMMANDS: Final = {
    "∛": "cbrt", "∑": "sum", "∏": "prod", "∫": "int", "∂": "partial", "∇": "nabla", "∞": "infty",
    "≤": "le", "≥": "ge", "⩽": "le", "⩾": "ge", "≦": "le", "≧": "ge", "≠": "ne", "≈": "approx", "≡": "equiv",
    "∼": "sim", "≃": "sim", "≅": "cong", "∝": "propto", "≔": "coloneqq", "≜": "triangleq", "∈": "in", "∉": "notin",
    "∪": "cup", "∩": "cap", "∖": "setminus", "∅": "emptyset", "⌀": "emptyset", "⊂": "subset", "⊆": "subseteq",
    "±": "pm", "∓": "mp", "∧": "land", "∨": "lor", "¬": "lnot", "⇒": "implies", "⟹": "implies", "⇔": "iff",
    "⟺": "iff", "→": "to", "⟶": "to", "↦": "mapsto", "←": "gets", "⌊": "lfloor", "⌋": "rfloor", "⌈": "lceil",
    "⌉": "rceil", "‖": "Vert", "∥": "Vert", "∣": "mid", "⟨": "langle", "⟩": "rangle", "〈": "langle", "〉": "rangle",
    "⊙": "odot", "∘": "circ", "⊗": "otimes", "⊕": "oplus", "⊤": "top", "ᵀ": "top", "…": "dots", "⋯": "dots",
    "√": "sqrt", "ℓ": "ell", "ℏ": "hbar", "°": "degree", "×": "times", "✕": "times", "·": "cdot", "⋅": "cdot",
    "∙": "cdot", "•": "cdot", "∗": "ast", "÷": "div", "≪": "ll", "≫": "gg", "ℝ": "R", "𝔼": "E", "ⅇ": "exponentialE",
    "ⅈ": "imaginaryI", "ⅉ": "imaginaryI", "⋆": "star", "∀": "forall", "★": "star", "⊺": "intercal",
}  # fmt: skip
_PLAIN: Final = {
    "−": "-", "–": "-", "—": "-", "―": "-", "‒": "-", "‐": "-", "‑": "-", "﹣": "-", "⁄": "/", "∕": "/",
    "\u00a0": " ", "\u2009": " ", "\u202f": " ", "\u2007": " ", "\u2002": " ", "\u2003": " ", "\u2004": " ",
    "\u2005": " ", "\u2006": " ", "\u2008": " ", "\u200a": " ", "\u205f": " ", "\u3000": " ", "\u2028": " ",
    "\u2029": " ", "\u0085": " ", "′": "'", "’": "'", "‘": "'", "″": "''", "“": '"', "”": '"', "、": ",",
    "‰": "/1000", "⟦": "[", "⟧": "]", "∶": ":", "。": ".", "【": "[", "】": "]", "〔": "(", "〕": ")",
    "€": " ", "£": " ", "¥": " ", "ˆ": "^", "↑": "^", "∴": " ",
}  # fmt: skip


_SINGLE: Final = deferred(r"(?<!\\)(?:\\\\)*\\[A-Za-z]")
_DOUBLE: Final = deferred(r"(?<!\\)\\\\([A-Za-z]+)")


class Folded:
    """ASCII text and, for each of its characters, the offset it came from."""

    __slots__ = ("offsets", "text")

    def __init__(self, text: str, offsets: list[int] | None) -> None:
        self.text = text
        self.offsets = offsets


def fold(text: str) -> Folded:
    """Return the text in ASCII with LaTeX commands for mathematical characters.

    Raises ReadingError for a character that has no place in a formula.
    """
    if text.isascii():
        return Folded(text, None)
    pieces: list[str] = []
    offsets: list[int] = []
    at = 0
    while at < len(text):
        written, taken = _written(text, at)
        if pieces and written[:1].isalpha() and pieces[-1][:1] == "\\" and pieces[-1][-1:].isalpha():
            written = " " + written
        if written:
            pieces.append(written)
            offsets.extend([at] * len(written))
        at += taken
    offsets.append(len(text))
    return Folded("".join(pieces), offsets)


def _written(text: str, at: int) -> tuple[str, int]:
    """Return what stands for the characters at `at`, and how many they are."""
    char = text[at]
    if char in _SUPERSCRIPTS:
        return _script("^", _SUPERSCRIPTS, text, at)
    if char in _SUBSCRIPTS:
        return _script("_", _SUBSCRIPTS, text, at)
    if char in _GREEK and text[at + 1 : at + 2].isdigit():
        return _numbered(char, text, at)
    accent = _ACCENTS.get(text[at + 1 : at + 2])
    if accent is not None:
        return f"\\{accent}{{{_letter(char, at)}}}", 2
    if char.isascii() or char in _DROPPED:
        return (char if char.isascii() else ""), 1
    return _letter(char, at), 1


def _numbered(char: str, text: str, at: int) -> tuple[str, int]:
    """Return `θ1` as theta with the index 1; π is a factor, and so is what a decimal point follows."""
    end = at + 1
    while end < len(text) and text[end].isascii() and text[end].isdigit():
        end += 1
    if (
        end == at + 1
        or char == "π"
        or (text[end : end + 1] in {".", ","} and text[end + 1 : end + 2].isdigit())
    ):
        return "\\" + _GREEK[char], 1
    return f"\\{_GREEK[char]}_{{{text[at + 1 : end]}}}", end - at


def _script(sign: str, table: dict[str, str], text: str, at: int) -> tuple[str, int]:
    end = at
    while end < len(text) and text[end] in table:
        end += 1
    return f"{sign}{{{''.join(table[char] for char in text[at:end])}}}", end - at


def _letter(char: str, at: int) -> str:
    """Return the ASCII for one character."""
    if char.isascii():
        return char
    if char in _PLAIN:
        return _PLAIN[char]
    name = _GREEK.get(char) or _COMMANDS.get(char)
    if name is not None:
        return "\\" + name
    folded = unicodedata.normalize("NFKC", char)
    if folded != char:
        if folded.isascii():
            return folded
        if "⁄" in folded:  # ½ and its like
            above, _, below = folded.partition("⁄")
            if above.isdigit() and below.isdigit():
                return f"\\frac{{{above}}}{{{below}}}"
        if len(folded) == 1:
            return _letter(folded, at)
    accented = unicodedata.normalize("NFD", char)
    if len(accented) == 2 and accented[1] in _ACCENTS and accented[1] != "\u0308":
        letter = accented[0] if accented[0].isascii() else _GREEK.get(accented[0], "")
        if letter:
            return f"\\{_ACCENTS[accented[1]]}{{{letter if len(letter) == 1 else chr(92) + letter}}}"
    raise ReadingError(f"the character {_shown(char)} at {at + 1} has no meaning in a formula", at)


def _shown(char: str) -> str:
    """Return a character so that it can be printed without disturbing the line it stands in."""
    if char.isprintable():
        return f"`{char}`"
    return f"U+{ord(char):04X}"


def is_doubled(text: str) -> bool:
    """Say whether every backslash before a command is written twice, as in the source of a program."""
    first = _DOUBLE.search(text)
    known = COMMANDS.keys() | FONTS | TEXT_COMMANDS | {"begin"}
    if first is None or first[1] not in known:
        return False
    return _SINGLE.search(text) is None
