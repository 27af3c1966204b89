import re

from grader.model.outcome import Evidence
from grader.writers.leadparagraph import MAX_LOSSES, gains, losses
from grader.writers.markdown import render_markdown
from grader.writers.view import ReportSheet
from grader.writers.webpage import render_page


def view(make, *questions):
    return ReportSheet(make["report"](list(questions))).view


def test_what_cost_points_comes_with_what_to_do(make):
    rows = [
        make["row"]("a", credit="0", reason="not_found", feedback="Name both."),
        make["row"]("b", credit="1/2", points="2", reason="partly"),
        make["row"]("c", credit=None, reason="undecided"),
        make["row"]("d", points="-1/2", credit="1", reason="claimed", feedback="It is not so."),
        make["row"](
            "e", credit="0", reason="opposite", evidence=[Evidence(decided="This says the opposite.")]
        ),
        make["row"]("f"),
    ]
    lost, more = losses(view(make, make["question"]("q1", rows, text="words")))
    assert more == 0
    assert [(loss.number, loss.amount, loss.words) for loss in lost] == [
        (1, "-1", "Name both."),
        (2, "-1", "Part of this is right."),
        (4, "-0.5", "It is not so."),
        (5, "-1", "This says the opposite."),
    ]


def test_a_question_that_was_left_blank_is_one_line(make):
    rows = [make["row"](name, credit="0", reason="missing") for name in "ab"]
    ((loss,), _) = losses(view(make, make["question"]("q1", rows)))
    assert (loss.number, loss.amount, loss.words) == (0, "-2", "Nothing was handed in for this question.")


def test_of_many_losses_the_costliest_are_told_in_their_order(make):
    rows = [make["row"](f"r{n}", points=str(1 + n % 2), credit="0", reason="wrong") for n in range(30)]
    lost, more = losses(view(make, make["question"]("q1", rows, text="words")))
    assert len(lost) == MAX_LOSSES
    assert more == 30 - MAX_LOSSES
    assert {loss.cost for loss in lost} == {200}
    assert [loss.number for loss in lost] == sorted(loss.number for loss in lost)


def test_of_losses_that_cost_the_same_the_first_are_told(make):
    costs = ["2" if number % 5 == 4 else "1" for number in range(30)]
    rows = [
        make["row"](f"r{number}", points=cost, credit="0", reason="wrong")
        for number, cost in enumerate(costs, 1)
    ]
    lost, more = losses(view(make, make["question"]("q1", rows, text="words")))
    assert [loss.number for loss in lost] == [1, 2, 3, 4, 5, 6, 7, 10, 15, 20, 25, 30]
    assert more == 30 - MAX_LOSSES


def test_what_was_right_is_whole_questions_first(make):
    whole = make["question"]("q2", [make["row"]("a")], text="x")
    some = make["question"]("q1", [make["row"]("b"), make["row"]("c", credit="0", reason="wrong")], text="x")
    found = gains(view(make, some, whole))
    assert [(gain.questions, gain.titles) for gain in found] == [((("q2", 2),), ()), ((("q1", 1),), ("B",))]


def test_both_reports_open_with_it(make):
    rows = [make["row"]("a", credit="0", reason="wrong", feedback="Divide by *n*."), make["row"]("b")]
    report = make["report"]([make["question"]("q1", rows, text="x")])
    page, text = render_page(report), render_markdown(report)
    assert page.index("What cost points") < page.index("What was right") < page.index("How it was marked")
    assert re.search(
        r'<li class="lost"><a href="#q1-1">.*<b class="num">−1</b><p dir="auto">Divide by \*n\*.</p>', page
    )
    assert r"- q1, **A** (-1): Divide by \*n\*." in text
    assert text.index("## What cost points") < text.index("## What was right") < text.index("### How it was")
    right = make["report"]([make["question"]("q1", [make["row"]("b")], text="x")])
    assert "Nothing cost points" in render_page(right)
    assert "## Nothing cost points" in render_markdown(right)
