"""A rubric against people's marks: figures, reasons, floors, and files of marks that are not what they should be."""

from __future__ import annotations

import csv
import json
import random
import re
from fractions import Fraction
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.calibration.branches import as_written
from grader.calibration.figures import CrossTable, kappa, kappa_interval, tabulate
from grader.calibration.marks import MAX_ANSWER, MAX_PROBLEMS, MarksError, credit_of, read_marks
from grader.calibration.measuring import calibrate
from grader.calibration.synonyms import propose
from grader.cli.entry import grader
from grader.rubric.loading import load_rubric, read_rubric

ROOT = Path(__file__).parents[2]
RQ3 = ROOT / "rubrics/rq3.yaml"
MARKS = ROOT / "tests/marks_rq3.csv"
README = (ROOT / "rubrics/README.md").read_text(encoding="utf-8")
SECTION = README.split("## Calibrating a rubric")[1].split("\n## ")[0]

RUBRIC = """\
id: small
questions:
  - id: q1
    criteria:
      - id: slow
        points: 1
        keywords:
          any:
            - {all: [training, "slow*"]}
            - {all: [training, longer]}
            - tired
          against: []
        accepts: [Training is slow.]
        rejects: [Inference is slow., I am tired.]
      - {id: claim, points: -1, keywords: {all: [inference, "slow*"], negated: false}}
  - id: q2
    criteria:
      - {id: part, points: 1, number: {expected: 6, near: [part]}}
      - id: total
        points: 2
        number: {expected: 12, near: [total], follows: 2 * part, mistakes: [{name: half, value: 9, credit: 1/4}]}
"""
RELATED = """\
id: related
questions:
  - id: q1
    criteria:
      - {id: cause, points: 1, keywords: ["symmetric"], implies: [same]}
      - {id: same, points: 1, keywords: {any: ["must differ"], nearly: [units], against: []}}
"""
ROWS = [
    ("Training is slow.", "slow", "yes", "a"),
    ("The training takes longer.", "slow", "1", "b"),
    ("It makes training a drag, a real drag.", "slow", "met", "c"),
    ("Such a drag while it learns!", "slow", "met", "d"),
    ("What a drag until it has learned.", "slow", "met", "e"),
    ("Reading this made me tired.", "slow", "no", "f"),
    ("Inference stays as fast as ever.", "slow", "not met", "g"),
    ("Nothing changes at all.", "slow", "0", "h"),
    ("Maybe training is slow?", "slow", "yes", "i"),
    ("Training is slower, I think.", "slow", "unsure", "j"),
    ("Inference is slow.", "claim", "yes", "a"),
    ("Inference is not slow.", "claim", "no", "b"),
    ("The part is 5 and the total is 10.", "total", "1", "a"),
    ("The part is 6 and the total is 9.", "total", "1/2", "b"),
]


def write(folder: Path, rows=ROWS, header=("answer", "criterion", "mark", "author")) -> Path:
    path = folder / "marks.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    return path


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    rubric = tmp_path / "small.yaml"
    rubric.write_text(RUBRIC, encoding="utf-8")
    return rubric, write(tmp_path)


def run(*arguments: object):
    return CliRunner().invoke(grader, ["calibrate", *map(str, arguments)])


def record(*arguments: object, folder: Path) -> dict:
    run(*arguments, "--json", folder / "out.json")
    return json.loads((folder / "out.json").read_text(encoding="utf-8"))


def of(data: dict, name: str) -> dict:
    return next(item for item in data["criteria"] if item["id"] == name)


def problems(path: Path, rubric=None) -> list[str]:
    with pytest.raises(MarksError) as caught:
        read_marks(path, rubric)
    return [str(problem).removeprefix(f"{path}:") for problem in caught.value.problems]


# What is measured


def test_figures_of_a_criterion_count_decided_marks(files, tmp_path: Path) -> None:
    slow = of(record(*files, folder=tmp_path), "slow")
    assert (slow["marks"], slow["met"], slow["decided"], slow["left_out"]) == (9, 6, 8, 1)
    assert (slow["true_positives"], slow["false_positive_count"], slow["false_negative_count"]) == (2, 1, 3)
    assert slow["precision"] == pytest.approx(2 / 3, abs=1e-6)
    assert slow["recall"] == pytest.approx(2 / 5, abs=1e-6)
    assert slow["kappa"] == pytest.approx(1 / 17, abs=1e-6)
    assert slow["kappa_low"] < slow["kappa"] < slow["kappa_high"]


