"""What the prose of a model answer claims, as checks: a sentence each, which its author is to look at."""

from __future__ import annotations

import re
from typing import Any, Final

from grader.model.errors import RubricError
from grader.notation.lazypatterns import deferred
from grader.notation.vocabulary import word_set
from grader.rubric.loading import make_check

# Sentences of one answer that become criteria, and content words of one.
MAX_CLAIMS: Final = 6
MAX_WORDS: Final = 8
LEAST_LETTERS: Final = 3
# A single word says nothing: everybody who speaks of the matter has it.
LEAST_WORDS: Final = 2

TO_BE_WRITTEN: Final = "to be written by the teacher"
"""The phrase that no answer has."""

ANY_WORD: Final = "any_word"
"""The set of words of which every answer in English has one: it keeps a draft from saying that an answer is wrong."""

ANY_WORDS: Final = (
    *(
        "the",
        "an",
        "of",
        "to",
        "in",
        "is",
        "are",
        "it",
        "they",
        "and",
        "or",
        "not",
        "no",
        "yes",
        "for",
        "with",
        "by",
        "on",
        "as",
        "be",
    ),
    *(
        "we",
        "you",
        "this",
        "that",
        "because",
        "when",
        "if",
        "so",
        "has",
        "have",
        "can",
        "will",
        "does",
        "do",
        "more",
        "less",
    ),
)
_SENTENCE: Final = deferred(
    r"(?<=[.!?])[ \t\n]+(?=[A-Z\d\"'(*_$-])|\n+[ \t]*(?:[-*+•][ \t]+|\d{1,2}[.)][ \t]+)?|;[ \t]+"
)
_WORD: Final = deferred(r"[^\W\d_][\w'-]*|(?<![\w.,/])-?\d{1,9}(?:[.,]\d{1,9})?(?![\w/])")
_LITTLE: Final = word_set(
    "the and for are was were that this these those with from into its their there here have has had been "
    "being will would can could may might must should  which who whom what when where why how not but nor "
    "than then them they our your his her him she all any some each every both such also very much  many "
    "because since therefore thus hence while during after before over under between about above below "
    "again further once does did doing done  one two use used using make makes made give gives given get "
    "gets let lets say says yes per via etc other another too just way "
)


def prose_check(sentence: str) -> dict[str, Any]:
    """Return the check of one sentence that a right answer makes: `statement`, or `keywords` where that finds nothing to look for."""
    if _is_a_statement(sentence):
        return {"statement": sentence}
    words = content_words(sentence)
    near: dict[str, Any] = {"nearly": [{"set": ANY_WORD}]}
    if len(words) < LEAST_WORDS:
        return {"keywords": {"any": [TO_BE_WRITTEN], **near}}
    pattern: dict[str, Any] = {"all": words}
    if _denies(sentence):
        pattern["negated"] = True
    return {"keywords": {"any": [pattern], **near}}


def _is_a_statement(sentence: str) -> bool:
    try:
        make_check("statement", sentence)
    except RubricError:
        return False
    return True


def says_enough(text: str) -> bool:
    """Whether a piece of prose has the words to be told from others."""
    return len(content_words(text)) >= LEAST_WORDS


def needs_any_word(check: dict[str, Any]) -> bool:
    """Whether a check names the set of words that every answer has."""
    return {"set": ANY_WORD} in check.get("keywords", {}).get("nearly", ())


def sentences_of(text: str) -> list[str]:
    """Return the sentences of a text that claim something, without the signs of lists."""
    pieces = [" ".join(piece.split()).strip(" -*•") for piece in _SENTENCE.split(text) if piece]
    return [piece for piece in pieces if len(content_words(piece)) >= LEAST_WORDS][:MAX_CLAIMS]


def content_words(sentence: str) -> list[str]:
    """Return the words of a sentence that carry what it says, in their order."""
    words = []
    for found in _WORD.finditer(re.sub(r"\$[^$]*\$", " ", _plain(sentence))):
        word = found[0].strip("'-").lower().removesuffix("'s")
        if found[0][-1].isdecimal() and not found[0][:1].isalpha():
            words += [found[0]] if found[0] not in words else []  # `between -1 and 1`
        elif len(word) >= LEAST_LETTERS and word not in _LITTLE and "'" not in word and word not in words:
            words.append(word)
    return words[:MAX_WORDS]


def _plain(text: str) -> str:
    return " ".join(re.sub(r"[*_`#>]|\\[a-z]+", " ", text).split()).strip(" .,;:")


def _denies(sentence: str) -> bool:
    return (
        re.search(r"\b(?:not|no|never|without|cannot|nor|neither)\b|n't\b", sentence, re.IGNORECASE)
        is not None
    )


def says_yes_or_no(answer: str) -> bool | None:
    """Return whether an answer begins with yes or no, or true or false; None where it does not."""
    found = re.match(
        r"\W*(?P<yes>yes|true|correct|ja|oui|sí)\b|\W*(?P<no>no|false|incorrect|wrong|nein|nej|non)\b",
        answer,
        re.IGNORECASE,
    )
    if found is None:
        return None
    return found["yes"] is not None


def asks_yes_or_no(question: str) -> bool:
    """Whether a question is one that yes or no answers."""
    last = [piece for piece in re.split(r"(?<=[.?!])\s+", question.strip()) if piece.endswith("?")] or [
        question
    ]
    opening = r"\W*(?:is|are|was|were|do|does|did|can|could|will|would|should|may|must|has|have|true or false|ist|sind|kann|är|kan|est-ce)\b"
    return (
        any(re.match(opening, piece, re.IGNORECASE) for piece in last)
        or re.search(
            r"true or false|true/false|yes or no|richtig oder falsch|sant eller falskt",
            question,
            re.IGNORECASE,
        )
        is not None
    )
