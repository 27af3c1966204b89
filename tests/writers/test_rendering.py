import pytest

from grader.model.submission import Student
from grader.writers import WRITERS
from grader.writers.folder import ClassFolder, ReportFolder
from grader.writers.rendering import render
from grader.writers.summary import from_text, summarise, to_text
from grader.writers.view import ReportSheet


def contents(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_students_files_are_rendered_without_a_disk(everything):
    names = [name for name, _ in render(everything, "s1")]
    assert names == ["s1.html", "s1.md", "s1.json"]
    assert list(render(everything, "s1")) == list(render(ReportSheet(everything), "s1", tuple(WRITERS)))
    assert list(render(everything, "s1", ["csv"])) == []
    with pytest.raises(KeyError):
        list(render(everything, "s1", ["pdf"]))


@pytest.mark.parametrize("assets", ["shared", "inline"])
def test_the_two_parts_make_the_same_folder_as_both_at_once(
    everything, hostile, handed_in_late, tmp_path, assets
):
    other = handed_in_late.model_copy(update={"student": Student(id="s2")})
    reports = [everything, hostile, other]
    with ReportFolder(tmp_path / "once", assets=assets) as folder:
        stems = [folder.add(report) for report in reports]
    stored = [to_text(summarise(report)) for report in reports]
    with ClassFolder(tmp_path / "parts", assets=assets) as folder:
        for report, stem, text in zip(reports, stems, stored, strict=True):
            folder.add(from_text(text), stem)
            for name, page in render(report, stem, assets=assets):
                (tmp_path / "parts" / name).write_text(page, encoding="utf-8", newline="\n")
    assert contents(tmp_path / "parts") == contents(tmp_path / "once")
    assert ("assets" in {path.name for path in (tmp_path / "once").iterdir()}) == (assets == "shared")


def test_a_class_that_cannot_be_finished_leaves_nothing(everything, tmp_path, monkeypatch):
    folder = ClassFolder(tmp_path, ["csv", "html"], assets="inline")
    folder.add(summarise(everything), "s1")

    def no_room(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", no_room)
    with pytest.raises(OSError, match="No space left"):
        folder.close()
    assert list(tmp_path.iterdir()) == []


def test_a_format_that_cannot_begin_leaves_nothing_of_the_others(tmp_path):
    with pytest.raises(KeyError):
        ClassFolder(tmp_path, ["csv", "pdf"])
    assert list(tmp_path.iterdir()) == []
