"""What a build reads: that nothing a student writes is obeyed, and that every reader finds what it needs."""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from markdown_it import MarkdownIt

from grader.ci.annotations import Annotation
from grader.ci.classroom import _add_up
from grader.ci.jobsummary import cell, quoted
from grader.ci.junit import _text
from grader.ci.log import harmless, harmless_json
from grader.ci.places import SourceLines
from grader.model.submission import Place

SCHEMA = Draft202012Validator(json.loads(Path(__file__).with_name("classroom.schema.json").read_text()))
KINDS = ["good", "wrong", "blank", "open", "hostile"]
REGISTERED = {
    "error",
    "warning",
    "notice",
    "debug",
    "add-mask",
    "set-output",
    "group",
    "stop-commands",
    "save-state",
}
NAMES = [
    "50% off: a,b.md",
    "::error::x.md",
    "##[error]x.md",
    "a|b`c.md",
    "]]>&<x>.md",
    "\u202efdp.md",
    "-x.md",
]
# A name stands beside what a kind makes us say and changes nothing of it: all kinds once, and all names with two of them.
HAND_INS = [
    *((kind, "answer.md") for kind in KINDS),
    *((kind, name) for kind in ("wrong", "hostile") for name in NAMES),
]


def obeyed(line: str) -> tuple[str, dict[str, str], str] | None:
    """Read a line of a log as GitHub's runner does: name, properties and message of a command, or None."""
    line = line.lstrip()
    if line.startswith("::") and (end := line.find("::", 2)) > 0:
        name, _, said = line[2:end].partition(" ")
        if name in REGISTERED:
            pairs = [pair.split("=", 1) for pair in said.strip().split(",") if "=" in pair]
            found = {key: unescaped(value, ("%3A", ":"), ("%2C", ",")) for key, value in pairs}
            return name, found, unescaped(line[end + 2 :])
    if "##[" in line and "]" in line[line.index("##[") :]:
        return "old", {}, line
    return None


def unescaped(text: str, *more: tuple[str, str]) -> str:
    for written, meant in (("%0D", "\r"), ("%0A", "\n"), *more, ("%25", "%")):
        text = text.replace(written, meant)
    return text


@pytest.mark.parametrize(("kind", "name"), HAND_INS)
def test_the_runner_obeys_our_commands_only(build, kind, name) -> None:
    build.on_github()
    result = build.ci("--", build.hand_in(kind, name))
    commands = [command for line in result.output.splitlines() if (command := obeyed(line))]
    assert {command[0] for command in commands} <= {"error", "warning", "notice"}
    remarks = [line for line in result.output.splitlines() if line.startswith("::")]
    assert len(commands) == len(remarks)
    seen = name.replace("\u202e", "\ufffd")
    assert all(found["file"] == seen and int(found["line"]) >= 1 for _, found, _ in commands)
    assert "pwned" not in "".join(found["title"] for _, found, _ in commands)


@given(st.text())
def test_no_line_of_ours_is_a_command(text) -> None:
    line = harmless(text)
    assert "\n" not in line
    assert obeyed(line) is None
    assert obeyed("::error::" + line) == ("error", {}, unescaped(line))


@given(st.text(), st.text(min_size=1))
def test_a_remark_comes_out_of_the_runner_as_it_went_in(message, title) -> None:
    from grader.writers.displaytext import printable

    name, properties, said = obeyed(str(Annotation("warning", title, message, "a,b:c%.md", 7))) or (
        "",
        {},
        "",
    )
    assert (name, said) == ("warning", printable(message))
    assert properties["file"] == "a,b:c%.md"
    assert properties["line"] == "7"
    assert properties.get("title", "").strip() == printable(title).strip()  # the runner trims


@given(st.dictionaries(st.text(), st.text() | st.just("##[error]##vso[x]")))
def test_json_means_the_same_when_it_is_harmless(data) -> None:
    text = harmless_json(json.dumps(data, indent=2, ensure_ascii=False))
    assert json.loads(text) == data
    assert "##[" not in text


def test_ten_remarks_of_a_kind_the_dearest_first_and_the_rest_are_counted(build) -> None:
    rows = "".join(f"      - {{id: c{n}, points: {n}, keywords: {{any: [nothing]}}}}\n" for n in range(1, 31))
    build.rubric(f"id: many\nquestions:\n  - id: q1\n    criteria:\n{rows}")
    result = build.ci(build.hand_in("# Q1\nSome prose that says other things.\n"), "--annotations", "github")
    remarks = [command for line in result.stdout.splitlines() if (command := obeyed(line))]
    assert len(remarks) == 10
    assert "0 of 30" in remarks[0][1]["title"]
    assert remarks[-1][1]["title"] == "... and 21 more"


