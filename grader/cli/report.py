"""`grader report`: a student's reports over all assignments, or everybody's, as pages or PDF."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from grader.cli.problems import print_problems, stopped_by

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from grader.batch.finals import Final as Mine
    from grader.batch.finals import Finals
    from grader.model.errors import Problem
    from grader.writers.filenames import ReportNames

_A_PATH: Final = click.Path(path_type=Path)


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("gradebooks", nargs=-1, type=_A_PATH)
@click.option("--students", help="Whose, by their ids, comma separated.  [default: everybody's]")
@click.option("--assignment", help="Of this assignment alone.")
@click.option(
    "--out", default="student-reports", show_default=True, type=_A_PATH,
    help="Where to write: a folder for each assignment.",
)  # fmt: skip
@click.option(
    "--format", "formats", default="html", show_default=True, help="html, md and json, comma separated."
)
@click.option(
    "--pdf", is_flag=True, help="Print each page to PDF too, by an installed Chromium, Chrome or Edge."
)
def report(
    gradebooks: tuple[Path, ...],
    students: str | None,
    assignment: str | None,
    out: Path,
    formats: str,
    *,
    pdf: bool,
) -> None:
    """Write reports out of GRADEBOOKS, files or folders of them (by default `reports.gradebook`).

    Every page stands by itself and can be sent. Nothing is marked; people's decisions and lateness are in it.

    Exit codes: 0 done; 1 somebody asked for has no report, or a file could not be written; 2 nothing was written.
    """
    from grader.model.errors import GraderError

    try:
        problems = _Reports(out, _formats(formats, pdf=pdf), pdf=pdf).write(
            _books(gradebooks), students, assignment
        )
    except GraderError as error:
        print_problems(error.problems)
        sys.exit(2)
    except OSError as error:
        click.echo(stopped_by(error, out), err=True)
        sys.exit(2)
    print_problems(problems)
    sys.exit(1 if problems else 0)


def _formats(text: str, *, pdf: bool) -> tuple[str, ...]:
    from grader.files.validation import did_you_mean
    from grader.model.errors import Problem, UsageError

    known = ("html", "md", "json")
    names = tuple(dict.fromkeys(filter(None, (name.strip() for name in text.split(",")))))
    wrong = next((name for name in names if name not in known), None)
    if wrong is not None or not names:
        rule = f"unknown format {wrong!r}{did_you_mean(wrong or '', known)}; known are {', '.join(known)}"
        raise UsageError([Problem("--format", 0, 0, rule)])
    return (*names, "html") if pdf and "html" not in names else names


def _books(paths: Sequence[Path]) -> list[Path]:
    """Return the gradebooks that are named, those of a folder in the order of their names; raises UsageError."""
    from grader.model.errors import Problem, UsageError

    found: list[Path] = []
    for path in paths or (Path("reports.gradebook"),):
        if not path.is_dir():
            found.append(path)
            continue
        inside = sorted(path.glob("*.gradebook"))
        if not inside:
            raise UsageError([Problem(str(path), 0, 0, "holds no file that ends in .gradebook")])
        found += inside
    return list(dict.fromkeys(found))


class _Reports:
    """Writes reports of several gradebooks into one folder."""

    def __init__(self, out: Path, formats: tuple[str, ...], *, pdf: bool) -> None:
        from grader.cli.browser import find_browser

        self.out, self.formats = out, formats
        self.browser = find_browser() if pdf else ""
        self.problems: list[Problem] = []
        self.written = 0

    def write(self, books: Iterable[Path], students: str | None, assignment: str | None) -> list[Problem]:
        """Write what is asked for; return what is wrong. Raises GraderError and OSError."""
        from grader.batch.finals import Finals
        from grader.gradebook import Gradebook
        from grader.model.errors import Problem, UsageError
        from grader.model.identity import normal_id

        wanted = (
            None if students is None else {normal_id(name) for name in students.split(",") if normal_id(name)}
        )
        seen: set[str] = set()
        there: list[str] = []
        for path in books:
            with Gradebook(path, readonly=True) as book:
                known = [
                    row[0]
                    for row in book.rows("SELECT DISTINCT assignment FROM standings ORDER BY assignment")
                ]
                there += known
                for name in known:
                    if assignment in {None, name}:
                        seen |= self._write_assignment(Finals(book, name), wanted)
        if assignment is not None and assignment not in there:
            rule = f"no gradebook given holds it; they hold {', '.join(there) or 'nothing'}"
            raise UsageError([Problem("--assignment", 0, 0, rule)])
        for student in sorted((wanted or set()) - seen):
            self.problems.append(
                Problem("--students", 0, 0, f"{student!r} has no report in any of the gradebooks")
            )
        count = f"{self.written:,} {'report is' if self.written == 1 else 'reports are'}"
        click.echo(f"{count} in {self.out}")
        return self.problems

    def _write_assignment(self, finals: Finals, wanted: set[str] | None) -> set[str]:
        """Write the reports of one assignment; return whose they are."""
        from grader.writers.filenames import ReportNames, safe_stem

        names = ReportNames()
        folder = self.out / safe_stem(finals.assignment)
        done = set()
        for final in finals:
            if wanted is not None and final.student.id not in wanted:
                continue
            done.add(final.student.id)
            for line in self._write_one(finals, final, folder, names):
                click.echo(line)
        return done

    def _write_one(self, finals: Finals, final: Mine, folder: Path, names: ReportNames) -> Iterator[str]:
        from grader.cli.browser import print_pdf
        from grader.executors.filing import MAX_FILE, Sheets, fitting
        from grader.model.disclosure import Reader
        from grader.model.errors import Problem
        from grader.writers.atomic import write_text
        from grader.writers.displaytext import one_line
        from grader.writers.rounding import decimal
        from grader.writers.view import span

        report = finals.report_of(final.student, final.standing)
        stem = names.stem(final.student.id, final.source)
        sheets = Sheets(report, Reader.STUDENT)
        for name in self.formats:
            for file, text in fitting(sheets, stem, name, MAX_FILE, assets="inline"):
                path = write_text(folder / file, text)
                if self.browser and file.endswith(".html"):
                    wrong = print_pdf(self.browser, path, path.with_suffix(".pdf"))
                    if wrong:
                        self.problems.append(Problem(str(path), 0, 0, f"could not be printed: {wrong}"))
        self.written += 1
        who = one_line(final.student.name or final.student.id, 40)
        title = one_line(report.title or finals.assignment, 40)
        yield f"{who}  {title}  {span(final.low, final.high)}/{decimal(final.max_points)}"
