import re

from grader.model import Evidence, Student
from grader.writers.overview import MAX_ROWS, OverviewWriter
from grader.writers.rows import class_row
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


def write(tmp_path, reports):
    writer = OverviewWriter(tmp_path)
    for index, report in enumerate(reports):
        writer.add(report, f"s{index}")
    (path,) = writer.close()
    return path.read_text(encoding="utf-8")


def test_equal_answers_stand_together(make):
    tally = Tally()
    for read in ("it depends", "it  depends", "no"):
        for report in students(make, 2, credit=None, read=read):
            tally.add(report, class_row(report, "x"))
    groups = tally.queue()
    assert [(group.reading, group.count) for group in groups] == [("it depends", 4), ("no", 2)]
    assert groups[0].students[0].anchor == "q1-1"
    assert tally.open_rows == 6


def test_a_group_names_only_so_many(make):
    tally = Tally()
    for report in students(make, MAX_NAMED + 5, credit=None):
        tally.add(report, class_row(report, "x"))
    (group,) = tally.queue()
    assert (group.count, len(group.students)) == (MAX_NAMED + 5, MAX_NAMED)


def test_figures(make):
    tally = Tally()
    for credit in ("0", "1/2", "1"):
        for report in students(make, 1, credit=credit):
            tally.add(report, class_row(report))
    assert (tally.mean(), tally.median()) == (150, 150)
    assert sum(tally.decided_bins) == 3
    assert tally.decided_bins[BINS - 1] == 1
    assert tally.questions["q1"].rate == 0.75
    assert tally.questions["q1"].criteria["a"].rate == 0.5
    assert Tally().mean() is Tally().median() is None


def test_reports_and_their_rows_are_linked(make, tmp_path):
    page = write(tmp_path, students(make, 2, credit=None))
    assert '<a href="s0.html"><bdi>Name 0</bdi></a>' in page
    assert 'href="s0.html#q1-1"' in page
    assert 'href="s1.html#q1-1"' in page


def test_hostile_names_stay_words(hostile, tmp_path):
    page = write(tmp_path, [hostile])
    assert "<b>x</b>" not in page
    assert "&lt;b&gt;x&lt;/b&gt;" in page
    assert page.count("<script>") == 1
    assert "unsafe" not in page


def test_a_large_class_is_cut_and_says_so(make, tmp_path):
    (report,) = students(make, 1)
    page = write(tmp_path, [report] * (MAX_ROWS + 1))
    assert f"The first {MAX_ROWS} of {MAX_ROWS + 1} students" in page


def test_an_empty_class_has_a_page(tmp_path):
    assert re.search(r"<b>0</b><span[^>]*>students", write(tmp_path, []))


def test_the_same_class_gives_the_same_bytes(everything, hostile, tmp_path):
    assert write(tmp_path / "a", [everything, hostile]) == write(tmp_path / "b", [everything, hostile])
