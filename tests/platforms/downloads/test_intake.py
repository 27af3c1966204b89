"""A class of thirty out of every platform's download, through the commands: everyone exactly once, and again the same."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from grader.cli.entry import grade, grader

sys.path.insert(0, str(Path(__file__).parent))
from thirty import CLASSES, NAMES, RIGHT, RUBRIC, Made, canvas, folders, moodle, zipped


class School:
    """A folder with a rubric and a download, and the commands run on it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.rubric, self.out = folder, folder / "rubric.yaml", folder / "reports"
        self.rubric.write_text(RUBRIC, encoding="utf-8")

    def grade(self, given: Path, *options: object, code: int = 0):
        words = [
            given,
            "--rubric",
            self.rubric,
            "--out",
            self.out,
            "--format",
            "json,csv",
            "--executor",
            "serial",
            *options,
        ]
        return self._ran(grade, words, code)

    def grader(self, *words: object, code: int = 0):
        return self._ran(grader, words, code)

    def _ran(self, command, words, code: int):
        done = CliRunner().invoke(command, [str(word) for word in words])
        assert done.exit_code == code, done.output
        return done

    @property
    def reports(self) -> dict[str, dict]:
        found = [json.loads(path.read_text(encoding="utf-8")) for path in self.out.glob("*.json")]
        return {report["student"]["id"]: report for report in found}

    @property
    def marks(self) -> dict[str, float]:
        return {student: report["score"] for student, report in self.reports.items()}

    def roster(self, *rows: str) -> Path:
        path = self.folder / "class.csv"
        path.write_text("\n".join(rows) + "\n", encoding="utf-8")
        return path


@pytest.fixture
def school(tmp_path: Path) -> School:
    return School(tmp_path)


def made_of(*entries: tuple[str, str]) -> Made:
    made = Made("class.zip")
    for path, content in entries:
        made.add(path, content)
    return made


@pytest.mark.parametrize("name", CLASSES)
def test_everyone_is_marked_once(school, name) -> None:
    made = CLASSES[name]()
    given = made.zip(school.folder)
    done = school.grade(given, "--json")
    assert school.marks == made.marks
    assert json.loads(done.stdout)["students"] == len(made.marks)
    again = json.loads(school.grade(given, "--json").stdout)
    assert (again["marked"], again["reused"] > 0) == (0, True)
    changes = school.grader("regrade", school.rubric, "--out", school.out, "--jobs", "1").stdout
    assert "Nobody's marks change" in changes


def test_what_it_was_taken_as_is_said_before_anything_is_marked(school) -> None:
    given = canvas().zip(school.folder)
    done = school.grade(given)
    first, late, *_ = done.stderr.splitlines()
    assert first == f"{given}: taken as a Canvas download: 28 students"
    assert late.startswith(
        "1 hand-in marked late by the platform, which does not say by how much; --times takes a table: 4103"
    )
    assert (
        "The platform marked this as late, and does not say by how much." in school.reports["4103"]["notes"]
    )


def test_students_are_found_in_the_class_list_by_their_names(school) -> None:
    quoted = ['"' + name.replace('"', '""') + '"' for name in NAMES]
    roster = school.roster("id,name", *(f"id{number},{name}" for number, name in enumerate(quoted)))
    done = school.grade(canvas().zip(school.folder), "--roster", roster)
    assert (
        "2 of the roster's 30 students handed in nothing: id5 (فاطمة الزهراء), id29 (Yosef Katz)"
        in done.stderr
    )
    assert (
        "28 students of the download found in the class list by name or address: 4100 is id0" in done.stderr
    )
    assert school.marks["id8"] == 2
    assert school.reports["id8"]["student"]["name"] == NAMES[8]


