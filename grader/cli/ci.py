"""`grader ci`: mark hand-ins inside a build, and show the result there."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from grader.cli.problems import print_problems

if TYPE_CHECKING:
    from grader.ci.buildrun import CiRequest

_A_FILE: Final = click.Path(path_type=Path)
# One that cannot be read is named like any other, and the rest is read.
_HANDED_IN: Final = click.Path(path_type=Path, readable=False)


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("submissions", nargs=-1, required=True, type=_HANDED_IN)
@click.option("--rubric", required=True, type=_A_FILE, help="The rubric, a YAML file.")
@click.option(
    "--fail-under", metavar="SHARE", help="Exit with 3 if a sure score is under this share, e.g. 50%."
)
@click.option("--strict", is_flag=True, help="Exit with 3 also if anything awaits a person.")
@click.option(
    "--summary", type=_A_FILE, help="Markdown for GitHub's job summary.  [default: $GITHUB_STEP_SUMMARY]"
)
@click.option("--junit", type=_A_FILE, help="JUnit XML: a suite a question, a case a criterion.")
@click.option(
    "--annotations",
    type=click.Choice(["github", "gitlab", "none"]),
    help="Remarks beside lines; GitHub shows ten of a kind.  [default: github on GitHub, else none]",
)
@click.option("--codequality", type=_A_FILE, help="GitLab's Code Quality JSON, as --annotations gitlab.")
@click.option("--classroom", type=_A_FILE, help="GitHub Classroom's result, and `result` in $GITHUB_OUTPUT.")
@click.option(
    "--deadline",
    metavar="SECONDS",
    type=click.FloatRange(0.05),
    help="The most work one answer may take.  [default: 10]",
)
@click.option("--json", "as_json", is_flag=True, help="Print the reports as JSON instead of a list.")
@click.option("--quiet", is_flag=True, help="Print problems and annotations only.")
def ci(submissions: tuple[Path, ...], **options: Any) -> None:
    """Mark SUBMISSIONS (files or folders) inside a build, and show the result there.

    What awaits a person fails no build, and what failed by our fault is an error, never a lost point.

    Exit codes: 0 done; 1 some submission could not be read or marked; 2 the rubric or the arguments are
    wrong, nothing was marked; 3 a sure score is under --fail-under, or something awaits a person with
    --strict.
    """
    from grader.ci.buildrun import NOTHING_DONE, run
    from grader.model.errors import GraderError

    try:
        wanted = _wanted(submissions, options)
    except GraderError as error:
        print_problems(error.problems)
        sys.exit(NOTHING_DONE)
    sys.exit(run(wanted, lambda line, is_problem: click.echo(line, err=is_problem)))


def _wanted(submissions: tuple[Path, ...], options: dict[str, Any]) -> CiRequest:
    from grader.ci.buildrun import CiRequest
    from grader.ci.codequality import DEFAULT_FILE
    from grader.cli.grade import read_share
    from grader.cli.outputs import refuse_inputs

    options = dict(options)
    on_github = os.environ.get("GITHUB_ACTIONS") == "true"
    kind = options.pop("annotations") or ("github" if on_github else "none")
    if kind == "gitlab" and options["codequality"] is None:
        options["codequality"] = Path(DEFAULT_FILE)
    github = _path_from("GITHUB_STEP_SUMMARY")
    options["summary"] = options["summary"] or github
    outputs = {f"--{name}": options[name] for name in ("summary", "junit", "codequality", "classroom")}
    refuse_inputs(outputs, [options["rubric"], *submissions])
    root = _path_from("GITHUB_WORKSPACE") or _path_from("CI_PROJECT_DIR") or Path.cwd()
    return CiRequest(
        submissions=submissions,
        root=root.absolute(),
        appended=options["summary"] is not None and options["summary"] == github,
        output=_path_from("GITHUB_OUTPUT"),
        commands=kind == "github",
        least=read_share(options.pop("fail_under")),
        **options,
    )


def _path_from(variable: str) -> Path | None:
    return Path(os.environ[variable]) if os.environ.get(variable) else None
