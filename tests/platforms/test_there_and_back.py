"""From a platform's download to the platform's own table and its feedback, with its table as the class list."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from grader.cli.entry import grade, grader

RUBRIC = (
    "id: small\ntitle: Small\nquestions: [{id: q1, criteria: [{id: a, points: 2, number: {expected: 7}}]}]\n"
)
# Two of them have one name, which only their ids tell apart.
CLASS = [
    ("10121", "ada", "Ada Lovelace", "7"),
    ("10122", "bo1", "Bo Ek", "7"),
    ("10123", "bo2", "Bo Ek", "8"),
]


def run(command, *words: object, code: int = 0):
    done = CliRunner().invoke(command, [str(word) for word in words])
    assert done.exit_code == code, done.output
    return done


def packed(path: Path, entries: list[tuple[str, str]]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, said in entries:
            archive.writestr(name, f"# Question 1\n\nIt is {said}.\n")
    return path


def canvas(folder: Path) -> tuple[Path, Path]:
    names = {"Ada Lovelace": "lovelaceada", "Bo Ek": "ekbo"}
    entries = [(f"{names[name]}_{user}_99{user}_a.md", said) for user, _, name, said in CLASS]
    entries.append((f"{names['Bo Ek']}_10123_9900_b.md", "7"))  # a second file of one of them
    rows = ["Student,ID,SIS User ID,SIS Login ID,Section,Small (88)", "    Points Possible,,,,,2"]
    rows += [
        f'"{name.split()[1]}, {name.split()[0]}",{user},sis-{login},{login},S1,'
        for user, login, name, _ in CLASS
    ]
    rows.append('"Here, Nobody",10199,sis-nobody,nobody,S1,')
    table = folder / "canvas.csv"
    table.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return packed(folder / "submissions.zip", entries), table


def moodle(folder: Path) -> tuple[Path, Path]:
    entries = [(f"{name}_{user}_assignsubmission_file/a.md", said) for user, _, name, said in CLASS]
    rows = [
        "Identifier,Full name,Email address,Status,Grade,Maximum Grade,Grade can be changed,Last modified (grade),Feedback comments"
    ]
    rows += [
        f"Participant {user},{name},{login}@x.org,Submitted,,2.00,Yes,-," for user, login, name, _ in CLASS
    ]
    rows.append("Participant 10199,Nobody Here,n@x.org,No submission,,2.00,Yes,-,")
    table = folder / "moodle.csv"
    table.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return packed(folder / "download.zip", entries), table


@pytest.mark.parametrize("platform", [canvas, moodle], ids=lambda made: made.__name__)
def test_every_mark_comes_back_to_its_row_and_every_report_to_its_name(tmp_path, platform) -> None:
    (tmp_path / "rubric.yaml").write_text(RUBRIC, encoding="utf-8")
    download, table = platform(tmp_path)
    out, book, feedback = tmp_path / "reports", tmp_path / "g.gradebook", tmp_path / "feedback.zip"
    done = run(
        grade, download, "--rubric", tmp_path / "rubric.yaml", "--roster", table, "--out", out, "--gradebook", book,
        "--format", "json", "--executor", "serial",
    )  # fmt: skip
    assert "1 of the roster's 4 students handed in nothing" in done.output
    assert "is not in the roster" not in done.output
    filled = tmp_path / "filled.csv"
    told = run(
        grader, "export", platform.__name__, "--gradebook", book, "--table", table, "--roster", table, "--out", filled,
        "--open", "low", "--feedback", feedback,
    ).output  # fmt: skip
    assert "handed in nothing" in told
    before = list(csv.reader(io.StringIO(table.read_text(encoding="utf-8"))))
    after = list(csv.reader(io.StringIO(filled.read_text(encoding="utf-8"))))
    place = next(number for number, cell in enumerate(before[0]) if cell in {"Small (88)", "Grade"})
    marks = {row[place] for row in after}
    assert [row[:place] + row[place + 1 :] for row in after] == [
        row[:place] + row[place + 1 :] for row in before
    ]
    scores = sorted(json.loads(path.read_text(encoding="utf-8"))["score"] or 0 for path in out.glob("*.json"))
    assert sorted(float(mark) for mark in marks & {"0", "2"}) == sorted({float(score) for score in scores})
    last = after[-1]
    assert last[place] == ""  # whoever handed in nothing has no mark, and no 0
    with zipfile.ZipFile(feedback) as archive:
        assert len(archive.namelist()) == len(set(archive.namelist())) == len(CLASS)
        assert all(
            user in name
            for (user, *_), name in zip(CLASS, sorted(archive.namelist(), key=_user), strict=True)
        )


def _user(name: str) -> str:
    return next(user for user, *_ in CLASS if user in name)
