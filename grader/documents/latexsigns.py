r"""What LaTeX commands are in text: which show a sign, which only steer, and how many arguments those take."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

SIGNS: Final[Mapping[str, str]] = {
    r"\ldots": "…", r"\dots": "…", r"\textellipsis": "…", r"\textbackslash": "\\", r"\textasciitilde": "~", r"\textasciicircum": "^",
    r"\textdegree": "°", r"\degree": "°", r"\ss": "ß", r"\ae": "æ", r"\AE": "Æ", r"\oe": "œ", r"\OE": "Œ", r"\o": "ø", r"\O": "Ø",
    r"\aa": "å", r"\AA": "Å", r"\l": "ł", r"\L": "Ł", r"\i": "ı", r"\j": "ȷ", r"\euro": "€", r"\texteuro": "€", r"\pounds": "£",
    r"\S": "§", r"\P": "¶", r"\copyright": "©", r"\dag": "†", r"\ddag": "‡", r"\textbar": "|", r"\textless": "<",
    r"\textgreater": ">", r"\textunderscore": "_", r"\textendash": "–", r"\textemdash": "—", r"\textquotedblleft": "“",
    r"\textquotedblright": "”", r"\textquoteleft": "‘", r"\textquoteright": "’", r"\textbullet": "•", r"\checkmark": "✓",
    r"\Checkmark": "✓", r"\cmark": "✓", r"\xmark": "✗", r"\XSolidBrush": "✗", r"\Box": "☐", r"\square": "☐", r"\boxtimes": "☒",
    r"\XBox": "☒", r"\CheckedBox": "☑", r"\Square": "☐", r"\textmu": "µ", r"\textpm": "±", r"\texttimes": "×", r"\textdiv": "÷",
    r"\LaTeX": "LaTeX", r"\TeX": "TeX", r"\quad": " ", r"\qquad": " ", r"\enspace": " ", r"\space": " ", r"\thinspace": " ",
    r"\hfill": " ", r"\guillemotleft": "«", r"\guillemotright": "»", r"\today": "", r"\slash": "/", r"\textvisiblespace": " ",
    r"\-": "", r"\,": " ", r"\;": " ", r"\:": " ", r"\!": "", r"\ ": " ", r"\/": "", r"\@": "", r"\+": "", r"\>": " ",
    "\\\n": " ", "\\\t": " ", r"\%": "%", r"\&": "&", r"\#": "#", r"\_": "_", r"\{": "{", r"\}": "}", r"\$": r"\$", r"\|": "‖",
}  # fmt: skip
"""A dollar keeps its backslash: without, it would begin a formula."""

ACCENTS: Final[Mapping[str, str]] = {
    '\\"': "\u0308", r"\'": "\u0301", r"\`": "\u0300", r"\^": "\u0302", r"\~": "\u0303", r"\=": "\u0304", r"\.": "\u0307",
    r"\u": "\u0306", r"\v": "\u030c", r"\H": "\u030b", r"\c": "\u0327", r"\k": "\u0328", r"\r": "\u030a", r"\d": "\u0323",
    r"\b": "\u0331",
}  # fmt: skip

SECTIONS: Final[Mapping[str, int]] = {
    r"\part": 0, r"\chapter": 0, r"\section": 1, r"\subsection": 2, r"\subsubsection": 3, r"\paragraph": 4, r"\subparagraph": 5,
}  # fmt: skip

# Commands whose arguments nobody sees, with how many in braces there are at most.
STEERING: Final[Mapping[str, int]] = {
    r"\documentclass": 1, r"\usepackage": 1, r"\RequirePackage": 1, r"\title": 1, r"\author": 1, r"\date": 1, r"\thanks": 1,
    r"\pagestyle": 1, r"\thispagestyle": 1, r"\label": 1, r"\ref": 1, r"\eqref": 1, r"\autoref": 1, r"\cref": 1, r"\Cref": 1,
    r"\pageref": 1, r"\cite": 1, r"\citep": 1, r"\citet": 1, r"\nocite": 1, r"\bibliography": 1, r"\bibliographystyle": 1,
    r"\printbibliography": 0, r"\addbibresource": 1, r"\vspace": 1, r"\hspace": 1, r"\vskip": 0, r"\setlength": 2,
    r"\addtolength": 2, r"\setstretch": 1, r"\linespread": 1, r"\geometry": 1, r"\hypersetup": 1, r"\lstset": 1,
    r"\lstdefinestyle": 2, r"\definecolor": 3, r"\colorlet": 2, r"\captionsetup": 1, r"\graphicspath": 1, r"\fontsize": 2,
    r"\selectfont": 0, r"\fontfamily": 1, r"\rule": 2, r"\cline": 1, r"\cmidrule": 1, r"\hline": 0, r"\toprule": 0,
    r"\midrule": 0, r"\bottomrule": 0, r"\centering": 0, r"\noindent": 0, r"\maketitle": 0, r"\tableofcontents": 0,
    r"\newpage": 0, r"\clearpage": 0, r"\pagebreak": 0, r"\smallskip": 0, r"\medskip": 0, r"\bigskip": 0, r"\indent": 0,
    r"\lhead": 1, r"\rhead": 1, r"\chead": 1, r"\lfoot": 1, r"\rfoot": 1, r"\cfoot": 1, r"\fancyhf": 1, r"\fancyhead": 1,
    r"\fancyfoot": 1, r"\renewlist": 3, r"\setlist": 1, r"\newlist": 3, r"\newcounter": 1, r"\newlength": 1, r"\newif": 1,
    r"\index": 1, r"\hyphenation": 1, r"\urlstyle": 1, r"\theoremstyle": 1, r"\allowdisplaybreaks": 0, r"\AtBeginDocument": 1,
    r"\usetikzlibrary": 1, r"\pgfplotsset": 1, r"\tikzset": 1, r"\sisetup": 1, r"\numberwithin": 2, r"\url": 1,
    r"\includepdf": 1, r"\addcontentsline": 3, r"\titleformat": 5, r"\titlespacing": 4, r"\markboth": 2, r"\markright": 1,
    r"\mbox": -1, r"\pgfmathsetmacro": 2, r"\newtcolorbox": 2, r"\mdfsetup": 1, r"\surroundwithmdframed": 1, r"\email": 1,
    r"\affil": 1, r"\institute": 1, r"\phantom": 1, r"\hphantom": 1, r"\vphantom": 1, r"\invisible": 1, r"\todo": 1, r"\pdfstringdefDisableCommands": 1,
}  # fmt: skip

# What is put around text, and how that then looks (a field of `Style` and its value).
LOOKS: Final[Mapping[str, tuple[str, object]]] = {
    r"\textbf": ("bold", True), r"\underline": ("underlined", True), r"\uline": ("underlined", True),
    r"\ul": ("underlined", True), r"\uuline": ("underlined", True), r"\st": ("struck", True), r"\sout": ("struck", True),
    r"\xout": ("struck", True), r"\texttt": ("code", True), r"\textsuperscript": ("script", 1),
    r"\textsubscript": ("script", -1), r"\hl": ("bold", True),
}  # fmt: skip
SWITCHES: Final[Mapping[str, tuple[str, object]]] = {
    r"\bfseries": ("bold", True), r"\bf": ("bold", True), r"\mdseries": ("bold", False), r"\normalfont": ("bold", False),
    r"\ttfamily": ("code", True), r"\tt": ("code", True),
}  # fmt: skip

QUOTES: Final = frozenset({"quote", "quotation", "displayquote", "verse", "shadequote"})
LISTS: Final[Mapping[str, str]] = {
    "itemize": "-", "compactitem": "-", "tight": "-", "description": "", "enumerate": "1", "compactenum": "1",
    "inparaenum": "1", "questions": "1", "parts": "(a)", "subparts": "i.", "choices": "A.", "checkboxes": "☐",
    "oneparchoices": "A.", "tasks": "a)", "enumerate*": "1", "itemize*": "-",
}  # fmt: skip
ITEMS: Final = frozenset(
    {r"\item", r"\question", r"\subpart", r"\choice", r"\task", r"\titledquestion", r"\CorrectChoice"}
)
TABLES: Final[Mapping[str, int]] = {
    "tabular": 1, "tabular*": 2, "tabularx": 2, "longtable": 1, "tabulary": 2, "supertabular": 1, "tblr": 1, "NiceTabular": 1,
}  # fmt: skip
FORMULAS: Final[Mapping[str, str]] = {
    "equation": "", "displaymath": "", "math": "", "multline": "gathered", "gather": "gathered", "align": "aligned",
    "flalign": "aligned", "eqnarray": "aligned", "alignat": "aligned", "dmath": "", "empheq": "", "IEEEeqnarray": "aligned",
}  # fmt: skip
"""Environments of formulas outside of `$`, and what stands for them between `$$`; "" needs nothing."""
DRAWINGS: Final = frozenset(
    {"tikzpicture", "picture", "pspicture", "forest", "circuitikz", "dot2tex", "axis", "pgfpicture"}
)
# Environments with arguments in braces that nobody sees.
ARGUMENTS: Final[Mapping[str, int]] = {
    "minipage": 1, "multicols": 1, "adjustbox": 1, "wrapfigure": 2, "subfigure": 1, "thebibliography": 1, "spacing": 1,
    "columns": 0, "column": 1, "tcolorbox": 0, "figure": 0, "table": 0, "center": 0, "letter": 1, "adjustwidth": 2,
}  # fmt: skip
SHOWN_ENVIRONMENTS: Final[Mapping[str, str]] = {
    "solution": "Solution:",
    "solutionorbox": "Solution:",
    "solutionbox": "Solution:",
}
# Environments that number themselves in the classes that homework is set in.
NUMBERED_ENVIRONMENTS: Final[Mapping[str, str]] = {
    "homeworkProblem": "Problem", "problem": "Problem", "exercise": "Exercise", "question": "Question", "task": "Task",
    "aufgabe": "Aufgabe", "uppgift": "Uppgift", "oppgave": "Oppgave", "exercice": "Exercice", "ejercicio": "Ejercicio",
}  # fmt: skip
INCLUDING: Final = frozenset(
    {
        r"\input",
        r"\include",
        r"\subfile",
        r"\import",
        r"\lstinputlisting",
        r"\inputminted",
        r"\verbatiminput",
        r"\subimport",
    }
)


def accented(letter: str, accent: str) -> str:
    """Return a letter with an accent, both together where there is such a character."""
    plain = {"ı": "i", "ȷ": "j"}.get(letter[:1], letter[:1])
    return unicodedata.normalize("NFC", plain + ACCENTS[accent]) + letter[1:]
