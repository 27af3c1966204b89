"""All that the pages ask and say, as one object over one gradebook."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from fractions import Fraction
    from pathlib import Path

    from grader.review.work import Agreement, Kept, Listed, Progress, Work, Zero


class Board:
    """The work of one assignment. Every method may be called from any thread; each decision is one transaction.

    Raises GraderError for what the gradebook refuses, KeyError for a work, row or question that is not there.
    """

    def __init__(self, gradebook: Path, assignment: str | None, rubric: Path | None = None) -> None: ...

    def close(self) -> None: ...

    # what there is to do
    def progress(self) -> Progress: ...
    def listed(self, question: str = "", who: str = "", *, flagged: bool = False) -> Sequence[Listed]: ...
    def work(self, key: str, who: str) -> Work: ...  # `who` has it open from now on
    def next_key(self, who: str, after: str = "", question: str = "", *, flagged: bool = False) -> str | None: ...
    def neighbour(self, key: str, step: int) -> str | None: ...  # 1 the next in the queue, -1 the one before, open or not

    # decisions
    def decide(
        self, key: str, said: Mapping[str, Fraction | None] | str, *, who: str, seen: Mapping[str, int],
        why: Mapping[str, str] | None = None,
    ) -> Kept: ...  # `said`: credit by criterion (None takes the decision back), or ALL, NONE, PROPOSED
    def undo(self, who: str) -> str: ...  # takes this person's last decision back, whole groups too; says what, "" without one

    # groups
    def group(self, key: str, criterion: str) -> Sequence[Listed]: ...  # the answers that one decision settles
    def split(self, key: str, criterion: str, who: str) -> None: ...  # this answer is decided by itself
    def merge(self, key: str, criterion: str, other: str, who: str) -> None: ...  # both are one group from now on

    # words between people, and who does what
    def flag(self, key: str, who: str, *, on: bool) -> None: ...
    def comment(self, key: str, who: str, words: str) -> None: ...
    def task(self, question: str, who: str) -> None: ...  # a question is somebody's work; "" makes it everybody's
    def tasks(self) -> Mapping[str, str]: ...

    # the document, and a cut that is settled by a person (both need the rubric)
    def document(self, key: str) -> str: ...  # the whole hand-in as text, from which an answer is chosen
    def settle(self, key: str, start: int, end: int, who: str) -> Kept: ...  # judged anew on this stretch of `document`
    def type_out(self, key: str, text: str, who: str) -> Kept: ...  # a picture, as a person reads it; judged anew

    # decided rows, looked through
    def zeros(self, most: int = 50) -> Sequence[Zero]: ...
    def check_zero(self, key: str, criterion: str, who: str, *, agrees: bool) -> Kept: ...
    def agreement(self) -> Sequence[Agreement]: ...

    # back to the rubric, and out
    def propose(self, key: str, criterion: str, kind: str, words: str, who: str) -> str: ...  # YAML; kind: accept, mistake, reject
    def write(self) -> int: ...  # the reports are written again; how many
