"""Who copied is found, who merely writes like the others is not, whatever the order and however large the class."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest

from grader.similarity import similarpairs
from grader.similarity.sheets import AnswerSheet, ClassSheets, WrongValue
from grader.similarity.similarpairs import similar_pairs
from grader.similarity.similarview import MAX_EVIDENCE, pairs_data, render_pairs

QUESTIONS = {"q1": "Why does one normalise a batch", "q2": "Which rate", "q3": "How many"}
# What many of a class write of one question, and words with which each says the rest.
TURNS = (
    "the mean of the batch is taken out",
    "it is divided by the deviation",
    "the rate may be larger then",
    "scale and shift are learned",
    "each channel has its own",
    "at the end the running values are used",
)
WORDS = [
    "slope",
    "valley",
    "noise",
    "drift",
    "chance",
    "signal",
    "weight",
    "layer",
    "input",
    "output",
    "batch",
    "epoch",
    "target",
    "rate",
    "step",
    "loss",
    "error",
    "curve",
    "plot",
    "guess",
    "bound",
    "scale",
    "shift",
    "mean",
    "spread",
    "order",
    "share",
    "limit",
    "value",
    "point",
    "path",
    "side",
    "edge",
    "part",
    "rest",
    "whole",
    "first",
    "last",
    "next",
    "former",
    "wide",
    "narrow",
    "steep",
    "flat",
    "small",
    "large",
    "quick",
    "slow",
    "early",
    "late",
    "often",
    "never",
    "always",
    "rarely",
    "mostly",
    "hardly",
    "nearly",
    "only",
    "grows",
    "falls",
    "turns",
    "stays",
    "moves",
    "jumps",
    "waits",
    "ends",
    "starts",
    "fits",
    "leads",
    "lags",
    "hides",
    "shows",
    "tells",
    "means",
    "keeps",
    "loses",
    "takes",
    "gives",
    "because",
    "while",
    "until",
    "unless",
    "although",
    "before",
    "after",
    "with",
    "without",
    "under",
    "over",
    "between",
    "against",
    "towards",
]
TEXTBOOK = (
    "whoever looks at the inputs of a layer sees them move and so every layer has to follow the one before it"
)
RIGHT, COMMON = "903,400", "902,700"


def passage(random: Random, words: int) -> str:
    return " ".join(random.choices(WORDS, k=words))


def sheet(number: int, random: Random) -> AnswerSheet:
    texts = {}
    for question in QUESTIONS:
        turns = random.sample(TURNS, 3)
        texts[question] = ". ".join([turns[0], passage(random, 12), turns[1], passage(random, 12), turns[2]])
    if number % 4 == 0:
        texts["q1"] += f". {TEXTBOOK}"
    wrong = []
    if number % 3 == 0:
        wrong = [value("q3", "total", COMMON)]
    elif number % 3 == 1:
        wrong = [value("q3", "total", str(random.randrange(900, 960))), value("q2", "rate", "0.1")]
    return AnswerSheet(((f"s{number:03}", ""),), f"s{number:03}.md", texts, tuple(wrong))


def value(question: str, criterion: str, meaning: str) -> WrongValue:
    return WrongValue(question, criterion, "", meaning, meaning)


def class_of(count: int, seed: int = 1) -> list[AnswerSheet]:
    random = Random(seed)  # noqa: S311 - wording, no secrets
    return [sheet(number, random) for number in range(count)]


def found(sheets: list[AnswerSheet], **options) -> list[tuple[str, str]]:
    return [pair.names for pair in similar_pairs(as_class(sheets), **{"limit": 0.1, **options}).pairs]


def as_class(sheets: list[AnswerSheet]) -> ClassSheets:
    return ClassSheets("A class", QUESTIONS, tuple(sheets))


def with_text(sheet: AnswerSheet, **texts: str) -> AnswerSheet:
    return replace(sheet, texts={**sheet.texts, **texts})


@pytest.mark.parametrize("count", [12, 60, 300])
def test_a_class_without_copies_has_no_pair(count: int) -> None:
    assert found(class_of(count)) == []


def copied(sheets: list[AnswerSheet]) -> None:
    sheets[5] = with_text(sheets[5], q1=sheets[2].texts["q1"])


def inside_other_words(sheets: list[AnswerSheet]) -> None:
    middle = sheets[2].texts["q2"].split(". ")
    sheets[5] = with_text(sheets[5], q2=f"{sheets[5].texts['q2']} {middle[1]} {middle[2]} {middle[3]}")


def every_ninth_word_changed(sheets: list[AnswerSheet]) -> None:
    random = Random(2)  # noqa: S311 - wording, no secrets
    texts = {}
    for question, text in sheets[2].texts.items():
        words = text.split(" ")
        words[4::9] = [random.choice(WORDS) for _ in words[4::9]]
        texts[question] = " ".join(words)
    sheets[5] = with_text(sheets[5], **texts)


def every_seventh_word_changed_in_one_answer(sheets: list[AnswerSheet]) -> None:
    random = Random(3)  # noqa: S311 - wording, no secrets
    words = passage(random, 60).split(" ")
    sheets[2] = with_text(sheets[2], q1=" ".join(words))
    words[5::7] = [random.choice(WORDS) for _ in words[5::7]]
    sheets[5] = with_text(sheets[5], q1=" ".join(words))


def in_capitals_and_other_signs(sheets: list[AnswerSheet]) -> None:
    sheets[5] = with_text(sheets[5], q1=sheets[2].texts["q1"].upper().replace(" ", "  -- "))


def rare_wrong_values(sheets: list[AnswerSheet]) -> None:
    wrong = (value("q1", "size", "17"), value("q2", "rate", "0.137"), value("q3", "total", "903,401"))
    sheets[2], sheets[5] = (replace(sheets[place], wrong=wrong) for place in (2, 5))


@pytest.mark.parametrize("count", [12, 60, 300])
@pytest.mark.parametrize(
    "plant",
    [
        copied,
        inside_other_words,
        every_ninth_word_changed,
        every_seventh_word_changed_in_one_answer,
        in_capitals_and_other_signs,
        rare_wrong_values,
    ],
)
def test_a_planted_copy_is_the_only_pair(plant, count: int) -> None:
    sheets = class_of(count)
    plant(sheets)
    assert found(sheets) == [("s002", "s005")]


def the_right_value(sheets: list[AnswerSheet]) -> None:
    for place in (2, 5):  # right values are no wrong ones, and leave no trace but in the text
        sheets[place] = with_text(
            sheets[place], q3=f"{RIGHT} = 2,800 + 180,200 + 720,400 $= \\sum_l n_l (9 n_{{l-1}} + 1)$"
        )


def one_rare_slip(sheets: list[AnswerSheet]) -> None:
    for place in (2, 5, 8, 11):
        sheets[place] = replace(sheets[place], wrong=(value("q3", "total", f"{place // 6}8"),))


def what_many_quote(sheets: list[AnswerSheet]) -> None:
    for place, item in enumerate(sheets):
        if place % 2:
            sheets[place] = with_text(item, q2=f"{item.texts['q2']}. {TEXTBOOK}")


def blanks(sheets: list[AnswerSheet]) -> None:
    for place in (2, 5):
        sheets[place] = replace(sheets[place], texts=dict.fromkeys(QUESTIONS, ""), wrong=())


def the_title(sheets: list[AnswerSheet]) -> None:
    for place in (2, 5):
        sheets[place] = with_text(
            sheets[place], q1="Why does one normalise a batch? Why does one normalise a batch"
        )


def partners(sheets: list[AnswerSheet]) -> None:
    both = (*sheets[2].students, *sheets[5].students)
    sheets[2] = replace(sheets[2], students=both)
    sheets[5] = replace(sheets[5], texts=sheets[2].texts)


@pytest.mark.parametrize(
    "plant", [the_right_value, one_rare_slip, what_many_quote, blanks, the_title, partners]
)
def test_who_writes_alike_for_another_reason_is_no_pair(plant) -> None:
    sheets = class_of(60)
    plant(sheets)
    assert found(sheets) == []


def test_what_was_given_to_all_does_not_count() -> None:
    sheets = class_of(60)
    notes = passage(Random(3), 30)  # noqa: S311 - wording, no secrets
    for place in (2, 5):
        sheets[place] = with_text(sheets[place], q2=f"{sheets[place].texts['q2']}. {notes}")
    assert found(sheets) == [("s002", "s005")]
    assert found(sheets, given=[f"Lecture 4. {notes.capitalize()}!"]) == []


def test_the_strongest_comes_first_and_the_order_of_the_class_does_not_matter() -> None:
    sheets = class_of(60)
    copied(sheets)
    sheets[40] = with_text(sheets[40], **{name: sheets[30].texts[name] for name in ("q1", "q2")})
    assert found(sheets) == [("s030", "s040"), ("s002", "s005")]
    assert found(sheets[::-1]) == [("s030", "s040"), ("s002", "s005")]


def test_wrong_values_of_one_question_count_once() -> None:
    """Who leaves out the biases does so in every layer: four wrong numbers tell as much as one."""
    sheets = class_of(60)
    layers = tuple(value("q3", f"layer{number}", "1,7") for number in range(4))
    for place in (2, 5):
        sheets[place] = replace(sheets[place], wrong=layers)
    assert found(sheets) == []
    (pair,) = (
        pair for pair in similar_pairs(as_class(sheets), limit=60).pairs if pair.names == ("s002", "s005")
    )
    assert pair.expected >= 1  # as many pairs share one such value as there are rare values
    assert pair.values["q3"].holders == 2


def test_hostile_texts_are_bounded_and_escaped() -> None:
    sheets = class_of(60)
    evil = (
        "<script>alert(1)</script> \u202e\x1b[2J & <b>not bold here but odd words all the way down to the end"
    )
    for place in (2, 5):
        sheets[place] = with_text(sheets[place], q1=f"{evil} {passage(Random(4), 9)}")  # noqa: S311 - wording, no secrets
    for place in (6, 7, 8, 9):
        sheets[place] = with_text(
            sheets[place], q2="a b " * 15_000, q3=" ".join(f"w{'x' * n}" for n in range(300))
        )
    data = pairs_data(similar_pairs(as_class(sheets), limit=0.1), 0.1)
    assert all(len(pair["evidence"]) <= MAX_EVIDENCE for pair in data["pairs"])
    page = render_pairs(data)
    assert "alert(1)&lt;/script&gt;" in page
    assert "<script>" not in page
    assert "\u202e" not in page
    assert "\x1b" not in page


def test_hardly_any_pair_is_compared_word_by_word(monkeypatch: pytest.MonkeyPatch) -> None:
    compared = []
    whole = similarpairs.shared_stretches
    monkeypatch.setattr(
        similarpairs, "shared_stretches", lambda *words: compared.append(words[1:]) or whole(*words)
    )
    sheets = class_of(600)
    copied(sheets)
    assert found(sheets) == [("s002", "s005")]
    assert len(compared) < 600  # of 179,700 pairs in three questions


@pytest.mark.parametrize("count", [0, 1, 4])
def test_a_class_of_hardly_anybody(count: int) -> None:
    data = pairs_data(similar_pairs(as_class(class_of(count)), limit=0.1), 0.1)
    assert data["pairs"] == []
    assert "too few to say what is rare" in render_pairs(data)


def test_what_is_replaced_in_a_copy_stands_between_what_is_marked() -> None:
    sheets = class_of(60)
    every_seventh_word_changed_in_one_answer(sheets)
    (pair,) = pairs_data(similar_pairs(as_class(sheets), limit=0.1), 0.1)["pairs"]
    (item,) = pair["evidence"]
    for side, sheet in (("left", sheets[2]), ("right", sheets[5])):
        pieces = item[side]["pieces"]
        assert "".join(piece["text"] for piece in pieces).strip("…") in sheet.texts["q1"]
        assert sum(piece["shared"] for piece in pieces) > 3
