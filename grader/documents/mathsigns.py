"""Signs of mathematics as text processors write them, to the LaTeX that a block's formulas have."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from grader.notation.lazypatterns import deferred

_SIGNS: Final = {
    "−": "-", "×": r"\times ", "·": r"\cdot ", "⋅": r"\cdot ", "∙": r"\cdot ", "∗": "*", "÷": r"\div ", "±": r"\pm ",
    "∓": r"\mp ", "≤": r"\le ", "≥": r"\ge ", "⩽": r"\le ", "⩾": r"\ge ", "≠": r"\ne ", "≈": r"\approx ", "≅": r"\cong ",
    "≡": r"\equiv ", "∼": r"\sim ", "∝": r"\propto ", "≪": r"\ll ", "≫": r"\gg ", "→": r"\to ", "←": r"\leftarrow ",
    "↦": r"\mapsto ", "⇒": r"\Rightarrow ", "⇔": r"\Leftrightarrow ", "↔": r"\leftrightarrow ", "∞": r"\infty ",
    "∂": r"\partial ", "∇": r"\nabla ", "∈": r"\in ", "∉": r"\notin ", "⊂": r"\subset ", "⊆": r"\subseteq ",
    "∪": r"\cup ", "∩": r"\cap ", "∅": r"\emptyset ", "∀": r"\forall ", "∃": r"\exists ", "¬": r"\neg ", "∧": r"\land ",
    "∨": r"\lor ", "⊕": r"\oplus ", "⊗": r"\otimes ", "⊙": r"\odot ", "∘": r"\circ ", "√": r"\sqrt ", "∑": r"\sum ",
    "∏": r"\prod ", "∫": r"\int ", "∬": r"\iint ", "∮": r"\oint ", "…": r"\ldots ", "⋯": r"\cdots ", "⋮": r"\vdots ",
    "⋱": r"\ddots ", "⊤": r"\top ", "⊥": r"\perp ", "∥": r"\Vert ", "‖": r"\Vert ", "∣": r"\mid ", "ℓ": r"\ell ",
    "ℝ": r"\mathbb{R}", "ℕ": r"\mathbb{N}", "ℤ": r"\mathbb{Z}", "ℚ": r"\mathbb{Q}", "ℂ": r"\mathbb{C}", "𝔼": r"\mathbb{E}",
    "′": "'", "″": "''", "⌊": r"\lfloor ", "⌋": r"\rfloor ", "⌈": r"\lceil ", "⌉": r"\rceil ", "⟨": r"\langle ",
    "⟩": r"\rangle ", "〈": r"\langle ", "〉": r"\rangle ", "⋆": r"\star ", "≔": ":=", "∶": ":", "⁄": "/", "∕": "/",
    "\u2061": "", "\u2062": "", "\u2063": "", "\u2064": "+", "\u00a0": " ", "\u2009": " ", "\u2003": " ", "\u200b": "",
    "%": r"\%", "#": r"\#", "&": r"\&", "{": r"\{", "}": r"\}", "_": r"\_", "$": r"\$", "\\": r"\backslash ", "~": r"\sim ",
    "^": r"\hat{}",
}  # fmt: skip
_GREEK: Final = {
    letter: f"\\{name} "
    for letter, name in zip(
        "αβγδεϵζηθϑικλμνξπϖρϱσςτυφϕχψωΓΔΘΛΞΠΣΥΦΨΩµ",
        [
            "alpha",
            "beta",
            "gamma",
            "delta",
            "varepsilon",
            "epsilon",
            "zeta",
            "eta",
            "theta",
            "vartheta",
            "iota",
            "kappa",
            "lambda",
            "mu",
            "nu",
            "xi",
            "pi",
            "varpi",
            "rho",
            "varrho",
            "sigma",
            "varsigma",
            "tau",
            "upsilon",
            "varphi",
            "phi",
            "chi",
            "psi",
            "omega",
            "Gamma",
            "Delta",
            "Theta",
            "Lambda",
            "Xi",
            "Pi",
            "Sigma",
            "Upsilon",
            "Phi",
            "Psi",
            "Omega",
            "mu",
        ],
        strict=True,
    )
}
_TABLE: Final = _SIGNS | _GREEK
FUNCTIONS: Final = frozenset(
    [
        "arccos",
        "arcsin",
        "arctan",
        "arg",
        "cos",
        "cosh",
        "cot",
        "det",
        "dim",
        "exp",
        "gcd",
        "inf",
        "ker",
        "lim",
        "ln",
        "log",
        "max",
        "min",
        "Pr",
        "sec",
        "sin",
        "sinh",
        "sup",
        "tan",
        "tanh",
    ]
)
ACCENTS: Final = {
    "\u0302": "hat", "^": "hat", "ˆ": "hat", "\u0303": "tilde", "~": "tilde", "˜": "tilde", "\u0304": "bar", "\u0305": "bar",
    "¯": "bar", "‾": "bar", "_": "underline", "\u0307": "dot", "˙": "dot", "\u0308": "ddot", "¨": "ddot", "\u20d7": "vec",
    "→": "vec", "\u0301": "acute", "´": "acute", "\u0300": "grave", "`": "grave", "\u0306": "breve", "˘": "breve",
    "\u030c": "check", "ˇ": "check", "⏞": "overbrace", "⏟": "underbrace", "\u0332": "underline", "−": "bar", "-": "bar",
    "―": "bar", "←": "overleftarrow", "\u20d6": "overleftarrow",
}  # fmt: skip
_WORD: Final = deferred(r"[A-Za-z]{2,}|.", re.DOTALL)
_NEEDS_NO_BLANK: Final = deferred(r"(\\[A-Za-z]+) (?=[^A-Za-z]|$)")


def sign(text: str, *, bold: bool = False, words: bool = False) -> str:
    r"""Return signs and letters of a formula as LaTeX.

    Names of functions become commands. `words` takes other runs of letters for names (`\\mathrm{ReLU}`); without,
    they are letters beside each other.
    """
    out = []
    for piece in _WORD.findall(text):
        if piece in FUNCTIONS:
            out.append(f"\\{piece} ")
        elif len(piece) > 1:
            out.append(f"\\mathrm{{{piece}}}" if words else piece)
        else:
            out.append(_sign(piece))
    latex = "".join(out)
    return f"\\mathbf{{{latex.strip()}}}" if bold and latex.strip().isalnum() else latex


def _sign(character: str) -> str:
    known = _TABLE.get(character)
    if known is not None:
        return known
    if character.isascii():
        return character
    name = unicodedata.name(character, "")
    if name.startswith("MATHEMATICAL") or "SUPERSCRIPT" in name or "SUBSCRIPT" in name:
        plain = unicodedata.normalize("NFKC", character)
        inner = _TABLE.get(plain, plain)
        if "SUPERSCRIPT" in name:
            return f"^{{{inner}}}"
        if "SUBSCRIPT" in name:
            return f"_{{{inner}}}"
        if "DOUBLE-STRUCK" in name:
            return f"\\mathbb{{{inner}}}"
        if "SCRIPT" in name:
            return f"\\mathcal{{{inner}}}"
        return f"\\mathbf{{{inner.strip()}}}" if "BOLD" in name else inner
    return character


def said(text: str) -> str:
    """Return words inside a formula."""
    return f"\\text{{{text}}}" if text.strip() else " "


def braced(latex: str) -> str:
    """Return LaTeX as one argument."""
    return "{" + latex.strip() + "}"


def base(latex: str) -> str:
    """Return what a script stands at: as it is where it is one thing, in braces otherwise."""
    latex = latex.strip()
    if len(latex) <= 1 or latex.isdigit() or re.fullmatch(r"\\[A-Za-z]+(?:\{[^{}]*\})?", latex):
        return latex
    return latex if _is_delimited(latex) else f"{{{latex}}}"


def _is_delimited(latex: str) -> bool:
    return latex.startswith(r"\left") and latex.count(r"\left") == 1 and latex.endswith((")", "]", "|", "}"))


def delimited(begin: str, inner: str, end: str) -> str:
    """Return a formula between two delimiters that grow with it; "" stands for none."""
    opening, closing = (_sign(each).strip() if each else "." for each in (begin, end))
    return f"\\left{opening} {inner.strip()} \\right{closing}"


def matrix(rows: list[list[str]], environment: str = "matrix") -> str:
    """Return cells as a LaTeX matrix."""
    body = r" \\ ".join(" & ".join(cell.strip() for cell in row) for row in rows)
    return f"\\begin{{{environment}}} {body} \\end{{{environment}}}"


MATRICES: Final = {
    ("(", ")"): "pmatrix", ("[", "]"): "bmatrix", ("{", "}"): "Bmatrix", ("|", "|"): "vmatrix", ("‖", "‖"): "Vmatrix",
    ("{", ""): "cases", ("{", "{"): "cases",
}  # fmt: skip


def delimited_matrix(begin: str, inner: str, end: str) -> str | None:
    """Return a matrix with its delimiters as one environment, None where `inner` is not one whole matrix."""
    opening, closing = r"\begin{matrix}", r"\end{matrix}"
    name = MATRICES.get((begin, end))
    body = inner.strip()
    whole = body.startswith(opening) and body.endswith(closing) and body.count(opening) == 1
    if name is None or not whole:
        return None
    return f"\\begin{{{name}}}{body[len(opening) : -len(closing)]}\\end{{{name}}}"


def tightened(latex: str) -> str:
    """Return LaTeX without blanks that end no command's name."""
    return " ".join(_NEEDS_NO_BLANK.sub(r"\1", latex).split())
