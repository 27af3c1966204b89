"""Find the hand-ins among files and folders; what stands there and is not read is named.

What is given on the command line is the operator's own and may be reached through links; what stands
inside is not followed. Inside somebody else's machine (`root`) only the root itself is the operator's.
"""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from grader.documents.signature import is_beside
from grader.files.provenance import Origin, origin_of_file
from grader.model.errors import Problem
from grader.readers import READERS, SUFFIXES
from grader.readers.opening import A_TEACHERS, LINK, Found, Identity, identities, kind_of, why_not
from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_IGNORED_NAMES: Final = frozenset({"readme", "thumbs.db", "desktop.ini", "__macosx", "__pycache__"})
_NO_README: Final = _IGNORED_NAMES - {"readme"}
# Nobody's answers lie deeper; a folder made by a program may go on for ever.
MAX_DEPTH: Final = 40
_PASSED_OVER: Final = "was passed over because of its name; if it was handed in, give it another name"
_COMPANION: Final = (
    "stands beside a document and was not read: a picture, a program or data is no hand-in there"
)
_NOTHING: Final = "this folder holds no submission"


def source_of(path: Path) -> str:
    """Return a path as text that can be written anywhere: bytes of its name that are no UTF-8 are spelt out."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def find_files(
    arguments: Iterable[Path],
    *,
    root: Path | None = None,
    teachers: Iterable[Path | None] = (),
    readmes: bool = False,
) -> Iterator[Found | Problem]:
    """Yield every file to read and every problem, folders in the order of the names.

    `root` is a folder whose content nobody vouches for: no component below it may be a link. `teachers`
    are files that are no hand-ins, by whatever name they stand there. With `readmes`, a README is a file like any other.
    """
    given = list(arguments)
    known = [file for file in teachers if file is not None]
    own = frozenset(os.path.realpath(file) for file in known)
    search = _Search(identities(known), own, root, _NO_README if readmes else _IGNORED_NAMES)
    neighbours = Counter(argument.parent for argument in given)
    for argument in given:
        among_others = neighbours[argument.parent] > 1
        yield from search.of_argument(argument, among_others=among_others)


@dataclass(slots=True)
class _Search:
    teachers: frozenset[Identity]
    teachers_paths: frozenset[str]
    root: Path | None
    ignored: frozenset[str] = _IGNORED_NAMES
    seen: set[str] = field(default_factory=set)

    def of_argument(self, argument: Path, *, among_others: bool) -> Iterator[Found | Problem]:
        """Yield what one argument stands for.

        A link among other arguments of its folder was most likely put there by a wildcard, not by the operator.
        """
        path, own = self._below_root(argument)
        shown = source_of(argument)
        try:
            for part in [path, *path.parents][:own]:
                if part.is_symlink():
                    yield Problem(
                        shown, 0, 0, LINK if part == path else f"stands below {source_of(part)}, which {LINK}"
                    )
                    return
            if among_others and path.is_symlink():
                yield Problem(shown, 0, 0, LINK)
                return
            is_folder = path.is_dir()
            path.lstat()
        except (OSError, ValueError) as error:
            yield Problem(shown, 0, 0, why_not(error) if isinstance(error, OSError) else str(error))
            return
        if not is_folder:
            yield from self._new([Found(path, max(own, 1), self.teachers)])
            return
        items = sorted(self._below(path, own), key=lambda item: item[0])
        yield from self._new([item for _, item in items]) if items else [Problem(shown, 0, 0, _NOTHING)]

    def _below_root(self, argument: Path) -> tuple[Path, int]:
        """Return an argument's path, and how many components at its end lie below the root."""
        if self.root is None:
            return argument, 0
        whole = Path(os.path.abspath(argument))  # noqa: PTH100 - resolve() would follow links
        if not whole.is_relative_to(self.root):
            return argument, 0
        below = whole.relative_to(self.root).parts
        if ".." in argument.parts or len(argument.parts) > len(below):
            argument = self.root.joinpath(*below)
        return argument, min(len(argument.parts), len(below))

    def _new(self, items: Sequence[Found | Problem]) -> Iterator[Found | Problem]:
        """Yield what was not found before, through whatever argument."""
        bases: dict[Path, str] = {}
        for item in items:
            if isinstance(item, Found):
                parts = item.path.parts
                own = parts[len(parts) - item.own :]
                base = item.path.parents[len(own) - 1]
                real = bases.setdefault(base, "") or os.path.realpath(base)
                bases[base] = real
                whole = os.path.join(real, *own)  # noqa: PTH118 - thousands of them
                if whole in self.seen:
                    continue
                self.seen.add(whole)
            yield item

    def _below(self, folder: Path, own: int) -> Iterator[tuple[Path, Found | Problem]]:
        rest = [(folder, own, 0)]
        while rest:
            at, depth_own, depth = rest.pop()
            inner, items = self._look_into(at, depth_own + 1)
            if depth >= MAX_DEPTH and inner:
                items.append((at, Problem(source_of(at), 0, 0, f"lies deeper than {MAX_DEPTH} folders")))
                inner = []
            if not items and not inner and depth and at.suffix.lower() in SUFFIXES:
                items.append((at, Problem(source_of(at), 0, 0, "is an empty folder, not a file")))
            rest += [(path, depth_own + 1, depth + 1) for path in inner]
            yield from items

    def _look_into(self, folder: Path, own: int) -> tuple[list[Path], list[tuple[Path, Found | Problem]]]:
        """Return the folders inside a folder, and what there is to read or to say about the rest."""
        inner: list[Path] = []
        items: list[tuple[Path, Found | Problem]] = []
        passed_over: list[Path] = []
        try:
            with os.scandir(folder) as entries:
                for entry in entries:
                    path = folder / entry.name
                    names = {entry.name.lower(), path.stem.lower()}
                    if entry.name.startswith((".", "~")) or names & self.ignored:
                        if path.suffix.lower() in SUFFIXES and entry.is_file(follow_symlinks=False):
                            passed_over.append(path)
                    elif entry.is_dir(follow_symlinks=False):
                        inner.append(path)
                    else:
                        items += [(path, item) for item in self._entry(entry, path, own)]
        except OSError as error:
            items.append((folder, Problem(source_of(folder), 0, 0, why_not(error))))
        if not items and not inner:  # it may be all that somebody handed in
            for path in passed_over:
                hidden = path.name.startswith((".", "~"))
                problem = Problem(source_of(path), 0, 0, _PASSED_OVER)
                items.append((path, problem if hidden else Found(path, own, self.teachers)))
        return inner, items

    def _entry(self, entry: os.DirEntry[str], path: Path, own: int) -> Iterator[Found | Problem]:
        try:
            wrong = kind_of(entry.stat(follow_symlinks=False).st_mode) if not _is_plain(entry) else ""
            if not wrong and entry.inode() in {number for _, number in self.teachers}:
                if os.path.realpath(path) in self.teachers_paths:
                    return  # the teacher's own file under its own name
                seen = entry.stat(follow_symlinks=False)
                wrong = A_TEACHERS if (seen.st_dev, seen.st_ino) in self.teachers else ""
        except OSError as error:
            wrong = why_not(error)
        yield Problem(source_of(path), 0, 0, wrong) if wrong else Found(path, own, self.teachers)


def without_companions(found: Iterable[Found | Problem]) -> Iterator[Found | Problem]:
    """Yield the hand-ins; what stands in a student's own folder beside a document and is none is named.

    Pictures, programs and data go with a report. In the folder that was given, every file is a student's.
    """
    items = list(found)
    documents = {item.path.parent for item in items if isinstance(item, Found) and not _goes_with(item)}
    for item in items:
        if isinstance(item, Found) and item.own > 1 and item.path.parent in documents and _is_foreign(item):
            yield Problem(source_of(item.path), 0, 0, _COMPANION)
        else:
            yield item


def _is_foreign(file: Found) -> bool:
    """Whether a file is no document and none of our tables, which are left out elsewhere."""
    return _goes_with(file) and origin_of_file(file.path) is Origin.FOREIGN


def _goes_with(file: Found) -> bool:
    return file.path.suffix.lower() not in READERS and is_beside(file.path.name)


def _is_plain(entry: os.DirEntry[str]) -> bool:
    return entry.is_file(follow_symlinks=False)
