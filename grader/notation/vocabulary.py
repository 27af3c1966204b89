"""The words of written mathematics: which command, word or sign means what.

Tables only. A token's kind is what the grammar dispatches on; its text is the payload.
"""

from __future__ import annotations

from typing import Final


def word_set(text: str) -> frozenset[str]:
    """Return the words of a text: long tables read best as running text."""
    return frozenset(text.split())


_LOWER_GREEK: Final = word_set(
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma tau "
    "upsilon phi chi psi omega"
)
GREEK: Final = frozenset(_LOWER_GREEK) | frozenset(name.capitalize() for name in _LOWER_GREEK)

ALIASES: Final = {
    "eps": "epsilon",
    "varepsilon": "epsilon",
    "vartheta": "theta",
    "varphi": "phi",
    "varsigma": "sigma",
    "varrho": "rho",
    "varpi": "pi",
    "varkappa": "kappa",
    "lamda": "lambda",
    "lmbda": "lambda",
    "lam": "lambda",
    "Lamda": "Lambda",
}
"""Other spellings of one letter; a rubric that declares one of them declares the letter."""

ACCENTS: Final = {
    "hat": "hat",
    "widehat": "hat",
    "bar": "bar",
    "overline": "bar",
    "tilde": "tilde",
    "widetilde": "tilde",
    "dot": "dot",
    "ddot": "ddot",
    "check": "check",
    "breve": "breve",
}
r"""`\hat{x}` is the symbol `x_hat`, which plain text writes so."""

FONTS: Final = word_set(
    "mathbf boldsymbol bm pmb mathit mathsf mathtt mathcal mathscr mathfrak mathnormal vec overrightarrow bf rm it cal "
    "mathbb mathbbm mathds displaystyle textstyle scriptstyle scriptscriptstyle underline limits nolimits left right "
    "middle big Big bigg Bigg bigl bigr Bigl Bigr biggl biggr Biggl Biggr bigm Bigm ensuremath mathop mathbin mathrel "
    "mathord notag nonumber centering mathstrut strut allowbreak nobreak relax medspace thinspace negthinspace quad "
    "qquad enspace negmedspace thickspace null textbf textit tiny small large therefore mathpunct mathclose mathopen"
)
"""Commands that change how something looks, not what it says."""

IGNORED: Final = word_set(
    "color textcolor colorbox hspace hspace* vspace vspace* mspace hskip kern mkern tag tag* label ref eqref phantom "
    "hphantom vphantom"
)
"""Commands whose first group says nothing: `\\textcolor{red}{x}` is x, `\\tag{3}` the number of a line."""

TEXT_COMMANDS: Final = word_set(
    "text textrm mathrm operatorname operatorname* mbox textnormal textsf texttt textup"
)

_RELATIONS: Final = {
    "le": "<=", "leq": "<=", "leqslant": "<=", "leqq": "<=", "ge": ">=", "geq": ">=", "geqslant": ">=", "geqq": ">=",
    "lt": "<", "gt": ">", "ll": "<", "gg": ">", "ne": "!=", "neq": "!=", "eq": "=", "equiv": "=", "approx": "~",
    "sim": "~", "simeq": "~", "cong": "~", "approxeq": "~", "to": "->", "rightarrow": "->", "longrightarrow": "->",
    "mapsto": "->", "leftarrow": ":=", "gets": ":=", "coloneqq": ":=", "coloneq": ":=", "triangleq": ":=",
    "doteq": ":=", "propto": "propto", "prec": "<", "succ": ">", "defeq": ":=",
}  # fmt: skip

_SIGNS: Final = {
    "cdot": "*", "times": "*", "ast": "*", "bullet": "*", "star": "*", "uparrow": "^", "div": "/", "pm": "±", "mp": "∓", "odot": "odot",
    "circ": "odot", "otimes": "otimes", "oplus": "oplus", "bmod": "mod", "mod": "mod", "cup": "∪", "cap": "∩",
    "bigcup": "∪", "bigcap": "∩", "setminus": "∖", "backslash": "∖", "smallsetminus": "∖", "in": "in",
    "notin": "notin", "ni": "ni", "subset": "subset", "subseteq": "subseteq", "land": "and", "wedge": "and",
    "lor": "or", "vee": "or", "lnot": "not", "neg": "not", "implies": "implies", "Rightarrow": "implies",
    "Longrightarrow": "implies", "iff": "iff", "Leftrightarrow": "iff", "Longleftrightarrow": "iff",
    "frac": "frac", "dfrac": "frac", "tfrac": "frac", "cfrac": "frac", "nicefrac": "frac", "sfrac": "frac", "flatfrac": "frac", "slash": "/",
    "sqrt": "sqrt", "binom": "binom", "dbinom": "binom", "tbinom": "binom", "choose": "choose", "over": "over",
    "lfloor": "⌊", "rfloor": "⌋", "lceil": "⌈", "rceil": "⌉", "langle": "⟨", "rangle": "⟩", "lvert": "|(",
    "rvert": "|)", "lVert": "‖(", "rVert": "‖)", "vert": "|", "Vert": "‖", "mid": "given", "given": "given",
    "lbrace": "\\{", "rbrace": "\\}", "lbrack": "[", "rbrack": "]", "lparen": "(", "rparen": ")", "colon": ":",
    "partial": "partial", "nabla": "nabla", "prime": "'", "top": "top", "intercal": "top", "degree": "degree",
    "dots": "dots", "ldots": "dots", "cdots": "dots", "vdots": "dots", "ddots": "dots", "dotsc": "dots",
    "dotsb": "dots", "lgroup": "(", "rgroup": ")", "parallel": "‖", "pmod": "pmod", "stackrel": "stackrel",
    "overset": "stackrel", "underset": "underset", "xrightarrow": "unknown", "substack": "substack",
    "underbrace": "braced", "overbrace": "braced", "boxed": "boxed", "fbox": "boxed",
}  # fmt: skip

