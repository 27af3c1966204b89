"""Rubrics to make forms of: one with a part of every kind, and generated ones that differ in their key."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import strategies as st

from grader.forms import form_of
from grader.rubric.loading import load_rubric, read_rubric

ROOT = Path(__file__).parent.parent.parent

EVERYTHING = """\
id: every
title: Every kind
due: 2026-11-20T23:59+01:00
questions:
  - id: q1
    title: Sizes and values
    text: |
      Compute the output.
      Then say how many weights there are: all of them.
    headings: [convolutions]
    criteria:
      - {id: secret_count, title: The secret count, part: count, points: 1, number: {expected: 7850, near: [hidden], mistakes: [{name: no_bias, value: 7840, feedback: told}]}}
      - {id: secret_out, part: out, points: 1, matrix: {expected: [[11, 12], [13, 14]]}}
      - {id: secret_size, part: size, points: 1, matrix: {expected: [17, 19], shape_only: true}}
      - {id: secret_rule, part: rule, points: 1, formula: {expected: 2/N, symbols: {N: [fan_in]}}}
  - id: q2
    title: Choices
    criteria:
      - {id: pick_it, part: pick, points: 1, choice: {options: {c: [softmax, normed], a: [ReLU], b: [tanh]}, expected: c}}
      - {id: pairs_it, part: pairs, points: 1, choice: {options: [pool, dense], expected: {has weights: dense, has none: pool}}}
      - {id: holds_it, part: holds, points: 1, choice: {expected: yes}}
      - {id: why_it, part: why, points: 1, keywords: {any: [saturat*]}}
      - {id: no_part, points: 1, keywords: {any: [exclusive]}}
