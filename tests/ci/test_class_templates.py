"""The workflow and the template that mark a class from the teacher's repository, run as their machines run them."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import quote

import pytest
import yaml

ROOT = Path(__file__).parent.parent.parent
WORKFLOW = yaml.safe_load((ROOT / ".github/workflows/grade.yml").read_text(encoding="utf-8"))
CALLED = WORKFLOW[True]["workflow_call"]  # YAML 1.1 takes `on` for true
JOB = WORKFLOW["jobs"]["grade"]
GITLAB = yaml.safe_load((ROOT / ".gitlab/grade-class.gitlab-ci.yml").read_text(encoding="utf-8"))[
    "grade-class"
]
TOKEN = "s3cret"  # noqa: S105 - of nothing
GRADER = "git+https://x.example/grader"


class Class:
    """One of the two, with what is asked of it under the same names."""

    def __init__(self, machine, platform: str) -> None:
        self.machine, self.platform = machine, platform

    def serve(self, name: str, content: str | None, path: str = "answers.md", *, ending: str = "") -> None:
        url = (
            f"https://api.example/repos/{name}/contents/{quote(path)}"
            if self.platform == "github"
            else f"https://api.example/projects/{quote(name, safe='')}/repository/files/{quote(path, safe='')}/raw?ref=HEAD"
        )
        self.machine.serve(url, content, ending=ending)

    def run(
        self,
        names: str,
        submission: str = "answers.md",
        rubric: str = "rubric.yaml",
        visibility: str = "private",
    ):
        if self.platform == "github":
            given = {
                "grader": GRADER, "repositories": names, "submission": submission, "rubric": rubric,
                "python-version": "3.12",
            }  # fmt: skip
            values = {f"inputs.{name}": value for name, value in given.items()}
            values |= {"secrets.token": TOKEN, "github.event.repository.visibility": visibility}
            return self.machine.steps(JOB["steps"], values | {"github.api_url": "https://api.example"})
        environment = GITLAB["variables"] | {
            "GRADER": GRADER, "PROJECTS": names, "SUBMISSION": submission, "RUBRIC": rubric, "HAND_INS_TOKEN": TOKEN,
            "CI_API_V4_URL": "https://api.example", "CI_PROJECT_VISIBILITY": visibility,
        }  # fmt: skip
        result = self.machine.shell("\n".join(GITLAB["script"]), environment, ("bash", "-eo", "pipefail"))
        self.machine.said += result.stdout + result.stderr
        return result

    @property
    def graded(self) -> Path:
        folder = self.machine.temp if self.platform == "github" else self.machine.build.folder
        return folder / "graded"

    def points(self) -> dict[str, str]:
        table = (self.graded / "reports/grades.csv").read_text(encoding="utf-8-sig").splitlines()
        heads = table[0].split(",")
        rows = [dict(zip(heads, row.split(","), strict=True)) for row in table[1:]]
        return {row["id"]: row["score"] for row in rows}


@pytest.fixture(params=["github", "gitlab"])
def course(machine, request) -> Class:
    return Class(machine, request.param)


def test_a_class_is_fetched_and_marked(course, build) -> None:
    for name in ("good", "wrong"):
        course.serve(f"org/hw3-{name}", build_text(build, name))
    result = course.run("org/hw3-good\r\n\n  org/hw3-wrong\norg/hw3-absent\n")
    assert result.returncode == 0, course.machine.said
    assert course.points() == {"hw3-good": "4", "hw3-wrong": "0"} | {
        "hw3-wrong": course.points()["hw3-wrong"]
    }
    assert "org/hw3-absent has handed in nothing, or the token cannot read it." in course.machine.said
    assert course.machine.log.read_text(encoding="utf-8").strip() == GRADER
    assert (course.graded / "reports.gradebook").exists()


def build_text(build, kind: str) -> str:
    return (build.folder / build.hand_in(kind)).read_text(encoding="utf-8")


def test_the_token_is_shown_nowhere(course, build) -> None:
    course.serve("org/a", build_text(build, "good"))
    course.run("org/a\norg/b")
    assert TOKEN not in course.machine.said
    kinds = {
        "github": f'header = "Authorization: Bearer {TOKEN}"',
        "gitlab": f'header = "PRIVATE-TOKEN: {TOKEN}"',
    }
    assert course.machine.fetched[1::2] == [kinds[course.platform]] * 2
    assert not any(TOKEN in url for url in course.machine.fetched[::2])
    assert not any(TOKEN in path.read_text("utf-8") for path in course.graded.rglob("*.json"))


@pytest.mark.parametrize(
    ("ending", "said"), [(".status", "HTTP status 503"), (".broken", "HTTP status 200, cut off")]
)
def test_what_cannot_be_fetched_is_not_taken_for_nothing(course, build, ending, said) -> None:
    course.serve("org/a", build_text(build, "good"))
    course.serve("org/b", "503", ending=ending)
    course.machine.stood_in_for()
    result = course.run("org/b\norg/a")
    assert result.returncode == 1
    assert f"org/b could not be fetched: {said}" in course.machine.said
    done = course.machine.as_asked(course.graded.parent)
    assert done.exit_code == 0, done.output
    assert course.points() == {"a": "4"}


@pytest.mark.parametrize(
    "name",
    [
        "$(touch pwned)/x",
        "org/`touch pwned`",
        "org/..",
        "../x",
        "-o/x",
        "org/x;touch pwned",
        "x",
        "org/x?a=b",
        "org//x",
    ],
)
def test_a_name_that_is_none_is_refused_in_words(course, name) -> None:
    assert course.run(f"org/a\n{name}\n").returncode == 2
    assert "on each line, and this is none: " in course.machine.said
    assert not list(course.machine.temp.rglob("pwned")) + list(course.machine.build.folder.rglob("pwned"))


def test_two_students_of_one_name_are_refused(course, build) -> None:
    for owner in ("org", "other"):
        course.serve(f"{owner}/hw3-ada", build_text(build, "good"))
    assert course.run("org/hw3-ada\nother/hw3-ada").returncode == 2
    assert "are called hw3-ada" in course.machine.said


@pytest.mark.parametrize("path", ["week 3/$(touch pwned).md", "a'b;touch pwned;.md", "-x.md", "ä & b.md"])
def test_names_of_files_are_neither_run_nor_options(course, build, path) -> None:
    build.hand_in("good")
    (build.folder / "rubric.yaml").rename(build.folder / f"{path.replace('/', '-')}.yaml")
    course.serve("org/a", build_text(build, "good"), path)
    course.machine.stood_in_for()
    result = course.run("org/a", path, f"{path.replace('/', '-')}.yaml")
    assert result.returncode == 0, course.machine.said
    done = course.machine.as_asked(course.graded.parent)
    assert done.exit_code == 0, done.output
    assert course.points() == {"a": "4"}
    assert not list(course.machine.temp.rglob("pwned")) + list(build.folder.rglob("pwned"))


def test_a_public_place_is_no_place_for_a_key(course) -> None:
    assert course.run("org/a", visibility="public").returncode == 2
    assert "is public, and so would be the rubric and everybody's marks." in course.machine.said
    assert course.machine.fetched == []


def test_the_secret_is_the_teacher_s_and_so_is_what_is_checked_out() -> None:
    assert list(CALLED["secrets"]) == ["token"]
    assert WORKFLOW["permissions"] == {"contents": "read"}
    checkouts = [step for step in JOB["steps"] if step.get("uses", "").startswith("actions/checkout@")]
    assert [step["with"] for step in checkouts] == [
        {"persist-credentials": False}
    ]  # its own, and nobody else's
    uploads = [step for step in JOB["steps"] if step.get("uses", "").startswith("actions/upload-artifact@")]
    assert [step["with"]["path"] for step in uploads] == ["${{ runner.temp }}/graded"]
    assert GITLAB["artifacts"]["paths"] == ["graded/"]
    assert set(re.findall(r"inputs\.([\w-]+)", str(JOB))) == set(CALLED["inputs"])


@pytest.mark.parametrize("name", ["GRADER", "PROJECTS", "SUBMISSION", "RUBRIC", "HAND_INS_TOKEN"])
def test_the_gitlab_template_says_what_it_lacks(machine, name) -> None:
    environment = dict.fromkeys(["GRADER", "PROJECTS", "SUBMISSION", "RUBRIC", "HAND_INS_TOKEN"], "x") | {
        name: ""
    }
    result = machine.shell("\n".join(GITLAB["script"]), environment, ("bash", "-eo", "pipefail"))
    assert (result.returncode, result.stdout) == (2, f"Set {name}\n")
