"""What would be is told from what is, in every language that prose hears."""

from __future__ import annotations

import pytest

from grader.finding.reading import Reading

SUPPOSED = [
    ("en", "If the sum were @42@, nothing would fit."),
    ("en", "If there had been @42@ rows, the table would be full."),
    ("en", "Were it @42@, we would see more."),
    ("en", "Had we @42@ rows, the sum would be another."),
    ("en", "Suppose the sum is @42@."),
    ("en", "Let's say there are @42@ rows."),
    ("en", "Imagine a table of @42@ rows."),
    ("en", "Assuming a sum of @42@ leads nowhere."),
    ("en", "It would be @42@ if the last row was counted."),
    ("en", "It would have been @42@ had we counted the last row."),
    ("en", "It might have been @42@ if we had counted."),
    ("en", "@42@ would be too many."),
    ("en", "@42@ rows in total would have to fit."),
    ("de", "Wenn die Summe @42@ wäre, passte nichts."),
    ("de", "Wäre es @42@, sähen wir mehr."),
    ("de", "Es wären @42@, wenn wir die letzte Zeile hätten."),
    ("de", "Angenommen, die Summe ist @42@."),
    ("de", "@42@ Zeilen wären zu viele."),
    ("sv", "Om summan vore @42@ skulle inget passa."),
    ("sv", "Antag att summan är @42@."),
    ("sv", "Det vore @42@ om vi hade den sista raden."),
    ("fr", "Si la somme était @42@, rien ne serait juste."),
    ("fr", "Ce serait @42@ si on avait la dernière ligne."),
    ("fr", "Supposons que la somme est @42@."),
    ("es", "Si la suma fuera @42@, nada encajaría."),
    ("es", "Sería @42@ si tuviéramos la última fila."),
    ("es", "Supongamos que la suma es @42@."),
]
STATED = [
    ("en", "Assuming a stride of 1, the sum is @42@."),
    ("en", "If we add the rows, it is @42@."),
    ("en", "There were 41 rows, now there are @42@."),
    ("en", "The rows were added: @42@."),
    ("en", "The sum we had was @42@."),
    ("en", "If the last row was forgotten, 41 is wrong: it is @42@."),
    ("en", "A larger table would be slower. The sum is @42@."),
    ("en", "Suppose two rows: then it is @42@."),
    ("de", "Wenn man alles addiert, sind es @42@."),
    ("de", "Es waren 41 Zeilen, jetzt sind es @42@."),
    ("de", "An zwei Stellen steht @42@."),
    ("sv", "Om man lägger ihop allt är summan @42@."),
    ("fr", "Si on additionne tout, la somme est @42@."),
    ("es", "Si sumamos todo, la suma es @42@."),
]


def is_supposed(language: str, text: str) -> bool:
    before, piece, behind = text.split("@")
    reading = Reading(before + piece + behind, language=language)
    return reading.is_supposed(len(before), len(before) + len(piece))


@pytest.mark.parametrize(("language", "text"), SUPPOSED)
def test_supposed(language: str, text: str) -> None:
    assert is_supposed(language, text)


@pytest.mark.parametrize(("language", "text"), STATED)
def test_stated(language: str, text: str) -> None:
    assert not is_supposed(language, text)


@pytest.mark.parametrize("text", [text for language, text in SUPPOSED if language != "en"])
def test_another_language_is_heard_where_english_is_expected(text: str) -> None:
    assert is_supposed("en", text)
