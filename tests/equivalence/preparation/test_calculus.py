"""Derivatives: of letters they are unknowns, of what is written they are carried out."""

from __future__ import annotations

import pytest

from grader.comparison import ComparisonOptions, compare_texts
from grader.equivalence.preparation.calculus import (
    MAX_SIZE,
    NotDifferentiableError,
    dependence_in,
    derivative,
    differentiated,
)
from grader.notation.formulareader import read_formula
from grader.notation.tree import Apply, Symbol


def verdict(expected, answer, **options):
    return compare_texts(expected, answer, options=ComparisonOptions.model_validate(options)).verdict


SAME = [
    (r"\frac{dL}{dw}", r"\frac{\partial L}{\partial w}"),
    (r"dL/dw", r"\partial_w L"),
    (r"\nabla_w L", "∂L/∂w"),
    (r"\frac{\partial^2 L}{\partial x\partial y}", r"\frac{\partial^2 L}{\partial y\partial x}"),
    (r"\frac{\partial L}{\partial a^{(l)}}", r"\frac{\partial L}{\partial a^{[l]}}"),
    (r"\frac{\partial C}{\partial w^l_{jk}}", r"\frac{\partial C}{\partial w_{jk}^l}"),
    (r"\frac{\partial C}{\partial w^{(l+1)}_{jk}}", r"\frac{\partial C}{\partial w^{l+1}_{jk}}"),
    (r"\frac{d}{dx}(a x^2+b x+c)", "2 a x + b"),
    (r"\frac{\partial}{\partial w}(L+\lambda w^2)", r"\frac{\partial L}{\partial w}+2\lambda w"),
    (r"\frac{\partial \log p}{\partial\theta}", r"\frac{1}{p}\frac{\partial p}{\partial\theta}"),
    (r"\nabla J(\theta)", r"\nabla_\theta J(\theta)"),
    (r"\frac{\partial}{\partial w_j}(w_j^2 + b)", "2 w_j"),
    (r"\frac{\partial (3 L)}{\partial w}", r"3\frac{\partial L}{\partial w}"),
    (r"\frac{\partial}{\partial w}\sum_{i=1}^n (y_i - w x_i)^2", r"-2\sum_{i=1}^n x_i (y_i - w x_i)"),
    (r"\frac{\partial}{\partial w}\sum_i L_i", r"\sum_i \frac{\partial L_i}{\partial w}"),
    (r"\frac{d}{dx} \frac{1}{1+x}", "-1/(1+x)^2"),
    (r"\frac{d}{dx} \frac{x}{2}", "1/2"),
    (r"\frac{d}{dx} 2^x", "2^x log(2)"),
    (r"\frac{d}{dx} \sqrt{x}", "1/(2 sqrt(x))"),
    (r"\frac{d}{dx} \sqrt[3]{x}", "x^(-2/3)/3"),
    (r"\frac{d}{dx} \log_2 x", "1/(x log(2))"),
    (r"\frac{d}{dx} \tan x", "1 + tan(x)^2"),
    (r"\frac{d}{dx} \sinh x", "cosh(x)"),
    (r"\frac{d}{dx} \cosh x", "sinh(x)"),
    (r"\frac{d}{dx} \arctan x", "1/(1+x^2)"),
    (r"\frac{d}{dx} \sigma(x)", r"\sigma(x)(1-\sigma(x))"),
    (r"\frac{d^2}{dx^2} x^3", "6 x"),
    (r"\frac{d}{dx} (x e^x)", "e^x + x e^x"),
    (r"\frac{d}{dx} f(2x)", "2 f'(2x)"),
]
OTHER = [
    (r"w-\eta\frac{\partial L}{\partial w}", "w"),
    (r"w-\eta\frac{\partial L}{\partial w}", r"w-\eta\frac{\partial L}{\partial b}"),
    (r"\frac{\partial^2 L}{\partial w^2}", r"\frac{\partial L}{\partial w}"),
    (r"\frac{\partial C}{\partial w^l_{jk}}", r"\frac{\partial C}{\partial w^l_{kj}}"),
    (r"\frac{\partial}{\partial w}(L+\lambda w^2)", r"2\lambda w"),
    (r"\frac{\partial L}{\partial y}\frac{dy}{dz}x", r"\frac{\partial L}{\partial y}\frac{dy}{dz}y"),
    (r"\frac{d}{dx} x^2", "x"),
]
OPEN = [
    (r"\frac{\partial L}{\partial y}\frac{\partial y}{\partial w}", r"\frac{\partial L}{\partial w}"),
    ("0", r"\frac{dy}{dx}"),
    (r"(y-t)\frac{\partial y}{\partial w}", r"\frac{\partial}{\partial w}\frac12 (y-t)^2"),
]


@pytest.mark.parametrize(("expected", "answer"), SAME)
def test_the_same_derivative(expected, answer):
    assert verdict(expected, answer) == "equal"
    assert verdict(answer, expected) == "equal"


@pytest.mark.parametrize(("expected", "answer"), OTHER)
def test_another_derivative(expected, answer):
    assert verdict(expected, answer) == "different"
    assert verdict(answer, expected) != "equal"


@pytest.mark.parametrize(("expected", "answer"), OPEN)
def test_what_depends_on_unwritten_dependence_goes_to_a_person(expected, answer):
    assert verdict(expected, answer) == "undecided"


def test_a_derivative_may_be_given_a_spelling():
    symbols = {"g": [r"\frac{\partial L}{\partial w}"]}
    for text in (r"\frac{dL}{dw}", "dL/dw", r"\partial_w L", "∂L/∂w", r"\frac{\partial L}{\partial w}"):
        assert verdict("w - g", f"w - {text}", symbols=symbols) == "equal"
    assert verdict("w - g", r"w - \frac{\partial L}{\partial b}", symbols=symbols) != "equal"


def test_a_called_letter_is_its_function():
    first, second = (read_formula(text).tree for text in (r"\frac{df}{dx} + f(x)", "f'(x) + f(x)"))
    dependence = dependence_in((first, second))
    assert differentiated(first, dependence) == differentiated(second, dependence)


def test_no_rule_is_no_zero():
    with pytest.raises(NotDifferentiableError):
        derivative(Apply("floor", (Symbol("x"),)), "x")


def test_what_is_too_large_or_of_too_high_an_order_stays():
    large = Apply("add", tuple(Symbol("x") for _ in range(MAX_SIZE + 5)))
    assert differentiated(Apply("derivative", (large, Symbol("x")))) != large
    ninth = read_formula(r"\frac{d^9 y}{dx^9}").tree
    assert differentiated(ninth) == ninth


def test_a_condition_stays_with_its_branch():
    expected = r"\frac{d}{dx} \begin{cases} x^2 & x > 0 \\ 0 & \text{otherwise} \end{cases}"
    assert verdict(expected, r"\begin{cases} 2x & x > 0 \\ 0 & \text{otherwise} \end{cases}") == "equal"
