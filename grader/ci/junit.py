"""JUnit XML: a suite for every question, a case for every criterion.

A failure is lost points, skipped is what awaits a person, an error is what failed by our fault or could
not be read. GitLab shows `classname` as the suite and ignores cases of the same class and name.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Final
from xml.etree import ElementTree as ET

from grader.ci.findings import Status
from grader.files.provenance import signed
from grader.writers.displaytext import one_line, printable
from grader.writers.view import CriterionMark

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.ci.findings import CiFinding, Outcomes, Paper
    from grader.model.errors import Problem

_TAGS: Final = {Status.LOST: "failure", Status.AWAITS: "skipped", Status.OURS: "error"}
_COUNTS: Final = {"failure": "failures", "skipped": "skipped", "error": "errors"}
# XML 1.0 has no way to write these at all; the other controls are made visible before.
_NO_CHARACTER: Final = re.compile("[\ufffe\uffff]")


def render_junit(outcomes: Outcomes) -> str:
    """Return the document; the same results give the same bytes, so that it holds no time."""
    root = ET.Element("testsuites", name=_text(outcomes.title or "grader"))
    if outcomes.problems:
        _problem_suite(root, "rubric", outcomes.problems, ours=True)
    for paper in outcomes.papers:
        prefix = f"{paper.label} / " if len(outcomes.papers) > 1 else ""
        if paper.view is None:
            _problem_suite(root, f"{prefix}reading {paper.source}", paper.problems, ours=paper.ours)
        for question in dict.fromkeys(finding.question.id for finding in paper.findings):
            rows = [finding for finding in paper.findings if finding.question.id == question]
            _suite(root, prefix, paper, rows)
    for suite in root:
        _count(suite)
    for name in ("tests", *_COUNTS.values()):
        root.set(name, str(sum(int(suite.get(name, "0")) for suite in root)))
    ET.indent(root)
    text = f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, encoding="unicode")}\n'
    return signed(text, "junit", "xml")


def _suite(root: ET.Element, prefix: str, paper: Paper, rows: list[CiFinding]) -> None:
    question = rows[0].question
    name = f"{prefix}{question.id}{f': {question.title}' if question.title else ''}"
    suite = ET.SubElement(root, "testsuite", name=_text(name))
    known = {"score": question.score, "max": question.max_points}
    if question.awaiting:
        known["awaiting"] = str(question.awaiting)
    if question.adjustment:
        known["floor_adjustment"] = question.adjustment
    _properties(suite, known)
    for finding in rows:
        _case(suite, name, paper, finding)


def _case(suite: ET.Element, classname: str, paper: Paper, finding: CiFinding) -> None:
    where = {"file": _text(paper.source), "line": str(finding.line)}
    case = ET.SubElement(
        suite, "testcase", {"classname": _text(classname), "name": _text(finding.name), **where, "time": "0"}
    )
    row = finding.row
    known = {"max": row.points, "status": finding.words}
    if row.mark is not CriterionMark.REVIEW:
        known = {"score": row.score or "0", **known}
    _properties(case, known)
    tag = _TAGS.get(finding.status)
    if tag is None:
        return
    said = list(finding.sentences())
    message = f"{finding.amount}, {finding.words}. {said[0] if said else ''}".strip()
    found = ET.SubElement(case, tag, message=_text(message), type=finding.words)
    # GitLab shows this text and not the message.
    found.text = _text("\n".join([message, *said[1:], f"{paper.source}:{finding.line}"]), lines=True)


def _problem_suite(root: ET.Element, name: str, problems: tuple[Problem, ...], *, ours: bool) -> None:
    suite = ET.SubElement(root, "testsuite", name=_text(name))
    for number, problem in enumerate(problems, start=1):
        title = f"{number}: {problem.message}"
        case = ET.SubElement(suite, "testcase", classname=_text(name), name=_text(title), time="0")
        whose = "our fault" if ours else "could not be read"
        error = ET.SubElement(case, "error", message=_text(problem.message), type=whose)
        error.text = _text(f"{whose}: {problem}", lines=True)


def _properties(element: ET.Element, known: dict[str, str]) -> None:
    inside = ET.SubElement(element, "properties")
    for name, value in known.items():
        ET.SubElement(inside, "property", name=name, value=_text(value))


def _count(suite: ET.Element) -> None:
    counts = Counter(child.tag for case in suite.iter("testcase") for child in case)
    suite.set("tests", str(len(list(suite.iter("testcase")))))
    for tag, name in _COUNTS.items():
        suite.set(name, str(counts[tag]))
    suite.set("time", "0")


def _text(text: str, *, lines: bool = False) -> str:
    """Return a text of which every character may stand in XML; on one line unless lines are kept."""
    words = "\n".join(_each(text)) if lines else one_line(text)
    return _NO_CHARACTER.sub("\ufffd", words)


def _each(text: str) -> Iterator[str]:
    return map(one_line, printable(text).split("\n"))
