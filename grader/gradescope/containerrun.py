"""Run on one hand-in inside the platform's container."""

from __future__ import annotations

import time
import traceback
from typing import TYPE_CHECKING, Any, Final

from grader.codeversion import code_version
from grader.executors import HandIn, Settings
from grader.executors.forked import LimitedMarking, Limits
from grader.executors.worker import Worker
from grader.files.yamltree import read_own_bytes
from grader.gradescope.attempts import last_results, not_marked, over_limit
from grader.gradescope.decided import MAX_BYTES, Decisions
from grader.gradescope.handin import StudentError, find_handin
from grader.gradescope.metadata import Metadata, read_metadata
from grader.gradescope.results import Results, clean, staff_test, write_json
from grader.model.errors import FaultError, GraderError, SubmissionError, UsageError
from grader.readers.discovery import source_of
from grader.readers.files import read_raw
from grader.records import dataclass
from grader.rubric.loading import imported_files, load_rubric

if TYPE_CHECKING:
    from pathlib import Path

    from grader.rubric.questions import Rubric

# The platform stops a run after 10 minutes and then shows nothing at all; half a CPU makes everything slower.
ANSWER: Final = 30.0  # seconds
WHOLE: Final = 480.0  # seconds
# The container has 768 MB, of which the grader itself takes about 100; so much more may an answer take.
MEMORY: Final = 500_000_000  # bytes

_OURS: Final = (
    "The grader failed before it could mark your answers. That is our fault, not yours: this is not your "
    "mark. The staff can see what happened and will run it again."
)
_MISSING: Final = "It could not be marked, so nothing is counted yet."


@dataclass(frozen=True, slots=True)
class Root:
    """The folders of the platform."""

    path: Path

    @property
    def submission(self) -> Path:
        return self.path / "submission"

    @property
    def results(self) -> Path:
        return self.path / "results" / "results.json"

    @property
    def metadata(self) -> Path:
        return self.path / "submission_metadata.json"


def run(
    path: Path, rubric: Path, *, limits: Limits | None = None, decisions: Path | None = None
) -> list[str]:
    """Mark what lies in a platform's tree and write its results.json; returns what the staff should read.

    `decisions` is the file of what people decided of such answers.

    Never raises: every failure stands in results.json.
    """
    root = Root(path)
    metadata = Metadata()
    try:
        root.results.parent.mkdir(parents=True, exist_ok=True)
        write_json(root.results, our_fault("the run was stopped before anything was marked", metadata))
        metadata = read_metadata(root.metadata)
        write_json(root.results, our_fault("the run was stopped before anything was marked", metadata))
        teachers = (rubric, *imported_files(rubric))
        decided = Decisions.unpacked(read_own_bytes(decisions, MAX_BYTES, UsageError)) if decisions else None
        limits = limits or Limits(ANSWER, WHOLE, MEMORY)
        return _run(root, load_rubric(rubric), metadata, limits, teachers, decided)
    except GraderError as error:
        said = [str(problem) for problem in error.problems]
    except Exception:  # noqa: BLE001 - whatever breaks is ours, and must be told as ours
        said = traceback.format_exc().splitlines()
    write_json(root.results, our_fault("\n".join(said), metadata))
    return said


def our_fault(what: str, metadata: Metadata) -> dict[str, Any]:
    """Return results for a run of which nothing is left: what the student had before stands, if there was anything.

    The hidden row keeps the platform from showing a total, so that no zero is shown.
    """
    kept = last_results(metadata.earlier)
    tests = [staff_test(f"our fault: {what}")]
    if kept is None:
        return {
            "score": 0,
            "output": _OURS,
            "output_format": "text",
            "tests": tests,
            "extra_data": {"fault": True},
        }
    before = f"{_OURS}\nShown is the result of an earlier hand-in.\n{kept.get('output') or ''}"
    return {
        **kept, "output": before, "output_format": "text", "tests": [*kept["tests"], *tests],
        "extra_data": {"fault": True},
    }  # fmt: skip


def _run(
    root: Root,
    rubric: Rubric,
    metadata: Metadata,
    limits: Limits,
    teachers: tuple[Path, ...],
    decided: Decisions | None,
) -> list[str]:
    started = time.monotonic()
    why = over_limit(rubric.gradescope.attempts, metadata)
    if why:
        write_json(root.results, not_marked(why, metadata.earlier))
        return [why]
    results = Results(
        rubric,
        root.results,
        notes=list(metadata.notes),
        late=rubric.deduction(metadata.created, metadata.latest_due)[:2],
    )
    results.extra = {"grader": code_version(), "attempt": len(metadata.earlier) + 1}
    try:
        file = find_handin(root.submission, rubric.gradescope.file, teachers=teachers)
        source = source_of(file.path.relative_to(root.submission))
        worker = Worker(Settings(rubric, code_version()))
        marking = LimitedMarking(worker, HandIn(source, read_raw(file)), limits)
        submission = marking.read()
    except StudentError as error:
        return _unmarked(root, rubric, str(error))
    except SubmissionError as error:
        said = [str(problem).replace(f"{root.submission}/", "") for problem in error.problems]
        if isinstance(error, FaultError):
            write_json(root.results, our_fault("\n".join(said), metadata))
            return said
        return _unmarked(root, rubric, "Your file cannot be read:\n" + "\n".join(said))
    results.said += [f"Marked is {source}.", *submission.notes]
    for judged in marking.questions(submission):
        report = judged.report
        results.judged[report.id] = report if decided is None else decided.overlaid(report, rubric)
        if judged.fault:
            results.faults.append(f"{judged.report.id}: {judged.fault}")
        results.write()
    results.finished = True
    results.seconds = round(time.monotonic() - started, 2)
    results.write()
    return results.staff_words(detailed=rubric.gradescope.staff == "stdout").splitlines()


def _unmarked(root: Root, rubric: Rubric, said: str) -> list[str]:
    """Write results for a hand-in that the student must mend: blank is not wrong, and neither is this."""
    row = {
        "name": "Your hand-in",
        "score": 0,
        "max_score": 0,
        "status": "failed",
        "output": clean(f"{said}\n{_MISSING}"),
    }
    write_json(
        root.results,
        {
            "output": clean(said),
            "output_format": "text",
            "visibility": "visible",
            "tests": [row, staff_test(f"unreadable, so no total is shown: {said}")],
            "extra_data": {
                "assignment": rubric.id,
                "grader": code_version(),
                "unreadable": True,
            },
        },
    )
    return said.splitlines()
