"""The addresses of a rubric's questions, and which question an address in a document means.

An address is a row of components, `("1", "a")` of `1a`, `q1a`, `task1.a`, `1.a`. What a document writes may be shorter
(`(a)` below `Task 1`) or longer (`1.a.ii` where the rubric marks `1a` as one question).
"""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Final, Literal

from grader.notation.lazypatterns import deferred
from grader.records import dataclass

if TYPE_CHECKING:
    from grader.model.submission import Outline

Address = tuple[str, ...]

_COMPONENT: Final = deferred(r"\d+|[A-Za-z]+")
ROMAN: Final = {
    "i": "1",
    "ii": "2",
    "iii": "3",
    "iv": "4",
    "v": "5",
    "vi": "6",
    "vii": "7",
    "viii": "8",
    "ix": "9",
    "x": "10",
}

Kind = Literal["question", "inside", "parent", "foreign"]


@dataclass(frozen=True, slots=True)
class Target:
    """What an address means: a question, a part inside one, what several questions stand under, or none of the rubric's."""

    kind: Kind
    question: int = -1
    address: Address = ()


def components(name: str) -> Address:
    """Return the components of an id, without the words around them: ("1", "a") of `task1a`."""
    found = _COMPONENT.findall(name)
    numbers = [index for index, part in enumerate(found) if part.isdecimal()]
    if not numbers:
        return tuple(part.lower() for part in found) if all(_is_part(part) for part in found) else ()
    tail = found[numbers[0] :]
    return tuple(
        str(int(part)) if part.isdecimal() else part.lower()
        for part in tail
        if part.isdecimal() or _is_part(part)
    )


def shown_address(name: str) -> str:
    """Return how a heading writes the id of a part of a question: `1a`, `1.2`, `1.2d`; "" for other ids."""
    address = components(name)
    if len(address) < 2 or not address[0].isdecimal():
        return ""
    shown = address[0]
    for before, part in pairwise(address):
        shown += part if before.isdecimal() and not part.isdecimal() and len(part) == 1 else f".{part}"
    return shown


def ordinal_of(part: str, *, roman: bool) -> int:
    """Return the number that a component counts as: 2 of `2`, `b` and `ii`."""
    if part.isdecimal():
        return int(part)
    if roman and part in ROMAN:
        return int(ROMAN[part])
    return ord(part) - ord("a") + 1 if len(part) == 1 else 0


def _is_part(part: str) -> bool:
    return len(part) == 1 or part.lower() in ROMAN


def same_addresses(ids: list[str]) -> list[tuple[str, str]]:
    """Return the pairs of ids that no document could tell apart."""
    seen: dict[tuple[Address, str], str] = {}
    pairs = []
    for name in ids:
        address = components(name)
        key = (
            (address, "") if address and any(part.isdecimal() for part in address) else ((), name.casefold())
        )
        prefix = re.sub(r"[\W_]", "", re.split(r"\d", name, maxsplit=1)[0].casefold())
        key = (key[0], key[1] or _family(prefix))
        if key in seen:
            pairs.append((seen[key], name))
        seen.setdefault(key, name)
    return pairs


def _family(prefix: str) -> str:
    """Return what stands before an id's number, "" where it is a word for a question that says nothing."""
    return (
        ""
        if prefix
        in {"", "q", "question", "task", "ex", "exercise", "problem", "aufgabe", "uppgift", "p", "t"}
        else prefix
    )


# Outlines whose addresses are kept: one run has one.
KEPT: Final = 4


@lru_cache(maxsize=KEPT)
def addresses_of(outline: Outline) -> Addresses:
    """Return the addresses of an outline's questions, worked out once."""
    return Addresses(outline)