def test_wrong_verdicts_quote_what_was_read(files, tmp_path: Path) -> None:
    slow = of(record(*files, folder=tmp_path), "slow")
    (wrong,) = slow["false_positives"]
    assert (wrong["line"], wrong["author"], wrong["patterns"]) == (7, "f", [3])
    assert wrong["spans"][0]["read"] == "tired"
    assert ROWS[5][0][wrong["spans"][0]["start"] : wrong["spans"][0]["end"]] == "tired"
    assert [row["line"] for row in slow["false_negatives"]] == [4, 5, 6]
    assert "lacking" in slow["false_negatives"][0]["spans"][0]["expected"]
    assert [(row["line"], row["reason"]) for row in slow["undecided"]] == [(10, "hedged")]


def test_every_branch_is_judged_alone_and_left_out(files, tmp_path: Path) -> None:
    patterns = of(record(*files, folder=tmp_path), "slow")["patterns"]
    assert [part["pattern"] for part in patterns] == [
        "{all: [training, slow*]}",
        "{all: [training, longer]}",
        "tired",
    ]
    assert [part["only"] for part in patterns] == [
        {"right": 1, "wrong": 0},
        {"right": 1, "wrong": 0},
        {"right": 0, "wrong": 1},
    ]
    assert patterns[2]["alone"] == {"right": 0, "wrong": 1}
    assert patterns[2]["without"]["precision"] == 1
    assert patterns[0]["without"]["true_positives"] == 1


def test_words_are_proposed_from_missed_answers(files, tmp_path: Path) -> None:
    proposals = of(record(*files, folder=tmp_path), "slow")["proposals"]
    assert proposals[0] == {"words": "drag", "missed": 3, "others": 0, "lines": [4, 5, 6]}


def test_an_author_counts_once_and_known_words_are_not_proposed() -> None:
    others = [(f"o{n}", f"Something else altogether {n}.") for n in range(9)]
    missed = [(n, "same", "They are twins of each other.") for n in range(5)]
    assert propose(missed, others, lambda _: False) == ()
    missed = [(n, f"m{n}", "They are twins of each other.") for n in range(5)]
    assert [part.words for part in propose(missed, others, lambda _: False)] == ["twins"]
    assert propose(missed, others, lambda form: form.startswith("twin")) == ()


def test_every_check_is_measured_and_follows_what_was_read(files, tmp_path: Path) -> None:
    total = of(record(*files, folder=tmp_path), "total")
    assert (total["check"], total["marks"], total["patterns"], total["proposals"]) == ("number", 2, [], [])
    assert total["true_positives"] == 1  # 10 follows from the part that was read as 5
    assert total["false_negatives"][0]["credit"] == "1/4"
    assert total["credit_gap"] == 0.125


def test_a_row_that_another_criterion_settles_counts_as_marking_gives_it(tmp_path: Path) -> None:
    rubric = tmp_path / "related.yaml"
    rubric.write_text(RELATED, encoding="utf-8")
    marks = write(tmp_path, [("The units stay symmetric then.", "same", "yes", "a")])
    same = of(record(rubric, marks, folder=tmp_path), "same")
    assert (same["marks"], same["decided"], same["true_positives"]) == (1, 1, 1)
    alone = of(record(rubric, marks, "--criterion", "same", folder=tmp_path), "same")
    assert alone["decided"] == 1


def test_contradictions_are_summed_up_apart(files, tmp_path: Path) -> None:
    data = record(*files, folder=tmp_path)
    assert (data["contradictions"]["marks"], data["contradictions"]["kappa"]) == (2, 1)
    assert data["earning"]["marks"] + 2 == data["all"]["marks"] == 13


def test_examples_run_with_it(files, tmp_path: Path) -> None:
    slow = of(record(*files, folder=tmp_path), "slow")
    assert slow["examples"]["given"] == 3
    (said,) = slow["examples"]["failed"]
    assert "rejects number 2 is not rejected" in said
    assert "rejects number 2" in run(*files).stdout


def test_people_who_disagree_are_named(files, tmp_path: Path) -> None:
    rubric, _ = files
    marks = write(
        tmp_path, [("Training is slow.", "slow", mark, who) for mark, who in (("yes", "a"), ("no", "b"))]
    )
    assert record(rubric, marks, folder=tmp_path)["disputed"] == [{"criterion": "slow", "lines": [2, 3]}]
    assert "people marked one answer in two ways (lines 2, 3)" in run(rubric, marks).stdout


def test_a_branch_that_cannot_stand_alone_finds_nothing(tmp_path: Path) -> None:
    rubric = read_rubric(RUBRIC.replace("- tired", "- tired\n          none: [tired]"))
    item = calibrate(rubric, read_marks(write(tmp_path), rubric), only="slow").criteria[0]
    assert (item.contributions[2].alone_right, item.contributions[2].alone_wrong) == (0, 0)


