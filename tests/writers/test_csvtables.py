import csv
from fractions import Fraction

import pytest

from grader.writers.csvtables import TablesWriter
from grader.writers.spreadsheetcells import percent, plain_cell
from grader.writers.summary import summarise


def write(tmp_path, *reports):
    writer = TablesWriter(tmp_path)
    for report in reports:
        writer.add(summarise(report), report.student.id)
    assert [path.name for path in writer.close()] == ["grades.csv", "criteria.csv"]
    tables = []
    for name in ("grades.csv", "criteria.csv"):
        with (tmp_path / name).open(encoding="utf-8", newline="") as file:
            tables.append(list(csv.DictReader(file)))
    return tables


def test_one_row_a_student(tmp_path, everything):
    grades, _ = write(tmp_path, everything)
    assert grades == [
        {
            "id": "s1",
            "name": "Ada Example",
            "email": "ada@example.org",
            "score": "",
            "low": "8.42",
            "high": "9.42",
            "max_points": "16.75",
            "percent": "",
            "awaiting": "1",
            "late": "",
            "submitted": "",
            "q1": "",
            "q2": "1.5",
            "q3": "4.17",
            "q4": "0",
            "q5": "0",
            "source": "submissions/ada.md",
            "unreadable": "",
        }
    ]


def test_one_row_a_criterion(tmp_path, everything):
    _, criteria = write(tmp_path, everything)
    assert len(criteria) == sum(len(question.criteria) for question in everything.questions)
    assert criteria[6] == {
        "student": "s1",
        "question": "q2",
        "criterion": "normalise",
        "points": "2",
        "credit": "0.5",
        "score": "1",
        "reason": "mistake:no_root",
        "feedback": "Divide by the standard deviation, $\\sqrt{\\sigma^2 + \\epsilon}$: the root is missing.",
        "read": "\\frac{x - \\mu}{\\sigma^2 + \\epsilon}",
        "who": "",
        "when": "",
        "why": "",
        "decided": "At $x = 2$, $\\mu = 1$, $\\sigma^2 = 4$ it is 0.25 and not 0.5.",
        "expected": "$\\frac{x-\\mu}{\\sqrt{\\sigma^2+\\epsilon}}$",
    }


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", " =", "＝", "\t@"])
def test_no_words_are_taken_for_a_formula(start):
    assert plain_cell(f"{start}cmd()").startswith("'")


@pytest.mark.parametrize("words", ["", "1-2", "a=b", "x@y.org"])
def test_harmless_words_stay(words):
    assert plain_cell(words) == words


def test_hostile_cells(tmp_path, hostile):
    grades, criteria = write(tmp_path, hostile)
    cells = [cell for row in (*grades, *criteria) for cell in row.values()]
    assert not any(cell.startswith(("=", "+", "@", "\t", "\r")) for cell in cells)
    assert all(len(cell) < 3_000 and "\n" not in cell and "\x1b" not in cell for cell in cells)


def test_an_error_leaves_no_file(tmp_path, everything):
    writer = TablesWriter(tmp_path)
    writer.add(summarise(everything), "s1")
    writer.discard()
    assert list(tmp_path.iterdir()) == []


def test_an_empty_class_still_has_its_headings(tmp_path):
    assert write(tmp_path) == [[], []]
    assert (tmp_path / "grades.csv").read_text().startswith("id,name,email,score,")


@pytest.mark.parametrize(
    ("score", "most", "text"), [(100, 300, "33.33"), (300, 300, "100"), (None, 300, ""), (1, 0, "")]
)
def test_percent(score, most, text):
    assert percent(score, most) == text


def test_columns_follow_the_first_report(tmp_path, make):
    first = make["report"]([make["question"]("q1", [make["row"]("a", credit=Fraction(1, 3))])])
    other = make["report"]([make["question"]("q2", [make["row"]("a")])])
    grades, _ = write(tmp_path, first, other)
    assert [row["q1"] for row in grades] == ["0.33", ""]


def test_decisions_and_late_hand_ins(tmp_path, handed_in_late):
    ((grades,), criteria) = write(tmp_path, handed_in_late)
    assert (grades["late"], grades["submitted"]) == ("-0.4", "2026-03-04T03:00:00+01:00")
    assert float(grades["score"]) == pytest.approx(float(grades["q1"]) + float(grades["late"]))
    assert [(row["reason"], row["who"], row["why"]) for row in criteria[1:]] == [
        ("overridden", "Ana Okafor", "Half of it."),
        ("overridden", "Ana Okafor", "That is what it claims."),
        ("correct", "", ""),
    ]
