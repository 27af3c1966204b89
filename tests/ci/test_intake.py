"""In a build nothing is read that was not handed in, and nothing of the key is shown."""

from __future__ import annotations

import os

import pytest

KEY = "id: small"


@pytest.mark.parametrize("how", ["link", "hard link", "folder", "itself", "pipe"])
def test_what_is_no_hand_in_is_named_and_not_read(build, how: str) -> None:
    good = build.hand_in("good", "good.md")
    (build.folder / "key").mkdir()
    (build.folder / "rubric.yaml").rename(build.folder / "key/rubric.yaml")
    (build.folder / "rubric.yaml").symlink_to("key/rubric.yaml")  # the workflow's own
    key, name = build.folder / "key/rubric.yaml", "answer.yaml"
    if how == "link":
        (build.folder / name).symlink_to("key/rubric.yaml")
    elif how == "hard link":
        (build.folder / name).hardlink_to(key)
    elif how == "folder":
        (build.folder / "mine").symlink_to("key")
        name = "mine/rubric.yaml"
    elif how == "itself":
        name = "key/rubric.yaml"
    else:
        os.mkfifo(build.folder / name)
    result = build.ci(name, good, "--summary", "s.md", "--junit", "j.xml")
    assert result.exit_code == 1
    assert result.stderr.startswith(f"{name}: ")
    assert "this is our" not in result.stderr
    for shown in (result.stdout, result.stderr, build.read("s.md"), build.read("j.xml")):
        assert "902700" not in shown
        assert "no_bias" not in shown


def test_a_row_that_cannot_be_shown_costs_its_hand_in_alone(build, monkeypatch) -> None:
    from grader.ci import findings

    real = findings._findings

    def broken(item, sheet):
        if item.source.startswith("answer"):
            raise KeyError("q1")
        return real(item, sheet)

    monkeypatch.setattr(findings, "_findings", broken)
    result = build.ci(build.hand_in("good"), build.hand_in("wrong", "b.md"), "--json")
    assert result.exit_code == 1
    assert (
        "answer.md: could not be read: the grader failed with KeyError: 'q1'; this is our fault"
        in result.stderr
    )
    assert '"source": "b.md"' in result.stdout
