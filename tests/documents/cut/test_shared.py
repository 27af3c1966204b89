"""What a class shares word by word: which of it was handed out, and which many answer alike."""

from __future__ import annotations

import pytest

from grader.documents.cut.shared import MAX_LINES, Said, line_key, shared_texts
from grader.model.submission import HandedOut, Outline, QuestionOutline
from grader.readers.files import read_content

HINT = "Say in your own words how momentum changes the steps of gradient descent."
OWN = (
    "It smooths them.",
    "They keep going.",
    "Old gradients count too.",
    "Noise cancels.",
    "It is faster.",
    "Less zigzag.",
)


def handed_out(answers: list[str]) -> list[str]:
    return [text.line for text in shared_texts([Said(answer) for answer in answers]) if text.handed_out]


def told(answers: list[str]) -> list[str]:
    return [text.line for text in shared_texts([Said(answer) for answer in answers])]


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        pytest.param([f"{HINT}\n\n{own}" for own in OWN], [HINT], id="before each answer"),
        pytest.param([f"{own}\n\n{HINT}" for own in OWN], [HINT], id="behind each answer"),
        pytest.param([f"{HINT}\n\n{own}" for own in OWN[:4]] + list(OWN[4:]), [HINT], id="by four of six"),
        pytest.param([f"{HINT}\n\n{own}" for own in OWN[:4]] + [HINT, HINT], [HINT], id="two are blank"),
        pytest.param([f"- {HINT}\n\n{own}" for own in OWN], [f"- {HINT}"], id="an item"),
        pytest.param([f"{HINT}\n{own}" for own in OWN], [HINT], id="without a line between"),
        pytest.param(
            [f"Say in your own words how momentum changes\nthe steps taken.\n\n{own}" for own in OWN],
            ["Say in your own words how momentum changes", "the steps taken."],
            id="a sentence that was wrapped",
        ),
        pytest.param(
            [f"{HINT}\n\nNo, it is off then.\n\n{own}" for own in OWN], [HINT], id="a common answer behind it"
        ),
        pytest.param([f"{HINT}\n\n{own}" for own in OWN[:4]], [], id="of four nobody can tell"),
        pytest.param([f"{HINT}\n\n{own}" for own in OWN[:3]] + list(OWN[3:]), [], id="half is not most"),
        pytest.param(["903400"] * 6, [], id="the same number"),
        pytest.param(["No, dropout is off at inference."] * 6, [], id="the same short sentence"),
        pytest.param([f"No, dropout is off at inference.\n\n{own}" for own in OWN], [], id="the same, and a remark"),
        pytest.param([HINT] * 6, [], id="all that anybody says"),
        pytest.param(
            ["(5 * 5 * 3 + 1) * 64 = 4864\n\n(3 * 3 * 64 + 1) * 128 = 73856\n\n" + own for own in OWN],
            [],
            id="the same sums",
        ),
        pytest.param(
            [f"- 120 x 80 pixels are left\n- max pooling halves it\n- {own}" for own in OWN], [], id="short items"
        ),
        pytest.param([f"| layer | weights of this layer with its biases | of all |\n\n{own}" for own in OWN], [], id="rows"),
        pytest.param([f"```\n{HINT}\n```\n\n{own}" for own in OWN], [], id="code"),
        pytest.param([f"First {own}\n\n{HINT}\n\nThen {own}" for own in OWN], [], id="in the midst of what they say"),
        pytest.param(
            [f"a) {HINT}\n\n{'**' * (number % 2)}b) {HINT} Slowly.{'**' * (number % 2)}\n\n{own}" for number, own in enumerate(OWN)],
            [f"a) {HINT}"],
            id="what half of them make bold is a pick",
        ),
    ],
)  # fmt: skip
def test_what_was_handed_out(answers: list[str], expected: list[str]) -> None:
    assert handed_out(answers) == expected


def test_a_picture_is_an_answer_beside_what_was_handed_out() -> None:
    (found,) = shared_texts([Said(HINT, pictured=True)] * 4 + [Said(HINT)] * 2)
    assert found.handed_out


def test_stock_phrases_and_numbers_are_not_told_of_and_sentences_are() -> None:
    answers = [f"Answer: yes\n\n903400\n\nNo, dropout is off at inference.\n\n{own}" for own in OWN]
    assert told(answers) == ["No, dropout is off at inference."]


def test_the_order_of_hand_ins_does_not_matter() -> None:
    answers = [Said(f"{HINT}\n\n{own}\n\n{OWN[0]}") for own in OWN]
    keys = [{text.key for text in shared_texts(order)} for order in (answers, answers[::-1])]
    assert keys[0] == keys[1] == {line_key(HINT)}


def test_of_a_log_the_first_lines_are_compared() -> None:
    text = "\n".join(
        f"{HINT} Line {number} of them, which is one of many." for number in range(2 * MAX_LINES)
    )
    assert len(shared_texts([Said(f"{own}\n{text}") for own in OWN])) == MAX_LINES - 1


def test_only_lines_of_the_question_that_are_the_same_are_taken_out() -> None:
    known = (HandedOut(line=line_key(HINT), sure=True),)
    asked = Outline(
        assignment="a",
        questions=(QuestionOutline(id="q1", handed_out=known), QuestionOutline(id="q2")),
    )
    text = f"# Question 1\n\n{HINT}\n\nIt smooths. {HINT}\n\n# Question 2\n\n{HINT}\n"
    read = read_content(text.encode(), "a.md", asked)
    assert read.answers["q1"].text == f"It smooths. {HINT}"
    assert read.answers["q2"].text == HINT
    assert read.notes == (f"In q1, what most of the class hand in word by word was not counted: {HINT}",)
    alone = read_content(f"# Question 1\n\n{HINT}\n\n# Question 2\n\nyes\n".encode(), "a.md", asked)
    assert alone.answers["q1"].blank
