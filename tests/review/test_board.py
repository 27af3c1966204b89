"""What one decision settles, what it leaves alone, and what is taken back: without a page."""

from __future__ import annotations

import importlib.util
import shutil
import threading
from fractions import Fraction
from pathlib import Path

import pytest
from click.testing import CliRunner

from grader.cli.entry import grader
from grader.gradebook import Gradebook
from grader.model.errors import UsageError
from grader.review.board import Board

_spec = importlib.util.spec_from_file_location(
    "pdffiles", Path(__file__).parent.parent / "documents/pdffiles.py"
)
pdffiles = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(pdffiles)

HALF = Fraction(1, 2)
EQUAL = ("ada", "ben", "cem", "dan")  # whose answers are the same


@pytest.fixture
def folder(graded, tmp_path):
    shutil.copytree(graded, tmp_path / "class")
    return tmp_path / "class"


@pytest.fixture
def boards(folder):
    made = []

    def another() -> Board:
        made.append(
            Board(
                folder / "reports.gradebook",
                "small",
                rubric=folder / "rubric.yaml",
                out=folder / "reports",
            )
        )
        return made[-1]

    yield another
    for board in made:
        board.close()


@pytest.fixture
def board(boards):
    return boards()


def key_of(board: Board, student: str, question: str = "q1") -> str:
    keys = [item.key for item in board.listed(question)]
    return next(key for key in keys if student in [name for name, _ in board.work(key, "x").students])


def decide(board: Board, key: str, said, who: str = "ta", **options):
    seen = {row.report.id: row.seen for row in board.work(key, who).rows}
    return board.decide(key, said, who=who, seen=options.pop("seen", seen), **options)


def standing(board: Board, student: str, criterion: str, question: str = "q1"):
    row = next(r for r in board.work(key_of(board, student, question), "x").rows if r.report.id == criterion)
    return None if row.decided is None else row.decided.credit


def grade(folder) -> str:
    words = f"grade {folder}/files --rubric {folder}/rubric.yaml --out {folder}/reports --executor serial"
    done = CliRunner().invoke(grader, words.split())
    assert done.exit_code == 0, done.output
    return done.output


def test_one_decision_settles_equal_answers_and_no_other(board) -> None:
    kept = decide(board, key_of(board, "ada"), {"q1_count": HALF})
    assert kept.rows == len(EQUAL)
    assert [standing(board, name, "q1_count") for name in EQUAL] == [HALF] * 4
    assert standing(board, "eve", "q1_count") is None


def test_a_group_shows_its_count_and_what_its_answers_say(board) -> None:
    (row,) = [r for r in board.work(key_of(board, "ben"), "x").rows if r.report.id == "q1_count"]
    assert row.alike == 3
    assert row.variants
    assert len(board.group(key_of(board, "ben"), "q1_count")) == 4


def test_what_is_split_off_is_decided_by_itself(board) -> None:
    board.split(key_of(board, "cem"), "q1_count", "ta")
    decide(board, key_of(board, "ada"), {"q1_count": HALF})
    assert standing(board, "cem", "q1_count") is None
    decide(board, key_of(board, "cem"), {"q1_count": Fraction(1)})
    assert standing(board, "ada", "q1_count") == HALF
    board.split(key_of(board, "cem"), "q1_count", "ta")  # joins again; nothing is decided by that
    assert standing(board, "cem", "q1_count") == 1


def test_what_is_merged_is_decided_together(board) -> None:
    eve, ada = key_of(board, "eve"), key_of(board, "ada")
    board.merge(eve, "q1_count", ada, "ta")
    assert decide(board, eve, {"q1_count": HALF}).rows == 5
    assert standing(board, "dan", "q1_count") == HALF


def test_undo_takes_all_back_that_was_settled_but_nothing_later(board) -> None:
    ada, ben = key_of(board, "ada"), key_of(board, "ben")
    decide(board, ada, {"q1_count": HALF})
    board.split(ben, "q1_count", "tb")
    decide(board, ben, {"q1_count": Fraction(1)}, who="tb")
    said = board.undo("ta")
    assert "3 rows as before; 1 that were decided again since stay" in said
    assert standing(board, "ada", "q1_count") is None
    assert standing(board, "ben", "q1_count") == 1
    assert board.undo("ta") == ""
    assert "1 row as before" in board.undo("tb")
    # What counted before tb's decision is what ta had said of all.
    assert standing(board, "ben", "q1_count") == HALF


