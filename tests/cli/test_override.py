"""`grader override`: a person decides, and it holds."""

from __future__ import annotations

import csv
import io
import json

import pytest

ROW = ("--student", "kim", "--criterion", "q1_count")


@pytest.fixture
def marked(classroom):
    classroom.hand_in("kim", "total 7840 and no more")
    classroom.hand_in("lou")
    classroom.grade()
    return classroom


def decide(marked, credit="1/2", why="Nearly.", **options) -> str:
    more = [word for name, value in options.items() for word in (f"--{name}", value)]
    return marked.override(*ROW, "--credit", credit, "--why", why, *more).stdout


def test_a_decision_shows_after_the_next_run_and_nothing_else_is_written(marked) -> None:
    assert (
        decide(marked, who="Ada")
        == f"1 decision is kept in {marked.book}; the next run of 'grade' shows them\n"
    )
    assert marked.score("kim") == 3
    marked.grade()
    row = marked.row("kim", "q1_count")
    assert (row["credit"], row["score"], row["reason"], row["feedback"]) == (0.5, 1, "overridden", "Nearly.")
    assert (row["override"]["who"], row["override"]["when"][-6:]) == ("", "+00:00")  # a login is no student's
    assert '"Ada"' in marked.dumped()
    assert marked.score("kim") == 4


def test_the_latest_wins_can_be_taken_back_and_all_are_kept(marked) -> None:
    for credit in ("1/2", "1", "-"):
        decide(marked, credit)
        marked.grade()
        assert marked.score("kim") == {"1/2": 4, "1": 5, "-": 3}[credit]
    assert [line["credit"] for line in marked.dump() if line["table"] == "override"] == ["1/2", "1", None]
    history = marked.grader("gradebook", "show", marked.book, "--student", "kim").stdout
    assert history.count("q1_count") == 3
    assert "q1_count taken back" in history


def test_the_same_said_twice_is_kept_once(marked) -> None:
    decide(marked)
    assert "1 said what already counts" in decide(marked)
    assert marked.count("override") == 1
    decide(marked, why="Otherwise.")
    assert marked.count("override") == 2


def test_it_wins_after_a_regrade_and_is_listed_when_its_ground_moved(marked) -> None:
    decide(marked, "1/4")
    marked.grade()
    assert "look at them again" not in marked.grade().stdout
    marked.change_rubric(("expected: 7850", "expected: 7840"))
    looked = marked.regrade().stdout
    assert (
        "q1_count: 0 % (wrong) -> 100 % (correct) of 2 points; the criterion changed; a person has decided"
        in looked
    )
    assert "kim, q1_count: credit 1/4" in looked
    assert looked.count("the criterion has changed since") == 1
    marked.regrade("--apply")
    assert (marked.score("kim"), marked.row("kim", "q1_count")["credit"]) == (3.5, 0.25)


def test_a_changed_answer_is_listed_in_a_dry_run_already(marked) -> None:
    decide(marked)
    marked.hand_in("kim", "total 12 and no more")
    assert "the answer has changed since" in marked.grade("--dry-run").stdout
    assert "the answer has changed since" in marked.grade().stdout
    assert marked.score("kim") == 4
    decide(marked)  # said again on the new ground
    assert "look at them again" not in marked.grade().stdout


def test_a_criterion_that_is_gone_is_listed(marked) -> None:
    decide(marked)
    marked.change_rubric(("id: q1_count", "id: q1_counted"))
    assert "the rubric no longer has this criterion" in marked.grade().stdout


def test_a_member_of_a_group_can_be_judged_apart(classroom) -> None:
    classroom.hand_in("g", "total 1 and no more", students="kim, lou")
    classroom.grade()
    decide(classroom, "1")
    classroom.grade()
    assert (classroom.score("kim"), classroom.score("lou")) == (5, 5)  # the same file
    classroom.override(*ROW, "--credit", "1/2", "--alone")
    classroom.grade()
    assert (classroom.score("kim"), classroom.score("lou")) == (4, 5)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("kim", "kin"), "no report of 'small' stands for student 'kin'; did you mean 'kim'?"),
        (("q1_count", "q1_cnt"), "'small' has no criterion 'q1_cnt'; did you mean 'q1_count'?"),
        (
            ("1/2", "1.2"),
            "credit must be from 0 to 1, such as 1, 0.5, 1/3 or 50%, or '-' to take one back (got '1.2')",
        ),
        (("1/2", "half"), "(got 'half')"),
    ],
)
def test_what_cannot_be_is_named(marked, change, message) -> None:
    before = marked.dumped()
    words = [word.replace(*change) for word in (*ROW, "--credit", "1/2", "--why", "Nearly.")]
    assert message in marked.override(*words, code=2).stderr
    assert marked.dumped() == before


