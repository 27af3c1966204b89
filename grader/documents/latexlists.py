r"""The labels of LaTeX lists as they are shown: `enumerate`, with the options of `enumitem` and `enumerate`."""

from __future__ import annotations

from typing import Final

from grader.documents.wordstyles import counted
from grader.notation.lazypatterns import deferred
from grader.records import dataclass

_DEFAULTS: Final = ("1.", "(a)", "i.", "A.")
_LABEL: Final = deferred(r"label\s*=\s*(\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}|[^,\[\]]*)")
_START: Final = deferred(r"start\s*=\s*(\d{1,4})")
_COUNTER: Final = deferred(r"\\(arabic|alph|Alph|roman|Roman)\s?\*")
_SHORT: Final = deferred(r"[1aAiI]")
_STYLES: Final = {
    "arabic": "decimal", "alph": "lowerLetter", "Alph": "upperLetter", "roman": "lowerRoman", "Roman": "upperRoman",
    "1": "decimal", "a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman",
}  # fmt: skip
_COMMANDS: Final = deferred(r"\\[A-Za-z]+\s?|[{}]")


@dataclass(slots=True)
class ListLevel:
    """One open list: `kind` as in `LISTS`, what stands around its number, how that is written, and how far it is."""

    kind: str
    before: str = ""
    style: str = ""
    after: str = ""
    count: int = 0

    def marker(self) -> str:
        """Count an item and return its label."""
        if not self.style:
            return self.before or "-"
        self.count += 1
        return f"{self.before}{counted(self.count, self.style)}{self.after}"


def list_level(kind: str, options: str, depth: int) -> ListLevel:
    """Return a list as its options make it; `depth` counts the lists of its kind around it."""
    if kind in {"-", "", "☐"}:
        return ListLevel(kind)
    start = _START.search(options)
    label = _LABEL.search(options)
    shape = "" if label is None else label[1].strip("{} ") if label[1].count("{") < 2 else label[1][1:-1]
    counter = _COUNTER.search(shape)
    if counter is not None:
        before, after = (
            _COMMANDS.sub("", part) for part in (shape[: counter.start()], shape[counter.end() :])
        )
        level = ListLevel(kind, before.strip(), _STYLES[counter[1]], after.rstrip())
    else:
        short = options if "=" not in options and _SHORT.search(options) else kind
        short = _DEFAULTS[min(depth, 3)] if short == "1" and kind == "1" and not options.strip() else short
        found = _SHORT.search(_COMMANDS.sub("", short))
        shown = _COMMANDS.sub("", short)
        level = (
            ListLevel(kind, shown[: found.start()], _STYLES[found[0]], shown[found.end() :].rstrip(" ,"))
            if found is not None
            else ListLevel(kind, "", "decimal", ".")
        )
    level.count = int(start[1]) - 1 if start is not None else 0
    return level
