"""Downloads that somebody made to harm: what is wrong is named, nothing is written elsewhere, the others are marked."""

from __future__ import annotations

import io
import json
import struct
import zipfile
from pathlib import Path

import pytest

from grader.platforms.downloads import listing as listing_module
from grader.platforms.downloads.intake import take_in
from grader.platforms.downloads.request import Expected
from grader.platforms.downloads.rubymetadata import MAX_METADATA

RIGHT = b"## Question 1\n\n7850 in total with the biases\n"
GOOD = [(f"lovelaceada_10{number}_20{number}_a.md", RIGHT) for number in range(3)]


def canvas_name(number: int) -> str:
    return f"evil_10{number}_20{number}_a.md"


def write_zip(path: Path, entries) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries:
            archive.writestr(name if isinstance(name, zipfile.ZipInfo) else zipfile.ZipInfo(name), content)
    return path


def graded(classroom, path: Path, *options: object, code: int = 1):
    from click.testing import CliRunner

    from grader.cli.entry import grade

    words = [
        path,
        "--rubric",
        classroom.rubric,
        "--out",
        classroom.out,
        "--format",
        "json",
        "--executor",
        "serial",
        *options,
    ]
    done = CliRunner().invoke(grade, [str(word) for word in words])
    assert done.exit_code == code, done.output
    return done


def read(classroom) -> set[str]:
    """Return whose hand-ins were read."""
    reports = [json.loads(path.read_text(encoding="utf-8")) for path in classroom.out.glob("*.json")]
    return {report["student"]["id"] for report in reports if not report["unreadable"]}


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("../evil_900_901_a.md", "leads outside of the download"),
        ("/etc/evil_900_901_a.md", "leads outside of the download"),
        ("C:\\evil_900_901_a.md", "leads outside of the download"),
        ("a/../../evil_900_901_a.md", "leads outside of the download"),
        ("e" * 1001, "has a name of more than 1,000 characters"),
    ],
)
def test_a_path_that_leads_outside_is_named(classroom, tmp_path, name, rule) -> None:
    path = write_zip(tmp_path / "submissions.zip", [*GOOD, (name, RIGHT)])
    before = set(tmp_path.parent.iterdir())
    done = graded(classroom, path)
    assert rule in done.stderr
    assert read(classroom) == {"100", "101", "102"}
    assert set(tmp_path.parent.iterdir()) == before


def test_a_link_is_named(classroom, tmp_path) -> None:
    link = zipfile.ZipInfo(canvas_name(9))
    link.external_attr = 0o120777 << 16
    done = graded(classroom, write_zip(tmp_path / "submissions.zip", [*GOOD, (link, b"/etc/passwd")]))
    assert "is a link, which is not followed" in done.stderr
    assert read(classroom) == {"100", "101", "102"}


def test_a_bomb_costs_its_student_alone(classroom, tmp_path) -> None:
    bomb = (canvas_name(9), bytes(21_000_000))
    done = graded(classroom, write_zip(tmp_path / "submissions.zip", [*GOOD, bomb]))
    assert f"{canvas_name(9)}: unpacks to more than 20,000,000 bytes" in done.stderr
    assert read(classroom) == {"100", "101", "102"}


def test_entries_that_overlap_are_refused(classroom, tmp_path) -> None:
    raw = bytearray(write_zip(tmp_path / "submissions.zip", GOOD).read_bytes())
    first = raw.find(b"PK\x01\x02")
    second = raw.find(b"PK\x01\x02", first + 4)
    raw[second + 42 : second + 46] = raw[first + 42 : first + 46]  # both begin where the first does
    (tmp_path / "submissions.zip").write_bytes(raw)
    done = graded(classroom, tmp_path / "submissions.zip", "--platform", "canvas")
    assert "its entries overlap" in done.stderr


def test_a_million_entries_are_refused_before_they_are_listed(classroom, tmp_path) -> None:
    path = tmp_path / "submissions.zip"
    path.write_bytes(
        b"PK\x03\x04" + struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 65535, 65535, 46_000_000, 4, 0)
    )
    done = graded(classroom, path, "--platform", "canvas")
    assert "lists its parts in 46,000,000 bytes" in done.stderr


