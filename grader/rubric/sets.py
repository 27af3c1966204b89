"""The synonym sets of a rubric: its own and those it imports, and how large they are once written out.

Sets may name each other. Written out, twenty-five sets that each name the next one twice have 2^25
words; so the size of each is counted before anything is compiled.
"""

from __future__ import annotations

from dataclasses import field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from grader.files.validation import shown
from grader.files.yamltree import load_yaml, read_own_file
from grader.model.errors import RubricError
from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from grader.files.yamltree import Loc, Tree
    from grader.model.errors import Problem

# The largest set anyone has shown us holds 60 words, and the largest criterion 400 of them written out.
MAX_WORDS: Final = 20_000
MAX_NESTED: Final = 20  # sets in sets
MAX_BYTES: Final = 4_000_000  # of all imported files together


@dataclass
class SetReader:
    """Collect sets and what is wrong with them; `texts` are the imported files, which a digest is made of."""

    tree: Tree
    folder: Path | None
    problems: list[Problem] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    sizes: dict[str, int] = field(default_factory=dict)  # words of each set, written out
    _places: dict[str, tuple[Tree, Loc]] = field(default_factory=dict)

    def read(self, own: Any, imports: Any) -> dict[str, Any]:
        """Return the rubric's own sets and those of the files it imports, which its own outrank."""
        sets: dict[str, Any] = {}
        if own is not None and not isinstance(own, dict):
            self._say(("sets",), f"sets must be a mapping of names to lists (got {shown(own)})")
            own = None
        files = [imports] if isinstance(imports, str) else imports or []
        if not isinstance(files, list):
            self._say(("import",), f"import must be a file's name or a list of them (got {shown(imports)})")
            files = []
        for number, name in enumerate(files):
            loc: Loc = ("import", number) if isinstance(imports, list) else ("import",)
            sets.update(self._imported(name, loc))
        for name in own or {}:
            self._places[name] = (self.tree, ("sets", name))
        sets.update(own or {})
        for name, members in sets.items():
            if not isinstance(members, list) or not members:
                rule = f"set {name!r} must be a list of at least one word (got {shown(members)})"
                self._say_of(name, rule)
        sets = {name: members for name, members in sets.items() if isinstance(members, list)}
        self._measure(sets)
        return sets

    def too_large(self, params: Any) -> str:
        """Say that a check's patterns are too large once their sets are written out, "" where they are not."""
        words = _size(params, self.sizes)
        return (
            f"has {_count(words)} once its sets are written out; at most {MAX_WORDS:,} are"
            if words > MAX_WORDS
            else ""
        )

    def _imported(self, name: Any, loc: Loc) -> dict[str, Any]:
        file = (self.folder or Path()) / str(name)
        left = MAX_BYTES - sum(map(len, self.texts))
        try:
            text = read_own_file(file, left, RubricError)
        except RubricError as error:
            why = "; ".join(problem.message.removeprefix("cannot be read: ") for problem in error.problems)
            self._say(loc, f"cannot import {str(name)!r}: {why}")
            return {}
        tree = load_yaml(text, str(file))
        self.problems += tree.problems
        self.texts.append(text)
        if isinstance(tree.data, dict):
            self._places.update({key: (tree, (key,)) for key in tree.data})
            return tree.data
        if not tree.problems:
            self._say(loc, f"{str(name)!r} must be a mapping of set names to lists")
        return {}

    def _measure(self, sets: dict[str, Any]) -> None:
        """Count the words of every set; those too large, or nested too deep, are said and left out."""
        depths: dict[str, int] = {}
        for name in _inner_first(sets):
            used = [other for other in _named(sets[name]) if other in sets]
            depths[name] = 1 + max((depths.get(other, 0) for other in used), default=0)
            self.sizes[name] = _size(sets[name], self.sizes)
            rule = ""
            if self.sizes[name] > MAX_WORDS:
                rule = f"set {name!r} has {_count(self.sizes[name])} once the sets it names are written out; at most {MAX_WORDS:,} are"
            elif depths[name] > MAX_NESTED:
                rule = f"set {name!r} holds sets in sets {depths[name]} deep; at most {MAX_NESTED} are"
            if rule:
                self._say_of(name, f"{rule} allowed")
                # What names it is not blamed as well, and nothing of it is compiled.
                self.sizes[name], depths[name], sets[name] = 1, 0, ["word"]

    def _say(self, loc: Loc, message: str) -> None:
        self.problems.append(self.tree.problem(loc, message))

    def _say_of(self, name: str, message: str) -> None:
        tree, loc = self._places.get(name, (self.tree, ("sets",)))
        self.problems.append(tree.problem(loc, message))


def _inner_first(sets: Mapping[str, Any]) -> Iterator[str]:
    """Yield the names of sets, those that a set names before it; a set that contains itself in any order."""
    done: set[str] = set()
    for first in sets:
        waiting: list[tuple[str, bool]] = [(first, False)]
        opened: set[str] = set()
        while waiting:
            name, is_ready = waiting.pop()
            if name in done:
                continue
            if is_ready:
                done.add(name)
                yield name
            elif name not in opened:
                opened.add(name)
                waiting.append((name, True))
                waiting += [
                    (other, False) for other in _named(sets[name]) if other in sets and other not in done
                ]


def _named(value: Any) -> Iterator[str]:
    """Yield the names of all sets that a pattern names."""
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict):
            if isinstance(item.get("set"), str):
                yield item["set"]
            waiting += item.values()
        elif isinstance(item, list | tuple):
            waiting += item


def _size(value: Any, sizes: Mapping[str, int]) -> int:
    """Count the texts of a pattern, with those of the sets it names."""
    count, waiting = 0, [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict):
            for key, inner in item.items():
                if key == "set" and isinstance(inner, str):
                    count += sizes.get(inner, 1)
                else:
                    waiting.append(inner)
        elif isinstance(item, list | tuple):
            waiting += item
        else:
            count += 1
    return count


def _count(words: int) -> str:
    return f"{words:,} words" if words < 10**12 else "more than 10^12 words"
