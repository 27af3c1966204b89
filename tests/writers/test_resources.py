import os

import pytest

from grader.writers import resources
from grader.writers.resources import FOLDER, write_assets


def test_every_shared_file_is_written_once_under_its_digest(tmp_path):
    paths = write_assets(tmp_path)
    names = sorted(path.name for path in (tmp_path / FOLDER).iterdir())
    assert names == sorted(path.name for path in paths)
    assert [name.rpartition("-")[0] for name in names] == [
        "formulas",
        "formulas",
        "overview",
        "overview",
        "report",
    ]
    before = {path: path.stat().st_ino for path in paths}
    assert write_assets(tmp_path) == paths
    assert {path: path.stat().st_ino for path in paths} == before


def test_a_file_that_somebody_changed_is_left_alone(tmp_path):
    first, *_ = write_assets(tmp_path)
    changed = first.read_bytes()[:-1] + b"x"
    first.write_bytes(changed)
    with pytest.raises(FileExistsError, match="changed it"):
        write_assets(tmp_path)
    assert first.read_bytes() == changed


def test_nothing_is_left_where_nothing_can_be_written(tmp_path, monkeypatch):
    def no_room(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", no_room)
    with pytest.raises(OSError, match="No space left"):
        write_assets(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_all_fonts_stand_in_the_shared_style_sheet_with_the_licence_beside():
    _, sheet = resources._shared()["formulas.css"]
    assert sheet.count("@font-face") == sheet.count("data:font/woff2;base64,") == sheet.count("url(") == 20
    assert "MIT" in resources._shared()["formulas.js"][1][:200]