def test_too_many_entries_are_refused(classroom, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(listing_module, "MAX_ENTRIES", 2)
    done = graded(classroom, write_zip(tmp_path / "submissions.zip", GOOD), "--platform", "canvas")
    assert "holds more than 2 files (got 3)" in done.stderr


def test_too_many_files_cost_their_student_alone(classroom, tmp_path) -> None:
    files = [(f"evil_109_{number}_a.md", b"x") for number in range(200, 2201)]
    done = graded(classroom, write_zip(tmp_path / "submissions.zip", [*files, *GOOD]))
    assert "evil_109_200: holds more than 2,000 files (got 2,001)" in done.stderr
    assert read(classroom) == {"100", "101", "102"}


def test_an_id_or_a_name_of_any_length_is_named(classroom, tmp_path) -> None:
    names = [("anon_" + "x" * 201 + "_1_a.md", RIGHT), ("n" * 201 + "_109_209_a.md", RIGHT)]
    done = graded(classroom, write_zip(tmp_path / "submissions.zip", [*names, *GOOD]))
    assert "a student's id has at most 200 characters (got 206)" in done.stderr
    assert "a student's name has at most 200 characters (got 201)" in done.stderr
    assert read(classroom) == {"100", "101", "102"}


def test_a_zip_that_is_cut_off_is_named(classroom, tmp_path) -> None:
    path = write_zip(tmp_path / "submissions.zip", GOOD)
    path.write_bytes(path.read_bytes()[:-30])
    assert "is cut off or damaged" in graded(classroom, path).stderr


def test_a_password_costs_its_student_alone(classroom, tmp_path) -> None:
    path = write_zip(tmp_path / "submissions.zip", [(canvas_name(9), RIGHT), *GOOD])
    raw = bytearray(path.read_bytes())
    at = raw.find(b"PK\x01\x02")
    raw[at + 8] |= 1
    raw[6] |= 1
    path.write_bytes(raw)
    done = graded(classroom, path)
    assert "is protected by a password" in done.stderr
    assert read(classroom) == {"100", "101", "102"}


def test_damage_inside_costs_its_student_alone(classroom, tmp_path) -> None:
    path = write_zip(tmp_path / "submissions.zip", [(canvas_name(9), RIGHT * 3), *GOOD])
    raw = bytearray(path.read_bytes())
    raw[30 + len(canvas_name(9)) + 5] ^= 0xFF
    path.write_bytes(raw)
    done = graded(classroom, path)
    assert f"{canvas_name(9)}: is damaged" in done.stderr
    assert read(classroom) == {"100", "101", "102"}


def test_two_entries_of_one_name_are_both_read(tmp_path) -> None:
    with pytest.warns(UserWarning, match="Duplicate"):
        path = write_zip(
            tmp_path / "submissions.zip", [*GOOD, ("evil_109_209_a.md", b"1"), ("evil_109_209_a.md", b"2")]
        )
    from contextlib import ExitStack

    with ExitStack() as stack:
        taken = take_in([path], Expected(), stack)
        (evil,) = [item for item in taken.handins if item.sender.students[0].id == "109"]
        with zipfile.ZipFile(io.BytesIO(evil.fetch({}))) as held:
            assert {name: held.read(name) for name in held.namelist()} == {"a.md": b"1", "a (2).md": b"2"}


@pytest.mark.parametrize("kind", ["flag", "bare", "cp437", "beside"])
def test_names_are_what_they_were_meant_to_be(tmp_path, kind) -> None:
    name = "öström_500_600_a.md"
    raw = {"cp437": name.encode("cp437"), "beside": b"?str?m_500_600_a.md"}.get(kind, name.encode())
    info = zipfile.ZipInfo("x" * len(raw))
    if kind == "beside":
        import zlib

        extra = struct.pack("<BL", 1, zlib.crc32(raw)) + name.encode()
        info.extra = struct.pack("<HH", 0x7075, len(extra)) + extra
    packed = bytearray(write_zip(tmp_path / "submissions.zip", [(info, RIGHT)]).read_bytes())
    packed = packed.replace(b"x" * len(raw), raw)
    if kind == "flag":
        packed[7] |= 8
        packed[packed.find(b"PK\x01\x02") + 9] |= 8
    (tmp_path / "submissions.zip").write_bytes(packed)
    from contextlib import ExitStack

    with ExitStack() as stack:
        (item,) = take_in([tmp_path / "submissions.zip"], Expected(), stack).handins
    student = item.sender.students[0]
    assert (student.id, student.name) == ("500", "öström")


def test_metadata_of_any_size_are_named_and_the_others_marked(classroom, tmp_path) -> None:
    entries = [(f"e/submission_{number}/a.md", RIGHT) for number in range(3)]
    path = write_zip(
        tmp_path / "export.zip", [*entries, ("e/submission_metadata.yml", b"#" * (MAX_METADATA + 1))]
    )
    done = graded(classroom, path)
    assert "submission_metadata.yml: unpacks to more than 40,000,000 bytes" in done.stderr
    assert "each goes by its folder's name" in done.stderr
    assert read(classroom) == {f"submission_{number}" for number in range(3)}


@pytest.mark.parametrize(
    "lines",
    [
        "  :submitters: !ruby/object:Kernel {}",
        "  :submitters: *nobody",
        "  :submitters:\n" + "  - :name: x\n" * 50,
        "  :submitters: []",
        "  :submitters:\n  - :sid: ''\n    :name: ''",
        "  :submitters: " + "[" * 3000,
    ],
)
def test_metadata_that_cannot_be_read_cost_one_submission(classroom, tmp_path, lines) -> None:
    metadata = f"submission_0:\n{lines}\nsubmission_1:\n  :submitters:\n  - :sid: '01'\n"
    entries = [(f"e/submission_{number}/a.md", RIGHT) for number in range(2)]
    path = write_zip(tmp_path / "export.zip", [*entries, ("e/submission_metadata.yml", metadata)])
    done = graded(classroom, path)
    assert "'submission_0' " in done.stderr
    assert "it goes by its own name" in done.stderr
    assert read(classroom) == {"submission_0", "01"}


def test_an_archive_inside_an_archive_costs_its_student_alone(classroom, tmp_path) -> None:
    inner = write_zip(tmp_path / "inner.zip", [("deep.zip", b"PK"), ("a.md", RIGHT)]).read_bytes()
    files = [("evil_109_209_hw.zip", inner), *GOOD]
    done = graded(classroom, write_zip(tmp_path / "submissions.zip", files))
    assert "holds another archive" in done.stderr
    assert read(classroom) == {"100", "101", "102"}


def test_who_hands_in_for_another_is_not_believed(classroom, tmp_path) -> None:
    """A file inside a download that names somebody else is its sender's, and says so."""
    forged = b"---\nstudent: '101'\n---\n" + RIGHT
    classroom.change_rubric(("id: small", "id: small\nattempts: best"))
    graded(classroom, write_zip(tmp_path / "submissions.zip", [*GOOD, (canvas_name(9), forged)]), code=0)
    report = json.loads((classroom.out / "109.json").read_text(encoding="utf-8"))
    assert [student["id"] for student in report["students"]] == ["109"]
    assert "The file names 101; it was handed in by 109 (evil), who is marked." in report["notes"]


def test_of_several_zips_none_is_believed_to_be_a_class(classroom, tmp_path) -> None:
    """A student's own zip among those of others may pretend to be a download of all."""
    entries = [
        ("e/submission_1/a.md", RIGHT),
        ("e/submission_metadata.yml", "submission_1:\n  :submitters:\n  - :sid: ada\n"),
    ]
    eve, ben = write_zip(tmp_path / "eve.zip", entries), write_zip(tmp_path / "ben.zip", [("a.md", RIGHT)])
    graded(classroom, eve, ben, code=0)
    assert read(classroom) == {"eve", "ben"}
    (tmp_path / "one").mkdir()
    eve.rename(tmp_path / "one/eve.zip")
    done = graded(classroom, tmp_path / "one", code=2)
    assert "looks like a Gradescope export; give the zip itself" in done.stderr
