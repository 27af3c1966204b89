"""`grader template`: what students get of a rubric, without the key."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from grader.cli.problems import print_problems

if TYPE_CHECKING:
    from grader.rubric.questions import Rubric

_A_FILE: Final = click.Path(path_type=Path)
# What --out writes, by the option that writes it alone.
_NAMES: Final = {"form": "form.yaml", "yaml": "answers.yaml", "markdown": "answers.md"}


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("rubric", type=_A_FILE)
@click.option("--form", type=_A_FILE, help="Write the form, which 'grader validate' reads.")
@click.option("--yaml", type=_A_FILE, help="Write a blank hand-in in YAML.")
@click.option("--markdown", type=_A_FILE, help="Write a blank hand-in in Markdown.")
@click.option("--out", type=_A_FILE, help="Write all three into a folder.")
@click.option("--anyway", is_flag=True, help="Write them although the rubric's own words give a value away.")
def template(rubric: Path, *, anyway: bool, **options: Path | None) -> None:
    """Write what can be published of RUBRIC: its form and blank hand-ins. Nothing of the key is in them.

    Exit codes: 0 done; 2 the rubric or the arguments are wrong, or a title, a text or the name of a part
    holds an expected value: nothing was written.
    """
    from grader.cli.outputs import refuse_inputs
    from grader.model.errors import GraderError
    from grader.rubric.loading import load_rubric

    targets = _targets(options)
    try:
        loaded = load_rubric(rubric)
        refuse_inputs({f"--{name}": path for name, path in targets.items()}, [rubric])
        _refuse_variants(loaded, rubric)
        _refuse_leaks(loaded, rubric, anyway=anyway)
        texts = _texts(loaded, targets)
        _refuse_to_replace(texts, targets)
        for name, text in texts.items():
            _write(targets[name], text)
    except GraderError as error:
        print_problems(error.problems)
        sys.exit(2)
    for path in targets.values():
        click.echo(f"wrote {path}")


def _targets(options: dict[str, Any]) -> dict[str, Path]:
    out = options.pop("out")
    targets = {name: path for name, path in options.items() if path is not None}
    if out is not None:
        targets = {name: targets.get(name, out / file) for name, file in _NAMES.items()}
    if not targets:
        raise click.UsageError("give --out FOLDER, or one of --form, --yaml and --markdown")
    return targets


def _refuse_variants(rubric: Rubric, path: Path) -> None:
    """Raise FormError for a rubric whose questions differ by student."""
    from grader.model.errors import FormError, Problem

    if any(question.parameters for question in rubric.questions):
        rule = "has questions with 'parameters', so that there is no one form for all; 'grader variants' writes each student's sheet"
        raise FormError([Problem(str(path), 0, 0, rule)])


def _refuse_leaks(rubric: Rubric, path: Path, *, anyway: bool) -> None:
    """Warn of what may be chance; raises FormError for what can hardly be."""
    from grader.files.yamltree import load_yaml, read_own_file
    from grader.forms.giveaways import leaks
    from grader.model.errors import FormError
    from grader.rubric.loading import MAX_BYTES

    source = read_own_file(path, MAX_BYTES, FormError)
    found = leaks(rubric, load_yaml(source, str(path)), source)
    sure = [leak.problem for leak in found if leak.sure]
    if sure and not anyway:
        raise FormError(sure)
    for leak in found:
        click.echo(f"warning: {leak.problem}", err=True)


def _texts(rubric: Rubric, targets: dict[str, Path]) -> dict[str, str]:
    from grader.files.provenance import signed
    from grader.forms import form_of
    from grader.forms.blanks import form_text, markdown_blank, yaml_blank

    form = form_of(rubric)
    write = {"form": form_text, "yaml": yaml_blank, "markdown": markdown_blank}
    kinds = {"form": "form", "yaml": "blank"}  # a signature in Markdown would be part of the last answer
    texts = {name: write[name](form) for name in targets}
    return {
        name: signed(text, kinds[name], "yaml") if name in kinds else text for name, text in texts.items()
    }


def _refuse_to_replace(texts: dict[str, str], targets: dict[str, Path]) -> None:
    """Raise UsageError with every file that is there and not ours, or filled in, before any is written."""
    from grader.files.provenance import kind_of
    from grader.model.errors import Problem, UsageError
    from grader.writers.atomic import refused, why_kept

    problems = []
    for name, text in texts.items():
        path, data = targets[name], text.encode()
        try:
            why = why_kept(path, kind=kind_of(data), data=data)
            if why:
                problems.append(Problem(str(path), 0, 0, f"cannot be written: {refused(path, why).strerror}"))
        except OSError as error:
            problems.append(Problem(str(path), 0, 0, f"cannot be written: {error.strerror}"))
    if problems:
        raise UsageError(problems)


def _write(path: Path, text: str) -> None:
    from grader.model.errors import Problem, UsageError
    from grader.writers.atomic import public_mode, write_text

    try:
        write_text(path, text, mode=public_mode())
    except OSError as error:
        raise UsageError([Problem(str(path), 0, 0, f"cannot be written: {error.strerror}")]) from error