_CONSTANTS: Final = {
    "infty": "infinity", "infin": "infinity", "emptyset": "empty_set", "varnothing": "empty_set",
    "exponentialE": "e", "imaginaryI": "i", "imath": "i", "jmath": "i", "top": "true", "bot": "false",
}  # fmt: skip

_LETTERS: Final = {"ell": "l", "hbar": "hbar", "wp": "wp", "aleph": "aleph", "lbar": "lbar"}

_TRIGONOMETRY: Final = {
    spelling: head
    for stem, short in (("sin", "sin"), ("cos", "cos"), ("tan", "tan"), ("cot", "cot"), ("sec", "sec"), ("csc", "csc"),
                        ("tan", "tg"), ("cot", "ctg"), ("csc", "cosec"))
    for spelling, head in (
        (short, stem), (short + "h", stem + "h"),
        ("a" + short, "arc" + stem), ("arc" + short, "arc" + stem),
        ("a" + short + "h", "ar" + stem + "h"), ("ar" + short + "h", "ar" + stem + "h"),
        ("arc" + short + "h", "ar" + stem + "h"),
    )
}  # fmt: skip

BARE_FUNCTIONS: Final = _TRIGONOMETRY | {
    "exp": "exp", "log": "log", "ln": "log", "lg": "log10", "log2": "log2", "log10": "log10", "ld": "log2",
    "sqrt": "sqrt", "cbrt": "cbrt", "max": "max", "min": "min", "sup": "max", "inf": "min", "sgn": "sign",
    "det": "det", "gcd": "gcd", "lcm": "lcm", "argmax": "argmax", "argmin": "argmin", "Re": "re", "Im": "im",
    "Pr": "probability", "sum": "sum", "prod": "prod", "lim": "limit", "int": "integral",
}  # fmt: skip
"""Functions that take what follows as their argument, with or without parentheses."""

CALLED_FUNCTIONS: Final = {
    "abs": "abs", "norm": "norm", "floor": "floor", "ceil": "ceil", "ceiling": "ceil", "round": "round",
    "sign": "sign", "signum": "sign", "root": "root", "nthroot": "root", "surd": "root", "mod": "mod",
    "fact": "factorial", "factorial": "factorial", "binomial": "binomial", "binom": "binomial", "nCr": "binomial",
    "comb": "binomial", "transpose": "transpose", "inv": "inverse", "inverse": "inverse", "tr": "trace",
    "trace": "trace", "Tr": "trace", "dot": "dot", "Var": "variance", "var": "variance", "variance": "variance",
    "Cov": "call:Cov", "re": "re", "im": "im", "real": "re", "imag": "im", "conj": "conjugate",
    "conjugate": "conjugate", "sigmoid": "sigmoid", "logistic": "sigmoid", "expit": "sigmoid", "relu": "relu",
    "ReLU": "relu", "Relu": "relu", "RELU": "relu", "softmax": "softmax", "diff": "diff", "derivative": "diff",
    "Derivative": "diff", "integrate": "integral", "Integral": "integral", "Int": "integral",
    "Limit": "limit", "limit": "limit", "product": "prod", "Product": "prod", "summation": "sum", "Sum": "sum",
    "matrix": "matrix", "Matrix": "matrix", "array": "matrix", "tensor": "matrix", "vector": "vector",
    "piecewise": "piecewise", "Piecewise": "piecewise", "where": "where", "if": "where", "ite": "where",
    "union": "union", "Union": "union", "intersection": "intersection", "Intersection": "intersection",
    "set": "set", "list": "list", "tuple": "tuple", "pow": "pow", "power": "pow", "add": "add", "hypot": "call:hypot",
    "P": "probability", "E": "expectation", "O": "big_o", "o": "little_o", "Theta": "big_theta",
    "Omega": "big_omega", "square": "square", "mathrm": "unknown", "matmul": "matmul", "atan2": "call:atan2", "arg": "call:arg",
    "indicator": "indicator", "given": "given", "hadamard": "hadamard", "openinterval": "openinterval", "closedinterval": "closedinterval",
    "expectation": "expectation", "probability": "probability", "maximum": "max", "minimum": "min",
    "Gamma": "call:Gamma", "zeta": "call:zeta",
}  # fmt: skip
"""Functions only where an argument list follows; elsewhere the word is an ordinary name."""

