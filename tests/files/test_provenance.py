"""What the grader wrote is known again, also after somebody changed it."""

from __future__ import annotations

import json

import pytest
import yaml

from grader.files.provenance import Origin, kind_of, origin_of, origin_of_file, place_of, signed, signed_bytes

TEXTS = {
    "html": "<html>x</html>\n", "md": "# A\n", "xml": "<a/>\n", "yaml": "a: |\n  b\n", "sh": "true\n",
    "css": "a {}\n", "js": "f()\n", "json": '{\n  "a": "grader:report:0000000000000000"\n}\n',
}  # fmt: skip


@pytest.mark.parametrize("form", TEXTS)
def test_a_signed_text_is_ours_and_a_changed_one_is_not(form) -> None:
    data = signed(TEXTS[form], "report", form).encode()
    assert kind_of(data) == "report"
    assert origin_of(data, "report") is Origin.OURS
    assert origin_of(data, "overview") is Origin.FOREIGN
    for place in range(len(data)):
        changed = data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]
        assert origin_of(changed, "report") is not Origin.OURS
    assert origin_of(data + b"more", "report") is Origin.CHANGED
    assert origin_of(TEXTS[form].encode()[:5], "report") is Origin.FOREIGN


def test_formats_stay_what_they_are() -> None:
    assert json.loads(signed(TEXTS["json"], "report", "json"))["a"] == "grader:report:0000000000000000"
    assert yaml.safe_load(signed(TEXTS["yaml"], "form", "yaml")) == {"a": "b\n"}


def test_data_are_signed_in_their_place() -> None:
    data = signed_bytes(b"PK..." + place_of("autograder"), "autograder")
    assert origin_of(data, "autograder") is Origin.OURS
    assert origin_of(b"x" + data, "autograder") is Origin.CHANGED


def test_files_among_hand_ins_are_told_by_their_ends(tmp_path) -> None:
    texts = {
        "report.md": (signed("# A\n", "report", "md"), Origin.OURS),
        "edited.md": (signed("# A\n", "report", "md").replace("A", "B"), Origin.CHANGED),
        "blank.yaml": (signed("answers: {}\n", "blank", "yaml"), Origin.FOREIGN),
        "quoting.md": ("I got <!-- grader:report:0123456789abcdef --> back.\n", Origin.FOREIGN),
        "grades.csv": ("id,name,email,score,low,high,max_points,percent,awaiting,late,submitted,q1,source\n", Origin.OURS),
        "other.csv": ("id,name\n", Origin.FOREIGN),
        "queue.csv": ("student,criterion,points,reason,read,proposal,credit,why,who\nann,c,1,x,,,1,y,\n", Origin.OURS),
        "empty": ("", Origin.FOREIGN),
    }  # fmt: skip
    for name, (text, origin) in texts.items():
        (tmp_path / name).write_text(text)
        assert origin_of_file(tmp_path / name) is origin, name
    assert origin_of_file(tmp_path / "missing") is Origin.FOREIGN
    assert origin_of_file(tmp_path) is Origin.FOREIGN
