"""Follow an answer from `mark` to its outcome at run time: through which rooms it goes, and how often it comes back.

    python tests/benchmarks/trip.py [--answer TEXT] [--check formula] [--verbose]

Followed are the answer and whatever is made of it: each call in which one of these objects is an argument is part of
the trip, and what such a call returns is followed as well. A stay is a series of such calls in one room (a folder of
the package; what belongs to the data itself is none), a return a stay in a room where the answer has been before. Asked for are 20 stays and 8 returns.
"""

from __future__ import annotations

import argparse
import sys
from enum import Enum
from itertools import groupby
from pathlib import Path
from typing import Any, Final

import grader
from grader.finding.reading import Reading
from grader.marking.judgement import judge
from grader.model.submission import Answer, Place
from grader.rubric.loading import read_rubric

PACKAGE: Final = Path(grader.__file__).resolve().parent
# Values that are made everywhere and belong to no answer.
OTHER: Final = r"No, $x - m + 3$ and 12 and \begin{pmatrix} 1 \\ 2 \end{pmatrix} at last."
PLAIN: Final = (type(None), bool, int, float, complex, type)
# What things are made of: to ask a tree for its symbols leads nowhere.
DATA: Final = ("model/", "records.py", "notation/tree.py", "notation/node.py")
CHECKS: Final = {
    "formula": ("{expected: (x - m) / sqrt(v + e)}", r"It is $\hat{x} = \frac{x - m}{\sqrt{e + v}}$."),
    "number": ("{expected: 7850}", "There are 784 * 10 + 10 = 7850 parameters in total."),
    "matrix": ("{expected: [[1, 2], [3, 4]]}", r"$\begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix}$"),
    "keywords": ("{any: [[slow*, training]]}", "It makes training slower, not inference."),
}


class Trip:
    """What a value passes through while it is followed."""

    def __init__(self, value: Any) -> None:
        self.followed: dict[int, Any] = {}  # by number, and kept, so that no other object gets the number
        self.follow(value)
        self.calls: list[tuple[str, str]] = []  # room and function
        self._open: list[bool] = []

    def __call__(self, frame: Any, event: str, argument: Any) -> None:
        """Take a call or a return in, as the interpreter tells of it."""
        code = frame.f_code
        path = Path(code.co_filename)
        if event not in {"call", "return"} or PACKAGE not in path.parents or code.co_name.startswith("<"):
            return
        inside = path.relative_to(PACKAGE)
        if inside.as_posix().startswith(DATA):
            return
        if event == "call":
            names = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
            carries = any(id(frame.f_locals.get(name)) in self.followed for name in names)
            self._open.append(carries)
            if carries:
                self.calls.append((inside.parts[0].removesuffix(".py"), f"{inside.stem}.{code.co_name}"))
        elif self._open and self._open.pop() and not isinstance(argument, PLAIN):
            self.follow(argument)

    def follow(self, value: Any) -> None:
        """Follow a value from now on, the items of a sequence, and what an object of ours is made of."""
        if isinstance(value, PLAIN) or id(value) in self.followed:
            return
        self.followed[id(value)] = value
        if isinstance(value, tuple | list):
            parts = value
        elif type(value).__module__.startswith("grader."):
            names = [name for kind in type(value).__mro__ for name in getattr(kind, "__slots__", ())]
            parts = [getattr(value, name, None) for name in (*names, *getattr(value, "__dict__", {}))]
        else:
            return
        for part in parts:
            if not isinstance(part, Enum):
                self.follow(part)

    @property
    def stays(self) -> list[tuple[str, list[str]]]:
        """The rooms in order, each with the functions that were called there."""
        return [
            (room, [name for _, name in calls])
            for room, calls in groupby(self.calls, key=lambda call: call[0])
        ]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument("--check", choices=CHECKS, default="formula")
    options.add_argument("--answer", help="another answer than the right one")
    options.add_argument("--verbose", action="store_true", help="print the functions of each stay")
    chosen = options.parse_args()
    key, right = CHECKS[chosen.check]
    rubric = read_rubric(
        f"id: r\nquestions:\n- id: q\n  criteria:\n  - {{id: c, points: 1, {chosen.check}: {key}}}\n",
        "r.yaml",
    )
    criterion = rubric.questions[0].criteria[0]
    answer = Answer(question="q", place=Place(line=1), text=chosen.answer or right)
    other = Answer(question="q", place=Place(line=1), text=OTHER)
    judge(criterion, Reading.of(other), {})  # what is made once for a criterion is made
    reading = Reading.of(answer)
    trip = Trip(reading)
    sys.setprofile(trip)
    try:
        outcome = judge(criterion, reading, {})
    finally:
        sys.setprofile(None)
    seen: set[str] = set()
    returns = 0
    for room, names in trip.stays:
        again = room in seen
        returns += again
        seen.add(room)
        print(
            f"{'  back to ' if again else ''}{room}"
            + (f": {', '.join(dict.fromkeys(names))}" if chosen.verbose else "")
        )
    print(
        f"{outcome.reason}: {len(trip.stays)} stays in {len(seen)} rooms, {returns} returns (asked: 20 and 8)"
    )


if __name__ == "__main__":
    main()
