"""`grader gradescope`: build the autograder to upload, and run it inside the platform."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import Final

import click

from grader.cli.problems import print_problems

_A_FILE: Final = click.Path(path_type=Path)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def gradescope() -> None:
    """Build an autograder for Gradescope, or run it."""


@gradescope.command()
@click.option("--rubric", required=True, type=_A_FILE, help="The rubric, a YAML file.")
@click.option("--out", default="autograder.zip", show_default=True, type=_A_FILE, help="The zip to upload.")
@click.option("--vendor", is_flag=True, help="Put all wheels in, so that setting up needs no package index.")
@click.option(
    "--python", default="3.11", show_default=True, help="The Python that --vendor fetches wheels for."
)
@click.option(
    "--decisions",
    type=_A_FILE,
    help="A gradebook: what people decided in it counts for such answers on the platform as well.",
)
@click.option("--docker", type=_A_FILE, help="Write a folder with a Dockerfile instead of a zip.")
def build(
    rubric: Path, out: Path, python: str, decisions: Path | None, docker: Path | None, *, vendor: bool
) -> None:
    """Write the zip (or the Docker folder) that marks by a rubric. The rubric is checked first."""
    from grader.cli.outputs import refuse_inputs
    from grader.gradescope.autograderzip import build_files, build_zip
    from grader.gradescope.container import write_container
    from grader.model.errors import GraderError
    from grader.writers.atomic import refuse_to_replace, write_bytes

    try:
        inputs = [rubric, rubric.parent, *([decisions] if decisions else [])]
        refuse_inputs({"--out": None if docker else out, "--docker": docker}, inputs)
        decided = None if decisions is None else _decided(decisions, rubric)
        if docker is None:
            refuse_to_replace(out, kind="autograder")
            data = build_zip(rubric, vendor=vendor, python=python, decisions=decided)
            write_bytes(out, data)
            click.echo(f"{out} ({len(data) / 1e6:.1f} MB) is ready to upload")
            return
        files = build_files(rubric, vendor=vendor, python=python, decisions=decided)
        write_container(docker, files)
        click.echo(f"{docker} is ready: docker build {shlex.quote(str(docker.absolute()))}")
    except GraderError as error:
        print_problems(error.problems)
        sys.exit(2)
    except OSError as error:
        click.echo(f"{error.filename or out}: cannot be written: {error.strerror}", err=True)
        sys.exit(2)


def _decided(gradebook: Path, rubric: Path) -> bytes:
    """Return what people decided in a gradebook, packed, and say how much it is."""
    from grader.cli.assignments import assignment_of
    from grader.gradebook import Gradebook
    from grader.gradescope.decided import decisions_of
    from grader.rubric.loading import load_rubric

    with Gradebook(gradebook, readonly=True) as book:
        found = decisions_of(book, assignment_of(book, load_rubric(rubric).id))
    size = len(found.same) + len(found.equal)
    counts = f"what people decided of {size} {'row' if size == 1 else 'rows'} comes along"
    if found.contradictory:
        counts += f"; of {found.contradictory} they decided differently for equal answers, which awaits a person again"
    click.echo(counts)
    return found.packed()


@gradescope.command()
@click.option("--root", default="/autograder", show_default=True, type=_A_FILE, help="The platform's folder.")
@click.option("--rubric", required=True, type=_A_FILE, help="The rubric, a YAML file.")
@click.option("--decisions", type=_A_FILE, help="What people decided of such answers, as 'build' packed it.")
def run(root: Path, rubric: Path, decisions: Path | None) -> None:
    """Mark what lies in ROOT/submission and write ROOT/results/results.json, whatever happens."""
    from grader.gradescope.containerrun import run as run_once

    for line in run_once(root, rubric, decisions=decisions):  # the platform shows this to the staff alone
        click.echo(line)
