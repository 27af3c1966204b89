"""The two commands: `grade` marks a class, `grader` does everything else.

Only click is imported here; a command's module is loaded when the command is called.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import click

from grader import __version__
from grader.cli.grade import grade
from grader.files.registry import resolve

if TYPE_CHECKING:
    from collections.abc import Mapping

COMMANDS: Final[Mapping[str, str]] = {
    "calibrate": "grader.cli.calibrate:calibrate",
    "check": "grader.cli.check:check",
    "ci": "grader.cli.ci:ci",
    "compare": "grader.cli.compare:compare",
    "derive": "grader.cli.derive:derive",
    "explain": "grader.cli.explain:explain",
    "export": "grader.cli.export:export",
    "grade": "grader.cli.grade:grade",
    "gradebook": "grader.cli.gradebook:gradebook",
    "gradescope": "grader.cli.gradescope:gradescope",
    "init": "grader.cli.init:init",
    "override": "grader.cli.override:override",
    "regrade": "grader.cli.regrade:regrade",
    "report": "grader.cli.report:report",
    "review": "grader.cli.review:review",
    "schema": "grader.cli.schema:schema",
    "similar": "grader.cli.similar:similar",
    "stats": "grader.cli.stats:stats",
    "template": "grader.cli.template:template",
    "validate": "grader.cli.validate:validate",
    "variants": "grader.cli.variants:variants",
}

# One line each, so that `grader --help` need not import every command.
_SUMMARIES: Final[Mapping[str, str]] = {
    "calibrate": "Measure a rubric against marks that people gave.",
    "check": "Check a rubric, its examples and model answers, also damaged ones.",
    "ci": "Mark hand-ins inside a build, and show the result there.",
    "compare": "Show how two formulas are read, and whether they are equal.",
    "derive": "Print what a rubric's data give, and what common mistakes would give.",
    "explain": "Print the reference of a check.",
    "export": "Give the marks of a class to a platform, or as a table.",
    "grade": "Mark submissions by a rubric and write reports.",
    "gradebook": "Show or dump what a gradebook holds.",
    "gradescope": "Build an autograder for Gradescope, or run it.",
    "init": "Write a first rubric from questions and model answers.",
    "override": "Decide a row yourself, or many of them in a table.",
    "regrade": "Mark what was handed in again; show or apply the difference.",
    "report": "Write students' reports over all assignments, as pages or PDF.",
    "review": "Decide what awaits a person, on a page in the browser.",
    "schema": "Print the JSON Schema of rubrics, forms, submissions or reports.",
    "similar": "Find hand-ins that share more than chance would give.",
    "stats": "Print what a class's scores say of it, of the questions and of the key.",
    "template": "Write what students get of a rubric, without the key.",
    "validate": "Show how hand-ins are read, without judging them.",
    "variants": "Write each student's own sheet of a rubric with parameters, and the key.",
}


class _LazyGroup(click.Group):
    """A group whose commands are imported by name."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        del ctx
        command: click.Command | None = resolve(COMMANDS, cmd_name) if cmd_name in COMMANDS else None
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, _SUMMARIES[name]) for name in self.list_commands(ctx)])


@click.group(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="grader")
def grader() -> None:
    """Mark written machine-learning answers: prose, numbers, matrices and formulas."""


__all__ = ["grade", "grader"]
