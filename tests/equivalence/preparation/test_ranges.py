"""Index sets and conditions are part of a sum, whichever way they are written."""

from __future__ import annotations

import pytest

from grader.comparison import compare_texts

EQUAL = [
    (r"\sum_{j\ne i}x_j", r"\sum_{j=1,j\ne i}^n x_j"),
    (r"\sum_{j\ne i}x_j", r"\sum_j x_j-x_i"),
    (r"\sum_{j\ne i}x_j", r"\sum_{\substack{j=1\\ j\ne i}}^n x_j"),
    (r"\sum_{i\ne j}x_j", r"\sum_{i\ne j}x_j + 0"),
    (r"\prod_{i<l}(1-\alpha_i)", r"\prod_{i=1}^{l-1}(1-\alpha_i)"),
    (r"\sum_{i\le l}x_i", r"\sum_{i=1}^{l}x_i"),
    (r"\sum_{i>l}x_i", r"\sum_{i=l+1}^{n}x_i"),
    (r"\sum_{i\ge l}x_i", r"\sum_{i=l}^{n}x_i"),
    (r"\sum_{i\in B} x_i", r"\sum_{k\in B} x_k"),
    (r"\frac{1}{|B|}\sum_{i\in B} (x_i - m)", r"\frac{1}{|B|}\sum_{j\in B} x_j - m"),
    (r"\sum_{i\in B} c", "c |B|"),
    (r"\sum_{i<j} x_i x_j", r"\sum_{j>i} x_i x_j"),
    (r"\sum_{1\le i<j\le n} x_i x_j", r"\sum_{j=1}^n\sum_{i=1}^{j-1} x_i x_j"),
    (r"\sum_{i\le j} x_i x_j", r"\sum_{j\ge i} x_i x_j"),
    (r"\sum_{i\ne j} x_i x_j", r"\sum_i\sum_j x_i x_j - \sum_i x_i^2"),
    (r"\sum_j \sum_{i<j} x_i y_j", r"\sum_{j=1}^n \sum_{i=1}^{j-1} x_i y_j"),
    (r"\sum_{j\in N(i)} h_j", r"\sum_{k\in N(i)} h_k"),
    (r"\sum_{j\in N(i)} h_j", r"\sum_{j\in N(k)} h_j"),
    (r"\sum_{i:y_i=1} x_i", r"\sum_{k: 1=y_k} x_k"),
    (r"\sum_{i:y_i=1} c x_i", r"c\sum_{i:y_i=1} x_i"),
    (r"\sum_{i\in B: y_i=1} x_i", r"\sum_{k\in B: y_k=1} x_k"),
    (r"\sum_{i\in\{1,2,4\}} x_i", "x_1+x_2+x_4"),
    (r"\prod_{i\in\{1,2\}} x_i", "x_1 x_2"),
    (r"\sum_{i\in[n]} x_i", r"\sum_{i=1}^n x_i"),
    (r"\sum_{1\le i\le n} x_i", r"\sum_{i=1}^n x_i"),
    (r"\sum_{0\le i<n} x_i", r"\sum_{i=1}^n x_i"),
    (r"\sum_{i=0}^{n-1} x_i", r"\sum_{i=1}^n x_i"),
    (r"\prod_{j\ne i}\frac{x-x_j}{x_i-x_j}", r"\prod_{k\ne i}\frac{x-x_k}{x_i-x_k}"),
    (r"\sum_{j\ne y_i}\max(0,s_j-s_{y_i}+1)", r"\sum_{j}\max(0,s_j-s_{y_i}+1) - 1"),
    (r"\sum_{i=1}^n c", "n c"),
    (r"\sum_{i=3}^n x_i", r"\sum_{j=3}^n x_j"),
]
DIFFERENT = [
    (r"\sum_{i\in B} x_i", r"\sum_{i\in D} x_i"),
    (r"\frac{1}{|B|}\sum_{i\in B} x_i", r"\frac{1}{|D|}\sum_{i\in B} x_i"),
    (r"\sum_{i\in B} x_i", r"\sum_{i=1}^n x_i"),
    (r"\sum_{i<j} x_i x_j", r"\sum_{i\ne j} x_i x_j"),
    (r"\sum_{i<j} x_i x_j", r"\sum_{i\le j} x_i x_j"),
    (r"\sum_{j\ne i}x_j", r"\sum_{j<i}x_j"),
    (r"\sum_{j\ne i}x_j", r"\sum_{j\ne i}x_i"),
    (r"\sum_{j\ne i}x_j", r"\sum_{j}x_j"),
    (r"\sum_{j\in N(i)} h_j", r"\sum_{j\in M(i)} h_j"),
    (r"\sum_{j\in N(i)} h_j", r"\sum_{j\in N(i)} h_i"),
    (r"\sum_{i:y_i=1} x_i", r"\sum_{i:y_i=0} x_i"),
    (r"\sum_{i:y_i>0} x_i", r"\sum_{i:y_i<0} x_i"),
    (r"\sum_{i=2}^n x_i", r"\sum_{i=1}^{n-1} x_i"),
    (r"\prod_{i<l}(1-\alpha_i)", r"\prod_{i\le l}(1-\alpha_i)"),
    (r"\prod_{j\ne i}\frac{x-x_j}{x_i-x_j}", r"\prod_{j\ne i}\frac{x-x_j}{x_j-x_i}"),
    (r"\sum_{i=1}^n c", "c"),
]


@pytest.mark.parametrize(("expected", "answer"), EQUAL)
def test_the_same_sum(expected, answer):
    for pair in ((expected, answer), (answer, expected)):
        found = compare_texts(*pair)
        assert found.verdict == "equal", (pair, found.evidence)


@pytest.mark.parametrize(("expected", "answer"), DIFFERENT)
def test_another_sum(expected, answer):
    for pair in ((expected, answer), (answer, expected)):
        found = compare_texts(*pair)
        assert found.verdict == "different", (pair, found.evidence)


def test_a_set_that_is_left_out_goes_to_a_person():
    assert compare_texts(r"\sum_{i\in B} x_i", r"\sum_i x_i").verdict == "undecided"


def test_members_of_sets_are_shown_by_place():
    assert "x_{B:1}" in compare_texts(r"\sum_{i\in B} x_i", r"2\sum_{i\in B} x_i").evidence
