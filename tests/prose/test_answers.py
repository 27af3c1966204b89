"""What people write around the words: layouts, topics, quotations, other languages. Rows of data against rubrics/rq3.yaml."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from grader.files.yamltree import load_yaml

HERE = Path(__file__).parent


def _rows(name: str) -> Any:
    tree = load_yaml((HERE / name).read_text(encoding="utf-8"), name)
    assert not tree.problems
    return tree.data


LAYOUTS, SENTENCES, LANGUAGES = (_rows(f"{name}.yaml") for name in ("layouts", "sentences", "languages"))


def _accused(given: dict[str, Any]) -> set[str]:
    return {name for name, credit in given.items() if "_x_" in name and credit == 1}


@pytest.mark.parametrize("question", LAYOUTS["questions"])
@pytest.mark.parametrize("layout", LAYOUTS["layouts"], ids=lambda layout: layout["name"])
def test_a_right_answer_earns_the_same_in_every_layout(
    rq3: Any, layout: dict[str, str], question: str
) -> None:
    wanted = LAYOUTS["questions"][question]
    entries = [
        layout["entry"].format(n=n, name=name, text=text)
        for n, (name, text) in enumerate(wanted["entries"], 1)
    ]
    text = layout.get("open", "") + "".join(entries)
    given = rq3.credits(question, text)
    assert {name: given[name] for name in wanted["earns"]} == dict.fromkeys(wanted["earns"], 1), text
    assert not _accused(given), text


@pytest.mark.parametrize("row", SENTENCES, ids=lambda row: row["text"][:50])
def test_nothing_is_lost_or_taken_away_by_the_words_around(rq3: Any, row: dict[str, Any]) -> None:
    """`earns` must be credited, `says` credited or waiting, `not` not credited, and only `claims` are deducted."""
    given = rq3.credits(row["question"], row["text"])
    lost = [name for name in row.get("earns", ()) if given[name] != 1]
    lost += [name for name in row.get("says", ()) if given[name] == 0]
    wrong = [name for name in row.get("not", ()) if given[name] == 1]
    assert (lost, wrong, _accused(given)) == ([], [], set(row.get("claims", ())))


@pytest.mark.parametrize(
    ("meaning", "text"),
    [
        pytest.param(meaning, text, id=f"{language}-{number}")
        for language, texts in LANGUAGES["answers"].items()
        for number, (meaning, text) in enumerate(zip(LANGUAGES["meanings"], texts, strict=True), 1)
    ],
)
def test_another_language_is_no_silent_zero(rq3: Any, meaning: list[str], text: str) -> None:
    question, *said = meaning
    given = rq3.credits(question, text)
    assert not [name for name in said if given[name] == 0], text
    assert not _accused(given), text
