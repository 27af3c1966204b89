from __future__ import annotations

import pytest

from grader.prose.proseanswer import read


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Nein, das ist keine gute Idee, weil alle Neuronen dasselbe lernen.", "de"),
        ("No, las neuronas aprenden lo mismo porque los pesos son iguales.", "es"),
        ("Tidak, karena semua neuron akan belajar hal yang sama.", "id"),
        ("Non, parce que les neurones restent tous les mêmes.", "fr"),
        ("不可以，因为所有神经元都一样。", "zh"),
        ("Нет, все нейроны одинаковы.", "ru"),
        ("Ni, ker bi se vsi nevroni učili isto stvar.", "und"),
        ("Dropout slows down training.", ""),
        ("ReLU: fast, simple", ""),
        ("$\\sigma^2 = \\frac{2}{N}$ with α and β", ""),
        ("slow", ""),
    ],
)
def test_language(text: str, language: str) -> None:
    found = read(text).foreign
    assert found == language or (language == "und" and found)


def test_a_german_rubric_takes_german() -> None:
    assert read("Das Training ist langsam, weil es mehr Schritte braucht.", "de").foreign == ""


def test_a_foreign_sentence_in_an_english_answer_is_noticed() -> None:
    prose = read(
        "Dropout slows down the training of a network, because it needs more steps until it is done. "
        "Das ist so, weil die Neuronen nicht alle aktiv sind."
    )
    assert prose.foreign == ""
    assert prose.partly_foreign
