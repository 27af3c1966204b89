"""Bring the vendored KaTeX into a page: only the fonts its formulas need, nothing from a network."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from grader.notation.lazypatterns import deferred

if TYPE_CHECKING:
    import re
    from collections.abc import Iterable
    from importlib.resources.abc import Traversable

_FACE: Final = deferred(
    r"@font-face\{font-display:block;(?P<look>[^}]*?);src:url\(fonts/(?P<name>[\w-]+)\.woff2\)[^}]*\}"
)
_COMMAND: Final = deferred(r"\\([A-Za-z]+)")
# Letters, operators and the brackets of every size.
_ALWAYS: Final = (
    "KaTeX_Main-Regular",
    "KaTeX_Math-Italic",
    "KaTeX_Size1-Regular",
    "KaTeX_Size2-Regular",
    "KaTeX_Size3-Regular",
    "KaTeX_Size4-Regular",
)
_BOLD: Final = ("KaTeX_Main-Bold", "KaTeX_Math-BoldItalic")
_BY_COMMAND: Final[dict[str, tuple[str, ...]]] = {
    **dict.fromkeys(("mathbf", "textbf", "bf", "bfseries", "boldsymbol", "bm", "bold", "pmb"), _BOLD),
    **dict.fromkeys(
        ("mathit", "textit", "it", "emph", "itshape"), ("KaTeX_Main-Italic", "KaTeX_Main-BoldItalic")
    ),
    **dict.fromkeys(("mathcal", "cal"), ("KaTeX_Caligraphic-Regular", "KaTeX_Caligraphic-Bold")),
    **dict.fromkeys(("mathfrak", "frak"), ("KaTeX_Fraktur-Regular", "KaTeX_Fraktur-Bold")),
    **dict.fromkeys(
        ("mathsf", "textsf", "sf"),
        ("KaTeX_SansSerif-Regular", "KaTeX_SansSerif-Bold", "KaTeX_SansSerif-Italic"),
    ),
    **dict.fromkeys(("mathtt", "texttt", "tt", "verb"), ("KaTeX_Typewriter-Regular",)),
    "mathscr": ("KaTeX_Script-Regular",),
}
# Commands of machine-learning answers that the fonts above hold. Any other command also brings the
# AMS font, which has the rarer symbols and the blackboard letters.
_PLAIN_COMMANDS: Final = """
    alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi pi
    rho sigma tau upsilon phi varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Phi Psi
    Omega frac dfrac tfrac sqrt sum prod int partial nabla infty cdot cdots ldots dots vdots ddots
    times div pm mp left right big Big bigg Bigg bigl bigr Bigl Bigr lbrace rbrace lbrack rbrack
    langle rangle lfloor rfloor lceil rceil vert Vert mid hat widehat tilde bar overline underline
    vec dot ddot prime le leq ge geq ne neq lt gt approx sim simeq equiv propto in notin subset cup
    cap to rightarrow leftarrow Rightarrow implies iff mapsto forall exists neg land lor circ odot
    oplus otimes star ast log ln exp max min sin cos tan tanh sinh cosh det lim arg operatorname
    mathrm textrm text mbox quad qquad begin end top ell displaystyle textstyle limits nolimits
    underbrace overbrace binom choose over not hline hspace
"""
_PLAIN: Final = frozenset(_PLAIN_COMMANDS.split())


def needed_fonts(formulas: Iterable[str]) -> tuple[str, ...]:
    """Name the fonts that rendering these formulas can ask for, in a fixed order."""
    fonts = set(_ALWAYS)
    for command in {command for formula in formulas for command in _COMMAND.findall(formula)}:
        if command in _BY_COMMAND:
            fonts.update(_BY_COMMAND[command])
        elif command not in _PLAIN:
            fonts.add("KaTeX_AMS-Regular")
    return tuple(sorted(fonts))


def every_font() -> tuple[str, ...]:
    """Name all fonts there are, in a fixed order."""
    return tuple(
        sorted({*_ALWAYS, "KaTeX_AMS-Regular", *(font for fonts in _BY_COMMAND.values() for font in fonts)})
    )


@cache
def stylesheet(fonts: tuple[str, ...]) -> str:
    """Return KaTeX's style sheet with these fonts inside and the others left out."""

    def inline(face: re.Match[str]) -> str:
        if face["name"] not in fonts:
            return ""
        data = base64.b64encode((_folder() / "fonts" / f"{face['name']}.woff2").read_bytes()).decode()
        source = f'url(data:font/woff2;base64,{data}) format("woff2")'
        return f"@font-face{{font-display:block;{face['look']};src:{source}}}"

    return _FACE.sub(inline, (_folder() / "katex.min.css").read_text(encoding="utf-8"))


@cache
def script() -> str:
    """Return KaTeX's code, which holds no tag that could end its element."""
    return (_folder() / "katex.min.js").read_text(encoding="utf-8")


@cache
def licence() -> str:
    """Return the licence as a comment, for a copy that stands without its folder."""
    return f"/*\n{(_folder() / 'LICENSE').read_text(encoding='utf-8').strip()}\n*/\n"


@cache
def integrity(text: str) -> str:
    """Return the hash by which a content security policy allows an inline style or script."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _folder() -> Traversable:
    return files("grader.writers") / "assets" / "katex"
