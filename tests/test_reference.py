"""The reference pages cannot rot: every example on them runs, every check has one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from grader.checks import CHECKS
from grader.examples import failed_examples
from grader.model import Reason
from grader.readers.jsonfile import read as read_json
from grader.readers.markdown import read as read_markdown
from grader.readers.yamlfile import read as read_yaml
from grader.rubric import load_rubric, read_rubric

ROOT = Path(__file__).parent.parent
RUBRICS = (ROOT / "rubrics/README.md").read_text(encoding="utf-8")
SUBMISSIONS = (ROOT / "submissions/README.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")
READ = {"yaml": read_yaml, "json": read_json, "markdown": read_markdown}


def blocks(page: str, info: str) -> list[str]:
    return re.findall(rf"^(?:```|~~~~){info}\n(.*?)^(?:```|~~~~)$", page, re.MULTILINE | re.DOTALL)


def as_rubric(criterion: str) -> str:
    indented = "\n".join("        " + line for line in criterion.splitlines())
    return f"id: r\nquestions:\n  - id: q\n    criteria:\n      -\n{indented}\n"


@pytest.mark.parametrize(
    "text", blocks(RUBRICS, "yaml rubric") + list(map(as_rubric, blocks(RUBRICS, "yaml criterion")))
)
def test_examples_of_the_rubric_language_come_out_as_they_say(text: str) -> None:
    rubric = read_rubric(text)
    assert list(failed_examples(rubric)) == []
    assert any(
        criterion.accepts and criterion.rejects
        for question in rubric.questions
        for criterion in question.criteria
    )


@pytest.mark.parametrize("name", CHECKS)
def test_every_check_has_an_example_in_its_section(name: str) -> None:
    section = RUBRICS.split(f"## The check `{name}`")[1].split("\n## ")[0]
    assert blocks(section, "yaml criterion"), f"no runnable example for {name}"


def test_every_reason_is_in_the_reference() -> None:
    table = RUBRICS.split("## Reason codes")[1]
    for reason in Reason:
        assert f"`{reason.value}" in table


@pytest.mark.parametrize(
    ("kind", "text"), [(kind, text) for kind in READ for text in blocks(SUBMISSIONS, kind)]
)
def test_examples_of_the_submission_formats_are_read(kind: str, text: str) -> None:
    outline = load_rubric(ROOT / "rubrics/rq3.yaml").outline
    submission = READ[kind](text, f"example.{kind}", outline)
    assert any(not answer.blank for answer in submission.answers.values())


def test_the_formats_page_has_an_example_of_each_format() -> None:
    assert all(blocks(SUBMISSIONS, kind) for kind in READ)


@pytest.mark.parametrize("page", [README, RUBRICS, SUBMISSIONS], ids=["README", "rubrics", "submissions"])
def test_links_between_the_pages_lead_somewhere(page: str) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page):
        if "://" not in target:
            folder = {README: ROOT, RUBRICS: ROOT / "rubrics", SUBMISSIONS: ROOT / "submissions"}[page]
            assert (folder / target).exists(), target
