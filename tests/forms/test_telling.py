"""The lines a student sees: calm, aligned, and plain text whatever was handed in."""

from __future__ import annotations

from grader.forms import form_of
from grader.forms.readingview import read_handin
from grader.forms.telling import laid_out, told
from grader.readers.files import read_content

YAML = """\
student: ada
answers:
  q4: It only slows down training.
  q5: {lowest: "2,800", middle: 180.200, top: no idea, total: 903400}
  q6: {size: 3 x 3, output: [[0, 0, 0], [1/9, 0, 1/9], [0, 1/9, 1/9]]}
"""

TOLD = """\
ada.yaml  rq3, handed in by ada

q1  Weights and biases
    missing  nothing was written here

q2  Activation functions
    missing  nothing was written here

q3  Batch normalisation
    missing  nothing was written here

q4  Dropout
    text     5 words, from line 3

q5  Parameters of a CNN
    lowest   2800 (number, read from '2,800')
    middle   180.2 (number, read from '180.200')
             '180.200' may be 180.2 or 180200
    top      cannot be read (line 4:47): there is no number here
    total    903400 (number)

q6  Output of a convolution
    size     3 x 3 (size)
    output   3 x 3, [[0, 0, 0], [1/9, 0, 1/9], [0, 1/9, 1/9]] (matrix)

3 missing: q1, q2, q3; 1 cannot be read: q5 top
"""


def lines(text, name, rubric):
    form = form_of(rubric)
    reading = read_handin(read_content(text.encode(), name, form.outline), form)
    return "".join(f"{label}{said}".rstrip() + "\n" for label, said, _ in laid_out(list(told(reading))))


def test_the_lines_of_a_hand_in(rq3) -> None:
    assert lines(YAML, "ada.yaml", rq3) == TOLD


def test_finds_stand_with_their_place(rq3) -> None:
    text = lines("Q4. It takes 20 % longer.\n\nQ5. $28 \\times 100 = 2800$\n", "a.md", rq3)
    assert "line 1:14  0.2 (number, read from '20 %'; a percentage)" in text
    assert "line 3:22  2800 (number; the result of '28 \\times 100 = 2800')" in text


def test_long_lists_are_cut_and_counted(rq3) -> None:
    text = lines("Q4. " + "and 7, then " * 100, "a.md", rq3)
    assert "and 40 more" in text
