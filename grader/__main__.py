"""`python -m grader` is the `grader` command."""

from grader.cli.launch import run

run("grader", shown_as="python -m grader")
