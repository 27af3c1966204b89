"""Unicode to LaTeX, sign by sign."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

_COMMANDS: Final[Mapping[str, str]] = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ϵ": "epsilon", "ε": "varepsilon", "ζ": "zeta", "η": "eta",
    "θ": "theta", "ϑ": "vartheta", "ι": "iota", "κ": "kappa", "λ": "lambda", "μ": "mu", "ν": "nu", "ξ": "xi", "π": "pi",
    "ϖ": "varpi", "ρ": "rho", "ϱ": "varrho", "σ": "sigma", "ς": "varsigma", "τ": "tau", "υ": "upsilon", "ϕ": "phi",
    "φ": "varphi", "χ": "chi", "ψ": "psi", "ω": "omega", "Γ": "Gamma", "Δ": "Delta", "Θ": "Theta", "Λ": "Lambda",
    "Ξ": "Xi", "Π": "Pi", "Σ": "Sigma", "Υ": "Upsilon", "Φ": "Phi", "Ψ": "Psi", "Ω": "Omega", "ϒ": "Upsilon",
    "×": "times", "·": "cdot", "⋅": "cdot", "∙": "cdot", "∗": "ast", "÷": "div", "±": "pm", "∓": "mp", "⊕": "oplus",
    "⊖": "ominus", "⊗": "otimes", "⊘": "oslash", "⊙": "odot", "∘": "circ", "◦": "circ", "•": "bullet", "⋆": "star",
    "≤": "leq", "≥": "geq", "⩽": "leq", "⩾": "geq", "≪": "ll", "≫": "gg", "≠": "neq", "≈": "approx", "≃": "simeq",
    "≅": "cong", "≡": "equiv", "∼": "sim", "∝": "propto", "≍": "asymp", "≺": "prec", "≻": "succ", "⪯": "preceq",
    "⪰": "succeq", "∈": "in", "∋": "ni", "∉": "notin", "⊂": "subset", "⊃": "supset", "⊆": "subseteq", "⊇": "supseteq",
    "∪": "cup", "∩": "cap", "∖": "setminus", "∅": "emptyset", "∧": "wedge", "∨": "vee", "¬": "neg", "∀": "forall",
    "∃": "exists", "⊢": "vdash", "⊤": "top", "⊥": "bot", "∞": "infty", "∂": "partial", "∇": "nabla", "ℓ": "ell",
    "ℏ": "hbar", "ℜ": "Re", "ℑ": "Im", "ℵ": "aleph", "℘": "wp", "ı": "imath", "ȷ": "jmath", "†": "dagger",
    "←": "leftarrow", "→": "rightarrow", "↑": "uparrow", "↓": "downarrow", "↔": "leftrightarrow", "⇐": "Leftarrow",
    "⇒": "Rightarrow", "⇑": "Uparrow", "⇓": "Downarrow", "⇔": "Leftrightarrow", "↦": "mapsto", "⟵": "longleftarrow",
    "⟶": "longrightarrow", "⟹": "implies", "⟸": "impliedby", "⟺": "iff", "⟼": "longmapsto", "↪": "hookrightarrow",
    "∑": "sum", "∏": "prod", "∐": "coprod", "∫": "int", "∬": "iint", "∭": "iiint", "∮": "oint", "⋃": "bigcup",
    "⋂": "bigcap", "⋀": "bigwedge", "⋁": "bigvee", "⨁": "bigoplus", "⨂": "bigotimes", "⨀": "bigodot", "⊎": "uplus",
    "⌊": "lfloor", "⌋": "rfloor", "⌈": "lceil", "⌉": "rceil", "⟨": "langle", "⟩": "rangle", "‖": "|", "∥": "|",
    "{": "{", "}": "}", "%": "%", "#": "#", "&": "&", "$": "$", "_": "_", "\\": "backslash",
    "…": "ldots", "⋯": "cdots", "⋮": "vdots", "⋱": "ddots", "∴": "therefore", "∵": "because", "≜": "triangleq",
    "≔": "coloneqq", "◯": "bigcirc", "△": "triangle", "▽": "bigtriangledown",
    "⋄": "diamond", "⊓": "sqcap", "⊔": "sqcup",
}  # fmt: skip
_PLAIN: Final = {
    "′": "'",
    "″": "''",
    "−": "-",
    "–": "-",
    "∣": "|",
    "’": "'",
    "∶": ":",
    "“": "``",
    "”": "''",
    "⁄": "/",
    "µ": "\\mu",
}

# Signs that are written in formulas and hardly in prose.
MATHS_SIGNS: Final = frozenset(_COMMANDS) - frozenset("{}%#&$_\\•…†") - frozenset("·◦→←⇒↑↓⋆△◯∙⋄") | {
    "−",
    "√",
    "′",
    "∣",
}
# What two sides of a formula may be joined by; in text fonts as well.
RELATIONS: Final = frozenset("=<>≤≥≠≈≃≅≡∼∝∈∉⊂⊆⊃⊇→←⇒⇔↦≔≜⟶⟹≪≫:")
JOINS: Final = RELATIONS | frozenset("+−-–×·⋅∗*/÷±∓⊗⊙⊕∘∪∩∖∧∨^")
# Words that are functions.
FUNCTIONS: Final = frozenset(
    {
        "arccos", "arcsin", "arctan", "arg", "cos", "cosh", "cot", "coth", "csc", "deg", "det", "dim", "exp", "gcd", "hom",
        "inf", "ker", "lg", "lim", "liminf", "limsup", "ln", "log", "max", "min", "Pr", "sec", "sin", "sinh", "sup", "tan", "tanh",
    }
)  # fmt: skip
_ALPHABETS: Final = (
    ("SCRIPT", "mathcal"),
    ("FRAKTUR", "mathfrak"),
    ("BLACK-LETTER", "mathfrak"),
    ("DOUBLE-STRUCK", "mathbb"),
    ("MONOSPACE", "mathtt"),
    ("SANS-SERIF BOLD", "mathbf"),
    ("SANS-SERIF", "mathsf"),
    ("BOLD", "mathbf"),
)


def alphabet(sign: str) -> tuple[str, str]:
    """Return a letter of one of Unicode's maths alphabets as a plain one, and the command of the alphabet ("" italic)."""
    code = ord(sign[0])
    if not (0x1D400 <= code < 0x1D800 or 0x2100 <= code < 0x2150):
        return sign, ""
    tag, _, number = unicodedata.decomposition(sign).partition(" ")
    if tag != "<font>" or " " in number:
        return sign, ""
    plain = chr(int(number, 16))
    named = unicodedata.name(sign, "")
    if code < 0x2150 and sign in _COMMANDS:
        return sign, ""
    return plain, next((command for word, command in _ALPHABETS if word in named), "")


def latex(sign: str) -> str:
    """Return a sign as LaTeX; a command has no blank behind it."""
    if sign in _PLAIN:
        return _PLAIN[sign]
    if (command := _COMMANDS.get(sign)) is not None:
        return "\\" + command
    return sign


def is_maths_letter(sign: str) -> bool:
    """Whether a sign belongs to one of Unicode's maths alphabets."""
    return len(sign) == 1 and (0x1D400 <= ord(sign) < 0x1D800 or sign in "ℎℝℂℕℤℚℙ𝔼ℒℱℋℐℬℰℳℛ")
