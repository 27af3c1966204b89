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
@click.option("--docker", type=_A_FILE, help="Write a folder with a Dockerfile instead of a zip.")
def build(rubric: Path, out: Path, python: str, docker: Path | None, *, vendor: bool) -> None:
    """Write the zip (or the Docker folder) that marks by a rubric. The rubric is checked first."""
    from grader.cli.outputs import refuse_inputs
    from grader.gradescope.autograderzip import build_files, build_zip
    from grader.gradescope.container import write_container
    from grader.model.errors import GraderError
    from grader.writers.atomic import refuse_to_replace, write_bytes

    try:
        refuse_inputs({"--out": None if docker else out, "--docker": docker}, [rubric, rubric.parent])
        if docker is None:
            refuse_to_replace(out, kind="autograder")
            data = build_zip(rubric, vendor=vendor, python=python)
            write_bytes(out, data)
            click.echo(f"{out} ({len(data) / 1e6:.1f} MB) is ready to upload")
            return
        write_container(docker, build_files(rubric, vendor=vendor, python=python))
        click.echo(f"{docker} is ready: docker build {shlex.quote(str(docker.absolute()))}")
    except GraderError as error:
        print_problems(error.problems)
        sys.exit(2)
    except OSError as error:
        click.echo(f"{error.filename or out}: cannot be written: {error.strerror}", err=True)
        sys.exit(2)


@gradescope.command()
@click.option("--root", default="/autograder", show_default=True, type=_A_FILE, help="The platform's folder.")
@click.option("--rubric", required=True, type=_A_FILE, help="The rubric, a YAML file.")
def run(root: Path, rubric: Path) -> None:
    """Mark what lies in ROOT/submission and write ROOT/results/results.json, whatever happens."""
    from grader.gradescope.containerrun import run as run_once

    for line in run_once(root, rubric):  # the platform shows this to the staff alone
        click.echo(line)