def test_one_way_at_a_time(marked) -> None:
    for words in (
        [],
        ["--student", "kim"],
        [*ROW, "--credit", "1", "--queue", "q.csv"],
        ["--queue", "a", "--from", "b"],
    ):
        assert "give --student, --criterion and --credit together" in marked.override(*words, code=2).stderr


def test_no_gradebook_is_made(classroom) -> None:
    said = classroom.override(*ROW, "--credit", "1", "--why", "x", code=2).stderr
    assert "there is no such gradebook" in said
    assert not classroom.book.exists()


@pytest.fixture
def open_rows(classroom):
    """Two students whose rows await a person."""
    classroom.hand_in("=kim", "total 1", "=2")
    classroom.hand_in("lou", "total 1", "total 2")
    classroom.rubric.write_text(
        "id: small\nquestions:\n  - id: q1\n    criteria:\n"
        "      - {id: c1, points: 1, keywords: {any: [never]}}\n"
        "  - id: q2\n    criteria:\n"
        "      - {id: c2, points: 2, keywords: {any: [never]}}\n"
    )
    classroom.grade()
    return classroom


def table(path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text())))


def fill(path, decide) -> None:
    rows = table(path)
    for row in rows:
        decide(row)
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)


def test_the_queue_is_filled_and_handed_back(open_rows) -> None:
    queue = open_rows.folder / "queue.csv"
    open_rows.override("--queue", queue)
    names = {(row["student"].removeprefix("'"), row["criterion"]) for row in table(queue)}
    assert ("=kim", "c2") in names
    assert ("lou", "c2") in names
    fill(queue, lambda row: row.update(credit="50%", why="Half, =1+1.", who="Bo"))
    said = open_rows.override("--from", queue).stdout
    assert said.startswith(f"{len(names)} decisions are kept")
    open_rows.grade()
    assert '"Bo"' in open_rows.dumped()
    assert f"{len(names)} said what already counts" in open_rows.override("--from", queue).stdout
    open_rows.override("--queue", queue)
    assert table(queue) == []


def test_every_problem_of_a_table_is_at_its_line_and_nothing_is_kept(open_rows) -> None:
    queue = open_rows.folder / "queue.csv"
    queue.write_text(
        "student,criterion,credit,why\nlou,c2,1,good\nlou,cc2,1,x\nluo,c2,1,x\n", encoding="utf-8"
    )
    said = open_rows.override("--from", queue, code=2).stderr.splitlines()
    assert said == [
        f"{queue}:3: 'small' has no criterion 'cc2'; did you mean 'c2'?",
        f"{queue}:4: no report of 'small' stands for student 'luo'; did you mean 'lou'?",
    ]
    queue.write_text("student;criterion;credit;why\nlou;c2;2;x\nlou;c2;1;\n;;;\nlou;c2\n", encoding="utf-8")
    (said,) = open_rows.override("--from", queue, code=2).stderr.splitlines()
    assert said.startswith(f"{queue}:2: credit must be")
    queue.write_text("student,criterion,credit\nlou,c2,\n")
    assert "no row has a credit" in open_rows.override("--from", queue, code=2).stderr
    assert open_rows.count("override") == 0


def test_which_assignment(marked) -> None:
    marked.change_rubric(("id: small", "id: other"))
    marked.grade()
    said = marked.override(*ROW, "--credit", "1", "--why", "x", code=2).stderr
    assert "--assignment: say which one: the gradebook holds other, small" in said
    said = marked.override(*ROW, "--credit", "1", "--why", "x", "--assignment", "smal", code=2).stderr
    assert "holds no assignment 'smal'; did you mean 'small'?" in said
    marked.override(*ROW, "--credit", "1", "--why", "x", "--assignment", "small")


@pytest.mark.parametrize(
    "name", ["a;=1+1", "two\nlines", "tab\there", "=kim", "'quoted", "a\u202eb", "  ;-2", "x" * 200]
)
def test_every_id_is_known_again_in_a_queue_that_is_handed_back(classroom, name) -> None:
    classroom.hand_in("one", q2="no option", students=f"{{id: {json.dumps(name)}}}")
    classroom.hand_in("lou", q2="no option")
    classroom.grade()
    queue = classroom.folder / "queue.csv"
    classroom.override("--queue", queue)
    for separator in ",;\t":
        for row in csv.reader(queue.read_text().splitlines(), delimiter=separator):
            assert not any(cell.lstrip().startswith(("=", "+", "-", "@")) for cell in row)
    fill(queue, lambda row: row.update(credit="1", why="It is right."))
    assert classroom.override("--from", queue).stdout.startswith("2 decisions are kept")


