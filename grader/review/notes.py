"""Words between people about answers, and who does what: read from the acts, the latest counts."""

from __future__ import annotations

import time
from collections import Counter, deque
from dataclasses import field
from datetime import datetime
from statistics import median
from typing import TYPE_CHECKING, Final

from grader.records import dataclass
from grader.review.index import hash_of
from grader.review.work import Comment

if TYPE_CHECKING:
    from collections.abc import Iterable

    from grader.gradebook.acts import Act

KINDS: Final = ("decide", "undo", "flag", "comment", "task", "share")
_PAUSE: Final = 300.0  # seconds between two decisions that are a pause and no pace
_PACED: Final = 20  # decisions by which a pace is told
_HELD: Final = 90.0  # seconds for which somebody who opened an answer is said to have it open


@dataclass(slots=True)
class Notes:
    """What people said and did beside their decisions. Answers are named by student and question."""

    flags: dict[tuple[str, str], bool] = field(default_factory=dict)
    comments: dict[tuple[str, str], list[Comment]] = field(default_factory=dict)
    tasks: dict[str, str] = field(default_factory=dict)
    shared: tuple[str, ...] = ()  # people among whom the students are shared out
    # Decisions for which a person chose the text of the answer.
    chosen: dict[tuple[str, str], Act] = field(default_factory=dict)
    decisions: Counter[str] = field(default_factory=Counter)  # by person
    latest: int = 0
    _times: dict[str, deque[float]] = field(default_factory=dict)

    def take(self, acts: Iterable[Act]) -> None:
        """Take acts in, oldest first."""
        for act in acts:
            self.latest = max(self.latest, act.number)
            about = (act.student, act.question)
            if act.kind == "decide":
                self.decisions[act.who] += 1
                times = self._times.setdefault(act.who, deque(maxlen=_PACED))
                times.append(datetime.fromisoformat(act.when).timestamp())
                if "chosen" in act.data:
                    self.chosen[about] = act
            elif act.kind == "undo":
                self.decisions[act.who] -= 1
                if about in self.chosen and self.chosen[about].number == act.data:
                    del self.chosen[about]
            elif act.kind == "flag":
                self.flags[about] = bool(act.data)
            elif act.kind == "comment":
                words = Comment(act.number, act.who, act.when, str(act.data))
                self.comments.setdefault(about, []).append(words)
            elif act.kind == "task":
                self.tasks[act.question] = str(act.data)
            else:
                self.shared = tuple(act.data)

    def tasked(self, student: str, question: str) -> str:
        """Return whose work an answer is, "" for everybody's. What is said of its question counts first.

        Students are shared out by a digest of their ids: those who arrive later as well.
        """
        named = self.tasks.get(question, "")
        if named or not self.shared:
            return named
        return self.shared[hash_of(student) % len(self.shared)]

    def pace(self, who: str = "") -> float | None:
        """Return the seconds between two decisions at somebody's present pace, or all people's; None where too few tell."""
        gaps = [
            after - before
            for name, times in self._times.items()
            if not who or name == who
            for before, after in zip(times, list(times)[1:], strict=False)
            if after - before < _PAUSE
        ]
        return median(gaps) if len(gaps) >= 3 else None


@dataclass(slots=True)
class Presence:
    """Who has which answer open now. It is kept in memory: a server that starts again knows of nobody."""

    _seen: dict[str, dict[str, float]] = field(default_factory=dict)

    def open(self, key: str, who: str) -> None:
        """Note that somebody looks at an answer, and at no other one any more."""
        for people in self._seen.values():
            people.pop(who, None)
        self._seen.setdefault(key, {})[who] = time.monotonic()

    def holders(self, key: str, who: str) -> tuple[str, ...]:
        """Return who else has an answer open."""
        people = self._seen.get(key, {})
        since = time.monotonic() - _HELD
        return tuple(sorted(name for name, seen in people.items() if name != who and seen >= since))
