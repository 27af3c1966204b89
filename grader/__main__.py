"""`python -m grader` is the `grader` command."""

from grader.cli.entry import grader

grader(prog_name="python -m grader")