def test_a_decision_that_was_changed_changes_for_all_it_settled(board) -> None:
    ada = key_of(board, "ada")
    decide(board, ada, {"q1_count": HALF})
    assert decide(board, ada, {"q1_count": Fraction(1)}).rows == 4
    assert standing(board, "dan", "q1_count") == 1
    assert decide(board, ada, {"q1_count": Fraction(1)}).rows == 0
    decide(board, ada, {"q1_count": None})
    assert standing(board, "dan", "q1_count") is None


def test_what_somebody_else_decided_meanwhile_is_told_and_stays(board) -> None:
    ada = key_of(board, "ada")
    old = {row.report.id: row.seen for row in board.work(ada, "tb").rows}
    decide(board, ada, {"q1_count": HALF})
    kept = decide(board, ada, {"q1_count": Fraction(0)}, who="tb", seen=old)
    assert kept.conflicts == ("q1_count: ta has decided 1/2 of the points meanwhile",)
    assert standing(board, "ada", "q1_count") == HALF
    # Who has seen it may decide otherwise.
    assert decide(board, ada, {"q1_count": Fraction(0)}, who="tb").rows == 4


def test_two_servers_on_one_gradebook_see_each_other(boards) -> None:
    one, two = boards(), boards()
    key = key_of(two, "ada")
    old = {row.report.id: row.seen for row in two.work(key, "tb").rows}
    decide(one, key, {"q1_count": HALF})
    assert decide(two, key, {"q1_count": Fraction(1)}, who="tb", seen=old).conflicts
    assert standing(two, "dan", "q1_count") == HALF


