"""Read YAML and JSON as plain data with the place of every key and value.

YAML is read as a stream of events, never as Python objects: no tag is obeyed, no depth of nesting
recurses, and aliases are copied under limits on the number of values and on the length of all texts
together. Every scalar stays the text that stands in the file; the field it ends up in says what it
means (see `grader.files.fields`). Every text that comes out can be written down as UTF-8.
"""

from __future__ import annotations

import json
import os
import re
import stat
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import yaml

from grader.model.errors import Problem
from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from grader.model.errors import GraderError

# A rubric of 100 questions has about 5,000 nodes. Ten small aliases nested ten deep would have 10^10.
MAX_NODES: Final = 200_000
# All texts together, names of keys as well; an alias to a megabyte counts as often as it is used.
MAX_TEXT: Final = 4_000_000
# Nothing a person writes nests deeper; what comes after this recurses (pydantic, json).
MAX_DEPTH: Final = 60

Loc = tuple[str | int, ...]
Data = Any  # None | str | list[Data] | dict[str, Data]

_NULLS: Final = frozenset({"", "~", "null", "Null", "NULL"})
_PLAIN_TAGS: Final = frozenset({None, "!", "tag:yaml.org,2002:str"})
# What the parsers say, and what helps.
_ADVICE: Final = {
    "mapping values are not allowed in this context": "; put a text with a colon in quotes, or after '|' on lines of its own",
    "Invalid control character at": "; a text is not closed by a quote",
    "Expecting property name enclosed in double quotes": "; there is a comma too many, or a name without quotes",
}
# libyaml reads ahead, and from 0.2.6 on it gives up at 1,000 levels, before our own limit is looked at.
_PARSER_TOO_DEEP: Final = "exceeded maximum nesting depth"
# Half of a surrogate pair and NUL are in no text anyone can write down; they would break every writer.
_UNWRITABLE: Final = re.compile("[\x00\ud800-\udfff]")
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Mark(NamedTuple):
    """A position: line and column from 1; `offset` where the text stands in the file to the letter."""

    line: int
    column: int
    offset: int | None = None


@dataclass(frozen=True, slots=True)
class Tree:
    """Data with the places it came from. `problems` holds all that is wrong with the file itself."""

    path: str
    data: Data
    values: dict[Loc, Mark]
    keys: dict[Loc, Mark]
    problems: tuple[Problem, ...]

    def mark(self, loc: Loc, *, key: bool = False) -> Mark:
        """Find the place of `loc`, or of the nearest thing that holds it."""
        if key and loc in self.keys:
            return self.keys[loc]
        for end in range(len(loc), -1, -1):
            if loc[:end] in self.values:
                return self.values[loc[:end]]
        return Mark(1, 1)

    def problem(self, loc: Loc, message: str, *, key: bool = False) -> Problem:
        """Say `message` about `loc` (about its key rather than its value with `key`)."""
        mark = self.mark(loc, key=key)
        return Problem(self.path, mark.line, mark.column, message)


class _Stop(Exception):  # noqa: N818 - not an error of the program: the walk ends here
    def __init__(self, line: int, column: int, message: str) -> None:
        super().__init__(message)
        self.line, self.column, self.message = line, column, message


def read_own_file(path: Path, most: int, refuse: type[GraderError]) -> str:
    """Return the text of a file that a teacher keeps, of at most so many bytes; raises `refuse`."""
    shown = str(path)
    raw = read_own_bytes(path, most, refuse)
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise refuse([Problem(shown, line, 0, "is not UTF-8 text")]) from error


def read_own_bytes(path: Path, most: int, refuse: type[GraderError]) -> bytes:
    """Return what stands in an ordinary file, of at most so many bytes; raises `refuse`.

    A device or a pipe might never end, and opening one might never return.
    """
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        with os.fdopen(handle, "rb") as file:
            seen = os.fstat(handle)
            if not stat.S_ISREG(seen.st_mode):
                raise refuse([Problem(str(path), 0, 0, "cannot be read: it is no ordinary file")])
            raw = file.read(most + 1) if seen.st_size <= most else b""
    except (OSError, ValueError) as error:  # the latter for a NUL in its name
        why = getattr(error, "strerror", None) or str(error)
        raise refuse([Problem(str(path), 0, 0, f"cannot be read: {why}")]) from error
    size = max(seen.st_size, len(raw))
    if size > most:
        raise refuse([Problem(str(path), 0, 0, f"is larger than {most} bytes (got {size})")])
    return raw


def writable(text: str) -> str:
    """Replace what no file can hold as text: NUL, and halves of surrogate pairs."""
    return (
        text if text.isascii() and "\x00" not in text else _UNWRITABLE.sub("\N{REPLACEMENT CHARACTER}", text)
    )


