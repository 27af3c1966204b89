"""What `grade --preflight` prints."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from grader.cli.classview import count_students
from grader.cli.problems import print_notices, print_problems
from grader.writers.displaytext import json_escaped, one_line

if TYPE_CHECKING:
    from grader.cli.classrun import Session


def print_preflight(session: Session) -> None:
    """Print what was handed in and by whom, and what is wrong with it; nothing was marked."""
    papers = session.preflight.papers
    if session.wanted.as_json:
        data = {
            "handins": [
                {
                    "source": paper.source,
                    "students": [student._asdict() for student in paper.students],
                    "doubt": paper.doubt,
                }
                for paper in papers
            ],
            "students": len(session.preflight.handed),
            "notices": session.outcome.notices,
            "problems": [str(problem) for problem in session.problems],
        }
        click.echo(json_escaped(json.dumps(data, indent=2, ensure_ascii=False)))
    elif not session.wanted.quiet:
        for paper in papers:
            whose = ", ".join(
                f"{student.id} ({student.name})" if student.name else student.id for student in paper.students
            )
            click.echo(one_line(f"{whose}: {paper.source}"))
        click.echo(
            f"\n{count_students(len(session.preflight.handed), 'has', 'have')} handed in; nothing was marked"
        )
    print_notices(session.outcome.notices)
    print_problems(session.problems)
