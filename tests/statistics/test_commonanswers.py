"""Wrong answers that many gave, and when the key is doubted."""

from grader.statistics.commonanswers import LEAST_ALIKE, MAX_NAMED, MAX_WRONG, GivenAnswers, warnings_of
from grader.statistics.items import Discrimination


def given(right: int, *wrong: tuple[str, str, int]) -> GivenAnswers:
    answers = GivenAnswers(right=right)
    for meaning, mistake, count in wrong:
        for number in range(count):
            answers.add_wrong(meaning, mistake, f"it is {meaning}", (f"s{number}", f"Name {number}"))
    return answers


def test_equal_answers_are_one_group() -> None:
    found = given(3, ("7", "", 2), ("8", "", 4), ("9", "", 1)).common()
    assert [(answer.meaning, answer.count, answer.example) for answer in found] == [
        ("8", 4, "it is 8"), ("7", 2, "it is 7"),
    ]  # fmt: skip


def test_a_known_mistake_is_one_group_whatever_it_looks_like() -> None:
    (answer,) = given(0, ("7", "no_bias", 2), ("7.0", "no_bias", 1)).common()
    assert (answer.mistake, answer.count) == ("no_bias", 3)


def test_names_and_groups_are_bounded() -> None:
    answers = given(0, *[(str(number), "", 1) for number in range(MAX_WRONG + 3)], ("0", "", MAX_NAMED + 5))
    assert answers.others == 3
    assert len(answers.common()[0].students) == MAX_NAMED


def test_a_wrong_answer_more_frequent_than_the_right_one_doubts_the_key() -> None:
    (said,) = warnings_of(given(4, ("7", "", LEAST_ALIKE)), None)
    assert "5 students gave the same answer, which is marked wrong, and 4 are right" in said
    assert not list(warnings_of(given(LEAST_ALIKE, ("7", "", LEAST_ALIKE)), None))
    assert not list(warnings_of(given(0, ("7", "", LEAST_ALIKE - 1)), None))
    assert not list(warnings_of(given(0, ("7", "no_bias", 40)), None))  # the rubric expected it


def test_a_negative_correlation_doubts_it_beyond_its_error() -> None:
    (said,) = warnings_of(given(9), Discrimination(-0.4, 40))
    assert "correlation -0.40, 40 students" in said
    assert not list(warnings_of(given(9), Discrimination(-0.2, 40)))
    assert not list(warnings_of(given(9), Discrimination(0.4, 40)))