def load_yaml(text: str, path: str, *, merge: bool = True) -> Tree:
    """Read one YAML document; never raises: what is wrong stands in the tree's `problems`.

    With `merge`, the key `<<` takes over another mapping's keys; without, it is a problem.
    """
    walker = _Walker(text, path, merge=merge)
    try:
        data = walker.document()
    except _Stop as stop:
        walker.problems.append(Problem(path, stop.line, stop.column, stop.message))
        data = None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        if error.problem == _PARSER_TOO_DEEP and mark is not None and 0 < mark.index < len(text):
            # Our own limit is met on the way to the parser's.
            return load_yaml(text[: mark.index], path, merge=merge)
        place = (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)
        what = (error.problem or error.context or "cannot be read").strip()
        walker.problems.append(Problem(path, *place, f"not valid YAML: {what}{_ADVICE.get(what, '')}"))
        data = None
    except yaml.YAMLError as error:
        walker.problems.append(Problem(path, *_place_in(text, error), "not valid YAML: a control character"))
        data = None
    return Tree(path, data, walker.values, walker.keys, tuple(walker.problems))


def _place_in(text: str, error: yaml.YAMLError) -> tuple[int, int]:
    position = getattr(error, "position", None)
    if not isinstance(position, int):
        return 1, 1
    before = text[:position]
    return before.count("\n") + 1, len(before) - before.rfind("\n")


class _Walker:
    """Build data from events with an explicit stack of open collections."""

    def __init__(self, text: str, path: str, *, merge: bool) -> None:
        self.text, self.path, self.merge = text, path, merge
        self.values: dict[Loc, Mark] = {}
        self.keys: dict[Loc, Mark] = {}
        self.problems: list[Problem] = []
        self.anchors: dict[str, Data] = {}
        self.nodes = 0
        self.characters = 0
        self.events: Iterator[Any] = iter(())

    def document(self) -> Data:
        """Walk the stream: at most one document."""
        self.events = iter(_Loader(self.text).get_event, None)
        data: Data = None
        documents = 0
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise self._stop(event, "a second document begins here; one file holds one")
                data = self._node(next(self.events), (), 0)
        return data

    def _stop(self, event: Any, message: str) -> _Stop:
        return _Stop(event.start_mark.line + 1, event.start_mark.column + 1, message)

    def _count(self, event: Any, text: str | None = None) -> None:
        """Count a value, or the text of a value or key that was counted."""
        if text is None:
            self.nodes += 1
            over = f"{MAX_NODES} values" if self.nodes > MAX_NODES else ""
        else:
            self.characters += len(text)
            over = f"{MAX_TEXT} characters of text" if self.characters > MAX_TEXT else ""
        if over:
            raise self._stop(event, f"more than {over} (aliases count as often as they are used)")

    def _node(self, event: Any, loc: Loc, depth: int) -> Data:
        self._count(event)
        kind = type(event)
        if kind is not yaml.ScalarEvent:  # whose own place is that of its text
            self.values[loc] = _mark(event)
        if kind is yaml.AliasEvent:
            return self._alias(event)
        if event.tag not in _PLAIN_TAGS:
            tag = event.tag.replace("tag:yaml.org,2002:", "!!")
            raise self._stop(event, f"tags such as {tag!r} are not allowed")
        if depth > MAX_DEPTH:
            raise self._stop(event, f"nested deeper than {MAX_DEPTH} levels")
        if kind is yaml.ScalarEvent:
            data: Data = self._scalar(event, loc)
        elif kind is yaml.SequenceStartEvent:
            data = []
            following = next(self.events)
            while type(following) is not yaml.SequenceEndEvent:
                data.append(self._node(following, (*loc, len(data)), depth + 1))
                following = next(self.events)
        else:
            data = self._mapping(loc, depth)
        if event.anchor is not None:
            self.anchors[event.anchor] = data
        return data

    def _scalar(self, event: Any, loc: Loc) -> str | None:
        begin, style, value = event.start_mark, event.style, event.value
        quotes = 1 if style in {"'", '"'} else 0
        start = begin.index + quotes
        if self.text[start : event.end_mark.index - quotes] == value:
            self.values[loc] = Mark(begin.line + 1, begin.column + 1 + quotes, start)
        else:
            self.values[loc] = Mark(begin.line + 1, begin.column + 1)
        value = writable(value)
        self._count(event, value)
        return None if not style and event.tag is None and value in _NULLS else value

    def _mapping(self, loc: Loc, depth: int) -> dict[str, Data]:
        data: dict[str, Data] = {}
        merged: list[dict[str, Data]] = []
        event = next(self.events)
        while type(event) is not yaml.MappingEndEvent:
            self._pair(event, data, merged, loc, depth)
            event = next(self.events)
        for other in merged:
            data = {**other, **data}
        return data

    def _pair(
        self, event: Any, data: dict[str, Data], merged: list[dict[str, Data]], loc: Loc, depth: int
    ) -> None:
        """Put a key and its value into a mapping."""
        if type(event) is not yaml.ScalarEvent:
            raise self._stop(event, "a key must be a plain text")
        key = writable(event.value)
        self._count(event, key)
        child = (*loc, key)
        if key == "<<" and not event.style:
            if not self.merge:
                raise self._stop(event, "merge keys ('<<') are not allowed; write out what it takes over")
            merged.append(self._merged(event, child, depth))
            return
        mark = _mark(event)
        if key in data:
            first = self.keys[child].line
            message = f"duplicate key {key!r} (first in line {first})"
            self.problems.append(Problem(self.path, mark.line, mark.column, message))
            self._node(next(self.events), (*loc, f"{key} (again)"), depth + 1)
            return
        self.keys[child] = mark
        data[key] = self._node(next(self.events), child, depth + 1)

    def _merged(self, event: Any, loc: Loc, depth: int) -> dict[str, Data]:
        """Read what `<<:` takes over: the keys of another mapping, which own keys outrank."""
        value = self._node(next(self.events), loc, depth + 1)
        if not isinstance(value, dict):
            raise self._stop(event, "'<<' must be given a mapping, such as '<<: *name'")
        return value

    def _alias(self, event: Any) -> Data:
        if event.anchor not in self.anchors:
            raise self._stop(event, f"alias *{event.anchor} is used before its anchor is complete")
        return self._copy(self.anchors[event.anchor], event)

    def _copy(self, data: Data, event: Any) -> Data:
        self._count(event)
        if isinstance(data, dict):
            for key in data:
                self._count(event, key)
            return {key: self._copy(value, event) for key, value in data.items()}
        if isinstance(data, list):
            return [self._copy(value, event) for value in data]
        if data is not None:
            self._count(event, data)
        return data


