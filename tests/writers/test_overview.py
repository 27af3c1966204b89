import re

from grader.model.outcome import Evidence
from grader.model.submission import Student
from grader.writers.classtable import MAX_ROWS, SHOWN_ROWS
from grader.writers.overview import Overview
from grader.writers.resources import asset
from grader.writers.summary import summarise
from grader.writers.tally import BINS, MAX_NAMED, Tally


def students(make, count, *, credit="1", read="depends"):
    for index in range(count):
        row = make["row"](
            "a",
            title="First",
            credit=credit,
            reason="hedged" if credit is None else "correct",
            evidence=[Evidence(read=read)],
        )
        yield make["report"](
            [make["question"]("q1", [row, make["row"]("b")])],
            student=Student(id=f"s{index}", name=f"Name {index}"),
        )


def render(reports):
    overview = Overview()
    for index, report in enumerate(reports):
        overview.add(summarise(report), f"s{index}")
    return overview.render()


def test_equal_answers_stand_together(make):
    tally = Tally()
    for read in ("it depends", "it  depends", "no"):
        for report in students(make, 2, credit=None, read=read):
            tally.add(summarise(report), "x")
    groups = tally.queue()
    assert [(group.reading, group.count) for group in groups] == [("it depends", 4), ("no", 2)]
    assert groups[0].students[0].anchor == "q1-1"
    assert tally.open_rows == 6


def test_a_group_names_only_so_many(make):
    tally = Tally()
    for report in students(make, MAX_NAMED + 5, credit=None):
        tally.add(summarise(report), "x")
    (group,) = tally.queue()
    assert (group.count, len(group.students)) == (MAX_NAMED + 5, MAX_NAMED)


def test_figures(make):
    tally = Tally()
    for credit in ("0", "1/2", "1"):
        for report in students(make, 1, credit=credit):
            tally.add(summarise(report), "x")
    assert (tally.mean(), tally.median()) == (150, 150)
    assert sum(tally.decided_bins) == 3
    assert tally.decided_bins[BINS - 1] == 1
    assert tally.questions["q1"].rate == 0.75
    assert tally.questions["q1"].criteria["a"].rate == 0.5
    assert Tally().mean() is Tally().median() is None


def test_reports_and_their_rows_are_linked(make):
    page = render(students(make, 2, credit=None))
    assert '<a href="s0.html"><bdi>Name 0</bdi></a>' in page
    assert 'href="s0.html#q1-1"' in page
    assert 'href="s1.html#q1-1"' in page


def test_hostile_names_stay_words(hostile):
    page = render([hostile])
    assert "<b>x</b>" not in page
    assert "&lt;b&gt;x&lt;/b&gt;" in page
    assert page.count("<script") == 1
    assert "unsafe" not in page


def test_a_large_class_is_cut_and_says_so(make):
    (report,) = students(make, 1)
    page = render([report] * (MAX_ROWS + 1))
    assert f"The first {MAX_ROWS:,} of {MAX_ROWS + 1:,} students" in page
    assert f"all {MAX_ROWS:,} rows, not only the first {SHOWN_ROWS}" in page
    assert len(page) < 8_000_000


def test_a_small_class_is_shown_whole(make):
    assert 'id="all"' not in render(students(make, 3))
    assert asset("overview.css").count(f"nth-child(n+{SHOWN_ROWS + 1} of") == 2


def test_late_hand_ins_have_a_column_where_there_are_any(make, handed_in_late):
    assert ">Late</button>" not in render(students(make, 2))
    page = render([*students(make, 1), handed_in_late])
    assert ">Late</button>" in page
    assert '<td class="n" data-key="0"></td>' in page
    assert '<td class="n" data-key="-0.4">−0.4</td>' in page


def test_an_empty_class_has_a_page():
    assert re.search(r"<b>0</b><span[^>]*>students", render([]))


def test_the_same_class_gives_the_same_bytes(everything, hostile):
    assert render([everything, hostile]) == render([everything, hostile])