def test_whom_no_class_list_knows_is_named_before_marking(school) -> None:
    given = moodle().zip(school.folder)
    done = school.grade(given, "--roster", school.roster("id,name", "al,Ada Lovelace"), code=1)
    assert "student '1701' (Bo Ek) is not in the roster" in done.stderr
    assert school.marks["al"] == 0
    assert school.reports["al"]["students"] == [{"id": "al", "name": "Ada Lovelace", "email": ""}]


def test_ids_without_names_are_in_no_class_list(school) -> None:
    given = CLASSES["canvas_anonymous"]().zip(school.folder)
    done = school.grade(given, "--roster", school.roster("id,name", "al,Ada Lovelace"))
    assert (
        "29 students have no names, so that nobody knows who of the roster handed in nothing" in done.stderr
    )
    assert "is not in the roster" not in done.stderr


def test_names_that_are_taken_apart_are_whole_again(school) -> None:
    """As macOS packs them: letters and their marks apart."""
    made = made_of(("Zoe\u0308 O\u0308st_17_assignsubmission_file/a.md", RIGHT))
    school.grade(made.zip(school.folder), "--roster", school.roster("id,name", "zö,Zoë Öst"))
    assert school.marks == {"zö": 2}


def test_two_of_one_name_are_never_found_by_it(school) -> None:
    made = made_of(*((f"Ann Lee_{number}_assignsubmission_file/a.md", RIGHT) for number in (17, 18)))
    done = school.grade(made.zip(school.folder), "--roster", school.roster("id,name", "al1,Ann Lee"), code=1)
    assert (
        "student '17' (Ann Lee) is not in the roster; al1 (Ann Lee) may be meant, as by '18'" in done.stderr
    )
    assert set(school.marks) == {"17", "18"}


def test_preflight_reads_everything_and_marks_nothing(school) -> None:
    school.rubric.write_text(
        RUBRIC + "  - {id: q2, criteria: [{id: c2, points: 1, number: {expected: 2}}]}\n"
    )
    made = canvas()
    made.add("ekbo_4199_99999_scan.pdf", b"no pdf")
    made.add("leequang_4198_99998_a.md", "7850 in total, without any heading, and 2 as well")
    done = school.grade(made.zip(school.folder), "--preflight", code=1)
    assert "4102 (öztürkçelik): " in done.stdout
    assert "30 students have handed in; nothing was marked" in done.stdout
    assert "99999_scan.pdf: is no .pdf file" in done.stderr
    assert "may be cut or read wrongly" in done.stderr
    assert not school.out.exists()
    assert not list(school.folder.glob("*.gradebook"))
    data = json.loads(school.grade(school.folder / made.name, "--preflight", "--json", code=1).stdout)
    assert len(data["handins"]) == data["students"] == 30
    assert {"id": "4102", "name": "öztürkçelik", "email": ""} in data["handins"][2]["students"]


def test_preflight_of_files_knows_what_stands_in_them(school) -> None:
    files = school.folder / "files"
    files.mkdir()
    (files / "one.md").write_text("---\nstudents: [{id: a1, name: Ada L}, b2]\n---\n" + RIGHT)
    (files / "two.md").write_text("---\nstudent: {id: a1, name: Bo E}\n---\n" + RIGHT)
    (files / "A1.md").write_text(RIGHT)
    done = school.grade(files, "--preflight", "--roster", school.roster("id", "a1", "b2", "c3"), code=1)
    assert "1 of the roster's 3 students handed in nothing: c3" in done.stderr
    assert "1 student handed in more than once, and the last one counts: a1 (2)" in done.stderr
    assert "student 'A1' is not in the roster" in done.stderr
    assert "two.md: student 'a1' is 'Bo E' here and 'Ada L' in" in done.stderr
    assert "student 'a1' looks like 'A1'" in done.stderr
    assert "3 students have handed in" in done.stdout


def test_preflight_without_anything_wrong_ends_well(school) -> None:
    school.grade(folders().zip(school.folder), "--preflight", "--quiet", code=0)


