"""One run inside a build: mark, write what was asked for, say how it went by the exit code."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from grader.ci.annotations import annotate
from grader.ci.buildmarking import Intake, mark_files
from grader.ci.classroom import encoded, known_classroom, render_classroom
from grader.ci.codequality import known_codequality, render_codequality
from grader.ci.findings import Outcomes, findings_of
from grader.ci.jobsummary import LARGEST, render_summary
from grader.ci.junit import render_junit
from grader.ci.log import log_lines, problem_lines, reports_json
from grader.files.provenance import signed
from grader.model.errors import GraderError, Problem, UsageError, named
from grader.records import dataclass
from grader.rubric.loading import imported_files, load_rubric
from grader.writers.atomic import public_mode, write_text
from grader.writers.displaytext import encodable
from grader.writers.rounding import hundredths

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from fractions import Fraction
    from pathlib import Path

DONE: Final = 0
SOME_FAILED: Final = 1
NOTHING_DONE: Final = 2
UNDER_THE_MARK: Final = 3


# All that a run may tell, each for students: what is written is one of these.
VIEWS: Final[Mapping[str, Callable[[Outcomes], str]]] = {
    "problems": lambda outcomes: "\n".join(problem_lines(outcomes)),
    "log": lambda outcomes: "\n".join(log_lines(outcomes)),
    "json": reports_json,
    "annotations": lambda outcomes: "\n".join(map(str, annotate(outcomes))),
    "summary": render_summary,
    "junit": render_junit,
    "codequality": render_codequality,
    "classroom": render_classroom,
}


@dataclass(frozen=True, slots=True)
class CiRequest:
    """What a run marks, and where it says so; a path that is None is not written."""

    submissions: tuple[Path, ...]
    rubric: Path
    root: Path  # the project, which paths are relative to
    summary: Path | None = None
    appended: bool = False  # the summary is GitHub's own file, to which other steps may have written
    junit: Path | None = None
    codequality: Path | None = None
    classroom: Path | None = None
    output: Path | None = None  # GitHub's file for a step's outputs
    commands: bool = False  # annotations for GitHub
    least: Fraction | None = None
    strict: bool = False  # what awaits a person fails the build
    deadline: float | None = None
    as_json: bool = False
    quiet: bool = False


def run(wanted: CiRequest, say: Callable[[str, bool], None]) -> int:
    """Mark and write; `say` prints a line, on the error stream if told so. Returns the exit code."""
    outcomes = Outcomes(least=wanted.least)
    try:
        rubric = load_rubric(wanted.rubric)
    except GraderError as error:
        outcomes.problems = error.problems
    else:
        outcomes.title, outcomes.max_points = rubric.title or rubric.id, hundredths(rubric.visible_points)
        intake = Intake(wanted.root, (wanted.rubric, *imported_files(wanted.rubric)))
        marked = mark_files(rubric, wanted.submissions, intake=intake, deadline=wanted.deadline)
        try:
            outcomes.papers.extend(findings_of(marked, wanted.root))
        except UsageError as error:
            outcomes.problems = error.problems
    _say(VIEWS["problems"](outcomes), say, is_problem=True)
    if wanted.as_json or not wanted.quiet:
        _say(VIEWS["json" if wanted.as_json else "log"](outcomes), say, is_problem=False)
    if wanted.commands:  # the runner reads both streams, and JSON stays JSON
        _say(VIEWS["annotations"](outcomes), say, is_problem=wanted.as_json)
    unwritten = list(_write(wanted, outcomes))
    for problem in unwritten:
        say(str(problem), True)
    return NOTHING_DONE if unwritten else _code(wanted, outcomes)


def _say(text: str, say: Callable[[str, bool], None], *, is_problem: bool) -> None:
    if text:
        say(text, is_problem)


def _code(wanted: CiRequest, outcomes: Outcomes) -> int:
    if outcomes.problems:
        return NOTHING_DONE
    if any(paper.problems for paper in outcomes.papers):
        return SOME_FAILED
    return UNDER_THE_MARK if outcomes.under or (wanted.strict and outcomes.awaiting) else DONE


def _write(wanted: CiRequest, outcomes: Outcomes) -> Iterator[Problem]:
    """Write every file that was asked for; yield a problem for each that cannot be written."""
    if wanted.summary is not None:
        try:
            _write_summary(wanted.summary, outcomes, appended=wanted.appended)
        except OSError as error:
            yield _unwritten(wanted.summary, error)
    for name, path, known in (
        ("junit", wanted.junit, None),
        ("codequality", wanted.codequality, known_codequality),
        ("classroom", wanted.classroom, known_classroom),
    ):
        if path is not None:
            try:
                write_text(path, encodable(VIEWS[name](outcomes)), known=known, mode=public_mode())
            except OSError as error:
                yield _unwritten(path, error)
            except Exception as error:  # noqa: BLE001 - one format that fails must not cost the others
                yield Problem(str(path), 0, 0, f"could not be made: the grader failed with {named(error)}")
    if wanted.classroom is not None and wanted.output is not None:
        try:
            _append(wanted.output, f"result={encoded(VIEWS['classroom'](outcomes))}\n")
        except OSError as error:
            yield _unwritten(wanted.output, error)


def _write_summary(path: Path, outcomes: Outcomes, *, appended: bool) -> None:
    if not appended:
        text = signed(encodable(render_summary(outcomes)), "summary", "md")
        write_text(path, text, mode=public_mode())
        return
    there = path.stat().st_size if path.exists() else 0
    _append(path, encodable(render_summary(outcomes, LARGEST - there)))


def _append(path: Path, text: str) -> None:
    """Add a text to a file of GitHub's, in one write."""
    with path.open("ab") as file:
        file.write(text.encode())


def _unwritten(path: Path, error: OSError) -> Problem:
    return Problem(str(path), 0, 0, f"cannot be written: {error.strerror}")
