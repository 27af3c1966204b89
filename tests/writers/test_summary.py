import json

import pytest

from grader.writers.summary import VERSION, from_text, reading_of, summarise, to_text


def test_a_summary_comes_back_from_its_text(everything, hostile, handed_in_late):
    for report in (everything, hostile, handed_in_late):
        summary = summarise(report)
        text = to_text(summary)
        assert text.partition("\n")[2] == summary.criteria
        assert from_text(text) == summary


def test_it_holds_what_the_class_files_need(everything, handed_in_late):
    summary = summarise(everything)
    assert (summary.low, summary.high, summary.score, summary.awaiting) == (842, 942, None, 1)
    assert summary.late is None
    row = summary.questions[0].rows[2]
    assert (row.credit, row.score, row.reading) == (None, None, "At test time all units take part")
    assert summarise(handed_in_late).late == -40


def test_it_is_small(everything):
    assert len(to_text(summarise(everything))) < 3_500


@pytest.mark.parametrize(
    "text",
    [
        "{}",
        "[]",
        "x",
        "3",
        json.dumps([VERSION + 1, *"abcdefghij", []]),
        json.dumps([VERSION, *"abcdefghij", [1]]),
    ],
)
def test_what_another_version_stored_is_not_misread(text):
    with pytest.raises(ValueError):
        from_text(text)


def test_a_row_that_read_nothing_stands_for_the_whole_answer(make):
    question = make["question"]("q1", [make["row"]("a", credit=None, reason="undecided")], text="all  of it")
    assert reading_of(question, question.criteria[0]) == "all of it"