def test_ids_that_look_alike_in_a_table_and_rows_decided_twice_are_named(classroom) -> None:
    for name in ("=kim", "'=kim"):
        classroom.hand_in(f"f{len(name)}", q2="no option", students=f"{{id: {json.dumps(name)}}}")
    classroom.hand_in("lou", q2="no option")
    classroom.grade()
    queue = classroom.folder / "queue.csv"
    queue.write_text(
        "student,criterion,credit,why\n'=kim,q2_pick,1,x\nlou,q2_pick,1,x\nlou,q2_pick,0,x\nlou,q2_pick,1,x\n"
    )
    said = classroom.override("--from", queue, code=2).stderr
    assert f"{queue}:2: '=kim: 2 students are written like this in a table" in said
    assert f"{queue}:4: lou, q2_pick: decided twice, and otherwise in line 3" in said
    assert f"{queue}:5" not in said
    assert classroom.count("override") == 0


def queue_of(classroom, *rows: str, codec: str = "utf-8", head: str = "student;criterion;credit;why"):
    path = classroom.folder / "queue.csv"
    path.write_bytes("\r\n".join([head, *rows, ""]).encode(codec))
    return path


DAYS = ("02-Jan", "01. Feb", "2-janv.", "2026-01-02 00:00:00", "1/2/2026")


@pytest.mark.parametrize(
    ("cell", "codec"),
    [
        *((cell, "utf-8-sig") for cell in ("0,5", ".5", "50 %", "1/2", "½", "'1/2", *DAYS)),
        *((cell, codec) for cell in ("½", DAYS[0]) for codec in ("utf-8", "utf-16")),
    ],
)
def test_a_credit_as_a_spreadsheet_leaves_it(marked, cell, codec) -> None:
    queue = queue_of(marked, f"kim;q1_count;{cell};", codec=codec)
    said = marked.override("--from", queue)
    assert said.stdout.startswith("1 decision is kept")
    assert ("is read as 1/2, which a spreadsheet took for a day" in said.stderr) == (cell in DAYS)
    marked.grade()
    assert (marked.row("kim", "q1_count")["credit"], marked.row("kim", "q1_count")["feedback"]) == (0.5, "")
    assert "Decided by a person" in (marked.out / "kim.md").read_text(encoding="utf-8")


def test_zeros_before_an_id_come_back_where_a_spreadsheet_dropped_them(classroom) -> None:
    for name in ("007", "0", "12", "012"):
        classroom.hand_in(f"f{name}", q2="no option", students=f"'{name}'")
    classroom.grade()
    classroom.override("--from", queue_of(classroom, "7;q2_pick;1;", "12;q2_pick;0;", "012;q2_pick;1;"))
    classroom.grade()
    assert [classroom.row(name, "q2_pick")["credit"] for name in ("007", "12", "012")] == [1, 0, 1]
    classroom.hand_in("other", q2="no option", students="'0007'")
    classroom.grade()
    said = classroom.override("--from", queue_of(classroom, "7;q2_pick;1;"), code=2).stderr
    assert "2: 7: 2 students are written like this in a table ('007', '0007')" in said


def test_what_a_table_says_of_a_group_holds_for_all_of_it(classroom) -> None:
    classroom.hand_in("g", q2="no option", students="kim, lou, max")
    classroom.grade()
    assert classroom.override("--from", queue_of(classroom, "lou;q2_pick;1;So.")).stdout.startswith(
        "3 decisions"
    )
    classroom.grade()
    assert [classroom.score(name) for name in ("kim", "lou", "max")] == [6, 6, 6]
    said = classroom.override(
        "--from", queue_of(classroom, "kim;q2_pick;1;", "max;q2_pick;0;"), code=2
    ).stderr
    assert ":3: max, q2_pick: handed in together with kim, and decided otherwise in line 2" in said
    classroom.override("--from", queue_of(classroom, "kim;q2_pick;1;For Kim.", "max;q2_pick;1;For Max."))
    classroom.grade()
    assert [classroom.row(name, "q2_pick")["feedback"] for name in ("kim", "max")] == ["For Kim.", "For Max."]


def test_what_somebody_else_has_decided_meanwhile_is_a_conflict(marked) -> None:
    decide(marked, "1/4", "Seen.", who="Bo")
    queue = queue_of(marked, "kim;q1_count;1;", "lou;q2_pick;1;")
    before = marked.dumped()
    said = marked.override("--from", queue, "--who", "Ada", code=2).stderr
    assert f"{queue}:2: kim, q1_count: Bo has decided 1/4 on " in said
    assert said.rstrip().endswith("'Seen.'; leave the credit empty, or say --overrule")
    assert marked.dumped() == before
    marked.override("--from", queue_of(marked, "kim;q1_count;1/4;"), "--who", "Ada")  # they agree
    marked.override("--from", queue_of(marked, "kim;q1_count;1;"), "--who", "Ada")  # her own
    decide(marked, "1/2", "No.", who="Bo")
    marked.override("--from", queue, "--who", "Ada", code=2)
    marked.override("--from", queue, "--who", "Ada", "--overrule")
    marked.grade()
    assert marked.row("kim", "q1_count")["credit"] == 1