def test_attempts_are_told_and_the_rubric_chooses(school) -> None:
    stem = "H_al_attempt_2026-11-{:02}-10-00-00_a.md"
    made = made_of(
        (stem.format(21), RIGHT),
        (stem.format(20), "## Question 1\n\n3"),
        ("H_bo_attempt_2026-11-20-10-00-00_a.md", RIGHT),
    )
    for rule, mark in (("first", 0), ("last", 2), ("best", 2)):
        school.rubric.write_text(RUBRIC.replace("attempts: last", f"attempts: {rule}"))
        done = school.grade(made.zip(school.folder), code=1 if rule == "first" else 0)
        assert school.marks == {"al": mark, "bo": 2}, rule
        assert "al (2)" in done.stderr or "student 'al' already handed in" in done.stderr


def test_times_of_the_platform_count_and_a_table_outranks_them(school) -> None:
    school.rubric.write_text(
        RUBRIC.replace("attempts: last", "due: 2026-11-20T12:00+01:00\nlate: {per_day: 50%}")
    )
    names = ("H_al_attempt_2026-11-20-11-59-00_a.md", "H_bo_attempt_2026-11-20-13-00-00_a.md")
    given = made_of(*((name, RIGHT) for name in names)).zip(school.folder)
    done = school.grade(given)
    assert "the download's times have no offset; that of the rubric's due date was taken" in done.stderr
    assert school.marks == {"al": 2, "bo": 1}
    assert school.reports["bo"]["submitted"] == "2026-11-20T13:00:00+01:00"
    times = school.folder / "times.csv"
    times.write_text(f"file,submitted\n{names[1]},2026-11-20T11:00+01:00\nnone.md,2026-11-20T11:00+01:00\n")
    done = school.grade(given, "--times", times)
    assert "1 of 2 rows name no file of this run: none.md" in done.stderr
    assert school.marks == {"al": 2, "bo": 2}


def test_members_of_a_group_whom_a_file_names_are_in_it(school) -> None:
    both = "---\nstudents: [{id: '17', name: Ada}, {id: '18', name: Bo}]\n---\n" + RIGHT
    made = made_of(("Ada_17_assignsubmission_file/a.md", both), ("Cem_19_assignsubmission_file/a.md", RIGHT))
    roster = school.roster("id,name", "17,Ada", "18,Bo", "19,Cem")
    done = school.grade(made.zip(school.folder), "--roster", roster)
    assert school.marks == {"17": 2, "18": 2, "19": 2}
    assert "1 of the roster's 3 students handed in nothing: 18" in done.stderr
    assert "1 students are named by the files of others, as of one group: 18" in done.stderr


def test_a_zip_that_may_be_a_class_or_one_students_is_asked_about(school) -> None:
    made = made_of(("ada/answers.md", RIGHT), ("bo/answers.md", RIGHT))
    given = made.zip(school.folder)
    done = school.grade(given, code=2)
    assert "may be a class, a folder for each student (ada, bo), or one student's files" in done.stderr
    school.grade(given, "--platform", "folders")
    assert school.marks == {"ada": 2, "bo": 2}


def test_a_students_own_zip_stays_one_hand_in(school) -> None:
    given = made_of(("ada/answers.md", RIGHT), ("data/x.csv", "a\n1\n")).zip(school.folder)
    done = school.grade(given)
    assert (school.marks, done.stderr) == ({"class": 2}, "")
    school.out.joinpath("class.json").unlink()
    two = made_of(("part1/a.md", RIGHT), ("part2/b.md", "Nothing more.")).zip(school.folder)
    assert school.grade(two).stderr == ""
    assert set(school.marks) == {"class"}


def test_files_is_a_platform_for_what_is_none(school) -> None:
    given = made_of(("ada/answers.md", RIGHT), ("bo/notes.md", "Nothing more.")).zip(school.folder)
    school.grade(given, "--platform", "files")
    assert set(school.marks) == {"class"}


