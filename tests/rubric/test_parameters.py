"""What is drawn for a student: by what it is decided, what it may be, and what is refused."""

from __future__ import annotations

import pytest

from grader.rubric.parameters import ParameterError, draw_key, read_parameters, substituted

GIVEN = {"n": {"from": "9", "to": "33"}, "k": {"one of": ["3", "5"]}, "where": "(n - k) % 2 == 0"}


def test_a_draw_is_the_same_every_time_and_differs_by_student_and_seed() -> None:
    parameters = read_parameters(GIVEN)
    drawn = [parameters.drawn(draw_key("hw", "1", f"s{number}")) for number in range(40)]
    assert drawn == [read_parameters(GIVEN).drawn(draw_key("hw", "1", f"s{number}")) for number in range(40)]
    assert drawn[0] == {"n": "17", "k": "3"}  # for ever: sheets are out
    assert len({tuple(values.items()) for values in drawn}) > 10
    assert drawn != [parameters.drawn(draw_key("hw", "2", f"s{number}")) for number in range(40)]
    assert all((int(values["n"]) - int(values["k"])) % 2 == 0 for values in drawn)


def test_conditions_that_few_values_meet_are_met() -> None:
    data = {
        "a": {"from": "1", "to": "100"},
        "b": {"from": "1", "to": "100"},
        "where": ["a * b == 9700", "a < b"],
    }
    parameters = read_parameters(data)
    assert {tuple(parameters.drawn(f"s{number}").values()) for number in range(5)} == {("97", "100")}


@pytest.mark.parametrize(
    ("said", "values"),
    [
        ({"from": "1", "to": "3"}, ("1", "2", "3")),
        ({"from": "0.1", "to": "0.3", "step": "0.1"}, ("0.1", "0.2", "0.3")),
        ({"from": "-1", "to": "1", "step": "2"}, ("-1", "1")),
        ({"one of": ["relu", "tanh"]}, ("relu", "tanh")),
    ],
)
def test_the_values_of_a_parameter(said, values) -> None:
    assert read_parameters({"p": said}).choices["p"] == values


@pytest.mark.parametrize(
    ("data", "key", "said"),
    [
        ("n", "", "must be a mapping"),
        ({}, "", "must be 1 to 20"),
        ({"n": "3"}, "n", "must be {one of"),
        ({"n": {"from": "3"}}, "n", "must be {one of"),
        ({"n": {"from": "3", "to": "1"}}, "n", "up to another"),
        ({"n": {"from": "1", "to": "x"}}, "n", "up to another"),
        ({"n": {"from": "1", "to": "inf"}}, "n", "up to another"),
        ({"n": {"from": "1", "to": "9", "step": "0"}}, "n", "positive step"),
        ({"n": {"from": "1", "to": "1e9"}}, "n", "more than 1000"),
        ({"n": {"one of": []}}, "n", "at least one"),
        ({"2n": {"one of": ["1"]}}, "2n", "the name of a parameter"),
        ({"n": {"one of": ["1"]}, "where": "n > 1"}, "where", "no values meet 'n > 1'"),
        ({"n": {"one of": ["1"]}, "where": "m > 1"}, "where", "cannot be computed"),
        ({"n": {"one of": ["1"]}, "where": "n + 1"}, "where", "must be true or false"),
        ({"n": {"one of": ["1"]}, "where": "__import__('os')"}, "where", "cannot be computed"),
    ],
)
def test_what_cannot_be_drawn_is_named(data, key, said) -> None:
    with pytest.raises(ParameterError, match=said) as error:
        read_parameters(data)
    assert error.value.key == key


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{n} of {m}, {}, { n }", "12 of {m}, {}, { n }"),
        (r"$\frac{n}{2} + \frac{1}{n} + x^{n}$", r"$\frac{12}{2} + \frac{1}{12} + x^{12}$"),
        ("{n}{n}", "1212"),
        (r"\text{a} and {n}", r"\text{a} and 12"),
        (["{n}", 3, {"{n}": "{n}"}], ["12", 3, {"{n}": "12"}]),
    ],
)
def test_only_names_of_parameters_are_replaced(text, expected) -> None:
    assert substituted(text, {"n": "12"}) == expected