@pytest.mark.parametrize(("kind", "name"), HAND_INS)
def test_junit_is_xml_and_counts_what_it_holds(build, kind, name) -> None:
    build.ci("--junit", "j.xml", "--", build.hand_in(kind, name))
    root = ET.fromstring(build.read("j.xml"))  # noqa: S314 - our own
    assert [suite.tag for suite in root] == ["testsuite", "testsuite"]
    assert [case.get("name", "").split(":")[0] for case in root.iter("testcase")] == [
        "total", "none_at_test", *(["x_slows"] if kind == "wrong" else []), "norm",
    ]  # fmt: skip  # a false claim that nobody made is not told
    for tag, count in {"failure": "failures", "error": "errors", "skipped": "skipped"}.items():
        found = [len(list(suite.iter(tag))) for suite in root]
        assert [int(suite.get(count, -1)) for suite in root] == found
        assert int(root.get(count, -1)) == sum(found)
    properties = {item.get("name"): item.get("value") for item in root[0].iterfind("properties/*")}
    assert properties["max"] == "2"


def test_junit_says_wrong_blank_open_and_unreadable_apart(build) -> None:
    files = [build.hand_in(kind, f"{kind}.md") for kind in ("wrong", "blank", "open")]
    build.ci("--junit", "j.xml", *files, build.hand_in(b"\x00", "broken.md"))
    root = ET.fromstring(build.read("j.xml"))  # noqa: S314 - our own
    kinds = {
        (item.tag, item.get("type")) for case in root.iter("testcase") for item in case if item.get("type")
    }
    assert kinds == {
        ("failure", "partly earned"), ("failure", "not earned"), ("failure", "points deducted"),
        ("failure", "left blank"), ("skipped", "awaits a person"), ("error", "could not be read"),
    }  # fmt: skip
    names = [(case.get("classname"), case.get("name")) for case in root.iter("testcase")]
    assert len(names) == len(set(names)), "GitLab shows the first of equal names only"


@given(st.text())
def test_any_text_can_stand_in_xml(text) -> None:
    element = ET.Element("a", b=_text(text))
    element.text = _text(text, lines=True)
    back = ET.fromstring(ET.tostring(element, encoding="unicode"))  # noqa: S314 - our own
    assert back.get("b") == _text(text)


def rendered(markdown: str) -> str:
    return MarkdownIt("commonmark", {"html": True}).enable("table").render(markdown)


@pytest.mark.parametrize("kind", KINDS)
def test_the_summary_is_one_table_that_holds_every_row(build, kind) -> None:
    build.ci("--summary", "s.md", build.hand_in(kind))
    page = rendered(build.read("s.md"))
    assert len(re.findall("<table>", page)) == 1
    rows = re.findall(r"<tr>(.*?)</tr>", page, re.DOTALL)
    assert len(rows) == 1 + 2 + 3 + (kind == "wrong") + ("below its floor" in page)
    assert all(len(re.findall(r"<t[dh]", row)) == 5 for row in rows)
    assert set(re.findall(r"<(\w+)", page)) <= {
        "h2", "h3", "p", "table", "thead", "tbody", "tr", "th", "td", "strong", "em", "code", "br",
    }  # fmt: skip


@given(st.text() | st.text(alphabet="|\\`$<>*_[]()!&#@x\n"))
def test_any_text_stays_in_its_cell(text) -> None:
    for words in (cell(text), quoted(text)):
        page = rendered(f"| a | b |\n|---|---|\n| x {words} | y |\n")
        assert page.count("<td>") == 2, words
        assert page.count("<tr>") == 2, words
        assert "<td>y</td>" in page
        assert not re.search(r"<(?!/?(?:table|thead|tbody|tr|th|td|code)\b)", page), words


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("The norm is $|x|^2$.", r"The norm is $\vert x\vert ^2$."),
        (r"$\|x\|$", r"$\Vert x\Vert$"),
        ("$\n|$", r"$\vert$"),  # the formula ends where a line does
        ("$b_i$ for each", "$b_i$ for each"),
        ("a|b costs $5", r"a\|b costs \$5"),
    ],
)
def test_formulas_stay_formulas_in_a_cell(text, shown) -> None:
    assert cell(text) == shown


