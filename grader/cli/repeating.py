"""Find out that a command was given before and nothing has changed since, so that there is nothing to do.

All that a run goes by is noted in the gradebook at its end: how it was asked for, the code, the files it read and wrote, and
what people decided. Where all of that is as it was, what the run told is told again, and nothing is read but the note.
Whatever is in doubt is no repetition, and the run is made as ever.
"""

from __future__ import annotations

import json
import os
import sys
import time
from contextlib import suppress
from dataclasses import fields, replace
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from grader.cli.classoutcome import outcome_from
from grader.codeversion import GRANULARITY, code_stamp, code_version
from grader.files.stamps import Stamp, digest_of_file, digest_of_stamps, stamps_of
from grader.gradebook import Gradebook
from grader.gradebook.repeats import RepeatNote, keep_note, note_of, repeat_run
from grader.model.errors import GraderError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from grader.cli.classoutcome import ClassOutcome
    from grader.cli.classrequest import ClassRequest

# How a run is told or carried out, which changes nothing of what it comes to.
_NO_MATTER: Final = frozenset({"as_json", "quiet", "jobs"})


class Repetition:
    """Compares one request with the last run: `outcome` first; where that is None, `begin` and `keep` around the run."""

    def __init__(self, wanted: ClassRequest) -> None:
        self.wanted = wanted
        # A converter is a program of the teacher's own that may give something else each time.
        self._possible = not (wanted.dry_run or wanted.fresh or wanted.preflight or wanted.converters)
        self._folders = [wanted.out, *([wanted.teacher] if wanted.teacher else [])] if wanted.formats else []
        self._store = os.path.abspath(wanted.store)  # noqa: PTH100 - resolve() would follow links
        self._at = self._found = self._dated = 0
        self._read: dict[str, Stamp] = {}
        self._texts: dict[str, str] = {}
        self.trusted = False  # nobody has written to the gradebook since a run closed it
        self.seen: Mapping[
            str, str
        ] = {}  # digests of hand-ins that are as the last run read them, by absolute path

    def outcome(self) -> ClassOutcome | None:
        """Return what the last run told where this one would come to the same; None where it must be made."""
        begun = time.monotonic()
        self._look()
        if not self._possible or not self._found:
            return None
        try:
            with Gradebook(self.wanted.store, make=False, trusted=True) as book:
                note = note_of(book, self._key())
                if note is None:
                    return None
                self.seen = self._unchanged(note.data)
                self.trusted = note.dated == self._found
                data = self._renewed(note.data) if note.holds and self.trusted else None
                if data is None:
                    return None
                outcome = outcome_from(data["told"])
                dated = _whole_seconds(time.time_ns())
                taken = repeat_run(
                    book, replace(note, data=data), reused=outcome.counts["reused"], seconds=time.monotonic() - begun,
                    dated=dated, changed=data != note.data,
                )  # fmt: skip
        except (GraderError, OSError, ValueError, TypeError, KeyError, IndexError):
            return None  # the run says better what is wrong
        if not taken:  # another process was quicker
            return None
        self._dated = dated
        self.end()
        return outcome

    def begin(self, texts: Iterable[Path | None]) -> None:
        """Take down what the teacher's own files hold, before any of them is read."""
        self._texts = {str(path): digest_of_file(path) for path in texts if path is not None}
        self._possible = self._possible and all(self._texts.values())

    def keep(self, book: Gradebook, run: int, outcome: ClassOutcome, version: str, *, scope: str) -> None:
        """Note a run that has come to its end whole; what was changed under its hands is not noted."""
        if not self._possible:
            return
        at = time.time_ns()
        try:
            written = self._stamps(self._folders)
            read = self._stamps(self.wanted.submissions)
        except OSError:
            return
        texts = {path: digest_of_file(path) for path in self._texts}
        if (read, texts) != (self._read, self._texts) or not self._are_ours(book, written, outcome.students):
            return
        stamp, newest = code_stamp()
        self._dated = _whole_seconds(at)
        contents = {
            os.path.abspath(source): content  # noqa: PTH100 - as above
            for source, content in book.rows("SELECT DISTINCT source, content FROM temp.attempts")
        }
        contents |= _unsettled({name: seen for name, seen in read.items() if name not in contents}, self._at)
        data = {
            "at": self._at,
            "read": {name: [*seen, contents.get(name, "")] for name, seen in read.items()},
            "texts": texts,
            "code": [version, stamp, newest, at],
            "written": [at, digest_of_stamps(written), _unsettled(written, at)],
            "told": outcome.kept(),
        }
        keep_note(
            book,
            self._key(),
            RepeatNote(outcome.assignment, scope, run, self._dated, data),
            found=self._found,
        )

    def end(self) -> None:
        """Date the gradebook, once it is closed, as its note says: who finds it so knows that nobody has written to it."""
        if self._dated:
            with suppress(OSError):
                os.utime(self.wanted.store, ns=(self._dated, self._dated))

    def _look(self) -> None:
        """Take down what there is to read, before any of it is read."""
        self._at = time.time_ns()
        try:
            if self._possible:
                self._found = self.wanted.store.stat().st_mtime_ns if self.wanted.store.is_file() else 0
                self._read = self._stamps(self.wanted.submissions)
        except OSError:  # the run says what cannot be looked at
            self._possible = False

    def _stamps(self, paths: Iterable[Path]) -> dict[str, Stamp]:
        """Return what stands at these paths; of our own gradebook, which every run writes to, only that it is there."""
        found = stamps_of(paths, without={self._store})
        for name in (f"{self._store}-wal", f"{self._store}-shm"):
            found.pop(name, None)
        return found

    def _key(self) -> str:
        """Return a digest of how a run was asked for, and of what a process inherits that it depends on."""
        options = [
            (item.name, getattr(self.wanted, item.name))
            for item in fields(self.wanted)
            if item.name not in _NO_MATTER
        ]
        user = os.geteuid() if hasattr(os, "geteuid") else 0
        said = repr((Path.cwd(), user, time.tzname, sys.getfilesystemencoding(), options))
        return sha256(said.encode("utf-8", "surrogatepass")).hexdigest()

    def _renewed(self, data: dict[str, Any]) -> dict[str, Any] | None:
        """Return a note as it would be taken now, None where anything is not as it was."""
        now = time.time_ns()
        if now < max(data["at"], data["written"][0]):
            return None  # the clock was set back, and no time tells anything
        if any(digest_of_file(path) != seen for path, seen in data["texts"].items()):
            return None
        code, read = _renewed_code(data["code"], now), self._renewed_read(data)
        written = None if code is None or read is None else self._renewed_written(data["written"], now)
        if written is None:
            return None
        renewed = read != data["read"] or written != data["written"] or code != data["code"]
        return {**data, "at": self._at, "read": read, "written": written, "code": code} if renewed else data

    def _unchanged(self, data: dict[str, Any]) -> dict[str, str]:
        """Return the digests of what is as it was, by size, times and number alone."""
        if time.time_ns() < data["at"]:
            return {}
        found = {}
        for name, (*before, digest) in data["read"].items():
            seen = Stamp(*before)
            if digest and self._read.get(name) == seen and seen.is_settled(data["at"]):
                found[name] = digest
        return found

    def _renewed_read(self, data: dict[str, Any]) -> dict[str, Any] | None:
        """Return what was read as it is now: equal by size, times and number, or else by what it holds."""
        noted: dict[str, Any] = data["read"]
        if noted.keys() != self._read.keys():
            return None
        renewed = {}
        for name, seen in self._read.items():
            *before, digest = noted[name]
            same = Stamp(*before)
            known = seen == same and seen.is_settled(data["at"])
            if not known and (seen.mode, seen.size) != (same.mode, same.size):
                return None
            if not known and (not digest or digest_of_file(name) != digest):
                return None
            renewed[name] = [*seen, digest]
        return renewed

    def _renewed_written(self, noted: list[Any], now: int) -> list[Any] | None:
        """Return what was written as it is now: nobody has touched any of it."""
        _, digest, unsettled = noted
        written = self._stamps(self._folders)
        if digest_of_stamps(written) != digest or any(
            digest_of_file(name) != seen for name, seen in unsettled.items()
        ):
            return None
        if not unsettled:
            return noted
        return [
            now,
            digest,
            {name: seen for name, seen in unsettled.items() if not written[name].is_settled(now)},
        ]

    def _are_ours(self, book: Gradebook, written: Mapping[str, Stamp], students: int) -> bool:
        """Whether every student's files are still as they were written."""
        for folder in self._folders:
            whole, count = os.path.abspath(folder), 0  # noqa: PTH100 - as above
            for (files,) in book.rows(
                "SELECT files FROM views JOIN temp.chosen USING (student) WHERE folder = ?",
                (str(folder.absolute()),),
            ):
                count += 1
                for name, (size, time_ns) in json.loads(files).items():
                    seen = written.get(os.path.join(whole, name))  # noqa: PTH118 - thousands of them
                    if seen is None or (seen.size, seen.written) != (size, time_ns):
                        return False
            if count != students:
                return False
        return True


def _whole_seconds(at: int) -> int:
    """Return a moment (ns) before another that every file system can keep."""
    return at - at % GRANULARITY


def _renewed_code(noted: list[Any], now: int) -> list[Any] | None:
    """Return the code as it is noted now, None where it is another."""
    version, stamp, newest, at = noted
    found = code_stamp()
    if found == (stamp, newest) and newest < at - GRANULARITY:
        return noted
    return [version, *found, now] if code_version() == version else None


def _unsettled(stamps: Mapping[str, Stamp], at: int) -> dict[str, str]:
    """Return the digests of files whose times do not yet tell that they are the same."""
    return {
        name: digest_of_file(name) for name, seen in stamps.items() if seen.size and not seen.is_settled(at)
    }
