import re
from fractions import Fraction

from grader.model.outcome import Evidence
from grader.model.submission import Student
from grader.statistics.scores import Between
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
    whole = Between(Fraction(150), Fraction(150))
    assert (tally.mean(), tally.median(), tally.decided) == (whole, whole, 3)
    assert sum(tally.decided_bins) == 3
    assert tally.decided_bins[BINS - 1] == 1
    assert tally.questions["q1"].rate == Between(Fraction(75), Fraction(75))
    assert tally.questions["q1"].criteria["a"].rate == Between(Fraction(50), Fraction(50))
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


def test_open_rows_leave_the_mean_between_two_ends(make):
    tally = Tally()
    for credit in ("1", None):
        for report in students(make, 1, credit=credit):
            tally.add(summarise(report), "x")
    assert tally.mean() == Between(Fraction(150), Fraction(200))
    (question,) = tally.questions.values()
    assert question.rate == Between(Fraction(75), Fraction(100))
    assert question.criteria["a"].rate == Between(Fraction(50), Fraction(100))


def wrong(make, count, *, read, read_as="", reason="wrong", credit="0"):
    for index in range(count):
        row = make["row"](
            "a", title="First", credit=credit, reason=reason, evidence=[Evidence(read=read, read_as=read_as)]
        )
        yield make["report"](
            [make["question"]("q1", [row])], student=Student(id=f"{read}{index}", name=f"N {read}")
        )


def test_common_wrong_answers_stand_together_by_what_they_mean(make):
    page = render(
        [
            *wrong(make, 2, read="7.50", read_as="15/2"),
            *wrong(make, 3, read="7,5", read_as="15/2"),
            *wrong(make, 1, read="8"),
            *students(make, 3),
        ]
    )
    assert "Common wrong answers" in page
    assert re.search(r"5 ×</span>", page)
    assert "read as 15/2" in page
    assert "5 students gave the same answer, which is marked wrong, and 3 are right" in page


def test_nothing_is_said_of_answers_that_few_gave(make):
    page = render([*wrong(make, 1, read="7"), *students(make, 30)])
    assert "Common wrong answers" not in page
    assert "Is the key right?" not in page


def test_hostile_wrong_answers_are_text(make):
    page = render(list(wrong(make, 6, read="<script>alert(1)</script>")))
    assert "<script>alert" not in page


def test_a_criterion_is_held_against_the_rows_that_are_decided(make):
    tally = Tally()
    for index in range(30):
        good = index % 3 > 0
        rows = [
            make["row"]("a", credit="1" if good else "0"),
            make["row"]("b", credit="1" if good else "0"),
            make["row"]("c", credit=None if index % 2 else "1", reason="hedged" if index % 2 else "correct"),
        ]
        tally.add(
            summarise(make["report"]([make["question"]("q1", rows)], student=Student(id=f"s{index}"))), "x"
        )
    criteria = tally.questions["q1"].criteria
    found = tally.discrimination(criteria["a"])
    assert found.students == 30
    assert found.value > 0.9
    assert tally.discrimination(criteria["c"]) is None  # only 15 are decided
    assert tally.reliability() is None
