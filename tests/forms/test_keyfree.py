"""Nothing of the key can be recovered from what students get.

Three proofs: rubrics that differ only in their keys give the same bytes; every word and number of a
form or a blank hand-in is one of ours or stands in what the rubric addresses to students; and no
secret, however it is spelled, stands in them.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grader.files.yamltree import load_yaml
from grader.forms import Form, FormPart, FormQuestion, form_of
from grader.forms.blanks import form_text, markdown_blank, yaml_blank
from grader.rubric.loading import read_rubric

ROOT = Path(__file__).parent.parent.parent
PAGE = (ROOT / "rubrics/README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(
    r"^(?:```|~~~~)yaml (rubric|criterion)\n(.*?)^(?:```|~~~~)$", PAGE, re.MULTILINE | re.DOTALL
)
AFEW = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def as_rubric(kind: str, text: str) -> str:
    if kind == "rubric":
        return text
    indented = "\n".join("        " + line for line in text.splitlines())
    return f"id: r\nquestions:\n  - id: q\n    criteria:\n      -\n{indented}\n"


EXAMPLES = [as_rubric(kind, text) for kind, text in BLOCKS]


def parted(rubric):
    """Make every criterion a part, so that there is something to give away."""
    questions = []
    for question in rubric.questions:
        rows = tuple(
            row.model_copy(update={"part": f"given {number}"}) for number, row in enumerate(question.criteria)
        )
        questions.append(question.model_copy(update={"criteria": rows}))
    return rubric.model_copy(update={"questions": tuple(questions)})


def published(rubric) -> str:
    form = form_of(rubric)
    return form_text(form) + "\x00" + yaml_blank(form) + "\x00" + markdown_blank(form)


def words(text: str) -> set[str]:
    """Return all words and numbers, and what they are made of: `secret_count` is also `secret` and `count`."""
    found = set(re.findall(r"\w+", text.lower()))
    return found | {piece for word in found for piece in word.split("_")}


def _times(due) -> list[str]:
    return [due.isoformat(), due.isoformat(sep=" ")] if due else []


def addressed(rubric) -> str:
    """Return everything the rubric addresses to students."""
    texts = [rubric.id, rubric.title, rubric.language, *_times(rubric.due)]
    for number, question in enumerate(rubric.questions, 1):
        # A heading counts a question that has no number in its id.
        texts += [question.id, str(number), question.title, question.text, *question.headings]
        for row in question.criteria:
            texts.append(row.part)
            if row.part and row.check_name == "choice":
                texts += [
                    word for option, spelled in row.check.options.items() for word in (option, *spelled[:1])
                ]
                texts += [*row.check.expected] if hasattr(row.check.expected, "values") else []
    return "\n".join(texts)


BARE = """\
id: zz
due: 2026-11-20T23:59+01:00
questions:
  - id: zzq
    criteria:
      - {id: a, part: zza, points: 1, number: {expected: 7}}
      - {id: b, part: zzb, points: 1, matrix: {expected: [[11, 12], [13, 14]]}}
      - {id: c, part: zzc, points: 1, matrix: {expected: [17, 19], shape_only: true}}
      - {id: d, part: zzd, points: 1, formula: {expected: 2/N}}
      - {id: e, part: zze, points: 1, choice: {options: [zzo, zzp], expected: zzo}}
      - {id: f, part: zzf, points: 1, choice: {options: [zzo, zzp], expected: {zzi: zzo}}}
      - {id: g, part: zzg, points: 1, choice: {expected: yes}}
      - {id: h, part: zzh, points: 1, keywords: {any: [saturat*]}}
"""


@pytest.fixture(scope="module")
def boilerplate() -> set[str]:
    """Our own words: those of a rubric that has a part of every kind and hardly a word for students."""
    rubric = read_rubric(BARE)
    fields = {*Form.model_fields, *FormQuestion.model_fields, *FormPart.model_fields}
    own = (words(published(rubric)) - words(addressed(rubric))) | fields
    assert not [word for word in own if any(char.isdigit() for char in word) or word.startswith("zz")]
    return own


@AFEW
@given(data=st.data())
def test_rubrics_that_differ_only_in_their_keys_have_the_same_form(publics, keyed, data) -> None:
    public = data.draw(publics())
    (first, secrets), (second, others) = data.draw(keyed(public)), data.draw(keyed(public))
    mine, theirs = (published(read_rubric(text)) for text in (first, second))
    assert mine.encode() == theirs.encode()
    assert not [secret for secret in secrets | others if secret in mine.replace(",", "").replace(" ", "")]


@pytest.mark.parametrize("text", EXAMPLES)
def test_every_word_is_ours_or_addressed_to_students(boilerplate, text) -> None:
    for rubric in (read_rubric(text), parted(read_rubric(text))):
        assert words(published(rubric)) - words(addressed(rubric)) - boilerplate == set()


def test_every_word_of_rq3_is_ours_or_addressed_to_students(boilerplate, rq3) -> None:
    assert words(published(rq3)) - words(addressed(rq3)) - boilerplate == set()


def spellings(value: int) -> set[str]:
    grouped = f"{value:,}"
    digits = str(value)
    power = len(digits) - 1
    mantissa = f"{digits[0]}.{digits[1:]}".rstrip("0").rstrip(".")
    return {digits, grouped, grouped.replace(",", " "), grouped.replace(",", "."), f"{mantissa}e{power}", f"{mantissa}e+{power}", f"{mantissa} x 10"}  # fmt: skip


def test_no_value_of_rq3_stands_in_what_is_published(rq3) -> None:
    text = published(rq3)
    public = addressed(rq3)
    seen = 0
    for question, criterion in rq3.criteria:
        assert criterion.id not in text, (question.id, criterion.id)
        for said in (criterion.title, criterion.feedback):
            assert not said or said in public or said not in text
        if criterion.check_name != "number":
            continue
        check = criterion.check
        for value in (check.expected, *(mistake.expected for mistake in check.mistakes)):
            for spelling in spellings(int(value.value)):
                seen += 1
                assert spelling in public or not re.search(
                    rf"(?<![\d.,]){re.escape(spelling)}(?![\d.,])", text
                )
        assert not [mistake.name for mistake in check.mistakes if mistake.name in text]
    assert seen > 100


def test_no_pattern_of_rq3_stands_in_what_is_published(rq3, boilerplate) -> None:
    tree = load_yaml((ROOT / "rubrics/rq3.yaml").read_text(encoding="utf-8"), "rq3")
    told = words(published(rq3))
    public = words(addressed(rq3)) | boilerplate
    secret = set()
    waiting = [
        tree.data["sets"],
        *(row for question in tree.data["questions"] for row in question["criteria"]),
    ]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            secret |= words(value)
        elif value is not None:
            waiting += value.values() if isinstance(value, dict) else value
    assert len(secret - public) > 300
    assert not (secret - public) & told


def test_options_stand_in_one_order_whatever_is_right(form) -> None:
    pick = next(part for part in form.questions[1].parts if part.name == "pick")
    assert list(pick.options.items()) == [("a", "ReLU"), ("b", "tanh"), ("c", "softmax")]