def test_a_platform_that_nobody_knows_is_named(school) -> None:
    done = school.grade(canvas().zip(school.folder), "--platform", "canvass", code=2)
    assert (
        "unknown platform 'canvass' (did you mean 'canvas'?)"
        in done.stderr.replace("; did", " (did").replace("'?", "'?)")
        or "did you mean 'canvas'" in done.stderr
    )


def test_what_it_is_not_is_said(school) -> None:
    done = school.grade(made_of(("a.md", RIGHT)).zip(school.folder), "--platform", "moodle", code=1)
    assert "has no name as Moodle gives them" in done.stderr
    assert "holds nothing that is read as a Moodle download" in done.stderr


def test_several_files_are_one_hand_in_in_their_order(school) -> None:
    school.rubric.write_text(
        "id: small\nquestions:\n"
        + "".join(
            f"  - {{id: q{n}, criteria: [{{id: c{n}, points: 1, number: {{expected: {n}}}}}]}}\n"
            for n in (1, 2, 10)
        ),
    )
    made = made_of(
        *((f"ekbo_4101_90{n:02}_q{n}.md", f"# Question {n}\n\n{n}\n") for n in (10, 2, 1)),
        ("ekbo_4101_9050_readme.md", "How to run it."),
        ("ekbo_4101_9051_empty.md", ""),
        ("dasravi_4102_9052_README.md", "# Question 1\n\n1\n"),
        ("dasravi_4102_9053_train.py", "x = 1\n"),
    )
    done = school.grade(made.zip(school.folder))
    assert school.marks == {"4101": 3, "4102": 1}
    notes = school.reports["4101"]["notes"]
    assert "Of what was handed in, readme.md was not read." in notes
    assert "empty.md is empty." in notes
    assert "1 hand-in with a README beside other documents, which was not read: 4101" in done.stderr
    assert school.reports["4101"]["source"].endswith("class.zip/ekbo_4101_9010.zip")


def test_a_readme_beside_the_folder_of_all_is_nobodys(school) -> None:
    made = made_of(
        *((f"hw-3-submissions/hw-3-s{n}/README.md", RIGHT) for n in range(3)), ("README.md", "How to.")
    )
    school.grade(made.unpacked(school.folder / "given"))
    assert school.marks == {"s0": 2, "s1": 2, "s2": 2}


def test_an_address_is_no_answer(school) -> None:
    done = school.grade(
        made_of(("ekbo_4101_link.html", "<a href='x'>x</a>"), ("lee_4102_9001_a.md", RIGHT)).zip(
            school.folder
        ),
        code=1,
    )
    assert "is only a link; hand in what it points to" in done.stderr
    assert school.reports["4101"]["unreadable"]


def test_a_form_of_answers_beside_other_files_is_the_hand_in(school) -> None:
    entries = [
        ("ada/answers.yaml", "answers: {q1: 7850 in total}\n"),
        ("ada/environment.yml", "name: x\n"),
        ("ada/notes.md", "Mine."),
    ]
    others = [(f"s{n}/answers.md", RIGHT) for n in range(5)]
    clash = [("bo/answers.yaml", "answers: {q1: 1}\n"), ("bo/final.json", '{"answers": {"q1": 7850}}')]
    done = school.grade(
        made_of(*entries, *others, *clash).zip(school.folder), "--platform", "folders", code=1
    )
    assert school.marks["ada"] == 2
    assert "Of what was handed in, environment.yml, notes.md was not read." in school.reports["ada"]["notes"]
    assert (
        "holds several files of answers (answers.yaml, final.json); one of them must be handed in"
        in done.stderr
    )


