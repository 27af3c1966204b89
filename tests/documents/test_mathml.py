"""Formulas of web pages: what is shown is read, and what is not understood is a picture for a person."""

from __future__ import annotations

import pytest

from grader.documents import read

SQUARE = "<msup><mi>w</mi><mn>2</mn></msup><mo>+</mo><mn>1</mn>"
TEX = '<annotation encoding="application/x-tex">{}</annotation>'


def blocks(formula: str):
    page = f"<html><body><h2>Question 1</h2><p>{formula}</p></body></html>"
    return read(page.encode(), "a.html").blocks[1:]


def explained(shown: str, latex: str) -> str:
    return f"<math><semantics><mrow>{shown}</mrow>{TEX.format(latex)}</semantics></math>"


@pytest.mark.parametrize(
    ("formula", "text"),
    [
        (f"<math>{SQUARE}</math>", "$w^{2}+1$"),
        (explained(SQUARE, "w^{2}+1"), "$w^{2}+1$"),
        (
            (f'<span class="katex"><span class="katex-mathml">{explained(SQUARE, "w^{2}+1")}</span>'
            '<span class="katex-html" aria-hidden="true"><span>w</span><span>2</span>+1</span></span>'),
            "$w^{2}+1$",
        ),
        (
            '<m:math xmlns:m="http://www.w3.org/1998/Math/MathML"><m:mfrac><m:mn>3</m:mn><m:mn>8</m:mn></m:mfrac></m:math>',
            r"$\frac{3}{8}$",
        ),
        ("<math><m:msqrt><m:mn>8</m:mn></m:msqrt></math>", r"$\sqrt{8}$"),
        (
            "<math><mo>[</mo><mtable><mtr><mtd><mn>1</mn></mtd><mtd><mn>2</mn></mtd></mtr></mtable><mo>]</mo></math>",
            r"$\begin{bmatrix} 1 & 2 \end{bmatrix}$",
        ),
        (explained("<mn>7</mn>", "8"), "$7$"),
        (
            explained("<mmultiscripts><mi>C</mi><mn>2</mn><none></none></mmultiscripts>", "C_{2}"),
            "$C_{2}$",
        ),
    ],
    ids=["shown", "with its source", "katex", "prefixed", "prefixed inside", "matrix", "another source", "source instead"],
)  # fmt: skip
def test_what_is_shown_is_read(formula: str, text: str) -> None:
    (block,) = blocks(formula)
    assert (block.text, block.pictures) == (text, ())


@pytest.mark.parametrize(
    "formula",
    [
        "<math><mlongdiv><mn>3</mn><mn>12</mn></mlongdiv></math>",
        "<math><mstack><mn>424</mn><mn>33</mn></mstack></math>",
        "<math><apply><plus/><ci>x</ci><cn>1</cn></apply></math>",
        "<math><mmultiscripts><mi>C</mi><mn>2</mn><none/><mprescripts/><mn>5</mn><none/></mmultiscripts></math>",
        explained("<mmultiscripts><mi>C</mi><mn>2</mn></mmultiscripts>", "C_{3}"),
        explained("", "42"),
    ],
    ids=["division", "stack", "content", "scripts before", "another source", "nothing shown"],
)
def test_what_is_not_understood_is_a_picture(formula: str) -> None:
    (block,) = blocks(formula)
    assert block.text == ""
    assert len(block.pictures) == 1


def test_an_empty_formula_is_nothing() -> None:
    assert blocks("<math></math>") == ()
