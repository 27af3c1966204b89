"""Take a zip or a folder apart that may be a download: what it is, whose everything in it is, and what is told of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.model.errors import Problem, SubmissionError, UsageError
from grader.platforms.downloads.delivering import by_clock, delivered, planned
from grader.platforms.downloads.downloadnotices import told, told_ambiguous
from grader.platforms.downloads.folders import is_ambiguous
from grader.platforms.downloads.listing import list_folder, list_zip
from grader.platforms.downloads.pathpattern import Expression
from grader.platforms.downloads.platformids import ClassList, renamed
from grader.platforms.downloads.recognition import recognise, taken_as
from grader.platforms.downloads.request import files_of
from grader.readers.discovery import find_files, source_of
from grader.readers.handinlimits import MAX_NAME, shortened, too_long
from grader.readers.opening import Found, why_not
from grader.readers.ours import without_ours

if TYPE_CHECKING:
    from contextlib import ExitStack
    from pathlib import Path

    from grader.platforms.downloads.contract import Delivery, Listing, Platform
    from grader.platforms.downloads.recognition import Recognised
    from grader.platforms.downloads.request import Expected, TakenIn


class Unpacking:
    """Takes downloads in; raises UsageError for an expression of the teacher's that cannot be used."""

    def __init__(self, expected: Expected, stack: ExitStack, taken: TakenIn) -> None:
        """Add to `taken` what is found; zips stay open on `stack`."""
        self.expected, self.stack, self.taken = expected, stack, taken
        self.expression = Expression(expected.identity) if expected.identity is not None else None

    def takes(self, argument: Path) -> bool:
        """Take a folder or a zip in; False for a zip that is no download."""
        try:
            if argument.is_dir():
                self._take_folder(argument)
                return True
            return self._takes_zip(argument)
        except OSError as error:
            self.taken.problems.append(Problem(source_of(argument), 0, 0, why_not(error)))
            return True

    def _take_folder(self, folder: Path) -> None:
        """Take a folder, as a download or as its files."""
        own: list[Path] = []
        items = files_of([folder], self.expected, own)
        files = [item for item in items if isinstance(item, Found)]
        if not self.expected.is_said and len(files) == 1 and files[0].path.suffix.lower() == ".zip":
            self._refuse_hidden(files[0].path)
        recognised = self._recognised(list_folder(folder, files))
        if recognised is None and self.expression is None:
            self.taken.own += own
            self.taken.add(items)
            return
        found = find_files([folder], teachers=self.expected.teachers, readmes=True)
        items = list(without_ours(found, own=self.taken.own))
        self.taken.problems += [item for item in items if isinstance(item, Problem)]
        listing = list_folder(folder, [item for item in items if isinstance(item, Found)])
        if recognised is None:
            self._take(None, listing)
        else:
            self._take(recognised.platform, listing.within(recognised.listing))

    def _takes_zip(self, path: Path) -> bool:
        source = source_of(path)
        file = self.stack.enter_context(path.open("rb"))
        try:
            listing, problems = list_zip(file, source, path.stem)
        except SubmissionError as error:
            if not self.expected.is_said:  # it may be a student's, which is named among the others
                return False
            self.taken.problems += error.problems
            return True
        recognised = self._recognised(listing)
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
            recognised = recognise(listing, self.expected.known)
        if recognised is not None and recognised.name not in {"folders", "zips"}:
            rule = f"looks like {recognised.platform.title}; give the zip itself instead of its folder, or say --platform files if it is one student's"
            raise UsageError([Problem(source_of(path), 0, 0, rule)])

    def _recognised(self, listing: Listing) -> Recognised | None:
        if self.expression is not None:
            return None
        if self.expected.platform is not None:
            return taken_as(self.expected.platform, listing, self.expected.known)
        return recognise(listing, self.expected.known)

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
            elif rule := _wrong_with(item):
                self.taken.problems.append(level.problem(shortened(item.label, MAX_NAME), rule))
            else:
                deliveries.append(item)
        matched = ClassList(self.expected.students, self.expected.called).matches(
            student for item in deliveries if not item.anonymous for student in item.students
        )
        self.taken.nameless |= {
            student.id for item in deliveries if item.anonymous for student in item.students
        }
        for item in deliveries:
            item.students = tuple(
                renamed(student, matched, self.expected.students) for student in item.students
            )
        if self.expected.zone is None:  # attempts are then in the order of the hand-ins
            deliveries.sort(key=by_clock)
        plans = [planned(item, level, self.expected.converters) for item in deliveries]
        zone = self.expected.zone
        self.taken.handins += delivered(deliveries, plans, level, zone)
        self.taken.notices += told(level, title, deliveries, plans, matched, known_zone=zone is not None)
        if not deliveries:
            self.taken.problems.append(Problem(level.source, 0, 0, f"holds nothing that is read as {title}"))


def _wrong_with(delivery: Delivery) -> str:
    """Say what is wrong with what a hand-in's students are called, "" where nothing is."""
    for student in delivery.students:
        if not student.id:
            return "names a student by nothing that can be seen"
        if rule := too_long(student):
            return rule
    return ""