def _mark(event: Any) -> Mark:
    return Mark(event.start_mark.line + 1, event.start_mark.column + 1)


def load_json(text: str, path: str) -> Tree:
    """Read one JSON document into the same form: numbers and flags stay text; never raises.

    JSON is almost YAML, so that a second reading as YAML gives the places, the limits and the
    duplicate keys; where the two differ, the places are those of the whole file.
    """
    places = load_yaml(text, path)
    limits = [problem for problem in places.problems if not problem.message.startswith("not valid YAML")]
    if _too_deep(text):
        return Tree(
            path,
            None,
            {},
            {},
            tuple(limits or [Problem(path, 1, 1, f"nested deeper than {MAX_DEPTH} levels")]),
        )
    keep: Callable[[str], str] = str
    try:
        data = json.loads(
            text, parse_int=keep, parse_float=keep, parse_constant=keep, object_pairs_hook=_first_of_each
        )
    except json.JSONDecodeError as error:
        message = f"not valid JSON: {error.msg}{_ADVICE.get(error.msg, '')}"
        return Tree(path, None, {}, {}, (Problem(path, error.lineno, error.colno, message),))
    try:
        data = _Texts().of(data)
    except _Stop as stop:  # the reading as YAML broke off before it came to its own limit
        return Tree(path, None, {}, {}, tuple(limits or [Problem(path, 1, 1, stop.message)]))
    if places.data is None and data is not None:
        return Tree(path, data, {}, {}, tuple(limits))
    return Tree(path, data, places.values, places.keys, tuple(limits))


def _first_of_each(items: list[tuple[str, Data]]) -> dict[str, Data]:
    data: dict[str, Data] = {}
    for key, value in items:
        data.setdefault(key, value)
    return data


def _too_deep(text: str) -> bool:
    depth = 0
    in_text = escaped = False
    for character in text:
        if in_text:
            if escaped:
                escaped = False
            elif character == "\\":
                escaped = True
            elif character == '"':
                in_text = False
        elif character == '"':
            in_text = True
        elif character in "[{":
            depth += 1
            if depth > MAX_DEPTH:
                return True
        elif character in "]}":
            depth -= 1
    return False


class _Texts:
    """Make texts of what a JSON file holds, under the limits that YAML has."""

    def __init__(self) -> None:
        self.nodes = self.characters = 0

    def of(self, data: Any) -> Data:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise _Stop(1, 1, f"more than {MAX_NODES} values")
        if isinstance(data, dict):
            given = {self._text(key): self.of(value) for key, value in reversed(data.items())}
            return dict(reversed(given.items()))  # of keys that read alike now, the first counts
        if isinstance(data, list):
            return [self.of(value) for value in data]
        if isinstance(data, bool):
            return "true" if data else "false"
        return self._text(data) if isinstance(data, str) else data

    def _text(self, text: str) -> str:
        self.characters += len(text)
        if self.characters > MAX_TEXT:
            raise _Stop(1, 1, f"more than {MAX_TEXT} characters of text")
        return writable(text)
