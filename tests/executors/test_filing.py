from fractions import Fraction

import pytest

from grader.executors import WriteJob
from grader.executors.filing import Sheets, write_files
from grader.model.disclosure import Reader
from grader.model.report import CriterionReport, QuestionReport, Report
from grader.model.submission import Student
from grader.writers.rounding import round_report
from grader.writers.summary import summarise, to_text

ADA = Student(id="ada")


def report_with(*hidden):
    """A report of one question with a row of a third of a point for each flag."""
    third = Fraction(1, 3)
    rows = tuple(
        CriterionReport(
            id=f"r{number}", title="", check="number", points=third, credit=Fraction(1), score=third,
            reason="correct", feedback="", hidden=flag,
        )
        for number, flag in enumerate(hidden)
    )  # fmt: skip
    total = third * len(rows)
    question = QuestionReport(id="q1", title="", max_points=total, low=total, high=total, criteria=rows)
    return Report(
        assignment="a", title="", student=ADA, students=(ADA,), source="ada.md", max_points=total, low=total,
        high=total, questions=(question,),
    )  # fmt: skip


@pytest.mark.parametrize("reader", Reader)
@pytest.mark.parametrize("formats", [(), ("json",), ("html", "md", "json")])
@pytest.mark.parametrize("hidden", [(False, False), (False, True), (True, True)])
def test_the_summary_has_the_amounts_of_all_rows_whatever_its_reader_is_shown(
    tmp_path, hidden, formats, reader
):
    report = report_with(*hidden)
    job = WriteJob(
        body=b"", student="ada", source="ada.md", stem="ada", out=tmp_path, formats=formats, overrides={},
        deduction=(Fraction(0), ""), reader=reader,
    )  # fmt: skip
    written = write_files(job, report)
    assert not written.problems
    assert written.summary == to_text(summarise(report, reader))


def test_amounts_are_handed_on_only_where_nothing_is_hidden():
    for hidden, known in (((False, False), True), ((False, True), False)):
        report = report_with(*hidden)
        sheets = Sheets(report, Reader.STUDENT)
        assert sheets.amounts is None
        sheets.of(None)
        assert sheets.amounts == (round_report(report) if known else None)
