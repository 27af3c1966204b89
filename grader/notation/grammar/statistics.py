r"""Statistics of the data as names: where `mean` is declared, `mean(x)`, `E[x]` and `\mathrm{mean}(x_i)` are it.

Only where nothing but a letter stands in the brackets, and only for names that a rubric declares.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from grader.notation.lazypatterns import deferred

if TYPE_CHECKING:
    import re

    from grader.notation.names import Names

_SPELLINGS: Final = (
    ("mean", "average", "avg", "mu", "\\mu"),
    ("var", "variance", "Var"),
    ("std", "sd", "stdev", "sigma", "\\sigma"),
)
_STATISTIC: Final = deferred(
    r"(?<![A-Za-z\\])(?:np\.|torch\.|\\(?:operatorname|mathrm|text|mathbb|mathbf)\s?\{)?\\?"
    r"(?P<name>mean|average|avg|variance|var|std|stdev|sd|E|Var|Std)\}?\s?(?:\\left)?(?:\(|\[)\s?"
    r"\\?[A-Za-z]{1,6}(?:_\{?\w{1,3}\}?|\^\{?\(\w\)\}?)?\s?(?:\\right)?(?:\)|\])",
)
_KINDS: Final = {
    "mean": 0, "average": 0, "avg": 0, "e": 0, "var": 1, "variance": 1, "std": 2, "stdev": 2, "sd": 2,
}  # fmt: skip


def with_statistics_named(text: str, names: Names) -> str:
    """Return the text with statistics of the data written as the names that are declared for them."""
    if "(" not in text and "[" not in text:
        return text

    def named(found: re.Match[str]) -> str:
        spellings = _SPELLINGS[_KINDS[found["name"].lower()]]
        declared = next((word for word in spellings if word in names.words or word in names.symbols), "")
        return f" {declared} " if declared and found["name"] not in names.functions else found[0]

    return _STATISTIC.sub(named, text)