def test_many_at_once_lose_and_double_nothing(boards, folder) -> None:
    names = [f"t{number}" for number in range(4)]
    kept: dict[str, list] = {name: [] for name in names}

    def work(board: Board, name: str) -> None:
        for turn in range(15):
            for item in board.listed():
                rows = board.work(item.key, name).rows
                said = {row.report.id: Fraction((turn + len(name + item.key)) % 3, 2) for row in rows}
                seen = {row.report.id: row.seen for row in rows}
                kept[name].append(board.decide(item.key, said, who=name, seen=seen))

    shared, other = boards(), boards()
    threads = [
        threading.Thread(target=work, args=(shared if i % 2 else other, name)) for i, name in enumerate(names)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    told = sum(each.rows for name in names for each in kept[name])
    numbers = [each.number for name in names for each in kept[name] if each.number]
    with Gradebook(folder / "reports.gradebook", readonly=True) as book:
        (laid,) = book.row("SELECT count(*) FROM overrides")
        (acts,) = book.row("SELECT count(*) FROM acts WHERE kind = 'decide'")
        doubled = list(
            book.rows("SELECT act FROM overrides GROUP BY act, student, criterion HAVING count(*) > 1")
        )
    assert told == laid
    assert len(set(numbers)) == len(numbers) == acts
    assert not doubled


def test_what_arrives_later_is_settled_alike(board, folder) -> None:
    decide(board, key_of(board, "ada"), {"q1_count": HALF}, why={"q1_count": "One of them."})
    shutil.copy(folder / "files/ada.md", folder / "files/zoe.md")
    assert "1 row is decided as people decided equal answers" in " ".join(grade(folder).split())
    assert standing(board, "zoe", "q1_count") == HALF
    assert standing(board, "eve", "q1_count") is None


def test_what_was_taken_back_settles_nothing_that_arrives(board, folder) -> None:
    decide(board, key_of(board, "ada"), {"q1_count": HALF})
    board.undo("ta")
    shutil.copy(folder / "files/ada.md", folder / "files/zoe.md")
    grade(folder)
    assert standing(board, "zoe", "q1_count") is None


def test_all_none_and_as_proposed_are_about_what_is_open(board) -> None:
    eve = key_of(board, "eve")
    names = [row.report.id for row in board.work(eve, "x").rows]
    assert decide(board, eve, "all").left == ()
    given = {name: standing(board, "eve", name) for name in names}
    assert {name: credit for name, credit in given.items() if name != "q1_false"} == {
        name: 1 for name in names if name != "q1_false"
    }
    assert given.get("q1_false", 0) == 0  # all that is asked for is there, and no false claim
    with pytest.raises(ValueError, match="no such decision"):
        decide(board, eve, "perhaps")


@pytest.mark.parametrize("credit", [Fraction(-1, 2), Fraction(3, 2)])
def test_a_credit_is_a_share(board, credit) -> None:
    with pytest.raises(ValueError, match="must be from 0 to 1"):
        decide(board, key_of(board, "ada"), {"q1_count": credit})


def test_the_next_answer_is_one_that_nobody_has_open(board) -> None:
    first = board.next_key("ta")
    board.work(first, "ta")
    second = board.next_key("tb")
    assert second != first
    keys = {item.key for item in board.listed() if item.open_rows}
    seen, at = set(), first
    while at not in seen:
        seen.add(at)
        decide(board, at, "none")
        following = board.next_key("ta", after=at)
        if following is None:
            break
        at = following
    assert board.progress().rows.done == board.progress().rows.total
    assert seen <= keys


def test_the_order_does_not_follow_names(board) -> None:
    keys = [item.key for item in board.listed("q1")]
    about = [board.work(key, "x").students[0][0] for key in keys]
    assert about != sorted(about)
    questions = [item.question for item in board.listed()]
    assert questions == sorted(questions) or questions[-1] == "q1"  # rows without points come last


def test_work_is_shared_out_by_question_and_by_student(board) -> None:
    board.task("q1", "tb", by="ta")
    assert {item.question for item in board.listed(who="ta")} == {"q2"}
    assert board.tasks() == {"q1": "tb"}
    board.task("q1", "", by="ta")
    board.share_out(["ta", "tb"], by="ta")
    of = {who: {item.key for item in board.listed(who=who)} for who in ("ta", "tb")}
    assert of["ta"]
    assert of["tb"]
    assert not of["ta"] & of["tb"]
    assert (
        of["ta"] | of["tb"]
        == {item.key for item in board.listed()}
        == {i.key for i in board.listed(who="tc")} | of["ta"] | of["tb"]
    )
    with pytest.raises(KeyError):
        board.task("q9", "tb", by="ta")


def test_what_is_left_is_told_by_person(board) -> None:
    board.task("q1", "tb", by="ta")
    decide(board, key_of(board, "fay", "q2"), "none")
    people = {person.name: (person.decisions, person.left) for person in board.progress().people}
    assert people == {"ta": (1, 0), "tb": (0, len([i for i in board.listed("q1") if i.open_rows]))}
    for item in board.listed("q1"):
        decide(board, item.key, "none", who="tb")
    (first, *_) = board.progress().people
    assert (first.name, first.left) == ("tb", 0)
    board.undo("tb")
    assert board.progress().people[0].left


def test_flags_and_comments_are_for_colleagues(board) -> None:
    key = key_of(board, "eve")
    board.flag(key, "ta", on=True)
    board.comment(key, "ta", "Which one counts?")
    assert [item.key for item in board.listed(flagged=True)] == [key]
    (comment,) = board.work(key, "tb").comments
    assert (comment.who, comment.words) == ("ta", "Which one counts?")
    board.flag(key, "tb", on=False)
    assert not board.listed(flagged=True)


def test_words_that_were_used_before_are_offered(board) -> None:
    decide(board, key_of(board, "ada"), {"q1_count": HALF}, why={"q1_count": "Two numbers."})
    assert ("q1_count", "Two numbers.") in board.work(key_of(board, "eve"), "tb").offered


def test_a_doubtful_answer_is_chosen_and_judged_anew(board) -> None:
    key = key_of(board, "gil")
    text = board.document(key)
    end = text.index("counted") + len("counted")
    before = board.work(key, "ta")
    assert before.doubtful
    kept = board.settle(key, 0, end, "ta")
    assert kept.rows
    after = board.work(key, "ta")
    assert after.question.text.strip() == text[:end]
    assert standing(board, "gil", "q1_count") == 1
    board.undo("ta")
    again = board.work(key, "ta")
    assert again.question.text == before.question.text
    assert standing(board, "gil", "q1_count") is None
    with pytest.raises(UsageError, match="no such stretch"):
        board.settle(key, 5, 5, "ta")


def test_a_picture_is_typed_and_judged(board) -> None:
    key = key_of(board, "fay", "q2")
    assert board.work(key, "ta").pictured
    board.type_out(key, "(x - mu) / sigma, so the mean is zero", "ta")
    assert standing(board, "fay", "q2_norm", "q2") == 1
    assert standing(board, "fay", "q2_zero", "q2") == 1


def test_a_page_of_a_pdf_stands_beside_what_was_read_of_it(board, folder) -> None:
    lines = [
        (60, 740, 16, "Question 1"),
        (60, 700, 11, "The total is 7850 or 7840, I am not sure which. The biases count."),
        (60, 640, 16, "Question 2"),
        (60, 600, 11, "Nothing."),
    ]
    (folder / "files/kim.pdf").write_bytes(pdffiles.page(pdffiles.words(*lines)))
    grade(folder)
    key = key_of(board, "kim")
    assert board.work(key, "ta").pages == (1,)
    assert board.page_picture(key, 1).startswith(b"\x89PNG")
    assert board.page_picture(key, 2) == b""
    other = key_of(board, "ada")
    assert board.work(other, "ta").pages == ()
    assert board.page_picture(other, 1) == b""


def test_reports_are_written_again_and_say_that_a_person_looked(board, folder) -> None:
    board.write()
    assert board.write() == 0
    decide(board, key_of(board, "ada"), {"q1_count": HALF}, why={"q1_count": "One of two."})
    assert board.write() == 4
    report = (folder / "reports/ada.md").read_text()
    assert "One of two." in report
    assert "ta" in report
    assert board.write() == 0


def test_zeros_are_looked_through_and_the_agreement_is_told(board) -> None:
    zeros = board.zeros()
    assert len(zeros) == 2
    first = zeros[0]
    assert board.check_zero(first.key, first.row.id, "ta", agrees=True).rows
    assert first.row.id not in {z.row.id for z in board.zeros() if z.key == first.key}
    (agreement,) = board.agreement()
    assert (agreement.k, agreement.n) == (1, 1)
    assert agreement.low < 1 == agreement.high
    other = board.zeros()[0]
    board.check_zero(other.key, other.row.id, "ta", agrees=False)
    decide(board, other.key, {other.row.id: Fraction(1)})
    assert sum(each.n - each.k for each in board.agreement()) == 1


def test_what_a_rubric_is_to_learn_is_tried_before_it_counts(board, folder) -> None:
    key = key_of(board, "ada")
    lines = board.propose(key, "q1_bias", "accept", "the biases count", "ta")
    assert 'accepts: ["the biases count"]' in lines
    board.propose(key, "q1_count", "mistake", "7840", "ta")
    made = board.proposed()
    assert not made.findings
    done = CliRunner().invoke(grader, ["check", made.path])
    assert done.exit_code == 0, done.output
    shown = CliRunner().invoke(grader, made.commands[1].split()[1:])
    assert shown.exit_code == 0, shown.output
    board.propose(key, "q1_bias", "reject", "the biases count", "ta")
    made = board.proposed()
    assert "is not rejected" in made.findings[0]
    board.withdraw(made.changes[-1].number, "ta")
    assert not board.proposed().findings
    with pytest.raises(ValueError, match="must be one of"):
        board.propose(key, "q1_bias", "perhaps", "x", "ta")
    with pytest.raises(ValueError, match="choose the words"):
        board.propose(key, "q1_bias", "accept", "  ", "ta")


def test_the_rubric_has_to_be_the_one_of_the_assignment(folder) -> None:
    other = folder / "other.yaml"
    other.write_text((folder / "rubric.yaml").read_text().replace("id: small", "id: other", 1))
    with pytest.raises(UsageError, match="is the rubric of 'other'"):
        Board(folder / "reports.gradebook", "small", rubric=other)