def test_the_invented_marks_run_through_the_whole_rubric() -> None:
    result = run(RQ3, MARKS, "--floor", "all:precision=0.6", "--floor", "all:decided=0.8")
    assert (result.exit_code, result.stderr) == (0, "")
    assert ", fault" not in result.stdout
    assert "q5_total" in result.stdout
    assert "no marks: " in result.stdout


def test_the_section_of_the_reference_shows_what_comes_out(tmp_path: Path) -> None:
    def block(info: str) -> list[str]:
        return re.findall(rf"^```{info}\n(.*?)^```$", SECTION, re.MULTILINE | re.DOTALL)

    rubric, marks = tmp_path / "r.yaml", tmp_path / "m.csv"
    rubric.write_text(block("yaml rubric")[0], encoding="utf-8")
    marks.write_text(block("csv")[0], encoding="utf-8")
    shown = run(rubric, marks, "--criterion", "alike").stdout
    for text in block("text"):
        assert text in shown
    assert "“twins” in 3 missed, 0 others" in shown


# Output


def test_the_same_input_gives_the_same_bytes(files, tmp_path: Path) -> None:
    first, second = tmp_path / "1.json", tmp_path / "2.json"
    outputs = [run(*files, "--json", path).stdout for path in (first, second)]
    assert outputs[0] == outputs[1]
    assert first.read_bytes() == second.read_bytes()


def test_one_criterion_is_looked_at_in_depth(files) -> None:
    shown = run(*files, "--criterion", "slow").stdout
    assert "left to a person (1: 1 hedged)" in shown
    assert "alone 0 right, 1 wrong; only it 0 right, 1 wrong" in shown
    assert "2 of 3 examples come out as they should" in shown
    assert "claim" not in shown


def test_a_pipe_gets_no_escapes_and_nothing_is_read_as_markup(files, tmp_path: Path) -> None:
    rubric, _ = files
    marks = write(tmp_path, [("I am [bold]tired[/bold] \x1b[31m\x00 here", "slow", "no", "[red]=1+1\x07")])
    shown = run(rubric, marks).stdout
    assert not set("\x1b\x00\x07") & set(shown)
    assert "([red]=1+1␇)" in shown


def test_one_miss_in_many_is_not_rounded_away(files, tmp_path: Path) -> None:
    rubric, _ = files
    rows = [(f"Training is slow, {n} times.", "slow", "1", f"a{n}") for n in range(250)]
    marks = write(
        tmp_path,
        [*rows, ("It is such a drag.", "slow", "1", "z"), ("Nothing happens at all.", "slow", "0", "y")],
    )
    line = next(line for line in run(rubric, marks).stdout.splitlines() if line.startswith("slow"))
    assert line.split()[6:8] == ["1.00", "0.99"]


# Floors


@pytest.mark.parametrize(
    ("floors", "code", "said"),
    [
        (["kappa=0.05"], 0, ""),
        (["kappa=0.8"], 3, "slow: kappa 0.06 is under 0.8 (9 marks)"),
        (["precision=95%", "decided=0.9"], 3, "slow: decided 0.89 is under 0.9 (9 marks)"),
        (["all:recall=0.9"], 3, "all: recall 0.50 is under 0.9 (13 marks)"),
        (["claim:kappa=0.9"], 0, ""),
        (["examples=1"], 3, "slow: examples 0.67 is under 1"),
        (["kapa=0.8"], 2, "--floor: unknown figure 'kapa'; did you mean 'kappa'?"),
        (["slwo:kappa=0.8"], 2, "--floor: unknown criterion 'slwo'; did you mean 'slow'?"),
        (["kappa"], 2, "--floor: must be a figure and a share from 0 to 1, such as kappa=0.8 (got 'kappa')"),
        (["kappa=7"], 2, "such as kappa=0.8 (got 'kappa=7')"),
    ],
)
def test_floors(files, floors: list[str], code: int, said: str) -> None:
    result = run(*files, *(part for floor in floors for part in ("--floor", floor)))
    assert result.exit_code == code, result.stderr
    assert said in result.stderr


def test_a_criterion_with_few_marks_is_under_no_floor(files) -> None:
    assert "total" not in run(*files, "--floor", "recall=1").stderr
    assert (
        "total: recall 0.50 is under 1 (2 marks)" in run(*files, "--floor", "recall=1", "--least", "2").stderr
    )
    assert "say nothing" in run(*files, "--floor", "kappa=0.1", "--least", "50").stderr


