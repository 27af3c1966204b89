"""What one decision settles: the rows with the same key, as people have split and merged them since."""

from __future__ import annotations

from collections import Counter
from dataclasses import field
from typing import TYPE_CHECKING, Final

from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable

    from grader.gradebook.acts import Act
    from grader.review.index import AnswerRow, OpenAnswer, OpenAnswers

KINDS: Final = ("split", "merge", "join")
_FAR: Final = 100  # merges that are followed one after the other
MAX_VARIANTS: Final = 6


@dataclass(slots=True)
class Groups:
    """The groups of an index. A row is alone, in the group of its key, or in one that this was merged into."""

    index: OpenAnswers
    _alone: set[tuple[str, str]] = field(default_factory=set)  # student and criterion
    _merged: dict[str, str] = field(default_factory=dict)  # from one key into another
    _members: dict[str, list[tuple[OpenAnswer, AnswerRow]]] = field(default_factory=dict)

    def take(self, acts: Iterable[Act]) -> None:
        """Take splits and merges in, oldest first."""
        for act in acts:
            if act.kind == "split":
                self._alone.add((act.student, act.criterion))
            elif act.kind == "join":
                self._alone.discard((act.student, act.criterion))
            elif self._followed(act.data["into"]) != self._followed(act.data["key"]):
                self._merged[self._followed(act.data["key"])] = self._followed(act.data["into"])
        self._members.clear()

    def is_split(self, unit: OpenAnswer, row: AnswerRow) -> bool:
        """Whether an answer was taken out of its group."""
        return (unit.about, row.criterion) in self._alone

    def key_of(self, unit: OpenAnswer, row: AnswerRow) -> str:
        """Return the key of a row's group, "" where it is alone."""
        return "" if self.is_split(unit, row) else self._followed(row.key)

    def members(self, unit: OpenAnswer, row: AnswerRow) -> list[tuple[OpenAnswer, AnswerRow]]:
        """Return the rows that are settled together with one, that one first."""
        own = [(unit, row)]
        key = self.key_of(unit, row)
        if not key:
            return own
        if not self._members:
            self._collect()
        return own + [pair for pair in self._members.get(key, []) if pair[0].key != unit.key]

    def variants(self, unit: OpenAnswer, row: AnswerRow) -> tuple[str, ...]:
        """Return what the members say, the most frequent first."""
        said = Counter(other.value or member.excerpt for member, other in self.members(unit, row))
        return tuple(value for value, _ in said.most_common(MAX_VARIANTS))

    def _collect(self) -> None:
        for key, pairs in self.index.groups.items():
            kept = [pair for pair in pairs if not self.is_split(*pair)]
            self._members.setdefault(self._followed(key), []).extend(kept)

    def _followed(self, key: str) -> str:
        for _ in range(_FAR):
            if key not in self._merged:
                break
            key = self._merged[key]
        return key
