"""From what is given on the command line to hand-ins: files as they are, and downloads taken apart."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import partial
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from grader.model.errors import Problem, SubmissionError, UsageError
from grader.model.identity import normal_id
from grader.model.submission import Sender
from grader.platforms.downloads.bundling import ReadingPlan, plan
from grader.platforms.downloads.expression import Expression
from grader.platforms.downloads.folders import is_ambiguous
from grader.platforms.downloads.listing import list_folder, list_zip
from grader.platforms.downloads.matching import ClassList, renamed
from grader.platforms.downloads.recognition import FILES, recognise, refuse_unknown, taken_as
from grader.platforms.downloads.telling import told, told_ambiguous
from grader.readers.delivered import Delivered
from grader.readers.folders import find_files, source_of, without_companions
from grader.readers.opening import Found, why_not
from grader.readers.ours import without_ours

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from contextlib import ExitStack
    from datetime import datetime, tzinfo
    from pathlib import Path

    from grader.platforms.downloads.contract import Delivery, Listing, Platform
    from grader.platforms.downloads.recognition import Recognised


@dataclass(frozen=True, slots=True)
class Expected:
    """What a teacher says of what was handed in. `students` are names by the ids of the class list."""

    platform: str | None = None
    identity: str | None = None
    students: Mapping[str, str] = field(default_factory=dict)
    zone: tzinfo | None = None  # of times that have no offset; None: nobody knows
    teachers: tuple[Path | None, ...] = ()
    asks: bool = (
        True  # whether a zip that may be a class or one student's is refused; else it is one student's
    )
    companions: bool = True  # pictures and programs in a student's folder are read like any other file


@dataclass(slots=True)
class TakenIn:
    """What was handed in, in order, what is wrong with the rest, and what a teacher should know of it."""

    handins: list[Found | Delivered] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    own: list[Path] = field(default_factory=list)  # files that grader wrote itself

    @property
    def files(self) -> list[Found]:
        """The hand-ins that are files."""
        return [item for item in self.handins if isinstance(item, Found)]

    @property
    def times(self) -> dict[str, datetime]:
        """When downloads say that hand-ins came, by their source."""
        moments = ((item.source, item.submitted) for item in self.handins if isinstance(item, Delivered))
        return {source: moment for source, moment in moments if moment is not None}


def take_in(arguments: Sequence[Path], expected: Expected, stack: ExitStack) -> TakenIn:
    """Return all that was handed in; raises UsageError for what a teacher should say otherwise.

    Zips stay open on `stack`. Only a single argument is taken for a download unless the teacher says so: of several,
    each is most likely a student's own, and would be believed whosever it says that it is.
    """
    refuse_unknown(expected.platform)
    expression = Expression(expected.identity) if expected.identity is not None else None
    if expression is not None and expected.platform is not None:
        rule = "whose the files are is said by --identity; give it without --platform"
        raise UsageError([Problem("--platform", 0, 0, rule)])
    taking = _Taking(expected, expression, stack, TakenIn())
    said = expected.platform not in {None, FILES} or expression is not None
    several = len(arguments) > 1
    rest = []
    for argument in arguments:
        # A link among other arguments was most likely put there by a wildcard.
        looked = (
            expected.platform != FILES and (said or not several) and not (several and argument.is_symlink())
        )
        if not (looked and taking.takes(argument, said=said)):
            rest.append(argument)
    if rest:
        taking.take_files(rest)
    return taking.taken


@dataclass(slots=True)
class _Taking:
    expected: Expected
    expression: Expression | None
    stack: ExitStack
    taken: TakenIn
    sources: Counter[str] = field(default_factory=Counter)

    @property
    def known(self) -> frozenset[str]:
        """What folders of students of the class list may be called."""
        students = self.expected.students
        return frozenset((*students, *(normal_id(name) for name in students.values() if name)))

    def takes(self, argument: Path, *, said: bool) -> bool:
        """Take an argument as a download; False for what is none."""
        try:
            if argument.is_dir():
                return self._takes_folder(argument, said=said)
            if argument.suffix.lower() == ".zip" and argument.is_file():
                return self._takes_zip(argument, said=said)
        except OSError as error:
            self.taken.problems.append(Problem(source_of(argument), 0, 0, why_not(error)))
            return True
        return False

    def take_files(self, arguments: Sequence[Path]) -> None:
        """Take what is no download: every file is a hand-in."""
        self._add(self._found(arguments, self.taken.own))

    def _found(self, arguments: Sequence[Path], own: list[Path]) -> list[Found | Problem]:
        found = find_files(arguments, teachers=self.expected.teachers)
        given = found if self.expected.companions else without_companions(found)
        return list(without_ours(given, named=arguments, own=own))

    def _add(self, items: Iterable[Found | Problem]) -> None:
        for item in items:
            if isinstance(item, Problem):
                self.taken.problems.append(item)
            else:
                self.taken.handins.append(item)

    def _takes_folder(self, folder: Path, *, said: bool) -> bool:
        """Take a folder, as a download or as its files."""
        own: list[Path] = []
        items = self._found([folder], own)
        files = [item for item in items if isinstance(item, Found)]
        if not said and len(files) == 1 and files[0].path.suffix.lower() == ".zip":
            self._refuse_hidden(files[0].path)
        recognised = self._recognised(list_folder(folder, files), said=said)
        if recognised is None and self.expression is None:
            self.taken.own += own
            self._add(items)
            return True
        found = find_files([folder], teachers=self.expected.teachers, readmes=True)
        items = list(without_ours(found, own=self.taken.own))
        self.taken.problems += [item for item in items if isinstance(item, Problem)]
        listing = list_folder(folder, [item for item in items if isinstance(item, Found)])
        for _ in range(recognised.level if recognised else 0):
            listing = listing.below() or listing
        self._take(recognised.platform if recognised else None, listing)
        return True

    def _takes_zip(self, path: Path, *, said: bool) -> bool:
        source = source_of(path)
        file = self.stack.enter_context(path.open("rb"))
        try:
            listing, problems = list_zip(file, source, path.stem)
        except SubmissionError as error:
            if not said:  # it may be a student's, which is named among the others
                return False
            self.taken.problems += error.problems
            return True
        recognised = self._recognised(listing, said=said)
        if recognised is None and self.expression is None:
            if self.expected.asks and is_ambiguous(listing):
                raise UsageError([Problem(source, 0, 0, told_ambiguous(listing))])
            return False
        self.taken.problems += problems
        self._take(recognised.platform if recognised else None, recognised.listing if recognised else listing)
        return True

    def _refuse_hidden(self, path: Path) -> None:
        """Raise UsageError for a folder with nothing in it but a download, which one student's zip could pretend to be."""
        with path.open("rb") as file:
            try:
                listing, _ = list_zip(file, source_of(path), path.stem)
            except SubmissionError:
                return
            recognised = recognise(listing, self.known)
        if recognised is not None and recognised.name not in {"folders", "zips"}:
            rule = f"looks like {recognised.platform.title}; give the zip itself instead of its folder"
            raise UsageError([Problem(source_of(path), 0, 0, rule)])

    def _recognised(self, listing: Listing, *, said: bool) -> Recognised | None:
        if self.expression is not None:
            return None
        if said and self.expected.platform is not None:
            return taken_as(self.expected.platform, listing, self.known)
        return recognise(listing, self.known)

    def _take(self, platform: type[Platform] | None, level: Listing) -> None:
        """Add the hand-ins of a download, and say what it was taken as."""
        if platform is not None:
            made, title = platform.deliveries(level), platform.title
        else:
            assert self.expression is not None  # noqa: S101 - one of the two says whose files are
            made, title = self.expression.deliveries(level), "files named as --identity says"
        deliveries: list[Delivery] = []
        for item in made:
            if isinstance(item, Problem):
                self.taken.problems.append(item)
            elif all(student.id for student in item.students):
                deliveries.append(item)
            else:
                self.taken.problems.append(
                    level.problem(item.label, "names a student by nothing that can be seen")
                )
        matched = ClassList(self.expected.students).matches(
            student for item in deliveries if not item.anonymous for student in item.students
        )
        for item in deliveries:
            item.students = tuple(
                renamed(student, matched, self.expected.students) for student in item.students
            )
        if self.expected.zone is None:  # attempts are then in the order of the hand-ins
            deliveries.sort(key=_by_clock)
        plans = [self._planned(item, level) for item in deliveries]
        self.taken.handins += [
            self._delivered(item, made, level) for item, made in zip(deliveries, plans, strict=True)
        ]
        self.taken.notices += told(
            level, title, deliveries, plans, matched, known_zone=self.expected.zone is not None
        )
        if not deliveries:
            self.taken.problems.append(Problem(level.source, 0, 0, f"holds nothing that is read as {title}"))

    def _planned(self, delivery: Delivery, listing: Listing) -> ReadingPlan | SubmissionError:
        try:
            return plan(delivery.files, listing.shown(delivery.label))
        except SubmissionError as error:
            return error

    def _delivered(
        self, delivery: Delivery, made: ReadingPlan | SubmissionError, listing: Listing
    ) -> Delivered:
        source = listing.shown(f"{delivery.label}.zip")
        notes = list(delivery.notes)
        if isinstance(made, ReadingPlan):
            if made.alone is not None:
                source = _source_of_one(made, listing)
            notes += made.notes
        if delivery.late:
            notes.append("The platform marked this as late, and does not say by how much.")
        self.sources[source] += 1
        if self.sources[source] > 1:
            path = PurePosixPath(source)
            source = str(path.with_name(f"{path.stem} ({self.sources[source]}){path.suffix}"))
        sender = Sender(students=delivery.students, stated=delivery.stated, notes=tuple(notes))
        fetch = partial(made.fetch, source) if isinstance(made, ReadingPlan) else partial(_refused, made)
        names = tuple(file.entry.name for file in delivery.files)
        return Delivered(source, sender, fetch, self._moment(delivery.submitted), names)

    def _moment(self, moment: datetime | None) -> datetime | None:
        """Return a time with an offset, None where nobody knows that."""
        if moment is None or moment.tzinfo is not None:
            return moment
        return None if self.expected.zone is None else moment.replace(tzinfo=self.expected.zone)


def _by_clock(delivery: Delivery) -> str:
    moment = delivery.submitted
    return moment.isoformat() if moment is not None and moment.tzinfo is None else ""


def _source_of_one(made: ReadingPlan, listing: Listing) -> str:
    assert made.alone is not None  # noqa: S101 - asked before
    path, name = made.alone.entry.path, made.alone.name
    if PurePosixPath(path).suffix.lower() == PurePosixPath(name).suffix.lower():
        return listing.shown(path)
    return listing.shown(f"{path}/{name}")


def _refused(error: SubmissionError, converters: Mapping[str, str]) -> bytes:
    del converters
    raise error
