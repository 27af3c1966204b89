"""Words and signs without any of which nothing in a text is denied, doubted or supposed: most answers have none."""

from __future__ import annotations

from grader.prose.doubt import mentions_doubt, mentions_supposition
from grader.records import dataclass


@dataclass(frozen=True, slots=True)
class Caution:
    """Which of them stand in a text, in any language known."""

    doubt: bool
    supposition: bool

    @classmethod
    def of(cls, text: str) -> Caution:
        """Look a text through for them."""
        return cls(mentions_doubt(text), mentions_supposition(text))