"""


@pytest.fixture(scope="session")
def everything():
    return read_rubric(EVERYTHING)


@pytest.fixture(scope="session")
def form(everything):
    return form_of(everything)


@pytest.fixture(scope="session")
def rq3():
    return load_rubric(ROOT / "rubrics/rq3.yaml")


# Words of the key begin with `zk`, words that students see never do, so that one can be told in a text.
# Drawn as one number and spelled out here: most of a key are secrets, and a drawing of letters each costs much.
SECRET = st.integers(25**3, 25**8 - 1).map(lambda number: f"zk{_letters(number)}")
PUBLIC = st.sampled_from(
    ["layers", "weights", "a batch", "of inputs", "Compute it", "then explain", "what holds"]
)
TEXTS = st.lists(PUBLIC, max_size=6).map(" ".join)
# Large and odd: no such number stands in a public text, an id or a word of ours.
NUMBERS = st.integers(10**5, 10**9).map(lambda number: 10 * number + 7)
KINDS = ("number", "matrix", "size", "formula", "choice", "pairs", "truth", "text")


def _letters(number: int) -> str:
    """Spell a number in digits from `a` to `y`."""
    return (_letters(number // 25) if number >= 25 else "") + chr(ord("a") + number % 25)


@st.composite
def _publics(draw, *, texts=TEXTS):
    """Draw what students see: questions, with parts and their kinds."""
    questions = []
    for number in range(draw(st.integers(1, 3))):
        parts = {}
        for name in draw(
            st.lists(st.sampled_from(["total", "x 1", "no", "out: put", "größe"]), unique=True, max_size=3)
        ):
            kind = draw(st.sampled_from(KINDS))
            options = draw(
                st.lists(st.sampled_from(["relu", "tanh", "o2", "o10", "yes"]), min_size=2, unique=True)
            )
            texts_of = {option: draw(st.sampled_from(["", f"text of {option}"])) for option in options}
            parts[name] = (kind, texts_of)
        questions.append({"id": f"q{number + 1}", "title": draw(texts), "text": draw(texts), "parts": parts})
    return {"id": "generated", "title": draw(texts), "questions": questions}


@st.composite
def _keyed(draw, public):
    """Draw a key for what students see: a whole rubric as YAML, and every secret that stands in it."""
    secrets = set()

    def secret():
        word = draw(SECRET)
        while word in secrets:  # a rubric names nothing twice
            word += "y"
        secrets.add(word)
        return word

    def number():
        value = draw(NUMBERS)
        secrets.add(str(value))
        return value

    questions = []
    for question in public["questions"]:
        rows = [
            _row(draw, secret, number, kind, name, options)
            for name, (kind, options) in question["parts"].items()
        ]
        for _ in range(draw(st.integers(0 if rows else 1, 3))):  # how many there are is secret as well
            rows.insert(draw(st.integers(0, len(rows))), _prose(secret))
        for position, row in enumerate(rows):
            row["id"] = f"{secret()}_{question['id']}_{position}"
        seen = {key: question[key] for key in ("id", "title", "text") if question[key]}
        questions.append({**seen, "criteria": rows})
    rubric = {"id": public["id"], "title": public["title"], "questions": questions}
    if draw(st.booleans()):
        rubric["sets"] = {secret(): [secret()]}
    rubric["reveal"] = draw(st.sampled_from(["yes", "no"]))
    return yaml.safe_dump(rubric, sort_keys=False), frozenset(secrets)


def _prose(secret):
    return {
        "points": 1,
        "title": secret(),
        "keywords": {"any": [secret()], "against": []},
        "accepts": [secret()],
    }


def _row(draw, secret, number, kind, name, options):
    row = {"part": name, "points": draw(st.integers(0, 9)), "title": secret(), "feedback": secret()}
    if draw(st.booleans()):
        row["rejects"] = [secret()]
    return {**row, **_check(draw, secret, number, kind, options)}


def _check(draw, secret, number, kind, options):
    mistake = {"name": secret(), "feedback": secret(), "credit": draw(st.sampled_from(["0", "1/2"]))}
    if kind == "number":
        tolerance = draw(st.sampled_from(["1%", "exact", {"decimals": "2"}]))
        other = number()
        expected = number()
        mistakes = [{**mistake, "value": other}] if other != expected else []
        return {
            "number": {"expected": expected, "near": [secret()], "tolerance": tolerance, "mistakes": mistakes}
        }
    if kind == "matrix":
        rows, columns = draw(st.integers(2, 3)), draw(st.integers(2, 3))
        return {
            "matrix": {
                "expected": [[number() for _ in range(columns)] for _ in range(rows)],
                "near": [secret()],
            }
        }
    if kind == "size":
        return {
            "matrix": {"expected": [number() % 10**6 + 10**6, number() % 10**6 + 10**6], "shape_only": True}
        }
    if kind == "formula":
        return {
            "formula": {
                "expected": f"{number()}*{secret()}",
                "defines": [secret()],
                "symbols": {secret(): [secret()]},
            }
        }
    if kind == "text":
        return {"keywords": {"any": [secret(), {"all": [secret(), secret()]}], "against": []}}
    if kind == "truth":
        return {"choice": {"expected": draw(st.sampled_from(["true", "false"]))}}
    return {"choice": _choice(draw, secret, mistake, kind, options)}


def _choice(draw, secret, mistake, kind, options):
    names = draw(st.permutations(list(options)))
    spelled = {
        option: [
            *filter(None, [options[option]]),
            *([secret()] if options[option] and draw(st.booleans()) else []),
        ]
        for option in names
    }
    if kind == "pairs":
        items = draw(st.permutations(["first item", "second item"]))
        return {"options": spelled, "expected": {item: draw(st.sampled_from(names)) for item in items}}
    right = draw(st.one_of(st.sampled_from(names), st.lists(st.sampled_from(names), min_size=1, unique=True)))
    return {"options": spelled, "expected": right, "mistakes": [{**mistake, "choice": names[0]}]}


@pytest.fixture(scope="session")
def publics():
    return _publics


@pytest.fixture(scope="session")
def keyed():
    return _keyed