def test_what_was_never_decided_is_under_every_floor(files, tmp_path: Path) -> None:
    rubric, _ = files
    marks = write(tmp_path, [("Maybe training is slow?", "slow", "yes", who) for who in "abcde"])
    result = run(rubric, marks, "--floor", "precision=0.5")
    assert result.exit_code == 3
    assert "slow: precision cannot be told, none of 5 marks was decided" in result.stderr


# Files of marks


@pytest.mark.parametrize(
    ("text", "credit"),
    [
        ("1", 1), ("0", 0), (" Yes ", 1), ("NO", 0), ("met", 1), ("not met", 0), ("not_met", 0), ("true", 1),
        ("1/2", Fraction(1, 2)), ("0.25", Fraction(1, 4)), ("0,25", Fraction(1, 4)), ("50 %", Fraction(1, 2)),
        ("unsure", None), ("", None), ("?", None),
    ],
)  # fmt: skip
def test_marks_as_people_write_them(text: str, credit: object) -> None:
    assert credit_of(text) == credit


@pytest.mark.parametrize("text", ["2", "-1", "1/0", "150%", "perhaps", "1e9", "=1+1", "9" * 5000, "١"])
def test_other_marks_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="mark must be"):
        credit_of(text)


def test_every_problem_is_named_at_its_line(tmp_path: Path) -> None:
    path = tmp_path / "marks.csv"
    path.write_text(
        "answer,criterion,mark,author,question\n"
        '"two\nlines",slow,perhaps,a,q1\n'
        "x,slwo,1,a,q1\n"
        "x,slow,1,a,q2\n"
        "x,slow,1,a,q7\n"
        "an answer, with a comma,slow,1,a,q1\n"
        "x,slow\n"
        "\n"
        "x,,1,a,q1\n",
        encoding="utf-8",
    )
    found = problems(path, read_rubric(RUBRIC))
    assert found == [
        "2: mark must be 1, 0, yes, no, met, not met, unsure or a share of the credit up to 1 (got 'perhaps')",
        "4: unknown criterion 'slwo'; did you mean 'slow'?",
        "5: criterion 'slow' belongs to 'q1' (got 'q2')",
        "6: unknown question 'q7'; known here: q1, q2",
        "7: has 6 fields where the header has 5; put a text with the separator in it in quotes",
        "8: has 2 fields where the header has 5",
        "10: names no criterion",
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "holds no marks"),
        ("answer,criterion,mark\n", "holds no marks"),
        ("answer,mark\nx,1\n", "1: column 'criterion' is missing"),
        ("anser,criterion,mark\nx,a,1\n", "1: column 'answer' (or 'file') is missing; did you mean 'answer' by 'anser'?"),
        ("answer,answer,criterion,mark\n", "1: column 'answer' is there 2 times"),
        ('answer,criterion,mark\nx,slow,1\n"open,slow,1\n', "3: a cell that begins here with a quote is never closed"),
        ('answer,criterion,mark\n"a"b,slow,1\n', "2: a quote inside a cell must be written twice"),
        ("file,criterion,mark\n,slow,1\n", "2: names no file"),
        ("file,criterion,mark\ngone.txt,slow,1\n", "2: file 'gone.txt' is not there"),
        ("file,criterion,mark\n/dev/zero,slow,1\n", "2: file '/dev/zero' is not there"),
        ("file,criterion,mark\na\x00b,slow,1\n", "2: file 'a\\x00b' "),
        ("answer,file,criterion,mark\nx,y.txt,slow,1\n", "2: has both an answer and a file"),
    ],
)  # fmt: skip
def test_a_broken_file_of_marks(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "marks.csv"
    path.write_text(text, encoding="utf-8")
    found = problems(path, read_rubric(RUBRIC))
    assert len(found) == 1
    assert said in found[0]


def test_a_file_that_is_no_text_or_not_there(tmp_path: Path) -> None:
    path = tmp_path / "marks.csv"
    path.write_bytes(b"answer,criterion,mark\nx\xff,slow,1\n")
    assert problems(path) == ["2: is not UTF-8 text; save it as 'CSV UTF-8'"]
    assert "cannot be read" in problems(tmp_path / "gone.csv")[0]
    assert "cannot be read" in problems(tmp_path)[0]


def test_a_huge_field_is_named_and_a_large_one_is_read(tmp_path: Path) -> None:
    before = csv.field_size_limit()
    assert len(read_marks(write(tmp_path, [("a" * 1_000_000, "slow", "1", "")]), None)[0].answer) == 1_000_000
    assert "longer than" in problems(write(tmp_path, [("a" * (MAX_ANSWER + 5), "slow", "1", "")]))[0]
    assert csv.field_size_limit() == before


def test_a_flood_of_problems_is_cut(tmp_path: Path) -> None:
    found = problems(write(tmp_path, [("x", "slow", "what", "")] * 500))
    assert len(found) == MAX_PROBLEMS + 1
    assert "more problems" in found[-1]


def test_answers_may_stand_in_files_and_columns_as_spreadsheets_write_them(tmp_path: Path) -> None:
    (tmp_path / "one.txt").write_text("Training is slow.\n", encoding="utf-8")
    path = tmp_path / "marks.csv"
    path.write_text(
        "\ufeffMark;Criterion;File;remarks\r\n0,5;slow;one.txt;=HYPERLINK(1)\r\n", encoding="utf-8"
    )
    (mark,) = read_marks(path, read_rubric(RUBRIC))
    assert (mark.line, mark.answer, mark.credit) == (2, "Training is slow.\n", Fraction(1, 2))


def test_all_that_is_wrong_comes_in_one_run(files, tmp_path: Path) -> None:
    rubric, _ = files
    marks = write(tmp_path, [("x", "slow", "perhaps", "")])
    result = run(rubric, marks, "--criterion", "slwo", "--floor", "kapa=1")
    assert result.exit_code == 2
    assert result.stdout == ""
    assert "--criterion: unknown criterion 'slwo'; did you mean 'slow'?" in result.stderr
    assert "--floor: unknown figure" in result.stderr
    assert "marks.csv:2: mark must be" in result.stderr
    rubric.write_text(RUBRIC.replace("points: 2", "points: lots"), encoding="utf-8")
    result = run(rubric, marks)
    assert result.exit_code == 2
    assert "points must be a number" in result.stderr
    assert "marks.csv:2: mark must be" in result.stderr


def test_a_record_that_cannot_be_written_is_said(files, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    result = run(*files, "--json", tmp_path / "taken" / "out.json")
    assert result.exit_code == 2
    assert "cannot be written" in result.stderr


@settings(max_examples=60, deadline=None)
@given(
    st.binary(max_size=300)
    | st.text(max_size=300).map(lambda text: f"answer,criterion,mark\n{text}".encode())
)
def test_any_bytes_give_marks_or_problems(tmp_path_factory, raw: bytes) -> None:
    path = tmp_path_factory.mktemp("any") / "marks.csv"
    path.write_bytes(raw)
    try:
        marks = read_marks(path, read_rubric(RUBRIC))
    except MarksError as error:
        marks = error.problems
    assert marks


# Figures


def test_kappa_is_that_of_the_textbook() -> None:
    assert kappa(20, 5, 10, 15) == pytest.approx(0.4)
    assert kappa(5, 0, 0, 0) is None
    assert kappa(0, 0, 0, 0) is None
    assert kappa(9, 0, 1, 0) == pytest.approx(0)
    assert CrossTable().precision is None
    assert tabulate([(None, True), (True, True)]) == CrossTable(both=1, undecided_met=1)


def test_the_interval_is_wide_for_few_and_narrow_for_many() -> None:
    few = kappa_interval([(1, 0, 0, 0)] * 3 + [(0, 0, 0, 1)] * 3)
    many = kappa_interval([(1, 0, 0, 0)] * 300 + [(0, 0, 0, 1)] * 300)
    assert few is not None
    assert many is not None
    assert few[0] < 0.7
    assert many[0] > 0.98
    assert few[1] == many[1] == 1
    assert kappa_interval([(1, 0, 0, 0)]) is None


def test_the_interval_does_not_depend_on_the_order() -> None:
    clusters = [(1, 0, 0, 0)] * 9 + [(0, 1, 0, 0)] * 2 + [(0, 0, 1, 0)] * 3 + [(2, 0, 1, 4)] * 8
    shuffled = random.Random(1).sample(clusters, len(clusters))  # noqa: S311 - an order, no secret
    assert kappa_interval(clusters) == kappa_interval(shuffled)


def test_patterns_are_shown_as_they_could_stand_in_a_rubric() -> None:
    assert (
        as_written({"all": ["slow*", "test time"], "negated": "true"})
        == "{all: [slow*, test time], negated: true}"
    )
    assert as_written(["=random", "c, d"]) == '["=random", "c, d"]'


def test_patterns_of_the_shipped_rubric_can_all_be_restricted() -> None:
    for question in load_rubric(RQ3).questions:
        for criterion in question.criteria:
            if criterion.check_name == "keywords":
                for number in range(len(criterion.check.branches)):
                    assert criterion.check.with_branches([number]).branches
