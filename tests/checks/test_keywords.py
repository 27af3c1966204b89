from __future__ import annotations

import pytest
from pydantic import ValidationError

from grader.checks.keywords import KeywordsCheck
from grader.finding.reading import Reading
from grader.model.outcome import Outcome

SETS = {"infer": ["inference", "predict*"], "odd": ["fine", "what?"], "loop": [{"set": "loop"}]}


def judged(check: object, text: str, language: str = "en") -> Outcome:
    model = KeywordsCheck.model_validate(check, context={"sets": SETS})
    return model.check(Reading(text=text, language=language), {})


@pytest.mark.parametrize(
    ("check", "where", "message"),
    [
        ({"any": [{"set": "infr"}]}, ("any", 0, "set"), "did you mean 'infer'?"),
        ({"any": [{"set": "odd"}]}, ("any", 0, "set"), "set 'odd', pattern 2: 'what?' holds '?'"),
        ({"any": [{"set": "loop"}]}, ("any", 0, "set"), "contains itself"),
        ({"any": ["fine", "relo"]}, ("any", 1), "did you mean 'relu'?"),
        ({"any": ["a*"]}, ("any", 0), "too short before the star"),
        ({"any": ["..."]}, ("any", 0), "can never match"),
        ({"any": []}, ("any",), "empty list can never match"),
        ({"all": ["slow"], "none": ["slow"]}, ("none",), "asked for and excluded"),
        ({"all": ["slow"], "unless": ["slow"]}, ("unless",), "asked for and excluded"),
        ({"any": [{"all": ["slow"], "near": "3"}]}, ("any", 0, "near"), "needs two patterns"),
        ({"any": [{"all": ["slow", "fast"], "near": "many"}]}, ("any", 0, "near"), "whole number"),
        ({"any": ["slow"], "within": "page"}, ("within",), "'clause', 'sentence'"),
        ({"any": ["slow"], "negated": "maybe"}, ("negated",), "'true', 'false', 'either'"),
        ({"any": ["slow"], "item": "3", "of": "2"}, ("item",), "3 of 2"),
        ({"any": ["slow"], "of": "2"}, ("of",), "needs 'item'"),
        ({"any": [{"al": ["slow"]}]}, ("any", 0, "al"), "did you mean 'all'?"),
        ({"verdict": "perhaps"}, ("verdict",), "yes or no"),
        ({"within": "clause"}, (), "can never match"),
        ({"any": ["slow"], "topics": ["?"]}, ("topics",), "holds '?'"),
    ],
)
def test_bad_patterns_are_named_at_their_place(
    check: object, where: tuple[object, ...], message: str
) -> None:
    with pytest.raises(ValidationError) as caught:
        judged(check, "")
    errors = caught.value.errors()
    assert any(error["loc"][: len(where)] == where and message in error["msg"] for error in errors), errors


def test_all_problems_come_at_once() -> None:
    with pytest.raises(ValidationError) as caught:
        judged({"any": ["?", {"set": "infr"}, {"all": ["x"], "near": "no"}]}, "")
    assert len(caught.value.errors()) == 3


def test_a_text_and_a_list_stand_for_any() -> None:
    assert judged("slow", "It is slow there.").credit == 1
    assert judged(["fast", "slow"], "It is slow there.").credit == 1


def test_sets_are_not_needed_where_none_is_used() -> None:
    assert KeywordsCheck.model_validate({"any": ["slow"]}).any_ == ["slow"]


def test_evidence_quotes_the_span_the_pattern_the_negator_and_the_repair() -> None:
    text = "Well, it **doesn't** slow down preditions."
    outcome = judged({"all": [{"set": "infer"}, "slow"], "negated": "true"}, text)
    (evidence,) = outcome.evidence
    assert evidence.read == "doesn't** slow down preditions"
    assert text[evidence.start : evidence.end] == evidence.read
    assert evidence.expected == "denied: infer + slow"
    assert evidence.read_as == "'doesn't' denies; 'preditions' read as 'predict*'"


def test_a_miss_says_what_was_nearest_without_giving_the_key_away() -> None:
    outcome = judged(
        {"all": [{"set": "infer"}, "slow"], "negated": "true"}, "It is used in inference as well."
    )
    (evidence,) = outcome.evidence
    assert evidence.read == "inference"
    assert "found infer; lacking slow" in evidence.expected
    assert "slow" not in evidence.decided


def test_a_miss_of_the_denial_is_told() -> None:
    outcome = judged({"all": ["inference", "slow"], "negated": "true"}, "It slows down inference.")
    assert outcome.evidence[0].decided == "This passage says the opposite."


def test_another_language_uses_its_own_stems() -> None:
    assert judged(["langsam"], "Das Training wird damit langsamer.", "de").credit == 1
    assert judged(["langsam"], "Training becomes slow with the use of it.", "de").code == "other_language"


def test_a_mapping_part_reads_its_names_as_leads() -> None:
    model = KeywordsCheck.model_validate({"any": ["fast"], "about": ["relu"]})
    part = Reading(text="", value={"relu": "it is fast", "elu": "it is slow"}, part="uses")
    outcome = model.check(part, {})
    assert (outcome.credit, outcome.evidence[0].start, outcome.evidence[0].part) == (1, None, "uses")


def test_a_dumped_file_goes_to_a_person() -> None:
    assert judged(["slow"], "slow " * 500_000).code == "undecided"
