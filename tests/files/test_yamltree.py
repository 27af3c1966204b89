"""YAML and JSON are read as text with places; nothing in a file can run, explode or recurse."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.files.yamltree import MAX_NODES, load_json, load_yaml


def message(text: str) -> str:
    (problem,) = load_yaml(text, "f.yaml").problems
    return str(problem)


def test_scalars_stay_the_text_of_the_file() -> None:
    data = load_yaml("a: no\nb: 2.10\nc: 1e-3\nd: 012\ne: 12:30\nf: 2026-01-02\ng: '~'\n", "f").data
    assert data == {
        "a": "no",
        "b": "2.10",
        "c": "1e-3",
        "d": "012",
        "e": "12:30",
        "f": "2026-01-02",
        "g": "~",
    }


@pytest.mark.parametrize("nothing", ["", "~", "null", "Null"])
def test_null_is_nothing(nothing: str) -> None:
    assert load_yaml(f"a: {nothing}\n", "f").data == {"a": None}


def test_every_value_and_key_has_its_place() -> None:
    tree = load_yaml("a:\n  - b: one\n    c: 'two'\n", "f.yaml")
    assert (tree.mark(("a", 0, "c")).line, tree.mark(("a", 0, "c")).column) == (3, 9)
    assert tree.mark(("a", 0, "c"), key=True).column == 5
    assert tree.mark(("a", 0, "missing")).line == 2  # the nearest thing that holds it


def test_offsets_point_at_the_very_characters() -> None:
    text = "a: plain text\nb: \"quoted\"\nc: 'it''s'\nd: |\n  block\n"
    tree = load_yaml(text, "f")
    for key in "ab":
        offset = tree.mark((key,)).offset
        assert offset is not None
        assert text[offset:].startswith(tree.data[key])
    assert tree.mark(("c",)).offset is None  # decoded: no stretch of the file is that text
    assert tree.mark(("d",)).offset is None


def test_duplicate_keys_are_problems_and_the_first_one_counts() -> None:
    tree = load_yaml("a: 1\nb: 2\na: 3\n", "f.yaml")
    assert tree.data == {"a": "1", "b": "2"}
    assert [str(problem) for problem in tree.problems] == ["f.yaml:3:1: duplicate key 'a' (first in line 1)"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: [1,", "f.yaml:2:1: not valid YAML: did not find expected node content"),
        (
            "a: !!python/object:os.system x",
            "f.yaml:1:4: tags such as '!!python/object:os.system' are not",
        ),
        ("a: 1\n---\nb: 2", "f.yaml:2:1: a second document begins here; one file holds one"),
        ("a: *b", "f.yaml:1:4: alias *b is used before its anchor is complete"),
        ("a: &b [*b]", "f.yaml:1:8: alias *b is used before its anchor is complete"),
        ("<<: [a]", "f.yaml:1:1: '<<' must be given a mapping, such as '<<: *name'"),
        ("? [a]\n: b", "f.yaml:1:3: a key must be a plain text"),
        ("[" * 5000, "f.yaml:1:62: nested deeper than 60 levels"),
        ("a: \x00", "f.yaml:1:4: not valid YAML: a control character"),
    ],
)
def test_what_is_wrong_is_named_at_its_place(text: str, expected: str) -> None:
    assert message(text).startswith(expected)


def test_aliases_copy_and_cannot_explode() -> None:
    assert load_yaml("a: &x [1, 2]\nb: [*x, *x]\n", "f").data["b"] == [["1", "2"], ["1", "2"]]
    bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    bomb += "".join(f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]\n" for i in range(1, 12))
    started = time.process_time()
    assert f"more than {MAX_NODES} values" in message(bomb)
    assert time.process_time() - started < 30


def test_merge_keys_take_over_what_is_not_given() -> None:
    assert load_yaml("a: &x {p: 1, q: 2}\nb: {<<: *x, q: 3}\n", "f").data["b"] == {"p": "1", "q": "3"}


def test_json_reads_into_the_same_form() -> None:
    tree = load_json('{"a": 1.50, "b": [true, null, {"c": "x"}]}', "f.json")
    assert tree.data == {"a": "1.50", "b": ["true", None, {"c": "x"}]}
    assert tree.mark(("b", 2, "c"), key=True).column == 32


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"a": 1,\n "b" 2}', "f.json:2:6: not valid JSON: Expecting ':' delimiter"),
        ("[" * 100_000, "f.json:1:62: nested deeper than 60 levels"),
        ('{"a": 1,\n"a": 2}', "f.json:2:1: duplicate key 'a' (first in line 1)"),
        ('{"a": "x', "f.json:1:7: not valid JSON: Unterminated string starting at"),
        ('{"a": 1 2}', "f.json:1:9: not valid JSON: Expecting ',' delimiter"),
    ],
)
def test_json_problems_are_named_at_their_place(text: str, expected: str) -> None:
    assert str(load_json(text, "f.json").problems[0]) == expected


@given(st.text(max_size=200))
def test_no_text_breaks_the_readers(text: str) -> None:
    load_yaml(text, "f")
    load_json(text, "f")


WRITABLE = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=8)
TREES = st.recursive(
    WRITABLE | st.none(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WRITABLE, inner, max_size=3),
    max_leaves=12,
)


@given(TREES)
def test_what_json_writes_is_what_is_read(data: object) -> None:
    assert load_json(json.dumps(data), "f").data == data