def test_a_converter_reads_what_is_inside(school) -> None:
    made = made_of(
        ("lee_4102_9001_a.scan", "x"), ("lee_4102_9002_b.md", "more"), ("ek_4103_9003_a.scan", "x")
    )
    script = school.folder / "read.sh"
    script.write_text("#!/bin/sh\nprintf '## Question 1\\n\\n7850 in total\\n' > \"$2\"\n")
    script.chmod(0o700)
    school.grade(made.zip(school.folder), "--convert", f".scan={script} {{input}} {{output}}")
    assert school.marks == {"4102": 2, "4103": 2}
    assert school.reports["4102"]["source"].endswith("lee_4102_9001.zip")


def test_identity_outweighs_what_a_platform_says(school) -> None:
    made = made_of(
        ("hw/grp1_s-017_v2/answers.md", RIGHT),
        ("hw/grp1_s-017_v1/answers.md", "## Question 1\n\n3"),
        ("hw/grp2_s-018_v1/a.md", RIGHT),
        ("hw/x.md", "?"),
    )
    pattern = r"_(?P<student>s-\d+)_v(?P<attempt>\d)/"
    given = made.zip(school.folder)
    done = school.grade(given, "--identity", pattern, code=1)
    assert "taken as files named as --identity says: 2 students, 3 hand-ins" in done.stderr
    assert "x.md: does not fit --identity" in done.stderr
    assert set(school.marks) == {"s-017", "s-018"}
    school.grade(made.unpacked(school.folder / "there"), "--identity", pattern, code=1)
    assert set(school.marks) == {"s-017", "s-018"}


@pytest.mark.parametrize(
    ("pattern", "rule"),
    [
        ("(", "is no expression that can be used"),
        (r"(?P<id>\d+)", "must have a group (?P<student>...)"),
        (
            r"(?P<student>\d+)_(?P<email>.*)",
            "the group 'email' is not known; known are student, name, attempt",
        ),
        (r"(?P<student>\d+)(?=x)", "is no expression that can be used"),
        ("x" * 2001, "has at most 2,000 characters"),
    ],
)
def test_an_expression_that_cannot_be_used_is_named(school, pattern, rule) -> None:
    done = school.grade(canvas().zip(school.folder), "--identity", pattern, code=2)
    assert "--identity: " in done.stderr
    assert rule in done.stderr


def test_identity_and_platform_are_one_or_the_other(school) -> None:
    done = school.grade(
        canvas().zip(school.folder), "--identity", "(?P<student>.)", "--platform", "canvas", code=2
    )
    assert "give it without --platform" in done.stderr


def test_validate_shows_a_download(school) -> None:
    done = school.grader("validate", canvas().zip(school.folder), "--rubric", school.rubric, code=0)
    assert "taken as a Canvas download: 28 students" in done.stderr
    one = made_of(("theory/answers.md", RIGHT), ("practice/more.md", "More.")).zip(school.folder)
    done = school.grader("validate", one, "--rubric", school.rubric, code=0)
    assert done.stderr == ""


def test_a_form_of_google_names_its_students(school) -> None:
    table = school.folder / "form.csv"
    table.write_text(
        '"Timestamp","Username","Total score","Question 1","Question 1 [Score]","Question 1 [Feedback]"\n'
        '"2026/11/20 9:14:03 PM GMT+1","ada@example.org","0.00 / 2","7850 in total","0.00 / 2",""\n'
        '"2026/11/20 9:15:03 PM GMT+1","bo@example.org","0.00 / 2","7840 in total","0.00 / 2",""\n',
        encoding="utf-8",
    )
    school.grade(table)
    assert school.marks == {"ada@example.org": 2, "bo@example.org": 0}


def test_a_zip_inside_several_files_is_unfolded(school) -> None:
    inner = zipped([("work/q1.md", RIGHT.encode())])
    made = Made("class.zip")
    made.add("lee_4102_9001_hw.zip", inner)
    made.add("lee_4102_9002_more.md", "# Appendix\n\nNothing.")
    made.add("ek_4103_9002_hw.zip", inner)
    school.grade(made.zip(school.folder))
    assert school.marks == {"4102": 2, "4103": 2}
