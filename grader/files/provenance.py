"""What the grader itself wrote, so that it replaces nothing else and reads none of it as a hand-in.

A text of ours ends with its signature, `grader:KIND:DIGEST`, in the comments of its format or as the
last key of its JSON. The digest is of the whole text with zeros in its place, so that a text that
somebody changed afterwards is told from one that is as it was written. Tables have no place for a
signature and are known by their header, gradebooks by SQLite's application id.
"""

from __future__ import annotations

import os
import re
import stat
from enum import Enum
from hashlib import sha256
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

APPLICATION: Final = 0x67726164  # "grad": tells a gradebook from any other SQLite file

GRADES_HEADER: Final = (
    "id", "name", "email", "score", "low", "high", "max_points", "percent", "awaiting",
    "late",  # what lateness adds to `low`, empty in time
    "submitted",
)  # fmt: skip
CRITERIA_HEADER: Final = (
    "student", "question", "criterion", "points", "credit", "score", "reason", "feedback", "read",
    # the person who decided instead of the machine, empty where none did
    "who", "when", "why",
    # for teachers: students' own reports have these only where the rubric reveals them
    "decided", "expected",
)  # fmt: skip
EXPORT_HEADER: Final = (
    "id", "name", "email", "section", "group", "score", "low", "high", "max_points", "percent", "status", "source",
)  # fmt: skip
QUEUE_HEADER: Final = ("student", "criterion", "points", "reason", "read", "proposal", "credit", "why", "who")

_DIGITS: Final = 16
_ZEROS: Final = b"0" * _DIGITS
# After the signature there is only what closes its comment, its string and its object.
_AT_END: Final = re.compile(rb"grader:([a-z]{1,20}):([0-9a-f]{16})(?:\"\s*\}|[ ]-->|[ ]\*/)?\s{0,4}\Z")
_ANYWHERE: Final = re.compile(rb"grader:[a-z]{1,20}:[0-9a-f]{16}")
_TAIL: Final = 128  # bytes in which a signature ends a file
_HEAD: Final = 128  # bytes that tell a table or a gradebook
# A text that can be handed in although we wrote it: a blank, which students fill in.
_TO_HAND_IN: Final = frozenset({"blank"})
_COMMENTS: Final = {
    "html": "<!-- {} -->\n", "md": "\n<!-- {} -->\n", "xml": "<!-- {} -->\n",
    "yaml": "# {}\n", "sh": "# {}\n", "css": "/* {} */\n", "js": "/* {} */\n",
}  # fmt: skip
_TABLES: Final = tuple(
    ",".join(names).encode() for names in (GRADES_HEADER, CRITERIA_HEADER, QUEUE_HEADER, EXPORT_HEADER)
)
_SQLITE: Final = b"SQLite format 3\x00"


class Origin(Enum):
    """Where a file comes from."""

    OURS = "ours"
    CHANGED = "changed"  # it was ours, and somebody has changed it since
    FOREIGN = "foreign"


def signed(text: str, kind: str, form: str) -> str:
    """Return a text with its signature at the end; `form` is its format, `json` for an indented object.

    `kind` is a word for what it is: only a text of the same kind may replace it.
    """
    if form != "json":
        opening, closing = _COMMENTS[form].split("{}")
    else:
        text = text.rstrip()
        margin = re.match(r"\{\n( *)", text)
        if not text.endswith("\n}") or margin is None:
            raise ValueError(f"not an indented JSON object (got ...{text[-20:]!r})")
        text, opening, closing = f"{text[:-2]},\n", f'{margin[1]}"signature": "', '"\n}\n'
    text = f"{text}{opening}grader:{kind}:"
    digest = _digest(f"{text}{_ZEROS.decode()}{closing}".encode("utf-8", "surrogatepass"))
    return f"{text}{digest}{closing}"


def signed_bytes(data: bytes, kind: str) -> bytes:
    """Return data that end with the place for a signature, `place_of(kind)`, with the signature in it."""
    place = place_of(kind)
    if not data.endswith(place):
        raise ValueError(f"no place for a signature at the end (got {data[-20:]!r})")
    return data[:-_DIGITS] + _digest(data).encode()


def place_of(kind: str) -> bytes:
    """Return what stands in the place of a signature until it is known."""
    return b"grader:" + kind.encode() + b":" + _ZEROS


def kind_of(data: bytes) -> str:
    """Return the kind by which data are signed at their end, "" where they are not; the digest is not looked at."""
    found = _AT_END.search(data[-_TAIL:])
    return found[1].decode() if found else ""


def origin_of(data: bytes, kind: str) -> Origin:
    """Return where data come from that are to be of a kind."""
    found = _AT_END.search(data[-_TAIL:])
    if found is None:
        here = next(
            (each for each in _ANYWHERE.finditer(data) if each[0].startswith(b"grader:" + kind.encode())),
            None,
        )
        return Origin.FOREIGN if here is None else Origin.CHANGED
    if found[1].decode() != kind:
        return Origin.FOREIGN
    start = len(data) - len(data[-_TAIL:]) + found.start(2)
    unsigned = data[:start] + _ZEROS + data[start + _DIGITS :]
    return Origin.OURS if _digest(unsigned) == found[2].decode() else Origin.CHANGED


def origin_of_file(path: Path) -> Origin:
    """Return where a file comes from that lies among hand-ins; FOREIGN where it cannot be read.

    Of a file that is not ours only its ends are read.
    """
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except (OSError, ValueError):
        return Origin.FOREIGN
    try:
        seen = os.fstat(handle)
        if not stat.S_ISREG(seen.st_mode):
            return Origin.FOREIGN
        head = os.read(handle, _HEAD)
        if _is_table(head) or _is_gradebook(head):
            return Origin.OURS
        os.lseek(handle, max(seen.st_size - _TAIL, 0), os.SEEK_SET)
        kind = kind_of(os.read(handle, _TAIL))
        if not kind or kind in _TO_HAND_IN:
            return Origin.FOREIGN
        return origin_of(path.read_bytes(), kind)
    except OSError:
        return Origin.FOREIGN
    finally:
        os.close(handle)


def _is_table(head: bytes) -> bool:
    return any(
        head.startswith(names) and head[len(names) : len(names) + 1] in {b",", b"\n"} for names in _TABLES
    )


def _is_gradebook(head: bytes) -> bool:
    return head.startswith(_SQLITE) and head[68:72] == APPLICATION.to_bytes(4, "big")


def _digest(data: bytes) -> str:
    return sha256(data).hexdigest()[:_DIGITS]
