"""The second opinion: learned from people's marks, held out by author, and no judge unless a person lets it."""

from __future__ import annotations

import csv
from typing import Any

import pytest

from grader.calibration.gains import gains
from grader.calibration.marks import read_marks
from grader.calibration.measuring import calibrate
from grader.calibration.opinion import Case, Foreseen, Opinion, is_enough, sureness
from grader.calibration.outlook import outlook, sentences
from grader.rubric.loading import load_rubric

GOOD = ("every copy gets the very same push", "nothing pulls the copies apart", "the copies never part ways")
BAD = ("the numbers may become huge", "the sums may overflow", "large numbers are slow to add")


def case(author: int, text: str, *, met: bool = False, criterion: str = "c") -> Case:
    return Case(criterion, f"a{author}", text, "undecided", waits=True, met=met)


def marked(authors: int) -> list[Case]:
    texts = [(text, True) for text in GOOD] + [(text, False) for text in BAD]
    return [case(i, f"{texts[i % 6][0]} {i}", met=texts[i % 6][1]) for i in range(authors)]


def test_it_learns_from_words_and_the_same_every_time() -> None:
    asked = [case(90, "the copies get the same push"), case(91, "numbers that overflow")]
    first = Opinion(marked(24), asked).probabilities()
    assert first == Opinion(marked(24)[::-1], asked).probabilities()
    assert first[0] > 0.6
    assert first[1] < 0.4


def test_a_held_out_author_is_not_learned_from() -> None:
    """One author uses words of their own: what is said of them can only be the share of the others."""
    cases = [*marked(24), case(99, "zebra quagga", met=True), case(99, "zebra quagga okapi", met=True)]
    told = {item.case: item.probability for item in Opinion(cases).held_out()}
    own = [told[item] for item in cases if item.author == "a99"]
    assert len(told) == len(cases)
    assert all(0.2 < chance < 0.8 for chance in own)


def test_marks_of_one_kind_give_their_share_only() -> None:
    cases = [case(i, text, met=True) for i, text in enumerate(GOOD * 4)]
    (chance,) = Opinion(cases, [case(90, BAD[0])]).probabilities()
    assert chance == pytest.approx(13 / 14)


def test_ten_authors_are_enough() -> None:
    assert not is_enough(marked(9))
    assert is_enough(marked(10))


@pytest.mark.parametrize(
    ("right", "wrong", "holds"), [(21, 0, True), (20, 0, False), (40, 1, True), (40, 4, False), (0, 0, False)]
)
def test_a_floor_needs_enough_rows_that_agree(right: int, wrong: int, *, holds: bool) -> None:
    rows = [Foreseen(case(i, "x", met=True), 0.9) for i in range(right)]
    rows += [Foreseen(case(i, "x", met=False), 0.9) for i in range(wrong)]
    assert (sureness(rows, 0.9) <= 1) is holds


def test_only_what_is_sure_enough_counts() -> None:
    sure = [Foreseen(case(i, "x", met=True), 0.95) for i in range(30)]
    unsure = [Foreseen(case(i, "x", met=False), 0.6) for i in range(30)]
    assert sureness([*sure, *unsure], 0.9) == 0.95


RUBRIC = """id: small
title: Small
questions:
  - id: q1
    criteria:
      - id: c
        points: 1
        keywords: {any: [clone*], nearly: [copies, numbers]}
"""


@pytest.fixture
def measured(tmp_path: Any) -> Any:
    (tmp_path / "small.yaml").write_text(RUBRIC)
    rubric = load_rubric(tmp_path / "small.yaml")
    rows = "".join(f'"{item.text}",c,{int(item.met)},{item.author}\n' for item in marked(24))
    (tmp_path / "marks.csv").write_text("answer,criterion,mark,author\n" + rows)
    return calibrate(rubric, read_marks(tmp_path / "marks.csv", rubric))


def test_calibration_tells_what_it_would_be_worth(measured: Any) -> None:
    told = outlook(measured, floor=0.8)
    assert told is not None
    assert told.authors == 24
    assert told.after.decided >= told.before.decided
    assert told.after.machine_only + told.after.person_only <= told.before.decided
    assert sentences(told)[0] == "opinion, held out by author (24 authors, floor 80%):"
    assert "it takes marks of 10 authors" in sentences(None)[0]


def test_an_edit_is_measured_on_authors_it_was_not_proposed_from(measured: Any) -> None:
    found = {gain.edit: gain for gain in gains(measured.criteria[0])}
    net = found["nearly: []"]
    assert (net.looks, net.lost) == (20, 12)  # every row that came near, and those of them that are met
    words = next(gain for edit, gain in found.items() if "copies" in edit or "push" in edit)
    assert words.right > 0
    assert words.wrong == 0


@pytest.fixture
def looked_through(classroom: Any) -> Any:
    """A class of 48 of whom a person has been through 36."""
    classroom.rubric.write_text(RUBRIC)
    students = [(f"a{i:02}", item) for i, item in enumerate(marked(48))]
    for name, item in students:
        (classroom.files / f"{name}.yaml").write_text(f'answers: {{q1: "{item.text}"}}\n')
    classroom.grade()
    with (classroom.folder / "filled.csv").open("w", newline="") as file:
        table = csv.writer(file)
        table.writerow(["student", "criterion", "credit", "why", "who"])
        table.writerows([name, "c", int(item.met), "Read it.", "Ada"] for name, item in students[:36])
    classroom.override("--from", classroom.folder / "filled.csv")
    return classroom


def queue(classroom: Any, *options: object) -> list[dict[str, str]]:
    path = classroom.folder / "queue.csv"
    classroom.override("--queue", path, *options)
    return list(csv.DictReader(path.read_text().splitlines()))


def test_the_queue_is_ordered_and_proposes_and_decides_nothing(looked_through: Any) -> None:
    before = looked_through.count("override")
    rows = queue(looked_through)
    chances = [int(row["proposal"].partition("%")[0]) for row in rows]
    assert chances == sorted(chances, reverse=True)
    assert chances[0] > 60
    assert chances[-1] < 40
    assert {row["credit"] for row in rows} == {""}
    assert looked_through.count("override") == before


def test_without_decisions_the_queue_proposes_nothing(classroom: Any) -> None:
    classroom.hand_in("kim", "")
    classroom.grade()
    assert {row["proposal"] for row in queue(classroom)} <= {""}


def test_it_decides_where_a_person_lets_it_and_says_so(looked_through: Any) -> None:
    waiting = len(queue(looked_through))
    said = looked_through.override("--let-opinion-decide", "80%").stdout
    assert "learned from decisions on 36 authors; held out by author it agreed with people in" in said
    left = queue(looked_through)
    assert len(left) < waiting
    looked_through.grade()
    row = looked_through.row("a42", "c")
    assert "not by a person" in row["feedback"]
    looked_through.override("--student", "a42", "--criterion", "c", "--credit", "-")
    looked_through.grade()
    assert looked_through.row("a42", "c")["credit"] is None


def test_a_floor_it_cannot_hold_decides_nothing(looked_through: Any) -> None:
    said = looked_through.override("--let-opinion-decide", "99%").stdout
    assert "that is not enough for 99%" in said
    assert "0 decisions are kept" in said


def test_its_own_decisions_are_no_marks(looked_through: Any) -> None:
    looked_through.override("--let-opinion-decide", "80%")
    again = looked_through.override("--let-opinion-decide", "80%").stdout
    assert "learned from decisions on 36 authors" in again