def test_a_summary_that_is_too_long_is_cut_behind_a_row_and_says_so(build) -> None:
    rows = "".join(
        f"      - {{id: c{n}, points: 1, keywords: {{any: [nothing]}}, feedback: '{'long words ' * 30}{n}'}}\n"
        for n in range(200)
    )
    build.rubric(f"id: many\nquestions:\n  - id: q1\n    criteria:\n{rows}")
    files = [build.hand_in("# Q1\nSome prose that says other things.\n", f"{n}.md") for n in range(16)]
    build.on_github()
    (build.folder / "step_summary").write_text("é" * 1000, encoding="utf-8")
    build.ci("--quiet", *files)
    raw = (build.folder / "step_summary").read_bytes()
    assert 1_000_000 < len(raw) <= 1 << 20
    lines = raw.decode().splitlines()
    assert lines[-1].startswith("**The summary is cut here")
    assert all(line.endswith("|") for line in lines if line.startswith("|"))


@pytest.mark.parametrize("kind", KINDS)
def test_classroom_gets_what_its_reporter_reads(build, kind) -> None:
    build.ci("--classroom", "c.json", build.hand_in(kind))
    result = build.json("c.json")
    SCHEMA.validate(result)
    assert result["max_score"] == 4
    sure = {"good": 4, "wrong": 1, "blank": 0, "open": 3, "hostile": 0}
    assert sum(test["score"] for test in result["tests"]) == sure[kind]
    assert result["status"] == {"good": "pass", "open": "pass"}.get(kind, "fail")


def test_classroom_takes_the_share_asked_for(build) -> None:
    build.ci("--classroom", "c.json", "--fail-under", "25%", build.hand_in("wrong"))
    assert build.json("c.json")["status"] == "pass"


def test_classroom_s_result_fits_into_a_variable(build) -> None:
    rows = "".join(
        f"      - {{id: c{n}, title: '{'é' * 60}{n}', points: 1, keywords: {{any: [nothing]}}, feedback: '{'é' * 300}'}}\n"
        for n in range(200)
    )
    build.rubric(f"id: many\nquestions:\n  - id: q1\n    criteria:\n{rows}")
    build.ci("--classroom", "c.json", "--quiet", build.hand_in("# Q1\nOther things are said here.\n"))
    SCHEMA.validate(build.json("c.json"))
    assert len(base64.b64encode(build.read("c.json").encode())) <= 120_000


@given(st.lists(st.integers(0, 999), min_size=1, max_size=60))
def test_scores_add_up_in_binary_fractions_too(hundredths) -> None:
    tests = [{"score": value / 100} for value in hundredths]
    _add_up(tests, sum(hundredths))
    total = 0.0
    for test in tests:
        total += test["score"]
    assert total == sum(hundredths) / 100


@pytest.mark.parametrize("kind", KINDS)
def test_code_quality_has_what_gitlab_needs(build, kind) -> None:
    build.ci("--annotations", "gitlab", build.hand_in(kind))
    remarks = build.json("gl-code-quality-report.json")
    assert (remarks == []) == (kind == "good")
    for remark in remarks:
        assert set(remark) == {"description", "check_name", "fingerprint", "severity", "location"}
        assert remark["severity"] in {"info", "minor", "major", "critical", "blocker"}
        assert remark["location"]["path"] == "answer.md"
        assert remark["location"]["lines"]["begin"] >= 1
    assert len({remark["fingerprint"] for remark in remarks}) == len(remarks)


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        ("a.md", "# Q1\n\nThe total is\n\n902,700.\n", 5),
        ("a.md", "---\nstudent: s\n---\n\n# Q1\r\n\r\nThe total is\r\n902,700.\r\n", 8),
        ("a.tex", "\\section*{Question 1}\nThe total is\n902,700.\n", 3),
        ("a.yaml", "answers:\n  q1: |\n    The total is\n    902,700.\n", 4),
        ("a.yaml", "answers:\n  q1: >-\n    The total is this\n    one: 902,700.\n", 4),
        ("a.yaml", "answers:\n  q1:\n    total: 902,700\n", 3),
        ("a.json", '{\n "answers": {\n  "q1": "The total\\nis 902,700."\n }\n}', 3),
        ("a.ipynb", '{"cells": [{"cell_type": "markdown", "source": ["# Q1\\n",\n "The total\\n",\n "is 902,700."]}]}', 3),
    ],
)  # fmt: skip
def test_a_remark_stands_beside_the_line_that_was_read(build, name, text, line) -> None:
    result = build.ci(build.hand_in(text, name), "--annotations", "github")
    remark = next(line for line in result.stdout.splitlines() if line.startswith("::warning"))
    assert f"::warning file={name},line={line},title=q1" in remark


@given(st.text(), st.text(), st.integers(0, 50), st.integers(1, 50), st.none() | st.integers(0, 50))
def test_every_place_has_a_line_of_the_file(source, text, start, line, offset) -> None:
    for name in ("a.md", "a.ipynb"):
        found = SourceLines(source, name).of_text(Place(line=line, offset=offset), text, start)
        assert 1 <= found <= source.count("\n") + 1