NAMED_FUNCTIONS: Final = frozenset(BARE_FUNCTIONS) | frozenset(CALLED_FUNCTIONS)

WORD_CONSTANTS: Final = {
    "oo": "infinity", "inf": "infinity", "infinity": "infinity", "infty": "infinity", "Infinity": "infinity",
    "true": "true", "True": "true", "false": "false", "False": "false",
    "undefined": "undefined", "undef": "undefined", "reals": "reals",
}  # fmt: skip

KEYWORDS: Final = {
    "and": "and", "or": "or", "not": "not", "implies": "implies", "iff": "iff", "xor": "xor", "nand": "nand",
    "nor": "nor", "in": "in", "union": "∪", "intersect": "∩", "setminus": "∖", "propto": "relation",
    "if": "if", "when": "if", "where": "if", "for": "if", "falls": "if", "wenn": "if", "else": "otherwise",
    "otherwise": "otherwise", "sonst": "otherwise", "elsewhere": "otherwise", "then": "then", "mod": "mod",
    "und": "and", "oder": "or", "over": "unknown", "choose": "choose", "to": "to",
}  # fmt: skip
"""Words between operands; each is only read so where it stands between two of them."""

MATRICES: Final = word_set(
    "matrix pmatrix bmatrix Bmatrix vmatrix Vmatrix smallmatrix psmallmatrix bsmallmatrix array tabular"
)
CASES: Final = word_set("cases dcases rcases numcases")
"""Environments with structure; all others are layout."""

COMMANDS: Final[dict[str, tuple[str, str]]] = (
    {name: ("function", head) for name, head in BARE_FUNCTIONS.items() if head != "sqrt"}
    | {name: ("relation", sign) for name, sign in _RELATIONS.items()}
    | {name: ("constant", value) for name, value in _CONSTANTS.items()}
    | {name: (sign, name) for name, sign in _SIGNS.items()}
    | {name: ("accent", accent) for name, accent in ACCENTS.items()}
    | {name: ("name", name) for name in GREEK}
    | {name: ("name", ALIASES[name]) for name in ALIASES}
    | {name: ("name", letter) for name, letter in _LETTERS.items()}
    | {"forall": ("if", "for"), "floor": ("word", "floor"), "ceil": ("word", "ceil"), "abs": ("word", "abs"), "sgn": ("function", "sign"),
       "argmax": ("function", "argmax"), "argmin": ("function", "argmin"), "arg": ("function", "arg"),
       "sigmoid": ("word", "sigmoid"), "softmax": ("word", "softmax"), "ReLU": ("word", "ReLU"), "tr": ("word", "tr"),
       "Var": ("word", "Var"), "E": ("word", "E"), "liminf": ("function", "limit"), "limsup": ("function", "limit"),
       "iint": ("unknown", "iint"), "oint": ("unknown", "oint"), "mod": ("mod", "mod"), "bmod": ("mod", "mod"),
       "Gamma": ("name", "Gamma"), "R": ("constant", "reals"), "norm": ("word", "norm"), "T": ("top", "T"),
       "dim": ("function", "call:dim"), "deg": ("function", "call:deg"), "ker": ("function", "call:ker"),
       "sup": ("function", "max"), "inf": ("function", "min"), "Re": ("function", "re"), "Im": ("function", "im")}
)  # fmt: skip

KNOWN_WORDS: Final = word_set(
    "std var lr acc err tp tn fp fn dim len num avg max min tot inp out pad dil ker vol obs exp ref bias gain "
    "IoU mIoU AUC ROC TPR FPR TNR FNR PPV NPV NLL SS SSE SST SSR RSS TSS ESS CE BN MAP mAP MSE MAE RMSE BCE KL TP TN FP FN FLOPs MACs SGD acc loss odd even yes no none all any new old rate mean size"
)
"""Short words that are one name although they could be a product of letters."""

PROSE: Final = word_set(
    "of the are with from because which this since gives equals equal per than have has only also is"
)
"""Words of sentences: no formula of letters run together, so that prose is refused instead of misread."""

LABELS: Final = frozenset(
    {"in", "to", "of", "is", "no", "up", "out", "if", "or", "tp", "fp", "tn", "fn", "lr"}
)
"""Two-letter subscripts that are words, not two indices."""

CARDINALS: Final = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
ORDINALS: Final = (
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
)
"""The first ten numbers in words, and the words for things in that order: parts and questions are counted so."""