class Addresses:
    """The addresses of an outline's questions."""

    def __init__(self, outline: Outline) -> None:
        full = [components(question.id) for question in outline.questions]
        self.of = list(full)
        self._known: dict[Address, int] = {}
        for position, address in enumerate(full):
            if address:
                self._known.setdefault(address, position)
        self._add_short(outline, full)
        for position, address in enumerate(full):
            if not any(part.isdecimal() for part in address):  # a name: its place says its number
                self._known.setdefault((str(position + 1),), position)
        self._below: dict[Address, list[Address]] = {}
        for address in self._known:
            for length in range(1, len(address)):
                below = self._below.setdefault(address[:length], [])
                if address[: length + 1] not in below:
                    below.append(address[: length + 1])
        self._parents = {address[:length] for address in self._known for length in range(1, len(address))}
        self._parents -= set(self._known)
        ends = Counter(address[-1] for address in self._known)
        self._by_end = {
            address[-1]: position for address, position in self._known.items() if ends[address[-1]] == 1
        }
        self.ends = frozenset(ends) | {
            str(number) for below in self._below.values() for number in range(1, len(below) + 1)
        }
        """What the addresses end with, and the numbers that parts may be counted by."""
        self._depth = max((len(address) for address in self._known), default=1)

    def _add_short(self, outline: Outline, full: list[Address]) -> None:
        """Let the last piece of `hw1_q3` stand for it, where that is one question's alone."""
        short: list[Address] = []
        for question in outline.questions:
            pieces = [piece for piece in re.split(r"[_\- ]", question.id) if re.search(r"\d", piece)]
            short.append(components(pieces[-1]) if pieces else ())
        times = Counter(short)
        for position, address in enumerate(short):
            if address and times[address] == 1 and address != full[position] and address not in self._known:
                self._known[address] = position
                self.of[position] = address

    @property
    def has_parts(self) -> bool:
        """Whether some question is a part of a numbered one."""
        return self._depth > 1

    def resolve(self, address: Address, near: Address, *, worded: bool) -> Target:
        """Return what an address means behind another one, `near`; `worded` ones are read from the root first."""
        whole = self._exact(address)
        letters = not address[0].isdecimal()
        if not letters and whole is not None and (worded or whole.kind != "parent" or not near):
            return whole
        for length in range(len(near), -1, -1):
            below = self._exact((*near[:length], *address))
            if below is not None and (length or letters or not worded):
                return below
        if whole is not None:
            return whole
        if letters and not near and address[0] in self._by_end and len(address) == 1:
            return Target("question", self._by_end[address[0]], self.of[self._by_end[address[0]]])
        if letters and (number := ROMAN.get(address[0])) and worded:
            return self.resolve((number, *address[1:]), near, worded=worded)
        return self._longer(address, near, letters=letters)

    def counted(self, address: Address, near: Address) -> Target | None:
        """Return what an address means that counts the parts of the question at hand by other signs: `2.` for part b."""
        return next((found for length in (2, 1) if (found := self._counted(near[:length], address))), None)

    def _counted(self, parent: Address, address: Address) -> Target | None:
        below = self._below.get(parent, [])
        if len(address) != 1 or parent not in self._parents or any(each[-1] == address[0] for each in below):
            return None
        number = ordinal_of(address[0], roman=not any(each[-1].isdecimal() for each in below))
        expected = [ordinal_of(each[-1], roman=below[0][-1] in ROMAN) for each in below]
        return self._exact(below[expected.index(number)]) if number in expected else None

    def _exact(self, address: Address) -> Target | None:
        if address in self._known:
            return Target("question", self._known[address], address)
        return Target("parent", -1, address) if address in self._parents else None

    def _longer(self, address: Address, near: Address, *, letters: bool) -> Target:
        """Return the question that an address lies inside, else that it is none of the rubric's."""
        whole = (*near[:1], *address) if letters and near and near[0].isdecimal() else address
        for length in range(len(whole) - 1, 0, -1):
            if whole[:length] in self._known:
                return Target("inside", self._known[whole[:length]], whole)
        return Target("foreign", -1, whole)
