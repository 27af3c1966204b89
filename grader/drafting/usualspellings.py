"""How people write the symbols of machine learning otherwise: for each letter of a formula its usual other spellings.

A spelling is only offered where no other symbol of the formula has it, so that no two symbols become one.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Collection

# Letters for how many data, inputs or classes there are; people take one for another.
_COUNTS: Final = ("N", "n", "m")
_LABELS: Final = {
    "N": ("n_{in}", "fan_{in}", "fan_in", "N_{in}", "n_{inputs}"), "n": ("N_{in}", "n_{in}", "fan_{in}", "fan_in"),
    "m": ("m_B", "m_b"), "M": ("M_B",),
}  # fmt: skip
_OF_LAYERS: Final = frozenset({"N", "n"})  # which count a layer's inputs only where the text speaks of them
_SPELLINGS: Final = {
    "mu": (r"\mu_B", r"\mu_{\mathcal{B}}", "mean"),
    "var": (r"\sigma_B^2", r"\sigma^2", r"\sigma_{\mathcal{B}}^2", "sigma^2", "variance"),
    "eps": (r"\epsilon", r"\varepsilon", "epsilon"),
    "epsilon": (r"\varepsilon", "eps"),
    "eta": (r"\alpha", "lr", "learning_rate"),
    "alpha": (r"\eta", "lr"),
    "lambda": (r"\alpha", "lam"),
    "x_hat": (r"\hat{x}", r"\hat{x}^{(i)}", "xhat"),
    "y_hat": (r"\hat{y}", r"\hat{y}^{(i)}", "yhat", "y_{pred}", "y_pred"),
    "gamma": (),
    "beta": (),
}
_LATEX: Final = {
    r"\alpha": "alpha",
    r"\eta": "eta",
    r"\sigma^2": "sigma",
    r"\sigma_B^2": "sigma",
    "sigma^2": "sigma",
    "mean": "mean",
}
# Data, by one letter: with the index of an instance where no sum runs over it.
_DATA: Final = ("x", "y", "t", "z", "a", "h")


def usual_spellings(name: str, names: Collection[str], beside: str, *, summed: bool) -> list[str]:
    """Return the other spellings of a symbol: those that are usual, and what the text beside its formula calls it.

    `names` are all names of the formula, `summed` says that a sum runs in it.
    """
    found = [*_SPELLINGS.get(name, ())]
    if name in _COUNTS:
        found += [letter for letter in _COUNTS if letter != name]
    if name not in _OF_LAYERS or "input" in beside:
        found += _LABELS.get(name, ())
    if name in _DATA and not summed:
        found += [f"{name}^{{(i)}}", f"{name}_i"]
    kept = [
        spelling
        for spelling in found
        if _LATEX.get(spelling, spelling.split("_")[0]) not in set(names) - {name}
    ]
    return list(dict.fromkeys((*kept, *_said(name, beside))))


def _said(name: str, beside: str) -> list[str]:
    """Return what a text says that a symbol is: `N the number of inputs`, `where $d$ is the key dimension`."""
    pattern = rf"(?<![\w\\]){re.escape(name)}\$?,?[ ](?:is[ ]|are[ ]|=[ ]|being[ ]|denotes[ ])?(?:the[ ])(?P<words>number of [a-z]+)\b"
    return [found["words"] for found in re.finditer(pattern, beside)][:2]
