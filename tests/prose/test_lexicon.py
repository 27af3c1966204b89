"""A rubric in another language works as one in English: denials, verdicts, hedges, clauses."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

import pytest

from grader.finding.reading import Reading
from grader.prose.lexicon import LANGUAGES, lexicon
from grader.prose.statements.terms import THINGS, terms
from grader.rubric.loading import load_rubric, make_check

ROOT = Path(__file__).parents[2]
LETTERS = 5  # of a noun; shorter words of titles are words of any sentence

TRAINING: dict[str, Any] = {
    "de": [["training", "trainieren"], ["langsam*", "länger", "verlangsam*"]],
    "sv": [["träning*"], ["långsam*", "längre"]],
    "fr": [["entraînement", "apprentissage"], ["ralenti*", "lent*"]],
    "es": [["entrenamiento"], ["ralentiz*", "lento"]],
}
INFERENCE: dict[str, Any] = {
    "de": [["inferenz", "vorhersag*"], ["langsam*", "länger", "verlangsam*", "beeinfluss*"]],
    "sv": [["inferens*", "prediktion*"], ["långsam*", "längre", "påverka*"]],
    "fr": [["inférence", "prédiction*"], ["ralenti*", "lent*"]],
    "es": [["inferencia", "predicción"], ["ralentiz*", "lent*"]],
}


def _credit(language: str, what: dict[str, Any], text: str, *, negated: bool) -> Any:
    said = {"all": what[language], "negated": str(negated).lower(), "within": "clause"}
    check = make_check("keywords", said)
    return check.check(Reading(text=text, language=language), {}).credit


@pytest.mark.parametrize(
    ("language", "text", "slower", "unaffected"),
    [
        ("de", "Das Training dauert länger, die Inferenz wird nicht langsamer.", 1, 1),
        ("de", "Die Inferenz wird dadurch nicht verlangsamt.", 0, 1),
        ("de", "Das Training wird durch Dropout nicht langsamer.", 0, 0),
        ("de", "Es ist falsch, dass das Training dadurch länger dauert.", 0, 0),
        ("de", "Vielleicht dauert das Training länger.", None, 0),
        ("de", "Training: langsamer. Inferenz: nicht langsamer.", 1, 1),
        ("sv", "Träningen tar längre tid, men inferensen blir inte långsammare.", 1, 1),
        ("sv", "Prediktionen i nätet påverkas inte av dropout.", 0, 1),
        ("sv", "Träningen blir inte långsammare av dropout.", 0, 0),
        ("sv", "Kanske blir träningen långsammare.", None, 0),
        ("fr", "Le dropout ralentit l'entraînement, mais il ne ralentit pas l'inférence.", 1, 1),
        ("fr", "L'inférence n'est pas plus lente.", 0, 1),
        ("fr", "L'apprentissage n'est pas ralenti par cela.", 0, 0),
        ("es", "El dropout ralentiza el entrenamiento, pero no ralentiza la inferencia.", 1, 1),
        ("es", "La inferencia no es más lenta que antes.", 0, 1),
        ("es", "El entrenamiento no se ralentiza con dropout.", 0, 0),
    ],
)
def test_what_is_denied_is_denied_in_every_language(
    language: str, text: str, slower: int | None, unaffected: int | None
) -> None:
    assert _credit(language, TRAINING, text, negated=False) == slower
    assert _credit(language, INFERENCE, text, negated=True) == unaffected


@pytest.mark.parametrize(
    ("language", "text", "said"),
    [
        ("de", "Nein, auf keinen Fall.", "no"),
        ("sv", "Ja, det gör den.", "yes"),
        ("fr", "Oui, bien sûr.", "yes"),
    ],
)
def test_verdicts_are_known(language: str, text: str, said: str) -> None:
    check = make_check("keywords", {"verdict": said})
    assert check.check(Reading(text=text, language=language), {}).credit == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_word_that_only_looks_english_plays_no_part(language: str) -> None:
    words = lexicon(language)
    assert words.part("without") != "without"
    assert words.part("dropout") == "dropout"


def test_english_and_languages_without_a_file_are_read_as_they_stand() -> None:
    assert lexicon("en").part("not") == lexicon("it").part("not") == "not"


def test_the_code_knows_no_noun_of_a_shipped_rubric() -> None:
    """What an assignment is about stands in rubrics and in the lexicon of the field, not in a program."""
    things = {form for term in terms().by_name.values() if term.sort in THINGS for form in term.forms}
    nouns: set[str] = set()
    for path in (ROOT / "rubrics").glob("*.yaml"):
        titles = " ".join(question.title for question in load_rubric(path).questions)
        # Of the words of a title those that the field has a term for: "told apart" is about nothing.
        nouns.update(
            word for word in re.findall(r"[a-z]+", titles.lower()) if len(word) >= LETTERS and word in things
        )
    assert "dropout" in nouns
    for path in (ROOT / "grader/prose").rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        said = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}  # docstrings
        texts = [node for node in ast.walk(tree) if isinstance(node, ast.Constant) and id(node) not in said]
        words = {word for node in texts for word in re.findall(r"[a-z]+", str(node.value).lower())}
        assert not words & nouns, path
