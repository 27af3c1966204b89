import io
from dataclasses import replace

import pytest
from rich.cells import cell_len
from rich.console import Console

from grader.model.submission import Student
from grader.writers.rows import class_row
from grader.writers.terminal import plain_class, print_class


def printed(rows, *, width=80, terminal=False, limit=None, total=None):
    file = io.StringIO()
    console = Console(
        file=file, width=width, force_terminal=terminal, color_system="standard" if terminal else None
    )
    print_class(console, rows, limit=limit, total=total)
    return file.getvalue()


@pytest.fixture
def rows(everything, make):
    long_name = Student(id="s2", name="Somebody With A Very Long Name Indeed And More")
    return [class_row(everything), class_row(make["everything"](student=long_name))]


@pytest.mark.parametrize("width", [20, 44, 60, 80, 120, 200])
def test_lines_fit_the_terminal(rows, width):
    text = printed(rows, width=width)
    assert all(cell_len(line.rstrip()) <= max(width, 30) for line in text.splitlines())
    assert len(text.splitlines()) == 3


def test_all_questions_fit_in_80_columns(rows):
    text = printed(rows, terminal=True)
    assert "q5" in text
    assert "8.42-9.42/16.75" in text
    assert "\x1b[" in text


def test_the_bar_gives_way_to_questions_and_what_does_not_fit_is_named(rows):
    wide, narrow, narrower = (printed(rows, width=width, terminal=True) for width in (100, 72, 50))
    assert "━" in wide
    assert "q5" in narrow
    assert "━" not in narrow
    assert "not shown at this width" not in wide + narrow
    assert "not shown at this width: q2, q3, q4, q5" in narrower


def test_a_pipe_gets_plain_words(rows):
    text = printed(rows, width=200)
    assert text.splitlines()[0].split() == ["student", "score", "q1", "q2", "q3", "q4", "q5", "review"]
    assert text.splitlines()[1].split() == [
        "Ada",
        "Example",
        "8.42-9.42/16.75",
        "2.75?",
        "1.5",
        "4.17",
        "0",
        "0",
        "1",
    ]
    assert text.isascii()


def test_a_hostile_name_moves_no_cursor(hostile):
    assert "\x1b" not in printed([class_row(hostile)])
    styled = Student(id="s", name="[red]x[/red]\x1b[2J")
    row = class_row(hostile.model_copy(update={"student": styled}))
    assert "[red]x[/red]␛[2J" in printed([row], width=120)


def test_a_limit_says_what_is_left_out(rows):
    assert "... and 1 more\n" in printed(rows, limit=1)
    assert "... and 98 more\n" in printed(rows, total=100)


def test_an_empty_class():
    assert printed([]).split() == ["student", "score"]


def test_a_pipe_gets_the_same_without_rich(rows, everything, make):
    short = class_row(everything)
    decided = replace(
        short,
        name="",
        questions=tuple(cell._replace(awaiting=0, high=cell.low) for cell in short.questions),
        awaiting=0,
    )
    fewer = replace(decided, id="z[b]", questions=decided.questions[:2])
    for table in ([short], [decided], [fewer, decided], [decided, fewer, short], [short, decided]):
        for total in (len(table), 1_234):
            assert plain_class(table, total) + "\n" == printed(table, total=total)
    assert plain_class(rows, 2) == ""  # too wide: it is cut where the output ends
    assert plain_class([replace(decided, name="Zoë 漢字")], 1) == ""
