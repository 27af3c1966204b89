"""The stemmer against the library's own rules, and against words chosen so that each rule decides one."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import grader.prose
from grader.notation.vocabulary import word_set
from grader.prose.stemmer import english_stem

_ENDINGS = word_set(
    "anci enci ogi li bli abli alli fulli lessli ousli entli aliti biliti iviti tional ational alism ation ization izer "
    "ator iveness fulness ousness ogist icate ative alize iciti ical ful ness ic ance ence able ible ate ive ize iti al ism "
    "ion er ous ant ent ment ement e l y ed eed ing edly eedly ingly s ies ied sses ss us ' 's 's' bb at bl iz"
)
_BEGINNINGS = word_set(
    "arsen commun emerg gener inter later organ past univers succ proc exc even cann inn earr herr out y ' i a o sky bias"
)
_WORDS = st.builds(
    lambda begin, letters, endings: begin + letters + "".join(endings),
    st.sampled_from(["", *sorted(_BEGINNINGS)]),
    st.text("aeiouybdlnrstwx'-3", max_size=5),
    st.lists(st.sampled_from(sorted(_ENDINGS)), max_size=3),
)


@pytest.mark.parametrize(
    ("word", "stem"),
    [
        ("be", "be"), ("news", "news"), ("only", "onli"), ("'tis", "tis"), ("student's", "student"), ("youth", "youth"),
        ("saying", "say"), ("dying", "die"), ("evening", "evening"), ("caresses", "caress"), ("ties", "tie"),
        ("cries", "cri"), ("gas", "gas"), ("gaps", "gap"), ("virus", "virus"), ("agreed", "agre"), ("feed", "feed"),
        ("proceed", "proceed"), ("luxuriated", "luxuri"), ("hopped", "hop"), ("hoping", "hope"), ("added", "add"),
        ("sing", "sing"), ("cry", "cri"), ("by", "by"), ("say", "say"), ("conditional", "condit"), ("analogy", "analog"),
        ("psychologist", "psycholog"), ("boldly", "bold"), ("family", "famili"), ("generate", "generat"),
        ("generally", "general"), ("communism", "communism"), ("hopefulness", "hope"), ("negative", "negat"),
        ("native", "nativ"), ("electrical", "electr"), ("replacement", "replac"), ("cement", "cement"),
        ("adoption", "adopt"), ("companion", "companion"), ("probate", "probat"), ("rate", "rate"), ("cease", "ceas"),
        ("paste", "paste"), ("controlling", "control"), ("roll", "roll"),
    ],
)  # fmt: skip
def test_each_rule(word: str, stem: str) -> None:
    assert english_stem(word) == stem


@pytest.mark.skipif(not version("snowballstemmer").startswith("3.1."), reason="other rules may have changed")
def test_the_words_of_the_library() -> None:
    stemmer = pytest.importorskip("snowballstemmer.english_stemmer").EnglishStemmer()
    words = Path(grader.prose.__file__).with_name("words.txt").read_text(encoding="utf-8").split()
    assert [english_stem(word) for word in words] == [stemmer.stemWord(word) for word in words]


@pytest.mark.skipif(not version("snowballstemmer").startswith("3.1."), reason="other rules may have changed")
@given(_WORDS)
def test_any_word_is_stemmed_as_by_the_library(word: str) -> None:
    stemmer = pytest.importorskip("snowballstemmer.english_stemmer").EnglishStemmer()
    assert english_stem(word) == stemmer.stemWord(word)
